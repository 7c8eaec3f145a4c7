//! What a file says between regions: mutual, conditional and tripartite information, and the slacks of the inequalities,
//! all by the entropies beside them.

use super::{Checks, VerifyError};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the table says, of cuts or of fermions.
#[derive(Deserialize)]
pub(super) struct Sums {
    mutual_information_nats: Option<f64>,
    mutual_information_of: Option<[String; 2]>,
    conditional_mutual_information_nats: Option<f64>,
    tripartite_nats: Option<f64>,
    #[serde(default)]
    inequalities: Vec<InequalityEntry>,
}

#[derive(Deserialize)]
struct InequalityEntry {
    name: String,
    slack_nats: f64,
    holds: bool,
}

/// The same table of free fermions.
#[derive(Deserialize)]
pub(super) struct FermionTable {
    entropy_nats: BTreeMap<String, f64>,
    #[serde(flatten)]
    sums: Sums,
}

/// Slacks below minus this, relative to the largest entropy (or in nats, below one), are violations, and no rounding.
const ROUNDING: f64 = 1e-11;

impl Sums {
    /// Whether a row is between entropies that the file does not hold.
    pub(super) fn has_five_parties(&self) -> bool {
        self.inequalities.iter().any(|row| row.name.starts_with("five-party"))
    }

    /// Checks the arithmetic. `allowed` is how far a slack may lie below 0: nothing says so for fermions, for whom
    /// theorems on cuts need not hold.
    ///
    /// `field` is where the table stands in the file, with its point; `of` are the two regions of the mutual
    /// information, where the table itself does not say.
    pub(super) fn check(
        &self,
        field: &str,
        entropies: &BTreeMap<String, f64>,
        of: Option<&[String; 2]>,
        allowed: Option<f64>,
        checks: &mut Checks,
    ) -> Result<(), VerifyError> {
        let s = |name: &str| entropies.get(name).copied();
        let all: f64 = entropies.values().map(|x| x.abs()).sum();
        // Seven terms at most, in another order than here.
        let tolerance = 8.0 * f64::EPSILON * all;
        let agree = |checks: &mut Checks, what: &str, found: f64, expected: Option<f64>| {
            let expected = expected.unwrap_or(f64::NAN);
            checks.require((found - expected).abs() <= tolerance, || {
                format!("{field}{what} is {found}, and by the entropies {expected}")
            })
        };
        let pair = |x: &str, y: &str| Some(s(x)? + s(y)? - s(&format!("{x}{y}"))?);
        let three = || Some((s("a")?, s("b")?, s("c")?, s("ab")?, s("bc")?, s("ac")?, s("abc")?));
        if let Some(found) = self.mutual_information_nats {
            let [x, y] = of.map_or(["a", "b"], |of| [of[0].as_str(), of[1].as_str()]);
            agree(checks, "mutual_information_nats", found, pair(x, y))?;
        }
        if let Some(found) = self.conditional_mutual_information_nats {
            let expected = three().map(|(_, b, _, ab, bc, _, abc)| ab + bc - b - abc);
            agree(checks, "conditional_mutual_information_nats", found, expected)?;
        }
        if let Some(found) = self.tripartite_nats {
            let expected = three().map(|(a, b, c, ab, bc, ac, abc)| a + b + c - ab - bc - ac + abc);
            agree(checks, "tripartite_nats", found, expected)?;
        }
        let scale = entropies.values().map(|x| x.abs()).fold(1.0, f64::max);
        for row in &self.inequalities {
            let title = row.name.split(':').next().unwrap_or("");
            let names = [("ab", "S_AB"), ("ac", "S_AC"), ("bc", "S_BC")];
            let of_two =
                names.into_iter().find(|(_, written)| row.name.contains(written)).map(|(name, _)| name);
            let two = of_two.and_then(|name| Some((s(&name[..1])?, s(&name[1..])?, s(name)?)));
            let slack = match title {
                "subadditivity" => two.map(|(x, y, both)| x + y - both),
                "Araki–Lieb" => two.map(|(x, y, both)| both - (x - y).abs()),
                "strong subadditivity" => three().map(|(_, b, _, ab, bc, _, abc)| ab + bc - abc - b),
                "weak monotonicity" => three().map(|(a, _, c, ab, bc, ..)| ab + bc - a - c),
                "monogamy" => three().map(|(a, b, c, ab, bc, ac, abc)| ab + bc + ac - a - b - c - abc),
                // Between unions of single intervals, whose entropies the file does not hold.
                "five-party cyclic" => Some(row.slack_nats),
                other => return Err(checks.violated(format!("there is no inequality called {other}"))),
            };
            agree(checks, &row.name, row.slack_nats, slack)?;
            let slack = slack.unwrap_or(row.slack_nats);
            // Between the two a rounding in another order may decide.
            let doubtful =
                (slack + ROUNDING * scale).abs() <= tolerance + 2.0 * ROUNDING * scale && slack < 0.0;
            let holds = slack >= -ROUNDING * scale;
            checks.require(row.holds == holds || doubtful, || {
                format!("{field}{} is said to {}, and its slack is {slack}", row.name, verb(row.holds))
            })?;
            checks.require(allowed.is_none_or(|allowed| slack >= -allowed - tolerance), || {
                format!("{field}{} does not hold: {slack}", row.name)
            })?;
        }
        Ok(())
    }

    /// The two regions that the mutual information of the file is of.
    pub(super) const fn pair(&self) -> Option<&[String; 2]> {
        self.mutual_information_of.as_ref()
    }
}

const fn verb(holds: bool) -> &'static str {
    if holds { "hold" } else { "be violated" }
}

impl FermionTable {
    /// Checks that the table is of the same regions and that its sums are those of its entropies.
    pub(super) fn check(
        &self,
        cuts: &BTreeMap<String, f64>,
        of: Option<&[String; 2]>,
        checks: &mut Checks,
    ) -> Result<(), VerifyError> {
        checks.require(self.entropy_nats.keys().eq(cuts.keys()), || {
            "fermion.entropy_nats and entropy_nats are not of the same regions".into()
        })?;
        self.sums.check("fermion.", &self.entropy_nats, of, None, checks)
    }
}
