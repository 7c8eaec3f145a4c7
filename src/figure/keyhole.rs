//! Areas with holes as simple polygons: every hole is joined to what is around it by a cut of no width.

use super::page::Place;

/// Areas without their holes: every hole is taken out of the smallest area that it lies in; one that lies in none
/// is no hole of anything that is drawn. O(corners²) for each hole.
#[must_use]
pub(super) fn areas(mut outlines: Vec<Vec<Place>>, holes: &[Vec<Place>]) -> Vec<Vec<Place>> {
    outlines.retain(|outline| outline.len() > 2);
    // What lies in what is asked of the outlines as they came: a hole may stand where another one was joined.
    let whole = if holes.is_empty() { Vec::new() } else { outlines.clone() };
    for hole in holes.iter().filter(|hole| hole.len() > 2) {
        let around = (0..whole.len()).filter(|&i| lies_in(hole, &whole[i]));
        let smallest =
            around.min_by(|&i, &j| twice_area(&whole[i]).abs().total_cmp(&twice_area(&whole[j]).abs()));
        if let Some(i) = smallest {
            join(&mut outlines[i], hole);
        }
    }
    outlines
}

/// Whether an outline lies in another one: most of some of its corners do, so that one that is touched decides nothing.
fn lies_in(inner: &[Place], outer: &[Place]) -> bool {
    let step = (inner.len() / 7).max(1);
    let tried: Vec<bool> = inner.iter().step_by(step).map(|corner| contains(outer, *corner)).collect();
    2 * tried.iter().filter(|inside| **inside).count() > tried.len()
}

/// Even-odd rule.
fn contains(outline: &[Place], [x, y]: Place) -> bool {
    let mut inside = false;
    let mut from = outline[outline.len() - 1];
    for &to in outline {
        if (from[1] > y) != (to[1] > y) {
            let at = from[0] + (y - from[1]) / (to[1] - from[1]) * (to[0] - from[0]);
            inside ^= x < at;
        }
        from = to;
    }
    inside
}

/// Twice the area, with the sign of the way it is walked.
fn twice_area(outline: &[Place]) -> f64 {
    let next = outline.iter().cycle().skip(1);
    let cross =
        |(a, b): (&Place, &Place)| f64::from(a[0]) * f64::from(b[1]) - f64::from(b[0]) * f64::from(a[1]);
    outline.iter().zip(next).map(cross).sum()
}

/// Joins a hole to the area around it where their corners are nearest.
fn join(area: &mut Vec<Place>, hole: &[Place]) {
    let mut best = (f32::INFINITY, 0, 0);
    for (i, a) in area.iter().enumerate() {
        for (j, b) in hole.iter().enumerate() {
            let away = (a[0] - b[0]).hypot(a[1] - b[1]);
            if away < best.0 {
                best = (away, i, j);
            }
        }
    }
    let (_, i, j) = best;
    // The hole the other way round, so that it is one for either fill rule.
    let mut around: Vec<Place> = hole[j..].iter().chain(&hole[..=j]).copied().collect();
    if (twice_area(hole) > 0.0) == (twice_area(area) > 0.0) {
        around.reverse();
    }
    let back = area[i];
    area.splice(i + 1..i + 1, around.into_iter().chain([back]));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle([x, y]: Place, radius: f32, left: bool) -> Vec<Place> {
        let n = 48;
        let angle = |i: i32| std::f32::consts::TAU * i as f32 / n as f32 * if left { 1.0 } else { -1.0 };
        (0..n).map(|i| [x + radius * angle(i).cos(), y + radius * angle(i).sin()]).collect()
    }

    fn area_of(outline: &[Place]) -> f32 {
        let next = outline.iter().cycle().skip(1);
        0.5 * outline.iter().zip(next).map(|(a, b)| a[0] * b[1] - b[0] * a[1]).sum::<f32>().abs()
    }

    #[test]
    fn a_hole_is_left_out_whichever_way_it_is_walked() {
        for (outer, inner) in [(true, true), (true, false), (false, true), (false, false)] {
            let (hole, area) = (circle([50.0, 50.0], 10.0, inner), circle([52.0, 51.0], 40.0, outer));
            let found = areas(vec![area.clone()], &[hole.clone(), circle([200.0, 0.0], 5.0, inner)]);
            assert_eq!(found.len(), 1);
            let expected = area_of(&area) - area_of(&hole);
            assert!((area_of(&found[0]) - expected).abs() < 0.1, "{}", area_of(&found[0]));
            assert!(!contains(&found[0], [50.0, 50.0]) && contains(&found[0], [52.0, 80.0]));
        }
    }

    #[test]
    fn two_holes_an_island_and_a_neighbour_keep_their_places() {
        let outlines = [([100.0, 100.0], 80.0), ([130.0, 100.0], 8.0), ([300.0, 100.0], 30.0)];
        let outlines = outlines.map(|(at, radius)| circle(at, radius, true)).to_vec();
        let holes = [[70.0, 100.0], [130.0, 100.0]].map(|at| circle(at, 20.0, false));
        let whole: Vec<f32> = outlines.iter().map(|o| area_of(o)).collect();
        let found = areas(outlines, &holes);
        let expected = [whole[0] - 2.0 * area_of(&holes[0]), whole[1], whole[2]];
        assert!(found.iter().zip(expected).all(|(f, e)| (area_of(f) - e).abs() < 0.5));
        let covered = |at| found.iter().filter(|f| contains(f, at)).count();
        let places = [[70.0, 100.0], [130.0, 100.0], [100.0, 160.0], [300.0, 100.0], [130.0, 115.0]];
        assert_eq!(places.map(covered), [0, 1, 1, 1, 0]);
    }

    #[test]
    fn the_triangles_of_the_window_leave_the_hole_free() {
        let found = areas(vec![circle([50.0, 50.0], 40.0, true)], &[circle([50.0, 50.0], 15.0, true)]);
        let mut triangles: Vec<u32> = Vec::new();
        earcut::Earcut::new().earcut(found[0].iter().copied(), &[], &mut triangles);
        let corner = |i: u32| found[0][i as usize];
        let sum: f32 =
            triangles.chunks_exact(3).map(|t| area_of(&[corner(t[0]), corner(t[1]), corner(t[2])])).sum();
        assert!((sum - area_of(&found[0])).abs() < 0.01 * sum, "{sum} {}", area_of(&found[0]));
    }
}
