//! The network's own state: entropies against size, the spectrum of a region, the map of tightness.

use super::{StudyKind, StudyProgress, StudyTable};
use crate::desk::picture;
use crate::desk::state;
use crate::desk::study::{Study, StudyError};
use crate::entanglement::{CentralCharge, EntropyKind, fit_central_charge};
use crate::figure::Chart;
use crate::figure::chart::with_error;
use crate::figure::plots::{
    SpectrumPlot, StatePlot, StateSize, TightnessCell, TightnessPlot, spectrum_chart, state_chart,
    tightness_chart,
};
use crate::holography::{BulkNetwork, StateEntropy, StateForm};
use crate::lattice::Boundary;
use crate::network::Region;
use crate::numerics::stable::LN_2;
use crate::session::Document;
use crate::sim::{Engine, StateAnswer, StateCommand, StateSolver};
use std::sync::Arc;

/// What the regions asked for are.
enum Asked {
    /// Sizes, and the numbers of the regions of each; then region A, if it is not empty.
    Sizes(Vec<u64>, Vec<Vec<usize>>),
    /// Region A alone.
    Region,
    /// Middle and size of each, and the size of a cell.
    Map(Vec<(f64, u64)>, [f64; 2]),
}

/// One query to the engine of states, and what its answer shows.
pub(super) struct StateStudy {
    document: Document,
    network: Arc<BulkNetwork>,
    asked: Asked,
    solver: StateSolver,
    answer: Option<StateAnswer>,
}

impl StateStudy {
    pub(super) fn new(kind: StudyKind, document: &Document) -> Result<Self, StudyError> {
        let network = Arc::new(state::weighted_network(document, None)?);
        let sampled = document.state.form == StateForm::Born
            && document.network.sites > crate::entanglement::state::MOST_DENSE_SITES as u64;
        let (asked, regions, groups) = match kind {
            StudyKind::Spectrum | StudyKind::Tightness if sampled => {
                return Err(StudyError::Setting(format!(
                    "the {} of the Born form is computed up to 16 sites, not {}: set network.sites = 16, or state.form = marginal",
                    kind.name(),
                    document.network.sites
                )));
            }
            StudyKind::Spectrum => (Asked::Region, vec![document.regions.a.clone()], Vec::new()),
            StudyKind::Tightness => {
                let (places, regions, cell) = state::map(document);
                (Asked::Map(places, cell), regions, Vec::new())
            }
            _ => {
                let (sizes, mut regions, groups) = state::sizes(document);
                if !document.regions.a.is_empty() {
                    regions.push(document.regions.a.clone());
                }
                (Asked::Sizes(sizes, groups.clone()), regions, groups)
            }
        };
        let mut solver = StateSolver::default();
        let query = state::query(document, &network, regions, groups);
        solver.apply(StateCommand::Solve(Box::new(query)));
        Ok(Self { document: document.clone(), network, asked, solver, answer: None })
    }

    pub(super) fn advance(&mut self) -> Result<bool, StudyError> {
        let more = self.solver.advance();
        if let Some(answer) = self.solver.snapshot() {
            if let Some(limit) = &answer.limit {
                return Err(StudyError::Setting(limit.to_string()));
            }
            if let (Asked::Region, Some(limit)) =
                (&self.asked, answer.rows.iter().find_map(|r| r.limit.as_ref()))
            {
                return Err(StudyError::Setting(limit.to_string()));
            }
            self.answer = Some(answer);
        }
        Ok(more)
    }

    /// What is left out, for a line under the plot: intervals whose tables would grow too large.
    pub(super) fn left_out(&self) -> Option<String> {
        let (answer, rows) = self.found()?;
        let of = |(region, row): (&Region, &StateEntropy)| {
            row.limit.as_ref().map(|_| region.len().min(region.sites() - region.len()))
        };
        let sizes: Vec<u64> = answer.regions.iter().zip(rows).filter_map(of).collect();
        let least = sizes.iter().min()?;
        Some(format!("{} intervals, from ℓ = {least} on, need tables too large for S", sizes.len()))
    }

    pub(super) fn progress(&self) -> StudyProgress {
        let (done, total) = self.solver.progress();
        StudyProgress { doing: "entropies of the network's own state", done, total }
    }

    /// Rows of regions found so far, and the answer they are of.
    fn found(&self) -> Option<(&StateAnswer, &[StateEntropy])> {
        self.answer.as_ref().map(|answer| (answer, &answer.rows[..]))
    }

    /// Means over the positions of each size.
    fn by_size(&self) -> Vec<StateSize> {
        let (Asked::Sizes(sizes, groups), Some((answer, rows))) = (&self.asked, self.found()) else {
            return Vec::new();
        };
        let whole = groups.iter().take_while(|group| group.iter().all(|k| *k < rows.len()));
        whole
            .enumerate()
            .map(|(number, group)| {
                let mean = |of: &dyn Fn(&StateEntropy) -> Option<f64>| -> Option<f64> {
                    let sum: Option<f64> = group.iter().map(|k| of(&rows[*k])).sum();
                    sum.map(|sum| sum / group.len() as f64)
                };
                let sampled = answer.sampled_means.get(number);
                StateSize {
                    size: sizes[number],
                    von_neumann_nats: mean(&|r| r.von_neumann_nats),
                    renyi2_nats: sampled.map(|s| s.renyi2_nats).or_else(|| mean(&|r| r.renyi2_nats)),
                    renyi2_error: sampled.map(|s| s.standard_error),
                    bound_nats: mean(&|r| Some(r.bound_nats)).unwrap_or(0.0),
                    cut_nats: mean(&|r| Some(r.cut_nats)).unwrap_or(0.0),
                    exact_nats: rows[group[0]].exact_nats,
                }
            })
            .collect()
    }

    /// Central charges of the state and of the exact chain, by both entropies where they are there.
    fn charges(&self) -> Vec<(&'static str, CentralCharge)> {
        let sizes = self.by_size();
        let n = self.document.network.sites;
        let ends = if self.document.network.boundary == Boundary::Ring { 2 } else { 1 };
        let fit = |kind, of: &dyn Fn(&StateSize) -> Option<f64>| {
            let points: Vec<(u64, f64)> = sizes.iter().filter_map(|s| Some((s.size, of(s)?))).collect();
            fit_central_charge(&points, n, ends, kind)
        };
        let (s, s2) = (EntropyKind::VonNeumann, EntropyKind::Renyi2);
        [
            ("c of S", fit(s, &|r| r.von_neumann_nats)),
            ("c of S, exact chain", fit(s, &|r| r.exact_nats.map(|e| e[0]))),
            ("c of S_2", fit(s2, &|r| r.renyi2_nats)),
            ("c of S_2, exact chain", fit(s2, &|r| r.exact_nats.map(|e| e[1]))),
        ]
        .into_iter()
        .filter_map(|(name, fit)| Some((name, fit?)))
        .collect()
    }

    pub(super) fn table(&self) -> StudyTable {
        let or_nan = |x: Option<f64>| x.unwrap_or(f64::NAN);
        match &self.asked {
            Asked::Sizes(..) => {
                let mut table = StudyTable::new(&[
                    ("size", "sites"),
                    ("von_neumann", "nats"),
                    ("renyi2", "nats"),
                    ("renyi2_error", "nats"),
                    ("bound", "nats"),
                    ("cut", "nats"),
                    ("quantum_ising", "nats"),
                    ("quantum_ising_renyi2", "nats"),
                ]);
                for row in self.by_size() {
                    table.push([
                        row.size as f64,
                        or_nan(row.von_neumann_nats),
                        or_nan(row.renyi2_nats),
                        or_nan(row.renyi2_error),
                        row.bound_nats,
                        row.cut_nats,
                        or_nan(row.exact_nats.map(|e| e[0])),
                        or_nan(row.exact_nats.map(|e| e[1])),
                    ]);
                }
                for (name, charge) in self.charges() {
                    table.add_fitted(name, Some((charge.c, charge.error)));
                }
                table
            }
            Asked::Region => {
                let mut table = StudyTable::new(&[("level", ""), ("probability", ""), ("minus_ln_p", "")]);
                let row = self.found().and_then(|(_, rows)| rows.first());
                for (k, p) in row.iter().flat_map(|row| &row.probabilities).enumerate() {
                    table.push([k as f64 + 1.0, *p, -p.ln() + 0.0]);
                }
                table
            }
            Asked::Map(places, _) => {
                let mut table = StudyTable::new(&[
                    ("centre", "sites"),
                    ("size", "sites"),
                    ("von_neumann", "nats"),
                    ("renyi2", "nats"),
                    ("bound", "nats"),
                    ("cut", "nats"),
                    ("tightness", ""),
                ]);
                let rows = self.found().map_or(&[][..], |found| found.1);
                for ((centre, size), row) in places.iter().zip(rows) {
                    table.push([
                        *centre,
                        *size as f64,
                        or_nan(row.von_neumann_nats),
                        or_nan(row.renyi2_nats),
                        row.bound_nats,
                        row.cut_nats,
                        or_nan(tightness(row)),
                    ]);
                }
                table
            }
        }
    }

    pub(super) fn chart(&self) -> Option<Chart> {
        let (answer, rows) = self.found()?;
        let formula = answer.parameters.form.formula();
        let a = &self.document.regions.a;
        let unit = picture::unit(&self.document, &Study::of(Arc::clone(&self.network)));
        Some(match &self.asked {
            Asked::Sizes(..) => {
                let sizes = self.by_size();
                if sizes.is_empty() {
                    return None;
                }
                let charges = self.charges();
                let charges = charges.chunks(2).map(|pair| {
                    let of =
                        |(name, c): &(&str, CentralCharge)| format!("{name} = {}", with_error(c.c, c.error));
                    pair.iter().map(of).collect::<Vec<_>>().join(" · ")
                });
                let own = rows.last().filter(|_| rows.len() == answer.regions.len() && !a.is_empty());
                let selection = own.and_then(|row| row.von_neumann_nats.or(row.renyi2_nats));
                state_chart(&StatePlot {
                    formula,
                    sizes: &sizes,
                    bounded: answer.bounded,
                    notes: charges.chain(self.left_out()).collect(),
                    selection: selection.map(|nats| (a.len().min(a.sites() - a.len()), nats)),
                    unit,
                })
            }
            Asked::Region => {
                let row = rows.first()?;
                let levels: Vec<f64> = row.probabilities.iter().map(|p| -p.ln() + 0.0).collect();
                spectrum_chart(&SpectrumPlot {
                    formula,
                    region: &a.to_string(),
                    levels: &levels,
                    most: answer.bounded.then(|| (row.bound_nats / LN_2).exp2().round()),
                })
            }
            Asked::Map(places, cell) => {
                let cells: Vec<TightnessCell> = places
                    .iter()
                    .zip(rows)
                    .filter_map(|((centre, size), row)| {
                        Some(TightnessCell { centre: *centre, size: *size, tightness: tightness(row)? })
                    })
                    .collect();
                let mut chart = tightness_chart(&TightnessPlot {
                    formula,
                    cells: &cells,
                    sites: a.sites(),
                    cell: *cell,
                    bounded: answer.bounded,
                    selection: single(a),
                });
                let [step, _] = *cell;
                if step > 1.0 {
                    chart.notes.push(format!(
                        "a sample: every {step} sizes and starts, shifted from row to row; to {} sites all",
                        state::MAPPED_SITES
                    ));
                }
                chart.notes.extend(self.left_out());
                chart
            }
        })
    }
}

/// S/(m ln 2); absent where S is, or nothing separates.
fn tightness(row: &StateEntropy) -> Option<f64> {
    row.von_neumann_nats.filter(|_| row.bound_nats > 0.0).map(|s| s / row.bound_nats)
}

/// Middle and size of a region of one interval.
fn single(region: &Region) -> Option<(f64, u64)> {
    match region.intervals() {
        [one] => Some(((one.start as f64 + 0.5 * one.len as f64).rem_euclid(region.sites() as f64), one.len)),
        _ => None,
    }
}
