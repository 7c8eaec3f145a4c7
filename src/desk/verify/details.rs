//! What a file says beyond the proof: the other minimum cut, threads, cones, geodesics; each checked where it is there.

use super::claim::Claim;
use super::graph::Graph;
use super::{Checks, VerifyError};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// The fields of a cut file that need not be there.
#[derive(Deserialize, Default)]
pub(super) struct Details {
    #[serde(default)]
    ties: BTreeMap<String, Tie>,
    #[serde(default)]
    cone: BTreeMap<String, Vec<u64>>,
    #[serde(default)]
    geodesic_length: BTreeMap<String, Vec<f64>>,
    #[serde(default)]
    threads: BTreeMap<String, Vec<Path>>,
}

#[derive(Deserialize)]
struct Tie {
    cut_links_far: Vec<u64>,
}

#[derive(Deserialize)]
struct Path {
    links: Vec<u64>,
    nats: f64,
}

impl Details {
    /// Checks what is said of the region of a claim, whose sites are `inside`.
    pub(super) fn check(
        &self,
        claim: &Claim<'_>,
        graph: &Graph,
        inside: &[bool],
        checks: &mut Checks,
    ) -> Result<(), VerifyError> {
        let name = claim.name;
        if let Some(tie) = self.ties.get(name) {
            check_tie(name, &tie.cut_links_far, graph, inside, (claim.entropy, claim.rounding), checks)?;
        }
        if let Some(counts) = self.cone.get(name) {
            let expected = cone(graph, inside);
            checks.require(*counts == expected, || {
                format!("cone of region {name} is {counts:?}, and by the links {expected:?}")
            })?;
        }
        if let Some(lengths) = self.geodesic_length.get(name) {
            check_lengths(name, lengths, inside, checks)?;
        }
        if let Some(paths) = self.threads.get(name) {
            check_threads(name, paths, graph, claim, inside, checks)?;
        }
        Ok(())
    }
}

/// Sums of n terms, each with an error of ε/2 of its own, in two orders.
fn tolerance(terms: usize, sum: f64) -> f64 {
    (terms as f64 + 2.0) * f64::EPSILON * sum.abs()
}

fn places(name: &str, links: &[u64], graph: &Graph, checks: &mut Checks) -> Result<Vec<usize>, VerifyError> {
    let mut found = Vec::with_capacity(links.len());
    for id in links {
        let link = graph.link_of_id.get(id).copied();
        checks.require(link.is_some(), || format!("link {id} of region {name} is not in the graph"))?;
        found.extend(link);
    }
    Ok(found)
}

fn check_tie(
    name: &str,
    links: &[u64],
    graph: &Graph,
    inside: &[bool],
    (entropy, rounding): (f64, f64),
    checks: &mut Checks,
) -> Result<(), VerifyError> {
    let places = places(name, links, graph, checks)?;
    let removed: HashSet<usize> = places.iter().copied().collect();
    checks.require(removed.len() == links.len(), || {
        format!("the other cut of region {name} has a link twice")
    })?;
    if let Some(site) = graph.escape(inside, &removed) {
        let reason = format!("without the links of its other cut, region {name} still reaches site {site}");
        return Err(checks.violated(reason));
    }
    let sum: f64 = places.iter().map(|link| graph.capacity[*link]).sum();
    let allowed = rounding.max(0.0) + tolerance(links.len(), sum);
    checks.require((sum - entropy).abs() <= allowed, || {
        format!("the other cut of region {name} sums to {sum}, its entropy is {entropy}")
    })
}

/// Nodes by layer that a region feeds: along links upwards alone.
fn cone(graph: &Graph, inside: &[bool]) -> Vec<u64> {
    let mut layer: Vec<usize> =
        graph.boundary.iter().zip(inside).filter(|(_, inside)| **inside).map(|(node, _)| *node).collect();
    let mut counts = vec![layer.len() as u64];
    for _ in 1..graph.layers {
        let mut above: Vec<usize> = Vec::new();
        for &node in &layer {
            above.extend(
                graph.links_at[node].iter().map(|l| graph.ends[*l]).filter(|e| e[0] == node).map(|e| e[1]),
            );
        }
        above.sort_unstable();
        above.dedup();
        counts.push(above.len() as u64);
        layer = above;
    }
    counts
}

/// Lengths 2 arcosh(Ñ/2) of the runs of sites, read round a ring or along a line: the file does not say which.
fn check_lengths(
    name: &str,
    lengths: &[f64],
    inside: &[bool],
    checks: &mut Checks,
) -> Result<(), VerifyError> {
    let n = inside.len();
    let runs = |ring: bool| -> Vec<usize> {
        let before = |site: usize| if site > 0 { inside[site - 1] } else { ring && inside[n - 1] };
        let starts = (0..n).filter(|&site| inside[site] && !before(site));
        let run = |start: usize| {
            let on =
                |i: &usize| if ring { inside[(start + i) % n] } else { inside.get(start + i) == Some(&true) };
            (0..n).take_while(on).count()
        };
        starts.map(run).map(|len| if ring { len.min(n - len) } else { len }).collect()
    };
    let length = |sites: usize| (0.5 * sites as f64).max(1.0).acosh() * 2.0;
    let full = inside.iter().all(|i| *i);
    let agrees = |ring: bool| {
        let runs = if full { Vec::new() } else { runs(ring) };
        runs.len() == lengths.len()
            && runs
                .iter()
                .zip(lengths)
                .all(|(run, found)| (length(*run) - found).abs() <= 1e-14 * length(*run))
    };
    checks.require(agrees(true) || agrees(false), || {
        format!("geodesic_length of region {name} is {lengths:?}: not those of its intervals")
    })
}

fn check_threads(
    name: &str,
    paths: &[Path],
    graph: &Graph,
    claim: &Claim<'_>,
    inside: &[bool],
    checks: &mut Checks,
) -> Result<(), VerifyError> {
    let site_of: HashMap<usize, usize> =
        graph.boundary.iter().enumerate().map(|(site, node)| (*node, site)).collect();
    let mut on_link: BTreeMap<usize, f64> = BTreeMap::new();
    let mut sum = 0.0;
    for (number, path) in paths.iter().enumerate() {
        let links = places(name, &path.links, graph, checks)?;
        let nodes = chain(graph, &links);
        let ends =
            nodes.as_ref().and_then(|nodes| Some([site_of.get(nodes.first()?), site_of.get(nodes.last()?)]));
        let parted = matches!(ends, Some([Some(&from), Some(&to)]) if inside[from] && !inside[to]);
        checks.require(parted, || {
            format!("thread {number} of region {name} does not lead from it to the rest")
        })?;
        checks
            .require(path.nats > 0.0, || format!("thread {number} of region {name} carries {}", path.nats))?;
        sum += path.nats;
        for (link, node) in links.into_iter().zip(nodes.into_iter().flatten()) {
            let up = graph.ends[link][0] == node;
            *on_link.entry(link).or_default() += if up { path.nats } else { -path.nats };
        }
    }
    let allowed = claim.rounding.max(0.0) + tolerance(paths.len(), sum);
    checks.require((sum - claim.entropy).abs() <= allowed, || {
        format!("the threads of region {name} carry {sum}, its entropy is {}", claim.entropy)
    })?;
    let flow: HashMap<usize, f64> =
        claim.flow.iter().filter_map(|(id, nats)| Some((*graph.link_of_id.get(id)?, *nats))).collect();
    let dust = tolerance(paths.len(), sum);
    for (link, nats) in on_link {
        let most = flow.get(&link).copied().unwrap_or(0.0) * nats.signum();
        checks.require(nats.abs() <= most + dust, || {
            format!("the threads of region {name} carry {nats} over a link whose flow is {most} that way")
        })?;
    }
    Ok(())
}

/// The nodes of links that follow each other from a boundary node on; `None` if they do not.
fn chain(graph: &Graph, links: &[usize]) -> Option<Vec<usize>> {
    let start = graph.ends[*links.first()?].into_iter().find(|node| graph.on_boundary[*node])?;
    let mut nodes = vec![start];
    for link in links {
        let [from, to] = graph.ends[*link];
        let at = *nodes.last()?;
        nodes.push(match at {
            _ if at == from => to,
            _ if at == to => from,
            _ => return None,
        });
    }
    Some(nodes)
}
