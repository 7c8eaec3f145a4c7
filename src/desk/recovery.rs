//! What a crash would lose: one file for each window, kept while it has changes that no other file has.
//!
//! A window holds a lock, a file of its own named by process and time, for as long as it lives; whatever ends the
//! process, kill −9 too, the system lets the lock go. So a lock that another can take is of a window that is gone,
//! and what stands beside it is what that window would have lost. A running window's files are never touched.

use super::state_folder::StateFolder;
use crate::session::{Document, SessionError, file};
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The folder of these files below the state folder.
const FOLDER: &str = "recovery";
/// Whoever makes or takes a lock holds this one meanwhile: between the two steps of making one it looks forsaken.
const GATE: &str = "gate";

/// What is known of a window besides its document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    /// The file that its session came from or went to.
    session: Option<PathBuf>,
}

/// The place of one window among these files.
#[derive(Debug)]
pub struct Slot {
    lock: File,
    lock_path: PathBuf,
    about: About,
}

/// What a window that is gone has left.
#[derive(Debug)]
pub struct Lost {
    slot: Slot,
    /// When it was written last.
    pub written: SystemTime,
}

impl Slot {
    /// A place for this window.
    ///
    /// # Errors
    /// A folder that cannot be written to, or a file system without locks.
    pub fn claim(folder: &StateFolder) -> io::Result<Self> {
        let folder = folder.made(FOLDER)?;
        let _gate = gate(&folder)?;
        file::remove_leftovers(&folder.join(GATE));
        let second = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        // Two windows of one process within a second: the next second is as good.
        for second in second.. {
            let lock_path = folder.join(format!("{}-{second}.lock", std::process::id()));
            match OpenOptions::new().read(true).write(true).create_new(true).open(&lock_path) {
                Ok(lock) => {
                    lock.lock()?;
                    return Ok(Self { lock, lock_path, about: About::default() });
                }
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e),
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// The session that is kept: an ordinary session file.
    #[must_use]
    pub fn session_path(&self) -> PathBuf {
        self.lock_path.with_extension("holo")
    }

    /// Keeps a document that came from a file, or from none.
    ///
    /// # Errors
    /// What the disk says; what was kept before is then still there.
    pub fn keep(&mut self, document: &Document, session: Option<&Path>) -> Result<(), SessionError> {
        let about = About { session: session.map(Path::to_path_buf) };
        if about != self.about {
            let write = |file: &mut File| -> io::Result<()> {
                file.rewind()?;
                file.set_len(0)?;
                file.write_all(&serde_json::to_vec(&about)?)
            };
            write(&mut self.lock).map_err(|e| file::refused_to_write(&self.lock_path, &e))?;
            self.about = about;
        }
        file::write_atomically(&self.session_path(), &file::to_bytes(document))
    }

    /// There is nothing to lose any more.
    pub fn clear(&self) {
        // One that was never written need not be removed.
        let _absent = std::fs::remove_file(self.session_path());
    }

    /// Gives the place up, with what is kept there.
    pub fn release(self) {
        self.clear();
        let _already_gone = std::fs::remove_file(&self.lock_path);
    }
}

impl Lost {
    /// What was lost by windows that are gone, newest first. Each is held for this window from now on, so that no
    /// other offers it too; dropped, it is there for the next one to find.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn all(folder: &StateFolder) -> io::Result<Vec<Self>> {
        let folder = folder.made(FOLDER)?;
        let _gate = gate(&folder)?;
        let mut lost = Vec::new();
        for entry in std::fs::read_dir(&folder)? {
            let lock_path = entry?.path();
            if lock_path.extension().is_none_or(|e| e != "lock") {
                continue;
            }
            let Ok(lock) = OpenOptions::new().read(true).write(true).open(&lock_path) else { continue };
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => continue,
                // A file system without locks cannot say who is alive: nothing there is touched.
                Err(TryLockError::Error(_)) => continue,
            }
            let mut slot = Slot { lock, lock_path, about: About::default() };
            let mut text = String::new();
            if slot.lock.read_to_string(&mut text).is_ok() {
                // The process may have ended while it wrote: then the name is lost, and the session is not.
                slot.about = serde_json::from_str(&text).unwrap_or_default();
            }
            match std::fs::metadata(slot.session_path()).and_then(|m| m.modified()) {
                Ok(written) => lost.push(Self { slot, written }),
                Err(_) => slot.release(),
            }
        }
        lost.sort_by_key(|l| std::cmp::Reverse(l.written));
        Ok(lost)
    }

    /// The file that the session came from or went to.
    #[must_use]
    pub fn session(&self) -> Option<&Path> {
        self.slot.about.session.as_deref()
    }

    /// The document.
    ///
    /// # Errors
    /// What any session file may be refused for.
    pub fn document(&self) -> Result<Document, SessionError> {
        let path = self.slot.session_path();
        file::from_bytes(&file::bytes_of(&path)?, &path.display().to_string())
    }

    /// It is not wanted, or safe elsewhere.
    pub fn discard(self) {
        self.slot.release();
    }
}

/// Waits for the gate; it opens when the file is dropped.
fn gate(folder: &Path) -> io::Result<File> {
    let gate = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(GATE))?;
    gate.lock()?;
    Ok(gate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &StateFolder) -> usize {
        std::fs::read_dir(folder.path().join(FOLDER)).unwrap().count()
    }

    #[test]
    fn what_a_window_leaves_is_found_once_and_running_ones_are_left_alone() {
        let here = tempfile::tempdir().unwrap();
        let folder = StateFolder::at(here.path());
        let mut document = Document::default();
        document.theory.k2 = 0.75;
        let named = here.path().join("mine.holo");
        let mut running = Slot::claim(&folder).unwrap();
        running.keep(&document, None).unwrap();
        let mut gone = Slot::claim(&folder).unwrap();
        gone.keep(&Document::default(), None).unwrap();
        gone.keep(&document, Some(&named)).unwrap();
        assert!(Lost::all(&folder).unwrap().is_empty());
        // The process ends; the system lets its lock go.
        drop(gone);
        let mut lost = Lost::all(&folder).unwrap();
        assert_eq!(lost.len(), 1);
        assert_eq!(lost[0].session(), Some(named.as_path()));
        assert_eq!(lost[0].document().unwrap(), document);
        // Held by this window, it is not offered by another; put back, it is.
        assert!(Lost::all(&folder).unwrap().is_empty());
        drop(lost);
        lost = Lost::all(&folder).unwrap();
        lost.remove(0).discard();
        assert!(Lost::all(&folder).unwrap().is_empty());
        assert!(running.session_path().is_file());
        running.release();
        assert_eq!(files(&folder), 1, "the gate alone");
    }

    #[test]
    fn a_window_that_had_nothing_to_lose_leaves_nothing() {
        let here = tempfile::tempdir().unwrap();
        let folder = StateFolder::at(here.path());
        let mut slot = Slot::claim(&folder).unwrap();
        slot.keep(&Document::default(), None).unwrap();
        slot.clear();
        drop(slot);
        assert!(Lost::all(&folder).unwrap().is_empty());
        assert_eq!(files(&folder), 1, "the gate alone");
    }

    #[test]
    fn a_broken_file_is_a_sentence_and_stays_until_it_is_discarded() {
        let here = tempfile::tempdir().unwrap();
        let folder = StateFolder::at(here.path());
        let mut slot = Slot::claim(&folder).unwrap();
        slot.keep(&Document::default(), None).unwrap();
        std::fs::write(slot.session_path(), "{").unwrap();
        std::fs::write(&slot.lock_path, "half a na").unwrap();
        drop(slot);
        let lost = Lost::all(&folder).unwrap();
        assert_eq!(lost[0].session(), None);
        assert!(lost[0].document().unwrap_err().to_string().contains("is not a session"));
        drop(lost);
        assert_eq!(Lost::all(&folder).unwrap().len(), 1);
    }
}
