//! The tab of the studies: which, run, stop, its plot and its numbers.

use super::action::{Action, Export};
use super::enlarged::{Enlarged, buttons_ui};
use super::painter::color;
use super::plots::chart_ui;
use super::state::Desk;
use crate::desk::studies::{StudyKind, StudySnapshot};
use crate::figure::palette::{Role, Theme};
use egui::{RichText, Ui};

/// What the studies tab needs to remember.
#[derive(Clone, Copy, Debug, Default)]
pub struct StudiesState {
    /// The study that is chosen.
    pub kind: StudyKind,
}

/// The studies tab.
#[must_use]
pub fn studies_ui(ui: &mut Ui, desk: &mut Desk, theme: Theme, height: f32) -> Vec<Action> {
    let mut actions = Vec::new();
    let small = |text: String, role| RichText::new(text).small().color(color(theme, role));
    let shown = desk.present_analysis();
    let running = shown.as_ref().is_some_and(|s| s.running);
    let top = ui.cursor().top();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = egui::vec2(1.0, 1.0);
        ui.spacing_mut().button_padding.x = 5.0;
        for kind in StudyKind::ALL {
            let chosen = desk.view.studies.kind == kind;
            let text = RichText::new(kind.name()).small();
            let response = ui.selectable_label(chosen, text).on_hover_text(kind.question());
            let name = format!("Study {}", kind.name());
            response.widget_info(|| {
                egui::WidgetInfo::selected(egui::Role::RadioButton, true, chosen, name.clone())
            });
            if response.clicked() {
                desk.view.studies.kind = kind;
            }
        }
    });
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if running {
                if ui.button("Stop").clicked() {
                    actions.push(Action::StopStudy);
                }
            } else if ui.button("Run").on_hover_text("work this study through").clicked() {
                actions.push(Action::RunStudy(desk.view.studies.kind));
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let question = small(desk.view.studies.kind.question().into(), Role::Secondary);
                ui.add(egui::Label::new(question).truncate());
            });
        });
    });
    let Some(snapshot) = shown.filter(|s| s.kind == desk.view.studies.kind) else { return actions };
    ui.label(small(state_words(&snapshot, desk), Role::Secondary));
    if let Some(reason) = &snapshot.failure {
        ui.colored_label(color(theme, Role::Error), format!("! {reason}"));
    }
    if let Some(chart) = &snapshot.chart {
        // The buttons below, and a note that runs over its line.
        let rows = 46.0;
        let left = (height - (ui.cursor().top() - top) - rows).max(140.0);
        let _notes = chart_ui(ui, snapshot.kind.name(), chart, left, theme);
        ui.horizontal(|ui| {
            if ui.small_button("Export the plot…").clicked() {
                actions.push(Action::Ask(Export::StudyPlot));
            }
            if ui.small_button("Export CSV…").clicked() {
                actions.push(Action::Ask(Export::StudyData));
            }
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                actions.extend(buttons_ui(ui, desk, Enlarged::Study, |_| {}));
            });
        });
    }
    actions
}

/// Where a study stands, and whether it is of what the window shows now.
fn state_words(snapshot: &StudySnapshot, desk: &Desk) -> String {
    let (then, now) = (&snapshot.document, &desk.document);
    let same = desk.is_of_present(snapshot)
        // Of the regions A alone decides over rows; the marker of A and B is where they are now.
        && then.regions.a == now.regions.a;
    let progress = &snapshot.progress;
    let state = if snapshot.running {
        if progress.total > 1 {
            format!("{}: {} of {}", progress.doing, progress.done, progress.total)
        } else {
            format!("{}…", progress.doing)
        }
    } else if snapshot.done {
        format!("{} rows", snapshot.table.rows.len())
    } else {
        "stopped".into()
    };
    if same { state } else { format!("{state} · of other parameters than the present ones") }
}
