//! Level of detail: what a picture of the bulk costs follows the page, never the number of sites, wherever one
//! flies; and nothing pops.

#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]
#![allow(clippy::print_stdout, reason = "measured numbers")]

mod scene;

use holoscope::figure::page::{Mark, Paint, Stroke};
use holoscope::figure::{Camera, ChartKind, Figure, Frame, Looks, Projection, Role, draw_bulk};
use holoscope::holography::Overlays;
use holoscope::hyperbolic::{HalfPlane, RingRadius, Viewpoint};
use holoscope::lattice::{Boundary, ReceptiveField};
use holoscope::numerics::streams::stream;
use rand::RngExt;
use scene::Laid;

/// The page of the window at 1600×1000: between panels, below the bar.
const FRAME: Frame = Frame::page(944.0, 928.0);
/// Shapes a frame may take.
const MOST: usize = 6_000;

const ALL: Overlays =
    Overlays { ties: true, cone: true, threads: true, geodesics: true, ruler: true, depths: true };

/// Draws a network onto a page that is made empty.
fn draw(laid: &Laid, projection: Projection, page: &mut Figure) {
    page.truncate(0);
    laid.with_scene(projection, Looks::PLAIN, |scene| {
        draw_bulk(page, scene);
    });
}

/// A picture of a bare network.
fn drawn(projection: Projection, field: ReceptiveField, boundary: Boundary, page: &mut Figure) {
    draw(&Laid::bare(projection.ring.sites.trailing_zeros(), field, boundary), projection, page);
}

/// Marks of a picture, of which fills that follow each other are one.
fn shapes(page: &Figure) -> usize {
    let fills = |mark: &Mark| matches!(mark, Mark::Strip { .. } | Mark::Strips { .. } | Mark::Area { .. });
    let merged = page.marks.windows(2).filter(|pair| fills(&pair[0]) && fills(&pair[1])).count();
    page.marks.len() - merged
}

/// Lines and discs of a picture one by one, as a screen or a printer sees them.
fn strokes(page: &Figure) -> usize {
    let of = |mark: &Mark| match mark {
        Mark::Lines { lines, .. } => lines.shown().count(),
        Mark::Discs { centres, .. } => centres.len(),
        _ => 1,
    };
    page.marks.iter().map(of).sum()
}

/// Cameras everywhere: over all depths of the chain, beside it, turned; magnified about any place of the ring.
fn random_projection(rng: &mut impl RngExt, chart: ChartKind, log2: u32) -> Projection {
    let sites = 1_u64 << log2;
    let n = sites as f64;
    let radius = RingRadius::ALL[rng.random_range(0..3)];
    let home = Projection::new(chart, radius, sites, Camera::HOME, FRAME);
    let camera = if chart == ChartKind::Ring {
        let rim = home.outside(rng.random_range(0.0..n), rng.random_range(-200.0..0.0));
        let camera = home.zoomed(rim, rng.random_range(0.0..f64::from(log2) + 2.0).exp2());
        Camera { rotation_rad: rng.random_range(-3.0..3.0), ..camera }
    } else {
        let z = n * rng.random_range(-f64::from(log2) - 2.0..1.0).exp2();
        let centre = HalfPlane { x: rng.random_range(-1.0..2.0) * n, z };
        let turn_rad = if rng.random() { 0.0 } else { rng.random_range(-3.1..3.1) };
        Camera::HOME.seen_from(Viewpoint { centre, turn_rad }, n)
    };
    Projection { camera, ..home }
}

/// Draws so many random views of a chart; the most shapes that one took.
fn most_shapes(chart: ChartKind, views: usize) -> usize {
    let mut rng = stream(41, "detail", chart as u64);
    let mut page = Figure::new(FRAME.width, FRAME.height);
    let mut most = (0, String::new());
    let mut networks: Vec<[Option<Laid>; 2]> = (0..18).map(|_| [None, None]).collect();
    for view in 0..views {
        let log2 = 3 + view as u32 % 18;
        let field = ReceptiveField::ALL[log2 as usize % 3];
        let projection = random_projection(&mut rng, chart, log2);
        let lined = chart.is_plane() && view % 5 == 0;
        let boundary = if lined { Boundary::Line } else { Boundary::Ring };
        let network = &mut networks[log2 as usize - 3][usize::from(lined)];
        let network = network.get_or_insert_with(|| Laid::full(log2, field, boundary, ALL));
        draw(network, projection, &mut page);
        let count = shapes(&page);
        let words = || {
            format!("{chart:?}, N = 2^{log2}, {field:?}, {:?}: {} lines", projection.camera, strokes(&page))
        };
        assert!(count <= MOST, "{count} shapes: {}", words());
        for mark in &page.marks {
            let finite = |places: &[[f32; 2]]| places.iter().flatten().all(|c| c.is_finite());
            assert!(
                match mark {
                    Mark::Strip { one, other, .. } =>
                        one.len() == other.len() && finite(one) && finite(other),
                    Mark::Strips { rungs, .. } => rungs.all().all(|s| s.len() % 2 == 0 && finite(s)),
                    Mark::Area { outline, .. } => finite(outline),
                    Mark::Line { points, .. } => finite(points),
                    Mark::Lines { lines, .. } => lines.all().all(finite),
                    Mark::Disc { centre, radius, .. } => finite(&[*centre]) && radius.is_finite(),
                    Mark::Discs { centres, radius, .. } => finite(centres) && radius.is_finite(),
                    Mark::Text { at, .. } => finite(&[*at]),
                },
                "{mark:?} in {}",
                words()
            );
        }
        if count > most.0 {
            most = (count, words());
        }
    }
    println!("{chart:?}: at most {} shapes of {views} views: {}", most.0, most.1);
    most.0
}

#[test]
fn random_views_of_the_ring_take_few_shapes() {
    most_shapes(ChartKind::Ring, 2_500);
}

#[test]
fn random_views_of_the_half_plane_take_few_shapes() {
    most_shapes(ChartKind::HalfPlane, 2_500);
}

#[test]
fn random_views_of_the_poincare_disk_take_few_shapes() {
    most_shapes(ChartKind::Poincare, 2_500);
}

#[test]
fn random_views_of_the_klein_disk_take_few_shapes() {
    most_shapes(ChartKind::Klein, 2_500);
}

/// Corners of all marks.
fn corners(page: &Figure) -> usize {
    let of = |mark: &Mark| match mark {
        Mark::Strip { one, other, .. } => one.len() + other.len(),
        Mark::Strips { rungs, .. } => rungs.all().map(<[_]>::len).sum(),
        Mark::Area { outline, .. } => outline.len(),
        Mark::Line { points, .. } => points.len(),
        Mark::Lines { lines, .. } => lines.shown().map(<[_]>::len).sum(),
        Mark::Disc { .. } | Mark::Discs { .. } | Mark::Text { .. } => 1,
    };
    page.marks.iter().map(of).sum()
}

#[test]
fn a_cut_through_half_a_million_links_that_hold_nothing_is_drawn_as_it_is_seen() {
    let mut page = Figure::new(FRAME.width, FRAME.height);
    let mut most = 0;
    for boundary in [Boundary::Line, Boundary::Ring] {
        let network = Laid::of_nothing(20, boundary, ALL);
        assert!(network.answers[0].0.cut.links.is_empty(), "what holds nothing is not cut");
        assert!(network.answers[0].0.curves.iter().map(|curve| curve.len()).sum::<usize>() > 1 << 19);
        for chart in ChartKind::ALL {
            let mut rng = stream(42, "long cuts", chart as u64);
            for view in 0..60 {
                let home = Projection::new(chart, RingRadius::Balanced, 1 << 20, Camera::HOME, FRAME);
                let p = if view == 0 { home } else { random_projection(&mut rng, chart, 20) };
                draw(&network, p, &mut page);
                let (shapes, corners) = (shapes(&page), corners(&page));
                let words = || format!("{chart:?}, {boundary:?}, {:?}", p.camera);
                assert!(shapes <= MOST, "{shapes} shapes: {}", words());
                // Two outlines and three strokes over a curve as long as the page is around, bent at every point of
                // it; the rest is what any page may have.
                assert!(corners <= 60_000, "{corners} corners: {}", words());
                most = most.max(corners);
            }
        }
    }
    println!("at most {most} corners");
}

#[test]
fn a_long_cut_on_the_page_is_where_its_corners_are() {
    // Many enough corners to be thinned, few enough to be looked at one by one.
    let network = Laid::of_nothing(14, Boundary::Ring, ALL);
    let curve = &network.answers[0].0.curves[0];
    assert!(curve.len() > 20_000, "{}", curve.len());
    let mut page = Figure::new(FRAME.width, FRAME.height);
    for chart in ChartKind::ALL {
        let mut rng = stream(43, "long cuts", chart as u64);
        for _ in 0..25 {
            let p = random_projection(&mut rng, chart, 14);
            draw(&network, p, &mut page);
            // Not the links that it cuts, which are thinner.
            let is_curve = |stroke: &Stroke| stroke.paint.role == Role::CurveCore && stroke.width > 2.0;
            let lines = page.marks.iter().filter_map(|mark| match mark {
                Mark::Line { points, stroke, .. } if is_curve(stroke) => Some(points),
                _ => None,
            });
            let lines: Vec<&Vec<[f32; 2]>> = lines.collect();
            let on_page =
                |at: &[f32; 2]| (0.0..=FRAME.width).contains(&at[0]) && (0.0..=FRAME.height).contains(&at[1]);
            for corner in curve.iter().step_by(97) {
                let at = p.to_page(*corner);
                if !on_page(&at) {
                    continue;
                }
                // A wave that is too narrow to be seen is a line somewhere in its two layers.
                let heights = (-16..=16).map(|k| corner.z * (0.125 * f64::from(k)).exp2());
                let upright: Vec<[f32; 2]> = heights.map(|z| p.to_page(HalfPlane { z, ..*corner })).collect();
                let away = |at: &[f32; 2], a: &[f32; 2], b: &[f32; 2]| {
                    let (d, e) = ([b[0] - a[0], b[1] - a[1]], [at[0] - a[0], at[1] - a[1]]);
                    let along = (d[0] * e[0] + d[1] * e[1]) / (d[0] * d[0] + d[1] * d[1]).max(1e-12);
                    let along = along.clamp(0.0, 1.0);
                    (e[0] - along * d[0]).hypot(e[1] - along * d[1])
                };
                let chords = || lines.iter().flat_map(|line| line.windows(2));
                let to_line =
                    |at: &[f32; 2]| chords().map(|ab| away(at, &ab[0], &ab[1])).fold(f32::INFINITY, f32::min);
                let to_upright = |at: &[f32; 2]| {
                    upright.windows(2).map(|ab| away(at, &ab[0], &ab[1])).fold(f32::INFINITY, f32::min)
                };
                let of_line = || chords().flatten();
                let nearest = upright.iter().map(to_line).chain(of_line().map(to_upright));
                let nearest = nearest.fold(f32::INFINITY, f32::min);
                // A stretch of a quarter of a point is one corner, and a tenth of a point is left out: √2/4 + 2/10.
                assert!(nearest < 0.56, "{chart:?}, {:?}: {nearest} points from {at:?}", p.camera);
            }
        }
    }
}

/// What is drawn of links, edges and nodes, weighed by its opacity and size.
fn ink(page: &Figure) -> f64 {
    let own = |paint: &Paint| match paint.role {
        Role::Link(_) | Role::Outline | Role::Secondary => f64::from(paint.opacity),
        _ => 0.0,
    };
    page.marks
        .iter()
        .map(|mark| match mark {
            Mark::Line { points, stroke, .. } => {
                let length = |pair: &[[f32; 2]]| (pair[0][0] - pair[1][0]).hypot(pair[0][1] - pair[1][1]);
                let way: f32 = points.windows(2).map(length).sum();
                own(&stroke.paint) * f64::from(stroke.width * way)
            }
            Mark::Lines { lines, stroke } => {
                let length = |pair: &[[f32; 2]]| (pair[0][0] - pair[1][0]).hypot(pair[0][1] - pair[1][1]);
                let way: f32 = lines.shown().flat_map(|line| line.windows(2)).map(length).sum();
                own(&stroke.paint) * f64::from(stroke.width * way)
            }
            Mark::Discs { centres, radius, fill: Some(fill), .. } => {
                own(fill) * f64::from(radius * radius) * std::f64::consts::PI * centres.len() as f64
            }
            _ => 0.0,
        })
        .sum()
}

#[test]
fn nothing_pops_while_one_flies() {
    // A zoom by two, in steps of half a percent: half a percent of all lengths, and of the page's edge, may
    // change in one step. A row of tiles or links that came at once would be several percent.
    for chart in ChartKind::ALL {
        let mut page = Figure::new(FRAME.width, FRAME.height);
        let mut p = Projection::new(chart, RingRadius::Balanced, 1 << 20, Camera::HOME, FRAME);
        p.camera = p.zoomed([500.0, 700.0], 700.0);
        let mut before: Option<f64> = None;
        for step in 0..140 {
            p.camera = p.zoomed([500.0, 700.0], 1.005);
            drawn(p, ReceptiveField::Three, Boundary::Ring, &mut page);
            let now = ink(&page);
            if let Some(before) = before {
                let change = (now / before - 1.0).abs();
                assert!(change < 0.02, "{chart:?}: {:.1} % at step {step}", 100.0 * change);
            }
            before = Some(now);
        }
    }
}

#[test]
fn the_picture_of_a_million_sites_takes_what_that_of_a_thousand_takes() {
    let mut page = Figure::new(FRAME.width, FRAME.height);
    for chart in [ChartKind::HalfPlane, ChartKind::Poincare, ChartKind::Klein] {
        let mut count = |log2: u32| {
            let p = Projection::new(chart, RingRadius::Balanced, 1 << log2, Camera::HOME, FRAME);
            drawn(p, ReceptiveField::Three, Boundary::Ring, &mut page);
            strokes(&page)
        };
        let (thousand, million, most) = (count(10), count(20), count(40));
        println!("{chart:?}: {thousand}, {million}, {most} lines and discs for 2^10, 2^20, 2^40 sites");
        assert!(million <= thousand + thousand / 10, "{chart:?}: {thousand} and {million} lines");
        assert!(most <= million + 10, "{chart:?}: {million} and {most} lines");
    }
}
