//! The layered graph without its capacities: layers, nodes, links, and how they are numbered.

use crate::lattice::{Boundary, ReceptiveField};

/// Shape of a network: N = 2ⁿ boundary sites, node layers 0…d, layer k holding N/2ᵏ nodes.
///
/// Node j of layer k + 1 is linked to the r nodes of layer k in its receptive field. Nothing is stored,
/// so 2⁴⁰ sites are as cheap as eight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Geometry {
    log2_sites: u32,
    boundary: Boundary,
    field: ReceptiveField,
    depth: u32,
}

/// A node: place `index` of layer `layer`, layer 0 being the boundary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// Layer k, `0 ≤ k ≤ depth`.
    pub layer: u32,
    /// Place in the layer, `0 ≤ index < N/2ᵏ`.
    pub index: u64,
}

/// A link between layers `layer` and `layer + 1`: slot `slot` of the receptive field of the upper node
/// `block`. Parallel links differ in their slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkId {
    /// Layer of the lower node.
    pub layer: u32,
    /// Index of the upper node in its layer.
    pub block: u64,
    /// Place of the lower node in the receptive field, `0 ≤ slot < r`.
    pub slot: u8,
}

/// Why there is no such network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeometryError {
    /// More or fewer sites than the program handles.
    #[error("2^{log2_sites} boundary sites: choose 2^1 to 2^{most} for {links} links a node")]
    Sites {
        /// Base-2 logarithm of the sites asked for.
        log2_sites: u32,
        /// Largest that is possible.
        most: u32,
        /// Links r of a hidden node.
        links: usize,
    },
    /// More layers than halvings.
    #[error("depth {depth} is above {log2_sites}, the number of times 2^{log2_sites} sites can be halved")]
    Depth {
        /// Depth asked for.
        depth: u32,
        /// Base-2 logarithm of the sites.
        log2_sites: u32,
    },
}

impl Geometry {
    /// Most sites, as a power of two, where the cut is searched on an implicit graph (r = 2, 3).
    pub const MOST_LOG2_SITES: u32 = 40;
    /// Most sites, as a power of two, where the graph is laid out in memory (r = 4, certificates): the
    /// largest flow, N·2⁴⁰ units, still fits an `i64`.
    pub const MOST_LOG2_SITES_EXPLICIT: u32 = 22;

    /// A network of `2^log2_sites` sites whose node layers are `0..=depth`.
    ///
    /// # Errors
    /// Sites outside 2¹…2⁴⁰ (2²² for r = 4), or a depth above `log2_sites`.
    pub fn new(
        log2_sites: u32,
        boundary: Boundary,
        field: ReceptiveField,
        depth: u32,
    ) -> Result<Self, GeometryError> {
        let most = match field {
            ReceptiveField::Two | ReceptiveField::Three => Self::MOST_LOG2_SITES,
            ReceptiveField::Four => Self::MOST_LOG2_SITES_EXPLICIT,
        };
        if log2_sites == 0 || log2_sites > most {
            return Err(GeometryError::Sites { log2_sites, most, links: field.links() });
        }
        if depth > log2_sites {
            return Err(GeometryError::Depth { depth, log2_sites });
        }
        Ok(Self { log2_sites, boundary, field, depth })
    }

    /// n = log2 N.
    #[must_use]
    pub fn log2_sites(&self) -> u32 {
        self.log2_sites
    }

    /// How the boundary closes.
    #[must_use]
    pub fn boundary(&self) -> Boundary {
        self.boundary
    }

    /// What a hidden node sees.
    #[must_use]
    pub fn field(&self) -> ReceptiveField {
        self.field
    }

    /// Highest node layer d; n without a wall.
    #[must_use]
    pub fn depth(&self) -> u32 {
        self.depth
    }

    /// Number N of boundary sites.
    #[must_use]
    pub fn sites(&self) -> u64 {
        1 << self.log2_sites
    }

    /// Number N/2ᵏ of nodes in layer k ≤ n.
    #[must_use]
    pub fn sites_in_layer(&self, layer: u32) -> u64 {
        self.sites() >> layer
    }

    /// Number of nodes of all layers, 2N − N/2ᵈ.
    #[must_use]
    pub fn node_count(&self) -> u64 {
        2 * self.sites() - self.sites_in_layer(self.depth)
    }

    /// Number of a node, layer 0 first: `2N − 2N/2ᵏ + index`.
    #[must_use]
    pub fn node_id(&self, node: Node) -> u64 {
        2 * self.sites() - 2 * self.sites_in_layer(node.layer) + node.index
    }

    /// The node of a number.
    #[must_use]
    pub fn node_at(&self, id: u64) -> Node {
        let layer = self.log2_sites + 1 - ceil_log2(2 * self.sites() - id);
        Node { layer, index: id - self.node_id(Node { layer, index: 0 }) }
    }

    /// Number of link places, r (N − N/2ᵈ): the bound of [`Self::link_index`]. On a line a few of the
    /// places are empty.
    #[must_use]
    pub fn link_places(&self) -> u64 {
        self.field.links() as u64 * (self.sites() - self.sites_in_layer(self.depth))
    }

    /// Number of a link in the order of [`LinkId`]: lowest layer first, block by block.
    #[must_use]
    pub fn link_index(&self, link: LinkId) -> u64 {
        let blocks_below = self.sites() - self.sites_in_layer(link.layer);
        (blocks_below + link.block) * self.field.links() as u64 + u64::from(link.slot)
    }

    /// The link of a number.
    #[must_use]
    pub fn link_at(&self, index: u64) -> LinkId {
        let links = self.field.links() as u64;
        let block = index / links;
        let layer = self.log2_sites - ceil_log2(self.sites() - block);
        let blocks_below = self.sites() - self.sites_in_layer(layer);
        LinkId { layer, block: block - blocks_below, slot: (index % links) as u8 }
    }

    /// The two nodes of a link, the lower first. `None` where an open line has no such link.
    #[must_use]
    pub fn ends(&self, link: LinkId) -> Option<(Node, Node)> {
        let sites = self.sites_in_layer(link.layer);
        let index = self.field.site(self.boundary, sites, link.block, usize::from(link.slot))?;
        Some((Node { layer: link.layer, index }, Node { layer: link.layer + 1, index: link.block }))
    }

    /// Every link that exists, in the order of [`LinkId`].
    pub fn links(&self) -> impl Iterator<Item = LinkId> + '_ {
        (0..self.depth).flat_map(|layer| self.layer_links(layer))
    }

    /// Every link that exists between layers `layer` and `layer + 1`, in the order of [`LinkId`].
    pub fn layer_links(&self, layer: u32) -> impl Iterator<Item = LinkId> + '_ {
        let slots = self.field.links() as u8;
        (0..self.sites_in_layer(layer + 1))
            .flat_map(move |block| (0..slots).map(move |slot| LinkId { layer, block, slot }))
            .filter(|&link| self.ends(link).is_some())
    }
}

/// Smallest e with 2ᵉ ≥ x, for x ≥ 1.
fn ceil_log2(x: u64) -> u32 {
    64 - (x - 1).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_agree() {
        for field in ReceptiveField::ALL {
            for boundary in [Boundary::Ring, Boundary::Line] {
                for depth in 0..=5 {
                    let g = Geometry::new(5, boundary, field, depth).unwrap();
                    let nodes = (0..=depth).flat_map(|layer| {
                        (0..g.sites_in_layer(layer)).map(move |index| Node { layer, index })
                    });
                    let mut count = 0;
                    for (id, node) in nodes.enumerate() {
                        assert_eq!((g.node_id(node), g.node_at(id as u64)), (id as u64, node));
                        count += 1;
                    }
                    assert_eq!(count, g.node_count());
                    let mut before = None;
                    for link in g.links() {
                        let index = g.link_index(link);
                        assert_eq!(g.link_at(index), link);
                        assert!(index < g.link_places() && before < Some(index));
                        before = Some(index);
                    }
                    let missing = match (boundary, field) {
                        (Boundary::Line, ReceptiveField::Three) => u64::from(depth),
                        (Boundary::Line, ReceptiveField::Four) => 2 * u64::from(depth),
                        _ => 0,
                    };
                    assert_eq!(g.links().count() as u64 + missing, g.link_places());
                }
            }
        }
    }

    #[test]
    fn huge_networks_are_named_without_being_built() {
        let g = Geometry::new(40, Boundary::Ring, ReceptiveField::Three, 40).unwrap();
        assert_eq!(g.node_at(g.node_count() - 1), Node { layer: 40, index: 0 });
        assert_eq!(g.link_at(g.link_places() - 1), LinkId { layer: 39, block: 0, slot: 2 });
    }

    #[test]
    fn impossible_shapes_are_refused() {
        let new = |n, field, d| Geometry::new(n, Boundary::Ring, field, d);
        assert!(new(0, ReceptiveField::Two, 0).unwrap_err().to_string().contains("2^1 to 2^40"));
        assert!(new(25, ReceptiveField::Four, 3).unwrap_err().to_string().contains("2^22 for 4 links"));
        assert!(new(3, ReceptiveField::Two, 4).unwrap_err().to_string().contains("depth 4 is above 3"));
    }
}
