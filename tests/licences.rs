//! Every library that is built into the program has a licence that lets it be passed on, and none brings what the
//! program must not have: `deny.toml` names both, and this holds every build to it.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use serde_json::Value;
use spdx::Expression;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The quoted words of a list in `deny.toml`, from the line that begins with `start`.
fn list(deny: &str, start: &str) -> BTreeSet<String> {
    let from =
        deny.find(&format!("\n{start} = [")).unwrap_or_else(|| panic!("deny.toml has no list {start}"));
    let list = deny[from..].split("\n]").next().unwrap();
    let words = list.lines().filter(|line| !line.trim_start().starts_with('#'));
    words.filter_map(|line| line.split('"').nth(1)).map(Into::into).collect()
}

/// The packages that end up in the program on any system: normal dependencies, theirs, and so on.
fn packages() -> BTreeMap<String, Value> {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--locked", "--all-features"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(metadata.status.success(), "{}", String::from_utf8_lossy(&metadata.stderr));
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let text = |v: &Value| v.as_str().unwrap().to_string();
    let array = |v: &Value| v.as_array().unwrap().clone();
    let packages: BTreeMap<String, Value> =
        array(&metadata["packages"]).into_iter().map(|p| (text(&p["id"]), p)).collect();
    let nodes: BTreeMap<String, Value> =
        array(&metadata["resolve"]["nodes"]).into_iter().map(|n| (text(&n["id"]), n)).collect();
    let mut found = BTreeMap::new();
    let mut todo = vec![text(&metadata["resolve"]["root"])];
    while let Some(id) = todo.pop() {
        for dependency in array(&nodes[&id]["deps"]) {
            let normal = array(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
            let id = text(&dependency["pkg"]);
            if normal && !found.contains_key(&id) {
                found.insert(id.clone(), packages[&id].clone());
                todo.push(id);
            }
        }
    }
    found
}

#[test]
fn every_library_has_a_licence_that_lets_it_be_passed_on() {
    let deny = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("deny.toml")).unwrap();
    let (allowed, banned) = (list(&deny, "allow"), list(&deny, "deny"));
    assert!(allowed.contains("MIT") && deny.contains("crate = \"openssl\"") && !banned.is_empty());
    let packages = packages();
    assert!(packages.len() > 50, "only {} libraries", packages.len());
    for package in packages.values() {
        let (name, version) = (package["name"].as_str().unwrap(), &package["version"]);
        assert!(!banned.contains(name), "{name} {version}: deny.toml bans it");
        let Some(licence) = package["license"].as_str() else { panic!("{name} {version} names no licence") };
        let expression = Expression::parse_mode(licence, spdx::ParseMode::LAX).unwrap();
        let fits = expression.evaluate(|requirement| allowed.contains(&requirement.to_string()));
        assert!(fits, "{name} {version} is under {licence}, which deny.toml does not allow");
    }
}
