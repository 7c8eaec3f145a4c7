//! The files that were opened or saved last, newest first.

use super::state_folder::StateFolder;
use crate::session::SessionError;
use std::path::{Path, PathBuf};

/// So many are remembered.
pub const MOST: usize = 10;
/// The file of the list.
const FILE: &str = "recent.json";

/// A file of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recent {
    /// Where it is, or was.
    pub path: PathBuf,
    /// Whether it is there.
    pub exists: bool,
}

/// The list, newest first, each with whether it is still there. A list that cannot be read is empty.
#[must_use]
pub fn list(folder: &StateFolder) -> Vec<Recent> {
    let paths: Vec<PathBuf> = folder.read(FILE).unwrap_or_default();
    paths.into_iter().take(MOST).map(|path| Recent { exists: path.is_file(), path }).collect()
}

/// Puts a file on top of the list. Read anew first: another window may have added to it.
///
/// # Errors
/// What the disk says. A path that is no text is passed over.
pub fn note(folder: &StateFolder, path: &Path) -> Result<(), SessionError> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
    if path.to_str().is_none() {
        return Ok(());
    }
    let mut paths: Vec<PathBuf> = list(folder).into_iter().map(|r| r.path).filter(|p| *p != path).collect();
    paths.insert(0, path);
    paths.truncate(MOST);
    folder.write(FILE, &paths)
}

/// Takes every file off the list.
///
/// # Errors
/// What the disk says.
pub fn clear(folder: &StateFolder) -> Result<(), SessionError> {
    folder.write(FILE, &Vec::<PathBuf>::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_ten_stand_in_order_and_missing_ones_are_known() {
        let here = tempfile::tempdir().unwrap();
        let folder = StateFolder::at(here.path().join("state"));
        let file = |i: usize| here.path().join(format!("{i}.holo"));
        for i in 0..12 {
            std::fs::write(file(i), "x").unwrap();
            note(&folder, &file(i)).unwrap();
        }
        note(&folder, &file(5)).unwrap();
        std::fs::remove_file(file(11)).unwrap();
        let expected: Vec<_> =
            [5, 11, 10, 9, 8, 7, 6, 4, 3, 2].map(|i| Recent { path: file(i), exists: i != 11 }).into();
        assert_eq!(list(&folder), expected);
        clear(&folder).unwrap();
        assert_eq!(list(&folder), []);
    }
}
