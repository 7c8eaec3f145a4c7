//! Minimum cuts against what must be true of them: published numbers, a textbook maximum flow, brute force,
//! and the laws of entanglement.

#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use holoscope::lattice::{Boundary, ReceptiveField};
use holoscope::network::{
    Cut, CutSolver, Flow, Geometry, Interval, IntervalScan, IntervalSweep, LayerCapacities, LinkId, MaxFlow,
    Network, Node, Positions, Region, SizeStatistics, Wedge, certificate, fewest_spins, interval_statistics,
    spin_bound, threads,
};
use holoscope::numerics::streams::{Stream, stream};
use petgraph::algo::ford_fulkerson;
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;
use rand::RngExt;

fn geometry(log2_sites: u32, boundary: Boundary, field: ReceptiveField, depth: u32) -> Geometry {
    Geometry::new(log2_sites, boundary, field, depth).unwrap()
}

fn unit(log2_sites: u32, boundary: Boundary, field: ReceptiveField, depth: u32) -> Arc<Network> {
    Arc::new(Network::unit(geometry(log2_sites, boundary, field, depth), 1.0).unwrap())
}

fn region(text: &str, network: &Network) -> Region {
    let g = network.geometry();
    Region::parse(text, g.sites(), g.boundary()).unwrap()
}

/// Unit capacity: the value in links.
fn links_cut(solver: &mut CutSolver, text: &str) -> usize {
    let region = region(text, solver.network());
    let cut = solver.solve(&region);
    assert_eq!(cut.capacity_nats, cut.links.len() as f64);
    cut.links.len()
}

#[test]
fn published_links_of_two_intervals_a_wall_and_a_line() {
    let two = [("5..13,14..22", [6, 9, 16]), ("5..13,30..38", [7, 13, 20])];
    let line = [("5..6", [1, 1, 2]), ("5..9", [3, 4, 6]), ("5..21", [5, 8, 14]), ("5..37", [5, 9, 14])];
    for (i, field) in ReceptiveField::ALL.into_iter().enumerate() {
        let mut ring = CutSolver::new(unit(6, Boundary::Ring, field, 6));
        for (text, links) in two {
            assert_eq!(links_cut(&mut ring, text), links[i], "{field:?} {text}");
        }
        let mut open = CutSolver::new(unit(6, Boundary::Line, field, 6));
        for (text, links) in line {
            assert_eq!(links_cut(&mut open, text), links[i], "{field:?} {text} on a line");
        }
    }
    let mut wall = CutSolver::new(unit(6, Boundary::Ring, ReceptiveField::Three, 3));
    for (text, links) in [("5..9", 4), ("5..13", 6), ("5..21", 6), ("5..37", 6)] {
        assert_eq!(links_cut(&mut wall, text), links, "{text} under a wall");
    }
}

#[test]
fn published_links_of_an_eighth_of_large_rings() {
    for n in [10, 14, 17, 20] {
        let (sites, size) = (1_u64 << n, 1_u64 << (n - 3));
        let start = (sites / 3) | 1;
        let text = format!("{start}..{}", start + size);
        let mut three = CutSolver::new(unit(n, Boundary::Ring, ReceptiveField::Three, n));
        assert_eq!(links_cut(&mut three, &text), 2 * (n as usize - 3), "r = 3, 2^{n}");
        let mut four = CutSolver::new(unit(n, Boundary::Ring, ReceptiveField::Four, n));
        assert_eq!(links_cut(&mut four, &text), 4 * (n as usize - 3) - 2, "r = 4, 2^{n}");
    }
}

#[test]
fn published_spins_of_a_ring_of_64() {
    let sizes = [1, 2, 3, 4, 7, 8, 16, 31, 32];
    for (field, spins) in [
        (ReceptiveField::Three, [1, 2, 2, 3, 4, 4, 5, 6, 6]),
        (ReceptiveField::Four, [1, 2, 3, 3, 5, 5, 7, 9, 9]),
    ] {
        let network = unit(6, Boundary::Ring, field, 6);
        for (size, expected) in sizes.into_iter().zip(spins) {
            let a = region(&format!("5..{}", 5 + size), &network);
            let bound = spin_bound(&network, &a).unwrap();
            assert_eq!(bound.spins.len(), expected, "{field:?}, {size} sites");
            assert!(separated_without(&network, &a, |_| false, |node| bound.spins.contains(&node)));
            assert_eq!(spin_bound(&network, &a.complement()).unwrap().spins.len(), expected);
        }
    }
}

#[test]
fn published_spins_of_half_a_line() {
    for (field, expected) in [(ReceptiveField::Three, 7), (ReceptiveField::Four, 8)] {
        let network = unit(8, Boundary::Line, field, 8);
        let half = region("0..128", &network);
        assert_eq!(spin_bound(&network, &half).unwrap().spins.len(), expected, "{field:?}");
    }
}

/// Whether no path leads from A to the rest when some links and nodes are gone.
fn separated_without(
    network: &Network,
    a: &Region,
    link_gone: impl Fn(LinkId) -> bool,
    node_gone: impl Fn(Node) -> bool,
) -> bool {
    let g = network.geometry();
    let mut next = vec![Vec::new(); g.node_count() as usize];
    for link in g.links().filter(|&link| !link_gone(link)) {
        let (lower, upper) = g.ends(link).unwrap();
        if !node_gone(lower) && !node_gone(upper) {
            let (lower, upper) = (g.node_id(lower) as usize, g.node_id(upper) as usize);
            next[lower].push(upper);
            next[upper].push(lower);
        }
    }
    let mut seen = vec![false; next.len()];
    let mut queue: Vec<usize> = (0..g.sites())
        .filter(|&s| a.contains(s) && !node_gone(Node { layer: 0, index: s }))
        .map(|s| s as usize)
        .collect();
    queue.iter().for_each(|&v| seen[v] = true);
    while let Some(v) = queue.pop() {
        if v < g.sites() as usize && !a.contains(v as u64) {
            return false;
        }
        for &w in &next[v] {
            if !std::mem::replace(&mut seen[w], true) {
                queue.push(w);
            }
        }
    }
    true
}

/// A network of any kind: shapes, boundaries, depths, shared or free, zeros, ties, fourteen decades.
fn random_network(rng: &mut Stream, log2_sites: u32) -> Arc<Network> {
    let field = ReceptiveField::ALL[rng.random_range(0..3)];
    let boundary = if rng.random() { Boundary::Ring } else { Boundary::Line };
    let g = geometry(log2_sites, boundary, field, rng.random_range(0..=log2_sites));
    let palette = rng.random_range(0..5);
    let capacity = |rng: &mut Stream| match palette {
        0 => 1.0,
        1 => f64::from(rng.random_range(0..4_u8)),
        2 => rng.random_range(0.0..1.0),
        3 => 10_f64.powf(rng.random_range(-5.0..9.0)),
        _ => {
            if rng.random_bool(0.3) {
                0.0
            } else {
                f64::from(rng.random_range(1..3_u8))
            }
        }
    };
    let shared = rng.random_bool(0.5);
    let layers = (0..g.depth()).map(|k| {
        let blocks = if shared { 1 } else { g.sites_in_layer(k + 1) };
        let list = (0..blocks * g.field().links() as u64).map(|_| capacity(rng)).collect();
        if shared { LayerCapacities::Shared(list) } else { LayerCapacities::Unshared(list) }
    });
    let layers = layers.collect();
    Arc::new(Network::new(g, layers).unwrap())
}

fn random_region(rng: &mut Stream, network: &Network) -> Region {
    let g = network.geometry();
    let sites = g.sites();
    let intervals = (0..rng.random_range(1..5)).map(|_| {
        let start = rng.random_range(0..sites);
        let most = if g.boundary() == Boundary::Ring { sites } else { sites - start };
        let few = most.min(1 + sites / 4);
        let longest = if rng.random_bool(0.2) { most } else { few };
        Interval { start, len: rng.random_range(0..=longest) }
    });
    Region::from_intervals(sites, g.boundary(), intervals.collect::<Vec<_>>()).unwrap()
}

/// Maximum flow by petgraph on a graph built for it.
fn textbook_value(network: &Network, a: &Region) -> u64 {
    let g = network.geometry();
    if a.is_empty() || a.is_full() {
        return 0;
    }
    let mut graph = DiGraph::<(), u64>::new();
    let nodes: Vec<NodeIndex> = (0..g.node_count()).map(|_| graph.add_node(())).collect();
    let (source, sink) = (graph.add_node(()), graph.add_node(()));
    for link in g.links() {
        let (lower, upper) = g.ends(link).unwrap();
        let (lower, upper) = (nodes[g.node_id(lower) as usize], nodes[g.node_id(upper) as usize]);
        graph.add_edge(lower, upper, network.capacity(link).0);
        graph.add_edge(upper, lower, network.capacity(link).0);
    }
    for s in 0..g.sites() {
        if a.contains(s) {
            graph.add_edge(source, nodes[s as usize], 1 << 50);
        } else {
            graph.add_edge(nodes[s as usize], sink, 1 << 50);
        }
    }
    ford_fulkerson(&graph, source, sink).0
}

/// Everything that must be true of one cut.
fn check_cut(network: &Arc<Network>, cut: &Cut) {
    let g = network.geometry();
    let a = &cut.region;
    let sum: u64 = cut.links.iter().map(|&link| network.capacity(link).0).sum();
    assert_eq!(sum, cut.value.0, "links add up to the value");
    assert!(cut.links.is_sorted());
    let nats: f64 = cut.links.iter().map(|&link| network.nats(link)).sum();
    assert!((cut.capacity_nats - nats).abs() <= 1e-12 * nats);
    assert!(cut.rounding_nats >= 0.0);
    assert!(cut.rounding_nats <= (cut.links.len() as f64 + 1.0) * network.unit_nats() + 1e-14 * nats);

    let gone: HashSet<LinkId> = cut.links.iter().copied().collect();
    let is_there = |link: LinkId| network.nats(link) > 0.0;
    assert!(
        separated_without(network, a, |link| gone.contains(&link) || !is_there(link), |_| false),
        "A is cut off"
    );
    for wedge in [Some(&cut.wedge), cut.wedge_far.as_ref()].into_iter().flatten() {
        assert_eq!(&wedge.layers()[0], a);
        let walked: Vec<LinkId> = g
            .links()
            .filter(|&link| {
                let (lower, upper) = g.ends(link).unwrap();
                wedge.contains(lower) != wedge.contains(upper)
            })
            .collect();
        assert_eq!(wedge.boundary_links(g), walked);
        let worth: u64 = walked.iter().map(|&link| network.capacity(link).0).sum();
        assert_eq!(worth, cut.value.0, "both wedges make minimum cuts");
    }
    let mut edge = cut.wedge.boundary_links(g);
    edge.retain(|&link| is_there(link));
    assert_eq!(edge, cut.links);

    let flow = certificate(network, cut).unwrap();
    assert_eq!(flow.value(), cut.value);
    let mut surplus = vec![0_i64; g.node_count() as usize];
    for link in g.links() {
        let (lower, upper) = g.ends(link).unwrap();
        let units = flow.units(link);
        assert!(units.unsigned_abs() <= network.capacity(link).0, "within capacity");
        surplus[g.node_id(lower) as usize] += units;
        surplus[g.node_id(upper) as usize] -= units;
    }
    assert!(surplus[g.sites() as usize..].iter().all(|&s| s == 0), "conserved above the boundary");
    let out: i64 = (0..g.sites()).filter(|&s| a.contains(s)).map(|s| surplus[s as usize]).sum();
    assert_eq!(out as u64, cut.value.0, "the flow equals the cut");
    assert!((0..g.sites()).all(|s| (surplus[s as usize] >= 0) == a.contains(s) || surplus[s as usize] == 0));
    check_threads(network, cut, &flow);
}

/// Threads are paths from A to the rest that together are the flow: no more on a link than flows there, in its
/// direction, full on the links cut, and as much in all as the cut is worth.
fn check_threads(network: &Arc<Network>, cut: &Cut, flow: &Flow) {
    let g = network.geometry();
    let threads = threads(flow, &cut.region);
    assert_eq!(threads.iter().map(|t| t.amount.0).sum::<u64>(), cut.value.0, "threads add up to S_A");
    assert!(threads.len() <= flow.links().count());
    let mut carried: HashMap<LinkId, i64> = HashMap::new();
    for thread in &threads {
        assert!(thread.amount.0 > 0 && cut.region.contains(thread.site));
        let mut at = Node { layer: 0, index: thread.site };
        let mut seen = HashSet::from([at]);
        for &link in &thread.links {
            let (lower, upper) = g.ends(link).unwrap();
            assert!(at == lower || at == upper, "a thread has no holes");
            let up = at == lower;
            *carried.entry(link).or_default() += thread.amount.0 as i64 * if up { 1 } else { -1 };
            at = if up { upper } else { lower };
            assert!(seen.insert(at), "no thread meets itself");
        }
        assert!(at.layer == 0 && !cut.region.contains(at.index), "a thread ends in the rest");
    }
    for (link, units) in carried {
        assert!(units.signum() == flow.units(link).signum() && units.abs() <= flow.units(link).abs());
        assert!(units.unsigned_abs() <= network.capacity(link).0);
    }
}

/// How many random networks to try: the number given, or `HOLOSCOPE_RANDOM_NETWORKS` for a long run.
fn random_networks(usual: u32) -> u32 {
    std::env::var("HOLOSCOPE_RANDOM_NETWORKS").ok().and_then(|count| count.parse().ok()).unwrap_or(usual)
}

/// Moves a region a little or takes a new one, as a user would.
fn next_region(rng: &mut Stream, network: &Network, before: &Region) -> Region {
    let g = network.geometry();
    let start = rng.random_range(0..g.sites());
    let site = Region::from_intervals(g.sites(), g.boundary(), [Interval { start, len: 1 }]).unwrap();
    match rng.random_range(0..3_u8) {
        0 => before.shifted(1),
        1 => before.symmetric_difference(&site),
        _ => random_region(rng, network),
    }
}

#[test]
fn random_cuts_equal_a_textbook_flow() {
    let mut rng = stream(1, "cuts", 0);
    let mut links = Vec::new();
    // Three regions each: more than 10,000 cuts.
    for case in 0..random_networks(3400) {
        // Mostly small ones; those above 2^4 sites have parts that are searched and parts that are tabled.
        let network = random_network(&mut rng, if case % 10 == 9 { 6 + case / 10 % 3 } else { 2 + case % 4 });
        let mut solver = CutSolver::new(Arc::clone(&network));
        let mut a = random_region(&mut rng, &network);
        for _ in 0..3 {
            a = next_region(&mut rng, &network, &a);
            // The quick way before and after the full one: what either keeps must not mislead the other.
            let quick = solver.value_and_links(&a, &mut links);
            let cut = solver.solve(&a);
            assert_eq!(quick, cut.value, "case {case}: {network:?} {a}");
            assert_eq!(quick.0, links.iter().map(|&link| network.capacity(link).0).sum::<u64>());
            let gone: HashSet<LinkId> = links.iter().copied().collect();
            assert_eq!(gone.len(), links.len(), "each link once");
            assert!(separated_without(&network, &a, |link| gone.contains(&link), |_| false), "case {case}");
            assert_eq!(cut.value.0, textbook_value(&network, &a), "case {case}: {network:?} {a}");
            check_cut(&network, &cut);
            assert_eq!(solver.solve(&a.complement()).value, cut.value, "S(A) = S(Aᶜ), case {case}");
        }
    }
}

#[test]
fn nearest_wedges_of_the_planar_dual_are_those_of_the_flow() {
    // Without single zeros both are unique: the reachable side and the side that cannot reach the rest.
    let mut rng = stream(2, "cuts", 0);
    let mut ties = 0;
    for case in 0..1500 {
        let field = if rng.random() { ReceptiveField::Two } else { ReceptiveField::Three };
        let boundary = if rng.random() { Boundary::Ring } else { Boundary::Line };
        let n = 2 + case % 5;
        let g = geometry(n, boundary, field, rng.random_range(1..=n));
        let shared = rng.random_bool(0.5);
        let layers = (0..g.depth()).map(|k| {
            let blocks = if shared { 1 } else { g.sites_in_layer(k + 1) };
            let list = (0..blocks * field.links() as u64).map(|_| f64::from(rng.random_range(1..4_u8)));
            let list = list.collect();
            if shared { LayerCapacities::Shared(list) } else { LayerCapacities::Unshared(list) }
        });
        let network = Arc::new(Network::new(g, layers.collect()).unwrap());
        let mut solver = CutSolver::new(Arc::clone(&network));
        let mut flow = MaxFlow::new(&network).unwrap();
        let a = random_region(&mut rng, &network);
        if a.is_empty() || a.is_full() {
            continue;
        }
        let cut = solver.solve(&a);
        assert_eq!(flow.maximise(&a), cut.value);
        let (near, far) = flow.wedges();
        assert_eq!(cut.wedge, near, "case {case}: {a} of {g:?}");
        assert_eq!(cut.wedge_far.as_ref().unwrap_or(&cut.wedge), &far, "case {case}: {a} of {g:?}");
        ties += usize::from(near != far);
    }
    assert!(ties > 300, "ties are normal: {ties}");
}

#[test]
fn cuts_equal_brute_force_over_all_sides() {
    let mut rng = stream(3, "cuts", 0);
    for case in 0..300 {
        // Two to eight sites have at most 14 nodes but for the full depth of eight.
        let network = random_network(&mut rng, 1 + case % 3);
        let g = network.geometry();
        if g.node_count() > 14 {
            continue;
        }
        let a = random_region(&mut rng, &network);
        let links: Vec<(u64, u64, u64)> = g
            .links()
            .map(|link| {
                let (lower, upper) = g.ends(link).unwrap();
                (g.node_id(lower), g.node_id(upper), network.capacity(link).0)
            })
            .collect();
        let sites = g.sites();
        let boundary_bits: u64 = (0..sites).filter(|&s| a.contains(s)).map(|s| 1 << s).sum();
        let cheapest = (0..1_u64 << (g.node_count() - sites))
            .map(|hidden| {
                let side = boundary_bits | hidden << sites;
                let parted = |u: u64, v: u64| (side >> u ^ side >> v) & 1 == 1;
                links.iter().filter(|&&(u, v, _)| parted(u, v)).map(|l| l.2).sum::<u64>()
            })
            .min()
            .unwrap();
        assert_eq!(CutSolver::new(Arc::clone(&network)).solve(&a).value.0, cheapest, "{network:?} {a}");
    }
}

#[test]
fn ties_lie_between_the_intersection_and_the_union_of_all_minimum_cuts() {
    let mut rng = stream(5, "cuts", 0);
    let mut ties = 0;
    for case in 0..300 {
        let field = ReceptiveField::ALL[case % 3];
        let boundary = if rng.random() { Boundary::Ring } else { Boundary::Line };
        let g = geometry(3, boundary, field, rng.random_range(1..=2));
        // Without zeros, so that no node is free to be on either side.
        let layers = (0..g.depth()).map(|k| {
            let links = g.sites_in_layer(k + 1) * g.field().links() as u64;
            LayerCapacities::Unshared((0..links).map(|_| f64::from(rng.random_range(1..3_u8))).collect())
        });
        let network = Arc::new(Network::new(g, layers.collect()).unwrap());
        let a = random_region(&mut rng, &network);
        if a.is_empty() || a.is_full() {
            continue;
        }
        let links: Vec<(u64, u64, u64)> = g
            .links()
            .map(|link| {
                let (lower, upper) = g.ends(link).unwrap();
                (g.node_id(lower), g.node_id(upper), network.capacity(link).0)
            })
            .collect();
        let boundary_bits: u64 = (0..8).filter(|&s| a.contains(s)).map(|s| 1 << s).sum();
        let worth = |side: u64| -> u64 {
            links.iter().filter(|&&(u, v, _)| (side >> u ^ side >> v) & 1 == 1).map(|l| l.2).sum()
        };
        let sides: Vec<u64> = (0..1_u64 << (g.node_count() - 8)).map(|h| boundary_bits | h << 8).collect();
        let least = sides.iter().map(|&side| worth(side)).min().unwrap();
        let minimal: Vec<u64> = sides.into_iter().filter(|&side| worth(side) == least).collect();
        let (all, any) = minimal.iter().fold((u64::MAX, 0), |(all, any), side| (all & side, any | side));
        let mut solver = CutSolver::new(Arc::clone(&network));
        let cut = solver.solve(&a);
        let bits = |wedge: &Wedge| -> u64 {
            (0..g.node_count()).filter(|&id| wedge.contains(g.node_at(id))).map(|id| 1 << id).sum()
        };
        assert_eq!(bits(&cut.wedge), all, "case {case}: {a}");
        assert_eq!(cut.wedge_far.as_ref().map_or(all, bits), any, "case {case}: {a}");
        assert_eq!(cut.wedge_far.is_some(), minimal.len() > 1, "case {case}");
        ties += usize::from(minimal.len() > 1);
        let near = solver.solve_near(&a);
        assert_eq!((&near.wedge, &near.links, near.wedge_far), (&cut.wedge, &cut.links, None));
    }
    assert!(ties > 60, "ties are normal: {ties}");
}

#[test]
fn spins_near_the_cut_are_as_few_as_in_the_whole_graph() {
    let mut rng = stream(6, "cuts", 0);
    for case in 0..random_networks(1500) {
        let network = random_network(&mut rng, if case % 10 == 9 { 8 } else { 2 + case % 5 });
        let a = random_region(&mut rng, &network);
        let cut = CutSolver::new(Arc::clone(&network)).solve(&a);
        let whole = spin_bound(&network, &a).unwrap().spins.len() as u64;
        assert_eq!(fewest_spins(&network, 1, &cut), whole, "case {case}: {a} of {:?}", network.geometry());
    }
}

#[test]
fn spin_bounds_separate_are_symmetric_and_no_larger_than_the_links() {
    let mut rng = stream(4, "cuts", 0);
    for case in 0..300 {
        let network = random_network(&mut rng, 2 + case % 4);
        let a = random_region(&mut rng, &network);
        let bound = spin_bound(&network, &a).unwrap();
        let present = |link| network.nats(link) > 0.0;
        assert!(separated_without(&network, &a, |l| !present(l), |node| bound.spins.contains(&node)));
        assert_eq!(spin_bound(&network, &a.complement()).unwrap().spins.len(), bound.spins.len());
        // The same network with a capacity of 1 for every link that is present.
        let g = *network.geometry();
        let mut values: Vec<Vec<f64>> = Vec::new();
        for k in 0..g.depth() {
            let r = g.field().links();
            let mut layer = vec![0.0; r * g.sites_in_layer(k + 1) as usize];
            for link in g.layer_links(k) {
                layer[link.block as usize * r + usize::from(link.slot)] = f64::from(u8::from(present(link)));
            }
            values.push(layer);
        }
        let layers = values.into_iter().map(LayerCapacities::Unshared).collect();
        let counted = Arc::new(Network::new(g, layers).unwrap());
        let cut = CutSolver::new(counted).solve(&a);
        assert!(bound.spins.len() as f64 <= cut.capacity_nats, "case {case}: m ≤ links cut");
        assert!(bound.spins.len() as u64 <= a.len().min(g.sites() - a.len()));
    }
}

#[test]
fn sweeps_equal_solving_every_size() {
    let mut rng = stream(5, "cuts", 0);
    for case in 0..150 {
        let network = random_network(&mut rng, 1 + case % 5);
        let g = *network.geometry();
        let mut solver = CutSolver::new(Arc::clone(&network));
        let mut sweep = IntervalSweep::new(&network).unwrap();
        for _ in 0..2 {
            let start = rng.random_range(0..g.sites());
            let most = if g.boundary() == Boundary::Ring { g.sites() } else { g.sites() - start };
            sweep.start_at(start);
            for len in 1..=most {
                sweep.extend();
                let a = Region::from_intervals(g.sites(), g.boundary(), [Interval { start, len }]).unwrap();
                assert_eq!(sweep.value(), solver.solve(&a).value, "case {case}: {a} of {g:?}");
            }
        }
    }
}

#[test]
fn scans_equal_solving_each_interval() {
    let mut rng = stream(6, "cuts", 0);
    for case in 0..60 {
        let network = random_network(&mut rng, 2 + case % 4);
        let g = *network.geometry();
        let sites = g.sites();
        let sizes: Vec<u64> = (1..=sites).collect();
        let mut solver = CutSolver::new(Arc::clone(&network));
        let rows = interval_statistics(&network, &sizes, Positions::All).unwrap();
        assert_eq!(rows.len(), sizes.len());
        for row in rows {
            let positions = if g.boundary() == Boundary::Ring { sites } else { sites - row.size + 1 };
            let values = (0..positions).map(|start| {
                let interval = Interval { start, len: row.size };
                let a = Region::from_intervals(sites, g.boundary(), [interval]).unwrap();
                network.to_nats(solver.solve(&a).value)
            });
            let solved: holoscope::numerics::statistics::Summary = values.collect();
            assert_eq!(row.summary.count(), solved.count(), "case {case} size {} of {g:?}", row.size);
            assert_eq!(row.summary.smallest(), solved.smallest());
            assert_eq!(row.summary.largest(), solved.largest());
            let scale = 1e-12 * (1.0 + solved.largest());
            assert!((row.summary.mean() - solved.mean()).abs() <= scale);
            assert!((row.summary.std() - solved.std()).abs() <= 1e3 * scale);
        }
    }
}

#[test]
fn mended_flows_give_the_same_scan_as_sweeps() {
    let mut rng = stream(7, "cuts", 0);
    for case in 0..40 {
        let network = loop {
            let network = random_network(&mut rng, 3 + case % 4);
            if network.geometry().field() == ReceptiveField::Four {
                break network;
            }
        };
        let sites = network.geometry().sites();
        let sizes: Vec<u64> = (0..=sites).collect();
        let swept = interval_statistics(&network, &sizes, Positions::All).unwrap();
        // As many spread starts as sites are all of them; the flow is mended from size to size.
        let mended = interval_statistics(&network, &sizes, Positions::Spread(sites)).unwrap();
        for (x, y) in swept.iter().zip(&mended) {
            let of = |row: &SizeStatistics| (row.size, row.summary.count());
            assert_eq!(of(x), of(y), "case {case}: {:?}", network.geometry());
            assert_eq!(x.summary.smallest().to_bits(), y.summary.smallest().to_bits());
            assert_eq!(x.summary.largest().to_bits(), y.summary.largest().to_bits());
            // The same numbers, those of complements added up in another order.
            let scale = 1e-12 * (1.0 + x.summary.mean().abs());
            assert!(x.summary.count() == 0 || (x.summary.mean() - y.summary.mean()).abs() <= scale);
        }
    }
    // Later starts look at powers of two alone.
    let network = unit(10, Boundary::Ring, ReceptiveField::Four, 10);
    let rows = interval_statistics(&network, &[5, 8], Positions::Spread(400)).unwrap();
    assert_eq!(rows.iter().map(|row| row.summary.count()).collect::<Vec<_>>(), [256, 400]);
}

#[test]
fn scans_give_the_same_in_pieces_and_with_few_threads() {
    for field in ReceptiveField::ALL {
        let network = unit(7, Boundary::Ring, field, 7);
        let sizes = [1, 2, 5, 16, 64, 100];
        let whole = interval_statistics(&network, &sizes, Positions::Spread(37)).unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        let pieces = pool.install(|| {
            let mut scan = IntervalScan::new(Arc::clone(&network), &sizes, Positions::Spread(37)).unwrap();
            let mut calls = 0;
            while !scan.advance(50) {
                calls += 1;
                assert!(scan.finished_starts() <= scan.total_starts());
            }
            assert!(calls > 37);
            scan.statistics()
        });
        assert_eq!(whole, pieces, "{field:?}");
    }
}

#[test]
fn unit_slopes_are_those_of_the_counted_links() {
    // c_eff = 3 dS/d ln Ñ in units of ln 2 a link, on average over positions: 6 for r = 3 (2 links per
    // doubling) and 12 for r = 4 (4 links, reached from below). r = 2: each end of the interval cuts as many
    // links as its place has digits in the non-adjacent form, one for every three bits (Reitwiesner 1960).
    let sizes: Vec<u64> = (0..8).map(|k| 1 << k).collect();
    for (field, per_doubling, tolerance) in [
        (ReceptiveField::Two, 2.0 / 3.0, 0.02),
        (ReceptiveField::Three, 2.0, 1e-9),
        (ReceptiveField::Four, 4.0, 0.1),
    ] {
        let network = unit(10, Boundary::Ring, field, 10);
        let rows = interval_statistics(&network, &sizes, Positions::All).unwrap();
        for pair in rows[5..].windows(2) {
            let slope = pair[1].summary.mean() - pair[0].summary.mean();
            assert!((slope - per_doubling).abs() < tolerance, "{field:?} {slope}");
        }
    }
}

#[test]
fn cuts_of_two_to_the_forty_sites_cost_what_is_near_them() {
    // Far from the top of the network a cut depends only on the low bits of its place.
    for field in [ReceptiveField::Two, ReceptiveField::Three] {
        let mut small = CutSolver::new(unit(18, Boundary::Ring, field, 18));
        let mut large = CutSolver::new(unit(40, Boundary::Ring, field, 40));
        for (start, size) in [(0x1_5555_u64, 512), (0x1_2345, 100), (0x1_0001, 3), (0x1_ABCD, 1)] {
            let links = links_cut(&mut small, &format!("{start}..{}", start + size));
            let far = start + (0x2A_AAAA << 18);
            assert_eq!(links_cut(&mut large, &format!("{far}..{}", far + size)), links);
        }
    }
}

#[test]
fn nearest_wedges_stay_so_where_whole_slots_are_pruned() {
    let mut rng = stream(9, "cuts", 0);
    for case in 0..800 {
        let field = if rng.random() { ReceptiveField::Two } else { ReceptiveField::Three };
        let n = 2 + case % 5;
        let g = geometry(n, Boundary::Ring, field, rng.random_range(1..=n));
        let layers = (0..g.depth())
            .map(|_| {
                let list = (0..field.links()).map(|_| f64::from(rng.random_range(0..3_u8))).collect();
                LayerCapacities::Shared(list)
            })
            .collect();
        let network = Arc::new(Network::new(g, layers).unwrap());
        let a = random_region(&mut rng, &network);
        if a.is_empty() || a.is_full() {
            continue;
        }
        // Nodes that nothing ties to the boundary are on no side: leave them out.
        let mut tied: Vec<bool> = (0..g.node_count()).map(|id| id < g.sites()).collect();
        for _ in 0..g.node_count() {
            for link in g.links().filter(|&link| network.capacity(link).0 > 0) {
                let (lower, upper) = g.ends(link).unwrap();
                let (u, v) = (g.node_id(lower) as usize, g.node_id(upper) as usize);
                let either = tied[u] || tied[v];
                (tied[u], tied[v]) = (either, either);
            }
        }
        let cut = CutSolver::new(Arc::clone(&network)).solve(&a);
        let mut flow = MaxFlow::new(&network).unwrap();
        assert_eq!(flow.maximise(&a), cut.value);
        let (near, far) = flow.wedges();
        let cut_far = cut.wedge_far.as_ref().unwrap_or(&cut.wedge);
        for id in (0..g.node_count()).filter(|&id| tied[id as usize]) {
            let node = g.node_at(id);
            assert_eq!(
                cut.wedge.contains(node),
                near.contains(node),
                "case {case}: {a} {network:?} {node:?}"
            );
            assert_eq!(cut_far.contains(node), far.contains(node), "case {case}: {a} {network:?} {node:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn entropies_obey_the_laws(seed in any::<u64>(), log2_sites in 2_u32..6) {
        let mut rng = stream(seed, "cuts", 7);
        let network = random_network(&mut rng, log2_sites);
        let mut solver = CutSolver::new(Arc::clone(&network));
        let (a, b, c) = (
            random_region(&mut rng, &network),
            random_region(&mut rng, &network),
            random_region(&mut rng, &network),
        );
        let (b, c) = (b.difference(&a), c.difference(&a).difference(&b));
        let mut s = |region: &Region| solver.solve(region).value.0;
        let (ab, bc, ca) = (a.union(&b), b.union(&c), c.union(&a));
        let abc = ab.union(&c);
        prop_assert_eq!(s(&a), s(&a.complement()));
        prop_assert!(s(&ab) <= s(&a) + s(&b), "subadditivity");
        prop_assert!(s(&a).abs_diff(s(&b)) <= s(&ab), "Araki–Lieb");
        prop_assert!(s(&abc) + s(&b) <= s(&ab) + s(&bc), "strong subadditivity");
        prop_assert!(s(&ab) + s(&bc) + s(&ca) >= s(&a) + s(&b) + s(&c) + s(&abc), "monogamy");
    }

    #[test]
    fn wedges_of_nested_regions_are_nested(seed in any::<u64>(), log2_sites in 2_u32..6) {
        let mut rng = stream(seed, "cuts", 8);
        let network = random_network(&mut rng, log2_sites);
        // Entanglement wedge nesting holds for the nearest cuts, which zeros among unshared links disturb.
        let zeros = network.geometry().links().any(|link| network.capacity(link).0 == 0);
        let mut solver = CutSolver::new(Arc::clone(&network));
        let small = random_region(&mut rng, &network);
        let large = small.union(&random_region(&mut rng, &network));
        let (inner, outer) = (solver.solve(&small).wedge, solver.solve(&large).wedge);
        if !zeros && !large.is_full() {
            for (x, y) in inner.layers().iter().zip(outer.layers()) {
                prop_assert!(x.difference(y).is_empty(), "{} in {}", x, y);
            }
        }
    }
}
