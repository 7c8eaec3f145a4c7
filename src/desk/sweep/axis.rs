//! One varied parameter: `KEY=VALUES`, and the grammar of its values.
//!
//! | written | means |
//! |---|---|
//! | `a:b:n` | n numbers in equal steps, from a to b |
//! | `i..j` | all whole numbers from i to j; of a key that holds powers of two, those powers |
//! | `x,y,z` | these, each of them a value or one of the forms above |
//! | `5..37;5..69` | regions and sets of words have commas and dots of their own: semicolons part them |

use crate::session::keys::{self, Key, Kind, Value};
use crate::session::{Document, Regions};
use std::ops::RangeInclusive;

/// Most values of one parameter, and most points of a sweep.
pub const MOST_POINTS: usize = 1_000_000;

/// A parameter with the values that it takes.
#[derive(Clone)]
pub struct Axis {
    /// Which.
    pub key: &'static Key,
    /// Its values, as `--set` would read them.
    pub values: Vec<String>,
}

/// Why no parameter can be varied so.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AxisError {
    /// The parameter, or one of its values.
    #[error(transparent)]
    Key(#[from] keys::KeyError),
    /// Values that cannot be read.
    #[error("{path} = {text}: {reason}")]
    Form {
        /// Path of the key.
        path: String,
        /// What was written.
        text: String,
        /// What is wrong with it, with the remedy.
        reason: String,
    },
}

impl Axis {
    /// The values `text` of the key `path`, each of them within the key's range.
    ///
    /// # Errors
    /// An unknown key, a form that is none, or a value out of range: which, and what is possible.
    pub fn new(path: &str, text: &str) -> Result<Self, AxisError> {
        let (key, parts) = parts(path, text)?;
        let mut values: Vec<String> = parts.into_iter().flat_map(Part::values).collect();
        // Regions depend on the sites they are laid on, which may be varied too: they are checked with each point.
        if !has_own_commas(key) {
            let mut scratch = Document::default();
            scratch.regions = Regions::empty(scratch.network.sites, scratch.network.boundary);
            for value in &mut values {
                key.set_text(&mut scratch, value)?;
                // In one way of writing, 2^7 as 128: the same point has the same name in every sweep.
                if let Ok(read) = key.parse(value) {
                    *value = read.to_string();
                }
            }
        }
        Ok(Self { key, values })
    }

    /// How many values `text` of the key `path` has, at no cost of making them: whether they are in range is not
    /// asked.
    ///
    /// # Errors
    /// An unknown key, or a form that is none: which, and what is possible.
    pub fn count(path: &str, text: &str) -> Result<usize, AxisError> {
        Ok(parts(path, text)?.1.iter().map(Part::len).sum())
    }
}

const FORMS: &str = "write a:b:n, i..j or a list x,y,z of values (of regions x;y;z)";

/// Whether commas belong to the values of a key and do not part them.
fn has_own_commas(key: &Key) -> bool {
    matches!(key.kind, Kind::Region | Kind::Words(_))
}

/// A key and the parts of a text of its values: at least one value, at most [`MOST_POINTS`].
fn parts(path: &str, text: &str) -> Result<(&'static Key, Vec<Part>), AxisError> {
    let key = keys::find(path)?;
    let form = |reason: String| AxisError::Form { path: path.into(), text: text.into(), reason };
    if key.kind == Kind::Path {
        return Err(form("a sweep reads one file of samples; give it by --samples".into()));
    }
    if has_own_commas(key) {
        return Ok((key, text.split(';').map(|part| Part::Word(part.trim().into())).collect()));
    }
    let (mut parts, mut values) = (Vec::new(), 0);
    for part in text.split(',') {
        let part = Part::read(key, part.trim()).map_err(form)?;
        values += part.len();
        if values > MOST_POINTS {
            return Err(form(format!("it has more than {MOST_POINTS} values; give fewer")));
        }
        parts.push(part);
    }
    Ok((key, parts))
}

/// One part of a text of values, between commas.
enum Part {
    /// `a:b:n`.
    Steps { from: f64, to: f64, steps: usize },
    /// `i..j`, both ends among them.
    Whole(RangeInclusive<u64>),
    /// `i..j` of a key that holds powers of two.
    Powers(Vec<u64>),
    /// A value as it is written.
    Word(String),
}

impl Part {
    fn read(key: &Key, part: &str) -> Result<Self, String> {
        if part.is_empty() {
            return Err(FORMS.into());
        }
        let fields: Vec<&str> = part.split(':').map(str::trim).collect();
        if let [from, to, steps] = fields[..] {
            let number = |text: &str| {
                let number = text.replace('−', "-").parse::<f64>().ok().filter(|x| x.is_finite());
                number.ok_or_else(|| format!("`{text}` is no number; {FORMS}"))
            };
            let (from, to) = (number(from)?, number(to)?);
            let steps: usize =
                steps.parse().map_err(|_| format!("`{steps}` is no number of values; write a:b:n"))?;
            if !(1..=MOST_POINTS).contains(&steps) || (steps == 1 && from != to) {
                return Err(format!("`{part}` needs 2 to {MOST_POINTS} values from one end to the other"));
            }
            return Ok(Self::Steps { from, to, steps });
        }
        let Some((from, to)) = part.split_once("..") else { return Ok(Self::Word(part.into())) };
        let whole = |text: &str| match key.parse(text) {
            Ok(Value::Integer(i)) => Ok(i),
            Ok(Value::Real(x)) if x.fract() == 0.0 && (0.0..1e15).contains(&x) => Ok(x as u64),
            _ => Err(format!("`{text}` is no whole number; {FORMS}")),
        };
        let (from, to) = (whole(from)?, whole(to)?);
        if from > to {
            return Err(format!("`{part}` runs backwards; write the smaller number first"));
        }
        if let Kind::PowerOfTwo { .. } = key.kind {
            let powers: Vec<u64> = (0..63).map(|k| 1 << k).filter(|p| (from..=to).contains(p)).collect();
            if powers.is_empty() {
                return Err(format!("there is no power of two in `{part}`; give powers at its ends"));
            }
            return Ok(Self::Powers(powers));
        }
        if to - from >= MOST_POINTS as u64 {
            return Err(format!("`{part}` has more than {MOST_POINTS} values; give fewer"));
        }
        Ok(Self::Whole(from..=to))
    }

    fn len(&self) -> usize {
        match self {
            Self::Steps { steps, .. } => *steps,
            Self::Whole(range) => (range.end() - range.start()) as usize + 1,
            Self::Powers(powers) => powers.len(),
            Self::Word(_) => 1,
        }
    }

    fn values(self) -> Vec<String> {
        match self {
            Self::Steps { from, to, steps } => {
                (0..steps).map(|i| linear(from, to, i, steps).to_string()).collect()
            }
            Self::Whole(range) => range.map(|i| i.to_string()).collect(),
            Self::Powers(powers) => powers.iter().map(u64::to_string).collect(),
            Self::Word(word) => vec![word],
        }
    }
}

/// Number i of `steps` in equal steps, rounded to 15 digits: 0.15 and not 0.15000000000000002, so that the same point
/// of two sweeps is the same number.
fn linear(from: f64, to: f64, i: usize, steps: usize) -> f64 {
    if i + 1 == steps {
        return to;
    }
    let exact = from + (to - from) * i as f64 / (steps.max(2) - 1) as f64;
    let largest = from.abs().max(to.abs());
    // Where the ends cancel, what is left of rounding them is no value.
    if exact.abs() < largest * 1e-14 {
        return 0.0;
    }
    format!("{exact:.14e}").parse().unwrap_or(exact)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(path: &str, text: &str) -> Vec<String> {
        let values = Axis::new(path, text).unwrap().values;
        assert_eq!(Axis::count(path, text).unwrap(), values.len(), "{path}={text}");
        values
    }

    #[test]
    fn every_form_gives_its_values() {
        assert_eq!(values("theory.mass", "0:0.6:4"), ["0", "0.2", "0.4", "0.6"]);
        assert_eq!(values("theory.mass", "0:0.6:13")[3], "0.15");
        assert_eq!(values("theory.mass", "-0.3:0.3:3"), ["-0.3", "0", "0.3"]);
        assert_eq!(values("theory.k2", "1.0, −0.5 ,2:3:2"), ["1", "-0.5", "2", "3"]);
        assert_eq!(values("learning.seed", "1..4,9"), ["1", "2", "3", "4", "9"]);
        assert_eq!(values("network.sites", "16..2^6,2^7"), ["16", "32", "64", "128"]);
        assert_eq!(values("network.receptive_field", "2..4"), ["2", "3", "4"]);
        assert_eq!(values("learning.method", "exact,cd"), ["exact", "cd"]);
        assert_eq!(values("network.wall", "off,mass,3"), ["off", "mass", "3"]);
        assert_eq!(values("regions.a", "5..37,40..50;0..8"), ["5..37,40..50", "0..8"]);
    }

    #[test]
    fn linear_points_hit_both_ends_and_stay_within_a_rounding_of_their_places() {
        for (a, b, n) in [(0.0, 0.6, 13), (-0.95, 0.95, 39), (0.1, 0.7, 7), (1e-6, 3e-6, 11)] {
            let points: Vec<f64> = (0..n).map(|i| linear(a, b, i, n)).collect();
            assert_eq!((points[0], points[n - 1]), (a, b));
            for (i, x) in points.iter().enumerate() {
                let exact = a + (b - a) * i as f64 / (n - 1) as f64;
                // Half a unit of the fifteenth digit, and the rounding of the line above.
                assert!((x - exact).abs() <= 1e-14 * a.abs().max(b.abs()), "{x} {exact}");
            }
        }
    }

    #[test]
    fn what_is_no_value_is_refused_with_what_is_possible() {
        let refused = |path: &str, text: &str| Axis::new(path, text).err().unwrap().to_string();
        assert!(refused("theory.mas", "0").contains("no parameter theory.mas"));
        assert!(refused("theory.mass", "0:2:3").contains("theory.mass = 1: out of range"));
        assert!(refused("theory.mass", "0:0.5:0").contains("needs 2 to 1000000 values"));
        assert!(refused("theory.mass", "0:0.5:x").contains("`x` is no number of values"));
        assert!(refused("theory.mass", "0,,1").contains("a:b:n"));
        assert!(refused("learning.seed", "5..2").contains("runs backwards"));
        assert!(refused("learning.seed", "0..9999999").contains("more than 1000000"));
        assert!(refused("network.sites", "17..31").contains("no power of two"));
        assert!(refused("learning.method", "exact,sgd").contains("learning.method = sgd"));
        assert!(refused("theory.samples_file", "a.npy,b.npy").contains("--samples"));
    }
}
