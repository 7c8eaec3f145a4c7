//! The step along a direction of descent that a quasi-Newton minimiser takes (strong Wolfe).

/// Share of the predicted decrease that a step must deliver (Armijo).
const DECREASE: f64 = 1e-4;
/// Share of the slope that may be left after a step (strong Wolfe). Tighter than the usual 0.9: where an
/// evaluation is cheap, a third fewer iterations are worth the one more trial each.
const CURVATURE: f64 = 0.3;
/// Trial steps before a bracket is found, and again inside it.
const TRIALS: usize = 30;

/// Where a search starts.
pub(super) struct Point<'a> {
    pub(super) x: &'a [f64],
    pub(super) value: f64,
    pub(super) gradient: &'a [f64],
}

/// The function at one point of the search line.
#[derive(Clone)]
pub(super) struct Trial {
    pub(super) step: f64,
    pub(super) x: Vec<f64>,
    pub(super) value: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) slope: f64,
}

pub(super) enum Search {
    Found(Trial),
    NoDecrease,
    Diverged,
}

/// A step along `direction` that satisfies the strong Wolfe conditions, or the best one seen.
pub(super) fn search(
    f: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
    from: &Point<'_>,
    direction: &[f64],
    slope: f64,
    first_step: f64,
) -> Search {
    let start =
        Trial { step: 0.0, x: from.x.to_vec(), value: from.value, gradient: from.gradient.to_vec(), slope };
    // Close to the minimum the decrease drowns in rounding; the slope then decides.
    let slack = 4.0 * f64::EPSILON * from.value.abs();
    let is_too_high = |t: &Trial| t.value > start.value + DECREASE * t.step * slope + slack;
    let is_flat = |t: &Trial| t.slope.abs() <= -CURVATURE * slope;
    let mut try_step = |step: f64| {
        let x: Vec<f64> = start.x.iter().zip(direction).map(|(x, d)| x + step * d).collect();
        let mut gradient = vec![0.0; x.len()];
        let value = f(&x, &mut gradient);
        let slope = dot(&gradient, direction);
        Trial { step, x, value, gradient, slope }
    };

    let mut lower = start.clone();
    let mut upper = None;
    let mut step = first_step;
    let mut any_finite = false;
    for _ in 0..TRIALS {
        let trial = try_step(step);
        if trial.value == f64::NEG_INFINITY {
            return Search::Diverged;
        }
        if !is_finite(trial.value, &trial.gradient) {
            step = lower.step + 0.2 * (step - lower.step);
            continue;
        }
        any_finite = true;
        if is_too_high(&trial) || (lower.step > 0.0 && trial.value >= lower.value) {
            upper = Some(trial);
            break;
        }
        if is_flat(&trial) {
            return Search::Found(trial);
        }
        if trial.slope >= 0.0 {
            upper = Some(std::mem::replace(&mut lower, trial));
            break;
        }
        step *= 2.5;
        lower = trial;
    }
    let Some(mut upper) = upper else {
        return match (any_finite, lower.step > 0.0) {
            (false, _) => Search::Diverged,
            (true, true) => Search::Found(lower),
            (true, false) => Search::NoDecrease,
        };
    };

    // The bracket: `lower` has the lowest value so far and slopes towards `upper`.
    for _ in 0..TRIALS {
        let trial = try_step(cubic_minimum(&lower, &upper));
        let finite = is_finite(trial.value, &trial.gradient);
        if !finite || is_too_high(&trial) || trial.value >= lower.value {
            upper = trial;
        } else {
            if is_flat(&trial) {
                return Search::Found(trial);
            }
            if trial.slope * (upper.step - lower.step) >= 0.0 {
                upper = std::mem::replace(&mut lower, trial);
            } else {
                lower = trial;
            }
        }
        if (upper.step - lower.step).abs() <= f64::EPSILON * upper.step.abs().max(lower.step.abs()) {
            break;
        }
    }
    if lower.step > 0.0 && lower.value < start.value { Search::Found(lower) } else { Search::NoDecrease }
}

/// Minimum of the cubic through two values and slopes, kept inside the middle 80 % of the bracket.
fn cubic_minimum(a: &Trial, b: &Trial) -> f64 {
    let width = b.step - a.step;
    let d1 = a.slope + b.slope - 3.0 * (b.value - a.value) / width;
    let d2 = (d1 * d1 - a.slope * b.slope).sqrt().copysign(width);
    let share = 1.0 - (b.slope + d2 - d1) / (b.slope - a.slope + 2.0 * d2);
    // Not a number (no such minimum, or a value that is not finite): halve.
    let share = if share.is_finite() { share.clamp(0.1, 0.9) } else { 0.5 };
    a.step + share * width
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub(super) fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

pub(super) fn is_finite(value: f64, gradient: &[f64]) -> bool {
    value.is_finite() && gradient.iter().all(|g| g.is_finite())
}
