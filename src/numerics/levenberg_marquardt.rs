//! Least squares of a function that is not linear in its parameters, one evaluation at a time.

use super::optimiser::StopReason;
use faer::linalg::solvers::{Llt, Solve};
use faer::{Mat, Side};

/// Residuals and their derivatives at a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Residuals {
    /// r_i.
    pub values: Vec<f64>,
    /// ∂r_i/∂x_k, row by row: `values.len() × parameters`.
    pub jacobian: Vec<f64>,
}

/// How the minimiser works.
#[derive(Clone, Debug, PartialEq)]
pub struct LeastSquaresOptions {
    /// By parameter: ρ_k of the penalty ½ ρ_k x_k².
    pub ridge: Vec<f64>,
    /// By parameter: the least value allowed; `−∞` for none.
    pub lower: Vec<f64>,
    /// Most accepted steps.
    pub max_iterations: usize,
}

/// Levenberg–Marquardt with bounds from below: minimises `½ Σ r_i(x)² + ½ Σ ρ_k x_k²`, `x ≥ lower`.
///
/// Ask and tell: evaluate at [`Self::trial`], hand the result to [`Self::tell`], until it gives a reason to stop; so
/// the caller may evaluate in pieces. A step minimises the quadratic `gradient·δ + ½ δᵀ(JᵀJ + ρ + λ diag(JᵀJ + ρ))δ`
/// (Moré 1978) within the bounds: a step without bounds that is cut off at them afterwards leads upwards as often as
/// not. λ follows how well the quadratic told the cost (Nielsen 1999, eq. 2.4). A parameter comes to its bound by a
/// tenth of the way left in each step, and rests on it only from close by: a single bold step would land on points,
/// such as several zeros at once, where nothing pulls back. Stops
/// when the projected gradient falls below 10⁻⁹ of the cost's scale, or a step changes the cost by less than 10⁻⁹ of
/// itself. O(residuals · parameters²) a step beside the evaluation.
#[derive(Clone, Debug)]
pub struct LevenbergMarquardt {
    options: LeastSquaresOptions,
    x: Vec<f64>,
    trial: Vec<f64>,
    best: Option<Residuals>,
    cost: f64,
    /// What the quadratic says of the cost at the trial: by how much it falls.
    promised: f64,
    damping: f64,
    growth: f64,
    iterations: usize,
    stopped: Option<StopReason>,
}

/// Damping of the first step relative to the diagonal.
const FIRST_DAMPING: f64 = 1e-2;
/// Above this damping a step moves nothing that counts.
const MOST_DAMPING: f64 = 1e12;
/// Projected gradient, relative to the largest term that it is the sum of, at which the search ends.
const GRADIENT: f64 = 1e-9;
/// Share of the way to its bound that a step leaves.
const LEFT: f64 = 0.1;
/// A parameter this close to its bound may come to rest on it.
const CLOSE: f64 = 1e-3;
/// Relative change of the cost at which it ends.
const CHANGE: f64 = 1e-9;

impl LevenbergMarquardt {
    /// A minimiser that starts at `x0`, moved into its bounds.
    ///
    /// # Panics
    /// If the options are of another number of parameters.
    #[must_use]
    pub fn new(x0: &[f64], options: LeastSquaresOptions) -> Self {
        assert_eq!((x0.len(), x0.len()), (options.ridge.len(), options.lower.len()), "one entry a parameter");
        let start: Vec<f64> = x0.iter().zip(&options.lower).map(|(x, low)| x.max(*low)).collect();
        Self {
            options,
            x: start.clone(),
            trial: start,
            best: None,
            cost: f64::INFINITY,
            promised: 0.0,
            damping: FIRST_DAMPING,
            growth: 2.0,
            iterations: 0,
            stopped: None,
        }
    }

    /// The point to evaluate next.
    #[must_use]
    pub fn trial(&self) -> &[f64] {
        &self.trial
    }

    /// The best point so far.
    #[must_use]
    pub fn x(&self) -> &[f64] {
        &self.x
    }

    /// The cost there; infinite before the first evaluation.
    #[must_use]
    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// Residuals there.
    #[must_use]
    pub fn residuals(&self) -> Option<&Residuals> {
        self.best.as_ref()
    }

    /// Steps accepted.
    #[must_use]
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Why it ended, if it did.
    #[must_use]
    pub fn stopped(&self) -> Option<StopReason> {
        self.stopped
    }

    /// Takes the evaluation at [`Self::trial`] in and chooses the next point; gives the reason when there is none.
    ///
    /// # Panics
    /// If the Jacobian does not fit the residuals.
    pub fn tell(&mut self, found: Residuals) -> Option<StopReason> {
        assert_eq!(found.jacobian.len(), found.values.len() * self.x.len(), "a row for each residual");
        if self.stopped.is_some() {
            return self.stopped;
        }
        let penalty: f64 = self.trial.iter().zip(&self.options.ridge).map(|(x, rho)| rho * x * x).sum();
        let cost = 0.5 * (found.values.iter().map(|r| r * r).sum::<f64>() + penalty);
        let finite = cost.is_finite() && found.jacobian.iter().all(|d| d.is_finite());
        if self.best.is_none() && !finite {
            return self.stop(StopReason::Diverged);
        }
        if finite && cost < self.cost {
            let little = self.best.is_some() && self.cost - cost <= CHANGE * cost;
            if self.best.is_some() {
                self.iterations += 1;
                let kept = (self.cost - cost) / self.promised;
                let factor = (1.0 - (2.0 * kept - 1.0).powi(3)).clamp(1.0 / 3.0, 2.0);
                (self.damping, self.growth) = ((self.damping * factor).max(1e-12), 2.0);
            }
            (self.cost, self.best) = (cost, Some(found));
            self.x.copy_from_slice(&self.trial);
            if little {
                return self.stop(StopReason::Gradient);
            }
            if self.iterations >= self.options.max_iterations {
                return self.stop(StopReason::Iterations);
            }
        } else {
            self.damping *= self.growth;
            self.growth *= 2.0;
        }
        self.step()
    }

    fn stop(&mut self, reason: StopReason) -> Option<StopReason> {
        self.stopped = Some(reason);
        self.stopped
    }

    fn step(&mut self) -> Option<StopReason> {
        let Some(best) = &self.best else { return None };
        let n = self.x.len();
        let (normal, mut gradient) = normal_equations(best, n);
        let mut scale = 0.0_f64;
        for (k, slope) in gradient.iter_mut().enumerate() {
            // What the gradient would be if nothing cancelled.
            let terms = best.values.iter().enumerate().map(|(i, r)| (r * best.jacobian[i * n + k]).abs());
            scale = scale.max(terms.sum::<f64>());
            *slope += self.options.ridge[k] * self.x[k];
        }
        let pulls = |k: usize| self.x[k] > self.options.lower[k] || gradient[k] < 0.0;
        let steepest = (0..n).filter(|&k| pulls(k)).map(|k| gradient[k].abs()).fold(0.0, f64::max);
        if steepest <= GRADIENT * scale {
            return self.stop(StopReason::Gradient);
        }
        let floor: Vec<f64> = (0..n)
            .map(|k| {
                let way = self.x[k] - self.options.lower[k];
                // Without a bound the way is infinite, and so is what may be gone of it.
                if way < CLOSE { -way } else { -(1.0 - LEFT) * way }
            })
            .collect();
        while self.damping < MOST_DAMPING {
            let curvature = |damping: f64| {
                Mat::from_fn(n, n, |k, l| {
                    let ridge = if k == l { self.options.ridge[k] } else { 0.0 };
                    let value = normal[k * n + l] + ridge;
                    if k == l { value * (1.0 + damping) + f64::MIN_POSITIVE } else { value }
                })
            };
            if let Some(step) = bounded_step(&curvature(self.damping), &gradient, &floor) {
                for (k, step) in step.iter().enumerate() {
                    self.trial[k] = (self.x[k] + step).max(self.options.lower[k]);
                }
                if self.trial.iter().all(|x| x.is_finite()) && self.trial != self.x {
                    self.promised = -change_of_quadratic(&curvature(0.0), &gradient, &step);
                    return None;
                }
            }
            self.damping *= self.growth;
            self.growth *= 2.0;
        }
        self.stop(StopReason::LineSearch)
    }
}

/// `gradient·δ + ½ δᵀHδ`.
fn change_of_quadratic(curvature: &Mat<f64>, gradient: &[f64], step: &[f64]) -> f64 {
    let n = step.len();
    let bend = |k: usize| (0..n).map(|l| curvature[(k, l)] * step[l]).sum::<f64>();
    (0..n).map(|k| step[k] * (gradient[k] + 0.5 * bend(k))).sum()
}

/// The least of `gradient·δ + ½ δᵀHδ` with δ ≥ floor, floor ≤ 0, by an active set: what falls below its floor is put
/// there and the others are solved for again; what the rest then pulls up again is let go (Lawson and Hanson 1974,
/// chapter 23). O(n⁴) at the worst. `None` if H has a direction downwards.
fn bounded_step(curvature: &Mat<f64>, gradient: &[f64], floor: &[f64]) -> Option<Vec<f64>> {
    let n = gradient.len();
    let mut held: Vec<bool> = (0..n).map(|k| floor[k] == 0.0 && gradient[k] >= 0.0).collect();
    let mut step = vec![0.0; n];
    // Each round puts one parameter down or lets one go; rounding must not make it go round for ever.
    for _ in 0..4 * n + 4 {
        let free: Vec<usize> = (0..n).filter(|&k| !held[k]).collect();
        let slope = |k: usize, of: &dyn Fn(usize) -> bool| {
            gradient[k] + (0..n).filter(|&l| of(l)).map(|l| curvature[(k, l)] * step[l]).sum::<f64>()
        };
        let matrix = Mat::from_fn(free.len(), free.len(), |a, b| curvature[(free[a], free[b])]);
        let right = Mat::from_fn(free.len(), 1, |a, _| -slope(free[a], &|l| held[l]));
        let solved = Llt::new(matrix.as_ref(), Side::Lower).ok()?.solve(&right);
        let mut fell = false;
        for (a, &k) in free.iter().enumerate() {
            (held[k], step[k]) = (solved[(a, 0)] < floor[k], solved[(a, 0)].max(floor[k]));
            fell |= held[k];
        }
        if fell {
            continue;
        }
        let slopes: Vec<f64> =
            (0..n).map(|k| gradient[k] + (0..n).map(|l| curvature[(k, l)] * step[l]).sum::<f64>()).collect();
        // Below this a slope is what rounding leaves of the gradient.
        let nothing = 1e-13 * gradient.iter().fold(0.0_f64, |most, g| most.max(g.abs()));
        let up = (0..n)
            .filter(|&k| held[k] && slopes[k] < -nothing)
            .min_by(|a, b| slopes[*a].total_cmp(&slopes[*b]));
        match up {
            Some(k) => held[k] = false,
            None => return Some(step),
        }
    }
    Some(step)
}

/// `JᵀJ` and `Jᵀr`.
fn normal_equations(found: &Residuals, n: usize) -> (Vec<f64>, Vec<f64>) {
    let (mut normal, mut gradient) = (vec![0.0; n * n], vec![0.0; n]);
    for (row, r) in found.jacobian.chunks_exact(n.max(1)).zip(&found.values) {
        for k in 0..n {
            gradient[k] += row[k] * r;
            for l in 0..n {
                normal[k * n + l] += row[k] * row[l];
            }
        }
    }
    (normal, gradient)
}

/// How well parameters are known at a minimum.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterErrors {
    /// Standard error by parameter; `None` for one held by its bound.
    pub errors: Vec<Option<f64>>,
    /// By parameter, how much of its curvature comes from the data, 0 (ridge alone) to 1: the diagonal of
    /// `H⁻¹JᵀJ`, H = JᵀJ + ρ. 0 for one held by its bound.
    pub data_share: Vec<f64>,
    /// Effective number of parameters, the sum of those shares.
    pub effective: f64,
}

/// Standard errors from the Jacobian and the variance of the residuals: `s² H⁻¹`, H = JᵀJ + ρ, over the free parameters,
/// `s² = Σr²/(residuals − effective parameters)`, as if misfits were independent noise and the ridge a Gaussian prior
/// of width s/√ρ about 0: a parameter that the data do not determine has that width for its error. Where
/// [`ParameterErrors::data_share`] is well below 1, it is the ridge that speaks. Errors are `None` where there are no more
/// residuals than parameters, or where without a ridge two parameters cannot be told apart.
#[must_use]
pub fn parameter_errors(found: &Residuals, ridge: &[f64], held: &[bool]) -> ParameterErrors {
    let n = ridge.len();
    let (normal, _) = normal_equations(found, n);
    let free: Vec<usize> = (0..n).filter(|&k| !held[k]).collect();
    let none = ParameterErrors { errors: vec![None; n], data_share: vec![0.0; n], effective: 0.0 };
    let plain = Mat::from_fn(free.len(), free.len(), |a, b| normal[free[a] * n + free[b]]);
    let curvature = Mat::from_fn(free.len(), free.len(), |a, b| {
        plain[(a, b)] + if a == b { ridge[free[a]] + f64::MIN_POSITIVE } else { 0.0 }
    });
    let Ok(factors) = Llt::new(curvature.as_ref(), Side::Lower) else { return none };
    let shares = factors.solve(&plain);
    let covariance = factors.solve(&Mat::<f64>::identity(free.len(), free.len()));
    let effective: f64 = (0..free.len()).map(|a| shares[(a, a)]).sum();
    let squares: f64 = found.values.iter().map(|r| r * r).sum();
    let left = found.values.len() as f64 - effective;
    let mut answer = ParameterErrors { effective, ..none };
    for (a, &k) in free.iter().enumerate() {
        answer.data_share[k] = shares[(a, a)];
        if left > 0.0 {
            answer.errors[k] = Some((squares / left * covariance[(a, a)]).max(0.0).sqrt());
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::streams::stream;
    use rand::RngExt;

    fn minimise(
        x0: &[f64],
        ridge: f64,
        lower: f64,
        f: impl Fn(&[f64]) -> Residuals,
    ) -> (LevenbergMarquardt, StopReason) {
        let n = x0.len();
        let options =
            LeastSquaresOptions { ridge: vec![ridge; n], lower: vec![lower; n], max_iterations: 200 };
        let mut search = LevenbergMarquardt::new(x0, options);
        loop {
            let found = f(search.trial());
            if let Some(reason) = search.tell(found) {
                return (search, reason);
            }
        }
    }

    #[test]
    fn rosenbrock_valley_is_followed_to_its_end() {
        let f = |x: &[f64]| Residuals {
            values: vec![10.0 * (x[1] - x[0] * x[0]), 1.0 - x[0]],
            jacobian: vec![-20.0 * x[0], 10.0, -1.0, 0.0],
        };
        let (search, _) = minimise(&[-1.2, 1.0], 0.0, f64::NEG_INFINITY, f);
        assert!((search.x()[0] - 1.0).abs() < 1e-7 && (search.x()[1] - 1.0).abs() < 1e-7, "{search:?}");
        assert!(search.iterations() < 100);
    }

    /// The conditions that only the least point within the bounds meets: no slope where a parameter is free, none
    /// downwards into the room that is left where it stands on its floor.
    #[test]
    fn a_bounded_step_is_the_least_of_the_quadratic() {
        let mut random = stream(3, "bounded step", 0);
        let mut draw = || 2.0 * random.random::<f64>() - 1.0;
        for round in 0..200 {
            let n = 1 + round % 9;
            let rows: Vec<f64> = (0..n * (n + 2)).map(|_| draw()).collect();
            let product =
                |k: usize, l: usize| (0..n + 2).map(|i| rows[i * n + k] * rows[i * n + l]).sum::<f64>();
            let curvature = Mat::from_fn(n, n, |k, l| product(k, l) + if k == l { 0.01 } else { 0.0 });
            let gradient: Vec<f64> = (0..n).map(|_| draw()).collect();
            let floor: Vec<f64> = (0..n)
                .map(|_| match draw() {
                    x if x < -0.5 => 0.0,
                    x if x > 0.5 => f64::NEG_INFINITY,
                    x => -x.abs(),
                })
                .collect();
            let step = bounded_step(&curvature, &gradient, &floor).unwrap();
            for k in 0..n {
                let slope = gradient[k] + (0..n).map(|l| curvature[(k, l)] * step[l]).sum::<f64>();
                // Condition of the matrix below 10³, entries below 12: solved to 10⁻¹².
                assert!(step[k] >= floor[k] && slope > -1e-11, "round {round}: {slope}");
                assert!(step[k] == floor[k] || slope < 1e-11, "round {round}: {slope}");
            }
            assert!(change_of_quadratic(&curvature, &gradient, &step) <= 0.0);
        }
    }

    #[test]
    fn ridge_regression_has_its_closed_form_and_bounds_hold() {
        // r = x − 2: ½ (x−2)² + ½ ρ x² is least at 2/(1+ρ); y is pulled to −1 and stays at its bound.
        let f = |x: &[f64]| Residuals {
            values: vec![x[0] - 2.0, x[1] + 1.0],
            jacobian: vec![1.0, 0.0, 0.0, 1.0],
        };
        let (search, reason) = minimise(&[0.3, 0.3], 0.25, 0.0, f);
        assert!((search.x()[0] - 1.6).abs() < 1e-8 && search.x()[1] == 0.0, "{:?}", search.x());
        assert_eq!(reason, StopReason::Gradient);
    }

    #[test]
    fn errors_of_a_line_are_the_textbook_ones() {
        // y = a + b x at x = 0, 1, 2 with y = 0, 1, 0: slope error √⅓, intercept error √(s²(1/3 + 1/2)), s² = ⅔.
        let jacobian = vec![1.0, 0.0, 1.0, 1.0, 1.0, 2.0];
        let values: Vec<f64> = [0.0, 1.0, 0.0].iter().map(|y| 1.0 / 3.0 - y).collect();
        let found = parameter_errors(&Residuals { values, jacobian }, &[0.0; 2], &[false; 2]);
        assert!((found.errors[1].unwrap() - (1.0_f64 / 3.0).sqrt()).abs() < 1e-14);
        assert!((found.errors[0].unwrap() - (5.0_f64 / 9.0).sqrt()).abs() < 1e-14);
        assert!((found.effective - 2.0).abs() < 1e-14);
    }

    #[test]
    fn the_ridge_takes_its_share() {
        // One parameter, n residuals of slope 1: share n/(n + ρ).
        let found = Residuals { values: vec![1.0, -1.0, 1.0, -1.0], jacobian: vec![1.0; 4] };
        let errors = parameter_errors(&found, &[4.0], &[false]);
        assert!((errors.data_share[0] - 0.5).abs() < 1e-15);
        // s² = 4/3.5, variance s²/(4 + 4).
        assert!((errors.errors[0].unwrap() - (4.0_f64 / 3.5 / 8.0).sqrt()).abs() < 1e-15);
        assert_eq!(parameter_errors(&found, &[4.0], &[true]).errors, [None]);
    }
}
