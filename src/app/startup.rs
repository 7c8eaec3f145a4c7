//! Opening the window, and measuring how long that takes.

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
    /// Print how long the first frame and the first learned link took, and quit.
    pub measure_startup: bool,
    /// When the process began.
    pub started: Instant,
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// No display, or no OpenGL.
pub fn run(launch: Launch) -> anyhow::Result<()> {
    let named = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if cfg!(target_os = "linux") && !["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"].into_iter().any(named) {
        anyhow::bail!("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)");
    }
    let viewport = egui::ViewportBuilder::default()
        .with_title("holoscope")
        .with_app_id("holoscope")
        .with_inner_size([1440.0, 900.0])
        .with_min_inner_size([900.0, 600.0])
        .with_icon(icon());
    let options = eframe::NativeOptions { viewport, ..Default::default() };
    eframe::run_native(
        "holoscope",
        options,
        Box::new(move |context| {
            let ctx = context.egui_ctx.clone();
            // What is measured is the same window everywhere.
            let folder = StateFolder::of_platform().filter(|_| !launch.measure_startup);
            let mut app = Holoscope::new(&ctx, launch)?;
            folder.into_iter().for_each(|folder| app.remember_hints_in(folder));
            Ok(Box::new(app) as Box<dyn eframe::App>)
        }),
    )
    .map_err(|error| anyhow::anyhow!("the window cannot be opened: {error}"))
}

/// The icon, drawn by the program's own renderer.
fn icon() -> egui::IconData {
    crate::export::png::rgba(&figure::icon::icon(), figure::Theme::Dark).map_or_else(
        |_| egui::IconData::default(),
        |(rgba, width, height)| egui::IconData { rgba, width, height },
    )
}
