//! That the hints of the first minute were read is remembered from one start to the next.

use crate::desk::StateFolder;
use serde::{Deserialize, Serialize};

/// The file of it.
const FILE: &str = "hints.json";

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Hints {
    /// A region was dragged, or the tour was begun.
    first_read: bool,
}

/// Whether the first hints were read in an earlier window.
#[must_use]
pub fn were_read(folder: &StateFolder) -> bool {
    folder.read::<Hints>(FILE).unwrap_or_default().first_read
}

/// Remembers that they were, off the UI thread. If the disk refuses they are shown once more: that is no one's error.
pub fn remember(folder: StateFolder) {
    let work = move || {
        let _shown_again = folder.write(FILE, &Hints { first_read: true });
    };
    let _shown_again = std::thread::Builder::new().name("hints".into()).spawn(work);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_that_were_read_are_not_shown_again() {
        let here = tempfile::tempdir().unwrap();
        let folder = StateFolder::at(here.path());
        assert!(!were_read(&folder));
        remember(folder.clone());
        let mut waited = 0;
        while !were_read(&folder) && waited < 1000 {
            std::thread::sleep(std::time::Duration::from_millis(5));
            waited += 1;
        }
        assert!(were_read(&folder));
        std::fs::write(here.path().join(FILE), "no JSON").unwrap();
        assert!(!were_read(&folder));
    }
}
