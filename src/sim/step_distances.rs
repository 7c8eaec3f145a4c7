//! How far each layer of a stack is from what it learned, and how far when some of its links are pruned.

use super::parameters::TrainingTask;
use super::sampling::{Drawing, exact_model};
use crate::lattice::SpinSamples;
use crate::rbm::{Comparison, LayerRbm, ModelBelow};

/// What is known of the boundary theory: enough to say how far a layer is from it.
#[derive(Clone, Debug)]
pub struct KnownTheory {
    /// Its distribution.
    pub below: ModelBelow,
    /// The held-out samples, where the distribution is known on these alone; else none.
    pub held_out: SpinSamples,
}

impl KnownTheory {
    /// What is worth keeping of a distribution and its held-out samples.
    #[must_use]
    pub fn new(below: &ModelBelow, held_out: &SpinSamples) -> Self {
        let held_out = match below {
            ModelBelow::LogProbability { .. } => held_out.clone(),
            ModelBelow::Chain { .. } | ModelBelow::Channels { .. } | ModelBelow::Unknown { .. } => {
                SpinSamples::all_down(0, held_out.sites())
            }
        };
        Self { below: below.clone(), held_out }
    }
}

/// Finds out what is known of a theory, in pieces: where its distribution is known on samples alone, the
/// held-out ones are drawn, the same that training holds out.
pub struct TheorySurvey {
    task: TrainingTask,
    drawing: Option<Drawing>,
    known: Option<KnownTheory>,
}

impl TheorySurvey {
    /// Stands ready.
    ///
    /// # Errors
    /// A theory that cannot be sampled at this size, with the remedy.
    pub fn new(task: TrainingTask) -> Result<Self, String> {
        let sites = task.learning.sites as usize;
        let known =
            exact_model(&task).map(|below| KnownTheory { below, held_out: SpinSamples::all_down(0, sites) });
        let drawing = if known.is_none() { Some(Drawing::held_out_only(&task)?) } else { None };
        Ok(Self { task, drawing, known })
    }

    /// Does a piece of work; what is known when that is done.
    pub fn advance(&mut self) -> Option<&KnownTheory> {
        if let Some(drawing) = &mut self.drawing
            && drawing.advance(&self.task)
            && let Some(drawing) = self.drawing.take()
        {
            let (_, held_out, below) = drawing.finish(&self.task);
            self.known = Some(KnownTheory { below, held_out });
        }
        self.known.as_ref()
    }
}

/// A distance KL(P‖p) of one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepDistance {
    /// Of the whole layer, in nats.
    pub kl_nats: f64,
    /// Its standard error; 0 for an exact expectation.
    pub error_nats: f64,
    /// Visible spins of the layer.
    pub spins: usize,
}

impl StepDistance {
    /// In nats per visible spin of the layer.
    #[must_use]
    pub fn per_spin(&self) -> f64 {
        self.kl_nats / self.spins as f64
    }
}

/// The models that the layers of a stack are compared with: the theory below the lowest, and below every other
/// the marginal of the layer beneath it, as it was learned. A pruned layer is compared with the same model.
#[derive(Clone, Debug)]
pub struct StepDistances {
    models: Vec<ModelBelow>,
    held_out: SpinSamples,
}

impl StepDistances {
    /// The models below the layers.
    #[must_use]
    pub fn new(known: &KnownTheory, layers: &[LayerRbm]) -> Self {
        let above = layers.iter().take(layers.len().saturating_sub(1)).map(ModelBelow::above);
        Self {
            models: std::iter::once(known.below.clone()).chain(above).collect(),
            held_out: known.held_out.clone(),
        }
    }

    /// Distance of layer `k`, pruned or not.
    ///
    /// # Errors
    /// The distribution below is not known: the reason.
    pub fn of(&self, k: usize, layer: &LayerRbm) -> Result<StepDistance, String> {
        let model = self.models.get(k).ok_or("there is no such layer")?;
        let log_probabilities = match model {
            ModelBelow::LogProbability { .. } => {
                layer.sample_log_probabilities(&self.held_out).map_err(|e| e.to_string())?
            }
            _ => Vec::new(),
        };
        let comparison = Comparison::new(layer, model, &log_probabilities)?;
        let spins = layer.spins();
        Ok(StepDistance { kl_nats: comparison.kl_nats(), error_nats: comparison.trace_error, spins })
    }
}
