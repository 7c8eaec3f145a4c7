//! Proof that a cut is minimal: a flow of the same value.

use super::capacity::Network;
use super::cut::Cut;
use super::max_flow::{Flow, FlowError, MaxFlow};

/// A flow from the cut's region to the rest whose value equals the cut's.
///
/// No flow exceeds any cut, so both are optimal (Ford and Fulkerson 1956). The search for
/// the flow begins at the cut, but finds the largest one wherever it begins. O(links) memory, most of it untouched.
///
/// # Errors
/// More than 2²² sites, or a cut that is not a minimum cut of this network.
pub fn certificate(network: &Network, cut: &Cut) -> Result<Flow, FlowError> {
    MaxFlow::new(network)?.certificate(cut)
}

impl MaxFlow {
    /// As [`certificate`], with the memory already at hand.
    ///
    /// # Errors
    /// A cut that is not a minimum cut of this network.
    pub fn certificate(&mut self, cut: &Cut) -> Result<Flow, FlowError> {
        let value = self.maximise_near(&cut.region, Some(&cut.wedge));
        if value != cut.value {
            return Err(FlowError::NotEqual { cut: cut.value.0, flow: value.0 });
        }
        Ok(self.flow(value))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::{Capacity, CutSolver, Geometry, Region};

    #[test]
    fn a_cut_that_is_too_large_is_not_certified() {
        let geometry = Geometry::new(4, Boundary::Ring, ReceptiveField::Three, 4).unwrap();
        let network = Arc::new(Network::unit(geometry, 1.0).unwrap());
        let mut cut =
            CutSolver::new(Arc::clone(&network)).solve(&Region::parse("3..9", 16, Boundary::Ring).unwrap());
        assert_eq!(certificate(&network, &cut).unwrap().value(), cut.value);
        cut.value = Capacity(cut.value.0 + 1);
        let error = certificate(&network, &cut).unwrap_err();
        assert!(matches!(error, FlowError::NotEqual { .. }) && error.to_string().contains("not minimal"));
    }
}
