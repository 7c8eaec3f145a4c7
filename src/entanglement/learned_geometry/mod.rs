//! Entanglement-feature learning: link couplings of a network that reproduce the entropies of given regions.
//!
//! The random-tensor formula is run backwards. S2 of regions is the data; the couplings of each layer's side and
//! middle links and one boundary field are sought whose free energies F[A] − F[∅] reproduce them. The network is then
//! a deep Boltzmann machine whose visible spins are the region itself (Howard 2018, section III).

mod fit;
mod model;
mod regions;

pub use fit::{FitOptions, GeometryFit, HeldAtZero, LayerCouplings, LearnedGeometry, least_regions};
pub use model::{GeometryError, GeometryModel};
pub use regions::{RegionEntropy, position_classes, region_set};
