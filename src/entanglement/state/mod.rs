//! The state of the network itself: amplitudes of the boundary spins made from all layers, and its exact entropies.
//!
//! Two states can be read off the same weights. The *marginal* one, `ψ(v) = Σ_h e^{−E}`, sums over all hidden spins
//! jointly; its entropies obey S ≤ m ln 2, m the fewest separating spins (Howard 2018, eq. 23–27). The *Born* form,
//! `ψ(v) = √p(v)`, takes the distribution of the stack read from the top down; that bound is no theorem for it.
//!
//! Up to 16 sites a state is its list of amplitudes ([`DenseState`]). Longer marginal states are exact too, by the Gram
//! matrices of both sides of a region ([`MarginalState`], [`HalfLines`]); of the Born form Rényi-2 entropies are
//! sampled ([`SwapEstimate`]).

mod dense;
mod elimination;
mod environments;
mod growth;
mod half_lines;
mod separator;
mod spectrum;
mod spin_network;
mod swap;
mod table;
mod top_down;

#[cfg(test)]
mod tests;

pub use dense::{DenseState, MOST_DENSE_SITES};
pub use elimination::{MOST_SPINS, TooWide};
pub use environments::MOST_SEPARATING_SPINS;
pub use half_lines::HalfLines;
pub use spectrum::{Spectrum, ZERO};
pub use spin_network::{Phases, SpinNetwork};
pub use swap::{MOST_PAIRS, SampledEntropy, SwapEstimate};
pub use top_down::{TopDown, TopDownWork};

use crate::network::{FlowError, Region};
use separator::Separator;

/// ψ = Σ_h e^{−E}, asked for regions: dense to [`MOST_DENSE_SITES`], by Gram matrices beyond.
#[derive(Clone, Debug)]
pub struct MarginalState {
    network: SpinNetwork,
    separator: Separator,
    dense: Option<DenseState>,
}

impl MarginalState {
    /// The state of a network.
    ///
    /// # Errors
    /// More than 2²⁰ spins.
    pub fn new(network: SpinNetwork) -> Result<Self, FlowError> {
        let separator = Separator::new(&network)?;
        let small = network.sites() <= MOST_DENSE_SITES;
        // Where a table were too wide, each region says so itself.
        let dense = small.then(|| DenseState::marginal(&network).ok()).flatten();
        Ok(Self { network, separator, dense })
    }

    /// The amplitudes, of a short chain.
    #[must_use]
    pub fn dense(&self) -> Option<&DenseState> {
        self.dense.as_ref()
    }

    /// Entanglement spectrum of a region, of one interval or many.
    ///
    /// # Errors
    /// More separating spins, or larger tables, than can be held.
    pub fn spectrum(&mut self, region: &Region) -> Result<Spectrum, TooWide> {
        match &self.dense {
            Some(state) => Ok(state.spectrum(region)),
            None => self.spectrum_by_environments(region),
        }
    }

    /// The same without amplitudes, on a chain of any length.
    ///
    /// # Errors
    /// As [`Self::spectrum`].
    pub fn spectrum_by_environments(&mut self, region: &Region) -> Result<Spectrum, TooWide> {
        environments::spectrum(&self.network, &mut self.separator, region)
    }

    /// m, the fewest spins that separate the region: S ≤ m ln 2.
    pub fn separating_spins(&mut self, region: &Region) -> u64 {
        self.separator.count(region)
    }
}
