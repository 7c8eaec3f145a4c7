//! Wedges for tests: random ones of every kind, and the calm wedge of an interval.

use rand::RngExt;

use super::tiling::nodes_in_layer;
use super::wedge::Wedge;
use crate::lattice::{Boundary, ReceptiveField};
use crate::numerics::streams::stream;

/// Layers of sorted intervals from a rule of membership.
fn wedge_of(
    (sites, boundary, field): (u64, Boundary, ReceptiveField),
    depth: u32,
    mut inside: impl FnMut(u32, u64) -> bool,
) -> Wedge {
    let layers = (0..=depth)
        .map(|layer| {
            let mut intervals: Vec<(u64, u64)> = Vec::new();
            for node in (0..nodes_in_layer(sites, layer)).filter(|&node| inside(layer, node)) {
                match intervals.last_mut() {
                    Some((start, len)) if *start + *len == node => *len += 1,
                    _ => intervals.push((node, 1)),
                }
            }
            intervals
        })
        .collect();
    Wedge { sites, boundary, field, layers }
}

/// Wedges of every field and boundary whose memberships are random with long and short runs.
pub(super) fn random_wedges(sites: u64, count: usize) -> impl Iterator<Item = Wedge> {
    let mut rng = stream(11, "wedges", sites);
    (0..count).map(move |trial| {
        let field = ReceptiveField::ALL[trial % 3];
        let boundary = [Boundary::Ring, Boundary::Line][trial / 3 % 2];
        let depth = rng.random_range(0..=sites.ilog2());
        let (change, mut now) = ([0.02, 0.15, 0.5][trial / 6 % 3], rng.random_bool(0.5));
        wedge_of((sites, boundary, field), depth, |_, _| {
            now ^= rng.random_bool(change);
            now
        })
    })
}

/// The wedge of an interval `start..end` of an r = 3 ring where a parent follows the majority of its
/// children, closed where it has become narrow: near minimal, and symmetric.
pub(super) fn majority_wedge(sites: u64, start: i64, end: i64) -> Wedge {
    let (mut start, mut end) = (start, end);
    let mut layers = Vec::new();
    for _ in 0..=sites.ilog2() {
        let inside = start < end;
        layers.push(if inside { vec![(start as u64, (end - start) as u64)] } else { Vec::new() });
        // Parent j has two of 2j, 2j+1, 2j+2 inside where start ≤ 2j + 1 < end.
        (start, end) = (start / 2, end / 2);
        if end - start < 2 {
            end = start;
        }
    }
    Wedge { sites, boundary: Boundary::Ring, field: ReceptiveField::Three, layers }
}
