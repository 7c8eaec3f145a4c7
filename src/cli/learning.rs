//! Commands that draw samples and learn: `train`, `sample`.

use super::args::{CommonArgs, OutputArgs};
use super::failure::Failure;
use super::learning_args::{SampleArgs, TrainArgs};
use super::output::{Product, check_output, is_stdout};
use super::preparation::{open, train_from};
use super::terminal::Terminal;
use super::text::{Columns, decimals, or_dash, with_error};
use crate::desk;
use crate::desk::results::{SampleReport, StackRow, TrainReport, sampling_report, train_report};
use crate::desk::samples::{ENDINGS, present};
use crate::desk::{StudyError, study};
use crate::export::samples;
use crate::figure::chart::four_digits;
use crate::lattice::SpinSamples;
use crate::session::{Document, file};
use crate::sim::{LearnedStack, TheoryKind, Trainer, sampling_figures, training_samples};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Trains the stack; with an output file, the session with its weights goes there.
pub(super) fn train(arguments: &TrainArgs, terminal: &Terminal) -> Result<(), Failure> {
    if arguments.common.weights.is_some() && !arguments.go_on {
        return Err(Failure::Usage(
            "train learns the weights that --weights would give; go on from them by --continue, or use \
             `holoscope new --weights FILE -o SESSION`"
                .into(),
        ));
    }
    let mut document = open(&arguments.common)?;
    let output = &arguments.common.output;
    let starts = if arguments.go_on { weights_to_go_on_from(&arguments.common, &document)? } else { None };
    if arguments.go_on && starts.is_none() {
        return Err(Failure::Usage(
            "--continue: the session holds no weights to go on from; leave --continue away".into(),
        ));
    }
    if starts.as_ref().is_some_and(|starts| !Trainer::can_go_on(&study::task(&document), starts)) {
        return Err(Failure::Usage(
            "--continue: no layer of these weights begins one of this network (its sites, boundary, receptive field, \
             channels or shared weights differ, no link has a weight, or a weight or bias is beyond ±100); leave \
             --continue away"
                .into(),
        ));
    }
    if let Some(path) = &output.file {
        check_output(path, Product::Session)?;
    }
    let snapshot = train_from(&document, starts, terminal)?;
    if let Some(path) = &output.file {
        let task = study::task(&document);
        document.learned = Some(Arc::new(LearnedStack { task, ..snapshot.stack() }));
        terminal.write(path, &file::to_bytes(&document))?;
        if is_stdout(path) {
            return Ok(());
        }
    }
    let report = train_report(&document, &snapshot);
    terminal.report(output, &report, || train_text(&document, &report))
}

/// The weights of --weights or of the session, also those that answer other parameters than the ones now set.
fn weights_to_go_on_from(
    arguments: &CommonArgs,
    document: &Document,
) -> Result<Option<Arc<LearnedStack>>, Failure> {
    match &document.learned {
        Some(stack) => Ok(Some(Arc::clone(stack))),
        None => Ok(desk::open::open(arguments.session.as_deref())?.document.learned),
    }
}

fn train_text(document: &Document, report: &TrainReport) -> String {
    let l = &document.learning;
    // Of samples nobody knows it; a theory that has none is critical.
    let none = if document.theory.kind == TheoryKind::Samples { "ξ not known" } else { "ξ = ∞" };
    let xi = report.xi.map_or_else(|| none.to_owned(), |xi| format!("ξ = {} sites", four_digits(xi)));
    let mut table = Columns::new(
        0,
        &[
            "layer",
            "sites",
            "weights",
            "K′2",
            "−ln p / spin",
            "held out",
            "KL / spin",
            "iterations",
            "stopped by",
        ],
    );
    for row in report.layers.iter().filter_map(StackRow::learned) {
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
            or_dash(row.k_eff.and_then(|k| k.k2), |k2| match row.k_eff_error.and_then(|error| error.k2) {
                Some(error) => with_error(k2, error),
                None => four_digits(k2),
            }),
            decimals(row.nll_per_spin),
            or_dash(row.nll_heldout, decimals),
            or_dash(row.kl_per_spin, four_digits),
            row.iterations.map_or_else(|| "–".into(), |n| n.to_string()),
            row.stopped_by.unwrap_or("–").into(),
        ]);
    }
    let mut spins = Columns::new(1, &["boundary spins", "exact", "sampled"]);
    for row in &report.sampling.observables {
        let name = match row.distance {
            0 => "⟨v⟩".to_owned(),
            d => format!("⟨v v⟩ at distance {d}"),
        };
        spins.row(vec![name, or_dash(row.exact, decimals), with_error(row.sampled, row.error)]);
    }
    let reused: Vec<String> = report
        .layers
        .iter()
        .filter_map(|row| match row {
            StackRow::Learned(_) => None,
            StackRow::Reused(row) => {
                Some(format!("layer {} reuses the weights of layer {}\n", row.layer, row.weights_of))
            }
        })
        .collect();
    let note = report.sampling.held_out_note.map_or_else(String::new, |note| format!("held out: {note}\n"));
    format!(
        "{} sites, {} samples, seed {}, {xi}; nats\n{}{}{}{note}",
        l.sites,
        document.task().samples_used(),
        l.seed,
        spins.text(),
        table.text(),
        reused.concat()
    )
}

/// Most spins in one file.
const MOST_SPINS: u64 = 1 << 31;

/// Draws exact samples of the boundary theory into a file.
pub(super) fn sample(arguments: &SampleArgs, terminal: &Terminal) -> Result<(), Failure> {
    let document = open(&arguments.common)?;
    let output = &arguments.common.output;
    let Some(path) = &output.file else {
        return Err(Failure::Usage(
            "sample: no output file; give -o spins.npy, -o spins.npz or -o spins.csv".into(),
        ));
    };
    check_output(path, Product::Numbers(&ENDINGS))?;
    let sites = document.learning.sites;
    if document.theory.kind == TheoryKind::Samples {
        return convert(&document, arguments.count, path, terminal, output);
    }
    let count = arguments.count.unwrap_or(document.learning.samples);
    if count == 0 || count > MOST_SPINS / sites {
        return Err(Failure::Usage(format!(
            "--count {count}: out of range; give 1…{} samples of {sites} sites",
            MOST_SPINS / sites
        )));
    }
    let begin = Instant::now();
    let spins = {
        let _running = terminal.progress("sampling", 1);
        training_samples(&study::task(&document), count as usize).map_err(Failure::Usage)?
    };
    let sampling = sampling_report(sampling_figures(document.theory.kind), begin.elapsed().as_secs_f64());
    write_spins(&spins, path, &document, terminal)?;
    if is_stdout(path) {
        return Ok(());
    }
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

/// Writes the rows of the user's samples, in the format that the name of the file asks for.
fn convert(
    document: &Document,
    count: Option<u64>,
    path: &Path,
    terminal: &Terminal,
    output: &OutputArgs,
) -> Result<(), Failure> {
    let begin = Instant::now();
    let Some(read) = present(document).map_err(StudyError::from)? else { return Ok(()) };
    let (rows, sites) = (read.digest.samples, read.digest.sites);
    let count = count.unwrap_or(rows);
    if !(1..=rows).contains(&count) {
        return Err(Failure::Usage(format!(
            "--count {count}: out of range; the file has {rows} rows, give 1…{rows}"
        )));
    }
    write_spins(&read.spins.subset(0..count as usize), path, document, terminal)?;
    if is_stdout(path) {
        return Ok(());
    }
    let report = SampleReport {
        samples: count,
        sites,
        autocorrelation_time: read.autocorrelation_time,
        seconds: begin.elapsed().as_secs_f64(),
    };
    terminal.report(output, &report, || format!("{count} rows of {sites} spins (±1)\n"))
}

fn write_spins(
    spins: &SpinSamples,
    path: &Path,
    document: &Document,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let bytes = match desk::files::ending(path).as_str() {
        "npy" => samples::npy(spins),
        "npz" => samples::npz(spins),
        _ => samples::csv(spins),
    };
    terminal.write_numbers(path, &bytes, document, None)
}
