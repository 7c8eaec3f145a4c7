//! The folder where the program keeps what belongs to this machine and not to a session: recent files, the place of
//! the window, and what a crash would lose.

use crate::session::SessionError;
use crate::session::file::{refused_to_write, write_atomically};
use etcetera::base_strategy::{BaseStrategy, choose_native_strategy};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io;
use std::path::{Path, PathBuf};

/// A folder of the program's own, `$XDG_STATE_HOME/holoscope` (`~/.local/state/holoscope`) on Linux.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFolder {
    path: PathBuf,
}

impl StateFolder {
    /// The folder of this platform and person; `None` where there is no home. A platform without a folder for
    /// state has it beside the program's data.
    #[must_use]
    pub fn of_platform() -> Option<Self> {
        let places = choose_native_strategy().ok()?;
        let base = places.state_dir().unwrap_or_else(|| places.data_dir());
        Some(Self::at(base.join("holoscope")))
    }

    /// A folder of one's own choice.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A folder below it, made if it is not there: for this person's eyes alone, as the platform asks of state.
    ///
    /// # Errors
    /// What the system says.
    pub fn made(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.path.join(name);
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path)?;
        Ok(path)
    }

    /// What a file of it says; `None` where there is none, and where it is broken: nothing in this folder is worth
    /// more than a start anew.
    #[must_use]
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let bytes = std::fs::read(self.path.join(name)).ok()?;
        serde_json::from_slice(&bytes).ok()
    }

    /// Writes a file of it, whole or not at all.
    ///
    /// # Errors
    /// What the disk says.
    pub fn write(&self, name: &str, what: &impl Serialize) -> Result<(), SessionError> {
        let disk = |e: io::Error| refused_to_write(&self.path, &e);
        self.made("").map_err(disk)?;
        let bytes = serde_json::to_vec_pretty(what).map_err(|e| disk(e.into()))?;
        write_atomically(&self.path.join(name), &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_file_is_as_good_as_none() {
        let here = tempfile::tempdir().unwrap();
        let folder = StateFolder::at(here.path().join("not/there/yet"));
        assert_eq!(folder.read::<Vec<u32>>("numbers.json"), None);
        folder.write("numbers.json", &vec![1, 2, 3]).unwrap();
        assert_eq!(folder.read::<Vec<u32>>("numbers.json"), Some(vec![1, 2, 3]));
        for broken in ["", "[1, 2", "{\"a\": 1}", "\u{0}\u{0}"] {
            std::fs::write(folder.path().join("numbers.json"), broken).unwrap();
            assert_eq!(folder.read::<Vec<u32>>("numbers.json"), None, "{broken:?}");
        }
    }
}
