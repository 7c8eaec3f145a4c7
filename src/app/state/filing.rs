//! What comes back from dialogs and files, and what is sent to them.

use super::{Clip, Desk};
use crate::app::action::{Action, Export};
use crate::app::files::{Dialog, FileJob};
use crate::app::paths::names_preset;
use crate::desk::{self, Look};
use crate::figure::palette::Theme;
use crate::session::keys;
use crate::theory::UserSamples;
use egui::ColorImage;
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
            FileJob::Read(path, Ok(opened)) => {
                let is_preset = names_preset(&path);
                if is_preset {
                    self.notice = Some((format!("the preset {}", path.display()), time + 4.0));
                } else if opened.path.is_none() {
                    self.notice = Some((format!("the session of {}", path.display()), time + 4.0));
                }
                self.open_document(opened.document, opened.path);
                self.keeping.iter().filter(|_| !is_preset).for_each(|keeping| keeping.note(path.clone()));
            }
            FileJob::Written(Export::Session, path, Ok(document)) => {
                self.notice = Some((format!("saved {}", path.display()), time + 4.0));
                if let Some(document) = document {
                    self.saved = Some(*document);
                }
                self.keeping.iter().for_each(|keeping| keeping.note(path.clone()));
                self.path = Some(path);
                if self.view.closing {
                    self.may_close = true;
                }
                if let Some(pending) = self.view.pending.take() {
                    self.files.later(pending);
                }
            }
            FileJob::Written(_, path, Ok(_)) => {
                self.notice = Some((format!("wrote {}", path.display()), time + 4.0));
            }
            FileJob::Filmed(path, Ok(())) => {
                self.notice = Some((format!("wrote {}", path.display()), time + 4.0));
            }
            FileJob::CalledOff(name) => {
                (self.view.closing, self.view.pending) = (false, None);
                self.notice = Some((format!("{name}: called off"), time + 4.0));
            }
            FileJob::Failed(sentence)
            | FileJob::Read(_, Err(sentence))
            | FileJob::Samples { result: Err(sentence), .. }
            | FileJob::Weights(_, Err(sentence))
            | FileJob::Picture(Err(sentence))
            | FileJob::Compared(Err(sentence))
            | FileJob::Filmed(_, Err(sentence))
            | FileJob::Written(_, _, Err(sentence)) => {
                self.view.closing = false;
                self.view.pending = None;
                self.errors.push(sentence);
            }
        }
    }

    /// Takes in samples that were read: theory and sites follow a file that was chosen, while a file that a
    /// session names brings nothing but its spins.
    pub(super) fn take_samples(&mut self, path: &Path, followed: bool, samples: Arc<UserSamples>, time: f64) {
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

    /// Draws a picture for the clipboard, off the UI thread.
    pub(super) fn draw_for_clipboard(&mut self, export: Export, theme: Theme) {
        let (document, study, look) = (self.document.clone(), self.study(), self.look(theme));
        self.files.draw(move || {
            let (rgba, width, height) = desk::files::image(export_kind(export), &document, &study, &look)?;
            Ok(ColorImage::from_rgba_unmultiplied([width as usize, height as usize], &rgba))
        });
    }

    /// How figures are drawn.
    fn look(&self, theme: Theme) -> Look {
        let paper = self.files.paper();
        let theme = paper.theme.unwrap_or(theme);
        Look { camera: self.camera, options: self.view.plots, theme, paper }
    }

    pub(super) fn write(&mut self, export: Export, path: PathBuf, theme: Theme) {
        let study = self.study();
        let document = self.document.clone();
        let look = self.look(theme);
        self.files.write(export, path, document, move |document, path, go_on| {
            desk::write_export(export_kind(export), document, &study, &look, path, go_on)
        });
    }
}

pub(super) fn export_kind(export: Export) -> desk::ExportKind {
    match export {
        Export::Session => desk::ExportKind::Session,
        Export::Bulk => desk::ExportKind::Bulk,
        Export::Plot(plot) => desk::ExportKind::Plot(plot),
        Export::PlotData(plot) => desk::ExportKind::PlotData(plot),
        Export::StudyPlot => desk::ExportKind::StudyPlot,
        Export::StudyData => desk::ExportKind::StudyData,
        Export::StatePlot => desk::ExportKind::StatePlot,
        Export::StateData => desk::ExportKind::StateData,
        Export::Weights => desk::ExportKind::Weights,
        Export::Network => desk::ExportKind::Network,
    }
}
