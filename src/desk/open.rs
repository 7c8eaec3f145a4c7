//! Opening what a person names: a session file, a figure that carries one, a preset or nothing, and the settings
//! laid over it.

use super::files::sidecar;
use super::{presets, samples, study, weights};
use crate::export::{AttachmentError, Format, extracted};
use crate::lattice::ReceptiveField;
use crate::network::Geometry;
use crate::session::document::{default_region, rebased};
use crate::session::file::Imprint;
use crate::session::keys::{self, KeyError};
use crate::session::{Document, RegionName, Regions, SessionError, file};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// A document and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// The document.
    pub document: Document,
    /// Its file; none for a preset, the built-in default, and a session that a figure carried.
    pub path: Option<PathBuf>,
    /// What the file, or the session that the figure carried, says of itself.
    pub imprint: Imprint,
}

impl Opened {
    /// A document that comes from no file.
    fn made(document: Document) -> Self {
        Self { document, path: None, imprint: Imprint::default() }
    }
}

/// Why something named could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A preset that this version does not have.
    #[error(
        "there is no preset {name} in this version (has: {}); choose one of these or a session file",
        names()
    )]
    Preset {
        /// The name as it was given.
        name: String,
    },
    /// A name of no letters.
    #[error(
        "an empty name is no session; give a file, a preset such as @critical, or nothing for the default"
    )]
    Nameless,
    /// The name of standard input.
    #[error("-: a session is not read from standard input; give the name of its file")]
    StandardInput,
    /// The file.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// A figure whose session cannot be taken out.
    #[error("{name}: {source}")]
    Figure {
        /// File.
        name: String,
        /// What is wrong with it.
        source: AttachmentError,
    },
    /// A figure that carries no session.
    #[error(
        "{name} is a figure that carries no session: open one that holoscope exported, or a session file"
    )]
    PlainFigure {
        /// File.
        name: String,
    },
    /// Numbers or a film, which have no place for a session, with theirs beside them.
    #[error("{name} has no place for a session: open {beside}, which lies beside it")]
    Beside {
        /// File.
        name: String,
        /// The session beside it.
        beside: String,
    },
    /// Samples or weights.
    #[error("{name} is no session: give samples by --samples {name}, weights by --weights {name}")]
    Data {
        /// File.
        name: String,
    },
    /// A setting laid over it.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// The names that stand for presets.
#[must_use]
pub fn names() -> String {
    let names = presets::PRESETS.iter().map(|p| format!("@{}", p.name));
    std::iter::once("@default".to_string()).chain(names).collect::<Vec<_>>().join(", ")
}

/// Most sites, as a power of two, of a document whose network is never laid out in memory.
pub const MOST_LOG2_SITES_IMPLICIT: u32 = Geometry::MOST_LOG2_SITES;

/// Opens a session file, a figure that carries one, or a preset (`@default`); nothing named is the built-in default.
///
/// # Errors
/// A preset that does not exist, or a file that cannot be read: what, where, and the remedy.
pub fn open(argument: Option<&OsStr>) -> Result<Opened, OpenError> {
    let Some(argument) = argument else { return Ok(Opened::made(Document::default())) };
    match argument.to_str() {
        Some("") => Err(OpenError::Nameless),
        Some("-") => Err(OpenError::StandardInput),
        Some("@default") => Ok(Opened::made(Document::default())),
        Some(name) if name.starts_with('@') => match presets::find(&name[1..]) {
            Some(preset) => Ok(Opened::made(preset.document())),
            None => Err(OpenError::Preset { name: name.into() }),
        },
        _ => read(Path::new(argument)),
    }
}

/// Reads a session file, or the session that a figure carries; which it is, its first bytes tell.
///
/// # Errors
/// What cannot be read or is neither: what, where, and the remedy.
pub fn read(path: &Path) -> Result<Opened, OpenError> {
    let bytes = file::bytes_of(path)?;
    let name = path.display().to_string();
    let Some(format) = Format::of_bytes(&bytes) else {
        let document = file::from_bytes(&bytes, &name).map_err(|error| {
            let beside = sidecar(path);
            if file::is_session(&bytes) {
                OpenError::Session(error)
            } else if beside.is_file() {
                OpenError::Beside { name: name.clone(), beside: beside.display().to_string() }
            } else if samples::is_samples_name(path) || weights::is_weights_name(path) {
                OpenError::Data { name: name.clone() }
            } else {
                OpenError::Session(error)
            }
        })?;
        return Ok(Opened { document, path: Some(path.into()), imprint: Imprint::of(&bytes) });
    };
    let session = match extracted(&bytes, format) {
        Ok(Some(session)) => session,
        Ok(None) => return Err(OpenError::PlainFigure { name }),
        Err(source) => return Err(OpenError::Figure { name, source }),
    };
    let mut document = file::from_bytes(&session, &format!("the session in {name}"))?;
    // To save the session must not replace the figure: it has no file, and names of others must not need one.
    samples::anchor(&mut document, Some(path));
    Ok(Opened { document, path: None, imprint: Imprint::of(&session) })
}

/// Lays settings over a document, all of them or none; weights that answer other parameters are dropped.
///
/// # Errors
/// The first setting that is refused.
pub fn lay(document: &mut Document, settings: &[(String, String)]) -> Result<(), OpenError> {
    keys::set_all(document, settings)?;
    drop_foreign_weights(document);
    Ok(())
}

/// As [`lay`], for work on the implicit graph alone: `network.sites` may go to 2⁴⁰ with r = 2 or 3.
///
/// # Errors
/// As [`lay`].
pub fn lay_implicit(onto: &mut Document, settings: &[(String, String)]) -> Result<(), OpenError> {
    let is_sites = |path: &str| path == "network.sites";
    let huge =
        settings.iter().rev().find(|(path, _)| is_sites(path)).and_then(|(_, text)| beyond_the_table(text));
    let Some(sites) = huge else { return lay(onto, settings).map_err(with_the_wider_range) };
    let is_region = |path: &str| path.starts_with("regions.");
    let (regions, others): (Vec<_>, Vec<_>) =
        settings.iter().filter(|(path, _)| !is_sites(path)).cloned().partition(|(path, _)| is_region(path));
    let mut document = onto.clone();
    keys::set_all(&mut document, &others)?;
    let refused = |reason: &str| KeyError::Refused {
        path: "network.sites".into(),
        value: format!("2^{}", sites.trailing_zeros()),
        reason: reason.into(),
    };
    if document.network.receptive_field == ReceptiveField::Four {
        return Err(refused("above 2^20 sites the cut needs network.receptive_field = 2 or 3").into());
    }
    carry_to(&mut document, sites).map_err(|reason| refused(&reason))?;
    for (path, text) in &regions {
        keys::find(path)?.set_text(&mut document, text)?;
    }
    keys::check_overlaps(&document)?;
    drop_foreign_weights(&mut document);
    *onto = document;
    Ok(())
}

/// A refusal of `network.sites` with the range that holds for work on the implicit graph.
fn with_the_wider_range(error: OpenError) -> OpenError {
    match error {
        OpenError::Key(KeyError::Refused { path, value, reason }) if path == "network.sites" => {
            let most = format!("2^{MOST_LOG2_SITES_IMPLICIT}");
            let range = keys::find(&path).map(keys::Key::range).unwrap_or_default();
            let wider =
                range.rsplit_once('…').map_or_else(|| most.clone(), |(least, _)| format!("{least}…{most}"));
            OpenError::Key(KeyError::Refused { path, value, reason: reason.replace(&range, &wider) })
        }
        other => other,
    }
}

/// A power of two above what the table of keys allows and up to 2⁴⁰, also written `2^30`.
fn beyond_the_table(text: &str) -> Option<u64> {
    let text = text.trim();
    let sites = match text.split_once('^') {
        Some((base, exponent)) => base.parse::<u64>().ok()?.checked_pow(exponent.parse().ok()?)?,
        None => text.parse().ok()?,
    };
    let in_range =
        sites.is_power_of_two() && (21..=MOST_LOG2_SITES_IMPLICIT).contains(&sites.trailing_zeros());
    in_range.then_some(sites)
}

/// Another number of sites: the region of the first glance moves along, others keep their sites.
fn carry_to(document: &mut Document, sites: u64) -> Result<(), String> {
    let boundary = document.network.boundary;
    let untouched = Document::default().regions;
    let mut carried = Regions::empty(sites, boundary);
    for name in RegionName::ALL {
        let before = document.regions.get(name);
        *carried.get_mut(name) = if before == untouched.get(name) && !before.is_empty() {
            default_region(sites, boundary)
        } else {
            rebased(before, sites, boundary).map_err(|e| e.to_string())?
        };
    }
    document.network.sites = sites;
    document.regions = carried;
    Ok(())
}

/// Weights belong to the parameters they were learned with; a session must not claim them for others.
fn drop_foreign_weights(document: &mut Document) {
    let task = study::task(document);
    if document.learned.as_ref().is_some_and(|stack| !stack.task.same_stack(&task)) {
        document.learned = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rbm::{Rbm, RbmShape};
    use crate::sim::LearnedStack;
    use std::sync::Arc;

    fn settings(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect()
    }

    #[test]
    fn nothing_and_the_default_preset_are_the_built_in_default() {
        for argument in [None, Some(OsStr::new("@default"))] {
            let opened = open(argument).unwrap();
            assert_eq!(opened, Opened::made(Document::default()));
        }
        let tree = open(Some(OsStr::new("@tree"))).unwrap();
        assert_eq!((tree.document.network.receptive_field.links(), tree.path), (2, None));
        let error = open(Some(OsStr::new("@no-such"))).unwrap_err().to_string();
        assert!(error.contains("@no-such") && error.contains("@critical"), "{error}");
    }

    #[test]
    fn two_to_the_forty_sites_are_for_two_and_three_links_only() {
        let huge = |list: &[(&str, &str)]| {
            let mut document = Document::default();
            lay_implicit(&mut document, &settings(list)).map(|()| document)
        };
        let d = huge(&[("regions.a", "5..12345678901"), ("network.sites", "2^40")]).unwrap();
        assert_eq!((d.network.sites, d.regions.a.len()), (1 << 40, 12_345_678_896));
        let d = huge(&[("network.sites", "1073741824")]).unwrap();
        assert_eq!(d.regions.a.len(), 3 << 26);
        let four =
            huge(&[("network.sites", "2^30"), ("network.receptive_field", "4")]).unwrap_err().to_string();
        assert!(four.contains("network.sites = 2^30") && four.contains("2 or 3"), "{four}");
        let beyond = huge(&[("network.sites", "2^41")]).unwrap_err().to_string();
        assert!(beyond.contains("2^3…2^40") && !beyond.contains("2^20"), "{beyond}");
        assert!(huge(&[("network.sites", "2^30"), ("regions.b", "2^29")]).is_err());
        assert!(lay(&mut Document::default(), &settings(&[("network.sites", "2^30")])).is_err());
    }

    #[test]
    fn weights_of_other_parameters_are_dropped() {
        let mut document = Document::default();
        let task = study::task(&document);
        let shape = RbmShape { sites: 256, boundary: task.boundary, field: task.field };
        let layers = vec![Rbm::unbiased(shape, &[1.0; 3]).into()];
        document.learned =
            Some(Arc::new(LearnedStack { task, origin: crate::sim::WeightsOrigin::default(), layers }));
        document.theory.k2 = 1.0;
        drop_foreign_weights(&mut document);
        assert!(document.learned.is_some(), "the quantum Ising chain has no K2");
        document.theory.mass = 0.3;
        drop_foreign_weights(&mut document);
        assert!(document.learned.is_none());
    }
}
