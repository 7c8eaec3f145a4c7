//! The answer of a study as a table.

use crate::desk::results::FitReport;
use crate::export::{Cell, Table};
use serde::Serialize;

/// A column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its unit; may be empty.
    pub unit: String,
}

/// Numbers in rows; a number that is not known is absent (`null`, an empty cell).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct StudyTable {
    /// Name and unit of each column.
    pub columns: Vec<Column>,
    /// Rows of as many numbers as there are columns.
    pub rows: Vec<Vec<Option<f64>>>,
    /// A fit of the logarithm of entropies, where the study has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<FitReport>,
}

impl StudyTable {
    /// A table with these columns and no rows.
    #[must_use]
    pub fn new(columns: &[(&str, &str)]) -> Self {
        let column = |(name, unit): &(&str, &str)| Column { name: (*name).into(), unit: (*unit).into() };
        Self { columns: columns.iter().map(column).collect(), ..Self::default() }
    }

    /// All numbers of a column; nothing for a name that is not there.
    pub fn column(&self, name: &str) -> impl Iterator<Item = Option<f64>> + '_ {
        let place = self.columns.iter().position(|c| c.name == name);
        self.rows.iter().filter_map(move |row| row.get(place?).copied())
    }

    /// The table as CSV, units in the header.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        Table {
            columns: self.columns.iter().map(|c| (c.name.clone(), c.unit.clone())).collect(),
            rows: self.rows.iter().map(|row| row.iter().map(|x| Cell::from(*x)).collect()).collect(),
        }
        .csv()
    }
}
