//! What `learn-geometry` answers: the couplings, how well they are known, and how well they fit.

use crate::entanglement::{GeometryFit, LearnedGeometry};
use crate::sim::{EntropyData, GeometrySnapshot};
use serde::Serialize;

/// The answer of `learn-geometry`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LearnedGeometryReport {
    /// Links between layer k and k + 1, by k.
    pub layers: Vec<LearnedLayerRow>,
    /// Boundary field h_b.
    pub pin_field: f64,
    /// Its standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pin_field_error: Option<f64>,
    /// Root of the mean squared misfit of the regions learned from, in nats.
    pub rms_nats: f64,
    /// The same of the regions held out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heldout_rms_nats: Option<f64>,
    /// Regions, up to position: all, and those held out.
    pub regions: usize,
    /// Those held out.
    pub regions_heldout: usize,
    /// `fermion`, `ising` or the file.
    pub source: String,
    /// Mass of the theory; absent for a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mass: Option<f64>,
    /// Sites of the ring.
    pub sites: u64,
    /// Positions that each region's model entropy is the mean of.
    pub positions: u64,
    /// Strength of the ridge.
    pub ridge: f64,
    /// Whether couplings might be negative.
    pub free: bool,
    /// Effective number of parameters.
    pub effective_parameters: f64,
    /// Cost mean squared misfit + ridge · Σx² over couplings and field at the end of the search from each start.
    pub start_costs: Vec<f64>,
    /// Steps of all searches.
    pub iterations: usize,
    /// Why the best search ended.
    pub stopped_by: &'static str,
    /// Most spins on the frontier.
    pub frontier_width: usize,
    /// Region by region.
    pub comparison: Vec<RegionRow>,
    /// Time it took.
    pub seconds: f64,
}

/// Couplings of one layer of links.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct LearnedLayerRow {
    /// J of the outer slots.
    pub side: f64,
    /// J of the inner slots; absent with r = 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle: Option<f64>,
    /// Standard error of the side coupling; absent where it is held at 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// Standard error of the middle coupling; absent where it is held at 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_standard_error: Option<f64>,
    /// How much of the side coupling the data determine, the ridge the rest; 0 where it is held at 0.
    pub data_share: f64,
    /// How much of the middle coupling the data determine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_data_share: Option<f64>,
    /// Standard error of a side coupling that is held at 0, if it alone were let go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_standard_error: Option<f64>,
    /// How much of it the data would determine then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub held_data_share: Option<f64>,
    /// The error of a middle coupling that is held at 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_held_standard_error: Option<f64>,
    /// Its share of the data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub middle_held_data_share: Option<f64>,
}

/// S2 of one region.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegionRow {
    /// The region at one of its positions.
    pub region: String,
    /// S2 that is learned, in nats.
    pub s2_nats: f64,
    /// S2 of the learned network.
    pub model_nats: f64,
    /// Whether it was held out.
    pub heldout: bool,
}

/// The rows of the layers.
#[must_use]
pub fn learned_layer_rows(learned: &LearnedGeometry) -> Vec<LearnedLayerRow> {
    let row = |l: &crate::entanglement::LayerCouplings| LearnedLayerRow {
        side: l.side,
        middle: l.middle,
        standard_error: l.side_error,
        middle_standard_error: l.middle_error,
        data_share: l.side_data_share,
        middle_data_share: l.middle.map(|_| l.middle_data_share),
        held_standard_error: l.side_held.and_then(|zero| zero.error),
        held_data_share: l.side_held.map(|zero| zero.data_share),
        middle_held_standard_error: l.middle_held.and_then(|zero| zero.error),
        middle_held_data_share: l.middle_held.map(|zero| zero.data_share),
    };
    learned.layers.iter().map(row).collect()
}

/// The answer for a search that has ended; `file` names the user's data, `seconds` is what it took. `None` if nothing
/// was learned.
#[must_use]
pub fn learned_geometry_report(
    snapshot: &GeometrySnapshot,
    fit: &GeometryFit,
    file: Option<&str>,
    seconds: f64,
) -> Option<LearnedGeometryReport> {
    let learned = snapshot.learned.as_ref()?;
    let task = &snapshot.task;
    let (source, mass) = match &task.data {
        EntropyData::Theory { source, mass, .. } => (source.name(), Some(*mass)),
        EntropyData::Given(_) => (file.unwrap_or("file"), None),
    };
    let row = |(region, [s2_nats, model_nats], heldout): (&crate::network::Region, [f64; 2], bool)| {
        RegionRow { region: region.to_string(), s2_nats, model_nats, heldout }
    };
    Some(LearnedGeometryReport {
        layers: learned_layer_rows(learned),
        pin_field: learned.pin_field,
        pin_field_error: learned.pin_field_error,
        rms_nats: learned.rms_nats,
        heldout_rms_nats: learned.held_out_rms_nats,
        regions: learned.regions[0] + learned.regions[1],
        regions_heldout: learned.regions[1],
        source: source.into(),
        mass,
        sites: task.geometry.sites(),
        positions: task.geometry.sites(),
        ridge: task.options.ridge,
        free: task.options.free,
        effective_parameters: learned.effective_parameters,
        start_costs: learned.starts.clone(),
        iterations: learned.iterations,
        stopped_by: learned.stopped.map_or("called-off", |reason| reason.name()),
        frontier_width: snapshot.width,
        comparison: fit.comparison().into_iter().map(row).collect(),
        seconds,
    })
}
