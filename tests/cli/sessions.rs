//! Help, the list of parameters, and sessions that are written and read back.

use super::{assert_fields, folder, json, ok, settings};
use serde_json::Value;

#[test]
fn help_and_version_are_answers() {
    let here = folder();
    assert!(ok(here.path(), &["--help"]).contains("scaling"));
    assert!(ok(here.path(), &["--version"]).starts_with("holoscope "));
    for name in [
        "new", "keys", "train", "graph", "cut", "verify", "scaling", "fermion", "sample", "analyse",
        "render", "data",
    ] {
        assert!(ok(here.path(), &[name, "--help"]).contains("Usage"), "{name}");
    }
}

#[test]
fn keys_lists_every_parameter_with_its_default() {
    let here = folder();
    let rows = json(here.path(), &["keys"]);
    let find = |key: &str| rows.as_array().unwrap().iter().find(|r| r["key"] == key).cloned();
    for row in rows.as_array().unwrap() {
        assert_fields(row, &["key", "symbol", "type", "default", "range", "unit", "meaning"]);
    }
    for (key, default) in [
        ("theory.kind", Value::from("quantum-ising")),
        ("theory.k1", 0.0.into()),
        ("theory.k2", 2.0.into()),
        ("theory.k3", 0.0.into()),
        ("theory.mass", 0.0.into()),
        ("network.sites", 256.into()),
        ("network.receptive_field", 3.into()),
        ("network.boundary", "ring".into()),
        ("network.wall", "off".into()),
        ("network.capacity", "learned".into()),
        ("network.bond_dimension", 2.into()),
        ("learning.sites", 256.into()),
        ("learning.samples", 2000.into()),
        ("learning.seed", 1.into()),
        ("learning.method", "exact".into()),
        ("learning.epochs", 200.into()),
        ("learning.weight_decay", 1e-6.into()),
        ("learning.gibbs_steps", 1.into()),
        ("regions.a", "40..88".into()),
        ("regions.b", "".into()),
        ("regions.c", "".into()),
        ("view.chart", "ring".into()),
        ("view.ring_radius", "balanced".into()),
        ("view.theme", "system".into()),
        ("view.units", "nats".into()),
        ("view.show", "ties".into()),
        ("view.hide", "".into()),
        ("view.tiles", "plain".into()),
        ("view.links", "capacity".into()),
    ] {
        assert_eq!(find(key).map(|r| r["default"].clone()), Some(default), "{key}");
    }
    let text = ok(here.path(), &["keys"]);
    assert!(text.contains("−4…4") && text.lines().count() > 20);
}

#[test]
fn a_session_is_written_and_read_back() {
    let here = folder();
    let to_file = settings(&["theory.k2=1.25", "network.sites=128", "regions.a=100..120", "regions.b=3..9"]);
    assert_eq!(ok(here.path(), &[&["new", "-o", "a.holo"], to_file.as_slice()].concat()), "");
    let written = std::fs::read_to_string(here.path().join("a.holo")).unwrap();
    assert_eq!(ok(here.path(), &["inspect", "a.holo", "--json"]), written);
    assert_eq!(ok(here.path(), &["new", "a.holo"]), written);
    let session: Value = serde_json::from_str(&written).unwrap();
    assert_eq!((&session["theory"]["k2"], &session["regions"]["a"]), (&1.25.into(), &"100..120".into()));
    let text = ok(here.path(), &["inspect", "a.holo", "--set", "theory.mass=0.3"]);
    assert!(text.contains("theory.mass") && text.contains("0.3") && text.contains("no learned weights"));
    assert_eq!(ok(here.path(), &["new", "@default"]), ok(here.path(), &["new"]));
}

#[test]
fn inspect_says_which_program_wrote_a_file_and_what_is_marked_in_it() {
    let here = folder();
    let path = here.path().join("a.holo");
    ok(here.path(), &["new", "-o", "a.holo"]);
    let mut session: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    session["program"] = "holoscope 0.0.9 (abcdef)".into();
    session["notes"] = serde_json::json!([{"text": "here", "site": 3}, {"text": "there", "site": 4}]);
    std::fs::write(&path, serde_json::to_vec(&session).unwrap()).unwrap();
    let text = ok(here.path(), &["inspect", "a.holo"]);
    assert!(text.contains("0 bookmarks, 2 notes\nwritten by holoscope 0.0.9 (abcdef)\n"), "{text}");
    let session: Value = serde_json::from_str(&ok(here.path(), &["inspect", "a.holo", "--json"])).unwrap();
    assert_eq!(session["program"], "holoscope 0.0.9 (abcdef)");
    // A file that is written anew is this program's.
    ok(here.path(), &["inspect", "a.holo", "-o", "b.holo"]);
    assert!(!ok(here.path(), &["inspect", "b.holo"]).contains("0.0.9"));
}
