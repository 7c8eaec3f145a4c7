//! The guided tour on the desk: it works on a session of its own and gives the person's back as it was.

use super::{ActiveRegion, Desk, OfLayers, Tab};
use crate::app::action::Action;
use crate::app::enlarged::Enlarged;
use crate::app::folding::Folded;
use crate::app::studies::StudiesState;
use crate::desk::PlotOptions;
use crate::desk::studies::{StudyKind, StudySnapshot};
use crate::desk::tour::{self, Shows, Stop};
use crate::figure::camera::Camera;
use crate::session::{Document, History, SamplesFile};
use crate::sim::{TrainerCommand, TrainingSnapshot};
use crate::theory::UserSamples;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The tour under way.
pub struct Touring {
    /// The stop it stands at, counted from 0.
    pub at: usize,
    /// Whether it is being asked if what was made at this stop is worth keeping.
    pub leaving: bool,
    /// What a person meant to open, once it is over.
    pub(super) then: Option<Action>,
    /// The stop's scene as it was opened.
    scene: Document,
    waiting: Box<Waiting>,
}

/// The session that waits for the end of the tour, and how it was looked at.
struct Waiting {
    session: u64,
    document: Document,
    saved: Option<Document>,
    history: History,
    path: Option<PathBuf>,
    training: Option<Arc<TrainingSnapshot>>,
    analysis: Option<Arc<StudySnapshot>>,
    state_plot: StudyKind,
    camera: Camera,
    wants_playing: bool,
    view: Seen,
}

/// What of the view the tour changes.
struct Seen {
    active: ActiveRegion,
    enlarged: Option<Enlarged>,
    tab: Tab,
    of_layers: OfLayers,
    flow_in_plane: bool,
    plots: PlotOptions,
    show_shallow: bool,
    studies: StudiesState,
    go_on: bool,
    samples_question: bool,
    folded: Folded,
}

/// Where in the tour a person wants to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TourMove {
    /// At its first stop.
    Start,
    /// At the next stop; after the last one, out of it.
    Next,
    /// At the stop before.
    Back,
    /// At this stop, counted from 0.
    To(usize),
    /// Out of it, after a question if something was made that may be worth keeping.
    Leave,
    /// Out of it, with what was made at this stop as an edit of the person's own session.
    Keep,
    /// Out of it, with the person's own session as it was.
    GiveBack,
    /// Still in it.
    Stay,
}

impl Touring {
    /// A save of the session that waits has landed.
    pub(super) fn take_save(&mut self, session: u64, document: Document, path: PathBuf) {
        if session == self.waiting.session {
            (self.waiting.saved, self.waiting.path) = (Some(document), Some(path));
        }
    }

    /// Samples that the session that waits asked for were read.
    pub(super) fn take_samples(&mut self, path: &Path, samples: &Arc<UserSamples>) {
        let named = self.waiting.document.samples_file.as_mut();
        let same =
            |file: &&mut SamplesFile| Path::new(&file.path) == path && file.digest == Some(samples.digest);
        named.filter(same).into_iter().for_each(|file| file.read = Some(Arc::clone(samples)));
    }

    /// The stop it stands at.
    #[must_use]
    pub fn stop(&self) -> &'static Stop {
        &tour::stops()[self.at]
    }
}

impl Desk {
    /// The tour under way, if there is one.
    #[must_use]
    pub fn touring(&self) -> Option<&Touring> {
        self.touring.as_ref()
    }

    /// Obeys a move of the tour.
    pub(super) fn tour(&mut self, step: TourMove) {
        let at = self.touring.as_ref().map(|t| t.at);
        match (step, at) {
            (TourMove::Start, None) => {
                self.set_session_aside();
                self.open_stop(0);
            }
            (TourMove::Next, Some(at)) if at + 1 < tour::stops().len() => self.open_stop(at + 1),
            (TourMove::Back, Some(at)) => self.open_stop(at.saturating_sub(1)),
            (TourMove::To(wanted), Some(_)) => self.open_stop(wanted.min(tour::stops().len() - 1)),
            (TourMove::Next | TourMove::Leave, Some(_)) => {
                self.ask_before_leaving();
            }
            (TourMove::Keep, Some(_)) => {
                let made = self.document.clone();
                let then = self.touring.as_mut().and_then(|t| t.then.take());
                self.leave_tour();
                then.into_iter().for_each(|action| self.files.later(action));
                self.edit("keep from the tour".into(), None, |d| {
                    (d.theory, d.samples_file) = (made.theory, made.samples_file);
                    (d.network, d.learning, d.regions) = (made.network, made.learning, made.regions);
                });
            }
            (TourMove::GiveBack, Some(_)) => {
                let then = self.touring.as_mut().and_then(|t| t.then.take());
                self.leave_tour();
                then.into_iter().for_each(|action| self.files.later(action));
            }
            (TourMove::Stay, _) => {
                self.touring.iter_mut().for_each(|t| (t.leaving, t.then) = (false, None));
            }
            (_, None) | (TourMove::Start, Some(_)) => {}
        }
    }

    /// Whether something was made at the present stop that may be worth keeping; how it is looked at is not.
    #[must_use]
    pub fn made_in_tour(&self) -> bool {
        let (now, touring) = (&self.document, self.touring.as_ref());
        touring.is_some_and(|t| {
            (&now.theory, &now.network, &now.learning, &now.regions)
                != (&t.scene.theory, &t.scene.network, &t.scene.learning, &t.scene.regions)
        })
    }

    /// Side panels that a person folded away; in the tour, those of the session that waits.
    #[must_use]
    pub fn folded(&self) -> Folded {
        self.touring.as_ref().map_or(self.view.folded, |t| t.waiting.view.folded)
    }

    /// Ends the tour, or asks first if something was made that may be worth keeping; whether it is over.
    pub fn ask_before_leaving(&mut self) -> bool {
        if self.made_in_tour() {
            self.touring.iter_mut().for_each(|t| t.leaving = true);
        } else {
            self.leave_tour();
        }
        self.touring.is_none()
    }

    fn set_session_aside(&mut self) {
        // In the tour nothing is kept.
        self.keep_now();
        let view = &mut self.view;
        let waiting = Box::new(Waiting {
            session: self.session,
            document: self.document.clone(),
            saved: self.saved.clone(),
            history: std::mem::take(&mut self.history),
            path: self.path.take(),
            training: self.training.clone(),
            analysis: self.analysis.take(),
            state_plot: self.own_state.shown,
            camera: self.camera,
            wants_playing: self.wants_playing,
            view: Seen {
                active: view.active,
                enlarged: view.enlarged,
                tab: view.tab,
                of_layers: view.of_layers,
                flow_in_plane: view.flow_in_plane,
                plots: view.plots,
                show_shallow: view.show_shallow,
                studies: view.studies,
                // A scene is learned from the beginning: its numbers are those that its words quote.
                go_on: std::mem::replace(&mut view.go_on, false),
                samples_question: std::mem::replace(&mut view.samples_question, false),
                // It points at controls of both panels.
                folded: std::mem::take(&mut view.folded),
            },
        });
        view.hint_seen = true;
        let scene = self.document.clone();
        self.touring = Some(Touring { at: 0, leaving: false, then: None, scene, waiting });
    }

    fn open_stop(&mut self, at: usize) {
        let Some(stop) = tour::stops().get(at) else { return };
        let mut document = match stop.document() {
            Ok(document) => document,
            Err(error) => return self.errors.push(error.to_string()),
        };
        // Colours are the person's own.
        document.view.theme = self.document.view.theme;
        let Some(touring) = &mut self.touring else { return };
        (touring.at, touring.leaving, touring.then) = (at, false, None);
        touring.scene = document.clone();
        self.begin_session();
        self.saved = Some(document.clone());
        self.history = History::default();
        self.path = None;
        self.glide = None;
        // The nominal size: what is looked at does not depend on it.
        self.camera = stop.camera(&document, [700.0, 500.0]);
        if !self.wants_playing {
            self.wants_playing = true;
            self.workers.trainer.send(TrainerCommand::Play);
        }
        self.replace(document);
        let view = &mut self.view;
        view.active = ActiveRegion::default();
        view.enlarged = None;
        view.plots = PlotOptions::default();
        view.show_shallow = stop.one_layer;
        (view.tab, view.of_layers) = (Tab::default(), OfLayers::default());
        match stop.shows {
            Shows::Plot(plot) => self.show_plot(plot),
            Shows::Regions => view.tab = Tab::Regions,
            Shows::Study(kind) if kind.is_of_state() => {
                (view.tab, self.own_state.shown) = (Tab::State, kind);
            }
            Shows::Study(kind) => (view.tab, view.studies.kind) = (Tab::Studies, kind),
        }
    }

    /// Ends the tour, if there is one, and gives the person's session back as it was.
    pub(super) fn leave_tour(&mut self) {
        let Some(Touring { waiting, .. }) = self.touring.take() else { return };
        let Waiting {
            session,
            document,
            saved,
            history,
            path,
            training,
            analysis,
            state_plot,
            camera,
            wants_playing,
            view,
        } = *waiting;
        self.own_state.shown = state_plot;
        self.session = session;
        self.document = document;
        (self.saved, self.history, self.path) = (saved, history, path);
        (self.camera, self.glide, self.analysis) = (camera, None, analysis);
        self.wants_playing = wants_playing;
        // Reports that were there stay; what was not finished begins anew. Either way the engine leaves the tour's task.
        self.training = training;
        match self.current_training().filter(|training| training.is_complete()) {
            Some(training) => self.begin_training(TrainerCommand::Recall(training)),
            None => self.start_training(),
        }
        let Seen { active, enlarged, tab, of_layers, flow_in_plane, plots, show_shallow, studies, .. } = view;
        let now = &mut self.view;
        (now.active, now.enlarged, now.tab, now.of_layers) = (active, enlarged, tab, of_layers);
        (now.flow_in_plane, now.plots) = (flow_in_plane, plots);
        (now.show_shallow, now.studies) = (show_shallow, studies);
        (now.go_on, now.samples_question) = (view.go_on, view.samples_question);
        now.folded = view.folded;
    }
}
