//! The slider of a number: a track with a knob, and a field for what the track does not reach.

use super::action::Action;
use super::controls::{ROW, gesture_number, hold_arrows, key, mark_asked, mark_modified, tooltip};
use super::number_field::{Entered, NumberField, number_field};
use super::painter::color;
use crate::figure::chart::{four_digits, grouped};
use crate::figure::palette::{Role, Theme};
use crate::session::Document;
use crate::session::keys::{Key, Kind, Value};
use egui::{Rect, Response, Sense, Stroke, Ui, pos2, vec2};

/// Width of the symbol to the left of a slider.
const SYMBOL: f32 = 30.0;
/// Width of the value to the right of a slider.
const VALUE: f32 = 70.0;

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
            // No round number need stand at the ends.
            _ if t == 0.0 => min,
            _ if t == 1.0 => max,
            Self::Linear => {
                // Steps of a hundredth, and a rest at the default and at zero. Divided by the steps in one: a product
                // with 0.02 would be off by a rounding, as 0.41000000000000003 is.
                let x = min + t * (max - min);
                let steps_in_one = if max - min > 2.5 { 50.0 } else { 100.0 };
                (x * steps_in_one).round() / steps_in_one
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

/// The largest number that a track reaches: beyond it only the field leads.
const TRACK: f64 = 1e9;

/// The number of a value.
fn number(value: &Value) -> f64 {
    match value {
        Value::Real(x) => *x,
        Value::Integer(i) => *i as f64,
        Value::Text(_) => f64::NAN,
    }
}

/// A number without the rounding noise of the sum that it came from: the nearest to a decimal of twelve places.
fn tidy(x: f64) -> f64 {
    (x * 1e12).round() / 1e12
}

/// The value so many steps of an arrow key on, within the range of its key. Whole numbers are counted as such: above
/// 2^53 a float would skip some.
fn stepped(key: &Key, now: &Value, steps: i64) -> Value {
    match (key.kind, now) {
        (Kind::Real { min, max }, Value::Real(x)) => {
            Value::Real(tidy(x + steps as f64 * 0.02).clamp(min, max))
        }
        (Kind::PowerOfTwo { min_log2, max_log2 }, Value::Integer(i)) => {
            let power = i64::from(i.max(&1).ilog2()) + steps.signum();
            Value::Integer(1 << power.clamp(i64::from(min_log2), i64::from(max_log2)))
        }
        (Kind::Integer { min, max }, Value::Integer(i)) => {
            // The second digit moves.
            let unit = 10_u64.pow(i.checked_ilog10().unwrap_or(0).saturating_sub(1));
            let way = unit.saturating_mul(steps.unsigned_abs());
            let next = if steps < 0 { i.saturating_sub(way) } else { i.saturating_add(way) };
            Value::Integer(next.clamp(min, max))
        }
        _ => now.clone(),
    }
}

/// A slider for a number: symbol left, value right, tick at the default, double click resets.
#[must_use]
pub fn slider(ui: &mut Ui, document: &Document, path: &'static str, theme: Theme) -> Option<Action> {
    let key = key(path);
    let (min, max, scale, whole) = match key.kind {
        Kind::Real { min, max } => (min, max, Scale::Linear, false),
        Kind::Integer { min, max } => (min as f64, (max as f64).min(TRACK), Scale::Log, true),
        Kind::PowerOfTwo { min_log2, max_log2 } => {
            (f64::from(min_log2).exp2(), f64::from(max_log2).exp2(), Scale::Powers, true)
        }
        Kind::Choice(_) | Kind::Words(_) | Kind::Wall | Kind::Region | Kind::Path => return None,
    };
    let held = key.get(document);
    let now = number(&held);
    let to_share = |x: f64| scale.share(x, [min, max]);
    let from_share = |t: f64| scale.value(t, [min, max]);
    let value_of = |x: f64| if whole { Value::Integer(x as u64) } else { Value::Real(x) };
    let set = |value: Value, gesture: Option<u64>| Some(Action::Set { path, value, gesture });
    let mut action = None;
    let width = ui.available_width();
    let middle = egui::Layout::left_to_right(egui::Align::Center);
    let row = ui.allocate_ui_with_layout(vec2(width, ROW), middle, |ui| {
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
        hold_arrows(ui, &response);
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
            action = set(value_of(asked.clamp(min, max)), None);
        } else if response.double_clicked() {
            action = set(key.default_value(), None);
        } else if (response.dragged() || response.clicked()) && response.interact_pointer_pos().is_some() {
            if let Some(pointer) = response.interact_pointer_pos() {
                let share = f64::from((pointer.x - rect.left() - KNOB) / (rect.width() - 2.0 * KNOB));
                let next = from_share(share);
                if next != now {
                    action = set(value_of(next), gesture);
                }
            }
        } else if let Some(steps) = match spoken {
            Some(Assistive::Steps(steps)) => Some(steps),
            _ => key_steps(ui).filter(|_| response.has_focus()),
        } {
            action = set(stepped(key, &held, steps), None);
        }
        let shown = match held {
            Value::Integer(i) => grouped(i),
            _ => short(now),
        };
        let (_, entered) = number_field(
            ui,
            &NumberField {
                name: &format!("{} value", key.label),
                shown: &shown,
                exact: &held.to_string(),
                hint: &tooltip(key),
                width: VALUE,
                large: LARGE,
                drag: None,
            },
        );
        match entered {
            Some(Entered::Text(text)) => action = Some(Action::Type { path, text }),
            Some(Entered::Steps(steps, gesture)) => action = set(stepped(key, &held, steps), gesture),
            None => {}
        }
    });
    mark_asked(ui, path, row.response.rect);
    action
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

/// What a screen reader, or a test that speaks like one, asks of a slider.
enum Assistive {
    /// This value.
    Value(f64),
    /// So many steps up.
    Steps(i64),
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
        let steps = input.num_accesskit_action_requests(id, Action::Increment) as i64
            - input.num_accesskit_action_requests(id, Action::Decrement) as i64;
        value.last().or((steps != 0).then_some(Assistive::Steps(steps)))
    })
}

/// Steps of an arrow key with Shift.
const LARGE: i64 = 10;

/// The steps that the arrow keys of this frame ask for.
fn key_steps(ui: &Ui) -> Option<i64> {
    let steps = ui.input(|i| {
        let pressed = |key| i.num_presses(key) as i64;
        let size = if i.modifiers.shift { LARGE } else { 1 };
        size * (pressed(egui::Key::ArrowRight) + pressed(egui::Key::ArrowUp)
            - pressed(egui::Key::ArrowLeft)
            - pressed(egui::Key::ArrowDown))
    });
    (steps != 0).then_some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys;

    fn key_of(path: &str) -> &'static Key {
        keys::find(path).unwrap()
    }

    #[test]
    fn steps_of_a_whole_number_are_exact_over_all_of_its_range() {
        let seed = key_of("learning.seed");
        let step = |i: u64, steps| match stepped(seed, &Value::Integer(i), steps) {
            Value::Integer(next) => next,
            other => panic!("{other}"),
        };
        assert_eq!([step(0, 1), step(9, 1), step(99, -10), step(0, -1)], [1, 10, 89, 0]);
        // Beyond 2^53 and at the end.
        assert_eq!(step(9_007_199_254_740_993, 1), 9_107_199_254_740_993);
        assert_eq!([step(u64::MAX, 1), step(u64::MAX, -1)], [u64::MAX, u64::MAX - 10_u64.pow(18)]);
    }

    #[test]
    fn steps_of_a_real_number_leave_no_rounding_noise_and_stay_within_the_range() {
        let k2 = key_of("theory.k2");
        let step = |x: f64, steps| stepped(k2, &Value::Real(x), steps).to_string();
        assert_eq!(step(0.39, 1), "0.41");
        assert_eq!(step(1.23456789, 1), "1.25456789");
        assert_eq!(step(3.999, 10), "4");
        for i in -200..200 {
            let x = f64::from(i) / 50.0;
            assert_eq!(step(x, 1).parse(), Ok(f64::from((i + 1).clamp(-200, 200)) / 50.0), "{x}");
        }
    }

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
