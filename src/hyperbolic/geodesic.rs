//! Geodesics of the half-plane: half circles that stand on the boundary, and vertical lines.

use super::point::{HalfPlane, distance};

/// A whole geodesic, from boundary to boundary.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum IdealGeodesic {
    /// The vertical line over boundary point `x`.
    Vertical {
        /// Its foot.
        x: f64,
    },
    /// The half circle `(x − centre)² + z² = radius²`.
    HalfCircle {
        /// Middle of its two feet.
        centre: f64,
        /// Half the distance of its feet, in sites.
        radius: f64,
    },
}

impl IdealGeodesic {
    /// The geodesic between boundary points `left` and `right`; vertical when they are equal.
    #[must_use]
    pub fn between(left: f64, right: f64) -> Self {
        if left == right {
            return Self::Vertical { x: left };
        }
        Self::HalfCircle { centre: 0.5 * (left + right), radius: 0.5 * (right - left).abs() }
    }

    /// The geodesic through two different points; vertical when they stand over one another.
    #[must_use]
    pub fn through(p: HalfPlane, q: HalfPlane) -> Self {
        let dx = q.x - p.x;
        if dx == 0.0 {
            return Self::Vertical { x: p.x };
        }
        // Centre by the perpendicular bisector, counted from p: x alone may be large.
        let from_p = 0.5 * (dx + (q.z - p.z) * (q.z + p.z) / dx);
        Self::HalfCircle { centre: p.x + from_p, radius: from_p.hypot(p.z) }
    }

    /// Two feet on the boundary, left first; a vertical line has its foot and infinity.
    #[must_use]
    pub fn feet(self) -> [f64; 2] {
        match self {
            Self::Vertical { x } => [x, f64::INFINITY],
            Self::HalfCircle { centre, radius } => [centre - radius, centre + radius],
        }
    }

    /// `count ≥ 2` points from left to right, equally spaced in length, on the part above
    /// `z = cutoff > 0`: `x = c + R tanh s`, `z = R / cosh s`, `|s| ≤ arcosh(R/cutoff)`.
    ///
    /// Empty when the geodesic stays below the cutoff, or is vertical (its length has no end).
    #[must_use]
    pub fn points_above(self, cutoff: f64, count: usize) -> Vec<HalfPlane> {
        let Self::HalfCircle { centre, radius } = self else { return Vec::new() };
        if radius < cutoff || count < 2 {
            return Vec::new();
        }
        let half = (radius / cutoff).acosh();
        (0..count)
            .map(|i| {
                let s = half * (2.0 * i as f64 / (count - 1) as f64 - 1.0);
                HalfPlane { x: centre + radius * s.tanh(), z: radius / s.cosh() }
            })
            .collect()
    }
}

/// Length of the geodesic over `sites` boundary sites above `z = cutoff`: `2 arcosh(Ñ/(2·cutoff))`
/// ≈ 2 ln(Ñ/cutoff), in curvature radii; 0 when it stays below.
#[must_use]
pub fn regularised_length(sites: f64, cutoff: f64) -> f64 {
    // max also turns the NaN of arguments under 1 into the length 0.
    (sites / (2.0 * cutoff)).max(1.0).acosh() * 2.0
}

/// The point at fraction `t` of the length from `p` (t = 0) to `q` (t = 1); `z > 0` in both.
///
/// `sinh((1−t)L) P + sinh(tL) Q` on the hyperboloid, with x counted from p, so that nothing cancels.
#[must_use]
pub fn point_between(p: HalfPlane, q: HalfPlane, t: f64) -> HalfPlane {
    let length = distance(p, q);
    // The limit of equal points; sinh L would be 0.
    let (near, far) = if length < 1e-12 {
        (1.0 - t, t)
    } else {
        let whole = length.sinh();
        (((1.0 - t) * length).sinh() / whole, (t * length).sinh() / whole)
    };
    // Light-cone components of a point: (1/z, x/z, (x² + z²)/z); the first two are enough.
    let inverse = near / p.z + far / q.z;
    HalfPlane { x: p.x + far * (q.x - p.x) / q.z / inverse, z: inverse.recip() }
}

/// `count ≥ 2` points along the geodesic from `p` to `q`, ends included, equally spaced in length.
#[must_use]
pub fn segment_points(p: HalfPlane, q: HalfPlane, count: usize) -> Vec<HalfPlane> {
    let last = count.max(2) - 1;
    let mut points: Vec<_> = (0..last).map(|i| point_between(p, q, i as f64 / last as f64)).collect();
    points.push(q);
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    fn length(points: &[HalfPlane]) -> f64 {
        points.windows(2).map(|w| distance(w[0], w[1])).sum()
    }

    #[test]
    fn regularised_length_is_the_distance_of_its_ends() {
        for sites in [3.0, 8.0, 1024.0, 1e6] {
            let arc = IdealGeodesic::between(10.0, 10.0 + sites);
            let points = arc.points_above(1.0, 101);
            assert_relative_eq!(points[0].z, 1.0, epsilon = 1e-9);
            assert_relative_eq!(length(&points), regularised_length(sites, 1.0), max_relative = 1e-9);
            assert_relative_eq!(
                distance(points[0], points[100]),
                regularised_length(sites, 1.0),
                max_relative = 1e-9
            );
        }
        assert_abs_diff_eq!(regularised_length(1e6, 1.0), 2.0 * 1e6_f64.ln(), epsilon = 1e-11);
        assert_eq!(regularised_length(1.5, 1.0), 0.0);
        assert_eq!(regularised_length(0.0, 1.0), 0.0);
        assert!(IdealGeodesic::between(0.0, 1.0).points_above(1.0, 9).is_empty());
    }

    #[test]
    fn segments_lie_on_the_geodesic_in_equal_steps() {
        for (p, q) in [
            (HalfPlane::new(3.0, 1.0), HalfPlane::new(9.0, 4.0)),
            (HalfPlane::new(1e6, 1.5), HalfPlane::new(1e6 + 1.0, 3.0)),
            (HalfPlane::new(2.0, 1.0), HalfPlane::new(2.0, 7.0)),
        ] {
            let points = segment_points(p, q, 9);
            assert_eq!((points[0], points[8]), (p, q));
            assert_relative_eq!(length(&points), distance(p, q), max_relative = 1e-12);
            for step in points.windows(2) {
                assert_relative_eq!(distance(step[0], step[1]), distance(p, q) / 8.0, max_relative = 1e-9);
            }
            if let IdealGeodesic::HalfCircle { centre, radius } = IdealGeodesic::through(p, q) {
                for at in points {
                    assert_relative_eq!((at.x - centre).hypot(at.z), radius, max_relative = 1e-9);
                }
            }
        }
        let p = HalfPlane::new(2.0, 3.0);
        assert_eq!(point_between(p, p, 0.3), p);
    }

    #[test]
    fn feet_and_through_are_inverse() {
        let arc = IdealGeodesic::between(-3.0, 5.0);
        assert_eq!(arc.feet(), [-3.0, 5.0]);
        let points = arc.points_above(0.1, 5);
        let again = IdealGeodesic::through(points[1], points[4]).feet();
        assert_abs_diff_eq!(again[0], -3.0, epsilon = 1e-12);
        assert_abs_diff_eq!(again[1], 5.0, epsilon = 1e-12);
        assert_eq!(IdealGeodesic::between(2.0, 2.0), IdealGeodesic::Vertical { x: 2.0 });
    }
}
