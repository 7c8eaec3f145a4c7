//! Damage done to real files: what disks, mail programs and people with bad intentions do to them.

use holoscope::numerics::streams::{Stream, stream};
use rand::Rng;

/// Numbers at which programs stumble.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "-1",
    "1",
    "2",
    "255",
    "256",
    "4096",
    "65536",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "1e308",
    "1e309",
    "-1e309",
    "1e-320",
    "5e-324",
    "NaN",
    "inf",
    "-inf",
    "2^40",
    "2^63",
    "2^64",
    "0.1",
    "null",
    "true",
    "[]",
    "{}",
    "\"\"",
    "99999999999999999999999999999999999999",
];
/// Bytes that mean something in one of the formats.
const SIGNS: &[u8] = b"\0\xff\x80\x7f\"'{}[](),:;.-+eE01 \t\n\r<>/\\%=#\x1b";

/// A source of chance for the damage.
pub struct Chance(Stream);

impl Chance {
    /// The damage of case number `case` of a reader.
    pub fn new(reader: &str, case: u64) -> Self {
        Self(stream(1, reader, case))
    }

    /// A number below `n`; 0 for `n == 0`.
    pub fn below(&mut self, n: usize) -> usize {
        if n == 0 { 0 } else { (self.0.next_u64() % n as u64) as usize }
    }

    /// One of several.
    pub fn one_of<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.below(things.len())]
    }

    fn piece(&mut self, of: &[u8]) -> std::ops::Range<usize> {
        let start = self.below(of.len() + 1);
        // Mostly short, sometimes up to the end.
        let most = if self.below(4) == 0 { of.len() - start } else { 32.min(of.len() - start) };
        start..start + self.below(most + 1)
    }
}

/// A damaged copy of one of the files, made of it and of pieces of the others.
pub fn damaged(files: &[Vec<u8>], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = chance.one_of(files).clone();
    for _ in 0..=chance.below(4) {
        damage(&mut bytes, files, chance);
    }
    bytes
}

fn damage(bytes: &mut Vec<u8>, files: &[Vec<u8>], chance: &mut Chance) {
    let at = chance.below(bytes.len());
    match chance.below(11) {
        0 if !bytes.is_empty() => bytes[at] ^= 1 << chance.below(8),
        1 if !bytes.is_empty() => bytes[at] = *chance.one_of(SIGNS),
        2 => bytes.truncate(at),
        3 => {
            let piece = chance.piece(bytes);
            bytes.drain(piece);
        }
        4 => {
            let piece = chance.piece(bytes);
            let copy = bytes[piece].to_vec();
            splice(bytes, at, &copy);
        }
        5 => {
            let other = chance.one_of(files);
            let piece = chance.piece(other);
            splice(bytes, at, &other[piece]);
        }
        6 => {
            let run = vec![*chance.one_of(SIGNS); 1 << chance.below(14)];
            splice(bytes, at, &run);
        }
        // A length or a count at its extremes, in either order of bytes.
        7 => {
            let extreme =
                *chance.one_of(&[0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fff_ffff, 0xffff_ffff, u64::MAX]);
            let width = *chance.one_of(&[1, 2, 4, 8]);
            let number = if chance.below(2) == 0 {
                extreme.to_le_bytes()[..width].to_vec()
            } else {
                extreme.to_be_bytes()[8 - width..].to_vec()
            };
            for (slot, byte) in bytes.iter_mut().skip(at).zip(number) {
                *slot = byte;
            }
        }
        8 => another_number(bytes, at, chance),
        9 => {
            let (open, close) = *chance.one_of(&[("[", "]"), ("{\"a\":", "}"), ("(", ")"), ("<g>", "</g>")]);
            let depth = 1 << chance.below(12);
            let nested = format!("{}{}", open.repeat(depth), close.repeat(chance.below(2) * depth));
            splice(bytes, at, nested.as_bytes());
        }
        _ => {
            let other = chance.one_of(files);
            let piece = chance.piece(other);
            for (slot, byte) in bytes.iter_mut().skip(at).zip(&other[piece]) {
                *slot = *byte;
            }
        }
    }
}

/// Replaces the first number in text from `at` on.
fn another_number(bytes: &mut Vec<u8>, at: usize, chance: &mut Chance) {
    let is_part = |b: &u8| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'e');
    let Some(start) = bytes[at..].iter().position(u8::is_ascii_digit).map(|i| at + i) else { return };
    let end = bytes[start..].iter().position(|b| !is_part(b)).map_or(bytes.len(), |i| start + i);
    bytes.splice(start..end, chance.one_of(NUMBERS).bytes());
}

fn splice(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    bytes.splice(at..at, piece.iter().copied());
}
