//! Where the window stood, how large it was, how it was coloured and whether it moved: remembered from one start to the next.

use super::folding::Folded;
use crate::desk::StateFolder;
use crate::figure::palette::ThemeChoice;
use crate::session::{Document, SessionError, keys};
use egui::{Rect, pos2, vec2};
use serde::{Deserialize, Serialize};

/// The file of it.
const FILE: &str = "window.json";
/// The size of the first start, in points.
pub const FIRST_SIZE: [f32; 2] = [1440.0, 900.0];
/// The smallest window, in points.
pub const LEAST_SIZE: [f32; 2] = [900.0, 600.0];
/// Height of the strip along the upper edge of a window that it is moved by, in points.
const EDGE: f32 = 32.0;
/// So much of the strip must be on a screen.
const HOLD: f32 = 120.0;
/// No screen is larger than this; what says so is broken.
const LARGEST: f32 = 20_000.0;

/// The window's place, theme and motion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// Top left corner of the window with its frame, in points; the desktop's choice where it is not known.
    pub position: Option<[f32; 2]>,
    /// Size of what is inside the frame, in points.
    pub size: [f32; 2],
    /// Whether it fills the screen.
    pub maximized: bool,
    /// Word of the theme: `system`, `light`, `dark` or `print`.
    pub theme: String,
    /// Whether motion is reduced.
    pub reduced_motion: bool,
    /// Side panels that are folded away.
    pub folded: Folded,
}

impl Default for Place {
    fn default() -> Self {
        Self {
            position: None,
            size: FIRST_SIZE,
            maximized: false,
            theme: "system".into(),
            reduced_motion: false,
            folded: Folded::default(),
        }
    }
}

impl Place {
    /// The place as a window can have it: of a possible size, at a possible position.
    fn possible(mut self) -> Self {
        let sane = |x: f32| x.is_finite() && x.abs() < LARGEST;
        if !self.size.into_iter().all(sane) {
            self.size = FIRST_SIZE;
        }
        self.size = [self.size[0].max(LEAST_SIZE[0]), self.size[1].max(LEAST_SIZE[1])];
        self.position = self.position.filter(|p| p.iter().copied().all(sane));
        self
    }

    /// Where the window must go to be seen, if it would open where no screen is any more: a strip of its upper edge,
    /// wide enough to take hold of, has to lie on one of `screens`, given in points, the first of them the main one.
    /// `None` where it can stay, or where nothing is known.
    #[must_use]
    pub fn moved_onto(&self, screens: &[Rect]) -> Option<[f32; 2]> {
        let [left, top] = self.position.filter(|_| !self.maximized)?;
        let edge = Rect::from_min_size(pos2(left, top), vec2(self.size[0], EDGE));
        let in_reach = |screen: &Rect| {
            let seen = screen.intersect(edge);
            seen.width() >= HOLD.min(self.size[0]) && seen.height() >= 0.5 * EDGE
        };
        if screens.iter().any(in_reach) {
            return None;
        }
        // The nearest one; the first of several that are equally near.
        let way = |screen: &Rect| screen.distance_sq_to_pos(edge.center());
        let screen = screens.iter().min_by(|a, b| way(a).total_cmp(&way(b)))?;
        let onto = |at: f32, size: f32, from: f32, to: f32| at.min(to - size).max(from);
        let [width, height] = self.size;
        Some([
            onto(left, width, screen.left(), screen.right()),
            onto(top, height, screen.top(), screen.bottom()),
        ])
    }

    /// Where the window of a context stands now; `None` while that is not known, and while it fills the screen for
    /// a talk.
    #[must_use]
    pub fn of(ctx: &egui::Context, theme: &str, reduced_motion: bool, folded: Folded) -> Option<Self> {
        ctx.input(|i| {
            let window = i.viewport();
            if window.fullscreen == Some(true) || window.minimized == Some(true) {
                return None;
            }
            let inside = window.inner_rect?;
            let maximized = window.maximized == Some(true);
            let position = window.outer_rect.filter(|_| !maximized).map(|r| [r.left(), r.top()]);
            let (size, theme) = (inside.size().into(), theme.into());
            let place = Self { position, size, maximized, theme, reduced_motion, folded };
            Some(place.possible())
        })
    }

    /// Gives a document that says nothing of its colours the ones that were chosen last.
    pub fn dress(&self, document: &mut Document) {
        dress(document, &self.theme);
    }

    /// The same window as egui opens it.
    #[must_use]
    pub fn viewport(&self, viewport: egui::ViewportBuilder) -> egui::ViewportBuilder {
        let viewport = viewport.with_inner_size(self.size).with_maximized(self.maximized);
        match self.position {
            Some(position) => viewport.with_position(position),
            None => viewport,
        }
    }
}

/// The place that was remembered; the first one where there is none, or nothing that can be read.
#[must_use]
pub fn remembered(folder: &StateFolder) -> Place {
    folder.read::<Place>(FILE).unwrap_or_default().possible()
}

/// Remembers a place. A window that fills the screen keeps the size that it goes back to.
///
/// # Errors
/// What the disk says.
pub fn remember(folder: &StateFolder, place: &Place) -> Result<(), SessionError> {
    let mut place = place.clone();
    if place.maximized {
        let before = remembered(folder);
        (place.position, place.size) = (before.position, before.size);
    }
    folder.write(FILE, &place)
}

/// Gives a document that says nothing of its colours those of a theme's word.
pub fn dress(document: &mut Document, theme: &str) {
    if document.view.theme == ThemeChoice::System
        && let Ok(key) = keys::find("view.theme")
    {
        // A word of another version leaves the document as it is.
        let _unknown = key.set_text(document, theme);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_comes_back_and_a_broken_one_is_the_first() {
        let here = tempfile::tempdir().unwrap();
        let folder = StateFolder::at(here.path());
        assert_eq!(remembered(&folder), Place::default());
        let place = Place {
            position: Some([-30.0, 12.0]),
            size: [1000.0, 700.0],
            maximized: false,
            theme: "light".into(),
            // It was forgotten at every exit.
            reduced_motion: true,
            folded: Folded { left: true, right: false },
        };
        remember(&folder, &place).unwrap();
        assert_eq!(remembered(&folder), place);
        remember(&folder, &Place { maximized: true, size: [3000.0, 2000.0], ..place.clone() }).unwrap();
        assert_eq!(remembered(&folder), Place { maximized: true, ..place });
        // Of a version that knew of no folding, both panels are there.
        std::fs::write(here.path().join(FILE), "{\"size\": [1000, 700]}").unwrap();
        assert_eq!(remembered(&folder).folded, Folded::default());
        for (text, size) in [
            ("{\"size\": [1e30, 5]}", FIRST_SIZE),
            ("{\"size\": [10, 5]}", LEAST_SIZE),
            ("{\"size\": \"large\"}", FIRST_SIZE),
            ("not even JSON", FIRST_SIZE),
        ] {
            std::fs::write(here.path().join(FILE), text).unwrap();
            assert_eq!(remembered(&folder).size, size, "{text}");
        }
    }

    #[test]
    fn a_window_of_a_screen_that_is_gone_comes_onto_one_that_is_there() {
        let screen = |x: f32, y: f32, w: f32, h: f32| Rect::from_min_size(pos2(x, y), vec2(w, h));
        let main = screen(0.0, 0.0, 1920.0, 1080.0);
        let at = |x: f32, y: f32| Place { position: Some([x, y]), size: [1440.0, 900.0], ..Place::default() };
        let right = screen(1920.0, 0.0, 2560.0, 1440.0);
        // In sight it stays, also half beyond an edge.
        for (x, y) in [(0.0, 0.0), (300.0, 100.0), (-1200.0, 40.0), (1780.0, 900.0)] {
            assert_eq!(at(x, y).moved_onto(&[main]), None, "{x} {y}");
        }
        assert_eq!(at(2500.0, 300.0).moved_onto(&[main, right]), None);
        // The screen on the right, the one above and the one on the left are gone.
        assert_eq!(at(2500.0, 300.0).moved_onto(&[main]), Some([480.0, 180.0]));
        assert_eq!(at(100.0, -900.0).moved_onto(&[main]), Some([100.0, 0.0]));
        assert_eq!(at(-1900.0, 200.0).moved_onto(&[main]), Some([0.0, 180.0]));
        // A corner is no hold, and an upper edge above the screen cannot be taken hold of.
        assert_eq!(at(1900.0, 0.0).moved_onto(&[main]), Some([480.0, 0.0]));
        assert_eq!(at(100.0, -30.0).moved_onto(&[main]), Some([100.0, 0.0]));
        // Onto the nearest; one that is larger than the screen begins at its corner.
        assert_eq!(at(5000.0, 300.0).moved_onto(&[main, right]), Some([3040.0, 300.0]));
        assert_eq!(at(5000.0, 300.0).moved_onto(&[screen(0.0, 0.0, 1024.0, 768.0)]), Some([0.0, 0.0]));
        // Nothing is known, or the desktop chooses.
        assert_eq!(at(5000.0, 300.0).moved_onto(&[]), None);
        assert_eq!(Place::default().moved_onto(&[main]), None);
        assert_eq!(Place { maximized: true, ..at(5000.0, 0.0) }.moved_onto(&[main]), None);
    }

    #[test]
    fn only_a_document_without_colours_of_its_own_is_dressed() {
        let place = Place { theme: "light".into(), ..Place::default() };
        let mut document = Document::default();
        place.dress(&mut document);
        assert_eq!(document.view.theme, ThemeChoice::Light);
        document.view.theme = ThemeChoice::Print;
        place.dress(&mut document);
        assert_eq!(document.view.theme, ThemeChoice::Print);
        Place { theme: "neon".into(), ..place }.dress(&mut document);
        assert_eq!(document.view.theme, ThemeChoice::Print);
    }
}
