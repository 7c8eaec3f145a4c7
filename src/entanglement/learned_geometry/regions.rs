//! The regions whose entropies are learned, up to their position.

use crate::lattice::Boundary;
use crate::network::{Interval, Region};
use crate::numerics::streams::stream;
use rand::RngExt;
use std::collections::{BTreeMap, BTreeSet};

/// A region of a ring with its S2, the mean over all positions on the ring.
#[derive(Clone, Debug, PartialEq)]
pub struct RegionEntropy {
    /// The region at one of its positions.
    pub region: Region,
    /// S2 in nats.
    pub renyi2_nats: f64,
}

/// Sites of a region as bits, for rings of at most 64 sites.
pub(super) fn mask(region: &Region) -> u64 {
    (0..region.sites()).filter(|site| region.contains(*site)).fold(0, |bits, site| bits | 1 << site)
}

/// All sites of a ring as bits.
pub(super) fn full_mask(sites: u64) -> u64 {
    u64::MAX >> (64 - sites)
}

/// A set of sites moved along the ring.
pub(super) fn rotated(bits: u64, by: u64, sites: u64) -> u64 {
    let by = by % sites;
    if by == 0 { bits } else { (bits << by | bits >> (sites - by)) & full_mask(sites) }
}

/// Merges regions that are the same up to their position on the ring, each entropy the mean of its class; classes
/// in the order of their first member.
#[must_use]
pub fn position_classes(regions: &[RegionEntropy]) -> Vec<RegionEntropy> {
    let mut classes: Vec<(RegionEntropy, f64, f64)> = Vec::new();
    let mut known: BTreeMap<u64, usize> = BTreeMap::new();
    for entry in regions {
        let class = class_of(&entry.region);
        let place = *known.entry(class).or_insert(classes.len());
        match classes.get_mut(place) {
            Some((_, sum, count)) => {
                *sum += entry.renyi2_nats;
                *count += 1.0;
            }
            None => classes.push((entry.clone(), entry.renyi2_nats, 1.0)),
        }
    }
    classes
        .into_iter()
        .map(|(entry, sum, count)| RegionEntropy { renyi2_nats: sum / count, ..entry })
        .collect()
}

/// The least of all positions of a region and of its complement, whose entropy is the same.
fn class_of(region: &Region) -> u64 {
    let (sites, bits) = (region.sites(), mask(region));
    let both = [bits, !bits & full_mask(sites)];
    (0..sites).flat_map(|by| both.map(|bits| rotated(bits, by, sites))).min().unwrap_or(0)
}

/// `count` regions of a ring of 8 to 64 sites, no two the same up to position: intervals of 1 … N/2 sites, all of
/// them where `count` allows, else evenly spread; then, if `two_intervals`, random unions of two, drawn from the stream
/// `geometry-regions` of `seed`. Fewer where there are no more.
///
/// # Panics
/// If the ring has more than 64 sites.
#[must_use]
pub fn region_set(sites: u64, count: usize, two_intervals: bool, seed: u64) -> Vec<Region> {
    assert!((8..=64).contains(&sites), "rings of 8 to 64 sites, not {sites}");
    let region = |intervals: &[Interval]| {
        Region::from_intervals(sites, Boundary::Ring, intervals.iter().copied())
            .expect("the intervals begin and end on the ring")
    };
    let half = sites / 2;
    let single = (count as u64).min(half);
    let mut found: Vec<Region> =
        (1..=single).map(|i| region(&[Interval { start: 0, len: (i * half).div_ceil(single) }])).collect();
    if !two_intervals {
        return found;
    }
    let mut known: BTreeSet<u64> = found.iter().map(class_of).collect();
    let mut random = stream(seed, "geometry-regions", 0);
    // On eight sites there are only a few classes: give up when new ones have long failed to come.
    let mut vain = 0;
    while found.len() < count && vain < 10_000 {
        let [a, b] = [0; 2].map(|_| random.random_range(1..=sites / 4));
        let gap = random.random_range(1..=(sites - a - b) / 2);
        let candidate = region(&[Interval { start: 0, len: a }, Interval { start: a + gap, len: b }]);
        if known.insert(class_of(&candidate)) {
            found.push(candidate);
            vain = 0;
        } else {
            vain += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_differ_by_more_than_their_position() {
        let found = region_set(32, 100, true, 1);
        assert_eq!(found.len(), 100);
        assert_eq!(found.iter().map(class_of).collect::<BTreeSet<_>>().len(), 100);
        assert_eq!(found[..16].iter().map(Region::len).collect::<Vec<_>>(), (1..=16).collect::<Vec<_>>());
        assert!(found[16..].iter().all(|r| r.intervals().len() == 2));
        assert_ne!(found, region_set(32, 100, true, 2));
        let few: Vec<u64> = region_set(64, 8, true, 1).iter().map(Region::len).collect();
        assert_eq!(few, [4, 8, 12, 16, 20, 24, 28, 32]);
        assert!(region_set(8, 1000, true, 1).len() < 30, "eight sites have few");
    }

    #[test]
    fn one_class_is_one_entropy() {
        let entry = |text: &str, s| RegionEntropy {
            region: Region::parse(text, 16, Boundary::Ring).unwrap(),
            renyi2_nats: s,
        };
        let merged = position_classes(&[
            entry("0..3", 0.5),
            entry("7..10", 0.7),
            entry("3..16", 0.9),
            entry("0..2", 1.0),
        ]);
        assert_eq!(merged.len(), 2);
        assert!((merged[0].renyi2_nats - 0.7).abs() < 1e-15 && merged[1].renyi2_nats == 1.0);
    }
}
