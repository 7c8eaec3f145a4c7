//! Which tiles the page shows one by one: found from tile to neighbour, at a cost that follows the page.

use super::bulk::BulkScene;
use super::camera::Frame;
use super::page::Place;
use super::polyline::single;
use super::sheet::Sheet;
use crate::hyperbolic::{HalfPlane, Tile, tile_at};
use crate::lattice::{Boundary, ReceptiveField};
use rustc_hash::{FxBuildHasher, FxHashSet};
use std::f64::consts::FRAC_1_SQRT_2;

/// Places along each side of the frame from which tiles are looked for.
const SEEDS: usize = 9;

/// Room for so many tiles is made at once: about as many as a page shows.
const EXPECTED: usize = 4096;

/// A tile that is large enough to be seen by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct SeenTile {
    /// Which; its index is unwrapped.
    pub tile: Tile,
    /// Where its node stands.
    pub at: Place,
    /// Its width on the page, in points.
    pub width: f64,
}

/// Tiles of an area of ½ are as wide as 1/√2 curvature radii at the height of their node.
pub(super) fn tile_width(sheet: &Sheet, tile: Tile, field: ReceptiveField) -> f64 {
    FRAC_1_SQRT_2 * sheet.unit(tile.centre(field))
}

/// The tiles at least `least` points wide that the frame shows, by layer and index.
///
/// Tiles are congruent, so those that are large enough make one connected piece of the plane, a disk about the
/// middle or a band above the boundary line: from a few tiles in it all others are reached over their
/// neighbours. No step depends on N.
pub(super) fn seen_tiles(scene: &BulkScene<'_>, sheet: &Sheet, least: f64) -> Vec<SeenTile> {
    let Finder { seen, .. } = Finder::new(scene, sheet, least).searched();
    let mut seen = seen;
    seen.sort_unstable_by_key(|t| (t.tile.layer, t.tile.index));
    seen
}

/// Farther out neighbouring sites have the same number in f64, or nearly.
const FARTHEST: f64 = 1e15;

struct Finder<'a> {
    sheet: &'a Sheet,
    frame: Frame,
    field: ReceptiveField,
    boundary: Boundary,
    sites: u64,
    depth: u32,
    least: f64,
    met: FxHashSet<Tile>,
    open: Vec<Tile>,
    seen: Vec<SeenTile>,
}

impl<'a> Finder<'a> {
    fn new(scene: &BulkScene<'_>, sheet: &'a Sheet, least: f64) -> Self {
        Self {
            sheet,
            frame: scene.projection.frame,
            field: scene.field,
            boundary: scene.boundary,
            sites: scene.projection.ring.sites,
            depth: scene.depth,
            least,
            met: FxHashSet::with_capacity_and_hasher(2 * EXPECTED, FxBuildHasher),
            open: Vec::with_capacity(EXPECTED),
            seen: Vec::with_capacity(EXPECTED),
        }
    }

    fn searched(mut self) -> Self {
        // Of every layer the tile nearest to the middle of the view is its largest; a frame that looks at one
        // side only is also searched from places of its own.
        for layer in 0..=self.depth {
            self.meet(layer, self.sheet.view().centre.x);
        }
        let frame = self.frame;
        for i in 0..SEEDS * SEEDS {
            let share = |k: usize| (k as f64 + 0.5) / SEEDS as f64;
            let place = [
                f64::from(frame.left) + share(i % SEEDS) * f64::from(frame.width),
                f64::from(frame.top) + share(i / SEEDS) * f64::from(frame.height),
            ];
            let HalfPlane { x, z } = self.sheet.from_page(place);
            let layer = z.max(1.0).log2().min(f64::from(self.depth)) as u32;
            self.meet(layer, x);
        }
        while let Some(tile) = self.open.pop() {
            let centre = tile.centre(self.field);
            let at = self.sheet.to_page(centre);
            let width = tile_width(self.sheet, tile, self.field);
            if width < self.least || !self.in_frame(at, width) {
                continue;
            }
            self.seen.push(SeenTile { tile, at: single(at), width });
            let sides = tile.sides(self.field);
            for index in [tile.index - 1, tile.index + 1] {
                self.meet_tile(Tile { index, ..tile });
            }
            self.meet(tile.layer + 1, centre.x);
            if let Some(below) = tile.layer.checked_sub(1) {
                let quarter = 0.25 * sides.bottom;
                for x in [centre.x - quarter, centre.x + quarter] {
                    self.meet(below, x);
                }
            }
        }
        self
    }

    /// Puts the tile of a layer over x on the list, unless x is no place at all.
    fn meet(&mut self, layer: u32, x: f64) {
        if layer <= self.depth
            && x.abs() < FARTHEST
            && let Some(tile) = tile_at(HalfPlane { x, z: 1.5 * f64::from(layer).exp2() }, self.field)
        {
            self.meet_tile(tile);
        }
    }

    fn meet_tile(&mut self, mut tile: Tile) {
        if self.boundary == Boundary::Line {
            let nodes = (self.sites >> tile.layer).max(1) as i64;
            tile.index = tile.index.clamp(0, nodes - 1);
        }
        if self.met.insert(tile) {
            self.open.push(tile);
        }
    }

    /// Whether anything of a tile, or of its links, can be inside the frame.
    fn in_frame(&self, at: [f64; 2], width: f64) -> bool {
        let margin = 3.0 * width + 8.0;
        let within = |x: f64, from: f32, size: f32| {
            x >= f64::from(from) - margin && x <= f64::from(from + size) + margin
        };
        within(at[0], self.frame.left, self.frame.width) && within(at[1], self.frame.top, self.frame.height)
    }
}
