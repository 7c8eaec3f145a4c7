//! A region, its cut, and the cut as a curve in the hyperbolic plane: one answer, never mixed with another.

use crate::hyperbolic::{
    Course, HalfPlane, Staircase, StaircaseEnd, StringStyle, Tile, Wedge as TileWedge, pulled_staircase,
    staircases,
};
use crate::lattice::Boundary;
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
    /// Along a pulled string, boundary points at z = 0 included, or along the sides of an open line.
    Curve(Vec<HalfPlane>),
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
            Self::Curve(points) => Self::Curve(points.into_iter().map(|p| p.shifted(shift)).collect()),
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
        let (wedge, moved) = outlines(&geometry, &region, &stairs, &strings);
        // Curve, wedge and the region's arc stand on the same sheet of the cover.
        let curves = strings
            .into_iter()
            .zip(moved)
            .map(|(string, shift)| string.into_iter().map(|p| p.shifted(shift)).collect())
            .collect();
        Self { region, cut, curves, wedge }
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
                sides.push(WedgeSide::Curve(around));
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
fn outlines(
    geometry: &Geometry,
    region: &Region,
    stairs: &[Staircase],
    strings: &[Vec<HalfPlane>],
) -> (Vec<Vec<WedgeSide>>, Vec<f64>) {
    let n = geometry.sites() as f64;
    let mut moved = vec![0.0; strings.len()];
    if region.is_full() {
        let full =
            vec![WedgeSide::Rim { from: 0.0, to: n }, WedgeSide::Wall { from: n, to: 0.0, z: 2.0 * n }];
        return (vec![full], moved);
    }
    let edges = Edges::new(geometry);
    let open: Vec<(usize, StaircaseEnd, StaircaseEnd)> = stairs
        .iter()
        .enumerate()
        .filter_map(|(i, s)| match s.course {
            Course::Open { start, end } => Some((i, start, end)),
            Course::Closed { .. } => None,
        })
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
            let backwards = WedgeSide::Curve(strings[string].iter().rev().copied().collect());
            moved[string] = push_joined(&mut outline, backwards, n);
            at = j;
            if at == first {
                break;
            }
        }
        outlines.push(outline);
    }
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
