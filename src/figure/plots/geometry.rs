//! The measured metric: ln f2 against layer.

use super::whole_ticks;
use crate::figure::chart::{Axis, Chart, Series, Style, round_ticks, with_error};
use crate::figure::palette::Role;
use crate::numerics::least_squares::LineFit;
use crate::numerics::stable::LN_2;

/// What the plot shows.
#[derive(Clone, Debug)]
pub struct GeometryPlot<'a> {
    /// Layer τ and ln f2; NaN where there is none.
    pub layers: &'a [(f64, f64)],
    /// Fit of ln f2.
    pub metric: Option<LineFit>,
    /// First and last layer of the fit.
    pub window: [u32; 2],
    /// κ with its error.
    pub kappa: Option<(f64, f64)>,
    /// Curvature with its error.
    pub curvature: Option<(f64, f64)>,
    /// Fit of entropy against length.
    pub entropy: Option<LineFit>,
    /// Words about where the capacities come from.
    pub capacity_note: String,
}

/// ln f2 of each layer with its fit, beside that of the bare network.
#[must_use]
pub fn geometry_chart(plot: &GeometryPlot<'_>) -> Chart {
    let measured: Vec<[f64; 2]> =
        plot.layers.iter().filter(|(_, y)| y.is_finite()).map(|(x, y)| [*x, *y]).collect();
    let end = plot.layers.last().map_or(1.0, |p| p.0).max(1.0);
    let first = measured.first().map_or(0.0, |p| p[1]);
    let bare = [[0.0, first], [end, first - 2.0 * LN_2 * end]];
    let low = measured.iter().map(|p| p[1]).chain([bare[1][1]]).fold(0.0, f64::min);
    // Below the last point there is room for the label of the line that ends there.
    let range = [1.16 * low, 0.6_f64.max(first + 0.3)];
    let series = |name: &str, role, style, points, end_label: &str| Series {
        name: name.into(),
        role,
        style,
        points,
        spread: Vec::new(),
        end_label: end_label.into(),
    };
    let line = |width, dash| Style::Line { width, dash };
    let mut all = vec![series(
        "bare network, κ = ln 2",
        Role::Secondary,
        line(1.25, Some([6.0, 4.0])),
        bare.to_vec(),
        "κ = ln 2",
    )];
    if let Some(fit) = plot.metric {
        let ends = plot.window.map(|layer| [f64::from(layer), fit.at(f64::from(layer))]);
        all.push(series("fit", Role::Text, line(1.5, None), ends.to_vec(), ""));
    }
    all.push(series("measured", Role::Text, Style::Dots(3.5), measured, ""));
    let mut notes = Vec::new();
    if let (Some((kappa, error)), Some((curvature, spread))) = (plot.kappa, plot.curvature) {
        notes.push(format!(
            "κ = {} · curvature {} · fit over τ = {}…{}",
            with_error(kappa, error),
            with_error(curvature, spread),
            plot.window[0],
            plot.window[1]
        ));
    }
    if let Some(fit) = plot.entropy {
        notes.push(format!(
            "S = const + {} nats per radius of geodesic length",
            with_error(fit.slope, fit.slope_error)
        ));
    }
    if !plot.capacity_note.is_empty() {
        notes.push(plot.capacity_note.clone());
    }
    Chart {
        title: "Measured metric".into(),
        x: Axis { label: "layer τ".into(), range: [-0.3, end + 0.3], ticks: whole_ticks(end) },
        y: Axis { label: "ln f2".into(), range, ticks: round_ticks(range, 5) },
        series: all,
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}
