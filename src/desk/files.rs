//! Figures with their sessions, numbers, and sessions themselves onto the disk.

use super::caption::{self, CutRegion, caption, cut_entropies, named_regions};
use super::paper::{self, Paper};
use super::plots::{self, PlotKind, PlotOptions};
use super::results::{Signed, graph_report, graphml, json, made_by};
use super::study::{Study, StudyError};
use super::{picture, samples, weights};
use crate::export::{Format, Sheet, SheetError, Table, png};
use crate::figure::camera::Camera;
use crate::figure::palette::Theme;
use crate::figure::{Chart, Figure};
use crate::session::{Document, RegionName, SessionError, file};
use crate::sim::{LearnedStack, TrainingSnapshot};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// The session.
    Session,
    /// The bulk.
    Bulk,
    /// A plot.
    Plot(PlotKind),
    /// The numbers of a plot.
    PlotData(PlotKind),
    /// The plot of the analysis.
    StudyPlot,
    /// The numbers of the analysis.
    StudyData,
    /// The plot of the network's own state.
    StatePlot,
    /// Its numbers.
    StateData,
    /// The weights of the stack.
    Weights,
    /// The network: nodes and links.
    Network,
}

impl ExportKind {
    /// Whether its file has no place for a session, which lies beside it then.
    const fn has_session_beside(self) -> bool {
        matches!(self, Self::PlotData(_) | Self::StudyData | Self::StateData | Self::Weights)
    }
}

/// Why a file was not written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// An ending that names no format we write.
    #[error("{path}: its ending names no format; end it in {allowed}")]
    Format {
        /// File.
        path: PathBuf,
        /// Endings that are possible.
        allowed: &'static str,
    },
    /// There is no such plot of this study.
    #[error("the {0} plot has nothing to show yet; wait for the learning, or start it anew")]
    Nothing(&'static str),
    /// No study was worked through.
    #[error("there is no study to write: run one in the tab Studies first")]
    NoStudy,
    /// Nothing was learned.
    #[error("there are no learned weights to write; wait for the learning, or start it anew")]
    NoWeights,
    /// What it shows is being computed.
    #[error("{0} of the present parameters is not there yet: wait a moment and do it again")]
    NotYet(&'static str),
    /// What it shows cannot be computed.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// Somebody asked to stop.
    #[error("the work was called off")]
    CalledOff,
    /// The state was not looked at.
    #[error("there is no plot of the state to write: open the tab State and wait for it first")]
    NoState,
    /// The figure cannot be drawn.
    #[error(transparent)]
    Figure(#[from] SheetError),
    /// The disk said no.
    #[error(transparent)]
    Disk(#[from] SessionError),
}

/// Bytes of a figure in the format that the path's ending names.
///
/// # Errors
/// An ending other than `.svg`, `.pdf` and `.png`, or a size that cannot be drawn.
pub fn figure_bytes(sheet: &Sheet<'_>, path: &Path) -> Result<Vec<u8>, ExportError> {
    match Format::of_ending(&ending(path)) {
        Some(format) => Ok(sheet.bytes(format)?),
        None => Err(ExportError::Format { path: path.into(), allowed: ".svg, .pdf or .png" }),
    }
}

/// The session that a figure carries: the document that it was drawn from, with the weights of a training that
/// came to its end.
#[must_use]
pub fn session_of_figure(document: &Document, training: Option<&TrainingSnapshot>) -> Vec<u8> {
    let finished = training.filter(|t| document.learned.is_none() && t.is_complete());
    match finished {
        Some(training) => {
            let learned = LearnedStack { task: document.task(), ..training.stack() };
            file::to_bytes(&Document { learned: Some(Arc::new(learned)), ..document.clone() })
        }
        None => file::to_bytes(document),
    }
}

/// The endings of tables.
pub const TABLES: [&str; 3] = ["csv", "npy", "npz"];

/// Bytes of a table in the format that the path's ending names.
///
/// # Errors
/// An ending other than `.csv`, `.npy` and `.npz`.
pub fn table_bytes(table: &Table, path: &Path) -> Result<Vec<u8>, ExportError> {
    match ending(path).as_str() {
        "csv" => Ok(table.csv()),
        "npy" => Ok(table.npy()),
        "npz" => Ok(table.npz()),
        _ => Err(ExportError::Format { path: path.into(), allowed: ".csv, .npy or .npz" }),
    }
}

/// The file beside a table that says where it comes from: the session, with program, seed and parameters, which opens
/// again. Numbers have no place for it inside that every reader passes over.
#[must_use]
pub fn sidecar(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".holo");
    name.into()
}

/// Whether a path names a figure.
#[must_use]
pub fn is_figure_name(path: &Path) -> bool {
    Format::of_ending(&ending(path)).is_some()
}

/// The ending of a path, in small letters.
#[must_use]
pub fn ending(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// How the figures of the window are drawn, besides what they show.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Where the bulk is seen from.
    pub camera: Camera,
    /// What was set about plots.
    pub options: PlotOptions,
    /// Colours.
    pub theme: Theme,
    /// Size and ground.
    pub paper: Paper,
}

/// The picture of an export with its title.
///
/// # Errors
/// Nothing to draw yet; or an export that is no picture.
fn drawn(
    kind: ExportKind,
    document: &Document,
    study: &Study,
    look: &Look,
) -> Result<(Figure, String), ExportError> {
    let Look { camera, options, theme, paper } = *look;
    let plot =
        |chart: &Chart| (paper::plot(chart, paper.size(paper::PLOT), paper.is_print()), chart.title.clone());
    match kind {
        ExportKind::Bulk => {
            let figure = picture::bulk_figure(document, study, paper.size(paper::BULK), camera, theme);
            Ok((figure, bulk_title(document, study)))
        }
        ExportKind::Plot(which) | ExportKind::PlotData(which) => {
            let chart = plots::chart(which, document, study, options);
            Ok(plot(&chart.ok_or(ExportError::Nothing(which.name()))?))
        }
        ExportKind::StudyPlot | ExportKind::StudyData => {
            Ok(plot(study.analysis.as_ref().and_then(|a| a.chart.as_ref()).ok_or(ExportError::NoStudy)?))
        }
        ExportKind::StatePlot | ExportKind::StateData => {
            let state = study.own_state.as_ref().and_then(|state| state.chart.as_ref());
            Ok(plot(state.ok_or(ExportError::NoState)?))
        }
        ExportKind::Session | ExportKind::Weights | ExportKind::Network => {
            Err(ExportError::Nothing("requested"))
        }
    }
}

/// The caption of a picture: one paragraph, from the parameters of the session that it was drawn from.
///
/// # Errors
/// Nothing to draw yet; or an export that is no picture.
pub fn caption_of(
    kind: ExportKind,
    document: &Document,
    study: &Study,
    options: PlotOptions,
) -> Result<String, ExportError> {
    let of_chart = |chart: &Chart, meaning: &str| format!("{}: {meaning}", chart.title);
    let lead = match kind {
        ExportKind::Bulk => {
            caption::of_bulk(&cut_regions(document, study), picture::unit(document, study).name)
        }
        ExportKind::Plot(which) | ExportKind::PlotData(which) => {
            let chart = plots::chart(which, document, study, options);
            of_chart(&chart.ok_or(ExportError::Nothing(which.name()))?, which.meaning())
        }
        ExportKind::StudyPlot | ExportKind::StudyData => {
            let analysis = study.analysis.as_ref().ok_or(ExportError::NoStudy)?;
            of_chart(analysis.chart.as_ref().ok_or(ExportError::NoStudy)?, analysis.kind.question())
        }
        ExportKind::StatePlot | ExportKind::StateData => {
            let state = study.own_state.as_ref().ok_or(ExportError::NoState)?;
            of_chart(state.chart.as_ref().ok_or(ExportError::NoState)?, state.kind.question())
        }
        ExportKind::Session | ExportKind::Weights | ExportKind::Network => {
            return Err(ExportError::Nothing("requested"));
        }
    };
    let learned = study.training.as_deref().is_some_and(TrainingSnapshot::is_complete);
    Ok(caption(&lead, document, learned || document.learned.is_some()))
}

/// The stack that a window shows: that of the session, or of a training that came to its end.
fn shown_stack(document: &Document, study: &Study) -> Result<Arc<LearnedStack>, ExportError> {
    let finished = || study.training.as_deref().filter(|t| t.is_complete()).map(|t| Arc::new(t.stack()));
    document.learned.clone().or_else(finished).ok_or(ExportError::NoWeights)
}

/// Bytes of a stack's weights in the format that the path's ending names.
///
/// # Errors
/// An ending other than `.safetensors` and `.npz`.
pub fn weight_bytes(stack: &LearnedStack, path: &Path) -> Result<Vec<u8>, ExportError> {
    match ending(path).as_str() {
        weights::ENDING => Ok(weights::to_bytes(stack)),
        "npz" => Ok(weights::to_npz(stack)),
        _ => Err(ExportError::Format { path: path.into(), allowed: ".safetensors or .npz" }),
    }
}

/// Bytes of a network in the format that the path's ending names, with what made it.
///
/// # Errors
/// An ending other than `.json` and `.graphml`.
pub fn network_bytes(document: &Document, study: &Study, path: &Path) -> Result<Vec<u8>, ExportError> {
    let made_by = &made_by(document);
    match ending(path).as_str() {
        "json" => Ok(json(&Signed { answer: &graph_report(&study.network), made_by })),
        "graphml" => Ok(graphml(&graph_report(&study.network), made_by)),
        _ => Err(ExportError::Format { path: path.into(), allowed: ".json or .graphml" }),
    }
}

/// The numbers of an export.
///
/// # Errors
/// Nothing to tell yet; or an export that has no numbers.
pub fn numbers(
    kind: ExportKind,
    document: &Document,
    study: &Study,
    options: PlotOptions,
) -> Result<Table, ExportError> {
    match kind {
        ExportKind::Plot(which) | ExportKind::PlotData(which) => plot_table(which, study, || {
            plots::chart(which, document, study, options).ok_or(ExportError::Nothing(which.name()))
        }),
        ExportKind::StudyPlot | ExportKind::StudyData => {
            Ok(study.analysis.as_ref().ok_or(ExportError::NoStudy)?.table.plain())
        }
        ExportKind::StatePlot | ExportKind::StateData => {
            Ok(study.own_state.as_ref().ok_or(ExportError::NoState)?.table.plain())
        }
        ExportKind::Session | ExportKind::Bulk | ExportKind::Weights | ExportKind::Network => {
            Err(ExportError::Nothing("table"))
        }
    }
}

/// The picture of an export as RGBA bytes with width and height, for the clipboard.
///
/// # Errors
/// Nothing to draw yet, or an image that is too large.
pub fn image(
    kind: ExportKind,
    document: &Document,
    study: &Study,
    look: &Look,
) -> Result<(Vec<u8>, u32, u32), ExportError> {
    let (figure, _) = drawn(kind, document, study, look)?;
    let scale = look.paper.scale();
    Ok(png::rgba(&figure, look.theme, !look.paper.transparent, scale).map_err(SheetError::from)?)
}

/// Writes one export of a study to a path, atomically; a figure carries its session. `go_on` is asked between drawing,
/// making the bytes and writing them. What an earlier, ended process left in that folder half-written goes.
///
/// # Errors
/// A wrong ending, an impossible image, called off, or what the disk says; the old file is then untouched.
pub fn write_export(
    kind: ExportKind,
    document: &Document,
    study: &Study,
    look: &Look,
    path: &Path,
    go_on: &dyn Fn() -> bool,
) -> Result<(), ExportError> {
    let asked = || if go_on() { Ok(()) } else { Err(ExportError::CalledOff) };
    let seen = || {
        let mut seen = document.clone();
        samples::reseat(&mut seen, None, Some(path));
        seen
    };
    let bytes = match kind {
        ExportKind::Session => file::to_bytes(&seen()),
        ExportKind::Bulk | ExportKind::Plot(_) | ExportKind::StudyPlot | ExportKind::StatePlot => {
            let (figure, title) = drawn(kind, document, study, look)?;
            asked()?;
            let session = session_of_figure(&seen(), study.training.as_deref());
            let sheet = Sheet {
                figure: &figure,
                theme: look.theme,
                title: &title,
                background: !look.paper.transparent,
                scale: look.paper.scale(),
                attachment: Some(&session),
            };
            figure_bytes(&sheet, path)?
        }
        ExportKind::PlotData(_) | ExportKind::StudyData | ExportKind::StateData => {
            table_bytes(&numbers(kind, document, study, look.options)?, path)?
        }
        ExportKind::Weights => {
            let stack = shown_stack(document, study)?;
            weight_bytes(&stack, path)?
        }
        ExportKind::Network => network_bytes(&seen(), study, path)?,
    };
    asked()?;
    file::remove_leftovers(path);
    if kind.has_session_beside() {
        let session = session_of_figure(&seen(), study.training.as_deref());
        file::write_pair_atomically((path, &bytes), (&sidecar(path), &session))?;
    } else {
        file::write_atomically(path, &bytes)?;
    }
    Ok(())
}

/// What a picture of the bulk shows, in one line.
#[must_use]
pub fn bulk_title(document: &Document, study: &Study) -> String {
    let (n, regions) = (document.network.sites, cut_regions(document, study));
    if regions.is_empty() {
        return format!("N = {n}");
    }
    let unit = picture::unit(document, study).name;
    format!("N = {n}, {}, {}", named_regions(&regions), cut_entropies(&regions, unit))
}

/// The regions that a picture of the bulk shows, with the entropies of their cuts in the unit of the document;
/// none where nothing is cut.
#[must_use]
pub fn cut_regions(document: &Document, study: &Study) -> Vec<CutRegion> {
    let unit = picture::unit(document, study);
    let answers = study.answer.iter().flat_map(|answer| &answer.regions);
    RegionName::ALL
        .into_iter()
        .zip(answers)
        .filter(|(_, answer)| !answer.region.is_empty())
        .map(|(name, answer)| CutRegion {
            letter: name.letter(),
            region: answer.region.to_string(),
            entropy: answer.cut.capacity_nats / unit.nats,
        })
        .collect()
}

/// The numbers behind a plot: of the scaling plot in nats whatever unit is shown, of the distance of layers the
/// numbers themselves and not their logarithms, of every other as drawn.
///
/// # Errors
/// What `drawn` says when there is nothing to draw.
pub fn plot_table<E>(
    plot: PlotKind,
    study: &Study,
    drawn: impl FnOnce() -> Result<Chart, E>,
) -> Result<Table, E> {
    match plot {
        PlotKind::Scaling => Ok(scaling_table(study)),
        PlotKind::Kl => drawn().map(|chart| kl_table(&chart, study)),
        _ => drawn().map(|chart| plots::table(plot, &chart)),
    }
}

/// The distance of every layer with its standard error, those too that are zero within it and have no place on a
/// logarithmic axis; columns as of every plot.
fn kl_table(chart: &Chart, study: &Study) -> Table {
    let mut table = plots::table(PlotKind::Kl, &Chart { series: Vec::new(), ..chart.clone() });
    for (tau, layer) in picture::layer_figures(study).iter().enumerate() {
        if let Some((kl, error)) = layer.kl_per_spin {
            table.rows.push(vec!["KL per spin".into(), (tau as f64).into(), kl.into(), error.into()]);
        }
    }
    table
}

/// The numbers of the scaling plot.
#[must_use]
pub fn scaling_table(study: &Study) -> Table {
    let mut table = Table::new(&[
        ("size", "sites"),
        ("log2_size", ""),
        ("mean", "nats"),
        ("std", "nats"),
        ("min", "nats"),
        ("max", "nats"),
        ("fermion", "nats"),
        ("quantum_ising", "nats"),
        ("positions", ""),
    ]);
    if let Some(survey) = &study.survey {
        for row in &survey.rows {
            table.rows.push(vec![
                (row.size as f64).into(),
                (row.size as f64).log2().into(),
                row.mean_nats.into(),
                row.std_nats.into(),
                row.min_nats.into(),
                row.max_nats.into(),
                row.fermion_nats.into(),
                row.quantum_ising_nats.into(),
                (row.positions as f64).into(),
            ]);
        }
    }
    table
}

/// The links of a network with their capacities, and whether the minimal cut of region A goes through them (1, else 0).
#[must_use]
pub fn links_table(study: &Study) -> Table {
    let geometry = study.network.network.geometry();
    let cut: HashSet<u64> = study.answer.as_ref().map_or_else(HashSet::new, |answer| {
        answer.regions[0].cut.links.iter().map(|link| geometry.link_index(*link)).collect()
    });
    let mut table = Table::new(&[
        ("link", ""),
        ("from", ""),
        ("to", ""),
        ("slot", ""),
        ("capacity", "nats"),
        ("cut", ""),
    ]);
    for link in graph_report(&study.network).links {
        let is_cut = f64::from(u8::from(cut.contains(&link.id)));
        table.rows.push(vec![
            (link.id as f64).into(),
            (link.from as f64).into(),
            (link.to as f64).into(),
            f64::from(link.slot).into(),
            link.capacity_nats.into(),
            is_cut.into(),
        ]);
    }
    table
}
