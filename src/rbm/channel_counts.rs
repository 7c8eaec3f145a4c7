//! Exact likelihood of a layer of several channels, from counts of the patterns that occur.

use super::channel_chain::ChannelChain;
use super::channel_layer::{ChannelRbm, ChannelShape, LOW_BITS};
use super::error::RbmError;
use super::objective::{self, decayed, walled};
use super::worth;
use crate::lattice::SpinSamples;
use rayon::prelude::*;
use std::ops::Range;

/// Patterns seen by the blocks that have the same spins, each with its number, in rising order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SeenPatterns {
    present: usize,
    counts: Vec<(u16, u64)>,
}

/// Mean negative log-likelihood of samples, with weight decay, per visible spin:
/// `f(θ) = [−⟨ln p_θ(v)⟩ + (λ/2) Σ W²] / (N q')`, in nats.
///
/// Exact, as for one channel: samples enter through the counts of the block patterns that occur (at most
/// 2^{r q'} ≤ 65,536), ln Z and its gradient through the 2^q × 2^q transfer matrix. An evaluation costs
/// q hyperbolic functions a pattern and O(8^q): below 1 ms for r q' ≤ 12, about 10 ms for all 65,536
/// patterns of r = 4, q' = 4 with q = 4.
///
/// With biases λ is at least 1/samples, as in [`super::Likelihood::new`].
///
/// Parameters θ stand in the order: weights, visible biases, hidden biases of [`ChannelRbm`]. A symmetric
/// likelihood has the weights alone, all biases being 0 (samples and mirror images then weigh the same).
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelLikelihood {
    shape: ChannelShape,
    samples: u64,
    /// Independent samples that say as much.
    independent: f64,
    classes: Vec<SeenPatterns>,
    /// Up spins on even sites by channel, then on odd ones.
    up_spins: Vec<u64>,
    weight_decay: f64,
    symmetric: bool,
}

/// Counts of block patterns under way, and of up spins: all that a likelihood needs of samples.
#[derive(Clone, Debug)]
pub(super) struct ChannelCounts {
    shape: ChannelShape,
    samples: usize,
    /// By the spins that a block has: how often each of all patterns occurred.
    classes: Vec<(usize, Vec<u64>)>,
    up_spins: Vec<u64>,
}

impl ChannelCounts {
    /// Nothing counted yet of so many samples. Memory: 512 KB for r q' = 16.
    pub(super) fn empty(shape: ChannelShape, samples: usize) -> Self {
        let class = |block| (shape.present(block), vec![0; 1 << shape.seen()]);
        let classes = shape.layer.kinds().into_iter().map(class).collect();
        Self { shape, samples, classes, up_spins: vec![0; 2 * shape.visible] }
    }

    /// Counts the patterns of some blocks and the up spins of their own two sites. Sums of integers, in
    /// parallel over blocks: the same for any number of threads and of pieces.
    pub(super) fn add_blocks(&mut self, samples: &SpinSamples, blocks: Range<usize>) {
        let (shape, visible) = (self.shape, self.shape.visible);
        for (present, counts) in &mut self.classes {
            let of_class: Vec<usize> = blocks.clone().filter(|b| shape.present(*b) == *present).collect();
            let dense = of_class
                .into_par_iter()
                .fold(
                    || vec![0_u64; counts.len()],
                    |mut counts, block| {
                        for word in 0..samples.words_per_site() {
                            let left = (samples.samples() - 64 * word).min(64);
                            for pattern in &shape.patterns(samples, block, word)[..left] {
                                counts[usize::from(*pattern)] += 1;
                            }
                        }
                        counts
                    },
                )
                .reduce(Vec::new, |a, b| if a.is_empty() { b } else { add(a, &b) });
            if !dense.is_empty() {
                *counts = add(std::mem::take(counts), &dense);
            }
        }
        for column in 2 * visible * blocks.start..2 * visible * blocks.end {
            self.up_spins[column % (2 * visible)] += samples.up_spins(column);
        }
    }
}

fn add(mut a: Vec<u64>, b: &[u64]) -> Vec<u64> {
    a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
    a
}

impl ChannelLikelihood {
    /// Counts the patterns of `samples`, which have a column for every visible spin (site by site).
    ///
    /// Sums of integers, in parallel over blocks: the same for any number of threads. Memory: 512 KB a
    /// thread for r q' = 16.
    ///
    /// # Errors
    /// The samples have another number of columns, or there are none.
    pub fn new(
        shape: ChannelShape,
        samples: &SpinSamples,
        weight_decay: f64,
        symmetric: bool,
    ) -> Result<Self, RbmError> {
        if samples.sites() != shape.spins() {
            let (found, expected) = (samples.sites(), shape.spins());
            return Err(RbmError::SitesDiffer { set: "training or held-out", found, expected });
        }
        if samples.samples() == 0 {
            return Err(RbmError::NoSamples);
        }
        let mut counts = ChannelCounts::empty(shape, samples.samples());
        counts.add_blocks(samples, 0..shape.layer.blocks());
        Ok(Self::from_counts(&counts, weight_decay, symmetric))
    }

    /// From counts that are complete.
    pub(super) fn from_counts(counts: &ChannelCounts, weight_decay: f64, symmetric: bool) -> Self {
        let seen = |(present, counts): &(usize, Vec<u64>)| SeenPatterns {
            present: *present,
            counts: counts
                .iter()
                .enumerate()
                .filter(|(_, count)| **count > 0)
                .map(|(p, count)| (u16::try_from(p).expect("r q' is at most 16 bits"), *count))
                .collect(),
        };
        let independent = worth::independent(counts.samples as u64, 1.0);
        Self {
            shape: counts.shape,
            samples: counts.samples as u64,
            independent,
            classes: counts.classes.iter().map(seen).collect(),
            up_spins: counts.up_spins.clone(),
            // As for one channel: with biases the likelihood has flat directions.
            weight_decay: worth::decay(weight_decay, symmetric, independent, 1),
            symmetric,
        }
    }

    /// The same of samples of this integrated autocorrelation time, as
    /// [`super::Likelihood::with_autocorrelation_time`].
    #[must_use]
    pub fn with_autocorrelation_time(mut self, time: f64) -> Self {
        self.independent = worth::independent(self.samples, time);
        self.weight_decay = worth::decay(self.weight_decay, self.symmetric, self.independent, 1);
        self
    }

    /// The same counts for another number of hidden channels, which they do not depend on.
    #[must_use]
    pub fn with_hidden_channels(&self, hidden: usize) -> Self {
        Self { shape: ChannelShape { hidden, ..self.shape }, ..self.clone() }
    }

    /// Size and wiring of the layer.
    #[must_use]
    pub fn shape(&self) -> ChannelShape {
        self.shape
    }

    /// The layer of parameters θ.
    #[must_use]
    pub fn rbm(&self, parameters: &[f64]) -> ChannelRbm {
        let weights = self.shape.seen() * self.shape.hidden;
        let mut rbm = ChannelRbm::unbiased(self.shape, parameters[..weights].to_vec());
        if !self.symmetric {
            let (visible, hidden) = parameters[weights..].split_at(2 * self.shape.visible);
            rbm.visible_bias = visible.to_vec();
            rbm.hidden_bias = hidden.to_vec();
        }
        rbm
    }

    /// The parameters θ of a layer; biases are dropped by a symmetric likelihood.
    #[must_use]
    pub fn parameters(&self, rbm: &ChannelRbm) -> Vec<f64> {
        let mut parameters = rbm.weights.clone();
        if !self.symmetric {
            parameters.extend(&rbm.visible_bias);
            parameters.extend(&rbm.hidden_bias);
        }
        parameters
    }

    /// The layer without links: every visible spin has the bias of its mean, every weight is 0.
    #[must_use]
    pub fn without_links(&self) -> ChannelRbm {
        let mut rbm = ChannelRbm::unbiased(self.shape, vec![0.0; self.shape.seen() * self.shape.hidden]);
        if !self.symmetric {
            let of = self.samples * self.shape.layer.blocks() as u64;
            rbm.visible_bias = self.up_spins.iter().map(|up| worth::lone_bias(*up, of)).collect();
        }
        rbm
    }

    /// Whether one hidden channel more that lowers `f(θ)` by `gain` pays for itself: Schwarz's criterion with one
    /// parameter for each spin it sees, and its bias where there is one.
    #[must_use]
    pub fn channel_pays(&self, gain: f64) -> bool {
        let parameters = self.shape.seen() + usize::from(!self.symmetric);
        worth::pay(gain, self.shape.spins(), parameters, self.independent, self.shape.layer.blocks())
    }

    /// `−⟨ln p⟩/(N q')` in nats per spin, without weight decay.
    #[must_use]
    pub fn nll_per_spin(&self, rbm: &ChannelRbm) -> f64 {
        self.nll_and_gradient(rbm).0
    }

    /// The share of the weight decay in `f(θ)`: `(λ/2) Σ W² / (N q')`.
    pub(super) fn penalty(&self, parameters: &[f64]) -> f64 {
        objective::penalty(&parameters[..self.shape.seen() * self.shape.hidden], self.decay_per_spin())
    }

    fn decay_per_spin(&self) -> f64 {
        self.weight_decay / self.shape.spins() as f64
    }

    /// `f(θ)`; writes `∂f/∂θ`. `+∞` with a zero gradient if a parameter exceeds 100 in size, as
    /// [`super::Likelihood::value_and_gradient`].
    pub fn value_and_gradient(&self, parameters: &[f64], gradient: &mut [f64]) -> f64 {
        walled(parameters, gradient, |gradient| {
            let rbm = self.rbm(parameters);
            decayed(self.nll_and_gradient(&rbm), &rbm.weights, self.decay_per_spin(), gradient)
        })
    }

    fn nll_and_gradient(&self, rbm: &ChannelRbm) -> (f64, Vec<f64>) {
        let ChannelShape { layer, visible, hidden } = self.shape;
        let seen = self.shape.seen();
        let visible_start = seen * hidden;
        let hidden_start = visible_start + 2 * visible;
        let mut gradient = vec![0.0; hidden_start + hidden];
        let mut sum = 0.0;
        for class in &self.classes {
            // Channels are independent given v: one task each, summed in their order.
            let parts: Vec<(f64, Vec<f64>)> =
                (0..hidden).into_par_iter().map(|channel| class_pulls(rbm, class, channel)).collect();
            for (channel, (value, pulls)) in parts.into_iter().enumerate() {
                sum -= value;
                let row = &mut gradient[channel * seen..(channel + 1) * seen];
                row.iter_mut().zip(&pulls).for_each(|(g, pull)| *g -= pull);
                gradient[hidden_start + channel] -= pulls[seen];
            }
        }
        let per_kind = (self.samples * layer.blocks() as u64) as f64;
        for (kind, &up) in self.up_spins.iter().enumerate() {
            let spins = 2.0 * up as f64 - per_kind;
            sum -= rbm.visible_bias[kind] * spins;
            gradient[visible_start + kind] -= spins;
        }
        let spins = self.shape.spins() as f64;
        let all = self.samples as f64 * spins;
        gradient.iter_mut().for_each(|g| *g /= all);
        let marginals = ChannelChain::of(rbm).marginals();
        marginals.add_gradient(rbm, 1.0 / spins, &mut gradient);
        (sum / all + marginals.log_partition / spins, gradient)
    }
}

/// `Σ count · ln 2cosh(input)` of one channel over the patterns of a class, and its derivatives in the
/// weights of the channel and (last) its bias.
fn class_pulls(rbm: &ChannelRbm, class: &SeenPatterns, channel: usize) -> (f64, Vec<f64>) {
    let seen = rbm.shape.seen();
    let inputs = rbm.inputs(channel, class.present);
    // Pulls are gathered by half pattern, so that each pattern costs two additions and not r q'.
    let mut low = vec![0.0; 1 << seen.min(LOW_BITS)];
    let mut high = vec![0.0; 1 << seen.saturating_sub(LOW_BITS)];
    let mut value = 0.0;
    for &(pattern, count) in &class.counts {
        let (pattern, count) = (usize::from(pattern), count as f64);
        let input = inputs.of(pattern);
        // ln 2cosh and tanh from one exponential.
        let e = (-2.0 * input.abs()).exp();
        value += count * (input.abs() + e.ln_1p());
        let pull = count * ((1.0 - e) / (1.0 + e)).copysign(input);
        low[pattern & ((1 << LOW_BITS) - 1)] += pull;
        high[pattern >> LOW_BITS] += pull;
    }
    let mut pulls = vec![0.0; seen + 1];
    for (place, pull) in pulls.iter_mut().enumerate().take(seen) {
        if class.present >> place & 1 == 0 {
            continue;
        }
        let (table, bit) = if place < LOW_BITS { (&low, place) } else { (&high, place - LOW_BITS) };
        *pull = table.iter().enumerate().map(|(p, x)| if p >> bit & 1 == 1 { *x } else { -x }).sum();
    }
    pulls[seen] = low.iter().sum();
    (value, pulls)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::rbm::RbmShape;
    use crate::rbm::channel_layer::tests::{random_channels, small_channel_shapes};
    use crate::rbm::counts::tests::random_samples;
    use crate::rbm::objective::tests::check_gradient;
    use approx::assert_abs_diff_eq;

    #[test]
    fn likelihood_equals_the_sum_over_samples_and_gradient_finite_differences() {
        for shape in small_channel_shapes() {
            let samples = random_samples(70, shape.spins(), 6);
            for symmetric in [false, true] {
                let likelihood = ChannelLikelihood::new(shape, &samples, 0.02, symmetric).unwrap();
                let rbm = likelihood.rbm(&likelihood.parameters(&random_channels(shape, 7)));
                let mut direct = 0.0;
                for sample in 0..70 {
                    let v: Vec<i8> = (0..shape.spins()).map(|i| samples.spin(sample, i)).collect();
                    direct -= rbm.log_probability(&v) / (70.0 * shape.spins() as f64);
                }
                assert_abs_diff_eq!(likelihood.nll_per_spin(&rbm), direct, epsilon = 1e-12);
                let x = likelihood.parameters(&rbm);
                check_gradient(&x, |x, gradient| likelihood.value_and_gradient(x, gradient));
            }
        }
    }

    #[test]
    fn the_widest_layer_keeps_its_gradient() {
        // r = 4 and four channels on both sides: 16-bit patterns and 16 × 16 matrices.
        for boundary in [Boundary::Ring, Boundary::Line] {
            let layer = RbmShape::new(8, boundary, ReceptiveField::Four).unwrap();
            let shape = ChannelShape::new(layer, 4, 4).unwrap();
            let samples = random_samples(70, shape.spins(), 6);
            let likelihood = ChannelLikelihood::new(shape, &samples, 0.0, false).unwrap();
            let mut rbm = random_channels(shape, 1);
            rbm.weights.iter_mut().for_each(|w| *w *= 0.3);
            let x = likelihood.parameters(&rbm);
            check_gradient(&x, |x, gradient| likelihood.value_and_gradient(x, gradient));
            let scores = rbm.sample_log_weights(&samples);
            let mean = scores.iter().sum::<f64>() / 70.0;
            let nll = (rbm.log_partition() - mean) / shape.spins() as f64;
            assert_abs_diff_eq!(likelihood.nll_per_spin(&rbm), nll, epsilon = 1e-12);
        }
    }
}
