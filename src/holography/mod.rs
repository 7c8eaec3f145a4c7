//! The one room that joins the sciences: learned weights become capacities, a region becomes a cut, a cut
//! becomes a curve in the hyperbolic plane.

mod bulk_network;
mod entanglement_data;
mod fermion_regions;
mod joint_regions;
mod network_state;
mod overlays;
mod region_answer;

pub use bulk_network::{BulkNetwork, CapacitySource, LayerStatus};
pub use entanglement_data::EntropySource;
pub use fermion_regions::{FermionLimit, FermionRegions};
pub use joint_regions::JointRegions;
pub use network_state::{MOST_STATE_SITES, NetworkState, StateEntropy, StateForm, StateLimit, spin_network};
pub use overlays::Overlays;
pub use region_answer::{RegionAnswer, WedgeSide};
