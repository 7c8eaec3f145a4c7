//! The answers of the command line as documents: what each `--json` holds, and how it comes from the engines.
//!
//! Field names are a contract: more may be added, none changes. Entropies are in nats. A field that is not
//! computed is absent.

mod cut;
mod fermion;
mod graph;
mod graphml;
mod learned_geometry;
mod made_by;
mod scaling;
mod state;
mod tensor;
mod train;

pub use cut::{
    ByUnion, CutDetails, CutReport, FermionCutReport, InequalityRow, RegionTexts, ThreadReport, TieReport,
    cut_report, geodesic_lengths, is_above_volume,
};
pub use fermion::{FermionReport, fermion_report};
pub use graph::{GraphReport, LinkRow, NodeRow, graph_report};
pub use graphml::graphml;
pub use learned_geometry::{
    LearnedGeometryReport, LearnedLayerRow, RegionRow, learned_geometry_report, learned_layer_rows,
};
pub use made_by::{GivenWeights, MadeBy, Signed, made_by};
pub use scaling::{FitReport, ScalingReport, ScalingRow, SurveySizes, fit_note, scaling_report, survey};
pub use state::{StateReport, StateRow, regions_set, state_report};
pub use tensor::{TensorNetwork, TensorReport, TensorRow, tensor_report, tensor_sizes};
pub use train::{
    CouplingReport, HiddenBias, LayerRow, ReusedRow, SampleReport, SamplingReport, StackRow, TrainReport,
    sampling_report, train_report,
};

use crate::holography::{BulkNetwork, LayerStatus};
use crate::network::FlowError;
use crate::session::keys::KEYS;
use crate::session::keys::Value;
use serde::Serialize;

/// Why an answer cannot be given.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// Flow and cut differ, or the graph is too large.
    #[error(transparent)]
    Flow(#[from] FlowError),
    /// Dense matrices of this size would take too long.
    #[error("{what}: {reason}")]
    Limit {
        /// The key and its value.
        what: String,
        /// What is possible.
        reason: String,
    },
    /// The caller asked to stop.
    #[error("the work was called off")]
    CalledOff,
}

/// Where the capacities of each layer of links come from: `given`, `learned`, `extrapolated`, `untrained`
/// (ln 2 a link).
#[must_use]
pub fn capacity_sources(network: &BulkNetwork) -> Vec<&'static str> {
    let word = |status: &LayerStatus| match status {
        LayerStatus::Given => "given",
        LayerStatus::Learned => "learned",
        LayerStatus::Extrapolated => "extrapolated",
        LayerStatus::Untrained => "untrained",
    };
    network.status.iter().map(word).collect()
}

/// One parameter of the table of keys.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct KeyRow {
    /// Path after `--set`.
    pub key: &'static str,
    /// Symbol in formulas; may be empty.
    pub symbol: &'static str,
    /// Kind of value.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Value of the built-in default.
    pub default: serde_json::Value,
    /// What is allowed.
    pub range: String,
    /// Unit; may be empty.
    pub unit: &'static str,
    /// What it is.
    pub meaning: &'static str,
}

/// The table of keys, in the order of the session file.
#[must_use]
pub fn key_rows() -> Vec<KeyRow> {
    KEYS.iter()
        .map(|key| KeyRow {
            key: key.path,
            symbol: key.symbol,
            kind: key.type_name(),
            default: match key.default_value() {
                Value::Real(x) => x.into(),
                Value::Integer(i) => i.into(),
                Value::Text(t) => t.into(),
            },
            range: key.range(),
            unit: key.unit,
            meaning: key.meaning,
        })
        .collect()
}

/// An answer as one JSON document with its line end.
#[must_use]
pub fn json(answer: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(answer).expect("numbers, words and lists always serialise");
    bytes.push(b'\n');
    bytes
}

/// Why a correlation length, or the layer of its wall, is null.
const CRITICAL: &str = "the theory is critical: its correlation length is infinite";

/// A number that JSON can hold; infinity stays away.
fn finite(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}
