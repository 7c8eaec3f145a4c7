//! What lies over the picture: chart switch, depth ladder, film, legend, Home, and the hint of the first minute.

use super::action::Action;
use super::film::film_ui;
use super::ladder::{self, ladder_ui};
use super::left_panel::has_ring;
use super::legend::legend_ui;
use super::painter::{FigurePainter, color};
use super::state::Desk;
use crate::figure::ThreadCount;
use crate::figure::camera::{ChartKind, Projection};
use crate::figure::palette::{Role, Theme};
use crate::session::keys::Value;
use egui::{Align2, Rect, RichText, Ui, pos2, vec2};

/// What the picture under the overlays shows.
#[derive(Clone, Copy)]
pub struct Seen {
    /// How it was projected.
    pub projection: Option<Projection>,
    /// How many of the bit threads can be seen.
    pub threads: ThreadCount,
}

/// Chart switch, depth ladder, Home, and the hint of the first minute.
#[must_use]
pub fn overlays_ui(
    ui: &mut Ui,
    rect: Rect,
    desk: &mut Desk,
    painter: &mut FigurePainter,
    seen: Seen,
    theme: Theme,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let top = Rect::from_min_size(rect.min + vec2(16.0, 10.0), vec2(rect.width() - 32.0, 54.0));
    let shown = seen.projection.map_or(ChartKind::Ring, |p| p.chart);
    ui.scope_builder(egui::UiBuilder::new().max_rect(top), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for (word, kind, title) in [
                ("ring", ChartKind::Ring, "the periodic chain, boundary outside"),
                ("half-plane", ChartKind::HalfPlane, "sites along the line, scale z upwards"),
                ("poincare", ChartKind::Poincare, "the Poincaré disk: true angles"),
                ("klein", ChartKind::Klein, "the Klein disk: straight geodesics"),
            ] {
                let possible = kind.is_plane() || has_ring(&desk.document);
                let text = if word == "poincare" { "poincaré" } else { word };
                let response = ui.add_enabled(possible, egui::Button::selectable(shown == kind, text));
                let response = response.on_hover_text(format!("{title} (C: next)"));
                let response = response.on_disabled_hover_text("an open line has no ring chart");
                response.widget_info(|| {
                    egui::WidgetInfo::selected(
                        egui::Role::RadioButton,
                        possible,
                        shown == kind,
                        format!("Chart {word}"),
                    )
                });
                if response.clicked() && shown != kind {
                    let value = Value::Text(word.into());
                    actions.push(Action::Set { path: "view.chart", value, gesture: None });
                }
            }
        });
        // In a row of its own: on a narrow canvas a region on top of the ring stands where one row would end.
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            if shown == ChartKind::Ring {
                let now = crate::session::keys::find("view.ring_radius")
                    .map(|k| k.get(&desk.document).to_string())
                    .unwrap_or_default();
                for word in ["balanced", "conformal", "even"] {
                    let text = RichText::new(word).small().color(color(theme, Role::Secondary));
                    let response =
                        ui.selectable_label(now == word, text).on_hover_text("radius function (E)");
                    response.widget_info(|| {
                        let name = format!("Ring radius {word}");
                        egui::WidgetInfo::selected(egui::Role::RadioButton, true, now == word, name)
                    });
                    if response.clicked() && now != word {
                        let value = Value::Text(word.into());
                        actions.push(Action::Set { path: "view.ring_radius", value, gesture: None });
                    }
                }
            }
        });
    });
    let edge = Rect::from_min_max(
        pos2(rect.left() + 8.0, rect.top() + 72.0),
        pos2(rect.left() + 8.0 + ladder::WIDTH, rect.bottom() - 56.0),
    );
    let (ladder, lit) = ladder_ui(ui, edge, desk, theme);
    actions.extend(ladder);
    if lit != desk.view.lit_layer {
        desk.view.lit_layer = lit;
        ui.ctx().request_repaint();
    }
    actions.extend(film_ui(ui, rect, desk, theme));
    if legend_ui(ui, rect, painter, desk, theme) {
        desk.view.legend = !desk.view.legend;
    }
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
    ui.painter().text(at, Align2::RIGHT_CENTER, hint, small, color(theme, Role::Faint));
    actions
}
