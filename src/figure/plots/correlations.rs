//! Boundary correlations against distance in the bulk.

use crate::figure::chart::{Axis, Chart, Rule, Series, Style, with_error};
use crate::figure::palette::Role;
use crate::numerics::least_squares::LineFit;

/// How correlations of a theory fall.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decay {
    /// As a power of the separation: e^{−Δ d}.
    Critical,
    /// As r^−power e^{−r/ξ}.
    Massive {
        /// ξ in sites.
        xi: f64,
        /// Power of r in front.
        power: f64,
    },
}

/// What the plot shows.
#[derive(Clone, Debug)]
pub struct CorrelationsPlot<'a> {
    /// Bulk distance, correlation, its error.
    pub points: &'a [[f64; 3]],
    /// What is expected.
    pub decay: Decay,
    /// Line of ln C against d (critical) or of ln C + power ln r against r (massive).
    pub fit: Option<LineFit>,
    /// First and last separation of the fit.
    pub window: [u64; 2],
    /// Fitted Δ.
    pub delta: Option<(f64, f64)>,
    /// Fitted ξ.
    pub correlation_length: Option<(f64, f64)>,
    /// Sites of the chain.
    pub sites: u64,
    /// Whether the square of the mean spin was subtracted.
    pub connected: bool,
}

/// Correlations below this are rounding.
const DUST: f64 = 1e-11;

/// ⟨v_i v_j⟩ on a logarithmic axis against d(i, j).
#[must_use]
pub fn correlations_chart(plot: &CorrelationsPlot<'_>) -> Chart {
    let shown: Vec<&[f64; 3]> = plot.points.iter().filter(|p| p[1] > DUST).collect();
    let log = |c: f64| c.log10();
    let end = plot.points.last().map_or(1.0, |p| p[0]);
    let low = shown.iter().map(|p| log(p[1])).fold(-0.5, f64::min);
    let range = [1.08 * low, 0.05_f64.max(-0.04 * low)];
    // r = 2 sinh(d/2), from which the fit's line follows on this axis.
    let fitted = |fit: LineFit, d: f64| match plot.decay {
        Decay::Critical => fit.at(d),
        Decay::Massive { power, .. } => {
            let r = 2.0 * (0.5 * d).sinh();
            fit.at(r) - power * r.ln()
        }
    };
    let distance = |r: u64| 2.0 * (0.5 * r as f64).asinh();
    let mut series = vec![Series {
        name: "⟨v v⟩".into(),
        role: Role::Text,
        style: Style::Dots(if shown.len() > 60 { 1.6 } else { 2.5 }),
        points: shown.iter().map(|p| [p[0], log(p[1])]).collect(),
        spread: shown.iter().map(|p| p[2] / p[1] / std::f64::consts::LN_10).collect(),
        end_label: String::new(),
    }];
    if let Some(fit) = plot.fit {
        let [from, to] = plot.window.map(distance);
        let at = |i: u32| from + (to - from) * f64::from(i) / 48.0;
        series.push(Series {
            name: "fit".into(),
            role: Role::Secondary,
            style: Style::Line { width: 1.5, dash: None },
            points: (0..=48).map(|i| [at(i), fitted(fit, at(i)) / std::f64::consts::LN_10]).collect(),
            spread: Vec::new(),
            end_label: String::new(),
        });
    }
    let mut notes = Vec::new();
    let window = format!("fit over r = {}…{} of N = {}", plot.window[0], plot.window[1], plot.sites);
    match (plot.delta, plot.correlation_length) {
        (Some((delta, error)), _) => {
            notes.push(format!("e^(−Δ d), Δ = {} · {window}", with_error(delta, error)));
        }
        (None, Some((xi, error))) => {
            notes.push(format!(
                "massive: exponential in the separation, not in d · ξ = {} sites",
                with_error(xi, error)
            ));
            notes.push(window);
        }
        (None, None) => notes.push("too few correlations above rounding to fit".into()),
    }
    if plot.connected {
        notes.push("connected: the square of the mean spin is subtracted".into());
    }
    let rules = match plot.decay {
        Decay::Massive { xi, .. } => {
            vec![Rule { at: 2.0 * (0.5 * xi).asinh(), label: "r = ξ".into() }]
        }
        Decay::Critical => Vec::new(),
    };
    Chart {
        title: "Correlations in the bulk".into(),
        x: Axis::round("d(i, j) = 2 arsinh(r/2)", [0.0, 1.03 * end], 6),
        y: Axis::round("log₁₀ ⟨v_i v_j⟩", range, 5),
        series,
        markers: Vec::new(),
        rules: rules.into_iter().filter(|rule: &Rule| rule.at < end).collect(),
        notes,
    }
}
