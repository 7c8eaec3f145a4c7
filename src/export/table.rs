//! Numbers as tables: columns with units, written as CSV.

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A number, written at full precision.
    Number(f64),
    /// A name.
    Text(String),
    /// Nothing is known.
    Empty,
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
            Self::Empty => Ok(()),
        }
    }
}

/// A table; what is absent is an empty cell.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Table {
    /// Name and unit of each column; the unit may be empty.
    pub columns: Vec<(String, String)>,
    /// Rows of as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// A table with these columns and no rows.
    #[must_use]
    pub fn new(columns: &[(&str, &str)]) -> Self {
        Self {
            columns: columns.iter().map(|(n, u)| ((*n).to_string(), (*u).to_string())).collect(),
            rows: Vec::new(),
        }
    }

    /// The table as CSV, units in the header, numbers at full precision.
    #[must_use]
    pub fn csv(&self) -> Vec<u8> {
        self.separated(b',')
    }

    /// The same with tabs between the columns, as spreadsheets take it from the clipboard.
    #[must_use]
    pub fn tsv(&self) -> Vec<u8> {
        self.separated(b'\t')
    }

    fn separated(&self, delimiter: u8) -> Vec<u8> {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        let header = self
            .columns
            .iter()
            .map(|(name, unit)| if unit.is_empty() { name.clone() } else { format!("{name} [{unit}]") });
        writer.write_record(header).expect("a vector takes every byte");
        for row in &self.rows {
            let cells = row.iter().map(Cell::to_string);
            writer
                .write_record(cells)
                .expect("rows are as long as the header, and a vector takes every byte");
        }
        writer.into_inner().expect("a vector takes every byte")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_exactly() {
        let mut t = Table::new(&[("size", "sites"), ("S", "nats")]);
        t.rows.push(vec![3.0.into(), (0.1 + 0.2).into()]);
        t.rows.push(vec![4.0.into(), None.into()]);
        let text = String::from_utf8(t.csv()).unwrap();
        assert_eq!(text, "size [sites],S [nats]\n3,0.30000000000000004\n4,\n");
        assert_eq!(t.tsv(), text.replace(',', "\t").into_bytes());
    }
}
