//! The engine behind the network's own state: entropies of regions, exact or sampled, newest query only.

use super::worker::Engine;
use crate::entanglement::state::{HalfLines, Phases, SampledEntropy, Spectrum, SwapEstimate};
use crate::holography::{BulkNetwork, NetworkState, StateEntropy, StateForm, StateLimit};
use crate::network::Region;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Which state is read off the weights, and how.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StateParameters {
    /// Form of the state.
    pub form: StateForm,
    /// Angle θ by which every weight of the marginal form is turned, in radians.
    pub phase: f64,
    /// Seed of a random angle more for every link; 0 for none.
    pub random_phases: u64,
    /// Pairs of samples for Rényi-2 entropies of the Born form beyond 16 sites.
    pub pairs: u64,
}

impl Default for StateParameters {
    fn default() -> Self {
        Self { form: StateForm::Marginal, phase: 0.0, random_phases: 0, pairs: 4000 }
    }
}

impl StateParameters {
    /// The angles of the links.
    #[must_use]
    pub fn phases(&self) -> Phases {
        Phases { angle_rad: self.phase, random: (self.random_phases > 0).then_some(self.random_phases) }
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct StateQuery {
    /// Its number, the newest the largest.
    pub number: u64,
    /// The network with learned weights.
    pub network: Arc<BulkNetwork>,
    /// Which state.
    pub parameters: StateParameters,
    /// Mass of the exact quantum Ising chain to be put beside, if any.
    pub mass: Option<f64>,
    /// Seed of the samples.
    pub seed: u64,
    /// Regions, in the order of the answer.
    pub regions: Vec<Region>,
    /// Numbers of regions whose mean is wanted, by group: sampled means have a common error.
    pub groups: Vec<Vec<usize>>,
}

/// Entropies found so far.
#[derive(Clone, Debug, PartialEq)]
pub struct StateAnswer {
    /// Number of the query.
    pub number: u64,
    /// Which state.
    pub parameters: StateParameters,
    /// The regions asked for.
    pub regions: Vec<Region>,
    /// Entropies of the first regions, as many as there are so far.
    pub rows: Vec<StateEntropy>,
    /// Mean Rényi-2 entropy of each group, where it is sampled; empty where it is not.
    pub sampled_means: Vec<SampledEntropy>,
    /// Whether S ≤ m ln 2 is a theorem for this state.
    pub bounded: bool,
    /// ln Z of the network, over all of its spins; `None` where it is not summed.
    pub log_partition: Option<f64>,
    /// Steps done and all steps.
    pub progress: (u64, u64),
    /// Whether all is done.
    pub done: bool,
    /// Why nothing is computed; a limit of one region stands in its row.
    pub limit: Option<StateLimit>,
    /// Seconds of work so far.
    pub seconds: f64,
}

/// Answers come at most this often while work goes on.
const BREATH: Duration = Duration::from_millis(80);
/// Most regions of one piece of work, spread over threads. Of long chains each holds tables of its own, to some hundred MB,
/// so that there are never more.
const REGIONS_PER_PIECE: usize = 4;

/// Computes entropies of the newest query, piece by piece: some regions, or some pairs of samples.
///
/// Pieces take some 10 ms for 16 sites; of a long chain a piece is one region a thread, however long they take. The state of
/// the last query is kept as long as network and parameters stay the same.
#[derive(Default)]
pub struct StateSolver {
    query: Option<StateQuery>,
    state: Option<(Arc<BulkNetwork>, StateParameters, Option<u64>, NetworkState)>,
    work: Option<Work>,
    paused: bool,
    shown: Option<Instant>,
    fresh: Option<StateAnswer>,
}

struct Work {
    answer: StateAnswer,
    groups: Vec<Vec<usize>>,
    /// Rows found, by region or by what it leaves out.
    known: FxHashMap<Region, StateEntropy>,
    estimate: Option<SwapEstimate>,
    /// The sweep that finds all half-lines together, where many of them are asked for.
    sweep: Option<HalfLines>,
    busy: Duration,
}

/// What the engine is told.
#[derive(Clone, Debug)]
pub enum StateCommand {
    /// Answer this query in place of any other.
    Solve(Box<StateQuery>),
    /// Let the work rest, or go on with it.
    Pause(bool),
    /// Drop the query under way.
    Stop,
}

impl Engine for StateSolver {
    type Command = StateCommand;
    type Snapshot = StateAnswer;

    fn apply(&mut self, command: StateCommand) {
        match command {
            StateCommand::Solve(query) => (self.query, self.work, self.paused) = (Some(*query), None, false),
            StateCommand::Pause(paused) => self.paused = paused,
            StateCommand::Stop => (self.query, self.work) = (None, None),
        }
    }

    fn advance(&mut self) -> bool {
        if self.paused {
            return false;
        }
        let begin = Instant::now();
        if let Some(query) = self.query.take() {
            self.begin(query, begin);
            return self.work.is_some();
        }
        let (Some(work), Some((.., state))) = (&mut self.work, &mut self.state) else { return false };
        let more = work.advance(state);
        work.busy += begin.elapsed();
        work.answer.seconds = work.busy.as_secs_f64();
        work.answer.done = !more;
        if !more || self.shown.is_none_or(|t| t.elapsed() > BREATH) {
            work.take_sampled();
            self.shown = Some(Instant::now());
            self.fresh = Some(work.answer.clone());
        }
        if !more {
            self.work = None;
        }
        more
    }

    fn snapshot(&mut self) -> Option<StateAnswer> {
        self.fresh.take()
    }

    fn circumstances(&self) -> String {
        self.work.as_ref().map_or_else(
            || "no state".into(),
            |w| format!("{} form, {} regions", w.answer.parameters.form.name(), w.answer.regions.len()),
        )
    }
}

impl StateSolver {
    /// Answers a query to its end; `go_on` is told steps done and all steps between pieces, and may call it off.
    ///
    /// `None` if it was called off.
    pub fn run(query: StateQuery, mut go_on: impl FnMut(u64, u64) -> bool) -> Option<StateAnswer> {
        let mut solver = Self::default();
        solver.apply(StateCommand::Solve(Box::new(query)));
        while solver.advance() {
            let (done, total) = solver.progress();
            if !go_on(done, total) {
                return None;
            }
        }
        solver.fresh
    }

    /// Steps done and all steps of the query under way.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        self.work.as_ref().map_or((0, 1), |w| w.answer.progress)
    }

    fn begin(&mut self, query: StateQuery, begin: Instant) {
        let StateQuery { number, network, parameters, mass, seed, regions, groups } = query;
        let of = (parameters, mass.map(f64::to_bits));
        // What only the sampling needs does not change the state.
        let same = |p: StateParameters| StateParameters { pairs: 0, ..p };
        let kept = self.state.as_ref().is_some_and(|(bulk, p, m, _)| {
            Arc::ptr_eq(bulk, &network) && same(*p) == same(of.0) && *m == of.1
        });
        let mut answer = StateAnswer {
            number,
            parameters,
            regions,
            rows: Vec::new(),
            sampled_means: Vec::new(),
            bounded: parameters.form == StateForm::Marginal,
            log_partition: None,
            progress: (0, 1),
            done: false,
            limit: None,
            seconds: 0.0,
        };
        if !kept {
            match NetworkState::new(&network, parameters.form, parameters.phases(), mass) {
                Ok(state) => self.state = Some((network, parameters, of.1, state)),
                Err(limit) => {
                    self.state = None;
                    answer.limit = Some(limit);
                    self.fresh = Some(answer);
                    return;
                }
            }
        }
        let Some((.., state)) = &mut self.state else { return };
        answer.log_partition = state.log_partition();
        let sweep = match half_lines(&answer.regions, state) {
            Ok(sweep) => sweep,
            Err(limit) => {
                answer.limit = Some(limit);
                self.fresh = Some(answer);
                return;
            }
        };
        let estimate = state.sampled().map(|_| {
            let flags =
                |region: &Region| (0..region.sites()).map(|s| region.contains(s)).collect::<Vec<bool>>();
            SwapEstimate::new(answer.regions.iter().map(flags).collect(), parameters.pairs, seed)
        });
        let steps = answer.regions.len() as u64;
        let swept = sweep.as_ref().map_or(0, |sweep| sweep.progress().1);
        let drawn = estimate.as_ref().map_or(0, SwapEstimate::pairs);
        answer.progress = (0, (steps + swept + drawn).max(1));
        let busy = begin.elapsed();
        self.work = Some(Work { answer, groups, known: FxHashMap::default(), estimate, sweep, busy });
    }
}

impl Work {
    /// The next piece; `false` when all is done.
    fn advance(&mut self, state: &mut NetworkState) -> bool {
        if let Some(sweep) = &mut self.sweep {
            match sweep.advance() {
                Ok(more) => {
                    self.answer.progress.0 = sweep.progress().0;
                    if !more {
                        self.keep_half_lines(state);
                    }
                }
                // One cut is too wide: each region then says of itself whether it is.
                Err(_) => {
                    self.answer.progress.1 -= sweep.progress().1;
                    self.sweep = None;
                }
            }
            return true;
        }
        let next = self.answer.rows.len();
        let steps = self.answer.regions.len();
        if next < steps {
            let ahead = &self.answer.regions[next..];
            // A region of a long chain may take seconds: as many as there are threads, and none that waits.
            let threads = rayon::current_num_threads().min(REGIONS_PER_PIECE);
            let most = if state.is_dense() { REGIONS_PER_PIECE } else { threads };
            // As many regions as fill a piece; those known already cost nothing.
            let (mut wanted, mut keys): (Vec<Region>, Vec<Region>) = (Vec::new(), Vec::new());
            for region in ahead {
                let key = key(region);
                if !self.known.contains_key(&key) && !wanted.contains(&key) {
                    if wanted.len() == most {
                        break;
                    }
                    wanted.push(key.clone());
                }
                keys.push(key);
            }
            let found = state.entropies(&wanted);
            self.known.extend(wanted.into_iter().zip(found));
            self.answer.rows.extend(keys.iter().map(|key| self.known[key].clone()));
        } else if let (Some(estimate), Some(top_down)) = (&mut self.estimate, state.sampled()) {
            estimate.advance(top_down);
        }
        let drawn = self.estimate.as_ref().map_or(0, SwapEstimate::done);
        let left = (steps - self.answer.rows.len()) as u64;
        let undrawn = self.estimate.as_ref().map_or(0, SwapEstimate::pairs) - drawn;
        self.answer.progress.0 = self.answer.progress.1.saturating_sub(left + undrawn);
        self.answer.progress.0 < self.answer.progress.1 && steps > 0
    }

    /// Puts the spectra of the sweep where regions look for them.
    fn keep_half_lines(&mut self, state: &mut NetworkState) {
        let Some(sweep) = self.sweep.take() else { return };
        let spectra: Vec<&Spectrum> = sweep.spectra().into_iter().map(|(spectrum, _)| spectrum).collect();
        for region in &self.answer.regions {
            let spectrum = prefix(region).and_then(|len| spectra.get((len as usize).checked_sub(1)?));
            if let Some(spectrum) = spectrum {
                self.known.insert(key(region), state.with_spectrum(region, spectrum));
            }
        }
    }

    /// Puts what the samples say so far into the rows.
    fn take_sampled(&mut self) {
        let Some(estimate) = &self.estimate else { return };
        for (k, row) in self.answer.rows.iter_mut().enumerate() {
            if let Some(found) = estimate.mean(&[k]) {
                (row.renyi2_nats, row.standard_error) = (Some(found.renyi2_nats), Some(found.standard_error));
            }
        }
        self.answer.sampled_means = self.groups.iter().filter_map(|group| estimate.mean(group)).collect();
    }
}

/// The sites ℓ of a region [0, ℓ) that is neither empty nor full.
fn prefix(region: &Region) -> Option<u64> {
    match region.intervals() {
        [one] if one.start == 0 && !region.is_full() => Some(one.len),
        _ => None,
    }
}

/// Fewer half-lines than this are found one by one.
const WORTH_A_SWEEP: usize = 8;

/// The sweep over half-lines, where it is worth it.
fn half_lines(regions: &[Region], state: &NetworkState) -> Result<Option<HalfLines>, StateLimit> {
    let many = regions.iter().filter(|r| prefix(r).is_some()).count() >= WORTH_A_SWEEP;
    if many && !state.is_dense() { Ok(state.half_lines()?) } else { Ok(None) }
}

/// Of a region and its complement, whose entropies are equal, the one without site 0.
fn key(region: &Region) -> Region {
    if region.contains(0) { region.complement() } else { region.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holography::CapacitySource;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::Geometry;
    use crate::rbm::{LayerRbm, Rbm, RbmShape};

    fn critical(log2: u32, boundary: Boundary) -> Arc<BulkNetwork> {
        let geometry = Geometry::new(log2, boundary, ReceptiveField::Three, log2).unwrap();
        let weights = [[0.94, 1.32, 0.94], [0.925, 1.44, 0.925], [0.90, 1.38, 0.90], [0.87, 1.33, 0.87]];
        let layers: Vec<LayerRbm> = weights
            .iter()
            .enumerate()
            .map(|(k, w)| {
                let shape =
                    RbmShape { sites: 1 << (log2 as usize - k), boundary, field: ReceptiveField::Three };
                Rbm::unbiased(shape, w).into()
            })
            .collect();
        let source = CapacitySource::Learned { layers: &layers, complete: true };
        Arc::new(BulkNetwork::new(geometry, source).unwrap())
    }

    fn query(network: &Arc<BulkNetwork>, form: StateForm, texts: &[&str]) -> StateQuery {
        let g = network.network.geometry();
        let region = |t: &&str| Region::parse(t, g.sites(), g.boundary()).unwrap();
        StateQuery {
            number: 1,
            network: Arc::clone(network),
            parameters: StateParameters { form, pairs: 400, ..StateParameters::default() },
            mass: Some(0.0),
            seed: 3,
            regions: texts.iter().map(region).collect(),
            groups: vec![(0..texts.len()).collect()],
        }
    }

    #[test]
    fn the_learned_networks_own_state_stands_beside_the_exact_chain() {
        let network = critical(4, Boundary::Ring);
        let even: Vec<String> = (0..8).map(|k| format!("{}..{}", 2 * k, 2 * k + 4)).collect();
        let even: Vec<&str> = even.iter().map(String::as_str).collect();
        let of_even = StateSolver::run(query(&network, StateForm::Born, &even), |_, _| true).unwrap();
        // Mean over even starts 0.789 for learned weights of which the two digits here are the first: the tests of the
        // state itself bound what that does by 0.01.
        let mean = of_even.rows.iter().filter_map(|row| row.von_neumann_nats).sum::<f64>() / 8.0;
        assert!((mean - 0.789).abs() < 0.01, "{mean}");
        let regions = ["0..4", "4..16", "2..10", "0..0", "0..16"];
        let answer = StateSolver::run(query(&network, StateForm::Born, &regions), |_, _| true).unwrap();
        assert!(answer.done && !answer.bounded && answer.limit.is_none());
        let row = &answer.rows[0];
        let exact = row.exact_nats.unwrap()[0];
        assert!((exact - 0.6922).abs() < 0.6e-4 && row.von_neumann_nats.unwrap() > exact);
        assert_eq!(answer.rows[1], answer.rows[0], "a region and the rest");
        assert!(
            answer.rows[3..].iter().all(|row| row.von_neumann_nats == Some(0.0) && row.bound_nats == 0.0)
        );
        let again = StateSolver::run(query(&network, StateForm::Born, &regions), |_, _| true).unwrap();
        assert_eq!(again.rows, answer.rows);
        assert!(StateSolver::run(query(&network, StateForm::Born, &regions), |_, _| false).is_none());
    }

    #[test]
    fn longer_born_forms_are_sampled_and_marginal_ones_exact() {
        let network = critical(5, Boundary::Ring);
        let answer =
            StateSolver::run(query(&network, StateForm::Born, &["0..8", "4..12"]), |_, _| true).unwrap();
        let row = &answer.rows[0];
        assert!(row.von_neumann_nats.is_none() && row.probabilities.is_empty());
        assert!(row.standard_error.unwrap() < 0.1 && row.renyi2_nats.unwrap() > 0.3);
        assert!(answer.sampled_means[0].standard_error < row.standard_error.unwrap() * 1.2);
        let answer = StateSolver::run(query(&network, StateForm::Marginal, &["0..8"]), |_, _| true).unwrap();
        let row = &answer.rows[0];
        assert!(answer.bounded && row.von_neumann_nats.unwrap() < row.bound_nats);
        assert!(row.bound_nats <= row.links_nats);
    }

    #[test]
    fn a_newer_query_takes_the_place_of_the_older_and_a_pause_stops_work() {
        let network = critical(4, Boundary::Line);
        let mut solver = StateSolver::default();
        solver.apply(StateCommand::Solve(Box::new(query(&network, StateForm::Marginal, &["0..8"; 1]))));
        assert!(solver.advance());
        solver.apply(StateCommand::Pause(true));
        assert!(!solver.advance() && solver.snapshot().is_none());
        let newer = StateQuery { number: 2, ..query(&network, StateForm::Marginal, &["0..3"]) };
        solver.apply(StateCommand::Solve(Box::new(newer)));
        while solver.advance() {}
        let answer = solver.snapshot().unwrap();
        assert!(
            answer.number == 2 && answer.done && answer.rows[0].exact_nats.is_none(),
            "no chain on a line"
        );
    }

    #[test]
    fn what_is_not_computed_is_a_sentence() {
        let geometry = Geometry::new(4, Boundary::Ring, ReceptiveField::Three, 4).unwrap();
        let source = CapacitySource::Learned { layers: &[], complete: false };
        let untrained = Arc::new(BulkNetwork::new(geometry, source).unwrap());
        let limit = |query| StateSolver::run(query, |_, _| true).unwrap().limit.unwrap().to_string();
        assert!(limit(query(&untrained, StateForm::Born, &["0..4"])).contains("layer 0"));
        let network = critical(4, Boundary::Ring);
        let mut turned = query(&network, StateForm::Born, &["0..4"]);
        turned.parameters.phase = 0.5;
        assert!(limit(turned).contains("state.phase"));
        assert!(limit(query(&critical(9, Boundary::Ring), StateForm::Marginal, &["0..4"])).contains("512"));
        // A region that is too wide takes nothing from the others.
        let scattered: Vec<String> = (0..12).map(|k| format!("{}..{}", 10 * k, 10 * k + 3)).collect();
        let regions = ["0..4", &scattered.join(","), "8..12"];
        let answer =
            StateSolver::run(query(&critical(7, Boundary::Ring), StateForm::Marginal, &regions), |_, _| true);
        let answer = answer.unwrap();
        assert!(answer.done && answer.limit.is_none());
        let rows: Vec<_> =
            answer.rows.iter().map(|row| (row.von_neumann_nats, row.limit.is_some())).collect();
        assert!(matches!(rows[..], [(Some(_), false), (None, true), (Some(_), false)]), "{rows:?}");
    }
}
