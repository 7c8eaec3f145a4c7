//! What lies over the picture: chart switch, depth ladder, film, legend, Home, and the hint of the first minute.

use super::action::Action;
use super::chart_switch::chart_switch_ui;
use super::controls::mark_asked_places;
use super::film::{film_ui, strip};
use super::ground::paint_ground;
use super::ladder::{self, ladder_ui};
use super::legend::legend_ui;
use super::painter::{FigurePainter, color};
use super::state::Desk;
use crate::figure::ThreadCount;
use crate::figure::camera::{ChartKind, Projection};
use crate::figure::palette::{Role, Theme};
use crate::figure::pick::handles;
use crate::session::RegionName;
use egui::{Align2, Rect, Ui, pos2, vec2};

/// What the picture under the overlays shows.
#[derive(Clone, Copy)]
pub struct Seen {
    /// How it was projected.
    pub projection: Option<Projection>,
    /// How many of the bit threads can be seen.
    pub threads: ThreadCount,
}

/// Chart switch, depth ladder, Home, and the hint of the first minute; `rows` as in [`chart_switch_ui`].
#[must_use]
pub fn overlays_ui(
    ui: &mut Ui,
    rect: Rect,
    desk: &mut Desk,
    painter: &mut FigurePainter,
    seen: Seen,
    theme: Theme,
    rows: &mut Vec<[f32; 2]>,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let shown = seen.projection.map_or(ChartKind::Ring, |p| p.chart);
    actions.extend(chart_switch_ui(ui, rect, &desk.document, shown, theme, rows));
    let edge = Rect::from_min_max(
        pos2(rect.left() + ladder::LEFT, rect.top() + 72.0),
        pos2(rect.left() + ladder::LEFT + ladder::WIDTH, rect.bottom() - 56.0),
    );
    let (ladder, lit) = ladder_ui(ui, edge, desk, theme);
    actions.extend(ladder);
    if let Some(projection) = &seen.projection {
        for (name, control) in RegionName::ALL.into_iter().zip(["end of A", "end of B", "end of C"]) {
            let ends = handles(projection, desk.document.regions.get(name)).into_iter();
            mark_asked_places(ui, control, ends.map(|(_, [x, y])| rect.min + vec2(x, y)));
        }
    }
    if lit != desk.view.lit_layer {
        desk.view.lit_layer = lit;
        ui.ctx().request_repaint();
    }
    if legend_ui(ui, rect, painter, desk, theme) {
        desk.view.legend = !desk.view.legend;
    }
    // Over the ground of an unfolded legend, beside its word.
    actions.extend(film_ui(ui, rect, desk, theme));
    let home = Rect::from_min_size(rect.max - vec2(72.0, 60.0), vec2(56.0, 26.0));
    let moved = desk.camera != crate::figure::Camera::HOME;
    if moved
        && ui.put(home, egui::Button::new("Home")).on_hover_text("view of the first glance (Home)").clicked()
    {
        actions.push(Action::Home);
    }
    let hint = if desk.document.regions.get(desk.view.active.name).is_empty() {
        "S = 0 · drag along the rim to choose a region".into()
    } else if let Some(threads) = seen.threads.words() {
        threads
    } else if desk.view.hint_seen {
        String::new()
    } else {
        "Drag along the rim to choose a region · T for the tour".into()
    };
    let small = super::painter::font(crate::figure::page::Face::Regular, 11.5);
    // The corners of the canvas are free of the ring, its arcs and its letters.
    let at = pos2(rect.right() - 16.0, rect.bottom() - 18.0);
    let words = ui.painter().layout_no_wrap(hint, small, color(theme, Role::Faint));
    let place = Align2::RIGHT_CENTER.anchor_size(at, words.size());
    if !words.is_empty() && (desk.view.film.is_none() || !place.intersects(strip(rect).expand(4.0))) {
        paint_ground(ui, place, theme);
        ui.painter().galley(place.min, words, color(theme, Role::Faint));
    }
    actions
}
