//! Deep against shallow: entropy against size with every number of layers, the same learned weights in each.

use super::{StudyFit, StudyProgress, StudyTable};
use crate::desk::results::FitReport;
use crate::desk::study::{StudyError, bulk_network};
use crate::entanglement::{ScalingFit, default_window, fit_scaling};
use crate::figure::Chart;
use crate::figure::plots::{DepthPlot, depth_chart};
use crate::network::IntervalScan;
use crate::session::Document;
use crate::sim::{Wall, survey_scan};

/// Scan steps in one piece of work: well below 20 ms.
const STEPS_PER_PIECE: u64 = 20_000;

/// Means over positions of one network.
#[derive(Clone, Debug, PartialEq)]
struct Curve {
    /// Layers of links.
    depth: u32,
    /// Size, mean and standard deviation over positions in nats.
    points: Vec<(u64, f64, f64)>,
}

/// One scan for each depth 1…d of the document's network (Gan and Shu 2017, §IV).
///
/// A network of depth k has node layers 0…k and of the learned weights those of the k lowest layers: "shallow"
/// is k = 1, one hidden layer, and "deep" the document's own depth.
pub(super) struct DepthStudy {
    document: Document,
    depth: u32,
    sizes: Vec<u64>,
    scan: Option<IntervalScan>,
    curves: Vec<Curve>,
}

impl DepthStudy {
    pub(super) fn new(document: &Document) -> Result<Self, StudyError> {
        let depth = document.network.depth(document.theory.mass);
        let mut study = Self {
            document: document.clone(),
            depth,
            sizes: study_sizes(document.network.sites),
            scan: None,
            curves: Vec::new(),
        };
        study.begin()?;
        Ok(study)
    }

    /// The scan of the next depth.
    fn begin(&mut self) -> Result<(), StudyError> {
        let mut document = self.document.clone();
        document.network.wall = Wall::Layer(self.curves.len() as u32 + 1);
        let network = bulk_network(&document, None)?;
        let scan =
            survey_scan(&network, &self.sizes).map_err(|error| StudyError::Network(error.to_string()))?;
        self.scan = Some(scan);
        Ok(())
    }

    pub(super) fn advance(&mut self) -> Result<bool, StudyError> {
        let Some(scan) = &mut self.scan else { return Ok(false) };
        if !scan.advance(STEPS_PER_PIECE) {
            return Ok(true);
        }
        let statistics = scan.statistics();
        let seen = statistics.iter().filter(|s| s.summary.count() > 0);
        self.curves.push(Curve {
            depth: self.curves.len() as u32 + 1,
            points: seen.map(|s| (s.size, s.summary.mean(), s.summary.std())).collect(),
        });
        self.scan = None;
        if self.curves.len() as u32 == self.depth {
            return Ok(false);
        }
        self.begin()?;
        Ok(true)
    }

    pub(super) fn progress(&self) -> StudyProgress {
        StudyProgress {
            doing: "entropy against size, depth by depth",
            done: self.curves.len() as u64,
            total: u64::from(self.depth),
        }
    }

    /// The curve of full depth, once it is there.
    fn deep(&self) -> Option<&Curve> {
        self.curves.iter().find(|c| c.depth == self.depth)
    }

    fn fit(&self) -> Option<ScalingFit> {
        let means: Vec<(u64, f64)> = self.deep()?.points.iter().map(|p| (p.0, p.1)).collect();
        fit_scaling(&means, default_window(self.document.network.sites))
    }

    pub(super) fn table(&self) -> StudyTable {
        let mut table = StudyTable::new(&[
            ("depth", "layers"),
            ("size", "sites"),
            ("log2_size", ""),
            ("mean", "nats"),
            ("std", "nats"),
            ("deep_mean", "nats"),
            ("shallow_mean", "nats"),
        ]);
        let mean_in = |curve: Option<&Curve>, size: u64| {
            curve.and_then(|c| c.points.iter().find(|p| p.0 == size)).map(|p| p.1)
        };
        for curve in &self.curves {
            for &(size, mean, std) in &curve.points {
                table.rows.push(vec![
                    Some(f64::from(curve.depth)),
                    Some(size as f64),
                    Some((size as f64).log2()),
                    Some(mean),
                    Some(std),
                    mean_in(self.deep(), size),
                    mean_in(self.curves.first(), size),
                ]);
            }
        }
        table.fit = self.fit().map(|fit| StudyFit::Scaling(FitReport::from(fit)));
        table
    }

    pub(super) fn chart(&self) -> Option<Chart> {
        let curves: Vec<Vec<[f64; 2]>> = self
            .curves
            .iter()
            .map(|c| c.points.iter().map(|p| [(p.0 as f64).log2(), p.1]).collect())
            .collect();
        (!curves.is_empty()).then(|| {
            depth_chart(&DepthPlot {
                curves: &curves,
                depth: self.depth,
                slope: self.fit().map(|fit| [fit.slope_nats_per_log2, fit.error]),
            })
        })
    }
}

/// All sizes to 64, then eight a doubling as far as N/2.
pub(super) fn study_sizes(sites: u64) -> Vec<u64> {
    let step = |size: u64| if size < 64 { 1 } else { (1 << size.ilog2()) / 8 };
    std::iter::successors(Some(1_u64), |size| Some(size + step(*size)))
        .take_while(|size| *size <= (sites / 2).max(1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_dense_below_and_eight_a_doubling_above() {
        assert_eq!(study_sizes(8), [1, 2, 3, 4]);
        let sizes = study_sizes(1 << 10);
        assert_eq!(&sizes[60..68], [61, 62, 63, 64, 72, 80, 88, 96]);
        assert_eq!(sizes.last(), Some(&512));
        assert_eq!(sizes.iter().filter(|s| **s > 256).count(), 8);
    }
}
