//! Arithmetic of distances: addition, and the smaller of two (the min-plus semiring).
//!
//! Distances are whole numbers below 2⁵³ kept as `f64`, so every sum is exact; infinity stands for
//! "not reached". Of all numbers these have the widest minimum on every machine.

/// So many matrices are worked on at once.
pub(crate) const LANES: usize = 4;
/// One number of each of the matrices worked on at once.
pub(crate) type Lanes = [f64; LANES];
/// Nothing reached.
pub(crate) const FAR: Lanes = [f64::INFINITY; LANES];

/// The smaller of two distances.
#[inline(always)]
pub(crate) fn nearer(a: f64, b: f64) -> f64 {
    // Not f64::min: no distance is NaN, and without that case this is a single instruction.
    if a < b { a } else { b }
}

/// The smaller ones, lane by lane.
#[inline(always)]
pub(crate) fn nearer_lanes(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|lane| nearer(a[lane], b[lane]))
}

/// Sums, lane by lane.
#[inline(always)]
pub(crate) fn plus(a: Lanes, b: Lanes) -> Lanes {
    std::array::from_fn(|lane| a[lane] + b[lane])
}

/// `out[j] = min(out[j], from + row[j])`.
#[inline(always)]
pub(crate) fn spread(out: &mut [f64], from: f64, row: &[f64]) {
    for (out, &length) in out.iter_mut().zip(row) {
        *out = nearer(*out, from + length);
    }
}

/// `out[i][j] = min(out[i][j], min_k x[i][k] + y[k][j])` for m × m matrices, row by row.
pub(crate) fn product(m: usize, x: &[Lanes], y: &[Lanes], out: &mut [Lanes]) {
    for (x_row, out_row) in x.chunks_exact(m).zip(out.chunks_exact_mut(m)) {
        // Four results at a time stay in registers.
        let (blocks, rest) = out_row.as_chunks_mut::<4>();
        let done = 4 * blocks.len();
        for (i, block) in blocks.iter_mut().enumerate() {
            let mut best = *block;
            for (&a, y_row) in x_row.iter().zip(y.chunks_exact(m)) {
                if let Some(b) = y_row[4 * i..].first_chunk::<4>() {
                    best = std::array::from_fn(|j| nearer_lanes(best[j], plus(a, b[j])));
                }
            }
            *block = best;
        }
        for (j, best) in (done..).zip(rest) {
            for (&a, y_row) in x_row.iter().zip(y.chunks_exact(m)) {
                *best = nearer_lanes(*best, plus(a, y_row[j]));
            }
        }
    }
}

/// Replaces an m × m matrix of steps by the shortest distances they allow (Floyd 1962). O(m³).
pub(crate) fn close(m: usize, matrix: &mut [Lanes], through: &mut Vec<Lanes>) {
    for k in 0..m {
        through.clear();
        through.extend_from_slice(&matrix[k * m..(k + 1) * m]);
        for row in matrix.chunks_exact_mut(m) {
            let first = row[k];
            for (length, &rest) in row.iter_mut().zip(through.iter()) {
                *length = nearer_lanes(*length, plus(first, rest));
            }
        }
    }
}

/// Rows become columns.
pub(crate) fn transpose(m: usize, matrix: &[Lanes], out: &mut Vec<Lanes>) {
    out.clear();
    out.extend((0..m * m).map(|at| matrix[at % m * m + at / m]));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize, seed: u64) -> Vec<Lanes> {
        let at =
            |i: usize, lane: usize| ((i as u64 * 7 + lane as u64 * 3 + seed) * 2_654_435_761 % 101) as f64;
        (0..count).map(|i| std::array::from_fn(|lane| at(i, lane))).collect()
    }

    #[test]
    fn products_take_the_least_sum() {
        for m in 1..8 {
            let (x, y) = (numbers(m * m, 1), numbers(m * m, 5));
            let mut out = vec![FAR; m * m];
            product(m, &x, &y, &mut out);
            for (at, found) in out.iter().enumerate() {
                let (i, j) = (at / m, at % m);
                for lane in 0..LANES {
                    let sums = (0..m).map(|k| x[i * m + k][lane] + y[k * m + j][lane]);
                    assert_eq!(found[lane], sums.fold(f64::INFINITY, f64::min));
                }
            }
        }
    }

    #[test]
    fn closed_matrices_obey_the_triangle_inequality() {
        let m = 6;
        let mut matrix = numbers(m * m, 3);
        close(m, &mut matrix, &mut Vec::new());
        let mut twice = matrix.clone();
        product(m, &matrix.clone(), &matrix, &mut twice);
        assert_eq!(matrix, twice);
        let (mut once, mut back) = (Vec::new(), Vec::new());
        transpose(m, &matrix, &mut once);
        transpose(m, &once, &mut back);
        assert_eq!((once[1], back), (matrix[m], matrix));
    }
}
