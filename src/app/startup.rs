//! Opening the window, and measuring how long that takes.

use super::place::{self, LEAST_SIZE, Place};
use super::window::Holoscope;
use crate::desk::StateFolder;
use crate::figure;
use crate::session::Document;
use std::path::PathBuf;
use std::time::Instant;

/// What the window opens with.
pub struct Launch {
    /// The document.
    pub document: Document,
    /// The file it came from.
    pub path: Option<PathBuf>,
    /// A file that is taken in as if it were dropped on the window.
    pub dropped: Option<PathBuf>,
    /// Print how long the first frame and the first learned link took, and quit.
    pub measure_startup: bool,
    /// When the process began.
    pub started: Instant,
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// No display, or no OpenGL.
pub fn run(mut launch: Launch) -> anyhow::Result<()> {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].into_iter().any(named) {
        anyhow::bail!("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)");
    }
    let viewport = egui::ViewportBuilder::default()
        .with_title("holoscope")
        .with_app_id("holoscope")
        .with_min_inner_size(LEAST_SIZE)
        .with_icon(icon());
    // What is measured is the same window everywhere.
    let folder = StateFolder::of_platform().filter(|_| !launch.measure_startup);
    let place = folder.as_ref().map_or_else(Place::default, place::remembered);
    place.dress(&mut launch.document);
    let viewport = place.viewport(viewport);
    let options = eframe::NativeOptions { viewport, ..Default::default() };
    eframe::run_native(
        "holoscope",
        options,
        Box::new(move |context| {
            let ctx = context.egui_ctx.clone();
            if let Some(position) = place.moved_onto(&screens(context)) {
                ctx.send_viewport_cmd(egui::ViewportCommand::OuterPosition(position.into()));
            }
            let mut app = Holoscope::new(&ctx, launch)?;
            app.desk_mut().view.reduced_motion = place.reduced_motion;
            app.desk_mut().view.folded = place.folded;
            if let Some(folder) = folder {
                app.remember_hints_in(folder.clone());
                app.keep_in(&ctx, folder, place.theme)?;
            }
            Ok(Box::new(app) as Box<dyn eframe::App>)
        }),
    )
    .map_err(|error| match error {
        // What it says of itself are files and lines of the library.
        eframe::Error::WinitEventLoop(_) => anyhow::anyhow!(
            "there is no display to open a window on: neither DISPLAY nor WAYLAND_DISPLAY leads to one that answers"
        ),
        other => anyhow::anyhow!("the window cannot be opened: {other}"),
    })
}

/// The screens that are there, in points of the window's own, the main one first.
fn screens(context: &eframe::CreationContext<'_>) -> Vec<egui::Rect> {
    let Some(window) = context.winit_window() else { return Vec::new() };
    let scale = window.scale_factor() as f32;
    let main = window.primary_monitor();
    let others = window.available_monitors().filter(|monitor| Some(monitor) != main.as_ref());
    main.clone()
        .into_iter()
        .chain(others)
        .map(|monitor| {
            let (at, size) = (monitor.position(), monitor.size());
            let corner = egui::pos2(at.x as f32, at.y as f32) / scale;
            egui::Rect::from_min_size(corner, egui::vec2(size.width as f32, size.height as f32) / scale)
        })
        .collect()
}

/// The icon, drawn by the program's own renderer.
fn icon() -> egui::IconData {
    crate::export::png::rgba(&figure::icon::icon(), figure::Theme::Dark, false, 1.0).map_or_else(
        |_| egui::IconData::default(),
        |(rgba, width, height)| egui::IconData { rgba, width, height },
    )
}
