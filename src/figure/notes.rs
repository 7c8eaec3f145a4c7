//! Notes on the bulk: a text beside the site or the tile that it is tied to.

use super::camera::Projection;
use super::page::{Anchor, Figure, Mark, Paint, Place, Stroke};
use super::palette::Role;
use crate::hyperbolic::Tile;
use crate::lattice::ReceptiveField;

/// What a note is tied to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NoteAnchor {
    /// The middle of a site, as an abscissa.
    Site(f64),
    /// A tile.
    Tile(Tile),
}

/// Notes stand this far outside the boundary: beyond arcs, handles and letters.
const OUTSIDE: f64 = 40.0;
/// Their thread begins here, outside the arcs.
const THREAD_FROM: f64 = 14.0;
/// Way from a tile's dot to its text.
const BESIDE: f32 = 8.0;
/// Size of the text.
const SIZE: f32 = 11.5;
/// Width of a character as a share of the size: enough for the ground behind most texts.
const CHARACTER: f32 = 0.53;

/// Draws notes; one whose place the page does not show is left out.
pub fn draw_notes<'a>(
    page: &mut Figure,
    p: &Projection,
    field: ReceptiveField,
    notes: impl IntoIterator<Item = (NoteAnchor, &'a str)>,
) {
    for (anchor, text) in notes {
        match anchor {
            NoteAnchor::Site(x) => {
                let (near, far) = (p.outside(x, THREAD_FROM), p.outside(x, OUTSIDE));
                if on_page(p, near) {
                    page.line(vec![near, far], Stroke::solid(Paint::of(Role::Secondary), 1.0));
                    let right = far[0] - near[0];
                    let side = if right.abs() < 8.0 { Anchor::Middle } else { side_of(right) };
                    let gap = match side {
                        Anchor::Start => [4.0, 0.0],
                        Anchor::End => [-4.0, 0.0],
                        Anchor::Middle => [0.0, (far[1] - near[1]).signum() * 8.0],
                    };
                    label(page, p, [far[0] + gap[0], far[1] + gap[1]], side, text);
                }
            }
            NoteAnchor::Tile(tile) => {
                let at = p.to_page(tile.centre(field));
                if on_page(p, at) {
                    let rim = Some(Stroke::solid(Paint::of(Role::Canvas), 1.0));
                    let fill = Some(Paint::of(Role::Text));
                    page.marks.push(Mark::Disc { centre: at, radius: 3.0, fill, rim });
                    // Towards the middle of the page there is room.
                    let side = side_of(p.frame.centre()[0] as f32 - at[0]);
                    let x = if side == Anchor::Start { at[0] + BESIDE } else { at[0] - BESIDE };
                    label(page, p, [x, at[1]], side, text);
                }
            }
        }
    }
}

const fn side_of(right: f32) -> Anchor {
    if right < 0.0 { Anchor::End } else { Anchor::Start }
}

fn on_page(p: &Projection, at: Place) -> bool {
    let f = p.frame;
    (f.left..f.left + f.width).contains(&at[0]) && (f.top..f.top + f.height).contains(&at[1])
}

/// The text on a ground of its own, moved so far that the page has all of it.
fn label(page: &mut Figure, p: &Projection, at: Place, anchor: Anchor, text: &str) {
    let width = CHARACTER * SIZE * text.chars().count() as f32;
    let left = match anchor {
        Anchor::Start => at[0],
        Anchor::Middle => at[0] - 0.5 * width,
        Anchor::End => at[0] - width,
    };
    let f = p.frame;
    let kept = left.min(f.left + f.width - width - 6.0).max(f.left + 6.0);
    let y = at[1].clamp(f.top + 10.0, f.top + f.height - 10.0);
    let (right, top, bottom) = (kept + width + 3.0, y - 8.5, y + 8.5);
    let outline = vec![[kept - 3.0, top], [right, top], [right, bottom], [kept - 3.0, bottom]];
    page.marks.push(Mark::Area { outline, paint: Paint::at(Role::Canvas, 0.8) });
    page.text([kept, y], text, SIZE, Role::Text, Anchor::Start);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::camera::{Camera, ChartKind, Frame};
    use crate::hyperbolic::RingRadius;

    fn texts(page: &Figure) -> Vec<(String, Place)> {
        let text = |mark: &Mark| match mark {
            Mark::Text { at, text, .. } => Some((text.clone(), *at)),
            _ => None,
        };
        page.marks.iter().filter_map(text).collect()
    }

    #[test]
    fn a_note_stands_beside_its_place_and_wholly_on_the_page() {
        for chart in ChartKind::ALL {
            let frame = Frame::page(784.0, 828.0);
            let p = Projection::new(chart, RingRadius::Balanced, 64, Camera::HOME, frame);
            let tile = Tile { layer: 2, index: 3 };
            for (anchor, near) in [
                (NoteAnchor::Site(10.5), p.outside(10.5, THREAD_FROM)),
                (NoteAnchor::Tile(tile), p.to_page(tile.centre(ReceptiveField::Three))),
            ] {
                let mut page = Figure::new(784.0, 828.0);
                let text = "a note of some length";
                draw_notes(&mut page, &p, ReceptiveField::Three, [(anchor, text)]);
                let found = texts(&page);
                assert_eq!(found.len(), 1, "{chart:?}");
                let at = found[0].1;
                assert!((at[0] - near[0]).hypot(at[1] - near[1]) < 260.0, "{chart:?}: {at:?} of {near:?}");
                assert!(at[0] >= 0.0 && at[0] + CHARACTER * SIZE * text.len() as f32 <= 784.0, "{chart:?}");
            }
        }
    }

    #[test]
    fn a_note_out_of_sight_is_left_out() {
        let camera = Camera { magnification: 40.0, shift: [0.0, 30.0], ..Camera::HOME };
        let frame = Frame::page(784.0, 828.0);
        let p = Projection::new(ChartKind::Ring, RingRadius::Balanced, 64, camera, frame);
        let mut page = Figure::new(784.0, 828.0);
        for x in 0..64 {
            draw_notes(&mut page, &p, ReceptiveField::Three, [(NoteAnchor::Site(f64::from(x) + 0.5), "x")]);
        }
        assert!(texts(&page).len() < 8, "{}", texts(&page).len());
    }
}
