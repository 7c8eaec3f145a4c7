//! From a document to everything computed from it, with the same engines that the window runs in threads.

use super::looks;
use super::pins::Pin;
use super::results::ReportError;
use super::samples::{self, MissingSamples};
use super::studies::StudySnapshot;
use crate::holography::{BulkNetwork, CapacitySource};
use crate::network::Geometry;
use crate::rbm::{LayerRbm, PruneMeasure};
use crate::session::Document;
use crate::sim::{
    CapacityRule, CutAnswer, CutEngine, CutQuery, GeometryFailure, GeometrySnapshot, LearnedStack, Phase,
    SurveySnapshot, SurveyTask, Surveyor, TheoryKind, TheoryParameters, Trainer, TrainingSnapshot,
    TrainingTask, Wall, WallSnapshot,
};
use std::sync::Arc;

/// What is computed from a document, as far as it is there.
#[derive(Clone)]
pub struct Study {
    /// The network with its capacities.
    pub network: Arc<BulkNetwork>,
    /// Cuts of the regions.
    pub answer: Option<Arc<CutAnswer>>,
    /// Entropy against size.
    pub survey: Option<Arc<SurveySnapshot>>,
    /// Training.
    pub training: Option<Arc<TrainingSnapshot>>,
    /// The same learning at m = 0, to be seen beside that of a mass.
    pub critical: Option<Arc<TrainingSnapshot>>,
    /// Entropy against size of the bottom layer alone.
    pub shallow: Option<Arc<SurveySnapshot>>,
    /// A study of its own: channels, depth or pruning.
    pub analysis: Option<Arc<StudySnapshot>>,
    /// A plot of the network's own state.
    pub own_state: Option<Arc<StudySnapshot>>,
    /// The walk of the domain wall of random tensors, where tiles show it.
    pub wall: Option<Arc<WallSnapshot>>,
    /// The couplings learned from entanglement, where links show them.
    pub couplings: Option<Arc<GeometrySnapshot>>,
    /// Other studies whose curves are drawn beside.
    pub pins: Vec<Arc<Pin>>,
}

impl Study {
    /// A study of a network alone.
    #[must_use]
    pub fn of(network: Arc<BulkNetwork>) -> Self {
        Self {
            network,
            answer: None,
            survey: None,
            training: None,
            critical: None,
            shallow: None,
            analysis: None,
            own_state: None,
            wall: None,
            couplings: None,
            pins: Vec::new(),
        }
    }
}

/// Why a study cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum StudyError {
    /// The user's samples are to be learned and are not there.
    #[error(transparent)]
    Samples(#[from] MissingSamples),
    /// The training failed.
    #[error("{0}")]
    Training(String),
    /// A parameter that the work has no meaning for.
    #[error("{0}")]
    Setting(String),
    /// The caller asked to stop.
    #[error("the work was called off")]
    CalledOff,
    /// The network cannot be built.
    #[error("network: {0}")]
    Network(String),
}

impl From<ReportError> for StudyError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::CalledOff => Self::CalledOff,
            other => Self::Setting(other.to_string()),
        }
    }
}

impl From<GeometryFailure> for StudyError {
    fn from(failure: GeometryFailure) -> Self {
        match failure {
            GeometryFailure::CalledOff => Self::CalledOff,
            GeometryFailure::Refused(reason) => Self::Setting(reason),
        }
    }
}

/// The training task of a document.
#[must_use]
pub fn task(document: &Document) -> TrainingTask {
    document.task()
}

/// The task of learning the same theory at m = 0; `None` for a theory that has no critical point there, or
/// stands at it.
#[must_use]
pub fn critical_task(document: &Document) -> Option<TrainingTask> {
    let massive = document.theory.kind == TheoryKind::QuantumIsing && document.theory.mass != 0.0;
    massive.then(|| {
        let theory = TheoryParameters { mass: 0.0, ..document.theory };
        TrainingTask::new(theory, &document.network, document.learning)
    })
}

/// Geometry of a document's network.
///
/// # Errors
/// More sites than this receptive field is built for.
pub fn geometry(document: &Document) -> Result<Geometry, StudyError> {
    let n = &document.network;
    Geometry::new(n.log2_sites(), n.boundary, n.receptive_field, n.depth(document.theory.mass))
        .map_err(|e| StudyError::Network(e.to_string()))
}

/// The network of a document with the weights learned so far.
///
/// # Errors
/// See [`geometry`]; or weights that are not finite.
pub fn bulk_network(
    document: &Document,
    training: Option<&TrainingSnapshot>,
) -> Result<BulkNetwork, StudyError> {
    let rbms: Vec<LayerRbm>;
    let prune = document.network.prune;
    let pruned = |rbm: &LayerRbm| rbm.pruned(PruneMeasure::Weight, prune);
    let source = match document.network.capacity {
        CapacityRule::Unit => CapacitySource::Unit,
        CapacityRule::BondDimension => {
            CapacitySource::Uniform(f64::from(document.network.bond_dimension).ln())
        }
        CapacityRule::Learned => match (known_weights(document), training) {
            (Some(stack), _) => {
                rbms = stack.layers.iter().map(pruned).collect();
                CapacitySource::Learned { layers: &rbms, complete: true }
            }
            (None, Some(snapshot)) => {
                rbms = snapshot.layers.iter().map(|l| pruned(&l.rbm)).collect();
                CapacitySource::Learned { layers: &rbms, complete: snapshot.is_complete() }
            }
            (None, None) => CapacitySource::Learned { layers: &[], complete: false },
        },
    };
    let channels = document.learning.channels as usize;
    BulkNetwork::with_channels(geometry(document)?, source, channels)
        .map_err(|e| StudyError::Network(e.to_string()))
}

/// The network of a document with its bottom layer alone, cut with depth 1.
///
/// # Errors
/// As [`bulk_network`].
pub fn shallow_network(
    document: &Document,
    training: Option<&TrainingSnapshot>,
) -> Result<BulkNetwork, StudyError> {
    let mut document = document.clone();
    document.network.wall = Wall::Layer(1);
    bulk_network(&document, training)
}

/// Trains the stack of a document; `progress` may call it off by `false`.
///
/// # Errors
/// Divergence, or called off; or samples of the user's own that were not read.
pub fn train(
    document: &Document,
    progress: impl FnMut(&Phase) -> bool,
) -> Result<TrainingSnapshot, StudyError> {
    train_from(document, None, progress)
}

/// Trains the stack of a document from the weights of another, layer by layer where they are of its size, in place
/// of a start anew.
///
/// # Errors
/// As [`train`].
pub fn train_from(
    document: &Document,
    starts: Option<Arc<LearnedStack>>,
    progress: impl FnMut(&Phase) -> bool,
) -> Result<TrainingSnapshot, StudyError> {
    let samples = samples::present(document)?.cloned();
    Trainer::run_on(task(document), starts, samples, progress).map_err(StudyError::Training)
}

/// The weights of a document that answer its own parameters.
#[must_use]
pub fn known_weights(document: &Document) -> Option<&Arc<LearnedStack>> {
    document.learned.as_ref().filter(|stack| stack.task.same_stack(&task(document)))
}

/// Works out the figures of weights that are there, on the samples that the document would learn from: KL, trace,
/// free energies, couplings with their errors. Nothing is learned.
///
/// # Errors
/// As [`train`].
pub fn report(
    document: &Document,
    known: &Arc<LearnedStack>,
    progress: impl FnMut(&Phase) -> bool,
) -> Result<TrainingSnapshot, StudyError> {
    let samples = samples::present(document)?.cloned();
    Trainer::report_on(task(document), Arc::clone(known), samples, progress).map_err(StudyError::Training)
}

/// Trains if the capacities need it and the document has no weights of its own parameters.
///
/// # Errors
/// As [`train`].
pub fn train_if_needed(
    document: &mut Document,
    progress: impl FnMut(&Phase) -> bool,
) -> Result<Option<TrainingSnapshot>, StudyError> {
    if known_weights(document).is_some() || document.network.capacity != CapacityRule::Learned {
        return Ok(None);
    }
    let task = task(document);
    let snapshot = train(document, progress)?;
    document.learned = Some(Arc::new(LearnedStack { task, ..snapshot.stack() }));
    Ok(Some(snapshot))
}

/// What is said of layers that reuse the deepest trained weights, of which there are `count`.
#[must_use]
pub fn reuse_of_weights(count: usize) -> String {
    match count {
        1 => "the deepest layer reuses the deepest trained weights".into(),
        _ => format!("the {count} deepest layers reuse the deepest trained weights"),
    }
}

/// Cuts the three regions of a document, with what it shows over them.
#[must_use]
pub fn cut(document: &Document, network: &Arc<BulkNetwork>) -> CutAnswer {
    let r = &document.regions;
    let regions = [r.a.clone(), r.b.clone(), r.c.clone()];
    let (network, overlays) = (Arc::clone(network), looks::asked_of_cut(document));
    CutEngine::default().completed(CutQuery { number: 1, network, regions, overlays })
}

/// Entropy against size, to the end; `sizes` in place of the default ones.
#[must_use]
pub fn survey(document: &Document, network: &Arc<BulkNetwork>, sizes: Option<Vec<u64>>) -> SurveySnapshot {
    let mass = document.theory.mass;
    Surveyor::run(&SurveyTask { network: Arc::clone(network), mass, sizes, window: None, references: true })
}
