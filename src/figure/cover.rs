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
pub(super) fn images(
    scene: &BulkScene<'_>,
    [from, to]: [f64; 2],
) -> impl Iterator<Item = Projection> + use<> {
    let p = scene.projection;
    // No list: this is asked many times a frame.
    let mut images = [None; 4];
    if p.chart.is_plane() && scene.boundary == Boundary::Ring {
        let n = p.sites();
        let touches = 1e-9 * n;
        for (image, k) in images.iter_mut().zip([0.0, -1.0, 1.0, -2.0]) {
            let camera = Camera { translation: p.camera.translation + k, ..p.camera };
            let meets = from + k * n < n - touches && to + k * n > touches;
            *image = meets.then_some(Projection { camera, ..p });
        }
    }
    if images.iter().all(Option::is_none) {
        images[0] = Some(p);
    }
    images.into_iter().flatten()
}

/// Where the end of an interval is taken hold of: on the cover in the full period, as all that can be selected.
pub(super) fn end_on_page(p: &Projection, x: f64) -> f64 {
    if p.chart.is_plane() && x > p.sites() { x - p.sites() } else { x }
}

/// The string of a curve on the page, on every sheet that the full period meets.
pub(super) fn curve_on_cover(scene: &BulkScene<'_>, curve: &Curve) -> Vec<Vec<Place>> {
    let images = images(scene, curve.bounds().x);
    images.map(|p| string_on(&p, curve)).collect()
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
        images(scene, bounds.x).map(|p| plane_outline(&p, outline)).collect()
    } else {
        vec![over_infinity(&scene.projection, &around(&scene.projection, outline, round))]
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

/// Sheets of the cover to either side on which a wedge that goes around the ring is filled: any end of it within sight
/// would be an edge where the wedge has none.
const ROUNDS: i32 = 3;

/// The outline of a wedge that goes around the ring, `round` sites, on so many sheets of its cover as one line.
fn around(p: &Projection, outline: &[WedgeSide], round: f64) -> Vec<HalfPlane> {
    let sheets = (-ROUNDS..=ROUNDS).map(|k| if round > 0.0 { k } else { -k });
    let on = |k: i32| {
        let k = f64::from(k);
        let camera = Camera { translation: p.camera.translation + k, ..p.camera };
        let period = opened(&corners(&Projection { camera, ..*p }, outline), round);
        period.into_iter().map(move |q| q.shifted(k * p.sites()))
    };
    sheets.flat_map(on).collect()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::bulk::{RegionLook, draw_bulk};
    use crate::figure::camera::{ChartKind, Frame};
    use crate::figure::page::{Figure, Mark};
    use crate::figure::{Hue, Looks, Role};
    use crate::holography::{BulkNetwork, CapacitySource, Overlays, RegionAnswer};
    use crate::hyperbolic::RingRadius;
    use crate::lattice::ReceptiveField;
    use crate::network::{CutSolver, Geometry, MaxFlow, Region, Thread, threads};

    const FRAME: Frame = Frame::page(1000.0, 700.0);
    const SITES: u64 = 256;

    fn projection(chart: ChartKind) -> Projection {
        Projection::new(chart, RingRadius::Balanced, SITES, Camera::HOME, FRAME)
    }

    /// The marks in the hue of a region, with something laid over it.
    fn drawn(chart: ChartKind, region: &str, overlays: Overlays) -> Vec<Mark> {
        let (field, boundary) = (ReceptiveField::Three, Boundary::Ring);
        let geometry = Geometry::new(8, boundary, field, 8).unwrap();
        let network = BulkNetwork::new(geometry, CapacitySource::Unit).unwrap().network;
        let region = Region::parse(region, SITES, boundary).unwrap();
        let answer = RegionAnswer::with_overlays(&mut CutSolver::new(network.clone()), &region, overlays);
        let flow = MaxFlow::new(&network).unwrap().certificate(&answer.cut).unwrap();
        let threads: Vec<Thread> = threads(&flow, &region);
        let look = RegionLook {
            hue: Hue::A,
            region: &region,
            answer: Some(&answer),
            threads: &threads,
            handles: false,
        };
        let scene = BulkScene {
            projection: projection(chart),
            field,
            boundary,
            depth: 8,
            layers: &[],
            regions: &[look],
            spins: &[],
            wall: None,
            lit_layer: None,
            overlays,
            looks: Looks::PLAIN,
            strokes: 1.0,
            dark: true,
        };
        let mut page = Figure::new(FRAME.width, FRAME.height);
        draw_bulk(&mut page, &scene);
        let of_region = |mark: &Mark| match mark {
            Mark::Line { stroke, .. } => stroke.paint.role == Role::Region(Hue::A),
            Mark::Area { paint, .. } => paint.role == Role::Region(Hue::A),
            _ => false,
        };
        page.marks.into_iter().filter(of_region).collect()
    }

    /// Whether a thin line of the region comes down to the boundary there.
    fn stands_at(chart: ChartKind, marks: &[Mark], x: f64) -> bool {
        let foot = projection(chart).to_page(HalfPlane { x, z: 0.0 });
        marks.iter().any(|mark| match mark {
            Mark::Line { points, stroke, .. } if stroke.width < 1.5 => {
                // A thread begins in the middle of its site.
                points.iter().any(|q| (q[0] - foot[0]).hypot(q[1] - foot[1]) < 3.0)
            }
            _ => false,
        })
    }

    const PLANES: [ChartKind; 3] = [ChartKind::HalfPlane, ChartKind::Poincare, ChartKind::Klein];

    #[test]
    fn the_cone_has_both_of_its_flanks_on_the_cover() {
        for chart in PLANES {
            let marks = drawn(chart, "40..88", Overlays { cone: true, ..Overlays::NONE });
            assert!([40.0, 88.0].iter().all(|x| stands_at(chart, &marks, *x)), "{chart:?}");
        }
    }

    #[test]
    fn threads_stand_at_both_arcs_of_a_region_over_the_seam() {
        for chart in PLANES {
            let marks = drawn(chart, "240..280", Overlays { threads: true, ..Overlays::NONE });
            // The outermost sites have one each: from the left copy, and from the right one.
            for x in [-15.5, 23.5, 240.5, 279.5] {
                assert!(stands_at(chart, &marks, x), "{chart:?}: none at {x}");
            }
        }
    }

    #[test]
    fn the_geodesic_over_the_seam_stands_on_both_sides_of_the_period() {
        for chart in PLANES {
            let marks = drawn(chart, "40..220", Overlays { geodesics: true, ..Overlays::NONE });
            assert!([-36.0, 40.0, 220.0, 296.0].iter().all(|x| stands_at(chart, &marks, *x)), "{chart:?}");
        }
    }

    #[test]
    fn a_wedge_around_the_ring_has_no_edge_within_sight() {
        let marks = drawn(ChartKind::HalfPlane, "40..220", Overlays::NONE);
        let area = marks.iter().find_map(|mark| match mark {
            Mark::Area { outline, .. } => Some(outline),
            _ => None,
        });
        let range = area
            .unwrap()
            .iter()
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(l, m), q| (l.min(q[0]), m.max(q[0])));
        assert!(range.0 < 0.0 && range.1 > FRAME.width, "{range:?}");
    }
}
