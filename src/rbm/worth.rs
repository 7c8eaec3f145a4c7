//! What the links of a layer must bring to be kept: their likelihood against that of spins without links.
//!
//! A layer with biases can say the same in many ways: a hidden spin that its bias holds fast turns `w h` into a
//! visible bias, so a likelihood without any correlation in the data is flat from w = 0 to w = 2 and beyond, and where
//! on it an optimiser ends is chance. Of fits that the samples cannot tell apart the one of the weakest links is
//! meant, in two steps: flat directions end at the least weights ([`decay`]), and links that do not pay for
//! themselves are 0 ([`pay`]).

/// Nats per spin that the value of a likelihood at the end of an optimisation can be off: on exactly known
/// distributions, which have no sampling error, less than this is no gain.
const ROUNDING: f64 = 1e-9;

/// How many independent samples `rows` rows of integrated autocorrelation time τ = 1 + 2 Σρ say as much as: n/τ.
///
/// No rows say more than independent ones: a time below 1, or none, counts as 1.
pub(super) fn independent(rows: u64, autocorrelation_time: f64) -> f64 {
    rows as f64 / autocorrelation_time.max(1.0)
}

/// Weight decay λ that a likelihood of so many [`independent`] samples takes: the one asked for, and with biases at
/// least `copies/independent`, so that all samples together hold against a weight with ½ w² nats, no more than a
/// normal prior of width 1. What the samples determine moves by a small part of its standard error; what they do not,
/// falls to 0.
///
/// `copies` are the weights among which λ is divided: the blocks of unshared weights, 1 for shared ones.
pub(super) fn decay(asked: f64, symmetric: bool, independent: f64, copies: usize) -> f64 {
    if symmetric { asked } else { asked.max(copies as f64 / independent.max(1.0)) }
}

/// Bias `atanh⟨v⟩` of a spin without links that was up `up` times of `of`; half a count more on either side keeps it
/// finite, below `½ ln(2 of + 1)`.
pub(super) fn lone_bias(up: u64, of: u64) -> f64 {
    0.5 * ((up as f64 + 0.5) / (of as f64 - up as f64 + 0.5)).ln()
}

/// Whether parameters that lower the penalised `−⟨ln p⟩` by `gain` nats per spin pay for themselves: by Schwarz's
/// criterion (1978), the gain over all [`independent`] samples must exceed `½ ln(independent · positions)` nats for
/// each of them.
///
/// `positions` is how often the parameters repeat in a sample, independently where there are no links: the blocks for
/// shared weights, 1 for unshared ones. Where the likelihood is flat, as it is here, half a logarithm a parameter is
/// an upper bound of the price (Watanabe 2013), so noise is not bought.
pub(super) fn pay(gain: f64, spins: usize, parameters: usize, independent: f64, positions: usize) -> bool {
    let observations = independent * positions as f64;
    let price = 0.5 * parameters as f64 * observations.ln().max(0.0);
    (gain - ROUNDING) * independent * spins as f64 > price
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn the_price_of_a_parameter_is_half_a_logarithm() {
        // 100 samples of 8 spins, 4 positions: 3 parameters cost 1.5 ln 400 = 8.987 nats, 0.011234 a spin.
        let price = 1.5 * 400.0_f64.ln() / 800.0;
        assert!(!pay(price - 1e-6, 8, 3, 100.0, 4) && pay(price + 1e-6, 8, 3, 100.0, 4));
        // Any number of samples: rounding is no gain.
        let many = 2.0_f64.powi(40);
        assert!(!pay(0.9 * ROUNDING, 64, 3, many, 32) && pay(1.1 * ROUNDING, 64, 3, many, 32));
        assert!(!pay(f64::NAN, 8, 3, 100.0, 4));
    }

    #[test]
    fn lone_spins_have_the_bias_of_their_mean() {
        assert_eq!(lone_bias(50, 100), 0.0);
        // tanh c = 2 · 0.75 − 1, off by the half counts, 1/(2 · 10⁶).
        assert_abs_diff_eq!(lone_bias(750_000, 1_000_000).tanh(), 0.5, epsilon = 1e-6);
        assert_abs_diff_eq!(lone_bias(100, 100), 0.5 * 201.0_f64.ln(), epsilon = 1e-15);
    }

    #[test]
    fn only_layers_with_biases_have_a_least_decay() {
        assert_eq!(decay(1e-6, true, 100.0, 1), 1e-6);
        assert_eq!([decay(1e-6, false, 100.0, 1), decay(0.5, false, 100.0, 8)], [0.01, 0.5]);
        assert_eq!(decay(0.0, false, 0.0, 1), 1.0);
    }

    #[test]
    fn rows_that_remember_count_for_fewer() {
        assert_eq!([1.0, 8.0].map(|time| independent(800, time)), [800.0, 100.0]);
        // No rows are better than independent ones, and of rows without a time nothing else is known.
        assert_eq!([0.4, f64::NAN].map(|time| independent(800, time)), [800.0; 2]);
    }
}
