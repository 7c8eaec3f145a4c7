//! Numbers through the built binary, for other programs: NumPy arrays, GraphML, weights out and back in.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

mod command;

use command::{ok, refused};
use serde_json::Value;
use std::path::Path;

/// A small session, with further settings.
fn session(folder: &Path, more: &[&str]) {
    let set = ["learning.sites=32", "learning.samples=500", "network.sites=32", "regions.a=5..21"];
    let set: Vec<&str> = set.iter().chain(more).flat_map(|s| ["--set", *s]).collect();
    ok(folder, &[&["new", "-o", "s.holo"], set.as_slice()].concat());
}

#[test]
fn arrays_hold_the_numbers_of_the_csv() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    session(folder, &[]);
    let csv = ok(folder, &["data", "scaling", "s.holo"]);
    ok(folder, &["data", "scaling", "s.holo", "-o", "s.npy"]);
    let bytes = std::fs::read(folder.join("s.npy")).unwrap();
    assert!(bytes.starts_with(b"\x93NUMPY\x01\x00"));
    let data = &bytes[10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]))..];
    let numbers: Vec<f64> = data.chunks(8).map(|b| f64::from_le_bytes(b.try_into().unwrap())).collect();
    let cells: Vec<f64> =
        csv.lines().skip(1).flat_map(|l| l.split(',')).map(|c| c.parse().unwrap_or(f64::NAN)).collect();
    assert_eq!(numbers.len(), cells.len());
    for (a, b) in numbers.iter().zip(&cells) {
        assert!(a == b || (a.is_nan() && b.is_nan()), "{a} and {b}");
    }
    // A plot with names of series, and a study.
    for what in ["kl", "depth"] {
        ok(folder, &["data", what, "s.holo", "-o", "k.npy"]);
        assert!(std::fs::read(folder.join("k.npy")).unwrap().starts_with(b"\x93NUMPY"));
    }
}

#[test]
fn the_network_as_graphml_has_the_nodes_and_links_of_the_json() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    for more in [&[][..], &["learning.channels=2"], &["network.boundary=line"]] {
        session(folder, more);
        let graph: Value = serde_json::from_str(&ok(folder, &["graph", "s.holo", "--json"])).unwrap();
        ok(folder, &["graph", "s.holo", "-o", "g.graphml"]);
        let text = std::fs::read_to_string(folder.join("g.graphml")).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        let count = |name: &str| document.descendants().filter(|n| n.tag_name().name() == name).count();
        assert_eq!(count("node"), graph["nodes"].as_array().unwrap().len());
        assert_eq!(count("edge"), graph["links"].as_array().unwrap().len());
        let capacities = |n: &roxmltree::Node<'_, '_>| n.attribute("key") == Some("capacity_nats");
        let capacities = document.descendants().filter(|n| n.is_element() && capacities(n));
        for (datum, link) in capacities.zip(graph["links"].as_array().unwrap()) {
            assert_eq!(
                datum.text().unwrap().parse::<f64>().unwrap(),
                link["capacity_nats"].as_f64().unwrap()
            );
        }
    }
}

#[test]
fn weights_that_were_written_give_the_same_cuts_when_taken_back() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    for more in [&[][..], &["learning.channels=2"], &["learning.shared_weights=false"]] {
        session(folder, more);
        ok(folder, &["train", "s.holo", "-o", "t.holo"]);
        ok(folder, &["data", "weights", "t.holo", "-o", "w.safetensors"]);
        // A session without weights learns the very same.
        ok(folder, &["data", "weights", "s.holo", "-o", "v.safetensors"]);
        let bytes = |name: &str| std::fs::read(folder.join(name)).unwrap();
        assert_eq!(bytes("v.safetensors"), bytes("w.safetensors"));
        ok(folder, &["new", "s.holo", "--weights", "w.safetensors", "-o", "b.holo"]);
        // All but where the weights come from, which a caption must not call a training.
        let session = |name: &str| serde_json::from_slice::<Value>(&bytes(name)).unwrap();
        let (mut given, learned) = (session("b.holo"), session("t.holo"));
        let origin = given.as_object_mut().unwrap().remove("trained_origin").unwrap();
        assert_eq!((origin["file"].as_str(), origin["continued"].as_u64()), (Some("w.safetensors"), Some(0)));
        assert_eq!(given, learned, "{more:?}");
        // The answers too say nothing else of it.
        let cut = |more: &[&str]| -> Value {
            serde_json::from_str(&ok(folder, &[&["cut", "--json"], more].concat())).unwrap()
        };
        let (mut taken, learned) =
            (cut(&["s.holo", "--weights", "w.safetensors", "--no-train"]), cut(&["t.holo"]));
        let given = taken["made_by"].as_object_mut().unwrap().remove("weights").unwrap();
        assert_eq!((given["file"].as_str(), given["continued"].as_u64()), (Some("w.safetensors"), Some(0)));
        assert_eq!(taken, learned);
    }
}

/// The numbers along y of a plot's CSV: behind the name of the series and those along x.
fn ys(csv: &str) -> Vec<f64> {
    let lines = csv.lines().filter(|line| !line.starts_with('#'));
    let mut rows = lines.map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
    assert_eq!(rows.next().unwrap()[0], "series");
    rows.map(|row| row[2].parse().unwrap()).collect()
}

#[test]
fn figures_of_weights_that_were_trained_on_are_not_those_of_a_fresh_training() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let pcd = ["learning.method=pcd", "learning.epochs=2", "theory.kind=chain", "theory.k2=1"];
    session(folder, &pcd);
    ok(folder, &["train", "s.holo", "-o", "p.holo"]);
    let report = ok(folder, &["train", "p.holo", "--continue", "-o", "p2.holo", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let layers = report["layers"].as_array().unwrap();
    let kl: Vec<f64> = layers.iter().map(|l| l["kl_per_spin"].as_f64().unwrap()).collect();
    let caption = |name: &str| ok(folder, &["render", name, "--caption"]);
    assert!(caption("p.holo").contains("Learned by pcd"), "{}", caption("p.holo"));
    assert!(caption("p2.holo").contains("1 more training that went on"), "{}", caption("p2.holo"));
    ok(folder, &["data", "weights", "p2.holo", "-o", "given.npz"]);
    ok(folder, &["new", "s.holo", "--weights", "given.npz", "-o", "given.holo"]);
    let given = caption("given.holo");
    assert!(given.contains("Weights given from given.npz") && !given.contains("Learned by"), "{given}");
    let mut made = Vec::new();
    for name in ["s", "p", "p2"] {
        ok(folder, &["data", "kl", &format!("{name}.holo"), "-o", "kl.csv"]);
        made.push(ys(&read("kl.csv")));
    }
    assert_eq!(made[0], made[1], "a saved training has the figures of that training");
    assert_eq!(made[2], kl, "weights trained further have figures of their own");
    assert!(made[2][0] < made[0][0], "two passes more come nearer: {made:?}");
    // The same for weights that were given, and for a sweep over what does not change them.
    ok(folder, &["data", "weights", "p2.holo", "-o", "w.npz"]);
    ok(folder, &["data", "kl", "s.holo", "--weights", "w.npz", "-o", "kl.csv"]);
    assert_eq!(ys(&read("kl.csv")), kl);
    ok(folder, &["sweep", "p2.holo", "--measure", "train", "--vary", "regions.a=0..2", "-o", "sweep"]);
    let table = read("sweep/table.csv");
    let mut lines = table.lines();
    let place = lines.next().unwrap().split(',').position(|name| name == "train.layer0.kl_per_spin_nats");
    let cell: f64 = lines.next().unwrap().split(',').nth(place.unwrap()).unwrap().parse().unwrap();
    assert_eq!(cell, kl[0]);
    // The way to them is known of weights that a training with these parameters comes to, and of no others.
    ok(folder, &["data", "training", "p.holo", "-o", "t.csv"]);
    let sentence = refused(folder, &["data", "training", "p2.holo", "-o", "t2.csv"]);
    assert!(sentence.contains("trained further") && !folder.join("t2.csv").exists(), "{sentence}");
    // Error bars of the flow are worked out, not zero.
    ok(folder, &["data", "flow", "s.holo", "-o", "unsaved.csv"]);
    ok(folder, &["data", "flow", "p.holo", "-o", "saved.csv"]);
    assert_eq!(read("unsaved.csv"), read("saved.csv"));
}

#[test]
fn weights_of_other_layers_are_refused_by_name() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    session(folder, &[]);
    ok(folder, &["data", "weights", "s.holo", "-o", "w.safetensors"]);
    let taken = ["cut", "s.holo", "--weights", "w.safetensors"];
    let sentence = refused(folder, &[&taken[..], &["--set", "network.receptive_field=4"]].concat());
    assert!(sentence.contains("w.safetensors: layers.0.weights has shape [3]"), "{sentence}");
    let sentence = refused(folder, &["cut", "--weights", "s.holo"]);
    assert!(sentence.contains("s.holo is no safetensors file"), "{sentence}");
    assert!(refused(folder, &["cut", "--weights", "none.safetensors"]).contains("no such file"));
    assert!(refused(folder, &["train", "s.holo", "--weights", "w.safetensors"]).contains("--continue"));
    let sentence = refused(
        folder,
        &["render", "s.holo", "--weights", "w.safetensors", "--plot", "training", "-o", "k.svg"],
    );
    assert!(sentence.contains("leave --weights away"), "{sentence}");
    let sentence = refused(folder, &["data", "kl", "-o", "w.safetensors"]);
    assert!(sentence.contains(".csv, .npy or .npz"), "{sentence}");
}

#[test]
fn weights_that_numpy_saved_are_read_packed_or_not_in_either_order_and_precision() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    let fixture = |name: &str| format!("{}/tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let set = |more: &'static str| {
        let all = ["theory.kind=chain", "learning.sites=8", "network.sites=8", "regions.a=1..4", more];
        all.into_iter().flat_map(|s| ["--set", s]).collect::<Vec<_>>()
    };
    let layers = |name: &str, more: &'static str| -> Value {
        let file = fixture(name);
        let text = ok(folder, &[&["new", "--weights", &file], set(more).as_slice()].concat());
        serde_json::from_str::<Value>(&text).unwrap()["trained"].clone()
    };
    let shared = layers("weights.npz", "learning.seed=1");
    assert_eq!(shared, layers("weights-packed.npz", "learning.seed=1"));
    for k in 0..3 {
        assert_eq!(shared[k]["weights"], serde_json::json!([0.5 + k as f64, 1.25, -0.75]));
        assert_eq!(shared[k]["hidden_bias"], 0.125);
    }
    let own = layers("weights-columns.npz", "learning.shared_weights=false");
    let expected: Vec<f64> = (0..12).map(|i| f64::from(i) / 4.0 - 1.0).collect();
    assert_eq!(own[0]["weights"], serde_json::json!(expected));
    // Out, and in again: the same session.
    let (file, seed) = (fixture("weights.npz"), set("learning.seed=1"));
    ok(folder, &[&["data", "weights", "--weights", &file, "-o", "w.npz"], seed.as_slice()].concat());
    let again = [&["new", "--weights", "w.npz"], seed.as_slice()].concat();
    assert_eq!(serde_json::from_str::<Value>(&ok(folder, &again)).unwrap()["trained"], shared);
    // A wrong shape is named, and so is a file that is cut off.
    let wrong = refused(
        folder,
        &["cut", "--weights", "w.npz", "--set", "learning.sites=8", "--set", "network.receptive_field=4"],
    );
    assert!(wrong.contains("w.npz: layers.0.weights has shape [3] where this session needs [4]"), "{wrong}");
    let bytes = std::fs::read(folder.join("w.npz")).unwrap();
    std::fs::write(folder.join("cut.npz"), &bytes[..bytes.len() / 2]).unwrap();
    let broken = refused(folder, &["cut", "--weights", "cut.npz", "--set", "learning.sites=8"]);
    assert!(broken.contains("no .npz file"), "{broken}");
}

#[test]
fn numbers_have_beside_them_the_session_that_they_come_from() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    session(folder, &[]);
    for name in ["s.csv", "s.npy", "s.npz"] {
        ok(folder, &["data", "scaling", "s.holo", "-o", name]);
        let beside = format!("{name}.holo");
        let text = ok(folder, &["inspect", &beside, "--json"]);
        let read: Value = serde_json::from_str(&text).unwrap();
        let version = ok(folder, &["--version"]);
        assert_eq!(read["program"].as_str().unwrap(), version.trim());
        assert_eq!((&read["learning"]["seed"], &read["network"]["sites"]), (&1.into(), &32.into()));
        // From it the same numbers come again, without learning anew.
        assert_eq!(ok(folder, &["data", "scaling", &beside]), ok(folder, &["data", "scaling", "s.holo"]));
    }
    let npz = std::fs::read(folder.join("s.npz")).unwrap();
    assert!(npz.starts_with(b"PK\x03\x04") && npz.ends_with(ok(folder, &["--version"]).trim().as_bytes()));
}

#[test]
fn spins_go_out_as_an_archive_of_arrays_and_come_back_the_same() {
    let here = tempfile::tempdir().unwrap();
    let folder = here.path();
    session(folder, &[]);
    for name in ["a.npz", "a.npy"] {
        ok(folder, &["sample", "s.holo", "-o", name, "--count", "300"]);
    }
    // In and out again in every format: the spins are those that were drawn.
    ok(folder, &["sample", "--samples", "a.npz", "-o", "b.npy"]);
    ok(folder, &["sample", "--samples", "a.npy", "-o", "b.npz"]);
    let bytes = |name: &str| std::fs::read(folder.join(name)).unwrap();
    assert!(bytes("a.npy") == bytes("b.npy") && bytes("a.npz") == bytes("b.npz"));
    let learned = |name: &str| {
        let report: Value =
            serde_json::from_str(&ok(folder, &["train", "--samples", name, "--json"])).unwrap();
        report["layers"][0]["weights"].clone()
    };
    assert_eq!(learned("a.npz"), learned("a.npy"));
    ok(folder, &["data", "weights", "s.holo", "-o", "w.npz"]);
    let sentence = refused(folder, &["train", "--samples", "w.npz"]);
    assert!(sentence.contains("no array `spins` among layers.0."), "{sentence}");
}

/// `spins.npz` was written by NumPy 2: `savez_compressed(file, energy=…, spins=np.asfortranarray(s))` of booleans with
/// s[i, j] = (i² + 3 j) mod 7 < 3.
#[test]
fn an_archive_that_numpy_wrote_is_read_with_its_columns_first() {
    let here = tempfile::tempdir().unwrap();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/spins.npz");
    ok(here.path(), &["sample", "--samples", file, "-o", "s.csv"]);
    let csv = std::fs::read_to_string(here.path().join("s.csv")).unwrap();
    assert_eq!(csv.lines().count(), 101);
    for (i, line) in csv.lines().skip(1).enumerate() {
        let up = |j: usize| if (i * i + 3 * j) % 7 < 3 { "1" } else { "-1" };
        assert_eq!(line, (0..16).map(up).collect::<Vec<_>>().join(","), "row {i}");
    }
}
