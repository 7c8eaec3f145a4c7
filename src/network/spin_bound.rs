//! The fewest spins whose removal separates a region: the bound m ln 2 on the entropy of the network's state.

use super::blocking_flow::{ArcPair, Arcs, FlowState, Role};
use super::capacity::Network;
use super::geometry::{Geometry, Node};
use super::max_flow::FlowError;
use super::region::Region;

/// A smallest set of spins that separates a region from the rest of the boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpinBound {
    /// The spins, visible or hidden, A's and the rest's own included, sorted; their number is m. Of all
    /// smallest sets the one nearest A.
    pub spins: Vec<Node>,
}

/// Finds the fewest separating spins in one network, keeping its buffers from query to query.
///
/// Every spin is split in two, joined by an arc of capacity 1; links carry any amount. The maximum flow from
/// A's spins to the others then counts spin-disjoint paths, as many as the smallest separating set has
/// spins (Menger 1927). Links of capacity 0 bind nothing and are left out. O(links) memory, O(m links) time
/// at worst.
#[derive(Clone, Debug)]
pub struct SpinBoundSolver {
    geometry: Geometry,
    arcs: Arcs,
    state: FlowState,
}

impl SpinBoundSolver {
    /// Lays out the graph of a network.
    ///
    /// # Errors
    /// More than 2²² sites.
    pub fn new(network: &Network) -> Result<Self, FlowError> {
        let geometry = *network.geometry();
        if geometry.log2_sites() > Geometry::MOST_LOG2_SITES_EXPLICIT {
            return Err(FlowError::TooLarge { log2_sites: geometry.log2_sites() });
        }
        let nodes = geometry.node_count();
        // More than all spins together can carry.
        let unbounded = nodes as i64;
        let spins = || (0..nodes as u32).map(|v| ArcPair { tail: 2 * v, head: 2 * v + 1, there: 1, back: 0 });
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
        Ok(Self { geometry, arcs, state: FlowState::default() })
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
        debug_assert_eq!(spins.len() as i64, count, "as many spins as disjoint paths");
        SpinBound { spins }
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
    fn nothing_needs_no_spins() {
        let mut solver = SpinBoundSolver::new(&ring(ReceptiveField::Three)).unwrap();
        assert!(solver.solve(&Region::empty(16, Boundary::Ring)).spins.is_empty());
        assert!(solver.solve(&Region::full(16, Boundary::Ring)).spins.is_empty());
    }
}
