//! What a sweep is: a session, the parameters that are varied, and what is measured; and the points that follow.

use super::SweepError;
use super::axis::{Axis, MOST_POINTS};
use super::measures::{self, Measure};
use crate::desk::open::lay;
use crate::desk::samples;
use crate::session::{Document, file};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::Path;

/// The tag of the file that says what a folder's sweep is.
const FORMAT: &str = "holoscope-sweep";
/// Its name in the folder.
pub const MANIFEST: &str = "sweep.json";
/// The largest of them that is read: a million points with their digests.
const LARGEST_MANIFEST: u64 = 128 << 20;

/// A sweep.
pub struct Plan {
    /// The session that is varied.
    pub base: Document,
    /// What is measured, in the order it was asked for.
    pub measures: Vec<&'static Measure>,
    /// What there is to know of it without the session.
    pub manifest: Manifest,
}

/// What a folder's sweep is: enough to join and to name its points, without the session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: String,
    version: u32,
    /// The program whose numbers these are.
    pub program: String,
    /// The parameters that are varied, the last one fastest.
    pub vary: Vec<Varied>,
    /// Names of what is measured.
    pub measures: Vec<String>,
    /// SHA-256 of every point's parameters, measures and program: the names of their files.
    pub points: Vec<String>,
}

/// A varied parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Varied {
    /// Its path.
    pub key: String,
    /// Its values.
    pub values: Vec<String>,
}

impl Plan {
    /// The sweep of a session over axes `KEY=VALUES`. Every point is laid out, so that a value that no point can have
    /// is refused before any work.
    ///
    /// # Errors
    /// A key twice, a measure that does not exist, too many points, or a point that is no session.
    pub fn new(base: Document, axes: &[Axis], names: &[String]) -> Result<Self, SweepError> {
        if axes.is_empty() {
            return Err(SweepError::NothingVaried);
        }
        for (i, axis) in axes.iter().enumerate() {
            if axes[..i].iter().any(|other| other.key.path == axis.key.path) {
                return Err(SweepError::Twice(axis.key.path));
            }
        }
        let mut chosen: Vec<&'static Measure> = Vec::new();
        for name in names {
            let measure = measures::find(name).ok_or_else(|| SweepError::Measure { name: name.clone() })?;
            if !chosen.iter().any(|other| other.name == measure.name) {
                chosen.push(measure);
            }
        }
        let points = axes.iter().try_fold(1_usize, |n, axis| n.checked_mul(axis.values.len()));
        let points = points.filter(|n| *n <= MOST_POINTS).ok_or(SweepError::TooMany)?;
        let varied = |axis: &Axis| Varied { key: axis.key.path.into(), values: axis.values.clone() };
        let manifest = Manifest {
            format: FORMAT.into(),
            version: 1,
            program: env!("HOLOSCOPE_PROGRAM").into(),
            vary: axes.iter().map(varied).collect(),
            measures: chosen.iter().map(|m| m.name.to_string()).collect(),
            points: Vec::new(),
        };
        let mut plan = Self { base, measures: chosen, manifest };
        for point in 0..points {
            let document = plan.document(point)?;
            samples::present(&document).map_err(crate::desk::StudyError::from)?;
            let digest = plan.digest(&document);
            plan.manifest.points.push(digest);
        }
        Ok(plan)
    }

    /// The session of a point.
    ///
    /// # Errors
    /// Values that do not go together.
    pub fn document(&self, point: usize) -> Result<Document, SweepError> {
        let mut document = self.base.clone();
        lay(&mut document, &self.manifest.settings(point))
            .map_err(|source| SweepError::Point { settings: self.manifest.named(point), source })?;
        Ok(document)
    }

    /// What names the result of a point: everything that its numbers depend on.
    fn digest(&self, document: &Document) -> String {
        let mut hash = Sha256::new();
        hash.update(&self.manifest.program);
        for measure in &self.manifest.measures {
            hash.update([0]);
            hash.update(measure);
        }
        hash.update([0, 0]);
        hash.update(file::to_bytes(document));
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Manifest {
    /// The values of a point, as settings; the last parameter changes fastest.
    #[must_use]
    pub fn settings(&self, point: usize) -> Vec<(String, String)> {
        let mut rest = point;
        let mut settings: Vec<(String, String)> = self
            .vary
            .iter()
            .rev()
            .map(|axis| {
                let at = rest % axis.values.len();
                rest /= axis.values.len();
                (axis.key.clone(), axis.values[at].clone())
            })
            .collect();
        settings.reverse();
        settings
    }

    /// Whether every row that a table of `known` has is one of this sweep: the same is measured, the same parameters
    /// are varied, and no value is left out.
    #[must_use]
    pub fn extends(&self, known: &Self) -> bool {
        let has = |(own, known): (&Varied, &Varied)| {
            own.key == known.key && known.values.iter().all(|value| own.values.contains(value))
        };
        self.measures == known.measures
            && self.vary.len() == known.vary.len()
            && self.vary.iter().zip(&known.vary).all(has)
    }

    /// What is varied and measured, for a sentence.
    #[must_use]
    pub fn words(&self) -> String {
        let axis = |axis: &Varied| match axis.values.as_slice() {
            [one] => format!("{}={one}", axis.key),
            [first, .., last] => format!("{}={first}…{last} ({} values)", axis.key, axis.values.len()),
            [] => axis.key.clone(),
        };
        let axes: Vec<String> = self.vary.iter().map(axis).collect();
        format!("{}, measuring {}", axes.join(" and "), self.measures.join(", "))
    }

    /// The values of a point, for a sentence.
    #[must_use]
    pub fn named(&self, point: usize) -> String {
        let settings = self.settings(point);
        settings.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(" ")
    }

    /// As bytes of a file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("words and lists always serialise");
        bytes.push(b'\n');
        bytes
    }

    /// What the folder of a sweep says it is; `None` where no sweep has begun.
    ///
    /// # Errors
    /// A file that cannot be read or is none of ours.
    pub fn read(folder: &Path) -> Result<Option<Self>, SweepError> {
        let path = folder.join(MANIFEST);
        let broken = |reason: String| SweepError::Manifest { path: path.clone(), reason };
        let length = match std::fs::metadata(&path) {
            Ok(about) => about.len(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(broken(error.to_string())),
        };
        if length > LARGEST_MANIFEST {
            return Err(broken(format!("it has {length} bytes, which no sweep has")));
        }
        let bytes = std::fs::read(&path).map_err(|error| broken(error.to_string()))?;
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
        let points = manifest.vary.iter().try_fold(1_usize, |n, axis| n.checked_mul(axis.values.len()));
        let hexadecimal = |name: &String| name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
        let whole = manifest.format == FORMAT && manifest.version == 1;
        let consistent = points == Some(manifest.points.len()) && manifest.points.iter().all(hexadecimal);
        if whole && consistent && !manifest.points.is_empty() {
            Ok(Some(manifest))
        } else {
            Err(broken("its points are not those of its parameters".into()))
        }
    }
}
