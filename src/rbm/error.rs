//! What can be wrong with a layer, a stack or its samples.

/// Why a layer or a stack of layers cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RbmError {
    /// Each hidden spin takes the place of two visible ones, down to a single spin.
    #[error("a layer has {sites} sites: give a power of two, at least 2")]
    SitesNotPowerOfTwo {
        /// Sites asked for.
        sites: usize,
    },
    /// Samples and layer differ in size.
    #[error("the {set} samples have {found} sites, the layer has {expected}: give samples of the same chain")]
    SitesDiffer {
        /// `training` or `held-out`.
        set: &'static str,
        /// Sites of the samples.
        found: usize,
        /// Sites of the layer.
        expected: usize,
    },
    /// Nothing to learn from.
    #[error("there are no training samples: give at least one")]
    NoSamples,
    /// Contrastive divergence draws fantasies from samples, which pattern counts do not hold.
    #[error("contrastive divergence needs the samples themselves, not their pattern counts")]
    SamplesNeeded,
    /// A number that has no meaning outside a range.
    #[error("{name} is {found}: give {expected}")]
    Setting {
        /// Which setting.
        name: &'static str,
        /// What was given.
        found: String,
        /// What is possible.
        expected: &'static str,
    },
    /// A layer given as a start does not fit.
    #[error("the layer given as a start has {found} weights where {expected} are needed")]
    WeightsDiffer {
        /// Weights given.
        found: usize,
        /// Links of the receptive field, times the blocks for unshared weights.
        expected: usize,
    },
    /// More layers than halvings.
    #[error("{depth} layers on {sites} sites: at least 1 and at most {most} halvings are possible")]
    Depth {
        /// Layers asked for.
        depth: usize,
        /// Sites of the boundary.
        sites: usize,
        /// log2 of the sites.
        most: usize,
    },
    /// A layer that is to be reported on is not the one that the samples, or the layers below, lead to.
    #[error(
        "layer {layer} of the weights has {found} sites where {expected} are needed, or other links and channels: \
         give the layers of one stack, learned from samples of this size"
    )]
    KnownLayerDiffers {
        /// Its number.
        layer: usize,
        /// Its sites.
        found: usize,
        /// Sites of that layer above these samples.
        expected: usize,
    },
    /// A ring was given for a line, or a line for a ring.
    #[error("the model below and the layer differ: one is a ring, the other an open line")]
    ModelBoundaryDiffers,
    /// The model of the boundary does not fit the samples.
    #[error("the model below is of another size ({found}) than the samples ({expected})")]
    ModelDiffers {
        /// Sites, or number of log probabilities, of the model.
        found: usize,
        /// What the samples ask for.
        expected: usize,
    },
}
