//! How many hidden channels pay: held-out likelihood against their number.

use crate::figure::chart::{Axis, Chart, Series, Style, Tick, round_ticks};
use crate::figure::palette::Role;

/// One number of channels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelPoint {
    /// Hidden spins on a site.
    pub channels: u32,
    /// Held-out −ln p above that of the best number, nats per spin.
    pub difference: f64,
    /// Its standard error, paired sample by sample.
    pub error: f64,
}

/// Held-out likelihood against the number of hidden channels.
#[derive(Clone, Debug)]
pub struct ChannelsPlot<'a> {
    /// Name and points of each theory.
    pub curves: &'a [(String, Vec<ChannelPoint>)],
    /// Sites of the chain.
    pub sites: u64,
    /// Held-out samples, once they are drawn.
    pub held_out: Option<u64>,
    /// Whether one channel can already hold every function of a block's spins that the theory allows.
    pub complete: bool,
}

/// −ln p above the best number of channels, with paired standard errors.
///
/// Without a field a block adds an even function of its spins to ln p. Of two or three spins that is one or three
/// pair couplings, and one channel makes them all: the star of its links becomes their triangle.
/// Further channels then change nothing; r = 4 has seven even couplings and can use them.
#[must_use]
pub fn channels_chart(plot: &ChannelsPlot<'_>) -> Chart {
    /// Thousandths of a nat: differences between layers that fit nearly as well.
    const UNIT: f64 = 1e-3;
    let points = || plot.curves.iter().flat_map(|c| &c.1);
    let high = points().map(|p| (p.difference + p.error) / UNIT).fold(0.1_f64, f64::max);
    let low = points().map(|p| (p.difference - p.error) / UNIT).fold(0.0_f64, f64::min);
    let range = [low - 0.08 * (high - low), high + 0.12 * (high - low)];
    let mut series = Vec::new();
    for (i, (name, points)) in plot.curves.iter().enumerate() {
        let role = if i == 0 { Role::Text } else { Role::Layer(0.6) };
        let at: Vec<[f64; 2]> = points.iter().map(|p| [f64::from(p.channels), p.difference / UNIT]).collect();
        series.push(Series {
            name: format!("{name}, line"),
            role,
            style: Style::Line { width: 1.25, dash: (i > 0).then_some([6.0, 4.0]) },
            points: at.clone(),
            spread: Vec::new(),
            end_label: String::new(),
        });
        series.push(Series {
            name: name.clone(),
            role,
            style: Style::Dots(4.0),
            points: at,
            spread: points.iter().map(|p| p.error / UNIT).collect(),
            end_label: String::new(),
        });
    }
    let names: Vec<&str> = plot.curves.iter().map(|c| c.0.as_str()).collect();
    // What is not told apart by the samples is no reason for another channel.
    let enough = |points: &[ChannelPoint]| {
        points.iter().find(|p| p.difference <= 2.0 * p.error).map_or(0, |p| p.channels)
    };
    let kept: Vec<String> =
        plot.curves.iter().map(|(name, points)| format!("{name}: q = {}", enough(points))).collect();
    let remark =
        plot.complete.then(|| "no field, r ≤ 3: one channel is complete (star–triangle)".to_string());
    Chart {
        title: "Hidden channels of one layer".into(),
        x: Axis {
            label: "hidden channels q".into(),
            range: [0.7, 4.3],
            ticks: (1..=4).map(|q| Tick { at: f64::from(q), label: q.to_string() }).collect(),
        },
        y: Axis {
            label: "−ln p above the best (10⁻³ nats / spin)".into(),
            range,
            ticks: round_ticks(range, 5),
        },
        series,
        markers: Vec::new(),
        rules: Vec::new(),
        notes: [
            format!(
                "N = {}{}; solid {}",
                plot.sites,
                plot.held_out.map_or_else(String::new, |rows| format!(", {rows} samples held out")),
                names.join(", dashed ")
            ),
            format!("enough within 2 paired errors: {}", kept.join(", ")),
        ]
        .into_iter()
        .chain(remark)
        .collect(),
    }
}
