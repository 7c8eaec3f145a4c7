//! What can be measured at a point of a sweep: one table, read by the command, its help and its tests.
//!
//! A quantity is named `measure.quantity`, with its unit in the name where it has one, so that every column of the
//! table is a name that can be typed.

use crate::desk::LearningShown;
use crate::desk::complete::learning;
use crate::desk::results::{CutDetails, StackRow, cut_report, fermion_report, train_report};
use crate::desk::studies::{StudyFit, StudyKind, run_study};
use crate::desk::study::{StudyError, bulk_network, train_if_needed};
use crate::entanglement::ScalingFit;
use crate::holography::BulkNetwork;
use crate::numerics::statistics::Summary;
use crate::session::Document;
use crate::sim::{Engine, SurveyTask, Surveyor, TrainingSnapshot};
use std::sync::Arc;

/// A kind of measurement.
pub struct Measure {
    /// Its name after `--measure`.
    pub name: &'static str,
    /// What it gives.
    pub meaning: &'static str,
    take: fn(&mut Point<'_>) -> Result<Vec<Quantity>, StudyError>,
}

/// A number with its name; none where the point has no such number.
pub type Quantity = (String, Option<f64>);

/// Everything that can be measured.
pub static MEASURES: &[Measure] = &[
    Measure {
        name: "scaling",
        meaning: "slope of S_A against log2 Ñ with its error, intercept, window, R², c_eff",
        take: scaling,
    },
    Measure {
        name: "train",
        meaning: "every layer: weights, biases, K′, −ln p, KL, trace condition, free energies, ξ, link entropies",
        take: layers,
    },
    Measure {
        name: "cut",
        meaning: "of the regions and their unions: S, links and spins cut; mutual information, I3",
        take: cut,
    },
    Measure {
        name: "fermion",
        meaning: "exact S_A of the free Dirac fermion and the quantum Ising chain, ξ, z_IR",
        take: fermion,
    },
    Measure {
        name: "geometry",
        meaning: "κ and curvature of the measured metric, nats per geodesic length",
        take: |point| study(point, StudyKind::Geometry),
    },
    Measure {
        name: "correlations",
        meaning: "Δ of correlations against bulk distance, with what else the study fits",
        take: |point| study(point, StudyKind::Correlations),
    },
    Measure {
        name: "transition",
        meaning: "where two intervals lose their mutual information",
        take: |point| study(point, StudyKind::Transition),
    },
];

/// The measure of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Measure> {
    MEASURES.iter().find(|measure| measure.name == name)
}

/// The names of all measures, for sentences.
#[must_use]
pub fn names() -> String {
    MEASURES.iter().map(|measure| measure.name).collect::<Vec<_>>().join(", ")
}

/// A point under measurement: what several measures need is computed once.
pub struct Point<'a> {
    document: Document,
    go_on: &'a dyn Fn() -> bool,
    training: Option<TrainingSnapshot>,
    network: Option<Arc<BulkNetwork>>,
}

impl<'a> Point<'a> {
    /// A point; `go_on` is asked between pieces of work and may call it off.
    #[must_use]
    pub fn new(document: Document, go_on: &'a dyn Fn() -> bool) -> Self {
        Self { document, go_on, training: None, network: None }
    }

    /// Takes a measure; numbers that are not finite are absent.
    ///
    /// # Errors
    /// What the measure cannot do at this point, or called off.
    pub fn take(&mut self, measure: &Measure) -> Result<Vec<Quantity>, StudyError> {
        if !(self.go_on)() {
            return Err(StudyError::CalledOff);
        }
        let named = |(name, x): Quantity| (format!("{}.{name}", measure.name), x.filter(|x| x.is_finite()));
        let quantities = (measure.take)(self);
        // Training says in words of its own that it was stopped.
        if !(self.go_on)() {
            return Err(StudyError::CalledOff);
        }
        Ok(quantities?.into_iter().map(named).collect())
    }

    /// The figures of the weights of the point: of those that came with the session, or learned for it.
    fn training(&mut self) -> Result<(&Document, &TrainingSnapshot), StudyError> {
        if self.training.is_none() {
            let go_on = self.go_on;
            let snapshot = learning(&self.document, LearningShown::Figures, |_| go_on())?;
            if self.document.learned.is_none() {
                self.document.learned = Some(Arc::new(snapshot.stack()));
            }
            self.training = Some(snapshot);
        }
        Ok((&self.document, self.training.as_ref().expect("it was just made")))
    }

    fn network(&mut self) -> Result<Arc<BulkNetwork>, StudyError> {
        if let Some(network) = &self.network {
            return Ok(Arc::clone(network));
        }
        let go_on = self.go_on;
        if let Some(snapshot) = train_if_needed(&mut self.document, |_| go_on())? {
            self.training = Some(snapshot);
        }
        let network = Arc::new(bulk_network(&self.document, None)?);
        self.network = Some(Arc::clone(&network));
        Ok(network)
    }
}

fn some(name: &str, x: f64) -> Quantity {
    (name.into(), Some(x))
}

fn scaling(point: &mut Point<'_>) -> Result<Vec<Quantity>, StudyError> {
    let network = point.network()?;
    let mut surveyor = Surveyor::default();
    let mass = point.document.theory.mass;
    surveyor.apply(SurveyTask { network, mass, sizes: None, window: None, references: false });
    while surveyor.advance() {
        if !(point.go_on)() {
            return Err(StudyError::CalledOff);
        }
    }
    let fit = surveyor.snapshot().and_then(|survey| survey.fit);
    let of = |name: &str, get: fn(&ScalingFit) -> f64| (name.into(), fit.as_ref().map(get));
    Ok(vec![
        of("slope_nats_per_log2", |f| f.slope_nats_per_log2),
        of("slope_error", |f| f.error),
        of("intercept_nats", |f| f.intercept_nats),
        // A plateau has none.
        ("r2".into(), fit.as_ref().and_then(|f| f.r_squared)),
        of("c_eff", |f| f.c_eff),
        of("window_from", |f| f.window[0] as f64),
        of("window_to", |f| f.window[1] as f64),
    ])
}

fn layers(point: &mut Point<'_>) -> Result<Vec<Quantity>, StudyError> {
    let (document, snapshot) = point.training()?;
    let report = train_report(document, snapshot);
    let mut all: Vec<Quantity> = vec![("xi_sites".into(), report.xi)];
    for row in report.layers.iter().filter_map(StackRow::learned) {
        let layer = row.layer;
        let mut add = |name: &str, x: Option<f64>| all.push((format!("layer{layer}.{name}"), x));
        // Of blocks that have their own weights the mean: a table of every block's is `data weights`.
        let width = row.weights.iter().map(Vec::len).max().unwrap_or(0);
        if row.shared {
            for (channel, weights) in row.weights.iter().enumerate() {
                let prefix = if row.weights.len() > 1 { format!("h{channel}.") } else { String::new() };
                for (slot, weight) in weights.iter().enumerate() {
                    add(&format!("{prefix}w{slot}"), Some(*weight));
                }
            }
        } else {
            for slot in 0..width {
                let blocks: Summary = row.weights.iter().filter_map(|w| w.get(slot).copied()).collect();
                add(&format!("w{slot}"), Some(blocks.mean()));
                add(&format!("w{slot}_std"), Some(blocks.std()));
            }
        }
        let error = row.k_eff_error;
        add("k1", row.k_eff.and_then(|k| k.k1));
        add("k1_error", error.and_then(|k| k.k1));
        add("k2", row.k_eff.and_then(|k| k.k2));
        add("k2_error", error.and_then(|k| k.k2));
        add("nll_per_spin_nats", Some(row.nll_per_spin));
        add("nll_error", Some(row.nll_error));
        add("nll_heldout_nats", row.nll_heldout);
        add("nll_heldout_error", row.nll_heldout_error);
        add("kl_per_spin_nats", row.kl_per_spin);
        add("kl_error", row.kl_error);
        add("trace_mean", row.trace_mean);
        add("trace_std", row.trace_std);
        add("free_energy_visible_nats", row.free_energy_visible);
        add("free_energy_hidden_nats", Some(row.free_energy_hidden));
        add("xi_sites", row.xi);
        add("nn_correlation", Some(row.nn_correlation));
        for (slot, nats) in row.link_entropy_nats.iter().enumerate() {
            add(&format!("link{slot}_nats"), Some(*nats));
        }
        add("iterations", row.iterations.map(|n| n as f64));
    }
    Ok(all)
}

fn cut(point: &mut Point<'_>) -> Result<Vec<Quantity>, StudyError> {
    let network = point.network()?;
    let go_on = point.go_on;
    let report = cut_report(&point.document, &network, CutDetails::default(), |_, _| go_on())?;
    let mut all = Vec::new();
    for (name, nats) in &report.entropy_nats.0 {
        all.push(some(&format!("s_{name}_nats"), *nats));
        let count = |n: Option<u64>| n.map(|n| n as f64);
        all.push((format!("links_{name}"), count(report.links_cut.get(name).map(|n| *n as u64))));
        all.push((format!("spins_{name}"), count(report.spins_cut.get(name).copied())));
        all.push((format!("bound_{name}_nats"), report.bound_nats.get(name).copied()));
    }
    all.push(("mutual_information_nats".into(), report.mutual_information_nats));
    all.push(("tripartite_nats".into(), report.tripartite_nats));
    Ok(all)
}

fn fermion(point: &mut Point<'_>) -> Result<Vec<Quantity>, StudyError> {
    let report = fermion_report(&point.document)?;
    Ok(vec![
        some("dirac_nats", report.dirac_nats),
        ("quantum_ising_nats".into(), report.quantum_ising_nats),
        ("xi_sites".into(), report.xi),
        ("z_ir".into(), report.z_ir),
    ])
}

/// What a study fits.
fn study(point: &mut Point<'_>, kind: StudyKind) -> Result<Vec<Quantity>, StudyError> {
    if point.document.learned.is_none() && !matches!(kind, StudyKind::Correlations) {
        point.network()?;
    }
    let go_on = point.go_on;
    let work = run_study(kind, point.document.clone(), |_| go_on())?;
    Ok(match work.table().fit {
        None => Vec::new(),
        Some(StudyFit::Numbers(numbers)) => numbers
            .iter()
            .flat_map(|n| [some(&n.name, n.value), (format!("{}_error", n.name), n.error)])
            .collect(),
        Some(StudyFit::Scaling(fit)) => {
            vec![some("slope_nats_per_log2", fit.slope_nats_per_log2), ("slope_error".into(), fit.error)]
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys::set_all;
    use std::collections::BTreeSet;

    fn document(settings: &[(&str, &str)]) -> Document {
        let mut document = Document::default();
        let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        set_all(&mut document, &settings).unwrap();
        document
    }

    #[test]
    fn every_measure_gives_numbers_with_names_of_their_own() {
        let document = document(&[
            ("theory.kind", "chain"),
            ("theory.k2", "1"),
            ("network.sites", "64"),
            ("learning.sites", "32"),
            ("learning.samples", "200"),
            ("regions.a", "0..8"),
            ("regions.b", "8..16"),
        ]);
        let mut point = Point::new(document, &|| true);
        let mut seen = BTreeSet::new();
        for measure in MEASURES {
            let quantities = point.take(measure).unwrap();
            assert!(quantities.iter().any(|(_, x)| x.is_some()), "{}", measure.name);
            for (name, _) in quantities {
                assert!(name.starts_with(&format!("{}.", measure.name)) && !name.contains([',', ' ', '"']));
                assert!(seen.insert(name.clone()), "{name} twice");
            }
        }
        for name in ["scaling.c_eff", "train.layer0.w1", "train.layer0.kl_per_spin_nats", "cut.s_ab_nats"] {
            assert!(seen.contains(name), "no {name} in {seen:?}");
        }
    }

    #[test]
    fn what_is_called_off_is_no_result() {
        for measure in MEASURES {
            let mut point = Point::new(Document::default(), &|| false);
            assert!(matches!(point.take(measure), Err(StudyError::CalledOff)), "{}", measure.name);
        }
    }
}
