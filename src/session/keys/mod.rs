//! The one table of every parameter: sliders, `--set`, `keys`, validation, tooltips and guide read it.

mod table;

pub use table::KEYS;

use super::document::{self, Document, RegionName};
use super::quoting::{MOST_QUOTED, quoted};
use crate::network::Region;
use std::fmt;

/// Most characters of a reason, which may quote the value.
const MOST_OF_A_REASON: usize = 400;

/// What a key can hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// A real number in a closed range.
    Real {
        /// Least value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// A whole number in a closed range.
    Integer {
        /// Least value.
        min: u64,
        /// Largest value.
        max: u64,
    },
    /// A power of two between two powers.
    PowerOfTwo {
        /// log2 of the least value.
        min_log2: u32,
        /// log2 of the largest value.
        max_log2: u32,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Any of these words, separated by commas.
    Words(&'static [&'static str]),
    /// `off`, `mass`, or the number of a layer.
    Wall,
    /// Boundary intervals such as `5..37,40..50`.
    Region,
    /// The path of a file, or empty.
    Path,
}

/// A value of a key, as read or written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A real number.
    Real(f64),
    /// A whole number.
    Integer(u64),
    /// A word, a region or a path.
    Text(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real(x) => write!(f, "{x}"),
            Self::Integer(i) => write!(f, "{i}"),
            Self::Text(t) => f.write_str(t),
        }
    }
}

/// What must be done again when a key changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Redo {
    /// Only the picture.
    Picture,
    /// The cut of the regions.
    Cut,
    /// The reference curves of the fermion (and the network, where its wall follows the mass).
    Reference,
    /// The network with its capacities, its cuts and the scaling curve.
    Network,
    /// Sampling and training, and all that follows.
    Training,
}

/// One parameter.
pub struct Key {
    /// Path in the session file and after `--set`.
    pub path: &'static str,
    /// The symbol physicists write.
    pub symbol: &'static str,
    /// The name a person reads.
    pub label: &'static str,
    /// Type and range.
    pub kind: Kind,
    /// Unit, or empty.
    pub unit: &'static str,
    /// What it is, in one sentence.
    pub meaning: &'static str,
    /// The formula it stands in.
    pub equation: &'static str,
    /// What must be done again when it changes.
    pub redo: Redo,
    get: fn(&Document) -> Value,
    set: fn(&mut Document, &Value) -> Result<(), String>,
}

/// Why a value was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum KeyError {
    /// No such parameter.
    #[error("{}", unknown(.0))]
    Unknown(String),
    /// Not a value of this parameter.
    #[error("{path} = {}: {}", quoted(.value, MOST_QUOTED), quoted(.reason, MOST_OF_A_REASON))]
    Refused {
        /// Path of the key.
        path: String,
        /// The value as it came.
        value: String,
        /// What is allowed.
        reason: String,
    },
    /// Two regions share sites.
    #[error("regions.{first} and regions.{second} overlap: give every site to one region at most")]
    Overlap {
        /// The one.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
}

impl Key {
    /// The present value in a document.
    #[must_use]
    pub fn get(&self, document: &Document) -> Value {
        (self.get)(document)
    }

    /// The value of the built-in default.
    #[must_use]
    pub fn default_value(&self) -> Value {
        self.get(&Document::default())
    }

    /// Sets a value, after checking its type and range.
    ///
    /// # Errors
    /// [`KeyError::Refused`] with the range; the document is then unchanged.
    pub fn set(&self, document: &mut Document, value: &Value) -> Result<(), KeyError> {
        let refuse =
            |reason: String| KeyError::Refused { path: self.path.into(), value: value.to_string(), reason };
        self.check(value).map_err(refuse)?;
        (self.set)(document, value).map_err(refuse)
    }

    /// Sets a value written as text.
    ///
    /// # Errors
    /// [`KeyError::Refused`] with what is allowed; the document is then unchanged.
    pub fn set_text(&self, document: &mut Document, text: &str) -> Result<(), KeyError> {
        let value = self.parse(text).map_err(|reason| KeyError::Refused {
            path: self.path.into(),
            value: text.into(),
            reason,
        })?;
        self.set(document, &value).map_err(|error| match error {
            // What was written, not what it was read as.
            KeyError::Refused { path, reason, .. } => KeyError::Refused { path, value: text.into(), reason },
            other => other,
        })
    }

    /// Type name for the `keys` listing.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Real { .. } => "real",
            Kind::Integer { .. } => "integer",
            Kind::PowerOfTwo { .. } => "power of two",
            Kind::Choice(_) => "choice",
            Kind::Words(_) => "set",
            Kind::Wall => "wall",
            Kind::Region => "region",
            Kind::Path => "path",
        }
    }

    /// Range as a person reads it.
    #[must_use]
    pub fn range(&self) -> String {
        match self.kind {
            Kind::Real { min, max } => format!("{min}…{max}"),
            Kind::Integer { min, max: u64::MAX } => format!("{min}…2^64 − 1"),
            Kind::Integer { min, max } => format!("{min}…{max}"),
            Kind::PowerOfTwo { min_log2, max_log2 } => format!("2^{min_log2}…2^{max_log2}"),
            Kind::Choice(words) => words.join(", "),
            Kind::Words(words) => format!("any of {}, separated by commas; empty for none", words.join(", ")),
            Kind::Wall => "off, mass, or a layer from 1".into(),
            Kind::Region => "intervals such as 5..37,40..50; empty for none".into(),
            Kind::Path => ".npy, .npz or .csv, seen from the session's folder; empty for none".into(),
        }
    }

    /// A value of this kind, as it is written; its range is not looked at.
    ///
    /// # Errors
    /// What is expected.
    pub fn parse(&self, text: &str) -> Result<Value, String> {
        let text = text.trim();
        match self.kind {
            Kind::Real { .. } => text
                .replace('−', "-")
                .parse()
                .map(Value::Real)
                .map_err(|_| format!("not a number; give one in {}", self.range())),
            Kind::Integer { .. } | Kind::PowerOfTwo { .. } => {
                parse_whole(text).map(Value::Integer).ok_or_else(|| {
                    let what = match (is_whole(text), self.kind) {
                        (false, _) => "not a whole number; give one",
                        (true, Kind::PowerOfTwo { .. }) => "out of range; give a power of two",
                        (true, _) => "out of range; give a whole number",
                    };
                    format!("{what} in {}", self.range())
                })
            }
            Kind::Choice(_) if parse_whole(text).is_some() => {
                Ok(Value::Integer(parse_whole(text).unwrap_or(0)))
            }
            Kind::Choice(_) | Kind::Words(_) | Kind::Wall | Kind::Region | Kind::Path => {
                Ok(Value::Text(text.into()))
            }
        }
    }

    fn check(&self, value: &Value) -> Result<(), String> {
        match (self.kind, value) {
            (Kind::Real { min, max }, Value::Real(x)) => in_range((min..=max).contains(x), || {
                format!("out of range; give a number in {}", self.range())
            }),
            (Kind::Integer { min, max }, Value::Integer(i)) => in_range((min..=max).contains(i), || {
                format!("out of range; give a whole number in {}", self.range())
            }),
            (Kind::PowerOfTwo { min_log2, max_log2 }, Value::Integer(i)) => {
                in_range(i.is_power_of_two() && (min_log2..=max_log2).contains(&i.trailing_zeros()), || {
                    format!("give a power of two in {}", self.range())
                })
            }
            (Kind::Choice(words), Value::Text(t)) => in_range(words.contains(&t.as_str()), || {
                format!("not in this version (has: {})", words.join(", "))
            }),
            (Kind::Choice(words), Value::Integer(i)) => {
                in_range(words.contains(&i.to_string().as_str()), || {
                    format!("not in this version (has: {})", words.join(", "))
                })
            }
            (Kind::Words(words), Value::Text(t)) => {
                let unknown = t.split(',').map(str::trim).find(|w| !w.is_empty() && !words.contains(w));
                unknown.map_or(Ok(()), |word| {
                    let word = quoted(word, MOST_QUOTED);
                    Err(format!("{word} is not in this version (has: {})", words.join(", ")))
                })
            }
            (Kind::Wall | Kind::Region | Kind::Path, Value::Text(_)) => Ok(()),
            _ => Err(format!("wrong type; give {} in {}", self.type_name(), self.range())),
        }
    }
}

fn in_range(ok: bool, reason: impl FnOnce() -> String) -> Result<(), String> {
    if ok { Ok(()) } else { Err(reason()) }
}

/// A whole number, also written `2^16`.
fn parse_whole(text: &str) -> Option<u64> {
    if let Some((base, exponent)) = text.split_once('^') {
        return base.parse::<u64>().ok()?.checked_pow(exponent.parse().ok()?);
    }
    text.parse().ok()
}

/// Whether a text is a whole number, be it negative or larger than any that is counted with.
fn is_whole(text: &str) -> bool {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let bare = text.strip_prefix(['-', '−', '+']).unwrap_or(text);
    digits(bare) || bare.split_once('^').is_some_and(|(base, exponent)| digits(base) && digits(exponent))
}

/// The key whose path is most like a text, if one is near enough to have been meant.
fn nearest(path: &str) -> Option<&'static str> {
    /// Of 1 for the same text: a letter or two amiss, or the room before the point forgotten.
    const NEAR: f64 = 0.8;
    let last = |path: &'static str| path.rsplit('.').next().unwrap_or(path);
    let likeness = |key: &Key| {
        let own = if path.contains('.') { key.path } else { last(key.path) };
        strsim::jaro_winkler(&path.to_lowercase(), own)
    };
    let best = KEYS.iter().rev().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(best) >= NEAR).then_some(best.path)
}

fn unknown(path: &str) -> String {
    let meant = nearest(path).map_or_else(String::new, |key| format!(" did you mean {key}?"));
    format!("there is no parameter {}:{meant} `holoscope keys` lists them all", quoted(path, MOST_QUOTED))
}

/// The key with this path.
///
/// # Errors
/// [`KeyError::Unknown`] if there is none.
pub fn find(path: &str) -> Result<&'static Key, KeyError> {
    KEYS.iter().find(|k| k.path == path).ok_or_else(|| KeyError::Unknown(path.into()))
}

/// Sets several keys of a document together: sizes first, regions last, so that regions are read on the
/// final boundary whatever the order they were given in.
///
/// # Errors
/// The first refusal; `document` is then unchanged.
pub fn set_all(document: &mut Document, settings: &[(String, String)]) -> Result<(), KeyError> {
    let mut next = document.clone();
    for (path, text) in settings.iter().filter(|(path, _)| !path.starts_with("regions.")) {
        find(path)?.set_text(&mut next, text)?;
    }
    let (sites, boundary) = (next.network.sites, next.network.boundary);
    let untouched = Document::default().regions;
    for name in RegionName::ALL {
        let path = region_path(name);
        let before = document.regions.get(name);
        // A region that is given anew need not fit; the one of the first glance is part of no one's
        // request and moves along to another N. Any other keeps its sites and is refused if they are not there.
        let moved = if settings.iter().any(|(given, _)| given == path) || before.is_empty() {
            Region::empty(sites, boundary)
        } else if before == untouched.get(name) && before.sites() != sites {
            document::default_region(sites, boundary)
        } else {
            document::rebased(before, sites, boundary).map_err(|error| KeyError::Refused {
                path: path.into(),
                value: before.to_string(),
                reason: error.to_string(),
            })?
        };
        *next.regions.get_mut(name) = moved;
    }
    for (path, text) in settings.iter().filter(|(path, _)| path.starts_with("regions.")) {
        find(path)?.set_text(&mut next, text)?;
    }
    check_overlaps(&next)?;
    check_learning(&next)?;
    check_samples(&next)?;
    *document = next;
    Ok(())
}

/// Refuses a document in which two regions share a site.
///
/// # Errors
/// [`KeyError::Overlap`] naming both.
pub fn check_overlaps(document: &Document) -> Result<(), KeyError> {
    let r = &document.regions;
    for (x, y, first, second) in [(&r.a, &r.b, "a", "b"), (&r.a, &r.c, "a", "c"), (&r.b, &r.c, "b", "c")] {
        if x.overlaps(y) {
            return Err(KeyError::Overlap { first, second });
        }
    }
    Ok(())
}

/// Refuses weights of every block's own that are not learned on the network's own sites, or not exactly, and
/// several channels with other than shared weights learned exactly.
///
/// # Errors
/// [`KeyError::Refused`] with the remedy.
pub fn check_learning(document: &Document) -> Result<(), KeyError> {
    let refuse = |reason: &str| KeyError::Refused {
        path: "learning.shared_weights".into(),
        value: "false".into(),
        reason: reason.into(),
    };
    let l = &document.learning;
    if !l.shared_weights && l.sites != document.network.sites {
        return Err(refuse("needs learning.sites = network.sites; set one to the other"));
    }
    if !l.shared_weights && l.method != crate::rbm::TrainingMethod::Exact {
        return Err(refuse("needs learning.method = exact"));
    }
    let refuse = |reason: &str| KeyError::Refused {
        path: "learning.channels".into(),
        value: l.channels.to_string(),
        reason: reason.into(),
    };
    if l.channels > 1 && l.method != crate::rbm::TrainingMethod::Exact {
        return Err(refuse("several channels are learned exactly; set learning.method = exact"));
    }
    if l.channels > 1 && !l.shared_weights {
        return Err(refuse("several channels share their weights; set learning.shared_weights = true"));
    }
    Ok(())
}

/// Refuses to learn another number of sites than the user's samples have.
///
/// # Errors
/// [`KeyError::Refused`] with the remedy.
pub fn check_samples(document: &Document) -> Result<(), KeyError> {
    let sites = document.learning.sites;
    match document.task().samples {
        Some(samples) if samples.sites != sites => Err(KeyError::Refused {
            path: "learning.sites".into(),
            value: sites.to_string(),
            reason: format!(
                "the samples of theory.samples_file have {n} sites; set learning.sites = {n}, or give other samples",
                n = samples.sites
            ),
        }),
        _ => Ok(()),
    }
}

/// Path of a region's key.
#[must_use]
pub const fn region_path(name: RegionName) -> &'static str {
    match name {
        RegionName::A => "regions.a",
        RegionName::B => "regions.b",
        RegionName::C => "regions.c",
    }
}

fn parse_region(document: &Document, text: &str) -> Result<Region, String> {
    Region::parse(text, document.network.sites, document.network.boundary).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_reads_back_what_it_sets() {
        let mut d = Document::default();
        for key in KEYS {
            let value = key.get(&d);
            key.set(&mut d, &value).unwrap_or_else(|e| panic!("{}: {e}", key.path));
            assert_eq!(key.get(&d), value, "{}", key.path);
            assert!(!key.meaning.is_empty() && !key.label.is_empty());
            key.set_text(&mut d, &value.to_string()).unwrap_or_else(|e| panic!("{}: {e}", key.path));
        }
        assert_eq!(d, Document::default());
    }

    #[test]
    fn paths_are_unique_and_ranges_are_enforced() {
        for (i, key) in KEYS.iter().enumerate() {
            assert!(KEYS[i + 1..].iter().all(|other| other.path != key.path));
        }
        let mut d = Document::default();
        for (path, bad) in [
            ("theory.k2", "5"),
            ("theory.k2", "NaN"),
            ("theory.k2", "two"),
            ("network.sites", "100"),
            ("network.sites", "2^21"),
            ("network.receptive_field", "5"),
            ("network.wall", "0"),
            ("theory.kind", "heisenberg"),
            ("learning.samples", "-1"),
            ("regions.a", "0..300"),
            ("view.chart", "mercator"),
            ("view.show", "ties,beads"),
            ("view.hide", "links,tiles"),
        ] {
            let error = find(path).unwrap().set_text(&mut d, bad).unwrap_err().to_string();
            assert!(error.contains(path) && error.contains(bad), "{error}");
        }
        assert_eq!(d, Document::default());
        assert!(find("theory.k9").is_err());
        for (path, whole) in [
            ("network.sites", "-8"),
            ("network.sites", "99999999999999999999999"),
            ("network.sites", "2^99"),
            ("learning.seed", "-1"),
        ] {
            let error = find(path).unwrap().set_text(&mut d, whole).unwrap_err().to_string();
            assert!(error.contains("out of range") && !error.contains("not a whole number"), "{error}");
        }
        find("network.sites").unwrap().set_text(&mut d, "2^10").unwrap();
        assert_eq!(d.network.sites, 1024);
    }

    #[test]
    fn a_mistyped_key_is_told_with_the_one_that_was_meant() {
        for (typed, meant) in [
            ("theory.mas", "theory.mass"),
            ("network.site", "network.sites"),
            ("netwrok.sites", "network.sites"),
            ("mass", "theory.mass"),
            ("regions.A", "regions.a"),
        ] {
            let error = KeyError::Unknown(typed.into()).to_string();
            assert!(error.contains(&format!("did you mean {meant}?")), "{error}");
        }
        assert!(!KeyError::Unknown("xyzzy".into()).to_string().contains("did you mean"));
    }

    #[test]
    fn files_of_samples_have_the_sizes_that_can_be_learned() {
        use crate::theory::user_samples::{FEWEST_ROWS, LOG2_SITES};
        let (min_log2, max_log2) = (*LOG2_SITES.start(), *LOG2_SITES.end());
        assert_eq!(find("learning.sites").unwrap().kind, Kind::PowerOfTwo { min_log2, max_log2 });
        assert!(matches!(find("learning.samples").unwrap().kind, Kind::Integer { min: FEWEST_ROWS, .. }));
    }

    #[test]
    fn settings_are_read_on_the_final_boundary_whatever_their_order() {
        let set = |list: &[(&str, &str)]| {
            let mut d = Document::default();
            let list: Vec<_> = list.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
            set_all(&mut d, &list).map(|()| d)
        };
        let d = set(&[("regions.a", "300..400"), ("network.sites", "512")]).unwrap();
        assert_eq!(d.regions.a.to_string(), "300..400");
        assert_eq!(set(&[("network.sites", "64")]).unwrap().regions.a.to_string(), "10..22");
        let overlap = set(&[("regions.b", "50..60")]).unwrap_err().to_string();
        assert!(overlap.contains("regions.a and regions.b"), "{overlap}");
    }
}
