//! The plots, each a `Chart` made from plain numbers.

mod correlations;
mod flow;
mod geometry;
mod scaling;
mod training;
mod transition;
mod weights;

pub use correlations::{CorrelationsPlot, Decay, correlations_chart};
pub use flow::{FlowPlot, flow_chart};
pub use geometry::{GeometryPlot, geometry_chart};
pub use scaling::{EntropyUnit, ReferenceEntropy, ScalingPlot, SizeEntropy, scaling_chart};
pub use training::{TrainingPlot, training_chart};
pub use transition::{TransitionPlot, TransitionPoint, transition_chart};
pub use weights::{WeightsPlot, weights_chart};

use super::chart::{Tick, four_digits};

/// A value with its error, both to the error's first two digits; rounding dust is zero.
pub(crate) fn with_error(value: f64, error: f64) -> String {
    let dust = |x: f64| if x.abs() < 1e-9 { 0.0 } else { x };
    let (value, error) = (dust(value), dust(error));
    if error <= 0.0 {
        return four_digits(value);
    }
    let decimals = (1.0 - error.log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$} ± {error:.decimals$}").replace('-', "−")
}

/// Ticks at the whole numbers of an axis of layers or doublings.
pub(crate) fn whole_ticks(end: f64) -> Vec<Tick> {
    let step = if end > 12.0 { 2 } else { 1 };
    (0..=end.floor() as u32).step_by(step).map(|i| Tick { at: f64::from(i), label: i.to_string() }).collect()
}
