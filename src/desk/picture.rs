//! The figures of a study: the same that the window draws and files hold.

use super::looks::{BulkLooks, WidestLink};
use super::results::fit_note;
use super::study::{Study, reuse_of_weights};
use crate::figure::bulk::{BulkScene, LayerLook, RegionLook, draw_bulk};
use crate::figure::camera::{Camera, ChartKind, Frame, Projection};
use crate::figure::link_tones::LinksBy;
use crate::figure::notes::{self, NoteAnchor};
use crate::figure::page::Anchor;
use crate::figure::palette::Role;
use crate::figure::palette::{Hue, Theme};
use crate::figure::passage::Passage;
use crate::figure::plots::{
    Certainty, EntropyUnit, FlowPlot, LayerFigures, LayersPlot, PlanePlot, ReferenceEntropy, ScalingPlot,
    SizeEntropy, TrainingPlot, WeightsPlot, flow_chart, plane_chart, scaling_chart, training_chart,
    weights_chart,
};
use crate::figure::{BulkPicture, Chart, Figure, ThreadCount, WallLook};
use crate::holography::LayerStatus;
use crate::hyperbolic::Tile;
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::{LinkId, Network};
use crate::numerics::stable::LN_2;
use crate::numerics::statistics::Summary;
use crate::rbm::{effective_couplings, link_entropy};
use crate::session::{Document, Note, NotePlace, RegionName, Units};
use crate::sim::{LearnedLayer, SurveyRow, TheoryKind, TrainingSnapshot, Wall};
use crate::theory::{ClassicalChain, fermion};
use std::sync::Arc;

/// What belongs to a picture of the bulk besides document and study.
#[derive(Clone, Copy, Debug)]
pub struct BulkView {
    /// Where from.
    pub camera: Camera,
    /// The part of the page it is drawn on.
    pub frame: Frame,
    /// Whether region ends have handles.
    pub handles: bool,
    /// Layer to be lit.
    pub lit_layer: Option<u32>,
    /// Factor on line widths.
    pub strokes: f32,
    /// The chart that is being left, and how far.
    pub passage: Option<Passage>,
    /// Whether beads on the bit threads are part of the picture; else they move over it, along [`BulkPicture::tracks`].
    pub still_beads: bool,
    /// Position of the film of coarse graining, in layers, while it is shown.
    pub film: Option<f64>,
}

/// The hue of a region.
#[must_use]
pub const fn hue(name: RegionName) -> Hue {
    match name {
        RegionName::A => Hue::A,
        RegionName::B => Hue::B,
        RegionName::C => Hue::C,
    }
}

/// The chart that a document is shown in; a line has no ring.
#[must_use]
pub fn chart(document: &Document) -> ChartKind {
    match document.network.boundary {
        Boundary::Line if document.view.chart == ChartKind::Ring => ChartKind::HalfPlane,
        _ => document.view.chart,
    }
}

/// The projection of a document onto a frame.
#[must_use]
pub fn projection(document: &Document, camera: Camera, frame: Frame) -> Projection {
    let chart = chart(document);
    Projection::new(chart, document.view.ring_radius, document.network.sites, camera, frame)
}

/// Draws the bulk of a study onto a page; tells how many of the bit threads could be seen.
pub fn draw(
    page: &mut Figure,
    document: &Document,
    study: &Study,
    view: &BulkView,
    theme: Theme,
) -> ThreadCount {
    with_scene(document, study, view, theme, |scene| {
        let threads = match view.passage {
            Some(passage) => passage.draw(page, scene),
            None => draw_bulk(page, scene),
        };
        draw_notes(page, document, scene, view.passage);
        threads
    })
}

/// The notes of a document over its picture; from chart to chart they go the way of their places.
fn draw_notes(page: &mut Figure, document: &Document, scene: &BulkScene<'_>, passage: Option<Passage>) {
    let draw = |page: &mut Figure, projection| {
        notes::draw_notes(page, &projection, scene.field, notes_in(document));
    };
    match passage {
        Some(passage) => passage.each(page, scene.projection, draw),
        None => draw(page, scene.projection),
    }
}

/// The same on a page that is drawn again and again.
pub fn redraw(
    picture: &mut BulkPicture,
    document: &Document,
    study: &Study,
    view: &BulkView,
    theme: Theme,
) -> ThreadCount {
    with_scene(document, study, view, theme, |scene| {
        let threads = picture.draw(scene, view.passage);
        draw_notes(picture.over(), document, scene, view.passage);
        threads
    })
}

/// Makes the scene of a study and hands it on.
fn with_scene<R>(
    document: &Document,
    study: &Study,
    view: &BulkView,
    theme: Theme,
    use_it: impl FnOnce(&BulkScene<'_>) -> R,
) -> R {
    let network = &study.network;
    // The brightest link is one that is fully entangled through all of its channels.
    let tone = |nats: f64, layer: usize| tone(nats / if layer == 0 { 1.0 } else { network.channels as f64 });
    let looks: Vec<LayerLook> = network
        .slot_nats
        .iter()
        .zip(&network.status)
        .enumerate()
        .map(|(k, (nats, status))| LayerLook {
            slot_tone: nats.iter().map(|n| tone(*n, k)).collect(),
            link_tone: link_tones(&network.network, k as u32),
            // A coupling that is learned from entropies waits for no weights.
            learned: *status != LayerStatus::Untrained || document.view.links == LinksBy::Learned,
        })
        .collect();
    let regions: Vec<RegionLook<'_>> = study.answer.as_ref().map_or_else(Vec::new, |answer| {
        RegionName::ALL
            .into_iter()
            .zip(answer.regions.iter().zip(&answer.later))
            .filter(|(_, (a, _))| !a.region.is_empty())
            .map(|(name, (a, later))| RegionLook {
                hue: hue(name),
                region: &a.region,
                answer: Some(a),
                threads: later.threads.as_deref().unwrap_or_default(),
                handles: view.handles,
            })
            .collect()
    });
    let spins = study.training.as_ref().map(|t| std::sync::Arc::clone(&t.spins)).unwrap_or_default();
    let geometry = network.network.geometry();
    let data = BulkLooks::of(document, study, view.film);
    let scene = BulkScene {
        projection: projection(document, view.camera, view.frame),
        field: geometry.field(),
        boundary: geometry.boundary(),
        depth: geometry.depth(),
        layers: &looks,
        regions: &regions,
        spins: &spins,
        wall: wall(document),
        lit_layer: view.lit_layer,
        overlays: document.view.show,
        looks: data.looks(view.still_beads),
        strokes: view.strokes,
        dark: theme.is_dark(),
    };
    use_it(&scene)
}

/// The notes of a document whose places its network has.
fn notes_in(document: &Document) -> impl Iterator<Item = (NoteAnchor, &str)> {
    let there = move |note: &&Note| note.place.is_in(document.network.sites);
    document.notes.iter().filter(there).map(|note| {
        let anchor = match note.place {
            NotePlace::Site(site) => NoteAnchor::Site(site as f64 + 0.5),
            NotePlace::Tile { layer, index } => NoteAnchor::Tile(Tile { layer, index: index as i64 }),
        };
        (anchor, note.text.as_str())
    })
}

/// A capacity as a share of ln 2.
fn tone(nats: f64) -> f32 {
    (nats / LN_2).clamp(0.0, 1.0) as f32
}

/// Tones of all links of a layer whose blocks differ, block by block; empty for one whose blocks do not.
fn link_tones(network: &Network, layer: u32) -> Vec<f32> {
    if network.is_shared(layer) {
        return Vec::new();
    }
    let geometry = network.geometry();
    let links = geometry.field().links() as u8;
    (0..geometry.sites_in_layer(layer + 1))
        .flat_map(|block| (0..links).map(move |slot| LinkId { layer, block, slot }))
        .map(|link| tone(network.nats(link)))
        .collect()
}

/// The infrared wall, where the network ends before its full depth: `z_IR` is that of the mass, if it follows the mass.
fn wall(document: &Document) -> Option<WallLook> {
    let n = &document.network;
    if n.depth(document.theory.mass) >= n.log2_sites() {
        return None;
    }
    match n.wall {
        Wall::Off => None,
        Wall::Mass => Some(WallLook { z_ir: Some(fermion::correlation_length(document.theory.mass).log2()) }),
        Wall::Layer(_) => Some(WallLook { z_ir: None }),
    }
}

/// The bulk as a picture of its own.
#[must_use]
pub fn bulk_figure(
    document: &Document,
    study: &Study,
    size: [f32; 2],
    camera: Camera,
    theme: Theme,
) -> Figure {
    film_frame(document, study, size, camera, theme, None)
}

/// The bulk as a picture of its own, at a position of the film of coarse graining, in layers.
#[must_use]
pub fn film_frame(
    document: &Document,
    study: &Study,
    size: [f32; 2],
    camera: Camera,
    theme: Theme,
    film: Option<f64>,
) -> Figure {
    let mut page = Figure::new(size[0], size[1]);
    let frame = Frame::page(size[0], size[1]);
    let strokes = (size[0].min(size[1]) / 828.0).clamp(0.5, 2.0);
    let view = BulkView {
        camera,
        frame,
        handles: false,
        lit_layer: None,
        strokes,
        passage: None,
        still_beads: true,
        film,
    };
    let threads = draw(&mut page, document, study, &view, theme);
    draw_captions(&mut page, document, study, threads, film);
    page
}

/// What a figure says of its colours and lines, bottom left.
fn draw_captions(
    page: &mut Figure,
    document: &Document,
    study: &Study,
    threads: ThreadCount,
    film: Option<f64>,
) {
    let data = BulkLooks::of(document, study, None);
    let mut foot = page.height - 16.0;
    let film = film.map(|at| format!("spins of one sample at τ = {}", film_position(at)));
    for words in threads.words().into_iter().chain(data.widest_link.map(WidestLink::words)).chain(film) {
        page.text([14.0, foot], words, 11.5, Role::Secondary, Anchor::Start);
        foot -= 18.0;
    }
    if let Some(scale) = data.link_scale {
        scale.draw(page, [14.0, foot + 8.0 - scale.height()]);
        foot -= scale.height() + 8.0;
    }
    if let Some(scale) = data.scale {
        scale.draw(page, [14.0, foot + 8.0 - scale.height()]);
    }
}

/// A position of the film as people read it: whole layers without a point, else one decimal.
#[must_use]
pub fn film_position(at: f64) -> String {
    if at.fract().abs() < 0.05 { format!("{at:.0}") } else { format!("{at:.1}") }
}

/// The unit that a document shows entropies in.
#[must_use]
pub fn unit(document: &Document, study: &Study) -> EntropyUnit {
    match document.view.units {
        Units::Nats => EntropyUnit { nats: 1.0, name: "nats" },
        Units::Bits => EntropyUnit { nats: LN_2, name: "bits" },
        Units::Links => {
            let largest = study.network.largest_link_nats();
            EntropyUnit { nats: if largest > 0.0 { largest } else { LN_2 }, name: "links" }
        }
    }
}

/// The scaling plot of a study.
#[must_use]
pub fn scaling_plot(document: &Document, study: &Study, compare: bool) -> Chart {
    let selection: Vec<(Hue, u64, f64)> = study.answer.as_ref().map_or_else(Vec::new, |answer| {
        RegionName::ALL
            .into_iter()
            .zip(&answer.regions)
            .filter(|(_, a)| !a.region.is_empty())
            .map(|(name, a)| (hue(name), a.region.len(), a.cut.capacity_nats))
            .collect()
    });
    let row = |r: &SurveyRow| SizeEntropy {
        size: r.size,
        mean: r.mean_nats,
        std: r.std_nats,
        min: r.min_nats,
        max: r.max_nats,
        positions: r.positions,
    };
    let mut survey_notes = Vec::new();
    let (rows, reference, fit) = match &study.survey {
        Some(s) => {
            let sites = document.network.sites;
            survey_notes.extend(s.above_volume_note());
            survey_notes.extend(s.fit.and_then(|fit| fit_note(&fit, sites)));
            survey_notes.extend(s.reference_notes(sites));
            let rows: Vec<SizeEntropy> = s.rows.iter().map(row).collect();
            let reference: Vec<ReferenceEntropy> = s
                .reference
                .iter()
                .map(|r| ReferenceEntropy {
                    size: r.size as u64,
                    dirac: r.dirac_nats,
                    quantum_ising: r.quantum_ising_nats,
                })
                .collect();
            (rows, reference, s.fit)
        }
        None => (Vec::new(), Vec::new(), None),
    };
    let shallow: Vec<SizeEntropy> =
        study.shallow.as_ref().map_or_else(Vec::new, |s| s.rows.iter().map(row).collect());
    let mass = document.theory.mass;
    let wall = (mass != 0.0).then(|| fermion::correlation_length(mass).log2());
    scaling_chart(&ScalingPlot {
        rows: &rows,
        reference: &reference,
        fit,
        selection: &selection,
        sites: document.network.sites,
        wall,
        compare,
        shallow: &shallow,
        unit: unit(document, study),
        survey_notes,
        capacity_note: capacity_note(study),
    })
}

/// What must be said of where the capacities come from; nothing when every link is learned or given.
#[must_use]
pub fn capacity_note(study: &Study) -> String {
    let count = |s: LayerStatus| study.network.status.iter().filter(|x| **x == s).count();
    let (untrained, extrapolated) = (count(LayerStatus::Untrained), count(LayerStatus::Extrapolated));
    let (learned, all) = study.network.learned_layers();
    if untrained > 0 {
        let unit = if study.network.channels > 1 { "as fully entangled" } else { "ln 2 a link" };
        format!("{learned} of {all} layers learned, the others count {unit}")
    } else if extrapolated > 0 {
        reuse_of_weights(extrapolated)
    } else {
        String::new()
    }
}

/// The flow of K2 through the layers, beside exact decimation.
#[must_use]
pub fn flow_plot(document: &Document, study: &Study) -> Chart {
    let theory = document.theory;
    let is_chain = theory.kind == TheoryKind::Chain;
    // Layer 0 of the quantum Ising chain is no Ising pair interaction: its flow begins above it.
    let mut learned = vec![(if is_chain { theory.k2 } else { f64::NAN }, Certainty::Stated)];
    if let Some(training) = &study.training {
        // A single hidden spin has no neighbour and no coupling.
        for layer in training.layers.iter().filter(|l| l.rbm.shape().blocks() > 1) {
            let Some(rbm) = layer.rbm.single() else { continue };
            learned.push((effective_couplings(rbm).k2, certainty_of_k2(layer)));
        }
    }
    let layers = document.learning.sites.trailing_zeros();
    let mut exact = Vec::new();
    let mut chain = Some(theory.chain()).filter(|c| is_chain && c.k3 == 0.0);
    for _ in 0..layers {
        let Some(now) = chain else { break };
        exact.push(now.k2);
        chain = now.decimated();
    }
    let tree = document.network.receptive_field == ReceptiveField::Two;
    let channels = document.learning.channels;
    flow_chart(&FlowPlot { learned: &learned, exact: &exact, layers, tree, classical: is_chain, channels })
}

/// The weights of every layer so far, and those at criticality where the study has them.
#[must_use]
pub fn weights_plot(document: &Document, study: &Study) -> Chart {
    let layers = |training: &Option<Arc<TrainingSnapshot>>| -> Vec<[Vec<f64>; 2]> {
        training.as_ref().map_or_else(Vec::new, |t| t.layers.iter().map(|l| slot_weights(l)).collect())
    };
    let learned = layers(&study.training);
    let means: Vec<_> = learned.iter().map(|[mean, _]| mean.clone()).collect();
    let spread: Vec<_> = learned.iter().map(|[_, spread]| spread.clone()).collect();
    let critical: Vec<_> = layers(&study.critical).into_iter().map(|[mean, _]| mean).collect();
    let wall = document.theory.correlation_length().log2();
    weights_chart(&WeightsPlot {
        layers: &means,
        spread: &spread,
        critical: &critical,
        planned: document.learning.sites.trailing_zeros(),
        channels: document.learning.channels,
        wall: (wall.is_finite() && wall > 0.0).then_some(wall),
    })
}

/// Weights slot by slot, and their standard errors, or their spread over the blocks where every block has its own; not a
/// number where none is known.
fn slot_weights(learned: &LearnedLayer) -> [Vec<f64>; 2] {
    let layer = &learned.rbm;
    let spread = match layer.single().filter(|rbm| !rbm.is_shared()) {
        None => {
            let errors = learned.report.as_ref().map_or(&[][..], |report| &report.weight_errors);
            let slots = 0..layer.shape().links();
            slots.map(|slot| errors.get(slot).copied().flatten().unwrap_or(f64::NAN)).collect()
        }
        Some(rbm) => {
            let links = rbm.shape.field.links();
            let of = |slot| rbm.weights.iter().skip(slot).step_by(links).copied().collect::<Summary>();
            // Links that did not pay were all set to 0, which is no measurement.
            let spread = |slot| if layer.has_links() { of(slot).std() } else { f64::NAN };
            (0..links).map(spread).collect()
        }
    };
    [layer.slot_weights(), spread]
}

/// How well K′2 of a layer is known: a report that states no error says that nothing bounds it.
fn certainty_of_k2(layer: &LearnedLayer) -> Certainty {
    let Some(report) = &layer.report else { return Certainty::Stated };
    report.k_eff_error.and_then(|error| error.k2).map_or(Certainty::Undetermined, Certainty::Within)
}

/// (K1, K2) of the theory and of the hidden spins of every layer, in the plane, over exact decimation.
#[must_use]
pub fn plane_plot(document: &Document, study: &Study) -> Chart {
    let theory = document.theory;
    let is_chain = theory.kind == TheoryKind::Chain;
    let mut learned = Vec::new();
    if is_chain {
        learned.push(([theory.k1, theory.k2], Certainty::Stated));
    }
    for layer in study.training.iter().flat_map(|t| &t.layers).filter(|l| l.rbm.shape().blocks() > 1) {
        // With several channels hidden spins are no chain of Ising pairs.
        let Some(rbm) = layer.rbm.single() else { continue };
        let k = effective_couplings(rbm);
        learned.push(([k.k1, k.k2], certainty_of_k2(layer)));
    }
    let way = |start: ClassicalChain| {
        let steps = std::iter::successors(Some(start), ClassicalChain::decimated);
        steps.take(STREAM_STEPS).map(|c| [c.k1, c.k2]).collect::<Vec<_>>()
    };
    let exact = if is_chain && theory.k3 == 0.0 { way(theory.chain()) } else { Vec::new() };
    let stream: Vec<_> = [0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.8]
        .into_iter()
        .flat_map(|k1: f64| if k1 == 0.0 { vec![0.0] } else { vec![k1, -k1] })
        .map(|k1| way(ClassicalChain { k1, k2: 3.0, k3: 0.0 }))
        .collect();
    let tree = document.network.receptive_field == ReceptiveField::Two;
    plane_chart(&PlanePlot { learned: &learned, exact: &exact, stream: &stream, tree })
}

/// Steps of decimation drawn in the plane: after so many the coupling is below what can be seen.
const STREAM_STEPS: usize = 16;

/// The figures of every learned layer, for the plots against τ.
pub(super) fn layer_figures(study: &Study) -> Vec<LayerFigures> {
    let layers = study.training.iter().flat_map(|t| &t.layers);
    layers
        .map(|layer| {
            let links = match layer.rbm.single().filter(|rbm| !rbm.is_shared()) {
                Some(rbm) => rbm.weights.iter().map(|w| (link_entropy(*w), 1.0)).collect(),
                None => {
                    let blocks = layer.rbm.shape().blocks() as f64;
                    layer.rbm.link_entropies().into_iter().map(|s| (s, blocks)).collect()
                }
            };
            let Some(report) = &layer.report else {
                return LayerFigures { links, ..LayerFigures::default() };
            };
            let per_spin = |nats: f64| nats / report.sites as f64;
            LayerFigures {
                kl_per_spin: report.kl_per_spin.zip(report.kl_error),
                trace: report.trace_mean.zip(report.trace_std),
                free_energy_visible: report.free_energy_visible.map(per_spin),
                free_energy_hidden: Some(per_spin(report.free_energy_hidden)),
                correlation_length: report.correlation_length,
                links,
            }
        })
        .collect()
}

/// A figure of every layer against τ, drawn by `draw`.
#[must_use]
pub fn layers_plot(document: &Document, study: &Study, draw: impl FnOnce(&LayersPlot<'_>) -> Chart) -> Chart {
    let layers = layer_figures(study);
    let training = study.training.as_ref();
    let unreported = training.is_some_and(|t| t.layers.iter().any(|l| l.report.is_none()));
    let reason = training.and_then(|t| t.layers.first()?.report.as_ref()?.absent_reason.clone());
    draw(&LayersPlot {
        layers: &layers,
        planned: document.learning.sites.trailing_zeros(),
        correlation_length: Some(document.theory.correlation_length()).filter(|xi| !xi.is_nan()),
        reason: if unreported {
            Some("the weights came with the session; their figures are not known yet".into())
        } else {
            reason
        },
    })
}

/// The likelihood along the training of a layer: of the one asked for, if it has been trained, else of the
/// one in training, else of layer 0.
#[must_use]
pub fn training_plot(study: &Study, layer: Option<usize>) -> Option<Chart> {
    let training = study.training.as_ref()?;
    let trained = |k: usize| Some((k, &training.layers.get(k)?.history)).filter(|(_, h)| !h.is_empty());
    let current = Some((training.layers.len(), &training.current)).filter(|(_, steps)| !steps.is_empty());
    let (layer, steps) = layer.and_then(trained).or(current).or_else(|| trained(0))?;
    let steps: Vec<(f64, f64)> =
        steps.iter().map(|s| (s.nll_training, s.nll_held_out.unwrap_or(f64::NAN))).collect();
    Some(training_chart(&TrainingPlot { layer, steps: &steps }))
}
