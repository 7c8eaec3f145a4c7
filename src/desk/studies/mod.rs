//! Studies: questions that one network or one training does not answer, each a table and a plot.
//!
//! Every study is worked through in pieces, by the command line in a loop and by the window in a thread; the
//! pieces do not change the numbers, nor does the number of threads.

mod channels;
mod correlations;
mod depth;
mod engine;
mod geometry;
mod learned_geometry;
mod prune;
mod sources;
mod state;
mod table;
mod tensor;
mod transition;

pub use correlations::{BoundaryCorrelations, boundary_correlations};
pub use engine::{StudyCommand, StudyEngine, StudySnapshot};
pub use learned_geometry::learning_geometry;
pub use table::{Column, FittedNumber, StudyFit, StudyTable};
pub use transition::{cross_ratio, with_marker_of};

use super::samples;
use super::study::{StudyError, task};
use crate::figure::Chart;
use crate::session::Document;
use crate::sim::{CapacityRule, Engine, KnownTheory, Phase, Trainer, TrainerCommand};
use channels::ChannelStudy;
use correlations::CorrelationStudy;
use depth::DepthStudy;
use geometry::GeometryStudy;
use learned_geometry::LearnedGeometryStudy;
use prune::PruneStudy;
use sources::SourcesStudy;
use state::StateStudy;
use std::sync::Arc;
use tensor::TensorStudy;
use transition::TransitionStudy;

/// The studies there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StudyKind {
    /// How many hidden channels pay.
    #[default]
    Channels,
    /// A deep network against one hidden layer.
    Depth,
    /// What pruning weak links does.
    Prune,
    /// Where two intervals that part lose their mutual information.
    Transition,
    /// The metric that the network measures.
    Geometry,
    /// How boundary correlations fall with distance in the bulk.
    Correlations,
    /// Entropies of the network's own state.
    State,
    /// The entanglement spectrum of region A in that state.
    Spectrum,
    /// How near that state comes to the bound of its separating spins.
    Tightness,
    /// How boundary spins answer to sources in the bulk.
    Sources,
    /// S2 of random tensors.
    Tensor,
    /// Couplings learned from entropies.
    LearnedGeometry,
}

impl StudyKind {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Channels,
        Self::Depth,
        Self::Prune,
        Self::Transition,
        Self::Geometry,
        Self::Correlations,
        Self::State,
        Self::Spectrum,
        Self::Tightness,
        Self::Sources,
        Self::Tensor,
        Self::LearnedGeometry,
    ];

    /// As commands write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Channels => "channels",
            Self::Depth => "depth",
            Self::Prune => "prune",
            Self::Transition => "transition",
            Self::Geometry => "geometry",
            Self::Correlations => "correlations",
            Self::State => "state",
            Self::Spectrum => "spectrum",
            Self::Tightness => "tightness",
            Self::Sources => "sources",
            Self::Tensor => "tensor",
            Self::LearnedGeometry => "learned-geometry",
        }
    }

    /// Whether it is about the network's own state.
    #[must_use]
    pub const fn is_of_state(self) -> bool {
        matches!(self, Self::State | Self::Spectrum | Self::Tightness)
    }

    /// What it asks, for a person.
    #[must_use]
    pub const fn question(self) -> &'static str {
        match self {
            Self::Channels => "how many hidden channels one layer needs",
            Self::Depth => "deep against shallow: S_A with every number of layers",
            Self::Prune => "what pruning weak links does to KL, S_A and memory",
            Self::Transition => "where two intervals that part lose their mutual information",
            Self::Geometry => "the metric that the network measures, and geodesics beside cuts",
            Self::Correlations => "whether boundary correlations fall as exp(−Δ d) in the bulk",
            Self::State => "exact entropies of the network's own state, beside bound, cut and exact chain",
            Self::Spectrum => "the entanglement spectrum of region A in the network's own state",
            Self::Tightness => "how near every interval comes to the bound m ln 2",
            Self::Sources => "how boundary spins answer to a source on a hidden spin, against its distance",
            Self::Tensor => "S2 of random tensors of D = 2, 4, 16, 64 beside the minimal cut",
            Self::LearnedGeometry => "which link couplings reproduce the entropies of geometry.source",
        }
    }
}

/// How far a study has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StudyProgress {
    /// What is being done.
    pub doing: &'static str,
    /// Steps done.
    pub done: u64,
    /// All steps of this part; 1 where their number is not known.
    pub total: u64,
}

/// A study under way.
pub struct StudyWork {
    kind: StudyKind,
    document: Document,
    known: Option<Arc<KnownTheory>>,
    stage: Stage,
}

enum Stage {
    /// Layers are learned first.
    Training(Box<Trainer>, Phase),
    Channels(Box<ChannelStudy>),
    Depth(Box<DepthStudy>),
    Prune(Box<PruneStudy>),
    Transition(Box<TransitionStudy>),
    Geometry(Box<GeometryStudy>),
    Correlations(Box<CorrelationStudy>),
    State(Box<StateStudy>),
    Sources(Box<SourcesStudy>),
    Tensor(Box<TensorStudy>),
    LearnedGeometry(Box<LearnedGeometryStudy>),
}

impl StudyWork {
    /// Stands ready. Weights that the document has are used; `known` is what is known of their theory already.
    ///
    /// # Errors
    /// A document that the study has no meaning for, with the remedy.
    pub fn new(
        kind: StudyKind,
        mut document: Document,
        known: Option<Arc<KnownTheory>>,
    ) -> Result<Self, StudyError> {
        if kind == StudyKind::Sources {
            // The joint distribution that is summed has one hidden spin on a node.
            document.learning.channels = 1;
        }
        if kind == StudyKind::Prune && document.network.capacity != CapacityRule::Learned {
            return Err(StudyError::Setting(
                "pruning weighs learned links: set network.capacity = learned".into(),
            ));
        }
        let task = task(&document);
        let has_weights = document.learned.as_ref().is_some_and(|stack| stack.task.same_stack(&task));
        let needs_weights = !has_weights
            && match kind {
                StudyKind::Channels | StudyKind::Correlations | StudyKind::Tensor => false,
                // These are made of weights, whatever the capacities of the cut are.
                StudyKind::State
                | StudyKind::Spectrum
                | StudyKind::Tightness
                | StudyKind::Sources
                | StudyKind::LearnedGeometry => true,
                StudyKind::Depth | StudyKind::Prune | StudyKind::Transition | StudyKind::Geometry => {
                    document.network.capacity == CapacityRule::Learned
                }
            };
        let stage = if needs_weights {
            let mut trainer = Trainer::default();
            let samples = samples::present(&document).map_err(StudyError::Samples)?.cloned();
            trainer.apply(TrainerCommand::Start { task, known: None, starts: None, samples });
            Stage::Training(Box::new(trainer), Phase::Sampling)
        } else {
            Self::begin(kind, &document, known.as_ref())?
        };
        Ok(Self { kind, document, known, stage })
    }

    fn begin(
        kind: StudyKind,
        document: &Document,
        known: Option<&Arc<KnownTheory>>,
    ) -> Result<Stage, StudyError> {
        Ok(match kind {
            StudyKind::Channels => Stage::Channels(Box::new(ChannelStudy::new(document))),
            StudyKind::Depth => Stage::Depth(Box::new(DepthStudy::new(document)?)),
            StudyKind::Prune => Stage::Prune(Box::new(PruneStudy::new(document, known)?)),
            StudyKind::Transition => Stage::Transition(Box::new(TransitionStudy::new(document)?)),
            StudyKind::Geometry => Stage::Geometry(Box::new(GeometryStudy::new(document)?)),
            StudyKind::Correlations => Stage::Correlations(Box::new(CorrelationStudy::new(document))),
            StudyKind::State | StudyKind::Spectrum | StudyKind::Tightness => {
                Stage::State(Box::new(StateStudy::new(kind, document)?))
            }
            StudyKind::Sources => Stage::Sources(Box::new(SourcesStudy::new(document)?)),
            StudyKind::Tensor => Stage::Tensor(Box::new(TensorStudy::new(document)?)),
            StudyKind::LearnedGeometry => {
                Stage::LearnedGeometry(Box::new(LearnedGeometryStudy::new(document)?))
            }
        })
    }

    /// Which study.
    #[must_use]
    pub fn kind(&self) -> StudyKind {
        self.kind
    }

    /// The session it is about, with weights that it has learned.
    #[must_use]
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Does one piece of work; `false` when all is done.
    ///
    /// # Errors
    /// Training that diverges, or a network that cannot be built.
    pub fn advance(&mut self) -> Result<bool, StudyError> {
        match &mut self.stage {
            Stage::Channels(study) => study.advance(),
            Stage::Depth(study) => study.advance(),
            Stage::Prune(study) => study.advance(),
            Stage::Transition(study) => Ok(study.advance()),
            Stage::Geometry(study) => Ok(study.advance()),
            Stage::Correlations(study) => study.advance(),
            Stage::State(study) => study.advance(),
            Stage::Sources(study) => Ok(study.advance()),
            Stage::Tensor(study) => Ok(study.advance()),
            Stage::LearnedGeometry(study) => study.advance(),
            Stage::Training(trainer, phase) => {
                let more = trainer.advance();
                if let Some(snapshot) = trainer.snapshot() {
                    *phase = snapshot.phase.clone();
                    if let Some(reason) = snapshot.phase.failure() {
                        return Err(StudyError::Training(reason));
                    }
                    if snapshot.is_complete() {
                        self.document.learned = Some(Arc::new(snapshot.stack()));
                        self.known = snapshot.known;
                        self.stage = Self::begin(self.kind, &self.document, self.known.as_ref())?;
                        return Ok(true);
                    }
                }
                if more { Ok(true) } else { Err(StudyError::Training("training stood still".into())) }
            }
        }
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> StudyProgress {
        match &self.stage {
            Stage::Channels(study) => study.progress(),
            Stage::Depth(study) => study.progress(),
            Stage::Prune(study) => study.progress(),
            Stage::Transition(study) => study.progress(),
            Stage::Geometry(study) => study.progress(),
            Stage::Correlations(study) => study.progress(),
            Stage::State(study) => study.progress(),
            Stage::Sources(study) => study.progress(),
            Stage::Tensor(study) => study.progress(),
            Stage::LearnedGeometry(study) => study.progress(),
            Stage::Training(_, phase) => {
                let done = if let Phase::Learning(layer) = phase { *layer as u64 } else { 0 };
                let total = u64::from(task(&self.document).layers);
                StudyProgress { doing: "training", done, total }
            }
        }
    }

    /// The table so far.
    #[must_use]
    pub fn table(&self) -> StudyTable {
        match &self.stage {
            Stage::Channels(study) => study.table(),
            Stage::Depth(study) => study.table(),
            Stage::Prune(study) => study.table(),
            Stage::Transition(study) => study.table(),
            Stage::Geometry(study) => study.table(),
            Stage::Correlations(study) => study.table(),
            Stage::State(study) => study.table(),
            Stage::Sources(study) => study.table(),
            Stage::Tensor(study) => study.table(),
            Stage::LearnedGeometry(study) => study.table(),
            Stage::Training(..) => StudyTable::default(),
        }
    }

    /// What the table leaves out and why, in one line; none where it is whole.
    #[must_use]
    pub fn left_out(&self) -> Option<String> {
        match &self.stage {
            Stage::State(study) => study.left_out(),
            _ => None,
        }
    }

    /// The plot of the table so far; none while there is nothing to show.
    #[must_use]
    pub fn chart(&self) -> Option<Chart> {
        match &self.stage {
            Stage::Channels(study) => study.chart(),
            Stage::Depth(study) => study.chart(),
            Stage::Prune(study) => study.chart(),
            Stage::Transition(study) => study.chart(),
            Stage::Geometry(study) => study.chart(),
            Stage::Correlations(study) => study.chart(),
            Stage::State(study) => study.chart(),
            Stage::Sources(study) => study.chart(),
            Stage::Tensor(study) => study.chart(),
            Stage::LearnedGeometry(study) => study.chart(),
            Stage::Training(..) => None,
        }
    }
}

/// Works a study through, from beginning to end; `go_on` is asked between pieces and may call it off.
///
/// # Errors
/// As [`StudyWork::new`] and [`StudyWork::advance`]; or `go_on` returned `false`.
pub fn run_study(
    kind: StudyKind,
    document: Document,
    mut go_on: impl FnMut(StudyProgress) -> bool,
) -> Result<StudyWork, StudyError> {
    let mut work = StudyWork::new(kind, document, None)?;
    while work.advance()? {
        if !go_on(work.progress()) {
            return Err(StudyError::CalledOff);
        }
    }
    Ok(work)
}
