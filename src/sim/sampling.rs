//! Samples of the boundary theory, drawn in pieces.

use super::parameters::{TheoryKind, TrainingTask};
use crate::lattice::{Boundary, SpinSamples};
use crate::numerics::local_chain::LocalChain;
use crate::rbm::ModelBelow;
use crate::theory::{ChainSampler, QuantumIsingSampler};
use std::time::{Duration, Instant};

/// How samples were drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplingFigures {
    /// `transfer-matrix` or `determinantal`.
    pub method: &'static str,
    /// Integrated autocorrelation time τ = 1 + 2 Σρ in samples: 1 for independent ones.
    pub autocorrelation_time: f64,
    /// Samples thrown away before the first one kept.
    pub burn_in: u64,
}

/// Names of the random streams of the two sets.
const STREAMS: [&str; 2] = ["theory training", "theory held out"];
/// Spins of 64 samples of the chain drawn in one piece: at 0.1 µs each well below 20 ms.
const SPINS_PER_PIECE: usize = 100_000;
/// What a piece of slow rows aims at.
const PIECE: Duration = Duration::from_millis(12);
/// The first preview of a slow theory comes after so many rows, later ones at each doubling.
const FIRST_PREVIEW: usize = 256;

/// Where samples come from.
enum Source {
    Chain(ChainSampler),
    QuantumIsing { sampler: Box<QuantumIsingSampler>, log_probability: [Vec<f64>; 2] },
}

/// Samples under way: the training set, then a fifth as many held out, each from a stream of its own.
pub struct Drawing {
    source: Source,
    sets: [SpinSamples; 2],
    set: usize,
    next: usize,
    rows_per_piece: usize,
    next_preview: usize,
}

impl Drawing {
    /// Stands ready to draw for a task.
    ///
    /// # Errors
    /// A theory that cannot be sampled on this boundary or size, with the remedy.
    pub fn new(task: &TrainingTask) -> Result<Self, String> {
        let (samples, sites) = (task.learning.samples as usize, task.learning.sites as usize);
        let counts = [samples, (samples / 5).max(1)];
        Ok(Self {
            source: source(task, counts)?,
            sets: counts.map(|n| SpinSamples::all_down(n, sites)),
            set: 0,
            next: 0,
            rows_per_piece: 4,
            next_preview: FIRST_PREVIEW,
        })
    }

    /// Stands ready to draw the held-out set alone, the same rows that training holds out.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn held_out_only(task: &TrainingTask) -> Result<Self, String> {
        Ok(Self { set: 1, ..Self::new(task)? })
    }

    /// Training samples drawn so far.
    #[must_use]
    pub fn rows(&self) -> usize {
        if self.set > 0 { self.sets[0].samples() } else { self.next.min(self.sets[0].samples()) }
    }

    /// The training set; rows that are not drawn yet are all down.
    #[must_use]
    pub fn training(&self) -> &SpinSamples {
        &self.sets[0]
    }

    /// Whether a preview should be trained now: the theory is slow, and its rows have doubled.
    pub fn preview_is_due(&mut self) -> bool {
        let slow = matches!(self.source, Source::QuantumIsing { .. });
        if !slow || self.set > 0 || self.rows() < self.next_preview {
            return false;
        }
        self.next_preview = 2 * self.rows();
        true
    }

    /// What a preview is told of the theory.
    #[must_use]
    pub fn unknown_yet(&self) -> ModelBelow {
        ModelBelow::Unknown { reason: "more samples are being drawn".into(), correlation_length: None }
    }

    /// Draws a piece; `true` when both sets are full.
    pub fn advance(&mut self, task: &TrainingTask) -> bool {
        let Some(drawn) = self.sets.get_mut(self.set) else { return true };
        let seed = task.learning.seed;
        let all = drawn.samples();
        match &mut self.source {
            Source::Chain(sampler) => {
                let words = (SPINS_PER_PIECE / drawn.sites()).max(1);
                let first = self.next / 64;
                sampler.sample_words(drawn, first..first + words, seed, STREAMS[self.set]);
                self.next = 64 * (first + words);
            }
            Source::QuantumIsing { sampler, log_probability } => {
                let begin = Instant::now();
                let rows = self.next..(self.next + self.rows_per_piece).min(all);
                self.next = rows.end;
                sampler.sample_rows(drawn, &mut log_probability[self.set], rows, seed, STREAMS[self.set]);
                // The pieces do not change the rows, so their size may follow the machine.
                let spent = begin.elapsed().as_secs_f64().max(1e-6);
                let wanted = self.rows_per_piece as f64 * PIECE.as_secs_f64() / spent;
                self.rows_per_piece = (wanted as usize).clamp(2, 256);
            }
        }
        if self.next >= all {
            (self.set, self.next) = (self.set + 1, 0);
        }
        self.set == self.sets.len()
    }

    /// How the samples were drawn.
    #[must_use]
    pub fn report(&self) -> SamplingFigures {
        figures(match self.source {
            Source::Chain(_) => TheoryKind::Chain,
            Source::QuantumIsing { .. } => TheoryKind::QuantumIsing,
        })
    }

    /// Training set, held-out set, and what is known of their distribution.
    #[must_use]
    pub fn finish(self, task: &TrainingTask) -> (SpinSamples, SpinSamples, ModelBelow) {
        let [training, held_out] = self.sets;
        let below = match self.source {
            Source::Chain(_) => chain_model(task),
            Source::QuantumIsing { log_probability: [_, held_out], .. } => {
                ModelBelow::LogProbability { held_out, correlation_length: correlation_length(task) }
            }
        };
        (training, held_out, below)
    }
}

/// The distribution of a theory where it is known in closed form, without samples.
#[must_use]
pub fn exact_model(task: &TrainingTask) -> Option<ModelBelow> {
    match task.theory.kind {
        TheoryKind::Chain => Some(chain_model(task)),
        TheoryKind::QuantumIsing => None,
    }
}

/// How samples of a theory are drawn: exactly and independently.
#[must_use]
pub const fn figures(kind: TheoryKind) -> SamplingFigures {
    let method = match kind {
        TheoryKind::Chain => "transfer-matrix",
        TheoryKind::QuantumIsing => "determinantal",
    };
    SamplingFigures { method, autocorrelation_time: 1.0, burn_in: 0 }
}

/// Most sites of the quantum Ising chain: a row of so many takes some 50 ms.
pub const MOST_EXACT_SITES: u64 = 4096;

fn source(task: &TrainingTask, counts: [usize; 2]) -> Result<Source, String> {
    let sites = task.learning.sites as usize;
    match task.theory.kind {
        TheoryKind::Chain => Ok(Source::Chain(ChainSampler::new(task.theory.chain(), sites, task.boundary))),
        TheoryKind::QuantumIsing => {
            // An open line of hidden spins learns the ring's own rows: their P(v) is what is known exactly.
            if task.learning.sites > MOST_EXACT_SITES {
                return Err(format!(
                    "learning.sites = {} is beyond the exact sampler of the quantum Ising chain: \
                     give at most {MOST_EXACT_SITES}",
                    task.learning.sites
                ));
            }
            let sampler = Box::new(QuantumIsingSampler::new(task.theory.mass, sites));
            Ok(Source::QuantumIsing { sampler, log_probability: counts.map(|n| vec![0.0; n]) })
        }
    }
}

/// Training samples of a task's theory, as many as asked.
///
/// # Errors
/// A theory that cannot be sampled at this size, with the remedy.
pub fn training_samples(task: &TrainingTask, samples: usize) -> Result<SpinSamples, String> {
    let seed = task.learning.seed;
    match source(task, [samples, 0])? {
        Source::Chain(sampler) => Ok(sampler.sample(samples, seed, STREAMS[0])),
        Source::QuantumIsing { sampler, .. } => Ok(sampler.sample(samples, seed, STREAMS[0]).0),
    }
}

fn correlation_length(task: &TrainingTask) -> Option<f64> {
    Some(task.theory.correlation_length()).filter(|xi| xi.is_finite())
}

/// H of the classical chain, exactly, for the report of layer 0.
fn chain_model(task: &TrainingTask) -> ModelBelow {
    let n = task.learning.sites as usize;
    let theory = task.theory;
    let (mut energy, bonds, triples) = match task.boundary {
        Boundary::Ring => (LocalChain::ring(n), n, n),
        Boundary::Line => (LocalChain::line(n), n - 1, n - 2),
    };
    for i in 0..n {
        energy.add_field(i, theory.k1);
    }
    for i in 0..bonds {
        energy.add_bond(i, theory.k2);
    }
    for i in 0..triples {
        energy.add_triple(i, theory.k3);
    }
    ModelBelow::Chain { energy, correlation_length: correlation_length(task) }
}
