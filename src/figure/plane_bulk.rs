//! The bulk on the plane itself, for half-plane, Poincaré and Klein chart: the ground, tiles with sides of
//! horocycles and geodesics, links, spins, the copies of a ring on its cover.

use super::bulk::{
    BAND_BELOW, BulkScene, FULL_FROM, LINKS_FROM, NODES, SPIN_HEIGHT, THIN, UNLEARNED_DASH, draw_spin_discs,
    narrowed,
};
use super::bundle::Bundle;
use super::links::{DrawnLink, LinkGroups};
use super::page::{Figure, Mark, Paint, Place, Stroke};
use super::palette::Role;
use super::polyline::{
    add_geodesic, add_horocycle, add_strip, horocycle_angle, horocycle_x, pieces_of_arc, single, trace, walk,
};
use super::seen_tiles::{SeenTile, seen_tiles, tile_width};
use super::sheet::Sheet;
use super::tints::StripGroups;
use crate::hyperbolic::{HalfPlane, Tile, point_between};
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::LinkId;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::f64::consts::{LN_2, PI, SQRT_2};
use std::ops::Range;

/// What a copy of a ring network keeps of its strength on the cover.
const COPY_OPACITY: f32 = 0.35;
/// Over this share of a period the copies fade, beside the one that is shown in full.
const FADE: f64 = 0.09;
/// Steps of that fade: under one part in ten each, so that no edge is seen.
const FADE_STEPS: usize = 12;
/// Steps in which the mean tone of links that are too small comes in along a layer.
const TONE_STEPS: f64 = 8.0;
/// Places along a layer at which that tone is looked at.
const TONE_SAMPLES: usize = 96;
/// Share of the mean tone of links in a band.
const TONE_SHARE: f32 = 0.28;
/// Height of the point at infinity, in heights of the view: far below what f64 or an eye would notice.
const INFINITY: f64 = 1e12;

/// Draws tiles, links, nodes and spins of the network.
pub(super) fn draw_plane(page: &mut Figure, scene: &BulkScene<'_>, links: &mut Vec<DrawnLink>) {
    let plane = Plane { scene, sheet: scene.projection.sheet() };
    let seen = seen_tiles(scene, &plane.sheet, BAND_BELOW);
    plane.draw_ground(page);
    plane.draw_shades(page, &seen);
    plane.draw_edges(page, &seen);
    if !scene.looks.hidden.links() {
        plane.draw_links(page, &seen, links);
    }
    plane.draw_nodes(page, &seen);
    plane.draw_spins(page, &seen);
}

/// Draws what lies over all that the ground shows: the veil over the copies of a ring, and the boundary.
pub(super) fn draw_plane_edges(page: &mut Figure, scene: &BulkScene<'_>) {
    let plane = Plane { scene, sheet: scene.projection.sheet() };
    plane.draw_veil(page);
    plane.draw_rim(page);
}

/// Paints over all of one layer between two heights.
pub(super) fn draw_plane_layer(
    page: &mut Figure,
    scene: &BulkScene<'_>,
    layer: u32,
    z: [f64; 2],
    paint: Paint,
) {
    let plane = Plane { scene, sheet: scene.projection.sheet() };
    plane.draw_strip(page, z, plane.extent(layer), paint);
}

struct Plane<'a> {
    scene: &'a BulkScene<'a>,
    sheet: Sheet,
}

impl Plane<'_> {
    /// Width of the network's layer, `-∞…∞` for a ring on its cover.
    fn extent(&self, layer: u32) -> [f64; 2] {
        let (scene, sites) = (self.scene, self.scene.projection.ring.sites);
        let whole = match scene.boundary {
            Boundary::Ring => [f64::NEG_INFINITY, f64::INFINITY],
            Boundary::Line => {
                let last = (sites >> layer).max(1) as i64 - 1;
                let side = |index| Tile { layer, index }.sides(scene.field);
                [side(0).left, side(last).right]
            }
        };
        if !self.sheet.is_level() {
            return whole;
        }
        let [left, right] = scene.projection.visible_x(8.0);
        [whole[0].max(left).min(right), whole[1].min(right).max(left)]
    }

    fn nodes(&self, layer: u32) -> i64 {
        (self.scene.projection.ring.sites >> layer).max(1) as i64
    }

    /// Layers thick enough to be told apart, with the heights where they begin and end: the first and the last
    /// stand for what lies below and above them.
    fn strips(&self) -> Vec<(u32, [f64; 2])> {
        let depth = self.scene.depth;
        let x = self.sheet.view().centre.x;
        let thickness =
            |layer: u32| LN_2 * self.sheet.unit(HalfPlane { x, z: SQRT_2 * f64::from(layer).exp2() });
        let mut layers: Vec<u32> = (0..=depth).filter(|k| thickness(*k) >= THIN).collect();
        if layers.is_empty() {
            layers.push(0);
        }
        let (first, last) = (layers[0], layers[layers.len() - 1]);
        layers
            .into_iter()
            .map(|k| {
                let bottom = if k == first { 1.0 } else { f64::from(k).exp2() };
                let top = f64::from(if k == last { depth + 1 } else { k + 1 }).exp2();
                (k, [bottom, top])
            })
            .collect()
    }

    fn draw_strip(&self, page: &mut Figure, z: [f64; 2], x: [f64; 2], paint: Paint) {
        let mut rungs = page.bundle();
        rungs.add_by(|rungs| add_strip(&self.sheet, self.scene.projection.frame, z, x, rungs));
        page.strips(rungs, paint);
    }

    /// The layers as bands between horocycles, from the boundary inwards.
    fn draw_ground(&self, page: &mut Figure) {
        let scene = self.scene;
        let strips = self.strips();
        for (layer, [bottom, top]) in &strips {
            let tone = *layer as f32 / scene.depth.max(1) as f32;
            // Each reaches a little under the next, so that no crack is left between their corners.
            let under = if scene.boundary == Boundary::Ring && *layer < scene.depth { 1.03 } else { 1.0 };
            let paint = scene.looks.tints.band(*layer, tone);
            self.draw_strip(page, [*bottom, under * top], self.extent(*layer), paint);
        }
        for (layer, z) in strips {
            self.draw_tone(page, layer, z);
            if scene.lit_layer == Some(layer) {
                self.draw_strip(page, z, self.extent(layer), Paint::at(Role::Focus, 0.16));
            }
        }
    }

    /// Where links are too small to be drawn the layer stands for them by their mean tone.
    fn draw_tone(&self, page: &mut Figure, layer: u32, z: [f64; 2]) {
        let Some(look) = self.scene.layers.get(layer as usize) else { return };
        if !self.scene.looks.tints.is_plain() || self.scene.looks.hidden.links() {
            return;
        }
        let mean = look.slot_tone.iter().sum::<f32>() / look.slot_tone.len().max(1) as f32;
        let middle = SQRT_2 * f64::from(layer).exp2();
        let share = |x: f64| {
            let width = self.sheet.unit(HalfPlane { x, z: middle }) / SQRT_2;
            1.0 - strength(width)
        };
        let extent = self.extent(layer);
        let paint = |share: f32| Paint::at(Role::Link(mean), TONE_SHARE * share);
        if self.sheet.is_level() {
            let share = share(self.sheet.view().centre.x);
            if share > 0.0 {
                self.draw_strip(page, z, extent, paint(share));
            }
            return;
        }
        let [from, to] = extent.map(|x| horocycle_angle(&self.sheet, middle, x));
        let angle = |i: usize| from + (to - from) * i as f64 / TONE_SAMPLES as f64;
        let x_at = |i: usize| match i {
            0 => extent[0],
            TONE_SAMPLES => extent[1],
            _ => horocycle_x(&self.sheet, middle, angle(i)),
        };
        let level = |i: usize| {
            let x = horocycle_x(&self.sheet, middle, 0.5 * (angle(i) + angle(i + 1)));
            (f64::from(share(x)) * TONE_STEPS).round()
        };
        let mut begin = 0;
        while begin < TONE_SAMPLES {
            let now = level(begin);
            let end = (begin + 1..TONE_SAMPLES).find(|i| level(*i) != now).unwrap_or(TONE_SAMPLES);
            if now > 0.0 {
                let part = [x_at(begin), x_at(end)];
                self.draw_strip(page, z, part, paint((now / TONE_STEPS) as f32));
            }
            begin = end;
        }
    }

    /// The tints of single tiles, and every other one a little lighter, so that the layers read as tilings.
    fn draw_shades(&self, page: &mut Figure, seen: &[SeenTile]) {
        let (scene, frame) = (self.scene, self.scene.projection.frame);
        let mut tints = StripGroups::new();
        let mut shades = Steps::new(8, page);
        for SeenTile { tile, width, .. } in seen {
            let sides = tile.sides(scene.field);
            let (z, x) = ([sides.bottom, sides.top], [sides.left, sides.right]);
            let ground = tile.layer as f32 / scene.depth.max(1) as f32;
            let places = [tile.index, self.nodes(tile.layer)];
            let shown = in_steps(strength(*width), LINK_STEPS);
            if let Some(paint) = scene.looks.tints.tile(tile.layer, places, ground, shown) {
                tints.of(page, paint).add_by(|rungs| add_strip(&self.sheet, frame, z, x, rungs));
            }
            if tile.index.rem_euclid(2) == 1 {
                let shades = shades.of(strength(*width));
                shades.add_by(|rungs| add_strip(&self.sheet, frame, z, x, rungs));
            }
        }
        tints.draw(page);
        for (share, rungs) in shades.into_parts() {
            page.strips(rungs, Paint::at(Role::Text, 0.02 * share));
        }
    }

    /// The left and the lower side of every tile; the others belong to its neighbours.
    fn draw_edges(&self, page: &mut Figure, seen: &[SeenTile]) {
        let (scene, frame) = (self.scene, self.scene.projection.frame);
        let ring = scene.boundary == Boundary::Ring;
        let mut edges = Steps::new(24, page);
        for SeenTile { tile, width, .. } in seen {
            let sides = tile.sides(scene.field);
            let edges = edges.of(strength(*width));
            let corner = |x, z| HalfPlane { x, z };
            let upright = |x, places: &mut Vec<Place>| {
                add_geodesic(&self.sheet, frame, [corner(x, sides.top), corner(x, sides.bottom)], places);
            };
            let level = |z, places: &mut Vec<Place>| {
                add_horocycle(&self.sheet, frame, z, [sides.left, sides.right], places);
            };
            edges.add_by(|places| {
                upright(sides.left, places);
                places.pop();
                level(sides.bottom, places);
            });
            if tile.layer == scene.depth {
                edges.add_by(|places| level(sides.top, places));
            }
            if !ring && tile.index == self.nodes(tile.layer) - 1 {
                edges.add_by(|places| upright(sides.right, places));
            }
        }
        for (share, lines) in edges.into_parts() {
            let paint = Paint::at(Role::Outline, 0.36 * share);
            page.lines(lines, Stroke::solid(paint, 0.75 * scene.strokes));
        }
    }

    fn draw_links(&self, page: &mut Figure, seen: &[SeenTile], links: &mut Vec<DrawnLink>) {
        let scene = self.scene;
        let mut groups = LinkGroups::new();
        let mut shapes = LinkShapes::new(scene.field);
        for SeenTile { tile: child, width, at } in seen.iter().rev() {
            let Some(look) = scene.layers.get(child.layer as usize) else { continue };
            let opacity = in_steps(((width - LINKS_FROM) / LINKS_FROM).clamp(0.0, 1.0) as f32, LINK_STEPS);
            if opacity == 0.0 || child.layer >= scene.depth {
                continue;
            }
            let sites = scene.projection.ring.sites >> child.layer;
            let nodes = self.nodes(child.layer + 1);
            let offset = child.index - scene.field.first_offset();
            for (slot, mean) in look.slot_tone.iter().enumerate() {
                let twice = offset - slot as i64;
                if twice.rem_euclid(2) != 0 {
                    continue;
                }
                let parent = Tile { layer: child.layer + 1, index: twice.div_euclid(2) };
                let block = parent.index.rem_euclid(nodes) as u64;
                let is_copy = block as i64 != parent.index;
                let absent = scene.field.site(scene.boundary, sites, block, slot).is_none();
                if absent || (is_copy && scene.boundary == Boundary::Line) {
                    continue;
                }
                let link = LinkId { layer: child.layer, block, slot: slot as u8 };
                let (role, wide) = look.ink(scene, link, *mean);
                let stroke = Stroke {
                    paint: Paint::at(role, opacity),
                    width: wide * scene.strokes * narrowed(*width),
                    dash: (!look.learned && *width > 5.0).then_some(UNLEARNED_DASH),
                };
                let can_be_cut = !is_copy && opacity >= 1.0;
                let end = single(self.sheet.to_page(parent.centre(scene.field)));
                let middle = shapes.between(*child, slot, 2).nth(1);
                let middle = middle.map_or(end, |q| single(self.sheet.to_page(q)));
                let points = shapes.between(*child, slot, pieces_of_arc(*at, middle, end));
                let points = points.map(|q| single(self.sheet.to_page(q)));
                groups.add(page, stroke, points, can_be_cut.then_some(link));
            }
        }
        groups.draw(page, links);
    }

    fn draw_nodes(&self, page: &mut Figure, seen: &[SeenTile]) {
        let mut nodes = DiscGroups::default();
        for SeenTile { at, width, .. } in seen {
            let shown = ((width - NODES[0]) / (NODES[1] - NODES[0])).clamp(0.0, 1.0) as f32;
            let shown = in_steps(shown, LINK_STEPS);
            if shown > 0.0 {
                let radius = (0.09 * width).clamp(0.8, 3.0) as f32;
                nodes.of(page, [in_steps(radius, RADII), shown]).push(*at);
            }
        }
        for ([radius, shown], centres) in nodes.0 {
            page.discs(centres, radius, Some(Paint::at(Role::Secondary, 0.85 * shown)), None);
        }
    }

    /// One sample of spins, between the boundary and the first tiles.
    fn draw_spins(&self, page: &mut Figure, seen: &[SeenTile]) {
        let spins = self.scene.spins;
        if spins.is_empty() || self.scene.looks.hidden.spins() {
            return;
        }
        let sites = self.scene.projection.ring.sites as i64;
        let mut groups = [DiscGroups::default(), DiscGroups::default()];
        for SeenTile { tile, width, .. } in seen.iter().filter(|t| t.tile.layer == 0) {
            let x = tile.index as f64 + 0.5;
            let place = |z| self.sheet.to_page(HalfPlane { x, z });
            let (low, high) = (place(0.0), place(1.0));
            let room = (low[0] - high[0]).hypot(low[1] - high[1]);
            let radius = (0.3 * width * SQRT_2).min(0.36 * room).min(5.0) as f32;
            // From nothing at a width of four points to full at six.
            let shown = in_steps(((width - 4.0) / 2.0).clamp(0.0, 1.0) as f32, LINK_STEPS)
                * self.scene.looks.boundary_spins();
            if radius < 0.8 || shown == 0.0 {
                continue;
            }
            let up = spins[tile.index.rem_euclid(sites) as usize % spins.len()];
            let alike = [in_steps(radius, RADII), shown];
            groups[usize::from(up)].of(page, alike).push(single(place(SPIN_HEIGHT)));
        }
        let [down, up] = groups;
        for ([radius, shown], centres) in up.0 {
            draw_spin_discs(page, [centres, Vec::new()], radius, shown);
        }
        for ([radius, shown], centres) in down.0 {
            draw_spin_discs(page, [Vec::new(), centres], radius, shown);
        }
    }

    /// The canvas laid over the copies of a ring, so that one period stands out: it thickens over a share of
    /// the period, along geodesics to the point at infinity, and has no edge.
    fn draw_veil(&self, page: &mut Figure) {
        if self.scene.boundary == Boundary::Line {
            return;
        }
        let sites = self.scene.projection.sites();
        // Slabs one over the other, each to the end of the cover: side by side they would leave hairlines
        // between them where each is smoothed for itself.
        let clear = |i: usize| {
            let t = i as f32 / FADE_STEPS as f32;
            1.0 - (1.0 - COPY_OPACITY) * t * t * (3.0 - 2.0 * t)
        };
        for (edge, out) in [(0.0, -1.0), (sites, 1.0)] {
            for i in 1..=FADE_STEPS {
                let near = edge + out * FADE * sites * (i as f64 - 0.5) / FADE_STEPS as f64;
                let paint = Paint::at(Role::Canvas, 1.0 - clear(i) / clear(i - 1));
                self.draw_slab(page, near, out, paint);
            }
        }
    }

    /// All that stands beyond an abscissa, on the side of x → +∞ or −∞.
    fn draw_slab(&self, page: &mut Figure, near: f64, out: f64, paint: Paint) {
        let frame = self.scene.projection.frame;
        if self.sheet.is_level() {
            let [left, right] = self.scene.projection.visible_x(8.0);
            let far = if out > 0.0 { right } else { left };
            let near = near.clamp(left, right);
            if near != far {
                let column = |x| {
                    let foot = single(self.sheet.to_page(HalfPlane { x, z: 0.0 }));
                    [foot, [foot[0], frame.top]]
                };
                let mut rungs = page.bundle();
                rungs.add([near, far].map(column).concat());
                page.strips(rungs, paint);
            }
            return;
        }
        let view = self.sheet.view();
        // From the boundary up to infinity: z = h tan(πt/2), with h of the size of the view.
        let height = view.centre.z.max((near - view.centre.x).abs());
        let [begin, end] = [near, out * f64::INFINITY].map(|x| view.boundary_angle(x));
        let rung = |t: f64| {
            let z = (height * (0.5 * PI * t).tan()).clamp(0.0, INFINITY * height);
            let up = single(self.sheet.to_page(HalfPlane { x: near, z }));
            [up, single(self.sheet.rim(begin + (end - begin) * t, 0.0))]
        };
        let mut rungs = page.bundle();
        rungs.add_by(|rungs| walk(frame, [0.0, 1.0], 8, rung, &mut |rung| rungs.extend(rung)));
        page.strips(rungs, paint);
    }

    /// The boundary z = 0.
    fn draw_rim(&self, page: &mut Figure) {
        let stroke = Stroke::solid(Paint::at(Role::Outline, 0.5), 0.75 * self.scene.strokes);
        if let Some((centre, radius)) = self.sheet.circle() {
            page.marks.push(Mark::Disc { centre, radius, fill: None, rim: Some(stroke) });
            return;
        }
        let p = &self.scene.projection;
        let [x0, x1] = match self.scene.boundary {
            Boundary::Ring => [f64::NEG_INFINITY, f64::INFINITY],
            Boundary::Line => [0.0, p.sites()],
        };
        for angles in self.sheet.rim_parts(x0, x1, p.frame, 4.0) {
            page.line(trace(p.frame, angles, 2, |angle| single(self.sheet.rim(angle, 0.0))), stroke);
        }
    }
}

/// Steps in which links, nodes and spins come in: an eighth of what would be seen, since few are in one step.
const LINK_STEPS: f32 = 16.0;
/// Steps of a point in which radii of discs go.
const RADII: f32 = 16.0;

/// A number rounded to so many steps a unit, by which things become alike and can be one mark.
fn in_steps(x: f32, steps: f32) -> f32 {
    (x * steps).round() / steps
}

/// Lines that are alike but for how strongly they show, in equal steps from 0 to 1.
struct Steps(Vec<Bundle>);

impl Steps {
    fn new(steps: usize, page: &mut Figure) -> Self {
        Self((0..=steps).map(|_| page.bundle()).collect())
    }

    fn of(&mut self, share: f32) -> &mut Bundle {
        let steps = self.0.len() - 1;
        &mut self.0[((share * steps as f32).round() as usize).min(steps)]
    }

    /// All steps above 0, with their shares.
    fn into_parts(self) -> impl Iterator<Item = (f32, Bundle)> {
        let steps = self.0.len() - 1;
        self.0.into_iter().enumerate().skip(1).map(move |(i, lines)| (i as f32 / steps as f32, lines))
    }
}

/// Centres of discs, by radius and by how strongly they show.
#[derive(Default)]
struct DiscGroups(Vec<([f32; 2], Vec<Place>)>);

impl DiscGroups {
    fn of(&mut self, page: &mut Figure, alike: [f32; 2]) -> &mut Vec<Place> {
        // Neighbours are mostly alike: the newest groups are looked at first.
        let known = self.0.iter().rposition(|(key, _)| *key == alike);
        let at = known.unwrap_or_else(|| {
            self.0.push((alike, page.places()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }
}

/// Geodesics from child to parent. In every layer and block a link of a slot is the same curve, moved and scaled.
struct LinkShapes {
    field: ReceptiveField,
    /// Places from the child's abscissa on, in units of its width; z likewise.
    points: Vec<HalfPlane>,
    /// Where those of a slot in a number of pieces are, once they are worked out.
    known: FxHashMap<(usize, usize), Range<usize>>,
}

impl LinkShapes {
    fn new(field: ReceptiveField) -> Self {
        Self {
            field,
            points: Vec::with_capacity(512),
            known: FxHashMap::with_capacity_and_hasher(64, FxBuildHasher),
        }
    }

    /// Points of the link of a child to its parent in a slot, in so many pieces.
    fn between(&mut self, child: Tile, slot: usize, steps: usize) -> impl Iterator<Item = HalfPlane> {
        let (field, points) = (self.field, &mut self.points);
        let range = self.known.entry((slot, steps)).or_insert_with(|| {
            let parent = Tile { layer: 1, index: 0 };
            let child = parent.child(field, slot).expect("a tile of layer 1 has children");
            let [from, to] = [child, parent].map(|t| t.centre(field).shifted(-child.centre(field).x));
            let begin = points.len();
            points.extend((0..=steps).map(|i| point_between(from, to, i as f64 / steps as f64)));
            begin..points.len()
        });
        let (x, unit) = (child.centre(field).x, f64::from(child.layer).exp2());
        let shape = &self.points[range.clone()];
        shape.iter().map(move |q| HalfPlane { x: x + unit * q.x, z: unit * q.z })
    }
}

/// How strongly a tile of this width shows by itself: 0 in a band, 1 in full.
fn strength(width: f64) -> f32 {
    ((width - BAND_BELOW) / (FULL_FROM - BAND_BELOW)).clamp(0.0, 1.0) as f32
}

/// Width of the lower tile of a link on the page, by which the link is as strong.
pub(super) fn link_width(scene: &BulkScene<'_>, child: Tile) -> f64 {
    tile_width(&scene.projection.sheet(), child, scene.field)
}
