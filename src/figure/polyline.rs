//! Curves as polylines: as many corners as the eye needs on the page, and no more.

use super::camera::Frame;
use super::page::Place;
use super::sheet::Sheet;
use crate::hyperbolic::{HalfPlane, point_between};

/// A chord may leave its curve by so many points.
const TOLERANCE: f32 = 0.2;
/// Halvings of a piece at most: 2⁷ corners where a curve comes from far outside the page.
const HALVINGS: u32 = 7;

/// A geodesic shorter than this on the page is begun in one piece: it has no room for two bends.
const SHORT: f32 = 40.0;
/// See [`is_narrow`].
const NARROW: f64 = 0.5;

/// The way of `curve` from `from` to `to`, begun in `pieces` equal steps of its parameter; the first corner
/// included.
pub(super) fn trace(frame: Frame, ends: [f64; 2], pieces: usize, curve: impl Fn(f64) -> Place) -> Vec<Place> {
    let mut places = Vec::with_capacity(64);
    walk(frame, ends, pieces, |t| [curve(t)], &mut |[p]| places.push(p));
    places
}

/// Leaves out the corners of a polyline that lie within `tolerance` of a chord between two that stay; its ends stay.
///
/// From a corner that stays a chord may run in those directions in which it passes every corner since within the
/// tolerance (the cone intersection method: E. Williams, Comput. Graph. Image Process. 8, 286 (1978)); the first corner
/// that lies in none of them ends it. O(corners).
pub(super) fn simplify(places: &mut Vec<Place>, tolerance: f32) {
    if places.len() < 3 {
        return;
    }
    let cross = |a: Place, b: Place| a[0] * b[1] - a[1] * b[0];
    // Turned by the angle whose sine is given.
    let turned = |d: Place, sine: f32| {
        let cosine = (1.0 - sine * sine).sqrt();
        [cosine * d[0] - sine * d[1], sine * d[0] + cosine * d[1]]
    };
    let mut kept = 1;
    let mut anchor = places[0];
    let mut last = places[0];
    let mut farthest = 0.0_f32;
    // The sides of the cone, right and left; none as long as everything is within the tolerance of the anchor.
    let mut cone: Option<[Place; 2]> = None;
    for i in 1..places.len() {
        let at = places[i];
        let mut d = [at[0] - anchor[0], at[1] - anchor[1]];
        let mut away = d[0].hypot(d[1]);
        let within = |d: Place, [right, left]: [Place; 2]| {
            cross(right, d) >= 0.0 && cross(d, left) >= 0.0 && right[0] * d[0] + right[1] * d[1] > 0.0
        };
        // One that turns back would leave the chord behind.
        let out = cone.is_some_and(|sides| !within(d, sides)) || away < farthest - tolerance;
        if out {
            places[kept] = last;
            kept += 1;
            (anchor, cone, farthest) = (last, None, 0.0);
            d = [at[0] - anchor[0], at[1] - anchor[1]];
            away = d[0].hypot(d[1]);
        }
        if away > tolerance {
            let sine = tolerance / away;
            let [right, left] = [turned(d, -sine), turned(d, sine)];
            cone = Some(cone.map_or([right, left], |[r, l]| {
                [if cross(r, right) > 0.0 { right } else { r }, if cross(left, l) > 0.0 { left } else { l }]
            }));
        }
        farthest = farthest.max(away);
        last = at;
    }
    places[kept] = last;
    places.truncate(kept + 1);
}

/// Takes corners of curves at the same parameters, one after the other: of a line, or of the sides of a strip.
pub(super) fn walk<const N: usize>(
    frame: Frame,
    [from, to]: [f64; 2],
    pieces: usize,
    curves: impl Fn(f64) -> [Place; N],
    push: &mut impl FnMut([Place; N]),
) {
    let at = |i: usize| from + (to - from) * i as f64 / pieces as f64;
    let mut begin = curves(from);
    push(begin);
    for i in 0..pieces {
        let end = curves(at(i + 1));
        refine(frame, [at(i), at(i + 1)], [begin, end], HALVINGS, &curves, push);
        begin = end;
    }
}

fn refine<const N: usize>(
    frame: Frame,
    [from, to]: [f64; 2],
    [begin, end]: [[Place; N]; 2],
    halvings: u32,
    curves: &impl Fn(f64) -> [Place; N],
    push: &mut impl FnMut([Place; N]),
) {
    let middle_at = 0.5 * (from + to);
    let middle = curves(middle_at);
    let bent = (0..N).any(|side| {
        let (a, b, m) = (begin[side], end[side], middle[side]);
        let off = off_chord(a, b, m);
        off > TOLERANCE && off > TOLERANCE + 0.05 * far(frame, a).min(far(frame, b)).min(far(frame, m))
    });
    if bent && halvings > 0 {
        refine(frame, [from, middle_at], [begin, middle], halvings - 1, curves, push);
        refine(frame, [middle_at, to], [middle, end], halvings - 1, curves, push);
        return;
    }
    push(end);
}

/// Distance of a point from a chord: across it, since steps of a curve need not be even along a straight one.
pub(super) fn off_chord(a: Place, b: Place, m: Place) -> f32 {
    let (along, off) = ([b[0] - a[0], b[1] - a[1]], [m[0] - a[0], m[1] - a[1]]);
    let square = along[0] * along[0] + along[1] * along[1];
    let share = (off[0] * along[0] + off[1] * along[1]) / square.max(f32::MIN_POSITIVE);
    let share = share.clamp(0.0, 1.0);
    (off[0] - share * along[0]).hypot(off[1] - share * along[1])
}

/// Straight pieces of an arc of a circle with this middle, so that none leaves it by more than the tolerance: the height
/// of an arc over its chord falls as the square of their number.
pub(super) fn pieces_of_arc(a: Place, middle: Place, b: Place) -> usize {
    (off_chord(a, b, middle) / TOLERANCE).sqrt().ceil().clamp(1.0, MOST_PIECES) as usize
}

/// A turn of a polyline by more than this, in radians, is a corner that is meant.
const CORNER: f32 = 0.6;
/// A side as long as this, in points, shows that it is straight; the waves of long cuts have shorter ones.
const LONG: f32 = 12.0;
/// Pieces of a side at most: its height over the chord falls by 256.
const MOST_PIECES: f32 = 16.0;

/// The smooth curve through the corners of a polyline, with new corners where the old ones would be seen: on every side
/// the cubic of Hermite that leaves and comes in the middle direction of two sides. True corners stay.
///
/// It leaves a side by about an eighth of its length and turn, so that a fine polyline is hardly moved. Sides that lie
/// outside the frame stay as they are.
pub(super) fn smoothed(frame: Frame, places: Vec<Place>) -> Vec<Place> {
    let side = |i: usize| {
        let (a, b) = (places[i], places[i + 1]);
        let d = [b[0] - a[0], b[1] - a[1]];
        (d, d[0].hypot(d[1]))
    };
    // The turn at a corner, and the direction there of the sides before and after it.
    let corner = |i: usize, own: Place| {
        if i == 0 || i + 1 == places.len() {
            return (0.0, own);
        }
        let ((d, before), (e, after)) = (side(i - 1), side(i));
        if before == 0.0 || after == 0.0 {
            return (0.0, own);
        }
        let [d, e] = [d.map(|c| c / before), e.map(|c| c / after)];
        let turn = (d[0] * e[1] - d[1] * e[0]).atan2(d[0] * e[0] + d[1] * e[1]).abs();
        let sum = [d[0] + e[0], d[1] + e[1]];
        let length = sum[0].hypot(sum[1]);
        if turn > CORNER { (0.0, own) } else { (turn, sum.map(|c| c / length)) }
    };
    let long = |i: usize| {
        let length = side(i).1;
        length > LONG && far(frame, places[i]).min(far(frame, places[i + 1])) <= length
    };
    let sides = places.len().saturating_sub(1);
    if !(0..sides).any(long) {
        return places;
    }
    let mut smooth = Vec::with_capacity(2 * places.len());
    smooth.extend(places.first().copied());
    for i in 0..sides {
        let (a, b) = (places[i], places[i + 1]);
        let (d, length) = side(i);
        if long(i) {
            let own = d.map(|c| c / length);
            let ((turn, leaves), (other, comes)) = (corner(i, own), corner(i + 1, own));
            let height = length * (turn + other) / 16.0;
            let pieces = (height / TOLERANCE).sqrt().ceil().min(MOST_PIECES) as usize;
            smooth.extend((1..pieces).map(|k| {
                let t = k as f32 / pieces as f32;
                let u = 1.0 - t;
                let shares = [
                    u * u * (1.0 + 2.0 * t),
                    t * u * u * length,
                    t * t * (1.0 + 2.0 * u),
                    -t * t * u * length,
                ];
                [0, 1].map(|c| {
                    shares[0] * a[c] + shares[1] * leaves[c] + shares[2] * b[c] + shares[3] * comes[c]
                })
            }));
        }
        smooth.push(b);
    }
    smooth
}

/// How far outside the frame a place is, in points.
fn far(frame: Frame, at: Place) -> f32 {
    let beyond = |x: f32, from: f32, size: f32| (from - x).max(x - from - size).max(0.0);
    beyond(at[0], frame.left, frame.width).max(beyond(at[1], frame.top, frame.height))
}

/// Adds the corners of the geodesic between two points, ideal ones only straight below one another, to a list.
pub(super) fn add_geodesic(sheet: &Sheet, frame: Frame, [a, b]: [HalfPlane; 2], places: &mut Vec<Place>) {
    let upright = a.x == b.x || a.z <= 0.0 || b.z <= 0.0;
    let (begin, end) = (single(sheet.to_page(a)), single(sheet.to_page(b)));
    let length = (begin[0] - end[0]).hypot(begin[1] - end[1]);
    places.push(begin);
    if length < 6.0 {
        places.push(end);
        return;
    }
    let at = |t: f64| {
        let p = if upright {
            HalfPlane { x: a.x + t * (b.x - a.x), z: a.z + t * (b.z - a.z) }
        } else {
            point_between(a, b, t)
        };
        [single(sheet.to_page(p))]
    };
    let mut push = |[p]: [Place; 1]| places.push(p);
    if length < SHORT {
        refine(frame, [0.0, 1.0], [[begin], [end]], HALVINGS, &at, &mut push);
        return;
    }
    let middle = at(0.5);
    refine(frame, [0.0, 0.5], [[begin], middle], HALVINGS, &at, &mut push);
    refine(frame, [0.5, 1.0], [middle, [end]], HALVINGS, &at, &mut push);
}

/// A string of points joined by geodesics.
pub(super) fn string(sheet: &Sheet, frame: Frame, points: &[HalfPlane]) -> Vec<Place> {
    let mut places = Vec::with_capacity(3 * points.len());
    places.extend(points.first().map(|p| single(sheet.to_page(*p))));
    for pair in points.windows(2) {
        places.pop();
        add_geodesic(sheet, frame, [pair[0], pair[1]], &mut places);
    }
    places
}

/// Between two lines of equal depth, z[0] and z[1], from x[0] to x[1], either of which may be infinite: adds the
/// ends of its rungs in turn to a list.
///
/// The parameter is the angle about the middle of the horocycle as the Poincaré disk shows it, where its steps
/// are equal.
pub(super) fn add_strip(sheet: &Sheet, frame: Frame, z: [f64; 2], x: [f64; 2], rungs: &mut Vec<Place>) {
    let mut push = |rung: [Place; 2]| rungs.extend(rung);
    if is_narrow(sheet, z[0], x) {
        let rung = |x| z.map(|z| single(sheet.to_page(HalfPlane { x, z })));
        walk(frame, x, 1, rung, &mut push);
        return;
    }
    let angles = z.map(|z| x.map(|x| horocycle_angle(sheet, z, x)));
    let pieces = if sheet.is_level() { 1 } else { pieces(angles[0]) };
    let rung = |t: f64| {
        [0, 1].map(|side| {
            let [from, to] = angles[side];
            horocycle_place(sheet, z[side], from + (to - from) * t)
        })
    };
    walk(frame, [0.0, 1.0], pieces, rung, &mut push);
}

/// The line of equal depth z from x[0] to x[1].
pub(super) fn horocycle_line(sheet: &Sheet, frame: Frame, z: f64, x: [f64; 2]) -> Vec<Place> {
    let mut places = Vec::with_capacity(64);
    add_horocycle(sheet, frame, z, x, &mut places);
    places
}

/// Adds the corners of that line to a list.
pub(super) fn add_horocycle(sheet: &Sheet, frame: Frame, z: f64, x: [f64; 2], places: &mut Vec<Place>) {
    let mut push = |[p]: [Place; 1]| places.push(p);
    if is_narrow(sheet, z, x) {
        walk(frame, x, 1, |x| [single(sheet.to_page(HalfPlane { x, z }))], &mut push);
        return;
    }
    let angles = x.map(|x| horocycle_angle(sheet, z, x));
    let pieces = if sheet.is_level() { 1 } else { pieces(angles) };
    walk(frame, angles, pieces, |angle| [horocycle_place(sheet, z, angle)], &mut push);
}

/// Whether a piece of a horocycle is so short that its abscissa will do as its parameter: under half a radian.
fn is_narrow(sheet: &Sheet, z: f64, [from, to]: [f64; 2]) -> bool {
    2.0 * (to - from).abs() < NARROW * (sheet.view().centre.z + z)
}

fn pieces([from, to]: [f64; 2]) -> usize {
    ((to - from).abs() / 0.6).ceil().clamp(1.0, 12.0) as usize
}

/// Angle about the middle of the horocycle of height z at which x stands, −π…π.
pub(super) fn horocycle_angle(sheet: &Sheet, z: f64, x: f64) -> f64 {
    let centre = sheet.view().centre;
    2.0 * ((x - centre.x) / (centre.z + z)).atan()
}

/// The x at that angle.
pub(super) fn horocycle_x(sheet: &Sheet, z: f64, angle_rad: f64) -> f64 {
    let centre = sheet.view().centre;
    centre.x + (centre.z + z) * (0.5 * angle_rad).tan()
}

fn horocycle_place(sheet: &Sheet, z: f64, angle_rad: f64) -> Place {
    single(sheet.to_page(HalfPlane { x: horocycle_x(sheet, z, angle_rad), z }))
}

pub(super) fn single(at: [f64; 2]) -> Place {
    at.map(|c| c as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::camera::{Camera, ChartKind, Projection};
    use crate::hyperbolic::RingRadius;

    const FRAME: Frame = Frame::page(784.0, 828.0);

    fn sheet(chart: ChartKind) -> Sheet {
        let camera = Camera { turn_rad: 0.4, ..Camera::HOME };
        Projection::new(chart, RingRadius::Balanced, 256, camera, FRAME).sheet()
    }

    /// Distance of a place from the nearest chord.
    fn off(at: Place, line: &[Place]) -> f32 {
        let away = |ab: &[Place]| {
            let (d, e) = ([0, 1].map(|i| ab[1][i] - ab[0][i]), [0, 1].map(|i| at[i] - ab[0][i]));
            let along = (d[0] * e[0] + d[1] * e[1]) / (d[0] * d[0] + d[1] * d[1]).max(f32::MIN_POSITIVE);
            let along = along.clamp(0.0, 1.0);
            (e[0] - along * d[0]).hypot(e[1] - along * d[1])
        };
        line.windows(2).map(away).fold(f32::INFINITY, f32::min)
    }

    #[test]
    fn a_simpler_polyline_stays_within_the_tolerance_of_every_corner_it_leaves_out() {
        let tolerance = 0.1;
        // An arc: a chord of sagitta s spans √(8 r s), here 17 points, so 37 of 126 corners are the least.
        let mut arc: Vec<Place> = (0..126)
            .map(|i| 0.0135 * i as f32)
            .map(|angle| [370.0 * angle.cos(), 370.0 * angle.sin()])
            .collect();
        let whole = arc.clone();
        simplify(&mut arc, tolerance);
        assert!((37..50).contains(&arc.len()), "{}", arc.len());
        assert!(whole.iter().all(|p| off(*p, &arc) <= 1.01 * tolerance));
        proptest::proptest!(|(steps in proptest::collection::vec((-1.0_f32..1.0, -1.0_f32..1.0), 0..60))| {
            let mut at = [0.0, 0.0];
            let walk: Vec<Place> = steps
                .iter()
                .map(|(dx, dy)| {
                    at = [at[0] + 0.2 * dx * dx.abs(), at[1] + 0.2 * dy];
                    at
                })
                .collect();
            let mut simple = walk.clone();
            simplify(&mut simple, tolerance);
            assert_eq!((simple.first(), simple.last()), (walk.first(), walk.last()));
            assert!(simple.len() <= walk.len());
            // Beside the chord one tolerance, beyond its end another: √2, and some for the chord's own end.
            assert!(walk.len() < 2 || walk.iter().all(|p| off(*p, &simple) <= 2.0 * tolerance));
        });
    }

    #[test]
    fn a_coarse_circle_is_drawn_round_and_true_corners_stay() {
        // Sides of 10° of a circle of 400 points leave it by 400 (1 − cos 5°) = 1.5 points.
        let on = |degrees: f32| {
            let angle = degrees.to_radians();
            [400.0 + 400.0 * angle.cos(), 400.0 * angle.sin()]
        };
        let coarse: Vec<Place> = (0..=18).map(|i| on(10.0 * i as f32)).collect();
        let smooth = smoothed(FRAME, coarse.clone());
        assert!(coarse.iter().all(|p| smooth.contains(p)));
        let off = |p: Place| ((p[0] - 400.0).hypot(p[1]) - 400.0).abs();
        // The two ends have no side beyond them to tell a direction.
        let middles = smooth.windows(2).map(|w| [0.5 * (w[0][0] + w[1][0]), 0.5 * (w[0][1] + w[1][1])]);
        let inner = middles.filter(|p| (on(10.0)[1]..800.0).contains(&p[1]) && p[1] > on(170.0)[1]);
        let worst = inner.map(off).fold(0.0, f32::max);
        assert!(worst < 2.0 * TOLERANCE, "{worst}");
        let right_angle = vec![[100.0, 100.0], [300.0, 100.0], [300.0, 300.0]];
        assert_eq!(smoothed(FRAME, right_angle.clone()), right_angle);
        assert!(smoothed(FRAME, Vec::new()).is_empty());
    }

    #[test]
    fn a_geodesic_is_straight_in_the_klein_disk_and_bent_in_the_poincare_disk() {
        let ends = [HalfPlane::new(20.0, 3.0), HalfPlane::new(190.0, 12.0)];
        assert_eq!(string(&sheet(ChartKind::Klein), FRAME, &ends).len(), 3);
        let bent = string(&sheet(ChartKind::Poincare), FRAME, &ends);
        assert!((8..60).contains(&bent.len()), "{}", bent.len());
        // All corners lie on one circle that meets the boundary at right angles: |c|² = R² + r² about the middle.
        let s = sheet(ChartKind::Poincare);
        let (middle, radius) = s.circle().unwrap();
        let inverted = |p: Place| {
            let (dx, dy) = (f64::from(p[0] - middle[0]), f64::from(p[1] - middle[1]));
            [dx, dy, dx * dx + dy * dy + f64::from(radius).powi(2)]
        };
        // 2 c·p = |p|² + R² for every p of the circle: two corners give c, the others check it.
        let (p, q) = (inverted(bent[0]), inverted(bent[bent.len() - 1]));
        let det = 2.0 * (p[0] * q[1] - p[1] * q[0]);
        let c = [(p[2] * q[1] - q[2] * p[1]) / det, (p[0] * q[2] - q[0] * p[2]) / det];
        let r = (c[0] * c[0] + c[1] * c[1] - f64::from(radius).powi(2)).sqrt();
        for at in bent.iter().map(|p| inverted(*p)) {
            let off = (at[0] - c[0]).hypot(at[1] - c[1]) - r;
            assert!(off.abs() < 0.01, "{off}");
        }
    }

    #[test]
    fn a_line_of_equal_depth_is_a_circle_in_the_poincare_disk() {
        let s = sheet(ChartKind::Poincare);
        let line = horocycle_line(&s, FRAME, 16.0, [f64::NEG_INFINITY, f64::INFINITY]);
        // It touches the boundary where x → ±∞, and is a circle of radius R/(1 + z/z₀).
        let (_, radius) = s.circle().unwrap();
        let centre = s.view().centre;
        let expected = radius / (1.0 + 16.0 / centre.z) as f32;
        let (sum, count) =
            (line.iter().fold([0.0, 0.0], |s, p| [s[0] + p[0], s[1] + p[1]]), line.len() as f32);
        let middle = [sum[0] / count, sum[1] / count];
        let first = line[0];
        assert!((first[0] - line[line.len() - 1][0]).abs() < 0.1, "closed at infinity");
        let touching = s.rim(std::f64::consts::PI + s.view().turn_rad, 0.0);
        assert!((f64::from(first[0]) - touching[0]).abs() < 0.1);
        for p in &line {
            let off = (p[0] - middle[0]).hypot(p[1] - middle[1]);
            assert!((off - expected).abs() < 0.15 * expected, "{off} {expected}");
        }
    }
}
