//! One restricted Boltzmann machine: one step of the renormalization group.

use super::error::RbmError;
use super::hidden_chain::HiddenChain;
use super::schmidt::link_entropy;
use super::site_chain::SiteChain;
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

    /// One block of each kind in the order of the first of them: only the first and the last block of a line
    /// can have other slots than the rest.
    pub(super) fn kinds(self) -> Vec<usize> {
        let mut kinds: Vec<usize> = Vec::new();
        for block in [0, self.blocks() / 2, self.blocks() - 1] {
            if kinds.iter().all(|&kind| self.present_slots(kind) != self.present_slots(block)) {
                kinds.push(block);
            }
        }
        kinds
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

/// A layer, with one set of weights for all blocks or one for each, and the stored sign convention
///
/// `p(v, h) = exp(Σ_j b_j h_j + Σ_j Σ_s v_{site(j,s)} w_js h_j + Σ_i c_i v_i) / Z`, all spins ±1:
/// a ferromagnetic link has positive weight. (Gan and Shu 2017, eq. 5, and Howard 2018, eq. 1, write
/// `p = e^{−E}/Z` with the same terms in E, so their b, w and c have the opposite sign.)
#[derive(Clone, Debug, PartialEq)]
pub struct Rbm {
    /// Size and wiring.
    pub shape: RbmShape,
    /// Shared: r weights in the order of the slots. Unshared: r for each of the M blocks, block by block;
    /// those of links that a line does not have are without effect.
    pub weights: Vec<f64>,
    /// Bias c of visible spins on even and on odd sites; the mean over them in an unshared layer.
    pub visible_bias: [f64; 2],
    /// Bias b of every hidden spin; the mean over them in an unshared layer.
    pub hidden_bias: f64,
    /// What single sites have on top of these biases; nothing in a shared layer.
    pub site_bias: SiteBiases,
}

/// Deviations of the biases of single spins from those of their layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SiteBiases {
    /// One number per visible site, or none at all.
    pub visible: Vec<f64>,
    /// One number per hidden spin, or none at all.
    pub hidden: Vec<f64>,
}

impl Rbm {
    /// A layer without biases. Panics unless there are r weights.
    #[must_use]
    pub fn unbiased(shape: RbmShape, weights: &[f64]) -> Self {
        assert_eq!(weights.len(), shape.links(), "one weight per slot of the receptive field");
        Self {
            shape,
            weights: weights.to_vec(),
            visible_bias: [0.0; 2],
            hidden_bias: 0.0,
            site_bias: SiteBiases::default(),
        }
    }

    /// Whether the numbers fit the shape: r or M r weights, and none or one bias per site.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let (blocks, links) = (self.shape.blocks(), self.shape.links());
        let SiteBiases { visible, hidden } = &self.site_bias;
        (self.weights.len() == links || self.weights.len() == blocks * links)
            && (visible.is_empty() || visible.len() == self.shape.sites)
            && (hidden.is_empty() || hidden.len() == blocks)
    }

    /// Whether all blocks have the same weights and biases by construction.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.weights.len() == self.shape.links()
            && self.site_bias.visible.is_empty()
            && self.site_bias.hidden.is_empty()
    }

    /// The r weights of a block, in the order of the slots.
    #[must_use]
    pub fn block_weights(&self, block: usize) -> &[f64] {
        let links = self.shape.links();
        if self.weights.len() == links {
            &self.weights
        } else {
            &self.weights[block * links..(block + 1) * links]
        }
    }

    /// The weight of the link in place `slot` of a block.
    #[must_use]
    pub fn weight(&self, block: usize, slot: usize) -> f64 {
        self.block_weights(block)[slot]
    }

    /// Mean weight of each slot over the blocks that have it: the weights of a shared layer.
    #[must_use]
    pub fn mean_weights(&self) -> Vec<f64> {
        if self.weights.len() == self.shape.links() {
            return self.weights.clone();
        }
        self.mean_over_blocks(|w| w)
    }

    /// Bias of the visible spin on a site.
    #[must_use]
    pub fn visible_bias_at(&self, site: usize) -> f64 {
        self.visible_bias[site % 2] + self.site_bias.visible.get(site).copied().unwrap_or(0.0)
    }

    /// Bias of the hidden spin of a block.
    #[must_use]
    pub fn hidden_bias_of(&self, block: usize) -> f64 {
        self.hidden_bias + self.site_bias.hidden.get(block).copied().unwrap_or(0.0)
    }

    /// Gives every spin its own bias, split into means and deviations.
    pub(super) fn set_biases(&mut self, visible: &[f64], hidden: &[f64]) {
        let blocks = self.shape.blocks() as f64;
        self.visible_bias =
            [0, 1].map(|parity: usize| visible.iter().skip(parity).step_by(2).sum::<f64>() / blocks);
        self.hidden_bias = hidden.iter().sum::<f64>() / blocks;
        let [even, odd] = self.visible_bias;
        self.site_bias = SiteBiases {
            visible: visible
                .iter()
                .enumerate()
                .map(|(i, c)| c - if i % 2 == 0 { even } else { odd })
                .collect(),
            hidden: hidden.iter().map(|b| b - self.hidden_bias).collect(),
        };
    }

    fn mean_over_blocks(&self, of: impl Fn(f64) -> f64) -> Vec<f64> {
        (0..self.shape.links())
            .map(|slot| {
                let having = (0..self.shape.blocks()).filter(|&b| self.shape.block_site(b, slot).is_some());
                let (sum, count) =
                    having.fold((0.0, 0.0), |(sum, n), block| (sum + of(self.weight(block, slot)), n + 1.0));
                if count == 0.0 { 0.0 } else { sum / count }
            })
            .collect()
    }

    /// `ln Z = ln Σ_{v,h} exp(…)`, exact.
    ///
    /// Summing v first leaves the hidden spins as a nearest-neighbour Ising chain, because every
    /// visible spin has at most two parents. Shared weights on a ring: `Z = λ₊^M + λ₋^M`, O(1); on a line,
    /// or unshared: a product of M matrices, O(M).
    #[must_use]
    pub fn log_partition(&self) -> f64 {
        if self.is_shared() {
            HiddenChain::of(self).log_partition()
        } else {
            SiteChain::of(self).log_partition()
        }
    }

    /// Logarithm of the unnormalised probability of the visible spins `v` (±1, one per site):
    /// `Σ c_i v_i + Σ_j ln 2cosh(b_j + Σ_s w_js v_{site(j,s)})`.
    #[must_use]
    pub fn log_weight(&self, v: &[i8]) -> f64 {
        assert_eq!(v.len(), self.shape.sites, "one spin per visible site");
        let visible: f64 = v.iter().enumerate().map(|(i, &s)| self.visible_bias_at(i) * f64::from(s)).sum();
        let hidden: f64 = (0..self.shape.blocks())
            .map(|block| {
                let input: f64 = (0..self.shape.links())
                    .filter_map(|slot| {
                        self.shape
                            .block_site(block, slot)
                            .map(|site| self.weight(block, slot) * f64::from(v[site]))
                    })
                    .sum();
                log_two_cosh(self.hidden_bias_of(block) + input)
            })
            .sum();
        visible + hidden
    }

    /// `ln p(v)` of the visible spins.
    #[must_use]
    pub fn log_probability(&self, v: &[i8]) -> f64 {
        self.log_weight(v) - self.log_partition()
    }

    /// The same distribution of v with Σw ≥ 0, in every block of an unshared layer: (b, w) → −(b, w) turns
    /// a hidden spin over and changes nothing else.
    #[must_use]
    pub fn canonical(mut self) -> Self {
        if !self.is_shared() {
            return self.canonical_by_block();
        }
        if self.weights.iter().sum::<f64>() < 0.0 {
            self.weights.iter_mut().for_each(|w| *w = -*w);
            self.hidden_bias = -self.hidden_bias;
        }
        self
    }

    fn canonical_by_block(mut self) -> Self {
        let (shape, links) = (self.shape, self.shape.links());
        let mut hidden: Vec<f64> = (0..shape.blocks()).map(|block| self.hidden_bias_of(block)).collect();
        if self.weights.len() == links {
            self.weights = self.weights.repeat(shape.blocks());
        }
        for ((block, weights), bias) in self.weights.chunks_exact_mut(links).enumerate().zip(&mut hidden) {
            // A link that a line does not have counts neither way.
            let present = shape.present_slots(block);
            let sum: f64 = weights.iter().enumerate().filter(|w| present >> w.0 & 1 == 1).map(|w| w.1).sum();
            if sum < 0.0 {
                weights.iter_mut().for_each(|w| *w = -*w);
                *bias = -*bias;
            }
        }
        if hidden.iter().any(|b| *b != 0.0) {
            let visible: Vec<f64> = (0..shape.sites).map(|site| self.visible_bias_at(site)).collect();
            self.set_biases(&visible, &hidden);
        }
        self
    }

    /// Schmidt entropy of each slot's link in nats ([`link_entropy`]); for unshared weights the mean over
    /// the blocks that have the slot.
    #[must_use]
    pub fn link_entropies(&self) -> Vec<f64> {
        if self.weights.len() == self.shape.links() {
            self.weights.iter().map(|&w| link_entropy(w)).collect()
        } else {
            self.mean_over_blocks(link_entropy)
        }
    }

    /// Schmidt entropies of the links of one block, by slot; of an absent link as if it were there.
    #[must_use]
    pub fn block_link_entropies(&self, block: usize) -> Vec<f64> {
        self.block_weights(block).iter().map(|&w| link_entropy(w)).collect()
    }

    /// `b_j + Σ_s w_js v_s` for a block pattern (bit s: spin in slot s up) with the slots `present`.
    pub(super) fn block_input(&self, block: usize, present: usize, pattern: usize) -> f64 {
        let signed = |slot: usize, w: f64| if pattern >> slot & 1 == 1 { w } else { -w };
        let seen = self.block_weights(block).iter().enumerate().filter(|(slot, _)| present >> slot & 1 == 1);
        self.hidden_bias_of(block) + seen.map(|(slot, &w)| signed(slot, w)).sum::<f64>()
    }

    /// What a block adds to [`Self::log_weight`], by pattern: `ln 2cosh` of its input and the visible
    /// biases of its own two sites.
    pub(super) fn block_log_weights(&self, block: usize, present: usize) -> [f64; 16] {
        let own = self.shape.own_slots();
        std::array::from_fn(|pattern| {
            let bias = |parity: usize| {
                let c = self.visible_bias_at(2 * block + parity);
                if pattern >> own[parity] & 1 == 1 { c } else { -c }
            };
            log_two_cosh(self.block_input(block, present, pattern)) + bias(0) + bias(1)
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
            site_bias: SiteBiases::default(),
        }
    }

    /// An unshared layer with every parameter drawn from −1.5…1.5.
    pub(in crate::rbm) fn random_unshared(shape: RbmShape, seed: u64) -> Rbm {
        let mut rng = stream(seed, "unshared rbm test", shape.sites as u64);
        let mut numbers = |n: usize| -> Vec<f64> {
            (0..n).map(|_| 3.0 * (f64::from(rng.next_u32()) / f64::from(u32::MAX) - 0.5)).collect()
        };
        let mut rbm = Rbm::unbiased(shape, &numbers(shape.links()));
        rbm.weights = numbers(shape.blocks() * shape.links());
        rbm.set_biases(&numbers(shape.sites), &numbers(shape.blocks()));
        rbm
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
            sum += rbm.visible_bias_at(i) * f64::from(s);
        }
        for (j, &h) in h.iter().enumerate() {
            sum += rbm.hidden_bias_of(j) * f64::from(h);
            for slot in 0..rbm.shape.links() {
                if let Some(i) = rbm.shape.block_site(j, slot) {
                    sum += rbm.weight(j, slot) * f64::from(v[i] * h);
                }
            }
        }
        sum
    }

    #[test]
    fn log_partition_equals_the_sum_over_all_states() {
        for shape in small_shapes() {
            for seed in 0..5 {
                for rbm in [random_rbm(shape, seed), random_unshared(shape, seed)] {
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
            let free = random_unshared(shape, 9);
            let canonical = free.clone().canonical();
            for v in configurations(shape.sites) {
                assert_abs_diff_eq!(free.log_weight(&v), canonical.log_weight(&v), epsilon = 1e-12);
            }
            assert!(canonical.is_complete() && !canonical.is_shared());
        }
    }

    #[test]
    fn equal_blocks_are_a_shared_layer() {
        for boundary in [Boundary::Ring, Boundary::Line] {
            for field in ReceptiveField::ALL {
                let shape = RbmShape::new(256, boundary, field).unwrap();
                let shared = random_rbm(shape, 3);
                let mut free = shared.clone();
                free.weights = shared.weights.repeat(shape.blocks());
                let biases = |n: usize| (0..n).map(|i| shared.visible_bias[i % 2]).collect::<Vec<_>>();
                free.set_biases(&biases(shape.sites), &vec![shared.hidden_bias; shape.blocks()]);
                assert_abs_diff_eq!(free.log_partition(), shared.log_partition(), epsilon = 1e-9);
                for (a, b) in free.link_entropies().iter().zip(shared.link_entropies()) {
                    assert_abs_diff_eq!(*a, b, epsilon = 1e-12);
                }
                assert_eq!(free.block_link_entropies(7), shared.link_entropies());
                for (a, b) in free.mean_weights().iter().zip(&shared.weights) {
                    assert_abs_diff_eq!(a, b, epsilon = 1e-12);
                }
            }
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
