//! The engine that learns: samples of the boundary theory, then one layer after the other.

use super::file_rows::split_rows;
use super::node_layers::{NodeLayer, node_layers};
use super::observables::{Observable, observables};
use super::parameters::{LearnedStack, TrainingTask, WeightsOrigin};
use super::sampling::{Drawing, SamplingFigures, training_samples};
use super::step_distances::KnownTheory;
use super::worker::Engine;
use crate::lattice::SpinSamples;
use crate::rbm::{
    ContrastiveOptions, LayerRbm, LayerReport, RbmError, StackOptions, StackProgress, StackTraining,
    TrainedLayer, TrainingOptions, TrainingStep,
};
use crate::theory::UserSamples;
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
        /// Weights to go on from, in place of a start anew.
        starts: Option<Arc<LearnedStack>>,
        /// The user's samples, where the theory is theirs and they were read.
        samples: Option<Arc<UserSamples>>,
    },
    /// Work out the figures of weights that are there, on the samples of the task; nothing is learned.
    Report {
        /// What the weights answer.
        task: TrainingTask,
        /// The weights.
        known: Arc<LearnedStack>,
        /// The user's samples, where the theory is theirs and they were read.
        samples: Option<Arc<UserSamples>>,
    },
    /// Show again a training that came to its end, with everything that was seen of it.
    Recall(Arc<TrainingSnapshot>),
    /// Go on.
    Play,
    /// Stop between two pieces of work.
    Pause,
    /// Train to the end of the present layer, then pause.
    StepLayer,
    /// What is shown bears this number from now on: sent after what begins a training, it tells its snapshots from
    /// those of the one before.
    Number(u64),
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

impl Phase {
    /// Why training ended before its end, with the remedy.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        match self {
            Self::Refused(reason) => Some(reason.clone()),
            Self::Diverged { layer, step } => Some(format!(
                "training of layer {layer} diverged after {step} iterations: use a smaller step (learning.rate) where the method is cd or pcd, more samples, smaller couplings or more weight decay"
            )),
            Self::Sampling | Self::Learning(_) | Self::Done => None,
        }
    }
}

/// A finished layer as the window and the tables see it.
#[derive(Clone, Debug)]
pub struct LearnedLayer {
    /// Its parameters.
    pub rbm: LayerRbm,
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
    /// The number that it was given ([`TrainerCommand::Number`]).
    pub number: u64,
    /// Where its weights come from.
    pub origin: WeightsOrigin,
    /// Grows with every layer that is finished, and with every start: names a set of weights.
    pub stamp: u64,
    /// Where training stands.
    pub phase: Phase,
    /// Whether it goes on by itself.
    pub playing: bool,
    /// Finished layers, bottom up; while there are [`Self::preview_rows`], above them those of the preview.
    pub layers: Vec<Arc<LearnedLayer>>,
    /// Likelihood of the layer in training, iteration by iteration.
    pub current: Vec<TrainingStep>,
    /// One sample of the boundary spins, +1 as `true`.
    pub spins: Arc<Vec<bool>>,
    /// What that sample and the weights make of the nodes of every layer learned so far, the boundary first.
    pub nodes: Arc<Vec<NodeLayer>>,
    /// Seconds of work so far.
    pub seconds: f64,
    /// Seconds that sampling took.
    pub sampling_seconds: f64,
    /// How the samples were drawn, once they all are.
    pub sampling: Option<SamplingFigures>,
    /// Training samples drawn so far.
    pub rows: usize,
    /// The first rows that the layers at and above the one in work were learned from, as long as they are those of a
    /// preview ([`Trainer::looked_at`]).
    pub preview_rows: Option<usize>,
    /// What the samples do beside what the theory says; empty until they are all drawn.
    pub observables: Arc<Vec<Observable>>,
    /// What is known of the theory, once all samples are drawn; absent where the weights came with a session.
    pub known: Option<Arc<KnownTheory>>,
}

impl TrainingSnapshot {
    /// Whether every layer of the task is there.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.phase == Phase::Done
    }

    /// How many layers have come to their end: a preview's layers above them have not.
    #[must_use]
    pub fn final_layers(&self) -> usize {
        match self.phase {
            Phase::Sampling => 0,
            Phase::Learning(layer) => layer,
            Phase::Done | Phase::Diverged { .. } | Phase::Refused(_) => self.layers.len(),
        }
    }

    /// The finished layers' parameters.
    #[must_use]
    pub fn stack(&self) -> LearnedStack {
        LearnedStack {
            task: self.task,
            origin: self.origin.clone(),
            layers: self.layers.iter().map(|l| l.rbm.clone()).collect(),
        }
    }
}

/// Learns a task in pieces of a few milliseconds.
#[derive(Default)]
pub struct Trainer {
    task: Option<TrainingTask>,
    number: u64,
    origin: WeightsOrigin,
    samples: Option<Arc<UserSamples>>,
    /// Weights to go on from.
    starts: Option<Arc<LearnedStack>>,
    /// Weights to report on, in place of learning.
    reported: Option<Arc<LearnedStack>>,
    drawing: Option<Drawing>,
    /// Learning from so many rows, while more are drawn: only for someone who looks on. And the rows behind the last
    /// such layers that are still shown.
    preview: Option<(StackTraining, usize)>,
    preview_rows: Option<usize>,
    looked_at: bool,
    stack: Option<StackTraining>,
    phase: Option<Phase>,
    layers: Vec<Arc<LearnedLayer>>,
    spins: Arc<Vec<bool>>,
    /// The nodes, and the stamp and sample that they were made from.
    nodes: (u64, Arc<Vec<bool>>, Arc<Vec<NodeLayer>>),
    paused: bool,
    stop_after_layer: bool,
    stamp: u64,
    seconds: f64,
    layer_seconds: f64,
    sampling_seconds: f64,
    sampling: Option<SamplingFigures>,
    observables: Arc<Vec<Observable>>,
    known: Option<Arc<KnownTheory>>,
    changed: bool,
}

impl Trainer {
    /// A trainer that is looked at: where samples come slowly it shows a first stack from the first few
    /// hundred, refined as they double. The final numbers are the same.
    #[must_use]
    pub fn looked_at() -> Self {
        Self { looked_at: true, ..Self::default() }
    }

    /// Learns a task from beginning to end; `progress` is told where training stands and may call it off.
    ///
    /// # Errors
    /// The task cannot be begun, a layer diverged, or `progress` returned `false`.
    pub fn run(task: TrainingTask, progress: impl FnMut(&Phase) -> bool) -> Result<TrainingSnapshot, String> {
        Self::run_on(task, None, None, progress)
    }

    /// As [`Self::run`], on the user's samples where the theory is theirs.
    ///
    /// # Errors
    /// As [`Self::run`]; the samples of such a theory are not there, or of another size or file.
    pub fn run_on(
        task: TrainingTask,
        starts: Option<Arc<LearnedStack>>,
        samples: Option<Arc<UserSamples>>,
        progress: impl FnMut(&Phase) -> bool,
    ) -> Result<TrainingSnapshot, String> {
        Self::to_the_end(TrainerCommand::Start { task, known: None, starts, samples }, progress)
    }

    /// Works out the figures of weights that are there, from beginning to end, on the samples of the task (or the
    /// user's); nothing is learned, and nothing is known of the way to them.
    ///
    /// # Errors
    /// As [`Self::run_on`]; layers of another size than the task asks for.
    pub fn report_on(
        task: TrainingTask,
        known: Arc<LearnedStack>,
        samples: Option<Arc<UserSamples>>,
        progress: impl FnMut(&Phase) -> bool,
    ) -> Result<TrainingSnapshot, String> {
        Self::to_the_end(TrainerCommand::Report { task, known, samples }, progress)
    }

    fn to_the_end(
        command: TrainerCommand,
        mut progress: impl FnMut(&Phase) -> bool,
    ) -> Result<TrainingSnapshot, String> {
        let mut trainer = Self::default();
        trainer.apply(command);
        while trainer.advance() {
            if trainer.phase.as_ref().is_some_and(|phase| !progress(phase)) {
                return Err("training was called off".into());
            }
        }
        match trainer.phase.as_ref().and_then(Phase::failure) {
            Some(reason) => Err(reason),
            None => trainer.look().ok_or_else(|| "no training was begun".into()),
        }
    }

    fn look(&self) -> Option<TrainingSnapshot> {
        Some(TrainingSnapshot {
            task: self.task?,
            number: self.number,
            origin: self.origin.clone(),
            stamp: self.stamp,
            phase: self.phase.clone()?,
            playing: !self.paused,
            layers: self.layers.clone(),
            current: self.stack.as_ref().map_or_else(Vec::new, StackTraining::history_in_training),
            spins: Arc::clone(&self.spins),
            nodes: Arc::clone(&self.nodes.2),
            seconds: self.seconds,
            sampling_seconds: self.sampling_seconds,
            sampling: self.sampling,
            rows: self.drawing.as_ref().map_or(0, Drawing::rows),
            preview_rows: self.preview_rows,
            observables: Arc::clone(&self.observables),
            known: self.known.clone(),
        })
    }

    /// Makes the nodes anew where weights or sample changed.
    fn renew_nodes(&mut self) {
        let Some(task) = &self.task else { return };
        let (stamp, spins, _) = &self.nodes;
        if *stamp == self.stamp && Arc::ptr_eq(spins, &self.spins) {
            return;
        }
        let nodes = node_layers(task, &self.spins, self.layers.iter().map(|layer| &layer.rbm));
        self.nodes = (self.stamp, Arc::clone(&self.spins), Arc::new(nodes));
    }

    /// How the stack of a task is learned, from the weights to go on from where there are any.
    fn begin_at(&self, task: &TrainingTask) -> StackOptions {
        let starts = self.starts.as_ref().map_or_else(Vec::new, |stack| stack.layers.clone());
        StackOptions { starts, ..stack_options(task) }
    }

    /// Whether a training of `task` can go on from weights that are there: at least one layer of its stack begins at
    /// one of theirs ([`StackOptions::start`]). If not it begins anew.
    #[must_use]
    pub fn can_go_on(task: &TrainingTask, from: &LearnedStack) -> bool {
        let options = StackOptions { starts: from.layers.clone(), ..stack_options(task) };
        let sites = task.learning.sites as usize;
        (0..from.layers.len()).any(|layer| options.start(layer, sites).is_some())
    }

    fn start(&mut self, task: TrainingTask, known: Option<&LearnedStack>, samples: Option<Arc<UserSamples>>) {
        self.stamp += 1;
        (self.seconds, self.layer_seconds, self.sampling_seconds) = (0.0, 0.0, 0.0);
        self.stack = None;
        self.drawing = None;
        (self.preview, self.preview_rows) = (None, None);
        self.sampling = None;
        self.observables = Arc::default();
        self.known = None;
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
            let first = match &samples {
                // The row that a training shows: the first one of the file that is not held out.
                Some(samples) => {
                    let [training, _] = split_rows(task.samples_used() as usize, task.learning.seed);
                    let row = training.first().filter(|row| **row < samples.spins.samples());
                    row.map(|row| sample(&samples.spins, *row)).unwrap_or_default()
                }
                None => training_samples(&task, 1).map(|s| sample(&s, 0)).unwrap_or_default(),
            };
            self.spins = Arc::new(first);
        }
        self.samples = samples;
        self.renew_nodes();
        self.changed = true;
    }

    /// Stands where a training ended.
    fn recall(&mut self, run: &TrainingSnapshot) {
        self.stamp += 1;
        (self.stack, self.drawing, self.preview, self.starts, self.samples) = (None, None, None, None, None);
        self.reported = None;
        (self.seconds, self.layer_seconds, self.sampling_seconds) = (run.seconds, 0.0, run.sampling_seconds);
        self.task = Some(run.task);
        self.origin.clone_from(&run.origin);
        self.phase = Some(run.phase.clone());
        self.preview_rows = run.preview_rows;
        self.layers.clone_from(&run.layers);
        self.spins = Arc::clone(&run.spins);
        self.nodes = (self.stamp, Arc::clone(&run.spins), Arc::clone(&run.nodes));
        self.sampling = run.sampling;
        self.observables = Arc::clone(&run.observables);
        self.known.clone_from(&run.known);
        self.stop_after_layer = false;
    }

    /// Draws a piece of the samples; with the last one, stands ready to learn.
    fn sample(&mut self, task: &TrainingTask) {
        let mut options = self.begin_at(task);
        let drawing = match &mut self.drawing {
            Some(drawing) => drawing,
            None => match Drawing::new(task, self.samples.as_ref()) {
                Ok(drawing) => self.drawing.insert(drawing),
                Err(reason) => {
                    self.phase = Some(Phase::Refused(reason));
                    return;
                }
            },
        };
        let before = drawing.rows();
        let done = drawing.advance(task);
        if before == 0 {
            self.spins = Arc::new(sample(drawing.training(), 0));
        }
        if !done {
            if self.looked_at
                && self.reported.is_none()
                && let Some(rows) = drawing.rows_of_due_preview()
            {
                let preview = StackTraining::new(
                    options,
                    drawing.training().subset(0..rows),
                    SpinSamples::all_down(0, task.learning.sites as usize),
                    drawing.unknown_yet(),
                );
                self.preview = preview.ok().map(|preview| (preview, rows));
            }
            return;
        }
        let Some(drawing) = self.drawing.take() else { return };
        self.sampling = Some(drawing.report());
        let times = drawing.autocorrelation_times();
        options.layer.autocorrelation_times = times;
        let (training, held_out, below) = drawing.finish(task);
        self.observables = Arc::new(observables(task, &training, times[0]));
        self.known = Some(Arc::new(KnownTheory::new(&below, &held_out)));
        let stack: Result<StackTraining, RbmError> = match &self.reported {
            None => StackTraining::new(options, training, held_out, below),
            Some(known) => {
                let (layers, learned) = (known.layers.clone(), known.origin.is_learned());
                StackTraining::of_known(options, layers, learned, training, held_out, below)
            }
        };
        match stack {
            Ok(stack) => {
                self.stack = Some(stack);
                self.phase = Some(Phase::Learning(0));
            }
            Err(error) => self.phase = Some(Phase::Refused(error.to_string())),
        }
    }

    /// Goes on with the preview; `false` when there is none.
    fn advance_preview(&mut self) -> bool {
        let Some((preview, rows)) = &mut self.preview else { return false };
        match preview.advance() {
            StackProgress::Working { .. } | StackProgress::LayerFinished { .. } => {}
            StackProgress::Finished | StackProgress::Diverged { .. } => {
                self.layers = preview.layers().iter().cloned().map(|l| Arc::new(finished(l, 0.0))).collect();
                self.preview_rows = Some(*rows);
                self.preview = None;
                self.stamp += 1;
                self.changed = true;
            }
        }
        true
    }
}

/// How the stack of a task is learned, from samples that are independent.
pub fn stack_options(task: &TrainingTask) -> StackOptions {
    StackOptions {
        boundary: task.boundary,
        field: task.field,
        depth: task.layers as usize,
        channels: task.learning.channels as usize,
        seed: task.learning.seed,
        layer: TrainingOptions {
            symmetric: task.theory.is_symmetric(),
            weight_decay: task.learning.weight_decay,
            max_iterations: task.learning.epochs as usize,
            initial: None,
            method: task.learning.method,
            sampling: ContrastiveOptions {
                rate: task.learning.rate,
                gibbs_steps: task.learning.gibbs_steps as usize,
                ..ContrastiveOptions::default()
            },
            shared_weights: task.learning.shared_weights,
            autocorrelation_times: [1.0; 2],
        },
        starts: Vec::new(),
    }
}

fn finished(layer: TrainedLayer, seconds: f64) -> LearnedLayer {
    let TrainedLayer { rbm, report, history } = layer;
    LearnedLayer { rbm, report: Some(report), history, seconds }
}

fn sample(spins: &SpinSamples, row: usize) -> Vec<bool> {
    (0..spins.sites()).map(|site| spins.is_up(row, site)).collect()
}

impl Engine for Trainer {
    type Command = TrainerCommand;
    type Snapshot = TrainingSnapshot;

    fn apply(&mut self, command: TrainerCommand) {
        match command {
            TrainerCommand::Start { task, known, starts, samples } => {
                self.start(task, known.as_deref(), samples);
                // What does not fit is not gone on from, and not named as where the weights come from.
                let starts = starts.filter(|starts| Self::can_go_on(&task, starts));
                self.origin = match (&known, &starts) {
                    (Some(known), _) => known.origin.clone(),
                    (None, Some(starts)) => starts.origin.gone_on(),
                    (None, None) => WeightsOrigin::default(),
                };
                (self.starts, self.reported) = (starts, None);
            }
            TrainerCommand::Report { task, known, samples } => {
                self.start(task, None, samples);
                self.origin.clone_from(&known.origin);
                (self.starts, self.reported) = (None, Some(known));
            }
            TrainerCommand::Recall(run) => self.recall(&run),
            TrainerCommand::Play => {
                self.paused = false;
                self.stop_after_layer = false;
            }
            TrainerCommand::Pause => self.paused = true,
            TrainerCommand::Number(number) => self.number = number,
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
                if !self.advance_preview() {
                    self.sample(&task);
                    self.sampling_seconds += begin.elapsed().as_secs_f64();
                    self.changed = true;
                }
            }
            Some(Phase::Learning(layer)) => {
                let Some(stack) = &mut self.stack else { return false };
                let progress = stack.advance();
                self.layer_seconds += begin.elapsed().as_secs_f64();
                match progress {
                    StackProgress::Working { .. } => {}
                    StackProgress::LayerFinished { layer } => {
                        if let Some(trained) = stack.layers().get(layer).cloned() {
                            let seconds = std::mem::take(&mut self.layer_seconds);
                            let trained = Arc::new(finished(trained, seconds));
                            // In the place of the preview's layer, where there was one.
                            match self.layers.get_mut(layer) {
                                Some(place) => *place = trained,
                                None => self.layers.push(trained),
                            }
                        }
                        self.stamp += 1;
                        self.phase = Some(Phase::Learning(layer + 1));
                        if layer + 1 == task.layers as usize {
                            self.phase = Some(Phase::Done);
                            self.stack = None;
                            self.preview_rows = None;
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
                        // What a preview made of the layers above is not what stands.
                        if self.preview_rows.take().is_some() {
                            self.layers.truncate(at);
                            self.stamp += 1;
                        }
                        self.phase = Some(Phase::Diverged { layer: at.max(layer), step });
                        self.stack = None;
                    }
                }
                self.changed = true;
            }
            _ => return false,
        }
        self.renew_nodes();
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
                    "seed {}, K1 = {}, K2 = {}, K3 = {}, m = {}, {} sites, {} samples, r = {}",
                    learning.seed,
                    theory.k1,
                    theory.k2,
                    theory.k3,
                    theory.mass,
                    learning.sites,
                    learning.samples,
                    t.field.links()
                )
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;
    use crate::sim::TheoryKind;

    #[test]
    fn previews_leave_no_layer_behind_and_change_no_number() {
        let mut task = TrainingTask::example(TheoryKind::QuantumIsing, Boundary::Ring);
        (task.learning.sites, task.layers) = (16, 4);
        let mut trainer = Trainer::looked_at();
        trainer.apply(TrainerCommand::Start { task, known: None, starts: None, samples: None });
        let mut most = 0;
        while trainer.advance() {
            most = most.max(trainer.layers.len());
        }
        let plain = Trainer::run(task, |_| true).unwrap();
        assert_eq!((most, trainer.layers.len(), plain.layers.len()), (4, 4, 4));
        for (seen, run) in trainer.layers.iter().zip(&plain.layers) {
            assert_eq!(seen.rbm, run.rbm);
        }
    }

    #[test]
    fn a_training_that_is_shown_again_has_its_own_nodes() {
        let mut task = TrainingTask::example(TheoryKind::Chain, Boundary::Ring);
        (task.learning.sites, task.learning.samples, task.layers) = (16, 300, 4);
        let mut trainer = Trainer::default();
        let mut train = |trainer: &mut Trainer, k2: f64| {
            task.theory.k2 = k2;
            trainer.apply(TrainerCommand::Start { task, known: None, starts: None, samples: None });
            while trainer.advance() {}
            trainer.look().unwrap()
        };
        let strong = train(&mut trainer, 1.0);
        let weak = train(&mut trainer, 0.3);
        assert_ne!(strong.nodes, weak.nodes);
        // As undo does it.
        trainer.apply(TrainerCommand::Recall(Arc::new(strong.clone())));
        assert!(!trainer.advance());
        let again = trainer.look().unwrap();
        assert_eq!((&again.nodes, &again.spins), (&strong.nodes, &strong.spins));
        let anew = node_layers(&again.task, &again.spins, again.layers.iter().map(|layer| &layer.rbm));
        assert_eq!(*again.nodes, anew);
    }

    #[test]
    fn going_on_is_recorded_only_where_it_was_done() {
        let mut task = TrainingTask::example(TheoryKind::Chain, Boundary::Ring);
        (task.learning.sites, task.learning.samples, task.layers) = (16, 300, 2);
        for channels in [1, 2] {
            task.learning.channels = channels;
            let fresh = Trainer::run(task, |_| true).unwrap();
            let starts = Some(Arc::new(fresh.stack()));
            let on = Trainer::run_on(task, starts.clone(), None, |_| true).unwrap();
            assert_eq!((fresh.origin.continued, on.origin.continued), (0, 1));
            let iterations = |run: &TrainingSnapshot| run.layers[0].history.len();
            // Learning begins at its own end.
            assert!(iterations(&on) < iterations(&fresh), "{} {}", iterations(&on), iterations(&fresh));
            // Another receptive field, or other channels: anew, and nothing is claimed.
            let two = TrainingTask { field: crate::lattice::ReceptiveField::Two, ..task };
            let mut wider = task;
            wider.learning.channels = 3;
            for other in [two, wider] {
                let run = Trainer::run_on(other, starts.clone(), None, |_| true).unwrap();
                assert_eq!(run.origin, WeightsOrigin::default());
                let anew = Trainer::run(other, |_| true).unwrap();
                assert_eq!(run.layers[0].rbm, anew.layers[0].rbm);
            }
        }
    }
}
