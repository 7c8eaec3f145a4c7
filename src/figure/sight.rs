//! What of the plane a page shows: which parts of it are off the page, and which are too small to be seen.

use super::camera::{Mapper, Projection};
use super::page::Place;
use super::polyline::simplify;
use crate::hyperbolic::{Bounds, Curve, HalfPlane, Viewpoint};
use std::borrow::Cow;
use std::f64::consts::PI;

/// A stretch of a long curve that fits into so many points is one corner.
const SMALL: f32 = 0.25;
/// Room around the page for the width of lines, in points.
const ROOM: f32 = 24.0;
/// Heights of two layers, the top over the bottom.
const TWO_LAYERS: f64 = 4.0;
/// How far a long curve may be from where it belongs, in points.
const EDGE: f32 = 0.1;
/// A part of the ring that is bent so little that its corners tell where it is.
const BENT: f64 = 1.0 / 16.0;

/// A projection that is asked about boxes of the plane.
pub(super) struct Sight {
    projection: Projection,
    mapper: Mapper,
    /// Abscissae at which what is of one height is shown largest: of the point that is seen in the middle of a disk,
    /// and of the one that a turned half-plane has at infinity.
    largest: [f64; 2],
    /// On the ring, what is shown of the boundary and all that stands over it.
    shown: [f64; 2],
}

impl Sight {
    pub(super) fn of(projection: &Projection) -> Self {
        let largest = if projection.chart.is_plane() {
            let Viewpoint { centre, turn_rad } = projection.sheet().view();
            [centre.x, centre.x + centre.z * (0.5 * (PI - turn_rad)).tan()]
        } else {
            [0.0; 2]
        };
        let shown = projection.visible_x(f64::from(ROOM));
        Self { projection: *projection, mapper: projection.mapper(), largest, shown }
    }

    /// The rectangle on the page, least and largest coordinates, around the corners of a box, and around what of its
    /// sides is shown largest; none where these do not tell how far it reaches.
    fn rectangle(&self, bounds: &Bounds) -> Option<[Place; 2]> {
        let [from, to] = bounds.x;
        let between = if self.projection.chart.is_plane() {
            self.largest.map(|x| x.clamp(from, to))
        } else if to - from <= BENT * self.projection.sites() {
            [0.5 * (from + to); 2]
        } else {
            return None;
        };
        let mut around = [[f32::INFINITY; 2], [f32::NEG_INFINITY; 2]];
        for x in [from, between[0], between[1], to] {
            for z in bounds.z {
                let at = self.mapper.to_page(HalfPlane { x, z });
                around = [
                    [around[0][0].min(at[0]), around[0][1].min(at[1])],
                    [around[1][0].max(at[0]), around[1][1].max(at[1])],
                ];
            }
        }
        Some(around)
    }

    /// Whether all of a box fits into so many points.
    pub(super) fn is_smaller(&self, bounds: &Bounds, points: f32) -> bool {
        self.rectangle(bounds).is_some_and(|[a, b]| b[0] - a[0] < points && b[1] - a[1] < points)
    }

    /// Whether what waves within a box is as good as a line along its middle: the box is too narrow for a wave to be
    /// seen, and no higher than the two layers between which a curve runs.
    fn is_line(&self, bounds: &Bounds) -> bool {
        let flat = |z: f64| self.is_smaller(&Bounds { z: [z; 2], ..*bounds }, SMALL);
        bounds.z[1] <= TWO_LAYERS * bounds.z[0] && bounds.z.into_iter().all(flat)
    }

    /// Whether nothing of a box is on the page, nor of a line along it.
    pub(super) fn is_off_page(&self, bounds: &Bounds) -> bool {
        // Layers of a ring may be a thousand times as high on the page as their tiles are wide.
        if !self.projection.chart.is_plane() {
            let [from, to] = bounds.x;
            let period = self.projection.sites();
            let rounds = ((self.shown[0] - to) / period).ceil();
            if from + rounds * period > self.shown[1] {
                return true;
            }
        }
        let frame = self.projection.frame;
        self.rectangle(bounds).is_some_and(|[a, b]| {
            // Its sides are arcs of less than half a circle.
            let room = ROOM + (b[0] - a[0]).max(b[1] - a[1]);
            let off = |axis: usize, start: f32, length: f32| {
                b[axis] + room < start || a[axis] - room > start + length
            };
            off(0, frame.left, frame.width) || off(1, frame.top, frame.height)
        })
    }

    /// A curve on the page, as `laid` lays its corners there; of a long one only as many as are seen.
    pub(super) fn trace(&self, curve: &Curve, laid: impl FnOnce(&[HalfPlane]) -> Vec<Place>) -> Vec<Place> {
        let corners = self.corners(curve);
        let mut places = laid(&corners);
        if let Cow::Owned(_) = corners {
            simplify(&mut places, EDGE);
        }
        places
    }

    /// The corners of a curve that the page shows, and so many others that none of it is elsewhere.
    pub(super) fn corners<'a>(&self, curve: &'a Curve) -> Cow<'a, [HalfPlane]> {
        curve.thinned(|bounds| {
            self.is_smaller(bounds, SMALL) || self.is_line(bounds) || self.is_off_page(bounds)
        })
    }
}
