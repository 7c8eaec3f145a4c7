//! What a session or a figure from a stranger cannot make the program do: read or write another file, or run
//! anything. Through the built program, whose memory the shell bounds.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Address space of the program in KiB: what it needs for a small session and no gigabyte more.
const MOST_KIB: u64 = 3 << 20;
/// No refusal takes longer, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs the program with its memory bounded, and ends it when it does not end by itself.
fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut child = Command::new("sh")
        .args(["-c", &format!("ulimit -v {MOST_KIB}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_holoscope")])
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("{arguments:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().unwrap()
}

fn ok(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The one sentence of a refusal.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(1 | 2)), "{arguments:?}: {:?} {said}", output.status);
    assert_eq!(said.lines().count(), 1, "{arguments:?}: {said}");
    said
}

/// A session that names a file of samples, and what the file is.
fn session_naming(folder: &Path, name: &str) {
    let text = format!(
        "{{\"format\": \"holoscope-session\", \"version\": 1, \
         \"theory\": {{\"kind\": \"samples\", \"samples_file\": {{\"path\": \"{name}\"}}}}}}"
    );
    std::fs::write(folder.join("stranger.holo"), text).unwrap();
}

fn pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// Every file below a folder with its bytes, links as where they lead.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let about = std::fs::symlink_metadata(&path).unwrap();
        if about.is_dir() {
            found.extend(snapshot(&path));
        } else if about.is_symlink() {
            found.insert(
                path.clone(),
                std::fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes(),
            );
        } else if about.is_file() && about.len() < 1 << 20 {
            found.insert(path.clone(), std::fs::read(&path).unwrap());
        } else {
            found.insert(path, Vec::new());
        }
    }
    found
}

#[test]
fn a_file_that_a_session_names_is_not_even_opened_unless_it_is_allowed() {
    let here = tempfile::tempdir().unwrap();
    // To open a pipe that nobody writes to would wait for ever.
    pipe(&here.path().join("spins.npy"));
    for name in ["spins.npy", "../spins.npy", "/etc/passwd", "/dev/zero"] {
        session_naming(here.path(), name);
        assert!(ok(here.path(), &["inspect", "stranger.holo"]).contains(name));
        for command in [
            &["train", "stranger.holo"][..],
            &["cut", "stranger.holo"],
            &["render", "stranger.holo", "-o", "f.svg"],
        ] {
            let sentence = refused(here.path(), command);
            assert!(
                sentence.contains("not read by itself") && sentence.contains("--allow-paths"),
                "{sentence}"
            );
        }
    }
    assert!(!here.path().join("f.svg").exists());
}

#[test]
fn pipes_devices_folders_and_endless_files_are_refused_even_when_allowed() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    pipe(&folder.join("pipe.npy"));
    symlink("/dev/zero", folder.join("zero.npy")).unwrap();
    symlink("/dev/stdin", folder.join("stdin.csv")).unwrap();
    symlink("loop.csv", folder.join("loop.csv")).unwrap();
    std::fs::create_dir(folder.join("folder.csv")).unwrap();
    std::fs::File::create(folder.join("sparse.npy")).unwrap().set_len(1 << 42).unwrap();
    std::fs::write(folder.join("secret.txt"), "root:x:0:0\n").unwrap();
    for (name, why) in [
        ("pipe.npy", "pipe"),
        ("zero.npy", "device"),
        ("stdin.csv", "device"),
        ("loop.csv", "cannot be read"),
        ("folder.csv", "folder"),
        ("sparse.npy", "bytes"),
        // Only what is called samples is opened as samples.
        ("secret.txt", "give .npy, .npz or .csv"),
        ("/etc/passwd", "give .npy, .npz or .csv"),
        ("/proc/self/environ", "give .npy, .npz or .csv"),
    ] {
        session_naming(folder, name);
        let sentence = refused(folder, &["train", "stranger.holo", "--allow-paths"]);
        assert!(sentence.contains(why), "{name}: {sentence}");
    }
}

#[test]
fn devices_and_large_files_in_place_of_sessions_and_weights_are_refused() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    std::fs::File::create(folder.join("sparse.holo")).unwrap().set_len(1 << 42).unwrap();
    std::fs::File::create(folder.join("zeros.holo")).unwrap().set_len(200 << 20).unwrap();
    for (name, why) in [
        ("/dev/zero", "device"),
        (".", "folder"),
        ("sparse.holo", "at most"),
        ("zeros.holo", "the largest session"),
        ("/proc/self/mem", ""),
    ] {
        let sentence = refused(folder, &["inspect", name]);
        assert!(sentence.contains(why), "{name}: {sentence}");
        refused(folder, &["cut", "--weights", name]);
        refused(folder, &["verify", name, name]);
    }
}

#[test]
fn nothing_but_the_output_file_is_written() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let row =
        |r: usize| (0..8).map(|c| (((8 * r + c) * 7919 / 13) % 2).to_string()).collect::<Vec<_>>().join(",");
    std::fs::write(folder.join("spins.csv"), (0..200).map(row).collect::<Vec<_>>().join("\n")).unwrap();
    std::fs::write(folder.join("other.holo"), "precious").unwrap();
    session_naming(folder, "spins.csv");
    let before = snapshot(folder);
    let allowed = ["stranger.holo", "--allow-paths", "--quiet", "-o"];
    for (command, file) in [("train", "t.holo"), ("graph", "g.json"), ("render", "b.svg"), ("new", "n.holo")]
    {
        ok(folder, &[&[command], &allowed[..], &[file]].concat());
        let mut after = snapshot(folder);
        assert!(after.remove(&folder.join(file)).is_some_and(|bytes| !bytes.is_empty()), "{command}");
        assert_eq!(after, before, "{command}");
        std::fs::remove_file(folder.join(file)).unwrap();
    }
}

#[test]
fn names_with_terminal_commands_are_shown_and_not_obeyed() {
    let here = tempfile::tempdir().unwrap();
    session_naming(here.path(), "\\u001b[2J\\u0007\\u202espins.npy");
    let shown = ok(here.path(), &["inspect", "stranger.holo"]);
    assert!(
        shown.contains("\\u{1b}[2J") && !shown.contains('\u{1b}') && !shown.contains('\u{202e}'),
        "{shown}"
    );
    let sentence = refused(here.path(), &["train", "stranger.holo"]);
    assert!(!sentence.trim_end().chars().any(char::is_control), "{sentence:?}");
}

/// Words by which Rust reaches files, other programs and the network, with the files of `src/` that may.
const REACH: &[(&str, &[&str])] = &[
    // The window's browser of files belongs to the desktop; no program is ever started by name.
    ("std::process::Command", &[]),
    ("process::Command", &[]),
    ("std::net", &[]),
    ("TcpStream", &[]),
    // The last ones look after folders: what outlives a window, and those that a command was given to write to.
    (
        "std::fs::",
        &[
            "session/disk.rs",
            "session/leftovers.rs",
            "desk/samples.rs",
            "desk/state_folder.rs",
            "desk/recovery.rs",
            "desk/sweep/records.rs",
            "desk/sweep/plan.rs",
            "desk/sweep/run.rs",
            "desk/filming.rs",
            "cli/reproduction.rs",
            "cli/packaging.rs",
        ],
    ),
    ("File::open", &["session/disk.rs", "desk/samples.rs"]),
    ("File::create", &["session/disk.rs"]),
    // The lock of a window that runs.
    ("OpenOptions", &["desk/recovery.rs"]),
    ("File::options", &["session/disk.rs"]),
    ("tempfile::", &["session/disk.rs"]),
];

#[test]
fn files_are_touched_in_one_place_and_no_program_is_started() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut read = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            // Tests at the foot of a file may do as they like.
            let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
            let code: Vec<&str> = code.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
            let name = path.strip_prefix(&root).unwrap().display().to_string();
            for (word, allowed) in REACH {
                let used = code.iter().any(|line| line.contains(word));
                assert!(
                    !used || allowed.contains(&name.as_str()),
                    "src/{name} uses {word}: see what this test says"
                );
            }
            read += 1;
        }
    }
    assert!(read > 100, "only {read} files were read");
}
