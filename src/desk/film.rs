//! Films: what is learned layer by layer, and what a parameter does, as pictures that follow each other.
//!
//! The pictures come from an iterator that computes each when it is asked for, so that whoever writes the film can
//! show how far it is and call it off between any two.

use super::complete::{complete, with_cuts};
use super::files::session_of_figure;
use super::paper;
use super::picture::{BulkView, draw};
use super::plots::{self, PlotKind, PlotOptions};
use super::study::{Study, StudyError, bulk_network, task};
use super::sweep::{Plan, SweepError};
use crate::export::{FilmEncoder, FilmError, FilmFormat, Format, Sheet, SheetError};
use crate::figure::Figure;
use crate::figure::camera::{Camera, Frame};
use crate::figure::page::Anchor;
use crate::figure::palette::{Role, Theme};
use crate::session::{Document, SessionError};
use crate::sim::{Engine, Trainer, TrainerCommand, TrainingSnapshot};
use std::path::PathBuf;
use std::sync::Arc;

/// Most pictures of a film, unless asked otherwise.
pub const MOST_PICTURES: usize = 240;

/// How the pictures of a film look.
#[derive(Clone, Copy, Debug)]
pub struct FilmLook {
    /// Size in pixels.
    pub size: [f32; 2],
    /// Colours.
    pub theme: Theme,
    /// A plot on the right of the bulk.
    pub plot: Option<PlotKind>,
}

/// What a film is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reel {
    /// One file.
    File(FilmFormat),
    /// A PNG for each picture.
    Pictures,
}

/// A film ready to be written.
pub enum Cut {
    /// The bytes of its file.
    File(Vec<u8>),
    /// Its pictures, by name.
    Pictures(Vec<(String, Vec<u8>)>),
}

/// Why there is no film.
#[derive(Debug, thiserror::Error)]
pub enum FilmingError {
    /// What the pictures show.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// The parameters that are varied.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// A film.
    #[error(transparent)]
    Film(#[from] FilmError),
    /// A picture.
    #[error(transparent)]
    Picture(#[from] SheetError),
    /// A folder for pictures that holds something.
    #[error("{folder} is there already; give a folder that is new or empty")]
    Taken {
        /// Which.
        folder: PathBuf,
    },
    /// An ending that names no film.
    #[error("{path}: its ending names no film; end it in .gif, .png or .apng, or give a folder for pictures")]
    Ending {
        /// File.
        path: PathBuf,
    },
    /// The disk.
    #[error(transparent)]
    Disk(#[from] SessionError),
}

/// A picture of a film.
pub struct Shot {
    /// What is seen.
    pub figure: Figure,
    /// The session that it was drawn from; none where that is the one of the whole film.
    pub session: Option<Vec<u8>>,
}

impl From<Figure> for Shot {
    fn from(figure: Figure) -> Self {
        Self { figure, session: None }
    }
}

/// The film of pictures that come one by one; `progress` is told how many are there and may call it off. `session`
/// rides along where the format has a place for it, with a picture that has a file of its own the session of that.
///
/// # Errors
/// What a picture says, a size that cannot be written, or called off.
pub fn film<E>(
    pictures: impl ExactSizeIterator<Item = Result<Shot, E>>,
    reel: Reel,
    look: &FilmLook,
    per_second: f64,
    session: &[u8],
    mut progress: impl FnMut(usize) -> bool,
) -> Result<Cut, FilmingError>
where
    FilmingError: From<E>,
{
    let hundredths = (100.0 / per_second).round().clamp(2.0, 6000.0) as u16;
    let mut encoder = match reel {
        Reel::File(format) => Some(FilmEncoder::new(format, look.theme, hundredths, pictures.len())),
        Reel::Pictures => None,
    };
    let mut files = Vec::new();
    for (number, picture) in pictures.enumerate() {
        let Shot { figure, session: own } = picture?;
        match &mut encoder {
            Some(encoder) => encoder.add(&figure)?,
            None => {
                let sheet = Sheet {
                    figure: &figure,
                    theme: look.theme,
                    title: "",
                    background: true,
                    scale: 1.0,
                    attachment: Some(own.as_deref().unwrap_or(session)),
                };
                files.push((format!("{number:05}.png"), sheet.bytes(Format::Png)?));
            }
        }
        if !progress(number + 1) {
            return Err(StudyError::CalledOff.into());
        }
    }
    Ok(match encoder {
        Some(encoder) => Cut::File(encoder.finish(session)?),
        None => Cut::Pictures(files),
    })
}

/// Height of the line of words on top of each picture.
const HEADING: f32 = 34.0;

/// One picture: words, the bulk, and the plot on its right; `film` is the position, in layers, of the film of coarse
/// graining.
#[must_use]
pub fn picture(
    document: &Document,
    study: &Study,
    look: &FilmLook,
    words: &str,
    film: Option<f64>,
) -> Figure {
    let [width, height] = look.size;
    let mut page = Figure::new(width, height);
    let chart = look.plot.and_then(|kind| plots::chart(kind, document, study, PlotOptions::default()));
    let bulk_width = if look.plot.is_some() { (0.56 * width).min(height) } else { width };
    let frame = Frame { top: HEADING, ..Frame::page(bulk_width, height - HEADING) };
    let strokes = (frame.width.min(frame.height) / 828.0).clamp(0.5, 2.0);
    let view = BulkView {
        camera: Camera::HOME,
        frame,
        handles: false,
        lit_layer: None,
        strokes,
        passage: None,
        still_beads: true,
        film,
    };
    draw(&mut page, document, study, &view, look.theme);
    if let Some(chart) = chart {
        let wide = width - bulk_width;
        let tall = (wide * paper::PLOT[1] / paper::PLOT[0]).min(height - HEADING);
        page.add(chart.draw(wide, tall), [bulk_width, 0.5 * (height + HEADING - tall)]);
    }
    page.text([16.0, 0.6 * HEADING], words, 15.0, Role::Text, Anchor::Start);
    if let Some(answer) = &study.answer {
        let region = &answer.regions[0];
        if !region.region.is_empty() {
            let entropy = format!("S_A = {:.4} nats", region.cut.capacity_nats);
            page.text([width - 16.0, 0.6 * HEADING], entropy, 15.0, Role::Text, Anchor::End);
        }
    }
    page
}

/// At most `most` of `count` pictures, evenly, the first and the last among them.
#[must_use]
pub fn chosen(count: usize, most: usize) -> Vec<usize> {
    if count <= most.max(1) {
        return (0..count).collect();
    }
    if most < 2 {
        return vec![count - 1];
    }
    (0..most).map(|i| (i * (count - 1) + (most - 1) / 2) / (most - 1)).collect()
}

/// What there was to see along a training: the network before it, every preview from fewer samples, every layer as it
/// is finished; at most `most` of them.
///
/// # Errors
/// Training that fails, or called off by `go_on`, which is told how many layers are finished.
pub fn training_moments(
    document: &Document,
    most: usize,
    mut go_on: impl FnMut(usize) -> bool,
) -> Result<Vec<TrainingSnapshot>, StudyError> {
    let samples = super::samples::present(document)?.cloned();
    let mut trainer = Trainer::looked_at();
    trainer.apply(TrainerCommand::Start { task: task(document), known: None, starts: None, samples });
    let mut moments: Vec<TrainingSnapshot> = Vec::new();
    loop {
        let more = trainer.advance();
        if let Some(snapshot) = trainer.snapshot() {
            if let Some(reason) = snapshot.phase.failure() {
                return Err(StudyError::Training(reason));
            }
            if !go_on(snapshot.layers.len()) {
                return Err(StudyError::CalledOff);
            }
            // Between two stamps only the likelihood moves.
            match moments.last_mut() {
                Some(last) if last.stamp == snapshot.stamp && last.layers.len() == snapshot.layers.len() => {
                    *last = snapshot;
                }
                _ => moments.push(snapshot),
            }
        }
        if !more {
            break;
        }
    }
    let keep = chosen(moments.len(), most);
    let mut number = 0;
    moments.retain(|_| {
        number += 1;
        keep.contains(&(number - 1))
    });
    Ok(moments)
}

/// The pictures of a training, one for each of its moments.
pub fn training<'a>(
    document: &'a Document,
    moments: &'a [TrainingSnapshot],
    look: &'a FilmLook,
    go_on: &'a dyn Fn() -> bool,
) -> impl ExactSizeIterator<Item = Result<Shot, StudyError>> + 'a {
    moments.iter().map(move |moment| {
        let document = Document { learned: None, ..document.clone() };
        let network = Arc::new(bulk_network(&document, Some(moment))?);
        let study = Study { training: Some(Arc::new(moment.clone())), ..Study::of(network) };
        let study = with_cuts(&document, study, look.plot, go_on)?;
        Ok(picture(&document, &study, look, &training_words(moment), None).into())
    })
}

/// How far a training is, and what the layers are worth that are shown.
fn training_words(moment: &TrainingSnapshot) -> String {
    let layers = |count: usize| if count == 1 { "1 layer".to_string() } else { format!("{count} layers") };
    let (shown, learned) = (moment.layers.len(), moment.final_layers());
    match moment.preview_rows {
        _ if shown == 0 => "nothing learned yet: every link counts ln 2".into(),
        Some(rows) if learned == 0 => format!("{} from the first {rows} samples", layers(shown)),
        Some(rows) if learned < shown => {
            format!("{} learned, those above from the first {rows} samples", layers(learned))
        }
        _ => format!("{} learned", layers(shown)),
    }
}

/// The pictures of coarse graining: one sample on the rim, and its spins layer by layer as each step draws them, what
/// the step traced out fading; `count` of them from the rim to the topmost layer.
pub fn coarse_graining<'a>(
    document: &'a Document,
    study: &'a Study,
    look: &'a FilmLook,
    count: usize,
) -> impl ExactSizeIterator<Item = Result<Shot, StudyError>> + 'a {
    let depth = f64::from(study.network.network.geometry().depth());
    let last = count.saturating_sub(1).max(1) as f64;
    (0..count).map(move |number| {
        let at = depth * number as f64 / last;
        Ok(picture(document, study, look, &format!("τ = {at:.1}"), Some(at)).into())
    })
}

/// The pictures of a sweep, one for each point; layers are learned where a point needs them.
pub fn sweep<'a>(
    plan: &'a Plan,
    points: &'a [usize],
    look: &'a FilmLook,
    go_on: &'a dyn Fn() -> bool,
) -> impl ExactSizeIterator<Item = Result<Shot, FilmingError>> + 'a {
    points.iter().map(move |point| {
        let mut document = plan.document(*point)?;
        let study = complete(&mut document, look.plot, go_on)?;
        let settings = plan.manifest.settings(*point);
        let words: Vec<String> = settings.iter().map(|(key, value)| format!("{key} = {value}")).collect();
        let figure = picture(&document, &study, look, &words.join("   "), None);
        Ok(Shot { figure, session: Some(session_of_figure(&document, study.training.as_deref())) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::TheoryKind;

    #[test]
    fn layers_of_a_preview_are_not_said_to_be_learned() {
        let mut document = Document::default();
        document.theory.kind = TheoryKind::QuantumIsing;
        (document.learning.sites, document.learning.samples) = (16, 600);
        let moments = || training_moments(&document, MOST_PICTURES, |_| true).unwrap();
        let (moments, again) = (moments(), moments());
        let words: Vec<String> = moments.iter().map(training_words).collect();
        assert_eq!(
            words,
            [
                "nothing learned yet: every link counts ln 2",
                "4 layers from the first 256 samples",
                "4 layers from the first 512 samples",
                "1 layer learned, those above from the first 512 samples",
                "2 layers learned, those above from the first 512 samples",
                "3 layers learned, those above from the first 512 samples",
                "4 layers learned",
            ]
        );
        // Whatever the machine was busy with beside it, every picture shows the same weights.
        for (one, two) in moments.iter().zip(&again) {
            assert_eq!(one.stack(), two.stack());
        }
    }

    #[test]
    fn pictures_are_chosen_evenly_with_both_ends() {
        assert_eq!(chosen(5, 10), [0, 1, 2, 3, 4]);
        assert_eq!(chosen(9, 5), [0, 2, 4, 6, 8]);
        assert_eq!(chosen(100, 1), [99]);
        assert!(chosen(0, 3).is_empty());
        for (count, most) in [(17, 4), (1000, 30), (3, 2)] {
            let list = chosen(count, most);
            assert_eq!((list[0], list[most - 1], list.len()), (0, count - 1, most));
            assert!(list.windows(2).all(|w| w[0] < w[1]));
        }
    }
}
