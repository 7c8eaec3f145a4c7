//! The minimum cut of a region: its value, its links and the entanglement wedge.

use std::sync::Arc;

use super::capacity::{Capacity, Network};
use super::geometry::{Geometry, LinkId};
use super::local_flow::LocalFlow;
use super::planar_dual::{DualCut, Nearest, PlanarDual};
use super::region::Region;
use super::wedge::Wedge;
use crate::lattice::ReceptiveField;

/// A minimum cut: S_A, the links that make it up, and what lies on A's side.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// The region A.
    pub region: Region,
    /// Summed capacity of the links in whole units of the network: the exact minimum.
    pub value: Capacity,
    /// Summed capacity of the links in nats, as they were given.
    pub capacity_nats: f64,
    /// [`Self::capacity_nats`] minus [`Self::value`] in nats: what rounding down left out. The minimum in
    /// real numbers lies at most this far below `capacity_nats`.
    pub rounding_nats: f64,
    /// The links cut, sorted; with the wedge, those that have one end in it. Links without capacity, pruned ones for
    /// instance, are not there to be cut and are left out.
    pub links: Vec<LinkId>,
    /// A's side of the cut: of all minimum cuts the one nearest A.
    pub wedge: Wedge,
    /// A's side of the minimum cut nearest the complement, if that is another one. Its links are
    /// [`Self::far_links`].
    pub wedge_far: Option<Wedge>,
}

impl Cut {
    /// The links of the minimum cut nearest the complement, if that is another one, sorted; those without capacity
    /// left out. Panics if the network is of another geometry.
    #[must_use]
    pub fn far_links(&self, network: &Network) -> Option<Vec<LinkId>> {
        let far = self.wedge_far.as_ref()?;
        Some(with_capacity(network, far.boundary_links(network.geometry())))
    }
}

/// The links that have a capacity.
fn with_capacity(network: &Network, mut links: Vec<LinkId>) -> Vec<LinkId> {
    links.retain(|link| network.nats(*link) > 0.0);
    links
}

enum Method {
    Planar(Box<PlanarDual>),
    Flow(Box<LocalFlow>),
}

/// Finds minimum cuts of one network, keeping its buffers from query to query.
///
/// r = 2, 3: shortest paths in the planar dual, from tables made once: O(N) time and memory, O(log³ N) memory where
/// layers are shared; then O(log² N) a query or less, and the links. r = 4: a maximum flow kept near the
/// cut and mended when the region moves; O(links) memory, most of it never touched.
///
/// Of equal cuts the one nearest A (smallest wedge) is taken, with the one nearest the complement beside it.
/// These are unique but for nodes that only links of capacity 0 hold. Where single links of an *unshared*
/// layer with r = 2, 3 have capacity 0, the choice is still deterministic but need not be the nearest, and
/// `wedge_far` may be missing or not the farthest. (The same on a line, r = 3, where of a shared layer only
/// slot 2 has capacity.)
pub struct CutSolver {
    network: Arc<Network>,
    method: Method,
}

impl CutSolver {
    /// A solver for one network.
    ///
    /// # Panics
    /// Never: [`Geometry::new`] refuses what does not fit in memory.
    #[must_use]
    pub fn new(network: Arc<Network>) -> Self {
        let method = match network.geometry().field() {
            ReceptiveField::Two | ReceptiveField::Three => {
                Method::Planar(Box::new(PlanarDual::new(&network)))
            }
            ReceptiveField::Four => {
                let flow = LocalFlow::new(Network::clone(&network));
                Method::Flow(Box::new(flow.expect("r = 4 is limited to graphs that fit in memory")))
            }
        };
        Self { network, method }
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &Arc<Network> {
        &self.network
    }

    /// The minimum cut of a region, S_A; 0 and no links for an empty or a full one.
    ///
    /// # Panics
    /// If the region belongs to another boundary than the network.
    pub fn solve(&mut self, region: &Region) -> Cut {
        self.solve_for(region, true)
    }

    /// As [`Self::solve`], without looking for the cut nearest the complement: `wedge_far` is `None`. For who
    /// draws no ties, half the work.
    ///
    /// # Panics
    /// If the region belongs to another boundary than the network.
    pub fn solve_near(&mut self, region: &Region) -> Cut {
        self.solve_for(region, false)
    }

    fn solve_for(&mut self, region: &Region, ties: bool) -> Cut {
        let geometry = *self.network.geometry();
        self.check(region);
        if region.is_empty() || region.is_full() {
            return self.cut_of(region, Wedge::uniform(&geometry, region.is_full()), None, Vec::new());
        }
        match &mut self.method {
            Method::Planar(dual) => {
                let near = dual.cut(region, Nearest::Region);
                let wedge = wedge_of(&geometry, region, &near);
                let far = ties.then(|| dual.cut(region, Nearest::Complement)).filter(|far| {
                    debug_assert_eq!(near.units, far.units, "both are minimum cuts");
                    let unique = near.nodes + far.nodes == 0 && near.links == far.links;
                    !unique
                });
                let wedge_far = far.map(|far| wedge_of(&geometry, region, &far)).filter(|w| *w != wedge);
                let units = near.units;
                let cut = self.cut_of(region, wedge, wedge_far, near.links);
                debug_assert_eq!(cut.value.0, units, "the links add up to the length of the paths");
                cut
            }
            Method::Flow(flow) => {
                flow.follow(region);
                let value = flow.value();
                let near = flow.near_wedge();
                let links = near.boundary_links(&geometry);
                let wedge_far = ties.then(|| flow.far_wedge()).filter(|far| *far != near);
                let cut = self.cut_of(region, near, wedge_far, links);
                debug_assert_eq!(cut.value, value, "the cut equals the flow");
                cut
            }
        }
    }

    /// S_A, and the links of one minimum cut in `links`, in no order; what it held before is dropped.
    ///
    /// The value is that of [`Self::solve`]. Where several cuts are minimal, the links may be those of another
    /// one. For a region that moves by a site at a time this is the quick way: with r = 2, 3 a move of one end
    /// costs the layers in which it changed, O(log N) with the links, and for one interval with positive capacities and no wall allocates nothing.
    ///
    /// # Panics
    /// If the region belongs to another boundary than the network.
    pub fn value_and_links(&mut self, region: &Region, links: &mut Vec<LinkId>) -> Capacity {
        links.clear();
        self.check(region);
        if region.is_empty() || region.is_full() {
            return Capacity(0);
        }
        match &mut self.method {
            Method::Planar(dual) => dual.value_and_links(region, links),
            Method::Flow(flow) => {
                flow.follow(region);
                flow.links(links);
                flow.value()
            }
        }
    }

    fn check(&self, region: &Region) {
        let geometry = self.network.geometry();
        assert!(
            region.sites() == geometry.sites() && region.boundary() == geometry.boundary(),
            "a region of {} sites on a network of {}",
            region.sites(),
            geometry.sites()
        );
    }

    fn cut_of(&self, region: &Region, wedge: Wedge, wedge_far: Option<Wedge>, links: Vec<LinkId>) -> Cut {
        let links = with_capacity(&self.network, links);
        let value = Capacity(links.iter().map(|&link| self.network.units(link)).sum());
        let capacity_nats = self.network.sum_nats(&links);
        let rounding_nats = f64::max(capacity_nats - self.network.to_nats(value), 0.0);
        Cut { region: region.clone(), value, capacity_nats, rounding_nats, links, wedge, wedge_far }
    }
}

/// A's side of a planar cut. The side changes between nodes i and i + 1 of a layer exactly where a path
/// passes that gap vertically; node 0 of each layer is tied to node 0 below by the link of slot 0.
fn wedge_of(geometry: &Geometry, region: &Region, cut: &DualCut) -> Wedge {
    let mut layers = vec![region.clone()];
    let mut inside = region.contains(0);
    let mut gates = cut.gates.as_slice();
    let mut gaps = Vec::new();
    for layer in 1..=geometry.depth() {
        inside ^= cut.links.binary_search(&LinkId { layer: layer - 1, block: 0, slot: 0 }).is_ok();
        let here;
        (here, gates) = gates.split_at(gates.partition_point(|gate| gate.layer <= layer));
        gaps.clear();
        gaps.extend(here.iter().map(|gate| gate.index));
        layers.push(Region::from_gaps(geometry.sites_in_layer(layer), geometry.boundary(), &gaps, inside));
    }
    Wedge::from_layers(layers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;

    fn solver(log2_sites: u32, boundary: Boundary, field: ReceptiveField, depth: u32) -> CutSolver {
        let geometry = Geometry::new(log2_sites, boundary, field, depth).unwrap();
        CutSolver::new(Arc::new(Network::unit(geometry, 1.0).unwrap()))
    }

    #[test]
    fn cut_of_nothing_and_of_the_whole_boundary_is_zero() {
        for field in ReceptiveField::ALL {
            let mut solver = solver(4, Boundary::Ring, field, 4);
            let empty = solver.solve(&Region::empty(16, Boundary::Ring));
            let full = solver.solve(&Region::full(16, Boundary::Ring));
            assert_eq!((empty.value, full.value), (Capacity(0), Capacity(0)));
            assert!(empty.links.is_empty() && full.links.is_empty());
            assert_eq!((empty.wedge.node_count(), full.wedge.node_count()), (0, 31));
        }
    }

    #[test]
    fn links_of_a_ring_of_64() {
        // Summed links at unit capacity, region at site 5, sizes below; computed outside this program.
        let sizes = [1, 2, 3, 4, 7, 8, 16, 31, 32];
        for (field, links) in [
            (ReceptiveField::Two, [1, 2, 2, 3, 3, 4, 5, 4, 5]),
            (ReceptiveField::Three, [1, 3, 4, 4, 6, 6, 8, 11, 11]),
            (ReceptiveField::Four, [2, 4, 6, 6, 10, 10, 14, 18, 18]),
        ] {
            let mut solver = solver(6, Boundary::Ring, field, 6);
            for (size, expected) in sizes.into_iter().zip(links) {
                let region = Region::parse(&format!("5..{}", 5 + size), 64, Boundary::Ring).unwrap();
                let cut = solver.solve(&region);
                assert_eq!(cut.links.len(), expected, "{field:?}, {size} sites");
                assert_eq!(cut.capacity_nats, expected as f64);
                assert_eq!(cut.rounding_nats, 0.0);
                assert_eq!(cut.wedge.boundary_links(solver.network().geometry()), cut.links);
            }
        }
    }

    #[test]
    fn links_without_capacity_are_not_counted_as_cut() {
        use crate::network::LayerCapacities;
        for field in ReceptiveField::ALL {
            let geometry = Geometry::new(4, Boundary::Ring, field, 4).unwrap();
            // The second layer and all above hold nothing; in the first, the last slot.
            let mut first = vec![1.0; field.links()];
            first[field.links() - 1] = 0.0;
            let mut layers = vec![LayerCapacities::Shared(vec![0.0; field.links()]); 4];
            layers[0] = LayerCapacities::Shared(first);
            let network = Arc::new(Network::new(geometry, layers).unwrap());
            let mut solver = CutSolver::new(Arc::clone(&network));
            for size in 1..16 {
                let region = Region::parse(&format!("3..{}", 3 + size), 16, Boundary::Ring).unwrap();
                let cut = solver.solve(&region);
                assert!(cut.links.iter().all(|link| network.nats(*link) > 0.0), "{field:?} {size}: {cut:?}");
                // Every link that is left has capacity 1.
                assert_eq!(cut.capacity_nats, cut.links.len() as f64, "{field:?} {size}");
                if let Some(far) = cut.far_links(&network) {
                    assert_eq!(far.len(), cut.links.len(), "{field:?} {size}: equal cuts");
                }
            }
            let nothing = vec![LayerCapacities::Shared(vec![0.0; field.links()]); 4];
            let mut solver = CutSolver::new(Arc::new(Network::new(geometry, nothing).unwrap()));
            let cut = solver.solve(&Region::parse("3..9", 16, Boundary::Ring).unwrap());
            assert_eq!((cut.links.len(), cut.capacity_nats), (0, 0.0));
        }
    }

    #[test]
    fn a_network_without_layers_has_no_entropy() {
        for field in ReceptiveField::ALL {
            let mut solver = solver(3, Boundary::Ring, field, 0);
            let cut = solver.solve(&Region::parse("2..5", 8, Boundary::Ring).unwrap());
            assert_eq!((cut.value, cut.wedge.node_count()), (Capacity(0), 3));
        }
    }
}
