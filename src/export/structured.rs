//! A table as a structured NumPy array: `numpy.load(file)["x"]` is the column x.

use super::npy::npy;
use super::npz::npz;
use super::table::{Cell, Table};

impl Table {
    /// The table as `.npy`: one record a row, a field of 64-bit floats for each column of numbers and of text for each
    /// column that has words. What is absent is NaN, or an empty text. A field of a column with a unit also goes by
    /// the title `name [unit]`, the header of the CSV.
    #[must_use]
    pub fn npy(&self) -> Vec<u8> {
        let fields: Vec<Field> = (0..self.columns.len()).map(|at| Field::of(self, at)).collect();
        let described: Vec<String> =
            fields.iter().enumerate().map(|(at, field)| field.described(self, at)).collect();
        let dtype = format!("[{}]", described.join(", "));
        let mut data = Vec::new();
        for row in &self.rows {
            for (field, cell) in fields.iter().zip(row) {
                field.write(cell, &mut data);
            }
        }
        npy(&dtype, &[self.rows.len()], &data)
    }

    /// The table as `.npz`: every column an array of its own, by its name.
    #[must_use]
    pub fn npz(&self) -> Vec<u8> {
        let columns: Vec<(String, Vec<u8>)> = (0..self.columns.len())
            .map(|at| {
                let field = Field::of(self, at);
                let mut data = Vec::new();
                for row in &self.rows {
                    field.write(&row[at], &mut data);
                }
                (field_name(self, at), npy(&quoted(&field.dtype()), &[self.rows.len()], &data))
            })
            .collect();
        npz(&columns)
    }
}

/// The name of a column; a second one of the same name has its number added.
fn field_name(table: &Table, at: usize) -> String {
    let name = &table.columns[at].0;
    let again = table.columns[..at].iter().any(|(other, _)| other == name);
    if again { format!("{name}_{at}") } else { name.clone() }
}

/// The type of a column.
enum Field {
    Number,
    /// So many characters at most.
    Text(usize),
}

impl Field {
    fn of(table: &Table, at: usize) -> Self {
        let texts = table.rows.iter().filter_map(|row| match row.get(at) {
            Some(Cell::Text(text)) => Some(text.chars().count()),
            _ => None,
        });
        // A field of no characters would have no bytes.
        texts.max().map_or(Self::Number, |longest| Self::Text(longest.max(1)))
    }

    /// The entry of the header: a name of its own, with the unit as title.
    fn described(&self, table: &Table, at: usize) -> String {
        let (name, unit) = (field_name(table, at), &table.columns[at].1);
        let name_and_title = if unit.is_empty() {
            quoted(&name)
        } else {
            format!("({}, {})", quoted(&format!("{name} [{unit}]")), quoted(&name))
        };
        format!("({name_and_title}, {})", quoted(&self.dtype()))
    }

    fn dtype(&self) -> String {
        match self {
            Self::Number => "<f8".into(),
            Self::Text(longest) => format!("<U{longest}"),
        }
    }

    fn write(&self, cell: &Cell, bytes: &mut Vec<u8>) {
        match (self, cell) {
            (Self::Number, Cell::Number(x)) => bytes.extend(x.to_le_bytes()),
            (Self::Number, _) => bytes.extend(f64::NAN.to_le_bytes()),
            (Self::Text(longest), cell) => {
                let text = cell.to_string();
                let characters = text.chars().map(u32::from).chain(std::iter::repeat(0)).take(*longest);
                bytes.extend(characters.flat_map(u32::to_le_bytes));
            }
        }
    }
}

/// A text as a literal of Python.
fn quoted(text: &str) -> String {
    let escaped: String = text
        .chars()
        .map(|c| match c {
            '\\' | '\'' => format!("\\{c}"),
            c if c.is_control() => " ".into(),
            c => c.into(),
        })
        .collect();
    format!("'{escaped}'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_hold_the_numbers_bit_for_bit_and_words_as_text() {
        let mut table = Table::new(&[("series", ""), ("x", "sites"), ("y", "")]);
        table.rows.push(vec!["cut".into(), 0.1.into(), Cell::Empty]);
        table.rows.push(vec!["Ñ".into(), (-0.0).into(), 1e-300.into()]);
        let bytes = table.npy();
        assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00");
        let length = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
        assert_eq!((10 + length) % 64, 0);
        let header = std::str::from_utf8(&bytes[10..10 + length]).unwrap();
        assert_eq!(
            header.trim_end(),
            "{'descr': [('series', '<U3'), (('x [sites]', 'x'), '<f8'), ('y', '<f8')], 'fortran_order': False, 'shape': (2,), }"
        );
        let data = &bytes[10 + length..];
        assert_eq!(data.len(), 2 * (3 * 4 + 8 + 8));
        assert_eq!(data[..12], *b"c\0\0\0u\0\0\0t\0\0\0");
        assert_eq!(data[12..20], 0.1_f64.to_le_bytes());
        assert!(f64::from_le_bytes(data[20..28].try_into().unwrap()).is_nan());
        assert_eq!(data[28..32], 0xd1_u32.to_le_bytes());
        assert_eq!(data[40..56], [(-0.0_f64).to_le_bytes(), 1e-300_f64.to_le_bytes()].concat());
    }

    #[test]
    fn names_that_are_not_ascii_take_version_three() {
        let bytes = Table::new(&[("x", "log2 Ñ"), ("x", "it's")]).npy();
        assert_eq!(&bytes[..8], b"\x93NUMPY\x03\x00");
        let text = String::from_utf8(bytes[12..].to_vec()).unwrap();
        assert!(text.contains("(('x [log2 Ñ]', 'x'), '<f8'), (('x_1 [it\\'s]', 'x_1'), '<f8')"), "{text}");
        assert_eq!(bytes.len() % 64, 0);
    }
}
