//! Regions on the picture of the bulk: wedges, cut links, Ryu–Takayanagi curves, arcs with their handles.

use super::bulk::{BAND_BELOW, BulkScene, LINKS_FROM, RegionLook, add_link, arc_steps, horocycle, narrowed};
use super::camera::Projection;
use super::cover::{curve_on_cover, end_on_page, hole_on_cover, images, wedge_on_cover};
use super::keyhole::areas;
use super::page::{Anchor, Face, Figure, Mark, Paint, Place, Stroke};
use super::palette::{Hue, Role};
use super::plane_bulk::link_width;
use super::polyline::{simplify, single, smoothed, trace};
use super::sight::Sight;
use crate::holography::{RegionAnswer, WedgeSide};
use crate::hyperbolic::{Bounds, Curve, Tile};
use crate::network::LinkId;

pub(super) fn draw_wedge(page: &mut Figure, scene: &BulkScene<'_>, answer: &RegionAnswer, hue: Hue) {
    draw_outlines(page, scene, &answer.wedge, Paint::at(Role::Region(hue), 0.14));
}

/// Fills outlines of parts of the bulk.
pub(super) fn draw_outlines(
    page: &mut Figure,
    scene: &BulkScene<'_>,
    outlines: &[Vec<WedgeSide>],
    paint: Paint,
) {
    let plane = scene.projection.chart.is_plane();
    let (mut filled, mut holes) = (Vec::new(), Vec::new());
    for outline in outlines {
        match (plane, is_hole(outline)) {
            (true, true) => holes.extend(hole_on_cover(scene, outline)),
            (true, false) => filled.extend(wedge_on_cover(scene, outline)),
            (false, true) => holes.push(ring_outline(&scene.projection, outline)),
            (false, false) => filled.push(ring_outline(&scene.projection, outline)),
        }
    }
    page.marks.extend(areas(filled, &holes).into_iter().map(|outline| Mark::Area { outline, paint }));
}

/// How far the edge of an area on the ring may be from where it belongs, in points.
const EDGE: f32 = 0.1;

/// Whether an outline is that of a hole: one curve that closes, with what it bounds outside, on its right.
fn is_hole(outline: &[WedgeSide]) -> bool {
    let [WedgeSide::Curve(points)] = outline else { return false };
    let twice: f64 = points.windows(2).map(|w| w[0].x * w[1].z - w[1].x * w[0].z).sum();
    twice > 0.0
}

fn ring_outline(p: &Projection, outline: &[WedgeSide]) -> Vec<Place> {
    let mut points: Vec<Place> = Vec::new();
    for side in outline {
        match side {
            WedgeSide::Rim { from, to } => {
                let steps = arc_steps((to - from).abs() * p.width_per_site(0.0));
                points.extend(
                    (0..=steps).map(|i| p.outside(from + (to - from) * i as f64 / steps as f64, 0.0)),
                );
            }
            WedgeSide::Wall { from, to, z } => points.extend(horocycle(p, *z, *from, *to)),
            WedgeSide::Curve(curve) => points.extend(curve_on_ring(p, curve)),
        }
    }
    // Triangles for a screen cost by the corner; the glowing string and the arc lie over the edges. Not so in the
    // disks, where whole layers are thinner than this.
    simplify(&mut points, EDGE);
    points
}

/// A curve on the ring without the corners that are within a fraction of a point of the one before: of its way
/// through layers that are too small to be seen nothing is left.
fn curve_on_ring(p: &Projection, curve: &Curve) -> Vec<Place> {
    Sight::of(p).trace(curve, |corners| {
        let mut places: Vec<Place> = Vec::with_capacity(512.min(corners.len()));
        for (i, corner) in corners.iter().enumerate() {
            let at = p.to_page(*corner);
            let near = |k: &Place| (k[0] - at[0]).abs() < NEAR && (k[1] - at[1]).abs() < NEAR;
            let is_end = i + 1 == corners.len();
            if is_end || !places.last().is_some_and(near) {
                places.push(at);
            }
        }
        places
    })
}

/// Corners of a curve nearer than this to each other are one.
const NEAR: f32 = 0.15;

/// The links that are cut, with a mark where one of the curves, as they are on the page, crosses each.
pub(super) fn draw_cut_links(
    page: &mut Figure,
    scene: &BulkScene<'_>,
    answer: &RegionAnswer,
    hue: Hue,
    curves: &[Vec<Place>],
) {
    let p = &scene.projection;
    let mapper = p.mapper();
    for link in seen_links(scene, &answer.cut.links) {
        let parent = Tile { layer: link.layer + 1, index: link.block as i64 };
        let Some(child) = parent.child(scene.field, link.slot as usize) else { continue };
        let width = if p.chart.is_plane() {
            link_width(scene, child)
        } else {
            p.width_per_site(child.centre(scene.field).z) * f64::from(link.layer).exp2()
        };
        if width < BAND_BELOW {
            continue;
        }
        // On the cover of a ring, the image that the curve crosses.
        let nodes = (p.ring.sites >> link.layer).max(1) as i64;
        let sheets: &[i64] = if p.chart.is_plane() { &[0, -1, 1] } else { &[0] };
        let mut points = page.places();
        let mut crossing = None;
        for sheet in sheets {
            let moved = |tile: Tile, nodes: i64| Tile { index: tile.index + sheet * nodes, ..tile };
            points.clear();
            add_link(&mapper, scene.field, [moved(child, nodes), moved(parent, nodes / 2)], &mut points);
            crossing = first_crossing(&points, curves);
            if crossing.is_some() {
                break;
            }
        }
        if crossing.is_none() && sheets.len() > 1 {
            points.clear();
            add_link(&mapper, scene.field, [child, parent], &mut points);
        }
        let narrow = narrowed(width);
        // They come as links do, but sooner: from the width on from which tiles are seen.
        let shown = ((width - BAND_BELOW) / LINKS_FROM).clamp(0.0, 1.0) as f32;
        let core = Stroke::solid(Paint::at(Role::CurveCore, 0.75 * shown), 1.5 * narrow * scene.strokes);
        page.line(points, core);
        if let Some((at, along)) = crossing
            && width > TICKS[0]
        {
            let half = 3.5 * narrow * scene.strokes;
            let shown = ((width - TICKS[0]) / (TICKS[1] - TICKS[0])).min(1.0) as f32;
            let paint = Paint::at(Role::Region(hue), shown);
            let tick = Stroke::solid(paint, 3.0 * narrow * scene.strokes);
            let mut ends = page.places();
            ends.extend([-half, half].map(|s| [at[0] + s * along[0], at[1] + s * along[1]]));
            page.line(ends, tick);
        }
    }
}

/// The ticks of cut links appear from this width of their tiles on, and are at full strength at the second.
const TICKS: [f64; 2] = [5.0, 7.0];
/// Links that are looked at one by one.
const FEW: usize = 16;

/// Those of the links of a cut, which are sorted, that may be wide enough to be seen. Cost follows the page: a cut
/// through links that hold nothing may have as many as the boundary.
fn seen_links<'a>(scene: &BulkScene<'_>, mut links: &'a [LinkId]) -> Vec<&'a LinkId> {
    let sight = Sight::of(&scene.projection);
    let mut seen = Vec::new();
    while let Some(first) = links.first() {
        let (layer, rest) = links.split_at(links.partition_point(|link| link.layer == first.layer));
        add_seen_links(scene, &sight, layer, &mut seen);
        links = rest;
    }
    seen
}

/// Those of one layer: none of a range that is too small, or on none of the sheets on the page.
fn add_seen_links<'a>(scene: &BulkScene<'_>, sight: &Sight, links: &'a [LinkId], seen: &mut Vec<&'a LinkId>) {
    let [Some(first), Some(last)] = [links.first(), links.last()] else { return };
    if links.len() <= FEW {
        seen.extend(links);
        return;
    }
    let sides = |link: &LinkId| Tile { layer: link.layer + 1, index: link.block as i64 }.sides(scene.field);
    let (left, right) = (sides(first), sides(last));
    // Children stand at most a tile of their parent's beside it.
    let around =
        Bounds { x: [left.left - left.bottom, right.right + right.bottom], z: [0.5 * left.bottom, left.top] };
    let period = scene.projection.sites();
    let sheets: &[f64] = if scene.projection.chart.is_plane() { &[0.0, -1.0, 1.0] } else { &[0.0] };
    let on = |sheet: &f64| Bounds { x: around.x.map(|x| x + sheet * period), z: around.z };
    if sight.is_smaller(&around, 0.5 * BAND_BELOW as f32)
        || sheets.iter().map(on).all(|b| sight.is_off_page(&b))
    {
        return;
    }
    let (one, other) = links.split_at(links.len() / 2);
    add_seen_links(scene, sight, one, seen);
    add_seen_links(scene, sight, other, seen);
}

/// Where a polyline first crosses one of the curves, and its direction there.
fn first_crossing(link: &[Place], curves: &[Vec<Place>]) -> Option<(Place, Place)> {
    // A curve has hundreds of pieces and a link meets two or three of them: those whose boxes meet its own.
    let range = |axis: usize, of: &[Place]| {
        of.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(l, m), p| (l.min(p[axis]), m.max(p[axis])))
    };
    let around = [range(0, link), range(1, link)];
    let may_meet = |c: &&[Place]| {
        around.iter().enumerate().all(|(axis, &(least, most))| {
            let (low, high) = range(axis, c);
            low <= most && high >= least
        })
    };
    let near = || curves.iter().flat_map(|c| c.windows(2)).filter(may_meet);
    for a in link.windows(2) {
        let d = [a[1][0] - a[0][0], a[1][1] - a[0][1]];
        for c in near() {
            let e = [c[1][0] - c[0][0], c[1][1] - c[0][1]];
            let cross = d[0] * e[1] - d[1] * e[0];
            if cross == 0.0 {
                continue;
            }
            let o = [c[0][0] - a[0][0], c[0][1] - a[0][1]];
            let (t, s) = ((o[0] * e[1] - o[1] * e[0]) / cross, (o[0] * d[1] - o[1] * d[0]) / cross);
            if (0.0..=1.0).contains(&t) && (0.0..=1.0).contains(&s) {
                let length = d[0].hypot(d[1]).max(f32::MIN_POSITIVE);
                return Some(([a[0][0] + t * d[0], a[0][1] + t * d[1]], [d[0] / length, d[1] / length]));
            }
        }
    }
    None
}

/// Curves of more points are waves along links that hold little: they are drawn as they run.
const SMOOTH: usize = 1 << 12;

/// The string of a curve on the page, and on the cover of a ring its images.
pub(super) fn curve_places(scene: &BulkScene<'_>, curve: &Curve) -> Vec<Vec<Place>> {
    let p = &scene.projection;
    let mut images =
        if p.chart.is_plane() { curve_on_cover(scene, curve) } else { vec![curve_on_ring(p, curve)] };
    if curve.len() <= SMOOTH {
        for places in &mut images {
            *places = smoothed(p.frame, std::mem::take(places));
        }
    }
    images
}

/// The glowing strings.
pub(super) fn draw_curves(page: &mut Figure, scene: &BulkScene<'_>, hue: Hue, curves: Vec<Vec<Place>>) {
    for points in curves {
        let hue = Role::Region(hue);
        let halos: &[(Role, f32, f32)] = if scene.dark {
            &[(hue, 14.0, 0.12), (hue, 7.0, 0.35)]
        } else {
            &[(hue, 6.0, 0.25), (Role::Canvas, 5.5, 0.9)]
        };
        for (role, width, opacity) in halos {
            let mut halo = page.places();
            halo.extend_from_slice(&points);
            page.line(halo, Stroke::solid(Paint::at(*role, *opacity), width * scene.strokes));
        }
        let ends = [points.first().copied(), points.last().copied()];
        page.line(points, Stroke::solid(Paint::of(Role::CurveCore), 2.5 * scene.strokes));
        for end in ends.into_iter().flatten() {
            page.dot(end, 3.0 * scene.strokes, Paint::of(Role::CurveCore));
        }
    }
}

/// Distance of a region's arc outside the boundary, in points, to its middle.
pub const ARC_OFFSET: f64 = 7.0;
/// Width of a region's arc.
const ARC_WIDTH: f32 = 6.0;
/// Radius of a handle.
const HANDLE_RADIUS: f32 = 6.0;
/// The least radius of a handle, where an interval is hardly wider than a point.
const SMALLEST_HANDLE: f32 = 3.5;
/// From this angle off the lowest point of the boundary on, in radians, a disk shows what is far away, at infinity.
const FAR: f64 = 0.9 * std::f64::consts::PI;
/// An interval with its ends as near as this, in points, cannot be taken hold of there.
const TOO_NEAR: f32 = 6.0;

fn handles_apart(p: &Projection, [x0, x1]: [f64; 2]) -> f32 {
    let [a, b] = [x0, end_on_page(p, x1)].map(|x| p.outside(x, ARC_OFFSET));
    (a[0] - b[0]).hypot(a[1] - b[1])
}

/// Whether an interval is squeezed into the point at infinity of a chart of the plane, where the handles and letters
/// of all regions that are far away would lie in one heap: it has none there.
pub(super) fn is_at_infinity(p: &Projection, interval: [f64; 2]) -> bool {
    if !p.chart.is_plane() {
        return false;
    }
    let view = p.sheet().view();
    let far = |x: f64| view.boundary_angle(x).abs() > FAR;
    let whole = interval[1] - interval[0] >= p.sites();
    !whole && interval.iter().all(|x| far(*x)) && handles_apart(p, interval) < TOO_NEAR
}

/// Distance of a region's letter outside the boundary.
const LETTER_OFFSET: f64 = 24.0;

pub(super) fn draw_region(page: &mut Figure, scene: &BulkScene<'_>, look: &RegionLook<'_>) {
    let p = &scene.projection;
    let role = Role::Region(look.hue);
    for interval in look.region.intervals() {
        let (x0, x1) = (interval.start as f64, (interval.start + interval.len) as f64);
        for p in images(scene, [x0, x1]) {
            draw_arc(page, scene, &p, look.hue, [x0, x1]);
        }
        let full = look.region.is_full();
        if is_at_infinity(p, [x0, x1]) {
            continue;
        }
        if look.handles && !full {
            // Two that would lie over each other are smaller, so that both are seen.
            let apart = handles_apart(p, [x0, x1]);
            let size = (0.5 * apart - 0.5).clamp(SMALLEST_HANDLE, HANDLE_RADIUS);
            for x in [x0, end_on_page(p, x1)] {
                let rim = Some(Stroke::solid(Paint::of(Role::Canvas), 2.0_f32.min(0.4 * size)));
                let radius = size * scene.strokes.sqrt();
                let centre = p.outside(x, ARC_OFFSET);
                page.marks.push(Mark::Disc { centre, radius, fill: Some(Paint::of(role)), rim });
            }
        }
        let letter = match look.hue {
            Hue::A => "A",
            Hue::B => "B",
            Hue::C => "C",
        };
        page.styled_text(letter_place(p, [x0, x1]), letter, 14.0, Face::SemiBold, role, Anchor::Middle);
    }
}

/// Half the width of a region's letter, generously.
const LETTER: f32 = 9.0;

/// Where the letter of an interval stands: outside its middle, or as near to that as there is room on the page.
pub(super) fn letter_place(p: &Projection, [x0, x1]: [f64; 2]) -> Place {
    let at = |share: f64| p.outside((x0 + share * (x1 - x0)).rem_euclid(p.sites()), LETTER_OFFSET);
    let middle = at(0.5);
    if p.frame.has_room_at(middle, LETTER) {
        return middle;
    }
    // Steps of 1/64 to both sides: hardly more than a letter on the longest arc of a page.
    (1..32)
        .flat_map(|i| [0.5 - f64::from(i) / 64.0, 0.5 + f64::from(i) / 64.0])
        .map(at)
        .find(|place| p.frame.has_room_at(*place, LETTER))
        .unwrap_or(middle)
}

/// The parts of an interval of the boundary that the frame shows, at a distance outside it: a dashed arc that
/// runs far outside would be thousands of dashes that nobody sees.
fn arcs(p: &Projection, x0: f64, x1: f64, offset: f64) -> Vec<Vec<Place>> {
    if p.chart.is_plane() {
        let sheet = p.sheet();
        let pieces = if sheet.is_level() { 1 } else { 6 };
        let parts = sheet.rim_parts(x0, x1, p.frame, 40.0).into_iter();
        return parts
            .map(|angles| trace(p.frame, angles, pieces, |angle| single(sheet.rim(angle, offset))))
            .collect();
    }
    let [from, to] = p.visible_x(40.0);
    let parts = if to - from >= p.sites() {
        vec![(x0, x1)]
    } else {
        [-1.0, 0.0, 1.0, 2.0]
            .into_iter()
            .map(|k| ((from + k * p.sites()).max(x0), (to + k * p.sites()).min(x1)))
            .filter(|(a, b)| a < b)
            .collect()
    };
    parts
        .into_iter()
        .map(|(x0, x1)| {
            let steps = arc_steps((x1 - x0) * p.width_per_site(0.0)).max(2);
            (0..=steps).map(|i| p.outside(x0 + (x1 - x0) * i as f64 / steps as f64, offset)).collect()
        })
        .collect()
}

/// Draws the arc of a region from x0 to x1. Regions differ without colour too: A solid, B double, C dotted.
fn draw_arc(page: &mut Figure, scene: &BulkScene<'_>, p: &Projection, hue: Hue, [x0, x1]: [f64; 2]) {
    let role = Role::Region(hue);
    let mut arc = |offset: f64, stroke: Stroke| {
        for points in arcs(p, x0, x1, offset) {
            page.line(points, stroke);
        }
    };
    match hue {
        Hue::A => arc(ARC_OFFSET, Stroke::solid(Paint::of(role), ARC_WIDTH * scene.strokes)),
        Hue::B => {
            for side in [-2.0, 2.0] {
                arc(ARC_OFFSET + side, Stroke::solid(Paint::of(role), 2.0 * scene.strokes));
            }
        }
        Hue::C => arc(ARC_OFFSET, Stroke::dashed(Paint::of(role), ARC_WIDTH * scene.strokes, 3.0, 4.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::camera::{Camera, ChartKind, Frame};
    use super::*;
    use crate::hyperbolic::RingRadius;

    #[test]
    fn no_letter_is_set_under_the_depth_ladder_of_a_narrow_canvas_nor_off_the_page() {
        let frame = Frame { covered: 36.0, ..Frame::page(420.0, 700.0) };
        for chart in ChartKind::ALL {
            let home = Projection::new(chart, RingRadius::Balanced, 64, Camera::HOME, frame);
            for start in 0..64 {
                // An eighth of the boundary is longer than the strip is high where the disk is beneath it.
                let ends = [f64::from(start), f64::from(start) + 8.0];
                let middle = home.outside((ends[0] + 4.0).rem_euclid(64.0), LETTER_OFFSET);
                let place = letter_place(&home, ends);
                assert!(!frame.has_room_at(middle, LETTER) || place == middle);
                let free = (0..=64).any(|i| {
                    let x = ends[0] + 0.02 + 0.96 * f64::from(i) / 8.0;
                    x < ends[1] && frame.has_room_at(home.outside(x.rem_euclid(64.0), LETTER_OFFSET), LETTER)
                });
                assert!(!free || frame.has_room_at(place, LETTER), "{chart:?} {start}: {place:?}");
            }
        }
        // Magnified, with the middle of a long interval off the page, it stands at the part that is seen.
        let home = Projection::new(ChartKind::Ring, RingRadius::Balanced, 64, Camera::HOME, frame);
        let about = home.outside(2.0, 0.0);
        let near = Projection { camera: home.zoomed(about, 3.0), ..home };
        assert!(!frame.has_room_at(near.outside(16.0, LETTER_OFFSET), LETTER));
        assert!(frame.has_room_at(letter_place(&near, [0.0, 32.0]), LETTER));
    }
}
