//! What commands do before their own work: open the session, train where capacities need it, build the network.

use super::args::{CommonArgs, NetworkArgs};
use super::failure::Failure;
use super::samples::opened;
use super::terminal::Terminal;
use crate::desk::open::{self, Opened};
use crate::desk::{LearningShown, StudyError, complete, study};
use crate::holography::{BulkNetwork, LayerStatus};
use crate::session::Document;
use crate::sim::{LearnedStack, Phase, TrainingSnapshot};
use std::sync::Arc;

/// A document with its network.
pub(super) struct Prepared {
    /// With its weights, if they were learned.
    pub document: Document,
    /// The training that was made for it just now.
    pub training: Option<TrainingSnapshot>,
    /// With its capacities.
    pub network: Arc<BulkNetwork>,
}

/// The session that a command names, with its settings.
pub(super) fn open(arguments: &CommonArgs) -> Result<Document, Failure> {
    Ok(opened(arguments, open::lay)?.document)
}

/// The session and its network; trained first where its links are learned and it has no weights.
pub(super) fn prepare(arguments: &NetworkArgs, terminal: &Terminal) -> Result<Prepared, Failure> {
    prepare_opened(arguments, opened(&arguments.common, open::lay)?, terminal)
}

/// As [`prepare`], of a session that is open already.
pub(super) fn prepare_opened(
    arguments: &NetworkArgs,
    opened: Opened,
    terminal: &Terminal,
) -> Result<Prepared, Failure> {
    let mut document = opened.document;
    let training = if arguments.no_train {
        None
    } else {
        let progress = terminal.progress("training", layers(&document));
        let go_on = |phase: &Phase| progress.phase(phase);
        study::train_if_needed(&mut document, go_on).map_err(|e| stopped_or(terminal, e))?
    };
    let network = Arc::new(study::bulk_network(&document, None)?);
    if network.status.contains(&LayerStatus::Untrained) {
        terminal.note("not trained: every link counts ln 2");
    }
    let extrapolated = network.status.iter().filter(|s| **s == LayerStatus::Extrapolated).count();
    if extrapolated > 0 {
        terminal.note(&study::reuse_of_weights(extrapolated));
    }
    Ok(Prepared { document, training, network })
}

/// Trains the stack of a document, whatever weights it has.
pub(super) fn train(document: &Document, terminal: &Terminal) -> Result<TrainingSnapshot, Failure> {
    train_from(document, None, terminal)
}

/// Trains the stack of a document from other weights.
pub(super) fn train_from(
    document: &Document,
    starts: Option<Arc<LearnedStack>>,
    terminal: &Terminal,
) -> Result<TrainingSnapshot, Failure> {
    let progress = terminal.progress("training", layers(document));
    study::train_from(document, starts, |phase| progress.phase(phase)).map_err(|e| stopped_or(terminal, e))
}

/// What is to be shown of learning, of the weights that a document has or learned now.
pub(super) fn learned(
    document: &Document,
    shown: LearningShown,
    terminal: &Terminal,
) -> Result<TrainingSnapshot, Failure> {
    let progress = terminal.progress("training", layers(document));
    complete::learning(document, shown, |phase| progress.phase(phase)).map_err(|e| stopped_or(terminal, e))
}

fn layers(document: &Document) -> u64 {
    u64::from(study::task(document).layers)
}

/// Training that was called off was called off by the person.
fn stopped_or(terminal: &Terminal, error: StudyError) -> Failure {
    if terminal.is_interrupted() { Failure::Interrupted } else { error.into() }
}
