//! Undo and redo of every edit, by name.

use super::bookmarks::{Bookmark, Note};
use super::document::{Document, RegionName};
use crate::figure::camera::Camera;
use crate::rbm::LayerRbm;
use crate::sim::LearnedStack;
use crate::theory::UserSamples;
use std::collections::VecDeque;
use std::sync::Arc;

/// Steps kept; older ones are forgotten.
const DEEPEST: usize = 500;
/// Bytes that all steps together may take; beyond it the oldest are forgotten. A step of the usual document takes
/// about a kilobyte; regions of many intervals, weights of single blocks and files of samples take more.
const MOST_BYTES: usize = 64 << 20;
/// What a document takes besides its regions and weights, with its name and room to spare.
const PLAIN_BYTES: usize = 2048;

/// One step: what it was called and the document before (or after) it, with the weights that it had.
#[derive(Clone, Debug)]
struct Step {
    name: String,
    document: Document,
    changed: Besides,
    bytes: usize,
}

/// What a step changed besides the parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Besides {
    /// The weights, whether or not the parameters stayed: going back brings those of before.
    pub weights: bool,
    /// The view, which stood here before it.
    pub camera: Option<Camera>,
}

/// Where a step back or forth leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    /// The document there, with the weights that it had.
    pub document: Document,
    /// What the step changed besides its parameters.
    pub changed: Besides,
}

impl Step {
    /// `next` is the document that this one is beside: weights and spins that both have are counted once.
    fn new(name: String, document: Document, changed: Besides, next: &Document) -> Self {
        let regions: usize =
            RegionName::ALL.iter().map(|n| 16 * document.regions.get(*n).intervals().len()).sum();
        let shared = match (&document.learned, &next.learned) {
            (Some(here), Some(there)) => Arc::ptr_eq(here, there),
            _ => false,
        };
        let weights = document.learned.as_deref().filter(|_| !shared).map_or(0, weight_bytes);
        let spins = |of: &Document| of.samples_file.as_ref().and_then(|file| file.read.clone());
        let read =
            spins(&document).filter(|read| !spins(next).is_some_and(|theirs| Arc::ptr_eq(read, &theirs)));
        let read = read.map_or(0, |read| spin_bytes(&read));
        let places =
            size_of::<Bookmark>() * document.bookmarks.len() + size_of::<Note>() * document.notes.len();
        let bytes = PLAIN_BYTES + name.len() + regions + weights + read + places;
        Self { name, document, changed, bytes }
    }
}

impl Step {
    /// Where the step leads, and the step that leads from there to `now` again.
    fn taken(self, now: &Document, camera: Camera) -> (Past, Self) {
        let back = Besides { camera: self.changed.camera.map(|_| camera), ..self.changed };
        let way_back = Self::new(self.name, now.clone(), back, &self.document);
        (Past { document: self.document, changed: self.changed }, way_back)
    }
}

fn weight_bytes(stack: &LearnedStack) -> usize {
    let of = |layer: &LayerRbm| match layer {
        LayerRbm::Single(rbm) => rbm.weights.len() + rbm.site_bias.visible.len() + rbm.site_bias.hidden.len(),
        LayerRbm::Channels(rbm) => rbm.weights.len() + rbm.visible_bias.len() + rbm.hidden_bias.len(),
    };
    8 * stack.layers.iter().map(of).sum::<usize>()
}

fn spin_bytes(read: &UserSamples) -> usize {
    8 * read.spins.words_per_site() * read.spins.sites()
}

/// Documents to go back and forth between, each with the weights that it had: shared with whoever else holds them,
/// so that going back trains nothing anew.
#[derive(Clone, Debug, Default)]
pub struct History {
    undo: VecDeque<Step>,
    redo: Vec<Step>,
    gesture: Option<u64>,
    /// What could be redone before the gesture, until it is known that it stays.
    aside: Vec<Step>,
}

impl History {
    /// Notes that `before` was changed by the edit `name`.
    ///
    /// Edits that bear the same `gesture` number (a drag, a slider held) are one step.
    pub fn record(&mut self, name: String, before: &Document, gesture: Option<u64>) {
        self.record_besides(name, before, Besides::default(), gesture);
    }

    /// As [`record`](Self::record), of an edit that changed something besides the parameters.
    pub fn record_besides(
        &mut self,
        name: String,
        before: &Document,
        changed: Besides,
        gesture: Option<u64>,
    ) {
        let could_be_redone = std::mem::take(&mut self.redo);
        if gesture.is_some()
            && self.gesture == gesture
            && let Some(step) = self.undo.back_mut()
        {
            step.name = name;
            return;
        }
        self.gesture = gesture;
        self.aside = if gesture.is_some() { could_be_redone } else { Vec::new() };
        let newest = self.undo.back().map_or(before, |step| &step.document);
        let step = Step::new(name, before.clone(), changed, newest);
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
        self.undo.iter().chain(&self.redo).chain(&self.aside).map(|step| step.bytes).sum()
    }

    /// The document before a gesture that is under way.
    #[must_use]
    pub fn before(&self, gesture: u64) -> Option<&Document> {
        self.undo.back().filter(|_| self.gesture == Some(gesture)).map(|step| &step.document)
    }

    /// Forgets the step of a gesture that was called off, and returns the document before it. What could be redone
    /// then can be redone again.
    pub fn call_off(&mut self, gesture: u64) -> Option<Document> {
        if self.gesture != Some(gesture) {
            return None;
        }
        self.gesture = None;
        self.redo = std::mem::take(&mut self.aside);
        self.undo.pop_back().map(|step| step.document)
    }

    /// The gesture stays: what could be redone before it is gone for good.
    fn end_gesture(&mut self) {
        self.gesture = None;
        self.aside.clear();
    }

    /// Goes one step back from `now`, seen from `camera`.
    pub fn undo(&mut self, now: &Document, camera: Camera) -> Option<Past> {
        self.end_gesture();
        let step = self.undo.pop_back()?;
        let (past, way_back) = step.taken(now, camera);
        self.redo.push(way_back);
        Some(past)
    }

    /// Goes one step forth from `now`, seen from `camera`.
    pub fn redo(&mut self, now: &Document, camera: Camera) -> Option<Past> {
        self.end_gesture();
        let step = self.redo.pop()?;
        let (past, way_back) = step.taken(now, camera);
        self.push(way_back);
        Some(past)
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

    fn plain(document: Document) -> Past {
        Past { document, changed: Besides::default() }
    }

    #[test]
    fn a_step_that_moved_the_view_takes_it_along_both_ways() {
        let (here, there) = (Camera::HOME, Camera { magnification: 3.0, ..Camera::HOME });
        let mut h = History::default();
        let changed = Besides { weights: true, camera: Some(here) };
        h.record_besides("go".into(), &with_k2(2.0), changed, None);
        assert_eq!(h.undo(&with_k2(1.0), there), Some(Past { document: with_k2(2.0), changed }));
        let changed = Besides { weights: true, camera: Some(there) };
        assert_eq!(h.redo(&with_k2(2.0), here), Some(Past { document: with_k2(1.0), changed }));
    }

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
        assert_eq!(h.undo(&with_k2(0.5), Camera::HOME), Some(plain(with_k2(2.0))));
        assert_eq!(h.before(7), None);
        assert_eq!(h.undo(&with_k2(2.0), Camera::HOME), None);
        assert_eq!(h.redo(&with_k2(2.0), Camera::HOME), Some(plain(with_k2(0.5))));
    }

    #[test]
    fn a_new_edit_ends_what_could_be_redone() {
        let mut h = History::default();
        h.record("a".into(), &with_k2(2.0), None);
        assert!(h.undo(&with_k2(1.0), Camera::HOME).is_some());
        h.record("b".into(), &with_k2(2.0), None);
        assert_eq!(h.redo_name(), None);
        assert_eq!(h.undo_name(), Some("b"));
    }

    #[test]
    fn a_drag_that_is_called_off_leaves_what_could_be_redone() {
        let mut h = History::default();
        h.record("a".into(), &with_k2(2.0), None);
        assert!(h.undo(&with_k2(1.0), Camera::HOME).is_some());
        for k2 in [2.0, 1.9] {
            h.record("drag".into(), &with_k2(k2), Some(1));
            assert_eq!(h.redo_name(), None);
        }
        assert_eq!(h.call_off(1), Some(with_k2(2.0)));
        assert_eq!((h.undo_name(), h.redo_name()), (None, Some("a")));
        // One that stays ends it.
        h.record("drag".into(), &with_k2(2.0), Some(2));
        h.record("b".into(), &with_k2(1.8), None);
        assert!(h.undo(&with_k2(1.7), Camera::HOME).is_some() && h.call_off(2).is_none());
        assert_eq!(h.redo_name(), Some("b"));
    }

    #[test]
    fn files_of_samples_count_as_memory_once_each() {
        use crate::lattice::SpinSamples;
        use crate::theory::{SamplesDigest, UserSamples};
        // Four megabytes of spins.
        let taken_in = |seed: u8| {
            let digest = SamplesDigest { sha256: [seed; 32], samples: 1 << 15, sites: 1024 };
            let spins = SpinSamples::all_down(1 << 15, 1024);
            let samples = Arc::new(UserSamples { spins, digest, autocorrelation_time: 1.0 });
            let mut document = Document::default();
            document.take_in_samples("spins.npy", samples);
            document
        };
        let mut h = History::default();
        for seed in 0..40 {
            let document = taken_in(seed);
            for _ in 0..3 {
                h.record("x".into(), &document, None);
            }
        }
        assert!(h.bytes() <= MOST_BYTES && h.undo.len() >= 3 * 14, "{} steps", h.undo.len());
        assert!(h.undo.len() <= 3 * 17, "{} steps", h.undo.len());
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
        assert_eq!(h.undo(&comb, Camera::HOME), Some(plain(comb)));
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
        let back = h.undo(&with_k2(2.0), Camera::HOME).unwrap().document;
        assert!(Arc::ptr_eq(&back.learned.unwrap(), &learned.learned.unwrap()));
    }
}
