//! Controls made from the table of keys: one slider, field or choice for each parameter.

use super::action::Action;
use super::painter::color;
use crate::desk::presets;
use crate::figure::chart::four_digits;
use crate::figure::palette::{Role, Theme};
use crate::session::Document;
use crate::session::keys::{self, Key, Kind, Value};
use egui::{Align2, Rect, Response, Sense, Stroke, Ui, Vec2, pos2, vec2};

/// Height of one row.
const ROW: f32 = 28.0;
/// Width of the symbol to the left of a slider.
const SYMBOL: f32 = 30.0;
/// Width of the value to the right of a slider.
const VALUE: f32 = 70.0;

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

fn key(path: &'static str) -> &'static Key {
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

/// How a slider's position maps to its value.
#[derive(Clone, Copy, PartialEq)]
enum Scale {
    Linear,
    Log,
    /// Whole powers of two.
    Powers,
}

impl Scale {
    /// How far from its left end a slider's knob stands at a value, 0 to 1.
    fn share(self, x: f64, [min, max]: [f64; 2]) -> f64 {
        match self {
            Self::Linear => (x - min) / (max - min),
            // From 0 on, which has a logarithm no more than a place of its own: one more of each.
            Self::Log if min == 0.0 => x.ln_1p() / max.ln_1p(),
            Self::Log | Self::Powers => (x / min).ln() / (max / min).ln(),
        }
    }

    /// The round value that a knob so far from its left end stands for.
    fn value(self, t: f64, [min, max]: [f64; 2]) -> f64 {
        let t = t.clamp(0.0, 1.0);
        match self {
            Self::Linear => {
                // Steps of a hundredth, and a rest at the default and at zero.
                let x = min + t * (max - min);
                let step = if max - min > 2.5 { 0.02 } else { 0.01 };
                (x / step).round() * step
            }
            Self::Log => {
                let x = if min == 0.0 { (t * max.ln_1p()).exp_m1() } else { min * (max / min).powf(t) };
                let digits = 10_f64.powf(x.max(1.0).log10().floor() - 1.0).max(1.0);
                (x / digits).round() * digits
            }
            Self::Powers => (min.log2() + t * (max / min).log2()).round().exp2(),
        }
        .clamp(min, max)
    }
}

/// A slider for a number: symbol left, value right, tick at the default, double click resets.
#[must_use]
pub fn slider(ui: &mut Ui, document: &Document, path: &'static str, theme: Theme) -> Option<Action> {
    let key = key(path);
    let (min, max, scale, whole) = match key.kind {
        Kind::Real { min, max } => (min, max, Scale::Linear, false),
        Kind::Integer { min, max } => (min as f64, (max as f64).min(1e9), Scale::Log, true),
        Kind::PowerOfTwo { min_log2, max_log2 } => {
            (f64::from(min_log2).exp2(), f64::from(max_log2).exp2(), Scale::Powers, true)
        }
        Kind::Choice(_) | Kind::Words(_) | Kind::Wall | Kind::Region | Kind::Path => return None,
    };
    let number = |v: &Value| match v {
        Value::Real(x) => *x,
        Value::Integer(i) => *i as f64,
        Value::Text(_) => f64::NAN,
    };
    let now = number(&key.get(document));
    let to_share = |x: f64| scale.share(x, [min, max]);
    let from_share = |t: f64| scale.value(t, [min, max]);
    let value_of = |x: f64| if whole { Value::Integer(x as u64) } else { Value::Real(x) };
    let mut action = None;
    let width = ui.available_width();
    let middle = egui::Layout::left_to_right(egui::Align::Center);
    let row =
        ui.allocate_ui_with_layout(vec2(width, ROW), middle, |ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            let italic = super::painter::font(crate::figure::page::Face::Italic, 13.0);
            let label = super::painter::typeset(key.symbol, &italic, color(theme, Role::Text));
            let symbol_width = if key.symbol.chars().count() > 4 { 56.0 } else { SYMBOL };
            ui.allocate_ui_with_layout(
                vec2(symbol_width, ROW),
                egui::Layout::left_to_right(egui::Align::Center),
                |ui| {
                    ui.set_min_width(symbol_width);
                    let name = ui.label(label).on_hover_text(tooltip(key));
                    mark_modified(ui, &name, document, key);
                },
            );
            let track = (width - symbol_width - VALUE - 12.0).max(40.0);
            let (rect, response) = ui.allocate_exact_size(vec2(track, 24.0), Sense::click_and_drag());
            let response = response.on_hover_text(tooltip(key));
            paint_slider(ui, rect, &response, to_share(now), to_share(number(&key.default_value())), theme);
            response.widget_info(|| {
                egui::WidgetInfo::slider(
                    ui.is_enabled(),
                    now,
                    format!("{} {}", key.label, key.symbol).trim().to_string(),
                )
            });
            let gesture = Some(gesture_number(ui, &response));
            let spoken = assistive_request(ui, &response, now, [min, max]);
            if let Some(Assistive::Value(asked)) = spoken {
                let asked = match scale {
                    Scale::Powers => asked.max(1.0).log2().round().exp2(),
                    Scale::Log => asked.round(),
                    Scale::Linear => asked,
                };
                action = Some(Action::Set { path, value: value_of(asked.clamp(min, max)), gesture: None });
            } else if response.double_clicked() {
                action = Some(Action::Set { path, value: key.default_value(), gesture: None });
            } else if (response.dragged() || response.clicked()) && response.interact_pointer_pos().is_some()
            {
                if let Some(pointer) = response.interact_pointer_pos() {
                    let share = f64::from((pointer.x - rect.left() - KNOB) / (rect.width() - 2.0 * KNOB));
                    let next = from_share(share);
                    if next != now {
                        action = Some(Action::Set { path, value: value_of(next), gesture });
                    }
                }
            } else if let Some(step) = match spoken {
                Some(Assistive::Steps(steps)) => Some(steps),
                _ => key_step(ui).filter(|_| response.has_focus()),
            } {
                let next = match scale {
                    Scale::Linear => (now + step * 0.02).clamp(min, max),
                    Scale::Powers => (now.log2() + step.signum()).exp2().clamp(min, max),
                    Scale::Log => {
                        (now + step * 10_f64.powf((now.log10().floor() - 1.0).max(0.0))).clamp(min, max)
                    }
                };
                action = Some(Action::Set { path, value: value_of(next), gesture: None });
            }
            let mut edited = now;
            let mut field =
                egui::DragValue::new(&mut edited).range(min..=max).speed(0.0).update_while_editing(false);
            field = if whole { field.fixed_decimals(0) } else { field.max_decimals(6) };
            let field = field.custom_formatter(move |x, _| {
                if whole { crate::figure::chart::grouped(x as u64) } else { short(x) }
            });
            let field = field.custom_parser(|text| {
                let text = text.replace('−', "-").replace(['\u{2009}', ' '], "");
                match text.split_once('^') {
                    Some((b, e)) => Some(b.parse::<f64>().ok()?.powf(e.parse().ok()?)),
                    None => text.parse().ok(),
                }
            });
            let response = ui.add_sized(vec2(VALUE, 22.0), field).on_hover_text(tooltip(key));
            response.widget_info(|| {
                egui::WidgetInfo::labeled(egui::Role::SpinButton, true, format!("{} value", key.label))
            });
            if edited != now {
                let edited = if scale == Scale::Powers { edited.log2().round().exp2() } else { edited };
                action = Some(Action::Set { path, value: value_of(edited), gesture: None });
            }
        });
    mark_asked(ui, path, row.response.rect);
    action
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

/// A value with as many digits as it has, at most four after the point.
fn short(x: f64) -> String {
    let text = format!("{x:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if x != 0.0 && (text == "0" || text == "-0") { four_digits(x) } else { text.replace('-', "−") }
}

/// Radius of a slider's knob.
const KNOB: f32 = 7.0;

fn paint_slider(ui: &Ui, rect: Rect, response: &Response, share: f64, default: f64, theme: Theme) {
    let at = |t: f64| rect.left() + KNOB + (rect.width() - 2.0 * KNOB) * t.clamp(0.0, 1.0) as f32;
    let y = rect.center().y;
    let painter = ui.painter();
    let rail = |from: f32, to: f32, role| {
        painter.line_segment([pos2(from, y), pos2(to, y)], Stroke::new(3.0, color(theme, role)));
    };
    rail(rect.left() + KNOB, rect.right() - KNOB, Role::Hairline);
    rail(at(default), at(share), Role::Outline);
    let tick = at(default);
    painter.line_segment(
        [pos2(tick, y + 6.0), pos2(tick, y + 10.0)],
        Stroke::new(1.0, color(theme, Role::Outline)),
    );
    let active = response.dragged() || response.has_focus() || response.hovered();
    let rim = if active { Role::Focus } else { Role::Outline };
    painter.circle(pos2(at(share), y), KNOB, color(theme, Role::Raised), Stroke::new(1.5, color(theme, rim)));
}

/// A number that stays the same while a control is held: the time its drag began.
fn gesture_number(ui: &Ui, response: &Response) -> u64 {
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

/// What a screen reader, or a test that speaks like one, asks of a slider.
enum Assistive {
    /// This value.
    Value(f64),
    /// So many steps up.
    Steps(f64),
}

/// Tells assistive technology what the slider allows, and gives what was asked of it in this frame.
fn assistive_request(ui: &Ui, response: &Response, now: f64, [min, max]: [f64; 2]) -> Option<Assistive> {
    use egui::accesskit::{Action, ActionData};
    if !ui.is_enabled() {
        return None;
    }
    let id = response.id;
    ui.ctx().accesskit_node_builder(id, |node| {
        node.set_min_numeric_value(min);
        node.set_max_numeric_value(max);
        node.add_action(Action::SetValue);
        if now < max {
            node.add_action(Action::Increment);
        }
        if now > min {
            node.add_action(Action::Decrement);
        }
    });
    ui.input(|input| {
        let value =
            input.accesskit_action_requests(id, Action::SetValue).filter_map(|request| match request.data {
                Some(ActionData::NumericValue(value)) if value.is_finite() => Some(Assistive::Value(value)),
                _ => None,
            });
        let steps = input.num_accesskit_action_requests(id, Action::Increment) as f64
            - input.num_accesskit_action_requests(id, Action::Decrement) as f64;
        value.last().or((steps != 0.0).then_some(Assistive::Steps(steps)))
    })
}

fn key_step(ui: &Ui) -> Option<f64> {
    ui.input(|i| {
        let size = if i.modifiers.shift { 10.0 } else { 1.0 };
        if i.key_pressed(egui::Key::ArrowRight) || i.key_pressed(egui::Key::ArrowUp) {
            Some(size)
        } else if i.key_pressed(egui::Key::ArrowLeft) || i.key_pressed(egui::Key::ArrowDown) {
            Some(-size)
        } else {
            None
        }
    })
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
        painter.text(rect.left_top() + vec2(0.0, 22.0), Align2::LEFT_TOP, summary, small, weak);
    }
    response.widget_info(|| {
        egui::WidgetInfo::selected(egui::Role::DisclosureTriangle, true, open, format!("{title} section"))
    });
    if response.clicked() {
        open = !open;
        ui.data_mut(|d| d.insert_temp(id, open));
    }
    open.then(|| contents(ui))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slider_of_seeds_comes_back_to_zero() {
        let seeds = [0.0, 1e6];
        let share = |x| Scale::Log.share(x, seeds);
        assert_eq!((share(0.0), share(1e6), Scale::Log.value(0.0, seeds)), (0.0, 1.0, 0.0));
        // A knob's width apart on a track of 140 points.
        assert!(share(1.0) > 0.04, "{}", share(1.0));
        for x in [0.0, 1.0, 2.0, 7.0, 10.0, 99.0, 1000.0, 1e6] {
            assert_eq!(Scale::Log.value(share(x), seeds), x);
        }
        for (scale, ends) in
            [(Scale::Log, [2.0, 1024.0]), (Scale::Powers, [8.0, 1024.0]), (Scale::Linear, [-0.95, 0.95])]
        {
            for end in ends {
                assert!((scale.value(scale.share(end, ends), ends) - end).abs() < 1e-9);
            }
        }
    }
}
