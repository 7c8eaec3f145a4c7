//! S_A against log2 Ñ.

use super::whole_ticks;
use crate::entanglement::ScalingFit;
use crate::figure::chart::{
    Axis, Chart, Marker, Rule, Series, Style, four_digits, grouped, round_ticks, with_error,
};
use crate::figure::palette::{Hue, Role};
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
    /// Smallest over positions.
    pub min: f64,
    /// Largest over positions.
    pub max: f64,
    /// How many positions.
    pub positions: u64,
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
    /// Cut entropies of the bottom layer alone, to be drawn beside; empty for none.
    pub shallow: &'a [SizeEntropy],
    /// Unit of the entropies.
    pub unit: EntropyUnit,
    /// Words under the plot about the sizes: means above |A| ln 2, a plateau, references of another ring.
    pub survey_notes: Vec<String>,
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
        .map(|r| r.max.max(r.mean + r.std))
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
        end_label: "|A| ln 2".into(),
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
    if !plot.shallow.is_empty() {
        series.push(Series {
            name: "cut of one layer, mean over positions".into(),
            role: Role::Faint,
            style: line(2.0, None),
            points: plot.shallow.iter().map(|r| at(r.size, r.mean)).collect(),
            spread: Vec::new(),
            end_label: "one layer".into(),
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
            "{} {}/doubling · c_eff {} · {}fit {}…{}",
            with_error(fit.slope_nats_per_log2 / u, fit.error / u),
            plot.unit.name,
            with_error(fit.c_eff, fit.error * 3.0 / LN_2),
            fit.r_squared.map_or_else(String::new, |r2| format!("R² {} · ", four_digits(r2))),
            fit.window[0],
            fit.window[1]
        ));
    }
    notes.extend(positions_note(plot.rows, plot.sites));
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
    for (name, of) in [
        ("cut, smallest over positions", (|r| r.min) as fn(&SizeEntropy) -> f64),
        ("cut, largest over positions", |r| r.max),
    ] {
        // One position, or a tree's own symmetry, leaves nothing between them.
        if shown.iter().all(|r| r.min >= r.max) {
            continue;
        }
        series.push(Series {
            name: name.into(),
            role: Role::Faint,
            style: line(0.75, None),
            points: shown.iter().map(|r| at(r.size, of(r))).collect(),
            spread: Vec::new(),
            end_label: String::new(),
        });
    }
    series.push(Series {
        name: "cut, mean over positions".into(),
        role: Role::Text,
        style: Style::Dots(if plot.rows.len() > 40 { 1.6 } else { 2.5 }),
        points: shown.iter().map(|r| at(r.size, r.mean)).collect(),
        // Bars on every size would be a grey smear: powers of two carry them.
        spread: shown.iter().map(|r| if r.size.is_power_of_two() { r.std / u } else { f64::NAN }).collect(),
        end_label: String::new(),
    });
    notes.extend(plot.survey_notes.iter().cloned());
    if let Some(end) = plot.reference.last().map(|r| r.size).filter(|size| *size < last) {
        notes.push(format!("exact c = 1 and c = ½ curves computed to |A| = {}", grouped(end)));
    }
    if plot.rows.is_empty() {
        notes.push("cutting regions of every size…".into());
    }
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

/// How many positions the means are of, where not of all.
fn positions_note(rows: &[SizeEntropy], sites: u64) -> Option<String> {
    let counts = || rows.iter().filter(|r| 2 * r.size <= sites).map(|r| r.positions);
    let (least, most) = (counts().min()?, counts().max()?);
    if least >= sites / 2 {
        return None;
    }
    let all = if least == most { String::new() } else { format!(" ({least} where Ñ is no power of two)") };
    Some(format!("means over {most} of {} positions{all}", crate::figure::chart::grouped(sites)))
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
