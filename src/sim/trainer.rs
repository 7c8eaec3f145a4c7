//! The engine that learns: samples of the boundary theory, then one layer after the other.

use super::parameters::{LearnedStack, TrainingTask};
use super::worker::Engine;
use crate::lattice::{Boundary, SpinSamples};
use crate::numerics::local_chain::LocalChain;
use crate::rbm::{
    ContrastiveOptions, LayerReport, ModelBelow, Rbm, RbmError, StackOptions, StackProgress, StackTraining,
    TrainedLayer, TrainingOptions, TrainingStep,
};
use crate::theory::ChainSampler;
use std::sync::Arc;
use std::time::Instant;

/// What the trainer is told.
#[derive(Clone, Debug)]
pub enum TrainerCommand {
    /// Learn this; `known` is a stack that answers the task already.
    Start {
        /// What to learn.
        task: TrainingTask,
        /// Weights that are there already.
        known: Option<Arc<LearnedStack>>,
    },
    /// Go on.
    Play,
    /// Stop between two pieces of work.
    Pause,
    /// Train to the end of the present layer, then pause.
    StepLayer,
}

/// Where training stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// Drawing samples of the theory.
    Sampling,
    /// Learning this layer.
    Learning(usize),
    /// All layers are there.
    Done,
    /// A layer's training left the finite numbers; the layers below it stand.
    Diverged {
        /// The layer.
        layer: usize,
        /// Iterations it had made.
        step: usize,
    },
    /// The task cannot be begun.
    Refused(String),
}

/// A finished layer as the window and the tables see it.
#[derive(Clone, Debug)]
pub struct LearnedLayer {
    /// Its parameters.
    pub rbm: Rbm,
    /// Its figures; absent for weights that came with a session file.
    pub report: Option<LayerReport>,
    /// Likelihood along the way.
    pub history: Vec<TrainingStep>,
    /// How long it took.
    pub seconds: f64,
}

/// What there is to see of training.
#[derive(Clone, Debug)]
pub struct TrainingSnapshot {
    /// What is learned.
    pub task: TrainingTask,
    /// Grows with every layer that is finished, and with every start: names a set of weights.
    pub stamp: u64,
    /// Where training stands.
    pub phase: Phase,
    /// Whether it goes on by itself.
    pub playing: bool,
    /// Finished layers, bottom up.
    pub layers: Vec<Arc<LearnedLayer>>,
    /// Likelihood of the layer in training, iteration by iteration.
    pub current: Vec<TrainingStep>,
    /// One sample of the boundary spins, +1 as `true`.
    pub spins: Arc<Vec<bool>>,
    /// Seconds of work so far.
    pub seconds: f64,
    /// Seconds that sampling took.
    pub sampling_seconds: f64,
}

impl TrainingSnapshot {
    /// Whether every layer of the task is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.phase == Phase::Done
    }

    /// The finished layers' parameters.
    #[must_use]
    pub fn stack(&self) -> LearnedStack {
        LearnedStack { task: self.task, layers: self.layers.iter().map(|l| l.rbm.clone()).collect() }
    }
}

/// Learns a task in pieces of a few milliseconds.
#[derive(Default)]
pub struct Trainer {
    task: Option<TrainingTask>,
    drawing: Option<Drawing>,
    stack: Option<StackTraining>,
    phase: Option<Phase>,
    layers: Vec<Arc<LearnedLayer>>,
    spins: Arc<Vec<bool>>,
    paused: bool,
    stop_after_layer: bool,
    stamp: u64,
    seconds: f64,
    layer_seconds: f64,
    sampling_seconds: f64,
    changed: bool,
}

impl Trainer {
    /// Learns a task from beginning to end; `progress` is told where training stands and may call it off.
    ///
    /// # Errors
    /// The task cannot be begun, a layer diverged, or `progress` returned `false`.
    pub fn run(
        task: TrainingTask,
        mut progress: impl FnMut(&Phase) -> bool,
    ) -> Result<TrainingSnapshot, String> {
        let mut trainer = Self::default();
        trainer.apply(TrainerCommand::Start { task, known: None });
        while trainer.advance() {
            if trainer.phase.as_ref().is_some_and(|phase| !progress(phase)) {
                return Err("training was called off".into());
            }
        }
        match &trainer.phase {
            Some(Phase::Refused(reason)) => Err(reason.clone()),
            Some(Phase::Diverged { layer, step }) => Err(format!(
                "training of layer {layer} diverged after {step} iterations: use more samples, smaller couplings or weight decay"
            )),
            _ => trainer.look().ok_or_else(|| "no training was begun".into()),
        }
    }

    fn look(&self) -> Option<TrainingSnapshot> {
        Some(TrainingSnapshot {
            task: self.task?,
            stamp: self.stamp,
            phase: self.phase.clone()?,
            playing: !self.paused,
            layers: self.layers.clone(),
            current: self
                .stack
                .as_ref()
                .and_then(StackTraining::layer_in_training)
                .map_or_else(Vec::new, |l| l.outcome().history),
            spins: Arc::clone(&self.spins),
            seconds: self.seconds,
            sampling_seconds: self.sampling_seconds,
        })
    }

    fn start(&mut self, task: TrainingTask, known: Option<&LearnedStack>) {
        self.stamp += 1;
        (self.seconds, self.layer_seconds, self.sampling_seconds) = (0.0, 0.0, 0.0);
        self.stack = None;
        self.drawing = None;
        self.task = Some(task);
        self.stop_after_layer = false;
        self.layers = known.map_or_else(Vec::new, |stack| {
            stack
                .layers
                .iter()
                .map(|rbm| {
                    Arc::new(LearnedLayer {
                        rbm: rbm.clone(),
                        report: None,
                        history: Vec::new(),
                        seconds: 0.0,
                    })
                })
                .collect()
        });
        self.phase = Some(if known.is_some() { Phase::Done } else { Phase::Sampling });
        if known.is_some() {
            let spins = training_samples(&task, 1);
            self.spins = Arc::new(first_sample(&spins));
        }
        self.changed = true;
    }

    /// Draws a piece of the samples; with the last one, stands ready to learn.
    fn sample(&mut self, task: &TrainingTask) {
        let drawing = self.drawing.get_or_insert_with(|| Drawing::new(task));
        if !drawing.advance(task) {
            return;
        }
        let Some(Drawing { sets: [training, held_out], .. }) = self.drawing.take() else { return };
        self.spins = Arc::new(first_sample(&training));
        let options = StackOptions {
            boundary: task.boundary,
            field: task.field,
            depth: task.layers as usize,
            seed: task.learning.seed,
            layer: TrainingOptions {
                symmetric: task.theory.is_symmetric(),
                weight_decay: task.learning.weight_decay,
                max_iterations: task.learning.epochs as usize,
                initial: None,
                method: task.learning.method,
                sampling: ContrastiveOptions { rate: task.learning.rate, ..ContrastiveOptions::default() },
                shared_weights: task.learning.shared_weights,
            },
        };
        let stack: Result<StackTraining, RbmError> =
            StackTraining::new(options, training, held_out, model(task));
        match stack {
            Ok(stack) => {
                self.stack = Some(stack);
                self.phase = Some(Phase::Learning(0));
            }
            Err(error) => self.phase = Some(Phase::Refused(error.to_string())),
        }
    }
}

/// Samples under way: the training set, then a fifth as many held out, each from a stream of its own.
struct Drawing {
    sampler: ChainSampler,
    sets: [SpinSamples; 2],
    set: usize,
    next: usize,
}

/// Names of the random streams of the two sets.
const STREAMS: [&str; 2] = ["theory training", "theory held out"];
/// Spins of 64 samples drawn in one piece: at 0.1 µs each well below 20 ms.
const SPINS_PER_PIECE: usize = 100_000;

impl Drawing {
    fn new(task: &TrainingTask) -> Self {
        let samples = task.learning.samples as usize;
        let sets =
            [samples, (samples / 5).max(1)].map(|n| SpinSamples::all_down(n, task.learning.sites as usize));
        Self { sampler: sampler(task), sets, set: 0, next: 0 }
    }

    /// Draws a piece; `true` when both sets are full.
    fn advance(&mut self, task: &TrainingTask) -> bool {
        let Some(drawn) = self.sets.get_mut(self.set) else { return true };
        let words = (SPINS_PER_PIECE / drawn.sites()).max(1);
        let end = self.next + words;
        self.sampler.sample_words(drawn, self.next..end, task.learning.seed, STREAMS[self.set]);
        self.next = end;
        if end >= drawn.words_per_site() {
            (self.set, self.next) = (self.set + 1, 0);
        }
        self.set == self.sets.len()
    }
}

/// Training samples of a task's theory.
#[must_use]
pub fn training_samples(task: &TrainingTask, samples: usize) -> SpinSamples {
    sampler(task).sample(samples, task.learning.seed, STREAMS[0])
}

fn sampler(task: &TrainingTask) -> ChainSampler {
    ChainSampler::new(task.theory.chain(), task.learning.sites as usize, task.boundary)
}

fn first_sample(spins: &SpinSamples) -> Vec<bool> {
    (0..spins.sites()).map(|site| spins.is_up(0, site)).collect()
}

/// H of the theory, exactly, for the report of layer 0.
fn model(task: &TrainingTask) -> ModelBelow {
    let n = task.learning.sites as usize;
    let theory = task.theory;
    let (mut energy, bonds, triples) = match task.boundary {
        Boundary::Ring => (LocalChain::ring(n), n, n),
        Boundary::Line => (LocalChain::line(n), n - 1, n - 2),
    };
    for i in 0..n {
        energy.add_field(i, theory.k1);
    }
    for i in 0..bonds {
        energy.add_bond(i, theory.k2);
    }
    for i in 0..triples {
        energy.add_triple(i, theory.k3);
    }
    ModelBelow::Chain { energy, correlation_length: Some(theory.chain().correlation_length()) }
}

impl Engine for Trainer {
    type Command = TrainerCommand;
    type Snapshot = TrainingSnapshot;

    fn apply(&mut self, command: TrainerCommand) {
        match command {
            TrainerCommand::Start { task, known } => self.start(task, known.as_deref()),
            TrainerCommand::Play => {
                self.paused = false;
                self.stop_after_layer = false;
            }
            TrainerCommand::Pause => self.paused = true,
            TrainerCommand::StepLayer => {
                self.paused = false;
                self.stop_after_layer = true;
            }
        }
        self.changed = true;
    }

    fn advance(&mut self) -> bool {
        let Some(task) = self.task else { return false };
        if self.paused {
            return false;
        }
        let begin = Instant::now();
        match self.phase.clone() {
            Some(Phase::Sampling) => {
                self.sample(&task);
                self.sampling_seconds += begin.elapsed().as_secs_f64();
                self.changed = true;
            }
            Some(Phase::Learning(layer)) => {
                let Some(stack) = &mut self.stack else { return false };
                let progress = stack.advance();
                self.layer_seconds += begin.elapsed().as_secs_f64();
                match progress {
                    StackProgress::Working { .. } => {}
                    StackProgress::LayerFinished { layer } => {
                        if let Some(TrainedLayer { rbm, report, history }) =
                            stack.layers().get(layer).cloned()
                        {
                            let seconds = std::mem::take(&mut self.layer_seconds);
                            self.layers.push(Arc::new(LearnedLayer {
                                rbm,
                                report: Some(report),
                                history,
                                seconds,
                            }));
                        }
                        self.stamp += 1;
                        self.phase = Some(Phase::Learning(layer + 1));
                        if self.layers.len() == task.layers as usize {
                            self.phase = Some(Phase::Done);
                            self.stack = None;
                        }
                        if self.stop_after_layer {
                            self.stop_after_layer = false;
                            self.paused = true;
                        }
                    }
                    StackProgress::Finished => {
                        self.phase = Some(Phase::Done);
                        self.stack = None;
                    }
                    StackProgress::Diverged { layer: at, step } => {
                        self.phase = Some(Phase::Diverged { layer: at.max(layer), step });
                        self.stack = None;
                    }
                }
                self.changed = true;
            }
            _ => return false,
        }
        self.seconds += begin.elapsed().as_secs_f64();
        matches!(self.phase, Some(Phase::Sampling | Phase::Learning(_))) && !self.paused
    }

    fn snapshot(&mut self) -> Option<TrainingSnapshot> {
        std::mem::take(&mut self.changed).then(|| self.look()).flatten()
    }

    fn circumstances(&self) -> String {
        self.task.map_or_else(
            || "no task".into(),
            |t| {
                let TrainingTask { theory, learning, .. } = t;
                format!(
                    "seed {}, K1 = {}, K2 = {}, K3 = {}, {} sites, {} samples, r = {}",
                    learning.seed,
                    theory.k1,
                    theory.k2,
                    theory.k3,
                    learning.sites,
                    learning.samples,
                    t.field.links()
                )
            },
        )
    }
}
