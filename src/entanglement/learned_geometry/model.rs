//! Entropies of regions as a function of the couplings, with their exact derivatives.

use super::regions::{full_mask, mask, rotated};
use crate::entanglement::elimination::{Elimination, FrontierError};
use crate::entanglement::frontier::{LANES, LayeredIsing};
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::{Geometry, Region};
use crate::numerics::levenberg_marquardt::Residuals;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Why couplings of a network cannot be learned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GeometryError {
    /// Not a ring of few sites.
    #[error(
        "geometry is learned on a ring of 8 to 64 sites, not on {sites} sites of a {boundary}: set network.boundary = ring and network.sites = 64 or less"
    )]
    Shape {
        /// Sites asked for.
        sites: u64,
        /// `ring` or `line`.
        boundary: &'static str,
    },
    /// The frontier is too wide.
    #[error(transparent)]
    Frontier(#[from] FrontierError),
    /// Fewer regions than there are parameters.
    #[error("{regions} different regions are too few for {parameters} couplings: give at least {least}")]
    Regions {
        /// Regions given, up to position.
        regions: usize,
        /// Parameters of the model.
        parameters: usize,
        /// Fewest that will do, a fifth being held out.
        least: usize,
    },
}

/// S2 of regions of a ring, each the mean over all positions, in a network of one side and one middle coupling a layer.
///
/// Parameters, in order: side and (r = 3, 4) middle coupling of each layer from the boundary up, then the boundary
/// field h_b. Side links are the outer slots of a receptive field, middle ones the inner; with r = 2 all are side.
/// All N positions enter; those that the network's symmetries make equal are computed once.
#[derive(Clone, Debug)]
pub struct GeometryModel {
    order: Arc<Elimination>,
    /// Parameter of each link, in the order of [`Geometry::links`].
    parameter_of_link: Vec<usize>,
    parameters: usize,
    /// Field configurations that are contracted: sites that point down. The first has none.
    configurations: Vec<u64>,
    /// By region: configurations and their weights, which sum to 1.
    positions: Vec<Vec<(u32, f64)>>,
}

/// An evaluation under way.
#[derive(Clone, Debug)]
pub struct Evaluation {
    model: LayeredIsing,
    field: f64,
    /// By configuration so far: ln Z, then its derivatives.
    found: Vec<f64>,
}

/// Whether a slot of a receptive field is an outer one.
pub(super) fn is_side(field: ReceptiveField, slot: u8) -> bool {
    field == ReceptiveField::Two || slot == 0 || usize::from(slot) == field.links() - 1
}

/// Couplings of one layer: side alone, or side and middle.
pub(super) fn couplings_per_layer(field: ReceptiveField) -> usize {
    if field == ReceptiveField::Two { 1 } else { 2 }
}

impl GeometryModel {
    /// Sites of a ring whose geometry can be learned: a region is one word of 64 bits.
    pub const SITES: std::ops::RangeInclusive<u64> = 8..=64;

    /// Whether a network has the shape of those that can be learned.
    #[must_use]
    pub fn fits(geometry: &Geometry) -> bool {
        geometry.boundary() == Boundary::Ring && Self::SITES.contains(&geometry.sites())
    }

    /// The same with the reason.
    pub(super) fn check(geometry: &Geometry) -> Result<(), GeometryError> {
        let boundary = if geometry.boundary() == Boundary::Ring { "ring" } else { "line" };
        let refused = GeometryError::Shape { sites: geometry.sites(), boundary };
        if Self::fits(geometry) { Ok(()) } else { Err(refused) }
    }

    /// The model of a network for regions of its boundary.
    ///
    /// # Errors
    /// A line, more than 64 sites, or a frontier too wide.
    ///
    /// # Panics
    /// If a region is of another boundary.
    pub fn new(geometry: &Geometry, regions: &[Region]) -> Result<Self, GeometryError> {
        let sites = geometry.sites();
        Self::check(geometry)?;
        assert!(regions.iter().all(|r| r.sites() == sites), "regions of this ring");
        let order = Arc::new(Elimination::new(geometry)?);
        let per_layer = couplings_per_layer(geometry.field());
        let parameter_of_link: Vec<usize> = geometry
            .links()
            .map(|l| l.layer as usize * per_layer + usize::from(!is_side(geometry.field(), l.slot)))
            .collect();
        let parameters = geometry.depth() as usize * per_layer + 1;
        let mut configurations = vec![0];
        let mut known = BTreeMap::from([(0, 0_u32)]);
        let mut positions = Vec::with_capacity(regions.len());
        for region in regions {
            let bits = mask(region);
            let mut weights: BTreeMap<u32, f64> = BTreeMap::new();
            for by in 0..sites {
                let same = representative(rotated(bits, by, sites), geometry);
                let number = *known.entry(same).or_insert_with(|| {
                    configurations.push(same);
                    configurations.len() as u32 - 1
                });
                *weights.entry(number).or_insert(0.0) += 1.0 / sites as f64;
            }
            positions.push(weights.into_iter().collect());
        }
        Ok(Self { order, parameter_of_link, parameters, configurations, positions })
    }

    /// Number of parameters.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.parameters
    }

    /// Its network.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        self.order.geometry()
    }

    /// Width of the frontier.
    #[must_use]
    pub fn width(&self) -> usize {
        self.order.width()
    }

    /// Field configurations that one evaluation contracts.
    #[must_use]
    pub fn configurations(&self) -> usize {
        self.configurations.len()
    }

    /// Begins an evaluation at a point.
    #[must_use]
    pub fn evaluation(&self, x: &[f64]) -> Evaluation {
        assert_eq!(x.len(), self.parameters, "a value for each parameter");
        let couplings: Vec<f64> = self.parameter_of_link.iter().map(|p| x[*p]).collect();
        Evaluation {
            model: LayeredIsing::new(Arc::clone(&self.order), &couplings),
            field: x[self.parameters - 1],
            found: Vec::with_capacity(self.configurations.len() * (1 + self.parameters)),
        }
    }

    /// Does about `count` more configurations of an evaluation, over the threads of the rayon pool; whether some are
    /// left. The pieces do not change the numbers, nor does the number of threads.
    pub fn advance(&self, evaluation: &mut Evaluation, count: usize) -> bool {
        let done = evaluation.found.len() / (1 + self.parameters);
        let count = count.next_multiple_of(LANES).min(self.configurations.len() - done);
        let sites = self.geometry().sites() as usize;
        let configurations = &self.configurations[done..done + count];
        let down = |i: usize, site: usize| configurations[i] >> site & 1 == 1;
        let field = |i: usize, node: usize| match node {
            node if node >= sites => 0.0,
            node if down(i, node) => -evaluation.field,
            _ => evaluation.field,
        };
        let batches = evaluation.model.expectations(count, field, |first, lanes, found| {
            let mut sums = vec![[0.0; LANES]; 1 + self.parameters];
            sums[0] = found.log_partition;
            for (parameter, pair) in self.parameter_of_link.iter().zip(self.order.pair_of_link()) {
                let of_pair = &found.pairs[*pair as usize];
                sums[1 + parameter].iter_mut().zip(of_pair).for_each(|(sum, x)| *sum += x);
            }
            for (site, spin) in found.spins[..sites].iter().enumerate() {
                for (lane, sum) in sums[self.parameters].iter_mut().take(lanes).enumerate() {
                    *sum += if down(first + lane, site) { -spin[lane] } else { spin[lane] };
                }
            }
            (0..lanes).flat_map(|lane| sums.iter().map(move |s| s[lane])).collect::<Vec<f64>>()
        });
        evaluation.found.extend(batches.into_iter().flatten());
        done + count < self.configurations.len()
    }

    /// S2 of each region at the point of a finished evaluation, and its derivatives by parameter, row by row.
    ///
    /// `S2 = ln Z[∅] − ⟨ln Z[A]⟩` over positions, `∂S2/∂J = Σ_links (⟨σσ'⟩_∅ − ⟨σσ'⟩_A)`.
    ///
    /// # Panics
    /// If the evaluation is not finished.
    #[must_use]
    pub fn entropies(&self, evaluation: &Evaluation) -> Residuals {
        let row = 1 + self.parameters;
        assert_eq!(evaluation.found.len(), self.configurations.len() * row, "a finished evaluation");
        let empty = &evaluation.found[..row];
        let mut answer = Residuals { values: Vec::new(), jacobian: Vec::new() };
        for positions in &self.positions {
            let mut mean = empty.to_vec();
            for (configuration, weight) in positions {
                let found = &evaluation.found[*configuration as usize * row..][..row];
                mean.iter_mut().zip(found).for_each(|(m, x)| *m -= weight * x);
            }
            answer.values.push(mean[0]);
            answer.jacobian.extend_from_slice(&mean[1..]);
        }
        answer
    }

    /// S2 of each region at a point, and its derivatives, in one go.
    #[must_use]
    pub fn entropies_at(&self, x: &[f64]) -> Residuals {
        let mut evaluation = self.evaluation(x);
        while self.advance(&mut evaluation, usize::MAX / 2) {}
        self.entropies(&evaluation)
    }
}

/// One of the configurations that have the same ln Z as this one: itself moved by whole periods of the network, its
/// mirror image in an axis of the network, so moved, and the complements of all of them.
///
/// Of a network of depth d < n the period is 2^d sites. A ring with all of its n layers comes back to itself after N/2:
/// nothing is above the one spin on top, so all that it does is to couple the two below it to each other, and that
/// coupling does not change when they change places.
fn representative(bits: u64, geometry: &Geometry) -> u64 {
    let sites = geometry.sites();
    let period = (1 << geometry.depth()).min(sites / 2);
    let mirrored = bits.reverse_bits() >> (64 - sites);
    // Nodes of r = 3 stand half a tile to the right of those of r = 2 and 4: so does the axis.
    let mirrored = match geometry.field() {
        ReceptiveField::Three => rotated(mirrored, sites - 1, sites),
        ReceptiveField::Two | ReceptiveField::Four => mirrored,
    };
    let full = full_mask(sites);
    let all = [bits, mirrored, !bits & full, !mirrored & full];
    (0..sites)
        .step_by(period as usize)
        .flat_map(|by| all.map(|bits| rotated(bits, by, sites)))
        .min()
        .unwrap_or(bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entanglement::learned_geometry::region_set;

    fn point(parameters: usize) -> Vec<f64> {
        (0..parameters).map(|k| 0.25 + 0.07 * ((3 * k + 1) % 5) as f64).collect()
    }

    /// S2 of each position on its own, averaged by hand, through plain field configurations.
    fn direct(geometry: &Geometry, x: &[f64], region: &Region) -> f64 {
        let order = Arc::new(Elimination::new(geometry).unwrap());
        let per_layer = couplings_per_layer(geometry.field());
        let couplings: Vec<f64> = geometry
            .links()
            .map(|l| x[l.layer as usize * per_layer + usize::from(!is_side(geometry.field(), l.slot))])
            .collect();
        let (sites, h) = (geometry.sites(), x[x.len() - 1]);
        let shifted: Vec<Region> = (0..sites).map(|by| region.shifted(by as i64)).collect();
        let logs = LayeredIsing::new(order, &couplings).log_partitions(sites as usize + 1, |i, node| {
            let site = node as u64;
            if site >= sites {
                0.0
            } else if i > 0 && shifted[i - 1].contains(site) {
                -h
            } else {
                h
            }
        });
        logs[0] - logs[1..].iter().sum::<f64>() / sites as f64
    }

    #[test]
    fn mirror_images_complements_and_periods_are_averaged_right() {
        for field in ReceptiveField::ALL {
            for (log2, depth) in [(3, 3), (4, 4), (4, 3), (4, 2), (5, 1)] {
                let geometry = Geometry::new(log2, Boundary::Ring, field, depth).unwrap();
                let regions = region_set(1 << log2, 12, true, 3);
                let model = GeometryModel::new(&geometry, &regions).unwrap();
                let x = point(model.parameters());
                let found = model.entropies_at(&x);
                for (region, s2) in regions.iter().zip(&found.values) {
                    let exact = direct(&geometry, &x, region);
                    // Sums of ln Z ≈ 20 over 16 positions.
                    assert!((s2 - exact).abs() < 1e-12, "{geometry:?} {region}: {s2} {exact}");
                }
            }
        }
    }

    #[test]
    fn derivatives_equal_differences() {
        for field in ReceptiveField::ALL {
            let geometry = Geometry::new(4, Boundary::Ring, field, 4).unwrap();
            let model = GeometryModel::new(&geometry, &region_set(16, 10, true, 3)).unwrap();
            let x = point(model.parameters());
            let found = model.entropies_at(&x);
            // Central differences of step 1e-4: third derivatives of a sum over 24 links at most 10³, so 2e-6.
            let step = 1e-4;
            for k in 0..x.len() {
                let at = |by: f64| {
                    let mut moved = x.clone();
                    moved[k] += by;
                    model.entropies_at(&moved).values
                };
                let (plus, minus) = (at(step), at(-step));
                for i in 0..found.values.len() {
                    let slope = (plus[i] - minus[i]) / (2.0 * step);
                    assert!((slope - found.jacobian[i * x.len() + k]).abs() < 2e-6, "{field:?} {k} {i}");
                }
            }
        }
    }

    #[test]
    fn pieces_and_threads_do_not_change_the_numbers() {
        let geometry = Geometry::new(5, Boundary::Ring, ReceptiveField::Three, 5).unwrap();
        let model = GeometryModel::new(&geometry, &region_set(32, 30, true, 1)).unwrap();
        let x = point(model.parameters());
        let whole = model.entropies_at(&x);
        for (threads, piece) in [(1, 8), (2, 100)] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| {
                let mut evaluation = model.evaluation(&x);
                while model.advance(&mut evaluation, piece) {}
                model.entropies(&evaluation)
            });
            assert_eq!(found, whole);
        }
    }

    #[test]
    fn lines_and_long_rings_are_refused() {
        let of = |log2, boundary| {
            let geometry = Geometry::new(log2, boundary, ReceptiveField::Three, log2).unwrap();
            GeometryModel::new(&geometry, &[]).unwrap_err().to_string()
        };
        assert!(of(5, Boundary::Line).contains("32 sites of a line"));
        assert!(of(7, Boundary::Ring).contains("128 sites"));
    }
}
