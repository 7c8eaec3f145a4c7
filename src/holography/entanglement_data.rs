//! Entropies of the reference theories as data to learn a geometry from.

use crate::entanglement::{RegionEntropy, region_set};
use crate::theory::{HoppingChain, QuantumIsingChain};

/// Theories whose S2 is known exactly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EntropySource {
    /// Free Dirac fermions, c = 1: any union of intervals.
    #[default]
    Fermion,
    /// The quantum Ising chain, c = ½: single intervals only.
    QuantumIsing,
}

impl EntropySource {
    /// As commands write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fermion => "fermion",
            Self::QuantumIsing => "ising",
        }
    }

    /// In a word or two, for a legend.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Fermion => "fermions",
            Self::QuantumIsing => "Ising spins",
        }
    }

    /// In words, with its central charge where it is critical.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Fermion => "Dirac fermions (c = 1)",
            Self::QuantumIsing => "the quantum Ising chain (c = ½)",
        }
    }

    /// S2 of about `count` regions of a ring of 8 to 64 sites at a mass, each the mean over all positions.
    ///
    /// Regions are those of [`region_set`]; fermions also have unions of two intervals. The hopping chain repeats
    /// every two sites, so two positions are all there are. Cost: `count` singular value decompositions of at most
    /// N/4 rows, twice: milliseconds.
    #[must_use]
    pub fn entropies(self, mass: f64, sites: u64, count: usize, seed: u64) -> Vec<RegionEntropy> {
        let regions = region_set(sites, count, self == Self::Fermion, seed);
        let of: Box<dyn Fn(&crate::network::Region) -> f64> = match self {
            Self::Fermion => {
                let chain = HoppingChain::new(mass, sites as usize);
                Box::new(move |region| {
                    let s2 = |by: usize| {
                        let inside: Vec<usize> = (0..sites)
                            .filter(|site| region.contains(*site))
                            .map(|site| (site as usize + by) % sites as usize)
                            .collect();
                        chain.region_entropy(&inside).renyi2_nats
                    };
                    0.5 * (s2(0) + s2(1))
                })
            }
            Self::QuantumIsing => {
                let chain = QuantumIsingChain::new(mass, sites as usize);
                Box::new(move |region| chain.interval_entropy(region.len() as usize).renyi2_nats)
            }
        };
        regions
            .into_iter()
            .map(|region| {
                let renyi2_nats = of(&region);
                RegionEntropy { region, renyi2_nats }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_site_of_either_theory_is_known_in_closed_form() {
        // One site of the hopping chain is half filled: S2 = ln 2. One Ising spin of N = 32 at m = 0 has ν = G_0 =
        // ⟨σˣ⟩ = 1/(N sin(π/2N)): S2 = −ln((1 + ν²)/2).
        let fermion = EntropySource::Fermion.entropies(0.3, 32, 20, 1);
        assert!((fermion[0].renyi2_nats - 2.0_f64.ln()).abs() < 1e-12 && fermion.len() == 20);
        let ising = EntropySource::QuantumIsing.entropies(0.0, 32, 100, 1);
        let nu = 1.0 / (32.0 * (std::f64::consts::PI / 64.0).sin());
        assert!((ising[0].renyi2_nats + (0.5 * (1.0 + nu * nu)).ln()).abs() < 1e-12);
        assert_eq!(ising.len(), 16, "single intervals only");
    }
}
