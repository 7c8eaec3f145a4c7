//! What exact sums over the network cost: orders, S2 of random tensors, gradients, the geometry that is learned from
//! entropies, a sweep of the domain wall.
//!
//! `cargo bench --no-default-features --bench tensor [filter]`; a line `RESULT name value unit` for each number. Widths
//! are spins on the frontier; times of sums are per field configuration, all threads at work on 256 of them.

use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use holoscope::entanglement::{DomainWall, Elimination, FitOptions, LayeredIsing, RandomTensors};
use holoscope::holography::EntropySource;
use holoscope::lattice::{Boundary, ReceptiveField};
use holoscope::network::{Geometry, Interval, Region};
use holoscope::numerics::streams::stream;
use holoscope::sim::{EntropyData, GeometryLearner, GeometryTask};

struct Report {
    out: std::io::StdoutLock<'static>,
    filter: Option<String>,
}

impl Report {
    fn wants(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()))
    }

    fn line(&mut self, name: &str, value: f64, unit: &str) {
        writeln!(self.out, "RESULT {name} {value:.6} {unit}").expect("stdout is there");
    }
}

fn geometry(log2: u32, boundary: Boundary, field: ReceptiveField) -> Geometry {
    Geometry::new(log2, boundary, field, log2).expect("within the sizes of a network")
}

fn ms(begin: Instant) -> f64 {
    begin.elapsed().as_secs_f64() * 1e3
}

/// Order, S2 of 256 intervals and their gradients on one network.
fn sums(report: &mut Report, log2: u32, boundary: Boundary, field: ReceptiveField) {
    let kind = if boundary == Boundary::Ring { "ring" } else { "line" };
    let name = format!("sums_{kind}_r{}_{}", field.links(), 1 << log2);
    if !report.wants(&name) {
        return;
    }
    let geometry = geometry(log2, boundary, field);
    let begin = Instant::now();
    let order = match Elimination::new(&geometry) {
        Ok(order) => Arc::new(order),
        Err(refused) => {
            writeln!(report.out, "{name}: {refused}").expect("stdout is there");
            return;
        }
    };
    report.line(&format!("{name}_order"), ms(begin), "ms");
    report.line(&format!("{name}_width"), order.width() as f64, "spins");
    let n = geometry.sites();
    let count = if order.states() > 1 << 17 { 16 } else { 256 };
    let regions: Vec<Region> = (0..count)
        .map(|i| {
            let len = 1 + i % (n / 2);
            let start = if boundary == Boundary::Ring { 7 * i % n } else { 7 * i % (n - len + 1) };
            Region::from_intervals(n, boundary, [Interval { start, len }]).expect("on the boundary")
        })
        .collect();
    let tensors = RandomTensors::new(Arc::clone(&order), 4.0, None);
    let begin = Instant::now();
    black_box(tensors.renyi2_nats(&regions));
    report.line(&format!("{name}_s2"), ms(begin) * 1e3 / count as f64, "µs");
    let model = LayeredIsing::new(Arc::clone(&order), &vec![0.7; order.pair_of_link().len()]);
    let sites = n as usize;
    let field = |i: usize, node: usize| match node {
        node if node >= sites => 0.0,
        node if regions[i].contains(node as u64) => -1.0,
        _ => 1.0,
    };
    let begin = Instant::now();
    black_box(model.expectations(count as usize, field, |_, _, e| e.pairs[0][0]));
    report.line(&format!("{name}_gradient"), ms(begin) * 1e3 / count as f64, "µs");
}

fn main() {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let mut report = Report { out: std::io::stdout().lock(), filter };
    for (boundary, most) in [(Boundary::Ring, 8), (Boundary::Line, 8)] {
        for log2 in 5..=most {
            for field in ReceptiveField::ALL {
                sums(&mut report, log2, boundary, field);
            }
        }
    }
    for mass in [0.0, 0.1, 0.3, 0.6] {
        let name = format!("learned_geometry_m{mass}");
        if !report.wants(&name) {
            continue;
        }
        let task = GeometryTask {
            number: 1,
            geometry: geometry(5, Boundary::Ring, ReceptiveField::Three),
            data: EntropyData::Theory { source: EntropySource::Fermion, mass, count: 100 },
            options: FitOptions::default(),
        };
        let (begin, busy) = (Instant::now(), cpu_time::ProcessTime::now());
        let (snapshot, _) = GeometryLearner::run(task, |_| true).expect("a ring of 32 sites is learned");
        let seconds = begin.elapsed().as_secs_f64();
        let learned = snapshot.learned.expect("there were evaluations");
        report.line(&name, seconds, "s");
        report.line(&format!("{name}_cpu"), busy.elapsed().as_secs_f64(), "s");
        report.line(&format!("{name}_steps"), learned.iterations as f64, "steps");
        report.line(&format!("{name}_rms"), learned.rms_nats, "nats");
    }
    for log2 in [8, 12] {
        let name = format!("wall_sweep_2^{log2}");
        if !report.wants(&name) {
            continue;
        }
        let geometry = geometry(log2, Boundary::Ring, ReceptiveField::Three);
        let n = geometry.sites();
        let region = Region::from_intervals(n, Boundary::Ring, [Interval { start: n / 3, len: n / 4 }])
            .expect("on the ring");
        let mut wall = DomainWall::new(&geometry, 4.0, &region);
        let mut random = stream(1, "bench", 0);
        let begin = Instant::now();
        for _ in 0..1000 {
            wall.sweep(&mut random);
        }
        report.line(&name, ms(begin), "µs");
        let begin = Instant::now();
        let links: u64 = (0..1000).map(|_| black_box(&wall).wall_links()).sum();
        report.line(&format!("{name}_length"), ms(begin), "µs");
        assert!(links > 0, "a wall");
    }
}
