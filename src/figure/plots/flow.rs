//! The flow of the neighbour coupling through the layers.

use super::whole_ticks;
use crate::figure::chart::{Axis, Chart, Series, Style, round_ticks};
use crate::figure::palette::Role;

/// The flow of the neighbour coupling: learned K′2 of each layer on top of exact decimation.
#[derive(Clone, Debug)]
pub struct FlowPlot<'a> {
    /// K2 of the theory, then K′2 of each trained layer, with standard errors where they are known.
    pub learned: &'a [(f64, Option<f64>)],
    /// K2 under exact decimation, layer by layer; empty where it does not close.
    pub exact: &'a [f64],
    /// Number of layers planned.
    pub layers: u32,
    /// Whether hidden spins of one layer do not interact: the tree.
    pub tree: bool,
    /// Whether the theory is the classical chain, whose decimation is known.
    pub classical: bool,
    /// Hidden spins on a site; only one makes an Ising chain.
    pub channels: u32,
}

/// K′ against layer τ.
#[must_use]
pub fn flow_chart(plot: &FlowPlot<'_>) -> Chart {
    let learned = plot.learned.iter().enumerate().filter(|(_, l)| l.0.is_finite());
    let values = learned.clone().map(|(_, l)| l.0).chain(plot.exact.iter().copied());
    let (low, high) = values.fold((0.0_f64, 0.1_f64), |(l, h), v| (l.min(v), h.max(v)));
    // Dots at zero, where spins are independent, are seen whole.
    let range = [if low < 0.0 { 1.15 * low } else { -0.04 * high }, 1.15 * high];
    let series = vec![
        Series {
            name: "exact decimation".into(),
            role: Role::Secondary,
            style: Style::Line { width: 1.25, dash: Some([6.0, 4.0]) },
            points: plot.exact.iter().enumerate().map(|(k, v)| [k as f64, *v]).collect(),
            spread: Vec::new(),
            end_label: String::new(),
        },
        Series {
            name: "learned K′2".into(),
            role: Role::Text,
            style: Style::Dots(3.5),
            points: learned.clone().map(|(k, v)| [k as f64, v.0]).collect(),
            spread: learned.map(|(_, v)| v.1.unwrap_or(f64::NAN)).collect(),
            end_label: String::new(),
        },
    ];
    let notes = if plot.channels > 1 {
        vec![format!("{} hidden spins a site form no Ising chain: no K′2", plot.channels)]
    } else if plot.tree {
        vec!["on a tree (r = 2) hidden spins of one layer are independent: K′2 = 0".into()]
    } else if !plot.classical {
        vec!["K′2 between the hidden spins of each layer; flat where the theory is critical".into()]
    } else if plot.exact.is_empty() {
        vec!["with K3 ≠ 0 decimation does not close: no reference curve".into()]
    } else {
        vec!["dots learned, dashed exact decimation tanh K′ = tanh² K".into()]
    };
    Chart {
        title: "Flow of the coupling".into(),
        x: Axis {
            label: "layer τ".into(),
            range: [-0.2, f64::from(plot.layers) + 0.2],
            ticks: whole_ticks(f64::from(plot.layers)),
        },
        y: Axis { label: "K′2".into(), range, ticks: round_ticks(range, 5) },
        series,
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}

/// The flow in the plane of field and neighbour coupling.
#[derive(Clone, Debug)]
pub struct PlanePlot<'a> {
    /// (K1, K2) of the theory, then of each trained layer's hidden spins, with standard errors of K2 where known.
    pub learned: &'a [([f64; 2], Option<f64>)],
    /// Exact decimation from the theory's own couplings; empty where it does not close.
    pub exact: &'a [[f64; 2]],
    /// Exact decimation from other places, for orientation.
    pub stream: &'a [Vec<[f64; 2]>],
    /// Whether hidden spins of one layer do not interact: the tree.
    pub tree: bool,
}

/// K′2 against K′1: every layer is a step towards the fixed points, where spins are independent.
#[must_use]
pub fn plane_chart(plot: &PlanePlot<'_>) -> Chart {
    let places = plot.learned.iter().map(|l| l.0).chain(plot.exact.iter().copied());
    let places: Vec<[f64; 2]> = places.filter(|p| p[0].is_finite() && p[1].is_finite()).collect();
    let widest = places.iter().map(|p| p[0].abs()).fold(0.5_f64, f64::max).min(4.0);
    let (low, high) = places.iter().fold((0.0_f64, 1.0_f64), |(l, h), p| (l.min(p[1]), h.max(p[1])));
    let x = [-1.15 * widest, 1.15 * widest];
    let y = [if low < 0.0 { 1.15 * low } else { -0.03 * high }, 1.12 * high];
    let series = |name: &str, role, style, points, spread| Series {
        name: name.into(),
        role,
        style,
        points,
        spread,
        end_label: String::new(),
    };
    let line = |width, dash| Style::Line { width, dash };
    let mut all: Vec<Series> = plot
        .stream
        .iter()
        .map(|path| series("", Role::Hairline, line(1.0, None), path.clone(), Vec::new()))
        .collect();
    let exact = plot.exact.to_vec();
    let way: Vec<[f64; 2]> = plot.learned.iter().map(|l| l.0).collect();
    let errors = plot.learned.iter().map(|l| l.1.unwrap_or(f64::NAN)).collect();
    all.push(series("exact decimation", Role::Secondary, line(1.25, Some([6.0, 4.0])), exact, Vec::new()));
    all.push(series("learned", Role::Text, line(0.75, None), way.clone(), Vec::new()));
    all.push(series("learned (K′1, K′2)", Role::Text, Style::Dots(3.5), way, errors));
    let mut notes = vec![match (plot.tree, plot.exact.is_empty()) {
        (true, _) => "on a tree (r = 2) hidden spins of one layer are independent: K′2 = 0".to_owned(),
        (false, false) => {
            "dots learned, dashed exact decimation, faint: decimation from elsewhere".to_owned()
        }
        (false, true) => "dots: chain of hidden spins of each layer, faint: exact decimation".to_owned(),
    }];
    if plot.learned.len() > 1 {
        notes.push("K2 = 0 is a line of fixed points: independent spins in a field".into());
    }
    Chart {
        title: "Flow in the plane of couplings".into(),
        x: Axis::round("K′1", x, 5),
        y: Axis::round("K′2", y, 5),
        series: all,
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}
