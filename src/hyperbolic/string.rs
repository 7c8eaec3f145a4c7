//! The pulled string: a calm curve that crosses given gates in order, for the Ryu–Takayanagi curve.
//!
//! Each edge of a staircase is opened into a *gate*, the geodesic from the node inside to the node
//! outside. Successive gates share a node (or bound a convex quadrilateral, at corners of four tiles), so
//! between them lie convex cells, and a string from gate to gate stays in this sleeve. We pull it taut:
//! crossing points at fractions t of the gates that minimise
//! `Σ lengths − μ Σ [ln(t − t₀) + ln(1 − t₀ − t)]`. Distance is convex along geodesics (no curvature is
//! positive), so the minimum is the only one and Newton's method with a tridiagonal Hessian finds it.
//! The taut polygon then becomes the control polygon of a quadratic B-spline on the hyperboloid.

use super::gate::{Gate, gates_from_tiles};
use super::geodesic::{point_between, segment_points};
use super::point::{HalfPlane, distance};
use super::relaxation::{Closure, relaxed_fractions};
use super::staircase::{Course, Staircase};
use crate::lattice::ReceptiveField;

/// How tight and how finely drawn a string is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StringStyle {
    /// Fraction t₀ of a gate next to either end that the string keeps free; `0 < t₀ < ½`.
    pub margin: f64,
    /// Weight μ > 0 of the pull to the middle of the gates, in curvature radii: small is taut.
    pub centring: f64,
    /// Points drawn per curvature radius of the string (about three gates); every gate gets at least
    /// 3, so that crowded gates keep their curves.
    pub samples_per_unit: usize,
}

impl Default for StringStyle {
    fn default() -> Self {
        Self { margin: 0.12, centring: 0.01, samples_per_unit: 20 }
    }
}

/// The string from `start` through all `gates` in order to `end`, as a polyline with both ends.
///
/// It crosses each gate exactly once and is not longer than the polygon through the gates' middles.
/// A mirrored input gives the mirrored curve. Cost O(gates), about 1 µs per gate.
/// Without gates it is the geodesic.
#[must_use]
pub fn pulled_string(
    start: HalfPlane,
    gates: &[Gate],
    end: HalfPlane,
    style: &StringStyle,
) -> Vec<HalfPlane> {
    if gates.is_empty() {
        return segment_points(start, end, piece_samples(distance(start, end), style) + 1);
    }
    let fractions = relaxed_fractions(gates, Closure::Pinned(start, end), style.margin, style.centring);
    let knots: Vec<_> = gates.iter().zip(&fractions).map(|(gate, &t)| gate.point(t)).collect();
    let mut line = Vec::new();
    let mut from = start;
    for (i, (&gate, &knot)) in gates.iter().zip(&knots).enumerate() {
        let to = knots.get(i + 1).map_or(end, |&next| point_between(knot, next, 0.5));
        push_piece(&mut line, gate, [from, knot, to], style);
        from = to;
    }
    line.push(end);
    line
}

/// The closed string through `gates`, the last followed by the first moved by `shift` sites (0 for an
/// island, ±N once around the ring). First and last point are the same up to `shift`. Empty without gates.
#[must_use]
pub fn pulled_loop(gates: &[Gate], shift: f64, style: &StringStyle) -> Vec<HalfPlane> {
    if gates.is_empty() {
        return Vec::new();
    }
    let fractions = relaxed_fractions(gates, Closure::Loop(shift), style.margin, style.centring);
    let knots: Vec<_> = gates.iter().zip(&fractions).map(|(gate, &t)| gate.point(t)).collect();
    let first = point_between(knots[knots.len() - 1].shifted(-shift), knots[0], 0.5);
    let mut line = Vec::new();
    let mut from = first;
    for (i, (&gate, &knot)) in gates.iter().zip(&knots).enumerate() {
        let to = match knots.get(i + 1) {
            Some(&next) => point_between(knot, next, 0.5),
            None => first.shifted(shift),
        };
        push_piece(&mut line, gate, [from, knot, to], style);
        from = to;
    }
    line.push(from);
    line
}

/// The string of a traced boundary curve of a wedge, from end to end or closed.
#[must_use]
pub fn pulled_staircase(
    curve: &Staircase,
    field: ReceptiveField,
    sites: u64,
    style: &StringStyle,
) -> Vec<HalfPlane> {
    let gates = gates_from_tiles(&curve.crossings, field);
    match curve.course {
        Course::Open { start, end } => pulled_string(start.point(), &gates, end.point(), style),
        Course::Closed { winding } => pulled_loop(&gates, winding as f64 * sites as f64, style),
    }
}

/// Number of chords for a piece of string of the given length; bounded, should gates lie far apart.
fn piece_samples(length: f64, style: &StringStyle) -> usize {
    ((style.samples_per_unit as f64 * length).round() as usize).clamp(3, 1000)
}

/// Nearest that the smoothed curve may come to the end of a gate, as a fraction of the gate.
const CLEARANCE: f64 = 0.04;
/// Sharpest weight of a control point before the bare corner is taken.
const SHARPEST: f64 = 64.0;

/// Appends one piece of the spline without its last point: the conic from `from` to `to` with control
/// point `knot` on `gate`, `(1−s)² F + 2ω s(1−s) K + s² T` on the hyperboloid.
///
/// It lies in the triangle of the three, so it stays in the two cells beside the gate and crosses
/// the gate's geodesic once. Only where the cells turn sharply can that be past the gate's end; a larger
/// ω pulls the conic to the corner until it is not.
fn push_piece(line: &mut Vec<HalfPlane>, gate: Gate, [from, knot, to]: [HalfPlane; 3], style: &StringStyle) {
    let count = piece_samples(distance(from, knot) + distance(knot, to), style);
    let cone = |p: HalfPlane| LightCone::of(p, knot.x);
    let [f, k, t] = [from, knot, to].map(cone);
    let (inside, outside) = (cone(gate.inside), cone(gate.outside));
    let (before, after) = (f.side_of(inside, outside), t.side_of(inside, outside));
    // K lies on the gate, so the side of the conic is (1−s)² before + s² after.
    let crossing = before.abs().sqrt() / (before.abs().sqrt() + after.abs().sqrt());
    let conic = |s: f64, weight: f64| {
        let r = 1.0 - s;
        LightCone::sum([(r * r, f), (2.0 * weight * s * r, k), (s * s, t)]).point(knot.x)
    };
    let reach = (1.0 - CLEARANCE) * distance(gate.inside, gate.outside);
    let mut weight = 1.0;
    while before * after < 0.0 && weight <= SHARPEST {
        let at = conic(crossing, weight);
        if distance(at, gate.inside) <= reach && distance(at, gate.outside) <= reach {
            line.push(from);
            line.extend((1..count).map(|i| conic(i as f64 / count as f64, weight)));
            return;
        }
        weight *= 2.0;
    }
    line.extend([from, knot]);
}

/// A point of the hyperboloid in light-cone components `(1/z, x/z, (x² + z²)/z)`, up to a factor,
/// with x counted from a point near by so that no digits cancel.
#[derive(Clone, Copy)]
struct LightCone([f64; 3]);

impl LightCone {
    fn of(p: HalfPlane, origin: f64) -> Self {
        let x = p.x - origin;
        Self([1.0 / p.z, x / p.z, (x * x + p.z * p.z) / p.z])
    }

    fn sum<const TERMS: usize>(terms: [(f64, Self); TERMS]) -> Self {
        Self([0, 1, 2].map(|i| terms.iter().map(|&(factor, v)| factor * v.0[i]).sum()))
    }

    fn point(self, origin: f64) -> HalfPlane {
        let [a, b, c] = self.0;
        HalfPlane { x: origin + b / a, z: (a * c - b * b).sqrt() / a }
    }

    /// Positive on one side of the geodesic through `p` and `q`, negative on the other.
    fn side_of(self, p: Self, q: Self) -> f64 {
        let ([a, b, c], [d, e, f], [g, h, i]) = (self.0, p.0, q.0);
        a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    }
}

#[cfg(test)]
mod tests {
    use super::super::example_wedges::{majority_wedge, random_wedges};
    use super::super::geodesic::regularised_length;
    use super::super::staircase::staircases;
    use super::super::tiling::Tile;
    use super::*;
    use crate::numerics::streams::stream;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use rand::RngExt;

    fn length(line: &[HalfPlane]) -> f64 {
        line.windows(2).map(|step| distance(step[0], step[1])).sum()
    }

    /// Indices of the chords of `line` that cross `gate`.
    fn chords_across(line: &[HalfPlane], gate: Gate) -> Vec<usize> {
        let origin = gate.inside.x;
        let cone = |p| LightCone::of(p, origin);
        let (a, b) = (cone(gate.inside), cone(gate.outside));
        (0..line.len() - 1)
            .filter(|&i| {
                let (p, q) = (cone(line[i]), cone(line[i + 1]));
                // A sample may lie on the gate itself: count it to one side.
                (p.side_of(a, b) >= 0.0) != (q.side_of(a, b) >= 0.0)
                    && a.side_of(p, q) * b.side_of(p, q) <= 0.0
            })
            .collect()
    }

    fn assert_follows(line: &[HalfPlane], gates: &[Gate]) {
        let mut last = 0;
        for (i, &gate) in gates.iter().enumerate() {
            let crossed = chords_across(line, gate);
            assert_eq!(crossed.len(), 1, "gate {i} of {}: {crossed:?}", gates.len());
            assert!(crossed[0] >= last, "gate {i} comes too early");
            last = crossed[0];
        }
    }

    #[test]
    fn strings_of_random_wedges_cross_every_gate_once_and_in_order() {
        let style = StringStyle::default();
        let mut open = 0;
        for wedge in random_wedges(32, 600) {
            for curve in staircases(&wedge) {
                let gates = gates_from_tiles(&curve.crossings, wedge.field);
                let line = pulled_staircase(&curve, wedge.field, wedge.sites, &style);
                assert_follows(&line, &gates);
                assert!(line.iter().all(|p| p.x.is_finite() && p.z > 0.0));
                let mut middles: Vec<_> = gates.iter().map(|gate| gate.point(0.5)).collect();
                match curve.course {
                    Course::Open { start, end } => {
                        middles.insert(0, start.point());
                        middles.push(end.point());
                        assert_eq!((line[0], line[line.len() - 1]), (start.point(), end.point()));
                        open += 1;
                    }
                    Course::Closed { winding } => {
                        let shift = winding as f64 * wedge.sites as f64;
                        middles.push(middles[0].shifted(shift));
                        assert!(distance(line[0].shifted(shift), line[line.len() - 1]) < 1e-12);
                    }
                }
                assert!(length(&line) <= length(&middles) * (1.0 + 1e-12));
            }
        }
        assert!(open > 500);
    }

    /// A random walk through the sleeve of triangles that `(k, i) | (k, i+1)` and links bound for r = 3:
    /// at each triangle left or right, never back.
    fn random_sleeve(seed: u64, gates: usize) -> (HalfPlane, Vec<Gate>, HalfPlane) {
        let field = ReceptiveField::Three;
        let mut rng = stream(seed, "sleeve", 0);
        let (mut left, mut right) = (Tile { layer: 20, index: 40 }, Tile { layer: 20, index: 41 });
        // The third node of the triangle above or below an edge.
        let thirds = |a: Tile, b: Tile| -> [Tile; 2] {
            let at = |layer, index| Tile { layer, index };
            if a.layer == b.layer {
                let low = a.index.min(b.index);
                return [at(a.layer + 1, low.div_euclid(2)), at(a.layer - 1, 2 * low + 2)];
            }
            let (child, parent) = if a.layer < b.layer { (a, b) } else { (b, a) };
            match child.index - 2 * parent.index {
                0 => [at(parent.layer, parent.index - 1), at(child.layer, child.index + 1)],
                1 => [at(child.layer, child.index - 1), at(child.layer, child.index + 1)],
                _ => [at(parent.layer, parent.index + 1), at(child.layer, child.index - 1)],
            }
        };
        let centre = |tile: Tile| tile.centre(field);
        let middle = |a: Tile, b: Tile, c: Tile| {
            point_between(centre(a), point_between(centre(b), centre(c), 0.5), 0.6)
        };
        let mut previous = thirds(left, right)[1];
        let start = middle(previous, left, right);
        let mut crossings = vec![(left, right)];
        let mut fan = 0;
        loop {
            let [one, two] = thirds(left, right);
            let next = if one == previous { two } else { one };
            if crossings.len() == gates {
                return (start, gates_from_tiles(&crossings, field), middle(next, left, right));
            }
            // Six or seven triangles surround a node: three turns the same way do not close the fan.
            let turn_left = if fan >= 3 {
                false
            } else if fan <= -3 {
                true
            } else {
                rng.random_bool(0.5)
            };
            fan = if turn_left { fan.max(0) + 1 } else { fan.min(0) - 1 };
            if turn_left {
                previous = right;
                right = next;
            } else {
                previous = left;
                left = next;
            }
            crossings.push((left, right));
        }
    }

    #[test]
    fn strings_through_random_walks_follow_their_sleeve() {
        let style = StringStyle::default();
        let mut simple = 0;
        for seed in 0..400 {
            let (start, gates, end) = random_sleeve(seed, 2 + (seed as usize) % 30);
            let line = pulled_string(start, &gates, end, &style);
            // A walk may come back to a gate; those sleeves overlap themselves.
            let mut ends: Vec<_> = gates
                .iter()
                .map(|gate| {
                    let mut ends = [gate.inside, gate.outside].map(|p| (p.x.to_bits(), p.z.to_bits()));
                    ends.sort_unstable();
                    ends
                })
                .collect();
            ends.sort_unstable();
            ends.dedup();
            if ends.len() == gates.len() {
                assert_follows(&line, &gates);
                simple += 1;
            }
            let middles: Vec<_> =
                std::iter::once(start).chain(gates.iter().map(|gate| gate.point(0.5))).chain([end]).collect();
            assert!(length(&line) <= length(&middles));
        }
        assert!(simple > 200, "{simple}");
    }

    #[test]
    fn a_symmetric_wedge_has_a_symmetric_string() {
        let wedge = majority_wedge(64, 16, 31);
        let curves = staircases(&wedge);
        assert_eq!(curves.len(), 1);
        let line = pulled_staircase(&curves[0], wedge.field, 64, &StringStyle::default());
        for (p, q) in line.iter().zip(line.iter().rev()) {
            assert_abs_diff_eq!(p.x + q.x, 2.0 * 23.5, epsilon = 1e-6);
            assert_abs_diff_eq!(p.z, q.z, epsilon = 1e-6);
        }
    }

    #[test]
    fn the_string_of_an_interval_is_nearly_as_short_as_its_geodesic() {
        for sites in [20_i64, 48, 97, 333, 5000, 100_000] {
            let total = 1 << 20;
            let start = total / 3;
            let wedge = majority_wedge(total as u64, start, start + sites);
            let curves = staircases(&wedge);
            assert_eq!(curves.len(), 1);
            let line = pulled_staircase(&curves[0], wedge.field, wedge.sites, &StringStyle::default());
            let (taut, ideal) = (length(&line), regularised_length(sites as f64, 1.0));
            assert!(ideal < taut && taut < ideal + 1.0, "{sites}: {taut} {ideal}");
        }
    }

    #[test]
    fn far_along_the_chain_the_string_is_the_same() {
        let style = StringStyle::default();
        let wedge = majority_wedge(64, 11, 31);
        let gates = gates_from_tiles(&staircases(&wedge)[0].crossings, wedge.field);
        let shift = (1_i64 << 30) as f64;
        let moved: Vec<_> = gates.iter().map(|gate| gate.shifted(shift)).collect();
        let (start, end) = (HalfPlane::new(11.0, 1.0), HalfPlane::new(31.0, 1.0));
        let near = pulled_string(start, &gates, end, &style);
        let far = pulled_string(start.shifted(shift), &moved, end.shifted(shift), &style);
        assert_eq!(near.len(), far.len());
        for (p, q) in near.iter().zip(&far) {
            assert!(distance(p.shifted(shift), *q) < 1e-6);
        }
    }

    #[test]
    fn a_string_around_the_ring_stays_in_its_layer() {
        let field = ReceptiveField::Three;
        let layers = vec![vec![(0, 16)], vec![(0, 8)], vec![], vec![], vec![]];
        let wedge =
            super::super::wedge::Wedge { sites: 16, boundary: crate::lattice::Boundary::Ring, field, layers };
        let curves = staircases(&wedge);
        assert_eq!(curves.len(), 1);
        let line = pulled_staircase(&curves[0], field, 16, &StringStyle::default());
        let (first, last) = (line[0], line[line.len() - 1]);
        assert_relative_eq!(last.x - first.x, 16.0, epsilon = 1e-9);
        assert_relative_eq!(last.z, first.z, epsilon = 1e-9);
        assert!(line.iter().all(|p| p.z > 2.9 && p.z < 5.6));
    }

    #[test]
    fn without_gates_it_is_the_geodesic() {
        let (p, q) = (HalfPlane::new(0.0, 1.0), HalfPlane::new(9.0, 1.0));
        let line = pulled_string(p, &[], q, &StringStyle::default());
        assert_relative_eq!(length(&line), distance(p, q), epsilon = 1e-9);
        assert!(pulled_loop(&[], 4.0, &StringStyle::default()).is_empty());
    }
}
