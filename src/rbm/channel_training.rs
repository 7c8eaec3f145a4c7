//! Learning a layer of several channels, and how many channels pay.

use super::channel_counts::ChannelLikelihood;
use super::channel_layer::{ChannelRbm, ChannelShape, MOST_CHANNELS};
use super::error::RbmError;
use super::layer::RbmShape;
use super::runs::{Run, Runs};
use super::training::{TrainingMethod, TrainingOptions, TrainingStep, starts};
use crate::lattice::SpinSamples;
use crate::numerics::lbfgs::LastSteps;
use crate::numerics::optimiser::{Options, Progress, StopReason};
use crate::numerics::statistics::Summary;

/// Largest gradient component (nats per spin and unit of weight) at the end.
const GRADIENT_TOLERANCE: f64 = 1e-7;

/// Maximum-likelihood training of one layer of several channels by L-BFGS on the exact gradient.
///
/// Equal channels would stay equal for ever, so they start differently, by fixed numbers and not by
/// chance: channel 0 from the built-in start of one channel (uniform or staggered signs, on visible channel
/// 0, the others weaker), the further ones from small weights of other patterns; and from the layer of
/// one channel less, if given, with one small channel added, so that more channels never fit the training
/// samples worse. Every start is run to its end and the best kept. Shared weights.
#[derive(Clone, Debug)]
pub struct ChannelTraining {
    likelihood: ChannelLikelihood,
    held_out: Option<ChannelLikelihood>,
    runs: Runs<LastSteps>,
}

impl ChannelTraining {
    /// Stands ready. Of the options, `symmetric`, `weight_decay` (those of the likelihood hold) and
    /// `initial` are not used here, only `max_iterations`.
    ///
    /// # Errors
    /// The options ask for contrastive divergence or unshared weights, or `narrower` is no layer of one
    /// channel less.
    pub fn new(
        likelihood: ChannelLikelihood,
        narrower: Option<&ChannelRbm>,
        options: &TrainingOptions,
    ) -> Result<Self, RbmError> {
        check(options)?;
        let shape = likelihood.shape();
        let mut layers = first_layers(shape);
        if let Some(narrower) = narrower {
            if narrower.shape != (ChannelShape { hidden: shape.hidden.wrapping_sub(1), ..shape }) {
                let (found, expected) = (narrower.weights.len(), shape.seen() * (shape.hidden - 1));
                return Err(RbmError::WeightsDiffer { found, expected });
            }
            let mut wider = narrower.clone();
            wider.shape = shape;
            wider.weights.extend(further_row(shape, shape.hidden - 1));
            wider.hidden_bias.push(0.0);
            layers.push(wider);
        }
        let optimiser =
            Options { max_iterations: options.max_iterations, gradient_tolerance: GRADIENT_TOLERANCE };
        let runs = Runs::new(layers.iter().map(|rbm| likelihood.parameters(rbm)), optimiser, 0.0);
        Ok(Self { likelihood, held_out: None, runs })
    }

    /// Stands ready at one layer alone, to go on from it.
    ///
    /// # Errors
    /// As [`Self::new`]; `start` is of another shape.
    pub(super) fn going_on(
        likelihood: ChannelLikelihood,
        start: &ChannelRbm,
        options: &TrainingOptions,
    ) -> Result<Self, RbmError> {
        check(options)?;
        let shape = likelihood.shape();
        if start.shape != shape {
            let (found, expected) = (start.weights.len(), shape.seen() * shape.hidden);
            return Err(RbmError::WeightsDiffer { found, expected });
        }
        let optimiser =
            Options { max_iterations: options.max_iterations, gradient_tolerance: GRADIENT_TOLERANCE };
        let runs = Runs::new([likelihood.parameters(start)], optimiser, 0.0);
        Ok(Self { likelihood, held_out: None, runs })
    }

    /// Also shows, after every iteration, how well the layer fits held-out samples.
    pub(super) fn watching(mut self, held_out: Option<ChannelLikelihood>) -> Self {
        self.held_out = held_out;
        self
    }

    /// One iteration of the optimiser: a few evaluations of [`ChannelLikelihood`].
    pub fn advance(&mut self) -> Progress {
        let (likelihood, held_out) = (&self.likelihood, self.held_out.as_ref());
        self.runs.advance(&mut |x, g| likelihood.value_and_gradient(x, g), |optimiser| {
            let x = optimiser.x();
            TrainingStep {
                nll_training: optimiser.value() - likelihood.penalty(x),
                nll_held_out: held_out.map(|held_out| held_out.nll_per_spin(&likelihood.rbm(x))),
            }
        })
    }

    /// The best layer so far, every channel with Σw ≥ 0.
    #[must_use]
    pub fn rbm(&self) -> ChannelRbm {
        self.likelihood.rbm(self.best().optimiser.x()).canonical()
    }

    /// Why the best start ended, if it did.
    #[must_use]
    pub fn stopped(&self) -> Option<StopReason> {
        self.best().optimiser.stopped()
    }

    /// `f(θ)` of the best start: with weight decay.
    pub(super) fn value(&self) -> f64 {
        self.best().optimiser.value()
    }

    /// How far above its optimum the best start can have ended, nats per spin: `f − f* ≤ Σ |∂f/∂θ| |θ − θ*|` where f
    /// is convex, with parameters within one unit of theirs.
    fn unfinished(&self) -> f64 {
        self.best().optimiser.gradient().iter().map(|g| g.abs()).sum()
    }

    /// Likelihood along the way from the best start.
    #[must_use]
    pub fn history(&self) -> &[TrainingStep] {
        &self.best().history
    }

    /// Iterations from the best start.
    #[must_use]
    pub fn iterations(&self) -> usize {
        self.best().optimiser.iterations()
    }

    /// The likelihood of the training samples.
    #[must_use]
    pub fn likelihood(&self) -> &ChannelLikelihood {
        &self.likelihood
    }

    fn best(&self) -> &Run<LastSteps> {
        self.runs.best()
    }
}

/// Whether several channels can be learned so.
pub(super) fn check(options: &TrainingOptions) -> Result<(), RbmError> {
    let name = "the method for several channels";
    if options.method != TrainingMethod::Exact {
        let found = format!("`{}`", options.method.name());
        return Err(RbmError::Setting { name, found, expected: "`exact`" });
    }
    if !options.shared_weights {
        return Err(RbmError::Setting { name, found: "unshared".to_owned(), expected: "shared weights" });
    }
    Ok(())
}

/// The built-in starts of one channel, with small further channels.
fn first_layers(shape: ChannelShape) -> Vec<ChannelRbm> {
    let rows = |base: &[f64]| -> Vec<f64> {
        let mut weights = Vec::with_capacity(shape.seen() * shape.hidden);
        for base in base {
            // One visible channel leads; spread evenly, the equal visible channels could not be told apart.
            weights.extend((0..shape.visible).map(|c| if c == 0 { *base } else { 0.2 * base / c as f64 }));
        }
        weights.extend((1..shape.hidden).flat_map(|channel| further_row(shape, channel)));
        weights
    };
    starts(shape.layer.field).iter().map(|base| ChannelRbm::unbiased(shape, rows(base))).collect()
}

/// Small weights of a channel ≥ 1, another pattern for each: sizes fall off from place `channel`, signs
/// alternate with period `channel`.
fn further_row(shape: ChannelShape, channel: usize) -> Vec<f64> {
    let seen = shape.seen();
    (0..seen)
        .map(|place| {
            let size = 0.2 / (1.0 + ((place + channel) % seen) as f64);
            if (place / channel.max(1)).is_multiple_of(2) { size } else { -size }
        })
        .collect()
}

/// One number of channels in a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct ChannelResult {
    /// Channels q of the hidden sites.
    pub channels: usize,
    /// The layer learned.
    pub rbm: ChannelRbm,
    /// `−⟨ln p⟩` per visible spin over the training samples, nats.
    pub nll_training: f64,
    /// The same over the held-out samples.
    pub nll_held_out: f64,
    /// Its standard error.
    pub nll_held_out_error: f64,
    /// `nll_held_out` minus that of the best number of channels; 0 for the best itself.
    pub difference: f64,
    /// Standard error of the difference, paired sample by sample: what samples have in common drops out. With it,
    /// in squares, what the optimiser leaves of each likelihood: fits closer than that are the same fit.
    pub difference_error: f64,
    /// Schmidt entropy of each slot's link, nats.
    pub link_entropies: Vec<f64>,
    /// Iterations of the optimiser.
    pub iterations: usize,
    /// Why it ended.
    pub stopped_by: StopReason,
}

/// How many channels pay: one layer learned with q = 1, 2, … channels and judged on held-out samples.
///
/// Advanced an optimiser iteration at a time. Every q starts also from the layer of q − 1, so the training
/// likelihood never falls with q; the held-out one does where channels only learn noise.
#[derive(Clone, Debug)]
pub struct ChannelComparison {
    options: TrainingOptions,
    training: ChannelLikelihood,
    held_out: SpinSamples,
    most: usize,
    work: Option<ChannelTraining>,
    results: Vec<ChannelResult>,
    /// `−ln p` per spin of each held-out sample, by number of channels.
    scores: Vec<Vec<f64>>,
    /// How far the optimiser can have left each fit from its optimum, nats per spin.
    unfinished: Vec<f64>,
}

impl ChannelComparison {
    /// Counts the training samples. Both sets have a column for each of the `visible` spins of every site.
    ///
    /// # Errors
    /// Samples of another size, no held-out samples, more than 4 channels, or options that ask for
    /// contrastive divergence or unshared weights.
    pub fn new(
        layer: RbmShape,
        visible: usize,
        most: usize,
        training: &SpinSamples,
        held_out: SpinSamples,
        options: TrainingOptions,
    ) -> Result<Self, RbmError> {
        check(&options)?;
        let shape = ChannelShape::new(layer, visible, 1)?;
        ChannelShape::new(layer, visible, most)?;
        if held_out.sites() != shape.spins() {
            let (found, expected) = (held_out.sites(), shape.spins());
            return Err(RbmError::SitesDiffer { set: "held-out", found, expected });
        }
        if held_out.samples() == 0 {
            let (name, found) = ("the number of held-out samples", "0".to_owned());
            return Err(RbmError::Setting { name, found, expected: "at least 1" });
        }
        let training = ChannelLikelihood::new(shape, training, options.weight_decay, options.symmetric)?
            .with_autocorrelation_time(options.autocorrelation_times[0]);
        Ok(Self {
            options,
            training,
            held_out,
            most,
            work: None,
            results: Vec::new(),
            scores: Vec::new(),
            unfinished: Vec::new(),
        })
    }

    /// One iteration of the optimiser, or the judgement of a finished layer; `false` when all is done.
    pub fn advance(&mut self) -> Result<bool, RbmError> {
        if self.results.len() >= self.most {
            return Ok(false);
        }
        let work = match &mut self.work {
            Some(work) => work,
            None => {
                let likelihood = self.training.with_hidden_channels(self.results.len() + 1);
                let narrower = self.results.last().map(|result| &result.rbm);
                self.work.insert(ChannelTraining::new(likelihood, narrower, &self.options)?)
            }
        };
        if let Progress::Stopped(stopped_by) = work.advance() {
            let (rbm, iterations) = (work.rbm(), work.iterations());
            let nll_training = work.likelihood().nll_per_spin(&rbm);
            self.unfinished.push(work.unfinished());
            self.work = None;
            self.judge(rbm, iterations, nll_training, stopped_by);
        }
        Ok(self.results.len() < self.most)
    }

    /// What is finished, from one channel up; the differences are to the best so far.
    #[must_use]
    pub fn results(&self) -> &[ChannelResult] {
        &self.results
    }

    fn judge(&mut self, rbm: ChannelRbm, iterations: usize, nll_training: f64, stopped_by: StopReason) {
        let (log_partition, spins) = (rbm.log_partition(), rbm.shape.spins() as f64);
        let weights = rbm.sample_log_weights(&self.held_out);
        let scores: Vec<f64> = weights.iter().map(|w| (log_partition - w) / spins).collect();
        let summary: Summary = scores.iter().copied().collect();
        self.scores.push(scores);
        self.results.push(ChannelResult {
            channels: rbm.shape.hidden,
            link_entropies: rbm.link_entropies(),
            rbm,
            nll_training,
            nll_held_out: summary.mean(),
            nll_held_out_error: self.options.error_of_mean(1, &summary),
            difference: 0.0,
            difference_error: 0.0,
            iterations,
            stopped_by,
        });
        let nll = |i: usize| self.results[i].nll_held_out;
        let best = (1..self.results.len()).fold(0, |best, i| if nll(i) < nll(best) { i } else { best });
        let last = self.unfinished[best];
        for (i, (result, scores)) in self.results.iter_mut().zip(&self.scores).enumerate() {
            let pairs = scores.iter().zip(&self.scores[best]);
            let difference: Summary = pairs.map(|(x, best)| x - best).collect();
            result.difference = difference.mean();
            let rounding = if i == best { 0.0 } else { self.unfinished[i].hypot(last) };
            result.difference_error = self.options.error_of_mean(1, &difference).hypot(rounding);
        }
    }
}

/// [`ChannelComparison`] from beginning to end, for q = 1…4 on the spins of a layer with one channel.
///
/// # Errors
/// As [`ChannelComparison::new`].
pub fn compare_channels(
    layer: RbmShape,
    training: &SpinSamples,
    held_out: SpinSamples,
    options: TrainingOptions,
) -> Result<Vec<ChannelResult>, RbmError> {
    let mut comparison = ChannelComparison::new(layer, 1, MOST_CHANNELS, training, held_out, options)?;
    while comparison.advance()? {}
    Ok(comparison.results)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::numerics::streams::stream;
    use crate::rbm::channel_layer::tests::random_channels;
    use crate::rbm::training::LayerTraining;
    use rand::Rng;

    /// Samples of the visible spins of a layer by Gibbs steps from random spins.
    pub(in crate::rbm) fn gibbs_samples(rbm: &ChannelRbm, samples: usize, seed: u64) -> SpinSamples {
        let ChannelShape { layer, visible, hidden } = rbm.shape;
        let mut rng = stream(seed, "channel samples test", 0);
        let mut uniform = || f64::from(rng.next_u32()) / 4_294_967_296.0;
        let mut set = SpinSamples::all_down(samples, rbm.shape.spins());
        for step in 0..30 {
            let h = rbm.sample_hidden(&set, seed, &format!("step {step}"));
            for sample in 0..samples {
                let mut pulls: Vec<f64> = (0..rbm.shape.spins())
                    .map(|i| rbm.visible_bias[i / visible % 2 * visible + i % visible])
                    .collect();
                for block in 0..layer.blocks() {
                    for slot in 0..layer.links() {
                        let Some(site) = layer.block_site(block, slot) else { continue };
                        for c in 0..visible {
                            for a in 0..hidden {
                                let spin = f64::from(h.spin(sample, block * hidden + a));
                                pulls[site * visible + c] += spin * rbm.row(a)[slot * visible + c];
                            }
                        }
                    }
                }
                for (i, pull) in pulls.into_iter().enumerate() {
                    set.set(sample, i, uniform() < crate::numerics::stable::logistic(2.0 * pull));
                }
            }
        }
        set
    }

    #[test]
    fn one_channel_learns_what_the_plain_layer_learns() {
        for field in ReceptiveField::ALL {
            let layer = RbmShape::new(16, Boundary::Ring, field).unwrap();
            let shape = ChannelShape::new(layer, 1, 1).unwrap();
            let samples = gibbs_samples(&random_channels(shape, 3), 500, 1);
            let none = SpinSamples::all_down(0, 16);
            let options = TrainingOptions::default();
            let mut plain = LayerTraining::new(layer, &samples, &none, &options).unwrap();
            while plain.advance() == Progress::Running {}
            let likelihood = ChannelLikelihood::new(shape, &samples, options.weight_decay, false).unwrap();
            let mut channels = ChannelTraining::new(likelihood, None, &options).unwrap();
            while channels.advance() == Progress::Running {}
            let nll = channels.likelihood().nll_per_spin(&channels.rbm());
            let best = plain.outcome().history.last().unwrap().nll_training;
            assert!((nll - best).abs() < 1e-6, "{field:?}: {nll} {best}");
        }
    }

    #[test]
    fn two_channels_are_told_from_one_by_held_out_samples() {
        // One channel binds the inner pair of a field, the other the outer one: one alone cannot hold both,
        // and more than two learn noise.
        let layer = RbmShape::new(16, Boundary::Ring, ReceptiveField::Four).unwrap();
        let shape = ChannelShape::new(layer, 1, 2).unwrap();
        let weights = vec![1.5, 0.0, 0.0, 1.5, 0.0, 1.5, 1.5, 0.0];
        let truth = ChannelRbm::unbiased(shape, weights);
        let (training, held_out) = (gibbs_samples(&truth, 2000, 1), gibbs_samples(&truth, 1000, 2));
        let options = TrainingOptions { symmetric: true, ..TrainingOptions::default() };
        let results = compare_channels(layer, &training, held_out, options).unwrap();
        assert_eq!(results.iter().map(|r| r.channels).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert!(results.windows(2).all(|r| r[1].nll_training <= r[0].nll_training + 1e-6));
        let (one, two) = (&results[0], &results[1]);
        assert!(one.difference > 5.0 * one.difference_error && one.difference_error > 0.0, "{one:?}");
        assert!(two.difference < 3.0 * two.difference_error + 1e-12, "{two:?}");
        assert!(results.iter().any(|r| r.difference == 0.0 && r.difference_error == 0.0));
        // Pairing takes the common scatter of the samples out.
        assert!(one.difference_error < one.nll_held_out_error);
        assert!(results.iter().all(|r| r.link_entropies.iter().all(|s| *s <= 2.0_f64.ln() + 1e-12)));
    }

    #[test]
    fn rounding_of_the_optimiser_buys_no_channel() {
        // Without a field one channel of r = 3 says all that any number can: whatever sets the fits apart is the
        // optimiser's.
        let layer = RbmShape::new(8, Boundary::Ring, ReceptiveField::Three).unwrap();
        let truth = ChannelRbm::unbiased(ChannelShape::new(layer, 1, 1).unwrap(), vec![0.9, 1.2, 0.8]);
        for seed in 1..=8 {
            let (training, held_out) =
                (gibbs_samples(&truth, 300, 2 * seed), gibbs_samples(&truth, 100, 2 * seed + 1));
            let options = TrainingOptions { symmetric: true, ..TrainingOptions::default() };
            for result in compare_channels(layer, &training, held_out, options).unwrap() {
                assert!(result.difference <= 2.0 * result.difference_error, "seed {seed}: {result:?}");
                assert!(result.difference < 1e-5, "seed {seed}: {result:?}");
            }
        }
    }

    #[test]
    fn several_visible_channels_are_learned() {
        let layer = RbmShape::new(8, Boundary::Line, ReceptiveField::Three).unwrap();
        let truth = random_channels(ChannelShape::new(layer, 2, 2).unwrap(), 5);
        let (training, held_out) = (gibbs_samples(&truth, 3000, 1), gibbs_samples(&truth, 500, 2));
        let options = TrainingOptions::default();
        let mut comparison = ChannelComparison::new(layer, 2, 2, &training, held_out, options).unwrap();
        while comparison.advance().unwrap() {}
        let [one, two] = comparison.results() else { panic!("two results") };
        let exact = ChannelLikelihood::new(truth.shape, &training, 0.0, false).unwrap().nll_per_spin(&truth);
        // Not worse than the truth on the samples it was fitted to.
        assert!(two.nll_training < exact && two.nll_training <= one.nll_training + 1e-6);
        assert!(two.link_entropies.iter().all(|s| *s <= 2.0 * 2.0_f64.ln() + 1e-12));
    }

    #[test]
    fn what_channels_cannot_do_is_refused() {
        let layer = RbmShape::new(8, Boundary::Line, ReceptiveField::Three).unwrap();
        let samples = || SpinSamples::all_down(10, 8);
        let new = |most, options| {
            ChannelComparison::new(layer, 1, most, &samples(), samples(), options).map(|_| ())
        };
        assert!(new(4, TrainingOptions::default()).is_ok());
        assert!(matches!(new(5, TrainingOptions::default()), Err(RbmError::Setting { .. })));
        let method = TrainingMethod::ContrastiveDivergence;
        let refused = new(2, TrainingOptions { method, ..TrainingOptions::default() });
        assert!(matches!(refused, Err(RbmError::Setting { .. })));
        let refused = new(2, TrainingOptions { shared_weights: false, ..TrainingOptions::default() });
        assert!(matches!(refused, Err(RbmError::Setting { .. })));
        let few = ChannelComparison::new(layer, 2, 2, &samples(), samples(), TrainingOptions::default());
        assert!(matches!(few, Err(RbmError::SitesDiffer { .. })));
    }
}
