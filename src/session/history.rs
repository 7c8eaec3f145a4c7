//! Undo and redo of every edit, by name.

use super::document::{Document, RegionName};
use crate::rbm::LayerRbm;
use crate::sim::LearnedStack;
use std::collections::VecDeque;
use std::sync::Arc;

/// Steps kept; older ones are forgotten.
const DEEPEST: usize = 500;
/// Bytes that all steps together may take; beyond it the oldest are forgotten. A step of the usual document takes
/// about a kilobyte; regions of many intervals and weights of single blocks take more.
const MOST_BYTES: usize = 64 << 20;
/// What a document takes besides its regions and weights, with its name and room to spare.
const PLAIN_BYTES: usize = 2048;

/// One step: what it was called and the document before (or after) it, with the weights that it had.
#[derive(Clone, Debug)]
struct Step {
    name: String,
    document: Document,
    bytes: usize,
}

impl Step {
    /// `next` is the document that this one is beside: weights that both have are counted once.
    fn new(name: String, document: Document, next: &Document) -> Self {
        let regions: usize =
            RegionName::ALL.iter().map(|n| 16 * document.regions.get(*n).intervals().len()).sum();
        let shared = match (&document.learned, &next.learned) {
            (Some(here), Some(there)) => Arc::ptr_eq(here, there),
            _ => false,
        };
        let weights = document.learned.as_deref().filter(|_| !shared).map_or(0, weight_bytes);
        let bytes = PLAIN_BYTES + name.len() + regions + weights;
        Self { name, document, bytes }
    }
}

fn weight_bytes(stack: &LearnedStack) -> usize {
    let of = |layer: &LayerRbm| match layer {
        LayerRbm::Single(rbm) => rbm.weights.len() + rbm.site_bias.visible.len() + rbm.site_bias.hidden.len(),
        LayerRbm::Channels(rbm) => rbm.weights.len() + rbm.visible_bias.len() + rbm.hidden_bias.len(),
    };
    8 * stack.layers.iter().map(of).sum::<usize>()
}

/// Documents to go back and forth between, each with the weights that it had: shared with whoever else holds them,
/// so that going back trains nothing anew.
#[derive(Clone, Debug, Default)]
pub struct History {
    undo: VecDeque<Step>,
    redo: Vec<Step>,
    gesture: Option<u64>,
}

impl History {
    /// Notes that `before` was changed by the edit `name`.
    ///
    /// Edits that bear the same `gesture` number (a drag, a slider held) are one step.
    pub fn record(&mut self, name: String, before: &Document, gesture: Option<u64>) {
        self.redo.clear();
        if gesture.is_some()
            && self.gesture == gesture
            && let Some(step) = self.undo.back_mut()
        {
            step.name = name;
            return;
        }
        self.gesture = gesture;
        let newest = self.undo.back().map_or(before, |step| &step.document);
        let step = Step::new(name, before.clone(), newest);
        self.push(step);
    }

    fn push(&mut self, step: Step) {
        self.undo.push_back(step);
        while self.undo.len() > DEEPEST || (self.undo.len() > 1 && self.bytes() > MOST_BYTES) {
            self.undo.pop_front();
        }
    }

    /// Bytes that the steps take, about.
    fn bytes(&self) -> usize {
        self.undo.iter().chain(&self.redo).map(|step| step.bytes).sum()
    }

    /// The document before a gesture that is under way.
    #[must_use]
    pub fn before(&self, gesture: u64) -> Option<&Document> {
        self.undo.back().filter(|_| self.gesture == Some(gesture)).map(|step| &step.document)
    }

    /// Forgets the step of a gesture that was called off, and returns the document before it.
    pub fn call_off(&mut self, gesture: u64) -> Option<Document> {
        if self.gesture != Some(gesture) {
            return None;
        }
        self.gesture = None;
        self.undo.pop_back().map(|step| step.document)
    }

    /// Goes one step back from `now`.
    pub fn undo(&mut self, now: &Document) -> Option<Document> {
        self.gesture = None;
        let step = self.undo.pop_back()?;
        self.redo.push(Step::new(step.name, now.clone(), &step.document));
        Some(step.document)
    }

    /// Goes one step forth from `now`.
    pub fn redo(&mut self, now: &Document) -> Option<Document> {
        self.gesture = None;
        let step = self.redo.pop()?;
        self.push(Step::new(step.name, now.clone(), &step.document));
        Some(step.document)
    }

    /// What the next undo would take back.
    #[must_use]
    pub fn undo_name(&self) -> Option<&str> {
        self.undo.back().map(|s| s.name.as_str())
    }

    /// What the next redo would bring back.
    #[must_use]
    pub fn redo_name(&self) -> Option<&str> {
        self.redo.last().map(|s| s.name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_k2(k2: f64) -> Document {
        let mut d = Document::default();
        d.theory.k2 = k2;
        d
    }

    #[test]
    fn a_gesture_is_one_step() {
        let mut h = History::default();
        h.record("set K2 = 1".into(), &with_k2(2.0), Some(7));
        h.record("set K2 = 0.5".into(), &with_k2(1.0), Some(7));
        assert_eq!(h.undo_name(), Some("set K2 = 0.5"));
        assert_eq!(h.before(7), Some(&with_k2(2.0)));
        assert_eq!(h.before(8), None);
        assert_eq!(h.undo(&with_k2(0.5)), Some(with_k2(2.0)));
        assert_eq!(h.before(7), None);
        assert_eq!(h.undo(&with_k2(2.0)), None);
        assert_eq!(h.redo(&with_k2(2.0)), Some(with_k2(0.5)));
    }

    #[test]
    fn a_new_edit_ends_what_could_be_redone() {
        let mut h = History::default();
        h.record("a".into(), &with_k2(2.0), None);
        assert!(h.undo(&with_k2(1.0)).is_some());
        h.record("b".into(), &with_k2(2.0), None);
        assert_eq!(h.redo_name(), None);
        assert_eq!(h.undo_name(), Some("b"));
    }

    #[test]
    fn a_gesture_called_off_leaves_no_step() {
        let mut h = History::default();
        h.record("drag".into(), &with_k2(2.0), Some(1));
        assert_eq!(h.call_off(1), Some(with_k2(2.0)));
        assert_eq!(h.undo_name(), None);
        assert_eq!(h.call_off(1), None);
    }

    #[test]
    fn depth_is_bounded() {
        let mut h = History::default();
        for _ in 0..2 * DEEPEST {
            h.record("x".into(), &with_k2(1.0), None);
        }
        assert_eq!(h.undo.len(), DEEPEST);
    }

    #[test]
    fn memory_is_bounded() {
        use crate::lattice::Boundary;
        use crate::network::{Interval, Region};
        // Every second site of 2^18: two megabytes of intervals a step.
        let sites = 1 << 18;
        let odd = (0..sites / 2).map(|i| Interval { start: 2 * i, len: 1 });
        let mut comb = Document::default();
        comb.resize(sites);
        comb.regions.a = Region::from_intervals(sites, Boundary::Ring, odd).unwrap();
        let mut h = History::default();
        for _ in 0..50 {
            h.record("comb".into(), &comb, None);
        }
        assert!(h.bytes() <= MOST_BYTES && h.undo.len() > 20, "{} steps, {} bytes", h.undo.len(), h.bytes());
        assert_eq!(h.undo(&comb), Some(comb));
    }

    #[test]
    fn weights_are_shared_and_come_back() {
        let mut learned = with_k2(1.0);
        let task = learned.task();
        learned.learned = Some(Arc::new(LearnedStack {
            task,
            origin: crate::sim::WeightsOrigin::default(),
            layers: Vec::new(),
        }));
        let mut h = History::default();
        h.record("x".into(), &learned, None);
        let back = h.undo(&with_k2(2.0)).unwrap();
        assert!(Arc::ptr_eq(&back.learned.unwrap(), &learned.learned.unwrap()));
    }
}
