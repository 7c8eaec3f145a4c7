//! Points of the hyperbolic plane in its half-plane, Poincaré and Klein models, and their distance.
//!
//! The models are joined by one Cayley map with the frame point `(x, z) = (0, 1)` at the centre of
//! the disk: `w = i (ζ − i)/(ζ + i)`, `ζ = x + i z`, `w = u + i v`. The boundary `z = 0` goes to the
//! unit circle, its point `x = 0` to the bottom `(0, −1)`, `x = ±1` to the right and left, `z → ∞`
//! to the top `(0, 1)`; `v` grows with `z`. Other frames: apply an isometry first.

/// A point of the upper half-plane, `ds² = (dx² + dz²)/z²`.
///
/// `x` in sites (site i at x = i + ½), `z > 0` in sites (layer τ starts at z = 2^τ). `z = 0` is an
/// ideal point of the boundary, at infinite distance from everything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HalfPlane {
    /// Position along the boundary, unwrapped on a ring.
    pub x: f64,
    /// Scale: height over the boundary.
    pub z: f64,
}

/// A point of the Poincaré disk, `u² + v² < 1` (`= 1`: ideal): true angles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Disk {
    /// To the right.
    pub u: f64,
    /// Up.
    pub v: f64,
}

/// A point of the Klein disk, `u² + v² < 1` (`= 1`: ideal): geodesics are straight chords.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Klein {
    /// To the right.
    pub u: f64,
    /// Up.
    pub v: f64,
}

impl HalfPlane {
    /// The point `(x, z)`.
    #[must_use]
    pub const fn new(x: f64, z: f64) -> Self {
        Self { x, z }
    }

    /// The same point moved by `shift` sites along the boundary (a period of the ring, say).
    #[must_use]
    pub fn shifted(self, shift: f64) -> Self {
        Self { x: self.x + shift, z: self.z }
    }
}

impl From<HalfPlane> for Disk {
    /// `u = 2x/D`, `v = (x² + z² − 1)/D`, `D = x² + (z + 1)²`: no cancellation that matters in the
    /// disk (absolute error of a few 10⁻¹⁶). Finite for |x|, z < 10¹⁵⁰.
    fn from(p: HalfPlane) -> Self {
        let d = p.x * p.x + (p.z + 1.0) * (p.z + 1.0);
        Self { u: 2.0 * p.x / d, v: (p.x * p.x + (p.z - 1.0) * (p.z + 1.0)) / d }
    }
}

impl From<Disk> for HalfPlane {
    /// `x = 2u/E`, `z = (1 − u² − v²)/E`, `E = u² + (1 − v)²`.
    ///
    /// Points outside the disk are drawn back radially to the rim (z = 0); the top `(0, 1)` is
    /// the point at infinity: x = 0, z = ∞.
    fn from(w: Disk) -> Self {
        let rho = w.u.hypot(w.v);
        let (u, v) = if rho > 1.0 { (w.u / rho, w.v / rho) } else { (w.u, w.v) };
        let e = u * u + (1.0 - v) * (1.0 - v);
        if e == 0.0 {
            return Self { x: 0.0, z: f64::INFINITY };
        }
        // (1 − ρ)(1 + ρ) keeps the digits that 1 − u² − v² would lose near the rim.
        let rho = rho.min(1.0);
        Self { x: 2.0 * u / e, z: (1.0 - rho) * (1.0 + rho) / e }
    }
}

impl From<HalfPlane> for Klein {
    /// `(2x, x² + z² − 1)/(x² + z² + 1)`: the hyperboloid point seen from the origin.
    fn from(p: HalfPlane) -> Self {
        let s = p.x * p.x + p.z * p.z;
        Self { u: 2.0 * p.x / (s + 1.0), v: (p.x * p.x + (p.z - 1.0) * (p.z + 1.0)) / (s + 1.0) }
    }
}

impl From<Klein> for HalfPlane {
    /// `x = u/(1 − v)`, `z = √(1 − u² − v²)/(1 − v)`; outside points go to the rim, the top to z = ∞.
    fn from(k: Klein) -> Self {
        let rho = k.u.hypot(k.v);
        let (u, v) = if rho > 1.0 { (k.u / rho, k.v / rho) } else { (k.u, k.v) };
        if v >= 1.0 {
            return Self { x: 0.0, z: f64::INFINITY };
        }
        let rho = rho.min(1.0);
        Self { x: u / (1.0 - v), z: ((1.0 - rho) * (1.0 + rho)).sqrt() / (1.0 - v) }
    }
}

impl From<Disk> for Klein {
    /// `k = 2w/(1 + |w|²)`.
    fn from(w: Disk) -> Self {
        let f = 2.0 / (1.0 + w.u * w.u + w.v * w.v);
        Self { u: f * w.u, v: f * w.v }
    }
}

impl From<Klein> for Disk {
    /// `w = k/(1 + √(1 − |k|²))`; points outside the disk are treated as if on the rim.
    fn from(k: Klein) -> Self {
        let rho = k.u.hypot(k.v).min(1.0);
        let f = 1.0 / (1.0 + ((1.0 - rho) * (1.0 + rho)).sqrt());
        Self { u: f * k.u, v: f * k.v }
    }
}

/// Hyperbolic distance `d = 2 asinh √(((x−x')² + (z−z')²)/(4 z z'))`, in curvature radii.
///
/// A sum of squares, so nothing cancels however close the points are. Exactly 0 for `p == q`;
/// infinite when one of two different points is ideal.
#[must_use]
pub fn distance(p: HalfPlane, q: HalfPlane) -> f64 {
    separation(p.x - q.x, p.z, q.z)
}

/// Distance on the ring of `sites` sites (the cusp x ~ x + N): to the nearest image `x' + kN`.
#[must_use]
pub fn ring_distance(p: HalfPlane, q: HalfPlane, sites: u64) -> f64 {
    let period = sites as f64;
    let apart = (p.x - q.x).rem_euclid(period);
    separation(apart.min(period - apart), p.z, q.z)
}

fn separation(dx: f64, z: f64, other_z: f64) -> f64 {
    let chord = dx.hypot(z - other_z);
    if chord == 0.0 {
        return 0.0;
    }
    // Two roots, not the root of the product: z z' may leave the range of f64 before d does.
    2.0 * (chord / (2.0 * z.sqrt() * other_z.sqrt())).asinh()
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    #[test]
    fn the_frame_point_is_the_centre_and_the_boundary_is_the_circle() {
        let disk = |x, z| Disk::from(HalfPlane::new(x, z));
        assert_eq!(disk(0.0, 1.0), Disk { u: 0.0, v: 0.0 });
        assert_eq!(disk(0.0, 0.0), Disk { u: 0.0, v: -1.0 });
        assert_eq!(disk(1.0, 0.0), Disk { u: 1.0, v: 0.0 });
        assert_eq!(disk(-1.0, 0.0), Disk { u: -1.0, v: 0.0 });
        for x in [-1e6, -3.0, 0.2, 7.0, 1e9] {
            let w = disk(x, 0.0);
            assert_abs_diff_eq!(w.u.hypot(w.v), 1.0, epsilon = 4.0 * f64::EPSILON);
            let k = Klein::from(HalfPlane::new(x, 0.0));
            assert_abs_diff_eq!(k.u.hypot(k.v), 1.0, epsilon = 4.0 * f64::EPSILON);
        }
    }

    #[test]
    fn models_agree_with_each_other() {
        for (x, z) in [(0.0, 2.0), (3.5, 0.01), (-40.0, 9.0), (1e5, 1.5), (0.3, 1e6)] {
            let p = HalfPlane::new(x, z);
            let (w, k) = (Disk::from(p), Klein::from(p));
            let through = Klein::from(w);
            assert_abs_diff_eq!(through.u, k.u, epsilon = 1e-15);
            assert_abs_diff_eq!(through.v, k.v, epsilon = 1e-15);
            // Rounding of a disk coordinate moves a point by ε/(1 − ρ²): that much a disk resolves.
            let resolved = |u: f64, v: f64| 4.0 * f64::EPSILON / (1.0 - u * u - v * v).max(f64::EPSILON);
            for (back, error) in
                [(HalfPlane::from(w), resolved(w.u, w.v)), (HalfPlane::from(k), resolved(k.u, k.v))]
            {
                assert!(error > 0.1 || distance(p, back) < error, "{p:?} {back:?} {error}");
            }
        }
    }

    #[test]
    fn what_lies_outside_goes_to_the_rim() {
        let p = HalfPlane::from(Disk { u: 3.0, v: 0.0 });
        assert_relative_eq!(p.x, 1.0);
        assert_eq!(p.z, 0.0);
        assert_eq!(HalfPlane::from(Klein { u: -2.0, v: 0.0 }), HalfPlane::new(-1.0, 0.0));
        assert_eq!(HalfPlane::from(Disk { u: 0.0, v: 1.0 }).z, f64::INFINITY);
        assert_eq!(HalfPlane::from(Klein { u: 0.0, v: 1.0 }).z, f64::INFINITY);
    }

    #[test]
    fn distance_has_its_closed_forms() {
        let at = HalfPlane::new;
        assert_relative_eq!(distance(at(2.0, 1.0), at(2.0, 8.0)), 8.0_f64.ln(), epsilon = 1e-15);
        // From the disk: distance of (r, 0) from the centre is 2 artanh r.
        let r = 0.6_f64;
        let p = HalfPlane::from(Disk { u: r, v: 0.0 });
        assert_relative_eq!(distance(p, at(0.0, 1.0)), 2.0 * r.atanh(), epsilon = 1e-14);
        // Tiny distances do not drown: d ≈ |dx|/z.
        assert_relative_eq!(distance(at(0.0, 4.0), at(1e-12, 4.0)), 2.5e-13, max_relative = 1e-12);
        assert_eq!(distance(at(5.0, 0.0), at(5.0, 0.0)), 0.0);
        assert_eq!(distance(at(5.0, 0.0), at(5.0, 1.0)), f64::INFINITY);
        assert!(distance(at(0.0, 1e-200), at(1.0, 1e-200)).is_finite());
    }

    #[test]
    fn the_ring_takes_the_nearest_image() {
        let (p, q) = (HalfPlane::new(1.0, 2.0), HalfPlane::new(63.0, 3.0));
        assert_eq!(ring_distance(p, q, 64), distance(p, HalfPlane::new(-1.0, 3.0)));
        assert_eq!(ring_distance(p, q.shifted(640.0), 64), ring_distance(q, p, 64));
        assert_eq!(ring_distance(p, p.shifted(64.0), 64), 0.0);
    }
}
