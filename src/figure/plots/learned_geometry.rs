//! Couplings learned from entropies, layer by layer, beside those of the learned stack.

use super::whole_ticks;
use crate::figure::chart::{Axis, Chart, Rule, Series, Style, round_ticks, with_error};
use crate::figure::palette::Role;

/// One layer of links.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GeometryCouplings {
    /// Lower layer.
    pub layer: u32,
    /// J of the outer slots and its standard error, NaN where there is none. Of one held at 0 the error that it would have
    /// if it were let go.
    pub side: [f64; 2],
    /// J of the inner slots and its error; NaN with r = 2.
    pub middle: [f64; 2],
    /// How much of side and middle J the data determine, 0 to 1.
    pub data_share: [f64; 2],
    /// Half the link entropy of the stack of RBMs, side and middle; NaN where there is none.
    pub stack: [f64; 2],
}

/// What the plot shows.
#[derive(Clone, Debug)]
pub struct LearnedGeometryPlot<'a> {
    /// By layer.
    pub layers: &'a [GeometryCouplings],
    /// Root mean squared misfit of regions learned from and held out, in nats.
    pub rms: [f64; 2],
    /// Regions, all and held out.
    pub regions: [usize; 2],
    /// Boundary field.
    pub field: f64,
    /// Ridge.
    pub ridge: f64,
    /// Sites of the ring.
    pub sites: u64,
    /// Theory whose entropies are learned from.
    pub source: &'a str,
    /// Its mass.
    pub mass: f64,
    /// What the stack of RBMs has learned, where that is another theory.
    pub stack_theory: Option<&'a str>,
    /// log2 ξ, if the mass is not zero.
    pub wall: Option<f64>,
    /// Whether the search has ended.
    pub done: bool,
}

/// How far beside its layer a dot stands, so that two are seen.
const SIDE: f64 = -0.06;
const MIDDLE: f64 = 0.06;

/// Side or middle J with its error, where the data determine it or where they do not.
fn of(couplings: &GeometryCouplings, which: usize, determined: bool) -> [f64; 2] {
    if (couplings.data_share[which] >= DETERMINED) == determined { couplings.j(which) } else { [f64::NAN; 2] }
}

impl GeometryCouplings {
    fn j(&self, which: usize) -> [f64; 2] {
        if which == 0 { self.side } else { self.middle }
    }
}

/// Layers of which no coupling is determined by the data, in words; none if there are none.
fn undetermined(layers: &[GeometryCouplings]) -> Option<String> {
    let blank = |l: &&GeometryCouplings| {
        (0..2).all(|which| l.j(which)[0].is_nan() || l.data_share[which] < DETERMINED)
    };
    let blank: Vec<String> = layers.iter().filter(blank).map(|l| l.layer.to_string()).collect();
    let plural = if blank.len() > 1 { "s" } else { "" };
    (!blank.is_empty()).then(|| format!("not determined by the data: layer{plural} {}", blank.join(", ")))
}

/// Couplings that the plot has no room for, with their errors; none if there are none.
fn off_the_scale(layers: &[GeometryCouplings], [low, high]: [f64; 2]) -> Option<String> {
    let outside: Vec<String> = ["side", "middle"]
        .iter()
        .enumerate()
        .flat_map(|(which, name)| layers.iter().map(move |l| (name, l, l.j(which))))
        .filter(|(_, _, [j, _])| *j < low || *j > high)
        .map(|(name, l, [j, error])| format!("{name} J of layer {} = {}", l.layer, with_error(j, error)))
        .collect();
    (!outside.is_empty()).then(|| format!("off the scale, hardly known: {}", outside.join(", ")))
}

/// Below this share of the data the ridge decides a coupling: it is drawn small.
const DETERMINED: f64 = 0.5;

/// Side and middle J of each layer with their errors, over J = ½ ln D of the stack, whose ln D is its link entropy.
#[must_use]
pub fn learned_geometry_chart(plot: &LearnedGeometryPlot<'_>) -> Chart {
    type Pick = fn(&GeometryCouplings) -> [f64; 2];
    let series = |name: &str, role, style, offset: f64, pick: Pick| {
        let seen: Vec<([f64; 2], f64)> = plot
            .layers
            .iter()
            .map(|l| (f64::from(l.layer) + offset, pick(l)))
            .filter(|(_, [j, _])| j.is_finite())
            .map(|(x, [j, error])| ([x, j], if error.is_finite() { error } else { 0.0 }))
            .collect();
        Series {
            name: name.into(),
            role,
            style,
            points: seen.iter().map(|s| s.0).collect(),
            spread: if matches!(style, Style::Dots(_)) {
                seen.iter().map(|s| s.1).collect()
            } else {
                Vec::new()
            },
            end_label: String::new(),
        }
    };
    let line = |dash| Style::Line { width: 1.25, dash };
    let all = vec![
        series("RBM stack, side", Role::Secondary, line(None), 0.0, |l| [l.stack[0], f64::NAN]),
        series("RBM stack, middle", Role::Secondary, line(Some([6.0, 4.0])), 0.0, |l| [l.stack[1], f64::NAN]),
        series("middle J, hardly known", Role::Faint, Style::Dots(1.8), MIDDLE, |l| of(l, 1, false)),
        series("side J, hardly known", Role::Faint, Style::Dots(1.8), SIDE, |l| of(l, 0, false)),
        series("middle J", Role::Layer(0.7), Style::Dots(3.0), MIDDLE, |l| of(l, 1, true)),
        series("side J", Role::Text, Style::Dots(3.5), SIDE, |l| of(l, 0, true)),
    ];
    let end = plot.layers.last().map_or(1.0, |l| f64::from(l.layer)).max(1.0);
    // What the data determine sets the scale, and never an error bar.
    let shown = |s: &&Series| s.role != Role::Faint;
    let top = all.iter().filter(shown).flat_map(|s| &s.points).map(|p| p[1]).fold(0.5, f64::max);
    let low = all.iter().filter(shown).flat_map(|s| &s.points).map(|p| p[1]).fold(0.0, f64::min);
    let range = [1.1 * low - 0.03, 1.15 * top];
    let dark = "dots: dark side J, light middle J, small where the data say little";
    let tree = plot.layers.iter().all(|l| l.middle[0].is_nan());
    let (dots, lines) = if tree {
        ("dots: J, small where the data say little", "line")
    } else {
        (dark, "lines, side full and middle dashed")
    };
    let mut notes = vec![
        format!("entropies of {} of m = {}", plot.source, plot.mass),
        format!(
            "rms {:.4} nats, held out {:.4} · {} regions, {} held out · N = {}",
            plot.rms[0], plot.rms[1], plot.regions[0], plot.regions[1], plot.sites
        ),
        format!("{dots} · h_b = {:.2} · ridge {}", plot.field, plot.ridge),
        match plot.stack_theory {
            Some(other) => format!("{lines}: ½ link entropy of the RBM stack, which learned {other}"),
            None => format!("{lines}: ½ link entropy of the RBM stack"),
        },
    ];
    notes.extend(undetermined(plot.layers));
    notes.extend(off_the_scale(plot.layers, range));
    if plot.wall.is_some() {
        notes.push("z_IR is that of m, not of what was learned".into());
    }
    if !plot.done {
        notes.push("still learning…".into());
    }
    Chart {
        title: "Geometry learned from entropies".into(),
        x: Axis { label: "layer of links k".into(), range: [-0.3, end + 0.5], ticks: whole_ticks(end) },
        y: Axis { label: "J = ½ ln D (stack: ½ link entropy)".into(), range, ticks: round_ticks(range, 5) },
        series: all.into_iter().filter(|s| !s.points.is_empty()).collect(),
        markers: Vec::new(),
        rules: plot
            .wall
            .filter(|w| (0.0..=end).contains(w))
            .map(|w| Rule { at: w, label: format!("z_IR = {w:.1}") })
            .into_iter()
            .collect(),
        notes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(layer: u32, side: [f64; 2], middle: [f64; 2], data_share: [f64; 2]) -> GeometryCouplings {
        GeometryCouplings { layer, side, middle, data_share, stack: [0.3, 0.4] }
    }

    fn chart(layers: &[GeometryCouplings], stack_theory: Option<&str>) -> Chart {
        learned_geometry_chart(&LearnedGeometryPlot {
            layers,
            rms: [0.02, 0.03],
            regions: [100, 20],
            field: 2.4,
            ridge: 1e-5,
            sites: 32,
            source: "Dirac fermions (c = 1)",
            mass: 0.3,
            stack_theory,
            wall: Some(1.7),
            done: true,
        })
    }

    #[test]
    fn what_the_data_do_not_determine_is_drawn_small_with_its_error_and_never_sets_the_scale() {
        let layers = [
            layer(0, [0.17, 0.005], [2.14, 0.57], [1.0, 0.28]),
            layer(1, [0.166, 0.017], [0.0, 0.09], [1.0, 0.9]),
            layer(2, [0.0, 0.6], [0.0, 0.6], [0.0, 0.0]),
        ];
        let chart = chart(&layers, None);
        let of = |name: &str| chart.series.iter().find(|s| s.name == name).unwrap();
        // Held at 0 by the data: a large dot, with the error that it has. Held with nothing to hold it: a small one.
        assert_eq!((of("middle J").points.len(), of("middle J").spread[0]), (1, 0.09));
        assert_eq!(of("side J").points.len(), 2);
        let faint = of("side J, hardly known");
        assert_eq!((faint.points[0][1], faint.spread[0], faint.role), (0.0, 0.6, Role::Faint));
        assert!(chart.y.range[1] < 1.0, "{:?}", chart.y.range);
        let notes = chart.notes.join("\n");
        assert!(notes.contains("not determined by the data: layer 2"), "{notes}");
        assert!(notes.contains("middle J of layer 0 = 2.14 ± 0.57"), "{notes}");
        assert!(notes.contains("z_IR is that of m, not of what was learned"), "{notes}");
    }

    #[test]
    fn the_notes_say_whose_entropies_they_are_and_what_the_stack_learned() {
        let layers = [layer(0, [0.17, 0.005], [0.2, 0.1], [1.0, 1.0])];
        let notes = |other| chart(&layers, other).notes.join("\n");
        let other = notes(Some("a classical chain"));
        assert!(other.contains("entropies of Dirac fermions (c = 1) of m = 0.3"), "{other}");
        assert!(other.contains("RBM stack, which learned a classical chain"), "{other}");
        assert!(!notes(None).contains("which learned"));
    }
}
