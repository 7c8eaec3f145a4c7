//! A network: its geometry with a capacity on every link, in nats and as exact integers.

use std::sync::Arc;

use super::geometry::{Geometry, LinkId};

/// An exact capacity, flow or cut value: a whole number of the network's units.
///
/// The unit is (largest link capacity)·2⁻⁴⁰, so sums over 2²³ links still fit, and cuts are compared exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Capacity(pub u64);

/// Link capacities between one layer and the next, in nats.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerCapacities {
    /// One capacity for each of the r slots, the same in every block.
    Shared(Vec<f64>),
    /// r capacities for each block, block by block: `blocks × r`. Those of links that an open line lacks
    /// are ignored.
    Unshared(Vec<f64>),
}

/// Why a network cannot be made of these capacities.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NetworkError {
    /// Not one entry per pair of layers.
    #[error("{found} layers of link capacities for depth {depth}: give {depth}")]
    Layers {
        /// Entries given.
        found: usize,
        /// Depth of the geometry.
        depth: u32,
    },
    /// A layer has too many or too few.
    #[error("layer {layer} has {found} link capacities: give {expected}")]
    Length {
        /// Lower layer of the links.
        layer: usize,
        /// Capacities given.
        found: usize,
        /// Capacities needed.
        expected: u64,
    },
    /// Negative, infinite or not a number.
    #[error(
        "capacity {value} of entry {entry} in layer {layer} is not allowed: give finite nats of 0 or more"
    )]
    Value {
        /// Lower layer of the link.
        layer: usize,
        /// Entry in the layer's list.
        entry: usize,
        /// What was given.
        value: f64,
    },
}

/// Links of one layer. Shared layers keep r numbers, others r per block.
#[derive(Clone, Debug)]
struct Layer {
    nats: Arc<[f64]>,
    units: Arc<[u64]>,
    shared: bool,
}

/// A layered network with the capacity of every link. Clones share the numbers.
#[derive(Clone, Debug)]
pub struct Network {
    geometry: Geometry,
    layers: Vec<Layer>,
    unit_nats: f64,
    /// What every link has, if all have the same.
    common_nats: Option<f64>,
}

/// 2⁴⁰, the largest capacity of a network in its units.
const UNITS: f64 = (1_u64 << 40) as f64;

impl Network {
    /// A network with the given capacities, `layers[k]` being the links between layers k and k + 1.
    ///
    /// Each is kept in nats and as the largest whole number of units that does not exceed it. A network
    /// whose links all have capacity 0 is legal. O(numbers given).
    ///
    /// # Errors
    /// A wrong number of layers or capacities, or a capacity that is negative or not finite.
    pub fn new(geometry: Geometry, layers: Vec<LayerCapacities>) -> Result<Self, NetworkError> {
        if layers.len() != geometry.depth() as usize {
            return Err(NetworkError::Layers { found: layers.len(), depth: geometry.depth() });
        }
        let links = geometry.field().links();
        let mut kept = Vec::with_capacity(layers.len());
        for (layer, capacities) in layers.into_iter().enumerate() {
            let (nats, shared) = match capacities {
                LayerCapacities::Shared(nats) => (nats, true),
                LayerCapacities::Unshared(nats) => (nats, false),
            };
            let blocks = if shared { 1 } else { geometry.sites_in_layer(layer as u32 + 1) };
            let expected = blocks * links as u64;
            if nats.len() as u64 != expected {
                return Err(NetworkError::Length { layer, found: nats.len(), expected });
            }
            if let Some(entry) = nats.iter().position(|&c| !c.is_finite() || c < 0.0) {
                return Err(NetworkError::Value { layer, entry, value: nats[entry] });
            }
            kept.push(Layer { nats: nats.into(), units: Arc::from([]), shared });
        }
        let first = kept.first().and_then(|layer: &Layer| layer.nats.first().copied());
        let same = |layer: &Layer| layer.nats.iter().all(|nats| Some(*nats) == first);
        let common_nats = first.filter(|_| kept.iter().all(same));
        let mut network = Self { geometry, layers: kept, unit_nats: 0.0, common_nats };
        let largest = network.largest_nats();
        network.unit_nats = largest / UNITS;
        for layer in &mut network.layers {
            layer.units = layer.nats.iter().map(|&c| whole_units(c, largest)).collect();
        }
        Ok(network)
    }

    /// A network whose links all have the same capacity.
    ///
    /// # Errors
    /// A capacity that is negative or not finite.
    pub fn unit(geometry: Geometry, nats_per_link: f64) -> Result<Self, NetworkError> {
        let layer = LayerCapacities::Shared(vec![nats_per_link; geometry.field().links()]);
        Self::new(geometry, vec![layer; geometry.depth() as usize])
    }

    /// Largest capacity of a link that exists.
    fn largest_nats(&self) -> f64 {
        let g = self.geometry;
        let mut largest: f64 = 0.0;
        for (k, layer) in self.layers.iter().enumerate() {
            let last = g.sites_in_layer(k as u32 + 1) - 1;
            let slots = g.field().links();
            for (entry, &nats) in layer.nats.iter().enumerate() {
                let slot = (entry % slots) as u8;
                let exists = |block| g.ends(LinkId { layer: k as u32, block, slot }).is_some();
                let present =
                    if layer.shared { exists(0) || exists(last) } else { exists((entry / slots) as u64) };
                if present {
                    largest = largest.max(nats);
                }
            }
        }
        largest
    }

    /// Its shape.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Capacity of a link in nats, as given.
    #[must_use]
    pub fn nats(&self, link: LinkId) -> f64 {
        let layer = &self.layers[link.layer as usize];
        layer.nats[self.entry(layer, link)]
    }

    /// Capacity of every link in nats, if all have the same.
    #[must_use]
    pub fn common_nats(&self) -> Option<f64> {
        self.common_nats
    }

    /// Sum of the capacities of some links, in nats; of equal ones their number times the one, so that equal numbers of
    /// links are equal entropies to the last digit.
    #[must_use]
    pub fn sum_nats(&self, links: &[LinkId]) -> f64 {
        match self.common_nats {
            Some(nats) => links.len() as f64 * nats,
            // From 0 on: the sum of no numbers is −0.
            None => links.iter().fold(0.0, |sum, &link| sum + self.nats(link)),
        }
    }

    /// Capacity of a link in whole units, rounded down.
    #[must_use]
    pub fn capacity(&self, link: LinkId) -> Capacity {
        Capacity(self.units(link))
    }

    #[inline]
    pub(crate) fn units(&self, link: LinkId) -> u64 {
        let layer = &self.layers[link.layer as usize];
        layer.units[self.entry(layer, link)]
    }

    #[inline]
    fn entry(&self, layer: &Layer, link: LinkId) -> usize {
        let block = if layer.shared { 0 } else { link.block as usize };
        block * self.geometry.field().links() + usize::from(link.slot)
    }

    /// Whether the links between `layer` and the next are the same in every block.
    #[must_use]
    pub fn is_shared(&self, layer: u32) -> bool {
        self.layers[layer as usize].shared
    }

    /// Whole-unit capacities as kept: r of a shared layer, r per block otherwise.
    pub(crate) fn layer_units(&self, layer: u32) -> &[u64] {
        &self.layers[layer as usize].units
    }

    /// One unit of [`Capacity`] in nats: the largest link capacity times 2⁻⁴⁰; 0 if all are 0.
    #[must_use]
    pub fn unit_nats(&self) -> f64 {
        self.unit_nats
    }

    /// An exact value in nats.
    #[must_use]
    pub fn to_nats(&self, value: Capacity) -> f64 {
        value.0 as f64 * self.unit_nats
    }
}

/// The largest q with q·largest·2⁻⁴⁰ ≤ nats, in exact arithmetic.
fn whole_units(nats: f64, largest: f64) -> u64 {
    if largest <= 0.0 {
        return 0;
    }
    // A power of two moves both away from the ends of the range, where products would not be exact.
    let scale = if largest > 1e200 {
        2_f64.powi(-400)
    } else if largest < 1e-200 {
        2_f64.powi(400)
    } else {
        1.0
    };
    let (nats, largest) = ((nats * scale * UNITS).min(largest * scale * UNITS), largest * scale);
    let mut q = (nats / largest).floor();
    // The quotient may have been rounded up to a whole number; the fused difference has the true sign.
    if q.mul_add(largest, -nats) > 0.0 {
        q -= 1.0;
    }
    q as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};

    fn geometry(boundary: Boundary, depth: u32) -> Geometry {
        Geometry::new(3, boundary, ReceptiveField::Three, depth).unwrap()
    }

    #[test]
    fn units_round_down_and_the_largest_is_exact() {
        assert_eq!(whole_units(0.7, 0.7), 1 << 40);
        assert_eq!(whole_units(0.0, 0.7), 0);
        assert_eq!(whole_units(1.0, 4.0), 1 << 38);
        assert_eq!(whole_units(1.0, 3.0), ((1_u64 << 40) - 1) / 3);
        for (nats, largest) in
            [(0.3, 0.9), (1e-13, 1.0), (0.1, 0.7), (1e300, 1.1e300), (3e-320, 5e-320), (1e-3, 1e9)]
        {
            let q = whole_units(nats, largest);
            assert!(((q as f64) / UNITS - nats / largest).abs() <= 1.0 / UNITS, "{nats} of {largest}");
        }
    }

    #[test]
    fn quotients_that_round_up_are_taken_down() {
        // 1 − 2⁻⁵³ of the largest is less than 2⁴⁰ units, though the quotient times 2⁴⁰ is rounded.
        let below = 1.0 - f64::EPSILON / 2.0;
        assert_eq!(whole_units(below, 1.0), (1 << 40) - 1);
        assert_eq!(whole_units(below * 3.0, 3.0), (1 << 40) - u64::from(below * 3.0 < 3.0));
    }

    #[test]
    fn shared_and_unshared_layers_are_read_by_slot_and_block() {
        let network = Network::new(
            geometry(Boundary::Ring, 2),
            vec![
                LayerCapacities::Shared(vec![0.1, 0.2, 0.4]),
                LayerCapacities::Unshared(vec![0.0, 0.1, 0.2, 0.3, 0.4, 0.8]),
            ],
        )
        .unwrap();
        assert_eq!(network.nats(LinkId { layer: 0, block: 3, slot: 1 }), 0.2);
        assert_eq!(network.nats(LinkId { layer: 1, block: 1, slot: 2 }), 0.8);
        assert_eq!(network.capacity(LinkId { layer: 1, block: 1, slot: 2 }), Capacity(1 << 40));
        assert_eq!(network.to_nats(Capacity(1 << 40)), 0.8);
    }

    #[test]
    fn links_that_a_line_lacks_do_not_set_the_unit() {
        let unshared = vec![1.0, 1.0, 1.0, 1.0, 1.0, 9.0];
        let layers = vec![LayerCapacities::Shared(vec![1.0; 3]), LayerCapacities::Unshared(unshared)];
        let largest = |boundary| {
            Network::new(geometry(boundary, 2), layers.clone()).unwrap().to_nats(Capacity(1 << 40))
        };
        assert_eq!((largest(Boundary::Line), largest(Boundary::Ring)), (1.0, 9.0));
    }

    #[test]
    fn wrong_capacities_are_refused_by_place() {
        let g = geometry(Boundary::Ring, 1);
        let make = |layers| Network::new(g, layers).unwrap_err().to_string();
        assert!(make(vec![]).contains("0 layers of link capacities for depth 1"));
        assert!(make(vec![LayerCapacities::Shared(vec![0.1; 4])]).contains("layer 0 has 4"));
        assert!(make(vec![LayerCapacities::Unshared(vec![0.1; 3])]).contains("give 12"));
        assert!(make(vec![LayerCapacities::Shared(vec![0.1, f64::NAN, 0.0])]).contains("entry 1 in layer 0"));
        assert!(Network::unit(g, -1.0).is_err());
        assert_eq!(Network::unit(g, 0.0).unwrap().to_nats(Capacity(7)), 0.0);
    }
}
