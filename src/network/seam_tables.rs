//! Distances along the seams of the dual tree, from which the distance between any two faces is put together.
//!
//! What lies under a face P touches the rest of the dual only through its *spines*: the leftmost and the
//! rightmost face of each layer, P included. The parts under its two children A, B touch each other only
//! along the *seam*, the right spine of A beside the left spine of B. For every P the tables keep, within the
//! part under P, the distances among the faces of the seam, and those across A and across B from spine to
//! spine. They are made from the tables below by min-plus products: O(m³) for a face of layer m, O(N) time and
//! memory in all. Where layers are shared, one table per layer serves all faces (two on a line, where
//! the faces outside differ), and all is O(log⁴ N) time and O(log³ N) memory.
//!
//! Faces up to layer [`SMALL`] have no tables: what lies under them is searched directly.

use pulp::Arch;
use rayon::prelude::*;

use super::dual_tree::DualTree;
use super::min_plus::{FAR, LANES, Lanes, close, nearer_lanes, plus, product, transpose};
use super::seam::{MATRICES_EACH, MATRICES_SHARED, Seam, table_size};

/// Layer whose faces and what lies under them, 63 faces, are searched without tables. One layer higher halves
/// the memory and doubles the search, one lower the reverse.
pub(crate) const SMALL: u32 = 5;

/// Parts that are made on their own, as a power of two: enough to keep all threads busy, few enough that
/// joining them, which leaves lanes idle, does not count.
const LOG2_PARTS: u32 = 6;

/// The tables of one layer.
#[derive(Debug)]
enum Level {
    /// One for all faces, and one for the outside of a line.
    Shared([Vec<f64>; 2]),
    /// One for each face, in equal parts.
    Each(Vec<Vec<f64>>),
}

/// The tables of a network; see the module.
#[derive(Debug)]
pub(crate) struct SeamTables {
    tree: DualTree,
    small: u32,
    /// From layer `small + 1` on.
    levels: Vec<Level>,
    /// Distances in the whole dual among the spines of the root: n + 1 faces of the left one, then the right.
    root: Vec<f64>,
    /// The widest arithmetic of this machine.
    arch: Arch,
}

impl SeamTables {
    /// Makes the tables on all threads of the pool.
    pub fn new(tree: DualTree) -> Self {
        let n = tree.height();
        let small = SMALL.min(n);
        let shared = tree.shared_layers();
        let (mut base, mut levels) = shared_levels(&tree, small, shared);
        if shared < n {
            let parted = shared.max(n.saturating_sub(LOG2_PARTS));
            let lanes = LANES as u64;
            let faces = 1_u64 << (n - parted);
            let parts: Vec<Part> = if faces < lanes {
                Vec::new()
            } else {
                (0..faces / lanes)
                    .into_par_iter()
                    .map(|i| Part::new(&tree, &base, small, parted, faces + i * lanes, 1))
                    .collect()
            };
            let parted = if parts.is_empty() { shared } else { parted };
            let mut tables: Vec<Vec<Vec<f64>>> = (small.max(shared)..parted).map(|_| Vec::new()).collect();
            let mut spines = Vec::new();
            for part in parts {
                for (level, table) in tables.iter_mut().zip(part.tables) {
                    level.push(table);
                }
                spines.extend(part.spines);
            }
            if !spines.is_empty() {
                base = Base { layer: parted, each: true, spines };
            }
            let top = Part::new(&tree, &base, small, n, 1, 0);
            tables.extend(top.tables.into_iter().map(|table| vec![table]));
            levels.extend(tables.into_iter().map(Level::Each));
            base = Base { layer: n, each: true, spines: top.spines };
        }
        let root = closed_root(&tree, base.of(&tree, 1));
        Self { tree, small, levels, root, arch: Arch::new() }
    }

    /// The arithmetic that loops over the tables are compiled for.
    pub fn arch(&self) -> Arch {
        self.arch
    }

    /// The numbering of the faces.
    pub fn tree(&self) -> &DualTree {
        &self.tree
    }

    /// Layer whose faces are searched without tables: [`SMALL`], or the root's if that is lower.
    pub fn small(&self) -> u32 {
        self.small
    }

    /// The tables of a face above layer [`Self::small`].
    #[inline(always)]
    pub fn seam(&self, face: u64) -> Seam<'_> {
        let layer = self.tree.layer(face);
        let m = layer as usize;
        let (all, matrices) = match &self.levels[(layer - self.small - 1) as usize] {
            Level::Shared(kinds) => (&kinds[usize::from(self.tree.is_outside(face))][..], MATRICES_SHARED),
            Level::Each(parts) => {
                let size = table_size(m, MATRICES_EACH);
                let place = face as usize - (1 << face.ilog2());
                let faces = parts[0].len() / size;
                let at = place % faces * size;
                (&parts[place / faces][at..at + size], MATRICES_EACH)
            }
        };
        Seam::new(m, matrices, all)
    }

    /// Distances in the whole dual from a face of the root's spines (left spine 0…n, right spine n + 1…) to all.
    pub fn root_distances(&self, place: usize) -> &[f64] {
        let faces = 2 * (self.tree.height() as usize + 1);
        &self.root[place * faces..(place + 1) * faces]
    }
}

/// Distances among the spines of faces of one layer K, each within the part under its face: three
/// (K + 1)² matrices, left to left, left to right, right to right.
struct Spines {
    left_left: Vec<Lanes>,
    left_right: Vec<Lanes>,
    right_right: Vec<Lanes>,
}

impl Spines {
    fn new(layer: u32) -> Self {
        let places = (layer as usize + 1).pow(2);
        Self { left_left: vec![FAR; places], left_right: vec![FAR; places], right_right: vec![FAR; places] }
    }

    fn matrices(&self) -> impl Iterator<Item = &Lanes> {
        self.left_left.iter().chain(&self.left_right).chain(&self.right_right)
    }

    fn lane(&self, lane: usize) -> Vec<f64> {
        self.matrices().map(|lanes| lanes[lane]).collect()
    }

    fn set_lane(&mut self, lane: usize, list: &[f64]) {
        let places = self.left_left.iter_mut().chain(&mut self.left_right).chain(&mut self.right_right);
        for (place, &value) in places.zip(list) {
            place[lane] = value;
        }
    }
}

/// Spines that are known: of all faces of a layer, or of any face and of one outside a line.
struct Base {
    layer: u32,
    each: bool,
    spines: Vec<Vec<f64>>,
}

impl Base {
    fn of(&self, tree: &DualTree, face: u64) -> &[f64] {
        let at =
            if self.each { face as usize - (1 << face.ilog2()) } else { usize::from(tree.is_outside(face)) };
        &self.spines[at]
    }
}

/// Room for joining the parts under two faces into the one under their parent of layer m.
struct Joint {
    m: usize,
    left: Spines,
    right: Spines,
    /// Steps over the seam by layer; the highest leads over the parent.
    over: Vec<Lanes>,
    /// From the left and the right child to the parent.
    up: [Lanes; 2],
    left_left: Vec<Lanes>,
    left_right: Vec<Lanes>,
    right_right: Vec<Lanes>,
    step: Vec<Lanes>,
    turned: Vec<Lanes>,
    partial: Vec<Lanes>,
}

impl Joint {
    fn new(layer: u32) -> Self {
        let m = layer as usize;
        let square = || vec![FAR; m * m];
        Self {
            m,
            left: Spines::new(layer - 1),
            right: Spines::new(layer - 1),
            over: vec![FAR; m],
            up: [FAR; 2],
            left_left: square(),
            left_right: square(),
            right_right: square(),
            step: square(),
            turned: square(),
            partial: square(),
        }
    }

    /// Reads the capacities around the seams under these faces.
    fn read(&mut self, tree: &DualTree, faces: FaceLanes) {
        let highest = self.m - 1;
        for (lane, &face) in faces.iter().enumerate() {
            let (left, right) = (2 * face, 2 * face + 1);
            for (layer, over) in self.over[..highest].iter_mut().enumerate() {
                over[lane] = tree.to_neighbour((right << (highest - layer)) - 1);
            }
            self.up[0][lane] = tree.to_parent(left);
            self.up[1][lane] = tree.to_parent(right);
        }
        self.over[highest] = plus(self.up[0], self.up[1]);
    }

    /// Finds the distances along the seam, and the spines of the parent. 9 m³ operations.
    fn join(&mut self, out: &mut Spines) {
        let m = self.m;
        let Self { left, right, over, left_left, left_right, right_right, step, turned, partial, .. } = self;
        // A step from the left side: over the seam, and along the left spine of the right part.
        for (at, step) in step.iter_mut().enumerate() {
            *step = plus(over[at / m], right.left_left[at]);
        }
        // Left to left: within the left part, or over, along, and back over, any number of times.
        for (at, length) in left_left.iter_mut().enumerate() {
            *length = nearer_lanes(left.right_right[at], plus(step[at], over[at % m]));
        }
        close(m, left_left, turned);
        left_right.fill(FAR);
        product(m, left_left, step, left_right);
        right_right.copy_from_slice(&right.left_left);
        transpose(m, step, turned);
        product(m, turned, left_right, right_right);

        // From the left spine to the seam, along it, and out to either spine.
        partial.fill(FAR);
        product(m, &left.left_right, left_left, partial);
        transpose(m, &left.left_right, turned);
        step.copy_from_slice(&left.left_left);
        product(m, partial, turned, step);
        widen(m, step, &mut out.left_left);

        partial.fill(FAR);
        product(m, &left.left_right, left_right, partial);
        step.fill(FAR);
        product(m, partial, &right.left_right, step);
        widen(m, step, &mut out.left_right);

        transpose(m, &right.left_right, turned);
        partial.fill(FAR);
        product(m, turned, right_right, partial);
        step.copy_from_slice(&right.right_right);
        product(m, partial, &right.left_right, step);
        widen(m, step, &mut out.right_right);
        self.add_parent(out);
    }

    /// The parent is the last face of both its spines, next to the last ones of its children.
    fn add_parent(&self, out: &mut Spines) {
        let (m, [up_left, up_right]) = (self.m, self.up);
        let at = |i: usize, j: usize| i * (m + 1) + j;
        for k in 0..m {
            // The left child ends the left spine below the parent, the right child the right one.
            let to_left = nearer_lanes(
                plus(up_left, out.left_left[at(m - 1, k)]),
                plus(up_right, out.left_right[at(k, m - 1)]),
            );
            let to_right = nearer_lanes(
                plus(up_left, out.left_right[at(m - 1, k)]),
                plus(up_right, out.right_right[at(m - 1, k)]),
            );
            for (matrix, row, column) in [
                (&mut out.left_left, to_left, to_left),
                (&mut out.left_right, to_right, to_left),
                (&mut out.right_right, to_right, to_right),
            ] {
                matrix[at(m, k)] = row;
                matrix[at(k, m)] = column;
            }
        }
        for matrix in [&mut out.left_left, &mut out.left_right, &mut out.right_right] {
            matrix[at(m, m)] = [0.0; LANES];
        }
    }

    /// The table of one lane with so many matrices, as [`Seam`] reads it.
    fn table(&self, lane: usize, matrices: usize, out: &mut [f64]) {
        let m = self.m;
        // In the order of `Among`; the last ones are read by columns.
        let all = [
            &self.left_left,
            &self.right_right,
            &self.left_right,
            &self.left.left_right,
            &self.right.left_right,
            &self.left_right,
            &self.left.left_right,
            &self.right.left_right,
        ];
        let (all_steps, rows) = out.split_at_mut(4 * m);
        for (i, out) in rows.chunks_exact_mut(m).enumerate() {
            let (row, which) = (m - 1 - i / matrices, i % matrices);
            let (first, step) = if which < MATRICES_SHARED { (row * m, 1) } else { (row, m) };
            for (out, lanes) in out.iter_mut().zip(all[which][first..].iter().step_by(step)) {
                *out = lanes[lane];
            }
        }
        let spines =
            [&self.left.left_left, &self.left.right_right, &self.right.left_left, &self.right.right_right];
        for (matrix, steps) in spines.into_iter().zip(all_steps.chunks_exact_mut(m)) {
            for (k, step) in steps[..m - 1].iter_mut().enumerate() {
                *step = matrix[k * m + k + 1][lane];
            }
        }
    }
}

/// The faces worked on at once.
type FaceLanes = [u64; LANES];

/// Copies an m × m matrix into the corner of an (m + 1) × (m + 1) one.
fn widen(m: usize, matrix: &[Lanes], out: &mut [Lanes]) {
    for (row, out) in matrix.chunks_exact(m).zip(out.chunks_exact_mut(m + 1)) {
        out[..m].copy_from_slice(row);
    }
}

/// The levels whose layers are all shared, and the spines of the highest of them.
fn shared_levels(tree: &DualTree, small: u32, shared: u32) -> (Base, Vec<Level>) {
    let n = tree.height();
    let mut levels = Vec::new();
    let mut spines = Spines::new(0);
    for lanes in [&mut spines.left_left, &mut spines.left_right, &mut spines.right_right] {
        lanes.fill([0.0; LANES]);
    }
    for layer in 1..=shared {
        // Lane 0 is any face, lane 1 one that is outside if there is an outside.
        let outside = 1_u64 << (n - layer);
        let mut faces = [outside; LANES];
        faces[0] = outside + u64::from(layer < n);
        let mut joint = Joint::new(layer);
        let any = spines.lane(0);
        (0..LANES).for_each(|lane| joint.right.set_lane(lane, &any));
        joint.left = spines;
        joint.read(tree, faces);
        spines = Spines::new(layer);
        joint.join(&mut spines);
        if layer > small {
            let table = |lane| {
                let mut table = vec![0.0; table_size(joint.m, MATRICES_SHARED)];
                joint.table(lane, MATRICES_SHARED, &mut table);
                table
            };
            // Without an outside the second is never asked for; at the root there is no other face.
            let kinds = match (tree.is_outside(outside), layer == n) {
                (true, false) => [table(0), table(1)],
                (true, true) => [Vec::new(), table(1)],
                (false, _) => [table(0), Vec::new()],
            };
            levels.push(Level::Shared(kinds));
        }
    }
    (Base { layer: shared, each: false, spines: vec![spines.lane(0), spines.lane(1)] }, levels)
}

/// All that lies under [`LANES`] neighbouring faces of a layer, or under one, down to the base.
struct Part {
    /// By layer from `small + 1` or the one above the base on: the tables, face by face.
    tables: Vec<Vec<f64>>,
    /// Of each face.
    spines: Vec<Vec<f64>>,
}

impl Part {
    /// With `stride` 1 for the faces `first`, `first + 1`, … of a layer, with 0 for `first` alone.
    fn new(tree: &DualTree, base: &Base, small: u32, layer: u32, first: u64, stride: u64) -> Self {
        let lanes = if stride == 0 { 1 } else { LANES };
        let lowest = small.max(base.layer) + 1;
        let tables = (lowest..=layer)
            .map(|k| vec![0.0; table_size(k as usize, MATRICES_EACH) * (lanes << (layer - k))])
            .collect();
        let joints = (base.layer + 1..=layer).map(|k| Some(Joint::new(k))).collect();
        let mut maker = Maker { tree, base, joints, tables, lowest, layer, first };
        let mut spines = Spines::new(layer);
        maker.make(layer, first, stride, &mut spines);
        Self { tables: maker.tables, spines: (0..lanes).map(|lane| spines.lane(lane)).collect() }
    }
}

struct Maker<'a> {
    tree: &'a DualTree,
    base: &'a Base,
    /// By layer above the base.
    joints: Vec<Option<Joint>>,
    tables: Vec<Vec<f64>>,
    lowest: u32,
    layer: u32,
    first: u64,
}

impl Maker<'_> {
    /// Makes all tables under the faces `face + lane · stride` and gives their spines. Depth first, so that
    /// what is joined is still in the cache.
    fn make(&mut self, layer: u32, face: u64, stride: u64, out: &mut Spines) {
        let faces = std::array::from_fn(|lane| face + lane as u64 * stride);
        if layer == self.base.layer {
            for (lane, &face) in faces.iter().enumerate() {
                out.set_lane(lane, self.base.of(self.tree, face));
            }
            return;
        }
        let place = (layer - self.base.layer - 1) as usize;
        let mut joint = self.joints[place].take().expect("a layer is not below itself");
        self.make(layer - 1, 2 * face, 2 * stride, &mut joint.left);
        self.make(layer - 1, 2 * face + 1, 2 * stride, &mut joint.right);
        joint.read(self.tree, faces);
        joint.join(out);
        if layer >= self.lowest {
            let first = self.first << (self.layer - layer);
            let size = table_size(joint.m, MATRICES_EACH);
            let table = &mut self.tables[(layer - self.lowest) as usize];
            let lanes = if stride == 0 { 1 } else { LANES };
            for (lane, &face) in faces[..lanes].iter().enumerate() {
                let at = (face - first) as usize * size;
                joint.table(lane, MATRICES_EACH, &mut table[at..at + size]);
            }
        }
        self.joints[place] = Some(joint);
    }
}

/// Distances among the spines of the root once they are joined round the ring.
fn closed_root(tree: &DualTree, spines: &[f64]) -> Vec<f64> {
    let n = tree.height() as usize;
    let (m, faces) = (n + 1, 2 * (n + 1));
    let mut closed = vec![FAR; faces * faces];
    for i in 0..m {
        for j in 0..m {
            closed[i * faces + j] = [spines[i * m + j]; LANES];
            closed[i * faces + m + j] = [spines[m * m + i * m + j]; LANES];
            closed[(m + j) * faces + i] = [spines[m * m + i * m + j]; LANES];
            closed[(m + i) * faces + m + j] = [spines[2 * m * m + i * m + j]; LANES];
        }
    }
    for layer in 0..n {
        let step = tree.to_neighbour(1 << (n - layer));
        for at in [layer * faces + m + layer, (m + layer) * faces + layer] {
            closed[at] = nearer_lanes(closed[at], [step; LANES]);
        }
    }
    close(faces, &mut closed, &mut Vec::new());
    closed.iter().map(|lanes| lanes[0]).collect()
}
