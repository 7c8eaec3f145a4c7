//! What entropies of several regions must obey: mutual information and the table of inequalities.

/// Entropies of A, B, C and their unions, in nats. A region that was not given is empty: its entropy is 0.
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
    Two(RegionEntropies),
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
            Self::Two(s) => s.inequalities(false),
            Self::Three(s) => s.inequalities(true),
            Self::Five(s) => vec![s.cyclic()],
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

/// Rounding that sums of up to seven entropies may show, relative to their size.
const ROUNDING: f64 = 1e-11;

impl RegionEntropies {
    fn less(&self, plus: &[f64], minus: &[f64]) -> f64 {
        difference(self.unit_nats, plus, minus)
    }

    /// I(A,B) = S_A + S_B − S_AB (Howard 2018, eq. 19–20).
    #[must_use]
    pub fn mutual_information(&self) -> f64 {
        self.less(&[self.a, self.b], &[self.ab])
    }

    /// I3 = S_A + S_B + S_C − S_AB − S_BC − S_CA + S_ABC, never positive for cuts.
    #[must_use]
    pub fn tripartite(&self) -> f64 {
        self.less(&[self.a, self.b, self.c, self.abc], &[self.ab, self.bc, self.ca])
    }

    /// The inequalities that A and B (and C, if `three`) must obey.
    ///
    /// Monogamy of mutual information is a theorem for cuts, not for states.
    #[must_use]
    pub fn inequalities(&self, three: bool) -> Vec<Inequality> {
        let scale = [self.a, self.b, self.c, self.ab, self.bc, self.ca, self.abc]
            .into_iter()
            .map(f64::abs)
            .fold(1.0, f64::max);
        let row =
            |name, slack_nats: f64| Inequality { name, slack_nats, holds: slack_nats >= -ROUNDING * scale };
        let Self { a, b, c, ab, bc, ca, abc, .. } = *self;
        let (more, fewer) = if a >= b { (a, b) } else { (b, a) };
        let mut table = vec![
            row("subadditivity: S_A + S_B ≥ S_AB", self.less(&[a, b], &[ab])),
            row("Araki–Lieb: S_AB ≥ |S_A − S_B|", self.less(&[ab, fewer], &[more])),
        ];
        if three {
            let rows = [
                ("strong subadditivity: S_AB + S_BC ≥ S_ABC + S_B", self.less(&[ab, bc], &[abc, b])),
                ("weak monotonicity: S_AB + S_BC ≥ S_A + S_C", self.less(&[ab, bc], &[a, c])),
                (
                    "monogamy: S_AB + S_BC + S_CA ≥ S_A + S_B + S_C + S_ABC",
                    self.less(&[ab, bc, ca], &[a, b, c, abc]),
                ),
            ];
            table.extend(rows.map(|(name, slack)| row(name, slack)));
        }
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
        assert!(s.inequalities(true).iter().all(|i| i.holds));
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
        assert_eq!(s.inequalities(true)[4].slack_nats, 0.0);
        assert_eq!(s.mutual_information(), links(9));
        assert_eq!(s.inequalities(true)[1].slack_nats, links(1));
        let dusty = RegionEntropies { unit_nats: None, ..s };
        assert!((dusty.tripartite() - s.tripartite()).abs() < 1e-14);
    }

    #[test]
    fn a_violation_is_seen() {
        let s = RegionEntropies { a: 1.0, b: 1.0, ab: 2.5, ..RegionEntropies::default() };
        let table = s.inequalities(false);
        assert!(!table[0].holds && (table[0].slack_nats + 0.5).abs() < 1e-15 && table[1].holds);
    }
}
