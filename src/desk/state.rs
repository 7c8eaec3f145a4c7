//! The network's own state of a document: which network, which regions, what is asked.

use super::study::{StudyError, bulk_network};
use crate::holography::BulkNetwork;
use crate::lattice::Boundary;
use crate::network::{Interval, Region};
use crate::session::Document;
use crate::sim::{CapacityRule, StateQuery, TheoryKind, TrainingSnapshot};
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
        // Of no other theory is it the exact answer.
        mass: (document.theory.kind == TheoryKind::QuantumIsing).then_some(document.theory.mass),
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

/// Up to so many sites the map of tightness has every interval: some ten seconds.
pub const MAPPED_SITES: u64 = 64;
/// By how much the starts of one size are shifted against those of the last.
const SCATTER: u64 = 3;

/// Intervals of the map of tightness: middle, size, and the cell's width and height in sites.
///
/// All of them up to [`MAPPED_SITES`] sites (on a ring those of up to N/2, the others being their complements). On longer
/// chains every few sizes and positions, even and odd ones, scattered so that every alignment to the blocks is met.
#[must_use]
pub fn map(document: &Document) -> (Vec<(f64, u64)>, Vec<Region>, [f64; 2]) {
    let n = document.network.sites;
    let ring = document.network.boundary == Boundary::Ring;
    let step = if n <= MAPPED_SITES { 1 } else { n / 32 };
    let most = if ring { n / 2 } else { n - 1 };
    let mut places = Vec::new();
    let mut regions = Vec::new();
    for (row, first) in (1..=most).step_by(step as usize).enumerate() {
        // Odd and even sizes in turn; an odd stride meets every residue of a power of two.
        let (odd, row) = (step > 1 && row % 2 == 1, row as u64);
        let len = first + u64::from(odd);
        let starts = if ring { n } else { n - len + 1 };
        for start in (row * SCATTER % step..starts).step_by(step as usize) {
            places.push(((start as f64 + 0.5 * len as f64).rem_euclid(n as f64), len));
            regions.push(interval(document, start, len));
        }
    }
    // A row of an even size stands one site higher: cells leave no gap there.
    let height = if step > 1 { step + 1 } else { step };
    (places, regions, [step as f64, height as f64])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys::set_all;
    use std::collections::BTreeSet;

    fn document(settings: &[(&str, &str)]) -> Document {
        let mut document = Document::default();
        let settings = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string()));
        set_all(&mut document, &settings.collect::<Vec<_>>()).unwrap();
        document
    }

    #[test]
    fn the_map_of_tightness_has_every_interval_of_64_sites_and_every_alignment_of_more() {
        let (places, regions, cell) = map(&document(&[("network.sites", "64")]));
        assert_eq!((places.len(), regions.len(), cell), (32 * 64, 32 * 64, [1.0, 1.0]));
        let line = document(&[("network.sites", "64"), ("network.boundary", "line")]);
        assert_eq!(map(&line).1.len(), 64 * 65 / 2 - 1);
        for (sites, step) in [("128", 4), ("256", 8)] {
            let (places, regions, _) = map(&document(&[("network.sites", sites)]));
            assert!(regions.len() <= 512 && regions.len() > 400);
            let starts: BTreeSet<u64> = regions.iter().map(|r| r.intervals()[0].start % step).collect();
            assert_eq!(starts, (0..step).collect(), "starts fall on one place of the blocks");
            let parities: BTreeSet<u64> = places.iter().map(|(_, size)| size % 2).collect();
            assert_eq!(parities.len(), 2, "sizes of one parity only");
        }
    }

    #[test]
    fn no_exact_quantum_chain_stands_beside_a_state_of_another_theory() {
        let mass = |kind: &str| {
            let document = document(&[("theory.kind", kind), ("network.capacity", "unit")]);
            let network = Arc::new(bulk_network(&document, None).unwrap());
            query(&document, &network, Vec::new(), Vec::new()).mass
        };
        assert_eq!((mass("quantum-ising"), mass("chain")), (Some(0.0), None));
    }
}
