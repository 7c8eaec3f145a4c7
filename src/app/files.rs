//! Dialogs and files, off the UI thread. A typed path is always possible; a desktop dialog where there is one.

use super::action::{Action, Export};
use super::errands::{Course, Doing, Errands};
use super::film_order::FilmDraft;
use super::paper::paper_ui;
use super::paths::{meant, names_preset, preset_or, proposed};
use crate::desk::open::{self, Opened};
use crate::desk::paper::Paper;
use crate::desk::pins::Pin;
use crate::desk::{ExportError, filming, samples, weights};
use crate::figure::palette::Theme;
use crate::session::{Document, file};
use crate::sim::{LearnedStack, cause_of};
use crate::theory::{SamplesDigest, UserSamples};
use egui::{ColorImage, Id, Key, RichText};
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

/// What a dialog is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialog {
    /// Which session to open.
    Open,
    /// Which file of samples to learn from.
    Samples,
    /// Which file of weights to take in.
    Weights,
    /// Which session to compare with.
    Compare,
    /// Where to write.
    Write(Export),
    /// Which film, and where to write it.
    Film,
}

/// A piece of work on files that has come to its end.
pub enum FileJob {
    /// A path was chosen in the desktop's dialog.
    Chosen(Dialog, PathBuf),
    /// A session was read, or one that a figure carries; with the number that was given to its reading.
    Read { path: PathBuf, number: u64, result: Result<Box<Opened>, String> },
    /// A file of samples was read: one that was chosen, or `followed` from the session that names it.
    Samples { path: PathBuf, followed: bool, result: Result<Arc<UserSamples>, String> },
    /// A job that came to no end of its own: why, in a sentence.
    Failed(String),
    /// A file of weights was read.
    Weights(PathBuf, Result<Arc<LearnedStack>, String>),
    /// A session to compare with was read and computed.
    Compared(Result<Box<Pin>, String>),
    /// A picture for the clipboard was drawn.
    Picture(Result<ColorImage, String>),
    /// Something was written; of a session, what exactly.
    Written(Export, PathBuf, Result<Option<Saved>, String>),
    /// A film was made.
    Filmed(PathBuf, Result<(), String>),
    /// An errand of this name was called off; nothing came of it.
    CalledOff(String),
}

/// A session as it was written.
pub struct Saved {
    /// The document.
    pub document: Box<Document>,
    /// Number of the session that it was of.
    pub session: u64,
    /// Counts the saves of this window in the order in which they were asked for.
    pub number: u64,
}

impl FileJob {
    /// Whether something is on the disk that was not there before.
    const fn has_written(&self) -> bool {
        matches!(self, Self::Written(_, _, Ok(_)) | Self::Filmed(_, Ok(())))
    }
}

/// Number of the newest save of a path. Saves to it take their turn here, and one that comes after a newer one writes
/// nothing.
type Turn = Arc<Mutex<u64>>;

/// The dialog that is open, and the jobs under way.
pub struct Files {
    open: Option<(Dialog, String)>,
    overwrite: Option<String>,
    /// The folder that was used last.
    folder: Option<PathBuf>,
    paper: Paper,
    film: FilmDraft,
    /// Why the film in the dialog cannot be made.
    refusal: Option<String>,
    errands: Errands,
    /// How many saves were asked for.
    saves: u64,
    /// The newest save of each path.
    saved: HashMap<PathBuf, Turn>,
    sender: Sender<FileJob>,
    receiver: Receiver<FileJob>,
    wake: Box<dyn CloneWake>,
    chosen: Vec<Action>,
}

/// A wake-up call that every job takes a copy of.
trait CloneWake: Fn() + Send {
    fn copy(&self) -> Box<dyn Fn() + Send>;
}

impl<F: Fn() + Clone + Send + 'static> CloneWake for F {
    fn copy(&self) -> Box<dyn Fn() + Send> {
        Box::new(self.clone())
    }
}

impl Files {
    /// No dialog, no job.
    pub fn new(wake: impl Fn() + Clone + Send + 'static) -> Self {
        let (sender, receiver) = channel();
        Self {
            open: None,
            overwrite: None,
            folder: None,
            paper: Paper::default(),
            film: FilmDraft::default(),
            refusal: None,
            errands: Errands::default(),
            saves: 0,
            saved: HashMap::new(),
            sender,
            receiver,
            wake: Box::new(wake),
            chosen: Vec::new(),
        }
    }

    /// What figures are drawn on, as it was last set in the dialog.
    #[must_use]
    pub const fn paper(&self) -> Paper {
        self.paper
    }

    /// The film as it was last set in the dialog.
    #[must_use]
    pub const fn film(&self) -> &FilmDraft {
        &self.film
    }

    /// Work under way that may last.
    #[must_use]
    pub const fn errands(&self) -> &Errands {
        &self.errands
    }

    /// Calls an errand off.
    pub fn call_off(&mut self, errand: u64) {
        self.errands.call_off(errand);
    }

    /// Whether a dialog is open.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Opens the dialog in the window. It begins in the folder of the `session`, with names after its own; of a session
    /// that no file has, in the folder that was used last.
    pub fn open_dialog(&mut self, dialog: Dialog, session: Option<&Path>) {
        (self.overwrite, self.refusal) = (None, None);
        let of_session = session.and_then(|path| std::path::absolute(path).ok());
        let of_session = of_session.as_deref().and_then(Path::parent).map(Path::to_path_buf);
        let folder = of_session.or_else(|| self.folder.clone());
        let folder = folder.unwrap_or_else(|| std::env::current_dir().unwrap_or_default());
        let stem = session.and_then(Path::file_stem).map(|stem| stem.to_string_lossy().into_owned());
        self.open = Some((dialog, folder.join(proposed(dialog, stem)).display().to_string()));
    }

    /// A path came from the desktop's dialog, which has asked about overwriting itself.
    pub fn choose(&mut self, export: Export, path: PathBuf) {
        self.later(Action::Write(export, path));
    }

    /// Something that is to be done in the next frame, as if a dialog had decided it.
    pub fn later(&mut self, action: Action) {
        self.open = None;
        self.chosen.push(action);
    }

    /// Jobs that have ended since the last call.
    pub fn finished(&mut self) -> Vec<FileJob> {
        self.errands.sweep();
        self.receiver.try_iter().collect()
    }

    /// Does work that may last, shows how far it is, and drops what comes of it once it was called off, unless that is
    /// on the disk already.
    fn send_out(&mut self, name: String, work: impl FnOnce(&Course) -> FileJob + Send + 'static) {
        self.send(name, false, work);
    }

    /// As [`send_out`](Self::send_out), of work that a file comes of.
    fn send_to_make(&mut self, name: String, work: impl FnOnce(&Course) -> FileJob + Send + 'static) {
        self.send(name, true, work);
    }

    fn send(
        &mut self,
        name: String,
        makes_file: bool,
        work: impl FnOnce(&Course) -> FileJob + Send + 'static,
    ) {
        let doing = Doing(self.errands.begin(name.clone(), makes_file));
        self.spawn(move || {
            let job = work(&doing.0);
            let wanted = doing.0.goes_on() || job.has_written();
            Some(if wanted { job } else { FileJob::CalledOff(name) })
        });
    }

    fn spawn(&self, work: impl FnOnce() -> Option<FileJob> + Send + 'static) {
        let (sender, wake) = (self.sender.clone(), self.wake.copy());
        let started = std::thread::Builder::new().name("files".into()).spawn(move || {
            let job = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
                let what = cause_of(&*panic);
                Some(FileJob::Failed(format!(
                    "the work on a file failed ({what}): the window lives on; try another"
                )))
            });
            if let Some(job) = job {
                // The window may be gone by now; then nobody wants to know.
                let _delivered = sender.send(job);
                wake();
            }
        });
        if let Err(error) = started {
            let sentence = format!("no thread for files: {error}; close other programs and try again");
            // The receiver lives as long as this does.
            let _delivered = self.sender.send(FileJob::Failed(sentence));
        }
    }

    /// Reads a session, or a figure that carries one; what comes of it bears the `number`.
    pub fn read(&mut self, path: PathBuf, number: u64) {
        self.send_out(format!("reading {}", name_of(&path)), move |_| {
            // A pipe that nobody writes to would keep this thread for ever, and say nothing.
            let ordinary = if names_preset(&path) { Ok(()) } else { file::check_ordinary(&path) };
            let result = ordinary
                .map_err(|e| e.to_string())
                .and_then(|()| open::open(Some(path.as_os_str())).map(Box::new).map_err(|e| e.to_string()));
            FileJob::Read { path, number, result }
        });
    }

    /// Reads a file of samples that was chosen.
    pub fn read_samples(&mut self, path: PathBuf) {
        self.send_out(format!("reading {}", name_of(&path)), move |_| {
            let result = samples::read(&path).map_err(|e| e.to_string());
            FileJob::Samples { path, followed: false, result }
        });
    }

    /// Reads a file of weights for the layers of a document, or, where that holds spins, as samples.
    pub fn read_weights(&mut self, path: PathBuf, document: Document) {
        self.send_out(format!("reading {}", name_of(&path)), move |_| {
            if samples::holds_spins(&path) {
                let result = samples::read(&path).map_err(|e| e.to_string());
                return FileJob::Samples { path, followed: false, result };
            }
            let result = weights::read(&path, &document).map(Arc::new).map_err(|e| e.to_string());
            FileJob::Weights(path, result)
        });
    }

    /// Reads the file of samples that a session names, if it is as it was.
    pub fn follow_samples(&mut self, path: PathBuf, known: Option<SamplesDigest>) {
        self.send_out(format!("reading {}", name_of(&path)), move |_| {
            let result = samples::read_known(&path, known).map_err(|e| e.to_string());
            FileJob::Samples { path, followed: true, result }
        });
    }

    /// Reads a session, or takes a preset by its name, and computes all of it.
    pub fn compare(&mut self, path: PathBuf) {
        self.send_out(format!("comparing with {}", name_of(&path)), move |course| {
            let pin = Pin::of_session(path.as_os_str(), &|progress| course.at(progress));
            FileJob::Compared(pin.map(Box::new).map_err(|e| e.to_string()))
        });
    }

    /// Draws a picture for the clipboard by `draw`, which is told how to ask whether to go on.
    pub fn draw(
        &mut self,
        draw: impl FnOnce(&dyn Fn() -> bool) -> Result<ColorImage, ExportError> + Send + 'static,
    ) {
        self.send_out("the picture to copy".into(), move |course| {
            FileJob::Picture(draw(&|| course.goes_on()).map_err(|e| e.to_string()))
        });
    }

    /// Writes the session of this number. Of two saves to one path the one that was asked for later stays.
    pub fn save(
        &mut self,
        path: PathBuf,
        document: Document,
        session: u64,
        write: impl FnOnce(&Document, &Path, &dyn Fn() -> bool) -> Result<(), ExportError> + Send + 'static,
    ) {
        self.saves += 1;
        let (number, turn) = (self.saves, Arc::clone(self.saved.entry(path.clone()).or_default()));
        self.send_to_make(format!("writing {}", name_of(&path)), move |course| {
            let mut newest = turn.lock().unwrap_or_else(PoisonError::into_inner);
            if !course.goes_on() {
                return FileJob::CalledOff(name_of(&path));
            }
            if *newest > number {
                return FileJob::Written(Export::Session, path, Ok(None));
            }
            let result = write(&document, &path, &|| course.goes_on()).map_err(|e| e.to_string());
            if result.is_ok() {
                *newest = number;
            }
            let saved = Saved { document: Box::new(document), session, number };
            FileJob::Written(Export::Session, path, result.map(|()| Some(saved)))
        });
    }

    /// Writes something by `write`, which is told how to ask whether to go on.
    pub fn write(
        &mut self,
        export: Export,
        path: PathBuf,
        write: impl FnOnce(&Path, &dyn Fn() -> bool) -> Result<(), ExportError> + Send + 'static,
    ) {
        self.send_to_make(format!("writing {}", name_of(&path)), move |course| {
            let result = write(&path, &|| course.goes_on()).map_err(|e| e.to_string());
            FileJob::Written(export, path, result.map(|()| None))
        });
    }

    /// Makes the film of an order and writes it.
    pub fn make_film(&mut self, order: filming::Order, document: Document, path: PathBuf) {
        self.send_to_make(name_of(&path), move |course| {
            let (at, go_on) = (|progress| course.at(progress), || course.goes_on());
            let made = filming::make_file(&order, document, &path, &at, &go_on);
            FileJob::Filmed(path, made.map_err(|e| e.to_string()))
        });
    }

    /// Asks the desktop for a path, where there is a portal or zenity.
    fn browse(&self, dialog: Dialog, typed: &str) {
        let path = PathBuf::from(typed);
        self.spawn(move || {
            let mut desktop = rfd::FileDialog::new();
            if let Some(folder) = path.parent().filter(|f| f.is_dir()) {
                desktop = desktop.set_directory(folder);
            }
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let chosen = match dialog {
                Dialog::Open | Dialog::Compare => desktop
                    .add_filter("session or figure", &["holo", "json", "svg", "pdf", "png"])
                    .pick_file(),
                Dialog::Samples => desktop.add_filter("samples", &samples::ENDINGS).pick_file(),
                Dialog::Weights => desktop.add_filter("weights", &weights::ENDINGS).pick_file(),
                Dialog::Write(_) | Dialog::Film => desktop.set_file_name(name).save_file(),
            };
            chosen.map(|path| FileJob::Chosen(dialog, path))
        });
    }

    /// Shows the dialog, if one is open, and returns what was decided.
    #[must_use]
    pub fn dialog_ui(&mut self, ctx: &egui::Context) -> Vec<Action> {
        let mut actions = std::mem::take(&mut self.chosen);
        let Some((dialog, mut typed)) = self.open.clone() else { return actions };
        let (title, verb) = match dialog {
            Dialog::Open => {
                ("Open a session, a figure that carries one, or a preset such as @massive", "Open")
            }
            Dialog::Compare => ("Compare with a session, a figure or a preset such as @massive", "Compare"),
            Dialog::Samples => ("Learn from samples (.npy, .npz or .csv)", "Read"),
            Dialog::Weights => ("Take in weights (.safetensors or .npz)", "Read"),
            Dialog::Write(Export::Session) => ("Save session", "Save"),
            Dialog::Write(Export::Bulk) => ("Export the bulk (.svg, .pdf or .png)", "Export"),
            Dialog::Write(Export::Plot(_) | Export::StudyPlot | Export::StatePlot) => {
                ("Export the plot (.svg, .pdf or .png)", "Export")
            }
            Dialog::Write(Export::PlotData(_) | Export::StudyData | Export::StateData) => {
                ("Export the plot's numbers (.csv, .npy or .npz)", "Export")
            }
            Dialog::Write(Export::Weights) => ("Export the weights (.safetensors or .npz)", "Export"),
            Dialog::Write(Export::Network) => ("Export the network (.json or .graphml)", "Export"),
            Dialog::Film => ("Export a film (.gif, .png, or a folder for its pictures)", "Make"),
        };
        let mut decided = None;
        let mut paper = self.paper;
        let modal = egui::Modal::new(Id::unique("file dialog")).show(ctx, |ui| {
            ui.set_width(480.0);
            ui.label(RichText::new(title).heading());
            ui.add_space(8.0);
            let field =
                ui.add(egui::TextEdit::singleline(&mut typed).desired_width(f32::INFINITY).hint_text("path"));
            field.widget_info(|| egui::WidgetInfo {
                label: Some("path".into()),
                ..egui::WidgetInfo::text_edit(true, "", &typed, "path")
            });
            // Asked before the field takes the keys back, which would hide that Enter made it let go of them.
            let enter = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
            if ui.memory(|m| m.focused().is_none()) {
                field.request_focus();
            }
            if matches!(
                dialog,
                Dialog::Write(Export::Bulk | Export::Plot(_) | Export::StudyPlot | Export::StatePlot)
            ) {
                ui.add_space(8.0);
                paper_ui(ui, &mut paper);
            }
            if dialog == Dialog::Film {
                ui.add_space(8.0);
                self.film.ui(ui);
            }
            if let Some(refusal) = &self.refusal {
                ui.add_space(4.0);
                let refused = ui.colored_label(ui.visuals().error_fg_color, format!("! {refusal}"));
                refused.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Alert, true, refusal));
            }
            if let Some(existing) = &self.overwrite {
                ui.add_space(4.0);
                ui.colored_label(
                    ui.visuals().error_fg_color,
                    format!("! {existing} exists: {verb} again to replace it."),
                );
            }
            ui.add_space(12.0);
            ui.horizontal(|ui| {
                if ui.button(verb).clicked() || enter {
                    decided = Some(true);
                }
                if ui.button("Cancel").clicked() {
                    decided = Some(false);
                }
                if desktop_has_dialogs() && ui.button("Browse…").clicked() {
                    self.browse(dialog, &typed);
                }
            });
        });
        self.paper = paper;
        let path = meant(typed.trim());
        self.open = Some((dialog, typed));
        if modal.should_close() || decided == Some(false) {
            self.open = None;
        } else if decided == Some(true) && !path.as_os_str().is_empty() {
            if let Some(folder) = path.parent().filter(|folder| folder.is_dir()) {
                self.folder = Some(folder.into());
            }
            match dialog {
                Dialog::Open => {
                    self.open = None;
                    actions.push(Action::Open(preset_or(path)));
                }
                Dialog::Samples => {
                    self.open = None;
                    actions.push(Action::TakeSamples(path));
                }
                Dialog::Compare => {
                    self.open = None;
                    actions.push(Action::Compare(preset_or(path)));
                }
                Dialog::Weights => {
                    self.open = None;
                    actions.push(Action::TakeWeights(path));
                }
                Dialog::Write(export) if self.may_replace(&path) => {
                    self.open = None;
                    actions.push(Action::Write(export, path));
                }
                Dialog::Film => {
                    // The theme is the window's; whether the rest can be is known without it.
                    self.refusal = self.film.order(&path, Theme::Dark).err();
                    if self.refusal.is_none() && self.may_replace(&path) {
                        self.open = None;
                        actions.push(Action::MakeFilm(path));
                    }
                }
                Dialog::Write(_) => {}
            }
        }
        actions
    }

    /// Whether a file may be written: it is not there yet, or was said to be and is wanted again.
    fn may_replace(&mut self, path: &Path) -> bool {
        let name = path.display().to_string();
        let asked = self.overwrite.as_ref() == Some(&name);
        if path.exists() && !asked {
            self.overwrite = Some(name);
            return false;
        }
        true
    }
}

/// The name of a file without its folder.
fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

/// Whether a desktop portal or zenity can show a dialog. Without either, the library's dialog answers at
/// once as if it had been cancelled, which would look like a dead button.
fn desktop_has_dialogs() -> bool {
    let on_path = |program: &str| {
        std::env::var_os("PATH")
            .is_some_and(|p| std::env::split_paths(&p).any(|dir| dir.join(program).is_file()))
    };
    !cfg!(target_os = "linux") || std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some() || on_path("zenity")
}
