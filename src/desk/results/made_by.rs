//! Where an answer comes from: program, parameters and weights, in the answer itself.

use crate::session::Document;
use crate::session::keys::{KEYS, Value};
use serde::Serialize;
use std::collections::BTreeMap;

/// What makes an answer again.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MadeBy {
    /// Name, version and commit.
    pub program: &'static str,
    /// Every parameter that is not at its default, and the seed, by path, as `--set` takes them.
    pub parameters: BTreeMap<&'static str, serde_json::Value>,
    /// Where the weights come from; absent where they are those of one training with these parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weights: Option<GivenWeights>,
}

/// Weights that the parameters alone do not give.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GivenWeights {
    /// The file that they were given from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Its SHA-256.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// How many trainings went on from weights that were there.
    pub continued: u32,
}

/// What makes again what was computed from a document.
#[must_use]
pub fn made_by(document: &Document) -> MadeBy {
    let value = |value: Value| match value {
        Value::Real(x) => x.into(),
        Value::Integer(i) => i.into(),
        Value::Text(t) => t.into(),
    };
    let said = KEYS.iter().filter_map(|key| {
        let now = key.get(document);
        let told = now != key.default_value() || key.path == "learning.seed";
        told.then(|| (key.path, value(now)))
    });
    let origin = document.learned.as_ref().map(|stack| &stack.origin).filter(|origin| !origin.is_training());
    let weights = origin.map(|origin| {
        let (file, sha256) = origin.file.clone().unzip();
        GivenWeights { file, sha256, continued: origin.continued }
    });
    MadeBy { program: env!("HOLOSCOPE_PROGRAM"), parameters: said.collect(), weights }
}

/// An answer that says where it comes from.
#[derive(Serialize)]
pub struct Signed<'a, T: Serialize> {
    /// The answer.
    #[serde(flatten)]
    pub answer: &'a T,
    /// What makes it again.
    pub made_by: &'a MadeBy,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys::set_all;

    #[test]
    fn the_parameters_that_an_answer_names_make_its_session_again() {
        let mut document = Document::default();
        let settings = [("theory.kind", "chain"), ("theory.k2", "1.25"), ("regions.b", "100..120")];
        set_all(&mut document, &settings.map(|(k, v)| (k.to_string(), v.to_string()))).unwrap();
        let said = made_by(&document);
        assert_eq!(said.parameters["learning.seed"], 1, "also at its default");
        assert_eq!(said.parameters.len(), 4);
        let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), String::from);
        let again: Vec<_> = said.parameters.iter().map(|(k, v)| ((*k).to_string(), text(v))).collect();
        let mut other = Document::default();
        set_all(&mut other, &again).unwrap();
        assert_eq!(other, document);
        assert!(said.program.starts_with("holoscope ") && said.weights.is_none());
    }
}
