//! Exact likelihood of a layer from pattern counts, its gradient and its curvature.

use super::counts::PatternCounts;
use super::hidden_chain::HiddenChain;
use super::layer::{Rbm, RbmShape};
use super::objective::{decayed, walled};
use super::worth;
use crate::numerics::stable::log_two_cosh;

/// Mean negative log-likelihood of samples known by their pattern counts, with weight decay, per spin:
///
/// `f(θ) = [−⟨ln p_θ(v)⟩ + (λ/2) Σ_s w_s²] / N`, in nats per visible spin, λ ≥ 0.
///
/// `ln p(v)` is a sum of functions of one block each minus `ln Z`, so the counts say everything about
/// the samples and value and gradient are exact. The decay stands against the log-likelihood of one
/// sample and counts each of the r shared weights once; biases have none. (Set against the likelihood of
/// one spin instead, λ = 10⁻⁶ would hold the middle weight so low that decimation comes out 3 % off at
/// K2 = 4 and 13 % off at K2 = 0.1; this way K̃2 is at most 3·10⁻⁴ off for N = 64, |K2| ≤ 4, measured on
/// exact distributions.) One evaluation costs O(2^r) on a ring, O(N) on a line.
///
/// Parameters θ stand in the order: r weights, visible bias of even and odd sites, hidden bias. A
/// symmetric likelihood has the r weights alone, all biases being 0.
#[derive(Clone, Debug)]
pub struct Likelihood {
    counts: PatternCounts,
    /// Independent samples that say as much.
    independent: f64,
    weight_decay: f64,
    symmetric: bool,
}

impl Likelihood {
    /// The likelihood of the samples behind `counts`. With `symmetric`, of the samples and their mirror
    /// images under a flip of all spins, with biases frozen at 0. With biases λ is at least 1/samples: the
    /// likelihood then has flat directions, which end at the least weights. The samples count as independent.
    #[must_use]
    pub fn new(counts: &PatternCounts, weight_decay: f64, symmetric: bool) -> Self {
        let independent = worth::independent(counts.samples(), 1.0);
        let weight_decay = worth::decay(weight_decay, symmetric, independent, 1);
        let counts = if symmetric { counts.symmetrised() } else { counts.clone() };
        Self { counts, independent, weight_decay, symmetric }
    }

    /// The same of samples of integrated autocorrelation time τ = 1 + 2 Σρ, in samples: n of them count for n/τ in the
    /// least decay, in what links must bring and in errors. Below 1 τ counts as 1.
    #[must_use]
    pub fn with_autocorrelation_time(mut self, time: f64) -> Self {
        self.independent = worth::independent(self.counts.samples(), time);
        self.weight_decay = worth::decay(self.weight_decay, self.symmetric, self.independent, 1);
        self
    }

    /// The counts in use, symmetrised if the likelihood is.
    #[must_use]
    pub fn counts(&self) -> &PatternCounts {
        &self.counts
    }

    /// Size and wiring of the layer.
    #[must_use]
    pub fn shape(&self) -> RbmShape {
        self.counts.shape()
    }

    /// The layer of parameters θ.
    #[must_use]
    pub fn rbm(&self, parameters: &[f64]) -> Rbm {
        let shape = self.shape();
        let mut rbm = Rbm::unbiased(shape, &parameters[..shape.links()]);
        if let [even, odd, hidden] = parameters[shape.links()..] {
            rbm.visible_bias = [even, odd];
            rbm.hidden_bias = hidden;
        }
        rbm
    }

    /// The parameters θ of a layer; biases are dropped by a symmetric likelihood.
    #[must_use]
    pub fn parameters(&self, rbm: &Rbm) -> Vec<f64> {
        let mut parameters = rbm.weights.clone();
        if !self.symmetric {
            parameters.extend([rbm.visible_bias[0], rbm.visible_bias[1], rbm.hidden_bias]);
        }
        parameters
    }

    /// The layer without links: every visible spin has the bias of its mean, every weight is 0.
    #[must_use]
    pub fn without_links(&self) -> Rbm {
        let mut rbm = Rbm::unbiased(self.shape(), &vec![0.0; self.shape().links()]);
        if !self.symmetric {
            let of = self.counts.rows() * self.shape().blocks() as u64;
            rbm.visible_bias = self.counts.up_spins().map(|up| worth::lone_bias(up, of));
        }
        rbm
    }

    /// Whether the links of a layer with this `f(θ)` pay for themselves: Schwarz's criterion against
    /// [`Self::without_links`], with one parameter a link, and the hidden bias where there is one.
    #[must_use]
    pub fn links_pay(&self, value: f64) -> bool {
        let shape = self.shape();
        let parameters = shape.links() + usize::from(!self.symmetric);
        let gain = self.nll_per_spin(&self.without_links()) - value;
        worth::pay(gain, shape.sites, parameters, self.independent, shape.blocks())
    }

    /// `−⟨ln p⟩/N` in nats per spin, without weight decay.
    #[must_use]
    pub fn nll_per_spin(&self, rbm: &Rbm) -> f64 {
        nll_and_gradient(&self.counts, rbm).0
    }

    /// `f(θ)`; writes `∂f/∂θ`. `+∞` with a zero gradient if a parameter exceeds 100 in size.
    ///
    /// Links and biases that large are frozen in every digit of an `f64`; further out f is flat, and an
    /// optimiser that follows its rounding errors never comes back.
    pub fn value_and_gradient(&self, parameters: &[f64], gradient: &mut [f64]) -> f64 {
        walled(parameters, gradient, |gradient| self.decayed(parameters, gradient, self.decay_per_spin()))
    }

    fn decay_per_spin(&self) -> f64 {
        self.weight_decay / self.shape().sites as f64
    }

    fn decayed(&self, parameters: &[f64], gradient: &mut [f64], decay: f64) -> f64 {
        let rbm = self.rbm(parameters);
        decayed(nll_and_gradient(&self.counts, &rbm), &rbm.weights, decay, gradient)
    }

    /// Second derivatives of `−⟨ln p⟩/N` at θ, row-major and symmetric, by central differences of the
    /// exact gradient (step 10⁻⁵, error about 10⁻¹⁰). Weight decay is not in it.
    #[must_use]
    pub fn hessian(&self, parameters: &[f64]) -> Vec<f64> {
        const STEP: f64 = 1e-5;
        let n = parameters.len();
        let mut rows = vec![0.0; n * n];
        let mut x = parameters.to_vec();
        let (mut above, mut below) = (vec![0.0; n], vec![0.0; n]);
        for i in 0..n {
            x[i] = parameters[i] + STEP;
            self.decayed(&x, &mut above, 0.0);
            x[i] = parameters[i] - STEP;
            self.decayed(&x, &mut below, 0.0);
            x[i] = parameters[i];
            for j in 0..n {
                rows[i * n + j] = (above[j] - below[j]) / (2.0 * STEP);
            }
        }
        (0..n * n).map(|k| 0.5 * (rows[k] + rows[k % n * n + k / n])).collect()
    }

    /// Standard errors at θ of quantities with gradients `directions` (each as long as θ), from the
    /// number of independent samples: the delta method.
    ///
    /// With H the Hessian of `−⟨ln p⟩/N` and `D = H + λ/N` on the weights, the estimate θ scatters with
    /// covariance `D⁻¹ H D⁻¹ / (samples · N)` around its expectation if the model can be true. Directions
    /// in which the likelihood is flat (a weight that has grown large) drop out instead of diverging. `None` where
    /// the likelihood bends the wrong way along the quantity: θ is no minimum, and nothing bounds the quantity there.
    #[must_use]
    pub fn standard_errors(&self, parameters: &[f64], directions: &[Vec<f64>]) -> Vec<Option<f64>> {
        let along = self.along(parameters, directions).into_iter().zip(directions);
        along
            .map(|([variance, _], direction)| {
                // A quantity that no parameter moves is known exactly.
                let known = variance > 0.0 || direction.iter().all(|d| *d == 0.0);
                known.then(|| variance.sqrt()).filter(|error| error.is_finite())
            })
            .collect()
    }

    /// Standard errors of the r weights themselves, as [`Self::standard_errors`]. `None` for a weight that the decay
    /// holds more than the samples do, such as a middle one that has grown large: how far it could go is not known.
    #[must_use]
    pub fn weight_errors(&self, parameters: &[f64]) -> Vec<Option<f64>> {
        let unit = |slot: usize| (0..parameters.len()).map(|i| if i == slot { 1.0 } else { 0.0 }).collect();
        let directions: Vec<Vec<f64>> = (0..self.shape().links()).map(unit).collect();
        let along = self.along(parameters, &directions).into_iter();
        along
            .map(|[variance, damped]| {
                (variance > 0.5 * damped && damped.is_finite()).then(|| variance.sqrt())
            })
            .collect()
    }

    /// Along each direction d: its variance `dᵀ D⁻¹ H D⁻¹ d` and, the larger the less the decay has to say, `dᵀ D⁻¹ d`,
    /// both over all samples. Where the samples alone decide, the two are equal.
    fn along(&self, parameters: &[f64], directions: &[Vec<f64>]) -> Vec<[f64; 2]> {
        let n = parameters.len();
        let h = self.hessian(parameters);
        let mut damped = h.clone();
        for i in 0..self.shape().links() {
            damped[i * n + i] += self.decay_per_spin();
        }
        let spins = self.independent * self.shape().sites as f64;
        let of = |direction: &Vec<f64>| {
            let u = solve_positive(&damped, direction);
            let variance: f64 = (0..n * n).map(|k| u[k / n] * h[k] * u[k % n]).sum();
            let width: f64 = direction.iter().zip(&u).map(|(d, u)| d * u).sum();
            [variance / spins, width / spins]
        };
        directions.iter().map(of).collect()
    }
}

/// `−⟨ln p⟩/N` and its gradient in all r + 3 parameters.
fn nll_and_gradient(counts: &PatternCounts, rbm: &Rbm) -> (f64, Vec<f64>) {
    let links = rbm.weights.len();
    let mut sum = 0.0;
    let mut gradient = vec![0.0; links + 3];
    let (weights, biases) = gradient.split_at_mut(links);
    for class in counts.classes() {
        sum -= add_pulls(rbm, 0, class.present, &class.counts, 0.0, weights, &mut biases[2]);
    }
    gradient.iter_mut().for_each(|g| *g = -*g);
    let per_parity = counts.rows() as f64 * rbm.shape.blocks() as f64;
    for (parity, up) in counts.up_spins().into_iter().enumerate() {
        let spins = 2.0 * up as f64 - per_parity;
        sum -= rbm.visible_bias[parity] * spins;
        gradient[links + parity] -= spins;
    }
    let sites = rbm.shape.sites as f64;
    let spins = counts.rows() as f64 * sites;
    gradient.iter_mut().for_each(|g| *g /= spins);
    let hidden = HiddenChain::of(rbm).marginals();
    hidden.add_gradient(rbm, 1.0 / sites, &mut gradient);
    (sum / spins + hidden.log_partition / sites, gradient)
}

/// Adds the derivatives of `Σ_patterns count · ln 2cosh(input)` to those in the weights, slot by slot, and in
/// the hidden bias, and returns `value` with the sum added: for the patterns that `block`, or with shared weights
/// any of the blocks with the slots `present`, has seen.
pub(super) fn add_pulls(
    rbm: &Rbm,
    block: usize,
    present: usize,
    counts: &[u64],
    mut value: f64,
    weights: &mut [f64],
    hidden_bias: &mut f64,
) -> f64 {
    for (pattern, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let input = rbm.block_input(block, present, pattern);
        let count = count as f64;
        value += count * log_two_cosh(input);
        let pull = count * input.tanh();
        *hidden_bias += pull;
        for (slot, weight) in weights.iter_mut().enumerate().filter(|(slot, _)| present >> slot & 1 == 1) {
            *weight += if pattern >> slot & 1 == 1 { pull } else { -pull };
        }
    }
    value
}

/// Solves `(A + εI) x = b` for a symmetric matrix by Cholesky, with the smallest ε of 0, 10⁻¹²,
/// 10⁻¹¹, … (in units of the largest diagonal element) for which the matrix is positive definite.
fn solve_positive(a: &[f64], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let largest = (0..n).map(|i| a[i * n + i].abs()).fold(f64::MIN_POSITIVE, f64::max);
    let mut ridge = 0.0;
    for _ in 0..14 {
        if let Some(lower) = cholesky(a, n, ridge * largest) {
            let mut x = b.to_vec();
            for i in 0..n {
                x[i] = (x[i] - (0..i).map(|k| lower[i * n + k] * x[k]).sum::<f64>()) / lower[i * n + i];
            }
            for i in (0..n).rev() {
                x[i] = (x[i] - (i + 1..n).map(|k| lower[k * n + i] * x[k]).sum::<f64>()) / lower[i * n + i];
            }
            return x;
        }
        ridge = (10.0 * ridge).max(1e-12);
    }
    // Not a number somewhere in the matrix, or no minimum at all.
    vec![f64::NAN; n]
}

fn cholesky(a: &[f64], n: usize, ridge: f64) -> Option<Vec<f64>> {
    let mut lower = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| lower[i * n + k] * lower[j * n + k]).sum();
            if i == j {
                let pivot = a[i * n + i] + ridge - dot;
                // Also refuses a pivot that is not a number.
                if pivot.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
                    return None;
                }
                lower[i * n + i] = pivot.sqrt();
            } else {
                lower[i * n + j] = (a[i * n + j] - dot) / lower[j * n + j];
            }
        }
    }
    Some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField, SpinSamples};
    use crate::rbm::counts::tests::random_samples;
    use crate::rbm::layer::tests::{random_rbm, small_shapes};
    use crate::rbm::objective::tests::check_gradient;
    use approx::assert_abs_diff_eq;

    #[test]
    fn likelihood_from_counts_equals_the_sum_over_samples() {
        for shape in small_shapes() {
            let samples = random_samples(70, shape.sites, 6);
            let rbm = random_rbm(shape, 7);
            let mut direct = 0.0;
            for sample in 0..70 {
                let v: Vec<i8> = (0..shape.sites).map(|site| samples.spin(sample, site)).collect();
                direct -= rbm.log_probability(&v) / (70.0 * shape.sites as f64);
            }
            let likelihood = Likelihood::new(&PatternCounts::new(shape, &samples), 0.1, false);
            assert_abs_diff_eq!(likelihood.nll_per_spin(&rbm), direct, epsilon = 1e-13);
            let mut gradient = vec![0.0; shape.links() + 3];
            let decay: f64 = rbm.weights.iter().map(|w| 0.05 * w * w).sum();
            let value = likelihood.value_and_gradient(&likelihood.parameters(&rbm), &mut gradient);
            assert_abs_diff_eq!(value, direct + decay / shape.sites as f64, epsilon = 1e-13);
            assert_eq!(likelihood.rbm(&likelihood.parameters(&rbm)), rbm);
        }
    }

    #[test]
    fn gradient_equals_finite_differences() {
        for shape in small_shapes() {
            let counts = PatternCounts::new(shape, &random_samples(40, shape.sites, 8));
            for symmetric in [false, true] {
                let likelihood = Likelihood::new(&counts, 0.02, symmetric);
                let x = likelihood.parameters(&random_rbm(shape, 3));
                check_gradient(&x, |x, gradient| likelihood.value_and_gradient(x, gradient));
            }
        }
    }

    #[test]
    fn symmetric_data_pull_no_bias_away_from_zero() {
        for shape in small_shapes() {
            let counts = PatternCounts::new(shape, &random_samples(50, shape.sites, 2)).symmetrised();
            let rbm = Rbm::unbiased(shape, &random_rbm(shape, 1).weights);
            let (_, gradient) = nll_and_gradient(&counts, &rbm);
            for g in &gradient[shape.links()..] {
                assert_abs_diff_eq!(*g, 0.0, epsilon = 1e-14);
            }
        }
    }

    #[test]
    fn weights_have_errors_where_the_samples_hold_them() {
        // r = 2: independent pairs. Of weights (w, 8) the correlation of a pair is tanh w · tanh 8, so the samples
        // hold w, with the error of atanh of a mean of products, √(1 − t²)/√pairs · dw/dt, and not the 8.
        let shape = RbmShape { sites: 16, boundary: Boundary::Ring, field: ReceptiveField::Two };
        let samples = random_samples(400, 16, 3);
        let mut paired = SpinSamples::all_down(400, 16);
        for row in 0..400 {
            for pair in 0..8 {
                let up = samples.is_up(row, 2 * pair);
                paired.set(row, 2 * pair, up);
                // Equal in three of four.
                paired.set(row, 2 * pair + 1, up == ((row + pair) % 4 != 0));
            }
        }
        let likelihood = Likelihood::new(&PatternCounts::new(shape, &paired), 1e-6, true);
        let t = 0.5_f64;
        let errors = likelihood.weight_errors(&[t.atanh() / 8.0_f64.tanh(), 8.0]);
        let expected = (1.0 - t * t).sqrt() / 3200.0_f64.sqrt() / (1.0 - t * t);
        assert_abs_diff_eq!(errors[0].unwrap(), expected, epsilon = 0.01 * expected);
        assert_eq!(errors[1], None);
    }

    #[test]
    fn rows_that_are_repeated_have_the_links_and_the_errors_of_the_rows() {
        // Every row eight times, one after the other: ρ(t) = 1 − t/8, τ = 8, and nothing new is said.
        let shape = RbmShape { sites: 16, boundary: Boundary::Line, field: ReceptiveField::Three };
        let once = random_samples(200, 16, 3);
        let mut often = SpinSamples::all_down(1600, 16);
        (0..1600).for_each(|row| (0..16).for_each(|site| often.set(row, site, once.is_up(row / 8, site))));
        let of = |samples| Likelihood::new(&PatternCounts::new(shape, samples), 1e-6, false);
        let (once, often) = (of(&once), of(&often).with_autocorrelation_time(8.0));
        let x = once.parameters(&random_rbm(shape, 7));
        let (mut g, mut h) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        let value = once.value_and_gradient(&x, &mut g);
        assert_abs_diff_eq!(often.value_and_gradient(&x, &mut h), value, epsilon = 1e-13);
        g.iter().zip(&h).for_each(|(g, h)| assert_abs_diff_eq!(*g, *h, epsilon = 1e-13));
        // Differences of gradients over 2·10⁻⁵ are equal to 10⁻⁹.
        for (once, often) in once.weight_errors(&x).into_iter().zip(often.weight_errors(&x)) {
            assert_eq!(once.is_some(), often.is_some());
            assert_abs_diff_eq!(once.unwrap_or(0.0), often.unwrap_or(0.0), epsilon = 1e-6);
        }
        // Four parameters at ½ ln(200 · 8) nats each; half a count more on either side moves them by less than 1 %.
        let price = 2.0 * 1600.0_f64.ln() / 3200.0;
        for likelihood in [&once, &often] {
            let without = likelihood.nll_per_spin(&likelihood.without_links());
            assert!(
                !likelihood.links_pay(without - 0.99 * price) && likelihood.links_pay(without - 1.01 * price)
            );
        }
    }

    #[test]
    fn a_quantity_at_a_saddle_of_the_likelihood_has_no_error_in_place_of_zero() {
        // Spins all alike, at weights 0: −⟨ln p⟩/N bends with −(J − 1)/2, J all ones, so by −1 along equal weights.
        let shape = RbmShape { sites: 8, boundary: Boundary::Ring, field: ReceptiveField::Three };
        let mut samples = SpinSamples::all_down(64, 8);
        (0..32).for_each(|row| (0..8).for_each(|site| samples.set(row, site, true)));
        let likelihood = Likelihood::new(&PatternCounts::new(shape, &samples), 4.0, true);
        let origin = likelihood.parameters(&Rbm::unbiased(shape, &[0.0; 3]));
        let along = vec![vec![1.0, 0.0, 1.0], vec![0.0; 3]];
        // What no parameter moves is known exactly, here as everywhere.
        assert_eq!(likelihood.standard_errors(&origin, &along), [None, Some(0.0)]);
    }

    #[test]
    fn flat_directions_are_solved_with_a_ridge() {
        // Positive definite: exact.
        let x = solve_positive(&[4.0, 1.0, 1.0, 3.0], &[1.0, 2.0]);
        assert_abs_diff_eq!(x[0], 1.0 / 11.0, epsilon = 1e-15);
        assert_abs_diff_eq!(x[1], 7.0 / 11.0, epsilon = 1e-15);
        // Singular: the flat direction (1, −1) stays out of an answer along (1, 1).
        let x = solve_positive(&[1.0, 1.0, 1.0, 1.0], &[1.0, 1.0]);
        assert_abs_diff_eq!(x[0], 0.5, epsilon = 1e-4);
        assert!(solve_positive(&[f64::NAN], &[1.0])[0].is_nan());
    }
}
