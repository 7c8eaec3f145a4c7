//! Samples of the boundary theory, drawn in pieces.

use super::file_rows::FileRows;
use super::parameters::{TheoryKind, TrainingTask};
use crate::lattice::{Boundary, SpinSamples};
use crate::numerics::local_chain::LocalChain;
use crate::rbm::ModelBelow;
use crate::theory::{ChainSampler, QuantumIsingSampler, UserSamples};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How samples were drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SamplingFigures {
    /// `transfer-matrix`, `determinantal`, or `file` for the user's samples.
    pub method: &'static str,
    /// Integrated autocorrelation time τ = 1 + 2 Σρ in samples: 1 for independent ones, estimated for those of
    /// a file, NaN where they are not there.
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
    File(FileRows),
}

/// Samples under way: the training set, then a fifth as many held out, each from a stream of its own. Of the
/// user's samples a fifth of the rows is held out, drawn by a stream of its own.
pub struct Drawing {
    source: Source,
    sets: [SpinSamples; 2],
    set: usize,
    next: usize,
    rows_per_piece: usize,
    next_preview: usize,
}

impl Drawing {
    /// Stands ready to draw for a task; `samples` are the user's, for a theory that is theirs.
    ///
    /// # Errors
    /// A theory that cannot be sampled on this boundary or size, or samples that are not there, with the remedy.
    pub fn new(task: &TrainingTask, samples: Option<&Arc<UserSamples>>) -> Result<Self, String> {
        let (rows, sites) = (task.learning.samples as usize, task.learning.sites as usize);
        let (source, counts) = if task.theory.kind == TheoryKind::Samples {
            let rows = FileRows::new(task, samples)?;
            let counts = rows.counts();
            (Source::File(rows), counts)
        } else {
            let counts = [rows, (rows / 5).max(1)];
            (source(task, counts)?, counts)
        };
        Ok(Self {
            source,
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
        Ok(Self { set: 1, ..Self::new(task, None)? })
    }

    /// Training samples drawn so far; those of a file come all at once.
    #[must_use]
    pub fn rows(&self) -> usize {
        if let (Source::File(_), 0) = (&self.source, self.set) {
            return 0;
        }
        if self.set > 0 { self.sets[0].samples() } else { self.next.min(self.sets[0].samples()) }
    }

    /// The training set; rows that are not drawn yet are all down.
    #[must_use]
    pub fn training(&self) -> &SpinSamples {
        &self.sets[0]
    }

    /// The first rows that a preview should be trained on now, where one is due: the theory is slow, and its rows have
    /// doubled. Their numbers are the same on every machine.
    pub fn rows_of_due_preview(&mut self) -> Option<usize> {
        let slow = matches!(self.source, Source::QuantumIsing { .. });
        if !slow || self.set > 0 || self.rows() < self.next_preview {
            return None;
        }
        let rows = self.next_preview;
        self.next_preview *= 2;
        Some(rows)
    }

    /// What a preview is told of the theory.
    #[must_use]
    pub fn unknown_yet(&self) -> ModelBelow {
        ModelBelow::Unknown { reason: "more samples are being drawn".into(), correlation_length: None }
    }

    /// Draws a piece; `true` when both sets are full.
    pub fn advance(&mut self, task: &TrainingTask) -> bool {
        if let Source::File(rows) = &mut self.source {
            if rows.advance(&mut self.sets) {
                self.set = self.sets.len();
            }
            return self.set == self.sets.len();
        }
        let Some(drawn) = self.sets.get_mut(self.set) else { return true };
        let seed = task.learning.seed;
        let all = drawn.samples();
        match &mut self.source {
            Source::File(_) => {}
            Source::Chain(sampler) => {
                let words = (SPINS_PER_PIECE / drawn.sites()).max(1);
                let first = self.next / 64;
                sampler.sample_words(drawn, first..first + words, seed, STREAMS[self.set]);
                self.next = 64 * (first + words);
            }
            Source::QuantumIsing { sampler, log_probability } => {
                let begin = Instant::now();
                // No piece goes past a preview: whether the last one comes before the last row would be the clock's.
                let end = if self.next < self.next_preview { all.min(self.next_preview) } else { all };
                let rows = self.next..(self.next + self.rows_per_piece).min(end);
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
        match &self.source {
            Source::Chain(_) => figures(TheoryKind::Chain),
            Source::QuantumIsing { .. } => figures(TheoryKind::QuantumIsing),
            Source::File(rows) => SamplingFigures {
                autocorrelation_time: rows.autocorrelation_time(),
                ..figures(TheoryKind::Samples)
            },
        }
    }

    /// Integrated autocorrelation times of the rows of the training and of the held-out set, in rows of the set: 1
    /// where they are drawn independently.
    #[must_use]
    pub fn autocorrelation_times(&self) -> [f64; 2] {
        match &self.source {
            Source::Chain(_) | Source::QuantumIsing { .. } => [1.0; 2],
            Source::File(rows) => rows.autocorrelation_times(),
        }
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
            Source::File(_) => unknown_of_file(),
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
        TheoryKind::Samples => Some(unknown_of_file()),
    }
}

/// What is known of samples of a file: nothing but themselves.
fn unknown_of_file() -> ModelBelow {
    ModelBelow::Unknown {
        reason: "of samples from a file P(v) is not known".into(),
        correlation_length: None,
    }
}

/// How samples of a theory are drawn: exactly and independently, unless they come from a file.
#[must_use]
pub const fn figures(kind: TheoryKind) -> SamplingFigures {
    let (method, autocorrelation_time) = match kind {
        TheoryKind::Chain => ("transfer-matrix", 1.0),
        TheoryKind::QuantumIsing => ("determinantal", 1.0),
        TheoryKind::Samples => ("file", f64::NAN),
    };
    SamplingFigures { method, autocorrelation_time, burn_in: 0 }
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
        TheoryKind::Samples => Err("theory.kind = samples: its spins are in a file and are not drawn".into()),
    }
}

/// Training samples of a task's theory, as many as asked.
///
/// # Errors
/// A theory that cannot be sampled at this size, with the remedy; or one that is known by a file only.
pub fn training_samples(task: &TrainingTask, samples: usize) -> Result<SpinSamples, String> {
    let seed = task.learning.seed;
    match source(task, [samples, 0])? {
        Source::Chain(sampler) => Ok(sampler.sample(samples, seed, STREAMS[0])),
        Source::QuantumIsing { sampler, .. } => Ok(sampler.sample(samples, seed, STREAMS[0]).0),
        Source::File(_) => Err("theory.kind = samples: its spins are in a file and are not drawn".into()),
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
