//! Learned weights become link capacities: the network that is cut.

use crate::network::{Geometry, LayerCapacities, Network, NetworkError};
use crate::numerics::stable::LN_2;
use crate::rbm::Rbm;
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
    /// Schmidt entropies of trained layers, bottom up.
    Learned {
        /// What is trained so far.
        layers: &'a [Rbm],
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
    /// Capacity in nats of each slot's link, by layer.
    pub slot_nats: Vec<Vec<f64>>,
    /// Weights behind learned capacities, by layer; empty where there are none.
    pub slot_weights: Vec<Vec<f64>>,
    /// Hidden bias of each layer's upper spins and visible biases of its lower ones, where learned.
    pub biases: Vec<Option<(f64, [f64; 2])>>,
}

impl BulkNetwork {
    /// Capacities for a geometry.
    ///
    /// # Errors
    /// A capacity that is not finite, from weights that are not.
    pub fn new(geometry: Geometry, source: CapacitySource<'_>) -> Result<Self, NetworkError> {
        let links = geometry.field().links();
        let depth = geometry.depth() as usize;
        let (mut status, mut slot_nats, mut slot_weights, mut biases) =
            (Vec::with_capacity(depth), Vec::with_capacity(depth), Vec::with_capacity(depth), Vec::new());
        for k in 0..depth {
            let (s, nats, rbm) = match source {
                CapacitySource::Uniform(nats) => (LayerStatus::Given, vec![nats; links], None),
                CapacitySource::Learned { layers, complete } => match (layers.get(k), layers.last()) {
                    (Some(rbm), _) => (LayerStatus::Learned, rbm.link_entropies(), Some(rbm)),
                    (None, Some(rbm)) if complete => {
                        (LayerStatus::Extrapolated, rbm.link_entropies(), Some(rbm))
                    }
                    _ => (LayerStatus::Untrained, vec![LN_2; links], None),
                },
            };
            status.push(s);
            slot_nats.push(nats);
            slot_weights.push(rbm.map_or_else(Vec::new, |r| r.weights.clone()));
            biases.push(rbm.map(|r| (r.hidden_bias, r.visible_bias)));
        }
        let capacities = slot_nats.iter().cloned().map(LayerCapacities::Shared).collect();
        let network = Arc::new(Network::new(geometry, capacities)?);
        Ok(Self { network, status, slot_nats, slot_weights, biases })
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
