//! The couplings learned from entanglement behind the links of the bulk: which fit a document asks for, and what
//! links, legend and hover card say of it.

use super::study::Study;
use crate::entanglement::{FitOptions, GeometryModel, LayerCouplings};
use crate::figure::chart::{four_digits, grouped, with_error_in_brackets};
use crate::figure::link_scale::LinkScale;
use crate::figure::link_tones::{LinkTones, LinksBy};
use crate::holography::BulkNetwork;
use crate::lattice::Boundary;
use crate::network::{Geometry, LinkId};
use crate::session::Document;
use crate::sim::{EntropyData, GeometrySnapshot, GeometryTask};

/// Regions whose entropies are learned.
const REGIONS: usize = 100;
/// J of the widest link: two spins so coupled agree in nine cases of ten, and more is hardly seen in any entropy.
const WIDEST: f64 = 1.0;
/// Letters of a line of the legend.
const LINE: usize = 38;

/// The fit of a network to the entropies of the theory that a document names, at its mass.
#[must_use]
pub fn fit_of(document: &Document, geometry: Geometry) -> GeometryTask {
    GeometryTask {
        number: 1,
        geometry,
        data: EntropyData::Theory {
            source: document.geometry_source,
            mass: document.theory.mass,
            count: REGIONS,
        },
        options: FitOptions { seed: document.learning.seed, ..FitOptions::default() },
    }
}

/// The fit whose couplings the links of a document show; none where they show something else, and on networks whose
/// geometry is not learned.
#[must_use]
pub fn task(document: &Document, network: &BulkNetwork) -> Option<GeometryTask> {
    let geometry = *network.network.geometry();
    let shown = document.view.links == LinksBy::Learned && GeometryModel::fits(&geometry);
    shown.then(|| fit_of(document, geometry))
}

/// Why a network's geometry is not learned, with the remedy; nothing if it is.
#[must_use]
pub fn refusal(geometry: &Geometry) -> Option<String> {
    let (least, most) = (GeometryModel::SITES.start(), GeometryModel::SITES.end());
    let sites = geometry.sites();
    let reason = match geometry.boundary() {
        _ if GeometryModel::fits(geometry) => return None,
        Boundary::Ring if sites > *most => {
            format!("set network.sites = {most} or less, not {}", grouped(sites))
        }
        Boundary::Ring => format!("set network.sites = {least} or more"),
        Boundary::Line if GeometryModel::SITES.contains(&sites) => "set network.boundary = ring".into(),
        Boundary::Line => format!("set network.boundary = ring and network.sites = {most}"),
    };
    Some(format!("J is learned on a ring of {least} to {most} sites: {reason}"))
}

/// The fit that a study has of its very network, with couplings or with the reason why there are none.
fn fit(study: &Study) -> Option<&GeometrySnapshot> {
    study.couplings.as_deref().filter(|fit| fit.task.geometry == *study.network.network.geometry())
}

/// Widths and tones of the links.
#[must_use]
pub fn tones(study: &Study) -> LinkTones {
    let field = study.network.network.geometry().field();
    let shares = |layer: &LayerCouplings| -> Vec<f32> {
        (0..field.links() as u8).map(|slot| (layer.of_slot(field, slot).0 / WIDEST) as f32).collect()
    };
    let learned = fit(study).and_then(|fit| fit.learned.as_ref());
    LinkTones::Coupling(learned.map_or_else(Vec::new, |learned| learned.layers.iter().map(shares).collect()))
}

/// What width and tone of the links mean, how well the couplings fit, or why there are none.
#[must_use]
pub fn scale(study: &Study) -> LinkScale {
    let refused = refusal(study.network.network.geometry());
    let failure = refused.or_else(|| fit(study)?.failure.clone());
    if let Some(reason) = failure {
        return LinkScale { title: "links by learned J".into(), ends: None, notes: wrapped(&reason) };
    }
    let shown = fit(study).and_then(|fit| Some((fit, fit.learned.as_ref()?)));
    let Some((fit, learned)) = shown else {
        return LinkScale {
            title: "links by learned J".into(), ends: None, notes: vec!["learning…".into()]
        };
    };
    let title = match &fit.task.data {
        EntropyData::Theory { source, mass, .. } => {
            format!("J learned from {}, m = {mass}", source.plural())
        }
        EntropyData::Given(_) => "J learned from entropies".into(),
    };
    let rms = four_digits(learned.rms_nats);
    let [done, all] = fit.starts;
    let note = match learned.held_out_rms_nats {
        _ if !fit.done => format!("search {} of {all}, rms {rms} nats", (done + 1).min(all)),
        Some(held_out) => format!("rms {rms}, held out {} nats", four_digits(held_out)),
        None => format!("rms {rms} nats"),
    };
    LinkScale { title, ends: Some(["J = 0".into(), format!("{WIDEST} or more")]), notes: vec![note] }
}

/// The learned coupling of a link with its standard error, in words; none where links show something else.
#[must_use]
pub fn fact(document: &Document, study: &Study, link: LinkId) -> Option<String> {
    if document.view.links != LinksBy::Learned {
        return None;
    }
    let fit = fit(study)?;
    let layer = fit.learned.as_ref()?.layers.get(link.layer as usize)?;
    let (coupling, error) = layer.of_slot(study.network.network.geometry().field(), link.slot);
    let value = error.map_or_else(|| four_digits(coupling), |error| with_error_in_brackets(coupling, error));
    let note = match error {
        None if fit.done && coupling == 0.0 => ", held at 0",
        _ if !fit.done => ", learning",
        _ => "",
    };
    Some(format!("learned J = {value}{note}"))
}

/// A sentence in lines of the legend, broken between words.
fn wrapped(sentence: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in sentence.split_whitespace() {
        match lines.last_mut().filter(|line| line.chars().count() + 1 + word.chars().count() <= LINE) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.into()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::study::bulk_network;
    use crate::network::LinkId;
    use crate::session::keys::set_all;
    use crate::sim::GeometryLearner;
    use std::sync::Arc;

    fn study_of(settings: &[(&str, &str)]) -> (Document, Study) {
        let mut document = Document::default();
        let fixed = [("network.capacity", "unit"), ("theory.mass", "0.3"), ("regions.a", "2..5")];
        let all = settings.iter().chain(&fixed).map(|(k, v)| ((*k).to_string(), (*v).to_string()));
        set_all(&mut document, &all.collect::<Vec<_>>()).unwrap();
        let network = Arc::new(bulk_network(&document, None).unwrap());
        let learned = task(&document, &network).map(|task| GeometryLearner::run(task, |_| true).unwrap().0);
        let couplings = learned.map(Arc::new);
        (document, Study { couplings, ..Study::of(network) })
    }

    #[test]
    fn links_show_what_was_learned_of_their_slot_and_nothing_else_does() {
        for field in ["2", "3", "4"] {
            let (document, study) = study_of(&[
                ("network.sites", "16"),
                ("network.receptive_field", field),
                ("view.links", "learned"),
            ]);
            let learned = study.couplings.as_ref().unwrap().learned.clone().unwrap();
            let LinkTones::Coupling(tones) = tones(&study) else { panic!("no couplings") };
            assert_eq!(tones.len(), 4);
            for (layer, (row, tones)) in learned.layers.iter().zip(&tones).enumerate() {
                for (slot, share) in tones.iter().enumerate() {
                    let side = field == "2" || slot == 0 || slot + 1 == tones.len();
                    let (j, error) = if side {
                        (row.side, row.side_error)
                    } else {
                        (row.middle.unwrap(), row.middle_error)
                    };
                    assert_eq!(*share, j as f32);
                    let link = LinkId { layer: layer as u32, block: 0, slot: slot as u8 };
                    let said = fact(&document, &study, link).unwrap();
                    let value = error.map_or_else(|| four_digits(j), |e| with_error_in_brackets(j, e));
                    assert!(said.starts_with(&format!("learned J = {value}")), "{said}");
                    assert_eq!(said.ends_with("held at 0"), j == 0.0 && error.is_none(), "{said}");
                }
            }
            let said = scale(&study).words();
            assert!(said.contains("m = 0.3") && said.contains("held out"), "{said}");
        }
        let (document, study) = study_of(&[("network.sites", "16")]);
        assert!(study.couplings.is_none());
        assert!(fact(&document, &study, LinkId { layer: 0, block: 0, slot: 0 }).is_none());
    }

    #[test]
    fn a_network_that_is_not_learned_says_what_is_needed() {
        for (settings, remedy) in [
            (
                [("network.sites", "256"), ("network.boundary", "ring")],
                "set network.sites = 64 or less, not 256",
            ),
            ([("network.sites", "32"), ("network.boundary", "line")], "set network.boundary = ring"),
            ([("network.sites", "128"), ("network.boundary", "line")], "ring and network.sites = 64"),
        ] {
            let (_, study) = study_of(&[&settings[..], &[("view.links", "learned")]].concat());
            assert!(study.couplings.is_none());
            let scale = scale(&study);
            assert!(scale.ends.is_none() && scale.notes.join(" ").contains(remedy), "{scale:?}");
            assert!(scale.notes.iter().all(|line| line.chars().count() <= LINE), "{scale:?}");
            assert_eq!(tones(&study), LinkTones::Coupling(Vec::new()));
        }
    }
}
