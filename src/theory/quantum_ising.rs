//! Independent, exact samples of the quantum Ising chain's ground state, each with its probability.

use std::ops::Range;

use rand::Rng;
use rayon::prelude::*;

use super::bond_process::{BondProcess, Workspace};
use super::fermion::{self, QuantumIsingChain};
use crate::lattice::SpinSamples;
use crate::numerics::stable::LN_2;
use crate::numerics::streams::{Stream, stream};

/// Draws configurations from `P(v) = |ψ₀(v)|²`, ψ₀ the ground state (even parity) of
/// `H = −J Σ σᶻσᶻ − h Σ σˣ` on a ring of N sites, `J = √(1−m)`, `h = √(1+m)`, in the σᶻ basis.
///
/// v_0 = ±1 evenly, and the bonds `s_j = v_j v_{j+1}`, j = 0 … N − 2, are a determinantal process:
/// `P(s) = det[(1 + D_s A)/2]`, `A_jk = −G_{j−k−1}` with [`QuantumIsingChain::majorana_correlation`], because
/// a product of bonds is a string of Majorana pairs (Wick; for the determinants Lieb, Schultz and Mattis 1961).
/// Each bond is drawn from its exact probability given those before, `P(s_k = +1) = (1 + B_kk)/2`, so samples
/// are independent, there is no burn-in, and `ln P(v)` is the sum of the logarithms.
///
/// From N ≈ 128 on, B is held as M×M numbers, M the terms of a fit of `G` by exponentials to 10⁻¹²
/// (at m = 0: M = 57 for N = 256, 73 for N = 1024, 90 for N = 4096; fewer once ξ ≪ N), which costs N M² instead of N³/3 multiply-adds a sample and
/// gives the same numbers up to rounding.
///
/// Accuracy: each conditional probability to about 10⁻¹², `ln P` of a drawn sample to 10⁻¹⁰ at N = 1024.
/// Rounding may leave `1 + s B_kk` slightly negative or zero where it is a small number; it is held
/// above [`SMALLEST_CHANCE`]. A drawn sample meets that once in 10¹⁵ bonds; the probability of a *given* configuration with a bond
/// less likely than 10⁻¹² has no correct digits.
///
/// Domain: −1 < m < 1, N ≥ 2. Memory: `8 N M` bytes of tables, or `8 N²` for short rings.
#[derive(Clone, Debug)]
pub struct QuantumIsingSampler {
    mass: f64,
    chain: QuantumIsingChain,
    bonds: BondProcess,
}

/// Least value of `1 + s B_kk`, twice the probability of a bond: a few roundings of 1.
pub const SMALLEST_CHANCE: f64 = 1e-15;

impl QuantumIsingSampler {
    /// Prepares to draw from the chain of the given mass on a ring of `sites`.
    ///
    /// Cost: N²/2 for the correlations and about `500 N M` for the fit, spread over threads; 40 ms for N = 1024.
    #[must_use]
    pub fn new(mass: f64, sites: usize) -> Self {
        let chain = QuantumIsingChain::new(mass, sites);
        let bonds = BondProcess::new(mass, &chain);
        Self { mass, chain, bonds }
    }

    /// Fermion mass m.
    #[must_use]
    pub fn mass(&self) -> f64 {
        self.mass
    }

    /// Number of sites N.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.chain.sites()
    }

    /// Exponentials M in use; `None` where the full matrix is faster.
    #[must_use]
    pub fn modes(&self) -> Option<usize> {
        self.bonds.modes()
    }

    /// Cost of one sample, to choose pieces of work by: `N M²`, or `N³/6` where the full matrix is in use, in
    /// units of about 0.4 ns of one thread (opt-level 3): N = 256 at m = 0 takes 0.4 ms.
    #[must_use]
    pub fn cost_of_sample(&self) -> f64 {
        let n = self.sites() as f64;
        self.bonds.modes().map_or(n * n / 6.0, |modes| (modes * modes) as f64) * n
    }

    /// `samples` independent configurations and the `ln P` of each.
    #[must_use]
    pub fn sample(&self, samples: usize, seed: u64, stream_name: &str) -> (SpinSamples, Vec<f64>) {
        let mut drawn = SpinSamples::all_down(samples, self.sites());
        let mut log_probability = vec![0.0; samples];
        self.sample_rows(&mut drawn, &mut log_probability, 0..samples, seed, stream_name);
        (drawn, log_probability)
    }

    /// Draws only some samples (`rows`) into a set made for all of them, with `ln P` at the same indices:
    /// [`Self::sample`] in pieces, with the same result. Rows outside the set are passed over.
    ///
    /// Row s comes from the random stream `(seed, stream_name, s)`: the result is the same for any number of
    /// threads, any pieces and any order, and a larger set begins with the smaller one.
    pub fn sample_rows(
        &self,
        drawn: &mut SpinSamples,
        log_probability: &mut [f64],
        rows: Range<usize>,
        seed: u64,
        stream_name: &str,
    ) {
        assert_eq!(drawn.sites(), self.sites(), "samples of another chain");
        assert_eq!(log_probability.len(), drawn.samples(), "one logarithm for each sample");
        let rows = rows.start.min(drawn.samples())..rows.end.min(drawn.samples());
        let spins: Vec<Vec<bool>> = log_probability[rows.clone()]
            .par_iter_mut()
            .enumerate()
            .with_max_len(16)
            .map_init(Workspace::default, |workspace, (i, log)| {
                let mut random = stream(seed, stream_name, (rows.start + i) as u64);
                let mut up = vec![false; self.sites()];
                *log = self.draw(workspace, &mut random, &mut up);
                up
            })
            .collect();
        for (row, spins) in rows.zip(&spins) {
            for (site, &up) in spins.iter().enumerate() {
                drawn.set(row, site, up);
            }
        }
    }

    /// One configuration; returns its `ln P`.
    fn draw(&self, workspace: &mut Workspace, random: &mut Stream, up: &mut [bool]) -> f64 {
        let mut last = random.next_u64() >> 63 == 1;
        up[0] = last;
        let mut log = -LN_2;
        self.bonds.walk(workspace, SMALLEST_CHANCE, |k, b| {
            // 53 random bits, a multiple of 2⁻⁵³ in [0, 1).
            let uniform = (random.next_u64() >> 11) as f64 * (0.5 * f64::EPSILON);
            let s = if uniform < 0.5 * (1.0 + b) { 1.0 } else { -1.0 };
            last = last == (s > 0.0);
            up[k + 1] = last;
            log += half_log(1.0 + s * b);
            s
        });
        log
    }

    /// `ln P(v)` of one sample, drawn by whatever means. Cost as that of drawing it.
    #[must_use]
    pub fn log_probability(&self, samples: &SpinSamples, sample: usize) -> f64 {
        assert_eq!(samples.sites(), self.sites(), "samples of another chain");
        let mut log = -LN_2;
        self.bonds.walk(&mut Workspace::default(), SMALLEST_CHANCE, |k, b| {
            let s = if samples.is_up(sample, k) == samples.is_up(sample, k + 1) { 1.0 } else { -1.0 };
            log += half_log(1.0 + s * b);
            s
        });
        log
    }

    /// `⟨v_i v_{i+1}⟩ = −G_{−1}`, exact; at m = 0 it is `1/(N sin(π/2N))`.
    #[must_use]
    pub fn neighbour_correlation(&self) -> f64 {
        -self.chain.majorana_correlation(-1)
    }

    /// `⟨v_i v_{i+r}⟩ = det[−G_{a−b−1}]`, a, b = 0 … r − 1, for `distance` r in either direction round the ring.
    ///
    /// Absolute error about 10⁻¹⁵ r: a value below that is noise. Cost about `4 r³` with r ≤ N/2.
    #[must_use]
    pub fn correlation(&self, distance: usize) -> f64 {
        let r = distance % self.sites();
        self.leading_minors(r.min(self.sites() - r)).last().copied().unwrap_or(1.0)
    }

    /// [`Self::correlation`] of all distances 0 … N/2 at the cost of the last.
    #[must_use]
    pub fn correlations(&self) -> Vec<f64> {
        let mut all = vec![1.0];
        all.extend(self.leading_minors(self.sites() / 2));
        all
    }

    /// ξ in sites, `1/artanh|m|`: the decay `⟨v_0 v_r⟩ ∝ r^{−½} e^{−r/ξ}` for m > 0; the connected part for m < 0
    /// has half of it. `+∞` at m = 0.
    #[must_use]
    pub fn correlation_length(&self) -> f64 {
        fermion::correlation_length(self.mass)
    }

    /// Determinants of the blocks 1 … `size` of A from its corner, by an orthogonal factorisation that
    /// gains a row and a column at a time: unlike elimination without pivots it is stable
    /// where the determinants become tiny.
    fn leading_minors(&self, size: usize) -> Vec<f64> {
        let entry = |j: usize, k: usize| -self.chain.majorana_correlation(j as i64 - k as i64 - 1);
        // Column k of the triangle; rotation i of row n mixed it with row i.
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(size);
        let mut rotations: Vec<Vec<(f64, f64)>> = Vec::with_capacity(size);
        let mut minors = Vec::with_capacity(size);
        for n in 0..size {
            let mut column: Vec<f64> = (0..n).map(|j| entry(j, n)).collect();
            for (row, rotations) in rotations.iter().enumerate() {
                let mut below = column[row];
                for (above, (c, s)) in column.iter_mut().zip(rotations) {
                    (*above, below) = (c * *above + s * below, c * below - s * *above);
                }
                column[row] = below;
            }
            let mut new_row: Vec<f64> = (0..n).map(|k| entry(n, k)).collect();
            let mut corner = entry(n, n);
            let mut turns = Vec::with_capacity(n);
            for i in 0..n {
                let length = columns[i][i].hypot(new_row[i]);
                let (c, s) =
                    if length > 0.0 { (columns[i][i] / length, new_row[i] / length) } else { (1.0, 0.0) };
                for k in i..n {
                    let (above, below) = (columns[k][i], new_row[k]);
                    columns[k][i] = c * above + s * below;
                    new_row[k] = c * below - s * above;
                }
                (column[i], corner) = (c * column[i] + s * corner, c * corner - s * column[i]);
                turns.push((c, s));
            }
            column.push(corner);
            columns.push(column);
            rotations.push(turns);
            minors.push(columns.iter().enumerate().map(|(i, column)| column[i]).product());
        }
        minors
    }
}

/// `ln(x/2)` of a chance held above [`SMALLEST_CHANCE`].
fn half_log(chance: f64) -> f64 {
    (0.5 * chance.max(SMALLEST_CHANCE)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;
    use crate::numerics::least_squares::fit_line;
    use crate::numerics::statistics::Summary;
    use approx::assert_abs_diff_eq;
    use faer::{Mat, Side};

    /// |ψ₀|² of all configurations by diagonalising the Hamiltonian; bit i of the index is site i.
    fn ground_state_probabilities(mass: f64, sites: usize) -> Vec<f64> {
        let (j, h) = ((1.0 - mass).sqrt(), (1.0 + mass).sqrt());
        let spin = |state: usize, i: usize| if state >> (i % sites) & 1 == 1 { 1.0 } else { -1.0 };
        let hamiltonian = Mat::from_fn(1 << sites, 1 << sites, |a: usize, b: usize| {
            if a == b {
                -j * (0..sites).map(|i| spin(a, i) * spin(a, i + 1)).sum::<f64>()
            } else if (a ^ b).is_power_of_two() {
                -h
            } else {
                0.0
            }
        });
        // Eigenvalues come in rising order. On the ordered side the lowest odd state is so close that the
        // solver may mix it in: keep the part that is even under v → −v.
        let states = hamiltonian.self_adjoint_eigen(Side::Lower).unwrap();
        let flipped = |a: usize| a ^ ((1 << sites) - 1);
        let even: Vec<f64> =
            (0..1 << sites).map(|a| 0.5 * (states.U()[(a, 0)] + states.U()[(flipped(a), 0)])).collect();
        let norm: f64 = even.iter().map(|x| x * x).sum();
        even.iter().map(|x| x * x / norm).collect()
    }

    fn all_states(sites: usize) -> SpinSamples {
        let mut states = SpinSamples::all_down(1 << sites, sites);
        for state in 0..1 << sites {
            (0..sites).for_each(|i| states.set(state, i, state >> i & 1 == 1));
        }
        states
    }

    fn mean_over_rows(drawn: &SpinSamples, f: impl Fn(&SpinSamples) -> f64) -> Summary {
        (0..drawn.samples()).map(|s| f(&drawn.subset(s..s + 1))).collect()
    }

    #[test]
    fn probabilities_are_those_of_the_ground_state() {
        for mass in [0.0, 0.3, -0.3, 0.95, -0.9] {
            let exact = ground_state_probabilities(mass, 8);
            let sampler = QuantumIsingSampler::new(mass, 8);
            let states = all_states(8);
            for (state, p) in exact.iter().enumerate() {
                assert_abs_diff_eq!(sampler.log_probability(&states, state).exp(), *p, epsilon = 1e-12);
            }
            let correlation = |r: usize| -> f64 {
                let pair = |state: usize| if (state ^ state >> r) & 1 == 0 { 1.0 } else { -1.0 };
                exact.iter().enumerate().map(|(state, p)| p * pair(state)).sum()
            };
            for r in 0..8 {
                assert_abs_diff_eq!(sampler.correlation(r), correlation(r), epsilon = 1e-12);
            }
            assert_abs_diff_eq!(sampler.neighbour_correlation(), correlation(1), epsilon = 1e-12);
        }
    }

    #[test]
    fn every_state_has_its_frequency() {
        // Pearson's χ² over the 2⁸ states, those expected under 5 times put together: mean = dof, variance
        // about 2 dof (2.2 for the small counts), five standard deviations.
        const SAMPLES: usize = 100_000;
        for mass in [0.0, 0.3, -0.3] {
            let exact = ground_state_probabilities(mass, 8);
            let (drawn, log) = QuantumIsingSampler::new(mass, 8).sample(SAMPLES, 5, "frequencies");
            let mut seen = vec![0_u32; 256];
            for (s, log) in log.iter().enumerate() {
                let state = (0..8).fold(0, |bits, i| bits | usize::from(drawn.is_up(s, i)) << i);
                assert_abs_diff_eq!(log.exp(), exact[state], epsilon = 1e-12);
                seen[state] += 1;
            }
            let (mut chi2, mut dof, mut rare, mut rare_seen) = (0.0, -1.0, 0.0, 0.0);
            for (&count, p) in seen.iter().zip(&exact) {
                let expected = p * SAMPLES as f64;
                if expected >= 5.0 {
                    chi2 += (f64::from(count) - expected).powi(2) / expected;
                    dof += 1.0;
                } else {
                    rare += expected;
                    rare_seen += f64::from(count);
                }
            }
            if rare >= 5.0 {
                chi2 += (rare_seen - rare).powi(2) / rare;
                dof += 1.0;
            }
            assert!((chi2 - dof).abs() < 5.0 * (2.2 * dof).sqrt(), "mass {mass}: χ² {chi2} of {dof}");
        }
    }

    #[test]
    fn correlations_have_their_closed_forms() {
        for n in [8, 64, 256] {
            let sampler = QuantumIsingSampler::new(0.0, n);
            let exact = 1.0 / (n as f64 * (std::f64::consts::PI / (2 * n) as f64).sin());
            assert_abs_diff_eq!(sampler.neighbour_correlation(), exact, epsilon = 1e-13);
            // A Cauchy determinant at m = 0: with x = π/2N,
            // ⟨v_0 v_{r+1}⟩/⟨v_0 v_r⟩ = [N sin x]⁻¹ Π_{d=1…r} sin²(2dx)/[sin((2d−1)x) sin((2d+1)x)].
            let x = std::f64::consts::PI / (2 * n) as f64;
            let (mut ratio, mut expected) = (exact, 1.0);
            for (r, found) in sampler.correlations().iter().enumerate() {
                assert_abs_diff_eq!(*found, expected, epsilon = 1e-15 * (10 + 4 * r) as f64);
                expected *= ratio;
                let d = (r + 1) as f64;
                ratio *=
                    (2.0 * d * x).sin().powi(2) / (((2.0 * d - 1.0) * x).sin() * ((2.0 * d + 1.0) * x).sin());
            }
        }
    }

    #[test]
    fn correlation_decays_with_the_formulas_length() {
        // √r ⟨v v⟩ = e^{−r/ξ} (1 + O(ξ/r)/8): the slope between r and 2r is off by less than ξ²/(8 r²) of itself.
        for (mass, sites, near) in [(0.1, 256, 40), (0.3, 128, 20)] {
            let sampler = QuantumIsingSampler::new(mass, sites);
            let points: Vec<(f64, f64)> = sampler
                .correlations()
                .iter()
                .enumerate()
                .filter(|(r, _)| (near..2 * near).contains(r))
                .map(|(r, vv)| (r as f64, (vv * (r as f64).sqrt()).ln()))
                .collect();
            let found = -1.0 / fit_line(&points).unwrap().slope;
            let xi = sampler.correlation_length();
            assert_abs_diff_eq!(found, xi, epsilon = xi * (xi / near as f64).powi(2) / 8.0);
        }
        // The ordered side keeps a constant: the square of the magnetisation, [1 − (h/J)²]^{1/4}.
        let ordered = QuantumIsingSampler::new(-0.3, 256);
        let squared = (1.0 - 0.7 / 1.3_f64).powf(0.25);
        assert_abs_diff_eq!(ordered.correlation(128), squared, epsilon = 1e-12);
    }

    #[test]
    fn sampled_means_are_the_exact_ones() {
        // Independent rows; five standard errors of the mean over rows.
        for (mass, sites) in [(0.0, 256), (0.1, 256), (-0.1, 256), (0.3, 64)] {
            let sampler = QuantumIsingSampler::new(mass, sites);
            let (drawn, log) = sampler.sample(1000, 11, "means");
            for r in [1, 2, 7, sites / 2] {
                let vv = mean_over_rows(&drawn, |row| row.correlation(r, Boundary::Ring));
                let off = (vv.mean() - sampler.correlation(r)).abs();
                assert!(off <= 5.0 * vv.std_error(), "mass {mass}, r = {r}: {off} of {}", vv.std_error());
            }
            let m = mean_over_rows(&drawn, SpinSamples::magnetisation);
            assert!(m.mean().abs() <= 5.0 * m.std_error());
            for s in [0, 499, 999] {
                assert_abs_diff_eq!(sampler.log_probability(&drawn, s), log[s], epsilon = 1e-10);
            }
        }
    }

    #[test]
    fn correlation_length_can_be_fitted_to_samples() {
        let (mass, sites, rows, parts) = (0.1, 256, 2000, 10);
        let (drawn, _) = QuantumIsingSampler::new(mass, sites).sample(rows, 3, "fit");
        // Ten parts give ten fits and so the error of their mean; 5 ≤ r < 25 bends the slope by
        // up to ξ²/(8 r²) at its near end, a tenth on the whole.
        let fits: Summary = (0..parts)
            .map(|part| {
                let set = drawn.subset(part * rows / parts..(part + 1) * rows / parts);
                let points: Vec<(f64, f64)> = (5..25)
                    .map(|r| (r as f64, (set.correlation(r, Boundary::Ring) * (r as f64).sqrt()).ln()))
                    .collect();
                -fit_line(&points).unwrap().slope
            })
            .collect();
        let exact = 1.0 / fermion::correlation_length(mass);
        let off = (fits.mean() - exact).abs();
        assert!(off <= 5.0 * fits.std_error() + 0.1 * exact, "1/ξ {} against {exact}", fits.mean());
    }

    #[test]
    fn samples_are_the_same_in_pieces_and_on_any_number_of_threads() {
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| QuantumIsingSampler::new(0.05, 160).sample(100, 3, "threads"))
        };
        let (whole, log) = with(1);
        assert_eq!((whole.clone(), log.clone()), with(2));
        let sampler = QuantumIsingSampler::new(0.05, 160);
        assert!(sampler.modes().is_some());
        let mut pieces = SpinSamples::all_down(100, 160);
        let mut piece_log = vec![0.0; 100];
        for rows in [70..500, 0..1, 1..70, 300..301] {
            sampler.sample_rows(&mut pieces, &mut piece_log, rows, 3, "threads");
        }
        assert_eq!((pieces, piece_log), (whole.clone(), log));
        assert_eq!(sampler.sample(30, 3, "threads").0, whole.subset(0..30));
        assert_ne!(sampler.sample(30, 4, "threads").0, whole.subset(0..30));
        assert!(sampler.sample(0, 3, "threads").1.is_empty());
    }

    #[test]
    fn nearly_certain_bonds_stay_finite() {
        for (mass, sites) in [(-0.999_999, 64), (-0.9999, 256), (0.999_999, 64), (0.0, 2), (0.4, 3)] {
            let sampler = QuantumIsingSampler::new(mass, sites);
            let (drawn, log) = sampler.sample(50, 1, "ends");
            assert!(log.iter().all(|log| log.is_finite() && *log <= 0.0));
            let vv = drawn.correlation(1, Boundary::Ring);
            assert!((vv - sampler.neighbour_correlation()).abs() < 0.5);
            let mut alternating = SpinSamples::all_down(1, sites);
            (0..sites).step_by(2).for_each(|i| alternating.set(0, i, true));
            assert!(sampler.log_probability(&alternating, 0).is_finite());
        }
    }
}
