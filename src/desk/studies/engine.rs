//! A study in a thread of its own: started, shown while it grows, called off.

use super::{StudyKind, StudyProgress, StudyTable, StudyWork};
use crate::figure::Chart;
use crate::session::Document;
use crate::sim::{Engine, KnownTheory};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Snapshots come at most this often.
const BREATH: Duration = Duration::from_millis(80);

/// What the engine is told.
#[derive(Debug)]
pub enum StudyCommand {
    /// Begin this study, in place of any other.
    Run {
        /// Which.
        kind: StudyKind,
        /// Of this document, with its weights.
        document: Box<Document>,
        /// What is known of the theory already.
        known: Option<Arc<KnownTheory>>,
    },
    /// Let the study rest where it stands, or go on with it from there.
    Pause(bool),
    /// Leave it as it is.
    Stop,
}

/// What there is to see of a study.
#[derive(Clone, Debug)]
pub struct StudySnapshot {
    /// Which.
    pub kind: StudyKind,
    /// The document it is of, with the weights that it had.
    pub document: Arc<Document>,
    /// How far it has come.
    pub progress: StudyProgress,
    /// Rows so far.
    pub table: StudyTable,
    /// The plot so far.
    pub chart: Option<Chart>,
    /// Whether work goes on.
    pub running: bool,
    /// Whether it has come to its end.
    pub done: bool,
    /// Why it ended before.
    pub failure: Option<String>,
}

/// Works on the newest study.
#[derive(Default)]
pub struct StudyEngine {
    work: Option<(StudyWork, Arc<Document>)>,
    running: bool,
    /// Whether there is work left that a pause may be followed by.
    unfinished: bool,
    shown: Option<Instant>,
    fresh: Option<StudySnapshot>,
}

impl StudyEngine {
    fn show(&mut self, done: bool, failure: Option<String>) {
        let Some((work, document)) = &self.work else { return };
        self.shown = Some(Instant::now());
        self.fresh = Some(StudySnapshot {
            kind: work.kind(),
            document: Arc::clone(document),
            progress: work.progress(),
            table: work.table(),
            chart: work.chart(),
            running: self.running,
            done,
            failure,
        });
    }
}

impl Engine for StudyEngine {
    type Command = StudyCommand;
    type Snapshot = StudySnapshot;

    fn apply(&mut self, command: StudyCommand) {
        match command {
            StudyCommand::Pause(paused) => {
                let goes_on = self.unfinished && !paused;
                if goes_on != self.running {
                    self.running = goes_on;
                    self.show(false, None);
                }
            }
            StudyCommand::Stop => {
                (self.running, self.unfinished) = (false, false);
                self.show(false, None);
            }
            StudyCommand::Run { kind, document, known } => {
                let shared = Arc::new((*document).clone());
                match StudyWork::new(kind, *document, known) {
                    Ok(work) => {
                        self.work = Some((work, shared));
                        (self.running, self.unfinished) = (true, true);
                        self.show(false, None);
                    }
                    Err(error) => {
                        (self.work, self.running, self.unfinished) = (None, false, false);
                        let progress = StudyProgress { doing: "", done: 0, total: 1 };
                        self.fresh = Some(StudySnapshot {
                            kind,
                            document: shared,
                            progress,
                            table: StudyTable::default(),
                            chart: None,
                            running: false,
                            done: false,
                            failure: Some(error.to_string()),
                        });
                    }
                }
            }
        }
    }

    fn advance(&mut self) -> bool {
        let Some((work, _)) = self.work.as_mut().filter(|_| self.running) else { return false };
        match work.advance() {
            Ok(true) => {
                if self.shown.is_none_or(|t| t.elapsed() > BREATH) {
                    self.show(false, None);
                }
                true
            }
            Ok(false) => {
                (self.running, self.unfinished) = (false, false);
                self.show(true, None);
                false
            }
            Err(error) => {
                (self.running, self.unfinished) = (false, false);
                self.show(false, Some(error.to_string()));
                false
            }
        }
    }

    fn snapshot(&mut self) -> Option<StudySnapshot> {
        self.fresh.take()
    }

    fn circumstances(&self) -> String {
        self.work.as_ref().map_or_else(
            || "no study".into(),
            |(work, d)| format!("study {}, seed {}", work.kind().name(), d.learning.seed),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys;

    #[test]
    fn a_study_shows_itself_is_called_off_and_says_what_it_cannot_do() {
        let mut document = Document::default();
        let settings = [("learning.sites", "8"), ("learning.samples", "100"), ("network.sites", "16")]
            .map(|(k, v)| (k.to_string(), v.to_string()));
        keys::set_all(&mut document, &settings).unwrap();
        let run = |kind, document: &Document| StudyCommand::Run {
            kind,
            document: Box::new(document.clone()),
            known: None,
        };
        let mut engine = StudyEngine::default();
        engine.apply(run(StudyKind::Depth, &document));
        assert!(engine.snapshot().is_some_and(|s| s.running && !s.done));
        assert!(engine.advance());
        engine.apply(StudyCommand::Stop);
        assert!(!engine.advance());
        assert!(engine.snapshot().is_some_and(|s| !s.running && !s.done && s.failure.is_none()));
        // What was stopped does not go on; what rests does, from where it stood.
        engine.apply(StudyCommand::Pause(false));
        assert!(!engine.advance());
        engine.apply(run(StudyKind::Depth, &document));
        assert!(engine.advance() && engine.advance());
        let before = engine.work.as_ref().unwrap().0.progress();
        engine.apply(StudyCommand::Pause(true));
        assert!(!engine.advance() && engine.snapshot().is_some_and(|s| !s.running && !s.done));
        engine.apply(StudyCommand::Pause(false));
        assert_eq!(engine.work.as_ref().unwrap().0.progress(), before);
        assert!(engine.advance() && engine.snapshot().is_some_and(|s| s.running));
        engine.apply(run(StudyKind::Prune, &document));
        while engine.advance() {}
        let end = engine.snapshot().unwrap();
        assert!(end.done && end.chart.is_some() && !end.table.rows.is_empty());
        engine.apply(StudyCommand::Pause(false));
        assert!(!engine.advance(), "what is done has nothing to go on with");
        document.network.capacity = crate::sim::CapacityRule::Unit;
        engine.apply(run(StudyKind::Prune, &document));
        let refused = engine.snapshot().unwrap().failure.unwrap();
        assert!(refused.contains("network.capacity = learned"), "{refused}");
        assert!(!engine.advance());
    }
}
