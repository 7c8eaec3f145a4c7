//! Two equal intervals that part: mutual information and both cuts against the cross-ratio.

use super::EntropyUnit;
use crate::figure::chart::{Axis, Chart, Marker, Rule, Series, Style, round_ticks, with_error};
use crate::figure::palette::{Hue, Role};

/// Two intervals at one separation, means over positions in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransitionPoint {
    /// Sites between them.
    pub separation: u64,
    /// Cross-ratio of their ends.
    pub cross_ratio: f64,
    /// I(A,B).
    pub information_nats: f64,
    /// Its scatter over positions.
    pub information_std_nats: f64,
    /// Cut of what is between them and of all three together.
    pub connected_nats: f64,
    /// Cut of each alone.
    pub disconnected_nats: f64,
    /// Cut of both.
    pub joint_nats: f64,
}

/// What the plot shows.
#[derive(Clone, Debug)]
pub struct TransitionPlot<'a> {
    /// By separation.
    pub points: &'a [TransitionPoint],
    /// Sites of each interval.
    pub size: u64,
    /// Positions averaged over.
    pub positions: u64,
    /// Cross-ratio where both cuts cost the same, with its error.
    pub jump: Option<(f64, f64)>,
    /// Cross-ratio and I(A,B) in nats of the present regions.
    pub selection: Option<(f64, f64)>,
    /// Unit of the entropies.
    pub unit: EntropyUnit,
}

/// The marker of the present regions: at their cross-ratio, as high as their I(A,B) in nats.
#[must_use]
pub fn transition_marker((x, nats): (f64, f64), unit: &EntropyUnit) -> Marker {
    Marker { at: [x, nats / unit.nats], role: Role::Region(Hue::A), name: "A and B".into() }
}

/// I(A,B), S connected and S disconnected against the cross-ratio.
#[must_use]
pub fn transition_chart(plot: &TransitionPlot<'_>) -> Chart {
    let u = plot.unit.nats;
    let line = |name: &str, label: &str, dash, of: fn(&TransitionPoint) -> f64| Series {
        name: name.into(),
        role: Role::Secondary,
        style: Style::Line { width: 1.25, dash },
        // From far to near, so that labels stand where the intervals touch.
        points: plot.points.iter().rev().map(|p| [p.cross_ratio, of(p) / u]).collect(),
        spread: Vec::new(),
        end_label: label.into(),
    };
    let dots = Series {
        name: "I(A,B), mean over positions".into(),
        role: Role::Text,
        style: Style::Dots(2.2),
        points: plot.points.iter().map(|p| [p.cross_ratio, p.information_nats / u]).collect(),
        spread: plot.points.iter().map(|p| p.information_std_nats / u).collect(),
        end_label: String::new(),
    };
    let top = plot
        .points
        .iter()
        .flat_map(|p| [p.connected_nats, p.disconnected_nats, p.information_nats])
        .chain(plot.selection.map(|s| s.1))
        .fold(u, f64::max);
    let range = [0.0, 1.1 * top / u];
    let mut notes = vec![format!(
        "two intervals of {} sites, means over {} positions · dots I(A,B)",
        plot.size, plot.positions
    )];
    if let Some((x, error)) = plot.jump {
        notes.push(format!("equal on average at cross-ratio {} (large c: ½)", with_error(x, error)));
    }
    Chart {
        title: "Connected and disconnected".into(),
        x: Axis::round("cross-ratio x", [0.0, 1.0], 5),
        y: Axis { label: format!("S, I(A,B) ({})", plot.unit.name), range, ticks: round_ticks(range, 5) },
        series: vec![
            line("S disconnected", "disconnected", None, |p| p.disconnected_nats),
            line("S connected", "connected", Some([6.0, 4.0]), |p| p.connected_nats),
            dots,
        ],
        markers: plot.selection.map(|at| transition_marker(at, &plot.unit)).into_iter().collect(),
        rules: plot.jump.map(|(x, _)| Rule { at: x, label: "jump".into() }).into_iter().collect(),
        notes,
    }
}
