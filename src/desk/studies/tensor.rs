//! Random tensors of several bond dimensions: S2 against size, beside the minimal cut that it tends to.

use super::{StudyProgress, StudyTable};
use crate::desk::results::{TensorNetwork, tensor_sizes};
use crate::desk::study::StudyError;
use crate::entanglement::{ScalingFit, default_window, fit_scaling};
use crate::figure::Chart;
use crate::figure::plots::{TensorCurve, TensorPlot, tensor_chart};
use crate::numerics::statistics::Summary;
use crate::session::Document;

/// Bond dimensions that are compared.
const DIMENSIONS: [u32; 4] = [2, 4, 16, 64];

/// Intervals of one size, means over positions.
struct Row {
    size: u64,
    positions: u64,
    /// Links of the cut, mean and scatter.
    cut: [f64; 2],
    /// S2 in nats by bond dimension.
    s2: [f64; DIMENSIONS.len()],
}

/// One size after the other.
pub(super) struct TensorStudy {
    network: TensorNetwork,
    sizes: Vec<u64>,
    rows: Vec<Row>,
}

impl TensorStudy {
    pub(super) fn new(document: &Document) -> Result<Self, StudyError> {
        let network = TensorNetwork::new(document).map_err(|e| StudyError::Network(e.to_string()))?;
        let sizes = tensor_sizes(document.network.sites);
        Ok(Self { network, sizes, rows: Vec::new() })
    }

    /// One more size.
    pub(super) fn advance(&mut self) -> bool {
        let Some(&size) = self.sizes.get(self.rows.len()) else { return false };
        let regions = self.network.intervals(size);
        let cut: Summary = regions.iter().map(|r| self.network.links_cut(r) as f64).collect();
        let s2 = DIMENSIONS.map(|d| {
            let values: Summary = self.network.tensors(d, None).renyi2_nats(&regions).into_iter().collect();
            values.mean()
        });
        self.rows.push(Row { size, positions: regions.len() as u64, cut: [cut.mean(), cut.std()], s2 });
        self.rows.len() < self.sizes.len()
    }

    pub(super) fn progress(&self) -> StudyProgress {
        let [done, total] = [self.rows.len(), self.sizes.len()].map(|n| n as u64);
        StudyProgress { doing: "random tensors", done, total }
    }

    fn window(&self) -> [u64; 2] {
        default_window(self.network.geometry().sites())
    }

    /// Slope in links per doubling, over powers of two, which stand evenly on the axis.
    fn slope(&self, of: impl Fn(&Row) -> f64) -> Option<(f64, f64)> {
        let rows = self.rows.iter().filter(|row| row.size.is_power_of_two());
        let means: Vec<(u64, f64)> = rows.map(|row| (row.size, of(row))).collect();
        let whole = self.rows.len() == self.sizes.len();
        let fit: ScalingFit = fit_scaling(&means, self.window()).filter(|_| whole)?;
        Some((fit.slope_nats_per_log2, fit.error))
    }

    pub(super) fn table(&self) -> StudyTable {
        let names = DIMENSIONS.map(|d| format!("s2_d{d}"));
        let mut columns = vec![("size", "sites"), ("positions", ""), ("cut", "links"), ("cut_std", "links")];
        columns.extend(names.iter().map(|name| (name.as_str(), "nats")));
        let mut table = StudyTable::new(&columns);
        for row in &self.rows {
            let counts = [row.size as f64, row.positions as f64];
            table.push(counts.into_iter().chain(row.cut).chain(row.s2));
        }
        for (i, d) in DIMENSIONS.into_iter().enumerate() {
            let slope = self.slope(|row| row.s2[i] / f64::from(d).ln());
            table.add_fitted(&format!("links_per_doubling_d{d}"), slope);
        }
        table.add_fitted("links_per_doubling_cut", self.slope(|row| row.cut[0]));
        table
    }

    pub(super) fn chart(&self) -> Option<Chart> {
        let log2 = |row: &Row| (row.size as f64).log2();
        let curves: Vec<TensorCurve> = DIMENSIONS
            .into_iter()
            .enumerate()
            .map(|(i, bond_dimension)| {
                let links = |row: &Row| row.s2[i] / f64::from(bond_dimension).ln();
                let points = self.rows.iter().map(|row| [log2(row), links(row)]).collect();
                TensorCurve { bond_dimension, points, slope: self.slope(links) }
            })
            .collect();
        let cut: Vec<[f64; 3]> = self.rows.iter().map(|row| [log2(row), row.cut[0], row.cut[1]]).collect();
        (self.rows.len() > 1).then(|| {
            tensor_chart(&TensorPlot {
                curves: &curves,
                cut: &cut,
                cut_slope: self.slope(|row| row.cut[0]),
                window: self.window(),
                sites: self.network.geometry().sites(),
                width: self.network.width(),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys::set_all;

    #[test]
    fn entropies_rise_to_the_cut_with_the_bond_dimension() {
        let mut document = Document::default();
        let settings = [("network.sites", "64")].map(|(k, v)| (k.to_string(), v.to_string()));
        set_all(&mut document, &settings).unwrap();
        let mut study = TensorStudy::new(&document).unwrap();
        while study.advance() {}
        for row in &study.rows {
            let links: Vec<f64> = row.s2.iter().zip(DIMENSIONS).map(|(s, d)| s / f64::from(d).ln()).collect();
            // S2 ≤ cut · ln D always; S2 itself grows with D.
            assert!(links.iter().all(|l| *l <= row.cut[0] + 1e-9), "{}", row.size);
            assert!(row.s2.windows(2).all(|s| s[0] < s[1]));
            assert!((links[3] / row.cut[0] - 1.0).abs() < 0.35);
        }
        let table = study.table();
        assert_eq!((table.rows.len(), table.columns.len()), (32, 8));
        assert!(study.chart().is_some());
    }
}
