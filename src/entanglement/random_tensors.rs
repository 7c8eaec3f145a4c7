//! Rényi-2 entropies of random tensor networks, as free energies of an Ising model on the network.

use super::elimination::Elimination;
use super::frontier::LayeredIsing;
use crate::network::Region;
use std::sync::Arc;

/// A network of random tensors whose links all have bond dimension D.
///
/// Averaged over the tensors, `Tr ρ_A² = Z[A]/Z[∅]` of a ferromagnet with a spin on each tensor, coupling `J = ½ ln D`
/// on each link and, from a boundary leg of dimension D_b, a field `h_b = ½ ln D_b` that points down on A and up
/// elsewhere: S2(A) = `F[A] − F[∅]`, F = −ln Z (average of numerator and denominator apart, good at large D). As
/// D → ∞, S2 → (links cut) ln D − ln(number of minimal cuts); always S2 ≤ (links cut) ln D.
///
/// Source: Hayden, Nezami, Qi, Thomas, Walter and Yang 2016, section 3; Howard 2018, section III, for its domain
/// walls as minimal surfaces.
#[derive(Clone, Debug)]
pub struct RandomTensors {
    model: LayeredIsing,
    /// h_b; infinite where boundary spins are pinned.
    field: f64,
}

impl RandomTensors {
    /// Tensors of bond dimension D ≥ 1; `leg_dimension` D_b of the boundary legs, pinned (infinite) if `None`.
    ///
    /// # Panics
    /// If a dimension is below 1 or not finite.
    #[must_use]
    pub fn new(order: Arc<Elimination>, bond_dimension: f64, leg_dimension: Option<f64>) -> Self {
        let coupling = |dimension: f64| {
            assert!((1.0..=f64::MAX).contains(&dimension), "dimensions are at least 1, not {dimension}");
            0.5 * dimension.ln()
        };
        let field = leg_dimension.map_or(f64::INFINITY, coupling);
        let couplings = vec![coupling(bond_dimension); order.pair_of_link().len()];
        Self { model: LayeredIsing::new(order, &couplings), field }
    }

    /// S2 of each region in nats, exact for the averaged network. Cost: as [`Self::log_partitions`].
    ///
    /// # Panics
    /// If a region is of a boundary of another size.
    #[must_use]
    pub fn renyi2_nats(&self, regions: &[Region]) -> Vec<f64> {
        let (empty, logs) = self.log_partitions(regions);
        logs.into_iter().map(|log_z| empty - log_z).collect()
    }

    /// ln Z[∅] and ln Z of each region, `−F` of the Ising model; what pinned spins have from their infinite field is left
    /// out. Cost: that of `regions.len() + 1` contractions, eight of which go side by side and over all threads.
    ///
    /// # Panics
    /// If a region is of a boundary of another size.
    #[must_use]
    pub fn log_partitions(&self, regions: &[Region]) -> (f64, Vec<f64>) {
        let sites = self.model.order().geometry().sites();
        assert!(regions.iter().all(|r| r.sites() == sites), "regions of this boundary");
        // Boundary sites are the first nodes. Configuration 0 is the empty region.
        let inside: Vec<Vec<bool>> =
            regions.iter().map(|region| (0..sites).map(|site| region.contains(site)).collect()).collect();
        let field = |configuration: usize, node: usize| {
            if node as u64 >= sites {
                0.0
            } else if configuration > 0 && inside[configuration - 1][node] {
                -self.field
            } else {
                self.field
            }
        };
        let mut logs = self.model.log_partitions(regions.len() + 1, field);
        let empty = logs.remove(0);
        (empty, logs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::{CutSolver, Geometry, Interval, Network};

    fn intervals(sites: u64, boundary: Boundary) -> Vec<Region> {
        let mut list = Vec::new();
        for len in 1..sites {
            for start in [0, 1, 2, 5] {
                list.extend(Region::from_intervals(sites, boundary, [Interval { start, len }]).ok());
            }
        }
        let two = [Interval { start: 0, len: 2 }, Interval { start: 4, len: 1 }];
        list.extend(Region::from_intervals(sites, boundary, two).ok());
        list
    }

    /// Links cut by the best, and how many bipartitions of the inner nodes reach it, over all of them.
    fn minimal_cuts(geometry: &Geometry, region: &Region) -> (u32, u32) {
        let ends: Vec<(u64, u64)> = geometry
            .links()
            .filter_map(|l| geometry.ends(l))
            .map(|(a, b)| (geometry.node_id(a), geometry.node_id(b)))
            .collect();
        let sites = geometry.sites();
        let boundary = (0..sites).filter(|s| region.contains(*s)).fold(0_u64, |set, s| set | 1 << s);
        let (mut best, mut count) = (u32::MAX, 0);
        for inner in 0_u64..1 << (geometry.node_count() - sites) {
            let state = boundary | inner << sites;
            let cut = ends.iter().filter(|(a, b)| (state >> a ^ state >> b) & 1 == 1).count() as u32;
            match cut.cmp(&best) {
                std::cmp::Ordering::Less => (best, count) = (cut, 1),
                std::cmp::Ordering::Equal => count += 1,
                std::cmp::Ordering::Greater => {}
            }
        }
        (best, count)
    }

    #[test]
    fn entropies_tend_to_the_minimal_cut_and_its_number() {
        // The next cuts are at least one link longer: 2⁷ states of relative weight 1/D at most.
        let dimension = 2_f64.powi(30);
        for field in ReceptiveField::ALL {
            for boundary in [Boundary::Ring, Boundary::Line] {
                for depth in [2, 3] {
                    let geometry = Geometry::new(3, boundary, field, depth).unwrap();
                    let order = Arc::new(Elimination::new(&geometry).unwrap());
                    let tensors = RandomTensors::new(order, dimension, None);
                    let regions = intervals(8, boundary);
                    for (region, s2) in regions.iter().zip(tensors.renyi2_nats(&regions)) {
                        let (links, number) = minimal_cuts(&geometry, region);
                        // At a wall the empty region is as lonely as any: its ground state is unique or doubled
                        // only by nodes without links, of which there are none.
                        let limit = f64::from(links) * dimension.ln() - f64::from(number).ln();
                        assert!((s2 - limit).abs() < 1e-6, "{geometry:?} {region}: {s2} {limit}");
                    }
                }
            }
        }
    }

    /// Over the 2⁷ settings of the inner spins of a ring of eight, the boundary pinned; with finite legs over all 2¹⁵.
    #[test]
    fn ln_z_is_the_sum_over_the_spins_that_are_free() {
        let geometry = Geometry::new(3, Boundary::Ring, ReceptiveField::Three, 3).unwrap();
        let order = Arc::new(Elimination::new(&geometry).unwrap());
        let ends: Vec<(u64, u64)> = geometry
            .links()
            .filter_map(|l| geometry.ends(l))
            .map(|(a, b)| (geometry.node_id(a), geometry.node_id(b)))
            .collect();
        let region = Region::parse("2..5", 8, Boundary::Ring).unwrap();
        let coupling = 0.5 * 3_f64.ln();
        let weight = |state: u64, field: f64, down: &Region| {
            let unlike = |a: u64, b: u64| (state >> a ^ state >> b) & 1 == 1;
            let links: f64 =
                ends.iter().map(|(a, b)| if unlike(*a, *b) { -coupling } else { coupling }).sum();
            let sign = |site: u64| if (state >> site & 1 == 1) == down.contains(site) { -1.0 } else { 1.0 };
            (links + (0..8).map(|site| field * sign(site)).sum::<f64>()).exp()
        };
        let none = Region::empty(8, Boundary::Ring);
        let near = |found: f64, sum: f64| assert!((found - sum.ln()).abs() < 1e-12, "{found} {}", sum.ln());
        let pinned = RandomTensors::new(Arc::clone(&order), 3.0, None);
        let (empty, of_region) = pinned.log_partitions(std::slice::from_ref(&region));
        let boundary =
            |down: &Region| (0..8).filter(|s| !down.contains(*s)).fold(0_u64, |all, s| all | 1 << s);
        let inner = |down: &Region| (0_u64..1 << 7).map(|i| weight(boundary(down) | i << 8, 0.0, down)).sum();
        near(empty, inner(&none));
        near(of_region[0], inner(&region));
        let legs = RandomTensors::new(order, 3.0, Some(2.0));
        let (empty, of_region) = legs.log_partitions(std::slice::from_ref(&region));
        let all = |down: &Region| (0_u64..1 << 15).map(|s| weight(s, 0.5 * 2_f64.ln(), down)).sum();
        near(empty, all(&none));
        near(of_region[0], all(&region));
        assert_eq!(legs.renyi2_nats(&[region])[0], empty - of_region[0]);
    }

    #[test]
    fn entropy_is_below_the_cut_symmetric_and_grows_with_the_dimension() {
        for (field, boundary) in
            [(ReceptiveField::Three, Boundary::Ring), (ReceptiveField::Four, Boundary::Line)]
        {
            let geometry = Geometry::new(5, boundary, field, 5).unwrap();
            let order = Arc::new(Elimination::new(&geometry).unwrap());
            let mut solver = CutSolver::new(Arc::new(Network::unit(geometry, 1.0).unwrap()));
            let regions = intervals(32, boundary);
            let complements: Vec<Region> = regions.iter().map(Region::complement).collect();
            let mut below = vec![0.0; regions.len()];
            for dimension in [1.0, 2.0, 16.0, 1024.0] {
                for leg in [None, Some(dimension)] {
                    let tensors = RandomTensors::new(Arc::clone(&order), dimension, leg);
                    let s2 = tensors.renyi2_nats(&regions);
                    let other = tensors.renyi2_nats(&complements);
                    for (i, region) in regions.iter().enumerate() {
                        let value = solver.value_and_links(region, &mut Vec::new());
                        let links = solver.network().to_nats(value).round();
                        let whole = links.min(region.len().min(32 - region.len()) as f64);
                        let bound = if leg.is_some() { whole } else { links } * f64::ln(dimension);
                        assert!(s2[i] <= bound + 1e-10 && s2[i] >= -1e-10, "{region}: {} {bound}", s2[i]);
                        assert!((s2[i] - other[i]).abs() < 1e-10);
                        if leg.is_none() {
                            assert!(s2[i] >= below[i] - 1e-10, "{region}");
                            below[i] = s2[i];
                        }
                    }
                }
            }
        }
    }
}
