//! The user's own entropies of regions: a CSV file of two columns.

use crate::entanglement::RegionEntropy;
use crate::figure::chart::four_digits;
use crate::lattice::Boundary;
use crate::network::{Region, RegionError};
use crate::numerics::stable::LN_2;
use crate::session::{SessionError, file};
use std::path::Path;

/// Why a file is not a table of entropies.
#[derive(Debug, thiserror::Error)]
pub enum EntropiesError {
    /// It cannot be read.
    #[error(transparent)]
    Unreadable(#[from] SessionError),
    /// A row that is no CSV, or has not two cells.
    #[error("{file}, row {row}: {reason}; write a region and its S2 in nats, such as \"5..9,12..14\",0.71")]
    Row {
        /// The file.
        file: String,
        /// Line of the file, 1 first.
        row: u64,
        /// What is wrong.
        reason: String,
    },
    /// The text of a region.
    #[error("{file}, row {row}: {source}")]
    Region {
        /// The file.
        file: String,
        /// Line of the file.
        row: u64,
        /// What is wrong.
        source: RegionError,
    },
    /// Nothing in it.
    #[error("{file} has no rows of a region and its entropy: add some")]
    Empty {
        /// The file.
        file: String,
    },
}

/// The largest table that is read: a million regions.
const LARGEST_TABLE: u64 = 64 << 20;

/// What a table may be rounded by: five digits of an entropy that is the largest.
const ROUNDED: f64 = 1e-5;

/// Regions of a ring of `sites` and their S2 in nats, one a row: `region,entropy` under an optional heading of these
/// words; a region of several intervals stands in quotation marks.
///
/// # Errors
/// A file that cannot be read, or the first row that is wrong.
pub fn read_entropies(path: &Path, sites: u64) -> Result<Vec<RegionEntropy>, EntropiesError> {
    let file = path.display().to_string();
    let bytes = file::bytes_within(path, LARGEST_TABLE)?;
    parse(&bytes, &file, sites)
}

fn parse(bytes: &[u8], file: &str, sites: u64) -> Result<Vec<RegionEntropy>, EntropiesError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(bytes);
    let mut found = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let wrong = |row: u64, reason: String| EntropiesError::Row { file: file.into(), row, reason };
        let record = record
            .map_err(|e| wrong(e.position().map_or(i as u64 + 1, csv::Position::line), e.to_string()))?;
        let row = record.position().map_or(i as u64 + 1, csv::Position::line);
        let [region, entropy] = [record.get(0), record.get(1)];
        let (Some(region), Some(entropy), 2) = (region, entropy, record.len()) else {
            return Err(wrong(row, format!("{} cells where two are expected", record.len())));
        };
        if i == 0 && region.eq_ignore_ascii_case("region") {
            continue;
        }
        let entropy: f64 = entropy.parse().map_err(|_| wrong(row, format!("`{entropy}` is not a number")))?;
        if !(entropy.is_finite() && entropy >= 0.0) {
            return Err(wrong(row, format!("an entropy of {entropy} is not finite nats of 0 or more")));
        }
        let region = Region::parse(region, sites, Boundary::Ring)
            .map_err(|source| EntropiesError::Region { file: file.into(), row, source })?;
        let most = region.len() as f64 * LN_2;
        if entropy > most * (1.0 + ROUNDED) {
            let spins = region.len();
            return Err(wrong(
                row,
                format!("{} nats are more than {spins} spins hold, {most:.3}", four_digits(entropy)),
            ));
        }
        found.push(RegionEntropy { region, renyi2_nats: entropy });
    }
    if found.is_empty() { Err(EntropiesError::Empty { file: file.into() }) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_and_entropies_are_read() {
        let text = b"Region, Entropy\n# note\n\"0..2, 5..7\", 0.75\n30..35,1\n";
        let found = parse(text, "s.csv", 32).unwrap();
        assert_eq!((found.len(), found[0].region.len(), found[0].renyi2_nats), (2, 4, 0.75));
        assert!(found[1].region.contains(2), "it wraps round the ring");
    }

    #[test]
    fn the_wrong_row_is_named() {
        let error = |text: &str| parse(text.as_bytes(), "s.csv", 32).unwrap_err().to_string();
        assert!(error("0..2,0.5\n3..4,x\n").contains("s.csv, row 2: `x` is not a number"));
        assert!(error("0..2,0.5\n40..44,0.5\n").contains("row 2: 40..44 starts outside"));
        assert!(error("0..2,3..4,0.5\n").contains("row 1: 3 cells"));
        assert!(error("0..2,-1\n").contains("an entropy of -1"));
        assert!(error("region,entropy\n").contains("no rows"));
        // Written in other units, or astray: no couplings have such entropies, whatever else is set.
        assert!(error("0..2,1e300\n").contains("more than 2 spins hold, 1.386"));
        assert!(parse(b"0..2,1.38630\n", "s.csv", 32).is_ok(), "two whole bits, rounded up");
    }
}
