//! What entropies of several regions must obey: mutual information and the table of inequalities.

/// Which two of the regions A, B and C are given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pair {
    /// A and B.
    Ab,
    /// A and C.
    Ac,
    /// B and C.
    Bc,
}

impl Pair {
    /// Places of the two among A, B, C.
    #[must_use]
    pub const fn places(self) -> [usize; 2] {
        match self {
            Self::Ab => [0, 1],
            Self::Ac => [0, 2],
            Self::Bc => [1, 2],
        }
    }

    /// Name of their mutual information.
    #[must_use]
    pub const fn information(self) -> &'static str {
        match self {
            Self::Ab => "I(A,B)",
            Self::Ac => "I(A,C)",
            Self::Bc => "I(B,C)",
        }
    }

    /// Names of the two regions and of their union.
    #[must_use]
    pub const fn names(self) -> [&'static str; 3] {
        match self {
            Self::Ab => ["A", "B", "AB"],
            Self::Ac => ["A", "C", "AC"],
            Self::Bc => ["B", "C", "BC"],
        }
    }

    /// Names of the inequalities between the two, with their formulas.
    const fn inequalities(self) -> [&'static str; 2] {
        match self {
            Self::Ab => ["subadditivity: S_A + S_B ≥ S_AB", "Araki–Lieb: S_AB ≥ |S_A − S_B|"],
            Self::Ac => ["subadditivity: S_A + S_C ≥ S_AC", "Araki–Lieb: S_AC ≥ |S_A − S_C|"],
            Self::Bc => ["subadditivity: S_B + S_C ≥ S_BC", "Araki–Lieb: S_BC ≥ |S_B − S_C|"],
        }
    }
}

/// Entropies of two regions and of their union, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairEntropies {
    /// Which two they are.
    pub pair: Pair,
    /// S of the first.
    pub first: f64,
    /// S of the second.
    pub second: f64,
    /// S of both together.
    pub both: f64,
    /// As in [`RegionEntropies`].
    pub unit_nats: Option<f64>,
}

impl PairEntropies {
    /// I(A,B) = S_A + S_B − S_AB (Howard 2018, eq. 19–20), of the two that are given.
    #[must_use]
    pub fn mutual_information(&self) -> f64 {
        difference(self.unit_nats, &[self.first, self.second], &[self.both])
    }

    /// Subadditivity and the Araki–Lieb inequality.
    #[must_use]
    pub fn inequalities(&self) -> Vec<Inequality> {
        let Self { first, second, both, unit_nats, .. } = *self;
        let scale = [first, second, both].into_iter().map(f64::abs).fold(1.0, f64::max);
        let (more, fewer) = if first >= second { (first, second) } else { (second, first) };
        let [subadditivity, araki_lieb] = self.pair.inequalities();
        vec![
            Inequality::row(subadditivity, difference(unit_nats, &[first, second], &[both]), scale),
            Inequality::row(araki_lieb, difference(unit_nats, &[both, fewer], &[more]), scale),
        ]
    }
}

/// Entropies of A, B, C and their unions, in nats.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct RegionEntropies {
    /// S_A.
    pub a: f64,
    /// S_B.
    pub b: f64,
    /// S_C.
    pub c: f64,
    /// S_AB.
    pub ab: f64,
    /// S_BC.
    pub bc: f64,
    /// S_CA.
    pub ca: f64,
    /// S_ABC.
    pub abc: f64,
    /// What all of them are whole multiples of, as cuts through links of one capacity are; sums are then made in whole
    /// numbers, and exact.
    pub unit_nats: Option<f64>,
}

/// Entropies of five regions A_1 … A_5 in a circle, in nats.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct FiveEntropies {
    /// S of A_i A_{i+1}, i = 1 … 5, indices mod 5.
    pub pairs: [f64; 5],
    /// S of A_i A_{i+1} A_{i+2}.
    pub triples: [f64; 5],
    /// S of all five.
    pub all: f64,
    /// As in [`RegionEntropies`].
    pub unit_nats: Option<f64>,
}

/// Sum of some entropies less that of others, in whole units as far as there is a unit.
fn difference(unit_nats: Option<f64>, plus: &[f64], minus: &[f64]) -> f64 {
    let whole = |unit: f64, s: &[f64]| s.iter().map(|s| (s / unit).round()).sum::<f64>();
    match unit_nats.filter(|unit| *unit > 0.0) {
        Some(unit) => (whole(unit, plus) - whole(unit, minus)) * unit,
        None => plus.iter().sum::<f64>() - minus.iter().sum::<f64>(),
    }
}

/// Entropies of several regions and of their unions, as many as were given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum JointEntropies {
    /// Two of A, B and C.
    Two(PairEntropies),
    /// All three.
    Three(RegionEntropies),
    /// Five intervals of one region.
    Five(FiveEntropies),
}

impl JointEntropies {
    /// The inequalities that they must obey.
    #[must_use]
    pub fn inequalities(&self) -> Vec<Inequality> {
        match self {
            Self::Two(s) => s.inequalities(),
            Self::Three(s) => s.inequalities(),
            Self::Five(s) => vec![s.cyclic()],
        }
    }

    /// Mutual information of the two given regions, of A and B where there are three; with the regions it is of.
    #[must_use]
    pub fn mutual_information(&self) -> Option<(Pair, f64)> {
        match self {
            Self::Two(s) => Some((s.pair, s.mutual_information())),
            Self::Three(s) => Some((Pair::Ab, s.mutual_information())),
            Self::Five(_) => None,
        }
    }

    /// S of `AB`, `AC`, `BC` or `ABC` in nats, where it is known.
    #[must_use]
    pub fn of_union(&self, name: &str) -> Option<f64> {
        match (self, name) {
            (Self::Two(s), _) => (s.pair.names()[2] == name).then_some(s.both),
            (Self::Three(s), "AB") => Some(s.ab),
            (Self::Three(s), "AC") => Some(s.ca),
            (Self::Three(s), "BC") => Some(s.bc),
            (Self::Three(s), "ABC") => Some(s.abc),
            _ => None,
        }
    }

    /// I(A:C|B), with three regions.
    #[must_use]
    pub fn conditional_mutual_information(&self) -> Option<f64> {
        match self {
            Self::Three(s) => Some(s.conditional_mutual_information()),
            Self::Two(_) | Self::Five(_) => None,
        }
    }

    /// I3, with three regions.
    #[must_use]
    pub fn tripartite(&self) -> Option<f64> {
        match self {
            Self::Three(s) => Some(s.tripartite()),
            Self::Two(_) | Self::Five(_) => None,
        }
    }
}

impl FiveEntropies {
    /// The five-party cyclic inequality `Σ S(A_i A_{i+1} A_{i+2}) ≥ Σ S(A_i A_{i+1}) + S(A_1 … A_5)`: a theorem for
    /// cuts, not for states (Bao, Nezami, Ooguri, Stoica, Sully and Walter 2015).
    #[must_use]
    pub fn cyclic(&self) -> Inequality {
        let [p, q, r, s, t] = self.pairs;
        let slack_nats = difference(self.unit_nats, &self.triples, &[p, q, r, s, t, self.all]);
        let triples: f64 = self.triples.iter().sum();
        let name = "five-party cyclic: Σ S(A_i A_i+1 A_i+2) ≥ Σ S(A_i A_i+1) + S(A_1 … A_5)";
        Inequality { name, slack_nats, holds: slack_nats >= -ROUNDING * triples.max(1.0) }
    }
}

/// One inequality and by how much it holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inequality {
    /// Name with its formula.
    pub name: &'static str,
    /// Left side minus right side, in nats; not negative if it holds.
    pub slack_nats: f64,
    /// Whether it holds, rounding allowed for.
    pub holds: bool,
}

impl Inequality {
    fn row(name: &'static str, slack_nats: f64, scale: f64) -> Self {
        Self { name, slack_nats, holds: slack_nats >= -ROUNDING * scale }
    }
}

/// Rounding that sums of up to seven entropies may show, relative to their size.
const ROUNDING: f64 = 1e-11;

impl RegionEntropies {
    fn less(&self, plus: &[f64], minus: &[f64]) -> f64 {
        difference(self.unit_nats, plus, minus)
    }

    /// A and B alone.
    #[must_use]
    pub const fn first_two(&self) -> PairEntropies {
        let Self { a, b, ab, unit_nats, .. } = *self;
        PairEntropies { pair: Pair::Ab, first: a, second: b, both: ab, unit_nats }
    }

    /// I(A,B) = S_A + S_B − S_AB (Howard 2018, eq. 19–20).
    #[must_use]
    pub fn mutual_information(&self) -> f64 {
        self.first_two().mutual_information()
    }

    /// I(A:C|B) = S_AB + S_BC − S_B − S_ABC, what strong subadditivity says is not negative: its slack.
    #[must_use]
    pub fn conditional_mutual_information(&self) -> f64 {
        self.less(&[self.ab, self.bc], &[self.abc, self.b])
    }

    /// I3 = S_A + S_B + S_C − S_AB − S_BC − S_CA + S_ABC, never positive for cuts.
    #[must_use]
    pub fn tripartite(&self) -> f64 {
        self.less(&[self.a, self.b, self.c, self.abc], &[self.ab, self.bc, self.ca])
    }

    /// The inequalities that A, B and C must obey.
    ///
    /// Monogamy of mutual information is a theorem for cuts, not for states.
    #[must_use]
    pub fn inequalities(&self) -> Vec<Inequality> {
        let Self { a, b, c, ab, bc, ca, abc, .. } = *self;
        let scale = [a, b, c, ab, bc, ca, abc].into_iter().map(f64::abs).fold(1.0, f64::max);
        let mut table = self.first_two().inequalities();
        let rows = [
            ("strong subadditivity: S_AB + S_BC ≥ S_ABC + S_B", self.conditional_mutual_information()),
            ("weak monotonicity: S_AB + S_BC ≥ S_A + S_C", self.less(&[ab, bc], &[a, c])),
            (
                "monogamy: S_AB + S_BC + S_CA ≥ S_A + S_B + S_C + S_ABC",
                self.less(&[ab, bc, ca], &[a, b, c, abc]),
            ),
        ];
        table.extend(rows.map(|(name, slack)| Inequality::row(name, slack, scale)));
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_pair_between_a_and_b_obeys_all() {
        let s =
            RegionEntropies { a: 1.0, b: 1.0, c: 0.0, ab: 0.0, bc: 1.0, ca: 1.0, abc: 0.0, unit_nats: None };
        assert_eq!(s.mutual_information(), 2.0);
        assert_eq!(s.tripartite(), 0.0);
        assert!(s.inequalities().iter().all(|i| i.holds));
    }

    #[test]
    fn five_bell_pairs_in_a_circle_saturate_the_cyclic_inequality() {
        // A pair between each two neighbours: two links leave any stretch of the circle, none leaves the whole.
        let s = FiveEntropies { pairs: [2.0; 5], triples: [2.0; 5], all: 0.0, unit_nats: None };
        assert!(s.cyclic().holds && s.cyclic().slack_nats == 0.0);
        let mixed = FiveEntropies { all: 0.5, ..s };
        assert!(!JointEntropies::Five(mixed).inequalities()[0].holds);
    }

    /// Cuts through links of ln 2 have sums that are 0, or whole numbers of links, to the last digit.
    #[test]
    fn slacks_of_unit_cuts_have_no_dust() {
        let links = |n: u32| f64::from(n) * std::f64::consts::LN_2;
        // 3 + 9 + 11 = 5 + 7 + 11 in links, not in floating nats.
        let s = RegionEntropies {
            a: links(5),
            b: links(7),
            c: links(11),
            ab: links(3),
            bc: links(9),
            ca: links(11),
            abc: 0.0,
            unit_nats: Some(std::f64::consts::LN_2),
        };
        assert_eq!(s.tripartite(), 0.0);
        assert_eq!(s.inequalities()[4].slack_nats, 0.0);
        assert_eq!(s.mutual_information(), links(9));
        assert_eq!(s.inequalities()[1].slack_nats, links(1));
        let dusty = RegionEntropies { unit_nats: None, ..s };
        assert!((dusty.tripartite() - s.tripartite()).abs() < 1e-14);
    }

    /// A pure state of A, B and C: what A and C share is all there is, whether B is known or not.
    #[test]
    fn conditional_information_is_the_slack_of_strong_subadditivity() {
        let s =
            RegionEntropies { a: 1.0, b: 0.0, c: 1.0, ab: 1.0, bc: 1.0, ca: 0.0, abc: 0.0, unit_nats: None };
        assert_eq!(s.conditional_mutual_information(), 2.0);
        assert_eq!(s.inequalities()[2].slack_nats, 2.0);
        assert_eq!(JointEntropies::Three(s).conditional_mutual_information(), Some(2.0));
        assert_eq!(JointEntropies::Two(s.first_two()).conditional_mutual_information(), None);
    }

    #[test]
    fn a_violation_is_seen() {
        let s = RegionEntropies { a: 1.0, b: 1.0, ab: 2.5, ..RegionEntropies::default() };
        let table = s.first_two().inequalities();
        assert!(!table[0].holds && (table[0].slack_nats + 0.5).abs() < 1e-15 && table[1].holds);
    }
}
