//! Commands on random tensors: `tensor`, and `learn-geometry`, their inverse.

use super::entropy_args::TensorArgs;
use super::failure::Failure;
use super::learning_args::LearnGeometryArgs;
use super::output::check_answer;
use super::preparation::open;
use super::terminal::Terminal;
use super::text::{Columns, decimals, or_dash, or_nothing};
use crate::desk::entropies_file::read_entropies;
use crate::desk::results::{
    LearnedGeometryReport, LearnedLayerRow, TensorReport, learned_geometry_report, tensor_report,
};
use crate::desk::studies::learning_geometry;
use crate::entanglement::FitOptions;
use crate::figure::chart::{four_digits, with_error_in_brackets};
use crate::holography::EntropySource;
use crate::sim::{EntropyData, GeometryFailure, GeometryLearner, GeometryTask};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Rényi-2 entropies of random tensors.
pub(super) fn tensor(arguments: &TensorArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.common.output;
    check_answer(output)?;
    let document = open(&arguments.common)?;
    let report = {
        let mut bar = None;
        tensor_report(&document, arguments.all, arguments.leg_dimension, |done, sizes| {
            bar.get_or_insert_with(|| terminal.progress("random tensors", sizes as u64)).at(done as u64)
        })?
    };
    terminal.answer_of(&document, output, &report, || tensor_text(&report))
}

fn tensor_text(report: &TensorReport) -> String {
    let legs = report.leg_dimension.map_or_else(|| "pinned boundary".into(), |d| format!("legs of D = {d}"));
    let mut text = format!(
        "A = {} of {} sites, D = {}, {legs}, frontier {} spins wide\nS2 = {} nats, cut {} nats ({} links)\nln \
         Z[A] = {}, ln Z[∅] = {}\n",
        or_nothing(&report.region),
        report.sites,
        report.bond_dimension,
        report.frontier_width,
        decimals(report.s2_nats),
        decimals(report.cut_nats),
        report.links_cut,
        decimals(report.log_partition),
        decimals(report.log_partition_empty)
    );
    if let Some(rows) = &report.rows {
        let mut table = Columns::new(0, &["size", "positions", "S2 (nats)", "std", "cut (nats)", "std"]);
        for row in rows {
            let means = [row.s2_mean_nats, row.s2_std_nats, row.cut_mean_nats, row.cut_std_nats];
            let counts = [row.size.to_string(), row.positions.to_string()];
            table.row(counts.into_iter().chain(means.map(decimals)).collect());
        }
        text += &table.text();
    }
    text
}

/// Couplings learned from entropies.
pub(super) fn learn_geometry(arguments: &LearnGeometryArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.common.output;
    check_answer(output)?;
    if !(arguments.ridge.is_finite() && arguments.ridge >= 0.0) {
        return Err(Failure::Usage(format!(
            "--ridge {}: out of range; give a number of 0 or more",
            arguments.ridge
        )));
    }
    let begin = Instant::now();
    let document = open(&arguments.common)?;
    let (geometry, shrunk) = learning_geometry(&document)?;
    let theory = |source| EntropyData::Theory {
        source,
        mass: document.theory.mass,
        count: arguments.regions as usize,
    };
    let from = arguments.from.as_deref().unwrap_or_else(|| document.geometry_source.name());
    let data = match from {
        "fermion" => theory(EntropySource::Fermion),
        "ising" => theory(EntropySource::QuantumIsing),
        file if Path::new(file).extension().is_some() => {
            let rows = read_entropies(Path::new(file), geometry.sites())
                .map_err(|e| Failure::Usage(e.to_string()))?;
            EntropyData::Given(Arc::new(rows))
        }
        word => {
            return Err(Failure::Usage(format!(
                "--from {word}: not a source of entropies; give fermion, ising or a .csv file"
            )));
        }
    };
    if shrunk {
        terminal.note(&format!(
            "geometry is learned on a ring of {} sites; set network.sites to 64 or less to choose",
            geometry.sites()
        ));
    }
    let options = FitOptions {
        ridge: arguments.ridge,
        free: arguments.free,
        seed: document.learning.seed,
        ..FitOptions::default()
    };
    let task = GeometryTask { number: 1, geometry, data, options };
    let learned = {
        let mut bar = None;
        GeometryLearner::run(task, |[done, searches]| {
            bar.get_or_insert_with(|| terminal.progress("learning geometry, searches", searches as u64))
                .at(done as u64)
        })
    };
    let (snapshot, fit) = learned.map_err(|failure| match failure {
        GeometryFailure::CalledOff => Failure::Interrupted,
        GeometryFailure::Refused(reason) => Failure::Usage(reason),
    })?;
    let seconds = begin.elapsed().as_secs_f64();
    let report = learned_geometry_report(&snapshot, &fit, Some(from), seconds)
        .ok_or_else(|| Failure::Other("nothing was learned: give another --ridge".into()))?;
    terminal.answer_of(&document, output, &report, || learned_text(&report))
}

fn learned_text(report: &LearnedGeometryReport) -> String {
    let coupling = |value: f64, error: Option<f64>| {
        error.map_or_else(|| four_digits(value), |error| with_error_in_brackets(value, error))
    };
    let held_there = |value: f64, error: Option<f64>, held: Option<f64>| match held {
        Some(let_go) => format!("{} held", with_error_in_brackets(value, let_go)),
        None => coupling(value, error),
    };
    let share = |found: f64, held: Option<f64>| format!("{:.0} %", 100.0 * held.unwrap_or(found));
    let mut table = Columns::new(0, &["layer", "side J", "from data", "middle J", "from data"]);
    for (k, row) in report.layers.iter().enumerate() {
        table.row(vec![
            k.to_string(),
            held_there(row.side, row.standard_error, row.held_standard_error),
            share(row.data_share, row.held_data_share),
            or_dash(row.middle, |m| held_there(m, row.middle_standard_error, row.middle_held_standard_error)),
            or_dash(row.middle_data_share, |found| share(found, row.middle_held_data_share)),
        ]);
    }
    let is_held = |row: &LearnedLayerRow| row.held_data_share.or(row.middle_held_data_share).is_some();
    let held = if report.layers.iter().any(is_held) {
        "held: at 0, the end of its range, with error and share that it has when it alone is let go\n"
    } else {
        ""
    };
    let mass = report.mass.map_or_else(String::new, |m| format!(" at m = {}", four_digits(m)));
    format!(
        "S2 of {} regions ({} held out) from {}{mass}, a ring of {} sites, means over all positions\n{}{held}boundary field \
         {}, rms {} nats, held out {} nats, ridge {}\n",
        report.regions,
        report.regions_heldout,
        report.source,
        report.sites,
        table.text(),
        coupling(report.pin_field, report.pin_field_error),
        four_digits(report.rms_nats),
        or_dash(report.heldout_rms_nats, four_digits),
        report.ridge
    )
}
