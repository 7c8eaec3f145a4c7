//! Spins as a NumPy array: the format of `numpy.save`, versions 1 to 3 (NumPy Enhancement Proposal 1).
//!
//! The header is read here and not by the library that writes ours: that one multiplies the dimensions
//! unchecked, and parses nested literals as deep as a file makes them.

use super::{Convention, SamplesError, check_rows, check_sites, quoted};
use crate::lattice::SpinSamples;
use std::io::Read;

/// Longest header that is read, as in NumPy itself.
pub const LONGEST_HEADER: usize = 10_000;
/// Magic, version, length and header of any file that is read.
const LONGEST_START: u64 = LONGEST_HEADER as u64 + 12;
/// Entries that are read at a time.
const BLOCK: usize = 1 << 13;
const MAGIC: &[u8] = b"\x93NUMPY";

/// What the header of a `.npy` file says.
#[derive(Debug, PartialEq, Eq)]
pub struct Header {
    /// Kind of numbers, as it is written there.
    pub descr: String,
    /// Whether the first index runs fastest.
    pub fortran_order: bool,
    /// Sides.
    pub shape: Vec<u64>,
}

/// How one entry is read.
#[derive(Clone, Copy)]
struct Element {
    size: usize,
    number: fn(&[u8]) -> f64,
}

/// A table of spins as a header promises it; nothing is allocated for it yet.
struct Table {
    samples: usize,
    sites: usize,
    fortran_order: bool,
    element: Element,
    /// Bytes of all entries.
    bytes: u64,
}

impl Table {
    /// The table of `header`, which must be of a size that can be learned, with `found` bytes of data behind it.
    fn promised(header: &Header, found: u64) -> Result<Self, SamplesError> {
        let [samples, sites] = header.shape[..] else {
            let sides: Vec<String> = header.shape.iter().map(ToString::to_string).collect();
            // As Python writes it.
            let found = sides.join(", ") + if sides.len() == 1 { "," } else { "" };
            return Err(SamplesError::Shape { found });
        };
        let element = element(&header.descr)?;
        check_sites(sites)?;
        check_rows(samples)?;
        // A header may promise more than any disk holds.
        let asked = samples.checked_mul(sites).and_then(|n| n.checked_mul(element.size as u64));
        if asked != Some(found) {
            let expected = asked.map_or_else(|| "more than 2^64".into(), |n| n.to_string());
            return Err(SamplesError::Length { found, expected });
        }
        let (samples, sites) = (samples as usize, sites as usize);
        Ok(Self { samples, sites, fortran_order: header.fortran_order, element, bytes: found })
    }

    /// Reads the entries block after block; `broken` says that `data` could not be read.
    fn read(
        self,
        mut data: impl Read,
        broken: impl Fn(std::io::Error) -> SamplesError,
    ) -> Result<SpinSamples, SamplesError> {
        let Self { samples, sites, fortran_order, element, bytes } = self;
        let mut spins = SpinSamples::all_down(samples, sites);
        let mut convention = Convention::default();
        let mut block = Vec::new();
        let mut k = 0;
        while k < samples * sites {
            let asked = BLOCK.min(samples * sites - k) * element.size;
            block.clear();
            data.by_ref().take(asked as u64).read_to_end(&mut block).map_err(&broken)?;
            if block.len() < asked {
                let found = (k * element.size + block.len()) as u64;
                return Err(SamplesError::Length { found, expected: bytes.to_string() });
            }
            for entry in block.chunks_exact(element.size) {
                let (sample, site) =
                    if fortran_order { (k % samples, k / samples) } else { (k / sites, k % sites) };
                let number = (element.number)(entry);
                match convention.is_up(number) {
                    Some(up) => spins.set(sample, site, up),
                    None => {
                        return Err(SamplesError::Entry {
                            row: sample as u64 + 1,
                            column: site as u64 + 1,
                            found: number.to_string(),
                            expected: convention.expected(),
                        });
                    }
                }
                k += 1;
            }
        }
        Ok(spins)
    }
}

/// The spins of an array of shape (samples, N).
pub(super) fn spins(bytes: &[u8]) -> Result<SpinSamples, SamplesError> {
    let (header, data) = split(bytes)?;
    Table::promised(&header, data.len() as u64)?.read(data, |e| not_npy(e.to_string()))
}

/// The spins of an array of `length` bytes with its header, as they are unpacked: never more of it in memory than
/// its spins as bits and one block.
///
/// # Errors
/// As of [`spins`]; `broken` says that `packed` could not be read.
pub(super) fn unpacked_spins(
    mut packed: impl Read,
    length: u64,
    broken: impl Fn(std::io::Error) -> SamplesError,
) -> Result<SpinSamples, SamplesError> {
    let mut start = Vec::new();
    packed.by_ref().take(LONGEST_START).read_to_end(&mut start).map_err(&broken)?;
    let (header, data) = split(&start)?;
    let before = (start.len() - data.len()) as u64;
    let table = Table::promised(&header, length.saturating_sub(before))?;
    let expected = table.bytes.to_string();
    let mut rest = data.chain(packed);
    let spins = table.read(&mut rest, &broken)?;
    // Nothing may be left; an archive checks its sums when it comes to its end.
    match rest.read(&mut [0]).map_err(&broken)? {
        0 => Ok(spins),
        _ => Err(SamplesError::Length { found: length - before + 1, expected }),
    }
}

fn not_npy(reason: impl Into<String>) -> SamplesError {
    SamplesError::NotNpy { reason: reason.into() }
}

/// Header and data of the bytes of a `.npy` file; nothing is allocated but what the header itself needs.
///
/// # Errors
/// [`SamplesError::NotNpy`] with what was found.
pub fn split(bytes: &[u8]) -> Result<(Header, &[u8]), SamplesError> {
    let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| not_npy("it does not begin with \\x93NUMPY"))?;
    let cut_off = || not_npy("it ends within its header");
    let (version, rest) = rest.split_first_chunk::<2>().ok_or_else(cut_off)?;
    let (length, rest) = match version {
        [1, _] => {
            let (length, rest) = rest.split_first_chunk().ok_or_else(cut_off)?;
            (u32::from(u16::from_le_bytes(*length)), rest)
        }
        [2 | 3, _] => {
            let (length, rest) = rest.split_first_chunk().ok_or_else(cut_off)?;
            (u32::from_le_bytes(*length), rest)
        }
        [major, minor] => {
            return Err(not_npy(format!("it has version {major}.{minor} and 1 to 3 are known")));
        }
    };
    let length = length as usize;
    if length > LONGEST_HEADER {
        return Err(not_npy(format!("its header has {length} bytes and {LONGEST_HEADER} are read at most")));
    }
    let (text, data) = rest.split_at_checked(length).ok_or_else(cut_off)?;
    Ok((header(text)?, data))
}

/// `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`, its keys in any order.
fn header(text: &[u8]) -> Result<Header, SamplesError> {
    let broken = |left: &[u8]| {
        not_npy(format!("its header is no dictionary of the format at {}", quoted(left.trim_ascii())))
    };
    let mut cursor = Cursor { left: text };
    let (mut descr, mut order, mut shape) = (None, None, None);
    cursor.sign(b'{').ok_or_else(|| broken(cursor.left))?;
    while !cursor.left.trim_ascii_start().starts_with(b"}") {
        let key = cursor.string().ok_or_else(|| broken(cursor.left))?;
        cursor.sign(b':').ok_or_else(|| broken(cursor.left))?;
        match key {
            b"descr" => descr = Some(cursor.descr().ok_or_else(|| broken(cursor.left))?),
            b"fortran_order" => order = Some(cursor.truth().ok_or_else(|| broken(cursor.left))?),
            b"shape" => shape = Some(cursor.dimensions().ok_or_else(|| broken(cursor.left))?),
            _ => return Err(broken(key)),
        }
        if cursor.sign(b',').is_none() {
            break;
        }
    }
    cursor.sign(b'}').ok_or_else(|| broken(cursor.left))?;
    match (descr, order, shape) {
        (Some(descr), Some(fortran_order), Some(shape)) => Ok(Header { descr, fortran_order, shape }),
        _ => Err(not_npy("its header lacks descr, fortran_order or shape")),
    }
}

/// The part of a header that is not read yet.
struct Cursor<'a> {
    left: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn sign(&mut self, sign: u8) -> Option<()> {
        let (first, rest) = self.left.trim_ascii_start().split_first()?;
        (*first == sign).then(|| self.left = rest)
    }

    /// The bytes before the first one that `ends`.
    fn until(&mut self, ends: impl Fn(u8) -> bool) -> &'a [u8] {
        let at = self.left.iter().position(|b| ends(*b)).unwrap_or(self.left.len());
        let (taken, rest) = self.left.split_at(at);
        self.left = rest;
        taken
    }

    /// A literal in quotation marks, without escapes.
    fn string(&mut self) -> Option<&'a [u8]> {
        let (mark, rest) = self.left.trim_ascii_start().split_first()?;
        if !matches!(mark, b'\'' | b'"') {
            return None;
        }
        self.left = rest;
        let text = self.until(|b| b == *mark);
        self.sign(*mark).map(|()| text)
    }

    fn truth(&mut self) -> Option<bool> {
        self.left = self.left.trim_ascii_start();
        match self.until(|b| !b.is_ascii_alphabetic()) {
            b"True" => Some(true),
            b"False" => Some(false),
            _ => None,
        }
    }

    /// The dtype: a word, or the list of a structured one, of which only the beginning is kept to be shown.
    fn descr(&mut self) -> Option<String> {
        if let Some(word) = self.string() {
            return Some(quoted(word));
        }
        let list = self.left.trim_ascii_start();
        if !list.starts_with(b"[") {
            return None;
        }
        let mut depth = 0_usize;
        let end = list.iter().position(|b| {
            match b {
                b'[' => depth += 1,
                b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })?;
        self.left = &list[end + 1..];
        Some(quoted(&list[..=end]))
    }

    /// `(3, 4)`, `(3,)` or `()`; Python 2 wrote `3L`.
    fn dimensions(&mut self) -> Option<Vec<u64>> {
        let mut found = Vec::new();
        self.sign(b'(')?;
        while self.sign(b')').is_none() {
            self.left = self.left.trim_ascii_start();
            let digits = self.until(|b| !b.is_ascii_digit());
            found.push(std::str::from_utf8(digits).ok()?.parse().ok()?);
            self.left = self.left.strip_prefix(b"L").unwrap_or(self.left);
            if self.sign(b',').is_none() {
                self.sign(b')')?;
                break;
            }
        }
        Some(found)
    }
}

/// The entries of a dtype: `|b1`, `<i4`, `>f8` and their like.
fn element(descr: &str) -> Result<Element, SamplesError> {
    macro_rules! number {
        ($type:ty, $big:expr) => {
            Element {
                size: size_of::<$type>(),
                number: if $big {
                    |b| <$type>::from_be_bytes(b.try_into().expect("chunks have this size")) as f64
                } else {
                    |b| <$type>::from_le_bytes(b.try_into().expect("chunks have this size")) as f64
                },
            }
        };
    }
    let refused = || SamplesError::Dtype { found: descr.into() };
    let (big, kind) = match descr.as_bytes() {
        [b'>', kind @ ..] => (true, kind),
        [b'<' | b'|', kind @ ..] => (false, kind),
        // `=` is the order of the machine that wrote; no file should say so.
        _ => return Err(refused()),
    };
    Ok(match kind {
        b"b1" | b"u1" => number!(u8, big),
        b"i1" => number!(i8, big),
        b"i2" => number!(i16, big),
        b"u2" => number!(u16, big),
        b"i4" => number!(i32, big),
        b"u4" => number!(u32, big),
        b"i8" => number!(i64, big),
        b"u8" => number!(u64, big),
        b"f4" => number!(f32, big),
        b"f8" => number!(f64, big),
        b"f2" => {
            Element { size: 2, number: if big { |b| half([b[0], b[1]]) } else { |b| half([b[1], b[0]]) } }
        }
        _ => return Err(refused()),
    })
}

/// A binary16 number (IEEE 754), most significant byte first.
fn half(bytes: [u8; 2]) -> f64 {
    let bits = u16::from_be_bytes(bytes);
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023) / 1024.0);
    sign * match exponent {
        0 => fraction * 2.0_f64.powi(-14),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction) * 2.0_f64.powi(exponent - 15),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{holds, rows};
    use super::*;
    use proptest::prelude::*;

    fn npy(version: u8, header: &str, data: &[u8]) -> Vec<u8> {
        let length = header.len() as u32;
        let mut bytes = [MAGIC, &[version, 0]].concat();
        match version {
            1 => bytes.extend((length as u16).to_le_bytes()),
            _ => bytes.extend(length.to_le_bytes()),
        }
        bytes.extend(header.as_bytes());
        bytes.extend(data);
        bytes
    }

    fn dictionary(descr: &str, fortran: bool, samples: usize, sites: usize) -> String {
        let order = if fortran { "True" } else { "False" };
        format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': ({samples}, {sites}), }}     \n")
    }

    /// The rows in C or Fortran order, each entry written by `write`.
    fn data(rows: &[Vec<i8>], fortran: bool, write: impl Fn(i8) -> Vec<u8>) -> Vec<u8> {
        let (samples, sites) = (rows.len(), rows[0].len());
        (0..samples * sites)
            .map(|k| if fortran { (k % samples, k / samples) } else { (k / sites, k % sites) })
            .flat_map(|(s, i)| write(rows[s][i]))
            .collect()
    }

    #[test]
    fn every_dtype_order_and_endianness_holds_the_same_rows() {
        type Write = fn(i8) -> Vec<u8>;
        let bit = |v: i8| ((v + 1) / 2) as u8;
        assert_eq!([bit(-1), bit(1)], [0, 1]);
        let dtypes: [(&str, Write); 22] = [
            ("|b1", |v| vec![(v == 1).into()]),
            ("|u1", |v| vec![(v == 1).into()]),
            ("|i1", |v| v.to_le_bytes().to_vec()),
            ("<i2", |v| i16::from(v).to_le_bytes().to_vec()),
            (">i2", |v| i16::from(v).to_be_bytes().to_vec()),
            ("<u2", |v| u16::from(v == 1).to_le_bytes().to_vec()),
            (">u2", |v| u16::from(v == 1).to_be_bytes().to_vec()),
            ("<i4", |v| i32::from(v).to_le_bytes().to_vec()),
            (">i4", |v| i32::from(v).to_be_bytes().to_vec()),
            ("<u4", |v| u32::from(v == 1).to_le_bytes().to_vec()),
            (">u4", |v| u32::from(v == 1).to_be_bytes().to_vec()),
            ("<i8", |v| i64::from(v).to_le_bytes().to_vec()),
            (">i8", |v| i64::from(v).to_be_bytes().to_vec()),
            ("<u8", |v| u64::from(v == 1).to_le_bytes().to_vec()),
            (">u8", |v| u64::from(v == 1).to_be_bytes().to_vec()),
            ("<f4", |v| f32::from(v).to_le_bytes().to_vec()),
            (">f4", |v| f32::from(v).to_be_bytes().to_vec()),
            ("<f8", |v| f64::from(v).to_le_bytes().to_vec()),
            (">f8", |v| f64::from(v).to_be_bytes().to_vec()),
            // ±1 in binary16 is ±0x3c00.
            ("<f2", |v| vec![0, if v == 1 { 0x3c } else { 0xbc }]),
            (">f2", |v| vec![if v == 1 { 0x3c } else { 0xbc }, 0]),
            // A negative zero is a zero.
            (">f8", |v| (if v == 1 { 1.0_f64 } else { -0.0 }).to_be_bytes().to_vec()),
        ];
        let rows = rows(120, 16);
        for (descr, write) in dtypes {
            for fortran in [false, true] {
                for version in [1, 2, 3] {
                    let bytes =
                        npy(version, &dictionary(descr, fortran, 120, 16), &data(&rows, fortran, write));
                    let read = spins(&bytes).unwrap_or_else(|e| panic!("{descr}: {e}"));
                    assert!(holds(&read, &rows), "{descr}, Fortran order {fortran}");
                }
            }
        }
    }

    #[test]
    fn our_own_arrays_come_back() {
        use npyz::WriterBuilder;
        let rows = rows(100, 8);
        let mut bytes = Vec::new();
        let options = npyz::WriteOptions::new().default_dtype().shape(&[100, 8]);
        let mut writer = options.writer(&mut bytes).begin_nd().unwrap();
        writer.extend(rows.iter().flatten().copied()).unwrap();
        writer.finish().unwrap();
        assert!(holds(&spins(&bytes).unwrap(), &rows));
    }

    #[test]
    fn what_is_no_array_of_spins_is_refused_by_what_was_found() {
        let rows = rows(100, 8);
        let i1 = data(&rows, false, |v| vec![v as u8]);
        let with = |header: &str| npy(1, header, &i1);
        let mut two = i1.clone();
        two[8 * 4 + 2] = 2;
        let floats = |x: f64| npy(1, &dictionary("<f8", true, 100, 8), &x.to_le_bytes().repeat(800));
        for (bad, expected) in [
            (Vec::new(), "not a .npy array: it does not begin with \\x93NUMPY; write one with numpy.save"),
            (MAGIC.to_vec(), "not a .npy array: it ends within its header; write one with numpy.save"),
            (
                [MAGIC, &[9, 1, 0, 0]].concat(),
                "not a .npy array: it has version 9.1 and 1 to 3 are known; write one with numpy.save",
            ),
            (
                [MAGIC, &[2, 0, 255, 255, 255, 255]].concat(),
                "not a .npy array: its header has 4294967295 bytes and 10000 are read at most; write one with numpy.save",
            ),
            (
                with("{'descr': 3}"),
                "not a .npy array: its header is no dictionary of the format at 3}; write one with numpy.save",
            ),
            (
                with("{}"),
                "not a .npy array: its header lacks descr, fortran_order or shape; write one with numpy.save",
            ),
            (
                with(&dictionary("<c8", false, 100, 8)),
                "the array has dtype <c8, expected integers, floats or booleans: save it with .astype(\"int8\")",
            ),
            (
                with(&dictionary("|O", false, 100, 8)),
                "the array has dtype |O, expected integers, floats or booleans: save it with .astype(\"int8\")",
            ),
            (
                with("{'descr': [('a', '<f8', (2,))], 'fortran_order': False, 'shape': (100, 8)}"),
                "the array has dtype [('a', '<f8', (2,))], expected integers, floats or booleans: save it with .astype(\"int8\")",
            ),
            (
                with("{'descr': '|i1', 'fortran_order': False, 'shape': (10, 10, 8)}"),
                "the array has shape (10, 10, 8), expected two dimensions (samples, N): reshape it",
            ),
            (
                with("{'descr': '|i1', 'fortran_order': False, 'shape': (800,)}"),
                "the array has shape (800,), expected two dimensions (samples, N): reshape it",
            ),
            (
                with("{'descr': '|i1', 'fortran_order': False, 'shape': ()}"),
                "the array has shape (), expected two dimensions (samples, N): reshape it",
            ),
            (
                with(&dictionary("|i1", false, 80, 10)),
                "a row has 10 entries, expected a power of two from 8 to 4096: cut the chain to such a length",
            ),
            (
                with(&dictionary("|i1", false, 50, 16)),
                "there are 50 rows, expected at least 100 samples: add rows",
            ),
            (
                with(&dictionary("|i1", false, 101, 8)),
                "there are 800 bytes of data, expected 808 from shape and dtype: the file is not whole; write it anew",
            ),
            (
                with(&dictionary("<f8", false, usize::MAX / 2, 4096)),
                "there are 800 bytes of data, expected more than 2^64 from shape and dtype: the file is not whole; write it anew",
            ),
            (
                npy(1, &dictionary("|i1", false, 100, 8), &two),
                "row 5, column 3: found 2, expected -1 or 1 as in the entries before",
            ),
            (floats(0.5), "row 1, column 1: found 0.5, expected -1 or 1, or 0 or 1"),
            (floats(f64::NAN), "row 1, column 1: found NaN, expected -1 or 1, or 0 or 1"),
        ] {
            assert_eq!(spins(&bad).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn half_numbers_are_those_of_the_standard() {
        for (bits, number) in [
            (0x3c00_u16, 1.0),
            (0xbc00, -1.0),
            (0x8000, 0.0),
            (0x3800, 0.5),
            (0x7bff, 65504.0),
            (0x0001, 2.0_f64.powi(-24)),
            (0xfc00, f64::NEG_INFINITY),
        ] {
            assert_eq!(half(bits.to_be_bytes()), number);
        }
        assert!(half([0x7e, 0]).is_nan());
    }

    proptest! {
        #[test]
        fn mutated_arrays_are_read_or_refused_in_one_sentence(
            changes in prop::collection::vec((0_usize..160, any::<u8>()), 1..4),
            descr in prop::sample::select(vec!["|i1", "<f2"]),
            version in 1_u8..4,
            cut in prop::sample::select(vec![0_usize, 0, 0, 1, 300, 870]),
        ) {
            let rows = rows(100, 8);
            let header = dictionary(descr, false, 100, 8);
            let mut bytes = npy(version, &header, &data(&rows, false, |v| match descr {
                "|i1" => vec![v as u8],
                _ => vec![0, if v == 1 { 0x3c } else { 0xbc }],
            }));
            bytes.truncate(bytes.len() - cut);
            for (at, byte) in changes {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            match spins(&bytes) {
                Ok(read) => prop_assert!(read.samples() >= 100 && read.sites() >= 8),
                Err(error) => prop_assert_eq!(error.to_string().lines().count(), 1),
            }
        }

        #[test]
        fn any_header_is_read_or_refused(text in "[\\[\\](){}:,'\"0-9a-zL<>|_ ]{0,200}") {
            let _refused = spins(&npy(1, &text, &[]));
            let inside = format!("{{'descr': '<i8', 'fortran_order': False, 'shape': ({text}, 8)}}");
            let _refused = spins(&npy(2, &inside, &[1; 6400]));
        }
    }
}
