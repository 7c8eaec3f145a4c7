//! Tells the program its version with the commit it is built from; without git or outside a repository, without.

use std::process::Command;

fn main() {
    // Also a commit that moves a branch, and a checkout that moves HEAD.
    for name in ["HEAD", "logs/HEAD"] {
        if let Some(path) = git(&["rev-parse", "--git-path", name]) {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=HOLOSCOPE_COMMIT");
    // Packagers who build from an archive may say it.
    let given = std::env::var("HOLOSCOPE_COMMIT").ok().filter(|commit| !commit.is_empty());
    let commit = given.or_else(|| git(&["rev-parse", "--short=12", "HEAD"]));
    let number = std::env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = commit.map_or(number.clone(), |commit| format!("{number} (commit {commit})"));
    println!("cargo::rustc-env=HOLOSCOPE_VERSION={version}");
    println!("cargo::rustc-env=HOLOSCOPE_PROGRAM=holoscope {version}");
}

/// What git answers of the repository that this package is the root of.
fn git(arguments: &[&str]) -> Option<String> {
    let root = std::env::var("CARGO_MANIFEST_DIR").ok()?;
    // A source archive unpacked inside another repository must not take that one's commit.
    if !std::path::Path::new(&root).join(".git").exists() {
        return None;
    }
    let output = Command::new("git").current_dir(&root).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_string())
}
