//! Menus, the session's name, and the controls of training.

use super::action::{Action, Export};
use super::bookmarks;
use super::controls::tooltip;
use super::enlarged::Enlarged;
use super::film::FilmCommand;
use super::folding::PanelSide;
use super::left_panel::has_ring;
use super::painter::color;
use super::present::PresentState;
use super::recent::recent_ui;
use super::state::{Desk, TourMove};
use crate::desk::{PlotKind, citation};
use crate::figure::palette::{Role, Theme};
use crate::session::RegionName;
use crate::session::keys::Value;
use egui::{Key, KeyboardShortcut, Modifiers, Sense, Stroke, Ui, pos2, vec2};
use std::sync::Arc;

/// Shortcuts and the actions they stand for, as shown in menus and under F1.
pub const SHORTCUTS: &[(KeyboardShortcut, &str)] = &[
    (KeyboardShortcut::new(Modifiers::COMMAND, Key::N), "New"),
    (KeyboardShortcut::new(Modifiers::COMMAND, Key::O), "Open…"),
    (KeyboardShortcut::new(Modifiers::COMMAND, Key::S), "Save"),
    (KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::S), "Save as…"),
    (KeyboardShortcut::new(Modifiers::COMMAND, Key::E), "Export the bulk…"),
    (KeyboardShortcut::new(Modifiers::COMMAND, Key::Z), "Undo"),
    (KeyboardShortcut::new(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z), "Redo"),
    (KeyboardShortcut::new(Modifiers::COMMAND, Key::Q), "Quit"),
    (KeyboardShortcut::new(Modifiers::COMMAND, Key::B), "Bookmark this view"),
    (KeyboardShortcut::new(Modifiers::COMMAND, Key::P), "Pin the curves of now"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::F2), "Parameters: fold away or bring back"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::F3), "Plots: fold away or bring back"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::F5), "Present"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::Space), "Play or pause training"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::E), "Next radius function of the ring"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::C), "Next chart"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::Home), "Camera home"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::F), "Film of coarse graining: play or pause"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::Period), "Film: one layer on"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::Comma), "Film: one layer back"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::Num1), "Edit region A"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::Num2), "Edit region B"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::Num3), "Edit region C"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::T), "Guided tour"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::PageDown), "Next stop of the tour"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::PageUp), "Stop before"),
    (KeyboardShortcut::new(Modifiers::NONE, Key::F1), "This help"),
];

/// What folds which side panel.
const FOLDS: [(&str, PanelSide); 2] = [
    ("Parameters: fold away or bring back", PanelSide::Left),
    ("Plots: fold away or bring back", PanelSide::Right),
];

fn shortcut(name: &str) -> KeyboardShortcut {
    SHORTCUTS
        .iter()
        .find(|(_, n)| *n == name)
        .map_or(KeyboardShortcut::new(Modifiers::NONE, Key::F35), |(s, _)| *s)
}

/// A shortcut as menus show it.
fn ui_shortcut(ctx: &egui::Context, name: &str) -> String {
    ctx.format_shortcut(&shortcut(name))
}

/// What the keyboard asks for, wherever the pointer is.
#[must_use]
pub fn shortcuts(ctx: &egui::Context, desk: &Desk) -> Vec<Action> {
    // The canvas has no use for these keys itself: a click on it must not silence them.
    let typing = ctx.egui_wants_keyboard_input() && !desk.view.canvas.focused;
    let pressed = |name: &str| ctx.input_mut(|i| i.consume_shortcut(&shortcut(name)));
    let mut actions = Vec::new();
    // Longer ones first: Ctrl+S would also take Ctrl+Shift+S.
    for (name, action) in [
        ("Save as…", Action::Ask(Export::Session)),
        ("Redo", Action::Redo),
        ("New", Action::New),
        ("Open…", Action::AskOpen),
        ("Save", Action::Save),
        ("Export the bulk…", Action::Ask(Export::Bulk)),
        ("Undo", Action::Undo),
        ("Quit", Action::Quit),
        ("Bookmark this view", Action::AddBookmark),
        ("Pin the curves of now", Action::Pin),
        ("Present", begin_or_end(desk)),
        ("This help", Action::ToggleHelp),
    ] {
        if pressed(name) {
            actions.push(action);
        }
    }
    for (name, side) in FOLDS {
        // In a talk there are no panels.
        if !desk.view.present.on && pressed(name) {
            actions.push(Action::Fold(side));
        }
    }
    if !typing {
        if pressed("Play or pause training") {
            actions.push(if desk.is_playing() { Action::Pause } else { Action::Play });
        }
        if pressed("Next radius function of the ring") {
            actions.push(next_word(desk, "view.ring_radius", &["balanced", "conformal", "even"]));
        }
        if pressed("Next chart") {
            actions.push(next_word(desk, "view.chart", charts(desk)));
        }
        if pressed("Camera home") {
            actions.push(Action::Home);
        }
        for (key, step) in [
            ("Guided tour", TourMove::Start),
            ("Next stop of the tour", TourMove::Next),
            ("Stop before", TourMove::Back),
        ] {
            if (step == TourMove::Start) == desk.touring().is_none() && pressed(key) {
                actions.push(Action::Tour(step));
            }
        }
        // Escape calls off a drag and closes what lies over the window; only else does it end the tour.
        let busy = desk.view.canvas.selecting() || desk.view.enlarged.is_some() || desk.files.is_open();
        let busy = busy || egui::Popup::is_any_open(ctx);
        let asked =
            desk.touring().is_some_and(|t| !t.leaving) && !desk.view.help && desk.view.guide.is_none();
        if asked && !busy && ctx.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape)) {
            actions.push(Action::Tour(TourMove::Leave));
        }
        for (key, command) in [
            ("Film of coarse graining: play or pause", FilmCommand::Toggle),
            ("Film: one layer on", FilmCommand::Step(1)),
            ("Film: one layer back", FilmCommand::Step(-1)),
        ] {
            if pressed(key) {
                actions.push(Action::Film(command));
            }
        }
        for (key, name) in [
            ("Edit region A", RegionName::A),
            ("Edit region B", RegionName::B),
            ("Edit region C", RegionName::C),
        ] {
            if pressed(key) {
                actions.push(Action::Activate(name));
            }
        }
    }
    actions
}

/// F5 begins a talk and ends it.
fn begin_or_end(desk: &Desk) -> Action {
    Action::Present(PresentState { on: !desk.view.present.on, ..PresentState::default() })
}

/// The charts that the document can be shown in.
fn charts(desk: &Desk) -> &'static [&'static str] {
    let all = &["ring", "half-plane", "poincare", "klein"];
    if has_ring(&desk.document) { all } else { &all[1..] }
}

fn next_word(desk: &Desk, path: &'static str, words: &[&str]) -> Action {
    let now = crate::session::keys::find(path).map(|k| k.get(&desk.document).to_string()).unwrap_or_default();
    let i = words.iter().position(|w| *w == now).map_or(0, |i| (i + 1) % words.len());
    Action::Set { path, value: Value::Text(words[i].into()), gesture: None }
}

/// The top bar.
#[must_use]
pub fn top_bar_ui(ui: &mut Ui, desk: &Desk, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let bar = ui.max_rect();
    ui.horizontal_centered(|ui| {
        egui::MenuBar::new().ui(ui, |ui| actions.extend(menus(ui, desk)));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let icons: [(Icon, &str, Action); 6] = [
                (Icon::Help, "Help and shortcuts (F1)", Action::ToggleHelp),
                (Icon::Theme, "Light or dark", other_theme(theme)),
                (Icon::Present, "Present (F5); weak projectors want the light theme", begin_or_end(desk)),
                (Icon::Restart, "Start training anew", Action::Restart),
                if desk.is_playing() {
                    (Icon::Pause, "Pause training (Space)", Action::Pause)
                } else {
                    (Icon::Play, "Play training (Space)", Action::Play)
                },
                (Icon::Step, "Train one layer, then pause", Action::StepLayer),
            ];
            for (icon, name, action) in icons {
                if icon_button(ui, icon, name, theme) {
                    actions.push(action);
                }
            }
        });
    });
    let name = desk.session_name();
    let dot = if desk.is_modified() { " •" } else { "" };
    let font = super::painter::font(crate::figure::page::Face::Regular, 13.0);
    ui.painter().text(
        bar.center(),
        egui::Align2::CENTER_CENTER,
        format!("{name}{dot}"),
        font,
        color(theme, Role::Secondary),
    );
    actions
}

fn other_theme(theme: Theme) -> Action {
    let word = if theme.is_dark() { "light" } else { "dark" };
    Action::Set { path: "view.theme", value: Value::Text(word.into()), gesture: None }
}

fn menus(ui: &mut Ui, desk: &Desk) -> Vec<Action> {
    let mut actions = Vec::new();
    let ctx = ui.ctx().clone();
    let (mut chosen, mut ran, mut others) = (None, None, Vec::new());
    // The plot that covers the canvas is the one that is meant, else the one that is always there.
    let [plot, numbers] = desk.view.enlarged.unwrap_or(Enlarged::Plot(PlotKind::Scaling)).exports();
    let mut item = |ui: &mut Ui, enabled: bool, title: String, name: &str, action: Action| {
        let mut button = egui::Button::new(title);
        if SHORTCUTS.iter().any(|(_, n)| *n == name) {
            button = button.shortcut_text(ui.ctx().format_shortcut(&shortcut(name)));
        }
        if ui.add_enabled(enabled, button).clicked() {
            actions.push(action);
            ui.close();
        }
    };
    ui.menu_button("File", |ui| {
        ui.set_min_width(240.0);
        item(ui, true, "New".into(), "New", Action::New);
        item(ui, true, "Open…".into(), "Open…", Action::AskOpen);
        others.extend(recent_ui(ui, desk));
        item(ui, true, "Compare with a session…".into(), "", Action::AskCompare);
        item(ui, true, "Learn from samples…".into(), "", Action::AskSamples);
        item(ui, true, "Weights from a file…".into(), "", Action::AskWeights);
        item(ui, true, "Save".into(), "Save", Action::Save);
        item(ui, true, "Save as…".into(), "Save as…", Action::Ask(Export::Session));
        ui.separator();
        item(ui, true, "Export the bulk…".into(), "Export the bulk…", Action::Ask(Export::Bulk));
        item(ui, true, "Export the plot…".into(), "", Action::Ask(plot));
        item(ui, true, "Export the plot's numbers…".into(), "", Action::Ask(numbers));
        item(ui, true, "Export a film…".into(), "", Action::AskFilm);
        item(ui, true, "Export the weights…".into(), "", Action::Ask(Export::Weights));
        item(ui, true, "Export the network…".into(), "", Action::Ask(Export::Network));
        ui.separator();
        item(ui, true, "Quit".into(), "Quit", Action::Quit);
    });
    let undo = desk.history.undo_name();
    let edit = ui.menu_button("Edit", |ui| {
        ui.set_min_width(240.0);
        let redo = desk.history.redo_name();
        item(ui, undo.is_some(), undo.map_or("Undo".into(), |n| format!("Undo: {n}")), "Undo", Action::Undo);
        item(ui, redo.is_some(), redo.map_or("Redo".into(), |n| format!("Redo: {n}")), "Redo", Action::Redo);
        ui.separator();
        item(ui, true, "Copy the bulk".into(), "", Action::CopyPicture(Export::Bulk));
        item(ui, true, "Copy the plot".into(), "", Action::CopyPicture(plot));
        item(ui, true, "Copy the plot's numbers".into(), "", Action::CopyNumbers(numbers));
        ui.separator();
        let runs = ui.add_enabled_ui(desk.runs.iter().next().is_some(), |ui| {
            ui.menu_button("Trained before", |ui| {
                ui.set_min_width(420.0);
                for run in desk.runs.iter() {
                    let here = desk.document.learned.as_ref().is_some_and(|now| {
                        run.document.learned.as_ref().is_some_and(|then| Arc::ptr_eq(now, then))
                    });
                    if ui.selectable_label(here, run.words()).clicked() {
                        ran = Some(Action::BackToRun(run.number));
                        ui.close();
                    }
                }
            });
        });
        runs.response.on_hover_text("back to its parameters and weights; nothing is trained anew");
        item(ui, true, "Reset all".into(), "", Action::ResetAll);
    });
    if let Some(name) = undo {
        let keys = ui.ctx().format_shortcut(&shortcut("Undo"));
        edit.response.on_hover_text(format!("Undo: {name} ({keys})"));
    }
    ui.menu_button("View", |ui| {
        ui.set_min_width(240.0);
        item(ui, true, "Camera home".into(), "Camera home", Action::Home);
        item(ui, true, "Present".into(), "Present", begin_or_end(desk));
        for (name, side) in FOLDS {
            item(ui, true, name.into(), name, Action::Fold(side));
        }
        item(ui, true, "Pin the curves of now".into(), "Pin the curves of now", Action::Pin);
        item(ui, true, "Pinned…".into(), "", Action::TogglePins);
        let film = Action::Film(FilmCommand::Toggle);
        let title = "Film of coarse graining: play or pause";
        item(ui, true, title.into(), title, film);
        let mut reduced = desk.view.reduced_motion;
        let switch = ui.checkbox(&mut reduced, "Reduced motion");
        if switch.on_hover_text("charts and views change at once, nothing coasts").changed() {
            chosen = Some(Action::ReduceMotion(reduced));
        }
        for (path, title, words) in [
            ("view.chart", "Chart", charts(desk)),
            ("view.ring_radius", "Ring radius", &["balanced", "conformal", "even"][..]),
            ("view.theme", "Theme", &["system", "light", "dark", "print"][..]),
            ("view.units", "Units", &["nats", "bits", "links"][..]),
        ] {
            let Ok(key) = crate::session::keys::find(path) else { continue };
            let now = key.get(&desk.document).to_string();
            ui.menu_button(title, |ui| {
                for word in words {
                    if ui.radio(now == *word, *word).on_hover_text(tooltip(key)).clicked() {
                        chosen =
                            Some(Action::Set { path, value: Value::Text((*word).into()), gesture: None });
                        ui.close();
                    }
                }
            });
        }
    });
    ui.menu_button("Bookmarks", |ui| {
        others.extend(bookmarks::menu_ui(ui, desk, |name| ui_shortcut(&ctx, name)));
    });
    ui.menu_button("Help", |ui| {
        ui.set_min_width(240.0);
        let away = desk.touring().is_none();
        item(ui, away, "Guided tour".into(), "Guided tour", Action::Tour(TourMove::Start));
        item(ui, true, "Guide".into(), "", Action::Guide(Some(0)));
        item(ui, true, "Shortcuts".into(), "This help", Action::ToggleHelp);
        ui.separator();
        item(ui, true, "Cite…".into(), "", Action::ToggleCite);
        ui.add_enabled(false, egui::Label::new(egui::RichText::new(citation::program()).small()));
    });
    actions.extend(chosen);
    actions.extend(ran);
    actions.extend(others);
    actions
}

/// Icons, drawn as strokes so that they need no font.
#[derive(Clone, Copy, PartialEq)]
enum Icon {
    Step,
    Play,
    Pause,
    Restart,
    Theme,
    Present,
    Help,
}

fn icon_button(ui: &mut Ui, icon: Icon, name: &str, theme: Theme) -> bool {
    let (rect, response) = ui.allocate_exact_size(vec2(30.0, 28.0), Sense::click());
    let response = response.on_hover_text(name);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 6.0, color(theme, Role::Raised));
    }
    let ink = color(theme, if response.hovered() { Role::Text } else { Role::Secondary });
    let stroke = Stroke::new(1.6, ink);
    let c = rect.center();
    let p = ui.painter();
    let at = |x: f32, y: f32| pos2(c.x + x, c.y + y);
    match icon {
        Icon::Play => {
            p.add(egui::Shape::convex_polygon(
                vec![at(-4.0, -6.5), at(7.0, 0.0), at(-4.0, 6.5)],
                ink,
                Stroke::NONE,
            ));
        }
        Icon::Pause => {
            for x in [-3.5, 3.5] {
                p.line_segment([at(x, -6.0), at(x, 6.0)], Stroke::new(3.0, ink));
            }
        }
        Icon::Step => {
            p.add(egui::Shape::convex_polygon(
                vec![at(-6.0, -6.0), at(3.0, 0.0), at(-6.0, 6.0)],
                ink,
                Stroke::NONE,
            ));
            p.line_segment([at(6.0, -6.0), at(6.0, 6.0)], Stroke::new(2.4, ink));
        }
        Icon::Restart => {
            let points = (0..=20).map(|i| {
                let a = 0.9 + i as f32 / 20.0 * 5.0;
                at(6.5 * a.cos(), 6.5 * a.sin())
            });
            p.add(egui::Shape::line(points.collect(), stroke));
            p.add(egui::Shape::convex_polygon(
                vec![at(8.5, -6.0), at(9.0, 0.5), at(3.0, -1.5)],
                ink,
                Stroke::NONE,
            ));
        }
        Icon::Theme => {
            p.circle_stroke(c, 6.5, stroke);
            let half = (0..=12).map(|i| {
                let a = -std::f32::consts::FRAC_PI_2 + i as f32 / 12.0 * std::f32::consts::PI;
                at(6.5 * a.cos(), 6.5 * a.sin())
            });
            p.add(egui::Shape::convex_polygon(half.collect(), ink, Stroke::NONE));
        }
        Icon::Present => {
            let screen = egui::Rect::from_min_max(at(-7.5, -6.5), at(7.5, 3.5));
            p.rect_stroke(screen, 1.5, stroke, egui::StrokeKind::Middle);
            p.line_segment([at(0.0, 3.5), at(0.0, 7.5)], stroke);
            p.line_segment([at(-4.0, 7.5), at(4.0, 7.5)], stroke);
        }
        Icon::Help => {
            p.circle_stroke(c, 7.5, stroke);
            let font = super::painter::font(crate::figure::page::Face::SemiBold, 12.0);
            p.text(c, egui::Align2::CENTER_CENTER, "?", font, ink);
        }
    }
    response.clicked()
}
