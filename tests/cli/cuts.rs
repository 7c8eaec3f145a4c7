//! The network and its cuts: published counts, sums and inequalities, and certificates that hold or are refused.

use super::{SMALL, assert_fields, folder, json, ok, refused, run, settings};
use serde_json::Value;

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
fn pruned_links_are_not_counted_as_cut_and_the_proof_still_holds() {
    let here = folder();
    // At m = 0, 0.85 takes away side links of the upper layers and 1.5 all that this region is held by.
    let set = settings(&["learning.sites=32", "network.sites=32", "regions.a=3..12"]);
    ok(here.path(), &[&["train", "-o", "t.holo"], set.as_slice()].concat());
    for prune in ["0.85", "1.5"] {
        let prune = format!("network.prune={prune}");
        let set = ["--set", prune.as_str()];
        let cut = json(here.path(), &[&["cut", "t.holo", "--certificate"], &set[..]].concat());
        let graph = json(here.path(), &[&["graph", "t.holo"], &set[..]].concat());
        let capacity = |id: &Value| {
            let links = graph["links"].as_array().unwrap();
            links.iter().find(|l| l["id"] == *id).unwrap()["capacity_nats"].as_f64().unwrap()
        };
        let links = cut["cut_links"]["a"].as_array().unwrap();
        assert!(links.iter().all(|id| capacity(id) > 0.0), "{prune}: {links:?}");
        assert_eq!(cut["links_cut"]["a"].as_u64().unwrap(), links.len() as u64);
        // Where nothing is left to cut, no link is.
        assert_eq!(cut["entropy_nats"]["a"].as_f64().unwrap() == 0.0, links.is_empty(), "{prune}");
        std::fs::write(here.path().join("cut.json"), cut.to_string()).unwrap();
        std::fs::write(here.path().join("graph.json"), graph.to_string()).unwrap();
        ok(here.path(), &["verify", "graph.json", "cut.json"]);
    }
}
