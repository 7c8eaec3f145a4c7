//! What the network's own state costs: amplitudes and all intervals at 16 sites, half-lines and intervals of long lines.
//!
//! `cargo bench --no-default-features --bench state [filter]`; a line `RESULT name value unit` for each number, the median of
//! a few runs. Weights are like those of a learned critical stack, the deepest layer's repeated; lines `VALUE name entropy`
//! say what was found, so that other programs can be held against it.

use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;
use std::time::Instant;

use holoscope::entanglement::state::{
    DenseState, HalfLines, MarginalState, Phases, SpinNetwork, SwapEstimate, TopDown, TopDownWork,
};
use holoscope::lattice::{Boundary, ReceptiveField};
use holoscope::network::{Geometry, Interval, LinkId, Region};
use holoscope::numerics::streams::stream;

/// Weights of layers and slots.
const WEIGHTS: [[f64; 4]; 4] =
    [[0.94, 1.32, 0.94, 0.5], [0.925, 1.44, 0.925, 0.5], [0.90, 1.38, 0.90, 0.5], [0.87, 1.33, 0.87, 0.5]];

fn network(log2: u32, boundary: Boundary, field: ReceptiveField, depth: u32) -> SpinNetwork {
    let geometry = Geometry::new(log2, boundary, field, depth).expect("within the sizes of a network");
    let of = |link: LinkId| WEIGHTS[(link.layer as usize).min(3)][usize::from(link.slot)];
    SpinNetwork::new(geometry, of, |_| 0.0, |_| 0.0)
}

fn interval(network: &SpinNetwork, start: u64, len: u64) -> Region {
    let g = network.geometry();
    Region::from_intervals(g.sites(), g.boundary(), [Interval { start, len }]).expect("it lies on the chain")
}

struct Report {
    out: std::io::StdoutLock<'static>,
    filter: Option<String>,
}

impl Report {
    fn wants(&self, name: &str) -> bool {
        self.filter.as_ref().is_none_or(|filter| name.contains(filter.as_str()))
    }

    /// Median time of some runs, and the number that the last one found.
    fn time(&mut self, name: &str, runs: usize, mut work: impl FnMut() -> f64) {
        if !self.wants(name) {
            return;
        }
        let mut times = Vec::new();
        let mut value = 0.0;
        for _ in 0..runs {
            let begin = Instant::now();
            value = black_box(work());
            times.push(begin.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        writeln!(self.out, "RESULT {name} {:.3} ms", times[runs / 2]).expect("stdout is there");
        writeln!(self.out, "VALUE {name} {value}").expect("stdout is there");
    }
}

/// The sum of all von Neumann entropies of half-lines.
fn half_lines(network: &SpinNetwork) -> f64 {
    let mut sweep = HalfLines::new(network).expect("a small graph");
    while sweep.advance().expect("narrow enough") {}
    sweep.spectra().iter().map(|(spectrum, _)| spectrum.von_neumann_nats()).sum()
}

fn main() {
    let filter = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let mut report = Report { out: std::io::stdout().lock(), filter };
    for (field, r) in [(ReceptiveField::Three, 3), (ReceptiveField::Four, 4)] {
        for (phases, kind) in [(0.0, "real"), (0.7, "complex")] {
            let small =
                network(4, Boundary::Ring, field, 4).with_phases(Phases { angle_rad: phases, random: None });
            let all: Vec<Region> = (1..=8)
                .flat_map(|len| (0..16).map(move |start| (start, len)))
                .map(|(start, len)| interval(&small, start, len))
                .collect();
            report.time(&format!("dense_16_r{r}_{kind}_all_intervals"), 5, || {
                use rayon::prelude::*;
                let state = DenseState::marginal(&small).expect("16 sites");
                all.par_iter().with_max_len(1).map(|region| state.spectrum(region).von_neumann_nats()).sum()
            });
        }
    }
    let shallow = network(8, Boundary::Line, ReceptiveField::Four, 1);
    report.time("line_256_r4_one_layer_all_cuts", 21, || half_lines(&shallow));
    let mut state = MarginalState::new(shallow.clone()).expect("a small graph");
    let inner = interval(&shallow, 101, 54);
    report.time("line_256_r4_one_layer_interval", 21, || {
        state.spectrum(&inner).expect("narrow enough").von_neumann_nats()
    });
    let deep = network(8, Boundary::Line, ReceptiveField::Three, 8);
    report.time("line_256_r3_full_depth_all_cuts", 1, || half_lines(&deep));
    for (field, r) in [(ReceptiveField::Three, 3), (ReceptiveField::Four, 4)] {
        for (boundary, name) in [(Boundary::Line, "line"), (Boundary::Ring, "ring")] {
            let long = network(6, boundary, field, 6);
            let mut state = MarginalState::new(long.clone()).expect("a small graph");
            let inner = interval(&long, 21, 16);
            report.time(&format!("{name}_64_r{r}_full_depth_interval_of_16"), 3, || {
                state.spectrum(&inner).map_or(f64::NAN, |s| s.von_neumann_nats())
            });
        }
    }
    for log2 in [5, 6] {
        let ring = network(log2, Boundary::Ring, ReceptiveField::Three, log2);
        let top_down = Arc::new(TopDown::new(&ring).expect("narrow enough"));
        let mut work = TopDownWork::default();
        let sample = top_down.sample(&mut stream(1, "bench", 0));
        report.time(&format!("born_{}_log_probability", 1 << log2), 101, || {
            top_down.log_probability(&sample, &mut work)
        });
        let flags: Vec<bool> = (0..1_u32 << log2).map(|site| site < 1 << (log2 - 2)).collect();
        report.time(&format!("born_{}_swap_4000_pairs_one_region", 1 << log2), 1, || {
            let mut estimate = SwapEstimate::new(vec![flags.clone()], 4000, 1);
            while estimate.advance(&top_down) {}
            estimate.mean(&[0]).map_or(f64::NAN, |s| s.renyi2_nats)
        });
    }
}
