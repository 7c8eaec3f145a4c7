//! The bulk as a picture: tiles, links, spins, wedges and Ryu–Takayanagi curves on the page.
//!
//! Cost follows the page, not N: a layer whose tiles are narrower than a few points is one smooth band,
//! and only what the frame shows is visited.

use super::beads::Tracks;
use super::bundle::Bundle;
use super::camera::{Mapper, Projection};
use super::film::draw_film;
use super::link_tones::LinkTones;
use super::links::{DrawnLink, LinkGroups, hide_cut_links};
use super::looks::Looks;
use super::overlays::{ThreadCount, draw_cone, draw_geodesics, draw_threads, draw_ties};
use super::page::{Figure, Paint, Place, Stroke};
use super::palette::{Hue, Role};
use super::plane_bulk::{draw_plane, draw_plane_edges, draw_plane_layer};
use super::polyline::{horocycle_line, off_chord};
use super::regions::{curve_places, draw_curves, draw_cut_links, draw_region, draw_wedge};
use super::ruler::{draw_depths, draw_ruler};
use super::seen_tiles::seen_tiles;
use super::tints::StripGroups;
use super::wall::{WallLook, draw_wall};
use crate::holography::{Overlays, RegionAnswer};
use crate::hyperbolic::{HalfPlane, RingRadius, Tile, point_between, segment_points};
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::{LinkId, Region, Thread};

/// Tiles narrower than this are not drawn one by one; their layer is a band.
pub(super) const BAND_BELOW: f64 = 3.0;
/// Tiles this wide have edges at full strength; between the two they fade in.
pub(super) const FULL_FROM: f64 = 8.0;
/// A layer thinner than this many points is not told from the next.
pub(super) const THIN: f64 = 0.3;
/// Links appear from this width of their lower tiles on, and are at full strength at twice it.
pub(super) const LINKS_FROM: f64 = 4.5;
/// Nodes appear from this width of their tiles on, and are at full strength at the second.
pub(super) const NODES: [f64; 2] = [7.0, 11.0];
/// Steps in which links become wider, see [`narrowed`].
const NARROW_STEPS: f32 = 16.0;
/// How far a link may be from where it belongs, in points.
const SAGITTA: f32 = 0.2;
/// Straight pieces of a link at most: half a circle of 80 points radius to [`SAGITTA`] takes 32, one of 320 takes 64.
const MOST_STEPS: usize = 64;
/// Length of the piece of an arc drawn straight, in points.
const ARC_STEP: f64 = 5.0;
/// Dashes and gaps of a link that has not been learned yet.
pub(super) const UNLEARNED_DASH: [f32; 2] = [2.5, 2.5];
/// Steps in which links differ that each have a tone of their own.
const TONES: f32 = 128.0;
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

impl LayerLook {
    /// Colour and width of a link, where `mean` is the tone of its slot.
    pub(super) fn ink(&self, scene: &BulkScene<'_>, link: LinkId, mean: f32) -> (Role, f32) {
        let slots = self.slot_tone.len();
        let own = self.link_tone.get(link.block as usize * slots + usize::from(link.slot));
        // In steps that no eye sees, so that links are alike and can be drawn together.
        let in_steps = |x: f32| (x * TONES).round() / TONES;
        match scene.looks.links.ink(link, slots, own.map_or(mean, |tone| in_steps(*tone))) {
            (Role::Signed(share), width) => (Role::Signed(in_steps(share)), in_steps(width)),
            (Role::Link(tone), width) if *scene.looks.links != LinkTones::Capacity => {
                (Role::Link(in_steps(tone)), in_steps(width))
            }
            ink => ink,
        }
    }
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
    /// The infrared wall, if it stands inside: where the network ends.
    pub wall: Option<WallLook>,
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
    let begin = page.marks.len();
    let mut links = Vec::new();
    draw_ground(page, scene, &mut links);
    hide_cut_links(&mut page.marks[begin..], begin, scene, &links);
    draw_over(page, scene, &mut Tracks::default())
}

/// Draws what regions do not change: tiles, links, nodes and spins. `links` takes those links that can be cut.
pub(super) fn draw_ground(page: &mut Figure, scene: &BulkScene<'_>, links: &mut Vec<DrawnLink>) {
    links.clear();
    if scene.projection.chart.is_plane() {
        draw_plane(page, scene, links);
    } else {
        draw_ring(page, scene, links);
    }
    if let Some(film) = &scene.looks.film {
        draw_film(page, scene, film);
    }
    if scene.projection.chart.is_plane() {
        // The veil over the copies last: what they show of the film is as faint as they are.
        draw_plane_edges(page, scene);
    }
}

/// Draws what lies over the ground: wedges, overlays, cut links, curves, regions. `tracks` takes the ways of the bit
/// threads.
pub(super) fn draw_over(page: &mut Figure, scene: &BulkScene<'_>, tracks: &mut Tracks) -> ThreadCount {
    tracks.clear();
    let hidden = scene.looks.hidden;
    for look in scene.regions {
        if let Some(answer) = look.answer {
            if scene.overlays.ties {
                draw_ties(page, scene, answer, look.hue);
            }
            if !hidden.wedge() {
                draw_wedge(page, scene, answer, look.hue);
            }
        }
    }
    // Over the wedges: what lies beyond the wall is in its shade.
    if !hidden.wall() {
        draw_wall(page, scene);
    }
    let mut threads = ThreadCount::default();
    for look in scene.regions {
        if scene.overlays.cone
            && let Some((_, curves)) = look.answer.and_then(|answer| answer.cone.as_ref())
        {
            draw_cone(page, scene, curves, look.hue);
        }
        if scene.overlays.threads {
            threads = threads + draw_threads(page, scene, look, tracks);
        }
        if scene.overlays.geodesics {
            draw_geodesics(page, scene, look);
        }
    }
    for look in scene.regions {
        if let Some(answer) = look.answer.filter(|_| !hidden.cut()) {
            let curves: Vec<_> = answer.curves.iter().flat_map(|c| curve_places(scene, c)).collect();
            draw_cut_links(page, scene, answer, look.hue, &curves);
            draw_curves(page, scene, look.hue, curves);
        }
    }
    if scene.overlays.depths {
        draw_depths(page, scene);
    }
    if scene.overlays.ruler {
        draw_ruler(page, scene);
    }
    for look in scene.regions.iter().filter(|_| !hidden.arcs()) {
        draw_region(page, scene, look);
    }
    threads
}

/// Draws tiles, links, nodes and spins of the network on the ring.
fn draw_ring(page: &mut Figure, scene: &BulkScene<'_>, links: &mut Vec<DrawnLink>) {
    let layers: Vec<LayerView> = (0..=scene.depth).filter_map(|k| LayerView::new(scene, k)).collect();
    draw_tiles(page, scene, &layers);
    if !scene.looks.hidden.links() {
        draw_links(page, scene, &layers, links);
    }
    draw_nodes(page, &layers);
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
    /// Those of `tiles` of which anything, or of their links, can be inside the frame: index, direction and place of
    /// the node. None in a band.
    seen: Vec<(i64, [f64; 2], Place)>,
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
        let mut seen = Vec::new();
        if strength > 0.0 {
            let node = Tile { layer, index: first }.centre(scene.field);
            let distance = p.ring_distance(node.z);
            let margin = 3.0 * width as f32 + 8.0;
            let in_sight = |at: Place| {
                let within = |x: f32, from: f32, size: f32| x >= from - margin && x <= from + size + margin;
                within(at[0], p.frame.left, p.frame.width) && within(at[1], p.frame.top, p.frame.height)
            };
            let all = (first..end).zip(p.spokes(node.x, w));
            let all = all.map(|(index, spoke)| (index, spoke, p.on_spoke(spoke, distance)));
            seen.extend(all.filter(|(_, _, at)| in_sight(*at)));
        }
        Some(Self { layer, tiles: first..end, strength, width, nodes, seen })
    }
}

/// Points along the horocycle of the ring at height z from x0 to x1.
pub(super) fn horocycle(p: &Projection, z: f64, x0: f64, x1: f64) -> Vec<Place> {
    let steps = arc_steps((x1 - x0).abs() * p.width_per_site(z));
    let distance = p.ring_distance(z);
    p.spokes(x0, (x1 - x0) / steps as f64).take(steps + 1).map(|s| p.on_spoke(s, distance)).collect()
}

pub(super) fn arc_steps(length: f64) -> usize {
    ((length / ARC_STEP).ceil()).clamp(1.0, 720.0) as usize
}

/// Adds a strip of the ring between two heights, in so many steps from x[0] to x[1].
fn add_ring_strip(p: &Projection, z: [f64; 2], [from, to]: [f64; 2], steps: usize, rungs: &mut Bundle) {
    let distances = z.map(|z| p.ring_distance(z));
    let spokes = p.spokes(from, (to - from) / steps as f64).take(steps + 1);
    rungs.add(spokes.flat_map(|s| distances.map(|d| p.on_spoke(s, d))));
}

/// Paints over all of one layer; nothing where none of it is in sight.
pub(super) fn draw_layer(page: &mut Figure, scene: &BulkScene<'_>, layer: u32, paint: Paint) {
    let p = &scene.projection;
    let sides = |index| Tile { layer, index }.sides(scene.field);
    let z = [sides(0).bottom, sides(0).top];
    if p.chart.is_plane() {
        draw_plane_layer(page, scene, layer, z, paint);
    } else if let Some(view) = LayerView::new(scene, layer) {
        let x = [sides(view.tiles.start).left, sides(view.tiles.end - 1).right];
        let steps = arc_steps((x[1] - x[0]) * p.width_per_site(z[0]));
        let mut rungs = page.bundle();
        add_ring_strip(p, z, x, steps, &mut rungs);
        page.strips(rungs, paint);
    }
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
    let view = LayerView::new(scene, layer);
    view.map_or_else(Vec::new, |v| v.seen.iter().map(|(index, _, at)| (*index, *at, v.width)).collect())
}

fn draw_tiles(page: &mut Figure, scene: &BulkScene<'_>, layers: &[LayerView]) {
    let p = &scene.projection;
    // Layers that are not told from the next are part of it.
    let (mut lowest, mut under) = (None, 0);
    for view in layers {
        let tone = view.layer as f32 / scene.depth.max(1) as f32;
        let sides = |index| Tile { layer: view.layer, index }.sides(scene.field);
        let (first, last) = (sides(view.tiles.start), sides(view.tiles.end - 1));
        let bottom = *lowest.get_or_insert(first.bottom);
        let told = view.layer == scene.depth || scene.lit_layer == Some(view.layer);
        if !told && p.height_between(first.bottom, first.top) < THIN {
            under += 1;
            continue;
        }
        lowest = None;
        let edges = std::mem::take(&mut under) + 1;
        let way = last.right - first.left;
        let steps = arc_steps(way * p.width_per_site(first.bottom));
        let strip = |page: &mut Figure, paint| {
            let mut rungs = page.bundle();
            add_ring_strip(p, [bottom, first.top], [first.left, last.right], steps, &mut rungs);
            page.strips(rungs, paint);
        };
        strip(page, scene.looks.tints.band(view.layer, tone));
        // A band stands for its links by their mean tone, unless its tone says something else.
        if view.strength < 1.0
            && scene.looks.tints.is_plain()
            && !scene.looks.hidden.links()
            && let Some(look) = scene.layers.get(view.layer as usize)
        {
            let mean = look.slot_tone.iter().sum::<f32>() / look.slot_tone.len().max(1) as f32;
            strip(page, Paint::at(Role::Link(mean), 0.28 * (1.0 - view.strength)));
        }
        if scene.lit_layer == Some(view.layer) {
            strip(page, Paint::at(Role::Focus, 0.16));
        }
        if view.strength > 0.0 {
            draw_single_tiles(page, scene, view);
        }
        // The horocycle between layers, thinner as tiles get small.
        let opacity = 1.0 - (1.0 - (0.15 + 0.45 * view.strength) * 0.6).powi(edges);
        let edge = Stroke::solid(Paint::at(Role::Outline, opacity), 0.75 * scene.strokes);
        let spokes = || p.spokes(first.left, way / steps as f64).take(steps + 1);
        let mut lines = page.bundle();
        for z in [bottom, first.top].into_iter().take(if view.layer == scene.depth { 2 } else { 1 }) {
            let distance = p.ring_distance(z);
            lines.add(spokes().map(|s| p.on_spoke(s, distance)));
        }
        page.lines(lines, edge);
    }
}

fn draw_single_tiles(page: &mut Figure, scene: &BulkScene<'_>, view: &LayerView) {
    // The root is one tile around everything: it has no neighbour and no sides.
    if view.nodes == 1 {
        return;
    }
    let p = &scene.projection;
    let tone = view.layer as f32 / scene.depth.max(1) as f32;
    let shade = Paint::at(Role::Text, 0.022 * view.strength);
    let edge = Stroke::solid(Paint::at(Role::Outline, 0.6 * 0.6 * view.strength), 0.75 * scene.strokes);
    let sides = Tile { layer: view.layer, index: 0 }.sides(scene.field);
    let distances = [sides.bottom, sides.top].map(|z| p.ring_distance(z));
    let width = sides.right - sides.left;
    // All tiles of a layer are one tile, turned.
    let steps = arc_steps(width * p.width_per_site(sides.bottom));
    let spokes = p.spokes(-0.5 * width, width / steps as f64).take(steps + 1);
    let mut tints = StripGroups::new();
    let (mut shades, mut edges) = (page.bundle(), page.bundle());
    let turns: Vec<[f64; 2]> = spokes.map(|spoke| p.turn_between(p.spoke(0.0), spoke)).collect();
    for (index, node, _) in &view.seen {
        let rung = |turn: &[f64; 2]| distances.map(|d| p.on_spoke(turned(*node, *turn), d));
        let tint = scene.looks.tints.tile(view.layer, [*index, view.nodes], tone, view.strength);
        if let Some(paint) = tint {
            tints.of(page, paint).add(turns.iter().flat_map(rung));
        }
        if index.rem_euclid(2) == 1 {
            shades.add(turns.iter().flat_map(rung));
        }
        edges.add(rung(&turns[0]));
    }
    tints.draw(page);
    page.strips(shades, shade);
    page.lines(edges, edge);
}

/// What a link keeps of its width where tiles are narrow: from 0.7 at six points on to 1 at twelve, in steps that no
/// eye sees.
pub(super) fn narrowed(width: f64) -> f32 {
    let share = ((width - 6.0) / 6.0).clamp(0.0, 1.0) as f32;
    0.7 + 0.3 * (share * NARROW_STEPS).round() / NARROW_STEPS
}

/// Adds the polyline of a link from child to parent: the geodesic between their nodes.
pub(super) fn add_link(
    mapper: &Mapper,
    field: ReceptiveField,
    [child, parent]: [Tile; 2],
    places: &mut Vec<Place>,
) {
    let (from, to) = (child.centre(field), parent.centre(field));
    let at = |share: f64| mapper.to_page(point_between(from, to, share));
    let steps = link_steps(at);
    places.push(mapper.to_page(from));
    places.extend((1..steps).map(|i| at(i as f64 / steps as f64)));
    places.push(mapper.to_page(to));
}

/// The same as a list of its own.
pub(super) fn link_line(p: &Projection, field: ReceptiveField, child: Tile, parent: Tile) -> Vec<Place> {
    let mut places = Vec::new();
    add_link(&p.mapper(), field, [child, parent], &mut places);
    places
}

/// Straight pieces, equal in length, of a curve with its parameter from 0 to 1: twice as many until the middle of none
/// is off its chord by more than [`SAGITTA`]. Links about the middle of a ring turn by half a circle.
fn link_steps(at: impl Fn(f64) -> Place) -> usize {
    let bent = |steps: usize| {
        let share = |i: usize, part: f64| at((i as f64 + part) / steps as f64);
        (0..steps).any(|i| off_chord(share(i, 0.0), share(i, 1.0), share(i, 0.5)) > SAGITTA)
    };
    // A curve that bends both ways crosses its chord: one piece is looked at in two.
    let straight = |steps: usize| !(bent(steps) || steps == 1 && bent(2));
    let mut steps = 1;
    while steps < MOST_STEPS && !straight(steps) {
        steps *= 2;
    }
    steps
}

fn draw_links(page: &mut Figure, scene: &BulkScene<'_>, layers: &[LayerView], links: &mut Vec<DrawnLink>) {
    let p = &scene.projection;
    let mut groups = LinkGroups::new();
    for view in layers.iter().rev() {
        // Links of parent layer `view.layer` to the layer below.
        let Some(child_layer) = view.layer.checked_sub(1) else { continue };
        let Some(look) = scene.layers.get(child_layer as usize) else { continue };
        let width = 0.5 * view.width;
        let strength = ((width - LINKS_FROM) / LINKS_FROM).clamp(0.0, 1.0) as f32;
        if strength == 0.0 {
            continue;
        }
        let sites_below = p.ring.sites >> child_layer;
        let parent = Tile { layer: view.layer, index: 0 };
        for (slot, mean) in look.slot_tone.iter().enumerate() {
            let Some(child) = parent.child(scene.field, slot) else { continue };
            let shape = turned_link(scene, child, parent);
            for (index, node, _) in &view.seen {
                let block = index.rem_euclid(view.nodes) as u64;
                if scene.field.site(scene.boundary, sites_below, block, slot).is_none() {
                    continue;
                }
                let link = LinkId { layer: child_layer, block, slot: slot as u8 };
                let (role, wide) = look.ink(scene, link, *mean);
                let stroke = Stroke {
                    paint: Paint::at(role, strength),
                    width: wide * scene.strokes * narrowed(width),
                    dash: (!look.learned && width > 5.0).then_some(UNLEARNED_DASH),
                };
                let points = shape.iter().map(|(turn, d)| p.on_spoke(turned(*node, *turn), *d));
                groups.add(page, stroke, points, (strength >= 1.0).then_some(link));
            }
        }
    }
    groups.draw(page, links);
}

/// A link of the ring as every block of its layer has it: the turn from the spoke of the parent, and the distance
/// from the middle.
fn turned_link(scene: &BulkScene<'_>, child: Tile, parent: Tile) -> Vec<([f64; 2], f64)> {
    let p = &scene.projection;
    let (from, to) = (child.centre(scene.field), parent.centre(scene.field));
    let points = match link_steps(|share| p.to_page(point_between(from, to, share))) {
        1 => vec![from, to],
        steps => segment_points(from, to, steps + 1),
    };
    let turn = |q: &HalfPlane| p.turn_between(p.spoke(to.x), p.spoke(q.x));
    points.iter().map(|q| (turn(q), p.ring_distance(q.z))).collect()
}

/// A direction after a turn, both as cosine and sine.
fn turned([cos, sin]: [f64; 2], [by_cos, by_sin]: [f64; 2]) -> [f64; 2] {
    [cos * by_cos - sin * by_sin, sin * by_cos + cos * by_sin]
}

fn draw_nodes(page: &mut Figure, layers: &[LayerView]) {
    for view in layers {
        let shown = ((view.width - NODES[0]) / (NODES[1] - NODES[0])).clamp(0.0, 1.0) as f32;
        if shown == 0.0 {
            continue;
        }
        let radius = (0.09 * view.width).clamp(0.8, 3.0) as f32;
        let mut centres = page.places();
        centres.extend(view.seen.iter().map(|(_, _, at)| *at));
        let fill = Paint::at(Role::Secondary, 0.85 * shown);
        page.discs(centres, radius, Some(fill), None);
    }
}

fn draw_spins(page: &mut Figure, scene: &BulkScene<'_>) {
    let p = &scene.projection;
    let rim_z = (p.ring.radius != RingRadius::Even).then_some(SPIN_HEIGHT);
    let stroke = Stroke::solid(Paint::at(Role::Outline, 0.5), 0.75 * scene.strokes);
    let n = 360;
    let mut rim = page.places();
    rim.extend(p.spokes(0.0, p.sites() / n as f64).take(n).map(|s| p.on_spoke(s, p.ring_radius())));
    page.outline(rim, stroke);
    let spacing = p.width_per_site(1.0);
    if spacing < 4.0 || scene.spins.is_empty() || scene.looks.hidden.spins() {
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
    let distance = rim_z.map_or(p.ring_radius() - 0.5, |z| p.ring_distance(z));
    let (mut up, mut down) = (page.places(), page.places());
    for (site, spoke) in (first..end).zip(p.spokes(first as f64 + 0.5, 1.0)) {
        let spin = scene.spins[site.rem_euclid(n) as usize % scene.spins.len()];
        let centres = if spin { &mut up } else { &mut down };
        centres.push(p.on_spoke(spoke, distance));
    }
    draw_spin_discs(page, [up, down], radius, strength);
}

/// Spins up as discs and spins down as circles of the same size.
pub(super) fn draw_spin_discs(page: &mut Figure, [up, down]: [Vec<Place>; 2], radius: f32, strength: f32) {
    page.discs(up, radius, Some(Paint::at(Role::SpinUp, strength)), None);
    let rim = Stroke::solid(Paint::at(Role::SpinDown, strength), 1.0_f32.min(radius));
    page.discs(down, radius - 0.5 * rim.width, None, Some(rim));
}
