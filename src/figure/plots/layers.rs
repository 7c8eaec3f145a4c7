//! What each trained layer is worth, against its number: distance to P, trace condition, free energies,
//! correlation length, and how much its links can carry.

use super::whole_ticks;
use crate::figure::chart::{Axis, Chart, Series, Style, Tick, four_digits, round_ticks};
use crate::figure::palette::Role;
use crate::numerics::stable::LN_2;

/// The figures of one layer that the plots show; what is unknown is absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LayerFigures {
    /// KL(P‖p) per visible spin and its standard error, 0 where the expectation is exact.
    pub kl_per_spin: Option<(f64, f64)>,
    /// Mean and standard deviation over P of ln Tr_h e^T with ΔF = 0.
    pub trace: Option<(f64, f64)>,
    /// F^v per visible spin, nats.
    pub free_energy_visible: Option<f64>,
    /// F^h per visible spin, nats.
    pub free_energy_hidden: Option<f64>,
    /// ξ of the model below in sites of this layer.
    pub correlation_length: Option<f64>,
    /// Schmidt entropies of its links in nats, each with the number of links that have it.
    pub links: Vec<(f64, f64)>,
}

/// Layers and what is said of their source.
#[derive(Clone, Debug)]
pub struct LayersPlot<'a> {
    /// Layers from the boundary up.
    pub layers: &'a [LayerFigures],
    /// Number of layers planned.
    pub planned: u32,
    /// ξ of the boundary theory in sites; infinite when critical, absent when unknown.
    pub correlation_length: Option<f64>,
    /// Why figures are absent, if some are.
    pub reason: Option<String>,
}

/// How signs are kept, for the plots in which they matter.
const SIGNS: &str = "signs: p ∝ exp(Σ b h + Σ v w h + Σ c v), opposite to the papers' E";

fn layer_axis(planned: u32) -> Axis {
    let last = f64::from(planned) - 1.0;
    Axis { label: "layer τ".into(), range: [-0.2, last + 0.2], ticks: whole_ticks(last) }
}

fn dots(name: &str, role: Role, radius: f32, points: Vec<[f64; 2]>, spread: Vec<f64>) -> Series {
    Series { name: name.into(), role, style: Style::Dots(radius), points, spread, end_label: String::new() }
}

fn line(name: &str, role: Role, dash: Option<[f32; 2]>, points: Vec<[f64; 2]>) -> Series {
    let style = Style::Line { width: 1.25, dash };
    Series { name: name.into(), role, style, points, spread: Vec::new(), end_label: String::new() }
}

/// (τ, figure) of the layers that have one.
fn known<T>(layers: &[LayerFigures], pick: impl Fn(&LayerFigures) -> Option<T>) -> Vec<(f64, T)> {
    layers.iter().enumerate().filter_map(|(k, l)| Some((k as f64, pick(l)?))).collect()
}

/// A range around values that always holds 0 and has some air.
fn range_with_zero(values: impl Iterator<Item = f64>) -> [f64; 2] {
    let (low, high) =
        values.filter(|v| v.is_finite()).fold((0.0_f64, 0.0_f64), |(l, h), v| (l.min(v), h.max(v)));
    let air = 0.1 * (high - low).max(1e-9);
    [low - air, high + air]
}

/// The decades that hold these positive values, at least one.
fn decades(values: impl Iterator<Item = f64>) -> [f64; 2] {
    let (low, high) =
        values.map(f64::log10).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    if low > high { [-6.0, 0.0] } else { [low.floor().min(high.ceil() - 1.0), high.ceil()] }
}

/// Ticks at powers of ten, at most eight of them.
fn decade_ticks([low, high]: [f64; 2]) -> Vec<Tick> {
    const SUPERSCRIPTS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let step = ((high - low) / 8.0).ceil().max(1.0) as usize;
    (low as i32..=high as i32)
        .step_by(step)
        .map(|power| {
            let digits = power.unsigned_abs().to_string();
            let exponent: String =
                digits.chars().map(|c| SUPERSCRIPTS[c.to_digit(10).unwrap_or(0) as usize]).collect();
            let sign = if power < 0 { "⁻" } else { "" };
            Tick { at: f64::from(power), label: format!("10{sign}{exponent}") }
        })
        .collect()
}

/// KL(P‖p) per spin of every layer, on a logarithmic axis: how far each step is from an exact one.
#[must_use]
pub fn kl_chart(plot: &LayersPlot<'_>) -> Chart {
    let values = known(plot.layers, |l| l.kl_per_spin);
    let shown: Vec<_> = values.iter().filter(|(_, (kl, _))| *kl > 0.0).collect();
    let ends = shown.iter().flat_map(|(_, (kl, error))| [kl + error, *kl]);
    let range = decades(ends);
    let bar = |kl: f64, error: f64| ((kl + error) / kl).log10();
    let mut notes = vec!["layer 0: KL to P; above: KL to the model below".to_owned()];
    if let Some((tau, (kl, error))) = values.iter().find(|(_, (kl, _))| *kl <= 0.0) {
        let (kl, error) = (four_digits(*kl), four_digits(*error));
        notes.push(format!("layer {tau}: {kl} ± {error}, zero within its error, has no place here"));
    }
    notes.extend(plot.reason.clone());
    Chart {
        title: "Distance of each layer".into(),
        x: layer_axis(plot.planned),
        y: Axis { label: "KL(P‖p) per spin (nats)".into(), ticks: decade_ticks(range), range },
        series: vec![dots(
            "log₁₀ KL per spin",
            Role::Text,
            3.5,
            shown.iter().map(|(tau, (kl, _))| [*tau, kl.log10()]).collect(),
            shown.iter().map(|(_, (kl, error))| bar(*kl, *error)).collect(),
        )],
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}

/// ln Tr_h e^T of every layer, mean and standard deviation over P: both 0 if and only if the step is exact.
#[must_use]
pub fn trace_chart(plot: &LayersPlot<'_>) -> Chart {
    let values = known(plot.layers, |l| l.trace);
    let range = range_with_zero(values.iter().flat_map(|(_, (mean, std))| [mean - std, mean + std]));
    let axis = layer_axis(plot.planned);
    let zero = line("exact", Role::Faint, None, axis.range.iter().map(|x| [*x, 0.0]).collect());
    let mut notes = vec!["mean over P ± standard deviation; both 0 only if the step is exact".to_owned()];
    notes.push(SIGNS.into());
    notes.extend(plot.reason.clone());
    Chart {
        title: "Trace condition".into(),
        x: axis,
        y: Axis::round("ln Tr_h exp T (nats)", range, 5),
        series: vec![
            zero,
            dots(
                "ln Tr_h exp T",
                Role::Text,
                3.5,
                values.iter().map(|(tau, (mean, _))| [*tau, *mean]).collect(),
                values.iter().map(|(_, (_, std))| *std).collect(),
            ),
        ],
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}

/// F^v and F^h per visible spin of every layer; F^v of a layer is F^h of the one below.
#[must_use]
pub fn free_energy_chart(plot: &LayersPlot<'_>) -> Chart {
    let visible = known(plot.layers, |l| l.free_energy_visible);
    let hidden = known(plot.layers, |l| l.free_energy_hidden);
    let range = range_with_zero(visible.iter().chain(&hidden).map(|v| v.1));
    let points = |values: &[(f64, f64)], shift: f64| values.iter().map(|(t, f)| [t + shift, *f]).collect();
    let mut notes = vec!["large F^h = −ln Z of the layer, small F^v = −ln Z of the model below".to_owned()];
    notes.push(SIGNS.into());
    notes.extend(plot.reason.clone());
    Chart {
        title: "Free energies".into(),
        x: layer_axis(plot.planned),
        y: Axis::round("F per spin (nats)", range, 5),
        series: vec![
            // Side by side, for where the step is exact they differ only by the constant that is fixed.
            dots("F^h per spin", Role::Text, 4.0, points(&hidden, 0.0), Vec::new()),
            dots("F^v per spin", Role::Secondary, 3.0, points(&visible, 0.0), Vec::new()),
        ],
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}

/// log2 of the correlation length in each layer's own sites, beside ξ/2^τ.
#[must_use]
pub fn correlation_chart(plot: &LayersPlot<'_>) -> Chart {
    let finite = |xi: &f64| xi.is_finite() && *xi > 0.0;
    let values: Vec<_> = known(plot.layers, |l| l.correlation_length.filter(finite))
        .into_iter()
        .map(|(tau, xi)| [tau, xi.log2()])
        .collect();
    let axis = layer_axis(plot.planned);
    let mut series = Vec::new();
    let mut notes = Vec::new();
    let mut ends: Vec<f64> = values.iter().map(|v| v[1]).collect();
    match plot.correlation_length {
        Some(xi) if finite(&xi) => {
            let start = xi.log2();
            let halved = (0..plot.planned).map(|tau| [f64::from(tau), start - f64::from(tau)]).collect();
            series.push(line("ξ/2^τ", Role::Secondary, Some([6.0, 4.0]), halved));
            ends.extend([start, -1.0]);
            notes.push("dashed ξ/2^τ: one layer halves every length".to_owned());
        }
        Some(_) => notes.push("critical: ξ = ∞ has no curve to halve".to_owned()),
        None => notes.push("ξ of the boundary theory is not known".to_owned()),
    }
    notes.push("dots: the theory, then the chain of hidden spins H^RBM of each layer below".into());
    let (low, high) = ends.iter().fold((-1.0_f64, 1.0_f64), |(l, h), v| (l.min(*v), h.max(*v)));
    let range = [low.max(-6.0) - 0.3, high + 0.5];
    series.push(dots("log₂ ξ", Role::Text, 3.5, values, Vec::new()));
    Chart {
        title: "Correlation length of each layer".into(),
        x: axis,
        y: Axis::round("log₂ ξ (sites of the layer)", range, 5),
        series,
        markers: Vec::new(),
        rules: Vec::new(),
        notes,
    }
}

/// Bars of the histogram between 0 and ln 2.
const BINS: usize = 28;

/// How many links can carry how much: a histogram of Schmidt entropies, its bars stacked layer on layer.
#[must_use]
pub fn link_entropy_chart(plot: &LayersPlot<'_>) -> Chart {
    let total: f64 = plot.layers.iter().flat_map(|l| &l.links).map(|(_, count)| count).sum();
    let width = LN_2 / BINS as f64;
    let mut tops = [0.0_f64; BINS];
    let last = plot.layers.len().saturating_sub(1).max(1) as f32;
    let series: Vec<Series> = plot
        .layers
        .iter()
        .enumerate()
        .map(|(tau, layer)| {
            let mut shares = [0.0_f64; BINS];
            for (entropy, count) in &layer.links {
                let bin = ((entropy / width) as usize).min(BINS - 1);
                shares[bin] += count / total;
            }
            let (mut points, mut heights) = (Vec::new(), Vec::new());
            for (bin, share) in shares.iter().enumerate().filter(|(_, share)| **share > 0.0) {
                tops[bin] += share;
                points.push([(bin as f64 + 0.5) * width, tops[bin]]);
                heights.push(*share);
            }
            Series {
                name: format!("layer {tau}"),
                role: Role::Layer(tau as f32 / last),
                style: Style::Bars { width: 0.86 * width },
                points,
                spread: heights,
                end_label: String::new(),
            }
        })
        .collect();
    let high = tops.iter().copied().fold(0.1_f64, f64::max);
    let range = [0.0, 1.1 * high];
    Chart {
        title: "What links can carry".into(),
        x: Axis::round("Schmidt entropy of a link (nats)", [0.0, 1.02 * LN_2], 6),
        y: Axis { label: "share of all links".into(), range, ticks: round_ticks(range, 5) },
        series,
        markers: Vec::new(),
        rules: Vec::new(),
        notes: vec!["stacked by layer, dark to bright from the boundary up; at most ln 2 = 0.693".into()],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(layers: &[LayerFigures]) -> LayersPlot<'_> {
        LayersPlot { layers, planned: 4, correlation_length: Some(8.0), reason: None }
    }

    #[test]
    fn every_link_is_in_one_bar() {
        let layer = |entropy: f64, count: f64| LayerFigures {
            links: vec![(entropy, count), (LN_2, 2.0), (0.0, 1.0)],
            ..LayerFigures::default()
        };
        let layers = [layer(0.3, 5.0), layer(0.3, 2.0)];
        let chart = link_entropy_chart(&plot(&layers));
        let heights: f64 = chart.series.iter().flat_map(|s| &s.spread).sum();
        assert!((heights - 1.0).abs() < 1e-12);
        // The second layer's bar of the same entropy stands on the first one's: 5/13 + 2/13.
        let top = chart.series[1].points.iter().find(|p| (p[0] - 0.3).abs() < 0.02).unwrap()[1];
        assert!((top - 7.0 / 13.0).abs() < 1e-12, "{top}");
        assert!(chart.series.iter().flat_map(|s| &s.points).all(|p| p[0] < LN_2));
    }

    #[test]
    fn distances_have_their_decade_and_negative_estimates_are_named() {
        let layers = [(-1e-5, 2e-5), (3e-4, 0.0), (2e-6, 0.0)]
            .map(|kl| LayerFigures { kl_per_spin: Some(kl), ..LayerFigures::default() });
        let chart = kl_chart(&plot(&layers));
        assert_eq!(chart.y.range, [-6.0, -3.0]);
        assert_eq!(chart.y.ticks[0].label, "10⁻⁶");
        assert_eq!(chart.series[0].points.len(), 2);
        assert!(chart.notes.iter().any(|n| n.contains("layer 0: −1.000e−5 ± 2.000e−5")), "{:?}", chart.notes);
    }

    #[test]
    fn lengths_halve_from_layer_to_layer() {
        let layers = [8.0, 4.0, 0.0]
            .map(|xi| LayerFigures { correlation_length: Some(xi), ..LayerFigures::default() });
        let chart = correlation_chart(&plot(&layers));
        assert_eq!(chart.series[1].points, [[0.0, 3.0], [1.0, 2.0]]);
        for (dot, halved) in chart.series[1].points.iter().zip(&chart.series[0].points) {
            assert_eq!(dot, halved);
        }
    }
}
