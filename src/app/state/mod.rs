//! Everything behind the window, and what the engines bring to it.

mod applying;
mod asking;
mod couplings;
mod editing;
mod exporting;
mod filing;
mod keeping;
mod marking;
mod moving;
mod own_state;
mod touring;
mod view;

pub use touring::{TourMove, Touring};
pub use view::{ActiveRegion, OfLayers, Tab, ViewState};

use super::companion::Companion;
use super::files::Files;
use super::keeping::{Keeping, LostSession};
use crate::desk::open::Opened;
use crate::desk::pins::{self, Pin};
use crate::desk::runs::Runs;
use crate::desk::studies::{StudyKind, StudySnapshot, with_marker_of};
use crate::desk::{self, Study, picture};
use crate::figure::camera::{Camera, ChartKind};
use crate::holography::BulkNetwork;
use crate::session::keys::{self, Redo};
use crate::session::{Document, History};
use crate::sim::{
    CutAnswer, FermionAnswer, GeometrySnapshot, PruneAnswer, SurveySnapshot, TrainerCommand,
    TrainingSnapshot, TrainingTask, WallSnapshot,
};
use asking::{Asked, Workers};
use moving::Glide;
use own_state::OwnState;
use std::path::PathBuf;
use std::sync::Arc;

/// So many sentences of what went wrong are kept.
const MOST_ERRORS: usize = 20;

/// What goes to the clipboard with the next frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Clip {
    /// Text.
    Text(String),
    /// A picture.
    Picture(egui::ColorImage),
}

/// A session that is being read, to be opened.
struct Opening {
    /// Counts what was opened.
    number: u64,
    /// The document that it takes the place of, as it was when it was asked for.
    before: Document,
}

/// Everything behind the window.
pub struct Desk {
    /// What is saved.
    pub document: Document,
    /// What undo knows.
    pub history: History,
    /// As it was saved last; `None` when no file has anything like it.
    saved: Option<Document>,
    /// Where it was saved last.
    pub path: Option<PathBuf>,
    /// Number of the session on the desk: what was begun for another one is not taken for this one's.
    session: u64,
    /// How many sessions there were.
    sessions: u64,
    /// The newest save that has landed.
    newest_save: u64,
    /// What is to be opened, while it is being read.
    opening: Option<Opening>,
    openings: u64,
    /// What was read and waits for an answer about changes that were made meanwhile.
    held: Option<(PathBuf, Box<Opened>)>,
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
    /// The network's own state, asked for while its tab is open.
    pub own_state: OwnState,
    /// The walk of the domain wall that the tiles show.
    pub wall: Option<Arc<WallSnapshot>>,
    /// The couplings learned from entanglement that the links show.
    pub couplings: Option<Arc<GeometrySnapshot>>,
    /// Studies that are pinned, the oldest first.
    pub pins: Vec<Arc<Pin>>,
    /// Trainings that came to their end, to go back to.
    pub runs: Runs,
    /// Where the view stands.
    pub camera: Camera,
    glide: Option<Glide>,
    /// The chart of the last frame.
    shown_chart: ChartKind,
    /// The chart that is being left, and since when.
    passage: Option<(ChartKind, f64)>,
    /// Sentences of what went wrong, each once, newest last.
    pub errors: Vec<String>,
    /// Words that pass: "saved", "copied".
    pub notice: Option<(String, f64)>,
    /// What goes to the clipboard with the next frame.
    pub clipboard: Option<Clip>,
    /// State of this window.
    pub view: ViewState,
    /// Dialogs and files, off the UI thread.
    pub files: Files,
    /// The tour under way, and the session that waits for its end.
    touring: Option<Touring>,
    /// What outlives the window; `None` while nothing does.
    pub keeping: Option<Keeping>,
    workers: Workers,
    companion: Companion,
    asked: Asked,
    wants_playing: bool,
    /// How many trainings were begun or shown again; the newest is the one that counts.
    trainings: u64,
    /// Whether the window may close without a question.
    pub may_close: bool,
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
        let workers = Workers::start(&wake)?;
        let own_state = OwnState::start(&wake)?;
        let asked = Asked::nothing(&document);
        let shown_chart = desk::picture::chart(&document);
        let network = desk::study::bulk_network(&document, None).map_err(std::io::Error::other)?;
        let mut desk = Self {
            saved: Some(document.clone()),
            document,
            history: History::default(),
            path,
            session: 0,
            sessions: 0,
            newest_save: 0,
            opening: None,
            openings: 0,
            held: None,
            training: None,
            network: Arc::new(network),
            answer: None,
            fermions: None,
            survey: None,
            shallow: None,
            pruning: None,
            analysis: None,
            own_state,
            wall: None,
            couplings: None,
            pins: Vec::new(),
            runs: Runs::default(),
            camera: Camera::HOME,
            glide: None,
            shown_chart,
            passage: None,
            errors: Vec::new(),
            notice: None,
            clipboard: None,
            view: ViewState::default(),
            files: Files::new(wake.clone()),
            touring: None,
            keeping: None,
            companion: Companion::new(wake),
            workers,
            asked,
            wants_playing: true,
            trainings: 0,
            may_close: false,
        };
        desk.view.samples_question = desk.document.unread_samples().is_some();
        desk.start_training();
        Ok(desk)
    }

    /// Whether there are changes that no file has: other parameters, or weights that these alone do not give.
    #[must_use]
    pub fn is_modified(&self) -> bool {
        let Some(saved) = &self.saved else { return true };
        !self.document.is_but_weights(saved) || has_weights_besides(&self.document, saved)
    }

    /// Whether something is lost if the window closes now: changes, or a file that is being made.
    #[must_use]
    pub fn would_lose(&self) -> bool {
        self.is_modified() || self.files.errands().making().is_some()
    }

    /// What windows that are gone have lost.
    #[must_use]
    pub fn lost(&self) -> &[LostSession] {
        self.keeping.as_ref().map_or(&[], |keeping| &keeping.lost)
    }

    /// Name of the session for title and top bar.
    #[must_use]
    pub fn session_name(&self) -> String {
        if self.touring.is_some() {
            return "guided tour".into();
        }
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

    /// Makes every engine panic, so that tests see that the window lives on.
    pub fn fail_engines_on_purpose(&self) {
        self.workers.fail_on_purpose();
    }

    /// Pins a study; beyond the most that are kept the oldest goes.
    pub(super) fn pin(&mut self, pin: Pin, time: f64) {
        self.notice = Some((format!("pinned as “{}”", pin.name), time + 3.0));
        self.pins.push(Arc::new(pin));
        let beyond = self.pins.len().saturating_sub(pins::MOST);
        self.pins.drain(..beyond);
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
        if let Some(run) = known.as_ref().and_then(|stack| self.runs.of(stack)) {
            let run = Arc::clone(&run.training);
            self.begin_training(TrainerCommand::Recall(run));
            return;
        }
        let samples = self.document.user_samples().cloned();
        let starts = self.training.as_ref().filter(|t| self.view.go_on && t.is_complete());
        let starts = starts.map(|t| Arc::new(t.stack()));
        self.begin_training(TrainerCommand::Start { task, known, starts, samples });
    }

    /// Begins a training or shows one of before: what is shown of the last one does not count any more.
    fn begin_training(&mut self, command: TrainerCommand) {
        self.trainings += 1;
        // The engine stays paused, or playing, from one task to the next; paused first, it does nothing of the new one.
        let pace = if self.wants_playing { TrainerCommand::Play } else { TrainerCommand::Pause };
        for command in [pace, command, TrainerCommand::Number(self.trainings)] {
            self.workers.trainer.send(command);
        }
    }

    /// Takes in what the engines have done, and asks for what is missing. Once a frame, before views.
    pub fn listen(&mut self, time: f64, reduced_motion: bool) {
        self.errors.extend(self.workers.take_failures());
        self.errors.extend(self.own_state.take_failures());
        // Before the network is made anew: a session that was opened must not meet the network of the last one.
        for job in self.files.finished() {
            self.take_file_job(job, time);
        }
        if self.view.closing && !self.would_lose() {
            // What it waited for is done.
            self.may_close = true;
        }
        self.listen_to_keeping();
        if let Some(snapshot) = self.workers.trainer.take_latest()
            && snapshot.number == self.trainings
            && snapshot.task.same_stack(&self.task())
        {
            if let (true, None) = (snapshot.is_complete(), &self.document.learned) {
                self.document.learned = Some(Arc::new(snapshot.stack()));
                self.runs.keep(&self.document, &snapshot);
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
        self.ask_for_shallow_survey();
        self.ask_for_pruning();
        self.ask_for_figures();
        self.ask_for_own_state();
        self.ask_for_wall(time, reduced_motion);
        self.ask_for_couplings();
        if let Some(snapshot) = self.workers.student.take_latest() {
            self.analysis = Some(snapshot);
        }
        self.bound_errors();
        let depth = self.network.network.geometry().depth();
        self.view.film.iter_mut().for_each(|film| film.advance(depth, time));
        // What is pinned belongs to one network: of another there may be no such tile.
        let geometry = *self.network.network.geometry();
        self.view.cards.retain(|spot| spot.is_of(&geometry));
        self.advance_glide(time, reduced_motion);
        self.change_chart(time, reduced_motion);
        if self.notice.as_ref().is_some_and(|(_, until)| time > *until) {
            self.notice = None;
        }
    }

    /// A sentence that is told again moves to the end; beyond the most that are kept the oldest goes.
    fn bound_errors(&mut self) {
        let mut newest: Vec<String> = Vec::with_capacity(self.errors.len());
        for sentence in std::mem::take(&mut self.errors).into_iter().rev() {
            if newest.len() < MOST_ERRORS && !newest.contains(&sentence) {
                newest.push(sentence);
            }
        }
        newest.reverse();
        self.errors = newest;
    }

    /// The newest training state, if it is of the present parameters.
    #[must_use]
    pub fn current_training(&self) -> Option<Arc<TrainingSnapshot>> {
        self.training.clone().filter(|t| t.task.same_stack(&self.task()))
    }

    /// Whether the scaling plot is the one of the present network, and whole: until then it is that of the one before.
    #[must_use]
    pub fn is_surveyed(&self) -> bool {
        let mass = self.document.theory.mass;
        let of_now = |s: &SurveySnapshot| s.mass == mass && Arc::ptr_eq(&s.network, &self.network);
        self.survey.as_ref().is_some_and(|survey| survey.done && of_now(survey))
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
            analysis: self.present_analysis(),
            own_state: self.own_state.plot.clone().filter(|plot| plot.kind == self.own_state.shown),
            wall: self.wall.clone(),
            couplings: self.couplings.clone(),
            pins: self.pins.clone(),
        }
    }

    /// The study that was worked through, its marker on the present regions where it shows them.
    #[must_use]
    pub fn present_analysis(&self) -> Option<Arc<StudySnapshot>> {
        let snapshot = self.analysis.as_ref()?;
        let (Some(chart), Some(answer)) = (&snapshot.chart, &self.answer) else {
            return Some(Arc::clone(snapshot));
        };
        if snapshot.kind != StudyKind::Transition || !self.is_of_present(snapshot) {
            return Some(Arc::clone(snapshot));
        }
        // In the unit of the plot, which may be another one by now.
        let unit = picture::unit(&snapshot.document, &Study::of(Arc::clone(&self.network)));
        let chart = Some(with_marker_of(chart, answer, &unit));
        Some(Arc::new(StudySnapshot { chart, ..StudySnapshot::clone(snapshot) }))
    }

    /// Whether a study is of the present parameters and weights, whatever the regions.
    #[must_use]
    pub fn is_of_present(&self, snapshot: &StudySnapshot) -> bool {
        let (then, now) = (&*snapshot.document, &self.document);
        (then.theory, then.network, then.learning) == (now.theory, now.network, now.learning)
            && then.samples_file == now.samples_file
            && !has_weights_besides(now, then)
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

/// Whether a document has other weights than `saved`, and those of one of both cannot be had again by training with
/// its parameters: they were continued, or came from a file.
fn has_weights_besides(now: &Document, saved: &Document) -> bool {
    let (now, saved) = (now.learned.as_ref(), saved.learned.as_ref());
    let same = match (now, saved) {
        (Some(now), Some(saved)) => Arc::ptr_eq(now, saved) || now.layers == saved.layers,
        (None, None) => true,
        _ => false,
    };
    !same && [now, saved].into_iter().flatten().any(|stack| !stack.origin.is_training())
}
