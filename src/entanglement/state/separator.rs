//! Spins that part a region from the rest, and which spins are on its side of them.

use super::spin_network::SpinNetwork;
use crate::network::{FlowError, Network, Region, SpinBoundSolver};

/// A smallest set of spins that separates a region, and the region's side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Separation {
    /// The separating spins, ascending.
    pub separators: Vec<u32>,
    /// For every spin whether it is on the region's side or separates.
    pub within: Vec<bool>,
}

/// Finds separations in one network.
///
/// Of all smallest sets the one nearest the region is taken, so that growing regions have growing sides: `within` of a
/// region lies in `within` of a larger one (the cut function of spins is submodular).
#[derive(Clone, Debug)]
pub(super) struct Separator {
    network: Network,
    solver: SpinBoundSolver,
}

impl Separator {
    /// For a network of at most 2²⁰ spins.
    pub fn new(network: &SpinNetwork) -> Result<Self, FlowError> {
        let network = network.unit_network();
        Ok(Self { solver: SpinBoundSolver::new(&network)?, network })
    }

    /// m = the number of separating spins, of S ≤ m ln 2 (Howard 2018, eq. 26–27).
    pub fn count(&mut self, region: &Region) -> u64 {
        self.solver.solve(region).count
    }

    /// The separation of a region.
    pub fn of(&mut self, spins: &SpinNetwork, region: &Region) -> Separation {
        let bound = self.solver.solve(region);
        let g = self.network.geometry();
        let separators: Vec<u32> = bound.spins.iter().map(|node| g.node_id(*node) as u32).collect();
        let mut within = vec![false; spins.spins()];
        separators.iter().for_each(|s| within[*s as usize] = true);
        let mut reached: Vec<u32> = (0..spins.sites() as u32)
            .filter(|s| region.contains(u64::from(*s)) && !within[*s as usize])
            .collect();
        reached.iter().for_each(|s| within[*s as usize] = true);
        while let Some(spin) = reached.pop() {
            for bond in &spins.bonds_of[spin as usize] {
                let bond = &spins.bonds[*bond as usize];
                let other = if bond.lower == spin { bond.upper } else { bond.lower };
                if !within[other as usize] {
                    within[other as usize] = true;
                    reached.push(other);
                }
            }
        }
        Separation { separators, within }
    }
}
