//! Everything that a figure of a document needs, computed to the end: for films and for the figures of the papers.

use super::plots::PlotKind;
use super::results::survey;
use super::study::{Study, StudyError, bulk_network, critical_task, cut, task, train};
use super::{domain_wall, learned_links};
use crate::session::Document;
use crate::sim::{
    CapacityRule, Engine, GeometryLearner, LearnedStack, Trainer, TrainerCommand, TrainingSnapshot,
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
    let known = document.learned.as_ref().is_some_and(|stack| stack.task.same_stack(&own));
    let shows_learning = plot.is_some_and(|plot| !plot.needs_survey());
    let needed = document.network.capacity == CapacityRule::Learned || shows_learning;
    let training = if known && !plot.is_some_and(PlotKind::needs_reports) {
        known_training(document)
    } else if needed {
        let snapshot = train(document, |_| go_on()).map_err(stopped)?;
        let layers = snapshot.stack().layers;
        document.learned = Some(Arc::new(LearnedStack { task: own, layers }));
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
    study.answer = Some(Arc::new(cut(document, &study.network)));
    if let Some(task) = domain_wall::task(document, &study.network, false) {
        study.wall = Some(Arc::new(domain_wall::walked(task, go_on).ok_or(StudyError::CalledOff)?));
    }
    if let Some(task) = learned_links::task(document, &study.network) {
        study.couplings = Some(Arc::new(GeometryLearner::run(task, go_on)?.0));
    }
    Ok(study)
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
