//! Exact free-fermion entropies of the regions that are cut, beside which cuts can be judged.

use crate::lattice::Boundary;
use crate::network::Region;
use crate::theory::HoppingChain;

/// Longest ring on which they are computed: its momentum sums take a tenth of a second.
const MOST_SITES: u64 = 1 << 12;
/// Most sites of all regions together: seven singular value decompositions of half that size take a tenth of a second.
const MOST_REGION: u64 = 400;

/// Why there are no fermion entropies of these regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FermionLimit {
    /// The network ends: what the ring's fermions have there is no reference for it.
    #[error("of a ring only: exact fermions are not put beside cuts of an open line")]
    Line,
    /// The ring is too long.
    #[error("too large: exact fermions are put beside cuts on rings up to {MOST_SITES} sites, not {sites}")]
    Ring {
        /// Its sites.
        sites: u64,
    },
    /// The regions are too large.
    #[error(
        "too large: the regions have {sites} sites together, and {MOST_REGION} are quick enough to compute"
    )]
    Regions {
        /// Their sites.
        sites: u64,
    },
}

/// The hopping chain of free Dirac fermions (c = 1) of a mass on a ring, asked for regions of its boundary.
///
/// A region may be any union of intervals: fermions of a hopping chain are local, so that the correlation matrix
/// restricted to it knows its entropy. The chain lives on a ring.
#[derive(Clone, Debug)]
pub struct FermionRegions {
    chain: HoppingChain,
}

impl FermionRegions {
    /// Whether regions with this union have fermions to stand beside: on a ring, and small enough.
    ///
    /// # Errors
    /// An open line; what is too large.
    pub fn check(union: &Region) -> Result<(), FermionLimit> {
        if union.boundary() == Boundary::Line {
            return Err(FermionLimit::Line);
        }
        if union.sites() > MOST_SITES {
            return Err(FermionLimit::Ring { sites: union.sites() });
        }
        if union.len() > MOST_REGION {
            return Err(FermionLimit::Regions { sites: union.len() });
        }
        Ok(())
    }

    /// The chain of a mass, −1 < m < 1, on a ring of an even number of sites.
    #[must_use]
    pub fn new(mass: f64, sites: u64) -> Self {
        Self { chain: HoppingChain::new(mass, sites as usize) }
    }

    /// S of a region in nats.
    ///
    /// # Panics
    /// If the region is of a ring of another length.
    #[must_use]
    pub fn entropy_nats(&self, region: &Region) -> f64 {
        assert_eq!(region.sites(), self.chain.sites() as u64, "a region of this ring");
        let n = region.sites();
        let sites: Vec<usize> = region
            .intervals()
            .iter()
            .flat_map(|i| (i.start..i.start + i.len).map(move |s| (s % n) as usize))
            .collect();
        self.chain.region_entropy(&sites).von_neumann_nats
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entanglement::JointEntropies;
    use crate::holography::JointRegions;

    fn tripartite(mass: f64, texts: [&str; 3]) -> f64 {
        let fermions = FermionRegions::new(mass, 64);
        let regions = texts.map(|t| Region::parse(t, 64, Boundary::Ring).unwrap());
        let joint = JointRegions::of([&regions[0], &regions[1], &regions[2]]).unwrap();
        match joint.entropies_by(None, |r| fermions.entropy_nats(r)) {
            JointEntropies::Three(s) => s.tripartite(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tripartite_information_of_fermions_is_tiny_and_may_be_positive() {
        // Computed outside this program, to the digits shown.
        assert!((tripartite(0.1, ["0..1", "1..3", "3..4"]) - 0.02588).abs() < 0.6e-5);
        assert!((tripartite(0.0, ["0..2", "4..5", "5..9"]) - 0.00820).abs() < 0.6e-5);
    }

    #[test]
    fn what_is_too_large_is_said() {
        let of =
            |text: &str, sites| FermionRegions::check(&Region::parse(text, sites, Boundary::Ring).unwrap());
        assert_eq!(of("0..400", 4096), Ok(()));
        assert!(of("0..401", 4096).unwrap_err().to_string().contains("401 sites"));
        assert!(of("0..4", 8192).unwrap_err().to_string().contains("8192"));
    }

    #[test]
    fn fermions_of_a_ring_do_not_stand_beside_cuts_of_a_line() {
        let line = Region::parse("0..32", 64, Boundary::Line).unwrap();
        assert_eq!(FermionRegions::check(&line), Err(FermionLimit::Line));
    }
}
