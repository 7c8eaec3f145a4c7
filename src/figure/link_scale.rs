//! The scale of links that are drawn by a coupling: a link that grows from nothing to the widest, and its values.

use super::link_tones::LinkTones;
use super::page::{Anchor, Figure, Paint, Place, Stroke};
use super::palette::Role;
use crate::network::LinkId;

/// What width and tone of the links mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkScale {
    /// Quantity.
    pub title: String,
    /// The values at both ends; none where there is nothing to read off.
    pub ends: Option<[String; 2]>,
    /// What a reader must know besides, line by line.
    pub notes: Vec<String>,
}

/// Length of the sample link, in points.
const LENGTH: f32 = 120.0;
/// Pieces that it is drawn in.
const PIECES: usize = 30;
const SMALL: f32 = 11.5;
/// Height of a line of words.
const LINE: f32 = 16.0;
/// Height of title, link and values.
const HEAD: f32 = 42.0;

impl LinkScale {
    /// Draws it with the top left corner at a place.
    pub fn draw(&self, page: &mut Figure, [x, y]: Place) {
        let small = |page: &mut Figure, at, text: &str, anchor| {
            page.text(at, text, SMALL, Role::Secondary, anchor);
        };
        small(page, [x, y + 7.0], &self.title, Anchor::Start);
        let mut line = y + LINE + 7.0;
        if let Some([low, high]) = &self.ends {
            let place = |piece: usize| [x + LENGTH * piece as f32 / PIECES as f32, y + 20.0];
            for piece in 0..PIECES {
                let share = (piece as f32 + 0.5) / PIECES as f32;
                // Through the very function that draws the links.
                let sample = LinkId { layer: 0, block: 0, slot: 0 };
                let (role, width) = LinkTones::Coupling(vec![vec![share]]).ink(sample, 1, 0.0);
                page.line(vec![place(piece), place(piece + 1)], Stroke::solid(Paint::of(role), width));
            }
            small(page, [x, y + 33.0], low, Anchor::Start);
            small(page, [x + LENGTH, y + 33.0], high, Anchor::End);
            line = y + HEAD + 7.0;
        }
        for note in &self.notes {
            small(page, [x, line], note, Anchor::Start);
            line += LINE;
        }
    }

    /// Height that it takes, in points.
    #[must_use]
    pub fn height(&self) -> f32 {
        let head = if self.ends.is_some() { HEAD } else { LINE };
        head + LINE * self.notes.len() as f32
    }

    /// All that it says, in one line.
    #[must_use]
    pub fn words(&self) -> String {
        let values = self.ends.as_ref().map(|[low, high]| format!("{low} to {high}"));
        // A note goes on over its lines.
        let note = Some(self.notes.join(" ")).filter(|note| !note.is_empty());
        let parts = [Some(&self.title), values.as_ref(), note.as_ref()];
        parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::page::Mark;

    #[test]
    fn a_scale_grows_along_its_length_and_is_as_high_as_its_words() {
        let mut scale = LinkScale {
            title: "links by learned J".into(),
            ends: Some(["0".into(), "1 or more".into()]),
            notes: vec!["rms 0.04 nats".into()],
        };
        let mut page = Figure::new(200.0, 80.0);
        scale.draw(&mut page, [4.0, 2.0]);
        let widths: Vec<f32> = page
            .marks
            .iter()
            .filter_map(|mark| match mark {
                Mark::Line { stroke, .. } => Some(stroke.width),
                _ => None,
            })
            .collect();
        assert_eq!(widths.len(), PIECES);
        assert!(widths.windows(2).all(|w| w[1] > w[0]), "{widths:?}");
        assert_eq!(scale.height(), HEAD + LINE);
        assert_eq!(scale.words(), "links by learned J, 0 to 1 or more, rms 0.04 nats");
        scale.ends = None;
        assert_eq!(scale.height(), 2.0 * LINE);
        assert_eq!(scale.words(), "links by learned J, rms 0.04 nats");
    }
}
