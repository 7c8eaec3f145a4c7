//! `sweep`: the same measurements at every point of a grid, and the joining of its shards.

use super::failure::Failure;
use super::output::{check_folder, check_table, table_for};
use super::preparation::open;
use super::series_args::SweepArgs;
use super::terminal::Terminal;
use super::text::counted;
use crate::desk::open::read;
use crate::desk::samples::reseat;
use crate::desk::sweep::records::{SESSION, TABLE};
use crate::desk::sweep::{Axis, Helpers, Plan, Shard, SweepError, joined, missing, run, table};
use serde::Serialize;
use std::num::NonZero;
use std::path::Path;

/// Works through a sweep, or joins what several have done.
pub(super) fn sweep(arguments: &SweepArgs, terminal: &Terminal) -> Result<(), Failure> {
    if arguments.merge.is_empty() { measure(arguments, terminal) } else { merge(arguments, terminal) }
}

fn measure(arguments: &SweepArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.common.output;
    let Some(folder) = &output.file else {
        return Err(Failure::Usage("sweep: no folder for its results; give -o FOLDER".into()));
    };
    check_folder(folder)?;
    let axes = arguments
        .vary
        .iter()
        .map(|(key, values)| Axis::new(key, values))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::Usage(error.to_string()))?;
    let plan = Plan::new(open(&arguments.common)?, &axes, &arguments.measure)?;
    let shard = arguments.shard.map_or(Shard::WHOLE, |text| text.0);
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let threads = arguments.jobs.map_or(cores, |jobs| jobs as usize);
    let own = (0..plan.manifest.points.len()).filter(|point| shard.has(*point)).count();
    let progress = terminal.progress("points", (own as u64).max(2));
    let stopped = |done: usize| SweepError::CalledOff { done, of: own }.to_string();
    terminal.say_if_interrupted(stopped(0));
    let helpers = Helpers {
        go_on: &|| !terminal.is_interrupted(),
        done: &|done| {
            progress.at(done as u64);
            terminal.say_if_interrupted(stopped(done));
        },
        write: &|path, bytes| terminal.keep(path, bytes),
    };
    let outcome = run(&plan, folder, shard, threads, &helpers)?;
    drop(progress);
    if outcome.failed > 0 {
        terminal.note(&format!(
            "{} without numbers; the column `failure` says why",
            counted(outcome.failed, "point")
        ));
    }
    let report = SweepReport { outcome, table: outcome.complete.then(|| shown(&folder.join(TABLE))) };
    terminal.report(output, &report, || match &report.table {
        Some(table) => format!("{}, {} measured now: {table}\n", counted(outcome.points, "point"), outcome.measured),
        None => format!(
            "shard {} of {}: {}, {} measured now; join shards by holoscope sweep --merge FOLDER... -o table.csv\n",
            shard.index, shard.of, counted(outcome.of_shard, "point"), outcome.measured
        ),
    })
}

/// The answer of a sweep.
#[derive(Serialize)]
struct SweepReport {
    #[serde(flatten)]
    outcome: crate::desk::sweep::Outcome,
    /// The file of the table, once all points are there.
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<String>,
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

fn merge(arguments: &SweepArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.common.output;
    if output.json {
        return Err(Failure::Usage(
            "sweep --merge writes a table and gives no JSON; leave --json away".into(),
        ));
    }
    if let Some(path) = &output.file {
        check_table(path)?;
    }
    let (manifest, records) = joined(&arguments.merge)?;
    if let Some(missing) = missing(&manifest, &records) {
        if !arguments.partial {
            return Err(Failure::Other(format!(
                "{missing}; run the shards they belong to, or give --partial to join what is there"
            )));
        }
        terminal.note(&missing);
    }
    let table = table(&manifest, &records);
    match &output.file {
        Some(path) => {
            let bytes = table_for(&table, path)?;
            // Beside numbers lies the session they come from: that which was varied.
            match arguments.merge.iter().map(|folder| folder.join(SESSION)).find(|session| session.is_file())
            {
                Some(session) => {
                    let mut document = read(&session)?.document;
                    reseat(&mut document, Some(&session), Some(path));
                    terminal.write_numbers(path, &bytes, &document, None)
                }
                None => terminal.write(path, &bytes),
            }
        }
        None => terminal.print(&table.csv()),
    }
}
