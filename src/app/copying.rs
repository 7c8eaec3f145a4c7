//! Numbers that are copied with a click, at full precision, and in the form that the other program wants.

use super::action::Action;
use crate::export::{NumberForm, Quantity};
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

/// What stands over a number under the pointer.
#[must_use]
pub fn hint(quantity: &Quantity) -> String {
    let Quantity { symbol, of, unit, .. } = quantity;
    let of = if of.is_empty() { String::new() } else { format!(" · {of}") };
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    format!("{symbol} = {}{unit}{of}\nclick to copy; other forms with the other button", quantity.value)
}
