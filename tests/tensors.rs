//! `tensor` and `learn-geometry` through the built binary: fields, refusals, determinism.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use serde_json::Value;
use std::process::{Command, Output};

fn run(arguments: &[&str], threads: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_holoscope"))
        .args(arguments)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .unwrap()
}

fn json(arguments: &[&str], threads: &str) -> Value {
    let output = run(&[arguments, &["--json"]].concat(), threads);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let mut value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(value.as_object_mut().unwrap().remove("seconds").is_some_and(|s| s.as_f64().unwrap() >= 0.0));
    value
}

fn refused(arguments: &[&str]) -> String {
    let output = run(arguments, "1");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

const RING: [&str; 2] = ["--set", "network.sites=16"];

#[test]
fn tensor_answers_alike_on_any_number_of_threads() {
    let arguments = [&["tensor"], &RING[..], &["--set", "regions.a=3..8", "--all"]].concat();
    let found = json(&arguments, "1");
    assert_eq!(found, json(&arguments, "2"));
    let number = |field: &str| found[field].as_f64().unwrap();
    assert_eq!(found["region"], "3..8");
    assert!(number("s2_nats") > 0.0 && number("s2_nats") < number("cut_nats"));
    assert!((number("log_partition_empty") - number("log_partition") - number("s2_nats")).abs() < 1e-12);
    // D = 2 by default.
    assert_eq!(number("cut_nats"), number("links_cut") * 2.0_f64.ln());
    assert_eq!(found["rows"].as_array().unwrap().len(), 8);
    let legs = json(&[&arguments[..], &["--leg-dimension", "2"]].concat(), "1");
    assert!(legs["s2_nats"].as_f64().unwrap() < number("s2_nats"), "weaker fields, less entropy");
}

#[test]
fn geometry_is_learned_alike_on_any_number_of_threads() {
    let arguments =
        [&["learn-geometry"], &RING[..], &["--set", "theory.mass=0.3", "--regions", "30"]].concat();
    let found = json(&arguments, "1");
    assert_eq!(found, json(&arguments, "2"));
    let layers = found["layers"].as_array().unwrap();
    assert_eq!(layers.len(), 4);
    assert!(layers.iter().all(|l| l["side"].as_f64().unwrap() >= 0.0 && l["middle"].is_number()));
    assert!(layers[0]["standard_error"].as_f64().unwrap() > 0.0);
    assert!(found["rms_nats"].as_f64().unwrap() < 0.05 && found["heldout_rms_nats"].is_number());
    assert_eq!((found["regions"].as_u64(), found["regions_heldout"].as_u64()), (Some(30), Some(6)));
    assert_eq!((found["source"].as_str(), found["mass"].as_f64()), (Some("fermion"), Some(0.3)));
}

#[test]
fn a_table_of_ones_own_gives_the_geometry_of_its_entropies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s2.csv");
    let arguments =
        [&["learn-geometry"], &RING[..], &["--set", "theory.mass=0.3", "--regions", "30"]].concat();
    let theory = json(&arguments, "2");
    let rows: Vec<String> = theory["comparison"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| format!("\"{}\",{}", row["region"].as_str().unwrap(), row["s2_nats"]))
        .collect();
    std::fs::write(&path, format!("region,entropy\n{}\n", rows.join("\n"))).unwrap();
    let file = path.to_str().unwrap();
    let own = json(&[&["learn-geometry"], &RING[..], &["--from", file]].concat(), "2");
    assert_eq!(own["source"].as_str(), Some(file));
    assert!(own.get("mass").is_none());
    // Other regions are held out, the table being in another order: couplings agree as well as they are known.
    let side = |value: &Value| value["layers"][0]["side"].as_f64().unwrap();
    assert!((side(&own) - side(&theory)).abs() < 0.2, "{} {}", side(&own), side(&theory));
    std::fs::write(&path, "region,entropy\n0..2,0.5\n0..3,much\n").unwrap();
    let sentence = refused(&[&["learn-geometry"], &RING[..], &["--from", file]].concat());
    assert!(sentence.contains("row 3: `much` is not a number"), "{sentence}");
}

#[test]
fn what_is_too_wide_or_no_source_is_refused() {
    let wide = ["tensor", "--set", "network.sites=2^12", "--set", "network.receptive_field=4"];
    let sentence = refused(&wide);
    assert!(sentence.contains("set network.sites lower") && !sentence.contains(",,"), "{sentence}");
    let wide = ["tensor", "--set", "network.sites=1024", "--set", "network.receptive_field=4"];
    let sentence = refused(&wide);
    assert!(sentence.contains("lower, network.receptive_field to 3 or 2, or network.boundary"), "{sentence}");
    assert!(refused(&["learn-geometry", "--from", "bosons"]).contains("give fermion, ising or a .csv file"));
    assert!(
        refused(&["learn-geometry", "--set", "network.boundary=line"]).contains("network.boundary = ring")
    );
    assert!(refused(&["learn-geometry", "--ridge=-1"]).contains("--ridge -1"));
    let few = [&["learn-geometry"], &RING[..], &["--from", "ising"]].concat();
    let sentence = refused(&few);
    assert!(
        sentence.contains("8 different regions are too few") && sentence.contains("set network.sites = 32"),
        "{sentence}"
    );
}
