//! Entropies as numbers: scaling with size, inequalities between regions.

mod inequalities;
mod scaling;

pub use inequalities::{FiveEntropies, Inequality, JointEntropies, RegionEntropies};
pub use scaling::{ScalingFit, default_window, fit_scaling};
