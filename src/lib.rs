//! holoscope: the renormalization group of a spin chain, learned, drawn and cut.

pub mod hyperbolic;
pub mod lattice;
pub mod network;
pub mod numerics;
pub mod rbm;
pub mod theory;
