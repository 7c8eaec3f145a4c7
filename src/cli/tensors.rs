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
        let progress = terminal.progress("random tensors", 1);
        tensor_report(&document, arguments.all, arguments.leg_dimension, |_, _| progress.tick())?
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
    let data = match arguments.from.as_str() {
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
        let progress = terminal.progress("learning geometry", 1);
        GeometryLearner::run(task, || progress.tick())
    };
    let (snapshot, fit) = learned.map_err(|failure| match failure {
        GeometryFailure::CalledOff => Failure::Interrupted,
        GeometryFailure::Refused(reason) => Failure::Usage(reason),
    })?;
    let seconds = begin.elapsed().as_secs_f64();
    let report = learned_geometry_report(&snapshot, &fit, Some(&arguments.from), seconds)
        .ok_or_else(|| Failure::Other("nothing was learned: give another --ridge".into()))?;
    terminal.answer_of(&document, output, &report, || learned_text(&report))
}

fn learned_text(report: &LearnedGeometryReport) -> String {
    let coupling = |value: f64, error: Option<f64>| {
        error.map_or_else(|| four_digits(value), |error| with_error_in_brackets(value, error))
    };
    let mut table = Columns::new(0, &["layer", "side J", "from data", "middle J", "from data"]);
    for (k, row) in report.layers.iter().enumerate() {
        let LearnedLayerRow { side, middle, standard_error, middle_standard_error, .. } = *row;
        table.row(vec![
            k.to_string(),
            coupling(side, standard_error),
            format!("{:.0} %", 100.0 * row.data_share),
            or_dash(middle, |m| coupling(m, middle_standard_error)),
            or_dash(row.middle_data_share, |share| format!("{:.0} %", 100.0 * share)),
        ]);
    }
    let mass = report.mass.map_or_else(String::new, |m| format!(" at m = {}", four_digits(m)));
    format!(
        "S2 of {} regions ({} held out) from {}{mass}, a ring of {} sites, means over all positions\n{}boundary field \
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
