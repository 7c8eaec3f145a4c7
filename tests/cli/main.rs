//! The command line through the built binary: every command, its JSON fields, its exit codes, its determinism.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod cuts;
mod manners;
mod reasons;
mod samples;
mod sessions;
mod studies;
mod training;

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A folder of its own for one test.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_holoscope"));
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(folder, arguments).output().unwrap()
}

/// The answer on stdout of a command that must succeed.
fn ok(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let text = ok(folder, &[arguments, &["--json"]].concat());
    assert_eq!(text.lines().count(), 1, "one document");
    serde_json::from_str(&text).unwrap()
}

/// The sentence of a command that must be refused with this exit code.
fn refused(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = run(folder, arguments);
    let sentence = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {sentence}");
    assert_eq!(sentence.lines().count(), 1, "{arguments:?}: {sentence}");
    assert!(output.stdout.is_empty(), "{arguments:?} printed to stdout");
    sentence
}

fn fields(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn assert_fields(value: &Value, expected: &[&str]) {
    for field in expected {
        assert!(value.get(field).is_some(), "no {field} in {:?}", fields(value));
    }
}

/// `--set` for each pair.
fn settings<'a>(list: &[&'a str]) -> Vec<&'a str> {
    list.iter().flat_map(|s| ["--set", *s]).collect()
}

/// A small theory that is learned in a moment.
const SMALL: &[&str] = &["learning.sites=32", "learning.samples=500", "network.sites=64", "regions.a=5..21"];

/// The text without the numbers of fields called `seconds`.
fn without_seconds(text: &str) -> String {
    let mut value: Value = serde_json::from_str(text).unwrap();
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.remove("seconds");
                map.values_mut().for_each(strip);
            }
            Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut value);
    value.to_string()
}
