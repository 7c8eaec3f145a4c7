//! What of the desk outlives its window.

use super::Desk;
use crate::app::keeping::Keeping;
use crate::app::place::Place;
use crate::desk::StateFolder;
use std::io;
use std::time::Duration;

impl Desk {
    /// Keeps in a folder, from now on, what must outlive this window; `theme` is the word of the theme that was
    /// chosen last.
    ///
    /// # Errors
    /// The system refused a thread.
    pub fn keep_in(
        &mut self,
        folder: StateFolder,
        theme: String,
        wake: impl Fn() + Send + 'static,
    ) -> io::Result<()> {
        let keeping = Keeping::begin(folder, theme, wake)?;
        if let Some(path) = &self.path {
            keeping.note(path.clone());
        }
        self.keeping = Some(keeping);
        Ok(())
    }

    /// Takes in what was kept and restored.
    pub(super) fn listen_to_keeping(&mut self) {
        let Some(came) = self.keeping.as_mut().map(Keeping::listen) else { return };
        self.errors.extend(came.failures);
        if let Some((document, session, number)) = came.restored {
            let opening = self.opening.take_if(|opening| opening.number == number);
            if self.touring.is_some() || opening.is_none_or(|opening| self.is_changed_since(&opening)) {
                // What was changed or opened meanwhile is asked about when it is restored once more.
                self.keeping.iter().for_each(Keeping::put_back);
                return;
            }
            self.keeping.iter_mut().for_each(Keeping::taken);
            self.open_document(document, session);
            // No file has it: the one that it came from has what was saved.
            self.saved = None;
        }
    }

    /// Keeps what a crash would lose, and the place of the window; tells when to ask again.
    pub fn keep(&mut self, place: Option<Place>) -> Option<Duration> {
        let modified = self.is_modified();
        let keeping = self.keeping.as_mut()?;
        // The scenes of the tour are not a person's work; what is, was kept before it began.
        let changes = match self.touring {
            Some(_) => None,
            None => keeping.watch(&self.document, self.path.as_deref(), modified),
        };
        let place = place.and_then(|place| keeping.watch_place(place));
        changes.into_iter().chain(place).min()
    }

    /// Keeps what a crash would lose at once: somebody is about to end the window.
    pub fn keep_now(&mut self) {
        if self.is_modified()
            && self.touring.is_none()
            && let Some(keeping) = &mut self.keeping
        {
            keeping.keep(&self.document, self.path.as_deref());
        }
    }

    /// Ends the keeping with the window.
    pub fn end_keeping(&mut self) {
        if !self.may_close {
            self.keep_now();
        }
        if let Some(keeping) = &mut self.keeping {
            keeping.end(self.may_close);
        }
    }
}
