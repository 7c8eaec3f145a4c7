//! The metric that the learned network measures, and the length of geodesics beside the entropy of cuts.

use super::{StudyProgress, StudyTable};
use crate::desk::study::{Study, StudyError, bulk_network};
use crate::figure::Chart;
use crate::figure::plots::{GeometryPlot, geometry_chart};
use crate::holography::{BulkNetwork, LayerStatus};
use crate::hyperbolic::regularised_length;
use crate::network::default_sizes;
use crate::numerics::least_squares::{LineFit, fit_line};
use crate::numerics::stable::LN_2;
use crate::session::Document;
use crate::sim::{Engine, SurveySnapshot, SurveyTask, Surveyor};
use std::sync::Arc;

/// ln f2 by layer, geodesics by size, and both fits.
#[derive(Clone, Debug, PartialEq)]
struct MeasuredGeometry {
    /// By layer τ, and by size 2^τ.
    rows: Vec<GeometryRow>,
    /// Geodesics and cuts of every size that was surveyed, up to half of the chain.
    sizes: Vec<SizeRow>,
    /// ln f2 = const − 2κτ over the layers of `window`.
    metric: Option<LineFit>,
    /// First and last layer of the fit: those with weights of their own, and four blocks or more.
    window: [u32; 2],
    /// S = s₀ + s₁ length.
    entropy: Option<LineFit>,
}

/// One layer, and the intervals as long as its tiles are wide.
#[derive(Clone, Copy, Debug, PartialEq)]
struct GeometryRow {
    /// τ.
    layer: u32,
    /// Nodes N 2^−τ.
    nodes: u64,
    /// Mean Schmidt entropy of the links up from the layer; NaN above the last.
    link_nats: f64,
    /// ln f2; NaN where there are no links, or none with capacity.
    ln_f2: f64,
    /// Size Ñ = 2^τ of intervals.
    size: u64,
    /// 2 arcosh(Ñ/2).
    length: f64,
    /// Mean S over positions; NaN where it was not surveyed.
    mean_nats: f64,
}

/// The intervals of one size.
#[derive(Clone, Copy, Debug, PartialEq)]
struct SizeRow {
    /// Ñ.
    size: u64,
    /// 2 arcosh(Ñ/2).
    length: f64,
    /// Mean S over positions.
    mean_nats: f64,
    /// Standard deviation over positions.
    std_nats: f64,
}

/// Blocks of a layer from which on it enters the fit: fewer see themselves round the ring.
const FEWEST_BLOCKS: u64 = 4;

/// Measures the metric ds² = α[… dτ² + f2(τ) dx²] by the proper length of a fixed Δx: nodes of the layer, each
/// weighted by its mean link entropy in units of ln 2, so f2 = (2^−τ s(τ)/ln 2)² and a bare network has
/// κ = ln 2 (Gan and Shu 2017, eq. 9–14).
fn measured_geometry(bulk: &BulkNetwork, survey: &SurveySnapshot) -> MeasuredGeometry {
    let g = bulk.network.geometry();
    let rows: Vec<GeometryRow> = (0..g.log2_sites())
        .map(|layer| {
            let slots = bulk.slot_nats.get(layer as usize).map_or(&[][..], Vec::as_slice);
            let link_nats = slots.iter().sum::<f64>() / slots.len() as f64;
            let proper = (-f64::from(layer)).exp2() * link_nats / LN_2;
            let size = 1_u64 << layer;
            let surveyed = survey.rows.iter().find(|row| row.size == size);
            GeometryRow {
                layer,
                nodes: g.sites_in_layer(layer),
                link_nats,
                ln_f2: if proper > 0.0 { 2.0 * proper.ln() } else { f64::NAN },
                size,
                length: regularised_length(size as f64, 1.0),
                mean_nats: surveyed.map_or(f64::NAN, |row| row.mean_nats),
            }
        })
        .collect();
    let own = |row: &&GeometryRow| {
        let status = bulk.status.get(row.layer as usize);
        row.ln_f2.is_finite()
            && row.nodes / 2 >= FEWEST_BLOCKS
            && status.is_some_and(|s| *s != LayerStatus::Extrapolated)
    };
    let fitted: Vec<(f64, f64)> = rows.iter().filter(own).map(|r| (f64::from(r.layer), r.ln_f2)).collect();
    let ends = |of: Option<&(f64, f64)>| of.map_or(0, |p| p.0 as u32);
    let lengths: Vec<(f64, f64)> = rows
        .iter()
        .filter(|r| r.size >= 4 && r.mean_nats.is_finite())
        .map(|r| (r.length, r.mean_nats))
        .collect();
    MeasuredGeometry {
        metric: fit_line(&fitted),
        window: [ends(fitted.first()), ends(fitted.last())],
        sizes: survey
            .rows
            .iter()
            .filter(|row| row.size <= g.sites() / 2)
            .map(|row| SizeRow {
                size: row.size,
                length: regularised_length(row.size as f64, 1.0),
                mean_nats: row.mean_nats,
                std_nats: row.std_nats,
            })
            .collect(),
        entropy: fit_line(&lengths),
        rows,
    }
}

/// All sizes to 2^12 and powers of two above, as far as half of the chain: beyond it, on a ring, the other way round
/// is the shorter one.
fn sizes(sites: u64) -> Vec<u64> {
    let mut sizes = default_sizes(sites);
    sizes.retain(|size| *size <= sites / 2);
    sizes
}

/// The metric and the geodesics of a document's network.
pub(super) struct GeometryStudy {
    study: Study,
    surveyor: Surveyor,
    survey: Option<SurveySnapshot>,
}

impl GeometryStudy {
    pub(super) fn new(document: &Document) -> Result<Self, StudyError> {
        let network = Arc::new(bulk_network(document, None)?);
        let mut surveyor = Surveyor::default();
        surveyor.apply(SurveyTask {
            network: Arc::clone(&network),
            mass: document.theory.mass,
            sizes: Some(sizes(network.network.geometry().sites())),
            window: None,
            references: false,
        });
        Ok(Self { study: Study::of(network), surveyor, survey: None })
    }

    pub(super) fn advance(&mut self) -> bool {
        let more = self.surveyor.advance();
        if let Some(survey) = self.surveyor.snapshot() {
            self.survey = Some(survey);
        }
        more
    }

    pub(super) fn progress(&self) -> StudyProgress {
        StudyProgress { doing: "entropy against size", done: 0, total: 1 }
    }

    fn found(&self) -> Option<MeasuredGeometry> {
        Some(measured_geometry(&self.study.network, self.survey.as_ref()?))
    }

    pub(super) fn table(&self) -> StudyTable {
        self.found().map_or_else(StudyTable::default, |found| found.table())
    }

    pub(super) fn chart(&self) -> Option<Chart> {
        Some(self.found()?.chart(&self.study))
    }
}

impl MeasuredGeometry {
    /// κ and its error.
    fn kappa(&self) -> Option<(f64, f64)> {
        self.metric.map(|fit| (-0.5 * fit.slope, 0.5 * fit.slope_error))
    }

    /// Curvature −(κ/ln 2)²/α with α = 1, and its error.
    fn curvature(&self) -> Option<(f64, f64)> {
        self.kappa().map(|(k, error)| (-(k / LN_2).powi(2), 2.0 * k.abs() * error / (LN_2 * LN_2)))
    }

    /// As a table: a row for every size; what is said of a layer stands with the size 2^τ of its tiles.
    fn table(&self) -> StudyTable {
        let mut table = StudyTable::new(&[
            ("layer", ""),
            ("nodes", ""),
            ("link_entropy", "nats"),
            ("ln_f2", ""),
            ("size", "sites"),
            ("geodesic_length", "curvature radii"),
            ("mean_entropy", "nats"),
            ("std_entropy", "nats"),
        ]);
        for r in &self.sizes {
            let layer = self.rows.iter().find(|row| row.size == r.size);
            let of_layer = layer.map_or([f64::NAN; 4], |row| {
                [f64::from(row.layer), row.nodes as f64, row.link_nats, row.ln_f2]
            });
            let of_size = [r.size as f64, r.length, r.mean_nats, r.std_nats];
            table.push(of_layer.into_iter().chain(of_size));
        }
        table.add_fitted("kappa", self.kappa());
        table.add_fitted("curvature", self.curvature());
        table.add_fitted("nats_per_length", self.entropy.map(|fit| (fit.slope, fit.slope_error)));
        table
    }

    /// As a plot.
    fn chart(&self, study: &Study) -> Chart {
        let layers: Vec<(f64, f64)> = self.rows.iter().map(|r| (f64::from(r.layer), r.ln_f2)).collect();
        geometry_chart(&GeometryPlot {
            layers: &layers,
            metric: self.metric,
            window: self.window,
            kappa: self.kappa(),
            curvature: self.curvature(),
            entropy: self.entropy,
            capacity_note: crate::desk::picture::capacity_note(study),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::holography::CapacitySource;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::Geometry;

    fn measured(nats: f64) -> MeasuredGeometry {
        let geometry = Geometry::new(8, Boundary::Ring, ReceptiveField::Three, 8).unwrap();
        let network = Arc::new(BulkNetwork::new(geometry, CapacitySource::Uniform(nats)).unwrap());
        let task = SurveyTask {
            network: Arc::clone(&network),
            mass: 0.0,
            sizes: None,
            window: None,
            references: false,
        };
        measured_geometry(&network, &Surveyor::run(&task))
    }

    #[test]
    fn a_bare_network_has_curvature_minus_one() {
        for nats in [LN_2, 3.0] {
            let found = measured(nats);
            let (kappa, error) = found.kappa().unwrap();
            assert!((kappa - LN_2).abs() < 1e-14 && error < 1e-14);
            assert!((found.curvature().unwrap().0 + 1.0).abs() < 1e-13);
            assert_eq!((found.window, found.rows.len()), ([0, 5], 8));
        }
    }

    #[test]
    fn every_size_up_to_half_of_the_chain_has_its_geodesic_and_its_cut() {
        let table = measured(LN_2).table();
        let sizes: Vec<f64> = table.column("size").flatten().collect();
        assert_eq!(sizes, (1..=128).map(f64::from).collect::<Vec<_>>());
        let lengths: Vec<f64> = table.column("geodesic_length").flatten().collect();
        // 2 arcosh(Ñ/2) = 2 ln(Ñ/2 + √(Ñ²/4 − 1)), and 0 below the cutoff.
        for (size, length) in sizes.iter().zip(&lengths).skip(1) {
            let half = size / 2.0;
            assert!((length - 2.0 * (half + (half * half - 1.0).sqrt()).ln()).abs() < 1e-12, "{size}");
        }
        assert_eq!(table.column("layer").flatten().count(), 8);
        assert!(table.column("mean_entropy").all(|s| s.is_some_and(|s| s > 0.0)));
        assert_eq!(super::sizes(1 << 15).last(), Some(&(1 << 14)));
        assert_eq!(super::sizes(1 << 15).len(), 4096 + 2);
    }

    #[test]
    fn entropy_grows_by_a_link_each_half_doubling_of_length() {
        // r = 3 cuts 2 links a doubling, and a doubling is 2 ln 2 of length: one nat of ln 2 links a radius.
        let slope = measured(LN_2).entropy.unwrap().slope;
        assert!((slope - 1.0).abs() < 0.1, "{slope}");
    }
}
