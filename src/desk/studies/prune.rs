//! What pruning weak links does: links and memory kept, likelihood lost, entropy and its slope.

use super::depth::study_sizes;
use super::{StudyFit, StudyProgress, StudyTable};
use crate::desk::study::{StudyError, geometry, task};
use crate::entanglement::{ScalingFit, default_window, fit_scaling};
use crate::figure::Chart;
use crate::figure::plots::{PrunePlot, PruneRow, prune_chart};
use crate::holography::{BulkNetwork, CapacitySource};
use crate::network::{CutSolver, IntervalScan};
use crate::rbm::{Kept, LayerRbm, PruneMeasure};
use crate::session::Document;
use crate::sim::{KnownTheory, StepDistance, StepDistances, TheorySurvey, survey_scan, total_per_site};
use std::sync::Arc;

/// Scan steps in one piece of work: well below 20 ms.
const STEPS_PER_PIECE: u64 = 20_000;
/// Most thresholds of one criterion; with more links than that their quantiles are taken.
const MOST_THRESHOLDS: usize = 33;

/// One threshold.
#[derive(Clone, Debug)]
struct Row {
    measure: PruneMeasure,
    threshold: f64,
    kept: Kept,
    distances: Vec<Option<StepDistance>>,
    entropy_nats: f64,
    fit: Option<ScalingFit>,
}

/// Thresholds on |w|, then on the Schmidt entropy of the link, from 0 to the largest (Howard 2018, §III).
///
/// The links that are dropped are those of the learned layers: slots of shared weights, which go in all blocks
/// of a layer at once, single links of unshared ones. `network.prune` plays no part.
pub(super) struct PruneStudy {
    document: Document,
    layers: Vec<LayerRbm>,
    thresholds: Vec<(PruneMeasure, f64)>,
    sizes: Vec<u64>,
    survey: Option<TheorySurvey>,
    distances: Option<Result<StepDistances, String>>,
    /// The row under way and the scan that it waits for.
    scan: Option<(Row, IntervalScan)>,
    rows: Vec<Row>,
}

impl PruneStudy {
    pub(super) fn new(document: &Document, known: Option<&Arc<KnownTheory>>) -> Result<Self, StudyError> {
        let stack = document
            .learned
            .clone()
            .ok_or_else(|| StudyError::Training("there are no weights to prune".into()))?;
        let layers = stack.layers.clone();
        let (survey, distances) = match known {
            Some(known) => (None, Some(Ok(StepDistances::new(known, &layers)))),
            None => match TheorySurvey::new(task(document)) {
                Ok(survey) => (Some(survey), None),
                Err(reason) => (None, Some(Err(reason))),
            },
        };
        let window = default_window(document.network.sites);
        let sizes = study_sizes(document.network.sites);
        let both = [PruneMeasure::Weight, PruneMeasure::SchmidtEntropy];
        Ok(Self {
            document: document.clone(),
            thresholds: both.into_iter().flat_map(|m| thresholds(&layers, m)).collect(),
            layers,
            sizes: sizes.into_iter().filter(|s| (window[0]..=window[1]).contains(s)).collect(),
            survey,
            distances,
            scan: None,
            rows: Vec::new(),
        })
    }

    pub(super) fn advance(&mut self) -> Result<bool, StudyError> {
        if let Some(survey) = &mut self.survey {
            if let Some(known) = survey.advance() {
                self.distances = Some(Ok(StepDistances::new(known, &self.layers)));
                self.survey = None;
            }
            return Ok(true);
        }
        if let Some((mut row, mut scan)) = self.scan.take() {
            if !scan.advance(STEPS_PER_PIECE) {
                self.scan = Some((row, scan));
                return Ok(true);
            }
            let statistics = scan.statistics();
            let means: Vec<(u64, f64)> = statistics
                .iter()
                .filter(|s| s.summary.count() > 0)
                .map(|s| (s.size, s.summary.mean()))
                .collect();
            row.fit = fit_scaling(&means, default_window(self.document.network.sites));
            self.rows.push(row);
            return Ok(self.rows.len() < self.thresholds.len());
        }
        let Some(&(measure, threshold)) = self.thresholds.get(self.rows.len()) else { return Ok(false) };
        self.scan = Some(self.begin(measure, threshold)?);
        Ok(true)
    }

    /// Everything of a threshold but its scan, which is begun.
    fn begin(&self, measure: PruneMeasure, threshold: f64) -> Result<(Row, IntervalScan), StudyError> {
        let pruned: Vec<LayerRbm> = self.layers.iter().map(|l| l.pruned(measure, threshold)).collect();
        let failed = |error: &dyn std::fmt::Display| StudyError::Network(error.to_string());
        let channels = self.document.learning.channels as usize;
        let source = CapacitySource::Learned { layers: &pruned, complete: true };
        let bulk = BulkNetwork::with_channels(geometry(&self.document)?, source, channels)
            .map_err(|e| failed(&e))?;
        let cut = CutSolver::new(Arc::clone(&bulk.network)).solve(&self.document.regions.a);
        let scan = survey_scan(&bulk, &self.sizes).map_err(|e| failed(&e))?;
        let kept = self
            .layers
            .iter()
            .map(|l| l.kept(measure, threshold))
            .fold(Kept::default(), |a, b| Kept { links: a.links + b.links, bytes: a.bytes + b.bytes });
        let distance = |(k, layer): (usize, &LayerRbm)| {
            self.distances.as_ref().and_then(|d| d.as_ref().ok()).and_then(|d| d.of(k, layer).ok())
        };
        let distances = pruned.iter().enumerate().map(distance).collect();
        let entropy_nats = cut.capacity_nats;
        Ok((Row { measure, threshold, kept, distances, entropy_nats, fit: None }, scan))
    }

    pub(super) fn progress(&self) -> StudyProgress {
        if self.survey.is_some() {
            return StudyProgress { doing: "held-out samples", done: 0, total: 1 };
        }
        StudyProgress {
            doing: "thresholds",
            done: self.rows.len() as u64,
            total: self.thresholds.len() as u64,
        }
    }

    pub(super) fn table(&self) -> StudyTable {
        let per_layer: Vec<String> = (0..self.layers.len()).map(|k| format!("kl_layer_{k}")).collect();
        let mut columns = vec![
            ("criterion", "0 |w|, 1 Schmidt entropy"),
            ("threshold", "1 or nats"),
            ("links", ""),
            ("memory", "bytes"),
            ("kl_per_site", "nats"),
            ("kl_error", "nats"),
            ("entropy_a", "nats"),
            ("slope", "nats per doubling"),
            ("slope_error", "nats per doubling"),
        ];
        columns.extend(per_layer.iter().map(|name| (name.as_str(), "nats per spin")));
        let mut table = StudyTable::new(&columns);
        let sites = self.document.learning.sites;
        table.rows = self
            .rows
            .iter()
            .map(|row| {
                let total = total_per_site(&row.distances, sites);
                let mut cells = vec![
                    Some(if row.measure == PruneMeasure::Weight { 0.0 } else { 1.0 }),
                    Some(row.threshold),
                    Some(row.kept.links as f64),
                    Some(row.kept.bytes as f64),
                    total.map(|t| t[0]),
                    total.map(|t| t[1]),
                    Some(row.entropy_nats),
                    row.fit.map(|f| f.slope_nats_per_log2),
                    row.fit.map(|f| f.error).filter(|error| error.is_finite()),
                ];
                cells.extend(row.distances.iter().map(|d| d.map(|d| d.per_spin())));
                cells
            })
            .collect();
        let first = self.rows.first().filter(|row| row.threshold == 0.0);
        table.fit = first.and_then(|row| row.fit).map(|fit| StudyFit::Scaling(fit.into()));
        table
    }

    pub(super) fn chart(&self) -> Option<Chart> {
        let sites = self.document.learning.sites;
        let rows: Vec<PruneRow> = self
            .rows
            .iter()
            .filter(|row| row.measure == PruneMeasure::Weight)
            .map(|row| PruneRow {
                threshold: row.threshold,
                memory: row.kept.bytes as f64,
                kl: total_per_site(&row.distances, sites).map(|t| t[0]),
                entropy: row.entropy_nats,
                slope: row.fit.map(|f| f.slope_nats_per_log2),
            })
            .collect();
        (!rows.is_empty()).then(|| prune_chart(&PrunePlot { rows: &rows }))
    }
}

/// 0 and the distinct sizes: a link of just the threshold stays, so beyond each of them one more link (or several
/// equal ones) is gone. Of more than [`MOST_THRESHOLDS`] evenly spaced ones, the largest among them.
fn thresholds(layers: &[LayerRbm], measure: PruneMeasure) -> Vec<(PruneMeasure, f64)> {
    let mut sizes: Vec<f64> = layers.iter().flat_map(|layer| layer.sizes(measure)).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    if sizes.first() != Some(&0.0) {
        sizes.insert(0, 0.0);
    }
    let last = sizes.len().saturating_sub(1);
    let steps = last.min(MOST_THRESHOLDS - 1);
    (0..=steps).filter_map(|i| sizes.get(i * last / steps.max(1))).map(|size| (measure, *size)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::rbm::{Rbm, RbmShape};

    #[test]
    fn thresholds_go_from_none_to_all_but_the_strongest() {
        let shape = RbmShape { sites: 8, boundary: Boundary::Ring, field: ReceptiveField::Three };
        let layers: Vec<LayerRbm> = vec![
            Rbm::unbiased(shape, &[0.5, -1.0, 0.5]).into(),
            Rbm::unbiased(RbmShape { sites: 4, ..shape }, &[0.2, 2.0, 0.7]).into(),
        ];
        let found: Vec<f64> = thresholds(&layers, PruneMeasure::Weight).iter().map(|t| t.1).collect();
        assert_eq!(found, [0.0, 0.2, 0.5, 0.7, 1.0, 2.0]);
        let links = |t: f64| layers.iter().map(|l| l.kept(PruneMeasure::Weight, t).links).sum::<usize>();
        assert_eq!(found.iter().map(|t| links(*t)).collect::<Vec<_>>(), [6, 6, 5, 3, 2, 1]);
        let mut many = Rbm::unbiased(RbmShape { sites: 256, ..shape }, &[0.0; 3]);
        many.weights = (0..384).map(|i| f64::from(i) / 100.0).collect();
        let found = thresholds(&[many.into()], PruneMeasure::Weight);
        assert_eq!((found.len(), found[0].1, found[32].1), (33, 0.0, 3.83));
    }
}
