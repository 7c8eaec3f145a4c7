//! Parameter sweeps through the built binary: interrupted, resumed, extended, in shards, on any number of threads.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// A grid of twelve points that are learned in a moment each.
const GRID: &[&str] = &[
    "--set",
    "theory.kind=chain",
    "--set",
    "learning.sites=64",
    "--set",
    "learning.samples=600",
    "--set",
    "network.sites=64",
    "--vary",
    "theory.k2=0.5:1.5:4",
    "--vary",
    "learning.seed=1..3",
    "--measure",
    "scaling,train,cut",
];

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holoscope"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn sweep(folder: &Path, more: &[&str]) -> Output {
    command(folder, &[&["sweep"], GRID, more].concat()).output().unwrap()
}

fn ok(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn sentence(output: &Output, code: i32) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), text.lines().count()), (Some(code), 1), "{text}");
    text
}

fn results(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("points")).map_or(0, |entries| {
        entries.filter(|e| e.as_ref().unwrap().path().extension().is_some_and(|e| e == "json")).count()
    })
}

#[test]
fn a_sweep_that_was_killed_and_resumed_gives_the_same_bytes_as_one_that_was_not() {
    let here = tempfile::tempdir().unwrap();
    let at = |name: &str| here.path().join(name);
    ok(&sweep(here.path(), &["-o", "whole", "--jobs", "2"]));
    let whole = std::fs::read(at("whole/table.csv")).unwrap();
    // Killed without a chance to tidy up, as soon as some points are there, again and again.
    let patience = Instant::now() + Duration::from_secs(120);
    for least in [1, 4, 8] {
        let mut child = command(here.path(), &[&["sweep"], GRID, &["-o", "killed", "--jobs", "1"]].concat())
            .spawn()
            .unwrap();
        while results(&at("killed")) < least && child.try_wait().unwrap().is_none() {
            assert!(Instant::now() < patience, "no point came");
            std::thread::sleep(Duration::from_millis(2));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(!at("killed/table.csv").exists() || results(&at("killed")) == 12);
    let there = results(&at("killed"));
    let report: Value = serde_json::from_str(&ok(&sweep(here.path(), &["-o", "killed", "--json"]))).unwrap();
    assert_eq!((&report["found"], &report["measured"]), (&there.into(), &(12 - there).into()));
    assert_eq!(std::fs::read(at("killed/table.csv")).unwrap(), whole);
    // A file of a point that was damaged is measured anew.
    let damaged = std::fs::read_dir(at("killed/points")).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&damaged, b"{\"settings\": [").unwrap();
    let report: Value = serde_json::from_str(&ok(&sweep(here.path(), &["-o", "killed", "--json"]))).unwrap();
    assert_eq!(report["measured"], 1);
    assert_eq!(std::fs::read(at("killed/table.csv")).unwrap(), whole);
}

#[test]
fn three_shards_are_joined_into_the_table_of_the_whole() {
    let here = tempfile::tempdir().unwrap();
    let at = |name: &str| here.path().join(name);
    ok(&sweep(here.path(), &["-o", "whole"]));
    let whole = std::fs::read(at("whole/table.csv")).unwrap();
    for shard in ["1/3", "3/3"] {
        ok(&sweep(here.path(), &["-o", &shard.replace('/', "of"), "--shard", shard]));
    }
    let merge = |more: &[&str]| {
        command(here.path(), &[&["sweep", "--merge", "1of3", "3of3"], more].concat()).output().unwrap()
    };
    let missing = sentence(&merge(&["-o", "t.csv"]), 1);
    assert!(missing.contains("4 of 12 points are missing: 1 (theory.k2=0.5 learning.seed=2)"), "{missing}");
    assert!(!at("t.csv").exists());
    assert_eq!(ok(&merge(&["--partial", "--quiet"])).lines().count(), 1 + 8);
    ok(&sweep(here.path(), &["-o", "2of3", "--shard", "2/3"]));
    assert_eq!(ok(&merge(&["2of3", "-o", "t.csv"])), "");
    assert_eq!(std::fs::read(at("t.csv")).unwrap(), whole);
    assert_eq!(ok(&merge(&["2of3"])).as_bytes(), whole);
    // Shards that share a folder write the table with the last of them.
    for shard in ["1/2", "2/2"] {
        assert!(!at("shared/table.csv").exists());
        ok(&sweep(here.path(), &["-o", "shared", "--shard", shard]));
    }
    assert_eq!(std::fs::read(at("shared/table.csv")).unwrap(), whole);
    // Another sweep is not joined with this one.
    let other = ["sweep", "--set", "network.capacity=unit", "--vary", "theory.mass=0,0.3", "-o", "other"];
    ok(&command(here.path(), &other).output().unwrap());
    assert!(sentence(&merge(&["other"]), 2).contains("different sweeps"));
}

#[test]
fn an_extended_sweep_measures_only_what_is_new_and_a_changed_one_does_not_mix() {
    let here = tempfile::tempdir().unwrap();
    let run = |more: &[&str]| -> Value {
        let unit =
            ["sweep", "--json", "--set", "network.capacity=unit", "--set", "network.sites=64", "-o", "s"];
        serde_json::from_str(&ok(&command(here.path(), &[&unit[..], more].concat()).output().unwrap()))
            .unwrap()
    };
    let counts = |report: &Value| [&report["found"], &report["measured"]].map(|n| n.as_u64().unwrap());
    let table = || std::fs::read_to_string(here.path().join("s/table.csv")).unwrap();
    assert_eq!(counts(&run(&["--vary", "network.receptive_field=2,3"])), [0, 2]);
    assert_eq!(counts(&run(&["--vary", "network.receptive_field=2..4"])), [2, 1]);
    let three = table();
    assert_eq!(
        three.lines().next().unwrap().split(',').take(3).collect::<Vec<_>>(),
        ["point", "network.receptive_field", "scaling.slope_nats_per_log2"]
    );
    assert_eq!(
        counts(&run(&["--vary", "network.receptive_field=2..4", "--set", "network.boundary=line"])),
        [0, 3]
    );
    assert!(table() != three && table().lines().count() == 4);
    // What was measured before is still there, for whoever goes back.
    assert_eq!(counts(&run(&["--vary", "network.receptive_field=2..4"])), [3, 0]);
    assert_eq!(table(), three);
    // The session that was varied lies beside the table and opens.
    ok(&command(here.path(), &["inspect", "s/session.holo"]).output().unwrap());
}

#[test]
fn what_cannot_be_swept_is_refused_before_any_work() {
    let here = tempfile::tempdir().unwrap();
    let refused = |more: &[&str]| {
        let output = command(here.path(), &[&["sweep", "-o", "s"], more].concat()).output().unwrap();
        assert!(!here.path().join("s").exists());
        sentence(&output, 2)
    };
    assert!(refused(&[]).contains("--vary"));
    assert!(refused(&["--vary", "theory.mass=0:2:3"]).contains("theory.mass = 1: out of range"));
    assert!(refused(&["--vary", "theory.mass=0", "--measure", "slope"]).contains("scaling, train"));
    assert!(refused(&["--vary", "theory.mass=0", "--vary", "theory.mass=0.1"]).contains("varied twice"));
    assert!(refused(&["--vary", "regions.a=0..8;0..999"]).contains("regions.a=0..999"));
    assert!(refused(&["--vary", "theory.mass=0", "--shard", "3/2"]).contains("no shard"));
    assert!(refused(&["--vary", "theory.kind=samples"]).contains("--samples"));
    let output = command(here.path(), &["sweep", "--merge", "nowhere", "-o", "t.csv"]).output().unwrap();
    assert!(sentence(&output, 2).contains("holds no sweep"));
}
