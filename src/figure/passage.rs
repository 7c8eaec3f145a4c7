//! One chart becoming another: through charts of the same plane, or, between ring and plane, by cross-fading.

use super::bulk::{BulkScene, draw_bulk};
use super::camera::{ChartKind, Projection};
use super::overlays::ThreadCount;
use super::page::{Figure, Mark, Paint, Stroke};

/// How long a passage takes, in seconds.
pub const DURATION: f64 = 0.45;

/// A passage under way to the chart of a scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage {
    /// The chart that is left.
    pub from: ChartKind,
    /// How far it has come, 0…1, not eased yet.
    pub share: f64,
}

impl Passage {
    /// Cubic ease in and out: slow, fast, slow, symmetric about the middle.
    #[must_use]
    pub fn eased(self) -> f64 {
        let t = self.share.clamp(0.0, 1.0);
        if t < 0.5 { 4.0 * t * t * t } else { 1.0 - 4.0 * (1.0 - t).powi(3) }
    }

    /// Draws the bulk on its way to the chart of the scene. Tells how many of the bit threads can be seen in that
    /// chart.
    pub fn draw(self, page: &mut Figure, scene: &BulkScene<'_>) -> ThreadCount {
        self.each(page, scene.projection, |page, projection| {
            draw_bulk(page, &BulkScene { projection, ..*scene })
        })
    }

    /// Draws something on its way to the chart of a projection, and gives what `draw` gives of that chart.
    ///
    /// Half-plane, Poincaré and Klein chart lie in one family of charts of the same plane: every point moves
    /// along it. The ring is another quotient; it fades into the others and they into it.
    pub fn each<R>(
        self,
        page: &mut Figure,
        p: Projection,
        mut draw: impl FnMut(&mut Figure, Projection) -> R,
    ) -> R {
        let (t, to) = (self.eased(), p.chart);
        if self.from.is_plane() && to.is_plane() {
            return draw(page, p.coming_from(self.from, t));
        }
        let before = Projection::new(self.from, p.ring.radius, p.ring.sites, p.camera, p.frame);
        let mut faded = |projection: Projection, share: f64| {
            let begin = page.marks.len();
            let drawn = draw(page, projection);
            page.marks[begin..].iter_mut().for_each(|mark| fade(mark, share as f32));
            drawn
        };
        faded(before, 1.0 - t);
        faded(p, t)
    }
}

/// Leaves a mark a share of its opacity.
fn fade(mark: &mut Mark, share: f32) {
    let paint = |paint: &mut Paint| paint.opacity *= share;
    let stroke = |stroke: &mut Stroke| stroke.paint.opacity *= share;
    match mark {
        Mark::Strip { paint: p, .. }
        | Mark::Strips { paint: p, .. }
        | Mark::Area { paint: p, .. }
        | Mark::Text { paint: p, .. } => paint(p),
        Mark::Line { stroke: s, .. } | Mark::Lines { stroke: s, .. } => stroke(s),
        Mark::Disc { fill, rim, .. } | Mark::Discs { fill, rim, .. } => {
            fill.iter_mut().for_each(paint);
            rim.iter_mut().for_each(stroke);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::camera::{Camera, Frame};
    use super::*;
    use crate::hyperbolic::{HalfPlane, RingRadius};

    #[test]
    fn a_passage_begins_and_ends_at_rest_and_has_no_jump() {
        let eased = |share| Passage { from: ChartKind::Ring, share }.eased();
        assert_eq!((eased(0.0), eased(0.5), eased(1.0)), (0.0, 0.5, 1.0));
        assert!(eased(0.01) < 1e-5 && 1.0 - eased(0.99) < 1e-5);
        let frame = Frame::page(784.0, 828.0);
        let camera = Camera { translation: 0.1, dilation: 3.0, ..Camera::HOME };
        let planes = [ChartKind::HalfPlane, ChartKind::Poincare, ChartKind::Klein];
        for to in planes {
            for from in planes.into_iter().filter(|from| *from != to) {
                let p = Projection::new(to, RingRadius::Balanced, 256, camera, frame);
                let before = Projection::new(from, RingRadius::Balanced, 256, camera, frame);
                for (x, z) in [(100.0, 8.0), (60.0, 30.0), (102.0, 1.0)] {
                    let point = HalfPlane { x, z };
                    let at = |t: f64| p.coming_from(from, t).to_page(point);
                    let off = |a: [f32; 2], b: [f32; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
                    assert!(off(at(0.0), before.to_page(point)) < 1e-3, "{from:?} → {to:?}");
                    assert!(off(at(1.0), p.to_page(point)) < 1e-3, "{from:?} → {to:?}");
                    // A hundredth of the way is never more than a few hundredths of a page.
                    for i in 0..100 {
                        let step = off(at(f64::from(i) / 100.0), at(f64::from(i + 1) / 100.0));
                        assert!(step < 60.0, "{from:?} → {to:?}: {step} points at {i} %");
                    }
                }
            }
        }
    }
}
