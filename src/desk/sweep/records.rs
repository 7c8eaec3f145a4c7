//! The results of points as files, and all of them as one table.

use super::SweepError;
use super::measures::Quantity;
use super::plan::Manifest;
use crate::export::{Cell, Table};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Name of the folder, in that of the sweep, which holds a file for each point.
pub const POINTS: &str = "points";
/// Name of the table.
pub const TABLE: &str = "table.csv";
/// Name of the session that was varied.
pub const SESSION: &str = "session.holo";
/// The largest file of a point that is read.
const LARGEST_RECORD: u64 = 64 << 20;
/// The last column: why a point has no numbers.
const FAILURE: &str = "failure";

/// What came of a point. A training that diverges is a result as well.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The point's parameters, so that the file can be read by a person.
    pub settings: Vec<(String, String)>,
    /// What was measured.
    pub quantities: Vec<Quantity>,
    /// Why nothing more was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
}

/// Where the result of a point is kept.
#[must_use]
pub fn path(folder: &Path, digest: &str) -> PathBuf {
    folder.join(POINTS).join(format!("{digest}.json"))
}

impl Record {
    /// As bytes of a file.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = serde_json::to_vec_pretty(self).expect("words and numbers always serialise");
        bytes.push(b'\n');
        bytes
    }

    /// The result of a point, if it is there and whole: what is not is measured again.
    #[must_use]
    pub fn read(folder: &Path, digest: &str) -> Option<Self> {
        let path = path(folder, digest);
        let length = std::fs::metadata(&path).ok()?.len();
        let bytes = (length <= LARGEST_RECORD).then(|| std::fs::read(&path).ok())??;
        serde_json::from_slice(&bytes).ok()
    }
}

/// The table of a sweep: a row for each point that has a result, in the order of the points, whatever order they were
/// measured in: its number, the varied parameters, every quantity in the order of its first appearance, and why a
/// point has none. Names of columns have no blanks, units are part of them.
#[must_use]
pub fn table(manifest: &Manifest, records: &[Option<Record>]) -> Table {
    let mut names: Vec<&str> = Vec::new();
    let mut known = HashSet::new();
    for (name, _) in records.iter().flatten().flat_map(|record| &record.quantities) {
        if known.insert(name.as_str()) {
            names.push(name);
        }
    }
    let mut table = Table::new(&[("point", "")]);
    let columns = manifest.vary.iter().map(|axis| axis.key.as_str()).chain(names.iter().copied());
    table.columns.extend(columns.chain([FAILURE]).map(|name| (name.to_string(), String::new())));
    for (point, record) in records.iter().enumerate() {
        let Some(record) = record else { continue };
        let values: HashMap<&str, Option<f64>> =
            record.quantities.iter().map(|(name, x)| (name.as_str(), *x)).collect();
        let mut row: Vec<Cell> = vec![(point as f64).into()];
        row.extend(manifest.settings(point).iter().map(|(_, value)| value_cell(value)));
        row.extend(names.iter().map(|name| Cell::from(values.get(name).copied().flatten())));
        row.push(record.failure.as_deref().map_or(Cell::Empty, Cell::from));
        table.rows.push(row);
    }
    table
}

/// The value of a parameter: a number where that says the same, digit by digit.
fn value_cell(text: &str) -> Cell {
    match text.parse::<f64>() {
        Ok(x) if x.to_string() == text => x.into(),
        _ => text.into(),
    }
}

/// The results of a sweep from the folders that have them; the sweep is what the first folder says, and all others
/// must say the same.
///
/// # Errors
/// A folder without a sweep, or with another one.
pub fn joined(folders: &[PathBuf]) -> Result<(Manifest, Vec<Option<Record>>), SweepError> {
    let mut first: Option<(PathBuf, Manifest)> = None;
    for folder in folders {
        let manifest =
            Manifest::read(folder)?.ok_or_else(|| SweepError::NoSweep { folder: folder.clone() })?;
        match &first {
            None => first = Some((folder.clone(), manifest)),
            Some((one, known)) if *known != manifest => {
                return Err(SweepError::Differ { one: one.clone(), other: folder.clone() });
            }
            Some(_) => {}
        }
    }
    let Some((_, manifest)) = first else { return Err(SweepError::NothingToJoin) };
    let record = |digest: &String| folders.iter().find_map(|folder| Record::read(folder, digest));
    let records = manifest.points.iter().map(record).collect();
    Ok((manifest, records))
}

/// Which points have no result, for a sentence: how many, and the first few by their parameters.
#[must_use]
pub fn missing(manifest: &Manifest, records: &[Option<Record>]) -> Option<String> {
    /// More are only counted.
    const NAMED: usize = 4;
    let missing: Vec<usize> =
        records.iter().enumerate().filter(|(_, r)| r.is_none()).map(|(point, _)| point).collect();
    if missing.is_empty() {
        return None;
    }
    let named: Vec<String> =
        missing.iter().take(NAMED).map(|point| format!("{point} ({})", manifest.named(*point))).collect();
    let more = if missing.len() > NAMED { " …" } else { "" };
    Some(format!("{} of {} points are missing: {}{more}", missing.len(), records.len(), named.join(", ")))
}
