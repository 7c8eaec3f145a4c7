//! The graph of a certificate: read, checked, and searched.

use super::{Checks, VerifyError};
use serde::Deserialize;
use std::collections::{HashMap, HashSet, VecDeque};

/// What a graph file holds of interest.
#[derive(Deserialize)]
pub(super) struct GraphFile {
    nodes: Vec<NodeEntry>,
    links: Vec<LinkEntry>,
}

#[derive(Deserialize)]
struct NodeEntry {
    id: u64,
    layer: u32,
    index: u64,
    #[serde(default = "one")]
    spins: u64,
}

const fn one() -> u64 {
    1
}

#[derive(Deserialize)]
struct LinkEntry {
    id: u64,
    from: u64,
    to: u64,
    capacity_nats: f64,
}

/// The graph by place: nodes and links are numbered anew, densely.
pub(super) struct Graph {
    /// Node of each boundary site.
    pub(super) boundary: Vec<usize>,
    /// Whether a node is on the boundary.
    pub(super) on_boundary: Vec<bool>,
    /// Spins on a node.
    pub(super) spins: Vec<u64>,
    pub(super) ends: Vec<[usize; 2]>,
    pub(super) capacity: Vec<f64>,
    pub(super) links_at: Vec<Vec<usize>>,
    pub(super) link_of_id: HashMap<u64, usize>,
    /// Number of node layers.
    pub(super) layers: u32,
}

impl Graph {
    pub(super) fn new(file: &GraphFile, checks: &mut Checks) -> Result<Self, VerifyError> {
        let mut place: HashMap<u64, usize> = HashMap::with_capacity(file.nodes.len());
        for (at, node) in file.nodes.iter().enumerate() {
            checks
                .require(place.insert(node.id, at).is_none(), || format!("node {} occurs twice", node.id))?;
        }
        let sites = file.nodes.iter().filter(|n| n.layer == 0).count();
        checks.require(sites > 0, || "the graph has no node in layer 0".into())?;
        let mut boundary = vec![usize::MAX; sites];
        for (at, node) in file.nodes.iter().enumerate().filter(|(_, n)| n.layer == 0) {
            let free = boundary.get(node.index as usize) == Some(&usize::MAX);
            checks.require(free, || format!("node {} is no boundary site 0…{}", node.id, sites - 1))?;
            boundary[node.index as usize] = at;
        }
        let mut graph = Self {
            boundary,
            on_boundary: file.nodes.iter().map(|n| n.layer == 0).collect(),
            spins: file.nodes.iter().map(|n| n.spins).collect(),
            ends: Vec::with_capacity(file.links.len()),
            capacity: Vec::with_capacity(file.links.len()),
            links_at: vec![Vec::new(); file.nodes.len()],
            link_of_id: HashMap::with_capacity(file.links.len()),
            layers: file.nodes.iter().map(|n| n.layer + 1).max().unwrap_or(0),
        };
        for (at, link) in file.links.iter().enumerate() {
            let once = graph.link_of_id.insert(link.id, at).is_none();
            checks.require(once, || format!("link {} occurs twice", link.id))?;
            let (from, to) = (place.get(&link.from), place.get(&link.to));
            let (Some(&from), Some(&to)) = (from, to) else {
                return Err(checks.violated(format!("link {} ends at a node that is not there", link.id)));
            };
            checks.require(file.nodes[from].layer + 1 == file.nodes[to].layer, || {
                format!("link {} does not lead from one layer to the next", link.id)
            })?;
            checks.require(link.capacity_nats.is_finite() && link.capacity_nats >= 0.0, || {
                format!("link {} has the capacity {}", link.id, link.capacity_nats)
            })?;
            graph.ends.push([from, to]);
            graph.capacity.push(link.capacity_nats);
            graph.links_at[from].push(at);
            graph.links_at[to].push(at);
        }
        Ok(graph)
    }

    pub(super) fn sites(&self) -> usize {
        self.boundary.len()
    }

    /// A site outside the region that is reached from the region without the links removed. What has no capacity
    /// carries nothing: it need not be removed.
    pub(super) fn escape(&self, inside: &[bool], removed: &HashSet<usize>) -> Option<usize> {
        let mut seen = vec![false; self.links_at.len()];
        let mut queue: VecDeque<usize> = VecDeque::new();
        for (site, &node) in self.boundary.iter().enumerate() {
            if inside[site] {
                seen[node] = true;
                queue.push_back(node);
            }
        }
        while let Some(node) = queue.pop_front() {
            for link in
                self.links_at[node].iter().filter(|l| !removed.contains(l) && self.capacity[**l] > 0.0)
            {
                let [from, to] = self.ends[*link];
                let other = if from == node { to } else { from };
                if !seen[other] {
                    seen[other] = true;
                    queue.push_back(other);
                }
            }
        }
        (0..self.sites()).find(|site| !inside[*site] && seen[self.boundary[*site]])
    }
}
