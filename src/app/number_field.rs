//! A field for a number: it shows few digits, is edited at all of them, and hands on what was typed as it was written.
//! What was only looked at stays as it is. egui's own field reads every text as a 64-bit float, clamps it without a
//! word, and writes the digits that it shows into the value when it is left.

use super::controls::gesture_number;
use egui::accesskit::{self, ActionData};
use egui::{
    CursorIcon, EventFilter, Key, Modifiers, Response, Sense, TextEdit, TextWrapMode, Ui, UiBuilder, text,
    vec2,
};

/// Height of a field.
const HEIGHT: f32 = 22.0;
/// Room left and right of its text.
const PADDING: f32 = 4.0;

/// What is to be known of a field.
#[derive(Clone, Copy, Debug)]
pub struct NumberField<'a> {
    /// Its name for people who do not see it; no two fields of the window share one.
    pub name: &'a str,
    /// The number as it is shown.
    pub shown: &'a str,
    /// The number with all its digits, as it is edited.
    pub exact: &'a str,
    /// What stands over it under the pointer.
    pub hint: &'a str,
    /// Its width in points.
    pub width: f32,
    /// Steps of an arrow key with Shift.
    pub large: i64,
    /// Points of a drag for one step; `None` where a drag does nothing.
    pub drag: Option<f32>,
}

/// What was done to a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Entered {
    /// Another text than the number had.
    Text(String),
    /// Went so many steps up, by keys or by a drag, which has a number of its own.
    Steps(i64, Option<u64>),
}

/// What is typed and not yet handed on.
#[derive(Clone, Debug, Default)]
struct Draft {
    text: String,
    /// The number when it began.
    began: String,
}

impl Draft {
    /// What is handed on: nothing if the text is as it was. Spaces between thousands and the true minus are those of
    /// the screen.
    fn entered(&self) -> Option<Entered> {
        let plain: String = self.text.chars().filter(|c| !c.is_whitespace()).collect();
        let plain = plain.replace('−', "-");
        (plain != self.began).then_some(Entered::Text(plain))
    }
}

/// The field, and what was done to it in this frame.
pub fn number_field(ui: &mut Ui, field: &NumberField<'_>) -> (Response, Option<Entered>) {
    let id = egui::Id::unique(("number field", field.name));
    let (rect, _) = ui.allocate_exact_size(vec2(field.width, HEIGHT), Sense::hover());
    // A child in both of its forms: the ids of what follows in the row must not change when it is clicked.
    let mut child = ui.new_child(UiBuilder::new().max_rect(rect));
    let ui = &mut child;
    let editing = ui.is_enabled() && ui.memory(|m| m.has_focus(id));
    let (response, entered) = if editing { edit(ui, id, field) } else { show(ui, id, rect, field) };
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::SpinButton, ui.is_enabled(), field.name.to_string())
    });
    if ui.is_enabled() {
        ui.ctx().accesskit_node_builder(id, |node| {
            node.set_value(field.exact);
            for action in
                [accesskit::Action::SetValue, accesskit::Action::Increment, accesskit::Action::Decrement]
            {
                node.add_action(action);
            }
        });
    }
    let entered = entered.or_else(|| asked_by_a_reader(ui, id, editing));
    let mut hint = field.hint.to_string();
    if field.exact.replace('-', "−") != field.shown.replace('\u{2009}', "") {
        hint += &format!("\n= {}", field.exact);
    }
    (response.on_hover_text(hint), entered)
}

/// The number as it stands while nobody types.
fn show(ui: &Ui, id: egui::Id, rect: egui::Rect, field: &NumberField<'_>) -> (Response, Option<Entered>) {
    let sense = if field.drag.is_some() { Sense::click_and_drag() } else { Sense::click() };
    let response = ui.interact(rect, id, sense);
    let draft = ui.data_mut(|d| d.remove_temp::<Draft>(id));
    let left = response.lost_focus();
    // Where the number is another one by now, what was typed was meant for the one before.
    let mut entered = draft.filter(|draft| left && draft.began == field.exact).and_then(|d| d.entered());
    let visuals = ui.style().interact(&response);
    let place = rect.expand(visuals.expansion);
    ui.painter().rect(
        place,
        visuals.corner_radius,
        visuals.weak_bg_fill,
        visuals.bg_stroke,
        egui::StrokeKind::Inside,
    );
    let style = ui.style().drag_value_text_style.clone();
    let words = egui::WidgetText::from(field.shown);
    let words = words.into_galley(ui, Some(TextWrapMode::Truncate), rect.width() - 2.0 * PADDING, style);
    ui.painter().galley(rect.center() - 0.5 * words.size(), words, visuals.text_color());
    if response.clicked() {
        ui.memory_mut(|m| m.request_focus(id));
    }
    if let Some(points) = field.drag
        && (response.drag_started() || response.dragged())
    {
        let gesture = gesture_number(ui, &response);
        let moved = (response.drag_delta().x - response.drag_delta().y) / points;
        let steps = ui.data_mut(|d| {
            let way = d.get_temp_mut_or(id.with("way"), 0.0_f32);
            *way = if response.drag_started() { moved } else { *way + moved };
            let steps = way.trunc();
            *way -= steps;
            steps as i64
        });
        entered = entered.or((steps != 0).then_some(Entered::Steps(steps, Some(gesture))));
    }
    let over = if field.drag.is_some() { CursorIcon::ResizeHorizontal } else { CursorIcon::Text };
    (response.on_hover_cursor(over), entered)
}

/// The number while it is typed over.
fn edit(ui: &mut Ui, id: egui::Id, field: &NumberField<'_>) -> (Response, Option<Entered>) {
    // Where the number changed under the hand, by its arrow keys or by undo, the text begins anew.
    let known = ui.data_mut(|d| d.remove_temp::<Draft>(id)).filter(|draft| draft.began == field.exact);
    let mut draft = known.unwrap_or_else(|| {
        let mut state = TextEdit::load_state(ui.ctx(), id).unwrap_or_default();
        state.cursor.set_char_range(Some(text::CCursorRange::select_all_str(field.exact)));
        state.store(ui.ctx(), id);
        Draft { text: field.exact.into(), began: field.exact.into() }
    });
    let steps = ui.input_mut(|i| {
        // With Shift first: without, egui takes the key whatever is held beside it.
        [(Modifiers::SHIFT, field.large), (Modifiers::NONE, 1)]
            .map(|(held, size)| {
                let up = i.count_and_consume_key(held, Key::ArrowUp) as i64;
                size * (up - i.count_and_consume_key(held, Key::ArrowDown) as i64)
            })
            .iter()
            .sum::<i64>()
    });
    // Escape is for the typing alone: on the way out it must not clear the region.
    let escaped = ui.input_mut(|i| i.consume_key(Modifiers::NONE, Key::Escape));
    let style = ui.style().drag_value_text_style.clone();
    let room = ui.max_rect().size();
    let text = TextEdit::singleline(&mut draft.text)
        .id(id)
        .font(style)
        .clip_text(true)
        .event_filter(EventFilter {
            escape: true,
            horizontal_arrows: true,
            vertical_arrows: true,
            tab: false,
        })
        .margin(egui::Margin::symmetric(PADDING as i8, 2))
        .desired_width(room.x)
        .min_size(room);
    let response = ui.put(ui.max_rect(), text);
    if escaped {
        ui.memory_mut(|m| m.surrender_focus(id));
        return (response, None);
    }
    let left = response.lost_focus();
    // An arrow key goes on from what stands there: what was typed is taken first.
    let entered = draft.entered().filter(|_| left || steps != 0);
    let entered = entered.or((steps != 0).then_some(Entered::Steps(steps, None)));
    if !response.lost_focus() && entered.is_none() {
        ui.data_mut(|d| d.insert_temp(id, draft));
    }
    (response, entered)
}

/// What assistive technology asks of the field. While it is typed over, its text is set by the text field itself.
fn asked_by_a_reader(ui: &Ui, id: egui::Id, editing: bool) -> Option<Entered> {
    if !ui.is_enabled() {
        return None;
    }
    ui.input(|input| {
        let value = input
            .accesskit_action_requests(id, accesskit::Action::SetValue)
            .filter(|_| !editing)
            .filter_map(|request| match &request.data {
                Some(ActionData::NumericValue(value)) => Some(value.to_string()),
                Some(ActionData::Value(text)) => Some(text.to_string()),
                _ => None,
            })
            .last();
        let steps = input.num_accesskit_action_requests(id, accesskit::Action::Increment) as i64
            - input.num_accesskit_action_requests(id, accesskit::Action::Decrement) as i64;
        value.map(Entered::Text).or((steps != 0).then_some(Entered::Steps(steps, None)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_as_it_was_is_not_entered() {
        let draft = |text: &str| Draft { text: text.into(), began: "-1.23456789".into() }.entered();
        assert_eq!(draft("-1.23456789"), None);
        assert_eq!(draft(" −1.234\u{2009}567\u{2009}89 "), None);
        assert_eq!(draft("−1.2346"), Some(Entered::Text("-1.2346".into())));
        assert_eq!(draft("nonsense"), Some(Entered::Text("nonsense".into())));
    }
}
