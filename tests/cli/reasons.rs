//! What is not known, or does not belong to what was asked, is absent or null with a reason, and is said on stderr.

use super::{folder, json, ok, run, settings};
use serde_json::Value;

#[test]
fn layers_deeper_than_the_learned_stack_say_whose_weights_they_have() {
    let here = folder();
    let set = settings(&["network.sites=128", "learning.sites=32", "learning.samples=200"]);
    let report = json(here.path(), &[&["train"], set.as_slice()].concat());
    let layers = report["layers"].as_array().unwrap();
    let extrapolated: Vec<bool> = layers.iter().map(|l| l["extrapolated"].as_bool().unwrap()).collect();
    assert_eq!(extrapolated, [false, false, false, false, false, true, true]);
    for (k, layer) in layers.iter().enumerate().skip(5) {
        assert_eq!((layer["layer"].as_u64(), layer["sites"].as_u64()), (Some(k as u64), Some(128 >> k)));
        assert_eq!(layer["weights_of"], 4);
        assert_eq!(layer["weights"], layers[4]["weights"]);
        assert!(layer.get("kl_per_spin").is_none(), "no figure belongs to it: {layer}");
    }
}

#[test]
fn an_infinite_correlation_length_is_null_with_a_reason() {
    let here = folder();
    let critical = json(here.path(), &["fermion", "--set", "network.sites=64", "--set", "regions.a=5..9"]);
    assert_eq!([&critical["xi"], &critical["z_ir"]], [&Value::Null; 2]);
    assert!(critical["reason"].as_str().unwrap().contains("critical"));
    let set = settings(&["learning.sites=8", "learning.samples=100", "network.sites=8", "regions.a=1..3"]);
    let critical = json(here.path(), &[&["train"], set.as_slice()].concat());
    assert_eq!(critical["xi"], Value::Null);
    assert!(critical["xi_reason"].as_str().unwrap().contains("critical"));
}

#[test]
fn what_is_known_of_a_ring_does_not_stand_beside_an_open_line() {
    let here = folder();
    let set = ["network.sites=64", "network.capacity=unit", "regions.a=0..32"];
    let of = |command: &str, boundary: &str| {
        let set = settings(&set);
        let boundary = format!("network.boundary={boundary}");
        json(here.path(), &[&[command, "--set", &boundary], set.as_slice()].concat())
    };
    assert!(of("cut", "ring")["fermion"].is_object() && of("cut", "line").get("fermion").is_none());
    for field in ["fermion_nats", "quantum_ising_nats"] {
        let known = |boundary| {
            let report = of("scaling", boundary);
            report["rows"].as_array().unwrap().iter().filter(|row| row[field].is_number()).count()
        };
        assert!(known("ring") > 0, "{field}");
        assert_eq!(known("line"), 0, "{field}");
    }
}

#[test]
fn an_empty_region_has_the_entropy_zero_and_not_minus_zero() {
    let here = folder();
    let set = settings(&["learning.sites=8", "learning.samples=100", "network.sites=8"]);
    let regions = settings(&["regions.a=", "regions.b=1..4"]);
    let cut = json(here.path(), &[&["cut"], set.as_slice(), regions.as_slice()].concat());
    assert!(cut["entropy_nats"]["a"].as_f64().unwrap().is_sign_positive());
}

#[test]
fn weights_that_settings_put_out_of_use_are_named_once_on_stderr() {
    let here = folder();
    let set = settings(&["learning.sites=8", "learning.samples=100", "network.sites=8", "regions.a=1..3"]);
    ok(here.path(), &[&["train", "-o", "t.holo"], set.as_slice()].concat());
    let notes = |arguments: &[&str]| {
        let output = run(here.path(), arguments);
        String::from_utf8(output.stderr).unwrap().matches("the weights of the session belong").count()
    };
    assert_eq!(notes(&["scaling", "t.holo", "--set", "learning.seed=9"]), 1);
    assert_eq!(notes(&["scaling", "t.holo", "--set", "learning.seed=9", "--quiet"]), 0);
    assert_eq!(notes(&["scaling", "t.holo"]), 0);
}

#[test]
fn a_mean_over_some_positions_says_over_how_many() {
    let here = folder();
    let set = settings(&["network.sites=2^13", "network.capacity=unit", "regions.a=5..9"]);
    let text = ok(here.path(), &[&["scaling", "--sizes", "1,2"], set.as_slice()].concat());
    assert!(text.contains("positions") && text.contains("1024"), "{text}");
    let csv = ok(here.path(), &[&["data", "scaling"], set.as_slice()].concat());
    assert!(csv.lines().next().unwrap().ends_with(",positions"), "{csv}");
    assert!(csv.lines().nth(1).unwrap().ends_with(",1024"), "{csv}");
}
