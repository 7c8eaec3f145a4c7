//! Sources in the bulk: how boundary spins answer to a field on a hidden spin, against hyperbolic distance.

use super::{StudyProgress, StudyTable};
use crate::desk::study::{StudyError, bulk_network, reuse_of_weights};
use crate::entanglement::{Elimination, LANES, LayeredIsing};
use crate::figure::Chart;
use crate::figure::plots::{SourcePoint, SourcesPlot, sources_chart};
use crate::holography::{BulkNetwork, LayerStatus};
use crate::hyperbolic::{Tile, distance, ring_distance};
use crate::lattice::Boundary;
use crate::network::{Geometry, Node};
use crate::numerics::least_squares::{LineFit, fit_line};
use crate::numerics::statistics::Summary;
use crate::session::Document;
use crate::sim::CapacityRule;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most sources of one layer; evenly spread where it has more nodes.
const MOST_SOURCES: u64 = 32;
/// Sources that one contraction answers: two lanes each.
const SOURCES_PER_PIECE: usize = LANES / 2;
/// Responses below this are rounding.
const DUST: f64 = 1e-11;

/// The joint distribution of all layers, `p ∝ exp(Σ_links w σσ' + Σ_nodes b σ)` (Gan and Shu 2017, eq. 16, with our
/// signs), its ln Z and the response `d⟨v_i⟩/db_j = ⟨v_i h_j⟩ − ⟨v_i⟩⟨h_j⟩` of every visible spin to sources on hidden
/// ones. A bias is that of the RBM below plus that of the RBM above. All sums are exact.
///
/// With h_j held up and down, `⟨v_i h_j⟩ − ⟨v_i⟩⟨h_j⟩ = ½(1 − ⟨h_j⟩²)(⟨v_i⟩₊ − ⟨v_i⟩₋)`: nothing is differentiated by steps.
pub(super) struct SourcesStudy {
    geometry: Geometry,
    model: LayeredIsing,
    biases: Vec<f64>,
    sources: Vec<Node>,
    done: usize,
    /// ⟨σ⟩ of every node without sources, once it is known.
    means: Vec<f64>,
    log_partition: f64,
    /// Responses by layer and twice the separation in sites.
    sums: BTreeMap<(u32, u64), Summary>,
    remarks: Vec<String>,
}

impl SourcesStudy {
    pub(super) fn new(document: &Document) -> Result<Self, StudyError> {
        let mut document = document.clone();
        document.network.capacity = CapacityRule::Learned;
        let bulk = bulk_network(&document, None)?;
        let geometry = *bulk.network.geometry();
        let order = Arc::new(Elimination::new(&geometry).map_err(|e| StudyError::Network(e.to_string()))?);
        let weights: Vec<f64> = geometry.links().map(|link| bulk.weight(link).unwrap_or(0.0)).collect();
        let biases =
            (0..geometry.node_count()).map(|id| bulk.bias(geometry.node_at(id)).unwrap_or(0.0)).collect();
        let sources = (1..=geometry.depth())
            .flat_map(|layer| {
                let nodes = geometry.sites_in_layer(layer);
                let count = nodes.min(MOST_SOURCES);
                (0..count).map(move |i| Node { layer, index: i * nodes / count })
            })
            .collect();
        Ok(Self {
            geometry,
            model: LayeredIsing::new(order, &weights),
            biases,
            sources,
            done: 0,
            means: Vec::new(),
            log_partition: f64::NAN,
            sums: BTreeMap::new(),
            remarks: remarks(&bulk),
        })
    }

    /// The means, then four more sources.
    pub(super) fn advance(&mut self) -> bool {
        if self.means.is_empty() {
            let found = self.model.expectations(
                1,
                |_, node| self.biases[node],
                |_, _, e| (e.log_partition[0], e.spins.iter().map(|s| s[0]).collect::<Vec<f64>>()),
            );
            for (log_partition, means) in found {
                (self.log_partition, self.means) = (log_partition, means);
            }
            return true;
        }
        let next = self.sources[self.done..].len().min(SOURCES_PER_PIECE);
        let sources = self.sources[self.done..self.done + next].to_vec();
        let ids: Vec<usize> = sources.iter().map(|s| self.geometry.node_id(*s) as usize).collect();
        let field = |i: usize, node: usize| {
            let held = if i.is_multiple_of(2) { f64::INFINITY } else { f64::NEG_INFINITY };
            if node == ids[i / 2] { held } else { self.biases[node] }
        };
        let sites = self.geometry.sites() as usize;
        let found = self.model.expectations(2 * next, field, |_, _, e| e.spins[..sites].to_vec());
        for spins in found {
            for (s, source) in sources.iter().enumerate() {
                let mean = self.means[ids[s]];
                for (site, spin) in spins.iter().enumerate() {
                    let response = 0.5 * (1.0 - mean * mean) * (spin[2 * s] - spin[2 * s + 1]);
                    let (separation, _) = self.place(site as u64, *source);
                    self.sums.entry((source.layer, separation)).or_default().push(response);
                }
            }
        }
        self.done += next;
        let more = self.done < self.sources.len();
        if !more && self.is_ordered() {
            let words = "ordered: in the joint distribution a spin feels the layers on both sides, and answers do not fall";
            self.remarks.push(words.into());
        }
        more
    }

    /// Whether even the farthest answers are not small.
    fn is_ordered(&self) -> bool {
        self.sums.values().map(Summary::mean).fold(f64::INFINITY, f64::min) > 0.5
    }

    /// Twice the sites between a visible spin and a source, and their distance in the bulk.
    fn place(&self, site: u64, source: Node) -> (u64, f64) {
        let (g, field) = (&self.geometry, self.geometry.field());
        let point = |layer, index: u64| Tile { layer, index: index as i64 }.centre(field);
        let (v, h) = (point(0, site), point(source.layer, source.index));
        let period = g.sites() as f64;
        let (apart, d) = match g.boundary() {
            Boundary::Ring => {
                let apart = (v.x - h.x).abs() % period;
                (apart.min(period - apart), ring_distance(v, h, g.sites()))
            }
            Boundary::Line => ((v.x - h.x).abs(), distance(v, h)),
        };
        ((2.0 * apart).round() as u64, d)
    }

    pub(super) fn progress(&self) -> StudyProgress {
        StudyProgress { doing: "sources", done: self.done as u64, total: self.sources.len() as u64 }
    }

    fn points(&self) -> Vec<SourcePoint> {
        let field = self.geometry.field();
        let point = |(&(layer, twice), summary): (&(u32, u64), &Summary)| {
            let separation = 0.5 * twice as f64;
            let centre = |layer| Tile { layer, index: 0 }.centre(field).z;
            let above = |x, layer| crate::hyperbolic::HalfPlane { x, z: centre(layer) };
            SourcePoint {
                layer,
                separation,
                distance: distance(above(0.0, 0), above(separation, layer)),
                response: summary.mean(),
                std: summary.std(),
                pairs: summary.count(),
            }
        };
        self.sums.iter().map(point).collect()
    }

    /// Separations of the fit: beyond the source's own tile, and well within the ring or line.
    fn in_window(&self, p: &SourcePoint) -> bool {
        let tile = f64::from(p.layer).exp2();
        p.response > DUST
            && p.separation >= tile.max(4.0)
            && p.separation <= self.geometry.sites() as f64 / 8.0
    }

    /// ln response = const − Δ d, and the distances that it is over.
    fn fit(&self, points: &[SourcePoint]) -> Option<(LineFit, [f64; 2])> {
        let inside: Vec<(f64, f64)> =
            points.iter().filter(|p| self.in_window(p)).map(|p| (p.distance, p.response.ln())).collect();
        let span = inside.iter().fold([f64::INFINITY, 0.0], |s, p| [p.0.min(s[0]), p.0.max(s[1])]);
        // A line through two points tells nothing of whether they fall on one.
        let whole = self.done == self.sources.len() && inside.len() > 2;
        fit_line(&inside).filter(|_| whole).map(|fit| (fit, span))
    }

    pub(super) fn table(&self) -> StudyTable {
        let mut table = StudyTable::new(&[
            ("distance", "curvature radii"),
            ("response", ""),
            ("layer", ""),
            ("separation", "sites"),
            ("response_std", ""),
            ("pairs", ""),
        ]);
        let points = self.points();
        for p in &points {
            table.push([p.distance, p.response, f64::from(p.layer), p.separation, p.std, p.pairs as f64]);
        }
        let fit = self.fit(&points).map(|(fit, _)| fit);
        table.add_fitted("delta", fit.map(|fit| (-fit.slope, fit.slope_error)));
        if self.done > 0 {
            table.add_exact("log_partition", Some(self.log_partition));
        }
        table
    }

    pub(super) fn chart(&self) -> Option<Chart> {
        let points = self.points();
        let fit = self.fit(&points);
        (!points.is_empty()).then(|| {
            sources_chart(&SourcesPlot {
                points: &points,
                layers: self.geometry.depth(),
                fit: fit.map(|(fit, _)| fit),
                span: fit.map_or([0.0; 2], |(_, span)| span),
                window: format!("separations from max(4, 2^τ) to N/8 = {} sites", self.geometry.sites() / 8),
                log_partition: self.log_partition,
                width: self.model.order().width(),
                remarks: &self.remarks,
            })
        })
    }
}

fn remarks(bulk: &BulkNetwork) -> Vec<String> {
    let extrapolated = bulk.status.iter().filter(|s| **s == LayerStatus::Extrapolated).count();
    if extrapolated == 0 {
        return Vec::new();
    }
    vec![reuse_of_weights(extrapolated)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::study::train_if_needed;
    use crate::session::keys::set_all;

    /// A trained document of eight sites.
    fn document(settings: &[(&str, &str)]) -> Document {
        let mut document = Document::default();
        let small = [("network.sites", "8"), ("learning.sites", "8"), ("learning.samples", "400")];
        let all: Vec<_> =
            small.iter().chain(settings).map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        set_all(&mut document, &all).unwrap();
        train_if_needed(&mut document, |_| true).unwrap();
        document
    }

    #[test]
    fn responses_equal_sums_over_all_states() {
        for settings in [
            &[("theory.kind", "chain"), ("theory.k2", "0.6"), ("theory.k1", "0.2")][..],
            &[("network.receptive_field", "4"), ("network.boundary", "line")],
        ] {
            let document = document(settings);
            let mut study = SourcesStudy::new(&document).unwrap();
            while study.advance() {}
            let bulk = bulk_network(&document, None).unwrap();
            let g = *bulk.network.geometry();
            let nodes = g.node_count() as usize;
            let ends: Vec<(u64, u64, f64)> = g
                .links()
                .map(|l| (g.ends(l).unwrap(), bulk.weight(l).unwrap()))
                .map(|((a, b), w)| (g.node_id(a), g.node_id(b), w))
                .collect();
            let (mut z, mut mean, mut pair) = (0.0, vec![0.0; nodes], vec![0.0; nodes * 8]);
            for state in 0_u64..1 << nodes {
                let s = |i: u64| if state >> i & 1 == 1 { 1.0 } else { -1.0 };
                let links: f64 = ends.iter().map(|(a, b, w)| w * s(*a) * s(*b)).sum();
                let fields: f64 =
                    (0..nodes as u64).map(|i| bulk.bias(g.node_at(i)).unwrap_or(0.0) * s(i)).sum();
                let p = (links + fields).exp();
                z += p;
                for i in 0..nodes {
                    mean[i] += p * s(i as u64);
                    (0..8).for_each(|v| pair[8 * i + v] += p * s(i as u64) * s(v as u64));
                }
            }
            // 2¹⁵ terms of relative error some 20 ε: 1e-13 of ln Z.
            assert!((study.log_partition - z.ln()).abs() < 1e-12 * z.ln().abs().max(1.0));
            for (layer, nodes_in_layer) in [(1, 4), (2, 2), (3, 1)] {
                let mut sums: BTreeMap<u64, Summary> = BTreeMap::new();
                for index in 0..nodes_in_layer {
                    let source = Node { layer, index };
                    let id = g.node_id(source) as usize;
                    for v in 0..8 {
                        let response = pair[8 * id + v] / z - mean[id] * mean[v] / (z * z);
                        sums.entry(study.place(v as u64, source).0).or_default().push(response);
                    }
                }
                for (separation, exact) in sums {
                    let found = study.sums[&(layer, separation)];
                    assert_eq!(found.count(), exact.count());
                    assert!((found.mean() - exact.mean()).abs() < 1e-12, "{layer} {separation}");
                }
            }
        }
    }

    #[test]
    fn too_wide_a_network_is_a_sentence() {
        let document = document(&[("network.sites", "1024"), ("network.receptive_field", "4")]);
        let error = SourcesStudy::new(&document).err().unwrap().to_string();
        assert!(error.contains("1024 sites") && error.contains("set network.sites lower"), "{error}");
    }
}
