//! Beads that move along the bit threads: an overlay over the picture, of which nothing is made anew for them.

use super::painter::color;
use super::state::Desk;
use crate::desk::picture::{self, BulkView};
use crate::figure::beads::{RADIUS, Track, beads};
use crate::figure::camera::Projection;
use crate::figure::palette::{Role, Theme};
use crate::sim::CutAnswer;
use egui::{Rect, Ui};
use std::sync::Arc;
use std::time::Duration;

/// Between two frames of moving beads: 40 points a second are under two points then.
const FRAME: Duration = Duration::from_millis(40);

/// The ways of the threads on the page, kept as long as they stay the same.
#[derive(Default)]
pub struct Beads {
    key: Option<(Projection, Arc<CutAnswer>)>,
    tracks: Vec<Track>,
}

impl Beads {
    /// Paints the beads of this moment and asks for the next one; nothing while no threads are shown, or they are
    /// part of the picture.
    pub fn show(
        &mut self,
        ui: &Ui,
        canvas: Rect,
        desk: &Desk,
        projection: Projection,
        view: &BulkView,
        theme: Theme,
    ) {
        let shown = desk.document.view.show.threads && !view.still_beads && view.passage.is_none();
        let Some(answer) = desk.answer.as_ref().filter(|_| shown) else {
            self.key = None;
            self.tracks.clear();
            return;
        };
        let same = self.key.as_ref().is_some_and(|(p, a)| *p == projection && Arc::ptr_eq(a, answer));
        if !same {
            self.tracks = picture::thread_tracks(&desk.document, &desk.study(), view, theme);
            self.key = Some((projection, Arc::clone(answer)));
        }
        if self.tracks.is_empty() {
            return;
        }
        let painter = ui.painter().with_clip_rect(canvas);
        for ([x, y], hue) in beads(&self.tracks, ui.input(|i| i.time), [canvas.width(), canvas.height()]) {
            let centre = canvas.min + egui::vec2(x, y);
            painter.circle_filled(centre, RADIUS, color(theme, Role::Region(hue)));
        }
        ui.ctx().request_repaint_after(FRAME);
    }
}
