//! The infrared wall: the edge where the network ends, what is beyond it in shade, and z_IR beside it.
//!
//! Whole layers exist or do not, 0…d with `d = ⌊z_IR⌋`: their tiles end at z = 2^(d+1), and there the curve does too.
//! The scale ξ = 2^z_IR itself lies within the last of them.

use super::bulk::{BulkScene, horocycle, layer_line};
use super::page::{Anchor, Figure, Mark, Paint, Place, Stroke};
use super::palette::Role;
use super::polyline::{horocycle_line, single};
use crate::hyperbolic::HalfPlane;

/// Size of its label.
const SIZE: f32 = 11.5;
/// Width of a letter at that size, on the average.
const LETTER: f32 = 5.9;
/// Distance of the label from the wall, to the middle of its lowest line.
const OFFSET: f32 = 14.0;
/// From one line of it to the next.
const LINE: f32 = 16.0;

/// What is known of the wall besides that the network ends there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WallLook {
    /// `log2 ξ`, the depth in layers that the mass asks for; none where a layer was asked for itself.
    pub z_ir: Option<f64>,
}

impl WallLook {
    /// Where it stands in words, the last layer and z_IR each in a line of its own.
    #[must_use]
    pub fn words(self, depth: u32) -> Vec<String> {
        let z_ir = self.z_ir.map(|z| format!("z_IR = {z:.1}").replace('-', "\u{2212}"));
        std::iter::once(format!("wall above layer {depth}")).chain(z_ir).collect()
    }
}

/// Draws the wall at the top of the last layer, and the height ξ of its mass as a dashed line.
pub(super) fn draw_wall(page: &mut Figure, scene: &BulkScene<'_>) {
    let Some(wall) = scene.wall else { return };
    let edge = f64::from(scene.depth + 1).exp2();
    if scene.projection.chart.is_plane() {
        draw_on_plane(page, scene, wall, edge);
    } else {
        draw_on_ring(page, scene, wall, edge);
    }
    // Below the first tiles there are spins, and no scales.
    let scale = wall.z_ir.map(f64::exp2).filter(|xi| (1.0..edge).contains(xi));
    if let Some(line) = scale.and_then(|xi| layer_line(scene, xi)) {
        page.line(line, Stroke::dashed(Paint::of(Role::Secondary), scene.strokes, 3.0, 3.0));
    }
}

fn stroke(scene: &BulkScene<'_>) -> Stroke {
    Stroke::solid(Paint::of(Role::Secondary), 2.0 * scene.strokes)
}

/// Half the width of the widest line.
fn half_width(lines: &[String]) -> f32 {
    0.5 * LETTER * lines.iter().map(|line| line.chars().count()).max().unwrap_or(0) as f32
}

fn draw_on_ring(page: &mut Figure, scene: &BulkScene<'_>, wall: WallLook, edge: f64) {
    let p = &scene.projection;
    let points = horocycle(p, edge, 0.0, p.sites());
    page.marks.push(Mark::Area { outline: points.clone(), paint: Paint::at(Role::Canvas, 0.6) });
    page.outline(points, stroke(scene));
    let [x, y] = p.ring_centre().map(|c| c as f32);
    let radius = (p.ring_radius() * p.ring.radius_of(edge)) as f32;
    let lines = wall.words(scene.depth);
    // At the foot of the hole, as low as its lowest line finds room between the sides.
    let half = half_width(&lines) + 4.0;
    let room = (radius * radius - half * half).max(0.0).sqrt() - 0.6 * SIZE;
    let foot = room.min(radius - OFFSET);
    if foot > 0.0 {
        add_lines(page, [x, y + foot], lines, Anchor::Middle);
    }
}

/// The lines of a label upwards from a place, the last one there.
fn add_lines(page: &mut Figure, [x, y]: Place, lines: Vec<String>, anchor: Anchor) {
    for (i, line) in lines.into_iter().rev().enumerate() {
        page.text([x, y - LINE * i as f32], line, SIZE, Role::Secondary, anchor);
    }
}

fn draw_on_plane(page: &mut Figure, scene: &BulkScene<'_>, wall: WallLook, edge: f64) {
    let sheet = scene.projection.sheet();
    let frame = scene.projection.frame;
    let shade = Paint::at(Role::Canvas, 0.6);
    let lines = wall.words(scene.depth);
    if sheet.is_level() {
        let line = horocycle_line(&sheet, frame, edge, scene.projection.visible_x(8.0));
        let (a, b) = (line[0], line[line.len() - 1]);
        let outline = vec![a, b, [b[0], frame.top], [a[0], frame.top]];
        page.marks.push(Mark::Area { outline, paint: shade });
        page.line(line, stroke(scene));
        add_lines(page, [b[0] - 20.0, b[1] - 10.0], vec![lines.join(" · ")], Anchor::End);
        return;
    }
    let mut outline = horocycle_line(&sheet, frame, edge, [f64::NEG_INFINITY, f64::INFINITY]);
    outline.pop();
    page.marks.push(Mark::Area { outline: outline.clone(), paint: shade });
    page.outline(outline, stroke(scene));
    // Above the lowest point of the wall, towards the inside of it.
    let at = HalfPlane { x: sheet.view().centre.x, z: edge };
    let (here, inside) = (sheet.to_page(at), sheet.to_page(HalfPlane { z: 1.2 * edge, ..at }));
    let length = (inside[0] - here[0]).hypot(inside[1] - here[1]);
    if length > 3.0 {
        let step = f64::from(OFFSET) / length;
        let place = [0, 1].map(|i| here[i] + step * (inside[i] - here[i]));
        add_lines(page, single(place), lines, Anchor::Middle);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::bulk::{RegionLook, draw_bulk};
    use crate::figure::camera::{Camera, ChartKind, Frame, Projection};
    use crate::figure::{Hue, Looks};
    use crate::holography::{BulkNetwork, CapacitySource, Overlays, RegionAnswer};
    use crate::hyperbolic::RingRadius;
    use crate::lattice::{Boundary, ReceptiveField};
    use crate::network::{CutSolver, Geometry, Region};

    #[test]
    fn the_curve_ends_on_the_wall_and_not_beyond_it() {
        let (field, boundary) = (ReceptiveField::Three, Boundary::Ring);
        let geometry = Geometry::new(8, boundary, field, 3).unwrap();
        let mut solver = CutSolver::new(BulkNetwork::new(geometry, CapacitySource::Unit).unwrap().network);
        // So wide that its string runs to the wall at both of its ends.
        let region = Region::parse("40..168", 256, boundary).unwrap();
        let answer = RegionAnswer::new(&mut solver, &region);
        let ends: Vec<f64> =
            answer.curves.iter().flat_map(|c| [c.first(), c.last()]).flatten().map(|q| q.z).collect();
        assert!(ends.iter().any(|z| *z > 1.0), "{ends:?}");
        let regions = [RegionLook {
            hue: Hue::A,
            region: &region,
            answer: Some(&answer),
            threads: &[],
            handles: false,
        }];
        for radius in RingRadius::ALL {
            let frame = Frame::page(784.0, 828.0);
            let projection = Projection::new(ChartKind::Ring, radius, 256, Camera::HOME, frame);
            let scene = BulkScene {
                projection,
                field,
                boundary,
                depth: 3,
                layers: &[],
                regions: &regions,
                spins: &[],
                // ξ = 10: within the last layer, which ends at 16.
                wall: Some(WallLook { z_ir: Some(10_f64.log2()) }),
                lit_layer: None,
                overlays: Overlays::NONE,
                looks: Looks::PLAIN,
                strokes: 1.0,
                dark: true,
            };
            let mut page = Figure::new(784.0, 828.0);
            draw_bulk(&mut page, &scene);
            let [x, y] = projection.ring_centre().map(|c| c as f32);
            let from_centre = |q: &Place| (q[0] - x).hypot(q[1] - y);
            let edge = page.marks.iter().find_map(|mark| match mark {
                Mark::Line { points, stroke, closed: true } if stroke.paint.role == Role::Secondary => {
                    Some(from_centre(&points[0]))
                }
                _ => None,
            });
            let nearest = page.marks.iter().filter_map(|mark| match mark {
                Mark::Line { points, stroke, closed: false } if stroke.paint.role == Role::CurveCore => {
                    points.iter().map(from_centre).min_by(f32::total_cmp)
                }
                _ => None,
            });
            let (edge, nearest) = (edge.unwrap(), nearest.fold(f32::INFINITY, f32::min));
            // Places are f32 of hundreds of points.
            assert!((edge - nearest).abs() < 0.01, "{radius:?}: the wall at {edge}, the curve to {nearest}");
        }
    }

    #[test]
    fn the_label_names_the_last_layer_and_not_the_one_above() {
        assert_eq!(WallLook { z_ir: None }.words(3), ["wall above layer 3"]);
        assert_eq!(WallLook { z_ir: Some(3.317) }.words(3), ["wall above layer 3", "z_IR = 3.3"]);
    }
}
