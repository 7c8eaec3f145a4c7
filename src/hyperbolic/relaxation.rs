//! Where a taut string crosses its gates: a convex minimum, by Newton's method in one sweep a step.

use super::gate::Gate;
use super::point::{HalfPlane, distance};

/// How the string ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Closure {
    /// Held at two points.
    Pinned(HalfPlane, HalfPlane),
    /// The last gate is followed by the first, moved by so many sites.
    Loop(f64),
}

/// Steps after which we take what we have; about 10 are usual.
const MOST_STEPS: usize = 40;
/// Expected gain of length, in curvature radii, below which the next step is the last. Newton converges
/// quadratically, so it goes to rounding; and below it the rounding of the sum would mislead a line search.
const TAUT: f64 = 1e-10;
/// Largest part of the way to a gate's margin that one step may go.
const STEP_TO_MARGIN: f64 = 0.95;

/// Fractions `t` of the gates, `margin < t < 1 − margin`, that minimise
/// `Σ d(successive crossings) − centring Σ [ln(t − margin) + ln(1 − margin − t)]`.
///
/// With `C = cosh d` bilinear in the hyperboloid points `P(t) = [sinh((1−t)L) A + sinh(tL) B]/sinh L`,
/// `P″ = L² P`: `d_t = C_t/S`, `d_tt = C (L² S² − C_t²)/S³`, `d_ts = C_ts/S − C C_t C_s/S³`, `S = sinh d`.
pub(super) fn relaxed_fractions(gates: &[Gate], closure: Closure, margin: f64, centring: f64) -> Vec<f64> {
    let sleeve = Sleeve::new(gates, closure);
    let count = gates.len();
    let barrier = |t: f64| -centring * ((t - margin).ln() + (1.0 - margin - t).ln());
    let cost = |t: &[f64]| sleeve.length(t) + t.iter().map(|&t| barrier(t)).sum::<f64>();
    let mut t = vec![0.5; count];
    let mut value = cost(&t);
    let mut system = Tridiagonal::new(count);
    let mut trial = t.clone();
    for _ in 0..MOST_STEPS {
        sleeve.differentiate(&t, &mut system);
        for (i, &t) in t.iter().enumerate() {
            let (low, high) = (t - margin, 1.0 - margin - t);
            system.gradient[i] += centring * (1.0 / high - 1.0 / low);
            system.diagonal[i] += centring * (1.0 / (low * low) + 1.0 / (high * high));
        }
        let step = system.newton_step();
        let gain: f64 = -step.iter().zip(&system.gradient).map(|(s, g)| s * g).sum::<f64>();
        // A gate whose ends coincide has no direction; leave the string where it is.
        if gain.is_nan() {
            break;
        }
        let mut scale = step
            .iter()
            .zip(&t)
            .map(|(&s, &t)| STEP_TO_MARGIN * if s > 0.0 { 1.0 - margin - t } else { t - margin } / s.abs())
            .fold(1.0, f64::min);
        let last = gain < TAUT;
        let mut accepted = false;
        // Armijo: the step goes downhill, so halving ends.
        while !accepted && scale > 1e-9 {
            for i in 0..count {
                trial[i] = t[i] + scale * step[i];
            }
            let next = cost(&trial);
            accepted = last || next <= value - 1e-4 * scale * gain;
            if accepted {
                value = next;
                std::mem::swap(&mut t, &mut trial);
            }
            scale *= 0.5;
        }
        if last || !accepted {
            break;
        }
    }
    t
}

/// Gates with the products of their ends, which is all that the lengths depend on.
struct Sleeve {
    /// Hyperbolic length of each gate.
    lengths: Vec<f64>,
    /// cosh of the distances between ends: of (inside, outside) of one with (inside, outside) of the next.
    products: Vec<[[f64; 2]; 2]>,
    /// cosh of the distances of the two held ends from (inside, outside) of the first and last gate.
    held: Option<[[f64; 2]; 2]>,
}

/// Weights of a gate's ends at fraction t, with their first derivative.
#[derive(Clone, Copy)]
struct Weights {
    value: [f64; 2],
    slope: [f64; 2],
    /// `L²`, the ratio of second derivative and value.
    stiffness: f64,
}

fn cosh_distance(p: HalfPlane, q: HalfPlane) -> f64 {
    let (dx, dz) = (p.x - q.x, p.z - q.z);
    1.0 + (dx * dx + dz * dz) / (2.0 * p.z * q.z)
}

fn bilinear(m: &[[f64; 2]; 2], a: [f64; 2], b: [f64; 2]) -> f64 {
    a[0] * (m[0][0] * b[0] + m[0][1] * b[1]) + a[1] * (m[1][0] * b[0] + m[1][1] * b[1])
}

/// `sinh d` from `cosh d`, kept off 0: crossings that coincide have no direction between them.
fn sinh_of(cosh: f64) -> f64 {
    ((cosh - 1.0) * (cosh + 1.0)).max(1e-18).sqrt()
}

impl Sleeve {
    fn new(gates: &[Gate], closure: Closure) -> Self {
        let between = |a: &Gate, b: &Gate| {
            [a.inside, a.outside].map(|p| [b.inside, b.outside].map(|q| cosh_distance(p, q)))
        };
        let mut products: Vec<_> = gates.windows(2).map(|pair| between(&pair[0], &pair[1])).collect();
        let mut held = None;
        if let (Some(first), Some(last)) = (gates.first(), gates.last()) {
            match closure {
                Closure::Pinned(start, end) => {
                    let from = |p, gate: &Gate| [gate.inside, gate.outside].map(|q| cosh_distance(p, q));
                    held = Some([from(start, first), from(end, last)]);
                }
                Closure::Loop(shift) => products.push(between(last, &first.shifted(shift))),
            }
        }
        let lengths = gates.iter().map(|gate| distance(gate.inside, gate.outside)).collect();
        Self { lengths, products, held }
    }

    fn weights(&self, i: usize, t: f64) -> Weights {
        let length = self.lengths[i];
        let (near, far, whole) = ((1.0 - t) * length, t * length, length.sinh());
        Weights {
            value: [near.sinh() / whole, far.sinh() / whole],
            slope: [-length * near.cosh() / whole, length * far.cosh() / whole],
            stiffness: length * length,
        }
    }

    fn length(&self, t: &[f64]) -> f64 {
        let count = t.len();
        let value = |i: usize| self.weights(i, t[i]).value;
        let Some(mut previous) = (count > 0).then(|| value(0)) else { return 0.0 };
        let first = previous;
        let mut sum = 0.0;
        for (i, product) in self.products.iter().enumerate() {
            let next = if i + 1 < count { value(i + 1) } else { first };
            sum += bilinear(product, previous, next).max(1.0).acosh();
            previous = next;
        }
        if let Some([start, end]) = self.held {
            let dot = |m: [f64; 2], a: [f64; 2]| (m[0] * a[0] + m[1] * a[1]).max(1.0).acosh();
            sum += dot(start, first) + dot(end, value(count - 1));
        }
        sum
    }

    /// Gradient and Hessian of the length.
    fn differentiate(&self, t: &[f64], system: &mut Tridiagonal) {
        let count = t.len();
        system.clear();
        let weights: Vec<Weights> = t.iter().enumerate().map(|(i, &t)| self.weights(i, t)).collect();
        for (i, product) in self.products.iter().enumerate() {
            let j = (i + 1) % count;
            let (a, b) = (weights[i], weights[j]);
            let cosh = bilinear(product, a.value, b.value);
            let (by_a, by_b) = (bilinear(product, a.slope, b.value), bilinear(product, a.value, b.slope));
            let by_both = bilinear(product, a.slope, b.slope);
            let sinh = sinh_of(cosh);
            let cube = sinh * sinh * sinh;
            system.gradient[i] += by_a / sinh;
            system.gradient[j] += by_b / sinh;
            system.diagonal[i] += cosh * (a.stiffness * sinh * sinh - by_a * by_a).max(0.0) / cube;
            system.diagonal[j] += cosh * (b.stiffness * sinh * sinh - by_b * by_b).max(0.0) / cube;
            system.coupling[i] += by_both / sinh - cosh * by_a * by_b / cube;
        }
        if let Some(ends) = self.held {
            for (m, i) in ends.into_iter().zip([0, count - 1]) {
                let w = weights[i];
                let dot = |a: [f64; 2]| m[0] * a[0] + m[1] * a[1];
                let (cosh, by_t) = (dot(w.value), dot(w.slope));
                let sinh = sinh_of(cosh);
                system.gradient[i] += by_t / sinh;
                system.diagonal[i] +=
                    cosh * (w.stiffness * sinh * sinh - by_t * by_t).max(0.0) / (sinh * sinh * sinh);
            }
        }
    }
}

/// A symmetric system `H step = −gradient`, each unknown coupled to the next and perhaps the last to
/// the first.
struct Tridiagonal {
    gradient: Vec<f64>,
    diagonal: Vec<f64>,
    /// Of unknown i with i + 1; the last one couples back to unknown 0.
    coupling: Vec<f64>,
}

impl Tridiagonal {
    fn new(count: usize) -> Self {
        Self { gradient: vec![0.0; count], diagonal: vec![0.0; count], coupling: vec![0.0; count] }
    }

    fn clear(&mut self) {
        self.gradient.fill(0.0);
        self.diagonal.fill(0.0);
        self.coupling.fill(0.0);
    }

    /// The Newton step. A ring of unknowns is cut open at the last one: the others follow it linearly.
    fn newton_step(&self) -> Vec<f64> {
        let count = self.diagonal.len();
        let Some(last) = count.checked_sub(1) else { return Vec::new() };
        let right: Vec<f64> = self.gradient.iter().map(|g| -g).collect();
        let back = self.coupling[last];
        if back == 0.0 {
            return self.solve_open(count, &right);
        }
        if count == 1 {
            // One gate coupled to its own image, from both sides.
            return vec![right[0] / (self.diagonal[0] + 2.0 * back)];
        }
        let mut pull = vec![0.0; last];
        pull[0] += back;
        pull[last - 1] += self.coupling[last - 1];
        let (at_rest, follows) = (self.solve_open(last, &right), self.solve_open(last, &pull));
        let dot = |a: &[f64]| pull.iter().zip(a).map(|(p, a)| p * a).sum::<f64>();
        let of_last = (right[last] - dot(&at_rest)) / (self.diagonal[last] - dot(&follows));
        let mut step: Vec<f64> = at_rest.iter().zip(&follows).map(|(r, f)| r - of_last * f).collect();
        step.push(of_last);
        step
    }

    /// Thomas' elimination for the first `count` unknowns. The matrix is positive definite (convexity
    /// and the barrier), so no pivoting is needed.
    fn solve_open(&self, count: usize, right: &[f64]) -> Vec<f64> {
        let mut ratio = vec![0.0; count];
        let mut solution = vec![0.0; count];
        for i in 0..count {
            let (above, above_ratio, above_solution) =
                if i == 0 { (0.0, 0.0, 0.0) } else { (self.coupling[i - 1], ratio[i - 1], solution[i - 1]) };
            let pivot = self.diagonal[i] - above * above_ratio;
            ratio[i] = self.coupling[i] / pivot;
            solution[i] = (right[i] - above * above_solution) / pivot;
        }
        for i in (0..count.saturating_sub(1)).rev() {
            solution[i] -= ratio[i] * solution[i + 1];
        }
        solution
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::streams::stream;
    use approx::assert_abs_diff_eq;
    use rand::RngExt;

    /// Upright gates side by side with random heights: a corridor.
    fn corridor(seed: u64, count: usize) -> Vec<Gate> {
        let mut rng = stream(seed, "corridor", 0);
        (0..count)
            .map(|i| {
                let (x, z) = (i as f64 * rng.random_range(0.6..1.0), rng.random_range(1.0..3.0));
                Gate { inside: HalfPlane::new(x, z), outside: HalfPlane::new(x + 0.2, 2.5 * z) }
            })
            .collect()
    }

    fn closures(count: usize) -> [Closure; 2] {
        let end = HalfPlane::new(count as f64, 2.0);
        [Closure::Pinned(HalfPlane::new(-1.0, 1.5), end), Closure::Loop(count as f64)]
    }

    #[test]
    fn derivatives_are_those_of_the_length() {
        let gates = corridor(1, 5);
        for closure in closures(5) {
            let sleeve = Sleeve::new(&gates, closure);
            let at = [0.3, 0.6, 0.5, 0.45, 0.7];
            let mut system = Tridiagonal::new(5);
            sleeve.differentiate(&at, &mut system);
            let (gradient, diagonal) = (system.gradient.clone(), system.diagonal.clone());
            let (coupling, h) = (system.coupling.clone(), 1e-5);
            for i in 0..5 {
                let mut shifted = [at, at];
                shifted[0][i] -= h;
                shifted[1][i] += h;
                let rise = sleeve.length(&shifted[1]) - sleeve.length(&shifted[0]);
                assert_abs_diff_eq!(gradient[i], rise / (2.0 * h), epsilon = 1e-8);
                let slopes = shifted.map(|t| {
                    sleeve.differentiate(&t, &mut system);
                    system.gradient.clone()
                });
                let second = |j: usize| (slopes[1][j] - slopes[0][j]) / (2.0 * h);
                assert_abs_diff_eq!(diagonal[i], second(i), epsilon = 1e-7);
                assert_abs_diff_eq!(coupling[i], second((i + 1) % 5), epsilon = 1e-7);
            }
        }
    }

    #[test]
    fn a_newton_step_solves_its_equations() {
        for count in 1..7 {
            let gates = corridor(2, count);
            for closure in closures(count) {
                let mut system = Tridiagonal::new(count);
                Sleeve::new(&gates, closure).differentiate(&vec![0.5; count], &mut system);
                let step = system.newton_step();
                let mut left: Vec<f64> = system.diagonal.iter().zip(&step).map(|(d, s)| d * s).collect();
                for i in 0..count {
                    let j = (i + 1) % count;
                    left[i] += system.coupling[i] * step[j];
                    left[j] += system.coupling[i] * step[i];
                }
                for (left, gradient) in left.iter().zip(&system.gradient) {
                    assert_abs_diff_eq!(*left, -gradient, epsilon = 1e-10);
                }
            }
        }
    }

    #[test]
    fn no_small_move_shortens_the_string() {
        let (margin, centring) = (0.12, 0.02);
        for seed in 0..40 {
            let count = 1 + (seed as usize) % 20;
            let gates = corridor(seed, count);
            for closure in closures(count) {
                let t = relaxed_fractions(&gates, closure, margin, centring);
                assert!(t.iter().all(|&t| t > margin && t < 1.0 - margin));
                let mut system = Tridiagonal::new(count);
                Sleeve::new(&gates, closure).differentiate(&t, &mut system);
                for (i, &t) in t.iter().enumerate() {
                    let pull = centring * (1.0 / (1.0 - margin - t) - 1.0 / (t - margin));
                    assert_abs_diff_eq!(system.gradient[i] + pull, 0.0, epsilon = 1e-6);
                }
            }
        }
    }
}
