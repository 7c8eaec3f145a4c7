//! Learning one layer by contrastive divergence, in small pieces.

use super::counts::PatternCounts;
use super::gibbs::{Gibbs, Tally, Walkers, Wiring};
use super::layer::{Rbm, RbmShape};
use super::likelihood::{Likelihood, add_pulls};
use super::objective::LARGEST;
use super::patterns::sum_of_products;
use super::training::{TrainingOptions, TrainingStep};
use super::worth;
use crate::lattice::SpinSamples;
use crate::numerics::optimiser::{Progress, StopReason};
use crate::numerics::streams::{Stream, stream};
use rand::Rng;
use rayon::prelude::*;
use std::sync::Arc;

/// Settings of learning by Gibbs sampling.
#[derive(Clone, Debug, PartialEq)]
pub struct ContrastiveOptions {
    /// Step size, > 0. The gradient is that of one block: the mean over samples and blocks.
    pub rate: f64,
    /// Gibbs steps k between data and fantasy ("CD-k"), ≥ 1.
    pub gibbs_steps: usize,
    /// Samples behind one step, rounded up to a multiple of 64.
    pub minibatch: usize,
    /// End after this many passes in a row without a better likelihood of the held-out samples.
    pub patience: usize,
    /// Seed of the random streams; a stack puts its own here.
    pub seed: u64,
    /// Number of the layer in the names of the streams; a stack puts its own here.
    pub layer: usize,
}

impl Default for ContrastiveOptions {
    fn default() -> Self {
        Self { rate: 0.05, gibbs_steps: 1, minibatch: 128, patience: 10, seed: 1, layer: 0 }
    }
}

/// Spins drawn in one piece of work, in words of 64: a few milliseconds on one core.
const WORDS_PER_PIECE: usize = 1 << 14;
/// Spins in words of 64 that are worth a thread of their own: some 100 µs.
const WORDS_PER_TASK: usize = 1 << 11;

/// Contrastive divergence (Hinton 2002) and its persistent form (Tieleman 2008), plain: no momentum.
///
/// `Δθ = rate · (⟨∂F⟩_data − ⟨∂F⟩_fantasy)` with `F = ln p* (v)`, the log of the unnormalised
/// probability, so hidden spins enter by their exact means `tanh(b + Σ w v)` on both sides. Fantasies are k
/// steps of block Gibbs sampling from the data of the minibatch (CD), or k further steps of chains that go
/// on from one minibatch to the next (PCD) and began at the first data. Means are over samples and blocks,
/// for visible biases over sites of one parity; weight decay (λ/2) Σ w² stands, as in [`Likelihood`],
/// against the log-likelihood of one sample.
///
/// Each pass goes through all samples in an order of its own. After it the likelihood is worked out
/// exactly; the layer of the best held-out pass is kept (without held-out samples, of the last), so the held-out
/// likelihood of that layer, which chose it, is a little too good. Group w of
/// 64 samples in pass p draws from stream `p · groups + w`, and fantasies enter as integer counts: the
/// numbers are the same for any number of threads and pieces.
///
/// Cost: a pass draws `1.5 N k` spins a sample. CD does not maximise the likelihood but stays close to its
/// maximum; the exact method is there for that.
#[derive(Clone, Debug)]
pub(super) struct ContrastiveTraining {
    samples: Arc<SpinSamples>,
    persistent: bool,
    options: TrainingOptions,
    wiring: Wiring,
    rbm: Rbm,
    walkers: Vec<Walkers>,
    order: Vec<usize>,
    next: usize,
    /// Tallies of data and fantasies of the minibatch in work.
    data: Tally,
    fantasy: Tally,
    history: Vec<TrainingStep>,
    best: Option<(f64, Rbm)>,
    passes_since_best: usize,
    stopped: Option<StopReason>,
}

impl ContrastiveTraining {
    /// Stands ready at `start`.
    pub(super) fn new(
        samples: Arc<SpinSamples>,
        start: Rbm,
        persistent: bool,
        options: &TrainingOptions,
    ) -> Self {
        let shape = start.shape;
        let words = samples.words_per_site();
        let chains = options.sampling.minibatch.div_ceil(64).clamp(1, words.max(1));
        let mut walkers = vec![Walkers::new(shape); chains];
        // Chains need 64 spins in every word: the last word of few samples is filled by repetition.
        for (word, walkers) in walkers.iter_mut().enumerate() {
            let valid = samples.samples().saturating_sub(64 * word).clamp(1, 64);
            for site in 0..shape.sites {
                let bits = samples.column(site)[word];
                walkers.visible[site] = (0..64).fold(0, |w, s| w | (bits >> (s % valid) & 1) << s);
            }
        }
        let mut training = Self {
            samples,
            persistent,
            options: options.clone(),
            wiring: Wiring::new(shape),
            rbm: start,
            walkers,
            order: (0..words).collect(),
            next: 0,
            data: Tally::default(),
            fantasy: Tally::default(),
            history: Vec::new(),
            best: None,
            passes_since_best: 0,
            stopped: None,
        };
        if training.options.max_iterations == 0 {
            training.stopped = Some(StopReason::Iterations);
        } else if !training.is_finite() {
            training.stopped = Some(StopReason::Diverged);
        }
        training.shuffle();
        training
    }

    /// Where the passes begin: the shape's first built-in start, with the signs of a ferromagnet or an
    /// antiferromagnet as the data say. At w = 0 every gradient vanishes.
    pub(super) fn start(counts: &PatternCounts, starts: &[Vec<f64>]) -> Rbm {
        let shape: RbmShape = counts.shape();
        let [even, odd] = shape.own_slots();
        let classes = counts.classes().iter();
        let correlation: f64 = classes.map(|class| sum_of_products(&class.counts, even, odd)).sum();
        let which = usize::from(correlation < 0.0).min(starts.len() - 1);
        Rbm::unbiased(shape, &starts[which])
    }

    /// Draws a few milliseconds' worth of fantasies, with a step of the parameters after each minibatch and
    /// the exact likelihood after each pass.
    pub(super) fn advance(&mut self, training: &Likelihood, held_out: Option<&Likelihood>) -> Progress {
        if let Some(reason) = self.stopped {
            return Progress::Stopped(reason);
        }
        let spins = self.rbm.shape.sites * (1 + 3 * self.options.sampling.gibbs_steps) / 2;
        let mut budget = (WORDS_PER_PIECE / spins).max(1);
        while budget > 0 && self.stopped.is_none() {
            let in_batch = self.next % self.walkers.len();
            let left = (self.walkers.len() - in_batch).min(self.order.len() - self.next);
            let words = left.min(budget);
            self.draw(in_batch, words);
            budget -= words;
            self.next += words;
            if words == left {
                self.step();
            }
            if self.next == self.order.len() && self.stopped.is_none() {
                self.end_pass(training, held_out);
            }
        }
        self.stopped.map_or(Progress::Running, Progress::Stopped)
    }

    /// The layer kept: of the best held-out pass, or the present one.
    pub(super) fn rbm(&self) -> Rbm {
        self.best.as_ref().map_or(&self.rbm, |best| &best.1).clone()
    }

    pub(super) fn history(&self) -> &[TrainingStep] {
        &self.history
    }

    pub(super) fn stopped(&self) -> Option<StopReason> {
        self.stopped
    }

    fn stream(&self, purpose: &str, index: usize) -> Stream {
        let settings = &self.options.sampling;
        stream(
            settings.seed,
            &format!("contrastive divergence, {purpose}, layer {}", settings.layer),
            index as u64,
        )
    }

    /// Data and fantasies of the next `words` groups of 64 samples.
    fn draw(&mut self, first_walker: usize, words: usize) {
        let gibbs = Gibbs::new(&self.wiring, &self.rbm);
        let mut walkers = std::mem::take(&mut self.walkers);
        let (data, fantasy) = walkers[first_walker..first_walker + words]
            .par_iter_mut()
            .with_min_len((WORDS_PER_TASK / self.rbm.shape.sites).max(1))
            .zip(&self.order[self.next..self.next + words])
            .map(|(walkers, &word)| self.draw_word(&gibbs, walkers, word))
            .reduce(Default::default, |a, b| (a.0.merged(&b.0), a.1.merged(&b.1)));
        self.walkers = walkers;
        self.data = std::mem::take(&mut self.data).merged(&data);
        self.fantasy = std::mem::take(&mut self.fantasy).merged(&fantasy);
    }

    fn draw_word(&self, gibbs: &Gibbs, walkers: &mut Walkers, word: usize) -> (Tally, Tally) {
        let (mut data, mut fantasy) = (Tally::default(), Tally::default());
        let sites = self.rbm.shape.sites;
        let valid = self.samples.valid_bits(word);
        let mut seen = vec![0; sites + 1];
        for (site, seen) in seen[..sites].iter_mut().enumerate() {
            *seen = self.samples.column(site)[word];
        }
        self.wiring.count(&seen, valid, &mut data);
        if !self.persistent {
            walkers.visible.copy_from_slice(&seen);
        }
        let mut rng = self.stream("fantasies", self.history.len() * self.order.len() + word);
        for _ in 0..self.options.sampling.gibbs_steps {
            gibbs.step(&self.wiring, walkers, &mut rng);
        }
        // Chains carry 64 fantasies whatever the data; from unused bits of the data none may be counted.
        self.wiring.count(&walkers.visible, if self.persistent { !0 } else { valid }, &mut fantasy);
        (data, fantasy)
    }

    /// One step of the parameters along the gradient of the minibatch.
    fn step(&mut self) {
        let (data, fantasy) = (std::mem::take(&mut self.data), std::mem::take(&mut self.fantasy));
        let (up, down) = (self.means(&data), self.means(&fantasy));
        let links = self.rbm.weights.len();
        let rate = self.options.sampling.rate;
        let decay = self.decay() / self.rbm.shape.blocks() as f64;
        let change = |i: usize| up[i] - down[i];
        for (slot, w) in self.rbm.weights.iter_mut().enumerate() {
            *w += rate * (change(slot) - decay * *w);
        }
        if !self.options.symmetric {
            self.rbm.visible_bias[0] += rate * change(links);
            self.rbm.visible_bias[1] += rate * change(links + 1);
            self.rbm.hidden_bias += rate * change(links + 2);
        }
        if !self.is_finite() {
            self.stopped = Some(StopReason::Diverged);
        }
    }

    /// The weight decay asked for, with biases at least one over the independent samples: as of the exact likelihood.
    fn decay(&self) -> f64 {
        let rows = self.samples.samples() as u64;
        let independent = worth::independent(rows, self.options.autocorrelation_times[0]);
        worth::decay(self.options.weight_decay, self.options.symmetric, independent, 1)
    }

    /// Means over samples and blocks of the derivatives of the log weight, in the order of the parameters.
    fn means(&self, tally: &Tally) -> Vec<f64> {
        let links = self.rbm.weights.len();
        let mut sums = vec![0.0; links + 3];
        let (weights, biases) = sums.split_at_mut(links);
        for (&present, counts) in self.wiring.presents().iter().zip(&tally.counts) {
            add_pulls(&self.rbm, 0, present, counts, 0.0, weights, &mut biases[2]);
        }
        let all = (tally.samples * self.rbm.shape.blocks() as u64) as f64;
        for (parity, up) in tally.up_spins.into_iter().enumerate() {
            sums[links + parity] = 2.0 * up as f64 - all;
        }
        sums.iter_mut().for_each(|sum| *sum /= all);
        sums
    }

    /// Whether all parameters are numbers inside the wall: beyond it learning has diverged.
    fn is_finite(&self) -> bool {
        let mut numbers =
            self.rbm.weights.iter().chain(&self.rbm.visible_bias).chain([&self.rbm.hidden_bias]);
        numbers.all(|x| x.abs() <= LARGEST)
    }

    fn end_pass(&mut self, training: &Likelihood, held_out: Option<&Likelihood>) {
        let nll_held_out = held_out.map(|held_out| held_out.nll_per_spin(&self.rbm));
        self.history.push(TrainingStep { nll_training: training.nll_per_spin(&self.rbm), nll_held_out });
        if let Some(nll) = nll_held_out {
            if self.best.as_ref().is_none_or(|best| nll < best.0) {
                self.best = Some((nll, self.rbm.clone()));
                self.passes_since_best = 0;
            } else {
                self.passes_since_best += 1;
            }
        }
        if self.history.len() >= self.options.max_iterations {
            self.stopped = Some(StopReason::Iterations);
        } else if self.best.is_some() && self.passes_since_best >= self.options.sampling.patience.max(1) {
            self.stopped = Some(StopReason::HeldOut);
        }
        self.next = 0;
        self.shuffle();
    }

    /// A new order of the groups of samples (Fisher and Yates), for samples that came in some order.
    fn shuffle(&mut self) {
        let mut rng = self.stream("order", self.history.len());
        for i in (1..self.order.len()).rev() {
            // The bias of the remainder is below 2⁻³² of a group.
            let j = (rng.next_u64() % (i as u64 + 1)) as usize;
            self.order.swap(i, j);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::rbm::effective_couplings;
    use crate::rbm::training::{LayerTraining, TrainingMethod, TrainingOutcome};

    /// Samples of a ring with neighbour coupling K2: a Gibbs-free draw by independent bonds would need the
    /// closing condition, so a line is drawn and used as a line.
    fn ising_line(samples: usize, sites: usize, k2: f64, seed: u64) -> SpinSamples {
        let mut set = SpinSamples::all_down(samples, sites);
        let mut rng = stream(seed, "Ising line test", 0);
        let broken = (crate::numerics::stable::logistic(-2.0 * k2) * 2.0_f64.powi(32)) as u64;
        for sample in 0..samples {
            let mut up = rng.next_u32() & 1 == 1;
            for site in 0..sites {
                set.set(sample, site, up);
                up ^= u64::from(rng.next_u32()) < broken;
            }
        }
        set
    }

    fn shape(sites: usize) -> RbmShape {
        RbmShape::new(sites, Boundary::Line, ReceptiveField::Three).unwrap()
    }

    fn options(method: TrainingMethod) -> TrainingOptions {
        TrainingOptions { method, max_iterations: 60, ..TrainingOptions::default() }
    }

    fn learn(samples: &SpinSamples, held_out: &SpinSamples, options: &TrainingOptions) -> TrainingOutcome {
        let mut training = LayerTraining::new(shape(samples.sites()), samples, held_out, options).unwrap();
        while training.advance() == Progress::Running {}
        training.outcome()
    }

    #[test]
    fn both_kinds_come_close_to_the_exact_optimum() {
        let (samples, held_out) = (ising_line(4000, 16, 0.8, 1), ising_line(1000, 16, 0.8, 2));
        let exact = learn(&samples, &held_out, &options(TrainingMethod::Exact));
        let best = exact.history.last().unwrap().nll_training;
        for method in [TrainingMethod::ContrastiveDivergence, TrainingMethod::PersistentContrastiveDivergence]
        {
            let outcome = learn(&samples, &held_out, &options(method));
            let nll = outcome.history.iter().map(|s| s.nll_training).fold(f64::INFINITY, f64::min);
            // Rate 0.05 and 128 samples a step scatter the four to six parameters by about 0.03 where the
            // curvature is some 0.1 per spin: 1e-4 nats, and CD's own bias. Independent spins lie 0.2 above.
            assert!(nll > best - 1e-9 && nll < best + 2e-3, "{method:?}: {nll}, exact {best}");
            let (found, exact) = (effective_couplings(&outcome.rbm).k2, 0.5 * 1.6_f64.cosh().ln());
            assert!((found - exact).abs() < 0.1, "{method:?}: {found}, exact {exact}");
            assert_eq!(outcome.iterations, outcome.history.len());
            assert!(matches!(outcome.stopped_by, Some(StopReason::HeldOut | StopReason::Iterations)));
        }
    }

    #[test]
    fn the_gradient_of_long_fantasies_vanishes_at_the_exact_optimum() {
        // CD-k tends to the exact gradient as k grows, so it must hardly move away from the optimum.
        let samples = ising_line(6400, 8, 0.5, 3);
        let none = SpinSamples::all_down(0, 8);
        let exact = learn(&samples, &none, &options(TrainingMethod::Exact));
        let mut slow = options(TrainingMethod::ContrastiveDivergence);
        slow.initial = Some(exact.rbm.clone());
        slow.max_iterations = 40;
        slow.sampling = ContrastiveOptions { gibbs_steps: 20, rate: 0.02, ..ContrastiveOptions::default() };
        let outcome = learn(&samples, &none, &slow);
        let (best, last) = (exact.history.last().unwrap(), outcome.history.last().unwrap());
        assert!(last.nll_training - best.nll_training < 5e-4, "{last:?} {best:?}");
    }

    #[test]
    fn contrastive_divergence_has_the_least_decay_of_its_likelihood() {
        let samples = Arc::new(ising_line(200, 16, 0.8, 1));
        let start = || Rbm::unbiased(shape(16), &[0.5, 0.8, 0.5]);
        let decay = |symmetric, weight_decay, time: f64| {
            let autocorrelation_times = [time, 1.0];
            let how = options(TrainingMethod::ContrastiveDivergence);
            let how = TrainingOptions { symmetric, weight_decay, autocorrelation_times, ..how };
            ContrastiveTraining::new(Arc::clone(&samples), start(), false, &how).decay()
        };
        assert_eq!(
            [decay(false, 1e-6, 1.0), decay(false, 1e-6, 4.0), decay(false, 0.1, 1.0)],
            [0.005, 0.02, 0.1]
        );
        assert_eq!(decay(true, 1e-6, 1.0), 1e-6);
    }

    #[test]
    fn threads_do_not_matter_and_seeds_do() {
        let (samples, held_out) = (ising_line(500, 16, 0.8, 1), ising_line(100, 16, 0.8, 2));
        for method in [TrainingMethod::ContrastiveDivergence, TrainingMethod::PersistentContrastiveDivergence]
        {
            let mut options = TrainingOptions { max_iterations: 5, ..options(method) };
            let run = |threads: usize, options: &TrainingOptions| {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| learn(&samples, &held_out, options))
            };
            let one = run(1, &options);
            assert_eq!(one, run(3, &options));
            assert_eq!(one.history.len(), 5);
            options.sampling.seed = 2;
            assert_ne!(one.rbm, run(1, &options).rbm);
        }
    }

    #[test]
    fn too_large_a_step_diverges_without_panic_and_overfitting_ends_early() {
        let (samples, held_out) = (ising_line(300, 16, 0.8, 1), ising_line(100, 16, 0.8, 2));
        let mut wild = options(TrainingMethod::ContrastiveDivergence);
        wild.sampling.rate = 1e6;
        assert_eq!(learn(&samples, &held_out, &wild).stopped_by, Some(StopReason::Diverged));
        // Another theory's samples held out: the likelihood there only falls.
        let other = ising_line(100, 16, -0.8, 2);
        let mut impatient = options(TrainingMethod::ContrastiveDivergence);
        impatient.initial = Some(Rbm::unbiased(shape(16), &[0.1, 0.1, 0.1]));
        impatient.sampling.patience = 3;
        let outcome = learn(&samples, &other, &impatient);
        assert_eq!(outcome.stopped_by, Some(StopReason::HeldOut));
        assert_eq!(outcome.iterations, 4);
        assert_eq!(
            TrainingOptions::default().sampling.gibbs_steps,
            1,
            "contrastive divergence of one step is the usual one"
        );
    }

    #[test]
    fn symmetric_layers_keep_their_biases_at_zero() {
        let samples = ising_line(300, 16, 0.8, 1);
        let none = SpinSamples::all_down(0, 16);
        let mut options = options(TrainingMethod::PersistentContrastiveDivergence);
        options.symmetric = true;
        options.max_iterations = 3;
        let outcome = learn(&samples, &none, &options);
        assert_eq!((outcome.rbm.visible_bias, outcome.rbm.hidden_bias), ([0.0; 2], 0.0));
        assert_eq!(outcome.stopped_by, Some(StopReason::Iterations));
    }
}
