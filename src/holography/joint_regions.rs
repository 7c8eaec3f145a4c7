//! Regions together with their unions: which entropies the inequalities between them need.

use crate::entanglement::{FiveEntropies, JointEntropies, RegionEntropies};
use crate::network::Region;

/// The unions of several regions whose entropies are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointRegions {
    unions: Vec<Region>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Two,
    Three,
    Five,
}

impl JointRegions {
    /// A, B and C and their unions, where at least two of them are not empty; the first five intervals of A and
    /// their unions, where A stands alone with as many.
    #[must_use]
    pub fn of([a, b, c]: [&Region; 3]) -> Option<Self> {
        let given = [a, b, c].into_iter().filter(|r| !r.is_empty()).count();
        if given >= 2 {
            let ab = a.union(b);
            let unions =
                vec![a.clone(), b.clone(), c.clone(), ab.clone(), b.union(c), c.union(a), ab.union(c)];
            return Some(Self { unions, kind: if given == 3 { Kind::Three } else { Kind::Two } });
        }
        if a.intervals().len() < 5 {
            return None;
        }
        let part = |members: &[usize]| {
            let intervals = members.iter().map(|i| a.intervals()[i % 5]);
            Region::from_intervals(a.sites(), a.boundary(), intervals)
                .unwrap_or_else(|error| unreachable!("intervals of a region lie on its boundary: {error}"))
        };
        let pairs = (0..5).map(|i| part(&[i, i + 1]));
        let triples = (0..5).map(|i| part(&[i, i + 1, i + 2]));
        let unions = pairs.chain(triples).chain([part(&[0, 1, 2, 3, 4])]).collect();
        Some(Self { unions, kind: Kind::Five })
    }

    /// The regions whose entropies are needed; some may be empty, or equal to others.
    #[must_use]
    pub fn unions(&self) -> &[Region] {
        &self.unions
    }

    /// The entropies of [`Self::unions`], in that order, by name; `unit_nats` is what they all are whole multiples of, if
    /// there is such a thing: sums are then exact.
    ///
    /// # Panics
    /// If there are fewer of them.
    #[must_use]
    pub fn entropies(&self, unit_nats: Option<f64>, nats: &[f64]) -> JointEntropies {
        assert_eq!(nats.len(), self.unions.len(), "one entropy for each union");
        if self.kind == Kind::Five {
            let five = |from: usize| std::array::from_fn(|i| nats[from + i]);
            return JointEntropies::Five(FiveEntropies {
                pairs: five(0),
                triples: five(5),
                all: nats[10],
                unit_nats,
            });
        }
        let [a, b, c, ab, bc, ca, abc] = std::array::from_fn(|i| nats[i]);
        let entropies = RegionEntropies { a, b, c, ab, bc, ca, abc, unit_nats };
        if self.kind == Kind::Three {
            JointEntropies::Three(entropies)
        } else {
            JointEntropies::Two(entropies)
        }
    }

    /// Works every entropy out once: equal unions share theirs, empty ones have none.
    pub fn entropies_by(
        &self,
        unit_nats: Option<f64>,
        mut entropy: impl FnMut(&Region) -> f64,
    ) -> JointEntropies {
        let mut nats: Vec<f64> = Vec::with_capacity(self.unions.len());
        for (i, region) in self.unions.iter().enumerate() {
            let known = self.unions[..i].iter().position(|before| before == region);
            nats.push(match known {
                Some(before) => nats[before],
                None if region.is_empty() => 0.0,
                None => entropy(region),
            });
        }
        self.entropies(unit_nats, &nats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;

    fn region(text: &str) -> Region {
        Region::parse(text, 64, Boundary::Ring).unwrap()
    }

    #[test]
    fn entropies_find_their_names() {
        let (a, b, c, none) = (region("0..4"), region("10..12"), region("20..21"), region(""));
        let sizes = |r: &Region| r.len() as f64;
        let Some(JointEntropies::Three(s)) =
            JointRegions::of([&a, &b, &c]).map(|j| j.entropies_by(None, sizes))
        else {
            panic!("three regions were given")
        };
        assert_eq!([s.a, s.b, s.c, s.ab, s.bc, s.ca, s.abc], [4.0, 2.0, 1.0, 6.0, 3.0, 5.0, 7.0]);
        let Some(JointEntropies::Two(s)) =
            JointRegions::of([&a, &none, &c]).map(|j| j.entropies_by(None, sizes))
        else {
            panic!("two regions were given")
        };
        assert_eq!([s.a, s.b, s.ab, s.ca, s.abc], [4.0, 0.0, 4.0, 5.0, 5.0]);
        assert_eq!(JointRegions::of([&a, &none, &none]), None);
        // Five intervals of 1, 2, 4, 8 and 16 sites, the first of which wraps.
        let five = region("0..2,4..8,10..18,20..36,63..64");
        assert_eq!(five.intervals().len(), 4, "the first two touch over the seam");
        let five = region("1..2,4..6,10..14,20..28,40..56");
        let Some(JointEntropies::Five(s)) =
            JointRegions::of([&five, &none, &none]).map(|j| j.entropies_by(None, sizes))
        else {
            panic!("five intervals were given")
        };
        assert_eq!(s.pairs, [3.0, 6.0, 12.0, 24.0, 17.0]);
        assert_eq!(s.triples, [7.0, 14.0, 28.0, 25.0, 19.0]);
        assert_eq!(s.all, 31.0);
    }
}
