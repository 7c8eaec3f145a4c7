//! A stack of layers, learned greedily from the boundary up, in small pieces.

use super::error::RbmError;
use super::layer::RbmShape;
use super::layer_learning::{LayerCounts, LayerLearning, LayerOutcome};
use super::layer_rbm::LayerRbm;
use super::pieces::{draws_per_piece, following, piece, words_per_piece};
use super::report::{LayerReport, ModelBelow, ReportInput};
use super::stack_options::{SET_NAMES, StackOptions};
use super::training::{TrainingMethod, TrainingOptions, TrainingStep};
use crate::lattice::SpinSamples;
use crate::numerics::optimiser::{Progress, StopReason};
use std::sync::Arc;

/// A finished layer.
#[derive(Clone, Debug, PartialEq)]
pub struct TrainedLayer {
    /// Its parameters.
    pub rbm: LayerRbm,
    /// Its figures.
    pub report: LayerReport,
    /// Its way there, one entry per iteration.
    pub history: Vec<TrainingStep>,
}

/// What the stack is busy with inside a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StackStage {
    /// Counting block patterns.
    Counting,
    /// Maximising the likelihood, exactly or by contrastive divergence.
    Optimising,
    /// Log probabilities of single samples, and the report.
    Reporting,
    /// Drawing hidden spins as samples of the next layer.
    Drawing,
}

/// Result of one piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StackProgress {
    /// More to do; this is the layer and stage the next piece belongs to.
    Working {
        /// Layer in work.
        layer: usize,
        /// Its stage.
        stage: StackStage,
    },
    /// This layer has just been added to [`StackTraining::layers`].
    LayerFinished {
        /// The layer.
        layer: usize,
    },
    /// All layers are there.
    Finished,
    /// No start of this layer's training stayed finite; the layers below it stand.
    Diverged {
        /// The layer.
        layer: usize,
        /// Iterations, or passes through the samples, it had made.
        step: usize,
    },
}

/// Greedy training (Howard 2018, §II): layer 0 learns the samples of P; hidden spins drawn from
/// `p(h|v)`, one configuration per sample, are the samples of layer 1; and so on.
///
/// A plain type advanced in pieces of some milliseconds (for up to 4,096 sites or so on a ring), by a
/// worker or in a loop: the pieces do not change the numbers, nor does the number of threads. Layer k
/// has `sites/2^k` visible sites, with one spin each at the boundary and q above it. Training and held-out
/// samples never mix.
#[derive(Clone, Debug)]
pub struct StackTraining {
    options: StackOptions,
    shape: RbmShape,
    sets: [Arc<SpinSamples>; 2],
    below: ModelBelow,
    layers: Vec<TrainedLayer>,
    /// Layers that are known and only reported on, from the boundary up.
    known: Vec<LayerRbm>,
    /// Whether they are what these samples were learned to.
    estimated: bool,
    work: Work,
}

/// Why weights from elsewhere have no standard errors.
const NO_ESTIMATE: &str =
    "the weights came from a file and are no estimate from these samples: no standard errors";
/// Why weights of the contrastive methods have none.
const NO_MAXIMUM: &str = "contrastive divergence ends beside the maximum of the likelihood and scatters by its steps: the standard errors of the maximum do not hold";

/// Name of the stream from which the hidden spins of a layer are drawn.
fn stream_name(layer: usize, set: usize) -> String {
    format!("hidden spins, layer {layer}, {}", SET_NAMES[set])
}

/// Draws the hidden spins of layer `layer` of a stack above some training samples, from the streams that
/// [`StackTraining`] itself draws from: of the first rows it gives what the stack was learned on.
///
/// Panics unless the samples have the layer's spins.
#[must_use]
pub fn draw_above(rbm: &LayerRbm, layer: usize, samples: &SpinSamples, seed: u64) -> SpinSamples {
    let blocks = rbm.shape().blocks();
    let mut hidden = SpinSamples::all_down(samples.samples(), blocks * rbm.channels()[1]);
    rbm.sample_hidden_blocks(samples, seed, &stream_name(layer, 0), 0..blocks, &mut hidden);
    hidden
}

/// The piece that comes next and what the earlier ones left for it.
#[derive(Clone, Debug)]
enum Work {
    Count { counts: LayerCounts, set: usize, next: usize },
    Optimise(LayerLearning),
    Score { training: LayerLearning, outcome: LayerOutcome, scores: [Vec<f64>; 2], set: usize, next: usize },
    Report { training: LayerLearning, outcome: LayerOutcome, scores: [Vec<f64>; 2] },
    Draw { hidden: [SpinSamples; 2], set: usize, next: usize },
    Finished,
    Diverged { step: usize },
}

impl StackTraining {
    /// Stands ready to train on samples of the boundary spins; `held_out` may be empty. `below` says what
    /// is known of their distribution.
    pub fn new(
        options: StackOptions,
        training: SpinSamples,
        held_out: SpinSamples,
        below: ModelBelow,
    ) -> Result<Self, RbmError> {
        let shape = options.check(&training, &held_out, &below)?;
        let sets = [training, held_out].map(Arc::new);
        let work = Work::Finished;
        let mut stack = Self {
            options,
            shape,
            sets,
            below,
            layers: Vec::new(),
            known: Vec::new(),
            estimated: true,
            work,
        };
        stack.work = stack.counting();
        Ok(stack)
    }

    /// Stands ready to report on layers that are known, from the boundary up: nothing is learned. Samples, hidden
    /// spins drawn between layers and figures are those of a training that came to these very weights.
    ///
    /// `estimated` says that a training on these samples did; weights from elsewhere are no estimate, and have no
    /// standard errors.
    ///
    /// Cost: that of counting, scoring and drawing, without the optimiser.
    ///
    /// # Errors
    /// As [`Self::new`], with as many layers as are known; a layer of another size than the samples and the
    /// layers below ask for.
    pub fn of_known(
        options: StackOptions,
        known: Vec<LayerRbm>,
        estimated: bool,
        training: SpinSamples,
        held_out: SpinSamples,
        below: ModelBelow,
    ) -> Result<Self, RbmError> {
        let options = StackOptions { depth: known.len(), ..options };
        let mut stack = Self::new(options, training, held_out, below)?;
        let mut shape = Some(stack.shape);
        for (k, layer) in known.iter().enumerate() {
            let channels = [if k == 0 { 1 } else { stack.options.channels }, stack.options.channels];
            if shape != Some(layer.shape()) || layer.channels() != channels {
                let (found, expected) = (layer.shape().sites, stack.shape.sites >> k);
                return Err(RbmError::KnownLayerDiffers { layer: k, found, expected });
            }
            shape = layer.shape().coarser();
        }
        (stack.known, stack.estimated) = (known, estimated);
        Ok(stack)
    }

    /// The layers finished so far, from the boundary up.
    #[must_use]
    pub fn layers(&self) -> &[TrainedLayer] {
        &self.layers
    }

    /// Likelihood of the layer being optimised, iteration by iteration; nothing while there is none.
    #[must_use]
    pub fn history_in_training(&self) -> Vec<TrainingStep> {
        match &self.work {
            Work::Optimise(training) => training.history(),
            _ => Vec::new(),
        }
    }

    /// Spins on a visible and on a hidden site of the layer in work.
    fn channels(&self) -> [usize; 2] {
        [if self.layers.is_empty() { 1 } else { self.options.channels }, self.options.channels]
    }

    /// Samples of the visible spins of the layer in work (after the end, of the last layer): training, held-out.
    #[must_use]
    pub fn samples(&self) -> (&SpinSamples, &SpinSamples) {
        (&self.sets[0], &self.sets[1])
    }

    /// Does the next piece of work.
    pub fn advance(&mut self) -> StackProgress {
        match std::mem::replace(&mut self.work, Work::Finished) {
            Work::Count { mut counts, set, next } => {
                let words = self.sets[set].words_per_site().max(1);
                let most = words_per_piece(self.channels(), self.shape.links());
                let blocks = piece(next, self.shape.blocks(), most / words);
                counts.add_blocks(set, &self.sets[set], blocks.clone());
                self.work = match following(set, blocks.end, self.shape.blocks()) {
                    Some((set, next)) => Work::Count { counts, set, next },
                    None => self.optimising(&counts),
                };
                self.working()
            }
            Work::Optimise(mut training) => {
                self.work = match training.advance() {
                    Progress::Running => Work::Optimise(training),
                    Progress::Stopped(StopReason::Diverged) => {
                        Work::Diverged { step: training.outcome().iterations }
                    }
                    Progress::Stopped(_) => {
                        let outcome = training.outcome();
                        Work::Score { training, outcome, scores: [Vec::new(), Vec::new()], set: 0, next: 0 }
                    }
                };
                self.working()
            }
            Work::Score { training, outcome, mut scores, set, next } => {
                let samples = &self.sets[set];
                let most = draws_per_piece(outcome.rbm.channels()) / (64 * self.shape.blocks());
                let words = piece(next, samples.words_per_site(), most);
                scores[set].extend(outcome.rbm.sample_log_weights_of_words(samples, words.clone()));
                self.work = match following(set, words.end, samples.words_per_site()) {
                    Some((set, next)) => Work::Score { training, outcome, scores, set, next },
                    None => Work::Report { training, outcome, scores },
                };
                self.working()
            }
            Work::Report { training, outcome, scores } => self.finish_layer(&training, outcome, &scores),
            Work::Draw { mut hidden, set, next } => {
                let layer = self.layers.len() - 1;
                let samples = &self.sets[set];
                let most = draws_per_piece(self.layers[layer].rbm.channels()) / samples.samples().max(1);
                let blocks = piece(next, self.shape.blocks(), most);
                let name = stream_name(layer, set);
                let rbm = &self.layers[layer].rbm;
                let seed = self.options.seed;
                rbm.sample_hidden_blocks(samples, seed, &name, blocks.clone(), &mut hidden[set]);
                self.work = match following(set, blocks.end, self.shape.blocks()) {
                    Some((set, next)) => Work::Draw { hidden, set, next },
                    None => self.ascend(hidden),
                };
                self.working()
            }
            Work::Finished => StackProgress::Finished,
            Work::Diverged { step } => {
                self.work = Work::Diverged { step };
                self.working()
            }
        }
    }

    fn working(&self) -> StackProgress {
        let layer = self.layers.len();
        match &self.work {
            Work::Count { .. } => StackProgress::Working { layer, stage: StackStage::Counting },
            Work::Optimise(_) => StackProgress::Working { layer, stage: StackStage::Optimising },
            Work::Score { .. } | Work::Report { .. } => {
                StackProgress::Working { layer, stage: StackStage::Reporting }
            }
            Work::Draw { .. } => StackProgress::Working { layer: layer - 1, stage: StackStage::Drawing },
            Work::Finished => StackProgress::Finished,
            Work::Diverged { step } => StackProgress::Diverged { layer, step: *step },
        }
    }

    fn optimising(&self, counts: &LayerCounts) -> Work {
        let mut options = TrainingOptions { initial: None, ..self.options.layer.clone() };
        let start = self.options.start(self.layers.len(), self.shape.sites << self.layers.len());
        options.sampling.seed = self.options.seed;
        options.sampling.layer = self.layers.len();
        let samples = (options.method != TrainingMethod::Exact).then_some(&self.sets[0]);
        let learning = LayerLearning::new(counts, samples, self.sets[1].samples(), start, &options);
        match self.known.get(self.layers.len()) {
            None => Work::Optimise(learning),
            Some(rbm) => {
                let outcome = LayerOutcome::of_known(rbm.clone());
                Work::Score { training: learning, outcome, scores: [Vec::new(), Vec::new()], set: 0, next: 0 }
            }
        }
    }

    fn finish_layer(
        &mut self,
        training: &LayerLearning,
        outcome: LayerOutcome,
        scores: &[Vec<f64>; 2],
    ) -> StackProgress {
        let layer = self.layers.len();
        let no_errors = match (self.estimated, self.options.layer.method) {
            (false, _) => Some(NO_ESTIMATE),
            (true, TrainingMethod::Exact) => None,
            (true, _) => Some(NO_MAXIMUM),
        };
        let report = LayerReport::new(&ReportInput {
            layer,
            rbm: &outcome.rbm,
            iterations: outcome.iterations,
            stopped_by: outcome.stopped_by,
            likelihood: training.likelihood().filter(|_| no_errors.is_none()),
            no_errors,
            options: &self.options.layer,
            training: &self.sets[0],
            training_log_weights: &scores[0],
            held_out_log_weights: &scores[1],
            below: &self.below,
        });
        self.layers.push(TrainedLayer { rbm: outcome.rbm, report, history: outcome.history });
        if layer + 1 < self.options.depth {
            let spins = self.shape.blocks() * self.options.channels;
            let hidden = [0, 1].map(|set: usize| SpinSamples::all_down(self.sets[set].samples(), spins));
            self.work = Work::Draw { hidden, set: 0, next: 0 };
        }
        StackProgress::LayerFinished { layer }
    }

    /// Makes the hidden spins just drawn the visible ones of the next layer.
    fn ascend(&mut self, hidden: [SpinSamples; 2]) -> Work {
        self.below = ModelBelow::above(&self.layers[self.layers.len() - 1].rbm);
        self.sets = hidden.map(Arc::new);
        self.shape = self.shape.coarser().expect("depth was checked against the number of halvings");
        self.counting()
    }

    fn counting(&self) -> Work {
        let samples = [0, 1].map(|set: usize| self.sets[set].samples());
        let counts = LayerCounts::empty(self.shape, self.channels(), samples);
        Work::Count { counts, set: 0, next: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::numerics::local_chain::LocalChain;
    use crate::numerics::stable::logistic;
    use crate::numerics::streams::stream;
    use rand::Rng;

    /// Exact samples of an Ising ring: bonds are independent but for an even number of broken ones.
    fn ising_ring_samples(samples: usize, sites: usize, k2: f64, seed: u64) -> SpinSamples {
        let mut set = SpinSamples::all_down(samples, sites);
        let mut rng = stream(seed, "Ising ring test", 0);
        let broken = (logistic(-2.0 * k2) * 2.0_f64.powi(32)) as u64;
        let mut bonds = vec![false; sites];
        for sample in 0..samples {
            loop {
                bonds.iter_mut().for_each(|b| *b = u64::from(rng.next_u32()) < broken);
                if bonds.iter().filter(|b| **b).count() % 2 == 0 {
                    break;
                }
            }
            let mut up = rng.next_u32() & 1 == 1;
            for (site, broken) in bonds.iter().enumerate() {
                set.set(sample, site, up);
                up ^= broken;
            }
        }
        set
    }

    fn ising(sites: usize, k2: f64) -> ModelBelow {
        let mut energy = LocalChain::ring(sites);
        (0..sites).for_each(|i| energy.add_bond(i, k2));
        ModelBelow::Chain { energy, correlation_length: Some(-1.0 / k2.tanh().ln()) }
    }

    fn options(depth: usize) -> StackOptions {
        StackOptions {
            boundary: Boundary::Ring,
            field: ReceptiveField::Three,
            depth,
            channels: 1,
            seed: 7,
            layer: TrainingOptions { symmetric: true, ..TrainingOptions::default() },
            starts: Vec::new(),
        }
    }

    fn train(options: StackOptions, k2: f64, sites: usize, samples: usize) -> StackTraining {
        let training = ising_ring_samples(samples, sites, k2, 1);
        let held_out = ising_ring_samples(samples / 4, sites, k2, 2);
        let mut stack = StackTraining::new(options, training, held_out, ising(sites, k2)).unwrap();
        loop {
            match stack.advance() {
                StackProgress::Finished => return stack,
                StackProgress::Diverged { layer, step } => panic!("layer {layer} diverged at {step}"),
                _ => {}
            }
        }
    }

    #[test]
    fn learning_discovers_decimation() {
        for k2 in [1.0_f64, 2.0] {
            let stack = train(options(3), k2, 256, 4000);
            let mut exact = k2;
            for layer in stack.layers() {
                let r = &layer.report;
                exact = 0.5 * (2.0 * exact).cosh().ln();
                // The error is that of this layer alone; it also inherits a share of those below, hence
                // four of them and not three. In the lowest layer 3 % is the wider bound.
                let error = r.k_eff_error.unwrap().k2.unwrap();
                let bound = (0.03 * exact).max(4.0 * error);
                assert!(
                    (r.k_eff.unwrap().k2.unwrap() - exact).abs() < bound,
                    "K2 = {k2}, layer {}: {} ± {}, exact {exact}",
                    r.layer,
                    r.k_eff.unwrap().k2.unwrap(),
                    error
                );
                assert!(error > 0.0 && error < 0.02);
                let kl = r.kl_per_spin.unwrap();
                assert!((0.0..1e-4).contains(&kl), "KL per spin {kl}");
                assert_eq!(r.kl_error, Some(0.0));
                let gap = r.nll_held_out.unwrap() - r.nll_per_spin;
                let error = r.nll_error.hypot(r.nll_held_out_error.unwrap());
                assert!(gap.abs() < 5.0 * error, "held-out minus training {gap} ± {error}");
                assert!(matches!(r.stopped_by, Some(StopReason::Gradient | StopReason::LineSearch)));
                assert_eq!(Some(layer.history.len()), r.iterations);
            }
            // The free energy of the hidden spins is that of the visible ones of the next layer.
            for pair in stack.layers().windows(2) {
                let above = pair[1].report.free_energy_visible.unwrap();
                assert!((pair[0].report.free_energy_hidden - above).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn the_whole_stack_does_not_depend_on_threads() {
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| train(options(5), 0.8, 32, 300))
        };
        let (one, three) = (run(1), run(3));
        assert_eq!(one.layers(), three.layers());
        assert_eq!(one.layers().len(), 5);
        assert_eq!(one.layers()[4].report.sites, 2);
        // A shallow stack is the first layer of a deep one.
        assert_eq!(train(options(1), 0.8, 32, 300).layers(), &one.layers()[..1]);
    }

    #[test]
    fn contrastive_stacks_find_decimation_too() {
        for method in [TrainingMethod::ContrastiveDivergence, TrainingMethod::PersistentContrastiveDivergence]
        {
            let mut options = options(2);
            options.layer = TrainingOptions { method, max_iterations: 40, ..options.layer };
            let stack = train(options, 1.0, 32, 2000);
            let mut exact = 1.0_f64;
            for layer in stack.layers() {
                exact = 0.5 * (2.0 * exact).cosh().ln();
                let found = layer.report.k_eff.unwrap().k2.unwrap();
                // Steps of fixed size keep the weights moving by a few hundredths.
                assert!((found - exact).abs() < 0.12, "{method:?}, layer {}: {found}", layer.report.layer);
                assert_eq!(Some(layer.history.len()), layer.report.iterations);
            }
        }
        let mut wild = options(2);
        wild.layer.method = TrainingMethod::ContrastiveDivergence;
        wild.layer.sampling.rate = 1e9;
        let samples = ising_ring_samples(200, 16, 1.0, 1);
        let mut stack = StackTraining::new(wild, samples.clone(), samples, ising(16, 1.0)).unwrap();
        let end = loop {
            match stack.advance() {
                StackProgress::Working { .. } => {}
                end => break end,
            }
        };
        assert!(matches!(end, StackProgress::Diverged { layer: 0, .. }), "{end:?}");
    }

    #[test]
    fn weights_that_are_no_maximum_have_no_errors_of_one() {
        let report = |stack: &StackTraining| stack.layers()[0].report.clone();
        let none = |r: &LayerReport| {
            let errors = r.k_eff_error.unwrap();
            [errors.k1, errors.k2] == [None; 2] && r.weight_errors.is_empty() && r.no_errors.is_some()
        };
        let exact = train(options(1), 1.0, 32, 500);
        assert!(report(&exact).k_eff_error.unwrap().k2.unwrap() > 0.0 && report(&exact).no_errors.is_none());
        let mut sampled = options(1);
        let method = TrainingMethod::ContrastiveDivergence;
        sampled.layer = TrainingOptions { method, max_iterations: 5, ..sampled.layer };
        assert!(none(&report(&train(sampled, 1.0, 32, 500))));
        // Of weights that are there, those learned from these samples have the errors of then; those of a file, here
        // with biases that the theory cannot have, have none.
        let known = |rbm: LayerRbm, estimated| {
            let samples = [(500, 1), (125, 2)].map(|(rows, seed)| ising_ring_samples(rows, 32, 1.0, seed));
            let [training, held_out] = samples;
            let below = ising(32, 1.0);
            let stack = StackTraining::of_known(options(1), vec![rbm], estimated, training, held_out, below);
            let mut stack = stack.unwrap();
            while stack.advance() != StackProgress::Finished {}
            report(&stack)
        };
        let learned = exact.layers()[0].rbm.clone();
        assert_eq!(known(learned.clone(), true).k_eff_error, report(&exact).k_eff_error);
        let mut given = learned.single().unwrap().clone();
        given.hidden_bias = 0.3;
        assert!(none(&known(given.into(), false)) && none(&known(learned, false)));
    }

    #[test]
    fn unshared_stacks_fit_better_and_keep_the_mean_flow() {
        let mut free = options(2);
        free.layer.shared_weights = false;
        let (shared, free) = (train(options(2), 1.0, 32, 4000), train(free, 1.0, 32, 4000));
        let (a, b) = (&shared.layers()[0].report, &free.layers()[0].report);
        assert!(b.nll_per_spin <= a.nll_per_spin + 1e-12, "{} {}", b.nll_per_spin, a.nll_per_spin);
        // Overfitting: the exact distance to P grows with the number of parameters, 8 · 3 against 3.
        assert!(b.kl_per_spin.unwrap() > a.kl_per_spin.unwrap());
        assert!(b.kl_per_spin.unwrap() < 1e-3);
        let exact = 0.5 * 2.0_f64.cosh().ln();
        let spread = b.k_eff_spread.unwrap().k2.unwrap();
        assert!((b.k_eff.unwrap().k2.unwrap() - exact).abs() < 0.05 && spread > 0.0 && spread < 0.3, "{b:?}");
        assert_eq!(b.link_entropies.len(), 3);
        // The second layer compares with the site-dependent chain of the first.
        assert!(free.layers()[1].report.kl_per_spin.unwrap() >= 0.0);
        let above = free.layers()[1].report.free_energy_visible.unwrap();
        assert!((b.free_energy_hidden - above).abs() < 1e-9);
        let mut refused = options(1);
        refused.layer = TrainingOptions {
            shared_weights: false,
            method: TrainingMethod::ContrastiveDivergence,
            ..refused.layer
        };
        let samples = ising_ring_samples(10, 16, 1.0, 1);
        let refused = StackTraining::new(refused, samples.clone(), samples, ising(16, 1.0));
        assert!(matches!(refused, Err(RbmError::Setting { .. })));
    }

    #[test]
    fn lines_and_all_fields_train_to_the_top() {
        for field in ReceptiveField::ALL {
            for symmetric in [true, false] {
                let training = ising_ring_samples(200, 16, 0.6, 3);
                let held_out = SpinSamples::all_down(0, 16);
                let reason = "samples of a file".to_owned();
                let below = ModelBelow::Unknown { reason: reason.clone(), correlation_length: None };
                let mut options = StackOptions { boundary: Boundary::Line, field, ..options(4) };
                options.layer.symmetric = symmetric;
                let mut stack = StackTraining::new(options, training, held_out, below).unwrap();
                while !matches!(stack.advance(), StackProgress::Finished | StackProgress::Diverged { .. }) {}
                assert_eq!(stack.layers().len(), 4);
                let bottom = &stack.layers()[0].report;
                assert_eq!((bottom.kl_per_spin, bottom.absent_reason.as_ref()), (None, Some(&reason)));
                assert_eq!(bottom.nll_held_out, None);
                for layer in &stack.layers()[1..] {
                    let r = &layer.report;
                    assert!(r.kl_per_spin.unwrap() > -1e-12 && r.trace_std.unwrap().is_finite());
                    // A single hidden spin has no neighbour.
                    assert_eq!(r.k_eff.unwrap().k2.is_some(), r.sites > 2, "{r:?}");
                    let errors = r.k_eff_error.unwrap();
                    assert!([errors.k1, errors.k2].into_iter().flatten().all(f64::is_finite), "{r:?}");
                }
            }
        }
    }

    #[test]
    fn a_known_log_probability_gives_the_same_distance_within_its_error() {
        let (sites, k2) = (32, 0.7_f64);
        let held_out = ising_ring_samples(2000, sites, k2, 5);
        let ModelBelow::Chain { energy, .. } = ising(sites, k2) else { unreachable!() };
        let log_z = energy.log_partition();
        let log_p = (0..2000)
            .map(|s| {
                let v: Vec<i8> = (0..sites).map(|i| held_out.spin(s, i)).collect();
                energy.log_weight(&v) - log_z
            })
            .collect();
        // r = 2 cannot represent the chain, so the distance is far from zero.
        let run = |below| {
            let options = StackOptions { field: ReceptiveField::Two, ..options(1) };
            let training = ising_ring_samples(1000, sites, k2, 6);
            let mut stack = StackTraining::new(options, training, held_out.clone(), below).unwrap();
            while stack.advance() != StackProgress::Finished {}
            stack.layers()[0].report.clone()
        };
        let exact = run(ising(sites, k2));
        let sampled = run(ModelBelow::LogProbability { held_out: log_p, correlation_length: None });
        let error = sampled.kl_error.unwrap();
        assert!(exact.kl_per_spin.unwrap() > 0.05);
        assert!((exact.kl_per_spin.unwrap() - sampled.kl_per_spin.unwrap()).abs() < 5.0 * error);
        assert!((exact.trace_std.unwrap() / sampled.trace_std.unwrap() - 1.0).abs() < 0.1);
    }
}
