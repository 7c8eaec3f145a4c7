//! Training against what is known exactly: maximum likelihood finds Kadanoff's decimation by itself, within
//! the errors that it reports; the same seed gives the same numbers; hostile tasks end in a sentence.

#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]
#![expect(clippy::print_stdout, reason = "the table of the flow is for whoever runs this with --nocapture")]

use std::sync::Arc;
use std::time::Instant;

use holoscope::desk::study;
use holoscope::lattice::{Boundary, ReceptiveField, SpinSamples};
use holoscope::numerics::local_chain::LocalChain;
use holoscope::rbm::{
    LayerReport, ModelBelow, Rbm, RbmShape, StackOptions, StackProgress, StackTraining, TrainingOptions,
};
use holoscope::session::{Document, keys};
use holoscope::sim::{
    LearningParameters, NetworkParameters, Phase, TheoryKind, TheoryParameters, Trainer, TrainingSnapshot,
    TrainingTask,
};
use holoscope::theory::{ChainSampler, ClassicalChain};

/// A task with what is not said here as the built-in document has it.
fn task_of(
    couplings: [f64; 3],
    field: ReceptiveField,
    boundary: Boundary,
    how: LearningParameters,
) -> TrainingTask {
    let Document { theory, network, .. } = Document::default();
    let [k1, k2, k3] = couplings;
    let theory = TheoryParameters { kind: TheoryKind::Chain, k1, k2, k3, ..theory };
    let network = NetworkParameters { receptive_field: field, boundary, ..network };
    TrainingTask::new(theory, &network, how)
}

fn learning(sites: u64, samples: u64, seed: u64) -> LearningParameters {
    let epochs = 200;
    LearningParameters { sites, samples, seed, epochs, weight_decay: 1e-6, ..Document::default().learning }
}

fn task(k2: f64, seed: u64) -> TrainingTask {
    task_of([0.0, k2, 0.0], ReceptiveField::Three, Boundary::Ring, learning(256, 4000, seed))
}

fn train(task: TrainingTask) -> TrainingSnapshot {
    let snapshot = Trainer::run(task, |_| true).unwrap();
    assert_eq!(snapshot.phase, Phase::Done);
    assert_eq!(snapshot.layers.len(), task.layers as usize);
    snapshot
}

fn report(snapshot: &TrainingSnapshot, layer: usize) -> &LayerReport {
    snapshot.layers[layer].report.as_ref().expect("a layer that was trained has a report")
}

/// Layers whose coupling is compared: above them K′ is so small that 4,000 samples leave it to chance.
const COMPARED: usize = 3;

/// Learned K′2 of the lowest layers, and its standard error with what came from below.
///
/// The report's own error of layer k is that of a fit to given samples. These samples are the hidden spins of
/// the layer below, whose coupling K_{k−1} missed its own target, so layer k aims at the decimation of that
/// coupling: `K_k = ½ ln cosh 2K_{k−1}`, `dK_k/dK_{k−1} = tanh 2K_{k−1}`. Hence
/// `σ_k² = own_k² + tanh²(2K_{k−1}) σ_{k−1}²`, with σ_0 = own_0 because the theory's K2 is exact. The two terms
/// are independent as far as the hidden spins are drawn anew; the samples of the theory are common to both.
fn flow_with_errors(snapshot: &TrainingSnapshot) -> Vec<(f64, f64, f64)> {
    let mut flow: Vec<(f64, f64, f64)> = Vec::new();
    for layer in 0..COMPARED {
        let r = report(snapshot, layer);
        let inherited = flow.last().map_or(0.0, |&(k, _, error)| (2.0 * k).tanh() * error);
        let own = r.k_eff_error.unwrap().k2.unwrap();
        flow.push((r.k_eff.unwrap().k2.unwrap(), own, own.hypot(inherited)));
    }
    flow
}

#[test]
fn training_finds_exact_decimation() {
    for k2 in [1.0, 2.0] {
        let mut exact = Vec::new();
        let mut chain = ClassicalChain { k1: 0.0, k2, k3: 0.0 };
        for _ in 0..COMPARED {
            chain = chain.decimated().unwrap();
            exact.push(chain.k2);
        }
        let (mut right, mut chi_squared) = (0, 0.0);
        println!("K2 = {k2}: exact {exact:.4?}");
        for seed in 1..=8 {
            let begin = Instant::now();
            let snapshot = train(task(k2, seed));
            let seconds = begin.elapsed().as_secs_f64();
            let mut row = format!("  seed {seed}:");
            let mut all = true;
            for (layer, (&exact, (k, own, error))) in
                exact.iter().zip(flow_with_errors(&snapshot)).enumerate()
            {
                // Three per cent is what a reader sees in the plot; where K′ is small, samples decide.
                let within = (k - exact).abs() <= (0.03 * exact).max(4.0 * error);
                all &= within;
                if layer == 0 {
                    chi_squared += ((k - exact) / error).powi(2);
                }
                row += &format!("  {k:.4} ± {error:.4} ({:+.1} σ)", (k - exact) / error);
                // Else the second half of the criterion would forgive anything.
                assert!(
                    layer > 1 || own <= 0.03 * exact,
                    "K2 = {k2}, seed {seed}, layer {layer}: error {own} of {exact}"
                );
            }
            println!("{row}  {}  {seconds:.2} s", if all { "" } else { "!" });
            right += usize::from(all);
            // A fraction of a second on one idle core; the bound leaves room for a loaded machine.
            assert!(seconds < 20.0, "training took {seconds} s");
        }
        // The errors are honest: Σ (miss/error)² of layer 0 over independent seeds is a χ² of eight degrees of
        // freedom, 0.86 … 26.1 in 99.8 of 100 cases.
        assert!((0.86..26.1).contains(&chi_squared), "K2 = {k2}: χ² = {chi_squared}");
        assert!(right >= 7, "K2 = {k2}: {right} of 8 seeds follow exact decimation");
    }
}

#[test]
fn learned_layers_are_nearly_exact_steps() {
    // A layer with p parameters learned from M samples has an expected KL of p/(2M) (Akaike 1974); layer 0 has
    // two free parameters here (side and middle weight; a symmetric theory keeps biases at 0), so
    // 2/(2·4000)/256 = 1e-6 per spin. Twenty times that is beyond any scatter of a χ² of two degrees of freedom.
    let snapshot = train(task(1.0, 1));
    let kl = report(&snapshot, 0).kl_per_spin.unwrap();
    assert!((0.0..2e-5).contains(&kl), "KL per spin {kl}");
    for layer in 0..8 {
        let r = report(&snapshot, layer);
        assert_eq!((r.layer, r.sites), (layer, 256 >> layer));
        // KL is never negative; its terms are sums of N logarithms of order 1.
        assert!(r.kl_per_spin.unwrap() > -1e-12, "layer {layer}: {:?}", r.kl_per_spin);
        assert_eq!(r.trace_mean.unwrap() / r.sites as f64, -r.kl_per_spin.unwrap());
    }
}

#[test]
fn the_same_seed_gives_the_same_numbers_with_one_thread_and_two() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| train(task(1.0, 3)))
    };
    let (one, two) = (on(1), on(2));
    assert_eq!(one.spins, two.spins);
    assert_eq!(one.stack(), two.stack());
    for layer in 0..8 {
        assert_eq!(report(&one, layer), report(&two, layer), "layer {layer}");
        assert_eq!(one.layers[layer].history, two.layers[layer].history);
    }
    let other = train(task(1.0, 4));
    assert!(other.spins != one.spins && other.stack() != one.stack());
}

/// The report of one layer whose weights are given and not trained.
fn report_of(weights: [f64; 3], chain: ClassicalChain, sites: usize) -> LayerReport {
    let mut energy = LocalChain::ring(sites);
    (0..sites).for_each(|i| energy.add_bond(i, chain.k2));
    let sampler = ChainSampler::new(chain, sites, Boundary::Ring);
    let samples = |n, name| -> SpinSamples { sampler.sample(n, 1, name) };
    let shape = RbmShape::new(sites, Boundary::Ring, ReceptiveField::Three).unwrap();
    let options = StackOptions {
        boundary: Boundary::Ring,
        field: ReceptiveField::Three,
        depth: 1,
        channels: 1,
        seed: 1,
        layer: TrainingOptions {
            symmetric: true,
            // Nothing moves the weights from where they are put.
            max_iterations: 0,
            ..TrainingOptions::default()
        },
        starts: vec![Rbm::unbiased(shape, &weights).into()],
    };
    let below = ModelBelow::Chain { energy, correlation_length: Some(chain.correlation_length()) };
    let mut stack =
        StackTraining::new(options, samples(500, "training"), samples(100, "held out"), below).unwrap();
    while matches!(stack.advance(), StackProgress::Working { .. }) {}
    let layer = &stack.layers()[0];
    assert_eq!(layer.rbm.single().unwrap().weights, weights, "no iteration was allowed");
    layer.report.clone()
}

#[test]
fn the_report_of_kadanoff_weights_says_that_the_step_is_exact() {
    // (K2, w, K2) with w → ∞ is exact decimation; the KL per spin falls as e^{−4w}: at K2 = 1 it is 4e-10 for
    // w = 6 and 1.4e-13 for w = 8, from sums over all states in 40-digit arithmetic.
    for k2 in [0.3, 1.0, 2.0] {
        let r = report_of([k2, 8.0, k2], ClassicalChain { k1: 0.0, k2, k3: 0.0 }, 256);
        let kl = r.kl_per_spin.unwrap();
        assert!(kl.abs() < 1e-9, "K2 = {k2}: KL per spin {kl}");
        // KL = ½ Var ln(p/P) for distributions this close, so the trace is flat to √(2·256·1e-9).
        assert!(r.trace_mean.unwrap().abs() < 256e-9 && r.trace_std.unwrap() < 8e-4, "{r:?}");
        assert!((r.k_eff.unwrap().k2.unwrap() - 0.5 * (2.0 * k2).cosh().ln()).abs() < 1e-12);
        assert!(r.absent_reason.is_none());
    }
    // And a wrong step is not called exact: side weights 5 % off.
    let wrong = report_of([1.05, 8.0, 1.05], ClassicalChain { k1: 0.0, k2: 1.0, k3: 0.0 }, 256);
    assert!(wrong.kl_per_spin.unwrap() > 1e-5, "{:?}", wrong.kl_per_spin);
}

#[test]
fn hostile_tasks_end_in_a_result_and_not_in_a_panic() {
    let mut ended = [0_usize; 2];
    for field in ReceptiveField::ALL {
        for boundary in [Boundary::Ring, Boundary::Line] {
            for (k1, k2, k3) in [(0.0, 4.0, 0.0), (2.0, -4.0, 2.0), (-2.0, 4.0, -2.0), (0.0, 0.0, 0.0)] {
                for (sites, epochs, weight_decay) in [(8, 1, 0.0), (64, 1, 1.0), (64, 200, 0.0)] {
                    let how = LearningParameters { epochs, weight_decay, ..learning(sites, 100, 9) };
                    let task = task_of([k1, k2, k3], field, boundary, how);
                    match Trainer::run(task, |_| true) {
                        Ok(snapshot) => {
                            ended[0] += 1;
                            for layer in &snapshot.layers {
                                let finite =
                                    layer.rbm.single().unwrap().weights.iter().all(|w| w.is_finite());
                                assert!(
                                    finite && layer.rbm.single().unwrap().hidden_bias.is_finite(),
                                    "{task:?}: {:?}",
                                    layer.rbm
                                );
                                let entropies = layer.rbm.link_entropies();
                                assert!(entropies.iter().all(|s| s.is_finite() && *s >= 0.0), "{task:?}");
                            }
                        }
                        // A sentence with the layer and a remedy.
                        Err(sentence) => {
                            ended[1] += 1;
                            assert!(sentence.contains("layer") && sentence.contains("samples"), "{sentence}");
                        }
                    }
                }
            }
        }
    }
    println!("{} finished, {} diverged with a sentence", ended[0], ended[1]);
    assert_eq!(ended[0] + ended[1], 72);
}

#[test]
fn calling_training_off_is_a_result() {
    let stopped = Trainer::run(task(1.0, 1), |phase| !matches!(phase, Phase::Learning(2)));
    assert!(stopped.unwrap_err().contains("called off"));
    let refused = Trainer::run(TrainingTask { layers: 9, ..task(1.0, 1) }, |_| true).unwrap_err();
    assert!(!refused.is_empty());
}

#[test]
fn weights_that_come_with_a_session_are_taken_as_they_are() {
    use holoscope::sim::{Engine, TrainerCommand};
    let small = task_of([0.0, 1.0, 0.0], ReceptiveField::Three, Boundary::Ring, learning(16, 200, 1));
    let stack = train(small).stack();
    let mut trainer = Trainer::default();
    trainer.apply(TrainerCommand::Start {
        task: small,
        known: Some(Arc::new(stack.clone())),
        starts: None,
        samples: None,
    });
    while trainer.advance() {}
    let snapshot = trainer.snapshot().unwrap();
    assert!(snapshot.is_complete() && snapshot.stack() == stack);
    assert!(
        snapshot.layers.iter().all(|l| l.report.is_none()),
        "nothing was trained, so nothing is reported"
    );
}

#[test]
fn learning_goes_on_from_the_weights_that_are_there() {
    let set = |document: &mut Document, settings: &[(&str, &str)]| {
        let all: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        keys::set_all(document, &all).unwrap();
    };
    let mut document = Document::default();
    set(
        &mut document,
        &[
            ("theory.kind", "chain"),
            ("theory.k2", "1"),
            ("learning.sites", "32"),
            ("learning.samples", "1000"),
            ("learning.method", "cd"),
            ("learning.epochs", "3"),
        ],
    );
    let nll = |t: &TrainingSnapshot| t.layers[0].report.as_ref().unwrap().nll_per_spin;
    let first = study::train(&document, |_| true).unwrap();
    let starts = Some(Arc::new(first.stack()));
    let more = study::train_from(&document, starts.clone(), |_| true).unwrap();
    // Three passes from where three passes ended come nearer to the optimum, which the exact method finds.
    assert!(nll(&more) < nll(&first), "{} {}", nll(&more), nll(&first));
    set(&mut document, &[("learning.method", "exact"), ("learning.epochs", "200")]);
    let optimum = study::train(&document, |_| true).unwrap();
    let from_there = study::train_from(&document, starts, |_| true).unwrap();
    assert!(nll(&more) >= nll(&optimum) - 1e-12);
    // The optimum does not depend on the way: gradients end below 1e-7, and so do gaps of the likelihood.
    assert!((nll(&from_there) - nll(&optimum)).abs() < 1e-7);
    // At the optimum there is nothing more to do.
    let again = study::train_from(&document, Some(Arc::new(optimum.stack())), |_| true).unwrap();
    assert!(again.layers[0].report.as_ref().unwrap().iterations.unwrap() <= 1);
}

/// Learned from a chain with a field, layer by layer: K̃2, its error, and the largest link entropy.
fn flow_in_a_field(k1: f64, seed: u64) -> Vec<(f64, f64, f64)> {
    let how = learning(256, 4000, seed);
    let snapshot = train(task_of([k1, 1.0, 0.0], ReceptiveField::Three, Boundary::Ring, how));
    let figures = |layer| {
        let report = report(&snapshot, layer);
        let of = |couplings: Option<holoscope::rbm::StatedCouplings>| couplings.and_then(|k| k.k2);
        let entropy = report.link_entropies.iter().copied().fold(0.0, f64::max);
        (of(report.k_eff).unwrap_or(0.0), of(report.k_eff_error).unwrap_or(f64::NAN), entropy)
    };
    (0..snapshot.layers.len()).map(figures).collect()
}

#[test]
fn in_a_field_all_seeds_learn_the_same_links_and_none_beyond_the_correlation_length() {
    // Exact: K2' = ¼ ln[cosh(2K2+K1) cosh(2K2−K1)/cosh² K1], K1' = K1 + ½ ln[cosh(2K2+K1)/cosh(2K2−K1)].
    let flows: Vec<_> = (1..=3).map(|seed| flow_in_a_field(0.3, seed)).collect();
    let (mut k1, mut k2) = (0.3_f64, 1.0_f64);
    for layer in 0..8 {
        let (above, below) = ((2.0 * k2 + k1).cosh(), (2.0 * k2 - k1).cosh());
        let next = (k1 + 0.5 * (above / below).ln(), 0.25 * (above * below / k1.cosh().powi(2)).ln());
        (k1, k2) = next;
        for flow in &flows {
            let (found, error, entropy) = flow[layer];
            if layer < 3 {
                // Each layer also inherits the scatter of those below.
                assert!((found - k2).abs() < 5.0 * error + 0.01, "layer {layer}: {found} ± {error}, {k2}");
                assert!((entropy - flows[0][layer].2).abs() < 0.02, "layer {layer}: {flows:?}");
            } else {
                // ξ is below one site there: what the samples hold of it does not pay for a link.
                assert_eq!((found, entropy), (0.0, 0.0), "layer {layer}: {flows:?}");
            }
        }
    }
    // A field that is none changes nothing: noise has no links, with biases or without.
    for k1 in [0.0, 1e-9] {
        let noise = task_of([k1, 0.0, 0.0], ReceptiveField::Three, Boundary::Ring, learning(64, 1000, 1));
        for layer in &train(noise).layers {
            assert!(!layer.rbm.has_links(), "K1 = {k1}: {:?}", layer.rbm);
        }
    }
}

#[test]
fn coin_flips_of_the_users_own_have_no_entanglement() {
    let (rows, sites) = (500, 64);
    let mut samples = SpinSamples::all_down(rows, sites);
    let mut state = 1_u64;
    for row in 0..rows {
        for site in 0..sites {
            // The high bits of a linear congruential generator (Knuth's MMIX).
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            samples.set(row, site, state >> 63 == 1);
        }
    }
    for (field, shared_weights, channels) in [
        (ReceptiveField::Two, true, 1),
        (ReceptiveField::Three, true, 1),
        (ReceptiveField::Four, true, 1),
        (ReceptiveField::Three, false, 1),
        (ReceptiveField::Three, true, 2),
    ] {
        let options = StackOptions {
            boundary: Boundary::Ring,
            field,
            depth: 3,
            channels,
            seed: 1,
            layer: TrainingOptions { shared_weights, ..TrainingOptions::default() },
            starts: Vec::new(),
        };
        let below = ModelBelow::Unknown { reason: "coins".into(), correlation_length: None };
        let held_out = SpinSamples::all_down(0, sites);
        let mut stack = StackTraining::new(options, samples.clone(), held_out, below).unwrap();
        while stack.advance() != StackProgress::Finished {}
        for layer in stack.layers() {
            assert!(!layer.rbm.has_links(), "{field:?} {channels}: {:?}", layer.rbm);
            assert!(layer.report.link_entropies.iter().all(|s| *s == 0.0));
            // Nothing was measured, so nothing is stated to be exactly 0.
            let error = layer.report.k_eff_error.and_then(|error| error.k1);
            assert!(error.is_none(), "{error:?}");
        }
    }
}
