//! What a trained layer is worth: distances, free energies, couplings, errors.

use super::channel_chain::ChannelChain;
use super::channel_layer::ChannelRbm;
use super::channel_model;
use super::flow::{
    StatedCouplings, effective_couplings, effective_couplings_error, effective_couplings_spread,
    hidden_model, visible_model,
};
use super::layer_rbm::LayerRbm;
use super::likelihood::Likelihood;
use super::schmidt::link_entropy;
use super::training::TrainingOptions;
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
    /// The hidden spins of the layer of several channels below, `H(h) = ln Σ_v exp(…)`. All expectations
    /// are exact.
    Channels {
        /// That layer.
        below: Box<ChannelRbm>,
    },
    /// Only samples are known.
    Unknown {
        /// Why, for the reader of the report.
        reason: String,
        /// Correlation length of P in sites, where it is known.
        correlation_length: Option<f64>,
    },
}

impl ModelBelow {
    /// The model that the layer above `rbm` is compared with: the marginal of its hidden spins.
    #[must_use]
    pub fn above(rbm: &LayerRbm) -> Self {
        match rbm {
            LayerRbm::Single(rbm) => Self::Chain {
                energy: hidden_model(rbm),
                correlation_length: effective_couplings(rbm).correlation_length(),
            },
            LayerRbm::Channels(rbm) => Self::Channels { below: Box::new(rbm.clone()) },
        }
    }
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
    /// Visible sites of the layer.
    pub sites: usize,
    /// Spins on a visible and on a hidden site; N is sites times the first.
    pub channels: [usize; 2],
    /// `−⟨ln p_λ⟩/N` over the training samples.
    pub nll_per_spin: f64,
    /// Its standard error, from the scatter between samples and their autocorrelation time.
    pub nll_error: f64,
    /// `−⟨ln p_λ⟩/N` over the held-out samples, if there are any. Contrastive divergence keeps the pass that is best
    /// here, so there it is a little too low.
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
    /// Couplings of the hidden spins in the bulk, K̃; with several channels they are no Ising chain.
    pub k_eff: Option<StatedCouplings>,
    /// Standard errors of K̃ from the finite number of samples, where they are known; none with [`Self::no_errors`].
    pub k_eff_error: Option<StatedCouplings>,
    /// Standard deviation of K̃ over the blocks of unshared weights; of shared ones none.
    pub k_eff_spread: Option<StatedCouplings>,
    /// `⟨v_i v_{i+1}⟩` over the training samples; between spins of the same channel, the mean over them.
    pub nn_correlation: f64,
    /// Correlation length of the model below, in sites of this layer, where it is known.
    pub correlation_length: Option<f64>,
    /// Schmidt entropy of each slot's link, the mean over blocks for unshared weights.
    pub link_entropies: Vec<f64>,
    /// Standard errors of the shared weights of one channel ([`Likelihood::weight_errors`]), absent where the samples do
    /// not hold a weight; of other layers, and of links that did not pay, nothing.
    pub weight_errors: Vec<Option<f64>>,
    /// The same of [`Self::link_entropies`], by `|ds/dw|`.
    pub link_entropy_errors: Vec<Option<f64>>,
    /// Why the weights have no standard errors: they are not where the likelihood of these samples is largest, as given
    /// ones or those of contrastive divergence.
    pub no_errors: Option<&'static str>,
    /// Iterations of the optimiser; of weights that were not learned here none are known.
    pub iterations: Option<usize>,
    /// Why it ended; of weights that were not learned here not known.
    pub stopped_by: Option<StopReason>,
}

/// What a report is made from.
#[derive(Clone, Copy, Debug)]
pub struct ReportInput<'a> {
    /// Number of the layer.
    pub layer: usize,
    /// The finished layer.
    pub rbm: &'a LayerRbm,
    /// Iterations of the optimiser.
    pub iterations: usize,
    /// Why it ended; absent for weights that were not learned here.
    pub stopped_by: Option<StopReason>,
    /// Likelihood of the training samples for shared weights, for the errors of K̃; absent where the weights are no
    /// maximum of it.
    pub likelihood: Option<&'a Likelihood>,
    /// Why it is absent.
    pub no_errors: Option<&'static str>,
    /// How the layer was learned, for the autocorrelation times of the samples.
    pub options: &'a TrainingOptions,
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Mean of `ln[p_λ/P]` over P.
    pub trace_mean: f64,
    /// Its standard deviation over P.
    pub trace_std: f64,
    /// Standard error of the mean: 0 for an exact expectation.
    pub trace_error: f64,
    /// `−ln Z_H`.
    pub free_energy_visible: f64,
}

impl Comparison {
    /// Compares a layer with the model of its visible spins; `held_out_log_probabilities` are `ln p_λ` of the
    /// held-out samples, used where P is known on these alone. Exact otherwise, in O(N).
    ///
    /// # Errors
    /// P is not known: the reason. Panics if model and layer differ in size.
    pub fn new(
        rbm: &LayerRbm,
        below: &ModelBelow,
        held_out_log_probabilities: &[f64],
    ) -> Result<Self, String> {
        match below {
            ModelBelow::Chain { energy, .. } => Ok(compare_exactly(rbm, rbm.log_partition(), energy)),
            ModelBelow::Channels { below } => Ok(compare_channels(rbm, below)),
            ModelBelow::LogProbability { held_out: log_p, .. } => {
                assert_eq!(log_p.len(), held_out_log_probabilities.len(), "one ln P per held-out sample");
                let pairs = held_out_log_probabilities.iter().zip(log_p);
                let trace: Summary = pairs.map(|(log_model, log_p)| log_model - log_p).collect();
                if trace.count() == 0 {
                    return Err("there are no held-out samples".to_owned());
                }
                Ok(Self {
                    trace_mean: trace.mean(),
                    trace_std: trace.std(),
                    trace_error: trace.std_error(),
                    free_energy_visible: 0.0,
                })
            }
            ModelBelow::Unknown { reason, .. } => Err(reason.clone()),
        }
    }

    /// `KL(P‖p_λ)` of the whole layer, in nats.
    #[must_use]
    pub fn kl_nats(&self) -> f64 {
        -self.trace_mean
    }
}

impl LayerReport {
    /// Works all figures out. Exact expectations cost O(N), about a millisecond per 256 sites on a ring.
    ///
    /// Panics if the model below has another number of sites or samples.
    #[must_use]
    pub fn new(input: &ReportInput<'_>) -> Self {
        let rbm = input.rbm;
        let log_partition = rbm.log_partition();
        let spins = rbm.spins() as f64;
        let nll = |log_weights: &[f64]| -> Summary {
            log_weights.iter().map(|w| (log_partition - w) / spins).collect()
        };
        let training = nll(input.training_log_weights);
        let held_out = Some(nll(input.held_out_log_weights)).filter(|s| s.count() > 0);
        let log_probabilities: Vec<f64> =
            input.held_out_log_weights.iter().map(|w| w - log_partition).collect();
        let (comparison, absent_reason) = match Comparison::new(rbm, input.below, &log_probabilities) {
            Ok(comparison) => (Some(comparison), None),
            Err(reason) => (None, Some(reason)),
        };
        let correlation_length = match input.below {
            ModelBelow::Chain { correlation_length, .. }
            | ModelBelow::LogProbability { correlation_length, .. }
            | ModelBelow::Unknown { correlation_length, .. } => *correlation_length,
            ModelBelow::Channels { .. } => None,
        };
        let weight_errors = weight_errors(input);
        let figure = |f: fn(&Comparison) -> f64| comparison.as_ref().map(f);
        Self {
            layer: input.layer,
            sites: rbm.shape().sites,
            channels: rbm.channels(),
            nll_per_spin: training.mean(),
            nll_error: input.options.error_of_mean(0, &training),
            nll_held_out: held_out.map(|s| s.mean()),
            nll_held_out_error: held_out.map(|s| input.options.error_of_mean(1, &s)),
            kl_per_spin: comparison.as_ref().map(|c| c.kl_nats() / spins),
            kl_error: comparison.as_ref().map(|c| c.trace_error / spins),
            trace_mean: figure(|c| c.trace_mean),
            trace_std: figure(|c| c.trace_std),
            free_energy_visible: figure(|c| c.free_energy_visible),
            free_energy_hidden: -log_partition,
            free_energy_difference: comparison.as_ref().map(|c| -log_partition - c.free_energy_visible),
            absent_reason,
            k_eff: rbm.single().map(|rbm| StatedCouplings::of(rbm, effective_couplings(rbm))),
            k_eff_error: rbm.single().map(|rbm| match input.likelihood {
                Some(likelihood) => effective_couplings_error(likelihood, rbm),
                None => StatedCouplings { k1: None, k2: None, k3: 0.0 },
            }),
            k_eff_spread: rbm
                .single()
                .and_then(|rbm| Some(StatedCouplings::of(rbm, effective_couplings_spread(rbm)?))),
            // Columns stand site by site: the same channel of the next site is q' columns further.
            nn_correlation: input.training.correlation(rbm.channels()[0], rbm.shape().boundary),
            correlation_length,
            link_entropies: rbm.link_entropies(),
            link_entropy_errors: link_entropy_errors(rbm, &weight_errors),
            weight_errors,
            no_errors: input.no_errors,
            iterations: input.stopped_by.map(|_| input.iterations),
            stopped_by: input.stopped_by,
        }
    }
}

fn weight_errors(input: &ReportInput<'_>) -> Vec<Option<f64>> {
    let shared = input.rbm.single().filter(|rbm| rbm.is_shared() && input.rbm.has_links());
    let known = shared.zip(input.likelihood);
    known.map_or_else(Vec::new, |(rbm, likelihood)| likelihood.weight_errors(&likelihood.parameters(rbm)))
}

fn link_entropy_errors(rbm: &LayerRbm, weight_errors: &[Option<f64>]) -> Vec<Option<f64>> {
    /// Truncation 10⁻¹⁰, rounding 10⁻¹¹.
    const STEP: f64 = 1e-5;
    let slope = |w: f64| (link_entropy(w + STEP) - link_entropy(w - STEP)) / (2.0 * STEP);
    let weights = rbm.slot_weights().into_iter().zip(weight_errors);
    weights.map(|(w, error)| error.map(|error| slope(w).abs() * error)).collect()
}

/// `ln[p_λ/P]` is a sum over windows of four spins, so its mean and spread over P are exact.
fn compare_exactly(rbm: &LayerRbm, log_partition: f64, energy: &LocalChain) -> Comparison {
    let mut ratio = match rbm {
        LayerRbm::Single(rbm) => visible_model(rbm),
        LayerRbm::Channels(rbm) => channel_model::visible_model(rbm),
    };
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

/// The same over the hidden sites of a layer of several channels.
fn compare_channels(rbm: &LayerRbm, below: &ChannelRbm) -> Comparison {
    let single;
    let above = match rbm {
        LayerRbm::Channels(rbm) => rbm,
        LayerRbm::Single(rbm) => {
            single = ChannelRbm::from_single(rbm).expect("layers above channels share their weights");
            &single
        }
    };
    let moments = channel_model::ratio_moments(above, &ChannelChain::of(below));
    let free_energy_visible = -below.log_partition();
    Comparison {
        trace_mean: moments.mean - rbm.log_partition() - free_energy_visible,
        trace_std: moments.variance.sqrt(),
        trace_error: 0.0,
        free_energy_visible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::rbm::layer::tests::{configurations, random_rbm, small_shapes};
    use crate::rbm::layer::{Rbm, RbmShape};
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
                let rbm = LayerRbm::from(Rbm::unbiased(shape, &[1.0, middle, 1.0]));
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
            let rbm = LayerRbm::from(Rbm::unbiased(shape, &[k2, 20.0, k2]));
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
            let c = compare_exactly(&rbm.clone().into(), rbm.log_partition(), &energy);
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
