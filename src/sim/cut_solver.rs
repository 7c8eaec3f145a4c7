//! The engine behind a drag: the cuts of the regions, newest query only; what follows from them when the hand rests.

use super::worker::Engine;
use crate::entanglement::JointEntropies;
use crate::holography::{BulkNetwork, JointRegions, Overlays, RegionAnswer};
use crate::network::{CutSolver, Geometry, MaxFlow, Region, Thread, fewest_spins, threads};
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
    /// What is to be laid over the picture.
    pub overlays: Overlays,
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
    /// What was asked to be laid over the picture.
    pub overlays: Overlays,
    /// What is found of A, B, C once nothing newer is asked for.
    pub later: [Later; 3],
    /// Entropies of the regions and their unions, where several were given.
    pub together: Option<JointEntropies>,
    /// The cuts of those unions; found with [`Self::together`].
    pub unions: Arc<[UnionCut]>,
    /// Whether all that was asked for is there.
    pub complete: bool,
    /// How long the cuts took.
    pub seconds: f64,
}

/// The minimal cut of a union of two or three of the regions.
#[derive(Clone, Debug, PartialEq)]
pub struct UnionCut {
    /// `AB`, `AC`, `BC` or `ABC`.
    pub name: &'static str,
    /// The union.
    pub region: Region,
    /// How many links are cut.
    pub links: usize,
    /// Their summed capacity: S, in nats.
    pub nats: f64,
}

/// What takes longer than a cut, of one region.
#[derive(Clone, Debug, Default)]
pub struct Later {
    /// The fewest spins that separate the region: m of the bound m ln 2.
    pub spins: Option<u64>,
    /// The flow that proves the cut, as paths; where it was asked for and the graph fits into memory.
    pub threads: Option<Arc<[Thread]>>,
}

/// Solves cuts. Of several queries that wait only the newest is answered.
#[derive(Default)]
pub struct CutEngine {
    query: Option<CutQuery>,
    solver: Option<(Arc<BulkNetwork>, CutSolver)>,
    flow: Option<MaxFlow>,
    last: Option<CutAnswer>,
    fresh: Option<CutAnswer>,
}

impl CutEngine {
    /// Answers a query at once, with the cuts alone; see [`Self::completed`].
    ///
    /// Regions that did not change keep their answer: a drag moves one of the three.
    #[must_use]
    pub fn answer(&mut self, query: CutQuery) -> CutAnswer {
        let begin = std::time::Instant::now();
        let CutQuery { number, network, regions, overlays } = query;
        let known = matches!(&self.solver, Some((before, _)) if Arc::ptr_eq(before, &network));
        if !known {
            self.solver = Some((Arc::clone(&network), CutSolver::new(Arc::clone(&network.network))));
            self.flow = None;
            self.last = None;
        }
        let (_, solver) = self.solver.as_mut().expect("it was made above");
        let before = self.last.take();
        let mut later = <[Later; 3]>::default();
        let mut index = 0;
        let answers = regions.map(|region| {
            let place = index;
            index += 1;
            let kept = before.as_ref().filter(|b| b.regions[place].region == region);
            if let Some(before) = kept {
                later[place] = before.later[place].clone();
                let same = |of: fn(&Overlays) -> bool| of(&before.overlays) == of(&overlays);
                if same(|o| o.ties) && same(|o| o.cone) {
                    return before.regions[place].clone();
                }
            }
            RegionAnswer::with_overlays(solver, &region, overlays)
        });
        let unmoved =
            before.as_ref().filter(|b| b.regions.iter().zip(&answers).all(|(x, y)| x.region == y.region));
        let together = unmoved.and_then(|b| b.together);
        let unions = unmoved.map_or_else(|| Arc::new([]) as Arc<[_]>, |b| Arc::clone(&b.unions));
        let seconds = begin.elapsed().as_secs_f64();
        let mut answer = CutAnswer {
            number,
            network,
            regions: answers,
            overlays,
            later,
            together,
            unions,
            complete: false,
            seconds,
        };
        answer.complete = answer.missing().is_none();
        self.last = Some(answer.clone());
        answer
    }

    /// Answers a query with all that it asks for: for callers without a thread.
    #[must_use]
    pub fn completed(&mut self, query: CutQuery) -> CutAnswer {
        let mut answer = self.answer(query);
        while self.add_to(&mut answer) {}
        answer
    }

    /// Finds one more of the things that an answer to the newest query lacks; whether there was one.
    fn add_to(&mut self, answer: &mut CutAnswer) -> bool {
        let Some(missing) = answer.missing() else { return false };
        let network = &answer.network.network;
        match missing {
            Missing::Together(joint) => {
                let Some((_, solver)) = &mut self.solver else { return false };
                let mut links = Vec::new();
                let known = |region: &Region| answer.regions.iter().find(|a| a.region == *region);
                // Links and entropy of each; the shape of a cut, which takes longer, is not asked for.
                let found: Vec<(usize, f64)> = joint
                    .unions()
                    .iter()
                    .map(|region| match known(region) {
                        Some(answer) => (answer.cut.links.len(), answer.cut.capacity_nats),
                        None => {
                            solver.value_and_links(region, &mut links);
                            // In one order, so that equal cuts have equal sums.
                            links.sort_unstable();
                            (links.len(), network.sum_nats(&links))
                        }
                    })
                    .collect();
                let nats: Vec<f64> = found.iter().map(|(_, nats)| *nats).collect();
                answer.together = Some(joint.entropies(network.common_nats(), &nats));
                let named = joint.names().into_iter().zip(joint.unions()).zip(found);
                answer.unions = named
                    .filter(|((name, _), _)| name.len() > 1)
                    .map(|((name, region), (links, nats))| UnionCut {
                        name,
                        region: region.clone(),
                        links,
                        nats,
                    })
                    .collect();
            }
            Missing::Spins(place) => {
                answer.later[place].spins =
                    Some(fewest_spins(network, answer.network.channels as u32, &answer.regions[place].cut));
            }
            Missing::Threads(place) => {
                let cut = &answer.regions[place].cut;
                let flow = self.flow.get_or_insert_with(|| {
                    MaxFlow::new(network).expect("threads are missing only where a flow has room")
                });
                let flow = flow.certificate(cut).expect("the cut was found in this network");
                answer.later[place].threads = Some(threads(&flow, &cut.region).into());
            }
        }
        answer.complete = answer.missing().is_none();
        self.last = Some(answer.clone());
        true
    }
}

/// What an answer still lacks.
enum Missing {
    Together(JointRegions),
    Spins(usize),
    Threads(usize),
}

impl CutAnswer {
    fn missing(&self) -> Option<Missing> {
        let given = |place: &usize| !self.regions[*place].region.is_empty();
        let [a, b, c] = &self.regions;
        if let (None, Some(joint)) = (&self.together, JointRegions::of([&a.region, &b.region, &c.region])) {
            return Some(Missing::Together(joint));
        }
        if let Some(place) = (0..3).filter(given).find(|&place| self.later[place].spins.is_none()) {
            return Some(Missing::Spins(place));
        }
        let threads =
            self.overlays.threads && self.geometry().log2_sites() <= Geometry::MOST_LOG2_SITES_EXPLICIT;
        (0..3)
            .filter(given)
            .find(|&place| threads && self.later[place].threads.is_none())
            .map(Missing::Threads)
    }

    fn geometry(&self) -> &Geometry {
        self.network.network.geometry()
    }
}

impl Engine for CutEngine {
    type Command = CutQuery;
    type Snapshot = CutAnswer;

    fn apply(&mut self, query: CutQuery) {
        self.query = Some(query);
    }

    /// First the cuts, shown at once; then, a piece at a time and unless something newer is asked for, the rest.
    fn advance(&mut self) -> bool {
        let answer = match self.query.take() {
            Some(query) => self.answer(query),
            None => {
                let Some(mut answer) = self.last.clone() else { return false };
                if !self.add_to(&mut answer) {
                    return false;
                }
                answer
            }
        };
        let more = !answer.complete;
        self.fresh = Some(answer);
        more
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holography::CapacitySource;
    use crate::lattice::{Boundary, ReceptiveField};

    fn query(texts: [&str; 3], overlays: &str) -> CutQuery {
        let geometry = Geometry::new(6, Boundary::Ring, ReceptiveField::Three, 6).unwrap();
        let network = Arc::new(BulkNetwork::new(geometry, CapacitySource::Uniform(1.0)).unwrap());
        let regions = texts.map(|t| Region::parse(t, 64, Boundary::Ring).unwrap());
        CutQuery { number: 7, network, regions, overlays: Overlays::parse(overlays).unwrap() }
    }

    #[test]
    fn the_cut_comes_first_and_the_rest_piece_by_piece() {
        let mut engine = CutEngine::default();
        engine.apply(query(["5..37", "", ""], "ties,cone,threads"));
        assert!(engine.advance());
        let first = engine.snapshot().unwrap();
        assert_eq!((first.regions[0].cut.links.len(), first.later[0].spins), (11, None));
        assert!(first.regions[0].cone.is_some() && !first.complete);
        assert!(engine.advance());
        assert_eq!(engine.snapshot().unwrap().later[0].spins, Some(6));
        assert!(!engine.advance());
        let last = engine.snapshot().unwrap();
        assert!(last.complete && last.later[0].threads.as_ref().is_some_and(|t| t.len() == 11));
        assert!(!engine.advance() && engine.snapshot().is_none());
    }

    #[test]
    fn a_moved_region_leaves_what_is_known_of_the_others() {
        let mut engine = CutEngine::default();
        let first = query(["5..13", "20..30", ""], "ties");
        let network = Arc::clone(&first.network);
        let before = engine.completed(first);
        let Some(JointEntropies::Two(s)) = before.together else { panic!("two regions were given") };
        assert_eq!((s.first, before.unions.len()), (6.0, 1));
        assert_eq!((before.unions[0].name, before.unions[0].nats), ("AB", s.both));
        let next = CutQuery { network, ..query(["5..14", "20..30", ""], "ties") };
        let after = engine.answer(next);
        assert_eq!((after.later[0].spins, after.later[1].spins), (None, before.later[1].spins));
        assert!(after.together.is_none() && !after.complete);
    }
}
