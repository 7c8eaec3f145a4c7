//! Rényi-2 entropies of the Born form of long chains, from pairs of samples that swap a region.

use super::top_down::{TopDown, TopDownWork};
use crate::numerics::streams::stream;
use rayon::prelude::*;

/// Most pairs of samples.
pub const MOST_PAIRS: u64 = 100_000;
/// Pairs of one piece of work, by region.
const TERMS_PER_PIECE: usize = 256;

/// A Rényi-2 entropy from samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SampledEntropy {
    /// `S2 = −ln Tr ρ_A²` in nats.
    pub renyi2_nats: f64,
    /// Its standard error.
    pub standard_error: f64,
}

/// `Tr ρ_A² = E √[p(a'b) p(ab') / (p(ab) p(a'b'))]` over independent pairs v = ab, v' = a'b' drawn from p, ψ = √p
/// (Hastings, González, Kallin and Melko 2010, for amplitudes that are not negative).
///
/// The mean square of a term is 1, so its variance is at most 1 − (Tr ρ²)²: n pairs give S2 to 1/(√n Tr ρ²) or better. Every
/// pair serves all regions. Pair k is drawn from its own random stream: the same numbers in any pieces and threads.
#[derive(Clone, Debug)]
pub struct SwapEstimate {
    seed: u64,
    pairs: u64,
    regions: Vec<Vec<bool>>,
    /// Terms by pair, a row for each, one for every region.
    terms: Vec<f64>,
}

impl SwapEstimate {
    /// Of some regions, each a flag for every site.
    #[must_use]
    pub fn new(regions: Vec<Vec<bool>>, pairs: u64, seed: u64) -> Self {
        Self { seed, pairs: pairs.clamp(2, MOST_PAIRS), regions, terms: Vec::new() }
    }

    /// Draws some pairs more; `false` when all are there.
    pub fn advance(&mut self, state: &TopDown) -> bool {
        let done = self.done();
        let count = (TERMS_PER_PIECE / self.regions.len().max(1)).max(4) as u64;
        let end = (done + count).min(self.pairs);
        let rows: Vec<Vec<f64>> = (done..end)
            .into_par_iter()
            .map_init(TopDownWork::default, |work, pair| self.pair(state, pair, work))
            .collect();
        self.terms.extend(rows.into_iter().flatten());
        end < self.pairs
    }

    /// Pairs drawn so far.
    #[must_use]
    pub fn done(&self) -> u64 {
        (self.terms.len() / self.regions.len().max(1)) as u64
    }

    /// All pairs that are wanted.
    #[must_use]
    pub fn pairs(&self) -> u64 {
        self.pairs
    }

    fn pair(&self, state: &TopDown, pair: u64, work: &mut TopDownWork) -> Vec<f64> {
        let mut rng = stream(self.seed, "born pair", pair);
        let (one, other) = (state.sample(&mut rng), state.sample(&mut rng));
        let own = state.log_probability(&one, work) + state.log_probability(&other, work);
        let swapped = |region: &[bool], a: &[bool], b: &[bool]| -> Vec<bool> {
            region.iter().zip(a.iter().zip(b)).map(|(inside, (a, b))| if *inside { *a } else { *b }).collect()
        };
        self.regions
            .iter()
            .map(|region| {
                let (first, second) = (swapped(region, &other, &one), swapped(region, &one, &other));
                // Nothing to swap inside, or outside.
                if first == one || first == other {
                    return 1.0;
                }
                let both = state.log_probability(&first, work) + state.log_probability(&second, work);
                (0.5 * (both - own)).exp()
            })
            .collect()
    }

    /// Mean S2 over some of the regions, by their numbers, with its standard error; `None` before two pairs are
    /// there. Regions of the same pairs are correlated, which the error takes into account.
    #[must_use]
    pub fn mean(&self, regions: &[usize]) -> Option<SampledEntropy> {
        let pairs = self.done() as f64;
        if pairs < 2.0 || regions.is_empty() {
            return None;
        }
        let rows = || self.terms.chunks(self.regions.len());
        let means: Vec<f64> =
            regions.iter().map(|r| rows().map(|row| row[*r]).sum::<f64>() / pairs).collect();
        let share = 1.0 / regions.len() as f64;
        let renyi2_nats = -share * means.iter().map(|m| m.ln()).sum::<f64>();
        // −ln of a mean changes as the terms do relative to it.
        let relative =
            |row: &[f64]| regions.iter().zip(&means).map(|(r, m)| row[*r] / m).sum::<f64>() * share;
        let variance = rows().map(|row| (relative(row) - 1.0).powi(2)).sum::<f64>() / (pairs - 1.0);
        Some(SampledEntropy { renyi2_nats, standard_error: (variance / pairs).sqrt() })
    }
}
