//! Numbers as tables: columns with units, written as CSV.

/// A table of numbers; an absent number is an empty cell.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Table {
    /// Name and unit of each column; the unit may be empty.
    pub columns: Vec<(String, String)>,
    /// Rows of as many cells as there are columns.
    pub rows: Vec<Vec<Option<f64>>>,
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
        let mut writer = csv::Writer::from_writer(Vec::new());
        let header = self
            .columns
            .iter()
            .map(|(name, unit)| if unit.is_empty() { name.clone() } else { format!("{name} [{unit}]") });
        writer.write_record(header).expect("a vector takes every byte");
        for row in &self.rows {
            let cells = row.iter().map(|cell| cell.map_or_else(String::new, |x| x.to_string()));
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
        t.rows.push(vec![Some(3.0), Some(0.1 + 0.2)]);
        t.rows.push(vec![Some(4.0), None]);
        let text = String::from_utf8(t.csv()).unwrap();
        assert_eq!(text, "size [sites],S [nats]\n3,0.30000000000000004\n4,\n");
    }
}
