//! The free fermion of mass m on a lattice: correlation length, depth of the wall, exact entropies.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::svd::{ComputeSvdVectors, svd, svd_scratch};
use faer::{Mat, Par};
use rayon::prelude::*;

use crate::numerics::stable::{LN_2, binary_entropy};

/// Correlation length in sites, `ξ = 1/artanh|m|`, of [`HoppingChain`] and [`QuantumIsingChain`] alike;
/// `+∞` at m = 0. Domain −1 < m < 1.
#[must_use]
pub fn correlation_length(mass: f64) -> f64 {
    assert_mass(mass);
    1.0 / mass.abs().atanh()
}

/// Layer of the infrared wall, `d = clamp(⌊log2 ξ⌋, 1, n)` with n = `layers` ≥ 1; n at m = 0.
#[must_use]
pub fn wall_layer(mass: f64, layers: u32) -> u32 {
    assert!(layers >= 1, "a network has at least one layer");
    // ξ = ∞ stays ∞ through the logarithm and is clamped like any other.
    correlation_length(mass).log2().floor().clamp(1.0, f64::from(layers)) as u32
}

/// Entropies of one region, in nats.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Entropies {
    /// Von Neumann entropy `S = −Tr ρ ln ρ`.
    pub von_neumann_nats: f64,
    /// Rényi-2 entropy `S2 = −ln Tr ρ²`.
    pub renyi2_nats: f64,
}

impl Entropies {
    /// Adds `times` modes with occupations `(1 ± ν)/2`, `0 ≤ ν ≤ 1` up to rounding.
    fn add_modes(&mut self, nu: f64, times: f64) {
        let nu = nu.min(1.0);
        self.von_neumann_nats += times * binary_entropy(0.5 * (1.0 + nu));
        self.renyi2_nats += times * (LN_2 - (nu * nu).ln_1p());
    }
}

/// Dimerised hopping chain `H = −Σ t_i (c†_i c_{i+1} + h.c.)`, `t_i = 1 + (−1)^i m`, N sites, half
/// filling, periodic (antiperiodic closing when N/2 is even, so that the ground state is unique).
///
/// A lattice Dirac fermion: c = 1 at m = 0. Building costs N²/8 multiply-adds, spread over threads.
#[derive(Clone, Debug)]
pub struct HoppingChain {
    cells: usize,
    /// `2 ⟨c†_i c_j⟩` between an even site i and an odd site j, by cells.
    correlations: PhaseSums,
}

impl HoppingChain {
    /// The ground state for −1 < m < 1 and an even number of `sites` ≥ 4.
    #[must_use]
    pub fn new(mass: f64, sites: usize) -> Self {
        Self::reaching(mass, sites, sites)
    }

    /// The same, of which only sites up to `reach` apart around the ring are asked for: N · reach/4 multiply-adds.
    fn reaching(mass: f64, sites: usize, reach: usize) -> Self {
        assert_mass(mass);
        assert!(
            sites >= 4 && sites.is_multiple_of(2),
            "half filling needs an even number of sites, not {sites}"
        );
        let cells = sites / 2;
        let correlations = PhaseSums::new(cells, cells.is_multiple_of(2), 1.0, mass, reach / 2 + 1);
        Self { cells, correlations }
    }

    /// Number of sites N.
    #[must_use]
    pub fn sites(&self) -> usize {
        2 * self.cells
    }

    /// `C_ij = ⟨c†_i c_j⟩`, real and symmetric: ½ δ_ij on one sublattice, and between an even site i and
    /// an odd site j, with `d = j − i` and the N/2 momenta q = k/2 of the two-site cell,
    /// `C = (1/N) Σ_q [cos q cos qd + m sin q sin qd] / √(cos² q + m² sin² q)`.
    #[must_use]
    pub fn correlation(&self, i: usize, j: usize) -> f64 {
        assert!(i < self.sites() && j < self.sites(), "sites {i} and {j} of {}", self.sites());
        match (i % 2, j % 2) {
            (0, 1) => 0.5 * self.coupling(i, j),
            (1, 0) => 0.5 * self.coupling(j, i),
            _ => f64::from(u8::from(i == j)) / 2.0,
        }
    }

    /// `2 C` between an even and an odd site.
    fn coupling(&self, even: usize, odd: usize) -> f64 {
        self.correlations.at((odd as i64 - even as i64 - 1) / 2)
    }

    /// Entropies of `size` sites from `start` on, around the ring. See [`Self::region_entropy`].
    #[must_use]
    pub fn interval_entropy(&self, start: usize, size: usize) -> Entropies {
        let sites = self.sites();
        assert!(size <= sites, "an interval of {size} on {sites} sites");
        self.region_entropy(&(start..start + size).map(|i| i % sites).collect::<Vec<_>>())
    }

    /// Mean of the entropies of intervals of `size` sites with even and with odd starts, which cut
    /// different bonds. Mirror images of each other for odd `size`, so one is computed then.
    #[must_use]
    pub fn mean_interval_entropy(&self, size: usize) -> Entropies {
        let even = self.interval_entropy(0, size);
        if size % 2 == 1 {
            return even;
        }
        let odd = self.interval_entropy(1, size);
        Entropies {
            von_neumann_nats: 0.5 * (even.von_neumann_nats + odd.von_neumann_nats),
            renyi2_nats: 0.5 * (even.renyi2_nats + odd.renyi2_nats),
        }
    }

    /// Entropies of any set of different sites (any union of intervals); 0 for none and for all.
    ///
    /// With λ the eigenvalues of C on the region, `S = −Σ [λ ln λ + (1−λ) ln(1−λ)]`,
    /// `S2 = −Σ ln(λ² + (1−λ)²)`. C − ½ couples even to odd sites only, so `λ = (1 ± ν)/2` with ν the
    /// singular values of the even × odd block of 2C, and ½ once for each site that one sublattice
    /// has more than the other (Peschel 2003; the state is pure, so the smaller of region and
    /// complement is used). Error about 10⁻¹⁴ per site of the region.
    /// Cost about `(8/3)(n/2)³`, n = min(|A|, N − |A|): n = 512 takes 7 ms, n = 2048 about 0.3 s.
    #[must_use]
    pub fn region_entropy(&self, sites_of_region: &[usize]) -> Entropies {
        let mut inside = vec![false; self.sites()];
        for &site in sites_of_region {
            assert!(site < self.sites(), "site {site} of {}", self.sites());
            assert!(!inside[site], "site {site} is in the region twice");
            inside[site] = true;
        }
        if 2 * sites_of_region.len() > self.sites() {
            inside.iter_mut().for_each(|site| *site = !*site);
        }
        self.entropy_of(&inside)
    }

    /// [`Self::region_entropy`] of the sites marked, taken as they are.
    fn entropy_of(&self, inside: &[bool]) -> Entropies {
        let of_parity = |parity: usize| -> Vec<usize> {
            (parity..inside.len()).step_by(2).filter(|&site| inside[site]).collect()
        };
        let (even, odd) = (of_parity(0), of_parity(1));
        let block = Mat::from_fn(even.len(), odd.len(), |a, b| self.coupling(even[a], odd[b]));
        let mut entropies = Entropies::default();
        for nu in singular_values(&block) {
            entropies.add_modes(nu, 2.0);
        }
        entropies.add_modes(0.0, even.len().abs_diff(odd.len()) as f64);
        entropies
    }
}

/// Quantum Ising chain `H = −J Σ σᶻσᶻ − h Σ σˣ` on a ring of N sites, `J = √(1−m)`, `h = √(1+m)`, its
/// ground state in the sector of even parity: a Majorana fermion of mass m, c = ½ at m = 0, ordered for m < 0.
///
/// Building costs N²/2 multiply-adds, spread over threads.
#[derive(Clone, Debug)]
pub struct QuantumIsingChain {
    sites: usize,
    correlations: PhaseSums,
}

impl QuantumIsingChain {
    /// The ground state for −1 < m < 1 and `sites` ≥ 2.
    #[must_use]
    pub fn new(mass: f64, sites: usize) -> Self {
        Self::reaching(mass, sites, sites)
    }

    /// The same, of which only sites up to `reach` apart around the ring are asked for: N · reach multiply-adds.
    fn reaching(mass: f64, sites: usize, reach: usize) -> Self {
        assert_mass(mass);
        assert!(sites >= 2, "a ring has at least two sites, not {sites}");
        let sum = (1.0 + mass).sqrt() + (1.0 - mass).sqrt();
        // h − J without cancellation at small m.
        let difference = 2.0 * mass / sum;
        Self { sites, correlations: PhaseSums::new(sites, true, difference, sum, reach + 1) }
    }

    /// Number of sites N.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// `G_r = (1/N) Σ_k e^{ikr} (h − J e^{ik})/|h − J e^{ik}|`, `k = (2j+1)π/N`, the correlation of the two
    /// kinds of Majorana fermions; real, `G_{r−N} = −G_r`. `⟨σᶻσᶻ⟩` of neighbours is `−G_{−1}`,
    /// `⟨σˣ⟩ = G_0`. Domain −N ≤ r < N.
    #[must_use]
    pub fn majorana_correlation(&self, r: i64) -> f64 {
        self.correlations.at(r)
    }

    /// Entropies of an interval of `size` ≤ N sites (any start: the chain is translation invariant).
    ///
    /// With ν the singular values of `G_{a−b}` on the interval, `S = −Σ [(1±ν)/2 ln((1±ν)/2)]` over both
    /// signs, `S2 = −Σ ln((1+ν²)/2)` (Vidal, Latorre, Rico and Kitaev 2003). 0 for `size` 0 and N.
    /// Cost about `(4/3) n³`, n = min(size, N − size).
    ///
    /// There is no such function for several intervals: the string of σˣ that turns spins into fermions
    /// runs through the gaps between them, so the fermions of a disjoint region are not its
    /// spins and the Gaussian formula gives the entropy of something else.
    #[must_use]
    pub fn interval_entropy(&self, size: usize) -> Entropies {
        assert!(size <= self.sites, "an interval of {size} on {} sites", self.sites);
        self.entropy_of(size.min(self.sites - size))
    }

    /// [`Self::interval_entropy`] of the interval itself, not of its complement.
    fn entropy_of(&self, size: usize) -> Entropies {
        // G_{a−b} with its columns in reverse order depends on a + b alone, so it is symmetric, and its singular
        // values are the moduli of its eigenvalues: half the multiply-adds.
        let last = size as i64 - 1;
        let block = Mat::from_fn(size, size, |a, b| self.correlations.at(a as i64 + b as i64 - last));
        let mut entropies = Entropies::default();
        for nu in symmetric_eigenvalues(&block) {
            entropies.add_modes(nu.abs(), 1.0);
        }
        entropies
    }
}

/// Von Neumann entropies of one interval size in both chains, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FermionRow {
    /// Sites in the interval.
    pub size: usize,
    /// Hopping chain, mean over even and odd starts.
    pub dirac_nats: f64,
    /// Quantum Ising chain.
    pub quantum_ising_nats: f64,
}

/// The reference curve: exact entropies of intervals of the given sizes on a ring of `sites`.
///
/// Rows in the order of `sizes`, each ≤ `sites`; `sites` even, ≥ 4. Sizes run in parallel, each by one
/// thread, so the numbers do not depend on how many there are. The largest sizes below N/2 dominate
/// the cost: see [`HoppingChain::region_entropy`] and [`QuantumIsingChain::interval_entropy`].
#[must_use]
pub fn curve(mass: f64, sites: usize, sizes: &[usize]) -> Vec<FermionRow> {
    ReferenceChains::new(mass, sites, sites).rows(sizes)
}

/// Both chains on one ring, made once for a curve that is asked for piece by piece.
#[derive(Clone, Debug)]
pub struct ReferenceChains {
    dirac: HoppingChain,
    ising: QuantumIsingChain,
}

impl ReferenceChains {
    /// The chains of a mass on a ring of `sites`, for intervals of up to `largest` sites: 3/4 N · largest
    /// multiply-adds, spread over threads.
    #[must_use]
    pub fn new(mass: f64, sites: usize, largest: usize) -> Self {
        Self {
            dirac: HoppingChain::reaching(mass, sites, largest),
            ising: QuantumIsingChain::reaching(mass, sites, largest),
        }
    }

    /// Sites of the ring.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.dirac.sites()
    }

    /// Rows of [`curve`], in the order of `sizes`, none of them larger than what the chains were made for.
    #[must_use]
    pub fn rows(&self, sizes: &[usize]) -> Vec<FermionRow> {
        sizes
            .par_iter()
            .with_max_len(1)
            .map(|&size| {
                let (dirac, ising) = rayon::join(
                    || self.dirac.mean_interval_entropy(size),
                    || self.ising.interval_entropy(size),
                );
                FermionRow {
                    size,
                    dirac_nats: dirac.von_neumann_nats,
                    quantum_ising_nats: ising.von_neumann_nats,
                }
            })
            .collect()
    }
}

/// Sums over the momenta of a ring of M cells, one per distance.
///
/// `S_p = (1/M) Σ_k [a cos q cos q(2p+1) + b sin q sin q(2p+1)] / √(a² cos² q + b² sin² q)`, `q = k/2`,
/// which is `(1/M) Σ_k e^{ikp} f_k/|f_k|` with `f_k = (a+b)/2 + (a−b)/2 e^{ik}` made symmetric in k and −k:
/// a = 1, b = m for twice the hopping chain's `C`, a = h − J, b = h + J for `G`. A square root of squares:
/// nothing cancels near the gap's minimum.
#[derive(Clone, Debug)]
struct PhaseSums {
    /// `S_0 … S_{M−1}`; 0 where it is farther than `reach` from both ends, and not asked for.
    sums: Vec<f64>,
    /// How many are known at each end.
    reach: usize,
    /// `S_{p−M}/S_p`: −1 for antiperiodic closing, else 1.
    wrap: f64,
}

impl PhaseSums {
    fn new(cells: usize, antiperiodic: bool, a: f64, b: f64, reach: usize) -> Self {
        // q = uπ/2M, with u odd or even; u and 2M − u are k and −k and give equal terms.
        let turn = 4 * cells;
        let quarter = std::f64::consts::FRAC_PI_2 / cells as f64;
        let cosines: Vec<f64> = (0..turn).map(|i| (i as f64 * quarter).cos()).collect();
        let sine = |i: usize| cosines[(i + 3 * cells) % turn];
        let terms: Vec<(usize, f64, f64)> = (usize::from(antiperiodic)..=cells)
            .step_by(2)
            .map(|u| {
                let times = if u == 0 || u == cells { 1.0 } else { 2.0 };
                let (along, across) = (a * cosines[u], b * sine(u));
                let scale = times / (along.hypot(across) * cells as f64);
                (u, along * scale, across * scale)
            })
            .collect();
        // Each sum is one thread's, in one order: the same on any number of threads.
        let sums = (0..cells)
            .into_par_iter()
            .with_min_len(16)
            .map(|p| {
                if p >= reach && p + reach < cells {
                    return 0.0;
                }
                let step = 2 * (2 * p + 1) % turn;
                let mut angle = usize::from(antiperiodic) * (2 * p + 1) % turn;
                let mut sum = 0.0;
                for &(_, along, across) in &terms {
                    let lagging = if angle >= cells { angle - cells } else { angle + 3 * cells };
                    sum += along * cosines[angle] + across * cosines[lagging];
                    angle += step;
                    if angle >= turn {
                        angle -= turn;
                    }
                }
                sum
            })
            .collect();
        Self { sums, reach, wrap: if antiperiodic { -1.0 } else { 1.0 } }
    }

    /// `S_p` for −M ≤ p < M.
    fn at(&self, p: i64) -> f64 {
        let cells = self.sums.len() as i64;
        assert!((-cells..cells).contains(&p), "distance {p} on a ring of {cells}");
        let (place, sign) = if p >= 0 { (p as usize, 1.0) } else { ((p + cells) as usize, self.wrap) };
        let known = place < self.reach || place + self.reach >= self.sums.len();
        assert!(known, "distance {p} of a chain that is known to {}", self.reach);
        sign * self.sums[place]
    }
}

/// Eigenvalues of a symmetric matrix, computed by the calling thread alone, as singular values are.
fn symmetric_eigenvalues(matrix: &Mat<f64>) -> Vec<f64> {
    let size = matrix.nrows();
    let mut values = Diag::zeros(size);
    let none = ComputeEigenvectors::No;
    let scratch = self_adjoint_evd_scratch::<f64>(size, none, Par::Seq, Default::default());
    let mut buffer = MemBuffer::new(scratch);
    let stack = MemStack::new(&mut buffer);
    self_adjoint_evd(matrix.as_ref(), values.as_mut(), None, Par::Seq, stack, Default::default())
        .expect("QR iteration converges on a finite matrix");
    values.column_vector().iter().copied().collect()
}

/// Singular values, computed by the calling thread alone: the result must not depend on the number of threads.
fn singular_values(matrix: &Mat<f64>) -> Vec<f64> {
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let mut values = Diag::zeros(rows.min(columns));
    let none = ComputeSvdVectors::No;
    let scratch = svd_scratch::<f64>(rows, columns, none, none, Par::Seq, Default::default());
    let mut buffer = MemBuffer::new(scratch);
    let stack = MemStack::new(&mut buffer);
    svd(matrix.as_ref(), values.as_mut(), None, None, Par::Seq, stack, Default::default())
        .expect("QR iteration converges on a finite matrix");
    values.column_vector().iter().copied().collect()
}

fn assert_mass(mass: f64) {
    assert!(mass.abs() < 1.0, "the mass lies between −1 and 1, not {mass}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::least_squares::fit_line;
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    /// Published digits: half a unit of the eighth decimal.
    const EIGHT_DIGITS: f64 = 0.6e-8;

    #[test]
    fn correlation_length_and_wall() {
        assert_eq!(correlation_length(0.0), f64::INFINITY);
        assert_relative_eq!(correlation_length(0.1), 9.966_577, epsilon = 1e-6);
        assert_relative_eq!(correlation_length(-0.3), 2.0 / (1.3_f64 / 0.7).ln(), epsilon = 1e-14);
        assert_eq!([0.0, 0.1, -0.1, 0.3, 0.9].map(|m| wall_layer(m, 8)), [8, 3, 3, 1, 1]);
        assert_eq!(wall_layer(0.001, 6), 6);
    }

    #[test]
    fn hopping_chain_has_the_published_entropies() {
        let critical = HoppingChain::new(0.0, 64);
        for (size, entropy) in
            [(1, LN_2), (2, 0.94750829), (4, 1.1848022), (8, 1.41045208), (16, 1.61531336), (32, 1.73087843)]
        {
            let found = critical.interval_entropy(0, size).von_neumann_nats;
            assert_abs_diff_eq!(found, entropy, epsilon = EIGHT_DIGITS);
        }
        let massive = HoppingChain::new(0.1, 64);
        for (start, size, entropy) in [
            (0, 2, 0.64621343),
            (0, 8, 0.91786624),
            (0, 32, 0.9673784),
            (1, 2, 1.16912556),
            (1, 8, 1.45739748),
            (1, 32, 1.50737665),
        ] {
            let found = massive.interval_entropy(start, size).von_neumann_nats;
            assert_abs_diff_eq!(found, entropy, epsilon = EIGHT_DIGITS);
        }
        let mean = massive.mean_interval_entropy(8).von_neumann_nats;
        assert_abs_diff_eq!(mean, (0.91786624 + 1.45739748) / 2.0, epsilon = EIGHT_DIGITS);
    }

    #[test]
    fn several_intervals_have_the_published_tripartite_information() {
        let i3 = |mass, regions: [Vec<usize>; 3]| {
            let chain = HoppingChain::new(mass, 64);
            let s = |parts: &[usize]| {
                let sites: Vec<usize> = parts.iter().flat_map(|&p| regions[p].clone()).collect();
                chain.region_entropy(&sites).von_neumann_nats
            };
            s(&[0]) + s(&[1]) + s(&[2]) - s(&[0, 1]) - s(&[1, 2]) - s(&[0, 2]) + s(&[0, 1, 2])
        };
        // Five published decimals.
        assert_abs_diff_eq!(i3(0.1, [vec![0], vec![1, 2], vec![3]]), 0.02588, epsilon = 0.6e-5);
        assert_abs_diff_eq!(i3(0.0, [vec![0, 1], vec![4], vec![5, 6, 7, 8]]), 0.00820, epsilon = 0.6e-5);
    }

    #[test]
    fn quantum_ising_chain_has_the_entropies_of_exact_diagonalisation() {
        for (mass, entropies) in [
            (0.0, [0.47257307, 0.58617985, 0.64433793, 0.70225451]),
            (0.1, [0.39810914, 0.50181556, 0.55227654, 0.60029464]),
            (0.3, [0.27273677, 0.33919273, 0.36245537, 0.37803572]),
            (-0.3, [0.60984923, 0.68323799, 0.70820139, 0.72421166]),
        ] {
            let chain = QuantumIsingChain::new(mass, 12);
            for (size, entropy) in [1, 2, 3, 6].into_iter().zip(entropies) {
                let found = chain.interval_entropy(size).von_neumann_nats;
                assert_abs_diff_eq!(found, entropy, epsilon = EIGHT_DIGITS);
            }
        }
    }

    #[test]
    fn critical_correlations_have_closed_forms() {
        for n in [8_usize, 64, 1024] {
            let (dirac, ising) = (HoppingChain::new(0.0, n), QuantumIsingChain::new(0.0, n));
            let chord = |d: f64| 1.0 / (n as f64 * (std::f64::consts::PI * d / n as f64).sin());
            for d in (1..n).step_by(2) {
                let sign = if d % 4 == 1 { 1.0 } else { -1.0 };
                assert_abs_diff_eq!(dirac.correlation(0, d), sign * chord(d as f64), epsilon = 1e-13);
            }
            assert_abs_diff_eq!(-ising.majorana_correlation(-1), chord(0.5), epsilon = 1e-13);
            assert_abs_diff_eq!(ising.majorana_correlation(0), chord(0.5), epsilon = 1e-13); // self-dual
        }
    }

    #[test]
    fn state_is_pure() {
        for (mass, n) in [(0.0, 8), (0.4, 10), (-0.95, 64), (0.95, 256)] {
            // C² = C: all ν of the whole ring are 1, and what rounding leaves of each is below 40 ε.
            let (dirac, ising) = (HoppingChain::new(mass, n), QuantumIsingChain::new(mass, n));
            assert_abs_diff_eq!(
                dirac.entropy_of(&vec![true; n]).von_neumann_nats,
                0.0,
                epsilon = 1e-12 * n as f64
            );
            assert_abs_diff_eq!(ising.entropy_of(n).von_neumann_nats, 0.0, epsilon = 1e-12 * n as f64);
            let inside: Vec<bool> = (0..n).map(|i| i % 7 < 3 || i % 5 == 0).collect();
            let outside: Vec<bool> = inside.iter().map(|i| !i).collect();
            let (a, b) = (dirac.entropy_of(&inside), dirac.entropy_of(&outside));
            assert_abs_diff_eq!(a.von_neumann_nats, b.von_neumann_nats, epsilon = 1e-12 * n as f64);
            assert_abs_diff_eq!(a.renyi2_nats, b.renyi2_nats, epsilon = 1e-12 * n as f64);
            let (a, b) = (ising.entropy_of(n / 4), ising.entropy_of(n - n / 4));
            assert_abs_diff_eq!(a.von_neumann_nats, b.von_neumann_nats, epsilon = 1e-12 * n as f64);
            assert!(a.renyi2_nats <= a.von_neumann_nats);
        }
        assert_eq!(HoppingChain::new(0.2, 8).interval_entropy(3, 8), Entropies::default());
        assert_eq!(QuantumIsingChain::new(0.2, 8).interval_entropy(0), Entropies::default());
    }

    #[test]
    fn odd_intervals_do_not_feel_where_they_start() {
        let chain = HoppingChain::new(0.3, 64);
        for size in [1, 5, 31] {
            let (even, odd) = (chain.interval_entropy(0, size), chain.interval_entropy(63, size));
            assert_abs_diff_eq!(even.von_neumann_nats, odd.von_neumann_nats, epsilon = 1e-12);
        }
        assert_abs_diff_eq!(chain.interval_entropy(7, 1).renyi2_nats, LN_2, epsilon = 1e-15);
    }

    #[test]
    fn correlation_decays_with_the_formulas_length() {
        let chain = HoppingChain::new(0.1, 1024);
        // √r |C| = e^{−r/ξ} (1 + O(ξ/r)/8): over 60 ≤ r < 200 that bends the slope by under one per cent.
        let points: Vec<(f64, f64)> = (61..200)
            .step_by(2)
            .map(|r| (r as f64, (chain.correlation(0, r).abs() * (r as f64).sqrt()).ln()))
            .collect();
        let xi = -1.0 / fit_line(&points).unwrap().slope;
        assert_abs_diff_eq!(xi, correlation_length(0.1), epsilon = 0.1);
    }

    #[test]
    fn critical_entropies_grow_by_a_third_and_a_sixth_of_ln_2() {
        // S = (c/3) ln[(N/π) sin(π l/N)] + const, corrected in order 1/l² with a factor below 0.05.
        let rows = curve(0.0, 1024, &[16, 32, 64]);
        let chord = |l: usize| (std::f64::consts::PI * l as f64 / 1024.0).sin().ln();
        for pair in rows.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let (grown, tolerance) = (chord(b.size) - chord(a.size), 0.05 / (a.size as f64).powi(2));
            assert_abs_diff_eq!(b.dirac_nats - a.dirac_nats, grown / 3.0, epsilon = tolerance);
            assert_abs_diff_eq!(
                b.quantum_ising_nats - a.quantum_ising_nats,
                grown / 6.0,
                epsilon = tolerance
            );
        }
        // 16 → 32 of 1024 is bent by the ring by π²·(32² − 16²)/(6·1024²)·c/3 < 0.0007.
        assert_abs_diff_eq!(rows[1].dirac_nats - rows[0].dirac_nats, 0.2310, epsilon = 0.0009);
        assert_abs_diff_eq!(
            rows[1].quantum_ising_nats - rows[0].quantum_ising_nats,
            0.1155,
            epsilon = 0.0006
        );
    }

    /// A curve of a long ring needs few of its correlations, and these are the same numbers.
    #[test]
    fn chains_made_for_small_intervals_give_the_entropies_of_the_whole_ring() {
        for mass in [0.0, 0.05] {
            let sizes = [1, 2, 7, 16, 31, 32];
            assert_eq!(ReferenceChains::new(mass, 256, 32).rows(&sizes), curve(mass, 256, &sizes));
        }
    }

    #[test]
    fn curve_does_not_depend_on_the_number_of_threads() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| curve(0.2, 128, &[1, 2, 60, 64, 128]))
        };
        assert_eq!(with(1), with(2));
        assert_eq!(with(2)[4], FermionRow { size: 128, dirac_nats: 0.0, quantum_ising_nats: 0.0 });
    }
}
