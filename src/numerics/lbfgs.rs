//! Minimising a smooth function of many variables (limited-memory BFGS).

use super::line_search::dot;
use super::optimiser::{Curvature, QuasiNewton};
use std::collections::VecDeque;

/// Pairs of step and change of gradient that are remembered. Between 3 and 20 do (Nocedal and Wright
/// 2006, §7.2); more than ten bought no iterations on layers of 14,000 parameters.
const MEMORY: usize = 10;

/// Limited-memory BFGS (Nocedal and Wright 2006, algorithms 7.4 and 7.5).
///
/// The inverse Hessian is not stored but rebuilt from the last ten steps, scaled by `sᵀy/yᵀy` of the last:
/// an iteration costs O(40 n) besides the evaluations of the function. Chosen for layers whose every block has
/// weights of its own (n to 14,336 for 4,096 sites): there the dense inverse Hessian would take 1.6 GB, and
/// first-order methods would need a step size set by hand.
pub type Lbfgs = QuasiNewton<LastSteps>;

/// The last steps and what they did to the gradient, the oldest first.
#[derive(Clone, Debug)]
pub struct LastSteps {
    pairs: VecDeque<Pair>,
}

/// A step s and the change y of the gradient along it.
#[derive(Clone, Debug)]
struct Pair {
    s: Vec<f64>,
    y: Vec<f64>,
    sy: f64,
}

impl Curvature for LastSteps {
    fn unknown(_: usize) -> Self {
        Self { pairs: VecDeque::new() }
    }

    fn is_unknown(&self) -> bool {
        self.pairs.is_empty()
    }

    /// By the two-loop recursion.
    fn direction(&self, gradient: &[f64]) -> Vec<f64> {
        let mut d: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut shares = Vec::with_capacity(self.pairs.len());
        for pair in self.pairs.iter().rev() {
            let share = dot(&pair.s, &d) / pair.sy;
            add(&mut d, -share, &pair.y);
            shares.push(share);
        }
        if let Some(last) = self.pairs.back() {
            let scale = last.sy / dot(&last.y, &last.y);
            d.iter_mut().for_each(|d| *d *= scale);
        }
        for (pair, share) in self.pairs.iter().zip(shares.into_iter().rev()) {
            let correction = dot(&pair.y, &d) / pair.sy;
            add(&mut d, share - correction, &pair.s);
        }
        d
    }

    fn learn(&mut self, s: Vec<f64>, y: Vec<f64>, sy: f64) {
        if self.pairs.len() == MEMORY {
            self.pairs.pop_front();
        }
        self.pairs.push_back(Pair { s, y, sy });
    }
}

fn add(sum: &mut [f64], factor: f64, x: &[f64]) {
    sum.iter_mut().zip(x).for_each(|(sum, x)| *sum += factor * x);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::optimiser::tests::minimise;
    use crate::numerics::optimiser::{Options, Progress, StopReason};

    #[test]
    fn a_long_chain_of_valleys_is_followed_to_its_end() {
        // Rosenbrock's valley in 500 pairs of variables: minimum 0 where all are 1.
        let n = 1000;
        let start: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
        let (lbfgs, reason): (Lbfgs, _) = minimise(&start, &mut |x, g| {
            let mut value = 0.0;
            for i in (0..n).step_by(2) {
                let (a, b) = (1.0 - x[i], x[i + 1] - x[i] * x[i]);
                g[i] = -2.0 * a - 400.0 * x[i] * b;
                g[i + 1] = 200.0 * b;
                value += a * a + 100.0 * b * b;
            }
            value
        });
        assert_eq!(reason, StopReason::Gradient);
        assert!(lbfgs.iterations() < 80, "{} iterations", lbfgs.iterations());
        assert!(lbfgs.x().iter().all(|x| (x - 1.0).abs() < 1e-5));
    }

    #[test]
    fn a_quadratic_with_many_scales_is_solved() {
        // ½ Σ s_i x_i² − Σ x_i with s_i from 1 to 100.
        let scale = |i: usize| 1.0 + 99.0 * i as f64 / 63.0;
        let (lbfgs, reason): (Lbfgs, _) = minimise(&[0.0; 64], &mut |x, g| {
            let mut value = 0.0;
            for (i, (x, g)) in x.iter().zip(g).enumerate() {
                *g = scale(i) * x - 1.0;
                value += 0.5 * scale(i) * x * x - x;
            }
            value
        });
        assert_eq!(reason, StopReason::Gradient);
        for (i, x) in lbfgs.x().iter().enumerate() {
            assert!((x - 1.0 / scale(i)).abs() <= 1e-6 / scale(i));
        }
    }

    #[test]
    fn divergence_and_the_limit_of_iterations_are_results() {
        let (_, reason): (Lbfgs, _) = minimise(&[0.0], &mut |_, g| {
            g[0] = f64::NAN;
            f64::NAN
        });
        assert_eq!(reason, StopReason::Diverged);
        let (_, reason): (Lbfgs, _) = minimise(&[1.0], &mut |x, g| {
            g[0] = -x[0].exp();
            -x[0].exp()
        });
        assert_eq!(reason, StopReason::Diverged);
        let mut f = |x: &[f64], g: &mut [f64]| {
            g[0] = 4.0 * x[0].powi(3);
            x[0].powi(4)
        };
        let mut short = Lbfgs::new(vec![20.0], Options { max_iterations: 2, ..Options::default() });
        assert_eq!(short.advance(&mut f), Progress::Running);
        assert_eq!(short.advance(&mut f), Progress::Stopped(StopReason::Iterations));
        assert_eq!(short.iterations(), 2);
    }
}
