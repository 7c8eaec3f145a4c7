//! Entanglement carried by one link.

use crate::numerics::stable::entropy_term;

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

/// Schmidt entropy in nats of a matrix of positive entries given by their logarithms, row by row:
/// `−Σ p ln p` with `p = σ²/Σσ²` of its singular values σ.
///
/// One-sided Jacobi rotations (Hestenes 1958) make the rows orthogonal; their lengths are then the singular
/// values, small ones as exact as large ones. For matrices of up to 16 rows. The largest entry is taken
/// out first, so nothing overflows.
pub(super) fn schmidt_entropy(log_matrix: &[Vec<f64>]) -> f64 {
    /// Far more than are ever needed: convergence is quadratic.
    const SWEEPS: usize = 60;
    let largest = log_matrix.iter().flatten().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut rows: Vec<Vec<f64>> =
        log_matrix.iter().map(|row| row.iter().map(|x| (x - largest).exp()).collect()).collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for _ in 0..SWEEPS {
        let mut turned = false;
        for i in 1..rows.len() {
            let (before, after) = rows.split_at_mut(i);
            let row = &mut after[0];
            for other in before {
                let (a, b, c) = (dot(other, other), dot(row, row), dot(other, row));
                if c.abs() <= f64::EPSILON * (a * b).sqrt() {
                    continue;
                }
                turned = true;
                let zeta = (b - a) / (2.0 * c);
                let t = zeta.signum() / (zeta.abs() + zeta.hypot(1.0));
                let cos = 1.0 / t.hypot(1.0);
                let sin = cos * t;
                for (x, y) in other.iter_mut().zip(row.iter_mut()) {
                    (*x, *y) = (cos * *x - sin * *y, sin * *x + cos * *y);
                }
            }
        }
        if !turned {
            break;
        }
    }
    let squares: Vec<f64> = rows.iter().map(|row| dot(row, row)).collect();
    let total: f64 = squares.iter().sum();
    squares.iter().map(|s| entropy_term(s / total)).sum()
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
    fn rotations_give_the_entropy_of_a_singular_value_decomposition() {
        use crate::numerics::streams::stream;
        use rand::Rng;
        let mut rng = stream(1, "Schmidt test", 0);
        for (rows, columns) in [(2, 2), (4, 2), (2, 8), (4, 4), (16, 16), (8, 16)] {
            let mut number = || 4.0 * (f64::from(rng.next_u32()) / f64::from(u32::MAX) - 0.5);
            let logs: Vec<Vec<f64>> = (0..rows).map(|_| (0..columns).map(|_| number()).collect()).collect();
            let matrix = faer::Mat::<f64>::from_fn(rows, columns, |i, j| logs[i][j].exp());
            let values = matrix.singular_values().unwrap();
            let total: f64 = values.iter().map(|s| s * s).sum();
            let direct: f64 = values.iter().map(|s| entropy_term(s * s / total)).sum();
            assert_abs_diff_eq!(schmidt_entropy(&logs), direct, epsilon = 1e-12);
        }
        for w in [0.0_f64, 0.3, -2.0, 300.0] {
            let logs = [vec![w, -w], vec![-w, w]];
            assert_abs_diff_eq!(schmidt_entropy(&logs), link_entropy(w), epsilon = 1e-13);
        }
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
