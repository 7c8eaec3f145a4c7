//! The plots: scaling of entropy, flow of couplings, training. Each is a `Chart` made from plain numbers.

use super::chart::{Axis, Chart, Marker, Rule, Series, Style, Tick, four_digits, round_ticks};
use super::palette::{Hue, Role};
use crate::entanglement::ScalingFit;
use crate::numerics::stable::LN_2;

/// Entropy of one size of region over positions, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizeEntropy {
    /// Number of sites.
    pub size: u64,
    /// Mean over positions.
    pub mean: f64,
    /// Standard deviation over positions.
    pub std: f64,
}

/// Exact reference entropies of one size, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceEntropy {
    /// Number of sites.
    pub size: u64,
    /// Free Dirac fermion, c = 1.
    pub dirac: f64,
    /// Quantum Ising chain, c = ½.
    pub quantum_ising: f64,
}

/// The unit that entropies are shown in.
#[derive(Clone, Debug, PartialEq)]
pub struct EntropyUnit {
    /// Nats per unit.
    pub nats: f64,
    /// Its name.
    pub name: &'static str,
}

/// What the scaling plot shows.
#[derive(Clone, Debug)]
pub struct ScalingPlot<'a> {
    /// Cut entropies by size.
    pub rows: &'a [SizeEntropy],
    /// Reference curves by size.
    pub reference: &'a [ReferenceEntropy],
    /// The fit, in nats.
    pub fit: Option<ScalingFit>,
    /// Size and entropy (nats) of the present regions.
    pub selection: &'a [(Hue, u64, f64)],
    /// Number of boundary sites.
    pub sites: u64,
    /// log2 ξ, if the mass is not zero.
    pub wall: Option<f64>,
    /// Factors on the reference curves that make slopes comparable.
    pub compare: bool,
    /// Unit of the entropies.
    pub unit: EntropyUnit,
    /// Words under the plot about where the capacities come from.
    pub capacity_note: String,
}

/// S_A against log2 Ñ: means with their spread over positions, the fit, exact references, |A| ln 2, the
/// present selection.
#[must_use]
pub fn scaling_chart(plot: &ScalingPlot<'_>) -> Chart {
    let u = plot.unit.nats;
    let at = |size: u64, nats: f64| [(size as f64).log2(), nats / u];
    let last = (plot.sites / 2).max(2);
    let x_end = (last as f64).log2();
    let top = plot
        .rows
        .iter()
        .map(|r| r.mean + r.std)
        .chain(plot.selection.iter().map(|s| s.2))
        .fold(0.0_f64, f64::max)
        .max(u);
    let y_end = 1.12 * top / u;
    let line = |width, dash| Style::Line { width, dash };
    let mut series = vec![Series {
        name: "|A| ln 2".into(),
        role: Role::Faint,
        style: line(0.75, None),
        // Densely near the corner, where the curve rises steeply on a logarithmic axis.
        points: (0..=64)
            .map(|i| {
                let log2 = x_end * f64::from(i) / 64.0;
                [log2, log2.exp2() * LN_2 / u]
            })
            .collect(),
        spread: Vec::new(),
        end_label: String::new(),
    }];
    let mut notes = Vec::new();
    let (dirac_factor, ising_factor) = slope_factors(plot);
    for (name, label, dash, factor, pick) in [
        (
            "free Dirac fermion, c = 1",
            "c = 1",
            [6.0, 4.0],
            dirac_factor,
            pick_dirac as fn(&ReferenceEntropy) -> f64,
        ),
        ("quantum Ising chain, c = ½", "c = ½", [1.5, 3.0], ising_factor, pick_ising),
    ] {
        if plot.reference.is_empty() {
            continue;
        }
        let end_label = if plot.compare { format!("{label} × {factor:.2}") } else { label.to_string() };
        series.push(Series {
            name: name.into(),
            role: Role::Secondary,
            style: line(1.25, Some(dash)),
            points: plot.reference.iter().map(|r| at(r.size, factor * pick(r))).collect(),
            spread: Vec::new(),
            end_label,
        });
    }
    if let Some(fit) = &plot.fit {
        let value = |log2: f64| (fit.intercept_nats + fit.slope_nats_per_log2 * log2) / u;
        let [from, to] = fit.window.map(|w| (w as f64).log2());
        series.push(Series {
            name: "fit".into(),
            role: Role::Text,
            style: line(1.5, None),
            points: vec![[from, value(from)], [to, value(to)]],
            spread: Vec::new(),
            end_label: String::new(),
        });
        notes.push(format!(
            "{} {}/doubling · c_eff {} · fit {}…{}",
            with_error(fit.slope_nats_per_log2 / u, fit.error / u),
            plot.unit.name,
            with_error(fit.c_eff, fit.error * 3.0 / LN_2),
            fit.window[0],
            fit.window[1]
        ));
    }
    // On the logarithmic axis large sizes crowd: one in a fiftieth of a doubling is enough for the eye.
    let mut last_shown = f64::NEG_INFINITY;
    let shown: Vec<&SizeEntropy> = plot
        .rows
        .iter()
        .filter(|r| {
            let log2 = (r.size as f64).log2();
            let keep = plot.rows.len() <= 128 || r.size.is_power_of_two() || log2 - last_shown >= 0.02;
            if keep {
                last_shown = log2;
            }
            keep
        })
        .collect();
    series.push(Series {
        name: "cut, mean over positions".into(),
        role: Role::Text,
        style: Style::Dots(if plot.rows.len() > 40 { 1.6 } else { 2.5 }),
        points: shown.iter().map(|r| at(r.size, r.mean)).collect(),
        // Bars on every size would be a grey smear: powers of two carry them.
        spread: shown.iter().map(|r| if r.size.is_power_of_two() { r.std / u } else { 0.0 }).collect(),
        end_label: String::new(),
    });
    let above = plot.selection.iter().any(|(_, size, nats)| *nats > *size as f64 * LN_2 * (1.0 + 1e-12));
    if above {
        notes.push("bound above |A| ln 2".into());
    }
    if !plot.capacity_note.is_empty() {
        notes.push(plot.capacity_note.clone());
    }
    let rules = plot
        .wall
        .filter(|w| (0.0..=x_end).contains(w))
        .map(|w| Rule { at: w, label: format!("z_IR = {w:.1}") })
        .into_iter()
        .collect();
    Chart {
        title: "S_A against log₂ Ñ".into(),
        x: Axis { label: "log₂ Ñ".into(), range: [-0.15, x_end + 0.15], ticks: whole_ticks(x_end) },
        y: Axis {
            label: format!("S_A ({})", plot.unit.name),
            range: [0.0, y_end],
            ticks: round_ticks([0.0, y_end], 5),
        },
        series,
        markers: plot
            .selection
            .iter()
            .filter(|(_, size, _)| *size > 0)
            .map(|(hue, size, nats)| Marker {
                // A region and its complement have one entropy: sizes beyond N/2 show as their complement's.
                at: at((*size).min(plot.sites - *size).max(1), *nats),
                role: Role::Region(*hue),
                name: format!("region {hue:?}"),
            })
            .collect(),
        rules,
        notes,
    }
}

/// A value with its error, both to the error's first two digits; rounding dust is zero.
fn with_error(value: f64, error: f64) -> String {
    let dust = |x: f64| if x.abs() < 1e-9 { 0.0 } else { x };
    let (value, error) = (dust(value), dust(error));
    if error <= 0.0 {
        return four_digits(value);
    }
    let decimals = (1.0 - error.log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$} ± {error:.decimals$}").replace('-', "−")
}

fn pick_dirac(r: &ReferenceEntropy) -> f64 {
    r.dirac
}

fn pick_ising(r: &ReferenceEntropy) -> f64 {
    r.quantum_ising
}

/// Ratio of the cut's fitted slope to each reference's, in the same window; 1 when not comparing.
fn slope_factors(plot: &ScalingPlot<'_>) -> (f64, f64) {
    let Some(fit) = plot.fit.filter(|_| plot.compare) else { return (1.0, 1.0) };
    let factor = |pick: fn(&ReferenceEntropy) -> f64| {
        let means: Vec<(u64, f64)> = plot.reference.iter().map(|r| (r.size, pick(r))).collect();
        crate::entanglement::fit_scaling(&means, fit.window)
            .map(|f| fit.slope_nats_per_log2 / f.slope_nats_per_log2)
            .filter(|f| f.is_finite() && *f > 0.0)
            .unwrap_or(1.0)
    };
    (factor(pick_dirac), factor(pick_ising))
}

fn whole_ticks(end: f64) -> Vec<Tick> {
    let step = if end > 12.0 { 2 } else { 1 };
    (0..=end.floor() as u32).step_by(step).map(|i| Tick { at: f64::from(i), label: i.to_string() }).collect()
}

/// The flow of the neighbour coupling: learned K′2 of each layer on top of exact decimation.
#[derive(Clone, Debug)]
pub struct FlowPlot<'a> {
    /// K2 of the theory, then K′2 of each trained layer, with standard errors.
    pub learned: &'a [(f64, f64)],
    /// K2 under exact decimation, layer by layer; empty where it does not close.
    pub exact: &'a [f64],
    /// Number of layers planned.
    pub layers: u32,
    /// Whether hidden spins of one layer do not interact: the tree.
    pub tree: bool,
    /// Whether the theory is the classical chain, whose decimation is known.
    pub classical: bool,
}

/// K′ against layer τ.
#[must_use]
pub fn flow_chart(plot: &FlowPlot<'_>) -> Chart {
    let learned = plot.learned.iter().enumerate().filter(|(_, l)| l.0.is_finite());
    let values = learned.clone().map(|(_, l)| l.0).chain(plot.exact.iter().copied());
    let (low, high) = values.fold((0.0_f64, 0.1_f64), |(l, h), v| (l.min(v), h.max(v)));
    let range = [if low < 0.0 { 1.15 * low } else { 0.0 }, 1.15 * high];
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
            spread: learned.map(|(_, v)| v.1).collect(),
            end_label: String::new(),
        },
    ];
    let notes = if plot.tree {
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

/// Weights of each layer, slot by slot: at criticality nearly the same in every layer.
#[derive(Clone, Debug)]
pub struct WeightsPlot<'a> {
    /// Weights in link order, of every layer.
    pub layers: &'a [Vec<f64>],
    /// Number of layers planned.
    pub planned: u32,
    /// log2 ξ of the theory, where it is finite and positive.
    pub wall: Option<f64>,
}

/// Learned weights against layer τ.
#[must_use]
pub fn weights_chart(plot: &WeightsPlot<'_>) -> Chart {
    let links = plot.layers.first().map_or(0, Vec::len);
    let outer = |slot: usize| slot == 0 || slot + 1 == links;
    // The weights of a layer of very few spins run off: its optimum is flat, and it would rule the axis.
    let top = plot.layers.iter().take(plot.planned.saturating_sub(3).max(1) as usize).flatten();
    let high = top.copied().fold(0.5_f64, f64::max).min(8.0);
    let range = [-0.1 * high, 1.15 * high];
    let series = (0..links)
        .map(|slot| Series {
            name: format!("weight of slot {slot}"),
            role: if outer(slot) && links > 2 { Role::Secondary } else { Role::Text },
            style: Style::Dots(if outer(slot) && links > 2 { 3.0 } else { 4.0 }),
            points: plot.layers.iter().enumerate().map(|(k, w)| [k as f64, w[slot]]).collect(),
            spread: Vec::new(),
            end_label: String::new(),
        })
        .collect();
    let note = if links > 2 {
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
        y: Axis { label: "weight w".into(), range, ticks: round_ticks(range, 5) },
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

/// −ln p per spin over the optimiser's iterations of one layer.
#[derive(Clone, Debug)]
pub struct TrainingPlot<'a> {
    /// Which layer.
    pub layer: usize,
    /// (training, held-out) per iteration.
    pub steps: &'a [(f64, f64)],
}

/// The likelihood of the layer in training, or of the last one trained.
#[must_use]
pub fn training_chart(plot: &TrainingPlot<'_>) -> Chart {
    let all = plot.steps.iter().flat_map(|s| [s.0, s.1]).filter(|v| v.is_finite());
    let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let (low, high) = if low < high { (low, high) } else { (0.0, 1.0) };
    let margin = 0.08 * (high - low);
    let y = [low - margin, high + margin];
    let end = plot.steps.len().saturating_sub(1).max(1) as f64;
    let curve = |name: &str, role, dash, pick: fn(&(f64, f64)) -> f64| Series {
        name: name.into(),
        role,
        style: Style::Line { width: 1.5, dash },
        points: plot.steps.iter().enumerate().map(|(i, s)| [i as f64, pick(s)]).collect(),
        spread: Vec::new(),
        end_label: name.into(),
    };
    Chart {
        title: format!("Training of layer {}", plot.layer),
        x: Axis::round("iteration", [0.0, end], 5),
        y: Axis {
            label: format!("−ln p per spin, layer {}", plot.layer),
            range: y,
            ticks: round_ticks(y, 4),
        },
        series: vec![
            curve("held out", Role::Secondary, Some([6.0, 4.0]), |s| s.1),
            curve("training", Role::Text, None, |s| s.0),
        ],
        markers: Vec::new(),
        rules: Vec::new(),
        notes: Vec::new(),
    }
}
