//! A second learning beside the session's own: the same theory at m = 0, for the plots that show both.

use crate::desk::study;
use crate::session::Document;
use crate::sim::{Trainer, TrainerCommand, TrainingSnapshot, TrainingTask, Worker};
use std::sync::Arc;

/// The engine that learns at the critical point, started when it is first looked for.
pub struct Companion {
    wake: Box<dyn Fn() -> Box<dyn Fn() + Send>>,
    worker: Option<Worker<Trainer>>,
    asked: Option<TrainingTask>,
    latest: Option<Arc<TrainingSnapshot>>,
}

impl Companion {
    /// No engine yet; `wake` asks the window for a frame.
    pub fn new(wake: impl Fn() + Clone + Send + 'static) -> Self {
        let wake = Box::new(move || Box::new(wake.clone()) as Box<dyn Fn() + Send>);
        Self { wake, worker: None, asked: None, latest: None }
    }

    /// Sees to it that the critical stack of a document is learned, or is being learned.
    ///
    /// Gives a sentence when the system refuses the thread; it is then not asked again.
    pub fn learn(&mut self, document: &Document) -> Option<String> {
        let task = study::critical_task(document)?;
        if self.asked.is_some_and(|asked| asked.same_stack(&task)) {
            return None;
        }
        self.asked = Some(task);
        if self.worker.is_none() {
            match Worker::start("critical", Trainer::default, (self.wake)()) {
                Ok(worker) => self.worker = Some(worker),
                Err(error) => return Some(format!("no thread to learn at m = 0: {error}")),
            }
        }
        if let Some(worker) = &self.worker {
            worker.send(TrainerCommand::Start { task, known: None, starts: None, samples: None });
        }
        None
    }

    /// What went wrong in the engine, once.
    pub fn take_failure(&mut self) -> Option<String> {
        let worker = self.worker.as_mut()?;
        if let Some(snapshot) = worker.take_latest() {
            self.latest = Some(snapshot);
        }
        worker.take_failure()
    }

    /// The stack at m = 0 that belongs to a document, if it is there whole.
    #[must_use]
    pub fn stack(&self, document: &Document) -> Option<Arc<TrainingSnapshot>> {
        let task = study::critical_task(document)?;
        self.latest.clone().filter(|s| s.is_complete() && s.task.same_stack(&task))
    }
}
