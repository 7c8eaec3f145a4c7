//! Learning a layer of several channels one channel after the other, as long as they pay.

use super::channel_counts::ChannelLikelihood;
use super::channel_layer::{ChannelRbm, ChannelShape};
use super::channel_training::{ChannelTraining, check};
use super::error::RbmError;
use super::training::{TrainingOptions, TrainingStep};
use crate::numerics::optimiser::{Progress, StopReason};

/// Training of a layer that may have q hidden channels and takes the fewest that pay.
///
/// One channel is learned first, then a second beside it, and so on to q. A channel stays if by Schwarz's criterion it
/// raises the likelihood of the samples by more than its parameters cost ([`ChannelLikelihood::channel_pays`]); with
/// the first that does not, learning ends, and the channels that are left have weight and bias 0: their spins are
/// coins. Without this a channel too many learns noise, or copies what another says, and a theory of short
/// correlations looks critical.
#[derive(Clone, Debug)]
pub(super) struct ChannelStages {
    options: TrainingOptions,
    likelihood: ChannelLikelihood,
    held_out: Option<ChannelLikelihood>,
    /// A layer to go on from, with all its channels.
    start: Option<ChannelRbm>,
    work: ChannelTraining,
    /// The channels that pay, and their penalised likelihood; no channel to begin with.
    paying: Option<ChannelRbm>,
    value: f64,
    /// Why learning the last of them ended.
    kept_by: Option<StopReason>,
    /// Why learning ended, and the iterations of the stages before the one in work.
    stopped: Option<StopReason>,
    before: Vec<TrainingStep>,
}

impl ChannelStages {
    /// Stands ready at the first channel. `start`, if it is a layer of this shape, stands in place of the built-in
    /// starts, channel by channel.
    ///
    /// # Errors
    /// The options ask for contrastive divergence or unshared weights.
    pub(super) fn new(
        likelihood: ChannelLikelihood,
        held_out: Option<ChannelLikelihood>,
        start: Option<&ChannelRbm>,
        options: &TrainingOptions,
    ) -> Result<Self, RbmError> {
        check(options)?;
        let start = start.filter(|rbm| rbm.shape == likelihood.shape()).cloned();
        let work = stage(&likelihood, held_out.as_ref(), start.as_ref(), None, options)?;
        let value = likelihood.nll_per_spin(&likelihood.without_links());
        Ok(Self {
            options: options.clone(),
            likelihood,
            held_out,
            start,
            work,
            paying: None,
            value,
            kept_by: None,
            stopped: None,
            before: Vec::new(),
        })
    }

    /// One iteration of the optimiser.
    pub(super) fn advance(&mut self) -> Progress {
        if let Some(reason) = self.stopped {
            return Progress::Stopped(reason);
        }
        let Progress::Stopped(reason) = self.work.advance() else { return Progress::Running };
        let learned = self.work.rbm();
        let gain = self.value - self.work.value();
        let pays = reason != StopReason::Diverged && self.likelihood.channel_pays(gain);
        // The way so far is that of the channels kept; of the first it is told even if it does not pay, and ends then
        // without links.
        if pays || self.paying.is_none() {
            self.before.extend_from_slice(self.work.history());
        }
        if !pays && self.paying.is_none() {
            let rbm = self.likelihood.without_links();
            if let Some(last) = self.before.last_mut() {
                *last = TrainingStep {
                    nll_training: self.value,
                    nll_held_out: self.held_out.as_ref().map(|held_out| held_out.nll_per_spin(&rbm)),
                };
            }
        }
        if pays {
            self.value = self.work.value();
            self.kept_by = Some(reason);
            let channels = learned.shape.hidden;
            self.paying = Some(learned);
            if channels < self.likelihood.shape().hidden {
                let (start, paying) = (self.start.as_ref(), self.paying.as_ref());
                let held_out = self.held_out.as_ref();
                self.work = stage(&self.likelihood, held_out, start, paying, &self.options)
                    .expect("the options were checked, and the layer below has one channel less");
                return Progress::Running;
            }
        }
        // A further channel that does not pay leaves layer, way and reason to those that do.
        let ended_by = self.kept_by.unwrap_or(reason);
        self.stopped = Some(ended_by);
        Progress::Stopped(ended_by)
    }

    /// The channels that pay so far, with links of weight 0 in the others.
    pub(super) fn rbm(&self) -> ChannelRbm {
        let Some(paying) = &self.paying else { return self.likelihood.without_links() };
        let shape = self.likelihood.shape();
        let mut rbm = paying.clone();
        rbm.shape = shape;
        rbm.weights.resize(shape.seen() * shape.hidden, 0.0);
        rbm.hidden_bias.resize(shape.hidden, 0.0);
        rbm
    }

    /// Why learning ended, if it did.
    pub(super) fn stopped(&self) -> Option<StopReason> {
        self.stopped
    }

    /// Likelihood along the way: all stages, one after the other.
    pub(super) fn history(&self) -> Vec<TrainingStep> {
        let mut history = self.before.clone();
        if self.stopped.is_none() {
            history.extend_from_slice(self.work.history());
        }
        history
    }
}

/// The training of one channel more than `paying`.
fn stage(
    likelihood: &ChannelLikelihood,
    held_out: Option<&ChannelLikelihood>,
    start: Option<&ChannelRbm>,
    paying: Option<&ChannelRbm>,
    options: &TrainingOptions,
) -> Result<ChannelTraining, RbmError> {
    let channels = 1 + paying.map_or(0, |rbm| rbm.shape.hidden);
    let of = |likelihood: &ChannelLikelihood| likelihood.with_hidden_channels(channels);
    let first = start.and_then(|rbm| first_channels(rbm, channels));
    let work = match first {
        Some(first) => ChannelTraining::going_on(of(likelihood), &first, options)?,
        None => ChannelTraining::new(of(likelihood), paying, options)?,
    };
    Ok(work.watching(held_out.map(of)))
}

/// The first channels of a layer; `None` where one of them has no links, from which nothing would be learned.
fn first_channels(rbm: &ChannelRbm, channels: usize) -> Option<ChannelRbm> {
    let shape = ChannelShape { hidden: channels, ..rbm.shape };
    let mut first = rbm.clone();
    first.shape = shape;
    first.weights.truncate(shape.seen() * channels);
    first.hidden_bias.truncate(channels);
    let linked = (0..channels).all(|channel| first.row(channel).iter().any(|w| *w != 0.0));
    linked.then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField, SpinSamples};
    use crate::numerics::streams::stream;
    use crate::rbm::RbmShape;
    use crate::rbm::channel_layer::tests::random_channels;
    use crate::rbm::channel_training::tests::gibbs_samples;
    use crate::rbm::counts::tests::random_samples;
    use rand::Rng;

    fn learn(
        samples: &SpinSamples,
        visible: usize,
        hidden: usize,
        symmetric: bool,
        start: Option<&ChannelRbm>,
    ) -> ChannelStages {
        let layer = RbmShape::new(samples.sites() / visible, Boundary::Ring, ReceptiveField::Three).unwrap();
        let shape = ChannelShape::new(layer, visible, hidden).unwrap();
        let likelihood = ChannelLikelihood::new(shape, samples, 1e-6, symmetric).unwrap();
        let options = TrainingOptions { symmetric, ..TrainingOptions::default() };
        let mut stages = ChannelStages::new(likelihood, None, start, &options).unwrap();
        while stages.advance() == Progress::Running {}
        stages
    }

    /// A ring of bonds K2, drawn bond by bond; the last bond is what is left.
    fn chain_samples(samples: usize, sites: usize, k2: f64) -> SpinSamples {
        let mut rng = stream(4, "chain of the channel test", 0);
        let mut set = SpinSamples::all_down(samples, sites);
        let broken = (crate::numerics::stable::logistic(-2.0 * k2) * 2.0_f64.powi(32)) as u64;
        for sample in 0..samples {
            let mut up = rng.next_u32() & 1 == 1;
            for site in 0..sites {
                set.set(sample, site, up);
                up ^= u64::from(rng.next_u32()) < broken;
            }
        }
        set
    }

    #[test]
    fn noise_and_a_short_chain_do_not_look_critical_with_channels() {
        for symmetric in [true, false] {
            let noise = learn(&random_samples(1000, 32, 3), 1, 3, symmetric, None).rbm();
            assert_eq!(noise.weights, vec![0.0; 9]);
            assert_eq!(noise.link_entropies(), vec![0.0; 3]);
            // One channel decimates the chain exactly: no other pays.
            let chain = learn(&chain_samples(1000, 32, 0.7), 1, 3, symmetric, None);
            let rbm = chain.rbm();
            assert!(rbm.row(0).iter().all(|w| w.abs() > 0.3), "{rbm:?}");
            assert_eq!(rbm.weights[3..], [0.0; 6]);
            assert_eq!(rbm.hidden_bias[1..], [0.0; 2]);
            // The reason is that of the channel kept, whatever ended the search for a further one.
            let iterations = chain.history().len();
            assert!(iterations > 0);
            assert_eq!(chain.stopped() == Some(StopReason::Iterations), iterations >= 200);
        }
    }

    #[test]
    fn channels_that_the_samples_need_are_kept_and_gone_on_from() {
        // Two strong channels of different pattern, which one channel cannot say.
        let layer = RbmShape::new(16, Boundary::Ring, ReceptiveField::Three).unwrap();
        let mut truth = random_channels(ChannelShape::new(layer, 1, 2).unwrap(), 3);
        truth.weights = vec![1.2, 1.0, 0.1, -0.1, 1.1, -1.3];
        (truth.visible_bias, truth.hidden_bias) = (vec![0.0; 2], vec![0.0; 2]);
        let samples = gibbs_samples(&truth, 2000, 1);
        let fresh = learn(&samples, 1, 3, true, None);
        let rbm = fresh.rbm();
        assert!(rbm.row(1).iter().any(|w| w.abs() > 0.3) && rbm.row(2) == [0.0; 3], "{rbm:?}");
        // Going on from the end is short and comes to the same.
        let on = learn(&samples, 1, 3, true, Some(&rbm));
        assert!((on.value - fresh.value).abs() < 1e-6, "{} {}", on.value, fresh.value);
        assert!(on.history().len() < fresh.history().len());
        // A start whose first channel has no links loses none: channel 0 would be stuck at weights 0.
        let mut gap = rbm;
        gap.weights[..3].fill(0.0);
        let on = learn(&samples, 1, 3, true, Some(&gap));
        assert!((on.value - fresh.value).abs() < 1e-6, "{} {}", on.value, fresh.value);
    }
}
