//! For a talk: the picture alone, larger, with the number and on call the plot; the arrow keys walk the bookmarks.

use super::action::Action;
use super::painter::{FigurePainter, Still, color, font, typeset};
use super::right_panel::cut_line;
use super::state::Desk;
use crate::desk::{PlotKind, picture, plots};
use crate::figure::Figure;
use crate::figure::chart::four_digits;
use crate::figure::page::{Face, Mark};
use crate::figure::palette::{Role, Theme};
use crate::session::RegionName;
use egui::{Align2, Id, Key, LayerId, Modifiers, Order, Rect, Ui, pos2, vec2};

/// Lines are so much wider.
pub const STROKES: f32 = 1.6;
/// Texts are so much larger.
pub const TYPE: f32 = 1.5;
/// Size of the readout.
const READOUT: f32 = 54.0;
/// Radius of the disc under the pointer.
const POINTER: f32 = 26.0;
/// Distance of readout and plot from the edges.
const EDGE: f32 = 32.0;

/// A talk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PresentState {
    /// Whether there is one.
    pub on: bool,
    /// Whether the plot is shown.
    pub plot: bool,
    /// Whether nothing is.
    pub blank: bool,
}

/// The keys of a talk, taken before the canvas has them.
#[must_use]
pub fn keys(ctx: &egui::Context, state: PresentState) -> Vec<Action> {
    let pressed = |key| ctx.input_mut(|i| i.consume_key(Modifiers::NONE, key));
    let mut actions = Vec::new();
    if pressed(Key::Escape) {
        actions.push(Action::Present(PresentState::default()));
    }
    for (key, step) in [(Key::ArrowRight, 1), (Key::PageDown, 1), (Key::ArrowLeft, -1), (Key::PageUp, -1)] {
        if pressed(key) {
            actions.push(Action::WalkBookmarks(step));
        }
    }
    if pressed(Key::B) {
        actions.push(Action::Present(PresentState { blank: !state.blank, ..state }));
    }
    if pressed(Key::P) {
        actions.push(Action::Present(PresentState { plot: !state.plot, ..state }));
    }
    actions
}

/// Makes the texts of a picture as large as a talk needs them.
pub fn enlarge_texts(page: &mut Figure) {
    for mark in &mut page.marks {
        if let Mark::Text { size, .. } = mark {
            *size *= TYPE;
        }
    }
}

/// The number, the plot if it was called, and the disc under the pointer.
pub fn overlay_ui(ui: &Ui, rect: Rect, painter: &mut FigurePainter, desk: &Desk, theme: Theme) {
    let name = desk.view.active.name;
    readout(ui, rect, desk, name, theme);
    if desk.view.present.plot {
        plot(ui, rect, painter, desk, theme);
    }
    if let Some(at) = ui.ctx().pointer_latest_pos().filter(|at| rect.contains(*at)) {
        let layer = LayerId::new(Order::Tooltip, Id::unique("pointer of a talk"));
        let soft = ui.ctx().layer_painter(layer);
        for (share, opacity) in [(1.0, 0.10), (0.75, 0.12), (0.5, 0.14)] {
            soft.circle_filled(at, share * POINTER, color(theme, Role::Focus).gamma_multiply(opacity));
        }
    }
}

fn readout(ui: &Ui, rect: Rect, desk: &Desk, name: RegionName, theme: Theme) {
    let unit = picture::unit(&desk.document, &desk.study());
    let nats = desk.answer.as_ref().map(|a| a.regions[name as usize].cut.capacity_nats);
    let value = nats.map_or_else(|| "…".into(), |s| four_digits(s / unit.nats));
    let hue = color(theme, Role::Region(picture::hue(name)));
    let part =
        |text: &str, face, size: f32, ink| ui.painter().layout_job(typeset(text, &font(face, size), ink));
    let parts = [
        part(unit.name, Face::Regular, 0.4 * READOUT, color(theme, Role::Secondary)),
        part(&value, Face::SemiBold, READOUT, color(theme, Role::Text)),
        part(&format!("S_{}", name.letter()), Face::Italic, 0.8 * READOUT, hue),
    ];
    let bottom = rect.top() + EDGE - 8.0 + parts[1].size().y;
    let (mut right, below) = (rect.right() - EDGE, bottom + 4.0);
    for part in parts {
        // Descents differ by a share of the sizes: a sixth lifts the smaller ones onto one line.
        let lift = (1.35 * READOUT - part.size().y) / 6.0;
        let at = pos2(right - part.size().x, bottom - part.size().y - lift.max(0.0));
        right = at.x - 12.0;
        ui.painter().galley(at, part, hue);
    }
    let small = font(Face::Regular, 11.5 * TYPE);
    let place = pos2(rect.right() - EDGE, below);
    ui.painter().text(place, Align2::RIGHT_TOP, cut_line(desk, name), small, color(theme, Role::Secondary));
}

/// The scaling plot, bottom right, drawn as files draw it and as much larger as everything else.
fn plot(ui: &Ui, rect: Rect, painter: &mut FigurePainter, desk: &Desk, theme: Theme) {
    let kind = PlotKind::Scaling;
    let Some(chart) = plots::chart(kind, &desk.document, &desk.study(), desk.view.plots) else { return };
    let size = vec2((0.42 * rect.width()).max(420.0), (0.5 * rect.height()).max(300.0));
    let at = rect.right_bottom() - vec2(EDGE, EDGE) - size;
    let figure = chart.draw(size.x / TYPE, size.y / TYPE).scaled(TYPE);
    painter.paint(ui.painter(), at, &figure, Still::default(), theme);
}
