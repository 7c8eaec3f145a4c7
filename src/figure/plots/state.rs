//! The network's own state: entropies against size, the entanglement spectrum, how tight the bound is.

use super::{EntropyUnit, whole_ticks};
use crate::figure::chart::{Axis, Chart, Marker, Series, Style, round_ticks};
use crate::figure::palette::{Hue, Role};

/// Entropies of one size, means over positions, in nats; those that are not known are absent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct StateSize {
    /// Sites.
    pub size: u64,
    /// Von Neumann entropy of the state.
    pub von_neumann_nats: Option<f64>,
    /// Rényi-2 entropy of the state.
    pub renyi2_nats: Option<f64>,
    /// Its standard error, where it is sampled.
    pub renyi2_error: Option<f64>,
    /// m ln 2.
    pub bound_nats: f64,
    /// Learned cut.
    pub cut_nats: f64,
    /// Exact quantum Ising chain, von Neumann and Rényi-2.
    pub exact_nats: Option<[f64; 2]>,
}

/// What the plot of entropies shows.
#[derive(Clone, Debug)]
pub struct StatePlot<'a> {
    /// Which state, as a formula.
    pub formula: &'a str,
    /// By size.
    pub sizes: &'a [StateSize],
    /// Whether m ln 2 bounds this state.
    pub bounded: bool,
    /// Lines under the plot: fits.
    pub notes: Vec<String>,
    /// Size and entropy in nats of region A.
    pub selection: Option<(u64, f64)>,
    /// Unit of entropies.
    pub unit: EntropyUnit,
}

/// S and S2 of the state against size, between the exact chain below and the bound and the cut above.
#[must_use]
pub fn state_chart(plot: &StatePlot<'_>) -> Chart {
    let u = plot.unit.nats;
    let points = |of: &dyn Fn(&StateSize) -> Option<f64>| -> Vec<[f64; 2]> {
        plot.sizes.iter().filter_map(|s| Some([(s.size as f64).log2(), of(s)? / u])).collect()
    };
    let line = |name: &str, label: &str, width, dash, of: &dyn Fn(&StateSize) -> Option<f64>| Series {
        name: name.into(),
        role: Role::Secondary,
        style: Style::Line { width, dash },
        points: points(of),
        spread: Vec::new(),
        end_label: label.into(),
    };
    let dots = |name: &str, role, radius, of: &dyn Fn(&StateSize) -> Option<f64>, spread| Series {
        name: name.into(),
        role,
        style: Style::Dots(radius),
        points: points(of),
        spread,
        end_label: String::new(),
    };
    let errors: Vec<f64> = plot
        .sizes
        .iter()
        .filter(|s| s.renyi2_nats.is_some())
        .filter_map(|s| s.renyi2_error.map(|e| e / u))
        .collect();
    let bound = if plot.bounded { "m ln 2" } else { "m ln 2, no theorem here" };
    let mut series = vec![
        line("m ln 2", bound, 1.25, Some([6.0, 4.0]), &|s| Some(s.bound_nats)),
        line("learned cut", "learned cut", 1.25, None, &|s| Some(s.cut_nats)),
    ];
    let has_exact = plot.sizes.iter().any(|s| s.exact_nats.is_some());
    let sampled = !errors.is_empty();
    if has_exact {
        if !sampled {
            let exact = "exact chain S";
            series.push(line(exact, exact, 1.25, Some([1.5, 4.0]), &|s| s.exact_nats.map(|e| e[0])));
        }
        let exact = "exact chain S2";
        series.push(line(exact, exact, 1.25, Some([1.5, 4.0]), &|s| s.exact_nats.map(|e| e[1])));
    }
    series.push(dots("S_2, Rényi-2", Role::Outline, 2.5, &|s| s.renyi2_nats, errors));
    series.push(dots("S, von Neumann", Role::Text, 2.5, &|s| s.von_neumann_nats, Vec::new()));
    series.retain(|s| !s.points.is_empty());
    let last = plot.sizes.iter().map(|s| s.size).max().unwrap_or(2).max(2);
    let end = (last as f64).log2();
    // The bound may stand far above: what is entangled has the room, the bound what is left.
    let heights = |of: fn(&StateSize) -> f64| plot.sizes.iter().map(of).fold(0.0, f64::max);
    let own = heights(|s| s.von_neumann_nats.or(s.renyi2_nats).unwrap_or(0.0));
    let above = heights(|s| s.bound_nats.max(s.cut_nats));
    let top = if plot.bounded { above } else { above.min(3.0 * own) }.max(own).max(u);
    let range = [0.0, 1.08 * top / u];
    let mut notes =
        vec![format!("state of the network itself, {} · strong dots S, faint dots S_2", plot.formula)];
    notes.extend(plot.notes.iter().cloned());
    Chart {
        title: "S of the network's own state".into(),
        x: Axis { label: "log₂ Ñ".into(), range: [0.0, end + 0.15], ticks: whole_ticks(end) },
        y: Axis { label: format!("S_A ({})", plot.unit.name), range, ticks: round_ticks(range, 5) },
        series,
        markers: plot
            .selection
            .filter(|(size, _)| *size > 0)
            .map(|(size, nats)| Marker {
                at: [(size as f64).log2(), nats / u],
                role: Role::Region(Hue::A),
                name: "region A".into(),
            })
            .into_iter()
            .collect(),
        rules: Vec::new(),
        notes,
    }
}

/// What the plot of a spectrum shows.
#[derive(Clone, Debug)]
pub struct SpectrumPlot<'a> {
    /// Which state, as a formula.
    pub formula: &'a str,
    /// The region.
    pub region: &'a str,
    /// Levels −ln p, lowest first.
    pub levels: &'a [f64],
    /// 2^m, the most levels there can be where the bound holds.
    pub most: Option<f64>,
}

/// Levels shown.
const LEVELS: usize = 64;

/// The entanglement spectrum −ln p of a region, level by level.
#[must_use]
pub fn spectrum_chart(plot: &SpectrumPlot<'_>) -> Chart {
    let shown = &plot.levels[..plot.levels.len().min(LEVELS)];
    let top = shown.iter().copied().filter(|l| l.is_finite()).fold(1.0, f64::max);
    let end = (shown.len() as f64).max(4.0);
    let range = [0.0, 1.06 * top];
    let mut notes = vec![format!(
        "A = {} · {} · {} levels above 10⁻¹⁴ of the first",
        plot.region,
        plot.formula,
        plot.levels.len()
    )];
    if let Some(most) = plot.most {
        notes.push(format!("at most 2^m = {most} by the separating spins"));
    }
    Chart {
        title: "Entanglement spectrum".into(),
        x: Axis::round("level", [0.0, end + 0.5], 6),
        y: Axis { label: "−ln p".into(), range, ticks: round_ticks(range, 5) },
        series: vec![Series {
            name: "−ln p".into(),
            role: Role::Text,
            style: Style::Dots(2.5),
            points: shown.iter().enumerate().map(|(k, l)| [k as f64 + 1.0, *l]).collect(),
            spread: Vec::new(),
            end_label: String::new(),
        }],
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}

/// One interval of the map of tightness.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TightnessCell {
    /// Its middle, in sites.
    pub centre: f64,
    /// Its sites.
    pub size: u64,
    /// S/(m ln 2).
    pub tightness: f64,
}

/// What the map of tightness shows.
#[derive(Clone, Debug)]
pub struct TightnessPlot<'a> {
    /// Which state, as a formula.
    pub formula: &'a str,
    /// Intervals.
    pub cells: &'a [TightnessCell],
    /// Sites of the chain.
    pub sites: u64,
    /// Width and height of a cell in sites.
    pub cell: [f64; 2],
    /// Whether m ln 2 bounds this state.
    pub bounded: bool,
    /// Middle and size of region A, if it is one interval.
    pub selection: Option<(f64, u64)>,
}

/// S/(m ln 2) of all intervals, by centre and size, as colours, with their scale on the right.
#[must_use]
pub fn tightness_chart(plot: &TightnessPlot<'_>) -> Chart {
    let n = plot.sites as f64;
    let largest = plot.cells.iter().map(|c| c.size).max().unwrap_or(1) as f64;
    let most = plot.cells.iter().map(|c| c.tightness).fold(1.0, f64::max);
    let range = [0.0, most];
    // A cell over the seam of a ring stands at both ends, half of it on each.
    let over_seam = |c: &&TightnessCell| c.centre < 0.5 * plot.cell[0];
    let again = plot.cells.iter().filter(over_seam).map(|c| TightnessCell { centre: c.centre + n, ..*c });
    let cells: Vec<TightnessCell> = plot.cells.iter().copied().chain(again).collect();
    let map = Series {
        name: "S/(m ln 2)".into(),
        role: Role::Layer(0.0),
        style: Style::Cells { size: plot.cell, range },
        points: cells.iter().map(|c| [c.centre, c.size as f64]).collect(),
        spread: cells.iter().map(|c| c.tightness).collect(),
        end_label: String::new(),
    };
    // The scale: as high as the map.
    let steps = 32;
    let height = largest / f64::from(steps);
    let bar = [1.08 * n, 0.04 * n];
    let scale = Series {
        name: "scale".into(),
        role: Role::Layer(0.0),
        style: Style::Cells { size: [bar[1], height], range },
        points: (0..steps).map(|k| [bar[0], 0.5 + (f64::from(k) + 0.5) * height]).collect(),
        spread: (0..steps).map(|k| (f64::from(k) + 0.5) / f64::from(steps) * most).collect(),
        end_label: String::new(),
    };
    let label = |share: f64, text: String| Series {
        name: "scale label".into(),
        role: Role::Secondary,
        style: Style::Dots(0.0),
        points: vec![[1.17 * n, 0.5 + share * largest]],
        spread: Vec::new(),
        end_label: text,
    };
    let mut notes = vec![format!("colour: S/(m ln 2) from 0 to {most:.2} · {}", plot.formula)];
    if !plot.bounded {
        notes.push("m ln 2 is no bound for the Born form: values above 1 are possible".into());
    }
    let y = [0.5, largest + 0.5];
    Chart {
        title: "Tightness of the bound".into(),
        x: Axis {
            label: "centre of the interval (site)".into(),
            range: [0.0, 1.17 * n],
            ticks: round_ticks([0.0, n], 4),
        },
        y: Axis { label: "sites of the interval".into(), range: y, ticks: round_ticks(y, 5) },
        series: vec![map, scale, label(0.04, "0".into()), label(0.9, format!("{most:.2}"))],
        markers: plot
            .selection
            .filter(|(_, size)| *size > 0 && *size as f64 <= largest)
            .map(|(centre, size)| Marker {
                at: [centre, size as f64],
                role: Role::Region(Hue::A),
                name: "region A".into(),
            })
            .into_iter()
            .collect(),
        rules: Vec::new(),
        notes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::page::Mark;

    #[test]
    fn the_map_has_a_cell_for_every_interval_in_the_colour_of_its_value() {
        let cells: Vec<TightnessCell> = (1..=4)
            .flat_map(|size| (0..8).map(move |s| (size, s)))
            .map(|(size, start)| TightnessCell {
                centre: start as f64 + 0.5 * size as f64,
                size,
                tightness: 0.25 * size as f64,
            })
            .collect();
        let chart = tightness_chart(&TightnessPlot {
            formula: "ψ",
            cells: &cells,
            sites: 8,
            cell: [1.0, 1.0],
            bounded: true,
            selection: Some((4.0, 2)),
        });
        let drawn = chart.series[0].cells();
        assert_eq!(drawn.len(), 32);
        assert_eq!(drawn[0], ([[0.0, 0.5], [1.0, 1.5]], Role::Layer(0.25)));
        assert_eq!(drawn[31].1, Role::Layer(1.0));
        assert_eq!(chart.markers.len(), 1);
        // One filled area for every cell in files.
        let page = chart.draw(560.0, 380.0);
        let is_cell =
            |m: &&Mark| matches!(m, Mark::Area { paint, .. } if matches!(paint.role, Role::Layer(_)));
        let areas = page.marks.iter().filter(is_cell).count();
        assert!((32..=64).contains(&areas), "{areas}");
    }

    #[test]
    fn the_state_stands_between_the_exact_chain_and_the_bound() {
        let sizes: Vec<StateSize> = (1..=8)
            .map(|size| StateSize {
                size,
                von_neumann_nats: Some(0.6),
                renyi2_nats: Some(0.5),
                bound_nats: 0.693,
                cut_nats: 1.0,
                exact_nats: Some([0.5, 0.4]),
                ..StateSize::default()
            })
            .collect();
        let plot = StatePlot {
            formula: "ψ",
            sizes: &sizes,
            bounded: true,
            notes: Vec::new(),
            selection: Some((4, 0.6)),
            unit: EntropyUnit { name: "nats", nats: 1.0 },
        };
        let chart = state_chart(&plot);
        assert_eq!(chart.series.len(), 6);
        assert!(chart.series.iter().all(|s| s.points.len() == 8) && chart.y.range[1] > 1.0);
    }
}
