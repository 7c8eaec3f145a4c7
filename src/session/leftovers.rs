//! Temporary files and what is left of them when a process is killed between writing one and renaming it.
//!
//! A temporary name bears the process: `.holoscope-PID-xxxxxx`. So a later process can tell what nobody will finish,
//! and never takes away what another one is writing, or what is not ours.

use std::ffi::OsStr;
use std::fs::Metadata;
use std::path::Path;
use std::time::Duration;

/// What every temporary name begins with.
const PREFIX: &str = ".holoscope-";
/// Random letters and digits at the end of a temporary name.
pub(super) const RANDOM: usize = 6;
/// A temporary file lives for the moment of a write. One this old is left over, however slow the disk.
const OLD: Duration = Duration::from_secs(3600);
/// Names of the pictures in a folder of a film are digits and this.
const PICTURE: &str = ".png";

/// The beginning of the temporary names of this process; as many random letters follow as are known again.
pub(super) fn prefix() -> String {
    format!("{PREFIX}{}-", std::process::id())
}

/// Removes, from the folder that `path` lies in, temporary files and folders of this program that were left by
/// processes that have ended. What cannot be looked at or removed stays: it disturbs nobody.
///
/// Cost: that of listing the folder.
pub fn remove_leftovers(path: &Path) {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    remove_older(folder, OLD);
}

fn remove_older(folder: &Path, age: Duration) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let Some(process) = process_of(&entry.file_name()) else { continue };
        // Of the entry itself, not of what a link leads to.
        let Ok(about) = entry.metadata() else { continue };
        if is_older(&about, age) && !is_alive(process) {
            remove(&entry.path(), &about);
        }
    }
}

/// The process that a temporary name is of; `None` for every other name.
fn process_of(name: &OsStr) -> Option<u32> {
    let (process, random) = name.to_str()?.strip_prefix(PREFIX)?.split_once('-')?;
    let ours = random.len() == RANDOM && random.bytes().all(|b| b.is_ascii_alphanumeric());
    let digits = process.bytes().all(|b| b.is_ascii_digit());
    if ours && digits { process.parse().ok() } else { None }
}

/// Whether it was written long ago; a clock that was set back says no.
fn is_older(about: &Metadata, age: Duration) -> bool {
    about.modified().ok().and_then(|at| at.elapsed().ok()).is_some_and(|passed| passed > age)
}

/// Whether a process of this number runs here. Where the system does not say, age alone decides.
fn is_alive(process: u32) -> bool {
    process == std::process::id() || Path::new("/proc").join(process.to_string()).exists()
}

fn remove(path: &Path, about: &Metadata) {
    // Whatever the system says: the next one will try again.
    if about.is_file() {
        let _gone = std::fs::remove_file(path);
    } else if about.is_dir() {
        // Folders hold the pictures of films; a folder with anything else in it is left alone.
        let is_picture = |name: &OsStr| {
            let number = name.to_str().and_then(|name| name.strip_suffix(PICTURE));
            number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        };
        let Ok(inside) = std::fs::read_dir(path) else { return };
        let inside: Vec<_> = inside.flatten().collect();
        if inside.iter().all(|entry| is_picture(&entry.file_name())) {
            inside.iter().for_each(|entry| {
                let _gone = std::fs::remove_file(entry.path());
            });
            let _gone = std::fs::remove_dir(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// A process that has come to its end.
    fn ended_process() -> u32 {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let id = child.id();
        child.wait().unwrap();
        id
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_a_killed_process_left_goes_and_nothing_else() {
        let here = tempfile::tempdir().unwrap();
        let at = |name: &str| here.path().join(name);
        let (dead, own) = (ended_process(), std::process::id());
        let left = [format!(".holoscope-{dead}-a1B2c3"), format!(".holoscope-{dead}-Folder")];
        fs::write(at(&left[0]), "half").unwrap();
        fs::create_dir(at(&left[1])).unwrap();
        fs::write(at(&left[1]).join("00000.png"), "half").unwrap();
        let stays = [
            format!(".holoscope-{own}-a1B2c3"),
            format!(".holoscope-{dead}-a1B2c3d"),
            format!(".holoscope-{dead}-a1B2-3"),
            format!(".holoscope-{dead}x-a1B2c3"),
            ".holoscope-a1B2c3".into(),
            format!("holoscope-{dead}-a1B2c3"),
            "session.holo".into(),
        ];
        stays.iter().for_each(|name| fs::write(at(name), "mine").unwrap());
        // A folder that somebody keeps something in.
        let kept = format!(".holoscope-{dead}-KeptIt");
        fs::create_dir(at(&kept)).unwrap();
        fs::write(at(&kept).join("thesis.tex"), "mine").unwrap();
        // A link to a file elsewhere.
        std::os::unix::fs::symlink("session.holo", at(&format!(".holoscope-{dead}-Link00"))).unwrap();

        // Young files may be in use by a process of another computer that shares the folder.
        remove_leftovers(&at("session.holo"));
        assert_eq!(fs::read_dir(here.path()).unwrap().count(), stays.len() + 4);
        remove_older(here.path(), Duration::ZERO);
        assert!(left.iter().all(|name| !at(name).exists()));
        assert!(stays.iter().all(|name| fs::read(at(name)).unwrap() == b"mine"));
        assert!(at(&kept).join("thesis.tex").exists());
        assert_eq!(fs::read_dir(here.path()).unwrap().count(), stays.len() + 2);
    }

    #[test]
    fn a_temporary_file_has_a_name_that_is_known_again() {
        let here = tempfile::tempdir().unwrap();
        let prefix = prefix();
        let file =
            tempfile::Builder::new().prefix(&prefix).rand_bytes(RANDOM).tempfile_in(here.path()).unwrap();
        assert_eq!(process_of(file.path().file_name().unwrap()), Some(std::process::id()));
    }
}
