//! The flow of couplings: what one layer does to the Hamiltonian.

use super::hidden_chain::{HiddenChain, constant_and_field, constant_fields_and_bond};
use super::layer::{Rbm, RbmShape};
use super::likelihood::Likelihood;
use super::site_chain::SiteChain;
use crate::lattice::Boundary;
use crate::numerics::local_chain::LocalChain;
use crate::numerics::statistics::Summary;

/// Couplings of `H(h) = K1 Σ h_j + K2 Σ h_j h_{j+1} + K3 Σ h_j h_{j+1} h_{j+2}`, `p ∝ e^{H}`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct EffectiveCouplings {
    /// Field on every spin.
    pub k1: f64,
    /// Coupling of neighbours.
    pub k2: f64,
    /// Coupling of three in a row; 0 for every layer of ours, whose hidden spins form an Ising chain.
    pub k3: f64,
}

/// The couplings that a report states, or their errors: absent where a layer has none or none is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StatedCouplings {
    /// Field on every spin.
    pub k1: Option<f64>,
    /// Coupling of neighbours: a single spin has none.
    pub k2: Option<f64>,
    /// Coupling of three in a row.
    pub k3: f64,
}

impl StatedCouplings {
    /// Couplings of `rbm`, or a figure of them: a single hidden spin has no neighbour, and what stands for K̃2 is a
    /// constant in its energy.
    #[must_use]
    pub fn of(rbm: &Rbm, couplings: EffectiveCouplings) -> Self {
        let EffectiveCouplings { k1, k2, k3 } = couplings;
        Self { k1: Some(k1), k2: Some(k2).filter(|_| rbm.shape.blocks() > 1), k3 }
    }
}

impl EffectiveCouplings {
    /// Correlation length of the infinite chain in its own sites, `1/ln(λ₊/|λ₋|)` of the 2 × 2 transfer
    /// matrix; `None` for `K3 ≠ 0`. 0 for independent spins.
    #[must_use]
    pub fn correlation_length(&self) -> Option<f64> {
        if self.k3 != 0.0 {
            return None;
        }
        // λ₋/λ₊ = (C − R)/(C + R) with C = cosh K1, R = √(sinh² K1 + e^{−4 K2}); the difference as
        // (C² − R²)/(C + R)², C² − R² = 1 − e^{−4 K2}, so that nothing cancels.
        let (cosh, sinh) = (self.k1.cosh(), self.k1.sinh());
        let root = sinh.hypot((-2.0 * self.k2).exp());
        let ratio = (-(-4.0 * self.k2).exp_m1()).abs() / (cosh + root).powi(2);
        Some(if ratio == 0.0 { 0.0 } else { -1.0 / ratio.ln() })
    }
}

/// The couplings of `H^RBM(h) = ln Σ_v exp(…)` between hidden spins of the bulk, in closed form.
///
/// With c0, c1 the biases of even and odd visible spins, `f(c,x) = ½ ln[cosh(c+x)/cosh(c−x)]` and
/// `g(c,x,y) = ¼ ln[cosh(c+x+y) cosh(c−x−y)/(cosh(c+x−y) cosh(c−x+y))]`:
/// * r = 2: K̃2 = 0, K̃1 = b + f(c0,w0) + f(c1,w1);
/// * r = 3: K̃2 = g(c0,w0,w2), K̃1 = b + f(c1,w1) + f(c0,w0+w2);
/// * r = 4: K̃2 = g(c0,w1,w3) + g(c1,w0,w2), K̃1 = b + f(c0,w1+w3) + f(c1,w0+w2).
///
/// K̃3 = 0 always (Gan and Shu 2017, eq. 6). K̃2 is per bond: a ring of two hidden spins has two bonds,
/// so a total coupling 2K̃2, and on a ring of one it is a constant. The ends of an open line have fields
/// of their own, which [`hidden_model`] holds. On a single hidden spin of a line nothing has a bond.
///
/// Unshared weights: the means of [`effective_couplings_by_block`].
#[must_use]
pub fn effective_couplings(rbm: &Rbm) -> EffectiveCouplings {
    if !rbm.is_shared() {
        let [k1, k2] = coupling_summaries(rbm);
        return EffectiveCouplings { k1: k1.mean(), k2: k2.mean(), k3: 0.0 };
    }
    let chain = HiddenChain::of(rbm);
    let (_, field) = constant_and_field(chain.site);
    let (_, left, right, k2) = constant_fields_and_bond(chain.bond);
    EffectiveCouplings { k1: field + left + right, k2, k3: 0.0 }
}

/// The couplings of every hidden spin: field K̃1 of spin j with all it gets from both sides, bond K̃2
/// between j and j + 1 (0 for the last spin of a line). All equal in a shared layer but at the ends.
#[must_use]
pub fn effective_couplings_by_block(rbm: &Rbm) -> Vec<EffectiveCouplings> {
    let chain = SiteChain::of(rbm);
    let blocks = rbm.shape.blocks();
    let field = |k1: f64| EffectiveCouplings { k1, k2: 0.0, k3: 0.0 };
    let mut couplings: Vec<_> = chain.site.iter().map(|table| field(constant_and_field(*table).1)).collect();
    for (j, table) in chain.bond.iter().enumerate() {
        let (_, left, right, k2) = constant_fields_and_bond(*table);
        couplings[j].k1 += left;
        couplings[j].k2 = k2;
        couplings[(j + 1) % blocks].k1 += right;
    }
    couplings
}

/// Standard deviation of the couplings over the hidden spins and bonds of [`effective_couplings`]; `None`
/// for shared weights, which have none.
#[must_use]
pub fn effective_couplings_spread(rbm: &Rbm) -> Option<EffectiveCouplings> {
    let [k1, k2] = (!rbm.is_shared()).then(|| coupling_summaries(rbm))?;
    Some(EffectiveCouplings { k1: k1.std(), k2: k2.std(), k3: 0.0 })
}

/// K̃1 of the spins and K̃2 of the bonds. The two end spins of a line have fields of their own and are left
/// out where there are others.
fn coupling_summaries(rbm: &Rbm) -> [Summary; 2] {
    let couplings = effective_couplings_by_block(rbm);
    let m = couplings.len();
    let (ends, bonds) = match rbm.shape.boundary {
        Boundary::Ring => (0, m),
        Boundary::Line => (usize::from(m > 2), m - 1),
    };
    [
        couplings[ends..m - ends].iter().map(|k| k.k1).collect(),
        couplings[..bonds].iter().map(|k| k.k2).collect(),
    ]
}

/// Standard errors of [`effective_couplings`] of a layer learned with `likelihood`, by the delta method
/// ([`Likelihood::standard_errors`]): the scatter from a finite number of samples. K̃3 = 0 has none; others are
/// absent where the weights are no minimum or no links paid, and K̃2 of a single hidden spin, which has no neighbour.
///
/// Unshared weights have too many parameters for that: there it is the standard error of the mean over
/// blocks, taken as independent, which holds the true spread between blocks as well.
#[must_use]
pub fn effective_couplings_error(likelihood: &Likelihood, rbm: &Rbm) -> StatedCouplings {
    const STEP: f64 = 1e-5;
    let parameters = likelihood.parameters(rbm);
    if rbm.weights.iter().all(|w| *w == 0.0) {
        // Links that do not pay were set to 0: that is no measurement. K̃2 of r = 2 and, without biases, K̃1 are 0
        // whatever the weights.
        let k1 = (parameters.len() == rbm.weights.len()).then_some(0.0);
        let k2 = (rbm.shape.links() == 2 && rbm.shape.blocks() > 1).then_some(0.0);
        return StatedCouplings { k1, k2, k3: 0.0 };
    }
    if !rbm.is_shared() {
        let [k1, k2] = coupling_summaries(rbm);
        // One number alone has no scatter.
        let error = |over: Summary| (over.count() > 1).then(|| over.std_error());
        return StatedCouplings { k1: error(k1), k2: error(k2), k3: 0.0 };
    }
    let mut directions = vec![Vec::new(), Vec::new()];
    for i in 0..parameters.len() {
        let at = |shift: f64| {
            let mut moved = parameters.clone();
            moved[i] += shift;
            effective_couplings(&likelihood.rbm(&moved))
        };
        let (above, below) = (at(STEP), at(-STEP));
        directions[0].push((above.k1 - below.k1) / (2.0 * STEP));
        directions[1].push((above.k2 - below.k2) / (2.0 * STEP));
    }
    let errors = likelihood.standard_errors(&parameters, &directions);
    StatedCouplings { k1: errors[0], k2: errors[1].filter(|_| rbm.shape.blocks() > 1), k3: 0.0 }
}

/// `H^RBM(h) = ln Σ_v exp(b Σ h + Σ v w h + Σ c v)` as a chain of the M hidden spins: the Hamiltonian
/// that the next layer is compared with.
///
/// All constants are kept, so its partition function is that of the layer. On a line couplings are the
/// same everywhere and the fields of the two end spins differ; with unshared weights all differ.
#[must_use]
pub fn hidden_model(rbm: &Rbm) -> LocalChain {
    if !rbm.is_shared() {
        return unshared_hidden_model(rbm);
    }
    let chain = HiddenChain::of(rbm);
    let m = chain.blocks;
    let (site_constant, field) = constant_and_field(chain.site);
    let (bond_constant, left, right, k2) = constant_fields_and_bond(chain.bond);
    let mut model = empty_chain(chain.boundary, m);
    let bonds = match chain.boundary {
        Boundary::Ring => m,
        Boundary::Line => m - 1,
    };
    model.add_constant(m as f64 * site_constant + bonds as f64 * bond_constant);
    for j in 0..m {
        model.add_field(j, field);
    }
    for j in 0..bonds {
        model.add_field(j, left);
        model.add_bond(j, k2);
        model.add_field((j + 1) % m, right);
    }
    if chain.boundary == Boundary::Line {
        for (end, table) in [(0, chain.first), (m - 1, chain.last)] {
            let (constant, field) = constant_and_field(table);
            model.add_constant(constant);
            model.add_field(end, field);
        }
    }
    model
}

fn unshared_hidden_model(rbm: &Rbm) -> LocalChain {
    let chain = SiteChain::of(rbm);
    let m = chain.site.len();
    let mut model = empty_chain(rbm.shape.boundary, m);
    for (j, table) in chain.site.iter().enumerate() {
        let (constant, field) = constant_and_field(*table);
        model.add_constant(constant);
        model.add_field(j, field);
    }
    for (j, table) in chain.bond.iter().enumerate() {
        let (constant, left, right, k2) = constant_fields_and_bond(*table);
        model.add_constant(constant);
        model.add_field(j, left);
        model.add_bond(j, k2);
        model.add_field((j + 1) % m, right);
    }
    model
}

/// `ln Σ_h exp(b Σ h + Σ v w h + Σ c v)` as a chain of the visible spins, constants included: the
/// logarithm of the layer's unnormalised probability, one window per block.
#[must_use]
pub fn visible_model(rbm: &Rbm) -> LocalChain {
    chain_of_blocks(rbm.shape, |block, present| {
        let table = rbm.block_log_weights(block, present);
        move |pattern| table[pattern]
    })
}

/// The chain of the visible spins that has one window per block; `of_block` gives, for a block and its present
/// slots, the log weight by pattern.
pub(super) fn chain_of_blocks<F: Fn(usize) -> f64>(
    shape: RbmShape,
    of_block: impl Fn(usize, usize) -> F,
) -> LocalChain {
    let mut model = empty_chain(shape.boundary, shape.sites);
    for block in 0..shape.blocks() {
        let present = shape.present_slots(block);
        // Absent slots are at one end each, so those present are neighbours.
        let first = present.trailing_zeros() as usize;
        let log_weight = of_block(block, present);
        let start = 2 * block as i64 + shape.field.first_offset() + first as i64;
        model.add_window(start, present.count_ones() as usize, |pattern| log_weight(pattern << first));
    }
    model
}

fn empty_chain(boundary: Boundary, sites: usize) -> LocalChain {
    match boundary {
        Boundary::Ring => LocalChain::ring(sites),
        Boundary::Line => LocalChain::line(sites),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::ReceptiveField;
    use crate::numerics::stable::log_sum_exp;
    use crate::rbm::layer::tests::{
        configurations, joint_log_weight, random_rbm, random_unshared, small_shapes,
    };
    use approx::assert_abs_diff_eq;

    #[test]
    fn hidden_model_is_the_brute_force_marginal() {
        for shape in small_shapes() {
            for seed in 0..4 {
                for rbm in [random_rbm(shape, seed), random_unshared(shape, seed)] {
                    let model = hidden_model(&rbm);
                    for h in configurations(shape.blocks()) {
                        let given_h: Vec<f64> = configurations(shape.sites)
                            .iter()
                            .map(|v| joint_log_weight(&rbm, v, &h))
                            .collect();
                        assert_abs_diff_eq!(model.log_weight(&h), log_sum_exp(&given_h), epsilon = 1e-12);
                    }
                }
            }
        }
    }

    #[test]
    fn couplings_equal_the_closed_form() {
        let f = |c: f64, x: f64| 0.5 * ((c + x).cosh() / (c - x).cosh()).ln();
        let g = |c: f64, x: f64, y: f64| {
            0.25 * ((c + x + y).cosh() * (c - x - y).cosh() / ((c + x - y).cosh() * (c - x + y).cosh())).ln()
        };
        for field in ReceptiveField::ALL {
            let shape = RbmShape::new(16, Boundary::Ring, field).unwrap();
            let rbm = random_rbm(shape, 11);
            let (w, [c0, c1], b) = (&rbm.weights, rbm.visible_bias, rbm.hidden_bias);
            let (k1, k2) = match field {
                ReceptiveField::Two => (b + f(c0, w[0]) + f(c1, w[1]), 0.0),
                ReceptiveField::Three => (b + f(c1, w[1]) + f(c0, w[0] + w[2]), g(c0, w[0], w[2])),
                ReceptiveField::Four => {
                    (b + f(c0, w[1] + w[3]) + f(c1, w[0] + w[2]), g(c0, w[1], w[3]) + g(c1, w[0], w[2]))
                }
            };
            let couplings = effective_couplings(&rbm);
            assert_abs_diff_eq!(couplings.k1, k1, epsilon = 1e-13);
            assert_abs_diff_eq!(couplings.k2, k2, epsilon = 1e-13);
        }
        // Exact decimation (K2, ∞, K2): K̃2 = ½ ln cosh 2K2.
        let shape = RbmShape::new(16, Boundary::Ring, ReceptiveField::Three).unwrap();
        for k in [0.1, 0.5, 1.0, 3.0_f64] {
            let couplings = effective_couplings(&Rbm::unbiased(shape, &[k, 9.0, k]));
            assert_abs_diff_eq!(couplings.k2, 0.5 * (2.0 * k).cosh().ln(), epsilon = 1e-14);
            assert_eq!(couplings.k1, 0.0);
        }
    }

    #[test]
    fn three_exact_engines_agree_on_a_long_chain() {
        // The partition function from the hidden chain's eigenvalues, and from sums over windows of the
        // visible and of the hidden spins: three algorithms, one number.
        for boundary in [Boundary::Ring, Boundary::Line] {
            for field in ReceptiveField::ALL {
                let shape = RbmShape::new(256, boundary, field).unwrap();
                for rbm in [random_rbm(shape, 2), random_unshared(shape, 2)] {
                    let log_z = rbm.log_partition();
                    assert_abs_diff_eq!(visible_model(&rbm).log_partition(), log_z, epsilon = 1e-9);
                    assert_abs_diff_eq!(hidden_model(&rbm).log_partition(), log_z, epsilon = 1e-9);
                }
            }
        }
        for shape in small_shapes() {
            for rbm in [random_rbm(shape, 2), random_unshared(shape, 2)] {
                let model = visible_model(&rbm);
                for v in configurations(shape.sites) {
                    assert_abs_diff_eq!(model.log_weight(&v), rbm.log_weight(&v), epsilon = 1e-12);
                }
            }
        }
    }

    #[test]
    fn equal_blocks_have_the_shared_couplings_without_spread() {
        for boundary in [Boundary::Ring, Boundary::Line] {
            for field in ReceptiveField::ALL {
                let shape = RbmShape::new(32, boundary, field).unwrap();
                let shared = random_rbm(shape, 6);
                let mut free = shared.clone();
                free.weights = shared.weights.repeat(shape.blocks());
                let (k, mean) = (effective_couplings(&shared), effective_couplings(&free));
                assert_abs_diff_eq!(mean.k1, k.k1, epsilon = 1e-12);
                assert_abs_diff_eq!(mean.k2, k.k2, epsilon = 1e-12);
                let spread = effective_couplings_spread(&free).unwrap();
                assert!(spread.k1 < 1e-7 && spread.k2 < 1e-7);
                assert_eq!(effective_couplings_spread(&shared), None);
            }
        }
    }

    #[test]
    fn correlation_length_of_the_ising_chain() {
        for k2 in [-2.0, -0.3, 0.1, 1.0, 3.0_f64] {
            let xi = EffectiveCouplings { k1: 0.0, k2, k3: 0.0 }.correlation_length().unwrap();
            approx::assert_relative_eq!(xi, -1.0 / k2.tanh().abs().ln(), max_relative = 1e-12);
        }
        assert_eq!(EffectiveCouplings::default().correlation_length(), Some(0.0));
        assert_eq!(EffectiveCouplings { k3: 0.1, ..Default::default() }.correlation_length(), None);
        // With a field: eigenvalues by hand.
        let (k1, k2) = (0.4_f64, 0.7_f64);
        let root = ((2.0 * k2).exp() * k1.sinh().powi(2) + (-2.0 * k2).exp()).sqrt();
        let (plus, minus) = (k2.exp() * k1.cosh() + root, k2.exp() * k1.cosh() - root);
        let xi = EffectiveCouplings { k1, k2, k3: 0.0 }.correlation_length().unwrap();
        approx::assert_relative_eq!(xi, 1.0 / (plus / minus).ln(), max_relative = 1e-12);
    }
}
