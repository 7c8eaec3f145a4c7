//! The depth ladder: one cell per layer, rim at the bottom; what is learned, and how entangled.

use super::action::Action;
use super::controls::{gesture_number, mark_asked_box};
use super::film::FilmCommand;
use super::ground::paint_ground;
use super::painter::color;
use super::state::Desk;
use crate::figure::WallLook;
use crate::figure::chart::grouped;
use crate::figure::palette::{Role, Theme};
use crate::holography::LayerStatus;
use crate::numerics::stable::LN_2;
use crate::session::keys::Value;
use crate::sim::{Phase, Wall};
use crate::theory::fermion;
use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};

/// Where it begins, from the left edge of the canvas on.
pub const LEFT: f32 = 4.0;
/// Width of the ladder.
pub const WIDTH: f32 = 28.0;

/// The ladder along the left edge of the canvas. Returns what was done and the layer under the pointer.
#[must_use]
pub fn ladder_ui(ui: &mut Ui, rect: Rect, desk: &Desk, theme: Theme) -> (Vec<Action>, Option<u32>) {
    let mut actions = Vec::new();
    let mut lit = None;
    let layers = desk.document.network.log2_sites() + 1;
    let depth = desk.network.network.geometry().depth();
    let cell = (rect.height() / layers as f32).min(26.0);
    let bottom = rect.center().y + 0.5 * cell * layers as f32;
    let small = super::painter::font(crate::figure::page::Face::Regular, 11.5);
    let training = desk.current_training();
    let height = cell * layers as f32;
    let cells = Rect::from_min_size(pos2(rect.left(), bottom - height), vec2(WIDTH, height));
    paint_ground(ui, cells, theme);
    for layer in 0..layers {
        let y = bottom - cell * (layer + 1) as f32;
        let r = Rect::from_min_size(pos2(rect.left(), y), vec2(WIDTH, cell)).shrink2(vec2(2.0, 1.5));
        let id = ui.scope_id().with(("ladder", layer));
        let response = ui.interact(r.expand2(vec2(2.0, 1.5)), id, Sense::click());
        // The RBM that makes this layer stands below it; the boundary itself is given.
        let below = layer.checked_sub(1).map(|k| k as usize);
        let status = below.and_then(|k| desk.network.status.get(k));
        let mean = below
            .and_then(|k| desk.network.slot_nats.get(k))
            .map_or(0.0, |s| s.iter().sum::<f64>() / s.len().max(1) as f64 / LN_2);
        let beyond = layer > depth;
        let fill = match status {
            _ if beyond => color(theme, Role::Canvas),
            None => color(theme, Role::Raised),
            Some(LayerStatus::Untrained) => color(theme, Role::Canvas),
            Some(_) => color(theme, Role::Link(mean as f32)).gamma_multiply(0.55),
        };
        let outline = if response.hovered() { Role::Focus } else { Role::Hairline };
        ui.painter().rect(r, 3.0, fill, Stroke::new(1.0, color(theme, outline)), egui::StrokeKind::Inside);
        let learning =
            training.as_ref().is_some_and(|t| matches!(t.phase, Phase::Learning(k) if Some(k) == below));
        if learning {
            let part = training.as_ref().map_or(0.0, |t| (t.current.len() as f32 / 25.0).min(1.0));
            let progress = Rect::from_min_max(pos2(r.left(), r.bottom() - r.height() * part), r.max);
            ui.painter().rect_filled(progress, 3.0, color(theme, Role::Focus).gamma_multiply(0.4));
        }
        let text = if beyond { Role::Faint } else { Role::Text };
        if cell >= 13.0 || layer % 2 == 0 {
            ui.painter().text(
                r.center(),
                Align2::CENTER_CENTER,
                layer.to_string(),
                small.clone(),
                color(theme, text),
            );
        }
        let words = match status {
            _ if beyond => format!("layer {layer}: beyond the wall"),
            None => "layer 0: the boundary spins".into(),
            Some(LayerStatus::Untrained) => format!("layer {layer}: not learned yet"),
            Some(LayerStatus::Extrapolated) => {
                format!("layer {layer}: reuses the deepest trained weights, mean link {mean:.2} of ln 2")
            }
            Some(_) => format!("layer {layer}: mean link {mean:.2} of ln 2"),
        };
        if response.hovered() {
            lit = Some(layer).filter(|_| !beyond);
        }
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &words));
        let [low, high] = [layer, layer + 1].map(|k| grouped(1 << k));
        response.on_hover_text(format!("{words}\nτ = {layer}: z from {low} to {high}"));
    }
    mark_asked_box(ui, "depth ladder", cells);
    if let Some(film) = desk.view.film {
        // The play head: it stands in the middle of a cell when its layer is the theory that is shown.
        let y = bottom - cell * (film.shown(desk.view.reduced_motion) as f32 + 0.5);
        let place = Rect::from_center_size(pos2(rect.left() + 0.5 * WIDTH, y), vec2(WIDTH + 8.0, 14.0));
        let response = ui.interact(place, ui.scope_id().with("play head"), Sense::drag());
        let ink = color(theme, if response.hovered() { Role::Focus } else { Role::Text });
        let (left, right) = (rect.left() - 3.0, rect.left() + WIDTH + 3.0);
        ui.painter().line_segment([pos2(left, y), pos2(right, y)], Stroke::new(1.5, ink));
        for (x, way) in [(left, 1.0), (right, -1.0)] {
            let corners = [vec2(0.0, -4.0), vec2(way * 5.0, 0.0), vec2(0.0, 4.0)];
            let corners = corners.map(|v| pos2(x, y) + v).to_vec();
            ui.painter().add(egui::Shape::convex_polygon(corners, ink, Stroke::NONE));
        }
        response.widget_info(|| egui::WidgetInfo::slider(true, film.at, "play head"));
        if let Some(p) = response.interact_pointer_pos().filter(|_| response.dragged()) {
            let at = f64::from((bottom - p.y) / cell - 0.5);
            actions.push(Action::Film(FilmCommand::Scrub(at)));
        }
        response.on_hover_text("the layer whose theory is shown; drag to go through them");
    }
    // The wall: a handle at its height that can be dragged to another layer.
    let wall = match desk.document.network.wall {
        Wall::Off => None,
        Wall::Mass => Some(Some(fermion::correlation_length(desk.document.theory.mass).log2())),
        Wall::Layer(_) => Some(None),
    };
    if let Some(z_ir) = wall.map(|z_ir| z_ir.filter(|z| z.is_finite())) {
        let y = bottom - cell * (depth as f32 + 1.0).min(layers as f32);
        let handle = Rect::from_center_size(pos2(rect.left() + 0.5 * WIDTH, y), vec2(WIDTH + 6.0, 12.0));
        let response = ui.interact(handle, ui.scope_id().with("wall"), Sense::drag());
        ui.painter().line_segment(
            [pos2(rect.left() - 2.0, y), pos2(rect.left() + WIDTH + 4.0, y)],
            Stroke::new(2.0, color(theme, if response.hovered() { Role::Focus } else { Role::Secondary })),
        );
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Slider, true, "infrared wall"));
        let gesture = Some(gesture_number(ui, &response));
        if let Some(p) = response.interact_pointer_pos().filter(|_| response.dragged()) {
            let layer = (((bottom - p.y) / cell).round() as i64 - 1).clamp(1, i64::from(layers - 1));
            if Wall::Layer(layer as u32) != desk.document.network.wall {
                let value = Value::Text(layer.to_string());
                actions.push(Action::Set { path: "network.wall", value, gesture });
            }
        }
        if let Some(z) = z_ir {
            // Beside the cells, at its place within the last one.
            let y = bottom - cell * (z as f32).clamp(0.0, layers as f32);
            let mark = [pos2(rect.left() + WIDTH, y), pos2(rect.left() + WIDTH + 6.0, y)];
            ui.painter().line_segment(mark, Stroke::new(1.0, color(theme, Role::Secondary)));
        }
        let words = WallLook { z_ir }.words(depth).join(", ");
        response.on_hover_text(format!("{words}; drag to put the wall above another layer"));
    }
    (actions, lit)
}
