//! A function on a stretch of integers as a short sum of exponentials that decay from either end.

use rayon::prelude::*;

/// `f(r) ≈ Σ a e^{−λ r} + Σ b e^{−μ (n − 1 − r)}`, r = 0 … n − 1.
///
/// The Majorana correlation of a ring has this form with continuous weights (a branch cut of its symbol for
/// each end); about `2 ln(8n) ln(1/ε)/π²` terms give it to a relative ε (Braess and Hackbusch 2005, for 1/x).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ExponentialSum {
    /// Terms that decay from r = 0 upwards.
    pub falling: Vec<Term>,
    /// Terms that decay from r = n − 1 downwards.
    pub rising: Vec<Term>,
    /// Largest `|f(r) − sum|`.
    pub residual: f64,
}

/// One term `weight · e^{−rate · distance}`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Term {
    /// Decay per site, ≥ 0.
    pub rate: f64,
    /// Value at the end it decays from.
    pub weight: f64,
}

/// Candidate rates per factor e. Twelve lose nothing against twenty-four; the selection drops the rest.
const RATES_PER_E: f64 = 12.0;
/// Slowest candidate beyond the gap, in units of 1/n: slower ones are straight lines over the stretch.
const SLOWEST: f64 = 0.3;
/// Fastest candidate: e^{−40} is below the rounding of 1, so it stands for the first value alone.
const FASTEST: f64 = 40.0;
/// A candidate is kept while what the kept ones do not span of it is above this part of the longest.
/// Ten times smaller keeps a tenth more terms, larger weights, and gains no digit.
const SPAN: f64 = 3e-14;

impl ExponentialSum {
    /// Fits `values`, a function whose decay rates are all at least `gap`.
    ///
    /// Rates are chosen from a logarithmic grid by orthogonalisation with column pivoting, weights by
    /// least squares with one step of refinement. Cost O(n k c), k terms kept of c ≈ 24 ln n candidates
    /// (n = 1024: 76 terms). Each column is one thread's: the same numbers for any number of threads.
    pub(super) fn fit(values: &[f64], gap: f64) -> Self {
        let n = values.len();
        let (slowest, fastest) = ((SLOWEST / n as f64).ln(), FASTEST.ln());
        let steps = ((fastest - slowest) * RATES_PER_E).ceil();
        let rates: Vec<f64> = std::iter::once(gap)
            .chain(
                (0..=steps as usize).map(|i| gap + (slowest + (fastest - slowest) * i as f64 / steps).exp()),
            )
            .collect();
        let candidates: Vec<(bool, f64)> = [false, true]
            .into_iter()
            .flat_map(|rising| rates.iter().map(move |&rate| (rising, rate)))
            .collect();
        let column = |(rising, rate): (bool, f64)| -> Vec<f64> {
            (0..n).map(|r| (-rate * (if rising { n - 1 - r } else { r }) as f64).exp()).collect()
        };
        let columns: Vec<Vec<f64>> = candidates.par_iter().map(|&candidate| column(candidate)).collect();
        let kept = spanning(&columns);

        let basis = Basis::new(kept.iter().map(|&c| columns[c].as_slice()));
        let mut weights = basis.coordinates(values);
        let left_over = |weights: &[f64]| -> Vec<f64> {
            let mut left = values.to_vec();
            for (&c, &weight) in kept.iter().zip(weights) {
                subtract(&mut left, weight, &columns[c]);
            }
            left
        };
        let corrections = basis.coordinates(&left_over(&weights));
        for (weight, correction) in weights.iter_mut().zip(corrections) {
            *weight += correction;
        }
        let residual = left_over(&weights).iter().fold(0.0, |worst: f64, x| worst.max(x.abs()));

        let mut sum = Self { falling: Vec::new(), rising: Vec::new(), residual };
        for (&c, &weight) in kept.iter().zip(&weights) {
            let (rising, rate) = candidates[c];
            let side = if rising { &mut sum.rising } else { &mut sum.falling };
            side.push(Term { rate, weight });
        }
        sum
    }

    /// Number of terms.
    pub(super) fn terms(&self) -> usize {
        self.falling.len() + self.rising.len()
    }
}

/// Indices of columns that span all of them up to [`SPAN`], the most independent first.
fn spanning(columns: &[Vec<f64>]) -> Vec<usize> {
    let mut rest: Vec<Vec<f64>> = columns.to_vec();
    let mut kept = Vec::new();
    let mut longest_of_all = None;
    while kept.len() < columns.first().map_or(0, Vec::len).min(columns.len()) {
        let lengths: Vec<f64> = rest.par_iter().map(|column| dot(column, column).sqrt()).collect();
        let Some((pivot, &length)) = lengths.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)) else {
            break;
        };
        if length <= SPAN * *longest_of_all.get_or_insert(length) {
            break;
        }
        kept.push(pivot);
        let direction: Vec<f64> = rest[pivot].iter().map(|x| x / length).collect();
        rest.par_iter_mut().for_each(|column| {
            let along = dot(column, &direction);
            subtract(column, along, &direction);
        });
        rest[pivot].fill(0.0);
    }
    kept
}

/// Columns as `Q R`, Q orthonormal.
struct Basis {
    directions: Vec<Vec<f64>>,
    /// Column c of R: c + 1 numbers.
    triangle: Vec<Vec<f64>>,
}

impl Basis {
    fn new<'a>(columns: impl Iterator<Item = &'a [f64]>) -> Self {
        let mut basis = Self { directions: Vec::new(), triangle: Vec::new() };
        for column in columns {
            let mut rest = column.to_vec();
            let mut along = vec![0.0; basis.directions.len() + 1];
            // Once loses the orthogonality of nearly dependent columns; twice is enough (Giraud et al. 2005).
            for _ in 0..2 {
                for (along, direction) in along.iter_mut().zip(&basis.directions) {
                    let overlap = dot(&rest, direction);
                    subtract(&mut rest, overlap, direction);
                    *along += overlap;
                }
            }
            let length = dot(&rest, &rest).sqrt();
            rest.iter_mut().for_each(|x| *x /= length);
            along[basis.directions.len()] = length;
            basis.directions.push(rest);
            basis.triangle.push(along);
        }
        basis
    }

    /// Least-squares weights of the columns for `target`.
    fn coordinates(&self, target: &[f64]) -> Vec<f64> {
        let mut rest = target.to_vec();
        let mut weights: Vec<f64> = self
            .directions
            .iter()
            .map(|direction| {
                let overlap = dot(&rest, direction);
                subtract(&mut rest, overlap, direction);
                overlap
            })
            .collect();
        for c in (0..weights.len()).rev() {
            let (before, last) = weights.split_at_mut(c);
            last[0] /= self.triangle[c][c];
            subtract(before, last[0], &self.triangle[c]);
        }
        weights
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// `a −= factor · b` over the length of `a`.
fn subtract(a: &mut [f64], factor: f64, b: &[f64]) {
    for (x, y) in a.iter_mut().zip(b) {
        *x -= factor * y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sum_has_the_values_it_was_fitted_to() {
        // 1/(r + ½) from both ends: the critical chain's kernel on a long ring.
        for n in [3, 63, 255, 1023] {
            let values: Vec<f64> =
                (0..n).map(|r| 1.0 / (r as f64 + 0.5) - 0.3 / ((n - 1 - r) as f64 + 0.5)).collect();
            let sum = ExponentialSum::fit(&values, 0.0);
            // Columns up to √n long, spanned to 3·10⁻¹⁴.
            let bound = 1e-13 * (n as f64).sqrt().max(2.0);
            assert!(sum.residual < bound, "{n}: {}", sum.residual);
            assert!(sum.terms() <= 90, "{n}: {} terms", sum.terms());
            for (r, value) in values.iter().enumerate() {
                let at = |terms: &[Term], distance: usize| -> f64 {
                    terms.iter().map(|t| t.weight * (-t.rate * distance as f64).exp()).sum()
                };
                let found = at(&sum.falling, r) + at(&sum.rising, n - 1 - r);
                assert!((found - value).abs() < bound);
            }
        }
    }
}
