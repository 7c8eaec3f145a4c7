//! Controls made from the table of keys: one slider, field or choice for each parameter.

use super::action::Action;
use crate::desk::presets;
use crate::session::Document;
use crate::session::keys::{self, Key, Value};
use egui::{Align2, Rect, Response, Sense, Stroke, Ui, Vec2, vec2};

/// Height of one row.
pub const ROW: f32 = 28.0;

/// The tooltip of a key: what it is, its formula, its range.
#[must_use]
pub fn tooltip(key: &Key) -> String {
    let mut text = key.meaning.to_string();
    if !key.equation.is_empty() {
        text += &format!("\n{}", key.equation);
    }
    text += &format!("\n{} {}", key.range(), key.unit);
    text += &format!("\ndefault {} · {}", key.default_value(), key.path);
    text
}

pub(super) fn key(path: &'static str) -> &'static Key {
    keys::find(path).expect("panels name only keys of the table, and a test opens them all")
}

/// A dot beside the name of a parameter that differs from the preset it was taken from; the dot says from what. How a
/// person looks at it is no part of a preset.
pub fn mark_modified(ui: &Ui, name: &Response, document: &Document, key: &Key) {
    let Some(origin) = presets::origin(document).filter(|_| !key.path.starts_with("view.")) else { return };
    let before = key.get(origin);
    if before == key.get(document) {
        return;
    }
    let words = format!("{}: {before}", origin.preset.as_deref().unwrap_or_default());
    let at = name.rect.right_top() + vec2(4.0, 4.0);
    ui.painter().circle_filled(at, 2.5, ui.visuals().hyperlink_color);
    let place = Rect::from_center_size(at, vec2(12.0, 12.0));
    let dot = ui.interact(place, name.id.with("modified"), Sense::hover());
    dot.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{} modified, {words}", key.label))
    });
    dot.on_hover_text(words);
}

/// Name of the control that a person was asked to use.
fn asked() -> egui::Id {
    egui::Id::unique("asked control")
}

/// From now on the control of this parameter is marked, so that it is found.
pub fn ask_for(ctx: &egui::Context, path: Option<&'static str>) {
    ctx.data_mut(|d| d.insert_temp(asked(), path));
}

fn is_asked(ui: &Ui, name: &str) -> bool {
    ui.ctx().data(|d| d.get_temp::<Option<&'static str>>(asked())).flatten() == Some(name)
}

fn mark_stroke(ui: &Ui) -> Stroke {
    Stroke::new(1.0, ui.visuals().hyperlink_color)
}

/// Marks a row if its parameter is the one that was asked for.
pub fn mark_asked(ui: &Ui, path: &str, row: Rect) {
    if is_asked(ui, path) {
        let around = Rect::from_x_y_ranges(ui.max_rect().x_range(), row.y_range()).expand2(vec2(6.0, 0.0));
        // The panel's padding is free for it.
        let painter = ui.painter().with_clip_rect(ui.clip_rect().expand2(vec2(8.0, 0.0)));
        painter.rect_stroke(around, 6.0, mark_stroke(ui), egui::StrokeKind::Inside);
    }
}

/// Marks what stands on the canvas in a box, if it was asked for by this name.
pub fn mark_asked_box(ui: &Ui, name: &str, around: Rect) {
    if is_asked(ui, name) {
        ui.painter().rect_stroke(around.expand(3.0), 6.0, mark_stroke(ui), egui::StrokeKind::Outside);
    }
}

/// Marks places on the canvas, if they were asked for by this name.
pub fn mark_asked_places(ui: &Ui, name: &str, places: impl IntoIterator<Item = egui::Pos2>) {
    if is_asked(ui, name) {
        for centre in places {
            ui.painter().circle_stroke(centre, 12.0, mark_stroke(ui));
        }
    }
}

/// A number that stays the same while a control is held: the time its drag began.
pub fn gesture_number(ui: &Ui, response: &Response) -> u64 {
    let id = response.id.with("gesture");
    let time = ui.input(|i| (i.time * 1e6) as u64);
    let began = response.drag_started() || response.clicked();
    ui.data_mut(|d| {
        let number = d.get_temp_mut_or(id, time);
        if began {
            *number = time;
        }
        *number
    })
}

/// Keeps the arrow keys for a control while it has the focus: egui would take the first one as a step to the next
/// control, and whoever presses it again moves that one.
pub fn hold_arrows(ui: &Ui, response: &Response) {
    if response.has_focus() {
        let arrows =
            egui::EventFilter { horizontal_arrows: true, vertical_arrows: true, ..Default::default() };
        ui.memory_mut(|m| m.set_focus_lock_filter(response.id, arrows));
    }
}

/// More words than these do not fit beside a name in a narrow panel: they stand below it.
const MOST_BESIDE: usize = 5;

/// Words side by side, of which one is chosen.
#[must_use]
pub fn choice(
    ui: &mut Ui,
    document: &Document,
    path: &'static str,
    words: &[(&str, &str)],
) -> Option<Action> {
    let key = key(path);
    let now = key.get(document).to_string();
    let mut action = None;
    let mut words_ui = |ui: &mut Ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            for (word, shown) in words.iter().rev() {
                let response = ui.selectable_label(now == *word, *shown).on_hover_text(tooltip(key));
                response.widget_info(|| {
                    egui::WidgetInfo::selected(
                        egui::Role::RadioButton,
                        true,
                        now == *word,
                        format!(
                            "{} {}",
                            key.label,
                            if matches!(*word, "true" | "false") { shown } else { word }
                        ),
                    )
                });
                if response.clicked() && now != *word {
                    let value = word.parse().map_or_else(|_| Value::Text((*word).into()), Value::Integer);
                    action = Some(Action::Set { path, value, gesture: None });
                }
            }
        });
    };
    let name_ui = |ui: &mut Ui| {
        let name = ui.label(key.label).on_hover_text(tooltip(key));
        mark_modified(ui, &name, document, key);
    };
    let row = if words.len() <= MOST_BESIDE {
        ui.horizontal(|ui| {
            ui.set_min_height(ROW);
            name_ui(ui);
            words_ui(ui);
        })
    } else {
        ui.vertical(|ui| {
            name_ui(ui);
            ui.horizontal(words_ui);
        })
    };
    mark_asked(ui, path, row.response.rect);
    action
}

/// Boxes to tick, one for each word of a set.
#[must_use]
pub fn ticks(
    ui: &mut Ui,
    document: &Document,
    path: &'static str,
    words: &[(&str, &str, &str)],
) -> Option<Action> {
    let key = key(path);
    let now = key.get(document).to_string();
    let mut set: Vec<&str> = now.split(',').filter(|word| !word.is_empty()).collect();
    let mut action = None;
    for (word, shown, hint) in words {
        let mut on = set.contains(word);
        let response = ui.checkbox(&mut on, *shown).on_hover_text(*hint);
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::CheckBox, true, on, format!("{} {word}", key.label))
        });
        if response.changed() {
            set.retain(|known| known != word);
            set.extend(on.then_some(*word));
            action = Some(Action::Set { path, value: Value::Text(set.join(",")), gesture: None });
        }
    }
    action
}

/// A section heading that folds; when folded, one line says what is set.
pub fn section<R>(
    ui: &mut Ui,
    title: &str,
    open_at_first: bool,
    summary: &str,
    contents: impl FnOnce(&mut Ui) -> R,
) -> Option<R> {
    let id = ui.make_persistent_id(("section", title));
    let mut open = ui.data_mut(|d| *d.get_temp_mut_or(id, open_at_first));
    let height = if open { 24.0 } else { 40.0 };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::click());
    let visuals = ui.visuals();
    let (text, weak) = (visuals.text_color(), visuals.weak_text_color());
    let font = egui::TextStyle::Heading.resolve(ui.style());
    let small = egui::TextStyle::Small.resolve(ui.style());
    let painter = ui.painter();
    painter.text(rect.left_top() + vec2(0.0, 3.0), Align2::LEFT_TOP, title, font, text);
    let tip = rect.right_top() + vec2(-8.0, 12.0);
    let arrow = if open {
        [vec2(-4.0, -2.0), vec2(0.0, 2.0), vec2(4.0, -2.0)]
    } else {
        [vec2(-2.0, -4.0), vec2(2.0, 0.0), vec2(-2.0, 4.0)]
    };
    painter.add(egui::Shape::line(arrow.map(|v: Vec2| tip + v).to_vec(), Stroke::new(1.5, weak)));
    if !open {
        // What does not fit is under the pointer.
        let words = egui::WidgetText::from(summary);
        let words = words.into_galley(ui, Some(egui::TextWrapMode::Truncate), rect.width(), small);
        ui.painter().galley(rect.left_top() + vec2(0.0, 22.0), words, weak);
    }
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::DisclosureTriangle, true, open, format!("{title} section"))
    });
    let response = if open { response } else { response.on_hover_text(summary) };
    if response.clicked() {
        open = !open;
        ui.data_mut(|d| d.insert_temp(id, open));
    }
    open.then(|| contents(ui))
}
