//! What holds of every command: refusals in one sentence, the same bytes on any number of threads, and an end in peace.

use super::{SMALL, command, folder, ok, refused, settings, without_seconds};
use std::process::Stdio;

#[test]
fn bad_input_is_one_sentence_and_touches_no_file() {
    let here = folder();
    let old = here.path().join("old.holo");
    std::fs::write(&old, "old").unwrap();
    std::fs::write(here.path().join("broken.holo"), "{\"format\": \"holoscope-session\"").unwrap();
    std::fs::write(here.path().join("newer.holo"), "{\"format\": \"holoscope-session\", \"version\": 9}")
        .unwrap();
    let before = std::fs::read_dir(here.path()).unwrap().count();
    for (arguments, words) in [
        (vec!["new", "-o", "old.holo", "--set", "theory.k9=1"], vec!["theory.k9", "keys"]),
        (vec!["new", "-o", "old.holo", "--set", "theory.k2=5"], vec!["theory.k2 = 5", "4"]),
        (vec!["new", "-o", "old.holo", "--set", "theory.k2=NaN"], vec!["theory.k2"]),
        (vec!["new", "-o", "old.holo", "--set", "theory.k2"], vec!["KEY=VALUE"]),
        (vec!["new", "-o", "old.holo", "--set", "network.sites=100"], vec!["network.sites = 100", "2^20"]),
        (vec!["new", "-o", "old.holo", "--set", "network.sites=2^30"], vec!["network.sites", "2^20"]),
        (
            vec!["new", "-o", "old.holo", "--set", "theory.kind=heisenberg"],
            vec!["not in this version", "chain"],
        ),
        (
            vec!["new", "-o", "old.holo", "--set", "view.chart=band"],
            vec!["not in this version", "half-plane"],
        ),
        (
            vec!["new", "-o", "old.holo", "--set", "network.receptive_field=5"],
            vec!["network.receptive_field"],
        ),
        (vec!["new", "-o", "old.holo", "--set", "network.wall=0"], vec!["network.wall"]),
        (vec!["new", "-o", "old.holo", "--set", "regions.a=0..300"], vec!["regions.a", "256"]),
        (vec!["new", "-o", "old.holo", "--set", "regions.a=9..4"], vec!["regions.a", "wrap"]),
        (vec!["new", "-o", "old.holo", "--set", "regions.b=80..90"], vec!["regions.a and regions.b overlap"]),
        (vec!["new", "none.holo", "-o", "old.holo"], vec!["none.holo", "no such file"]),
        (vec!["new", "broken.holo", "-o", "old.holo"], vec!["broken.holo is not a session"]),
        (vec!["new", "newer.holo", "-o", "old.holo"], vec!["newer than this program"]),
        (vec!["new", "@no-such", "-o", "old.holo"], vec!["@no-such", "@critical"]),
        (vec!["train", "old.holo"], vec!["old.holo is not a session"]),
        (vec!["train", "--epochs", "5"], vec!["--epochs", "holoscope train --help"]),
        (vec!["cut", "--set", "network.sites=2^41"], vec!["network.sites = 2^41"]),
        (
            vec!["cut", "--set", "network.sites=2^30", "--set", "network.receptive_field=4"],
            vec!["network.sites = 2^30", "2 or 3"],
        ),
        (vec!["scaling", "--sizes", "0"], vec!["--sizes 0", "256"]),
        (vec!["scaling", "--sizes", "1,500"], vec!["--sizes 500", "256"]),
        (vec!["scaling", "--sizes", "x"], vec!["--sizes"]),
        (vec!["scaling", "--window", "8"], vec!["--window", "8..512"]),
        (vec!["scaling", "--window", "64..8"], vec!["--window", "8..512"]),
        (vec!["fermion", "--set", "network.sites=2^20"], vec!["network.sites", "16384"]),
        (vec!["fermion", "--set", "network.boundary=line"], vec!["network.boundary = line", "ring"]),
        (vec!["sample"], vec!["-o spins.npy"]),
        (vec!["sample", "-o", "v.txt"], vec!["v.txt", ".npy, .npz or .csv"]),
        (vec!["sample", "-o", "v.npy", "--count", "0"], vec!["--count 0"]),
        (vec!["render"], vec!["-o bulk.svg"]),
        (vec!["render", "-o", "b.jpg"], vec!["b.jpg", ".svg, .pdf or .png"]),
        (vec!["render", "-o", "b.png", "--size", "big"], vec!["1600x1000"]),
        (vec!["render", "-o", "b.png", "--size", "20000x20000"], vec!["pixels"]),
        (vec!["render", "-o", "b.svg", "--plot", "phase"], vec!["phase", "scaling"]),
        (vec!["render", "-o", "b.svg", "--camera", "1,2"], vec!["x,z,zoom"]),
        (vec!["render", "-o", "b.svg", "--camera", "9223372036854775808,2,1"], vec!["out of range"]),
        (vec!["render", "-o", "b.svg", "--plot", "training", "--no-train"], vec!["--no-train"]),
        (vec!["data", "phase"], vec!["phase", "scaling"]),
        (vec!["data", "training", "--layer", "8"], vec!["--layer 8", "0 to 7"]),
        (vec!["data", "scaling", "-o", "s.txt"], vec!["s.txt", ".csv, .npy or .npz"]),
        (vec!["verify", "old.holo"], vec!["CUT"]),
        (
            vec!["state", "--set", "network.receptive_field=4"],
            vec!["the state of this network", "network.sites"],
        ),
        (vec!["tensor", "old.holo", "--json"], vec!["old.holo"]),
        (vec!["phase", "old.holo"], vec!["phase", "train"]),
        (vec!["none.holo"], vec!["none.holo"]),
        (vec!["--set", "theory.k2=1"], vec!["--set"]),
    ] {
        let sentence = refused(here.path(), &arguments, 2);
        for word in words {
            assert!(sentence.contains(word), "{arguments:?}: `{word}` is not in: {sentence}");
        }
    }
    assert_eq!(std::fs::read(&old).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), before);
    for arguments in [
        ["new", "-o", "no/such/folder.holo"],
        ["train", "-o", "no/such/folder.holo"],
        ["render", "-o", "no/such/folder.svg"],
        ["sample", "-o", "no/such/folder.npy"],
        ["new", "-o", "."],
    ] {
        refused(here.path(), &arguments, 1);
    }
}

#[test]
fn answers_do_not_depend_on_the_number_of_threads() {
    let here = folder();
    let set = settings(&[SMALL, &["theory.k1=0.1", "theory.mass=0.2", "regions.b=21..30"]].concat());
    for arguments in [
        vec!["train", "--json", "-o", "out"],
        vec!["graph", "--json"],
        vec!["cut", "--json", "--certificate"],
        vec!["scaling", "--json"],
        vec!["scaling", "--json", "--set", "network.receptive_field=4"],
        vec!["fermion", "--json"],
        vec!["sample", "--json", "-o", "out.npy"],
        vec!["render", "-o", "out.svg"],
        vec!["data", "scaling"],
        vec!["train"],
    ] {
        let file = arguments.iter().position(|a| *a == "-o").map(|i| here.path().join(arguments[i + 1]));
        let with = |threads: &str| {
            let mut command = command(here.path(), &[arguments.as_slice(), set.as_slice()].concat());
            let output = command.env("RAYON_NUM_THREADS", threads).output().unwrap();
            assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            let text = String::from_utf8(output.stdout).unwrap();
            let text = if arguments.contains(&"--json") { without_seconds(&text) } else { text };
            (text, file.as_ref().map(|f| std::fs::read(f).unwrap()))
        };
        let one = with("1");
        assert_eq!(one, with("2"), "{arguments:?}");
        assert_eq!(one, with("2"), "{arguments:?}, another time");
    }
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let here = folder();
    let mut child =
        command(here.path(), &["graph", "--no-train", "--quiet", "--json", "--set", "network.sites=2^14"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[test]
fn an_interruption_stops_cleanly() {
    let here = folder();
    std::fs::write(here.path().join("old.holo"), "old").unwrap();
    let set = settings(&["learning.sites=4096", "learning.samples=200000"]);
    let child = command(here.path(), &[&["train", "-o", "old.holo"], set.as_slice()].concat())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    // The shell's own `kill`: the program of that name is not on every machine.
    let signal = format!("kill -INT {}", child.id());
    let signalled = std::process::Command::new("sh").args(["-c", &signal]).status().unwrap();
    assert!(signalled.success());
    let output = child.wait_with_output().unwrap();
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{sentence}");
    assert!(sentence.contains("interrupted") && sentence.lines().count() == 1, "{sentence}");
    assert_eq!(std::fs::read(here.path().join("old.holo")).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 1);
}

#[cfg(any(not(feature = "gui"), target_os = "linux"))]
#[test]
fn without_a_window_the_command_that_draws_is_named() {
    let here = folder();
    ok(here.path(), &["new", "-o", "mine.holo"]);
    for (arguments, name) in [(vec![], "@default"), (vec!["mine.holo"], "mine.holo")] {
        let mut command = command(here.path(), &arguments);
        // No display of any kind.
        command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
        let output = command.output().unwrap();
        let sentence = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{sentence}");
        assert!(sentence.contains(&format!("`holoscope render {name} -o bulk.png`")), "{sentence}");
    }
}
