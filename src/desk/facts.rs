//! What is known of a place in the bulk: a site, a tile, a link, in words and where it stands on the page.

use super::learned_links;
use super::looks::link_flows;
use super::picture::unit;
use super::study::Study;
use crate::figure::camera::Projection;
use crate::figure::chart::{four_digits, grouped};
use crate::figure::page::Place;
use crate::figure::pick;
use crate::holography::{LayerStatus, RegionAnswer};
use crate::hyperbolic::Tile;
use crate::network::{Geometry, LinkId, Node};
use crate::session::{Document, RegionName};

/// A place that something is known of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// A boundary site.
    Site(u64),
    /// A tile, that of a node.
    Tile(Node),
    /// A link between two nodes.
    Link(LinkId),
}

/// What is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What it is.
    pub title: String,
    /// One fact a line.
    pub lines: Vec<String>,
}

impl Facts {
    /// All in one line.
    #[must_use]
    pub fn sentence(&self) -> String {
        std::iter::once(&self.title).chain(&self.lines).cloned().collect::<Vec<_>>().join(" · ")
    }
}

impl Spot {
    /// What is under a place on the page: the rim, a link, or the tile around both.
    #[must_use]
    pub fn under(study: &Study, p: &Projection, at: Place) -> Option<Self> {
        if let Some(site) = pick::site_at(p, at).filter(|_| pick::near_rim(p, at)) {
            return Some(Self::Site(site));
        }
        let geometry = study.network.network.geometry();
        let (field, boundary, depth) = (geometry.field(), geometry.boundary(), geometry.depth());
        if let Some(link) = pick::link_under(p, field, boundary, depth, at) {
            return Some(Self::Link(link));
        }
        let tile = pick::tile_under(p, field, boundary, depth, at)?;
        Some(Self::Tile(Node { layer: tile.layer, index: tile.index as u64 }))
    }

    /// Whether a network has it.
    #[must_use]
    pub fn is_of(self, geometry: &Geometry) -> bool {
        let has =
            |node: Node| node.layer <= geometry.depth() && node.index < geometry.sites_in_layer(node.layer);
        match self {
            Self::Site(site) => site < geometry.sites(),
            Self::Tile(node) => has(node),
            Self::Link(link) => {
                link.layer < geometry.depth()
                    && link.block < geometry.sites_in_layer(link.layer + 1)
                    && usize::from(link.slot) < geometry.field().links()
                    && geometry.ends(link).is_some()
            }
        }
    }

    /// Where it stands on the page: a site at the rim, a tile at its node, a link in its middle.
    #[must_use]
    pub fn place(self, geometry: &Geometry, p: &Projection) -> Place {
        let field = geometry.field();
        match self {
            Self::Site(site) => p.outside(site as f64 + 0.5, 0.0),
            Self::Tile(node) => p.to_page(Tile { layer: node.layer, index: node.index as i64 }.centre(field)),
            Self::Link(link) => {
                let places = pick::link_places(p, field, link);
                let Some(last) = places.len().checked_sub(1) else { return Place::default() };
                // Of an even number of corners no one is the middle: half way between two.
                let (a, b) = (places[last / 2], places[last.div_ceil(2)]);
                [0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])]
            }
        }
    }

    /// What is known of it.
    #[must_use]
    pub fn facts(self, document: &Document, study: &Study) -> Facts {
        match self {
            Self::Site(site) => site_facts(document, study, site),
            Self::Tile(node) => tile_facts(document, study, node),
            Self::Link(link) => link_facts(document, study, link),
        }
    }
}

fn site_facts(document: &Document, study: &Study, site: u64) -> Facts {
    let inside = RegionName::ALL.into_iter().find(|n| document.regions.get(*n).contains(site));
    let mut lines = vec![inside.map_or("in no region".into(), |n| format!("in {}", n.letter()))];
    lines.extend(spin(study, Node { layer: 0, index: site }));
    Facts { title: format!("site {}", grouped(site)), lines }
}

/// Which way the node's spin points in the sample that is shown, where it has one spin.
fn spin(study: &Study, node: Node) -> Option<String> {
    let spins = &study.training.as_ref()?.nodes.get(node.layer as usize)?.spins;
    match spins.get((node.index % spins.len().max(1) as u64) as usize)? {
        s if *s == 1.0 => Some("spin up".into()),
        s if *s == -1.0 => Some("spin down".into()),
        s => Some(format!("mean of its spins {}", four_digits(f64::from(*s)))),
    }
}

/// Of every region that has a cut, what a place is to it.
fn sides(study: &Study, of: impl Fn(&RegionAnswer) -> Option<&'static str>) -> Vec<String> {
    let answers = study.answer.iter().flat_map(|answer| RegionName::ALL.into_iter().zip(&answer.regions));
    answers
        .filter(|(_, answer)| !answer.region.is_empty())
        .filter_map(|(name, answer)| Some(format!("{} {}", of(answer)?, name.letter())))
        .collect()
}

fn tile_facts(document: &Document, study: &Study, node: Node) -> Facts {
    let bulk = &study.network;
    let geometry = bulk.network.geometry();
    let sides_of = Tile { layer: node.layer, index: node.index as i64 }.sides(geometry.field());
    let [low, high] = [sides_of.bottom, sides_of.top].map(|z| grouped(z as u64));
    let mut lines = vec![format!("z = {low} to {high}")];
    if node.layer > 0 {
        let range = [sides_of.left, sides_of.right].map(four_digits);
        lines.push(format!("over x = {} to {}", range[0], range[1]));
    }
    lines.extend(spin(study, node));
    if let Some(layer) = node.layer.checked_sub(1) {
        let links: Vec<LinkId> = (0..geometry.field().links() as u8)
            .map(|slot| LinkId { layer, block: node.index, slot })
            .filter(|link| geometry.ends(*link).is_some())
            .collect();
        let list = |values: Vec<f64>| values.into_iter().map(four_digits).collect::<Vec<_>>().join(", ");
        let weights: Vec<f64> = links.iter().filter_map(|link| bulk.weight(*link)).collect();
        if !weights.is_empty() {
            lines.push(format!("weights {}", list(weights)));
        }
        let unit = unit(document, study);
        let nats = links.iter().map(|link| bulk.network.nats(*link) / unit.nats).collect();
        lines.push(format!("s = {} {}", list(nats), unit.name));
        lines.extend(status(study, layer));
    }
    lines.extend(sides(study, |a| {
        Some(if a.cut.wedge.contains(node) { "in the wedge of" } else { "outside the wedge of" })
    }));
    Facts { title: format!("layer τ = {} · node {}", node.layer, grouped(node.index)), lines }
}

fn status(study: &Study, layer: u32) -> Option<String> {
    match study.network.status.get(layer as usize)? {
        LayerStatus::Extrapolated => Some("reused weights".into()),
        LayerStatus::Untrained => Some("not learned yet".into()),
        LayerStatus::Given | LayerStatus::Learned => None,
    }
}

fn link_facts(document: &Document, study: &Study, link: LinkId) -> Facts {
    let bulk = &study.network;
    let unit = unit(document, study);
    let in_unit = |nats: f64| format!("{} {}", four_digits(nats / unit.nats), unit.name);
    let title = match bulk.network.geometry().ends(link) {
        Some((low, high)) => format!(
            "link from node {} of τ = {} to node {} of τ = {}",
            grouped(low.index),
            low.layer,
            grouped(high.index),
            high.layer
        ),
        None => "no link".into(),
    };
    let mut lines: Vec<String> =
        bulk.weight(link).map(|w| format!("w = {}", four_digits(w))).into_iter().collect();
    lines.push(format!("capacity {}", in_unit(bulk.network.nats(link))));
    let known = study.answer.iter().flat_map(|a| &a.later).any(|later| later.threads.is_some());
    if known {
        lines.push(format!("flow {}", in_unit(link_flows(study).get(&link).copied().unwrap_or(0.0))));
    }
    lines.extend(learned_links::fact(document, study, link));
    lines.extend(status(study, link.layer));
    let ends = bulk.network.geometry().ends(link);
    lines.extend(sides(study, |a| {
        let (low, high) = ends?;
        match (a.cut.wedge.contains(low), a.cut.wedge.contains(high)) {
            (true, true) => Some("in the wedge of"),
            (false, false) => Some("outside the wedge of"),
            _ => Some("cut by the curve of"),
        }
    }));
    Facts { title, lines }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::{picture, study};
    use crate::figure::camera::{Camera, ChartKind, Frame};
    use crate::hyperbolic::HalfPlane;
    use crate::session::keys::set_all;
    use crate::sim::Trainer;
    use std::sync::Arc;

    fn study_of(settings: &[(&str, &str)]) -> (Document, Study) {
        let quick = [("theory.kind", "chain"), ("learning.sites", "32"), ("network.sites", "32")];
        let more = [("learning.samples", "300"), ("regions.a", "3..11")];
        let all = quick.iter().chain(&more).chain(settings);
        let all: Vec<(String, String)> = all.map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        let mut document = Document::default();
        set_all(&mut document, &all).unwrap();
        let training = Arc::new(Trainer::run(document.task(), |_| true).unwrap());
        let network = Arc::new(study::bulk_network(&document, Some(&training)).unwrap());
        let answer = Some(Arc::new(study::cut(&document, &network)));
        let study = Study { training: Some(training), answer, ..Study::of(network) };
        (document, study)
    }

    #[test]
    fn every_link_that_is_cut_says_so_and_no_other() {
        for field in ["2", "3", "4"] {
            let (document, study) = study_of(&[
                ("network.receptive_field", field),
                ("view.show", "threads"),
                ("view.units", "bits"),
            ]);
            let answer = &study.answer.as_ref().unwrap().regions[0];
            let geometry = study.network.network.geometry();
            let mut flow = 0.0;
            for link in geometry.links() {
                let facts = Spot::Link(link).facts(&document, &study);
                let cut = facts.lines.contains(&"cut by the curve of A".to_string());
                assert_eq!(cut, answer.cut.links.contains(&link), "{link:?}: {facts:?}");
                let nats = study.network.network.nats(link);
                let capacity = format!("capacity {} bits", four_digits(nats / std::f64::consts::LN_2));
                assert!(facts.lines.contains(&capacity), "{facts:?}");
                let weight = format!("w = {}", four_digits(study.network.weight(link).unwrap()));
                assert!(facts.lines.contains(&weight), "{facts:?}");
                assert!(facts.lines.iter().any(|line| line.starts_with("flow ")));
                if cut {
                    flow += link_flows(&study)[&link];
                }
            }
            assert!((flow - answer.cut.capacity_nats).abs() < 1e-9);
        }
    }

    #[test]
    fn a_spot_is_found_where_it_stands_in_every_chart() {
        for field in ["2", "3", "4"] {
            let (mut document, study) = study_of(&[("network.receptive_field", field)]);
            let geometry = study.network.network.geometry();
            for chart in ChartKind::ALL {
                document.view.chart = chart;
                let p = picture::projection(&document, Camera::HOME, Frame::page(1200.0, 1200.0));
                let mut found = 0;
                for layer in 1..=3 {
                    for index in 0..geometry.sites_in_layer(layer) {
                        let spot = Spot::Tile(Node { layer, index });
                        // Near the rim of a disk a hand points at sites, or at tiles smaller than what it hides.
                        let at = spot.place(geometry, &p);
                        if matches!(chart, ChartKind::Poincare | ChartKind::Klein) {
                            let sides = Tile { layer, index: index as i64 }.sides(geometry.field());
                            let corner = |x, z| p.to_page(HalfPlane { x, z });
                            let a = corner(sides.left, sides.bottom);
                            let others = [corner(sides.left, sides.top), corner(sides.right, sides.bottom)];
                            let small = others.iter().any(|b| (a[0] - b[0]).hypot(a[1] - b[1]) < 12.0);
                            if small || pick::near_rim(&p, at) {
                                continue;
                            }
                        }
                        assert_eq!(Spot::under(&study, &p, at), Some(spot), "{chart:?}");
                    }
                }
                for link in geometry.links() {
                    let at = Spot::Link(link).place(geometry, &p);
                    match Spot::under(&study, &p, at) {
                        Some(Spot::Link(seen)) if seen == link => found += 1,
                        // Links that cross or are too small give way to others.
                        _ => {}
                    }
                }
                // In the disks most links stand near the boundary.
                let all = geometry.links().count();
                let least = if matches!(chart, ChartKind::Ring | ChartKind::HalfPlane) { all / 2 } else { 4 };
                assert!(found > least, "{chart:?} r = {field}: {found} of {all} links are found");
            }
        }
    }

    #[test]
    fn tiles_and_sites_tell_what_the_network_answers() {
        let (document, study) = study_of(&[]);
        let answer = &study.answer.as_ref().unwrap().regions[0];
        let geometry = study.network.network.geometry();
        for layer in 0..=geometry.depth() {
            for index in 0..geometry.sites_in_layer(layer) {
                let node = Node { layer, index };
                let facts = Spot::Tile(node).facts(&document, &study);
                let inside = facts.lines.contains(&"in the wedge of A".to_string());
                assert_eq!(inside, answer.cut.wedge.contains(node), "{facts:?}");
                let outside = facts.lines.contains(&"outside the wedge of A".to_string());
                assert_eq!(outside, !inside, "a tile says on which side of the curve it is: {facts:?}");
                let up = study.training.as_ref().unwrap().nodes[layer as usize].spins[index as usize] > 0.0;
                assert!(facts.lines.contains(&format!("spin {}", if up { "up" } else { "down" })));
            }
        }
        let site = |s| Spot::Site(s).facts(&document, &study).sentence();
        assert!(site(3).starts_with("site 3 · in A") && site(11).starts_with("site 11 · in no region"));
        let facts = Spot::Tile(Node { layer: 3, index: 1 }).facts(&document, &study);
        assert_eq!((&facts.title[..], &facts.lines[0][..]), ("layer τ = 3 · node 1", "z = 8 to 16"));
        let outside = [
            Spot::Site(32),
            Spot::Tile(Node { layer: 6, index: 0 }),
            Spot::Tile(Node { layer: 5, index: 1 }),
        ];
        assert!(outside.iter().all(|spot| !spot.is_of(geometry)));
    }
}
