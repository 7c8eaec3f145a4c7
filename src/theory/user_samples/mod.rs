//! The user's own samples as a boundary theory: spins read from the bytes of a `.npy`, a
//! `.npz` or a `.csv` file.
//!
//! An entry is ±1 or 0/1, one convention for a whole file: the first −1 or 0 decides, and a file of +1 alone
//! belongs to either. Rows are samples, columns are sites in order along the boundary.

pub mod npy;
mod npz;
mod text;

pub use npz::SPINS;

use super::autocorrelation::integrated_time;
use crate::lattice::SpinSamples;
use sha2::{Digest, Sha256};

/// log2 of the sites that a chain of samples may have, those of `learning.sites`.
pub const LOG2_SITES: std::ops::RangeInclusive<u32> = 3..=12;
/// Fewest rows that are learned from, the least of `learning.samples`: a fifth of them is held out, and the
/// likelihood of twenty rows says little as it is.
pub const FEWEST_ROWS: u64 = 100;
/// Rows that the autocorrelation time is estimated from: its cost grows as the square of the memory.
const AUTOCORRELATION_ROWS: usize = 10_000;

/// Names the spins of a file: two files with the same digest hold the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SamplesDigest {
    /// SHA-256 of the bytes of the file (FIPS 180-4).
    pub sha256: [u8; 32],
    /// Rows of the file.
    pub samples: u64,
    /// Columns of the file, the sites N.
    pub sites: u64,
}

impl SamplesDigest {
    /// The SHA-256 as 64 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        self.sha256.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The first digits of the SHA-256, for people.
    #[must_use]
    pub fn short_hex(&self) -> String {
        self.hex()[..8].to_string()
    }

    /// The digest whose SHA-256 is written as 64 hexadecimal digits; `None` if it is not.
    #[must_use]
    pub fn from_hex(hex: &str, samples: u64, sites: u64) -> Option<Self> {
        let mut sha256 = [0; 32];
        if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        for (byte, digits) in sha256.iter_mut().zip(hex.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self { sha256, samples, sites })
    }
}

/// Spins that were read from a file.
#[derive(Clone, Debug)]
pub struct UserSamples {
    /// The spins, one row a sample.
    pub spins: SpinSamples,
    /// What names them.
    pub digest: SamplesDigest,
    /// Integrated autocorrelation time τ = 1 + 2 Σρ of the rows in their order, in rows: the larger one of
    /// Σ v_i and Σ v_i v_{i+1}, estimated from the first 10,000 rows. About 1 for independent rows.
    pub autocorrelation_time: f64,
}

/// The formats that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SamplesFormat {
    /// A two-dimensional NumPy array.
    Npy,
    /// An archive of NumPy arrays, of which one is named `spins`, or which has no other.
    Npz,
    /// Text separated by commas, semicolons, tabs or blanks.
    Csv,
}

impl SamplesFormat {
    /// The format that the ending of a name stands for, if any: `npy`, `npz` or `csv`.
    #[must_use]
    pub fn from_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "npy" => Some(Self::Npy),
            "npz" => Some(Self::Npz),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }
}

/// Why the bytes of a file are no samples. Rows and columns count from 1 as in the file: a row of a `.csv` is
/// its line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SamplesError {
    /// The header of a `.npy` file cannot be read.
    #[error("not a .npy array: {reason}; write one with numpy.save")]
    NotNpy {
        /// What was found in place of what.
        reason: String,
    },
    /// An archive that cannot be read.
    #[error("not a .npz archive: {reason}; write one with numpy.savez(file, spins=…)")]
    NotNpz {
        /// What was found in place of what.
        reason: String,
    },
    /// An archive of other arrays.
    #[error("there is no array `spins` among {found}: write it with numpy.savez(file, spins=…)")]
    NoSpins {
        /// The arrays that are there.
        found: String,
    },
    /// Numbers of another kind.
    #[error(
        "the array has dtype {found}, expected integers, floats or booleans: save it with .astype(\"int8\")"
    )]
    Dtype {
        /// The `descr` of the header.
        found: String,
    },
    /// Not a table.
    #[error("the array has shape ({found}), expected two dimensions (samples, N): reshape it")]
    Shape {
        /// The dimensions.
        found: String,
    },
    /// Cut off, or something behind the array.
    #[error(
        "there are {found} bytes of data, expected {expected} from shape and dtype: the file is not whole; write it anew"
    )]
    Length {
        /// Bytes after the header.
        found: u64,
        /// Bytes that shape and dtype ask for; none if no file could hold so many.
        expected: String,
    },
    /// N is not a power of two in range.
    #[error(
        "a row has {found} entries, expected a power of two from 8 to 4096: cut the chain to such a length"
    )]
    Sites {
        /// Columns.
        found: u64,
    },
    /// Too few samples.
    #[error("there {}, expected at least {FEWEST_ROWS} samples: add rows", are_rows(*found))]
    Rows {
        /// Rows.
        found: u64,
    },
    /// Rows of different lengths.
    #[error("row {row} has {found} entries, expected {expected} as in row {first}")]
    RowLength {
        /// The row.
        row: u64,
        /// Its entries.
        found: u64,
        /// Those of the first row.
        expected: u64,
        /// The first row that has entries.
        first: u64,
    },
    /// An entry that is no spin.
    #[error("row {row}, column {column}: found {found}, expected {expected}")]
    Entry {
        /// The row.
        row: u64,
        /// The column.
        column: u64,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
}

impl UserSamples {
    /// Reads the bytes of a file.
    ///
    /// Never allocates more than a small multiple of `bytes` (of an archive: of the spins in it as bits, at most
    /// 129 times `bytes` and 128 MiB), whatever a header promises. About 5 ns an entry.
    ///
    /// # Errors
    /// Anything but a table of spins of a size that can be learned: what was found, where, and what was
    /// expected.
    pub fn from_bytes(bytes: &[u8], format: SamplesFormat) -> Result<Self, SamplesError> {
        let spins = match format {
            SamplesFormat::Npy => npy::spins(bytes)?,
            SamplesFormat::Npz => npz::spins(bytes)?,
            SamplesFormat::Csv => text::spins(bytes)?,
        };
        let digest = SamplesDigest {
            sha256: Sha256::digest(bytes).into(),
            samples: spins.samples() as u64,
            sites: spins.sites() as u64,
        };
        let autocorrelation_time = autocorrelation_time(&spins);
        Ok(Self { spins, digest, autocorrelation_time })
    }
}

fn autocorrelation_time(spins: &SpinSamples) -> f64 {
    let rows = spins.samples().min(AUTOCORRELATION_ROWS);
    let (mut sums, mut bonds) = (vec![0.0; rows], vec![0.0; rows]);
    for site in 0..spins.sites() {
        let (here, next) = (spins.column(site), spins.column((site + 1) % spins.sites()));
        for (row, (sum, bond)) in sums.iter_mut().zip(&mut bonds).enumerate() {
            let up = here[row / 64] >> (row % 64) & 1;
            let differs = (here[row / 64] ^ next[row / 64]) >> (row % 64) & 1;
            *sum += up as f64;
            *bond -= differs as f64;
        }
    }
    // That estimate is ½ for independent rows.
    2.0 * integrated_time(&[&sums]).time.max(integrated_time(&[&bonds]).time)
}

/// Which two numbers stand for the spins of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
enum Convention {
    /// Nothing but +1 so far.
    #[default]
    Open,
    /// −1 and +1.
    Signs,
    /// 0 and 1.
    Bits,
}

impl Convention {
    /// Whether a number stands for an up spin; `None` if it is no spin of this file.
    fn is_up(&mut self, number: f64) -> Option<bool> {
        if number == 1.0 {
            return Some(true);
        }
        let down = if number == -1.0 {
            Self::Signs
        } else if number == 0.0 {
            Self::Bits
        } else {
            return None;
        };
        if *self == Self::Open {
            *self = down;
        }
        (*self == down).then_some(false)
    }

    const fn expected(self) -> &'static str {
        match self {
            Self::Open => "-1 or 1, or 0 or 1",
            Self::Signs => "-1 or 1 as in the entries before",
            Self::Bits => "0 or 1 as in the entries before",
        }
    }
}

/// `is 1 row`, `are 99 rows`.
fn are_rows(number: u64) -> String {
    if number == 1 { "is 1 row".into() } else { format!("are {number} rows") }
}

fn check_sites(found: u64) -> Result<(), SamplesError> {
    let fits = found.is_power_of_two() && LOG2_SITES.contains(&found.trailing_zeros());
    if fits { Ok(()) } else { Err(SamplesError::Sites { found }) }
}

fn check_rows(found: u64) -> Result<(), SamplesError> {
    if found >= FEWEST_ROWS { Ok(()) } else { Err(SamplesError::Rows { found }) }
}

/// At most so many characters of a file are quoted in a sentence.
const QUOTED: usize = 24;

/// Text of a file as a sentence quotes it: on one line and not long.
fn quoted(bytes: &[u8]) -> String {
    if bytes.is_empty() {
        return "nothing".into();
    }
    // A character has at most four bytes.
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * QUOTED)]);
    let mut shown = String::new();
    for c in text.chars().take(QUOTED) {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if text.chars().count() > QUOTED || bytes.len() > 4 * QUOTED { format!("{shown}…") } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::streams::stream;
    use proptest::prelude::*;
    use rand::Rng;

    /// Rows of ±1 that differ from each other.
    pub(super) fn rows(samples: usize, sites: usize) -> Vec<Vec<i8>> {
        let mut rng = stream(1, "test rows", 0);
        (0..samples)
            .map(|_| (0..sites).map(|_| if rng.next_u32() & 1 == 1 { 1 } else { -1 }).collect())
            .collect()
    }

    pub(super) fn holds(samples: &SpinSamples, rows: &[Vec<i8>]) -> bool {
        samples.samples() == rows.len()
            && rows.iter().enumerate().all(|(s, row)| {
                samples.sites() == row.len() && row.iter().enumerate().all(|(i, v)| samples.spin(s, i) == *v)
            })
    }

    fn csv(rows: &[Vec<i8>]) -> Vec<u8> {
        let line = |row: &Vec<i8>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        rows.iter().map(line).collect::<Vec<_>>().join("\n").into_bytes()
    }

    #[test]
    fn the_digest_is_that_of_the_bytes() {
        let bytes = csv(&rows(100, 8));
        let read = UserSamples::from_bytes(&bytes, SamplesFormat::Csv).unwrap();
        assert_eq!((read.digest.samples, read.digest.sites), (100, 8));
        assert_eq!(SamplesDigest::from_hex(&read.digest.hex(), 100, 8), Some(read.digest));
        // FIPS 180-4, the digest of no bytes at all.
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(
            <[u8; 32]>::from(Sha256::digest([])),
            SamplesDigest::from_hex(empty, 0, 0).unwrap().sha256
        );
        for bad in ["", "e3", &empty[1..], &empty.replace('e', "ä")] {
            assert_eq!(SamplesDigest::from_hex(bad, 0, 0), None);
        }
    }

    #[test]
    fn rows_that_remember_have_their_time() {
        // Independent rows have τ = 1 within 5 of its errors, τ √(2 (2W + 1)/n) with W = 3.
        let fresh = rows(2000, 8);
        let time = |rows: &[Vec<i8>]| {
            UserSamples::from_bytes(&csv(rows), SamplesFormat::Csv).unwrap().autocorrelation_time
        };
        assert!((time(&fresh) - 1.0).abs() < 5.0 * (14.0_f64 / 2000.0).sqrt(), "{}", time(&fresh));
        // Every row eight times: ρ(t) = 1 − t/8, τ = 1 + 2 Σ ρ = 8.
        let slow: Vec<_> = fresh.iter().flat_map(|row| std::iter::repeat_n(row.clone(), 8)).collect();
        let slow = time(&slow[..10_000]);
        assert!((slow - 8.0).abs() < 5.0 * 8.0 * (2.0 * 49.0 / 10_000.0_f64).sqrt(), "{slow}");
    }

    #[test]
    fn one_convention_holds_for_a_file() {
        let mut c = Convention::default();
        assert_eq!(
            [1.0, 1.0, -1.0, 1.0, 0.0].map(|x| c.is_up(x)),
            [Some(true), Some(true), Some(false), Some(true), None]
        );
        let mut c = Convention::default();
        assert_eq!(
            [-0.0, 0.0, 1.0, -1.0, f64::NAN].map(|x| c.is_up(x)),
            [Some(false), Some(false), Some(true), None, None]
        );
    }

    #[test]
    fn quotes_are_short_and_on_one_line() {
        assert_eq!(quoted(b""), "nothing");
        assert_eq!(quoted(b"a\nb\x1b"), "a\\nb\\u{1b}");
        assert_eq!(quoted(&[b'x'; 1000]).chars().count(), QUOTED + 1);
        assert_eq!(quoted(&[0xff, 0xfe]), "\u{fffd}\u{fffd}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
            for format in [SamplesFormat::Npy, SamplesFormat::Csv] {
                let _refused = UserSamples::from_bytes(&bytes, format);
            }
            let npy = [b"\x93NUMPY\x01\x00".as_slice(), &bytes].concat();
            let _refused = UserSamples::from_bytes(&npy, SamplesFormat::Npy);
        }

        #[test]
        fn mutated_text_is_read_or_refused_in_one_sentence(
            at in 0_usize..2000,
            byte in prop::sample::select(b"01-+,; \t\n\r.e\"x\xff\0".to_vec()),
            cut in 0_usize..2000,
        ) {
            let mut bytes = csv(&rows(110, 8));
            let last = bytes.len() - 1;
            bytes[at.min(last)] = byte;
            bytes.truncate(bytes.len() - cut.min(last) / 100);
            match UserSamples::from_bytes(&bytes, SamplesFormat::Csv) {
                Ok(read) => prop_assert_eq!(read.spins.sites(), 8),
                Err(error) => prop_assert!(error.to_string().lines().count() == 1, "{}", error),
            }
        }
    }
}
