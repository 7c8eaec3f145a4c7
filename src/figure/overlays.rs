//! What is laid over a region's wedge: the band of equal cuts, the causal cone, bit threads, ideal geodesics.
//!
//! All of it costs what is seen of it: points closer than a pixel are one, lines end where the frame does.

use super::beads::{Track, Tracks, draw_still};
use super::bulk::{BulkScene, RegionLook};
use super::camera::{Mapper, Projection};
use super::chart::clip;
use super::cover::{curve_on_cover, images};
use super::page::{Figure, Paint, Place, Stroke};
use super::palette::{Hue, Role};
use super::regions::draw_outlines;
use crate::holography::RegionAnswer;
use crate::hyperbolic::{Curve, HalfPlane, IdealGeodesic, Tile, point_between};
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::Thread;
use std::sync::OnceLock;

/// How many bit threads there are, and how many of them can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ThreadCount {
    /// Inside the frame and longer than a pixel.
    pub drawn: usize,
    /// All.
    pub all: usize,
}

impl std::ops::Add for ThreadCount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { drawn: self.drawn + other.drawn, all: self.all + other.all }
    }
}

impl ThreadCount {
    /// "34 bit threads", or how many of them are drawn; nothing if there are none.
    #[must_use]
    pub fn words(self) -> Option<String> {
        match self {
            Self { all: 0, .. } => None,
            Self { drawn, all } if drawn == all => Some(format!("{all} bit threads")),
            Self { drawn, all } => Some(format!("{drawn} of {all} bit threads in sight")),
        }
    }
}

/// Points closer than this to the last one kept are left out.
const PIXEL: f32 = 0.7;
/// How far a chord of a drawn curve may leave it, in points.
const SAGITTA: f64 = 0.2;
/// Halvings of a curve at most: then it is known to 2⁻⁴⁰ of its length.
const MOST_HALVINGS: u32 = 40;
/// Lines are drawn this far outside the frame, in points.
const MARGIN: f64 = 8.0;

/// The band between two minimum cuts.
pub(super) fn draw_ties(page: &mut Figure, scene: &BulkScene<'_>, answer: &RegionAnswer, hue: Hue) {
    draw_outlines(page, scene, &answer.ties, Paint::at(Role::Region(hue), 0.10));
}

/// The causal cone: a dotted line, no fill.
pub(super) fn draw_cone(page: &mut Figure, scene: &BulkScene<'_>, curves: &[Curve], hue: Hue) {
    let dots = Stroke::dashed(Paint::at(Role::Region(hue), 0.9), 1.2 * scene.strokes, 1.2, 3.2);
    let p = &scene.projection;
    for curve in curves {
        if p.chart.is_plane() {
            for points in curve_on_cover(scene, curve) {
                draw_seen(page, p, &points, dots);
                page.give_back(points);
            }
            continue;
        }
        let mut points = page.places();
        points.extend(curve.iter().map(|q| p.to_page(*q)));
        draw_seen(page, p, &points, dots);
        page.give_back(points);
    }
}

/// The ideal geodesic of each interval, on a ring the one of the shorter way round.
pub(super) fn draw_geodesics(page: &mut Figure, scene: &BulkScene<'_>, look: &RegionLook<'_>) {
    if look.region.is_full() {
        return;
    }
    let stroke = Stroke::dashed(Paint::at(Role::Region(look.hue), 0.8), scene.strokes, 5.0, 4.0);
    let n = scene.projection.sites();
    for interval in look.region.intervals() {
        let (start, end) = (interval.start as f64, (interval.start + interval.len) as f64);
        let (left, right) = match scene.boundary {
            Boundary::Ring if 2.0 * (end - start) > n => (end, start + n),
            _ => (start, end),
        };
        for p in images(scene, [left, right]) {
            let mut points = page.places();
            add_half_circle(&p, left, right, &mut points);
            draw_seen(page, &p, &points, stroke);
            page.give_back(points);
        }
    }
}

/// Adds the half circle between two boundary points, as finely as the page shows it.
fn add_half_circle(p: &Projection, left: f64, right: f64, points: &mut Vec<Place>) {
    let IdealGeodesic::HalfCircle { centre, radius } = IdealGeodesic::between(left, right) else { return };
    // By length s along it, x = c + R tanh s and z = R / cosh s: even where layers are evenly wide, as in the
    // even ring, no part is coarse. Feet are at z below a hundredth of a site.
    let mapper = p.mapper();
    let point = |s: f64| mapper.to_page(HalfPlane { x: centre + radius * s.tanh(), z: radius / s.cosh() });
    let end = (100.0 * radius).max(2.0).acosh();
    points.push(mapper.to_page(HalfPlane { x: left, z: 0.0 }));
    let pieces = 16;
    let s = |i: i32| end * (2.0 * f64::from(i) / f64::from(pieces) - 1.0);
    let mut begin = point(s(0));
    points.push(begin);
    for i in 0..pieces {
        let end = point(s(i + 1));
        refine(p, &point, [s(i), s(i + 1)], [begin, end], MOST_HALVINGS, points);
        begin = end;
    }
    points.push(mapper.to_page(HalfPlane { x: right, z: 0.0 }));
}

/// Adds the points of a curve between two parameters, the first left out, halving where it is seen to bend.
fn refine(
    p: &Projection,
    point: &impl Fn(f64) -> Place,
    [from, to]: [f64; 2],
    [begin, end]: [Place; 2],
    halvings: u32,
    points: &mut Vec<Place>,
) {
    let middle = 0.5 * (from + to);
    let middle_at = point(middle);
    let [a, m, b] = [begin, middle_at, end].map(|p| p.map(f64::from));
    let off = [m[0] - 0.5 * (a[0] + b[0]), m[1] - 0.5 * (a[1] + b[1])];
    let bends = off[0].hypot(off[1]) > SAGITTA;
    if bends && halvings > 0 && may_be_seen(p, &[a, m, b]) {
        refine(p, point, [from, middle], [begin, middle_at], halvings - 1, points);
        refine(p, point, [middle, to], [middle_at, end], halvings - 1, points);
    } else {
        points.push(end);
    }
}

/// Whether the box around some places, widened by its own size, meets the frame.
fn may_be_seen(p: &Projection, places: &[[f64; 2]]) -> bool {
    let f = p.frame;
    let sides = [(f.left, f.width), (f.top, f.height)];
    sides.iter().enumerate().all(|(axis, &(from, size))| {
        let (least, most) = places
            .iter()
            .map(|place| place[axis])
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(l, m), x| (l.min(x), m.max(x)));
        let wider = most - least + MARGIN;
        least - wider <= f64::from(from + size) && most + wider >= f64::from(from)
    })
}

/// How far a thread runs beside the links it takes, at most, in points and as a share of its tiles' width.
const BESIDE: [f64; 2] = [3.0, 0.12];

/// The flow of a region's cut, path by path, on every sheet of the cover on which the arc of its interval is drawn. The
/// ways of the threads on the page are added to `tracks`; those that are dots there are left out.
pub(super) fn draw_threads(
    page: &mut Figure,
    scene: &BulkScene<'_>,
    look: &RegionLook<'_>,
    tracks: &mut Tracks,
) -> ThreadCount {
    let stroke = Stroke::solid(Paint::at(Role::Region(look.hue), 0.55), scene.strokes);
    let begin = tracks.len();
    let sites = look.region.sites();
    let mut path = Vec::new();
    let mut drawn = 0;
    for interval in look.region.intervals() {
        let images = || images(scene, [interval.start as f64, (interval.start + interval.len) as f64]);
        let begins_here = |thread: &&Thread| (thread.site + sites - interval.start) % sites < interval.len;
        for thread in look.threads.iter().filter(begins_here) {
            let site = if thread.site < interval.start { thread.site + sites } else { thread.site };
            let mut seen = false;
            for p in images() {
                let mapper = p.mapper();
                if let Some(track) =
                    add_track(&mapper, thread, scene.field, (site, look.hue), &mut path, tracks)
                {
                    seen |= draw_seen(page, &p, &track.places, stroke);
                }
            }
            drawn += usize::from(seen);
        }
    }
    if scene.looks.still_beads {
        draw_still(page, &tracks[begin..], look.hue, scene.strokes);
    }
    ThreadCount { drawn, all: look.threads.len() }
}

/// Adds the way of a bit thread on the page; none if it is a dot there. `path` is room to work in.
fn add_track<'a>(
    mapper: &Mapper,
    thread: &Thread,
    field: ReceptiveField,
    (site, hue): (u64, Hue),
    path: &mut Vec<OnThread>,
    tracks: &'a mut Tracks,
) -> Option<&'a Track> {
    path.clear();
    add_thread(mapper, thread, field, site as i64, path);
    move_beside(path);
    let track = tracks.next(hue);
    thin(path, &mut track.places);
    if track.places.len() < 2 {
        tracks.drop_last();
        return None;
    }
    tracks.last()
}

/// A place of a thread on the page, and the width there of its tile.
type OnThread = (Place, f64);

/// Adds a thread from boundary to boundary; x unwrapped from its first site on.
///
/// It crosses every link in the middle and rounds the corners at the nodes: on a link that is cut it is where the
/// curve is.
fn add_thread(mapper: &Mapper, thread: &Thread, field: ReceptiveField, site: i64, path: &mut Vec<OnThread>) {
    let corners = Corners::of(field);
    let mut tile = Tile { layer: 0, index: site };
    // Tiles at height z are between z/2 and z wide.
    let mut push = |q: HalfPlane, width: f64| path.push((mapper.to_page(q), width));
    let foot = |tile: Tile| HalfPlane { x: tile.centre(field).x, z: 0.0 };
    let node = tile.centre(field);
    push(foot(tile), 0.0);
    push(node, mapper.unit(node));
    let mut came = Step::Begin;
    for link in &thread.links {
        let slot = i64::from(link.slot);
        let goes = if link.layer == tile.layer { Step::Up(link.slot) } else { Step::Down(link.slot) };
        let node = tile.centre(field);
        let (width, unit) = (mapper.unit(node), f64::from(tile.layer).exp2());
        // Corners of tiles that are hardly seen have no shape.
        let every = match width {
            w if w < 2.0 => ROUNDING,
            w if w < 8.0 => ROUNDING / 2,
            w if w < 16.0 => ROUNDING / 4,
            _ => 1,
        };
        for q in corners.between(came, goes).iter().skip(every - 1).step_by(every) {
            push(HalfPlane { x: node.x + unit * q.x, z: unit * q.z }, width);
        }
        // Up: block j sees 2j + first offset + slot.
        tile = match goes {
            Step::Down(_) => Tile { layer: link.layer, index: 2 * tile.index + field.first_offset() + slot },
            _ => Tile {
                layer: tile.layer + 1,
                index: (tile.index - field.first_offset() - slot).div_euclid(2),
            },
        };
        came = goes;
    }
    let node = tile.centre(field);
    push(node, mapper.unit(node));
    push(foot(tile), 0.0);
}

/// How a thread comes to a tile or leaves it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// It begins in the tile.
    Begin,
    /// From a child in this slot to its parent.
    Up(u8),
    /// From a parent to its child in this slot.
    Down(u8),
}

impl Step {
    const KINDS: usize = 1 + 2 * Self::SLOTS;
    const SLOTS: usize = 4;

    fn number(self) -> usize {
        match self {
            Self::Begin => 0,
            Self::Up(slot) => 1 + slot as usize,
            Self::Down(slot) => 1 + Self::SLOTS + slot as usize,
        }
    }

    fn all() -> impl Iterator<Item = Self> {
        let slots = 0..Self::SLOTS as u8;
        std::iter::once(Self::Begin).chain(slots.clone().map(Self::Up)).chain(slots.map(Self::Down))
    }
}

/// Pieces of a rounded corner.
const ROUNDING: usize = 8;

/// The rounded corners of threads at a node. In every layer they are the same curves, moved and scaled: x is counted
/// from the node, in widths of its tile, z likewise.
struct Corners(Vec<[HalfPlane; ROUNDING]>);

impl Corners {
    /// Those of a receptive field, worked out once.
    fn of(field: ReceptiveField) -> &'static Self {
        static KNOWN: [OnceLock<Corners>; 3] = [const { OnceLock::new() }; 3];
        let number = ReceptiveField::ALL.iter().position(|f| *f == field).unwrap_or_default();
        KNOWN[number].get_or_init(|| Self::new(field))
    }

    fn new(field: ReceptiveField) -> Self {
        let tile = Tile { layer: 1, index: 0 };
        let node = |tile: Tile| {
            let HalfPlane { x, z } = tile.centre(field);
            HalfPlane { x: 0.5 * x, z: 0.5 * z }
        };
        // Where a neighbour stands from the node of the tile between.
        let parent = |slot: u8| {
            let above = Tile { layer: 2, index: 0 };
            let child = above.child(field, slot as usize).unwrap_or(tile);
            node(above).shifted(-node(child).x)
        };
        let child = |slot: u8| node(tile.child(field, slot as usize).unwrap_or(tile)).shifted(-node(tile).x);
        let here = node(tile).shifted(-node(tile).x);
        let corner = |came: Step, goes: Step| {
            let from = match came {
                Step::Begin => here,
                Step::Up(slot) => point_between(child(slot), here, 0.5),
                Step::Down(slot) => point_between(parent(slot), here, 0.5),
            };
            let to = match goes {
                Step::Begin => here,
                Step::Up(slot) => parent(slot),
                Step::Down(slot) => child(slot),
            };
            let middle = point_between(here, to, 0.5);
            // De Casteljau's construction, with geodesics for straight lines.
            std::array::from_fn(|i| {
                let t = (i + 1) as f64 / ROUNDING as f64;
                point_between(point_between(from, here, t), point_between(here, middle, t), t)
            })
        };
        Self(
            Step::all()
                .flat_map(|came| Step::all().map(move |goes| (came, goes)))
                .map(|(c, g)| corner(c, g))
                .collect(),
        )
    }

    fn between(&self, came: Step, goes: Step) -> &[HalfPlane; ROUNDING] {
        &self.0[came.number() * Step::KINDS + goes.number()]
    }
}

/// Moves a path on the page a little to its right: links have their own line.
fn move_beside(path: &mut [OnThread]) {
    let mut before = path.first().map_or([0.0; 2], |(at, _)| *at);
    for i in 0..path.len() {
        let (at, width) = path[i];
        let after = path[(i + 1).min(path.len() - 1)].0;
        let step = [after[0] - before[0], after[1] - before[1]].map(f64::from);
        let length = (step[0] * step[0] + step[1] * step[1]).sqrt().max(1e-6);
        let off = BESIDE[0].min(BESIDE[1] * width) / length;
        path[i].0 = [at[0] - (step[1] * off) as f32, at[1] + (step[0] * off) as f32];
        before = at;
    }
}

/// The places of a path without those that are within a pixel of the one before; one alone if all are.
fn thin(path: &[OnThread], kept: &mut Vec<Place>) {
    kept.clear();
    for &(place, _) in path {
        let near = |k: &Place| (k[0] - place[0]).abs() < PIXEL && (k[1] - place[1]).abs() < PIXEL;
        if kept.last().is_none_or(|k| !near(k)) {
            kept.push(place);
        }
    }
    // The end of a line stays where it is, unless the line is a dot.
    if let (Some((end, _)), Some(last)) = (path.last(), kept.iter_mut().skip(1).last()) {
        *last = *end;
    }
}

/// Draws the parts of a polyline that the frame shows; whether there are any.
fn draw_seen(page: &mut Figure, p: &Projection, places: &[Place], stroke: Stroke) -> bool {
    let f = p.frame;
    let range = |from: f32, size: f32| [f64::from(from) - MARGIN, f64::from(from + size) + MARGIN];
    let (x, y) = (range(f.left, f.width), range(f.top, f.height));
    let inside = |q: &Place| {
        let [u, v] = q.map(f64::from);
        (x[0]..=x[1]).contains(&u) && (y[0]..=y[1]).contains(&v)
    };
    let mut run = page.places();
    if places.iter().all(inside) {
        run.extend_from_slice(places);
        page.line(run, stroke);
        return true;
    }
    let mut seen = false;
    for pair in places.windows(2) {
        let ends = [pair[0], pair[1]].map(|q| q.map(f64::from));
        let Some([from, to]) = clip(ends[0], ends[1], x, y) else { continue };
        let [from, to] = [from, to].map(|q| q.map(|c| c as f32));
        if run.last() != Some(&from) {
            seen |= run.len() > 1;
            page.line(run, stroke);
            run = page.places();
            run.push(from);
        }
        run.push(to);
    }
    seen |= run.len() > 1;
    page.line(run, stroke);
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::camera::{Camera, ChartKind, Frame};
    use crate::figure::page::Mark;
    use crate::hyperbolic::RingRadius;

    const FRAME: Frame = Frame::page(784.0, 828.0);

    fn half_circle(p: &Projection, left: f64, right: f64) -> Vec<Place> {
        let mut points = Vec::new();
        add_half_circle(p, left, right, &mut points);
        points
    }

    fn projections(sites: u64) -> Vec<Projection> {
        let place = HalfPlane { x: 0.25 * sites as f64, z: 0.01 * sites as f64 };
        let mut list = Vec::new();
        for radius in RingRadius::ALL {
            for chart in [ChartKind::Ring, ChartKind::HalfPlane] {
                let home = Projection::new(chart, radius, sites, Camera::HOME, FRAME);
                let about = home.to_page(place);
                list.extend([1.0, 40.0, 1e6].map(|by| Projection { camera: home.zoomed(about, by), ..home }));
            }
        }
        list
    }

    #[test]
    fn a_half_circle_is_as_fine_as_the_page_shows_it_and_no_finer() {
        for p in projections(1 << 20) {
            let n = p.sites();
            let (left, right) = (0.2 * n, 0.3 * n);
            let places = half_circle(&p, left, right);
            assert!(places.len() < 600, "{p:?}: {}", places.len());
            // Every point of the true curve that is in the frame lies within half a point of a chord.
            for i in 1..400 {
                let angle = std::f64::consts::PI * f64::from(i) / 400.0;
                let (r, c) = (0.05 * n, 0.25 * n);
                let at = p.to_page(HalfPlane { x: c - r * angle.cos(), z: r * angle.sin() });
                if !(0.0..FRAME.width).contains(&at[0]) || !(0.0..FRAME.height).contains(&at[1]) {
                    continue;
                }
                let near = places.windows(2).any(|ab| distance_to(at, ab[0], ab[1]) < 0.5);
                assert!(near, "{p:?} at {angle}");
            }
        }
    }

    fn distance_to(p: Place, a: Place, b: Place) -> f32 {
        let (d, e) = ([b[0] - a[0], b[1] - a[1]], [p[0] - a[0], p[1] - a[1]]);
        let along = ((d[0] * e[0] + d[1] * e[1]) / (d[0] * d[0] + d[1] * d[1]).max(1e-12)).clamp(0.0, 1.0);
        (e[0] - along * d[0]).hypot(e[1] - along * d[1])
    }

    #[test]
    fn what_is_drawn_stays_near_the_frame() {
        let stroke = Stroke::solid(Paint::of(Role::Text), 1.0);
        for p in projections(1 << 20) {
            let mut page = Figure::new(FRAME.width, FRAME.height);
            draw_seen(&mut page, &p, &half_circle(&p, 0.2 * p.sites(), 0.3 * p.sites()), stroke);
            for mark in &page.marks {
                let Mark::Line { points, .. } = mark else { panic!("only lines are drawn") };
                let far =
                    |q: &Place| (q[0] - 392.0).abs() > 392.0 + 10.0 || (q[1] - 414.0).abs() > 414.0 + 10.0;
                assert!(!points.iter().any(far), "{p:?}");
            }
        }
        let mut page = Figure::new(FRAME.width, FRAME.height);
        let p = projections(64)[0];
        assert!(
            !draw_seen(&mut page, &p, &[[-90.0, -20.0], [900.0, -20.0]], stroke) && page.marks.is_empty()
        );
        assert!(draw_seen(&mut page, &p, &[[-90.0, 20.0], [900.0, 20.0]], stroke));
    }

    #[test]
    fn dots_are_no_lines_and_ends_stay() {
        let thinned = |places: &[Place]| {
            let mut kept = Vec::new();
            thin(&places.iter().map(|p| (*p, 1.0)).collect::<Vec<_>>(), &mut kept);
            kept
        };
        assert_eq!(thinned(&[[5.0, 5.0], [5.2, 5.1], [5.3, 5.0]]), [[5.0, 5.0]]);
        assert_eq!(thinned(&[[0.0, 0.0], [9.0, 0.0], [9.1, 0.0]]), [[0.0, 0.0], [9.1, 0.0]]);
        assert!(thinned(&[]).is_empty());
    }

    #[test]
    fn a_thread_rounds_its_corners_as_geodesics_do() {
        // Against the construction at the place itself, without the table of corners.
        let p = projections(1 << 10)[0];
        let mapper = Projection { camera: p.zoomed([784.0, 414.0], 30.0), ..p }.mapper();
        for field in ReceptiveField::ALL {
            for slot in 0..field.links() as u8 {
                let parent = Tile { layer: 3, index: 5 };
                let child = parent.child(field, slot as usize).unwrap();
                let other = parent.child(field, 1).unwrap();
                let [c, n, o] = [child, parent, other].map(|t| t.centre(field));
                let (from, to) = (point_between(c, n, 0.5), point_between(n, o, 0.5));
                let corner = Corners::of(field).between(Step::Up(slot), Step::Down(1));
                for (i, q) in corner.iter().enumerate() {
                    let t = (i + 1) as f64 / ROUNDING as f64;
                    let exact = point_between(point_between(from, n, t), point_between(n, to, t), t);
                    let here = mapper.to_page(HalfPlane { x: n.x + 8.0 * q.x, z: 8.0 * q.z });
                    let there = mapper.to_page(exact);
                    assert!((here[0] - there[0]).abs() < 1e-2 && (here[1] - there[1]).abs() < 1e-2);
                }
            }
        }
    }

    #[test]
    fn threads_are_counted_in_words() {
        let words = |drawn, all| ThreadCount { drawn, all }.words();
        assert_eq!(words(0, 0), None);
        assert_eq!(words(11, 11).as_deref(), Some("11 bit threads"));
        assert_eq!(words(3, 34).as_deref(), Some("3 of 34 bit threads in sight"));
    }
}
