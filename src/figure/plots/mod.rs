//! The plots, each a `Chart` made from plain numbers.

mod channels;
mod correlations;
mod depth;
mod flow;
mod geometry;
mod layers;
mod learned_geometry;
mod prune;
mod scaling;
mod sources;
mod state;
mod tensor;
mod training;
mod transition;
mod weights;

pub use channels::{ChannelPoint, ChannelsPlot, channels_chart};
pub use correlations::{CorrelationsPlot, Decay, correlations_chart};
pub use depth::{DepthPlot, depth_chart};
pub use flow::{Certainty, FlowPlot, PlanePlot, flow_chart, plane_chart};
pub use geometry::{GeometryPlot, geometry_chart};
pub use layers::{
    LayerFigures, LayersPlot, correlation_chart, free_energy_chart, kl_chart, link_entropy_chart, trace_chart,
};
pub use learned_geometry::{GeometryCouplings, LearnedGeometryPlot, learned_geometry_chart};
pub use prune::{PrunePlot, PruneRow, prune_chart};
pub use scaling::{EntropyUnit, ReferenceEntropy, ScalingPlot, SizeEntropy, scaling_chart};
pub use sources::{SourcePoint, SourcesPlot, sources_chart};
pub use state::{
    SpectrumPlot, StatePlot, StateSize, TightnessCell, TightnessPlot, spectrum_chart, state_chart,
    tightness_chart,
};
pub use tensor::{TensorCurve, TensorPlot, tensor_chart};
pub use training::{TrainingPlot, training_chart};
pub use transition::{TransitionPlot, TransitionPoint, transition_chart, transition_marker};
pub use weights::{WeightsPlot, weights_chart};

use super::chart::Tick;

/// Ticks at the whole numbers of an axis of layers or doublings.
pub(crate) fn whole_ticks(end: f64) -> Vec<Tick> {
    let step = if end > 12.0 { 2 } else { 1 };
    (0..=end.floor() as u32).step_by(step).map(|i| Tick { at: f64::from(i), label: i.to_string() }).collect()
}
