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

/// Largest weight that the axis is made to reach.
const MOST_SHOWN: f64 = 8.0;

/// Learned weights against layer τ.
#[must_use]
pub fn weights_chart(plot: &WeightsPlot<'_>) -> Chart {
    let links = plot.layers.first().map_or(0, Vec::len);
    let outer = |slot: usize| slot == 0 || slot + 1 == links;
    // The weights of a layer of very few spins run off: its optimum is flat, and it would rule the axis.
    let kept = plot.planned.saturating_sub(3).max(1) as usize;
    let ruling = || plot.layers.iter().take(kept).chain(plot.critical.iter().take(kept)).flatten().copied();
    let high = ruling().fold(0.5_f64, f64::max).min(MOST_SHOWN);
    // Weights of an antiferromagnet have both signs.
    let low = ruling().fold(0.0_f64, f64::min).max(-MOST_SHOWN);
    let range = [(-0.1 * high).min(1.15 * low), 1.15 * high];
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
        notes: std::iter::once(note.to_owned()).chain(beyond_note(plot, range)).collect(),
    }
}

/// The layers whose weights the axis does not reach, and the farthest of these weights.
fn beyond_note(plot: &WeightsPlot<'_>, range: [f64; 2]) -> Option<String> {
    let outside = |w: &&f64| **w < range[0] || **w > range[1];
    let farthest = |w: &Vec<f64>| {
        let beyond = w.iter().filter(outside).copied();
        beyond.max_by(|a, b| a.abs().total_cmp(&b.abs()))
    };
    let beyond: Vec<(usize, f64)> =
        plot.layers.iter().enumerate().filter_map(|(k, w)| Some((k, farthest(w)?))).collect();
    let shown: Vec<String> = beyond.iter().take(3).map(|(k, w)| format!("{w:.2} of layer {k}")).collect();
    let others =
        beyond.len().checked_sub(4).map_or_else(String::new, |more| format!(" and {} more", more + 1));
    (!shown.is_empty()).then(|| format!("beyond the axis: {}{others}", shown.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(layers: &[Vec<f64>]) -> Chart {
        let planned = layers.len() as u32;
        weights_chart(&WeightsPlot { layers, spread: &[], planned, channels: 1, wall: None, critical: &[] })
    }

    /// The middle weight of a layer of four spins once was left out without a word.
    #[test]
    fn a_weight_beyond_the_axis_is_told_in_words() {
        let usual = vec![0.3, 0.7, 0.3];
        let far = vec![0.3, 1.79, 0.3];
        let shown = chart(&[usual.clone(), usual.clone(), usual.clone(), far.clone()]);
        assert_eq!(shown.notes[1], "beyond the axis: 1.79 of layer 3");
        assert_eq!(chart(&[usual.clone(), usual.clone()]).notes.len(), 1);
        let mut many = vec![usual];
        many.resize(7, far);
        // Four of them rule the axis, which then reaches all.
        assert_eq!(chart(&many).notes.len(), 1);
    }

    /// Negative weights once lay below an axis that began at −0.1 of the largest.
    #[test]
    fn the_axis_reaches_weights_of_both_signs() {
        let shown =
            chart(&[vec![-0.6, 0.4, -0.6], vec![0.4, -0.6, 0.4], vec![0.1, 0.1, 0.1], vec![0.0, 0.0, 0.0]]);
        assert!(shown.y.range[0] < -0.6 && shown.y.range[1] > 0.4, "{:?}", shown.y.range);
        assert_eq!(shown.notes.len(), 1);
    }
}
