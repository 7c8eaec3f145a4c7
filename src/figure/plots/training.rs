//! Likelihood along the training of one layer.

use crate::figure::chart::{Axis, Chart, Series, Style, round_ticks};
use crate::figure::palette::Role;

/// −ln p per spin over the optimiser's iterations of one layer.
#[derive(Clone, Debug)]
pub struct TrainingPlot<'a> {
    /// Which layer.
    pub layer: usize,
    /// (training, held-out) per iteration.
    pub steps: &'a [(f64, f64)],
}

/// The likelihood of the layer in training, or of the last one trained.
#[must_use]
pub fn training_chart(plot: &TrainingPlot<'_>) -> Chart {
    let all = plot.steps.iter().flat_map(|s| [s.0, s.1]).filter(|v| v.is_finite());
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let (low, high) = if low < high { (low, high) } else { (0.0, 1.0) };
    // Room for a label below the lower curve.
    let margin = 0.16 * (high - low);
    let y = [low - margin, high + margin];
    let end = plot.steps.len().saturating_sub(1).max(1) as f64;
    let curve = |name: &str, role, dash, pick: fn(&(f64, f64)) -> f64| Series {
        name: name.into(),
        role,
        style: Style::Line { width: 1.5, dash },
        points: plot.steps.iter().enumerate().map(|(i, s)| [i as f64, pick(s)]).collect(),
        spread: Vec::new(),
        end_label: name.into(),
    };
    Chart {
        title: format!("Training of layer {}", plot.layer),
        x: Axis::round("iteration", [0.0, end], 5),
        y: Axis {
            label: format!("−ln p per spin, layer {}", plot.layer),
            range: y,
            ticks: round_ticks(y, 4),
        },
        series: vec![
            curve("held out", Role::Secondary, Some([6.0, 4.0]), |s| s.1),
            curve("training", Role::Text, None, |s| s.0),
        ],
        markers: Vec::new(),
        rules: Vec::new(),
        notes: Vec::new(),
    }
}
