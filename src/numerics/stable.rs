//! Sums of exponentials that neither overflow nor cancel.

/// `ln 2`, the entropy of one maximally entangled pair of spins, in nats.
pub const LN_2: f64 = std::f64::consts::LN_2;

/// `ln Σ exp(xᵢ)`, finite whenever the largest term is; `−∞` for no terms.
#[must_use]
pub fn log_sum_exp(terms: &[f64]) -> f64 {
    let largest = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !largest.is_finite() {
        return largest;
    }
    largest + terms.iter().map(|&x| (x - largest).exp()).sum::<f64>().ln()
}

/// `ln(eᵃ + eᵇ)`; `−∞` when both are.
#[must_use]
pub fn log_add_exp(a: f64, b: f64) -> f64 {
    let (large, small) = if a >= b { (a, b) } else { (b, a) };
    if large == f64::NEG_INFINITY {
        return large;
    }
    large + (small - large).exp().ln_1p()
}

/// Replaces logarithms by `exp(x − largest)`, at most 1, and returns the largest.
#[inline]
pub fn exp_in_place(logs: &mut [f64]) -> f64 {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    logs.iter_mut().for_each(|x| *x = (*x - largest).exp());
    largest
}

/// Divides numbers ≥ 0, not all of them 0, by the largest and returns it.
#[inline]
pub fn rescale(weights: &mut [f64]) -> f64 {
    let largest = weights.iter().copied().fold(0.0, f64::max);
    weights.iter_mut().for_each(|x| *x /= largest);
    largest
}

/// Divides numbers by their sum, which must not be 0: weights become probabilities.
#[inline]
pub fn normalise(weights: &mut [f64]) {
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|p| *p /= total);
}

/// `ln(2 cosh x)`, finite for every finite `x`.
#[must_use]
pub fn log_two_cosh(x: f64) -> f64 {
    let x = x.abs();
    x + (-2.0 * x).exp().ln_1p()
}

/// `1 / (1 + e^{−x})`, without overflow on either side.
#[must_use]
pub fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}

/// `−p ln p`, with the limit 0 at `p = 0`. Probabilities that rounding pushed below zero count as 0.
#[must_use]
pub fn entropy_term(p: f64) -> f64 {
    if p <= 0.0 { 0.0 } else { -p * p.ln() }
}

/// `−p ln p − (1−p) ln(1−p)`, the entropy of one fermionic mode of occupation `p`, in nats.
#[must_use]
pub fn binary_entropy(p: f64) -> f64 {
    entropy_term(p) + entropy_term(1.0 - p)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn log_sum_exp_equals_the_plain_sum_where_that_is_safe() {
        let terms = [0.3, -1.2, 2.0];
        let plain: f64 = terms.iter().map(|x: &f64| x.exp()).sum::<f64>().ln();
        assert_relative_eq!(log_sum_exp(&terms), plain, epsilon = 4.0 * f64::EPSILON);
        assert_relative_eq!(log_sum_exp(&[1000.0, 1000.0]), 1000.0 + LN_2);
        assert_eq!(log_sum_exp(&[]), f64::NEG_INFINITY);
    }

    #[test]
    fn a_table_of_logarithms_far_out_of_range_becomes_probabilities() {
        let mut table = [2000.0, 2000.0 + LN_2, -2000.0];
        assert_eq!(exp_in_place(&mut table), 2000.0 + LN_2);
        assert_eq!((table[1], table[2]), (1.0, 0.0));
        // The difference of two numbers of 2,000 is known to their rounding.
        assert_relative_eq!(table[0], 0.5, epsilon = 2000.0 * f64::EPSILON);
        table.iter_mut().for_each(|x| *x *= 4.0);
        assert_eq!((rescale(&mut table), table[1]), (4.0, 1.0));
        normalise(&mut table);
        assert_relative_eq!(table[1], 2.0 / 3.0, epsilon = 2000.0 * f64::EPSILON);
    }

    #[test]
    fn log_two_cosh_has_both_limits() {
        assert_relative_eq!(log_two_cosh(0.0), LN_2);
        assert_relative_eq!(log_two_cosh(-800.0), 800.0);
        assert_relative_eq!(log_two_cosh(0.7), (2.0 * 0.7_f64.cosh()).ln(), epsilon = 1e-15);
    }

    #[test]
    fn entropies_vanish_for_certainty() {
        assert_eq!(binary_entropy(0.0), 0.0);
        assert_eq!(binary_entropy(1.0), 0.0);
        assert_relative_eq!(binary_entropy(0.5), LN_2);
        assert_eq!(entropy_term(-1e-17), 0.0);
    }

    #[test]
    fn logistic_is_one_minus_its_mirror() {
        for x in [0.0, 0.5, 30.0, 700.0] {
            assert_relative_eq!(logistic(x) + logistic(-x), 1.0, epsilon = 1e-15);
        }
        assert_eq!(log_add_exp(f64::NEG_INFINITY, f64::NEG_INFINITY), f64::NEG_INFINITY);
        assert_relative_eq!(log_add_exp(0.0, 0.0), LN_2);
    }
}
