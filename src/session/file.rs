//! Session files: document ↔ bytes.

pub use super::disk::{
    beginning, bytes_of, bytes_within, check_ordinary, refused_to_write, write_atomically,
    write_folder_atomically, write_pair_atomically,
};
pub use super::leftovers::remove_leftovers;

use super::bookmarks::{Bookmark, Note};
use super::document::Document;
use super::keys::{self, KEYS, KeyError};
use super::quoting::{MOST_QUOTED, quoted};
use super::v1;
use crate::rbm::{ChannelRbm, ChannelShape, LayerRbm, Rbm, RbmShape, SiteBiases};
use crate::sim::{LearnedStack, LearningParameters, WeightsOrigin};
use crate::theory::SamplesDigest;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::path::PathBuf;
use std::sync::Arc;

/// The largest session that is read: ten times the largest that is written, of 4096 sites and every block's own
/// weights.
pub const LARGEST_SESSION: usize = 32 << 20;
/// Most characters that are quoted of what the reader of JSON says, which repeats words of the file.
const MOST_OF_A_REASON: usize = 2 * MOST_QUOTED;

/// Why a session could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The disk said no.
    #[error("{path}: {reason}; {remedy}")]
    Disk {
        /// File.
        path: PathBuf,
        /// What the system said.
        reason: String,
        /// What helps against that.
        remedy: &'static str,
        /// `read` or `write`.
        verb: &'static str,
    },
    /// Not JSON, or a field of a wrong type.
    #[error("{name} is not a session: {reason}")]
    Broken {
        /// File or source.
        name: String,
        /// What was found where.
        reason: String,
    },
    /// A version from the future.
    #[error(
        "{name} has session version {found} and this program reads up to {ours}: it is newer than this program; update holoscope to open it"
    )]
    Newer {
        /// File or source.
        name: String,
        /// Its version.
        found: String,
        /// Ours.
        ours: u32,
    },
    /// A value that its key refuses.
    #[error("{name}: {source}")]
    Value {
        /// File or source.
        name: String,
        /// Which and why.
        source: KeyError,
    },
}

/// The bytes of a session file.
#[must_use]
pub fn to_bytes(document: &Document) -> Vec<u8> {
    to_bytes_with(document, &Imprint::default())
}

/// What a file says of itself besides the document: nothing of it is anybody's parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Imprint {
    /// The program that wrote it, with its commit; none stands for this one.
    pub program: Option<String>,
    /// Parameters that were varied in a film, each with its values.
    pub vary: Vec<(String, Vec<String>)>,
}

impl Imprint {
    /// What the bytes of a session file say; of anything else nothing.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        #[derive(Default, serde::Deserialize)]
        #[serde(default)]
        struct Said {
            program: Option<String>,
            vary: Vec<v1::Varied>,
        }
        let said: Said = serde_json::from_slice(without_mark(bytes)).unwrap_or_default();
        Self { program: said.program, vary: said.vary.into_iter().map(|v| (v.key, v.values)).collect() }
    }
}

/// The bytes of a session file that says this of itself.
#[must_use]
pub fn to_bytes_with(document: &Document, imprint: &Imprint) -> Vec<u8> {
    let settings: Vec<_> = KEYS.iter().map(|k| (k.path, k.get(document).to_string())).collect();
    let trained = document.learned.as_ref().map(|stack| stack.layers.iter().map(file_layer).collect());
    let mut session = v1::Session::from_settings(&settings, trained);
    let origin = document.learned.as_ref().map(|stack| &stack.origin);
    session.trained_origin = origin.filter(|origin| **origin != WeightsOrigin::default()).map(file_origin);
    session.preset.clone_from(&document.preset);
    session.bookmarks = document.bookmarks.iter().map(Bookmark::to_file).collect();
    session.notes = document.notes.iter().map(Note::to_file).collect();
    session.program = Some(imprint.program.clone().unwrap_or_else(|| env!("HOLOSCOPE_PROGRAM").into()));
    let varied =
        |(key, values): &(String, Vec<String>)| v1::Varied { key: key.clone(), values: values.clone() };
    session.vary = imprint.vary.iter().map(varied).collect();
    let digest = document.samples_file.as_ref().and_then(|file| file.digest);
    if let (Some(kept), Some(digest)) = (&mut session.theory.samples_file, digest) {
        kept.sha256 = Some(digest.hex());
        (kept.samples, kept.sites) = (Some(digest.samples), Some(digest.sites));
    }
    let mut bytes = serde_json::to_vec_pretty(&session).expect("plain numbers and words always serialise");
    bytes.push(b'\n');
    bytes
}

fn file_origin(origin: &WeightsOrigin) -> v1::Origin {
    let (file, sha256) = origin.file.clone().unzip();
    v1::Origin { file, sha256, continued: origin.continued }
}

fn file_layer(layer: &LayerRbm) -> v1::Layer {
    match layer {
        LayerRbm::Single(rbm) => v1::Layer {
            weights: rbm.weights.clone(),
            visible_bias: rbm.visible_bias,
            hidden_bias: rbm.hidden_bias,
            visible_site_bias: rbm.site_bias.visible.clone(),
            hidden_site_bias: rbm.site_bias.hidden.clone(),
            channel_visible_bias: Vec::new(),
            channel_hidden_bias: Vec::new(),
        },
        LayerRbm::Channels(rbm) => v1::Layer {
            weights: rbm.weights.clone(),
            visible_bias: [0.0; 2],
            hidden_bias: 0.0,
            visible_site_bias: Vec::new(),
            hidden_site_bias: Vec::new(),
            channel_visible_bias: rbm.visible_bias.clone(),
            channel_hidden_bias: rbm.hidden_bias.clone(),
        },
    }
}

/// The document in the bytes of a session file; `name` is what errors call it.
///
/// # Errors
/// Not a session, a newer version, or a value out of range: each with what, where and the remedy.
pub fn from_bytes(bytes: &[u8], name: &str) -> Result<Document, SessionError> {
    let broken = |reason: String| SessionError::Broken { name: name.into(), reason };
    if bytes.len() > LARGEST_SESSION {
        return Err(broken(format!(
            "it has {} bytes and the largest session {LARGEST_SESSION}; open another file",
            bytes.len()
        )));
    }
    let bytes = without_mark(bytes);
    // A list of values would be taken for the fields of a session in their order.
    let is_object = bytes.trim_ascii_start().starts_with(b"{");
    let head: Result<Head, _> = if is_object { serde_json::from_slice(bytes) } else { Ok(Head::default()) };
    let head = head.map_err(|e| {
        if let Some(place) = no_number(bytes, &e) {
            return broken(format!("{place}; correct that place, or open another file"));
        }
        let what = quoted(&e.to_string(), MOST_OF_A_REASON);
        broken(format!("{what}; open a file written by `holoscope new` or by Save"))
    })?;
    if head.format.text.as_deref() != Some(v1::FORMAT) {
        return Err(broken(format!(
            "it has no \"format\": \"{}\"; open a file written by `holoscope new` or by Save",
            v1::FORMAT
        )));
    }
    match head.version.number {
        Some(1) => {}
        Some(found) if found > u64::from(v1::VERSION) => {
            return Err(SessionError::Newer {
                name: name.into(),
                found: found.to_string(),
                ours: v1::VERSION,
            });
        }
        None if head.version.beyond.is_some() => {
            let found = head.version.beyond.map(|x| format!("{x:e}")).unwrap_or_default();
            return Err(SessionError::Newer { name: name.into(), found, ours: v1::VERSION });
        }
        _ => return Err(broken("its \"version\" is no version; it should be 1".into())),
    }
    let reader = &mut serde_json::Deserializer::from_slice(bytes);
    let session: v1::Session = serde_path_to_error::deserialize(reader).map_err(|e| {
        // What does not come from one field, such as an unknown one, has no path.
        let field = Some(e.path().to_string()).filter(|path| path != ".");
        let place = field.map_or_else(String::new, |path| format!("{}: ", quoted(&path, MOST_QUOTED)));
        let what = quoted(&e.inner().to_string(), MOST_OF_A_REASON);
        broken(format!("{place}{what}; correct that place, or open another file"))
    })?;
    from_v1(&session, name)
}

/// Whether bytes are a session, of whatever version and with whatever values.
#[must_use]
pub fn is_session(bytes: &[u8]) -> bool {
    let bytes = without_mark(bytes);
    let head = bytes.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice::<Head>(bytes));
    head.and_then(Result::ok).is_some_and(|head| head.format.text.as_deref() == Some(v1::FORMAT))
}

/// What a field holds in place of a number, where that is what ends the reading: other programs write NaN and
/// Infinity into JSON, which has neither.
fn no_number(bytes: &[u8], error: &serde_json::Error) -> Option<String> {
    let line = bytes.split(|b| *b == b'\n').nth(error.line().checked_sub(1)?)?;
    let before = line.get(..error.column().min(line.len()))?;
    let at = before.len().saturating_sub(1);
    // The error stands at the first letter, or behind the sign.
    let rest = line.get(at..)?;
    let word =
        ["NaN", "Infinity", "inf", "nan"].into_iter().find(|word| rest.starts_with(word.as_bytes()))?;
    let text = String::from_utf8_lossy(line.get(..at)?);
    let name = text.rsplit('"').nth(1).filter(|name| !name.is_empty())?;
    Some(format!("line {}: {} is {word}, which is no number", error.line(), quoted(name, MOST_QUOTED)))
}

/// The bytes without the mark of UTF-8 that some editors put before a text.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// What tells whether the rest is worth reading, whatever else is there: nothing of it is kept.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
struct Head {
    format: Scalar,
    version: Scalar,
}

/// A word or a number; of anything else nothing is kept, however much it is.
#[derive(Default)]
struct Scalar {
    text: Option<String>,
    number: Option<u64>,
    /// A whole number that no u64 holds.
    beyond: Option<f64>,
}

impl<'de> serde::Deserialize<'de> for Scalar {
    fn deserialize<D: serde::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("anything")
            }
            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                // No word of ours is longer.
                let text = Some(text.to_string()).filter(|t| t.len() <= v1::FORMAT.len());
                Ok(Scalar { text, ..Scalar::default() })
            }
            fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar { number: Some(number), ..Scalar::default() })
            }
            fn visit_i64<E>(self, _number: i64) -> Result<Scalar, E> {
                Ok(Scalar::default())
            }
            fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
                let beyond = Some(number).filter(|x| *x >= 2_f64.powi(64) && x.is_finite());
                Ok(Scalar { beyond, ..Scalar::default() })
            }
            fn visit_bool<E>(self, _truth: bool) -> Result<Scalar, E> {
                Ok(Scalar::default())
            }
            fn visit_unit<E>(self) -> Result<Scalar, E> {
                Ok(Scalar::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Scalar, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Scalar, A::Error> {
                while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::default())
            }
        }
        reader.deserialize_any(Any)
    }
}

fn from_v1(session: &v1::Session, name: &str) -> Result<Document, SessionError> {
    let value = |source| SessionError::Value { name: name.into(), source };
    let broken = |reason: String| SessionError::Broken { name: name.into(), reason };
    let mut document = Document::default();
    keys::set_all(&mut document, &session.settings()).map_err(value)?;
    if let (Some(file), Some(kept)) = (&mut document.samples_file, &session.theory.samples_file) {
        file.digest = samples_digest(kept).map_err(broken)?;
        keys::check_samples(&document).map_err(value)?;
    }
    document.preset.clone_from(&session.preset);
    let bookmarks = session.bookmarks.iter().map(Bookmark::from_file);
    document.bookmarks = bookmarks.collect::<Result<_, _>>().map_err(broken)?;
    document.notes = session.notes.iter().map(Note::from_file).collect::<Result<_, _>>().map_err(broken)?;
    if let Some(layers) = &session.trained {
        let mut stack = trained_stack(&document, layers).map_err(broken)?;
        if let Some(origin) = &session.trained_origin {
            let file = origin.file.clone().zip(origin.sha256.clone());
            stack.origin = WeightsOrigin { file, continued: origin.continued };
        }
        document.learned = Some(Arc::new(stack));
    }
    Ok(document)
}

/// What is known of a file of samples: all of it or nothing.
fn samples_digest(kept: &v1::SamplesFile) -> Result<Option<SamplesDigest>, String> {
    match (&kept.sha256, kept.samples, kept.sites) {
        (None, None, None) => Ok(None),
        (Some(sha256), Some(samples), Some(sites)) => {
            let digest = SamplesDigest::from_hex(sha256, samples, sites);
            digest.map(Some).ok_or_else(|| {
                "theory.samples_file.sha256 is no SHA-256 of 64 hexadecimal digits; delete sha256, samples and \
                 sites and take the file in anew"
                    .into()
            })
        }
        _ => {
            Err("theory.samples_file has not all of sha256, samples and sites; give all three or none".into())
        }
    }
}

fn trained_stack(document: &Document, layers: &[v1::Layer]) -> Result<LearnedStack, String> {
    let task = document.task();
    if layers.len() != task.layers as usize {
        return Err(format!(
            "it has {} trained layers where {} belong to learning.sites = {}; delete \"trained\" to learn anew",
            layers.len(),
            task.layers,
            document.learning.sites
        ));
    }
    let mut stack = Vec::with_capacity(layers.len());
    for (k, layer) in layers.iter().enumerate() {
        let shape = RbmShape {
            sites: (document.learning.sites >> k) as usize,
            boundary: task.boundary,
            field: task.field,
        };
        let rbm = live_layer(layer, shape, k, &document.learning);
        stack.push(rbm.ok_or_else(|| {
            format!(
                "trained layer {k} has not the finite weights and biases that its size asks for; \
                 delete \"trained\" to learn anew"
            )
        })?);
    }
    Ok(LearnedStack { task, origin: WeightsOrigin::default(), layers: stack })
}

/// The layer of a file, if it has the finite numbers that its size asks for.
fn live_layer(
    layer: &v1::Layer,
    shape: RbmShape,
    number: usize,
    learning: &LearningParameters,
) -> Option<LayerRbm> {
    let numbers = layer.weights.iter().chain(&layer.visible_bias).chain([&layer.hidden_bias]);
    let numbers = numbers.chain(&layer.visible_site_bias).chain(&layer.hidden_site_bias);
    let mut numbers = numbers.chain(&layer.channel_visible_bias).chain(&layer.channel_hidden_bias);
    if numbers.any(|w| !w.is_finite()) {
        return None;
    }
    let hidden = learning.channels as usize;
    let has_site_biases = !layer.visible_site_bias.is_empty() || !layer.hidden_site_bias.is_empty();
    if hidden > 1 {
        let visible = if number == 0 { 1 } else { hidden };
        let shape = ChannelShape { layer: shape, visible, hidden };
        let fits = layer.weights.len() == shape.seen() * hidden
            && layer.channel_visible_bias.len() == 2 * visible
            && layer.channel_hidden_bias.len() == hidden
            && !has_site_biases;
        return fits.then(|| {
            LayerRbm::Channels(ChannelRbm {
                shape,
                weights: layer.weights.clone(),
                visible_bias: layer.channel_visible_bias.clone(),
                hidden_bias: layer.channel_hidden_bias.clone(),
            })
        });
    }
    let rbm = Rbm {
        shape,
        weights: layer.weights.clone(),
        visible_bias: layer.visible_bias,
        hidden_bias: layer.hidden_bias,
        site_bias: SiteBiases {
            visible: layer.visible_site_bias.clone(),
            hidden: layer.hidden_site_bias.clone(),
        },
    };
    let no_channels = layer.channel_visible_bias.is_empty() && layer.channel_hidden_bias.is_empty();
    // The topmost layer has a single block, whose own weights are those of all blocks.
    let as_learned =
        rbm.is_shared() == learning.shared_weights || (shape.blocks() == 1 && !learning.shared_weights);
    (rbm.is_complete() && as_learned && no_channels).then_some(LayerRbm::Single(rbm))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trained_document() -> Document {
        let mut d = Document::default();
        keys::set_all(&mut d, &[("learning.sites".into(), "8".into()), ("theory.k1".into(), "0.1".into())])
            .unwrap();
        let digest = SamplesDigest { sha256: std::array::from_fn(|i| 7 * i as u8), samples: 300, sites: 8 };
        d.samples_file = Some(crate::session::SamplesFile {
            digest: Some(digest),
            ..crate::session::SamplesFile::named("v.npy")
        });
        let layers: Vec<_> = (0..3)
            .map(|k| v1::Layer {
                weights: vec![0.1 + f64::from(k), std::f64::consts::PI, 1e-300],
                visible_bias: [0.0, -0.0],
                hidden_bias: 0.1 + 0.2,
                visible_site_bias: Vec::new(),
                hidden_site_bias: Vec::new(),
                channel_visible_bias: Vec::new(),
                channel_hidden_bias: Vec::new(),
            })
            .collect();
        d.learned = Some(Arc::new(trained_stack(&d, &layers).unwrap()));
        d
    }

    #[test]
    fn a_session_comes_back_bit_for_bit() {
        let d = trained_document();
        let bytes = to_bytes(&d);
        assert_eq!(from_bytes(&bytes, "x").unwrap(), d);
        assert_eq!(to_bytes(&from_bytes(&bytes, "x").unwrap()), bytes);
    }

    #[test]
    fn layers_of_several_channels_come_back_bit_for_bit() {
        let mut d = Document::default();
        keys::set_all(
            &mut d,
            &[("learning.sites".into(), "8".into()), ("learning.channels".into(), "3".into())],
        )
        .unwrap();
        let task = d.task();
        let layer = |k: usize| {
            let layer = RbmShape { sites: 8 >> k, boundary: task.boundary, field: task.field };
            let shape = ChannelShape { layer, visible: if k == 0 { 1 } else { 3 }, hidden: 3 };
            let numbers = |n: usize| (0..n).map(|i| (i as f64 + 0.1).sin() / 3.0).collect::<Vec<_>>();
            let weights = numbers(shape.seen() * 3);
            LayerRbm::Channels(ChannelRbm {
                shape,
                weights,
                visible_bias: numbers(2 * shape.visible),
                hidden_bias: numbers(3),
            })
        };
        d.learned = Some(Arc::new(LearnedStack {
            task,
            origin: crate::sim::WeightsOrigin::default(),
            layers: (0..3).map(layer).collect(),
        }));
        let bytes = to_bytes(&d);
        assert_eq!(from_bytes(&bytes, "x").unwrap(), d);
        // One channel fewer, and the weights are not those of the layers.
        let fewer = String::from_utf8(bytes).unwrap().replace("\"channels\": 3", "\"channels\": 2");
        let error = from_bytes(fewer.as_bytes(), "x").unwrap_err().to_string();
        assert!(error.contains("trained layer 0"), "{error}");
    }

    #[test]
    fn a_session_of_own_weights_without_biases_opens_again() {
        let mut d = Document::default();
        let settings =
            [("network.sites", "8"), ("learning.sites", "8"), ("learning.shared_weights", "false")];
        let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        keys::set_all(&mut d, &settings).unwrap();
        let task = d.task();
        let layer = |k: usize| {
            let shape = RbmShape { sites: 8 >> k, boundary: task.boundary, field: task.field };
            let mut rbm = Rbm::unbiased(shape, &[0.3, 0.5, 0.7]);
            rbm.weights = (0..3 * shape.blocks()).map(|i| i as f64 / 7.0).collect();
            LayerRbm::Single(rbm)
        };
        d.learned = Some(Arc::new(LearnedStack {
            task,
            origin: crate::sim::WeightsOrigin::default(),
            layers: (0..3).map(layer).collect(),
        }));
        assert_eq!(from_bytes(&to_bytes(&d), "x").unwrap(), d);
    }

    #[test]
    fn defaults_of_version_one_are_the_built_in_ones_of_the_classical_chain() {
        // Version 1 began when the chain was the only theory: a file that names none means it for ever.
        let minimal = br#"{"format": "holoscope-session", "version": 1}"#;
        let mut chain = Document::default();
        chain.theory.kind = crate::sim::TheoryKind::Chain;
        chain.preset = None;
        assert_eq!(from_bytes(minimal, "x").unwrap(), chain);
    }

    #[test]
    fn broken_files_are_refused_in_one_sentence() {
        let text = String::from_utf8(to_bytes(&trained_document())).unwrap();
        for (bad, expected) in [
            (text.replace("\"version\": 1", "\"version\": 7"), "newer than this program"),
            (text.replace("\"sites\": 256", "\"sites\": 100"), "network.sites = 100"),
            (text.replace("\"k1\": 0.1", "\"k1\": NaN"), "not a session"),
            (text.replace("\"k1\": 0.1", "\"k1\": 1e999"), "not a session"),
            (text.replace("40..88", "40..888"), "regions.a = 40..888"),
            (text.replace("\"k1\"", "\"k9\""), "k9"),
            (text.replace("\"seed\": 1", "\"seed\": \"many\""), "learning.seed: invalid type: string"),
            (text.replace("3.141592653589793,", ""), "trained layer 0"),
            ("{}".into(), "format"),
            (String::new(), "not a session"),
        ] {
            let error = from_bytes(bad.as_bytes(), "file.holo").unwrap_err().to_string();
            assert!(error.contains(expected) && error.starts_with("file.holo"), "{error}");
            assert_eq!(error.lines().count(), 1);
        }
    }

    #[test]
    fn samples_of_another_size_than_is_learned_are_refused() {
        let mut d = trained_document();
        (d.theory.kind, d.learned) = (crate::sim::TheoryKind::Samples, None);
        let text = String::from_utf8(to_bytes(&d)).unwrap();
        assert_eq!(from_bytes(text.as_bytes(), "x").unwrap(), d);
        let text = text.replace("\"sites\": 8", "\"sites\": 16").replacen("\"sites\": 16", "\"sites\": 8", 1);
        let error = from_bytes(text.as_bytes(), "x").unwrap_err().to_string();
        assert!(error.starts_with("x: learning.sites = 16: the samples of"), "{error}");
    }
}
