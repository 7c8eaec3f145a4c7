//! The guided tour without a window: what its stops are, and the session of each.

use super::failure::Failure;
use super::output::{Product, check_answer, check_output};
use super::program_args::TourArgs;
use super::terminal::Terminal;
use super::text::Columns;
use crate::desk::tour::{Stop, stop, stops};
use crate::session::file::to_bytes;
use serde::Serialize;

/// A stop as `--json` tells it.
#[derive(Serialize)]
struct Row<'a> {
    stop: usize,
    name: &'a str,
    title: &'a str,
    preset: &'a str,
    set: &'a [String],
    equations: &'a [String],
    formulas: &'a [String],
    text: &'a str,
    look: &'a str,
    #[serde(rename = "try")]
    attempt: &'a str,
}

impl<'a> Row<'a> {
    fn new(number: usize, stop: &'a Stop) -> Self {
        Self {
            stop: number,
            name: &stop.name,
            title: &stop.title,
            preset: &stop.preset,
            set: &stop.set,
            equations: &stop.equations,
            formulas: &stop.formulas,
            text: &stop.text,
            look: &stop.look,
            attempt: &stop.attempt.text,
        }
    }
}

/// Lists the stops; of one, tells what it says or writes its session.
pub(super) fn tour(arguments: &TourArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.output;
    let Some(number) = arguments.stop else {
        check_answer(output)?;
        let rows: Vec<Row<'_>> = stops().iter().zip(1..).map(|(stop, i)| Row::new(i, stop)).collect();
        return terminal.answer(output, &rows, || {
            let mut table = Columns::new(4, &["stop", "title", "preset", "equations"]);
            for (row, stop) in rows.iter().zip(stops()) {
                let preset = format!("@{}", row.preset);
                table.row(vec![row.stop.to_string(), row.title.into(), preset, stop.sources()]);
            }
            table.text()
        });
    };
    let stop = stop(number).map_err(|e| Failure::Usage(e.to_string()))?;
    let document = stop.document().map_err(|e| Failure::Usage(e.to_string()))?;
    if let Some(path) = output.file.as_ref().filter(|_| !output.json) {
        check_output(path, Product::Session)?;
        return terminal.write(path, &to_bytes(&document));
    }
    check_answer(output)?;
    terminal.answer(output, &Row::new(number, stop), || {
        let Stop { title, text, look, attempt, .. } = stop;
        let sources = stop.sources();
        format!("{number} · {title}  {sources}\n\n{text}\n\nLook  {look}\n\nTry  {}\n", attempt.text)
    })
}
