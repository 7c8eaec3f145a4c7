//! The engine behind the fermion column of the table of inequalities: exact entropies of the regions, newest query only.

use super::worker::Engine;
use crate::entanglement::JointEntropies;
use crate::holography::{FermionLimit, FermionRegions, JointRegions};
use crate::network::Region;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct FermionQuery {
    /// Mass of the fermions.
    pub mass: f64,
    /// Regions A, B, C.
    pub regions: [Region; 3],
}

/// Exact entropies of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct FermionAnswer {
    /// What was asked for.
    pub query: FermionQuery,
    /// What was found, or what is too large.
    pub found: Result<FermionEntropies, FermionLimit>,
}

/// Entropies of free Dirac fermions in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FermionEntropies {
    /// Of A, B, C.
    pub regions: [f64; 3],
    /// Of their unions, where several were given.
    pub together: Option<JointEntropies>,
}

/// Computes exact fermion entropies, one union of regions in a piece.
#[derive(Default)]
pub struct FermionSolver {
    query: Option<FermionQuery>,
    work: Option<Work>,
    chain: Option<(u64, u64, FermionRegions)>,
    fresh: Option<FermionAnswer>,
}

/// A query under way: its regions, then their unions.
struct Work {
    query: FermionQuery,
    joint: Option<JointRegions>,
    wanted: Vec<Region>,
    found: Vec<f64>,
}

impl Engine for FermionSolver {
    type Command = FermionQuery;
    type Snapshot = FermionAnswer;

    fn apply(&mut self, query: FermionQuery) {
        self.query = Some(query);
        self.work = None;
    }

    fn advance(&mut self) -> bool {
        if let Some(query) = self.query.take() {
            self.begin(query);
            return self.work.is_some();
        }
        let (Some(work), Some((_, _, chain))) = (&mut self.work, &self.chain) else { return false };
        if let Some(region) = work.wanted.get(work.found.len()) {
            let known = work.wanted[..work.found.len()].iter().position(|before| before == region);
            let entropy = known.map_or_else(|| chain.entropy_nats(region), |place| work.found[place]);
            work.found.push(entropy);
            return true;
        }
        if let Some(work) = self.work.take() {
            let (regions, unions) = work.found.split_at(3);
            let found = FermionEntropies {
                regions: std::array::from_fn(|i| regions[i]),
                together: work.joint.map(|joint| joint.entropies(None, unions)),
            };
            self.fresh = Some(FermionAnswer { query: work.query, found: Ok(found) });
        }
        false
    }

    fn snapshot(&mut self) -> Option<FermionAnswer> {
        self.fresh.take()
    }

    fn circumstances(&self) -> String {
        self.work.as_ref().map_or_else(
            || "no query".into(),
            |w| format!("fermions of m = {} on A = {}", w.query.mass, w.query.regions[0]),
        )
    }
}

impl FermionSolver {
    fn begin(&mut self, query: FermionQuery) {
        let [a, b, c] = &query.regions;
        if let Err(limit) = FermionRegions::check(&a.union(b).union(c)) {
            self.fresh = Some(FermionAnswer { query, found: Err(limit) });
            return;
        }
        let of = (query.mass.to_bits(), a.sites());
        if self.chain.as_ref().is_none_or(|(mass, sites, _)| (*mass, *sites) != of) {
            self.chain = Some((of.0, of.1, FermionRegions::new(query.mass, of.1)));
        }
        let joint = JointRegions::of([a, b, c]);
        let unions = joint.iter().flat_map(|joint| joint.unions().to_vec());
        let wanted = query.regions.iter().cloned().chain(unions).collect();
        self.work = Some(Work { query, joint, wanted, found: Vec::new() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;

    fn answer(texts: [&str; 3], sites: u64, mass: f64) -> FermionAnswer {
        let regions = texts.map(|t| Region::parse(t, sites, Boundary::Ring).unwrap());
        let mut solver = FermionSolver::default();
        solver.apply(FermionQuery { mass, regions });
        while solver.advance() {}
        solver.snapshot().unwrap()
    }

    #[test]
    fn published_fermions_stand_beside_the_cuts() {
        let found = answer(["0..2", "4..5", "5..9"], 64, 0.0).found.unwrap();
        let Some(JointEntropies::Three(s)) = found.together else { panic!("three regions were given") };
        assert!((s.tripartite() - 0.00820).abs() < 0.6e-5);
        // Two sites from an even one on, computed outside this program.
        assert!((found.regions[0] - 0.947_508_29).abs() < 0.6e-8 && found.regions[0] == s.a);
        let one = answer(["0..2", "", ""], 64, 0.0).found.unwrap();
        assert!(one.together.is_none() && one.regions == [s.a, 0.0, 0.0]);
    }

    #[test]
    fn too_large_is_an_answer() {
        assert!(answer(["0..500", "", ""], 1024, 0.0).found.is_err());
        assert!(answer(["0..5", "", ""], 1 << 20, 0.0).found.is_err());
    }
}
