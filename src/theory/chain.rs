//! The classical spin chain with field, neighbour and three-spin coupling, solved by its transfer matrix.

use faer::Mat;

use crate::lattice::{Boundary, SpinSamples};
use crate::numerics::stable::{LN_2, log_add_exp, log_sum_exp, log_two_cosh};

/// Couplings of the chain `P(v) = exp(K1 Σ v_i + K2 Σ v_i v_{i+1} + K3 Σ v_i v_{i+1} v_{i+2}) / Z`,
/// `v_i = ±1` (ferromagnetic coupling positive: Gan and Shu 2017, eq. 1, write the opposite sign).
///
/// On a ring all N terms of each kind are present and indices wrap, whatever N: a ring of two sites has
/// two bonds between them, a ring of one site is its own neighbour (`v·v = 1`). A line has N, N − 1 and
/// N − 2 terms. All results are exact for every finite coupling: sums of weights are taken in the log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassicalChain {
    /// Field K1 on each spin.
    pub k1: f64,
    /// Coupling K2 of neighbours.
    pub k2: f64,
    /// Coupling K3 of three spins in a row.
    pub k3: f64,
}

/// Logarithms of something for each pair `(v_i, v_{i+1})`; index `2·[v_i up] + [v_{i+1} up]`.
pub(super) type PairLogs = [f64; 4];

/// Spins of a pair from its index.
pub(super) fn pair_spins(pair: usize) -> (f64, f64) {
    (SPIN[pair / 2], SPIN[pair % 2])
}

/// Spin of a bit: 0 is down, 1 is up.
pub(super) const SPIN: [f64; 2] = [-1.0, 1.0];

impl ClassicalChain {
    /// `F = −ln Z` of `sites` ≥ 1 spins (kT = 1).
    ///
    /// Ring: `Z = Tr Tᴺ` with the 4×4 matrix T of neighbouring pairs; line: the pair weight times `T^(N−2)`.
    /// Relative error about 10⁻¹⁵ log₂ N. Cost O(log N). Source: Gan and Shu 2017, eq. 2.
    #[must_use]
    pub fn free_energy(&self, sites: usize, boundary: Boundary) -> f64 {
        let dummy = if sites == 1 && boundary == Boundary::Line { LN_2 } else { 0.0 };
        dummy - log_sum_exp(&self.first_pair(sites, boundary))
    }

    /// Mean spin `⟨v⟩`, averaged over the `sites` ≥ 1 sites.
    ///
    /// Absolute error about 10⁻¹⁵. Cost O(log N) on a ring, O(N) on a line, whose ends differ.
    #[must_use]
    pub fn magnetisation(&self, sites: usize, boundary: Boundary) -> f64 {
        let signs = [-1.0, -1.0, 1.0, 1.0];
        if boundary == Boundary::Ring || sites == 1 {
            return signed_mean(&self.first_pair(sites, boundary), &signs);
        }
        let beyond = self.beyond(sites - 2);
        let pair = |i: usize| -> PairLogs {
            std::array::from_fn(|s| beyond[i][mirrored(s)] + self.log_pair(s) + beyond[sites - 2 - i][s])
        };
        // The first spins of all pairs, and the second of the last; by symmetry that is the first of pair 0.
        let total: f64 = (0..sites - 1).map(|i| signed_mean(&pair(i), &signs)).sum();
        (total + signed_mean(&pair(0), &signs)) / sites as f64
    }

    /// Mean of `v_i v_{i+distance}` over the sites `i` that have such a partner: all on a ring (the
    /// partner is `(i + distance) mod N`), `sites − distance` on a line; 0 where there is none.
    ///
    /// The same convention as [`SpinSamples::correlation`]. Not connected: `⟨v⟩²` is not subtracted.
    /// For K1 = K3 = 0 the closed form `(t^r + t^(N−r))/(1 + t^N)`, `t = tanh K2` (`t^r` on a line) keeps
    /// the relative accuracy of tiny values; otherwise the absolute error is about 10⁻¹⁶ N.
    /// Cost O(log N) on a ring, O(N) on a line.
    #[must_use]
    pub fn correlation(&self, distance: usize, sites: usize, boundary: Boundary) -> f64 {
        assert!(sites >= 1, "a chain has at least one site");
        let distance = match boundary {
            Boundary::Ring => distance % sites,
            Boundary::Line if distance >= sites => return 0.0,
            Boundary::Line => distance,
        };
        if distance == 0 {
            return 1.0;
        }
        if self.k1 == 0.0 && self.k3 == 0.0 {
            let power = |r: usize| self.k2.tanh().powf(r as f64);
            return match boundary {
                Boundary::Ring => (power(distance) + power(sites - distance)) / (1.0 + power(sites)),
                Boundary::Line => power(distance),
            };
        }
        self.correlation_by_transfer(distance, sites, boundary)
    }

    /// [`Self::correlation`] for 0 < distance < sites and any couplings.
    fn correlation_by_transfer(&self, distance: usize, sites: usize, boundary: Boundary) -> f64 {
        let mut logs = [0.0; 16];
        if boundary == Boundary::Ring {
            // Tr[S T^r S T^(N−r)] / Tr Tᴺ, S the first spin of a pair.
            let (there, back) = (self.log_power(distance), self.log_power(sites - distance));
            let signs: [f64; 16] = std::array::from_fn(|e| pair_spins(e / 4).0 * pair_spins(e % 4).0);
            for (e, log) in logs.iter_mut().enumerate() {
                *log = there[e / 4][e % 4] + back[e % 4][e / 4];
            }
            return signed_mean(&logs, &signs);
        }
        // From the pair that begins with v_i to the pair that ends with v_{i+r}: both exist for every i.
        let between = self.log_power(distance - 1);
        let signs: [f64; 16] = std::array::from_fn(|e| pair_spins(e / 4).0 * pair_spins(e % 4).1);
        let partners = sites - distance;
        let beyond = self.beyond(partners - 1);
        let total: f64 = (0..partners)
            .map(|i| {
                for (e, log) in logs.iter_mut().enumerate() {
                    let (s, t) = (e / 4, e % 4);
                    *log = beyond[i][mirrored(s)]
                        + self.log_pair(s)
                        + between[s][t]
                        + beyond[partners - 1 - i][t];
                }
                signed_mean(&logs, &signs)
            })
            .sum();
        total / partners as f64
    }

    /// Correlation length ξ in sites of the infinite chain, `1/ln(|λ0|/|λ1|)` with the two largest
    /// moduli among the eigenvalues of the 4×4 pair transfer matrix (which is not symmetric).
    ///
    /// K3 = 0: closed forms of the 2×2 matrix, exact to rounding also where ξ is huge;
    /// K1 = K3 = 0: `−1/ln|tanh K2| = 1/(2 artanh e^(−2|K2|))`. 0 for a chain without memory.
    /// K3 ≠ 0: relative error about 10⁻¹⁵ ξ, couplings up to about 100 together; K1 = K2 = 0:
    /// `−3/(2 ln|tanh K3|)`.
    #[must_use]
    pub fn correlation_length(&self) -> f64 {
        if self.k3 == 0.0 {
            return 1.0 / self.pair_gap();
        }
        // Dividing by the largest weight leaves the ratio as it is and nothing overflows.
        let largest = self.k1.abs() + self.k2.abs() + self.k3.abs();
        let matrix =
            Mat::from_fn(
                4,
                4,
                |s, t| {
                    if s % 2 == t / 2 { (self.log_step(s, t % 2) - largest).exp() } else { 0.0 }
                },
            );
        let mut moduli: Vec<f64> = matrix
            .eigenvalues()
            .expect("QR iteration converges on a finite 4×4 matrix")
            .iter()
            .map(|z| z.re.hypot(z.im))
            .collect();
        moduli.sort_by(|a, b| b.total_cmp(a));
        1.0 / (moduli[0] / moduli[1]).ln()
    }

    /// `ln(λ0/|λ1|)` for K3 = 0, from `λ0 λ1 = 2 sinh 2K2` and
    /// `λ0 = e^K2 cosh K1 + √(e^(2 K2) sinh² K1 + e^(−2 K2))`, with `e^(2|K2|)` divided out.
    fn pair_gap(&self) -> f64 {
        let q = (-2.0 * self.k2.abs()).exp();
        let largest_less_one = if self.k2 >= 0.0 {
            2.0 * (0.5 * self.k1).sinh().powi(2) + self.k1.sinh().hypot(q)
        } else {
            let exponent = |field: f64| (field - 2.0 * self.k2.abs()).exp();
            let (along, against) = (exponent(self.k1.abs()), exponent(-self.k1.abs()));
            if along == f64::INFINITY {
                return f64::INFINITY;
            }
            let (q_cosh, q_sinh) = (0.5 * (along + against), 0.5 * (along - against));
            q_cosh + q_sinh * (q_sinh / (1.0 + q_sinh.hypot(1.0)))
        };
        2.0 * largest_less_one.ln_1p() - (-q * q).ln_1p()
    }

    /// The couplings that the other half of the spins feel when every second one is summed over.
    ///
    /// `K2′ = ¼ ln[1 + (sinh 2K2 / cosh K1)²]`, the same as `¼ ln[cosh(2K2+K1) cosh(2K2−K1)/cosh² K1]` but
    /// free of cancellation at small and of overflow at large K2, and
    /// `K1′ = K1 + ½ ln[cosh(2K2+K1)/cosh(2K2−K1)]`; for K1 = 0 it is `tanh K2′ = tanh² K2`.
    /// Exact on a ring of an even number of sites. `None` for K3 ≠ 0: the remaining spins do not form such
    /// a chain.
    #[must_use]
    pub fn decimated(&self) -> Option<Self> {
        if self.k3 != 0.0 {
            return None;
        }
        let x = 2.0 * self.k2.abs();
        let log_two_sinh = x + (-(-2.0 * x).exp_m1()).ln();
        let k2 = 0.25 * log_add_exp(0.0, 2.0 * (log_two_sinh - log_two_cosh(self.k1)));
        let (with, against) = (2.0 * self.k2 + self.k1, 2.0 * self.k2 - self.k1);
        let k1 = self.k1 + 0.5 * (log_two_cosh(with) - log_two_cosh(against));
        Some(Self { k1, k2, k3: 0.0 })
    }

    /// `ln P(v)` of one sample, exact.
    ///
    /// Cost O(N); for many samples take [`Self::log_weight`] of each and add [`Self::free_energy`] once.
    #[must_use]
    pub fn log_probability(&self, samples: &SpinSamples, sample: usize, boundary: Boundary) -> f64 {
        self.log_weight(samples, sample, boundary) + self.free_energy(samples.sites(), boundary)
    }

    /// The exponent `K1 Σ v_i + K2 Σ v_i v_{i+1} + K3 Σ v_i v_{i+1} v_{i+2}` of one sample: `ln P + ln Z`.
    #[must_use]
    pub fn log_weight(&self, samples: &SpinSamples, sample: usize, boundary: Boundary) -> f64 {
        let sites = samples.sites();
        let present = |last: usize| boundary == Boundary::Ring || last < sites;
        let (mut one, mut two, mut three) = (0_i64, 0_i64, 0_i64);
        for i in 0..sites {
            let spin = |site: usize| i64::from(samples.spin(sample, site % sites));
            one += spin(i);
            if present(i + 1) {
                two += spin(i) * spin(i + 1);
            }
            if present(i + 2) {
                three += spin(i) * spin(i + 1) * spin(i + 2);
            }
        }
        self.k1 * one as f64 + self.k2 * two as f64 + self.k3 * three as f64
    }

    /// Logarithm of the weight that the spin of bit `next` adds after the pair.
    pub(super) fn log_step(&self, pair: usize, next: usize) -> f64 {
        let ((x, y), z) = (pair_spins(pair), SPIN[next]);
        z * (self.k1 + y * (self.k2 + x * self.k3))
    }

    /// Logarithm of the weight of a pair by itself.
    fn log_pair(&self, pair: usize) -> f64 {
        let (x, y) = pair_spins(pair);
        self.k1 * (x + y) + self.k2 * x * y
    }

    /// Logarithms of the total weights of all configurations with a given first pair `(v_0, v_1)`.
    ///
    /// A line of one site has no second spin: a dummy, up or down alike, stands in for it.
    pub(super) fn first_pair(&self, sites: usize, boundary: Boundary) -> PairLogs {
        assert!(sites >= 1, "a chain has at least one site");
        match boundary {
            Boundary::Ring => {
                let power = self.log_power(sites);
                std::array::from_fn(|s| power[s][s])
            }
            Boundary::Line if sites == 1 => std::array::from_fn(|s| self.k1 * pair_spins(s).0),
            Boundary::Line => {
                let power = self.log_power(sites - 2);
                std::array::from_fn(|s| self.log_pair(s) + log_sum_exp(&power[s]))
            }
        }
    }

    /// One step of the weights of what follows a pair: `ln Σ_z e^{step(x,y,z)} e^{after(y,z)}`, for each `(x, y)`.
    pub(super) fn step_back(&self, after: &PairLogs) -> PairLogs {
        std::array::from_fn(|s| {
            let term = |z: usize| self.log_step(s, z) + after[2 * (s % 2) + z];
            log_add_exp(term(0), term(1))
        })
    }

    /// Entry n: logarithm of the summed weight of n more spins beyond a pair, n = 0…`steps`, each up to a constant.
    ///
    /// The three terms of the energy are mirror-symmetric, so the same serves both directions.
    fn beyond(&self, steps: usize) -> Vec<PairLogs> {
        let mut all = Vec::with_capacity(steps + 1);
        let mut after: PairLogs = [0.0; 4];
        all.push(after);
        for _ in 0..steps {
            after = self.step_back(&after);
            level(&mut after);
            all.push(after);
        }
        all
    }

    /// `ln (Tⁿ)` by entries; `T⁰` is the identity. Squaring, all terms positive: cost O(log n).
    pub(super) fn log_power(&self, mut n: usize) -> [PairLogs; 4] {
        let mut square: [PairLogs; 4] = std::array::from_fn(|s| {
            std::array::from_fn(|t| if s % 2 == t / 2 { self.log_step(s, t % 2) } else { f64::NEG_INFINITY })
        });
        let mut power: [PairLogs; 4] =
            std::array::from_fn(|s| std::array::from_fn(|t| if s == t { 0.0 } else { f64::NEG_INFINITY }));
        while n > 0 {
            if n % 2 == 1 {
                power = log_product(&power, &square);
            }
            n /= 2;
            if n > 0 {
                square = log_product(&square, &square);
            }
        }
        power
    }
}

/// Subtracts the largest entry: only differences matter to probabilities, and rounding stays that of small numbers.
pub(super) fn level(logs: &mut PairLogs) {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for log in logs {
        *log -= largest;
    }
}

/// The pair read from right to left.
fn mirrored(pair: usize) -> usize {
    2 * (pair % 2) + pair / 2
}

/// The product of two matrices given by the logarithms of their entries.
fn log_product(a: &[PairLogs; 4], b: &[PairLogs; 4]) -> [PairLogs; 4] {
    std::array::from_fn(|s| {
        std::array::from_fn(|t| log_sum_exp(&std::array::from_fn::<f64, 4, _>(|k| a[s][k] + b[k][t])))
    })
}

/// `Σ sign e^log / Σ e^log`.
fn signed_mean(logs: &[f64], signs: &[f64]) -> f64 {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (mut sum, mut norm) = (0.0, 0.0);
    for (log, sign) in logs.iter().zip(signs) {
        let weight = (log - largest).exp();
        sum += sign * weight;
        norm += weight;
    }
    sum / norm
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    const BOTH: [Boundary; 2] = [Boundary::Ring, Boundary::Line];

    fn chain(k1: f64, k2: f64, k3: f64) -> ClassicalChain {
        ClassicalChain { k1, k2, k3 }
    }

    /// All 2ᴺ configurations; bit i of the sample's number is site i.
    fn all_states(sites: usize) -> SpinSamples {
        let mut states = SpinSamples::all_down(1 << sites, sites);
        for state in 0..1 << sites {
            for site in 0..sites {
                states.set(state, site, state >> site & 1 == 1);
            }
        }
        states
    }

    /// Weights by the definition, with spins as floats: nothing shared with the code under test.
    fn weights(c: ClassicalChain, sites: usize, boundary: Boundary) -> Vec<f64> {
        (0..1_usize << sites)
            .map(|state| {
                let v = |i: usize| if state >> (i % sites) & 1 == 1 { 1.0 } else { -1.0 };
                let terms = |reach: usize| match boundary {
                    Boundary::Ring => sites,
                    Boundary::Line => sites.saturating_sub(reach),
                };
                let one: f64 = (0..sites).map(v).sum();
                let two: f64 = (0..terms(1)).map(|i| v(i) * v(i + 1)).sum();
                let three: f64 = (0..terms(2)).map(|i| v(i) * v(i + 1) * v(i + 2)).sum();
                (c.k1 * one + c.k2 * two + c.k3 * three).exp()
            })
            .collect()
    }

    #[test]
    fn everything_equals_the_sum_over_all_states() {
        // Sums of 2¹⁰ terms that are exact to ε each: 10⁻¹² leaves room for the rounding of both sides.
        for c in [chain(0.3, 0.7, -0.4), chain(-0.6, -1.1, 0.5), chain(2.0, 4.0, -2.0), chain(0.0, 0.8, 0.0)]
        {
            for (sites, boundary) in (1..=10).flat_map(|n| BOTH.map(|b| (n, b))) {
                let weights = weights(c, sites, boundary);
                let z: f64 = weights.iter().sum();
                assert_relative_eq!(
                    c.free_energy(sites, boundary),
                    -z.ln(),
                    max_relative = 1e-12,
                    epsilon = 1e-12
                );
                let states = all_states(sites);
                let mean = |f: &dyn Fn(&SpinSamples) -> f64| -> f64 {
                    (0..weights.len()).map(|s| weights[s] / z * f(&states.subset(s..s + 1))).sum()
                };
                let magnetisation = mean(&SpinSamples::magnetisation);
                assert_abs_diff_eq!(c.magnetisation(sites, boundary), magnetisation, epsilon = 1e-12);
                for r in 0..=sites + 1 {
                    let correlation = mean(&|s| s.correlation(r, boundary));
                    assert_abs_diff_eq!(c.correlation(r, sites, boundary), correlation, epsilon = 1e-12);
                }
                for state in (0..weights.len()).step_by(7) {
                    let log = c.log_probability(&states, state, boundary);
                    assert_abs_diff_eq!(log, (weights[state] / z).ln(), epsilon = 1e-11);
                }
            }
        }
    }

    #[test]
    fn closed_form_of_the_correlation_is_the_transfer_matrix() {
        for (k2, boundary) in [0.5, -1.5, 4.0].into_iter().flat_map(|k| BOTH.map(|b| (k, b))) {
            let c = chain(0.0, k2, 0.0);
            for r in [1, 2, 7, 63] {
                // 10⁻¹⁶ N of the general way, times ten.
                let general = c.correlation_by_transfer(r, 64, boundary);
                assert_abs_diff_eq!(c.correlation(r, 64, boundary), general, epsilon = 1e-13);
            }
        }
    }

    #[test]
    fn free_energy_of_the_ring_is_that_of_two_eigenvalues() {
        // Z = (2cosh K2)ᴺ + (2sinh K2)ᴺ, far beyond the range of f64; the log is exact to a few ε of itself.
        for k2 in [0.4_f64, -1.0, 4.0, 300.0] {
            let n = 1 << 16;
            let exact = -(n as f64 * log_two_cosh(k2) + k2.tanh().powi(n).ln_1p());
            let f = chain(0.0, k2, 0.0).free_energy(n as usize, Boundary::Ring);
            assert_relative_eq!(f, exact, max_relative = 1e-14);
        }
    }

    #[test]
    fn correlation_length_has_its_closed_forms() {
        for k2 in [0.3_f64, -0.3, 1.0, 2.0, -4.0] {
            assert_relative_eq!(
                chain(0.0, k2, 0.0).correlation_length(),
                -1.0 / k2.tanh().abs().ln(),
                max_relative = 1e-11 // the right side loses the digits of 1 − tanh 4
            );
        }
        for k3 in [0.4_f64, -1.3] {
            // Characters of a pair turn into each other in a cycle of three steps with two factors tanh K3.
            let exact = -1.5 / k3.tanh().abs().ln();
            assert_relative_eq!(chain(0.0, 0.0, k3).correlation_length(), exact, max_relative = 1e-12);
        }
        assert_eq!(chain(0.7, 0.0, 0.0).correlation_length(), 0.0);
        assert_eq!(chain(900.0, -20.0, 0.0).correlation_length(), 0.0);
        assert_relative_eq!(
            chain(0.0, 20.0, 0.0).correlation_length(),
            0.5 * 40.0_f64.exp(),
            max_relative = 1e-14
        );
    }

    #[test]
    fn correlation_length_is_the_decay_of_the_connected_correlation() {
        for c in [chain(0.3, 0.9, 0.0), chain(-0.4, -0.8, 0.0), chain(0.1, 0.6, 0.2)] {
            // Real λ1: at r = 12 ξ the ratio over two steps is (λ1/λ0)² up to (λ2/λ1)^r and, since e⁻¹²
            // is left of a correlation known to 10⁻¹⁶ N, up to 10⁻⁸.
            let (n, b) = (256, Boundary::Ring);
            let connected = |r| c.correlation(r, n, b) - c.magnetisation(n, b).powi(2);
            let r = (12.0 * c.correlation_length()) as usize;
            let measured = 2.0 / (connected(r) / connected(r + 2)).ln();
            assert_relative_eq!(c.correlation_length(), measured, max_relative = 1e-6);
        }
        let without_k3 = chain(0.2, -0.7, 0.0);
        let nearly = chain(0.2, -0.7, 1e-13);
        assert_relative_eq!(
            without_k3.correlation_length(),
            nearly.correlation_length(),
            max_relative = 1e-10
        );
    }

    #[test]
    fn decimation_matches_exact_flow() {
        for k in [0.1_f64, 0.5, 1.0, 3.0, -1.0] {
            let next = chain(0.0, k, 0.0).decimated().unwrap();
            assert_eq!(next.k1, 0.0);
            assert_abs_diff_eq!(next.k2.tanh(), k.tanh().powi(2), epsilon = 4.0 * f64::EPSILON);
        }
        // tanh² is blind at both ends: K2′ → K2² and K2 − ½ ln 2.
        assert_relative_eq!(chain(0.0, 1e-9, 0.0).decimated().unwrap().k2, 1e-18, max_relative = 1e-14);
        assert_relative_eq!(chain(0.0, 900.0, 0.0).decimated().unwrap().k2, 900.0 - 0.5 * LN_2);
        assert_eq!(chain(0.0, 0.0, 0.0).decimated(), Some(chain(0.0, 0.0, 0.0)));
        assert_eq!(chain(0.1, 0.2, 0.3).decimated(), None);
    }

    #[test]
    fn decimation_is_the_trace_over_every_other_spin() {
        for c in [chain(0.4, 0.9, 0.0), chain(-1.2, -0.5, 0.0), chain(2.0, 3.0, 0.0)] {
            let fine = weights(c, 8, Boundary::Ring);
            let mut traced = [0.0; 16];
            for (state, weight) in fine.iter().enumerate() {
                let kept = (0..4).fold(0, |bits, i| bits | (state >> (2 * i) & 1) << i);
                traced[kept] += weight;
            }
            let coarse = weights(c.decimated().unwrap(), 4, Boundary::Ring);
            let (z, z_coarse): (f64, f64) = (traced.iter().sum(), coarse.iter().sum());
            for (a, b) in traced.iter().zip(&coarse) {
                assert_relative_eq!(a / z, b / z_coarse, max_relative = 1e-12);
            }
        }
    }
}
