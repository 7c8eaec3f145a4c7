//! Regions on the universal cover of a ring: wedges and curves on every sheet that the one full period meets,
//! bent as the chart bends geodesics.

use super::bulk::BulkScene;
use super::camera::{Camera, Projection};
use super::page::Place;
use super::polyline::{horocycle_line, single, string, trace};
use super::sight::Sight;
use crate::holography::WedgeSide;
use crate::hyperbolic::{Bounds, Curve, HalfPlane};
use crate::lattice::Boundary;

/// The projections that show what stands over `from..to` within the full period: of a line, and of what does
/// not reach over the seam, the one of the scene.
pub(super) fn images(scene: &BulkScene<'_>, [from, to]: [f64; 2]) -> Vec<Projection> {
    let p = scene.projection;
    if !p.chart.is_plane() || scene.boundary == Boundary::Line {
        return vec![p];
    }
    let n = p.sites();
    let touches = 1e-9 * n;
    let shifts = [0.0, -1.0, 1.0, -2.0].into_iter();
    let mut images: Vec<Projection> = shifts
        .filter(|k| from + k * n < n - touches && to + k * n > touches)
        .map(|k| Projection { camera: Camera { translation: p.camera.translation + k, ..p.camera }, ..p })
        .collect();
    if images.is_empty() {
        images.push(p);
    }
    images
}

/// Where the end of an interval is taken hold of: on the cover in the full period, as all that can be selected.
pub(super) fn end_on_page(p: &Projection, x: f64) -> f64 {
    if p.chart.is_plane() && x > p.sites() { x - p.sites() } else { x }
}

/// The string of a curve on the page, on every sheet that the full period meets.
pub(super) fn curve_on_cover(scene: &BulkScene<'_>, curve: &Curve) -> Vec<Vec<Place>> {
    let images = images(scene, curve.bounds().x);
    images.into_iter().map(|p| string_on(&p, curve)).collect()
}

fn string_on(p: &Projection, curve: &Curve) -> Vec<Place> {
    Sight::of(p).trace(curve, |corners| string(&p.sheet(), p.frame, corners))
}

/// The areas that show a wedge on the cover.
pub(super) fn wedge_on_cover(scene: &BulkScene<'_>, outline: &[WedgeSide]) -> Vec<Vec<Place>> {
    let [Some(first), Some(last)] = [outline.first(), outline.last()] else { return Vec::new() };
    let round = last.ends()[1].x - first.ends()[0].x;
    let areas: Vec<_> = if round.abs() < 0.5 * scene.projection.sites() {
        let bounds = outline.iter().map(bounds).fold(Bounds::around([]), |all, side| all.with(&side));
        images(scene, bounds.x).iter().map(|p| plane_outline(p, outline)).collect()
    } else {
        let period = |p: &Projection| opened(&corners(p, outline), round);
        let over = Bounds::around(&period(&scene.projection)).x;
        images(scene, over).iter().map(|p| over_infinity(p, &period(p))).collect()
    };
    areas.into_iter().filter(|area| area.len() > 2).collect()
}

/// A hole on every sheet on which an area can be that it is taken out of.
pub(super) fn hole_on_cover(scene: &BulkScene<'_>, outline: &[WedgeSide]) -> Vec<Vec<Place>> {
    let p = scene.projection;
    let sheets = if scene.boundary == Boundary::Ring { -3..=3 } else { 0..=0 };
    let on = |k: i32| {
        let camera = Camera { translation: p.camera.translation + f64::from(k), ..p.camera };
        plane_outline(&Projection { camera, ..p }, outline)
    };
    sheets.map(on).collect()
}

/// The box around a side of an outline.
fn bounds(side: &WedgeSide) -> Bounds {
    match side {
        WedgeSide::Curve(curve) => curve.bounds(),
        WedgeSide::Rim { .. } | WedgeSide::Wall { .. } => Bounds::around(&side.ends()),
    }
}

/// Curves and ends of the other sides of an outline.
fn corners(p: &Projection, outline: &[WedgeSide]) -> Vec<HalfPlane> {
    let sight = Sight::of(p);
    let mut points: Vec<HalfPlane> = Vec::new();
    for side in outline {
        match side {
            WedgeSide::Curve(curve) => points.extend(sight.corners(curve).iter()),
            WedgeSide::Rim { .. } | WedgeSide::Wall { .. } => points.extend(side.ends()),
        }
    }
    points
}

/// The outline of a wedge that goes around the ring, `round` sites, on its cover: one period of it, opened at its
/// highest point, where nothing is in the way up.
fn opened(points: &[HalfPlane], round: f64) -> Vec<HalfPlane> {
    let highest = (0..points.len()).max_by(|i, j| points[*i].z.total_cmp(&points[*j].z)).unwrap_or(0);
    let rest = points[..=highest].iter().map(|q| q.shifted(round));
    points[highest..].iter().copied().chain(rest).collect()
}

/// One period of a wedge around the ring, closed over the point at infinity.
fn over_infinity(p: &Projection, period: &[HalfPlane]) -> Vec<Place> {
    let sheet = p.sheet();
    let mut area = around_boundary(p, period);
    let (first, last) = (period[0], period[period.len() - 1]);
    if sheet.is_level() {
        let (begin, end) = (area[0], area[area.len() - 1]);
        area.extend([[end[0], p.frame.top], [begin[0], p.frame.top]]);
        return area;
    }
    let top = HIGH * p.sites();
    let up = |q: HalfPlane, t: f64| {
        single(sheet.to_page(HalfPlane { x: q.x, z: q.z.max(FOOT) * (top / q.z.max(FOOT)).powf(t) }))
    };
    area.extend(trace(p.frame, [0.0, 1.0], 6, |t| up(last, t)));
    area.extend(trace(p.frame, [1.0, 0.0], 6, |t| up(first, t)));
    area
}

fn plane_outline(p: &Projection, outline: &[WedgeSide]) -> Vec<Place> {
    let sheet = p.sheet();
    let mut points: Vec<Place> = Vec::with_capacity(512);
    for side in outline {
        match side {
            WedgeSide::Rim { from, to } => {
                let angles = [from, to].map(|x| sheet.view().boundary_angle(*x));
                let pieces = if sheet.is_level() { 1 } else { 6 };
                points.extend(trace(p.frame, angles, pieces, |angle| single(sheet.rim(angle, 0.0))));
            }
            WedgeSide::Wall { from, to, z } => {
                points.extend(horocycle_line(&sheet, p.frame, *z, [*from, *to]));
            }
            WedgeSide::Curve(curve) => points.extend(string_on(p, curve)),
        }
    }
    points
}

/// Height, in periods, at which the vertical sides of an area are joined: at the point at infinity to the eye.
const HIGH: f64 = 1e5;
/// A side that begins on the boundary is followed from this height.
const FOOT: f64 = 0.01;

/// Points joined by geodesics, and along the boundary where both ends of a side are ideal.
fn around_boundary(p: &Projection, points: &[HalfPlane]) -> Vec<Place> {
    let sheet = p.sheet();
    let mut places = Vec::with_capacity(3 * points.len());
    places.extend(points.first().map(|q| single(sheet.to_page(*q))));
    for pair in points.windows(2) {
        let side = if pair.iter().all(|q| q.z <= 0.0) && pair[0].x != pair[1].x {
            let angles = [0, 1].map(|i| sheet.view().boundary_angle(pair[i].x));
            let pieces = if sheet.is_level() { 1 } else { 6 };
            trace(p.frame, angles, pieces, |angle| single(sheet.rim(angle, 0.0)))
        } else {
            string(&sheet, p.frame, pair)
        };
        places.extend(side.into_iter().skip(1));
    }
    places
}
