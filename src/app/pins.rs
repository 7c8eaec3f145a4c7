//! The table that sets pinned studies beside the present one.

use super::action::Action;
use super::bookmarks::first_place;
use super::copying::number_ui;
use super::painter::{color, font, typeset};
use super::state::Desk;
use crate::desk::pins::{self, Entry};
use crate::export::Quantity;
use crate::figure::page::Face;
use crate::figure::palette::{Role, Theme};
use egui::{Color32, RichText, Ui, vec2};

/// The table, while it is open.
#[must_use]
pub fn pins_ui(ctx: &egui::Context, desk: &mut Desk, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut open = desk.view.pins_table;
    if !open {
        return actions;
    }
    let window = egui::Window::new("Pinned").collapsible(false).resizable(false);
    window.open(&mut open).default_pos(first_place(ctx)).default_width(420.0).show(ctx, |ui| {
        if desk.pins.is_empty() {
            let hint = "Ctrl+P pins the curves and numbers of now, up to four; File, Compare with a session… brings \
                        those of another.";
            ui.label(RichText::new(hint).color(color(theme, Role::Secondary)));
            return;
        }
        egui::ScrollArea::vertical().max_height(420.0).show(ui, |ui| {
            egui::Grid::new("pins").num_columns(2 + desk.pins.len()).spacing(vec2(16.0, 4.0)).show(ui, |ui| {
                actions.extend(head_ui(ui, desk, theme));
                for line in pins::differences(&desk.document, &desk.study()) {
                    let ink = color(theme, Role::Secondary);
                    // The path of a key is no formula with subscripts.
                    if line.name.contains('.') {
                        ui.label(RichText::new(&line.name).color(ink));
                    } else {
                        ui.label(typeset(&line.name, &font(Face::Regular, 13.0), ink));
                    }
                    actions.extend(entry_ui(ui, &line.name, "now", &line.now, color(theme, Role::Text)));
                    for (then, pin) in line.pinned.iter().zip(&desk.pins) {
                        let role = if *then == line.now { Role::Secondary } else { Role::Text };
                        actions.extend(entry_ui(ui, &line.name, &pin.name, then, color(theme, role)));
                    }
                    ui.end_row();
                }
            });
        });
    });
    desk.view.pins_table = open;
    actions
}

/// An entry; a number is copied with a click.
fn entry_ui(ui: &mut Ui, name: &str, of: &str, entry: &Entry, ink: Color32) -> Option<Action> {
    let text = RichText::new(&entry.text).color(ink);
    let Some(value) = entry.value else {
        ui.label(text);
        return None;
    };
    number_ui(ui, text, &Quantity::new(name, of, value, ""))
}

/// The names, and how to be rid of each.
fn head_ui(ui: &mut Ui, desk: &Desk, theme: Theme) -> Option<Action> {
    let mut action = None;
    ui.label("");
    ui.label(RichText::new("now").strong());
    for (i, pin) in desk.pins.iter().enumerate() {
        ui.horizontal(|ui| {
            ui.label(RichText::new(&pin.name).strong());
            let away = ui.small_button(RichText::new("×").color(color(theme, Role::Secondary)));
            away.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Unpin {}", pin.name))
            });
            if away.on_hover_text("unpin").clicked() {
                action = Some(Action::Unpin(i));
            }
        });
    }
    ui.end_row();
    action
}
