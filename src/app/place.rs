//! Where the window stood, how large it was and how it was coloured: remembered from one start to the next.

use crate::desk::StateFolder;
use crate::figure::palette::ThemeChoice;
use crate::session::{Document, SessionError, keys};
use serde::{Deserialize, Serialize};

/// The file of it.
const FILE: &str = "window.json";
/// The size of the first start, in points.
pub const FIRST_SIZE: [f32; 2] = [1440.0, 900.0];
/// The smallest window, in points.
pub const LEAST_SIZE: [f32; 2] = [900.0, 600.0];
/// No screen is larger than this; what says so is broken.
const LARGEST: f32 = 20_000.0;

/// The window's place and theme.
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
}

impl Default for Place {
    fn default() -> Self {
        Self { position: None, size: FIRST_SIZE, maximized: false, theme: "system".into() }
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

    /// Where the window of a context stands now; `None` while that is not known, and while it fills the screen for
    /// a talk.
    #[must_use]
    pub fn of(ctx: &egui::Context, theme: &str) -> Option<Self> {
        ctx.input(|i| {
            let window = i.viewport();
            if window.fullscreen == Some(true) || window.minimized == Some(true) {
                return None;
            }
            let inside = window.inner_rect?;
            let maximized = window.maximized == Some(true);
            let position = window.outer_rect.filter(|_| !maximized).map(|r| [r.left(), r.top()]);
            let place = Self { position, size: inside.size().into(), maximized, theme: theme.into() };
            Some(place.possible())
        })
    }

    /// Gives a document that says nothing of its colours the ones that were chosen last.
    pub fn dress(&self, document: &mut Document) {
        if document.view.theme == ThemeChoice::System
            && let Ok(key) = keys::find("view.theme")
        {
            // A word of another version leaves the document as it is.
            let _unknown = key.set_text(document, &self.theme);
        }
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
        };
        remember(&folder, &place).unwrap();
        assert_eq!(remembered(&folder), place);
        remember(&folder, &Place { maximized: true, size: [3000.0, 2000.0], ..place.clone() }).unwrap();
        assert_eq!(remembered(&folder), Place { maximized: true, ..place });
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
