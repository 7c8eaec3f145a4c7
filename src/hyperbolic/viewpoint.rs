//! Where the plane is seen from: an isometry, kept as the point that it shows in the middle and a turn.

use super::isometry::Isometry;
use super::point::HalfPlane;
use std::f64::consts::{PI, TAU};

/// The isometry that takes `centre = (x₀, z₀)` to the frame point `(0, 1)` and then turns about it:
/// `K(turn) ∘ (ζ → (ζ − x₀)/z₀)`. Every orientation-preserving isometry is of this form (Iwasawa).
///
/// Three numbers instead of a matrix: there is no determinant that could drift, and x − x₀ is taken
/// before anything else, so that a turned view of a site of a chain of 2⁴⁰ keeps every digit that x₀ has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewpoint {
    /// The point that is seen at the frame point; `z > 0`.
    pub centre: HalfPlane,
    /// The turn about it, counter-clockwise, in radians.
    pub turn_rad: f64,
}

impl Viewpoint {
    /// Where `p` is seen, in the frame. Ideal points stay ideal.
    #[must_use]
    pub fn see(self, p: HalfPlane) -> HalfPlane {
        self.see_turned(p, self.half_turn())
    }

    /// Sine and cosine of half the turn, for [`Self::see_turned`].
    #[must_use]
    pub fn half_turn(self) -> [f64; 2] {
        (0.5 * self.turn_rad).sin_cos().into()
    }

    /// The same as [`Self::see`] for many points, with [`Self::half_turn`] worked out once.
    #[must_use]
    pub fn see_turned(self, p: HalfPlane, half_turn: [f64; 2]) -> HalfPlane {
        let HalfPlane { x: x0, z: z0 } = self.centre;
        let seen = HalfPlane { x: (p.x - x0) / z0, z: p.z / z0 };
        if half_turn[0] == 0.0 { seen } else { turned_by(seen, half_turn) }
    }

    /// The point that is seen at `seen`: the inverse of [`Self::see`].
    #[must_use]
    pub fn find(self, seen: HalfPlane) -> HalfPlane {
        let HalfPlane { x, z } = turned(seen, -self.turn_rad);
        HalfPlane { x: self.centre.x + self.centre.z * x, z: self.centre.z * z }
    }

    /// Angle on the boundary circle at which the boundary point `x` is seen, counter-clockwise from the
    /// bottom: `2 atan((x − x₀)/z₀) + turn`. Grows with x; the two ends x → ±∞ are 2π apart.
    #[must_use]
    pub fn boundary_angle(self, x: f64) -> f64 {
        2.0 * ((x - self.centre.x) / self.centre.z).atan() + self.turn_rad
    }

    /// The view after a motion of the frame.
    #[must_use]
    pub fn moved(self, motion: Isometry) -> Self {
        let frame = HalfPlane { x: 0.0, z: 1.0 };
        // Of what stays near the frame alone: the far centre joins by one sum.
        let near = motion.compose(Isometry::rotation(frame, self.turn_rad));
        let off = near.centre();
        Self {
            centre: HalfPlane { x: self.centre.x + self.centre.z * off.x, z: self.centre.z * off.z },
            turn_rad: short_angle(near.turn_rad()),
        }
    }
}

/// Rotation about the frame point by `angle_rad`.
fn turned(p: HalfPlane, angle_rad: f64) -> HalfPlane {
    if angle_rad == 0.0 {
        return p;
    }
    turned_by(p, (0.5 * angle_rad).sin_cos().into())
}

fn turned_by(p: HalfPlane, [sin, cos]: [f64; 2]) -> HalfPlane {
    let (top, bottom) = (cos * p.x + sin, cos - sin * p.x);
    let norm = bottom * bottom + sin * sin * p.z * p.z;
    HalfPlane { x: (top * bottom - cos * sin * p.z * p.z) / norm, z: p.z / norm }
}

/// The same angle in −π…π.
#[must_use]
pub fn short_angle(angle_rad: f64) -> f64 {
    (angle_rad + PI).rem_euclid(TAU) - PI
}

#[cfg(test)]
mod tests {
    use super::super::point::{Disk, distance};
    use super::*;
    use crate::numerics::streams::stream;
    use approx::assert_abs_diff_eq;
    use rand::RngExt;

    #[test]
    fn what_is_seen_is_found_again_also_in_a_turned_view_of_a_far_site() {
        let size = (1_u64 << 40) as f64;
        for (x0, z0) in [(0.0, 1.0), (size - 0.5, 0.5), (0.3 * size, 0.25 * size)] {
            for turn_rad in [0.0, 0.7, -2.9] {
                let view = Viewpoint { centre: HalfPlane::new(x0, z0), turn_rad };
                for (dx, dz) in [(0.0, 1.0), (1.0, 0.5), (-3.0, 8.0), (0.0, 0.01)] {
                    let p = HalfPlane::new(x0 + dx * z0, dz * z0);
                    let back = view.find(view.see(p));
                    // x has the spacing of f64 at x₀; all else is of order one in the frame.
                    let spacing = f64::EPSILON * size / z0.min(1.0);
                    assert!(((back.x - p.x) / p.z).abs() < 1e-11 + spacing, "{p:?} {back:?}");
                    assert!((back.z / p.z - 1.0).abs() < 1e-11, "{p:?} {back:?}");
                }
            }
        }
    }

    #[test]
    fn a_motion_of_the_frame_moves_what_is_seen() {
        let mut rng = stream(11, "viewpoint", 0);
        for _ in 0..500 {
            let mut point =
                || HalfPlane::new(rng.random_range(-2.0..2.0), rng.random_range(-1.0..1.0_f64).exp());
            let (p, q, r) = (point(), point(), point());
            let view = Viewpoint { centre: r, turn_rad: rng.random_range(-3.0..3.0) };
            let motion = Isometry::carrying(view.see(p), q);
            let next = view.moved(motion);
            assert!(distance(next.see(p), q) < 1e-9);
            assert!(distance(next.see(r), motion.apply(view.see(r))) < 1e-9);
            assert_abs_diff_eq!(distance(next.see(p), next.see(r)), distance(p, r), epsilon = 1e-9);
        }
    }

    #[test]
    fn the_boundary_angle_is_that_of_the_disk() {
        let view = Viewpoint { centre: HalfPlane::new(3.0, 2.0), turn_rad: 0.4 };
        for x in [-40.0, -1.0, 3.0, 7.0, 900.0] {
            let w = Disk::from(view.see(HalfPlane::new(x, 0.0)));
            let (sin, cos) = view.boundary_angle(x).sin_cos();
            assert_abs_diff_eq!(w.u, sin, epsilon = 1e-12);
            assert_abs_diff_eq!(w.v, -cos, epsilon = 1e-12);
        }
    }
}
