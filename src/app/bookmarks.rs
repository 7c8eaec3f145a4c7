//! Bookmarks and notes: the menu, the small list where they are renamed and deleted, and the field where a note is
//! written.

use super::action::Action;
use super::painter::color;
use super::state::Desk;
use crate::figure::camera::Projection;
use crate::figure::palette::{Role, Theme};
use crate::figure::pick;
use crate::session::{Document, Note, NotePlace};
use egui::{Id, Key, Response, RichText, Ui};

/// A bookmark or a note of the document, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Bookmark(usize),
    Note(usize),
}

/// What is under a person's hands here.
#[derive(Clone, Debug, Default)]
pub struct MarksState {
    /// Whether the list is open.
    pub list: bool,
    /// The bookmark that was gone to last.
    pub visited: Option<usize>,
    /// The note that is being written.
    pub draft: Option<Draft>,
    /// What was under the pointer when the canvas' menu was opened.
    pub under_menu: Option<NotePlace>,
    /// The name that is being edited.
    edited: Option<(Item, String)>,
}

/// A note that is being written.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// What it is tied to.
    pub place: NotePlace,
    /// Its text so far.
    pub text: String,
}

/// The menu of bookmarks.
#[must_use]
pub fn menu_ui(ui: &mut Ui, desk: &Desk, shortcut: impl Fn(&str) -> String) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.set_min_width(240.0);
    let add = egui::Button::new("Bookmark this view").shortcut_text(shortcut("Bookmark this view"));
    if ui.add(add).clicked() {
        actions.push(Action::AddBookmark);
        ui.close();
    }
    if ui.button("Bookmarks and notes…").clicked() {
        actions.push(Action::ToggleMarks);
        ui.close();
    }
    let bookmarks = &desk.document.bookmarks;
    if !bookmarks.is_empty() {
        ui.separator();
    }
    for (i, bookmark) in bookmarks.iter().enumerate() {
        let here = desk.view.marks.visited == Some(i);
        if ui.selectable_label(here, shown(&bookmark.name)).clicked() {
            actions.push(Action::GoToBookmark(i));
            ui.close();
        }
    }
    actions
}

/// A name, or what stands for none.
fn shown(name: &str) -> &str {
    if name.trim().is_empty() { "(no name)" } else { name }
}

/// What a place of the canvas can be noted as.
#[must_use]
pub fn place_at(desk: &Desk, p: &Projection, at: [f32; 2]) -> Option<NotePlace> {
    if pick::near_rim(p, at)
        && let Some(site) = pick::site_at(p, at)
    {
        return Some(NotePlace::Site(site));
    }
    let geometry = desk.network.network.geometry();
    let tile = pick::tile_under(p, geometry.field(), geometry.boundary(), geometry.depth(), at)?;
    Some(NotePlace::Tile { layer: tile.layer, index: tile.index as u64 })
}

/// The menu of the canvas, under the other button.
#[must_use]
pub fn canvas_menu(response: &Response, desk: &Desk) -> Vec<Action> {
    let mut actions = Vec::new();
    response.context_menu(|ui| {
        if let Some(place) = desk.view.marks.under_menu {
            let known = desk.document.notes.iter().find(|note| note.place == place);
            let verb = if known.is_some() { "Edit the note on" } else { "Note on" };
            if ui.button(format!("{verb} {place}…")).clicked() {
                actions.push(Action::DraftNote(place));
                ui.close();
            }
        }
        for (text, action) in [
            ("Bookmark this view", Action::AddBookmark),
            ("Copy the bulk", Action::CopyPicture(super::action::Export::Bulk)),
            ("Copy its caption", Action::CopyCaption(super::action::Export::Bulk)),
            ("Export the bulk…", Action::Ask(super::action::Export::Bulk)),
        ] {
            if ui.button(text).clicked() {
                actions.push(action);
                ui.close();
            }
        }
    });
    actions
}

/// The field where a note is written.
#[must_use]
pub fn draft_ui(ctx: &egui::Context, state: &mut MarksState) -> Option<Action> {
    let draft = state.draft.as_mut()?;
    let mut decided = None;
    let modal = egui::Modal::new(Id::unique("note")).show(ctx, |ui| {
        ui.set_width(360.0);
        ui.label(RichText::new(format!("Note on {}", draft.place)).heading());
        ui.add_space(8.0);
        let field = ui.add(
            egui::TextEdit::singleline(&mut draft.text)
                .desired_width(f32::INFINITY)
                .char_limit(120)
                .hint_text("what it says; empty deletes it"),
        );
        field.widget_info(|| egui::WidgetInfo::text_edit(true, "", &draft.text, "note"));
        let enter = field.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        if ui.memory(|m| m.focused().is_none()) {
            field.request_focus();
        }
        ui.add_space(12.0);
        ui.horizontal(|ui| {
            if ui.button("Keep").clicked() || enter {
                decided = Some(true);
            }
            if ui.button("Cancel").clicked() {
                decided = Some(false);
            }
        });
    });
    if modal.should_close() && decided.is_none() {
        decided = Some(false);
    }
    let keep = decided?;
    let draft = state.draft.take()?;
    keep.then(|| Action::SetNote(Note { text: draft.text.trim().into(), place: draft.place }))
}

/// The list of bookmarks and notes.
#[must_use]
pub fn list_ui(
    ctx: &egui::Context,
    document: &Document,
    state: &mut MarksState,
    theme: Theme,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut open = state.list;
    if !open {
        return actions;
    }
    let window = egui::Window::new("Bookmarks and notes").collapsible(false).resizable(false);
    window.open(&mut open).default_pos(first_place(ctx)).default_width(320.0).show(ctx, |ui| {
        let heading =
            |ui: &mut Ui, text: &str| ui.label(RichText::new(text).color(color(theme, Role::Secondary)));
        if document.bookmarks.is_empty() {
            heading(ui, "Ctrl+B bookmarks regions, chart and view.");
        }
        for (i, bookmark) in document.bookmarks.iter().enumerate() {
            ui.horizontal(|ui| {
                let item = Item::Bookmark(i);
                if let Some(name) = name_ui(ui, state, item, &bookmark.name, &format!("bookmark {}", i + 1)) {
                    actions.push(Action::RenameBookmark(i, name));
                }
                let go = ui.button("go").on_hover_text(format!("A = {}", bookmark.regions.a));
                go.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Go to bookmark {}", i + 1))
                });
                if go.clicked() {
                    actions.push(Action::GoToBookmark(i));
                }
                let delete = ui.button("delete");
                delete.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Delete bookmark {}", i + 1))
                });
                if delete.clicked() {
                    actions.push(Action::DeleteBookmark(i));
                }
            });
        }
        ui.add_space(8.0);
        if document.notes.is_empty() {
            heading(ui, "The other button on a site or tile writes a note.");
        }
        for (i, note) in document.notes.iter().enumerate() {
            let there = note.place.is_in(document.network.sites);
            ui.horizontal(|ui| {
                let hint = format!("note on {}", note.place);
                if let Some(text) = name_ui(ui, state, Item::Note(i), &note.text, &hint) {
                    actions.push(Action::SetNote(Note { text, place: note.place }));
                }
                let delete = ui.button("delete");
                delete.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Delete note {}", i + 1))
                });
                if delete.clicked() {
                    actions.push(Action::SetNote(Note { text: String::new(), place: note.place }));
                }
            });
            let missing = if there { "" } else { ": not in this network" };
            ui.label(
                RichText::new(format!("{}{missing}", note.place))
                    .small()
                    .color(color(theme, Role::Secondary)),
            );
        }
    });
    state.list = open;
    actions
}

/// Where a small window stands at first: at the foot of the canvas, where nothing of the ring is.
#[must_use]
pub fn first_place(ctx: &egui::Context) -> egui::Pos2 {
    let screen = ctx.content_rect();
    egui::pos2(screen.left() + 300.0, screen.bottom() - 300.0)
}

/// A field for a name; gives the new one when a person is done with it.
fn name_ui(ui: &mut Ui, state: &mut MarksState, item: Item, name: &str, label: &str) -> Option<String> {
    let mut text = match &state.edited {
        Some((edited, text)) if *edited == item => text.clone(),
        _ => name.to_string(),
    };
    let field = ui.add(egui::TextEdit::singleline(&mut text).desired_width(180.0).char_limit(120));
    field.widget_info(|| egui::WidgetInfo::text_edit(true, "", &text, label));
    if field.changed() {
        state.edited = Some((item, text.clone()));
    }
    if !field.lost_focus() {
        return None;
    }
    let done = state.edited.take_if(|(edited, _)| *edited == item)?;
    Some(done.1).filter(|new| new != name)
}
