//! The table of one seam of the dual tree: how its numbers are laid out, and reading them.

use super::min_plus::nearer;

/// Distances within the part under a face of layer m, as m × m matrices whose rows and columns are layers.
///
/// Row k of every matrix stands beside row k of the others, the highest first: shortest paths mostly come in there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seam<'a> {
    m: usize,
    matrices: usize,
    steps: &'a [f64],
    rows: &'a [f64],
}

/// A matrix of a [`Seam`]. The last three are earlier ones turned, kept only where memory is read at random.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Among {
    /// From the left side of the seam to the left.
    Left,
    /// From the right side of the seam to the right.
    Right,
    /// From the left side of the seam to the right.
    LeftToRight,
    /// Under the left child alone, from its left spine to its right spine, the seam.
    LeftToSeam,
    /// Under the right child alone, from its left spine, the seam, to its right spine.
    SeamToRight,
    /// From the right side of the seam to the left.
    RightToLeft,
    /// Under the left child alone, from the seam to its left spine.
    SeamToLeft,
    /// Under the right child alone, from its right spine to the seam.
    RightToSeam,
}

impl Among {
    /// The matrix whose columns are the rows of this one.
    fn turned(self) -> Self {
        match self {
            Self::Left => Self::Left,
            Self::Right => Self::Right,
            Self::LeftToRight => Self::RightToLeft,
            Self::RightToLeft => Self::LeftToRight,
            Self::LeftToSeam => Self::SeamToLeft,
            Self::SeamToLeft => Self::LeftToSeam,
            Self::SeamToRight => Self::RightToSeam,
            Self::RightToSeam => Self::SeamToRight,
        }
    }
}

/// A spine beside or across a seam.
#[derive(Clone, Copy, Debug)]
pub(crate) enum SpineOf {
    /// The left child's left spine.
    LeftChildLeft,
    /// The left child's right spine, left side of the seam.
    LeftChildRight,
    /// The right child's left spine, right side of the seam.
    RightChildLeft,
    /// The right child's right spine.
    RightChildRight,
}

/// Matrices of the tables that serve a whole layer: these stay in the cache, and are 2⁴⁰ sites in 1 MB.
pub(crate) const MATRICES_SHARED: usize = 5;
/// Matrices of the tables of single faces, so that only rows have to be read.
pub(crate) const MATRICES_EACH: usize = 8;

impl<'a> Seam<'a> {
    /// Reads a table of [`table_size`].
    #[inline(always)]
    pub fn new(m: usize, matrices: usize, table: &'a [f64]) -> Self {
        let (steps, rows) = table.split_at(4 * m);
        Self { m, matrices, steps, rows }
    }

    /// `out[i] = min(out[i], from + matrix[k][i])`.
    #[inline(always)]
    pub fn spread(&self, among: Among, k: usize, from: f64, out: &mut [f64]) {
        let (m, group) = (self.m, self.matrices * self.m);
        let first = |among: Among, k: usize| (m - 1 - k) * group + among as usize * m;
        if (among as usize) < self.matrices {
            let at = first(among, k);
            for (out, &length) in out.iter_mut().zip(&self.rows[at..at + m]) {
                *out = nearer(*out, from + length);
            }
        } else {
            let mut at = first(among.turned(), 0) + k;
            for out in &mut out[..m] {
                *out = nearer(*out, from + self.rows[at]);
                at = at.wrapping_sub(group);
            }
        }
    }

    /// From layer k to layer k + 1 of a spine, under its child alone; the last place is free.
    #[inline(always)]
    pub fn steps(&self, spine: SpineOf) -> &'a [f64] {
        &self.steps[spine as usize * self.m..][..self.m]
    }

    /// Reads what is most likely wanted of these matrices and spines, for the cache: several seams are fetched from
    /// memory in the time of one.
    #[inline(always)]
    pub fn fetch(&self, matrices: &[Among], spines: &[SpineOf]) {
        const LINE: usize = 8;
        let mut read = 0;
        let mut touch = |list: &[f64]| {
            for at in (0..self.m).step_by(LINE).chain([self.m - 1]) {
                read ^= list[at].to_bits();
            }
        };
        for &among in matrices {
            // Matrices that are not kept are read by columns of one that is: nothing of theirs stands together.
            if (among as usize) < self.matrices {
                touch(&self.rows[among as usize * self.m..]);
            }
        }
        for &spine in spines {
            touch(self.steps(spine));
        }
        std::hint::black_box(read);
    }
}

/// Numbers in the table of a face of layer m: matrices and four lists.
pub(crate) const fn table_size(m: usize, matrices: usize) -> usize {
    matrices * m * m + 4 * m
}
