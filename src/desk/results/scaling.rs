//! What `scaling` answers: entropy against size, and the fit of its logarithm.

use super::{ReportError, capacity_sources, finite};
use crate::entanglement::{ScalingFit, window_note};
use crate::holography::BulkNetwork;
use crate::session::Document;
use crate::sim::{Engine, SurveySnapshot, SurveyTask, Surveyor};
use serde::Serialize;
use std::sync::Arc;

/// The answer of `scaling`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScalingReport {
    /// Where the capacities of each layer of links come from.
    pub capacities: Vec<&'static str>,
    /// One row a size, ascending.
    pub rows: Vec<ScalingRow>,
    /// Sites of the ring that the exact values are of; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_sites: Option<u64>,
    /// What must be said of rows and fit: exact values of another ring or not of every size, means above |A| ln 2, a
    /// smaller window, a plateau.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Least-squares line through the means in the window; absent with fewer than two sizes there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit: Option<FitReport>,
}

/// Intervals of one size, over their positions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ScalingRow {
    /// Sites.
    pub size: u64,
    /// Its logarithm.
    pub log2_size: f64,
    /// Mean.
    pub mean_nats: f64,
    /// Standard deviation over positions.
    pub std_nats: f64,
    /// Least.
    pub min_nats: f64,
    /// Largest.
    pub max_nats: f64,
    /// Positions that mean and spread are of.
    pub positions: u64,
    /// Free Dirac fermion of the mass; absent where it is not computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fermion_nats: Option<f64>,
    /// Quantum Ising chain of the mass; absent where it is not computed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantum_ising_nats: Option<f64>,
}

/// The fit S = s₀ + s₁ log2 Ñ.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FitReport {
    /// s₁.
    pub slope_nats_per_log2: f64,
    /// Standard error of the slope; null for a line through two sizes, which tell nothing of it.
    pub error: Option<f64>,
    /// s₀.
    pub intercept_nats: f64,
    /// Smallest and largest size that entered.
    pub window: [u64; 2],
    /// Share of the variance explained; absent on a plateau, where there is no variance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r2: Option<f64>,
    /// 3 dS/d ln Ñ.
    pub c_eff: f64,
}

impl From<ScalingFit> for FitReport {
    fn from(fit: ScalingFit) -> Self {
        Self {
            slope_nats_per_log2: fit.slope_nats_per_log2,
            error: finite(fit.error),
            intercept_nats: fit.intercept_nats,
            window: fit.window,
            r2: fit.r_squared,
            c_eff: fit.c_eff,
        }
    }
}

/// Sizes of a survey and of its fit in place of the default ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurveySizes {
    /// Sizes that are cut.
    pub sizes: Option<Vec<u64>>,
    /// The first and the last size that may enter the fit.
    pub window: Option<[u64; 2]>,
}

impl From<Option<Vec<u64>>> for SurveySizes {
    fn from(sizes: Option<Vec<u64>>) -> Self {
        Self { sizes, window: None }
    }
}

/// Surveys a network to the end; `go_on` is asked between pieces of about 20 ms.
///
/// # Errors
/// `go_on` returned `false`.
pub fn survey(
    document: &Document,
    network: &Arc<BulkNetwork>,
    wanted: impl Into<SurveySizes>,
    mut go_on: impl FnMut() -> bool,
) -> Result<SurveySnapshot, ReportError> {
    let mut surveyor = Surveyor::default();
    let mass = document.theory.mass;
    let SurveySizes { sizes, window } = wanted.into();
    surveyor.apply(SurveyTask { network: Arc::clone(network), mass, sizes, window, references: true });
    while surveyor.advance() {
        if !go_on() {
            return Err(ReportError::CalledOff);
        }
    }
    Ok(surveyor.snapshot().expect("a survey that has come to its end shows itself"))
}

/// What must be said of a fit: that it is of a plateau, or that its window is the smaller one of small networks.
#[must_use]
pub fn fit_note(fit: &ScalingFit, sites: u64) -> Option<String> {
    if fit.saturated() {
        return Some("saturated: the mean entropies in the window are equal".into());
    }
    let smaller = fit.window[0] < 8;
    window_note(sites).filter(|_| smaller).map(str::to_owned)
}

/// The report of a finished survey.
#[must_use]
pub fn scaling_report(network: &BulkNetwork, survey: &SurveySnapshot) -> ScalingReport {
    let sites = network.network.geometry().sites();
    let rows: Vec<ScalingRow> = survey
        .rows
        .iter()
        .map(|row| ScalingRow {
            size: row.size,
            log2_size: (row.size as f64).log2(),
            mean_nats: row.mean_nats,
            std_nats: row.std_nats,
            min_nats: row.min_nats,
            max_nats: row.max_nats,
            positions: row.positions,
            fermion_nats: row.fermion_nats,
            quantum_ising_nats: row.quantum_ising_nats,
        })
        .collect();
    let mut notes = survey.reference_notes(sites);
    notes.extend(survey.above_volume_note());
    notes.extend(survey.fit.and_then(|fit| fit_note(&fit, sites)));
    ScalingReport {
        capacities: capacity_sources(network),
        rows,
        reference_sites: survey.reference_sites,
        notes,
        fit: survey.fit.map(FitReport::from),
    }
}
