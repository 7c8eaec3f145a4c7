//! A figure onto the screen: marks become egui shapes, roles become colours.

use super::dashes::dashes;
use crate::figure::page::{Anchor, Face, Figure, Level, Mark, Paint, Place, Stroke, runs};
use crate::figure::palette::{Rgb, Role, Theme};
use egui::epaint::{
    CircleShape, Mesh, PathShape, PathStroke, TessellationOptions, Tessellator, TextShape, Vertex,
};
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontFamily, FontId, Pos2, Rect, Shape, Vec2};
use std::ops::Range;
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

/// A text with its subscripts set lower, its superscripts higher, and both smaller.
#[must_use]
pub fn typeset(text: &str, font: &FontId, color: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    for run in runs(text) {
        let font_id = FontId::new(run.level.size() * font.size, font.family.clone());
        let valign = valign_of(run.level);
        job.append(run.text, 0.0, TextFormat { font_id, color, valign, ..Default::default() });
    }
    job
}

/// Where a run stands in the height of its line.
pub(super) const fn valign_of(level: Level) -> egui::Align {
    match level {
        Level::Line | Level::Subscript => egui::Align::BOTTOM,
        Level::Superscript => egui::Align::TOP,
    }
}

/// The lowest marks of a figure that are those of earlier frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Still {
    /// How many.
    pub marks: usize,
    /// Changes whenever they do, but for what their bundles hide.
    pub stamp: u64,
}

/// Paints figures, keeping its room and the triangles of what stays from frame to frame.
///
/// A figure becomes one mesh, interrupted by its texts: egui's own tessellator makes the triangles, but no shape
/// of egui is made for each mark on the way, and none is looked at again by what comes after.
#[derive(Default)]
pub struct FigurePainter {
    tools: Option<Tools>,
    cutter: Cutter,
    /// Meshes of the last frame, to be filled again in the same order.
    room: Vec<Arc<Mesh>>,
    still: Option<StillMesh>,
}

impl FigurePainter {
    /// Paints a figure with its top left corner at `origin`; returns the number of shapes.
    pub fn paint(
        &mut self,
        painter: &egui::Painter,
        origin: Pos2,
        figure: &Figure,
        still: Still,
        theme: Theme,
    ) -> usize {
        let mut tools = Tools::up_to_date(self.tools.take(), painter);
        let ink = Ink { theme, offset: origin.to_vec2() };
        let no_text = |mark: &&Mark| !matches!(mark, Mark::Text { .. });
        let kept = figure.marks[..still.marks.min(figure.marks.len())].iter().take_while(no_text).count();
        let mut shapes = 0;
        let mut meshes = 0;
        if kept > 0 {
            let still = Still { marks: kept, ..still };
            let key = StillKey { still, ink, tools: tools.key, clip: painter.clip_rect() };
            let mesh = self.still_mesh(key, figure, &mut tools);
            painter.add(Shape::Mesh(mesh));
            shapes += 1;
        }
        let mut mesh = None;
        for mark in &figure.marks[kept..] {
            if let Mark::Text { at, text, size, face, paint, anchor, angle } = mark {
                shapes += self.put(painter, mesh.take());
                let color = paint_color(theme, *paint);
                let galley = painter.layout_job(typeset(text, &font(*face, *size), color));
                painter.add(text_shape(galley, ink.at(*at), *anchor, *angle, color));
                shapes += 1;
            } else {
                let mesh = mesh.get_or_insert_with(|| {
                    meshes += 1;
                    empty(&mut self.room)
                });
                if let Some(mesh) = Arc::get_mut(mesh) {
                    tools.add(mark, ink, &mut self.cutter, mesh, None);
                }
            }
        }
        shapes += self.put(painter, mesh);
        // egui may still hold those of the last frame; what is older is not needed.
        self.room.drain(..self.room.len().saturating_sub(2 * meshes));
        self.tools = Some(tools);
        shapes
    }

    /// Paints a mesh if there is one, and keeps its room.
    fn put(&mut self, painter: &egui::Painter, mesh: Option<Arc<Mesh>>) -> usize {
        let Some(mesh) = mesh else { return 0 };
        painter.add(Shape::Mesh(Arc::clone(&mesh)));
        // Used again as soon as egui is done with it.
        self.room.push(mesh);
        1
    }

    fn still_mesh(&mut self, key: StillKey, figure: &Figure, tools: &mut Tools) -> Arc<Mesh> {
        let marks = &figure.marks[..key.still.marks];
        let known = self.still.take();
        let mut still = match known {
            Some(known) if known.key == key => known,
            known => StillMesh::new(key, known, marks, &mut self.cutter, tools),
        };
        still.hide(marks);
        let mesh = Arc::clone(&still.mesh);
        self.still = Some(still);
        mesh
    }
}

/// An empty mesh, in room that nobody uses any more if there is such.
fn empty(room: &mut Vec<Arc<Mesh>>) -> Arc<Mesh> {
    let free = room.iter_mut().position(|mesh| Arc::get_mut(mesh).is_some());
    let mut mesh = free.map(|i| room.remove(i)).unwrap_or_default();
    if let Some(mesh) = Arc::get_mut(&mut mesh) {
        fit(mesh);
        mesh.indices.clear();
        mesh.vertices.clear();
    }
    mesh
}

/// Gives back the room of a mesh that once held far more than it does now.
fn fit(mesh: &mut Mesh) {
    fn of<T>(list: &mut Vec<T>) {
        /// Entries that are not worth it.
        const FEW: usize = 1 << 10;
        if list.capacity() > 4 * list.len().max(FEW) {
            list.shrink_to(2 * list.len().max(FEW));
        }
    }
    of(&mut mesh.indices);
    of(&mut mesh.vertices);
}

/// Colours and place of a figure on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Ink {
    theme: Theme,
    offset: Vec2,
}

impl Ink {
    fn at(self, place: Place) -> Pos2 {
        Pos2::new(place[0], place[1]) + self.offset
    }

    fn stroke(self, stroke: Stroke) -> egui::Stroke {
        egui::Stroke::new(stroke.width, paint_color(self.theme, stroke.paint))
    }
}

/// What a tessellator is made for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct ToolsKey {
    pixels_per_point: f32,
    options: TessellationOptions,
    font_image: [usize; 2],
}

/// egui's tessellator, with the room it works in.
struct Tools {
    key: ToolsKey,
    tessellator: Tessellator,
    path: PathShape,
    /// What is seen of the page.
    clip: Rect,
}

impl Tools {
    /// The tools as they are, or others if the screen has changed.
    fn up_to_date(tools: Option<Self>, painter: &egui::Painter) -> Self {
        let ctx = painter.ctx();
        let (font_image, texts) = painter.fonts(|fonts| (fonts.font_image_size(), *fonts.options()));
        let key = ToolsKey {
            pixels_per_point: ctx.pixels_per_point(),
            options: ctx.tessellation_options(|options| *options),
            font_image,
        };
        if let Some(mut tools) = tools
            && tools.key == key
        {
            tools.tessellator.set_clip_rect(painter.clip_rect());
            tools.clip = painter.clip_rect();
            return tools;
        }
        // Small discs are pictures beside the letters. egui does not tell where, but they are the first that
        // are put into any image of that width.
        let [width, height] = font_image;
        let first = egui::epaint::TextureAtlas::new([width, 1], texts);
        let share = first.size()[1] as f32 / height as f32;
        let mut discs = first.prepared_discs();
        for disc in &mut discs {
            (disc.uv.min.y, disc.uv.max.y) = (disc.uv.min.y * share, disc.uv.max.y * share);
        }
        let mut tessellator = Tessellator::new(key.pixels_per_point, key.options, font_image, discs);
        tessellator.set_clip_rect(painter.clip_rect());
        let path = PathShape {
            points: Vec::new(),
            closed: false,
            fill: Color32::TRANSPARENT,
            stroke: PathStroke::NONE,
        };
        Self { key, tessellator, path, clip: painter.clip_rect() }
    }

    /// Adds the triangles of a mark that is no text. For a bundle of lines `begins` takes where each of them
    /// begins among the indices, hidden ones too; without it those are left out.
    fn add(
        &mut self,
        mark: &Mark,
        ink: Ink,
        cutter: &mut Cutter,
        mesh: &mut Mesh,
        begins: Option<&mut Vec<u32>>,
    ) {
        match mark {
            Mark::Strip { one, other, paint } => {
                let rungs = one.iter().zip(other).flat_map(|(a, b)| [*a, *b]);
                add_strip(mesh, rungs.map(|p| ink.at(p)), paint_color(ink.theme, *paint));
            }
            Mark::Strips { rungs, paint } => {
                let color = paint_color(ink.theme, *paint);
                for strip in rungs.shown() {
                    add_strip(mesh, strip.iter().map(|p| ink.at(*p)), color);
                }
            }
            Mark::Area { outline, paint } => {
                let color = paint_color(ink.theme, *paint);
                let first = mesh.vertices.len() as u32;
                for p in outline {
                    mesh.colored_vertex(ink.at(*p), color);
                }
                mesh.indices.extend(cutter.triangles(outline).iter().map(|i| first + i));
            }
            Mark::Line { points, stroke, closed } => self.line(points, *stroke, *closed, ink, mesh),
            Mark::Lines { lines, stroke } => match begins {
                Some(begins) => {
                    for line in lines.all() {
                        begins.push(mesh.indices.len() as u32);
                        self.line(line, *stroke, false, ink, mesh);
                    }
                    begins.push(mesh.indices.len() as u32);
                }
                None => lines.shown().for_each(|line| self.line(line, *stroke, false, ink, mesh)),
            },
            Mark::Disc { centre, radius, fill, rim } => self.disc(*centre, *radius, *fill, *rim, ink, mesh),
            Mark::Discs { centres, radius, fill, rim } => {
                centres.iter().for_each(|at| self.disc(*at, *radius, *fill, *rim, ink, mesh));
            }
            Mark::Text { .. } => {}
        }
    }

    fn line(&mut self, places: &[Place], stroke: Stroke, closed: bool, ink: Ink, mesh: &mut Mesh) {
        let plain = ink.stroke(stroke);
        if let (None, false, [a, b]) = (stroke.dash, closed, places) {
            self.tessellator.tessellate_line_segment([ink.at(*a), ink.at(*b)], plain, mesh);
            return;
        }
        self.path.points.clear();
        self.path.points.extend(places.iter().map(|p| ink.at(*p)));
        if let Some([dash, gap]) = stroke.dash {
            if closed {
                self.path.points.extend(places.first().map(|p| ink.at(*p)));
            }
            let seen = self.clip.expand(stroke.width);
            dashes(&self.path.points, [dash, gap], seen, |ends| {
                self.tessellator.tessellate_line_segment(ends, plain, mesh);
            });
        } else {
            self.path.closed = closed;
            self.path.stroke = PathStroke::new(plain.width, plain.color);
            self.tessellator.tessellate_path(&self.path, mesh);
        }
    }

    fn disc(
        &mut self,
        centre: Place,
        radius: f32,
        fill: Option<Paint>,
        rim: Option<Stroke>,
        ink: Ink,
        mesh: &mut Mesh,
    ) {
        let center = ink.at(centre);
        if let Some(paint) = fill {
            let disc = CircleShape::filled(center, radius, paint_color(ink.theme, paint));
            self.tessellator.tessellate_circle(disc, mesh);
        }
        if let Some(stroke) = rim {
            self.tessellator.tessellate_circle(CircleShape::stroke(center, radius, ink.stroke(stroke)), mesh);
        }
    }
}

/// Fills between the ends of rungs, given in turn.
fn add_strip(mesh: &mut Mesh, ends: impl Iterator<Item = Pos2>, color: Color32) {
    let first = mesh.vertices.len() as u32;
    mesh.vertices.extend(ends.map(|p| Vertex::untextured(p, color)));
    let count = mesh.vertices.len() as u32 - first;
    for v in (first..).step_by(2).take((count as usize / 2).saturating_sub(1)) {
        mesh.add_triangle(v, v + 1, v + 2);
        mesh.add_triangle(v + 1, v + 3, v + 2);
    }
}

/// Cuts simple polygons into triangles.
#[derive(Default)]
struct Cutter {
    earcut: earcut::Earcut<f32>,
    triangles: Vec<u32>,
}

impl Cutter {
    fn triangles(&mut self, outline: &[Place]) -> &[u32] {
        self.earcut.earcut(outline.iter().copied(), &[], &mut self.triangles);
        &self.triangles
    }
}

/// What the triangles of the marks that stay depend on.
#[derive(Clone, Copy, Debug, PartialEq)]
struct StillKey {
    still: Still,
    ink: Ink,
    tools: ToolsKey,
    clip: Rect,
}

/// The triangles of the marks that stay.
struct StillMesh {
    key: StillKey,
    mesh: Arc<Mesh>,
    /// The bundles of lines: which mark, and where its lines begin in `begins`.
    bundles: Vec<(usize, usize)>,
    /// Where each line of the bundles begins among the indices, and after the last of a bundle where it ends.
    begins: Vec<u32>,
    /// The indices that are hidden now, with what stood there.
    hidden: Vec<Range<usize>>,
    saved: Vec<u32>,
    wanted: Vec<Range<usize>>,
}

impl StillMesh {
    /// The triangles of all marks, in the room of those before.
    fn new(
        key: StillKey,
        before: Option<Self>,
        marks: &[Mark],
        cutter: &mut Cutter,
        tools: &mut Tools,
    ) -> Self {
        let mut still = before.unwrap_or_else(|| Self {
            key,
            mesh: Arc::default(),
            bundles: Vec::new(),
            begins: Vec::new(),
            hidden: Vec::new(),
            saved: Vec::new(),
            wanted: Vec::new(),
        });
        still.key = key;
        still.bundles.clear();
        still.begins.clear();
        still.hidden.clear();
        still.saved.clear();
        if Arc::get_mut(&mut still.mesh).is_none() {
            still.mesh = Arc::default();
        }
        let mesh = Arc::make_mut(&mut still.mesh);
        mesh.indices.clear();
        mesh.vertices.clear();
        for (i, mark) in marks.iter().enumerate() {
            if matches!(mark, Mark::Lines { .. }) {
                still.bundles.push((i, still.begins.len()));
            }
            tools.add(mark, key.ink, cutter, mesh, Some(&mut still.begins));
        }
        fit(mesh);
        still
    }

    /// Hides what the bundles hide, and shows the rest: triangles of no area are not drawn.
    fn hide(&mut self, marks: &[Mark]) {
        self.wanted.clear();
        for &(mark, first) in &self.bundles {
            let Mark::Lines { lines, .. } = &marks[mark] else { continue };
            let range = |i: &u32| {
                let at = first + *i as usize;
                self.begins[at] as usize..self.begins[at + 1] as usize
            };
            self.wanted.extend(lines.hidden().iter().map(range));
        }
        if self.wanted == self.hidden {
            return;
        }
        let mesh = Arc::make_mut(&mut self.mesh);
        let mut saved = self.saved.drain(..);
        for range in &self.hidden {
            mesh.indices[range.clone()].iter_mut().zip(&mut saved).for_each(|(index, was)| *index = was);
        }
        drop(saved);
        for range in &self.wanted {
            self.saved.extend_from_slice(&mesh.indices[range.clone()]);
            mesh.indices[range.clone()].fill(0);
        }
        std::mem::swap(&mut self.hidden, &mut self.wanted);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::palette::Role;
    use egui::{RawInput, pos2, vec2};

    /// All triangles of a frame in which this is painted.
    fn painted(ctx: &egui::Context, paint: impl FnOnce(&egui::Painter)) -> Vec<Vertex> {
        let screen = Rect::from_min_size(Pos2::ZERO, vec2(200.0, 100.0));
        let input = RawInput { screen_rect: Some(screen), ..RawInput::default() };
        let mut paint = Some(paint);
        let mut output = ctx.run_ui(input, |ui| {
            if let Some(paint) = paint.take() {
                paint(ui.painter());
            }
        });
        let shapes = std::mem::take(&mut output.shapes);
        let primitives = ctx.tessellate(shapes, output.pixels_per_point);
        output.drop_without_applying_deltas();
        let mut corners = Vec::new();
        for primitive in primitives {
            if let egui::epaint::Primitive::Mesh(mesh) = primitive.primitive {
                let area = |t: &[u32; 3]| t[0] != t[1];
                let seen = mesh.triangles().filter(area).flatten().map(|i| mesh.vertices[i as usize]);
                corners.extend(seen);
            }
        }
        corners
    }

    #[test]
    fn a_figure_has_the_triangles_that_egui_makes_of_its_shapes() {
        let ctx = egui::Context::default();
        let stroke = Stroke::solid(Paint::of(Role::Text), 1.7);
        let places = [[[10.0, 10.0], [30.0, 40.0], [50.0, 20.0]], [[60.0, 10.0], [80.0, 40.0], [90.0, 20.0]]];
        let mut figure = Figure::new(200.0, 100.0);
        let mut lines = figure.bundle();
        lines.add(places[0]);
        lines.add(places[1]);
        figure.lines(lines, stroke);
        figure.line(vec![[5.0, 90.0], [95.0, 80.0]], stroke);
        figure.dot([120.0, 50.0], 2.3, Paint::of(Role::SpinUp));
        let theme = Theme::Dark;
        let origin = pos2(7.0, 3.0);
        let at = |p: Place| Pos2::new(p[0], p[1]) + origin.to_vec2();
        let plain = egui::Stroke::new(1.7, color(theme, Role::Text));
        let shapes = |hidden: usize| -> Vec<Shape> {
            let shown = places.iter().enumerate().filter(|(i, _)| *i != hidden);
            let paths = shown.map(|(_, line)| Shape::line(line.map(at).to_vec(), plain));
            let last = [
                Shape::line_segment([at([5.0, 90.0]), at([95.0, 80.0])], plain),
                Shape::circle_filled(at([120.0, 50.0]), 2.3, color(theme, Role::SpinUp)),
            ];
            paths.chain(last).collect()
        };
        let mut painter = FigurePainter::default();
        // Drawn anew, drawn again, with a line hidden, and with all shown again.
        for (marks, hidden) in [(0, 9), (3, 9), (3, 9), (3, 0), (3, 1), (3, 9), (1, 1)] {
            let Some(Mark::Lines { lines, .. }) = figure.marks.first_mut() else {
                panic!("lines come first")
            };
            lines.hide_only((hidden < 2).then_some(hidden as u32));
            let still = Still { marks, stamp: 5 };
            let ours = painted(&ctx, |p| {
                painter.paint(p, origin, &figure, still, theme);
            });
            let theirs = painted(&ctx, |p| p.extend(shapes(hidden)));
            assert_eq!(ours, theirs, "{marks} marks stay, line {hidden} is hidden");
        }
    }

    #[test]
    fn one_look_at_a_hundred_thousand_dots_is_not_held_for_ever() {
        let ctx = egui::Context::default();
        crate::app::theme::install_fonts(&ctx);
        let mut painter = FigurePainter::default();
        let mut paint = |dots: usize, texts: usize| {
            let mut figure = Figure::new(200.0, 100.0);
            for _ in 0..texts {
                figure.text([50.0, 50.0], "w", 10.0, Role::Text, Anchor::Middle);
                for _ in 0..dots {
                    figure.dot([120.0, 50.0], 40.0, Paint::of(Role::SpinUp));
                }
            }
            for still in [0, figure.marks.len()] {
                painted(&ctx, |p| {
                    let still = Still { marks: still, stamp: (dots + texts) as u64 };
                    painter.paint(p, pos2(0.0, 0.0), &figure, still, Theme::Dark);
                });
            }
            let room = |mesh: &Mesh| mesh.vertices.capacity() + mesh.indices.capacity();
            painter.room.iter().map(|mesh| room(mesh)).sum::<usize>()
        };
        let before = paint(10, 3);
        assert!(paint(5_000, 20) > 20 * before.max(1));
        // The next frames fill the same meshes again, and see that they are too large.
        let after = (0..4).map(|_| paint(10, 3)).last().unwrap();
        // Six meshes, each at most four times what it holds or what is too little to count.
        assert!(after <= 6 * 2 * 4 * (1 << 12), "{after} entries are held, {before} before");
    }
}
