//! The entanglement wedge: A's side of a cut, layer by layer.

use super::geometry::{Geometry, LinkId, Node};
use super::region::{Interval, Region};
use crate::lattice::ReceptiveField;

/// One side of a cut: for each node layer, the nodes on A's side as sorted intervals.
///
/// Layer 0 is A itself. On a ring the last interval of a layer may wrap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wedge {
    layers: Vec<Region>,
}

impl Wedge {
    pub(crate) fn from_layers(layers: Vec<Region>) -> Self {
        Self { layers }
    }

    /// No node, or every node.
    pub(crate) fn uniform(geometry: &Geometry, full: bool) -> Self {
        let make = if full { Region::full } else { Region::empty };
        let layer = |k| make(geometry.sites_in_layer(k), geometry.boundary());
        Self { layers: (0..=geometry.depth()).map(layer).collect() }
    }

    /// From a list that says of every node, by number, whether it is inside. O(nodes).
    pub(crate) fn from_members(geometry: &Geometry, inside: impl Fn(u64) -> bool) -> Self {
        let layers = (0..=geometry.depth()).map(|layer| {
            let sites = geometry.sites_in_layer(layer);
            let first = geometry.node_id(Node { layer, index: 0 });
            let mut gaps = Vec::new();
            for i in 0..sites - 1 {
                if inside(first + i) != inside(first + i + 1) {
                    gaps.push(i);
                }
            }
            // An even number of changes closes a ring; the one missing is at its seam.
            if inside(first + sites - 1) != inside(first) {
                gaps.push(sites - 1);
            }
            Region::from_gaps(sites, geometry.boundary(), &gaps, inside(first))
        });
        Self { layers: layers.collect() }
    }

    /// The nodes whose columns stand on a region: a column goes down by one of the middle links, left and right in
    /// turns if there are two.
    pub(crate) fn columns_over(geometry: &Geometry, region: &Region) -> Self {
        let mut layers = vec![region.clone()];
        for layer in 0..geometry.depth() {
            let step = match geometry.field() {
                ReceptiveField::Two | ReceptiveField::Four => u64::from(layer % 2),
                ReceptiveField::Three => 1,
            };
            let blocks = geometry.sites_in_layer(layer + 1);
            // Block j stands on site 2j + step.
            let over = |site: u64| ((site + 1).saturating_sub(step) / 2).min(blocks);
            let pieces = layers[layer as usize].pieces();
            let intervals: Vec<Interval> = pieces
                .map(|(start, end)| (over(start), over(end)))
                .filter(|(from, to)| from < to)
                .map(|(from, to)| Interval { start: from, len: to - from })
                .collect();
            let above = Region::from_intervals(blocks, geometry.boundary(), intervals);
            layers.push(above.unwrap_or_else(|error| unreachable!("blocks lie inside their layer: {error}")));
        }
        Self { layers }
    }

    /// Node layers, lowest first, each as a set of places in that layer.
    #[must_use]
    pub fn layers(&self) -> &[Region] {
        &self.layers
    }

    /// The nodes of one layer as sorted intervals.
    #[must_use]
    pub fn intervals(&self, layer: u32) -> &[Interval] {
        self.layers[layer as usize].intervals()
    }

    /// Whether a node is inside.
    #[must_use]
    pub fn contains(&self, node: Node) -> bool {
        self.layers[node.layer as usize].contains(node.index)
    }

    /// Number of nodes inside, A's sites included.
    #[must_use]
    pub fn node_count(&self) -> u64 {
        self.layers.iter().map(Region::len).sum()
    }

    /// The links with one end inside and one outside, sorted: the cut that the wedge makes.
    ///
    /// O(intervals + links found), from the ends of the intervals alone.
    ///
    /// # Panics
    /// If the wedge is of another geometry.
    #[must_use]
    pub fn boundary_links(&self, geometry: &Geometry) -> Vec<LinkId> {
        let mut links = Vec::new();
        for layer in 0..geometry.depth() {
            let (lower, upper) = (&self.layers[layer as usize], &self.layers[layer as usize + 1]);
            for slot in 0..geometry.field().links() as u8 {
                let seen = seen_blocks(geometry, layer, slot, lower);
                let differing = seen.symmetric_difference(upper);
                for (start, end) in differing.pieces() {
                    links.extend((start..end).map(|block| LinkId { layer, block, slot }));
                }
            }
        }
        // A line lacks the links that leave it.
        links.retain(|&link| geometry.ends(link).is_some());
        links.sort_unstable();
        links
    }
}

/// The upper nodes whose link `slot` ends in `lower`.
pub(super) fn seen_blocks(geometry: &Geometry, layer: u32, slot: u8, lower: &Region) -> Region {
    let sites = geometry.sites_in_layer(layer) as i64;
    let blocks = sites / 2;
    let offset = geometry.field().first_offset() + i64::from(slot);
    // Block j sees site 2j + offset: so of the sites [start, end) the blocks ⌈(start−offset)/2⌉ … .
    let first_block = |site: i64| (site - offset + 1).div_euclid(2).clamp(0, blocks) as u64;
    let mut intervals: Vec<Interval> = lower
        .pieces()
        .map(|(start, end)| {
            let (from, to) = (first_block(start as i64), first_block(end as i64));
            Interval { start: from.min(blocks as u64 - 1), len: to - from }
        })
        .collect();
    // The link that wraps over the seam of a ring, at most one for a slot.
    for block in [0, blocks as u64 - 1] {
        let place = 2 * block as i64 + offset;
        let link = LinkId { layer, block, slot };
        if !(0..sites).contains(&place)
            && geometry.ends(link).is_some_and(|(node, _)| lower.contains(node.index))
        {
            intervals.push(Interval { start: block, len: 1 });
        }
    }
    Region::from_intervals(blocks as u64, geometry.boundary(), intervals)
        .unwrap_or_else(|error| unreachable!("blocks lie inside their layer: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;

    #[test]
    fn boundary_links_equal_a_walk_over_all_links() {
        for field in ReceptiveField::ALL {
            for boundary in [Boundary::Ring, Boundary::Line] {
                for depth in 0..=4 {
                    let g = Geometry::new(4, boundary, field, depth).unwrap();
                    for pattern in 0..200_u64 {
                        let inside = |id: u64| {
                            (pattern.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (pattern << 7))
                                .rotate_left(id as u32 * 5)
                                & 3
                                == pattern % 4
                        };
                        let wedge = Wedge::from_members(&g, inside);
                        for id in 0..g.node_count() {
                            assert_eq!(wedge.contains(g.node_at(id)), inside(id));
                        }
                        let walked: Vec<LinkId> = g
                            .links()
                            .filter(|&link| {
                                let (a, b) = g.ends(link).unwrap();
                                inside(g.node_id(a)) != inside(g.node_id(b))
                            })
                            .collect();
                        assert_eq!(wedge.boundary_links(&g), walked);
                    }
                }
            }
        }
    }
}
