//! The causal cone of a region: the nodes that it feeds.

use super::geometry::Geometry;
use super::region::Region;
use super::wedge::seen_blocks;

/// All nodes with a link path from the region that only goes up, layer by layer; layer 0 is the region.
///
/// Capacities do not matter: a cone is a matter of who sees whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CausalCone {
    layers: Vec<Region>,
}

impl CausalCone {
    /// Node layers, lowest first, each as a set of places in that layer.
    #[must_use]
    pub fn layers(&self) -> &[Region] {
        &self.layers
    }

    /// Number of nodes of each layer, lowest first.
    #[must_use]
    pub fn node_counts(&self) -> Vec<u64> {
        self.layers.iter().map(Region::len).collect()
    }
}

/// The causal cone of a region, up to the last layer. O(depth · intervals), whatever the number of sites.
///
/// # Panics
/// If the region belongs to another boundary than the network.
#[must_use]
pub fn causal_cone(geometry: &Geometry, region: &Region) -> CausalCone {
    assert!(
        region.sites() == geometry.sites() && region.boundary() == geometry.boundary(),
        "a region of {} sites on a network of {}",
        region.sites(),
        geometry.sites()
    );
    let mut layers = vec![region.clone()];
    for layer in 0..geometry.depth() {
        let fed = (0..geometry.field().links() as u8)
            .map(|slot| seen_blocks(geometry, layer, slot, &layers[layer as usize]))
            .reduce(|all, seen| all.union(&seen))
            .unwrap_or_else(|| unreachable!("a node sees two spins or more"));
        layers.push(fed);
    }
    CausalCone { layers }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};

    #[test]
    fn the_cone_is_what_a_walk_up_all_links_finds() {
        for field in ReceptiveField::ALL {
            for boundary in [Boundary::Ring, Boundary::Line] {
                for depth in 0..=5 {
                    let g = Geometry::new(5, boundary, field, depth).unwrap();
                    for text in ["", "0..32", "7..8", "0..3", "29..32", "3..9,14..15,20..27"] {
                        let region = Region::parse(text, 32, boundary).unwrap();
                        let mut fed: Vec<bool> =
                            (0..g.node_count()).map(|id| id < 32 && region.contains(id)).collect();
                        // Lowest links first, so every lower node is settled before it feeds.
                        for link in g.links() {
                            let (lower, upper) = g.ends(link).unwrap();
                            if fed[g.node_id(lower) as usize] {
                                fed[g.node_id(upper) as usize] = true;
                            }
                        }
                        let cone = causal_cone(&g, &region);
                        for (id, fed) in (0..).zip(fed) {
                            let node = g.node_at(id);
                            let inside = cone.layers()[node.layer as usize].contains(node.index);
                            assert_eq!(inside, fed, "{field:?} {boundary:?} depth {depth} {text}: {node:?}");
                        }
                        assert_eq!(cone.node_counts().len() as u32, depth + 1);
                    }
                }
            }
        }
    }

    #[test]
    fn a_cone_of_two_to_the_forty_sites_is_a_few_intervals() {
        let g = Geometry::new(40, Boundary::Ring, ReceptiveField::Three, 40).unwrap();
        let region = Region::parse("5..37", 1 << 40, Boundary::Ring).unwrap();
        // Blocks of a layer see three of the layer below: 32 → 17 → 9 or more, never fewer than one.
        let counts = causal_cone(&g, &region).node_counts();
        assert_eq!((counts[0], counts.len()), (32, 41));
        assert!(counts.windows(2).all(|c| c[1] <= c[0] / 2 + 2) && counts.iter().all(|c| *c > 0));
    }
}
