//! The tab of several regions: what each of them costs, and the inequalities between them, for cuts and for fermions.

use super::action::Action;
use super::copying::copy_ui;
use super::painter::{color, font, typeset};
use super::state::Desk;
use crate::desk::picture;
use crate::desk::pins::Pin;
use crate::desk::results::geodesic_lengths;
use crate::entanglement::{Inequality, JointEntropies};
use crate::export::Quantity;
use crate::figure::chart::{four_digits, grouped};
use crate::figure::page::Face;
use crate::figure::palette::{Role, Theme};
use crate::figure::plots::EntropyUnit;
use crate::numerics::stable::LN_2;
use crate::session::RegionName;
use crate::sim::{CutAnswer, FermionEntropies, UnionCut};
use egui::{Align, Align2, Layout, Rect, Ui, vec2};

/// Height of a line of a table.
const LINE: f32 = 20.0;
/// Width of the letters before a line, three of them for ABC.
const LETTERS: f32 = 26.0;
/// Width of a column of slacks.
const SLACK: f32 = 84.0;
/// Formulas stand under the names of inequalities from this height of the tab on; below it, in their tooltips.
const ROOM_FOR_FORMULAS: f32 = 440.0;
/// Below this a sum of entropies is the rounding dust of an exact 0, in nats.
const DUST: f64 = 1e-9;

/// The tab.
#[must_use]
pub fn regions_tab_ui(ui: &mut Ui, desk: &Desk, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(answer) = &desk.answer else { return actions };
    let unit = picture::unit(&desk.document, &desk.study());
    let formulas = ui.available_height() >= ROOM_FOR_FORMULAS;
    egui::ScrollArea::vertical().id_salt("regions tab").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        actions.extend(regions_table(ui, desk, answer, &unit, theme));
        ui.add_space(6.0);
        match &answer.together {
            Some(together) => {
                let fermions = desk.current_fermions();
                joint_table(ui, together, fermions.as_ref(), &unit, formulas, theme);
                note(ui, &fermion_words(desk), Role::Secondary, theme);
            }
            None => {
                let hint = "With a second region, or five intervals of A, the inequalities between them stand here. \
                            Shift adds an interval, Ctrl takes sites away; A, B and C are chosen above.";
                note(ui, hint, Role::Secondary, theme);
            }
        }
    });
    actions
}

/// A line of words that may wrap.
fn note(ui: &mut Ui, text: &str, role: Role, theme: Theme) {
    if !text.is_empty() {
        ui.add_space(4.0);
        let job = typeset(text, &font(Face::Regular, 11.5), color(theme, role));
        ui.add(egui::Label::new(job).wrap());
    }
}

/// What is to be known of the fermion column: why it is empty, or what its marks mean.
fn fermion_words(desk: &Desk) -> String {
    let mass = four_digits(desk.document.theory.mass);
    match desk.fermions.as_ref().map(|answer| &answer.found) {
        Some(Err(limit)) => format!("Free fermions: {limit}."),
        Some(Ok(_)) => format!(
            "Free Dirac fermions of mass {mass} on a ring of as many sites, the same regions. Monogamy and the \
             five-party inequality are theorems for cuts only: ! marks one that is violated."
        ),
        None => String::new(),
    }
}

/// One line for each region: what its cut, its spins and its geodesic cost.
fn regions_table(
    ui: &mut Ui,
    desk: &Desk,
    answer: &CutAnswer,
    unit: &EntropyUnit,
    theme: Theme,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let fermions = desk.current_fermions();
    let headings = ["sites", "links", "spins", "S", "m ln 2", "fermions", "length"];
    let unit_name = unit.name;
    let hints = [
        "sites of the region".to_string(),
        "links of the minimal cut".into(),
        "fewest spins m whose removal separates the region".into(),
        format!("summed capacity of the cut links, in {unit_name}"),
        format!("the bound m ln 2 on the entropy of the network's own state, in {unit_name}"),
        format!("exact entropy of free Dirac fermions of the mass, in {unit_name}"),
        "length of the ideal geodesics above z = 1, 2 arcosh(Ñ/2), in curvature radii".into(),
    ];
    let hints = hints.each_ref().map(String::as_str);
    // Numbers of large networks are wide, lengths are not.
    let shares = [1.25, 0.75, 0.75, 1.05, 1.05, 1.15, 1.0];
    let cells: Vec<(String, &str)> = headings.iter().map(|h| (*h).to_string()).zip(hints).collect();
    let _heading = line(ui, ("", Role::Secondary), &cells, &shares, Role::Secondary, theme);
    for (i, name) in RegionName::ALL.into_iter().enumerate() {
        let region = &answer.regions[i];
        let none = region.region.is_empty();
        let entropy = |nats: f64| four_digits(nats / unit.nats);
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".into());
        let length: f64 = geodesic_lengths(&region.region).iter().sum();
        let spins = answer.later[i].spins.filter(|_| !none);
        let cells = [
            grouped(region.region.len()),
            region.cut.links.len().to_string(),
            or_dash(spins.map(|m| m.to_string())),
            entropy(region.cut.capacity_nats),
            or_dash(spins.map(|m| entropy(m as f64 * LN_2))),
            or_dash(fermions.filter(|_| !none).map(|f| entropy(f.regions[i]))),
            if none { "–".into() } else { four_digits(length) },
        ];
        let cells: Vec<(String, &str)> = cells.into_iter().zip(hints).collect();
        let letter = (name.letter(), Role::Region(picture::hue(name)));
        let at = line(ui, letter, &cells, &shares, Role::Text, theme);
        let bound = |m: u64| m as f64 * LN_2 / unit.nats;
        let numbers = [
            ("sites", Some(region.region.len() as f64), ""),
            ("links", Some(region.cut.links.len() as f64), ""),
            ("m", spins.map(|m| m as f64), "spins"),
            ("S", Some(region.cut.capacity_nats / unit.nats), unit_name),
            ("m ln 2", spins.map(bound), unit_name),
            ("S_fermions", fermions.filter(|_| !none).map(|f| f.regions[i] / unit.nats), unit_name),
            ("length", Some(length).filter(|_| !none), ""),
        ];
        for ((symbol, value, unit), cell) in numbers.into_iter().zip(at) {
            let Some(value) = value else { continue };
            let quantity =
                Quantity::new(symbol, format!("{} = {}", name.letter(), region.region), value, unit);
            let response = ui.interact(cell, ui.scope_id().with(("copy", i, symbol)), egui::Sense::click());
            response.widget_info(|| {
                egui::WidgetInfo::labeled(
                    egui::Role::Button,
                    true,
                    format!("Copy {symbol} of {}", name.letter()),
                )
            });
            actions.extend(copy_ui(&response, &quantity));
        }
    }
    for union in answer.unions.iter() {
        union_line(ui, union, fermions.as_ref(), unit, &shares, theme);
    }
    for pin in &desk.pins {
        pinned_lines(ui, pin, unit, &shares, theme);
    }
    actions
}

/// The cut of a union of regions: as above, but for its spins.
fn union_line(
    ui: &mut Ui,
    union: &UnionCut,
    fermions: Option<&FermionEntropies>,
    unit: &EntropyUnit,
    shares: &[f32],
    theme: Theme,
) {
    let entropy = |nats: f64| four_digits(nats / unit.nats);
    let known = fermions.and_then(|f| f.together).and_then(|t| t.of_union(union.name));
    let cells = [
        grouped(union.region.len()),
        union.links.to_string(),
        "–".into(),
        entropy(union.nats),
        "–".into(),
        known.map_or_else(|| "–".into(), entropy),
        four_digits(geodesic_lengths(&union.region).iter().sum()),
    ];
    let hint = format!(
        "{} = {}; spins are counted of A, B and C alone, and of unions by `cut`",
        union.name, union.region
    );
    let cells = cells.map(|text| (text, hint.as_str()));
    let _places = line(ui, (union.name, Role::Text), &cells, shares, Role::Text, theme);
}

/// The regions of a pin, faint; what it is called stands under the pointer.
fn pinned_lines(ui: &mut Ui, pin: &Pin, unit: &EntropyUnit, shares: &[f32], theme: Theme) {
    let Some(answer) = &pin.study.answer else { return };
    let entropy = |nats: f64| four_digits(nats / unit.nats);
    for ((name, region), later) in RegionName::ALL.into_iter().zip(&answer.regions).zip(&answer.later) {
        if region.region.is_empty() {
            continue;
        }
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".into());
        let cells = [
            grouped(region.region.len()),
            region.cut.links.len().to_string(),
            or_dash(later.spins.map(|m| m.to_string())),
            entropy(region.cut.capacity_nats),
            or_dash(later.spins.map(|m| entropy(m as f64 * LN_2))),
            "–".into(),
            four_digits(geodesic_lengths(&region.region).iter().sum()),
        ];
        let hint = format!("{}: {} = {}", pin.name, name.letter(), region.region);
        let cells = cells.map(|text| (text, hint.as_str()));
        let _ghost = line(ui, (name.letter(), Role::Faint), &cells, shares, Role::Faint, theme);
    }
}

/// A letter and numbers, each at the right of its column; gives the places of the numbers.
fn line(
    ui: &mut Ui,
    letter: (&str, Role),
    cells: &[(String, &str)],
    shares: &[f32],
    role: Role,
    theme: Theme,
) -> Vec<Rect> {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), LINE), egui::Sense::hover());
    let small = font(Face::Regular, 11.5);
    let painter = ui.painter();
    let bold = font(Face::SemiBold, 13.0);
    painter.text(rect.left_center(), Align2::LEFT_CENTER, letter.0, bold, color(theme, letter.1));
    let (left, all) = (rect.left() + LETTERS, shares.iter().sum::<f32>());
    let mut at = left;
    let (mut hovered, mut places) = (None, Vec::new());
    for ((text, hint), share) in cells.iter().zip(shares) {
        let before = at;
        at += (rect.right() - left) * share / all;
        places.push(Rect::from_x_y_ranges(before..=at, rect.y_range()));
        painter.text(
            egui::pos2(at, rect.center().y),
            Align2::RIGHT_CENTER,
            text,
            small.clone(),
            color(theme, role),
        );
        let over = response.hover_pos().is_some_and(|p| (before..at).contains(&p.x));
        hovered = hovered.or_else(|| over.then_some(*hint));
    }
    let words: Vec<&str> = cells.iter().map(|(text, _)| text.as_str()).collect();
    let spoken = format!("{} {}", letter.0, words.join(", "));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, spoken.trim()));
    if let Some(hint) = hovered {
        response.on_hover_text(hint);
    }
    places
}

/// Mutual information and the inequalities, for cuts and, beside them, for fermions.
fn joint_table(
    ui: &mut Ui,
    cuts: &JointEntropies,
    fermions: Option<&FermionEntropies>,
    unit: &EntropyUnit,
    formulas: bool,
    theme: Theme,
) {
    let fermions = fermions.and_then(|f| f.together);
    let shown = |nats: f64| four_digits(if nats.abs() < DUST { 0.0 } else { nats / unit.nats });
    let heading = |ui: &mut Ui, text: &str| {
        ui.label(typeset(text, &font(Face::SemiBold, 13.0), color(theme, Role::Text)));
    };
    let columns = [("cuts".to_string(), Role::Secondary), ("fermions".to_string(), Role::Secondary)];
    entry(ui, columns, theme, |ui| heading(ui, "Between them"));
    let mut information = |name: &str, of: fn(&JointEntropies) -> Option<f64>| {
        let Some(nats) = of(cuts) else { return };
        let other = fermions.as_ref().and_then(of).map_or_else(|| "–".into(), shown);
        let response = entry(ui, [(shown(nats), Role::Text), (other.clone(), Role::Text)], theme, |ui| {
            ui.label(typeset(name, &font(Face::Regular, 13.0), color(theme, Role::Text)));
        });
        let spoken = format!("{name}: cuts {}; fermions {other}", shown(nats));
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
    };
    if let Some((pair, _)) = cuts.mutual_information() {
        let ([first, second, both], name) = (pair.names(), pair.information());
        let name = format!("{name} = S_{first} + S_{second} − S_{both}");
        information(&name, |s| s.mutual_information().map(|(_, nats)| nats));
    }
    information("I(A:C|B) = S_AB + S_BC − S_B − S_ABC", JointEntropies::conditional_mutual_information);
    information("I3(A,B,C)", JointEntropies::tripartite);
    ui.add_space(4.0);
    let columns = [("slack".to_string(), Role::Secondary), ("slack".to_string(), Role::Secondary)];
    entry(ui, columns, theme, |ui| heading(ui, "Inequalities"));
    let others = fermions.map(|f| f.inequalities()).unwrap_or_default();
    for (i, row) in cuts.inequalities().iter().enumerate() {
        let cell = |row: Option<&Inequality>| match row {
            None => ("–".to_string(), Role::Secondary),
            Some(row) if row.holds => (shown(row.slack_nats), Role::Text),
            Some(row) => (format!("! {}", shown(row.slack_nats)), Role::Error),
        };
        let (title, formula) = row.name.split_once(": ").unwrap_or((row.name, ""));
        let values = [cell(Some(row)), cell(others.get(i))];
        let words = |row: Option<&Inequality>| match row {
            None => "unknown".to_string(),
            Some(row) if row.holds => format!("holds, slack {}", shown(row.slack_nats)),
            Some(row) => format!("violated by {}", shown(-row.slack_nats)),
        };
        let spoken = format!("{title}: cuts {}; fermions {}", words(Some(row)), words(others.get(i)));
        let response = entry(ui, values, theme, |ui| {
            ui.label(typeset(title, &font(Face::Regular, 13.0), color(theme, Role::Text)));
        });
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, &spoken));
        response.on_hover_text(format!("{formula}\n{spoken}"));
        if formulas {
            let job = typeset(formula, &font(Face::Regular, 11.5), color(theme, Role::Faint));
            ui.add(egui::Label::new(job).wrap());
        }
    }
}

/// A name on the left and two values, each at the right of its column.
fn entry(
    ui: &mut Ui,
    values: [(String, Role); 2],
    theme: Theme,
    name: impl FnOnce(&mut Ui),
) -> egui::Response {
    let row = ui.horizontal(|ui| {
        ui.set_min_height(LINE);
        name(ui);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 0.0;
            for (text, role) in values.into_iter().rev() {
                let (rect, _) = ui.allocate_exact_size(vec2(SLACK, LINE), egui::Sense::hover());
                let small = font(Face::Regular, 12.0);
                ui.painter().text(rect.right_center(), Align2::RIGHT_CENTER, text, small, color(theme, role));
            }
        });
    });
    row.response.interact(egui::Sense::hover())
}
