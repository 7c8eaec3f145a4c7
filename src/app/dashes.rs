//! Dashed lines on the screen.

use egui::{Pos2, Rect};

/// Most dashes of one stretch of a line.
const MOST: f64 = 1e5;

/// The dashes of a line that are seen: a line may run for millions of points beyond the page, and there it only counts.
/// A dash around a corner is two.
pub fn dashes(path: &[Pos2], [dash, gap]: [f32; 2], seen: Rect, mut add: impl FnMut([Pos2; 2])) {
    let (dash, period) = (f64::from(dash), f64::from(dash) + f64::from(gap));
    // How far along its pattern a stretch begins; in f64, as lines are long and dashes short.
    let mut phase = 0.0;
    for ends in path.windows(2) {
        let [a, b] = [ends[0], ends[1]];
        let length = f64::from(a.x - b.x).hypot(f64::from(a.y - b.y));
        if let Some([from, to]) = shares_inside(a, b, seen) {
            let mix =
                |a: f32, b: f32, share: f64| (f64::from(a) + (f64::from(b) - f64::from(a)) * share) as f32;
            let at = |along: f64| Pos2::new(mix(a.x, b.x, along / length), mix(a.y, b.y, along / length));
            let (from, to) = (from * length, to * length);
            let first = ((from + phase) / period).floor();
            let count = ((to - from) / period).ceil() + 1.0;
            // No page is as long: the ends are so far out that f64 does not tell places on it apart.
            if count > MOST {
                continue;
            }
            for k in 0..count as u32 {
                let begin = (first + f64::from(k)) * period - phase;
                let (start, end) = (begin.max(from), (begin + dash).min(to));
                if start < end {
                    add([at(start), at(end)]);
                }
            }
        }
        if length.is_finite() {
            phase = (phase + length) % period;
        }
    }
}

/// Between which shares of the way from a to b it runs inside a box (Liang and Barsky 1984); `None` where it does not.
fn shares_inside(a: Pos2, b: Pos2, seen: Rect) -> Option<[f64; 2]> {
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    for axis in 0..2 {
        let (start, way) = (f64::from(a[axis]), f64::from(b[axis]) - f64::from(a[axis]));
        let [low, high] = [f64::from(seen.min[axis]), f64::from(seen.max[axis])];
        if way == 0.0 {
            if start < low || start > high {
                return None;
            }
            continue;
        }
        let (one, other) = ((low - start) / way, (high - start) / way);
        from = from.max(one.min(other));
        to = to.min(one.max(other));
    }
    // Not so of ends that are no numbers.
    (from < to).then_some([from, to])
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Color32, Shape, pos2};

    #[test]
    fn a_dashed_line_of_millions_of_points_is_as_many_dashes_as_are_seen() {
        let seen = Rect::from_min_max(pos2(0.0, 0.0), pos2(200.0, 100.0));
        let dashes_of = |path: &[Pos2]| {
            let mut found = Vec::new();
            dashes(path, [5.0, 4.0], seen, |ends| found.push(ends));
            found
        };
        // All on the page, egui's own are the referee; around a corner both make two.
        let near = [pos2(10.0, 20.0), pos2(150.0, 20.0), pos2(150.0, 90.0), pos2(20.0, 30.0)];
        let mut theirs = Vec::new();
        Shape::dashed_line_many(&near, egui::Stroke::new(1.0, Color32::WHITE), 5.0, 4.0, &mut theirs);
        let theirs: f32 = theirs
            .iter()
            .map(|dash| match dash {
                Shape::LineSegment { points: [a, b], .. } => a.distance(*b),
                _ => panic!("a dash is a segment"),
            })
            .sum();
        let ours = dashes_of(&near);
        let length: f32 = ours.iter().map(|[a, b]| a.distance(*b)).sum();
        assert!((length - theirs).abs() < 5.0, "{length} of ink, {theirs} of egui's");
        assert!((length - 5.0 / 9.0 * (140.0 + 70.0 + 130.0_f32.hypot(60.0))).abs() < 5.0, "{length}");
        // From far on the left to far on the right: the pattern goes on as if all had been drawn.
        let far = dashes_of(&[pos2(-9e7, 50.0), pos2(9e7, 50.0)]);
        assert!((22..=24).contains(&far.len()), "{} dashes", far.len());
        let begin = far.iter().map(|[a, _]| f64::from(a.x)).find(|x| *x > 0.0).unwrap();
        let beats = (begin + 9e7) / 9.0;
        assert!((beats - beats.round()).abs() < 1e-5, "{begin}");
        assert!(dashes_of(&[pos2(-9e7, 500.0), pos2(9e7, 500.0)]).is_empty());
        assert!(dashes_of(&[pos2(-3e37, 50.0), pos2(1e37, 50.0)]).len() < 50, "and it comes to an end");
        assert!(dashes_of(&[pos2(f32::NAN, 5.0), pos2(9.0, f32::INFINITY), pos2(9.0, 5.0)]).len() < 50);
    }
}
