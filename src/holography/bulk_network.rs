//! Learned weights become link capacities: the network that is cut.

use crate::network::{Geometry, LayerCapacities, LinkId, Network, NetworkError, Node};
use crate::numerics::stable::LN_2;
use crate::rbm::{LayerRbm, Rbm};
use std::sync::Arc;

/// Where the capacities of a layer come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayerStatus {
    /// The rule needs no learning.
    Given,
    /// Schmidt entropies of this layer's own trained weights.
    Learned,
    /// Deeper than the trained stack: the deepest trained weights again.
    Extrapolated,
    /// Not trained yet: every link counts as ln 2.
    Untrained,
}

/// Which capacity every link gets.
#[derive(Clone, Copy, Debug)]
pub enum CapacitySource<'a> {
    /// The same for all, in nats.
    Uniform(f64),
    /// ln 2 for every pair of channels that a link can bind: min(q_k, q_{k+1}) ln 2, with q_0 = 1.
    Unit,
    /// Schmidt entropies of trained layers, bottom up.
    Learned {
        /// What is trained so far.
        layers: &'a [LayerRbm],
        /// Whether the stack is trained to its end; only then are deeper layers extrapolated.
        complete: bool,
    },
}

/// A network with its capacities, and where they come from.
#[derive(Clone, Debug)]
pub struct BulkNetwork {
    /// What is cut.
    pub network: Arc<Network>,
    /// Of the links between layers k and k + 1.
    pub status: Vec<LayerStatus>,
    /// Capacity in nats of each slot's link, by layer; the mean over blocks that differ.
    pub slot_nats: Vec<Vec<f64>>,
    /// Weights behind learned capacities, by layer; the mean over blocks that differ, the Frobenius norm of the
    /// link's matrix with several channels, empty where there are none.
    pub slot_weights: Vec<Vec<f64>>,
    /// Hidden spins q on every site above the boundary.
    pub channels: usize,
    /// The layer's own learned RBM, or for deeper layers the one whose mean weights they reuse.
    rbms: Vec<Option<LayerRbm>>,
}

impl BulkNetwork {
    /// Capacities for a geometry, with one hidden spin on a site.
    ///
    /// # Errors
    /// A capacity that is not finite, from weights that are not.
    pub fn new(geometry: Geometry, source: CapacitySource<'_>) -> Result<Self, NetworkError> {
        Self::with_channels(geometry, source, 1)
    }

    /// Capacities for a geometry, with `channels` hidden spins on every site above the boundary.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn with_channels(
        geometry: Geometry,
        source: CapacitySource<'_>,
        channels: usize,
    ) -> Result<Self, NetworkError> {
        let links = geometry.field().links();
        let depth = geometry.depth() as usize;
        let (mut status, mut slot_nats, mut slot_weights, mut rbms) =
            (Vec::with_capacity(depth), Vec::with_capacity(depth), Vec::with_capacity(depth), Vec::new());
        let mut capacities = Vec::with_capacity(depth);
        for k in 0..depth {
            // The narrower end of a link bounds it, and the boundary has one spin a site.
            let unit = LN_2 * if k == 0 { 1.0 } else { channels as f64 };
            let (s, nats, rbm) = match source {
                CapacitySource::Uniform(nats) => (LayerStatus::Given, vec![nats; links], None),
                CapacitySource::Unit => (LayerStatus::Given, vec![unit; links], None),
                CapacitySource::Learned { layers, complete } => match (layers.get(k), layers.last()) {
                    (Some(rbm), _) => (LayerStatus::Learned, rbm.link_entropies(), Some(rbm)),
                    (None, Some(rbm)) if complete => {
                        (LayerStatus::Extrapolated, rbm.link_entropies(), Some(rbm))
                    }
                    _ => (LayerStatus::Untrained, vec![unit; links], None),
                },
            };
            status.push(s);
            // Blocks that differ keep their own capacities where they are the blocks of this very layer.
            let blocks = geometry.sites_in_layer(k as u32 + 1) as usize;
            capacities.push(match rbm {
                Some(LayerRbm::Single(rbm))
                    if !rbm.is_shared() && s == LayerStatus::Learned && rbm.shape.blocks() == blocks =>
                {
                    LayerCapacities::Unshared((0..blocks).flat_map(|b| rbm.block_link_entropies(b)).collect())
                }
                _ => LayerCapacities::Shared(nats.clone()),
            });
            slot_nats.push(nats);
            slot_weights.push(rbm.map_or_else(Vec::new, LayerRbm::slot_weights));
            rbms.push(rbm.cloned());
        }
        let network = Arc::new(Network::new(geometry, capacities)?);
        Ok(Self { network, status, slot_nats, slot_weights, channels, rbms })
    }

    /// The RBM behind the links between layers k and k + 1.
    fn rbm(&self, layer: u32) -> Option<&LayerRbm> {
        self.rbms.get(layer as usize)?.as_ref()
    }

    /// The one-channel RBM of a layer, if its blocks are those of this layer.
    fn own_rbm(&self, layer: u32) -> Option<&Rbm> {
        let blocks = self.network.geometry().sites_in_layer(layer + 1) as usize;
        self.rbm(layer)?.single().filter(|rbm| rbm.is_shared() || rbm.shape.blocks() == blocks)
    }

    /// Weight of a link, where one was learned or reused; with several channels a link has a matrix instead,
    /// [`Self::weight_matrix`].
    #[must_use]
    pub fn weight(&self, link: LinkId) -> Option<f64> {
        let slot = usize::from(link.slot);
        match self.own_rbm(link.layer) {
            Some(rbm) if !rbm.is_shared() => Some(rbm.weight(link.block as usize, slot)),
            _ => {
                self.rbm(link.layer)?.single()?;
                self.slot_weights.get(link.layer as usize)?.get(slot).copied()
            }
        }
    }

    /// The weights of a link between sites of several channels: a row for each hidden one, a number in it for
    /// each visible one.
    #[must_use]
    pub fn weight_matrix(&self, link: LinkId) -> Option<Vec<Vec<f64>>> {
        match self.rbm(link.layer)? {
            LayerRbm::Channels(rbm) => Some(rbm.slot_matrix(usize::from(link.slot))),
            LayerRbm::Single(_) => None,
        }
    }

    /// Spins on a node: 1 at the boundary, q above it.
    #[must_use]
    pub fn spins(&self, node: Node) -> usize {
        if node.layer == 0 { 1 } else { self.channels }
    }

    /// Bias of a spin: hidden in the RBM below plus visible in the RBM above; `None` without weights, and for
    /// a node of several spins, [`Self::channel_biases`].
    #[must_use]
    pub fn bias(&self, node: Node) -> Option<f64> {
        if self.spins(node) > 1 {
            return None;
        }
        match (self.hidden_bias(node), self.visible_bias(node)) {
            (None, None) => None,
            (hidden, visible) => Some(hidden.unwrap_or(0.0) + visible.unwrap_or(0.0)),
        }
    }

    /// Hidden bias of a spin in the RBM below it, where there is one.
    #[must_use]
    pub fn hidden_bias(&self, node: Node) -> Option<f64> {
        let rbm = self.own_rbm(node.layer.checked_sub(1)?)?;
        Some(if rbm.is_shared() { rbm.hidden_bias } else { rbm.hidden_bias_of(node.index as usize) })
    }

    /// Visible bias of a spin in the RBM above it, where there is one.
    #[must_use]
    pub fn visible_bias(&self, node: Node) -> Option<f64> {
        let Node { layer, index } = node;
        match self.rbm(layer) {
            // The boundary below several channels.
            Some(LayerRbm::Channels(rbm)) => Some(rbm.visible_bias[(index % 2) as usize]),
            _ => self.own_rbm(layer).map(|rbm| {
                if rbm.is_shared() {
                    rbm.visible_bias[(index % 2) as usize]
                } else {
                    rbm.visible_bias_at(index as usize)
                }
            }),
        }
    }

    /// Biases of the spins of a node of several channels: hidden in the RBM below plus visible in the one above.
    #[must_use]
    pub fn channel_biases(&self, node: Node) -> Option<Vec<f64>> {
        let below = match self.rbm(node.layer.checked_sub(1)?)? {
            LayerRbm::Channels(rbm) => rbm,
            LayerRbm::Single(_) => return None,
        };
        let mut biases = below.hidden_bias.clone();
        if let Some(LayerRbm::Channels(above)) = self.rbm(node.layer) {
            let first = (node.index % 2) as usize * above.shape.visible;
            biases.iter_mut().zip(&above.visible_bias[first..]).for_each(|(bias, c)| *bias += c);
        }
        Some(biases)
    }

    /// How many layers have learned (or extrapolated) links, and how many there are.
    #[must_use]
    pub fn learned_layers(&self) -> (usize, usize) {
        let learned = self.status.iter().filter(|s| **s != LayerStatus::Untrained).count();
        (learned, self.status.len())
    }

    /// The capacity of a fully entangled link: the unit called "links".
    #[must_use]
    pub fn largest_link_nats(&self) -> f64 {
        self.slot_nats.iter().flatten().copied().fold(0.0, f64::max)
    }
}
