//! Figures, numbers and sessions onto the disk.

use super::plots::{self, PlotKind, PlotOptions};
use super::study::Study;
use super::{picture, samples};
use crate::export::{self, PngError, Table};
use crate::figure::camera::Camera;
use crate::figure::palette::Theme;
use crate::figure::{Chart, Figure};
use crate::session::{Document, SessionError, file};
use std::path::{Path, PathBuf};

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
    /// The image cannot be drawn.
    #[error(transparent)]
    Png(#[from] PngError),
    /// The disk said no.
    #[error(transparent)]
    Disk(#[from] SessionError),
}

/// Bytes of a figure in the format that the path's ending names.
///
/// # Errors
/// An ending other than `.svg` and `.png`, or a size that cannot be drawn.
pub fn figure_bytes(
    figure: &Figure,
    theme: Theme,
    title: &str,
    path: &Path,
    scale: f32,
) -> Result<Vec<u8>, ExportError> {
    match ending(path).as_str() {
        "svg" => Ok(export::svg(figure, theme, title, true).into_bytes()),
        "png" => Ok(export::png(figure, theme, title, true, scale)?),
        _ => Err(ExportError::Format { path: path.into(), allowed: ".svg or .png" }),
    }
}

/// The ending of a path, in small letters.
#[must_use]
pub fn ending(path: &Path) -> String {
    path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Size of a bulk figure from the window, in points.
const BULK_SIZE: [f32; 2] = [800.0, 800.0];
/// Size of a plot from the window, in points.
const PLOT_SIZE: [f32; 2] = [560.0, 380.0];
/// Pixels a point of PNG files from the window: sharp in print at half size.
const PNG_SCALE: f32 = 2.0;

/// Writes one export of a study to a path, atomically.
///
/// # Errors
/// A wrong ending, an impossible image, or what the disk says; the old file is then untouched.
pub fn write_export(
    kind: ExportKind,
    document: &Document,
    study: &Study,
    camera: Camera,
    options: PlotOptions,
    theme: Theme,
    path: &Path,
) -> Result<(), ExportError> {
    let drawn = |plot| plots::chart(plot, document, study, options).ok_or(ExportError::Nothing(plot.name()));
    let bytes = match kind {
        ExportKind::Session => {
            let mut seen = document.clone();
            samples::reseat(&mut seen, None, Some(path));
            file::to_bytes(&seen)
        }
        ExportKind::Bulk => {
            let figure = picture::bulk_figure(document, study, BULK_SIZE, camera, theme);
            figure_bytes(&figure, theme, &bulk_title(document, study), path, PNG_SCALE)?
        }
        ExportKind::Plot(plot) => {
            let chart = drawn(plot)?;
            figure_bytes(&chart.draw(PLOT_SIZE[0], PLOT_SIZE[1]), theme, &chart.title, path, PNG_SCALE)?
        }
        ExportKind::PlotData(plot) => {
            if ending(path) != "csv" {
                return Err(ExportError::Format { path: path.into(), allowed: ".csv" });
            }
            plot_table(plot, study, || drawn(plot))?.csv()
        }
        ExportKind::StudyPlot => {
            let chart = study.analysis.as_ref().and_then(|a| a.chart.as_ref()).ok_or(ExportError::NoStudy)?;
            figure_bytes(&chart.draw(PLOT_SIZE[0], PLOT_SIZE[1]), theme, &chart.title, path, PNG_SCALE)?
        }
        ExportKind::StudyData => {
            if ending(path) != "csv" {
                return Err(ExportError::Format { path: path.into(), allowed: ".csv" });
            }
            study.analysis.as_ref().ok_or(ExportError::NoStudy)?.table.csv()
        }
    };
    file::write_atomically(path, &bytes)?;
    Ok(())
}

/// What a picture of the bulk shows, in one line.
#[must_use]
pub fn bulk_title(document: &Document, study: &Study) -> String {
    let entropy = study.answer.as_ref().map(|a| a.regions[0].cut.capacity_nats);
    let n = document.network.sites;
    match entropy {
        Some(s) => format!("N = {n}, A = {}, S_A = {s:.6} nats", document.regions.a),
        None => format!("N = {n}"),
    }
}

/// The numbers behind a plot: of the scaling plot in nats whatever unit is shown, of every other as drawn.
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
        _ => drawn().map(|chart| plots::table(&chart)),
    }
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
            ]);
        }
    }
    table
}
