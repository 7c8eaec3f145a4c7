//! Response of boundary spins to sources in the bulk, against distance.

use crate::figure::chart::{Axis, Chart, Series, Style, with_error};
use crate::figure::palette::Role;
use crate::numerics::least_squares::LineFit;
use std::f64::consts::LN_10;

/// Mean response at one distance from sources of one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourcePoint {
    /// Layer of the source.
    pub layer: u32,
    /// Sites between the boundary spin and the source, along the boundary.
    pub separation: f64,
    /// d(i, j) in curvature radii.
    pub distance: f64,
    /// d⟨v_i⟩/db_j, mean over pairs.
    pub response: f64,
    /// Its scatter over pairs.
    pub std: f64,
    /// Pairs.
    pub pairs: u64,
}

/// What the plot shows.
#[derive(Clone, Debug)]
pub struct SourcesPlot<'a> {
    /// By layer and separation.
    pub points: &'a [SourcePoint],
    /// Layers of sources.
    pub layers: u32,
    /// ln response = const − Δ d.
    pub fit: Option<LineFit>,
    /// Distances that the fit is over.
    pub span: [f64; 2],
    /// In words, what the fit is over.
    pub window: String,
    /// ln Z of the whole network.
    pub log_partition: f64,
    /// Most spins on the frontier.
    pub width: usize,
    /// Further remarks.
    pub remarks: &'a [String],
}

/// Responses below this are rounding.
const DUST: f64 = 1e-11;

/// d⟨v_i⟩/db_j on a logarithmic axis against d(i, j), a colour for each layer of sources.
#[must_use]
pub fn sources_chart(plot: &SourcesPlot<'_>) -> Chart {
    let seen = || plot.points.iter().filter(|p| p.response > DUST);
    let mut series: Vec<Series> = (1..=plot.layers)
        .map(|layer| {
            let points: Vec<[f64; 2]> =
                seen().filter(|p| p.layer == layer).map(|p| [p.distance, p.response.log10()]).collect();
            Series {
                name: format!("sources in layer {layer}"),
                role: Role::Layer((layer - 1) as f32 / (plot.layers.max(2) - 1) as f32),
                style: Style::Dots(if points.len() > 30 { 1.6 } else { 2.4 }),
                points,
                spread: Vec::new(),
                end_label: String::new(),
            }
        })
        .filter(|s| !s.points.is_empty())
        .collect();
    let mut notes = Vec::new();
    match plot.fit {
        Some(fit) => {
            series.push(Series {
                name: "fit".into(),
                role: Role::Text,
                style: Style::Line { width: 1.5, dash: None },
                points: plot.span.map(|d| [d, fit.at(d) / LN_10]).to_vec(),
                spread: Vec::new(),
                end_label: String::new(),
            });
            notes.push(format!(
                "e^(−Δ d), Δ = {} · r² = {:.3} · {}",
                with_error(-fit.slope, fit.slope_error),
                fit.r_squared,
                plot.window
            ));
        }
        None => notes.push(format!("too few answers to fit · {}", plot.window)),
    }
    notes.push(format!(
        "dark to light: layer 1 to {} · ln Z = {:.6}, frontier {} spins",
        plot.layers, plot.log_partition, plot.width
    ));
    notes.extend(plot.remarks.iter().cloned());
    let end = plot.points.iter().map(|p| p.distance).fold(1.0, f64::max);
    let low = seen().map(|p| p.response.log10()).fold(-0.1, f64::min);
    let high = seen().map(|p| p.response.log10()).fold(low + 0.1, f64::max);
    Chart {
        title: "Sources in the bulk".into(),
        x: Axis::round("d(i, j)", [0.0, 1.03 * end], 6),
        y: Axis::round("log₁₀ d⟨v_i⟩/db_j", [low - 0.06 * (high - low), high + 0.06 * (high - low)], 5),
        series,
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}
