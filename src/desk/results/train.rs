//! What `train` and `sample` answer.

use super::finite;
use crate::rbm::EffectiveCouplings;
use crate::sim::{LearnedLayer, Observable, SamplingFigures, TrainingSnapshot, sampling_figures};
use serde::Serialize;

/// The answer of `train`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainReport {
    /// Correlation length of the boundary theory in sites; absent where it is infinite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xi: Option<f64>,
    /// Layer k is the RBM between layer k (visible) and layer k + 1.
    pub layers: Vec<LayerRow>,
    /// How the samples were drawn.
    pub sampling: SamplingReport,
}

/// Couplings of the hidden spins, K̃.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CouplingReport {
    /// Field.
    pub k1: f64,
    /// Neighbours.
    pub k2: f64,
    /// Three in a row.
    pub k3: f64,
}

impl From<EffectiveCouplings> for CouplingReport {
    fn from(k: EffectiveCouplings) -> Self {
        Self { k1: k.k1, k2: k.k2, k3: k.k3 }
    }
}

/// Bias of the hidden spin of a site, or of each of several.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum HiddenBias {
    /// One channel.
    One(f64),
    /// Several.
    Several(Vec<f64>),
}

/// One trained layer. Likelihoods are in nats per visible spin; weights as p ∝ exp(Σ b h + Σ v w h + Σ c v).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LayerRow {
    /// Number of the layer, 0 at the boundary.
    pub layer: usize,
    /// Visible sites.
    pub sites: usize,
    /// Spins on a visible and on a hidden site.
    pub channels: [usize; 2],
    /// Whether all blocks were to share their weights.
    pub shared: bool,
    /// Shared: for each hidden channel a row of r q' weights, site by site. Unshared: for each block a row of r.
    pub weights: Vec<Vec<f64>>,
    /// Bias of even and odd visible spins; with several channels those of even sites first.
    pub visible_bias: Vec<f64>,
    /// Bias of hidden spins; with several channels a list.
    pub hidden_bias: HiddenBias,
    /// Couplings of the hidden spins; with several channels they are no Ising chain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_eff: Option<CouplingReport>,
    /// Their standard errors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_eff_error: Option<CouplingReport>,
    /// −⟨ln p⟩ per spin over the training samples.
    pub nll_per_spin: f64,
    /// Its standard error.
    pub nll_error: f64,
    /// −⟨ln p⟩ per spin over the held-out samples.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nll_heldout: Option<f64>,
    /// Its standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nll_heldout_error: Option<f64>,
    /// KL(P‖p) per spin, to the model below; null where P is unknown.
    pub kl_per_spin: Option<f64>,
    /// Its standard error; 0 for an exact expectation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kl_error: Option<f64>,
    /// Mean of ln Tr_h e^T over P with ΔF = 0; null where P is unknown.
    pub trace_mean: Option<f64>,
    /// Its standard deviation; null where P is unknown.
    pub trace_std: Option<f64>,
    /// F^v = −ln Z of the model below; null where P is unknown.
    pub free_energy_visible: Option<f64>,
    /// F^h = −ln Z of the layer as stored.
    pub free_energy_hidden: f64,
    /// ΔF = F^h − F^v before it is fixed to 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub free_energy_difference: Option<f64>,
    /// Why fields above are null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Correlation length of the model below in sites of this layer, where it is known and finite.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xi: Option<f64>,
    /// ⟨v_i v_{i+1}⟩ over the training samples.
    pub nn_correlation: f64,
    /// Schmidt entropy of each slot's link.
    pub link_entropy_nats: Vec<f64>,
    /// Iterations of the optimiser.
    pub iterations: usize,
    /// Why it ended: `gradient`, `iterations`, `line-search`.
    pub stopped_by: &'static str,
    /// Whether the weights are those of a lower layer; trained layers are never.
    pub extrapolated: bool,
    /// How long it took.
    pub seconds: f64,
}

/// How the samples of the boundary theory were drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SamplingReport {
    /// `transfer-matrix` (classical chain) or `determinantal` (quantum Ising chain), both exact.
    pub method: &'static str,
    /// Integrated autocorrelation time τ = 1 + 2 Σ ρ in samples: 1, as exact samples are independent.
    pub autocorrelation_time: f64,
    /// Samples thrown away at the start: none.
    pub burn_in: u64,
    /// How long it took.
    pub seconds: f64,
    /// Magnetisation and correlations of the training samples, beside the exact ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub observables: Vec<ObservableRow>,
}

/// A mean over the boundary spins.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ObservableRow {
    /// `magnetisation`, or `correlation` of two sites.
    pub name: &'static str,
    /// How far apart the two sites are; 0 for the magnetisation.
    pub distance: usize,
    /// The exact value; null where P is unknown.
    pub exact: Option<f64>,
    /// The mean over samples and positions.
    pub sampled: f64,
    /// Its standard error.
    pub error: f64,
}

impl From<&Observable> for ObservableRow {
    fn from(o: &Observable) -> Self {
        let name = if o.distance == 0 { "magnetisation" } else { "correlation" };
        Self { name, distance: o.distance, exact: o.exact, sampled: o.sampled, error: o.error }
    }
}

/// The answer of `sample`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SampleReport {
    /// Samples written.
    pub samples: u64,
    /// Sites of each.
    pub sites: u64,
    /// As [`SamplingReport::autocorrelation_time`].
    pub autocorrelation_time: f64,
    /// How long drawing took.
    pub seconds: f64,
}

/// The report of a finished training.
///
/// Layers whose weights came with a session bear no figures and are left out.
#[must_use]
pub fn train_report(snapshot: &TrainingSnapshot) -> TrainReport {
    TrainReport {
        xi: finite(snapshot.task.theory.correlation_length()),
        layers: snapshot
            .layers
            .iter()
            .filter_map(|l| layer_row(l, snapshot.task.learning.shared_weights))
            .collect(),
        sampling: SamplingReport {
            observables: snapshot.observables.iter().map(ObservableRow::from).collect(),
            ..sampling_report(
                snapshot.sampling.unwrap_or_else(|| sampling_figures(snapshot.task.theory.kind)),
                snapshot.sampling_seconds,
            )
        },
    }
}

/// How exact samples are drawn, with the time it took.
#[must_use]
pub const fn sampling_report(figures: SamplingFigures, seconds: f64) -> SamplingReport {
    let SamplingFigures { method, autocorrelation_time, burn_in } = figures;
    SamplingReport { method, autocorrelation_time, burn_in, seconds, observables: Vec::new() }
}

fn layer_row(layer: &LearnedLayer, shared: bool) -> Option<LayerRow> {
    let report = layer.report.as_ref()?;
    Some(LayerRow {
        layer: report.layer,
        sites: report.sites,
        channels: report.channels,
        shared,
        weights: layer.rbm.weight_rows(),
        visible_bias: layer.rbm.visible_bias(),
        hidden_bias: match layer.rbm.single() {
            Some(rbm) => HiddenBias::One(rbm.hidden_bias),
            None => HiddenBias::Several(layer.rbm.hidden_bias()),
        },
        k_eff: report.k_eff.map(Into::into),
        k_eff_error: report.k_eff_error.map(Into::into),
        nll_per_spin: report.nll_per_spin,
        nll_error: report.nll_error,
        nll_heldout: report.nll_held_out,
        nll_heldout_error: report.nll_held_out_error,
        kl_per_spin: report.kl_per_spin,
        kl_error: report.kl_error,
        trace_mean: report.trace_mean,
        trace_std: report.trace_std,
        free_energy_visible: report.free_energy_visible,
        free_energy_hidden: report.free_energy_hidden,
        free_energy_difference: report.free_energy_difference,
        reason: report.absent_reason.clone(),
        xi: report.correlation_length.and_then(finite),
        nn_correlation: report.nn_correlation,
        link_entropy_nats: report.link_entropies.clone(),
        iterations: report.iterations,
        stopped_by: report.stopped_by.name(),
        extrapolated: false,
        seconds: layer.seconds,
    })
}
