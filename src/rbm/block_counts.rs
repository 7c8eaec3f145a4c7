//! How often each pattern occurs in every single block: all that the likelihood of unshared weights needs.

use super::counts::{count_block, mirrored};
use super::layer::RbmShape;
use crate::lattice::SpinSamples;
use rayon::prelude::*;
use std::ops::Range;

/// Pattern counts block by block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockCounts {
    shape: RbmShape,
    samples: u64,
    rows: u64,
    patterns: Vec<[u64; 16]>,
    up_spins: Vec<u64>,
}

impl BlockCounts {
    /// Counts all blocks of `samples`. Panics unless they have `shape.sites` sites. Cost as
    /// [`super::PatternCounts::new`]; 128 bytes a block.
    #[must_use]
    pub fn new(shape: RbmShape, samples: &SpinSamples) -> Self {
        let mut counts = Self::empty(shape, samples.samples());
        counts.add_blocks(samples, 0..shape.blocks());
        counts
    }

    /// No block counted yet of a set of `samples` samples; to be filled by [`Self::add_blocks`].
    #[must_use]
    pub fn empty(shape: RbmShape, samples: usize) -> Self {
        Self {
            shape,
            samples: samples as u64,
            rows: samples as u64,
            patterns: vec![[0; 16]; shape.blocks()],
            up_spins: vec![0; shape.sites],
        }
    }

    /// Counts `blocks` too. Every block must be added once, before [`Self::symmetrised`].
    pub fn add_blocks(&mut self, samples: &SpinSamples, blocks: Range<usize>) {
        let shape = self.shape;
        assert_eq!(samples.sites(), shape.sites, "samples and layer differ in sites");
        let start = blocks.start;
        self.patterns[blocks.clone()]
            .par_iter_mut()
            .zip(self.up_spins[2 * blocks.start..2 * blocks.end].par_chunks_mut(2))
            .enumerate()
            .for_each(|(i, (counts, up))| {
                let block = start + i;
                *counts = [0; 16];
                count_block(shape, samples, block, counts);
                for (parity, up) in up.iter_mut().enumerate() {
                    let column = samples.column(2 * block + parity);
                    *up = column.iter().map(|w| u64::from(w.count_ones())).sum();
                }
            });
    }

    /// The counts of the samples together with their mirror images under a flip of all spins.
    #[must_use]
    pub fn symmetrised(&self) -> Self {
        let mut symmetric = self.clone();
        for (block, counts) in symmetric.patterns.iter_mut().enumerate() {
            mirrored(self.shape.present_slots(block), &self.patterns[block], counts);
        }
        symmetric.up_spins.fill(self.rows);
        symmetric.rows = 2 * self.rows;
        symmetric
    }

    /// Size and wiring of the layer counted for.
    #[must_use]
    pub fn shape(&self) -> RbmShape {
        self.shape
    }

    /// Independent samples.
    #[must_use]
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// Configurations counted: the samples, twice as many after [`Self::symmetrised`].
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Occurrences of each pattern in `block`: bit s of the index is the spin in slot s up; absent spins
    /// are down. Of the 16 numbers the first 2^r are in use.
    #[must_use]
    pub fn patterns(&self, block: usize) -> &[u64; 16] {
        &self.patterns[block]
    }

    /// Rows in which the spin of each site is up.
    #[must_use]
    pub fn up_spins(&self) -> &[u64] {
        &self.up_spins
    }

    /// `⟨v_s v_t⟩` of the spins in two slots of a block; 0 for no rows.
    pub(super) fn correlation(&self, block: usize, s: usize, t: usize) -> f64 {
        let signed = |(pattern, &count): (usize, &u64)| {
            if pattern >> s & 1 == pattern >> t & 1 { count as f64 } else { -(count as f64) }
        };
        self.patterns[block].iter().enumerate().map(signed).sum::<f64>() / (self.rows as f64).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rbm::PatternCounts;
    use crate::rbm::counts::tests::random_samples;
    use crate::rbm::layer::tests::small_shapes;

    #[test]
    fn the_sum_over_blocks_is_the_shared_count() {
        for shape in small_shapes() {
            let samples = random_samples(150, shape.sites, 4);
            let blocks = BlockCounts::new(shape, &samples);
            let shared = PatternCounts::new(shape, &samples);
            for (blocks, shared) in
                [(blocks.clone(), shared.clone()), (blocks.symmetrised(), shared.symmetrised())]
            {
                for class in shared.classes() {
                    let mut sum = vec![0; class.counts.len()];
                    for block in (0..shape.blocks()).filter(|b| shape.present_slots(*b) == class.present) {
                        sum.iter_mut().zip(blocks.patterns(block)).for_each(|(sum, count)| *sum += count);
                    }
                    assert_eq!(sum, class.counts);
                }
                for parity in 0..2 {
                    let up: u64 = blocks.up_spins().iter().skip(parity).step_by(2).sum();
                    assert_eq!(up, shared.up_spins()[parity]);
                }
                assert_eq!((blocks.rows(), blocks.samples()), (shared.rows(), shared.samples()));
            }
        }
    }
}
