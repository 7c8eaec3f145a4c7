//! Exact cuts of planar networks (r = 2, 3) as shortest paths on the dual graph.
//!
//! A cut of A is a set of dual paths that pair the gaps where membership in A changes; the cheapest one is
//! a minimum cut. Lengths come from [`DistanceField`]s, of which those of every other gap suffice; several
//! intervals need the cheapest pairing without crossings, by dynamic programming over sub-ranges of the gaps.
//! Given a field, a shortest path is walked from its other end: every step that leads nearer by just its
//! capacity is on one.
//!
//! Among equal cuts the one nearest A (or nearest the rest) is taken: of all such steps those are
//! chosen that leave the fewest nodes on A's side. Its price is a capacity and a number of nodes, in that order.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::capacity::{Capacity, Network};
use super::distance_field::DistanceField;
use super::dual_faces::{Crossing, DualFaces, EDGES};
use super::dual_tree::DualTree;
use super::geometry::{LinkId, Node};
use super::region::Region;
use super::seam_tables::SeamTables;
use crate::lattice::Boundary;

/// Capacity in whole units and nodes on one side.
type Price = (u64, i64);

/// A shortest path between two ends.
#[derive(Clone, Debug, Default)]
struct DualPath {
    price: Price,
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

/// Cuts of one planar network, with what is known from one query to the next.
pub(crate) struct PlanarDual {
    faces: DualFaces,
    tables: SeamTables,
    fields: Fields,
    search: TightSearch,
    /// The gaps of the region in question as faces of the tree; on a line their number is made even by the outside.
    ends: Vec<u64>,
    /// Those of the query before.
    ends_before: Vec<u64>,
    gaps: Vec<u64>,
    /// What several intervals leave for the next query.
    pairs: Pairs,
}

/// Capacities of the paths between pairs of ends, and the links of those that were taken: of several intervals
/// a drag moves one end, and most pairs stay as they were.
#[derive(Default)]
struct Pairs {
    /// The ends that these are about.
    ends: Vec<u64>,
    /// Capacity by pair (a, b), a < b: in place a · ends + b.
    prices: Vec<u64>,
    /// By pair that was taken, its links.
    walked: Vec<WalkedPair>,
    best: Vec<(Price, usize)>,
}

/// A pair of ends, and the links of a shortest path between them.
#[derive(Default)]
struct WalkedPair {
    ends: [u64; 2],
    links: Vec<LinkId>,
    /// Whether all links have a capacity: then no other path of a minimum cut shares one.
    positive: bool,
}

impl PlanarDual {
    /// # Panics
    /// For r = 4.
    pub fn new(network: &Arc<Network>) -> Self {
        Self {
            faces: DualFaces::new(Arc::clone(network)),
            tables: SeamTables::new(DualTree::new(Arc::clone(network))),
            fields: Fields::default(),
            search: TightSearch::default(),
            ends: Vec::new(),
            ends_before: Vec::new(),
            gaps: Vec::new(),
            pairs: Pairs::default(),
        }
    }

    /// Takes up a region: its ends, and the fields of every other one. Gives the first end that has a field.
    fn take_up(&mut self, region: &Region) -> usize {
        std::mem::swap(&mut self.ends, &mut self.ends_before);
        let tree = self.tables.tree();
        region.gaps_into(&mut self.gaps);
        self.ends.clear();
        self.ends.extend(self.gaps.iter().map(|&gap| tree.gap(Some(gap))));
        let first;
        if self.ends.len().is_multiple_of(2) {
            // Best are those whose fields are known, then those that stayed where they were, as in a drag.
            let worth = |first: usize| -> usize {
                let ends = self.ends.iter().skip(first).step_by(2);
                ends.map(|&end| {
                    2 * usize::from(self.fields.has(end)) + usize::from(self.ends_before.contains(&end))
                })
                .sum()
            };
            first = usize::from(worth(1) > worth(0));
        } else {
            debug_assert!(region.boundary() == Boundary::Line);
            // Paths are not walked from the outside, which borders on half of all faces, but to it.
            first = self.ends.len() % 2;
            self.ends.push(tree.hub());
        }
        self.fields.most = 2 * self.ends.len();
        first
    }

    /// Capacity of the cheapest path between two ends, of which `a` or `b` has a field.
    fn units(&mut self, first: usize, a: usize, b: usize) -> u64 {
        let (to, from) = if a % 2 == first { (a, b) } else { (b, a) };
        let field = self.fields.of(&self.tables, self.ends[to]);
        self.fields.list[field].distance(&self.tables, self.ends[from]) as u64
    }

    /// Value and links of a minimum cut of a region that is neither empty nor full, the links in no order.
    ///
    /// Of several minimum cuts it is any one.
    pub fn value_and_links(&mut self, region: &Region, links: &mut Vec<LinkId>) -> Capacity {
        let first = self.take_up(region);
        let count = self.ends.len();
        if count == 2 {
            return Capacity(self.walk(first, 0, 1, links).0);
        }
        let mut pairs = std::mem::take(&mut self.pairs);
        let same_count = pairs.ends.len() == count;
        let stayed = |a: usize, pairs: &Pairs| same_count && pairs.ends[a] == self.ends[a];
        let stayed: Vec<bool> = (0..count).map(|a| stayed(a, &pairs)).collect();
        pairs.prices.resize(count * count, 0);
        for a in 0..count {
            for b in (a + 1..count).step_by(2) {
                if !(stayed[a] && stayed[b]) {
                    pairs.prices[a * count + b] = self.units(first, a, b);
                }
            }
        }
        pairs.ends.clone_from(&self.ends);
        let taken = cheapest_pairing(count, &mut pairs.best, |a, b| (pairs.prices[a * count + b], 0));
        let mut before = std::mem::take(&mut pairs.walked);
        let (mut value, mut disjoint) = (0, true);
        for (a, b) in taken {
            let ends = [self.ends[a], self.ends[b]];
            value += pairs.prices[a * count + b];
            let pair = match before.iter().position(|pair| pair.ends == ends) {
                Some(place) => before.swap_remove(place),
                None => {
                    let mut pair = WalkedPair { ends, ..WalkedPair::default() };
                    (_, pair.positive) = self.walk(first, a, b, &mut pair.links);
                    pair
                }
            };
            links.extend_from_slice(&pair.links);
            disjoint &= pair.positive;
            pairs.walked.push(pair);
        }
        self.pairs = pairs;
        // Two paths with a link of some capacity in common could change partners there and do without it.
        if !disjoint {
            keep_odd(links);
        }
        Capacity(value)
    }

    /// Adds the links of a shortest path between two ends; gives its capacity, and whether each link has some.
    fn walk(&mut self, first: usize, a: usize, b: usize, links: &mut Vec<LinkId>) -> (u64, bool) {
        let (to, from) = if a % 2 == first { (a, b) } else { (b, a) };
        let (target, mut face) = (self.ends[to], self.ends[from]);
        let place = self.fields.of(&self.tables, target);
        let (tables, tree) = (&self.tables, self.tables.tree());
        let field = &mut self.fields.list[place];
        let units = field.distance(tables, face);
        let (mut left, before) = (units, links.len());
        while face != target {
            // Up, along, then down: most paths do the first two near here and the last near their other end.
            let children = if tree.layer(face) > 0 { [2 * face, 2 * face + 1] } else { [face; 2] };
            let steps = [
                (face / 2, tree.link_to_parent(face)),
                (DualTree::neighbour(face), tree.link_to_neighbour(face)),
                (children[0], tree.link_to_parent(children[0])),
                (children[1], tree.link_to_parent(children[1])),
            ];
            let next = steps.into_iter().find_map(|(to, link)| {
                let step = tree.units(link);
                // Steps that cost nothing may lead in circles, and the hub has any number of them.
                let nearer = step > 0.0 && step <= left && !tree.is_hub(to);
                (nearer && field.distance(tables, to) == left - step).then_some((to, link?, left - step))
            });
            let Some((to, link, rest)) = next else {
                links.truncate(before);
                let mut path = self.path_between(self.ends[from], target, -1);
                links.append(&mut path.links);
                return (units as u64, false);
            };
            links.push(link);
            (face, left) = (to, rest);
        }
        (units as u64, true)
    }

    /// The minimum cut of a region that is neither empty nor full.
    pub fn cut(&mut self, region: &Region, nearest: Nearest) -> DualCut {
        let first = self.take_up(region);
        let sites = region.sites();
        // The path that leaves gap g has site g + 1 on its right.
        let first_inside = self.gaps.first().is_some_and(|&gap| region.contains((gap + 1) % sites));
        let count = self.ends.len();
        let mut paths = vec![DualPath::default(); count * count];
        for a in 0..count {
            let inside = first_inside == a.is_multiple_of(2);
            let sign = if inside == (nearest == Nearest::Region) { -1 } else { 1 };
            for b in (a + 1..count).step_by(2) {
                let (to, from, sign) = if a % 2 == first { (a, b, -sign) } else { (b, a, sign) };
                paths[a * count + b] = self.path_between(self.ends[from], self.ends[to], sign);
            }
        }
        let mut cut = DualCut::default();
        for (a, b) in cheapest_pairing(count, &mut Vec::new(), |a, b| paths[a * count + b].price) {
            let path = &mut paths[a * count + b];
            cut.units += path.price.0;
            cut.nodes += path.price.1;
            cut.links.append(&mut path.links);
            cut.gates.append(&mut path.gates);
        }
        keep_odd(&mut cut.links);
        keep_odd(&mut cut.gates);
        cut
    }

    /// Shortest path from a face to one of layer 0. Of paths of equal capacity the one whose nodes, times `sign`, are
    /// fewest: sign −1 presses it to its right side, +1 to its left.
    ///
    /// The hub may border on half of all faces, so no search leaves it: what lies beyond is for a search from
    /// the other end to find.
    fn path_between(&mut self, from: u64, to: u64, sign: i64) -> DualPath {
        let hub = self.faces.hub();
        let [from_face, to_face] = [from, to].map(|face| self.faces.of_tree(self.tables.tree(), face));
        if from_face == to_face {
            return DualPath::default();
        }
        let field = self.fields.of(&self.tables, to);
        let field = &mut self.fields.list[field];
        let units = field.distance(&self.tables, from) as u64;
        self.search.run(&self.faces, &self.tables, field, from_face, to_face, sign);
        let direct = self.search.path_to(&self.faces, to_face);
        let to_hub = self.search.path_to(&self.faces, hub).filter(|_| to_face != hub && from_face != hub);
        let over_hub = to_hub.map(|mut path| {
            let field = self.fields.of(&self.tables, from);
            // Walked backwards, so left and right change places.
            self.search.run(&self.faces, &self.tables, &mut self.fields.list[field], to_face, hub, -sign);
            let mut rest = self.search.path_to(&self.faces, hub).unwrap_or_default();
            path.price.1 += rest.price.1;
            path.links.append(&mut rest.links);
            path.gates.append(&mut rest.gates);
            path
        });
        let path = [direct, over_hub].into_iter().flatten().min_by_key(|path| path.price.1);
        let path = path.unwrap_or_else(|| unreachable!("a shortest path is made of tight steps"));
        DualPath { price: (units, path.price.1), ..path }
    }
}

/// The fields that are kept, those used last.
#[derive(Default)]
struct Fields {
    list: Vec<DistanceField>,
    last_use: Vec<u64>,
    now: u64,
    /// How many may be kept.
    most: usize,
}

impl Fields {
    fn has(&self, source: u64) -> bool {
        self.list.iter().any(|field| field.source() == source)
    }

    /// Place of the field of a source.
    fn of(&mut self, tables: &SeamTables, source: u64) -> usize {
        self.now += 1;
        let place = match self.list.iter().position(|field| field.source() == source) {
            Some(place) => place,
            None if self.list.len() < self.most => {
                self.list.push(DistanceField::new(tables, source));
                self.last_use.push(0);
                self.list.len() - 1
            }
            None => {
                let oldest = (0..self.list.len()).min_by_key(|&place| self.last_use[place]).unwrap_or(0);
                self.list[oldest].restart(tables, source);
                oldest
            }
        };
        self.last_use[place] = self.now;
        place
    }
}

const NO_PARENT: u64 = u64::MAX;

/// What is known of a face on a shortest path.
#[derive(Clone, Copy)]
struct Label {
    nodes: i64,
    parent: u64,
    via: u8,
    settled: bool,
}

/// A search among the steps that lie on shortest paths, for the one with the fewest nodes.
///
/// Dijkstra's (1959) order holds: a tight step leads nearer, or costs neither capacity nor nodes.
#[derive(Default)]
struct TightSearch {
    labels: FxHashMap<u64, Label>,
    /// What remains to go in whole units, nodes, face.
    heap: BinaryHeap<(u64, Reverse<i64>, u64)>,
}

impl TightSearch {
    /// Searches from a face towards the source of a field, and ends at `to`.
    fn run(
        &mut self,
        faces: &DualFaces,
        tables: &SeamTables,
        field: &mut DistanceField,
        from: u64,
        to: u64,
        sign: i64,
    ) {
        let (hub, tree) = (faces.hub(), tables.tree());
        self.labels.clear();
        self.heap.clear();
        self.labels.insert(from, Label { nodes: 0, parent: NO_PARENT, via: 0, settled: false });
        let length = field.distance(tables, faces.in_tree(tree, from)) as u64;
        self.heap.push((length, Reverse(0), from));
        while let Some((left, Reverse(nodes), face)) = self.heap.pop() {
            let Some(label) = self.labels.get_mut(&face).filter(|label| !label.settled) else { continue };
            label.settled = true;
            if face == to {
                return;
            }
            if face == hub && face != from {
                continue;
            }
            for via in 0..EDGES {
                let Some(step) = faces.crossing(face, via) else { continue };
                let weight = faces.weight(&step);
                let rest = field.distance(tables, faces.in_tree(tree, step.to)) as u64;
                if rest + weight != left {
                    continue;
                }
                let nodes = nodes + sign * nodes_of_step(faces, &step, weight);
                if self.labels.get(&step.to).is_none_or(|known| nodes < known.nodes) {
                    self.labels.insert(step.to, Label { nodes, parent: face, via, settled: false });
                    self.heap.push((rest, Reverse(nodes), step.to));
                }
            }
        }
    }

    /// The path to a face that the search has reached, with its nodes for a price.
    fn path_to(&self, faces: &DualFaces, face: u64) -> Option<DualPath> {
        let mut label = self.labels.get(&face)?;
        let mut path = DualPath { price: (0, label.nodes), ..DualPath::default() };
        while label.parent != NO_PARENT {
            if let Some(step) = faces.crossing(label.parent, label.via) {
                path.links.extend(step.link);
                path.gates.extend(step.gate);
            }
            label = &self.labels[&label.parent];
        }
        Some(path)
    }
}

/// Nodes that a step adds to the left side of a path; none without capacity, since what costs nothing must not
/// gain anything either.
#[inline]
fn nodes_of_step(faces: &DualFaces, step: &Crossing, weight: u64) -> i64 {
    match step.link {
        Some(link) if weight > 0 => {
            let nodes = faces.nodes_over(link);
            if step.lower_on_right { nodes } else { -nodes }
        }
        _ => 0,
    }
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
/// pair among themselves: O(count³). Of equal pairings the one that pairs the first end nearest. `best` is room to
/// work in.
fn cheapest_pairing(
    count: usize,
    best: &mut Vec<(Price, usize)>,
    price: impl Fn(usize, usize) -> Price,
) -> Vec<(usize, usize)> {
    // best[a][b]: cheapest pairing of the ends a..b.
    best.clear();
    best.resize((count + 1) * (count + 1), ((0, 0), 0));
    let at = |a: usize, b: usize| a * (count + 1) + b;
    for width in (2..=count).step_by(2) {
        for a in 0..=count - width {
            let b = a + width;
            let choices = (a + 1..b).step_by(2);
            let priced = choices.map(|partner| {
                let parts = [price(a, partner), best[at(a + 1, partner)].0, best[at(partner + 1, b)].0];
                ((parts.iter().map(|p| p.0).sum(), parts.iter().map(|p| p.1).sum()), partner)
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
    fn doubles_cancel() {
        let mut list = vec![3, 1, 3, 2, 2, 2, 5];
        keep_odd(&mut list);
        assert_eq!(list, [1, 2, 5]);
    }

    #[test]
    fn pairings_do_not_cross_and_are_cheapest() {
        // Ends on a circle of 12, chord lengths squared: brute force over all perfect matchings.
        let place = [0_i64, 1, 4, 6, 7, 11];
        let length = |a: usize, b: usize| {
            let d = (place[a] - place[b]).unsigned_abs();
            d.min(12 - d).pow(2)
        };
        fn all(rest: &[usize], length: &dyn Fn(usize, usize) -> u64) -> u64 {
            let Some((&first, others)) = rest.split_first() else { return 0 };
            let price = |i: usize| {
                let mut left = others.to_vec();
                let partner = left.remove(i);
                length(first, partner) + all(&left, length)
            };
            (0..others.len()).map(price).min().unwrap()
        }
        let pairs = cheapest_pairing(6, &mut Vec::new(), |a, b| (length(a, b), 0));
        let total: u64 = pairs.iter().map(|&(a, b)| length(a, b)).sum();
        assert_eq!(total, all(&[0, 1, 2, 3, 4, 5], &length));
        assert!(cheapest_pairing(0, &mut Vec::new(), |_, _| (0, 0)).is_empty());
    }
}
