//! Changes of the document: every one passes here, is recorded for undo, and is followed by what it asks for.

use super::{Desk, Opening, has_weights_besides};
use crate::app::action::Action;
use crate::app::place::dress;
use crate::desk;
use crate::figure::camera::Camera;
use crate::figure::palette::Theme;
use crate::session::keys;
use crate::session::{Besides, Document, History, Past, RegionName};
use crate::sim::LearnedStack;
use std::path::PathBuf;
use std::sync::Arc;

impl Desk {
    pub(super) fn set(&mut self, path: &'static str, value: &keys::Value, gesture: Option<u64>) {
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

    /// Sets what was typed, read as the command line reads it; what it is no value of is an error, and the old value
    /// stays.
    pub(super) fn set_typed(&mut self, path: &'static str, text: &str, time: f64, theme: Theme) {
        let Ok(key) = keys::find(path) else { return };
        let mut typed = self.document.clone();
        if let Err(error) = key.set_text(&mut typed, text) {
            self.errors.push(error.to_string());
            return;
        }
        match RegionName::ALL.into_iter().find(|name| keys::region_path(*name) == path) {
            Some(name) => {
                let region = typed.regions.get(name).clone();
                self.apply(Action::SelectRegion { name, region, gesture: None }, time, theme);
            }
            None => self.set(path, &key.get(&typed), None),
        }
    }

    pub(super) fn edit(&mut self, name: String, gesture: Option<u64>, change: impl FnOnce(&mut Document)) {
        let before = self.document.clone();
        change(&mut self.document);
        if !before.is_but_weights(&self.document) {
            self.history.record(name, &before, gesture);
            self.after_change(&before);
        }
    }

    /// Goes where a step of the history leads: with the weights of there if the step changed them, else with the
    /// present ones as long as they answer the parameters.
    pub(super) fn step_to(&mut self, past: Past) {
        if !past.changed.weights {
            return self.replace(past.document);
        }
        let before = std::mem::replace(&mut self.document, past.document);
        self.document.keep_read_samples(&before);
        if self.document.learned.is_none() {
            // Nothing of the weights that were left may be what a training goes on from.
            self.training = None;
        }
        self.start_training();
    }

    /// Notes that what comes now changes the weights, so that undo brings those of now back.
    pub(super) fn record_weights(&mut self, name: String) {
        let changed = Besides { weights: true, camera: None };
        self.history.record_besides(name, &self.document, changed, None);
    }

    pub(super) fn replace(&mut self, document: Document) {
        let before = std::mem::replace(&mut self.document, document);
        self.document.keep_read_samples(&before);
        self.after_change(&before);
    }

    /// Carries weights along while they still answer the parameters; otherwise goes to those that the document has
    /// for them, and without any trains anew. A change that leaves the stack alone leaves the training alone.
    pub(super) fn after_change(&mut self, before: &Document) {
        if self.task().same_stack(&before.task()) {
            self.document.learned.clone_from(&before.learned);
        } else {
            self.start_training();
        }
    }

    /// Goes back to a training that came to its end: its parameters and its weights, with nothing trained anew.
    pub(super) fn back_to_run(&mut self, number: u64) {
        let Some(run) = self.runs.get(number).cloned() else { return };
        self.record_weights(format!("back to training {number}"));
        let of = &run.document;
        let d = &mut self.document;
        if d.network.sites != of.network.sites {
            d.resize(of.network.sites);
        }
        if d.network.boundary != of.network.boundary {
            d.rebound(of.network.boundary);
        }
        (d.theory, d.network, d.learning) = (of.theory, of.network, of.learning);
        let file = d.samples_file.clone();
        d.samples_file.clone_from(&of.samples_file);
        d.keep_read_samples(&Document { samples_file: file, ..Document::default() });
        d.preset.clone_from(&of.preset);
        d.learned.clone_from(&of.learned);
        self.start_training();
    }

    /// Takes in weights that were read from a file, as if they had been learned.
    pub(super) fn take_weights(&mut self, name: &str, stack: Arc<LearnedStack>) {
        if !stack.task.same_stack(&self.task()) {
            let sentence = "the parameters were changed while the weights were read: open them again";
            self.errors.push(format!("{name}: {sentence}"));
            return;
        }
        self.record_weights(format!("weights of {name}"));
        self.document.learned = Some(stack);
        self.start_training();
    }

    /// From now on, what is opened is what comes of this; its number.
    pub(super) fn begin_opening(&mut self) -> u64 {
        self.openings += 1;
        self.opening = Some(Opening { number: self.openings, before: self.document.clone() });
        self.openings
    }

    /// Whether there are changes that no file has and that nobody was asked about when something was opened.
    pub(super) fn is_changed_since(&self, opening: &Opening) -> bool {
        let (now, then) = (&self.document, &opening.before);
        self.is_modified() && (!now.is_but_weights(then) || has_weights_besides(now, then))
    }

    /// Another session stands on the desk from now on.
    pub(super) fn begin_session(&mut self) {
        self.sessions += 1;
        self.session = self.sessions;
    }

    pub(super) fn open_document(&mut self, mut document: Document, path: Option<PathBuf>) {
        self.leave_tour();
        self.begin_session();
        desk::samples::anchor(&mut document, path.as_deref());
        document.keep_read_samples(&self.document);
        if let Some(keeping) = &self.keeping {
            dress(&mut document, &keeping.theme);
        }
        self.view.samples_question = document.unread_samples().is_some();
        self.saved = Some(document.clone());
        self.document = document;
        self.history = History::default();
        self.path = path;
        self.training = None;
        self.asked.forget_cut();
        self.camera = Camera::HOME;
        // What was paused was another session.
        self.wants_playing = true;
        self.start_training();
    }
}
