//! Commands that draw: `render`.

use super::args::NetworkArgs;
use super::entropies::surveyed;
use super::failure::Failure;
use super::output::{Product, check_output};
use super::plot_args::{Plot, RenderArgs, ThemeName};
use super::preparation::{Prepared, learned, open, prepare, train};
use super::studies::study_of;
use super::terminal::Terminal;
use crate::desk::complete::{known_training, with_bulk};
use crate::desk::files::{bulk_title, cut_regions, ending, figure_bytes, session_of_figure};
use crate::desk::paper::{self, BULK, PLOT, PRINT_SCALE, SCREEN_SCALE, SIDES};
use crate::desk::results::SurveySizes;
use crate::desk::studies::StudyKind;
use crate::desk::{LearningShown, PlotKind, PlotOptions, Study, caption, picture, plots, study};
use crate::export::{Format, Sheet, check_size};
use crate::figure::Chart;
use crate::figure::palette::{Theme, ThemeChoice};
use crate::session::Document;
use crate::sim::TheoryKind;
use std::str::FromStr;
use std::sync::Arc;

/// The size of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum PageSize {
    /// Pixels of an image, points of a vector file.
    Points([f32; 2]),
    /// Width in millimetres, and height where it is given.
    Millimetres(f32, Option<f32>),
}

impl FromStr for PageSize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || {
            let names = paper::COLUMNS.map(|column| column.name).join(", ");
            format!("`{text}` is no size: write 1600x1000, 86mm, 86x60mm or one of {names}")
        };
        if let Some(column) = paper::column(text.trim()) {
            return Ok(Self::Millimetres(column.width_mm, None));
        }
        let number =
            |s: &str| s.trim().parse::<f32>().ok().filter(|x| x.is_finite() && *x > 0.0).ok_or_else(form);
        let (body, millimetres) = match text.trim().strip_suffix("mm") {
            Some(body) => (body, true),
            None => (text.trim(), false),
        };
        let size = match (body.split_once(['x', '×']), millimetres) {
            (Some((w, h)), true) => Self::Millimetres(number(w)?, Some(number(h)?)),
            (None, true) => Self::Millimetres(number(body)?, None),
            (Some((w, h)), false) => Self::Points([number(w)?, number(h)?]),
            (None, false) => return Err(form()),
        };
        let in_range = size.points(BULK).iter().chain(&size.points(PLOT)).all(|side| SIDES.contains(side));
        if in_range {
            Ok(size)
        } else {
            Err(format!("`{text}` is out of range: a side has 16 to 20000 points"))
        }
    }
}

impl PageSize {
    /// Width and height in points; a height that is not given follows `usual`.
    pub(super) fn points(self, usual: [f32; 2]) -> [f32; 2] {
        match self {
            Self::Points(size) => size,
            Self::Millimetres(width, height) => paper::sized(width, height, usual),
        }
    }
}

/// Draws the bulk or a plot into a file.
pub(super) fn render(arguments: &RenderArgs, terminal: &Terminal) -> Result<(), Failure> {
    let path = arguments.network.common.output.file.as_ref();
    if arguments.network.common.output.json {
        return Err(Failure::Usage(
            "render draws a figure and gives no JSON; leave --json away, and ask `holoscope inspect FIGURE --json` for \
             its session"
                .into(),
        ));
    }
    check_layer(arguments.layer, arguments.plot)?;
    match path {
        Some(path) => check_output(path, Product::Picture(&Format::ALL.map(Format::ending)))?,
        None if arguments.caption => {}
        None => {
            return Err(Failure::Usage(
                "render: no output file; give -o bulk.svg, -o bulk.pdf or -o bulk.png".into(),
            ));
        }
    }
    let usual = if arguments.plot.is_some() { PLOT } else { BULK };
    let size = arguments.size.map_or(usual, |s| s.points(usual));
    let scale = match (arguments.scale, arguments.size) {
        (Some(scale), _) => f32::from(scale),
        (None, None) => SCREEN_SCALE,
        (None, Some(PageSize::Points(_))) => 1.0,
        (None, Some(PageSize::Millimetres(..))) => PRINT_SCALE,
    };
    if let (Some(scale), Some(path)) = (arguments.scale, path)
        && ending(path) != "png"
    {
        return Err(Failure::Usage(format!(
            "--scale {scale}: only a .png has pixels; leave it away, or end the file in .png"
        )));
    }
    if let Some(format) = path.and_then(|path| Format::of_ending(&ending(path))) {
        // Before anything is learned for it.
        check_size(format, size, scale).map_err(|error| Failure::Usage(error.to_string()))?;
    }
    let (document, training, drawn, title, lead) = match arguments.plot {
        None => {
            if let Some(at) = arguments.film_at {
                // Before anything is learned for it.
                let document = open(&arguments.network.common)?;
                let depth = document.network.depth(document.theory.mass);
                if !(0.0..=f64::from(depth)).contains(&at) {
                    return Err(Failure::Usage(format!(
                        "--film-at {at}: out of range; give 0 to {depth} layers"
                    )));
                }
            }
            let (prepared, study) = bulk_study(&arguments.network, terminal)?;
            note_chart(&prepared.document, terminal);
            let camera = arguments.camera.camera(&prepared.document, size);
            let theme = theme_of(arguments.theme, &prepared.document);
            let film = arguments.film_at;
            let figure = picture::film_frame(&prepared.document, &study, size, camera, theme, film);
            let title = bulk_title(&prepared.document, &study);
            let regions = cut_regions(&prepared.document, &study);
            let lead = caption::of_bulk(&regions, picture::unit(&prepared.document, &study).name);
            (prepared.document, study.training, figure, title, lead)
        }
        Some(plot) => {
            let (document, training, chart, meaning) = match plot {
                Plot::Study(kind) => {
                    let (document, chart) = study_plot(&arguments.network, kind, terminal)?;
                    (document, None, chart, kind.question())
                }
                Plot::Session(kind) => {
                    let options = PlotOptions { layer: arguments.layer, ..PlotOptions::default() };
                    let (document, study, chart) = plot_of(&arguments.network, kind, options, terminal)?;
                    (document, study.training, chart, kind.meaning())
                }
            };
            let lead = format!("{}: {meaning}", chart.title);
            let print = matches!(arguments.size, Some(PageSize::Millimetres(..)));
            (document, training, paper::plot(&chart, size, print), chart.title, lead)
        }
    };
    if arguments.caption {
        let trained = !arguments.network.no_train || document.learned.is_some();
        terminal.print(format!("{}\n", caption::caption(&lead, &document, trained)).as_bytes())?;
    }
    let Some(path) = path else { return Ok(()) };
    let session = session_of_figure(&document, training.as_deref());
    let sheet = Sheet {
        figure: &drawn,
        theme: theme_of(arguments.theme, &document),
        title: &title,
        background: !arguments.transparent,
        scale,
        attachment: Some(&session),
    };
    terminal.write(path, &figure_bytes(&sheet, path)?)
}

/// Says so where another chart is drawn than the session names.
pub(super) fn note_chart(document: &Document, terminal: &Terminal) {
    if picture::chart(document) != document.view.chart {
        terminal.note(
            "a line has no ring: it is drawn in the half-plane; view.chart = half-plane, poincare or klein chooses",
        );
    }
}

/// Refuses a layer for a plot that has none to choose.
pub(super) fn check_layer(layer: Option<usize>, plot: Option<Plot>) -> Result<(), Failure> {
    match layer {
        Some(layer) if plot != Some(Plot::Session(PlotKind::Training)) => Err(Failure::Usage(format!(
            "--layer {layer} belongs to the plot training, which shows one layer; leave it away"
        ))),
        _ => Ok(()),
    }
}

/// The colours that a command names, or those of the session.
pub(super) fn theme_of(name: Option<ThemeName>, document: &Document) -> Theme {
    let choice = match name {
        None => document.view.theme,
        Some(ThemeName::System) => ThemeChoice::System,
        Some(ThemeName::Light) => ThemeChoice::Light,
        Some(ThemeName::Dark) => ThemeChoice::Dark,
        Some(ThemeName::Print) => ThemeChoice::Print,
    };
    choice.resolve(false)
}

/// Network, cuts and training of the session.
fn bulk_study(network: &NetworkArgs, terminal: &Terminal) -> Result<(Prepared, Study), Failure> {
    let prepared = prepare(network, terminal)?;
    let training = prepared.training.clone().or_else(|| known_training(&prepared.document)).map(Arc::new);
    let study = Study { training, ..Study::of(Arc::clone(&prepared.network)) };
    let progress = terminal.progress("what the picture shows", 1);
    let study = with_bulk(&prepared.document, study, &|| progress.tick())?;
    drop(progress);
    Ok((prepared, study))
}

/// The chart of a plot with the session and everything computed that it needs.
pub(super) fn plot_of(
    network: &NetworkArgs,
    kind: PlotKind,
    options: PlotOptions,
    terminal: &Terminal,
) -> Result<(Document, Study, Chart), Failure> {
    let (document, study) = if kind.needs_survey() {
        let (prepared, mut study) = bulk_study(network, terminal)?;
        study.survey = Some(Arc::new(surveyed(&prepared, SurveySizes::default(), terminal)?));
        (prepared.document, study)
    } else {
        learning_study(network, kind, terminal)?
    };
    let layers = document.learning.sites.trailing_zeros() as usize;
    if let Some(layer) = options.layer.filter(|layer| *layer >= layers) {
        return Err(Failure::Usage(format!("--layer {layer}: out of range; give 0 to {}", layers - 1)));
    }
    let chart = plots::chart(kind, &document, &study, options)
        .ok_or_else(|| Failure::Other("the training has no steps to show; raise learning.epochs".into()))?;
    let shows_nothing = chart.series.iter().all(|series| series.points.is_empty());
    if shows_nothing && network.no_train && study.training.is_none() {
        return Err(Failure::Usage(format!(
            "the plot {} shows learned layers; leave --no-train away",
            kind.name()
        )));
    }
    Ok((document, study, chart))
}

/// The chart of a study of its own.
fn study_plot(
    network: &NetworkArgs,
    kind: StudyKind,
    terminal: &Terminal,
) -> Result<(Document, Chart), Failure> {
    let work = study_of(network, kind, terminal)?;
    let chart = work.chart().ok_or_else(|| Failure::Other("the study has nothing to draw".into()))?;
    Ok((open(&network.common)?, chart))
}

/// A study of learning alone: of the session's own weights where they are enough.
fn learning_study(
    network: &NetworkArgs,
    kind: PlotKind,
    terminal: &Terminal,
) -> Result<(Document, Study), Failure> {
    let document = open(&network.common)?;
    let classical = document.theory.kind == TheoryKind::Chain;
    if kind == PlotKind::Flow && document.learning.channels > 1 && !classical {
        // Nothing of it would be known after learning.
        return Err(Failure::Usage(
            "the plot flow shows couplings, which layers of several channels have not; set learning.channels = 1"
                .into(),
        ));
    }
    let (known, shown) = (study::known_weights(&document).is_some(), kind.learning());
    if network.common.weights.is_some() && shown == LearningShown::Steps {
        return Err(Failure::Usage(format!(
            "the plot {} shows a training, which weights alone do not tell; leave --weights away",
            kind.name()
        )));
    }
    // The way to weights that are there is only found by learning them once more.
    let training = if network.no_train && (!known || shown == LearningShown::Steps) {
        if matches!(shown, LearningShown::Figures | LearningShown::Steps) {
            return Err(Failure::Usage(format!(
                "the plot {} shows a training; leave --no-train away",
                kind.name()
            )));
        }
        None
    } else {
        Some(learned(&document, shown, terminal)?)
    };
    let critical = match study::critical_task(&document) {
        Some(task) if kind.needs_critical() && !network.no_train => {
            Some(train(&Document { theory: task.theory, learned: None, ..document.clone() }, terminal)?)
        }
        _ => None,
    };
    let network = Arc::new(study::bulk_network(&document, training.as_ref())?);
    let [training, critical] = [training, critical].map(|t| t.map(Arc::new));
    Ok((document, Study { training, critical, ..Study::of(network) }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_in_pixels_and_millimetres() {
        let points = |text: &str| text.parse::<PageSize>().unwrap().points(PLOT);
        assert_eq!(points("1600x1000"), [1600.0, 1000.0]);
        let [w, h] = points("86mm");
        assert!((w - 243.78).abs() < 0.01 && (h - w * 380.0 / 560.0).abs() < 0.01);
        assert_eq!(points("prl"), points("86mm"));
        assert_eq!(points("nature-wide"), points("183mm"));
        assert!((points("86x60mm")[1] - 170.08).abs() < 0.01);
        for bad in ["", "12", "axb", "0x5", "1e9x5", "-3mm", "nanxnan", "5x5"] {
            assert!(bad.parse::<PageSize>().is_err(), "{bad}");
        }
    }
}
