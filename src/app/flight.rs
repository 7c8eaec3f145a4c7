//! The view moving without a hand on it: keys that are held down, and what a hand gave it when it let go.

use crate::figure::camera::{Camera, ChartKind, Projection};
use egui::{Event, Key, Ui};

/// After so many seconds half of the speed is left.
const HALF_LIFE: f64 = 0.12;
/// Slower than this, in points a second, nothing is seen to move, and a hand that let go meant to stop.
const REST: f32 = 8.0;
/// A hand that lets go slower than this, in points a second, puts the picture down instead of throwing it.
const THROW: f32 = 80.0;
/// Speed of the keys: points a second, radians a second, and e-folds of magnification a second.
const MOVE: f64 = 420.0;
const TURN: f64 = 1.2;
const ZOOM: f64 = 1.6;
/// A key that was only tapped counts as held for so many seconds.
const TAP: f64 = 0.08;

/// Keys that move the view, as listed under F1.
pub const FLIGHT_KEYS: &[(&str, &str)] = &[
    ("W A S D", "move the view; hold to fly"),
    ("+ −", "zoom in and out"),
    ("Q R", "turn the view left and right"),
];

/// What keys of the keyboard stood for when they went down. One may stand for something else when it comes up, as
/// `+` without its Shift: egui would hold it to be down for ever, and the view would fly on.
#[derive(Default)]
pub struct KeysDown {
    /// The key of the keyboard, and what it stood for.
    stood_for: Vec<(Key, Key)>,
}

impl KeysDown {
    /// Follows the keys of this frame: what has come up is not down any more, whatever it is called now.
    pub fn follow(&mut self, ctx: &egui::Context) {
        ctx.input_mut(|i| {
            for event in &i.events {
                let Event::Key { key, physical_key: Some(physical), pressed, .. } = event else { continue };
                if *pressed {
                    if !self.stood_for.contains(&(*physical, *key)) {
                        self.stood_for.push((*physical, *key));
                    }
                    continue;
                }
                for (_, other) in self.stood_for.extract_if(.., |(down, _)| down == physical) {
                    if other != *key {
                        i.keys_down.remove(&other);
                    }
                }
            }
        });
    }
}

/// A view that goes on by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Momentum {
    /// Where the hand let go.
    at: [f32; 2],
    /// Points a second.
    velocity: [f32; 2],
    /// Whether the hand turned the view instead of moving it.
    turning: bool,
}

impl Momentum {
    /// What a hand leaves behind; nothing if it had come to rest.
    #[must_use]
    pub fn of(at: [f32; 2], velocity: [f32; 2], turning: bool) -> Option<Self> {
        (velocity[0].hypot(velocity[1]) > THROW).then_some(Self { at, velocity, turning })
    }

    /// The camera `seconds` later, and the momentum that is left.
    #[must_use]
    pub fn coast(self, p: &Projection, seconds: f64) -> (Camera, Option<Self>) {
        // The way made while the speed falls by halves: ∫ v 2^(−t/h) dt.
        let kept = (-seconds / HALF_LIFE).exp2();
        let way = (HALF_LIFE / std::f64::consts::LN_2 * (1.0 - kept)) as f32;
        let to = [self.at[0] + way * self.velocity[0], self.at[1] + way * self.velocity[1]];
        let camera = if self.turning { p.rotated(self.at, to) } else { p.dragged(self.at, to) };
        let velocity = self.velocity.map(|v| v * kept as f32);
        let moves = velocity[0].hypot(velocity[1]) > REST;
        (camera, moves.then_some(Self { velocity, ..self }))
    }
}

/// The camera after the keys of this frame; `None` if none of them is down.
#[must_use]
pub fn flown(ui: &Ui, p: &Projection) -> Option<Camera> {
    let (held, seconds) = ui.input(|i| {
        let seconds = f64::from(i.stable_dt).min(0.05);
        let time = |keys: &[Key]| {
            let tapped = i.events.iter().any(|event| {
                matches!(event, Event::Key { key, pressed: true, repeat: false, modifiers, .. }
                    if keys.contains(key) && !modifiers.command && !modifiers.alt)
            });
            let plain = !i.modifiers.command && !i.modifiers.alt;
            match (tapped, plain && keys.iter().any(|key| i.key_down(*key))) {
                (true, _) => TAP,
                (false, true) => seconds,
                (false, false) => 0.0,
            }
        };
        let between = |more: &[Key], less: &[Key]| time(more) - time(less);
        let right = between(&[Key::D], &[Key::A]);
        let up = between(&[Key::W], &[Key::S]);
        let left_turn = between(&[Key::Q], &[Key::R]);
        let nearer = between(&[Key::Plus, Key::Equals], &[Key::Minus]);
        ([right, up, left_turn, nearer], seconds)
    });
    if held == [0.0; 4] || seconds <= 0.0 {
        return None;
    }
    let [right, up, left_turn, nearer] = held;
    let mut p = *p;
    let middle = p.frame.centre().map(|c| c as f32);
    if p.chart == ChartKind::Ring && p.camera.magnification <= 1.001 {
        // A whole ring can only turn.
        p.camera = p.spun(right * MOVE / p.ring_radius());
    } else if right != 0.0 || up != 0.0 {
        let to = [middle[0] - (right * MOVE) as f32, middle[1] + (up * MOVE) as f32];
        p.camera = p.dragged(middle, to);
    }
    if left_turn != 0.0 {
        p.camera = p.spun(left_turn * TURN);
    }
    if nearer != 0.0 {
        let about = if p.chart == ChartKind::Ring { middle } else { p.sheet().pivot().map(|c| c as f32) };
        p.camera = p.zoomed(about, (nearer * ZOOM).exp());
    }
    Some(p.camera)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::camera::Frame;
    use crate::hyperbolic::RingRadius;

    #[test]
    fn a_throw_has_its_half_life_whatever_the_frame_rate() {
        let frame = Frame::page(784.0, 828.0);
        let p = Projection::new(ChartKind::HalfPlane, RingRadius::Balanced, 256, Camera::HOME, frame);
        let thrown = Momentum::of([390.0, 760.0], [400.0, 0.0], false);
        let end = |step: f64| {
            let (mut p, mut momentum, mut time) = (p, thrown, 0.0);
            while let Some(now) = momentum.filter(|_| time < 0.12 - 1e-9) {
                (p.camera, momentum) = now.coast(&p, step);
                time += step;
            }
            (p.camera.translation * p.sites() * p.width_per_site(0.0), momentum)
        };
        let (way, left) = end(0.12);
        // Half of the whole way v·h/ln 2 in one half-life.
        assert!((way - 0.5 * 400.0 * 0.12 / std::f64::consts::LN_2).abs() < 0.05, "{way}");
        assert!((left.unwrap().velocity[0] - 200.0).abs() < 0.01);
        assert!((end(0.01).0 - way).abs() < 0.05);
        assert_eq!(Momentum::of([0.0, 0.0], [10.0, 10.0], false), None);
    }
}
