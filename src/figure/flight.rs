//! How a hand moves the view: turns and plain magnification of the ring, isometries of the plane elsewhere.

use super::camera::{Camera, ChartKind, Projection};
use super::page::Place;
use crate::hyperbolic::{Disk, HalfPlane, Isometry, Viewpoint, short_angle};
use std::f64::consts::TAU;

/// How far from the middle of a disk a hand can take hold, as a radius of the Poincaré disk: nearer to the rim
/// a point is five curvature radii away and a nudge would throw the view across the plane.
const HOLD: f64 = 0.985;
/// Near the boundary of the half-plane, in points, a dilation would be wild: there a drag only translates.
const LOW: f64 = 24.0;
/// How far beside the view the fixed point of a dilation may lie, in units of the height of the view.
const FAR_ASIDE: f64 = 30.0;
/// How far the view may leave the network's period sideways, in periods.
const ASIDE: f64 = 1.0;

impl Projection {
    /// The camera after dragging the picture from one place to another: a rotation of the ring about its
    /// centre while it is whole, a shift when magnified; in the plane the isometry that carries the one point
    /// to the other: of the disks along their geodesic, of the half-plane by translation and dilation.
    #[must_use]
    pub fn dragged(&self, from: Place, to: Place) -> Camera {
        let mut camera = self.camera;
        match self.chart {
            ChartKind::Ring if self.camera.magnification <= 1.001 => return self.rotated(from, to),
            ChartKind::Ring => {
                let r = self.home_radius();
                camera.shift[0] += f64::from(to[0] - from[0]) / r;
                camera.shift[1] += f64::from(to[1] - from[1]) / r;
                self.keep_in_sight(&mut camera);
            }
            ChartKind::HalfPlane => {
                let sheet = self.sheet();
                let (p, q) = (sheet.seen_at(double(from)), sheet.seen_at(double(to)));
                let is_low = |at: Place| -sheet.distance_outside(double(at)) <= LOW;
                let factor = if is_low(from) || is_low(to) {
                    1.0
                } else {
                    bounded(camera.dilation * q.z / p.z, self.sites()) / camera.dilation
                };
                let shift = Isometry::translation(q.x - factor * p.x);
                return self.after(shift.compose(Isometry::dilation(factor)));
            }
            ChartKind::Poincare | ChartKind::Klein => {
                let sheet = self.sheet();
                let [p, q] = [from, to].map(|at| within_reach(sheet.seen_at(double(at))));
                return self.after(Isometry::carrying(p, q));
            }
        }
        camera
    }

    /// The camera after zooming by `factor`: plain magnification of the ring that keeps the place under the
    /// pointer, in the plane the dilation `(x, z) → b + factor·(x − b, z)` about the boundary point b under
    /// which the pointer stands: the whole chain seen so much finer. It keeps b, and the point at infinity.
    #[must_use]
    pub fn zoomed(&self, about: Place, factor: f64) -> Camera {
        let mut camera = self.camera;
        if self.chart == ChartKind::Ring {
            // At the most a tile of the rim is six radii wide: there is nothing more to be seen.
            let most = self.sites().max(8.0);
            camera.magnification = (camera.magnification * factor).clamp(1.0, most);
            let grown = camera.magnification / self.camera.magnification;
            let (c, middle, r) = (self.ring_centre(), self.frame.centre(), self.home_radius());
            for axis in 0..2 {
                let p = f64::from(about[axis]);
                camera.shift[axis] = (p + (c[axis] - p) * grown - middle[axis]) / r;
            }
            if camera.magnification <= 1.0 {
                camera.shift = [0.0; 2];
            }
            self.keep_in_sight(&mut camera);
            return camera;
        }
        let view = self.viewpoint();
        let aside = FAR_ASIDE * view.centre.z;
        let fixed = self.from_page(about).x.clamp(view.centre.x - aside, view.centre.x + aside);
        let grown = bounded(camera.dilation * factor, self.sites()) / camera.dilation;
        let HalfPlane { x, z } = view.centre;
        let centre = HalfPlane { x: fixed + (x - fixed) / grown, z: z / grown };
        self.settled(Viewpoint { centre, ..view })
    }

    /// Turns ring and disks by an angle; translates the half-plane by the same share of a period.
    #[must_use]
    pub fn turned(&self, angle_rad: f64) -> Camera {
        let mut camera = self.camera;
        match self.chart {
            ChartKind::Ring => camera.rotation_rad += angle_rad,
            ChartKind::HalfPlane => {
                let mut view = self.viewpoint();
                view.centre.x -= angle_rad / TAU * self.sites();
                return self.settled(view);
            }
            ChartKind::Poincare | ChartKind::Klein => {
                camera.turn_rad = short_angle(camera.turn_rad + angle_rad);
            }
        }
        camera
    }

    /// The camera after turning the picture from one place to another about its middle.
    #[must_use]
    pub fn rotated(&self, from: Place, to: Place) -> Camera {
        let middle = match self.chart {
            ChartKind::Ring => self.ring_centre(),
            _ => self.sheet().pivot(),
        };
        let angle = |p: Place| (middle[1] - f64::from(p[1])).atan2(f64::from(p[0]) - middle[0]);
        self.spun(short_angle(angle(to) - angle(from)))
    }

    /// The camera after a turn about the middle, counter-clockwise.
    #[must_use]
    pub fn spun(&self, angle_rad: f64) -> Camera {
        let mut camera = self.camera;
        let turn = match self.chart {
            ChartKind::Ring => &mut camera.rotation_rad,
            _ => &mut camera.turn_rad,
        };
        *turn = short_angle(*turn + angle_rad);
        camera
    }

    /// The camera with a point in the middle: upright on the plane; of a ring, which only turns, by a shift.
    #[must_use]
    pub fn centred_on(&self, p: HalfPlane) -> Camera {
        match self.chart {
            ChartKind::Ring => {
                let (at, middle, radius) = (self.to_page(p), self.frame.centre(), self.home_radius());
                let mut camera = self.camera;
                for axis in 0..2 {
                    camera.shift[axis] += (middle[axis] - f64::from(at[axis])) / radius;
                }
                self.keep_in_sight(&mut camera);
                camera
            }
            _ => self.settled(Viewpoint { centre: p, turn_rad: 0.0 }),
        }
    }

    /// The nearest camera to this one that a hand could fly to, from which some of the network is seen; on the ring
    /// this one.
    #[must_use]
    pub fn in_reach(&self) -> Camera {
        if self.chart == ChartKind::Ring { self.camera } else { self.settled(self.viewpoint()) }
    }

    /// The camera after a motion of what is seen.
    fn after(&self, motion: Isometry) -> Camera {
        self.settled(self.viewpoint().moved(motion))
    }

    /// The camera of a view, held near the network: between an eighth of a period and a site, and not farther
    /// than a period beside it. A limit moves the view by an isometry too.
    fn settled(&self, view: Viewpoint) -> Camera {
        let sites = self.sites();
        let seen = self.camera.seen_from(view, sites);
        Camera {
            dilation: bounded(seen.dilation, sites),
            translation: seen.translation.clamp(-0.5 - ASIDE, 0.5 + ASIDE),
            ..seen
        }
    }

    /// Keeps some of the magnified ring inside the frame.
    fn keep_in_sight(&self, camera: &mut Camera) {
        let most = camera.magnification + 0.5;
        let length = camera.shift[0].hypot(camera.shift[1]);
        if length > most {
            camera.shift = camera.shift.map(|s| s * most / length);
        }
    }
}

fn double(at: Place) -> [f64; 2] {
    at.map(f64::from)
}

/// The same point, drawn towards the middle where it is too far out to be held.
fn within_reach(seen: HalfPlane) -> HalfPlane {
    let Disk { u, v } = seen.into();
    let share = (HOLD / u.hypot(v)).min(1.0);
    Disk { u: share * u, v: share * v }.into()
}

/// Dilations from one tile filling the window to the whole period being an eighth of it.
fn bounded(dilation: f64, sites: f64) -> f64 {
    dilation.clamp(0.125, sites.max(8.0))
}

#[cfg(test)]
mod tests {
    use super::super::camera::Frame;
    use super::*;
    use crate::hyperbolic::{RingRadius, distance};
    use crate::numerics::streams::stream;
    use approx::assert_abs_diff_eq;
    use rand::RngExt;

    const PLANES: [ChartKind; 3] = [ChartKind::HalfPlane, ChartKind::Poincare, ChartKind::Klein];

    fn projection(chart: ChartKind, sites: u64) -> Projection {
        Projection::new(chart, RingRadius::Balanced, sites, Camera::HOME, Frame::page(784.0, 828.0))
    }

    #[test]
    fn what_is_dragged_stays_under_the_hand() {
        for chart in PLANES {
            for turn_rad in [0.0, 1.1] {
                let p = projection(chart, 256);
                let p = Projection { camera: Camera { turn_rad, ..p.camera }, ..p };
                let (from, to) = ([330.0, 480.0], [452.0, 401.0]);
                let after = Projection { camera: p.dragged(from, to), ..p };
                // Places are f32 of some hundred points.
                let at = after.to_page(p.from_page(from));
                let off = (at[0] - to[0]).hypot(at[1] - to[1]);
                assert!(off < 0.01, "{chart:?} turned by {turn_rad}: {off} points away");
            }
        }
    }

    #[test]
    fn a_ring_is_magnified_to_a_tile_and_no_further() {
        for sites in [8_u64, 256, 1 << 20] {
            let mut p = projection(ChartKind::Ring, sites);
            for _ in 0..200 {
                p.camera = p.zoomed([392.0, 40.0], 1.2);
            }
            assert_eq!(p.camera.magnification, sites as f64);
            // A tile of the rim is as wide as the ring was around: the page shows a part of it.
            assert_abs_diff_eq!(p.width_per_site(0.0), TAU * p.home_radius(), epsilon = 1e-6);
        }
    }

    #[test]
    fn zooming_keeps_the_boundary_point_below_the_pointer() {
        for chart in PLANES {
            for turn_rad in [0.0, -0.6] {
                let p = projection(chart, 1 << 20);
                let p = Projection { camera: Camera { turn_rad, ..p.camera }, ..p };
                let about = [470.0, 520.0];
                let x = p.from_page(about).x;
                let after = Projection { camera: p.zoomed(about, 300.0), ..p };
                let (before, now) = (p.outside(x, 0.0), after.outside(x, 0.0));
                assert!((before[0] - now[0]).hypot(before[1] - now[1]) < 0.02, "{chart:?}");
                assert_abs_diff_eq!(after.camera.dilation, 300.0, epsilon = 1e-9);
            }
        }
    }

    #[test]
    fn turning_goes_with_the_hand_and_a_full_turn_comes_home() {
        for chart in PLANES {
            let p = projection(chart, 64);
            let middle = p.sheet().pivot();
            let place = |angle: f64| {
                [(middle[0] + 90.0 * angle.cos()) as f32, (middle[1] - 90.0 * angle.sin()) as f32]
            };
            let mut now = p;
            for step in 0..12 {
                let (from, to) = (f64::from(step) * TAU / 12.0, f64::from(step + 1) * TAU / 12.0);
                now.camera = now.rotated(place(from), place(to));
            }
            assert_abs_diff_eq!(short_angle(now.camera.turn_rad), 0.0, epsilon = 1e-5);
            let quarter = Projection { camera: p.rotated(place(0.3), place(0.8)), ..p };
            assert_abs_diff_eq!(quarter.camera.turn_rad, 0.5, epsilon = 1e-5);
        }
    }

    #[test]
    fn a_million_random_moves_stay_an_isometry_and_in_the_plane() {
        // Referee: hyperbolic distances between what is seen. Each view is a fresh rounding of three numbers,
        // so the defect is that of one map, about ε·e^d, and not of a million.
        let mut rng = stream(21, "flight", 0);
        let mut place = move || [rng.random_range(60.0..720.0_f32), rng.random_range(60.0..760.0_f32)];
        for (chart, moves) in
            [(ChartKind::Poincare, 1_000_000), (ChartKind::Klein, 50_000), (ChartKind::HalfPlane, 50_000)]
        {
            let mut p = projection(chart, 1 << 20);
            for step in 0..moves {
                let (from, to) = (place(), place());
                p.camera = match step % 4 {
                    0 | 1 => p.dragged(from, to),
                    2 => p.zoomed(from, if to[0] > 390.0 { 1.7 } else { 0.55 }),
                    _ => p.rotated(from, to),
                };
                let c = p.camera;
                assert!((0.125..=1_048_576.0).contains(&c.dilation), "{chart:?}, move {step}: {c:?}");
                assert!(
                    c.translation.abs() <= 1.5 && c.turn_rad.abs() <= TAU,
                    "{chart:?}, move {step}: {c:?}"
                );
            }
            let view = p.viewpoint();
            let HalfPlane { x, z } = view.centre;
            let points = [(0.3, 1.0), (-1.0, 0.6), (0.2, 2.5), (0.0, 0.4)]
                .map(|(dx, dz)| HalfPlane::new(x + dx * z, dz * z));
            for a in points {
                for b in points {
                    let seen = distance(view.see(a), view.see(b));
                    assert_abs_diff_eq!(seen, distance(a, b), epsilon = 1e-9);
                }
            }
        }
    }

    #[test]
    fn moves_and_their_inverses_in_turn_come_back() {
        // A hundred thousand steps there and the same steps back, in reverse: what is left is rounding alone.
        let mut rng = stream(22, "flight", 0);
        let home = projection(ChartKind::Poincare, 256).viewpoint();
        let mut view = home;
        let mut steps = Vec::new();
        for _ in 0..100_000 {
            let mut point = || HalfPlane::new(rng.random_range(-0.3..0.3), rng.random_range(0.8..1.25));
            let (p, q) = (point(), point());
            let mut motion = Isometry::carrying(p, q).compose(Isometry::rotation(p, 0.3));
            // A person's view stays near home.
            let frame = HalfPlane::new(0.0, 1.0);
            let off = home.see(view.moved(motion).centre);
            if distance(off, frame) > 3.0 {
                let back = view.moved(motion).see(home.centre);
                motion = Isometry::carrying(back, frame).compose(motion);
            }
            view = view.moved(motion);
            steps.push(motion);
        }
        for motion in steps.into_iter().rev() {
            view = view.moved(motion.inverse());
        }
        assert!(distance(view.centre, home.centre) < 1e-9, "{view:?}");
        assert_abs_diff_eq!(short_angle(view.turn_rad - home.turn_rad), 0.0, epsilon = 1e-9);
    }
}
