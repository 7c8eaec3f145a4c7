//! Throughput of learning one layer: 256 visible spins, 128 hidden ones, r = 3, 10,000 samples of the
//! classical chain (K2 = 1, seed 1), one thread; shared weights, every block's own, and what samples weigh.
//!
//! `cargo bench --bench learning`; `benches/compare/learning.py` runs it beside other libraries.

use holoscope::lattice::{Boundary, ReceptiveField, SpinSamples};
use holoscope::rbm::{
    BlockCounts, LayerTraining, Likelihood, PatternCounts, Progress, RbmShape, TrainingOptions,
    UnsharedLikelihood,
};
use holoscope::session::{Document, keys};
use holoscope::sim::{TrainingTask, training_samples};
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

const SAMPLES: usize = 10_000;
const SITES: usize = 256;
/// Repetitions, of which the median is printed.
const RUNS: usize = 21;

fn median_ms(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let begin = Instant::now();
            run();
            begin.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

fn main() {
    rayon::ThreadPoolBuilder::new().num_threads(1).build_global().expect("no pool was there before");
    let mut out = std::io::stdout().lock();
    let mut say = |name: &str, value: f64, unit: &str| {
        writeln!(out, "RESULT {name} {value:.4} {unit}").expect("stdout is there");
    };
    let mut document = Document::default();
    let settings = [("theory.kind", "chain"), ("theory.k2", "1"), ("learning.seed", "1")];
    let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
    keys::set_all(&mut document, &settings).expect("settings of this file are in range");
    let task = TrainingTask::new(document.theory, &document.network, document.learning);
    let samples = training_samples(&task, SAMPLES).expect("the chain is sampled at any size");
    let none = SpinSamples::all_down(0, SITES);
    let shape = RbmShape::new(SITES, Boundary::Ring, ReceptiveField::Three).expect("256 is a power of two");

    for shared_weights in [true, false] {
        let name = if shared_weights { "shared" } else { "own" };
        let options = TrainingOptions { shared_weights, ..TrainingOptions::default() };
        let start = |options: &TrainingOptions| {
            LayerTraining::new(shape, &samples, &none, options).expect("there are samples")
        };
        // One epoch-equivalent from nothing: all samples counted, one exact gradient of all parameters.
        let rbm = start(&options).outcome().rbm;
        let epoch = median_ms(|| {
            if shared_weights {
                let likelihood = Likelihood::new(&PatternCounts::new(shape, &samples), 1e-6, false);
                let x = likelihood.parameters(&rbm);
                let mut gradient = vec![0.0; x.len()];
                black_box(likelihood.value_and_gradient(&x, &mut gradient));
            } else {
                let likelihood = UnsharedLikelihood::new(&BlockCounts::new(shape, &samples), 1e-6, false);
                let x = likelihood.parameters(&rbm);
                let mut gradient = vec![0.0; x.len()];
                black_box(likelihood.value_and_gradient(&x, &mut gradient));
            }
        });
        say(&format!("{name}_epoch"), epoch, "ms");
        say(&format!("{name}_epoch_throughput"), SAMPLES as f64 / epoch / 1e3, "million_samples_per_s");
        let mut last = None;
        let whole = median_ms(|| {
            let mut training = start(&options);
            while training.advance() == Progress::Running {}
            last = Some(training.outcome());
        });
        let outcome = last.expect("it ran");
        say(&format!("{name}_converged"), whole, "ms");
        say(&format!("{name}_iterations"), outcome.iterations as f64, "iterations");
        say(
            &format!("{name}_throughput"),
            (SAMPLES * outcome.iterations) as f64 / whole / 1e3,
            "million_samples_per_s",
        );
        let nll = outcome.history.last().map_or(f64::NAN, |step| step.nll_training);
        say(&format!("{name}_nll_per_spin"), nll, "nats");
    }
    let bytes =
        |samples: usize| 8.0 * (SITES * SpinSamples::all_down(samples, SITES).words_per_site()) as f64;
    say("million_samples_of_256", bytes(1_000_000) / 1e6, "MB");
}
