//! Weights of the layers: where the theory is critical, nearly the same in each.

use super::whole_ticks;
use crate::figure::chart::{Axis, Chart, Rule, Series, Style, round_ticks};
use crate::figure::palette::Role;

/// Weights of each layer, slot by slot: at criticality nearly the same in every layer.
#[derive(Clone, Debug)]
pub struct WeightsPlot<'a> {
    /// Weights in link order, of every layer; where every block has its own, their means; with several channels
    /// the norm of each link's matrix.
    pub layers: &'a [Vec<f64>],
    /// Their standard errors, or where every block has its own their standard deviations over the blocks; not a number
    /// where none is known.
    pub spread: &'a [Vec<f64>],
    /// Number of layers planned.
    pub planned: u32,
    /// Hidden spins on a site.
    pub channels: u32,
    /// log2 ξ of the theory, where it is finite and positive.
    pub wall: Option<f64>,
    /// The same weights learned at criticality, to be seen beside those of a mass; or none.
    pub critical: &'a [Vec<f64>],
}

/// Learned weights against layer τ.
#[must_use]
pub fn weights_chart(plot: &WeightsPlot<'_>) -> Chart {
    let links = plot.layers.first().map_or(0, Vec::len);
    let outer = |slot: usize| slot == 0 || slot + 1 == links;
    // The weights of a layer of very few spins run off: its optimum is flat, and it would rule the axis.
    let kept = plot.planned.saturating_sub(3).max(1) as usize;
    let top = plot.layers.iter().take(kept).chain(plot.critical.iter().take(kept)).flatten();
    let high = top.copied().fold(0.5_f64, f64::max).min(8.0);
    let range = [-0.1 * high, 1.15 * high];
    let ghosts = (0..if plot.critical.is_empty() { 0 } else { links }).map(|slot| Series {
        name: format!("weight of slot {slot} at m = 0"),
        role: Role::Faint,
        style: Style::Line { width: 1.25, dash: Some([6.0, 4.0]) },
        points: plot
            .critical
            .iter()
            .enumerate()
            .take(kept)
            .filter_map(|(k, w)| Some([k as f64, *w.get(slot)?]))
            .collect(),
        spread: Vec::new(),
        // One name for all of them: those of the sides lie close below.
        end_label: if slot == links / 2 { "m = 0".into() } else { String::new() },
    });
    let slots = (0..links)
        .map(|slot| Series {
            name: format!("{} of slot {slot}", if plot.channels > 1 { "norm" } else { "weight" }),
            role: if outer(slot) && links > 2 { Role::Secondary } else { Role::Text },
            style: Style::Dots(if outer(slot) && links > 2 { 3.0 } else { 4.0 }),
            points: plot.layers.iter().enumerate().map(|(k, w)| [k as f64, w[slot]]).collect(),
            spread: plot.spread.iter().map(|w| w.get(slot).copied().unwrap_or(f64::NAN)).collect(),
            end_label: String::new(),
        })
        .collect::<Vec<_>>();
    let series = ghosts.chain(slots).collect();
    let note = if plot.channels > 1 {
        "with channels a link is a matrix W: its Frobenius norm √Σw²"
    } else if links > 2 {
        "large: middle of the receptive field, small: its sides"
    } else {
        "both links of the receptive field"
    };
    Chart {
        title: "Weights of the layers".into(),
        x: Axis {
            label: "layer τ".into(),
            range: [-0.2, f64::from(plot.planned) - 0.8],
            ticks: whole_ticks(f64::from(plot.planned) - 1.0),
        },
        y: Axis {
            label: if plot.channels > 1 { "norm ‖W‖" } else { "weight w" }.into(),
            range,
            ticks: round_ticks(range, 5),
        },
        series,
        markers: Vec::new(),
        rules: plot
            .wall
            .filter(|w| *w < f64::from(plot.planned))
            .map(|w| Rule { at: w, label: format!("log₂ ξ = {w:.1}") })
            .into_iter()
            .collect(),
        notes: vec![note.into()],
    }
}
