//! The readout in large digits, the scaling plot, and the tabs below it.

use super::action::{Action, RegionEnd};
use super::canvas::nudged;
use super::controls::tooltip;
use super::copying::{Part, copy_ui, hint, line_ui, number_ui};
use super::folding::{PanelSide, fold_ui};
use super::number_field::{Entered, NumberField, number_field};
use super::painter::{color, font, typeset};
use super::plots::{Heading, plot_ui};
use super::regions_tab::regions_tab_ui;
use super::state::{ActiveRegion, Desk, Tab};
use super::state_tab::state_tab_ui;
use super::studies::studies_ui;
use crate::desk::results::is_above_volume;
use crate::desk::{PlotKind, picture};
use crate::export::Quantity;
use crate::figure::chart::{four_digits, grouped};
use crate::figure::page::Face;
use crate::figure::palette::{Role, Theme};
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::{Interval, Region};
use crate::numerics::stable::LN_2;
use crate::session::RegionName;
use crate::session::keys;
use crate::sim::Phase;
use egui::{RichText, Ui, vec2};

/// Height of the readout.
const READOUT: f32 = 132.0;
/// Height of the scaling plot where there is room, at least and at most.
const SCALING: [f32; 2] = [300.0, 440.0];
/// What the tabs below it need for a plot that can be read.
const TABS: f32 = 236.0;
/// Below this the scaling plot itself could not be read.
const LOWEST_SCALING: f32 = 190.0;
/// Largest height of the plots in the tabs.
const TALLEST_TAB: f32 = 380.0;

/// The right panel.
#[must_use]
pub fn right_panel_ui(ui: &mut Ui, desk: &mut Desk, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.allocate_ui(vec2(ui.available_width(), READOUT), |ui| {
        ui.set_min_height(READOUT);
        actions.extend(readout_ui(ui, desk, theme));
    });
    ui.add_space(8.0);
    let room = ui.available_height();
    let scaling = (0.34 * room).clamp(SCALING[0], SCALING[1]).min((room - TABS).max(LOWEST_SCALING));
    actions.extend(plot_ui(ui, desk, PlotKind::Scaling, Heading::Title, theme, scaling));
    ui.add_space(12.0);
    actions.extend(tabs_ui(ui, desk, theme));
    actions
}

/// One line about the cut of a region.
#[must_use]
pub fn cut_line(desk: &Desk, name: RegionName) -> String {
    cut_parts(desk, name).into_iter().map(|part| part.text).collect()
}

/// The same in parts, of which the numbers can be copied.
fn cut_parts(desk: &Desk, name: RegionName) -> Vec<Part> {
    let Some(answer) = &desk.answer else { return vec![Part::words("cutting…")] };
    let answer = &answer.regions[name as usize];
    if answer.region.is_empty() {
        return vec![Part::words("drag along the rim to choose a region")];
    }
    let links = answer.cut.links.len();
    let sites = answer.region.len();
    let intervals: Vec<String> = answer
        .region
        .intervals()
        .iter()
        .take(3)
        .map(|i| format!("[{}, {})", grouped(i.start), grouped(i.start + i.len)))
        .collect();
    let more = if answer.region.intervals().len() > 3 { " ∪ …" } else { "" };
    let s = |n: usize| if n == 1 { "" } else { "s" };
    let above = if is_above_volume(&answer.cut) { " · bound above |A| ln 2" } else { "" };
    let number = |symbol: &str, value: f64| Quantity::new(symbol, of_region(desk, name), value, "");
    vec![
        Part::number(format!("{} link{}", grouped(links as u64), s(links)), number("links", links as f64)),
        Part::words(" · "),
        Part::number(format!("{} site{}", grouped(sites), s(sites as usize)), number("sites", sites as f64)),
        Part::words(format!(" {}{more}{above}", intervals.join(" ∪ "))),
    ]
}

/// What a number of a region is of.
fn of_region(desk: &Desk, name: RegionName) -> String {
    format!("{} = {}", name.letter(), desk.document.regions.get(name))
}

/// The spins that separate a region, and the bound on the entropy that they set.
fn bound_parts(desk: &Desk, name: RegionName) -> Vec<Part> {
    let Some(answer) = &desk.answer else { return Vec::new() };
    if answer.regions[name as usize].region.is_empty() {
        return Vec::new();
    }
    let unit = picture::unit(&desk.document, &desk.study());
    match answer.later[name as usize].spins {
        None => vec![Part::words("≤ … spins")],
        Some(m) => {
            let s = if m == 1 { "" } else { "s" };
            let bound = m as f64 * LN_2 / unit.nats;
            let of = || of_region(desk, name);
            vec![
                Part::number(format!("≤ {m} spin{s}"), Quantity::new("m", of(), m as f64, "spins")),
                Part::words(" · "),
                Part::number(
                    format!("bound {} {}", four_digits(bound), unit.name),
                    Quantity::new("m ln 2", of(), bound, unit.name),
                ),
            ]
        }
    }
}

fn readout_ui(ui: &mut Ui, desk: &mut Desk, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let name = desk.view.active.name;
    let hue = color(theme, Role::Region(picture::hue(name)));
    let unit = picture::unit(&desk.document, &desk.study());
    let entropy = desk.answer.as_ref().map(|a| a.regions[name as usize].cut.capacity_nats);
    ui.horizontal(|ui| {
        for other in RegionName::ALL {
            let chosen = other == name;
            let role = Role::Region(picture::hue(other));
            let text =
                RichText::new(other.letter()).font(font(Face::SemiBold, 14.0)).color(color(theme, role));
            let response =
                ui.selectable_label(chosen, text).on_hover_text(format!("edit region {}", other.letter()));
            response.widget_info(|| {
                egui::WidgetInfo::selected(
                    egui::Role::RadioButton,
                    true,
                    chosen,
                    format!("Region {}", other.letter()),
                )
            });
            if response.clicked() {
                actions.push(Action::Activate(other));
            }
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            actions.extend(fold_ui(ui, PanelSide::Right));
            let (learned, all) = desk.network.learned_layers();
            if learned < all {
                let text = format!("{learned} of {all} layers learned");
                ui.label(RichText::new(text).small().color(color(theme, Role::Secondary)));
            }
        });
    });
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 4.0;
        ui.label(typeset(&format!("S_{}", name.letter()), &font(Face::Italic, 24.0), hue));
        ui.add_space(6.0);
        let shown = entropy.map_or_else(|| "…".to_string(), |s| four_digits(s / unit.nats));
        let number = RichText::new(&shown).font(font(Face::SemiBold, 30.0)).color(color(theme, Role::Text));
        let response = ui.add(egui::Label::new(number).sense(egui::Sense::click()));
        response.widget_info(|| {
            egui::WidgetInfo::labeled(
                egui::Role::Label,
                true,
                format!("S_{} = {shown} {}", name.letter(), unit.name),
            )
        });
        ui.label(RichText::new(unit.name).color(color(theme, Role::Secondary)));
        if let Some(s) = entropy {
            let letter = name.letter();
            let of = of_region(desk, name);
            let quantity = Quantity::new(format!("S_{letter}"), of, s / unit.nats, unit.name);
            actions.extend(copy_ui(&response, &quantity));
            response.on_hover_text(hint(&quantity));
        }
    });
    ui.spacing_mut().item_spacing.y = 1.0;
    actions.extend(line_ui(ui, &cut_parts(desk, name), theme, "the minimal cut of the region"));
    let hint = "m ln 2, m being the fewest spins whose removal separates the region: a bound on the entropy of \
                the network's own state";
    actions.extend(line_ui(ui, &bound_parts(desk, name), theme, hint));
    ui.horizontal(|ui| {
        actions.extend(ends_ui(ui, desk.document.regions.get(name), desk.view.active, theme));
    });
    actions
}

/// The two ends of an interval of the active region as number fields.
fn ends_ui(ui: &mut Ui, region: &Region, active: ActiveRegion, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let (name, index) = (active.name, active.interval_of(region));
    let path = keys::region_path(name);
    let about = keys::find(path).map(tooltip).unwrap_or_default();
    let held = region.intervals().get(index).copied();
    let (start, end) = held.map_or((0, 0), |i| (i.start, i.start + i.len));
    let intervals = region.intervals().len();
    ui.spacing_mut().item_spacing.x = if intervals > 1 { 4.0 } else { 8.0 };
    for (which, label, value) in [(RegionEnd::Start, "from", start), (RegionEnd::End, "to", end)] {
        let mark = if which == active.end { Role::Focus } else { Role::Secondary };
        ui.label(RichText::new(label).small().color(color(theme, mark)));
        let (response, entered) = number_field(
            ui,
            &NumberField {
                name: &format!("region {} {label}", name.letter()),
                shown: &grouped(value),
                exact: &value.to_string(),
                hint: &format!("{about}\n↑ ↓ move this end by 1, with Shift by 16"),
                width: if intervals > 1 { 60.0 } else { 64.0 },
                large: 16,
                drag: Some(4.0),
            },
        );
        if response.gained_focus() || response.clicked() || response.drag_started() {
            actions.push(Action::FocusEnd { interval: index, end: which });
        }
        match entered {
            Some(Entered::Text(text)) => {
                actions.push(Action::Type { path, text: with_end(region, index, which, &text) });
            }
            Some(Entered::Steps(steps, gesture)) => {
                let (region, interval) = nudged(region, index, which, steps);
                actions.push(Action::SelectRegion { name, region, gesture });
                actions.push(Action::FocusInterval(interval));
            }
            None => {}
        }
    }
    if intervals > 1 {
        let hint = "the interval that fields and arrow keys edit; click for the next";
        let next = ui.small_button(format!("{} of {intervals}", index + 1)).on_hover_text(hint);
        next.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Next interval"));
        if next.clicked() {
            actions.push(Action::FocusInterval((index + 1) % intervals));
        }
    }
    ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
        let clear = ui.add_enabled(!region.is_empty(), egui::Button::new("clear").small());
        if clear.on_hover_text("no sites (Escape)").clicked() {
            let region = Region::empty(region.sites(), region.boundary());
            actions.push(Action::SelectRegion { name, region, gesture: None });
        }
    });
    actions
}

/// A region, as it is written, with one end of an interval as it was typed. On a ring an end before the start means
/// round the seam.
fn with_end(region: &Region, index: usize, which: RegionEnd, typed: &str) -> String {
    let n = region.sites();
    let ring = region.boundary() == Boundary::Ring;
    let write = |i: &Interval| format!("{}..{}", i.start, i.start + i.len);
    let held = region.intervals().get(index).copied().unwrap_or(Interval { start: 0, len: 0 });
    let (start, end) = (held.start, held.start + held.len);
    let edited = match (which, typed.parse::<u64>()) {
        // The end stays at its place, within one turn from the start.
        (RegionEnd::Start, Ok(start)) if ring && start < n => {
            format!("{start}..{}", start + (end + n - start) % n)
        }
        (RegionEnd::End, Ok(end)) if ring && end < start => format!("{start}..{}", end + n),
        (RegionEnd::Start, _) => format!("{typed}..{end}"),
        (RegionEnd::End, _) => format!("{start}..{typed}"),
    };
    let mut parts: Vec<String> = region.intervals().iter().map(write).collect();
    match parts.get_mut(index) {
        Some(part) => *part = edited,
        None => parts.push(edited),
    }
    parts.join(",")
}

fn tabs_ui(ui: &mut Ui, desk: &mut Desk, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        if ui.available_width() < 320.0 {
            // All six stay in one row of the narrowest panel.
            ui.spacing_mut().button_padding.x = 4.0;
            ui.spacing_mut().item_spacing.x = 0.0;
            ui.style_mut().override_font_id = Some(font(Face::Regular, 12.0));
        }
        for (tab, name, hint) in [
            (
                Tab::Layers,
                "Layers",
                "what each layer learned: weights, entropies, divergence and more, against τ",
            ),
            (Tab::Flow, "Flow", "the couplings from layer to layer, beside exact decimation"),
            (Tab::Training, "Training", "the likelihood of each layer while it learned, and its report"),
            (Tab::Regions, "Regions", "numbers of A, B and C, and the inequalities between them"),
            (Tab::Studies, "Studies", "channels, depth, pruning and more, worked through in the background"),
            (Tab::State, "State", "the network's own quantum state: exact entropies and spectra"),
        ] {
            let response = ui.selectable_label(desk.view.tab == tab, name);
            response.widget_info(|| {
                egui::WidgetInfo::selected(egui::Role::Tab, true, desk.view.tab == tab, format!("{name} tab"))
            });
            let response = response.on_hover_text(hint);
            if response.clicked() {
                desk.view.tab = tab;
            }
        }
    });
    ui.add_space(4.0);
    let height = ui.available_height().min(TALLEST_TAB);
    match desk.view.tab {
        Tab::Layers => {
            let shown = desk.view.of_layers.0;
            let heading = Heading::Choice(&PlotKind::OF_LAYERS);
            actions.extend(plot_ui(ui, desk, shown, heading, theme, height));
        }
        Tab::Flow => {
            let shown = if desk.view.flow_in_plane { PlotKind::Plane } else { PlotKind::Flow };
            let heading = Heading::Choice(&[PlotKind::Flow, PlotKind::Plane]);
            actions.extend(plot_ui(ui, desk, shown, heading, theme, height));
        }
        Tab::Training => {
            actions.extend(plot_ui(
                ui,
                desk,
                PlotKind::Training,
                Heading::Title,
                theme,
                (0.55 * height).max(150.0),
            ));
            actions.extend(layer_table(ui, desk, theme));
        }
        Tab::Regions => actions.extend(regions_tab_ui(ui, desk, theme)),
        Tab::State => {
            egui::ScrollArea::vertical().id_salt("state").show(ui, |ui| {
                actions.extend(state_tab_ui(ui, desk, theme, height));
            });
        }
        Tab::Studies => {
            // In a low window the plot and its buttons are taller than what is left.
            egui::ScrollArea::vertical().id_salt("studies").show(ui, |ui| {
                actions.extend(studies_ui(ui, desk, theme, height));
            });
        }
    }
    actions
}

/// The report of every finished layer.
fn layer_table(ui: &mut Ui, desk: &Desk, theme: Theme) -> Option<Action> {
    let training = desk.current_training()?;
    let mut action = None;
    egui::ScrollArea::vertical().id_salt("layers").auto_shrink(false).show(ui, |ui| {
        egui::Grid::new("layer report").num_columns(6).spacing(vec2(10.0, 4.0)).show(ui, |ui| {
            // Two links are both sides: there is no middle.
            let two = training.task.field == ReceptiveField::Two;
            let titles = if two { ["first w", "second w"] } else { ["side w", "middle w"] };
            for title in ["τ", "K′2", "KL / spin", titles[0], titles[1], "iter."] {
                ui.label(RichText::new(title).small().color(color(theme, Role::Secondary)));
            }
            ui.end_row();
            for (k, layer) in training.layers.iter().enumerate() {
                let w = layer.rbm.slot_weights();
                let middle = w.get(1).copied().unwrap_or(f64::NAN);
                let report = layer.report.as_ref();
                let power = |x: f64| format!("{x:.1e}").replace('-', "−");
                let whole = |x: f64| format!("{x}");
                /// Name, value, unit, and how it is written.
                type Cell<'a> = (&'a str, Option<f64>, &'a str, &'a dyn Fn(f64) -> String);
                let cells: [Cell<'_>; 6] = [
                    ("τ", Some(k as f64), "", &whole),
                    ("K′_2", report.and_then(|r| r.k_eff?.k2), "", &four_digits),
                    ("KL", report.and_then(|r| r.kl_per_spin), "nats per spin", &power),
                    (if two { "w_0" } else { "w_side" }, w.first().copied(), "", &four_digits),
                    (if two { "w_1" } else { "w_middle" }, Some(middle), "", &four_digits),
                    ("iterations", report.and_then(|r| r.iterations).map(|n| n as f64), "", &whole),
                ];
                for (i, (symbol, value, unit, digits)) in cells.into_iter().enumerate() {
                    let cell = value.map_or_else(|| "–".into(), digits);
                    let text = RichText::new(cell).small();
                    if i > 0 || layer.history.is_empty() {
                        match value.filter(|v| v.is_finite()) {
                            Some(value) => {
                                let quantity = Quantity::new(symbol, format!("layer {k}"), value, unit);
                                action = action.take().or(number_ui(ui, text, &quantity));
                            }
                            None => {
                                ui.label(text);
                            }
                        }
                        continue;
                    }
                    let shown = desk.view.plots.layer == Some(k);
                    let response = ui.selectable_label(shown, text).on_hover_text("show its training above");
                    response.widget_info(|| {
                        let name = format!("Training of layer {k}");
                        egui::WidgetInfo::selected(egui::Role::RadioButton, true, shown, name)
                    });
                    if response.clicked() {
                        action = Some(Action::ShowLayer(k));
                    }
                }
                ui.end_row();
            }
        });
        if let Phase::Diverged { layer, step } = training.phase {
            let text = format!("! layer {layer} diverged after {step} iterations");
            ui.colored_label(color(theme, Role::Error), text);
        }
    });
    action
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_end_is_written_as_the_command_line_would_have_it() {
        let with = |text: &str, boundary, index, which, typed: &str| {
            with_end(&Region::parse(text, 64, boundary).unwrap(), index, which, typed)
        };
        let (ring, line) = (Boundary::Ring, Boundary::Line);
        assert_eq!(with("5..10,20..30", ring, 1, RegionEnd::End, "40"), "5..10,20..40");
        assert_eq!(with("5..10", ring, 0, RegionEnd::End, "3"), "5..67", "round the seam");
        assert_eq!(with("60..70", ring, 0, RegionEnd::Start, "2"), "2..6", "the end stays at its place");
        assert_eq!(with("5..10", ring, 0, RegionEnd::Start, "20"), "20..74");
        assert_eq!(with("5..10", ring, 0, RegionEnd::Start, "10"), "10..10", "no site is left");
        assert_eq!(with("", ring, 0, RegionEnd::End, "9"), "0..9");
        // What is no region stays as it was typed, and is refused as such.
        assert_eq!(with("5..10", ring, 0, RegionEnd::Start, "64"), "64..10");
        assert_eq!(with("5..10", ring, 0, RegionEnd::End, "900"), "5..900");
        assert_eq!(with("5..10", line, 0, RegionEnd::End, "3"), "5..3");
        assert_eq!(with("5..10", ring, 0, RegionEnd::End, "ten"), "5..ten");
    }
}
