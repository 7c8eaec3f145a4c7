//! The log probability of every single sample, for errors and for comparison sample by sample.

use super::layer::Rbm;
use super::patterns::{pattern_of, seen_words};
use crate::lattice::SpinSamples;
use rayon::prelude::*;
use std::ops::Range;

/// `ln` of the unnormalised probability ([`Rbm::log_weight`]) of every sample.
///
/// One table look-up per block and sample, in parallel over groups of 64 samples; every sample is
/// summed in the order of the blocks, so the result is the same for any number of threads.
#[must_use]
pub fn sample_log_weights(rbm: &Rbm, samples: &SpinSamples) -> Vec<f64> {
    sample_log_weights_of_words(rbm, samples, 0..samples.words_per_site())
}

/// The part of [`sample_log_weights`] for the samples in `words` (64 samples each). Panics unless the
/// samples have the layer's sites.
#[must_use]
pub fn sample_log_weights_of_words(rbm: &Rbm, samples: &SpinSamples, words: Range<usize>) -> Vec<f64> {
    let shape = rbm.shape;
    assert_eq!(samples.sites(), shape.sites, "samples and layer differ in sites");
    let last_block = shape.blocks() - 1;
    let table_of = |block: usize| rbm.block_log_weights(block, shape.present_slots(block));
    let bulk = table_of(shape.blocks() / 2);
    let ends = [0, last_block].map(table_of);
    let unshared: Vec<[f64; 16]> =
        if rbm.is_shared() { Vec::new() } else { (0..shape.blocks()).map(table_of).collect() };
    words
        .into_par_iter()
        .flat_map_iter(|word| {
            let mut sums = [0.0; 64];
            for block in 0..shape.blocks() {
                let table = match block {
                    _ if !unshared.is_empty() => &unshared[block],
                    0 => &ends[0],
                    _ if block == last_block => &ends[1],
                    _ => &bulk,
                };
                let seen = seen_words(shape, samples, block, word);
                for (sample, sum) in sums.iter_mut().enumerate() {
                    *sum += table[pattern_of(&seen, sample)];
                }
            }
            sums.into_iter().take((samples.samples() - word * 64).min(64))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rbm::counts::tests::random_samples;
    use crate::rbm::layer::tests::{random_rbm, random_unshared, small_shapes};
    use approx::assert_abs_diff_eq;

    #[test]
    fn scores_equal_the_log_weight_of_each_sample() {
        let layers = |shape| [random_rbm(shape, 5), random_unshared(shape, 5)];
        for rbm in small_shapes().into_iter().flat_map(layers) {
            let shape = rbm.shape;
            let samples = random_samples(100, shape.sites, 1);
            let scores = sample_log_weights(&rbm, &samples);
            assert_eq!(scores.len(), 100);
            for (sample, score) in scores.iter().enumerate() {
                let v: Vec<i8> = (0..shape.sites).map(|site| samples.spin(sample, site)).collect();
                assert_abs_diff_eq!(*score, rbm.log_weight(&v), epsilon = 1e-12);
            }
        }
    }
}
