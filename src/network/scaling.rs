//! S_A of intervals of every size, with mean and spread over their positions.

use std::sync::Arc;

use rand::RngExt;
use rayon::prelude::*;

use super::blocking_flow::FlowGraph;
use super::capacity::{Capacity, Network};
use super::distance_field::DistanceField;
use super::dual_tree::DualTree;
use super::geometry::Geometry;
use super::interval_sweep::IntervalSweep;
use super::local_flow::LocalFlow;
use super::max_flow::FlowError;
use super::region::{Interval, Region};
use super::seam_tables::SeamTables;
use crate::lattice::{Boundary, ReceptiveField};
use crate::numerics::statistics::Summary;
use crate::numerics::streams::stream;

/// Where intervals start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Positions {
    /// Every site; on a line those from where the interval fits.
    All,
    /// So many sites, spread evenly but not in step with the blocks of the layers: the golden-ratio sequence
    /// ⌊N frac(i/φ)⌋ (all different up to N/3 of them; every site from N on). Site 0 is always one.
    Spread(u64),
    /// So many sites drawn evenly, repeats allowed.
    Seeded {
        /// Number of starts.
        count: u64,
        /// Seed of their stream.
        seed: u64,
    },
}

impl Positions {
    /// Every site up to 2¹² sites, 256 spread ones above.
    #[must_use]
    pub fn for_sites(sites: u64) -> Self {
        if sites <= 1 << 12 { Self::All } else { Self::Spread(256) }
    }

    fn starts(self, sites: u64) -> Vec<u64> {
        match self {
            Self::All => (0..sites).collect(),
            Self::Spread(count) => {
                if count >= sites {
                    return Self::All.starts(sites);
                }
                // Multiples of 2⁶⁴/golden ratio; the top n bits are the site.
                let site = |i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - sites.ilog2());
                (0..count).map(site).collect()
            }
            Self::Seeded { count, seed } => {
                let mut rng = stream(seed, "positions", 0);
                (0..count).map(|_| rng.random_range(0..sites)).collect()
            }
        }
    }
}

/// Sizes of a scaling curve: all up to 2¹², powers of two above, as far as N.
#[must_use]
pub fn default_sizes(sites: u64) -> Vec<u64> {
    let mut sizes: Vec<u64> = (1..=sites.min(1 << 12)).collect();
    sizes.extend((13..63).map(|n| 1 << n).take_while(|&size| size <= sites));
    sizes
}

/// S_A of the intervals of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizeStatistics {
    /// Number of sites |A|.
    pub size: u64,
    /// Mean, spread and range over positions, in nats (integer cut values times the unit); its count is
    /// the number of positions seen.
    pub summary: Summary,
}

/// Why there is no scaling curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// An interval longer than the boundary.
    #[error("size {size} is above the {sites} sites of the boundary: give 0 to {sites}")]
    Size {
        /// Size asked for.
        size: u64,
        /// Number of sites N.
        sites: u64,
    },
    /// The graph would not fit in memory.
    #[error(transparent)]
    Flow(#[from] FlowError),
}

/// Cuts of intervals of many sizes from many starts, computed in pieces.
///
/// r = 2, 3: one field of distances in the planar dual for each start gives all sizes. r = 4, all positions: one sweep
/// of a growing interval for each start; on a ring, sizes above N/2 are taken from their complements. r = 4, some
/// positions: a flow near the cut that is mended from size to size, which never looks at most of the network; from
/// the 256th start on only sizes that are powers of two are looked at, so that thousands of starts are affordable.
/// Starts are worked on by all threads of the rayon pool and added up in their order, so that results do not
/// depend on the number of threads or pieces.
pub struct IntervalScan {
    network: Arc<Network>,
    starts: Vec<u64>,
    /// Starts handed out to workers; of them, those before `finished` are in `rows`.
    assigned: usize,
    finished: usize,
    workers: Vec<Worker>,
    rows: Vec<SizeStatistics>,
}

/// One thread's share of a batch: consecutive starts, and the values found so far.
struct Worker {
    engine: Engine,
    plan: Arc<Plan>,
    starts: Vec<u64>,
    at: usize,
    under_way: bool,
    /// Start by start the values of all sizes.
    values: Vec<u64>,
    /// Place of the first of the starts among all.
    first: usize,
}

enum Engine {
    /// The field of the present start, and how many sizes have been read from it.
    Dual(Arc<SeamTables>, Option<Box<DistanceField>>, usize),
    /// The sweep and the values of all sizes up to now.
    Sweep(Box<IntervalSweep>, Vec<u64>),
    /// The flow, and how many sizes of the present start are done.
    Flow(Box<LocalFlow>, usize),
}

/// What is the same for all starts.
struct Plan {
    geometry: Geometry,
    sizes: Vec<u64>,
    mirrored: bool,
}

/// A size that does not fit at this start.
const NO_VALUE: u64 = u64::MAX;
/// Steps that it counts for to begin a field.
const FIELD_WORK: u64 = 100;
/// Steps that it counts for to read a value from a field: far from the ones before, the whole descent.
const VALUE_WORK: u64 = 10;
/// Steps that it counts for to mend a flow for the next size.
const MEND_WORK: u64 = 100;
/// Starts whose flow is mended for every size.
const DENSE_STARTS: usize = 256;
/// Steps that one worker should take in a batch, so that batches are neither tiny nor long.
const BATCH_WORK: u64 = 1 << 16;

impl IntervalScan {
    /// Prepares a scan; `sizes` are sorted and repeats dropped.
    ///
    /// # Errors
    /// A size above N, or more than 2²² sites.
    pub fn new(network: Arc<Network>, sizes: &[u64], positions: Positions) -> Result<Self, ScanError> {
        let geometry = *network.geometry();
        let sites = geometry.sites();
        if let Some(&size) = sizes.iter().find(|&&size| size > sites) {
            return Err(ScanError::Size { size, sites });
        }
        if geometry.log2_sites() > Geometry::MOST_LOG2_SITES_EXPLICIT {
            return Err(FlowError::TooLarge { log2_sites: geometry.log2_sites() }.into());
        }
        let mut sizes = sizes.to_vec();
        sizes.sort_unstable();
        sizes.dedup();
        let rows = sizes.iter().map(|&size| SizeStatistics { size, summary: Summary::default() }).collect();
        let mirrored = positions == Positions::All && geometry.boundary() == Boundary::Ring;
        let plan = Arc::new(Plan { geometry, sizes, mirrored });
        let starts = positions.starts(sites);
        let count = rayon::current_num_threads().min(starts.len().max(1));
        let workers = match geometry.field() {
            ReceptiveField::Two | ReceptiveField::Three => {
                let tables = Arc::new(SeamTables::new(DualTree::new(Arc::clone(&network))));
                (0..count).map(|_| Worker::new(Engine::Dual(Arc::clone(&tables), None, 0), &plan)).collect()
            }
            ReceptiveField::Four if positions != Positions::All => {
                let flow = || Ok(Engine::Flow(Box::new(LocalFlow::new(Network::clone(&network))?), 0));
                (0..count).map(|_| Ok(Worker::new(flow()?, &plan))).collect::<Result<_, FlowError>>()?
            }
            ReceptiveField::Four => {
                let graph = Arc::new(FlowGraph::new(&network)?);
                let sweep = || Box::new(IntervalSweep::on(Arc::clone(&graph)));
                (0..count).map(|_| Worker::new(Engine::Sweep(sweep(), Vec::new()), &plan)).collect()
            }
        };
        Ok(Self { network, starts, assigned: 0, finished: 0, workers, rows })
    }

    /// Works on, for about `work` steps (nodes visited, a hundredth of a field) on every thread; true once all is done.
    ///
    /// Call it until it returns true. A step takes 100 to 400 ns: 20,000 steps stay below 20 ms, whatever the
    /// network; from 2¹⁸ sites on, clearing the buffers of a start is most of a short piece.
    pub fn advance(&mut self, work: u64) -> bool {
        if self.finished == self.assigned {
            self.assign_batch();
        }
        self.workers.par_iter_mut().for_each(|worker| worker.run(work));
        if self.workers.iter().all(Worker::is_done) {
            self.merge_batch();
        }
        self.finished == self.starts.len()
    }

    fn assign_batch(&mut self) {
        let work = match self.workers.first().map(|worker| &worker.engine) {
            Some(Engine::Sweep(..)) => self.network.geometry().node_count(),
            Some(Engine::Flow(..)) => MEND_WORK * self.rows.len() as u64,
            _ => FIELD_WORK + VALUE_WORK * self.rows.len() as u64,
        };
        let share = (BATCH_WORK / work).max(1) as usize;
        let batch = &self.starts[self.assigned..];
        let batch = &batch[..batch.len().min(share * self.workers.len())];
        let share = batch.len().div_ceil(self.workers.len()).max(1);
        let mut shares = batch.chunks(share);
        for (place, worker) in self.workers.iter_mut().enumerate() {
            worker.assign(shares.next().unwrap_or(&[]), self.assigned + place * share);
        }
        self.assigned += batch.len();
    }

    fn merge_batch(&mut self) {
        for worker in &self.workers {
            for values in worker.values.chunks_exact(self.rows.len().max(1)) {
                for (row, &value) in self.rows.iter_mut().zip(values) {
                    if value != NO_VALUE {
                        row.summary.push(self.network.to_nats(Capacity(value)));
                    }
                }
            }
        }
        self.finished = self.assigned;
    }

    /// Starts that [`Self::statistics`] contains.
    #[must_use]
    pub fn finished_starts(&self) -> usize {
        self.finished
    }

    /// Starts in all.
    #[must_use]
    pub fn total_starts(&self) -> usize {
        self.starts.len()
    }

    /// What is known so far, by size, ascending.
    #[must_use]
    pub fn statistics(&self) -> Vec<SizeStatistics> {
        self.rows.clone()
    }
}

impl Plan {
    fn longest_sweep(&self, start: u64) -> u64 {
        let sites = self.geometry.sites();
        // The whole boundary is not swept: its entropy is 0.
        let fits = self.room(start).min(sites - 1);
        let longest = self.sizes.iter().copied().filter(|&size| size <= fits).max().unwrap_or(0);
        if self.mirrored { longest.min(sites / 2) } else { longest }
    }

    /// Longest interval that starts here.
    fn room(&self, start: u64) -> u64 {
        match self.geometry.boundary() {
            Boundary::Ring => self.geometry.sites(),
            Boundary::Line => self.geometry.sites() - start,
        }
    }
}

impl Worker {
    fn new(engine: Engine, plan: &Arc<Plan>) -> Self {
        let plan = Arc::clone(plan);
        Self { engine, plan, starts: Vec::new(), at: 0, under_way: false, values: Vec::new(), first: 0 }
    }

    fn assign(&mut self, starts: &[u64], first: usize) {
        self.first = first;
        self.starts.clear();
        self.starts.extend_from_slice(starts);
        self.values.clear();
        self.at = 0;
    }

    fn is_done(&self) -> bool {
        self.at == self.starts.len()
    }

    fn run(&mut self, work: u64) {
        let mut left = work;
        while left > 0 && !self.is_done() {
            let start = self.starts[self.at];
            let begin = !std::mem::replace(&mut self.under_way, true);
            let (used, complete) = match &mut self.engine {
                Engine::Dual(tables, field, read) => {
                    let mut used = 0;
                    let geometry = &self.plan.geometry;
                    let face = |site| tables.tree().gap(gap_before(geometry, site));
                    let field = match field {
                        Some(field) if !begin => field,
                        _ => {
                            used += FIELD_WORK;
                            *read = 0;
                            let source = face(start);
                            let field =
                                field.get_or_insert_with(|| Box::new(DistanceField::new(tables, source)));
                            if field.source() != source {
                                field.restart(tables, source);
                            }
                            field
                        }
                    };
                    let (sites, room) = (geometry.sites(), self.plan.room(start));
                    while let Some(&size) = self.plan.sizes.get(*read).filter(|_| used < left) {
                        self.values.push(match size {
                            _ if size > room => NO_VALUE,
                            _ if size == sites => 0,
                            _ => field.distance(tables, face(start + size)) as u64,
                        });
                        *read += 1;
                        used += VALUE_WORK;
                    }
                    (used, *read == self.plan.sizes.len())
                }
                Engine::Flow(flow, read) => {
                    let g = &self.plan.geometry;
                    let (sites, room) = (g.sites(), self.plan.room(start));
                    let dense = self.first + self.at < DENSE_STARTS;
                    if begin {
                        *read = 0;
                    }
                    let mut used = 0;
                    while let Some(&size) = self.plan.sizes.get(*read).filter(|_| used < left) {
                        *read += 1;
                        self.values.push(match size {
                            _ if size > room || !(dense || size.is_power_of_two()) => NO_VALUE,
                            0 => 0,
                            _ if size == sites => 0,
                            _ => {
                                used += MEND_WORK;
                                let interval = Interval { start, len: size };
                                let region = Region::from_intervals(sites, g.boundary(), [interval]);
                                flow.follow(&region.unwrap_or_else(|e| unreachable!("it has room: {e}")));
                                flow.value().0
                            }
                        });
                    }
                    (used, *read == self.plan.sizes.len())
                }
                Engine::Sweep(sweep, curve) => {
                    let longest = self.plan.longest_sweep(start);
                    if begin {
                        sweep.start_at(start);
                        curve.clear();
                        curve.push(0);
                    }
                    let before = sweep.nodes_visited();
                    while sweep.size() < longest && sweep.nodes_visited() - before < left {
                        sweep.extend();
                        curve.push(sweep.value().0);
                    }
                    (sweep.nodes_visited() - before, sweep.size() == longest)
                }
            };
            // Every start costs something, so that empty ones end a piece too.
            left = left.saturating_sub(used.max(1));
            if complete {
                self.read_values(start);
                self.under_way = false;
                self.at += 1;
            }
        }
    }

    /// Of a sweep; those of a field are read one by one.
    fn read_values(&mut self, start: u64) {
        let Engine::Sweep(_, curve) = &self.engine else { return };
        let (sites, room) = (self.plan.geometry.sites(), self.plan.room(start));
        for &size in &self.plan.sizes {
            let mirrored = if self.plan.mirrored { size.min(sites - size) } else { size };
            self.values.push(match size {
                _ if size > room => NO_VALUE,
                _ if size == sites => 0,
                _ => curve[mirrored as usize],
            });
        }
    }
}

/// The gap to the left of a site; `None` at the ends of a line.
fn gap_before(geometry: &Geometry, site: u64) -> Option<u64> {
    let sites = geometry.sites();
    match geometry.boundary() {
        Boundary::Ring => Some((site + sites - 1) % sites),
        Boundary::Line => (site > 0 && site < sites).then(|| site - 1),
    }
}

/// Mean and spread of S_A over positions for every size, in one call; see [`IntervalScan`].
///
/// # Errors
/// A size above N, or more than 2²² sites.
pub fn interval_statistics(
    network: &Arc<Network>,
    sizes: &[u64],
    positions: Positions,
) -> Result<Vec<SizeStatistics>, ScanError> {
    let mut scan = IntervalScan::new(Arc::clone(network), sizes, positions)?;
    while !scan.advance(u64::MAX) {}
    Ok(scan.statistics())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_starts_are_different_and_even() {
        let mut starts = Positions::Spread(64).starts(1 << 10);
        starts.sort_unstable();
        // A golden-ratio sequence leaves gaps of few lengths, none far from the mean of 16.
        let gaps: Vec<u64> = starts.windows(2).map(|w| w[1] - w[0]).collect();
        assert!(gaps.iter().all(|&gap| (6..=27).contains(&gap)), "{gaps:?}");
        assert_eq!(Positions::Spread(5000).starts(64).len(), 64);
        assert_eq!(Positions::Seeded { count: 9, seed: 1 }.starts(64).len(), 9);
    }

    #[test]
    fn sizes_are_dense_below_and_sparse_above() {
        assert_eq!(default_sizes(8), [1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(default_sizes(1 << 14)[4095..], [4096, 8192, 16384]);
    }

    #[test]
    fn sizes_above_the_boundary_are_refused() {
        let geometry = Geometry::new(3, Boundary::Ring, ReceptiveField::Three, 3).unwrap();
        let network = Arc::new(Network::unit(geometry, 1.0).unwrap());
        let error = interval_statistics(&network, &[9], Positions::All).unwrap_err();
        assert!(error.to_string().contains("give 0 to 8"));
        assert!(interval_statistics(&network, &[], Positions::All).unwrap().is_empty());
    }
}
