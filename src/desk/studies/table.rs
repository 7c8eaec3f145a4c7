//! The answer of a study as a table.

use crate::desk::results::FitReport;
use crate::export::{Cell, Table};
use serde::Serialize;
use std::collections::BTreeMap;

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
    /// What was fitted, where the study fits something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<StudyFit>,
    /// Numbers that hold for all rows, by name: of which chain they are, of how many positions.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub about: BTreeMap<&'static str, u64>,
    /// Where the study is not of what the session asks for, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What a study fitted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum StudyFit {
    /// The logarithm of entropies.
    Scaling(FitReport),
    /// Numbers by name.
    Numbers(Vec<FittedNumber>),
}

/// A fitted number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FittedNumber {
    /// What it is.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// Its standard error; null where none is known (a line through two points) and for what is no estimate.
    pub error: Option<f64>,
}

impl StudyTable {
    /// A table with these columns and no rows.
    #[must_use]
    pub fn new(columns: &[(&str, &str)]) -> Self {
        let column = |(name, unit): &(&str, &str)| Column { name: (*name).into(), unit: (*unit).into() };
        Self { columns: columns.iter().map(column).collect(), ..Self::default() }
    }

    /// Adds a row of numbers; those that are not finite are not known.
    pub fn push(&mut self, row: impl IntoIterator<Item = f64>) {
        self.rows.push(row.into_iter().map(|x| Some(x).filter(|x| x.is_finite())).collect());
    }

    /// Adds a number that is worked out and not estimated, where there is one: it has no standard error.
    pub fn add_exact(&mut self, name: &str, value: Option<f64>) {
        self.add_fitted(name, value.map(|value| (value, f64::NAN)));
    }

    /// Adds a fitted number, where there is one: its value and standard error, which is not finite where it is not
    /// known.
    pub fn add_fitted(&mut self, name: &str, number: Option<(f64, f64)>) {
        let Some((value, error)) = number else { return };
        let error = Some(error).filter(|error| error.is_finite());
        let fitted = FittedNumber { name: name.into(), value, error };
        match &mut self.fit {
            Some(StudyFit::Numbers(numbers)) => numbers.push(fitted),
            _ => self.fit = Some(StudyFit::Numbers(vec![fitted])),
        }
    }

    /// The fit of the logarithm, if there is one.
    #[must_use]
    pub fn scaling_fit(&self) -> Option<&FitReport> {
        match &self.fit {
            Some(StudyFit::Scaling(fit)) => Some(fit),
            _ => None,
        }
    }

    /// All numbers of a column; nothing for a name that is not there.
    pub fn column(&self, name: &str) -> impl Iterator<Item = Option<f64>> + '_ {
        let place = self.columns.iter().position(|c| c.name == name);
        self.rows.iter().filter_map(move |row| row.get(place?).copied())
    }

    /// The table as CSV, units in the header.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        self.plain().csv()
    }

    /// Its columns and rows, as they are written.
    #[must_use]
    pub fn plain(&self) -> Table {
        Table {
            columns: self.columns.iter().map(|c| (c.name.clone(), c.unit.clone())).collect(),
            rows: self.rows.iter().map(|row| row.iter().map(|x| Cell::from(*x)).collect()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_written_with_names_and_units() {
        let mut table = StudyTable::new(&[("size", "sites"), ("s", "nats")]);
        table.push([2.0, f64::NAN]);
        table.add_fitted("slope", Some((0.5, 0.25)));
        table.add_fitted("none", None);
        table.add_exact("sum", Some(2.0));
        assert_eq!(
            serde_json::to_string(&table).unwrap(),
            r#"{"columns":[{"name":"size","unit":"sites"},{"name":"s","unit":"nats"}],"rows":[[2.0,null]],"#
                .to_owned()
                + r#""fit":[{"name":"slope","value":0.5,"error":0.25},{"name":"sum","value":2.0,"error":null}]}"#
        );
        assert_eq!(String::from_utf8(table.csv()).unwrap(), "size [sites],s [nats]\n2,\n");
    }
}
