//! The geometry learned from entropies of a reference theory, beside the stack of RBMs.

use super::{StudyProgress, StudyTable};
use crate::desk::learned_links;
use crate::desk::study::{self, StudyError};
use crate::entanglement::{GeometryModel, HeldAtZero, LayerCouplings, LearnedGeometry};
use crate::figure::Chart;
use crate::figure::plots::{GeometryCouplings, LearnedGeometryPlot, learned_geometry_chart};
use crate::holography::EntropySource;
use crate::network::Geometry;
use crate::session::Document;
use crate::sim::{Engine, EntropyData, GeometryCommand, GeometryLearner, GeometrySnapshot, TheoryKind};
use crate::theory::fermion::correlation_length;

/// Sites of the ring where the document's has more than can be learned, and most of the study.
const SITES: u64 = 32;

/// The network that learns a document's geometry: its own on at most 64 sites, else of 32 sites; and whether it is
/// smaller than the document's.
///
/// # Errors
/// A network that cannot be built.
pub fn learning_geometry(document: &Document) -> Result<(Geometry, bool), StudyError> {
    let shrunk = document.network.sites > *GeometryModel::SITES.end();
    Ok((geometry_of(document, if shrunk { SITES } else { document.network.sites })?, shrunk))
}

fn geometry_of(document: &Document, sites: u64) -> Result<Geometry, StudyError> {
    let mut document = document.clone();
    document.network.sites = sites;
    study::geometry(&document)
}

fn or_nan(x: Option<f64>) -> f64 {
    x.unwrap_or(f64::NAN)
}

/// Learns the couplings for the entropies of the document's theory and mass, on a ring of at most 32 sites.
pub(super) struct LearnedGeometryStudy {
    document: Document,
    learner: GeometryLearner,
    shown: Option<GeometrySnapshot>,
}

impl LearnedGeometryStudy {
    pub(super) fn new(document: &Document) -> Result<Self, StudyError> {
        let mut learner = GeometryLearner::default();
        let geometry = geometry_of(document, document.network.sites.min(SITES))?;
        learner.apply(GeometryCommand::Learn(Box::new(learned_links::fit_of(document, geometry))));
        Ok(Self { document: document.clone(), learner, shown: None })
    }

    pub(super) fn advance(&mut self) -> Result<bool, StudyError> {
        let more = self.learner.advance();
        if let Some(snapshot) = self.learner.snapshot() {
            if let Some(reason) = &snapshot.failure {
                return Err(StudyError::Setting(reason.clone()));
            }
            self.shown = Some(snapshot);
        }
        Ok(more)
    }

    pub(super) fn progress(&self) -> StudyProgress {
        let [done, total] = self.shown.as_ref().map_or([0, 1], |s| s.starts).map(|n| n as u64);
        StudyProgress { doing: "searches", done, total }
    }

    fn learned(&self) -> Option<(&GeometrySnapshot, &LearnedGeometry)> {
        self.shown.as_ref().and_then(|s| Some((s, s.learned.as_ref()?)))
    }

    /// ½ link entropy of the stack's layer, side and middle: J of ln D = link entropy.
    fn stack(&self, layer: usize) -> [f64; 2] {
        let entropies =
            self.document.learned.as_ref().and_then(|stack| Some(stack.layers.get(layer)?.link_entropies()));
        let entropies = entropies.unwrap_or_default();
        let half_mean = |slots: &[usize]| {
            let of: Vec<f64> = slots.iter().filter_map(|s| entropies.get(*s)).copied().collect();
            0.5 * of.iter().sum::<f64>() / of.len() as f64
        };
        match entropies.len() {
            2 => [half_mean(&[0, 1]), f64::NAN],
            3 => [half_mean(&[0, 2]), half_mean(&[1])],
            _ => [half_mean(&[0, 3]), half_mean(&[1, 2])],
        }
    }

    /// What the stack has learned, where that is not the theory whose entropies are learned from.
    fn stack_theory(&self, source: EntropySource) -> Option<&'static str> {
        match self.document.theory.kind {
            TheoryKind::QuantumIsing if source == EntropySource::QuantumIsing => None,
            TheoryKind::QuantumIsing => Some("the quantum Ising chain (c = ½)"),
            TheoryKind::Chain => Some("a classical chain"),
            TheoryKind::Samples => Some("samples of your own"),
        }
    }

    fn rows(&self, learned: &LearnedGeometry) -> Vec<GeometryCouplings> {
        let row = |(k, l): (usize, &LayerCouplings)| {
            // Of a coupling held at 0, what it would have if it were let go.
            let known = |error: Option<f64>, share: f64, held: Option<HeldAtZero>| match held {
                Some(zero) => (or_nan(zero.error), zero.data_share),
                None => (or_nan(error), share),
            };
            let (side_error, side_share) = known(l.side_error, l.side_data_share, l.side_held);
            let (middle_error, middle_share) = known(l.middle_error, l.middle_data_share, l.middle_held);
            GeometryCouplings {
                layer: k as u32,
                side: [l.side, side_error],
                middle: [or_nan(l.middle), middle_error],
                data_share: [side_share, middle_share],
                stack: self.stack(k),
            }
        };
        learned.layers.iter().enumerate().map(row).collect()
    }

    pub(super) fn table(&self) -> StudyTable {
        let mut table = StudyTable::new(&[
            ("layer", ""),
            ("side", ""),
            ("side_error", ""),
            ("side_data_share", ""),
            ("middle", ""),
            ("middle_error", ""),
            ("middle_data_share", ""),
            ("stack_side", ""),
            ("stack_middle", ""),
            ("side_held_error", ""),
            ("side_held_share", ""),
            ("middle_held_error", ""),
            ("middle_held_share", ""),
        ]);
        let Some((snapshot, learned)) = self.learned() else { return table };
        for (row, l) in self.rows(learned).iter().zip(&learned.layers) {
            let middle_share = l.middle.map_or(f64::NAN, |_| l.middle_data_share);
            let (side, error) = (l.side, or_nan(l.side_error));
            let (middle, middle_error) = (or_nan(l.middle), or_nan(l.middle_error));
            let held = |zero: Option<HeldAtZero>| {
                [zero.and_then(|zero| zero.error), zero.map(|zero| zero.data_share)].map(or_nan)
            };
            let [stack_side, stack_middle] = row.stack;
            let layer = f64::from(row.layer);
            let first = [layer, side, error, l.side_data_share, middle, middle_error, middle_share];
            let last = [stack_side, stack_middle].into_iter().chain(held(l.side_held));
            table.push(first.into_iter().chain(last).chain(held(l.middle_held)));
        }
        if snapshot.done {
            table.add_fitted("pin_field", learned.pin_field_error.map(|e| (learned.pin_field, e)));
            table.add_exact("rms_nats", Some(learned.rms_nats));
            table.add_exact("heldout_rms_nats", learned.held_out_rms_nats);
        }
        table
    }

    pub(super) fn chart(&self) -> Option<Chart> {
        let (snapshot, learned) = self.learned()?;
        let EntropyData::Theory { source, mass, .. } = &snapshot.task.data else { return None };
        let xi = correlation_length(*mass);
        Some(learned_geometry_chart(&LearnedGeometryPlot {
            layers: &self.rows(learned),
            rms: [learned.rms_nats, learned.held_out_rms_nats.unwrap_or(f64::NAN)],
            regions: [learned.regions[0] + learned.regions[1], learned.regions[1]],
            field: learned.pin_field,
            ridge: snapshot.task.options.ridge,
            sites: snapshot.task.geometry.sites(),
            source: source.title(),
            mass: *mass,
            stack_theory: self.stack_theory(*source),
            wall: xi.is_finite().then(|| xi.log2()),
            done: snapshot.done,
        }))
    }
}
