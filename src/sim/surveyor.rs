//! The engine behind the scaling plot: entropy against size over positions, and the exact references.

use super::worker::Engine;
use crate::entanglement::{ScalingFit, default_window, fit_scaling};
use crate::holography::BulkNetwork;
use crate::lattice::Boundary;
use crate::network::{Geometry, IntervalScan, Positions, ScanError, SizeStatistics};
use crate::theory::fermion::{self, FermionRow};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is to be surveyed.
#[derive(Clone, Debug)]
pub struct SurveyTask {
    /// Number of the network.
    pub number: u64,
    /// The network.
    pub network: Arc<BulkNetwork>,
    /// Mass of the reference fermion.
    pub mass: f64,
    /// Sizes; by default every one to 2^12 and powers of two above, as far as N/2.
    pub sizes: Option<Vec<u64>>,
    /// Whether the exact references are wanted, too; they are of a ring, and an open line has none.
    pub references: bool,
}

/// Entropies of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SurveyRow {
    /// Number of sites Ñ.
    pub size: u64,
    /// Mean over positions.
    pub mean_nats: f64,
    /// Standard deviation over positions.
    pub std_nats: f64,
    /// Smallest.
    pub min_nats: f64,
    /// Largest.
    pub max_nats: f64,
    /// Positions that mean and spread are of.
    pub positions: u64,
    /// Free Dirac fermion of the mass, where it was computed.
    pub fermion_nats: Option<f64>,
    /// Quantum Ising chain of the mass, where it was computed.
    pub quantum_ising_nats: Option<f64>,
}

/// What there is to see of a survey.
#[derive(Clone, Debug)]
pub struct SurveySnapshot {
    /// Number of the network.
    pub number: u64,
    /// Mass of the references.
    pub mass: f64,
    /// Sizes, ascending.
    pub rows: Vec<SurveyRow>,
    /// Exact references, ascending; sparser than rows where that would take long.
    pub reference: Vec<FermionRow>,
    /// Fit in the default window.
    pub fit: Option<ScalingFit>,
    /// Whether all positions have been seen.
    pub done: bool,
}

/// Longest chain whose reference entropies are computed; longer ones are given that of this length, which
/// differs by less than (|A|/N)² of the chord formula at sizes up to a sixteenth of it.
const LONGEST_REFERENCE: usize = 4096;
/// Largest interval whose reference is computed: its eigenvalues take about half a second.
const LARGEST_REFERENCE: u64 = 512;
/// Scan steps in one piece of work: well below 20 ms.
const STEPS_PER_PIECE: u64 = 20_000;
/// Snapshots come at most this often while a scan runs.
const BREATH: Duration = Duration::from_millis(60);

/// Surveys networks, newest task only.
#[derive(Default)]
pub struct Surveyor {
    task: Option<SurveyTask>,
    scan: Option<IntervalScan>,
    reference: Vec<FermionRow>,
    reference_of: Option<(u64, u64, Boundary)>,
    pending_sizes: Vec<usize>,
    finished: bool,
    fresh: Option<SurveySnapshot>,
    shown: Option<Instant>,
}

impl Surveyor {
    /// Surveys to the end: for callers without a thread.
    #[must_use]
    pub fn run(task: SurveyTask) -> SurveySnapshot {
        let mut surveyor = Self::default();
        surveyor.apply(task);
        while surveyor.advance() {}
        surveyor.look()
    }

    fn look(&self) -> SurveySnapshot {
        let (number, mass) = self.task.as_ref().map_or((0, 0.0), |t| (t.number, t.mass));
        let sites = self.task.as_ref().map_or(0, |t| t.network.network.geometry().sites());
        let statistics = self.scan.as_ref().map_or_else(Vec::new, IntervalScan::statistics);
        let exact = |size: u64| self.reference.iter().find(|r| r.size as u64 == size);
        let rows: Vec<SurveyRow> = statistics
            .iter()
            .filter(|s| s.summary.count() > 0)
            .map(|SizeStatistics { size, summary }| SurveyRow {
                size: *size,
                mean_nats: summary.mean(),
                std_nats: summary.std(),
                min_nats: summary.smallest(),
                max_nats: summary.largest(),
                positions: summary.count(),
                fermion_nats: exact(*size).map(|r| r.dirac_nats),
                quantum_ising_nats: exact(*size).map(|r| r.quantum_ising_nats),
            })
            .collect();
        let means: Vec<(u64, f64)> = rows.iter().map(|r| (r.size, r.mean_nats)).collect();
        let fit = fit_scaling(&means, default_window(sites));
        SurveySnapshot { number, mass, rows, reference: self.reference.clone(), fit, done: self.finished }
    }
}

/// Sizes of the scaling curve: every one to 2^12, powers of two above, as far as N/2. Larger regions are
/// complements of smaller ones.
fn default_sizes(sites: u64) -> Vec<u64> {
    let half = (sites / 2).max(1);
    crate::network::default_sizes(sites).into_iter().filter(|s| *s <= half).collect()
}

/// How many positions are looked at: every one to 2¹² sites, 1024 above.
fn positions(geometry: &Geometry) -> Positions {
    if geometry.log2_sites() <= 12 { Positions::All } else { Positions::Spread(1024) }
}

/// A scan of a network at these sizes, over the positions that the scaling plot looks at.
///
/// # Errors
/// A size above N, or more than 2²² sites.
pub fn survey_scan(network: &BulkNetwork, sizes: &[u64]) -> Result<IntervalScan, ScanError> {
    let positions = positions(network.network.geometry());
    IntervalScan::new(Arc::clone(&network.network), sizes, positions)
}

/// Sizes whose exact references are wanted: all small ones, then about eight a doubling.
fn reference_sizes(sizes: &[u64], asked: bool) -> Vec<usize> {
    sizes
        .iter()
        .filter(|s| **s <= LARGEST_REFERENCE)
        .filter(|s| asked || **s <= 64 || s.trailing_zeros() + 3 >= s.ilog2())
        .map(|s| *s as usize)
        .collect()
}

impl Engine for Surveyor {
    type Command = SurveyTask;
    type Snapshot = SurveySnapshot;

    fn apply(&mut self, task: SurveyTask) {
        let sites = task.network.network.geometry().sites();
        let same_network = self.task.as_ref().is_some_and(|t| Arc::ptr_eq(&t.network, &task.network));
        let sizes = task.sizes.clone().unwrap_or_else(|| default_sizes(sites));
        if !same_network || task.sizes.is_some() {
            self.scan = survey_scan(&task.network, &sizes).ok();
        }
        let of = (sites, task.mass.to_bits(), task.network.network.geometry().boundary());
        if self.reference_of != Some(of) || task.sizes.is_some() {
            self.reference_of = Some(of);
            self.reference.clear();
            let ring = task.network.network.geometry().boundary() == Boundary::Ring;
            self.pending_sizes = if task.references && ring {
                reference_sizes(&sizes, task.sizes.is_some())
            } else {
                Vec::new()
            };
        }
        self.finished = false;
        self.task = Some(task);
    }

    fn advance(&mut self) -> bool {
        let Some(task) = &self.task else { return false };
        let sites = task.network.network.geometry().sites();
        if self.finished {
            return false;
        }
        let mut done = true;
        if let Some(scan) = &mut self.scan {
            done = scan.advance(STEPS_PER_PIECE);
        }
        // Small references come many at a time, large ones one by one.
        if !self.pending_sizes.is_empty() {
            let small = self.pending_sizes.iter().take_while(|s| **s <= 96).count().min(24);
            let now: Vec<usize> = self.pending_sizes.drain(..small.max(1)).collect();
            let length = (sites as usize).min(LONGEST_REFERENCE);
            self.reference.extend(fermion::curve(task.mass, length, &now));
        }
        self.finished = done && self.pending_sizes.is_empty();
        let due = self.shown.is_none_or(|t| t.elapsed() > BREATH);
        if self.finished || due {
            self.shown = Some(Instant::now());
            self.fresh = Some(self.look());
        }
        !self.finished
    }

    fn snapshot(&mut self) -> Option<SurveySnapshot> {
        self.fresh.take()
    }

    fn circumstances(&self) -> String {
        self.task.as_ref().map_or_else(
            || "no task".into(),
            |t| format!("scaling curve, N = {}, m = {}", t.network.network.geometry().sites(), t.mass),
        )
    }
}
