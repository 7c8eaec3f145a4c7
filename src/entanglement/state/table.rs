//! Numbers over spins: a table with one entry for every setting of its spins, and products of two of them.

use faer::c64;
use faer::traits::ComplexField;
use rayon::prelude::*;
use std::ops::{Add, Mul};

/// What a table holds: real numbers, or complex ones where a weight has a phase.
pub trait Number:
    ComplexField + Copy + Send + Sync + Add<Output = Self> + Mul<Output = Self> + PartialEq + 'static
{
    /// 0.
    const ZERO: Self;
    /// The number of a complex one; a real number has no imaginary part to keep.
    fn of(z: c64) -> Self;
    /// Real part.
    fn real(self) -> f64;
    /// Largest of the moduli of real and imaginary part.
    fn size(self) -> f64;
    /// Multiplied by a real number.
    fn times(self, factor: f64) -> Self;
}

impl Number for f64 {
    const ZERO: Self = 0.0;
    fn of(z: c64) -> Self {
        z.re
    }
    fn real(self) -> f64 {
        self
    }
    fn size(self) -> f64 {
        self.abs()
    }
    fn times(self, factor: f64) -> Self {
        self * factor
    }
}

impl Number for c64 {
    const ZERO: Self = Self { re: 0.0, im: 0.0 };
    fn of(z: c64) -> Self {
        z
    }
    fn real(self) -> f64 {
        self.re
    }
    fn size(self) -> f64 {
        self.re.abs().max(self.im.abs())
    }
    fn times(self, factor: f64) -> Self {
        Self { re: self.re * factor, im: self.im * factor }
    }
}

/// One number for every setting of some spins: bit k of the place is spin `spins[k]`, 1 for up.
#[derive(Clone, Debug, PartialEq)]
pub struct Table<T> {
    /// Names of the spins, each once.
    pub spins: Vec<u32>,
    /// 2^spins numbers.
    pub values: Vec<T>,
}

impl<T: Number> Table<T> {
    /// The table of a function of the signs ±1 of its spins.
    pub fn of_signs<const K: usize>(spins: [u32; K], f: impl Fn([f64; K]) -> T) -> Self {
        let sign = |place: usize, k: usize| if place >> k & 1 == 1 { 1.0 } else { -1.0 };
        let values = (0..1 << K).map(|place| f(std::array::from_fn(|k| sign(place, k)))).collect();
        Self { spins: spins.to_vec(), values }
    }

    /// The entries where `kept` and `gone` agree, as a table of `kept` and the others.
    #[must_use]
    pub fn diagonal(&self, kept: u32, gone: u32) -> Self {
        let spins: Vec<u32> = self.spins.iter().copied().filter(|s| *s != gone).collect();
        let gather = Gather::new(&self.spins, &spins, Some(gone));
        let place = spins.iter().position(|s| *s == kept).expect("the spin that is kept is in the table");
        let mut values = Vec::with_capacity(1 << spins.len());
        while values.len() < 1 << spins.len() {
            let first = values.len();
            let base = gather.high(first);
            let entry = |(k, low): (usize, &u32)| {
                self.values[base + *low as usize + ((first + k) >> place & 1) * gather.step]
            };
            values.extend(gather.low().iter().enumerate().map(entry));
        }
        Self { spins, values }
    }
}

/// Where the entry of one table stands for a place of another, looked up a byte of the place at a time.
#[derive(Clone, Debug)]
pub struct Gather {
    bytes: Vec<Vec<u32>>,
    /// Added where the spin that is summed is up.
    pub step: usize,
}

impl Gather {
    /// From places over `to` (without the spin that is `summed`) to places over `from`.
    pub fn new(from: &[u32], to: &[u32], summed: Option<u32>) -> Self {
        let place = |spin: u32| from.iter().position(|s| *s == spin);
        let weights: Vec<u32> = to.iter().map(|s| place(*s).map_or(0, |k| 1 << k)).collect();
        let bytes = weights
            .chunks(8)
            .map(|weights| {
                let at = |i: usize| {
                    weights.iter().enumerate().map(|(k, w)| if i >> k & 1 == 1 { *w } else { 0 }).sum()
                };
                (0..1 << weights.len()).map(at).collect()
            })
            .collect();
        Self { bytes, step: summed.and_then(place).map_or(0, |k| 1 << k) }
    }

    /// What the lowest byte of a place adds to the place gathered from.
    fn low(&self) -> &[u32] {
        self.bytes.first().map_or(&[0], |table| table)
    }

    /// What all higher bytes add.
    fn high(&self, place: usize) -> usize {
        self.bytes.iter().enumerate().skip(1).map(|(i, t)| t[place >> (8 * i) & 255] as usize).sum()
    }

    /// The place in the table gathered from.
    #[inline]
    pub fn at(&self, place: usize) -> usize {
        match &self.bytes[..] {
            [] => 0,
            [a] => a[place] as usize,
            [a, b] => (a[place & 255] | b[place >> 8]) as usize,
            all => all.iter().enumerate().map(|(i, t)| t[place >> (8 * i) & 255] as usize).sum(),
        }
    }
}

/// Entries that one thread computes in a row.
const STRETCH: usize = 1 << 12;

/// `out[i] = Σ_x a[…] b[…]`, or without the sum where no spin is summed.
///
/// Every entry is one thread's sum of two terms: the same on any number of threads.
pub fn multiply<T: Number>(
    (a, by_a): (&[T], &Gather),
    (b, by_b): (&[T], &Gather),
    summed: bool,
    out: &mut Vec<T>,
    bits: usize,
) {
    // What is there is written over.
    out.resize(1 << bits, T::ZERO);
    let fill = |first: usize, stretch: &mut [T]| {
        for (n, block) in stretch.chunks_mut(256).enumerate() {
            let (i, j) = (by_a.high(first + 256 * n), by_b.high(first + 256 * n));
            for ((entry, low_a), low_b) in block.iter_mut().zip(by_a.low()).zip(by_b.low()) {
                let (i, j) = (i + *low_a as usize, j + *low_b as usize);
                let down = a[i] * b[j];
                *entry = if summed { down + a[i + by_a.step] * b[j + by_b.step] } else { down };
            }
        }
    };
    if out.len() <= 4 * STRETCH {
        fill(0, out);
    } else {
        out.par_chunks_mut(STRETCH).enumerate().for_each(|(n, stretch)| fill(n * STRETCH, stretch));
    }
}
