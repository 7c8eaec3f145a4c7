//! Regions of the boundary: unions of intervals of sites, exact and cheap for any number of sites.

use std::fmt;

use crate::lattice::Boundary;

/// `len` consecutive sites from `start` on; on a ring it may run past the last site and wrap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Interval {
    /// First site, `0 ≤ start < N`.
    pub start: u64,
    /// Number of sites.
    pub len: u64,
}

/// A set of sites of a ring or line of N sites, kept as few, sorted, disjoint intervals that do not touch.
///
/// The form is unique: equal sets are equal values. On a ring at most the last interval wraps, and the
/// whole ring is `[0, N)`. Every operation costs O(number of intervals), whatever N is; N ≤ 2⁶².
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Region {
    sites: u64,
    boundary: Boundary,
    intervals: Vec<Interval>,
}

/// Why a text is not a region of this boundary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    /// A part has no `..`.
    #[error("`{part}` is not an interval: write first..end, such as 5..37, and separate intervals by commas")]
    NotAnInterval {
        /// The part of the text between commas.
        part: String,
    },
    /// A bound is not a whole number.
    #[error("`{bound}` in `{part}` is not a whole number of 0 or more: write sites as digits, such as 5..37")]
    NotANumber {
        /// The bound as written.
        bound: String,
        /// The interval that it stands in.
        part: String,
    },
    /// A bound that is larger than any number of sites.
    #[error("`{bound}` in `{part}` is beyond every boundary: the last site of {sites} is {}", .sites - 1)]
    Beyond {
        /// The bound as written.
        bound: String,
        /// The interval that it stands in.
        part: String,
        /// Number of sites N.
        sites: u64,
    },
    /// The end lies before the start.
    #[error("{start}..{end} ends before it starts: on a ring of {sites} write {start}..{wrapped} to wrap")]
    Reversed {
        /// First site.
        start: u64,
        /// End as written.
        end: u64,
        /// Number of sites N.
        sites: u64,
        /// The end that wraps round a ring to the same place.
        wrapped: u64,
    },
    /// The first site does not exist.
    #[error("{start}..{end} starts outside the boundary of {sites} sites: start at 0 to {}", .sites - 1)]
    StartOutside {
        /// First site as written.
        start: u64,
        /// End as written.
        end: u64,
        /// Number of sites N.
        sites: u64,
    },
    /// Longer than the whole boundary.
    #[error("{start}..{end} is longer than the boundary of {sites} sites: the whole of it is 0..{sites}")]
    TooLong {
        /// First site.
        start: u64,
        /// End as written.
        end: u64,
        /// Number of sites N.
        sites: u64,
    },
    /// Runs off the end of a line.
    #[error("{start}..{end} leaves the open line of {sites} sites: end at {sites} or before")]
    PastEnd {
        /// First site.
        start: u64,
        /// End as written.
        end: u64,
        /// Number of sites N.
        sites: u64,
    },
}

/// The beginning of a part, for a sentence: a file may have parts of any length.
fn short(part: &str) -> String {
    const MOST: usize = 48;
    let beginning: String = part.chars().take(MOST).collect();
    if beginning.len() < part.len() { format!("{beginning}…") } else { beginning }
}

impl Region {
    /// No site of a boundary of `sites` sites.
    #[must_use]
    pub fn empty(sites: u64, boundary: Boundary) -> Self {
        Self { sites, boundary, intervals: Vec::new() }
    }

    /// Every site.
    #[must_use]
    pub fn full(sites: u64, boundary: Boundary) -> Self {
        Self { sites, boundary, intervals: vec![Interval { start: 0, len: sites }] }
    }

    /// The union of intervals, which may overlap, touch, or have no length.
    ///
    /// # Errors
    /// A start outside the boundary, a length above N, or, on a line, an end past N.
    pub fn from_intervals(
        sites: u64,
        boundary: Boundary,
        intervals: impl IntoIterator<Item = Interval>,
    ) -> Result<Self, RegionError> {
        let mut pieces = Vec::new();
        for Interval { start, len } in intervals {
            let end = start.saturating_add(len);
            if start >= sites {
                return Err(RegionError::StartOutside { start, end, sites });
            }
            if len > sites {
                return Err(RegionError::TooLong { start, end, sites });
            }
            if end <= sites {
                pieces.push((start, end));
            } else if boundary == Boundary::Ring {
                pieces.push((start, sites));
                pieces.push((0, end - sites));
            } else {
                return Err(RegionError::PastEnd { start, end, sites });
            }
        }
        pieces.retain(|(start, end)| start < end);
        pieces.sort_unstable();
        let mut edges: Vec<u64> = Vec::with_capacity(2 * pieces.len());
        for (start, end) in pieces {
            match edges.last_mut() {
                Some(last) if *last >= start => *last = end.max(*last),
                _ => edges.extend([start, end]),
            }
        }
        Ok(Self::from_edges(sites, boundary, &edges))
    }

    /// Reads `5..37` or `5..37,40..50`: half-open intervals separated by commas, spaces allowed.
    ///
    /// On a ring of 64, `60..70` wraps to 60…63, 0…5. `5..5` and an empty text are the empty region,
    /// `0..N` is all. Intervals that touch or overlap merge.
    ///
    /// # Errors
    /// What is wrong, where in the text, and what to write instead.
    pub fn parse(text: &str, sites: u64, boundary: Boundary) -> Result<Self, RegionError> {
        if text.trim().is_empty() {
            return Ok(Self::empty(sites, boundary));
        }
        let mut intervals = Vec::new();
        for part in text.split(',').map(str::trim) {
            let (first, end) =
                part.split_once("..").ok_or_else(|| RegionError::NotAnInterval { part: short(part) })?;
            let number = |bound: &str| {
                let bound = bound.trim();
                // `u64::from_str` would let a plus sign pass, and Display could not give it back.
                let digits = !bound.is_empty() && bound.bytes().all(|b| b.is_ascii_digit());
                if !digits {
                    return Err(RegionError::NotANumber { bound: short(bound), part: short(part) });
                }
                // Digits alone are refused only where there are too many of them.
                bound.parse().map_err(|_| RegionError::Beyond {
                    bound: short(bound),
                    part: short(part),
                    sites,
                })
            };
            let (start, end): (u64, u64) = (number(first)?, number(end)?);
            if end < start {
                return Err(RegionError::Reversed { start, end, sites, wrapped: end.saturating_add(sites) });
            }
            intervals.push(Interval { start, len: end - start });
        }
        Self::from_intervals(sites, boundary, intervals)
    }

    /// The region whose membership changes at `gaps` (gap i lies between sites i and i + 1 mod N; sorted,
    /// each once) and whose site 0 is inside or not.
    pub(crate) fn from_gaps(sites: u64, boundary: Boundary, gaps: &[u64], first_inside: bool) -> Self {
        debug_assert!(boundary == Boundary::Line || gaps.len().is_multiple_of(2), "a ring closes");
        let mut edges = Vec::with_capacity(gaps.len() + 2);
        if first_inside {
            edges.push(0);
        }
        edges.extend(gaps.iter().map(|gap| gap + 1).filter(|&edge| edge < sites));
        if !edges.len().is_multiple_of(2) {
            edges.push(sites);
        }
        Self::from_edges(sites, boundary, &edges)
    }

    /// From sorted, different positions in `0..=N` at which membership flips, read along the line.
    fn from_edges(sites: u64, boundary: Boundary, edges: &[u64]) -> Self {
        let mut intervals: Vec<Interval> =
            edges.chunks_exact(2).map(|e| Interval { start: e[0], len: e[1] - e[0] }).collect();
        if boundary == Boundary::Ring && intervals.len() > 1 {
            let first = intervals[0];
            if let Some(last) = intervals.last_mut()
                && first.start == 0
                && last.start + last.len == sites
            {
                last.len += first.len;
                intervals.remove(0);
            }
        }
        Self { sites, boundary, intervals }
    }

    /// Sorted positions in `0..=N` at which membership flips, read along the line.
    fn edges(&self) -> Vec<u64> {
        let mut edges = Vec::with_capacity(2 * self.intervals.len() + 2);
        if let Some(last) = self.intervals.last().filter(|i| i.start + i.len > self.sites) {
            edges.extend([0, last.start + last.len - self.sites]);
        }
        for interval in &self.intervals {
            edges.extend([interval.start, (interval.start + interval.len).min(self.sites)]);
        }
        edges
    }

    /// The parts `[start, end)` of the region in `0..N`, ascending; one that wraps gives two.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        let wrapped =
            self.intervals.last().map_or(0, |last| (last.start + last.len).saturating_sub(self.sites));
        (wrapped > 0)
            .then_some((0, wrapped))
            .into_iter()
            .chain(self.intervals.iter().map(|i| (i.start, (i.start + i.len).min(self.sites))))
    }

    /// Number of sites N of the boundary, not of the region.
    #[must_use]
    pub fn sites(&self) -> u64 {
        self.sites
    }

    /// How the boundary closes.
    #[must_use]
    pub fn boundary(&self) -> Boundary {
        self.boundary
    }

    /// The intervals, sorted by start.
    #[must_use]
    pub fn intervals(&self) -> &[Interval] {
        &self.intervals
    }

    /// Number of sites |A| in the region.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.intervals.iter().map(|i| i.len).sum()
    }

    /// Whether no site belongs to it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.intervals.is_empty()
    }

    /// Whether every site belongs to it.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.len() == self.sites
    }

    /// Whether `site` belongs to it; false for `site ≥ N`. O(log of the number of intervals).
    #[must_use]
    pub fn contains(&self, site: u64) -> bool {
        if site >= self.sites {
            return false;
        }
        let before = self.intervals.partition_point(|i| i.start <= site);
        let holds = |i: &Interval, site: u64| site < i.start + i.len;
        (before > 0 && holds(&self.intervals[before - 1], site))
            || self.intervals.last().is_some_and(|last| holds(last, site + self.sites))
    }

    /// Sites in either.
    ///
    /// # Panics
    /// If the two belong to different boundaries; so do the other set operations.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.combined(other, |a, b| a || b)
    }

    /// Sites in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.combined(other, |a, b| a && b)
    }

    /// Sites of this one that are not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.combined(other, |a, b| a && !b)
    }

    /// Sites in exactly one of the two.
    #[must_use]
    pub fn symmetric_difference(&self, other: &Self) -> Self {
        self.combined(other, |a, b| a != b)
    }

    /// All other sites, Aᶜ.
    #[must_use]
    pub fn complement(&self) -> Self {
        Self::full(self.sites, self.boundary).difference(self)
    }

    /// Whether a site belongs to both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        !self.intersection(other).is_empty()
    }

    fn combined(&self, other: &Self, keep: fn(bool, bool) -> bool) -> Self {
        assert!(
            self.sites == other.sites && self.boundary == other.boundary,
            "regions of different boundaries: {} and {} sites",
            self.sites,
            other.sites
        );
        let (a, b) = (self.edges(), other.edges());
        let (mut i, mut j, mut inside) = (0, 0, false);
        let mut edges = Vec::with_capacity(a.len() + b.len());
        while i < a.len() || j < b.len() {
            let at = a.get(i).copied().unwrap_or(u64::MAX).min(b.get(j).copied().unwrap_or(u64::MAX));
            // Edges come in pairs, so an odd count passed means inside.
            i += usize::from(a.get(i) == Some(&at));
            j += usize::from(b.get(j) == Some(&at));
            let now = keep(i % 2 == 1, j % 2 == 1);
            if now != inside {
                edges.push(at);
                inside = now;
            }
        }
        Self::from_edges(self.sites, self.boundary, &edges)
    }

    /// The gaps at which membership changes, ascending; gap i lies between sites i and i + 1 mod N.
    ///
    /// On a ring their number is even; on a line the two open ends are no gaps. Empty and full regions
    /// have none.
    #[must_use]
    pub fn gaps(&self) -> Vec<u64> {
        let mut gaps = Vec::with_capacity(2 * self.intervals.len());
        self.gaps_into(&mut gaps);
        gaps
    }

    /// As [`Self::gaps`], into a list that is kept.
    pub(crate) fn gaps_into(&self, gaps: &mut Vec<u64>) {
        gaps.clear();
        if self.is_full() {
            return;
        }
        let ring = self.boundary == Boundary::Ring;
        for &Interval { start, len } in &self.intervals {
            if start > 0 || ring {
                gaps.push(if start > 0 { start - 1 } else { self.sites - 1 });
            }
            let last = start + len - 1;
            if last + 1 < self.sites || ring {
                gaps.push(last % self.sites);
            }
        }
        gaps.sort_unstable();
    }

    /// The region moved by `by` sites: rotated on a ring; on a line as far as its ends allow.
    #[must_use]
    pub fn shifted(&self, by: i64) -> Self {
        if self.is_empty() || self.is_full() {
            return self.clone();
        }
        let by = match self.boundary {
            Boundary::Ring => i128::from(by),
            Boundary::Line => {
                let lowest = i128::from(self.intervals[0].start);
                let end = self.intervals.last().map_or(0, |i| i.start + i.len);
                i128::from(by).clamp(-lowest, i128::from(self.sites - end))
            }
        };
        let sites = i128::from(self.sites);
        let mut intervals: Vec<Interval> = self
            .intervals
            .iter()
            .map(|i| Interval { start: (i128::from(i.start) + by).rem_euclid(sites) as u64, len: i.len })
            .collect();
        intervals.sort_unstable();
        Self { sites: self.sites, boundary: self.boundary, intervals }
    }
}

impl fmt::Display for Region {
    /// The text that [`Region::parse`] reads; nothing for the empty region.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, Interval { start, len }) in self.intervals.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            write!(f, "{comma}{start}..{}", start + len)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ring(text: &str) -> Region {
        Region::parse(text, 64, Boundary::Ring).unwrap()
    }

    #[test]
    fn text_reads_and_writes_back() {
        for (text, same) in [
            ("5..37", "5..37"),
            ("5..37,40..50", "5..37,40..50"),
            (" 40 .. 50 , 5..37 ", "5..37,40..50"),
            ("60..70", "60..70"),
            ("60..64,0..6", "60..70"),
            ("5..5", ""),
            ("", ""),
            ("0..64", "0..64"),
            ("10..74", "0..64"),
            ("5..7,7..9,8..12", "5..12"),
            ("62..66,10..12", "10..12,62..66"),
        ] {
            assert_eq!(ring(text).to_string(), same, "{text}");
        }
        assert!(ring("60..70").contains(0) && ring("60..70").contains(5) && !ring("60..70").contains(6));
    }

    #[test]
    fn errors_name_what_where_and_the_remedy() {
        let wrong = |text, boundary| Region::parse(text, 64, boundary).unwrap_err().to_string();
        assert!(wrong("5-37", Boundary::Ring).contains("`5-37` is not an interval: write first..end"));
        assert!(wrong("5..x", Boundary::Ring).contains("`x` in `5..x` is not a whole number"));
        assert!(wrong("+5..7", Boundary::Ring).contains("`+5` in `+5..7`"));
        assert!(wrong("5..7,", Boundary::Ring).contains("`` is not an interval"));
        assert!(wrong("9..4", Boundary::Ring).contains("write 9..68 to wrap"));
        assert!(wrong("64..65", Boundary::Ring).contains("start at 0 to 63"));
        assert!(wrong("1..66", Boundary::Ring).contains("the whole of it is 0..64"));
        assert!(wrong("60..70", Boundary::Line).contains("leaves the open line of 64 sites"));
        assert!(Region::parse("0..99999999999999999999", 64, Boundary::Ring).is_err());
    }

    #[test]
    fn gaps_are_where_membership_changes() {
        assert_eq!(ring("5..37").gaps(), [4, 36]);
        assert_eq!(ring("60..70").gaps(), [5, 59]);
        assert_eq!(ring("0..5").gaps(), [4, 63]);
        assert_eq!(ring("60..64").gaps(), [59, 63]);
        assert!(ring("").gaps().is_empty() && ring("0..64").gaps().is_empty());
        let line = |text| Region::parse(text, 64, Boundary::Line).unwrap().gaps();
        assert_eq!(line("0..5"), [4]);
        assert_eq!(line("60..64,3..4"), [2, 3, 59]);
    }

    #[test]
    fn shifts_rotate_a_ring_and_stop_at_the_ends_of_a_line() {
        assert_eq!(ring("5..7,60..63").shifted(3), ring("63..66,8..10"));
        assert_eq!(ring("5..7").shifted(i64::MIN), ring("5..7"));
        let line = Region::parse("5..7,10..12", 64, Boundary::Line).unwrap();
        assert_eq!(line.shifted(-9).to_string(), "0..2,5..7");
        assert_eq!(line.shifted(1000).to_string(), "57..59,62..64");
    }

    #[test]
    fn two_to_the_forty_sites_cost_nothing() {
        let sites = 1 << 40;
        let a = Region::parse(&format!("{}..{}", sites - 5, sites + 5), sites, Boundary::Ring).unwrap();
        assert_eq!((a.len(), a.complement().len()), (10, sites - 10));
        assert_eq!(a.complement().complement(), a);
    }

    proptest! {
        #[test]
        fn set_operations_agree_with_bitmaps(
            a in proptest::collection::vec((0_u64..16, 0_u64..9), 0..4),
            b in proptest::collection::vec((0_u64..16, 0_u64..9), 0..4),
            on_ring: bool,
        ) {
            let boundary = if on_ring { Boundary::Ring } else { Boundary::Line };
            let build = |list: &[(u64, u64)]| {
                let cut = |&(start, len): &(u64, u64)| Interval {
                    start,
                    len: if on_ring { len } else { len.min(16 - start) },
                };
                Region::from_intervals(16, boundary, list.iter().map(cut)).unwrap()
            };
            let bits = |r: &Region| (0..16).map(|s| r.contains(s)).collect::<Vec<_>>();
            let (x, y) = (build(&a), build(&b));
            for s in 0..16 {
                let holds = |&(start, len): &(u64, u64)| (s + 16 - start) % 16 < len && (on_ring || s >= start);
                let held = a.iter().any(holds);
                prop_assert_eq!(x.contains(s), held);
            }
            let both = |op: fn(bool, bool) -> bool| {
                bits(&x).into_iter().zip(bits(&y)).map(|(p, q)| op(p, q)).collect::<Vec<_>>()
            };
            prop_assert_eq!(bits(&x.union(&y)), both(|p, q| p || q));
            prop_assert_eq!(bits(&x.difference(&y)), both(|p, q| p && !q));
            prop_assert_eq!(bits(&x.symmetric_difference(&y)), both(|p, q| p != q));
            prop_assert_eq!(x.overlaps(&y), both(|p, q| p && q).contains(&true));
            prop_assert_eq!(x.len(), bits(&x).iter().filter(|&&p| p).count() as u64);
            prop_assert_eq!(Region::parse(&x.to_string(), 16, boundary).unwrap(), x.clone());
            prop_assert_eq!(Region::from_gaps(16, boundary, &x.gaps(), x.contains(0)), x.clone());
            let changes: Vec<u64> = (0..if on_ring { 16 } else { 15 })
                .filter(|&i| x.contains(i) != x.contains((i + 1) % 16))
                .collect();
            prop_assert_eq!(x.gaps(), changes);
        }
    }
}
