//! Monte Carlo of the Ising model behind a random tensor network: the domain wall at finite bond dimension.

use crate::network::{Geometry, Region};
use rand::Rng;

/// The spins of a network of random tensors of bond dimension D, boundary spins pinned down on a region and up
/// elsewhere, in contact with a heat bath.
///
/// Links join neighbouring layers alone, so all odd layers, then all even ones, are drawn anew from their conditional
/// distribution, `p(up) = 1/(1 + D^{−Σσ'})` over the linked spins: the Boltzmann distribution of [`super::RandomTensors`]
/// stays as it is. A sweep of N = 2¹² takes about 0.04 ms. At D ≫ 100 the wall moves only where that costs nothing.
#[derive(Clone, Debug)]
pub struct DomainWall {
    geometry: Geometry,
    /// Spins ±1 by node, layer 0 first.
    spins: Vec<i8>,
    /// First linked node of every node, then one past the last.
    first: Vec<u32>,
    linked: Vec<u32>,
    /// Nodes of odd layers, then of even layers above the boundary.
    halves: [Vec<u32>; 2],
    /// By Σσ' + [`MOST_LINKS`]: 2³² p(up).
    thresholds: Vec<u64>,
}

/// Most links of a node, parallel ones counted: four below and two above.
const MOST_LINKS: usize = 6;

impl DomainWall {
    /// Largest network, in sites.
    pub const MOST_SITES: u64 = 1 << 12;

    /// The model for a region, each inner spin as most of the spins below it.
    ///
    /// # Panics
    /// If the network has more than 2¹² sites, the region is of another boundary, or D < 1.
    #[must_use]
    pub fn new(geometry: &Geometry, bond_dimension: f64, region: &Region) -> Self {
        assert!(geometry.sites() <= Self::MOST_SITES, "at most 2^12 sites");
        assert!(region.sites() == geometry.sites(), "a region of this boundary");
        assert!((1.0..=f64::MAX).contains(&bond_dimension), "dimensions are at least 1");
        let nodes = geometry.node_count() as usize;
        let mut around: Vec<Vec<u32>> = vec![Vec::new(); nodes];
        for (from, to) in geometry.links().filter_map(|link| geometry.ends(link)) {
            let (from, to) = (geometry.node_id(from) as u32, geometry.node_id(to) as u32);
            around[from as usize].push(to);
            around[to as usize].push(from);
        }
        let mut spins = vec![1_i8; nodes];
        for site in (0..geometry.sites()).filter(|site| region.contains(*site)) {
            spins[site as usize] = -1;
        }
        let mut halves = [Vec::new(), Vec::new()];
        for node in geometry.sites() as usize..nodes {
            let below = around[node].iter().filter(|other| (**other as usize) < node);
            spins[node] = if below.map(|other| spins[*other as usize]).sum::<i8>() < 0 { -1 } else { 1 };
            halves[(geometry.node_at(node as u64).layer as usize + 1) % 2].push(node as u32);
        }
        let mut first = vec![0];
        for list in &around {
            first.push(first[first.len() - 1] + list.len() as u32);
        }
        let field = |sum: f64| 1.0 / (1.0 + (-sum * bond_dimension.ln()).exp());
        let thresholds = (0..=2 * MOST_LINKS)
            .map(|i| (field(i as f64 - MOST_LINKS as f64) * (1_u64 << 32) as f64).round() as u64)
            .collect();
        Self { geometry: *geometry, spins, first, linked: around.concat(), halves, thresholds }
    }

    /// Draws every inner spin once.
    pub fn sweep(&mut self, random: &mut impl Rng) {
        for half in &self.halves {
            for &node in half {
                let range = self.first[node as usize] as usize..self.first[node as usize + 1] as usize;
                let sum: i32 =
                    self.linked[range].iter().map(|other| i32::from(self.spins[*other as usize])).sum();
                let up = u64::from(random.next_u32()) < self.thresholds[(sum + MOST_LINKS as i32) as usize];
                self.spins[node as usize] = if up { 1 } else { -1 };
            }
        }
    }

    /// Links between spins that differ: the length of the wall (and of every bubble) in links.
    #[must_use]
    pub fn wall_links(&self) -> u64 {
        let differs = |node: usize| {
            let range = self.first[node] as usize..self.first[node + 1] as usize;
            self.linked[range].iter().filter(|other| self.spins[**other as usize] != self.spins[node]).count()
        };
        (0..self.spins.len()).map(differs).sum::<usize>() as u64 / 2
    }

    /// The network's shape.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Spins ±1 by node, layer 0 first.
    #[must_use]
    pub fn spins(&self) -> &[i8] {
        &self.spins
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entanglement::{Elimination, LayeredIsing};
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::numerics::binning::BinnedMean;
    use crate::numerics::streams::stream;
    use std::sync::Arc;

    #[test]
    fn means_agree_with_exact_sums_within_their_errors() {
        for (field, boundary, log2) in [
            (ReceptiveField::Two, Boundary::Ring, 4),
            (ReceptiveField::Three, Boundary::Ring, 5),
            (ReceptiveField::Four, Boundary::Line, 4),
            (ReceptiveField::Four, Boundary::Ring, 3),
        ] {
            let geometry = Geometry::new(log2, boundary, field, log2).unwrap();
            let order = Arc::new(Elimination::new(&geometry).unwrap());
            let region = Region::parse("1..6", 1 << log2, boundary).unwrap();
            for dimension in [2.0, 6.0_f64] {
                let j = vec![0.5 * dimension.ln(); geometry.links().count()];
                let model = LayeredIsing::new(Arc::clone(&order), &j);
                let field = |_: usize, node: usize| match node as u64 {
                    site if site >= geometry.sites() => 0.0,
                    site if region.contains(site) => f64::NEG_INFINITY,
                    _ => f64::INFINITY,
                };
                let exact = model.expectations(1, field, |_, _, e| {
                    let wall = |pair: &u32| 0.5 * (1.0 - e.pairs[*pair as usize][0]);
                    let spins: Vec<f64> = e.spins.iter().map(|s| s[0]).collect();
                    (order.pair_of_link().iter().map(wall).sum::<f64>(), spins)
                });
                let (exact_wall, exact_spins) = &exact[0];
                let mut walls = DomainWall::new(&geometry, dimension, &region);
                let mut random = stream(11, "wall", 0);
                let mut wall = BinnedMean::default();
                let mut spins = vec![BinnedMean::default(); order.nodes()];
                for sweep in 0..40_000 {
                    walls.sweep(&mut random);
                    if sweep >= 400 {
                        wall.push(walls.wall_links() as f64);
                        spins.iter_mut().zip(walls.spins()).for_each(|(m, s)| m.push(f64::from(*s)));
                    }
                }
                assert!(
                    (wall.mean() - exact_wall).abs() < 4.0 * wall.std_error(),
                    "{field:?} {dimension}: {} ± {} {exact_wall}",
                    wall.mean(),
                    wall.std_error(),
                    field = geometry.field()
                );
                // Some 60 nodes: one in ten thousand passes 4 standard errors, none 5.
                for (found, exact) in spins.iter().zip(exact_spins) {
                    assert!((found.mean() - exact).abs() <= 5.0 * found.std_error() + 1e-12);
                }
            }
        }
    }

    #[test]
    fn without_bonds_the_inner_spins_are_free_and_with_strong_ones_the_wall_is_the_cut() {
        let geometry = Geometry::new(6, Boundary::Ring, ReceptiveField::Three, 6).unwrap();
        let empty = Region::empty(64, Boundary::Ring);
        let mut strong = DomainWall::new(&geometry, 1e9, &empty);
        let mut random = stream(1, "wall", 0);
        strong.sweep(&mut random);
        assert_eq!(strong.wall_links(), 0);
        let mut free = DomainWall::new(&geometry, 1.0, &empty);
        let mut mean = BinnedMean::default();
        for _ in 0..4000 {
            free.sweep(&mut random);
            mean.push(free.wall_links() as f64);
        }
        // Half of all links, each fair: 189 links, three per node.
        assert!((mean.mean() - 94.5).abs() < 4.0 * mean.std_error(), "{}", mean.mean());
    }
}
