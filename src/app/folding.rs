//! Side panels that fold away to a rail with one button, and come back.

use super::action::Action;
use egui::Ui;
use serde::{Deserialize, Serialize};

/// A side panel of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PanelSide {
    /// The parameters, on the left.
    Left,
    /// Readout and plots, on the right.
    Right,
}

impl PanelSide {
    /// The sign of its rail, what it holds, and the key that folds it.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Left => ("☰", "Parameters", "F2"),
            Self::Right => ("«", "Plots", "F3"),
        }
    }
}

/// Which side panels are folded away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Folded {
    /// The parameters.
    pub left: bool,
    /// Readout and plots.
    pub right: bool,
}

/// The button at the head of a panel that folds it away.
#[must_use]
pub fn fold_ui(ui: &mut Ui, side: PanelSide) -> Option<Action> {
    let (_, name, key) = side.words();
    let sign = if side == PanelSide::Left { "«" } else { "»" };
    let button = ui.small_button(sign).on_hover_text(format!("fold the panel away ({key})"));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Fold {name}")));
    button.clicked().then_some(Action::Fold(side))
}

/// The button on a rail that brings its panel back.
#[must_use]
pub fn unfold_ui(ui: &mut Ui, side: PanelSide) -> Option<Action> {
    let (sign, name, key) = side.words();
    let button = ui.button(sign).on_hover_text(format!("{name} ({key})"));
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    button.clicked().then_some(Action::Fold(side))
}
