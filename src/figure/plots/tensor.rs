//! S2 of random tensors against the size of the region, beside the minimal cut.

use super::whole_ticks;
use crate::figure::chart::{Axis, Chart, Series, Style, four_digits, round_ticks};
use crate::figure::palette::Role;

/// S2 of one bond dimension, in links: divided by ln D.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorCurve {
    /// D.
    pub bond_dimension: u32,
    /// log2 of the size, mean over positions.
    pub points: Vec<[f64; 2]>,
    /// Links per doubling and the error, where two sizes lie in the window.
    pub slope: Option<(f64, f64)>,
}

/// What the plot shows.
#[derive(Clone, Debug)]
pub struct TensorPlot<'a> {
    /// By ascending bond dimension.
    pub curves: &'a [TensorCurve],
    /// log2 of the size, mean links of the minimal cut and their scatter over positions.
    pub cut: &'a [[f64; 3]],
    /// Links per doubling of the cut.
    pub cut_slope: Option<(f64, f64)>,
    /// Sizes that slopes are fitted over.
    pub window: [u64; 2],
    /// Boundary sites.
    pub sites: u64,
    /// Most spins on the frontier.
    pub width: usize,
}

/// Ends of curves nearer than this share of the height have one label together.
const TOGETHER: f64 = 0.06;

/// A label for each curve; of those that end together the first has the label of all.
fn end_labels(plot: &TensorPlot<'_>) -> Vec<String> {
    let top = plot.cut.iter().map(|p| p[1]).fold(1.0, f64::max);
    let mut labels: Vec<String> = Vec::new();
    let mut first: Option<(usize, f64)> = None;
    for (i, curve) in plot.curves.iter().enumerate() {
        let end = curve.points.last().map_or(0.0, |p| p[1]);
        match first.filter(|(_, before)| (end - before).abs() < TOGETHER * top) {
            Some((named, _)) => {
                labels[named] += &format!(", {}", curve.bond_dimension);
                labels.push(String::new());
            }
            None => {
                first = Some((i, end));
                labels.push(format!("D = {}", curve.bond_dimension));
            }
        }
    }
    labels
}

/// S2/ln D of each bond dimension and the links of the minimal cut, against log2 of the size.
#[must_use]
pub fn tensor_chart(plot: &TensorPlot<'_>) -> Chart {
    let count = plot.curves.len().max(2) as f32;
    let labels = end_labels(plot);
    let mut series: Vec<Series> = plot
        .curves
        .iter()
        .enumerate()
        .map(|(i, curve)| Series {
            name: format!("S2/ln D, D = {}", curve.bond_dimension),
            role: Role::Layer(i as f32 / (count - 1.0)),
            style: Style::Line { width: 1.5, dash: None },
            points: curve.points.clone(),
            spread: Vec::new(),
            end_label: labels[i].clone(),
        })
        .collect();
    series.push(Series {
        name: "minimal cut, mean over positions".into(),
        role: Role::Text,
        style: Style::Dots(2.5),
        points: plot.cut.iter().map(|p| [p[0], p[1]]).collect(),
        spread: plot.cut.iter().map(|p| p[2]).collect(),
        end_label: String::new(),
    });
    let end = (plot.sites as f64).log2() - 1.0;
    let top = plot.cut.iter().map(|p| p[1] + p[2]).fold(1.0, f64::max);
    let range = [0.0, 1.1 * top];
    let named = plot.curves.iter().map(|c| (format!("D = {}", c.bond_dimension), c.slope));
    let slopes: Vec<String> = named
        .chain([("cut".to_string(), plot.cut_slope)])
        .filter_map(|(name, slope)| slope.map(|(slope, _)| format!("{name}: {}", four_digits(slope))))
        .collect();
    let mut notes = Vec::new();
    if !slopes.is_empty() {
        notes.push(format!(
            "links per doubling, {}…{} · {}",
            plot.window[0],
            plot.window[1],
            slopes.join(" · ")
        ));
    }
    notes.push(format!(
        "dots minimal cut, scatter over positions · exact sums, frontier {} spins, boundary pinned",
        plot.width
    ));
    Chart {
        title: "Random tensors".into(),
        x: Axis { label: "log₂ Ñ".into(), range: [-0.15, end + 0.15], ticks: whole_ticks(end) },
        y: Axis { label: "S2 / ln D, cut (links)".into(), range, ticks: round_ticks(range, 5) },
        series,
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}
