//! `analyse`: the studies behind plots, as tables.

use super::args::NetworkArgs;
use super::failure::Failure;
use super::output::{check_table, is_stdout, table_for};
use super::plot_args::AnalyseArgs;
use super::preparation::open;
use super::terminal::Terminal;
use super::text::{Columns, or_dash, with_error};
use crate::desk::StudyError;
use crate::desk::studies::{StudyFit, StudyKind, StudyTable, StudyWork, run_study};
use crate::figure::chart::four_digits;

/// Works a study through; with an output file its table goes there as CSV or NumPy arrays.
pub(super) fn analyse(arguments: &AnalyseArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.common.output;
    if let Some(path) = &output.file {
        check_table(path)?;
    }
    let document = open(&arguments.common)?;
    let work = studied(arguments.what, document, terminal)?;
    let table = work.table();
    if let Some(path) = &output.file {
        terminal.write_numbers(path, &table_for(&table.plain(), path)?, work.document(), None)?;
        if is_stdout(path) || !output.json {
            return Ok(());
        }
    }
    terminal.report(output, &table, || table_text(work.kind(), &table))
}

/// A study worked through for a plot or its numbers.
pub(super) fn study_of(
    arguments: &NetworkArgs,
    kind: StudyKind,
    terminal: &Terminal,
) -> Result<StudyWork, Failure> {
    let document = open(&arguments.common)?;
    if arguments.no_train {
        let sentence = format!("the study {} learns what it needs; leave --no-train away", kind.name());
        return Err(Failure::Usage(sentence));
    }
    studied(kind, document, terminal)
}

fn studied(
    kind: StudyKind,
    document: crate::session::Document,
    terminal: &Terminal,
) -> Result<StudyWork, Failure> {
    let mut bar: Option<(&'static str, super::terminal::Progress<'_>)> = None;
    let work = run_study(kind, document, |progress| {
        // Every part of the work has a bar of its own.
        if bar.as_ref().is_none_or(|(doing, _)| *doing != progress.doing) {
            bar = None;
            bar = Some((progress.doing, terminal.progress(progress.doing, progress.total)));
        }
        bar.as_ref()
            .is_none_or(|(_, bar)| if progress.total > 1 { bar.at(progress.done) } else { bar.tick() })
    })
    .map_err(|error| match error {
        StudyError::CalledOff => Failure::Interrupted,
        other if terminal.is_interrupted() => {
            drop(other);
            Failure::Interrupted
        }
        other => other.into(),
    })?;
    drop(bar);
    if let Some(left_out) = work.left_out() {
        terminal.note(&left_out);
    }
    Ok(work)
}

fn table_text(kind: StudyKind, table: &StudyTable) -> String {
    let heading: Vec<&str> = table.columns.iter().map(|c| c.name.as_str()).collect();
    let mut columns = Columns::new(0, &heading);
    let whole = |x: f64| x.fract() == 0.0 && x.abs() < 1e15;
    for row in &table.rows {
        let cell = |x: &Option<f64>| or_dash(*x, |x| if whole(x) { format!("{x}") } else { four_digits(x) });
        columns.row(row.iter().map(cell).collect());
    }
    let fit = match &table.fit {
        None => String::new(),
        Some(StudyFit::Scaling(fit)) => {
            let slope = with_error(fit.slope_nats_per_log2, fit.error);
            format!("slope {slope} nats per doubling, sizes {}…{}\n", fit.window[0], fit.window[1])
        }
        Some(StudyFit::Numbers(numbers)) => {
            numbers.iter().map(|n| format!("{} = {}\n", n.name, with_error(n.value, n.error))).collect()
        }
    };
    let about: Vec<String> =
        table.about.iter().map(|(name, number)| format!("{} = {number}", name.replace('_', " "))).collect();
    let about = if about.is_empty() { String::new() } else { format!("{}\n", about.join(", ")) };
    let notes: String = table.notes.iter().map(|note| format!("{note}\n")).collect();
    format!("{}\n{}{fit}{about}{notes}", kind.question(), columns.text())
}
