//! The faces of a planar dual numbered as a binary heap: one form for r = 2, 3, rings, lines and walls.
//!
//! With r = 3 on a full ring every face F(k, i) has one parent (i = 2j + 1: F(k+1, j) across slot 2 of block j;
//! i = 2j: F(k+1, j−1) across slot 0) and one neighbour of its own layer (F(k, 2j)–F(k, 2j+1) across slot 1).
//! Numbered t = 2ⁿ⁻ᵏ + ((i + 1) mod 2ⁿ⁻ᵏ), the root F(n, 0) is 1, the children of t are 2t and 2t + 1, and an odd
//! t is joined to t + 1, cyclically in its layer.
//!
//! Everything else is this graph with free steps (weight 0 and no link): r = 2 has no slot 2; above a
//! wall nothing has to be crossed; the ends of a line lack the links of slot 2 that would close the ring, so
//! that all faces F(k, last), numbers 2ⁿ⁻ᵏ, are one outside.

use std::sync::Arc;

use super::capacity::Network;
use super::geometry::{LinkId, Node};
use crate::lattice::{Boundary, ReceptiveField};

/// The numbering of the faces of one network, with the links between them.
#[derive(Clone, Debug)]
pub(crate) struct DualTree {
    network: Arc<Network>,
    log2_sites: u32,
    depth: u32,
    line: bool,
    three: bool,
}

impl DualTree {
    /// # Panics
    /// For r = 4, which is not planar with the boundary on one face.
    pub fn new(network: Arc<Network>) -> Self {
        let geometry = *network.geometry();
        assert!(geometry.field() != ReceptiveField::Four, "r = 4 has no planar dual");
        Self {
            log2_sites: geometry.log2_sites(),
            depth: geometry.depth(),
            line: geometry.boundary() == Boundary::Line,
            three: geometry.field() == ReceptiveField::Three,
            network,
        }
    }

    /// n = log2 N, the layer of the root.
    pub fn height(&self) -> u32 {
        self.log2_sites
    }

    /// The face of a gap of layer 0; the outside of a line, or its root, for `None`.
    pub fn gap(&self, gap: Option<u64>) -> u64 {
        gap.map_or_else(|| self.hub(), |index| self.face(Node { layer: 0, index }))
    }

    /// The face between nodes `index` and `index + 1` of a layer.
    pub fn face(&self, gap: Node) -> u64 {
        let faces = 1_u64 << (self.log2_sites - gap.layer);
        faces + ((gap.index + 1) & (faces - 1))
    }

    /// The gap that a face is: the inverse of [`Self::face`].
    pub fn gap_of(&self, face: u64) -> Node {
        Node { layer: self.layer(face), index: (face - 1) & ((1 << face.ilog2()) - 1) }
    }

    /// One of the faces that make up the hub: the outside of a line, the inner face of a ring.
    pub fn hub(&self) -> u64 {
        if self.line { 1 << self.log2_sites } else { 1 }
    }

    /// Whether a face is part of the hub.
    pub fn is_hub(&self, face: u64) -> bool {
        self.layer(face) >= self.depth || self.is_outside(face)
    }

    /// Whether a face is outside a line.
    pub fn is_outside(&self, face: u64) -> bool {
        self.line && face.is_power_of_two()
    }

    /// Layer of a face.
    #[inline]
    pub fn layer(&self, face: u64) -> u32 {
        self.log2_sites - face.ilog2()
    }

    /// Block whose middle link parts this face from its neighbour, and one of whose side links from its parent.
    #[inline]
    fn block(face: u64) -> u64 {
        ((face - 1) & ((1 << face.ilog2()) - 1)) >> 1
    }

    /// The face of the same layer that an odd face and an even one share a middle link with.
    #[inline]
    pub fn neighbour(face: u64) -> u64 {
        if face % 2 == 1 {
            // The last of a layer is joined to the first.
            if (face + 1).is_power_of_two() { face.div_ceil(2) } else { face + 1 }
        } else if face.is_power_of_two() {
            2 * face - 1
        } else {
            face - 1
        }
    }

    /// The link between a face and its parent, if there is one to cross.
    #[inline]
    pub fn link_to_parent(&self, face: u64) -> Option<LinkId> {
        let slot = if face % 2 == 1 { 0 } else { 2 };
        let layer = self.layer(face);
        let exists = layer < self.depth && (slot == 0 || (self.three && !self.is_outside(face)));
        exists.then(|| LinkId { layer, block: Self::block(face), slot })
    }

    /// The link between a face and its neighbour, if there is one to cross.
    #[inline]
    pub fn link_to_neighbour(&self, face: u64) -> Option<LinkId> {
        let layer = self.layer(face);
        (layer < self.depth).then(|| LinkId { layer, block: Self::block(face), slot: 1 })
    }

    /// Capacity of a step in whole units. A path crosses at most two links of a layer, 2⁴⁷ units, so that
    /// sums are exact.
    #[inline]
    pub fn units(&self, link: Option<LinkId>) -> f64 {
        link.map_or(0.0, |link| self.network.units(link) as f64)
    }

    /// Capacity between a face and its parent.
    #[inline]
    pub fn to_parent(&self, face: u64) -> f64 {
        self.units(self.link_to_parent(face))
    }

    /// Capacity between a face and its neighbour.
    #[inline]
    pub fn to_neighbour(&self, face: u64) -> f64 {
        self.units(self.link_to_neighbour(face))
    }

    /// How many of the lowest layers have the same links in every block.
    pub fn shared_layers(&self) -> u32 {
        (0..self.depth).find(|&layer| !self.network.is_shared(layer)).unwrap_or(self.log2_sites)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Geometry;

    fn tree(boundary: Boundary, field: ReceptiveField, depth: u32) -> DualTree {
        let geometry = Geometry::new(4, boundary, field, depth).unwrap();
        DualTree::new(Arc::new(Network::unit(geometry, 1.0).unwrap()))
    }

    #[test]
    fn parents_and_neighbours_are_those_of_the_dual() {
        let tree = tree(Boundary::Ring, ReceptiveField::Three, 4);
        for layer in 0..4 {
            let faces = 16 >> layer;
            for j in 0..faces / 2 {
                let at = |index| tree.face(Node { layer, index: index % faces });
                let above = |index| tree.face(Node { layer: layer + 1, index: index % (faces / 2) });
                assert_eq!(at(2 * j + 1) / 2, above(j));
                assert_eq!(at(2 * j) / 2, above(j + faces / 2 - 1));
                assert_eq!(DualTree::neighbour(at(2 * j)), at(2 * j + 1));
                assert_eq!(DualTree::neighbour(at(2 * j + 1)), at(2 * j));
                let link = |slot| Some(LinkId { layer, block: j, slot });
                assert_eq!(tree.link_to_parent(at(2 * j)), link(0));
                assert_eq!(tree.link_to_parent(at(2 * j + 1)), link(2));
                assert_eq!(tree.link_to_neighbour(at(2 * j)), link(1));
                assert_eq!(tree.link_to_neighbour(at(2 * j + 1)), link(1));
            }
        }
        assert!(tree.is_hub(1) && !tree.is_hub(2));
    }

    #[test]
    fn free_steps_stand_for_what_is_not_there() {
        let line = tree(Boundary::Line, ReceptiveField::Three, 2);
        let outside = line.gap(None);
        assert_eq!((line.to_parent(outside), line.is_hub(outside)), (0.0, true));
        assert!(line.to_parent(line.gap(Some(0))) > 0.0);
        assert_eq!(line.link_to_parent(line.gap(Some(3)) >> 2), None, "above the wall");
        let binary = tree(Boundary::Ring, ReceptiveField::Two, 4);
        assert_eq!(binary.link_to_parent(binary.gap(Some(3))), None);
        assert_eq!(binary.shared_layers(), 4);
    }
}
