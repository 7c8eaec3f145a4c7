//! Orientation-preserving isometries of the half-plane: pan, zoom and turn of the plane's charts.

use super::point::HalfPlane;

/// The Möbius map `ζ → (aζ + b)/(cζ + d)` of `ζ = x + i z`, real, `ad − bc = 1`.
///
/// Composition renormalises the determinant, so long drags do not drift. Entries grow as
/// `e^{d/2}` with the distance d moved, and rounding with `e^d`, except in shifts and dilations, which
/// keep every digit: a view centred on a site of a chain of 2²⁰ shows it to 10⁻¹⁰ when it is also turned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Isometry {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
}

impl Default for Isometry {
    fn default() -> Self {
        Self::IDENTITY
    }
}

impl Isometry {
    /// Leaves every point where it is.
    pub const IDENTITY: Self = Self { a: 1.0, b: 0.0, c: 0.0, d: 1.0 };

    /// `x → x + shift`.
    #[must_use]
    pub const fn translation(shift: f64) -> Self {
        Self { a: 1.0, b: shift, c: 0.0, d: 1.0 }
    }

    /// `(x, z) → factor·(x, z)`, about the boundary point x = 0. `factor > 0`.
    #[must_use]
    pub fn dilation(factor: f64) -> Self {
        assert!(
            factor > 0.0 && factor.is_finite(),
            "a dilation needs a positive finite factor, not {factor}"
        );
        let root = factor.sqrt();
        Self { a: root, b: 0.0, c: 0.0, d: 1.0 / root }
    }

    /// The map that takes `p` to the frame point `(0, 1)` without turning: shift, then dilation.
    /// `p.z > 0`.
    #[must_use]
    pub fn centring(p: HalfPlane) -> Self {
        let shift = Self::translation(-p.x);
        Self::dilation(1.0 / p.z).compose(shift)
    }

    /// Rotation about `p` by `angle_rad`, counter-clockwise as seen in every chart. `p.z > 0`.
    #[must_use]
    pub fn rotation(p: HalfPlane, angle_rad: f64) -> Self {
        let (sin, cos) = (0.5 * angle_rad).sin_cos();
        Self { a: cos, b: sin, c: -sin, d: cos }.conjugated(Self::centring(p))
    }

    /// The shift along the geodesic through `p` and `q` that takes `p` to `q` (a pan of the disk:
    /// it turns nothing along its own axis). Identity for `p == q`.
    ///
    /// In the frame of p it is the positive root `S = (P + 1)/√(tr P + 2)` of `P = M Mᵀ`, where M
    /// is any matrix that takes `i` to q: a symmetric matrix is a shift through `i`.
    #[must_use]
    pub fn carrying(p: HalfPlane, q: HalfPlane) -> Self {
        let frame = Self::centring(p);
        let HalfPlane { x, z } = frame.apply(q);
        let (aa, ab, dd) = ((z * z + x * x) / z, x / z, 1.0 / z);
        let norm = (aa + dd + 2.0).sqrt();
        Self { a: (aa + 1.0) / norm, b: ab / norm, c: ab / norm, d: (dd + 1.0) / norm }.conjugated(frame)
    }

    /// `frame⁻¹ ∘ self ∘ frame`.
    fn conjugated(self, frame: Self) -> Self {
        frame.inverse().compose(self.compose(frame))
    }

    /// The image of `p`. Ideal points (z = 0) stay ideal; the one that goes to infinity gets
    /// non-finite coordinates.
    #[must_use]
    pub fn apply(self, p: HalfPlane) -> HalfPlane {
        let (top, bottom) = (self.a * p.x + self.b, self.c * p.x + self.d);
        let (cz, az) = (self.c * p.z, self.a * p.z);
        let norm = bottom * bottom + cz * cz;
        HalfPlane { x: (top * bottom + az * cz) / norm, z: p.z / norm }
    }

    /// `self ∘ first`: first `first`, then `self`.
    #[must_use]
    pub fn compose(self, first: Self) -> Self {
        let product = Self {
            a: self.a * first.a + self.b * first.c,
            b: self.a * first.b + self.b * first.d,
            c: self.c * first.a + self.d * first.c,
            d: self.c * first.b + self.d * first.d,
        };
        let determinant = product.a * product.d - product.b * product.c;
        debug_assert!(determinant > 0.0, "isometry left the range of f64");
        let scale = determinant.sqrt().recip();
        Self { a: scale * product.a, b: scale * product.b, c: scale * product.c, d: scale * product.d }
    }

    /// The point that goes to the frame point `(0, 1)`.
    #[must_use]
    pub fn centre(self) -> HalfPlane {
        self.inverse().apply(HalfPlane { x: 0.0, z: 1.0 })
    }

    /// The turn about the frame point that is left when the shift and dilation that centre are taken
    /// off: `self = K(turn) ∘ centring(centre)`, in −2π…2π radians.
    #[must_use]
    pub fn turn_rad(self) -> f64 {
        2.0 * (-self.c).atan2(self.a)
    }

    /// The map that undoes this one.
    #[must_use]
    pub const fn inverse(self) -> Self {
        Self { a: self.d, b: -self.b, c: -self.c, d: self.a }
    }
}

#[cfg(test)]
mod tests {
    use super::super::point::{Disk, distance};
    use super::*;
    use crate::numerics::streams::stream;
    use approx::assert_abs_diff_eq;
    use rand::RngExt;

    const ORIGIN: HalfPlane = HalfPlane::new(0.0, 1.0);

    #[test]
    fn rotation_turns_counter_clockwise_in_the_disk() {
        let quarter = Isometry::rotation(ORIGIN, std::f64::consts::FRAC_PI_2);
        let w = Disk::from(quarter.apply(Disk { u: 0.5, v: 0.0 }.into()));
        assert_abs_diff_eq!(w.u, 0.0, epsilon = 1e-15);
        assert_abs_diff_eq!(w.v, 0.5, epsilon = 1e-15);
    }

    #[test]
    fn carrying_takes_p_to_q_along_their_geodesic() {
        let (p, q) = (HalfPlane::new(3.0, 2.0), HalfPlane::new(-1.0, 0.5));
        let pan = Isometry::carrying(p, q);
        assert!(distance(pan.apply(p), q) < 1e-14);
        // A shift moves points of its axis by the same length, all others further.
        assert_abs_diff_eq!(distance(pan.apply(q), q), distance(p, q), epsilon = 1e-13);
        assert_abs_diff_eq!(distance(pan.apply(q), p), 2.0 * distance(p, q), epsilon = 1e-13);
        assert!(distance(Isometry::carrying(p, p).apply(q), q) < 1e-14);
    }

    #[test]
    fn distances_are_invariant() {
        let mut rng = stream(7, "isometry", 0);
        for _ in 0..2000 {
            let mut point =
                || HalfPlane::new(rng.random_range(-4.0..4.0), rng.random_range(-2.0..2.0_f64).exp());
            let (p, q, o) = (point(), point(), point());
            let angle = rng.random_range(-7.0..7.0);
            let map = Isometry::translation(o.x)
                .compose(Isometry::dilation(o.z))
                .compose(Isometry::rotation(o, angle));
            // |cζ + d|² cancels where ζ goes far up: at worst by the norms of map and point squared.
            let moved_by = distance(map.apply(ORIGIN), ORIGIN);
            let worst = (moved_by + distance(p, ORIGIN).max(distance(q, ORIGIN))).exp();
            let (d, moved) = (distance(p, q), distance(map.apply(p), map.apply(q)));
            assert_abs_diff_eq!(d, moved, epsilon = 16.0 * f64::EPSILON * worst);
            assert!(distance(map.inverse().apply(map.apply(p)), p) < 1e-9);
        }
    }

    #[test]
    fn a_million_moves_do_not_drift() {
        let mut rng = stream(8, "isometry", 0);
        let mut view = Isometry::IDENTITY;
        let (p, q) = (HalfPlane::new(0.4, 1.5), HalfPlane::new(-0.8, 0.7));
        for step in 0..1_000_000 {
            let about = HalfPlane::new(rng.random_range(-1.0..1.0), rng.random_range(0.5..2.0));
            let next = match step % 3 {
                0 => Isometry::translation(rng.random_range(-1.0..1.0)),
                1 => Isometry::dilation(rng.random_range(0.5..2.0)),
                _ => Isometry::rotation(about, rng.random_range(-3.0..3.0)),
            }
            .compose(view);
            // A person's view stays near home; a free random walk would leave the range of f64.
            let home = next.apply(ORIGIN);
            view = if distance(home, ORIGIN) > 4.0 {
                Isometry::carrying(home, ORIGIN).compose(next)
            } else {
                next
            };
        }
        assert_abs_diff_eq!(view.a * view.d - view.b * view.c, 1.0, epsilon = 1e-12);
        assert_abs_diff_eq!(distance(view.apply(p), view.apply(q)), distance(p, q), epsilon = 1e-9);
        assert!(distance(view.inverse().apply(view.apply(p)), p) < 1e-9);
    }

    #[test]
    fn ideal_points_stay_ideal() {
        let map = Isometry::rotation(HalfPlane::new(2.0, 3.0), 1.0);
        assert_eq!(map.apply(HalfPlane::new(5.0, 0.0)).z, 0.0);
    }
}
