//! What a cut costs: a one-site move and a jump, for every receptive field, at 2^10 … 2^20 sites.
//!
//! `cargo bench --bench cut`

use holoscope::lattice::{Boundary, ReceptiveField};
use holoscope::network::{CutSolver, Geometry, Interval, LayerCapacities, Network, Region};
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

/// Capacities like those of a learned critical stack.
const LEARNED: [f64; 4] = [0.62, 0.68, 0.64, 0.60];

fn main() {
    let mut out = std::io::stdout().lock();
    for field in ReceptiveField::ALL {
        let r = field.links();
        for log2 in [10, 14, 20] {
            if field == ReceptiveField::Four && log2 > 14 {
                continue;
            }
            let geometry =
                Geometry::new(log2, Boundary::Ring, field, log2).expect("within the sizes of a network");
            let layers = (0..log2).map(|_| LayerCapacities::Shared(LEARNED[..r].to_vec())).collect();
            let begin = Instant::now();
            let network = Arc::new(Network::new(geometry, layers).expect("capacities are finite"));
            let mut solver = CutSolver::new(network);
            let set_up = begin.elapsed().as_secs_f64() * 1e3;
            writeln!(out, "RESULT cut_r{r}_2^{log2}_set_up {set_up:.3} ms").expect("stdout is there");
            let n = geometry.sites();
            for (name, step) in [("move", 1), ("jump", 0x9E37_79B9_7F4A_7C15_u64)] {
                let mut times = Vec::new();
                let (mut start, mut len) = (n / 3, n / 8);
                let rounds = if field == ReceptiveField::Four { 60 } else { 300 };
                for i in 0..rounds {
                    if name == "move" {
                        len += step;
                    } else {
                        start = start.wrapping_mul(step).wrapping_add(i) % n;
                        len = 1 + (start ^ n / 5) % (n / 2);
                    }
                    let region = Region::from_intervals(n, Boundary::Ring, [Interval { start, len }])
                        .expect("the interval lies on the ring");
                    let begin = Instant::now();
                    std::hint::black_box(solver.solve(&region));
                    times.push(begin.elapsed().as_secs_f64() * 1e3);
                }
                times.sort_by(f64::total_cmp);
                let (median, p99) = (times[times.len() / 2], times[times.len() * 99 / 100]);
                writeln!(out, "RESULT cut_r{r}_2^{log2}_{name}_median {median:.4} ms")
                    .expect("stdout is there");
                writeln!(out, "RESULT cut_r{r}_2^{log2}_{name}_p99 {p99:.4} ms").expect("stdout is there");
            }
        }
    }
}
