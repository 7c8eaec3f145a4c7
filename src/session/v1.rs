//! Session file, version 1. Frozen: it names every field itself and borrows no live type.
//!
//! Until release 0.1.0 it may gain keys with defaults; it never loses or changes one.

use serde::{Deserialize, Serialize};

/// The tag that every session file of every version starts with.
pub const FORMAT: &str = "holoscope-session";
/// This version.
pub const VERSION: u32 = 1;

/// A session file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Always [`FORMAT`].
    pub format: String,
    /// Always [`VERSION`].
    pub version: u32,
    /// The program that wrote the file, with its commit. Nobody's parameter: it is for people, and is not read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program: Option<String>,
    /// What was varied from this session in the film that the file belongs to, the last parameter fastest. As
    /// `program` it is for people, and is not read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vary: Vec<Varied>,
    /// The boundary theory.
    #[serde(default)]
    pub theory: Theory,
    /// The network.
    #[serde(default)]
    pub network: Network,
    /// Learning.
    #[serde(default)]
    pub learning: Learning,
    /// Regions.
    #[serde(default)]
    pub regions: Regions,
    /// The network's own state.
    #[serde(default)]
    pub state: State,
    /// Geometry learned from entropies.
    #[serde(default)]
    pub geometry: Geometry,
    /// View.
    #[serde(default)]
    pub view: View,
    /// Name of the preset that the parameters were taken from; none where they were given one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<String>,
    /// Places to come back to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bookmarks: Vec<Bookmark>,
    /// Notes on sites and tiles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Trained layers, bottom up, if training had come to its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained: Option<Vec<Layer>>,
    /// Where they come from; none of one training with the parameters above.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained_origin: Option<Origin>,
}

/// A parameter that was varied, and its values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Varied {
    /// Its path.
    pub key: String,
    /// Its values, as they are set.
    pub values: Vec<String>,
}

/// Where trained layers come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Origin {
    /// Name of the file that they were given from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its SHA-256.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How many trainings went on from weights that were there.
    pub continued: u32,
}

/// Keys `theory.*`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Theory {
    /// `chain`, `quantum-ising` or `samples`.
    pub kind: String,
    /// Field.
    pub k1: f64,
    /// Neighbour coupling.
    pub k2: f64,
    /// Three-spin coupling.
    pub k3: f64,
    /// Mass of the reference fermion.
    pub mass: f64,
    /// The user's own samples, if a file of them was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub samples_file: Option<SamplesFile>,
}

/// Key `theory.samples_file`. The last three fields are there together, once the file was taken in.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamplesFile {
    /// Path as seen from the folder of the session.
    pub path: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Its rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub samples: Option<u64>,
    /// Its columns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sites: Option<u64>,
}

/// Keys `network.*`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Network {
    /// Boundary sites.
    pub sites: u64,
    /// 2, 3 or 4.
    pub receptive_field: u64,
    /// `ring` or `line`.
    pub boundary: String,
    /// `off`, `mass` or a layer number.
    pub wall: Wall,
    /// `unit`, `learned` or `bond-dimension`.
    pub capacity: String,
    /// D.
    pub bond_dimension: u64,
    /// Threshold on |w| below which learned links are pruned.
    pub prune: f64,
}

/// A wall is a word or a number in the file.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Wall {
    /// Layer number.
    Layer(u64),
    /// `off` or `mass`.
    Word(String),
}

/// By hand, as the derived reader would first keep whatever stands there, of any size.
impl<'de> Deserialize<'de> for Wall {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct LayerOrWord;
        impl serde::de::Visitor<'_> for LayerOrWord {
            type Value = Wall;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("the number of a layer, or a word")
            }
            fn visit_u64<E>(self, layer: u64) -> Result<Wall, E> {
                Ok(Wall::Layer(layer))
            }
            fn visit_str<E>(self, word: &str) -> Result<Wall, E> {
                Ok(Wall::Word(word.into()))
            }
        }
        reader.deserialize_any(LayerOrWord)
    }
}

/// Keys `learning.*`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Learning {
    /// Sites of the sampled chain.
    pub sites: u64,
    /// Training samples.
    pub samples: u64,
    /// Seed.
    pub seed: u64,
    /// `exact`.
    pub method: String,
    /// Most iterations.
    pub epochs: u64,
    /// Weight decay.
    pub weight_decay: f64,
    /// Step size of the contrastive methods.
    pub rate: f64,
    /// Gibbs steps of the contrastive methods.
    pub gibbs_steps: u64,
    /// Whether all blocks of a layer share their weights.
    pub shared_weights: bool,
    /// Hidden spins on a site.
    pub channels: u64,
}

/// Keys `regions.*`, as text such as `5..37,40..50`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Regions {
    /// Region A.
    pub a: String,
    /// Region B.
    pub b: String,
    /// Region C.
    pub c: String,
}

/// Keys `view.*`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct View {
    /// Chart.
    pub chart: String,
    /// Radius function of the ring.
    pub ring_radius: String,
    /// Theme.
    pub theme: String,
    /// Units.
    pub units: String,
    /// Layers shown, separated by commas.
    pub show: String,
    /// Parts left out, separated by commas.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub hide: String,
    /// What the tiles are coloured by.
    pub tiles: String,
    /// What the links are drawn by.
    pub links: String,
}

/// Keys `state.*`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct State {
    /// `marginal` or `born`.
    pub form: String,
    /// Angle of every weight.
    pub phase: f64,
    /// Seed of an angle of each link; 0 for none.
    pub random_phases: u64,
    /// Pairs of samples.
    pub pairs: u64,
}

/// Keys `geometry.*`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Geometry {
    /// `fermion` or `ising`.
    pub source: String,
}

/// A place to come back to: regions on a boundary of their own, what is shown over them, and where from.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bookmark {
    /// What a person calls it.
    pub name: String,
    /// Sites of its boundary.
    pub sites: u64,
    /// `ring` or `line`.
    pub boundary: String,
    /// Region A.
    #[serde(default)]
    pub a: String,
    /// Region B.
    #[serde(default)]
    pub b: String,
    /// Region C.
    #[serde(default)]
    pub c: String,
    /// Chart.
    pub chart: String,
    /// Radius function of the ring.
    pub ring_radius: String,
    /// Layers shown, separated by commas.
    #[serde(default)]
    pub show: String,
    /// Parts left out, separated by commas.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hide: String,
    /// Where it is seen from.
    #[serde(default)]
    pub camera: Camera,
}

/// Where the bulk is seen from: of the ring turn, magnification and shift; of the plane the isometry and a turn.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Camera {
    /// Ring: counter-clockwise turn.
    pub rotation_rad: f64,
    /// Ring: magnification.
    pub magnification: f64,
    /// Ring: where its centre stands, in home radii, y down.
    pub shift: [f64; 2],
    /// Plane: translation, in periods.
    pub translation: f64,
    /// Plane: dilation.
    pub dilation: f64,
    /// Plane: turn about the middle.
    pub turn_rad: f64,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            rotation_rad: 0.0,
            magnification: 1.0,
            shift: [0.0; 2],
            translation: 0.0,
            dilation: 1.0,
            turn_rad: 0.0,
        }
    }
}

/// A note on a site, or on a node of a layer.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// What it says.
    pub text: String,
    /// Boundary site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<u64>,
    /// Layer of the node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layer: Option<u32>,
    /// Its number in the layer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<u64>,
}

/// One trained RBM; p ∝ exp(Σ b h + Σ v w h + Σ c v).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// One weight per slot of the receptive field; block by block where they are not shared; with several
    /// channels a row of r q' for each hidden one.
    pub weights: Vec<f64>,
    /// Bias of even and odd visible spins; 0 with several channels.
    pub visible_bias: [f64; 2],
    /// Bias of hidden spins; 0 with several channels.
    pub hidden_bias: f64,
    /// What single visible sites have on top; none in a layer of shared weights.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visible_site_bias: Vec<f64>,
    /// What single hidden spins have on top; none in a layer of shared weights.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden_site_bias: Vec<f64>,
    /// With several channels, biases of the q' visible spins on even sites, then on odd ones; else none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channel_visible_bias: Vec<f64>,
    /// With several channels, bias of the hidden spin of each; else none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channel_hidden_bias: Vec<f64>,
}

impl Default for Theory {
    fn default() -> Self {
        Self { kind: "chain".into(), k1: 0.0, k2: 2.0, k3: 0.0, mass: 0.0, samples_file: None }
    }
}

impl Default for Network {
    fn default() -> Self {
        Self {
            sites: 256,
            receptive_field: 3,
            boundary: "ring".into(),
            wall: Wall::Word("off".into()),
            capacity: "learned".into(),
            bond_dimension: 2,
            prune: 0.0,
        }
    }
}

impl Default for Learning {
    fn default() -> Self {
        Self {
            sites: 256,
            samples: 2000,
            seed: 1,
            method: "exact".into(),
            epochs: 200,
            weight_decay: 1e-6,
            rate: 0.05,
            gibbs_steps: 1,
            shared_weights: true,
            channels: 1,
        }
    }
}

impl Default for Regions {
    fn default() -> Self {
        Self { a: "40..88".into(), b: String::new(), c: String::new() }
    }
}

impl Default for State {
    fn default() -> Self {
        Self { form: "marginal".into(), phase: 0.0, random_phases: 0, pairs: 4000 }
    }
}

impl Default for Geometry {
    fn default() -> Self {
        Self { source: "fermion".into() }
    }
}

impl Default for View {
    fn default() -> Self {
        Self {
            chart: "ring".into(),
            ring_radius: "balanced".into(),
            theme: "system".into(),
            units: "nats".into(),
            show: "ties".into(),
            hide: String::new(),
            tiles: "plain".into(),
            links: "capacity".into(),
        }
    }
}

impl Session {
    /// Every key with its value as text, in the order of the file.
    #[must_use]
    pub fn settings(&self) -> Vec<(String, String)> {
        let (t, n, l, r, v) = (&self.theory, &self.network, &self.learning, &self.regions, &self.view);
        let wall = match &n.wall {
            Wall::Layer(layer) => layer.to_string(),
            Wall::Word(word) => word.clone(),
        };
        [
            ("theory.kind", t.kind.clone()),
            ("theory.k1", t.k1.to_string()),
            ("theory.k2", t.k2.to_string()),
            ("theory.k3", t.k3.to_string()),
            ("theory.mass", t.mass.to_string()),
            ("theory.samples_file", t.samples_file.as_ref().map_or_else(String::new, |f| f.path.clone())),
            ("network.sites", n.sites.to_string()),
            ("network.receptive_field", n.receptive_field.to_string()),
            ("network.boundary", n.boundary.clone()),
            ("network.wall", wall),
            ("network.capacity", n.capacity.clone()),
            ("network.bond_dimension", n.bond_dimension.to_string()),
            ("network.prune", n.prune.to_string()),
            ("learning.sites", l.sites.to_string()),
            ("learning.samples", l.samples.to_string()),
            ("learning.seed", l.seed.to_string()),
            ("learning.method", l.method.clone()),
            ("learning.epochs", l.epochs.to_string()),
            ("learning.weight_decay", l.weight_decay.to_string()),
            ("learning.rate", l.rate.to_string()),
            ("learning.gibbs_steps", l.gibbs_steps.to_string()),
            ("learning.shared_weights", l.shared_weights.to_string()),
            ("learning.channels", l.channels.to_string()),
            ("regions.a", r.a.clone()),
            ("regions.b", r.b.clone()),
            ("regions.c", r.c.clone()),
            ("state.form", self.state.form.clone()),
            ("state.phase", self.state.phase.to_string()),
            ("state.random_phases", self.state.random_phases.to_string()),
            ("state.pairs", self.state.pairs.to_string()),
            ("geometry.source", self.geometry.source.clone()),
            ("view.chart", v.chart.clone()),
            ("view.ring_radius", v.ring_radius.clone()),
            ("view.theme", v.theme.clone()),
            ("view.units", v.units.clone()),
            ("view.show", v.show.clone()),
            ("view.hide", v.hide.clone()),
            ("view.tiles", v.tiles.clone()),
            ("view.links", v.links.clone()),
        ]
        .into_iter()
        .map(|(path, value)| (path.to_string(), value))
        .collect()
    }

    /// The inverse of [`Self::settings`]: a session whose field at each path holds the value given.
    ///
    /// Paths that version 1 does not know are passed over; numbers that do not parse stay at their default.
    #[must_use]
    pub fn from_settings(settings: &[(&str, String)], trained: Option<Vec<Layer>>) -> Self {
        let mut s = Self {
            format: FORMAT.into(),
            version: VERSION,
            program: None,
            vary: Vec::new(),
            theory: Theory::default(),
            network: Network::default(),
            learning: Learning::default(),
            regions: Regions::default(),
            state: State::default(),
            geometry: Geometry::default(),
            view: View::default(),
            preset: None,
            bookmarks: Vec::new(),
            notes: Vec::new(),
            trained,
            trained_origin: None,
        };
        fn number<T: std::str::FromStr>(slot: &mut T, text: &str) {
            if let Ok(value) = text.parse() {
                *slot = value;
            }
        }
        for (path, text) in settings {
            match *path {
                "theory.kind" => s.theory.kind.clone_from(text),
                "theory.k1" => number(&mut s.theory.k1, text),
                "theory.k2" => number(&mut s.theory.k2, text),
                "theory.k3" => number(&mut s.theory.k3, text),
                "theory.mass" => number(&mut s.theory.mass, text),
                "theory.samples_file" if !text.is_empty() => {
                    s.theory.samples_file =
                        Some(SamplesFile { path: text.clone(), ..SamplesFile::default() });
                }
                "network.sites" => number(&mut s.network.sites, text),
                "network.receptive_field" => number(&mut s.network.receptive_field, text),
                "network.boundary" => s.network.boundary.clone_from(text),
                "network.wall" => {
                    s.network.wall = text.parse().map_or_else(|_| Wall::Word(text.clone()), Wall::Layer);
                }
                "network.capacity" => s.network.capacity.clone_from(text),
                "network.bond_dimension" => number(&mut s.network.bond_dimension, text),
                "network.prune" => number(&mut s.network.prune, text),
                "learning.sites" => number(&mut s.learning.sites, text),
                "learning.samples" => number(&mut s.learning.samples, text),
                "learning.seed" => number(&mut s.learning.seed, text),
                "learning.method" => s.learning.method.clone_from(text),
                "learning.epochs" => number(&mut s.learning.epochs, text),
                "learning.weight_decay" => number(&mut s.learning.weight_decay, text),
                "learning.rate" => number(&mut s.learning.rate, text),
                "learning.gibbs_steps" => number(&mut s.learning.gibbs_steps, text),
                "learning.shared_weights" => number(&mut s.learning.shared_weights, text),
                "learning.channels" => number(&mut s.learning.channels, text),
                "regions.a" => s.regions.a.clone_from(text),
                "regions.b" => s.regions.b.clone_from(text),
                "regions.c" => s.regions.c.clone_from(text),
                "state.form" => s.state.form.clone_from(text),
                "state.phase" => number(&mut s.state.phase, text),
                "state.random_phases" => number(&mut s.state.random_phases, text),
                "state.pairs" => number(&mut s.state.pairs, text),
                "geometry.source" => s.geometry.source.clone_from(text),
                "view.chart" => s.view.chart.clone_from(text),
                "view.ring_radius" => s.view.ring_radius.clone_from(text),
                "view.theme" => s.view.theme.clone_from(text),
                "view.units" => s.view.units.clone_from(text),
                "view.show" => s.view.show.clone_from(text),
                "view.hide" => s.view.hide.clone_from(text),
                "view.tiles" => s.view.tiles.clone_from(text),
                "view.links" => s.view.links.clone_from(text),
                _ => {}
            }
        }
        s
    }
}
