//! Training through the built binary: its report, its weights in the session, and how it goes on from them.

use super::{SMALL, assert_fields, folder, json, ok, run, settings};
use serde_json::Value;

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

#[test]
fn weights_of_another_network_are_not_silently_left_out_of_a_continued_training() {
    let here = folder();
    let set = settings(&["theory.kind=chain", "theory.k2=1", "learning.sites=16", "learning.samples=400"]);
    for channels in ["learning.channels=1", "learning.channels=2"] {
        ok(here.path(), &[&["train", "-o", "s.holo", "--set", channels], set.as_slice()].concat());
        ok(here.path(), &["train", "s.holo", "--continue", "-o", "on.holo"]);
        let origin = |file: &str| -> Value {
            let text = ok(here.path(), &["inspect", file, "--json"]);
            serde_json::from_str::<Value>(&text).unwrap()["trained_origin"]["continued"].clone()
        };
        assert_eq!(origin("on.holo"), 1);
        for other in ["network.receptive_field=2", "network.boundary=line", "learning.channels=3"] {
            let output = run(here.path(), &["train", "s.holo", "--continue", "--set", other]);
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_ne!(output.status.code(), Some(0), "{channels} {other}");
            assert!(text.contains("--continue: no layer of these weights"), "{other}: {text}");
        }
    }
}

#[test]
fn contrastive_divergence_takes_as_many_gibbs_steps_as_it_is_told() {
    let here = folder();
    let learned = |steps: &str| {
        let set = settings(&["learning.sites=16", "learning.samples=256", "learning.epochs=3"]);
        let steps = format!("learning.gibbs_steps={steps}");
        let how = ["train", "--set", "learning.method=cd", "--set", &steps];
        json(here.path(), &[&how[..], set.as_slice()].concat())["layers"][0]["weights"].clone()
    };
    assert_eq!(learned("3"), learned("3"));
    assert_ne!(learned("1"), learned("3"));
    let refused = run(here.path(), &["train", "--set", "learning.gibbs_steps=0"]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("learning.gibbs_steps"));
}
