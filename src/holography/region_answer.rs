//! A region, its cut, and the cut as a curve in the hyperbolic plane: one answer, never mixed with another.

use crate::hyperbolic::{
    Course, HalfPlane, Staircase, StaircaseEnd, StringStyle, Wedge as TileWedge, pulled_staircase, staircases,
};
use crate::network::{Cut, CutSolver, Geometry, Region};

/// A piece of a wedge's outline, in order; x unwrapped.
#[derive(Clone, Debug, PartialEq)]
pub enum WedgeSide {
    /// Along the boundary.
    Rim {
        /// First abscissa.
        from: f64,
        /// Last abscissa.
        to: f64,
    },
    /// Along the infrared wall (or the top of the root).
    Wall {
        /// First abscissa.
        from: f64,
        /// Last abscissa.
        to: f64,
        /// Height.
        z: f64,
    },
    /// Along a pulled string, boundary points at z = 0 included.
    Curve(Vec<HalfPlane>),
}

/// The answer to "what is the entropy of this region?".
#[derive(Clone, Debug)]
pub struct RegionAnswer {
    /// The region that was asked for.
    pub region: Region,
    /// Its minimal cut.
    pub cut: Cut,
    /// The Ryu–Takayanagi curves as pulled strings, from boundary point to boundary point.
    pub curves: Vec<Vec<HalfPlane>>,
    /// Outlines of the entanglement wedge.
    pub wedge: Vec<Vec<WedgeSide>>,
}

/// Height at which a string leaves the boundary before it enters the first layer.
const FOOT: f64 = 0.25;

impl RegionAnswer {
    /// Cuts the network along the region and pulls the string.
    #[must_use]
    pub fn new(solver: &mut CutSolver, region: &Region) -> Self {
        let cut = solver.solve(region);
        let geometry = *solver.network().geometry();
        Self::from_cut(geometry, region.clone(), cut)
    }

    /// The picture of a cut that is known already.
    #[must_use]
    pub fn from_cut(geometry: Geometry, region: Region, cut: Cut) -> Self {
        let wedge = TileWedge {
            sites: geometry.sites(),
            boundary: geometry.boundary(),
            field: geometry.field(),
            layers: cut
                .wedge
                .layers()
                .iter()
                .map(|layer| layer.intervals().iter().map(|i| (i.start, i.len)).collect())
                .collect(),
        };
        let stairs = staircases(&wedge);
        let strings: Vec<Vec<HalfPlane>> = stairs
            .iter()
            .map(|s| {
                with_feet(pulled_staircase(s, geometry.field(), geometry.sites(), &StringStyle::default()), s)
            })
            .collect();
        let wedge = outlines(&geometry, &region, &stairs, &strings);
        Self { region, cut, curves: strings, wedge }
    }
}

/// Carries a string from the first layer down to the boundary itself.
fn with_feet(mut curve: Vec<HalfPlane>, stairs: &Staircase) -> Vec<HalfPlane> {
    let Course::Open { start, end } = stairs.course else { return curve };
    if let StaircaseEnd::Gap { .. } = start {
        let x = start.point().x;
        curve.splice(0..0, [HalfPlane { x, z: 0.0 }, HalfPlane { x, z: FOOT }]);
    }
    if let StaircaseEnd::Gap { .. } = end {
        let x = end.point().x;
        curve.extend([HalfPlane { x, z: FOOT }, HalfPlane { x, z: 0.0 }]);
    }
    curve
}

/// Outlines of the wedge: along an interval of the region, then along the curve that begins at its far
/// end, and so on until the outline closes. Curves keep the inside to their right, so the curve of an
/// interval runs from its left end to its right end; outlines follow curves backwards.
fn outlines(
    geometry: &Geometry,
    region: &Region,
    stairs: &[Staircase],
    strings: &[Vec<HalfPlane>],
) -> Vec<Vec<WedgeSide>> {
    let n = geometry.sites() as f64;
    if region.is_full() {
        return vec![vec![
            WedgeSide::Rim { from: 0.0, to: n },
            WedgeSide::Wall { from: n, to: 0.0, z: 2.0 * n },
        ]];
    }
    let same = |a: f64, b: f64| {
        let d = (a - b).abs().rem_euclid(n);
        d.min(n - d) < 1e-6
    };
    let intervals: Vec<(f64, f64)> =
        region.intervals().iter().map(|i| (i.start as f64, (i.start + i.len) as f64)).collect();
    let mut left: Vec<usize> = (0..intervals.len()).collect();
    let mut outlines = Vec::new();
    while let Some(first) = left.first().copied() {
        let mut outline = Vec::new();
        let mut at = first;
        loop {
            left.retain(|i| *i != at);
            let (start, end) = intervals[at];
            outline.push(WedgeSide::Rim { from: start, to: end });
            let Some((next, sides)) = onward(stairs, strings, end, n, geometry, &same) else { break };
            outline.extend(sides);
            match intervals.iter().position(|(s, _)| same(*s, next)) {
                Some(i) if left.contains(&i) => at = i,
                _ => break,
            }
        }
        outlines.push(outline);
    }
    outlines
}

/// From the right end `x` of an interval back to the start of the next one: along the curve that ends
/// there, and if that begins at the wall or at a side of the line, along it to the next curve.
fn onward(
    stairs: &[Staircase],
    strings: &[Vec<HalfPlane>],
    x: f64,
    n: f64,
    geometry: &Geometry,
    same: &impl Fn(f64, f64) -> bool,
) -> Option<(f64, Vec<WedgeSide>)> {
    let open = |s: &Staircase| match s.course {
        Course::Open { start, end } => Some((start, end)),
        Course::Closed { .. } => None,
    };
    let ends_at = |s: &Staircase| {
        open(s).is_some_and(|(_, e)| matches!(e, StaircaseEnd::Gap { .. }) && same(e.point().x, x))
    };
    let backwards = |i: usize| WedgeSide::Curve(strings[i].iter().rev().copied().collect());
    let Some(i) = stairs.iter().position(ends_at) else {
        // No curve ends here: the end of an open line. Up its side, along the top, to whatever is there.
        let top = f64::from(geometry.depth() + 1).exp2();
        let start = stairs.iter().enumerate().filter_map(|(i, s)| open(s).map(|o| (i, o))).find(
            |(_, (start, end))| {
                matches!(end, StaircaseEnd::Wall(_) | StaircaseEnd::Side(_))
                    && matches!(start, StaircaseEnd::Gap { .. })
            },
        );
        return match start {
            Some((i, (start, end))) => {
                let p = end.point();
                Some((start.point().x, vec![WedgeSide::Wall { from: x, to: p.x, z: p.z }, backwards(i)]))
            }
            None => Some((0.0, vec![WedgeSide::Wall { from: x, to: 0.0, z: top }])),
        };
    };
    let (start, _) = open(&stairs[i])?;
    let mut sides = vec![backwards(i)];
    match start {
        StaircaseEnd::Gap { .. } => Some((start.point().x, sides)),
        StaircaseEnd::Wall(p) | StaircaseEnd::Side(p) => {
            // Leftwards along the wall to the curve that comes up there with the inside on its right.
            let next = stairs
                .iter()
                .enumerate()
                .filter_map(|(j, s)| open(s).map(|(a, b)| (j, a, b)))
                .filter_map(|(j, a, b)| match (a, b) {
                    (StaircaseEnd::Gap { .. }, StaircaseEnd::Wall(q) | StaircaseEnd::Side(q)) => {
                        Some((j, a, q))
                    }
                    _ => None,
                })
                .min_by(|(_, _, q), (_, _, r)| {
                    let back = |v: f64| (p.x - v).rem_euclid(n);
                    back(q.x).total_cmp(&back(r.x))
                });
            match next {
                Some((j, a, q)) => {
                    let run = (p.x - q.x).rem_euclid(n);
                    sides.push(WedgeSide::Wall { from: p.x, to: p.x - run, z: p.z });
                    sides.push(backwards(j));
                    Some((a.point().x, sides))
                }
                None => {
                    // The inside reaches the left end of the line.
                    sides.push(WedgeSide::Wall { from: p.x, to: 0.0, z: p.z });
                    Some((0.0, sides))
                }
            }
        }
    }
}
