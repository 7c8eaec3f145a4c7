//! Numbers on the picture: sites along the boundary, layers along the depth.

use super::bulk::{BulkScene, FULL_FROM};
use super::camera::Projection;
use super::page::{Anchor, Figure, Mark, Paint, Place, Stroke};
use super::palette::Role;
use super::regions::{ARC_OFFSET, letter_place};
use crate::figure::chart::grouped;
use crate::hyperbolic::{HalfPlane, Tile};
use crate::lattice::Boundary;

/// Size of the numbers.
const SIZE: f32 = 11.5;
/// Width of one digit at that size, generously.
const DIGIT: f32 = 6.8;
/// Width of a letter, blanks among them, at that size.
const LETTER: f32 = 6.0;
/// A layer so thick, in points, has τ and z beside each other.
const ROOM_FOR_BOTH: f64 = 26.0;
/// Numbers stand at least so far apart, in points.
const APART: f32 = 44.0;
/// Distance of a number from the boundary, to its nearer edge.
const OFFSET: f64 = 16.0;
/// A number stays away so far from a region's letter, and from the ends of its arc.
const CLEAR: [f32; 2] = [20.0, 16.0];

/// A number of the ruler.
#[derive(Clone, Debug, PartialEq)]
struct Number {
    gap: u64,
    at: Place,
}

/// Draws the ruler: gaps between sites that are multiples of powers of two, the coarse ones first, as many as have
/// room. The region "40..88" lies between the ticks 40 and 88.
pub(super) fn draw_ruler(page: &mut Figure, scene: &BulkScene<'_>) {
    let p = &scene.projection;
    let tick = Stroke::solid(Paint::of(Role::Outline), 1.0);
    for Number { gap, at } in numbers(scene) {
        page.line(vec![p.outside(gap as f64, 0.5), p.outside(gap as f64, 5.0)], tick);
        page.text(at, grouped(gap), SIZE, Role::Secondary, Anchor::Middle);
    }
}

fn numbers(scene: &BulkScene<'_>) -> Vec<Number> {
    let p = &scene.projection;
    let sites = p.ring.sites;
    let mut found = Vec::new();
    let mut add = |gap: u64| {
        let at = beside(p, gap);
        if p.frame.has_room_at(at, half_width(gap)) && is_free(scene, at, half_width(gap)) {
            found.push(Number { gap, at });
        }
    };
    add(0);
    if scene.boundary == Boundary::Line {
        add(sites);
    }
    let mut open: Vec<[u64; 2]> = (0..4).map(|i| [i * sites / 4, (i + 1) * sites / 4]).collect();
    (1..4).for_each(|i| add(i * sites / 4));
    while let Some([from, to]) = open.pop() {
        let middle = from.midpoint(to);
        if middle == from || !is_seen(p, [from, to]) {
            continue;
        }
        let at = |gap| p.outside(gap as f64, 0.0);
        let step = |a: Place, b: Place| (a[0] - b[0]).hypot(a[1] - b[1]);
        if step(at(from), at(middle)) < APART || step(at(middle), at(to)) < APART {
            continue;
        }
        add(middle);
        open.extend([[from, middle], [middle, to]]);
    }
    // From different quarters, and over the point at infinity, two may have come close.
    let mut kept: Vec<Number> = Vec::new();
    for number in found {
        let near = |k: &Number| (k.at[0] - number.at[0]).hypot(k.at[1] - number.at[1]) < 0.7 * APART;
        if !kept.iter().any(near) {
            kept.push(number);
        }
    }
    kept
}

/// Whether any of the boundary between two gaps is in the frame.
fn is_seen(p: &Projection, [from, to]: [u64; 2]) -> bool {
    let (from, to) = (from as f64, to as f64);
    if p.chart.is_plane() {
        return !p.sheet().rim_parts(from, to, p.frame, 0.0).is_empty();
    }
    let [left, right] = p.visible_x(0.0);
    [-1.0, 0.0, 1.0].into_iter().any(|k| from + k * p.sites() < right && to + k * p.sites() > left)
}

fn half_width(gap: u64) -> f32 {
    0.5 * DIGIT * grouped(gap).chars().count() as f32
}

/// Where the number of a gap stands: further out where it would lie across the boundary.
fn beside(p: &Projection, gap: u64) -> Place {
    let x = gap as f64;
    let (near, far) = (p.outside(x, 0.0), p.outside(x, 10.0));
    let level = f64::from((far[0] - near[0]).abs()) / 10.0;
    p.outside(x, OFFSET + level * (f64::from(half_width(gap)) - 0.3 * f64::from(SIZE)).max(0.0))
}

/// Whether a number is clear of the letters of regions and of the ends of their arcs.
fn is_free(scene: &BulkScene<'_>, at: Place, half_width: f32) -> bool {
    let p = &scene.projection;
    // From the nearest of its digits: a number of six is as wide as what it stays away from.
    let digits = (half_width - DIGIT).max(0.0);
    let off = |place: Place| ((place[0] - at[0]).abs() - digits).max(0.0).hypot(place[1] - at[1]);
    let intervals = scene.regions.iter().flat_map(|look| look.region.intervals());
    intervals.into_iter().all(|i| {
        let (start, end) = (i.start as f64, (i.start + i.len) as f64);
        let letter = letter_place(p, [start, end]);
        let ends = [start, end].map(|x| p.outside(x.rem_euclid(p.sites()), ARC_OFFSET));
        off(letter) >= CLEAR[0] && ends.iter().all(|e| off(*e) >= CLEAR[1])
    })
}

/// Draws the number τ of every layer that is thick enough, with the height z where it begins where there is room for
/// both; the first one shown says which is which.
pub(super) fn draw_depths(page: &mut Figure, scene: &BulkScene<'_>) {
    let p = &scene.projection;
    let x = depth_abscissa(scene);
    let mut first = true;
    for layer in 0..=scene.depth {
        let sides = Tile { layer, index: 0 }.sides(scene.field);
        let at = |z| p.to_page(HalfPlane { x, z });
        let (low, high) = (at(sides.bottom), at(sides.top));
        let thick = (low[0] - high[0]).hypot(low[1] - high[1]);
        let place = at((sides.bottom * sides.top).sqrt());
        let f = p.frame;
        let inside = (f.left + 8.0..f.left + f.width - 8.0).contains(&place[0])
            && (f.top + 8.0..f.top + f.height - 8.0).contains(&place[1]);
        if f64::from(thick) < f64::from(SIZE) + 2.0 || !inside {
            continue;
        }
        // A ground of its own, so that no link runs through it.
        let tone = layer as f32 / scene.depth.max(1) as f32;
        let both = f64::from(thick) >= ROOM_FOR_BOTH;
        let text = match (both, std::mem::take(&mut first)) {
            (true, _) => format!("τ {layer} · z {}", grouped(1 << layer)),
            (false, true) => format!("τ {layer}"),
            (false, false) => layer.to_string(),
        };
        let (half, high) = (0.5 * LETTER * text.chars().count() as f32 + 3.0, 0.62 * SIZE);
        let corner = |dx: f32, dy: f32| [place[0] + dx * half, place[1] + dy * high];
        let outline = vec![corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
        page.marks.push(Mark::Area { outline, paint: Paint::at(Role::Tile(tone), 0.85) });
        page.text(place, text, SIZE, Role::Secondary, Anchor::Middle);
    }
}

/// Where the numbers of the layers stand: below the centre of a ring, a little beside the label of the wall; along
/// the left edge of a half-plane; above the foot of a disk.
fn depth_abscissa(scene: &BulkScene<'_>) -> f64 {
    let p = &scene.projection;
    if p.chart.is_plane() {
        let sheet = p.sheet();
        if !sheet.is_level() {
            return sheet.view().centre.x;
        }
        let [left, right] = p.visible_x(0.0);
        // Clear of the window's depth ladder, with half of the widest label.
        let margin = 84.0 * (right - left) / f64::from(p.frame.width);
        return match scene.boundary {
            Boundary::Line => (left + margin).max(FULL_FROM / p.width_per_site(1.0).max(1e-9)),
            Boundary::Ring => left + margin,
        };
    }
    let turn = -0.25 - 0.045 - p.camera.rotation_rad / std::f64::consts::TAU;
    turn.rem_euclid(1.0) * p.sites()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::bulk::RegionLook;
    use crate::figure::camera::{Camera, ChartKind, Frame};
    use crate::figure::{Hue, Looks};
    use crate::holography::Overlays;
    use crate::hyperbolic::RingRadius;
    use crate::lattice::ReceptiveField;
    use crate::network::Region;

    const FRAME: Frame = Frame::page(784.0, 828.0);

    fn scene<'a>(projection: Projection, regions: &'a [RegionLook<'a>]) -> BulkScene<'a> {
        BulkScene {
            projection,
            field: ReceptiveField::Three,
            boundary: Boundary::Ring,
            depth: projection.ring.sites.trailing_zeros(),
            layers: &[],
            regions,
            spins: &[],
            wall: None,
            lit_layer: None,
            overlays: Overlays::NONE,
            looks: Looks::PLAIN,
            strokes: 1.0,
            dark: true,
        }
    }

    #[test]
    fn numbers_stand_at_their_sites_apart_from_each_other_in_all_charts_and_zooms() {
        for sites in [8_u64, 256, 1 << 20] {
            for chart in ChartKind::ALL {
                let home = Projection::new(chart, RingRadius::Balanced, sites, Camera::HOME, FRAME);
                let about = home.outside(0.37 * sites as f64, 0.0);
                for by in [1.0, 30.0, 3000.0] {
                    let p = Projection { camera: home.zoomed(about, by), ..home };
                    let numbers = numbers(&scene(p, &[]));
                    // A frame that shows less than one site has no gap in it.
                    let least = usize::from(by == 1.0);
                    assert!(
                        (least..=64).contains(&numbers.len()),
                        "{chart:?} {sites} {by}: {}",
                        numbers.len()
                    );
                    for (i, a) in numbers.iter().enumerate() {
                        let foot = p.outside(a.gap as f64, 0.0);
                        assert!((foot[0] - a.at[0]).hypot(foot[1] - a.at[1]) < 60.0);
                        for b in &numbers[..i] {
                            let off = (a.at[0] - b.at[0]).hypot(a.at[1] - b.at[1]);
                            assert!(off >= 0.7 * APART && a.gap != b.gap, "{chart:?} {a:?} {b:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_number_of_six_digits_does_not_touch_the_letter_beside_it() {
        let p = Projection::new(ChartKind::HalfPlane, RingRadius::Balanced, 1 << 20, Camera::HOME, FRAME);
        let (start, end) = (250_000, 290_000);
        let region = Region::parse(&format!("{start}..{end}"), 1 << 20, Boundary::Ring).unwrap();
        let look = [RegionLook { hue: Hue::A, region: &region, answer: None, threads: &[], handles: true }];
        let scene = scene(p, &look);
        let letter = letter_place(&p, [f64::from(start), f64::from(end)]);
        let near = |dx: f32, half: f32| is_free(&scene, [letter[0] + dx, letter[1]], half);
        assert!(near(30.0, half_width(40)) && !near(30.0, half_width(262_144)));
    }

    #[test]
    fn layers_with_room_say_what_their_z_is_and_the_first_one_says_tau() {
        let texts = |sites: u64, magnification: f64| -> Vec<String> {
            let camera = Camera { magnification, ..Camera::HOME };
            let p = Projection::new(ChartKind::Ring, RingRadius::Balanced, sites, camera, FRAME);
            let mut page = Figure::new(FRAME.width, FRAME.height);
            draw_depths(&mut page, &scene(p, &[]));
            page.marks
                .into_iter()
                .filter_map(|mark| match mark {
                    Mark::Text { text, .. } => Some(text),
                    _ => None,
                })
                .collect()
        };
        let home = texts(256, 1.0);
        assert!(home[0].starts_with("τ ") && home.iter().any(|t| t == "τ 5 · z 32"), "{home:?}");
        // Layer 0 of a million sites is thinner than a letter: the first that is shown is another.
        let many = texts(1 << 20, 1.0);
        assert!(many[0].starts_with("τ ") && !many[0].starts_with("τ 0"), "{many:?}");
    }

    #[test]
    fn numbers_give_way_to_letters_and_ends_of_regions() {
        let region = Region::parse("48..80", 256, Boundary::Ring).unwrap();
        let look = [RegionLook { hue: Hue::A, region: &region, answer: None, threads: &[], handles: true }];
        let p = Projection::new(ChartKind::Ring, RingRadius::Balanced, 256, Camera::HOME, FRAME);
        let gaps = |looks: &[RegionLook<'_>]| -> Vec<u64> {
            numbers(&scene(p, looks)).into_iter().map(|n| n.gap).collect()
        };
        let (free, taken) = (gaps(&[]), gaps(&look));
        assert!(free.contains(&64) && free.contains(&48) && free.contains(&128));
        assert!(!taken.contains(&64) && !taken.contains(&48) && taken.contains(&128));
    }
}
