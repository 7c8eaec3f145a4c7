//! Two equal intervals that part: when their wedges fall apart, their mutual information is gone.

use super::{StudyProgress, StudyTable};
use crate::desk::picture;
use crate::desk::study::{Study, StudyError, bulk_network};
use crate::entanglement::Pair;
use crate::figure::Chart;
use crate::figure::chart::Axis;
use crate::figure::plots::{
    EntropyUnit, TransitionPlot, TransitionPoint, transition_chart, transition_marker,
};
use crate::lattice::Boundary;
use crate::network::{CutSolver, Interval, Region};
use crate::numerics::statistics::Summary;
use crate::session::{Document, Regions};
use crate::sim::CutAnswer;
use std::f64::consts::PI;
use std::sync::Arc;

/// Two equal intervals at all separations.
#[derive(Clone, Debug, PartialEq)]
struct Transition {
    /// Sites of each interval.
    size: u64,
    /// Sites of A, where it is a single interval that is too large for two of its size to part.
    too_large: Option<u64>,
    /// Positions that every row is the mean of; on a line all there are, where they are fewer.
    positions: u64,
    /// By separation.
    points: Vec<TransitionPoint>,
    /// Cross-ratio at which connected and disconnected cuts cost the same on average, and half the step of the grid.
    jump: Option<(f64, f64)>,
    /// Cross-ratio and mutual information of the present regions A and B, if both are single intervals.
    selection: Option<(f64, f64)>,
}

/// Pairs of intervals that are cut: a few hundred µs each with r = 4, tens with r = 2, 3.
const MOST_PAIRS: u64 = 12_000;
/// Separations looked at: beyond, they are spread evenly in their logarithm.
const MOST_SEPARATIONS: usize = 96;

/// Cuts two equal intervals of |A| sites, or of the largest quarter, quarter of that … of it that leaves room for
/// both to part, at every separation, over many positions. All cuts are exact.
pub(super) struct TransitionStudy {
    document: Document,
    study: Study,
    solver: CutSolver,
    size: u64,
    positions: u64,
    separations: Vec<u64>,
    points: Vec<TransitionPoint>,
    selection: Option<(f64, f64)>,
}

impl TransitionStudy {
    pub(super) fn new(document: &Document) -> Result<Self, StudyError> {
        let bulk = Arc::new(bulk_network(document, None)?);
        let network = Arc::clone(&bulk.network);
        let g = *network.geometry();
        let n = g.sites();
        let mut size = single(&document.regions.a).map_or(n / 4, |i| i.len).max(1);
        while 4 * size > n {
            size = size.div_ceil(4);
        }
        // On a ring intervals are farthest apart on opposite sides.
        let most = match g.boundary() {
            Boundary::Ring => n / 2 - size,
            Boundary::Line => n - 2 * size,
        };
        let separations = separations(most);
        let positions = (MOST_PAIRS / separations.len().max(1) as u64).clamp(16, 1024).min(n);
        let mut solver = CutSolver::new(network);
        let selection = selected(&mut solver, &document.regions);
        Ok(Self {
            document: document.clone(),
            study: Study::of(bulk),
            solver,
            size,
            positions,
            separations,
            points: Vec::new(),
            selection,
        })
    }

    /// One more separation.
    pub(super) fn advance(&mut self) -> bool {
        let Some(&separation) = self.separations.get(self.points.len()) else { return false };
        self.points.push(at_separation(&mut self.solver, self.size, separation, self.positions));
        self.points.len() < self.separations.len()
    }

    pub(super) fn progress(&self) -> StudyProgress {
        let [done, total] = [self.points.len(), self.separations.len()].map(|n| n as u64);
        StudyProgress { doing: "two intervals", done, total }
    }

    fn found(&self) -> Transition {
        Transition {
            size: self.size,
            too_large: single(&self.document.regions.a).map(|a| a.len).filter(|len| *len != self.size),
            positions: self.positions,
            jump: crossing(&self.points),
            points: self.points.clone(),
            selection: self.selection,
        }
    }

    pub(super) fn table(&self) -> StudyTable {
        self.found().table()
    }

    pub(super) fn chart(&self) -> Option<Chart> {
        (self.points.len() > 1).then(|| self.found().chart(&self.document, &self.study))
    }
}

fn single(region: &Region) -> Option<Interval> {
    match region.intervals() {
        [interval] if !region.is_full() => Some(*interval),
        _ => None,
    }
}

/// All separations from 1 on if they are few, else some, evenly in their logarithm.
fn separations(most: u64) -> Vec<u64> {
    if most <= MOST_SEPARATIONS as u64 {
        return (1..=most.max(1)).collect();
    }
    let step = (most as f64).ln() / (MOST_SEPARATIONS - 1) as f64;
    let mut list: Vec<u64> = (0..MOST_SEPARATIONS).map(|i| (step * i as f64).exp().round() as u64).collect();
    list.push(most);
    list.sort_unstable();
    list.dedup();
    list.retain(|separation| *separation <= most);
    list
}

/// `count` of `room` positions, evenly spread but not in step with the blocks of the layers; all if there are no more.
fn starts(count: u64, room: u64) -> impl Iterator<Item = u64> {
    // The golden-ratio sequence in 32 bits: its product with the room does not overflow.
    let spread = move |i: u64| ((i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) * room) >> 32;
    (0..count.min(room)).map(move |i| if count >= room { i } else { spread(i) })
}

fn at_separation(solver: &mut CutSolver, size: u64, separation: u64, count: u64) -> TransitionPoint {
    let g = *solver.network().geometry();
    let (n, boundary) = (g.sites(), g.boundary());
    let room = match boundary {
        Boundary::Ring => n,
        Boundary::Line => n - 2 * size - separation + 1,
    };
    let [mut connected, mut disconnected, mut joint, mut information] = [Summary::default(); 4];
    for start in starts(count, room) {
        let at = |offset: u64, len: u64| Interval { start: (start + offset) % n, len };
        let (a, b) = (at(0, size), at(size + separation, size));
        let mut s = |intervals: &[Interval]| entropy(solver, boundary, intervals);
        let apart = s(&[a]) + s(&[b]);
        let around = s(&[at(size, separation)]) + s(&[at(0, 2 * size + separation)]);
        let both = s(&[a, b]);
        disconnected.push(apart);
        connected.push(around);
        joint.push(both);
        information.push(apart - both);
    }
    TransitionPoint {
        separation,
        cross_ratio: cross_ratio(n, boundary, size, size, separation),
        information_nats: information.mean(),
        information_std_nats: information.std(),
        connected_nats: connected.mean(),
        disconnected_nats: disconnected.mean(),
        joint_nats: joint.mean(),
    }
}

fn entropy(solver: &mut CutSolver, boundary: Boundary, intervals: &[Interval]) -> f64 {
    let n = solver.network().geometry().sites();
    let region = Region::from_intervals(n, boundary, intervals.iter().copied())
        .unwrap_or_else(|error| unreachable!("the intervals fit: {error}"));
    let value = solver.value_and_links(&region, &mut Vec::new());
    solver.network().to_nats(value)
}

/// Cross-ratio of the four ends of intervals of `a` and `b` sites that are `separation` apart: x = ab/((a+d)(b+d))
/// with chords for lengths on a ring. 1 where they touch, 0 far apart; at x = ½ a large-c theory jumps (Headrick
/// 2010).
#[must_use]
pub fn cross_ratio(n: u64, boundary: Boundary, a: u64, b: u64, separation: u64) -> f64 {
    let length = |sites: u64| match boundary {
        Boundary::Ring => (PI * sites as f64 / n as f64).sin(),
        Boundary::Line => sites as f64,
    };
    length(a) * length(b) / (length(a + separation) * length(b + separation))
}

/// Where the connected cut, cheaper at first, becomes the dearer one, between two separations.
fn crossing(points: &[TransitionPoint]) -> Option<(f64, f64)> {
    let gain = |p: &TransitionPoint| p.disconnected_nats - p.connected_nats;
    points.windows(2).find(|pair| gain(&pair[0]) > 0.0 && gain(&pair[1]) <= 0.0).map(|pair| {
        let share = gain(&pair[0]) / (gain(&pair[0]) - gain(&pair[1]));
        let step = pair[1].cross_ratio - pair[0].cross_ratio;
        (pair[0].cross_ratio + share * step, 0.5 * step.abs())
    })
}

/// The cross-ratio of A and B, if they are single intervals.
fn cross_ratio_of(a: &Region, b: &Region) -> Option<f64> {
    let (n, boundary) = (a.sites(), a.boundary());
    let (a, b) = (single(a)?, single(b)?);
    let gap = |from: Interval, to: Interval| (to.start + 2 * n - from.start - from.len) % n;
    let separation = match boundary {
        Boundary::Ring => gap(a, b).min(gap(b, a)),
        Boundary::Line if a.start < b.start => gap(a, b),
        Boundary::Line => gap(b, a),
    };
    Some(cross_ratio(n, boundary, a.len, b.len, separation))
}

/// The present regions, if A and B are single intervals.
fn selected(solver: &mut CutSolver, regions: &Regions) -> Option<(f64, f64)> {
    let cross_ratio = cross_ratio_of(&regions.a, &regions.b)?;
    let boundary = regions.a.boundary();
    let mut s = |region: &Region| entropy(solver, boundary, region.intervals());
    let information = s(&regions.a) + s(&regions.b) - s(&regions.a.union(&regions.b));
    Some((cross_ratio, information))
}

/// The plot of this study with the marker of the regions of an answer in place of those it was worked through with.
/// No marker while the answer does not have both, or their mutual information is not found yet.
#[must_use]
pub fn with_marker_of(chart: &Chart, answer: &CutAnswer, unit: &EntropyUnit) -> Chart {
    let [a, b, _] = &answer.regions;
    let information = answer.together.and_then(|t| t.mutual_information());
    let known = information.filter(|(pair, _)| *pair == Pair::Ab);
    let marker = known.and_then(|(_, nats)| Some((cross_ratio_of(&a.region, &b.region)?, nats)));
    let mut chart = chart.clone();
    chart.markers = marker.map(|at| transition_marker(at, unit)).into_iter().collect();
    if let Some(marker) = chart.markers.first().filter(|m| m.at[1] > chart.y.range[1]) {
        chart.y = Axis::round(&chart.y.label, [0.0, 1.1 * marker.at[1]], 5);
    }
    chart
}

impl Transition {
    /// As a table.
    fn table(&self) -> StudyTable {
        let mut table = StudyTable::new(&[
            ("separation", "sites"),
            ("cross_ratio", ""),
            ("mutual_information", "nats"),
            ("mutual_information_std", "nats"),
            ("s_connected", "nats"),
            ("s_disconnected", "nats"),
            ("s_ab", "nats"),
        ]);
        for p in &self.points {
            table.push([
                p.separation as f64,
                p.cross_ratio,
                p.information_nats,
                p.information_std_nats,
                p.connected_nats,
                p.disconnected_nats,
                p.joint_nats,
            ]);
        }
        table.add_fitted("cross_ratio_at_jump", self.jump);
        table.about.insert("interval_sites", self.size);
        table.about.insert("positions", self.positions);
        table.notes.extend(self.note());
        table
    }

    /// That the intervals are not of A's size, where they are not.
    fn note(&self) -> Option<String> {
        let (size, asked) = (self.size, self.too_large?);
        Some(format!("intervals of {size} sites: two of A's {asked} have no room to part"))
    }

    /// As a plot.
    fn chart(&self, document: &Document, study: &Study) -> Chart {
        let mut chart = transition_chart(&TransitionPlot {
            points: &self.points,
            size: self.size,
            positions: self.positions,
            jump: self.jump,
            selection: self.selection,
            unit: picture::unit(document, study),
        });
        chart.notes.extend(self.note());
        chart
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys::set_all;

    fn run(settings: &[(&str, &str)]) -> Transition {
        let mut document = Document::default();
        let unit = [("network.capacity", "unit"), ("network.sites", "64")];
        let all: Vec<_> =
            unit.iter().chain(settings).map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        set_all(&mut document, &all).unwrap();
        let mut study = TransitionStudy::new(&document).unwrap();
        while study.advance() {}
        study.found()
    }

    #[test]
    fn planar_cuts_are_the_cheaper_of_connected_and_disconnected() {
        for r in ["2", "3"] {
            let found = run(&[("network.receptive_field", r), ("regions.a", "5..13")]);
            assert_eq!((found.size, found.positions, found.points.len()), (8, 64, 24));
            for p in &found.points {
                // The mean of minima is at most the minimum of means; equal where one is cheaper everywhere.
                assert!(p.joint_nats <= p.connected_nats.min(p.disconnected_nats) + 1e-9, "{p:?}");
                assert!((p.information_nats - (p.disconnected_nats - p.joint_nats)).abs() < 1e-9);
            }
            let far = found.points.last().unwrap();
            assert!((far.joint_nats - far.disconnected_nats).abs() < 1e-9, "far apart they know nothing");
            assert!((found.points[0].joint_nats - found.points[0].connected_nats).abs() < 1e-9);
            let (x, error) = found.jump.unwrap();
            assert!(x > 0.1 && x < 0.9 && error < 0.1, "{x} ± {error}");
        }
    }

    #[test]
    fn two_intervals_of_the_published_table_are_the_selection() {
        // Published links of a ring of 64, r = 3: 6 of [5, 13) and 9 of both; of [14, 22) as many or one more or less.
        let found = run(&[("regions.a", "5..13"), ("regions.b", "14..22")]);
        let (x, information) = found.selection.unwrap();
        assert!((x - cross_ratio(64, Boundary::Ring, 8, 8, 1)).abs() < 1e-15);
        let links = information / std::f64::consts::LN_2;
        let other = 9.0 + links - 6.0;
        assert!(
            (other - other.round()).abs() < 1e-9 && (5.0..=7.0).contains(&other.round()),
            "{other} links"
        );
        let swapped = run(&[("regions.a", "14..22"), ("regions.b", "5..13")]).selection.unwrap();
        assert!((information - swapped.1).abs() < 1e-12, "I(A,B) = I(B,A)");
    }

    /// The marker once stayed where A and B had been when the study was worked through.
    #[test]
    fn the_marker_follows_the_regions() {
        let mut document = Document::default();
        let set = [("network.capacity", "unit"), ("network.sites", "64"), ("regions.a", "5..13")];
        let set = set.map(|(k, v)| (k.to_string(), v.to_string()));
        set_all(&mut document, &set).unwrap();
        let study = TransitionStudy { positions: 1, ..TransitionStudy::new(&document).unwrap() };
        let chart = study.found().chart(&document, &study.study);
        assert!(chart.markers.is_empty());
        let unit = picture::unit(&document, &study.study);
        let mut answer_to = |b: &str| {
            set_all(&mut document, &[("regions.b".into(), b.into())]).unwrap();
            crate::desk::study::cut(&document, &study.study.network)
        };
        let mut places = Vec::new();
        for b in ["14..22", "20..28"] {
            let answer = answer_to(b);
            let live = with_marker_of(&chart, &answer, &unit);
            let mut solver = CutSolver::new(Arc::clone(&study.study.network.network));
            let regions = answer.regions.clone().map(|r| r.region);
            let [a, b, c] = regions;
            let expected = selected(&mut solver, &Regions { a, b, c }).unwrap();
            assert_eq!(live.markers[0].at[0], expected.0);
            assert!((live.markers[0].at[1] - expected.1).abs() < 1e-12);
            places.push(live.markers[0].at);
        }
        assert_ne!(places[0], places[1]);
        assert!(with_marker_of(&chart, &answer_to(""), &unit).markers.is_empty());
    }

    /// A = 5..45 of 64 sites silently became ten.
    #[test]
    fn intervals_smaller_than_a_are_told() {
        let table = run(&[("regions.a", "5..45")]).table();
        assert_eq!((table.about["interval_sites"], table.about["positions"]), (10, 64));
        assert!(table.notes[0].contains("10 sites") && table.notes[0].contains("40"), "{:?}", table.notes);
        assert!(run(&[("regions.a", "5..13")]).table().notes.is_empty());
    }

    #[test]
    fn cross_ratios_run_from_touching_to_far() {
        assert_eq!(cross_ratio(64, Boundary::Line, 4, 4, 0), 1.0);
        assert_eq!(cross_ratio(64, Boundary::Line, 1, 1, 1), 0.25);
        // Four quarters of a ring: its ends are symmetric.
        assert!((cross_ratio(64, Boundary::Ring, 16, 16, 16) - 0.5).abs() < 1e-15);
        assert_eq!(separations(5), [1, 2, 3, 4, 5]);
        let many = separations(1 << 19);
        assert!(many.len() > 64 && many.is_sorted() && many.last() == Some(&(1 << 19)));
    }
}
