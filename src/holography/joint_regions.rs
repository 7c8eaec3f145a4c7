//! Regions together with their unions: which entropies the inequalities between them need.

use crate::entanglement::{FiveEntropies, JointEntropies, Pair, PairEntropies, RegionEntropies};
use crate::network::Region;

/// The unions of several regions whose entropies are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JointRegions {
    unions: Vec<Region>,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Two(Pair),
    Three,
    Five,
}

impl JointRegions {
    /// Those of A, B and C that are not empty and their unions, where they are at least two; the first five intervals of A and
    /// their unions, where A stands alone with as many.
    #[must_use]
    pub fn of([a, b, c]: [&Region; 3]) -> Option<Self> {
        let regions = [a, b, c];
        if regions.iter().all(|r| !r.is_empty()) {
            let ab = a.union(b);
            let unions =
                vec![a.clone(), b.clone(), c.clone(), ab.clone(), b.union(c), c.union(a), ab.union(c)];
            return Some(Self { unions, kind: Kind::Three });
        }
        for pair in [Pair::Ab, Pair::Ac, Pair::Bc] {
            let [first, second] = pair.places().map(|place| regions[place]);
            if !first.is_empty() && !second.is_empty() {
                let unions = vec![first.clone(), second.clone(), first.union(second)];
                return Some(Self { unions, kind: Kind::Two(pair) });
            }
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

    /// Names of [`Self::unions`], in that order; none for intervals of one region.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        match self.kind {
            Kind::Two(pair) => pair.names().to_vec(),
            Kind::Three => vec!["A", "B", "C", "AB", "BC", "AC", "ABC"],
            Kind::Five => Vec::new(),
        }
    }

    /// The regions whose entropies are needed; some may be equal to others.
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
        let five = |from: usize| std::array::from_fn(|i| nats[from + i]);
        match self.kind {
            Kind::Two(pair) => JointEntropies::Two(PairEntropies {
                pair,
                first: nats[0],
                second: nats[1],
                both: nats[2],
                unit_nats,
            }),
            Kind::Three => {
                let [a, b, c, ab, bc, ca, abc] = std::array::from_fn(|i| nats[i]);
                JointEntropies::Three(RegionEntropies { a, b, c, ab, bc, ca, abc, unit_nats })
            }
            Kind::Five => JointEntropies::Five(FiveEntropies {
                pairs: five(0),
                triples: five(5),
                all: nats[10],
                unit_nats,
            }),
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

    /// A was once compared with an empty B where C was given: slacks of 0, and no mutual information.
    #[test]
    fn two_regions_are_compared_with_each_other_whichever_they_are() {
        let (x, y, none) = (region("0..4"), region("20..21"), region(""));
        let sizes = |r: &Region| (r.len() * r.len()) as f64;
        for (given, pair, name) in [
            ([&x, &y, &none], Pair::Ab, "AB"),
            ([&x, &none, &y], Pair::Ac, "AC"),
            ([&none, &x, &y], Pair::Bc, "BC"),
        ] {
            let joint = JointRegions::of(given).unwrap();
            assert_eq!(joint.names().last(), Some(&name));
            let found = joint.entropies_by(None, sizes);
            let JointEntropies::Two(s) = found else { panic!("two regions were given") };
            assert_eq!((s.pair, s.first, s.second, s.both), (pair, 16.0, 1.0, 25.0));
            assert_eq!(found.mutual_information(), Some((pair, -8.0)));
            let rows = found.inequalities();
            assert_eq!(rows.iter().map(|r| r.slack_nats).collect::<Vec<_>>(), [-8.0, 10.0]);
            assert!(rows.iter().all(|r| r.name.contains(&format!("S_{name}"))));
        }
    }
}
