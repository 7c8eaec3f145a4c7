//! The network's own state of a document: which network, which regions, what is asked.

use super::study::{StudyError, bulk_network};
use crate::holography::BulkNetwork;
use crate::lattice::Boundary;
use crate::network::{Interval, Region};
use crate::session::Document;
use crate::sim::{CapacityRule, StateQuery, TrainingSnapshot};
use std::sync::Arc;

/// The network of a document with its learned weights, whatever the capacities of its cuts are: a state is made of
/// weights.
///
/// # Errors
/// As [`bulk_network`].
pub fn weighted_network(
    document: &Document,
    training: Option<&TrainingSnapshot>,
) -> Result<BulkNetwork, StudyError> {
    let mut document = document.clone();
    document.network.capacity = CapacityRule::Learned;
    bulk_network(&document, training)
}

/// A question about regions of a document's state.
#[must_use]
pub fn query(
    document: &Document,
    network: &Arc<BulkNetwork>,
    regions: Vec<Region>,
    groups: Vec<Vec<usize>>,
) -> StateQuery {
    StateQuery {
        number: 1,
        network: Arc::clone(network),
        parameters: document.state,
        mass: Some(document.theory.mass),
        seed: document.learning.seed,
        regions,
        groups,
    }
}

/// An interval of a document's chain.
///
/// # Panics
/// If it does not lie on it.
#[must_use]
pub fn interval(document: &Document, start: u64, len: u64) -> Region {
    let n = &document.network;
    Region::from_intervals(n.sites, n.boundary, [Interval { start, len }]).expect("an interval of the chain")
}

/// Every interval that leaves something out: by size, then by start.
#[must_use]
pub fn all_intervals(document: &Document) -> Vec<Region> {
    let n = document.network.sites;
    let starts = |len: u64| if document.network.boundary == Boundary::Ring { n } else { n - len + 1 };
    (1..n).flat_map(|len| (0..starts(len)).map(move |s| interval(document, s, len))).collect()
}

/// Positions of a size on a long ring: each is a contraction of its own.
const POSITIONS: u64 = 4;
/// Up to so many sites every size and position is asked for.
const ALL_SITES: u64 = 16;

/// Intervals of the plot against size, with the numbers of those of each size.
///
/// On a ring of 16 sites or fewer all of up to N/2 sites, at all positions; on a longer one some sizes and four positions, one
/// of each kind of alignment to the blocks. On a line the regions [0, ℓ), which one sweep finds together.
#[must_use]
pub fn sizes(document: &Document) -> (Vec<u64>, Vec<Region>, Vec<Vec<usize>>) {
    let n = document.network.sites;
    let ring = document.network.boundary == Boundary::Ring;
    let sizes: Vec<u64> = if !ring {
        (1..n).collect()
    } else if n <= ALL_SITES {
        (1..=n / 2).collect()
    } else {
        // Four a doubling.
        let step = |s: u64| if s < 8 { 1 } else { (1 << s.ilog2()) / 4 };
        std::iter::successors(Some(1), |s| Some(s + step(*s))).take_while(|s| *s <= n / 2).collect()
    };
    let starts: Vec<u64> = if !ring {
        vec![0]
    } else if n <= ALL_SITES {
        (0..n).collect()
    } else {
        (0..POSITIONS).map(|k| k * (n / POSITIONS) + k).collect()
    };
    let regions = sizes.iter().flat_map(|l| starts.iter().map(move |s| interval(document, *s, *l))).collect();
    let groups = (0..sizes.len()).map(|k| (k * starts.len()..(k + 1) * starts.len()).collect()).collect();
    (sizes, regions, groups)
}

/// Intervals of the map of tightness: middle, size, and the cell's width and height in sites.
///
/// All of them up to 32 sites (on a ring those of up to N/2, the others being their complements), every other or fourth
/// size and position on longer chains.
#[must_use]
pub fn map(document: &Document) -> (Vec<(f64, u64)>, Vec<Region>, [f64; 2]) {
    let n = document.network.sites;
    let ring = document.network.boundary == Boundary::Ring;
    let step = (n / 32).max(1);
    let most = if ring { n / 2 } else { n - 1 };
    let mut places = Vec::new();
    let mut regions = Vec::new();
    for len in (1..=most).step_by(step as usize) {
        let starts = if ring { n } else { n - len + 1 };
        for start in (0..starts).step_by(step as usize) {
            places.push(((start as f64 + 0.5 * len as f64).rem_euclid(n as f64), len));
            regions.push(interval(document, start, len));
        }
    }
    (places, regions, [step as f64; 2])
}
