//! Commands on how entropy depends on the region: `scaling`, `fermion`, `data`.

use super::args::CommonArgs;
use super::entropy_args::ScalingArgs;
use super::failure::Failure;
use super::figures::{check_layer, plot_of};
use super::output::{Product, check_answer, check_output, table_for};
use super::plot_args::{DataArgs, Plot};
use super::preparation::{Prepared, open, prepare, train};
use super::studies::study_of;
use super::terminal::Terminal;
use super::text::{Columns, decimals, or_dash, or_nothing, unit_of, with_error};
use crate::desk::files::{TABLES, ending, plot_table};
use crate::desk::results::{
    FermionReport, ScalingReport, SurveySizes, fermion_report, scaling_report, survey,
};
use crate::desk::{PlotKind, PlotOptions, study, weights};
use crate::figure::chart::four_digits;
use crate::figure::plots::EntropyUnit;
use crate::numerics::stable::LN_2;
use crate::session::{Document, Units};
use crate::sim::{LearnedStack, SurveySnapshot};
use std::path::Path;

/// Entropy against size.
pub(super) fn scaling(arguments: &ScalingArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.network.common.output;
    check_answer(output)?;
    let sites = open(&arguments.network.common)?.network.sites;
    if let Some(bad) = arguments.sizes.iter().flatten().find(|s| !(1..=sites).contains(*s)) {
        return Err(Failure::Usage(format!(
            "--sizes {bad}: out of range; give sizes from 1 to {sites} sites"
        )));
    }
    let prepared = prepare(&arguments.network, terminal)?;
    let wanted = SurveySizes { sizes: arguments.sizes.clone(), window: arguments.window };
    let survey = surveyed(&prepared, wanted, terminal)?;
    let report = scaling_report(&prepared.network, &survey);
    let unit = unit_of(&prepared.document, &prepared.network);
    terminal.answer_of(&prepared.document, output, &report, || scaling_text(&report, &unit))
}

/// The survey of a network, with a sign that work goes on.
pub(super) fn surveyed(
    prepared: &Prepared,
    wanted: SurveySizes,
    terminal: &Terminal,
) -> Result<SurveySnapshot, Failure> {
    let progress = terminal.progress("entropy against size", 1);
    Ok(survey(&prepared.document, &prepared.network, wanted, || progress.tick())?)
}

fn scaling_text(report: &ScalingReport, unit: &EntropyUnit) -> String {
    let shown = |nats: f64| decimals(nats / unit.nats);
    let mean = format!("mean ({})", unit.name);
    let mut table = Columns::new(
        0,
        &["size", "positions", &mean, "std", "least", "largest", "Dirac, c = 1", "Ising, c = ½"],
    );
    for row in &report.rows {
        table.row(vec![
            row.size.to_string(),
            row.positions.to_string(),
            shown(row.mean_nats),
            shown(row.std_nats),
            shown(row.min_nats),
            shown(row.max_nats),
            or_dash(row.fermion_nats, shown),
            or_dash(row.quantum_ising_nats, shown),
        ]);
    }
    let fit = report.fit.as_ref().map_or_else(
        || "no fit: fewer than two sizes in its window\n".to_string(),
        |fit| {
            format!(
                "slope {} {} per doubling, sizes {}…{}, r² = {}, c_eff = {}\n",
                with_error(fit.slope_nats_per_log2 / unit.nats, fit.error.map(|e| e / unit.nats)),
                unit.name,
                fit.window[0],
                fit.window[1],
                or_dash(fit.r2, four_digits),
                four_digits(fit.c_eff)
            )
        },
    );
    let notes: String = report.notes.iter().map(|note| format!("{note}\n")).collect();
    table.text() + &fit + &notes
}

/// Exact entropies of region A in the reference theories.
pub(super) fn fermion(arguments: &CommonArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.output;
    check_answer(output)?;
    let document = open(arguments)?;
    let report = {
        let _running = terminal.progress("exact fermions", 1);
        fermion_report(&document)?
    };
    // A link has no largest capacity where no network is built: links count ln 2 here.
    let unit = match document.view.units {
        Units::Nats => EntropyUnit { nats: 1.0, name: "nats" },
        Units::Bits | Units::Links => EntropyUnit { nats: LN_2, name: "bits" },
    };
    terminal.answer_of(&document, output, &report, || fermion_text(&document, &report, &unit))
}

fn fermion_text(document: &Document, report: &FermionReport, unit: &EntropyUnit) -> String {
    let shown = |nats: f64| decimals(nats / unit.nats);
    let mut table = Columns::plain(1);
    let infinite = |x: Option<f64>| x.map_or_else(|| "∞".into(), four_digits);
    table.row(vec!["ξ (sites)".into(), infinite(report.xi)]);
    table.row(vec!["z_IR = log2 ξ".into(), infinite(report.z_ir)]);
    table.row(vec![format!("S_A, free Dirac fermion ({})", unit.name), shown(report.dirac_nats)]);
    let ising = report.quantum_ising_nats.map_or_else(|| "only for one interval".into(), shown);
    table.row(vec![format!("S_A, quantum Ising chain ({})", unit.name), ising]);
    format!(
        "A = {} of a ring of {} sites, m = {}\n{}",
        or_nothing(&document.regions.a.to_string()),
        document.network.sites,
        document.theory.mass,
        table.text()
    )
    .replace('-', "−")
}

/// The numbers behind a plot, as CSV or NumPy arrays; of the plot of weights also these themselves.
pub(super) fn data(arguments: &DataArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.network.common.output;
    if output.json {
        return Err(Failure::Usage(
            "data writes tables and gives no JSON; leave --json away, or give `analyse` or `scaling` for it"
                .into(),
        ));
    }
    check_layer(arguments.layer, Some(arguments.plot))?;
    if let Some(path) = &output.file {
        let weights = arguments.plot == Plot::Session(PlotKind::Weights);
        let arrays: Vec<&str> = TABLES.into_iter().chain(weights.then_some(weights::ENDING)).collect();
        check_output(path, Product::Numbers(&arrays))?;
        // Of weights, arrays of many are the arrays themselves; a table of the plot is .csv or .npy.
        if weights && [weights::ENDING, "npz"].contains(&ending(path).as_str()) {
            return write_weights(arguments, path, terminal);
        }
    }
    let (document, training, table) = match arguments.plot {
        Plot::Study(kind) => {
            let work = study_of(&arguments.network, kind, terminal)?;
            (work.document().clone(), None, work.table().plain())
        }
        Plot::Session(kind) => {
            let options = PlotOptions { layer: arguments.layer, ..PlotOptions::default() };
            let (document, study, chart) = plot_of(&arguments.network, kind, options, terminal)?;
            let table = plot_table(kind, &study, || Ok::<_, Failure>(chart))?;
            (document, study.training, table)
        }
    };
    match &output.file {
        Some(path) => terminal.write_numbers(path, &table_for(&table, path)?, &document, training.as_deref()),
        None => terminal.print(&table.csv()),
    }
}

/// Writes the weights of the session's stack, learned first if it has none.
fn write_weights(arguments: &DataArgs, path: &Path, terminal: &Terminal) -> Result<(), Failure> {
    let document = open(&arguments.network.common)?;
    let task = study::task(&document);
    let pack = if ending(path) == "npz" { weights::to_npz } else { weights::to_bytes };
    let write = |stack: &LearnedStack| terminal.write_numbers(path, &pack(stack), &document, None);
    match document.learned.as_deref().filter(|stack| stack.task.same_stack(&task)) {
        Some(stack) => write(stack),
        None if arguments.network.no_train => {
            Err(Failure::Usage("the session has no learned weights to write; leave --no-train away".into()))
        }
        None => write(&train(&document, terminal)?.stack()),
    }
}
