//! The tab of the network's own state: its form and phases, the region's entropies beside bound and cut, a plot.

use super::action::Action;
use super::controls::choice;
use super::copying::{Part, line_ui};
use super::enlarged::{Enlarged, buttons_ui};
use super::painter::color;
use super::plots::chart_ui;
use super::slider::slider;
use super::state::Desk;
use crate::desk::picture;
use crate::desk::studies::StudyKind;
use crate::export::Quantity;
use crate::figure::chart::{Chart, Marker, four_digits, grouped, with_error};
use crate::figure::palette::{Role, Theme};
use crate::holography::StateForm;
use crate::network::Region;
use crate::session::keys::Value;
use egui::{RichText, Ui};

/// The three plots.
const PLOTS: [StudyKind; 3] = [StudyKind::State, StudyKind::Spectrum, StudyKind::Tightness];

/// Below this height a plot could not be read: the tab scrolls instead.
const LOWEST_PLOT: f32 = 230.0;

/// The state tab.
#[must_use]
pub fn state_tab_ui(ui: &mut Ui, desk: &mut Desk, theme: Theme, height: f32) -> Vec<Action> {
    let mut actions = Vec::new();
    let top = ui.cursor().top();
    let small = |text: String, role| RichText::new(text).small().color(color(theme, role));
    ui.spacing_mut().item_spacing.y = 2.0;
    let d = &desk.document;
    let born = d.state.form == StateForm::Born;
    actions.extend(choice(ui, d, "state.form", &[("marginal", "Σ exp(−E)"), ("born", "√p")]));
    ui.add_enabled_ui(!born, |ui| {
        for path in ["state.phase", "state.random_phases"] {
            actions.extend(slider(ui, d, path, theme));
        }
    });
    ui.add_enabled_ui(born && d.network.sites > 16, |ui| actions.extend(slider(ui, d, "state.pairs", theme)));
    for line in lines(desk) {
        actions.extend(line_ui(ui, &line, theme, ""));
    }
    let limit = desk.own_state.answer.as_ref().and_then(|answer| {
        let of_region = || answer.rows.first().and_then(|row| row.limit.clone());
        answer.limit.clone().or_else(of_region)
    });
    let plot = desk.own_state.plot.clone().filter(|plot| plot.kind == desk.own_state.shown);
    let refused = limit.map(|l| l.to_string()).or_else(|| plot.as_ref().and_then(|p| p.failure.clone()));
    if let Some(sentence) = refused {
        ui.colored_label(color(theme, Role::Error), format!("! {sentence}"));
    }
    if desk.document.network.sites > 16 {
        let hint = "16 sites: every amplitude is held, all plots at once";
        if ui.small_button("Set N = 16").on_hover_text(hint).clicked() {
            let value = Value::Integer(16);
            actions.push(Action::Set { path: "network.sites", value, gesture: None });
        }
    }
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 1.0;
        for kind in PLOTS {
            let chosen = desk.own_state.shown == kind;
            let response = ui.selectable_label(chosen, RichText::new(kind.name()).small());
            let response = response.on_hover_text(kind.question());
            response.widget_info(|| {
                let name = format!("State plot {}", kind.name());
                egui::WidgetInfo::selected(egui::Role::RadioButton, true, chosen, name)
            });
            if response.clicked() {
                desk.own_state.shown = kind;
            }
        }
        let Some(plot) = &plot else { return };
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if plot.chart.is_some() {
                actions.extend(buttons_ui(ui, desk, Enlarged::State, |_| {}));
            }
            let paused = desk.own_state.paused;
            if desk.own_state.is_under_way() {
                let word = if paused { "go on" } else { "pause" };
                if ui.small_button(word).clicked() {
                    desk.pause_own_state(!paused);
                }
                let progress = &plot.progress;
                ui.label(small(format!("{} of {}", progress.done, progress.total), Role::Secondary));
            }
        });
    });
    if plot.is_some() && !desk.is_own_plot_present() {
        // In a line of its own: beside the names of the plots there is no room for it.
        ui.label(small("the plot is of other parameters than the present ones".into(), Role::Secondary));
    }
    if let Some(chart) = state_chart(desk) {
        let left = (height - (ui.cursor().top() - top)).max(LOWEST_PLOT);
        chart_ui(ui, desk.own_state.shown.name(), &chart, left, theme);
    }
    actions
}

/// The plot that is chosen, with the active region marked on it; none while there is nothing to draw.
#[must_use]
pub fn state_chart(desk: &Desk) -> Option<Chart> {
    let plot = desk.own_state.plot.as_ref().filter(|plot| plot.kind == desk.own_state.shown);
    let mut chart = plot?.chart.clone()?;
    mark(&mut chart, desk);
    Some(chart)
}

/// The entropies of the active region, and what is going on.
fn lines(desk: &Desk) -> Vec<Vec<Part>> {
    let words = |text: String| vec![Part::words(text)];
    if desk.document.learned.is_none() {
        return vec![words("the state follows the learning…".into())];
    }
    let active = desk.view.active.name;
    let name = active.letter();
    let Some(answer) = desk.own_state.answer.as_ref().filter(|_| desk.own_state.is_current()) else {
        return vec![words(format!("summing over the hidden spins for {name}…"))];
    };
    let Some(row) = answer.rows.first() else { return Vec::new() };
    let unit = picture::unit(&desk.document, &desk.study());
    let region = format!("{name} = {}", desk.document.regions.get(active));
    let number = |before: &str, symbol: &str, nats: f64, error: Option<f64>| {
        let value = nats / unit.nats;
        let shown = error.map_or_else(|| four_digits(value), |error| with_error(value, error / unit.nats));
        Part::number(format!("{before}{shown}"), Quantity::new(symbol, region.clone(), value, unit.name))
    };
    let mut own = vec![Part::words(format!("{name}:"))];
    if let Some(s) = row.von_neumann_nats {
        own.extend([Part::words(" "), number("S = ", "S", s, None)]);
    }
    if let Some(s) = row.renyi2_nats {
        let between = if row.von_neumann_nats.is_some() { " · " } else { " " };
        own.extend([Part::words(between), number("S_2 = ", "S_2", s, row.standard_error)]);
    }
    if own.len() > 1 {
        own.push(Part::words(format!(" {}", unit.name)));
    }
    let bound = if answer.bounded { "≤ m ln 2 = " } else { "m ln 2 (no theorem) = " };
    let mut lines = vec![
        own,
        vec![
            number(bound, "m ln 2", row.bound_nats, None),
            Part::words(" · "),
            number("cut ", "S_cut", row.cut_nats, None),
        ],
    ];
    if let Some(log_z) = answer.log_partition {
        let spins = desk.network.network.geometry().node_count();
        lines.push(vec![
            Part::number(
                format!("ln Z = {}", four_digits(log_z)),
                Quantity::new("ln Z", "all spins of the network", log_z, ""),
            ),
            Part::words(" over all "),
            Part::number(
                format!("{} spins", grouped(spins)),
                Quantity::new("spins", "the network", spins as f64, ""),
            ),
        ]);
    }
    if let Some([s, s2]) = row.exact_nats {
        lines.push(vec![
            Part::words("exact chain "),
            number("S = ", "S_exact", s, None),
            Part::words(" · "),
            number("S_2 = ", "S_2 exact", s2, None),
        ]);
    }
    let (done, total) = answer.progress;
    lines.push(words(if answer.done {
        format!("{} · {:.0} ms", answer.parameters.form.formula(), 1e3 * answer.seconds)
    } else {
        format!("{done} of {total} steps · {:.1} s", answer.seconds)
    }));
    lines
}

/// The active region on the plot, live.
fn mark(chart: &mut Chart, desk: &Desk) {
    let name = desk.view.active.name;
    let region: &Region = desk.document.regions.get(name);
    let n = region.sites();
    let at = match (desk.own_state.shown, region.intervals()) {
        (_, []) => None,
        (StudyKind::State, _) => {
            let row = desk.own_state.answer.as_ref().filter(|_| desk.own_state.is_current());
            let row = row.and_then(|answer| answer.rows.first());
            let unit = picture::unit(&desk.document, &desk.study());
            let size = region.len().min(n - region.len());
            row.and_then(|row| row.von_neumann_nats.or(row.renyi2_nats))
                .filter(|_| size > 0)
                .map(|s| [(size as f64).log2(), s / unit.nats])
        }
        (StudyKind::Tightness, [one]) => {
            Some([(one.start as f64 + 0.5 * one.len as f64).rem_euclid(n as f64), one.len as f64])
        }
        _ => None,
    };
    let role = Role::Region(picture::hue(name));
    let name = format!("region {}", name.letter());
    chart.markers = at.map(|at| Marker { at, role, name }).into_iter().collect();
}
