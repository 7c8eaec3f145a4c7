//! Everything that a figure of a document needs, computed to the end: for films and for the figures of the papers.

use super::plots::PlotKind;
use super::results::{ReportError, survey};
use super::study::{Study, StudyError, bulk_network, critical_task, cut, task, train};
use super::{domain_wall, learned_links};
use crate::session::Document;
use crate::sim::{CapacityRule, Engine, LearnedStack, Trainer, TrainerCommand, TrainingSnapshot};
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
    let known = document.learned.as_ref().filter(|stack| stack.task.same_stack(&own)).cloned();
    let shows_learning = plot.is_some_and(|plot| !plot.needs_survey());
    let needed = document.network.capacity == CapacityRule::Learned || shows_learning;
    let training = match known {
        Some(known) if !plot.is_some_and(PlotKind::needs_reports) => Some(looked_at(document, known)),
        _ if needed => {
            let snapshot = train(document, |_| go_on()).map_err(stopped)?;
            let layers = snapshot.stack().layers;
            document.learned = Some(Arc::new(LearnedStack { task: own, layers }));
            Some(snapshot)
        }
        _ => None,
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

/// A study with the cuts of its regions and, for the plots that need it, of intervals of every size.
///
/// # Errors
/// Called off.
pub fn with_cuts(
    document: &Document,
    mut study: Study,
    plot: Option<PlotKind>,
    go_on: &dyn Fn() -> bool,
) -> Result<Study, StudyError> {
    study.answer = Some(Arc::new(cut(document, &study.network)));
    study.wall =
        domain_wall::task(document, &study.network, false).and_then(domain_wall::walked).map(Arc::new);
    if let Some(task) = learned_links::task(document, &study.network) {
        study.couplings = Some(Arc::new(learned_links::learned(task, go_on).ok_or(StudyError::CalledOff)?));
    }
    if plot.is_some_and(PlotKind::needs_survey) {
        let survey = survey(document, &study.network, None, go_on).map_err(|error| match error {
            ReportError::CalledOff => StudyError::CalledOff,
            other => StudyError::Setting(other.to_string()),
        })?;
        study.survey = Some(Arc::new(survey));
    }
    if go_on() { Ok(study) } else { Err(StudyError::CalledOff) }
}

/// The training whose weights are known, as it stands at its end.
fn looked_at(document: &Document, known: Arc<LearnedStack>) -> TrainingSnapshot {
    let mut trainer = Trainer::default();
    trainer.apply(TrainerCommand::Start {
        task: task(document),
        known: Some(known),
        starts: None,
        samples: document.user_samples().cloned(),
    });
    trainer.snapshot().expect("a trainer that was told what to learn shows it")
}
