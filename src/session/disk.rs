//! Bytes from the disk, never more than a bound, and onto it, so that a file is the old one or the new.

use super::file::SessionError;
use super::leftovers;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// The largest file that is read as a session, a figure that carries one, or weights: a file beyond it is not one of
/// ours.
pub const LARGEST_FILE: u64 = 256 << 20;

/// The bytes of a file that may be a session or carry one.
///
/// # Errors
/// As [`bytes_within`], at most 256 MiB.
pub fn bytes_of(path: &Path) -> Result<Vec<u8>, SessionError> {
    bytes_within(path, LARGEST_FILE)
}

/// The first bytes of an ordinary file, at most `most` of them; none where there is none to be read. Devices and
/// pipes are not waited for.
#[must_use]
pub fn beginning(path: &Path, most: u64) -> Option<Vec<u8>> {
    std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?;
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(most).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// The bytes of an ordinary file or a pipe, at most `most` of them; links are followed.
///
/// # Errors
/// When the file cannot be read, is larger, or is a device or a folder.
pub fn bytes_within(path: &Path, most: u64) -> Result<Vec<u8>, SessionError> {
    let disk = |e: std::io::Error| refused(path, &e, "read");
    let too_large = |length: String| SessionError::Broken {
        name: path.display().to_string(),
        reason: format!("it has {length} bytes and at most {most} are read; open another file"),
    };
    let about = std::fs::metadata(path).map_err(disk)?;
    if !about.is_file() && !is_pipe(&about) {
        return Err(no_file(path, &about, "read"));
    }
    if about.len() > most {
        return Err(too_large(about.len().to_string()));
    }
    // What grows while it is read, or has no length of its own, ends there too.
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes)).map_err(disk)?;
    if bytes.len() as u64 > most { Err(too_large(format!("more than {most}"))) } else { Ok(bytes) }
}

/// Refuses whatever could keep a reader waiting for ever: all but ordinary files and links to them.
///
/// # Errors
/// What the path is instead.
pub fn check_ordinary(path: &Path) -> Result<(), SessionError> {
    let about = std::fs::metadata(path).map_err(|e| refused(path, &e, "read"))?;
    if about.is_file() { Ok(()) } else { Err(no_file(path, &about, "read")) }
}

/// Writes bytes so that after a crash the file is the old one or the new one, whole: temporary file in
/// the same folder, fsync, rename, fsync of the folder.
///
/// A link is followed and stays; the rights of a file that was there stay too. A device or a pipe, which no file can
/// replace, is written to as it is.
///
/// # Errors
/// What the system said; the old file is then untouched.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), SessionError> {
    Ready::of(path, bytes)?.put()
}

/// Writes a file and the one beside it that says where its bytes come from, each as [`write_atomically`] does, and so
/// that the second never speaks of a first that was not written: both are laid down whole before either takes its
/// name, the first one first.
///
/// # Errors
/// What the system said; if either cannot be written, both old files are untouched.
pub fn write_pair_atomically(
    (path, bytes): (&Path, &[u8]),
    (beside, about): (&Path, &[u8]),
) -> Result<(), SessionError> {
    let (file, about) = (Ready::of(path, bytes)?, Ready::of(beside, about)?);
    file.put()?;
    about.put()
}

/// A file that has all but its name.
enum Ready<'a> {
    /// Laid down beside the file whose place it takes.
    File { file: tempfile::NamedTempFile, asked: &'a Path, destination: PathBuf },
    /// A device or a pipe, and what is written into it.
    Stream(&'a Path, &'a [u8]),
}

impl<'a> Ready<'a> {
    fn of(path: &'a Path, bytes: &'a [u8]) -> Result<Self, SessionError> {
        let disk = |e: std::io::Error| refused_to_write(path, &e);
        let before = match std::fs::metadata(path) {
            Ok(about) => Some(about),
            Err(e) if e.kind() == ErrorKind::NotFound => None,
            Err(e) => return Err(disk(e)),
        };
        match &before {
            Some(about) if about.is_dir() => return Err(no_file(path, about, "write")),
            Some(about) if !about.is_file() => return Ok(Self::Stream(path, bytes)),
            Some(about) if about.permissions().readonly() => {
                return Err(SessionError::Disk {
                    path: path.into(),
                    reason: "the file is marked read-only".into(),
                    remedy: "take the mark away, or give another name",
                    verb: "write",
                });
            }
            _ => {}
        }
        let destination = destination(path).map_err(disk)?;
        let prefix = leftovers::prefix();
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).rand_bytes(leftovers::RANDOM);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // The rights an ordinary new file gets before the umask takes its share.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.tempfile_in(folder_of(&destination)).map_err(disk)?;
        if let Some(before) = &before {
            file.as_file().set_permissions(before.permissions()).map_err(disk)?;
        }
        file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(disk)?;
        Ok(Self::File { file, asked: path, destination })
    }

    /// Gives it its name.
    fn put(self) -> Result<(), SessionError> {
        match self {
            Self::Stream(path, bytes) => write_into(path, bytes).map_err(|e| refused_to_write(path, &e)),
            Self::File { file, asked, destination } => {
                file.persist(&destination).map_err(|e| refused_to_write(asked, &e.error))?;
                if let Ok(folder) = File::open(folder_of(&destination)) {
                    // Some file systems do not sync folders; the rename itself has then already been made.
                    let _unsupported = folder.sync_all();
                }
                Ok(())
            }
        }
    }
}

/// The folder that a file stands in.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// Makes a folder with these files so that it is there with all of them or not at all: a temporary folder beside it,
/// and a rename, which also takes the place of an empty folder.
///
/// # Errors
/// What the system said; nothing is left behind then.
pub fn write_folder_atomically(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), SessionError> {
    let disk = |e: std::io::Error| refused_to_write(folder, &e);
    let parent = folder_of(folder);
    let prefix = leftovers::prefix();
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).rand_bytes(leftovers::RANDOM);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o777));
    }
    let temporary = builder.tempdir_in(parent).map_err(disk)?;
    for (name, bytes) in files {
        let mut file = File::create_new(temporary.path().join(name)).map_err(disk)?;
        file.write_all(bytes).and_then(|()| file.sync_all()).map_err(disk)?;
    }
    std::fs::rename(temporary.path(), folder).map_err(disk)?;
    // It has another name now: nothing is left to be taken away.
    let _renamed = temporary.keep();
    Ok(())
}

/// The file itself where the path is a link: to replace the link would leave the file as it was.
fn destination(path: &Path) -> std::io::Result<PathBuf> {
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
    if is_link { path.canonicalize() } else { Ok(path.into()) }
}

fn write_into(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::options().write(true).open(path)?;
    file.write_all(bytes).and_then(|()| file.flush())
}

#[cfg(unix)]
fn is_pipe(about: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&about.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_about: &Metadata) -> bool {
    false
}

/// The refusal of what is no ordinary file.
fn no_file(path: &Path, about: &Metadata, verb: &'static str) -> SessionError {
    let (reason, remedy) = if about.is_dir() {
        ("it is a folder", "give the name of a file in it")
    } else if is_pipe(about) {
        ("it is a pipe, not a file", "give an ordinary file")
    } else {
        ("it is a device, not a file", "give an ordinary file")
    };
    SessionError::Disk { path: path.into(), reason: reason.into(), remedy, verb }
}

/// What the system said when a file or folder was to be written, with the remedy that follows from it.
#[must_use]
pub fn refused_to_write(path: &Path, error: &std::io::Error) -> SessionError {
    refused(path, error, "write")
}

fn refused(path: &Path, error: &std::io::Error, verb: &'static str) -> SessionError {
    let write = verb == "write";
    let is_link = std::fs::symlink_metadata(path).is_ok_and(|about| about.is_symlink());
    let elsewhere = "write elsewhere";
    let (reason, remedy) = match error.kind() {
        ErrorKind::NotFound if is_link => {
            ("it is a link to a file that is not there", "give the file that is meant, or delete the link")
        }
        ErrorKind::NotFound if write => {
            ("no such file or folder", "give the name of a file in a folder that exists")
        }
        ErrorKind::NotFound => ("no such file or folder", "check the name"),
        ErrorKind::PermissionDenied if write => {
            ("permission denied", "check that the file and its folder are yours to write, or write elsewhere")
        }
        ErrorKind::PermissionDenied => ("permission denied", "check that it is yours to read"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            ("there is no space left on the disk", "make room, or write elsewhere")
        }
        ErrorKind::ReadOnlyFilesystem => ("the disk is read-only", elsewhere),
        ErrorKind::FileTooLarge => ("the file would be larger than the system allows", elsewhere),
        ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists => {
            ("it is there already and holds something", "give a name that is new, or an empty folder")
        }
        ErrorKind::IsADirectory => ("it is a folder", "give the name of a file in it"),
        ErrorKind::NotADirectory => ("a part of this path is a file and no folder", "check the path"),
        // Whatever else befalls a link, following it led nowhere.
        _ if is_link => {
            ("it is a link that leads to no file", "give the file that is meant, or delete the link")
        }
        _ => {
            let remedy =
                if write { "give another name or place" } else { "check the name, or give another file" };
            return SessionError::Disk { path: path.into(), reason: error.to_string(), remedy, verb };
        }
    };
    SessionError::Disk { path: path.into(), reason: reason.into(), remedy, verb }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_write_of_numbers_leaves_the_old_session_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let [data, beside] = ["ro.csv", "ro.csv.holo"].map(|name| folder.path().join(name));
        let read = |path: &Path| std::fs::read(path).unwrap();
        write_pair_atomically((&data, b"old"), (&beside, b"seed 1")).unwrap();
        for marked in [&data, &beside] {
            let rights = std::fs::metadata(marked).unwrap().permissions();
            let mut read_only = rights.clone();
            read_only.set_readonly(true);
            std::fs::set_permissions(marked, read_only).unwrap();
            let error = write_pair_atomically((&data, b"new"), (&beside, b"seed 9")).unwrap_err().to_string();
            assert!(error.contains("read-only"), "{error}");
            assert_eq!((read(&data), read(&beside)), (b"old".to_vec(), b"seed 1".to_vec()));
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
            std::fs::set_permissions(marked, rights).unwrap();
        }
        write_pair_atomically((&data, b"new"), (&beside, b"seed 9")).unwrap();
        assert_eq!((read(&data), read(&beside)), (b"new".to_vec(), b"seed 9".to_vec()));
    }

    #[test]
    fn an_unwritable_path_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.holo");
        write_atomically(&path, b"old").unwrap();
        let error = write_atomically(&folder.path().join("no/such/b.holo"), b"new").unwrap_err().to_string();
        assert!(error.contains("no such file or folder"), "{error}");
        assert!(write_atomically(folder.path(), b"new").is_err());
        let mut rights = std::fs::metadata(&path).unwrap().permissions();
        rights.set_readonly(true);
        std::fs::set_permissions(&path, rights).unwrap();
        let error = write_atomically(&path, b"new").unwrap_err().to_string();
        assert!(error.contains("read-only"), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_saved_file_keeps_its_rights_and_a_link_stays_a_link() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.holo"), folder.path().join("link.holo"));
        std::fs::write(&path, b"old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        symlink("a.holo", &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        // A link into nowhere is refused, and nothing is made of it.
        let nowhere = folder.path().join("nowhere.holo");
        symlink("no/such/file", &nowhere).unwrap();
        assert!(write_atomically(&nowhere, b"new").is_err());
        assert!(std::fs::symlink_metadata(&nowhere).unwrap().is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn every_refusal_of_the_disk_has_a_remedy_of_its_own() {
        use std::os::unix::fs::symlink;
        let here = tempfile::tempdir().unwrap();
        let at = |name: &str| here.path().join(name);
        let said = |path: &Path| {
            let [read, write] = [bytes_of(path).map(|_| ()), write_atomically(path, b"new")]
                .map(|r| r.unwrap_err().to_string());
            (read, write)
        };
        let (read, write) = said(here.path());
        assert!(read.ends_with("it is a folder; give the name of a file in it"), "{read}");
        assert_eq!(read, write);
        symlink("no/such/file", at("nowhere")).unwrap();
        symlink("circle", at("circle")).unwrap();
        for (name, words) in
            [("nowhere", "a link to a file that is not there"), ("circle", "leads to no file")]
        {
            let (read, write) = said(&at(name));
            assert!(read.contains(words) && write.contains(words), "{read} {write}");
            assert!(write.ends_with("give the file that is meant, or delete the link"), "{write}");
        }
        std::fs::write(at("file"), "").unwrap();
        let (_, write) = said(&at("file/below"));
        assert!(write.contains("a file and no folder; check the path"), "{write}");
        let (read, write) = said(&at("gone/file"));
        assert!(
            read.ends_with("check the name") && write.ends_with("in a folder that exists"),
            "{read} {write}"
        );
        // Two runs that make the same folder: the second finds that of the first.
        std::fs::create_dir(at("film")).unwrap();
        std::fs::write(at("film/00000.png"), "").unwrap();
        let error = write_folder_atomically(&at("film"), &[]).unwrap_err().to_string();
        assert!(error.contains("holds something; give a name that is new") && !error.contains("os error"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_is_written_to_and_not_replaced_by_a_file() {
        use std::os::unix::fs::FileTypeExt;
        write_atomically(Path::new("/dev/null"), b"new").unwrap();
        let error = write_atomically(Path::new("/dev/full"), b"new").unwrap_err().to_string();
        assert!(error.contains("no space left"), "{error}");
        for device in ["/dev/null", "/dev/full"] {
            assert!(std::fs::metadata(device).unwrap().file_type().is_char_device(), "{device}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_folders_and_what_is_too_long_are_not_read() {
        let refused = |path: &Path| bytes_within(path, 5).unwrap_err().to_string();
        assert!(refused(Path::new("/dev/zero")).contains("it is a device"));
        let folder = tempfile::tempdir().unwrap();
        assert!(refused(folder.path()).contains("it is a folder"));
        let path = folder.path().join("a.holo");
        std::fs::write(&path, b"12345").unwrap();
        assert_eq!(bytes_within(&path, 5).unwrap(), b"12345");
        std::fs::write(&path, b"123456").unwrap();
        assert!(refused(&path).contains("6 bytes and at most 5"));
        // Files of /proc say that they have no bytes.
        assert!(refused(Path::new("/proc/self/maps")).contains("more than 5"));
        assert!(check_ordinary(&path).is_ok() && check_ordinary(Path::new("/dev/zero")).is_err());
    }
}
