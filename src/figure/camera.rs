//! From the hyperbolic plane to the page and back: which chart, seen from where, on which part of the page.

use super::lens::Lens;
use super::page::Place;
use super::sheet::{HOME_HEIGHT, Sheet, lens_of};
use crate::hyperbolic::{HalfPlane, Ring, RingRadius, Viewpoint, point_between, short_angle};
use std::f64::consts::TAU;

/// Charts of the hyperbolic plane that a figure can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum ChartKind {
    /// The ring, boundary outside.
    #[default]
    Ring,
    /// The upper half-plane on the universal cover, boundary below.
    HalfPlane,
    /// The Poincaré disk, with true angles, on the universal cover.
    Poincare,
    /// The Klein disk, with straight geodesics, on the universal cover.
    Klein,
}

impl ChartKind {
    /// All four, in the order in which key C goes through them.
    pub const ALL: [Self; 4] = [Self::Ring, Self::HalfPlane, Self::Poincare, Self::Klein];

    /// Whether it shows the plane itself, and a ring network on its universal cover.
    #[must_use]
    pub const fn is_plane(self) -> bool {
        !matches!(self, Self::Ring)
    }
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
    /// Width of a strip at the left edge that something else covers: no letter is set there.
    pub covered: f32,
}

impl Frame {
    /// The whole of a page.
    #[must_use]
    pub const fn page(width: f32, height: f32) -> Self {
        Self { left: 0.0, top: 0.0, width, height, covered: 0.0 }
    }

    /// The frame with its top as little lower as leaves a disk in it, and the arcs of regions around, clear of boxes in its
    /// upper left corner, by their lower right corners; an eighth of its height at most.
    #[must_use]
    pub fn clear_of(self, boxes: &[[f32; 2]]) -> Self {
        let lowered =
            |by: u16| Self { top: self.top + f32::from(by), height: self.height - f32::from(by), ..self };
        let is_clear = |frame: &Self| {
            let [x, y] = frame.centre();
            let reach = disk_radius(frame) + ARC_ROOM;
            boxes.iter().all(|b| {
                let [right, bottom] = [self.left + b[0], self.top + b[1]].map(f64::from);
                (x - x.min(right)).hypot(y - y.min(bottom)) >= reach
            })
        };
        let most = (0.125 * self.height) as u16;
        (0..=most).map(lowered).find(is_clear).unwrap_or_else(|| lowered(most))
    }

    /// Whether a text about this place, so far from its middle to its ends, can be read whole.
    pub(super) fn has_room_at(&self, [x, y]: [f32; 2], half: f32) -> bool {
        (self.left + self.covered + half..=self.left + self.width - half).contains(&x)
            && (self.top + 9.0..=self.top + self.height - 9.0).contains(&y)
    }

    /// Centre of the frame.
    #[must_use]
    pub fn centre(&self) -> [f64; 2] {
        [f64::from(self.left + 0.5 * self.width), f64::from(self.top + 0.5 * self.height)]
    }
}

/// Radius of a disk as a share of the shorter side of the frame.
const DISK_SHARE: f64 = 0.44;
/// What arcs and letters of regions need outside a disk, in points.
const RIM_ROOM: f64 = 33.0;
/// What the arcs alone need, and some air.
const ARC_ROOM: f64 = 20.0;
/// A disk is not made smaller than this share for their sake.
const LEAST_SHARE: f64 = 0.36;
/// After so many turned spokes one is worked out anew.
const FRESH_SPOKE: u32 = 32;

/// Radius of a disk in a frame: most of it, with room around for the letters of regions.
pub(super) fn disk_radius(frame: &Frame) -> f64 {
    let side = f64::from(frame.width.min(frame.height));
    (DISK_SHARE * side).min((0.5 * side - RIM_ROOM).max(LEAST_SHARE * side))
}

/// Where the picture is seen from: the ring from a place of its own, the charts of the plane from one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// Ring: counter-clockwise turn in radians.
    pub rotation_rad: f64,
    /// Ring: plain magnification, 1 at home.
    pub magnification: f64,
    /// Ring: where its centre stands relative to the frame's, in home radii, y down.
    pub shift: [f64; 2],
    /// Plane: translation, in periods; the isometry x → x + a.
    pub translation: f64,
    /// Plane: dilation, 1 at home; the isometry (x, z) → (λx, λz).
    pub dilation: f64,
    /// Plane: turn about the middle after both, counter-clockwise, in radians.
    pub turn_rad: f64,
}

impl Camera {
    /// The view of the first glance.
    pub const HOME: Self = Self {
        rotation_rad: 0.0,
        magnification: 1.0,
        shift: [0.0; 2],
        translation: 0.0,
        dilation: 1.0,
        turn_rad: 0.0,
    };

    /// The view between `self` (0) and `other` (1): of the plane along a geodesic, so that a far way goes up
    /// into the coarse and down again; of the ring factors go geometrically, the rest straight.
    #[must_use]
    pub fn towards(self, other: Self, t: f64) -> Self {
        let straight = |a: f64, b: f64| a + (b - a) * t;
        let factor = |a: f64, b: f64| a * (b / a).powf(t);
        let (from, to) = (self.viewpoint(1.0), other.viewpoint(1.0));
        let view = Viewpoint {
            centre: point_between(from.centre, to.centre, t),
            turn_rad: from.turn_rad + short_angle(to.turn_rad - from.turn_rad) * t,
        };
        let ring = Self {
            rotation_rad: straight(self.rotation_rad, other.rotation_rad),
            magnification: factor(self.magnification, other.magnification),
            shift: [straight(self.shift[0], other.shift[0]), straight(self.shift[1], other.shift[1])],
            ..self
        };
        ring.seen_from(view, 1.0)
    }

    /// Where a plane of so many sites a period is seen from.
    #[must_use]
    pub fn viewpoint(&self, sites: f64) -> Viewpoint {
        let centre =
            HalfPlane { x: (0.5 - self.translation) * sites, z: HOME_HEIGHT * sites / self.dilation };
        Viewpoint { centre, turn_rad: self.turn_rad }
    }

    /// The same camera with the plane seen from elsewhere.
    #[must_use]
    pub fn seen_from(self, view: Viewpoint, sites: f64) -> Self {
        Self {
            translation: 0.5 - view.centre.x / sites,
            dilation: HOME_HEIGHT * sites / view.centre.z,
            turn_rad: view.turn_rad,
            ..self
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
    /// The flat chart through which the plane is seen: that of `chart`, except while one becomes another.
    pub lens: Lens,
}

impl Projection {
    /// The projection of a network of `sites`.
    #[must_use]
    pub const fn new(chart: ChartKind, radius: RingRadius, sites: u64, camera: Camera, frame: Frame) -> Self {
        Self { chart, ring: Ring { sites, radius }, camera, frame, lens: lens_of(chart) }
    }

    /// The projection on the way from another chart of the plane (0) to this one (1).
    #[must_use]
    pub fn coming_from(self, chart: ChartKind, t: f64) -> Self {
        Self { lens: lens_of(chart).towards(lens_of(self.chart), t), ..self }
    }

    /// Where the plane is seen from, in sites.
    #[must_use]
    pub fn viewpoint(&self) -> Viewpoint {
        self.camera.viewpoint(self.sites())
    }

    /// The map between plane and page of the charts of the plane.
    #[must_use]
    pub fn sheet(&self) -> Sheet {
        Sheet::new(self.viewpoint(), self.lens, self.frame)
    }

    /// The same map with all worked out that is the same for every point.
    #[must_use]
    pub fn mapper(&self) -> Mapper {
        Mapper { projection: *self, sheet: self.sheet() }
    }

    /// Number of boundary sites.
    #[must_use]
    pub fn sites(&self) -> f64 {
        self.ring.sites as f64
    }

    /// Radius of the ring chart's unit disk at home, in points.
    #[must_use]
    pub fn home_radius(&self) -> f64 {
        disk_radius(&self.frame)
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

    /// Where a point of the plane stands on the page. x may be unwrapped.
    #[must_use]
    pub fn to_page(&self, p: HalfPlane) -> Place {
        let [x, y] = match self.chart {
            ChartKind::Ring => {
                return self.on_spoke(self.spoke(p.x), self.ring_distance(p.z));
            }
            _ => self.sheet().to_page(p),
        };
        [x as f32, y as f32]
    }

    /// A place a distance in points outside the boundary at abscissa x: arcs, handles and letters.
    #[must_use]
    pub fn outside(&self, x: f64, distance: f64) -> Place {
        match self.chart {
            ChartKind::Ring => self.on_spoke(self.spoke(x), self.ring_radius() + distance),
            _ => {
                let sheet = self.sheet();
                sheet.rim(sheet.view().boundary_angle(x), distance).map(|c| c as f32)
            }
        }
    }

    /// The point of the plane at a place: on the ring with 0 ≤ x < N, else unwrapped.
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
            _ => self.sheet().from_page([x, y]),
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
            _ => self.sheet().distance_outside(at.map(f64::from)),
        }
    }

    /// Points per unit of x at height z: how wide one site is there; in the plane over the middle of the view.
    #[must_use]
    pub fn width_per_site(&self, z: f64) -> f64 {
        match self.chart {
            ChartKind::Ring => TAU * self.ring_radius() * self.ring.radius_of(z) / self.sites(),
            _ => self.sheet().width_per_site(z),
        }
    }

    /// Points per curvature radius at a point of the plane with z > 0: what is congruent is as large as this.
    #[must_use]
    pub fn unit(&self, p: HalfPlane) -> f64 {
        match self.chart {
            ChartKind::Ring => self.width_per_site(p.z) * p.z,
            _ => self.sheet().unit(p),
        }
    }

    /// Direction from the middle of the ring to what stands over x: cosine and sine, counter-clockwise from three
    /// o'clock on the page.
    #[must_use]
    pub fn spoke(&self, x: f64) -> [f64; 2] {
        let turn = (x / self.sites()).rem_euclid(1.0);
        let (sin, cos) = (TAU * turn + self.camera.rotation_rad).sin_cos();
        [cos, sin]
    }

    /// The same over x, x + step, x + 2 step …, without end.
    ///
    /// Each is the one before, turned; every so often one is worked out anew, so that rounding stays below 10⁻¹⁴.
    pub fn spokes(&self, x: f64, step: f64) -> impl Iterator<Item = [f64; 2]> + use<> {
        let p = *self;
        let turn = self.turn_between(self.spoke(0.0), self.spoke(step));
        let mut spoke = [1.0, 0.0];
        (0_u32..).map(move |i| {
            spoke = if i % FRESH_SPOKE == 0 {
                p.spoke(x + f64::from(i) * step)
            } else {
                [spoke[0] * turn[0] - spoke[1] * turn[1], spoke[1] * turn[0] + spoke[0] * turn[1]]
            };
            spoke
        })
    }

    /// The turn that takes one spoke to another, as cosine and sine.
    #[must_use]
    pub fn turn_between(&self, from: [f64; 2], to: [f64; 2]) -> [f64; 2] {
        [from[0] * to[0] + from[1] * to[1], from[0] * to[1] - from[1] * to[0]]
    }

    /// The place on a spoke at a distance in points from the middle of the ring.
    #[must_use]
    pub fn on_spoke(&self, [cos, sin]: [f64; 2], distance: f64) -> Place {
        let c = self.ring_centre();
        [(c[0] + distance * cos) as f32, (c[1] - distance * sin) as f32]
    }

    /// Distance in points from the middle of the ring of what stands at height z.
    #[must_use]
    pub fn ring_distance(&self, z: f64) -> f64 {
        self.ring_radius() * self.ring.radius_of(z)
    }

    /// Points between two heights at the same x, on the ring.
    #[must_use]
    pub fn height_between(&self, z_low: f64, z_high: f64) -> f64 {
        self.ring_radius() * (self.ring.radius_of(z_low) - self.ring.radius_of(z_high))
    }

    /// The range of x that the frame shows, widened by `margin` points; for a ring at most one turn,
    /// starting anywhere in it; in disks, which show all, one period and one on either side.
    #[must_use]
    pub fn visible_x(&self, margin: f64) -> [f64; 2] {
        let f = self.frame;
        let (left, right) = (f64::from(f.left) - margin, f64::from(f.left + f.width) + margin);
        match self.chart {
            _ if self.chart.is_plane() && self.sheet().is_level() => {
                let (sheet, y) = (self.sheet(), self.frame.centre()[1]);
                [sheet.from_page([left, y]).x, sheet.from_page([right, y]).x]
            }
            ChartKind::HalfPlane | ChartKind::Poincare | ChartKind::Klein => {
                [-self.sites(), 2.0 * self.sites()]
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
            _ if self.chart.is_plane() && self.sheet().is_level() => {
                let (sheet, x) = (self.sheet(), self.frame.centre()[0]);
                [sheet.from_page([x, bottom]).z, sheet.from_page([x, top]).z]
            }
            ChartKind::HalfPlane | ChartKind::Poincare | ChartKind::Klein => [0.0, f64::INFINITY],
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
}

/// A projection for many points.
#[derive(Clone, Copy, Debug)]
pub struct Mapper {
    projection: Projection,
    sheet: Sheet,
}

impl Mapper {
    /// See [`Projection::to_page`].
    #[must_use]
    pub fn to_page(&self, p: HalfPlane) -> Place {
        match self.projection.chart {
            ChartKind::Ring => self.projection.to_page(p),
            _ => self.sheet.to_page(p).map(|c| c as f32),
        }
    }

    /// See [`Projection::unit`].
    #[must_use]
    pub fn unit(&self, p: HalfPlane) -> f64 {
        match self.projection.chart {
            ChartKind::Ring => self.projection.unit(p),
            _ => self.sheet.unit(p),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn projections() -> Vec<Projection> {
        let mut all = Vec::new();
        for sites in [8, 256, 1 << 20] {
            for radius in RingRadius::ALL {
                for chart in ChartKind::ALL {
                    let camera = Camera {
                        rotation_rad: 0.3,
                        magnification: 1.7,
                        shift: [0.2, -0.4],
                        translation: 0.1,
                        dilation: 1.5,
                        turn_rad: 0.0,
                    };
                    all.push(Projection::new(chart, radius, sites, camera, Frame::page(784.0, 828.0)));
                }
            }
        }
        all
    }

    /// A column of a journal is 244 points wide, and a canvas above the card of the tour 420 high.
    #[test]
    fn small_pages_have_room_for_the_letters_of_regions() {
        for side in [243.8, 420.0, 549.0] {
            let radius = disk_radius(&Frame::page(side, side + 30.0));
            assert!(0.5 * f64::from(side) - radius >= RIM_ROOM - 1e-9, "{side}: {radius}");
        }
        assert_eq!(disk_radius(&Frame::page(900.0, 828.0)), 0.44 * 828.0);
        assert!(disk_radius(&Frame::page(20.0, 20.0)) > 7.0);
    }

    /// At 1024×700 the switch of the charts once covered the arc of the region that a new session has.
    #[test]
    fn a_disk_keeps_clear_of_the_words_in_its_corner() {
        let rows = [[255.0, 40.0], [200.0, 66.0]];
        for (width, height) in [(680.0, 628.0), (512.0, 560.0), (785.0, 828.0), (900.0, 400.0)] {
            let page = Frame::page(width, height);
            let frame = page.clear_of(&rows);
            let [x, y] = frame.centre();
            let reach = disk_radius(&frame) + ARC_ROOM;
            for [right, bottom] in rows {
                assert!((x - f64::from(right)).hypot(y - f64::from(bottom)) >= reach, "{width}×{height}");
            }
            assert!(frame.top < 0.12 * height && frame.top + frame.height == height, "{frame:?}");
            assert!(disk_radius(&frame) > 0.85 * disk_radius(&page));
        }
        let wide = Frame::page(1200.0, 900.0);
        assert_eq!(wide.clear_of(&rows), wide);
        assert_eq!(Frame::page(0.0, 0.0).clear_of(&rows), Frame::page(0.0, 0.0));
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
            if matches!(p.chart, ChartKind::Poincare | ChartKind::Klein) {
                continue; // Their zoom keeps a boundary point, see `flight`.
            }
            assert!((before.x - after.x).abs() < 1e-3 * p.sites(), "{before:?} {after:?}");
        }
    }

    #[test]
    fn a_glide_ends_where_it_should() {
        let deep = Camera { translation: 0.3, dilation: 4e4, turn_rad: 3.0, ..Camera::HOME };
        let end = deep.towards(Camera::HOME, 1.0);
        assert!((end.dilation - 1.0).abs() < 1e-9 && end.translation.abs() < 1e-9, "{end:?}");
        let start = deep.towards(Camera::HOME, 0.0);
        assert!((start.dilation / 4e4 - 1.0).abs() < 1e-9 && (start.translation - 0.3).abs() < 1e-12);
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
                if matches!(p.chart, ChartKind::Poincare | ChartKind::Klein) {
                    continue; // They show all of the plane.
                }
                let off =
                    if p.chart == ChartKind::Ring { (q.x - x0).rem_euclid(p.sites()) } else { q.x - x0 };
                assert!(off <= (x1 - x0) * (1.0 + 1e-6) + 1e-6, "{q:?} {x0} {x1}");
                assert!(q.z >= z0 * (1.0 - 1e-6) && q.z <= z1 * (1.0 + 1e-6) + 1e-9, "{q:?} {z0} {z1}");
            }
        }
    }
}
