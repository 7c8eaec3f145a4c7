//! A film from its order to its file, for window and command line.

use super::complete::complete;
use super::files::{ending, sidecar};
use super::film::{self, Cut, FilmLook, FilmingError, Reel, chosen, training_moments};
use super::studies::StudyProgress;
use super::study::{StudyError, task};
use super::sweep::{Axis, Plan};
use crate::export::FilmFormat;
use crate::session::Document;
use crate::session::file::{
    Imprint, remove_leftovers, to_bytes_with, write_atomically, write_folder_atomically,
    write_pair_atomically,
};
use std::path::Path;

/// Pixels of a film of the bulk alone.
pub const SIZE: [f32; 2] = [720.0, 720.0];
/// Pixels of a film with a plot beside the bulk.
pub const SIZE_WITH_PLOT: [f32; 2] = [1240.0, 720.0];
/// Pictures of a step of coarse graining: at the usual speed 700 ms a layer.
const PICTURES_A_LAYER: usize = 7;

/// What a film shows.
#[derive(Clone)]
pub enum Subject {
    /// The network learning, layer by layer.
    Training,
    /// The spins of one sample, layer by layer from the rim inwards.
    CoarseGraining,
    /// One picture for each point of a sweep over these parameters.
    Sweep(Vec<Axis>),
}

impl Subject {
    /// Pictures a second, unless asked otherwise.
    #[must_use]
    pub const fn usual_speed(&self) -> f64 {
        match self {
            Self::Training => 2.0,
            Self::CoarseGraining => 10.0,
            Self::Sweep(_) => 4.0,
        }
    }
}

/// A film that is wanted.
#[derive(Clone)]
pub struct Order {
    /// What it shows.
    pub subject: Subject,
    /// How its pictures look.
    pub look: FilmLook,
    /// Pictures a second.
    pub per_second: f64,
    /// Most pictures; of more, these many are chosen evenly.
    pub most: usize,
    /// What it is written as.
    pub reel: Reel,
}

impl Order {
    /// The session that goes with the film of a document, which says what a sweep varies.
    #[must_use]
    pub fn session(&self, document: &Document) -> Vec<u8> {
        let vary = match &self.subject {
            Subject::Sweep(axes) => axes.iter().map(|a| (a.key.path.to_string(), a.values.clone())).collect(),
            Subject::Training | Subject::CoarseGraining => Vec::new(),
        };
        let imprint = Imprint { program: None, vary };
        if matches!(self.subject, Subject::Training) {
            // Learned anew in the film: others that the session has are not those.
            return to_bytes_with(&Document { learned: None, ..document.clone() }, &imprint);
        }
        to_bytes_with(document, &imprint)
    }

    /// Makes the film of a document; layers are learned where it needs them. `at` is told how far the work has come
    /// and may call it off, `go_on` is asked in between.
    ///
    /// Cost: that of learning, cutting and drawing for every picture; memory that of the compressed pictures.
    ///
    /// # Errors
    /// What learning, drawing or writing say; parameters that no point can have; or called off.
    pub fn make(
        &self,
        mut document: Document,
        at: &dyn Fn(StudyProgress) -> bool,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Cut, FilmingError> {
        if matches!(self.subject, Subject::Training) {
            // Learned anew in the film: others that the session has must not be carried as if they were those.
            document.learned = None;
        }
        let session = self.session(&document);
        let drawn = |total: usize| {
            move |done: usize| at(StudyProgress { doing: "pictures", done: done as u64, total: total as u64 })
        };
        let (look, speed) = (&self.look, self.per_second);
        match &self.subject {
            Subject::Training => {
                let total = u64::from(task(&document).layers);
                let moments = training_moments(&document, self.most, |layers| {
                    at(StudyProgress { doing: "training", done: layers as u64, total })
                })?;
                let pictures = film::training(&document, &moments, look, go_on);
                film::film(pictures, self.reel, look, speed, &session, drawn(moments.len()))
            }
            Subject::CoarseGraining => {
                at(StudyProgress { doing: "learning", done: 0, total: 1 });
                let study = complete(&mut document, look.plot, go_on)?;
                let depth = study.network.network.geometry().depth() as usize;
                let count = self.most.min(PICTURES_A_LAYER * depth + 1);
                let pictures = film::coarse_graining(&document, &study, look, count);
                film::film(pictures, self.reel, look, speed, &session, drawn(count))
            }
            Subject::Sweep(axes) => {
                let plan = Plan::new(document, axes, &[])?;
                let points = chosen(plan.manifest.points.len(), self.most);
                let pictures = film::sweep(&plan, &points, look, go_on);
                film::film(pictures, self.reel, look, speed, &session, drawn(points.len()))
            }
        }
    }
}

/// What the film of this path is to be: a file by its ending, or, without one, a folder that is not there yet or empty.
///
/// # Errors
/// An ending of something else, or a folder that is not empty.
pub fn reel(path: &Path) -> Result<Reel, FilmingError> {
    match ending(path).as_str() {
        "" => {
            let taken = std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
            if taken || path.is_file() {
                Err(FilmingError::Taken { folder: path.into() })
            } else {
                Ok(Reel::Pictures)
            }
        }
        "png" | "apng" => Ok(Reel::File(FilmFormat::Apng)),
        "gif" => Ok(Reel::File(FilmFormat::Gif)),
        _ => Err(FilmingError::Ending { path: path.into() }),
    }
}

/// Makes a film of a document and writes it, whole or not at all: called off, or failed, it leaves no file.
///
/// # Errors
/// As [`Order::make`], and what the disk says.
pub fn make_file(
    order: &Order,
    document: Document,
    path: &Path,
    at: &dyn Fn(StudyProgress) -> bool,
    go_on: &dyn Fn() -> bool,
) -> Result<(), FilmingError> {
    let session = order.session(&document);
    let cut = order.make(document, at, go_on)?;
    if !go_on() {
        return Err(StudyError::CalledOff.into());
    }
    remove_leftovers(path);
    match cut {
        Cut::File(bytes) => {
            if order.reel == Reel::File(FilmFormat::Gif) {
                // GIF has no place for a session.
                write_pair_atomically((path, &bytes), (&sidecar(path), &session))?;
            } else {
                write_atomically(path, &bytes)?;
            }
        }
        Cut::Pictures(files) => write_folder_atomically(path, &files)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::palette::Theme;
    use crate::session::keys::set_all;
    use std::cell::Cell;

    fn small() -> Document {
        let mut document = Document::default();
        let settings = [
            ("theory.kind", "chain"),
            ("learning.sites", "32"),
            ("learning.samples", "200"),
            ("network.sites", "32"),
            ("regions.a", "4..16"),
        ];
        set_all(&mut document, &settings.map(|(k, v)| (k.to_string(), v.to_string()))).unwrap();
        document
    }

    #[test]
    fn a_film_that_is_called_off_after_any_picture_leaves_no_file() {
        let here = tempfile::tempdir().unwrap();
        let subjects = [
            Subject::Training,
            Subject::CoarseGraining,
            Subject::Sweep(vec![Axis::new("theory.k2", "0.5:1.5:3").unwrap()]),
        ];
        let look = FilmLook { size: [96.0, 96.0], theme: Theme::Print, plot: None };
        for subject in subjects {
            for name in ["film.gif", "film.png", "pictures"] {
                let path = here.path().join(name);
                let order = Order {
                    subject: subject.clone(),
                    look,
                    per_second: 5.0,
                    most: 4,
                    reel: reel(&path).unwrap(),
                };
                for last in [1, 3] {
                    let reached = Cell::new(0);
                    let at = |progress: StudyProgress| {
                        reached.set(if progress.doing == "pictures" { progress.done } else { 0 });
                        reached.get() < last
                    };
                    let made = make_file(&order, small(), &path, &at, &|| reached.get() < last);
                    let called_off = matches!(made, Err(FilmingError::Study(StudyError::CalledOff)));
                    assert!(called_off && reached.get() == last, "{name} {last}: {:?}", made.err());
                    assert_eq!(std::fs::read_dir(here.path()).unwrap().count(), 0, "{name} {last}");
                }
            }
        }
    }

    #[test]
    fn names_say_what_a_film_is_written_as() {
        let here = tempfile::tempdir().unwrap();
        let of = |name: &str| reel(&here.path().join(name));
        assert_eq!(of("a.gif").unwrap(), Reel::File(FilmFormat::Gif));
        assert_eq!(of("a.PNG").unwrap(), Reel::File(FilmFormat::Apng));
        assert_eq!(of("new").unwrap(), Reel::Pictures);
        assert!(of("a.mp4").unwrap_err().to_string().contains(".gif, .png or .apng"));
        assert_eq!(reel(here.path()).unwrap(), Reel::Pictures);
        std::fs::write(here.path().join("x"), "").unwrap();
        assert!(reel(here.path()).unwrap_err().to_string().contains("new or empty"));
    }
}
