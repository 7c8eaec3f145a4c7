//! A chart in the window: egui_plot paints it and listens, our ticks and series say what is there.

use super::painter::{color, font, typeset};
use crate::figure::chart::{Axis, Chart, Style, Tick, four_digits};
use crate::figure::page::Face;
use crate::figure::palette::{Role, Theme};
use egui::{Align2, RichText, Ui, vec2};
use egui_plot::{GridInput, GridMark, Line, LineStyle, Plot, PlotPoint, PlotPoints, Points, Text, VLine};

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

/// Shows a chart in the given height.
pub fn chart_ui(ui: &mut Ui, id: &str, chart: &Chart, height: f32, theme: Theme) {
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
            let mut job = small(note, Role::Secondary);
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
                let top = chart.y.range[1] - 0.04 * (chart.y.range[1] - chart.y.range[0]);
                let text = small(&format!(" {}", rule.label), Role::Secondary);
                plot.text(Text::new("", PlotPoint::new(rule.at, top), text).anchor(Align2::LEFT_TOP));
            }
            for series in &chart.series {
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
                }
            }
            for label in chart.end_labels() {
                let text = RichText::new(format!("{} ", label.text)).small().color(role(Role::Secondary));
                let anchor = if label.below { Align2::RIGHT_TOP } else { Align2::RIGHT_BOTTOM };
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
    for note in notes {
        ui.label(note);
    }
}
