//! The one door through which everything a person does goes.

use super::{ActiveRegion, Desk, OfLayers, Tab};
use crate::app::action::{Action, Export};
use crate::app::canvas::nudged;
use crate::app::enlarged::Enlarged;
use crate::app::files::Dialog;
use crate::app::film::FilmState;
use crate::app::folding::PanelSide;
use crate::app::keeping::Keeping;
use crate::desk::studies::StudyCommand;
use crate::desk::{self, PlotKind};
use crate::figure::camera::Camera;
use crate::figure::palette::Theme;
use crate::session::keys;
use crate::session::{Document, RegionName};
use crate::sim::TrainerCommand;
use std::path::PathBuf;
use std::sync::Arc;

impl Desk {
    /// Applies what a person did; what would lose changes that no file has waits for an answer.
    pub fn apply(&mut self, action: Action, time: f64, theme: Theme) {
        let replaces =
            matches!(action, Action::New | Action::Open(_) | Action::RestoreLost | Action::OpenHeld);
        // In the tour it is the session that waits for its end which may have changes.
        if replaces && !self.ask_before_leaving() {
            self.touring.iter_mut().for_each(|touring| touring.then = Some(action.clone()));
            return;
        }
        if replaces && self.is_modified() {
            self.view.pending = Some(action);
        } else {
            self.act(action, time, theme);
        }
    }

    fn act(&mut self, action: Action, time: f64, theme: Theme) {
        match action {
            Action::Set { path, value, gesture } => {
                if let ("view.theme", Some(keeping)) = (path, &mut self.keeping) {
                    keeping.theme = value.to_string();
                }
                self.set(path, &value, gesture);
            }
            Action::Type { path, text } => self.set_typed(path, &text, time, theme),
            Action::SelectRegion { name, region, gesture } => {
                let of = self.document.regions.get(name);
                if (region.sites(), region.boundary()) != (of.sites(), of.boundary()) {
                    // A hand that still drags on a boundary that is gone.
                    return;
                }
                let label = if region.is_empty() {
                    format!("clear {}", name.letter())
                } else {
                    format!("select {} {region}", name.letter())
                };
                self.view.hint_seen |= gesture.is_some();
                // A drag takes from the others what it covers at its end, not what it passed over.
                let began = gesture.and_then(|gesture| self.history.before(gesture));
                let began = began.map(|document| document.regions.clone());
                self.edit(label, gesture, |d| {
                    for other in RegionName::ALL.into_iter().filter(|o| *o != name) {
                        let whole = began.as_ref().unwrap_or(&d.regions).get(other);
                        let rest = whole.difference(&region);
                        *d.regions.get_mut(other) = rest;
                    }
                    *d.regions.get_mut(name) = region;
                });
            }
            Action::Nudge(step) => {
                let active @ ActiveRegion { name, end, .. } = self.view.active;
                let before = self.document.regions.get(name);
                let (region, interval) = nudged(before, active.interval_of(before), end, step);
                self.apply(Action::SelectRegion { name, region, gesture: None }, time, theme);
                self.view.active.interval = interval;
            }
            Action::CallOff(gesture) => {
                if let Some(before) = self.history.call_off(gesture) {
                    self.replace(before);
                }
            }
            Action::FocusEnd { interval, end } => {
                (self.view.active.interval, self.view.active.end) = (interval, end);
            }
            Action::FocusInterval(interval) => self.view.active.interval = interval,
            Action::Activate(name) => {
                if self.view.active.name != name {
                    (self.view.active.name, self.view.active.interval) = (name, 0);
                }
            }
            Action::Look(camera) => {
                self.glide = None;
                self.camera = camera;
            }
            Action::Home => self.glide_to(Camera::HOME, time),
            Action::Visit(camera) => self.glide_to(camera, time),
            Action::Film(command) => {
                let depth = self.network.network.geometry().depth();
                self.view.film = FilmState::after(self.view.film, command, depth, time);
            }
            Action::Card(spot) => {
                let before = self.view.cards.len();
                self.view.cards.retain(|pinned| *pinned != spot);
                if self.view.cards.len() == before {
                    self.view.cards.push(spot);
                }
            }
            Action::DropCards => self.view.cards.clear(),
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
                if self.document.learned.is_some() {
                    self.record_weights("training anew".into());
                }
                self.document.learned = None;
                self.training = None;
                self.start_training();
            }
            Action::ResetAll => {
                let theme = self.document.view.theme;
                self.edit("reset all".into(), None, |d| {
                    // Bookmarks and notes are no parameters.
                    let (bookmarks, notes) = (std::mem::take(&mut d.bookmarks), std::mem::take(&mut d.notes));
                    *d = Document { bookmarks, notes, ..Document::default() };
                    d.view.theme = theme;
                });
                self.camera = Camera::HOME;
            }
            Action::Preset(name) => {
                if let Some(preset) = desk::presets::find(name) {
                    let view = self.document.view;
                    self.view.show_shallow |= preset.compares_depths();
                    self.edit(format!("preset {}", preset.title), None, |d| {
                        let (bookmarks, notes) =
                            (std::mem::take(&mut d.bookmarks), std::mem::take(&mut d.notes));
                        *d = Document { view, bookmarks, notes, ..preset.document() };
                    });
                }
            }
            Action::Undo => {
                let past = self.history.undo(&self.document, self.aim());
                if let Some(past) = past {
                    self.travel(past, time);
                }
            }
            Action::Redo => {
                let past = self.history.redo(&self.document, self.aim());
                if let Some(past) = past {
                    self.travel(past, time);
                }
            }
            Action::New => {
                let mut document = Document::default();
                document.view.theme = self.document.view.theme;
                self.opening = None;
                self.open_document(document, None);
            }
            Action::DiscardChanges => match self.view.pending.take() {
                Some(pending) => self.act(pending, time, theme),
                None => self.may_close = true,
            },
            Action::KeepChanges => {
                (self.view.closing, self.view.pending, self.held) = (false, None, None);
            }
            Action::RestoreLost => {
                let number = self.begin_opening();
                self.keeping.iter().for_each(|keeping| keeping.restore(number));
            }
            Action::OpenHeld => {
                if let Some((path, opened)) = self.held.take() {
                    self.open_read(&path, *opened, time);
                }
            }
            Action::DiscardLost => self.keeping.iter_mut().for_each(Keeping::discard),
            Action::LookAtRecent => self.keeping.iter_mut().for_each(Keeping::look_at_recent),
            Action::ForgetRecent => self.keeping.iter().for_each(Keeping::forget_recent),
            Action::AskOpen => self.files.open_dialog(Dialog::Open, self.path.as_deref()),
            Action::Ask(export) => self.files.open_dialog(Dialog::Write(export), self.path.as_deref()),
            Action::Open(path) => {
                let number = self.begin_opening();
                self.files.read(path, number);
            }
            Action::AskSamples => self.files.open_dialog(Dialog::Samples, self.path.as_deref()),
            Action::TakeSamples(path) => {
                self.notice = Some((format!("reading {}", path.display()), time + 4.0));
                self.files.read_samples(path);
            }
            Action::Pin => self.pin_now(time),
            Action::Unpin(index) => {
                if index < self.pins.len() {
                    self.pins.remove(index);
                }
            }
            Action::TogglePins => self.view.pins_table = !self.view.pins_table,
            Action::AskCompare => self.files.open_dialog(Dialog::Compare, self.path.as_deref()),
            Action::Compare(path) => self.files.compare(path),
            Action::AddBookmark => self.add_bookmark(time),
            Action::RenameBookmark(index, name) => self.rename_bookmark(index, name),
            Action::DeleteBookmark(index) => self.delete_bookmark(index),
            Action::GoToBookmark(index) => self.go_to_bookmark(index, time),
            Action::WalkBookmarks(step) => self.walk_bookmarks(step, time),
            Action::ToggleMarks => self.view.marks.list = !self.view.marks.list,
            Action::DraftNote(place) => self.draft_note(place),
            Action::SetNote(note) => self.set_note(note),
            Action::Present(state) => self.view.present = state,
            Action::BackToRun(number) => self.back_to_run(number),
            Action::AskWeights => self.files.open_dialog(Dialog::Weights, self.path.as_deref()),
            Action::TakeWeights(path) => self.files.read_weights(path, self.document.clone()),
            Action::ReadSamples => {
                self.view.samples_question = false;
                if let Some(file) = self.document.unread_samples() {
                    let (path, digest) = (PathBuf::from(&file.path), file.digest);
                    self.files.follow_samples(path, digest);
                }
            }
            Action::LeaveSamples => self.view.samples_question = false,
            Action::Save => match self.path.clone() {
                Some(path) => self.write(Export::Session, path, theme),
                None => self.files.open_dialog(Dialog::Write(Export::Session), self.path.as_deref()),
            },
            Action::Write(export, path) => self.write(export, path, theme),
            Action::AskFilm => self.files.open_dialog(Dialog::Film, self.path.as_deref()),
            Action::MakeFilm(path) => match self.files.film().order(&path, theme) {
                Ok(order) => self.files.make_film(order, self.document.clone(), path),
                Err(sentence) => self.errors.push(sentence),
            },
            Action::CallOffErrand(errand) => self.files.call_off(errand),
            Action::Copy(_) => self.notice = Some(("copied".into(), time + 2.0)),
            Action::CopyPicture(export) => self.draw_for_clipboard(export, theme),
            Action::CopyCaption(export) => self.copy_caption(export, time),
            Action::CopyNumbers(export) => self.copy_numbers(export, time),
            Action::Dismiss => {
                self.errors.pop();
            }
            Action::Fold(PanelSide::Left) if self.view.narrow => {
                self.view.rail_open = !self.view.rail_open;
            }
            Action::Fold(PanelSide::Left) => self.view.folded.left = !self.view.folded.left,
            Action::Fold(PanelSide::Right) => self.view.folded.right = !self.view.folded.right,
            Action::ToggleHelp => {
                let open = self.view.help || self.view.guide.is_some();
                (self.view.help, self.view.guide) = (!open, None);
            }
            Action::ToggleCite => self.view.cite = !self.view.cite,
            Action::Guide(page) => (self.view.guide, self.view.help) = (page, false),
            Action::Tour(step) => self.tour(step),
            Action::GoOn(on) => self.view.go_on = on,
            Action::ContinueTraining => {
                let starts = self.training.as_ref().map(|t| Arc::new(t.stack()));
                let samples = self.document.user_samples().cloned();
                if self.document.learned.is_some() {
                    self.record_weights("training on".into());
                }
                self.document.learned = None;
                let task = self.task();
                self.begin_training(TrainerCommand::Start { task, known: None, starts, samples });
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
                if !self.ask_before_leaving() {
                    return;
                }
                if self.would_lose() && !self.may_close {
                    self.view.closing = true;
                } else {
                    self.may_close = true;
                }
            }
        }
    }

    /// Opens the tab of a plot.
    pub(super) fn show_plot(&mut self, plot: PlotKind) {
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
            self.view.enlarged = Some(Enlarged::Plot(plot));
        }
    }
}
