//! Patterns of the spins that a block sees, at most four: in words of 64 samples, and counted. Bit s of a
//! pattern is the spin in slot s up.

use super::layer::RbmShape;
use crate::lattice::SpinSamples;

/// The spins that `block` sees in the 64 samples of a word. An absent spin is a word of zeros: down.
#[inline]
pub(super) fn seen_words(shape: RbmShape, samples: &SpinSamples, block: usize, word: usize) -> [u64; 4] {
    let mut seen = [0; 4];
    for (slot, bits) in seen.iter_mut().enumerate().take(shape.links()) {
        *bits = shape.block_site(block, slot).map_or(0, |site| samples.column(site)[word]);
    }
    seen
}

/// The pattern that one of 64 samples shows in the words `seen`.
#[inline]
pub(super) fn pattern_of(seen: &[u64; 4], sample: usize) -> usize {
    (0..4).fold(0, |p, slot| p | (seen[slot] >> sample & 1) << slot) as usize
}

/// The `valid` samples of a word by the pattern they show in the first `slots` of the words `seen`.
#[inline]
pub(super) fn split_by_pattern(seen: [u64; 4], slots: usize, valid: u64) -> [u64; 16] {
    let mut sets = [0_u64; 16];
    sets[0] = valid;
    let mut patterns = 1;
    for up in seen.into_iter().take(slots) {
        for p in 0..patterns {
            sets[p + patterns] = sets[p] & up;
            sets[p] &= !up;
        }
        patterns *= 2;
    }
    sets
}

/// Adds to `counts` those of the mirror images of `original` under a flip of all spins present.
pub(super) fn mirrored(present: usize, original: &[u64], counts: &mut [u64]) {
    for (pattern, count) in counts.iter_mut().enumerate() {
        // A pattern with an absent spin up has no mirror image.
        if pattern & !present == 0 {
            *count += original[!pattern & present];
        }
    }
}

/// `Σ v_s v_t` over the spins in two slots, from the counts of the patterns.
pub(super) fn sum_of_products(counts: &[u64], s: usize, t: usize) -> f64 {
    let signed = |(pattern, &count): (usize, &u64)| {
        if pattern >> s & 1 == pattern >> t & 1 { count as f64 } else { -(count as f64) }
    };
    counts.iter().enumerate().map(signed).sum()
}
