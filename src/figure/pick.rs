//! What is under a place on the page: boundary sites, handles, arcs, tiles.

use super::camera::{ChartKind, Projection};
use super::page::Place;
use super::regions::ARC_OFFSET;
use crate::hyperbolic::{Tile, tile_at};
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::Region;

/// A drag that starts within this distance of the rim, in points, selects.
pub const RIM_REACH: f64 = 20.0;
/// Radius in which a handle is hit.
const HANDLE_REACH: f64 = 12.0;

/// Which part of a region is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grip {
    /// The first site of interval `.0`.
    Start(usize),
    /// The end of interval `.0`.
    End(usize),
    /// Interval `.0` as a whole.
    Arc(usize),
}

/// The boundary site nearest to a place, `None` where the chart shows none (beyond the ends of a line).
#[must_use]
pub fn site_at(p: &Projection, boundary: Boundary, at: Place) -> Option<u64> {
    let x = p.from_page(at).x;
    let n = p.sites();
    match (p.chart, boundary) {
        (ChartKind::HalfPlane, _) if !(0.0..n).contains(&x) => None,
        _ => Some((x.floor() as u64).min(p.ring.sites - 1)),
    }
}

/// The gap between sites nearest to a place, clamped to the period: 0…N.
#[must_use]
pub fn gap_at(p: &Projection, at: Place) -> u64 {
    p.from_page(at).x.round().clamp(0.0, p.sites()) as u64
}

/// Whether a drag that starts here selects on the boundary.
#[must_use]
pub fn near_rim(p: &Projection, at: Place) -> bool {
    let d = p.distance_outside(at);
    d.abs() <= RIM_REACH
}

/// The handle or arc of a region at a place; handles come before arcs.
#[must_use]
pub fn grip_at(p: &Projection, region: &Region, at: Place) -> Option<Grip> {
    let distance = |x: f64| {
        let q = p.outside(x, ARC_OFFSET);
        f64::from((q[0] - at[0]).hypot(q[1] - at[1]))
    };
    let mut best: Option<(f64, Grip)> = None;
    for (i, interval) in region.intervals().iter().enumerate() {
        if interval.len == p.ring.sites {
            continue;
        }
        for (x, grip) in [(interval.start, Grip::Start(i)), (interval.start + interval.len, Grip::End(i))] {
            let d = distance(x as f64);
            if d <= HANDLE_REACH && best.is_none_or(|(b, _)| d < b) {
                best = Some((d, grip));
            }
        }
    }
    if let Some((_, grip)) = best {
        return Some(grip);
    }
    // The arc itself: half its width and two points of grace.
    if (p.distance_outside(at) - ARC_OFFSET).abs() > 6.0 {
        return None;
    }
    let x = p.from_page(at).x;
    region
        .intervals()
        .iter()
        .position(|interval| {
            let off = if p.chart == ChartKind::Ring {
                (x - interval.start as f64).rem_euclid(p.sites())
            } else {
                x - interval.start as f64
            };
            (0.0..interval.len as f64).contains(&off)
        })
        .map(Grip::Arc)
}

/// The tile at a place, wrapped into the period; `None` outside the network.
#[must_use]
pub fn tile_under(
    p: &Projection,
    field: ReceptiveField,
    boundary: Boundary,
    depth: u32,
    at: Place,
) -> Option<Tile> {
    let tile = tile_at(p.from_page(at), field)?;
    if tile.layer > depth {
        return None;
    }
    let nodes = (p.ring.sites >> tile.layer).max(1) as i64;
    match boundary {
        Boundary::Ring => Some(Tile { index: tile.index.rem_euclid(nodes), ..tile }),
        Boundary::Line => (0..nodes).contains(&tile.index).then_some(tile),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::camera::{Camera, Frame};
    use crate::hyperbolic::{HalfPlane, RingRadius};

    fn ring(sites: u64) -> Projection {
        let frame = Frame::page(784.0, 828.0);
        Projection::new(ChartKind::Ring, RingRadius::Balanced, sites, Camera::HOME, frame)
    }

    #[test]
    fn every_site_is_found_where_it_is_drawn() {
        for radius in RingRadius::ALL {
            let p = Projection { ring: crate::hyperbolic::Ring { sites: 256, radius }, ..ring(256) };
            for site in 0..256_u64 {
                let at = p.to_page(HalfPlane { x: site as f64 + 0.5, z: 1.5 });
                assert_eq!(site_at(&p, Boundary::Ring, at), Some(site));
                let at = p.outside(site as f64 + 0.5, 5.0);
                assert_eq!(site_at(&p, Boundary::Ring, at), Some(site));
            }
        }
    }

    #[test]
    fn handles_come_before_arcs() {
        let p = ring(256);
        let region = Region::parse("40..88", 256, Boundary::Ring).unwrap();
        assert_eq!(grip_at(&p, &region, p.outside(40.0, ARC_OFFSET)), Some(Grip::Start(0)));
        assert_eq!(grip_at(&p, &region, p.outside(88.2, ARC_OFFSET)), Some(Grip::End(0)));
        assert_eq!(grip_at(&p, &region, p.outside(64.0, ARC_OFFSET)), Some(Grip::Arc(0)));
        assert_eq!(grip_at(&p, &region, p.outside(128.0, ARC_OFFSET)), None);
    }

    #[test]
    fn tiles_are_found_at_their_nodes() {
        let p = ring(64);
        for field in ReceptiveField::ALL {
            for layer in 0..=6 {
                for index in 0..64 >> layer {
                    let tile = Tile { layer, index };
                    let at = p.to_page(tile.centre(field));
                    assert_eq!(tile_under(&p, field, Boundary::Ring, 6, at), Some(tile), "{field:?}");
                }
            }
        }
    }
}
