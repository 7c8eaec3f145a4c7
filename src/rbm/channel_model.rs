//! How far a layer of several channels is from the model of its visible spins, exactly.

use super::channel_chain::ChannelChain;
use super::channel_layer::{ChannelRbm, ChannelShape, Inputs};
use super::flow::chain_of_blocks;
use crate::lattice::{Boundary, ReceptiveField};
use crate::numerics::local_chain::{LocalChain, Moments};
use crate::numerics::stable::{exp_in_place, log_two_cosh};
use rayon::prelude::*;

/// `ln Σ_h exp(…)` of a layer with one spin on a visible site, as a chain of these spins: the logarithm of
/// the unnormalised probability, one window a block. Panics for several spins on a visible site.
pub(super) fn visible_model(rbm: &ChannelRbm) -> LocalChain {
    assert_eq!(rbm.shape.visible, 1, "windows hold single spins");
    chain_of_blocks(rbm.shape.layer, |block, _| {
        let weights = BlockWeights::of(rbm, block);
        move |pattern| weights.log_weight(pattern)
    })
}

/// What a block adds to the log weight of the visible spins.
struct BlockWeights<'a> {
    rbm: &'a ChannelRbm,
    inputs: Vec<Inputs>,
}

impl<'a> BlockWeights<'a> {
    fn of(rbm: &'a ChannelRbm, block: usize) -> Self {
        let present = rbm.shape.present(block);
        Self { rbm, inputs: (0..rbm.shape.hidden).map(|channel| rbm.inputs(channel, present)).collect() }
    }

    /// `Σ_a ln 2cosh` of the inputs, and the biases of the block's own two sites.
    fn log_weight(&self, pattern: usize) -> f64 {
        let hidden: f64 = self.inputs.iter().map(|inputs| log_two_cosh(inputs.of(pattern))).sum();
        let visible = self.rbm.shape.visible;
        let biases = self.rbm.visible_bias.iter().enumerate().map(|(i, c)| {
            let slot = self.rbm.shape.layer.own_slots()[i / visible];
            if pattern >> (slot * visible + i % visible) & 1 == 1 { *c } else { -c }
        });
        hidden + biases.sum::<f64>()
    }
}

/// Sums over configurations of a stretch of blocks, from each state at its beginning (or from a single one)
/// to each at its end: of the weight, and of the weight times the first and second power of an observable.
/// All three have one common factor that is not kept.
struct Stretch {
    states: usize,
    sums: [Vec<f64>; 3],
}

impl Stretch {
    /// This stretch and then `next`.
    fn then(&self, next: &Self) -> Self {
        let n = next.states;
        let rows = self.sums[0].len() / n;
        let parts: Vec<[Vec<f64>; 3]> = (0..rows)
            .into_par_iter()
            .map(|row| {
                let mut out = [0, 1, 2].map(|_: usize| vec![0.0; n]);
                for from in 0..n {
                    let [z, f, s] = [0, 1, 2].map(|power: usize| self.sums[power][row * n + from]);
                    if z == 0.0 {
                        continue;
                    }
                    let [next_z, next_f, next_s] =
                        [0, 1, 2].map(|power: usize| &next.sums[power][from * n..(from + 1) * n]);
                    for to in 0..n {
                        out[0][to] += z * next_z[to];
                        out[1][to] += f * next_z[to] + z * next_f[to];
                        out[2][to] += s * next_z[to] + 2.0 * f * next_f[to] + z * next_s[to];
                    }
                }
                out
            })
            .collect();
        let sums = [0, 1, 2].map(|power: usize| parts.iter().flat_map(|p| p[power].clone()).collect());
        Self { states: n, sums }.rescaled()
    }

    fn rescaled(mut self) -> Self {
        let largest = self.sums[0].iter().copied().fold(0.0, f64::max);
        self.sums.iter_mut().flatten().for_each(|x| *x /= largest);
        self
    }

    /// Mean of the observable and of its square, over the entries that `counts` names.
    fn means(&self, counts: impl Fn(usize) -> bool) -> [f64; 2] {
        let total = |power: usize| -> f64 {
            self.sums[power].iter().enumerate().filter(|(i, _)| counts(*i)).map(|(_, x)| x).sum()
        };
        [total(1) / total(0), total(2) / total(0)]
    }
}

/// The chain of the visible sites, cut into stretches of two sites, and the layer above it.
struct Comparison<'a> {
    above: &'a ChannelRbm,
    below: &'a ChannelChain,
    /// Subtracted from the observable of every block.
    offset: f64,
}

impl Comparison<'_> {
    /// Blocks overlap in one site, or for r = 4 in two: that is what a state holds.
    fn overlap(&self) -> usize {
        match self.above.shape.layer.field {
            ReceptiveField::Two | ReceptiveField::Three => 1,
            ReceptiveField::Four => 2,
        }
    }

    fn states(&self) -> usize {
        1 << (self.overlap() * self.above.shape.visible)
    }

    /// One block: sites 2j and 2j + 1, and the step to 2j + 2.
    fn block(&self, block: usize) -> Stretch {
        let ChannelShape { layer, visible, .. } = self.above.shape;
        let on_line = layer.boundary == Boundary::Line;
        let (is_first, is_last) = (on_line && block == 0, on_line && block + 1 == layer.blocks());
        let n = 1_usize << visible;
        let range = |there: bool| 0..if there { n } else { 1 };
        let wide = self.overlap() == 2;
        let weights = BlockWeights::of(self.above, block);
        // From the state s before, s₀ of the block's first site, to s₂ of the next block's.
        let mut terms = Vec::new();
        for before in range(wide && !is_first) {
            for s0 in 0..n {
                for s1 in 0..n {
                    for s2 in range(!is_last) {
                        let inner = self.below.bond_weight(s0, s1) + self.below.site_weight(s1);
                        let step = if is_last {
                            self.below.last_weight(s1)
                        } else {
                            self.below.bond_weight(s1, s2) + self.below.site_weight(s2)
                        };
                        let pattern = match layer.field {
                            ReceptiveField::Two => s0 | s1 << visible,
                            ReceptiveField::Three => s0 | s1 << visible | s2 << (2 * visible),
                            ReceptiveField::Four => {
                                before | s0 << visible | s1 << (2 * visible) | s2 << (3 * visible)
                            }
                        };
                        let (from, to) = if wide { (before * n + s0, s1 * n + s2) } else { (s0, s2) };
                        let log = inner + step;
                        terms.push((from, to, log, weights.log_weight(pattern) - log - self.offset));
                    }
                }
            }
        }
        let largest = terms.iter().map(|t| t.2).fold(f64::NEG_INFINITY, f64::max);
        let states = self.states();
        let mut sums = [0, 1, 2].map(|_: usize| vec![0.0; states * states]);
        for (from, to, log, observable) in terms {
            let (at, weight) = (from * states + to, (log - largest).exp());
            sums[0][at] += weight;
            sums[1][at] += weight * observable;
            sums[2][at] += weight * observable * observable;
        }
        Stretch { states, sums }
    }

    /// Means of the whole chain.
    fn means(&self) -> [f64; 2] {
        let layer = self.above.shape.layer;
        let states = self.states();
        match layer.boundary {
            Boundary::Ring => {
                // All blocks are equal, and there is a power of two of them.
                let mut all = self.block(0);
                for _ in 0..layer.blocks().trailing_zeros() {
                    all = all.then(&all);
                }
                all.means(|i| i / states == i % states)
            }
            Boundary::Line => {
                let n = 1_usize << self.above.shape.visible;
                let mut sums = [0, 1, 2].map(|_: usize| vec![0.0; states]);
                let logs: Vec<f64> =
                    (0..n).map(|s| self.below.first_weight(s) + self.below.site_weight(s)).collect();
                let mut weights = logs.clone();
                exp_in_place(&mut weights);
                for (s, (log, weight)) in logs.into_iter().zip(weights).enumerate() {
                    (sums[0][s], sums[1][s], sums[2][s]) = (weight, -log * weight, log * log * weight);
                }
                let mut all = Stretch { states, sums };
                let inner = self.block(layer.blocks() / 2);
                for block in 0..layer.blocks() {
                    let is_end = block == 0 || block + 1 == layer.blocks();
                    all = if is_end { all.then(&self.block(block)) } else { all.then(&inner) };
                }
                all.means(|_| true)
            }
        }
    }
}

/// Mean and variance, over the chain of hidden sites `below`, of `ln p̃(v) − H(v)`: the unnormalised log
/// probability of the layer `above` on these sites, minus the log weight of the chain. Exact.
///
/// The sums travel from block to block with their first and second power, a second time on the centred
/// observable, so that a small variance is no difference of large numbers. Cost: a ring of N sites
/// takes log₂ N products of matrices of 2^q (r = 4: 4^q) rows; about a second for r = 4 with q = 4,
/// milliseconds for all others; a line O(N) products with a vector.
pub(super) fn ratio_moments(above: &ChannelRbm, below: &ChannelChain) -> Moments {
    let blocks = above.shape.layer.blocks() as f64;
    let [mean, _] = Comparison { above, below, offset: 0.0 }.means();
    let [rest, square] = Comparison { above, below, offset: mean / blocks }.means();
    Moments { mean: mean + rest, variance: (square - rest * rest).max(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::stable::log_sum_exp;
    use crate::rbm::RbmShape;
    use crate::rbm::channel_layer::tests::random_channels;
    use crate::rbm::layer::tests::configurations;
    use approx::assert_abs_diff_eq;

    #[test]
    fn moments_to_the_model_below_equal_brute_force() {
        for boundary in [Boundary::Ring, Boundary::Line] {
            for field in ReceptiveField::ALL {
                for (sites, channels) in [(4, 1), (4, 2), (4, 3), (8, 1), (8, 2), (16, 1)] {
                    let shape = |sites, visible, hidden| {
                        ChannelShape::new(RbmShape { sites, boundary, field }, visible, hidden).unwrap()
                    };
                    let below = random_channels(shape(sites, 1, channels), 1);
                    let above = random_channels(shape(sites / 2, channels, 2), 2);
                    let chain = ChannelChain::of(&below);
                    let found = ratio_moments(&above, &chain);
                    let states = configurations(sites / 2 * channels);
                    let logs: Vec<f64> = states.iter().map(|h| hidden_log_weight(&below, h)).collect();
                    let log_z = log_sum_exp(&logs);
                    assert_abs_diff_eq!(log_z, below.log_partition(), epsilon = 1e-10);
                    let (mut mean, mut square) = (0.0, 0.0);
                    for (h, log) in states.iter().zip(&logs) {
                        let (p, ratio) = ((log - log_z).exp(), above.log_weight(h) - log);
                        mean += p * ratio;
                        square += p * ratio * ratio;
                    }
                    // The second moment is some hundreds: rounding 1e-13, and its root loses half the digits
                    // only where the variance is tiny, which random layers do not have.
                    assert_abs_diff_eq!(found.mean, mean, epsilon = 1e-10);
                    assert_abs_diff_eq!(found.variance, square - mean * mean, epsilon = 1e-8);
                }
            }
        }
    }

    /// `ln Σ_v exp(…)` of hidden spins, summed spin by spin: given h the visible ones are independent.
    fn hidden_log_weight(rbm: &ChannelRbm, h: &[i8]) -> f64 {
        let ChannelShape { layer, visible, hidden } = rbm.shape;
        let mut pulls: Vec<f64> = (0..rbm.shape.spins())
            .map(|i| rbm.visible_bias[i / visible % 2 * visible + i % visible])
            .collect();
        let mut sum = 0.0;
        for (i, &spin) in h.iter().enumerate() {
            let (block, a) = (i / hidden, i % hidden);
            sum += rbm.hidden_bias[a] * f64::from(spin);
            for slot in 0..layer.links() {
                let Some(site) = layer.block_site(block, slot) else { continue };
                for c in 0..visible {
                    pulls[site * visible + c] += rbm.row(a)[slot * visible + c] * f64::from(spin);
                }
            }
        }
        sum + pulls.into_iter().map(log_two_cosh).sum::<f64>()
    }

    #[test]
    fn the_visible_model_is_the_log_weight() {
        for boundary in [Boundary::Ring, Boundary::Line] {
            for field in ReceptiveField::ALL {
                let layer = RbmShape::new(8, boundary, field).unwrap();
                let rbm = random_channels(ChannelShape::new(layer, 1, 3).unwrap(), 4);
                let model = visible_model(&rbm);
                assert_abs_diff_eq!(model.log_partition(), rbm.log_partition(), epsilon = 1e-11);
                for v in configurations(8) {
                    assert_abs_diff_eq!(model.log_weight(&v), rbm.log_weight(&v), epsilon = 1e-12);
                }
            }
        }
    }
}
