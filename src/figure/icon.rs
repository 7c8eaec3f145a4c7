//! The icon of the program: a rim, a region on it, and the region's curve.

use super::page::{Figure, Paint, Stroke};
use super::palette::{Hue, Role};

/// Width and height of the icon, in points.
pub const SIDE: f32 = 64.0;
const RIM: f32 = 24.0;
/// Half the angle that the region's arc takes of the rim.
const HALF_RAD: f32 = 0.97;

/// The icon, to be drawn on a transparent ground in the dark theme.
#[must_use]
pub fn icon() -> Figure {
    let mut page = Figure::new(SIDE, SIDE);
    let middle = SIDE / 2.0;
    page.dot([middle, middle], middle - 1.0, Paint::of(Role::Canvas));
    let arc = |r: f32, from: f32, to: f32| -> Vec<[f32; 2]> {
        (0..=32)
            .map(|i| {
                let a = from + (to - from) * i as f32 / 32.0;
                [middle + r * a.cos(), middle - r * a.sin()]
            })
            .collect()
    };
    page.outline(arc(RIM, 0.0, std::f32::consts::TAU), Stroke::solid(Paint::of(Role::Outline), 2.0));
    page.line(arc(RIM + 4.0, 0.6, 2.54), Stroke::solid(Paint::of(Role::Region(Hue::A)), 5.0));
    // The geodesic between the ends of the arc: a circle orthogonal to the rim.
    let (centre, radius) = (RIM / HALF_RAD.cos(), RIM * HALF_RAD.tan());
    let points = (0..=24)
        .map(|i| {
            let a = (-1.0 + 2.0 * i as f32 / 24.0) * (std::f32::consts::FRAC_PI_2 - HALF_RAD);
            [middle + radius * a.sin(), middle - centre + radius * a.cos()]
        })
        .collect();
    page.line(points, Stroke::solid(Paint::of(Role::CurveCore), 4.0));
    page
}
