//! Boundary theories, known exactly: the classical chain with its samples, and the free fermion of a
//! given mass, whose entropies are the reference for every cut.

pub mod chain;
pub mod chain_sampler;
pub mod fermion;

pub use chain::ClassicalChain;
pub use chain_sampler::ChainSampler;
pub use fermion::{Entropies, FermionRow, HoppingChain, QuantumIsingChain};
