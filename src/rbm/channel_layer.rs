//! A layer with several hidden spins per site: parameters, probability, and entanglement of its links.

use super::channel_chain::ChannelChain;
use super::error::RbmError;
use super::layer::{Rbm, RbmShape};
use super::schmidt::schmidt_entropy;
use crate::lattice::SpinSamples;
use crate::numerics::stable::{log_two_cosh, logistic};
use crate::numerics::streams::stream;
use rand::Rng;
use rayon::prelude::*;
use std::ops::Range;

/// Most spins on one site of a layer.
pub const MOST_CHANNELS: usize = 4;

/// Size and wiring of a layer with q spins on every site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelShape {
    /// Sites and receptive field.
    pub layer: RbmShape,
    /// Spins on every visible site, 1 at the boundary.
    pub visible: usize,
    /// Spins on every hidden site.
    pub hidden: usize,
}

impl ChannelShape {
    /// The shape, with 1 to 4 spins on a site.
    pub fn new(layer: RbmShape, visible: usize, hidden: usize) -> Result<Self, RbmError> {
        for (name, channels) in
            [("the number of visible channels", visible), ("the number of channels", hidden)]
        {
            if !(1..=MOST_CHANNELS).contains(&channels) {
                return Err(RbmError::Setting { name, found: channels.to_string(), expected: "1 to 4" });
            }
        }
        Ok(Self { layer, visible, hidden })
    }

    /// Spins that one hidden spin sees: r times the visible channels, at most 16.
    #[must_use]
    pub const fn seen(self) -> usize {
        self.layer.links() * self.visible
    }

    /// Visible spins of the layer.
    #[must_use]
    pub const fn spins(self) -> usize {
        self.layer.sites * self.visible
    }

    /// The spins seen that exist, as bits `slot · visible + channel`.
    pub(super) fn present(self, block: usize) -> usize {
        let present = self.layer.present_slots(block);
        (0..self.seen()).filter(|bit| present >> (bit / self.visible) & 1 == 1).fold(0, |p, bit| p | 1 << bit)
    }

    /// Patterns that hidden spins of `block` see in the 64 samples of a word; absent spins are down.
    pub(super) fn patterns(self, samples: &SpinSamples, block: usize, word: usize) -> [u16; 64] {
        let mut patterns = [0_u16; 64];
        for slot in 0..self.layer.links() {
            let Some(site) = self.layer.block_site(block, slot) else { continue };
            for channel in 0..self.visible {
                let bits = samples.column(site * self.visible + channel)[word];
                let place = slot * self.visible + channel;
                for (sample, pattern) in patterns.iter_mut().enumerate() {
                    *pattern |= ((bits >> sample & 1) as u16) << place;
                }
            }
        }
        patterns
    }
}

/// A layer of shared weights with q' spins on every visible and q on every hidden site:
///
/// `p(v, h) = exp(Σ_ja b_a h_ja + Σ_j Σ_s Σ_ca v_{site(j,s),c} W_{a,sc} h_ja + Σ_ic c_{i mod 2, c} v_ic) / Z`,
/// all spins ±1. Every hidden spin sees all r q' visible spins of its field. Samples of its visible spins
/// have a column for each, site by site: column `site · q' + channel`. With one channel it is [`Rbm`].
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelRbm {
    /// Size and wiring.
    pub shape: ChannelShape,
    /// One row of r q' weights per hidden channel, slot by slot (`slot · q' + channel`).
    pub weights: Vec<f64>,
    /// Bias of visible spins: q' on even sites, then q' on odd ones.
    pub visible_bias: Vec<f64>,
    /// Bias of the hidden spin of each channel.
    pub hidden_bias: Vec<f64>,
}

/// `b + Σ ± w` of one hidden channel for every pattern, as two tables over half of the bits each.
pub(super) struct Inputs {
    low: Vec<f64>,
    high: Vec<f64>,
}

/// Bits of a pattern looked up in the lower table.
pub(super) const LOW_BITS: usize = 8;

impl Inputs {
    pub(super) fn of(&self, pattern: usize) -> f64 {
        self.low[pattern & ((1 << LOW_BITS) - 1)] + self.high[pattern >> LOW_BITS]
    }
}

impl ChannelRbm {
    /// A layer without biases. Panics unless there are r q' weights per hidden channel.
    #[must_use]
    pub fn unbiased(shape: ChannelShape, weights: Vec<f64>) -> Self {
        assert_eq!(weights.len(), shape.seen() * shape.hidden, "one weight per link and hidden channel");
        Self {
            shape,
            weights,
            visible_bias: vec![0.0; 2 * shape.visible],
            hidden_bias: vec![0.0; shape.hidden],
        }
    }

    /// The same layer as a one-channel [`Rbm`] of shared weights.
    ///
    /// # Errors
    /// Its weights are not shared.
    pub fn from_single(rbm: &Rbm) -> Result<Self, RbmError> {
        if !rbm.is_shared() {
            let (found, expected) = (rbm.weights.len(), rbm.shape.links());
            return Err(RbmError::WeightsDiffer { found, expected });
        }
        Ok(Self {
            shape: ChannelShape { layer: rbm.shape, visible: 1, hidden: 1 },
            weights: rbm.weights.clone(),
            visible_bias: rbm.visible_bias.to_vec(),
            hidden_bias: vec![rbm.hidden_bias],
        })
    }

    /// The weights of one hidden channel.
    #[must_use]
    pub fn row(&self, channel: usize) -> &[f64] {
        let seen = self.shape.seen();
        &self.weights[channel * seen..(channel + 1) * seen]
    }

    /// The q × q' weights of one slot's link, a row for each hidden channel.
    #[must_use]
    pub fn slot_matrix(&self, slot: usize) -> Vec<Vec<f64>> {
        let visible = self.shape.visible;
        let row = |a: usize| self.row(a)[slot * visible..(slot + 1) * visible].to_vec();
        (0..self.shape.hidden).map(row).collect()
    }

    /// `ln Z`, exact: with v summed out, hidden sites of 2^q states form a chain. Ring: trace of the M-th
    /// power of a 2^q × 2^q matrix, O(8^q log M); line: O(4^q M).
    #[must_use]
    pub fn log_partition(&self) -> f64 {
        ChannelChain::of(self).marginals().log_partition
    }

    /// Logarithm of the unnormalised probability of visible spins (±1, site by site).
    #[must_use]
    pub fn log_weight(&self, v: &[i8]) -> f64 {
        assert_eq!(v.len(), self.shape.spins(), "one spin per visible site and channel");
        let ChannelShape { layer, visible, hidden } = self.shape;
        let mut sum = 0.0;
        for (i, &spin) in v.iter().enumerate() {
            sum += self.visible_bias[i / visible % 2 * visible + i % visible] * f64::from(spin);
        }
        for block in 0..layer.blocks() {
            for channel in 0..hidden {
                let mut input = self.hidden_bias[channel];
                for slot in 0..layer.links() {
                    let Some(site) = layer.block_site(block, slot) else { continue };
                    for c in 0..visible {
                        input += self.row(channel)[slot * visible + c] * f64::from(v[site * visible + c]);
                    }
                }
                sum += log_two_cosh(input);
            }
        }
        sum
    }

    /// `ln p(v)`.
    #[must_use]
    pub fn log_probability(&self, v: &[i8]) -> f64 {
        self.log_weight(v) - self.log_partition()
    }

    /// Schmidt entropy of each slot's link in nats: of the 2^{q'} × 2^q matrix `e^{vᵀ W h}` between the
    /// spins of a visible and a hidden site; at most `min(q', q) ln 2`.
    #[must_use]
    pub fn link_entropies(&self) -> Vec<f64> {
        let ChannelShape { layer, visible, hidden } = self.shape;
        (0..layer.links())
            .map(|slot| {
                let weights = self.slot_matrix(slot);
                let log_matrix: Vec<Vec<f64>> = (0..1_usize << hidden)
                    .map(|h| {
                        (0..1_usize << visible)
                            .map(|v| {
                                let pairs = (0..visible * hidden).map(|i| (i % visible, i / visible));
                                pairs
                                    .map(|(c, a)| {
                                        let w = weights[a][c];
                                        if (v >> c ^ h >> a) & 1 == 0 { w } else { -w }
                                    })
                                    .sum()
                            })
                            .collect()
                    })
                    .collect();
                schmidt_entropy(&log_matrix)
            })
            .collect()
    }

    /// The same distribution of v with Σw ≥ 0 in every hidden channel.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        for (row, bias) in self.weights.chunks_exact_mut(self.shape.seen()).zip(&mut self.hidden_bias) {
            if row.iter().sum::<f64>() < 0.0 {
                row.iter_mut().for_each(|w| *w = -*w);
                *bias = -*bias;
            }
        }
        self
    }

    /// The inputs of a hidden channel by pattern, where the bits `present` exist.
    pub(super) fn inputs(&self, channel: usize, present: usize) -> Inputs {
        let half = |first: usize, bits: usize, bias: f64| -> Vec<f64> {
            (0..1_usize << bits)
                .map(|pattern| {
                    let there = (0..bits).filter(|bit| present >> (first + bit) & 1 == 1);
                    let signed = there.map(|bit| {
                        let w = self.row(channel)[first + bit];
                        if pattern >> bit & 1 == 1 { w } else { -w }
                    });
                    bias + signed.sum::<f64>()
                })
                .collect()
        };
        let seen = self.shape.seen();
        Inputs {
            low: half(0, seen.min(LOW_BITS), self.hidden_bias[channel]),
            high: half(LOW_BITS, seen.saturating_sub(LOW_BITS), 0.0),
        }
    }

    /// `ln` of the unnormalised probability of every sample; the same for any number of threads. Panics
    /// unless the samples have a column per visible spin.
    #[must_use]
    pub fn sample_log_weights(&self, samples: &SpinSamples) -> Vec<f64> {
        self.sample_log_weights_of_words(samples, 0..samples.words_per_site())
    }

    /// The part of [`Self::sample_log_weights`] for the samples in `words` (64 each).
    pub(super) fn sample_log_weights_of_words(&self, samples: &SpinSamples, words: Range<usize>) -> Vec<f64> {
        let ChannelShape { layer, visible, hidden } = self.shape;
        assert_eq!(samples.sites(), self.shape.spins(), "one column per visible spin");
        let tables: Vec<Vec<Inputs>> = [0, layer.blocks() / 2, layer.blocks() - 1]
            .map(|block| (0..hidden).map(|a| self.inputs(a, self.shape.present(block))).collect())
            .into();
        words
            .into_par_iter()
            .flat_map_iter(|word| {
                let mut sums = [0.0; 64];
                for column in 0..samples.sites() {
                    let c = self.visible_bias[column / visible % 2 * visible + column % visible];
                    let bits = samples.column(column)[word];
                    for (sample, sum) in sums.iter_mut().enumerate() {
                        *sum += if bits >> sample & 1 == 1 { c } else { -c };
                    }
                }
                for block in 0..layer.blocks() {
                    let patterns = self.shape.patterns(samples, block, word);
                    // Only the first and last block of a line can differ from the others.
                    let table = &tables[if block == 0 { 0 } else { 1 + block / (layer.blocks() - 1) }];
                    for inputs in table {
                        for (pattern, sum) in patterns.iter().zip(&mut sums) {
                            *sum += log_two_cosh(inputs.of(usize::from(*pattern)));
                        }
                    }
                }
                sums.into_iter().take((samples.samples() - word * 64).min(64))
            })
            .collect()
    }

    /// One draw of all hidden spins for every sample: column `site · q + channel` of the result. Every
    /// column draws from its own stream of that number; the same for any number of threads.
    #[must_use]
    pub fn sample_hidden(&self, samples: &SpinSamples, seed: u64, stream_name: &str) -> SpinSamples {
        let ChannelShape { layer, hidden, .. } = self.shape;
        let mut drawn = SpinSamples::all_down(samples.samples(), layer.blocks() * hidden);
        self.sample_hidden_blocks(samples, seed, stream_name, 0..layer.blocks(), &mut drawn);
        drawn
    }

    /// The part of [`Self::sample_hidden`] that belongs to `blocks`, into their columns of `drawn`.
    pub(super) fn sample_hidden_blocks(
        &self,
        samples: &SpinSamples,
        seed: u64,
        stream_name: &str,
        blocks: Range<usize>,
        drawn: &mut SpinSamples,
    ) {
        let ChannelShape { hidden, .. } = self.shape;
        assert_eq!(samples.sites(), self.shape.spins(), "one column per visible spin");
        let words = samples.words_per_site();
        if words == 0 {
            return;
        }
        let columns = blocks.start * hidden..blocks.end * hidden;
        let first = columns.start;
        let part = &mut drawn.columns_mut()[columns.start * words..columns.end * words];
        part.par_chunks_mut(words).enumerate().for_each(|(i, out)| {
            let column = first + i;
            let (block, channel) = (column / hidden, column % hidden);
            let inputs = self.inputs(channel, self.shape.present(block));
            let mut rng = stream(seed, stream_name, column as u64);
            for (word, out) in out.iter_mut().enumerate() {
                let mut up = 0;
                for (sample, pattern) in self.shape.patterns(samples, block, word).into_iter().enumerate() {
                    let chance = logistic(2.0 * inputs.of(usize::from(pattern)));
                    let draw = f64::from(rng.next_u32()) / 4_294_967_296.0;
                    up |= u64::from(draw < chance) << sample;
                }
                *out = up & samples.valid_bits(word);
            }
        });
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::numerics::stable::log_sum_exp;
    use crate::rbm::counts::tests::random_samples;
    use crate::rbm::layer::tests::{configurations, random_rbm, small_shapes};
    use crate::rbm::link_entropy;
    use approx::assert_abs_diff_eq;

    /// A layer with every parameter drawn from −1…1.
    pub(in crate::rbm) fn random_channels(shape: ChannelShape, seed: u64) -> ChannelRbm {
        let mut rng = stream(seed, "channel rbm test", shape.spins() as u64);
        let mut numbers = |n: usize| -> Vec<f64> {
            (0..n).map(|_| 2.0 * (f64::from(rng.next_u32()) / f64::from(u32::MAX) - 0.5)).collect()
        };
        let mut rbm = ChannelRbm::unbiased(shape, numbers(shape.seen() * shape.hidden));
        rbm.visible_bias = numbers(2 * shape.visible);
        rbm.hidden_bias = numbers(shape.hidden);
        rbm
    }

    /// Shapes of 2 and 4 sites with up to three channels and at most 8 visible spins.
    pub(in crate::rbm) fn small_channel_shapes() -> Vec<ChannelShape> {
        let mut shapes = Vec::new();
        for layer in small_shapes() {
            for (visible, hidden) in [(1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 2)] {
                if layer.sites * visible <= 8 && layer.blocks() * hidden <= 8 {
                    shapes.push(ChannelShape::new(layer, visible, hidden).unwrap());
                }
            }
        }
        shapes
    }

    #[test]
    fn log_partition_equals_the_sum_over_all_states() {
        for shape in small_channel_shapes() {
            let rbm = random_channels(shape, 1);
            let weights: Vec<f64> = configurations(shape.spins())
                .iter()
                .map(|v| {
                    // Straight from the definition, hidden spins summed one state at a time.
                    let ChannelShape { layer, visible, hidden } = shape;
                    let mut terms = Vec::new();
                    for h in configurations(layer.blocks() * hidden) {
                        let mut sum = 0.0;
                        for (i, &s) in v.iter().enumerate() {
                            sum += rbm.visible_bias[(i / visible % 2) * visible + i % visible] * f64::from(s);
                        }
                        for (i, &s) in h.iter().enumerate() {
                            let (block, a) = (i / hidden, i % hidden);
                            sum += rbm.hidden_bias[a] * f64::from(s);
                            for slot in 0..layer.links() {
                                if let Some(site) = layer.block_site(block, slot) {
                                    for c in 0..visible {
                                        let w = rbm.weights[a * shape.seen() + slot * visible + c];
                                        sum += w * f64::from(s * v[site * visible + c]);
                                    }
                                }
                            }
                        }
                        terms.push(sum);
                    }
                    let given_v = log_sum_exp(&terms);
                    assert_abs_diff_eq!(rbm.log_weight(v), given_v, epsilon = 1e-12);
                    given_v
                })
                .collect();
            assert_abs_diff_eq!(rbm.log_partition(), log_sum_exp(&weights), epsilon = 1e-11);
        }
    }

    #[test]
    fn one_channel_is_the_plain_layer_and_an_idle_channel_changes_nothing() {
        for layer in small_shapes() {
            let single = random_rbm(layer, 3);
            let same = ChannelRbm::from_single(&single).unwrap();
            assert_abs_diff_eq!(same.log_partition(), single.log_partition(), epsilon = 1e-11);
            for (a, b) in same.link_entropies().iter().zip(single.link_entropies()) {
                assert_abs_diff_eq!(*a, b, epsilon = 1e-12);
            }
            let mut idle = same.clone();
            idle.shape.hidden = 2;
            idle.weights.extend(vec![0.0; layer.links()]);
            idle.hidden_bias.push(0.7);
            for v in configurations(layer.sites) {
                assert_abs_diff_eq!(idle.log_probability(&v), single.log_probability(&v), epsilon = 1e-11);
            }
            for (a, b) in idle.link_entropies().iter().zip(single.link_entropies()) {
                assert_abs_diff_eq!(*a, b, epsilon = 1e-12);
            }
            // Two equal channels: every block counts twice, ln 2cosh x becomes 2 ln 2cosh x.
            let mut twin = same.clone();
            twin.shape.hidden = 2;
            twin.weights.extend(same.weights.clone());
            twin.hidden_bias.extend(same.hidden_bias.clone());
            let v = vec![1; layer.sites];
            let c = single.visible_bias[0] + single.visible_bias[1];
            let bias = c * layer.blocks() as f64;
            let blocks = single.log_weight(&v) - bias;
            assert_abs_diff_eq!(twin.log_weight(&v), 2.0 * blocks + bias, epsilon = 1e-11);
        }
        let long = RbmShape::new(256, crate::lattice::Boundary::Line, crate::lattice::ReceptiveField::Four);
        let single = random_rbm(long.unwrap(), 3);
        let same = ChannelRbm::from_single(&single).unwrap();
        assert_abs_diff_eq!(same.log_partition(), single.log_partition(), epsilon = 1e-9);
    }

    #[test]
    fn independent_channels_add_their_entropies() {
        // W diagonal: the matrix is a product of 2 × 2 ones, with singular values in product.
        let layer = small_shapes()[8];
        let shape = ChannelShape::new(layer, 2, 2).unwrap();
        let mut rbm = ChannelRbm::unbiased(shape, vec![0.0; shape.seen() * 2]);
        for slot in 0..layer.links() {
            rbm.weights[slot * 2] = 0.9;
            rbm.weights[shape.seen() + slot * 2 + 1] = -1.3;
        }
        for entropy in rbm.link_entropies() {
            assert_abs_diff_eq!(entropy, link_entropy(0.9) + link_entropy(1.3), epsilon = 1e-12);
        }
        // Never above min(q', q) ln 2, reached for strong links; nor above one bit through one channel.
        rbm.weights.iter_mut().for_each(|w| *w *= 30.0);
        for entropy in rbm.link_entropies() {
            assert_abs_diff_eq!(entropy, 2.0 * 2.0_f64.ln(), epsilon = 1e-12);
        }
        let narrow = random_channels(ChannelShape::new(layer, 1, 4).unwrap(), 2);
        assert!(narrow.link_entropies().iter().all(|s| (0.0..=2.0_f64.ln() + 1e-12).contains(s)));
    }

    #[test]
    fn scores_and_hidden_spins_follow_the_layer() {
        for shape in small_channel_shapes() {
            let rbm = random_channels(shape, 4);
            let samples = random_samples(4000, shape.spins(), 2);
            let scores = rbm.sample_log_weights(&samples);
            assert_eq!(scores.len(), 4000);
            for (sample, score) in scores.iter().enumerate().take(100) {
                let v: Vec<i8> = (0..shape.spins()).map(|i| samples.spin(sample, i)).collect();
                assert_abs_diff_eq!(*score, rbm.log_weight(&v), epsilon = 1e-12);
            }
            let hidden = rbm.sample_hidden(&samples, 3, "test");
            assert_eq!(hidden.sites(), shape.layer.blocks() * shape.hidden);
            for column in 0..hidden.sites() {
                let (block, channel) = (column / shape.hidden, column % shape.hidden);
                let inputs = rbm.inputs(channel, shape.present(block));
                let (mut excess, mut variance) = (0.0, 0.0);
                for sample in 0..4000 {
                    let pattern = shape.patterns(&samples, block, sample / 64)[sample % 64];
                    let p = logistic(2.0 * inputs.of(usize::from(pattern)));
                    excess += f64::from(u8::from(hidden.is_up(sample, column))) - p;
                    variance += p * (1.0 - p);
                }
                // Five standard errors of a sum of independent draws.
                assert!(excess.abs() < 5.0 * f64::sqrt(variance) + 1e-9);
            }
        }
    }
}
