//! The chart that covers the canvas, and the buttons over every chart that take it there, export and copy it.

use super::action::{Action, Export};
use super::painter::{color, font, typeset};
use super::plots::{Heading, chart_ui, plot_ui};
use super::state::Desk;
use super::state_tab::state_chart;
use crate::desk::PlotKind;
use crate::figure::Chart;
use crate::figure::page::Face;
use crate::figure::palette::{Role, Theme};
use egui::{RichText, Ui};

/// A chart that can be shown over the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enlarged {
    /// One of the plots.
    Plot(PlotKind),
    /// That of the study.
    Study,
    /// That of the network's own state.
    State,
}

impl Enlarged {
    /// Its name in commands and for screen readers.
    const fn name(self) -> &'static str {
        match self {
            Self::Plot(kind) => kind.name(),
            Self::Study => "study",
            Self::State => "state",
        }
    }

    /// It as a picture, and its numbers.
    #[must_use]
    pub const fn exports(self) -> [Export; 2] {
        match self {
            Self::Plot(kind) => [Export::Plot(kind), Export::PlotData(kind)],
            Self::Study => [Export::StudyPlot, Export::StudyData],
            Self::State => [Export::StatePlot, Export::StateData],
        }
    }
}

/// The menu of a chart, with what else stands on top of it, and the button that enlarges the chart or takes it back,
/// from the right.
#[must_use]
pub fn buttons_ui(ui: &mut Ui, desk: &Desk, what: Enlarged, on_top: impl FnOnce(&mut Ui)) -> Vec<Action> {
    let mut actions = Vec::new();
    let [picture, numbers] = what.exports();
    ui.spacing_mut().item_spacing.x = 4.0;
    let menu = ui.menu_button(RichText::new("⋯").small(), |ui| {
        on_top(ui);
        for (text, action) in [
            ("Export the plot…", Action::Ask(picture)),
            ("Export its numbers…", Action::Ask(numbers)),
            ("Copy the plot", Action::CopyPicture(picture)),
            ("Copy its numbers", Action::CopyNumbers(numbers)),
            ("Copy its caption", Action::CopyCaption(picture)),
        ] {
            if ui.button(text).clicked() {
                actions.push(action);
                ui.close();
            }
        }
    });
    let name = what.name();
    menu.response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("Menu of plot {name}")));
    menu.response.on_hover_text("export or copy this plot, or its numbers");
    let enlarged = desk.view.enlarged == Some(what);
    let (word, hint, verb) = if enlarged {
        ("close", "back to the panel (Escape)", "Close")
    } else {
        ("↗", "enlarge over the canvas", "Enlarge")
    };
    let button = ui.small_button(word).on_hover_text(hint);
    button.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, format!("{verb} plot {name}")));
    if button.clicked() {
        actions.push(Action::Enlarge((!enlarged).then_some(what)));
    }
    actions
}

/// A chart over the canvas.
#[must_use]
pub fn enlarged_ui(ui: &mut Ui, desk: &Desk, what: Enlarged, theme: Theme, height: f32) -> Vec<Action> {
    let chart: Option<Chart> = match what {
        Enlarged::Plot(kind) => return plot_ui(ui, desk, kind, Heading::Title, theme, height),
        Enlarged::Study => desk.present_analysis().and_then(|study| study.chart.clone()),
        Enlarged::State => state_chart(desk),
    };
    let mut actions = Vec::new();
    let title = chart.as_ref().map_or("nothing to show yet", |chart| chart.title.as_str());
    ui.horizontal(|ui| {
        ui.label(typeset(title, &font(Face::SemiBold, 14.0), color(theme, Role::Text)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            actions.extend(buttons_ui(ui, desk, what, |_| {}));
        });
    });
    if let Some(chart) = &chart {
        let _notes = chart_ui(ui, &format!("{} enlarged", what.name()), chart, height - 28.0, theme);
    }
    actions
}
