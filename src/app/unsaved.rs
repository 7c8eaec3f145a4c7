//! Questions about changes that no file has: before they would be lost, and after a crash.

use super::action::Action;
use super::painter::color;
use super::state::Desk;
use crate::figure::palette::{Role, Theme};
use egui::{Id, Key, Modifiers, RichText, Ui};

/// The question before the window closes or another session takes the place of this one.
#[must_use]
pub fn question_ui(ctx: &egui::Context, desk: &Desk) -> Option<Action> {
    if !(desk.view.closing || desk.view.pending.is_some()) || desk.files.is_open() {
        return None;
    }
    let mut action = None;
    // Another session takes no file away that is being made.
    let making = desk.files.errands().making().filter(|_| desk.view.closing);
    let choices = [
        ("Save", Key::S, Action::Save),
        ("Discard", Key::D, Action::DiscardChanges),
        ("Cancel", Key::Escape, Action::KeepChanges),
    ];
    let (heading, first) =
        if desk.is_modified() { ("Save the changes?", 0) } else { ("Close before the file is there?", 1) };
    let modal = egui::Modal::new(Id::unique("closing")).show(ctx, |ui| {
        ui.set_width(360.0);
        ui.label(RichText::new(heading).heading());
        ui.add_space(4.0);
        if desk.is_modified() {
            ui.label("This session has changes that no file has.");
        }
        if let Some(name) = making {
            ui.label(format!(
                "{name} is being made, and there will be no such file if the window closes now."
            ));
        }
        ui.add_space(12.0);
        ui.horizontal(|ui| {
            for (word, key, choice) in choices.into_iter().skip(first) {
                let pressed = ui.input_mut(|i| i.consume_key(Modifiers::NONE, key));
                if ui.button(word).on_hover_text(format!("key {}", key.name())).clicked() || pressed {
                    action = Some(choice);
                }
            }
        });
    });
    if modal.should_close() && action.is_none() {
        action = Some(Action::KeepChanges);
    }
    action
}

/// What a window that ended unexpectedly has lost, in one line.
#[must_use]
pub fn lost_bar_ui(ui: &mut Ui, desk: &Desk, theme: Theme) -> Option<Action> {
    let lost = desk.lost();
    let question = lost.first()?.question();
    let mut action = None;
    ui.horizontal_centered(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let discard = ui.button("Discard").on_hover_text("they are deleted");
            if discard.clicked() {
                action = Some(Action::DiscardLost);
            }
            let restore =
                ui.button("Restore").on_hover_text("in this window; the file is not changed until you save");
            if restore.clicked() {
                action = Some(Action::RestoreLost);
            }
            if lost.len() > 1 {
                let more = format!("{} more", lost.len() - 1);
                ui.label(RichText::new(more).small().color(color(theme, Role::Secondary)));
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let label = ui.add(egui::Label::new(&question).truncate());
                label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Alert, true, &question));
            });
        });
    });
    action
}
