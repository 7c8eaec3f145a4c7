//! The ground of what stands over the picture: the canvas's own colour, through which the network is hardly seen.

use super::painter::color;
use crate::figure::palette::{GROUND, Role, Theme};
use egui::{Color32, Rect, Shape, Ui};

/// Room about what stands on it, in points.
const ROOM: f32 = 4.0;

/// Its colour.
#[must_use]
pub fn ground_color(theme: Theme) -> Color32 {
    color(theme, Role::Canvas).gamma_multiply(GROUND)
}

/// Paints it under a rectangle of the canvas.
pub fn paint_ground(ui: &Ui, rect: Rect, theme: Theme) {
    ui.painter().rect_filled(rect.expand(ROOM), ROOM, ground_color(theme));
}

/// Shows something with the ground under as much as it takes.
pub fn on_ground<R>(ui: &mut Ui, theme: Theme, show: impl FnOnce(&mut Ui) -> R) -> R {
    // What it takes is known when it stands: its place in the order of painting is kept for it.
    let under = ui.painter().add(Shape::Noop);
    let shown = show(ui);
    let rect = ui.min_rect();
    if rect.is_positive() {
        ui.painter().set(under, Shape::rect_filled(rect.expand(ROOM), ROOM, ground_color(theme)));
    }
    shown
}
