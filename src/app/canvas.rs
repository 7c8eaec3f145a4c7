//! The bulk on the screen and the hand on it: select along the rim, turn and magnify elsewhere.

use super::action::{Action, RegionEnd};
use super::controls::hold_arrows;
use super::flight::{Momentum, flown};
use super::painter::{FigurePainter, Still};
use super::state::ActiveRegion;
use crate::desk::picture::projection;
use crate::figure::BulkPicture;
use crate::figure::camera::{Camera, Frame, Projection};
use crate::figure::palette::Theme;
use crate::figure::pick::{self, Grip};
use crate::hyperbolic::tile_at;
use crate::lattice::Boundary;
use crate::network::{Interval, Region};
use crate::session::{Document, RegionName};
use egui::{CursorIcon, Key, Pos2, Rect, Response, Sense, Ui};

/// A hand that moves further than this between press and release, in points, has not clicked.
const CLICK: f32 = 4.0;

/// How a new selection joins the region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Replace,
    Add,
    TakeAway,
}

/// What the pointer is doing.
#[derive(Clone, Debug)]
enum Drag {
    /// Selecting from a gap; `travelled` is the unwrapped way since then, in sites.
    Select { mode: Mode, anchor: f64 },
    /// Moving one end of an interval.
    Grip(Grip),
    /// Moving the view.
    View,
    /// Turning the view.
    Turn,
}

impl Drag {
    /// Whether it is the view that is dragged, and no region.
    fn is_of_view(&self) -> bool {
        matches!(self, Self::View | Self::Turn)
    }
}

/// A drag under way.
#[derive(Clone, Debug)]
struct Gesture {
    number: u64,
    drag: Drag,
    /// The region that it edits: the one that the hand took hold of, which is the active one a frame later.
    name: RegionName,
    /// That region before it began.
    before: Region,
    /// Unwrapped way of the pointer along the boundary, in sites.
    travelled: f64,
    last: Pos2,
    /// Speed of the pointer in points a second.
    velocity: [f32; 2],
}

/// What belongs to the canvas of this window alone.
#[derive(Clone, Debug, Default)]
pub struct CanvasState {
    gesture: Option<Gesture>,
    count: u64,
    /// Place under the pointer on the page, if it is over the canvas.
    pub hover: Option<[f32; 2]>,
    /// Whether the keys go to the canvas.
    pub focused: bool,
    /// The view going on after the hand let go.
    momentum: Option<Momentum>,
    /// Where the button went down last.
    press: Option<[f32; 2]>,
    /// Where the canvas was clicked in this frame, away from the handles and arcs of regions.
    pub clicked: Option<[f32; 2]>,
}

impl CanvasState {
    /// Whether a region is being dragged.
    #[must_use]
    pub fn selecting(&self) -> bool {
        matches!(&self.gesture, Some(g) if !g.drag.is_of_view())
    }
}

/// What a view of the canvas needs to know.
pub struct CanvasModel<'a> {
    /// The document.
    pub document: &'a Document,
    /// Where the view stands.
    pub camera: Camera,
    /// Where the picture stands on the canvas.
    pub frame: Frame,
    /// The region that is edited.
    pub active: ActiveRegion,
    /// Name and value for people who do not see.
    pub spoken: &'a str,
    /// Whether the view stops when the hand lets go.
    pub reduced_motion: bool,
    /// What Escape takes away before it clears the region.
    pub escape: Option<Action>,
    /// Whether a dialog or a menu lay over the window when the frame began: keys are meant for that.
    pub covered: bool,
}

/// Listens to the pointer and the keys over the canvas.
#[must_use]
pub fn canvas_ui(ui: &mut Ui, rect: Rect, state: &mut CanvasState, model: &CanvasModel<'_>) -> Vec<Action> {
    let response = ui.interact(rect, ui.scope_id().with("bulk"), Sense::click_and_drag());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Canvas, true, model.spoken));
    let page = |p: Pos2| [p.x - rect.left(), p.y - rect.top()];
    let p = projection(model.document, model.camera, model.frame);
    let mut actions = Vec::new();
    state.hover = response.hover_pos().map(page);
    state.focused = response.has_focus();
    hold_arrows(ui, &response);
    begin_or_move(ui, state, model, &p, &response, rect, &mut actions);
    wheel(ui, &response, &p, page, &mut actions);
    keys(ui, state, model, &p, &mut actions);
    coast(ui, state, &p, &mut actions);
    cursor(ui, state, model, &p, &response, page);
    let pressed = response.interact_pointer_pos().map(page);
    if let Some(origin) = ui.input(|i| i.pointer.press_origin()) {
        // It is forgotten at the release, when a click is known to have been one.
        state.press = Some(page(origin));
    }
    let press = state.press;
    let still = |at: &[f32; 2]| press.is_some_and(|o| (o[0] - at[0]).hypot(o[1] - at[1]) <= CLICK);
    // On the rim too, where only a drag selects; not on what is there to be taken hold of.
    let held = |at: [f32; 2]| {
        RegionName::ALL.into_iter().any(|n| pick::grip_at(&p, model.document.regions.get(n), at).is_some())
    };
    state.clicked = pressed.filter(|at| response.clicked() && still(at) && !held(*at));
    if response.double_clicked() && !near_region(&p, model, pressed) {
        actions.push(visited(&p, model, pressed));
    }
    actions
}

/// Where a double click goes: to the tile under it; home where there is none.
fn visited(p: &Projection, model: &CanvasModel<'_>, at: Option<[f32; 2]>) -> Action {
    let network = &model.document.network;
    let depth = network.depth(model.document.theory.mass);
    let tile = at.and_then(|at| {
        let tile = tile_at(p.from_page(at), network.receptive_field)?;
        (tile.layer <= depth).then_some(tile)
    });
    tile.map_or(Action::Home, |tile| Action::Visit(p.centred_on(tile.centre(network.receptive_field))))
}

/// Lets the view go on as the hand left it.
fn coast(ui: &Ui, state: &mut CanvasState, p: &Projection, actions: &mut Vec<Action>) {
    if !actions.is_empty() {
        state.momentum = None;
    }
    if let Some(momentum) = state.momentum {
        let seconds = ui.input(|i| f64::from(i.stable_dt)).min(0.05);
        let (camera, left) = momentum.coast(p, seconds);
        state.momentum = left;
        actions.push(Action::Look(camera));
    }
}

fn near_region(p: &Projection, model: &CanvasModel<'_>, at: Option<[f32; 2]>) -> bool {
    let regions = &model.document.regions;
    let held = |at| RegionName::ALL.into_iter().any(|name| pick::grip_at(p, regions.get(name), at).is_some());
    at.is_some_and(|at| pick::near_rim(p, at) || held(at))
}

fn begin_or_move(
    ui: &Ui,
    state: &mut CanvasState,
    model: &CanvasModel<'_>,
    p: &Projection,
    response: &Response,
    rect: Rect,
    actions: &mut Vec<Action>,
) {
    let page = |q: Pos2| [q.x - rect.left(), q.y - rect.top()];
    let modifiers = ui.input(|i| i.modifiers);
    if response.drag_started_by(egui::PointerButton::Primary)
        && let Some(origin) = ui.input(|i| i.pointer.press_origin())
    {
        let (drag, name) = what_begins(model, p, page(origin), modifiers);
        actions.extend((name != model.active.name).then_some(Action::Activate(name)));
        if let Drag::Grip(grip) = drag {
            actions.push(focus(grip, model.active.end));
        }
        state.count += 1;
        let before = model.document.regions.get(name).clone();
        state.gesture = Some(Gesture {
            number: state.count,
            drag,
            name,
            before,
            travelled: 0.0,
            last: origin,
            velocity: [0.0; 2],
        });
    }
    if response.dragged()
        && let (Some(gesture), Some(now)) = (&mut state.gesture, response.interact_pointer_pos())
    {
        let (from, to) = (page(gesture.last), page(now));
        gesture.last = now;
        gesture.velocity = ui.input(|i| i.pointer.velocity()).into();
        match gesture.drag {
            // Two fingers move the view by themselves, see `wheel`.
            _ if gesture.drag.is_of_view() && ui.input(|i| i.multi_touch().is_some()) => {}
            Drag::View if from != to => actions.push(Action::Look(p.dragged(from, to))),
            Drag::Turn if from != to => actions.push(Action::Look(p.rotated(from, to))),
            Drag::View | Drag::Turn => {}
            _ => {
                gesture.travelled += way_along(p, from, to);
                let name = gesture.name;
                let (region, interval) = dragged_region(gesture);
                if region != *model.document.regions.get(name) || matches!(gesture.drag, Drag::Select { .. })
                {
                    let gesture = Some(gesture_id(gesture.number));
                    actions.push(Action::SelectRegion { name, region, gesture });
                    actions.push(Action::FocusInterval(interval));
                }
            }
        }
    }
    // egui ends a drag at Escape by itself, before `keys` can call it off: leave the gesture for it.
    if response.drag_stopped()
        && !ui.input(|i| i.key_pressed(Key::Escape))
        && let Some(gesture) = state.gesture.take()
        && gesture.drag.is_of_view()
        && !model.reduced_motion
    {
        let turning = matches!(gesture.drag, Drag::Turn);
        state.momentum = Momentum::of(page(gesture.last), gesture.velocity, turning);
    }
    // A hand on the picture stops it.
    if response.is_pointer_button_down_on() {
        state.momentum = None;
    }
    // A click without a drag selects nothing: what it pins is left to others. Of a handle it says whose the arrow keys are.
    if response.clicked() {
        response.request_focus();
        if let Some(at) = response.interact_pointer_pos()
            && let (Drag::Grip(grip), name) = what_begins(model, p, page(at), modifiers)
        {
            actions.extend((name != model.active.name).then_some(Action::Activate(name)));
            actions.push(focus(grip, model.active.end));
        }
    }
}

/// What a hand has hold of is what arrow keys move; of an arc the end that they moved before.
const fn focus(grip: Grip, before: RegionEnd) -> Action {
    match grip {
        Grip::Start(interval) => Action::FocusEnd { interval, end: RegionEnd::Start },
        Grip::End(interval) => Action::FocusEnd { interval, end: RegionEnd::End },
        Grip::Arc(interval) => Action::FocusEnd { interval, end: before },
    }
}

/// Number of a canvas gesture among all gestures of the window.
fn gesture_id(number: u64) -> u64 {
    number | 1 << 63
}

fn what_begins(
    model: &CanvasModel<'_>,
    p: &Projection,
    at: [f32; 2],
    modifiers: egui::Modifiers,
) -> (Drag, RegionName) {
    let active = model.active.name;
    if modifiers.alt {
        return (Drag::Turn, active);
    }
    let mode = if modifiers.shift {
        Mode::Add
    } else if modifiers.command || modifiers.ctrl {
        Mode::TakeAway
    } else {
        Mode::Replace
    };
    if mode == Mode::Replace {
        let others = RegionName::ALL.into_iter().filter(|n| *n != active);
        for name in std::iter::once(active).chain(others) {
            if let Some(grip) = pick::grip_at(p, model.document.regions.get(name), at) {
                return (Drag::Grip(grip), name);
            }
        }
    }
    if pick::near_rim(p, at) {
        return (Drag::Select { mode, anchor: p.from_page(at).x }, active);
    }
    (Drag::View, active)
}

/// Signed way along the boundary between two places, in sites, the short way round.
fn way_along(p: &Projection, from: [f32; 2], to: [f32; 2]) -> f64 {
    let n = p.sites();
    if p.chart.is_plane() {
        // Near the point at infinity x is as large as you like: a hand there means the end of the cover.
        let x = |at| p.from_page(at).x.clamp(-n, 2.0 * n);
        return x(to) - x(from);
    }
    let step = p.from_page(to).x - p.from_page(from).x;
    (step + 0.5 * n).rem_euclid(n) - 0.5 * n
}

/// The region that a drag has made so far, and which of its intervals the hand holds.
fn dragged_region(gesture: &Gesture) -> (Region, usize) {
    let before = &gesture.before;
    match &gesture.drag {
        Drag::View | Drag::Turn => (before.clone(), 0),
        Drag::Select { mode, anchor } => {
            let (a, b) = (*anchor, anchor + gesture.travelled);
            let part = between(before, a.min(b).round(), a.max(b).round());
            let region = match mode {
                Mode::Replace => part.clone(),
                Mode::Add => before.union(&part),
                Mode::TakeAway => before.difference(&part),
            };
            let interval = index_in(&region, &part);
            (region, interval)
        }
        Drag::Grip(grip) => moved_interval(before, *grip, gesture.travelled.round()),
    }
}

/// Which interval of a region a part of it lies in; the first where it lies in none.
fn index_in(region: &Region, part: &Region) -> usize {
    let Some(Interval { start, len }) = part.intervals().first().copied() else { return 0 };
    let n = region.sites();
    // Its middle: the whole part lies in one interval, which on a ring may begin before site 0.
    let middle = (start + len / 2) % n;
    region.intervals().iter().position(|i| (middle + n - i.start) % n < i.len).unwrap_or(0)
}

/// Region `before` with one end of an interval, or all of it, moved by `step` sites; and which interval that is then.
fn moved_interval(before: &Region, grip: Grip, step: f64) -> (Region, usize) {
    let (Grip::Start(index) | Grip::End(index) | Grip::Arc(index)) = grip;
    let Some(Interval { start, len }) = before.intervals().get(index).copied() else {
        return (before.clone(), 0);
    };
    let n = before.sites() as f64;
    let (start, end) = (start as f64, (start + len) as f64);
    let moved = match grip {
        // An end that is moved past the other turns the interval over.
        Grip::Start(_) => between(before, (start + step).min(end), (start + step).max(end)),
        Grip::End(_) => between(before, start.min(end + step), start.max(end + step)),
        Grip::Arc(_) => {
            let step = if before.boundary() == Boundary::Ring { step } else { step.clamp(-start, n - end) };
            between(before, start + step, end + step)
        }
    };
    let rest = before.intervals().iter().enumerate().filter(|(i, _)| *i != index).map(|(_, i)| *i);
    let all = rest.chain(moved.intervals().iter().copied());
    let region =
        Region::from_intervals(before.sites(), before.boundary(), all).unwrap_or_else(|_| before.clone());
    let index = index_in(&region, &moved);
    (region, index)
}

/// The sites between two unwrapped gaps, on the boundary of `like`: at most all of them.
fn between(like: &Region, start: f64, end: f64) -> Region {
    let (sites, boundary) = (like.sites(), like.boundary());
    let size = sites as f64;
    let interval = match boundary {
        Boundary::Line => {
            let (start, end) = (start.clamp(0.0, size), end.clamp(0.0, size));
            Interval { start: start as u64, len: (end - start).max(0.0) as u64 }
        }
        Boundary::Ring => Interval {
            start: start.rem_euclid(size) as u64 % sites,
            len: (end - start).clamp(0.0, size) as u64,
        },
    };
    if interval.len == 0 {
        return Region::empty(sites, boundary);
    }
    Region::from_intervals(sites, boundary, [interval]).unwrap_or_else(|_| Region::empty(sites, boundary))
}

fn wheel(
    ui: &Ui,
    response: &Response,
    p: &Projection,
    page: impl Fn(Pos2) -> [f32; 2],
    actions: &mut Vec<Action>,
) {
    let Some(at) = response.hover_pos().or(response.interact_pointer_pos()) else { return };
    let (scroll, pinch, touch) = ui.input(|i| (i.smooth_scroll_delta(), i.zoom_delta(), i.multi_touch()));
    let factor = f64::from(pinch) * f64::from(scroll.y / 240.0).exp();
    let mut moved = *p;
    if let Some(touch) = touch {
        let middle = touch.center_pos;
        moved.camera = moved.dragged(page(middle - touch.translation_delta), page(middle));
        // Two fingers turn clockwise by a positive angle.
        moved.camera = moved.spun(-f64::from(touch.rotation_delta));
    }
    if (factor - 1.0).abs() > 1e-6 {
        moved.camera = moved.zoomed(page(at), factor);
    }
    if scroll.x.abs() > 0.1 {
        moved.camera = moved.turned(f64::from(scroll.x) / 600.0);
    }
    if moved.camera != p.camera {
        actions.push(Action::Look(moved.camera));
    }
}

fn keys(
    ui: &Ui,
    state: &mut CanvasState,
    model: &CanvasModel<'_>,
    p: &Projection,
    actions: &mut Vec<Action>,
) {
    let elsewhere = ui.memory(|m| m.focused().is_some_and(|id| id != ui.scope_id().with("bulk")));
    if elsewhere || model.covered {
        // A control has the keys; Escape alone is everyone's, while a drag is under way.
        if !state.selecting() {
            return;
        }
    }
    let (escape, modifiers) = ui.input(|i| (i.key_pressed(Key::Escape), i.modifiers));
    if escape {
        match state.gesture.take() {
            Some(gesture) if !gesture.drag.is_of_view() => {
                actions.push(Action::CallOff(gesture_id(gesture.number)));
            }
            // Turning or moving the view ends; the region is not meant.
            Some(_) => {}
            None if model.escape.is_some() => actions.extend(model.escape.clone()),
            None => {
                let name = model.active.name;
                let now = model.document.regions.get(name);
                if !now.is_empty() {
                    let region = Region::empty(now.sites(), now.boundary());
                    actions.push(Action::SelectRegion { name, region, gesture: None });
                }
            }
        }
    }
    if modifiers.command || modifiers.alt {
        return;
    }
    actions.extend(flown(ui, p).map(Action::Look));
    let size = if modifiers.shift { 16 } else { 1 };
    let step = ui.input(|i| {
        i64::from(i.num_presses(Key::ArrowRight) as u32 + i.num_presses(Key::ArrowUp) as u32)
            - i64::from(i.num_presses(Key::ArrowLeft) as u32 + i.num_presses(Key::ArrowDown) as u32)
    });
    if step != 0 {
        actions.push(Action::Nudge(step * size));
    }
}

/// Region `before` with an end of one of its intervals moved by `step` sites, at most to the other end; and which
/// interval that is then.
#[must_use]
pub fn nudged(before: &Region, interval: usize, end: RegionEnd, step: i64) -> (Region, usize) {
    let Some(len) = before.intervals().get(interval).map(|i| i.len as f64) else {
        return (before.clone(), 0);
    };
    let step = step as f64;
    match end {
        RegionEnd::Start => moved_interval(before, Grip::Start(interval), step.min(len)),
        RegionEnd::End => moved_interval(before, Grip::End(interval), step.max(-len)),
    }
}

fn cursor(
    ui: &Ui,
    state: &CanvasState,
    model: &CanvasModel<'_>,
    p: &Projection,
    response: &Response,
    page: impl Fn(Pos2) -> [f32; 2],
) {
    if let Some(gesture) = &state.gesture {
        ui.ctx().set_cursor_icon(match gesture.drag {
            Drag::View | Drag::Turn | Drag::Grip(Grip::Arc(_)) => CursorIcon::Grabbing,
            Drag::Select { .. } | Drag::Grip(_) => CursorIcon::Crosshair,
        });
        return;
    }
    let Some(at) = response.hover_pos().map(page) else { return };
    let grip = RegionName::ALL.into_iter().find_map(|n| pick::grip_at(p, model.document.regions.get(n), at));
    let icon = match grip {
        Some(Grip::Arc(_)) => CursorIcon::Grab,
        Some(_) => CursorIcon::ResizeColumn,
        None if pick::near_rim(p, at) => CursorIcon::Crosshair,
        None => return,
    };
    ui.ctx().set_cursor_icon(icon);
}

/// Paints the picture of the canvas, clipped to it.
pub fn paint_canvas(
    ui: &Ui,
    rect: Rect,
    painter: &mut FigurePainter,
    picture: &BulkPicture,
    theme: Theme,
) -> usize {
    let clip = ui.painter().with_clip_rect(rect);
    let (marks, stamp) = picture.still();
    painter.paint(&clip, rect.min, picture.figure(), Still { marks, stamp }, theme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_moves_by_one_and_by_sixteen() {
        let region = |t: &str| Region::parse(t, 64, Boundary::Ring).unwrap();
        let nudge = |t: &str, end, step| nudged(&region(t), 0, end, step).0.to_string();
        assert_eq!(nudge("5..37", RegionEnd::End, 1), "5..38");
        assert_eq!(nudge("5..37", RegionEnd::Start, -16), "53..101");
        assert_eq!(nudge("5..7", RegionEnd::End, -16), "");
        let line = Region::parse("5..60", 64, Boundary::Line).unwrap();
        assert_eq!(nudged(&line, 0, RegionEnd::End, 16).0.to_string(), "5..64");
    }

    #[test]
    fn the_interval_that_is_moved_is_known_by_its_number_wherever_it_comes_to_lie() {
        let region = Region::parse("5..10,20..30,40..50", 64, Boundary::Ring).unwrap();
        let moved = |grip, step| {
            let (region, index) = moved_interval(&region, grip, step);
            (region.to_string(), index)
        };
        assert_eq!(moved(Grip::End(1), 3.0), ("5..10,20..33,40..50".into(), 1));
        // Over the seam, where it takes in the first.
        assert_eq!(moved(Grip::Arc(2), 20.0), ("20..30,60..74".into(), 1));
        assert_eq!(moved(Grip::Arc(0), 27.0), ("20..30,32..37,40..50".into(), 1));
        assert_eq!(moved(Grip::End(0), 10.0), ("5..30,40..50".into(), 0));
        assert_eq!(moved(Grip::Start(2), 10.0), ("5..10,20..30".into(), 0), "it is gone");
    }

    #[test]
    fn an_unwrapped_interval_lands_on_the_boundary() {
        let ring = Region::empty(64, Boundary::Ring);
        assert_eq!(between(&ring, -3.0, 5.0).to_string(), "61..69");
        assert!(between(&ring, 10.0, 200.0).is_full());
        assert!(between(&ring, 7.0, 7.0).is_empty());
        assert_eq!(between(&Region::empty(64, Boundary::Line), -3.0, 5.0).to_string(), "0..5");
    }
}
