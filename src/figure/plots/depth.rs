//! Deep against shallow: entropy against size for every number of layers.

use super::whole_ticks;
use crate::figure::chart::{Axis, Chart, Series, Style, round_ticks, with_error};
use crate::figure::palette::Role;

/// Mean entropy against size, one curve for each depth.
#[derive(Clone, Debug)]
pub struct DepthPlot<'a> {
    /// `[log2 Ñ, S_A in nats]` for depth 1, 2, …
    pub curves: &'a [Vec<[f64; 2]>],
    /// Depth of the deep network.
    pub depth: u32,
    /// Slope of the deep curve with its error, nats per doubling.
    pub slope: Option<[f64; 2]>,
}

/// S_A against log2 Ñ by depth.
#[must_use]
pub fn depth_chart(plot: &DepthPlot<'_>) -> Chart {
    let all = || plot.curves.iter().flatten();
    let top = 1.12 * all().map(|p| p[1]).fold(0.5_f64, f64::max);
    let right = all().map(|p| p[0]).fold(1.0_f64, f64::max);
    let series = plot
        .curves
        .iter()
        .enumerate()
        .map(|(i, points)| {
            let depth = i as u32 + 1;
            let (is_deep, is_shallow) = (depth == plot.depth, depth == 1);
            let layers = if depth == 1 { "layer" } else { "layers" };
            Series {
                name: format!("{depth} {layers}"),
                role: match (is_deep, is_shallow) {
                    (true, _) => Role::Text,
                    (_, true) => Role::Secondary,
                    _ => Role::Layer(f32::from(depth as u16) / f32::from(plot.depth.max(2) as u16)),
                },
                style: Style::Line { width: if is_deep || is_shallow { 2.0 } else { 1.0 }, dash: None },
                points: points.clone(),
                spread: Vec::new(),
                end_label: match (is_deep, is_shallow) {
                    (_, true) => "one layer".into(),
                    (true, _) => format!("{depth} layers"),
                    _ => String::new(),
                },
            }
        })
        .collect();
    let range = [0.0, top];
    let mut notes = vec!["same learned weights; thin: every depth between".to_string()];
    if let Some([slope, error]) = plot.slope {
        notes.push(format!("slope of {} layers: {} nats per doubling", plot.depth, with_error(slope, error)));
    }
    Chart {
        title: "Deep against shallow".into(),
        x: Axis { label: "log₂ Ñ".into(), range: [0.0, 1.02 * right], ticks: whole_ticks(right) },
        y: Axis { label: "S_A (nats)".into(), range, ticks: round_ticks(range, 5) },
        series,
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}
