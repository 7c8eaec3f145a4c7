//! How often each pattern of a block occurs: all that the likelihood needs to know of the samples.

use super::block_counts::BlockCounts;
use super::layer::RbmShape;
use super::patterns::mirrored;
use crate::lattice::SpinSamples;

/// Counts of the blocks that have the same slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternClass {
    /// The slots that exist, as bits; all r of them except at the ends of a line.
    pub present: usize,
    /// Occurrences of each of the 2^r patterns, summed over the blocks of the class and all rows. Bit s
    /// of a pattern: spin in slot s up. Patterns with an absent spin up have count 0.
    pub counts: Vec<u64>,
}

/// Pattern counts of shared weights: r ≤ 4 spins per block, summed over blocks and samples.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternCounts {
    shape: RbmShape,
    samples: u64,
    rows: u64,
    classes: Vec<PatternClass>,
    up_spins: [u64; 2],
}

impl PatternCounts {
    /// Counts all blocks of `samples`. Panics unless they have `shape.sites` sites. Cost as
    /// [`BlockCounts::new`].
    #[must_use]
    pub fn new(shape: RbmShape, samples: &SpinSamples) -> Self {
        Self::of_blocks(&BlockCounts::new(shape, samples))
    }

    /// The counts of single blocks, added up.
    #[must_use]
    pub fn of_blocks(blocks: &BlockCounts) -> Self {
        let shape = blocks.shape();
        let mut counts = Self::empty(shape, blocks.samples(), blocks.rows());
        for block in 0..shape.blocks() {
            let present = shape.present_slots(block);
            let mut classes = counts.classes.iter_mut();
            let class = classes.find(|class| class.present == present).expect("every block has a class");
            class.counts.iter_mut().zip(blocks.patterns(block)).for_each(|(sum, count)| *sum += count);
        }
        for (site, up) in blocks.up_spins().iter().enumerate() {
            counts.up_spins[site % 2] += up;
        }
        counts
    }

    /// Nothing seen yet.
    fn empty(shape: RbmShape, samples: u64, rows: u64) -> Self {
        let class =
            |block| PatternClass { present: shape.present_slots(block), counts: vec![0; 1 << shape.links()] };
        let classes = shape.kinds().into_iter().map(class).collect();
        Self { shape, samples, rows, classes, up_spins: [0; 2] }
    }

    /// The counts of the samples together with their mirror images under a flip of all spins.
    ///
    /// For a theory with that symmetry the mirror images are as likely as the samples; the likelihood
    /// then has zero gradient in every bias at zero bias, which may be frozen there. [`Self::rows`]
    /// doubles, [`Self::samples`] (the independent ones) does not.
    #[must_use]
    pub fn symmetrised(&self) -> Self {
        let mut symmetric = self.clone();
        for (class, original) in symmetric.classes.iter_mut().zip(&self.classes) {
            mirrored(class.present, &original.counts, &mut class.counts);
        }
        let per_parity = self.rows * self.shape.blocks() as u64;
        symmetric.up_spins = [per_parity; 2];
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

    /// One class on a ring, up to three on a line.
    #[must_use]
    pub fn classes(&self) -> &[PatternClass] {
        &self.classes
    }

    /// Up spins on even and on odd sites, over all rows.
    #[must_use]
    pub fn up_spins(&self) -> [u64; 2] {
        self.up_spins
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::numerics::local_chain::LocalChain;
    use crate::numerics::streams::stream;
    use crate::rbm::layer::tests::small_shapes;
    use rand::Rng;

    /// Independent spins, each up with probability one half.
    pub(in crate::rbm) fn random_samples(samples: usize, sites: usize, seed: u64) -> SpinSamples {
        let mut set = SpinSamples::all_down(samples, sites);
        let mut rng = stream(seed, "random samples", sites as u64);
        for sample in 0..samples {
            for site in 0..sites {
                set.set(sample, site, rng.next_u32() & 1 == 1);
            }
        }
        set
    }

    /// Counts in proportion to the exact block marginals of a chain, as if from 2³⁶ samples.
    pub(in crate::rbm) fn exact_counts(shape: RbmShape, model: &LocalChain) -> PatternCounts {
        let rows = 1_u64 << 36;
        let mut counts = PatternCounts::empty(shape, rows, rows);
        let marginals = model.window_marginals();
        for block in 0..shape.blocks() {
            let present = shape.present_slots(block);
            let first = present.trailing_zeros() as usize;
            let start = shape.block_site(block, first).unwrap();
            let window = start.min(marginals.len() - 1);
            let class = counts.classes.iter_mut().find(|class| class.present == present).unwrap();
            for (pattern, p) in marginals[window].iter().enumerate() {
                let count = (p * rows as f64).round() as u64;
                class.counts[pattern >> (start - window) << first & present] += count;
                for parity in 0..2 {
                    if pattern >> (start - window) << first >> shape.own_slots()[parity] & 1 == 1 {
                        counts.up_spins[parity] += count;
                    }
                }
            }
        }
        counts
    }

    #[test]
    fn bitwise_counts_equal_naive_ones() {
        for shape in small_shapes() {
            let samples = random_samples(150, shape.sites, 4);
            let counts = PatternCounts::new(shape, &samples);
            let mut naive = PatternCounts::empty(shape, 150, 150);
            for sample in 0..150 {
                for block in 0..shape.blocks() {
                    let mut pattern = 0;
                    for slot in 0..shape.links() {
                        if shape.block_site(block, slot).is_some_and(|site| samples.is_up(sample, site)) {
                            pattern |= 1 << slot;
                        }
                    }
                    let present = shape.present_slots(block);
                    let class = naive.classes.iter_mut().find(|c| c.present == present).unwrap();
                    class.counts[pattern] += 1;
                }
                for site in 0..shape.sites {
                    naive.up_spins[site % 2] += u64::from(samples.is_up(sample, site));
                }
            }
            assert_eq!(counts, naive);
        }
    }

    #[test]
    fn symmetrised_counts_are_those_of_samples_and_mirror_images() {
        for shape in small_shapes() {
            let samples = random_samples(90, shape.sites, 5);
            let mut both = SpinSamples::all_down(180, shape.sites);
            for sample in 0..90 {
                for site in 0..shape.sites {
                    both.set(sample, site, samples.is_up(sample, site));
                    both.set(sample + 90, site, !samples.is_up(sample, site));
                }
            }
            let direct = PatternCounts::new(shape, &both);
            let symmetric = PatternCounts::new(shape, &samples).symmetrised();
            assert_eq!((symmetric.rows(), symmetric.samples()), (180, 90));
            assert_eq!(symmetric.classes(), direct.classes());
            assert_eq!(symmetric.up_spins(), direct.up_spins());
        }
    }
}
