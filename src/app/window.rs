//! The window itself: layout, and the order in which a frame is made.

use super::action::Action;
use super::canvas::{CanvasModel, canvas_ui, paint_canvas};
use super::flight::FLIGHT_KEYS;
use super::ladder::{self, ladder_ui};
use super::left_panel::{Live, has_ring, parameters_ui};
use super::painter::{FigurePainter, Still, color};
use super::plots::{Heading, plot_ui};
use super::pruning::pruning_words;
use super::right_panel::right_panel_ui;
use super::samples;
use super::startup::Launch;
use super::state::Desk;
use super::status_bar::{error_bar_ui, spoken_picture, status_bar_ui};
use super::theme;
use super::top_bar::{SHORTCUTS, shortcuts, top_bar_ui};
use crate::desk::picture::{self, BulkView};
use crate::figure::camera::{ChartKind, Frame, Projection};
use crate::figure::page::{Mark, Paint, Stroke};
use crate::figure::palette::{Hue, Role, Theme};
use crate::figure::{BulkPicture, Figure, ThreadCount};
use crate::session::keys::Value;
use egui::{Align2, Id, Margin, Panel, Rect, RichText, Ui, pos2, vec2};
use std::time::Instant;

/// Narrower than this the left panel becomes a rail.
const RAIL_BELOW: f32 = 1180.0;
/// Width of the rail.
const RAIL: f32 = 44.0;

/// The application behind the window.
pub struct Holoscope {
    desk: Desk,
    theme: Theme,
    applied: Option<Theme>,
    picture: BulkPicture,
    painter: FigurePainter,
    legend_painter: FigurePainter,
    projection: Option<Projection>,
    shapes: usize,
    threads: ThreadCount,
    measure: Option<Startup>,
}

/// What `--measure startup` waits for.
struct Startup {
    started: Instant,
    shown: u32,
    first_frame: Option<f64>,
}

impl Holoscope {
    /// Opens a document in a window.
    ///
    /// # Errors
    /// The system refused a thread.
    pub fn new(ctx: &egui::Context, launch: Launch) -> std::io::Result<Self> {
        theme::install_fonts(ctx);
        let waker = ctx.clone();
        let desk = Desk::new(launch.document, launch.path, move || waker.request_repaint())?;
        let measure = launch.measure_startup.then_some(Startup {
            started: launch.started,
            shown: 0,
            first_frame: None,
        });
        Ok(Self {
            desk,
            theme: Theme::Dark,
            applied: None,
            picture: BulkPicture::default(),
            painter: FigurePainter::default(),
            legend_painter: FigurePainter::default(),
            projection: None,
            shapes: 0,
            threads: ThreadCount::default(),
            measure,
        })
    }

    /// What is on the desk, for tests and benchmarks.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The desk, to be acted on by tests and benchmarks.
    pub fn desk_mut(&mut self) -> &mut Desk {
        &mut self.desk
    }

    /// The picture of the last frame.
    #[must_use]
    pub fn page(&self) -> &Figure {
        self.picture.figure()
    }

    /// Number of shapes that the last picture took.
    #[must_use]
    pub fn shapes(&self) -> usize {
        self.shapes
    }

    /// Theme of the last frame.
    #[must_use]
    pub fn theme(&self) -> Theme {
        self.theme
    }

    /// Takes in what the workers did. Called once a frame, before [`Self::show`].
    pub fn listen(&mut self, ctx: &egui::Context) {
        let dark = ctx.system_theme().is_none_or(|t| t == egui::Theme::Dark);
        self.theme = self.desk.document.view.theme.resolve(dark);
        if self.applied != Some(self.theme) {
            theme::apply(ctx, self.theme);
            self.applied = Some(self.theme);
        }
        self.desk.listen(ctx.input(|i| i.time), self.desk.view.reduced_motion);
        if ctx.input(|i| i.viewport().close_requested()) && !self.desk.may_close {
            if self.desk.is_modified() {
                ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
                self.desk.view.closing = true;
            } else {
                self.desk.may_close = true;
            }
        }
        let title = format!(
            "{}{} – holoscope",
            self.desk.session_name(),
            if self.desk.is_modified() { " •" } else { "" }
        );
        let shown = ctx.data_mut(|d| d.get_temp_mut_or_default::<String>(Id::unique("title")).clone());
        if shown != title {
            ctx.send_viewport_cmd(egui::ViewportCommand::Title(title.clone()));
            ctx.data_mut(|d| d.insert_temp(Id::unique("title"), title));
        }
        for file in ctx.input(|i| i.raw.dropped_files.clone()) {
            self.desk.apply(samples::dropped(file.path()), ctx.input(|i| i.time), self.theme);
        }
        self.watch_startup(ctx);
    }

    /// Shows the window and applies what was done.
    pub fn show(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let mut actions = shortcuts(&ctx, &self.desk);
        let screen = ui.max_rect();
        let (left, right) = panel_widths(screen.width());
        let panel = egui::Frame::new().fill(color(self.theme, Role::Panel));
        let padded = panel.inner_margin(Margin::same(16));
        Panel::top("top bar")
            .exact_size(44.0)
            .resizable(false)
            .frame(panel.inner_margin(Margin::symmetric(12, 0)))
            .show(ui, |ui| actions.extend(top_bar_ui(ui, &self.desk, self.theme)));
        let projection = self.projection;
        Panel::bottom("status")
            .exact_size(28.0)
            .resizable(false)
            .frame(panel.inner_margin(Margin::symmetric(16, 0)))
            .show(ui, |ui| {
                if let Some(projection) = &projection {
                    status_bar_ui(ui, &self.desk, projection, self.theme);
                }
            });
        if !self.desk.errors.is_empty() {
            Panel::bottom("error")
                .exact_size(36.0)
                .resizable(false)
                .frame(panel.inner_margin(Margin::symmetric(16, 0)))
                .show(ui, |ui| actions.extend(error_bar_ui(ui, &self.desk, self.theme)));
        }
        if let Some(width) = left {
            Panel::left("parameters").exact_size(width).resizable(false).frame(padded).show(ui, |ui| {
                actions.extend(self.parameters(ui));
            });
        } else {
            Panel::left("rail")
                .exact_size(RAIL)
                .resizable(false)
                .frame(panel.inner_margin(Margin::same(6)))
                .show(ui, |ui| {
                    if ui.button("☰").on_hover_text("Parameters").clicked() {
                        self.desk.view.rail_open = !self.desk.view.rail_open;
                    }
                });
        }
        Panel::right("plots").exact_size(right).resizable(false).frame(padded).show(ui, |ui| {
            actions.extend(right_panel_ui(ui, &mut self.desk, self.theme));
        });
        let canvas = egui::Frame::new().fill(color(self.theme, Role::Canvas));
        egui::CentralPanel::default().frame(canvas).show(ui, |ui| {
            actions.extend(self.canvas(ui));
        });
        if left.is_none() && self.desk.view.rail_open {
            let area = egui::Area::new(Id::unique("rail panel"))
                .fixed_pos(pos2(screen.left() + RAIL, screen.top() + 44.0));
            area.show(&ctx, |ui| {
                padded.show(ui, |ui| {
                    ui.set_width(248.0);
                    ui.set_height(screen.height() - 44.0 - 28.0 - 32.0);
                    actions.extend(self.parameters(ui));
                });
            });
        }
        actions.extend(self.desk.files.dialog_ui(&ctx));
        actions.extend(self.help(&ctx));
        actions.extend(samples::question_ui(&ctx, &self.desk));
        self.closing(&ctx, &mut actions);
        samples::hover_ui(&ctx, self.theme);
        let time = ctx.input(|i| i.time);
        let acted = !actions.is_empty();
        for action in actions {
            if let Action::Copy(text) = &action {
                ctx.copy_text(text.clone());
            }
            self.desk.apply(action, time, self.theme);
        }
        if acted || self.desk.is_moving() {
            // What was done is seen in the next frame, which begins at once.
            ctx.request_repaint();
        } else if self.desk.notice.is_some() {
            ctx.request_repaint_after(std::time::Duration::from_millis(500));
        }
        if self.desk.may_close {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    fn parameters(&mut self, ui: &mut Ui) -> Vec<Action> {
        let mut actions = Vec::new();
        let foot = 36.0;
        let height = ui.available_height() - foot;
        ui.allocate_ui(vec2(ui.available_width(), height), |ui| {
            ui.set_height(height);
            let (pruning, observables) = (pruning_words(&self.desk), self.desk.observables());
            actions.extend(parameters_ui(
                ui,
                &self.desk.document,
                &Live { observables: &observables, pruning: &pruning, go_on: self.desk.view.go_on },
                self.theme,
            ));
        });
        ui.with_layout(egui::Layout::bottom_up(egui::Align::LEFT), |ui| {
            if ui.button("Reset all").on_hover_text("every parameter back to its default").clicked() {
                actions.push(Action::ResetAll);
            }
        });
        actions
    }

    fn canvas(&mut self, ui: &mut Ui) -> Vec<Action> {
        let mut actions = Vec::new();
        let rect = ui.max_rect();
        if let Some(plot) = self.desk.view.enlarged {
            let inner = rect.shrink2(vec2(32.0, 24.0));
            ui.scope_builder(egui::UiBuilder::new().max_rect(inner), |ui| {
                actions.extend(plot_ui(ui, &self.desk, plot, Heading::Title, self.theme, inner.height()));
            });
            if ui.input(|i| i.key_pressed(egui::Key::Escape)) {
                actions.push(Action::Enlarge(None));
            }
            return actions;
        }
        let spoken = spoken_picture(&self.desk);
        let model = CanvasModel {
            document: &self.desk.document,
            camera: self.desk.camera,
            active: self.desk.view.active.name,
            spoken: &spoken,
            reduced_motion: self.desk.view.reduced_motion,
        };
        let mut state = std::mem::take(&mut self.desk.view.canvas);
        actions.extend(canvas_ui(ui, rect, &mut state, &model));
        self.desk.view.canvas = state;
        let frame = Frame::page(rect.width(), rect.height());
        self.projection = Some(picture::projection(&self.desk.document, self.desk.camera, frame));
        let view = BulkView {
            camera: self.desk.camera,
            frame,
            handles: true,
            lit_layer: self.desk.view.lit_layer,
            strokes: 1.0,
            passage: self.desk.passage(ui.input(|i| i.time)),
        };
        self.threads =
            picture::redraw(&mut self.picture, &self.desk.document, &self.desk.study(), &view, self.theme);
        self.shapes = paint_canvas(ui, rect, &mut self.painter, &self.picture, self.theme);
        actions.extend(self.overlays(ui, rect));
        actions
    }

    /// Chart switch, depth ladder, Home, and the hint of the first minute.
    fn overlays(&mut self, ui: &mut Ui, rect: Rect) -> Vec<Action> {
        let mut actions = Vec::new();
        let theme = self.theme;
        let top = Rect::from_min_size(rect.min + vec2(16.0, 10.0), vec2(rect.width() - 32.0, 54.0));
        let shown = self.projection.map_or(ChartKind::Ring, |p| p.chart);
        ui.scope_builder(egui::UiBuilder::new().max_rect(top), |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                for (word, kind, title) in [
                    ("ring", ChartKind::Ring, "the periodic chain, boundary outside"),
                    ("half-plane", ChartKind::HalfPlane, "sites along the line, scale z upwards"),
                    ("poincare", ChartKind::Poincare, "the Poincaré disk: true angles"),
                    ("klein", ChartKind::Klein, "the Klein disk: straight geodesics"),
                ] {
                    let possible = kind.is_plane() || has_ring(&self.desk.document);
                    let text = if word == "poincare" { "poincaré" } else { word };
                    let response = ui.add_enabled(possible, egui::Button::selectable(shown == kind, text));
                    let response = response.on_hover_text(format!("{title} (C: next)"));
                    let response = response.on_disabled_hover_text("an open line has no ring chart");
                    response.widget_info(|| {
                        egui::WidgetInfo::selected(
                            egui::Role::RadioButton,
                            possible,
                            shown == kind,
                            format!("Chart {word}"),
                        )
                    });
                    if response.clicked() && shown != kind {
                        let value = Value::Text(word.into());
                        actions.push(Action::Set { path: "view.chart", value, gesture: None });
                    }
                }
            });
            // In a row of its own: on a narrow canvas a region on top of the ring stands where one row would end.
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 2.0;
                if shown == ChartKind::Ring {
                    let now = crate::session::keys::find("view.ring_radius")
                        .map(|k| k.get(&self.desk.document).to_string())
                        .unwrap_or_default();
                    for word in ["balanced", "conformal", "even"] {
                        let text = RichText::new(word).small().color(color(theme, Role::Secondary));
                        let response =
                            ui.selectable_label(now == word, text).on_hover_text("radius function (E)");
                        response.widget_info(|| {
                            let name = format!("Ring radius {word}");
                            egui::WidgetInfo::selected(egui::Role::RadioButton, true, now == word, name)
                        });
                        if response.clicked() && now != word {
                            let value = Value::Text(word.into());
                            actions.push(Action::Set { path: "view.ring_radius", value, gesture: None });
                        }
                    }
                }
            });
        });
        let edge = Rect::from_min_max(
            pos2(rect.left() + 8.0, rect.top() + 72.0),
            pos2(rect.left() + 8.0 + ladder::WIDTH, rect.bottom() - 56.0),
        );
        let (ladder, lit) = ladder_ui(ui, edge, &self.desk, theme);
        actions.extend(ladder);
        if lit != self.desk.view.lit_layer {
            self.desk.view.lit_layer = lit;
            ui.ctx().request_repaint();
        }
        self.legend(ui, rect);
        let home = Rect::from_min_size(rect.max - vec2(72.0, 60.0), vec2(56.0, 26.0));
        let moved = self.desk.camera != crate::figure::Camera::HOME;
        if moved
            && ui
                .put(home, egui::Button::new("Home"))
                .on_hover_text("view of the first glance (Home)")
                .clicked()
        {
            actions.push(Action::Home);
        }
        let hint = if self.desk.document.regions.get(self.desk.view.active.name).is_empty() {
            "S = 0 · drag along the rim to choose a region".into()
        } else if let Some(threads) = self.threads.words() {
            threads
        } else if self.desk.view.hint_seen {
            String::new()
        } else {
            "Drag along the rim to choose a region".into()
        };
        let small = super::painter::font(crate::figure::page::Face::Regular, 11.5);
        // The corners of the canvas are free of the ring, its arcs and its letters.
        let at = pos2(rect.right() - 16.0, rect.bottom() - 18.0);
        ui.painter().text(at, Align2::RIGHT_CENTER, hint, small, color(theme, Role::Faint));
        actions
    }

    /// What the marks mean, bottom left; folds to one word.
    fn legend(&mut self, ui: &mut Ui, rect: Rect) {
        let theme = self.theme;
        let open = self.desk.view.legend;
        let rows = legend_rows(&self.desk);
        let height = if open { 20.0 * rows.len() as f32 + 28.0 } else { 24.0 };
        let place = Rect::from_min_max(
            pos2(rect.left() + 16.0, rect.bottom() - 12.0 - height),
            pos2(rect.left() + 220.0, rect.bottom() - 12.0),
        );
        ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            if open {
                let mut page = Figure::new(28.0, 20.0);
                let painter = &mut self.legend_painter;
                for (marks, text) in rows {
                    ui.horizontal(|ui| {
                        ui.set_height(18.0);
                        let (sample, _) = ui.allocate_exact_size(vec2(28.0, 18.0), egui::Sense::hover());
                        page.marks = marks;
                        painter.paint(ui.painter(), sample.min, &page, Still::default(), theme);
                        ui.label(RichText::new(text).small().color(color(theme, Role::Secondary)));
                    });
                }
            }
            let word = if open { "legend ▾" } else { "legend ▸" };
            let text = RichText::new(word).small().color(color(theme, Role::Faint));
            if ui.add(egui::Button::new(text).frame(false)).clicked() {
                self.desk.view.legend = !open;
            }
        });
    }

    fn help(&mut self, ctx: &egui::Context) -> Vec<Action> {
        if !self.desk.view.help {
            return Vec::new();
        }
        let mut actions = Vec::new();
        let modal = egui::Modal::new(Id::unique("help")).show(ctx, |ui| {
            ui.set_width(460.0);
            ui.label(RichText::new("Hands and keys").heading());
            ui.add_space(8.0);
            egui::Grid::new("shortcuts").num_columns(2).spacing(vec2(24.0, 6.0)).show(ui, |ui| {
                for (how, what) in [
                    ("drag along the rim", "choose a region; Shift adds, Ctrl takes away"),
                    ("drag a handle", "move that end"),
                    ("drag a region's arc", "move the whole region"),
                    ("drag elsewhere", "turn the ring; move the plane by an isometry"),
                    ("Alt and drag, two fingers", "turn the view"),
                    ("wheel, pinch", "zoom about the pointer"),
                    ("double click", "centre on the tile, the ring home; on a slider: its default"),
                    ("← →", "move the focused end by 1, with Shift by 16"),
                    ("Escape", "call off a drag; else clear the region"),
                    ("drop a file", "open a session; learn from samples (.npy, .csv)"),
                ] {
                    ui.label(how);
                    ui.label(RichText::new(what).color(color(self.theme, Role::Secondary)));
                    ui.end_row();
                }
                for (how, what) in FLIGHT_KEYS {
                    ui.label(*how);
                    ui.label(RichText::new(*what).color(color(self.theme, Role::Secondary)));
                    ui.end_row();
                }
                for (shortcut, name) in SHORTCUTS {
                    ui.label(ctx.format_shortcut(shortcut));
                    ui.label(RichText::new(*name).color(color(self.theme, Role::Secondary)));
                    ui.end_row();
                }
            });
            ui.add_space(8.0);
            let version = concat!("holoscope ", env!("CARGO_PKG_VERSION"));
            ui.label(RichText::new(version).small().color(color(self.theme, Role::Faint)));
            if ui.button("Close").clicked() {
                actions.push(Action::ToggleHelp);
            }
        });
        if modal.should_close() && actions.is_empty() {
            actions.push(Action::ToggleHelp);
        }
        actions
    }

    fn closing(&mut self, ctx: &egui::Context, actions: &mut Vec<Action>) {
        if !self.desk.view.closing || self.desk.files.is_open() {
            return;
        }
        let modal = egui::Modal::new(Id::unique("closing")).show(ctx, |ui| {
            ui.set_width(360.0);
            ui.label(RichText::new("Save the changes?").heading());
            ui.add_space(4.0);
            ui.label("This session has changes that no file has.");
            ui.add_space(12.0);
            ui.horizontal(|ui| {
                if ui.button("Save").clicked() {
                    actions.push(Action::Save);
                }
                if ui.button("Discard").clicked() {
                    self.desk.may_close = true;
                }
                if ui.button("Cancel").clicked() {
                    self.desk.view.closing = false;
                }
            });
        });
        if modal.should_close() {
            self.desk.view.closing = false;
        }
    }

    /// Prints how long the first picture and the first learned link took, then quits.
    fn watch_startup(&mut self, ctx: &egui::Context) {
        let Some(startup) = &mut self.measure else { return };
        let millis = startup.started.elapsed().as_secs_f64() * 1e3;
        // The picture with region and curve was painted in the frame before this one.
        let shown = self.shapes > 0 && self.desk.answer.is_some();
        startup.shown += u32::from(shown);
        if startup.shown >= 2 && startup.first_frame.is_none() {
            startup.first_frame = Some(millis);
            report("first_frame_ms", millis);
        }
        let linked = self.desk.network.learned_layers().0 > 0;
        if startup.first_frame.is_some() && linked {
            report("first_link_ms", millis);
            self.measure = None;
            self.desk.may_close = true;
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
        ctx.request_repaint();
    }
}

fn report(name: &str, millis: f64) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    // A closed pipe is the reader's choice.
    let _written = writeln!(out, "RESULT {name} {millis:.1} ms").and_then(|()| out.flush());
}

/// A sample of each kind of mark that is on the canvas, 28 × 18 points, with its meaning.
fn legend_rows(desk: &Desk) -> Vec<(Vec<Mark>, &'static str)> {
    let line = |stroke| vec![Mark::Line { points: vec![[0.0, 9.0], [24.0, 9.0]], stroke, closed: false }];
    let link = |tone, width| Stroke::solid(Paint::of(Role::Link(tone)), width);
    let mut rows = vec![
        (line(Stroke::solid(Paint::of(Role::CurveCore), 2.5)), "Ryu–Takayanagi curve"),
        (line(link(1.0, 2.2)), "link of capacity ln 2"),
        (line(link(0.15, 0.9)), "weak link"),
    ];
    if desk.network.learned_layers().0 < desk.network.learned_layers().1 {
        let dashed = Stroke::dashed(Paint::of(Role::Link(1.0)), 1.6, 2.5, 2.5);
        rows.push((line(dashed), "not learned yet, counts ln 2"));
    }
    let tick = Stroke::solid(Paint::of(Role::Region(Hue::A)), 3.0);
    rows.push((
        vec![
            Mark::Line {
                points: vec![[0.0, 9.0], [24.0, 9.0]],
                stroke: Stroke::solid(Paint::of(Role::CurveCore), 1.5),
                closed: false,
            },
            Mark::Line { points: vec![[8.5, 9.0], [15.5, 9.0]], stroke: tick, closed: false },
        ],
        "cut link",
    ));
    let hue = Role::Region(Hue::A);
    let show = desk.document.view.show;
    let band = Mark::Strip {
        one: vec![[0.0, 4.0], [24.0, 4.0]],
        other: vec![[0.0, 14.0], [24.0, 14.0]],
        paint: Paint::at(hue, 0.25),
    };
    rows.extend(show.ties.then(|| (vec![band], "between equal cuts")));
    let cone = Stroke::dashed(Paint::at(hue, 0.9), 1.2, 1.2, 3.2);
    rows.extend(show.cone.then(|| (line(cone), "causal cone")));
    let thread = Stroke::solid(Paint::at(hue, 0.55), 1.0);
    rows.extend(show.threads.then(|| (line(thread), "bit thread")));
    let geodesic = Stroke::dashed(Paint::at(hue, 0.8), 1.0, 5.0, 4.0);
    rows.extend(show.geodesics.then(|| (line(geodesic), "ideal geodesic")));
    let rim = Some(Stroke::solid(Paint::of(Role::SpinDown), 1.0));
    rows.push((
        vec![
            Mark::Disc { centre: [6.0, 9.0], radius: 3.0, fill: Some(Paint::of(Role::SpinUp)), rim: None },
            Mark::Disc { centre: [18.0, 9.0], radius: 2.5, fill: None, rim },
        ],
        "one sample of spins",
    ));
    rows
}

/// Widths of the side panels; the left one is absent when it becomes a rail.
fn panel_widths(width: f32) -> (Option<f32>, f32) {
    let right = match width {
        w if w >= 1900.0 => 440.0,
        w if w >= 1400.0 => 384.0,
        w if w >= RAIL_BELOW => 336.0,
        _ => 300.0,
    };
    let left = match width {
        w if w < RAIL_BELOW => None,
        w if w >= 1900.0 => Some(288.0),
        w if w >= 1400.0 => Some(272.0),
        _ => Some(248.0),
    };
    (left, right)
}

impl eframe::App for Holoscope {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.listen(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        color(self.theme, Role::Canvas).to_normalized_gamma_f32()
    }
}
