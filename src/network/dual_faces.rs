//! The planar dual of a network with r = 2 or 3: faces between neighbouring nodes, joined across links.
//!
//! Face F(k, i) is the gap between nodes i and i + 1 of layer k, k < d. On a ring with a wall the faces
//! of layer d are one inner face; on a line they, and the faces beyond the two ends of every layer, are
//! the outside. Either is here the *hub*. With r = 2 a gap between two blocks continues into the layer above
//! without crossing a link; that step is kept as an edge of weight 0, so every face has at most four edges.

use std::sync::Arc;

use super::capacity::Network;
use super::dual_tree::DualTree;
use super::geometry::{Geometry, LinkId, Node};
use crate::lattice::{Boundary, ReceptiveField};

/// A step from one face to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Crossing {
    /// Number of the face entered.
    pub to: u64,
    /// The link crossed; none where r = 2 goes from layer to layer through an open gap.
    pub link: Option<LinkId>,
    /// Whether the lower end of the link lies to the right of the walker.
    pub lower_on_right: bool,
    /// The gap (layer, index) that the step passes vertically, if any: there the side of the path changes.
    pub gate: Option<Node>,
}

/// Edges of a face.
pub(crate) const EDGES: u8 = 4;
/// A column slot that stands for none.
const NO_COLUMN: u8 = u8::MAX;

/// The dual graph, implicit: nothing is stored but the rule for counting nodes under a path.
#[derive(Clone, Debug)]
pub(crate) struct DualFaces {
    network: Arc<Network>,
    geometry: Geometry,
    hub: u64,
    three: bool,
    ring: bool,
    /// For each layer the slot by which a node hangs on a node below, for [`Self::nodes_over`].
    columns: Vec<u8>,
}

impl DualFaces {
    /// # Panics
    /// For r = 4, which is not planar with the boundary on one face.
    pub fn new(network: Arc<Network>) -> Self {
        let geometry = *network.geometry();
        assert!(geometry.field() != ReceptiveField::Four, "r = 4 has no planar dual");
        let hub = 2 * (geometry.sites() - geometry.sites_in_layer(geometry.depth()));
        let three = geometry.field() == ReceptiveField::Three;
        let ring = geometry.boundary() == Boundary::Ring;
        let columns = columns(&network);
        Self { network, geometry, hub, three, ring, columns }
    }

    /// Number of the hub: all smaller numbers are faces of layers 0…d − 1.
    pub fn hub(&self) -> u64 {
        self.hub
    }

    /// One of the faces of the tree that this face is made of.
    #[inline]
    pub fn in_tree(&self, tree: &DualTree, face: u64) -> u64 {
        if face == self.hub { tree.hub() } else { tree.face(self.geometry.node_at(face)) }
    }

    /// The face that a face of the tree belongs to.
    pub fn of_tree(&self, tree: &DualTree, face: u64) -> u64 {
        if tree.is_hub(face) { self.hub } else { self.geometry.node_id(tree.gap_of(face)) }
    }

    /// The face F(layer, index); indices wrap on a ring and end in the outside on a line.
    fn face(&self, layer: u32, index: i64) -> u64 {
        let sites = self.geometry.sites_in_layer(layer) as i64;
        if layer == self.geometry.depth() {
            return self.hub;
        }
        let index = if self.ring {
            index.rem_euclid(sites)
        } else if (0..sites - 1).contains(&index) {
            index
        } else {
            return self.hub;
        };
        // Faces are numbered as the nodes to their left.
        self.geometry.node_id(Node { layer, index: index as u64 })
    }

    /// Edge number `which < EDGES` of a face that is not the hub.
    ///
    /// r = 3, block j of layer k: link 0 parts F(k+1, j−1) on its left from F(k, 2j), link 1 F(k, 2j) from
    /// F(k, 2j+1), link 2 F(k, 2j+1) from F(k+1, j). r = 2: link 0 parts F(k, 2j−1) from F(k, 2j), link 1
    /// F(k, 2j) from F(k, 2j+1), and F(k, 2j+1) is open to F(k+1, j).
    #[inline]
    pub fn crossing(&self, face: u64, which: u8) -> Option<Crossing> {
        let Node { layer, index } = self.geometry.node_at(face);
        let (i, j, even) = (index as i64, index / 2, index.is_multiple_of(2));
        let here = Some(Node { layer, index });
        let above = |index: i64| {
            let sites = self.geometry.sites_in_layer(layer + 1) as i64;
            if self.ring {
                Some(Node { layer: layer + 1, index: index.rem_euclid(sites) as u64 })
            } else {
                (0..sites - 1).contains(&index).then_some(Node { layer: layer + 1, index: index as u64 })
            }
        };
        let across = |slot, to, lower_on_right| {
            let link = Some(LinkId { layer, block: j, slot });
            Some(Crossing { to, link, lower_on_right, gate: None })
        };
        match (which, even, self.three) {
            (0, false, _) => across(1, self.face(layer, i - 1), false),
            (1, true, _) => across(1, self.face(layer, i + 1), true),
            (0, true, true) => {
                let up = j as i64 - 1;
                let gate = above(up);
                across(0, self.face(layer + 1, up), false).map(|c| Crossing { gate, ..c })
            }
            (1, false, true) => {
                let gate = above(j as i64);
                across(2, self.face(layer + 1, j as i64), true).map(|c| Crossing { gate, ..c })
            }
            (2, _, true) if layer > 0 => Some(Crossing {
                to: self.face(layer - 1, 2 * i + 1),
                link: Some(LinkId { layer: layer - 1, block: index, slot: 2 }),
                lower_on_right: false,
                gate: here,
            }),
            (3, _, true) if layer > 0 => Some(Crossing {
                to: self.face(layer - 1, 2 * i + 2),
                link: Some(LinkId {
                    layer: layer - 1,
                    block: (index + 1) % self.geometry.sites_in_layer(layer),
                    slot: 0,
                }),
                lower_on_right: true,
                gate: here,
            }),
            (0, true, false) => across(0, self.face(layer, i - 1), false),
            (1, false, false) => {
                let block = (j + 1) % self.geometry.sites_in_layer(layer + 1);
                let link = Some(LinkId { layer, block, slot: 0 });
                Some(Crossing { to: self.face(layer, i + 1), link, lower_on_right: true, gate: None })
            }
            (2, false, false) => Some(Crossing {
                to: self.face(layer + 1, j as i64),
                link: None,
                lower_on_right: true,
                gate: above(j as i64),
            }),
            (3, _, false) if layer > 0 => Some(Crossing {
                to: self.face(layer - 1, 2 * i + 1),
                link: None,
                lower_on_right: true,
                gate: here,
            }),
            _ => None,
        }
    }

    /// Capacity crossed by a step, in whole units.
    #[inline]
    pub fn weight(&self, crossing: &Crossing) -> u64 {
        crossing.link.map_or(0, |link| self.network.units(link))
    }

    /// How many nodes more the left side of a path has for crossing this link with the lower end on its
    /// right: the sum of these over a path, taken with the sign of the crossing, compares the sizes of what
    /// two paths enclose.
    ///
    /// Let every node send one unit down its column (the middle link, then the middle link of that node,
    /// and so on) to the boundary. The number of nodes on one side is then the flow absorbed by its boundary
    /// sites plus what leaves across the cut, minus what enters. 0 for a link that is in no column, and for
    /// one without capacity, since a search cannot take steps of cost 0 and negative size.
    #[inline]
    pub fn nodes_over(&self, link: LinkId) -> i64 {
        let mut layer = link.layer as usize;
        if self.columns.get(layer) != Some(&link.slot) {
            return 0;
        }
        let mut nodes = 1;
        let mut index = link.block;
        while let Some(&slot) = self.columns.get(layer + 1) {
            if slot == NO_COLUMN || !(index + u64::from(slot)).is_multiple_of(2) {
                break;
            }
            // The parent that sees this node in place `slot`: 2 parent + slot = index, mod the layer.
            layer += 1;
            let sites = self.geometry.sites_in_layer(layer as u32);
            index = (index + sites - u64::from(slot)) % sites / 2;
            nodes += 1;
        }
        nodes
    }
}

/// The column slot of each layer: the middle link, or a side link where the middle one has no capacity.
///
/// Nodes above a layer without any capacity hang on nothing; they are on no side and not counted. Empty
/// if some blocks of an unshared layer lack their column link: then sizes cannot be compared this way.
fn columns(network: &Network) -> Vec<u8> {
    let geometry = network.geometry();
    let slots = geometry.field().links();
    let on_line = geometry.boundary() == Boundary::Line;
    let mut columns = Vec::with_capacity(geometry.depth() as usize);
    for layer in 0..geometry.depth() {
        if columns.last() == Some(&NO_COLUMN) {
            columns.push(NO_COLUMN);
            continue;
        }
        let units = network.layer_units(layer);
        let all_positive = |slot: &usize| {
            let exists = *slot < 2 || !on_line;
            exists && units.iter().skip(*slot).step_by(slots).all(|&u| u > 0)
        };
        match [1, 0, 2].into_iter().filter(|&slot| slot < slots).find(all_positive) {
            Some(slot) => columns.push(slot as u8),
            None if units.iter().all(|&u| u == 0) => columns.push(NO_COLUMN),
            None => return Vec::new(),
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces(field: ReceptiveField, boundary: Boundary, depth: u32) -> DualFaces {
        let geometry = Geometry::new(4, boundary, field, depth).unwrap();
        DualFaces::new(Arc::new(Network::unit(geometry, 1.0).unwrap()))
    }

    #[test]
    fn every_link_parts_two_faces_and_every_step_can_be_taken_back() {
        for field in [ReceptiveField::Two, ReceptiveField::Three] {
            for boundary in [Boundary::Ring, Boundary::Line] {
                for depth in 1..=4 {
                    let dual = faces(field, boundary, depth);
                    let mut seen = std::collections::HashMap::<LinkId, u32>::new();
                    for face in 0..dual.hub() {
                        if boundary == Boundary::Line {
                            let node = dual.geometry.node_at(face);
                            if node.index + 1 == dual.geometry.sites_in_layer(node.layer) {
                                continue;
                            }
                        }
                        for step in (0..EDGES).filter_map(|w| dual.crossing(face, w)) {
                            let ways = if step.to == dual.hub() { 2 } else { 1 };
                            if let Some(link) = step.link {
                                *seen.entry(link).or_default() += ways;
                            }
                            if step.to != dual.hub() {
                                let back = (0..EDGES)
                                    .filter_map(|w| dual.crossing(step.to, w))
                                    .filter(|b| b.to == face && b.link == step.link)
                                    .collect::<Vec<_>>();
                                assert_eq!(back.len(), 1, "{field:?} {boundary:?} {depth} {face} {step:?}");
                                assert_eq!(back[0].gate, step.gate);
                                assert_ne!(
                                    back[0].lower_on_right,
                                    step.lower_on_right && step.link.is_some()
                                );
                            }
                        }
                    }
                    for link in dual.geometry.links() {
                        // A link between the hub and itself is never worth crossing and in no face's list.
                        let times = seen.remove(&link).unwrap_or(2);
                        assert_eq!(times, 2, "{field:?} {boundary:?} depth {depth}: {link:?}");
                    }
                    assert!(seen.is_empty(), "links that do not exist: {seen:?}");
                }
            }
        }
    }

    #[test]
    fn columns_count_every_hidden_node_once() {
        for field in [ReceptiveField::Two, ReceptiveField::Three] {
            let dual = faces(field, Boundary::Ring, 4);
            let lowest: i64 = dual.geometry.layer_links(0).map(|link| dual.nodes_over(link)).sum();
            assert_eq!(lowest as u64, dual.geometry.node_count() - 16);
        }
    }
}
