//! What pruning does: memory, entropy, slope and distance against the threshold.

use crate::figure::chart::{Axis, Chart, Series, Style, four_digits, round_ticks};
use crate::figure::palette::Role;

/// One threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PruneRow {
    /// Links of |w| below this are gone.
    pub threshold: f64,
    /// Bytes of the weights kept.
    pub memory: f64,
    /// Σ KL over the layers in nats per boundary site, where it is known.
    pub kl: Option<f64>,
    /// S_A in nats.
    pub entropy: f64,
    /// Slope of the scaling fit in nats per doubling.
    pub slope: Option<f64>,
}

/// Rows of ascending threshold, the first unpruned.
#[derive(Clone, Copy, Debug)]
pub struct PrunePlot<'a> {
    /// The rows.
    pub rows: &'a [PruneRow],
}

/// A threshold between two rows keeps what the upper one keeps: steps, and no slopes between them.
fn steps(rows: &[PruneRow], of: &dyn Fn(&PruneRow) -> Option<f64>) -> Vec<[f64; 2]> {
    let from = std::iter::once(0.0).chain(rows.iter().map(|r| r.threshold));
    rows.iter()
        .zip(from)
        .filter_map(|(row, from)| of(row).map(|y| [[from, y], [row.threshold, y]]))
        .flatten()
        .collect()
}

/// Each quantity relative to its value without pruning; KL, which begins near 0, relative to its largest.
#[must_use]
pub fn prune_chart(plot: &PrunePlot<'_>) -> Chart {
    let first = plot.rows.first();
    let largest_kl = plot.rows.iter().filter_map(|r| r.kl).fold(0.0_f64, f64::max);
    // A network that has nothing to begin with loses nothing.
    let share = |x: f64, whole: f64| if whole > 0.0 { x / whole } else { 0.0 };
    let curve = |name: &str, role, width, dash, of: &dyn Fn(&PruneRow) -> Option<f64>| Series {
        name: name.into(),
        role,
        style: Style::Line { width, dash },
        points: steps(plot.rows, of),
        spread: Vec::new(),
        end_label: String::new(),
    };
    let whole = |of: fn(&PruneRow) -> f64| first.map_or(0.0, of);
    let slope = first.and_then(|r| r.slope).unwrap_or(0.0);
    let mut series = vec![
        curve("memory", Role::Secondary, 1.5, Some([6.0, 4.0]), &|r| {
            Some(share(r.memory, whole(|r| r.memory)))
        }),
        curve("slope", Role::Secondary, 1.0, None, &|r| r.slope.map(|s| share(s, slope))),
        curve("S_A", Role::Text, 2.5, None, &|r| Some(share(r.entropy, whole(|r| r.entropy)))),
    ];
    if largest_kl > 0.0 {
        series.push(curve("KL", Role::Error, 1.75, Some([1.5, 3.0]), &|r| r.kl.map(|kl| kl / largest_kl)));
    }
    let right = plot.rows.iter().map(|r| r.threshold).fold(0.1_f64, f64::max);
    let (x, y) = ([0.0, 1.04 * right], [-0.03, 1.15]);
    let mut notes = vec![format!(
        "1 is S_A = {}, slope {} nats/doubling, {} bytes",
        four_digits(whole(|r| r.entropy)),
        four_digits(slope),
        whole(|r| r.memory)
    )];
    notes.push("thick S_A, thin its slope, dashed memory, dotted KL".into());
    notes.push(if largest_kl > 0.0 {
        let least = first.and_then(|r| r.kl).map_or_else(|| "–".into(), four_digits);
        format!("1 is KL = {} nats/site, its largest; unpruned {least}", four_digits(largest_kl))
    } else {
        "KL is not known for this theory".into()
    });
    Chart {
        title: "Pruning weak links".into(),
        x: Axis { label: "threshold on |w|".into(), range: x, ticks: round_ticks(x, 6) },
        y: Axis { label: "share".into(), range: y, ticks: round_ticks([0.0, 1.0], 5) },
        series,
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}
