//! Several runs of an optimiser over one likelihood, each from a start of its own; the best end is kept.

use super::layer::Rbm;
use super::training::{TrainingOutcome, TrainingStep};
use crate::numerics::optimiser::{Curvature, Options, Progress, QuasiNewton, StopReason};

/// One start and the way from there.
#[derive(Clone, Debug)]
pub(super) struct Run<C> {
    pub(super) optimiser: QuasiNewton<C>,
    /// One entry per iteration.
    pub(super) history: Vec<TrainingStep>,
}

impl<C: Curvature> Run<C> {
    /// What the run has come to; `rbm` is the layer of its parameters.
    pub(super) fn outcome(&self, rbm: Rbm) -> TrainingOutcome {
        TrainingOutcome {
            rbm,
            iterations: self.optimiser.iterations(),
            stopped_by: self.optimiser.stopped(),
            history: self.history.clone(),
        }
    }
}

/// Runs that go to their end one after the other, in the order of their starts.
#[derive(Clone, Debug)]
pub(super) struct Runs<C> {
    runs: Vec<Run<C>>,
    current: usize,
    margin: f64,
}

impl<C: Curvature> Runs<C> {
    /// Stands ready at the first start. By more than `margin` must the value of a later run be lower for it
    /// to be preferred.
    pub(super) fn new(starts: impl IntoIterator<Item = Vec<f64>>, options: Options, margin: f64) -> Self {
        let run = |x| Run { optimiser: QuasiNewton::new(x, options), history: Vec::new() };
        Self { runs: starts.into_iter().map(run).collect(), current: 0, margin }
    }

    /// One iteration on `f`; `judge` says what the likelihood of the point is that it came to.
    /// [`Progress::Stopped`] once every run has ended, with the reason of the best.
    pub(super) fn advance(
        &mut self,
        f: &mut impl FnMut(&[f64], &mut [f64]) -> f64,
        judge: impl FnOnce(&QuasiNewton<C>) -> TrainingStep,
    ) -> Progress {
        let Run { optimiser, history } = &mut self.runs[self.current];
        let iterations = optimiser.iterations();
        let progress = optimiser.advance(f);
        if optimiser.iterations() > iterations {
            history.push(judge(optimiser));
        }
        match progress {
            Progress::Running => Progress::Running,
            Progress::Stopped(_) if self.current + 1 < self.runs.len() => {
                self.current += 1;
                Progress::Running
            }
            Progress::Stopped(reason) => Progress::Stopped(self.best().optimiser.stopped().unwrap_or(reason)),
        }
    }

    /// The run with the lowest value of those begun; a diverged one only if there is no other. Panics if
    /// there was no start.
    pub(super) fn best(&self) -> &Run<C> {
        let value = |run: &Run<C>| match run.optimiser.stopped() {
            Some(StopReason::Diverged) => f64::INFINITY,
            _ => run.optimiser.value(),
        };
        let begun = &self.runs[..=self.current];
        begun[1..].iter().fold(&begun[0], |best, run| {
            // A run that is not evaluated yet has value NaN and is not better.
            if value(run) < value(best) - self.margin { run } else { best }
        })
    }
}
