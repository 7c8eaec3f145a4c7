//! Everything that a figure of a document needs, computed to the end: for films and for the figures of the papers.

use super::plots::{LearningShown, PlotKind};
use super::results::survey;
use super::study::{Study, StudyError, bulk_network, critical_task, cut, known_weights, report, task, train};
use super::{domain_wall, learned_links, samples};
use crate::holography::BulkNetwork;
use crate::session::Document;
use crate::sim::{
    CapacityRule, Engine, GeometryLearner, LearnedStack, Phase, Trainer, TrainerCommand, TrainingSnapshot,
};
use std::sync::Arc;

/// The study of a document with what the bulk, or this plot, shows; `go_on` is asked between pieces of work. A
/// document that needs weights and has none of its own has them afterwards.
///
/// # Errors
/// What training or the network say, or called off.
pub fn complete(
    document: &mut Document,
    plot: Option<PlotKind>,
    go_on: &dyn Fn() -> bool,
) -> Result<Study, StudyError> {
    let stopped = |error| if go_on() { error } else { StudyError::CalledOff };
    let own = task(document);
    let known = known_weights(document).is_some();
    let shows_learning = plot.is_some_and(|plot| !plot.needs_survey());
    let needed = known || document.network.capacity == CapacityRule::Learned || shows_learning;
    let training = if needed {
        let shown = plot.map_or(LearningShown::Weights, PlotKind::learning);
        let snapshot = learning(document, shown, |_| go_on()).map_err(stopped)?;
        if !known {
            document.learned = Some(Arc::new(LearnedStack { task: own, ..snapshot.stack() }));
        }
        Some(snapshot)
    } else {
        None
    };
    let critical = match critical_task(document) {
        Some(task) if plot.is_some_and(PlotKind::needs_critical) => {
            let there = Document { theory: task.theory, learned: None, ..document.clone() };
            Some(Arc::new(train(&there, |_| go_on()).map_err(stopped)?))
        }
        _ => None,
    };
    let study = Study {
        training: training.map(Arc::new),
        critical,
        ..Study::of(Arc::new(bulk_network(document, None)?))
    };
    with_cuts(document, study, plot, go_on)
}

/// A study as [`with_bulk`] and, for the plots that need it, with the cuts of intervals of every size.
///
/// # Errors
/// As [`with_bulk`], and what the survey says.
pub fn with_cuts(
    document: &Document,
    study: Study,
    plot: Option<PlotKind>,
    go_on: &dyn Fn() -> bool,
) -> Result<Study, StudyError> {
    let mut study = with_bulk(document, study, go_on)?;
    if plot.is_some_and(PlotKind::needs_survey) {
        study.survey = Some(Arc::new(survey(document, &study.network, None, go_on)?));
    }
    if go_on() { Ok(study) } else { Err(StudyError::CalledOff) }
}

/// A study with what the picture of the bulk shows: the cuts of its regions, the walk behind its tiles and the
/// couplings behind its links where the document asks for them.
///
/// # Errors
/// What the couplings say, or called off.
pub fn with_bulk(
    document: &Document,
    mut study: Study,
    go_on: &dyn Fn() -> bool,
) -> Result<Study, StudyError> {
    (study.answer, study.wall, study.couplings) = (Some(Arc::new(cut(document, &study.network))), None, None);
    with_overlays(document, study, go_on)
}

/// The walk behind the tiles and the couplings behind the links, where they are shown and not there.
fn with_overlays(
    document: &Document,
    mut study: Study,
    go_on: &dyn Fn() -> bool,
) -> Result<Study, StudyError> {
    let walk = domain_wall::task(document, &study.network, false).filter(|_| study.wall.is_none());
    if let Some(task) = walk {
        study.wall = Some(Arc::new(domain_wall::walked(task, go_on).ok_or(StudyError::CalledOff)?));
    }
    let fit = learned_links::task(document, &study.network).filter(|_| study.couplings.is_none());
    if let Some(task) = fit {
        study.couplings = Some(Arc::new(GeometryLearner::run(task, |_| go_on())?.0));
    }
    Ok(study)
}

/// What of a study must be computed before it is whole.
#[derive(Clone, Debug, Default)]
pub struct Lacks {
    /// The cuts of the regions.
    pub cut: bool,
    /// Whatever the picture of the bulk shows besides: walk and couplings, where they are shown and not there.
    pub overlays: bool,
    /// The cuts of intervals of every size.
    pub survey: bool,
    /// The same of the bottom layer alone: that layer.
    pub shallow: Option<Arc<BulkNetwork>>,
}

/// The study of a document with what it lacks; `go_on` is asked between pieces of work.
///
/// # Errors
/// What the couplings or the survey say, or called off.
pub fn fill(
    document: &Document,
    mut study: Study,
    lacks: Lacks,
    go_on: &dyn Fn() -> bool,
) -> Result<Study, StudyError> {
    if lacks.cut {
        study.answer = Some(Arc::new(cut(document, &study.network)));
    }
    if lacks.overlays {
        study = with_overlays(document, study, go_on)?;
    }
    if lacks.survey {
        study.survey = Some(Arc::new(survey(document, &study.network, None, go_on)?));
    }
    if let Some(network) = lacks.shallow {
        study.shallow = Some(Arc::new(survey(document, &network, None, go_on)?));
    }
    Ok(study)
}

/// What is to be shown of learning: of the weights that the document holds, or learned where it holds none. The
/// figures never belong to other weights than those.
///
/// # Errors
/// As [`train`]; the way to weights that no training with these parameters comes to, which nobody has recorded.
pub fn learning(
    document: &Document,
    shown: LearningShown,
    progress: impl FnMut(&Phase) -> bool,
) -> Result<TrainingSnapshot, StudyError> {
    let Some(known) = known_weights(document) else { return train(document, progress) };
    let alone =
        || known_training(document).ok_or_else(|| StudyError::Training("no training was begun".into()));
    match shown {
        LearningShown::Weights => alone(),
        // Without the samples the couplings are there, and their errors are absent.
        LearningShown::Couplings if samples::present(document).is_err() => alone(),
        LearningShown::Couplings | LearningShown::Figures => report(document, known, progress),
        LearningShown::Steps => {
            let again = train(document, progress)?;
            // The same parameters give the same weights bit for bit: then this was the way to them.
            if again.stack().layers == known.layers {
                Ok(again)
            } else {
                Err(StudyError::Setting(
                    "the weights of the session were given or trained further, and the way to them is not kept: \
                     `holoscope train SESSION -o FILE` learns anew and gives a session whose training is known"
                        .into(),
                ))
            }
        }
    }
}

/// The training whose weights a document holds, as it stands at its end; none if it holds none.
#[must_use]
pub fn known_training(document: &Document) -> Option<TrainingSnapshot> {
    let known = Arc::clone(document.learned.as_ref()?);
    let mut trainer = Trainer::default();
    trainer.apply(TrainerCommand::Start {
        task: task(document),
        known: Some(known),
        starts: None,
        samples: document.user_samples().cloned(),
    });
    trainer.snapshot()
}
