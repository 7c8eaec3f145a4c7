//! Spins as text: a line a sample.

use super::{Convention, LOG2_SITES, SamplesError, check_rows, check_sites, quoted};
use crate::lattice::SpinSamples;

/// Most entries of a line that are kept: more are counted, as an entry of one byte takes sixteen to remember.
const MOST_ENTRIES: usize = 1 << *LOG2_SITES.end();

/// What stands between two entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    /// This byte, once.
    Byte(u8),
    /// Any number of blanks and tabs.
    Blanks,
}

impl Separator {
    /// The separator of a line: the first of comma and semicolon that occurs, else blanks and tabs.
    fn of(line: &[u8]) -> Self {
        line.iter().find(|b| matches!(b, b',' | b';')).map_or(Self::Blanks, |b| Self::Byte(*b))
    }

    /// How many entries a line has, and those that a row may have: without blanks and quotation marks around them.
    fn split<'a>(self, line: &'a [u8], entries: &mut Vec<&'a [u8]>) -> usize {
        entries.clear();
        let mut found = 0;
        let mut keep = |entry| {
            found += 1;
            if entries.len() < MOST_ENTRIES {
                entries.push(unquoted(entry));
            }
        };
        match self {
            Self::Byte(byte) => line.split(|b| *b == byte).for_each(&mut keep),
            Self::Blanks => {
                line.split(u8::is_ascii_whitespace).filter(|entry| !entry.is_empty()).for_each(&mut keep);
            }
        }
        found
    }
}

fn unquoted(entry: &[u8]) -> &[u8] {
    let entry = entry.trim_ascii();
    match entry {
        [b'"', inner @ .., b'"'] | [b'\'', inner @ .., b'\''] => inner.trim_ascii(),
        _ => entry,
    }
}

fn number(entry: &[u8]) -> Option<f64> {
    match entry {
        b"1" | b"+1" => Some(1.0),
        b"-1" => Some(-1.0),
        b"0" => Some(0.0),
        _ => std::str::from_utf8(entry).ok()?.replace('−', "-").parse().ok(),
    }
}

/// Names of columns: no entry is a number, or they count the columns from 0, which no spins do.
fn is_header(entries: &[&[u8]]) -> bool {
    let counts = |(i, entry): (usize, &&[u8])| number(entry) == Some(i as f64);
    entries.iter().all(|entry| number(entry).is_none())
        || entries.len() > 2 && entries.iter().enumerate().all(counts)
}

/// The spins of a text. Blank lines and comments, which begin with `#`, are passed over; the first line may be a header.
pub(super) fn spins(bytes: &[u8]) -> Result<SpinSamples, SamplesError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut convention = Convention::default();
    let mut separator = None;
    let mut header_possible = true;
    let mut entries = Vec::new();
    // Number of the first row and its entries.
    let mut first: Option<(u64, usize)> = None;
    let mut words_per_row = 0;
    // Row after row, as the number of rows is not known yet.
    let mut bits: Vec<u64> = Vec::new();
    for (row, line) in (1_u64..).zip(bytes.split(|b| *b == b'\n')) {
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with(b"#") {
            continue;
        }
        let found = separator.get_or_insert_with(|| Separator::of(line)).split(line, &mut entries);
        if std::mem::take(&mut header_possible) && is_header(&entries) {
            // The header may be separated in its own way.
            separator = None;
            continue;
        }
        if let Some((first, expected)) = first
            && found != expected
        {
            let (found, expected) = (found as u64, expected as u64);
            return Err(SamplesError::RowLength { row, found, expected, first });
        }
        let start = bits.len();
        bits.resize(start + entries.len().div_ceil(64), 0);
        for (i, entry) in entries.iter().enumerate() {
            let up = number(entry).and_then(|x| convention.is_up(x)).ok_or_else(|| SamplesError::Entry {
                row,
                column: i as u64 + 1,
                found: quoted(entry),
                expected: convention.expected(),
            })?;
            bits[start + i / 64] |= u64::from(up) << (i % 64);
        }
        if first.is_none() {
            check_sites(found as u64)?;
            first = Some((row, entries.len()));
            words_per_row = entries.len().div_ceil(64);
        }
    }
    let Some((_, sites)) = first else { return Err(SamplesError::Rows { found: 0 }) };
    let samples = bits.len() / words_per_row;
    check_rows(samples as u64)?;
    let mut spins = SpinSamples::all_down(samples, sites);
    for (sample, row) in bits.chunks_exact(words_per_row).enumerate() {
        for site in 0..sites {
            spins.set(sample, site, row[site / 64] >> (site % 64) & 1 == 1);
        }
    }
    Ok(spins)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{holds, rows};
    use super::*;

    #[test]
    fn a_comment_inside_a_table_is_no_row() {
        let rows = rows(100, 8);
        let line = |row: &Vec<i8>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let mut lines: Vec<String> = rows.iter().map(line).collect();
        lines.insert(50, "# run 2, after a pause".into());
        lines.insert(0, "# spins of run 1".into());
        assert!(holds(&spins(lines.join("\n").as_bytes()).unwrap(), &rows));
        let error = spins(b"1,1,1,1,1,1,1,1\n").unwrap_err().to_string();
        assert_eq!(error, "there is 1 row, expected at least 100 samples: add rows");
    }

    /// The rows as text, each entry shown by `show`.
    fn text(rows: &[Vec<i8>], separator: &str, show: impl Fn(i8) -> String) -> String {
        let line = |row: &Vec<i8>| row.iter().map(|v| show(*v)).collect::<Vec<_>>().join(separator);
        rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn signs(v: i8) -> String {
        v.to_string()
    }

    #[test]
    fn every_way_to_write_the_same_rows_is_read() {
        let rows = rows(100, 64);
        let bits = |v: i8| ((v + 1) / 2).to_string();
        let exponent = |v: i8| format!("{:.18e}", f64::from(v));
        let header: Vec<String> = (0..64).map(|i| format!("v{i}")).collect();
        let counted: Vec<String> = (0..64).map(|i| i.to_string()).collect();
        let plain = text(&rows, ",", signs);
        for written in [
            plain.clone(),
            text(&rows, ";", signs),
            text(&rows, "\t", bits),
            text(&rows, "   ", bits),
            text(&rows, " , ", signs),
            text(&rows, " ", exponent),
            text(&rows, ",", |v| format!("\"{v}\"")),
            text(&rows, ",", |v| if v > 0 { "+1".into() } else { "−1".into() }),
            format!("{}\n{plain}", header.join(",")),
            format!("# {}\n{plain}", header.join(" ")),
            format!("\u{feff}{}\r\n\r\n{}\r\n\n", counted.join(","), plain.replace('\n', "\r\n")),
            format!("\n  \n{}", plain.replace('\n', "\n\n\t\n")),
        ] {
            let read = spins(written.as_bytes()).unwrap_or_else(|e| panic!("{e} in {}", &written[..80]));
            assert!(holds(&read, &rows), "{}", &written[..80]);
        }
        let up = vec![vec![1; 8]; 100];
        assert!(holds(&spins(text(&up, ",", signs).as_bytes()).unwrap(), &up));
    }

    #[test]
    fn what_is_no_table_of_spins_is_refused_by_place() {
        let good = text(&rows(100, 8), ",", |_| "1".into());
        let with = |line: usize, new: &str| {
            let mut lines: Vec<&str> = good.lines().collect();
            lines[line] = new;
            lines.join("\n")
        };
        for (bad, expected) in [
            (String::new(), "there are 0 rows, expected at least 100 samples: add rows"),
            ("v0,v1\n".into(), "there are 0 rows, expected at least 100 samples: add rows"),
            (
                good.lines().take(99).collect::<Vec<_>>().join("\n"),
                "there are 99 rows, expected at least 100 samples: add rows",
            ),
            (with(4, "1,1,1,2,1,1,1,1"), "row 5, column 4: found 2, expected -1 or 1, or 0 or 1"),
            (
                with(4, "1,1,-1,0,1,1,1,1"),
                "row 5, column 4: found 0, expected -1 or 1 as in the entries before",
            ),
            (
                with(4, "1,0,1,1,1,1,1,-1"),
                "row 5, column 8: found -1, expected 0 or 1 as in the entries before",
            ),
            (with(4, "1,1,,1,1,1,1,1"), "row 5, column 3: found nothing, expected -1 or 1, or 0 or 1"),
            (with(4, "1,1,1,1,1,1,1"), "row 5 has 7 entries, expected 8 as in row 1"),
            (format!("\na,b\n\n{}", with(4, "1,1")), "row 8 has 2 entries, expected 8 as in row 4"),
            (with(0, "1,x,1,1,1,1,1,1"), "row 1, column 2: found x, expected -1 or 1, or 0 or 1"),
            (with(9, "a,b,c,d,e,f,g,h"), "row 10, column 1: found a, expected -1 or 1, or 0 or 1"),
            (with(0, "1,1,1,1,1,1,1,nan"), "row 1, column 8: found nan, expected -1 or 1, or 0 or 1"),
            (
                text(&rows(100, 12), ",", signs),
                "a row has 12 entries, expected a power of two from 8 to 4096: cut the chain to such a length",
            ),
            (
                text(&rows(1, 8192), " ", signs),
                "a row has 8192 entries, expected a power of two from 8 to 4096: cut the chain to such a length",
            ),
        ] {
            assert_eq!(spins(bad.as_bytes()).unwrap_err().to_string(), expected);
        }
    }
}
