//! The bulk as a picture: tiles, links, spins, wedges and Ryu–Takayanagi curves on the page.
//!
//! Cost follows the page, not N: a layer whose tiles are narrower than a few points is one smooth band,
//! and only what the frame shows is visited.

use super::camera::Projection;
use super::film::draw_film;
use super::looks::Looks;
use super::overlays::{ThreadCount, draw_cone, draw_geodesics, draw_threads, draw_ties};
use super::page::{Anchor, Figure, Mark, Paint, Place, Stroke};
use super::palette::{Hue, Role};
use super::plane_bulk::{draw_plane, draw_plane_wall, plane_strip};
use super::polyline::horocycle_line;
use super::regions::{draw_curves, draw_cut_links, draw_region, draw_wedge};
use super::ruler::{draw_depths, draw_ruler};
use super::seen_tiles::seen_tiles;
use crate::holography::{Overlays, RegionAnswer};
use crate::hyperbolic::{HalfPlane, RingRadius, Tile, segment_points};
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::{LinkId, Region, Thread};
use rustc_hash::FxHashSet;

/// Tiles narrower than this are not drawn one by one; their layer is a band.
pub(super) const BAND_BELOW: f64 = 3.0;
/// Tiles this wide have edges at full strength; between the two they fade in.
pub(super) const FULL_FROM: f64 = 8.0;
/// Links appear from this width of their lower tiles on, and are at full strength at twice it.
pub(super) const LINKS_FROM: f64 = 4.5;
/// Length of the piece of an arc drawn straight, in points.
const ARC_STEP: f64 = 5.0;
/// Dashes and gaps of a link that has not been learned yet.
pub(super) const UNLEARNED_DASH: [f32; 2] = [2.5, 2.5];
/// Spins are drawn at this height: outside the first tiles, inside the rim.
pub(super) const SPIN_HEIGHT: f64 = 0.5;

/// How the links between two layers look.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerLook {
    /// Capacity of each slot's link as a share of ln 2, 0…1.
    pub slot_tone: Vec<f32>,
    /// The same for every link, block by block, where blocks differ; otherwise empty.
    pub link_tone: Vec<f32>,
    /// Whether the weights were learned (or reused from learned ones); otherwise links are dashed.
    pub learned: bool,
}

/// A region and what is known of it.
#[derive(Clone, Copy, Debug)]
pub struct RegionLook<'a> {
    /// Its hue.
    pub hue: Hue,
    /// The region as the answer has it, so that arc and curve always belong together.
    pub region: &'a Region,
    /// Its cut.
    pub answer: Option<&'a RegionAnswer>,
    /// The flow that proves the cut, as paths; empty where it is not known.
    pub threads: &'a [Thread],
    /// Whether its ends have handles.
    pub handles: bool,
}

/// Everything a picture of the bulk needs.
#[derive(Clone, Copy, Debug)]
pub struct BulkScene<'a> {
    /// Chart, camera and frame.
    pub projection: Projection,
    /// Receptive field of the network.
    pub field: ReceptiveField,
    /// Ring or line.
    pub boundary: Boundary,
    /// Deepest node layer.
    pub depth: u32,
    /// Links between layers k and k + 1.
    pub layers: &'a [LayerLook],
    /// Regions, lowest first.
    pub regions: &'a [RegionLook<'a>],
    /// One sample of the boundary spins, repeated where the network has more sites; empty for none.
    pub spins: &'a [bool],
    /// Height of the infrared wall, if it stands inside.
    pub wall: Option<f64>,
    /// A layer to be lit, under the pointer on the depth ladder.
    pub lit_layer: Option<u32>,
    /// What is laid over the regions.
    pub overlays: Overlays,
    /// What tiles and links are coloured by.
    pub looks: Looks<'a>,
    /// Factor on all line widths.
    pub strokes: f32,
    /// Whether the ground is dark: halos glow there and are casings on light grounds.
    pub dark: bool,
}

/// Draws the bulk onto a page; tells how many of the bit threads could be seen.
pub fn draw_bulk(page: &mut Figure, scene: &BulkScene<'_>) -> ThreadCount {
    let cut: FxHashSet<LinkId> =
        scene.regions.iter().filter_map(|r| r.answer).flat_map(|a| a.cut.links.iter().copied()).collect();
    if scene.projection.chart.is_plane() {
        draw_plane(page, scene, &cut);
    } else {
        draw_ring(page, scene, &cut);
    }
    if let Some(film) = &scene.looks.film {
        draw_film(page, scene, film);
    }
    for look in scene.regions {
        if let Some(answer) = look.answer {
            if scene.overlays.ties {
                draw_ties(page, scene, answer, look.hue);
            }
            draw_wedge(page, scene, answer, look.hue);
        }
    }
    // Over the wedges: what lies beyond the wall is in its shade.
    draw_wall(page, scene);
    let mut threads = ThreadCount::default();
    for look in scene.regions {
        if scene.overlays.cone
            && let Some((_, curves)) = look.answer.and_then(|answer| answer.cone.as_ref())
        {
            draw_cone(page, scene, curves, look.hue);
        }
        if scene.overlays.threads {
            threads = threads + draw_threads(page, scene, look);
        }
        if scene.overlays.geodesics {
            draw_geodesics(page, scene, look);
        }
    }
    for look in scene.regions {
        if let Some(answer) = look.answer {
            draw_cut_links(page, scene, answer, look.hue);
            draw_curves(page, scene, answer, look.hue);
        }
    }
    if scene.overlays.depths {
        draw_depths(page, scene);
    }
    if scene.overlays.ruler {
        draw_ruler(page, scene);
    }
    for look in scene.regions {
        draw_region(page, scene, look);
    }
    threads
}

/// Draws tiles, links, nodes and spins of the network on the ring.
fn draw_ring(page: &mut Figure, scene: &BulkScene<'_>, cut: &FxHashSet<LinkId>) {
    let layers: Vec<LayerView> = (0..=scene.depth).filter_map(|k| LayerView::new(scene, k)).collect();
    draw_tiles(page, scene, &layers);
    draw_links(page, scene, &layers, cut);
    draw_nodes(page, scene, &layers);
    draw_spins(page, scene);
}

/// One layer as the ring shows it.
struct LayerView {
    layer: u32,
    /// Unwrapped indices of the tiles in sight.
    tiles: std::ops::Range<i64>,
    /// How strongly single tiles show: 0 for a band, 1 for full.
    strength: f32,
    /// Width of a tile on the page.
    width: f64,
    /// Number of nodes of the layer.
    nodes: i64,
}

impl LayerView {
    fn new(scene: &BulkScene<'_>, layer: u32) -> Option<Self> {
        let p = &scene.projection;
        let sides = Tile { layer, index: 0 }.sides(scene.field);
        let [z0, z1] = p.visible_z(4.0);
        if sides.top < z0 || sides.bottom > z1 {
            return None;
        }
        let nodes = (p.ring.sites >> layer).max(1) as i64;
        let [x0, x1] = p.visible_x(4.0);
        let w = sides.right - sides.left;
        let mut first = ((x0 - sides.left) / w).floor() as i64;
        let mut end = ((x1 - sides.left) / w).ceil() as i64;
        if end - first >= nodes {
            (first, end) = (0, nodes);
        }
        let width = p.width_per_site(Tile { layer, index: 0 }.centre(scene.field).z) * w;
        let strength = ((width - BAND_BELOW) / (FULL_FROM - BAND_BELOW)).clamp(0.0, 1.0) as f32;
        Some(Self { layer, tiles: first..end, strength, width, nodes })
    }

    /// Whether anything of a tile, or of its links, can be inside the frame.
    fn in_sight(&self, scene: &BulkScene<'_>, index: i64) -> bool {
        let at = scene.projection.to_page(Tile { layer: self.layer, index }.centre(scene.field));
        let frame = scene.projection.frame;
        let margin = 3.0 * self.width as f32 + 8.0;
        let within = |x: f32, from: f32, size: f32| x >= from - margin && x <= from + size + margin;
        within(at[0], frame.left, frame.width) && within(at[1], frame.top, frame.height)
    }
}

/// Points along the horocycle at height z from x0 to x1.
pub(super) fn horocycle(p: &Projection, z: f64, x0: f64, x1: f64) -> Vec<Place> {
    let steps = arc_steps((x1 - x0).abs() * p.width_per_site(z));
    (0..=steps).map(|i| p.to_page(HalfPlane { x: x0 + (x1 - x0) * i as f64 / steps as f64, z })).collect()
}

pub(super) fn arc_steps(length: f64) -> usize {
    ((length / ARC_STEP).ceil()).clamp(1.0, 720.0) as usize
}

/// All of one layer as a strip; nothing where none of it is in sight.
pub(super) fn layer_strip(scene: &BulkScene<'_>, layer: u32, paint: Paint) -> Option<Mark> {
    let p = &scene.projection;
    let sides = Tile { layer, index: 0 }.sides(scene.field);
    if p.chart.is_plane() {
        return Some(plane_strip(scene, layer, [sides.bottom, sides.top], paint));
    }
    let view = LayerView::new(scene, layer)?;
    let end = Tile { layer, index: view.tiles.end - 1 }.sides(scene.field).right;
    let first = Tile { layer, index: view.tiles.start }.sides(scene.field);
    let (one, other) = (horocycle(p, first.bottom, first.left, end), horocycle_matching(p, first, end));
    Some(Mark::Strip { one, other, paint })
}

/// The line of equal depth at a height, as far as the network reaches.
pub(super) fn layer_line(scene: &BulkScene<'_>, z: f64) -> Option<Vec<Place>> {
    let p = &scene.projection;
    if !p.chart.is_plane() {
        let mut line = horocycle(p, z, 0.0, p.sites());
        line.extend(line.first().copied());
        return Some(line);
    }
    let sheet = p.sheet();
    let x = match scene.boundary {
        Boundary::Line => [0.0, p.sites()],
        Boundary::Ring if sheet.is_level() => p.visible_x(8.0),
        Boundary::Ring => [f64::NEG_INFINITY, f64::INFINITY],
    };
    Some(horocycle_line(&sheet, p.frame, z, x)).filter(|line| line.len() > 1)
}

/// The nodes of a layer that are seen one by one: unwrapped index, place, width of the tile.
pub(super) fn nodes_in_sight(scene: &BulkScene<'_>, layer: u32) -> Vec<(i64, Place, f64)> {
    let p = &scene.projection;
    if p.chart.is_plane() {
        let seen = seen_tiles(scene, &p.sheet(), BAND_BELOW).into_iter();
        return seen.filter(|s| s.tile.layer == layer).map(|s| (s.tile.index, s.at, s.width)).collect();
    }
    let Some(view) = LayerView::new(scene, layer).filter(|view| view.width >= BAND_BELOW) else {
        return Vec::new();
    };
    let tiles = view.tiles.clone().filter(|index| view.in_sight(scene, *index));
    tiles.map(|index| (index, p.to_page(Tile { layer, index }.centre(scene.field)), view.width)).collect()
}

fn draw_tiles(page: &mut Figure, scene: &BulkScene<'_>, layers: &[LayerView]) {
    let p = &scene.projection;
    for view in layers {
        let tone = view.layer as f32 / scene.depth.max(1) as f32;
        let sides = |index| Tile { layer: view.layer, index }.sides(scene.field);
        let (first, last) = (sides(view.tiles.start), sides(view.tiles.end - 1));
        let (low, high) =
            (horocycle(p, first.bottom, first.left, last.right), horocycle_matching(p, first, last.right));
        let strip = |paint| Mark::Strip { one: low.clone(), other: high.clone(), paint };
        page.marks.push(strip(scene.looks.tints.band(view.layer, tone)));
        // A band stands for its links by their mean tone, unless its tone says something else.
        if view.strength < 1.0
            && scene.looks.tints.is_plain()
            && let Some(look) = scene.layers.get(view.layer as usize)
        {
            let mean = look.slot_tone.iter().sum::<f32>() / look.slot_tone.len().max(1) as f32;
            page.marks.push(strip(Paint::at(Role::Link(mean), 0.28 * (1.0 - view.strength))));
        }
        if scene.lit_layer == Some(view.layer) {
            page.marks.push(strip(Paint::at(Role::Focus, 0.16)));
        }
        if view.strength > 0.0 {
            draw_single_tiles(page, scene, view);
        }
        // The horocycle between layers, thinner as tiles get small.
        let edge = Stroke::solid(
            Paint::at(Role::Outline, (0.15 + 0.45 * view.strength) * 0.6),
            0.75 * scene.strokes,
        );
        page.line(low, edge);
        if view.layer == scene.depth {
            page.line(high, edge);
        }
    }
}

/// The upper side of a run of tiles, with as many points as its lower side.
fn horocycle_matching(p: &Projection, first: crate::hyperbolic::TileSides, right: f64) -> Vec<Place> {
    let steps = arc_steps((right - first.left).abs() * p.width_per_site(first.bottom));
    (0..=steps)
        .map(|i| {
            p.to_page(HalfPlane {
                x: first.left + (right - first.left) * i as f64 / steps as f64,
                z: first.top,
            })
        })
        .collect()
}

fn draw_single_tiles(page: &mut Figure, scene: &BulkScene<'_>, view: &LayerView) {
    let p = &scene.projection;
    let tone = view.layer as f32 / scene.depth.max(1) as f32;
    let shade = Paint::at(Role::Text, 0.022 * view.strength);
    let edge = Stroke::solid(Paint::at(Role::Outline, 0.6 * 0.6 * view.strength), 0.75 * scene.strokes);
    for index in view.tiles.clone().filter(|i| view.in_sight(scene, *i)) {
        let sides = Tile { layer: view.layer, index }.sides(scene.field);
        // The root is one tile around everything: it has no neighbour and no sides.
        if view.nodes == 1 {
            continue;
        }
        let tint = scene.looks.tints.tile(view.layer, [index, view.nodes], tone, view.strength);
        for paint in tint.into_iter().chain((index.rem_euclid(2) == 1).then_some(shade)) {
            page.marks.push(Mark::Strip {
                one: horocycle(p, sides.bottom, sides.left, sides.right),
                other: horocycle_matching(p, sides, sides.right),
                paint,
            });
        }
        let side =
            |x| vec![p.to_page(HalfPlane { x, z: sides.bottom }), p.to_page(HalfPlane { x, z: sides.top })];
        page.line(side(sides.left), edge);
    }
}

/// The polyline of a link from child to parent: the geodesic between their nodes.
pub(super) fn link_points(scene: &BulkScene<'_>, child: Tile, parent: Tile) -> Vec<Place> {
    link_line(&scene.projection, scene.field, child, parent)
}

/// The same without a scene.
pub(super) fn link_line(p: &Projection, field: ReceptiveField, child: Tile, parent: Tile) -> Vec<Place> {
    let (from, to) = (child.centre(field), parent.centre(field));
    let (a, b) = (p.to_page(from), p.to_page(to));
    let length = f64::from((a[0] - b[0]).hypot(a[1] - b[1]));
    let steps = ((length / 14.0).ceil()).clamp(1.0, 12.0) as usize;
    if steps == 1 {
        return vec![a, b];
    }
    segment_points(from, to, steps + 1).into_iter().map(|q| p.to_page(q)).collect()
}

fn draw_links(page: &mut Figure, scene: &BulkScene<'_>, layers: &[LayerView], cut: &FxHashSet<LinkId>) {
    let mut open_dashes = Vec::new();
    for view in layers.iter().rev() {
        // Links of parent layer `view.layer` to the layer below.
        let Some(child_layer) = view.layer.checked_sub(1) else { continue };
        let Some(look) = scene.layers.get(child_layer as usize) else { continue };
        let width = 0.5 * view.width;
        let strength = ((width - LINKS_FROM) / LINKS_FROM).clamp(0.0, 1.0) as f32;
        if strength == 0.0 {
            continue;
        }
        let sites_below = scene.projection.ring.sites >> child_layer;
        for index in view.tiles.clone().filter(|i| view.in_sight(scene, *i)) {
            let parent = Tile { layer: view.layer, index };
            let opacity = strength;
            for (slot, mean) in look.slot_tone.iter().enumerate() {
                let block = index.rem_euclid(view.nodes) as u64;
                let own = look.link_tone.get(block as usize * look.slot_tone.len() + slot);
                let tone = *own.unwrap_or(mean);
                if scene.field.site(scene.boundary, sites_below, block, slot).is_none() {
                    continue;
                }
                let id = LinkId { layer: child_layer, block, slot: slot as u8 };
                if opacity >= 1.0 && cut.contains(&id) {
                    continue;
                }
                let Some(child) = parent.child(scene.field, slot) else { continue };
                let (role, wide) = scene.looks.links.ink(id, look.slot_tone.len(), tone);
                let stroke = Stroke {
                    paint: Paint::at(role, opacity),
                    width: wide * scene.strokes * if width < 12.0 { 0.7 } else { 1.0 },
                    dash: (!look.learned && width > 5.0).then_some(UNLEARNED_DASH),
                };
                let points = link_points(scene, child, parent);
                if stroke.dash.is_some() {
                    open_dashes.push((points, stroke));
                } else {
                    page.line(points, stroke);
                }
            }
        }
    }
    for (points, stroke) in open_dashes {
        page.line(points, stroke);
    }
}

fn draw_nodes(page: &mut Figure, scene: &BulkScene<'_>, layers: &[LayerView]) {
    for view in layers {
        if view.width < 9.0 {
            continue;
        }
        let radius = (0.09 * view.width).clamp(1.0, 3.0) as f32;
        for index in view.tiles.clone().filter(|i| view.in_sight(scene, *i)) {
            let centre = scene.projection.to_page(Tile { layer: view.layer, index }.centre(scene.field));
            page.dot(centre, radius, Paint::at(Role::Secondary, 0.85 * view.strength));
        }
    }
}

fn draw_spins(page: &mut Figure, scene: &BulkScene<'_>) {
    let p = &scene.projection;
    let rim_z = (p.ring.radius != RingRadius::Even).then_some(SPIN_HEIGHT);
    let stroke = Stroke::solid(Paint::at(Role::Outline, 0.5), 0.75 * scene.strokes);
    let n = 360;
    page.outline((0..n).map(|i| p.outside(p.sites() * f64::from(i) / f64::from(n), 0.0)).collect(), stroke);
    let spacing = p.width_per_site(1.0);
    if spacing < 4.0 || scene.spins.is_empty() {
        return;
    }
    let room = match rim_z {
        Some(z) => p.height_between(0.0, 2.0 * z),
        None => 10.0,
    };
    let radius = (0.3 * spacing).min(0.36 * room).min(5.0) as f32;
    if radius < 0.8 {
        return;
    }
    let [x0, x1] = p.visible_x(4.0);
    let n = p.ring.sites as i64;
    let (mut first, mut end) = (x0.floor() as i64, x1.ceil() as i64);
    if end - first >= n {
        (first, end) = (0, n);
    }
    let strength = ((spacing - 4.0) / 3.0).clamp(0.0, 1.0) as f32 * scene.looks.boundary_spins();
    for site in first..end {
        let x = site as f64 + 0.5;
        let at = match rim_z {
            Some(z) => p.to_page(HalfPlane { x, z }),
            None => p.outside(x, -0.5),
        };
        if scene.spins[site.rem_euclid(n) as usize % scene.spins.len()] {
            page.dot(at, radius, Paint::at(Role::SpinUp, strength));
        } else {
            let rim = Stroke::solid(Paint::at(Role::SpinDown, strength), 1.0_f32.min(radius));
            page.marks.push(Mark::Disc {
                centre: at,
                radius: radius - 0.5 * rim.width,
                fill: None,
                rim: Some(rim),
            });
        }
    }
}

fn draw_wall(page: &mut Figure, scene: &BulkScene<'_>) {
    let Some(z) = scene.wall else { return };
    let p = &scene.projection;
    if p.chart.is_plane() {
        draw_plane_wall(page, scene, z);
        return;
    }
    let stroke = Stroke::solid(Paint::of(Role::Secondary), 2.0 * scene.strokes);
    let points = horocycle(p, z, 0.0, p.sites());
    page.marks.push(Mark::Area { outline: points.clone(), paint: Paint::at(Role::Canvas, 0.6) });
    let centre = p.ring_centre();
    let radius = p.ring_radius() * p.ring.radius_of(z);
    page.outline(points, stroke);
    if radius > 30.0 {
        let at = [centre[0] as f32, (centre[1] + radius - 14.0) as f32];
        page.text(at, format!("z_IR = {:.1}", z.log2()), 11.5, Role::Secondary, Anchor::Middle);
    }
}
