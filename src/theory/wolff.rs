//! Samples of the quantum Ising chain of any length from clusters on a square lattice.

use rand::Rng;
use rayon::prelude::*;

use super::autocorrelation::{Autocorrelation, integrated_time};
use super::fermion::correlation_length;
use crate::lattice::SpinSamples;
use crate::numerics::statistics::Summary;
use crate::numerics::streams::{Stream, stream};

/// Coupling K of the isotropic square lattice whose diagonal rows are the quantum Ising chain of mass m:
/// `sinh 2K = ((1−m)/(1+m))^{1/4}`, −1 < m < 1; the critical coupling `½ ln(1+√2)` at m = 0.
#[must_use]
pub fn isotropic_coupling(mass: f64) -> f64 {
    assert!(mass.abs() < 1.0, "the mass lies between −1 and 1, not {mass}");
    0.5 * ((1.0 - mass) / (1.0 + mass)).powf(0.25).asinh()
}

/// A lattice on which every spin has four neighbours.
trait SpinLattice: Send {
    /// Number of spins.
    fn sites(&self) -> usize;
    /// The four neighbours of a spin; a small torus may name one twice.
    fn neighbours(&self, site: u32) -> [u32; 4];
}

/// The square lattice rotated by 45°: spin (t, x) is linked to x and x + 1 of the next row for even t, to
/// x − 1 and x for odd t. A torus of `rows` (even) × `columns`; spin (t, x) has index `t·columns + x`.
#[derive(Clone, Copy, Debug)]
struct RotatedLattice {
    rows: u32,
    columns: u32,
}

impl SpinLattice for RotatedLattice {
    fn sites(&self) -> usize {
        self.rows as usize * self.columns as usize
    }

    fn neighbours(&self, site: u32) -> [u32; 4] {
        let n = self.columns;
        let (t, x) = (site / n, site % n);
        let row = site - x;
        let next = if t + 1 == self.rows { 0 } else { row + n };
        let last = if t == 0 { (self.rows - 1) * n } else { row - n };
        let aside = if t % 2 == 0 {
            if x + 1 == n { 0 } else { x + 1 }
        } else if x == 0 {
            n - 1
        } else {
            x - 1
        };
        [next + x, last + x, next + aside, last + aside]
    }
}

/// Growth of Wolff clusters (Wolff 1989), which can stop at any spin and go on later.
///
/// From a random spin, every aligned neighbour joins with probability `1 − e^{−2K}`, and the cluster is flipped:
/// detailed balance, no rejection. Spins are bits, so that 10⁷ of them stay in the cache; the frontier is a
/// list, not recursion.
#[derive(Clone, Debug)]
struct Clusters<L> {
    lattice: L,
    spins: Vec<u64>,
    frontier: Vec<u32>,
    /// Sign of the spins the growing cluster had.
    old: u64,
    size: usize,
    /// `1 − e^{−2K}` in units of 2⁻³²: rounded by 10⁻¹⁰.
    join: u32,
    random: Stream,
}

impl<L: SpinLattice> Clusters<L> {
    /// All spins down.
    fn new(lattice: L, coupling: f64, random: Stream) -> Self {
        assert!(u32::try_from(lattice.sites()).is_ok(), "a lattice of at most 2³² spins");
        let spins = vec![0; lattice.sites().div_ceil(64)];
        // The cast saturates, which is meant.
        let join = (-(-2.0 * coupling).exp_m1() * 2.0_f64.powi(32)) as u32;
        Self { lattice, spins, frontier: Vec::new(), old: 0, size: 0, join, random }
    }

    fn bit(&self, site: u32) -> u64 {
        self.spins[(site / 64) as usize] >> (site % 64) & 1
    }

    fn flip(&mut self, site: u32) {
        self.spins[(site / 64) as usize] ^= 1 << (site % 64);
    }

    /// Grows on, by `budget` spins at most, which is lowered by those added; the size of the cluster when it is complete.
    fn grow(&mut self, budget: &mut usize) -> Option<usize> {
        if self.frontier.is_empty() {
            // The high half of the product of 64 random bits and the number of sites: even to 2⁻³².
            let product = u128::from(self.random.next_u64()) * self.lattice.sites() as u128;
            let site = (product >> 64) as u32;
            self.old = self.bit(site);
            self.size = 0;
            self.flip(site);
            self.frontier.push(site);
        }
        while *budget > 0 {
            let Some(site) = self.frontier.pop() else {
                break;
            };
            *budget -= 1;
            self.size += 1;
            for neighbour in self.lattice.neighbours(site) {
                if self.bit(neighbour) == self.old && self.random.next_u32() < self.join {
                    self.flip(neighbour);
                    self.frontier.push(neighbour);
                }
            }
        }
        // Also when the budget ends with the cluster: else the next call would start another over it.
        self.frontier.is_empty().then_some(self.size)
    }
}

/// Rows taken from one lattice.
const ROWS_PER_LATTICE: usize = 8;
/// Least distance between two rows taken, for masses so large that ξ is under a site.
const SMALLEST_SPACING: usize = 8;
/// Independent Markov chains, where burn-in is cheap, and where it is not: from this many spins on.
const CHAINS: [usize; 2] = [4, 2];
const LARGE_LATTICE: usize = 1 << 22;
/// Spins that one call of [`WolffSampling::advance`] adds to clusters, in all chains: 15 ms on one thread.
const PIECE: usize = 400_000;
/// The pilot run lasts this many autocorrelation times, the first half of which must forget the start.
const PILOT_TIMES: f64 = 40.0;
/// Least number of sweeps from one lattice taken to the next: a short pilot may see too small a τ by chance.
const SWEEPS_BETWEEN: f64 = 2.0;
/// Sweeps between two looks at whether the pilot run is long enough; the least length of it.
const PILOT_STEP: usize = 64;

/// Samples of the quantum Ising chain of mass m on a ring of N sites, drawn by Wolff clusters.
///
/// Rows of a classical lattice, rotated by 45° and T rows high ([`isotropic_coupling`]), are configurations of
/// `|ψ₀|²` for T → ∞; at finite T the excited states weigh `e^{−πT/8N}` at m = 0, `e^{−T/2ξ}` or less per particle for m > 0.
/// 8 rows at a distance `Δ = min(2N, 2πξ)` (≥ 8, even) are taken from each lattice, T = 8 Δ: T = 16 N at m = 0, an
/// excited weight of 2·10⁻³; less than 10⁻¹⁰ for N ≫ ξ. Each row is given a random sign, which leaves P(v) as it is and
/// everything odd uncorrelated; what is even decays as `e^{−πΔ/N}` or `e^{−Δ/ξ}` between rows: below 2·10⁻³.
///
/// Four independent chains (two on lattices of 2²² spins or more), each with its random stream `(seed, name, chain)`
/// and starting from all spins down, first run a pilot, measured once a sweep, until it is 40 times as long as the
/// autocorrelation time τ of its second half (the slower of neighbour and half-ring correlation): that is the burn-in.
/// Then a lattice is taken every 2τ of the pilot (at least every two sweeps), after a *fixed* number of clusters, since a rule that waits for
/// large clusters would favour what follows them. Rows of one chain remain slightly correlated: the
/// report gives the number of independent ones. The result does not depend on threads or on the size of pieces.
///
/// About 40 ns a spin flipped, so N = 1024 at m = 0 and 1,000 rows take four to five minutes of one thread, a third
/// of it burn-in. [`super::QuantumIsingSampler`] is exact and, at `N M²` operations a row, faster for every N
/// for which its tables fit; this one is independent of it and serves as its referee.
#[derive(Clone, Debug)]
pub struct WolffSampling {
    sites: usize,
    rows: usize,
    lattices_per_chain: usize,
    chains: Vec<Chain>,
}

/// What [`WolffSampling`] found out about its own reliability.
#[derive(Clone, Debug, PartialEq)]
pub struct WolffReport {
    /// Coupling K of the lattice.
    pub coupling: f64,
    /// Height T of the lattice.
    pub lattice_rows: usize,
    /// Rows taken from one lattice.
    pub rows_per_lattice: usize,
    /// Lattices taken by all chains together.
    pub lattices: usize,
    /// Sweeps thrown away before sampling, by chain (one sweep: as many spins flipped as there are).
    pub burn_in_sweeps: Vec<usize>,
    /// Clusters between two lattices, by chain.
    pub clusters_between: Vec<usize>,
    /// Mean size of a cluster, in spins.
    pub cluster_size: f64,
    /// Autocorrelation of the neighbour correlation, in lattices taken.
    pub neighbour_time: Autocorrelation,
    /// Autocorrelation of `⟨v_i v_{i+N/2}⟩`, in lattices taken.
    pub half_ring_time: Autocorrelation,
    /// Number of independent rows that would give the error found for the means, the smaller of the two.
    pub independent_rows: f64,
    /// Mean of `v_i v_{i+1}`, with its standard error.
    pub neighbour_correlation: (f64, f64),
    /// Mean of `v_i v_{i+N/2}`, with its standard error.
    pub half_ring_correlation: (f64, f64),
}

/// What is measured on a row or on the mean of several: neighbour and half-ring correlation.
type Measured = [f64; 2];

#[derive(Clone, Debug)]
struct Chain {
    clusters: Clusters<RotatedLattice>,
    spacing: usize,
    pilot: bool,
    /// Pilot: mean of the rows after each sweep. Afterwards: of each lattice taken.
    series: Vec<Measured>,
    /// Sizes of clusters after the first half of the pilot, or since its end.
    sizes: Summary,
    /// Spins flipped since the last measurement of the pilot, clusters since the last lattice.
    since: usize,
    burn_in_sweeps: usize,
    clusters_between: usize,
    /// Spins of the rows taken, `sites` each.
    taken: Vec<bool>,
    each_row: [Summary; 2],
}

impl WolffSampling {
    /// Prepares to draw `rows` samples of a ring of `sites` ≥ 2.
    #[must_use]
    pub fn new(mass: f64, sites: usize, rows: usize, seed: u64, stream_name: &str) -> Self {
        assert!(sites >= 2, "a ring has at least two sites, not {sites}");
        let spacing = (std::f64::consts::TAU * correlation_length(mass)).min(2.0 * sites as f64);
        let spacing = (spacing.ceil() as usize).max(SMALLEST_SPACING).next_multiple_of(2);
        let lattice = RotatedLattice {
            rows: u32::try_from(ROWS_PER_LATTICE * spacing).expect("spacing is at most twice the sites"),
            columns: u32::try_from(sites).expect("a ring of less than 2³² sites"),
        };
        let chains = CHAINS[usize::from(lattice.sites() >= LARGE_LATTICE)];
        Self {
            sites,
            rows,
            lattices_per_chain: rows.div_ceil(ROWS_PER_LATTICE * chains),
            chains: (0..chains)
                .map(|chain| Chain {
                    clusters: Clusters::new(
                        lattice,
                        isotropic_coupling(mass),
                        stream(seed, stream_name, chain as u64),
                    ),
                    spacing,
                    pilot: true,
                    series: Vec::new(),
                    sizes: Summary::default(),
                    since: 0,
                    burn_in_sweeps: 0,
                    clusters_between: 0,
                    taken: Vec::new(),
                    each_row: [Summary::default(); 2],
                })
                .collect(),
        }
    }

    /// Goes on for about 15 ms of one thread, shared among threads; true once all samples are there.
    pub fn advance(&mut self) -> bool {
        let (wanted, budget) = (self.lattices_per_chain, PIECE / self.chains.len());
        self.chains.par_iter_mut().with_max_len(1).for_each(|chain| chain.advance(budget, wanted));
        self.is_done()
    }

    /// Whether all samples are there.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.chains.iter().all(|chain| chain.is_done(self.lattices_per_chain))
    }

    /// Rows taken so far and wanted; none are taken during burn-in.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let taken: usize = self.chains.iter().map(|chain| chain.taken.len() / self.sites).sum();
        (taken.min(self.rows), self.rows)
    }

    /// Whether some chain is still in its burn-in.
    #[must_use]
    pub fn is_burning_in(&self) -> bool {
        self.chains.iter().any(|chain| chain.pilot)
    }

    /// The samples, once all are there. Consecutive ones come from one lattice, lattices from the
    /// chains in turn.
    #[must_use]
    pub fn samples(&self) -> Option<SpinSamples> {
        if !self.is_done() {
            return None;
        }
        let mut samples = SpinSamples::all_down(self.rows, self.sites);
        for row in 0..self.rows {
            let (lattice, within) = (row / ROWS_PER_LATTICE, row % ROWS_PER_LATTICE);
            let chain = &self.chains[lattice % self.chains.len()];
            let start = (lattice / self.chains.len() * ROWS_PER_LATTICE + within) * self.sites;
            for (site, &up) in chain.taken[start..start + self.sites].iter().enumerate() {
                samples.set(row, site, up);
            }
        }
        Some(samples)
    }

    /// Burn-in, autocorrelation and errors, once all samples are there (and any were wanted).
    #[must_use]
    pub fn report(&self) -> Option<WolffReport> {
        if !self.is_done() || self.rows == 0 {
            return None;
        }
        let mut sizes = Summary::default();
        let mut each_row = [Summary::default(); 2];
        for chain in &self.chains {
            sizes = sizes.merged(chain.sizes);
            each_row = [0, 1].map(|i| each_row[i].merged(chain.each_row[i]));
        }
        let lattices = self.lattices_per_chain * self.chains.len();
        let times = [0, 1].map(|i| {
            let series: Vec<Vec<f64>> = self.chains.iter().map(|c| column(&c.series, i)).collect();
            integrated_time(&series.iter().map(Vec::as_slice).collect::<Vec<_>>())
        });
        let errors = [0, 1].map(|i| {
            let means: Summary = self.chains.iter().flat_map(|c| column(&c.series, i)).collect();
            means.std_error() * (2.0 * times[i].time).max(1.0).sqrt()
        });
        let independent = [0, 1]
            .map(|i| if errors[i] > 0.0 { (each_row[i].std() / errors[i]).powi(2) } else { f64::INFINITY });
        let rows = (lattices * ROWS_PER_LATTICE) as f64;
        Some(WolffReport {
            coupling: -0.5 * (-f64::from(self.chains[0].clusters.join) / 2.0_f64.powi(32)).ln_1p(),
            lattice_rows: self.chains[0].clusters.lattice.rows as usize,
            rows_per_lattice: ROWS_PER_LATTICE,
            lattices,
            burn_in_sweeps: self.chains.iter().map(|c| c.burn_in_sweeps).collect(),
            clusters_between: self.chains.iter().map(|c| c.clusters_between).collect(),
            cluster_size: sizes.mean(),
            neighbour_time: times[0],
            half_ring_time: times[1],
            independent_rows: independent[0].min(independent[1]).min(rows),
            neighbour_correlation: (each_row[0].mean(), errors[0]),
            half_ring_correlation: (each_row[1].mean(), errors[1]),
        })
    }
}

impl Chain {
    fn is_done(&self, wanted: usize) -> bool {
        !self.pilot && self.series.len() >= wanted
    }

    /// Adds up to `budget` spins to clusters.
    fn advance(&mut self, mut budget: usize, wanted: usize) {
        while !self.is_done(wanted) {
            let Some(size) = self.clusters.grow(&mut budget) else {
                return;
            };
            self.sizes.push(size as f64);
            if self.pilot {
                self.since += size;
                if self.since >= self.clusters.lattice.sites() {
                    self.since = 0;
                    let measured = self.measure(false);
                    self.series.push(measured);
                    self.end_pilot_if_long_enough();
                }
            } else {
                self.since += 1;
                if self.since == self.clusters_between {
                    self.since = 0;
                    let measured = self.measure(true);
                    self.series.push(measured);
                }
            }
        }
    }

    fn end_pilot_if_long_enough(&mut self) {
        let sweeps = self.series.len();
        if !sweeps.is_multiple_of(PILOT_STEP) {
            return;
        }
        let second_half = &self.series[sweeps / 2..];
        let tau = [0, 1].map(|i| integrated_time(&[&column(second_half, i)]).time);
        let tau = tau[0].max(tau[1]);
        if (sweeps as f64) < PILOT_TIMES * tau {
            // Clusters grown from the cold start are the largest: forget their sizes while there is time.
            self.sizes = Summary::default();
            return;
        }
        let clusters_per_sweep = self.clusters.lattice.sites() as f64 / self.sizes.mean();
        self.clusters_between = (SWEEPS_BETWEEN.max(2.0 * tau) * clusters_per_sweep).ceil() as usize;
        self.burn_in_sweeps = sweeps;
        self.series.clear();
        self.sizes = Summary::default();
        self.pilot = false;
    }

    /// Means over the rows of the lattice; takes them as samples if wanted.
    fn measure(&mut self, take: bool) -> Measured {
        let columns = self.clusters.lattice.columns;
        let n = columns as usize;
        let mut means = [0.0; 2];
        for row in 0..ROWS_PER_LATTICE {
            let first = (row * self.spacing) as u32 * columns;
            let sign = u64::from(take) & self.clusters.random.next_u64() >> 63;
            let up: Vec<bool> =
                (first..first + columns).map(|site| self.clusters.bit(site) ^ sign == 1).collect();
            for (i, distance) in [1, n / 2].into_iter().enumerate() {
                let equal = (0..n).filter(|&x| up[x] == up[(x + distance) % n]).count();
                let correlation = 2.0 * equal as f64 / n as f64 - 1.0;
                means[i] += correlation / ROWS_PER_LATTICE as f64;
                if take {
                    self.each_row[i].push(correlation);
                }
            }
            if take {
                self.taken.extend_from_slice(&up);
            }
        }
        means
    }
}

fn column(series: &[Measured], i: usize) -> Vec<f64> {
    series.iter().map(|measured| measured[i]).collect()
}

#[cfg(test)]
mod tests {
    use super::super::kaufman::torus_energy;
    use super::super::quantum_ising::QuantumIsingSampler;
    use super::*;
    use approx::assert_abs_diff_eq;

    /// The plain square lattice, a torus.
    struct PlainLattice {
        rows: u32,
        columns: u32,
    }

    impl SpinLattice for PlainLattice {
        fn sites(&self) -> usize {
            (self.rows * self.columns) as usize
        }

        fn neighbours(&self, site: u32) -> [u32; 4] {
            let (n, sites) = (self.columns, self.rows * self.columns);
            let (row, x) = (site - site % n, site % n);
            [row + (x + 1) % n, row + (x + n - 1) % n, (site + n) % sites, (site + sites - n) % sites]
        }
    }

    /// Sum of s s' over the bonds of a configuration.
    fn bonds(lattice: &impl SpinLattice, bit: impl Fn(u32) -> u64) -> f64 {
        let ends: i64 = (0..lattice.sites() as u32)
            .flat_map(|site| {
                lattice.neighbours(site).map(|other| if bit(site) == bit(other) { 1 } else { -1 })
            })
            .sum();
        ends as f64 / 2.0
    }

    /// Mean of something after every `between` clusters, with its standard error.
    fn sampled<L: SpinLattice>(
        clusters: &mut Clusters<L>,
        between: usize,
        mut measure: impl FnMut(&Clusters<L>) -> f64,
    ) -> (f64, f64) {
        let series: Vec<f64> = (0..5200)
            .map(|_| {
                for _ in 0..between {
                    assert!(clusters.grow(&mut { usize::MAX }).is_some());
                }
                measure(clusters)
            })
            .skip(200)
            .collect();
        let summary: Summary = series.iter().copied().collect();
        let tau = integrated_time(&[&series]);
        (summary.mean(), summary.std_error() * (2.0 * (tau.time + tau.error)).sqrt())
    }

    #[test]
    fn couplings_are_the_published_ones() {
        for (mass, k) in [(0.1, 0.4231741), (0.3, 0.3881370), (-0.3, 0.4974600)] {
            assert_abs_diff_eq!(isotropic_coupling(mass), k, epsilon = 0.6e-7);
        }
        assert_abs_diff_eq!(isotropic_coupling(0.0), 0.5 * (1.0 + 2.0_f64.sqrt()).ln(), epsilon = 1e-15);
    }

    #[test]
    fn energy_is_that_of_the_finite_torus() {
        // Five standard errors with the autocorrelation time, itself one error larger, in them.
        for (k, between) in [(0.3, 24), (isotropic_coupling(0.0), 4), (0.5, 2)] {
            let lattice = PlainLattice { rows: 16, columns: 12 };
            let mut clusters = Clusters::new(lattice, k, stream(1, "kaufman", 0));
            let (mean, error) =
                sampled(&mut clusters, between, |c| -bonds(&c.lattice, |site| c.bit(site)) / 192.0);
            let exact = torus_energy(k, 16, 12);
            assert!((mean - exact).abs() < 5.0 * error, "K = {k}: {mean} ± {error}, exact {exact}");
            assert!(error < 0.01);
        }
    }

    #[test]
    fn small_rotated_lattice_has_its_exact_means() {
        for k in [0.3, 0.44, 0.5] {
            let lattice = RotatedLattice { rows: 4, columns: 4 };
            let (mut z, mut energy, mut neighbours) = (0.0, 0.0, 0.0);
            let pair = |bit: &dyn Fn(u32) -> u64| if bit(5) == bit(6) { 1.0 } else { -1.0 };
            for state in 0..1_u64 << 16 {
                let bit = |site: u32| state >> site & 1;
                let sum = bonds(&lattice, bit);
                let weight = (k * sum).exp();
                z += weight;
                energy -= weight * sum;
                neighbours += weight * pair(&bit);
            }
            let mut clusters = Clusters::new(lattice, k, stream(1, "rotated", 0));
            let (mean, error) = sampled(&mut clusters, 3, |c| -bonds(&c.lattice, |site| c.bit(site)));
            assert!((mean - energy / z).abs() < 5.0 * error, "K = {k}: {mean} ± {error}, {}", energy / z);
            let (mean, error) = sampled(&mut clusters, 3, |c| pair(&|site| c.bit(site)));
            assert!((mean - neighbours / z).abs() < 5.0 * error, "K = {k}: {mean} ± {error}");
        }
    }

    #[test]
    fn neighbours_are_mutual() {
        let lattice = RotatedLattice { rows: 6, columns: 5 };
        for site in 0..30 {
            for other in lattice.neighbours(site) {
                assert!(lattice.neighbours(other).contains(&site));
                assert_eq!((site / 5 + other / 5) % 2, 1);
            }
        }
    }

    fn run(mass: f64, sites: usize, rows: usize) -> WolffSampling {
        let mut sampling = WolffSampling::new(mass, sites, rows, 7, "wolff");
        while !sampling.advance() {}
        sampling
    }

    #[test]
    fn rows_have_the_correlations_of_the_chain() {
        for mass in [0.0, 0.1, -0.1] {
            let report = run(mass, 64, 2000).report().unwrap();
            let exact = QuantumIsingSampler::new(mass, 64);
            // T = 16 N leaves 2·10⁻³ of the first excited state at m = 0, less than that times the mean itself.
            let excited = if mass == 0.0 { 2e-3 } else { 0.0 };
            for ((mean, error), distance) in
                [(report.neighbour_correlation, 1), (report.half_ring_correlation, 32)]
            {
                let expected = exact.correlation(distance);
                assert!(
                    (mean - expected).abs() < 5.0 * error + excited * expected,
                    "mass {mass}, r = {distance}: {mean} ± {error}, exact {expected}; {report:?}"
                );
            }
            assert!(report.independent_rows > 500.0, "{report:?}");
            assert!(report.burn_in_sweeps.iter().all(|&sweeps| sweeps >= PILOT_STEP));
            assert_abs_diff_eq!(report.coupling, isotropic_coupling(mass), epsilon = 1e-9);
        }
    }

    #[test]
    fn samples_are_the_same_on_any_number_of_threads_and_in_any_pieces() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| run(0.2, 16, 100))
        };
        let (one, two) = (with(1), with(2));
        assert_eq!(one.samples(), two.samples());
        assert_eq!(one.report(), two.report());
        let mut pieces = WolffSampling::new(0.2, 16, 100, 7, "wolff");
        assert_eq!((pieces.samples(), pieces.report(), pieces.progress()), (None, None, (0, 100)));
        let wanted = pieces.lattices_per_chain;
        for chain in &mut pieces.chains {
            while !chain.is_done(wanted) {
                chain.advance(37, wanted);
            }
        }
        assert_eq!(pieces.samples(), one.samples());
        let samples = one.samples().unwrap();
        assert_eq!((samples.samples(), samples.sites()), (100, 16));
        assert_eq!(one.progress(), (100, 100));
    }
}
