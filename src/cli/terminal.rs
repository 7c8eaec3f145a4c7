//! What goes to the terminal and to files: answers, notes, progress, and the interruption by Ctrl-C.

use super::args::OutputArgs;
use super::failure::Failure;
use super::output::is_stdout;
use crate::desk::files::{session_of_figure, sidecar};
use crate::desk::results::{self, Signed};
use crate::session::file::{
    remove_leftovers, write_atomically, write_folder_atomically, write_pair_atomically,
};
use crate::session::quoting::quoted;
use crate::session::{Document, SessionError};
use crate::sim::{Phase, TrainingSnapshot};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What is said when Ctrl-C stopped the work.
pub(super) const INTERRUPTED: &str = "interrupted; no output file was written";

/// How long work may take to notice an interruption by itself before the process is ended for it.
const PATIENCE: Duration = Duration::from_millis(300);

/// How often the time of work without steps is shown anew.
const TICK: Duration = Duration::from_millis(200);

/// Where a command speaks to.
pub(super) struct Terminal {
    quiet: bool,
    interrupted: Arc<AtomicBool>,
    /// What is said when the work is stopped. Held while a file is written: an interruption then waits, and the file
    /// is whole.
    farewell: Arc<Mutex<String>>,
}

impl Terminal {
    /// The terminal of one command; from now on Ctrl-C asks it to stop.
    pub(super) fn new(quiet: bool) -> Self {
        let farewell = Arc::new(Mutex::new(INTERRUPTED.to_string()));
        let terminal = Self { quiet, interrupted: Arc::default(), farewell };
        let (interrupted, farewell) = (Arc::clone(&terminal.interrupted), Arc::clone(&terminal.farewell));
        let handler = ctrlc::set_handler(move || {
            interrupted.store(true, Ordering::Relaxed);
            // Work in small pieces stops by itself; a long single computation does not look up.
            std::thread::sleep(PATIENCE);
            let sentence = farewell.lock().unwrap_or_else(PoisonError::into_inner);
            let _closed = writeln!(std::io::stderr(), "holoscope: {sentence}");
            std::process::exit(1);
        });
        if let Err(error) = handler {
            // Without the handler Ctrl-C ends the process at once; files are replaced whole either way.
            terminal.note(&format!("Ctrl-C is not listened to: {error}"));
        }
        terminal
    }

    /// Whether the person asked to stop.
    pub(super) fn is_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// A remark on stderr that is no part of the answer.
    pub(super) fn note(&self, remark: &str) {
        note(self.quiet, remark);
    }

    /// Prints an answer.
    pub(super) fn print(&self, answer: &[u8]) -> Result<(), Failure> {
        if self.is_interrupted() {
            return Err(Failure::Interrupted);
        }
        let mut out = std::io::stdout().lock();
        out.write_all(answer).and_then(|()| out.flush()).map_err(|e| stdout_failure(&e))
    }

    /// Replaces a file, whole or not at all; `-` is standard output.
    pub(super) fn write(&self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        if is_stdout(path) {
            return self.print(bytes);
        }
        let mut farewell = self.farewell.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_interrupted() {
            return Err(Failure::Interrupted);
        }
        remove_leftovers(path);
        write_atomically(path, bytes)?;
        *farewell = "interrupted after the output file was written".into();
        Ok(())
    }

    /// Writes numbers, and beside their file the session that they come from.
    pub(super) fn write_numbers(
        &self,
        path: &Path,
        bytes: &[u8],
        document: &Document,
        training: Option<&TrainingSnapshot>,
    ) -> Result<(), Failure> {
        self.write_with_session(path, bytes, &session_of_figure(document, training))
    }

    /// Writes what has no place for a session, and the session beside it; on standard output goes nothing beside.
    pub(super) fn write_with_session(
        &self,
        path: &Path,
        bytes: &[u8],
        session: &[u8],
    ) -> Result<(), Failure> {
        if is_stdout(path) {
            return self.print(bytes);
        }
        let mut farewell = self.farewell.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_interrupted() {
            return Err(Failure::Interrupted);
        }
        remove_leftovers(path);
        write_pair_atomically((path, bytes), (&sidecar(path), session))?;
        *farewell = "interrupted after the output file was written".into();
        Ok(())
    }

    /// Keeps one file of many, whole or not at all; what work is done is kept, also after an interruption.
    pub(super) fn keep(&self, path: &Path, bytes: &[u8]) -> Result<(), SessionError> {
        let _held = self.farewell.lock().unwrap_or_else(PoisonError::into_inner);
        write_atomically(path, bytes)
    }

    /// Makes a folder with all its files, whole or not at all; one that is there is empty.
    pub(super) fn write_folder(&self, folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Failure> {
        let mut farewell = self.farewell.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_interrupted() {
            return Err(Failure::Interrupted);
        }
        remove_leftovers(folder);
        write_folder_atomically(folder, files)?;
        *farewell = "interrupted after the output folder was written".into();
        Ok(())
    }

    /// What is said of work that was stopped.
    pub(super) fn farewell(&self) -> String {
        self.farewell.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What is to be said when the work is stopped from now on.
    pub(super) fn say_if_interrupted(&self, sentence: String) {
        *self.farewell.lock().unwrap_or_else(PoisonError::into_inner) = sentence;
    }

    /// Gives an answer: as JSON into the output file, as JSON on stdout, or as text.
    pub(super) fn answer(
        &self,
        output: &OutputArgs,
        report: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        match &output.file {
            Some(path) => self.write(path, &results::json(report)),
            None => self.report(output, report, text),
        }
    }

    /// As [`answer`](Self::answer), of an answer that was computed from a document: its JSON says what makes it again.
    pub(super) fn answer_of(
        &self,
        document: &Document,
        output: &OutputArgs,
        report: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        let made_by = &results::made_by(document);
        self.answer(output, &Signed { answer: report, made_by }, text)
    }

    /// Reports on stdout, as JSON or as text; the output file holds something else.
    pub(super) fn report(
        &self,
        output: &OutputArgs,
        report: &impl Serialize,
        text: impl FnOnce() -> String,
    ) -> Result<(), Failure> {
        if output.json { self.print(&results::json(report)) } else { self.print(text().as_bytes()) }
    }

    /// A bar for `steps` steps, on stderr if that is a terminal and nobody asked for quiet.
    pub(super) fn progress(&self, what: &str, steps: u64) -> Progress<'_> {
        let shown = !self.quiet && std::io::stderr().is_terminal();
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(steps), target);
        // How long a single step takes is not known beforehand: then only the time runs.
        let template =
            if steps > 1 { "{msg} {bar:24} {pos}/{len} {elapsed}" } else { "{spinner} {msg} {elapsed}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_string());
        if steps <= 1 {
            // Work of a single piece does not look up: the time runs by itself.
            bar.enable_steady_tick(TICK);
        }
        Progress { terminal: self, bar }
    }
}

/// A remark on stderr, unless it is to be quiet.
pub(super) fn note(quiet: bool, remark: &str) {
    if !quiet {
        // Names of files may hold what a terminal would obey.
        let _closed = writeln!(std::io::stderr(), "holoscope: {}", quoted(remark, usize::MAX));
    }
}

/// A closed pipe is no fault of ours; a full disk is.
pub(super) fn stdout_failure(error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::PipeClosed,
        _ => Failure::Other(format!("the answer could not be printed: {error}; check where stdout leads")),
    }
}

/// A progress bar, taken away when dropped.
pub(super) struct Progress<'a> {
    terminal: &'a Terminal,
    bar: ProgressBar,
}

impl Progress<'_> {
    /// Shows how many steps are done; whether to go on.
    pub(super) fn at(&self, done: u64) -> bool {
        self.bar.set_position(done);
        !self.terminal.is_interrupted()
    }

    /// Shows that work goes on; whether to.
    pub(super) fn tick(&self) -> bool {
        self.bar.tick();
        !self.terminal.is_interrupted()
    }

    /// Shows where a training stands; whether to go on.
    pub(super) fn phase(&self, phase: &Phase) -> bool {
        match phase {
            Phase::Sampling => self.at(0),
            Phase::Learning(layer) => self.at(*layer as u64),
            Phase::Done | Phase::Diverged { .. } | Phase::Refused(_) => !self.terminal.is_interrupted(),
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
