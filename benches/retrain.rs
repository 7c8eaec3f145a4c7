//! How long a move of the slider takes to the fully retrained stack: sampling, all layers to convergence,
//! reports, cut. Cold, over 50 values of K2.
//!
//! `cargo bench --bench retrain`

use holoscope::desk::study;
use holoscope::session::Document;
use holoscope::sim::LearnedStack;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    let mut out = std::io::stdout().lock();
    let mut times = Vec::new();
    for i in 0..50 {
        let mut document = Document::default();
        document.theory.k2 = 0.25 + 2.5 * f64::from(i) / 49.0;
        let begin = Instant::now();
        let snapshot = study::train(&document, |_| true).expect("the classical chain is learned");
        document.learned = Some(Arc::new(LearnedStack { ..snapshot.stack() }));
        let network = Arc::new(study::bulk_network(&document, Some(&snapshot)).expect("weights are finite"));
        std::hint::black_box(study::cut(&document, &network));
        times.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    writeln!(out, "RESULT retrain_chain_median {:.2} ms", times[25]).expect("stdout is there");
    writeln!(out, "RESULT retrain_chain_p99 {:.2} ms", times[49]).expect("stdout is there");
}
