//! Learning one layer of a stack, whatever its channels: counts of patterns, then the optimiser.

use super::block_counts::BlockCounts;
use super::channel_counts::{ChannelCounts, ChannelLikelihood};
use super::channel_layer::ChannelShape;
use super::channel_stages::ChannelStages;
use super::layer::RbmShape;
use super::layer_rbm::LayerRbm;
use super::likelihood::Likelihood;
use super::training::{LayerTraining, TrainingOptions, TrainingStep};
use crate::lattice::SpinSamples;
use crate::numerics::optimiser::{Progress, StopReason};
use std::ops::Range;
use std::sync::Arc;

/// Pattern counts of the training and the held-out samples, under way or complete.
#[derive(Clone, Debug)]
pub(super) enum LayerCounts {
    /// One hidden spin on a site.
    Single(Box<[BlockCounts; 2]>),
    /// Several.
    Channels(Box<[ChannelCounts; 2]>),
}

impl LayerCounts {
    /// Nothing counted yet. `channels` are those of the visible and of the hidden sites.
    pub(super) fn empty(shape: RbmShape, channels: [usize; 2], samples: [usize; 2]) -> Self {
        if channels != [1, 1] {
            let [visible, hidden] = channels;
            let shape = ChannelShape { layer: shape, visible, hidden };
            return Self::Channels(Box::new(samples.map(|n| ChannelCounts::empty(shape, n))));
        }
        Self::Single(Box::new(samples.map(|n| BlockCounts::empty(shape, n))))
    }

    /// Counts some blocks of one of the two sets.
    pub(super) fn add_blocks(&mut self, set: usize, samples: &SpinSamples, range: Range<usize>) {
        match self {
            Self::Single(counts) => counts[set].add_blocks(samples, range),
            Self::Channels(counts) => counts[set].add_blocks(samples, range),
        }
    }
}

/// A layer being learned.
#[derive(Clone, Debug)]
pub(super) enum LayerLearning {
    Single(Box<LayerTraining>),
    Channels(Box<ChannelStages>),
}

/// What learning has come to.
#[derive(Clone, Debug)]
pub(super) struct LayerOutcome {
    pub(super) rbm: LayerRbm,
    pub(super) iterations: usize,
    pub(super) stopped_by: Option<StopReason>,
    pub(super) history: Vec<TrainingStep>,
}

impl LayerOutcome {
    /// A layer that was not learned here.
    pub(super) const fn of_known(rbm: LayerRbm) -> Self {
        Self { rbm, iterations: 0, stopped_by: None, history: Vec::new() }
    }
}

impl LayerLearning {
    /// Stands ready; `samples` are the training samples, for the contrastive methods. The options have been
    /// checked, and there are training samples. `start`, a layer of this size, stands in place of the built-in
    /// starts.
    pub(super) fn new(
        counts: &LayerCounts,
        samples: Option<&Arc<SpinSamples>>,
        held_out: usize,
        start: Option<&LayerRbm>,
        options: &TrainingOptions,
    ) -> Self {
        match counts {
            LayerCounts::Single(counts) => {
                let initial = start.and_then(LayerRbm::single).cloned();
                let options = TrainingOptions { initial, ..options.clone() };
                let training = LayerTraining::from_blocks(counts, samples, &options);
                Self::Single(Box::new(training.expect("the stack saw samples and a start that fits")))
            }
            LayerCounts::Channels(counts) => {
                let likelihood =
                    |c| ChannelLikelihood::from_counts(c, options.weight_decay, options.symmetric);
                let watched = (held_out > 0).then(|| likelihood(&counts[1]));
                let start = start.and_then(LayerRbm::channel_layer);
                let training =
                    likelihood(&counts[0]).with_autocorrelation_time(options.autocorrelation_times[0]);
                let training = ChannelStages::new(training, watched, start, options);
                Self::Channels(Box::new(
                    training.expect("the stack saw options that channels can be learned with"),
                ))
            }
        }
    }

    /// One iteration of the optimiser, or some milliseconds of sampling.
    pub(super) fn advance(&mut self) -> Progress {
        match self {
            Self::Single(training) => training.advance(),
            Self::Channels(training) => training.advance(),
        }
    }

    /// The best layer so far and how it was reached.
    pub(super) fn outcome(&self) -> LayerOutcome {
        match self {
            Self::Single(training) => {
                let outcome = training.outcome();
                LayerOutcome {
                    rbm: outcome.rbm.into(),
                    iterations: outcome.iterations,
                    stopped_by: outcome.stopped_by,
                    history: outcome.history,
                }
            }
            Self::Channels(training) => LayerOutcome {
                rbm: training.rbm().into(),
                iterations: training.history().len(),
                stopped_by: training.stopped(),
                history: training.history(),
            },
        }
    }

    /// Likelihood along the way so far.
    pub(super) fn history(&self) -> Vec<TrainingStep> {
        match self {
            Self::Single(training) => training.outcome().history,
            Self::Channels(training) => training.history(),
        }
    }

    /// The likelihood of shared weights of one channel, for errors of K̃.
    pub(super) fn likelihood(&self) -> Option<&Likelihood> {
        match self {
            Self::Single(training) => Some(training.likelihood()),
            Self::Channels(_) => None,
        }
    }
}
