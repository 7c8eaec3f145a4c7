//! The couplings that the links of the bulk show, learned while they are shown.

use super::Desk;
use crate::desk::learned_links;
use crate::sim::GeometryCommand;

impl Desk {
    /// Asks for the couplings learned from entanglement while the links show them; with another mass the fit begins
    /// anew where the last one was, and the couplings of that one stay in view until there are others.
    pub(super) fn ask_for_couplings(&mut self) {
        let task = learned_links::task(&self.document, &self.network);
        if self.asked.couplings != task {
            let command =
                task.clone().map_or(GeometryCommand::Stop, |task| GeometryCommand::Learn(Box::new(task)));
            self.workers.learner.send(command);
            if task.is_none() {
                self.couplings = None;
            }
            self.asked.couplings = task;
        }
        let newest = self.workers.learner.take_latest();
        let of_this = |asked: &crate::sim::GeometryTask| asked.geometry == *self.network.network.geometry();
        if let Some(fit) = newest.filter(|_| self.asked.couplings.as_ref().is_some_and(of_this)) {
            let same = self.couplings.as_ref().is_some_and(|old| old.task.geometry == fit.task.geometry);
            if fit.learned.is_some() || fit.failure.is_some() || !same {
                self.couplings = Some(fit);
            }
        }
    }
}
