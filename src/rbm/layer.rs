//! One restricted Boltzmann machine with shared weights: one step of the renormalization group.

use super::error::RbmError;
use super::hidden_chain::HiddenChain;
use super::schmidt::link_entropy;
use crate::lattice::{Boundary, ReceptiveField};
use crate::numerics::stable::log_two_cosh;

/// Size and wiring of one layer: `sites` visible spins, `sites / 2` hidden ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RbmShape {
    /// Visible spins, a power of two ≥ 2.
    pub sites: usize,
    /// Ring or open line.
    pub boundary: Boundary,
    /// Which visible spins a hidden one sees.
    pub field: ReceptiveField,
}

impl RbmShape {
    /// The shape, if `sites` is a power of two ≥ 2.
    pub fn new(sites: usize, boundary: Boundary, field: ReceptiveField) -> Result<Self, RbmError> {
        if sites < 2 || !sites.is_power_of_two() {
            return Err(RbmError::SitesNotPowerOfTwo { sites });
        }
        Ok(Self { sites, boundary, field })
    }

    /// Number of hidden spins M = sites/2; block j is the receptive field of hidden spin j.
    #[must_use]
    pub const fn blocks(self) -> usize {
        self.sites / 2
    }

    /// Number r of links of a hidden spin.
    #[must_use]
    pub const fn links(self) -> usize {
        self.field.links()
    }

    /// The visible spin in place `slot` of block `block`; `None` where a line has no such site.
    #[must_use]
    pub fn block_site(self, block: usize, slot: usize) -> Option<usize> {
        self.field
            .site(self.boundary, self.sites as u64, block as u64, slot)
            .map(|site| usize::try_from(site).expect("a site below `sites` fits a usize"))
    }

    /// The slots of block `block` that exist, as bits; all of them except at the ends of a line.
    #[must_use]
    pub fn present_slots(self, block: usize) -> usize {
        (0..self.links())
            .filter(|&slot| self.block_site(block, slot).is_some())
            .fold(0, |p, slot| p | 1 << slot)
    }

    /// The next layer, whose visible spins are the hidden ones of this; `None` above a single hidden spin.
    #[must_use]
    pub fn coarser(self) -> Option<Self> {
        (self.sites >= 4).then_some(Self { sites: self.sites / 2, ..self })
    }

    /// The slots that see sites 2j and 2j+1 of the own block; both always exist.
    pub(super) const fn own_slots(self) -> [usize; 2] {
        let first = self.field.first_offset().unsigned_abs() as usize;
        [first, first + 1]
    }
}

/// A layer with one set of weights for all blocks and the stored sign convention
///
/// `p(v, h) = exp(b Σ_j h_j + Σ_j Σ_s v_{site(j,s)} w_s h_j + Σ_i c_i v_i) / Z`, all spins ±1:
/// a ferromagnetic link has positive weight. (Gan and Shu 2017, eq. 5, and Howard 2018, eq. 1, write
/// `p = e^{−E}/Z` with the same terms in E, so their b, w and c have the opposite sign.)
#[derive(Clone, Debug, PartialEq)]
pub struct Rbm {
    /// Size and wiring.
    pub shape: RbmShape,
    /// r weights in the order of the slots.
    pub weights: Vec<f64>,
    /// Bias c of visible spins on even and on odd sites.
    pub visible_bias: [f64; 2],
    /// Bias b of every hidden spin.
    pub hidden_bias: f64,
}

impl Rbm {
    /// A layer without biases. Panics unless there are r weights.
    #[must_use]
    pub fn unbiased(shape: RbmShape, weights: &[f64]) -> Self {
        assert_eq!(weights.len(), shape.links(), "one weight per slot of the receptive field");
        Self { shape, weights: weights.to_vec(), visible_bias: [0.0; 2], hidden_bias: 0.0 }
    }

    /// `ln Z = ln Σ_{v,h} exp(…)`, exact.
    ///
    /// Summing v first leaves the hidden spins as a nearest-neighbour Ising chain, because every
    /// visible spin has at most two parents. Ring: `Z = λ₊^M + λ₋^M`, O(1); line: O(M).
    #[must_use]
    pub fn log_partition(&self) -> f64 {
        HiddenChain::of(self).log_partition()
    }

    /// Logarithm of the unnormalised probability of the visible spins `v` (±1, one per site):
    /// `Σ c_i v_i + Σ_j ln 2cosh(b + Σ_s w_s v_{site(j,s)})`.
    #[must_use]
    pub fn log_weight(&self, v: &[i8]) -> f64 {
        assert_eq!(v.len(), self.shape.sites, "one spin per visible site");
        let visible: f64 = v.iter().enumerate().map(|(i, &s)| self.visible_bias[i % 2] * f64::from(s)).sum();
        let hidden: f64 = (0..self.shape.blocks())
            .map(|block| {
                let input: f64 = (0..self.shape.links())
                    .filter_map(|slot| {
                        self.shape.block_site(block, slot).map(|site| self.weights[slot] * f64::from(v[site]))
                    })
                    .sum();
                log_two_cosh(self.hidden_bias + input)
            })
            .sum();
        visible + hidden
    }

    /// `ln p(v)` of the visible spins.
    #[must_use]
    pub fn log_probability(&self, v: &[i8]) -> f64 {
        self.log_weight(v) - self.log_partition()
    }

    /// The same distribution of v with Σw ≥ 0: (b, w) → −(b, w) turns every hidden spin over and
    /// changes nothing else.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        if self.weights.iter().sum::<f64>() < 0.0 {
            self.weights.iter_mut().for_each(|w| *w = -*w);
            self.hidden_bias = -self.hidden_bias;
        }
        self
    }

    /// Schmidt entropy of each slot's link in nats ([`link_entropy`]).
    #[must_use]
    pub fn link_entropies(&self) -> Vec<f64> {
        self.weights.iter().map(|&w| link_entropy(w)).collect()
    }

    /// `b + Σ_s w_s v_s` for a block pattern (bit s: spin in slot s up) with the slots `present`.
    pub(super) fn block_input(&self, _block: usize, present: usize, pattern: usize) -> f64 {
        let signed = |slot: usize, w: f64| if pattern >> slot & 1 == 1 { w } else { -w };
        let seen = self.weights.iter().enumerate().filter(|(slot, _)| present >> slot & 1 == 1);
        self.hidden_bias + seen.map(|(slot, &w)| signed(slot, w)).sum::<f64>()
    }

    /// What a block adds to [`Self::log_weight`], by pattern: `ln 2cosh` of its input and the visible
    /// biases of its own two sites.
    pub(super) fn block_log_weights(&self, present: usize) -> [f64; 16] {
        let own = self.shape.own_slots();
        std::array::from_fn(|pattern| {
            let bias = |parity: usize| {
                if pattern >> own[parity] & 1 == 1 {
                    self.visible_bias[parity]
                } else {
                    -self.visible_bias[parity]
                }
            };
            log_two_cosh(self.block_input(0, present, pattern)) + bias(0) + bias(1)
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::numerics::stable::log_sum_exp;
    use crate::numerics::streams::stream;
    use approx::assert_abs_diff_eq;
    use rand::Rng;

    /// A layer with every parameter drawn from −1.5…1.5.
    pub(in crate::rbm) fn random_rbm(shape: RbmShape, seed: u64) -> Rbm {
        let mut rng = stream(seed, "rbm test", shape.sites as u64);
        let mut number = || 3.0 * (f64::from(rng.next_u32()) / f64::from(u32::MAX) - 0.5);
        Rbm {
            shape,
            weights: (0..shape.links()).map(|_| number()).collect(),
            visible_bias: [number(), number()],
            hidden_bias: number(),
        }
    }

    /// All shapes of 2, 4 and 8 sites.
    pub(in crate::rbm) fn small_shapes() -> Vec<RbmShape> {
        let mut shapes = Vec::new();
        for sites in [2, 4, 8] {
            for boundary in [Boundary::Ring, Boundary::Line] {
                for field in ReceptiveField::ALL {
                    shapes.push(RbmShape::new(sites, boundary, field).unwrap());
                }
            }
        }
        shapes
    }

    /// All configurations of ±1.
    pub(in crate::rbm) fn configurations(sites: usize) -> Vec<Vec<i8>> {
        (0..1_usize << sites)
            .map(|v| (0..sites).map(|i| if v >> i & 1 == 1 { 1 } else { -1 }).collect())
            .collect()
    }

    /// `b Σh + Σ v w h + Σ c v` straight from the definition.
    pub(in crate::rbm) fn joint_log_weight(rbm: &Rbm, v: &[i8], h: &[i8]) -> f64 {
        let mut sum = 0.0;
        for (i, &s) in v.iter().enumerate() {
            sum += rbm.visible_bias[i % 2] * f64::from(s);
        }
        for (j, &h) in h.iter().enumerate() {
            sum += rbm.hidden_bias * f64::from(h);
            for slot in 0..rbm.shape.links() {
                if let Some(i) = rbm.shape.block_site(j, slot) {
                    sum += rbm.weights[slot] * f64::from(v[i] * h);
                }
            }
        }
        sum
    }

    #[test]
    fn log_partition_equals_the_sum_over_all_states() {
        for shape in small_shapes() {
            for seed in 0..5 {
                let rbm = random_rbm(shape, seed);
                let mut joint = Vec::new();
                for v in configurations(shape.sites) {
                    let given_v: Vec<f64> = configurations(shape.blocks())
                        .iter()
                        .map(|h| joint_log_weight(&rbm, &v, h))
                        .collect();
                    assert_abs_diff_eq!(rbm.log_weight(&v), log_sum_exp(&given_v), epsilon = 1e-12);
                    joint.extend(given_v);
                }
                assert_abs_diff_eq!(rbm.log_partition(), log_sum_exp(&joint), epsilon = 1e-11);
            }
        }
    }

    #[test]
    fn turning_the_hidden_spins_over_changes_no_probability() {
        for shape in small_shapes() {
            let mut rbm = random_rbm(shape, 9);
            rbm.weights[0] -= 4.0;
            let canonical = rbm.clone().canonical();
            assert!(canonical.weights.iter().sum::<f64>() > 0.0);
            let v = vec![1; shape.sites];
            assert_abs_diff_eq!(rbm.log_probability(&v), canonical.log_probability(&v), epsilon = 1e-12);
        }
    }

    #[test]
    fn shapes_that_cannot_be_halved_are_refused() {
        for sites in [0, 1, 6] {
            let refused = RbmShape::new(sites, Boundary::Ring, ReceptiveField::Three);
            assert_eq!(refused, Err(RbmError::SitesNotPowerOfTwo { sites }));
        }
        let shape = RbmShape::new(4, Boundary::Line, ReceptiveField::Four).unwrap();
        assert_eq!((shape.present_slots(0), shape.present_slots(1)), (0b1110, 0b0111));
        assert_eq!(shape.coarser().map(|s| s.sites), Some(2));
        assert_eq!(shape.coarser().and_then(RbmShape::coarser), None);
    }
}
