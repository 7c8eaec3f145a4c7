//! The trainings of this window that came to their end, to go back to: weights, reports and all, with nothing
//! trained anew.

use crate::figure::chart::{four_digits, grouped};
use crate::session::Document;
use crate::sim::{LearnedStack, TheoryKind, TrainingSnapshot};
use std::collections::VecDeque;
use std::sync::Arc;

/// So many trainings are kept; older ones are forgotten.
pub const MOST: usize = 20;
/// Held-out samples of a training, and the file that it learned from, are kept up to so many spins (2 MB); a larger
/// training goes without, as one that came from a file.
const MOST_SPINS: u64 = 1 << 24;

/// A training that came to its end.
#[derive(Clone, Debug)]
pub struct Run {
    /// Counts the trainings of this window.
    pub number: u64,
    /// The document that it was of, with its weights.
    pub document: Document,
    /// Everything that there was to see of it.
    pub training: Arc<TrainingSnapshot>,
}

impl Run {
    /// What it was a training of, and how long it took, in one line.
    #[must_use]
    pub fn words(&self) -> String {
        let d = &self.document;
        let theory = match d.theory.kind {
            TheoryKind::Chain => {
                let of = |symbol: &str, k: f64| format!("{symbol} = {}", four_digits(k));
                let mut words = vec![of("K2", d.theory.k2)];
                words.extend((d.theory.k1 != 0.0).then(|| of("K1", d.theory.k1)));
                words.extend((d.theory.k3 != 0.0).then(|| of("K3", d.theory.k3)));
                words.join(", ")
            }
            TheoryKind::QuantumIsing => format!("m = {}", four_digits(d.theory.mass)),
            TheoryKind::Samples => d.samples_file.as_ref().map_or("samples", |f| f.name()).to_string(),
        };
        let channels = match d.learning.channels {
            1 => String::new(),
            q => format!(" · {q} channels"),
        };
        format!(
            "{}: {theory} · {} sites · r = {}{channels} · {} · {} samples · seed {} · {:.1} s",
            self.number,
            grouped(d.learning.sites),
            d.network.receptive_field.links(),
            d.learning.method.name(),
            grouped(self.training.task.samples_used()),
            d.learning.seed,
            self.training.seconds
        )
    }

    fn stack(&self) -> Option<&Arc<LearnedStack>> {
        self.document.learned.as_ref()
    }
}

/// The newest [`MOST`] trainings, newest first.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    runs: VecDeque<Arc<Run>>,
    count: u64,
}

impl Runs {
    /// Keeps a training that came to its end; the weights are those of `document`. Weights that came from a file,
    /// without a report, are no training of this window; ones that are here already are not kept twice.
    pub fn keep(&mut self, document: &Document, training: &Arc<TrainingSnapshot>) {
        let trained = training.is_complete() && training.layers.iter().all(|l| l.report.is_some());
        let Some(stack) = document.learned.as_ref().filter(|_| trained) else { return };
        if self.of(stack).is_some() {
            return;
        }
        let spins = training.task.samples_used() * training.task.learning.sites;
        let training = match &training.known {
            Some(_) if spins > MOST_SPINS => {
                Arc::new(TrainingSnapshot { known: None, ..(**training).clone() })
            }
            _ => Arc::clone(training),
        };
        let mut document = document.clone();
        if spins > MOST_SPINS {
            // The file of samples is read again when a person asks for it.
            document.samples_file.iter_mut().for_each(|file| file.read = None);
        }
        self.count += 1;
        self.runs.push_front(Arc::new(Run { number: self.count, document, training }));
        self.runs.truncate(MOST);
    }

    /// All of them, newest first.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Run>> {
        self.runs.iter()
    }

    /// The training of this number, while it is kept.
    #[must_use]
    pub fn get(&self, number: u64) -> Option<&Arc<Run>> {
        self.runs.iter().find(|run| run.number == number)
    }

    /// The training that gave these very weights for this very task.
    #[must_use]
    pub fn of(&self, stack: &LearnedStack) -> Option<&Arc<Run>> {
        let same = |s: &Arc<LearnedStack>| s.task.same_stack(&stack.task) && s.layers == stack.layers;
        self.runs.iter().find(|run| run.stack().is_some_and(same))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::study;
    use crate::session::keys;

    #[test]
    fn the_newest_trainings_are_kept_once_each() {
        let mut document = Document::default();
        let settings = [("theory.kind", "chain"), ("learning.sites", "8"), ("learning.samples", "100")];
        let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        keys::set_all(&mut document, &settings).unwrap();
        let mut runs = Runs::default();
        for seed in 1..=MOST as u64 + 3 {
            document.learning.seed = seed;
            let training = Arc::new(study::train(&document, |_| true).unwrap());
            document.learned = Some(Arc::new(training.stack()));
            runs.keep(&document, &training);
            runs.keep(&document, &training);
        }
        let numbers: Vec<u64> = runs.iter().map(|r| r.number).collect();
        assert_eq!(numbers, (4..=MOST as u64 + 3).rev().collect::<Vec<_>>());
        assert!(runs.get(3).is_none());
        let run = runs.get(4).unwrap();
        assert_eq!(run.document.learning.seed, 4);
        let words = run.words();
        assert!(
            words.starts_with("4: K2 = 2.000 · 8 sites · r = 3 · exact · 100 samples · seed 4"),
            "{words}"
        );
        assert_eq!(runs.of(&run.training.stack()).unwrap().number, 4);
    }
    #[test]
    fn a_large_file_of_samples_is_not_held_by_every_training() {
        use crate::lattice::SpinSamples;
        use crate::session::SamplesFile;
        use crate::theory::{SamplesDigest, UserSamples};
        let mut document = Document::default();
        let settings = [("theory.kind", "chain"), ("learning.sites", "8"), ("learning.samples", "100")];
        let settings = settings.map(|(k, v)| (k.to_string(), v.to_string()));
        keys::set_all(&mut document, &settings).unwrap();
        let training = study::train(&document, |_| true).unwrap();
        document.learned = Some(Arc::new(training.stack()));
        let digest = SamplesDigest { sha256: [1; 32], samples: 100, sites: 8 };
        let spins = SpinSamples::all_down(100, 8);
        let samples = Arc::new(UserSamples { spins, digest, autocorrelation_time: 1.0 });
        document.samples_file = Some(SamplesFile::taken_in("spins.npy", samples));
        for (rows, held) in [(100, true), (MOST_SPINS, false)] {
            let mut task = training.task;
            task.learning.samples = rows;
            let snapshot = Arc::new(TrainingSnapshot { task, ..training.clone() });
            let mut runs = Runs::default();
            runs.keep(&document, &snapshot);
            let kept = runs.get(1).unwrap();
            assert_eq!(kept.document.samples_file.as_ref().unwrap().read.is_some(), held);
            assert_eq!((&kept.document, kept.training.known.is_some()), (&document, held));
        }
    }
}
