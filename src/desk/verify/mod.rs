//! An independent reader of the files that `graph` and `cut --certificate` write.
//!
//! It trusts nothing but the two files and uses nothing of the program that made them: that a cut is minimal
//! follows from the flow alone, since no flow exceeds any cut (Ford and Fulkerson 1956).

mod claim;
mod details;
mod graph;
mod spins;
mod sums;

use crate::session::quoting::quoted;
use claim::{Claim, Rounding};
use details::Details;
use graph::{Graph, GraphFile};
use serde::Deserialize;
use std::collections::BTreeMap;
use sums::{FermionTable, Sums};

/// Most characters of a reason, which may quote the files.
const MOST_OF_A_REASON: usize = 400;

/// The certificate holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Number of single checks made.
    pub checks: u64,
    /// Numbers of the file that nothing in it proves, and why.
    pub not_proved: Vec<&'static str>,
}

/// Why it does not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A file is not what it should be.
    #[error("{file} cannot be read as {kind}: {}", quoted(.reason, MOST_OF_A_REASON))]
    Broken {
        /// Which file.
        file: String,
        /// What was expected.
        kind: &'static str,
        /// What was found.
        reason: String,
    },
    /// The first check that failed.
    #[error("the certificate does not hold: {}", quoted(.reason, MOST_OF_A_REASON))]
    Violation {
        /// What does not hold.
        reason: String,
        /// Number of checks made, this one included.
        checks: u64,
    },
}

#[derive(Deserialize)]
struct CutFile {
    regions: BTreeMap<String, String>,
    sites: Option<u64>,
    entropy_nats: BTreeMap<String, f64>,
    rounding_nats: f64,
    links_cut: BTreeMap<String, u64>,
    spins_cut: BTreeMap<String, u64>,
    bound_nats: BTreeMap<String, f64>,
    flow_nats: BTreeMap<String, f64>,
    cut_links: BTreeMap<String, Vec<u64>>,
    flow: Option<BTreeMap<String, Vec<(u64, f64)>>>,
    fermion: Option<FermionTable>,
    #[serde(flatten)]
    sums: Sums,
    #[serde(flatten)]
    details: Details,
}

/// Checks a certificate: for every region, that all numbers belong to the graph, that the flow is within capacity and
/// conserved above the boundary, that its value, the summed cut and the entropy agree within `rounding_nats`,
/// and that removing the links cut separates the region; that as few spins separate it, by a flow of its own; then the
/// sums between regions, of cuts and of fermions. A second minimum cut, threads, cones and geodesics are checked
/// where they are there. The entropies of `fermion` are of another theory: that they fit each other is all that
/// is seen of them, and the verdict says so.
///
/// `files` are the names of the two files in sentences. O(regions × links).
///
/// # Errors
/// A file that cannot be read, or the first violation.
pub fn verify(graph: &[u8], cut: &[u8], files: [&str; 2]) -> Result<Verdict, VerifyError> {
    let graph: GraphFile = read(graph, files[0], "the output of `holoscope graph --json`")?;
    let cut: CutFile = read(cut, files[1], "the output of `holoscope cut --certificate --json`")?;
    let mut checks = Checks::default();
    let graph = Graph::new(&graph, &mut checks)?;
    let Some(flow) = &cut.flow else {
        return Err(VerifyError::Broken {
            file: files[1].into(),
            kind: "a certificate",
            reason: "it has no flow; make it with `holoscope cut --certificate --json`".into(),
        });
    };
    check_names(&cut, flow, &graph, &mut checks)?;
    let regions = region_sites(&cut, graph.sites(), &mut checks)?;
    let mut rounding = Rounding { largest: 0.0, tolerance: 0.0 };
    for (name, entropy) in &cut.entropy_nats {
        let claim = Claim {
            name,
            entropy: *entropy,
            links: &cut.cut_links[name],
            flow: &flow[name],
            links_cut: cut.links_cut[name],
            spins_cut: cut.spins_cut[name],
            bound: cut.bound_nats[name],
            flow_value: cut.flow_nats[name],
            rounding: cut.rounding_nats,
        };
        let inside = members(name, &regions);
        claim.check(&graph, &inside, &mut rounding, &mut checks)?;
        cut.details.check(&claim, &graph, &inside, &mut checks)?;
    }
    let difference = (cut.rounding_nats - rounding.largest).abs();
    checks.require(cut.rounding_nats >= 0.0 && difference <= rounding.tolerance, || {
        format!("rounding_nats is {} where cuts and flows differ by {}", cut.rounding_nats, rounding.largest)
    })?;
    // Exact cuts obey all inequalities; four entropies at most lie above the exact ones, by the rounding of capacities.
    let allowed = 4.0 * cut.rounding_nats;
    cut.sums.check("", &cut.entropy_nats, cut.sums.pair(), Some(allowed), &mut checks)?;
    let mut not_proved = Vec::new();
    if cut.sums.has_five_parties() {
        not_proved.push("the slack of the five-party inequality: the file has no entropies of its unions");
    }
    if let Some(fermion) = &cut.fermion {
        fermion.check(&cut.entropy_nats, cut.sums.pair(), &mut checks)?;
        not_proved.push("fermion.entropy_nats: of another theory, held against each other alone");
    }
    Ok(Verdict { checks: checks.made, not_proved })
}

fn read<T: for<'a> Deserialize<'a>>(bytes: &[u8], file: &str, kind: &'static str) -> Result<T, VerifyError> {
    serde_json::from_slice(bytes).map_err(|e| VerifyError::Broken {
        file: file.into(),
        kind,
        reason: e.to_string(),
    })
}

#[derive(Default)]
struct Checks {
    made: u64,
}

impl Checks {
    /// A check that failed.
    fn violated(&mut self, reason: String) -> VerifyError {
        self.made += 1;
        VerifyError::Violation { reason, checks: self.made }
    }

    fn require(&mut self, holds: bool, violation: impl FnOnce() -> String) -> Result<(), VerifyError> {
        self.made += 1;
        if holds { Ok(()) } else { Err(VerifyError::Violation { reason: violation(), checks: self.made }) }
    }
}

/// The same names in every list, each a union of given regions.
fn check_names(
    cut: &CutFile,
    flow: &BTreeMap<String, Vec<(u64, f64)>>,
    graph: &Graph,
    checks: &mut Checks,
) -> Result<(), VerifyError> {
    let names: Vec<&String> = cut.entropy_nats.keys().collect();
    checks.require(names.iter().any(|n| n.as_str() == "a"), || "region a has no entropy".into())?;
    for (field, same) in [
        ("links_cut", names.iter().copied().eq(cut.links_cut.keys())),
        ("spins_cut", names.iter().copied().eq(cut.spins_cut.keys())),
        ("bound_nats", names.iter().copied().eq(cut.bound_nats.keys())),
        ("flow_nats", names.iter().copied().eq(cut.flow_nats.keys())),
        ("cut_links", names.iter().copied().eq(cut.cut_links.keys())),
        ("flow", names.iter().copied().eq(flow.keys())),
    ] {
        checks.require(same, || format!("{field} and entropy_nats are not of the same regions"))?;
    }
    for name in names {
        let known =
            !name.is_empty() && name.chars().all(|c| cut.regions.contains_key(c.encode_utf8(&mut [0; 4])));
        checks.require(known, || format!("{name} is no union of the regions given"))?;
    }
    if let Some(sites) = cut.sites {
        checks.require(sites == graph.sites() as u64, || {
            format!("the cut is of {sites} sites, the graph has {}", graph.sites())
        })?;
    }
    Ok(())
}

/// The sites of each region, from its text, each site in one region at most.
fn region_sites(
    cut: &CutFile,
    sites: usize,
    checks: &mut Checks,
) -> Result<BTreeMap<char, Vec<bool>>, VerifyError> {
    let mut taken = vec![false; sites];
    let mut regions = BTreeMap::new();
    for (name, text) in &cut.regions {
        let mut inside = vec![false; sites];
        for part in text.split(',').filter(|p| !p.trim().is_empty()) {
            let bounds = part
                .trim()
                .split_once("..")
                .and_then(|(start, end)| Some((start.parse::<usize>().ok()?, end.parse::<usize>().ok()?)));
            let bounds = bounds.filter(|(start, end)| *start < sites && start <= end && end - start <= sites);
            let Some((start, end)) = bounds else {
                return Err(checks.violated(format!(
                    "region {name} = {text} is not inside the boundary of {sites} sites"
                )));
            };
            (start..end).for_each(|site| inside[site % sites] = true);
        }
        for site in 0..sites {
            checks.require(!(inside[site] && taken[site]), || format!("site {site} is in two regions"))?;
            taken[site] |= inside[site];
        }
        if let Some(letter) = name.chars().next().filter(|_| name.chars().count() == 1) {
            regions.insert(letter, inside);
        }
    }
    Ok(regions)
}

fn members(name: &str, regions: &BTreeMap<char, Vec<bool>>) -> Vec<bool> {
    let sites = regions.values().next().map_or(0, Vec::len);
    let mut inside = vec![false; sites];
    for region in name.chars().filter_map(|letter| regions.get(&letter)) {
        inside.iter_mut().zip(region).for_each(|(all, one)| *all |= one);
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::results::{CutDetails, cut_report, graph_report, json};
    use crate::holography::{BulkNetwork, CapacitySource};
    use crate::network::Geometry;
    use crate::rbm::{LayerRbm, Rbm, RbmShape};
    use crate::session::Document;
    use crate::session::keys::set_all;
    use serde_json::Value;

    /// Graph and cut of a small network whose links all differ from layer to layer and slot to slot: no ties.
    fn files(settings: &[(&str, &str)]) -> (Vec<u8>, Vec<u8>) {
        let mut document = Document::default();
        let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        set_all(&mut document, &settings).unwrap();
        let n = &document.network;
        let depth = n.depth(document.theory.mass);
        let layers: Vec<LayerRbm> = (0..n.log2_sites())
            .map(|k| {
                let shape = RbmShape {
                    sites: (n.sites >> k) as usize,
                    boundary: n.boundary,
                    field: n.receptive_field,
                };
                let weight = |slot: usize| 0.9 + 0.137 * slot as f64 - 0.0871 * f64::from(k);
                Rbm::unbiased(shape, &(0..n.receptive_field.links()).map(weight).collect::<Vec<_>>()).into()
            })
            .collect();
        let geometry = Geometry::new(n.log2_sites(), n.boundary, n.receptive_field, depth).unwrap();
        let source = CapacitySource::Learned { layers: &layers, complete: true };
        let bulk = BulkNetwork::new(geometry, source).unwrap();
        let details = CutDetails { certificate: true, threads: true };
        (json(&graph_report(&bulk)), json(&cut_report(&document, &bulk, details, |_, _| true).unwrap()))
    }

    const THREE: &[(&str, &str)] = &[
        ("network.sites", "16"),
        ("regions.a", "1..5"),
        ("regions.b", "5..7,9..10"),
        ("regions.c", "14..17"),
    ];

    fn check(graph: &[u8], cut: &[u8]) -> Result<Verdict, VerifyError> {
        verify(graph, cut, ["graph.json", "cut.json"])
    }

    #[test]
    fn certificates_of_all_kinds_of_networks_hold() {
        for r in ["2", "3", "4"] {
            for boundary in ["ring", "line"] {
                for wall in ["off", "2"] {
                    for a in ["5..20", "0..32", "3..3", "5..9,20..30"] {
                        let (graph, cut) = files(&[
                            ("network.sites", "32"),
                            ("network.receptive_field", r),
                            ("network.boundary", boundary),
                            ("network.wall", wall),
                            ("regions.a", a),
                        ]);
                        let verdict = check(&graph, &cut)
                            .unwrap_or_else(|e| panic!("r = {r} {boundary} {wall} {a}: {e}"));
                        assert!(verdict.checks > 50);
                    }
                }
            }
        }
        let (graph, cut) = files(THREE);
        check(&graph, &cut).unwrap();
    }

    /// Calls `visit` with the path of every number.
    fn numbers(value: &Value, path: &str, visit: &mut impl FnMut(&str)) {
        match value {
            Value::Number(_) => visit(path),
            Value::Array(list) => {
                list.iter().enumerate().for_each(|(i, v)| numbers(v, &format!("{path}/{i}"), visit));
            }
            Value::Object(map) => map.iter().for_each(|(k, v)| numbers(v, &format!("{path}/{k}"), visit)),
            _ => {}
        }
    }

    #[test]
    fn every_corrupted_number_of_a_certificate_is_seen() {
        let (graph, cut) = files(THREE);
        let cut: Value = serde_json::from_slice(&cut).unwrap();
        let mut paths = Vec::new();
        numbers(&cut, "", &mut |path| paths.push(path.to_string()));
        assert!(paths.len() > 150, "{}", paths.len());
        for path in paths {
            let number = cut.pointer(&path).unwrap();
            let wrong: Vec<Value> = match number.as_u64() {
                // Another link of the same upper node may carry the flow as well, which is then as good a proof:
                // three on is the next node's.
                Some(i) if path.starts_with("/flow/") => {
                    [i.wrapping_sub(3), i + 3, i + 1000].map(Value::from).to_vec()
                }
                Some(i) => [i.wrapping_sub(1), i + 1, i + 1000].map(Value::from).to_vec(),
                None => {
                    let x = number.as_f64().unwrap();
                    [x + 1e-9, x - 1e-9, 1.5 * x + 0.1].map(Value::from).to_vec()
                }
            };
            for value in wrong {
                let mut corrupted = cut.clone();
                *corrupted.pointer_mut(&path).unwrap() = value.clone();
                let found = check(&graph, &serde_json::to_vec(&corrupted).unwrap());
                assert!(found.is_err(), "{path} = {value} instead of {number} went unseen");
            }
        }
    }

    /// Each of these was once said to hold.
    #[test]
    fn wrong_tables_and_spin_counts_are_seen() {
        let (graph, cut) = files(THREE);
        let cut: Value = serde_json::from_slice(&cut).unwrap();
        assert_eq!(cut["fermion"]["inequalities"].as_array().unwrap().len(), 5);
        let seen = |changes: &[(&str, Value)]| {
            let mut corrupted = cut.clone();
            for (path, value) in changes {
                *corrupted.pointer_mut(path).unwrap() = value.clone();
            }
            let found = check(&graph, &serde_json::to_vec(&corrupted).unwrap());
            assert!(matches!(found, Err(VerifyError::Violation { .. })), "{changes:?}: {found:?}");
        };
        for table in ["/inequalities", "/fermion/inequalities"] {
            for row in 0..5 {
                let path = format!("{table}/{row}/holds");
                let holds = cut.pointer(&path).unwrap().as_bool().unwrap();
                seen(&[(&path, Value::from(!holds))]);
            }
        }
        for name in ["a", "abc"] {
            let spins = cut["spins_cut"][name].as_u64().unwrap();
            for wrong in [0, spins - 1] {
                // With the bound that belongs to it.
                let bound = wrong as f64 * std::f64::consts::LN_2;
                let fields = [format!("/spins_cut/{name}"), format!("/bound_nats/{name}")];
                seen(&[(&fields[0], Value::from(wrong)), (&fields[1], Value::from(bound))]);
            }
        }
        let verdict = check(&graph, &serde_json::to_vec(&cut).unwrap()).unwrap();
        assert!(verdict.not_proved.len() == 1 && verdict.not_proved[0].starts_with("fermion"));
    }

    #[test]
    fn a_second_cut_that_is_none_is_seen() {
        let mut document = Document::default();
        let set = [("network.sites", "64"), ("network.capacity", "unit"), ("regions.a", "5..37")];
        set_all(&mut document, &set.map(|(k, v)| (k.to_string(), v.to_string()))).unwrap();
        let bulk = crate::desk::study::bulk_network(&document, None).unwrap();
        let details = CutDetails { certificate: true, threads: false };
        let graph = json(&graph_report(&bulk));
        let cut = json(&cut_report(&document, &bulk, details, |_, _| true).unwrap());
        check(&graph, &cut).unwrap();
        let cut: Value = serde_json::from_slice(&cut).unwrap();
        let links = cut.pointer("/ties/a/cut_links_far").and_then(Value::as_array).unwrap().len();
        assert_eq!(links, 11);
        for place in 0..links {
            let mut corrupted = cut.clone();
            let link = corrupted.pointer_mut(&format!("/ties/a/cut_links_far/{place}")).unwrap();
            *link = Value::from(link.as_u64().unwrap() + 3);
            assert!(check(&graph, &serde_json::to_vec(&corrupted).unwrap()).is_err(), "{place}");
        }
    }

    #[test]
    fn a_cut_of_another_network_is_refused() {
        let (graph, _) = files(THREE);
        let (_, cut) =
            files(&[("network.sites", "16"), ("network.receptive_field", "4"), ("regions.a", "1..5")]);
        assert!(matches!(check(&graph, &cut), Err(VerifyError::Violation { .. })));
        let (_, cut) = files(&[("network.sites", "32"), ("regions.a", "1..5")]);
        assert!(matches!(check(&graph, &cut), Err(VerifyError::Violation { .. })));
    }

    #[test]
    fn graphs_that_are_none_are_refused() {
        let (graph, cut) = files(THREE);
        let graph: Value = serde_json::from_slice(&graph).unwrap();
        for (path, value) in [
            ("/nodes/3/id", Value::from(4)),
            ("/nodes/3/index", Value::from(40)),
            ("/nodes/20/layer", Value::from(4)),
            ("/links/5/to", Value::from(400)),
            ("/links/5/id", Value::from(4)),
            ("/links/5/capacity_nats", Value::from(-1)),
        ] {
            let mut corrupted = graph.clone();
            *corrupted.pointer_mut(path).unwrap() = value;
            let found = check(&serde_json::to_vec(&corrupted).unwrap(), &cut);
            assert!(matches!(found, Err(VerifyError::Violation { .. })), "{path}: {found:?}");
        }
        assert!(matches!(check(b"{}", &cut), Err(VerifyError::Broken { .. })));
    }

    #[test]
    fn a_cut_without_flow_is_no_certificate() {
        let (graph, cut) = files(THREE);
        let mut cut: Value = serde_json::from_slice(&cut).unwrap();
        cut.as_object_mut().unwrap().remove("flow");
        let error = check(&graph, &serde_json::to_vec(&cut).unwrap()).unwrap_err().to_string();
        assert!(error.contains("--certificate"), "{error}");
    }
}
