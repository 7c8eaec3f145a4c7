//! From a wedge to its boundary: ordered walks along the tile edges between inside and outside.
//!
//! The boundary of a union of tiles consists of vertical edges between neighbours `(k, i) | (k, i+1)`
//! of one layer and horizontal edges between a child and a parent whose tiles touch along one (for
//! r = 2 and 3 exactly the links; for r = 4 the two inner links, the outer ones pass over corners).
//! Where edges meet there is a *corner*; the walk goes from corner to corner, looking only at the
//! three or four tiles around each.

use rustc_hash::FxHashSet;

use super::corner::{Corner, Heading};
use super::point::HalfPlane;
use super::tiling::{Tile, nodes_in_layer};
use super::wedge::Wedge;
use crate::lattice::Boundary;

/// Where a staircase begins or ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum StaircaseEnd {
    /// At the boundary, in the gap between sites `gap` and `gap + 1` (unwrapped): x = gap + 1, z = 1.
    Gap {
        /// The site left of the gap.
        gap: i64,
    },
    /// In the open top, above the last layer: a wall is free to cross.
    Wall(HalfPlane),
    /// Where an open line of nodes ends, on its left or right.
    Side(HalfPlane),
}

impl StaircaseEnd {
    /// The place of this end on the tile edges.
    #[must_use]
    pub fn point(self) -> HalfPlane {
        match self {
            Self::Gap { gap } => HalfPlane { x: (gap + 1) as f64, z: 1.0 },
            Self::Wall(p) | Self::Side(p) => p,
        }
    }
}

/// How a staircase runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Course {
    /// From one end to another.
    Open {
        /// Before the first crossing.
        start: StaircaseEnd,
        /// After the last crossing.
        end: StaircaseEnd,
    },
    /// A closed curve: after the last crossing comes the first again, its indices moved by
    /// `winding` periods of the ring (0: an island; ±1: once around).
    Closed {
        /// Times around the ring, positive towards larger x.
        winding: i64,
    },
}

/// One boundary curve of a wedge: the inside tile and the outside tile of each edge, in order.
///
/// The inside is on the right-hand side, so the curve of an interval runs from its left end to its
/// right end. Indices are unwrapped along the curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Staircase {
    /// `(inside tile, outside tile)` of every edge, in order.
    pub crossings: Vec<(Tile, Tile)>,
    /// Where it begins and ends.
    pub course: Course,
}

/// All boundary curves of `wedge`: first those that touch the boundary, by gap; then the others, by
/// the layer they are met in.
///
/// Every pair of touching inside and outside tiles is crossed exactly once. At a corner where four
/// tiles meet (r = 2 and 4) checkerboard-like, the curves turn around the *outside* tiles, so that
/// the inside stays connected over the corner. Cost O(length of the curves · log intervals), never O(N).
#[must_use]
pub fn staircases(wedge: &Wedge) -> Vec<Staircase> {
    let deepest = wedge.sites.max(1).ilog2() as usize;
    assert!(wedge.layers.len() <= deepest + 1, "a wedge has no layers above the root, layer {deepest}");
    let mut seen = FxHashSet::default();
    let mut curves = Vec::new();
    for layer in 0..wedge.layers.len() as u32 {
        for gap in wedge.changes(layer) {
            if !seen.contains(&(layer, gap)) {
                let inside_right = wedge.contains(Tile { layer, index: gap + 1 }) == Some(true);
                let heading = if inside_right { Heading::Up } else { Heading::Down };
                let curve = trace(wedge, Edge { tile: Tile { layer, index: gap }, heading });
                for &(a, b) in &curve.crossings {
                    if a.layer == b.layer {
                        let left = Tile { layer: a.layer, index: a.index.min(b.index) };
                        // A line's indices are in range already.
                        seen.insert((left.layer, left.wrapped(wedge.sites).index));
                    }
                }
                curves.push(curve);
            }
        }
    }
    // Curves without a vertical edge lie between two whole layers.
    for layer in 1..wedge.layers.len() as u32 {
        let (Some(below), Some(above)) = (wedge.uniform(layer - 1), wedge.uniform(layer)) else { continue };
        if below != above {
            let heading = if below { Heading::Right } else { Heading::Left };
            // Child 1 of parent 0 touches it for every field.
            let tile = Tile { layer: layer - 1, index: 1 };
            curves.push(trace(wedge, Edge { tile, heading }));
        }
    }
    curves
}

/// A tile edge with a direction: vertical, `tile` on its left; or horizontal, `tile` under it (the
/// piece of its top that touches one parent is told by the corner it was left from).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Edge {
    tile: Tile,
    heading: Heading,
}

/// What a walk in one direction found.
struct Walk {
    crossings: Vec<(Tile, Tile)>,
    /// `Err(winding)` when it came back to its first edge.
    end: Result<StaircaseEnd, i64>,
}

/// The whole curve through `first`, which must have the inside on its right.
fn trace(wedge: &Wedge, first: Edge) -> Staircase {
    let field = wedge.field;
    let ahead = walk(wedge, first, true);
    let crossing = match first.heading {
        Heading::Up | Heading::Down => {
            let right = Tile { index: first.tile.index + 1, ..first.tile };
            if first.heading == Heading::Up { (right, first.tile) } else { (first.tile, right) }
        }
        Heading::Left | Heading::Right => {
            let parent = Tile { layer: first.tile.layer + 1, index: first.tile.index.div_euclid(2) };
            debug_assert!(first.tile.edge_with_parent(parent, field).is_some());
            if first.heading == Heading::Right { (first.tile, parent) } else { (parent, first.tile) }
        }
    };
    let mut crossings = vec![crossing];
    let end = match ahead.end {
        Err(winding) => {
            crossings.extend(ahead.crossings);
            return Staircase { crossings, course: Course::Closed { winding } };
        }
        Ok(end) => end,
    };
    let behind = walk(wedge, Edge { heading: first.heading.opposite(), ..first }, false);
    let start = match behind.end {
        Ok(start) => start,
        Err(_) => unreachable!("a curve that ends ahead cannot be closed behind"),
    };
    let crossings: Vec<_> =
        behind.crossings.into_iter().rev().chain(crossings).chain(ahead.crossings).collect();
    on_first_sheet(wedge, Staircase { crossings, course: Course::Open { start, end } })
}

/// Moves an open curve on a ring by whole periods so that it starts in `0 ≤ x ≤ N`.
fn on_first_sheet(wedge: &Wedge, mut curve: Staircase) -> Staircase {
    let Course::Open { start, end } = &mut curve.course else { return curve };
    let gap = match *start {
        StaircaseEnd::Gap { gap } => gap,
        StaircaseEnd::Wall(p) | StaircaseEnd::Side(p) => p.x.floor() as i64,
    };
    let periods = gap.div_euclid(wedge.sites as i64);
    if wedge.boundary == Boundary::Line || periods == 0 {
        return curve;
    }
    for end in [start, end] {
        match end {
            StaircaseEnd::Gap { gap } => *gap -= periods * wedge.sites as i64,
            StaircaseEnd::Wall(p) | StaircaseEnd::Side(p) => {
                *p = p.shifted(-((periods * wedge.sites as i64) as f64));
            }
        }
    }
    for tile in curve.crossings.iter_mut().flat_map(|(inside, outside)| [inside, outside]) {
        tile.index -= periods * nodes_in_layer(wedge.sites, tile.layer) as i64;
    }
    curve
}

/// Walks on from `first` (not reported itself) to an end or back to `first`.
/// `inside_right`: on which side the inside is, in the direction of this walk.
fn walk(wedge: &Wedge, first: Edge, inside_right: bool) -> Walk {
    let field = wedge.field;
    let nodes = |layer| nodes_in_layer(wedge.sites, layer) as i64;
    let mut crossings = Vec::new();
    let mut heading = first.heading;
    let mut corner = match heading {
        Heading::Up => Corner::upper_end(first.tile, field),
        Heading::Down => match Corner::lower_end(first.tile, field) {
            Some(corner) => corner,
            None => return Walk { crossings, end: Ok(StaircaseEnd::Gap { gap: first.tile.index }) },
        },
        // The first edge lies over tile 1 of its layer, an odd child, whose whole top is one edge.
        Heading::Right => Corner::upper_end(first.tile, field),
        Heading::Left => Corner::upper_end(Tile { index: first.tile.index - 1, ..first.tile }, field),
    };
    loop {
        if corner.level as usize + 1 >= wedge.layers.len() {
            return Walk { crossings, end: Ok(StaircaseEnd::Wall(corner.point(field))) };
        }
        let around = corner.around(field);
        // Arm a of the corner (left, up, right, down) lies between tiles a and a + 1. We come in along
        // the arm opposite to our heading; go around the outside tiles until the inside begins.
        let arm_in = heading.opposite() as usize;
        let turn = if inside_right { 1 } else { 3 };
        let mut at = if inside_right { (arm_in + 1) % 4 } else { arm_in };
        let arm_out = loop {
            let next = (at + turn) % 4;
            match wedge.contains(around[next]) {
                None => return Walk { crossings, end: Ok(StaircaseEnd::Side(corner.point(field))) },
                Some(true) => {
                    crossings.push((around[next], around[at]));
                    break if inside_right { at } else { next };
                }
                Some(false) => at = next,
            }
        };
        heading = Heading::CLOCKWISE[arm_out];
        let edge = match heading {
            Heading::Up => Edge { tile: around[1], heading },
            Heading::Down | Heading::Left => Edge { tile: around[0], heading },
            Heading::Right => Edge { tile: around[3], heading },
        };
        // Back at the first edge? Only a whole period may lie between. (A closed curve is traced from a
        // horizontal edge only if it has no other, and then from one with a whole tile under it.)
        let period = nodes(edge.tile.layer);
        let apart = edge.tile.index - first.tile.index;
        if edge.heading == first.heading && edge.tile.layer == first.tile.layer && apart % period == 0 {
            let closes = match wedge.boundary {
                Boundary::Ring => true,
                Boundary::Line => apart == 0,
            };
            if closes {
                crossings.pop();
                return Walk { crossings, end: Err(apart / period) };
            }
        }
        corner = match heading {
            Heading::Up => Corner::upper_end(edge.tile, field),
            Heading::Down => match Corner::lower_end(edge.tile, field) {
                Some(corner) => corner,
                None => return Walk { crossings, end: Ok(StaircaseEnd::Gap { gap: edge.tile.index }) },
            },
            Heading::Left => corner.beside(-1, field),
            Heading::Right => corner.beside(1, field),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::example_wedges::random_wedges;
    use super::*;
    use crate::lattice::ReceptiveField;

    /// Name of the edge between two touching tiles: layer of the upper, its wrapped index, and the slot
    /// of the child, or r for a vertical edge.
    fn edge_name(wedge: &Wedge, a: Tile, b: Tile) -> (u32, i64, i64) {
        let (low, high) = if a.layer < b.layer || (a.layer == b.layer && a < b) { (a, b) } else { (b, a) };
        let modulo = |tile: Tile| {
            if wedge.boundary == Boundary::Ring { tile.wrapped(wedge.sites).index } else { tile.index }
        };
        if low.layer == high.layer {
            assert_eq!(low.index + 1, high.index);
            return (low.layer, modulo(low), 9);
        }
        assert!(low.edge_with_parent(high, wedge.field).is_some(), "{low:?} {high:?} do not touch");
        (high.layer, modulo(high), low.index - 2 * high.index - wedge.field.first_offset())
    }

    fn all_edges(wedge: &Wedge) -> Vec<(u32, i64, i64)> {
        let mut names = Vec::new();
        for layer in 0..wedge.layers.len() as u32 {
            for index in 0..nodes_in_layer(wedge.sites, layer) as i64 {
                let tile = Tile { layer, index };
                let children = (0..wedge.field.links()).filter_map(|slot| tile.child(wedge.field, slot));
                let touching = children
                    .filter(|child| child.edge_with_parent(tile, wedge.field).is_some())
                    .chain([Tile { layer, index: index + 1 }]);
                for other in touching {
                    if let (Some(a), Some(b)) = (wedge.contains(tile), wedge.contains(other))
                        && a != b
                    {
                        names.push(edge_name(wedge, tile, other));
                    }
                }
            }
        }
        names.sort_unstable();
        names
    }

    #[test]
    fn every_touching_pair_is_crossed_exactly_once() {
        for wedge in random_wedges(32, 3000) {
            let curves = staircases(&wedge);
            let mut crossed: Vec<_> = curves
                .iter()
                .flat_map(|curve| &curve.crossings)
                .map(|&(inside, outside)| {
                    assert_eq!(wedge.contains(inside), Some(true));
                    assert_eq!(wedge.contains(outside), Some(false));
                    edge_name(&wedge, inside, outside)
                })
                .collect();
            crossed.sort_unstable();
            assert_eq!(crossed, all_edges(&wedge), "{wedge:?}");

            let mut gaps: Vec<i64> = Vec::new();
            for curve in &curves {
                // Successive edges meet in a corner: they share a tile, or both tiles touch (four tiles).
                for pair in curve.crossings.windows(2) {
                    let ((a, b), (c, d)) = (pair[0], pair[1]);
                    if a != c && b != d {
                        assert_ne!(wedge.field, ReceptiveField::Three);
                        edge_name(&wedge, a, c);
                        edge_name(&wedge, b, d);
                    }
                }
                if let Course::Open { start, end } = curve.course {
                    for (end, first) in [(start, true), (end, false)] {
                        let (inside, outside) = if first {
                            curve.crossings[0]
                        } else {
                            curve.crossings[curve.crossings.len() - 1]
                        };
                        if let StaircaseEnd::Gap { gap } = end {
                            gaps.push(gap.rem_euclid(32));
                            // The inside is on the right: of a start going up, of an end coming down.
                            let right_of_gap = if first { inside } else { outside };
                            assert_eq!(right_of_gap, Tile { layer: 0, index: gap + 1 });
                        }
                    }
                }
            }
            gaps.sort_unstable();
            assert_eq!(gaps, wedge.changes(0));
        }
    }

    fn tile(layer: u32, index: i64) -> Tile {
        Tile { layer, index }
    }

    fn hand_made(boundary: Boundary, field: ReceptiveField, layers: &[&[(u64, u64)]]) -> Vec<Staircase> {
        let layers = layers.iter().map(|layer| layer.to_vec()).collect();
        staircases(&Wedge { sites: 8, boundary, field, layers })
    }

    #[test]
    fn one_site_is_cut_off_by_its_three_links() {
        let curves = hand_made(Boundary::Ring, ReceptiveField::Three, &[&[(4, 1)], &[], &[], &[]]);
        let site = tile(0, 4);
        let expected = [(site, tile(0, 3)), (site, tile(1, 1)), (site, tile(1, 2)), (site, tile(0, 5))];
        assert_eq!(curves.len(), 1);
        assert_eq!(curves[0].crossings, expected);
        let ends = (StaircaseEnd::Gap { gap: 3 }, StaircaseEnd::Gap { gap: 4 });
        assert_eq!(curves[0].course, Course::Open { start: ends.0, end: ends.1 });
        assert_eq!(ends.0.point(), HalfPlane::new(4.0, 1.0));
    }

    #[test]
    fn a_region_over_the_seam_of_the_ring_is_one_curve() {
        let curves =
            hand_made(Boundary::Ring, ReceptiveField::Two, &[&[(0, 2), (6, 2)], &[(0, 1), (3, 1)], &[]]);
        assert_eq!(curves.len(), 1);
        assert_eq!(
            curves[0].crossings,
            [
                (tile(0, 6), tile(0, 5)),
                (tile(1, 3), tile(1, 2)),
                (tile(1, 3), tile(2, 1)),
                (tile(1, 4), tile(2, 2)),
                (tile(1, 4), tile(1, 5)),
                (tile(0, 9), tile(0, 10)),
            ]
        );
        let ends = (StaircaseEnd::Gap { gap: 5 }, StaircaseEnd::Gap { gap: 9 });
        assert_eq!(curves[0].course, Course::Open { start: ends.0, end: ends.1 });
    }

    #[test]
    fn curves_end_in_the_open_top_and_at_the_side_of_a_line() {
        let walled = hand_made(Boundary::Ring, ReceptiveField::Two, &[&[(0, 4)], &[(0, 2)]]);
        let tops: Vec<_> = walled
            .iter()
            .filter_map(|curve| match curve.course {
                Course::Open { start: StaircaseEnd::Wall(p), .. }
                | Course::Open { end: StaircaseEnd::Wall(p), .. } => Some((p.x, p.z)),
                _ => None,
            })
            .collect();
        assert_eq!(tops, [(4.0, 4.0), (8.0, 4.0)]);

        let line = hand_made(Boundary::Line, ReceptiveField::Two, &[&[(0, 2)], &[]]);
        assert_eq!(line.len(), 1);
        assert_eq!(line[0].crossings[0], (tile(0, 0), tile(1, 0)));
        let start = StaircaseEnd::Side(HalfPlane::new(0.0, 2.0));
        assert_eq!(line[0].course, Course::Open { start, end: StaircaseEnd::Gap { gap: 1 } });
    }

    #[test]
    fn whole_layers_and_islands_are_closed() {
        let around = hand_made(Boundary::Ring, ReceptiveField::Three, &[&[(0, 8)], &[], &[], &[]]);
        assert_eq!(around.len(), 1);
        assert_eq!(around[0].crossings.len(), 12);
        assert_eq!(around[0].course, Course::Closed { winding: 1 });
        let inner = hand_made(Boundary::Ring, ReceptiveField::Three, &[&[], &[], &[], &[(0, 1)]]);
        assert_eq!(inner[0].course, Course::Closed { winding: -1 });
        // At the top of the ring one pair of nodes is joined twice; both are crossed.
        assert_eq!(inner[0].crossings.len(), 3);
        let island = hand_made(Boundary::Ring, ReceptiveField::Three, &[&[], &[(1, 1)], &[], &[]]);
        assert_eq!(island[0].course, Course::Closed { winding: 0 });
        assert_eq!(island[0].crossings.len(), 6);
    }

    #[test]
    fn at_a_checkerboard_corner_the_inside_stays_connected() {
        // Tiles (0, 1) and (1, 1) meet over the corner x = 2, z = 2 only.
        let curves = hand_made(Boundary::Line, ReceptiveField::Two, &[&[(1, 1)], &[(1, 1)], &[], &[]]);
        // One curve around both, not one around each.
        let (low, high) = (tile(0, 1), tile(1, 1));
        assert_eq!(curves.len(), 1);
        assert_eq!(
            curves[0].crossings,
            [
                (low, tile(0, 0)),
                (low, tile(1, 0)),
                (high, tile(1, 0)),
                (high, tile(2, 0)),
                (high, tile(1, 2)),
                (high, tile(0, 3)),
                (high, tile(0, 2)),
                (low, tile(0, 2)),
            ]
        );
    }
}
