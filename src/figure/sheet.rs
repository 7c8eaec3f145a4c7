//! The plane laid on the page: through a viewpoint and a lens. What half-plane, Poincaré and Klein chart share.

use super::camera::{ChartKind, Frame, disk_radius};
use super::lens::Lens;
use super::page::Place;
use crate::hyperbolic::{HalfPlane, Viewpoint};

/// Width of one period of the half-plane at home, as a share of the frame.
const PERIOD_SHARE: f64 = 0.62;
/// Room below the boundary line of the half-plane chart, in points.
const GROUND: f64 = 56.0;
/// Height that stands at the frame point at home, in periods: three quarters of a disk's circle are then one
/// period of the boundary.
pub const HOME_HEIGHT: f64 = 0.25;
/// A turned half-plane is drawn as a disk this flat: its boundary bends by less than a tenth of a point on any
/// page, and what goes through infinity is closed far outside instead of torn apart.
const NEARLY_FLAT: f64 = 1e-5;

/// The map between the plane and the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sheet {
    view: Viewpoint,
    /// Sine and cosine of half the view's turn.
    half_turn: [f64; 2],
    lens: Lens,
    /// Where the lowest boundary point stands.
    foot: [f64; 2],
    /// Points per flat unit.
    scale: f64,
}

/// The lens of a chart at rest.
#[must_use]
pub const fn lens_of(chart: ChartKind) -> Lens {
    match chart {
        // The ring has no lens: this is what it fades into.
        ChartKind::Ring | ChartKind::HalfPlane => Lens::HALF_PLANE,
        ChartKind::Poincare => Lens::POINCARE,
        ChartKind::Klein => Lens::KLEIN,
    }
}

impl Sheet {
    /// The plane seen from `view` through `lens` on a frame.
    #[must_use]
    pub fn new(view: Viewpoint, lens: Lens, frame: Frame) -> Self {
        let middle = frame.centre();
        let ground = f64::from(frame.top + frame.height) - GROUND;
        let bend = lens.curvature;
        let flat = PERIOD_SHARE * HOME_HEIGHT * f64::from(frame.width);
        let diameter = 2.0 * disk_radius(&frame);
        let (scale, foot) = if bend == 0.0 {
            (flat, ground)
        } else {
            // Between half-plane and disk the frame point walks straight, while all grows by a factor.
            let scale = if bend == 1.0 { diameter } else { flat * (diameter / flat).powf(bend) };
            let frame_point = (1.0 - bend) * (ground - flat) + bend * middle[1];
            (scale, frame_point + scale / (1.0 + bend))
        };
        let turned = view.turn_rad != 0.0;
        let lens = Lens { curvature: if turned { bend.max(NEARLY_FLAT) } else { bend }, ..lens };
        Self { view, half_turn: view.half_turn(), lens, foot: [middle[0], foot], scale }
    }

    /// Whether the boundary is a straight line along the bottom, and lines of equal depth are parallel to it.
    #[must_use]
    pub fn is_level(&self) -> bool {
        self.lens.curvature == 0.0
    }

    /// Where the plane is seen from.
    #[must_use]
    pub fn view(&self) -> Viewpoint {
        self.view
    }

    /// Where a point stands. x is unwrapped.
    #[must_use]
    pub fn to_page(&self, p: HalfPlane) -> [f64; 2] {
        self.place(self.lens.to_flat(self.view.see_turned(p, self.half_turn)))
    }

    /// The point of the frame at a place.
    #[must_use]
    pub fn seen_at(&self, at: [f64; 2]) -> HalfPlane {
        self.lens.from_flat(self.flat(at))
    }

    /// The point at a place; outside the plane the nearest boundary point.
    #[must_use]
    pub fn from_page(&self, at: [f64; 2]) -> HalfPlane {
        self.view.find(self.seen_at(at))
    }

    /// Points per curvature radius at a point of the plane.
    #[must_use]
    pub fn unit(&self, p: HalfPlane) -> f64 {
        self.scale * self.lens.unit(self.view.see_turned(p, self.half_turn))
    }

    /// Points per site at the height z, where the view is nearest to it: over the middle.
    #[must_use]
    pub fn width_per_site(&self, z: f64) -> f64 {
        let z0 = self.view.centre.z;
        self.scale / z0 / (1.0 + self.lens.curvature * z / z0).powi(2)
    }

    /// Signed distance in points from the boundary, positive outside.
    #[must_use]
    pub fn distance_outside(&self, at: [f64; 2]) -> f64 {
        self.scale * self.lens.outside(self.flat(at))
    }

    /// A place a distance in points outside the boundary, at an angle of the boundary.
    #[must_use]
    pub fn rim(&self, angle_rad: f64, distance: f64) -> [f64; 2] {
        let at = self.lens.boundary(angle_rad);
        let normal = self.lens.outward(at);
        let [x, y] = self.place(at);
        [x + distance * normal[0], y - distance * normal[1]]
    }

    /// Centre and radius of the circle that is the boundary; `None` for a line, or what is none to the eye.
    #[must_use]
    pub fn circle(&self) -> Option<(Place, f32)> {
        let bend = self.lens.curvature;
        if bend < 0.05 {
            return None;
        }
        let radius = 0.5 * self.scale / bend;
        Some(([self.foot[0] as f32, (self.foot[1] - radius) as f32], radius as f32))
    }

    /// Where the frame point stands: the point about which the view turns.
    #[must_use]
    pub fn pivot(&self) -> [f64; 2] {
        self.place(self.lens.to_flat(HalfPlane { x: 0.0, z: 1.0 }))
    }

    /// The parts of the boundary from x0 to x1 that the frame shows within a margin, as angles.
    #[must_use]
    pub fn rim_parts(&self, x0: f64, x1: f64, frame: Frame, margin: f64) -> Vec<[f64; 2]> {
        let (from, to) = (self.view.boundary_angle(x0), self.view.boundary_angle(x1));
        if self.lens.curvature > 0.05 {
            return vec![[from, to]];
        }
        let reach = (0.5 * f64::from(frame.width) + margin) / self.scale;
        let most = 2.0 * reach.atan();
        let turn = std::f64::consts::TAU;
        [-turn, 0.0, turn]
            .into_iter()
            .map(|round| [from.max(round - most), to.min(round + most)])
            .filter(|[a, b]| a < b)
            .collect()
    }

    fn place(&self, flat: [f64; 2]) -> [f64; 2] {
        [self.foot[0] + self.scale * flat[0], self.foot[1] - self.scale * flat[1]]
    }

    fn flat(&self, at: [f64; 2]) -> [f64; 2] {
        [(at[0] - self.foot[0]) / self.scale, (self.foot[1] - at[1]) / self.scale]
    }
}
