//! The network's own state behind its tab: what its engines are asked, and what they answered.

use super::{Desk, Tab};
use crate::app::enlarged::Enlarged;
use crate::desk::state::{query, weighted_network};
use crate::desk::studies::{StudyCommand, StudyEngine, StudyKind, StudySnapshot};
use crate::holography::BulkNetwork;
use crate::network::Region;
use crate::session::{Document, Regions};
use crate::sim::{
    LearnedStack, NetworkParameters, StateAnswer, StateCommand, StateParameters, StateSolver, Worker,
};
use std::sync::Arc;

/// Engines and newest answers of the state tab.
pub struct OwnState {
    solver: Worker<StateSolver>,
    plots: Worker<StudyEngine>,
    /// Entropies of the active region.
    pub answer: Option<Arc<StateAnswer>>,
    /// The plot that is chosen.
    pub plot: Option<Arc<StudySnapshot>>,
    /// Which of the three plots is chosen.
    pub shown: StudyKind,
    /// Whether a person lets the work rest.
    pub paused: bool,
    /// Whether it rests because nobody sees it.
    unseen: bool,
    number: u64,
    network: Option<(StateKey, Arc<BulkNetwork>)>,
    region: Option<(StateKey, Region)>,
    plotted: Option<Plotted>,
    /// Regions of the session that the plot was asked of: the engine is given others.
    pub(super) regions: Option<Regions>,
}

/// What a plot was asked for.
#[derive(Clone)]
struct Plotted {
    key: StateKey,
    kind: StudyKind,
    /// The region that it is of, where it is of one.
    of_region: Option<Region>,
    /// Those of the session.
    regions: Regions,
}

impl Plotted {
    /// Whether it is what another one was asked for, wherever the session's regions are.
    fn is_of(&self, key: &StateKey, kind: StudyKind, of_region: Option<&Region>) -> bool {
        (&self.key, self.kind, self.of_region.as_ref()) == (key, kind, of_region)
    }
}

/// What a state depends on, besides the region.
#[derive(Clone)]
struct StateKey {
    stack: Arc<LearnedStack>,
    network: NetworkParameters,
    mass: u64,
    seed: u64,
    parameters: StateParameters,
}

impl PartialEq for StateKey {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.stack, &other.stack)
            && (self.network, self.mass, self.seed, self.parameters)
                == (other.network, other.mass, other.seed, other.parameters)
    }
}

impl StateKey {
    /// Of a document with learned weights.
    fn of(document: &Document) -> Option<Self> {
        Some(Self {
            stack: document.learned.clone()?,
            network: document.network,
            mass: document.theory.mass.to_bits(),
            seed: document.learning.seed,
            parameters: document.state,
        })
    }
}

impl OwnState {
    /// Starts both engines.
    ///
    /// # Errors
    /// The system refused a thread.
    pub(super) fn start(wake: &(impl Fn() + Clone + Send + 'static)) -> std::io::Result<Self> {
        Ok(Self {
            solver: Worker::start("state", StateSolver::default, wake.clone())?,
            plots: Worker::start("state plots", StudyEngine::default, wake.clone())?,
            answer: None,
            plot: None,
            shown: StudyKind::State,
            paused: false,
            unseen: false,
            number: 0,
            network: None,
            region: None,
            plotted: None,
            regions: None,
        })
    }

    /// Sentences of what went wrong.
    pub(super) fn take_failures(&mut self) -> impl Iterator<Item = String> + use<> {
        [self.solver.take_failure(), self.plots.take_failure()].into_iter().flatten()
    }

    /// Tells both engines whether they may work.
    fn rest(&self) {
        let rests = self.paused || self.unseen;
        self.solver.send(StateCommand::Pause(rests));
        self.plots.send(StudyCommand::Pause(rests));
    }

    /// Whether entropies or plot are under way, or rest on the way.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        let unanswered = self.answer.as_ref().is_some_and(|answer| !answer.done && answer.limit.is_none());
        self.paused || unanswered || self.plot.as_ref().is_some_and(|plot| plot.running)
    }

    /// Whether the newest answer is of the present region and parameters.
    #[must_use]
    pub fn is_current(&self) -> bool {
        self.answer.as_ref().is_some_and(|answer| answer.number == self.number)
    }
}

impl Desk {
    /// Asks for entropies and plot of the network's own state while its tab is open and layers are learned.
    pub(super) fn ask_for_own_state(&mut self) {
        let own = &mut self.own_state;
        if let Some(answer) = own.solver.take_latest() {
            own.answer = Some(answer);
        }
        if let Some(snapshot) = own.plots.take_latest() {
            let of_region = (snapshot.kind == StudyKind::Spectrum).then_some(&snapshot.document.regions.a);
            if let (Some(asked), Some(key)) = (&own.plotted, StateKey::of(&snapshot.document))
                && asked.is_of(&key, snapshot.kind, of_region)
            {
                own.regions = Some(asked.regions.clone());
            }
            own.plot = Some(snapshot);
        }
        let seen = self.view.tab == Tab::State || self.view.enlarged == Some(Enlarged::State);
        let Some(key) = StateKey::of(&self.document) else {
            // Without weights there is no state: what was asked of the last ones is of no use.
            let (region, plotted) = (own.region.take(), own.plotted.take());
            if region.is_some() || plotted.is_some() {
                own.solver.send(StateCommand::Stop);
                own.plots.send(StudyCommand::Stop);
            }
            return;
        };
        if own.unseen == seen {
            // Nothing goes on behind a closed tab; when it opens again, it goes on from where it stood.
            own.unseen = !seen;
            own.rest();
        }
        if !seen {
            return;
        }
        let region = self.document.regions.get(self.view.active.name).clone();
        let asked = (key.clone(), region.clone());
        if own.region.as_ref() != Some(&asked) {
            if own.network.as_ref().is_none_or(|(of, _)| *of != key) {
                match weighted_network(&self.document, None) {
                    Ok(network) => own.network = Some((key.clone(), Arc::new(network))),
                    Err(error) => self.errors.push(error.to_string()),
                }
            }
            own.region = Some(asked);
            if let Some((_, network)) = &own.network {
                own.number += 1;
                let mut query = query(&self.document, network, vec![region.clone()], Vec::new());
                query.number = own.number;
                own.solver.send(StateCommand::Solve(Box::new(query)));
            }
        }
        if own.paused {
            return;
        }
        // Only the spectrum is of one region; in the others it is a marker that follows by itself.
        let of_region = (own.shown == StudyKind::Spectrum).then_some(region);
        if !own.plotted.as_ref().is_some_and(|asked| asked.is_of(&key, own.shown, of_region.as_ref())) {
            let regions = self.document.regions.clone();
            own.plotted = Some(Plotted { key, kind: own.shown, of_region: of_region.clone(), regions });
            let mut document = self.document.clone();
            let (sites, boundary) = (document.network.sites, document.network.boundary);
            document.regions.a = of_region.unwrap_or_else(|| Region::empty(sites, boundary));
            let (kind, document) = (own.shown, Box::new(document));
            own.plots.send(StudyCommand::Run { kind, document, known: None });
        }
    }

    /// Whether the plot of the state is of the present weights, parameters and region.
    #[must_use]
    pub fn is_own_plot_present(&self) -> bool {
        self.own_state.plot.as_ref().is_some_and(|plot| {
            let region = self.document.regions.get(self.view.active.name);
            let key = StateKey::of(&plot.document);
            key.is_some()
                && key == StateKey::of(&self.document)
                && (plot.kind != StudyKind::Spectrum || plot.document.regions.a == *region)
        })
    }

    /// Lets entropies and plot of the state rest where they stand, or work on from there. A region that is chosen meanwhile is
    /// answered all the same; the plot waits.
    pub fn pause_own_state(&mut self, paused: bool) {
        self.own_state.paused = paused;
        self.own_state.rest();
    }
}
