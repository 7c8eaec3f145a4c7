//! A figure onto the screen: marks become egui shapes, roles become colours.

use crate::figure::page::{Anchor, Face, Figure, Mark, Paint, Place, SUBSCRIPT_SIZE, Stroke, runs};
use crate::figure::palette::{Rgb, Role, Theme};
use egui::epaint::{Mesh, PathShape, PathStroke, TextShape};
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontFamily, FontId, Pos2, Shape, Vec2};
use std::sync::Arc;

/// Name of the italic family among egui's fonts.
pub const ITALIC: &str = "italic";
/// Name of the semibold family among egui's fonts.
pub const SEMIBOLD: &str = "semibold";

/// Colour of a role in a theme.
#[must_use]
pub fn color(theme: Theme, role: Role) -> Color32 {
    let Rgb(r, g, b) = theme.color(role);
    Color32::from_rgb(r, g, b)
}

fn paint_color(theme: Theme, paint: Paint) -> Color32 {
    color(theme, paint.role).gamma_multiply(paint.opacity.clamp(0.0, 1.0))
}

/// The font of a face.
#[must_use]
pub fn font(face: Face, size: f32) -> FontId {
    FontId::new(
        size,
        match face {
            Face::Regular => FontFamily::Proportional,
            Face::Italic => FontFamily::Name(ITALIC.into()),
            Face::SemiBold => FontFamily::Name(SEMIBOLD.into()),
        },
    )
}

/// A text with its subscripts set lower and smaller.
#[must_use]
pub fn typeset(text: &str, font: &FontId, color: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    for run in runs(text) {
        let size = if run.subscript { SUBSCRIPT_SIZE * font.size } else { font.size };
        let font_id = FontId::new(size, font.family.clone());
        job.append(
            run.text,
            0.0,
            TextFormat { font_id, color, valign: egui::Align::BOTTOM, ..Default::default() },
        );
    }
    job
}

/// Paints a figure with its top left corner at `origin`; returns the number of shapes.
pub fn paint(painter: &egui::Painter, origin: Pos2, figure: &Figure, theme: Theme) -> usize {
    let shapes = shapes(painter, origin, figure, theme);
    let count = shapes.len();
    painter.extend(shapes);
    count
}

/// The shapes of a figure. Consecutive fills of strips and areas share one mesh.
fn shapes(painter: &egui::Painter, origin: Pos2, figure: &Figure, theme: Theme) -> Vec<Shape> {
    let offset = origin.to_vec2();
    let at = |p: Place| Pos2::new(p[0], p[1]) + offset;
    let mut shapes = Vec::with_capacity(figure.marks.len());
    let mut fills = Mesh::default();
    let mut cutter = earcut::Earcut::new();
    for mark in &figure.marks {
        match mark {
            Mark::Strip { one, other, paint } => {
                let color = paint_color(theme, *paint);
                let first = fills.vertices.len() as u32;
                for (a, b) in one.iter().zip(other) {
                    fills.colored_vertex(at(*a), color);
                    fills.colored_vertex(at(*b), color);
                }
                for i in 0..(one.len() as u32).saturating_sub(1) {
                    let v = first + 2 * i;
                    fills.add_triangle(v, v + 1, v + 2);
                    fills.add_triangle(v + 1, v + 3, v + 2);
                }
                continue;
            }
            Mark::Area { outline, paint } => {
                let color = paint_color(theme, *paint);
                let first = fills.vertices.len() as u32;
                let mut triangles: Vec<u32> = Vec::new();
                cutter.earcut(outline.iter().copied(), &[], &mut triangles);
                for p in outline {
                    fills.colored_vertex(at(*p), color);
                }
                for t in triangles.chunks_exact(3) {
                    fills.add_triangle(first + t[0], first + t[1], first + t[2]);
                }
                continue;
            }
            _ => {}
        }
        if !fills.is_empty() {
            shapes.push(Shape::mesh(std::mem::take(&mut fills)));
        }
        match mark {
            Mark::Line { points, stroke, closed } => line(&mut shapes, points, *stroke, *closed, theme, at),
            Mark::Disc { centre, radius, fill, rim } => {
                let centre = at(*centre);
                if let Some(paint) = fill {
                    shapes.push(Shape::circle_filled(centre, *radius, paint_color(theme, *paint)));
                }
                if let Some(stroke) = rim {
                    shapes.push(Shape::circle_stroke(centre, *radius, plain_stroke(*stroke, theme)));
                }
            }
            Mark::Text { at: place, text, size, face, paint, anchor, angle } => {
                let color = paint_color(theme, *paint);
                let galley = painter.layout_job(typeset(text, &font(*face, *size), color));
                shapes.push(text_shape(galley, at(*place), *anchor, *angle, color));
            }
            Mark::Strip { .. } | Mark::Area { .. } => {}
        }
    }
    if !fills.is_empty() {
        shapes.push(Shape::mesh(fills));
    }
    shapes
}

fn plain_stroke(stroke: Stroke, theme: Theme) -> egui::Stroke {
    egui::Stroke::new(stroke.width, paint_color(theme, stroke.paint))
}

fn line(
    shapes: &mut Vec<Shape>,
    points: &[Place],
    stroke: Stroke,
    closed: bool,
    theme: Theme,
    at: impl Fn(Place) -> Pos2,
) {
    let mut points: Vec<Pos2> = points.iter().map(|p| at(*p)).collect();
    let plain = plain_stroke(stroke, theme);
    if let Some([dash, gap]) = stroke.dash {
        if closed {
            points.extend(points.first().copied());
        }
        Shape::dashed_line_many(&points, plain, dash, gap, shapes);
    } else if let (false, [a, b]) = (closed, points.as_slice()) {
        shapes.push(Shape::line_segment([*a, *b], plain));
    } else {
        let stroke = PathStroke::new(plain.width, plain.color);
        shapes.push(Shape::Path(PathShape { points, closed, fill: Color32::TRANSPARENT, stroke }));
    }
}

fn text_shape(galley: Arc<egui::Galley>, at: Pos2, anchor: Anchor, angle: f32, color: Color32) -> Shape {
    let size = galley.size();
    let across = match anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => 0.5 * size.x,
        Anchor::End => size.x,
    };
    // egui turns clockwise about the top left corner.
    let corner = egui::emath::Rot2::from_angle(-angle) * Vec2::new(-across, -0.5 * size.y);
    Shape::Text(TextShape::new(at + corner, galley, color).with_angle(-angle))
}
