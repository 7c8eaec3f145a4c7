//! The card of the guided tour, below the canvas: it takes room of its own and covers nothing.

use super::action::Action;
use super::formulas::formula_ui;
use super::painter::{color, font, valign_of};
use super::state::{Desk, TourMove};
use crate::desk::formulas::{self, Formula};
use crate::desk::tour::{Stop, stops};
use crate::figure::page::{Face, Level, runs};
use crate::figure::palette::{Role, Theme};
use egui::text::{LayoutJob, TextFormat};
use egui::{Align, FontId, Id, RichText, Sense, Ui, vec2};

/// Points of an em of formulas, where there is room.
const EM: f32 = 16.0;
/// Between two formulas.
const FORMULA_GAP: f32 = 28.0;
/// Between two columns.
const COLUMN_GAP: f32 = 24.0;
/// From this width on what there is to understand and what there is to do stand side by side.
const TWO_COLUMNS: f32 = 700.0;
/// Height of the line with the title.
const HEADER: f32 = 28.0;
/// Between two paragraphs.
const GAP: f32 = 6.0;
/// Around the card.
const PADDING: egui::Margin = egui::Margin { left: 16, right: 16, top: 8, bottom: 10 };

/// The card, as a panel along the bottom of what is left of the window.
pub fn tour_panel(ui: &mut Ui, desk: &Desk, theme: Theme) -> Vec<Action> {
    let Some(touring) = desk.touring() else { return Vec::new() };
    let mut actions = Vec::new();
    // As high as the longest stop asks for: the picture keeps its size from stop to stop.
    let width = ui.available_width() - f32::from(PADDING.left + PADDING.right);
    let most = 0.5 * ui.available_height();
    let height = stops().iter().map(|stop| height_of(ui, stop, width, theme)).fold(0.0, f32::max);
    let frame = egui::Frame::new().fill(color(theme, Role::Panel)).inner_margin(PADDING);
    let outer = height + f32::from(PADDING.top + PADDING.bottom);
    egui::Panel::bottom("tour").exact_size(outer.min(most)).resizable(false).frame(frame).show(ui, |ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 0.0);
        actions.extend(header_ui(ui, touring.at, theme));
        egui::ScrollArea::vertical().id_salt(("tour", touring.at)).auto_shrink(false).show(ui, |ui| {
            body_ui(ui, touring.stop(), theme);
        });
    });
    actions
}

/// Number and title, where in the tour it is, and the ways on.
fn header_ui(ui: &mut Ui, at: usize, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let (stop, last) = (&stops()[at], stops().len() - 1);
    ui.allocate_ui_with_layout(
        vec2(ui.available_width(), HEADER),
        egui::Layout::right_to_left(Align::Center),
        |ui| {
            let mut button = |ui: &mut Ui, enabled, word: &str, hint: &str, step| {
                let response = ui.add_enabled(enabled, egui::Button::new(word)).on_hover_text(hint);
                if response.clicked() {
                    actions.push(Action::Tour(step));
                }
            };
            button(ui, true, "Leave", "your own session comes back as it was (Escape)", TourMove::Leave);
            let on = if at == last { "Done" } else { "Next" };
            button(ui, true, on, "next stop (Page down)", TourMove::Next);
            button(ui, at > 0, "Back", "stop before (Page up)", TourMove::Back);
            ui.add_space(4.0);
            // From right to left, like everything in this layout.
            ui.spacing_mut().item_spacing.x = 0.0;
            for i in (0..=last).rev() {
                if dot_ui(ui, i, at, theme) {
                    actions.push(Action::Tour(TourMove::To(i)));
                }
            }
            ui.with_layout(egui::Layout::left_to_right(Align::Center), |ui| {
                let title = RichText::new(format!("{} · {}", at + 1, stop.title));
                let title = title.font(font(Face::SemiBold, 14.0)).color(color(theme, Role::Text));
                ui.add(egui::Label::new(title).truncate());
            });
        },
    );
    actions
}

/// A dot for a stop; whether it was clicked.
fn dot_ui(ui: &mut Ui, i: usize, at: usize, theme: Theme) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(11.0, 24.0), Sense::click());
    let name = format!("Stop {}: {}", i + 1, stops()[i].title);
    let response = response.on_hover_text(&name);
    response.widget_info(|| egui::WidgetInfo::selected(egui::Role::RadioButton, true, i == at, name.clone()));
    let role = if i == at {
        Role::Focus
    } else if response.hovered() || response.has_focus() {
        Role::Text
    } else if i < at {
        Role::Secondary
    } else {
        Role::Outline
    };
    let radius = if i == at { 4.0 } else { 2.5 };
    ui.painter().circle_filled(rect.center(), radius, color(theme, role));
    response.clicked()
}

fn body_ui(ui: &mut Ui, stop: &Stop, theme: Theme) {
    let width = ui.available_width();
    let shown = shown_formulas(stop);
    let em = em(&shown, width);
    let height = formula_height(&shown, em);
    ui.allocate_ui_with_layout(vec2(width, height), egui::Layout::left_to_right(Align::TOP), |ui| {
        ui.spacing_mut().item_spacing.x = FORMULA_GAP;
        // All on one line of writing.
        let ascent = shown.iter().map(|f| f.ascent).fold(0.0, f32::max);
        for formula in &shown {
            ui.vertical(|ui| {
                ui.add_space((ascent - formula.ascent) * em);
                formula_ui(ui, formula, em, color(theme, Role::Text));
            });
        }
    });
    ui.add_space(GAP);
    let [text, look, attempt] = paragraphs(stop, theme);
    let across = columns(width);
    ui.allocate_ui_with_layout(vec2(width, 0.0), egui::Layout::left_to_right(Align::TOP), |ui| {
        ui.spacing_mut().item_spacing.x = COLUMN_GAP;
        let mut column = |jobs: Vec<LayoutJob>, width| {
            ui.allocate_ui_with_layout(vec2(width, 0.0), egui::Layout::top_down(Align::LEFT), |ui| {
                ui.set_width(width);
                ui.spacing_mut().item_spacing.y = GAP;
                for job in jobs {
                    ui.label(job);
                }
            });
        };
        match across {
            Some([left, right]) => {
                column(vec![text], left);
                column(vec![look, attempt], right);
            }
            None => column(vec![text, look, attempt], width),
        }
    });
}

/// Widths of the two columns, where there is room for two.
fn columns(width: f32) -> Option<[f32; 2]> {
    let room = width - COLUMN_GAP;
    (width >= TWO_COLUMNS).then_some([0.54 * room, 0.46 * room])
}

fn shown_formulas(stop: &Stop) -> Vec<&'static Formula> {
    stop.formulas.iter().filter_map(|name| formulas::find(name)).collect()
}

/// Points an em, so that all of them stand in one row.
fn em(shown: &[&Formula], width: f32) -> f32 {
    let gaps = FORMULA_GAP * shown.len().saturating_sub(1) as f32;
    EM.min((width - gaps) / shown.iter().map(|f| f.width).sum::<f32>())
}

fn formula_height(shown: &[&Formula], em: f32) -> f32 {
    let most = |of: fn(&Formula) -> f32| shown.iter().map(|f| of(f)).fold(0.0, f32::max);
    em * (most(|f| f.ascent) + most(|f| f.descent))
}

/// What there is to understand, with its sources, what to look at, and what to try.
fn paragraphs(stop: &Stop, theme: Theme) -> [LayoutJob; 3] {
    let body = FontId::proportional(13.0);
    let plain = |role, font: &FontId| TextFormat {
        font_id: font.clone(),
        color: color(theme, role),
        line_height: Some(1.35 * font.size),
        ..Default::default()
    };
    let strong = font(Face::SemiBold, 13.0);
    let paragraph = |lead: &str, text: &str| {
        let mut job = LayoutJob::default();
        job.append(lead, 0.0, plain(Role::Text, &strong));
        for run in runs(text) {
            let font = FontId::proportional(run.level.size() * body.size);
            // A run as high as its line would stand in the middle of it, whatever it is told.
            let line_height = (run.level == Level::Line).then_some(1.35 * body.size);
            let valign = valign_of(run.level);
            job.append(run.text, 0.0, TextFormat { line_height, valign, ..plain(Role::Text, &font) });
        }
        job
    };
    let mut text = paragraph("", &stop.text);
    text.append(&format!("  {}", stop.sources()), 0.0, plain(Role::Faint, &FontId::proportional(11.5)));
    [text, paragraph("Look  ", &stop.look), paragraph("Try  ", &stop.attempt.text)]
}

/// How high the card of a stop is inside, at a width.
fn height_of(ui: &Ui, stop: &Stop, width: f32, theme: Theme) -> f32 {
    let tall = |mut job: LayoutJob, width: f32| {
        job.wrap.max_width = width;
        ui.ctx().fonts_mut(|f| f.layout_job(job).size().y)
    };
    let shown = shown_formulas(stop);
    let [text, look, attempt] = paragraphs(stop, theme);
    let words = match columns(width) {
        Some([left, right]) => tall(text, left).max(tall(look, right) + GAP + tall(attempt, right)),
        None => tall(text, width) + tall(look, width) + tall(attempt, width) + 2.0 * GAP,
    };
    HEADER + formula_height(&shown, em(&shown, width)) + GAP + words
}

/// The question whether what was made at a stop is worth keeping.
#[must_use]
pub fn leaving_ui(ctx: &egui::Context, desk: &Desk) -> Option<Action> {
    desk.touring().filter(|t| t.leaving)?;
    let mut step = None;
    let modal = egui::Modal::new(Id::unique("leave the tour")).show(ctx, |ui| {
        ui.set_width(400.0);
        ui.label(RichText::new("Keep what you made at this stop?").heading());
        ui.add_space(4.0);
        ui.label("Your own session comes back either way; kept, it is one step that undo takes back.");
        ui.add_space(12.0);
        ui.horizontal(|ui| {
            for (word, means) in [
                ("Keep it in my session", TourMove::Keep),
                ("Give my session back", TourMove::GiveBack),
                ("Stay in the tour", TourMove::Stay),
            ] {
                if ui.button(word).clicked() {
                    step = Some(means);
                }
            }
        });
    });
    if step.is_none() && modal.should_close() {
        step = Some(TourMove::Stay);
    }
    step.map(Action::Tour)
}
