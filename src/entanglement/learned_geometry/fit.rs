//! The search for couplings: several starts, held-out regions, standard errors.

use super::model::{Evaluation, GeometryError, GeometryModel, couplings_per_layer, is_side};
use super::regions::{RegionEntropy, position_classes};
use crate::lattice::ReceptiveField;
use crate::network::{Geometry, Region};
use crate::numerics::levenberg_marquardt::{
    LeastSquaresOptions, LevenbergMarquardt, ParameterErrors, Residuals, parameter_errors,
};
use crate::numerics::optimiser::StopReason;
use crate::numerics::streams::stream;
use rand::RngExt;
use rand::seq::SliceRandom;

/// How geometry is learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitOptions {
    /// Strength ρ of the ridge: mean squared misfit + ρ Σ x² over couplings and field is minimised. Nats². It also keeps
    /// apart what the data cannot: beyond 5 or so a coupling or field is as good as infinite.
    pub ridge: f64,
    /// Whether couplings may be negative. A bond dimension D ≥ 1 has J = ½ ln D ≥ 0, so by default they may not.
    pub free: bool,
    /// Seed of the choice of held-out regions.
    pub seed: u64,
    /// Most steps from each start.
    pub max_iterations: usize,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self { ridge: 1e-5, free: false, seed: 1, max_iterations: 200 }
    }
}

/// Couplings of the links between one layer and the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerCouplings {
    /// J of the outer slots.
    pub side: f64,
    /// J of the inner slots; none with r = 2.
    pub middle: Option<f64>,
    /// Standard error of the side coupling; none while it is held at 0, or before an end is reached.
    pub side_error: Option<f64>,
    /// Standard error of the middle coupling.
    pub middle_error: Option<f64>,
    /// How much of the side coupling the data determine, 0 (the ridge alone, or held at 0) to 1.
    pub side_data_share: f64,
    /// How much of the middle coupling the data determine.
    pub middle_data_share: f64,
    /// How well the 0 of the side coupling is known; none unless it is held there.
    pub side_held: Option<HeldAtZero>,
    /// How well the 0 of the middle coupling is known.
    pub middle_held: Option<HeldAtZero>,
}

/// What the data say of a coupling that is held at 0, the end of its range.
///
/// A layer whose couplings are all 0 feels no slope, and neither does one above such a layer: the data then say nothing
/// (share 0), and the error is that of the ridge alone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeldAtZero {
    /// Standard error that it would have if it alone were let go, negative values allowed; none where as many parameters
    /// as regions leave no variance.
    pub error: Option<f64>,
    /// How much of it the data would determine then, 0 (the ridge alone) to 1.
    pub data_share: f64,
}

impl LayerCouplings {
    /// J of the links of a slot of the receptive field, and its standard error.
    #[must_use]
    pub fn of_slot(&self, field: ReceptiveField, slot: u8) -> (f64, Option<f64>) {
        match self.middle {
            Some(middle) if !is_side(field, slot) => (middle, self.middle_error),
            _ => (self.side, self.side_error),
        }
    }
}

/// What has been learned so far.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedGeometry {
    /// By layer of links, from the boundary up.
    pub layers: Vec<LayerCouplings>,
    /// Boundary field h_b.
    pub pin_field: f64,
    /// Its standard error.
    pub pin_field_error: Option<f64>,
    /// Root of the mean squared misfit of the regions learned from, in nats.
    pub rms_nats: f64,
    /// The same of the regions held out; none if there are none.
    pub held_out_rms_nats: Option<f64>,
    /// Regions learned from, and held out.
    pub regions: [usize; 2],
    /// Steps of all starts together.
    pub iterations: usize,
    /// Cost mean squared misfit + ρ Σ x² at the end of each start, as far as there are ends.
    pub starts: Vec<f64>,
    /// Effective number of parameters.
    pub effective_parameters: f64,
    /// Why the best start ended; none while the search goes on.
    pub stopped: Option<StopReason>,
}

/// Where searches start: couplings by their share of the way from the boundary to the top, 0 … 1. A layer whose
/// couplings are 0 decouples and has no gradient, so none is 0 at the start; and there is more than one valley.
const STARTS: [fn(f64) -> f64; 4] = [|_| 0.5, |up| 0.9 - 0.6 * up, |up| 0.3 + 0.6 * up, |_| 0.25];
/// Searches from couplings drawn evenly from [`DRAWN`], stream `geometry-starts`.
const RANDOM_STARTS: usize = 4;
/// Range of couplings that are drawn.
const DRAWN: std::ops::Range<f64> = 0.1..1.2;
/// What the couplings of a layer that ended at 0 begin with when the best end is tried again without its zeros.
const REVIVED: f64 = 0.3;
/// Boundary field at the start.
const FIRST_FIELD: f64 = 1.0;
/// Costs that differ by less, relative to themselves, are of the same end.
const TIE: f64 = 1e-6;
/// Every fifth region is held out.
const HELD_OUT: usize = 5;

/// Learns couplings, one evaluation's piece at a time.
pub struct GeometryFit {
    model: GeometryModel,
    options: FitOptions,
    /// Regions and S2: those learned from, then those held out.
    data: Vec<RegionEntropy>,
    learned_from: usize,
    points: Vec<Vec<f64>>,
    search: Option<LevenbergMarquardt>,
    /// Whether the first search, from what was learned before, is under way.
    from_before: bool,
    evaluation: Option<Evaluation>,
    best: Option<Best>,
    costs: Vec<f64>,
    iterations: usize,
    evaluations: usize,
    /// Whether the best end has been tried again with its dead layers revived.
    revived: bool,
}

/// The best end so far.
struct Best {
    x: Vec<f64>,
    cost: f64,
    /// Of all regions, held-out ones last.
    residuals: Residuals,
    /// Whether the search began with what was learned before.
    from_before: bool,
    stopped: Option<StopReason>,
}

impl GeometryFit {
    /// Stands ready to learn a network from entropies; regions that are the same up to position count once.
    /// `first` is tried before all other starts.
    ///
    /// # Errors
    /// A line, a ring of other than 8 to 64 sites, a frontier too wide, or too few regions.
    pub fn new(
        geometry: &Geometry,
        data: &[RegionEntropy],
        options: FitOptions,
        first: Option<&LearnedGeometry>,
    ) -> Result<Self, GeometryError> {
        GeometryModel::check(geometry)?;
        let mut data = position_classes(data);
        let (parameters, least) = (parameters_of(geometry), least_regions(geometry));
        if data.len() < least {
            return Err(GeometryError::Regions { regions: data.len(), parameters, least });
        }
        data.shuffle(&mut stream(options.seed, "geometry-held-out", 0));
        let learned_from = data.len() - data.len() / HELD_OUT;
        let regions: Vec<Region> = data.iter().map(|d| d.region.clone()).collect();
        let model = GeometryModel::new(geometry, &regions)?;
        let mut from_before = false;
        let mut random = stream(options.seed, "geometry-starts", 0);
        let mut points: Vec<Vec<f64>> = (0..RANDOM_STARTS)
            .map(|_| {
                let mut x: Vec<f64> = (1..parameters).map(|_| random.random_range(DRAWN)).collect();
                x.push(FIRST_FIELD);
                x
            })
            .collect();
        // Taken from the end.
        points.extend(STARTS.iter().rev().map(|start| start_point(geometry, *start)));
        if let Some(first) = first {
            let mut x: Vec<f64> = first
                .layers
                .iter()
                // Not exactly 0, where nothing pulls.
                .flat_map(|l| [Some(l.side), l.middle].into_iter().flatten().map(|j| j.max(0.02)))
                .collect();
            x.push(first.pin_field);
            if x.len() == parameters {
                points.push(x);
                from_before = true;
            }
        }
        Ok(Self {
            model,
            options,
            data,
            learned_from,
            points,
            search: None,
            from_before,
            evaluation: None,
            best: None,
            costs: Vec::new(),
            iterations: 0,
            evaluations: 0,
            revived: false,
        })
    }

    /// The model that is fitted.
    #[must_use]
    pub fn model(&self) -> &GeometryModel {
        &self.model
    }

    /// Contracts about `count` field configurations; `false` when all starts have come to their end.
    pub fn advance(&mut self, count: usize) -> bool {
        if self.search.is_none() {
            let Some(point) = self.points.pop() else { return false };
            self.search = Some(self.search_from(&point));
        }
        let Some(search) = &mut self.search else { return false };
        let evaluation = self.evaluation.get_or_insert_with(|| self.model.evaluation(search.trial()));
        if self.model.advance(evaluation, count) {
            return true;
        }
        let mut residuals = self.model.entropies(evaluation);
        self.evaluation = None;
        self.evaluations += 1;
        residuals.values.iter_mut().zip(&self.data).for_each(|(s, d)| *s -= d.renyi2_nats);
        let (all, parameters) = (residuals.clone(), self.model.parameters());
        residuals.values.truncate(self.learned_from);
        residuals.jacobian.truncate(self.learned_from * parameters);
        let (before, trial) = (search.cost(), search.trial().to_vec());
        let steps = search.iterations();
        let end = search.tell(residuals);
        self.iterations += search.iterations() - steps;
        let improved = search.cost() < before;
        // An end that is as good as the one from before takes its place, so that what is learned does not depend on
        // what was.
        let ties =
            |best: &Best| best.from_before && !self.from_before && search.cost() <= (1.0 + TIE) * best.cost;
        let better = self.best.as_ref().is_none_or(|best| search.cost() < best.cost || ties(best));
        if improved && better {
            let (cost, from_before) = (search.cost(), self.from_before);
            self.best = Some(Best { x: trial, cost, residuals: all, from_before, stopped: None });
        }
        let Some(reason) = end else { return true };
        if let Some(best) = self.best.as_mut().filter(|best| best.cost == search.cost()) {
            best.stopped = Some(reason);
        }
        self.costs.push(2.0 * search.cost() / self.learned_from as f64);
        (self.search, self.from_before) = (None, false);
        if self.points.is_empty() && !self.revived {
            self.revived = true;
            self.points.extend(self.best.as_ref().and_then(|best| self.revived_from(&best.x)));
        }
        !self.points.is_empty()
    }

    /// A point without its dead layers: a layer whose couplings are all 0 has no gradient, whatever the data want.
    fn revived_from(&self, x: &[f64]) -> Option<Vec<f64>> {
        let mut x = x.to_vec();
        let (couplings, mut dead) = (x.len() - 1, false);
        for layer in x[..couplings].chunks_mut(couplings_per_layer(self.model.geometry().field())) {
            if layer.iter().all(|j| j.abs() < 1e-3) {
                layer.fill(REVIVED);
                dead = true;
            }
        }
        dead.then_some(x)
    }

    fn search_from(&self, point: &[f64]) -> LevenbergMarquardt {
        let (ridge, parameters) = (self.ridge(), point.len());
        let mut lower = vec![if self.options.free { f64::NEG_INFINITY } else { 0.0 }; parameters];
        // The sign of the field is that of all spins: one sign is enough.
        lower[parameters - 1] = 0.0;
        let max_iterations = self.options.max_iterations;
        LevenbergMarquardt::new(point, LeastSquaresOptions { ridge, lower, max_iterations })
    }

    /// ρ_k of `½ Σr² + ½ Σ ρ_k x_k²`.
    fn ridge(&self) -> Vec<f64> {
        vec![self.options.ridge * self.learned_from as f64; self.model.parameters()]
    }

    /// The couplings of the best point so far; errors once the search there has ended. `None` before the first
    /// evaluation.
    #[must_use]
    pub fn learned(&self) -> Option<LearnedGeometry> {
        let best = self.best.as_ref()?;
        let parameters = self.model.parameters();
        let (learned, held_out) = best.residuals.values.split_at(self.learned_from);
        let (errors, zeros): (_, Vec<Option<HeldAtZero>>) = if best.stopped.is_some() {
            let found = Residuals {
                values: learned.to_vec(),
                jacobian: best.residuals.jacobian[..learned.len() * parameters].to_vec(),
            };
            let held: Vec<bool> = best
                .x
                .iter()
                .enumerate()
                .map(|(k, x)| *x == 0.0 && (!self.options.free || k + 1 == parameters))
                .collect();
            let let_go = |k: usize| {
                let mut held = held.clone();
                held[k] = false;
                let alone = parameter_errors(&found, &self.ridge(), &held);
                HeldAtZero { error: alone.errors[k], data_share: alone.data_share[k] }
            };
            let zeros = (0..parameters).map(|k| held[k].then(|| let_go(k))).collect();
            (parameter_errors(&found, &self.ridge(), &held), zeros)
        } else {
            let none = ParameterErrors {
                errors: vec![None; parameters],
                data_share: vec![0.0; parameters],
                effective: 0.0,
            };
            (none, vec![None; parameters])
        };
        let rms = |r: &[f64]| (r.iter().map(|r| r * r).sum::<f64>() / r.len() as f64).sqrt();
        let per_layer = couplings_per_layer(self.model.geometry().field());
        let layers = (0..parameters - 1)
            .step_by(per_layer)
            .map(|k| LayerCouplings {
                side: best.x[k],
                middle: (per_layer > 1).then(|| best.x[k + 1]),
                side_error: errors.errors[k],
                middle_error: (per_layer > 1).then(|| errors.errors[k + 1]).flatten(),
                side_data_share: errors.data_share[k],
                middle_data_share: if per_layer > 1 { errors.data_share[k + 1] } else { 0.0 },
                side_held: zeros[k],
                middle_held: if per_layer > 1 { zeros[k + 1] } else { None },
            })
            .collect();
        Some(LearnedGeometry {
            layers,
            pin_field: best.x[parameters - 1],
            pin_field_error: errors.errors[parameters - 1],
            rms_nats: rms(learned),
            held_out_rms_nats: (!held_out.is_empty()).then(|| rms(held_out)),
            regions: [learned.len(), held_out.len()],
            iterations: self.iterations,
            starts: self.costs.clone(),
            effective_parameters: errors.effective,
            stopped: best.stopped,
        })
    }

    /// Regions with their S2, learned and model's, in nats, and whether they were held out.
    #[must_use]
    pub fn comparison(&self) -> Vec<(&Region, [f64; 2], bool)> {
        let Some(best) = &self.best else { return Vec::new() };
        let rows = self.data.iter().zip(&best.residuals.values).enumerate();
        rows.map(|(i, (d, r))| (&d.region, [d.renyi2_nats, d.renyi2_nats + r], i >= self.learned_from))
            .collect()
    }

    /// Points at which the entropies were computed so far.
    #[must_use]
    pub fn evaluations(&self) -> usize {
        self.evaluations
    }

    /// Starts done, and all.
    #[must_use]
    pub fn starts(&self) -> [usize; 2] {
        let left = self.points.len() + usize::from(self.search.is_some());
        [self.costs.len(), self.costs.len() + left]
    }
}

fn parameters_of(geometry: &Geometry) -> usize {
    geometry.depth() as usize * couplings_per_layer(geometry.field()) + 1
}

/// Fewest regions, up to position, that the couplings of a network are learned from, a fifth of them being held out: as many
/// learned from as there are parameters, and one more for a variance.
#[must_use]
pub fn least_regions(geometry: &Geometry) -> usize {
    let parameters = parameters_of(geometry);
    (parameters + 1) + (parameters + 1).div_ceil(HELD_OUT - 1)
}

fn start_point(geometry: &Geometry, start: fn(f64) -> f64) -> Vec<f64> {
    let per_layer = couplings_per_layer(geometry.field());
    let depth = geometry.depth() as usize;
    let share = |layer: usize| layer as f64 / depth.saturating_sub(1).max(1) as f64;
    // Side and middle apart: with r = 4 the top of a ring has a symmetry between them, and no gradient that breaks it.
    let layer =
        |layer: usize| [0.8, 1.2].map(|factor| factor * start(share(layer))).into_iter().take(per_layer);
    let mut x: Vec<f64> = (0..depth).flat_map(layer).collect();
    x.push(FIRST_FIELD);
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entanglement::learned_geometry::region_set;
    use crate::lattice::Boundary;

    fn run(geometry: &Geometry, data: &[RegionEntropy], options: FitOptions) -> LearnedGeometry {
        let mut fit = GeometryFit::new(geometry, data, options, None).unwrap();
        while fit.advance(usize::MAX / 2) {}
        fit.learned().unwrap()
    }

    fn synthetic(geometry: &Geometry, x: &[f64], count: usize) -> Vec<RegionEntropy> {
        let regions = region_set(geometry.sites(), count, true, 4);
        let model = GeometryModel::new(geometry, &regions).unwrap();
        let values = model.entropies_at(x).values;
        regions
            .into_iter()
            .zip(values)
            .map(|(region, renyi2_nats)| RegionEntropy { region, renyi2_nats })
            .collect()
    }

    #[test]
    fn couplings_are_recovered_from_their_own_entropies() {
        for field in [ReceptiveField::Two, ReceptiveField::Three, ReceptiveField::Four] {
            let geometry = Geometry::new(4, Boundary::Ring, field, 4).unwrap();
            let x: Vec<f64> = match field {
                ReceptiveField::Two => vec![0.8, 0.6, 0.5, 0.4, 1.1],
                _ => vec![0.5, 0.8, 0.45, 0.6, 0.3, 0.5, 0.25, 0.4, 1.1],
            };
            let data = synthetic(&geometry, &x, 40);
            // A ridge that only keeps undetermined directions at home: its cost is some 1e-9, so rms is below 4e-5.
            let found = run(&geometry, &data, FitOptions { ridge: 1e-9, ..FitOptions::default() });
            let most = if field == ReceptiveField::Four { 1e-3 } else { 4e-5 };
            assert!(
                found.rms_nats < most && found.held_out_rms_nats.unwrap() < 3.0 * most,
                "{field:?} {found:?}"
            );
            if field == ReceptiveField::Four {
                // So small a ring of r = 4 has several sets of couplings with nearly the same entropies.
                continue;
            }
            let per_layer = couplings_per_layer(field);
            let rows: Vec<_> = found.layers.iter().zip(x.chunks(per_layer)).collect();
            let near =
                |found: f64, exact: f64| assert!((found - exact).abs() < 1e-3, "{field:?} {found} {exact}");
            if field == ReceptiveField::Two {
                // A boundary spin of one link hands its field on: only tanh h_b tanh J₀ can be known.
                near(found.pin_field.tanh() * rows[0].0.side.tanh(), 1.1_f64.tanh() * 0.8_f64.tanh());
                rows[1..].iter().for_each(|(layer, exact)| near(layer.side, exact[0]));
            } else {
                near(found.pin_field, 1.1);
                // The two uppermost layers of so small a ring have few links, which enter only together.
                rows[..2].iter().for_each(|(layer, exact)| {
                    near(layer.side, exact[0]);
                    near(layer.middle.unwrap(), exact[1]);
                });
            }
        }
    }

    /// Where the network ends before its top, what lies above is at 0 because nothing feels it, and not because the data
    /// say so: letting one such coupling go finds the ridge alone, s/√(ρ n).
    #[test]
    fn a_coupling_held_at_zero_says_whether_the_data_know_it() {
        let geometry = Geometry::new(4, Boundary::Ring, ReceptiveField::Three, 4).unwrap();
        // Nothing above the second layer, and middle couplings that are negative: zero is then the data's own word.
        let data = synthetic(&geometry, &[0.5, -0.1, 0.4, 0.6, 0.0, 0.0, 0.0, 0.0, 1.1], 40);
        let found = run(&geometry, &data, FitOptions::default());
        let below = found.layers[0];
        assert_eq!((below.middle, below.middle_error), (Some(0.0), None));
        let known = below.middle_held.unwrap();
        assert!(known.data_share > 0.9 && known.error.unwrap() < 0.1, "{known:?}");
        assert!(below.side_held.is_none());
        let above = found.layers[2..].iter().flat_map(|l| [l.side_held, l.middle_held]);
        let dead: Vec<HeldAtZero> = above.flatten().collect();
        assert!(!dead.is_empty(), "{found:?}");
        let n = found.regions[0] as f64;
        let s2 = found.rms_nats.powi(2) * n / (n - found.effective_parameters);
        for zero in dead {
            assert!(zero.data_share < 1e-6, "{zero:?}");
            let ridge = (s2 / (FitOptions::default().ridge * n)).sqrt();
            assert!((zero.error.unwrap() - ridge).abs() < 1e-3 * ridge, "{zero:?} {ridge}");
        }
    }

    #[test]
    fn the_ridge_shrinks_couplings_and_errors_and_says_so() {
        let geometry = Geometry::new(4, Boundary::Ring, ReceptiveField::Three, 4).unwrap();
        let mut data = synthetic(&geometry, &[0.5, 0.8, 0.45, 0.6, 0.3, 0.5, 0.25, 0.4, 1.1], 40);
        // Misfits of 0.01 nats that are no model's.
        data.iter_mut().enumerate().for_each(|(i, d)| d.renyi2_nats += if i % 2 == 0 { 0.01 } else { -0.01 });
        let of = |ridge| run(&geometry, &data, FitOptions { ridge, ..FitOptions::default() });
        let (weak, strong) = (of(1e-8), of(1e-2));
        let size = |g: &LearnedGeometry| {
            g.layers.iter().map(|l| l.side * l.side + l.middle.unwrap().powi(2)).sum::<f64>()
        };
        assert!(size(&strong) < size(&weak) && strong.rms_nats > weak.rms_nats);
        assert!(strong.effective_parameters < weak.effective_parameters);
        for (a, b) in weak.layers.iter().zip(&strong.layers) {
            assert!(b.side_data_share <= 1.0 + 1e-9 && a.side_data_share <= 1.0 + 1e-9);
        }
        assert!(weak.layers[0].side_error.is_some() && weak.stopped.is_some());
    }

    #[test]
    fn too_few_regions_are_counted_up_to_position() {
        let geometry = Geometry::new(4, Boundary::Ring, ReceptiveField::Three, 4).unwrap();
        let one: Vec<RegionEntropy> = (0..16)
            .map(|i| RegionEntropy {
                region: Region::parse("0..3", 16, Boundary::Ring).unwrap().shifted(i),
                renyi2_nats: 0.5,
            })
            .collect();
        let error = GeometryFit::new(&geometry, &one, FitOptions::default(), None).err().unwrap().to_string();
        assert!(error.starts_with("1 different regions") && error.contains("at least 13"), "{error}");
    }
}
