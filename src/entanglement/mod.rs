//! Entropies as numbers: scaling with size, inequalities between regions, and the exact ones of the network's own state.

mod central_charge;
mod inequalities;
mod scaling;
pub mod state;

pub use central_charge::{CentralCharge, EntropyKind, fit_central_charge};
pub use inequalities::{FiveEntropies, Inequality, JointEntropies, RegionEntropies};
pub use scaling::{ScalingFit, default_window, fit_scaling};
