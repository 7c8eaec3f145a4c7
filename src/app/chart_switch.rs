//! The chart switch over the canvas, and the radius function of the ring below it.

use super::action::Action;
use super::controls::mark_asked_box;
use super::ground::on_ground;
use super::left_panel::has_ring;
use super::painter::color;
use crate::figure::camera::ChartKind;
use crate::figure::palette::{Role, Theme};
use crate::session::Document;
use crate::session::keys::{self, Value};
use egui::{Rect, RichText, Ui, vec2};

/// The switch in the upper left corner of a canvas that shows the chart `shown`; gives what was chosen. `rows` become the
/// lower right corners of its rows, from the corner of the canvas on: what is drawn keeps clear of them from the next frame
/// on.
#[must_use]
pub fn chart_switch_ui(
    ui: &mut Ui,
    rect: Rect,
    document: &Document,
    shown: ChartKind,
    theme: Theme,
    rows: &mut Vec<[f32; 2]>,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut taken = Vec::new();
    let top = Rect::from_min_size(rect.min + vec2(16.0, 10.0), vec2(rect.width() - 32.0, 54.0));
    ui.scope_builder(egui::UiBuilder::new().max_rect(top), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let row = ui.horizontal(|ui| on_ground(ui, theme, |ui| charts_ui(ui, document, shown)));
        mark_asked_box(ui, "view.chart", row.response.rect);
        actions.extend(row.inner);
        taken.push(row.response.rect.max - rect.min);
        // In a row of its own: on a narrow canvas a region on top of the ring stands where one row would end.
        if shown == ChartKind::Ring {
            let row = ui.horizontal(|ui| on_ground(ui, theme, |ui| radii_ui(ui, document, theme)));
            actions.extend(row.inner);
            taken.push(row.response.rect.max - rect.min);
        }
    });
    let taken: Vec<[f32; 2]> = taken.into_iter().map(Into::into).collect();
    if *rows != taken {
        *rows = taken;
        ui.ctx().request_repaint();
    }
    actions
}

fn charts_ui(ui: &mut Ui, document: &Document, shown: ChartKind) -> Option<Action> {
    let mut action = None;
    ui.spacing_mut().item_spacing.x = 2.0;
    for (word, kind, title) in [
        ("ring", ChartKind::Ring, "the periodic chain, boundary outside"),
        ("half-plane", ChartKind::HalfPlane, "sites along the line, scale z upwards"),
        ("poincare", ChartKind::Poincare, "the Poincaré disk: true angles"),
        ("klein", ChartKind::Klein, "the Klein disk: straight geodesics"),
    ] {
        let possible = kind.is_plane() || has_ring(document);
        let text = if word == "poincare" { "poincaré" } else { word };
        let response = ui.add_enabled(possible, egui::Button::selectable(shown == kind, text));
        let response = response.on_hover_text(format!("{title} (C: next)"));
        let response = response.on_disabled_hover_text("an open line has no ring chart");
        response.widget_info(|| {
            let name = format!("Chart {word}");
            egui::WidgetInfo::selected(egui::Role::RadioButton, possible, shown == kind, name)
        });
        if response.clicked() && shown != kind {
            action = Some(Action::Set { path: "view.chart", value: Value::Text(word.into()), gesture: None });
        }
    }
    action
}

fn radii_ui(ui: &mut Ui, document: &Document, theme: Theme) -> Option<Action> {
    let mut action = None;
    ui.spacing_mut().item_spacing.x = 2.0;
    let now = keys::find("view.ring_radius").map(|k| k.get(document).to_string()).unwrap_or_default();
    for word in ["balanced", "conformal", "even"] {
        let text = RichText::new(word).small().color(color(theme, Role::Secondary));
        let response = ui.selectable_label(now == word, text).on_hover_text("radius function (E)");
        response.widget_info(|| {
            let name = format!("Ring radius {word}");
            egui::WidgetInfo::selected(egui::Role::RadioButton, true, now == word, name)
        });
        if response.clicked() && now != word {
            let value = Value::Text(word.into());
            action = Some(Action::Set { path: "view.ring_radius", value, gesture: None });
        }
    }
    action
}
