//! What an optimiser sees of a likelihood: weights decay, and a wall stands around the parameters.

/// Links and biases beyond this size are frozen in every digit of an `f64`; further out a likelihood is flat,
/// and an optimiser that follows its rounding errors never comes back.
pub(super) const LARGEST: f64 = 100.0;

/// `f`, which writes its gradient, inside the wall; `+∞` with a zero gradient if a parameter exceeds
/// [`LARGEST`] in size.
pub(super) fn walled(parameters: &[f64], gradient: &mut [f64], f: impl FnOnce(&mut [f64]) -> f64) -> f64 {
    if parameters.iter().any(|p| p.abs() > LARGEST) {
        gradient.fill(0.0);
        return f64::INFINITY;
    }
    f(gradient)
}

/// `nll + (decay/2) Σ w²` from `nll` and its gradient in all parameters. Writes the gradient, as far as there
/// is room; the weights stand first in it.
pub(super) fn decayed(
    (mut value, full): (f64, Vec<f64>),
    weights: &[f64],
    decay: f64,
    gradient: &mut [f64],
) -> f64 {
    gradient.copy_from_slice(&full[..gradient.len()]);
    for (w, g) in weights.iter().zip(gradient) {
        value += 0.5 * decay * w * w;
        *g += decay * w;
    }
    value
}

/// `(decay/2) Σ w²`, summed by itself.
pub(super) fn penalty(weights: &[f64], decay: f64) -> f64 {
    0.5 * decay * weights.iter().map(|w| w * w).sum::<f64>()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    /// Compares the gradient that `f` writes at `x` with central differences of its values. Step 10⁻⁵:
    /// truncation 10⁻¹⁰, rounding 10⁻¹¹.
    pub(in crate::rbm) fn check_gradient(x: &[f64], f: impl Fn(&[f64], &mut [f64]) -> f64) {
        let (mut gradient, mut unused) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        f(x, &mut gradient);
        for i in 0..x.len() {
            let mut moved = x.to_vec();
            moved[i] += 1e-5;
            let above = f(&moved, &mut unused);
            moved[i] -= 2e-5;
            let below = f(&moved, &mut unused);
            assert_abs_diff_eq!(gradient[i], (above - below) / 2e-5, epsilon = 1e-9);
        }
    }

    #[test]
    fn beyond_the_wall_nothing_is_evaluated() {
        let mut gradient = [1.0, 1.0];
        let at = |x: &[f64], gradient: &mut [f64]| walled(x, gradient, |_| 0.5);
        assert_eq!(at(&[0.0, -LARGEST], &mut gradient), 0.5);
        assert_eq!(gradient, [1.0; 2]);
        assert_eq!(at(&[0.0, -1.01 * LARGEST], &mut gradient), f64::INFINITY);
        assert_eq!(gradient, [0.0; 2]);
    }

    #[test]
    fn decay_pulls_weights_alone() {
        // x = (w, w', c), nll = 3 − x₂: the bias does not decay and may have no room.
        let (weights, nll) = ([2.0, -1.0], || (3.0, vec![0.0, 0.0, -1.0]));
        let mut gradient = [0.0; 3];
        let value = decayed(nll(), &weights, 0.5, &mut gradient);
        assert_eq!((value, gradient), (3.0 + penalty(&weights, 0.5), [1.0, -0.5, -1.0]));
        assert_eq!(penalty(&weights, 0.5), 1.25);
        assert_eq!(decayed(nll(), &weights, 0.5, &mut gradient[..2]), 4.25);
    }
}
