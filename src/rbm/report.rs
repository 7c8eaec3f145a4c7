//! What a trained layer is worth: distances, free energies, couplings, errors.

use super::flow::{
    EffectiveCouplings, effective_couplings, effective_couplings_error, effective_couplings_spread,
    visible_model,
};
use super::layer::Rbm;
use super::likelihood::Likelihood;
use super::training::TrainingOutcome;
use crate::lattice::SpinSamples;
use crate::numerics::local_chain::LocalChain;
use crate::numerics::optimiser::StopReason;
use crate::numerics::statistics::Summary;

/// What is known of the distribution P(v) that a layer was to learn.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelBelow {
    /// `P(v) = e^{H(v)}/Z_H` with a local H: the classical chain below layer 0, `H^RBM` of layer k − 1
    /// below layer k ([`super::hidden_model`]). All expectations are exact.
    Chain {
        /// H, its log weight.
        energy: LocalChain,
        /// Correlation length of P in sites, where it is known.
        correlation_length: Option<f64>,
    },
    /// `ln P(v)`, normalised, of each held-out sample, as an exact sampler gives it. Expectations are
    /// means over these samples. Here `H = ln P`, so `Z_H = 1`.
    LogProbability {
        /// One number per held-out sample, in their order.
        held_out: Vec<f64>,
        /// Correlation length of P in sites, where it is known.
        correlation_length: Option<f64>,
    },
    /// Only samples are known.
    Unknown {
        /// Why, for the reader of the report.
        reason: String,
        /// Correlation length of P in sites, where it is known.
        correlation_length: Option<f64>,
    },
}

/// All figures of one trained layer of N visible spins. Nats; "per spin" is per visible spin.
///
/// **Signs.** We store `p_λ(v, h) = e^{−E}/Z_E` with `−E = Σ b h + Σ v w h + Σ c v`, and
/// `P(v) = e^{H}/Z_H` with H the log weight of the model below. The papers (Gan and Shu 2017, eq. 7;
/// Howard 2018, eq. 15) write `P = e^{−H}/Z_H`, so their H is minus ours, and `T_λ = −E + H` of theirs is
/// `−E − H` in ours: `ln Tr_h e^{T_λ} = ln[p_λ(v)/P(v)] − ΔF`. A constant added to E moves ΔF and nothing
/// else; it is fixed so that ΔF = 0, and then `ln Tr_h e^{T_λ} = ln[p_λ(v)/P(v)]`.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerReport {
    /// Number of the layer, 0 at the boundary.
    pub layer: usize,
    /// Visible spins N of the layer.
    pub sites: usize,
    /// `−⟨ln p_λ⟩/N` over the training samples.
    pub nll_per_spin: f64,
    /// Its standard error, from the scatter between samples.
    pub nll_error: f64,
    /// `−⟨ln p_λ⟩/N` over the held-out samples, if there are any.
    pub nll_held_out: Option<f64>,
    /// Its standard error.
    pub nll_held_out_error: Option<f64>,
    /// `KL(P‖p_λ)/N = −trace_mean/N` ("to the model below" for layers ≥ 1).
    pub kl_per_spin: Option<f64>,
    /// Its standard error: 0 for an exact expectation.
    pub kl_error: Option<f64>,
    /// Mean of `ln Tr_h e^{T_λ} = ln[p_λ/P]` over P with ΔF fixed to 0; 0 if and only if the step is exact.
    pub trace_mean: Option<f64>,
    /// Its standard deviation over P; 0 if and only if the step is exact.
    pub trace_std: Option<f64>,
    /// `F^v = −ln Z_H` of the model below. For layers ≥ 1, H is `H^RBM` of the layer below with all its
    /// constants, so F^v is that layer's F^h; 0 where H = ln P.
    pub free_energy_visible: Option<f64>,
    /// `F^h = −ln Z_E`, of E exactly as stored: no constant.
    pub free_energy_hidden: f64,
    /// `ΔF = F^h − F^v` before it is fixed to 0.
    pub free_energy_difference: Option<f64>,
    /// Why the figures that need P are absent.
    pub absent_reason: Option<String>,
    /// Couplings of the hidden spins in the bulk, K̃.
    pub k_eff: EffectiveCouplings,
    /// Standard errors of K̃ from the finite number of samples.
    pub k_eff_error: EffectiveCouplings,
    /// Standard deviation of K̃ over the blocks of unshared weights; of shared ones none.
    pub k_eff_spread: Option<EffectiveCouplings>,
    /// `⟨v_i v_{i+1}⟩` over the training samples.
    pub nn_correlation: f64,
    /// Correlation length of the model below, in sites of this layer, where it is known.
    pub correlation_length: Option<f64>,
    /// Schmidt entropy of each slot's link, the mean over blocks for unshared weights.
    pub link_entropies: Vec<f64>,
    /// Iterations of the optimiser.
    pub iterations: usize,
    /// Why it ended.
    pub stopped_by: StopReason,
}

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// Number of the layer.
    pub layer: usize,
    /// The finished training.
    pub outcome: &'a TrainingOutcome,
    /// Likelihood of the training samples for shared weights.
    pub likelihood: &'a Likelihood,
    /// The training samples, visible spins of this layer.
    pub training: &'a SpinSamples,
    /// [`super::sample_log_weights`] of the training samples.
    pub training_log_weights: &'a [f64],
    /// [`super::sample_log_weights`] of the held-out samples.
    pub held_out_log_weights: &'a [f64],
    /// The distribution to be learned.
    pub below: &'a ModelBelow,
}

/// The figures that need P.
struct Comparison {
    trace_mean: f64,
    trace_std: f64,
    trace_error: f64,
    free_energy_visible: f64,
}

impl LayerReport {
    /// Works all figures out. Exact expectations cost O(N), about a millisecond per 256 sites on a ring.
    ///
    /// Panics if the model below has another number of sites or samples.
    #[must_use]
    pub fn new(input: &ReportInput<'_>) -> Self {
        let rbm = &input.outcome.rbm;
        let log_partition = rbm.log_partition();
        let nll = |log_weights: &[f64]| -> Summary {
            log_weights.iter().map(|w| (log_partition - w) / rbm.shape.sites as f64).collect()
        };
        let training = nll(input.training_log_weights);
        let held_out = Some(nll(input.held_out_log_weights)).filter(|s| s.count() > 0);
        let sites = rbm.shape.sites as f64;
        let (comparison, absent_reason, correlation_length) = match input.below {
            ModelBelow::Chain { energy, correlation_length } => {
                (Some(compare_exactly(rbm, log_partition, energy)), None, *correlation_length)
            }
            ModelBelow::LogProbability { held_out: log_p, correlation_length } => {
                assert_eq!(log_p.len(), input.held_out_log_weights.len(), "one ln P per held-out sample");
                let pairs = input.held_out_log_weights.iter().zip(log_p);
                let trace: Summary = pairs.map(|(w, p)| w - log_partition - p).collect();
                let comparison = (trace.count() > 0).then(|| Comparison {
                    trace_mean: trace.mean(),
                    trace_std: trace.std(),
                    trace_error: trace.std_error(),
                    free_energy_visible: 0.0,
                });
                let reason = comparison.is_none().then(|| "there are no held-out samples".to_owned());
                (comparison, reason, *correlation_length)
            }
            ModelBelow::Unknown { reason, correlation_length } => {
                (None, Some(reason.clone()), *correlation_length)
            }
        };
        let figure = |f: fn(&Comparison) -> f64| comparison.as_ref().map(f);
        Self {
            layer: input.layer,
            sites: rbm.shape.sites,
            nll_per_spin: training.mean(),
            nll_error: training.std_error(),
            nll_held_out: held_out.map(|s| s.mean()),
            nll_held_out_error: held_out.map(|s| s.std_error()),
            kl_per_spin: comparison.as_ref().map(|c| -c.trace_mean / sites),
            kl_error: comparison.as_ref().map(|c| c.trace_error / sites),
            trace_mean: figure(|c| c.trace_mean),
            trace_std: figure(|c| c.trace_std),
            free_energy_visible: figure(|c| c.free_energy_visible),
            free_energy_hidden: -log_partition,
            free_energy_difference: comparison.as_ref().map(|c| -log_partition - c.free_energy_visible),
            absent_reason,
            k_eff: effective_couplings(rbm),
            k_eff_error: effective_couplings_error(input.likelihood, rbm),
            k_eff_spread: effective_couplings_spread(rbm),
            nn_correlation: input.training.correlation(1, rbm.shape.boundary),
            correlation_length,
            link_entropies: rbm.link_entropies(),
            iterations: input.outcome.iterations,
            stopped_by: input.outcome.stopped_by.unwrap_or(StopReason::Iterations),
        }
    }
}

/// `ln[p_λ/P]` is a sum over windows of four spins, so its mean and spread over P are exact.
fn compare_exactly(rbm: &Rbm, log_partition: f64, energy: &LocalChain) -> Comparison {
    let mut ratio = visible_model(rbm);
    ratio.add_scaled(energy, -1.0);
    let free_energy_visible = -energy.log_partition();
    let moments = energy.moments(&ratio);
    Comparison {
        trace_mean: moments.mean - log_partition - free_energy_visible,
        trace_std: moments.variance.sqrt(),
        trace_error: 0.0,
        free_energy_visible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::rbm::layer::RbmShape;
    use crate::rbm::layer::tests::{configurations, random_rbm, small_shapes};
    use approx::assert_abs_diff_eq;

    fn ising(sites: usize, k2: f64) -> LocalChain {
        let mut chain = LocalChain::ring(sites);
        (0..sites).for_each(|i| chain.add_bond(i, k2));
        chain
    }

    #[test]
    fn kadanoff_weights_are_the_exact_step() {
        // KL per spin at K2 = 1, weights (K2, w, K2): sums over all states in 40-digit arithmetic.
        let quoted = [
            (8, [(4.0, 1.240147e-6), (6.0, 4.2109493e-10), (8.0, 1.412932e-13)]),
            (10, [(4.0, 1.2066329e-6), (6.0, 4.0971513e-10), (8.0, 1.3747485e-13)]),
        ];
        for (sites, rows) in quoted {
            // Ten sites are no power of two, which only the stack needs.
            let shape = RbmShape { sites, boundary: Boundary::Ring, field: ReceptiveField::Three };
            for (middle, kl) in rows {
                let rbm = Rbm::unbiased(shape, &[1.0, middle, 1.0]);
                let c = compare_exactly(&rbm, rbm.log_partition(), &ising(sites, 1.0));
                // The logarithms that are subtracted are about 10: rounding leaves a few 1e-15.
                assert_abs_diff_eq!(-c.trace_mean / sites as f64, kl, epsilon = 1e-6 * kl + 2e-15);
                // For two distributions this close, KL = ½ Var ln(p/P).
                let half_variance = c.trace_std.powi(2) / 2.0 / sites as f64;
                assert!((half_variance / kl - 1.0).abs() < 0.05, "{half_variance} {kl}");
            }
        }
        let shape = RbmShape::new(64, Boundary::Ring, ReceptiveField::Three).unwrap();
        for k2 in [-2.0, 0.3, 1.0, 3.0] {
            let rbm = Rbm::unbiased(shape, &[k2, 20.0, k2]);
            let c = compare_exactly(&rbm, rbm.log_partition(), &ising(64, k2));
            assert!(
                (c.trace_mean / 64.0).abs() < 1e-13 && c.trace_std < 1e-6,
                "{} {}",
                c.trace_mean,
                c.trace_std
            );
        }
    }

    #[test]
    fn trace_mean_and_std_equal_brute_force() {
        for shape in small_shapes() {
            let (rbm, other) = (random_rbm(shape, 1), random_rbm(shape, 2));
            // Any local chain will do for P: here another layer's.
            let energy = visible_model(&other);
            let c = compare_exactly(&rbm, rbm.log_partition(), &energy);
            let (mut mean, mut square) = (0.0, 0.0);
            for v in configurations(shape.sites) {
                let log_p = other.log_probability(&v);
                let trace = rbm.log_probability(&v) - log_p;
                mean += log_p.exp() * trace;
                square += log_p.exp() * trace * trace;
            }
            assert_abs_diff_eq!(c.trace_mean, mean, epsilon = 1e-11);
            assert_abs_diff_eq!(c.trace_std, (square - mean * mean).sqrt(), epsilon = 1e-10);
            assert!(c.trace_mean <= 1e-12, "KL is never negative");
            assert_abs_diff_eq!(c.free_energy_visible, -other.log_partition(), epsilon = 1e-11);
        }
    }
}
