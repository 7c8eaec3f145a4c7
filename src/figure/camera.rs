//! From the hyperbolic plane to the page and back: which chart, seen from where, on which part of the page.

use super::page::Place;
use crate::hyperbolic::{HalfPlane, Ring, RingRadius};
use std::f64::consts::TAU;

/// Charts of the hyperbolic plane that a figure can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ChartKind {
    /// The ring, boundary outside.
    #[default]
    Ring,
    /// The upper half-plane on the universal cover, boundary below.
    HalfPlane,
}

/// The part of the page a chart is drawn on, in points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Frame {
    /// The whole of a page.
    #[must_use]
    pub const fn page(width: f32, height: f32) -> Self {
        Self { left: 0.0, top: 0.0, width, height }
    }

    /// Centre of the frame.
    #[must_use]
    pub fn centre(&self) -> [f64; 2] {
        [f64::from(self.left + 0.5 * self.width), f64::from(self.top + 0.5 * self.height)]
    }
}

/// Ring radius as a share of the shorter side of the frame.
const RING_SHARE: f64 = 0.44;
/// Width of one period of the half-plane at home, as a share of the frame.
const PERIOD_SHARE: f64 = 0.62;
/// Room below the boundary line of the half-plane chart, in points.
const GROUND: f64 = 56.0;
/// Largest magnification: at 2^40 sites one tile of the rim is then wider than a window.
const MOST_MAGNIFICATION: f64 = 1e13;

/// Where the picture is seen from. Each chart keeps its own place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Ring: counter-clockwise turn in radians.
    pub rotation_rad: f64,
    /// Ring: plain magnification, 1 at home.
    pub magnification: f64,
    /// Ring: where its centre stands relative to the frame's, in home radii, y down.
    pub shift: [f64; 2],
    /// Half-plane: translation, in periods; the isometry x → x + a.
    pub translation: f64,
    /// Half-plane: dilation, 1 at home; the isometry (x, z) → (λx, λz).
    pub dilation: f64,
}

impl Camera {
    /// The view of the first glance.
    pub const HOME: Self =
        Self { rotation_rad: 0.0, magnification: 1.0, shift: [0.0; 2], translation: 0.0, dilation: 1.0 };

    /// The view between `self` (0) and `other` (1): factors go geometrically, the rest straight.
    #[must_use]
    pub fn towards(self, other: Self, t: f64) -> Self {
        let straight = |a: f64, b: f64| a + (b - a) * t;
        let factor = |a: f64, b: f64| a * (b / a).powf(t);
        Self {
            rotation_rad: straight(self.rotation_rad, other.rotation_rad),
            magnification: factor(self.magnification, other.magnification),
            shift: [straight(self.shift[0], other.shift[0]), straight(self.shift[1], other.shift[1])],
            translation: straight(self.translation, other.translation),
            dilation: factor(self.dilation, other.dilation),
        }
    }
}

/// A chart, a camera and a frame together: the map between plane and page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projection {
    /// Which chart.
    pub chart: ChartKind,
    /// Its ring.
    pub ring: Ring,
    /// Seen from here.
    pub camera: Camera,
    /// Drawn there.
    pub frame: Frame,
}

impl Projection {
    /// The projection of a network of `sites`.
    #[must_use]
    pub const fn new(chart: ChartKind, radius: RingRadius, sites: u64, camera: Camera, frame: Frame) -> Self {
        Self { chart, ring: Ring { sites, radius }, camera, frame }
    }

    /// Number of boundary sites.
    #[must_use]
    pub fn sites(&self) -> f64 {
        self.ring.sites as f64
    }

    /// Radius of the ring chart's unit disk at home, in points.
    #[must_use]
    pub fn home_radius(&self) -> f64 {
        RING_SHARE * f64::from(self.frame.width.min(self.frame.height))
    }

    /// Radius of the ring chart's unit disk now, in points.
    #[must_use]
    pub fn ring_radius(&self) -> f64 {
        self.home_radius() * self.camera.magnification
    }

    /// Centre of the ring on the page.
    #[must_use]
    pub fn ring_centre(&self) -> [f64; 2] {
        let c = self.frame.centre();
        let r = self.home_radius();
        [c[0] + r * self.camera.shift[0], c[1] + r * self.camera.shift[1]]
    }

    /// Points per site in the half-plane chart.
    #[must_use]
    pub fn scale(&self) -> f64 {
        PERIOD_SHARE * f64::from(self.frame.width) / self.sites() * self.camera.dilation
    }

    /// Page height of the boundary z = 0 in the half-plane chart.
    #[must_use]
    pub fn ground(&self) -> f64 {
        f64::from(self.frame.top + self.frame.height) - GROUND
    }

    /// Page abscissa of x = 0 in the half-plane chart.
    fn origin(&self) -> f64 {
        // At home the middle of the period stands in the middle of the frame; dilations keep it there.
        self.frame.centre()[0] - (0.5 - self.camera.translation) * self.sites() * self.scale()
    }

    /// Where a point of the plane stands on the page. x may be unwrapped.
    #[must_use]
    pub fn to_page(&self, p: HalfPlane) -> Place {
        let [x, y] = match self.chart {
            ChartKind::Ring => {
                let rho = self.ring_radius() * self.ring.radius_of(p.z);
                let turn = (p.x / self.sites()).rem_euclid(1.0);
                let (sin, cos) = (TAU * turn + self.camera.rotation_rad).sin_cos();
                let c = self.ring_centre();
                [c[0] + rho * cos, c[1] - rho * sin]
            }
            ChartKind::HalfPlane => [self.origin() + p.x * self.scale(), self.ground() - p.z * self.scale()],
        };
        [x as f32, y as f32]
    }

    /// A place a distance in points outside the boundary at abscissa x: arcs, handles and letters.
    #[must_use]
    pub fn outside(&self, x: f64, distance: f64) -> Place {
        match self.chart {
            ChartKind::Ring => {
                let rho = self.ring_radius() + distance;
                let (sin, cos) =
                    (TAU * (x / self.sites()).rem_euclid(1.0) + self.camera.rotation_rad).sin_cos();
                let c = self.ring_centre();
                [(c[0] + rho * cos) as f32, (c[1] - rho * sin) as f32]
            }
            ChartKind::HalfPlane => {
                [(self.origin() + x * self.scale()) as f32, (self.ground() + distance) as f32]
            }
        }
    }

    /// The point of the plane at a place: on the ring with 0 ≤ x < N, in the half-plane unwrapped.
    /// Outside the boundary it is the nearest boundary point (z at the rim).
    #[must_use]
    pub fn from_page(&self, at: Place) -> HalfPlane {
        let (x, y) = (f64::from(at[0]), f64::from(at[1]));
        match self.chart {
            ChartKind::Ring => {
                let c = self.ring_centre();
                let (dx, dy) = (x - c[0], c[1] - y);
                let turn = ((dy.atan2(dx) - self.camera.rotation_rad) / TAU).rem_euclid(1.0);
                let turn = if turn < 1.0 { turn } else { 0.0 };
                HalfPlane { x: turn * self.sites(), z: self.ring.scale_at(dx.hypot(dy) / self.ring_radius()) }
            }
            ChartKind::HalfPlane => HalfPlane {
                x: (x - self.origin()) / self.scale(),
                z: ((self.ground() - y) / self.scale()).max(0.0),
            },
        }
    }

    /// Signed distance in points from the boundary, positive outside.
    #[must_use]
    pub fn distance_outside(&self, at: Place) -> f64 {
        match self.chart {
            ChartKind::Ring => {
                let c = self.ring_centre();
                (f64::from(at[0]) - c[0]).hypot(f64::from(at[1]) - c[1]) - self.ring_radius()
            }
            ChartKind::HalfPlane => f64::from(at[1]) - self.ground(),
        }
    }

    /// Points per unit of x at height z: how wide one site is there.
    #[must_use]
    pub fn width_per_site(&self, z: f64) -> f64 {
        match self.chart {
            ChartKind::Ring => TAU * self.ring_radius() * self.ring.radius_of(z) / self.sites(),
            ChartKind::HalfPlane => self.scale(),
        }
    }

    /// Points between two heights at the same x.
    #[must_use]
    pub fn height_between(&self, z_low: f64, z_high: f64) -> f64 {
        match self.chart {
            ChartKind::Ring => {
                self.ring_radius() * (self.ring.radius_of(z_low) - self.ring.radius_of(z_high))
            }
            ChartKind::HalfPlane => self.scale() * (z_high - z_low),
        }
    }

    /// The range of x that the frame shows, widened by `margin` points; for a ring at most one turn,
    /// starting anywhere in it.
    #[must_use]
    pub fn visible_x(&self, margin: f64) -> [f64; 2] {
        let f = self.frame;
        let (left, right) = (f64::from(f.left) - margin, f64::from(f.left + f.width) + margin);
        match self.chart {
            ChartKind::HalfPlane => {
                [(left - self.origin()) / self.scale(), (right - self.origin()) / self.scale()]
            }
            ChartKind::Ring => {
                let (top, bottom) = (f64::from(f.top) - margin, f64::from(f.top + f.height) + margin);
                let c = self.ring_centre();
                if (left..=right).contains(&c[0]) && (top..=bottom).contains(&c[1]) {
                    return [0.0, self.sites()];
                }
                // The frame lies on one side of the centre: its corners span less than half a turn.
                let middle = self.frame.centre();
                let middle = (c[1] - middle[1]).atan2(middle[0] - c[0]);
                let (mut least, mut most) = (0.0_f64, 0.0_f64);
                for (x, y) in [(left, top), (right, top), (right, bottom), (left, bottom)] {
                    let angle = (c[1] - y).atan2(x - c[0]);
                    let off = (angle - middle + TAU * 1.5).rem_euclid(TAU) - 0.5 * TAU;
                    (least, most) = (least.min(off), most.max(off));
                }
                [least, most].map(|off| (middle + off - self.camera.rotation_rad) / TAU * self.sites())
            }
        }
    }

    /// The range of z that the frame shows, widened by `margin` points.
    #[must_use]
    pub fn visible_z(&self, margin: f64) -> [f64; 2] {
        let f = self.frame;
        let (left, right) = (f64::from(f.left) - margin, f64::from(f.left + f.width) + margin);
        let (top, bottom) = (f64::from(f.top) - margin, f64::from(f.top + f.height) + margin);
        match self.chart {
            ChartKind::HalfPlane => [
                ((self.ground() - bottom) / self.scale()).max(0.0),
                ((self.ground() - top) / self.scale()).max(0.0),
            ],
            ChartKind::Ring => {
                let c = self.ring_centre();
                let near = (c[0].clamp(left, right) - c[0]).hypot(c[1].clamp(top, bottom) - c[1]);
                let far = [(left, top), (right, top), (right, bottom), (left, bottom)]
                    .into_iter()
                    .map(|(x, y)| (x - c[0]).hypot(y - c[1]))
                    .fold(0.0, f64::max);
                [self.ring.scale_at(far / self.ring_radius()), self.ring.scale_at(near / self.ring_radius())]
            }
        }
    }

    /// The camera after dragging the picture from one place to another: a rotation of the ring about
    /// its centre while it is whole, a shift when magnified; in the half-plane the isometry that
    /// carries the one point to the other by translation and dilation.
    #[must_use]
    pub fn dragged(&self, from: Place, to: Place) -> Camera {
        let mut camera = self.camera;
        match self.chart {
            ChartKind::Ring if self.camera.magnification <= 1.001 => {
                let c = self.ring_centre();
                let angle = |p: Place| (c[1] - f64::from(p[1])).atan2(f64::from(p[0]) - c[0]);
                let turn = angle(to) - angle(from);
                camera.rotation_rad = (camera.rotation_rad + turn + TAU / 2.0).rem_euclid(TAU) - TAU / 2.0;
            }
            ChartKind::Ring => {
                let r = self.home_radius();
                camera.shift[0] += f64::from(to[0] - from[0]) / r;
                camera.shift[1] += f64::from(to[1] - from[1]) / r;
                self.keep_in_sight(&mut camera);
            }
            ChartKind::HalfPlane => {
                let (start, ground) = (self.from_page(from), self.ground());
                // Near the boundary line a dilation would be wild: there the drag only translates.
                let rise = |p: Place| ground - f64::from(p[1]);
                if rise(from) > 24.0 && rise(to) > 24.0 {
                    camera.dilation = bounded(camera.dilation * rise(to) / rise(from), self.sites());
                }
                let next = Self { camera, ..*self };
                let now = next.origin() + start.x * next.scale();
                camera.translation += (f64::from(to[0]) - now) / (next.scale() * self.sites());
            }
        }
        camera
    }

    /// The camera after zooming by `factor` with the place under the pointer kept: plain magnification
    /// of the ring, in the half-plane the dilation about the boundary point below the pointer.
    #[must_use]
    pub fn zoomed(&self, about: Place, factor: f64) -> Camera {
        let mut camera = self.camera;
        match self.chart {
            ChartKind::Ring => {
                camera.magnification = (camera.magnification * factor).clamp(1.0, MOST_MAGNIFICATION);
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
            }
            ChartKind::HalfPlane => {
                let x = self.from_page(about).x;
                camera.dilation = bounded(camera.dilation * factor, self.sites());
                let next = Self { camera, ..*self };
                let now = next.origin() + x * next.scale();
                camera.translation += (f64::from(about[0]) - now) / (next.scale() * self.sites());
            }
        }
        camera
    }

    /// Turns the ring by an angle; translates the half-plane by the same share of a period.
    #[must_use]
    pub fn turned(&self, angle_rad: f64) -> Camera {
        let mut camera = self.camera;
        match self.chart {
            ChartKind::Ring => camera.rotation_rad += angle_rad,
            ChartKind::HalfPlane => camera.translation += angle_rad / TAU,
        }
        camera
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

/// Dilations from one tile filling the window to the whole period being an eighth of it.
fn bounded(dilation: f64, sites: f64) -> f64 {
    dilation.clamp(0.125, sites.max(8.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn projections() -> Vec<Projection> {
        let mut all = Vec::new();
        for sites in [8, 256, 1 << 20] {
            for radius in RingRadius::ALL {
                for chart in [ChartKind::Ring, ChartKind::HalfPlane] {
                    let camera = Camera {
                        rotation_rad: 0.3,
                        magnification: 1.7,
                        shift: [0.2, -0.4],
                        translation: 0.1,
                        dilation: 1.5,
                    };
                    all.push(Projection::new(chart, radius, sites, camera, Frame::page(784.0, 828.0)));
                }
            }
        }
        all
    }

    #[test]
    fn a_point_comes_back_from_the_page() {
        for p in projections() {
            let n = p.sites();
            for (x, z) in [(0.21 * n, 0.13 * n), (0.73 * n, 0.21 * n)] {
                let at = p.to_page(HalfPlane { x, z });
                // A place is an f32 of some thousand points: it comes back to the same place within their
                // rounding, whatever a point means in x and z there.
                let again = p.to_page(p.from_page(at));
                assert!(
                    (again[0] - at[0]).abs() < 2e-3 && (again[1] - at[1]).abs() < 2e-3,
                    "{p:?}: {at:?} {again:?}"
                );
            }
        }
    }

    #[test]
    fn zooming_keeps_the_place_under_the_pointer() {
        for p in projections() {
            let about = p.to_page(HalfPlane { x: 0.3 * p.sites(), z: 0.05 * p.sites() });
            let before = p.from_page(about);
            let after = Projection { camera: p.zoomed(about, 1.2), ..p }.from_page(about);
            assert!((before.x - after.x).abs() < 1e-3 * p.sites(), "{before:?} {after:?}");
        }
    }

    #[test]
    fn dragging_in_the_half_plane_carries_the_point_along() {
        let p = projections().into_iter().find(|p| p.chart == ChartKind::HalfPlane).unwrap();
        let (from, to) = ([300.0, 400.0], [420.0, 310.0]);
        let after = Projection { camera: p.dragged(from, to), ..p };
        let (start, end) = (p.from_page(from), after.from_page(to));
        assert!((start.x - end.x).abs() < 1e-4 * p.sites() && (start.z - end.z).abs() < 1e-4 * p.sites());
    }

    #[test]
    fn everything_on_the_page_is_in_the_visible_range() {
        for p in projections() {
            let [x0, x1] = p.visible_x(0.0);
            let [z0, z1] = p.visible_z(0.0);
            for i in 0..400 {
                let at = [784.0 * ((i * 37) % 400) as f32 / 400.0, 828.0 * ((i * 91) % 400) as f32 / 400.0];
                if p.distance_outside(at) > 0.0 {
                    continue;
                }
                let q = p.from_page(at);
                let off =
                    if p.chart == ChartKind::Ring { (q.x - x0).rem_euclid(p.sites()) } else { q.x - x0 };
                assert!(off <= (x1 - x0) * (1.0 + 1e-6) + 1e-6, "{q:?} {x0} {x1}");
                assert!(q.z >= z0 * (1.0 - 1e-6) && q.z <= z1 * (1.0 + 1e-6) + 1e-9, "{q:?} {z0} {z1}");
            }
        }
    }
}
