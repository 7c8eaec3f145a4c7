//! The gates of a sleeve: geodesic segments that a string must cross, from node to node.

use super::geodesic::point_between;
use super::point::HalfPlane;
use super::tiling::Tile;
use crate::lattice::ReceptiveField;

/// A geodesic segment that the string must cross.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gate {
    /// The end on the inside (t = 0), z > 0.
    pub inside: HalfPlane,
    /// The end on the outside (t = 1), z > 0, different from the other.
    pub outside: HalfPlane,
}

impl Gate {
    /// The point at fraction `t` of its length from the inside.
    #[must_use]
    pub fn point(self, t: f64) -> HalfPlane {
        point_between(self.inside, self.outside, t)
    }

    /// The same gate moved by `shift` sites.
    #[must_use]
    pub fn shifted(self, shift: f64) -> Self {
        Self { inside: self.inside.shifted(shift), outside: self.outside.shifted(shift) }
    }
}

/// The gates of a walk of `(inside tile, outside tile)` crossings: from node to node.
#[must_use]
pub fn gates_from_tiles(crossings: &[(Tile, Tile)], field: ReceptiveField) -> Vec<Gate> {
    crossings
        .iter()
        .map(|&(inside, outside)| Gate { inside: inside.centre(field), outside: outside.centre(field) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gates_run_from_node_to_node() {
        let (inside, outside) = (Tile { layer: 2, index: 3 }, Tile { layer: 3, index: 1 });
        let field = ReceptiveField::Three;
        let gates = gates_from_tiles(&[(inside, outside)], field);
        assert_eq!(gates, [Gate { inside: inside.centre(field), outside: outside.centre(field) }]);
        assert_eq!(gates[0].point(0.0), inside.centre(field));
        assert_eq!(gates[0].shifted(8.0).inside.x, inside.centre(field).x + 8.0);
    }
}
