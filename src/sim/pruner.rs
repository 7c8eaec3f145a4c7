//! The engine behind the pruning slider: what is kept of a stack, and how far its layers are then.

use super::parameters::LearnedStack;
use super::step_distances::{KnownTheory, StepDistance, StepDistances, TheorySurvey};
use super::worker::Engine;
use crate::rbm::{Kept, LayerRbm, PruneMeasure};
use std::sync::Arc;

/// A stack and a threshold.
#[derive(Clone, Debug)]
pub struct PruneQuery {
    /// The stack as it was learned.
    pub stack: Arc<LearnedStack>,
    /// What is known of its theory, if that is known already.
    pub known: Option<Arc<KnownTheory>>,
    /// Links of |w| below this are dropped.
    pub threshold: f64,
}

/// A stack without its weak links.
#[derive(Clone, Debug, PartialEq)]
pub struct PruneAnswer {
    /// The stack as it was learned.
    pub stack: Arc<LearnedStack>,
    /// The threshold on |w|.
    pub threshold: f64,
    /// What each layer keeps, bottom up.
    pub kept: Vec<Kept>,
    /// What each had.
    pub whole: Vec<Kept>,
    /// Distance of each layer to the model below it; nothing where that is not known.
    pub distances: Vec<Option<StepDistance>>,
    /// Why distances are absent, for the reader.
    pub reason: Option<String>,
    /// Sites of the boundary.
    pub sites: u64,
}

impl PruneAnswer {
    /// Links kept, and all.
    #[must_use]
    pub fn links(&self) -> [usize; 2] {
        [&self.kept, &self.whole].map(|list| list.iter().map(|k| k.links).sum())
    }

    /// Bytes of the weights kept, and of all.
    #[must_use]
    pub fn bytes(&self) -> [usize; 2] {
        [&self.kept, &self.whole].map(|list| list.iter().map(|k| k.bytes).sum())
    }

    /// Σ KL over the layers in nats per boundary site, with its standard error; nothing if one is not known.
    #[must_use]
    pub fn kl_per_site(&self) -> Option<[f64; 2]> {
        total_per_site(&self.distances, self.sites)
    }
}

/// Σ KL over layers in nats per boundary site and its standard error; nothing if one is not known.
#[must_use]
pub fn total_per_site(distances: &[Option<StepDistance>], sites: u64) -> Option<[f64; 2]> {
    let all: Option<Vec<StepDistance>> = distances.iter().copied().collect();
    let all = all?;
    let kl: f64 = all.iter().map(|d| d.kl_nats).sum();
    let square: f64 = all.iter().map(|d| d.error_nats * d.error_nats).sum();
    Some([kl / sites as f64, square.sqrt() / sites as f64])
}

/// What is known of the stack that was asked about last.
struct Theory {
    stack: Arc<LearnedStack>,
    stage: Stage,
}

enum Stage {
    Surveying(Box<TheorySurvey>),
    Known(StepDistances),
    Unknown(String),
}

/// Answers the newest query.
#[derive(Default)]
pub struct Pruner {
    query: Option<PruneQuery>,
    theory: Option<Theory>,
    layers: Vec<LayerRbm>,
    distances: Vec<Option<StepDistance>>,
    fresh: Option<PruneAnswer>,
}

impl Pruner {
    fn begin(query: &PruneQuery) -> Theory {
        let stack = Arc::clone(&query.stack);
        let stage = match &query.known {
            Some(known) => Stage::Known(StepDistances::new(known, &stack.layers)),
            None => match TheorySurvey::new(stack.task) {
                Ok(survey) => Stage::Surveying(Box::new(survey)),
                Err(reason) => Stage::Unknown(reason),
            },
        };
        Theory { stack, stage }
    }

    fn answer(&self, query: &PruneQuery, reason: Option<String>) -> PruneAnswer {
        let kept = |threshold: f64| {
            query.stack.layers.iter().map(|l| l.kept(PruneMeasure::Weight, threshold)).collect()
        };
        PruneAnswer {
            stack: Arc::clone(&query.stack),
            threshold: query.threshold,
            kept: kept(query.threshold),
            whole: kept(0.0),
            distances: self.distances.clone(),
            reason,
            sites: query.stack.task.learning.sites,
        }
    }
}

impl Engine for Pruner {
    type Command = PruneQuery;
    type Snapshot = PruneAnswer;

    fn apply(&mut self, query: PruneQuery) {
        if self.theory.as_ref().is_none_or(|theory| !Arc::ptr_eq(&theory.stack, &query.stack)) {
            self.theory = Some(Self::begin(&query));
        }
        let pruned = |layer: &LayerRbm| layer.pruned(PruneMeasure::Weight, query.threshold);
        self.layers = query.stack.layers.iter().map(pruned).collect();
        self.distances.clear();
        self.query = Some(query);
    }

    fn advance(&mut self) -> bool {
        let (Some(query), Some(theory)) = (&self.query, &mut self.theory) else { return false };
        let mut reason = None;
        match &mut theory.stage {
            Stage::Surveying(survey) => {
                if let Some(known) = survey.advance() {
                    theory.stage = Stage::Known(StepDistances::new(known, &theory.stack.layers));
                }
                return true;
            }
            Stage::Known(models) => {
                let k = self.distances.len();
                if let Some(layer) = self.layers.get(k) {
                    let distance = models.of(k, layer);
                    reason = distance.as_ref().err().cloned();
                    self.distances.push(distance.ok());
                }
            }
            Stage::Unknown(why) => {
                reason = Some(why.clone());
                self.distances = vec![None; self.layers.len()];
            }
        }
        if reason.is_none() && self.distances.len() < self.layers.len() {
            return true;
        }
        self.distances.resize(self.layers.len(), None);
        self.fresh = Some(self.answer(query, reason));
        self.query = None;
        false
    }

    fn snapshot(&mut self) -> Option<PruneAnswer> {
        self.fresh.take()
    }

    fn circumstances(&self) -> String {
        self.query.as_ref().map_or_else(
            || "no query".into(),
            |q| format!("pruning below |w| = {}, seed {}", q.threshold, q.stack.task.learning.seed),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;
    use crate::sim::{TheoryKind, Trainer, TrainingTask};

    fn task(kind: TheoryKind) -> TrainingTask {
        let mut task = TrainingTask::example(kind, Boundary::Ring);
        task.theory.k2 = 1.0;
        (task.learning.sites, task.learning.samples, task.layers) = (16, 500, 4);
        task
    }

    fn answer(pruner: &mut Pruner, query: PruneQuery) -> PruneAnswer {
        pruner.apply(query);
        while pruner.advance() {}
        pruner.snapshot().unwrap()
    }

    #[test]
    fn nothing_pruned_is_the_distance_of_the_report_whoever_drew_the_samples() {
        for kind in [TheoryKind::Chain, TheoryKind::QuantumIsing] {
            let training = Trainer::run(task(kind), |_| true).unwrap();
            let stack = Arc::new(training.stack());
            let mut pruner = Pruner::default();
            for known in [training.known.clone(), None] {
                let query = PruneQuery { stack: Arc::clone(&stack), known, threshold: 0.0 };
                // Another Arc, so that the theory is looked at anew.
                let query = PruneQuery { stack: Arc::new((*query.stack).clone()), ..query };
                let found = answer(&mut pruner, query);
                assert!(!Arc::ptr_eq(&found.stack, &stack) && found.stack == stack);
                assert_eq!(found.links(), [12, 12]);
                assert_eq!(found.bytes(), [96, 96]);
                for (layer, distance) in training.layers.iter().zip(&found.distances) {
                    let report = layer.report.as_ref().unwrap();
                    let kl = report.kl_per_spin.unwrap();
                    assert!((distance.unwrap().per_spin() - kl).abs() < 1e-13, "{kind:?}");
                }
            }
        }
    }

    #[test]
    fn pruning_everything_leaves_the_uniform_distribution() {
        // KL(P‖uniform)/N = ln 2 − S/N, with S = −⟨ln P⟩ the entropy: for the Ising ring in closed form.
        let training = Trainer::run(task(TheoryKind::Chain), |_| true).unwrap();
        let stack = Arc::new(training.stack());
        let query = PruneQuery { stack, known: training.known, threshold: 100.0 };
        let found = answer(&mut Pruner::default(), query);
        assert_eq!((found.links()[0], found.bytes()[0]), (0, 0));
        let (n, k) = (16.0_f64, 1.0_f64);
        let t = k.tanh();
        let log_z = n * (2.0 * k.cosh()).ln() + t.powi(16).ln_1p();
        let bond = (t + t.powi(15)) / (1.0 + t.powi(16));
        let entropy = log_z - n * k * bond;
        let exact = 2.0_f64.ln() - entropy / n;
        let kl = found.distances[0].unwrap().per_spin();
        assert!((kl - exact).abs() < 1e-12, "{kl} {exact}");
        let [total, error] = found.kl_per_site().unwrap();
        assert!(total > exact && error == 0.0);
    }
}
