//! The window's own state, and the one door through which everything a person does goes.

use super::action::{Action, Export, RegionEnd};
use super::canvas::{CanvasState, nudged};
use super::companion::Companion;
use super::files::{Dialog, FileJob, Files};
use super::studies::StudiesState;
use crate::desk::studies::{StudyCommand, StudyEngine, StudySnapshot};
use crate::desk::{self, Look, PlotKind, PlotOptions, Study};
use crate::figure::camera::{Camera, ChartKind};
use crate::figure::palette::Theme;
use crate::figure::passage::{self, Passage};
use crate::holography::{BulkNetwork, Overlays};
use crate::network::Region;
use crate::session::keys::{self, Redo};
use crate::session::{Document, History, RegionName};
use crate::sim::{
    CutAnswer, CutEngine, CutQuery, FermionAnswer, FermionEntropies, FermionQuery, FermionSolver,
    LearnedStack, NetworkParameters, PruneAnswer, PruneQuery, Pruner, SurveySnapshot, SurveyTask, Surveyor,
    Trainer, TrainerCommand, TrainingSnapshot, TrainingTask, Worker,
};
use crate::theory::UserSamples;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The longest that a frame waits for the cut that belongs to it.
const PATIENCE: Duration = Duration::from_millis(2);

/// The engines behind the window.
struct Workers {
    trainer: Worker<Trainer>,
    cutter: Worker<CutEngine>,
    surveyor: Worker<Surveyor>,
    /// For the network of one layer.
    shallow_surveyor: Worker<Surveyor>,
    pruner: Worker<Pruner>,
    student: Worker<StudyEngine>,
    fermions: Worker<FermionSolver>,
}

/// A glide of the camera.
#[derive(Clone, Copy, Debug)]
struct Glide {
    from: Camera,
    to: Camera,
    began: f64,
}

/// What belongs to this window: nothing of it is saved.
#[derive(Debug, Default)]
pub struct ViewState {
    /// Pointer and drag on the canvas.
    pub canvas: CanvasState,
    /// Region that drags and keys edit.
    pub active: ActiveRegion,
    /// Whether the keyboard help is open.
    pub help: bool,
    /// The plot that covers the canvas, if one does.
    pub enlarged: Option<PlotKind>,
    /// Whether the left panel is open over the canvas on narrow windows.
    pub rail_open: bool,
    /// Whether the legend is unfolded.
    pub legend: bool,
    /// Which tab of the right panel is shown.
    pub tab: Tab,
    /// Which figure of the layers their tab shows.
    pub of_layers: OfLayers,
    /// Whether the flow is shown in the plane of couplings.
    pub flow_in_plane: bool,
    /// What is set about plots.
    pub plots: PlotOptions,
    /// Whether the curve of one layer alone is drawn beside.
    pub show_shallow: bool,
    /// The studies tab.
    pub studies: StudiesState,
    /// Layer under the pointer on the depth ladder.
    pub lit_layer: Option<u32>,
    /// Whether learning goes on from the weights that are there when parameters change.
    pub go_on: bool,
    /// Whether what moves by itself is instant instead.
    pub reduced_motion: bool,
    /// Whether the first hint was used up.
    pub hint_seen: bool,
    /// Whether the question about unsaved changes is open.
    pub closing: bool,
    /// Whether the question about the session's file of samples is open.
    pub samples_question: bool,
}

impl ViewState {
    /// Whether a plot is on screen that shows the stack of the critical point.
    fn shows_critical(&self) -> bool {
        let in_tab = self.tab == Tab::Layers && self.of_layers.0.needs_critical();
        in_tab || self.enlarged.is_some_and(PlotKind::needs_critical)
    }
}

/// The region that is edited, and its focused end.
#[derive(Clone, Copy, Debug)]
pub struct ActiveRegion {
    /// Its name.
    pub name: RegionName,
    /// The end that arrow keys move.
    pub end: RegionEnd,
}

impl Default for ActiveRegion {
    fn default() -> Self {
        Self { name: RegionName::A, end: RegionEnd::End }
    }
}

/// Tabs of the right panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tab {
    /// One figure of every layer.
    #[default]
    Layers,
    /// Flow of the couplings.
    Flow,
    /// Likelihood of the layer in training, and the report.
    Training,
    /// Entropies of several regions.
    Regions,
    /// Channels, depth, pruning.
    Studies,
}

/// The figure of the layers that their tab shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfLayers(pub PlotKind);

impl Default for OfLayers {
    fn default() -> Self {
        Self(PlotKind::Weights)
    }
}

/// Everything behind the window.
pub struct Desk {
    /// What is saved.
    pub document: Document,
    /// What undo knows.
    pub history: History,
    /// As it was saved last.
    saved: Document,
    /// Where it was saved last.
    pub path: Option<PathBuf>,
    /// Newest state of training.
    pub training: Option<Arc<TrainingSnapshot>>,
    /// The network that is cut.
    pub network: Arc<BulkNetwork>,
    /// Newest answer; arc, wedge, curve, number and marker all come from it.
    pub answer: Option<Arc<CutAnswer>>,
    /// Newest exact entropies of the regions as fermions, or why there are none.
    pub fermions: Option<Arc<FermionAnswer>>,
    /// Newest state of the scaling plot.
    pub survey: Option<Arc<SurveySnapshot>>,
    /// The same of the bottom layer alone, while it is shown.
    pub shallow: Option<Arc<SurveySnapshot>>,
    /// What pruning leaves.
    pub pruning: Option<Arc<PruneAnswer>>,
    /// Newest state of the study in the tab.
    pub analysis: Option<Arc<StudySnapshot>>,
    /// Where the view stands.
    pub camera: Camera,
    glide: Option<Glide>,
    /// The chart of the last frame.
    shown_chart: ChartKind,
    /// The chart that is being left, and since when.
    passage: Option<(ChartKind, f64)>,
    /// Sentences of what went wrong, newest last.
    pub errors: Vec<String>,
    /// Words that pass: "saved", "copied".
    pub notice: Option<(String, f64)>,
    /// State of this window.
    pub view: ViewState,
    /// Dialogs and files, off the UI thread.
    pub files: Files,
    workers: Workers,
    companion: Companion,
    queries: u64,
    /// Number of the network, the regions and what is shown over them that the newest query was about.
    asked: Option<(u64, [Region; 3], Overlays)>,
    fermions_asked: Option<FermionQuery>,
    network_key: NetworkKey,
    network_number: u64,
    surveyed: Option<(u64, u64)>,
    /// Number of the network whose bottom layer was surveyed.
    shallow_surveyed: Option<u64>,
    /// Stack and threshold that the pruner was asked about.
    pruned: Option<(Arc<LearnedStack>, u64)>,
    wants_playing: bool,
    /// Whether the window may close without a question.
    pub may_close: bool,
}

/// What the present network was made from.
#[derive(Clone, PartialEq, Debug)]
struct NetworkKey {
    parameters: NetworkParameters,
    depth: u32,
    trained: usize,
    stamp: u64,
    complete: bool,
}

impl NetworkKey {
    fn new(document: &Document, training: Option<&TrainingSnapshot>) -> Self {
        Self {
            parameters: document.network,
            depth: document.network.depth(document.theory.mass),
            trained: training.map_or(0, |t| t.layers.len()),
            stamp: training.map_or(0, |t| t.stamp),
            complete: training.is_some_and(TrainingSnapshot::is_complete),
        }
    }
}

impl Desk {
    /// Opens a document and starts the engines; `wake` asks the window for a frame.
    ///
    /// # Errors
    /// The system refused a thread.
    pub fn new(
        mut document: Document,
        path: Option<PathBuf>,
        wake: impl Fn() + Clone + Send + 'static,
    ) -> std::io::Result<Self> {
        desk::samples::anchor(&mut document, path.as_deref());
        let workers = Workers {
            trainer: Worker::start("trainer", Trainer::looked_at, wake.clone())?,
            cutter: Worker::start("cut", CutEngine::default, wake.clone())?,
            surveyor: Worker::start("survey", Surveyor::default, wake.clone())?,
            shallow_surveyor: Worker::start("shallow survey", Surveyor::default, wake.clone())?,
            pruner: Worker::start("pruner", Pruner::default, wake.clone())?,
            student: Worker::start("study", StudyEngine::default, wake.clone())?,
            fermions: Worker::start("fermions", FermionSolver::default, wake.clone())?,
        };
        let network_key = NetworkKey::new(&document, None);
        let shown_chart = desk::picture::chart(&document);
        let network = desk::study::bulk_network(&document, None).map_err(std::io::Error::other)?;
        let mut desk = Self {
            saved: document.clone(),
            document,
            history: History::default(),
            path,
            training: None,
            network: Arc::new(network),
            answer: None,
            fermions: None,
            survey: None,
            shallow: None,
            pruning: None,
            analysis: None,
            camera: Camera::HOME,
            glide: None,
            shown_chart,
            passage: None,
            errors: Vec::new(),
            notice: None,
            view: ViewState::default(),
            files: Files::new(wake.clone()),
            companion: Companion::new(wake),
            workers,
            queries: 0,
            asked: None,
            fermions_asked: None,
            network_key,
            network_number: 0,
            surveyed: None,
            shallow_surveyed: None,
            pruned: None,
            wants_playing: true,
            may_close: false,
        };
        desk.view.samples_question = desk.document.unread_samples().is_some();
        desk.start_training();
        Ok(desk)
    }

    /// Whether there are changes that no file has.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        self.document.without_weights() != self.saved.without_weights()
    }

    /// Name of the session for title and top bar.
    #[must_use]
    pub fn session_name(&self) -> String {
        self.path
            .as_ref()
            .and_then(|p| p.file_stem())
            .map_or_else(|| "untitled".into(), |n| n.to_string_lossy().into_owned())
    }

    /// Whether training goes on by itself.
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.wants_playing
    }

    fn task(&self) -> TrainingTask {
        self.document.task()
    }

    fn start_training(&mut self) {
        let task = self.task();
        let known = self.document.learned.clone().filter(|stack| stack.task.same_stack(&task));
        if known.is_none() {
            self.document.learned = None;
        }
        let samples = self.document.user_samples().cloned();
        let starts = self.training.as_ref().filter(|t| self.view.go_on && t.is_complete());
        let starts = starts.map(|t| Arc::new(t.stack()));
        self.workers.trainer.send(TrainerCommand::Start { task, known, starts, samples });
        if !self.wants_playing {
            self.workers.trainer.send(TrainerCommand::Pause);
        }
    }

    /// Takes in what the engines have done, and asks for what is missing. Once a frame, before views.
    pub fn listen(&mut self, time: f64, reduced_motion: bool) {
        for failure in [
            self.workers.trainer.take_failure(),
            self.workers.cutter.take_failure(),
            self.workers.surveyor.take_failure(),
            self.workers.shallow_surveyor.take_failure(),
            self.workers.pruner.take_failure(),
            self.workers.student.take_failure(),
            self.workers.fermions.take_failure(),
        ]
        .into_iter()
        .flatten()
        {
            self.errors.push(failure);
        }
        // Before the network is made anew: a session that was opened must not meet the network of the last one.
        for job in self.files.finished() {
            self.take_file_job(job, time);
        }
        if let Some(snapshot) = self.workers.trainer.take_latest()
            && snapshot.task.same_stack(&self.task())
        {
            if let (true, None) = (snapshot.is_complete(), &self.document.learned) {
                self.document.learned = Some(Arc::new(snapshot.stack()));
            }
            self.training = Some(snapshot);
        }
        let at_rest = self.training.as_ref().is_some_and(|t| t.is_complete());
        if self.view.shows_critical() && at_rest {
            let refusal = self.companion.learn(&self.document);
            self.errors.extend(refusal);
        }
        self.errors.extend(self.companion.take_failure());
        self.renew_network();
        self.ask_for_cut();
        self.ask_for_survey();
        self.ask_for_fermions();
        if let Some(snapshot) = self.workers.surveyor.take_latest() {
            self.survey = Some(snapshot);
        }
        self.ask_for_shallow_survey();
        self.ask_for_pruning();
        if let Some(snapshot) = self.workers.student.take_latest() {
            self.analysis = Some(snapshot);
        }
        if let Some(glide) = self.glide {
            let t = if reduced_motion { 1.0 } else { ((time - glide.began) / 0.35).min(1.0) };
            let eased = t * t * (3.0 - 2.0 * t);
            self.camera = glide.from.towards(glide.to, eased);
            if t >= 1.0 {
                self.camera = glide.to;
                self.glide = None;
            }
        }
        self.change_chart(time, reduced_motion);
        if self.notice.as_ref().is_some_and(|(_, until)| time > *until) {
            self.notice = None;
        }
    }

    /// Whether something on screen moves by itself.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        self.glide.is_some() || self.passage.is_some()
    }

    /// The chart that is being left at a time, and how far; `None` at rest.
    #[must_use]
    pub fn passage(&self, time: f64) -> Option<Passage> {
        self.passage.map(|(from, began)| Passage { from, share: (time - began) / passage::DURATION })
    }

    /// Begins a passage when the document shows another chart than the last frame did, whatever made it so.
    fn change_chart(&mut self, time: f64, reduced_motion: bool) {
        let chart = desk::picture::chart(&self.document);
        let before = std::mem::replace(&mut self.shown_chart, chart);
        if before != chart {
            self.passage = Some((before, time));
        }
        self.passage.take_if(|(_, began)| reduced_motion || time - *began >= passage::DURATION);
    }

    /// The newest training state, if it is of the present parameters.
    #[must_use]
    pub fn current_training(&self) -> Option<Arc<TrainingSnapshot>> {
        self.training.clone().filter(|t| t.task.same_stack(&self.task()))
    }

    /// Makes the network anew when anything it depends on has changed.
    fn renew_network(&mut self) {
        let training = self.current_training();
        let key = NetworkKey::new(&self.document, training.as_deref());
        if key == self.network_key {
            return;
        }
        self.network_key = key;
        match desk::study::bulk_network(&self.document, training.as_deref()) {
            Ok(network) => {
                self.network = Arc::new(network);
                self.network_number += 1;
                let geometry = self.network.network.geometry();
                self.answer.take_if(|answer| answer.network.network.geometry() != geometry);
            }
            Err(error) => self.errors.push(error.to_string()),
        }
    }

    fn ask_for_cut(&mut self) {
        let r = &self.document.regions;
        let overlays = self.document.view.show;
        let asked = (self.network_number, [r.a.clone(), r.b.clone(), r.c.clone()], overlays);
        if self.asked.as_ref() != Some(&asked) {
            self.queries += 1;
            let number = self.queries;
            let network = Arc::clone(&self.network);
            self.workers.cutter.send(CutQuery { number, network, regions: asked.1.clone(), overlays });
            self.asked = Some(asked);
            // The spin bound follows the cut within a fraction of that: then no word of the readout blinks.
            let whole = |a: &CutAnswer| a.number == number && a.complete;
            if let Some(answer) = self.workers.cutter.take_within(PATIENCE, whole) {
                self.take_answer(answer);
            }
        } else if let Some(answer) = self.workers.cutter.take_latest() {
            self.take_answer(answer);
        }
    }

    /// Answers come in order, so a later one is never replaced by an earlier one; one of another size of
    /// network is of no use.
    fn take_answer(&mut self, answer: Arc<CutAnswer>) {
        if answer.network.network.geometry() == self.network.network.geometry() {
            self.answer = Some(answer);
        }
    }

    /// Exact fermions are for the table of inequalities: they are asked for while it is open.
    fn ask_for_fermions(&mut self) {
        if self.view.tab == Tab::Regions {
            let r = &self.document.regions;
            let regions = [r.a.clone(), r.b.clone(), r.c.clone()];
            let query = FermionQuery { mass: self.document.theory.mass, regions };
            if self.fermions_asked.as_ref() != Some(&query) {
                self.workers.fermions.send(query.clone());
                self.fermions_asked = Some(query);
            }
        }
        if let Some(answer) = self.workers.fermions.take_latest() {
            self.fermions = Some(answer);
        }
    }

    /// Fermion entropies of the very regions whose cuts are shown, at the present mass.
    #[must_use]
    pub fn current_fermions(&self) -> Option<FermionEntropies> {
        let (answer, cuts) = (self.fermions.as_ref()?, self.answer.as_ref()?);
        let same = answer.query.mass == self.document.theory.mass
            && answer.query.regions.iter().eq(cuts.regions.iter().map(|cut| &cut.region));
        answer.found.ok().filter(|_| same)
    }

    fn ask_for_survey(&mut self) {
        let mass = self.document.theory.mass;
        let wanted = (self.network_number, mass.to_bits());
        if self.surveyed != Some(wanted) {
            self.surveyed = Some(wanted);
            let network = Arc::clone(&self.network);
            self.workers.surveyor.send(SurveyTask {
                number: self.network_number,
                network,
                mass,
                sizes: None,
                references: true,
            });
        }
    }

    fn ask_for_shallow_survey(&mut self) {
        if !self.view.show_shallow {
            (self.shallow, self.shallow_surveyed) = (None, None);
            return;
        }
        if self.shallow_surveyed != Some(self.network_number) {
            self.shallow_surveyed = Some(self.network_number);
            let training = self.current_training();
            match desk::study::shallow_network(&self.document, training.as_deref()) {
                Ok(network) => self.workers.shallow_surveyor.send(SurveyTask {
                    number: self.network_number,
                    network: Arc::new(network),
                    mass: self.document.theory.mass,
                    sizes: None,
                    references: false,
                }),
                Err(error) => self.errors.push(error.to_string()),
            }
        }
        if let Some(snapshot) = self.workers.shallow_surveyor.take_latest() {
            self.shallow = Some(snapshot);
        }
    }

    /// Asks what pruning leaves, once there are weights and a threshold.
    fn ask_for_pruning(&mut self) {
        let threshold = self.document.network.prune;
        if let Some(stack) = self.document.learned.clone().filter(|_| threshold > 0.0) {
            let asked = self
                .pruned
                .as_ref()
                .is_some_and(|(before, bits)| Arc::ptr_eq(before, &stack) && *bits == threshold.to_bits());
            if !asked {
                self.pruned = Some((Arc::clone(&stack), threshold.to_bits()));
                let known = self.current_training().and_then(|t| t.known.clone());
                self.workers.pruner.send(PruneQuery { number: self.network_number, stack, known, threshold });
            }
        }
        if let Some(answer) = self.workers.pruner.take_latest() {
            self.pruning = Some(answer);
        }
    }

    /// Applies what a person did.
    pub fn apply(&mut self, action: Action, time: f64, theme: Theme) {
        match action {
            Action::Set { path, value, gesture } => self.set(path, &value, gesture),
            Action::SelectRegion { name, region, gesture } => {
                let label = if region.is_empty() {
                    format!("clear {}", name.letter())
                } else {
                    format!("select {} {region}", name.letter())
                };
                self.view.hint_seen |= gesture.is_some();
                self.edit(label, gesture, |d| {
                    for other in RegionName::ALL.into_iter().filter(|o| *o != name) {
                        let rest = d.regions.get(other).difference(&region);
                        *d.regions.get_mut(other) = rest;
                    }
                    *d.regions.get_mut(name) = region;
                });
            }
            Action::Nudge(step) => {
                let ActiveRegion { name, end } = self.view.active;
                let d = &self.document;
                let region = nudged(d.regions.get(name), end, step);
                self.apply(Action::SelectRegion { name, region, gesture: None }, time, theme);
            }
            Action::CallOff(gesture) => {
                if let Some(before) = self.history.call_off(gesture) {
                    self.replace(before);
                }
            }
            Action::FocusEnd(end) => self.view.active.end = end,
            Action::Activate(name) => self.view.active.name = name,
            Action::Look(camera) => {
                self.glide = None;
                self.camera = camera;
            }
            Action::Home => self.glide_to(Camera::HOME, time),
            Action::Visit(camera) => self.glide_to(camera, time),
            Action::ReduceMotion(on) => self.view.reduced_motion = on,
            Action::Play => {
                self.wants_playing = true;
                self.workers.trainer.send(TrainerCommand::Play);
            }
            Action::Pause => {
                self.wants_playing = false;
                self.workers.trainer.send(TrainerCommand::Pause);
            }
            Action::StepLayer => {
                self.wants_playing = false;
                self.workers.trainer.send(TrainerCommand::StepLayer);
            }
            Action::Restart => {
                self.document.learned = None;
                self.training = None;
                self.start_training();
            }
            Action::ResetAll => {
                let theme = self.document.view.theme;
                self.edit("reset all".into(), None, |d| {
                    *d = Document::default();
                    d.view.theme = theme;
                });
                self.camera = Camera::HOME;
            }
            Action::Preset(name) => {
                if let Some(preset) = desk::presets::find(name) {
                    let view = self.document.view;
                    self.view.show_shallow |= preset.compares_depths();
                    self.edit(format!("preset {}", preset.title), None, |d| {
                        *d = preset.document();
                        d.view = view;
                    });
                }
            }
            Action::Undo => {
                if let Some(document) = self.history.undo(&self.document) {
                    self.replace(document);
                }
            }
            Action::Redo => {
                if let Some(document) = self.history.redo(&self.document) {
                    self.replace(document);
                }
            }
            Action::New => self.open_document(Document::default(), None),
            Action::AskOpen => self.files.open_dialog(Dialog::Open),
            Action::Ask(export) => self.files.open_dialog(Dialog::Write(export)),
            Action::Open(path) => self.files.read(path),
            Action::AskSamples => self.files.open_dialog(Dialog::Samples),
            Action::TakeSamples(path) => {
                self.notice = Some((format!("reading {}", path.display()), time + 4.0));
                self.files.read_samples(path);
            }
            Action::ReadSamples => {
                self.view.samples_question = false;
                if let Some(file) = self.document.unread_samples() {
                    self.files.follow_samples(PathBuf::from(&file.path), file.digest);
                }
            }
            Action::LeaveSamples => self.view.samples_question = false,
            Action::Save => match self.path.clone() {
                Some(path) => self.write(Export::Session, path, theme),
                None => self.files.open_dialog(Dialog::Write(Export::Session)),
            },
            Action::Write(export, path) => self.write(export, path, theme),
            Action::Copy(_) => self.notice = Some(("copied".into(), time + 2.0)),
            Action::Dismiss => {
                self.errors.pop();
            }
            Action::ToggleHelp => self.view.help = !self.view.help,
            Action::GoOn(on) => self.view.go_on = on,
            Action::ContinueTraining => {
                let starts = self.training.as_ref().map(|t| Arc::new(t.stack()));
                let samples = self.document.user_samples().cloned();
                self.document.learned = None;
                let task = self.task();
                self.workers.trainer.send(TrainerCommand::Start { task, known: None, starts, samples });
            }
            Action::Enlarge(plot) => self.view.enlarged = plot,
            Action::ShowPlot(plot) => self.show_plot(plot),
            Action::ShowLayer(layer) => self.view.plots.layer = Some(layer),
            Action::CompareSlopes(on) => self.view.plots.compare = on,
            Action::ShowShallow(on) => self.view.show_shallow = on,
            Action::RunStudy(kind) => {
                let known = self.current_training().and_then(|t| t.known.clone());
                let document = Box::new(self.document.clone());
                self.workers.student.send(StudyCommand::Run { kind, document, known });
            }
            Action::StopStudy => self.workers.student.send(StudyCommand::Stop),
            Action::MatchMass => {
                // The chain's ξ, whichever theory is learned: the fermion is put beside it.
                let xi = self.document.theory.chain().correlation_length();
                let mass = if xi > 0.0 { (1.0 / xi).tanh().min(0.95) } else { 0.95 };
                self.set("theory.mass", &keys::Value::Real(mass), None);
            }
            Action::Quit => {
                if self.is_modified() && !self.may_close {
                    self.view.closing = true;
                } else {
                    self.may_close = true;
                }
            }
        }
    }

    fn glide_to(&mut self, to: Camera, time: f64) {
        self.glide = Some(Glide { from: self.camera, to, began: time });
    }

    /// Opens the tab of a plot.
    fn show_plot(&mut self, plot: PlotKind) {
        match plot {
            PlotKind::Scaling => {}
            PlotKind::Flow | PlotKind::Plane => {
                self.view.tab = Tab::Flow;
                self.view.flow_in_plane = plot == PlotKind::Plane;
            }
            PlotKind::Training => self.view.tab = Tab::Training,
            of_layers => {
                self.view.tab = Tab::Layers;
                self.view.of_layers = OfLayers(of_layers);
            }
        }
        if self.view.enlarged.is_some() {
            self.view.enlarged = Some(plot);
        }
    }

    fn set(&mut self, path: &'static str, value: &keys::Value, gesture: Option<u64>) {
        let Ok(key) = keys::find(path) else { return };
        let mut trial = self.document.clone();
        if let Err(error) = key.set(&mut trial, value) {
            self.errors.push(error.to_string());
            return;
        }
        if path == "learning.shared_weights" && !trial.learning.shared_weights {
            // Every block's own weights are learned on the network's own sites, and exactly.
            trial.learning.method = crate::rbm::TrainingMethod::Exact;
            trial.learning.channels = 1;
            trial.learning.sites = trial.network.sites.min(1 << 12);
            if trial.network.sites > trial.learning.sites {
                trial.resize(trial.learning.sites);
            }
        } else if path == "learning.channels" && trial.learning.channels > 1 {
            // Several channels are learned exactly, with shared weights.
            trial.learning.method = crate::rbm::TrainingMethod::Exact;
            trial.learning.shared_weights = true;
        } else if keys::check_learning(&trial).is_err() {
            trial.learning.shared_weights = true;
            if trial.learning.method != crate::rbm::TrainingMethod::Exact {
                trial.learning.channels = 1;
            }
        }
        if let Some(samples) = trial.task().samples {
            // The chain of a file is as long as it is.
            trial.learning.sites = samples.sites;
            if keys::check_learning(&trial).is_err() {
                trial.resize(samples.sites);
            }
        }
        let name = if key.symbol.is_empty() { key.label } else { key.symbol };
        self.edit(format!("set {name} = {value}"), gesture, |d| *d = trial);
    }

    fn edit(&mut self, name: String, gesture: Option<u64>, change: impl FnOnce(&mut Document)) {
        let before = self.document.clone();
        change(&mut self.document);
        if before.without_weights() != self.document.without_weights() {
            self.history.record(name, &before, gesture);
            self.after_change(&before);
        }
    }

    fn replace(&mut self, document: Document) {
        let before = std::mem::replace(&mut self.document, document);
        self.document.keep_read_samples(&before);
        self.after_change(&before);
    }

    /// Carries weights along while they still answer the parameters; otherwise trains anew.
    fn after_change(&mut self, before: &Document) {
        if self.task().same_stack(&before.task()) {
            self.document.learned.clone_from(&before.learned);
        } else {
            self.document.learned = None;
            self.start_training();
        }
    }

    fn open_document(&mut self, mut document: Document, path: Option<PathBuf>) {
        desk::samples::anchor(&mut document, path.as_deref());
        document.keep_read_samples(&self.document);
        self.view.samples_question = document.unread_samples().is_some();
        self.saved = document.clone();
        self.document = document;
        self.history = History::default();
        self.path = path;
        self.training = None;
        self.asked = None;
        self.camera = Camera::HOME;
        self.start_training();
    }

    fn take_file_job(&mut self, job: FileJob, time: f64) {
        match job {
            FileJob::Chosen(Dialog::Open, path) => self.files.read(path),
            FileJob::Chosen(Dialog::Samples, path) => self.files.read_samples(path),
            FileJob::Chosen(Dialog::Write(export), path) => self.files.choose(export, path),
            FileJob::Samples { path, followed, result: Ok(samples) } => {
                self.take_samples(&path, followed, samples, time);
            }
            FileJob::Read(path, Ok(opened)) => {
                if opened.path.is_none() {
                    self.notice = Some((format!("the session of {}", path.display()), time + 4.0));
                }
                self.open_document(opened.document, opened.path);
            }
            FileJob::Written(Export::Session, path, Ok(document)) => {
                self.notice = Some((format!("saved {}", path.display()), time + 4.0));
                if let Some(document) = document {
                    self.saved = *document;
                }
                self.path = Some(path);
                if self.view.closing {
                    self.may_close = true;
                }
            }
            FileJob::Written(_, path, Ok(_)) => {
                self.notice = Some((format!("wrote {}", path.display()), time + 4.0));
            }
            FileJob::Read(_, Err(sentence))
            | FileJob::Samples { result: Err(sentence), .. }
            | FileJob::Written(_, _, Err(sentence)) => {
                self.view.closing = false;
                self.errors.push(sentence);
            }
        }
    }

    /// Takes in samples that were read: theory and sites follow a file that was chosen, while a file that a
    /// session names brings nothing but its spins.
    fn take_samples(&mut self, path: &Path, followed: bool, samples: Arc<UserSamples>, time: f64) {
        let digest = samples.digest;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let held = format!("{name}: {} rows × {} sites", digest.samples, digest.sites);
        self.view.samples_question = false;
        let was_unread = self.document.unread_samples().is_some();
        if followed && self.document.samples_file.as_ref().is_some_and(|file| file.digest == Some(digest)) {
            self.document.samples_file.iter_mut().for_each(|file| file.read = Some(Arc::clone(&samples)));
        } else {
            let network_follows = desk::samples::network_follows(&self.document, &digest);
            let path = desk::samples::resolved(&path.display().to_string(), None).display().to_string();
            self.edit(format!("learn from {name}"), None, |d| {
                d.take_in_samples(path, samples);
                if network_follows || keys::check_learning(d).is_err() {
                    d.resize(digest.sites);
                }
            });
        }
        if was_unread {
            // Weights that are there stay; then it is one of the rows that is shown.
            self.start_training();
        }
        self.notice = Some((held, time + 4.0));
    }

    fn write(&mut self, export: Export, path: PathBuf, theme: Theme) {
        let study = self.study();
        let document = self.document.clone();
        let look = Look { camera: self.camera, options: self.view.plots, theme, paper: self.files.paper() };
        self.files.write(export, path, document, move |document, path| {
            desk::write_export(export_kind(export), document, &study, &look, path)
        });
    }

    /// Everything computed that a figure needs.
    #[must_use]
    pub fn study(&self) -> Study {
        Study {
            network: Arc::clone(&self.network),
            answer: self.answer.clone(),
            survey: self.survey.clone(),
            training: self.current_training(),
            critical: self.companion.stack(&self.document),
            shallow: self.shallow.clone(),
            analysis: self.analysis.clone(),
        }
    }

    /// What the samples of the present theory do beside what it says; empty while they are drawn.
    #[must_use]
    pub fn observables(&self) -> Arc<Vec<crate::sim::Observable>> {
        self.current_training().map(|t| Arc::clone(&t.observables)).unwrap_or_default()
    }

    /// What must be redone for a key, in words for tooltips.
    #[must_use]
    pub fn redo_of(path: &str) -> Option<Redo> {
        keys::find(path).ok().map(|k| k.redo)
    }
}

fn export_kind(export: Export) -> desk::ExportKind {
    match export {
        Export::Session => desk::ExportKind::Session,
        Export::Bulk => desk::ExportKind::Bulk,
        Export::Plot(plot) => desk::ExportKind::Plot(plot),
        Export::PlotData(plot) => desk::ExportKind::PlotData(plot),
        Export::StudyPlot => desk::ExportKind::StudyPlot,
        Export::StudyData => desk::ExportKind::StudyData,
    }
}
