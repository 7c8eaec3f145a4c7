//! The engine behind the scaling plot: entropy against size over positions, and the exact references.

use super::worker::Engine;
use crate::entanglement::{ScalingFit, default_window, fit_scaling};
use crate::holography::BulkNetwork;
use crate::lattice::Boundary;
use crate::network::{Geometry, IntervalScan, Positions, ScanError, SizeStatistics};
use crate::numerics::stable::LN_2;
use crate::theory::{FermionRow, ReferenceChains};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is to be surveyed.
#[derive(Clone, Debug)]
pub struct SurveyTask {
    /// The network.
    pub network: Arc<BulkNetwork>,
    /// Mass of the reference fermion.
    pub mass: f64,
    /// Sizes; by default every one to 2^12 and powers of two above, as far as N/2.
    pub sizes: Option<Vec<u64>>,
    /// Sizes that the fit may use, from the first to the second; left out, the default window.
    pub window: Option<[u64; 2]>,
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
    /// The network that was surveyed.
    pub network: Arc<BulkNetwork>,
    /// Mass of the references.
    pub mass: f64,
    /// Sizes, ascending.
    pub rows: Vec<SurveyRow>,
    /// Exact references, ascending; sparser than rows where that would take long.
    pub reference: Vec<FermionRow>,
    /// Sites of the ring that the references are of; none if there are no references.
    pub reference_sites: Option<u64>,
    /// Fit in the window.
    pub fit: Option<ScalingFit>,
    /// Whether all positions have been seen.
    pub done: bool,
}

/// Longest ring whose reference entropies are computed: its momentum sums take a tenth of a second. Longer rings are
/// given those of this one, and it is said; at m = 0 they are too small by (c/18)(π|A|/N)² of the chord formula,
/// 0.0005 nats at the largest |A| for c = 1.
const LONGEST_REFERENCE: u64 = 1 << 16;
/// Largest interval of any size whose reference is computed: its eigenvalues take a twentieth of a second.
const LARGEST_REFERENCE: u64 = 512;
/// Largest interval of a power of two sites whose reference is computed: it takes some two seconds, and comes last.
const LARGEST_POWER_OF_TWO: u64 = 2048;
/// By how much a mean of sums of |A| numbers may be above |A| ln 2 from rounding alone, relatively.
const ROUNDING: f64 = 1e-12;
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
    chains: Option<ReferenceChains>,
    pending_sizes: Vec<usize>,
    finished: bool,
    fresh: Option<SurveySnapshot>,
    shown: Option<Instant>,
}

impl Surveyor {
    /// Surveys to the end: for callers without a thread.
    #[must_use]
    pub fn run(task: &SurveyTask) -> SurveySnapshot {
        let mut surveyor = Self::default();
        surveyor.apply(task.clone());
        while surveyor.advance() {}
        surveyor.look(task)
    }

    fn look(&self, task: &SurveyTask) -> SurveySnapshot {
        let sites = task.network.network.geometry().sites();
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
        let window = task.window.unwrap_or_else(|| default_window(sites));
        SurveySnapshot {
            network: Arc::clone(&task.network),
            mass: task.mass,
            rows,
            reference: self.reference.clone(),
            reference_sites: (!self.reference.is_empty()).then(|| sites.min(LONGEST_REFERENCE)),
            fit: fit_scaling(&means, window),
            done: self.finished,
        }
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

impl SurveySnapshot {
    /// The words for mean entropies above |A| ln 2, which no state of spins has: there a cut is an upper bound alone.
    #[must_use]
    pub fn above_volume_note(&self) -> Option<String> {
        let above = |r: &&SurveyRow| r.mean_nats > r.size as f64 * LN_2 * (1.0 + ROUNDING);
        let sizes: Vec<u64> = self.rows.iter().filter(above).map(|r| r.size).collect();
        let (first, last) = (sizes.first()?, sizes.last()?);
        let between = self.rows.iter().filter(|r| (*first..=*last).contains(&r.size)).count();
        let range = match sizes.len() {
            1 => format!("size {first}"),
            all if all == between => format!("sizes {first}…{last}"),
            some => format!("{some} sizes in {first}…{last}"),
        };
        Some(format!("means of {range}: bound above |A| ln 2"))
    }

    /// What must be said of the exact references on a ring of `sites`: of which sizes there are none, and why; of which
    /// ring they are, where it is another one.
    #[must_use]
    pub fn reference_notes(&self, sites: u64) -> Vec<String> {
        let Some(of) = self.reference_sites else { return Vec::new() };
        let mut notes = Vec::new();
        if of != sites {
            let largest = self.reference.iter().map(|r| r.size).max().unwrap_or(0) as f64;
            let short = (std::f64::consts::PI * largest / of as f64).powi(2) / 18.0;
            notes.push(format!(
                "exact curves of a ring of {of} sites, the longest computed: at most {short:.1e} nats too small"
            ));
        }
        let known = |size: u64| self.reference.iter().any(|r| r.size as u64 == size);
        if self.done && self.rows.iter().any(|r| r.size > LARGEST_REFERENCE && !known(r.size)) {
            notes.push(format!(
                "exact values above |A| = {LARGEST_REFERENCE} at powers of two to {LARGEST_POWER_OF_TWO} only: each \
                 takes a second or two"
            ));
        }
        notes
    }
}

/// Sizes whose exact references are wanted: all small ones, then about eight a doubling, then powers of two.
fn reference_sizes(sizes: &[u64], asked: bool) -> Vec<usize> {
    let spaced = |s: u64| asked || s <= 64 || s.trailing_zeros() + 3 >= s.ilog2();
    let wanted =
        |s: u64| (s <= LARGEST_REFERENCE && spaced(s)) || (s <= LARGEST_POWER_OF_TWO && s.is_power_of_two());
    sizes.iter().filter(|s| wanted(**s)).map(|s| *s as usize).collect()
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
            self.chains = None;
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
            let chains = self.chains.get_or_insert_with(|| {
                let largest = now.iter().chain(&self.pending_sizes).max().copied().unwrap_or(1);
                ReferenceChains::new(task.mass, sites.min(LONGEST_REFERENCE) as usize, largest)
            });
            self.reference.extend(chains.rows(&now));
        }
        self.finished = done && self.pending_sizes.is_empty();
        let due = self.shown.is_none_or(|t| t.elapsed() > BREATH);
        if self.finished || due {
            self.shown = Some(Instant::now());
            self.fresh = Some(self.look(task));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holography::CapacitySource;
    use crate::lattice::ReceptiveField;

    fn survey(log2_sites: u32, sizes: &[u64]) -> SurveySnapshot {
        let geometry = Geometry::new(log2_sites, Boundary::Ring, ReceptiveField::Three, log2_sites).unwrap();
        let network = Arc::new(BulkNetwork::new(geometry, CapacitySource::Uniform(1.0)).unwrap());
        let sizes = Some(sizes.to_vec());
        Surveyor::run(&SurveyTask { network, mass: 0.0, sizes, window: None, references: true })
    }

    /// Above 2^12 sites the curve of a ring of 4096 once stood in, and nobody said so: 2.7969 at |A| = 512.
    #[test]
    fn references_are_of_the_ring_itself() {
        let found = survey(14, &[64, 512]);
        assert_eq!(found.reference_sites, Some(1 << 14));
        assert!(found.reference_notes(1 << 14).is_empty());
        assert!((found.reference[1].dirac_nats - 2.804_973).abs() < 0.6e-6);
        assert!((found.reference[1].quantum_ising_nats - 1.518_011).abs() < 0.6e-6);
    }

    #[test]
    fn another_ring_is_named_and_so_are_sizes_without_reference() {
        let found = survey(17, &[16, 513]);
        assert_eq!(found.reference_sites, Some(1 << 16));
        let notes = found.reference_notes(1 << 17);
        assert!(notes[0].contains("65536 sites") && notes[1].contains("above |A| = 512"), "{notes:?}");
        assert_eq!(found.rows[1].fermion_nats, None);
    }

    /// References once ended at 512 sites on any network.
    #[test]
    fn powers_of_two_have_references_to_2048() {
        let sizes = crate::network::default_sizes(4096);
        let wanted = reference_sizes(&sizes, false);
        assert!([512, 1024, 2048].iter().all(|s| wanted.contains(s)) && !wanted.contains(&1536));
        assert!(wanted.len() < 110);
        assert_eq!(reference_sizes(&[500, 600, 1024, 4096], true), [500, 1024]);
    }
}
