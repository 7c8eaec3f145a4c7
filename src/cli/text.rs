//! Answers for people: aligned columns, true minus signs.

use crate::desk::{Study, picture};
use crate::figure::chart::four_digits;
use crate::figure::plots::EntropyUnit;
use crate::holography::BulkNetwork;
use crate::session::Document;
use crate::session::quoting::quoted;
use std::sync::Arc;

/// A table whose columns are as wide as their widest cell. The first `left` columns are words, aligned left;
/// the others are numbers, aligned right.
pub(super) struct Columns {
    left: usize,
    rows: Vec<Vec<String>>,
}

impl Columns {
    /// A table under a heading.
    pub(super) fn new(left: usize, heading: &[&str]) -> Self {
        Self { left, rows: vec![heading.iter().map(|h| (*h).to_string()).collect()] }
    }

    /// A table without heading.
    pub(super) const fn plain(left: usize) -> Self {
        Self { left, rows: Vec::new() }
    }

    /// Adds a row.
    pub(super) fn row(&mut self, cells: Vec<String>) {
        // A name in a session may hold what a terminal would obey.
        self.rows.push(cells.into_iter().map(|cell| quoted(&cell, usize::MAX)).collect());
    }

    /// The table as lines.
    pub(super) fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |s: &str| s.chars().count();
        let widths: Vec<usize> = (0..columns)
            .map(|i| self.rows.iter().filter_map(|r| r.get(i)).map(|c| width(c)).max().unwrap_or(0))
            .collect();
        let mut text = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (i, cell) in row.iter().enumerate() {
                let space = " ".repeat(widths[i].saturating_sub(width(cell)));
                let (before, after) = if i < self.left { ("", space.as_str()) } else { (space.as_str(), "") };
                if i > 0 {
                    line.push_str("  ");
                }
                line.push_str(before);
                line.push_str(cell);
                line.push_str(after);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}

/// A number with six decimals and a true minus sign, none before zeros alone.
pub(super) fn decimals(x: f64) -> String {
    let text = format!("{x:.6}");
    if text == "-0.000000" { "0.000000".into() } else { text.replace('-', "−") }
}

/// The unit that a session shows entropies in, for text alone: JSON is in nats.
pub(super) fn unit_of(document: &Document, network: &Arc<BulkNetwork>) -> EntropyUnit {
    picture::unit(document, &Study::of(Arc::clone(network)))
}

/// A number with its standard error, four digits each; alone where no error is known.
pub(super) fn with_error(x: f64, error: impl Into<Option<f64>>) -> String {
    match error.into() {
        Some(error) => format!("{} ± {}", four_digits(x), four_digits(error)),
        None => four_digits(x),
    }
}

/// A number of things, whose name is that of one of them.
pub(super) fn counted(number: usize, name: &str) -> String {
    format!("{number} {name}{}", if number == 1 { "" } else { "s" })
}

/// A region as it is written; of no sites ∅.
pub(super) fn or_nothing(region: &str) -> &str {
    if region.is_empty() { "∅" } else { region }
}

/// A value that may not be there.
pub(super) fn or_dash<T>(x: Option<T>, show: impl Fn(T) -> String) -> String {
    x.map_or_else(|| "–".into(), show)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stand_left_and_numbers_right() {
        let mut table = Columns::new(1, &["name", "S"]);
        table.row(vec!["a".into(), decimals(-0.5)]);
        table.row(vec!["K′2 of b".into(), "1".into()]);
        assert_eq!(table.text(), "name              S\na         −0.500000\nK′2 of b          1\n");
        assert_eq!((decimals(-0.0), decimals(-4e-16)), ("0.000000".into(), "0.000000".into()));
        assert_eq!(
            (or_dash(None, decimals), or_dash(Some(1), |i: u8| i.to_string())),
            ("–".into(), "1".into())
        );
        assert_eq!((counted(1, "point"), counted(2, "point")), ("1 point".into(), "2 points".into()));
        assert_eq!((or_nothing(""), or_nothing("0..4")), ("∅", "0..4"));
        assert_eq!(with_error(1.0, 0.1), "1.000 ± 0.1000");
        assert_eq!(with_error(1.0, None), "1.000");
    }
}
