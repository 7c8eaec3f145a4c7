//! What `cut` answers: the minimal cut of the regions and of their unions, with its proof.

use super::{ReportError, capacity_sources};
use crate::entanglement::{Inequality, RegionEntropies};
use crate::holography::BulkNetwork;
use crate::network::{Cut, CutSolver, FlowError, MaxFlow, Network, Region, SpinBoundSolver};
use crate::numerics::stable::LN_2;
use crate::session::{Document, Regions};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// Something for region A and every union of given regions, by name: `a`, `b`, `c`, `ab`, `ac`, `bc`, `abc`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct ByUnion<T>(pub Vec<(&'static str, T)>);

impl<T> ByUnion<T> {
    /// What belongs to a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&T> {
        self.0.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
    }
}

impl<T: Serialize> Serialize for ByUnion<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// The three regions as text, empty where there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RegionTexts {
    /// Region A.
    pub a: String,
    /// Region B.
    pub b: String,
    /// Region C.
    pub c: String,
}

/// One inequality between entropies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InequalityRow {
    /// Name with its formula.
    pub name: &'static str,
    /// Left side minus right side.
    pub slack_nats: f64,
    /// Whether it holds, rounding allowed for.
    pub holds: bool,
}

impl From<Inequality> for InequalityRow {
    fn from(i: Inequality) -> Self {
        Self { name: i.name, slack_nats: i.slack_nats, holds: i.holds }
    }
}

/// The answer of `cut`.
///
/// Above 2²⁰ sites there is neither flow nor count of spins unless the certificate is asked for: both need the
/// whole graph in memory.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CutReport {
    /// The regions that were cut.
    pub regions: RegionTexts,
    /// Boundary sites.
    pub sites: u64,
    /// Where the capacities of each layer of links come from.
    pub capacities: Vec<&'static str>,
    /// Summed capacity of the minimal cut: S.
    pub entropy_nats: ByUnion<f64>,
    /// Most by which any of the entropies may lie above the true minimum, from rounding capacities down to whole
    /// units.
    pub rounding_nats: f64,
    /// Links cut.
    pub links_cut: ByUnion<usize>,
    /// Fewest spins whose removal separates the region; a site of q channels counts q.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spins_cut: Option<ByUnion<usize>>,
    /// Spins cut times ln 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bound_nats: Option<ByUnion<f64>>,
    /// Largest flow from the region to the rest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_nats: Option<ByUnion<f64>>,
    /// Numbers of the links cut.
    pub cut_links: ByUnion<Vec<u64>>,
    /// S_A + S_B − S_AB; only with two regions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutual_information_nats: Option<f64>,
    /// I3; only with three regions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tripartite_nats: Option<f64>,
    /// What entropies of several regions obey; none with one region.
    pub inequalities: Vec<InequalityRow>,
    /// The largest flow, link by link, positive from lower to upper layer; links without flow are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<ByUnion<Vec<(u64, f64)>>>,
}

/// Cuts the regions of a document and their unions.
///
/// `go_on` is asked before each of them, with how many are done and how many there are. With `certificate`
/// the flow on every link is listed; the flow's value is found in any case, as proof of the cut.
///
/// # Errors
/// A flow that differs from its cut (a fault of the program), a certificate of more than 2²² sites, or
/// `go_on` returned `false`.
pub fn cut_report(
    document: &Document,
    bulk: &BulkNetwork,
    certificate: bool,
    mut go_on: impl FnMut(usize, usize) -> bool,
) -> Result<CutReport, ReportError> {
    let network = &bulk.network;
    let unions = unions(&document.regions);
    let mut solver = CutSolver::new(Arc::clone(network));
    let proved = certificate || network.geometry().log2_sites() <= MOST_LOG2_SITES_PROVED;
    let mut proof = if proved { Some(Proof::new(network, bulk.channels as u32)?) } else { None };
    let mut cuts: ByUnion<Cut> = ByUnion(Vec::new());
    let (mut spins, mut values, mut flows) = (ByUnion::default(), ByUnion::default(), ByUnion::default());
    for (done, (name, region)) in unions.iter().enumerate() {
        if !go_on(done, unions.len()) {
            return Err(ReportError::CalledOff);
        }
        let cut = solver.solve(region);
        if let Some(proof) = &mut proof {
            let flow = proof.flow.certificate(&cut)?;
            values.0.push((*name, network.to_nats(flow.value())));
            spins.0.push((*name, proof.spins.solve(region).count as usize));
            if certificate {
                let nats = |units: i64| units as f64 * network.unit_nats();
                let links = flow.links().map(|(l, units)| (network.geometry().link_index(l), nats(units)));
                flows.0.push((*name, links.collect()));
            }
        }
        cuts.0.push((*name, cut));
    }
    let entropies = entropies(&cuts);
    let given = [&document.regions.a, &document.regions.b, &document.regions.c].map(|r| !r.is_empty());
    let (two, three) = (given[0] && given[1], given == [true; 3]);
    Ok(CutReport {
        regions: texts(&document.regions),
        sites: document.network.sites,
        capacities: capacity_sources(bulk),
        entropy_nats: map(&cuts, |cut| cut.capacity_nats),
        rounding_nats: cuts.0.iter().map(|(_, cut)| cut.rounding_nats).fold(0.0, f64::max),
        links_cut: map(&cuts, |cut| cut.links.len()),
        bound_nats: proof.is_some().then(|| map(&spins, |spins| *spins as f64 * LN_2)),
        spins_cut: proof.is_some().then_some(spins),
        flow_nats: proof.is_some().then_some(values),
        cut_links: map(&cuts, |cut| cut.links.iter().map(|l| network.geometry().link_index(*l)).collect()),
        mutual_information_nats: two.then(|| entropies.mutual_information()),
        tripartite_nats: three.then(|| entropies.tripartite()),
        inequalities: if two {
            entropies.inequalities(three).into_iter().map(InequalityRow::from).collect()
        } else {
            Vec::new()
        },
        flow: certificate.then_some(flows),
    })
}

/// Most sites, as a power of two, up to which a proof is made unasked: half a gigabyte of memory.
const MOST_LOG2_SITES_PROVED: u32 = 20;

/// What proves a cut and bounds its entropy, with buffers kept from region to region.
struct Proof {
    flow: MaxFlow,
    spins: SpinBoundSolver,
}

impl Proof {
    fn new(network: &Network, channels: u32) -> Result<Self, FlowError> {
        Ok(Self { flow: MaxFlow::new(network)?, spins: SpinBoundSolver::with_channels(network, channels)? })
    }
}

/// Region A and every union of two or three given regions; B and C where they are given.
fn unions(regions: &Regions) -> Vec<(&'static str, Region)> {
    let Regions { a, b, c } = regions;
    let mut unions = vec![("a", a.clone())];
    let mut add = |name, parts: &[&Region]| {
        if parts.iter().all(|r| !r.is_empty()) {
            let whole = parts[1..].iter().fold(parts[0].clone(), |all, part| all.union(part));
            unions.push((name, whole));
        }
    };
    add("b", &[b]);
    add("c", &[c]);
    add("ab", &[a, b]);
    add("ac", &[a, c]);
    add("bc", &[b, c]);
    add("abc", &[a, b, c]);
    unions
}

fn map<T, U>(all: &ByUnion<T>, of: impl Fn(&T) -> U) -> ByUnion<U> {
    ByUnion(all.0.iter().map(|(name, value)| (*name, of(value))).collect())
}

/// All seven entropies; a union with an empty region is the union without it.
fn entropies(cuts: &ByUnion<Cut>) -> RegionEntropies {
    let s = |names: &[&str]| names.iter().find_map(|n| cuts.get(n)).map_or(0.0, |cut| cut.capacity_nats);
    RegionEntropies {
        a: s(&["a"]),
        b: s(&["b"]),
        c: s(&["c"]),
        ab: s(&["ab"]),
        bc: s(&["bc", "b", "c"]),
        ca: s(&["ac", "a", "c"]),
        abc: s(&["abc", "ab", "ac", "bc"]),
    }
}

fn texts(regions: &Regions) -> RegionTexts {
    RegionTexts { a: regions.a.to_string(), b: regions.b.to_string(), c: regions.c.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::study;
    use crate::session::keys::set_all;

    fn report(settings: &[(&str, &str)], certificate: bool) -> CutReport {
        let mut document = Document::default();
        let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        set_all(&mut document, &[("network.capacity".into(), "unit".into())]).unwrap();
        set_all(&mut document, &settings).unwrap();
        let bulk = study::bulk_network(&document, None).unwrap();
        cut_report(&document, &bulk, certificate, |_, _| true).unwrap()
    }

    #[test]
    fn links_and_spins_of_a_ring_of_64_are_the_published_ones() {
        for (r, links, spins) in [("2", 5, None), ("3", 11, Some(6)), ("4", 18, Some(9))] {
            let report = report(
                &[("network.sites", "64"), ("network.receptive_field", r), ("regions.a", "5..37")],
                false,
            );
            assert_eq!(report.links_cut.get("a"), Some(&links));
            assert!((report.entropy_nats.get("a").unwrap() - links as f64 * LN_2).abs() < 1e-12);
            if let Some(m) = spins {
                assert_eq!(report.spins_cut.unwrap().get("a"), Some(&m), "r = {r}");
            }
            assert!(report.flow.is_none() && report.mutual_information_nats.is_none());
        }
    }

    #[test]
    fn unions_of_empty_regions_are_left_out() {
        let names = |settings: &[(&str, &str)]| {
            let report = report(settings, false);
            report.entropy_nats.0.iter().map(|(n, _)| *n).collect::<Vec<_>>()
        };
        assert_eq!(names(&[("regions.a", "5..5")]), ["a"]);
        assert_eq!(names(&[("regions.c", "100..110")]), ["a", "c", "ac"]);
        let three = [("regions.b", "88..100"), ("regions.c", "100..110")];
        assert_eq!(names(&three), ["a", "b", "c", "ab", "ac", "bc", "abc"]);
        let report = report(&three, true);
        assert!(report.tripartite_nats.unwrap() <= 1e-12 && report.inequalities.len() == 5);
        assert!(report.inequalities.iter().all(|i| i.holds));
        assert!(report.flow.unwrap().get("abc").unwrap().len() > 10);
    }

    #[test]
    fn work_can_be_called_off() {
        let document = Document::default();
        let bulk = study::bulk_network(&document, None).unwrap();
        let off = cut_report(&document, &bulk, false, |_, _| false);
        assert!(matches!(off, Err(ReportError::CalledOff)));
    }
}
