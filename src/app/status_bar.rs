//! What is under the pointer, what the workers do, and errors above both.

use super::action::Action;
use super::cards;
use super::painter::color;
use super::state::Desk;
use crate::figure::camera::{ChartKind, Projection};
use crate::figure::chart::{four_digits, grouped};
use crate::figure::palette::{Role, Theme};
use crate::session::RegionName;
use crate::sim::{Phase, TheoryKind};
use egui::{RichText, Ui};

/// How far the view is magnified and what is under the pointer, in words.
#[must_use]
pub fn under_pointer(desk: &Desk, projection: &Projection) -> String {
    let view = view_words(desk, projection);
    let facts = desk.view.canvas.hover.and_then(|at| cards::under(desk, projection, at));
    // In front, where a long sentence about a tile does not push it off the bar: while one zooms it is what changes.
    let words = Some(view).filter(|words| !words.is_empty()).into_iter().chain(facts);
    words.collect::<Vec<_>>().join(" · ")
}

fn view_words(desk: &Desk, projection: &Projection) -> String {
    match projection.chart {
        ChartKind::Ring if desk.camera.magnification > 1.001 => {
            format!("magnified {}×", four_digits(desk.camera.magnification))
        }
        ChartKind::HalfPlane | ChartKind::Poincare | ChartKind::Klein
            if (desk.camera.dilation - 1.0).abs() > 1e-3 =>
        {
            format!("dilated {}×", four_digits(desk.camera.dilation))
        }
        _ => {
            let per_point = 1.0 / projection.width_per_site(0.0);
            if per_point > 4.0 { format!("1 pt = {} sites", four_digits(per_point)) } else { String::new() }
        }
    }
}

/// What the workers do.
#[must_use]
pub fn work_words(desk: &Desk) -> String {
    let Some(training) = desk.current_training() else { return "starting…".into() };
    let planned = training.task.layers;
    match &training.phase {
        Phase::Sampling if !training.playing => format!("paused before layer 1 of {planned}"),
        Phase::Sampling if training.rows > 0 => format!(
            "{} of {} samples drawn · {:.1} s",
            grouped(training.rows as u64),
            grouped(training.task.learning.samples),
            training.seconds
        ),
        Phase::Sampling if training.task.theory.kind == TheoryKind::Samples => {
            "taking the rows of the file".into()
        }
        Phase::Sampling => format!("drawing {} samples", grouped(training.task.learning.samples)),
        Phase::Learning(layer) if training.playing => {
            format!("learning layer {} of {planned} · {:.1} s", layer + 1, training.seconds)
        }
        Phase::Learning(layer) => format!("paused before layer {} of {planned}", layer + 1),
        Phase::Done if training.seconds > 0.0 => {
            format!("{planned} layers learned in {:.2} s", training.seconds)
        }
        Phase::Done => format!("{planned} layers from the session file"),
        Phase::Diverged { layer, step } => format!("! layer {layer} diverged after {step} iterations"),
        Phase::Refused(reason) => format!("! {reason}"),
    }
}

/// The status bar.
pub fn status_bar_ui(ui: &mut Ui, desk: &Desk, projection: &Projection, theme: Theme) {
    let text = |s: String| RichText::new(s).small().color(color(theme, Role::Secondary));
    ui.horizontal_centered(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let work = work_words(desk);
            let survey = desk.is_surveying();
            let label =
                ui.label(text(if survey { format!("{work} · scaling curve") } else { work.clone() }));
            label
                .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Status, true, format!("work: {work}")));
            // In a narrow window the words about the pointer end before those about the work.
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let words = match &desk.notice {
                    Some((notice, _)) => notice.clone(),
                    None => under_pointer(desk, projection),
                };
                ui.add(egui::Label::new(text(words)).truncate());
            });
        });
    });
}

/// The newest error, until it is dismissed.
#[must_use]
pub fn error_bar_ui(ui: &mut Ui, desk: &Desk, theme: Theme) -> Option<Action> {
    let error = desk.errors.last()?;
    let mut action = None;
    ui.horizontal_centered(|ui| {
        ui.label(RichText::new("!").strong().color(color(theme, Role::Error)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button("Dismiss").clicked() {
                action = Some(Action::Dismiss);
            }
            let more = desk.errors.len() - 1;
            if more > 0 {
                ui.label(RichText::new(format!("{more} more")).small().color(color(theme, Role::Secondary)));
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let label = ui
                    .add(egui::Label::new(RichText::new(error).color(color(theme, Role::Error))).truncate());
                label.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Alert, true, error));
            });
        });
    });
    action
}

/// The name and value of the canvas for people who do not see it, and for tests.
#[must_use]
pub fn spoken_picture(desk: &Desk) -> String {
    let answer = desk.answer.as_ref();
    let mut words = format!("Bulk of {} sites", desk.document.network.sites);
    for (i, name) in RegionName::ALL.into_iter().enumerate() {
        let Some(region) = answer.map(|a| &a.regions[i]).filter(|r| !r.region.is_empty()) else { continue };
        words += &format!(
            "; {} = {}, S_{} = {} nats",
            name.letter(),
            region.region,
            name.letter(),
            region.cut.capacity_nats
        );
    }
    words
}
