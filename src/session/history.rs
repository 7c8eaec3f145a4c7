//! Undo and redo of every edit, by name.

use super::document::Document;

/// Steps kept; older ones are forgotten. A document without weights is about a kilobyte.
const DEEPEST: usize = 500;

/// One step: what it was called and the document before (or after) it.
#[derive(Clone, Debug)]
struct Step {
    name: String,
    document: Document,
}

/// Documents to go back and forth between. Learned weights are not part of it: they are computed from
/// the parameters and follow them.
#[derive(Clone, Debug, Default)]
pub struct History {
    undo: Vec<Step>,
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
            && let Some(step) = self.undo.last_mut()
        {
            step.name = name;
            return;
        }
        self.gesture = gesture;
        self.undo.push(Step { name, document: before.without_weights() });
        if self.undo.len() > DEEPEST {
            self.undo.remove(0);
        }
    }

    /// Forgets the step of a gesture that was called off, and returns the document before it.
    pub fn call_off(&mut self, gesture: u64) -> Option<Document> {
        if self.gesture != Some(gesture) {
            return None;
        }
        self.gesture = None;
        self.undo.pop().map(|step| step.document)
    }

    /// Goes one step back from `now`.
    pub fn undo(&mut self, now: &Document) -> Option<Document> {
        self.gesture = None;
        let step = self.undo.pop()?;
        self.redo.push(Step { name: step.name, document: now.without_weights() });
        Some(step.document)
    }

    /// Goes one step forth from `now`.
    pub fn redo(&mut self, now: &Document) -> Option<Document> {
        self.gesture = None;
        let step = self.redo.pop()?;
        self.undo.push(Step { name: step.name, document: now.without_weights() });
        Some(step.document)
    }

    /// What the next undo would take back.
    #[must_use]
    pub fn undo_name(&self) -> Option<&str> {
        self.undo.last().map(|s| s.name.as_str())
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
        assert_eq!(h.undo(&with_k2(0.5)), Some(with_k2(2.0)));
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
}
