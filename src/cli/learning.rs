//! Commands that draw samples and learn: `train`, `sample`.

use super::args::{CommonArgs, SampleArgs};
use super::failure::Failure;
use super::preparation::{check_output, open, train as train_document};
use super::terminal::Terminal;
use super::text::{Columns, decimals, or_dash, with_error};
use crate::desk::results::{SampleReport, TrainReport, sampling_report, train_report};
use crate::desk::study;
use crate::export::samples;
use crate::figure::chart::four_digits;
use crate::session::{Document, file};
use crate::sim::{LearnedStack, sampling_figures, training_samples};
use std::sync::Arc;
use std::time::Instant;

/// Trains the stack; with an output file, the session with its weights goes there.
pub(super) fn train(arguments: &CommonArgs, terminal: &Terminal) -> Result<(), Failure> {
    let mut document = open(arguments)?;
    let output = &arguments.output;
    if let Some(path) = &output.file {
        check_output(path, &[])?;
    }
    let snapshot = train_document(&document, terminal)?;
    if let Some(path) = &output.file {
        let task = study::task(&document);
        document.learned = Some(Arc::new(LearnedStack { task, layers: snapshot.stack().layers }));
        terminal.write(path, &file::to_bytes(&document))?;
    }
    let report = train_report(&snapshot);
    terminal.report(output, &report, || train_text(&document, &report))
}

fn train_text(document: &Document, report: &TrainReport) -> String {
    let l = &document.learning;
    let xi = or_dash(report.xi, four_digits);
    let mut table = Columns::new(
        0,
        &[
            "layer",
            "sites",
            "weights",
            "K\u{303}2",
            "−ln p / spin",
            "held out",
            "KL / spin",
            "iterations",
            "stopped by",
        ],
    );
    for row in &report.layers {
        let list = |row: &Vec<f64>| row.iter().map(|w| four_digits(*w)).collect::<Vec<_>>().join(" ");
        // Rows of many blocks would fill the screen: they are in the answer of --json.
        let shown = if row.shared { row.weights.len() } else { 1 };
        let mut weights = row.weights.iter().take(shown).map(list).collect::<Vec<_>>().join(" | ");
        if shown < row.weights.len() {
            weights += &format!(" … ({} blocks)", row.weights.len());
        }
        table.row(vec![
            row.layer.to_string(),
            row.sites.to_string(),
            weights,
            row.k_eff
                .zip(row.k_eff_error)
                .map_or_else(|| "–".into(), |(k, error)| with_error(k.k2, error.k2)),
            decimals(row.nll_per_spin),
            or_dash(row.nll_heldout, decimals),
            or_dash(row.kl_per_spin, four_digits),
            row.iterations.to_string(),
            row.stopped_by.into(),
        ]);
    }
    format!(
        "{} sites, {} samples, seed {}, ξ = {xi} sites; nats\n{}",
        l.sites,
        l.samples,
        l.seed,
        table.text()
    )
}

/// Most spins in one file.
const MOST_SPINS: u64 = 1 << 31;

/// Draws exact samples of the boundary theory into a file.
pub(super) fn sample(arguments: &SampleArgs, terminal: &Terminal) -> Result<(), Failure> {
    let document = open(&arguments.common)?;
    let output = &arguments.common.output;
    let Some(path) = &output.file else {
        return Err(Failure::Usage("sample: no output file; give -o spins.npy or -o spins.csv".into()));
    };
    check_output(path, &["npy", "csv"])?;
    let sites = document.learning.sites;
    let count = arguments.count.unwrap_or(document.learning.samples);
    if count == 0 || count > MOST_SPINS / sites {
        return Err(Failure::Usage(format!(
            "--count {count}: out of range; give 1…{} samples of {sites} sites",
            MOST_SPINS / sites
        )));
    }
    let begin = Instant::now();
    let spins = training_samples(&study::task(&document), count as usize).map_err(Failure::Usage)?;
    let sampling = sampling_report(sampling_figures(document.theory.kind), begin.elapsed().as_secs_f64());
    let bytes =
        if crate::desk::files::ending(path) == "npy" { samples::npy(&spins) } else { samples::csv(&spins) };
    terminal.write(path, &bytes)?;
    let report = SampleReport {
        samples: count,
        sites,
        autocorrelation_time: sampling.autocorrelation_time,
        seconds: sampling.seconds,
    };
    terminal.report(output, &report, || {
        format!("{count} independent samples of {sites} spins (±1), seed {}\n", document.learning.seed)
    })
}
