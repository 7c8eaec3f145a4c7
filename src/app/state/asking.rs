//! The engines behind the window, and what each was asked last.

use super::{Desk, Tab};
use crate::desk::studies::StudyEngine;
use crate::desk::{self, domain_wall};
use crate::holography::{BulkNetwork, Overlays};
use crate::lattice::Boundary;
use crate::network::Region;
use crate::session::Document;
use crate::sim::{
    CutAnswer, CutEngine, CutQuery, FermionEntropies, FermionQuery, FermionSolver, GeometryLearner,
    GeometryTask, LearnedStack, NetworkParameters, PruneQuery, Pruner, SurveySnapshot, SurveyTask, Surveyor,
    Trainer, TrainerCommand, TrainingSnapshot, WallCommand, WallTask, WallWalker, Worker,
};
use std::sync::Arc;
use std::time::Duration;

/// Seconds between two steps of the domain wall that is watched.
const WALL_EVERY: f64 = 0.15;
/// The longest that a frame waits for the cut that belongs to it.
const PATIENCE: Duration = Duration::from_millis(2);

/// The engines behind the window.
pub(super) struct Workers {
    pub trainer: Worker<Trainer>,
    /// For the figures of weights that came with a session.
    pub reporter: Worker<Trainer>,
    pub cutter: Worker<CutEngine>,
    pub surveyor: Worker<Surveyor>,
    /// For the network of one layer.
    pub shallow_surveyor: Worker<Surveyor>,
    pub pruner: Worker<Pruner>,
    pub student: Worker<StudyEngine>,
    pub walker: Worker<WallWalker>,
    pub learner: Worker<GeometryLearner>,
    pub fermions: Worker<FermionSolver>,
}

impl Workers {
    /// Starts every engine on a thread of its own.
    ///
    /// # Errors
    /// The system refused a thread.
    pub(super) fn start(wake: &(impl Fn() + Clone + Send + 'static)) -> std::io::Result<Self> {
        Ok(Self {
            trainer: Worker::start("trainer", Trainer::looked_at, wake.clone())?,
            reporter: Worker::start("figures", Trainer::default, wake.clone())?,
            cutter: Worker::start("cut", CutEngine::default, wake.clone())?,
            surveyor: Worker::start("survey", Surveyor::default, wake.clone())?,
            shallow_surveyor: Worker::start("shallow survey", Surveyor::default, wake.clone())?,
            pruner: Worker::start("pruner", Pruner::default, wake.clone())?,
            student: Worker::start("study", StudyEngine::default, wake.clone())?,
            walker: Worker::start("domain wall", WallWalker::default, wake.clone())?,
            learner: Worker::start("learned geometry", GeometryLearner::default, wake.clone())?,
            fermions: Worker::start("fermions", FermionSolver::default, wake.clone())?,
        })
    }

    /// Makes every engine panic before its next piece of work.
    pub(super) fn fail_on_purpose(&self) {
        self.trainer.fail_on_purpose();
        self.reporter.fail_on_purpose();
        self.cutter.fail_on_purpose();
        self.surveyor.fail_on_purpose();
        self.shallow_surveyor.fail_on_purpose();
        self.pruner.fail_on_purpose();
        self.student.fail_on_purpose();
        self.walker.fail_on_purpose();
        self.learner.fail_on_purpose();
        self.fermions.fail_on_purpose();
    }

    /// Sentences of what went wrong in any of them since the last call; the surveyors' are taken where they are asked.
    pub(super) fn take_failures(&mut self) -> impl Iterator<Item = String> + use<> {
        [
            self.trainer.take_failure(),
            self.reporter.take_failure(),
            self.cutter.take_failure(),
            self.pruner.take_failure(),
            self.student.take_failure(),
            self.walker.take_failure(),
            self.learner.take_failure(),
            self.fermions.take_failure(),
        ]
        .into_iter()
        .flatten()
    }
}

/// What the engines were asked last: nothing is asked twice.
pub(super) struct Asked {
    /// Number of the newest query to the cut engine.
    queries: u64,
    /// Number of the network, the regions and what is shown over them that the newest query was about.
    cut: Option<(u64, [Region; 3], Overlays)>,
    fermions: Option<FermionQuery>,
    /// Weights whose figures were asked for.
    reported: Option<Arc<LearnedStack>>,
    network: NetworkKey,
    /// How many networks there were before the present one.
    network_number: u64,
    surveyed: Option<(u64, u64)>,
    /// The survey that failed and was asked for once more.
    survey_failed: Option<(u64, u64)>,
    /// Whether that failed, too.
    survey_given_up: bool,
    /// Number of the network whose bottom layer was surveyed, and that layer; none where there is no survey of it.
    shallow: Option<(u64, Option<Arc<BulkNetwork>>)>,
    /// Stack and threshold that the pruner was asked about.
    pruned: Option<(Arc<LearnedStack>, u64)>,
    wall: Option<WallTask>,
    /// The fit whose couplings the links show.
    pub(super) couplings: Option<GeometryTask>,
    /// When the walk of the wall goes on.
    wall_due: Option<f64>,
}

impl Asked {
    /// Nothing yet, about a network without weights.
    pub(super) fn nothing(document: &Document) -> Self {
        Self {
            queries: 0,
            cut: None,
            fermions: None,
            reported: None,
            network: NetworkKey::new(document, None),
            network_number: 0,
            surveyed: None,
            survey_failed: None,
            survey_given_up: false,
            shallow: None,
            pruned: None,
            wall: None,
            couplings: None,
            wall_due: None,
        }
    }

    /// The next cut is asked for whatever was asked before.
    pub(super) fn forget_cut(&mut self) {
        self.cut = None;
    }
}

/// The chain that a network is of.
fn chain_of(network: &BulkNetwork) -> (u64, Boundary) {
    let geometry = network.network.geometry();
    (geometry.sites(), geometry.boundary())
}

/// What the present network was made from.
#[derive(Clone, PartialEq, Debug)]
struct NetworkKey {
    parameters: NetworkParameters,
    depth: u32,
    trained: usize,
    stamp: u64,
    complete: bool,
}

impl NetworkKey {
    fn new(document: &Document, training: Option<&TrainingSnapshot>) -> Self {
        Self {
            parameters: document.network,
            depth: document.network.depth(document.theory.mass),
            trained: training.map_or(0, |t| t.layers.len()),
            stamp: training.map_or(0, |t| t.stamp),
            complete: training.is_some_and(TrainingSnapshot::is_complete),
        }
    }
}

impl Desk {
    /// Makes the network anew when anything it depends on has changed.
    pub(super) fn renew_network(&mut self) {
        let training = self.current_training();
        let key = NetworkKey::new(&self.document, training.as_deref());
        if key == self.asked.network {
            return;
        }
        self.asked.network = key;
        match desk::study::bulk_network(&self.document, training.as_deref()) {
            Ok(network) => {
                self.network = Arc::new(network);
                self.asked.network_number += 1;
                let geometry = self.network.network.geometry();
                self.answer.take_if(|answer| answer.network.network.geometry() != geometry);
                let of_chain = chain_of(&self.network);
                self.survey.take_if(|survey| chain_of(&survey.network) != of_chain);
                self.shallow.take_if(|survey| chain_of(&survey.network) != of_chain);
            }
            Err(error) => self.errors.push(error.to_string()),
        }
    }

    pub(super) fn ask_for_cut(&mut self) {
        let r = &self.document.regions;
        let overlays = desk::looks::asked_of_cut(&self.document);
        let asked = (self.asked.network_number, [r.a.clone(), r.b.clone(), r.c.clone()], overlays);
        if self.asked.cut.as_ref() != Some(&asked) {
            self.asked.queries += 1;
            let number = self.asked.queries;
            let network = Arc::clone(&self.network);
            self.workers.cutter.send(CutQuery { number, network, regions: asked.1.clone(), overlays });
            self.asked.cut = Some(asked);
            // The spin bound follows the cut within a fraction of that: then no word of the readout blinks.
            let whole = |a: &CutAnswer| a.number == number && a.complete;
            if let Some(answer) = self.workers.cutter.take_within(PATIENCE, whole) {
                self.take_answer(answer);
            }
        } else if let Some(answer) = self.workers.cutter.take_latest() {
            self.take_answer(answer);
        }
    }

    /// Answers come in order, so a later one is never replaced by an earlier one; one of another size of
    /// network is of no use.
    pub(super) fn take_answer(&mut self, answer: Arc<CutAnswer>) {
        if answer.network.network.geometry() == self.network.network.geometry() {
            self.answer = Some(answer);
        }
    }

    /// Exact fermions are for the table of inequalities: they are asked for while it is open.
    pub(super) fn ask_for_fermions(&mut self) {
        if self.view.tab == Tab::Regions {
            let r = &self.document.regions;
            let regions = [r.a.clone(), r.b.clone(), r.c.clone()];
            let query = FermionQuery { mass: self.document.theory.mass, regions };
            if self.asked.fermions.as_ref() != Some(&query) {
                self.workers.fermions.send(query.clone());
                self.asked.fermions = Some(query);
            }
        }
        if let Some(answer) = self.workers.fermions.take_latest() {
            self.fermions = Some(answer);
        }
    }

    /// Fermion entropies of the very regions whose cuts are shown, at the present mass.
    #[must_use]
    pub fn current_fermions(&self) -> Option<FermionEntropies> {
        let (answer, cuts) = (self.fermions.as_ref()?, self.answer.as_ref()?);
        let same = answer.query.mass == self.document.theory.mass
            && answer.query.regions.iter().eq(cuts.regions.iter().map(|cut| &cut.region));
        answer.found.ok().filter(|_| same)
    }

    /// Whether the scaling curve is to come: it is not there, and nothing went wrong twice.
    #[must_use]
    pub fn is_surveying(&self) -> bool {
        !self.is_surveyed() && !self.asked.survey_given_up
    }

    pub(super) fn ask_for_survey(&mut self) {
        let mass = self.document.theory.mass;
        let wanted = (self.asked.network_number, mass.to_bits());
        if let Some(sentence) = self.workers.surveyor.take_failure() {
            self.errors.push(sentence);
            self.asked.survey_given_up = self.asked.survey_failed == Some(wanted);
            if !self.asked.survey_given_up {
                // Once more: else the curve would be missing until something is changed.
                (self.asked.survey_failed, self.asked.surveyed) = (Some(wanted), None);
            }
        }
        if self.asked.surveyed != Some(wanted) {
            self.asked.surveyed = Some(wanted);
            self.asked.survey_given_up = false;
            let network = Arc::clone(&self.network);
            self.workers.surveyor.send(SurveyTask {
                network,
                mass,
                sizes: None,
                window: None,
                references: true,
            });
        }
        self.survey = self.newest_of_chain(self.workers.surveyor.take_latest()).or(self.survey.take());
    }

    /// A survey of another chain has other sizes: its curve is not shown beside the present one's.
    fn newest_of_chain(&self, newest: Option<Arc<SurveySnapshot>>) -> Option<Arc<SurveySnapshot>> {
        newest.filter(|survey| chain_of(&survey.network) == chain_of(&self.network))
    }

    pub(super) fn ask_for_shallow_survey(&mut self) {
        let number = self.asked.network_number;
        if let Some(sentence) = self.workers.shallow_surveyor.take_failure() {
            self.errors.push(sentence);
            // Nothing waits for it any more.
            (self.shallow, self.asked.shallow) = (None, Some((number, None)));
        }
        if !self.view.show_shallow {
            (self.shallow, self.asked.shallow) = (None, None);
            return;
        }
        if self.asked.shallow.as_ref().is_none_or(|(asked, _)| *asked != number) {
            let training = self.current_training();
            match desk::study::shallow_network(&self.document, training.as_deref()) {
                Ok(network) => {
                    let network = Arc::new(network);
                    self.asked.shallow = Some((number, Some(Arc::clone(&network))));
                    self.workers.shallow_surveyor.send(SurveyTask {
                        network,
                        mass: self.document.theory.mass,
                        sizes: None,
                        window: None,
                        references: false,
                    });
                }
                Err(error) => {
                    self.errors.push(error.to_string());
                    (self.shallow, self.asked.shallow) = (None, Some((number, None)));
                }
            }
        }
        self.shallow =
            self.newest_of_chain(self.workers.shallow_surveyor.take_latest()).or(self.shallow.take());
    }

    /// The network of the bottom layer alone whose curve is shown and not there yet.
    pub(super) fn shallow_to_come(&self) -> Option<Arc<BulkNetwork>> {
        let asked = self.asked.shallow.as_ref()?.1.as_ref()?;
        let there = |survey: &Arc<SurveySnapshot>| survey.done && Arc::ptr_eq(&survey.network, asked);
        (!self.shallow.as_ref().is_some_and(there)).then(|| Arc::clone(asked))
    }

    /// Asks for the walk of the domain wall that the tiles show. One that is watched takes a few steps at a time, so
    /// that it is seen to move and costs little; with reduced motion its means are shown.
    pub(super) fn ask_for_wall(&mut self, time: f64, reduced_motion: bool) {
        let task = domain_wall::task(&self.document, &self.network, !reduced_motion);
        if self.asked.wall != task {
            let command = task.clone().map_or(WallCommand::Stop, |task| WallCommand::Walk(Box::new(task)));
            self.workers.walker.send(command);
            if task.is_none() {
                self.wall = None;
            }
            (self.asked.wall, self.asked.wall_due) = (task, None);
        }
        if let Some(wall) =
            self.workers.walker.take_latest().filter(|w| self.asked.wall.as_ref() == Some(&*w.task))
        {
            if domain_wall::is_watched(&wall) && self.asked.wall_due.is_none() && wall.running {
                self.workers.walker.send(WallCommand::Pause(true));
                self.asked.wall_due = Some(time + WALL_EVERY);
            }
            self.wall = Some(wall);
        }
        if self.asked.wall_due.take_if(|due| time >= *due).is_some() {
            self.workers.walker.send(WallCommand::Pause(false));
        }
    }

    /// How long the walk of the domain wall rests, in seconds; nothing if none is watched.
    #[must_use]
    pub fn wall_rests(&self, time: f64) -> Option<f64> {
        self.asked.wall_due.map(|due| (due - time).max(0.0))
    }

    /// Asks for the figures of weights that came with a session: they are drawn from the samples of its theory, with its
    /// seed, and no weight changes. What comes back is shown as a training that ended so.
    pub(super) fn ask_for_figures(&mut self) {
        let bare = self.current_training().is_some_and(|training| {
            training.is_complete() && training.layers.iter().any(|layer| layer.report.is_none())
        });
        let Some(stack) = self.document.learned.clone().filter(|_| bare) else {
            if self.asked.reported.take().is_some() {
                self.workers.reporter.send(TrainerCommand::Pause);
            }
            return;
        };
        if self.asked.reported.as_ref().is_none_or(|asked| !Arc::ptr_eq(asked, &stack)) {
            self.asked.reported = Some(Arc::clone(&stack));
            let samples = self.document.user_samples().cloned();
            self.workers.reporter.send(TrainerCommand::Report { task: self.task(), known: stack, samples });
            self.workers.reporter.send(TrainerCommand::Play);
            return;
        }
        if let Some(found) = self.workers.reporter.take_latest()
            && found.is_complete()
            && found.layers.iter().map(|layer| &layer.rbm).eq(&stack.layers)
        {
            self.begin_training(TrainerCommand::Recall(found));
        }
    }

    /// Asks what pruning leaves, once there are weights and a threshold.
    pub(super) fn ask_for_pruning(&mut self) {
        let threshold = self.document.network.prune;
        if let Some(stack) = self.document.learned.clone().filter(|_| threshold > 0.0) {
            let asked =
                self.asked.pruned.as_ref().is_some_and(|(before, bits)| {
                    Arc::ptr_eq(before, &stack) && *bits == threshold.to_bits()
                });
            if !asked {
                self.asked.pruned = Some((Arc::clone(&stack), threshold.to_bits()));
                let known = self.current_training().and_then(|t| t.known.clone());
                self.workers.pruner.send(PruneQuery { stack, known, threshold });
            }
        }
        if let Some(answer) = self.workers.pruner.take_latest() {
            self.pruning = Some(answer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::LearnedLayer;
    use std::time::Instant;

    #[test]
    fn weights_that_came_with_a_session_have_the_figures_of_their_training() {
        let mut document = Document::default();
        document.learning.sites = 32;
        document.learning.samples = 2000;
        let learned = Trainer::run(document.task(), |_| true).unwrap();
        let stack = Arc::new(learned.stack());
        document.learned = Some(Arc::clone(&stack));
        let mut desk = Desk::new(document, None, || {}).unwrap();
        let end = Instant::now() + Duration::from_secs(60);
        let layers = loop {
            desk.listen(0.0, true);
            let layers = desk.current_training().map(|t| t.layers.clone()).unwrap_or_default();
            if !layers.is_empty() && layers.iter().all(|layer| layer.report.is_some()) {
                break layers;
            }
            assert!(Instant::now() < end, "no figures yet");
            std::thread::sleep(Duration::from_millis(5));
        };
        let kl = |layers: &[Arc<LearnedLayer>]| -> Vec<Option<f64>> {
            layers.iter().map(|layer| layer.report.as_ref().and_then(|r| r.kl_per_spin)).collect()
        };
        assert_eq!(kl(&layers), kl(&learned.layers));
        assert!(kl(&layers).iter().any(Option::is_some));
        // The weights are those that came: the document does not count as learned anew.
        assert!(Arc::ptr_eq(desk.document.learned.as_ref().unwrap(), &stack));
        assert!(desk.errors.is_empty(), "{:?}", desk.errors);
    }
}
