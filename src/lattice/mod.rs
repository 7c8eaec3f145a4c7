//! The lattice that all sciences share: a ring or open line of 2ⁿ sites, the receptive field of a
//! hidden spin, and samples of spins at rest as bits.

mod receptive_field;
mod spin_samples;

pub use receptive_field::{Boundary, ReceptiveField};
pub use spin_samples::SpinSamples;
