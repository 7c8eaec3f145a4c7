//! Regions on the picture of the bulk: wedges, cut links, Ryu–Takayanagi curves, arcs with their handles.

use super::bulk::{BAND_BELOW, BulkScene, RegionLook, arc_steps, horocycle, link_points};
use super::camera::{ChartKind, Projection};
use super::page::{Anchor, Face, Figure, Mark, Paint, Place, Stroke};
use super::palette::{Hue, Role};
use crate::holography::{RegionAnswer, WedgeSide};
use crate::hyperbolic::{HalfPlane, Tile};

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
    let p = &scene.projection;
    for outline in outlines {
        let around = if p.chart == ChartKind::HalfPlane { around_the_ring(p, outline) } else { None };
        if let Some(outline) = around {
            page.marks.push(Mark::Area { outline, paint });
            continue;
        }
        let mut points: Vec<Place> = Vec::new();
        for side in outline {
            match side {
                WedgeSide::Rim { from, to } => {
                    let steps = match p.chart {
                        ChartKind::HalfPlane => 1,
                        ChartKind::Ring => arc_steps((to - from).abs() * p.width_per_site(0.0)),
                    };
                    points.extend(
                        (0..=steps).map(|i| p.outside(from + (to - from) * i as f64 / steps as f64, 0.0)),
                    );
                }
                WedgeSide::Wall { from, to, z } => points.extend(horocycle(p, *z, *from, *to)),
                WedgeSide::Curve(curve) => points.extend(curve.iter().map(|q| p.to_page(*q))),
            }
        }
        if points.len() > 2 {
            page.marks.push(Mark::Area { outline: points, paint });
        }
    }
}

/// The outline of a wedge that goes around the ring, on its cover: one period of it, opened at its highest
/// point, where nothing is in the way up, and closed over the top of the frame. `None` for any other.
fn around_the_ring(p: &Projection, outline: &[WedgeSide]) -> Option<Vec<Place>> {
    let mut points: Vec<HalfPlane> = Vec::new();
    for side in outline {
        match side {
            WedgeSide::Curve(curve) => points.extend(curve),
            WedgeSide::Rim { .. } | WedgeSide::Wall { .. } => points.extend(side.ends()),
        }
    }
    let round = points.last()?.x - points.first()?.x;
    if round.abs() < 0.5 * p.sites() {
        return None;
    }
    let highest = (0..points.len()).max_by(|i, j| points[*i].z.total_cmp(&points[*j].z))?;
    let period = points[highest..].iter().copied().chain(points[..=highest].iter().map(|q| q.shifted(round)));
    let mut area: Vec<Place> = period.map(|q| p.to_page(q)).collect();
    let (first, last) = (area[0], area[area.len() - 1]);
    area.extend([[last[0], p.frame.top], [first[0], p.frame.top]]);
    Some(area)
}

pub(super) fn draw_cut_links(page: &mut Figure, scene: &BulkScene<'_>, answer: &RegionAnswer, hue: Hue) {
    let p = &scene.projection;
    let curves: Vec<Vec<Place>> =
        answer.curves.iter().map(|c| c.iter().map(|q| p.to_page(*q)).collect()).collect();
    for link in &answer.cut.links {
        let parent = Tile { layer: link.layer + 1, index: link.block as i64 };
        let Some(child) = parent.child(scene.field, link.slot as usize) else { continue };
        let width = p.width_per_site(child.centre(scene.field).z) * f64::from(link.layer).exp2();
        if width < BAND_BELOW {
            continue;
        }
        // On the cover of a ring, the image that the curve crosses.
        let nodes = (p.ring.sites >> link.layer).max(1) as i64;
        let sheets: &[i64] = if p.chart == ChartKind::HalfPlane { &[0, -1, 1] } else { &[0] };
        let images = sheets.iter().map(|sheet| {
            let moved = |tile: Tile, nodes: i64| Tile { index: tile.index + sheet * nodes, ..tile };
            link_points(scene, moved(child, nodes), moved(parent, nodes / 2))
        });
        let images: Vec<Vec<Place>> = images.collect();
        let crossed = images.iter().position(|points| first_crossing(points, &curves).is_some());
        let points = images.into_iter().nth(crossed.unwrap_or(0)).unwrap_or_default();
        let narrow = if width < 12.0 { 0.6 } else { 1.0 };
        let core = Stroke::solid(Paint::at(Role::CurveCore, 0.75), 1.5 * narrow * scene.strokes);
        if let Some((at, along)) = first_crossing(&points, &curves)
            && width >= 6.0
        {
            let half = 3.5 * narrow * scene.strokes;
            let tick = Stroke::solid(Paint::of(Role::Region(hue)), 3.0 * narrow * scene.strokes);
            let ends = [-half, half].map(|s| [at[0] + s * along[0], at[1] + s * along[1]]);
            page.line(points, core);
            page.line(ends.to_vec(), tick);
            continue;
        }
        page.line(points, core);
    }
}

/// Where a polyline first crosses one of the curves, and its direction there.
fn first_crossing(link: &[Place], curves: &[Vec<Place>]) -> Option<(Place, Place)> {
    for a in link.windows(2) {
        let d = [a[1][0] - a[0][0], a[1][1] - a[0][1]];
        for c in curves.iter().flat_map(|c| c.windows(2)) {
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

pub(super) fn draw_curves(page: &mut Figure, scene: &BulkScene<'_>, answer: &RegionAnswer, hue: Hue) {
    let p = &scene.projection;
    for curve in &answer.curves {
        let mut points: Vec<Place> = Vec::with_capacity(curve.len() + 2);
        points.extend(curve.iter().map(|q| p.to_page(*q)));
        let hue = Role::Region(hue);
        let halos: &[(Role, f32, f32)] = if scene.dark {
            &[(hue, 14.0, 0.12), (hue, 7.0, 0.35)]
        } else {
            &[(hue, 6.0, 0.25), (Role::Canvas, 5.5, 0.9)]
        };
        for (role, width, opacity) in halos {
            page.line(points.clone(), Stroke::solid(Paint::at(*role, *opacity), width * scene.strokes));
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
/// Distance of a region's letter outside the boundary.
const LETTER_OFFSET: f64 = 24.0;

pub(super) fn draw_region(page: &mut Figure, scene: &BulkScene<'_>, look: &RegionLook<'_>) {
    let p = &scene.projection;
    let role = Role::Region(look.hue);
    for interval in look.region.intervals() {
        let (x0, x1) = (interval.start as f64, (interval.start + interval.len) as f64);
        for (x0, x1) in seen_parts(p, x0, x1) {
            draw_arc(page, scene, look.hue, x0, x1);
        }
        let full = look.region.is_full();
        if look.handles && !full {
            for x in [x0, x1] {
                let rim = Some(Stroke::solid(Paint::of(Role::Canvas), 2.0));
                let radius = HANDLE_RADIUS * scene.strokes.sqrt();
                let centre = p.outside(x, ARC_OFFSET);
                page.marks.push(Mark::Disc { centre, radius, fill: Some(Paint::of(role)), rim });
            }
        }
        let letter = match look.hue {
            Hue::A => "A",
            Hue::B => "B",
            Hue::C => "C",
        };
        page.styled_text(
            p.outside(0.5 * (x0 + x1), LETTER_OFFSET),
            letter,
            14.0,
            Face::SemiBold,
            role,
            Anchor::Middle,
        );
    }
}

/// The parts of an interval of the boundary that the frame shows: a dashed arc that runs far outside it
/// would be thousands of dashes that nobody sees.
fn seen_parts(p: &Projection, x0: f64, x1: f64) -> Vec<(f64, f64)> {
    let [from, to] = p.visible_x(40.0);
    let periods: &[f64] = match p.chart {
        ChartKind::HalfPlane => &[0.0],
        ChartKind::Ring if to - from >= p.sites() => return vec![(x0, x1)],
        ChartKind::Ring => &[-1.0, 0.0, 1.0, 2.0],
    };
    periods
        .iter()
        .map(|k| ((from + k * p.sites()).max(x0), (to + k * p.sites()).min(x1)))
        .filter(|(a, b)| a < b)
        .collect()
}

/// Draws the arc of a region from x0 to x1. Regions differ without colour too: A solid, B double, C dotted.
fn draw_arc(page: &mut Figure, scene: &BulkScene<'_>, hue: Hue, x0: f64, x1: f64) {
    let p = &scene.projection;
    let role = Role::Region(hue);
    let arc = |offset: f64| -> Vec<Place> {
        let steps = match p.chart {
            ChartKind::HalfPlane => 1,
            ChartKind::Ring => arc_steps((x1 - x0) * p.width_per_site(0.0)).max(2),
        };
        (0..=steps).map(|i| p.outside(x0 + (x1 - x0) * i as f64 / steps as f64, offset)).collect()
    };
    match hue {
        Hue::A => page.line(arc(ARC_OFFSET), Stroke::solid(Paint::of(role), ARC_WIDTH * scene.strokes)),
        Hue::B => {
            for side in [-2.0, 2.0] {
                page.line(arc(ARC_OFFSET + side), Stroke::solid(Paint::of(role), 2.0 * scene.strokes));
            }
        }
        Hue::C => {
            let dotted = Stroke::dashed(Paint::of(role), ARC_WIDTH * scene.strokes, 3.0, 4.0);
            page.line(arc(ARC_OFFSET), dotted);
        }
    }
}
