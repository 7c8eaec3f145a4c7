//! The hidden spins of a layer of several channels after the visible ones are summed out: a chain of
//! sites with 2^q states.

use super::channel_layer::{ChannelRbm, ChannelShape};
use super::hidden_chain::parents;
use crate::lattice::Boundary;
use crate::numerics::stable::{exp_in_place, log_two_cosh, normalise, rescale};

/// A square matrix over site states, row-major, with the logarithm of a common factor.
#[derive(Clone, Debug)]
struct Scaled {
    entries: Vec<f64>,
    log_scale: f64,
}

impl Scaled {
    /// `exp` of a table of logarithms.
    fn exp_of(mut logs: Vec<f64>) -> Self {
        let log_scale = exp_in_place(&mut logs);
        Self { entries: logs, log_scale }
    }

    fn unit(states: usize) -> Self {
        let entries = (0..states * states).map(|i| if i / states == i % states { 1.0 } else { 0.0 });
        Self { entries: entries.collect(), log_scale: 0.0 }
    }

    fn times(&self, other: &Self, states: usize) -> Self {
        let mut entries = vec![0.0; states * states];
        for (row, out) in self.entries.chunks_exact(states).zip(entries.chunks_exact_mut(states)) {
            for (x, other) in row.iter().zip(other.entries.chunks_exact(states)) {
                out.iter_mut().zip(other).for_each(|(out, y)| *out += x * y);
            }
        }
        let log_scale = self.log_scale + other.log_scale + rescale(&mut entries).ln();
        Self { entries, log_scale }
    }
}

/// Log weights of M hidden sites, index the state (bit a: channel a up).
#[derive(Clone, Debug)]
pub(super) struct ChannelChain {
    blocks: usize,
    boundary: Boundary,
    states: usize,
    site: Vec<f64>,
    /// Row-major, left state by right state.
    bond: Vec<f64>,
    first: Vec<f64>,
    last: Vec<f64>,
}

/// Summed marginals of the hidden sites, all that the gradient of ln Z needs.
#[derive(Clone, Debug)]
pub(super) struct ChannelMarginals {
    pub(super) log_partition: f64,
    site: Vec<f64>,
    bond: Vec<f64>,
    first: Vec<f64>,
    last: Vec<f64>,
}

/// `Σ_a ± W_{a,place}` by hidden state: the pull on the visible spin in one place of the field.
fn pull(rbm: &ChannelRbm, place: usize) -> Vec<f64> {
    let ChannelShape { hidden, .. } = rbm.shape;
    (0..1_usize << hidden)
        .map(|state| {
            let signed = |a: usize| {
                let w = rbm.row(a)[place];
                if state >> a & 1 == 1 { w } else { -w }
            };
            (0..hidden).map(signed).sum()
        })
        .collect()
}

impl ChannelChain {
    /// Sums the visible spins out: each of the q' on a site leaves `ln 2cosh(c + W·h + W'·h')` of its parents.
    pub(super) fn of(rbm: &ChannelRbm) -> Self {
        let ChannelShape { layer, visible, hidden } = rbm.shape;
        let states = 1 << hidden;
        let parents = parents(layer.field);
        let single = |list: &[(usize, usize)]| -> Vec<f64> {
            let mut table = vec![0.0; states];
            for &(parity, slot) in list {
                for channel in 0..visible {
                    let c = rbm.visible_bias[parity * visible + channel];
                    let pulls = pull(rbm, slot * visible + channel);
                    table.iter_mut().zip(pulls).for_each(|(table, pull)| *table += log_two_cosh(c + pull));
                }
            }
            table
        };
        let mut bond = vec![0.0; states * states];
        for &(parity, l, r) in parents.two {
            for channel in 0..visible {
                let c = rbm.visible_bias[parity * visible + channel];
                let (left, right) = (pull(rbm, l * visible + channel), pull(rbm, r * visible + channel));
                for (row, left) in bond.chunks_exact_mut(states).zip(left) {
                    row.iter_mut().zip(&right).for_each(|(x, right)| *x += log_two_cosh(c + left + right));
                }
            }
        }
        let mut site = single(parents.one);
        for (state, table) in site.iter_mut().enumerate() {
            for (a, b) in rbm.hidden_bias.iter().enumerate() {
                *table += if state >> a & 1 == 1 { *b } else { -b };
            }
        }
        let (first, last) = (single(parents.first), single(parents.last));
        Self { blocks: layer.blocks(), boundary: layer.boundary, states, site, bond, first, last }
    }

    /// Log weight that a site in this state has for itself.
    pub(super) fn site_weight(&self, state: usize) -> f64 {
        self.site[state]
    }

    /// Log weight of two neighbours in these states.
    pub(super) fn bond_weight(&self, left: usize, right: usize) -> f64 {
        self.bond[left * self.states + right]
    }

    /// What the first site of a line has on top of its weight.
    pub(super) fn first_weight(&self, state: usize) -> f64 {
        self.first[state]
    }

    /// What the last site of a line has on top of its weight.
    pub(super) fn last_weight(&self, state: usize) -> f64 {
        self.last[state]
    }

    /// Partition function and summed marginals.
    pub(super) fn marginals(&self) -> ChannelMarginals {
        // One step to the right: the bond and the weight of the site it leads to.
        let states = self.states;
        let logs = self.bond.iter().enumerate().map(|(i, bond)| bond + self.site[i % states]);
        let step = Scaled::exp_of(logs.collect());
        match self.boundary {
            Boundary::Ring => self.ring_marginals(&step),
            Boundary::Line => self.line_marginals(&step),
        }
    }

    /// `Z = tr T^M`, `Σ_j p(h_j, h_{j+1}) = M T_ab (T^{M−1})_ba / Z`: all terms positive, nothing cancels.
    fn ring_marginals(&self, step: &Scaled) -> ChannelMarginals {
        let (n, m) = (self.states, self.blocks);
        let mut rest = Scaled::unit(n);
        let (mut power, mut left) = (step.clone(), m - 1);
        while left > 0 {
            if left & 1 == 1 {
                rest = rest.times(&power, n);
            }
            left >>= 1;
            if left > 0 {
                power = power.times(&power, n);
            }
        }
        let mut bond: Vec<f64> =
            (0..n * n).map(|i| step.entries[i] * rest.entries[i % n * n + i / n]).collect();
        let trace: f64 = bond.iter().sum();
        bond.iter_mut().for_each(|p| *p *= m as f64 / trace);
        let site = bond.chunks_exact(n).map(|row| row.iter().sum()).collect();
        ChannelMarginals {
            log_partition: step.log_scale + rest.log_scale + trace.ln(),
            site,
            bond,
            first: vec![0.0; n],
            last: vec![0.0; n],
        }
    }

    fn line_marginals(&self, step: &Scaled) -> ChannelMarginals {
        let (n, m) = (self.states, self.blocks);
        let logs = self.first.iter().zip(&self.site).map(|(a, b)| a + b);
        let (begin, end) = (Scaled::exp_of(logs.collect()), Scaled::exp_of(self.last.clone()));
        let mut log_partition = begin.log_scale + end.log_scale + (m - 1) as f64 * step.log_scale;
        let mut forward = vec![begin.entries];
        for j in 1..m {
            let mut next = vec![0.0; n];
            for (f, row) in forward[j - 1].iter().zip(step.entries.chunks_exact(n)) {
                next.iter_mut().zip(row).for_each(|(next, t)| *next += f * t);
            }
            log_partition += rescale(&mut next).ln();
            forward.push(next);
        }
        log_partition += forward[m - 1].iter().zip(&end.entries).map(|(f, e)| f * e).sum::<f64>().ln();
        let mut sums = ChannelMarginals {
            log_partition,
            site: vec![0.0; n],
            bond: vec![0.0; n * n],
            first: vec![0.0; n],
            last: vec![0.0; n],
        };
        let mut backward = end.entries;
        for j in (0..m).rev() {
            let mut p: Vec<f64> = forward[j].iter().zip(&backward).map(|(f, b)| f * b).collect();
            normalise(&mut p);
            sums.site.iter_mut().zip(&p).for_each(|(sum, p)| *sum += p);
            if j == m - 1 {
                sums.last.clone_from(&p);
            }
            if j == 0 {
                sums.first = p;
                break;
            }
            let joint = |i: usize| forward[j - 1][i / n] * step.entries[i] * backward[i % n];
            let total: f64 = (0..n * n).map(joint).sum();
            sums.bond.iter_mut().enumerate().for_each(|(i, sum)| *sum += joint(i) / total);
            let mut before: Vec<f64> = step
                .entries
                .chunks_exact(n)
                .map(|row| row.iter().zip(&backward).map(|(t, b)| t * b).sum())
                .collect();
            rescale(&mut before);
            backward = before;
        }
        sums
    }
}

impl ChannelMarginals {
    /// Adds `factor · ∂ ln Z/∂θ` to `gradient`, parameters in the order weights, visible biases, hidden biases.
    pub(super) fn add_gradient(&self, rbm: &ChannelRbm, factor: f64, gradient: &mut [f64]) {
        let ChannelShape { layer, visible, hidden } = rbm.shape;
        let (states, seen) = (1_usize << hidden, rbm.shape.seen());
        let parents = parents(layer.field);
        let (biases, weights) = (seen * hidden, seen);
        // Spreads the mean spin of a visible place, by hidden state, over the weights that lead to it.
        let spread = |gradient: &mut [f64], place: usize, means: &[f64]| {
            for a in 0..hidden {
                let signed = means.iter().enumerate().map(|(s, m)| if s >> a & 1 == 1 { *m } else { -m });
                gradient[a * weights + place] += signed.sum::<f64>();
            }
        };
        for (list, p) in [(parents.one, &self.site), (parents.first, &self.first), (parents.last, &self.last)]
        {
            for &(parity, slot) in list {
                for channel in 0..visible {
                    let (place, bias) = (slot * visible + channel, parity * visible + channel);
                    let c = rbm.visible_bias[bias];
                    let pulls = pull(rbm, place).into_iter();
                    let means: Vec<f64> = pulls.zip(p).map(|(x, p)| factor * p * (c + x).tanh()).collect();
                    gradient[biases + bias] += means.iter().sum::<f64>();
                    spread(gradient, place, &means);
                }
            }
        }
        for &(parity, l, r) in parents.two {
            for channel in 0..visible {
                let (left_place, right_place) = (l * visible + channel, r * visible + channel);
                let bias = parity * visible + channel;
                let c = rbm.visible_bias[bias];
                let (left, right) = (pull(rbm, left_place), pull(rbm, right_place));
                let (mut by_left, mut by_right) = (vec![0.0; states], vec![0.0; states]);
                for (i, p) in self.bond.iter().enumerate() {
                    let mean = factor * p * (c + left[i / states] + right[i % states]).tanh();
                    by_left[i / states] += mean;
                    by_right[i % states] += mean;
                }
                gradient[biases + bias] += by_left.iter().sum::<f64>();
                spread(gradient, left_place, &by_left);
                spread(gradient, right_place, &by_right);
            }
        }
        for a in 0..hidden {
            let signed = self.site.iter().enumerate().map(|(s, p)| if s >> a & 1 == 1 { *p } else { -p });
            gradient[biases + 2 * visible + a] += factor * signed.sum::<f64>();
        }
    }
}
