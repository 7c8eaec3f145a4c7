//! The guided tour as data: its stops, the scene that each opens, and what it shows.

use super::camera_place::CameraPlace;
use super::plots::PlotKind;
use super::presets;
use super::studies::StudyKind;
use crate::figure::camera::Camera;
use crate::session::Document;
use crate::session::keys::{self, KeyError};
use serde::Deserialize;
use std::sync::LazyLock;

/// One stop of the tour.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// Its name in one word.
    pub name: String,
    /// What it is about.
    pub title: String,
    /// The preset that its scene begins from, without the @.
    pub preset: String,
    /// Settings laid over it, `key=value`.
    pub set: Vec<String>,
    /// The plot that it brings to the front.
    pub shows: Shows,
    /// Whether the curve of one layer is drawn beside the deep network's.
    #[serde(default)]
    pub one_layer: bool,
    /// Where it is seen from: `home`, or x,z,zoom.
    #[serde(default = "home")]
    camera: String,
    /// Names of the formulas on its card.
    pub formulas: Vec<String>,
    /// The equations of the papers that it is about.
    pub equations: Vec<String>,
    /// What there is to understand.
    pub text: String,
    /// What to look at.
    pub look: String,
    /// One thing to do.
    #[serde(rename = "try")]
    pub attempt: Attempt,
    /// The numbers that its words quote.
    pub claims: Vec<Claim>,
}

/// One thing to do at a stop.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attempt {
    /// What, in one or two sentences.
    pub text: String,
    /// The parameter or the handle that it is done with: a key, or one of [`HANDLES`].
    pub control: String,
}

/// What a stop can ask a person to take hold of, besides a parameter.
pub const HANDLES: &[&str] = &["end of A", "end of B", "end of C", "depth ladder"];

/// A number that a stop quotes, so that a test can compute it again.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The words of the stop that hold it; the last number in them is meant.
    pub says: String,
    /// What it is a number of.
    pub of: String,
    /// Settings laid over the scene, for what comes of an attempt.
    #[serde(default)]
    pub set: Vec<String>,
}

/// The plot that a stop brings to the front.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Shows {
    /// One of the plots.
    Plot(PlotKind),
    /// The table of inequalities.
    Regions,
    /// A study, ready to be run.
    Study(StudyKind),
}

/// Why a scene cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum TourError {
    /// The tour as a whole.
    #[error("the tour cannot be read: {0}")]
    Syntax(String),
    /// No such stop.
    #[error("the tour has no stop {wanted}; give a number from 1 to {last}")]
    NoStop {
        /// The number as it was given.
        wanted: usize,
        /// The number of the last stop.
        last: usize,
    },
    /// A preset of another version.
    #[error("stop {stop}: there is no preset @{preset} in this version")]
    Preset {
        /// Name of the stop.
        stop: String,
        /// Name of the preset.
        preset: String,
    },
    /// A setting that is none.
    #[error("stop {stop}: {source}")]
    Setting {
        /// Name of the stop.
        stop: String,
        /// What is wrong with it.
        source: KeyError,
    },
}

fn home() -> String {
    "home".into()
}

impl TryFrom<String> for Shows {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        if word == "regions" {
            return Ok(Self::Regions);
        }
        if let Some(name) = word.strip_prefix("study ") {
            let study = StudyKind::ALL.into_iter().find(|s| s.name() == name);
            return study.map(Self::Study).ok_or_else(|| format!("there is no study {name}"));
        }
        let plot = PlotKind::ALL.into_iter().find(|p| p.name() == word);
        plot.map(Self::Plot).ok_or_else(|| format!("there is no plot {word}"))
    }
}

impl Stop {
    /// The document of its scene.
    ///
    /// # Errors
    /// A preset or a setting that this version does not have.
    pub fn document(&self) -> Result<Document, TourError> {
        self.document_with(&[])
    }

    /// The document of its scene with more settings laid over it.
    ///
    /// # Errors
    /// As [`Stop::document`].
    pub fn document_with(&self, more: &[String]) -> Result<Document, TourError> {
        let stop = || self.name.clone();
        let preset = presets::find(&self.preset)
            .ok_or_else(|| TourError::Preset { stop: stop(), preset: self.preset.clone() })?;
        let mut document = preset.document();
        let settings: Vec<(String, String)> = self
            .set
            .iter()
            .chain(more)
            .map(|setting| setting.split_once('=').unwrap_or((setting, "")))
            .map(|(key, value)| (key.to_string(), value.to_string()))
            .collect();
        keys::set_all(&mut document, &settings)
            .map_err(|source| TourError::Setting { stop: stop(), source })?;
        Ok(document)
    }

    /// Where its scene is seen from on a canvas of so many points.
    #[must_use]
    pub fn camera(&self, document: &Document, size: [f32; 2]) -> Camera {
        self.camera.parse::<CameraPlace>().map_or(Camera::HOME, |place| place.camera(document, size))
    }

    /// The equations it is about, paper by paper: "[G 4–8] [H 1–4, 9–17]".
    #[must_use]
    pub fn sources(&self) -> String {
        let papers = super::formulas::PAPERS.iter().filter_map(|(letter, _)| {
            let of_paper = |e: &String| e.strip_prefix(*letter).and_then(|n| n.parse().ok());
            let numbers: Vec<u32> = self.equations.iter().filter_map(of_paper).collect();
            (!numbers.is_empty()).then(|| format!("[{letter} {}]", ranges(&numbers)))
        });
        papers.collect::<Vec<_>>().join(" ")
    }
}

/// Ascending numbers with their runs of three and more drawn together.
fn ranges(numbers: &[u32]) -> String {
    let mut parts: Vec<String> = Vec::new();
    for run in numbers.chunk_by(|a, b| a + 1 == *b) {
        match run {
            [first, .., last] if run.len() > 2 => parts.push(format!("{first}–{last}")),
            _ => parts.extend(run.iter().map(u32::to_string)),
        }
    }
    parts.join(", ")
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    stop: Vec<Stop>,
}

/// All stops in the file, also those whose preset this version does not have.
///
/// # Errors
/// What is not a stop, and where.
pub fn parse(text: &str) -> Result<Vec<Stop>, TourError> {
    let file: File = toml::from_str(text).map_err(|e| TourError::Syntax(e.to_string()))?;
    Ok(file.stop)
}

/// The tour's own file.
pub const SOURCE: &str = include_str!("../../assets/tour/stops.toml");

static STOPS: LazyLock<Vec<Stop>> = LazyLock::new(|| {
    let stops = parse(SOURCE).expect("the tour comes with the program, and a test walks it");
    stops.into_iter().filter(|stop| presets::find(&stop.preset).is_some()).collect()
});

/// The stops of the tour in order.
#[must_use]
pub fn stops() -> &'static [Stop] {
    &STOPS
}

/// The stop of this number, counted from 1.
///
/// # Errors
/// There is none.
pub fn stop(number: usize) -> Result<&'static Stop, TourError> {
    let none = TourError::NoStop { wanted: number, last: stops().len() };
    number.checked_sub(1).and_then(|i| stops().get(i)).ok_or(none)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equations_are_told_paper_by_paper() {
        let mut stop = stops()[0].clone();
        stop.equations = ["G4", "G5", "G6", "H1", "H2", "H21"].map(String::from).to_vec();
        assert_eq!(stop.sources(), "[G 4–6] [H 1, 2, 21]");
        stop.equations.clear();
        assert_eq!(stop.sources(), "");
    }

    #[test]
    fn what_is_no_stop_is_refused_in_a_sentence() {
        let told = stop(0).unwrap_err().to_string();
        assert_eq!(told, format!("the tour has no stop 0; give a number from 1 to {}", stops().len()));
        assert!(parse("[[stop]]\nname = 3").unwrap_err().to_string().contains("line 2"));
        let mut astray = stops()[0].clone();
        astray.set = vec!["network.sites=63".into()];
        assert!(astray.document().unwrap_err().to_string().starts_with("stop chain: network.sites = 63"));
        astray.preset = "none".into();
        assert!(astray.document().unwrap_err().to_string().contains("@none"));
    }
}
