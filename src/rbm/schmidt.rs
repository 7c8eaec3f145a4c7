//! Entanglement carried by one link.

/// Schmidt entropy of a link of weight `w`, in nats: of the 2 × 2 matrix `e^{w v h}` with singular
/// values `2 cosh w` and `2 |sinh w|`.
///
/// `s = −p ln p − (1−p) ln(1−p)`, `p = cosh² w / cosh 2w`. With `t = tanh |w|`, `p = 1/(1+t²)` and
/// `s = ln(1+t²) − 2 t² ln t / (1+t²)`, which neither overflows nor cancels for any `w`.
/// Even in `w`, 0 at `w = 0`, rises to `ln 2`. Biases are factors of single spins and do not enter.
#[must_use]
pub fn link_entropy(weight: f64) -> f64 {
    let t = weight.abs().tanh();
    let t2 = t * t;
    // Also where t² underflows: −t² ln t² → 0.
    if t2 == 0.0 {
        return 0.0;
    }
    t2.ln_1p() - 2.0 * t2 * t.ln() / (1.0 + t2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::stable::{LN_2, binary_entropy};
    use approx::{assert_abs_diff_eq, assert_relative_eq};

    #[test]
    fn equals_the_entropy_of_the_singular_values() {
        for w in [0.01_f64, 0.3, 0.9, 1.33, -2.0, 5.0] {
            let p = w.cosh().powi(2) / (2.0 * w).cosh();
            assert_relative_eq!(link_entropy(w), binary_entropy(p), max_relative = 1e-11);
        }
        // Values of the two side and middle links of the critical chain, to the digits quoted.
        assert_abs_diff_eq!(link_entropy(0.9), 0.640, epsilon = 5e-4);
        assert_abs_diff_eq!(link_entropy(1.33), 0.683, epsilon = 5e-4);
    }

    #[test]
    fn limits_are_none_and_one_bit() {
        assert_eq!(link_entropy(0.0), 0.0);
        assert_eq!(link_entropy(1e-200), 0.0);
        // Small w: s → w² (1 − ln w²).
        assert_relative_eq!(link_entropy(1e-6), 1e-12 * (1.0 - 1e-12_f64.ln()), max_relative = 1e-9);
        assert_relative_eq!(link_entropy(800.0), LN_2, epsilon = 1e-15);
    }
}
