//! Minimising a smooth function, one iteration at a time (quasi-Newton methods).

use super::line_search::{Point, Search, Trial, dot, is_finite, norm, search};

/// What the minimiser aims for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Stop once every component of the gradient is at most this large (default 10⁻⁶).
    pub gradient_tolerance: f64,
    /// Stop after this many iterations (default 200).
    pub max_iterations: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { gradient_tolerance: 1e-6, max_iterations: 200 }
    }
}

/// Why a minimisation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// The largest component of the gradient fell under the tolerance: a stationary point.
    Gradient,
    /// The allowed number of iterations was used up.
    Iterations,
    /// No step along the last direction lowers the value any more (rounding has the last word).
    LineSearch,
    /// Samples kept apart have not become likelier for some time: more would be overfitting.
    HeldOut,
    /// The function is not finite at the start, on every trial step, or falls without bound.
    Diverged,
}

impl StopReason {
    /// The reason as files and tables write it: `gradient`, `iterations`, `line-search`, `held-out`,
    /// `diverged`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Gradient => "gradient",
            Self::Iterations => "iterations",
            Self::LineSearch => "line-search",
            Self::HeldOut => "held-out",
            Self::Diverged => "diverged",
        }
    }
}

/// Whether there is more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Another iteration may lower the value.
    Running,
    /// Finished, for this reason; further calls change nothing.
    Stopped(StopReason),
}

/// What a quasi-Newton minimiser knows of the curvature of a function, learned from its own steps.
pub trait Curvature {
    /// Nothing known yet of a function of `n` variables.
    fn unknown(n: usize) -> Self;

    /// Whether nothing is known: the direction is then that of steepest descent and has no length scale.
    fn is_unknown(&self) -> bool;

    /// The quasi-Newton direction at a point with this gradient: minus the inverse Hessian times the gradient.
    fn direction(&self, gradient: &[f64]) -> Vec<f64>;

    /// Takes in that the gradient changed by `y` along the step `s`; `sy` is `s·y`, > 0.
    fn learn(&mut self, s: Vec<f64>, y: Vec<f64>, sy: f64);
}

/// Quasi-Newton minimiser with a strong-Wolfe line search (Nocedal and Wright 2006, algorithms 3.5 and 3.6):
/// [`Bfgs`](super::bfgs::Bfgs) or [`Lbfgs`](super::lbfgs::Lbfgs), by what it keeps of the curvature.
///
/// An iteration takes one to three evaluations of the function. The same function gives the same path:
/// nothing is drawn at random.
#[derive(Clone, Debug)]
pub struct QuasiNewton<C> {
    options: Options,
    x: Vec<f64>,
    value: f64,
    gradient: Vec<f64>,
    curvature: C,
    evaluated: bool,
    iterations: usize,
    stopped: Option<StopReason>,
}

impl<C: Curvature> QuasiNewton<C> {
    /// A minimiser that will start from `x0`; nothing is evaluated yet.
    #[must_use]
    pub fn new(x0: Vec<f64>, options: Options) -> Self {
        let n = x0.len();
        Self {
            options,
            x: x0,
            value: f64::NAN,
            gradient: vec![f64::NAN; n],
            curvature: C::unknown(n),
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
            // Without curvature there is no length scale: begin with a step of length at most one.
            let first_step = if self.curvature.is_unknown() { 1.0 / norm(&direction).max(1.0) } else { 1.0 };
            let from = Point { x: &self.x, value: self.value, gradient: &self.gradient };
            match search(f, &from, &direction, slope, first_step) {
                Search::Found(trial) => {
                    self.accept(trial);
                    break;
                }
                Search::Diverged => return self.stop(StopReason::Diverged),
                Search::NoDecrease if self.curvature.is_unknown() => {
                    return self.stop(StopReason::LineSearch);
                }
                // Stale curvature may point nowhere useful: try steepest descent before giving up.
                Search::NoDecrease => self.forget_curvature(),
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

    fn forget_curvature(&mut self) {
        self.curvature = C::unknown(self.x.len());
    }

    /// The quasi-Newton direction and the slope along it, always downhill.
    fn direction(&mut self) -> (Vec<f64>, f64) {
        let direction = self.curvature.direction(&self.gradient);
        let slope = dot(&direction, &self.gradient);
        if slope < 0.0 && slope.is_finite() {
            return (direction, slope);
        }
        self.forget_curvature();
        (self.gradient.iter().map(|g| -g).collect(), -dot(&self.gradient, &self.gradient))
    }

    /// Moves to `trial` and learns the curvature between the two points.
    fn accept(&mut self, trial: Trial) {
        let s: Vec<f64> = trial.x.iter().zip(&self.x).map(|(new, old)| new - old).collect();
        let y: Vec<f64> = trial.gradient.iter().zip(&self.gradient).map(|(new, old)| new - old).collect();
        let sy = dot(&s, &y);
        // Without clearly positive curvature the step would spoil positive definiteness: leave it out.
        if sy > 1e-12 * norm(&s) * norm(&y) {
            self.curvature.learn(s, y, sy);
        }
        self.x = trial.x;
        self.value = trial.value;
        self.gradient = trial.gradient;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::numerics::bfgs::Bfgs;

    /// Runs a minimiser of any kind to its end.
    pub(in crate::numerics) fn minimise<C: Curvature>(
        x0: &[f64],
        f: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
    ) -> (QuasiNewton<C>, StopReason) {
        let mut optimiser = QuasiNewton::new(x0.to_vec(), Options::default());
        loop {
            if let Progress::Stopped(reason) = optimiser.advance(f) {
                return (optimiser, reason);
            }
        }
    }

    #[test]
    fn a_function_that_is_not_finite_diverges_without_panic() {
        let (_, reason): (Bfgs, _) = minimise(&[0.0], &mut |_, g| {
            g[0] = f64::NAN;
            f64::NAN
        });
        assert_eq!(reason, StopReason::Diverged);
        // Finite at the start only.
        let (bfgs, reason): (Bfgs, _) = minimise(&[0.0], &mut |x, g| {
            g[0] = 1.0;
            if x[0] == 0.0 { 0.0 } else { f64::INFINITY }
        });
        assert_eq!((reason, bfgs.x()[0]), (StopReason::Diverged, 0.0));
        // Unbounded below.
        let (_, reason): (Bfgs, _) = minimise(&[1.0], &mut |x, g| {
            g[0] = -x[0].exp();
            -x[0].exp()
        });
        assert_eq!(reason, StopReason::Diverged);
    }

    #[test]
    fn a_wall_of_infinity_is_avoided_and_the_limit_of_iterations_kept() {
        // −ln x + x: minimum at 1, not defined for x ≤ 0, start close to the wall.
        let mut f = |x: &[f64], g: &mut [f64]| {
            g[0] = 1.0 - 1.0 / x[0];
            if x[0] > 0.0 { x[0] - x[0].ln() } else { f64::NAN }
        };
        let (bfgs, reason): (Bfgs, _) = minimise(&[20.0], &mut f);
        assert_eq!(reason, StopReason::Gradient);
        assert!((bfgs.x()[0] - 1.0).abs() < 1e-5);
        let mut short = Bfgs::new(vec![20.0], Options { max_iterations: 1, ..Options::default() });
        assert_eq!(short.advance(&mut f), Progress::Stopped(StopReason::Iterations));
        assert_eq!(short.advance(&mut f), Progress::Stopped(StopReason::Iterations));
        assert_eq!(short.iterations(), 1);
    }
}
