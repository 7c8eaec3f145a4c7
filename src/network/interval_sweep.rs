//! Entropies of an interval that grows by one site at a time, by mending the flow instead of starting anew.

use std::sync::Arc;

use super::blocking_flow::{FlowGraph, Role};
use super::capacity::{Capacity, Network};
use super::max_flow::FlowError;

/// Maximum flow from an interval to the rest while the interval grows at its right end.
///
/// A site that joins turns from sink to source. What it absorbed no longer counts, and every new augmenting
/// path starts at it: the older sources had none before, and flow that starts elsewhere cannot open one for
/// them (what they reach in the residual network has only full arcs leading out). For the same reason the
/// nodes of a search that failed need never be searched again in this sweep; that is what makes a whole
/// sweep cost little more than its augmenting paths.
#[derive(Clone, Debug)]
pub struct IntervalSweep {
    graph: Arc<FlowGraph>,
    residual: Vec<i64>,
    role: Vec<Role>,
    /// Search in which a node was last seen; [`DEAD`] if no sink can be reached from it any more.
    seen: Vec<u32>,
    search: u32,
    /// Arc by which the search came.
    arrival: Vec<u32>,
    queue: Vec<u32>,
    start: u64,
    len: u64,
    value: i64,
    visited: u64,
}

const DEAD: u32 = u32::MAX;
const NO_ARC: u32 = u32::MAX;

impl IntervalSweep {
    /// An empty interval at site 0.
    ///
    /// # Errors
    /// More than 2²² sites.
    pub fn new(network: &Network) -> Result<Self, FlowError> {
        Ok(Self::on(Arc::new(FlowGraph::new(network)?)))
    }

    pub(crate) fn on(graph: Arc<FlowGraph>) -> Self {
        let nodes = graph.arcs.nodes();
        let mut sweep = Self {
            residual: Vec::new(),
            role: vec![Role::Inner; nodes],
            seen: vec![0; nodes],
            search: 0,
            arrival: vec![NO_ARC; nodes],
            queue: Vec::new(),
            start: 0,
            len: 0,
            value: 0,
            visited: 0,
            graph,
        };
        sweep.start_at(0);
        sweep
    }

    /// Begins anew with the empty interval at `start`. O(links).
    pub fn start_at(&mut self, start: u64) {
        self.residual.clear();
        self.residual.extend_from_slice(&self.graph.arcs.capacity);
        self.role[..self.graph.geometry.sites() as usize].fill(Role::Sink);
        self.seen.fill(0);
        (self.search, self.start, self.len, self.value) = (0, start, 0, 0);
    }

    /// Number of sites |A| so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.len
    }

    /// S_A of the interval so far: exact minimum cut in whole units.
    #[must_use]
    pub fn value(&self) -> Capacity {
        Capacity(self.value as u64)
    }

    /// Nodes visited by all searches, a measure of the work done.
    #[must_use]
    pub fn nodes_visited(&self) -> u64 {
        self.visited
    }

    /// Takes the next site on the right into the interval (wrapping on a ring).
    ///
    /// # Panics
    /// If the interval is the whole boundary already.
    pub fn extend(&mut self) {
        let graph = Arc::clone(&self.graph);
        let sites = graph.geometry.sites();
        assert!(self.len < sites, "an interval of {sites} sites cannot grow");
        let site = ((self.start + self.len) % sites) as u32;
        self.len += 1;
        // What the site gave out as a sink: minus what it absorbed.
        self.value += graph
            .arcs
            .leaving(site)
            .map(|arc| graph.arcs.capacity[arc as usize] - self.residual[arc as usize])
            .sum::<i64>();
        self.role[site as usize] = Role::Source;
        while let Some(sink) = self.nearest_sink(&graph, site) {
            self.value += self.push(&graph, sink);
        }
        for &v in &self.queue {
            self.seen[v as usize] = DEAD;
        }
    }

    /// The nearest sink that `from` reaches; without one, `queue` holds all that it reaches.
    fn nearest_sink(&mut self, graph: &FlowGraph, from: u32) -> Option<u32> {
        self.search += 1;
        self.queue.clear();
        self.queue.push(from);
        self.seen[from as usize] = self.search;
        self.arrival[from as usize] = NO_ARC;
        let mut next = 0;
        while let Some(&v) = self.queue.get(next) {
            next += 1;
            self.visited += 1;
            for arc in graph.arcs.leaving(v) {
                let w = graph.arcs.head[arc as usize];
                let seen = self.seen[w as usize];
                if self.residual[arc as usize] > 0 && seen != self.search && seen != DEAD {
                    self.seen[w as usize] = self.search;
                    self.arrival[w as usize] = arc;
                    if self.role[w as usize] == Role::Sink {
                        return Some(w);
                    }
                    self.queue.push(w);
                }
            }
        }
        None
    }

    fn push(&mut self, graph: &FlowGraph, sink: u32) -> i64 {
        let twin = &graph.arcs.twin;
        let arrivals = |arrival: &[u32], mut v: u32, visit: &mut dyn FnMut(u32)| {
            while arrival[v as usize] != NO_ARC {
                let arc = arrival[v as usize];
                visit(arc);
                v = graph.arcs.head[twin[arc as usize] as usize];
            }
        };
        let mut amount = i64::MAX;
        arrivals(&self.arrival, sink, &mut |arc| amount = amount.min(self.residual[arc as usize]));
        arrivals(&self.arrival, sink, &mut |arc| {
            self.residual[arc as usize] -= amount;
            self.residual[twin[arc as usize] as usize] += amount;
        });
        amount
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::Geometry;

    #[test]
    fn a_sweep_round_a_ring_gives_the_published_links_and_ends_at_zero() {
        let geometry = Geometry::new(6, Boundary::Ring, ReceptiveField::Four, 6).unwrap();
        let network = Network::unit(geometry, 1.0).unwrap();
        let mut sweep = IntervalSweep::new(&network).unwrap();
        sweep.start_at(5);
        let mut links = Vec::new();
        for _ in 0..64 {
            sweep.extend();
            links.push((network.to_nats(sweep.value())) as usize);
        }
        for (size, expected) in
            [(1, 2), (2, 4), (3, 6), (4, 6), (7, 10), (8, 10), (16, 14), (31, 18), (32, 18)]
        {
            assert_eq!(links[size - 1], expected, "{size} sites");
        }
        assert_eq!((sweep.size(), sweep.value()), (64, Capacity(0)));
    }
}
