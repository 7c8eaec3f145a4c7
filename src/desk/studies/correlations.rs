//! Boundary correlations against distance in the bulk: do they fall as e^{−Δ d}?

use super::{StudyProgress, StudyTable};
use crate::desk::samples;
use crate::desk::study::StudyError;
use crate::figure::Chart;
use crate::figure::plots::{CorrelationsPlot, Decay, correlations_chart};
use crate::hyperbolic::{HalfPlane, distance};
use crate::lattice::{Boundary, SpinSamples};
use crate::numerics::least_squares::{LineFit, fit_line};
use crate::numerics::statistics::Summary;
use crate::session::Document;
use crate::sim::TheoryKind;
use crate::theory::QuantumIsingSampler;

/// ⟨v_i v_j⟩ of the theory at each distance, and how it falls.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundaryCorrelations {
    /// Sites of the chain that was solved.
    pub sites: u64,
    /// By separation from 1 on.
    pub rows: Vec<CorrelationRow>,
    /// What was subtracted: the square of the mean spin.
    pub disconnected: f64,
    /// How it falls, by the correlation length of the theory.
    pub decay: Decay,
    /// The fitted line: ln C against d, or against the separation.
    pub fit: Option<LineFit>,
    /// First and last separation of the fit.
    pub window: [u64; 2],
    /// Where the chain that was solved is another one than the session's.
    pub notes: Vec<String>,
}

/// Correlation of two sites.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CorrelationRow {
    /// Sites between them, the shorter way round.
    pub separation: u64,
    /// Distance of the cutoff points z = 1 above them: 2 arsinh(r/2) ≈ 2 ln r.
    pub bulk_distance: f64,
    /// ⟨v v⟩, connected.
    pub correlation: f64,
    /// Standard error; 0 where it is exact.
    pub error: f64,
}

/// Longest chain that is solved: the determinants of its correlations take a second.
const MOST_SITES: u64 = 1024;

/// Correlations of a document's theory: of the chain exactly, by its transfer matrix; of the quantum Ising chain (on
/// a ring) exactly, by its determinants; of samples of one's own with their errors.
///
/// # Errors
/// The samples were not read.
pub fn boundary_correlations(document: &Document) -> Result<BoundaryCorrelations, StudyError> {
    if let Some(own) = samples::present(document)? {
        let boundary = document.network.boundary;
        let spins = &own.spins;
        let mean = spins.magnetisation();
        let values: Vec<_> = sampled_correlations(spins, boundary)
            .into_iter()
            .map(|(c, error)| (c - mean * mean, error))
            .collect();
        return Ok(from_values(&values, spins.sites() as u64, mean * mean, decay_of(document)));
    }
    let n = document.network.sites.min(MOST_SITES);
    let theory = &document.theory;
    let half = n as usize / 2;
    let (values, disconnected) = match theory.kind {
        TheoryKind::Chain => {
            let (chain, boundary) = (theory.chain(), document.network.boundary);
            let mean = chain.magnetisation(n as usize, boundary);
            ((0..=half).map(|r| chain.correlation(r, n as usize, boundary)).collect(), mean * mean)
        }
        TheoryKind::QuantumIsing => {
            let values = QuantumIsingSampler::new(theory.mass, n as usize).correlations();
            (values, ordered_square(theory.mass))
        }
        TheoryKind::Samples => (Vec::new(), 0.0),
    };
    let exact: Vec<(f64, f64)> = values.into_iter().map(|c: f64| (c - disconnected, 0.0)).collect();
    let mut found = from_values(&exact, n, disconnected, decay_of(document));
    if n < document.network.sites {
        let asked = document.network.sites;
        found.notes.push(format!("of a chain of {n} sites, the longest that is solved, in place of {asked}"));
    }
    if theory.kind == TheoryKind::QuantumIsing && document.network.boundary == Boundary::Line {
        found.notes.push("of the quantum Ising chain on a ring, though the network is an open line".into());
    }
    Ok(found)
}

/// Squared spontaneous magnetisation of the infinite quantum Ising chain, (1 − (h/J)²)^¼ where h < J (Pfeuty 1970).
fn ordered_square(mass: f64) -> f64 {
    let ratio = (1.0 + mass) / (1.0 - mass);
    if ratio < 1.0 { (1.0 - ratio).powf(0.25) } else { 0.0 }
}

/// Mean ⟨v_i v_{i+r}⟩ over samples and sites with its standard error over samples, for r = 0 … N/2.
#[must_use]
pub fn sampled_correlations(samples: &SpinSamples, boundary: Boundary) -> Vec<(f64, f64)> {
    let n = samples.sites();
    let of = |r: usize| {
        let pairs = if boundary == Boundary::Ring { n } else { n - r };
        let sums = samples.pair_sums(r, boundary).into_iter();
        let summary: Summary = sums.map(|sum| sum as f64 / pairs as f64).collect();
        (summary.mean(), summary.std_error())
    };
    (0..=n / 2).map(of).collect()
}

/// What is expected of the theory.
fn decay_of(document: &Document) -> Decay {
    let xi = document.theory.correlation_length();
    match document.theory.kind {
        _ if !xi.is_finite() => Decay::Critical,
        TheoryKind::Chain | TheoryKind::Samples => Decay::Massive { xi, power: 0.0 },
        // The disordered side falls as r^−½ e^{−r/ξ}; the connected part of the ordered one as r^−2 e^{−2r/ξ}.
        TheoryKind::QuantumIsing if document.theory.mass > 0.0 => Decay::Massive { xi, power: 0.5 },
        TheoryKind::QuantumIsing => Decay::Massive { xi: 0.5 * xi, power: 2.0 },
    }
}

/// Rows and fit of values and errors by separation, 0 first.
#[must_use]
pub fn from_values(
    values: &[(f64, f64)],
    sites: u64,
    disconnected: f64,
    decay: Decay,
) -> BoundaryCorrelations {
    let cutoff = |x: f64| HalfPlane { x, z: 1.0 };
    let rows: Vec<CorrelationRow> = values
        .iter()
        .enumerate()
        .skip(1)
        .map(|(r, &(correlation, error))| CorrelationRow {
            separation: r as u64,
            bulk_distance: distance(cutoff(0.0), cutoff(r as f64)),
            correlation,
            error,
        })
        .collect();
    // Far from the lattice and from the closing of the ring; and within what exponentials leave above rounding.
    let window = match decay {
        Decay::Critical => [8, sites / 8],
        Decay::Massive { xi, .. } => [(0.5 * xi).max(1.0) as u64, ((6.0 * xi) as u64).min(sites / 4)],
    };
    let fitted = |row: &&CorrelationRow| {
        (window[0]..=window[1]).contains(&row.separation) && row.correlation > 1e-11_f64.max(5.0 * row.error)
    };
    let point = |row: &CorrelationRow| match decay {
        Decay::Critical => (row.bulk_distance, row.correlation.ln()),
        Decay::Massive { power, .. } => {
            let r = row.separation as f64;
            (r, row.correlation.ln() + power * r.ln())
        }
    };
    let points: Vec<(f64, f64)> = rows.iter().filter(fitted).map(point).collect();
    BoundaryCorrelations {
        sites,
        rows,
        disconnected,
        decay,
        fit: fit_line(&points),
        window,
        notes: Vec::new(),
    }
}

/// The correlations of a document's theory, found in one piece.
pub(super) struct CorrelationStudy {
    document: Document,
    found: Option<BoundaryCorrelations>,
}

impl CorrelationStudy {
    pub(super) fn new(document: &Document) -> Self {
        Self { document: document.clone(), found: None }
    }

    pub(super) fn advance(&mut self) -> Result<bool, StudyError> {
        self.found = Some(boundary_correlations(&self.document)?);
        Ok(false)
    }

    pub(super) fn progress(&self) -> StudyProgress {
        StudyProgress { doing: "correlations", done: 0, total: 1 }
    }

    pub(super) fn table(&self) -> StudyTable {
        self.found.as_ref().map_or_else(StudyTable::default, BoundaryCorrelations::table)
    }

    pub(super) fn chart(&self) -> Option<Chart> {
        self.found.as_ref().map(BoundaryCorrelations::chart)
    }
}

impl BoundaryCorrelations {
    /// Δ of e^{−Δ d} and its error; `None` for a massive theory.
    #[must_use]
    pub fn delta(&self) -> Option<(f64, f64)> {
        let fit = self.fit.filter(|_| self.decay == Decay::Critical)?;
        Some((-fit.slope, fit.slope_error))
    }

    /// The fitted correlation length of a massive theory and its error.
    #[must_use]
    pub fn correlation_length(&self) -> Option<(f64, f64)> {
        let fit = self.fit.filter(|fit| self.decay != Decay::Critical && fit.slope < 0.0)?;
        Some((-1.0 / fit.slope, fit.slope_error / (fit.slope * fit.slope)))
    }

    /// As a table.
    #[must_use]
    pub fn table(&self) -> StudyTable {
        let mut table = StudyTable::new(&[
            ("separation", "sites"),
            ("bulk_distance", "curvature radii"),
            ("correlation", ""),
            ("error", ""),
        ]);
        for r in &self.rows {
            table.push([r.separation as f64, r.bulk_distance, r.correlation, r.error]);
        }
        table.add_fitted("delta", self.delta());
        table.add_fitted("correlation_length", self.correlation_length());
        table.about.insert("sites", self.sites);
        table.notes.clone_from(&self.notes);
        table
    }

    /// As a plot.
    #[must_use]
    pub fn chart(&self) -> Chart {
        let points: Vec<[f64; 3]> =
            self.rows.iter().map(|r| [r.bulk_distance, r.correlation, r.error]).collect();
        let mut chart = correlations_chart(&CorrelationsPlot {
            points: &points,
            decay: self.decay,
            fit: self.fit,
            window: self.window,
            delta: self.delta(),
            correlation_length: self.correlation_length(),
            sites: self.sites,
            connected: self.disconnected > 0.0,
        });
        chart.notes.extend(self.notes.iter().cloned());
        chart
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys::set_all;

    fn of(settings: &[(&str, &str)]) -> BoundaryCorrelations {
        let mut document = Document::default();
        let all: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        set_all(&mut document, &all).unwrap();
        boundary_correlations(&document).unwrap()
    }

    /// A chain of 1024 sites once stood in for 2^14, a ring for a line, and nothing was said.
    #[test]
    fn another_chain_than_the_sessions_is_named() {
        let of_theory = |kind, sites, boundary| {
            of(&[("theory.kind", kind), ("network.sites", sites), ("network.boundary", boundary)]).table()
        };
        let own = of_theory("chain", "64", "line");
        assert!(own.notes.is_empty() && own.about["sites"] == 64);
        let long = of_theory("chain", "2^14", "ring");
        assert!(long.about["sites"] == 1024 && long.notes[0].contains("16384"), "{:?}", long.notes);
        let line = of_theory("quantum-ising", "64", "line");
        assert!(line.notes.len() == 1 && line.notes[0].contains("ring"), "{:?}", line.notes);
    }

    #[test]
    fn the_critical_chain_has_dimension_one_eighth() {
        // In the window 8 … N/8, 2 arsinh(r/2) differs from 2 ln r by 2/r² at its foot: 0.03 of 5.5, so +0.6 % at
        // most; the closing of the ring lifts ln C by (π/8)²/24 = 0.0064 at its head: −0.0012 of Δ. Together 0.002.
        for n in ["512", "1024"] {
            let found = of(&[("theory.mass", "0"), ("network.sites", n)]);
            let (delta, error) = found.delta().unwrap();
            assert!((delta - 0.125).abs() < 0.002 && error < 0.001, "{delta} ± {error}");
            assert!(found.correlation_length().is_none());
        }
    }

    #[test]
    fn massive_theories_fall_exponentially() {
        let found = of(&[("theory.mass", "0.1"), ("network.sites", "512")]);
        let (xi, _) = found.correlation_length().unwrap();
        // Corrections of order ξ/r to r^−½ e^{−r/ξ} in a window from ξ/2 on: a few per cent.
        assert!((xi / 9.9666 - 1.0).abs() < 0.06, "{xi}");
        assert!(found.delta().is_none());
        let chain = of(&[("theory.kind", "chain"), ("theory.k2", "1.0"), ("network.sites", "256")]);
        let (xi, _) = chain.correlation_length().unwrap();
        let exact = -1.0 / 1.0_f64.tanh().ln();
        // The way round the ring adds t^(N−r): e^(−(N−2r)/ξ), nothing at N = 256.
        assert!((xi - exact).abs() < 1e-6 * exact, "{xi} {exact}");
        let row = chain.rows[4];
        assert!((row.correlation - 1.0_f64.tanh().powi(5)).abs() < 1e-12);
        assert!((row.bulk_distance - 2.0 * 2.5_f64.asinh()).abs() < 1e-12);
    }

    #[test]
    fn the_ordered_side_is_connected() {
        let found = of(&[("theory.mass", "-0.3"), ("network.sites", "256")]);
        // J = √1.3, h = √0.7: M² = (1 − 0.7/1.3)^¼.
        assert!((found.disconnected - (0.6_f64 / 1.3).powf(0.25)).abs() < 1e-12);
        assert!(found.rows[60].correlation.abs() < 1e-6, "what is left is gone at many ξ");
    }

    #[test]
    fn samples_agree_with_the_transfer_matrix_within_their_errors() {
        use crate::theory::{ChainSampler, ClassicalChain};
        let chain = ClassicalChain { k1: 0.0, k2: 0.7, k3: 0.0 };
        let samples = ChainSampler::new(chain, 64, Boundary::Ring).sample(2000, 5, "test");
        for (r, (mean, error)) in sampled_correlations(&samples, Boundary::Ring).into_iter().enumerate() {
            let exact = chain.correlation(r, 64, Boundary::Ring);
            assert!((mean - exact).abs() <= 5.0 * error + 1e-12, "r = {r}: {mean} ± {error}, {exact}");
        }
    }
}
