//! Exact cuts of planar networks (r = 2, 3) as shortest paths on the dual graph.
//!
//! A cut of A is a set of dual paths that pair the gaps where membership in A changes; the cheapest one is
//! a minimum cut. One path is found by two searches that meet (Dijkstra 1959, from both ends), so that its
//! cost is that of the bulk around it and not of the network; several intervals need the cheapest pairing
//! without crossings, by dynamic programming over sub-ranges of the gaps.
//!
//! Among equal cuts the one nearest A (or nearest the rest) is taken: path lengths are compared first by
//! capacity and then by the number of nodes on A's side. The two numbers are kept in one `i128`.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::capacity::Network;
use super::dual_faces::{DualFaces, EDGES};
use super::geometry::{LinkId, Node};
use super::region::Region;
use crate::lattice::Boundary;

/// Capacity × 2⁶⁴ + nodes.
type Length = i128;

/// What is known of a face from one end of the search.
#[derive(Clone, Copy)]
struct Label {
    length: Length,
    parent: u64,
    stamp: u32,
    via: u8,
    settled: bool,
}

const NO_PARENT: u64 = u64::MAX;

/// Most faces whose labels stand in an array (2¹⁸ sites); larger networks keep them in a hash table, so that
/// memory is that of the search.
const MOST_DENSE_FACES: u64 = 1 << 19;

/// Labels by face; those of earlier searches are told apart by their stamp, so none is ever cleared.
#[derive(Default)]
struct Labels {
    dense: Vec<Label>,
    sparse: FxHashMap<u64, Label>,
    stamp: u32,
}

impl Labels {
    fn restart(&mut self, faces: u64) {
        if faces > MOST_DENSE_FACES {
            self.sparse.clear();
        } else if self.dense.is_empty() || self.stamp == u32::MAX {
            self.dense.clear();
            let unknown = Label { length: 0, parent: NO_PARENT, stamp: 0, via: 0, settled: false };
            self.dense.resize(faces as usize, unknown);
            self.stamp = 0;
        }
        self.stamp = self.stamp.wrapping_add(1);
    }

    #[inline]
    fn get(&self, face: u64) -> Option<Label> {
        if self.dense.is_empty() {
            self.sparse.get(&face).copied()
        } else {
            Some(self.dense[face as usize]).filter(|label| label.stamp == self.stamp)
        }
    }

    #[inline]
    fn set(&mut self, face: u64, label: Label) {
        if self.dense.is_empty() {
            self.sparse.insert(face, label);
        } else {
            self.dense[face as usize] = Label { stamp: self.stamp, ..label };
        }
    }
}

/// The search from one end.
#[derive(Default)]
struct Half {
    labels: Labels,
    heap: BinaryHeap<Reverse<(Length, u64)>>,
    /// Length of the hub once it is reached. The hub may border on half of all faces, so it is never left:
    /// everything beyond it is for the other half to find.
    stopped_at: Option<Length>,
}

impl Half {
    fn start(&mut self, faces: u64, face: u64) {
        self.labels.restart(faces);
        self.heap.clear();
        self.stopped_at = None;
        self.labels.set(face, Label { length: 0, parent: NO_PARENT, stamp: 0, via: 0, settled: false });
        self.heap.push(Reverse((0, face)));
    }

    /// Every face nearer than this is settled; `None` when there is nothing left to search.
    fn radius(&self) -> Option<Length> {
        self.stopped_at.or_else(|| self.heap.peek().map(|Reverse((length, _))| *length))
    }
}

/// A shortest path between two ends.
#[derive(Clone, Debug, Default)]
struct DualPath {
    length: Length,
    links: Vec<LinkId>,
    gates: Vec<Node>,
}

/// A minimum cut as the dual sees it.
#[derive(Clone, Debug, Default)]
pub(crate) struct DualCut {
    /// Summed capacity of the links, in whole units.
    pub units: u64,
    /// Second criterion: equal for both nearest cuts iff the minimum cut is unique.
    pub nodes: i64,
    /// Links crossed an odd number of times, sorted.
    pub links: Vec<LinkId>,
    /// Gaps (layer, index) above layer 0 passed an odd number of times, sorted.
    pub gates: Vec<Node>,
}

/// Which of several minimum cuts to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Nearest {
    /// The smallest wedge.
    Region,
    /// The largest wedge.
    Complement,
}

/// Shortest dual paths of one network, with the buffers of the search.
pub(crate) struct PlanarDual {
    faces: DualFaces,
    halves: [Half; 2],
}

impl PlanarDual {
    /// # Panics
    /// For r = 4.
    pub fn new(network: Arc<Network>) -> Self {
        Self { faces: DualFaces::new(network), halves: Default::default() }
    }

    /// The minimum cut of a region that is neither empty nor full.
    pub fn cut(&mut self, region: &Region, nearest: Nearest) -> DualCut {
        let gaps = region.gaps();
        let sites = region.sites();
        let mut ends: Vec<u64> = gaps.iter().map(|&gap| self.faces.gap(gap)).collect();
        if !ends.len().is_multiple_of(2) {
            debug_assert!(region.boundary() == Boundary::Line);
            ends.push(self.faces.hub());
        }
        // The path that leaves gap g has site g + 1 on its right.
        let first_inside = gaps.first().is_some_and(|&gap| region.contains((gap + 1) % sites));
        let towards = |a: usize| {
            let inside = first_inside == a.is_multiple_of(2);
            if inside == (nearest == Nearest::Region) { -1 } else { 1 }
        };
        let count = ends.len();
        let mut paths = vec![DualPath::default(); count * count];
        for a in 0..count {
            for b in (a + 1..count).step_by(2) {
                paths[a * count + b] = self.path(ends[a], ends[b], towards(a));
            }
        }
        let mut cut = DualCut::default();
        let mut total: Length = 0;
        for (a, b) in cheapest_pairing(count, |a, b| paths[a * count + b].length) {
            let path = &mut paths[a * count + b];
            total += path.length;
            cut.links.append(&mut path.links);
            cut.gates.append(&mut path.gates);
        }
        keep_odd(&mut cut.links);
        keep_odd(&mut cut.gates);
        (cut.units, cut.nodes) = split(total);
        cut
    }

    /// Shortest path between two faces. Of paths of equal capacity the one whose nodes, times `sign`, are
    /// fewest: sign −1 presses it to its right side, +1 to its left.
    fn path(&mut self, from: u64, to: u64, sign: i64) -> DualPath {
        if from == to {
            return DualPath::default();
        }
        let faces = &self.faces;
        let hub = faces.hub();
        for (half, face) in self.halves.iter_mut().zip([from, to]) {
            half.start(hub + 1, face);
        }
        let mut best: Option<(Length, u64)> = None;
        // A missing radius means that this half has seen all it can reach: nothing shorter is left.
        while let (Some(r0), Some(r1)) = (self.halves[0].radius(), self.halves[1].radius()) {
            if best.is_some_and(|(length, _)| r0 + r1 >= length) {
                break;
            }
            let side = match (self.halves[0].stopped_at, self.halves[1].stopped_at) {
                (None, None) => usize::from(r1 < r0),
                (None, Some(_)) => 0,
                (Some(_), None) => 1,
                (Some(_), Some(_)) => break,
            };
            let [first, second] = &mut self.halves;
            let (half, other) = if side == 0 { (first, &*second) } else { (second, &*first) };
            let Some(Reverse((length, face))) = half.heap.pop() else { break };
            let Some(mut label) = half.labels.get(face) else { continue };
            if label.settled {
                continue;
            }
            label.settled = true;
            half.labels.set(face, label);
            if face == hub {
                half.stopped_at = Some(length);
                continue;
            }
            // The second half walks the path backwards, so left and right change places.
            let sign = if side == 0 { sign } else { -sign };
            for via in 0..EDGES {
                let Some(step) = faces.crossing(face, via) else { continue };
                let reached = length + step_length(faces, &step, sign);
                let known = half.labels.get(step.to);
                if known.is_some_and(|label| label.length <= reached) {
                    continue;
                }
                let label = Label { length: reached, parent: face, stamp: 0, via, settled: false };
                half.labels.set(step.to, label);
                half.heap.push(Reverse((reached, step.to)));
                if let Some(met) = other.labels.get(step.to) {
                    let through = reached + met.length;
                    if best.is_none_or(|(length, _)| through < length) {
                        best = Some((through, step.to));
                    }
                }
            }
        }
        let (length, meeting) =
            best.unwrap_or_else(|| unreachable!("the dual of a connected boundary is connected"));
        let mut path = DualPath { length, ..DualPath::default() };
        for half in &self.halves {
            let mut face = meeting;
            while let Some(label) = half.labels.get(face).filter(|label| label.parent != NO_PARENT) {
                if let Some(step) = faces.crossing(label.parent, label.via) {
                    path.links.extend(step.link);
                    path.gates.extend(step.gate);
                }
                face = label.parent;
            }
        }
        path
    }
}

#[inline]
fn step_length(faces: &DualFaces, step: &super::dual_faces::Crossing, sign: i64) -> Length {
    let weight = faces.weight(step);
    // Without capacity no size either: lengths must not be negative, and without columns nothing is compared.
    let nodes = match step.link {
        Some(link) if weight > 0 => {
            let nodes = sign * faces.nodes_over(link);
            if step.lower_on_right { nodes } else { -nodes }
        }
        _ => 0,
    };
    (Length::from(weight) << 64) + Length::from(nodes)
}

/// Capacity and nodes of a length.
fn split(length: Length) -> (u64, i64) {
    let units = (length + (1 << 63)) >> 64;
    (units as u64, (length - (units << 64)) as i64)
}

/// Sorts and removes pairs of equals: what is crossed twice is not cut.
fn keep_odd<T: Ord + Copy>(list: &mut Vec<T>) {
    list.sort_unstable();
    let mut kept = 0;
    let mut i = 0;
    while i < list.len() {
        let equal = list[i..].iter().take_while(|&&x| x == list[i]).count();
        if !equal.is_multiple_of(2) {
            list[kept] = list[i];
            kept += 1;
        }
        i += equal;
    }
    list.truncate(kept);
}

/// The cheapest pairing of `count` ends in a circle such that no two pairs cross, as pairs (a, b), a < b.
///
/// `count` is even. Within a range, the first end pairs with one an odd number of places on, and both parts
/// pair among themselves: O(count³). Of equal pairings the one that pairs the first end nearest.
fn cheapest_pairing(count: usize, length: impl Fn(usize, usize) -> Length) -> Vec<(usize, usize)> {
    // best[a][b]: cheapest pairing of the ends a..b.
    let mut best = vec![(0, 0); (count + 1) * (count + 1)];
    let at = |a: usize, b: usize| a * (count + 1) + b;
    for width in (2..=count).step_by(2) {
        for a in 0..=count - width {
            let b = a + width;
            let choices = (a + 1..b).step_by(2);
            let priced = choices.map(|partner| {
                (length(a, partner) + best[at(a + 1, partner)].0 + best[at(partner + 1, b)].0, partner)
            });
            if let Some(cheapest) = priced.min() {
                best[at(a, b)] = cheapest;
            }
        }
    }
    let mut pairs = Vec::with_capacity(count / 2);
    let mut ranges = vec![(0, count)];
    while let Some((a, b)) = ranges.pop() {
        if a < b {
            let partner = best[at(a, b)].1;
            pairs.push((a, partner));
            ranges.extend([(a + 1, partner), (partner + 1, b)]);
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_compare_capacity_before_nodes() {
        for (units, nodes) in [(0, 0), (5, -7), (1 << 50, 1 << 40), (3, i64::from(i32::MIN))] {
            assert_eq!(split((Length::from(units) << 64) + Length::from(nodes)), (units, nodes));
        }
    }

    #[test]
    fn doubles_cancel() {
        let mut list = vec![3, 1, 3, 2, 2, 2, 5];
        keep_odd(&mut list);
        assert_eq!(list, [1, 2, 5]);
    }

    #[test]
    fn pairings_do_not_cross_and_are_cheapest() {
        // Ends on a circle of 12, chord lengths squared: brute force over all perfect matchings.
        let place = [0_i128, 1, 4, 6, 7, 11];
        let length = |a: usize, b: usize| {
            let d = (place[a] - place[b]).abs();
            d.min(12 - d).pow(2)
        };
        fn all(rest: &[usize], length: &dyn Fn(usize, usize) -> i128) -> i128 {
            let Some((&first, others)) = rest.split_first() else { return 0 };
            let price = |i: usize| {
                let mut left = others.to_vec();
                let partner = left.remove(i);
                length(first, partner) + all(&left, length)
            };
            (0..others.len()).map(price).min().unwrap()
        }
        let pairs = cheapest_pairing(6, length);
        let total: i128 = pairs.iter().map(|&(a, b)| length(a, b)).sum();
        assert_eq!(total, all(&[0, 1, 2, 3, 4, 5], &length));
        assert!(cheapest_pairing(0, length).is_empty());
    }
}
