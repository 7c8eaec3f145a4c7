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
    /// I(A,B) = S_A + S_B − S_AB (Howard 2018, eq. 19–20).
    #[must_use]
    pub fn mutual_information(&self) -> f64 {
        self.a + self.b - self.ab
    }

    /// I3 = S_A + S_B + S_C − S_AB − S_BC − S_CA + S_ABC, never positive for cuts.
    #[must_use]
    pub fn tripartite(&self) -> f64 {
        self.a + self.b + self.c - self.ab - self.bc - self.ca + self.abc
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
        let mut table = vec![
            row("subadditivity: S_A + S_B ≥ S_AB", self.a + self.b - self.ab),
            row("Araki–Lieb: S_AB ≥ |S_A − S_B|", self.ab - (self.a - self.b).abs()),
        ];
        if three {
            table.push(row(
                "strong subadditivity: S_AB + S_BC ≥ S_ABC + S_B",
                self.ab + self.bc - self.abc - self.b,
            ));
            table
                .push(row("weak monotonicity: S_AB + S_BC ≥ S_A + S_C", self.ab + self.bc - self.a - self.c));
            table.push(row(
                "monogamy: S_AB + S_BC + S_CA ≥ S_A + S_B + S_C + S_ABC",
                self.ab + self.bc + self.ca - self.a - self.b - self.c - self.abc,
            ));
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_pair_between_a_and_b_obeys_all() {
        let s = RegionEntropies { a: 1.0, b: 1.0, c: 0.0, ab: 0.0, bc: 1.0, ca: 1.0, abc: 0.0 };
        assert_eq!(s.mutual_information(), 2.0);
        assert_eq!(s.tripartite(), 0.0);
        assert!(s.inequalities(true).iter().all(|i| i.holds));
    }

    #[test]
    fn a_violation_is_seen() {
        let s = RegionEntropies { a: 1.0, b: 1.0, ab: 2.5, ..RegionEntropies::default() };
        let table = s.inequalities(false);
        assert!(!table[0].holds && (table[0].slack_nats + 0.5).abs() < 1e-15 && table[1].holds);
    }
}
