//! The film of coarse graining in the window: its play head, its controls, its keys.

use super::action::Action;
use super::ground::on_ground;
use super::legend::FOOT;
use super::painter::color;
use super::state::Desk;
use crate::desk::picture::film_position;
use crate::figure::palette::{Role, Theme};
use egui::{Rect, RichText, Ui, pos2, vec2};

/// Seconds that the play head takes for a layer.
const SECONDS_A_LAYER: f64 = 0.7;

/// Where the film stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilmState {
    /// Position in layers.
    pub at: f64,
    /// Whether it goes on by itself.
    pub playing: bool,
    /// Time of the last frame.
    time: f64,
}

/// What a person does to the film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FilmCommand {
    /// Begin it, stop it, or let it go on; at its end it begins anew.
    Toggle,
    /// To the next whole layer, inwards (1) or outwards (−1), and stop there.
    Step(i8),
    /// To this position, and stop there.
    Scrub(f64),
    /// Put it away.
    Off,
}

impl FilmState {
    /// The film after a command, of a network whose deepest layer is `depth`.
    #[must_use]
    pub fn after(film: Option<Self>, command: FilmCommand, depth: u32, time: f64) -> Option<Self> {
        let end = f64::from(depth);
        let now = film.unwrap_or(Self { at: 0.0, playing: false, time });
        let still = |at: f64| Some(Self { at: at.clamp(0.0, end), playing: false, time });
        match command {
            FilmCommand::Off => None,
            FilmCommand::Scrub(at) => still(at),
            FilmCommand::Step(step) if step > 0 => still(now.at.floor() + 1.0),
            FilmCommand::Step(_) => still(now.at.ceil() - 1.0),
            FilmCommand::Toggle if film.is_some_and(|film| film.playing) => still(now.at),
            FilmCommand::Toggle => {
                Some(Self { at: if now.at >= end { 0.0 } else { now.at }, playing: true, time })
            }
        }
    }

    /// Goes on to a time; stops at the last layer.
    pub fn advance(&mut self, depth: u32, time: f64) {
        let passed = (time - self.time).max(0.0);
        self.time = time;
        // The network may have become shallower.
        let end = f64::from(depth);
        if self.playing {
            self.at += passed / SECONDS_A_LAYER;
            self.playing = self.at < end;
        }
        self.at = self.at.min(end);
    }

    /// The position that is shown: with reduced motion from layer to layer, without a way between them.
    #[must_use]
    pub fn shown(&self, reduced_motion: bool) -> f64 {
        if reduced_motion { self.at.floor() } else { self.at }
    }
}

/// Height of the strip of controls.
const STRIP: f32 = 30.0;

/// Where the controls stand while there is a film.
#[must_use]
pub fn strip(canvas: Rect) -> Rect {
    let width = (canvas.width() - 300.0).clamp(280.0, 420.0);
    let middle = pos2(canvas.center().x, canvas.bottom() - 10.0 - 0.5 * STRIP);
    Rect::from_center_size(middle, vec2(width, STRIP))
}

/// The controls at the foot of the canvas; folded to one word while there is no film.
#[must_use]
pub fn film_ui(ui: &mut Ui, canvas: Rect, desk: &Desk, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    let Some(film) = desk.view.film else {
        // Beside the word of the legend, on the same foot.
        let foot = canvas.bottom() - FOOT;
        let place =
            Rect::from_min_max(pos2(canvas.left() + 84.0, foot - 24.0), pos2(canvas.left() + 150.0, foot));
        let upwards = egui::Layout::bottom_up(egui::Align::Min);
        ui.scope_builder(egui::UiBuilder::new().max_rect(place).layout(upwards), |ui| {
            on_ground(ui, theme, |ui| {
                let text = RichText::new("film ▸").small().color(color(theme, Role::Faint));
                let button = ui.add(egui::Button::new(text).frame(false));
                let hint = "coarse graining as a film, one layer at a time (F)";
                if button.on_hover_text(hint).clicked() {
                    actions.push(Action::Film(FilmCommand::Toggle));
                }
            });
        });
        return actions;
    };
    let place = strip(canvas);
    let width = place.width();
    let depth = desk.network.network.geometry().depth();
    let frame = egui::Frame::new()
        .fill(color(theme, Role::Raised))
        .corner_radius(6.0)
        .inner_margin(egui::Margin::symmetric(8, 3));
    ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
        frame.show(ui, |ui| {
            ui.horizontal_centered(|ui| {
                ui.spacing_mut().item_spacing.x = 4.0;
                let play = if film.playing { "pause" } else { "play" };
                for (word, name, hint, command) in [
                    ("back", "Film back", "one layer back (,)", FilmCommand::Step(-1)),
                    (play, "Film play or pause", "play or pause (F)", FilmCommand::Toggle),
                    ("step", "Film step", "one layer on (.)", FilmCommand::Step(1)),
                ] {
                    let response = ui.small_button(word).on_hover_text(hint);
                    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
                    if response.clicked() {
                        actions.push(Action::Film(command));
                    }
                }
                let mut at = film.at;
                ui.spacing_mut().slider_width = (width - 232.0).max(60.0);
                let slider = egui::Slider::new(&mut at, 0.0..=f64::from(depth)).show_value(false);
                let response = ui.add(slider).on_hover_text("the layer whose theory is shown");
                response.widget_info(|| egui::WidgetInfo::slider(true, film.at, "Film position"));
                if at != film.at {
                    actions.push(Action::Film(FilmCommand::Scrub(at)));
                }
                let words = format!("τ = {}", film_position(film.shown(desk.view.reduced_motion)));
                let small = RichText::new(words).small().color(color(theme, Role::Secondary));
                ui.add_sized(vec2(52.0, 20.0), egui::Label::new(small));
                let off = ui.small_button("off").on_hover_text("put the film away (Escape)");
                off.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Film off"));
                if off.clicked() {
                    actions.push(Action::Film(FilmCommand::Off));
                }
            });
        });
    });
    actions
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(film: Option<FilmState>, command: FilmCommand) -> Option<FilmState> {
        FilmState::after(film, command, 6, 1.0)
    }

    #[test]
    fn it_plays_a_layer_in_700_milliseconds_and_stops_at_the_last() {
        let mut film = after(None, FilmCommand::Toggle).unwrap();
        assert!(film.playing && film.at == 0.0);
        film.advance(6, 1.7);
        assert!((film.at - 1.0).abs() < 1e-12 && film.playing);
        assert_eq!(film.shown(true), film.at.floor());
        film.advance(6, 99.0);
        assert_eq!((film.at, film.playing), (6.0, false));
        // At its end it begins anew.
        assert_eq!(after(Some(film), FilmCommand::Toggle).map(|f| (f.at, f.playing)), Some((0.0, true)));
        // A network that became shallower takes the play head along.
        film.advance(3, 99.0);
        assert_eq!(film.at, 3.0);
    }

    #[test]
    fn steps_go_to_whole_layers_within_the_network() {
        let at = |film: Option<FilmState>| film.map(|f| (f.at, f.playing));
        let between = after(None, FilmCommand::Scrub(2.5));
        assert_eq!(at(between), Some((2.5, false)));
        assert_eq!(at(after(between, FilmCommand::Step(1))), Some((3.0, false)));
        assert_eq!(at(after(between, FilmCommand::Step(-1))), Some((2.0, false)));
        assert_eq!(at(after(None, FilmCommand::Step(-1))), Some((0.0, false)));
        assert_eq!(at(after(after(None, FilmCommand::Scrub(6.0)), FilmCommand::Step(1))), Some((6.0, false)));
        assert_eq!(after(between, FilmCommand::Off), None);
    }
}
