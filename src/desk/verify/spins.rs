//! The fewest spins that separate a region, counted anew: a largest flow through nodes, by the blocking flows of
//! Dinitz (1970). Menger (1927): as many paths without a common spin as spins that cut them all.

use super::graph::Graph;
use std::collections::VecDeque;

/// No arc carries more than all spins together.
const UNLIMITED: u64 = u64::MAX / 4;

/// Every node in two, an entry and an exit, with an arc of as many units as it has spins between them.
struct Split {
    /// First arc of each half, and one past the last.
    first: Vec<u32>,
    to: Vec<u32>,
    /// What still may pass.
    room: Vec<u64>,
    /// The arc the other way.
    back: Vec<u32>,
}

/// Fewest spins, of the boundary or above, whose removal separates the sites `inside` from the others.
///
/// O(arcs) a phase, and few phases: distances between boundary sites are logarithmic.
pub(super) fn fewest(graph: &Graph, inside: &[bool]) -> u64 {
    let nodes = graph.links_at.len();
    let (source, sink) = (2 * nodes, 2 * nodes + 1);
    let mut arcs: Vec<(usize, usize, u64)> = Vec::with_capacity(nodes + 2 * graph.ends.len());
    arcs.extend((0..nodes).map(|node| (2 * node, 2 * node + 1, graph.spins[node])));
    // What has no capacity joins nothing.
    let joined = graph.ends.iter().zip(&graph.capacity).filter(|(_, capacity)| **capacity > 0.0);
    for ([from, to], _) in joined {
        arcs.push((2 * from + 1, 2 * to, UNLIMITED));
        arcs.push((2 * to + 1, 2 * from, UNLIMITED));
    }
    for (site, &node) in graph.boundary.iter().enumerate() {
        arcs.push(if inside[site] { (source, 2 * node, UNLIMITED) } else { (2 * node + 1, sink, UNLIMITED) });
    }
    let mut split = Split::new(2 * nodes + 2, &arcs);
    let mut flow = 0;
    while let Some(distance) = split.distances(source, sink) {
        flow += split.blocking_flow(source, sink, &distance);
    }
    flow
}

impl Split {
    fn new(halves: usize, arcs: &[(usize, usize, u64)]) -> Self {
        let mut first = vec![0_u32; halves + 1];
        for (from, to, _) in arcs {
            first[from + 1] += 1;
            first[to + 1] += 1;
        }
        for half in 0..halves {
            first[half + 1] += first[half];
        }
        let mut next = first.clone();
        let count = 2 * arcs.len();
        let (mut to, mut room, mut back) = (vec![0; count], vec![0; count], vec![0; count]);
        let mut take = |half: usize| {
            next[half] += 1;
            next[half] as usize - 1
        };
        for (from, end, capacity) in arcs {
            let (there, here) = (take(*from), take(*end));
            (to[there], room[there], back[there]) = (*end as u32, *capacity, here as u32);
            (to[here], back[here]) = (*from as u32, there as u32);
        }
        Self { first, to, room, back }
    }

    fn arcs(&self, half: usize) -> std::ops::Range<usize> {
        self.first[half] as usize..self.first[half + 1] as usize
    }

    /// Steps from the source to each half, as far as the sink; `None` if it is not reached.
    fn distances(&self, source: usize, sink: usize) -> Option<Vec<u32>> {
        let mut distance = vec![u32::MAX; self.first.len() - 1];
        distance[source] = 0;
        let mut queue = VecDeque::from([source]);
        while let Some(half) = queue.pop_front() {
            if half == sink {
                return Some(distance);
            }
            for arc in self.arcs(half) {
                let to = self.to[arc] as usize;
                if self.room[arc] > 0 && distance[to] == u32::MAX {
                    distance[to] = distance[half] + 1;
                    queue.push_back(to);
                }
            }
        }
        None
    }

    /// Fills shortest paths until none is left.
    fn blocking_flow(&mut self, source: usize, sink: usize, distance: &[u32]) -> u64 {
        let mut next: Vec<u32> = self.first[..self.first.len() - 1].to_vec();
        let mut path: Vec<usize> = Vec::new();
        let (mut at, mut flow) = (source, 0);
        loop {
            if at == sink {
                let least = path.iter().map(|arc| self.room[*arc]).min().unwrap_or(0);
                for &arc in &path {
                    self.room[arc] -= least;
                    self.room[self.back[arc] as usize] += least;
                }
                flow += least;
                // Back to where the path is full first.
                let full = path.iter().position(|arc| self.room[*arc] == 0).unwrap_or(0);
                at = self.to[self.back[path[full]] as usize] as usize;
                path.truncate(full);
                continue;
            }
            let end = self.first[at + 1];
            let onward = (next[at]..end).find(|arc| {
                let to = self.to[*arc as usize] as usize;
                self.room[*arc as usize] > 0 && distance[to] == distance[at].saturating_add(1)
            });
            if let Some(arc) = onward {
                next[at] = arc;
                path.push(arc as usize);
                at = self.to[arc as usize] as usize;
            } else {
                next[at] = end;
                let Some(arc) = path.pop() else { return flow };
                at = self.to[self.back[arc] as usize] as usize;
                next[at] += 1;
            }
        }
    }
}
