//! How often each pattern occurs in every single block: counted bit by bit, 64 samples at a time.

use super::layer::RbmShape;
use super::patterns::{mirrored, split_by_pattern, sum_of_products};
use crate::lattice::SpinSamples;
use rayon::prelude::*;
use std::ops::Range;

/// Pattern counts block by block: all that the likelihood of unshared weights needs to know of the samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockCounts {
    shape: RbmShape,
    samples: u64,
    rows: u64,
    patterns: Vec<[u64; 16]>,
    up_spins: Vec<u64>,
}

impl BlockCounts {
    /// Counts all blocks of `samples`. Panics unless they have `shape.sites` sites.
    ///
    /// Bitwise, 64 samples at a time, in parallel over blocks; about 2^r word operations per block and
    /// 64 samples, 128 bytes a block. Whole numbers: the same for any number of threads.
    #[must_use]
    pub fn new(shape: RbmShape, samples: &SpinSamples) -> Self {
        let mut counts = Self::empty(shape, samples.samples());
        counts.add_blocks(samples, 0..shape.blocks());
        counts
    }

    /// No block counted yet of a set of `samples` samples; to be filled in pieces by [`Self::add_blocks`].
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
                    *up = samples.up_spins(2 * block + parity);
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
        sum_of_products(&self.patterns[block], s, t) / (self.rows as f64).max(1.0)
    }
}

fn count_block(shape: RbmShape, samples: &SpinSamples, block: usize, counts: &mut [u64; 16]) {
    let columns: [Option<&[u64]>; 4] = std::array::from_fn(|slot| {
        let site = if slot < shape.links() { shape.block_site(block, slot) } else { None };
        site.map(|site| samples.column(site))
    });
    for word in 0..samples.words_per_site() {
        let seen = columns.map(|column| column.map_or(0, |c| c[word]));
        let sets = split_by_pattern(seen, shape.links(), samples.valid_bits(word));
        for (count, set) in counts.iter_mut().zip(sets) {
            *count += u64::from(set.count_ones());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rbm::counts::tests::random_samples;
    use crate::rbm::layer::tests::small_shapes;

    /// The counts of `samples`, one sample after the other, and of their mirror images too if `symmetric`.
    fn naive(shape: RbmShape, samples: &SpinSamples, symmetric: bool) -> BlockCounts {
        let mut counts = BlockCounts::empty(shape, samples.samples());
        let up = |sample: usize, site: usize, flip: bool| samples.is_up(sample, site) != flip;
        for flip in if symmetric { vec![false, true] } else { vec![false] } {
            for sample in 0..samples.samples() {
                for (block, counts) in counts.patterns.iter_mut().enumerate() {
                    let is_up = |&slot: &usize| {
                        shape.block_site(block, slot).is_some_and(|site| up(sample, site, flip))
                    };
                    counts[(0..shape.links()).filter(is_up).fold(0, |p, slot| p | 1 << slot)] += 1;
                }
                for (site, count) in counts.up_spins.iter_mut().enumerate() {
                    *count += u64::from(up(sample, site, flip));
                }
            }
        }
        counts.rows *= if symmetric { 2 } else { 1 };
        counts
    }

    #[test]
    fn bitwise_counts_equal_naive_ones_block_by_block() {
        for shape in small_shapes() {
            let samples = random_samples(150, shape.sites, 4);
            let counts = BlockCounts::new(shape, &samples);
            assert_eq!(counts, naive(shape, &samples, false));
            assert_eq!(counts.symmetrised(), naive(shape, &samples, true));
            let mut pieces = BlockCounts::empty(shape, 150);
            for block in 0..shape.blocks() {
                pieces.add_blocks(&samples, block..block + 1);
            }
            assert_eq!(pieces, counts);
        }
    }
}
