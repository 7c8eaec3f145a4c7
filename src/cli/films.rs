//! `film`: what is learned, or what a parameter does, as GIF, APNG or a folder of pictures.

use super::failure::Failure;
use super::figures::{PageSize, note_chart, theme_of};
use super::output::{Product, check_folder, check_output};
use super::plot_args::Plot;
use super::preparation::open;
use super::series_args::{FilmArgs, FilmWhat};
use super::terminal::{Progress, Terminal};
use crate::desk::PlotKind;
use crate::desk::film::{self, FilmLook, FilmingError, Reel};
use crate::desk::filming::{Order, SIZE, SIZE_WITH_PLOT, Subject, reel};
use crate::desk::studies::StudyProgress;
use crate::desk::sweep::Axis;
use crate::export::{FilmFormat, Format, check_size};
use std::cell::RefCell;

/// Makes a film.
pub(super) fn film(arguments: &FilmArgs, terminal: &Terminal) -> Result<(), Failure> {
    let Some(path) = &arguments.common.output.file else {
        return Err(Failure::Usage(
            "film: no output file; give -o film.gif, -o film.png (APNG) or -o FOLDER for numbered pictures"
                .into(),
        ));
    };
    if arguments.common.output.json {
        return Err(Failure::Usage("film makes pictures and gives no JSON; leave --json away".into()));
    }
    let reel = reel(path)?;
    if reel == Reel::Pictures {
        check_folder(path)?;
    } else {
        check_output(path, Product::Picture(&["gif", "png", "apng"]))?;
    }
    let plot = match arguments.plot {
        None => None,
        Some(Plot::Session(kind)) => Some(kind),
        Some(Plot::Study(kind)) => {
            return Err(Failure::Usage(format!(
                "--plot {}: a film shows plots of the session, not studies; give one of {}",
                kind.name(),
                PlotKind::ALL.map(PlotKind::name).join(", ")
            )));
        }
    };
    if arguments.what != FilmWhat::Sweep && !arguments.vary.is_empty() {
        return Err(Failure::Usage("--vary belongs to `film sweep`; leave it away".into()));
    }
    let mut document = open(&arguments.common)?;
    if arguments.what == FilmWhat::Training {
        // Learned anew in the film: others that the session has must not be carried as if they were those.
        document.learned = None;
    }
    let usual = if plot.is_some() { SIZE_WITH_PLOT } else { SIZE };
    let look = FilmLook {
        size: arguments.size.map_or(usual, |size: PageSize| size.points(usual).map(f32::round)),
        theme: theme_of(arguments.theme, &document),
        plot,
    };
    note_chart(&document, terminal);
    // Before anything is learned for it.
    check_size(Format::Png, look.size, 1.0).map_err(FilmingError::from)?;
    let subject = match arguments.what {
        FilmWhat::Training => Subject::Training,
        FilmWhat::CoarseGraining => Subject::CoarseGraining,
        FilmWhat::Sweep => {
            let axes = arguments.vary.iter().map(|(key, values)| Axis::new(key, values));
            let axes = axes.collect::<Result<_, _>>().map_err(|error| Failure::Usage(error.to_string()))?;
            Subject::Sweep(axes)
        }
    };
    let order = Order {
        per_second: arguments.fps.unwrap_or_else(|| subject.usual_speed()),
        subject,
        look,
        most: arguments.frames.map_or(film::MOST_PICTURES, |n| n as usize),
        reel,
    };
    let session = order.session(&document);
    // A bar for each part of the work.
    let bar: RefCell<Option<(&str, Progress<'_>)>> = RefCell::new(None);
    let at = |progress: StudyProgress| {
        let mut bar = bar.borrow_mut();
        let StudyProgress { doing, done, total } = progress;
        if bar.as_ref().is_none_or(|(known, _)| *known != doing) {
            // One bar is taken away before the next one appears.
            *bar = None;
            *bar = Some((doing, terminal.progress(doing, total.max(2))));
        }
        bar.as_ref().is_none_or(|(_, bar)| bar.at(done))
    };
    let made = order.make(document, &at, &|| !terminal.is_interrupted());
    bar.take();
    match made.map_err(|error| stopped_or(terminal, error))? {
        film::Cut::File(bytes) => {
            if reel == Reel::File(FilmFormat::Gif) {
                // GIF has no place for a session.
                terminal.write_with_session(path, &bytes, &session)
            } else {
                terminal.write(path, &bytes)
            }
        }
        film::Cut::Pictures(files) => terminal.write_folder(path, &files),
    }
}

fn stopped_or(terminal: &Terminal, error: FilmingError) -> Failure {
    if terminal.is_interrupted() { Failure::Interrupted } else { error.into() }
}
