//! Exact maximum flow in whole units by blocking flows (Dinic 1970), on arcs laid out node by node.

use super::capacity::Network;
use super::geometry::Geometry;
use super::max_flow::FlowError;

/// Arcs of a flow network, those that leave a node side by side.
///
/// Every arc has a twin the other way; an undirected link is a pair of equal capacity.
#[derive(Clone, Debug)]
pub(crate) struct Arcs {
    /// Arcs of node v are `first[v]..first[v + 1]`.
    pub first: Vec<u32>,
    pub head: Vec<u32>,
    pub twin: Vec<u32>,
    pub capacity: Vec<i64>,
}

/// One pair of arcs to be laid out: tail, head, capacity there and back.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ArcPair {
    pub tail: u32,
    pub head: u32,
    pub there: i64,
    pub back: i64,
}

impl Arcs {
    /// Lays out `pairs` (walked twice, so any number needs no list).
    pub fn new<I: Iterator<Item = ArcPair>>(nodes: usize, pairs: impl Fn() -> I) -> Self {
        let mut first = vec![0_u32; nodes + 1];
        for pair in pairs() {
            first[pair.tail as usize + 1] += 1;
            first[pair.head as usize + 1] += 1;
        }
        for v in 0..nodes {
            first[v + 1] += first[v];
        }
        let arcs = first[nodes] as usize;
        let mut next = first.clone();
        let (mut head, mut twin, mut capacity) = (vec![0; arcs], vec![0; arcs], vec![0; arcs]);
        for pair in pairs() {
            let mut place = |v: u32| {
                let arc = next[v as usize];
                next[v as usize] += 1;
                arc
            };
            let (there, back) = (place(pair.tail), place(pair.head));
            for (arc, other, to, limit) in
                [(there, back, pair.head, pair.there), (back, there, pair.tail, pair.back)]
            {
                head[arc as usize] = to;
                twin[arc as usize] = other;
                capacity[arc as usize] = limit;
            }
        }
        Self { first, head, twin, capacity }
    }

    pub fn nodes(&self) -> usize {
        self.first.len() - 1
    }

    pub fn leaving(&self, node: u32) -> std::ops::Range<u32> {
        self.first[node as usize]..self.first[node as usize + 1]
    }
}

/// What a node is to the flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Inner,
    /// Gives any amount.
    Source,
    /// Takes any amount.
    Sink,
}

const UNREACHED: u32 = u32::MAX;

/// A flow and the buffers to enlarge it.
#[derive(Clone, Debug, Default)]
pub(crate) struct FlowState {
    /// What an arc can still carry: capacity minus flow.
    pub residual: Vec<i64>,
    pub role: Vec<Role>,
    level: Vec<u32>,
    cursor: Vec<u32>,
    queue: Vec<u32>,
    path: Vec<u32>,
}

impl FlowState {
    /// Sets the flow to zero and all nodes to inner.
    pub fn reset(&mut self, arcs: &Arcs) {
        self.residual.clear();
        self.residual.extend_from_slice(&arcs.capacity);
        self.role.clear();
        self.role.resize(arcs.nodes(), Role::Inner);
    }

    /// Enlarges the flow until no path from a source to a sink is left; returns by how much.
    ///
    /// Dinic (1970): as long as there is a path, a flow that blocks every shortest one. All sources act as
    /// one, all sinks as one. O(V²E) at worst; here the phases are few, as paths are short.
    pub fn maximise(&mut self, arcs: &Arcs) -> i64 {
        let mut gained = 0;
        while let Some(sink_level) = self.layer_from_sources(arcs) {
            gained += self.block_paths(arcs, sink_level);
        }
        gained
    }

    /// Levels by breadth-first search from the sources; the level of the nearest sink.
    fn layer_from_sources(&mut self, arcs: &Arcs) -> Option<u32> {
        self.level.clear();
        self.level.resize(arcs.nodes(), UNREACHED);
        self.queue.clear();
        for (v, role) in self.role.iter().enumerate() {
            if *role == Role::Source {
                self.level[v] = 0;
                self.queue.push(v as u32);
            }
        }
        let mut sink_level = None;
        let mut next = 0;
        while let Some(&v) = self.queue.get(next) {
            next += 1;
            let level = self.level[v as usize];
            // Nodes as far as the nearest sink lie on no shortest path.
            if sink_level.is_some_and(|sink| level >= sink) {
                break;
            }
            for arc in arcs.leaving(v) {
                let w = arcs.head[arc as usize];
                if self.residual[arc as usize] > 0 && self.level[w as usize] == UNREACHED {
                    self.level[w as usize] = level + 1;
                    if self.role[w as usize] == Role::Sink {
                        sink_level = Some(level + 1);
                    } else {
                        self.queue.push(w);
                    }
                }
            }
        }
        sink_level
    }

    /// Fills every path that climbs one level a step, depth first, without recursion.
    fn block_paths(&mut self, arcs: &Arcs, sink_level: u32) -> i64 {
        self.cursor.clear();
        self.cursor.extend_from_slice(&arcs.first[..arcs.nodes()]);
        let sources = self.queue.iter().take_while(|&&v| self.level[v as usize] == 0).count();
        let mut gained = 0;
        for s in 0..sources {
            let source = self.queue[s];
            self.path.clear();
            let mut v = source;
            loop {
                if self.role[v as usize] == Role::Sink {
                    gained += self.push_along_path(arcs);
                    // Go on from the first arc that is now full.
                    let full = self.path.iter().position(|&arc| self.residual[arc as usize] == 0);
                    self.path.truncate(full.unwrap_or(0));
                    v = self.path.last().map_or(source, |&arc| arcs.head[arc as usize]);
                    continue;
                }
                let end = arcs.first[v as usize + 1];
                let mut arc = self.cursor[v as usize];
                while arc < end {
                    let w = arcs.head[arc as usize];
                    let level = self.level[w as usize];
                    let climbs = level == self.level[v as usize] + 1
                        && (level < sink_level || self.role[w as usize] == Role::Sink);
                    if climbs && self.residual[arc as usize] > 0 {
                        break;
                    }
                    arc += 1;
                }
                self.cursor[v as usize] = arc;
                if arc < end {
                    self.path.push(arc);
                    v = arcs.head[arc as usize];
                } else {
                    // A dead end: step back past the arc that led here.
                    let Some(arc) = self.path.pop() else { break };
                    v = arcs.head[arcs.twin[arc as usize] as usize];
                    self.cursor[v as usize] += 1;
                }
            }
        }
        gained
    }

    fn push_along_path(&mut self, arcs: &Arcs) -> i64 {
        let amount = self.path.iter().map(|&arc| self.residual[arc as usize]).min().unwrap_or(0);
        for &arc in &self.path {
            self.residual[arc as usize] -= amount;
            self.residual[arcs.twin[arc as usize] as usize] += amount;
        }
        amount
    }

    /// Whether the last search reached a node: after [`Self::maximise`], the side nearest the sources.
    pub fn reached(&self, node: u64) -> bool {
        self.level[node as usize] != UNREACHED
    }
}

/// A network laid out for flows: an undirected link is a pair of arcs.
#[derive(Clone, Debug)]
pub(crate) struct FlowGraph {
    pub geometry: Geometry,
    pub arcs: Arcs,
}

impl FlowGraph {
    pub fn new(network: &Network) -> Result<Self, FlowError> {
        let geometry = *network.geometry();
        if geometry.log2_sites() > Geometry::MOST_LOG2_SITES_EXPLICIT {
            return Err(FlowError::TooLarge { log2_sites: geometry.log2_sites() });
        }
        let pairs = || {
            geometry.links().filter_map(|link| {
                let (lower, upper) = geometry.ends(link)?;
                let units = network.units(link) as i64;
                let (tail, head) = (geometry.node_id(lower) as u32, geometry.node_id(upper) as u32);
                Some(ArcPair { tail, head, there: units, back: units })
            })
        };
        let arcs = Arcs::new(geometry.node_count() as usize, pairs);
        Ok(Self { geometry, arcs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directed_arcs_find_the_textbook_flow() {
        // Cormen, Leiserson, Rivest and Stein, Introduction to Algorithms, fig. 26.6: 23.
        let list = [
            (0, 1, 16),
            (0, 2, 13),
            (1, 3, 12),
            (2, 1, 4),
            (3, 2, 9),
            (2, 4, 14),
            (4, 3, 7),
            (3, 5, 20),
            (4, 5, 4),
        ];
        let pairs = || list.iter().map(|&(tail, head, there)| ArcPair { tail, head, there, back: 0 });
        let arcs = Arcs::new(6, pairs);
        let mut state = FlowState::default();
        state.reset(&arcs);
        state.role[0] = Role::Source;
        state.role[5] = Role::Sink;
        assert_eq!(state.maximise(&arcs), 23);
        assert_eq!(state.maximise(&arcs), 0);
    }
}
