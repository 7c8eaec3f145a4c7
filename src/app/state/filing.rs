//! What comes back from dialogs and files, and what is sent to them.

use super::{Clip, Desk};
use crate::app::action::{Action, Export};
use crate::app::files::{Dialog, FileJob, Saved};
use crate::app::paths::names_preset;
use crate::desk;
use crate::desk::open::Opened;
use crate::session::keys;
use crate::theory::UserSamples;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Desk {
    pub(super) fn take_file_job(&mut self, job: FileJob, time: f64) {
        match job {
            FileJob::Chosen(Dialog::Open, path) => self.files.later(Action::Open(path)),
            FileJob::Chosen(Dialog::Samples, path) => self.files.read_samples(path),
            FileJob::Chosen(Dialog::Write(export), path) => self.files.choose(export, path),
            FileJob::Chosen(Dialog::Film, path) => self.files.later(Action::MakeFilm(path)),
            FileJob::Samples { path, followed, result: Ok(samples) } => {
                self.take_samples(&path, followed, samples, time);
            }
            FileJob::Chosen(Dialog::Weights, path) => self.files.read_weights(path, self.document.clone()),
            FileJob::Weights(path, Ok(stack)) => {
                let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
                self.notice = Some((format!("{name}: weights of {} layers", stack.layers.len()), time + 4.0));
                self.take_weights(&name, stack);
            }
            FileJob::Chosen(Dialog::Compare, path) => self.files.later(Action::Compare(path)),
            FileJob::Compared(Ok(pin)) => {
                self.pin(*pin, time);
                self.view.pins_table = true;
            }
            FileJob::Picture(Ok(picture)) => {
                let [width, height] = picture.size;
                self.notice = Some((format!("copied a picture of {width} × {height} pixels"), time + 3.0));
                self.clipboard = Some(Clip::Picture(picture));
            }
            FileJob::Read { path, number, result: Ok(opened) } => {
                let Some(opening) = self.opening.take_if(|opening| opening.number == number) else {
                    // Something else was opened since.
                    return;
                };
                if self.touring.is_some() || self.is_changed_since(&opening) {
                    self.held = Some((path, opened));
                    self.files.later(Action::OpenHeld);
                } else {
                    self.open_read(&path, *opened, time);
                }
            }
            FileJob::Written(Export::Session, path, Ok(saved)) => {
                self.notice = Some((format!("saved {}", path.display()), time + 4.0));
                self.keeping.iter().for_each(|keeping| keeping.note(path.clone()));
                if let Some(saved) = saved.filter(|saved| saved.number > self.newest_save) {
                    self.take_save(saved, path);
                }
            }
            FileJob::Written(_, path, Ok(_)) => {
                self.notice = Some((format!("wrote {}", path.display()), time + 4.0));
            }
            FileJob::Filmed(path, Ok(())) => {
                self.notice = Some((format!("wrote {}", path.display()), time + 4.0));
            }
            FileJob::CalledOff(name) => {
                (self.view.closing, self.view.pending, self.held) = (false, None, None);
                self.notice = Some((format!("{name}: called off"), time + 4.0));
            }
            FileJob::Failed(sentence)
            | FileJob::Read { result: Err(sentence), .. }
            | FileJob::Samples { result: Err(sentence), .. }
            | FileJob::Weights(_, Err(sentence))
            | FileJob::Picture(Err(sentence))
            | FileJob::Compared(Err(sentence))
            | FileJob::Filmed(_, Err(sentence))
            | FileJob::Written(_, _, Err(sentence)) => {
                (self.view.closing, self.view.pending, self.held) = (false, None, None);
                self.errors.push(sentence);
            }
        }
    }

    /// Opens what was read.
    pub(super) fn open_read(&mut self, path: &Path, opened: Opened, time: f64) {
        let is_preset = names_preset(path);
        if is_preset {
            self.notice = Some((format!("the preset {}", path.display()), time + 4.0));
        } else if opened.path.is_none() {
            self.notice = Some((format!("the session of {}", path.display()), time + 4.0));
        }
        self.open_document(opened.document, opened.path);
        self.keeping.iter().filter(|_| !is_preset).for_each(|keeping| keeping.note(path.to_path_buf()));
    }

    /// A save has landed: it is of the present session, of the one that waits for the end of the tour, or of one that
    /// is gone. What was asked to come after it comes now.
    fn take_save(&mut self, Saved { document, session, number }: Saved, path: PathBuf) {
        self.newest_save = number;
        if session == self.session {
            (self.saved, self.path) = (Some(*document), Some(path));
            if let Some(pending) = self.view.pending.take() {
                self.files.later(pending);
            }
        } else if let Some(touring) = &mut self.touring {
            touring.take_save(session, *document, path);
        }
    }

    /// Takes in samples that were read: theory and sites follow a file that was chosen, while a file that a
    /// session names brings nothing but its spins.
    pub(super) fn take_samples(&mut self, path: &Path, followed: bool, samples: Arc<UserSamples>, time: f64) {
        let digest = samples.digest;
        let named = self.document.samples_file.as_ref().filter(|file| Path::new(&file.path) == path);
        if followed && named.is_none_or(|file| file.digest.is_some_and(|known| known != digest)) {
            // This session did not ask: it was the one that waits for the end of the tour, or one that is gone.
            self.touring.iter_mut().for_each(|touring| touring.take_samples(path, &samples));
            return;
        }
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
}
