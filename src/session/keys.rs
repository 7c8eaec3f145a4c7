//! The one table of every parameter: sliders, `--set`, `keys`, validation, tooltips and guide read it.

use super::document::{Document, RegionName, Units};
use crate::figure::camera::ChartKind;
use crate::figure::palette::ThemeChoice;
use crate::hyperbolic::RingRadius;
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::Region;
use crate::sim::{CapacityRule, Wall};
use std::fmt;

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
    /// `off`, `mass`, or the number of a layer.
    Wall,
    /// Boundary intervals such as `5..37,40..50`.
    Region,
}

/// A value of a key, as read or written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A real number.
    Real(f64),
    /// A whole number.
    Integer(u64),
    /// A word or a region.
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
    #[error("there is no parameter {0}: `holoscope keys` lists them all")]
    Unknown(String),
    /// Not a value of this parameter.
    #[error("{path} = {value}: {reason}")]
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
        self.set(document, &value)
    }

    /// Type name for the `keys` listing.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self.kind {
            Kind::Real { .. } => "real",
            Kind::Integer { .. } => "integer",
            Kind::PowerOfTwo { .. } => "power of two",
            Kind::Choice(_) => "choice",
            Kind::Wall => "wall",
            Kind::Region => "region",
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
            Kind::Wall => "off, mass, or a layer from 1".into(),
            Kind::Region => "intervals such as 5..37,40..50; empty for none".into(),
        }
    }

    fn parse(&self, text: &str) -> Result<Value, String> {
        let text = text.trim();
        match self.kind {
            Kind::Real { .. } => text
                .replace('−', "-")
                .parse()
                .map(Value::Real)
                .map_err(|_| format!("not a number; give one in {}", self.range())),
            Kind::Integer { .. } | Kind::PowerOfTwo { .. } => parse_whole(text)
                .map(Value::Integer)
                .ok_or_else(|| format!("not a whole number; give one in {}", self.range())),
            Kind::Choice(_) if parse_whole(text).is_some() => {
                Ok(Value::Integer(parse_whole(text).unwrap_or(0)))
            }
            Kind::Choice(_) | Kind::Wall | Kind::Region => Ok(Value::Text(text.into())),
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
                    format!("not a power of two in {}", self.range())
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
            (Kind::Wall | Kind::Region, Value::Text(_)) => Ok(()),
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
            super::document::default_region(sites, boundary)
        } else {
            super::document::rebased(before, sites, boundary).map_err(|error| KeyError::Refused {
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

fn as_real(value: &Value) -> f64 {
    match value {
        Value::Real(x) => *x,
        Value::Integer(i) => *i as f64,
        Value::Text(_) => f64::NAN,
    }
}

fn as_whole(value: &Value) -> u64 {
    match value {
        Value::Integer(i) => *i,
        Value::Real(x) => *x as u64,
        Value::Text(_) => 0,
    }
}

/// Two-way table between the words of a choice and the values they stand for.
macro_rules! words {
    ($name:ident, $type:ty, $($word:literal => $value:path),+ $(,)?) => {
        mod $name {
            use super::*;
            pub const WORDS: &[&str] = &[$($word),+];
            pub fn word(value: $type) -> &'static str { match value { $($value => $word),+ } }
            pub fn value(word: &str) -> Option<$type> { match word { $($word => Some($value),)+ _ => None } }
        }
    };
}

words!(boundary, Boundary, "ring" => Boundary::Ring, "line" => Boundary::Line);
words!(capacity, CapacityRule, "unit" => CapacityRule::Unit, "learned" => CapacityRule::Learned,
    "bond-dimension" => CapacityRule::BondDimension);
words!(chart, ChartKind, "ring" => ChartKind::Ring, "half-plane" => ChartKind::HalfPlane);
words!(radius, RingRadius, "balanced" => RingRadius::Balanced, "conformal" => RingRadius::Conformal,
    "even" => RingRadius::Even);
words!(theme, ThemeChoice, "system" => ThemeChoice::System, "light" => ThemeChoice::Light,
    "dark" => ThemeChoice::Dark, "print" => ThemeChoice::Print);
words!(units, Units, "nats" => Units::Nats, "bits" => Units::Bits, "links" => Units::Links);

fn choose<T>(slot: &mut T, value: &Value, of: fn(&str) -> Option<T>) -> Result<(), String> {
    *slot = of(&value.to_string()).ok_or("no such choice")?;
    Ok(())
}

/// Every parameter, in the order of the session file.
pub static KEYS: &[Key] = &[
    Key {
        path: "theory.kind",
        symbol: "P(v)",
        label: "Theory",
        kind: Kind::Choice(&["chain"]),
        unit: "",
        meaning: "The boundary theory whose spins are learned.",
        equation: "P(v) ∝ exp(K1 Σ v_i + K2 Σ v_i v_i+1 + K3 Σ v_i v_i+1 v_i+2)",
        redo: Redo::Training,
        get: |_| Value::Text("chain".into()),
        set: |_, _| Ok(()),
    },
    Key {
        path: "theory.k1",
        symbol: "K1",
        label: "Field",
        kind: Kind::Real { min: -2.0, max: 2.0 },
        unit: "",
        meaning: "Field on every spin of the classical chain.",
        equation: "K1 Σ v_i",
        redo: Redo::Training,
        get: |d| Value::Real(d.theory.k1),
        set: |d, v| {
            d.theory.k1 = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "theory.k2",
        symbol: "K2",
        label: "Neighbour coupling",
        kind: Kind::Real { min: -4.0, max: 4.0 },
        unit: "",
        meaning: "Coupling of neighbouring spins; without field the correlation length is −1/ln tanh |K2|.",
        equation: "K2 Σ v_i v_i+1",
        redo: Redo::Training,
        get: |d| Value::Real(d.theory.k2),
        set: |d, v| {
            d.theory.k2 = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "theory.k3",
        symbol: "K3",
        label: "Three-spin coupling",
        kind: Kind::Real { min: -2.0, max: 2.0 },
        unit: "",
        meaning: "Coupling of three neighbouring spins; exact decimation does not close once it is there.",
        equation: "K3 Σ v_i v_i+1 v_i+2",
        redo: Redo::Training,
        get: |d| Value::Real(d.theory.k3),
        set: |d, v| {
            d.theory.k3 = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "theory.mass",
        symbol: "m",
        label: "Fermion mass",
        kind: Kind::Real { min: -0.95, max: 0.95 },
        unit: "",
        meaning: "Mass of the reference fermion: it sets ξ = 1/artanh |m| and with it the wall z_IR = log2 ξ.",
        equation: "1/ξ = ½ ln((1+|m|)/(1−|m|))",
        redo: Redo::Reference,
        get: |d| Value::Real(d.theory.mass),
        set: |d, v| {
            d.theory.mass = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "network.sites",
        symbol: "N",
        label: "Boundary sites",
        kind: Kind::PowerOfTwo { min_log2: 3, max_log2: 20 },
        unit: "sites",
        meaning: "Number of boundary spins of the network that is drawn and cut.",
        equation: "N = 2^n",
        redo: Redo::Network,
        get: |d| Value::Integer(d.network.sites),
        set: |d, v| {
            d.resize(as_whole(v));
            Ok(())
        },
    },
    Key {
        path: "network.receptive_field",
        symbol: "r",
        label: "Receptive field",
        kind: Kind::Choice(&["2", "3", "4"]),
        unit: "spins",
        meaning: "How many spins one hidden spin sees: 2 is a tree, 3 is planar, 4 is MERA-like.",
        equation: "r = 3: {2j, 2j+1, 2j+2}",
        redo: Redo::Training,
        get: |d| Value::Integer(d.network.receptive_field.links() as u64),
        set: |d, v| {
            let r = v.to_string().parse().unwrap_or(0);
            d.network.receptive_field = ReceptiveField::from_links(r).ok_or("give 2, 3 or 4")?;
            Ok(())
        },
    },
    Key {
        path: "network.boundary",
        symbol: "",
        label: "Boundary",
        kind: Kind::Choice(boundary::WORDS),
        unit: "",
        meaning: "Whether the chain closes to a ring or has two open ends.",
        equation: "v_N = v_0 on a ring",
        redo: Redo::Training,
        get: |d| Value::Text(boundary::word(d.network.boundary).into()),
        set: |d, v| {
            let mut boundary = d.network.boundary;
            choose(&mut boundary, v, boundary::value)?;
            d.rebound(boundary);
            Ok(())
        },
    },
    Key {
        path: "network.wall",
        symbol: "z_IR",
        label: "Infrared wall",
        kind: Kind::Wall,
        unit: "layer",
        meaning: "Where the network ends: at full depth, at log2 ξ of the mass, or at a given layer.",
        equation: "d = ⌊log2 ξ⌋",
        redo: Redo::Network,
        get: |d| {
            Value::Text(match d.network.wall {
                Wall::Off => "off".into(),
                Wall::Mass => "mass".into(),
                Wall::Layer(layer) => layer.to_string(),
            })
        },
        set: |d, v| {
            d.network.wall = match v.to_string().as_str() {
                "off" => Wall::Off,
                "mass" => Wall::Mass,
                number => {
                    let layer =
                        number.parse().map_err(|_| "give off, mass or the number of a layer".to_string())?;
                    if !(1..=40).contains(&layer) {
                        return Err("give a layer from 1 to 40".into());
                    }
                    Wall::Layer(layer)
                }
            };
            Ok(())
        },
    },
    Key {
        path: "network.capacity",
        symbol: "c(ℓ)",
        label: "Link capacity",
        kind: Kind::Choice(capacity::WORDS),
        unit: "",
        meaning: "What one cut link costs: ln 2, the Schmidt entropy of the learned link, or ln D.",
        equation: "s(w) = −p ln p − (1−p) ln(1−p), p = cosh² w / cosh 2w",
        redo: Redo::Network,
        get: |d| Value::Text(capacity::word(d.network.capacity).into()),
        set: |d, v| choose(&mut d.network.capacity, v, capacity::value),
    },
    Key {
        path: "network.bond_dimension",
        symbol: "D",
        label: "Bond dimension",
        kind: Kind::Integer { min: 2, max: 1024 },
        unit: "",
        meaning: "Bond dimension D of every link when its capacity is ln D.",
        equation: "ln D per link",
        redo: Redo::Network,
        get: |d| Value::Integer(u64::from(d.network.bond_dimension)),
        set: |d, v| {
            d.network.bond_dimension = as_whole(v) as u32;
            Ok(())
        },
    },
    Key {
        path: "learning.sites",
        symbol: "N_train",
        label: "Training sites",
        kind: Kind::PowerOfTwo { min_log2: 3, max_log2: 12 },
        unit: "sites",
        meaning: "Length of the chain that is sampled and learned; deeper layers of a larger network reuse the deepest weights.",
        equation: "log2 N_train layers",
        redo: Redo::Training,
        get: |d| Value::Integer(d.learning.sites),
        set: |d, v| {
            d.learning.sites = as_whole(v);
            Ok(())
        },
    },
    Key {
        path: "learning.samples",
        symbol: "samples",
        label: "Samples",
        kind: Kind::Integer { min: 100, max: 1_000_000 },
        unit: "",
        meaning: "Independent samples of the boundary theory; a fifth as many more are held out.",
        equation: "−ln p = −⟨ln p(v)⟩ over samples",
        redo: Redo::Training,
        get: |d| Value::Integer(d.learning.samples),
        set: |d, v| {
            d.learning.samples = as_whole(v);
            Ok(())
        },
    },
    Key {
        path: "learning.seed",
        symbol: "seed",
        label: "Seed",
        kind: Kind::Integer { min: 0, max: u64::MAX },
        unit: "",
        meaning: "Seed of all random streams: the same seed gives the same numbers on every machine.",
        equation: "",
        redo: Redo::Training,
        get: |d| Value::Integer(d.learning.seed),
        set: |d, v| {
            d.learning.seed = as_whole(v);
            Ok(())
        },
    },
    Key {
        path: "learning.method",
        symbol: "",
        label: "Method",
        kind: Kind::Choice(&["exact"]),
        unit: "",
        meaning: "How the likelihood's gradient is found: exactly, from the block patterns of the samples.",
        equation: "∂ ln p/∂w = ⟨v h⟩ data − ⟨v h⟩ model",
        redo: Redo::Training,
        get: |_| Value::Text("exact".into()),
        set: |_, _| Ok(()),
    },
    Key {
        path: "learning.epochs",
        symbol: "epochs",
        label: "Iterations",
        kind: Kind::Integer { min: 1, max: 10_000 },
        unit: "",
        meaning: "Most iterations of the second-order optimiser in one layer; it stops by itself at a gradient of 1e-6.",
        equation: "max |∂L| < 1e-6",
        redo: Redo::Training,
        get: |d| Value::Integer(u64::from(d.learning.epochs)),
        set: |d, v| {
            d.learning.epochs = as_whole(v) as u32;
            Ok(())
        },
    },
    Key {
        path: "learning.weight_decay",
        symbol: "λ",
        label: "Weight decay",
        kind: Kind::Real { min: 0.0, max: 1.0 },
        unit: "",
        meaning: "Keeps weights finite where the optimum is flat.",
        equation: "+ λ/2 Σ w²",
        redo: Redo::Training,
        get: |d| Value::Real(d.learning.weight_decay),
        set: |d, v| {
            d.learning.weight_decay = as_real(v);
            Ok(())
        },
    },
    region_key(
        "regions.a",
        "A",
        "Region A",
        |d| Value::Text(d.regions.a.to_string()),
        |d, v| {
            d.regions.a = parse_region(d, &v.to_string())?;
            Ok(())
        },
    ),
    region_key(
        "regions.b",
        "B",
        "Region B",
        |d| Value::Text(d.regions.b.to_string()),
        |d, v| {
            d.regions.b = parse_region(d, &v.to_string())?;
            Ok(())
        },
    ),
    region_key(
        "regions.c",
        "C",
        "Region C",
        |d| Value::Text(d.regions.c.to_string()),
        |d, v| {
            d.regions.c = parse_region(d, &v.to_string())?;
            Ok(())
        },
    ),
    Key {
        path: "view.chart",
        symbol: "",
        label: "Chart",
        kind: Kind::Choice(chart::WORDS),
        unit: "",
        meaning: "Which chart of the hyperbolic plane is drawn.",
        equation: "ds² = (dz² + dx²)/z²",
        redo: Redo::Picture,
        get: |d| Value::Text(chart::word(d.view.chart).into()),
        set: |d, v| choose(&mut d.view.chart, v, chart::value),
    },
    Key {
        path: "view.ring_radius",
        symbol: "ρ(z)",
        label: "Ring radius",
        kind: Kind::Choice(radius::WORDS),
        unit: "",
        meaning: "How depth becomes radius in the ring chart.",
        equation: "balanced 1/(1+2πz/N) · conformal e^(−2πz/N) · even 1 − log2 z/(n+1)",
        redo: Redo::Picture,
        get: |d| Value::Text(radius::word(d.view.ring_radius).into()),
        set: |d, v| choose(&mut d.view.ring_radius, v, radius::value),
    },
    Key {
        path: "view.theme",
        symbol: "",
        label: "Theme",
        kind: Kind::Choice(theme::WORDS),
        unit: "",
        meaning: "Colours of window and figures.",
        equation: "",
        redo: Redo::Picture,
        get: |d| Value::Text(theme::word(d.view.theme).into()),
        set: |d, v| choose(&mut d.view.theme, v, theme::value),
    },
    Key {
        path: "view.units",
        symbol: "",
        label: "Units",
        kind: Kind::Choice(units::WORDS),
        unit: "",
        meaning: "Units of entropies in window and figures; files are always in nats.",
        equation: "1 bit = ln 2 nats",
        redo: Redo::Picture,
        get: |d| Value::Text(units::word(d.view.units).into()),
        set: |d, v| choose(&mut d.view.units, v, units::value),
    },
];

const fn region_key(
    path: &'static str,
    symbol: &'static str,
    label: &'static str,
    get: fn(&Document) -> Value,
    set: fn(&mut Document, &Value) -> Result<(), String>,
) -> Key {
    Key {
        path,
        symbol,
        label,
        kind: Kind::Region,
        unit: "sites",
        meaning: "A union of half-open boundary intervals whose entanglement entropy is asked for.",
        equation: "S_A = min cut",
        redo: Redo::Cut,
        get,
        set,
    }
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
            ("theory.kind", "quantum-ising"),
            ("learning.samples", "-1"),
            ("regions.a", "0..300"),
            ("view.chart", "mercator"),
        ] {
            let error = find(path).unwrap().set_text(&mut d, bad).unwrap_err().to_string();
            assert!(error.contains(path) && error.contains(bad), "{error}");
        }
        assert_eq!(d, Document::default());
        assert!(find("theory.k9").is_err());
        find("network.sites").unwrap().set_text(&mut d, "2^10").unwrap();
        assert_eq!(d.network.sites, 1024);
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
