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
/// A thread that goes less far to a side than this is upright: its text stands over its end.
const UPRIGHT: f32 = 8.0;
/// Way from a tile's dot to its text.
const BESIDE: f32 = 8.0;
/// The same, upwards, on the middle of the page, and half the width of what is its middle.
const ABOVE: f32 = 14.0;
const MIDDLE: f32 = 24.0;
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
                    let lean = ((far[0] - near[0]) / UPRIGHT).clamp(-1.0, 1.0);
                    let away = (far[1] - near[1]).signum() * 8.0 * (1.0 - lean.abs());
                    label(page, p, [far[0] + 4.0 * lean, far[1] + away], lean, text);
                }
            }
            NoteAnchor::Tile(tile) => {
                let at = p.to_page(tile.centre(field));
                if on_page(p, at) {
                    let rim = Some(Stroke::solid(Paint::of(Role::Canvas), 1.0));
                    let fill = Some(Paint::of(Role::Text));
                    page.marks.push(Mark::Disc { centre: at, radius: 3.0, fill, rim });
                    // Towards the middle of the page there is room; in the middle itself it stands above its dot.
                    let lean = ((p.frame.centre()[0] as f32 - at[0]) / MIDDLE).clamp(-1.0, 1.0);
                    let above = ABOVE * (1.0 - lean.abs());
                    label(page, p, [at[0] + BESIDE * lean, at[1] - above], lean, text);
                }
            }
        }
    }
}

fn on_page(p: &Projection, at: Place) -> bool {
    let f = p.frame;
    (f.left..f.left + f.width).contains(&at[0]) && (f.top..f.top + f.height).contains(&at[1])
}

/// The text on a ground of its own, moved so far that the page has all of it. It stands right of its place where
/// `lean` is 1, left of it where that is −1, and goes smoothly from one side to the other: a chart that moves takes it
/// along without a jump.
fn label(page: &mut Figure, p: &Projection, at: Place, lean: f32, text: &str) {
    let width = CHARACTER * SIZE * text.chars().count() as f32;
    let left = at[0] - 0.5 * width * (1.0 - lean);
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
    fn notes_go_along_from_chart_to_chart_without_a_jump() {
        use crate::figure::passage::Passage;
        let frame = Frame::page(784.0, 828.0);
        let tile = NoteAnchor::Tile(Tile { layer: 3, index: 4 });
        for anchor in [NoteAnchor::Site(40.5), NoteAnchor::Site(29.5), tile] {
            for (from, to) in [
                (ChartKind::HalfPlane, ChartKind::Poincare),
                (ChartKind::Poincare, ChartKind::Klein),
                (ChartKind::Klein, ChartKind::HalfPlane),
                (ChartKind::Ring, ChartKind::Poincare),
            ] {
                let p = Projection::new(to, RingRadius::Balanced, 64, Camera::HOME, frame);
                let drawn = |share: f64| {
                    let mut page = Figure::new(784.0, 828.0);
                    Passage { from, share }.each(&mut page, p, |page, p| {
                        draw_notes(page, &p, ReceptiveField::Three, [(anchor, "here")]);
                    });
                    page
                };
                let mut before = texts(&drawn(0.0));
                for step in 1..=200 {
                    let page = drawn(f64::from(step) / 200.0);
                    let now = texts(&page);
                    assert_eq!(now.len(), before.len(), "{anchor:?} {from:?} {to:?} {step}");
                    for (a, b) in before.iter().zip(&now) {
                        // In the middle of the ease a point goes 3 times its mean speed; a page is 1140 across.
                        let way = (a.1[0] - b.1[0]).hypot(a.1[1] - b.1[1]);
                        assert!(way < 3.0 * 1140.0 / 200.0, "{anchor:?} {from:?} {to:?} {step}: {way}");
                    }
                    before = now;
                }
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
