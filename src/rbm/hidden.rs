//! Drawing the hidden spins of a layer given its visible ones.

use super::layer::Rbm;
use super::patterns::{pattern_of, seen_words};
use crate::lattice::SpinSamples;
use crate::numerics::stable::logistic;
use crate::numerics::streams::stream;
use rand::Rng;
use rayon::prelude::*;
use std::ops::Range;

/// One draw of all hidden spins for every sample: `p(h_j = +1 | v) = 1/(1 + exp(−2(b_j + Σ_s w_js v_s)))`.
///
/// Hidden spins are independent given v. Block j draws from its own stream, number j of `stream_name`
/// under `seed`, so the result is the same for any number of threads and of pieces. Probabilities are
/// resolved to 2⁻³². Cost: one 32-bit draw and one table look-up per hidden spin and sample. Panics
/// unless the samples have the layer's sites.
#[must_use]
pub fn sample_hidden(rbm: &Rbm, samples: &SpinSamples, seed: u64, stream_name: &str) -> SpinSamples {
    let mut hidden = SpinSamples::all_down(samples.samples(), rbm.shape.blocks());
    sample_hidden_blocks(rbm, samples, seed, stream_name, 0..rbm.shape.blocks(), &mut hidden);
    hidden
}

/// The part of [`sample_hidden`] that belongs to `blocks`, written into their columns of `hidden`: the
/// same spins in pieces.
pub fn sample_hidden_blocks(
    rbm: &Rbm,
    samples: &SpinSamples,
    seed: u64,
    stream_name: &str,
    blocks: Range<usize>,
    hidden: &mut SpinSamples,
) {
    let shape = rbm.shape;
    assert_eq!(samples.sites(), shape.sites, "samples and layer differ in sites");
    assert_eq!(hidden.sites(), shape.blocks(), "one hidden spin per block");
    assert_eq!(hidden.samples(), samples.samples(), "one hidden configuration per sample");
    let words = samples.words_per_site();
    if words == 0 {
        return;
    }
    // `chance · 2³²` by pattern; only the ends of a line differ from the bulk, unless weights are unshared.
    let thresholds = |block: usize| -> [u64; 16] {
        let present = shape.present_slots(block);
        std::array::from_fn(|pattern| threshold(rbm.block_input(block, present, pattern)))
    };
    let bulk = thresholds(shape.blocks() / 2);
    let first_block = blocks.start;
    let last_block = shape.blocks() - 1;
    let is_shared = rbm.is_shared();
    hidden.columns_mut()[blocks.start * words..blocks.end * words]
        .par_chunks_mut(words)
        .enumerate()
        .for_each(|(i, column)| {
            let block = first_block + i;
            let is_bulk = is_shared && block != 0 && block != last_block;
            let table = if is_bulk { bulk } else { thresholds(block) };
            draw_column(rbm, samples, block, &table, &mut stream(seed, stream_name, block as u64), column);
        });
}

/// `2³² / (1 + e^{−2 input})`: below this an even draw of 32 bits turns a spin of this input up.
pub(super) fn threshold(input: f64) -> u64 {
    (logistic(2.0 * input) * 4_294_967_296.0).round() as u64
}

fn draw_column(
    rbm: &Rbm,
    samples: &SpinSamples,
    block: usize,
    thresholds: &[u64; 16],
    rng: &mut impl Rng,
    column: &mut [u64],
) {
    let mut draws = [0_u8; 256];
    for (word, out) in column.iter_mut().enumerate() {
        // An absent spin counts as down; the table of such a block does not depend on it.
        let seen = seen_words(rbm.shape, samples, block, word);
        rng.fill_bytes(&mut draws);
        let mut up = 0_u64;
        for (bit, draw) in draws.as_chunks::<4>().0.iter().enumerate() {
            let threshold = thresholds[pattern_of(&seen, bit)];
            up |= u64::from(u64::from(u32::from_le_bytes(*draw)) < threshold) << bit;
        }
        *out = up & samples.valid_bits(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rbm::counts::tests::random_samples;
    use crate::rbm::layer::tests::{random_rbm, random_unshared, small_shapes};

    #[test]
    fn hidden_spins_follow_their_conditional_distribution() {
        let layers = |shape| [random_rbm(shape, 5), random_unshared(shape, 5)];
        for rbm in small_shapes().into_iter().flat_map(layers) {
            let shape = rbm.shape;
            let samples = random_samples(20_000, shape.sites, 1);
            let hidden = sample_hidden(&rbm, &samples, 3, "test");
            for block in 0..shape.blocks() {
                // Expected and drawn number of up spins, by visible pattern.
                let mut drawn = [0.0; 16];
                let mut expected = [0.0; 16];
                let mut variance = [0.0; 16];
                for sample in 0..samples.samples() {
                    let (mut pattern, mut input) = (0, rbm.hidden_bias_of(block));
                    for slot in 0..shape.links() {
                        if let Some(site) = shape.block_site(block, slot) {
                            input += rbm.weight(block, slot) * f64::from(samples.spin(sample, site));
                            pattern |= usize::from(samples.is_up(sample, site)) << slot;
                        }
                    }
                    let p = logistic(2.0 * input);
                    drawn[pattern] += f64::from(u8::from(hidden.is_up(sample, block)));
                    expected[pattern] += p;
                    variance[pattern] += p * (1.0 - p);
                }
                for pattern in 0..16 {
                    // Five standard errors of a sum of independent draws.
                    let bound = 5.0 * f64::sqrt(variance[pattern]) + 1e-9;
                    assert!((drawn[pattern] - expected[pattern]).abs() <= bound);
                }
            }
        }
    }

    #[test]
    fn hidden_spins_do_not_depend_on_threads_or_pieces() {
        for shape in small_shapes() {
            let rbm = random_rbm(shape, 5);
            let samples = random_samples(300, shape.sites, 1);
            let all = sample_hidden(&rbm, &samples, 3, "test");
            for threads in [1, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                assert_eq!(pool.install(|| sample_hidden(&rbm, &samples, 3, "test")), all);
            }
            let mut pieces = SpinSamples::all_down(300, shape.blocks());
            for block in 0..shape.blocks() {
                sample_hidden_blocks(&rbm, &samples, 3, "test", block..block + 1, &mut pieces);
            }
            assert_eq!(pieces, all);
            assert_ne!(sample_hidden(&rbm, &samples, 4, "test"), all);
            assert_eq!(all.column(0)[4] & !all.valid_bits(4), 0);
        }
    }
}
