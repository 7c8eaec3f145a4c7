//! What a stack of layers is asked for, and whether it can be learned.

use super::channel_layer::ChannelShape;
use super::channel_training;
use super::error::RbmError;
use super::layer::{Rbm, RbmShape};
use super::layer_rbm::LayerRbm;
use super::objective::LARGEST;
use super::report::ModelBelow;
use super::training::TrainingOptions;
use crate::lattice::{Boundary, ReceptiveField, SpinSamples};

/// Set 0 is the training, set 1 the held-out one.
pub(super) const SET_NAMES: [&str; 2] = ["training", "held-out"];

/// What to learn.
#[derive(Clone, Debug, PartialEq)]
pub struct StackOptions {
    /// Ring or open line.
    pub boundary: Boundary,
    /// Receptive field of every hidden spin.
    pub field: ReceptiveField,
    /// Number of layers, 1 ("shallow") to log2 of the sites.
    pub depth: usize,
    /// Hidden spins on every site, q = 1…4. More than one are learned exactly, with shared weights.
    pub channels: usize,
    /// Seed of the hidden spins drawn between layers; each layer and set has streams of its own.
    pub seed: u64,
    /// How every layer is learned. Contrastive methods take their seed and the number of the layer from the
    /// stack; `initial` is not used here.
    pub layer: TrainingOptions,
    /// To go on from: layer k begins at `starts[k]` alone, in place of the built-in starts, if that is a layer
    /// of its size and channels that has links.
    pub starts: Vec<LayerRbm>,
}

impl StackOptions {
    /// What layer `layer` of a stack on so many boundary sites goes on from: the start given, if it is a layer of
    /// that size, wiring and channels, its weights are shared where they have to be, it has links (at weights 0 every
    /// gradient vanishes, and nothing would be learned), and no weight or bias is beyond ±100, where no likelihood is
    /// evaluated.
    #[must_use]
    pub fn start(&self, layer: usize, sites: usize) -> Option<&LayerRbm> {
        let channels = [if layer == 0 { 1 } else { self.channels }, self.channels];
        let shape = RbmShape { sites: sites >> layer, boundary: self.boundary, field: self.field };
        let fits = |rbm: &&LayerRbm| rbm.shape() == shape && rbm.channels() == channels && rbm.has_links();
        let shared = |rbm: &&LayerRbm| rbm.is_shared() || !self.layer.shared_weights;
        let complete = |rbm: &&LayerRbm| rbm.single().is_none_or(Rbm::is_complete);
        self.starts.get(layer).filter(fits).filter(shared).filter(complete).filter(|rbm| is_inside(rbm))
    }

    /// The shape of the lowest layer, if such a stack can be learned on these samples.
    pub(super) fn check(
        &self,
        training: &SpinSamples,
        held_out: &SpinSamples,
        below: &ModelBelow,
    ) -> Result<RbmShape, RbmError> {
        let shape = RbmShape::new(training.sites(), self.boundary, self.field)?;
        let most = shape.sites.trailing_zeros() as usize;
        if !(1..=most).contains(&self.depth) {
            return Err(RbmError::Depth { depth: self.depth, sites: shape.sites, most });
        }
        if training.samples() == 0 {
            return Err(RbmError::NoSamples);
        }
        if held_out.sites() != shape.sites {
            let (set, found, expected) = (SET_NAMES[1], held_out.sites(), shape.sites);
            return Err(RbmError::SitesDiffer { set, found, expected });
        }
        if let ModelBelow::Chain { energy, .. } = below
            && energy.is_ring() != (self.boundary == Boundary::Ring)
        {
            return Err(RbmError::ModelBoundaryDiffers);
        }
        let (found, expected) = match below {
            ModelBelow::Chain { energy, .. } => (energy.sites(), shape.sites),
            ModelBelow::LogProbability { held_out: log_p, .. } => (log_p.len(), held_out.samples()),
            ModelBelow::Channels { below } => (below.shape.layer.blocks(), shape.sites),
            ModelBelow::Unknown { .. } => (0, 0),
        };
        if found != expected {
            return Err(RbmError::ModelDiffers { found, expected });
        }
        self.layer.check(shape)?;
        if self.channels != 1 {
            ChannelShape::new(shape, 1, self.channels)?;
            channel_training::check(&self.layer)?;
        }
        Ok(shape)
    }
}

/// Whether no parameter stands beyond the wall of the likelihoods.
fn is_inside(rbm: &LayerRbm) -> bool {
    let inside = |x: f64| x.abs() <= LARGEST;
    match rbm {
        LayerRbm::Single(rbm) => {
            rbm.weights.iter().all(|w| inside(*w))
                && (0..rbm.shape.sites).all(|site| inside(rbm.visible_bias_at(site)))
                && (0..rbm.shape.blocks()).all(|block| inside(rbm.hidden_bias_of(block)))
        }
        LayerRbm::Channels(rbm) => {
            let mut all = rbm.weights.iter().chain(&rbm.visible_bias).chain(&rbm.hidden_bias);
            all.all(|x| inside(*x))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::local_chain::LocalChain;

    #[test]
    fn only_a_start_that_fits_is_gone_on_from() {
        let shape = RbmShape { sites: 16, boundary: Boundary::Ring, field: ReceptiveField::Three };
        let mut unshared = Rbm::unbiased(shape, &[0.5; 3]);
        unshared.weights = unshared.weights.repeat(8);
        let options = |start: LayerRbm, shared_weights| StackOptions {
            boundary: Boundary::Ring,
            field: ReceptiveField::Three,
            depth: 4,
            channels: 1,
            seed: 7,
            layer: TrainingOptions { shared_weights, ..TrainingOptions::default() },
            starts: vec![start],
        };
        let uses = |start: LayerRbm, shared| options(start, shared).start(0, 16).is_some();
        assert!(uses(Rbm::unbiased(shape, &[0.5; 3]).into(), true));
        assert!(uses(unshared.clone().into(), false) && !uses(unshared.into(), true));
        assert!(!uses(Rbm::unbiased(shape, &[0.0; 3]).into(), true));
        // From beyond the wall every training would end as diverged.
        assert!(uses(Rbm::unbiased(shape, &[0.5, 100.0, 0.5]).into(), true));
        assert!(!uses(Rbm::unbiased(shape, &[0.5, 1000.0, 0.5]).into(), true));
        let far = Rbm { hidden_bias: -101.0, ..Rbm::unbiased(shape, &[0.5; 3]) };
        assert!(!uses(far.into(), true));
        let two = RbmShape { field: ReceptiveField::Two, ..shape };
        assert!(!uses(Rbm::unbiased(two, &[0.5; 2]).into(), true));
        let wide = ChannelShape::new(shape, 1, 2).unwrap();
        assert!(!uses(crate::rbm::ChannelRbm::unbiased(wide, vec![0.5; 6]).into(), true));
        assert!(options(Rbm::unbiased(shape, &[0.5; 3]).into(), true).start(0, 32).is_none());
    }

    #[test]
    fn what_cannot_be_stacked_is_refused() {
        let samples = SpinSamples::all_down(10, 16);
        let check = |depth, energy| {
            let options = StackOptions {
                boundary: Boundary::Ring,
                field: ReceptiveField::Three,
                depth,
                channels: 1,
                seed: 7,
                layer: TrainingOptions::default(),
                starts: Vec::new(),
            };
            let below = ModelBelow::Chain { energy, correlation_length: None };
            options.check(&samples, &samples, &below).map(|shape| shape.sites)
        };
        assert_eq!(check(4, LocalChain::ring(16)), Ok(16));
        let too_deep = |depth| Err(RbmError::Depth { depth, sites: 16, most: 4 });
        assert_eq!(check(5, LocalChain::ring(16)), too_deep(5));
        assert_eq!(check(0, LocalChain::ring(16)), too_deep(0));
        assert_eq!(check(2, LocalChain::line(16)), Err(RbmError::ModelBoundaryDiffers));
        assert_eq!(check(2, LocalChain::ring(8)), Err(RbmError::ModelDiffers { found: 8, expected: 16 }));
    }
}
