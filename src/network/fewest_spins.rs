//! The fewest separating spins, found near the cut: the bound m ln 2 at the cost of the curve, not of the network.
//!
//! Looked at are the nodes within a few places of the cut's ends in each layer, the *window*. Paths that share no
//! spin and stay in the window, or leave it only straight down to the boundary, bound m from below (Menger 1927).
//! With all that lies outside shrunk to one source on A's side and one sink on the other, no fewer spins separate
//! than do in the whole network: that bounds m from above. Where both agree the number is exact; where they do not,
//! the window grows, in the end to the whole network.

use super::blocking_flow::{ArcPair, Arcs, FlowState, Role};
use super::capacity::Network;
use super::cut::Cut;
use super::geometry::{LinkId, Node};
use super::region::{Interval, Region};
use crate::lattice::{Boundary, ReceptiveField};

/// Places on either side of the cut that the first window takes in.
const FIRST_REACH: u64 = 6;
/// More than the spins of any window can carry.
const UNBOUNDED: i64 = 1 << 60;

/// The fewest spins, visible or hidden, A's and the rest's own included, whose removal separates the region of
/// `cut` from the rest: m of the bound S_A ≤ m ln 2 (Howard 2018, eq. 26–27). 0 for an empty or a full region.
///
/// The same number as [`super::SpinBoundSolver`] finds in the whole graph, without laying it out. The cut only says
/// where to look. A node above the boundary holds `channels` spins. O(layers · intervals) nodes are visited, unless whole slots of links have capacity 0.
///
/// # Panics
/// If the cut is of another geometry.
#[must_use]
pub fn fewest_spins(network: &Network, channels: u32, cut: &Cut) -> u64 {
    let region = &cut.region;
    assert!(region.sites() == network.geometry().sites(), "a cut of {} sites", region.sites());
    if region.is_empty() || region.is_full() {
        return 0;
    }
    let mut reach = FIRST_REACH;
    loop {
        let window = Window::around(network, cut, reach);
        if let Some(count) = window.spins(network, channels, cut) {
            return count;
        }
        reach *= 2;
    }
}

/// The nodes that are looked at.
struct Window {
    layers: Vec<Layer>,
    nodes: u32,
}

struct Layer {
    /// Parts `[start, end)` of the layer, ascending, each with the number of its first node.
    parts: Vec<(u64, u64, u32)>,
}

impl Layer {
    fn number(&self, index: u64) -> Option<u32> {
        let after = self.parts.partition_point(|part| part.0 <= index);
        let &(start, end, first) = self.parts.get(after.checked_sub(1)?)?;
        (index < end).then(|| first + (index - start) as u32)
    }
}

impl Window {
    fn around(network: &Network, cut: &Cut, reach: u64) -> Self {
        let g = network.geometry();
        let mut layers = Vec::with_capacity(g.depth() as usize + 1);
        let mut centres: Vec<u64> = Vec::new();
        let mut nodes = 0;
        for (layer, wedge) in (0..=g.depth()).zip(cut.wedge.layers()) {
            let sites = g.sites_in_layer(layer);
            // Above the top of the wedge the window goes on, over where it was.
            for centre in &mut centres {
                *centre = (centre.saturating_sub(1) / 2).min(sites - 1);
            }
            centres.extend(wedge.gaps());
            centres.sort_unstable();
            centres.dedup();
            let whole = 2 * reach >= sites;
            let looked_at = if whole {
                Region::full(sites, g.boundary())
            } else {
                let around = centres.iter().map(|&gap| match g.boundary() {
                    Boundary::Ring => Interval { start: (gap + 1 + sites - reach) % sites, len: 2 * reach },
                    Boundary::Line => {
                        let start = (gap + 1).saturating_sub(reach);
                        Interval { start, len: (gap + 1 + reach).min(sites) - start }
                    }
                });
                Region::from_intervals(sites, g.boundary(), around)
                    .unwrap_or_else(|error| unreachable!("the window lies inside its layer: {error}"))
            };
            let parts = looked_at
                .pieces()
                .map(|(start, end)| {
                    let first = nodes;
                    nodes += (end - start) as u32;
                    (start, end, first)
                })
                .collect();
            layers.push(Layer { parts });
        }
        Self { layers, nodes }
    }

    fn number(&self, node: Node) -> Option<u32> {
        self.layers[node.layer as usize].number(node.index)
    }

    /// The fewest spins, if the bounds from inside the window and from outside agree.
    fn spins(&self, network: &Network, channels: u32, cut: &Cut) -> Option<u64> {
        let g = network.geometry();
        let region = &cut.region;
        let boundary = self.layers[0].parts.iter().map(|(start, end, _)| (end - start) as u32).sum();
        let mut graph = SplitGraph::new(boundary, self.nodes, channels);
        for (layer, part) in (0..).zip(&self.layers) {
            for &(start, end, first) in &part.parts {
                for (number, index) in (first..).zip(start..end) {
                    if layer == 0 {
                        graph.site(number, region.contains(index));
                    }
                    for link in links_of(network, Node { layer, index }) {
                        let Some((lower, upper)) = g.ends(link) else { continue };
                        let other = if upper == (Node { layer, index }) { lower } else { upper };
                        match self.number(other) {
                            // Each link once, from its upper end.
                            Some(below) if other == lower => graph.link(number, below),
                            Some(_) => {}
                            None => graph.outside(number, cut.wedge.contains(other)),
                        }
                    }
                    if let Some(site) = self.column_from(network, Node { layer, index }) {
                        graph.column(number, region.contains(site));
                    }
                }
            }
        }
        graph.solve()
    }

    /// Where the column below a node reaches the boundary, if it leaves the window at once and never comes back.
    ///
    /// Columns go down by a middle link (left and right in turns where there are two), so that no two of them share
    /// a node.
    fn column_from(&self, network: &Network, node: Node) -> Option<u64> {
        let g = network.geometry();
        let mut at = node;
        while at.layer > 0 {
            let layer = at.layer - 1;
            let (step, slot) = match g.field() {
                ReceptiveField::Two => (u64::from(layer % 2), (layer % 2) as u8),
                ReceptiveField::Three => (1, 1),
                ReceptiveField::Four => (u64::from(layer % 2), 1 + (layer % 2) as u8),
            };
            let below = Node { layer, index: 2 * at.index + step };
            if self.number(below).is_some() || network.nats(LinkId { layer, block: at.index, slot }) <= 0.0 {
                return None;
            }
            at = below;
        }
        (node.layer > 0).then_some(at.index)
    }
}

/// The links of a node with capacity, those down and those up.
fn links_of(network: &Network, node: Node) -> impl Iterator<Item = LinkId> + '_ {
    let g = network.geometry();
    let slots = g.field().links() as u8;
    let Node { layer, index } = node;
    let down = layer
        .checked_sub(1)
        .into_iter()
        .flat_map(move |below| (0..slots).map(move |slot| LinkId { layer: below, block: index, slot }));
    let blocks = if layer < g.depth() { g.sites_in_layer(layer + 1) as i64 } else { 0 };
    let up = (0..slots).filter_map(move |slot| {
        // Block j sees 2j + first offset + slot.
        let twice = index as i64 - g.field().first_offset() - i64::from(slot);
        if blocks == 0 || twice.rem_euclid(2) != 0 {
            return None;
        }
        let block = (twice / 2).rem_euclid(blocks) as u64;
        let link = LinkId { layer, block, slot };
        g.ends(link).filter(|(lower, _)| lower.index == index).map(|_| link)
    });
    down.chain(up).filter(move |&link| g.ends(link).is_some() && network.nats(link) > 0.0)
}

/// Every node as a pair joined by an arc that carries as many paths as it holds spins: 2v where paths enter, 2v + 1 where they leave.
struct SplitGraph {
    pairs: Vec<ArcPair>,
    roles: Vec<Role>,
    /// The outside on A's side and the outside on the other.
    ends: [u32; 2],
}

impl SplitGraph {
    /// Of the nodes, the first `boundary` hold one spin, the others `channels`.
    fn new(boundary: u32, nodes: u32, channels: u32) -> Self {
        let spins = |v: u32| if v < boundary { 1 } else { i64::from(channels) };
        let pair = |v: u32| ArcPair { tail: 2 * v, head: 2 * v + 1, there: spins(v), back: 0 };
        let ends = [2 * nodes, 2 * nodes + 1];
        Self { pairs: (0..nodes).map(pair).collect(), roles: vec![Role::Inner; 2 * nodes as usize + 2], ends }
    }

    fn site(&mut self, spin: u32, inside: bool) {
        if inside {
            self.roles[2 * spin as usize] = Role::Source;
        } else {
            self.roles[2 * spin as usize + 1] = Role::Sink;
        }
    }

    fn link(&mut self, u: u32, v: u32) {
        for (from, to) in [(u, v), (v, u)] {
            self.pairs.push(ArcPair { tail: 2 * from + 1, head: 2 * to, there: UNBOUNDED, back: 0 });
        }
    }

    /// A link out of the window: closed at first.
    fn outside(&mut self, spin: u32, inside: bool) {
        let [near, far] = self.ends;
        self.pairs.push(if inside {
            ArcPair { tail: near, head: 2 * spin, there: 0, back: 0 }
        } else {
            ArcPair { tail: 2 * spin + 1, head: far, there: 0, back: 0 }
        });
    }

    /// A way of its own to a site of the region or outside it, for one path.
    fn column(&mut self, spin: u32, inside: bool) {
        let end = self.roles.len() as u32;
        self.roles.push(if inside { Role::Source } else { Role::Sink });
        self.pairs.push(if inside {
            ArcPair { tail: end, head: 2 * spin, there: 1, back: 0 }
        } else {
            ArcPair { tail: 2 * spin + 1, head: end, there: 1, back: 0 }
        });
    }

    /// Paths inside the window; nothing if more were possible with the outside opened.
    fn solve(self) -> Option<u64> {
        let Self { pairs, roles, ends: [near, far] } = self;
        let arcs = Arcs::new(roles.len(), || pairs.iter().copied());
        let mut state = FlowState::default();
        state.reset(&arcs);
        state.role.copy_from_slice(&roles);
        let within = state.maximise(&arcs);
        for arc in arcs.leaving(near) {
            state.residual[arc as usize] = UNBOUNDED;
        }
        for arc in arcs.leaving(far) {
            state.residual[arcs.twin[arc as usize] as usize] = UNBOUNDED;
        }
        state.role[near as usize] = Role::Source;
        state.role[far as usize] = Role::Sink;
        (state.maximise(&arcs) == 0).then_some(within as u64)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::network::{CutSolver, Geometry, SpinBoundSolver};

    #[test]
    fn the_window_counts_as_many_spins_as_the_whole_graph() {
        for field in ReceptiveField::ALL {
            for boundary in [Boundary::Ring, Boundary::Line] {
                for (log2, depth) in [(5, 5), (5, 2), (8, 8), (8, 4)] {
                    let geometry = Geometry::new(log2, boundary, field, depth).unwrap();
                    let network = Arc::new(Network::unit(geometry, 1.0).unwrap());
                    let mut solver = CutSolver::new(Arc::clone(&network));
                    let n = geometry.sites();
                    for (start, len) in [(0, 1), (3, n / 4), (n / 3, n / 2), (n / 5, n / 8), (1, n - 2)] {
                        for text in [
                            format!("{start}..{}", start + len),
                            format!("{start}..{},{}..{}", start + len / 2, n - 1, n),
                        ] {
                            let Ok(region) = Region::parse(&text, n, boundary) else { continue };
                            let cut = solver.solve(&region);
                            for channels in [1, 3] {
                                let mut whole = SpinBoundSolver::with_channels(&network, channels).unwrap();
                                let expected = whole.solve(&region).count;
                                let found = fewest_spins(&network, channels, &cut);
                                assert_eq!(
                                    found, expected,
                                    "{field:?} {boundary:?} 2^{log2} {depth} {text} q = {channels}"
                                );
                            }
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_and_everything_need_no_spins() {
        let geometry = Geometry::new(40, Boundary::Ring, ReceptiveField::Three, 40).unwrap();
        let network = Arc::new(Network::unit(geometry, 1.0).unwrap());
        let mut solver = CutSolver::new(Arc::clone(&network));
        for region in [Region::empty(1 << 40, Boundary::Ring), Region::full(1 << 40, Boundary::Ring)] {
            assert_eq!(fewest_spins(&network, 1, &solver.solve(&region)), 0);
        }
        // An eighth of 2^40 sites: a spin for every two links, and one more.
        let start = ((1_u64 << 40) / 3) | 1;
        let region = Region::parse(&format!("{start}..{}", start + (1 << 37)), 1 << 40, Boundary::Ring);
        let cut = solver.solve(&region.unwrap());
        let spins = fewest_spins(&network, 1, &cut);
        assert!(spins > 1 && 2 * spins <= cut.links.len() as u64 + 4, "{spins} of {}", cut.links.len());
    }
}
