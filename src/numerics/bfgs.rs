//! Minimising a smooth function of a few variables (BFGS).

use super::line_search::dot;
use super::optimiser::{Curvature, QuasiNewton};

/// Broyden–Fletcher–Goldfarb–Shanno minimiser with a dense inverse Hessian (Nocedal and Wright 2006,
/// algorithm 6.1).
///
/// For dimension n an iteration costs O(n²) besides the evaluations of the function; meant for n ≤ 40 or so.
pub type Bfgs = QuasiNewton<InverseHessian>;

/// The inverse Hessian as a matrix, kept positive definite.
#[derive(Clone, Debug)]
pub struct InverseHessian {
    /// Row-major n × n.
    entries: Vec<f64>,
    /// Still the unit matrix, so its scale means nothing.
    unscaled: bool,
}

impl Curvature for InverseHessian {
    fn unknown(n: usize) -> Self {
        let entries = (0..n * n).map(|i| if i / n == i % n { 1.0 } else { 0.0 }).collect();
        Self { entries, unscaled: true }
    }

    fn is_unknown(&self) -> bool {
        self.unscaled
    }

    fn direction(&self, gradient: &[f64]) -> Vec<f64> {
        self.times(gradient).iter().map(|d| -d).collect()
    }

    fn learn(&mut self, s: Vec<f64>, y: Vec<f64>, sy: f64) {
        let n = s.len();
        if self.unscaled {
            let scale = sy / dot(&y, &y);
            self.entries.iter_mut().for_each(|h| *h *= scale);
            self.unscaled = false;
        }
        let hy = self.times(&y);
        let factor = (1.0 + dot(&y, &hy) / sy) / sy;
        for i in 0..n {
            for j in 0..n {
                self.entries[i * n + j] += factor * s[i] * s[j] - (hy[i] * s[j] + s[i] * hy[j]) / sy;
            }
        }
    }
}

impl InverseHessian {
    fn times(&self, x: &[f64]) -> Vec<f64> {
        self.entries.chunks_exact(x.len()).map(|row| dot(row, x)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::optimiser::StopReason;
    use crate::numerics::optimiser::tests::minimise;

    #[test]
    fn quadratic_is_solved_in_few_steps() {
        // ½ xᵀ diag(1, 10, 100) x − (1, 1, 1)·x: minimum at (1, 0.1, 0.01).
        let scale = [1.0, 10.0, 100.0];
        let (bfgs, reason): (Bfgs, _) = minimise(&[3.0, -2.0, 1.0], &mut |x, g| {
            let mut value = 0.0;
            for i in 0..3 {
                g[i] = scale[i] * x[i] - 1.0;
                value += 0.5 * scale[i] * x[i] * x[i] - x[i];
            }
            value
        });
        assert_eq!(reason, StopReason::Gradient);
        assert!(bfgs.iterations() <= 15, "{} iterations", bfgs.iterations());
        for (x, scale) in bfgs.x().iter().zip(scale) {
            assert!((x - 1.0 / scale).abs() <= 1e-6 / scale);
        }
        // One variable: the curvature learned in the first step makes the second exact.
        let (line, reason): (Bfgs, _) = minimise(&[8.0], &mut |x, g| {
            g[0] = 4.0 * (x[0] - 1.0);
            2.0 * (x[0] - 1.0).powi(2)
        });
        assert_eq!(reason, StopReason::Gradient);
        assert!(line.iterations() <= 3);
    }

    #[test]
    fn rosenbrock_valley_is_followed_to_its_end() {
        let (bfgs, reason): (Bfgs, _) = minimise(&[-1.2, 1.0], &mut |x, g| {
            let (a, b) = (1.0 - x[0], x[1] - x[0] * x[0]);
            g[0] = -2.0 * a - 400.0 * x[0] * b;
            g[1] = 200.0 * b;
            a * a + 100.0 * b * b
        });
        assert_eq!(reason, StopReason::Gradient);
        assert!(bfgs.iterations() < 60, "{} iterations", bfgs.iterations());
        assert!((bfgs.x()[0] - 1.0).abs() < 1e-5 && (bfgs.x()[1] - 1.0).abs() < 1e-5);
    }
}
