//! The engine behind the live domain wall: Monte Carlo of the random tensor network's Ising model at finite D.

use super::worker::Engine;
use crate::entanglement::{DomainWall, Elimination, LayeredIsing};
use crate::network::{Geometry, Region};
use crate::numerics::binning::BinnedMean;
use crate::numerics::streams::{Stream, stream};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is walked.
#[derive(Clone, Debug, PartialEq)]
pub struct WallTask {
    /// Number of the task.
    pub number: u64,
    /// Shape of the network, at most [`DomainWall::MOST_SITES`].
    pub geometry: Geometry,
    /// Bond dimension D of every link.
    pub bond_dimension: u32,
    /// Region whose boundary spins point down.
    pub region: Region,
    /// Seed of the stream `domain-wall`.
    pub seed: u64,
    /// Sweeps after which it rests.
    pub sweeps: u64,
}

/// What the engine is told.
#[derive(Clone, Debug, PartialEq)]
pub enum WallCommand {
    /// Begin this walk, in place of any other.
    Walk(Box<WallTask>),
    /// Leave it as it is, or go on with it.
    Pause(bool),
    /// Forget it.
    Stop,
}

/// What there is to see of a walk.
#[derive(Clone, Debug, PartialEq)]
pub struct WallSnapshot {
    /// What is walked.
    pub task: Arc<WallTask>,
    /// Sweeps done, the first [`BURN_IN`] of which do not count.
    pub sweeps: u64,
    /// Present spins, by node number: bit i of word i/64 is set where the spin is up.
    pub spins: Vec<u64>,
    /// Mean spin of each node over the sweeps that count, by node number, −1 … 1; the present ones before any.
    pub mean_spins: Vec<f32>,
    /// Mean number of links that the wall cuts, bubbles included; none before there are two bins.
    pub wall_links: Option<[f64; 2]>,
    /// The same exactly, where the network is narrow enough to be summed in one piece of work.
    pub exact_wall_links: Option<f64>,
    /// Whether it walks.
    pub running: bool,
}

impl WallSnapshot {
    /// Mean spins of one layer, by index.
    #[must_use]
    pub fn layer(&self, layer: u32) -> &[f32] {
        let g = &self.task.geometry;
        let first = (2 * g.sites() - 2 * g.sites_in_layer(layer)) as usize;
        &self.mean_spins[first..first + g.sites_in_layer(layer) as usize]
    }

    /// Whether the present spin of a node is up.
    #[must_use]
    pub fn is_up(&self, node: usize) -> bool {
        self.spins[node / 64] >> (node % 64) & 1 == 1
    }
}

/// Sweeps at the start that do not count.
pub const BURN_IN: u64 = 200;
/// A piece of work ends after this time.
const PIECE: Duration = Duration::from_millis(10);
/// States of a contraction that takes no longer than a piece of work.
const MOST_STATES: u64 = 1 << 15;
/// Nodes above which an order of summation takes longer to find than a piece of work.
const MOST_NODES: u64 = 1 << 9;

struct Walk {
    task: Arc<WallTask>,
    wall: DomainWall,
    random: Stream,
    sweeps: u64,
    sums: Vec<i32>,
    length: BinnedMean,
    exact: Option<f64>,
    asked_exact: bool,
}

/// Walks the newest task.
#[derive(Default)]
pub struct WallWalker {
    walk: Option<Walk>,
    running: bool,
    fresh: bool,
}

impl Walk {
    fn new(task: WallTask) -> Self {
        let wall = DomainWall::new(&task.geometry, f64::from(task.bond_dimension), &task.region);
        Self {
            random: stream(task.seed, "domain-wall", 0),
            sums: vec![0; wall.spins().len()],
            sweeps: 0,
            length: BinnedMean::default(),
            exact: None,
            asked_exact: false,
            wall,
            task: Arc::new(task),
        }
    }

    fn sweep(&mut self) {
        self.wall.sweep(&mut self.random);
        self.sweeps += 1;
        if self.sweeps > BURN_IN {
            self.length.push(self.wall.wall_links() as f64);
            self.sums.iter_mut().zip(self.wall.spins()).for_each(|(sum, s)| *sum += i32::from(*s));
        }
    }

    fn snapshot(&self, running: bool) -> WallSnapshot {
        let present = self.wall.spins();
        let mut spins = vec![0_u64; present.len().div_ceil(64)];
        for (node, spin) in present.iter().enumerate() {
            spins[node / 64] |= u64::from(*spin > 0) << (node % 64);
        }
        let count = self.length.count();
        let mean_spins = if count == 0 {
            present.iter().map(|s| f32::from(*s)).collect()
        } else {
            self.sums.iter().map(|sum| (f64::from(*sum) / count as f64) as f32).collect()
        };
        let error = self.length.std_error();
        WallSnapshot {
            task: Arc::clone(&self.task),
            sweeps: self.sweeps,
            spins,
            mean_spins,
            wall_links: error.is_finite().then(|| [self.length.mean(), error]),
            exact_wall_links: self.exact,
            running,
        }
    }
}

/// Mean number of links between spins that differ, exactly; nothing where the network is too wide for one piece.
fn exact_wall_links(task: &WallTask) -> Option<f64> {
    let g = &task.geometry;
    if g.node_count() > MOST_NODES {
        return None;
    }
    let order = Arc::new(Elimination::new(g).ok().filter(|order| order.states() <= MOST_STATES)?);
    let coupling = 0.5 * f64::from(task.bond_dimension).ln();
    let model = LayeredIsing::new(Arc::clone(&order), &vec![coupling; order.pair_of_link().len()]);
    let field = |_: usize, node: usize| match node as u64 {
        site if site >= g.sites() => 0.0,
        site if task.region.contains(site) => f64::NEG_INFINITY,
        _ => f64::INFINITY,
    };
    let found = model.expectations(1, field, |_, _, e| {
        order.pair_of_link().iter().map(|pair| 0.5 * (1.0 - e.pairs[*pair as usize][0])).sum::<f64>()
    });
    found.first().copied()
}

impl Engine for WallWalker {
    type Command = WallCommand;
    type Snapshot = WallSnapshot;

    fn apply(&mut self, command: WallCommand) {
        match command {
            WallCommand::Walk(task) => {
                self.walk = Some(Walk::new(*task));
                self.running = true;
            }
            WallCommand::Pause(pause) => self.running = !pause,
            WallCommand::Stop => {
                self.walk = None;
                self.running = false;
            }
        }
        self.fresh = self.walk.is_some();
    }

    fn advance(&mut self) -> bool {
        let Some(walk) = self.walk.as_mut().filter(|_| self.running) else { return false };
        self.fresh = true;
        if !walk.asked_exact {
            (walk.exact, walk.asked_exact) = (exact_wall_links(&walk.task), true);
            return true;
        }
        let begin = Instant::now();
        while walk.sweeps < walk.task.sweeps && begin.elapsed() < PIECE {
            walk.sweep();
        }
        self.running = walk.sweeps < walk.task.sweeps;
        self.running
    }

    fn snapshot(&mut self) -> Option<WallSnapshot> {
        let fresh = std::mem::take(&mut self.fresh);
        self.walk.as_ref().filter(|_| fresh).map(|walk| walk.snapshot(self.running))
    }

    fn circumstances(&self) -> String {
        self.walk.as_ref().map_or_else(
            || "no walk".into(),
            |w| {
                let t = &w.task;
                format!("domain wall of D = {} at A = {}, seed {}", t.bond_dimension, t.region, t.seed)
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};

    fn task(log2: u32, sweeps: u64) -> WallTask {
        let geometry = Geometry::new(log2, Boundary::Ring, ReceptiveField::Three, log2).unwrap();
        let region = Region::parse("3..12", 1 << log2, Boundary::Ring).unwrap();
        WallTask { number: 1, geometry, bond_dimension: 3, region, seed: 5, sweeps }
    }

    fn end(task: &WallTask) -> WallSnapshot {
        let mut walker = WallWalker::default();
        walker.apply(WallCommand::Walk(Box::new(task.clone())));
        while walker.advance() {}
        walker.snapshot().unwrap()
    }

    #[test]
    fn a_walk_repeats_itself_and_finds_the_exact_length() {
        let found = end(&task(5, 30_000));
        assert_eq!(found, end(&task(5, 30_000)));
        assert_ne!(found.spins, end(&WallTask { seed: 6, ..task(5, 30_000) }).spins);
        let ([mean, error], exact) = (found.wall_links.unwrap(), found.exact_wall_links.unwrap());
        assert!((mean - exact).abs() < 4.0 * error, "{mean} ± {error}, {exact}");
        assert!(!found.running && found.sweeps == 30_000 && found.mean_spins.len() == 63);
        assert_eq!((found.layer(0).len(), found.layer(5).len()), (32, 1));
        assert!(found.layer(0)[3] == -1.0 && found.layer(0)[12] == 1.0 && !found.is_up(3));
    }

    #[test]
    fn it_pauses_goes_on_and_stops() {
        let mut walker = WallWalker::default();
        walker.apply(WallCommand::Walk(Box::new(task(12, u64::MAX))));
        assert!(walker.advance() && walker.advance());
        let first = walker.snapshot().unwrap();
        assert!(first.running && first.sweeps > 0 && first.exact_wall_links.is_none());
        walker.apply(WallCommand::Pause(true));
        assert!(!walker.advance());
        walker.apply(WallCommand::Pause(false));
        assert!(walker.advance() && walker.snapshot().unwrap().sweeps > first.sweeps);
        walker.apply(WallCommand::Stop);
        assert!(!walker.advance() && walker.snapshot().is_none());
    }
}
