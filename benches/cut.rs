//! What a cut costs: set-up, a one-site move, a jump, several intervals, scaling and proof, up to 2^40 sites.
//!
//! `cargo bench --no-default-features --bench cut [filter]`; a line `RESULT name value unit` for each number. Times of
//! moves and jumps are those of `value_and_links` (S_A and the links), of `solve` where it says so (with both wedges).
//!
//! Random capacities are those of [`random_capacity`]; `benches/compare/cut_pymaxflow.py` makes the same and solves
//! the regions of [`moves`] and [`jumps`]. Lines `VALUE kind r log2 start len units` let it compare.

use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use holoscope::holography::{BulkNetwork, CapacitySource, Overlays};
use holoscope::lattice::{Boundary, ReceptiveField};
use holoscope::network::{
    CutSolver, Geometry, Interval, LayerCapacities, Network, Positions, Region, certificate, default_sizes,
    interval_statistics,
};
use holoscope::sim::{CutEngine, CutQuery};

/// Capacities like those of a learned critical stack, the same in every block.
const LEARNED: [f64; 4] = [0.62, 0.68, 0.64, 0.60];

/// q · 2⁻²⁰ nats, q = 1 + (top 20 bits of splitmix64((layer·2³⁸ + block)·4 + slot)); the first link has 1.
fn random_capacity(layer: u32, block: u64, slot: u64) -> f64 {
    if (layer, block, slot) == (0, 0, 0) {
        return 1.0;
    }
    let mut z = (((u64::from(layer)) << 38) + block).wrapping_mul(4).wrapping_add(slot);
    z = z.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (1 + ((z ^ (z >> 31)) >> 44)) as f64 / f64::from(1 << 20)
}

fn network(field: ReceptiveField, log2: u32, shared: bool) -> Arc<Network> {
    let geometry = Geometry::new(log2, Boundary::Ring, field, log2).expect("within the sizes of a network");
    let r = field.links() as u64;
    let layers = (0..log2).map(|layer| {
        if shared {
            return LayerCapacities::Shared(LEARNED[..r as usize].to_vec());
        }
        let blocks = geometry.sites_in_layer(layer + 1);
        let links = (0..blocks).flat_map(|block| (0..r).map(move |slot| (block, slot)));
        LayerCapacities::Unshared(links.map(|(block, slot)| random_capacity(layer, block, slot)).collect())
    });
    Arc::new(Network::new(geometry, layers.collect()).expect("capacities are finite"))
}

fn region(sites: u64, intervals: &[(u64, u64)]) -> Region {
    let intervals = intervals.iter().map(|&(start, len)| Interval { start: start % sites, len });
    Region::from_intervals(sites, Boundary::Ring, intervals).expect("the intervals lie on the ring")
}

/// An interval of N/8 sites at N/3 whose right end moves by one site at a time, then its left end.
fn moves(n: u64, count: u64) -> impl Iterator<Item = (u64, u64)> {
    let half = count / 2;
    (0..count).map(move |i| {
        let (right, left) = (i.min(half), i.saturating_sub(half));
        ((n / 3 + n - left) % n, n / 8 + right + left)
    })
}

/// Unrelated intervals of 1 to N/2 sites.
fn jumps(n: u64, count: u64) -> impl Iterator<Item = (u64, u64)> {
    (1..=count).map(move |i| {
        let mixed = i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed >> 13) % n, 1 + (mixed.wrapping_mul(mixed | 1) >> 17) % (n / 2))
    })
}

struct Report {
    out: std::io::StdoutLock<'static>,
    filter: Option<String>,
}

impl Report {
    fn wants(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()))
    }

    fn line(&mut self, name: &str, value: f64, unit: &str) {
        writeln!(self.out, "RESULT {name} {value:.3} {unit}").expect("stdout is there");
    }

    /// Median and 99th percentile of one time per region.
    fn times(&mut self, name: &str, regions: impl Iterator<Item = Region>, mut solve: impl FnMut(&Region)) {
        let mut times: Vec<f64> = regions
            .map(|region| {
                let begin = Instant::now();
                solve(&region);
                begin.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        self.line(&format!("{name}_median"), times[times.len() / 2], "µs");
        self.line(&format!("{name}_p99"), times[times.len() * 99 / 100], "µs");
    }
}

/// Memory in use, in MB, where the system tells.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse().map_or(0.0, |kb: f64| kb / 1024.0)
}

fn one_network(report: &mut Report, name: &str, field: ReceptiveField, log2: u32, shared: bool, count: u64) {
    if !report.wants(name) {
        return;
    }
    let network = network(field, log2, shared);
    let n = network.geometry().sites();
    let before = resident_mb();
    let begin = Instant::now();
    let mut solver = CutSolver::new(Arc::clone(&network));
    report.line(&format!("{name}_set_up"), begin.elapsed().as_secs_f64() * 1e3, "ms");
    let mut links = Vec::new();
    let first = region(n, &[(n / 3, n / 8)]);
    let begin = Instant::now();
    black_box(solver.value_and_links(&first, &mut links));
    report.line(&format!("{name}_first"), begin.elapsed().as_secs_f64() * 1e3, "ms");
    report.line(&format!("{name}_links"), links.len() as f64, "links");
    report.line(&format!("{name}_memory"), resident_mb() - before, "MB");
    let kind = if shared { "shared" } else { "random" };
    let show = |solver: &mut CutSolver, out: &mut std::io::StdoutLock<'static>, (start, len): (u64, u64)| {
        let value = solver.value_and_links(&region(n, &[(start, len)]), &mut Vec::new()).0;
        writeln!(out, "VALUE {kind} {} {log2} {start} {len} {value}", field.links())
            .expect("stdout is there");
    };
    for interval in moves(n, count).take(25) {
        show(&mut solver, &mut report.out, interval);
    }
    // A small ring is not moved all the way round.
    let count = count.min(n / 2);
    let ask = |list: &mut dyn Iterator<Item = (u64, u64)>| -> Vec<Region> {
        list.map(|interval| region(n, &[interval])).collect()
    };
    let list = ask(&mut moves(n, count));
    report.times(&format!("{name}_move"), list.iter().cloned(), |region| {
        black_box(solver.value_and_links(region, &mut links));
    });
    let list = ask(&mut jumps(n, count));
    report.times(&format!("{name}_jump"), list.iter().cloned(), |region| {
        black_box(solver.value_and_links(region, &mut links));
    });
    for interval in jumps(n, 3) {
        show(&mut solver, &mut report.out, interval);
    }
    let list = ask(&mut moves(n, count / 4));
    report.times(&format!("{name}_solve_move"), list.iter().cloned(), |region| {
        black_box(solver.solve(region));
    });
    if field != ReceptiveField::Four {
        let four: Vec<Region> = moves(n, count)
            .map(|(start, len)| {
                // Up to N/3 + N/4 at most; the others stay where they are beyond.
                let others = [10, 12, 14].map(|i| (i * n / 16, n / 16));
                region(n, &[&[(start, len)][..], &others].concat())
            })
            .collect();
        report.times(&format!("{name}_four_intervals_move"), four.iter().cloned(), |region| {
            black_box(solver.value_and_links(region, &mut links));
        });
        let four: Vec<Region> = jumps(n, count)
            .map(|(start, len)| region(n, &[0, 1, 2, 3].map(|i| (start + i * (n / 4), 1 + len / 4))))
            .collect();
        report.times(&format!("{name}_four_intervals_jump"), four.iter().cloned(), |region| {
            black_box(solver.value_and_links(region, &mut links));
        });
    }
}

/// The drag as the window makes it: queries to the engine, whose answers hold curve, wedge and what is laid over them;
/// then what is found once the hand rests.
fn window_drag(report: &mut Report, name: &str, field: ReceptiveField, log2: u32, overlays: &str) {
    if !report.wants(name) {
        return;
    }
    let geometry = Geometry::new(log2, Boundary::Ring, field, log2).expect("within the sizes of a network");
    let source = CapacitySource::Uniform(std::f64::consts::LN_2);
    let bulk = Arc::new(BulkNetwork::new(geometry, source).expect("capacities are finite"));
    let overlays = Overlays::parse(overlays).expect("layers have these names");
    let n = geometry.sites();
    let mut engine = CutEngine::default();
    let none = Region::empty(n, Boundary::Ring);
    let mut number = 0;
    let mut query = |region: &Region| {
        number += 1;
        let regions = [region.clone(), none.clone(), none.clone()];
        CutQuery { number, network: Arc::clone(&bulk), regions, overlays }
    };
    black_box(engine.completed(query(&region(n, &[(n / 3, n / 8)]))));
    let list: Vec<Region> = moves(n, 1000).map(|interval| region(n, &[interval])).collect();
    report.times(&format!("{name}_move"), list.iter().cloned(), |region| {
        black_box(engine.answer(query(region)));
    });
    report.times(&format!("{name}_rest"), list.iter().step_by(20).cloned(), |region| {
        black_box(engine.completed(query(region)));
    });
}

fn main() {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let mut report = Report { out: std::io::stdout().lock(), filter };
    for log2 in [10, 20] {
        one_network(&mut report, &format!("r3_random_2^{log2}"), ReceptiveField::Three, log2, false, 2000);
        one_network(&mut report, &format!("r3_shared_2^{log2}"), ReceptiveField::Three, log2, true, 2000);
    }
    one_network(&mut report, "r3_shared_2^40", ReceptiveField::Three, 40, true, 2000);
    one_network(&mut report, "r2_random_2^20", ReceptiveField::Two, 20, false, 400);
    for log2 in [10, 20] {
        one_network(&mut report, &format!("r4_random_2^{log2}"), ReceptiveField::Four, log2, false, 400);
    }
    for (field, r) in [(ReceptiveField::Three, 3), (ReceptiveField::Four, 4)] {
        for (overlays, named) in [("", "curve"), ("ties", "ties"), ("ties,cone,threads,geodesics", "all")] {
            window_drag(&mut report, &format!("window_r{r}_2^20_{named}"), field, 20, overlays);
        }
    }
    if report.wants("scaling") {
        for (log2, sizes, positions) in [
            (12, (1..=1 << 12).collect::<Vec<u64>>(), Positions::All),
            (20, (0..=20).map(|k| 1 << k).collect(), Positions::Spread(1000)),
        ] {
            let network = network(ReceptiveField::Three, log2, false);
            let begin = Instant::now();
            black_box(interval_statistics(&network, &sizes, positions).expect("sizes are at most N"));
            report.line(&format!("scaling_r3_2^{log2}"), begin.elapsed().as_secs_f64() * 1e3, "ms");
        }
        let network = network(ReceptiveField::Four, 20, true);
        let begin = Instant::now();
        let sizes = default_sizes(1 << 19);
        black_box(
            interval_statistics(&network, &sizes, Positions::Spread(1024)).expect("sizes are at most N"),
        );
        report.line("scaling_r4_2^20_all_sizes", begin.elapsed().as_secs_f64() * 1e3, "ms");
    }
    if report.wants("fermion") {
        // What the scaling plot compares with: hopping chain, even and odd starts, and quantum Ising chain.
        let sizes: Vec<usize> = (0..=11).map(|k| 1 << k).collect();
        let begin = Instant::now();
        black_box(holoscope::theory::fermion::curve(0.1, 8192, &sizes));
        report.line("fermion_powers_to_2048", begin.elapsed().as_secs_f64() * 1e3, "ms");
        let begin = Instant::now();
        let chain = holoscope::theory::HoppingChain::new(0.1, 8192);
        for size in &sizes {
            black_box(chain.interval_entropy(0, *size));
        }
        report.line("fermion_one_start_to_2048", begin.elapsed().as_secs_f64() * 1e3, "ms");
    }
    if report.wants("certificate") {
        for field in [ReceptiveField::Three, ReceptiveField::Four] {
            let network = network(field, 20, false);
            let n = network.geometry().sites();
            let cut = CutSolver::new(Arc::clone(&network)).solve(&region(n, &[(n / 3, n / 8)]));
            let begin = Instant::now();
            let flow = certificate(&network, &cut).expect("the cut is minimal");
            let name = format!("certificate_r{}_2^20", field.links());
            report.line(&name, begin.elapsed().as_secs_f64() * 1e3, "ms");
            assert_eq!(flow.value(), cut.value, "the proof");
        }
    }
}
