//! Studies: `analyse`, and their plots and numbers for `render` and `data`.

use super::args::{AnalyseArgs, NetworkArgs, StudyName};
use super::failure::Failure;
use super::preparation::{check_output, open, prepare};
use super::terminal::Terminal;
use super::text::{Columns, with_error};
use crate::desk::Study;
use crate::desk::results::survey;
use crate::desk::studies::{StudyTable, correlations, geometry, transition};
use crate::figure::Chart;
use crate::figure::chart::four_digits;
use crate::session::Document;
use std::sync::Arc;

/// Makes a study and prints its table.
pub(super) fn analyse(arguments: &AnalyseArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.network.common.output;
    if let Some(path) = &output.file {
        check_output(path, &["csv"])?;
    }
    let (_, table, _) = study(&arguments.network, arguments.study, terminal)?;
    if let Some(path) = &output.file {
        return terminal.write(path, &table.table().csv());
    }
    terminal.report(output, &table, || text(&table))
}

/// The document, the table and the plot of a study.
pub(super) fn study(
    arguments: &NetworkArgs,
    name: StudyName,
    terminal: &Terminal,
) -> Result<(Document, StudyTable, Chart), Failure> {
    if name == StudyName::Correlations {
        let document = open(&arguments.common)?;
        let found = {
            let _running = terminal.progress("exact correlations", 1);
            correlations::boundary_correlations(&document)
        };
        return Ok((document, found.table(), found.chart()));
    }
    let prepared = prepare(arguments, terminal)?;
    let (document, network) = (prepared.document, prepared.network);
    let study = Study { network: Arc::clone(&network), answer: None, survey: None, training: None };
    let (table, chart) = match name {
        StudyName::Transition => {
            let progress = terminal.progress("two intervals", 96);
            let found =
                transition::transition(&document, &network.network, |done, _| progress.at(done as u64))?;
            (found.table(), found.chart(&document, &study))
        }
        StudyName::Geometry | StudyName::Correlations => {
            let progress = terminal.progress("entropy against size", 1);
            let sizes = (0..network.network.geometry().log2_sites()).map(|k| 1 << k).collect();
            let survey = survey(&document, &network, Some(sizes), || progress.tick())?;
            let found = geometry::measured_geometry(&network, &survey);
            (found.table(), found.chart(&study))
        }
    };
    Ok((document, table, chart))
}

fn text(table: &StudyTable) -> String {
    let headings: Vec<String> = table
        .columns
        .iter()
        .map(|c| if c.unit.is_empty() { c.name.to_string() } else { format!("{} ({})", c.name, c.unit) })
        .collect();
    let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
    let mut columns = Columns::new(0, &headings);
    for row in &table.rows {
        // Counts keep all their digits.
        let cell =
            |x: &f64| if x.fract() == 0.0 && x.abs() < 1e15 { format!("{x:.0}") } else { four_digits(*x) };
        columns.row(row.iter().map(cell).collect());
    }
    let fit =
        table.fit.iter().map(|(name, value, error)| format!("{name} = {}\n", with_error(*value, *error)));
    columns.text() + &fit.collect::<String>()
}
