//! What `state` answers: exact entropies of the network's own state.

use super::finite;
use crate::holography::StateEntropy;
use crate::network::Region;
use crate::session::{Document, RegionName};
use crate::sim::StateAnswer;
use serde::Serialize;

/// The answer of `state`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StateReport {
    /// `marginal` (ψ = Σ_h e^{−E}) or `born` (ψ = √p).
    pub form: &'static str,
    /// Sites of the chain.
    pub sites: u64,
    /// Angle by which the weights are turned, in radians.
    pub phase: f64,
    /// Seed of each link's own angle; 0 for none.
    pub random_phases: u64,
    /// Whether S ≤ m ln 2 is a theorem for this form.
    pub bounded: bool,
    /// ln Z of the network, `Z = Σ e^{−E}` over all of its spins, boundary and hidden; absent where weights have phases,
    /// and where the network is too wide to be summed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_partition: Option<f64>,
    /// By region.
    pub entropies: Vec<StateRow>,
    /// Pairs of samples behind Rényi-2 entropies that are not exact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<u64>,
    /// Time the work took.
    pub seconds: f64,
}

/// Entropies of one region.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StateRow {
    /// The region.
    pub region: String,
    /// S; absent for the Born form beyond 16 sites.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub von_neumann_nats: Option<f64>,
    /// S2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renyi2_nats: Option<f64>,
    /// Standard error of S2, where it is sampled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// m ln 2 of the fewest separating spins.
    pub bound_nats: f64,
    /// Minimal cut with learned capacities.
    pub cut_nats: f64,
    /// ln 2 for each of the fewest links that separate.
    pub links_nats: f64,
    /// S/(m ln 2), where something separates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tightness: Option<f64>,
    /// Exact quantum Ising chain at `theory.mass` on the same ring: S of one interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantum_ising_nats: Option<f64>,
    /// Its S2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantum_ising_renyi2_nats: Option<f64>,
    /// Why the entropies of this region are not computed; absent where they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// Eigenvalues of ρ_A, largest first, those under 10⁻¹⁴ of it left out; absent where they are not computed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spectrum: Vec<f64>,
}

/// The regions of a document that are not empty, or A if all are.
#[must_use]
pub fn regions_set(document: &Document) -> Vec<Region> {
    let given = RegionName::ALL.map(|name| document.regions.get(name));
    let set: Vec<Region> = given.iter().filter(|r| !r.is_empty()).map(|r| Region::clone(r)).collect();
    if set.is_empty() { vec![document.regions.a.clone()] } else { set }
}

/// An answer of the engine as a report.
#[must_use]
pub fn state_report(answer: &StateAnswer) -> StateReport {
    let row = |(region, row): (&Region, &StateEntropy)| StateRow {
        region: region.to_string(),
        von_neumann_nats: row.von_neumann_nats,
        renyi2_nats: row.renyi2_nats,
        standard_error: row.standard_error,
        bound_nats: row.bound_nats,
        cut_nats: row.cut_nats,
        links_nats: row.links_nats,
        tightness: row.von_neumann_nats.map(|s| s / row.bound_nats).and_then(finite),
        quantum_ising_nats: row.exact_nats.map(|e| e[0]),
        quantum_ising_renyi2_nats: row.exact_nats.map(|e| e[1]),
        limit: row.limit.as_ref().map(ToString::to_string),
        spectrum: row.probabilities.clone(),
    };
    let p = answer.parameters;
    let sampled = answer.rows.iter().any(|row| row.standard_error.is_some());
    StateReport {
        form: p.form.name(),
        sites: answer.regions.first().map_or(0, Region::sites),
        phase: p.phase,
        random_phases: p.random_phases,
        bounded: answer.bounded,
        log_partition: answer.log_partition,
        entropies: answer.regions.iter().zip(&answer.rows).map(row).collect(),
        pairs: sampled.then_some(p.pairs),
        seconds: answer.seconds,
    }
}
