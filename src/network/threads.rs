//! Bit threads: a flow taken apart into paths from the region to the rest.

use rustc_hash::FxHashMap;

use super::capacity::Capacity;
use super::geometry::LinkId;
use super::max_flow::Flow;
use super::region::Region;

/// One path of a flow, from a site of the region to a site outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// The site of the region at which it begins.
    pub site: u64,
    /// The links it passes, in order; each begins where the one before ends.
    pub links: Vec<LinkId>,
    /// How much flows along it.
    pub amount: Capacity,
}

/// A link with what still flows on it, in the direction of the flow.
struct Arc {
    link: LinkId,
    from: u64,
    to: u64,
    rest: u64,
}

/// Takes a flow from `region` to the rest apart into threads, by the site they begin at.
///
/// The amounts add up to the flow's value, and on no link to more than its flow: with a maximum flow
/// the threads of a link never exceed its capacity, and fill the links of the minimum cut. Flow in circles, which
/// carries nothing anywhere, is left out. At unit capacity every thread carries one link's worth; otherwise as much
/// as its narrowest link still has, so that there are at most as many threads as links with flow. O(threads · their
/// length). Source: Freedman and Headrick 2017, on flows as a picture of entanglement.
///
/// # Panics
/// If the region belongs to another boundary.
#[must_use]
pub fn threads(flow: &Flow, region: &Region) -> Vec<Thread> {
    let g = flow.geometry();
    assert!(region.sites() == g.sites(), "region of {} sites on a network of {}", region.sites(), g.sites());
    let mut arcs: Vec<Arc> = Vec::new();
    let mut leaving: FxHashMap<u64, Vec<u32>> = FxHashMap::default();
    let mut starts = Vec::new();
    for (link, units) in flow.links() {
        let Some((lower, upper)) = g.ends(link) else { continue };
        let (lower, upper) = (g.node_id(lower), g.node_id(upper));
        let (from, to) = if units > 0 { (lower, upper) } else { (upper, lower) };
        leaving.entry(from).or_default().push(arcs.len() as u32);
        arcs.push(Arc { link, from, to, rest: units.unsigned_abs() });
        if region.contains(from) {
            starts.push(from);
        }
    }
    starts.sort_unstable();
    starts.dedup();
    let mut found = Vec::new();
    let mut path: Vec<usize> = Vec::new();
    for start in starts {
        // As long as something leaves the site, it leads somewhere or has led in a circle.
        while let Some(end) = walk(&mut arcs, &mut leaving, region, g.sites(), start, &mut path) {
            let amount = path.iter().map(|&arc| arcs[arc].rest).min().unwrap_or(0);
            for &arc in &path {
                arcs[arc].rest -= amount;
            }
            // What ends at a site of the region has gone nowhere. What passes one begins there.
            if end < g.sites() && !region.contains(end) {
                let first = path.iter().rposition(|&arc| region.contains(arcs[arc].from)).unwrap_or(0);
                let links = path[first..].iter().map(|&arc| arcs[arc].link).collect();
                found.push(Thread { site: arcs[path[first]].from, links, amount: Capacity(amount) });
            }
        }
    }
    found.sort_by(|a, b| (a.site, &a.links).cmp(&(b.site, &b.links)));
    found
}

/// Follows the flow from a site to the first site outside the region, or as far as it goes; leaves the arcs in
/// `path` and gives the last node. Circles met on the way are taken out of the flow. `None` if nothing leaves.
fn walk(
    arcs: &mut [Arc],
    leaving: &mut FxHashMap<u64, Vec<u32>>,
    region: &Region,
    sites: u64,
    start: u64,
    path: &mut Vec<usize>,
) -> Option<u64> {
    path.clear();
    let mut node = start;
    loop {
        if node < sites && !region.contains(node) {
            return Some(node);
        }
        let next = leaving.get_mut(&node).and_then(|list| {
            while list.last().is_some_and(|&arc| arcs[arc as usize].rest == 0) {
                list.pop();
            }
            list.last().copied()
        });
        let Some(arc) = next else { return (node != start || !path.is_empty()).then_some(node) };
        path.push(arc as usize);
        node = arcs[arc as usize].to;
        if let Some(begin) = path.iter().position(|&arc| arcs[arc].from == node) {
            let least = path[begin..].iter().map(|&arc| arcs[arc].rest).min().unwrap_or(0);
            for &arc in &path[begin..] {
                arcs[arc].rest -= least;
            }
            // What went before the circle may rest on a link that the circle has now emptied only inside it.
            path.truncate(begin);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::{Geometry, MaxFlow, Network};

    #[test]
    fn unit_links_give_as_many_threads_as_links_are_cut() {
        // Links cut of a ring of 64, region at site 5; computed outside this program.
        for (field, links) in
            [(ReceptiveField::Two, 5), (ReceptiveField::Three, 11), (ReceptiveField::Four, 18)]
        {
            let geometry = Geometry::new(6, Boundary::Ring, field, 6).unwrap();
            let network = Network::unit(geometry, 1.0).unwrap();
            let region = Region::parse("5..37", 64, Boundary::Ring).unwrap();
            let mut flow = MaxFlow::new(&network).unwrap();
            let value = flow.maximise(&region);
            let threads = threads(&flow.flow(value), &region);
            assert_eq!(threads.len(), links, "{field:?}");
            assert!(threads.iter().all(|t| t.amount.0 == 1 << 40));
        }
    }

    #[test]
    fn nothing_flows_from_nothing() {
        let geometry = Geometry::new(4, Boundary::Ring, ReceptiveField::Three, 4).unwrap();
        let mut flow = MaxFlow::new(&Network::unit(geometry, 1.0).unwrap()).unwrap();
        for region in [Region::empty(16, Boundary::Ring), Region::full(16, Boundary::Ring)] {
            let value = flow.maximise(&region);
            assert!(threads(&flow.flow(value), &region).is_empty());
        }
    }
}
