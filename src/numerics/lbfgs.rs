//! Minimising a smooth function of many variables, one iteration at a time (limited-memory BFGS).

use super::line_search::{Point, Search, Trial, dot, is_finite, norm, search};
use super::optimiser::{Options, Progress, StopReason};
use std::collections::VecDeque;

/// Pairs of step and change of gradient that are remembered. Between 3 and 20 do (Nocedal and Wright
/// 2006, §7.2); more than ten bought no iterations on layers of 14,000 parameters.
const MEMORY: usize = 10;

/// Limited-memory BFGS (Nocedal and Wright 2006, algorithms 7.4 and 7.5) with the strong-Wolfe line search
/// of [`super::optimiser::Bfgs`], whose interface it shares.
///
/// The inverse Hessian is not stored but rebuilt from the last ten steps, scaled by `sᵀy/yᵀy` of the last:
/// an iteration costs O(40 n) besides one to three evaluations. Chosen for layers whose every block has
/// weights of its own (n to 14,336 for 4,096 sites): there the dense inverse Hessian would take 1.6 GB, and
/// first-order methods would need a step size set by hand. The same function gives the same path.
#[derive(Clone, Debug)]
pub struct Lbfgs {
    options: Options,
    x: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
    pairs: VecDeque<Pair>,
    evaluated: bool,
    iterations: usize,
    stopped: Option<StopReason>,
}

/// A step s and the change y of the gradient along it.
#[derive(Clone, Debug)]
struct Pair {
    s: Vec<f64>,
    y: Vec<f64>,
    sy: f64,
}

impl Lbfgs {
    /// A minimiser that will start from `x0`; nothing is evaluated yet.
    #[must_use]
    pub fn new(x0: Vec<f64>, options: Options) -> Self {
        let n = x0.len();
        Self {
            options,
            x: x0,
            value: f64::NAN,
            gradient: vec![f64::NAN; n],
            pairs: VecDeque::new(),
            evaluated: false,
            iterations: 0,
            stopped: None,
        }
    }

    /// The best point so far.
    #[must_use]
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// The function there; NaN before the first [`Self::advance`].
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The gradient there; NaN before the first [`Self::advance`].
    #[must_use]
    pub fn gradient(&self) -> &[f64] {
        &self.gradient
    }

    /// Steps taken.
    #[must_use]
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Why it ended, if it did.
    #[must_use]
    pub fn stopped(&self) -> Option<StopReason> {
        self.stopped
    }

    /// Takes one step. `f(x, gradient)` returns the value and writes the gradient.
    ///
    /// The first call also evaluates the start point. The value never rises (beyond rounding).
    pub fn advance(&mut self, f: &mut impl FnMut(&[f64], &mut [f64]) -> f64) -> Progress {
        if let Some(reason) = self.stopped {
            return Progress::Stopped(reason);
        }
        if !self.evaluated {
            self.evaluated = true;
            self.value = f(&self.x, &mut self.gradient);
            if !is_finite(self.value, &self.gradient) {
                return self.stop(StopReason::Diverged);
            }
            if self.gradient_is_small() {
                return self.stop(StopReason::Gradient);
            }
        }
        if self.iterations >= self.options.max_iterations {
            return self.stop(StopReason::Iterations);
        }
        loop {
            let (direction, slope) = self.direction();
            // Without a pair there is no length scale: begin with a step of length at most one.
            let first_step = if self.pairs.is_empty() { 1.0 / norm(&direction).max(1.0) } else { 1.0 };
            let from = Point { x: &self.x, value: self.value, gradient: &self.gradient };
            match search(f, &from, &direction, slope, first_step) {
                Search::Found(trial) => {
                    self.accept(trial);
                    break;
                }
                Search::Diverged => return self.stop(StopReason::Diverged),
                Search::NoDecrease if self.pairs.is_empty() => return self.stop(StopReason::LineSearch),
                // Stale pairs may point nowhere useful: try steepest descent before giving up.
                Search::NoDecrease => self.pairs.clear(),
            }
        }
        self.iterations += 1;
        if self.gradient_is_small() {
            self.stop(StopReason::Gradient)
        } else if self.iterations >= self.options.max_iterations {
            self.stop(StopReason::Iterations)
        } else {
            Progress::Running
        }
    }

    fn stop(&mut self, reason: StopReason) -> Progress {
        self.stopped = Some(reason);
        Progress::Stopped(reason)
    }

    fn gradient_is_small(&self) -> bool {
        self.gradient.iter().all(|g| g.abs() <= self.options.gradient_tolerance)
    }

    /// The quasi-Newton direction by the two-loop recursion and the slope along it, always downhill.
    fn direction(&mut self) -> (Vec<f64>, f64) {
        let mut d: Vec<f64> = self.gradient.iter().map(|g| -g).collect();
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
        let slope = dot(&d, &self.gradient);
        if slope < 0.0 && slope.is_finite() {
            return (d, slope);
        }
        self.pairs.clear();
        (self.gradient.iter().map(|g| -g).collect(), -dot(&self.gradient, &self.gradient))
    }

    /// Moves to `trial` and remembers the curvature between the two points.
    fn accept(&mut self, trial: Trial) {
        let s: Vec<f64> = trial.x.iter().zip(&self.x).map(|(new, old)| new - old).collect();
        let y: Vec<f64> = trial.gradient.iter().zip(&self.gradient).map(|(new, old)| new - old).collect();
        let sy = dot(&s, &y);
        // Without clearly positive curvature the pair would spoil positive definiteness: leave it out.
        if sy > 1e-12 * norm(&s) * norm(&y) {
            if self.pairs.len() == MEMORY {
                self.pairs.pop_front();
            }
            self.pairs.push_back(Pair { s, y, sy });
        }
        self.x = trial.x;
        self.value = trial.value;
        self.gradient = trial.gradient;
    }
}

fn add(sum: &mut [f64], factor: f64, x: &[f64]) {
    sum.iter_mut().zip(x).for_each(|(sum, x)| *sum += factor * x);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimise(x0: Vec<f64>, f: &mut impl FnMut(&[f64], &mut [f64]) -> f64) -> (Lbfgs, StopReason) {
        let mut lbfgs = Lbfgs::new(x0, Options::default());
        loop {
            if let Progress::Stopped(reason) = lbfgs.advance(f) {
                return (lbfgs, reason);
            }
        }
    }

    #[test]
    fn a_long_chain_of_valleys_is_followed_to_its_end() {
        // Rosenbrock's valley in 500 pairs of variables: minimum 0 where all are 1.
        let n = 1000;
        let start = (0..n).map(|i| if i % 2 == 0 { -1.2 } else { 1.0 }).collect();
        let (lbfgs, reason) = minimise(start, &mut |x, g| {
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
        let (lbfgs, reason) = minimise(vec![0.0; 64], &mut |x, g| {
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
        let (_, reason) = minimise(vec![0.0], &mut |_, g| {
            g[0] = f64::NAN;
            f64::NAN
        });
        assert_eq!(reason, StopReason::Diverged);
        let (_, reason) = minimise(vec![1.0], &mut |x, g| {
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
