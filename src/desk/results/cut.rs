//! What `cut` answers: the minimal cut of the regions and of their unions, with its proof.

use super::{ReportError, capacity_sources};
use crate::entanglement::{Inequality, JointEntropies};
use crate::holography::{BulkNetwork, FermionRegions, JointRegions};
use crate::hyperbolic::regularised_length;
use crate::lattice::Boundary;
use crate::network::{Cut, CutSolver, Flow, MaxFlow, Region, causal_cone, fewest_spins, threads};
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

    /// Whether it says nothing of any region.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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

/// The other one of two extreme minimum cuts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TieReport {
    /// Numbers of the links of the minimum cut nearest the rest; `cut_links` is the one nearest the region.
    pub cut_links_far: Vec<u64>,
}

/// A path of the flow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThreadReport {
    /// Numbers of its links, from a site of the region to a site outside.
    pub links: Vec<u64>,
    /// What flows along it.
    pub nats: f64,
}

/// The same regions in the hopping chain of free Dirac fermions of `theory.mass`, on a ring of as many sites.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FermionCutReport {
    /// S of each region and union.
    pub entropy_nats: ByUnion<f64>,
    /// I, as in [`CutReport::mutual_information_nats`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutual_information_nats: Option<f64>,
    /// I(A:C|B); only with three regions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditional_mutual_information_nats: Option<f64>,
    /// I3; only with three regions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tripartite_nats: Option<f64>,
    /// The same inequalities; those that hold for cuts alone may be violated.
    pub inequalities: Vec<InequalityRow>,
}

/// What is wanted besides the cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct CutDetails {
    /// The flow on every link.
    pub certificate: bool,
    /// The flow as paths.
    pub threads: bool,
}

/// The answer of `cut`.
///
/// Above 2²⁰ sites there is no flow unless certificate or threads are asked for: it needs the whole graph in
/// memory.
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
    pub spins_cut: ByUnion<u64>,
    /// Spins cut times ln 2.
    pub bound_nats: ByUnion<f64>,
    /// Regions whose entropy is above |A| ln 2, or that of the rest if it is smaller: no state of spins has as much,
    /// and the cut is an upper bound alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub above_volume: Vec<&'static str>,
    /// Largest flow from the region to the rest; null where it was not looked for.
    pub flow_nats: Option<ByUnion<f64>>,
    /// Why it is null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow_reason: Option<&'static str>,
    /// Numbers of the links cut.
    pub cut_links: ByUnion<Vec<u64>>,
    /// Where the minimum cut is not unique, the one farthest from the region; left out where no region has any.
    #[serde(skip_serializing_if = "ByUnion::is_empty")]
    pub ties: ByUnion<TieReport>,
    /// Nodes of each layer that the region feeds, layer 0 first.
    pub cone: ByUnion<Vec<u64>>,
    /// The same nodes themselves, as intervals of each layer, layer 0 first.
    pub cone_intervals: ByUnion<Vec<String>>,
    /// Nodes of each layer on the region's side of the cut nearest to it, the entanglement wedge, as intervals.
    pub wedge_intervals: ByUnion<Vec<String>>,
    /// Length of the ideal geodesic of each interval above z = 1, in curvature radii: 2 arcosh(Ñ/2), on a ring
    /// with the shorter way round for Ñ.
    pub geodesic_length: ByUnion<Vec<f64>>,
    /// S_A + S_B − S_AB of the two regions that are given, of A and B where there are three; absent with fewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutual_information_nats: Option<f64>,
    /// The two regions that it is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mutual_information_of: Option<[&'static str; 2]>,
    /// I(A:C|B) = S_AB + S_BC − S_B − S_ABC; only with three regions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conditional_mutual_information_nats: Option<f64>,
    /// I3; only with three regions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tripartite_nats: Option<f64>,
    /// What entropies of several regions obey; none with one region.
    pub inequalities: Vec<InequalityRow>,
    /// The largest flow, link by link, positive from lower to upper layer; links without flow are left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flow: Option<ByUnion<Vec<(u64, f64)>>>,
    /// The same flow as paths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threads: Option<ByUnion<Vec<ThreadReport>>>,
    /// Exact entropies of free fermions; absent where regions or ring are too large to be quick, and
    /// of an open line, as the fermions live on a ring.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fermion: Option<FermionCutReport>,
}

/// Cuts the regions of a document and their unions.
///
/// `go_on` is asked before each of them, with how many are done and how many there are. The flow's value is found
/// in any case, as proof of the cut.
///
/// # Errors
/// A flow that differs from its cut (a fault of the program), a flow of more than 2²² sites, or `go_on` returned
/// `false`.
pub fn cut_report(
    document: &Document,
    bulk: &BulkNetwork,
    details: CutDetails,
    mut go_on: impl FnMut(usize, usize) -> bool,
) -> Result<CutReport, ReportError> {
    let network = &bulk.network;
    let geometry = network.geometry();
    let unions = unions(&document.regions);
    let mut solver = CutSolver::new(Arc::clone(network));
    let asked = details.certificate || details.threads;
    let proved = asked || geometry.log2_sites() <= MOST_LOG2_SITES_PROVED;
    let mut proof = if proved { Some(MaxFlow::new(network)?) } else { None };
    let mut cuts: ByUnion<Cut> = ByUnion(Vec::new());
    let mut flows: ByUnion<Flow> = ByUnion(Vec::new());
    for (done, (name, region)) in unions.iter().enumerate() {
        if !go_on(done, unions.len()) {
            return Err(ReportError::CalledOff);
        }
        let cut = solver.solve(region);
        if let Some(proof) = &mut proof {
            flows.0.push((*name, proof.certificate(&cut)?));
        }
        cuts.0.push((*name, cut));
    }
    let common = network.common_nats();
    let together = together(&document.regions, common, &mut |region| {
        let known = cuts.0.iter().find(|(_, cut)| cut.region == *region);
        known.map_or_else(|| solver.solve_near(region).capacity_nats, |(_, cut)| cut.capacity_nats)
    });
    let information = together.and_then(|t| t.mutual_information());
    let nats = |units: u64| units as f64 * network.unit_nats();
    let number = |link: &_| geometry.link_index(*link);
    let spins = map(&cuts, |cut| fewest_spins(network, bulk.channels as u32, cut));
    let ties = cuts.0.iter().filter_map(|(name, cut)| {
        let far = cut.far_links(network)?;
        Some((*name, TieReport { cut_links_far: far.iter().map(number).collect() }))
    });
    let paths = |(name, flow): &(&'static str, Flow)| {
        let region = cuts.get(name).map(|cut| &cut.region)?;
        let path = threads(flow, region).into_iter();
        let path = path
            .map(|t| ThreadReport { links: t.links.iter().map(number).collect(), nats: nats(t.amount.0) });
        Some((*name, path.collect()))
    };
    let signed = |units: i64| units as f64 * network.unit_nats();
    let by_link = |flow: &Flow| flow.links().map(|(link, units)| (number(&link), signed(units))).collect();
    Ok(CutReport {
        regions: texts(&document.regions),
        sites: document.network.sites,
        capacities: capacity_sources(bulk),
        entropy_nats: map(&cuts, |cut| cut.capacity_nats),
        rounding_nats: cuts.0.iter().map(|(_, cut)| cut.rounding_nats).fold(0.0, f64::max),
        links_cut: map(&cuts, |cut| cut.links.len()),
        bound_nats: map(&spins, |spins| *spins as f64 * LN_2),
        spins_cut: spins,
        above_volume: cuts.0.iter().filter(|(_, cut)| is_above_volume(cut)).map(|(name, _)| *name).collect(),
        flow_nats: proof.is_some().then(|| map(&flows, |flow| nats(flow.value().0))),
        flow_reason: proof.is_none().then_some(
            "above 2^20 sites the flow is looked for on request: --certificate or --threads, to 2^22 sites; the graph \
             that verify needs beside it is written to 2^20",
        ),
        cut_links: map(&cuts, |cut| cut.links.iter().map(number).collect()),
        ties: ByUnion(ties.collect()),
        cone: map(&cuts, |cut| causal_cone(geometry, &cut.region).node_counts()),
        cone_intervals: map(&cuts, |cut| intervals(causal_cone(geometry, &cut.region).layers())),
        wedge_intervals: map(&cuts, |cut| intervals(cut.wedge.layers())),
        geodesic_length: map(&cuts, |cut| geodesic_lengths(&cut.region)),
        mutual_information_nats: information.map(|(_, nats)| nats),
        mutual_information_of: information.map(|(pair, _)| pair.places().map(|place| ["a", "b", "c"][place])),
        conditional_mutual_information_nats: together.and_then(|t| t.conditional_mutual_information()),
        tripartite_nats: together.and_then(|t| t.tripartite()),
        inequalities: inequalities(together.as_ref()),
        flow: details.certificate.then(|| map(&flows, by_link)),
        threads: details.threads.then(|| ByUnion(flows.0.iter().filter_map(paths).collect())),
        fermion: fermion(document, &unions),
    })
}

/// Whether a cut is above |A| ln 2, or that of the rest if it is smaller: the words "bound above |A| ln 2".
#[must_use]
pub fn is_above_volume(cut: &Cut) -> bool {
    let sites = cut.region.len().min(cut.region.sites() - cut.region.len());
    // Sums of capacities are rounded by less.
    cut.capacity_nats > sites as f64 * LN_2 * (1.0 + 1e-12)
}

/// Most sites, as a power of two, up to which a proof is made unasked: a third of a gigabyte of memory.
const MOST_LOG2_SITES_PROVED: u32 = 20;

/// Lengths of the ideal geodesics of the intervals of a region above z = 1.
#[must_use]
pub fn geodesic_lengths(region: &Region) -> Vec<f64> {
    if region.is_full() {
        return Vec::new();
    }
    let span = |len: u64| match region.boundary() {
        Boundary::Ring => len.min(region.sites() - len),
        Boundary::Line => len,
    };
    region.intervals().iter().map(|i| regularised_length(span(i.len) as f64, 1.0)).collect()
}

/// The entropies of the given regions and their unions, or of the first five intervals of the only one.
fn together(
    regions: &Regions,
    unit_nats: Option<f64>,
    entropy: &mut dyn FnMut(&Region) -> f64,
) -> Option<JointEntropies> {
    let joint = JointRegions::of([&regions.a, &regions.b, &regions.c]);
    joint.map(|joint| joint.entropies_by(unit_nats, entropy))
}

/// The table of inequalities between them.
fn inequalities(together: Option<&JointEntropies>) -> Vec<InequalityRow> {
    let table = together.map(JointEntropies::inequalities).unwrap_or_default();
    table.into_iter().map(InequalityRow::from).collect()
}

/// The same regions as fermions, where that is quick.
fn fermion(document: &Document, unions: &[(&'static str, Region)]) -> Option<FermionCutReport> {
    let regions = &document.regions;
    FermionRegions::check(&regions.a.union(&regions.b).union(&regions.c)).ok()?;
    let fermions = FermionRegions::new(document.theory.mass, document.network.sites);
    let entropy_nats =
        ByUnion(unions.iter().map(|(name, region)| (*name, fermions.entropy_nats(region))).collect());
    let together = together(regions, None, &mut |region| {
        let known = unions.iter().position(|(_, union)| union == region);
        known.map_or_else(|| fermions.entropy_nats(region), |place| entropy_nats.0[place].1)
    });
    Some(FermionCutReport {
        entropy_nats,
        mutual_information_nats: together.and_then(|t| t.mutual_information()).map(|(_, nats)| nats),
        conditional_mutual_information_nats: together.and_then(|t| t.conditional_mutual_information()),
        tripartite_nats: together.and_then(|t| t.tripartite()),
        inequalities: inequalities(together.as_ref()),
    })
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

/// The nodes of layers as they would be written in a session.
fn intervals(layers: &[Region]) -> Vec<String> {
    layers.iter().map(ToString::to_string).collect()
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
        let details = CutDetails { certificate, threads: certificate };
        cut_report(&document, &bulk, details, |_, _| true).unwrap()
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
                assert_eq!(report.spins_cut.get("a"), Some(&m), "r = {r}");
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
        let (threads, entropy) = (report.threads.unwrap(), *report.entropy_nats.get("abc").unwrap());
        let sum: f64 = threads.get("abc").unwrap().iter().map(|t| t.nats).sum();
        assert!((sum - entropy).abs() <= report.rounding_nats + 1e-12);
    }

    /// Once both rows said slack 0, and there was no I: A was compared with a B that was not given.
    #[test]
    fn mutual_information_of_a_and_c_is_not_lost() {
        for (first, second) in [("a", "c"), ("b", "c"), ("a", "b")] {
            let of = |name: &str, text: &'static str| (format!("regions.{name}"), text);
            let set = [of(first, "0..8"), of(second, "9..20")];
            let none = [("network.sites", "64"), ("regions.a", "")];
            let set: Vec<_> = none.into_iter().chain(set.iter().map(|(k, v)| (k.as_str(), *v))).collect();
            let report = report(&set, false);
            // 7 + 7 − 11 links.
            assert!((report.mutual_information_nats.unwrap() - 3.0 * LN_2).abs() < 1e-12);
            assert_eq!(report.mutual_information_of, Some([first, second]));
            let slacks: Vec<f64> = report.inequalities.iter().map(|row| row.slack_nats / LN_2).collect();
            assert!((slacks[0] - 3.0).abs() < 1e-12 && (slacks[1] - 11.0).abs() < 1e-12, "{slacks:?}");
            let union = format!("S_{}{}", first.to_uppercase(), second.to_uppercase());
            assert!(report.inequalities.iter().all(|row| row.name.contains(&union)));
            assert!(report.tripartite_nats.is_none() && report.conditional_mutual_information_nats.is_none());
            let fermion = report.fermion.unwrap();
            let s = |name: &str| *fermion.entropy_nats.get(name).unwrap();
            let expected = s(first) + s(second) - s(&format!("{first}{second}"));
            assert!((fermion.mutual_information_nats.unwrap() - expected).abs() < 1e-12 && expected > 0.1);
            assert!((fermion.inequalities[0].slack_nats - expected).abs() < 1e-12);
        }
    }

    /// Of wedge and cone a file once held the counts of nodes alone.
    #[test]
    fn wedges_and_cones_are_written_layer_by_layer() {
        let report = report(&[("network.sites", "64"), ("regions.a", "5..37")], false);
        let (wedge, cone) =
            (report.wedge_intervals.get("a").unwrap(), report.cone_intervals.get("a").unwrap());
        assert_eq!((wedge[0].as_str(), cone[0].as_str()), ("5..37", "5..37"));
        let sizes = |layers: &[String]| -> Vec<u64> {
            let sites = (0..layers.len()).map(|k| 64 >> k);
            let size = |(text, n): (&String, u64)| Region::parse(text, n, Boundary::Ring).unwrap().len();
            layers.iter().zip(sites).map(size).collect()
        };
        assert_eq!(sizes(cone), *report.cone.get("a").unwrap());
        assert!(sizes(wedge).iter().zip(sizes(cone)).all(|(w, c)| *w <= c), "{wedge:?} {cone:?}");
        assert_eq!(wedge.len(), 7);
    }

    /// Two sites that three links leave: nothing once said that no two spins have this entropy.
    #[test]
    fn a_cut_above_the_volume_of_its_region_says_so() {
        let of = |a: &'static str| report(&[("network.sites", "64"), ("regions.a", a)], false).above_volume;
        assert_eq!(of("5..7"), ["a"]);
        assert!(of("5..37").is_empty() && of("").is_empty() && of("0..64").is_empty());
        assert_eq!(of("7..69"), ["a"], "the rest has two sites");
    }

    #[test]
    fn conditional_information_stands_beside_i3() {
        let regions = [("regions.a", "0..8"), ("regions.b", "8..12"), ("regions.c", "12..20")];
        let report = report(&[&regions[..], &[("network.sites", "64")]].concat(), false);
        for (conditional, rows) in [
            (report.conditional_mutual_information_nats, &report.inequalities),
            (
                report.fermion.as_ref().unwrap().conditional_mutual_information_nats,
                &report.fermion.as_ref().unwrap().inequalities,
            ),
        ] {
            let row = rows.iter().find(|row| row.name.starts_with("strong")).unwrap();
            assert_eq!(conditional, Some(row.slack_nats));
            assert!(row.slack_nats > 0.0 && row.holds);
        }
    }

    #[test]
    fn fermions_stand_beside_the_cuts_of_the_same_regions() {
        let regions = [("regions.a", "0..1"), ("regions.b", "1..3"), ("regions.c", "3..4")];
        let set = [&regions[..], &[("network.sites", "64"), ("theory.mass", "0.1")]].concat();
        let fermion = report(&set, false).fermion.unwrap();
        // Computed outside this program.
        assert!((fermion.tripartite_nats.unwrap() - 0.02588).abs() < 0.6e-5);
        let monogamy = fermion.inequalities.iter().find(|i| i.name.starts_with("monogamy")).unwrap();
        assert!(!monogamy.holds && (monogamy.slack_nats + 0.02588).abs() < 0.6e-5);
        assert!(fermion.inequalities.iter().filter(|i| !i.holds).count() == 1);
        assert!(report(&[("network.sites", "2^13")], false).fermion.is_none());
    }

    #[test]
    fn five_intervals_of_one_region_obey_the_cyclic_inequality() {
        let five = report(&[("regions.a", "0..9,12..20,30..50,60..90,99..101,200..210")], false);
        assert!(five.inequalities.len() == 1 && five.inequalities[0].name.starts_with("five-party"));
        assert!(five.inequalities[0].holds && five.mutual_information_nats.is_none());
        assert_eq!(five.fermion.unwrap().inequalities.len(), 1);
    }

    #[test]
    fn geodesics_go_the_shorter_way_round() {
        let lengths = |text, boundary| geodesic_lengths(&Region::parse(text, 64, boundary).unwrap());
        let arc = |n: f64| 2.0 * (0.5 * n).acosh();
        assert_eq!(lengths("0..8,10..11", Boundary::Ring), [arc(8.0), 0.0]);
        assert_eq!(lengths("0..48", Boundary::Ring), [arc(16.0)]);
        assert_eq!(lengths("0..48", Boundary::Line), [arc(48.0)]);
        assert!(lengths("0..64", Boundary::Ring).is_empty() && lengths("", Boundary::Ring).is_empty());
    }

    #[test]
    fn work_can_be_called_off() {
        let document = Document::default();
        let bulk = study::bulk_network(&document, None).unwrap();
        let off = cut_report(&document, &bulk, CutDetails::default(), |_, _| false);
        assert!(matches!(off, Err(ReportError::CalledOff)));
    }
}
