//! Learning one layer by maximum likelihood, one optimiser iteration at a time.

use super::block_counts::BlockCounts;
use super::contrastive::{ContrastiveOptions, ContrastiveTraining};
use super::counts::PatternCounts;
use super::error::RbmError;
use super::layer::{Rbm, RbmShape};
use super::likelihood::Likelihood;
use super::runs::Runs;
use super::unshared::UnsharedTraining;
use crate::lattice::{ReceptiveField, SpinSamples};
use crate::numerics::bfgs::InverseHessian;
use crate::numerics::optimiser::{Options, Progress, StopReason};
use crate::numerics::statistics::Summary;
use std::sync::Arc;

/// Which way a layer is learned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TrainingMethod {
    /// Second-order ascent of the exact likelihood.
    #[default]
    Exact,
    /// Contrastive divergence: fantasies begin at the data.
    ContrastiveDivergence,
    /// Persistent contrastive divergence: fantasies go on from step to step.
    PersistentContrastiveDivergence,
}

impl TrainingMethod {
    /// As files and commands write it: `exact`, `cd`, `pcd`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::ContrastiveDivergence => "cd",
            Self::PersistentContrastiveDivergence => "pcd",
        }
    }

    /// The method of a name; `None` for any other.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Exact, Self::ContrastiveDivergence, Self::PersistentContrastiveDivergence]
            .into_iter()
            .find(|method| method.name() == name)
    }
}

/// How a layer is learned.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingOptions {
    /// Use the symmetry under a flip of all spins: all biases 0. Right for theories that have it.
    pub symmetric: bool,
    /// λ of the penalty (λ/2) Σ w² added to the negative log-likelihood of a sample ([`Likelihood`]); ≥ 0.
    pub weight_decay: f64,
    /// Most iterations of the optimiser from each start; passes through the samples for the contrastive
    /// methods.
    pub max_iterations: usize,
    /// Start from these parameters alone, in place of the built-in starts.
    pub initial: Option<Rbm>,
    /// Exact likelihood or contrastive divergence.
    pub method: TrainingMethod,
    /// Settings of the contrastive methods.
    pub sampling: ContrastiveOptions,
    /// One set of weights for all blocks. If not, every block learns r weights and a hidden bias of its own
    /// and every visible spin a bias; the exact method only.
    pub shared_weights: bool,
    /// Integrated autocorrelation times τ = 1 + 2 Σρ of the training and of the held-out samples, in samples of their
    /// set: n of them say as much as n/τ independent ones. 1 for independent ones; less counts as 1.
    pub autocorrelation_times: [f64; 2],
}

impl Default for TrainingOptions {
    fn default() -> Self {
        Self {
            symmetric: false,
            weight_decay: 1e-6,
            max_iterations: 200,
            initial: None,
            method: TrainingMethod::Exact,
            sampling: ContrastiveOptions::default(),
            shared_weights: true,
            autocorrelation_times: [1.0; 2],
        }
    }
}

/// Quality after one iteration, nats per spin, without weight decay.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainingStep {
    /// Mean negative log-likelihood of the training samples.
    pub nll_training: f64,
    /// The same of the held-out samples, if there are any.
    pub nll_held_out: Option<f64>,
}

/// What training has come to, finished or not.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingOutcome {
    /// The layer of the best start, with Σw ≥ 0; of the exact method without links if they do not pay
    /// ([`Likelihood::links_pay`]), of the contrastive ones that of the best held-out pass.
    pub rbm: Rbm,
    /// Iterations from that start, or passes through the samples.
    pub iterations: usize,
    /// Why that start ended; `None` while it is still running. [`StopReason::Diverged`] only if every
    /// start did.
    pub stopped_by: Option<StopReason>,
    /// One entry per iteration from that start, or per pass. The last is that of the layer; of contrastive divergence
    /// with held-out samples that is the one of the least `nll_held_out`, and passes may follow.
    pub history: Vec<TrainingStep>,
}

impl TrainingOutcome {
    /// The same way, with another layer at its end.
    pub(super) fn ending_in(mut self, rbm: Rbm, step: TrainingStep) -> Self {
        self.rbm = rbm;
        if let Some(last) = self.history.last_mut() {
            *last = step;
        }
        self
    }
}

/// By this much (nats per spin) a later start must be better to be preferred: less is the rounding of
/// two paths to the same optimum, and must not decide.
const CLEARLY_BETTER: f64 = 1e-9;

/// Largest gradient component (nats per spin and unit of weight) at the end. At K2 = 4 the curvature is
/// only 10⁻³, so 10⁻⁷ leaves couplings exact to 10⁻⁴, far below the scatter of any samples.
const GRADIENT_TOLERANCE: f64 = 1e-7;

/// Training of one layer: maximum likelihood by BFGS on the exact gradient, or contrastive divergence
/// ([`TrainingMethod`]).
///
/// **Exact.** The likelihood has more than one stationary point: at w = 0 every gradient vanishes, and the
/// basin of a ferromagnet is not that of an antiferromagnet. So a few fixed starts (uniform and staggered
/// signs; r = 4 also lopsided, because there the exact decimation copies one of two middle spins) are each
/// run to their end, and the best likelihood is kept. Nothing is drawn at random. An iteration costs a few
/// evaluations of [`Likelihood`]: microseconds on a ring, under a millisecond on a line of 4,096 sites.
///
/// At the end links that do not pay for themselves are set to 0 ([`Likelihood::links_pay`]), here and for unshared
/// weights: without that, noise learns links, and with biases strong ones.
///
/// **Unshared.** First the shared layer as above; from its best end every block goes its own way by L-BFGS
/// ([`super::UnsharedLikelihood`]), and where the data ask for other signs a second start is tried. The
/// history is that of the second stage. An iteration takes about 10 ms for 4,096 sites.
///
/// **Contrastive.** Plain stochastic steps (Hinton 2002; persistent: Tieleman 2008) of one fixed size, no
/// momentum, from one start with the signs of the data; but training and held-out likelihood after every
/// pass are exact. It ends with the allowed passes, with `patience` passes without a better held-out
/// likelihood (the best pass is kept), or diverged.
#[derive(Clone, Debug)]
pub struct LayerTraining {
    training: Likelihood,
    held_out: Option<Likelihood>,
    way: Way,
    /// The second stage of unshared weights.
    unshared: Option<Box<UnsharedTraining>>,
    base: Vec<f64>,
    /// A start was given, and it is the only one.
    given: bool,
    finished: bool,
}

#[derive(Clone, Debug)]
enum Way {
    Exact(Runs<InverseHessian>),
    Contrastive(Box<ContrastiveTraining>),
}

impl LayerTraining {
    /// Counts the patterns of both sets of samples and stands ready at the first start. `held_out` may be
    /// empty; the exact method only shows it how well the layer generalises. The contrastive methods keep
    /// a copy of `training`.
    pub fn new(
        shape: RbmShape,
        training: &SpinSamples,
        held_out: &SpinSamples,
        options: &TrainingOptions,
    ) -> Result<Self, RbmError> {
        let shape = RbmShape::new(shape.sites, shape.boundary, shape.field)?;
        for (set, samples) in [("training", training), ("held-out", held_out)] {
            if samples.sites() != shape.sites {
                return Err(RbmError::SitesDiffer { set, found: samples.sites(), expected: shape.sites });
            }
        }
        let counts = [training, held_out].map(|samples| BlockCounts::new(shape, samples));
        let copy = (options.method != TrainingMethod::Exact).then(|| Arc::new(training.clone()));
        Self::from_blocks(&counts, copy.as_ref(), options)
    }

    /// The same from pattern counts that are already there; shared weights and the exact method only.
    pub fn from_counts(
        training: &PatternCounts,
        held_out: &PatternCounts,
        options: &TrainingOptions,
    ) -> Result<Self, RbmError> {
        Self::prepared(&[training.clone(), held_out.clone()], None, None, options)
    }

    /// From the counts of the training and the held-out samples and, for the contrastive methods, the training
    /// samples themselves.
    pub(super) fn from_blocks(
        blocks: &[BlockCounts; 2],
        samples: Option<&Arc<SpinSamples>>,
        options: &TrainingOptions,
    ) -> Result<Self, RbmError> {
        let counts = blocks.each_ref().map(PatternCounts::of_blocks);
        Self::prepared(&counts, Some(blocks), samples, options)
    }

    /// Without `blocks` shared weights only, without `samples` the exact method only.
    fn prepared(
        counts: &[PatternCounts; 2],
        blocks: Option<&[BlockCounts; 2]>,
        samples: Option<&Arc<SpinSamples>>,
        options: &TrainingOptions,
    ) -> Result<Self, RbmError> {
        let [training, held_out] = counts;
        if training.samples() == 0 {
            return Err(RbmError::NoSamples);
        }
        let shape = training.shape();
        options.check(shape)?;
        let built_in = starts(shape.field);
        let base = built_in[0].clone();
        let mut unshared = match (options.shared_weights, blocks) {
            (true, _) => None,
            (false, Some(blocks)) => Some(Box::new(UnsharedTraining::new(blocks, options))),
            (false, None) => return Err(RbmError::SamplesNeeded),
        };
        let given = options.initial.is_some();
        if let (Some(unshared), Some(rbm)) =
            (&mut unshared, options.initial.as_ref().filter(|r| !r.is_shared()))
        {
            unshared.begin(rbm, &base, true);
        }
        let likelihood = |counts| Likelihood::new(counts, options.weight_decay, options.symmetric);
        let learned_from =
            |counts| likelihood(counts).with_autocorrelation_time(options.autocorrelation_times[0]);
        let way = if options.method == TrainingMethod::Exact {
            let training = learned_from(training);
            let starts = match &options.initial {
                // An unshared start is for the second stage.
                Some(rbm) if rbm.is_shared() => vec![rbm.clone()],
                _ => built_in.into_iter().map(|w| Rbm::unbiased(shape, &w)).collect(),
            };
            let optimiser =
                Options { max_iterations: options.max_iterations, gradient_tolerance: GRADIENT_TOLERANCE };
            let starts = starts.iter().map(|rbm| training.parameters(rbm));
            Way::Exact(Runs::new(starts, optimiser, CLEARLY_BETTER))
        } else {
            let samples = samples.ok_or(RbmError::SamplesNeeded)?;
            let mut start = match &options.initial {
                Some(rbm) => rbm.clone(),
                None => ContrastiveTraining::start(training, &built_in),
            };
            if options.symmetric {
                start = Rbm::unbiased(shape, &start.weights);
            }
            let persistent = options.method == TrainingMethod::PersistentContrastiveDivergence;
            let training = ContrastiveTraining::new(Arc::clone(samples), start, persistent, options);
            Way::Contrastive(Box::new(training))
        };
        let held_out = (held_out.samples() > 0).then(|| likelihood(held_out));
        Ok(Self { training: learned_from(training), held_out, way, unshared, base, given, finished: false })
    }

    /// One iteration of the optimiser, or some milliseconds of sampling. [`Progress::Stopped`] once every
    /// start has ended, with the reason of the best.
    pub fn advance(&mut self) -> Progress {
        let progress = self.advance_either();
        self.finished = progress != Progress::Running;
        progress
    }

    fn advance_either(&mut self) -> Progress {
        if let Some(progress) = self.unshared.as_mut().and_then(|unshared| unshared.advance()) {
            return progress;
        }
        let progress = self.advance_shared();
        match (progress, &mut self.unshared) {
            (Progress::Running, _) | (_, None) | (Progress::Stopped(StopReason::Diverged), _) => progress,
            (Progress::Stopped(_), Some(unshared)) => {
                if let Way::Exact(runs) = &self.way {
                    let shared = self.training.rbm(runs.best().optimiser.x());
                    unshared.begin(&shared, &self.base, self.given);
                }
                Progress::Running
            }
        }
    }

    fn advance_shared(&mut self) -> Progress {
        let (training, held_out) = (&self.training, self.held_out.as_ref());
        match &mut self.way {
            Way::Contrastive(contrastive) => contrastive.advance(training, held_out),
            Way::Exact(runs) => runs.advance(&mut |x, g| training.value_and_gradient(x, g), |optimiser| {
                let rbm = training.rbm(optimiser.x());
                TrainingStep {
                    nll_training: training.nll_per_spin(&rbm),
                    nll_held_out: held_out.map(|held_out| held_out.nll_per_spin(&rbm)),
                }
            }),
        }
    }

    /// The best layer so far and how it was reached.
    #[must_use]
    pub fn outcome(&self) -> TrainingOutcome {
        if let Some(outcome) = self.unshared.as_ref().and_then(|unshared| unshared.outcome(self.finished)) {
            return outcome;
        }
        match &self.way {
            Way::Exact(runs) => {
                let best = runs.best();
                let outcome = best.outcome(self.training.rbm(best.optimiser.x()).canonical());
                if !self.finished || self.training.links_pay(best.optimiser.value()) {
                    return outcome;
                }
                let rbm = self.training.without_links();
                let step = TrainingStep {
                    nll_training: self.training.nll_per_spin(&rbm),
                    nll_held_out: self.held_out.as_ref().map(|held_out| held_out.nll_per_spin(&rbm)),
                };
                outcome.ending_in(rbm, step)
            }
            Way::Contrastive(contrastive) => TrainingOutcome {
                rbm: contrastive.rbm().canonical(),
                iterations: contrastive.history().len(),
                stopped_by: contrastive.stopped(),
                history: contrastive.history().to_vec(),
            },
        }
    }

    /// The likelihood of the training samples for shared weights, for errors of what was learned.
    #[must_use]
    pub fn likelihood(&self) -> &Likelihood {
        &self.training
    }
}

impl TrainingOptions {
    /// Standard error of the mean over the training (0) or the held-out (1) samples, with their autocorrelation time.
    pub(super) fn error_of_mean(&self, set: usize, over: &Summary) -> f64 {
        over.std_error() * self.autocorrelation_times[set].max(1.0).sqrt()
    }

    /// Whether a layer of this shape can be learned so.
    pub(super) fn check(&self, shape: RbmShape) -> Result<(), RbmError> {
        let fits = |rbm: &Rbm| {
            let shared = rbm.is_shared() && rbm.weights.len() == shape.links();
            shared || (!self.shared_weights && rbm.is_complete() && rbm.shape == shape)
        };
        if let Some(rbm) = self.initial.as_ref().filter(|rbm| !fits(rbm)) {
            let expected = if self.shared_weights { 1 } else { shape.blocks() } * shape.links();
            return Err(RbmError::WeightsDiffer { found: rbm.weights.len(), expected });
        }
        let setting = |name, found: String, expected| Err(RbmError::Setting { name, found, expected });
        if self.method != TrainingMethod::Exact {
            if !self.shared_weights {
                let found = format!("`{}`", self.method.name());
                return setting("the method for unshared weights", found, "`exact`");
            }
            let ContrastiveOptions { rate, gibbs_steps, minibatch, .. } = self.sampling;
            if !rate.is_finite() || rate <= 0.0 {
                return setting("the step size", rate.to_string(), "a positive number");
            }
            if gibbs_steps == 0 {
                return setting("the number of Gibbs steps", "0".to_owned(), "at least 1");
            }
            if minibatch == 0 {
                return setting("the minibatch", "0".to_owned(), "at least 1 sample");
            }
        }
        Ok(())
    }
}

/// Where the optimiser begins, in the order of the slots.
pub(super) fn starts(field: ReceptiveField) -> Vec<Vec<f64>> {
    let bases: &[&[f64]] = match field {
        ReceptiveField::Two => &[&[0.7, 0.7]],
        ReceptiveField::Three => &[&[0.5, 0.8, 0.5]],
        ReceptiveField::Four => &[&[0.3, 0.7, 0.7, 0.3], &[0.1, 0.5, 0.9, 0.5]],
    };
    let staggered = |w: &[f64]| {
        w.iter().enumerate().map(|(slot, &w)| if slot % 2 == 1 { w } else { -w }).collect::<Vec<_>>()
    };
    bases.iter().flat_map(|base| [base.to_vec(), staggered(base)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;
    use crate::numerics::local_chain::LocalChain;
    use crate::rbm::counts::tests::{exact_counts, random_samples};
    use crate::rbm::effective_couplings;
    use approx::assert_abs_diff_eq;

    fn chain(sites: usize, boundary: Boundary, k1: f64, k2: f64) -> LocalChain {
        let mut chain = match boundary {
            Boundary::Ring => LocalChain::ring(sites),
            Boundary::Line => LocalChain::line(sites),
        };
        for i in 0..sites {
            chain.add_field(i, k1);
            chain.add_bond(i, k2);
        }
        chain
    }

    fn learn(counts: &PatternCounts, options: &TrainingOptions) -> TrainingOutcome {
        let none = PatternCounts::new(counts.shape(), &SpinSamples::all_down(0, counts.shape().sites));
        let mut training = LayerTraining::from_counts(counts, &none, options).unwrap();
        while training.advance() == Progress::Running {}
        training.outcome()
    }

    /// Decimation by the exact distribution in place of samples: no sampling noise, so what is left is the
    /// bias of the weight decay and the tolerance of the gradient.
    #[test]
    fn training_on_the_exact_chain_finds_decimation() {
        for boundary in [Boundary::Ring, Boundary::Line] {
            for k2 in [-4.0, -1.0, -0.1, 0.1, 0.3, 1.0, 2.0, 4.0_f64] {
                let shape = RbmShape::new(64, boundary, ReceptiveField::Three).unwrap();
                let counts = exact_counts(shape, &chain(64, boundary, 0.0, k2));
                for symmetric in [true, false] {
                    let outcome =
                        learn(&counts, &TrainingOptions { symmetric, ..TrainingOptions::default() });
                    let exact = 0.5 * (2.0 * k2).cosh().ln();
                    let found = effective_couplings(&outcome.rbm);
                    // The weight decay costs 2e-4 where links are weak, the gradient tolerance 1e-3 of the
                    // coupling where they are strong.
                    assert!(
                        (found.k2 - exact).abs() < 3e-4 + 2e-3 * exact && found.k1.abs() < 1e-5,
                        "{boundary:?} K2 = {k2}: {found:?}, exact {exact}, {outcome:?}"
                    );
                    assert!((outcome.rbm.weights[0].abs() - k2.abs()).abs() < 2e-3 + 2e-3 * k2.abs());
                    assert!(outcome.iterations < 60, "{} iterations", outcome.iterations);
                }
            }
        }
    }

    #[test]
    fn training_on_a_chain_in_a_field_finds_decimation() {
        // Exact: K2' = ¼ ln[cosh(2K2+K1) cosh(2K2−K1)/cosh² K1], K1' = K1 + ½ ln[cosh(2K2+K1)/cosh(2K2−K1)].
        for (k1, k2) in [(0.3_f64, 0.5_f64), (-0.2, 0.8), (0.5, -0.6)] {
            let shape = RbmShape::new(64, Boundary::Ring, ReceptiveField::Three).unwrap();
            let counts = exact_counts(shape, &chain(64, Boundary::Ring, k1, k2));
            let found = effective_couplings(&learn(&counts, &TrainingOptions::default()).rbm);
            let (above, below) = ((2.0 * k2 + k1).cosh(), (2.0 * k2 - k1).cosh());
            let exact_k2 = 0.25 * (above * below / k1.cosh().powi(2)).ln();
            let exact_k1 = k1 + 0.5 * (above / below).ln();
            assert_abs_diff_eq!(found.k2, exact_k2, epsilon = 5e-3);
            // Turning h over turns the field over.
            assert_abs_diff_eq!(found.k1.abs(), exact_k1.abs(), epsilon = 5e-3);
        }
    }

    #[test]
    fn four_links_also_find_decimation_and_two_the_best_pair() {
        let shape = RbmShape::new(64, Boundary::Ring, ReceptiveField::Four).unwrap();
        for k2 in [0.7_f64, -0.7] {
            let counts = exact_counts(shape, &chain(64, Boundary::Ring, 0.0, k2));
            let outcome = learn(&counts, &TrainingOptions { symmetric: true, ..TrainingOptions::default() });
            // The exact distribution is reached: −⟨ln P⟩ = ln Z − K ⟨Σ v v⟩.
            let t = k2.tanh();
            let entropy = (2.0 * k2.cosh()).ln() - k2 * t;
            let nll = outcome.history.last().unwrap().nll_training;
            assert_abs_diff_eq!(nll, entropy, epsilon = 1e-5);
        }
        // r = 2: independent pairs with the right correlation, tanh w0 tanh w1 = tanh K2.
        let shape = RbmShape::new(64, Boundary::Ring, ReceptiveField::Two).unwrap();
        for k2 in [0.7_f64, -0.7] {
            let counts = exact_counts(shape, &chain(64, Boundary::Ring, 0.0, k2));
            let rbm = learn(&counts, &TrainingOptions { symmetric: true, ..TrainingOptions::default() }).rbm;
            assert_abs_diff_eq!(rbm.weights[0].tanh() * rbm.weights[1].tanh(), k2.tanh(), epsilon = 1e-4);
            assert_eq!(effective_couplings(&rbm).k2, 0.0);
        }
    }

    #[test]
    fn history_falls_and_limits_are_kept() {
        let shape = RbmShape::new(16, Boundary::Ring, ReceptiveField::Three).unwrap();
        let (training, held_out) = (random_samples(200, 16, 1), random_samples(50, 16, 2));
        let options = TrainingOptions { max_iterations: 3, ..TrainingOptions::default() };
        let mut layer = LayerTraining::new(shape, &training, &held_out, &options).unwrap();
        while layer.advance() == Progress::Running {}
        let outcome = layer.outcome();
        assert_eq!((outcome.stopped_by, outcome.history.len()), (Some(StopReason::Iterations), 3));
        assert!(outcome.history.windows(2).all(|s| s[1].nll_training <= s[0].nll_training + 1e-4));
        assert!(outcome.history.iter().all(|s| s.nll_held_out.is_some()));
        // A start that is not finite is an outcome.
        let initial = Some(Rbm::unbiased(shape, &[f64::NAN, 0.0, 0.0]));
        let options = TrainingOptions { initial, ..TrainingOptions::default() };
        let mut layer = LayerTraining::new(shape, &training, &held_out, &options).unwrap();
        assert_eq!(layer.advance(), Progress::Stopped(StopReason::Diverged));
        assert_eq!(layer.outcome().stopped_by, Some(StopReason::Diverged));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let shape = RbmShape::new(16, Boundary::Ring, ReceptiveField::Three).unwrap();
        let none = SpinSamples::all_down(0, 16);
        let some = random_samples(10, 16, 1);
        let options = TrainingOptions::default();
        assert_eq!(LayerTraining::new(shape, &none, &none, &options).unwrap_err(), RbmError::NoSamples);
        let small = random_samples(10, 8, 1);
        let refused = LayerTraining::new(shape, &some, &small, &options).unwrap_err();
        assert_eq!(refused, RbmError::SitesDiffer { set: "held-out", found: 8, expected: 16 });
    }
}
