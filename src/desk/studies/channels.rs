//! How many hidden channels one layer needs, at criticality and away from it.

use super::{StudyProgress, StudyTable};
use crate::desk::samples;
use crate::desk::study::{StudyError, task};
use crate::figure::Chart;
use crate::figure::plots::{ChannelPoint, ChannelsPlot, channels_chart};
use crate::lattice::{ReceptiveField, SpinSamples};
use crate::rbm::{
    ChannelComparison, ChannelRbm, ChannelResult, Comparison, LayerRbm, MOST_CHANNELS, ModelBelow, RbmShape,
    TrainingMethod, TrainingOptions,
};
use crate::session::Document;
use crate::sim::{Drawing, TheoryKind, TrainingTask, stack_options};
use crate::theory::QuantumIsingSampler;

/// Masses that the quantum Ising chain is looked at: critical, and ξ = 3.2 sites.
const MASSES: [f64; 2] = [0.0, 0.3];
/// Sites of a chain whose states are all summed over.
const BRUTE_FORCE_SITES: u64 = 8;

/// Distance of a layer to the theory, nats per spin.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Distance {
    kl_per_spin: f64,
    error: f64,
}

/// One theory with the layers learned of it.
struct Theory {
    task: TrainingTask,
    results: Vec<ChannelResult>,
    distances: Vec<Option<Distance>>,
}

/// What is being worked on.
enum Work {
    Drawing(Box<Drawing>),
    Comparing { comparison: Box<ChannelComparison>, held_out: SpinSamples, below: ModelBelow },
}

/// One layer on the samples of a theory with q = 1…4 hidden channels, learned exactly and judged on held-out
/// samples, sample by sample (Gan and Shu 2017, §IV: how many bits of a block must be kept).
///
/// The quantum Ising chain is looked at at m = 0 and m = 0.3, any other theory as the session has it; sites,
/// samples and seed are the session's, the method is always exact with shared weights.
pub(super) struct ChannelStudy {
    document: Document,
    tasks: Vec<TrainingTask>,
    work: Option<Work>,
    theories: Vec<Theory>,
    /// Rows of the held-out set, once it is drawn.
    held_out: Option<u64>,
}

impl ChannelStudy {
    pub(super) fn new(document: &Document) -> Self {
        let task = task(document);
        let tasks = match task.theory.kind {
            TheoryKind::QuantumIsing => MASSES
                .map(|mass| {
                    let mut of_mass = task;
                    of_mass.theory.mass = mass;
                    of_mass
                })
                .to_vec(),
            TheoryKind::Chain | TheoryKind::Samples => vec![task],
        };
        Self { document: document.clone(), tasks, work: None, theories: Vec::new(), held_out: None }
    }

    pub(super) fn advance(&mut self) -> Result<bool, StudyError> {
        match self.work.take() {
            None => {
                let Some(&task) = self.tasks.get(self.theories.len()) else { return Ok(false) };
                self.theories.push(Theory { task, results: Vec::new(), distances: Vec::new() });
                let samples = samples::present(&self.document)?;
                let drawing = Drawing::new(&task, samples).map_err(StudyError::Training)?;
                self.work = Some(Work::Drawing(Box::new(drawing)));
                Ok(true)
            }
            Some(Work::Drawing(mut drawing)) => {
                let Some(theory) = self.theories.last() else { return Ok(false) };
                self.work = Some(if drawing.advance(&theory.task) {
                    let comparing = comparing(&theory.task, *drawing)?;
                    if let Work::Comparing { held_out, .. } = &comparing {
                        self.held_out = Some(held_out.samples() as u64);
                    }
                    comparing
                } else {
                    Work::Drawing(drawing)
                });
                Ok(true)
            }
            Some(Work::Comparing { mut comparison, held_out, below }) => {
                let Some(theory) = self.theories.last_mut() else { return Ok(false) };
                let more = comparison.advance().map_err(|e| StudyError::Training(e.to_string()))?;
                theory.results = comparison.results().to_vec();
                for result in theory.results.iter().skip(theory.distances.len()) {
                    theory.distances.push(distance(&theory.task, &result.rbm, &below, &held_out));
                }
                let is_last = self.theories.len() == self.tasks.len();
                if more {
                    self.work = Some(Work::Comparing { comparison, held_out, below });
                }
                Ok(more || !is_last)
            }
        }
    }

    pub(super) fn progress(&self) -> StudyProgress {
        StudyProgress {
            doing: if matches!(self.work, Some(Work::Drawing(_))) { "samples" } else { "layers" },
            done: self.theories.iter().map(|t| t.results.len() as u64).sum(),
            total: (self.tasks.len() * MOST_CHANNELS) as u64,
        }
    }

    pub(super) fn table(&self) -> StudyTable {
        let mut table = StudyTable::new(&[
            ("mass", ""),
            ("channels", ""),
            ("nll_training", "nats per spin"),
            ("nll_heldout", "nats per spin"),
            ("nll_heldout_error", "nats per spin"),
            ("difference", "nats per spin"),
            ("difference_error", "nats per spin"),
            ("kl", "nats per spin"),
            ("kl_error", "nats per spin"),
            ("iterations", ""),
        ]);
        for theory in &self.theories {
            for (result, distance) in theory.results.iter().zip(&theory.distances) {
                table.rows.push(vec![
                    // Other theories have no mass.
                    (theory.task.theory.kind == TheoryKind::QuantumIsing).then_some(theory.task.theory.mass),
                    Some(result.channels as f64),
                    Some(result.nll_training),
                    Some(result.nll_held_out),
                    Some(result.nll_held_out_error),
                    Some(result.difference),
                    Some(result.difference_error),
                    distance.map(|d| d.kl_per_spin),
                    distance.map(|d| d.error),
                    Some(result.iterations as f64),
                ]);
            }
        }
        table
    }

    pub(super) fn chart(&self) -> Option<Chart> {
        let curves: Vec<(String, Vec<ChannelPoint>)> = self
            .theories
            .iter()
            .filter(|t| !t.results.is_empty())
            .map(|theory| {
                let name = match theory.task.theory.kind {
                    TheoryKind::QuantumIsing => format!("m = {}", theory.task.theory.mass),
                    TheoryKind::Chain => couplings_of(&theory.task),
                    TheoryKind::Samples => "samples of the file".into(),
                };
                let point = |r: &ChannelResult| ChannelPoint {
                    channels: r.channels as u32,
                    difference: r.difference,
                    error: r.difference_error,
                };
                (name, theory.results.iter().map(point).collect())
            })
            .collect();
        (!curves.is_empty()).then(|| {
            channels_chart(&ChannelsPlot {
                curves: &curves,
                sites: self.document.task().learning.sites,
                held_out: self.held_out,
                complete: self.document.network.receptive_field != ReceptiveField::Four
                    && self.document.theory.is_symmetric(),
            })
        })
    }
}

/// The couplings of a chain by name, those that are 0 left out but for K2.
fn couplings_of(task: &TrainingTask) -> String {
    let theory = &task.theory;
    let named = [("K1", theory.k1), ("K2", theory.k2), ("K3", theory.k3)];
    let said = named.iter().filter(|(name, k)| *name == "K2" || *k != 0.0);
    said.map(|(name, k)| format!("{name} = {k}")).collect::<Vec<_>>().join(", ")
}

fn comparing(task: &TrainingTask, drawing: Drawing) -> Result<Work, StudyError> {
    let refused = |error: crate::rbm::RbmError| StudyError::Training(error.to_string());
    let autocorrelation_times = drawing.autocorrelation_times();
    let (training, held_out, below) = drawing.finish(task);
    let layer = RbmShape::new(training.sites(), task.boundary, task.field).map_err(refused)?;
    let options = TrainingOptions {
        method: TrainingMethod::Exact,
        shared_weights: true,
        initial: None,
        autocorrelation_times,
        ..stack_options(task).layer
    };
    let comparison = ChannelComparison::new(layer, 1, MOST_CHANNELS, &training, held_out.clone(), options)
        .map_err(refused)?;
    Ok(Work::Comparing { comparison: Box::new(comparison), held_out, below })
}

/// KL(P‖p) per spin: by the sum over all states of 8 sites, exactly for a chain, else over the held-out samples.
fn distance(
    task: &TrainingTask,
    rbm: &ChannelRbm,
    below: &ModelBelow,
    held_out: &SpinSamples,
) -> Option<Distance> {
    let layer = LayerRbm::Channels(rbm.clone());
    let spins = layer.spins() as f64;
    if task.learning.sites == BRUTE_FORCE_SITES
        && let Some(log_p) = all_log_probabilities(task, below)
    {
        let kl: f64 = log_p
            .iter()
            .enumerate()
            .map(|(state, log_p)| log_p.exp() * (log_p - layer.log_probability(&spins_of(state))))
            .sum();
        return Some(Distance { kl_per_spin: kl / spins, error: 0.0 });
    }
    let log_probabilities = layer.sample_log_probabilities(held_out).ok()?;
    let comparison = Comparison::new(&layer, below, &log_probabilities).ok()?;
    Some(Distance { kl_per_spin: comparison.kl_nats() / spins, error: comparison.trace_error / spins })
}

fn spins_of(state: usize) -> [i8; BRUTE_FORCE_SITES as usize] {
    std::array::from_fn(|i| if state >> i & 1 == 1 { 1 } else { -1 })
}

/// `ln P` of all 2⁸ states; nothing where P is not known.
fn all_log_probabilities(task: &TrainingTask, below: &ModelBelow) -> Option<Vec<f64>> {
    const STATES: usize = 1 << BRUTE_FORCE_SITES;
    match (task.theory.kind, below) {
        (_, ModelBelow::Chain { energy, .. }) => {
            let log_z = energy.log_partition();
            Some((0..STATES).map(|state| energy.log_weight(&spins_of(state)) - log_z).collect())
        }
        (TheoryKind::QuantumIsing, ModelBelow::LogProbability { .. }) => {
            let sampler = QuantumIsingSampler::new(task.theory.mass, BRUTE_FORCE_SITES as usize);
            let mut all = SpinSamples::all_down(STATES, BRUTE_FORCE_SITES as usize);
            for state in 0..STATES {
                for (site, spin) in spins_of(state).into_iter().enumerate() {
                    all.set(state, site, spin > 0);
                }
            }
            Some((0..STATES).map(|state| sampler.log_probability(&all, state)).collect())
        }
        _ => None,
    }
}
