//! A layer of a stack, with one hidden spin on a site or with several.

use super::channel_layer::ChannelRbm;
use super::error::RbmError;
use super::hidden::sample_hidden_blocks;
use super::layer::{Rbm, RbmShape};
use super::schmidt::link_entropy;
use super::scores::sample_log_weights_of_words;
use crate::lattice::SpinSamples;
use std::ops::Range;

/// A layer of a stack.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerRbm {
    /// One hidden spin on every site, weights shared or not.
    Single(Rbm),
    /// q' spins on every visible and q on every hidden site, shared weights.
    Channels(ChannelRbm),
}

/// What decides whether a link is pruned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PruneMeasure {
    /// |w|; with channels the Frobenius norm √Σw² of the link's matrix, which for one channel is |w|.
    Weight,
    /// Schmidt entropy of the link in nats.
    SchmidtEntropy,
}

impl From<Rbm> for LayerRbm {
    fn from(rbm: Rbm) -> Self {
        Self::Single(rbm)
    }
}

impl From<ChannelRbm> for LayerRbm {
    fn from(rbm: ChannelRbm) -> Self {
        Self::Channels(rbm)
    }
}

impl LayerRbm {
    /// Sites and wiring.
    #[must_use]
    pub const fn shape(&self) -> RbmShape {
        match self {
            Self::Single(rbm) => rbm.shape,
            Self::Channels(rbm) => rbm.shape.layer,
        }
    }

    /// Spins on a visible and on a hidden site, q' and q.
    #[must_use]
    pub const fn channels(&self) -> [usize; 2] {
        match self {
            Self::Single(_) => [1, 1],
            Self::Channels(rbm) => [rbm.shape.visible, rbm.shape.hidden],
        }
    }

    /// Number of visible spins, sites times q'.
    #[must_use]
    pub const fn spins(&self) -> usize {
        self.shape().sites * self.channels()[0]
    }

    /// The layer, if it has one hidden spin on a site.
    #[must_use]
    pub const fn single(&self) -> Option<&Rbm> {
        match self {
            Self::Single(rbm) => Some(rbm),
            Self::Channels(_) => None,
        }
    }

    /// The layer, if it may have several spins on a site.
    #[must_use]
    pub const fn channel_layer(&self) -> Option<&ChannelRbm> {
        match self {
            Self::Single(_) => None,
            Self::Channels(rbm) => Some(rbm),
        }
    }

    /// Whether any link has a weight other than 0.
    #[must_use]
    pub fn has_links(&self) -> bool {
        match self {
            Self::Single(rbm) => rbm.weights.iter().any(|w| *w != 0.0),
            Self::Channels(rbm) => rbm.weights.iter().any(|w| *w != 0.0),
        }
    }

    /// Whether all blocks have the same weights.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        match self {
            Self::Single(rbm) => rbm.is_shared(),
            Self::Channels(_) => true,
        }
    }

    /// The weights in rows. Shared: a row of r q' numbers for each hidden channel, site by site
    /// (`slot · q' + channel`). Unshared: a row of r numbers for each block.
    #[must_use]
    pub fn weight_rows(&self) -> Vec<Vec<f64>> {
        match self {
            Self::Single(rbm) => rbm.weights.chunks(rbm.shape.links()).map(<[f64]>::to_vec).collect(),
            Self::Channels(rbm) => (0..rbm.shape.hidden).map(|channel| rbm.row(channel).to_vec()).collect(),
        }
    }

    /// Biases of visible spins: q' on even sites, then q' on odd ones (the means of unshared ones).
    #[must_use]
    pub fn visible_bias(&self) -> Vec<f64> {
        match self {
            Self::Single(rbm) => rbm.visible_bias.to_vec(),
            Self::Channels(rbm) => rbm.visible_bias.clone(),
        }
    }

    /// Bias of the hidden spin of each channel (the mean of unshared ones).
    #[must_use]
    pub fn hidden_bias(&self) -> Vec<f64> {
        match self {
            Self::Single(rbm) => vec![rbm.hidden_bias],
            Self::Channels(rbm) => rbm.hidden_bias.clone(),
        }
    }

    /// `ln Z`, exact.
    #[must_use]
    pub fn log_partition(&self) -> f64 {
        match self {
            Self::Single(rbm) => rbm.log_partition(),
            Self::Channels(rbm) => rbm.log_partition(),
        }
    }

    /// `ln p(v)` of visible spins ±1, site by site.
    #[must_use]
    pub fn log_probability(&self, v: &[i8]) -> f64 {
        match self {
            Self::Single(rbm) => rbm.log_probability(v),
            Self::Channels(rbm) => rbm.log_probability(v),
        }
    }

    /// Schmidt entropy of each slot's link in nats, the mean over blocks for unshared weights.
    #[must_use]
    pub fn link_entropies(&self) -> Vec<f64> {
        match self {
            Self::Single(rbm) => rbm.link_entropies(),
            Self::Channels(rbm) => rbm.link_entropies(),
        }
    }

    /// Size of each slot's link by slot: the mean weight for one channel (with its sign), the Frobenius
    /// norm √Σw² of the slot's q × q' matrix for several.
    #[must_use]
    pub fn slot_weights(&self) -> Vec<f64> {
        match self {
            Self::Single(rbm) => rbm.mean_weights(),
            Self::Channels(rbm) => {
                (0..rbm.shape.layer.links()).map(|slot| frobenius(&rbm.slot_matrix(slot))).collect()
            }
        }
    }

    /// Number of links that the layer stores a weight (or a matrix of weights) for: r, or r times the
    /// blocks for unshared weights, without those that a line does not have.
    #[must_use]
    pub fn stored_links(&self) -> usize {
        self.measures(PruneMeasure::Weight).count()
    }

    fn measures(&self, measure: PruneMeasure) -> Box<dyn Iterator<Item = f64> + '_> {
        match (self, measure) {
            (Self::Channels(_), PruneMeasure::SchmidtEntropy) => Box::new(self.link_entropies().into_iter()),
            (Self::Channels(_), PruneMeasure::Weight) => Box::new(self.slot_weights().into_iter()),
            (Self::Single(rbm), measure) => {
                let shape = rbm.shape;
                let exists = move |i: usize| {
                    rbm.is_shared() || shape.block_site(i / shape.links(), i % shape.links()).is_some()
                };
                let of = move |w: f64| match measure {
                    PruneMeasure::Weight => w.abs(),
                    PruneMeasure::SchmidtEntropy => link_entropy(w),
                };
                let weights = rbm.weights.iter().enumerate();
                Box::new(weights.filter(move |(i, _)| exists(*i)).map(move |(_, &w)| of(w)))
            }
        }
    }

    /// What each stored link measures, in the order of the weights.
    #[must_use]
    pub fn sizes(&self, measure: PruneMeasure) -> Vec<f64> {
        self.measures(measure).collect()
    }

    /// The largest measure among the layer's links.
    #[must_use]
    pub fn largest(&self, measure: PruneMeasure) -> f64 {
        self.measures(measure).fold(0.0, f64::max)
    }

    /// The layer without the links that measure less than `threshold`: their weights are 0. Shared weights
    /// are dropped slot by slot, the same in all blocks; unshared ones link by link.
    #[must_use]
    pub fn pruned(&self, measure: PruneMeasure, threshold: f64) -> Self {
        let mut pruned = self.clone();
        match &mut pruned {
            Self::Single(rbm) => {
                for w in &mut rbm.weights {
                    let size = match measure {
                        PruneMeasure::Weight => w.abs(),
                        PruneMeasure::SchmidtEntropy => link_entropy(*w),
                    };
                    if size < threshold {
                        *w = 0.0;
                    }
                }
            }
            Self::Channels(rbm) => {
                let visible = rbm.shape.visible;
                for (slot, _) in self.measures(measure).enumerate().filter(|(_, size)| *size < threshold) {
                    for row in rbm.weights.chunks_exact_mut(rbm.shape.seen()) {
                        row[slot * visible..(slot + 1) * visible].fill(0.0);
                    }
                }
            }
        }
        pruned
    }

    /// How many links are kept, and the bytes that their weights take (8 each).
    #[must_use]
    pub fn kept(&self, measure: PruneMeasure, threshold: f64) -> Kept {
        let links = self.measures(measure).filter(|size| *size >= threshold).count();
        let [visible, hidden] = self.channels();
        Kept { links, bytes: 8 * links * visible * hidden }
    }

    /// `ln` of the unnormalised probability of the samples in `words` (64 each).
    pub(super) fn sample_log_weights_of_words(&self, samples: &SpinSamples, words: Range<usize>) -> Vec<f64> {
        match self {
            Self::Single(rbm) => sample_log_weights_of_words(rbm, samples, words),
            Self::Channels(rbm) => rbm.sample_log_weights_of_words(samples, words),
        }
    }

    /// `ln p(v)` of every sample; the same for any number of threads.
    ///
    /// # Errors
    /// The samples have another number of columns than the layer visible spins.
    pub fn sample_log_probabilities(&self, samples: &SpinSamples) -> Result<Vec<f64>, RbmError> {
        if samples.sites() != self.spins() {
            let (found, expected) = (samples.sites(), self.spins());
            return Err(RbmError::SitesDiffer { set: "held-out", found, expected });
        }
        let log_partition = self.log_partition();
        let weights = self.sample_log_weights_of_words(samples, 0..samples.words_per_site());
        Ok(weights.into_iter().map(|w| w - log_partition).collect())
    }

    /// Draws the hidden spins of `blocks`, into their columns of `hidden`.
    pub(super) fn sample_hidden_blocks(
        &self,
        samples: &SpinSamples,
        seed: u64,
        stream_name: &str,
        blocks: Range<usize>,
        hidden: &mut SpinSamples,
    ) {
        match self {
            Self::Single(rbm) => sample_hidden_blocks(rbm, samples, seed, stream_name, blocks, hidden),
            Self::Channels(rbm) => rbm.sample_hidden_blocks(samples, seed, stream_name, blocks, hidden),
        }
    }
}

/// What a layer keeps when it is pruned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Links whose weights are stored: slots of shared weights, links of unshared ones.
    pub links: usize,
    /// Bytes of their weights.
    pub bytes: usize,
}

fn frobenius(matrix: &[Vec<f64>]) -> f64 {
    matrix.iter().flatten().map(|w| w * w).sum::<f64>().sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::rbm::channel_layer::ChannelShape;
    use crate::rbm::channel_layer::tests::random_channels;
    use crate::rbm::layer::tests::{configurations, random_rbm, random_unshared};
    use approx::assert_abs_diff_eq;

    fn shape(boundary: Boundary) -> RbmShape {
        RbmShape::new(8, boundary, ReceptiveField::Three).unwrap()
    }

    #[test]
    fn one_channel_measures_the_same_in_both_forms() {
        let single = random_rbm(shape(Boundary::Ring), 3);
        let (a, b) =
            (LayerRbm::Single(single.clone()), LayerRbm::Channels(ChannelRbm::from_single(&single).unwrap()));
        for (x, y) in a.slot_weights().iter().zip(b.slot_weights()) {
            assert_abs_diff_eq!(x.abs(), y, epsilon = 1e-15);
        }
        assert_eq!(a.weight_rows(), b.weight_rows());
        for measure in [PruneMeasure::Weight, PruneMeasure::SchmidtEntropy] {
            assert_abs_diff_eq!(a.largest(measure), b.largest(measure), epsilon = 1e-12);
            let threshold = 0.5 * a.largest(measure);
            assert_eq!(a.kept(measure, threshold), b.kept(measure, threshold));
            let (x, y) = (a.pruned(measure, threshold), b.pruned(measure, threshold));
            assert_eq!(x.weight_rows(), y.weight_rows());
            for v in configurations(8) {
                assert_abs_diff_eq!(x.log_probability(&v), y.log_probability(&v), epsilon = 1e-11);
            }
        }
    }

    #[test]
    fn nothing_is_pruned_at_zero_and_everything_above_the_largest() {
        let channels = ChannelShape::new(shape(Boundary::Line), 2, 3).unwrap();
        let layers: [LayerRbm; 4] = [
            random_rbm(shape(Boundary::Line), 1).into(),
            random_unshared(shape(Boundary::Line), 1).into(),
            random_unshared(shape(Boundary::Ring), 2).into(),
            random_channels(channels, 1).into(),
        ];
        // A line of four blocks with r = 3 lacks one link.
        let (links, weights) = ([3, 11, 12, 3], [3, 11, 12, 18]);
        for (i, layer) in layers.iter().enumerate() {
            assert_eq!(layer.stored_links(), links[i]);
            for measure in [PruneMeasure::Weight, PruneMeasure::SchmidtEntropy] {
                assert_eq!(layer.kept(measure, 0.0), Kept { links: links[i], bytes: 8 * weights[i] });
                assert_eq!(&layer.pruned(measure, 0.0), layer);
                let largest = layer.largest(measure);
                assert_eq!(layer.kept(measure, largest).links, 1);
                let none = layer.pruned(measure, 100.0);
                assert!(none.weight_rows().iter().flatten().all(|w| *w == 0.0));
                assert_eq!(none.link_entropies(), vec![0.0; 3]);
            }
        }
    }
}
