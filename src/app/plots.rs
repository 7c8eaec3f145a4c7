//! A chart in the window: egui_plot paints it and listens, our ticks and series say what is there.

use super::action::Action;
use super::copying::forms_ui;
use super::enlarged::{Enlarged, buttons_ui};
use super::painter::{color, font, typeset};
use super::state::Desk;
use crate::desk::{PlotKind, picture, plots};
use crate::export::{NumberForm, Quantity};
use crate::figure::LabelRoom;
use crate::figure::chart::{Axis, Chart, Style, Tick, four_digits};
use crate::figure::page::Face;
use crate::figure::palette::{Role, Theme};
use crate::numerics::stable::LN_2;
use egui::{Align2, RichText, Ui, vec2};
use egui_plot::{
    GridInput, GridMark, Line, LineStyle, Plot, PlotPoint, PlotPoints, Points, Polygon, Text, VLine,
};

/// The grid of an axis: exactly the chart's ticks.
fn marks(ticks: &[Tick]) -> impl Fn(GridInput) -> Vec<GridMark> + 'static {
    let places: Vec<f64> = ticks.iter().map(|t| t.at).collect();
    move |input| {
        let step = input.base_step_size * 20.0;
        places.iter().map(|&value| GridMark { value, step_size: step }).collect()
    }
}

/// The label that the chart gives to a tick.
fn label_at(ticks: &[Tick], at: f64) -> String {
    ticks
        .iter()
        .min_by(|a, b| (a.at - at).abs().total_cmp(&(b.at - at).abs()))
        .filter(|t| (t.at - at).abs() < 1e-9 * at.abs().max(1.0))
        .map_or_else(String::new, |t| t.label.clone())
}

fn dashes(dash: Option<[f32; 2]>) -> LineStyle {
    match dash {
        None => LineStyle::Solid,
        Some([dash, gap]) if dash < gap => LineStyle::Dotted { spacing: dash + gap },
        Some([dash, _]) => LineStyle::Dashed { length: dash },
    }
}

/// Height of the names of both axes.
const AROUND: f32 = 40.0;
/// A plot lower than this gives up its notes.
const LOWEST: f32 = 90.0;

/// What stands over a plot.
#[derive(Clone, Copy, Debug)]
pub enum Heading<'a> {
    /// Its title.
    Title,
    /// Words that choose one of several plots.
    Choice(&'a [PlotKind]),
}

/// Below this width of a panel there is room for the short words only.
const NARROW: f32 = 320.0;
/// Below this one there is none beside a title: the switches go into the menu.
const TIGHT: f32 = 280.0;

/// The switches of the scaling plot.
fn switches_ui(ui: &mut Ui, desk: &Desk, narrow: bool) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut shallow = desk.view.show_shallow;
    let hint = "beside it, the same learned weights with one hidden layer: its entropy saturates";
    let text = RichText::new(if narrow { "1 layer" } else { "one layer" }).small();
    if ui.checkbox(&mut shallow, text).on_hover_text(hint).changed() {
        actions.push(Action::ShowShallow(shallow));
    }
    let mut compare = desk.view.plots.compare;
    let hint = "multiply the reference curves by the ratio of fitted slopes; the factor stands beside each";
    let text = RichText::new(if narrow { "compare" } else { "compare slopes" }).small();
    if ui.checkbox(&mut compare, text).on_hover_text(hint).changed() {
        actions.push(Action::CompareSlopes(compare));
    }
    actions
}

/// A plot with its heading, its switches and its menu.
#[must_use]
pub fn plot_ui(
    ui: &mut Ui,
    desk: &Desk,
    kind: PlotKind,
    heading: Heading<'_>,
    theme: Theme,
    height: f32,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(chart) = plots::chart(kind, &desk.document, &desk.study(), desk.view.plots) else {
        let text = "the weights came with the session; start anew to see them learned";
        ui.label(RichText::new(text).small().color(color(theme, Role::Secondary)));
        return actions;
    };
    let enlarged = desk.view.enlarged == Some(Enlarged::Plot(kind));
    let (narrow, tight) = (ui.available_width() < NARROW, ui.available_width() < TIGHT);
    ui.horizontal(|ui| {
        match heading {
            Heading::Title => {
                ui.label(typeset(&chart.title, &font(Face::SemiBold, 14.0), color(theme, Role::Text)));
            }
            Heading::Choice(kinds) => actions.extend(choice_ui(ui, kinds, kind)),
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let mut switched = Vec::new();
            actions.extend(buttons_ui(ui, desk, Enlarged::Plot(kind), |ui| {
                if kind == PlotKind::Scaling && tight {
                    switched = switches_ui(ui, desk, false);
                }
            }));
            actions.extend(switched);
            if kind == PlotKind::Scaling && !tight {
                actions.extend(switches_ui(ui, desk, narrow));
            }
        });
    });
    let id = if enlarged { format!("{} enlarged", kind.name()) } else { kind.name().to_owned() };
    let notes = chart_ui(ui, &id, &chart, height - 28.0, theme);
    if let (PlotKind::Scaling, Some(note)) = (kind, notes.first()) {
        actions.extend(fit_ui(desk, note));
    }
    actions
}

/// The line of the fit under the scaling plot: a click copies the slope, its menu has every number of it.
fn fit_ui(desk: &Desk, note: &egui::Response) -> Vec<Action> {
    let Some(fit) = desk.survey.as_ref().and_then(|s| s.fit) else { return Vec::new() };
    let mut actions = Vec::new();
    let unit = picture::unit(&desk.document, &desk.study());
    let of = format!("sizes {}…{}", fit.window[0], fit.window[1]);
    let number = |symbol: &str, value: f64, unit: &str| Quantity::new(symbol, of.clone(), value, unit);
    let slope = number("slope", fit.slope_nats_per_log2 / unit.nats, unit.name);
    let error = fit.error / unit.nats;
    let numbers = [
        slope.clone(),
        number("slope_error", error, unit.name),
        number("intercept", fit.intercept_nats / unit.nats, unit.name),
        number("c_eff", fit.c_eff, ""),
        number("c_error", fit.error * 3.0 / LN_2, ""),
        number("r_squared", fit.r_squared.unwrap_or(f64::NAN), ""),
    ];
    // A line through two sizes has no error, a plateau no share of variance.
    let numbers: Vec<Quantity> = numbers.into_iter().filter(|n| n.value.is_finite()).collect();
    let note = note.clone().interact(egui::Sense::click());
    note.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Copy the slope of the fit"));
    if note.clicked() {
        actions.push(Action::Copy(slope.text(NumberForm::Value)));
    }
    note.context_menu(|ui| {
        for quantity in &numbers {
            ui.menu_button(quantity.symbol.replace('_', " "), |ui| actions.extend(forms_ui(ui, quantity)));
        }
    });
    note.on_hover_text(format!("{of}\nclick to copy the slope; the rest with the other button"));
    actions
}

/// Words that choose one of several plots.
fn choice_ui(ui: &mut Ui, kinds: &[PlotKind], shown: PlotKind) -> Option<Action> {
    let mut action = None;
    ui.spacing_mut().item_spacing.x = 1.0;
    ui.spacing_mut().button_padding.x = 5.0;
    for &kind in kinds {
        let text = typeset(kind.symbol(), &font(Face::Regular, 11.5), ui.visuals().text_color());
        let response = ui.selectable_label(kind == shown, text).on_hover_text(kind.meaning());
        response.widget_info(|| {
            let name = format!("Plot {}", kind.name());
            egui::WidgetInfo::selected(egui::Role::RadioButton, true, kind == shown, name)
        });
        if response.clicked() && kind != shown {
            action = Some(Action::ShowPlot(kind));
        }
    }
    action
}

/// A note of several parts between dots, which breaks between them and not within a short one.
fn unbroken_parts(note: &str) -> String {
    let parts: Vec<&str> = note.split(" · ").collect();
    let unbroken = |part: &&str| match part.chars().count() {
        0..=24 if parts.len() > 1 => part.replace(' ', "\u{a0}"),
        _ => (*part).to_owned(),
    };
    parts.iter().map(unbroken).collect::<Vec<_>>().join("\u{a0}· ")
}

/// Shows a chart in the given height; gives its notes, as far as there was room for them.
pub fn chart_ui(ui: &mut Ui, id: &str, chart: &Chart, height: f32, theme: Theme) -> Vec<egui::Response> {
    let role = |r: Role| color(theme, r);
    let (x_ticks, y_ticks) = (chart.x.ticks.clone(), chart.y.ticks.clone());
    ui.spacing_mut().item_spacing.y = 2.0;
    let small = |text: &str, r: Role| typeset(text, &font(Face::Regular, 11.5), role(r));
    ui.label(small(&chart.y.label, Role::Secondary));
    // Notes are laid out first, for they may wrap; where they would leave no plot, the last ones go.
    let mut notes: Vec<_> = chart
        .notes
        .iter()
        .map(|note| {
            let mut job = small(&unbroken_parts(note), Role::Secondary);
            job.wrap.max_width = ui.available_width();
            ui.painter().layout_job(job)
        })
        .collect();
    let tall = |notes: &[std::sync::Arc<egui::Galley>]| notes.iter().map(|n| n.size().y + 2.0).sum::<f32>();
    while !notes.is_empty() && height - AROUND - tall(&notes) < LOWEST {
        notes.pop();
    }
    let bounds = |axis: &Axis| axis.range[0]..=axis.range[1];
    Plot::new(id)
        .height((height - tall(&notes) - AROUND).max(48.0))
        .show_background(false)
        .allow_scroll(false)
        .allow_zoom(false)
        .allow_drag(false)
        .allow_boxed_zoom(true)
        .set_margin_fraction(vec2(0.0, 0.0))
        .grid_spacing(4.0..=5.0)
        .grid_color(role(Role::Hairline))
        .x_grid_spacer(marks(&x_ticks))
        .y_grid_spacer(marks(&y_ticks))
        .x_axis_formatter(move |mark, _| label_at(&x_ticks, mark.value))
        .y_axis_formatter(move |mark, _| label_at(&y_ticks, mark.value))
        .y_axis_min_width(34.0)
        .default_x_bounds(chart.x.range[0], chart.x.range[1])
        .default_y_bounds(chart.y.range[0], chart.y.range[1])
        .label_formatter(|hover| {
            let (name, at) = match hover {
                egui_plot::HoverPosition::NearDataPoint { plot_name, position, .. } => {
                    (*plot_name, *position)
                }
                egui_plot::HoverPosition::Elsewhere { position } => ("", *position),
            };
            (!name.is_empty()).then(|| format!("{name}\n{}, {}", four_digits(at.x), four_digits(at.y)))
        })
        .show(ui, |plot| {
            // Bounds follow the chart, not what a person zoomed into an earlier one.
            if plot.plot_bounds().range_x() != bounds(&chart.x) && !plot.response().dragged() {
                plot.set_plot_bounds_x(bounds(&chart.x));
            }
            if plot.plot_bounds().range_y() != bounds(&chart.y) && !plot.response().dragged() {
                plot.set_plot_bounds_y(bounds(&chart.y));
            }
            for rule in &chart.rules {
                plot.vline(VLine::new(rule.label.clone(), rule.at).color(role(Role::Secondary)).width(1.0));
                let text = small(&format!(" {} ", rule.label), Role::Secondary);
                let left = chart.rule_label_is_left(rule);
                let anchor = if left { Align2::RIGHT_CENTER } else { Align2::LEFT_CENTER };
                let place = PlotPoint::new(rule.at, chart.rule_label_height(rule));
                plot.text(Text::new("", place, text).anchor(anchor));
            }
            for series in &chart.series {
                for [[left, bottom], [right, top]] in series.bars() {
                    let corners = vec![[left, bottom], [right, bottom], [right, top], [left, top]];
                    let fill = role(series.role);
                    plot.polygon(
                        Polygon::new(series.name.clone(), PlotPoints::from(corners))
                            .fill_color(fill)
                            .stroke(egui::Stroke::NONE)
                            .allow_hover(false),
                    );
                }
                for ([[left, bottom], [right, top]], fill) in series.cells() {
                    let corners = vec![[left, bottom], [right, bottom], [right, top], [left, top]];
                    let cell = Polygon::new(series.name.clone(), PlotPoints::from(corners))
                        .fill_color(role(fill))
                        .stroke(egui::Stroke::NONE);
                    plot.polygon(cell.allow_hover(false));
                }
                if let Style::Bars { .. } | Style::Cells { .. } = series.style {
                    continue;
                }
                for (point, spread) in series.points.iter().zip(&series.spread) {
                    let ends = vec![[point[0], point[1] - spread], [point[0], point[1] + spread]];
                    let bar =
                        Line::new("", PlotPoints::from(ends)).color(role(series.role).gamma_multiply(0.5));
                    plot.line(bar.width(1.0).allow_hover(false));
                }
                let points = PlotPoints::from(series.points.clone());
                match series.style {
                    Style::Dots(radius) => {
                        plot.points(
                            Points::new(series.name.clone(), points).radius(radius).color(role(series.role)),
                        );
                    }
                    Style::Line { width, dash } => plot.line(
                        Line::new(series.name.clone(), points)
                            .color(role(series.role))
                            .width(width)
                            .style(dashes(dash)),
                    ),
                    Style::Bars { .. } | Style::Cells { .. } => {}
                }
            }
            let size = plot.response().rect.size();
            let room = LabelRoom::in_area([size.x, size.y].map(f64::from));
            for label in chart.end_labels(room) {
                let text = RichText::new(format!(" {} ", label.text)).small().color(role(Role::Secondary));
                let anchor = match (label.right, label.below) {
                    (false, false) => Align2::RIGHT_BOTTOM,
                    (false, true) => Align2::RIGHT_TOP,
                    (true, false) => Align2::LEFT_BOTTOM,
                    (true, true) => Align2::LEFT_TOP,
                };
                plot.text(Text::new("", PlotPoint::new(label.at[0], label.at[1]), text).anchor(anchor));
            }
            for marker in &chart.markers {
                let points = PlotPoints::from(vec![marker.at]);
                plot.points(Points::new(marker.name.clone(), points).radius(6.0).color(role(marker.role)));
            }
        });
    ui.vertical_centered(|ui| {
        ui.label(small(&chart.x.label, Role::Secondary));
    });
    notes.into_iter().map(|note| ui.label(note)).collect()
}
