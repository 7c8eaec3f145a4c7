//! What tiles and links of a study are coloured by, as the document asks for it, and the scales that say so.

use super::domain_wall::{MOST_MOVING, is_watched};
use super::learned_links;
use super::picture::unit;
use super::study::Study;
use crate::entanglement::DomainWall;
use crate::figure::Hidden;
use crate::figure::chart::{four_digits, grouped, with_error_in_brackets};
use crate::figure::film::Film;
use crate::figure::link_scale::LinkScale;
use crate::figure::link_tones::{LinkTones, LinksBy};
use crate::figure::looks::Looks;
use crate::figure::tints::{LayerTint, Ramp, Scale, TileTint, Tints};
use crate::holography::{LayerStatus, Overlays};
use crate::network::{LinkId, Network};
use crate::numerics::stable::LN_2;
use crate::session::Document;
use crate::sim::WallSnapshot;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Tints and tones of a picture, with their scales.
#[derive(Clone, Debug, Default)]
pub struct BulkLooks {
    tints: Tints,
    links: LinkTones,
    /// The spins of every layer in one sample.
    spins: Tints,
    film: Option<f64>,
    hidden: Hidden,
    /// What the tones of the tiles mean; none for plain ones.
    pub scale: Option<Scale>,
    /// Value of the widest link, where links are not drawn by capacity.
    pub widest_link: Option<WidestLink>,
    /// What width and tone of the links mean, where they are drawn by learned couplings.
    pub link_scale: Option<LinkScale>,
}

/// What the widest link has.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WidestLink {
    /// |w| from which on a link is of full hue.
    Weight(f64),
    /// Flow, in the unit of the document.
    Flow(f64, &'static str),
}

impl WidestLink {
    /// "links by weight, full hue from |w| = 1.33 on".
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Weight(w) => format!("links by weight, full hue from |w| = {} on", four_digits(w)),
            Self::Flow(flow, unit) => format!("links by flow, the widest {} {unit}", four_digits(flow)),
        }
    }
}

/// |w| of full hue at most: the Schmidt entropy is within a percent of ln 2 there, more is not seen.
const FULL_WEIGHT: f64 = 2.0;

impl BulkLooks {
    /// What the document's `view.tiles` and `view.links` show of a study, at a position of the film if it is shown.
    #[must_use]
    pub fn of(document: &Document, study: &Study, film: Option<f64>) -> Self {
        let (tints, scale) = tiles(document, study, document.view.tiles);
        let (links, widest_link) = match document.view.links {
            LinksBy::Capacity => (LinkTones::Capacity, None),
            LinksBy::Weight => by_weight(study),
            LinksBy::Flow => by_flow(document, study),
            LinksBy::Learned => (learned_links::tones(study), None),
        };
        let link_scale = (document.view.links == LinksBy::Learned).then(|| learned_links::scale(study));
        let spins = film.map(|_| tiles(document, study, TileTint::Spins).0).unwrap_or_default();
        let hidden = document.view.hide;
        Self { tints, links, spins, film, hidden, scale, widest_link, link_scale }
    }

    /// For the scene.
    #[must_use]
    pub fn looks(&self, still_beads: bool) -> Looks<'_> {
        let film = self.film.map(|at| Film { at, spins: &self.spins });
        Looks { tints: &self.tints, links: &self.links, still_beads, film, hidden: self.hidden }
    }
}

/// What must be asked of the cut engine for a document's picture: links by flow need the threads.
#[must_use]
pub fn asked_of_cut(document: &Document) -> Overlays {
    let threads = document.view.show.threads || document.view.links == LinksBy::Flow;
    Overlays { threads, ..document.view.show }
}

/// Tints of the tiles, and their scale.
fn tiles(document: &Document, study: &Study, tint: TileTint) -> (Tints, Option<Scale>) {
    let nodes = study.training.as_ref().map(|t| Arc::clone(&t.nodes)).unwrap_or_default();
    let depth = study.network.network.geometry().depth();
    let scale = |title: &str, [low, high]: [&str; 2], ramp, note| {
        Some(Scale { title: title.into(), ends: [low.into(), high.into()], ramp, note })
    };
    match tint {
        TileTint::Plain => (Tints::default(), None),
        TileTint::Spins => {
            let layers: Vec<LayerTint> = nodes.iter().map(|n| LayerTint::of(&n.spins)).collect();
            let note = sample_note(document, layers.len(), depth);
            (
                Tints { layers, ramp: Ramp::Spins },
                scale("spins of one sample", ["down", "up"], Ramp::Spins, note),
            )
        }
        TileTint::Magnetisation => {
            let layers: Vec<LayerTint> = nodes.iter().map(|n| LayerTint::of(&n.magnetisation)).collect();
            let known = layers.iter().filter(|l| **l != LayerTint::Unknown).count();
            let note = match known {
                0 if document.learning.channels > 1 => "not of several channels".into(),
                _ => known_note(known, depth),
            };
            (Tints { layers, ramp: Ramp::Signed }, scale("mean spin ⟨x⟩", ["−1", "1"], Ramp::Signed, note))
        }
        TileTint::Kl => {
            let layers = study.training.iter().flat_map(|t| &t.layers);
            let kl: Vec<Option<f64>> =
                layers.map(|layer| layer.report.as_ref().and_then(|report| report.kl_per_spin)).collect();
            let (layers, most) = of_steps(&kl);
            let unreported = study.training.iter().flat_map(|t| &t.layers).any(|l| l.report.is_none());
            let note = match kl.iter().flatten().count() {
                0 if unreported => "not with weights of a session".into(),
                0 if !kl.is_empty() => "not known of these samples".into(),
                known => known_note(known + 1, depth),
            };
            let title = "KL per spin (nats)";
            (Tints { layers, ramp: Ramp::Luminance }, scale(title, ["0", &most], Ramp::Luminance, note))
        }
        TileTint::DomainWall => domain_wall(document, study),
        TileTint::Entropy => {
            let unit = unit(document, study);
            let layers = entropies(study);
            let most = LN_2 * study.network.channels as f64 / unit.nats;
            let known = layers.iter().filter(|l| **l != LayerTint::Unknown).count();
            let title = format!("mean link entropy ({})", unit.name);
            let ends = ["0", &four_digits(most)];
            let note = known_note(known + 1, depth);
            (Tints { layers, ramp: Ramp::Luminance }, scale(&title, ends, Ramp::Luminance, note))
        }
    }
}

/// The spins of random tensors: present ones while they are walked, their means at the end.
fn domain_wall(document: &Document, study: &Study) -> (Tints, Option<Scale>) {
    let d = document.network.bond_dimension;
    let geometry = study.network.network.geometry();
    let scale = |note: String| {
        let title = format!("random tensors, D = {d}");
        // Down stands for A, which has the hue of A.
        Some(Scale { title, ends: ["up".into(), "down".into()], ramp: Ramp::Signed, note })
    };
    let of_task = |wall: &&Arc<WallSnapshot>| wall.task.geometry == *geometry;
    let Some(wall) = study.wall.as_ref().filter(of_task) else {
        let note = if geometry.sites() > DomainWall::MOST_SITES {
            format!("to {} sites only", grouped(DomainWall::MOST_SITES))
        } else if document.regions.a.is_empty() {
            "needs a region A".into()
        } else {
            "not known yet".into()
        };
        return (Tints::default(), scale(note));
    };
    let mut first = 0;
    let layers = (0..=geometry.depth()).map(|layer| {
        let nodes = geometry.sites_in_layer(layer) as usize;
        let shares: Vec<f32> = if is_watched(wall) {
            (first..first + nodes).map(|node| if wall.is_up(node) { -1.0 } else { 1.0 }).collect()
        } else {
            wall.layer(layer).iter().map(|mean| -mean).collect()
        };
        first += nodes;
        LayerTint::of(&shares.into())
    });
    let note = match (wall.wall_links, wall.exact_wall_links) {
        (Some([mean, error]), Some(exact)) => {
            format!("wall {} links, exact {}", with_error_in_brackets(mean, error), four_digits(exact))
        }
        (Some([mean, error]), None) => format!("wall {} links", with_error_in_brackets(mean, error)),
        (None, _) => String::new(),
    };
    // The curve that is drawn is the cut of the capacities that are set.
    let other = if study.network.network.common_nats().is_some() { "" } else { "curve: cut by capacity" };
    let slow = if d > MOST_MOVING { format!("sticks beyond D = {MOST_MOVING}") } else { String::new() };
    let parts = [note.as_str(), other, &slow].into_iter().filter(|part| !part.is_empty());
    let note = parts.collect::<Vec<_>>().join("; ");
    (Tints { layers: layers.collect(), ramp: Ramp::Signed }, scale(note))
}

/// Where the sample that is shown is not as long as the network, or not as deep.
fn sample_note(document: &Document, layers: usize, depth: u32) -> String {
    let (network, sample) = (document.network.sites, document.learning.sites);
    let length = match network.cmp(&sample) {
        std::cmp::Ordering::Equal => String::new(),
        std::cmp::Ordering::Greater => format!("repeated every {} sites", grouped(sample)),
        std::cmp::Ordering::Less => format!("the first {} of {}", grouped(network), grouped(sample)),
    };
    match (length, known_note(layers, depth)) {
        (length, depth) if depth.is_empty() => length,
        (length, depth) if length.is_empty() => depth,
        (length, depth) => format!("{length}, {depth}"),
    }
}

/// How far up something is known of the layers.
fn known_note(layers: usize, depth: u32) -> String {
    match layers {
        0 => "not known yet".into(),
        n if n <= depth as usize => format!("up to τ = {}", n - 1),
        _ => String::new(),
    }
}

/// Tints of node layers from a value of the step below each, and the largest value: the boundary is given.
fn of_steps(values: &[Option<f64>]) -> (Vec<LayerTint>, String) {
    let most = values.iter().flatten().copied().fold(0.0, f64::max);
    let share = |x: f64| if most > 0.0 { (x / most).max(0.0) as f32 } else { 0.0 };
    let steps = values.iter().map(|x| x.map_or(LayerTint::Unknown, |x| LayerTint::Same(share(x))));
    (std::iter::once(LayerTint::Unknown).chain(steps).collect(), four_digits(most))
}

/// Mean entropy of the links below each node, as a share of the most that a link can have.
fn entropies(study: &Study) -> Vec<LayerTint> {
    let bulk = &study.network;
    let most = LN_2 * bulk.channels as f64;
    let mean = |nats: &[f64]| (nats.iter().sum::<f64>() / nats.len().max(1) as f64 / most) as f32;
    let of_layer = |layer: usize| match bulk.status[layer] {
        LayerStatus::Untrained => LayerTint::Unknown,
        _ if bulk.network.is_shared(layer as u32) => LayerTint::Same(mean(&bulk.slot_nats[layer])),
        _ => {
            let links = link_values(&bulk.network, layer as u32, |link| bulk.network.nats(link));
            let slots = bulk.network.geometry().field().links();
            LayerTint::of(&links.chunks(slots).map(mean).collect::<Arc<[f32]>>())
        }
    };
    std::iter::once(LayerTint::Unknown).chain((0..bulk.status.len()).map(of_layer)).collect()
}

/// A value of every link of a layer, block by block.
fn link_values(network: &Network, layer: u32, value: impl Fn(LinkId) -> f64) -> Vec<f64> {
    let geometry = network.geometry();
    let slots = geometry.field().links() as u8;
    (0..geometry.sites_in_layer(layer + 1))
        .flat_map(|block| (0..slots).map(move |slot| LinkId { layer, block, slot }))
        .map(value)
        .collect()
}

fn by_weight(study: &Study) -> (LinkTones, Option<WidestLink>) {
    let bulk = &study.network;
    let layers: Vec<Vec<f64>> = (0..bulk.status.len())
        .map(|layer| {
            if bulk.network.is_shared(layer as u32) {
                return bulk.slot_weights[layer].clone();
            }
            link_values(&bulk.network, layer as u32, |link| bulk.weight(link).unwrap_or(0.0))
        })
        .collect();
    let most = layers.iter().flatten().map(|w| w.abs()).fold(0.0, f64::max).min(FULL_WEIGHT);
    if most == 0.0 {
        return (LinkTones::Weight(Vec::new()), None);
    }
    let share = |w: &f64| (w / most) as f32;
    let shares = layers.iter().map(|layer| layer.iter().map(share).collect()).collect();
    (LinkTones::Weight(shares), Some(WidestLink::Weight(most)))
}

/// Flow through every link, of all regions whose threads are known, in nats: what a link carries for two regions
/// counts twice.
#[must_use]
pub fn link_flows(study: &Study) -> FxHashMap<LinkId, f64> {
    let mut flows: FxHashMap<LinkId, f64> = FxHashMap::default();
    let network = &study.network.network;
    for thread in
        study.answer.iter().flat_map(|a| &a.later).flat_map(|l| l.threads.iter()).flat_map(|t| t.iter())
    {
        for link in &thread.links {
            *flows.entry(*link).or_default() += network.to_nats(thread.amount);
        }
    }
    flows
}

fn by_flow(document: &Document, study: &Study) -> (LinkTones, Option<WidestLink>) {
    let flows = link_flows(study);
    let most = flows.values().copied().fold(0.0, f64::max);
    if most == 0.0 {
        return (LinkTones::Flow(FxHashMap::default()), None);
    }
    let unit = unit(document, study);
    let shares = flows.into_iter().map(|(link, nats)| (link, (nats / most) as f32)).collect();
    (LinkTones::Flow(shares), Some(WidestLink::Flow(most / unit.nats, unit.name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::study;
    use crate::session::keys::set_all;
    use crate::sim::Trainer;

    /// A small study, trained and cut, with some settings.
    fn study_of(settings: &[(&str, &str)]) -> (Document, Study) {
        let quick = [("theory.kind", "chain"), ("learning.sites", "32"), ("network.sites", "32")];
        let more = [("learning.samples", "300"), ("regions.a", "3..11")];
        let all: Vec<(String, String)> = quick
            .iter()
            .chain(&more)
            .chain(settings)
            .map(|(k, v)| ((*k).to_string(), (*v).to_string()))
            .collect();
        let mut document = Document::default();
        set_all(&mut document, &all).unwrap();
        let training = Arc::new(Trainer::run(document.task(), |_| true).unwrap());
        let network = Arc::new(study::bulk_network(&document, Some(&training)).unwrap());
        let answer = Some(Arc::new(study::cut(&document, &network)));
        let study = Study { training: Some(training), answer, ..Study::of(network) };
        (document, study)
    }

    #[test]
    fn tiles_show_what_the_training_reports() {
        for (word, layers) in [("spins", 6), ("magnetisation", 6), ("kl", 6), ("entropy", 6)] {
            let (document, study) = study_of(&[("view.tiles", word)]);
            let looks = BulkLooks::of(&document, &study, None);
            assert_eq!(looks.tints.layers.len(), layers, "{word}");
            assert!(looks.scale.as_ref().is_some_and(|s| s.note.is_empty()), "{word} {:?}", looks.scale);
            let training = study.training.as_ref().unwrap();
            match word {
                "kl" => {
                    let kl = |k: usize| training.layers[k].report.as_ref().unwrap().kl_per_spin.unwrap();
                    let most = (0..5).map(kl).fold(0.0, f64::max);
                    for k in 0..5 {
                        let share = (kl(k) / most).max(0.0) as f32;
                        assert_eq!(looks.tints.layers[k + 1], LayerTint::Same(share));
                    }
                    assert_eq!(looks.scale.unwrap().ends[1], four_digits(most));
                }
                "entropy" => {
                    for (k, nats) in study.network.slot_nats.iter().enumerate() {
                        let share = (nats.iter().sum::<f64>() / 3.0 / LN_2) as f32;
                        assert_eq!(looks.tints.layers[k + 1], LayerTint::Same(share));
                    }
                }
                "spins" => {
                    let up = |site: i64| looks.tints.layers[0].share(site, 32).unwrap() > 0.0;
                    assert!((0..32).all(|site| up(site) == training.spins[site as usize]));
                }
                _ => assert!(looks.tints.layers.iter().all(|l| l.mean().unwrap().abs() < 1e-5)),
            }
        }
        let (document, study) = study_of(&[]);
        let looks = BulkLooks::of(&document, &study, None);
        assert!(looks.tints.is_plain() && looks.scale.is_none() && looks.links == LinkTones::Capacity);
    }

    #[test]
    fn a_sample_of_another_length_says_so() {
        for (sites, note) in [("128", "repeated every 32 sites, up to τ = 5"), ("16", "the first 16 of 32")]
        {
            let (document, study) = study_of(&[("network.sites", sites), ("view.tiles", "spins")]);
            assert_eq!(BulkLooks::of(&document, &study, None).scale.unwrap().note, note);
        }
    }

    #[test]
    fn the_flow_through_the_cut_is_the_cut() {
        let (document, study) = study_of(&[("view.links", "flow")]);
        let flows = link_flows(&study);
        let answer = &study.answer.as_ref().unwrap().regions[0];
        let through: f64 = answer.cut.links.iter().map(|link| flows[link]).sum();
        // Amounts are whole units of the largest capacity / 2⁴⁰.
        assert!((through - answer.cut.capacity_nats).abs() < 1e-9, "{through}");
        for (link, flow) in &flows {
            assert!(*flow <= study.network.network.nats(*link) + 1e-9);
        }
        let looks = BulkLooks::of(&document, &study, None);
        let LinkTones::Flow(shares) = &looks.links else { panic!("asked for the flow") };
        assert!(shares.values().any(|s| *s == 1.0) && shares.len() == flows.len());
        assert!(looks.widest_link.is_some_and(|w| w.words().contains("nats")));
        // Threads themselves are not drawn for it.
        assert!(!document.view.show.threads && asked_of_cut(&document).threads);
    }

    #[test]
    fn weights_are_shared_or_each_blocks_own() {
        for shared in ["true", "false"] {
            let (document, study) =
                study_of(&[("view.links", "weight"), ("learning.shared_weights", shared)]);
            let looks = BulkLooks::of(&document, &study, None);
            let LinkTones::Weight(layers) = &looks.links else { panic!("asked for weights") };
            let expected = if shared == "true" { 3 } else { 3 * 16 };
            assert_eq!((layers.len(), layers[0].len()), (5, expected));
            let Some(WidestLink::Weight(most)) = looks.widest_link else { panic!("there are weights") };
            let link = LinkId { layer: 0, block: 2, slot: 1 };
            let w = study.network.weight(link).unwrap();
            let index = if shared == "true" { 1 } else { 7 };
            assert!((f64::from(layers[0][index]) - w / most).abs() < 1e-6);
        }
    }
}
