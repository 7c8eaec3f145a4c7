//! The user's own samples in the window: their row in the panel, the question before a session's file is read,
//! and what a file that hovers over the window would do.

use super::action::Action;
use super::painter::color;
use super::state::Desk;
use crate::desk::files::is_figure_name;
use crate::desk::samples::is_samples_name;
use crate::desk::weights::is_weights_name;
use crate::figure::chart::grouped;
use crate::figure::palette::{Role, Theme};
use crate::session::{Document, SamplesFile};
use egui::{Align2, Id, LayerId, Order, RichText, Ui};
use std::path::Path;

/// What a file of samples is called before there is one.
const NO_FILE: &str = "no file yet: choose one, or drop it on the window";

/// The file of samples: its name, what it holds, and how to take another.
#[must_use]
pub fn samples_ui(ui: &mut Ui, document: &Document, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let small = |text: &str| RichText::new(text).small().color(color(theme, Role::Secondary));
    let file = document.samples_file.as_ref();
    ui.horizontal(|ui| {
        ui.set_min_height(28.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let hint = "take in a .npy, .npz or .csv file of spins ±1 or 0/1, one sample a row";
            let choose = ui.button("choose…").on_hover_text(hint);
            choose.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::Button, true, "Samples of your own choose")
            });
            if choose.clicked() {
                actions.push(Action::AskSamples);
            }
            if document.unread_samples().is_some() {
                let read = ui.button("read").on_hover_text("read the file that the session names");
                read.widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::Button, true, "Samples of your own read")
                });
                if read.clicked() {
                    actions.push(Action::ReadSamples);
                }
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let name = file.map_or("samples", SamplesFile::name);
                let label = ui.add(egui::Label::new(name).truncate());
                if let Some(file) = file {
                    label.on_hover_text(&file.path);
                }
            });
        });
    });
    ui.label(small(&contents(file)));
    actions
}

/// What a file of samples holds, in words.
#[must_use]
pub fn contents(file: Option<&SamplesFile>) -> String {
    let Some(file) = file else { return NO_FILE.into() };
    let held = file
        .digest
        .map_or_else(String::new, |d| format!("{} rows × {} sites", grouped(d.samples), grouped(d.sites)));
    match (&file.read, held.is_empty()) {
        (Some(_), _) => held,
        (None, false) => format!("{held} · not read"),
        (None, true) => "not read".into(),
    }
}

/// The question whether the file that a session names may be read.
#[must_use]
pub fn question_ui(ctx: &egui::Context, desk: &Desk) -> Option<Action> {
    let file = desk.document.unread_samples().filter(|_| desk.view.samples_question)?;
    let mut action = None;
    let modal = egui::Modal::new(Id::unique("samples question")).show(ctx, |ui| {
        ui.set_width(400.0);
        ui.label(RichText::new("Samples of the session").heading());
        ui.add_space(4.0);
        ui.label(question(file, desk.path.as_deref()));
        ui.add_space(12.0);
        ui.horizontal(|ui| {
            if ui.button("Read").clicked() {
                action = Some(Action::ReadSamples);
            }
            if ui.button("Not now").clicked() {
                action = Some(Action::LeaveSamples);
            }
        });
    });
    if modal.should_close() && action.is_none() {
        action = Some(Action::LeaveSamples);
    }
    action
}

fn question(file: &SamplesFile, session: Option<&Path>) -> String {
    let folder = |path: &Path| std::path::absolute(path).ok().and_then(|p| p.parent().map(Path::to_path_buf));
    let beside = session.is_some_and(|s| folder(s).is_some() && folder(s) == folder(Path::new(&file.path)));
    if beside {
        format!("This session uses {} beside it: read it?", file.name())
    } else {
        format!("This session uses {}: read it?", file.path)
    }
}

/// What a dropped file does.
#[must_use]
pub fn dropped(path: &Path) -> Action {
    if is_samples_name(path) {
        Action::TakeSamples(path.into())
    } else if is_weights_name(path) {
        Action::TakeWeights(path.into())
    } else {
        Action::Open(path.into())
    }
}

/// Says over the window what the files that hover there would do.
pub fn hover_ui(ctx: &egui::Context, theme: Theme) {
    let hovered = ctx.input(|i| i.raw.hovered_files.clone());
    let Some(file) = hovered.first() else { return };
    let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let words = match &file.path {
        Some(path) if is_samples_name(path) => format!("Drop to learn from the samples in {}", name(path)),
        Some(path) if is_weights_name(path) => format!("Drop to take in the weights of {}", name(path)),
        Some(path) if is_figure_name(path) => {
            format!("Drop to open the session of the figure {}", name(path))
        }
        Some(path) => format!("Drop to open the session {}", name(path)),
        None => "Drop a session or a figure to open it, samples (.npy, .npz, .csv) to learn from them, \
                 weights (.safetensors, .npz) to take them in"
            .into(),
    };
    let id = Id::unique("hovering file");
    let veil = ctx.layer_painter(LayerId::new(Order::Foreground, id));
    let screen = ctx.content_rect();
    veil.rect_filled(screen, 0.0, color(theme, Role::Canvas).gamma_multiply(0.8));
    egui::Area::new(id.with("words"))
        .order(Order::Tooltip)
        .pivot(Align2::CENTER_CENTER)
        .fixed_pos(screen.center())
        .interactable(false)
        .show(ctx, |ui| {
            ui.add(egui::Label::new(RichText::new(words).heading()).extend());
        });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_says_where_the_file_is() {
        let folder = std::env::temp_dir();
        let at = |name: &str| folder.join(name);
        let file = SamplesFile::named(at("spins.npy").display().to_string());
        let asked = question(&file, Some(&at("mine.holo")));
        assert_eq!(asked, "This session uses spins.npy beside it: read it?");
        for elsewhere in [None, Some(at("below/mine.holo"))] {
            let asked = question(&file, elsewhere.as_deref());
            assert_eq!(asked, format!("This session uses {}: read it?", file.path));
        }
    }

    #[test]
    fn a_dropped_file_is_taken_for_what_its_name_says() {
        assert_eq!(dropped(Path::new("a/v.npy")), Action::TakeSamples("a/v.npy".into()));
        assert_eq!(dropped(Path::new("V.CSV")), Action::TakeSamples("V.CSV".into()));
        assert_eq!(dropped(Path::new("w.safetensors")), Action::TakeWeights("w.safetensors".into()));
        assert_eq!(dropped(Path::new("bulk.png")), Action::Open("bulk.png".into()));
        assert_eq!(dropped(Path::new("mine.holo")), Action::Open("mine.holo".into()));
    }
}
