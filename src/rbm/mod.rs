//! Restricted Boltzmann machines as renormalization steps: one layer, its exact likelihood and training,
//! hidden spins drawn from it, the flow of couplings, and the stack of layers.
//!
//! Signs: p ∝ exp(Σ b h + Σ v w h + Σ c v), the opposite of the papers' energy, so a ferromagnetic link
//! has positive weight. Entropies, log-likelihoods and free energies are in nats.

mod block_counts;
mod channel_chain;
mod channel_counts;
mod channel_layer;
mod channel_model;
mod channel_stages;
mod channel_training;
mod contrastive;
mod counts;
mod error;
mod flow;
mod gibbs;
mod hidden;
mod hidden_chain;
mod layer;
mod layer_learning;
mod layer_rbm;
mod likelihood;
mod mean_spins;
mod objective;
mod patterns;
mod pieces;
mod report;
mod runs;
mod schmidt;
mod scores;
mod site_chain;
mod stack;
mod stack_options;
mod training;
mod unshared;
mod worth;

pub use block_counts::BlockCounts;
pub use channel_counts::ChannelLikelihood;
pub use channel_layer::{ChannelRbm, ChannelShape, MOST_CHANNELS};
pub use channel_training::{ChannelComparison, ChannelResult, ChannelTraining, compare_channels};
pub use contrastive::ContrastiveOptions;
pub use counts::{PatternClass, PatternCounts};
pub use error::RbmError;
pub use flow::{
    EffectiveCouplings, StatedCouplings, effective_couplings, effective_couplings_by_block,
    effective_couplings_error, effective_couplings_spread, hidden_model, visible_model,
};
pub use hidden::{sample_hidden, sample_hidden_blocks};
pub use layer::{Rbm, RbmShape, SiteBiases};
pub use layer_rbm::{Kept, LayerRbm, PruneMeasure};
pub use likelihood::Likelihood;
pub use mean_spins::mean_spins;
pub use report::{Comparison, LayerReport, ModelBelow, ReportInput};
pub use schmidt::link_entropy;
pub use scores::{sample_log_weights, sample_log_weights_of_words};
pub use stack::{StackProgress, StackStage, StackTraining, TrainedLayer, draw_above};
pub use stack_options::StackOptions;
pub use training::{LayerTraining, TrainingMethod, TrainingOptions, TrainingOutcome, TrainingStep};
pub use unshared::UnsharedLikelihood;

pub use crate::numerics::optimiser::{Progress, StopReason};
