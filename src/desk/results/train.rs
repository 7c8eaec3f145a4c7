//! What `train` and `sample` answer.

use super::{CRITICAL, finite};
use crate::numerics::optimiser::StopReason;
use crate::rbm::{LayerReport, StatedCouplings};
use crate::session::Document;
use crate::sim::{LearnedLayer, Observable, SamplingFigures, TheoryKind, TrainingSnapshot, sampling_figures};
use serde::Serialize;

/// The answer of `train`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainReport {
    /// Correlation length of the boundary theory in sites; null where it is infinite or not known.
    pub xi: Option<f64>,
    /// Why it is null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub xi_reason: Option<&'static str>,
    /// Layer k is the RBM between layer k (visible) and layer k + 1: those that were learned, then those of the
    /// network above them.
    pub layers: Vec<StackRow>,
    /// How the samples were drawn.
    pub sampling: SamplingReport,
}

/// A layer of the network.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum StackRow {
    /// It was learned.
    Learned(Box<LayerRow>),
    /// It is deeper than the learned stack.
    Reused(ReusedRow),
}

impl StackRow {
    /// A learned layer.
    #[must_use]
    pub const fn learned(&self) -> Option<&LayerRow> {
        match self {
            Self::Learned(row) => Some(row),
            Self::Reused(_) => None,
        }
    }
}

/// A layer deeper than the learned stack, which has the weights of the deepest learned layer: no figures belong to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReusedRow {
    /// Number of the layer.
    pub layer: usize,
    /// Visible sites.
    pub sites: u64,
    /// The layer whose weights these are.
    pub weights_of: usize,
    /// As [`LayerRow::weights`].
    pub weights: Vec<Vec<f64>>,
    /// As [`LayerRow::link_entropy_nats`].
    pub link_entropy_nats: Vec<f64>,
    /// Always.
    pub extrapolated: bool,
}

/// Couplings of the hidden spins, K̃, or their errors; null where there is none, with the reason in the layer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CouplingReport {
    /// Field.
    pub k1: Option<f64>,
    /// Neighbours.
    pub k2: Option<f64>,
    /// Three in a row.
    pub k3: f64,
}

impl From<StatedCouplings> for CouplingReport {
    fn from(k: StatedCouplings) -> Self {
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
    /// Why some of these are null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub k_eff_reason: Option<&'static str>,
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
    /// Its standard errors; null where the samples do not hold the weight, absent where no errors are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub link_entropy_error: Vec<Option<f64>>,
    /// Standard errors of the shared weights, as those of the link entropies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weights_error: Vec<Option<f64>>,
    /// Iterations of the optimiser; absent for weights that were not learned here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iterations: Option<usize>,
    /// Why it ended: `gradient`, `iterations`, `line-search`, `held-out`; absent as the iterations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<&'static str>,
    /// Whether the weights are those of a lower layer: not here, but those of [`ReusedRow`].
    pub extrapolated: bool,
    /// How long it took.
    pub seconds: f64,
}

/// How the samples of the boundary theory were drawn.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SamplingReport {
    /// `transfer-matrix` (classical chain) or `determinantal` (quantum Ising chain), both exact.
    pub method: &'static str,
    /// Integrated autocorrelation time τ = 1 + 2 Σ ρ in samples: 1 for exact samples, which are independent, an
    /// estimate for the rows of a file. What links must bring and all errors are those of n/τ samples.
    pub autocorrelation_time: f64,
    /// Samples thrown away at the start: none.
    pub burn_in: u64,
    /// What to know of the held-out samples, where they are not independent of those learned from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_out_note: Option<&'static str>,
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
    /// Why it is null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The mean over samples and positions.
    pub sampled: f64,
    /// Its standard error.
    pub error: f64,
}

impl From<&Observable> for ObservableRow {
    fn from(o: &Observable) -> Self {
        let name = if o.distance == 0 { "magnetisation" } else { "correlation" };
        let reason = o.exact.is_none().then_some("of samples from a file P(v) is not known");
        Self { name, distance: o.distance, exact: o.exact, reason, sampled: o.sampled, error: o.error }
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

/// The report of a finished training, for the network of a document.
///
/// Layers whose weights came with a session bear no figures and are left out.
#[must_use]
pub fn train_report(document: &Document, snapshot: &TrainingSnapshot) -> TrainReport {
    let xi = finite(snapshot.task.theory.correlation_length());
    TrainReport {
        xi,
        xi_reason: xi.is_none().then_some(match snapshot.task.theory.kind {
            TheoryKind::Samples => "of samples from a file the correlation length is not known",
            TheoryKind::Chain | TheoryKind::QuantumIsing => CRITICAL,
        }),
        layers: snapshot
            .layers
            .iter()
            .filter_map(|l| layer_row(l, snapshot.task.learning.shared_weights))
            .map(|row| StackRow::Learned(Box::new(row)))
            .chain(reused_rows(document, snapshot).map(StackRow::Reused))
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

/// Rows of a longer autocorrelation time have near copies of each other; that of 100 independent ones is estimated as
/// 1 ± 0.4.
const REMEMBERED: f64 = 2.0;
const NEAR_COPIES: &str = "rows of the file remember each other, and those held out were chosen one by one: they have near copies among those learned from, so their likelihood hardly shows overfitting";

/// How samples are drawn, with the time it took.
#[must_use]
pub const fn sampling_report(figures: SamplingFigures, seconds: f64) -> SamplingReport {
    let SamplingFigures { method, autocorrelation_time, burn_in } = figures;
    let held_out_note = if autocorrelation_time > REMEMBERED { Some(NEAR_COPIES) } else { None };
    SamplingReport { method, autocorrelation_time, burn_in, held_out_note, seconds, observables: Vec::new() }
}

/// The layers of the network above the learned stack: they take the deepest learned weights.
fn reused_rows(document: &Document, snapshot: &TrainingSnapshot) -> impl Iterator<Item = ReusedRow> {
    let learned = snapshot.layers.len();
    let depth = document.network.depth(document.theory.mass) as usize;
    let deepest = snapshot.layers.last().filter(|_| snapshot.is_complete()).map(|layer| &layer.rbm);
    (learned..depth).filter_map(move |layer| {
        let rbm = deepest?;
        Some(ReusedRow {
            layer,
            sites: document.network.sites >> layer,
            weights_of: learned - 1,
            weights: rbm.weight_rows(),
            link_entropy_nats: rbm.link_entropies(),
            extrapolated: true,
        })
    })
}

/// Why couplings of a layer, or their errors, are null; nothing where none is.
fn k_eff_reason(report: &LayerReport) -> Option<&'static str> {
    let [couplings, errors] = [report.k_eff?, report.k_eff_error?];
    if couplings.k2.is_none() {
        Some("a single hidden spin has no neighbour to be coupled to")
    } else if report.no_errors.is_some() {
        report.no_errors
    } else if [errors.k1, errors.k2].contains(&None) && report.link_entropies.iter().all(|s| *s == 0.0) {
        if report.stopped_by == Some(StopReason::Iterations) {
            return Some(
                "learning.epochs was used up before a link of this layer paid for itself, all are 0: allow more iterations to know whether any does",
            );
        }
        Some(
            "no link of this layer pays for itself, all are 0: what the samples leave of the couplings is not measured",
        )
    } else if errors.k1.is_none() || errors.k2.is_none() {
        Some(
            "the weights are no minimum of the negative log-likelihood, so nothing bounds the couplings there",
        )
    } else {
        None
    }
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
        k_eff_reason: k_eff_reason(report),
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
        link_entropy_error: report.link_entropy_errors.clone(),
        weights_error: report.weight_errors.clone(),
        iterations: report.iterations,
        stopped_by: report.stopped_by.map(StopReason::name),
        extrapolated: false,
        seconds: layer.seconds,
    })
}
