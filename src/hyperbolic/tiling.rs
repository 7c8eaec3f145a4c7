//! The binary (Böröczky) tiling of the half-plane: one tile of area ½ for each node of the network.
//!
//! Layer τ is the strip `2^τ ≤ z < 2^{τ+1}`; its tiles are 2^τ wide. For r = 3 they stand half a
//! tile to the right, centred over the middle `v(2j+1)` of the receptive field, so that shared tile
//! edges are exactly the links and the picture is mirror-symmetric (physics §4).

use std::f64::consts::SQRT_2;

use super::point::HalfPlane;
use crate::lattice::ReceptiveField;

/// A tile: node `index` of layer `layer`. On a ring the index is unwrapped (universal cover).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// Layer τ; 0 is the boundary spins.
    pub layer: u32,
    /// Node in its layer; may be negative or past the last node on the cover of a ring.
    pub index: i64,
}

/// The four sides of a tile: `left ≤ x ≤ right`, `bottom ≤ z ≤ top`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TileSides {
    /// x of the left side.
    pub left: f64,
    /// x of the right side.
    pub right: f64,
    /// z = 2^τ.
    pub bottom: f64,
    /// z = 2^{τ+1}.
    pub top: f64,
}

impl TileSides {
    /// Hyperbolic area `(right − left)(1/bottom − 1/top)`; ½ for every tile.
    #[must_use]
    pub fn area(self) -> f64 {
        (self.right - self.left) * (1.0 / self.bottom - 1.0 / self.top)
    }
}

/// The piece of horocycle that the tiles of a child and its parent share.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SharedEdge {
    /// x where it begins.
    pub left: f64,
    /// x where it ends; `> left`.
    pub right: f64,
    /// Height z = 2^{τ+1}, τ the child's layer.
    pub z: f64,
}

/// `2^layer`, exact.
fn width(layer: u32) -> f64 {
    f64::from(layer).exp2()
}

/// x of the left side of tile 0, in tile widths, before the shift of −½ site: the r = 3 tiling
/// is displaced by half a tile.
const fn displacement(field: ReceptiveField) -> (f64, f64) {
    match field {
        ReceptiveField::Two | ReceptiveField::Four => (0.0, 0.0),
        ReceptiveField::Three => (0.5, -0.5),
    }
}

impl Tile {
    /// Where the node stands: x = (j + ½)2^τ for r = 2 and 4, (j + 1)2^τ − ½ for r = 3;
    /// z = √2·2^τ. Exact to rounding for layers up to 40 and |x| < 2⁵².
    #[must_use]
    pub fn centre(self, field: ReceptiveField) -> HalfPlane {
        let TileSides { left, bottom, .. } = self.sides(field);
        HalfPlane { x: left + 0.5 * bottom, z: SQRT_2 * bottom }
    }

    /// The sides: `x = centre ± 2^τ/2`, `z ∈ [2^τ, 2^{τ+1}]`.
    #[must_use]
    pub fn sides(self, field: ReceptiveField) -> TileSides {
        let w = width(self.layer);
        let (tiles, sites) = displacement(field);
        let left = (self.index as f64 + tiles) * w + sites;
        TileSides { left, right: left + w, bottom: w, top: 2.0 * w }
    }

    /// The middle of the gap F(τ, j) between this tile and its right neighbour (physics §5):
    /// x = centre + 2^τ/2, z = √2·2^τ.
    #[must_use]
    pub fn gap_to_the_right(self, field: ReceptiveField) -> HalfPlane {
        let TileSides { right, bottom, .. } = self.sides(field);
        HalfPlane { x: right, z: SQRT_2 * bottom }
    }

    /// The tile seen by slot `slot < r` of this node's receptive field, one layer below, unwrapped.
    /// `None` in layer 0.
    #[must_use]
    pub fn child(self, field: ReceptiveField, slot: usize) -> Option<Self> {
        let layer = self.layer.checked_sub(1)?;
        Some(Self { layer, index: 2 * self.index + field.first_offset() + slot as i64 })
    }

    /// The edge that this tile shares with `parent`, a tile of the next layer; `None` where they
    /// do not touch along one (r = 4: the outer links go to diagonal neighbours, over a corner).
    #[must_use]
    pub fn edge_with_parent(self, parent: Self, field: ReceptiveField) -> Option<SharedEdge> {
        if parent.layer != self.layer + 1 {
            return None;
        }
        let (low, high) = (self.sides(field), parent.sides(field));
        let (left, right) = (low.left.max(high.left), low.right.min(high.right));
        (left < right).then_some(SharedEdge { left, right, z: low.top })
    }

    /// The same tile with its index in `0..N/2^τ`, on a ring of `sites` sites.
    #[must_use]
    pub fn wrapped(self, sites: u64) -> Self {
        let nodes = nodes_in_layer(sites, self.layer) as i64;
        Self { layer: self.layer, index: self.index.rem_euclid(nodes) }
    }
}

/// Number N/2^τ of nodes in layer `layer`, at least 1 (the root). `sites` is a power of two.
#[must_use]
pub const fn nodes_in_layer(sites: u64, layer: u32) -> u64 {
    match sites.checked_shr(layer) {
        Some(nodes) if nodes > 0 => nodes,
        _ => 1,
    }
}

/// The tile that holds `p`, unwrapped; `None` below the first layer (z < 1) or at infinity.
///
/// Left and lower sides belong to the tile. On a ring follow with [`Tile::wrapped`]; whether the
/// layer exists in a network of given depth is the caller's question.
#[must_use]
pub fn tile_at(p: HalfPlane, field: ReceptiveField) -> Option<Tile> {
    if !(p.z >= 1.0 && p.z.is_finite() && p.x.is_finite()) {
        return None;
    }
    // The exponent itself: log2 would round z just under a power of two up into the next layer.
    let layer = ((p.z.to_bits() >> 52) - 1023) as u32;
    let (tiles, sites) = displacement(field);
    let index = ((p.x - sites) / width(layer) - tiles).floor();
    Some(Tile { layer, index: index as i64 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn every_tile_is_found_at_its_centre_and_has_area_one_half() {
        for field in ReceptiveField::ALL {
            for layer in 0..=40 {
                for index in [-3, 0, 1, 2, (1_i64 << (40 - layer)) / 3, (1 << (40 - layer)) - 1] {
                    let tile = Tile { layer, index };
                    assert_eq!(tile_at(tile.centre(field), field), Some(tile), "{field:?}");
                    assert_eq!(tile.sides(field).area(), 0.5);
                }
            }
        }
    }

    #[test]
    fn sites_stand_at_half_integers_for_every_field() {
        for field in ReceptiveField::ALL {
            assert_eq!(Tile { layer: 0, index: 7 }.centre(field).x, 7.5);
            assert_relative_eq!(Tile { layer: 0, index: 7 }.centre(field).z, SQRT_2);
        }
        // The formulas of the text, r = 3 and r = 2.
        let tile = Tile { layer: 3, index: 5 };
        assert_eq!(tile.centre(ReceptiveField::Three).x, 6.0 * 8.0 - 0.5);
        assert_eq!(tile.centre(ReceptiveField::Two).x, 5.5 * 8.0);
    }

    #[test]
    fn tiles_are_half_open_and_layers_change_exactly_at_powers_of_two() {
        let at = |x, z| tile_at(HalfPlane::new(x, z), ReceptiveField::Two);
        assert_eq!(at(3.0, 1.0), Some(Tile { layer: 0, index: 3 }));
        let under_eight = f64::from_bits(8.0_f64.to_bits() - 1);
        assert_eq!(at(0.0, under_eight), Some(Tile { layer: 2, index: 0 }));
        assert_eq!(at(0.0, 8.0), Some(Tile { layer: 3, index: 0 }));
        assert_eq!(at(-0.1, 8.0), Some(Tile { layer: 3, index: -1 }));
        assert_eq!(at(0.0, 0.99), None);
        assert_eq!(at(f64::NAN, 2.0), None);
        assert_eq!(at(0.0, f64::INFINITY), None);
    }

    #[test]
    fn shared_edges_are_the_links_with_the_stated_overlaps() {
        let parent = Tile { layer: 4, index: 9 };
        let overlaps = |field: ReceptiveField| -> Vec<Option<f64>> {
            (0..field.links())
                .map(|slot| {
                    let child = parent.child(field, slot).expect("layer 4 has children");
                    let edge = child.edge_with_parent(parent, field)?;
                    assert_eq!(edge.z, 16.0);
                    Some((edge.right - edge.left) / 8.0)
                })
                .collect()
        };
        assert_eq!(overlaps(ReceptiveField::Two), [Some(1.0), Some(1.0)]);
        assert_eq!(overlaps(ReceptiveField::Three), [Some(0.5), Some(1.0), Some(0.5)]);
        assert_eq!(overlaps(ReceptiveField::Four), [None, Some(1.0), Some(1.0), None]);
        assert_eq!(Tile { layer: 0, index: 1 }.child(ReceptiveField::Two, 0), None);
        assert_eq!(parent.edge_with_parent(parent, ReceptiveField::Two), None);
    }

    #[test]
    fn wrapping_follows_the_layer() {
        assert_eq!(Tile { layer: 2, index: -1 }.wrapped(64), Tile { layer: 2, index: 15 });
        assert_eq!(Tile { layer: 6, index: 5 }.wrapped(64), Tile { layer: 6, index: 0 });
        assert_eq!(nodes_in_layer(64, 7), 1);
        assert_eq!(nodes_in_layer(64, 70), 1);
        assert_eq!(nodes_in_layer(64, 1), 32);
    }
}
