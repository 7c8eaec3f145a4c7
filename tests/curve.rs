//! The drawn Ryu–Takayanagi curve against the cut that it stands for: it crosses the links that are cut, each
//! once, and nothing else; it starts and ends at the ends of the region; and the wedge that is tinted is the
//! wedge of the cut.
//!
//! Curves and links are compared as they are drawn: polylines in the half-plane, on the universal cover of a
//! ring. A link is crossed when chords of the two polylines intersect, whatever led to either of them.

#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]

use std::collections::HashMap;
use std::sync::Arc;

use holoscope::figure::Looks;
use holoscope::figure::page::{Mark, Paint};
use holoscope::figure::{
    BulkScene, Camera, ChartKind, Figure, Frame, Hue, LayerLook, Projection, RegionLook, Role, draw_bulk,
};
use holoscope::holography::{BulkNetwork, CapacitySource, Overlays, RegionAnswer, WedgeSide};
use holoscope::hyperbolic::{Curve, HalfPlane, RingRadius, Tile, segment_points};
use holoscope::lattice::{Boundary, ReceptiveField};
use holoscope::network::{CutSolver, Geometry, Interval, LinkId, Node, Region};
use holoscope::numerics::stable::LN_2;
use holoscope::numerics::streams::stream;
use holoscope::rbm::{LayerRbm, Rbm, RbmShape};
use rand::RngExt;

const SITES: u64 = 64;
const LOG2_SITES: u32 = 6;
/// Points of a link: as many chords as the window draws at most.
const LINK_POINTS: usize = 13;
/// Tolerance of joins and ends, in sites: x is a sum of a few exact halves, so rounding alone is 10⁻¹³.
const JOIN: f64 = 1e-6;

/// A drawn edge of the network on one sheet of the cover.
struct Edge {
    /// What it is an image of.
    name: usize,
    points: Vec<HalfPlane>,
    bounds: Bounds,
}

#[derive(Clone, Copy)]
struct Bounds {
    x: [f64; 2],
    z: [f64; 2],
}

impl Bounds {
    fn of(points: &[HalfPlane]) -> Self {
        let range = |of: fn(&HalfPlane) -> f64| {
            points.iter().map(of).fold([f64::INFINITY, f64::NEG_INFINITY], |[l, h], v| [l.min(v), h.max(v)])
        };
        Self { x: range(|p| p.x), z: range(|p| p.z) }
    }

    fn meets(&self, other: &Self) -> bool {
        let overlap = |a: [f64; 2], b: [f64; 2]| a[0] <= b[1] && b[0] <= a[1];
        overlap(self.x, other.x) && overlap(self.z, other.z)
    }

    /// Cells of a grid that grows with height as the tiles do: few edges in each, whatever the layer.
    fn cells(&self) -> impl Iterator<Item = (i32, i64)> + use<> {
        let level = |z: f64| z.max(1.0).log2().floor() as i32;
        let x = self.x;
        (level(self.z[0])..=level(self.z[1])).flat_map(move |level| {
            let cell = |x: f64| (x / f64::from(level).exp2()).floor() as i64;
            (cell(x[0])..=cell(x[1])).map(move |at| (level, at))
        })
    }
}

/// Edges of one kind, found by place.
struct Edges {
    edges: Vec<Edge>,
    cells: HashMap<(i32, i64), Vec<u32>>,
    names: usize,
}

impl Edges {
    fn new(names: usize, polylines: impl Iterator<Item = (usize, Vec<HalfPlane>)>) -> Self {
        let edges: Vec<Edge> =
            polylines.map(|(name, points)| Edge { name, bounds: Bounds::of(&points), points }).collect();
        let mut cells: HashMap<(i32, i64), Vec<u32>> = HashMap::new();
        for (number, edge) in edges.iter().enumerate() {
            for cell in edge.bounds.cells() {
                cells.entry(cell).or_default().push(number as u32);
            }
        }
        Self { edges, cells, names }
    }

    /// How often the curves cross each edge, images summed.
    fn crossings(&self, curves: &[Curve]) -> Vec<u32> {
        let mut count = vec![0; self.names];
        // An edge lies in several cells: the chord that looked at it last is noted.
        let mut seen = vec![u32::MAX; self.edges.len()];
        let mut chord = 0_u32;
        for pair in curves.iter().flat_map(|curve| curve.windows(2)) {
            chord += 1;
            let bounds = Bounds::of(pair);
            for cell in bounds.cells() {
                for &number in self.cells.get(&cell).map_or(&[][..], Vec::as_slice) {
                    let edge = &self.edges[number as usize];
                    if seen[number as usize] == chord || !edge.bounds.meets(&bounds) {
                        continue;
                    }
                    seen[number as usize] = chord;
                    let crossed =
                        edge.points.windows(2).filter(|link| cross([link[0], link[1]], [pair[0], pair[1]]));
                    count[edge.name] += crossed.count() as u32;
                }
            }
        }
        count
    }
}

/// Twice the signed area of a triangle: on which side of the line through two points the third lies.
fn side(a: HalfPlane, b: HalfPlane, p: HalfPlane) -> f64 {
    (b.x - a.x) * (p.z - a.z) - (b.z - a.z) * (p.x - a.x)
}

/// Whether two chords cross. A point exactly on the other line counts to its positive side, so that a
/// polyline which passes through a corner of another is counted once and not twice or never.
fn cross(a: [HalfPlane; 2], b: [HalfPlane; 2]) -> bool {
    let parted = |a: [HalfPlane; 2], b: [HalfPlane; 2]| {
        (side(a[0], a[1], b[0]) >= 0.0) != (side(a[0], a[1], b[1]) >= 0.0)
    };
    parted(a, b) && parted(b, a)
}

/// A network with everything that is drawn of it.
struct Case {
    name: String,
    geometry: Geometry,
    solver: CutSolver,
    /// Links by name, and drawn.
    links: Vec<LinkId>,
    drawn_links: Edges,
    /// Tiles that touch along an edge, by name, and the geodesics between them.
    touching: Vec<(Node, Node)>,
    drawn_touching: Edges,
}

impl Case {
    fn new(boundary: Boundary, field: ReceptiveField, depth: u32, learned: bool) -> Self {
        let geometry = Geometry::new(LOG2_SITES, boundary, field, depth).unwrap();
        let stack = learned_like(boundary, field);
        let source = if learned {
            CapacitySource::Learned { layers: &stack, complete: true }
        } else {
            CapacitySource::Uniform(LN_2)
        };
        let bulk = BulkNetwork::new(geometry, source).unwrap();
        let links: Vec<LinkId> = geometry.links().collect();
        let drawn_links = Edges::new(
            links.len(),
            links.iter().enumerate().flat_map(|(name, link)| {
                let nodes = geometry.sites_in_layer(link.layer + 1) as i64;
                sheets(boundary).map(move |sheet| {
                    let index = link.block as i64 + sheet * nodes;
                    let parent = Tile { layer: link.layer + 1, index };
                    let child = parent.child(field, usize::from(link.slot)).unwrap();
                    (name, segment_points(child.centre(field), parent.centre(field), LINK_POINTS))
                })
            }),
        );
        let tiles = touching_tiles(&geometry);
        let node = |tile: Tile| {
            let index = tile.index.rem_euclid(geometry.sites_in_layer(tile.layer) as i64) as u64;
            Node { layer: tile.layer, index }
        };
        let drawn_touching = Edges::new(
            tiles.len(),
            tiles.iter().enumerate().flat_map(|(name, &(a, b))| {
                sheets(boundary).map(move |sheet| {
                    let shift = (sheet * SITES as i64) as f64;
                    let [a, b] = [a, b].map(|tile| tile.centre(field).shifted(shift));
                    (name, segment_points(a, b, LINK_POINTS))
                })
            }),
        );
        Self {
            name: format!(
                "{boundary:?}, r = {}, depth {depth}, {}",
                field.links(),
                if learned { "learned" } else { "unit" }
            ),
            geometry,
            solver: CutSolver::new(Arc::clone(&bulk.network)),
            links,
            drawn_links,
            touching: tiles.into_iter().map(|(a, b)| (node(a), node(b))).collect(),
            drawn_touching,
        }
    }

    fn planar(&self) -> bool {
        self.geometry.field() != ReceptiveField::Four
    }

    /// Everything that the curve of a region must obey; what does not hold, in words.
    fn check(&mut self, region: &Region) -> Result<RegionAnswer, String> {
        let answer = RegionAnswer::new(&mut self.solver, region);
        let fail = |what: String| Err(format!("{}, A = {region}: {what}", self.name));
        if self.planar() {
            let count = self.drawn_links.crossings(&answer.curves);
            for (link, &count) in self.links.iter().zip(&count) {
                let expected = u32::from(answer.cut.links.binary_search(link).is_ok());
                if count != expected {
                    return fail(format!("{link:?} is crossed {count} times, not {expected}"));
                }
            }
        }
        let count = self.drawn_touching.crossings(&answer.curves);
        for (&(a, b), &count) in self.touching.iter().zip(&count) {
            let parted = answer.cut.wedge.contains(a) != answer.cut.wedge.contains(b);
            if count != u32::from(parted) {
                return fail(format!("between {a:?} and {b:?} it passes {count} times, parted: {parted}"));
            }
        }
        if let Err(what) = self.ends(&answer) {
            return fail(what);
        }
        Ok(answer)
    }

    /// Open curves begin and end at the region's gaps, each once; else at the wall or the side of a line.
    fn ends(&self, answer: &RegionAnswer) -> Result<(), String> {
        let mut gaps = Vec::new();
        let top = f64::from(self.geometry.depth() + 1).exp2();
        for curve in &answer.curves {
            let (first, last) = (curve[0], curve[curve.len() - 1]);
            let period = (last.x - first.x) / SITES as f64;
            if first.z > 0.0 && (first.z - last.z).abs() < JOIN && (period - period.round()).abs() < JOIN {
                continue;
            }
            for end in [first, last] {
                if end.z == 0.0 {
                    if end.x.fract() != 0.0 {
                        return Err(format!("an end at x = {}", end.x));
                    }
                    gaps.push((end.x as i64 - 1).rem_euclid(SITES as i64) as u64);
                } else if self.geometry.boundary() == Boundary::Ring
                    && (end.z != top || self.geometry.depth() == LOG2_SITES)
                {
                    return Err(format!("an end in the air at {end:?}"));
                }
            }
        }
        gaps.sort_unstable();
        if gaps != answer.region.gaps() {
            return Err(format!("ends at the gaps {gaps:?}, the region's are {:?}", answer.region.gaps()));
        }
        Ok(())
    }
}

/// Sheets of the cover that a curve which begins on sheet 0 can reach.
fn sheets(boundary: Boundary) -> std::ops::RangeInclusive<i64> {
    match boundary {
        Boundary::Ring => -2..=2,
        Boundary::Line => 0..=0,
    }
}

/// Pairs of tiles that share an edge, each once: neighbours of a layer, and child and parent.
fn touching_tiles(geometry: &Geometry) -> Vec<(Tile, Tile)> {
    let (field, boundary) = (geometry.field(), geometry.boundary());
    let mut pairs = Vec::new();
    for layer in 0..=geometry.depth() {
        let nodes = geometry.sites_in_layer(layer) as i64;
        for index in 0..nodes {
            let tile = Tile { layer, index };
            // The root of a ring is its own neighbour: the curve cannot part it from itself.
            if (boundary == Boundary::Ring && nodes > 1) || index + 1 < nodes {
                pairs.push((tile, Tile { layer, index: index + 1 }));
            }
            for child in (0..field.links()).filter_map(|slot| tile.child(field, slot)) {
                let there = boundary == Boundary::Ring || (0..2 * nodes).contains(&child.index);
                if there && child.edge_with_parent(tile, field).is_some() {
                    pairs.push((child, tile));
                }
            }
        }
    }
    pairs
}

/// Weights that fall with the layer as those of a chain of finite correlation length do: every layer and
/// every slot has a capacity of its own, so that few cuts are tied and deep ones are cheap.
fn learned_like(boundary: Boundary, field: ReceptiveField) -> Vec<LayerRbm> {
    let sides = [1.9, 1.6, 1.2, 0.9, 0.6, 0.33];
    let middles = [3.0, 2.4, 1.9, 1.5, 1.2, 1.0];
    (0..LOG2_SITES as usize)
        .map(|k| {
            let shape = RbmShape::new(SITES as usize >> k, boundary, field).unwrap();
            let (side, middle) = (sides[k], middles[k]);
            let weights = match field {
                ReceptiveField::Two => vec![middle, side],
                ReceptiveField::Three => vec![side, middle, side],
                ReceptiveField::Four => vec![0.4 * side, middle, side, 0.3 * side],
            };
            Rbm::unbiased(shape, &weights).into()
        })
        .collect()
}

fn every_interval() -> impl Iterator<Item = Region> {
    (1..SITES).flat_map(|len| {
        (0..SITES).map(move |start| {
            Region::from_intervals(SITES, Boundary::Ring, [Interval { start, len }]).unwrap()
        })
    })
}

/// Regions of one to four intervals, long and short, some touching the seam.
fn random_regions(boundary: Boundary, count: usize) -> impl Iterator<Item = Region> {
    let mut rng = stream(17, "curve regions", u64::from(boundary == Boundary::Ring));
    (0..count).map(move |_| {
        let change = [0.03, 0.1, 0.3][rng.random_range(0..3)];
        let mut inside = rng.random_bool(0.5);
        let sites: Vec<u64> = (0..SITES)
            .filter(|_| {
                inside ^= rng.random_bool(change);
                inside
            })
            .collect();
        let intervals = sites.into_iter().map(|start| Interval { start, len: 1 });
        Region::from_intervals(SITES, boundary, intervals).unwrap()
    })
}

/// Fails with all that was found wrong, the first few of it in full.
fn report(failures: &[String], tried: usize) {
    let shown: Vec<&str> = failures.iter().take(12).map(String::as_str).collect();
    assert!(failures.is_empty(), "{} of {tried} fail:\n{}", failures.len(), shown.join("\n"));
}

fn check_all(cases: &mut [Case], regions: &[Region]) {
    let (mut failures, mut tried) = (Vec::new(), 0);
    for case in cases {
        let boundary = case.geometry.boundary();
        for region in regions.iter().filter(|r| r.boundary() == boundary) {
            tried += 1;
            failures.extend(case.check(region).err());
        }
    }
    assert!(tried > 0);
    report(&failures, tried);
}

#[test]
fn the_curve_of_every_interval_crosses_exactly_the_cut_links() {
    let regions: Vec<Region> = every_interval().collect();
    assert_eq!(regions.len(), 64 * 63);
    for field in [ReceptiveField::Two, ReceptiveField::Three] {
        let mut cases = [false, true].map(|learned| Case::new(Boundary::Ring, field, LOG2_SITES, learned));
        check_all(&mut cases, &regions);
    }
}

#[test]
fn with_four_links_the_curve_parts_the_wedge_from_the_rest() {
    // Links of r = 4 pass over corners of the tiling, so that one curve cannot cross each cut link once; it
    // must still part the tiles.
    let regions: Vec<Region> = every_interval().collect();
    let mut cases =
        [false, true].map(|learned| Case::new(Boundary::Ring, ReceptiveField::Four, LOG2_SITES, learned));
    check_all(&mut cases, &regions);
}

#[test]
fn curves_of_several_intervals_under_walls_and_on_lines_cross_exactly_the_cut_links() {
    let regions: Vec<Region> = [Boundary::Ring, Boundary::Line]
        .into_iter()
        .flat_map(|boundary| random_regions(boundary, 150))
        .collect();
    let intervals: usize = regions.iter().map(|r| r.intervals().len()).sum();
    assert!(intervals > 3 * regions.len(), "{intervals} intervals: too few to be a test");
    for field in ReceptiveField::ALL {
        for boundary in [Boundary::Ring, Boundary::Line] {
            let mut cases: Vec<Case> = [(6, false), (6, true), (4, true), (3, false), (1, false)]
                .into_iter()
                .map(|(depth, learned)| Case::new(boundary, field, depth, learned))
                .collect();
            check_all(&mut cases, &regions);
        }
    }
}

/// First and last point of a piece of an outline.
fn ends_of(side: &WedgeSide) -> [HalfPlane; 2] {
    match side {
        WedgeSide::Rim { from, to } => [HalfPlane::new(*from, 0.0), HalfPlane::new(*to, 0.0)],
        WedgeSide::Wall { from, to, z } => [HalfPlane::new(*from, *z), HalfPlane::new(*to, *z)],
        WedgeSide::Curve(points) => [points[0], points[points.len() - 1]],
    }
}

/// Where the pieces of an outline do not join, the last to the first included; x counts modulo N.
fn open_joint(outline: &[WedgeSide]) -> Option<String> {
    (0..outline.len()).find_map(|i| {
        let [_, here] = ends_of(&outline[i]);
        let [there, _] = ends_of(&outline[(i + 1) % outline.len()]);
        let apart = (here.x - there.x).rem_euclid(SITES as f64);
        let apart = apart.min(SITES as f64 - apart);
        (apart > JOIN || (here.z - there.z).abs() > JOIN).then(|| format!("{here:?} to {there:?}"))
    })
}

#[test]
fn outlines_of_wedges_close() {
    let regions: Vec<Region> =
        every_interval().step_by(5).chain(random_regions(Boundary::Ring, 150)).collect();
    let (mut failures, mut tried) = (Vec::new(), 0);
    for field in ReceptiveField::ALL {
        for (depth, learned) in [(6, false), (6, true), (3, false)] {
            let mut case = Case::new(Boundary::Ring, field, depth, learned);
            for region in regions.iter().filter(|r| !r.is_full() && !r.is_empty()) {
                tried += 1;
                let answer = RegionAnswer::new(&mut case.solver, region);
                let open = answer.wedge.iter().find_map(|outline| open_joint(outline));
                failures.extend(open.map(|open| format!("{}, A = {region}: {open}", case.name)));
                // Every interval of the region is on exactly one outline.
                let rims = answer.wedge.iter().flatten().filter(|s| matches!(s, WedgeSide::Rim { .. }));
                if rims.count() != region.intervals().len() {
                    failures.push(format!("{}, A = {region}: intervals and rims differ", case.name));
                }
            }
        }
    }
    report(&failures, tried);
}

fn inside_polygon(outline: &[[f32; 2]], at: [f32; 2]) -> bool {
    let mut inside = false;
    for i in 0..outline.len() {
        let (a, b) = (outline[i], outline[(i + 1) % outline.len()]);
        if (a[1] > at[1]) != (b[1] > at[1]) && at[0] < a[0] + (at[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) {
            inside = !inside;
        }
    }
    inside
}

/// A picture with one region.
fn drawn(geometry: &Geometry, projection: Projection, answer: &RegionAnswer) -> Figure {
    let links = geometry.field().links();
    let looks = vec![
        LayerLook { slot_tone: vec![1.0; links], link_tone: Vec::new(), learned: true };
        geometry.depth() as usize
    ];
    let look = [RegionLook {
        hue: Hue::A,
        region: &answer.region,
        answer: Some(answer),
        threads: &[],
        handles: false,
    }];
    let scene = BulkScene {
        projection,
        field: geometry.field(),
        boundary: geometry.boundary(),
        depth: geometry.depth(),
        layers: &looks,
        regions: &look,
        spins: &[],
        wall: None,
        lit_layer: None,
        looks: Looks::PLAIN,
        overlays: Overlays { ties: true, ..Overlays::NONE },
        strokes: 1.0,
        dark: true,
    };
    let mut page = Figure::new(projection.frame.width, projection.frame.height);
    draw_bulk(&mut page, &scene);
    page
}

fn projection(chart: ChartKind) -> Projection {
    let frame = Frame::page(784.0, 828.0);
    Projection::new(chart, RingRadius::Balanced, SITES, Camera::HOME, frame)
}

/// Nodes this near to the rim, in points, may lie beyond the chords that stand for its circle: the Klein disk
/// squeezes the first layers into less.
const RIM_CHORD: f64 = 0.25;

/// Draws a region and compares the tinted areas with the wedge: a node is tinted if and only if it is inside; and
/// the band of equal cuts with what lies between the nearest and the farthest.
/// On the cover of a ring a node inside is tinted on at least one sheet, and one outside on none.
fn tint_is_the_wedge(case: &mut Case, chart: ChartKind, region: &Region) -> Result<(), String> {
    let geometry = case.geometry;
    let answer = RegionAnswer::new(&mut case.solver, region);
    let projection = projection(chart);
    let page = drawn(&geometry, projection, &answer);
    let tints = |opacity: f32| -> Vec<&Vec<[f32; 2]>> {
        let areas = page.marks.iter().filter_map(|mark| match mark {
            Mark::Area { outline, paint } if *paint == Paint::at(Role::Region(Hue::A), opacity) => {
                Some(outline)
            }
            _ => None,
        });
        areas.collect()
    };
    let (wedge, band) = (tints(0.14), tints(0.10));
    let sheets = match chart {
        ChartKind::Ring => 0..=0,
        _ => sheets(geometry.boundary()),
    };
    let mut wrong = Vec::new();
    for layer in 0..=geometry.depth() {
        for index in 0..geometry.sites_in_layer(layer) {
            let centre = Tile { layer, index: index as i64 }.centre(geometry.field());
            if projection.distance_outside(projection.to_page(centre)) > -RIM_CHORD {
                continue;
            }
            let tinted = |outlines: &[&Vec<[f32; 2]>], inside: bool| {
                // A part around the ring is opened over its highest point: a node right over it stands on that slit.
                let aside: &[f32] = if inside { &[0.0, 0.3, -0.3] } else { &[0.0] };
                sheets.clone().any(|sheet| {
                    let at = projection.to_page(centre.shifted((sheet * SITES as i64) as f64));
                    let near = |step: &f32| {
                        outlines.iter().any(|outline| inside_polygon(outline, [at[0] + step, at[1]]))
                    };
                    aside.iter().any(near)
                })
            };
            let node = Node { layer, index };
            let near = answer.cut.wedge.contains(node);
            if tinted(&wedge, near) != near {
                wrong.push(format!("({layer}, {index}) {}", if near { "bare" } else { "tinted" }));
            }
            let between = !near && answer.cut.wedge_far.as_ref().is_some_and(|far| far.contains(node));
            if tinted(&band, between) != between {
                wrong.push(format!("({layer}, {index}) {} the band", if between { "not in" } else { "in" }));
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    let more = if wrong.len() > 4 { format!(" and {} more", wrong.len() - 4) } else { String::new() };
    wrong.truncate(4);
    Err(format!("{} in {chart:?}, A = {region}: {}{more}", case.name, wrong.join(", ")))
}

fn check_tints(boundary: Boundary, chart: ChartKind, regions: &[Region]) {
    let (mut failures, mut tried) = (Vec::new(), 0);
    for field in ReceptiveField::ALL {
        for (depth, learned) in [(6, false), (6, true), (3, false)] {
            let mut case = Case::new(boundary, field, depth, learned);
            for region in regions {
                tried += 1;
                failures.extend(tint_is_the_wedge(&mut case, chart, region).err());
            }
        }
    }
    report(&failures, tried);
}

/// Every size somewhere, small, middle and large at several places over the seam and off it.
fn sample_of_intervals() -> Vec<Region> {
    every_interval().step_by(23).collect()
}

#[test]
fn the_tint_of_a_wedge_in_the_ring_chart_is_the_wedge() {
    let regions: Vec<Region> =
        sample_of_intervals().into_iter().chain(random_regions(Boundary::Ring, 60)).collect();
    check_tints(Boundary::Ring, ChartKind::Ring, &regions);
}

#[test]
fn the_tint_of_a_wedge_in_the_half_plane_is_the_wedge() {
    let regions: Vec<Region> =
        sample_of_intervals().into_iter().chain(random_regions(Boundary::Ring, 60)).collect();
    check_tints(Boundary::Ring, ChartKind::HalfPlane, &regions);
}

#[test]
fn the_tint_of_a_wedge_in_the_disks_is_the_wedge() {
    let regions: Vec<Region> =
        sample_of_intervals().into_iter().chain(random_regions(Boundary::Ring, 30)).collect();
    check_tints(Boundary::Ring, ChartKind::Poincare, &regions);
    check_tints(Boundary::Ring, ChartKind::Klein, &regions);
}

#[test]
fn the_tint_of_a_wedge_on_a_line_is_the_wedge() {
    let regions: Vec<Region> = random_regions(Boundary::Line, 120).collect();
    for chart in [ChartKind::HalfPlane, ChartKind::Poincare, ChartKind::Klein] {
        check_tints(Boundary::Line, chart, &regions);
    }
}

/// Chords of the page as points of a plane, so that they cross as chords of the half-plane do.
fn page_chords(points: &[[f32; 2]]) -> impl Iterator<Item = [HalfPlane; 2]> + '_ {
    let point = |p: [f32; 2]| HalfPlane::new(f64::from(p[0]), f64::from(p[1]));
    points.windows(2).map(move |pair| [point(pair[0]), point(pair[1])])
}

#[test]
fn every_cut_link_is_lit_where_the_curve_crosses_it() {
    let regions: Vec<Region> =
        every_interval().step_by(29).chain(random_regions(Boundary::Ring, 40)).collect();
    let (mut failures, mut tried) = (Vec::new(), 0);
    for field in [ReceptiveField::Two, ReceptiveField::Three] {
        let mut case = Case::new(Boundary::Ring, field, LOG2_SITES, true);
        for chart in [ChartKind::Ring, ChartKind::HalfPlane, ChartKind::Poincare] {
            for region in &regions {
                tried += 1;
                let answer = RegionAnswer::new(&mut case.solver, region);
                let page = drawn(&case.geometry, projection(chart), &answer);
                let lines = page.marks.iter().filter_map(|mark| match mark {
                    Mark::Line { points, stroke, closed: false } if stroke.paint.role == Role::CurveCore => {
                        Some((points, stroke.paint.opacity))
                    }
                    _ => None,
                });
                // Curves are drawn at full strength, links that are cut a little fainter.
                let (curves, links): (Vec<_>, Vec<_>) = lines.partition(|(_, opacity)| *opacity == 1.0);
                let curves: Vec<[HalfPlane; 2]> = curves.iter().flat_map(|(c, _)| page_chords(c)).collect();
                let crossed = links
                    .iter()
                    .filter(|(link, _)| {
                        page_chords(link).any(|chord| curves.iter().any(|c| cross(chord, *c)))
                    })
                    .count();
                if (links.len(), crossed) != (answer.cut.links.len(), links.len()) {
                    failures.push(format!(
                        "{} in {chart:?}, A = {region}: {} cut, {} lit, {crossed} crossed",
                        case.name,
                        answer.cut.links.len(),
                        links.len()
                    ));
                }
            }
        }
    }
    report(&failures, tried);
}
