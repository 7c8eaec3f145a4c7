//! The engine that learns link couplings from entropies, shown while it learns.

use super::worker::Engine;
use crate::entanglement::{
    FitOptions, GeometryError, GeometryFit, GeometryModel, LearnedGeometry, RegionEntropy, least_regions,
};
use crate::holography::EntropySource;
use crate::network::Geometry;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Where the entropies come from.
#[derive(Clone, Debug, PartialEq)]
pub enum EntropyData {
    /// A theory of this mass, with about so many regions.
    Theory {
        /// Which.
        source: EntropySource,
        /// Its mass.
        mass: f64,
        /// Regions wanted.
        count: usize,
    },
    /// The user's own.
    Given(Arc<Vec<RegionEntropy>>),
}

/// What is to be learned.
#[derive(Clone, Debug, PartialEq)]
pub struct GeometryTask {
    /// Number of the task.
    pub number: u64,
    /// Shape of the network.
    pub geometry: Geometry,
    /// Entropies to reproduce.
    pub data: EntropyData,
    /// How.
    pub options: FitOptions,
}

/// What the engine is told.
#[derive(Clone, Debug, PartialEq)]
pub enum GeometryCommand {
    /// Learn this, in place of anything else; what was learned before of as many layers is where the search starts.
    Learn(Box<GeometryTask>),
    /// Leave it as it is, or go on with it.
    Pause(bool),
    /// Forget it.
    Stop,
}

/// What there is to see.
#[derive(Clone, Debug, PartialEq)]
pub struct GeometrySnapshot {
    /// What is learned.
    pub task: Arc<GeometryTask>,
    /// Couplings so far.
    pub learned: Option<LearnedGeometry>,
    /// Searches from different starts that have ended, and all.
    pub starts: [usize; 2],
    /// Spins on the frontier.
    pub width: usize,
    /// Field configurations of one evaluation.
    pub configurations: usize,
    /// Whether it learns.
    pub running: bool,
    /// Whether it has come to its end.
    pub done: bool,
    /// Why it cannot be learned.
    pub failure: Option<String>,
}

/// Why there are no couplings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeometryFailure {
    /// The caller asked to stop.
    #[error("the work was called off")]
    CalledOff,
    /// Network, entropies or options that nothing can be learned from.
    #[error("{0}")]
    Refused(String),
}

/// A piece of work ends after this time.
const PIECE: Duration = Duration::from_millis(10);
/// Field configurations between two looks at the clock: about a millisecond.
const CONFIGURATIONS: usize = 128;

/// Learns the newest task.
#[derive(Default)]
pub struct GeometryLearner {
    task: Option<Arc<GeometryTask>>,
    fit: Option<GeometryFit>,
    last: Option<LearnedGeometry>,
    running: bool,
    done: bool,
    failure: Option<String>,
    fresh: bool,
}

impl GeometryTask {
    fn fit(&self, first: Option<&LearnedGeometry>) -> Result<GeometryFit, String> {
        let fit = |data: &[RegionEntropy]| GeometryFit::new(&self.geometry, data, self.options, first);
        match &self.data {
            EntropyData::Given(data) => fit(data),
            // A ring that is refused has no entropies either.
            EntropyData::Theory { .. } if !GeometryModel::fits(&self.geometry) => fit(&[]),
            EntropyData::Theory { source, mass, count } => {
                fit(&source.entropies(*mass, self.geometry.sites(), *count, self.options.seed))
            }
        }
        .map_err(|e| self.few_intervals(&e).unwrap_or_else(|| e.to_string()))
    }

    /// What to do where a theory of which only intervals are known has too few of them: a longer ring.
    fn few_intervals(&self, error: &GeometryError) -> Option<String> {
        let GeometryError::Regions { regions, parameters, .. } = error else { return None };
        let EntropyData::Theory { source: EntropySource::QuantumIsing, count, .. } = self.data else {
            return None;
        };
        let (g, half) = (&self.geometry, self.geometry.sites() / 2);
        if (count as u64) < half {
            return None;
        }
        let longer =
            (self.geometry.sites().ilog2() + 1..=GeometryModel::SITES.end().ilog2()).find(|log2| {
                Geometry::new(*log2, g.boundary(), g.field(), *log2)
                    .is_ok_and(|longer| (least_regions(&longer) as u64) <= longer.sites() / 2)
            })?;
        Some(format!(
            "{regions} different regions are too few for {parameters} couplings: of the quantum Ising chain intervals \
             are learned from, and a ring of {} sites has {half}; set network.sites = {}, or geometry.source = fermion",
            g.sites(),
            1_u64 << longer
        ))
    }
}

impl GeometryLearner {
    /// Learns to the end, the same numbers whatever shows them; `go_on` is asked between pieces, told how many searches have
    /// ended and how many there are, and may call it off.
    /// Seconds at 32 sites.
    ///
    /// # Errors
    /// Why it cannot be learned, or called off.
    pub fn run(
        task: GeometryTask,
        mut go_on: impl FnMut([usize; 2]) -> bool,
    ) -> Result<(GeometrySnapshot, GeometryFit), GeometryFailure> {
        let mut learner = Self::default();
        learner.apply(GeometryCommand::Learn(Box::new(task)));
        while learner.advance() {
            let starts = learner.fit.as_ref().map_or([0, 1], GeometryFit::starts);
            if !go_on(starts) {
                return Err(GeometryFailure::CalledOff);
            }
        }
        let shown = learner.shown();
        // Neither is missing unless the task was refused.
        shown.zip(learner.fit).ok_or_else(|| GeometryFailure::Refused(learner.failure.unwrap_or_default()))
    }

    fn shown(&self) -> Option<GeometrySnapshot> {
        let fit = self.fit.as_ref();
        Some(GeometrySnapshot {
            task: Arc::clone(self.task.as_ref()?),
            learned: fit.and_then(GeometryFit::learned),
            starts: fit.map_or([0, 0], GeometryFit::starts),
            width: fit.map_or(0, |fit| fit.model().width()),
            configurations: fit.map_or(0, |fit| fit.model().configurations()),
            running: self.running,
            done: self.done,
            failure: self.failure.clone(),
        })
    }
}

impl Engine for GeometryLearner {
    type Command = GeometryCommand;
    type Snapshot = GeometrySnapshot;

    fn apply(&mut self, command: GeometryCommand) {
        match command {
            GeometryCommand::Learn(task) => {
                self.last = self.fit.as_ref().and_then(GeometryFit::learned).or(self.last.take());
                (self.task, self.fit) = (Some(Arc::new(*task)), None);
                (self.running, self.done, self.failure) = (true, false, None);
            }
            GeometryCommand::Pause(pause) => self.running = !pause && !self.done && self.failure.is_none(),
            GeometryCommand::Stop => *self = Self::default(),
        }
        self.fresh = true;
    }

    fn advance(&mut self) -> bool {
        let Some(task) = self.task.clone().filter(|_| self.running) else { return false };
        let Some(fit) = &mut self.fit else {
            match task.fit(self.last.as_ref()) {
                Ok(fit) => self.fit = Some(fit),
                Err(reason) => (self.failure, self.running) = (Some(reason), false),
            }
            self.fresh = true;
            return self.running;
        };
        let (begin, before) = (Instant::now(), fit.evaluations());
        while self.running && begin.elapsed() < PIECE {
            self.running = fit.advance(CONFIGURATIONS);
        }
        self.done = !self.running;
        // Between two evaluations there is nothing new to see.
        self.fresh |= self.done || fit.evaluations() > before;
        self.running
    }

    fn snapshot(&mut self) -> Option<GeometrySnapshot> {
        if std::mem::take(&mut self.fresh) { self.shown() } else { None }
    }

    fn circumstances(&self) -> String {
        self.task.as_ref().map_or_else(
            || "no task".into(),
            |t| {
                let sites = t.geometry.sites();
                format!("geometry of {sites} sites, ridge {}, seed {}", t.options.ridge, t.options.seed)
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::Region;
    use crate::numerics::bfgs::Bfgs;
    use crate::numerics::optimiser::{Options, Progress};

    fn task(mass: f64, boundary: Boundary) -> GeometryTask {
        GeometryTask {
            number: 1,
            geometry: Geometry::new(4, boundary, ReceptiveField::Three, 4).unwrap(),
            data: EntropyData::Theory { source: EntropySource::Fermion, mass, count: 30 },
            options: FitOptions::default(),
        }
    }

    #[test]
    fn pieces_of_work_and_threads_leave_the_couplings_as_they_are() {
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| GeometryLearner::run(task(0.1, Boundary::Ring), |_| true).unwrap().0.learned)
        };
        let found = run(1).unwrap();
        assert_eq!(Some(&found), run(2).as_ref());
        assert_eq!(found.layers.len(), 4);
    }

    /// The couplings of a fit in the order of the model, and model and entropies of the regions learned from.
    fn refitted(fit: &GeometryFit) -> (Vec<f64>, GeometryModel, Vec<f64>) {
        let learned = fit.learned().unwrap();
        let layers = learned.layers.iter().flat_map(|l| [Some(l.side), l.middle].into_iter().flatten());
        let x = layers.chain([learned.pin_field]).collect();
        let rows = fit.comparison().into_iter().filter(|(_, _, held_out)| !held_out);
        let (regions, s2): (Vec<Region>, Vec<f64>) = rows.map(|(r, [data, _], _)| (r.clone(), data)).unzip();
        (x, GeometryModel::new(fit.model().geometry(), &regions).unwrap(), s2)
    }

    /// Mean squared misfit + ρ Σ x², and its derivatives.
    fn cost(model: &GeometryModel, s2: &[f64], ridge: f64, x: &[f64]) -> (f64, Vec<f64>) {
        let found = model.entropies_at(x);
        let misfit: Vec<f64> = found.values.iter().zip(s2).map(|(model, data)| model - data).collect();
        let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / s2.len() as f64;
        let value = mean(&mut misfit.iter().map(|r| r * r)) + ridge * x.iter().map(|x| x * x).sum::<f64>();
        let slope = |k: usize| {
            let terms = misfit.iter().enumerate().map(|(i, r)| 2.0 * r * found.jacobian[i * x.len() + k]);
            mean(&mut terms.collect::<Vec<_>>().into_iter()) + 2.0 * ridge * x[k]
        };
        (value, (0..x.len()).map(slope).collect())
    }

    /// Two referees: the costs that an earlier search found, whose steps were cut off at the bounds, and BFGS over the
    /// roots of the couplings, which knows no bounds.
    #[test]
    fn no_other_search_finds_couplings_that_fit_better() {
        for (mass, before) in [(0.0, 3.55243e-3), (0.1, 2.65903e-3), (0.3, 8.1572e-4), (0.6, 1.70573e-4)] {
            let data = EntropyData::Theory { source: EntropySource::Fermion, mass, count: 100 };
            let task = GeometryTask { data, ..task(mass, Boundary::Ring) };
            let (snapshot, fit) = GeometryLearner::run(task, |_| true).unwrap();
            let learned = snapshot.learned.unwrap();
            let (x, model, s2) = refitted(&fit);
            let ridge = FitOptions::default().ridge;
            let (least, _) = cost(&model, &s2, ridge, &x);
            let squares = least - ridge * x.iter().map(|x| x * x).sum::<f64>();
            assert!((squares.sqrt() - learned.rms_nats).abs() < 1e-9 * learned.rms_nats, "{learned:?}");
            // Known to six digits.
            assert!((least - before).abs() < 1e-5 * before, "m = {mass}: {least}, before {before}");
            let near: Vec<f64> = x.iter().map(|x| 1.1 * x + 0.01).collect();
            for start in [near, vec![0.5; x.len()], vec![0.2; x.len()]] {
                let roots = start.iter().map(|x: &f64| x.sqrt()).collect();
                let options = Options { gradient_tolerance: 1e-9, max_iterations: 200 };
                let mut search = Bfgs::new(roots, options);
                let mut of_roots = |y: &[f64], gradient: &mut [f64]| {
                    let x: Vec<f64> = y.iter().map(|y| y * y).collect();
                    let (value, slopes) = cost(&model, &s2, ridge, &x);
                    gradient.iter_mut().zip(slopes).zip(y).for_each(|((g, slope), y)| *g = 2.0 * y * slope);
                    value
                };
                while search.advance(&mut of_roots) == Progress::Running {}
                assert!(search.value() > (1.0 - 1e-6) * least, "m = {mass}: {} {least}", search.value());
            }
        }
    }

    #[test]
    fn it_is_shown_while_it_learns_pauses_and_follows_the_mass() {
        let mut learner = GeometryLearner::default();
        let learn = |mass| GeometryCommand::Learn(Box::new(task(mass, Boundary::Ring)));
        learner.apply(learn(0.1));
        let mut shown = 0;
        while learner.advance() {
            shown += usize::from(learner.snapshot().is_some_and(|s| s.learned.is_some() && s.running));
        }
        let end = learner.snapshot().unwrap();
        assert!(end.done && shown > 0 && end.starts[0] == end.starts[1] && end.starts[0] >= 8);
        learner.apply(learn(0.12));
        assert!(learner.advance() && learner.advance());
        learner.apply(GeometryCommand::Pause(true));
        assert!(!learner.advance());
        learner.apply(GeometryCommand::Pause(false));
        while learner.advance() {}
        // One more start: what was known of the neighbouring mass.
        assert!(learner.snapshot().unwrap().starts[0] >= 9);
        learner.apply(GeometryCommand::Stop);
        assert!(!learner.advance() && learner.snapshot().is_none());
    }

    #[test]
    fn what_cannot_be_learned_is_said() {
        let failure = |boundary, go_on| GeometryLearner::run(task(0.1, boundary), |_| go_on).err().unwrap();
        let refused = failure(Boundary::Line, true).to_string();
        assert!(refused.contains("set network.boundary = ring"), "{refused}");
        assert_eq!(failure(Boundary::Ring, false), GeometryFailure::CalledOff);
        // A ring of 16 has 8 intervals, and no wish of ours gives it more.
        let data = EntropyData::Theory { source: EntropySource::QuantumIsing, mass: 0.1, count: 100 };
        let few = GeometryTask { data, ..task(0.1, Boundary::Ring) };
        let advice = GeometryLearner::run(few, |_| true).err().unwrap().to_string();
        assert!(
            advice.contains("has 8; set network.sites = 32") && !advice.contains("give at least"),
            "{advice}"
        );
    }
}
