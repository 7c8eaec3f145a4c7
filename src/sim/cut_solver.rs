//! The engine behind a drag: the cuts of the regions, newest query only.

use super::worker::Engine;
use crate::entanglement::RegionEntropies;
use crate::holography::{BulkNetwork, RegionAnswer};
use crate::network::{CutSolver, Region};
use std::sync::Arc;

/// What is to be cut.
#[derive(Clone, Debug)]
pub struct CutQuery {
    /// Number of the query; the answer bears it.
    pub number: u64,
    /// The network.
    pub network: Arc<BulkNetwork>,
    /// Regions A, B, C.
    pub regions: [Region; 3],
}

/// The answer to one query.
#[derive(Clone, Debug)]
pub struct CutAnswer {
    /// Number of the query.
    pub number: u64,
    /// The network that was cut.
    pub network: Arc<BulkNetwork>,
    /// For A, B, C.
    pub regions: [RegionAnswer; 3],
    /// Entropies of the regions and their unions in nats, where at least two regions are not empty.
    pub together: Option<RegionEntropies>,
    /// How long it took.
    pub seconds: f64,
}

/// Solves cuts. Of several queries that wait only the newest is answered.
#[derive(Default)]
pub struct CutEngine {
    query: Option<CutQuery>,
    solver: Option<(Arc<BulkNetwork>, CutSolver)>,
    last: Option<CutAnswer>,
    fresh: Option<CutAnswer>,
}

impl CutEngine {
    /// Answers a query at once: for callers without a thread.
    #[must_use]
    pub fn answer(&mut self, query: CutQuery) -> CutAnswer {
        let begin = std::time::Instant::now();
        let known = matches!(&self.solver, Some((network, _)) if Arc::ptr_eq(network, &query.network));
        if !known {
            self.solver =
                Some((Arc::clone(&query.network), CutSolver::new(Arc::clone(&query.network.network))));
            self.last = None;
        }
        let (_, solver) = self.solver.as_mut().expect("it was made above");
        // Regions that did not change keep their cut: a drag moves one of the three.
        let before = self.last.take();
        let mut index = 0;
        let regions = query.regions.map(|region| {
            let kept = before.as_ref().map(|b| &b.regions[index]).filter(|answer| answer.region == region);
            index += 1;
            kept.cloned().unwrap_or_else(|| RegionAnswer::new(solver, &region))
        });
        let together = together(solver, &regions, before.as_ref());
        let seconds = begin.elapsed().as_secs_f64();
        let answer = CutAnswer { number: query.number, network: query.network, regions, together, seconds };
        self.last = Some(answer.clone());
        answer
    }
}

/// Entropies of A, B, C and their unions; kept from the answer before while no region changed.
fn together(
    solver: &mut CutSolver,
    regions: &[RegionAnswer; 3],
    before: Option<&CutAnswer>,
) -> Option<RegionEntropies> {
    if regions.iter().filter(|r| !r.region.is_empty()).count() < 2 {
        return None;
    }
    if let Some(before) = before
        && before.regions.iter().zip(regions).all(|(x, y)| x.region == y.region)
    {
        return before.together;
    }
    let [a, b, c] = [0, 1, 2].map(|i| &regions[i]);
    let mut of = |x: &RegionAnswer, y: &RegionAnswer| match (x.region.is_empty(), y.region.is_empty()) {
        (true, _) => y.cut.capacity_nats,
        (_, true) => x.cut.capacity_nats,
        _ => solver.solve(&x.region.union(&y.region)).capacity_nats,
    };
    let (ab, bc, ca) = (of(a, b), of(b, c), of(c, a));
    let abc = if c.region.is_empty() {
        ab
    } else {
        solver.solve(&a.region.union(&b.region).union(&c.region)).capacity_nats
    };
    let [a, b, c] = [a, b, c].map(|r| r.cut.capacity_nats);
    Some(RegionEntropies { a, b, c, ab, bc, ca, abc })
}

impl Engine for CutEngine {
    type Command = CutQuery;
    type Snapshot = CutAnswer;

    fn apply(&mut self, query: CutQuery) {
        self.query = Some(query);
    }

    fn advance(&mut self) -> bool {
        if let Some(query) = self.query.take() {
            self.fresh = Some(self.answer(query));
        }
        false
    }

    fn snapshot(&mut self) -> Option<CutAnswer> {
        self.fresh.take()
    }

    fn circumstances(&self) -> String {
        match (&self.query, &self.last) {
            (Some(q), _) => {
                format!("cut of A = {}, N = {}", q.regions[0], q.network.network.geometry().sites())
            }
            (None, Some(a)) => format!("after the cut of A = {}", a.regions[0].region),
            (None, None) => "first cut".into(),
        }
    }
}
