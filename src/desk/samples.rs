//! The user's own samples: their file from the disk into a document, and where a session says it is.
//!
//! A session names its file, and is not trusted with it: whoever opens the session decides whether it is read.

use super::files::ending;
use crate::session::{Document, SamplesFile};
use crate::sim::TheoryKind;
use crate::theory::user_samples::SPINS;
use crate::theory::{SamplesDigest, SamplesError, SamplesFormat, UserSamples};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest file of samples that is read; it is held in memory while that lasts, its spins then as bits.
const LARGEST_FILE: u64 = 1 << 30;

/// Why a file of samples was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The disk said no.
    #[error("{path} cannot be read: {reason}; check that the file is there and yours to read")]
    Disk {
        /// File.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// An ending that names no format.
    #[error("{path} is no file of samples by its ending; give .npy, .npz or .csv")]
    Format {
        /// File.
        path: PathBuf,
    },
    /// Beyond what is read.
    #[error(
        "{path} has {found} bytes and at most {LARGEST_FILE} are read; keep fewer rows, or one byte a spin"
    )]
    Large {
        /// File.
        path: PathBuf,
        /// Its bytes.
        found: u64,
    },
    /// Its bytes are no samples.
    #[error("{path}: {source}")]
    Content {
        /// File.
        path: PathBuf,
        /// What is wrong with them.
        source: SamplesError,
    },
    /// Not what the session was made with.
    #[error(
        "{path} has changed: its SHA-256 is {found}… and the session has {expected}…; take the file in anew to learn from what it holds now"
    )]
    Changed {
        /// File.
        path: PathBuf,
        /// First digits of its digest.
        found: String,
        /// Those of the session's.
        expected: String,
    },
}

/// Samples are to be learned and are not there.
#[derive(Debug, thiserror::Error)]
pub enum MissingSamples {
    /// The session names a file, which nobody allowed to be read.
    #[error(
        "theory.kind = samples: {path} is named by the session and not read by itself; give --samples FILE, or --allow-paths to read it"
    )]
    NotRead {
        /// The path in the session.
        path: String,
    },
    /// No file is named.
    #[error("theory.kind = samples: no file of samples is named; give --samples FILE")]
    NotNamed,
}

/// The samples that a document is learned from; `None` for a theory that needs none.
///
/// # Errors
/// The theory is the user's and its file was not read.
pub fn present(document: &Document) -> Result<Option<&Arc<UserSamples>>, MissingSamples> {
    if document.theory.kind != TheoryKind::Samples {
        return Ok(None);
    }
    match (document.user_samples(), &document.samples_file) {
        (Some(samples), _) => Ok(Some(samples)),
        (None, Some(file)) => Err(MissingSamples::NotRead { path: file.path.clone() }),
        (None, None) => Err(MissingSamples::NotNamed),
    }
}

/// Endings of files of samples.
pub const ENDINGS: [&str; 3] = ["npy", "npz", "csv"];

/// Whether the name of a file is that of samples and of nothing else: an archive of arrays may hold weights as well.
#[must_use]
pub fn is_samples_name(path: &Path) -> bool {
    SamplesFormat::from_ending(&ending(path)).is_some_and(|format| format != SamplesFormat::Npz)
}

/// Whether a file is an archive of arrays with spins among them, by its list of contents alone.
#[must_use]
pub fn holds_spins(path: &Path) -> bool {
    if SamplesFormat::from_ending(&ending(path)) != Some(SamplesFormat::Npz) || !path.is_file() {
        return false;
    }
    let archive = std::fs::File::open(path).ok().and_then(|file| zip::ZipArchive::new(file).ok());
    let spins = format!("{SPINS}.npy");
    archive.is_some_and(|archive| archive.file_names().any(|name| name.is_ok_and(|name| name == spins)))
}

/// Reads a file of samples.
///
/// # Errors
/// The file cannot be read, is too large, or holds no samples: which, where, and the remedy.
pub fn read(path: &Path) -> Result<Arc<UserSamples>, ReadError> {
    let Some(format) = SamplesFormat::from_ending(&ending(path)) else {
        return Err(ReadError::Format { path: path.into() });
    };
    let disk = |e: std::io::Error| ReadError::Disk { path: path.into(), reason: plain(&e) };
    // Before it is opened: to open a pipe that nobody writes to would wait for ever.
    let about = std::fs::metadata(path).map_err(disk)?;
    if about.is_dir() {
        return Err(disk(std::io::ErrorKind::IsADirectory.into()));
    }
    if !about.is_file() {
        return Err(disk(std::io::Error::other("it is a device or a pipe, not a file")));
    }
    if about.len() > LARGEST_FILE {
        return Err(ReadError::Large { path: path.into(), found: about.len() });
    }
    // What grows while it is read ends there too.
    let mut bytes = Vec::with_capacity(about.len() as usize);
    let file = std::fs::File::open(path).map_err(disk)?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(disk)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(ReadError::Large { path: path.into(), found: bytes.len() as u64 });
    }
    UserSamples::from_bytes(&bytes, format)
        .map(Arc::new)
        .map_err(|source| ReadError::Content { path: path.into(), source })
}

fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file".into(),
        std::io::ErrorKind::PermissionDenied => "permission denied".into(),
        std::io::ErrorKind::IsADirectory => "it is a folder".into(),
        _ => error.to_string(),
    }
}

/// Reads the file that a session names, where it is as it was when the session was made.
///
/// # Errors
/// As [`read`], and a file whose SHA-256 is another one.
pub fn read_known(path: &Path, known: Option<SamplesDigest>) -> Result<Arc<UserSamples>, ReadError> {
    let samples = read(path)?;
    match known.filter(|known| known.sha256 != samples.digest.sha256) {
        Some(known) => Err(ReadError::Changed {
            path: path.into(),
            found: samples.digest.short_hex(),
            expected: known.short_hex(),
        }),
        None => Ok(samples),
    }
}

/// Where the file is that a session at `session` names (none: a session without a file of its own).
#[must_use]
pub fn resolved(path: &str, session: Option<&Path>) -> PathBuf {
    let beside = session.and_then(Path::parent).unwrap_or_else(|| Path::new("")).join(path);
    std::path::absolute(&beside).unwrap_or(beside)
}

/// The path to write into a session at `session`: relative for a file beside or below it, else absolute.
#[must_use]
pub fn seen_from(session: Option<&Path>, file: &Path) -> String {
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.into());
    // Without a session, as one in the present folder would see it.
    let session = whole(session.unwrap_or_else(|| Path::new("session")));
    let file = whole(file);
    match session.parent().and_then(|folder| file.strip_prefix(folder).ok()) {
        Some(inside) => {
            inside.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
        }
        None => file.display().to_string(),
    }
}

/// Moves the name of a document's file from how one session sees it to how another does.
pub fn reseat(document: &mut Document, from: Option<&Path>, to: Option<&Path>) {
    if let Some(SamplesFile { path, .. }) = &mut document.samples_file {
        *path = seen_from(to, &resolved(path, from));
    }
}

/// Makes the name of a document's file one that does not depend on where the session is.
pub fn anchor(document: &mut Document, session: Option<&Path>) {
    if let Some(SamplesFile { path, .. }) = &mut document.samples_file {
        *path = resolved(path, session).display().to_string();
    }
}

/// Whether the network takes on the sites of a file that is taken in: not where the session already learned
/// chains of that length from samples and chose its network for itself.
#[must_use]
pub fn network_follows(document: &Document, digest: &SamplesDigest) -> bool {
    document.learning.sites != digest.sites || document.theory.kind != TheoryKind::Samples
}

/// What follows a file that is taken in, as settings: the theory, the sites that are learned, and those of the
/// network ([`network_follows`]).
#[must_use]
pub fn settings(document: &Document, digest: &SamplesDigest) -> Vec<(String, String)> {
    let sites = digest.sites;
    let mut list = vec![("theory.kind", "samples".to_string()), ("learning.sites", sites.to_string())];
    if network_follows(document, digest) {
        list.push(("network.sites", sites.to_string()));
    }
    list.into_iter().map(|(path, value)| (path.to_string(), value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_beside_its_session_is_named_by_its_place_there() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let session = at("mine.holo");
        assert_eq!(seen_from(Some(&session), &at("spins.npy")), "spins.npy");
        assert_eq!(seen_from(Some(&session), &at("data/spins.npy")), "data/spins.npy");
        assert_eq!(resolved("data/spins.npy", Some(&session)), at("data/spins.npy"));
        // Elsewhere only the whole path leads there.
        let below = at("below/mine.holo");
        assert_eq!(seen_from(Some(&below), &at("spins.npy")), at("spins.npy").display().to_string());
        assert_eq!(resolved(&at("spins.npy").display().to_string(), Some(&below)), at("spins.npy"));
        let here = std::env::current_dir().unwrap();
        assert_eq!(seen_from(None, Path::new("spins.npy")), "spins.npy");
        assert_eq!(seen_from(Some(Path::new("mine.holo")), &here.join("spins.npy")), "spins.npy");
        assert_eq!(resolved("spins.npy", Some(Path::new("mine.holo"))), here.join("spins.npy"));
        let mut document =
            Document { samples_file: Some(SamplesFile::named("spins.npy")), ..Document::default() };
        let path = |d: &Document| d.samples_file.as_ref().unwrap().path.clone();
        reseat(&mut document, Some(&below), Some(&session));
        assert_eq!(path(&document), "below/spins.npy");
        anchor(&mut document, Some(&session));
        assert_eq!(path(&document), at("below/spins.npy").display().to_string());
    }

    #[test]
    fn archives_of_spins_and_of_weights_are_told_apart_by_what_they_hold() {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        assert!(holds_spins(&fixtures.join("spins.npz")));
        for other in ["weights.npz", "none.npz", ""] {
            assert!(!holds_spins(&fixtures.join(other)), "{other}");
        }
        assert!(!is_samples_name(Path::new("x.npz")) && is_samples_name(Path::new("x.npy")));
    }

    #[test]
    fn files_that_cannot_be_taken_in_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let refused = |path: &Path| {
            let sentence = read(path).unwrap_err().to_string();
            assert!(sentence.contains(&path.display().to_string()), "{sentence}");
            sentence
        };
        assert!(refused(&at("none.npy")).contains("no such file"));
        assert!(refused(&at("spins.txt")).contains("give .npy, .npz or .csv"));
        std::fs::create_dir(at("folder.npy")).unwrap();
        assert!(refused(&at("folder.npy")).contains("folder"));
        std::fs::write(at("spins.csv"), "1,1,3").unwrap();
        assert!(refused(&at("spins.csv")).contains("row 1, column 3: found 3"));
        let large = std::fs::File::create(at("large.npy")).unwrap();
        large.set_len(LARGEST_FILE + 1).unwrap();
        assert!(refused(&at("large.npy")).contains("1073741825 bytes"));
    }

    #[test]
    fn a_file_that_has_changed_is_not_taken_for_the_session_s() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("spins.csv");
        std::fs::write(&path, "1 1 1 1 1 1 1 1\n".repeat(100)).unwrap();
        let samples = read(&path).unwrap();
        assert!(read_known(&path, Some(samples.digest)).is_ok() && read_known(&path, None).is_ok());
        std::fs::write(&path, "1 1 1 1 1 1 1 0\n".repeat(100)).unwrap();
        let sentence = read_known(&path, Some(samples.digest)).unwrap_err().to_string();
        assert!(
            sentence.contains("has changed") && sentence.contains(&samples.digest.short_hex()),
            "{sentence}"
        );
    }
}
