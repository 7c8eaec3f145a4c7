//! Saving where it cannot be done: a sentence, and the old file as it was. Kills in the middle are the subject of
//! `tests/long/kill.py`.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::path::Path;
use std::process::Command;

/// Runs the program behind some words of the shell; its exit code and what it said.
fn behind(shell: &str, folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = Command::new("sh")
        .args(["-c", &format!("{shell} exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_holoscope")])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn is_refused(shell: &str, folder: &Path, arguments: &[&str], why: &str) {
    let (code, said) = behind(shell, folder, arguments);
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{arguments:?}: {said}");
    assert!(said.contains(why), "{arguments:?}: {said}");
}

/// Whether the folder holds this file alone, with these bytes.
fn holds_only(folder: &Path, name: &str, bytes: &[u8]) {
    let names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names, [name], "nothing is left behind");
    assert_eq!(std::fs::read(folder.join(name)).unwrap(), bytes);
}

#[test]
fn a_full_disk_is_told_and_the_old_file_stays() {
    let here = tempfile::tempdir().unwrap();
    let old = b"the old session";
    std::fs::write(here.path().join("a.holo"), old).unwrap();
    // A file may have 512 bytes, as on a disk with as many left; the signal that comes with it is not listened to.
    let no_space = "trap '' XFSZ; ulimit -f 1;";
    is_refused(no_space, here.path(), &["new", "-o", "a.holo"], "larger than the system allows");
    holds_only(here.path(), "a.holo", old);
    is_refused("", here.path(), &["new", "-o", "/dev/full"], "no space left");
    let (code, said) = behind("exec >/dev/full;", here.path(), &["new"]);
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("could not be printed"), "{said}");
    holds_only(here.path(), "a.holo", old);
}

#[test]
fn a_small_disk_that_fills_up_keeps_the_old_file() {
    let here = tempfile::tempdir().unwrap();
    let disk = here.path().join("disk");
    std::fs::create_dir(&disk).unwrap();
    let mount = |arguments: &[&str]| {
        Command::new("mount").args(arguments).arg(&disk).output().is_ok_and(|o| o.status.success())
    };
    // Only root may mount; the test above holds for everybody.
    if !mount(&["-t", "tmpfs", "-o", "size=16k", "none"]) {
        return;
    }
    let (first, _) = behind("", &disk, &["fermion", "-o", "a.json"]);
    let old = std::fs::read(disk.join("a.json")).unwrap();
    let outcome = behind("", &disk, &["graph", "--no-train", "--quiet", "-o", "a.json"]);
    let after = std::fs::read(disk.join("a.json")).unwrap();
    let names = std::fs::read_dir(&disk).unwrap().count();
    assert!(Command::new("umount").arg(&disk).status().unwrap().success());
    assert_eq!(first, Some(0));
    assert_eq!(outcome.0, Some(1), "{}", outcome.1);
    assert!(outcome.1.contains("no space left on the disk"), "{}", outcome.1);
    assert_eq!((after, names), (old, 1));
}

#[test]
fn a_folder_that_is_gone_or_read_only_is_told() {
    let here = tempfile::tempdir().unwrap();
    is_refused("", here.path(), &["new", "-o", "gone/a.holo"], "no such file or folder");
    is_refused("", here.path(), &["train", "-o", "gone/a.holo"], "folder that exists");
    // The folder vanishes under the feet of the program.
    let feet = here.path().join("feet");
    std::fs::create_dir(&feet).unwrap();
    is_refused("rmdir \"$PWD\";", &feet, &["new", "-o", "a.holo"], "no such file or folder");
    let locked = here.path().join("locked");
    std::fs::create_dir(&locked).unwrap();
    std::fs::write(locked.join("a.holo"), b"old").unwrap();
    let mut rights = std::fs::metadata(locked.join("a.holo")).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(locked.join("a.holo"), rights).unwrap();
    is_refused("", &locked, &["new", "-o", "a.holo"], "read-only");
    holds_only(&locked, "a.holo", b"old");
    // Of /proc nothing can be made, whoever asks.
    is_refused("", here.path(), &["new", "-o", "/proc/a.holo"], "");
}
