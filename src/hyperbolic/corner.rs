//! The corners of the tiling, where three or four tile edges meet.

use super::point::HalfPlane;
use super::tiling::Tile;
use crate::lattice::ReceptiveField;

/// Direction in which an edge is walked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heading {
    /// Towards smaller x.
    Left,
    /// Towards larger z.
    Up,
    /// Towards larger x.
    Right,
    /// Towards the boundary.
    Down,
}

impl Heading {
    /// Clockwise from the left; also the number of the arm of a corner that points this way.
    pub(super) const CLOCKWISE: [Self; 4] = [Self::Left, Self::Up, Self::Right, Self::Down];

    pub(super) fn opposite(self) -> Self {
        Self::CLOCKWISE[(self as usize + 2) % 4]
    }
}

/// A place on the line z = 2^{level+1} between layers `level` and `level + 1`, `half` counting
/// half widths of the lower tiles from the displaced origin of the tiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Corner {
    /// Layer under the line.
    pub(super) level: u32,
    half: i64,
}

impl Corner {
    /// Left sides of lower tile i and upper tile j are at half = 2i + lower, 4j + upper.
    const fn offsets(field: ReceptiveField) -> (i64, i64) {
        match field {
            ReceptiveField::Two | ReceptiveField::Four => (0, 0),
            ReceptiveField::Three => (1, 2),
        }
    }

    /// Upper end of the vertical edge between tile `gap` and its right neighbour.
    pub(super) fn upper_end(gap: Tile, field: ReceptiveField) -> Self {
        Self { level: gap.layer, half: 2 * (gap.index + 1) + Self::offsets(field).0 }
    }

    /// Lower end of the vertical edge between tile `gap` and its right neighbour; `None` at the boundary.
    pub(super) fn lower_end(gap: Tile, field: ReceptiveField) -> Option<Self> {
        let level = gap.layer.checked_sub(1)?;
        Some(Self { level, half: 4 * (gap.index + 1) + Self::offsets(field).1 })
    }

    /// Tiles around: lower left, upper left, upper right, lower right; two may be the same.
    pub(super) fn around(self, field: ReceptiveField) -> [Tile; 4] {
        let (lower, upper) = Self::offsets(field);
        let below = |half: i64| Tile { layer: self.level, index: (half - lower).div_euclid(2) };
        let above = |half: i64| Tile { layer: self.level + 1, index: (half - upper).div_euclid(4) };
        // half − 1 falls into whatever lies directly left of this place.
        [below(self.half - 1), above(self.half - 1), above(self.half), below(self.half)]
    }

    /// The next corner along the line in the direction `step` = ±1.
    pub(super) fn beside(self, step: i64, field: ReceptiveField) -> Self {
        let mut next = self;
        loop {
            next.half += step;
            let [low_left, up_left, up_right, low_right] = next.around(field);
            if low_left != low_right || up_left != up_right {
                return next;
            }
        }
    }

    /// Where it lies in the half-plane.
    pub(super) fn point(self, field: ReceptiveField) -> HalfPlane {
        let half_width = f64::from(self.level).exp2() * 0.5;
        let sites = if field == ReceptiveField::Three { -0.5 } else { 0.0 };
        HalfPlane { x: self.half as f64 * half_width + sites, z: 4.0 * half_width }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tiles_around_a_corner_touch_it() {
        for field in ReceptiveField::ALL {
            let mut corner = Corner::upper_end(Tile { layer: 3, index: -5 }, field);
            for _ in 0..20 {
                let at = corner.point(field);
                let [low_left, up_left, up_right, low_right] =
                    corner.around(field).map(|tile| tile.sides(field));
                assert!(low_left.left < at.x && at.x <= low_left.right && low_left.top == at.z);
                assert!(low_right.left <= at.x && at.x < low_right.right);
                assert!(up_left.left < at.x && at.x <= up_left.right && up_left.bottom == at.z);
                assert!(up_right.left <= at.x && at.x < up_right.right);
                let next = corner.beside(1, field);
                assert_eq!(next.beside(-1, field), corner);
                corner = next;
            }
        }
    }

    #[test]
    fn vertical_edges_end_where_their_tiles_do() {
        for field in ReceptiveField::ALL {
            for index in [-4, 0, 7, 12] {
                let gap = Tile { layer: 2, index };
                let sides = gap.sides(field);
                let upper = Corner::upper_end(gap, field).point(field);
                assert_eq!((upper.x, upper.z), (sides.right, sides.top));
                let lower = Corner::lower_end(gap, field).map(|corner| corner.point(field));
                assert_eq!(lower, Some(HalfPlane::new(sides.right, sides.bottom)));
            }
        }
        assert_eq!(Corner::lower_end(Tile { layer: 0, index: 3 }, ReceptiveField::Two), None);
    }
}
