//! A region, its cut, and the cut as a curve in the hyperbolic plane: one answer, never mixed with another.

use super::overlays::Overlays;
use crate::hyperbolic::{
    Course, Curve, HalfPlane, Staircase, StaircaseEnd, StringStyle, Tile, Wedge as TileWedge,
    pulled_staircase, staircases,
};
use crate::lattice::Boundary;
use crate::network::{CausalCone, Cut, CutSolver, Geometry, Region, causal_cone};

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
    /// Along a pulled string, boundary points at z = 0 included, or along the sides of an open line.
    Curve(Curve),
}

impl WedgeSide {
    /// First and last point.
    #[must_use]
    pub fn ends(&self) -> [HalfPlane; 2] {
        match self {
            Self::Rim { from, to } => [HalfPlane { x: *from, z: 0.0 }, HalfPlane { x: *to, z: 0.0 }],
            Self::Wall { from, to, z } => [HalfPlane { x: *from, z: *z }, HalfPlane { x: *to, z: *z }],
            Self::Curve(points) => {
                let none = HalfPlane { x: 0.0, z: 0.0 };
                [points.first().copied().unwrap_or(none), points.last().copied().unwrap_or(none)]
            }
        }
    }

    /// The same piece, `shift` sites further.
    #[must_use]
    pub fn shifted(self, shift: f64) -> Self {
        match self {
            Self::Rim { from, to } => Self::Rim { from: from + shift, to: to + shift },
            Self::Wall { from, to, z } => Self::Wall { from: from + shift, to: to + shift, z },
            Self::Curve(curve) => Self::Curve(curve.shifted(shift)),
        }
    }
}

/// The answer to "what is the entropy of this region?".
#[derive(Clone, Debug)]
pub struct RegionAnswer {
    /// The region that was asked for.
    pub region: Region,
    /// Its minimal cut.
    pub cut: Cut,
    /// The Ryu–Takayanagi curves as pulled strings, from boundary point to boundary point.
    pub curves: Vec<Curve>,
    /// Outlines of the entanglement wedge.
    pub wedge: Vec<Vec<WedgeSide>>,
    /// Outlines of what lies between the minimum cut nearest the region, which is [`Self::cut`], and the one nearest
    /// the rest; none if there is only one, or they were not asked for.
    pub ties: Vec<Vec<WedgeSide>>,
    /// What the region feeds, and the curves around it; `None` if it was not asked for.
    pub cone: Option<(CausalCone, Vec<Curve>)>,
}

/// Height at which a string leaves the boundary before it enters the first layer.
const FOOT: f64 = 0.25;

impl RegionAnswer {
    /// Cuts the network along the region and pulls the string.
    #[must_use]
    pub fn new(solver: &mut CutSolver, region: &Region) -> Self {
        Self::with_overlays(solver, region, Overlays { ties: true, ..Overlays::NONE })
    }

    /// The same with what is to be laid over it; ties are not looked for unless they are.
    #[must_use]
    pub fn with_overlays(solver: &mut CutSolver, region: &Region, overlays: Overlays) -> Self {
        let cut = if overlays.ties { solver.solve(region) } else { solver.solve_near(region) };
        let geometry = *solver.network().geometry();
        let mut answer = Self::from_cut(geometry, region.clone(), cut);
        if overlays.cone && !region.is_empty() {
            let cone = causal_cone(&geometry, region);
            let curves = Strings::around(&geometry, cone.layers()).placed(&geometry, region).0;
            answer.cone = Some((cone, curves));
        }
        answer
    }

    /// The picture of a cut that is known already.
    #[must_use]
    pub fn from_cut(geometry: Geometry, region: Region, cut: Cut) -> Self {
        let near = Strings::around(&geometry, cut.wedge.layers());
        let ties = cut.wedge_far.as_ref().map_or_else(Vec::new, |far| {
            // Between the two lies what the far one holds on its right and the near one on its left.
            let far = Strings::around(&geometry, far.layers());
            let mut between = far.without(&near);
            between.append(near.without(&far).reversed());
            between.placed(&geometry, &region).1
        });
        let (curves, wedge) = near.placed(&geometry, &region);
        Self { region, cut, curves, wedge, ties, cone: None }
    }
}

/// The pulled strings around some tiles, the inside on their right, with the ends that are not closed.
struct Strings {
    points: Vec<Vec<HalfPlane>>,
    ends: Vec<Option<[StaircaseEnd; 2]>>,
}

impl Strings {
    /// Around sets of nodes, one for each layer.
    fn around(geometry: &Geometry, layers: &[Region]) -> Self {
        let wedge = TileWedge {
            sites: geometry.sites(),
            boundary: geometry.boundary(),
            field: geometry.field(),
            layers: layers
                .iter()
                .map(|layer| layer.intervals().iter().map(|i| (i.start, i.len)).collect())
                .collect(),
        };
        let stairs = staircases(&wedge);
        let style = StringStyle::default();
        let string =
            |s: &Staircase| with_feet(pulled_staircase(s, geometry.field(), geometry.sites(), &style), s);
        let ends = |s: &Staircase| match s.course {
            Course::Open { start, end } => Some([start, end]),
            Course::Closed { .. } => None,
        };
        Self { points: stairs.iter().map(string).collect(), ends: stairs.iter().map(ends).collect() }
    }

    /// The same curves the other way, with the inside on their left.
    fn reversed(&self) -> Self {
        Self {
            points: self.points.iter().map(|string| string.iter().rev().copied().collect()).collect(),
            ends: self.ends.iter().map(|ends| ends.map(|[start, end]| [end, start])).collect(),
        }
    }

    /// Those that the others do not have too.
    fn without(&self, others: &Self) -> Self {
        let kept = (0..self.points.len()).filter(|&i| !others.points.contains(&self.points[i]));
        let (points, ends) = kept.map(|i| (self.points[i].clone(), self.ends[i])).unzip();
        Self { points, ends }
    }

    fn append(&mut self, mut other: Self) {
        self.points.append(&mut other.points);
        self.ends.append(&mut other.ends);
    }

    /// The curves and the outlines of what is on their right, on one sheet of the cover, that of the region's arc.
    fn placed(self, geometry: &Geometry, region: &Region) -> (Vec<Curve>, Vec<Vec<WedgeSide>>) {
        let (outlines, moved) = outlines(geometry, region, &self);
        let shifted = |(string, shift): (Vec<HalfPlane>, f64)| Curve::from(string).shifted(shift);
        (self.points.into_iter().zip(moved).map(shifted).collect(), outlines)
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

/// Which of the edges of the picture a curve ends on, and how far along it: walking so that the picture is on
/// the left, rightwards along the boundary and leftwards along the top.
#[derive(Clone, Copy, Debug, PartialEq)]
struct EdgePlace {
    /// 0 the boundary of a ring, or all that is around a line; 1 the wall of a ring.
    edge: usize,
    along: f64,
}

/// The edges of the picture: two circles for a ring, one for the outline of a line.
struct Edges {
    geometry: Geometry,
    sites: f64,
    /// Height of the top of the last layer.
    top: f64,
}

impl Edges {
    fn new(geometry: &Geometry) -> Self {
        let top = f64::from(geometry.depth() + 1).exp2();
        Self { geometry: *geometry, sites: geometry.sites() as f64, top }
    }

    /// Length of an edge in the measure of [`EdgePlace::along`].
    fn length(&self) -> f64 {
        match self.geometry.boundary() {
            Boundary::Ring => self.sites,
            // Boundary, right side, top (at most from −N to 2N), left side.
            Boundary::Line => 4.0 * self.sites + 2.0 * self.top,
        }
    }

    fn place(&self, end: StaircaseEnd) -> EdgePlace {
        let p = end.point();
        let n = self.sites;
        match (self.geometry.boundary(), end) {
            (Boundary::Ring, StaircaseEnd::Gap { .. }) => EdgePlace { edge: 0, along: p.x.rem_euclid(n) },
            (Boundary::Ring, _) => EdgePlace { edge: 1, along: (-p.x).rem_euclid(n) },
            (Boundary::Line, StaircaseEnd::Gap { .. }) => EdgePlace { edge: 0, along: p.x },
            (Boundary::Line, StaircaseEnd::Side(_)) if p.x > 0.5 * n => EdgePlace { edge: 0, along: n + p.z },
            (Boundary::Line, StaircaseEnd::Wall(_)) => {
                EdgePlace { edge: 0, along: n + self.top + (2.0 * n - p.x) }
            }
            (Boundary::Line, StaircaseEnd::Side(_)) => {
                EdgePlace { edge: 0, along: 4.0 * n + self.top + (self.top - p.z) }
            }
        }
    }

    /// The pieces of the edge from the start of one curve on to the end of another.
    fn path(&self, from: StaircaseEnd, to: StaircaseEnd) -> Vec<WedgeSide> {
        let (start, end) = (self.place(from), self.place(to));
        let run = (end.along - start.along).rem_euclid(self.length());
        let (p, q) = (from.point(), to.point());
        match (self.geometry.boundary(), from) {
            (Boundary::Ring, StaircaseEnd::Gap { .. }) => {
                vec![WedgeSide::Rim { from: start.along, to: start.along + run }]
            }
            (Boundary::Ring, _) => vec![WedgeSide::Wall { from: p.x, to: p.x - run, z: p.z }],
            (Boundary::Line, _) => {
                let gap = |end| matches!(end, StaircaseEnd::Gap { .. });
                if gap(from) && gap(to) && start.along + run < self.sites + 0.5 {
                    return vec![WedgeSide::Rim { from: p.x, to: q.x }];
                }
                let mut sides = Vec::new();
                let foot = |end, z| if gap(end) { HalfPlane { x: z, z: 0.0 } } else { end.point() };
                let mut around = vec![foot(from, self.sites)];
                if gap(from) {
                    sides.push(WedgeSide::Rim { from: p.x, to: self.sites });
                }
                let length = self.length();
                around.extend(
                    self.corners()
                        .into_iter()
                        .filter(|(along, _)| (along - start.along).rem_euclid(length) < run)
                        .map(|(_, corner)| corner),
                );
                around.push(foot(to, 0.0));
                sides.push(WedgeSide::Curve(around.into()));
                if gap(to) {
                    sides.push(WedgeSide::Rim { from: 0.0, to: q.x });
                }
                sides
            }
        }
    }

    /// The steps of the sides of a line, from the foot of the right one over the top to that of the left one.
    fn corners(&self) -> Vec<(f64, HalfPlane)> {
        let field = self.geometry.field();
        let layers = 0..=self.geometry.depth();
        let sides = |layer: u32, index: u64| Tile { layer, index: index as i64 }.sides(field);
        let right = layers.clone().flat_map(|layer| {
            let s = sides(layer, self.geometry.sites_in_layer(layer) - 1);
            [s.bottom, s.top].map(|z| (self.sites + z, HalfPlane { x: s.right, z }))
        });
        let left = layers.rev().flat_map(|layer| {
            let s = sides(layer, 0);
            let along = 4.0 * self.sites + self.top;
            [s.top, s.bottom].map(|z| (along + self.top - z, HalfPlane { x: s.left, z }))
        });
        right.chain(left).collect()
    }
}

/// Outlines of the wedge, and how many sites each string must be moved to lie on them.
///
/// Curves keep the inside to their right, so from the start of a curve the wedge lies along the edge of the
/// picture (walked with the picture on the left) up to the next end of a curve, and that curve is followed
/// backwards. On a ring x runs on along an outline; one that is N further when it closes goes around the ring.
fn outlines(geometry: &Geometry, region: &Region, strings: &Strings) -> (Vec<Vec<WedgeSide>>, Vec<f64>) {
    let n = geometry.sites() as f64;
    let mut moved = vec![0.0; strings.points.len()];
    if region.is_full() {
        let full =
            vec![WedgeSide::Rim { from: 0.0, to: n }, WedgeSide::Wall { from: n, to: 0.0, z: 2.0 * n }];
        return (vec![full], moved);
    }
    let edges = Edges::new(geometry);
    let open: Vec<(usize, StaircaseEnd, StaircaseEnd)> = strings
        .ends
        .iter()
        .enumerate()
        .filter_map(|(i, ends)| ends.map(|[start, end]| (i, start, end)))
        .collect();
    let mut left: Vec<usize> = (0..open.len()).collect();
    let mut outlines = Vec::new();
    while let Some(first) = left.first().copied() {
        let mut outline: Vec<WedgeSide> = Vec::new();
        let mut at = first;
        loop {
            let (_, start, _) = open[at];
            let from = edges.place(start);
            let next = open
                .iter()
                .enumerate()
                .map(|(j, &(_, _, end))| (j, edges.place(end)))
                .filter(|(_, to)| to.edge == from.edge)
                .min_by(|(_, a), (_, b)| {
                    let run = |to: &EdgePlace| (to.along - from.along).rem_euclid(edges.length());
                    run(a).total_cmp(&run(b))
                });
            // Starts and ends alternate along an edge; should they not, the outline stays open.
            let Some((j, _)) = next.filter(|(j, _)| left.contains(j)) else {
                left.retain(|i| *i != first);
                break;
            };
            left.retain(|i| *i != j);
            let (string, _, end) = open[j];
            for side in edges.path(start, end) {
                push_joined(&mut outline, side, n);
            }
            let backwards: Vec<HalfPlane> = strings.points[string].iter().rev().copied().collect();
            moved[string] = push_joined(&mut outline, WedgeSide::Curve(backwards.into()), n);
            at = j;
            if at == first {
                break;
            }
        }
        outlines.push(outline);
    }
    // Curves that close without going around the ring: tiles that hang by their corners alone, which only r = 4
    // has, apart from the rest or as a hole in it.
    let islands = strings.points.iter().zip(&strings.ends).filter(|(points, ends)| {
        let around = points.first().zip(points.last()).map_or(0.0, |(a, b)| (b.x - a.x).abs());
        ends.is_none() && around < 0.5 * n
    });
    outlines.extend(islands.map(|(points, _)| vec![WedgeSide::Curve(points.clone().into())]));
    (outlines, moved)
}

/// Appends a piece, moved by whole periods to begin where the last one ends; returns by how much.
fn push_joined(outline: &mut Vec<WedgeSide>, side: WedgeSide, period: f64) -> f64 {
    let shift = outline.last().map_or(0.0, |last| {
        let apart = last.ends()[1].x - side.ends()[0].x;
        (apart / period).round() * period
    });
    outline.push(side.shifted(shift));
    shift
}
