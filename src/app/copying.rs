//! Numbers that are copied with a click, at full precision, and in the form that the other program wants.

use super::action::Action;
use super::painter::{color, font, typeset};
use crate::export::{NumberForm, Quantity};
use crate::figure::page::Face;
use crate::figure::palette::{Role, Theme};
use egui::{Response, Ui};

/// A click copies the number; the menu of the other button offers its forms.
#[must_use]
pub fn copy_ui(response: &Response, quantity: &Quantity) -> Option<Action> {
    let mut action = response.clicked().then(|| Action::Copy(quantity.text(NumberForm::Value)));
    response.context_menu(|ui| {
        action = action.take().or(forms_ui(ui, quantity));
    });
    action
}

/// A button for each form of a number.
#[must_use]
pub fn forms_ui(ui: &mut Ui, quantity: &Quantity) -> Option<Action> {
    let mut action = None;
    for form in NumberForm::ALL {
        let words = match form {
            NumberForm::Value => format!("Copy {}", quantity.text(form)),
            _ => format!("Copy as {}", form.name()),
        };
        if ui.button(words).clicked() {
            action = Some(Action::Copy(quantity.text(form)));
            ui.close();
        }
    }
    action
}

/// A text that stands for a number and is copied like one.
#[must_use]
pub fn number_ui(ui: &mut Ui, text: impl Into<egui::WidgetText>, quantity: &Quantity) -> Option<Action> {
    let label = egui::Label::new(text).sense(egui::Sense::click()).selectable(false);
    let response = ui.add(label).on_hover_text(hint(quantity));
    copy_ui(&response, quantity)
}

/// A part of a line: words, or what stands for a number.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// How it is written.
    pub text: String,
    /// The number, if it is one.
    pub quantity: Option<Quantity>,
}

impl Part {
    /// Words.
    #[must_use]
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), quantity: None }
    }

    /// A number, as it is written in the line.
    #[must_use]
    pub fn number(text: impl Into<String>, quantity: Quantity) -> Self {
        Self { text: text.into(), quantity: Some(quantity) }
    }
}

/// Height of a line of the smaller type.
const LINE: f32 = 15.0;

/// A line whose numbers are copied with a click each; `about` stands over all of it under the pointer. It may wrap.
#[must_use]
pub fn line_ui(ui: &mut Ui, parts: &[Part], theme: Theme, about: &str) -> Option<Action> {
    let mut action = None;
    ui.scope(|ui| {
        // As high as its text, so that it stands in the middle of a row.
        ui.spacing_mut().interact_size.y = LINE;
        ui.spacing_mut().item_spacing = egui::Vec2::ZERO;
        ui.horizontal_wrapped(|ui| {
            for part in parts {
                let text = typeset(&part.text, &font(Face::Regular, 11.5), color(theme, Role::Secondary));
                let Some(quantity) = &part.quantity else {
                    let words = ui.label(text);
                    if !about.is_empty() {
                        words.on_hover_text(about);
                    }
                    continue;
                };
                let response = ui.add(egui::Label::new(text).sense(egui::Sense::click()).selectable(false));
                action = action.take().or(copy_ui(&response, quantity));
                let about = if about.is_empty() { String::new() } else { format!("{about}\n") };
                response.on_hover_text(about + &hint(quantity));
            }
        });
    });
    action
}

/// What stands over a number under the pointer.
#[must_use]
pub fn hint(quantity: &Quantity) -> String {
    let Quantity { symbol, of, unit, .. } = quantity;
    let of = if of.is_empty() { String::new() } else { format!(" · {of}") };
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    format!("{symbol} = {}{unit}{of}\nclick to copy; other forms with the other button", quantity.value)
}
