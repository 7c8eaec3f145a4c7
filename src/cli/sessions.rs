//! Commands on sessions themselves: `new`, `keys`, `inspect`.

use super::args::{CommonArgs, OutputArgs};
use super::failure::Failure;
use super::output::{Product, check_answer, check_output};
use super::preparation::open;
use super::samples::opened;
use super::terminal::Terminal;
use super::text::{Columns, counted};
use crate::desk::open::{Opened, lay};
use crate::desk::results::key_rows;
use crate::session::file::{to_bytes, to_bytes_with};
use crate::session::keys::{KEYS, Kind};
use crate::session::quoting::{MOST_QUOTED, quoted};

/// Writes a session.
pub(super) fn new(arguments: &CommonArgs, terminal: &Terminal) -> Result<(), Failure> {
    if let Some(path) = &arguments.output.file {
        check_output(path, Product::Session)?;
    }
    let bytes = to_bytes(&open(arguments)?);
    match &arguments.output.file {
        Some(path) => terminal.write(path, &bytes),
        None => terminal.print(&bytes),
    }
}

/// Lists every parameter.
pub(super) fn keys(output: &OutputArgs, terminal: &Terminal) -> Result<(), Failure> {
    check_answer(output)?;
    let rows = key_rows();
    terminal.answer(output, &rows, || {
        let mut table = Columns::new(4, &["key", "default", "range", "meaning"]);
        for (row, key) in rows.iter().zip(KEYS) {
            // Words keep their hyphens.
            let minus = |text: &str| match key.kind {
                Kind::Real { .. } => text.replace('-', "−"),
                _ => text.to_string(),
            };
            let default = minus(&key.default_value().to_string());
            table.row(vec![row.key.into(), default, minus(&row.range), row.meaning.into()]);
        }
        table.text()
    })
}

/// Shows what a session contains; as JSON, the session.
pub(super) fn inspect(arguments: &CommonArgs, terminal: &Terminal) -> Result<(), Failure> {
    let Opened { document, imprint, .. } = opened(arguments, lay)?;
    let output = &arguments.output;
    if let Some(path) = &output.file {
        check_output(path, Product::Session)?;
        return terminal.write(path, &to_bytes(&document));
    }
    if output.json {
        return terminal.print(&to_bytes_with(&document, &imprint));
    }
    let mut table = Columns::plain(3);
    for key in KEYS {
        table.row(vec![key.path.into(), key.get(&document).to_string(), key.unit.into()]);
    }
    let weights = document.learned.as_ref().map_or_else(
        || "no learned weights".to_string(),
        |stack| format!("learned weights of {} layers", stack.layers.len()),
    );
    let samples = document.samples_file.as_ref().and_then(|file| {
        let digest = file.digest?;
        let (rows, sites) = (digest.samples, digest.sites);
        let name = quoted(file.name(), MOST_QUOTED);
        Some(format!("{name}: {rows} rows × {sites} sites, SHA-256 {}\n", digest.hex()))
    });
    let marks = [(document.bookmarks.len(), "bookmark"), (document.notes.len(), "note")];
    let marks = marks.map(|(number, name)| counted(number, name)).join(", ");
    let mut text = format!("{}{}{weights}\n{marks}\n", table.text(), samples.unwrap_or_default());
    for (key, values) in &imprint.vary {
        let values = quoted(&values.join(", "), MOST_QUOTED);
        text += &format!("a film over {} = {values}\n", quoted(key, MOST_QUOTED));
    }
    if let Some(program) = &imprint.program {
        text += &format!("written by {}\n", quoted(program, MOST_QUOTED));
    }
    terminal.print(text.as_bytes())
}
