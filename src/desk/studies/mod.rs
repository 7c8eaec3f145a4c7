//! Studies: questions to network and theory whose answer is a table with a fit, and a plot beside it.

pub mod correlations;
pub mod geometry;
pub mod transition;

use crate::export::Table;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

/// A column of a study's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Unit; may be empty.
    pub unit: &'static str,
}

/// What a study found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StudyTable {
    /// Columns.
    pub columns: Vec<Column>,
    /// Rows of as many numbers; NaN, in JSON null, where a row has no such number.
    pub rows: Vec<Vec<f64>>,
    /// Fitted numbers: name, value, standard error.
    #[serde(serialize_with = "fitted")]
    pub fit: Vec<(String, f64, f64)>,
}

#[derive(Serialize)]
struct Fitted<'a> {
    name: &'a str,
    value: f64,
    error: f64,
}

fn fitted<S: Serializer>(fit: &[(String, f64, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    let mut list = serializer.serialize_seq(Some(fit.len()))?;
    for (name, value, error) in fit {
        list.serialize_element(&Fitted { name, value: *value, error: *error })?;
    }
    list.end()
}

impl StudyTable {
    /// An empty table with these columns.
    #[must_use]
    pub fn new(columns: &[(&'static str, &'static str)]) -> Self {
        let columns = columns.iter().map(|&(name, unit)| Column { name, unit }).collect();
        Self { columns, rows: Vec::new(), fit: Vec::new() }
    }

    /// A fitted number by name.
    #[must_use]
    pub fn fitted(&self, name: &str) -> Option<(f64, f64)> {
        self.fit.iter().find(|(known, ..)| known == name).map(|(_, value, error)| (*value, *error))
    }

    /// The table for a CSV file.
    #[must_use]
    pub fn table(&self) -> Table {
        let columns: Vec<(&str, &str)> = self.columns.iter().map(|c| (c.name, c.unit)).collect();
        let mut table = Table::new(&columns);
        let cells = |row: &Vec<f64>| row.iter().map(|x| x.is_finite().then_some(*x)).collect();
        table.rows = self.rows.iter().map(cells).collect();
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_written_with_names_and_units() {
        let mut table = StudyTable::new(&[("size", "sites"), ("s", "nats")]);
        table.rows.push(vec![2.0, f64::NAN]);
        table.fit.push(("slope".into(), 0.5, 0.25));
        assert_eq!(
            serde_json::to_string(&table).unwrap(),
            r#"{"columns":[{"name":"size","unit":"sites"},{"name":"s","unit":"nats"}],"rows":[[2.0,null]],"#
                .to_owned()
                + r#""fit":[{"name":"slope","value":0.5,"error":0.25}]}"#
        );
        assert_eq!(String::from_utf8(table.table().csv()).unwrap(), "size [sites],s [nats]\n2,\n");
        assert_eq!((table.fitted("slope"), table.fitted("c")), (Some((0.5, 0.25)), None));
    }
}
