//! The inside of a cut as tiles: intervals of nodes, layer by layer.

use super::tiling::{Tile, nodes_in_layer};
use crate::lattice::{Boundary, ReceptiveField};

/// The tiles on one side of a cut, as intervals of nodes layer by layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wedge {
    /// Number N of boundary sites, a power of two.
    pub sites: u64,
    /// Ring or open line.
    pub boundary: Boundary,
    /// Receptive field: decides where the tiles stand.
    pub field: ReceptiveField,
    /// For layer k = 0..=depth, depth ≤ log2 N, the intervals `(start, len)` of inside nodes, sorted, disjoint,
    /// `start < N/2^k`, `len ≤ N/2^k`; on a ring the last may run over the end. Layer 0 is the region itself.
    pub layers: Vec<Vec<(u64, u64)>>,
}

impl Wedge {
    /// Whether `tile` is inside; `None` where there is no such node (past the end of a line, or
    /// above the last layer). On a ring the index may be unwrapped. O(log intervals).
    #[must_use]
    pub fn contains(&self, tile: Tile) -> Option<bool> {
        let intervals = self.layers.get(tile.layer as usize)?;
        let nodes = nodes_in_layer(self.sites, tile.layer);
        let index = match self.boundary {
            Boundary::Ring => tile.index.rem_euclid(nodes as i64) as u64,
            Boundary::Line => u64::try_from(tile.index).ok().filter(|&i| i < nodes)?,
        };
        let after = intervals.partition_point(|&(start, _)| start <= index);
        let holds = |&(start, len): &(u64, u64), index: u64| (start..start + len).contains(&index);
        let direct = after.checked_sub(1).is_some_and(|i| holds(&intervals[i], index));
        let over_the_end = intervals.last().is_some_and(|last| holds(last, index + nodes));
        Some(direct || over_the_end)
    }

    /// Gaps `i` of layer `layer` with membership of node i unlike that of node i + 1, sorted.
    pub(super) fn changes(&self, layer: u32) -> Vec<i64> {
        let nodes = nodes_in_layer(self.sites, layer) as i64;
        let mut gaps: Vec<i64> = self.layers[layer as usize]
            .iter()
            .flat_map(|&(start, len)| [start as i64 - 1, (start + len) as i64 - 1])
            .map(|gap| if self.boundary == Boundary::Ring { gap.rem_euclid(nodes) } else { gap })
            .collect();
        gaps.sort_unstable();
        gaps.dedup();
        // Intervals may touch, cover the ring, or end where the line ends: ask the tiles.
        gaps.retain(|&index| {
            let side = |index| self.contains(Tile { layer, index });
            matches!((side(index), side(index + 1)), (Some(a), Some(b)) if a != b)
        });
        gaps
    }

    /// Membership of the whole layer, if it has only one.
    pub(super) fn uniform(&self, layer: u32) -> Option<bool> {
        if self.changes(layer).is_empty() { self.contains(Tile { layer, index: 0 }) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wedge(boundary: Boundary, layers: Vec<Vec<(u64, u64)>>) -> Wedge {
        Wedge { sites: 16, boundary, field: ReceptiveField::Three, layers }
    }

    #[test]
    fn intervals_may_run_over_the_end_of_a_ring() {
        let ring = wedge(Boundary::Ring, vec![vec![(3, 2), (14, 4)]]);
        let inside: Vec<i64> =
            (0..16).filter(|&index| ring.contains(Tile { layer: 0, index }) == Some(true)).collect();
        assert_eq!(inside, [0, 1, 3, 4, 14, 15]);
        assert_eq!(ring.contains(Tile { layer: 0, index: -13 }), Some(true));
        assert_eq!(ring.changes(0), [1, 2, 4, 13]);
        assert_eq!(ring.contains(Tile { layer: 1, index: 0 }), None);
    }

    #[test]
    fn a_line_has_nothing_past_its_ends() {
        let line = wedge(Boundary::Line, vec![vec![(0, 3), (12, 4)], vec![(0, 4), (4, 4)]]);
        assert_eq!(line.contains(Tile { layer: 0, index: -1 }), None);
        assert_eq!(line.contains(Tile { layer: 0, index: 16 }), None);
        assert_eq!(line.changes(0), [2, 11]);
        assert_eq!(line.uniform(0), None);
        // Touching intervals are one.
        assert_eq!(line.uniform(1), Some(true));
    }
}
