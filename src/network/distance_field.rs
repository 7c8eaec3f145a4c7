//! Distances from one face of the planar dual to any other, each computed when it is asked for.
//!
//! A field is made by an ascent: through the parts under the ancestors of its source, from spines to spines,
//! up to the root, where the ring closes. From there it descends to wherever it is asked: what is known on
//! the spines of a face gives the distances along its seam. All that was found is kept, so that a question
//! near an earlier one costs only the layers below their common ancestor.

use rustc_hash::FxHashMap;

use super::dual_tree::DualTree;
use super::min_plus::{nearer, spread};
use super::seam::{Among, Seam, SpineOf};
use super::seam_tables::{SMALL, SeamTables};

/// Faces in a layer of a spine, the root's included.
const MOST_LAYERS: usize = super::geometry::Geometry::MOST_LOG2_SITES as usize + 1;
/// Numbers in a small part, one for each face by its number within the part; place 0 is free.
const SMALL_FACES: usize = 2 << SMALL;
/// Numbers kept before the field forgets what it knows below the root; 128 KiB.
const MOST_KEPT: usize = 1 << 14;

/// What an ascent reads of a seam when it comes from the part under the left child, or the right one.
const FROM_LEFT: [Among; 4] = [Among::Left, Among::LeftToRight, Among::SeamToLeft, Among::SeamToRight];
const FROM_RIGHT: [Among; 4] = [Among::Right, Among::RightToLeft, Among::SeamToLeft, Among::SeamToRight];
const ALONG_SEAM: [SpineOf; 2] = [SpineOf::LeftChildRight, SpineOf::RightChildLeft];
/// What a descent reads of one.
const FROM_OUTSIDE: [Among; 6] = [
    Among::LeftToSeam,
    Among::RightToSeam,
    Among::Left,
    Among::Right,
    Among::LeftToRight,
    Among::RightToLeft,
];
const AROUND: [SpineOf; 2] = [SpineOf::LeftChildLeft, SpineOf::RightChildRight];

/// A spine by layer, as far as it is of interest.
type Spine = [f64; MOST_LAYERS];
const UNKNOWN: Spine = [f64::INFINITY; MOST_LAYERS];

/// Distances from one source; see the module.
#[derive(Clone, Debug)]
pub(crate) struct DistanceField {
    source: u64,
    /// The root's left and right spine.
    root: [Spine; 2],
    /// For each ancestor of the source above the small parts, lowest first: distances along its seam, left side
    /// then right, within the part under it.
    ascent: Vec<f64>,
    /// By face the place in `kept` of what is known under it: the seam, left side then right, or all faces
    /// of a small part.
    known: FxHashMap<u64, u32>,
    kept: Vec<f64>,
}

impl DistanceField {
    /// The distances from `source`, a face of layer 0. O(log³ N) time, O(log² N) memory.
    pub fn new(tables: &SeamTables, source: u64) -> Self {
        let mut field = Self {
            source,
            root: [UNKNOWN; 2],
            ascent: Vec::new(),
            known: FxHashMap::default(),
            kept: Vec::new(),
        };
        field.restart(tables, source);
        field
    }

    /// The face from which distances are measured.
    pub fn source(&self) -> u64 {
        self.source
    }

    /// Takes another source, a face of layer 0.
    pub fn restart(&mut self, tables: &SeamTables, source: u64) {
        tables.arch().dispatch(|| self.ascend(tables, source));
    }

    #[inline(always)]
    fn ascend(&mut self, tables: &SeamTables, source: u64) {
        self.source = source;
        self.forget();
        let tree = tables.tree();
        let (n, small) = (tree.height() as usize, tables.small() as usize);
        for up in small + 1..=n {
            let seam = tables.seam(source >> up);
            if (source >> (up - 1)).is_multiple_of(2) {
                seam.fetch(&FROM_LEFT, &ALONG_SEAM);
            } else {
                seam.fetch(&FROM_RIGHT, &ALONG_SEAM);
            }
        }
        let mut face = source >> small;
        let mut part = [f64::INFINITY; SMALL_FACES];
        part[place_in_part(small, source)] = 0.0;
        search_part(tree, face, &mut part);
        let (mut left, mut right) = spines_of_part(small, &part);
        self.ascent.clear();
        for m in small + 1..=n {
            let came_from_left = face.is_multiple_of(2);
            face /= 2;
            let seam = tables.seam(face);
            let from = self.ascent.len();
            self.ascent.resize(from + 2 * m, f64::INFINITY);
            let (seam_left, seam_right) = self.ascent[from..].split_at_mut(m);
            if came_from_left {
                along_seam(&seam, m, Some(&right), None, [seam_left, seam_right]);
                // Back under the left child only from where the way over the right one was shorter.
                for k in (0..m).filter(|&k| seam_left[k] < right[k]) {
                    seam.spread(Among::SeamToLeft, k, seam_left[k], &mut left[..m]);
                }
                right = UNKNOWN;
                for k in (0..m).filter(|&k| is_entry(seam_right, seam.steps(SpineOf::RightChildLeft), k)) {
                    seam.spread(Among::SeamToRight, k, seam_right[k], &mut right[..m]);
                }
            } else {
                along_seam(&seam, m, None, Some(&left), [seam_left, seam_right]);
                for k in (0..m).filter(|&k| seam_right[k] < left[k]) {
                    seam.spread(Among::SeamToRight, k, seam_right[k], &mut right[..m]);
                }
                left = UNKNOWN;
                for k in (0..m).filter(|&k| is_entry(seam_left, seam.steps(SpineOf::LeftChildRight), k)) {
                    seam.spread(Among::SeamToLeft, k, seam_left[k], &mut left[..m]);
                }
            }
            let top = nearer(
                seam_left[m - 1] + tree.to_parent(2 * face),
                seam_right[m - 1] + tree.to_parent(2 * face + 1),
            );
            (left[m], right[m]) = (top, top);
        }
        self.root = [UNKNOWN; 2];
        let [root_left, root_right] = &mut self.root;
        for (place, &length) in left[..=n].iter().chain(&right[..=n]).enumerate() {
            let (to_left, to_right) = tables.root_distances(place).split_at(n + 1);
            spread(root_left, length, to_left);
            spread(root_right, length, to_right);
        }
    }

    fn forget(&mut self) {
        self.known.clear();
        self.kept.clear();
    }

    /// Distance to a face in whole units.
    #[inline]
    pub fn distance(&mut self, tables: &SeamTables, face: u64) -> f64 {
        if self.kept.len() > MOST_KEPT {
            self.forget();
        }
        let (tree, small) = (tables.tree(), tables.small());
        let layer = tree.layer(face);
        let (owner, side) = owner(face);
        if owner == 0 {
            return self.root[side][layer as usize];
        }
        let m = tree.layer(owner);
        if m > small {
            self.known_under(tables, owner)[side * m as usize + layer as usize]
        } else {
            let depth = small - layer;
            self.known_under(tables, face >> depth)[place_in_part(depth as usize, face)]
        }
    }

    /// What is known under a face, first found if need be.
    #[inline]
    fn known_under(&mut self, tables: &SeamTables, face: u64) -> &[f64] {
        let at = match self.known.get(&face) {
            Some(&at) => at,
            None => self.descend_to(tables, face),
        };
        &self.kept[at as usize..]
    }

    /// Finds what lies under a face and, before, under those of its ancestors where that is not known yet.
    #[cold]
    fn descend_to(&mut self, tables: &SeamTables, face: u64) -> u32 {
        tables.arch().dispatch(|| self.descend(tables, face))
    }

    #[inline(always)]
    fn descend(&mut self, tables: &SeamTables, face: u64) -> u32 {
        let unknown = (1..=face.ilog2()).find(|up| self.known.contains_key(&(face >> up)));
        let highest = unknown.unwrap_or(face.ilog2() + 1);
        for up in 0..highest {
            if tables.tree().layer(face >> up) > tables.small() {
                tables.seam(face >> up).fetch(&FROM_OUTSIDE, &AROUND);
            }
        }
        let mut at = 0;
        for up in (0..highest).rev() {
            at = self.find_under(tables, face >> up);
        }
        at
    }

    /// Finds the distances along the seam under a face, or in the small part under it, from those on its spines.
    #[inline(always)]
    fn find_under(&mut self, tables: &SeamTables, face: u64) -> u32 {
        let tree = tables.tree();
        let m = tree.layer(face) as usize;
        let at = self.kept.len();
        self.known.insert(face, at as u32);
        let (mut left, mut right) = (UNKNOWN, UNKNOWN);
        left[..=m].copy_from_slice(&self.spine(face >> face.trailing_zeros(), 0, tree)[..=m]);
        right[..=m].copy_from_slice(&self.spine(face >> face.trailing_ones(), 1, tree)[..=m]);
        let small = tables.small() as usize;
        let holds_source = self.source >> m == face;
        if m == small {
            let mut part = [f64::INFINITY; SMALL_FACES];
            for layer in 0..=m {
                let width = 1 << (m - layer);
                (part[width], part[2 * width - 1]) = (left[layer], right[layer]);
            }
            if holds_source {
                part[place_in_part(m, self.source)] = 0.0;
            }
            search_part(tree, face, &mut part);
            self.kept.extend_from_slice(&part);
            return at as u32;
        }
        let seam = tables.seam(face);
        let (left, right) = (&left[..m], &right[..m]);
        // To the seam without crossing it: from outside by way of the spines, or from a source under this face.
        let (mut to_left, mut to_right) = (UNKNOWN, UNKNOWN);
        if holds_source {
            let from = m * (m - 1) - (small + 1) * small;
            to_left[..m].copy_from_slice(&self.ascent[from..from + m]);
            to_right[..m].copy_from_slice(&self.ascent[from + m..from + 2 * m]);
        }
        for k in (0..m).filter(|&k| is_entry(left, seam.steps(SpineOf::LeftChildLeft), k)) {
            seam.spread(Among::LeftToSeam, k, left[k], &mut to_left[..m]);
        }
        for k in (0..m).filter(|&k| is_entry(right, seam.steps(SpineOf::RightChildRight), k)) {
            seam.spread(Among::RightToSeam, k, right[k], &mut to_right[..m]);
        }
        self.kept.resize(at + 2 * m, f64::INFINITY);
        let (seam_left, seam_right) = self.kept[at..].split_at_mut(m);
        along_seam(&seam, m, Some(&to_left), Some(&to_right), [seam_left, seam_right]);
        at as u32
    }

    /// A spine by layer, from the highest face `top` whose spine is a part of it: one side of the seam under the
    /// parent of that, or a spine of the root.
    #[inline(always)]
    fn spine(&self, top: u64, side: usize, tree: &DualTree) -> &[f64] {
        if top <= 1 {
            return &self.root[side];
        }
        let owner = top / 2;
        // The left spine of a right child is the right side of the seam.
        let start = (1 - side) * tree.layer(owner) as usize;
        &self.kept[self.known[&owner] as usize + start..]
    }
}

/// Whether shortest paths to the spine may come in at layer k: not if they come along it from a layer beside.
#[inline(always)]
fn is_entry(spine: &[f64], steps: &[f64], k: usize) -> bool {
    let from_above = k + 1 < spine.len() && spine[k] == spine[k + 1] + steps[k];
    // Two that are 0 apart must not rule each other out.
    let from_below = k > 0 && steps[k - 1] > 0.0 && spine[k] == spine[k - 1] + steps[k - 1];
    !(from_above || from_below)
}

/// Shortest distances along a seam from those with which its left and right side are come to.
///
/// A face that is reached no later from others need not be gone on from, by the triangle inequality: most paths
/// come in near the top, and few rows are ever read.
#[inline(always)]
fn along_seam(seam: &Seam<'_>, m: usize, left: Option<&Spine>, right: Option<&Spine>, out: [&mut [f64]; 2]) {
    let [out_left, out_right] = out;
    for k in (0..m).rev() {
        if let Some(&from) = left.map(|left| &left[k]).filter(|&&from| from < out_left[k]) {
            seam.spread(Among::Left, k, from, out_left);
            seam.spread(Among::LeftToRight, k, from, out_right);
        }
        if let Some(&from) = right.map(|right| &right[k]).filter(|&&from| from < out_right[k]) {
            seam.spread(Among::Right, k, from, out_right);
            seam.spread(Among::RightToLeft, k, from, out_left);
        }
    }
}

/// The face whose seam contains this one, and on which side: 0 left, 1 right. For 0 it is a spine of the root.
#[inline]
fn owner(face: u64) -> (u64, usize) {
    if face.is_multiple_of(2) {
        let top = face >> face.trailing_zeros();
        if top == 1 { (0, 0) } else { (top / 2, 1) }
    } else {
        let top = face >> face.trailing_ones();
        if top == 0 { (0, 1) } else { (top / 2, 0) }
    }
}

/// Number within the part under its ancestor `depth` layers up, as of a heap.
#[inline(always)]
fn place_in_part(depth: usize, face: u64) -> usize {
    1 << depth | (face & ((1 << depth) - 1)) as usize
}

#[inline(always)]
fn spines_of_part(height: usize, part: &[f64; SMALL_FACES]) -> (Spine, Spine) {
    let (mut left, mut right) = (UNKNOWN, UNKNOWN);
    for layer in 0..=height {
        let width = 1 << (height - layer);
        (left[layer], right[layer]) = (part[width], part[2 * width - 1]);
    }
    (left, right)
}

/// Shortens the distances of the faces under `root` until no step within the part shortens any (Bellman 1958).
/// Two or three rounds, unless a path winds through the part.
#[inline(always)]
fn search_part(tree: &DualTree, root: u64, part: &mut [f64; SMALL_FACES]) {
    let height = tree.layer(root);
    let places = 2_usize << height;
    let (mut up, mut across) = ([0.0; SMALL_FACES], [f64::INFINITY; SMALL_FACES]);
    for place in 2..places {
        let depth = place.ilog2();
        let face = root << depth | (place as u64 & ((1 << depth) - 1));
        up[place] = tree.to_parent(face);
        // The last of a layer has its neighbour outside the part.
        if place % 2 == 1 && !(place + 1).is_power_of_two() {
            across[place] = tree.to_neighbour(face);
        }
    }
    loop {
        let before = *part;
        for place in (2..places).rev() {
            part[place / 2] = nearer(part[place / 2], part[place] + up[place]);
        }
        for place in 2..places {
            part[place] = nearer(part[place], part[place / 2] + up[place]);
            if place % 2 == 0 {
                let (left, right, step) = (part[place - 1], part[place], across[place - 1]);
                part[place] = nearer(right, left + step);
                part[place - 1] = nearer(left, right + step);
            }
        }
        if *part == before {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::{Geometry, LayerCapacities, Network};
    use crate::numerics::streams::stream;
    use rand::RngExt;

    #[test]
    fn published_links_are_distances() {
        let geometry = Geometry::new(6, Boundary::Ring, ReceptiveField::Three, 6).unwrap();
        let tree = DualTree::new(Arc::new(Network::unit(geometry, 1.0).unwrap()));
        // A region at site 5 ends at gap 4 and gap 4 + size.
        let tables = SeamTables::new(tree.clone());
        let mut field = DistanceField::new(&tables, tree.gap(Some(4)));
        for (size, links) in [(1, 1), (2, 3), (3, 4), (7, 6), (16, 8), (32, 11)] {
            assert_eq!(
                field.distance(&tables, tree.gap(Some(4 + size))),
                f64::from(links) * 2_f64.powi(40),
                "{size} sites"
            );
        }
    }

    #[test]
    fn fields_equal_searches_of_the_whole_dual() {
        let mut rng = stream(1, "distance field", 0);
        for case in 0..120_u32 {
            let n = 1 + case % 9;
            let boundary = if rng.random() { Boundary::Ring } else { Boundary::Line };
            let field = if rng.random() { ReceptiveField::Two } else { ReceptiveField::Three };
            let geometry = Geometry::new(n, boundary, field, rng.random_range(0..=n)).unwrap();
            let palette = rng.random_range(0..3_u8);
            let layers = (0..geometry.depth()).map(|k| {
                let shared = rng.random_bool(0.4);
                let blocks = if shared { 1 } else { geometry.sites_in_layer(k + 1) };
                let list = (0..blocks * field.links() as u64).map(|_| match palette {
                    0 => rng.random_range(0.0..1.0),
                    1 => f64::from(rng.random_range(0..3_u8)),
                    // Steep enough that the shortest way leads along the boundary.
                    _ => rng.random_range(0.5..1.0) * f64::from(3_u32).powi(k as i32),
                });
                let list = list.collect();
                if shared { LayerCapacities::Shared(list) } else { LayerCapacities::Unshared(list) }
            });
            let tree = DualTree::new(Arc::new(Network::new(geometry, layers.collect()).unwrap()));
            let source = tree.gap(Some(rng.random_range(0..geometry.sites())));
            let tables = SeamTables::new(tree.clone());
            let mut field = DistanceField::new(&tables, source);
            // Every step of the whole dual, until nothing gets shorter.
            let faces = 2 << n;
            let mut searched = vec![f64::INFINITY; faces];
            searched[source as usize] = 0.0;
            loop {
                let before = searched.clone();
                for face in (2..faces as u64).chain((2..faces as u64).rev()) {
                    for (other, step) in [
                        (face / 2, tree.to_parent(face)),
                        (DualTree::neighbour(face), tree.to_neighbour(face)),
                    ] {
                        let (a, b) = (searched[face as usize], searched[other as usize]);
                        searched[other as usize] = b.min(a + step);
                        searched[face as usize] = a.min(b + step);
                    }
                }
                if searched == before {
                    break;
                }
            }
            for _ in 0..40 {
                let face = rng.random_range(1..faces as u64);
                assert_eq!(
                    field.distance(&tables, face),
                    searched[face as usize],
                    "case {case}: face {face} of {geometry:?}"
                );
            }
        }
    }
}
