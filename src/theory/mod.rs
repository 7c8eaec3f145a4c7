//! Boundary theories: the classical chain and the quantum Ising chain, known exactly, with their samples; the
//! user's own samples, of which nothing else is known; and the free fermion of a given mass, whose entropies
//! are the reference for every cut.

pub mod autocorrelation;
mod bond_process;
pub mod chain;
pub mod chain_sampler;
mod exponential_sum;
pub mod fermion;
#[cfg(test)]
mod kaufman;
pub mod quantum_ising;
pub mod user_samples;
pub mod wolff;

pub use autocorrelation::Autocorrelation;
pub use chain::ClassicalChain;
pub use chain_sampler::ChainSampler;
pub use fermion::{Entropies, FermionRow, HoppingChain, QuantumIsingChain, ReferenceChains};
pub use quantum_ising::QuantumIsingSampler;
pub use user_samples::{SamplesDigest, SamplesError, SamplesFormat, UserSamples};
pub use wolff::{WolffReport, WolffSampling};
