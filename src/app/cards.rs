//! What is known of places that were clicked, as small cards beside them.

use super::action::Action;
use super::painter::{color, font};
use super::state::Desk;
use crate::desk::facts::Spot;
use crate::figure::camera::Projection;
use crate::figure::page::Face;
use crate::figure::palette::{Role, Theme};
use crate::figure::pick;
use egui::{Align2, Rect, Sense, Stroke, Ui, pos2, vec2};

/// Most that a card is wide.
const WIDTH: f32 = 240.0;
/// Distance of a card from its place.
const BESIDE: f32 = 12.0;

/// The cards of what is pinned. Returns what was taken off by a click on its card.
#[must_use]
pub fn cards_ui(ui: &mut Ui, canvas: Rect, desk: &Desk, p: &Projection, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let study = desk.study();
    let geometry = desk.network.network.geometry();
    for spot in &desk.view.cards {
        let [x, y] = spot.place(geometry, p);
        let at = canvas.min + vec2(x, y);
        // It moves with its place and is gone when that is out of sight.
        if !canvas.contains(at) {
            continue;
        }
        mark(ui, canvas, desk, *spot, p, theme);
        let facts = spot.facts(&desk.document, &study);
        let small = font(Face::Regular, 11.5);
        let bold = font(Face::SemiBold, 11.5);
        let text = |line: &str, font, role| {
            ui.painter().layout(line.to_owned(), font, color(theme, role), WIDTH - 20.0)
        };
        let mut galleys = vec![text(&facts.title, bold, Role::Text)];
        galleys.extend(facts.lines.iter().map(|line| text(line, small.clone(), Role::Secondary)));
        let height = galleys.iter().map(|g| g.size().y + 2.0).sum::<f32>() + 12.0;
        let width = galleys.iter().map(|g| g.size().x).fold(0.0, f32::max) + 20.0;
        let size = vec2(width, height);
        // To the right of it and below, unless there is no room.
        let left = if at.x + BESIDE + width > canvas.right() { at.x - BESIDE - width } else { at.x + BESIDE };
        let top = (at.y + BESIDE).min(canvas.bottom() - height - 8.0).max(canvas.top() + 8.0);
        let card = Rect::from_min_size(pos2(left, top), size);
        let painter = ui.painter().with_clip_rect(canvas);
        painter.rect(
            card,
            6.0,
            color(theme, Role::Raised),
            Stroke::new(1.0, color(theme, Role::Hairline)),
            egui::StrokeKind::Inside,
        );
        let mut line = card.min + vec2(10.0, 6.0);
        for galley in galleys {
            let height = galley.size().y;
            painter.galley(line, galley, color(theme, Role::Text));
            line.y += height + 2.0;
        }
        let response = ui.interact(card, ui.scope_id().with(("pin", format!("{spot:?}"))), Sense::click());
        let words = format!("Pinned: {}", facts.sentence());
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &words));
        if response.on_hover_text("click to take it off (Escape takes all off)").clicked() {
            actions.push(Action::Card(*spot));
        }
    }
    actions
}

/// Lights what is pinned or under the pointer: a link along its line, a tile at its node, a site on the boundary.
pub fn mark(ui: &Ui, canvas: Rect, desk: &Desk, spot: Spot, p: &Projection, theme: Theme) {
    let painter = ui.painter().with_clip_rect(canvas);
    let ink = color(theme, Role::Focus);
    let geometry = desk.network.network.geometry();
    match spot {
        Spot::Link(link) => {
            let places = pick::link_places(p, geometry.field(), link).into_iter();
            let points = places.map(|[x, y]| canvas.min + vec2(x, y)).collect();
            painter.add(egui::Shape::line(points, Stroke::new(2.5, ink)));
        }
        Spot::Tile(_) | Spot::Site(_) => {
            let [x, y] = spot.place(geometry, p);
            painter.circle_stroke(canvas.min + vec2(x, y), 6.0, Stroke::new(1.5, ink));
        }
    }
}

/// The words beside the pointer on a link: what it costs.
pub fn hover_ui(ui: &Ui, canvas: Rect, desk: &Desk, p: &Projection, theme: Theme) {
    let Some(at) = desk.view.canvas.hover.filter(|_| !desk.view.canvas.selecting()) else { return };
    let study = desk.study();
    let Some(spot @ Spot::Link(_)) = Spot::under(&study, p, at) else { return };
    mark(ui, canvas, desk, spot, p, theme);
    let facts = spot.facts(&desk.document, &study);
    let cut = facts.lines.iter().any(|line| line.starts_with("cut by"));
    let Some(capacity) = facts.lines.iter().find(|line| line.starts_with("capacity")).filter(|_| cut) else {
        return;
    };
    let place = canvas.min + vec2(at[0] + 14.0, at[1] - 14.0);
    let galley = ui.painter().layout_no_wrap(
        format!("cut · {capacity}"),
        font(Face::Regular, 11.5),
        color(theme, Role::Text),
    );
    let ground = Align2::LEFT_BOTTOM.anchor_size(place, galley.size()).expand2(vec2(6.0, 3.0));
    let painter = ui.painter().with_clip_rect(canvas);
    painter.rect_filled(ground, 4.0, color(theme, Role::Raised));
    painter.galley(ground.min + vec2(6.0, 3.0), galley, color(theme, Role::Text));
}

/// What Escape takes away before it clears a region: the film, then what is pinned.
#[must_use]
pub fn escape(desk: &Desk) -> Option<Action> {
    let film = desk.view.film.map(|_| Action::Film(super::film::FilmCommand::Off));
    film.or((!desk.view.cards.is_empty()).then_some(Action::DropCards))
}

/// The sentence of the status bar about what is under a place.
#[must_use]
pub fn under(desk: &Desk, p: &Projection, at: [f32; 2]) -> Option<String> {
    let study = desk.study();
    Some(Spot::under(&study, p, at)?.facts(&desk.document, &study).sentence())
}
