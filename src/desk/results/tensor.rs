//! What `tensor` answers: Rényi-2 entropies of random tensors beside minimal cuts.

use super::ReportError;
use crate::desk::study;
use crate::entanglement::{Elimination, RandomTensors};
use crate::lattice::Boundary;
use crate::network::{CutSolver, Geometry, Interval, Network, Region};
use crate::numerics::statistics::Summary;
use crate::session::Document;
use serde::Serialize;
use std::sync::Arc;
use std::time::Instant;

/// The answer of `tensor`: region A on the document's network, every link of bond dimension
/// `network.bond_dimension`, boundary spins pinned.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TensorReport {
    /// Region A.
    pub region: String,
    /// S2 in nats.
    pub s2_nats: f64,
    /// Links of the minimal cut times ln D.
    pub cut_nats: f64,
    /// Those links.
    pub links_cut: u64,
    /// D.
    pub bond_dimension: u32,
    /// D_b of the boundary legs; absent where boundary spins are pinned (D_b → ∞).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leg_dimension: Option<u32>,
    /// `ln Z[A] = −F[A]` of the Ising model whose boundary points down on A; infinite fields of pinned spins left out.
    pub log_partition: f64,
    /// ln Z[∅]: S2 is this less the other.
    pub log_partition_empty: f64,
    /// Boundary sites.
    pub sites: u64,
    /// Most spins on the frontier of the exact sum.
    pub frontier_width: usize,
    /// Intervals of every size, if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<TensorRow>>,
    /// Time it took.
    pub seconds: f64,
}

/// Intervals of one size, over positions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TensorRow {
    /// Sites of the interval.
    pub size: u64,
    /// Positions that the means are of.
    pub positions: u64,
    /// Mean S2 in nats.
    pub s2_mean_nats: f64,
    /// Its standard deviation over positions.
    pub s2_std_nats: f64,
    /// Mean of links cut times ln D.
    pub cut_mean_nats: f64,
    /// Its standard deviation over positions.
    pub cut_std_nats: f64,
}

/// Positions of an interval that are looked at, if there are more.
const MOST_POSITIONS: u64 = 256;

/// The network of a document as random tensors: its order of summation, and its cuts in links.
pub struct TensorNetwork {
    order: Arc<Elimination>,
    cuts: CutSolver,
}

impl TensorNetwork {
    /// The document's network, whatever its capacities.
    ///
    /// # Errors
    /// A network that is not built, or too wide for exact sums.
    pub fn new(document: &Document) -> Result<Self, ReportError> {
        let limit = |what: String, reason: String| ReportError::Limit { what, reason };
        let what = || format!("network.sites = {}", document.network.sites);
        let geometry = study::geometry(document).map_err(|e| limit(what(), e.to_string()))?;
        let order = Elimination::new(&geometry).map_err(|e| limit(what(), e.to_string()))?;
        let network = Network::unit(geometry, 1.0).map_err(|e| limit(what(), e.to_string()))?;
        Ok(Self { order: Arc::new(order), cuts: CutSolver::new(Arc::new(network)) })
    }

    /// Its shape.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        self.order.geometry()
    }

    /// Most spins on the frontier.
    #[must_use]
    pub fn width(&self) -> usize {
        self.order.width()
    }

    /// Random tensors on it; `leg_dimension` of the boundary legs, pinned if `None`.
    #[must_use]
    pub fn tensors(&self, bond_dimension: u32, leg_dimension: Option<u32>) -> RandomTensors {
        RandomTensors::new(Arc::clone(&self.order), f64::from(bond_dimension), leg_dimension.map(f64::from))
    }

    /// Links of the minimal cut of a region.
    pub fn links_cut(&mut self, region: &Region) -> u64 {
        let value = self.cuts.value_and_links(region, &mut Vec::new());
        self.cuts.network().to_nats(value).round() as u64
    }

    /// Intervals of a size at all positions, or at 256 evenly spread ones where there are more.
    #[must_use]
    pub fn intervals(&self, size: u64) -> Vec<Region> {
        let g = self.geometry();
        let (sites, boundary) = (g.sites(), g.boundary());
        let room = if boundary == Boundary::Ring { sites } else { sites - size + 1 };
        let count = room.min(MOST_POSITIONS);
        (0..count)
            // Half a step further from block to block, so that even strides do not fall on the same place of each.
            .map(|i| if count == room { i } else { (i * room + i % 7 * (room / 14)) / count % room })
            .map(|start| {
                Region::from_intervals(sites, boundary, [Interval { start, len: size }])
                    .expect("the interval lies on the boundary")
            })
            .collect()
    }
}

/// All sizes to N/2 of a network of up to 64 sites; of larger ones those to 16, then three in two doublings.
#[must_use]
pub fn tensor_sizes(sites: u64) -> Vec<u64> {
    let small = |size: &u64| sites <= 64 || *size <= 16;
    let sparse =
        |size: &u64| size.is_power_of_two() || (size.is_multiple_of(3) && (size / 3).is_power_of_two());
    (1..=sites / 2).filter(|size| small(size) || sparse(size)).collect()
}

/// S2 and cut of the document's region A, and of intervals of every size if `all`; `go_on` is asked between sizes.
///
/// # Errors
/// A network too wide for exact sums, or called off.
pub fn tensor_report(
    document: &Document,
    all: bool,
    leg_dimension: Option<u32>,
    mut go_on: impl FnMut(usize, usize) -> bool,
) -> Result<TensorReport, ReportError> {
    let begin = Instant::now();
    let mut network = TensorNetwork::new(document)?;
    let bond_dimension = document.network.bond_dimension;
    let tensors = network.tensors(bond_dimension, leg_dimension);
    let region = &document.regions.a;
    let links_cut = network.links_cut(region);
    let nats = f64::from(bond_dimension).ln();
    let (log_partition_empty, of_region) = tensors.log_partitions(std::slice::from_ref(region));
    let log_partition = of_region[0];
    let s2_nats = log_partition_empty - log_partition;
    let mut rows = Vec::new();
    let sizes = if all { tensor_sizes(network.geometry().sites()) } else { Vec::new() };
    for (done, &size) in sizes.iter().enumerate() {
        if !go_on(done, sizes.len()) {
            return Err(ReportError::CalledOff);
        }
        let regions = network.intervals(size);
        let s2: Summary = tensors.renyi2_nats(&regions).into_iter().collect();
        let cut: Summary = regions.iter().map(|r| network.links_cut(r) as f64 * nats).collect();
        rows.push(TensorRow {
            size,
            positions: regions.len() as u64,
            s2_mean_nats: s2.mean(),
            s2_std_nats: s2.std(),
            cut_mean_nats: cut.mean(),
            cut_std_nats: cut.std(),
        });
    }
    Ok(TensorReport {
        region: region.to_string(),
        s2_nats,
        cut_nats: links_cut as f64 * nats,
        links_cut,
        bond_dimension,
        leg_dimension,
        log_partition,
        log_partition_empty,
        sites: network.geometry().sites(),
        frontier_width: network.width(),
        rows: all.then_some(rows),
        seconds: begin.elapsed().as_secs_f64(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys::set_all;

    fn report(settings: &[(&str, &str)], all: bool) -> Result<TensorReport, ReportError> {
        let mut document = Document::default();
        let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        set_all(&mut document, &settings).unwrap();
        tensor_report(&document, all, None, |_, _| true)
    }

    #[test]
    fn cuts_are_the_published_ones_and_bound_the_entropy() {
        let found = report(
            &[("network.sites", "64"), ("regions.a", "5..13"), ("network.bond_dimension", "16")],
            true,
        )
        .unwrap();
        // Published links of a ring of 64, r = 3, eight sites at 5.
        assert_eq!(found.links_cut, 6);
        assert!(found.s2_nats < found.cut_nats && found.s2_nats > 0.5 * found.cut_nats, "{found:?}");
        let rows = found.rows.unwrap();
        assert_eq!((rows.len(), rows[0].positions), (32, 64));
        assert!(rows.iter().all(|r| r.s2_mean_nats <= r.cut_mean_nats + 1e-9));
        assert!(report(&[("network.sites", "64")], false).unwrap().rows.is_none());
    }

    #[test]
    fn too_wide_a_network_is_refused_with_the_remedy() {
        let error = report(&[("network.sites", "1024"), ("network.receptive_field", "4")], false);
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("network.sites = 1024") && error.contains("set network.sites lower"),
            "{error}"
        );
    }

    #[test]
    fn sizes_of_long_chains_are_sparse() {
        assert_eq!(tensor_sizes(32), (1..=16).collect::<Vec<_>>());
        let sizes = tensor_sizes(256);
        assert_eq!(sizes[14..], [15, 16, 24, 32, 48, 64, 96, 128]);
    }
}
