//! Entropies as numbers: scaling with size, inequalities between regions, the exact ones of the network's own state,
//! random tensors and the geometry learned from entropies.

mod central_charge;
mod domain_wall;
mod elimination;
mod frontier;
mod inequalities;
mod learned_geometry;
mod random_tensors;
mod scaling;
pub mod state;

pub use central_charge::{CentralCharge, EntropyKind, fit_central_charge};
pub use domain_wall::DomainWall;
pub use elimination::{Elimination, FrontierError, MOST_WIDTH};
pub use frontier::{Contraction, Expectations, LANES, Lanes, LayeredIsing};
pub use inequalities::{FiveEntropies, Inequality, JointEntropies, Pair, PairEntropies, RegionEntropies};
pub use learned_geometry::{
    FitOptions, GeometryError, GeometryFit, GeometryModel, HeldAtZero, LayerCouplings, LearnedGeometry,
    RegionEntropy, least_regions, position_classes, region_set,
};
pub use random_tensors::RandomTensors;
pub use scaling::{ScalingFit, default_window, fit_scaling, window_note};
