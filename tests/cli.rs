//! The command line through the built binary: every command, its JSON fields, its exit codes, its determinism.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

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
        ("regions.a", "40..88".into()),
        ("regions.b", "".into()),
        ("regions.c", "".into()),
        ("view.chart", "ring".into()),
        ("view.ring_radius", "balanced".into()),
        ("view.theme", "system".into()),
        ("view.units", "nats".into()),
        ("view.show", "ties".into()),
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
fn training_discovers_decimation() {
    let here = folder();
    let set =
        settings(&["theory.kind=chain", "theory.k2=1.0", "learning.sites=256", "learning.samples=4000"]);
    let report = json(here.path(), &[&["train", "-o", "trained.holo"], set.as_slice()].concat());
    assert_fields(&report, &["xi", "layers", "sampling"]);
    assert_fields(&report["sampling"], &["method", "autocorrelation_time", "burn_in", "seconds"]);
    assert!((report["xi"].as_f64().unwrap() + 1.0 / 1.0_f64.tanh().ln()).abs() < 1e-12);
    let layers = report["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 8);
    let mut exact = 1.0_f64;
    for (k, layer) in layers.iter().enumerate() {
        assert_fields(
            layer,
            &[
                "layer",
                "sites",
                "weights",
                "visible_bias",
                "hidden_bias",
                "k_eff",
                "k_eff_error",
                "nll_per_spin",
                "nll_heldout",
                "kl_per_spin",
                "trace_mean",
                "trace_std",
                "free_energy_visible",
                "free_energy_hidden",
                "nn_correlation",
                "link_entropy_nats",
                "iterations",
                "stopped_by",
                "extrapolated",
                "seconds",
            ],
        );
        assert_fields(&layer["k_eff"], &["k1", "k2", "k3"]);
        assert_eq!((layer["layer"].as_u64(), layer["sites"].as_u64()), (Some(k as u64), Some(256 >> k)));
        assert_eq!(layer["weights"][0].as_array().unwrap().len(), 3);
        assert_eq!(layer["extrapolated"], false);
        exact = (exact.tanh().powi(2)).atanh();
        if k == 7 {
            // The top layer's hidden spin stands alone.
            assert_eq!([&layer["k_eff"]["k2"], &layer["k_eff_error"]["k2"]], [&Value::Null; 2]);
            assert!(layer["k_eff_reason"].as_str().unwrap().contains("no neighbour"));
        }
        if k < 3 {
            let (k2, error) =
                (layer["k_eff"]["k2"].as_f64().unwrap(), layer["k_eff_error"]["k2"].as_f64().unwrap());
            // The greedy stack inherits the scatter of the layers below: a few of this layer's own errors.
            assert!(
                (k2 - exact).abs() < 5.0 * error.max(0.01 * exact),
                "layer {k}: {k2} ± {error}, exact {exact}"
            );
        }
    }
    let inspected: Value =
        serde_json::from_str(&ok(here.path(), &["inspect", "trained.holo", "--json"])).unwrap();
    for (layer, kept) in layers.iter().zip(inspected["trained"].as_array().unwrap()) {
        assert_eq!(layer["weights"][0], kept["weights"]);
    }
    // Other parameters than the weights were learned with: they go.
    let other = ok(here.path(), &["inspect", "trained.holo", "--json", "--set", "theory.k2=0.5"]);
    assert!(!other.contains("trained"));
    // The weights of the file are used as they are, and give what training anew gives.
    let fresh = json(here.path(), &[&["cut"], set.as_slice()].concat());
    assert_eq!(json(here.path(), &["cut", "trained.holo"]), fresh);
    assert!(ok(here.path(), &[&["train"], settings(SMALL).as_slice()].concat()).contains("layer"));
}

#[test]
fn biases_stand_where_the_symmetry_is_broken() {
    let here = folder();
    let set = settings(&["theory.kind=chain", "theory.k1=0.3", "learning.sites=32", "network.sites=32"]);
    let graph = json(here.path(), &[&["graph"], set.as_slice()].concat());
    let biases =
        graph["nodes"].as_array().unwrap().iter().filter(|n| n["bias"].as_f64() != Some(0.0)).count();
    assert!(biases > 60, "{biases}");
}

#[test]
fn links_of_the_published_cuts_come_out() {
    let here = folder();
    let links = |list: &[&str]| {
        let all = [&["network.sites=64", "network.capacity=unit"], list].concat();
        let cut = json(here.path(), &[&["cut"], settings(&all).as_slice()].concat());
        let (links, spins) =
            (cut["links_cut"]["a"].as_u64().unwrap(), cut["spins_cut"]["a"].as_u64().unwrap());
        let nats = cut["entropy_nats"]["a"].as_f64().unwrap();
        assert!((nats - links as f64 * std::f64::consts::LN_2).abs() < 1e-12);
        (links, spins)
    };
    let r = |r: u32| format!("network.receptive_field={r}");
    let a = |size: u64| format!("regions.a=5..{}", 5 + size);
    let sizes = [1, 2, 3, 4, 7, 8, 16, 31, 32];
    for (size, expected) in sizes.into_iter().zip([1, 3, 4, 4, 6, 6, 8, 11, 11]) {
        assert_eq!(links(&[&r(3), &a(size)]).0, expected, "r = 3, {size}");
    }
    for (size, expected) in sizes.into_iter().zip([1, 2, 2, 3, 4, 4, 5, 6, 6]) {
        assert_eq!(links(&[&r(3), &a(size)]).1, expected, "spins, r = 3, {size}");
    }
    assert_eq!((links(&[&r(2), &a(32)]).0, links(&[&r(4), &a(32)])), (5, (18, 9)));
    for (field, near, far) in [(2, 6, 7), (3, 9, 13), (4, 16, 20)] {
        assert_eq!(links(&[&r(field), "regions.a=5..13,14..22"]).0, near);
        assert_eq!(links(&[&r(field), "regions.a=5..13,30..38"]).0, far);
    }
    assert_eq!([4, 8, 16, 32].map(|n| links(&["network.wall=3", &a(n)]).0), [4, 6, 6, 6]);
    for (field, expected) in [(2, [1, 3, 5, 5]), (3, [1, 4, 8, 9]), (4, [2, 6, 14, 14])] {
        assert_eq!([1, 4, 16, 32].map(|n| links(&[&r(field), "network.boundary=line", &a(n)]).0), expected);
    }
    // Nothing and everything.
    assert_eq!((links(&["regions.a=5..5"]), links(&["regions.a=0..64"])), ((0, 0), (0, 0)));
}

#[test]
fn bond_dimension_is_the_capacity() {
    let here = folder();
    let set = settings(&["network.capacity=bond-dimension", "network.bond_dimension=8", "regions.a=40..41"]);
    let cut = json(here.path(), &[&["cut"], set.as_slice()].concat());
    let nats = cut["entropy_nats"]["a"].as_f64().unwrap();
    assert!((nats / 8.0_f64.ln() - cut["links_cut"]["a"].as_f64().unwrap()).abs() < 1e-12);
}

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

#[test]
fn cuts_of_two_to_the_forty_sites_need_no_memory() {
    let here = folder();
    let set = settings(&["network.sites=2^40", "network.capacity=unit", "network.receptive_field=3"]);
    let size: u64 = 1 << 37;
    let start = ((1_u64 << 40) / 3) | 1;
    let region = format!("regions.a={start}..{}", start + size);
    let cut = json(here.path(), &[&["cut", "--set", &region], set.as_slice()].concat());
    // 2 log2 Ñ at sizes a power of two and such a start.
    assert_eq!(cut["links_cut"]["a"].as_u64(), Some(2 * 37));
    assert_eq!(cut["flow_nats"], Value::Null);
    assert!(cut["flow_reason"].as_str().unwrap().contains("--certificate"));
    // A spin for every two links or less, and far fewer than sites: found near the cut.
    let spins = cut["spins_cut"]["a"].as_u64().unwrap();
    assert!(spins > 1 && spins <= 2 * 37, "{spins}");
    assert_eq!(cut["cone"]["a"].as_array().unwrap().len(), 41);
    let refusal = refused(here.path(), &[&["cut", "--certificate"], set.as_slice()].concat(), 2);
    assert!(refusal.contains("sites"), "{refusal}");
}

#[test]
fn every_certificate_is_verified() {
    let here = folder();
    for r in ["2", "3", "4"] {
        for boundary in ["ring", "line"] {
            for wall in ["off", "3"] {
                for regions in [["a=5..21", "b=", "c="], ["a=5..13,30..38", "b=13..17", "c=50..60"]] {
                    let (r, boundary) =
                        (format!("network.receptive_field={r}"), format!("network.boundary={boundary}"));
                    let wall = format!("network.wall={wall}");
                    let regions = regions.map(|r| format!("regions.{r}"));
                    let mut list = SMALL.to_vec();
                    list.extend([r.as_str(), &boundary, &wall]);
                    list.extend(regions.iter().map(String::as_str));
                    let set = settings(&list);
                    ok(here.path(), &[&["graph", "-o", "graph.json"], set.as_slice()].concat());
                    ok(here.path(), &[&["cut", "--certificate", "-o", "cut.json"], set.as_slice()].concat());
                    let verdict = json(here.path(), &["verify", "graph.json", "cut.json"]);
                    assert_eq!(verdict["ok"], true);
                    assert!(verdict["checks"].as_u64().unwrap() > 100);
                }
            }
        }
    }
}

#[test]
fn a_corrupted_certificate_is_refused() {
    let here = folder();
    let set = settings(SMALL);
    ok(here.path(), &[&["graph", "-o", "graph.json"], set.as_slice()].concat());
    ok(here.path(), &[&["cut", "--certificate", "-o", "cut.json"], set.as_slice()].concat());
    assert!(ok(here.path(), &["verify", "graph.json", "cut.json"]).contains("holds"));
    let cut: Value = serde_json::from_slice(&std::fs::read(here.path().join("cut.json")).unwrap()).unwrap();
    for (path, value) in [
        ("/entropy_nats/a", Value::from(1.0)),
        ("/rounding_nats", 0.1.into()),
        ("/links_cut/a", 3.into()),
        ("/spins_cut/a", 1.into()),
        ("/bound_nats/a", 1.0.into()),
        ("/flow_nats/a", 1.0.into()),
        ("/cut_links/a/0", 100.into()),
        ("/flow/a/0/1", 0.001.into()),
        ("/flow/a/0/0", 100_000.into()),
        ("/regions/a", "5..20".into()),
        ("/regions/a", "5..200".into()),
    ] {
        let mut corrupted = cut.clone();
        *corrupted.pointer_mut(path).unwrap() = value;
        std::fs::write(here.path().join("bad.json"), corrupted.to_string()).unwrap();
        let sentence = refused(here.path(), &["verify", "graph.json", "bad.json"], 1);
        assert!(sentence.contains("does not hold"), "{path}: {sentence}");
        let output = run(here.path(), &["verify", "graph.json", "bad.json", "--json"]);
        let verdict: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((output.status.code(), &verdict["ok"]), (Some(1), &Value::from(false)));
    }
    std::fs::write(here.path().join("bad.json"), "{").unwrap();
    refused(here.path(), &["verify", "graph.json", "bad.json"], 2);
    refused(here.path(), &["verify", "bad.json", "cut.json"], 2);
    refused(here.path(), &["verify", "none.json", "cut.json"], 2);
}

#[test]
fn graph_lists_nodes_and_links_by_number() {
    let here = folder();
    let set = settings(&[SMALL, &["network.sites=16", "regions.a=3..6"]].concat());
    let graph = json(here.path(), &[&["graph"], set.as_slice()].concat());
    let (nodes, links) = (graph["nodes"].as_array().unwrap(), graph["links"].as_array().unwrap());
    assert_eq!((nodes.len(), links.len()), (31, 45));
    for (id, node) in nodes.iter().enumerate() {
        assert_fields(node, &["id", "layer", "index", "x", "bias"]);
        assert_eq!(node["id"].as_u64(), Some(id as u64));
    }
    // Node (1, 0) of r = 3 stands at x = (0 + 1)·2 − ½.
    assert_eq!(nodes[16]["x"].as_f64(), Some(1.5));
    for link in links {
        assert_fields(link, &["id", "from", "to", "slot", "weight", "capacity_nats"]);
        assert!(link["from"].as_u64() < link["to"].as_u64());
    }
    let bare = json(here.path(), &[&["graph", "--no-train"], set.as_slice()].concat());
    assert!(bare["links"][0].get("weight").is_none() && bare["nodes"][0].get("bias").is_none());
    assert_eq!(bare["links"][0]["capacity_nats"].as_f64(), Some(std::f64::consts::LN_2));
    let remark = run(here.path(), &[&["cut", "--no-train"], set.as_slice()].concat()).stderr;
    assert!(String::from_utf8(remark).unwrap().contains("ln 2"));
    assert!(ok(here.path(), &[&["graph"], set.as_slice()].concat()).contains("45 links"));
}

#[test]
fn three_regions_have_sums_and_inequalities() {
    let here = folder();
    let set = settings(&[SMALL, &["regions.b=21..30", "regions.c=40..50"]].concat());
    let cut = json(here.path(), &[&["cut"], set.as_slice()].concat());
    assert_fields(
        &cut,
        &[
            "regions",
            "entropy_nats",
            "rounding_nats",
            "links_cut",
            "spins_cut",
            "bound_nats",
            "flow_nats",
            "cut_links",
            "mutual_information_nats",
            "tripartite_nats",
            "inequalities",
        ],
    );
    for name in ["a", "b", "c", "ab", "ac", "bc", "abc"] {
        for field in ["entropy_nats", "links_cut", "spins_cut", "bound_nats", "flow_nats", "cut_links"] {
            assert!(cut[field].get(name).is_some(), "{field}.{name}");
        }
    }
    assert!(cut.get("flow").is_none());
    for row in cut["inequalities"].as_array().unwrap() {
        assert_fields(row, &["name", "slack_nats", "holds"]);
        assert_eq!(row["holds"], true);
    }
    let far = ["regions.a=5..37", "regions.b=40..45", "regions.c=50..66", "network.capacity=unit"];
    let set = settings(&[SMALL, &far].concat());
    let text = ok(here.path(), &[&["cut"], set.as_slice()].concat());
    assert!(text.contains("I3 = −1.386294 nats"), "{text}");
}

#[test]
fn a_cut_tells_ties_cones_threads_geodesics_and_fermions() {
    let here = folder();
    let set = settings(&["network.sites=64", "network.capacity=unit", "regions.a=5..37"]);
    let cut = json(here.path(), &[&["cut", "--threads"], set.as_slice()].concat());
    assert_fields(&cut, &["ties", "cone", "threads", "geodesic_length", "fermion"]);
    assert_eq!(cut["ties"]["a"]["cut_links_far"].as_array().unwrap().len(), 11);
    assert_eq!(cut["cone"]["a"], serde_json::json!([32, 17, 10, 6, 4, 2, 1]));
    let threads = cut["threads"]["a"].as_array().unwrap();
    let sum: f64 = threads.iter().map(|t| t["nats"].as_f64().unwrap()).sum();
    assert!(threads.len() == 11 && (sum - cut["entropy_nats"]["a"].as_f64().unwrap()).abs() < 1e-9);
    let length = cut["geodesic_length"]["a"][0].as_f64().unwrap();
    assert!((length - 2.0 * 16.0_f64.acosh()).abs() < 1e-12);
    // Published for 32 sites of 64 at m = 0, where all bonds are alike: half a unit of the last digit.
    assert!((cut["fermion"]["entropy_nats"]["a"].as_f64().unwrap() - 1.730_878_43).abs() < 0.6e-8);
    // A region with a single minimum cut has no ties, and threads come when asked for.
    let one = settings(&["network.sites=64", "network.capacity=unit", "regions.a=5..6"]);
    let cut = json(here.path(), &[&["cut"], one.as_slice()].concat());
    assert!(cut.get("ties").is_none() && cut.get("threads").is_none());
}

#[test]
fn studies_have_columns_rows_and_a_fit() {
    let here = folder();
    for (what, fit) in
        [("transition", "cross_ratio_at_jump"), ("geometry", "kappa"), ("correlations", "delta")]
    {
        let set = settings(&["network.sites=128", "network.capacity=unit", "regions.a=5..21"]);
        let study = json(here.path(), &[&["analyse", what], set.as_slice()].concat());
        assert_fields(&study, &["columns", "rows", "fit"]);
        let columns = study["columns"].as_array().unwrap();
        assert_fields(&columns[0], &["name", "unit"]);
        assert!(
            study["rows"].as_array().unwrap().iter().all(|r| r.as_array().unwrap().len() == columns.len())
        );
        assert!(study["fit"].as_array().unwrap().iter().any(|f| f["name"] == fit), "{what}");
        ok(here.path(), &[&["analyse", what, "-o", "t.csv"], set.as_slice()].concat());
        let csv = std::fs::read_to_string(here.path().join("t.csv")).unwrap();
        assert_eq!(csv, ok(here.path(), &[&["data", what], set.as_slice()].concat()), "{what}");
        ok(here.path(), &[&["render", "--plot", what, "-o", "t.svg"], set.as_slice()].concat());
    }
}

#[test]
fn scaling_has_rows_fit_and_references() {
    let here = folder();
    let set = settings(&[SMALL, &["network.capacity=unit"]].concat());
    let scaling = json(here.path(), &[&["scaling"], set.as_slice()].concat());
    for row in scaling["rows"].as_array().unwrap() {
        assert_fields(row, &["size", "log2_size", "mean_nats", "std_nats", "min_nats", "max_nats"]);
        assert_fields(row, &["fermion_nats", "quantum_ising_nats"]);
    }
    assert_fields(&scaling["fit"], &["slope_nats_per_log2", "error", "window", "r2", "c_eff"]);
    let few = json(here.path(), &[&["scaling", "--sizes", "1,2,4"], set.as_slice()].concat());
    let sizes: Vec<_> = few["rows"].as_array().unwrap().iter().map(|r| r["size"].as_u64().unwrap()).collect();
    assert_eq!(sizes, [1, 2, 4]);
    assert!((few["rows"][1]["fermion_nats"].as_f64().unwrap() - 0.947_508_29).abs() < 0.6e-8);
    assert!(ok(here.path(), &[&["scaling"], set.as_slice()].concat()).contains("c_eff"));
    let csv = ok(here.path(), &[&["data", "kl"], set.as_slice()].concat());
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "series,x [layer τ],y [KL(P‖p) per spin (nats)],spread");
    // What the header says it is: the number, and not the logarithm that the axis shows.
    let kl: f64 = lines[1].split(',').nth(2).unwrap().parse().unwrap();
    assert!(lines.len() > 2 && lines[1].starts_with("KL per spin,0,") && (0.0..0.1).contains(&kl), "{csv}");
    let csv = ok(here.path(), &[&["data", "scaling"], set.as_slice()].concat());
    assert_eq!(csv.lines().count(), 1 + scaling["rows"].as_array().unwrap().len());
    ok(here.path(), &[&["data", "scaling", "-o", "s.csv"], set.as_slice()].concat());
    assert_eq!(std::fs::read_to_string(here.path().join("s.csv")).unwrap(), csv);
}

#[test]
fn fermion_gives_the_published_entropies() {
    let here = folder();
    let set = settings(&["network.sites=64", "theory.mass=0.1", "regions.a=0..8"]);
    let report = json(here.path(), &[&["fermion"], set.as_slice()].concat());
    assert_fields(&report, &["xi", "z_ir", "dirac_nats", "quantum_ising_nats"]);
    assert!((report["dirac_nats"].as_f64().unwrap() - 0.917_866_24).abs() < 0.6e-8);
    assert!((report["xi"].as_f64().unwrap() - 9.966_577).abs() < 1e-6);
    let text = ok(here.path(), &["fermion", "--set", "network.sites=64", "--set", "theory.mass=-0.3"]);
    assert!(text.contains("m = −0.3"), "{text}");
}

#[test]
fn samples_are_written_as_npy_and_csv() {
    let here = folder();
    let set = settings(&["learning.sites=16", "learning.samples=100"]);
    let report = json(here.path(), &[&["sample", "-o", "v.npy"], set.as_slice()].concat());
    assert_fields(&report, &["samples", "sites", "autocorrelation_time", "seconds"]);
    assert_eq!((report["samples"].as_u64(), report["sites"].as_u64()), (Some(100), Some(16)));
    let npy = std::fs::read(here.path().join("v.npy")).unwrap();
    assert!(npy.starts_with(b"\x93NUMPY"));
    let values = &npy[npy.len() - 1600..];
    assert!(values.iter().all(|v| *v == 1 || *v == 255));
    assert!(
        ok(here.path(), &[&["sample", "-o", "v.csv", "--count", "7"], set.as_slice()].concat()).contains('7')
    );
    let csv = std::fs::read_to_string(here.path().join("v.csv")).unwrap();
    assert_eq!((csv.lines().count(), csv.lines().nth(1).unwrap().split(',').count()), (8, 16));
}

#[test]
fn rows_come_back_bit_for_bit_through_either_format() {
    let here = folder();
    let bytes = |file: &str| std::fs::read(here.path().join(file)).unwrap();
    for kind in ["theory.kind=chain", "theory.kind=quantum-ising"] {
        let set = settings(&[kind, "learning.sites=16", "learning.samples=300", "theory.k1=0.2"]);
        ok(here.path(), &[&["sample", "-o", "a.npy"], set.as_slice()].concat());
        ok(here.path(), &[&["sample", "-o", "a.csv"], set.as_slice()].concat());
        let report = json(here.path(), &["sample", "--samples", "a.npy", "-o", "b.csv"]);
        assert_eq!((report["samples"].as_u64(), report["sites"].as_u64()), (Some(300), Some(16)));
        assert!(report["autocorrelation_time"].as_f64().unwrap() > 0.0);
        ok(here.path(), &["sample", "--samples", "b.csv", "-o", "c.npy"]);
        assert_eq!((bytes("a.npy"), bytes("a.csv")), (bytes("c.npy"), bytes("b.csv")), "{kind}");
        // The first rows alone.
        ok(here.path(), &["sample", "--samples", "a.npy", "-o", "few.csv", "--count", "120"]);
        assert!(bytes("a.csv").starts_with(&bytes("few.csv")));
    }
    let sentence =
        refused(here.path(), &["sample", "--samples", "a.npy", "-o", "d.npy", "--count", "301"], 2);
    assert_eq!(sentence, "holoscope: --count 301: out of range; the file has 300 rows, give 1…300\n");
}

#[test]
fn samples_of_one_s_own_are_learned_and_the_session_remembers_their_file() {
    let here = folder();
    std::fs::create_dir(here.path().join("data")).unwrap();
    let set = settings(&["theory.kind=chain", "theory.k2=1.0", "learning.sites=64", "learning.samples=4000"]);
    ok(here.path(), &[&["sample", "-o", "data/spins.npy"], set.as_slice()].concat());
    let report = json(here.path(), &["train", "--samples", "data/spins.npy"]);
    let layers = report["layers"].as_array().unwrap();
    // 4,000 rows, but learning.samples of them at most.
    assert_eq!((layers.len(), layers[0]["sites"].as_u64()), (6, Some(64)));
    assert_eq!(report["xi"], Value::Null);
    assert!(report["xi_reason"].as_str().unwrap().contains("samples from a file"));
    for row in report["sampling"]["observables"].as_array().unwrap() {
        assert_eq!(row["exact"], Value::Null);
        assert!(row["reason"].as_str().unwrap().contains("not known"), "{row}");
    }
    assert_eq!(report["sampling"]["method"], "file");
    // Independent rows: 1 within five errors τ √(2 (2W + 1)/n), W = 3.
    let time = report["sampling"]["autocorrelation_time"].as_f64().unwrap();
    assert!((time - 1.0).abs() < 5.0 * (14.0_f64 / 4000.0).sqrt(), "{time}");
    for field in ["kl_per_spin", "trace_mean", "trace_std", "free_energy_visible"] {
        assert_eq!(layers[0][field], Value::Null, "{field}");
        assert!(layers[1][field].is_number(), "{field} of layer 1 compares with layer 0");
    }
    assert_eq!(layers[0]["reason"], "of samples from a file P(v) is not known");
    assert!(layers[1].get("reason").is_none());
    // No symmetry is known, so biases are learned; they are what chance leaves.
    assert!(layers[0]["visible_bias"][0].as_f64().unwrap() != 0.0);
    let k_eff = |k: usize| (&layers[k]["k_eff"]["k2"], &layers[k]["k_eff_error"]["k2"]);
    let exact = 0.5 * 2.0_f64.cosh().ln();
    let (k2, error) = (k_eff(0).0.as_f64().unwrap(), k_eff(0).1.as_f64().unwrap());
    assert!((k2 - exact).abs() < 5.0 * error, "{k2} ± {error}, exact {exact}");

    // The other format holds the same rows and gives the same numbers; so do rows beyond those asked for.
    ok(here.path(), &["sample", "--samples", "data/spins.npy", "-o", "data/spins.csv"]);
    let same = |arguments: &[&str]| {
        let again = json(here.path(), arguments);
        assert_eq!(
            without_seconds(&again["layers"].to_string()),
            without_seconds(&report["layers"].to_string())
        );
    };
    same(&["train", "--samples", "data/spins.csv"]);

    // The session names its file, as seen from its own folder, with what the file held.
    ok(here.path(), &["train", "--samples", "data/spins.npy", "-o", "mine.holo"]);
    let session = |file: &str| -> Value {
        serde_json::from_str(&ok(here.path(), &["inspect", file, "--json"])).unwrap()
    };
    let kept = &session("mine.holo")["theory"]["samples_file"];
    assert_eq!(
        (&kept["path"], &kept["samples"], &kept["sites"]),
        (&"data/spins.npy".into(), &4000.into(), &64.into())
    );
    assert_eq!(kept["sha256"].as_str().unwrap().len(), 64);
    let learning = session("mine.holo");
    assert_eq!((&learning["learning"]["sites"], &learning["network"]["sites"]), (&64.into(), &64.into()));
    let text = ok(here.path(), &["inspect", "mine.holo"]);
    assert!(
        text.contains("spins.npy: 4000 rows × 64 sites, SHA-256 ") && text.contains("learned weights of 6")
    );
    ok(here.path(), &["new", "mine.holo", "-o", "data/moved.holo"]);
    assert_eq!(session("data/moved.holo")["theory"]["samples_file"]["path"], "spins.npy");
    ok(here.path(), &["new", "data/moved.holo", "-o", "back.holo"]);
    assert_eq!(session("back.holo"), session("mine.holo"));

    // Weights that are there need no file; learning anew does, and nobody reads it unasked.
    let cut = json(here.path(), &["cut", "mine.holo"]);
    assert_eq!(json(here.path(), &["cut", "--samples", "data/spins.npy"]), cut);
    let sentence = refused(here.path(), &["train", "mine.holo"], 2);
    assert_eq!(
        sentence,
        "holoscope: theory.kind = samples: data/spins.npy is named by the session and not read by itself; \
         give --samples FILE, or --allow-paths to read it\n"
    );
    refused(here.path(), &["cut", "mine.holo", "--set", "learning.seed=2", "--quiet"], 2);
    same(&["train", "mine.holo", "--allow-paths"]);
    same(&["train", "data/moved.holo", "--allow-paths"]);
    same(&["train", "mine.holo", "--samples", "data/spins.npy"]);

    // Another file is said to be another one, and learned; the named one must be as it was.
    let other = run(here.path(), &["train", "mine.holo", "--samples", "data/spins.csv", "--json"]);
    let remark = String::from_utf8(other.stderr).unwrap();
    assert!(remark.contains("data/spins.csv is not the file of the session: its SHA-256 is"), "{remark}");
    assert_eq!(other.status.code(), Some(0));
    std::fs::copy(here.path().join("data/spins.csv"), here.path().join("data/spins.npy")).unwrap();
    let broken = refused(here.path(), &["train", "mine.holo", "--allow-paths"], 2);
    assert!(broken.contains("spins.npy: not a .npy array"), "{broken}");
    ok(here.path(), &["sample", "--samples", "data/spins.csv", "-o", "data/spins.npy", "--count", "200"]);
    let changed = refused(here.path(), &["train", "mine.holo", "--allow-paths"], 2);
    assert!(changed.contains("spins.npy has changed: its SHA-256 is"), "{changed}");
    std::fs::remove_file(here.path().join("data/spins.npy")).unwrap();
    let gone = refused(here.path(), &["train", "mine.holo", "--allow-paths"], 2);
    assert!(gone.contains("spins.npy cannot be read: no such file"), "{gone}");
}

#[test]
fn sizes_follow_a_file_of_samples_unless_they_are_set() {
    let here = folder();
    let set = settings(&["theory.kind=chain", "learning.sites=16", "learning.samples=200"]);
    ok(here.path(), &[&["sample", "-o", "v.npy"], set.as_slice()].concat());
    let new = |arguments: &[&str]| -> Value {
        let all = [&["new", "--samples", "v.npy"], arguments].concat();
        serde_json::from_str(&ok(here.path(), &all)).unwrap()
    };
    let sizes = |session: &Value| {
        [&session["learning"]["sites"], &session["network"]["sites"]].map(|n| n.as_u64().unwrap())
    };
    let plain = new(&[]);
    assert_eq!((sizes(&plain), plain["theory"]["kind"].as_str()), ([16, 16], Some("samples")));
    assert_eq!(plain["regions"]["a"], "2..5");
    assert_eq!(sizes(&new(&["--set", "network.sites=64"])), [16, 64]);
    assert_eq!(sizes(&new(&["@chain", "--set", "network.sites=2^10"])), [16, 1024]);
    // A session of such samples keeps the network that it chose.
    ok(here.path(), &["new", "--samples", "v.npy", "--set", "network.sites=128", "-o", "a.holo"]);
    assert_eq!(sizes(&new(&["a.holo"])), [16, 128]);
    // Named only: what it holds is seen when it is read.
    ok(
        here.path(),
        &[
            &["new", "-o", "b.holo"],
            settings(&["theory.kind=samples", "theory.samples_file=v.npy"]).as_slice(),
        ]
        .concat(),
    );
    let report = json(here.path(), &["train", "b.holo", "--allow-paths", "-o", "c.holo"]);
    assert_eq!(report["layers"].as_array().unwrap().len(), 4);
    let trained: Value = serde_json::from_str(&ok(here.path(), &["inspect", "c.holo", "--json"])).unwrap();
    assert_eq!(
        (sizes(&trained), trained["theory"]["samples_file"]["samples"].as_u64()),
        ([16, 16], Some(200))
    );

    for (arguments, sentence) in [
        (
            vec!["train", "--samples", "v.npy", "--set", "learning.sites=64"],
            "learning.sites = 64: the samples of theory.samples_file have 16 sites; set learning.sites = 16, \
             or give other samples",
        ),
        (
            vec!["train", "--samples", "v.npy", "--set", "theory.kind=chain"],
            "theory.kind = chain: --samples is for samples; leave one of them away",
        ),
        (
            vec!["train", "--set", "theory.kind=samples"],
            "theory.kind = samples: no file of samples is named; give --samples FILE",
        ),
        (
            vec!["sample", "-o", "w.csv", "--set", "theory.kind=samples", "--allow-paths"],
            "theory.kind = samples: no file of samples is named; give --samples FILE",
        ),
    ] {
        assert_eq!(refused(here.path(), &arguments, 2), format!("holoscope: {sentence}\n"));
    }
    // What needs no learning needs no samples.
    let cut = json(
        here.path(),
        &[&["cut"], settings(&["theory.kind=samples", "network.capacity=unit"]).as_slice()].concat(),
    );
    assert!(cut["links_cut"]["a"].as_u64().unwrap() > 0);
    let bare = json(here.path(), &["cut", "--no-train", "--set", "theory.kind=samples"]);
    assert_eq!(bare["links_cut"], cut["links_cut"]);
}

#[test]
fn files_that_hold_no_samples_are_refused_by_row_and_column() {
    let here = folder();
    let rows = |row: &str| format!("{row}\n").repeat(100);
    let good = rows("1,-1,1,1,-1,-1,1,1");
    for (name, text, sentence) in [
        (
            "a.csv",
            good.replacen("-1,-1,1,1\n", "-1,2,1,1\n", 1),
            "row 1, column 6: found 2, expected -1 or 1 as in the entries before",
        ),
        (
            "a.csv",
            format!("{good}1,-1,0,1,1,1,1,1"),
            "row 101, column 3: found 0, expected -1 or 1 as in the entries before",
        ),
        ("a.csv", format!("{good}1,-1,1"), "row 101 has 3 entries, expected 8 as in row 1"),
        (
            "a.csv",
            rows("1;0;1"),
            "a row has 3 entries, expected a power of two from 8 to 4096: cut the chain to such a length",
        ),
        (
            "a.csv",
            "0 1 1 1 0 0 1 1\n".repeat(99),
            "there are 99 rows, expected at least 100 samples: add rows",
        ),
        ("a.npy", good, "not a .npy array: it does not begin with \\x93NUMPY; write one with numpy.save"),
    ] {
        std::fs::write(here.path().join(name), text).unwrap();
        let found = refused(here.path(), &["train", "--samples", name, "-o", "out.holo"], 2);
        assert_eq!(found, format!("holoscope: {name}: {sentence}\n"));
    }
    for (name, sentence) in [
        ("none.npy", "none.npy cannot be read: no such file; check that the file is there and yours to read"),
        (".", ". is no file of samples by its ending; give .npy, .npz or .csv"),
        ("old.txt", "old.txt is no file of samples by its ending; give .npy, .npz or .csv"),
    ] {
        let found = refused(here.path(), &["cut", "--samples", name], 2);
        assert_eq!(found, format!("holoscope: {sentence}\n"));
    }
    assert!(!here.path().join("out.holo").exists());
    // A session that tells only half of what it knows of its file is broken.
    let session = |file: &str| {
        format!(
            r#"{{"format": "holoscope-session", "version": 1, "theory": {{"kind": "samples", "samples_file": {file}}}}}"#
        )
    };
    for (file, word) in [
        (r#"{"path": "v.npy", "sites": 256}"#, "not all of sha256, samples and sites"),
        (r#"{"path": "v.npy", "sha256": "xyz", "samples": 100, "sites": 256}"#, "64 hexadecimal digits"),
        (r#"{"sites": 256}"#, "path"),
    ] {
        std::fs::write(here.path().join("bad.holo"), session(file)).unwrap();
        let found = refused(here.path(), &["inspect", "bad.holo"], 2);
        assert!(found.contains("bad.holo") && found.contains(word), "{found}");
    }
}

#[test]
fn figures_are_drawn_at_the_size_asked_for() {
    let here = folder();
    let set = settings(SMALL);
    let png_size = |file: &str| {
        let bytes = std::fs::read(here.path().join(file)).unwrap();
        assert!(bytes.starts_with(b"\x89PNG"));
        [16, 20].map(|at| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()))
    };
    ok(here.path(), &[&["render", "-o", "b.png", "--size", "320x200"], set.as_slice()].concat());
    assert_eq!(png_size("b.png"), [320, 200]);
    ok(
        here.path(),
        &[&["render", "-o", "b.png", "--size", "86mm", "--theme", "print"], set.as_slice()].concat(),
    );
    assert_eq!(png_size("b.png"), [1016, 1016]);
    for (arguments, word) in [
        (vec!["render", "-o", "f.svg", "--camera", "12,4,3", "--theme", "dark"], "<path"),
        (vec!["render", "-o", "f.svg", "--set", "view.chart=half-plane", "--camera", "12,4,3"], "<path"),
        (vec!["render", "-o", "f.svg", "--plot", "scaling"], "Ñ"),
        (vec!["render", "-o", "f.svg", "--plot", "flow"], "K′"),
        (vec!["render", "-o", "f.svg", "--plot", "training"], "iteration"),
        (vec!["render", "-o", "f.svg", "--plot", "training", "--layer", "1"], "layer 1"),
        (vec!["render", "-o", "f.svg", "--plot", "flow-plane"], "K′1"),
        (vec!["render", "-o", "f.svg", "--plot", "weights"], "weight w"),
        (vec!["render", "-o", "f.svg", "--plot", "kl"], "KL(P‖p)"),
        (vec!["render", "-o", "f.svg", "--plot", "trace"], "exp T"),
        (vec!["render", "-o", "f.svg", "--plot", "free-energy"], "F per spin"),
        (vec!["render", "-o", "f.svg", "--plot", "xi"], "ξ"),
        (vec!["render", "-o", "f.svg", "--plot", "link-entropy"], "share of all links"),
        (vec!["render", "-o", "f.svg", "--no-train", "--size", "500x400"], "width=\"500\""),
    ] {
        ok(here.path(), &[arguments.as_slice(), set.as_slice()].concat());
        let svg = std::fs::read_to_string(here.path().join("f.svg")).unwrap();
        assert!(svg.starts_with("<svg") && svg.contains(word), "{arguments:?}");
    }
}

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
        (vec!["fermion", "--set", "network.sites=2^20"], vec!["network.sites", "16384"]),
        (vec!["sample"], vec!["-o spins.npy"]),
        (vec!["sample", "-o", "v.txt"], vec!["v.txt", ".npy, .npz or .csv"]),
        (vec!["sample", "-o", "v.npy", "--count", "0"], vec!["--count 0"]),
        (vec!["render"], vec!["-o bulk.svg"]),
        (vec!["render", "-o", "b.jpg"], vec!["b.jpg", ".svg, .pdf or .png"]),
        (vec!["render", "-o", "b.png", "--size", "big"], vec!["1600x1000"]),
        (vec!["render", "-o", "b.png", "--size", "20000x20000"], vec!["pixels"]),
        (vec!["render", "-o", "b.svg", "--plot", "phase"], vec!["phase", "scaling"]),
        (vec!["render", "-o", "b.svg", "--camera", "1,2"], vec!["x,z,zoom"]),
        (vec!["render", "-o", "b.svg", "--plot", "training", "--no-train"], vec!["--no-train"]),
        (vec!["data", "phase"], vec!["phase", "scaling"]),
        (vec!["data", "training", "--layer", "8"], vec!["--layer 8", "0 to 7"]),
        (vec!["data", "scaling", "-o", "s.txt"], vec!["s.txt", ".csv, .npy or .npz"]),
        (vec!["verify", "old.holo"], vec!["CUT"]),
        (vec!["state"], vec!["the state of this network", "network.sites"]),
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
    let signalled = Command::new("sh").args(["-c", &signal]).status().unwrap();
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

#[test]
fn studies_are_printed_written_and_drawn() {
    let here = folder();
    let set = settings(&["learning.sites=16", "learning.samples=100", "network.sites=32"]);
    for what in ["channels", "depth", "prune"] {
        let table = json(here.path(), &[&["analyse", what], set.as_slice()].concat());
        let columns = table["columns"].as_array().unwrap();
        assert!(columns.iter().all(|c| c["name"].is_string() && c["unit"].is_string()));
        let rows = table["rows"].as_array().unwrap();
        assert!(rows.len() > 3 && rows.iter().all(|r| r.as_array().unwrap().len() == columns.len()));
        let out = ["analyse", what, "-o", "table.csv"];
        assert_eq!(ok(here.path(), &[&out[..], set.as_slice()].concat()), "");
        let written = std::fs::read_to_string(here.path().join("table.csv")).unwrap();
        assert_eq!(written.lines().count(), rows.len() + 1);
        assert_eq!(ok(here.path(), &[&["data", what], set.as_slice()].concat()), written);
        let name = format!("{what}.svg");
        ok(here.path(), &[&["render", "--plot", what, "-o", &name], set.as_slice()].concat());
        assert!(std::fs::read_to_string(here.path().join(name)).unwrap().contains("</svg>"));
        assert!(
            ok(here.path(), &[&["analyse", what], set.as_slice()].concat())
                .contains(columns[0]["name"].as_str().unwrap())
        );
    }
    assert!(json(here.path(), &[&["analyse", "depth"], set.as_slice()].concat())["fit"].is_object());
}

#[test]
fn learning_goes_on_from_the_weights_of_a_session_also_with_other_parameters() {
    let here = folder();
    let set = settings(&["theory.kind=chain", "theory.k2=1", "learning.sites=16", "learning.samples=400"]);
    ok(here.path(), &[&["train", "-o", "s.holo"], set.as_slice()].concat());
    let report = ok(here.path(), &["train", "s.holo", "--continue", "--json"]);
    let layers = &serde_json::from_str::<serde_json::Value>(&report).unwrap()["layers"];
    assert!(layers[0]["iterations"].as_u64().unwrap() <= 1, "{layers}");
    let warmer = ["train", "s.holo", "--continue", "--set", "theory.k2=1.1", "--json"];
    let report = ok(here.path(), &warmer);
    let layers = &serde_json::from_str::<serde_json::Value>(&report).unwrap()["layers"];
    assert!(layers[0]["iterations"].as_u64().unwrap() > 1, "{layers}");
}
