//! The fewest spins whose removal separates a region: the bound m ln 2 on the entropy of the network's state.

use super::blocking_flow::{ArcPair, Arcs, FlowState, Role};
use super::capacity::Network;
use super::geometry::{Geometry, Node};
use super::max_flow::FlowError;
use super::region::Region;

/// A smallest set of spins that separates a region from the rest of the boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpinBound {
    /// The nodes of these spins, visible or hidden, A's and the rest's own included, sorted. Of all smallest
    /// sets the one nearest A.
    pub spins: Vec<Node>,
    /// Their number m: a node counts as many as it has spins.
    pub count: u64,
}

/// Finds the fewest separating spins in one network, keeping its buffers from query to query.
///
/// Every node is split in two, joined by an arc of as much capacity as it has spins; links carry any amount. The maximum flow from
/// A's spins to the others then counts spin-disjoint paths, as many as the smallest separating set has
/// spins (Menger 1927). Links of capacity 0 bind nothing and are left out. O(links) memory, O(m links) time
/// at worst.
#[derive(Clone, Debug)]
pub struct SpinBoundSolver {
    geometry: Geometry,
    channels: u32,
    arcs: Arcs,
    state: FlowState,
}

impl SpinBoundSolver {
    /// Lays out the graph of a network with one spin on every node.
    ///
    /// # Errors
    /// More than 2²² sites.
    pub fn new(network: &Network) -> Result<Self, FlowError> {
        Self::with_channels(network, 1)
    }

    /// Lays out the graph of a network with `channels` spins on every node above the boundary.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_channels(network: &Network, channels: u32) -> Result<Self, FlowError> {
        let geometry = *network.geometry();
        if geometry.log2_sites() > Geometry::MOST_LOG2_SITES_EXPLICIT {
            return Err(FlowError::TooLarge { log2_sites: geometry.log2_sites() });
        }
        let nodes = geometry.node_count();
        // More than all spins together can carry.
        let unbounded = nodes as i64 * i64::from(channels);
        let on_node = |v: u32| if u64::from(v) < geometry.sites() { 1 } else { i64::from(channels) };
        let spins = || {
            (0..nodes as u32).map(|v| ArcPair { tail: 2 * v, head: 2 * v + 1, there: on_node(v), back: 0 })
        };
        let links = || {
            geometry.links().filter(|&link| network.nats(link) > 0.0).filter_map(|link| geometry.ends(link))
        };
        let bonds = || {
            links().flat_map(|(lower, upper)| {
                let (u, v) = (geometry.node_id(lower) as u32, geometry.node_id(upper) as u32);
                [(u, v), (v, u)].map(|(from, to)| ArcPair {
                    tail: 2 * from + 1,
                    head: 2 * to,
                    there: unbounded,
                    back: 0,
                })
            })
        };
        let arcs = Arcs::new(2 * nodes as usize, || spins().chain(bonds()));
        Ok(Self { geometry, channels, arcs, state: FlowState::default() })
    }

    /// The fewest spins that separate `region` from the rest; none for an empty or full region.
    ///
    /// # Panics
    /// If the region belongs to another boundary.
    pub fn solve(&mut self, region: &Region) -> SpinBound {
        let sites = self.geometry.sites();
        assert!(region.sites() == sites, "region of {} sites on a network of {sites}", region.sites());
        self.state.reset(&self.arcs);
        for s in 0..sites as usize {
            self.state.role[2 * s + 1] = Role::Sink;
        }
        for (start, end) in region.pieces() {
            for s in start as usize..end as usize {
                self.state.role[2 * s] = Role::Source;
                self.state.role[2 * s + 1] = Role::Inner;
            }
        }
        let count = self.state.maximise(&self.arcs);
        let spins: Vec<Node> = (0..self.geometry.node_count())
            .filter(|&v| {
                // The other boundary spins end in the sink, which the search does not enter.
                self.state.reached(2 * v) && !self.state.reached(2 * v + 1)
            })
            .map(|v| self.geometry.node_at(v))
            .collect();
        let on_node = |node: &Node| if node.layer == 0 { 1 } else { i64::from(self.channels) };
        debug_assert_eq!(spins.iter().map(on_node).sum::<i64>(), count, "as many spins as disjoint paths");
        SpinBound { spins, count: count as u64 }
    }
}

/// The fewest spins that separate `region` from the rest of the boundary, m of the bound S_A ≤ m ln 2.
///
/// For several regions of one network keep a [`SpinBoundSolver`].
///
/// # Errors
/// More than 2²² sites.
pub fn spin_bound(network: &Network, region: &Region) -> Result<SpinBound, FlowError> {
    Ok(SpinBoundSolver::new(network)?.solve(region))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};

    fn ring(field: ReceptiveField) -> Network {
        Network::unit(Geometry::new(4, Boundary::Ring, field, 4).unwrap(), 1.0).unwrap()
    }

    #[test]
    fn one_site_is_its_own_smallest_set() {
        for field in ReceptiveField::ALL {
            let network = ring(field);
            let region = Region::parse("5..6", 16, Boundary::Ring).unwrap();
            let bound = spin_bound(&network, &region).unwrap();
            assert_eq!(bound.spins.len(), 1);
            // From the other side the same number, now nearest that side.
            assert_eq!(spin_bound(&network, &region.complement()).unwrap().spins.len(), 1);
        }
    }

    #[test]
    fn nodes_of_several_channels_count_several_times() {
        // By brute force: the cheapest set of nodes whose removal separates, among all 2¹⁵ sets.
        for field in ReceptiveField::ALL {
            let geometry = Geometry::new(3, Boundary::Ring, field, 3).unwrap();
            let network = Network::unit(geometry, 1.0).unwrap();
            for text in ["0..1", "1..3", "2..6", "0..2,4..6"] {
                let region = Region::parse(text, 8, Boundary::Ring).unwrap();
                for channels in [1, 2, 3] {
                    let found = SpinBoundSolver::with_channels(&network, channels).unwrap().solve(&region);
                    let cheapest = (0_u32..1 << 15)
                        .filter(|removed| separates(&geometry, &region, *removed))
                        .map(|r| (r & 255).count_ones() + channels * (r >> 8).count_ones())
                        .min();
                    assert_eq!(Some(found.count as u32), cheapest, "{field:?}, {text}, q = {channels}");
                }
            }
        }
    }

    /// Whether nothing of the region reaches the other sites once these nodes are gone.
    fn separates(geometry: &Geometry, region: &Region, removed: u32) -> bool {
        let inside = (0..8).filter(|s| region.contains(*s)).fold(0_u32, |set, s| set | 1 << s);
        let mut reached = inside & !removed;
        loop {
            let before = reached;
            for (lower, upper) in geometry.links().filter_map(|link| geometry.ends(link)) {
                let [u, v] = [lower, upper].map(|node| 1_u32 << geometry.node_id(node));
                if (reached & u != 0 || reached & v != 0) && (u | v) & removed == 0 {
                    reached |= u | v;
                }
            }
            if reached == before {
                return reached & 255 & !inside == 0;
            }
        }
    }

    #[test]
    fn nothing_needs_no_spins() {
        let mut solver = SpinBoundSolver::new(&ring(ReceptiveField::Three)).unwrap();
        assert!(solver.solve(&Region::empty(16, Boundary::Ring)).spins.is_empty());
        assert!(solver.solve(&Region::full(16, Boundary::Ring)).spins.is_empty());
    }
}
