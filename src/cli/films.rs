//! `film`: what is learned, or what a parameter does, as GIF, APNG or a folder of pictures.

use super::args::{FilmArgs, FilmWhat, PlotSource};
use super::failure::Failure;
use super::figures::{PageSize, theme_of};
use super::preparation::{check_output, open};
use super::terminal::Terminal;
use crate::desk::PlotKind;
use crate::desk::complete::complete;
use crate::desk::files::{ending, session_of_figure, sidecar};
use crate::desk::film::{self, FilmLook, FilmingError, Reel, chosen, training_moments};
use crate::desk::sweep::{Axis, Plan};
use crate::export::FilmFormat;
use std::path::Path;

/// Pixels of a film of the bulk alone, and with a plot beside it.
const SIZE: [f32; 2] = [720.0, 720.0];
const SIZE_WITH_PLOT: [f32; 2] = [1240.0, 720.0];

/// Pictures of a step of coarse graining, and how many a second: 700 ms a layer.
const PICTURES_A_LAYER: usize = 7;
const COARSE_FPS: f64 = 10.0;

/// Makes a film.
pub(super) fn film(arguments: &FilmArgs, terminal: &Terminal) -> Result<(), Failure> {
    let Some(path) = &arguments.common.output.file else {
        return Err(Failure::Usage(
            "film: no output file; give -o film.gif, -o film.png (APNG) or -o FOLDER for numbered pictures"
                .into(),
        ));
    };
    let reel = reel(path)?;
    let plot = match arguments.plot.map(|plot| (plot, plot.source())) {
        None => None,
        Some((_, PlotSource::Session(kind))) => Some(kind),
        Some((_, PlotSource::Study(kind))) => {
            return Err(Failure::Usage(format!(
                "--plot {}: a film shows plots of the session, not studies; give one of {}",
                kind.name(),
                PlotKind::ALL.map(PlotKind::name).join(", ")
            )));
        }
    };
    let document = open(&arguments.common)?;
    let usual = if plot.is_some() { SIZE_WITH_PLOT } else { SIZE };
    let look = FilmLook {
        size: arguments.size.map_or(usual, |size: PageSize| size.points(usual).map(f32::round)),
        theme: theme_of(arguments.theme, &document),
        plot,
    };
    let most = arguments.frames.map_or(film::MOST_PICTURES, |n| n as usize);
    let go_on = || !terminal.is_interrupted();
    let session = session_of_figure(&document, None);
    let made = match arguments.what {
        FilmWhat::Training => {
            if !arguments.vary.is_empty() {
                return Err(Failure::Usage("--vary belongs to `film sweep`; leave it away".into()));
            }
            let moments = {
                let progress = terminal.progress("training", u64::from(document.task().layers));
                training_moments(&document, most, |layers| progress.at(layers as u64))
                    .map_err(|error| stopped_or(terminal, error.into()))?
            };
            let progress = terminal.progress("pictures", (moments.len() as u64).max(2));
            let pictures = film::training(&document, &moments, &look, &go_on);
            film::film(pictures, reel, &look, arguments.fps.unwrap_or(2.0), &session, |n| {
                progress.at(n as u64)
            })
        }
        FilmWhat::CoarseGraining => {
            if !arguments.vary.is_empty() {
                return Err(Failure::Usage("--vary belongs to `film sweep`; leave it away".into()));
            }
            let mut document = document.clone();
            let study =
                complete(&mut document, plot, &go_on).map_err(|error| stopped_or(terminal, error.into()))?;
            let depth = study.network.network.geometry().depth() as usize;
            let count = most.min(PICTURES_A_LAYER * depth + 1);
            let progress = terminal.progress("pictures", (count as u64).max(2));
            let pictures = film::coarse_graining(&document, &study, &look, count);
            film::film(pictures, reel, &look, arguments.fps.unwrap_or(COARSE_FPS), &session, |n| {
                progress.at(n as u64)
            })
        }
        FilmWhat::Sweep => {
            let axes = arguments
                .vary
                .iter()
                .map(|(key, values)| Axis::new(key, values))
                .collect::<Result<Vec<_>, _>>()
                .map_err(|error| Failure::Usage(error.to_string()))?;
            let plan = Plan::new(document.clone(), &axes, &[])?;
            let points = chosen(plan.manifest.points.len(), most);
            let progress = terminal.progress("pictures", (points.len() as u64).max(2));
            let pictures = film::sweep(&plan, &points, &look, &go_on);
            film::film(pictures, reel, &look, arguments.fps.unwrap_or(4.0), &session, |n| {
                progress.at(n as u64)
            })
        }
    };
    match made.map_err(|error| stopped_or(terminal, error))? {
        film::Cut::File(bytes) => {
            if reel == Reel::File(FilmFormat::Gif) {
                // GIF has no place for a session.
                terminal.keep(&sidecar(path), &session)?;
            }
            terminal.write(path, &bytes)
        }
        film::Cut::Pictures(files) => terminal.write_folder(path, &files),
    }
}

/// What an output is to be: a file by its ending, or, without one, a folder that is not there yet.
fn reel(path: &Path) -> Result<Reel, Failure> {
    match ending(path).as_str() {
        "" => {
            let taken = std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some());
            if taken || path.is_file() {
                return Err(Failure::Usage(format!(
                    "{} is there already; give a folder that is new or empty",
                    path.display()
                )));
            }
            Ok(Reel::Pictures)
        }
        "png" | "apng" => check_output(path, &[]).map(|()| Reel::File(FilmFormat::Apng)),
        _ => check_output(path, &["gif", "png", "apng"]).map(|()| Reel::File(FilmFormat::Gif)),
    }
}

fn stopped_or(terminal: &Terminal, error: FilmingError) -> Failure {
    if terminal.is_interrupted() { Failure::Interrupted } else { error.into() }
}
