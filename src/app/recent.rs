//! The menu of files that were opened or saved last.

use super::action::Action;
use super::state::Desk;
use crate::desk::recent::Recent;
use egui::Ui;
use std::path::Path;

/// The menu; a file that is not there any more says so and cannot be chosen.
#[must_use]
pub fn recent_ui(ui: &mut Ui, desk: &Desk) -> Vec<Action> {
    let Some(keeping) = &desk.keeping else { return Vec::new() };
    let mut actions = Vec::new();
    let shown = ui.add_enabled_ui(!keeping.recent.is_empty(), |ui| {
        ui.menu_button("Open recent", |ui| {
            ui.set_min_width(280.0);
            actions.push(Action::LookAtRecent);
            for recent in &keeping.recent {
                let button = ui.add_enabled(recent.exists, egui::Button::new(words(recent)).truncate());
                let path = recent.path.display().to_string();
                if button.on_hover_text(&path).on_disabled_hover_text(&path).clicked() {
                    actions.push(Action::Open(recent.path.clone()));
                    ui.close();
                }
            }
            ui.separator();
            if ui.button("Clear this list").clicked() {
                actions.push(Action::ForgetRecent);
                ui.close();
            }
        });
    });
    shown.response.on_disabled_hover_text("nothing was opened or saved yet");
    actions
}

/// Name and folder of a file, and whether it is missing.
fn words(recent: &Recent) -> String {
    let name = recent.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let folder = recent.path.parent().and_then(Path::file_name).map(|f| f.to_string_lossy().into_owned());
    let place = folder.map_or_else(String::new, |folder| format!(" · {folder}"));
    let missing = if recent.exists { "" } else { " (missing)" };
    format!("{name}{place}{missing}")
}
