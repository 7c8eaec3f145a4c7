//! What keys and gestures do, which version this is, and how it is cited.

use super::action::Action;
use super::flight::FLIGHT_KEYS;
use super::guide;
use super::painter::color;
use super::state::Desk;
use super::top_bar::SHORTCUTS;
use crate::desk::citation;
use crate::figure::palette::{Role, Theme};
use egui::{Id, RichText, Ui, vec2};

/// A page of help in front of the window, `width` points wide: what its contents ask for, or to be put away when it is
/// left otherwise.
fn modal(
    ctx: &egui::Context,
    name: &str,
    width: f32,
    put_away: Action,
    contents: impl FnOnce(&mut Ui, &mut Vec<Action>),
) -> Vec<Action> {
    let mut actions = Vec::new();
    let shown = egui::Modal::new(Id::unique(name)).show(ctx, |ui| {
        ui.set_width(width);
        contents(ui, &mut actions);
    });
    if shown.should_close() && actions.is_empty() {
        actions.push(put_away);
    }
    actions
}

/// Keys and gestures, with the version at their foot.
#[must_use]
pub fn help_ui(ctx: &egui::Context, desk: &Desk, theme: Theme) -> Vec<Action> {
    if !desk.view.help {
        return Vec::new();
    }
    modal(ctx, "help", 520.0, Action::ToggleHelp, |ui, actions| {
        actions.extend(guide::tabs_ui(ui, None));
        ui.add_space(8.0);
        let room = ctx.content_rect().height() - 190.0;
        let list = egui::ScrollArea::vertical().id_salt("keys").min_scrolled_height(room).max_height(room);
        list.show(ui, |ui| {
            egui::Grid::new("shortcuts").num_columns(2).spacing(vec2(24.0, 6.0)).show(ui, |ui| {
                for (how, what) in [
                    ("drag along the rim", "choose a region; Shift adds, Ctrl takes away"),
                    ("drag a handle", "move that end"),
                    ("drag a region's arc", "move that interval"),
                    ("drag elsewhere", "turn the ring (magnified: shift it); move the plane by an isometry"),
                    ("Alt and drag, two fingers", "turn the view"),
                    ("wheel, pinch", "zoom about the pointer"),
                    ("double click", "centre on the tile, home where there is none; slider: default"),
                    ("← →", "move the focused end by 1, with Shift by 16"),
                    ("click a tile or link", "pin what is known of it; click its card to take it off"),
                    ("Escape", "call off a drag; end the film, take off cards; else clear the region"),
                    ("Escape elsewhere", "close an enlarged plot, leave the tour, give up what is typed"),
                    ("other button on the picture", "note on a site or tile, bookmark, copy, export"),
                    ("click a number", "copy it; the other button: CSV, JSON, LaTeX, Python"),
                    ("in a talk (F5)", "← → bookmarks · P the plot · B blank · Escape ends it"),
                    ("↑ ↓ in a number field", "one step, with Shift many"),
                    ("Ctrl + − 0", "everything larger, smaller, as it was"),
                    ("drop a file", "open a session, learn from samples, or take in weights"),
                ] {
                    ui.label(how);
                    ui.label(RichText::new(what).color(color(theme, Role::Secondary)));
                    ui.end_row();
                }
                for (how, what) in FLIGHT_KEYS {
                    ui.label(*how);
                    ui.label(RichText::new(*what).color(color(theme, Role::Secondary)));
                    ui.end_row();
                }
                for (shortcut, name) in SHORTCUTS {
                    ui.label(ctx.format_shortcut(shortcut));
                    ui.label(RichText::new(*name).color(color(theme, Role::Secondary)));
                    ui.end_row();
                }
            });
        });
        ui.add_space(8.0);
        ui.label(RichText::new(citation::program()).small().color(color(theme, Role::Faint)));
        if ui.button("Close").clicked() {
            actions.push(Action::ToggleHelp);
        }
    })
}

/// How the program and the papers behind it are cited.
#[must_use]
pub fn cite_ui(ctx: &egui::Context, desk: &Desk, theme: Theme) -> Vec<Action> {
    if !desk.view.cite {
        return Vec::new();
    }
    modal(ctx, "cite", 560.0, Action::ToggleCite, |ui, actions| {
        ui.label(RichText::new("Cite").heading());
        ui.label(RichText::new(citation::program()).small().color(color(theme, Role::Secondary)));
        ui.add_space(8.0);
        let entries = citation::bibtex();
        egui::ScrollArea::vertical().max_height(ctx.content_rect().height() - 220.0).show(ui, |ui| {
            ui.add(egui::Label::new(RichText::new(&entries).monospace().small()).selectable(true));
        });
        ui.add_space(8.0);
        ui.horizontal(|ui| {
            if ui.button("Copy BibTeX").clicked() {
                actions.extend([Action::Copy(entries), Action::ToggleCite]);
            }
            if ui.button("Close").clicked() {
                actions.push(Action::ToggleCite);
            }
        });
    })
}
