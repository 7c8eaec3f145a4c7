//! Learning a layer whose every block has weights and biases of its own.

use super::block_counts::BlockCounts;
use super::layer::{Rbm, RbmShape, SiteBiases};
use super::likelihood::add_pulls;
use super::objective::{self, walled};
use super::runs::Runs;
use super::site_chain::SiteChain;
use super::training::{TrainingOptions, TrainingOutcome, TrainingStep};
use super::worth;
use crate::numerics::lbfgs::LastSteps;
use crate::numerics::optimiser::{Options, Progress};

/// Mean negative log-likelihood of samples for unshared weights, with weight decay, per spin:
///
/// `f(θ) = [−⟨ln p_θ(v)⟩ + (λ/2M) Σ_j Σ_s w_js²] / N`, in nats per visible spin, M = N/2 blocks.
///
/// The decay is the mean over blocks, so that f of equal blocks is the shared [`super::Likelihood`] of the same λ; with
/// biases the least λ is M times larger here.
/// Value and gradient are exact: patterns are counted block by block, and ln Z with all marginals comes
/// from the 2 × 2 transfer matrices of the hidden chain, forward and backward. One evaluation costs
/// O(N 2^r): about 3 ms for 4,096 sites.
///
/// Parameters θ stand in the order: weights block by block (absent links of a line included, without
/// effect), visible biases site by site, hidden biases block by block; `M (r + 3)` numbers. A symmetric
/// likelihood has the weights alone.
#[derive(Clone, Debug)]
pub struct UnsharedLikelihood {
    counts: BlockCounts,
    /// Independent samples that say as much.
    independent: f64,
    weight_decay: f64,
    symmetric: bool,
}

impl UnsharedLikelihood {
    /// The likelihood of the samples behind `counts`. With `symmetric`, of the samples and their mirror
    /// images under a flip of all spins, with biases frozen at 0. With biases λ/M is at least 1/samples, as
    /// in [`super::Likelihood::new`].
    #[must_use]
    pub fn new(counts: &BlockCounts, weight_decay: f64, symmetric: bool) -> Self {
        let independent = worth::independent(counts.samples(), 1.0);
        let weight_decay = worth::decay(weight_decay, symmetric, independent, counts.shape().blocks());
        let counts = if symmetric { counts.symmetrised() } else { counts.clone() };
        Self { counts, independent, weight_decay, symmetric }
    }

    /// The same of samples of this integrated autocorrelation time, as
    /// [`super::Likelihood::with_autocorrelation_time`].
    #[must_use]
    pub fn with_autocorrelation_time(mut self, time: f64) -> Self {
        let blocks = self.shape().blocks();
        self.independent = worth::independent(self.counts.samples(), time);
        self.weight_decay = worth::decay(self.weight_decay, self.symmetric, self.independent, blocks);
        self
    }

    /// Size and wiring of the layer.
    #[must_use]
    pub fn shape(&self) -> RbmShape {
        self.counts.shape()
    }

    /// The layer of parameters θ. Its `visible_bias` and `hidden_bias` are means over sites of one parity
    /// and over blocks, its `site_bias` the deviations from them.
    #[must_use]
    pub fn rbm(&self, parameters: &[f64]) -> Rbm {
        let shape = self.shape();
        let weights = shape.blocks() * shape.links();
        let mut rbm = Rbm {
            shape,
            weights: parameters[..weights].to_vec(),
            visible_bias: [0.0; 2],
            hidden_bias: 0.0,
            site_bias: SiteBiases::default(),
        };
        if !self.symmetric {
            let (visible, hidden) = parameters[weights..].split_at(shape.sites);
            rbm.set_biases(visible, hidden);
        }
        rbm
    }

    /// The parameters θ of a layer, shared or not; biases are dropped by a symmetric likelihood.
    #[must_use]
    pub fn parameters(&self, rbm: &Rbm) -> Vec<f64> {
        let shape = self.shape();
        let mut parameters = Vec::with_capacity(shape.blocks() * (shape.links() + 3));
        for block in 0..shape.blocks() {
            let present = shape.present_slots(block);
            // An absent link is 0 whatever the shared weight says.
            let weight = |slot: usize| if present >> slot & 1 == 1 { rbm.weight(block, slot) } else { 0.0 };
            parameters.extend((0..shape.links()).map(weight));
        }
        if !self.symmetric {
            parameters.extend((0..shape.sites).map(|site| rbm.visible_bias_at(site)));
            parameters.extend((0..shape.blocks()).map(|block| rbm.hidden_bias_of(block)));
        }
        parameters
    }

    /// The layer without links: every visible spin has the bias of its own mean, every weight is 0.
    #[must_use]
    pub fn without_links(&self) -> Rbm {
        let shape = self.shape();
        let mut parameters = vec![0.0; shape.blocks() * shape.links()];
        if !self.symmetric {
            let rows = self.counts.rows();
            parameters.extend(self.counts.up_spins().iter().map(|up| worth::lone_bias(*up, rows)));
            parameters.resize(parameters.len() + shape.blocks(), 0.0);
        }
        self.rbm(&parameters)
    }

    /// Whether the links of a layer with this `f(θ)` pay for themselves, as
    /// [`super::Likelihood::links_pay`]; here every block has parameters of its own.
    #[must_use]
    pub fn links_pay(&self, value: f64) -> bool {
        let shape = self.shape();
        let parameters = shape.blocks() * (shape.links() + usize::from(!self.symmetric));
        let gain = self.nll_per_spin(&self.without_links()) - value;
        worth::pay(gain, shape.sites, parameters, self.independent, 1)
    }

    /// `−⟨ln p⟩/N` in nats per spin, without weight decay.
    #[must_use]
    pub fn nll_per_spin(&self, rbm: &Rbm) -> f64 {
        self.nll_and_gradient(rbm).0
    }

    /// `f(θ)`; writes `∂f/∂θ`. `+∞` with a zero gradient if a parameter exceeds 100 in size, as
    /// [`super::Likelihood::value_and_gradient`].
    pub fn value_and_gradient(&self, parameters: &[f64], gradient: &mut [f64]) -> f64 {
        walled(parameters, gradient, |gradient| {
            let (value, full) = self.nll_and_gradient(&self.rbm(parameters));
            gradient.copy_from_slice(&full[..parameters.len()]);
            let decay = self.decay_per_weight();
            for (w, g) in self.weights(parameters).iter().zip(gradient) {
                *g += decay * w;
            }
            // Thousands of terms, each tiny beside the value: summed before they are added.
            value + self.penalty(parameters)
        })
    }

    fn weights<'a>(&self, parameters: &'a [f64]) -> &'a [f64] {
        &parameters[..self.shape().blocks() * self.shape().links()]
    }

    fn decay_per_weight(&self) -> f64 {
        self.weight_decay / (self.shape().sites * self.shape().blocks()) as f64
    }

    /// What weight decay adds to `f(θ)`.
    fn penalty(&self, parameters: &[f64]) -> f64 {
        objective::penalty(self.weights(parameters), self.decay_per_weight())
    }

    /// `−⟨ln p⟩/N` and its gradient in all parameters.
    fn nll_and_gradient(&self, rbm: &Rbm) -> (f64, Vec<f64>) {
        let shape = self.shape();
        let (blocks, links) = (shape.blocks(), shape.links());
        let (visible, hidden) = (blocks * links, blocks * links + shape.sites);
        let rows = self.counts.rows() as f64;
        let mut gradient = vec![0.0; hidden + blocks];
        let (weights, biases) = gradient.split_at_mut(visible);
        let hidden_biases = &mut biases[shape.sites..];
        let mut sum = 0.0;
        for (block, (weights, bias)) in weights.chunks_exact_mut(links).zip(hidden_biases).enumerate() {
            let (present, counts) = (shape.present_slots(block), self.counts.patterns(block));
            sum = add_pulls(rbm, block, present, counts, sum, weights, bias);
        }
        sum = -sum;
        gradient.iter_mut().for_each(|g| *g = -*g);
        for (site, &up) in self.counts.up_spins().iter().enumerate() {
            let spins = 2.0 * up as f64 - rows;
            sum -= rbm.visible_bias_at(site) * spins;
            gradient[visible + site] -= spins;
        }
        let sites = shape.sites as f64;
        gradient.iter_mut().for_each(|g| *g /= rows * sites);
        let marginals = SiteChain::of(rbm).marginals();
        marginals.add_gradient(rbm, 1.0 / sites, &mut gradient);
        (sum / (rows * sites) + marginals.log_partition / sites, gradient)
    }
}

/// Largest gradient component at the end, in nats of one whole sample and unit of weight: one thousandth of
/// what the scatter of 10⁴ samples leaves in it.
const GRADIENT_TOLERANCE: f64 = 1e-5;

/// Maximum likelihood of unshared weights by L-BFGS on the exact gradient.
///
/// Starts from the best shared layer, so its likelihood on the training samples is never lower than that, unless the
/// larger least decay with biases takes it away or own links do not pay where shared ones do. Where the data have neighbours of another relative sign than the shared weights, also from the shape's
/// first built-in start with the signs of the data, block by block. The better end is kept.
#[derive(Clone, Debug)]
pub(super) struct UnsharedTraining {
    likelihood: UnsharedLikelihood,
    held_out: Option<UnsharedLikelihood>,
    max_iterations: usize,
    /// Nothing before the second stage has begun.
    runs: Option<Runs<LastSteps>>,
}

impl UnsharedTraining {
    /// Not begun yet.
    pub(super) fn new(counts: &[BlockCounts; 2], options: &TrainingOptions) -> Self {
        let likelihood = |counts| UnsharedLikelihood::new(counts, options.weight_decay, options.symmetric);
        Self {
            likelihood: likelihood(&counts[0]).with_autocorrelation_time(options.autocorrelation_times[0]),
            held_out: (counts[1].samples() > 0).then(|| likelihood(&counts[1])),
            max_iterations: options.max_iterations,
            runs: None,
        }
    }

    /// Stands ready at `start` and, unless `alone`, at the signs of the data if they differ.
    pub(super) fn begin(&mut self, start: &Rbm, base: &[f64], alone: bool) {
        let shape = self.likelihood.shape();
        let options = Options {
            max_iterations: self.max_iterations,
            gradient_tolerance: GRADIENT_TOLERANCE / shape.sites as f64,
        };
        let mut starts = vec![self.likelihood.parameters(start)];
        if let Some(weights) = self.signed(start, base).filter(|_| !alone) {
            let mut parameters = starts[0].clone();
            parameters.fill(0.0);
            parameters[..weights.len()].copy_from_slice(&weights);
            starts.push(parameters);
        }
        self.runs = Some(Runs::new(starts, options, 0.0));
    }

    /// `base` with the signs of the correlations with the odd spin of the own pair, block by block; `None`
    /// where `start` has these relative signs already.
    fn signed(&self, start: &Rbm, base: &[f64]) -> Option<Vec<f64>> {
        let shape = self.likelihood.shape();
        let middle = shape.own_slots()[1];
        let mut differs = false;
        let mut weights = Vec::with_capacity(shape.blocks() * shape.links());
        for block in 0..shape.blocks() {
            let present = shape.present_slots(block);
            for (slot, base) in base.iter().enumerate() {
                let is_present = present >> slot & 1 == 1;
                let correlation = self.likelihood.counts.correlation(block, slot, middle);
                let learned = start.weight(block, slot) * start.weight(block, middle);
                differs |= is_present && (correlation < 0.0) != (learned < 0.0);
                weights.push(if !is_present { 0.0 } else { base.copysign(correlation) });
            }
        }
        differs.then_some(weights)
    }

    /// One iteration of L-BFGS; `None` if not begun yet.
    pub(super) fn advance(&mut self) -> Option<Progress> {
        let (likelihood, held_out) = (&self.likelihood, self.held_out.as_ref());
        let runs = self.runs.as_mut()?;
        Some(runs.advance(&mut |x, g| likelihood.value_and_gradient(x, g), |optimiser| {
            let x = optimiser.x();
            TrainingStep {
                nll_training: optimiser.value() - likelihood.penalty(x),
                nll_held_out: held_out.map(|held_out| held_out.nll_per_spin(&likelihood.rbm(x))),
            }
        }))
    }

    /// The layer of the best run, every block with Σw ≥ 0, and the way there; once
    /// `finished`, that without links if they do not pay. `None` if not begun yet.
    pub(super) fn outcome(&self, finished: bool) -> Option<TrainingOutcome> {
        let best = self.runs.as_ref()?.best();
        let outcome = best.outcome(self.likelihood.rbm(best.optimiser.x()).canonical());
        if !finished || self.likelihood.links_pay(best.optimiser.value()) {
            return Some(outcome);
        }
        let rbm = self.likelihood.without_links();
        let step = TrainingStep {
            nll_training: self.likelihood.nll_per_spin(&rbm),
            nll_held_out: self.held_out.as_ref().map(|held_out| held_out.nll_per_spin(&rbm)),
        };
        Some(outcome.ending_in(rbm, step))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField, SpinSamples};
    use crate::numerics::streams::stream;
    use crate::rbm::counts::tests::random_samples;
    use crate::rbm::layer::tests::{random_rbm, random_unshared, small_shapes};
    use crate::rbm::objective::tests::check_gradient;
    use crate::rbm::training::LayerTraining;
    use crate::rbm::{Likelihood, PatternCounts};
    use approx::assert_abs_diff_eq;
    use rand::Rng;

    fn learn(shape: RbmShape, samples: &SpinSamples, options: &TrainingOptions) -> TrainingOutcome {
        let none = SpinSamples::all_down(0, shape.sites);
        let mut training = LayerTraining::new(shape, samples, &none, options).unwrap();
        while training.advance() == Progress::Running {}
        training.outcome()
    }

    #[test]
    fn likelihood_equals_the_sum_over_samples_and_gradient_finite_differences() {
        for shape in small_shapes() {
            let samples = random_samples(40, shape.sites, 8);
            let counts = BlockCounts::new(shape, &samples);
            for symmetric in [false, true] {
                let likelihood = UnsharedLikelihood::new(&counts, 0.02, symmetric);
                let x = likelihood.parameters(&random_unshared(shape, 3));
                let rbm = likelihood.rbm(&x);
                let mut direct = 0.0;
                for sample in 0..40 {
                    let v: Vec<i8> = (0..shape.sites).map(|site| samples.spin(sample, site)).collect();
                    direct -= rbm.log_probability(&v) / (40.0 * shape.sites as f64);
                }
                assert_abs_diff_eq!(likelihood.nll_per_spin(&rbm), direct, epsilon = 1e-12);
                check_gradient(&x, |x, gradient| likelihood.value_and_gradient(x, gradient));
            }
        }
    }

    #[test]
    fn equal_blocks_are_the_shared_layer() {
        for shape in small_shapes().into_iter().filter(|s| s.boundary == Boundary::Ring) {
            let samples = random_samples(40, shape.sites, 8);
            let shared = Likelihood::new(&PatternCounts::new(shape, &samples), 0.3, false);
            let free = UnsharedLikelihood::new(&BlockCounts::new(shape, &samples), 0.3, false);
            let rbm = random_rbm(shape, 4);
            let (x, y) = (shared.parameters(&rbm), free.parameters(&rbm));
            let (mut g, mut h) = (vec![0.0; x.len()], vec![0.0; y.len()]);
            let value = shared.value_and_gradient(&x, &mut g);
            assert_abs_diff_eq!(value, free.value_and_gradient(&y, &mut h), epsilon = 1e-12);
            // A shared parameter moves all of its copies.
            let (blocks, links) = (shape.blocks(), shape.links());
            for slot in 0..links {
                let sum: f64 = (0..blocks).map(|block| h[block * links + slot]).sum();
                assert_abs_diff_eq!(g[slot], sum, epsilon = 1e-12);
            }
            let hidden: f64 = h[blocks * links + shape.sites..].iter().sum();
            assert_abs_diff_eq!(g[links + 2], hidden, epsilon = 1e-12);
            for parity in 0..2 {
                let visible = &h[blocks * links..blocks * links + shape.sites];
                let sum: f64 = visible.iter().skip(parity).step_by(2).sum();
                assert_abs_diff_eq!(g[links + parity], sum, epsilon = 1e-12);
            }
        }
    }

    #[test]
    fn free_blocks_never_fit_the_training_samples_worse() {
        for field in ReceptiveField::ALL {
            for boundary in [Boundary::Ring, Boundary::Line] {
                let shape = RbmShape::new(16, boundary, field).unwrap();
                let samples = random_samples(300, 16, 5);
                for symmetric in [true, false] {
                    let shared = TrainingOptions { symmetric, ..TrainingOptions::default() };
                    let free = TrainingOptions { shared_weights: false, ..shared.clone() };
                    let (shared, free) = (learn(shape, &samples, &shared), learn(shape, &samples, &free));
                    let last = |o: &TrainingOutcome| o.history.last().unwrap().nll_training;
                    assert!(last(&free) <= last(&shared) + 1e-12, "{field:?} {boundary:?}");
                    assert!(!free.rbm.is_shared() && free.history.len() == free.iterations);
                    for block in 0..shape.blocks() {
                        assert!(free.rbm.block_weights(block).iter().sum::<f64>() >= 0.0);
                    }
                }
            }
        }
    }

    #[test]
    fn bonds_of_either_sign_are_found_block_by_block() {
        // A line of bonds of strength 0.7 and random sign: the exact entropy per sample is known, and one
        // receptive field of three decimates it exactly with weights of its own.
        let (sites, k2) = (16, 0.7_f64);
        let mut rng = stream(5, "random bonds test", 0);
        let signs: Vec<bool> = (0..sites).map(|_| rng.next_u32() & 1 == 1).collect();
        let broken = (crate::numerics::stable::logistic(-2.0 * k2) * 2.0_f64.powi(32)) as u64;
        let mut samples = SpinSamples::all_down(4000, sites);
        for sample in 0..4000 {
            let mut up = rng.next_u32() & 1 == 1;
            for (site, sign) in signs.iter().enumerate() {
                samples.set(sample, site, up);
                up ^= *sign ^ (u64::from(rng.next_u32()) < broken);
            }
        }
        let shape = RbmShape::new(sites, Boundary::Line, ReceptiveField::Three).unwrap();
        let options = TrainingOptions { symmetric: true, ..TrainingOptions::default() };
        let shared = learn(shape, &samples, &options);
        let free = learn(shape, &samples, &TrainingOptions { shared_weights: false, ..options });
        let bond = (2.0 * k2.cosh()).ln() - k2 * k2.tanh();
        let exact = (crate::numerics::stable::LN_2 + (sites - 1) as f64 * bond) / sites as f64;
        let last = |o: &TrainingOutcome| o.history.last().unwrap().nll_training;
        // Overfitting gains about half a nat a parameter and sample; the sample mean scatters by 0.002.
        assert!((last(&free) - exact).abs() < 0.01, "{} {exact}", last(&free));
        assert!(last(&shared) > exact + 0.05, "{} {exact}", last(&shared));
        // Side weights are ±K2 of the bond they stand for, relative to the middle one.
        for block in 0..shape.blocks() - 1 {
            let w = free.rbm.block_weights(block);
            assert!((w[0] * w[1].signum()).abs() - k2 < 0.15);
            assert_eq!(w[0] * w[1] < 0.0, signs[2 * block], "block {block}");
            assert_eq!(w[2] * w[1] < 0.0, signs[2 * block + 1], "block {block}");
        }
    }
}
