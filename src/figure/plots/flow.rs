//! The flow of the neighbour coupling through the layers.

use super::whole_ticks;
use crate::figure::chart::{Axis, Chart, Series, Style, round_ticks};
use crate::figure::palette::Role;

/// How well a coupling in a plot of the flow is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Certainty {
    /// No error is stated: a coupling of the theory itself, or weights that came without a report.
    Stated,
    /// Known within this standard error.
    Within(f64),
    /// Nothing bounds it: the likelihood is flat along it, or no link paid for itself.
    Undetermined,
}

impl Certainty {
    /// Length of the error bar, not a number where there is none.
    const fn bar(self) -> f64 {
        match self {
            Self::Within(error) => error,
            Self::Stated | Self::Undetermined => f64::NAN,
        }
    }

    fn is_determined(self) -> bool {
        self != Self::Undetermined
    }
}

/// What the notes say of dots that are faint.
const FAINT: &str = "faint dots: nothing bounds K′2 there";

/// The flow of the neighbour coupling: learned K′2 of each layer on top of exact decimation.
#[derive(Clone, Debug)]
pub struct FlowPlot<'a> {
    /// K2 of the theory, then K′2 of each trained layer, and how well each is known.
    pub learned: &'a [(f64, Certainty)],
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

/// K′ against layer τ. The range is that of what is determined; dots of the rest are faint, and shown where they are
/// in it.
#[must_use]
pub fn flow_chart(plot: &FlowPlot<'_>) -> Chart {
    let learned = plot.learned.iter().enumerate().filter(|(_, l)| l.0.is_finite());
    let determined = learned.clone().filter(|(_, l)| l.1.is_determined());
    let values = determined.clone().map(|(_, l)| l.0).chain(plot.exact.iter().copied());
    let (low, high) = values.fold((0.0_f64, 0.1_f64), |(l, h), v| (l.min(v), h.max(v)));
    // Dots at zero, where spins are independent, are seen whole.
    let range = [if low < 0.0 { 1.15 * low } else { -0.04 * high }, 1.15 * high];
    let faint: Vec<[f64; 2]> = learned
        .filter(|(_, l)| !l.1.is_determined() && (range[0]..=range[1]).contains(&l.0))
        .map(|(k, v)| [k as f64, v.0])
        .collect();
    let faint_note = (!faint.is_empty()).then(|| FAINT.to_owned());
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
            points: determined.clone().map(|(k, v)| [k as f64, v.0]).collect(),
            spread: determined.map(|(_, v)| v.1.bar()).collect(),
            end_label: String::new(),
        },
        Series {
            name: "K′2, not determined".into(),
            role: Role::Faint,
            style: Style::Dots(2.0),
            points: faint,
            spread: Vec::new(),
            end_label: String::new(),
        },
    ];
    let mut notes = if plot.channels > 1 {
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
    notes.extend(faint_note);
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
    /// (K1, K2) of the theory, then of each trained layer's hidden spins, and how well K2 is known.
    pub learned: &'a [([f64; 2], Certainty)],
    /// Exact decimation from the theory's own couplings; empty where it does not close.
    pub exact: &'a [[f64; 2]],
    /// Exact decimation from other places, for orientation.
    pub stream: &'a [Vec<[f64; 2]>],
    /// Whether hidden spins of one layer do not interact: the tree.
    pub tree: bool,
}

/// K′2 against K′1: every layer is a step towards the fixed points, where spins are independent. The way leads
/// through what is determined; the rest is faint.
#[must_use]
pub fn plane_chart(plot: &PlanePlot<'_>) -> Chart {
    let determined = || plot.learned.iter().filter(|l| l.1.is_determined());
    let places = determined().map(|l| l.0).chain(plot.exact.iter().copied());
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
    let way: Vec<[f64; 2]> = determined().map(|l| l.0).collect();
    let errors = determined().map(|l| l.1.bar()).collect();
    let within = |p: &[f64; 2]| (x[0]..=x[1]).contains(&p[0]) && (y[0]..=y[1]).contains(&p[1]);
    let undetermined = plot.learned.iter().filter(|l| !l.1.is_determined()).map(|l| l.0);
    let faint: Vec<[f64; 2]> = undetermined.filter(within).collect();
    let faint_note = (!faint.is_empty()).then(|| FAINT.to_owned());
    all.push(series("exact decimation", Role::Secondary, line(1.25, Some([6.0, 4.0])), exact, Vec::new()));
    all.push(series("learned", Role::Text, line(0.75, None), way.clone(), Vec::new()));
    all.push(series("learned (K′1, K′2)", Role::Text, Style::Dots(3.5), way, errors));
    all.push(series("(K′1, K′2), not determined", Role::Faint, Style::Dots(2.0), faint, Vec::new()));
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
    notes.extend(faint_note);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coupling_that_nothing_bounds_is_faint_and_sets_no_range() {
        let learned = [
            (1.0, Certainty::Stated),
            (0.66, Certainty::Within(0.01)),
            (0.3, Certainty::Undetermined),
            (40.0, Certainty::Undetermined),
        ];
        let chart = flow_chart(&FlowPlot {
            learned: &learned,
            exact: &[1.0, 0.6625],
            layers: 4,
            tree: false,
            classical: true,
            channels: 1,
        });
        let series = |name: &str| chart.series.iter().find(|s| s.name == name).unwrap();
        let (sharp, faint) = (series("learned K′2"), series("K′2, not determined"));
        assert_eq!(sharp.points, [[0.0, 1.0], [1.0, 0.66]]);
        assert!(sharp.spread[0].is_nan() && sharp.spread[1] == 0.01);
        assert_eq!((faint.points.as_slice(), faint.role), ([[2.0, 0.3]].as_slice(), Role::Faint));
        assert!(chart.y.range[1] < 1.2, "{:?}", chart.y.range);
        assert!(chart.notes.iter().any(|note| note == FAINT));
        let plane: Vec<_> = learned.iter().map(|(k2, known)| ([0.0, *k2], *known)).collect();
        let chart = plane_chart(&PlanePlot { learned: &plane, exact: &[], stream: &[], tree: false });
        assert!(chart.y.range[1] < 1.2 && chart.notes.iter().any(|note| note == FAINT), "{chart:?}");
    }
}
