//! Independent, exact samples of the classical chain.

use std::ops::Range;

use rand::Rng;
use rayon::prelude::*;

use super::chain::{ClassicalChain, PairLogs, level};
use crate::lattice::{Boundary, SpinSamples};
use crate::numerics::stable::{log_add_exp, logistic};
use crate::numerics::streams::{Stream, stream};

/// Draws independent configurations of a [`ClassicalChain`], without burn-in.
///
/// Filter and draw: the first pair `(v_0, v_1)` comes from its exact marginal, then each spin from its
/// exact conditional probability given the two before it and, on a ring, the first pair that the
/// chain must close on:
/// `P(v_i | …) ∝ e^{K1 v_i + K2 v_{i−1} v_i + K3 v_{i−2} v_{i−1} v_i} · [T^{N+1−i}]_{(v_{i−1} v_i),(v_0 v_1)}`.
/// (The mirror image of forward filter, backward draw: the chain is the same read from either end.)
/// Probabilities are kept to 2⁻⁶⁴; the only error is their own rounding, about 10⁻¹⁵ (10⁻¹⁶ N for the
/// first pair of a ring), for every finite coupling.
///
/// Building: O(min(N, 64 ξ)), because far from the closing end the probabilities no longer change;
/// 128 bytes per tabulated site on a ring, 32 on a line.
#[derive(Clone, Debug)]
pub struct ChainSampler {
    sites: usize,
    /// Columns of a table row: 4 first pairs on a ring, 1 on a line, where the far end does not remember.
    first_pairs: usize,
    first_up: u64,
    /// Probability that `v_1` is up, by whether `v_0` is down or up.
    second_up: [u64; 2],
    /// Probabilities of "up" as fractions of 2⁶⁴. Row `N − 1 − i` serves site i (the last row also all
    /// sites before); in it, entry `4·first pair + (v_{i−2}, v_{i−1})`.
    table: Vec<u64>,
}

/// Rows of the table, in units of ξ: e⁻⁶⁴ ≈ 10⁻²⁸ leaves 12 decimal digits below rounding for the
/// ratio of the largest to the smallest matrix element.
const STATIONARY_AFTER_LENGTHS: f64 = 64.0;

impl ChainSampler {
    /// Prepares to draw from `chain` on `sites` ≥ 1 sites.
    #[must_use]
    pub fn new(chain: ClassicalChain, sites: usize, boundary: Boundary) -> Self {
        let first = chain.first_pair(sites, boundary);
        let up = log_add_exp(first[2], first[3]) - log_add_exp(first[0], first[1]);
        let second_up = [0, 1].map(|v0| fraction(logistic(first[2 * v0 + 1] - first[2 * v0])));

        // What follows the newest pair, for each first pair: T² closes a ring after its last spin.
        let mut after: Vec<PairLogs> = match boundary {
            Boundary::Ring => {
                let closing = chain.log_power(2);
                (0..4).map(|first| std::array::from_fn(|pair| closing[pair][first])).collect()
            }
            Boundary::Line => vec![[0.0; 4]],
        };
        let xi = chain.correlation_length();
        // Huge couplings give no finite ξ: tabulate every site then.
        let stationary =
            if xi.is_finite() { (STATIONARY_AFTER_LENGTHS * (xi + 1.0)).ceil() as usize } else { usize::MAX };
        let rows = sites.saturating_sub(2).min(stationary);
        let mut table = Vec::with_capacity(rows * 4 * after.len());
        for _ in 0..rows {
            for after in &mut after {
                for pair in 0..4 {
                    let log = |z: usize| chain.log_step(pair, z) + after[2 * (pair % 2) + z];
                    table.push(fraction(logistic(log(1) - log(0))));
                }
                *after = chain.step_back(after);
                level(after);
            }
        }
        Self { sites, first_pairs: after.len(), first_up: fraction(logistic(up)), second_up, table }
    }

    /// `samples` independent configurations.
    ///
    /// Sample s comes from the random stream `(seed, stream_name, s / 64)`, so the result is the same for
    /// any number of threads and a larger set begins with the smaller one.
    /// Cost per site and 64 samples: about 7 random words and 0.1 µs (2,000 samples of 256 sites: 0.6 ms on 2 cores).
    #[must_use]
    pub fn sample(&self, samples: usize, seed: u64, stream_name: &str) -> SpinSamples {
        let mut drawn = SpinSamples::all_down(samples, self.sites);
        let words = drawn.words_per_site();
        self.sample_words(&mut drawn, 0..words, seed, stream_name);
        drawn
    }

    /// Draws only the samples of some words (64 samples each) into a set that was made for all of them:
    /// [`Self::sample`] in pieces, with the same result. Words outside the set are passed over.
    pub fn sample_words(&self, drawn: &mut SpinSamples, words: Range<usize>, seed: u64, stream_name: &str) {
        let all = drawn.words_per_site();
        let words = words.start.min(all)..words.end.min(all);
        if words.is_empty() {
            return;
        }
        let rows: Vec<Vec<u64>> = words
            .clone()
            .into_par_iter()
            .map(|word| {
                let mut row = vec![0; self.sites];
                self.draw_word(&mut stream(seed, stream_name, word as u64), &mut row);
                let valid = drawn.valid_bits(word);
                row.iter_mut().for_each(|spins| *spins &= valid);
                row
            })
            .collect();
        for (site, column) in drawn.columns_mut().chunks_exact_mut(all).enumerate() {
            for (spins, row) in column[words.clone()].iter_mut().zip(&rows) {
                *spins = row[site];
            }
        }
    }

    /// Draws 64 chains together; bit s of `row[i]` is spin i of chain s.
    fn draw_word(&self, random: &mut Stream, row: &mut [u64]) {
        let first = up_where(random, &[!0], &[self.first_up]);
        row[0] = first;
        if self.sites == 1 {
            return;
        }
        let second = up_where(random, &[!first, first], &self.second_up);
        row[1] = second;
        let pairs = |x: u64, y: u64| [!x & !y, !x & y, x & !y, x & y];
        let closing = if self.first_pairs == 4 { pairs(first, second) } else { [!0; 4] };
        let (mut x, mut y) = (first, second);
        let width = 4 * self.first_pairs;
        let last_row = self.table.len() / width;
        let mut masks = [0; 16];
        for (i, spins) in row.iter_mut().enumerate().skip(2) {
            let here = pairs(x, y);
            for (entry, mask) in masks[..width].iter_mut().enumerate() {
                *mask = closing[entry / 4] & here[entry % 4];
            }
            let table_row = (self.sites - 1 - i).min(last_row - 1);
            let chances = &self.table[table_row * width..(table_row + 1) * width];
            *spins = up_where(random, &masks[..width], chances);
            (x, y) = (y, *spins);
        }
    }
}

/// A probability as a fraction of 2⁶⁴ (1 becomes 1 − 2⁻⁶⁴).
fn fraction(probability: f64) -> u64 {
    // The cast saturates, which is meant.
    (probability * 2.0_f64.powi(64)) as u64
}

/// 64 independent events: bit s is set with probability `chances[c]/2⁶⁴`, c the one mask that holds bit s.
///
/// Each bit asks whether a uniform number is below its chance, digit by digit from the most
/// significant, and stops at the first digit that differs: 64 events take about 7 random words, not 64.
fn up_where(random: &mut Stream, masks: &[u64], chances: &[u64]) -> u64 {
    let (mut undecided, mut up) = (!0_u64, 0);
    for digit in (0..64).rev() {
        let mut wanted = 0;
        for (mask, chance) in masks.iter().zip(chances) {
            wanted |= mask & (chance >> digit & 1).wrapping_neg();
        }
        let differ = random.next_u64() ^ wanted;
        up |= undecided & differ & wanted;
        undecided &= !differ;
        if undecided == 0 {
            break;
        }
    }
    up
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::statistics::Summary;

    const BOTH: [Boundary; 2] = [Boundary::Ring, Boundary::Line];

    fn chain(k1: f64, k2: f64, k3: f64) -> ClassicalChain {
        ClassicalChain { k1, k2, k3 }
    }

    /// Five standard errors, and ten single spins for the chains so rigid that no sample shows a flip:
    /// none of an expected ten is seen once in e¹⁰ times, and a flip moves no mean by more than `flip`.
    fn assert_within_5_errors(measured: &Summary, exact: f64, flip: f64, what: &str) {
        let bound = 5.0 * measured.std_error() + 10.0 * flip / measured.count() as f64;
        let off = (measured.mean() - exact).abs();
        assert!(off <= bound, "{what}: {} is {off} from {exact}, bound {bound}", measured.mean());
    }

    #[test]
    fn samples_drawn_in_pieces_are_the_same() {
        let sampler = ChainSampler::new(chain(0.1, 0.7, 0.2), 16, Boundary::Ring);
        let whole = sampler.sample(200, 5, "pieces");
        let mut pieces = SpinSamples::all_down(200, 16);
        for words in [2..9, 0..1, 1..2] {
            sampler.sample_words(&mut pieces, words, 5, "pieces");
        }
        assert_eq!(pieces, whole);
    }

    #[test]
    fn sampled_means_are_the_exact_ones() {
        // 4,000 independent samples; the error is that of the means over each sample.
        for c in [
            chain(0.0, 1.0, 0.0),
            chain(0.0, -0.8, 0.0),
            chain(0.3, 0.5, -0.4),
            chain(-0.2, -1.0, 0.6),
            chain(0.05, 4.0, 0.0),
            chain(2.0, -4.0, 2.0),
            chain(-2.0, 4.0, -2.0),
        ] {
            for (sites, boundary) in [(64, Boundary::Ring), (64, Boundary::Line), (1024, Boundary::Ring)] {
                let drawn = ChainSampler::new(c, sites, boundary).sample(4000, 11, "test");
                let each: Vec<SpinSamples> = (0..4000).map(|s| drawn.subset(s..s + 1)).collect();
                let what = format!("{c:?} {sites} {boundary:?}");
                let flip = 4.0 / sites as f64;
                let m: Summary = each.iter().map(SpinSamples::magnetisation).collect();
                assert_within_5_errors(&m, c.magnetisation(sites, boundary), flip, &what);
                for r in [1, 2, 5] {
                    let vv: Summary = each.iter().map(|s| s.correlation(r, boundary)).collect();
                    assert_within_5_errors(&vv, c.correlation(r, sites, boundary), flip, &what);
                }
            }
        }
    }

    #[test]
    fn every_state_has_its_frequency() {
        // Pearson's χ² over all 2ᴺ states, those expected under 5 times put together: mean = dof,
        // variance ≈ 2 dof for multinomial counts (+ Σ 1/E for the small ones, at most dof/5).
        const SAMPLES: usize = 100_000;
        for c in [chain(0.2, 0.4, 0.3), chain(-0.3, -0.6, 0.5), chain(0.0, 0.7, 0.0), chain(0.0, -1.0, 0.0)] {
            for (sites, boundary) in (1..=8).flat_map(|n| BOTH.map(|b| (n, b))) {
                let drawn = ChainSampler::new(c, sites, boundary).sample(SAMPLES, 5, "frequencies");
                let mut seen = vec![0_u32; 1 << sites];
                let mut example = vec![0; 1 << sites];
                for s in 0..SAMPLES {
                    let state = (0..sites).fold(0, |bits, i| bits | usize::from(drawn.is_up(s, i)) << i);
                    seen[state] += 1;
                    example[state] = s;
                }
                let (mut chi2, mut dof, mut rest, mut rest_seen) = (0.0, -1.0, 1.0, SAMPLES as f64);
                for (count, &s) in seen.iter().zip(&example).filter(|(count, _)| **count > 0) {
                    let p = c.log_probability(&drawn, s, boundary).exp();
                    if p * SAMPLES as f64 >= 5.0 {
                        chi2 += (f64::from(*count) - p * SAMPLES as f64).powi(2) / (p * SAMPLES as f64);
                        dof += 1.0;
                        rest -= p;
                        rest_seen -= f64::from(*count);
                    }
                }
                let expected = rest.max(0.0) * SAMPLES as f64;
                if expected >= 5.0 {
                    chi2 += (rest_seen - expected).powi(2) / expected;
                    dof += 1.0;
                } else {
                    // No state that should be common may be missing from the samples.
                    assert!((rest_seen - expected).abs() < 5.0 * 5.0_f64.sqrt() + 1.0);
                }
                let bound = 5.0 * (2.2 * f64::max(dof, 1.0)).sqrt();
                assert!((chi2 - dof).abs() < bound, "{c:?} {sites} {boundary:?}: χ² {chi2} of {dof}");
            }
        }
    }

    #[test]
    fn samples_do_not_depend_on_the_number_of_threads() {
        let sampler = ChainSampler::new(chain(0.1, 0.9, -0.2), 100, Boundary::Ring);
        let with = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| sampler.sample(1000, 3, "threads"))
        };
        assert_eq!(with(1), with(2));
        assert_eq!(with(1), sampler.sample(1000, 3, "threads"));
    }

    #[test]
    fn larger_set_begins_with_the_smaller_and_leaves_unused_bits_zero() {
        let sampler = ChainSampler::new(chain(0.0, 0.5, 0.0), 8, Boundary::Line);
        let (small, large) = (sampler.sample(70, 1, "a"), sampler.sample(200, 1, "a"));
        assert_eq!(small, large.subset(0..70));
        assert!((0..8).all(|i| small.column(i)[1] & !small.valid_bits(1) == 0));
        assert_eq!(sampler.sample(0, 1, "a").samples(), 0);
        assert_ne!(small, sampler.sample(70, 2, "a"));
        assert_ne!(small, sampler.sample(70, 1, "b"));
    }

    #[test]
    fn rows_far_from_the_end_may_be_shared() {
        // The stationary row against a table that goes on: ξ = 0.4 here, so 1024 sites share most rows.
        let c = chain(0.2, 0.3, 0.1);
        let short = ChainSampler::new(c, 1024, Boundary::Ring);
        assert!(short.table.len() < 16 * 200);
        let last = &short.table[short.table.len() - 16..];
        let before = &short.table[short.table.len() - 32..short.table.len() - 16];
        // Equal up to the rounding of a probability, 2⁻⁵² each of a few operations.
        assert!(last.iter().zip(before).all(|(a, b)| a.abs_diff(*b) <= 1 << 16));
    }

    #[test]
    fn certain_spins_are_certain() {
        let down = ChainSampler::new(chain(-900.0, -400.0, -300.0), 32, Boundary::Ring).sample(64, 0, "down");
        assert_eq!(down.magnetisation(), -1.0);
        let up = ChainSampler::new(chain(400.0, 300.0, 100.0), 32, Boundary::Ring).sample(64, 0, "up");
        assert_eq!(up.magnetisation(), 1.0);
        let order = ChainSampler::new(chain(0.0, -500.0, 0.0), 32, Boundary::Ring).sample(640, 0, "order");
        assert_eq!(order.correlation(1, Boundary::Ring), -1.0);
    }
}
