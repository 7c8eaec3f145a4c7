//! The ring chart: a pure map between a half-plane point and flat coordinates in the unit disk, y up.
//!
//! `from_chart` is the exact inverse of `to_chart` inside its domain.

use std::f64::consts::TAU;

use super::point::HalfPlane;

/// How the ring chart spends its radius on the layers (physics §4). N sites, n = log2 N.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RingRadius {
    /// `1/(1 + 2πz/N)`: conformal at the boundary, top layers visible. Radius 1 is z = 0; the tiles
    /// of layer 0 begin a hair inside, at `1/(1 + 2π/N)`.
    Balanced,
    /// `e^{−2πz/N}`: true angles everywhere. Radius 1 is z = 0; layer 0 begins at `e^{−2π/N}`.
    Conformal,
    /// `1 − log2 z/(n + 1)`: all layers equally wide. Radius 1 is z = 1, where layer 0 begins;
    /// radius 0 is z = 2^{n+1}, where the root ends. Beyond either it is clamped.
    Even,
}

impl RingRadius {
    /// All three, in the order in which key E goes through them.
    pub const ALL: [Self; 3] = [Self::Balanced, Self::Conformal, Self::Even];
}

/// The chart of the periodic chain: the cusp x ~ x + N with the boundary outside.
///
/// Angle `2πx/N`, so x = 0 is at 3 o'clock and x grows counter-clockwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ring {
    /// Number N of boundary sites, a power of two.
    pub sites: u64,
    /// How radius shows scale.
    pub radius: RingRadius,
}

impl Ring {
    /// Radius in the chart of scale `z ≥ 0`; falls with z, in `[0, 1]`.
    #[must_use]
    pub fn radius_of(self, z: f64) -> f64 {
        match self.radius {
            RingRadius::Balanced => 1.0 / (1.0 + TAU * z / self.sites as f64),
            RingRadius::Conformal => (-TAU * z / self.sites as f64).exp(),
            RingRadius::Even => (1.0 - z.log2() / self.layers()).clamp(0.0, 1.0),
        }
    }

    /// The scale z at chart radius `rho`, inverse of [`Ring::radius_of`] on `[0, 1]`.
    ///
    /// Outside the disk (`rho > 1`) it is the scale of the rim. The centre is z = ∞, except for
    /// the even ring, where it is 2^{n+1}.
    #[must_use]
    pub fn scale_at(self, rho: f64) -> f64 {
        let rho = rho.clamp(0.0, 1.0);
        match self.radius {
            RingRadius::Balanced => self.sites as f64 / TAU * (1.0 - rho) / rho,
            RingRadius::Conformal => -(self.sites as f64) / TAU * rho.ln(),
            RingRadius::Even => ((1.0 - rho) * self.layers()).exp2(),
        }
    }

    /// Radius at which the tiles of layer 0 begin (z = 1).
    #[must_use]
    pub fn rim(self) -> f64 {
        self.radius_of(1.0)
    }

    /// Number n + 1 of layers of the full ring, root included.
    fn layers(self) -> f64 {
        f64::from(self.sites.max(1).ilog2() + 1)
    }

    /// `radius·(cos 2πx/N, sin 2πx/N)`; x may be unwrapped.
    #[must_use]
    pub fn to_chart(self, p: HalfPlane) -> [f64; 2] {
        // Wrapped first: far images on the cover must not lose digits in the sine.
        let turn = (p.x / self.sites as f64).rem_euclid(1.0);
        let (sin, cos) = (TAU * turn).sin_cos();
        let rho = self.radius_of(p.z);
        [rho * cos, rho * sin]
    }

    /// The point shown at `at`, with `0 ≤ x < N`. Outside the rim: x of the nearest rim point, z of
    /// the rim.
    #[must_use]
    pub fn from_chart(self, at: [f64; 2]) -> HalfPlane {
        let turn = (at[1].atan2(at[0]) / TAU).rem_euclid(1.0);
        // rem_euclid of −10⁻¹⁷ rounds up to 1.
        let turn = if turn < 1.0 { turn } else { 0.0 };
        HalfPlane { x: turn * self.sites as f64, z: self.scale_at(at[0].hypot(at[1])) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tiling::Tile;
    use super::*;
    use crate::lattice::ReceptiveField;
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    const N: u64 = 1 << 20;

    /// Chart → point → chart; the chart unit is 1, so 10⁻¹² of it is the tolerance.
    fn assert_returns(chart: Ring, p: HalfPlane) {
        let at = chart.to_chart(p);
        let again = chart.to_chart(chart.from_chart(at));
        let size = at[0].hypot(at[1]);
        for axis in 0..2 {
            assert_abs_diff_eq!(at[axis], again[axis], epsilon = 1e-12 * size);
        }
    }

    #[test]
    fn every_ring_returns_every_tile() {
        for field in ReceptiveField::ALL {
            for layer in 0..=20_u32 {
                let nodes = (N >> layer) as i64;
                for index in [0, 1, nodes / 3, nodes / 2, nodes - 1] {
                    let p = Tile { layer, index }.centre(field);
                    for radius in RingRadius::ALL {
                        assert_returns(Ring { sites: N, radius }, p);
                    }
                }
            }
        }
    }

    #[test]
    fn ring_points_return_where_the_chart_resolves_them() {
        for radius in RingRadius::ALL {
            let ring = Ring { sites: 64, radius };
            for (x, z) in [(0.0, 1.0), (0.5, 1.4), (40.0, 11.0), (63.5, 90.0)] {
                let back = ring.from_chart(ring.to_chart(HalfPlane::new(x, z)));
                assert_abs_diff_eq!(back.x, x, epsilon = 1e-12 * 64.0);
                assert_relative_eq!(back.z, z, max_relative = 1e-12);
            }
        }
    }

    #[test]
    fn the_rim_is_where_it_is_said_to_be() {
        let ring = |radius| Ring { sites: 256, radius };
        assert_eq!(ring(RingRadius::Balanced).radius_of(0.0), 1.0);
        assert_eq!(ring(RingRadius::Conformal).radius_of(0.0), 1.0);
        assert_eq!(ring(RingRadius::Even).rim(), 1.0);
        assert_relative_eq!(ring(RingRadius::Balanced).rim(), 1.0 / (1.0 + TAU / 256.0));
        assert_relative_eq!(ring(RingRadius::Conformal).rim(), (-TAU / 256.0).exp());
        assert_eq!(ring(RingRadius::Even).radius_of(512.0), 0.0);
        assert_eq!(ring(RingRadius::Even).radius_of(0.25), 1.0);
        // Equal widths: layer τ begins at 1 − τ/9.
        assert_relative_eq!(ring(RingRadius::Even).radius_of(8.0), 1.0 - 3.0 / 9.0);
        for radius in RingRadius::ALL {
            assert_eq!(ring(radius).scale_at(1.5), ring(radius).scale_at(1.0));
        }
    }

    #[test]
    fn angle_starts_at_three_o_clock_and_grows_counter_clockwise() {
        let ring = Ring { sites: 64, radius: RingRadius::Balanced };
        let at = ring.to_chart(HalfPlane::new(16.0, 0.0));
        assert_abs_diff_eq!(at[0], 0.0, epsilon = 1e-15);
        assert_eq!(at[1], 1.0);
        let image = ring.to_chart(HalfPlane::new(16.0 - 640.0, 0.0));
        assert_abs_diff_eq!(image[1], at[1], epsilon = 1e-15);
        // Just under the axis rounds to x = 0, never to x = N.
        assert!(ring.from_chart([0.5, -1e-300]).x < 64.0);
    }

    #[test]
    fn the_conformal_ring_has_true_angles() {
        // Equal small steps along x and z are equal and perpendicular in the chart.
        let ring = Ring { sites: 64, radius: RingRadius::Conformal };
        let step = 1e-6;
        let [o, e, n] = [(5.0, 9.0), (5.0 + step, 9.0), (5.0, 9.0 + step)]
            .map(|(x, z)| ring.to_chart(HalfPlane::new(x, z)));
        let (ex, ey, nx, ny) = (e[0] - o[0], e[1] - o[1], n[0] - o[0], n[1] - o[1]);
        assert_relative_eq!(ex.hypot(ey), nx.hypot(ny), max_relative = 1e-6);
        assert_abs_diff_eq!((ex * nx + ey * ny) / (ex * ex + ey * ey), 0.0, epsilon = 1e-6);
    }
}
