//! How long a move of a slider takes to the fully retrained stack: sampling, all layers to convergence,
//! reports, cut; and how long the window waits for its first learned network where rows come slowly.
//!
//! `cargo bench --bench retrain`

use holoscope::desk::study;
use holoscope::session::{Document, keys};
use holoscope::sim::{Engine, LearnedStack, Trainer, TrainerCommand, TrainingSnapshot, TrainingTask};
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

/// Positions of the slider.
const MOVES: u32 = 50;

fn document(settings: &[(&str, String)]) -> Document {
    let mut document = Document::default();
    let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), v.clone())).collect();
    keys::set_all(&mut document, &settings).expect("settings of this file are in range");
    document
}

fn cut(document: &Document, snapshot: &TrainingSnapshot) {
    let network = Arc::new(study::bulk_network(document, Some(snapshot)).expect("weights are finite"));
    std::hint::black_box(study::cut(document, &network));
}

/// From a move of the slider to the answer that the window then shows, with what it had before forgotten.
fn cold(document: &mut Document) -> f64 {
    let begin = Instant::now();
    let snapshot = study::train(document, |_| true).expect("the theory is learned");
    document.learned = Some(Arc::new(LearnedStack { ..snapshot.stack() }));
    cut(document, &snapshot);
    begin.elapsed().as_secs_f64() * 1e3
}

/// The same in the engine that the window keeps, anew or from the weights of the last position; with it the time to the
/// first complete stack, from few rows where rows come slowly, and the weights.
fn in_the_window(
    trainer: &mut Trainer,
    document: &Document,
    starts: Option<Arc<LearnedStack>>,
) -> ([f64; 2], Arc<LearnedStack>) {
    let begin = Instant::now();
    let task = TrainingTask::new(document.theory, &document.network, document.learning);
    trainer.apply(TrainerCommand::Start { task, known: None, starts, samples: None });
    let mut first = None;
    let stamp = trainer.snapshot().map_or(0, |s| s.stamp);
    while trainer.advance() {
        if first.is_none()
            && let Some(snapshot) = trainer.snapshot()
            && snapshot.stamp > stamp
            && snapshot.layers.len() == task.layers as usize
        {
            cut(document, &snapshot);
            first = Some(begin.elapsed().as_secs_f64() * 1e3);
        }
    }
    let snapshot = trainer.snapshot().expect("the last layer changed it");
    cut(document, &snapshot);
    let all = begin.elapsed().as_secs_f64() * 1e3;
    ([first.unwrap_or(all), all], Arc::new(snapshot.stack()))
}

fn main() {
    let mut out = std::io::stdout().lock();
    let mut say = |name: &str, times: &mut Vec<f64>| {
        times.sort_by(f64::total_cmp);
        for (word, at) in [("median", times.len() / 2), ("p99", times.len() - 1)] {
            writeln!(out, "RESULT {name}_{word} {:.2} ms", times[at]).expect("stdout is there");
        }
    };
    for (name, kind, key, from, to) in [
        ("retrain_chain", "chain", "theory.k2", 0.25, 2.75),
        ("retrain_quantum_ising", "quantum-ising", "theory.mass", -0.1, 0.4),
    ] {
        let mut documents: Vec<Document> = (0..MOVES)
            .map(|i| {
                let value = from + (to - from) * f64::from(i) / f64::from(MOVES - 1);
                document(&[("theory.kind", kind.into()), (key, value.to_string())])
            })
            .collect();
        for (series, warm) in [("window", false), ("window_warm", true)] {
            let mut trainer = Trainer::looked_at();
            let mut last = None;
            let moves: Vec<[f64; 2]> = documents
                .iter()
                .map(|d| {
                    let (times, learned) = in_the_window(&mut trainer, d, last.take());
                    last = Some(learned).filter(|_| warm);
                    times
                })
                .collect();
            say(&format!("{name}_{series}_first"), &mut moves.iter().map(|m| m[0]).collect());
            say(&format!("{name}_{series}"), &mut moves.iter().map(|m| m[1]).collect());
        }
        say(&format!("{name}_cold"), &mut documents.iter_mut().map(cold).collect());
    }
    for preset in holoscope::desk::presets::PRESETS {
        let begin = Instant::now();
        let document = Document { learned: None, ..preset.document() };
        study::train(&document, |_| true).expect("presets are learned");
        let (name, stated) = (preset.name, 1e3 * preset.within_secs);
        let millis = begin.elapsed().as_secs_f64() * 1e3;
        writeln!(out, "RESULT preset_{name} {millis:.1} ms of {stated:.0} stated").expect("stdout is there");
    }
}
