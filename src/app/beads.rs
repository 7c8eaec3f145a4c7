//! Beads that move along the bit threads: an overlay over the picture, of which nothing is made anew for them.

use super::painter::color;
use crate::figure::beads::{RADIUS, Track, beads};
use crate::figure::palette::{Role, Theme};
use egui::{Rect, Ui};
use std::time::Duration;

/// Between two frames of moving beads: 40 points a second are under two points then.
const FRAME: Duration = Duration::from_millis(40);

/// Paints the beads of this moment along some threads and asks for the next one; nothing where there are none.
pub fn beads_ui(ui: &Ui, canvas: Rect, tracks: &[Track], theme: Theme) {
    if tracks.is_empty() {
        return;
    }
    let painter = ui.painter().with_clip_rect(canvas);
    for ([x, y], hue) in beads(tracks, ui.input(|i| i.time), [canvas.width(), canvas.height()]) {
        let centre = canvas.min + egui::vec2(x, y);
        painter.circle_filled(centre, RADIUS, color(theme, Role::Region(hue)));
    }
    ui.ctx().request_repaint_after(FRAME);
}
