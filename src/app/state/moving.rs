//! Where the view stands and how it glides: the camera's flights and the passages between charts.

use super::Desk;
use crate::desk;
use crate::figure::camera::Camera;
use crate::figure::passage::{self, Passage};
use crate::session::Past;

/// A glide of the camera.
#[derive(Clone, Copy, Debug)]
pub(super) struct Glide {
    from: Camera,
    to: Camera,
    began: f64,
}

impl Desk {
    /// Moves the camera along its glide.
    pub(super) fn advance_glide(&mut self, time: f64, reduced_motion: bool) {
        if let Some(glide) = self.glide {
            let t = if reduced_motion { 1.0 } else { ((time - glide.began) / 0.35).min(1.0) };
            let eased = t * t * (3.0 - 2.0 * t);
            self.camera = glide.from.towards(glide.to, eased);
            if t >= 1.0 {
                self.camera = glide.to;
                self.glide = None;
            }
        }
    }

    /// Whether something on screen moves by itself.
    #[must_use]
    pub fn is_moving(&self) -> bool {
        let plays = self.view.film.is_some_and(|film| film.playing);
        self.glide.is_some() || self.passage.is_some() || plays
    }

    /// The chart that is being left at a time, and how far; `None` at rest.
    #[must_use]
    pub fn passage(&self, time: f64) -> Option<Passage> {
        self.passage.map(|(from, began)| Passage { from, share: (time - began) / passage::DURATION })
    }

    /// Begins a passage when the document shows another chart than the last frame did, whatever made it so.
    pub(super) fn change_chart(&mut self, time: f64, reduced_motion: bool) {
        let chart = desk::picture::chart(&self.document);
        let before = std::mem::replace(&mut self.shown_chart, chart);
        if before != chart {
            self.passage = Some((before, time));
        }
        self.passage.take_if(|(_, began)| reduced_motion || time - *began >= passage::DURATION);
    }

    /// Where the view stands, or will once its glide is over.
    pub(super) fn aim(&self) -> Camera {
        self.glide.map_or(self.camera, |glide| glide.to)
    }

    /// Goes where a step of the history leads, with the view if the step moved it.
    pub(super) fn travel(&mut self, past: Past, time: f64) {
        if let Some(camera) = past.changed.camera {
            self.glide_to(camera, time);
        }
        self.step_to(past);
    }

    pub(super) fn glide_to(&mut self, to: Camera, time: f64) {
        self.glide = Some(Glide { from: self.camera, to, began: time });
    }
}
