//! Exact statistics of a spin chain whose log weight is a sum over windows of four neighbours.

use super::stable::{normalise, rescale};

/// `P(v) ∝ exp(c + Σ_i t_i(v_i, v_{i+1}, v_{i+2}, v_{i+3}))` for spins v_i = ±1 on a ring or an open
/// line of any number of sites ≥ 1, handled exactly with transfer matrices between triples of spins.
///
/// The same type holds an energy (log weights) and an observable (a local sum whose moments are
/// asked for). Terms of one to four neighbouring spins can be added anywhere. On a ring every term
/// wraps, so on fewer sites than it is long it meets the same spin more than once: two bonds join
/// the two spins of a ring of two, and a bond on a ring of one is a constant. On a line a term that
/// would leave it is absent.
///
/// Cost: O(16 · sites) on a line, eight times that on a ring. Weights are rescaled at every site;
/// log weights that differ by up to some hundreds within a window are safe.
#[derive(Clone, Debug, PartialEq)]
pub struct LocalChain {
    sites: usize,
    is_ring: bool,
    constant: f64,
    /// Log weight by pattern of the window that starts at site i; bit b of the pattern is spin i + b
    /// up. `sites` windows on a ring, `sites − 3` (at least one) on a line.
    windows: Vec<[f64; 16]>,
}

/// Mean and variance of an observable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Expectation value.
    pub mean: f64,
    /// `⟨O²⟩ − ⟨O⟩²`, never negative.
    pub variance: f64,
}

/// Triples of spins (bit b: spin i + b up) by condition: the first triple on a ring (A = 8), none on
/// a line (A = 1).
type Triples<const A: usize> = [[f64; A]; 8];

impl LocalChain {
    /// Log weight zero for every configuration of a ring. Panics for no sites.
    #[must_use]
    pub fn ring(sites: usize) -> Self {
        assert!(sites > 0, "a chain needs at least one site");
        Self { sites, is_ring: true, constant: 0.0, windows: vec![[0.0; 16]; sites] }
    }

    /// Log weight zero for every configuration of an open line. Panics for no sites.
    #[must_use]
    pub fn line(sites: usize) -> Self {
        assert!(sites > 0, "a chain needs at least one site");
        let windows = sites.saturating_sub(3).max(1);
        Self { sites, is_ring: false, constant: 0.0, windows: vec![[0.0; 16]; windows] }
    }

    /// Number of spins.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Whether the last spin is the neighbour of the first.
    #[must_use]
    pub fn is_ring(&self) -> bool {
        self.is_ring
    }

    /// Adds a number to the log weight of every configuration.
    pub fn add_constant(&mut self, constant: f64) {
        self.constant += constant;
    }

    /// Adds `k v_i`. Nothing on a line for `i ≥ sites`.
    pub fn add_field(&mut self, i: usize, k: f64) {
        self.add_product(i, 1, k);
    }

    /// Adds `k v_i v_{i+1}`. Nothing where it would leave a line.
    pub fn add_bond(&mut self, i: usize, k: f64) {
        self.add_product(i, 2, k);
    }

    /// Adds `k v_i v_{i+1} v_{i+2}`. Nothing where it would leave a line.
    pub fn add_triple(&mut self, i: usize, k: f64) {
        self.add_product(i, 3, k);
    }

    fn add_product(&mut self, i: usize, span: usize, k: f64) {
        if self.is_ring || i + span <= self.sites {
            let is_odd = |pattern: usize| (span - pattern.count_ones() as usize) % 2 == 1;
            self.add_window(i as i64, span, |pattern| if is_odd(pattern) { -k } else { k });
        }
    }

    /// Adds any function of the `span` spins (1 to 4) from `start` on. Bit b of the pattern given to
    /// `log_weight` is spin `start + b` up.
    ///
    /// `start` wraps on a ring. On a line all `span` sites must exist; the caller leaves out absent
    /// sites by giving the window of those present. Panics otherwise.
    pub fn add_window(&mut self, start: i64, span: usize, log_weight: impl Fn(usize) -> f64) {
        assert!((1..=4).contains(&span), "a window holds one to four spins, not {span}");
        let (window, shift) = if self.is_ring {
            (start.rem_euclid(self.sites as i64) as usize, 0)
        } else {
            let fits = start >= 0 && start as usize + span <= self.sites;
            assert!(fits, "a window of {span} from {start} leaves a line of {} sites", self.sites);
            let window = (start as usize).min(self.windows.len() - 1);
            (window, start as usize - window)
        };
        let mask = (1 << span) - 1;
        for (pattern, entry) in self.windows[window].iter_mut().enumerate() {
            *entry += log_weight(pattern >> shift & mask);
        }
    }

    /// Adds `factor` times another local sum over the same sites. Panics if the two chains differ in shape.
    pub fn add_scaled(&mut self, other: &Self, factor: f64) {
        self.assert_same_shape(other);
        self.constant += factor * other.constant;
        for (mine, theirs) in self.windows.iter_mut().zip(&other.windows) {
            for (a, b) in mine.iter_mut().zip(theirs) {
                *a += factor * b;
            }
        }
    }

    /// The sum itself, `c + Σ t_i`, for one configuration of ±1.
    #[must_use]
    pub fn log_weight(&self, spins: &[i8]) -> f64 {
        assert_eq!(spins.len(), self.sites, "one spin per site");
        let pattern = |i: usize| {
            (0..4).fold(0, |pattern, b| {
                let site = if self.is_ring { (i + b) % self.sites } else { i + b };
                pattern | usize::from(spins.get(site).is_some_and(|&v| v > 0)) << b
            })
        };
        self.constant + self.windows.iter().enumerate().map(|(i, table)| table[pattern(i)]).sum::<f64>()
    }

    /// `ln Σ_v exp(c + Σ t_i)`, exact. Relative error a few rounding errors per site.
    #[must_use]
    pub fn log_partition(&self) -> f64 {
        if self.is_ring { self.log_partition_given::<8>() } else { self.log_partition_given::<1>() }
    }

    /// Mean and variance of a local sum of the same shape over this distribution, exact.
    ///
    /// First and second moment travel along the chain with the weights. A first pass finds the mean;
    /// the second runs on the centred sum, so that a small variance does not come out as the
    /// difference of two large numbers.
    #[must_use]
    pub fn moments(&self, observable: &Self) -> Moments {
        self.assert_same_shape(observable);
        if self.is_ring { self.moments_given::<8>(observable) } else { self.moments_given::<1>(observable) }
    }

    /// Probability of each of the 16 patterns of every window, exact; bit b is spin i + b up.
    ///
    /// On a line of fewer than four sites there is one window, with the absent spins always down.
    #[must_use]
    pub fn window_marginals(&self) -> Vec<[f64; 16]> {
        if self.is_ring { self.marginals_given::<8>() } else { self.marginals_given::<1>() }
    }

    /// `⟨v_i⟩` of every spin, exact.
    #[must_use]
    pub fn mean_spins(&self) -> Vec<f64> {
        let marginals = self.window_marginals();
        // A line has no windows that begin at its last three spins: those stand in the last one.
        let last = marginals.len() - 1;
        let mean = |site: usize| {
            let window = site.min(last);
            let bit = site - window;
            let sign = |pattern: usize| if pattern >> bit & 1 == 1 { 1.0 } else { -1.0 };
            marginals[window].iter().enumerate().map(|(pattern, p)| sign(pattern) * p).sum()
        };
        (0..self.sites).map(mean).collect()
    }

    fn assert_same_shape(&self, other: &Self) {
        assert!(
            self.sites == other.sites && self.is_ring == other.is_ring,
            "chains of different shape: {} and {} sites",
            self.sites,
            other.sites
        );
    }

    /// Bits of a window that can be up: absent spins of a line shorter than a window are held down.
    fn present_bits(&self) -> usize {
        if self.is_ring || self.sites >= 4 { 15 } else { (1 << self.sites) - 1 }
    }

    /// Weights of all windows scaled to at most one, and the logarithm of what was taken out.
    fn weights(&self) -> (Vec<[f64; 16]>, f64) {
        let present = self.present_bits();
        let mut log_scale = self.constant;
        let weights = self
            .windows
            .iter()
            .map(|table| {
                let largest = (0..16).filter(|p| p & !present == 0).map(|p| table[p]);
                let largest = largest.fold(f64::NEG_INFINITY, f64::max);
                log_scale += largest;
                std::array::from_fn(|p| if p & !present == 0 { (table[p] - largest).exp() } else { 0.0 })
            })
            .collect();
        (weights, log_scale)
    }

    /// The triples before the first window. Conditioning on the first triple makes a ring a line that
    /// must end where it began; that also closes rings shorter than a window correctly.
    fn first_triples<const A: usize>(&self) -> Triples<A> {
        let present = self.present_bits();
        std::array::from_fn(|s| {
            std::array::from_fn(|a| {
                f64::from(u8::from(if self.is_ring { s == a } else { s & !present == 0 }))
            })
        })
    }

    fn log_partition_given<const A: usize>(&self) -> f64 {
        let (weights, mut log_partition) = self.weights();
        let mut z = self.first_triples::<A>();
        for w in &weights {
            z = step(w, &z);
            log_partition += rescale(z.as_flattened_mut()).ln();
        }
        log_partition + self.close(&z).ln()
    }

    /// Sum over the ends that agree with the condition.
    fn close<const A: usize>(&self, z: &Triples<A>) -> f64 {
        if self.is_ring { (0..A).map(|a| z[a][a]).sum() } else { z.iter().flatten().sum() }
    }

    fn moments_given<const A: usize>(&self, observable: &Self) -> Moments {
        let (weights, _) = self.weights();
        let centre = self.centred_moments::<A>(&weights, observable, 0.0).0;
        let per_window = centre / weights.len() as f64;
        let (rest, square) = self.centred_moments::<A>(&weights, observable, per_window);
        Moments { mean: observable.constant + centre + rest, variance: (square - rest * rest).max(0.0) }
    }

    /// `⟨O⟩` and `⟨O²⟩` of `O = Σ (o_i − per_window)`.
    fn centred_moments<const A: usize>(
        &self,
        weights: &[[f64; 16]],
        observable: &Self,
        per_window: f64,
    ) -> (f64, f64) {
        let mut z = self.first_triples::<A>();
        let mut first = [[0.0; A]; 8];
        let mut second = [[0.0; A]; 8];
        for (w, table) in weights.iter().zip(&observable.windows) {
            let mut next = [[[0.0; A]; 8]; 3];
            let [next_z, next_first, next_second] = &mut next;
            for (p, (&w, &o)) in w.iter().zip(table).enumerate() {
                let (from, to, o) = (p & 7, p >> 1, o - per_window);
                for a in 0..A {
                    let (z, m) = (z[from][a], first[from][a]);
                    next_z[to][a] += w * z;
                    next_first[to][a] += w * (m + o * z);
                    next_second[to][a] += w * (second[from][a] + o * (2.0 * m + o * z));
                }
            }
            [z, first, second] = next;
            let scale = rescale(z.as_flattened_mut());
            for moment in [&mut first, &mut second] {
                moment.iter_mut().flatten().for_each(|m| *m /= scale);
            }
        }
        let total = self.close(&z);
        (self.close(&first) / total, self.close(&second) / total)
    }

    fn marginals_given<const A: usize>(&self) -> Vec<[f64; 16]> {
        let (weights, _) = self.weights();
        let mut forward = vec![self.first_triples::<A>()];
        for w in &weights {
            let mut next = step(w, &forward[forward.len() - 1]);
            rescale(next.as_flattened_mut());
            forward.push(next);
        }
        // Backwards from the ends that agree with the condition.
        let mut backward: Triples<A> = if self.is_ring { self.first_triples() } else { [[1.0; A]; 8] };
        let mut marginals = vec![[0.0; 16]; weights.len()];
        for (i, w) in weights.iter().enumerate().rev() {
            let mut before = [[0.0; A]; 8];
            for (p, &w) in w.iter().enumerate() {
                for a in 0..A {
                    let tail = w * backward[p >> 1][a];
                    before[p & 7][a] += tail;
                    marginals[i][p] += forward[i][p & 7][a] * tail;
                }
            }
            normalise(&mut marginals[i]);
            backward = before;
            rescale(backward.as_flattened_mut());
        }
        marginals
    }
}

/// Takes one more spin in: window pattern p leads from triple `p & 7` to triple `p >> 1`.
fn step<const A: usize>(weights: &[f64; 16], z: &Triples<A>) -> Triples<A> {
    let mut next = [[0.0; A]; 8];
    for (p, &w) in weights.iter().enumerate() {
        for a in 0..A {
            next[p >> 1][a] += w * z[p & 7][a];
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::stable::log_sum_exp;
    use crate::numerics::streams::stream;
    use approx::assert_abs_diff_eq;
    use rand::Rng;

    /// A chain with random terms of one to four spins everywhere.
    fn random_chain(sites: usize, is_ring: bool, seed: u64, size: f64) -> LocalChain {
        let mut rng = stream(seed, "local chain test", sites as u64);
        let mut number = || size * (f64::from(rng.next_u32()) / f64::from(u32::MAX) * 2.0 - 1.0);
        let mut chain = if is_ring { LocalChain::ring(sites) } else { LocalChain::line(sites) };
        chain.add_constant(number());
        for i in 0..sites {
            chain.add_field(i, number());
            chain.add_bond(i, number());
            chain.add_triple(i, number());
            if is_ring || i + 4 <= sites {
                let table: Vec<f64> = (0..16).map(|_| number()).collect();
                chain.add_window(i as i64, 4, |p| table[p]);
            }
        }
        chain
    }

    fn configurations(sites: usize) -> impl Iterator<Item = Vec<i8>> {
        (0..1_usize << sites).map(move |v| (0..sites).map(|i| if v >> i & 1 == 1 { 1 } else { -1 }).collect())
    }

    #[test]
    fn added_terms_are_what_they_say() {
        let mut chain = LocalChain::line(6);
        chain.add_field(5, 0.1);
        chain.add_bond(4, 0.2);
        chain.add_bond(5, 100.0);
        chain.add_triple(3, 0.4);
        chain.add_triple(4, 100.0);
        for v in configurations(6) {
            let s = |i: usize| f64::from(v[i]);
            let direct = 0.1 * s(5) + 0.2 * s(4) * s(5) + 0.4 * s(3) * s(4) * s(5);
            assert_abs_diff_eq!(chain.log_weight(&v), direct, epsilon = 1e-15);
        }
        let mut pair = LocalChain::ring(2);
        pair.add_bond(0, 0.3);
        pair.add_bond(1, 0.3);
        pair.add_triple(1, 0.5);
        assert_abs_diff_eq!(pair.log_weight(&[1, -1]), -0.6 + 0.5, epsilon = 1e-15);
        let mut single = LocalChain::ring(1);
        single.add_bond(0, 0.3);
        assert_abs_diff_eq!(single.log_partition(), 0.3 + 2.0_f64.ln(), epsilon = 1e-15);
    }

    #[test]
    fn everything_equals_brute_force() {
        for sites in 1..=10 {
            for is_ring in [true, false] {
                let chain = random_chain(sites, is_ring, 1, 1.0);
                let observable = random_chain(sites, is_ring, 2, 1.0);
                let all: Vec<_> = configurations(sites).collect();
                let log_weights: Vec<f64> = all.iter().map(|v| chain.log_weight(v)).collect();
                let log_z = log_sum_exp(&log_weights);
                assert_abs_diff_eq!(chain.log_partition(), log_z, epsilon = 1e-12);

                let p: Vec<f64> = log_weights.iter().map(|w| (w - log_z).exp()).collect();
                let o: Vec<f64> = all.iter().map(|v| observable.log_weight(v)).collect();
                let mean: f64 = p.iter().zip(&o).map(|(p, o)| p * o).sum();
                let variance: f64 = p.iter().zip(&o).map(|(p, o)| p * (o - mean).powi(2)).sum();
                let moments = chain.moments(&observable);
                assert_abs_diff_eq!(moments.mean, mean, epsilon = 1e-12);
                assert_abs_diff_eq!(moments.variance, variance, epsilon = 1e-11);

                for (i, marginal) in chain.window_marginals().iter().enumerate() {
                    let mut direct = [0.0; 16];
                    for (v, p) in all.iter().zip(&p) {
                        let up = |b: usize| {
                            let site = if is_ring { (i + b) % sites } else { i + b };
                            v.get(site).is_some_and(|&s| s > 0)
                        };
                        direct[(0..4).fold(0, |x, b| x | usize::from(up(b)) << b)] += p;
                    }
                    for pattern in 0..16 {
                        assert_abs_diff_eq!(marginal[pattern], direct[pattern], epsilon = 1e-13);
                    }
                }
            }
        }
    }

    #[test]
    fn long_strong_chains_stay_in_range() {
        // Ising ring: Z = (2 cosh K)^N (1 + tanh^N K); its bond energy is the derivative N (t + t^{N−1})/(1 + t^N).
        for (n, k) in [(4096, 4.0_f64), (4096, -4.0), (256, 0.3)] {
            let mut chain = LocalChain::ring(n);
            let mut bonds = LocalChain::ring(n);
            for i in 0..n {
                chain.add_bond(i, k);
                bonds.add_bond(i, 1.0);
            }
            let t = k.tanh();
            let tn = t.powi(n as i32);
            let exact = n as f64 * (2.0 * k.cosh()).ln() + tn.ln_1p();
            assert_abs_diff_eq!(chain.log_partition(), exact, epsilon = 1e-9);
            let energy = n as f64 * (t + t.powi(n as i32 - 1)) / (1.0 + tn);
            assert_abs_diff_eq!(chain.moments(&bonds).mean, energy, epsilon = 1e-8);
        }
        // A sum that is constant on every configuration has no variance, however large it is.
        let chain = random_chain(64, true, 3, 1.0);
        let mut flat = LocalChain::ring(64);
        (0..64).for_each(|i| flat.add_window(i, 1, |_| 1e3));
        let moments = chain.moments(&flat);
        assert_abs_diff_eq!(moments.mean, 64e3, epsilon = 1e-7);
        assert!(moments.variance < 1e-15);
    }
}
