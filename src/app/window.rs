//! The window itself: layout, and the order in which a frame is made.

use super::action::Action;
use super::beads::Beads;
use super::bookmarks;
use super::canvas::{CanvasModel, canvas_ui, paint_canvas};
use super::cards;
use super::controls::ask_for;
use super::enlarged::enlarged_ui;
use super::film::film_ui;
use super::flight::FLIGHT_KEYS;
use super::guide::{self, GuideWindow};
use super::hints;
use super::ladder::{self, ladder_ui};
use super::left_panel::{Live, has_ring, parameters_ui};
use super::legend::legend_ui;
use super::painter::{FigurePainter, color};
use super::pins::pins_ui;
use super::place::Place;
use super::present;
use super::pruning::pruning_words;
use super::right_panel::right_panel_ui;
use super::samples;
use super::startup::Launch;
use super::state::{Clip, Desk};
use super::status_bar::{error_bar_ui, spoken_picture, status_bar_ui};
use super::theme;
use super::top_bar::{SHORTCUTS, shortcuts, top_bar_ui};
use super::tour::{leaving_ui, tour_panel};
use super::unsaved;
use crate::desk::StateFolder;
use crate::desk::facts::Spot;
use crate::desk::picture::{self, BulkView};
use crate::figure::camera::{ChartKind, Frame, Projection};
use crate::figure::palette::{Role, Theme};
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
    /// For small pictures over the canvas: the legend, the plot of a talk.
    side_painter: FigurePainter,
    projection: Option<Projection>,
    shapes: usize,
    threads: ThreadCount,
    guide: GuideWindow,
    /// Where it is remembered that the first hints were read; `None` once it is.
    hints: Option<StateFolder>,
    beads: Beads,
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
            side_painter: FigurePainter::default(),
            projection: None,
            shapes: 0,
            threads: ThreadCount::default(),
            guide: GuideWindow::default(),
            hints: None,
            beads: Beads::default(),
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

    /// Remembers in a folder, from now on, that the first hints were read; there they may have been already.
    pub fn remember_hints_in(&mut self, folder: StateFolder) {
        let known = hints::were_read(&folder);
        self.desk.view.hint_seen |= known;
        self.hints = (!known).then_some(folder);
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
            if !self.desk.ask_before_leaving() {
                ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
            } else if self.desk.is_modified() {
                ctx.send_viewport_cmd(egui::ViewportCommand::CancelClose);
                self.desk.view.closing = true;
                // Whoever closes windows may not wait for an answer.
                self.desk.keep_now();
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
        self.keep(ctx);
        for file in ctx.input(|i| i.raw.dropped_files.clone()) {
            self.desk.apply(samples::dropped(file.path()), ctx.input(|i| i.time), self.theme);
        }
        if self.desk.view.hint_seen
            && let Some(folder) = self.hints.take()
        {
            hints::remember(folder);
        }
        match self.desk.clipboard.take() {
            Some(Clip::Text(text)) => ctx.copy_text(text),
            Some(Clip::Picture(picture)) => ctx.copy_image(picture),
            None => {}
        }
        self.watch_startup(ctx);
    }

    /// Keeps in a folder, from now on, what must outlive this window; `theme` is the word of the theme that was
    /// chosen last.
    ///
    /// # Errors
    /// The system refused a thread.
    pub fn keep_in(
        &mut self,
        ctx: &egui::Context,
        folder: StateFolder,
        theme: String,
    ) -> std::io::Result<()> {
        let waker = ctx.clone();
        self.desk.keep_in(folder, theme, move || waker.request_repaint())
    }

    fn keep(&mut self, ctx: &egui::Context) {
        let Some(keeping) = &self.desk.keeping else { return };
        let place = Place::of(ctx, &keeping.theme);
        if let Some(wait) = self.desk.keep(place) {
            ctx.request_repaint_after(wait);
        }
    }

    /// Shows the window and applies what was done.
    pub fn show(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let presenting = self.desk.view.present;
        let mut actions = if presenting.on { present::keys(&ctx, presenting) } else { Vec::new() };
        actions.extend(shortcuts(&ctx, &self.desk));
        ask_for(&ctx, self.desk.touring().map(|t| t.stop().attempt.control.as_str()));
        if presenting.on {
            actions.extend(self.present(ui));
        } else {
            actions.extend(self.bench(ui));
        }
        actions.extend(self.desk.files.dialog_ui(&ctx));
        actions.extend(self.help(&ctx));
        actions.extend(self.guide.ui(&ctx, &self.desk, self.theme));
        actions.extend(leaving_ui(&ctx, &self.desk));
        actions.extend(samples::question_ui(&ctx, &self.desk));
        actions.extend(unsaved::question_ui(&ctx, &self.desk));
        actions.extend(bookmarks::draft_ui(&ctx, &mut self.desk.view.marks));
        samples::hover_ui(&ctx, self.theme);
        let time = ctx.input(|i| i.time);
        let acted = !actions.is_empty();
        for action in actions {
            if let Action::Copy(text) = &action {
                ctx.copy_text(text.clone());
            }
            self.desk.apply(action, time, self.theme);
        }
        if self.desk.view.present.on != presenting.on {
            ctx.send_viewport_cmd(egui::ViewportCommand::Fullscreen(self.desk.view.present.on));
        }
        if acted || self.desk.is_moving() {
            // What was done is seen in the next frame, which begins at once.
            ctx.request_repaint();
        } else if self.desk.notice.is_some() {
            ctx.request_repaint_after(std::time::Duration::from_millis(500));
        }
        if let Some(rest) = self.desk.wall_rests(time) {
            ctx.request_repaint_after(std::time::Duration::from_secs_f64(rest));
        }
        if self.desk.may_close {
            ctx.send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    /// The picture alone, for a talk.
    fn present(&mut self, ui: &mut Ui) -> Vec<Action> {
        let mut actions = Vec::new();
        let canvas = egui::Frame::new().fill(color(self.theme, Role::Canvas));
        egui::CentralPanel::default().frame(canvas).show(ui, |ui| {
            if !self.desk.view.present.blank {
                let rect = ui.max_rect();
                actions.extend(self.canvas(ui));
                present::overlay_ui(ui, rect, &mut self.side_painter, &self.desk, self.theme);
            }
        });
        actions
    }

    /// The picture and the panels around it.
    fn bench(&mut self, ui: &mut Ui) -> Vec<Action> {
        let ctx = ui.ctx().clone();
        let mut actions = Vec::new();
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
        if !self.desk.lost().is_empty() {
            Panel::bottom("lost")
                .exact_size(36.0)
                .resizable(false)
                .frame(panel.inner_margin(Margin::symmetric(16, 0)))
                .show(ui, |ui| actions.extend(unsaved::lost_bar_ui(ui, &self.desk, self.theme)));
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
        actions.extend(tour_panel(ui, &self.desk, self.theme));
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
        let marks = &mut self.desk.view.marks;
        actions.extend(bookmarks::list_ui(&ctx, &self.desk.document, marks, self.theme));
        actions.extend(pins_ui(&ctx, &mut self.desk, self.theme));
        actions
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
        let presenting = self.desk.view.present.on;
        if let Some(chart) = self.desk.view.enlarged.filter(|_| !presenting) {
            let inner = rect.shrink2(vec2(32.0, 24.0));
            ui.scope_builder(egui::UiBuilder::new().max_rect(inner), |ui| {
                actions.extend(enlarged_ui(ui, &self.desk, chart, self.theme, inner.height()));
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
            escape: cards::escape(&self.desk),
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
            strokes: if presenting { present::STROKES } else { 1.0 },
            passage: self.desk.passage(ui.input(|i| i.time)),
            still_beads: self.desk.view.reduced_motion,
            film: self.desk.view.film.map(|film| film.shown(self.desk.view.reduced_motion)),
        };
        self.threads =
            picture::redraw(&mut self.picture, &self.desk.document, &self.desk.study(), &view, self.theme);
        if presenting {
            present::enlarge_texts(self.picture.over());
        }
        self.shapes = paint_canvas(ui, rect, &mut self.painter, &self.picture, self.theme);
        if let Some(projection) = self.projection {
            self.beads.show(ui, rect, &self.desk, projection, &view, self.theme);
            cards::hover_ui(ui, rect, &self.desk, &projection, self.theme);
            actions.extend(cards::cards_ui(ui, rect, &self.desk, &projection, self.theme));
            let clicked = self.desk.view.canvas.clicked;
            let spot = clicked.and_then(|at| Spot::under(&self.desk.study(), &projection, at));
            actions.extend(spot.map(Action::Card));
        }
        if !presenting {
            actions.extend(self.overlays(ui, rect));
        }
        actions.extend(self.canvas_menu(ui, rect));
        actions
    }

    /// The menu under the other button.
    fn canvas_menu(&mut self, ui: &Ui, rect: Rect) -> Vec<Action> {
        let Some(response) = ui.ctx().read_response(ui.scope_id().with("bulk")) else { return Vec::new() };
        if response.secondary_clicked()
            && let (Some(at), Some(projection)) = (response.interact_pointer_pos(), &self.projection)
        {
            let at = [at.x - rect.left(), at.y - rect.top()];
            self.desk.view.marks.under_menu = bookmarks::place_at(&self.desk, projection, at);
        }
        bookmarks::canvas_menu(&response, &self.desk)
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
        actions.extend(film_ui(ui, rect, &self.desk, theme));
        if legend_ui(ui, rect, &mut self.side_painter, &self.desk, theme) {
            self.desk.view.legend = !self.desk.view.legend;
        }
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
            "Drag along the rim to choose a region · T for the tour".into()
        };
        let small = super::painter::font(crate::figure::page::Face::Regular, 11.5);
        // The corners of the canvas are free of the ring, its arcs and its letters.
        let at = pos2(rect.right() - 16.0, rect.bottom() - 18.0);
        ui.painter().text(at, Align2::RIGHT_CENTER, hint, small, color(theme, Role::Faint));
        actions
    }

    fn help(&mut self, ctx: &egui::Context) -> Vec<Action> {
        if !self.desk.view.help {
            return Vec::new();
        }
        let mut actions = Vec::new();
        let modal = egui::Modal::new(Id::unique("help")).show(ctx, |ui| {
            ui.set_width(520.0);
            actions.extend(guide::tabs_ui(ui, None));
            ui.add_space(8.0);
            let room = ctx.content_rect().height() - 190.0;
            let list =
                egui::ScrollArea::vertical().id_salt("keys").min_scrolled_height(room).max_height(room);
            list.show(ui, |ui| {
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
                        ("click a tile or link", "pin what is known of it; click its card to take it off"),
                        ("Escape", "call off a drag; end the film, take off cards; else clear the region"),
                        ("other button on the picture", "note on a site or tile, bookmark, copy, export"),
                        ("click a number", "copy it; the other button: CSV, JSON, LaTeX, Python"),
                        ("in a talk (F5)", "← → bookmarks · P the plot · B blank · Escape ends it"),
                        (
                            "drop a file",
                            "open a session; learn from samples (.npy, .csv); take in weights (.safetensors)",
                        ),
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

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.desk.end_keeping();
    }
}
