//! The hidden spins of one layer after the visible ones are summed out: an Ising chain.

use super::layer::Rbm;
use crate::lattice::{Boundary, ReceptiveField};
use crate::numerics::stable::{exp_in_place, log_two_cosh};

/// Visible spins with one parent, as (parity of the site, slot of the link).
pub(super) type SingleParent = &'static [(usize, usize)];
/// Visible spins between hidden neighbours j and j + 1, as (parity, slot of j's link, slot of j+1's).
pub(super) type TwoParents = &'static [(usize, usize, usize)];

/// Who the parents of the visible spins are.
pub(super) struct Parents {
    /// Seen by hidden spin j alone, in every block.
    pub(super) one: SingleParent,
    /// Seen by j and j + 1.
    pub(super) two: TwoParents,
    /// On a line: seen by the first hidden spin alone, because it has no left neighbour.
    pub(super) first: SingleParent,
    /// On a line: seen by the last hidden spin alone.
    pub(super) last: SingleParent,
}

pub(super) const fn parents(field: ReceptiveField) -> Parents {
    match field {
        ReceptiveField::Two => Parents { one: &[(0, 0), (1, 1)], two: &[], first: &[], last: &[] },
        ReceptiveField::Three => Parents { one: &[(1, 1)], two: &[(0, 2, 0)], first: &[(0, 0)], last: &[] },
        ReceptiveField::Four => {
            Parents { one: &[], two: &[(1, 2, 0), (0, 3, 1)], first: &[(0, 1)], last: &[(1, 2)] }
        }
    }
}

/// Log weights of M hidden spins: `Σ_j site(h_j) + Σ_j bond(h_j, h_{j+1})`, on a line with end terms.
/// Index 0 is spin down, 1 up. `Σ_h exp(…)` is the partition function of the whole layer.
#[derive(Clone, Debug)]
pub(super) struct HiddenChain {
    pub(super) blocks: usize,
    pub(super) boundary: Boundary,
    pub(super) site: [f64; 2],
    pub(super) bond: [[f64; 2]; 2],
    pub(super) first: [f64; 2],
    pub(super) last: [f64; 2],
}

/// Sums of marginals of the hidden spins, all that the gradient of ln Z needs.
#[derive(Clone, Debug)]
pub(super) struct HiddenMarginals {
    pub(super) log_partition: f64,
    /// `Σ_j p(h_j)`.
    site: [f64; 2],
    /// `Σ_j p(h_j, h_{j+1})`.
    bond: [[f64; 2]; 2],
    /// `p(h_0)`, line only.
    first: [f64; 2],
    /// `p(h_{M−1})`, line only.
    last: [f64; 2],
}

/// `−1` for index 0, `+1` for index 1.
pub(super) const SPIN: [f64; 2] = [-1.0, 1.0];

/// A table over one spin as `constant + field · h`.
pub(super) fn constant_and_field(table: [f64; 2]) -> (f64, f64) {
    (0.5 * (table[1] + table[0]), 0.5 * (table[1] - table[0]))
}

/// A table over two spins as `constant + left · h + right · h' + bond · h h'`.
pub(super) fn constant_fields_and_bond(t: [[f64; 2]; 2]) -> (f64, f64, f64, f64) {
    (
        0.25 * (t[1][1] + t[1][0] + t[0][1] + t[0][0]),
        0.25 * ((t[1][1] - t[0][0]) + (t[1][0] - t[0][1])),
        0.25 * ((t[1][1] - t[0][0]) - (t[1][0] - t[0][1])),
        0.25 * ((t[1][1] - t[1][0]) + (t[0][0] - t[0][1])),
    )
}

impl HiddenChain {
    /// Sums the visible spins of `rbm` out: each leaves `ln 2cosh(c + w h + w' h')` of its parents.
    pub(super) fn of(rbm: &Rbm) -> Self {
        let parents = parents(rbm.shape.field);
        let (c, w) = (&rbm.visible_bias, &rbm.weights);
        let single = |list: SingleParent| {
            SPIN.map(|h| {
                list.iter().map(|&(parity, slot)| log_two_cosh(c[parity] + w[slot] * h)).sum::<f64>()
            })
        };
        let alone = single(parents.one);
        let bond = SPIN.map(|left| {
            SPIN.map(|right| {
                let terms = parents.two.iter();
                terms.map(|&(parity, l, r)| log_two_cosh(c[parity] + w[l] * left + w[r] * right)).sum::<f64>()
            })
        });
        Self {
            blocks: rbm.shape.blocks(),
            boundary: rbm.shape.boundary,
            site: [alone[0] - rbm.hidden_bias, alone[1] + rbm.hidden_bias],
            bond,
            first: single(parents.first),
            last: single(parents.last),
        }
    }

    pub(super) fn log_partition(&self) -> f64 {
        self.marginals().log_partition
    }

    /// Partition function and summed marginals; O(1) on a ring, O(M) on a line.
    pub(super) fn marginals(&self) -> HiddenMarginals {
        match self.boundary {
            Boundary::Ring => self.ring_marginals(),
            Boundary::Line => self.line_marginals(),
        }
    }

    fn ring_marginals(&self) -> HiddenMarginals {
        let (site_constant, site_field) = constant_and_field(self.site);
        let (bond_constant, left, right, k2) = constant_fields_and_bond(self.bond);
        let ring = ising_ring(site_field + left + right, k2, self.blocks);
        let m = self.blocks as f64;
        let site = SPIN.map(|h| 0.5 * m * (1.0 + ring.magnetisation * h));
        let pair = |h: f64, k: f64| 1.0 + ring.magnetisation * (h + k) + ring.correlation * h * k;
        HiddenMarginals {
            log_partition: m * (site_constant + bond_constant) + ring.log_partition,
            site,
            bond: SPIN.map(|h| SPIN.map(|k| 0.25 * m * pair(h, k))),
            first: [0.0; 2],
            last: [0.0; 2],
        }
    }

    fn line_marginals(&self) -> HiddenMarginals {
        let m = self.blocks;
        let Self { mut site, mut bond, mut first, mut last, .. } = *self;
        let (site_scale, bond_scale) = (exp_in_place(&mut site), exp_in_place(bond.as_flattened_mut()));
        let (first_scale, last_scale) = (exp_in_place(&mut first), exp_in_place(&mut last));
        // One step to the right: the bond and the weight of the spin it leads to.
        let step: [[f64; 2]; 2] = std::array::from_fn(|h| std::array::from_fn(|k| bond[h][k] * site[k]));
        let mut log_partition =
            first_scale + last_scale + m as f64 * site_scale + (m - 1) as f64 * bond_scale;

        let mut forward = Vec::with_capacity(m);
        forward.push([first[0] * site[0], first[1] * site[1]]);
        for j in 1..m {
            let f: [f64; 2] = forward[j - 1];
            let next = [f[0] * step[0][0] + f[1] * step[1][0], f[0] * step[0][1] + f[1] * step[1][1]];
            let scale = next[0] + next[1];
            log_partition += scale.ln();
            forward.push(next.map(|x| x / scale));
        }
        let end = forward[m - 1];
        log_partition += (end[0] * last[0] + end[1] * last[1]).ln();

        let mut sums = HiddenMarginals {
            log_partition,
            site: [0.0; 2],
            bond: [[0.0; 2]; 2],
            first: [0.0; 2],
            last: [0.0; 2],
        };
        let mut backward = last;
        for j in (0..m).rev() {
            let f = forward[j];
            let total = f[0] * backward[0] + f[1] * backward[1];
            let p = [f[0] * backward[0] / total, f[1] * backward[1] / total];
            sums.site = [sums.site[0] + p[0], sums.site[1] + p[1]];
            if j == m - 1 {
                sums.last = p;
            }
            if j == 0 {
                sums.first = p;
                break;
            }
            let before = forward[j - 1];
            let joint: [[f64; 2]; 2] =
                std::array::from_fn(|h| std::array::from_fn(|k| before[h] * step[h][k] * backward[k]));
            let total: f64 = joint.as_flattened().iter().sum();
            for (sum, p) in sums.bond.as_flattened_mut().iter_mut().zip(joint.as_flattened()) {
                *sum += p / total;
            }
            let next = [0, 1].map(|h: usize| step[h][0] * backward[0] + step[h][1] * backward[1]);
            backward = next.map(|x| x / (next[0] + next[1]));
        }
        sums
    }
}

impl HiddenMarginals {
    /// Adds `factor · ∂ ln Z/∂θ` to `gradient`, parameters in the order weights, c even, c odd, b.
    ///
    /// A visible spin with parents h, h' has mean `tanh(c + w h + w' h')` given them, so
    /// `∂ ln Z/∂w = Σ p(h, h') h tanh(…)` and likewise for c; `∂ ln Z/∂b = Σ_j ⟨h_j⟩`.
    pub(super) fn add_gradient(&self, rbm: &Rbm, factor: f64, gradient: &mut [f64]) {
        let parents = parents(rbm.shape.field);
        let (c, w) = (&rbm.visible_bias, &rbm.weights);
        let visible = w.len();
        for (list, p) in [(parents.one, self.site), (parents.first, self.first), (parents.last, self.last)] {
            for &(parity, slot) in list {
                for (h, p) in SPIN.into_iter().zip(p) {
                    let mean = factor * p * (c[parity] + w[slot] * h).tanh();
                    gradient[visible + parity] += mean;
                    gradient[slot] += mean * h;
                }
            }
        }
        for &(parity, l, r) in parents.two {
            for (left, row) in SPIN.into_iter().zip(self.bond) {
                for (right, p) in SPIN.into_iter().zip(row) {
                    let mean = factor * p * (c[parity] + w[l] * left + w[r] * right).tanh();
                    gradient[visible + parity] += mean;
                    gradient[l] += mean * left;
                    gradient[r] += mean * right;
                }
            }
        }
        gradient[visible + 2] += factor * (self.site[1] - self.site[0]);
    }
}

/// Exact figures of an Ising ring.
struct IsingRing {
    log_partition: f64,
    magnetisation: f64,
    correlation: f64,
}

/// Ring of `m` spins, `Z = Σ exp(K1 Σ h + K2 Σ h h')` with `m` bonds, by its two eigenvalues
/// `λ± = e^{K2} cosh K1 ± √(e^{2 K2} sinh² K1 + e^{−2 K2})`; a single spin is its own neighbour.
fn ising_ring(k1: f64, k2: f64, m: usize) -> IsingRing {
    if m == 1 {
        // λ₊ + λ₋ would cancel for K2 < 0.
        return IsingRing {
            log_partition: k2 + log_two_cosh(k1),
            magnetisation: k1.tanh(),
            correlation: 1.0,
        };
    }
    let field = k1.abs();
    // Everything in units of e^scale, so that no exponent is positive.
    let scale = (k2 + field).max(-k2);
    let (aligned, opposed) = ((k2 + field - scale).exp(), (-k2 - scale).exp());
    let cosh = 0.5 * (1.0 + (-2.0 * field).exp());
    let sinh = -0.5 * (-2.0 * field).exp_m1();
    let root = (aligned * sinh).hypot(opposed);
    let large = aligned * cosh + root;
    // λ₊ λ₋ = 2 sinh 2 K2, without the cancellation of a difference of the two terms.
    let product = if k2 >= 0.0 {
        -(2.0 * (k2 - scale)).exp() * (-4.0 * k2).exp_m1()
    } else {
        (2.0 * (-k2 - scale)).exp() * (4.0 * k2).exp_m1()
    };
    let small = product / large;
    let ratio = small / large;
    let power = ratio.powi(m as i32);
    let bend = ((aligned * sinh).powi(2) - opposed * opposed) / root;
    let (large_slope, small_slope) = (aligned * cosh + bend, aligned * cosh - bend);
    IsingRing {
        log_partition: m as f64 * (scale + large.ln()) + power.ln_1p(),
        magnetisation: k1.signum() * aligned * sinh / root * (1.0 - power) / (1.0 + power),
        correlation: (large_slope + ratio.powi(m as i32 - 1) * small_slope) / (large * (1.0 + power)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn ising_ring_equals_the_sum_over_its_states() {
        for m in [1_usize, 2, 4, 8] {
            for (k1, k2) in [(0.3, 0.7), (-0.8, -1.1), (0.0, 4.0), (0.5, -4.0), (0.0, 0.0), (0.2, 1e-9)] {
                let (mut z, mut spin, mut pair) = (0.0, 0.0, 0.0);
                for state in 0..1_usize << m {
                    let h = |j: usize| if state >> (j % m) & 1 == 1 { 1.0 } else { -1.0 };
                    let s: f64 = (0..m).map(h).sum();
                    let b: f64 = (0..m).map(|j| h(j) * h(j + 1)).sum();
                    let weight = (k1 * s + k2 * b).exp();
                    z += weight;
                    spin += weight * s / m as f64;
                    pair += weight * b / m as f64;
                }
                let ring = ising_ring(k1, k2, m);
                assert_abs_diff_eq!(ring.log_partition, z.ln(), epsilon = 1e-12);
                assert_abs_diff_eq!(ring.magnetisation, spin / z, epsilon = 1e-12);
                assert_abs_diff_eq!(ring.correlation, pair / z, epsilon = 1e-12);
            }
        }
        // Far beyond the range of an exponential.
        let far = ising_ring(900.0, 800.0, 64);
        assert_abs_diff_eq!(far.log_partition, 64.0 * 1700.0, epsilon = 1e-8);
        assert!(ising_ring(0.0, -900.0, 64).log_partition.is_finite());
    }
}
