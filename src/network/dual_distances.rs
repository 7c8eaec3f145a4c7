//! Shortest dual paths from one gap to all gaps: every interval with that end, in one search (r = 2, 3).

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use super::capacity::Network;
use super::dual_faces::{DualFaces, EDGES};

/// The dual graph of a network laid out with its weights, for many searches.
#[derive(Debug)]
struct DualGraph {
    faces: DualFaces,
    /// Steps out of each face, the hub excepted: face entered and capacity crossed.
    steps: Vec<[(u32, u64); EDGES as usize]>,
    /// Steps out of the hub.
    hub_steps: Vec<(u32, u64)>,
}

/// Marks an absent step.
const NOWHERE: u32 = u32::MAX;

/// One search (Dijkstra 1959) over the whole dual, which can be stopped and taken up again.
///
/// Distances are exact whole units. About 2N faces a search; O(N) memory.
#[derive(Clone, Debug)]
pub(crate) struct DualDistances {
    graph: Arc<DualGraph>,
    distance: Vec<u64>,
    heap: BinaryHeap<Reverse<(u64, u32)>>,
}

impl DualDistances {
    /// # Panics
    /// For r = 4, and for more sites than `Geometry::MOST_LOG2_SITES_EXPLICIT` allows.
    pub fn new(network: Arc<Network>) -> Self {
        let faces = DualFaces::new(network);
        let hub = faces.hub();
        assert!(hub < u64::from(NOWHERE), "the dual graph fits in memory");
        let mut hub_steps = Vec::new();
        let steps = (0..hub)
            .map(|face| {
                std::array::from_fn(|via| match faces.crossing(face, via as u8) {
                    Some(step) => {
                        let weight = faces.weight(&step);
                        if step.to == hub {
                            hub_steps.push((face as u32, weight));
                        }
                        (step.to as u32, weight)
                    }
                    None => (NOWHERE, 0),
                })
            })
            .collect();
        let graph = Arc::new(DualGraph { faces, steps, hub_steps });
        Self { distance: vec![u64::MAX; hub as usize + 1], heap: BinaryHeap::new(), graph }
    }

    /// Begins a search at a gap of layer 0, or outside for `None` (on a line, beyond its ends).
    pub fn start(&mut self, gap: Option<u64>) {
        let from = self.face(gap);
        self.distance.fill(u64::MAX);
        self.heap.clear();
        self.distance[from] = 0;
        self.heap.push(Reverse((0, from as u32)));
    }

    /// Settles faces until `work` of them are done or none is left; returns how many were done. The
    /// search is complete when that is less than `work`.
    pub fn advance(&mut self, work: u64) -> u64 {
        let mut done = 0;
        while done < work {
            let Some(Reverse((length, face))) = self.heap.pop() else { break };
            if length > self.distance[face as usize] {
                continue;
            }
            done += 1;
            let steps = match self.graph.steps.get(face as usize) {
                Some(steps) => steps.as_slice(),
                None => &self.graph.hub_steps,
            };
            for &(to, weight) in steps {
                if to != NOWHERE && length + weight < self.distance[to as usize] {
                    self.distance[to as usize] = length + weight;
                    self.heap.push(Reverse((length + weight, to)));
                }
            }
        }
        done
    }

    /// Distance of a gap, or of the outside, in whole units, once the search is complete.
    pub fn distance(&self, gap: Option<u64>) -> u64 {
        self.distance[self.face(gap)]
    }

    fn face(&self, gap: Option<u64>) -> usize {
        gap.map_or(self.graph.faces.hub(), |gap| self.graph.faces.gap(gap)) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::Geometry;

    #[test]
    fn a_search_in_pieces_ends_like_a_whole_one() {
        let geometry = Geometry::new(6, Boundary::Ring, ReceptiveField::Three, 6).unwrap();
        let mut search = DualDistances::new(Arc::new(Network::unit(geometry, 1.0).unwrap()));
        search.start(Some(4));
        while search.advance(3) == 3 {}
        // Published links of a region at site 5: it ends at gap 4 and gap 4 + size.
        for (size, links) in [(1, 1), (2, 3), (3, 4), (7, 6), (16, 8), (32, 11)] {
            assert_eq!(search.distance(Some(4 + size)), links << 40, "{size} sites");
        }
        let piecewise = search.distance.clone();
        search.start(Some(4));
        search.advance(u64::MAX);
        assert_eq!(search.distance, piecewise);
    }

    #[test]
    fn the_outside_of_a_line_is_an_end_too() {
        let geometry = Geometry::new(5, Boundary::Line, ReceptiveField::Two, 5).unwrap();
        let mut search = DualDistances::new(Arc::new(Network::unit(geometry, 1.0).unwrap()));
        search.start(None);
        search.advance(u64::MAX);
        // The first half of a tree hangs on one link.
        assert_eq!((search.distance(Some(15)), search.distance(None)), (1 << 40, 0));
    }
}
