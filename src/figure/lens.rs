//! One family of flat charts of the hyperbolic plane, with half-plane, Poincaré and Klein disk in it.

use crate::hyperbolic::{Disk, HalfPlane};

/// A member of the family, and a smooth way between any two of them.
///
/// First the hyperboloid is seen in perspective, `w = X/(α + T)`: from α = 1 it is the Poincaré disk, from
/// α = 0 the Klein disk. Then the disk is opened by the Möbius map that keeps its lowest boundary point,
/// `η = ζ/(1 − iλζ)` in terms of the half-plane: a disk of diameter 1/λ that stands on the origin, at λ = 0 the
/// half-plane itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lens {
    /// α: 0 for straight geodesics, 1 for true angles.
    pub perspective: f64,
    /// λ: 0 for a half-plane, 1 for a disk.
    pub curvature: f64,
}

impl Lens {
    /// The upper half-plane.
    pub const HALF_PLANE: Self = Self { perspective: 1.0, curvature: 0.0 };
    /// The Poincaré disk.
    pub const POINCARE: Self = Self { perspective: 1.0, curvature: 1.0 };
    /// The Klein disk.
    pub const KLEIN: Self = Self { perspective: 0.0, curvature: 1.0 };

    /// The chart between `self` (0) and `other` (1).
    #[must_use]
    pub fn towards(self, other: Self, t: f64) -> Self {
        let mix = |a: f64, b: f64| a + (b - a) * t;
        Self {
            perspective: mix(self.perspective, other.perspective),
            curvature: mix(self.curvature, other.curvature),
        }
    }

    /// Flat coordinates η of a point of the frame: to the right and up from the lowest boundary point.
    #[must_use]
    pub fn to_flat(self, p: HalfPlane) -> [f64; 2] {
        let (x, z, bend) = (p.x, p.z, self.curvature);
        let square = x * x + z * z;
        if self.perspective == 1.0 {
            let norm = (1.0 + bend * z).powi(2) + (bend * x).powi(2);
            return [x / norm, (z + bend * square) / norm];
        }
        let inverse_height = 2.0 * z / (square + 1.0);
        let pushed = (1.0 + inverse_height) / (1.0 + self.perspective * inverse_height);
        let Disk { u, v } = p.into();
        opened([pushed * u, pushed * v], bend)
    }

    /// The point of the frame at flat coordinates. What lies outside goes to the nearest ideal point, z = 0.
    #[must_use]
    pub fn from_flat(self, at: [f64; 2]) -> HalfPlane {
        let bend = self.curvature;
        let at = if self.outside(at) > 0.0 { self.on_boundary(at) } else { at };
        let [a, b] = at;
        if self.perspective == 1.0 {
            let norm = (1.0 - bend * b).powi(2) + (bend * a).powi(2);
            return HalfPlane { x: a / norm, z: ((b - bend * (a * a + b * b)) / norm).max(0.0) };
        }
        let [u, v] = closed(at, bend);
        let rho = u.hypot(v);
        if rho >= 1.0 {
            return Disk { u, v }.into();
        }
        let (near, alpha, square) = ((1.0 - rho) * (1.0 + rho), self.perspective, rho * rho);
        // T = cosh d from sinh d = ρ(α + cosh d).
        let height = (alpha * square + (near + alpha * alpha * square).sqrt()) / near;
        let drawn = (alpha + height) / (1.0 + height);
        Disk { u: drawn * u, v: drawn * v }.into()
    }

    /// Flat length per hyperbolic length at a point of the frame: the geometric mean of both directions.
    #[must_use]
    pub fn unit(self, p: HalfPlane) -> f64 {
        let (x, z, bend) = (p.x, p.z, self.curvature);
        if self.perspective == 1.0 {
            return z / ((1.0 + bend * z).powi(2) + (bend * x).powi(2));
        }
        // Radial (1 + αT)/(α + T)², across 1/(α + T), times the stretch of the Möbius map.
        let (alpha, height) = (self.perspective, (x * x + z * z + 1.0) / (2.0 * z));
        let perspective = (1.0 + alpha * height).sqrt() / (alpha + height).powf(1.5);
        let w = Disk::from(p);
        let pushed = (1.0 + height) / (alpha + height);
        let [re, im] = opening(pushed * w.u, pushed * w.v, bend);
        2.0 * perspective / (re * re + im * im)
    }

    /// The boundary point at an angle counter-clockwise from the lowest, see `Viewpoint::boundary_angle`.
    #[must_use]
    pub fn boundary(self, angle_rad: f64) -> [f64; 2] {
        let (sin, cos) = (0.5 * angle_rad).sin_cos();
        let norm = cos * cos + (self.curvature * sin).powi(2);
        [sin * cos / norm, self.curvature * sin * sin / norm]
    }

    /// Unit vector out of the plane at a boundary point.
    #[must_use]
    pub fn outward(self, boundary: [f64; 2]) -> [f64; 2] {
        let twice = 2.0 * self.curvature;
        [twice * boundary[0], twice * boundary[1] - 1.0]
    }

    /// Signed distance out of the plane in flat units.
    #[must_use]
    pub fn outside(self, at: [f64; 2]) -> f64 {
        let [a, b] = at;
        // |η − i/2λ| − 1/2λ without the cancellation of a small λ.
        let square = a * a + b * b;
        let over = 2.0 * (self.curvature * square - b);
        let twice = 2.0 * self.curvature;
        over / (1.0 + (twice * a).hypot(twice * b - 1.0))
    }

    /// The boundary point nearest to a place outside.
    fn on_boundary(self, at: [f64; 2]) -> [f64; 2] {
        let normal = self.outward(at);
        let length = normal[0].hypot(normal[1]);
        let out = self.outside(at);
        [at[0] - out * normal[0] / length, at[1] - out * normal[1] / length]
    }
}

/// `(1 − λ)w − i(1 + λ)`.
fn opening(u: f64, v: f64, bend: f64) -> [f64; 2] {
    [(1.0 - bend) * u, (1.0 - bend) * v - (1.0 + bend)]
}

/// `η = (1 − iw)/((1 − λ)w − i(1 + λ))`.
fn opened([u, v]: [f64; 2], bend: f64) -> [f64; 2] {
    quotient([1.0 + v, -u], opening(u, v, bend))
}

/// The inverse of [`opened`]: `w = (1 + i(1 + λ)η)/((1 − λ)η + i)`.
fn closed([a, b]: [f64; 2], bend: f64) -> [f64; 2] {
    quotient([1.0 - (1.0 + bend) * b, (1.0 + bend) * a], [(1.0 - bend) * a, (1.0 - bend) * b + 1.0])
}

fn quotient([a, b]: [f64; 2], [c, d]: [f64; 2]) -> [f64; 2] {
    let norm = c * c + d * d;
    [(a * c + b * d) / norm, (b * c - a * d) / norm]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hyperbolic::Klein;
    use approx::assert_abs_diff_eq;

    fn family() -> Vec<Lens> {
        let (half, disk, klein) = (Lens::HALF_PLANE, Lens::POINCARE, Lens::KLEIN);
        let mut all = vec![half, disk, klein];
        for t in [0.1, 0.5, 0.9, 1.0 - 1e-5] {
            all.extend([disk.towards(half, t), disk.towards(klein, t), klein.towards(half, t)]);
        }
        all
    }

    fn points() -> Vec<HalfPlane> {
        [(0.0, 1.0), (0.3, 0.2), (-2.0, 0.7), (1.0, 5.0), (-0.1, 0.05)]
            .map(|(x, z)| HalfPlane::new(x, z))
            .to_vec()
    }

    #[test]
    fn the_members_are_the_models_of_the_plane() {
        for p in points() {
            assert_eq!(Lens::HALF_PLANE.to_flat(p), [p.x, p.z]);
            // Disks of diameter one that stand on the origin.
            let (w, k) = (Disk::from(p), Klein::from(p));
            for (lens, u, v) in [(Lens::POINCARE, w.u, w.v), (Lens::KLEIN, k.u, k.v)] {
                let [a, b] = lens.to_flat(p);
                assert_abs_diff_eq!(a, 0.5 * u, epsilon = 1e-14);
                assert_abs_diff_eq!(b, 0.5 * (v + 1.0), epsilon = 1e-14);
            }
        }
    }

    #[test]
    fn every_member_gives_points_back() {
        for lens in family() {
            for p in points() {
                let back = lens.from_flat(lens.to_flat(p));
                assert_abs_diff_eq!(back.x, p.x, epsilon = 1e-10);
                assert_abs_diff_eq!(back.z, p.z, epsilon = 1e-10);
            }
        }
    }

    #[test]
    fn the_unit_is_the_root_of_the_stretch_of_area() {
        for lens in family() {
            for p in points() {
                let step = 1e-5 * p.z;
                let at = |dx: f64, dz: f64| lens.to_flat(HalfPlane::new(p.x + dx, p.z + dz));
                let ([a, b], [c, d]) = (at(step, 0.0), at(-step, 0.0));
                let ([e, f], [g, h]) = (at(0.0, step), at(0.0, -step));
                let area = ((a - c) * (f - h) - (b - d) * (e - g)).abs() / 4e-10;
                assert_abs_diff_eq!(lens.unit(p) / area.sqrt(), 1.0, epsilon = 1e-6);
            }
        }
    }

    #[test]
    fn the_boundary_of_every_member_is_where_ideal_points_go() {
        for lens in family() {
            for x in [-3.0_f64, -0.2, 0.0, 1.0, 20.0] {
                let [a, b] = lens.boundary(2.0 * x.atan());
                let at = lens.to_flat(HalfPlane::new(x, 0.0));
                assert_abs_diff_eq!(a, at[0], epsilon = 1e-9);
                assert_abs_diff_eq!(b, at[1], epsilon = 1e-9);
                assert_abs_diff_eq!(lens.outside([a, b]), 0.0, epsilon = 1e-9);
                // Half a unit out of the plane the nearest ideal point is this one.
                let n = lens.outward([a, b]);
                let out = [a + 0.5 * n[0], b + 0.5 * n[1]];
                assert_abs_diff_eq!(lens.outside(out), 0.5, epsilon = 1e-9);
                let back = lens.from_flat(out);
                // In perspective z is a root of what is rounded: √ε.
                assert!((back.x - x).abs() < 1e-7 * (1.0 + x * x) && back.z < 1e-6, "{lens:?} {back:?} {x}");
            }
        }
    }
}
