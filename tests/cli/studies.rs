//! Curves and studies, printed, written and drawn.

use super::{SMALL, assert_fields, folder, json, ok, settings};

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
    assert_eq!(lines[0], "series,layer,kl_per_spin [nats],standard_error [nats]");
    // What the header says it is: the number, and not the logarithm that the axis shows.
    let kl: f64 = lines[1].split(',').nth(2).unwrap().parse().unwrap();
    assert!(lines.len() > 2 && lines[1].starts_with("KL per spin,0,") && (0.0..0.1).contains(&kl), "{csv}");
    let csv = ok(here.path(), &[&["data", "scaling"], set.as_slice()].concat());
    assert_eq!(csv.lines().count(), 1 + scaling["rows"].as_array().unwrap().len());
    ok(here.path(), &[&["data", "scaling", "-o", "s.csv"], set.as_slice()].concat());
    assert_eq!(std::fs::read_to_string(here.path().join("s.csv")).unwrap(), csv);
}

/// The window was once that of all sizes, 8…512, though 64…256 entered, and a plateau had a slope of −4e−30.
#[test]
fn a_fit_names_the_sizes_that_entered_and_a_plateau_is_flat() {
    let here = folder();
    let set = settings(&["network.sites=4096", "network.capacity=unit"]);
    let of = |arguments: &[&str]| json(here.path(), &[&["scaling"], arguments, set.as_slice()].concat());
    let few = of(&["--sizes", "64,128,256"]);
    assert_eq!(few["fit"]["window"], serde_json::json!([64, 256]));
    assert_eq!(few["reference_sites"], 4096);
    let chosen = of(&["--sizes", "8,16,32,64,512", "--window", "10..100"]);
    assert_eq!(chosen["fit"]["window"], serde_json::json!([16, 64]));
    let wall = ["network.wall=mass", "theory.mass=0.1", "network.capacity=unit", "network.sites=256"];
    let wall = settings(&wall);
    let flat = json(here.path(), &[&["scaling"], wall.as_slice()].concat());
    assert_eq!(
        (flat["fit"]["slope_nats_per_log2"].as_f64(), flat["fit"]["error"].as_f64()),
        (Some(0.0), Some(0.0))
    );
    assert!(flat["fit"].get("r2").is_none(), "{}", flat["fit"]);
    let notes = flat["notes"].to_string();
    assert!(notes.contains("saturated") && notes.contains("bound above |A| ln 2"), "{notes}");
}

#[test]
fn text_is_in_the_unit_of_the_session_and_json_in_nats() {
    let here = folder();
    let set = settings(&["network.sites=64", "network.capacity=unit", "regions.a=5..37", "view.units=bits"]);
    let of = |command: &str| ok(here.path(), &[&[command], set.as_slice()].concat());
    // Eleven links of one bit.
    let cut = of("cut");
    assert!(cut.contains("S (bits)") && cut.contains(" 11.000000 "), "{cut}");
    assert!(of("scaling").contains("bits per doubling") && of("fermion").contains("(bits)"));
    let nats = json(here.path(), &[&["cut"], set.as_slice()].concat())["entropy_nats"]["a"].as_f64();
    assert!((nats.unwrap() - 11.0 * std::f64::consts::LN_2).abs() < 1e-12);
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
