//! The caption of a figure: one paragraph, from the parameters of the session that it was drawn from.

use crate::figure::chart::{four_digits, grouped};
use crate::lattice::Boundary;
use crate::rbm::TrainingMethod;
use crate::session::Document;
use crate::sim::{CapacityRule, TheoryKind, Wall};
use std::fmt::Write;

/// A region that a picture of the bulk shows with its cut.
#[derive(Clone, Debug, PartialEq)]
pub struct CutRegion {
    /// `A`, `B` or `C`.
    pub letter: &'static str,
    /// Its intervals.
    pub region: String,
    /// Its entropy in the unit that is shown.
    pub entropy: f64,
}

/// What a figure shows, then theory, network, learning and program, in sentences; of a network that was drawn
/// without being `trained` nothing is said of learning.
#[must_use]
pub fn caption(lead: &str, document: &Document, trained: bool) -> String {
    let mut text = format!("{}. ", lead.trim_end_matches('.'));
    text.push_str(&theory(document));
    text.push_str(&network(document, trained));
    if trained && document.network.capacity == CapacityRule::Learned {
        text.push_str(&learning(document));
    }
    text.push_str(concat!("Made with ", env!("HOLOSCOPE_PROGRAM"), "."));
    text
}

/// The lead of a picture of the bulk with these regions, whose entropies are in units of this name.
#[must_use]
pub fn of_bulk(regions: &[CutRegion], unit: &str) -> String {
    let mut text = String::from("The network as a tiling of the hyperbolic plane");
    if regions.is_empty() {
        return text;
    }
    let (named, entropies) = (named_regions(regions), cut_entropies(regions, unit));
    let _infallible = match regions {
        [one] => write!(
            text,
            ", with region {named} on its boundary, the entanglement wedge of {} and its minimal cut, the \
             Ryu–Takayanagi curve, of {entropies}",
            one.letter
        ),
        _ => write!(
            text,
            ", with regions {named} on its boundary, their entanglement wedges and minimal cuts, the \
             Ryu–Takayanagi curves, of {entropies}"
        ),
    };
    text
}

/// `A = 40..88, B = 100..120`.
#[must_use]
pub fn named_regions(regions: &[CutRegion]) -> String {
    regions.iter().map(|r| format!("{} = {}", r.letter, r.region)).collect::<Vec<_>>().join(", ")
}

/// `S_A = 1.250000, S_B = 0.500000 nats`.
#[must_use]
pub fn cut_entropies(regions: &[CutRegion], unit: &str) -> String {
    let each = regions.iter().map(|r| format!("S_{} = {:.6}", r.letter, r.entropy));
    format!("{} {unit}", each.collect::<Vec<_>>().join(", "))
}

fn theory(document: &Document) -> String {
    let t = &document.theory;
    let xi = t.correlation_length();
    let xi = if xi.is_finite() {
        format!("correlation length ξ = {} sites", four_digits(xi))
    } else {
        String::new()
    };
    match t.kind {
        TheoryKind::Chain => {
            let xi = if xi.is_empty() { xi } else { format!(" ({xi})") };
            format!(
                "Boundary theory: the classical Ising chain with K1 = {}, K2 = {}, K3 = {}{xi}. ",
                t.k1, t.k2, t.k3
            )
        }
        TheoryKind::QuantumIsing => {
            let xi = if xi.is_empty() { "critical".into() } else { xi };
            format!(
                "Boundary theory: the ground state of the quantum Ising chain of fermion mass m = {} ({xi}). ",
                t.mass
            )
        }
        TheoryKind::Samples => match &document.samples_file {
            Some(file) => match file.digest {
                Some(digest) => format!(
                    "Boundary theory: the samples of {}, {} rows of {} sites (SHA-256 {}…). ",
                    file.name(),
                    grouped(digest.samples),
                    digest.sites,
                    digest.short_hex()
                ),
                None => format!("Boundary theory: the samples of {}. ", file.name()),
            },
            None => "Boundary theory: samples. ".into(),
        },
    }
}

fn network(document: &Document, trained: bool) -> String {
    let n = &document.network;
    let boundary = match n.boundary {
        Boundary::Ring => "a ring",
        Boundary::Line => "an open line",
    };
    let capacity = match n.capacity {
        CapacityRule::Unit => "every link counts ln 2".to_string(),
        CapacityRule::BondDimension => format!("every link counts ln D with D = {}", n.bond_dimension),
        CapacityRule::Learned if !trained => "nothing is learned, and every link counts ln 2".to_string(),
        CapacityRule::Learned => "links count the Schmidt entropy of their learned weights".to_string(),
    };
    let depth = n.depth(document.theory.mass);
    let wall = if n.wall == Wall::Off { String::new() } else { format!(", with a wall after layer {depth}") };
    let prune = if n.prune > 0.0 { format!(", those below |w| = {} pruned", n.prune) } else { String::new() };
    format!(
        "Network: N = {} sites on {boundary}, receptive fields of {} spins{wall}; {capacity}{prune}. ",
        grouped(n.sites),
        n.receptive_field.links()
    )
}

fn learning(document: &Document) -> String {
    let l = &document.learning;
    let method = match l.method {
        TrainingMethod::Exact => "exact likelihood".to_string(),
        TrainingMethod::ContrastiveDivergence | TrainingMethod::PersistentContrastiveDivergence => {
            let steps = if l.gibbs_steps == 1 { "Gibbs step" } else { "Gibbs steps" };
            format!("{} ({} {steps}, {} passes at rate {})", l.method.name(), l.gibbs_steps, l.epochs, l.rate)
        }
    };
    let weights =
        if l.shared_weights { "weights shared within a layer" } else { "every block its own weights" };
    let channels = if l.channels > 1 { format!(", {} hidden channels", l.channels) } else { String::new() };
    let origin = document.learned.as_ref().map(|stack| stack.origin.clone()).unwrap_or_default();
    let file = origin.file.map(|(name, sha256)| {
        format!("Weights given from {name} (SHA-256 {}…)", sha256.get(..8).unwrap_or(&sha256))
    });
    let learned = match (file, origin.continued) {
        (Some(file), 0) => return format!("{file}; {weights}{channels}. "),
        (Some(file), n) => format!("{file}, and {n} more {} that went on from them", trainings(n)),
        (None, 0) => "Learned".to_string(),
        (None, n) => format!("Learned, with {n} more {} that went on from the first,", trainings(n)),
    };
    format!(
        "{learned} by {method} from {} samples of {} sites, {weights}{channels}, weight decay {:e}, seed {}. ",
        grouped(document.task().samples_used()),
        l.sites,
        l.weight_decay,
        l.seed
    )
}

const fn trainings(count: u32) -> &'static str {
    if count == 1 { "training" } else { "trainings" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys::set_all;

    #[test]
    fn the_caption_of_a_network_that_was_not_trained_claims_no_learning() {
        let text = caption("Entropy", &Document::default(), false);
        assert!(text.contains("nothing is learned, and every link counts ln 2"), "{text}");
        assert!(!text.contains("Learned by") && !text.contains("Schmidt"), "{text}");
    }

    #[test]
    fn a_caption_names_every_region_that_is_drawn_in_the_unit_that_is_shown() {
        let region = |letter, region: &str, entropy| CutRegion { letter, region: region.into(), entropy };
        let text = of_bulk(&[region("A", "40..88", 1.25), region("B", "100..120", 0.5)], "bits");
        for part in ["A = 40..88, B = 100..120", "S_A = 1.250000, S_B = 0.500000 bits", "curves"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(of_bulk(&[], "nats"), "The network as a tiling of the hyperbolic plane");
    }

    #[test]
    fn a_caption_is_one_paragraph_with_every_parameter_that_matters() {
        let mut document = Document::default();
        let region = CutRegion { letter: "A", region: "40..88".into(), entropy: 1.25 };
        let text = caption(&of_bulk(&[region], "nats"), &document, true);
        for part in
            ["A = 40..88", "S_A = 1.250000 nats", "m = 0 (critical)", "N = 256 sites on a ring", "seed 1"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(text.ends_with(concat!(env!("HOLOSCOPE_PROGRAM"), ".")) && !text.contains('\n'));
        let settings = [("theory.kind", "chain"), ("network.capacity", "unit"), ("network.wall", "3")];
        let settings = settings.map(|(k, v)| (k.to_string(), v.to_string()));
        set_all(&mut document, &settings).unwrap();
        let text = caption("Entropy", &document, true);
        assert!(text.starts_with("Entropy. Boundary theory: the classical Ising chain with K1 = 0, K2 = 2"));
        assert!(text.contains("a wall after layer 3; every link counts ln 2") && !text.contains("seed"));
    }
}
