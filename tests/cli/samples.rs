//! Spins written into files, and samples of one's own learned from them.

use super::{assert_fields, folder, json, ok, refused, run, settings, without_seconds};
use serde_json::Value;

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
