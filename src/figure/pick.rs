//! What is under a place on the page: boundary sites, handles, arcs, tiles.

use super::bulk::{LINKS_FROM, link_line};
use super::camera::Projection;
use super::cover::end_on_page;
use super::page::Place;
use super::regions::{ARC_OFFSET, is_at_infinity};
use super::seen_tiles::tile_width;
use crate::hyperbolic::{HalfPlane, Tile, tile_at};
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::{LinkId, Region};

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

/// The boundary site nearest to a place, `None` where the chart shows none: beyond the one period that can be
/// selected.
#[must_use]
pub fn site_at(p: &Projection, at: Place) -> Option<u64> {
    let x = p.from_page(at).x;
    let n = p.sites();
    // Copies on the cover of a ring, and what is beyond the ends of a line, are no sites.
    (0.0..n).contains(&x).then(|| (x.floor() as u64).min(p.ring.sites - 1))
}

/// The gap between sites nearest to a place, clamped to the period: 0…N.
#[must_use]
pub fn gap_at(p: &Projection, at: Place) -> u64 {
    p.from_page(at).x.round().clamp(0.0, p.sites()) as u64
}

/// Whether a drag that starts here selects on the boundary.
#[must_use]
pub fn near_rim(p: &Projection, at: Place) -> bool {
    p.distance_outside(at).abs() <= RIM_REACH && site_at(p, at).is_some()
}

/// The handles of a region on the page: none for a whole ring, nor where a chart squeezes an interval into its point at
/// infinity.
#[must_use]
pub fn handles(p: &Projection, region: &Region) -> Vec<(Grip, Place)> {
    let mut found = Vec::new();
    for (i, interval) in region.intervals().iter().enumerate() {
        let ends = [interval.start as f64, (interval.start + interval.len) as f64];
        if interval.len == p.ring.sites || is_at_infinity(p, ends) {
            continue;
        }
        for (x, grip) in [(ends[0], Grip::Start(i)), (end_on_page(p, ends[1]), Grip::End(i))] {
            found.push((grip, p.outside(x, ARC_OFFSET)));
        }
    }
    found
}

/// The handle or arc of a region at a place; handles come before arcs.
#[must_use]
pub fn grip_at(p: &Projection, region: &Region, at: Place) -> Option<Grip> {
    let mut best: Option<(f64, Grip)> = None;
    for (grip, q) in handles(p, region) {
        let d = f64::from((q[0] - at[0]).hypot(q[1] - at[1]));
        if d <= HANDLE_REACH && best.is_none_or(|(b, _)| d < b) {
            best = Some((d, grip));
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
            // On the cover an interval over the seam shows on both sides of the period.
            let off = (x - interval.start as f64).rem_euclid(p.sites());
            (!p.chart.is_plane() || (0.0..p.sites()).contains(&x)) && off < interval.len as f64
        })
        .map(Grip::Arc)
}

/// Whether a place is on a copy of a ring network on its cover: it is seen there, but not taken hold of.
fn is_on_copy(p: &Projection, here: HalfPlane) -> bool {
    p.chart.is_plane() && !(0.0..p.sites()).contains(&here.x)
}

/// The tile at a place, wrapped into the period; `None` outside the network, and on its copies.
#[must_use]
pub fn tile_under(
    p: &Projection,
    field: ReceptiveField,
    boundary: Boundary,
    depth: u32,
    at: Place,
) -> Option<Tile> {
    let here = p.from_page(at);
    let tile = tile_at(here, field)?;
    if tile.layer > depth || (boundary == Boundary::Ring && is_on_copy(p, here)) {
        return None;
    }
    let nodes = (p.ring.sites >> tile.layer).max(1) as i64;
    match boundary {
        Boundary::Ring => Some(Tile { index: tile.index.rem_euclid(nodes), ..tile }),
        Boundary::Line => (0..nodes).contains(&tile.index).then_some(tile),
    }
}

/// A link is hit within this distance, in points.
const LINK_REACH: f32 = 4.0;
/// About a node it is its tile that is meant.
const NODE_REACH: f32 = 6.0;

/// The polyline of a link as it is drawn, on the sheet of its upper node.
#[must_use]
pub fn link_places(p: &Projection, field: ReceptiveField, link: LinkId) -> Vec<Place> {
    let parent = Tile { layer: link.layer + 1, index: link.block as i64 };
    parent
        .child(field, usize::from(link.slot))
        .map_or_else(Vec::new, |child| link_line(p, field, child, parent))
}

/// The link at a place, where links are drawn; the nearest of several, none about a node, nor on a copy of the network.
#[must_use]
pub fn link_under(
    p: &Projection,
    field: ReceptiveField,
    boundary: Boundary,
    depth: u32,
    at: Place,
) -> Option<LinkId> {
    let here = p.from_page(at);
    let tile = tile_at(here, field)?;
    if boundary == Boundary::Ring && is_on_copy(p, here) {
        return None;
    }
    let distance = |a: Place| (a[0] - at[0]).hypot(a[1] - at[1]);
    if distance(p.to_page(tile.centre(field))) <= NODE_REACH {
        return None;
    }
    let mut best: Option<(f32, LinkId)> = None;
    // A link leads through the layers of its two ends, at most two tiles beside either.
    for layer in tile.layer.max(1)..=(tile.layer + 1).min(depth) {
        let nodes = (p.ring.sites >> layer).max(1) as i64;
        let Some(over) = tile_at(HalfPlane { z: 1.5 * f64::from(layer).exp2(), ..here }, field) else {
            continue;
        };
        for index in over.index - 2..=over.index + 2 {
            let parent = Tile { layer, index };
            let block = index.rem_euclid(nodes);
            if boundary == Boundary::Line && block != index {
                continue;
            }
            for slot in 0..field.links() {
                let below = p.ring.sites >> (layer - 1);
                let Some(child) = parent.child(field, slot) else { continue };
                if field.site(boundary, below, block as u64, slot).is_none()
                    || !links_are_drawn(p, field, child)
                {
                    continue;
                }
                let away = distance_to_line(at, &link_line(p, field, child, parent));
                if away <= LINK_REACH && best.is_none_or(|(least, _)| away < least) {
                    let link = LinkId { layer: layer - 1, block: block as u64, slot: slot as u8 };
                    best = Some((away, link));
                }
            }
        }
    }
    best.map(|(_, link)| link)
}

/// Whether tiles so large have their links drawn.
fn links_are_drawn(p: &Projection, field: ReceptiveField, child: Tile) -> bool {
    let centre = child.centre(field);
    let width = if p.chart.is_plane() {
        tile_width(&p.sheet(), child, field)
    } else {
        p.width_per_site(centre.z) * f64::from(child.layer).exp2()
    };
    width > LINKS_FROM
}

fn distance_to_line(p: Place, line: &[Place]) -> f32 {
    let to_piece = |w: &[Place]| {
        let (d, e) = ([w[1][0] - w[0][0], w[1][1] - w[0][1]], [p[0] - w[0][0], p[1] - w[0][1]]);
        let along = ((d[0] * e[0] + d[1] * e[1]) / (d[0] * d[0] + d[1] * d[1]).max(1e-12)).clamp(0.0, 1.0);
        (e[0] - along * d[0]).hypot(e[1] - along * d[1])
    };
    line.windows(2).map(to_piece).fold(f32::INFINITY, f32::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::camera::{Camera, ChartKind, Frame};
    use crate::hyperbolic::RingRadius;
    use rand::RngExt;

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
                assert_eq!(site_at(&p, at), Some(site));
                let at = p.outside(site as f64 + 0.5, 5.0);
                assert_eq!(site_at(&p, at), Some(site));
            }
        }
    }

    #[test]
    fn every_visible_site_of_the_plane_is_found_where_it_is_drawn() {
        // A place is an f32 of some hundred points, good to 3·10⁻⁵ of them: a site is told from the next where it
        // is wider than that, and is counted as visible from a hundredth of a point on.
        let frame = Frame::page(784.0, 828.0);
        let mut rng = crate::numerics::streams::stream(31, "pick", 0);
        let mut found = 0;
        for chart in [ChartKind::HalfPlane, ChartKind::Poincare, ChartKind::Klein] {
            for log2 in [3, 8, 20, 40] {
                let sites = 1_u64 << log2;
                for _ in 0..40 {
                    let site = rng.random_range(0..sites);
                    let dilation = rng.random_range(-1.0..log2 as f64).exp2().max(0.125);
                    let translation = 0.5 - (site as f64 + rng.random_range(-2.0..2.0)) / sites as f64;
                    let turn_rad = if rng.random() { 0.0 } else { rng.random_range(-1.2..1.2) };
                    let camera = Camera { translation, dilation, turn_rad, ..Camera::HOME };
                    let p = Projection::new(chart, RingRadius::Balanced, sites, camera, frame);
                    let first = site.saturating_sub(40);
                    for site in first..(first + 80).min(sites) {
                        let x = site as f64 + 0.5;
                        let (left, at, right) =
                            (p.outside(x - 0.5, 0.0), p.outside(x, 0.0), p.outside(x + 0.5, 0.0));
                        let width = (left[0] - right[0]).hypot(left[1] - right[1]);
                        let on_page = (0.0..784.0).contains(&at[0]) && (0.0..828.0).contains(&at[1]);
                        if width < 0.01 || !on_page {
                            continue;
                        }
                        found += 1;
                        assert_eq!(site_at(&p, at), Some(site), "{chart:?} {sites} {camera:?}");
                        let outside = p.outside(x, 5.0);
                        assert_eq!(site_at(&p, outside), Some(site), "{chart:?} {sites} {camera:?}");
                        assert!(near_rim(&p, outside));
                    }
                }
            }
        }
        assert!(found > 3_000, "{found} sites were visible");
    }

    #[test]
    fn copies_on_the_cover_are_not_selected() {
        let frame = Frame::page(784.0, 828.0);
        for chart in [ChartKind::HalfPlane, ChartKind::Poincare, ChartKind::Klein] {
            let p = Projection::new(chart, RingRadius::Balanced, 64, Camera::HOME, frame);
            for (x, site) in [(-3.0, None), (0.5, Some(0)), (63.5, Some(63)), (67.0, None)] {
                let at = p.outside(x, 2.0);
                assert_eq!(site_at(&p, at), site, "{chart:?}");
                let within = p.to_page(HalfPlane { x, z: 4.5 });
                let tile = tile_under(&p, ReceptiveField::Three, Boundary::Ring, 6, within);
                assert_eq!(tile.is_some(), site.is_some(), "{chart:?} at {x}");
                for i in 0..40 {
                    let along = p.to_page(HalfPlane { x, z: 1.2 + 0.7 * f64::from(i) });
                    let link = link_under(&p, ReceptiveField::Three, Boundary::Ring, 6, along);
                    assert!(link.is_none() || site.is_some(), "{chart:?} at {x}: {link:?}");
                }
                assert_eq!(near_rim(&p, at), site.is_some(), "{chart:?}");
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
    fn an_interval_over_the_seam_is_held_on_both_sides_of_the_period() {
        let frame = Frame::page(784.0, 828.0);
        let region = Region::parse("56..72", 64, Boundary::Ring).unwrap();
        for chart in [ChartKind::HalfPlane, ChartKind::Poincare, ChartKind::Klein] {
            let p = Projection::new(chart, RingRadius::Balanced, 64, Camera::HOME, frame);
            for (x, grip) in [
                (56.0, Some(Grip::Start(0))),
                (61.0, Some(Grip::Arc(0))),
                (3.0, Some(Grip::Arc(0))),
                (8.0, Some(Grip::End(0))),
                (30.0, None),
            ] {
                assert_eq!(grip_at(&p, &region, p.outside(x, ARC_OFFSET)), grip, "{chart:?} at {x}");
            }
        }
    }

    #[test]
    fn regions_that_are_far_away_have_no_heap_of_handles_at_infinity() {
        // The view has flown to site 20 of 2^20: 7·10^5 sites away nothing is told apart.
        let frame = Frame::page(784.0, 828.0);
        let far = Region::parse("700000..700040", 1 << 20, Boundary::Ring).unwrap();
        let near = Region::parse("10..30", 1 << 20, Boundary::Ring).unwrap();
        for chart in [ChartKind::Poincare, ChartKind::Klein] {
            let camera =
                Camera { translation: 0.5 - 20.0 / f64::from(1 << 20), dilation: 1e4, ..Camera::HOME };
            let p = Projection::new(chart, RingRadius::Balanced, 1 << 20, camera, frame);
            assert!(is_at_infinity(&p, [700_000.0, 700_040.0]) && !is_at_infinity(&p, [10.0, 30.0]));
            assert_eq!(grip_at(&p, &far, p.outside(700_000.0, ARC_OFFSET)), None, "{chart:?}");
            assert_eq!(grip_at(&p, &near, p.outside(10.0, ARC_OFFSET)), Some(Grip::Start(0)), "{chart:?}");
            // At home the same region stands where it can be taken hold of.
            let home = Projection { camera: Camera::HOME, ..p };
            assert!(!is_at_infinity(&home, [700_000.0, 700_040.0]));
        }
    }

    #[test]
    fn tiles_are_found_at_their_nodes() {
        for chart in ChartKind::ALL {
            let p = Projection::new(chart, RingRadius::Balanced, 64, Camera::HOME, Frame::page(784.0, 828.0));
            for field in ReceptiveField::ALL {
                for layer in 0..=6 {
                    for index in 0..64 >> layer {
                        let tile = Tile { layer, index };
                        let at = p.to_page(tile.centre(field));
                        let found = tile_under(&p, field, Boundary::Ring, 6, at);
                        assert_eq!(found, Some(tile), "{chart:?} {field:?}");
                    }
                }
            }
        }
    }
}
