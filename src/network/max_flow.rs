//! Maximum flows from a region to the rest of the boundary, in exact whole units.

use super::capacity::{Capacity, Network};
use super::geometry::{Geometry, LinkId};
use super::local_flow::LocalFlow;
use super::region::Region;
use super::wedge::Wedge;

/// Why a flow cannot be computed or does not certify a cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FlowError {
    /// The graph would not fit in memory.
    #[error(
        "a flow through 2^{log2_sites} sites needs the whole graph in memory: use at most 2^{} sites",
        Geometry::MOST_LOG2_SITES_EXPLICIT
    )]
    TooLarge {
        /// Base-2 logarithm of the sites.
        log2_sites: u32,
    },
    /// Cut and flow differ, so one of them is wrong.
    #[error(
        "the cut is worth {cut} units but the largest flow {flow}: \
         the cut is not of this network, or not minimal"
    )]
    NotEqual {
        /// Value of the cut in whole units.
        cut: u64,
        /// Value of the flow in whole units.
        flow: u64,
    },
}

/// A flow through the network: for every link a whole number of units, positive from lower to upper layer.
///
/// It is conserved at every node above layer 0, and enters the network at A's sites only and leaves it at
/// the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flow {
    geometry: Geometry,
    value: Capacity,
    /// Numbers of the links that carry flow, ascending, with their flow.
    units: Vec<(u64, i64)>,
}

impl Flow {
    /// Flow from A to the rest.
    #[must_use]
    pub fn value(&self) -> Capacity {
        self.value
    }

    /// Flow on a link in whole units, positive from lower to upper layer; 0 on links that a line lacks.
    #[must_use]
    pub fn units(&self, link: LinkId) -> i64 {
        let index = self.geometry.link_index(link);
        self.units.binary_search_by_key(&index, |(i, _)| *i).map_or(0, |place| self.units[place].1)
    }

    /// Shape of the network it flows through.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// The links that carry flow, in the order of [`LinkId`], with their flow in whole units.
    pub fn links(&self) -> impl Iterator<Item = (LinkId, i64)> + '_ {
        self.units.iter().map(|&(index, units)| (self.geometry.link_at(index), units))
    }
}

/// Maximum flow from a region to the rest of the boundary, with the two extreme minimum cuts.
///
/// Any r and any size to 2²² sites; O(links) memory, kept between queries, of which only what is near the cut
/// is used. Sources are A's sites, sinks the others, links carry either way.
#[derive(Clone, Debug)]
pub struct MaxFlow {
    flow: LocalFlow,
}

impl MaxFlow {
    /// Room for the flows of a network.
    ///
    /// # Errors
    /// More than 2²² sites.
    pub fn new(network: &Network) -> Result<Self, FlowError> {
        Ok(Self { flow: LocalFlow::new(network.clone())? })
    }

    /// Largest flow from `region` to the rest of the boundary; 0 if either is empty.
    ///
    /// # Panics
    /// If the region belongs to another boundary.
    pub fn maximise(&mut self, region: &Region) -> Capacity {
        self.maximise_near(region, None)
    }

    /// The same, looking first at the cut that a wedge makes.
    pub(crate) fn maximise_near(&mut self, region: &Region, wedge: Option<&Wedge>) -> Capacity {
        let sites = self.flow.geometry().sites();
        assert!(region.sites() == sites, "region of {} sites on a network of {sites}", region.sites());
        self.flow.solve(region, wedge);
        self.flow.return_excess();
        self.flow.value()
    }

    /// The smallest and the largest A side of all minimum cuts, after [`Self::maximise`].
    ///
    /// The first is what A reaches in the residual network, the second what cannot reach the rest; nodes that
    /// only links of capacity 0 hold may be on either.
    #[must_use]
    pub fn wedges(&mut self) -> (Wedge, Wedge) {
        self.flow.wedges()
    }

    /// The flow found by the last [`Self::maximise`], link by link.
    #[must_use]
    pub fn flow(&self, value: Capacity) -> Flow {
        Flow { geometry: *self.flow.geometry(), value, units: self.flow.units() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};

    #[test]
    fn one_site_of_a_tree_gives_one_link() {
        let geometry = Geometry::new(3, Boundary::Ring, ReceptiveField::Two, 3).unwrap();
        let network = Network::unit(geometry, 1.0).unwrap();
        let mut flow = MaxFlow::new(&network).unwrap();
        let region = Region::parse("3..4", 8, Boundary::Ring).unwrap();
        let value = flow.maximise(&region);
        assert_eq!(value, network.capacity(LinkId { layer: 0, block: 0, slot: 0 }));
        let (near, far) = flow.wedges();
        assert_eq!((near.node_count(), far.node_count()), (1, 1));
        let carried: i64 = geometry
            .links()
            .filter(|&link| geometry.ends(link).unwrap().0.index == 3 && link.layer == 0)
            .map(|link| flow.flow(value).units(link))
            .sum();
        assert_eq!(carried as u64, value.0);
        assert_eq!(flow.maximise(&Region::empty(8, Boundary::Ring)), Capacity(0));
        assert_eq!(flow.maximise(&Region::full(8, Boundary::Ring)), Capacity(0));
    }

    #[test]
    fn more_sites_than_memory_are_refused() {
        let geometry = Geometry::new(30, Boundary::Ring, ReceptiveField::Three, 30).unwrap();
        let error = MaxFlow::new(&Network::unit(geometry, 1.0).unwrap()).unwrap_err();
        assert!(error.to_string().contains("at most 2^22 sites"));
    }
}
