//! The window itself: layout, and the order in which a frame is made.

use super::action::Action;
use super::beads::beads_ui;
use super::bookmarks;
use super::canvas::{CanvasModel, canvas_ui, paint_canvas};
use super::canvas_overlays::{Seen, overlays_ui};
use super::cards;
use super::controls::ask_for;
use super::enlarged::enlarged_ui;
use super::errands::{self, errands_ui};
use super::flight::KeysDown;
use super::folding::{PanelSide, unfold_ui};
use super::guide::GuideWindow;
use super::help::{cite_ui, help_ui};
use super::hints;
use super::ladder;
use super::left_panel::{Live, parameters_ui};
use super::memory::MemoryKeeper;
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
use super::stopwatch::Stopwatch;
use super::theme;
use super::top_bar::{shortcuts, top_bar_ui};
use super::tour::{leaving_ui, tour_panel};
use super::unsaved;
use crate::desk::StateFolder;
use crate::desk::facts::Spot;
use crate::desk::picture::{self, BulkView};
use crate::figure::camera::{ChartKind, Frame, Projection};
use crate::figure::palette::{Role, Theme};
use crate::figure::{BulkPicture, Figure, ThreadCount};
use egui::{Id, Margin, Panel, Rect, Ui, pos2, vec2};

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
    /// Lower right corners of the chart switch's rows, as they last stood.
    switch_rows: Vec<[f32; 2]>,
    shapes: usize,
    threads: ThreadCount,
    /// Whether a dialog or a menu lay over the window when this frame began.
    covered: bool,
    keys_down: KeysDown,
    guide: GuideWindow,
    memory: MemoryKeeper,
    /// Where it is remembered that the first hints were read; `None` once it is.
    hints: Option<StateFolder>,
    stopwatch: Option<Stopwatch>,
}

impl Holoscope {
    /// Opens a document in a window.
    ///
    /// # Errors
    /// The system refused a thread.
    pub fn new(ctx: &egui::Context, launch: Launch) -> std::io::Result<Self> {
        theme::install_fonts(ctx);
        let waker = ctx.clone();
        let mut desk = Desk::new(launch.document, launch.path, move || waker.request_repaint())?;
        if let Some(path) = &launch.dropped {
            desk.apply(samples::dropped(path), 0.0, Theme::Dark);
        }
        let stopwatch = launch.measure_startup.then(|| Stopwatch::new(launch.started));
        Ok(Self {
            desk,
            theme: Theme::Dark,
            applied: None,
            picture: BulkPicture::default(),
            painter: FigurePainter::default(),
            side_painter: FigurePainter::default(),
            projection: None,
            switch_rows: Vec::new(),
            shapes: 0,
            threads: ThreadCount::default(),
            covered: false,
            keys_down: KeysDown::default(),
            guide: GuideWindow::default(),
            memory: MemoryKeeper::default(),
            hints: None,
            stopwatch,
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
            } else if self.desk.would_lose() {
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
        if let Some(stopwatch) = &mut self.stopwatch {
            let shown = self.shapes > 0 && self.desk.answer.is_some();
            if stopwatch.is_done(shown, self.desk.network.learned_layers().0 > 0) {
                self.stopwatch = None;
                self.desk.may_close = true;
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
            ctx.request_repaint();
        }
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
        // The tour shows both panels; that is not how a person left them.
        let place = Place::of(ctx, &keeping.theme, self.desk.view.reduced_motion, self.desk.folded());
        if let Some(wait) = self.desk.keep(place) {
            ctx.request_repaint_after(wait);
        }
    }

    /// Shows the window and applies what was done.
    pub fn show(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        // Escape closes what lies over the window while the frame is made; what was meant is known before.
        self.covered = ctx.memory(|m| m.top_modal_layer().is_some()) || egui::Popup::is_any_open(&ctx);
        self.keys_down.follow(&ctx);
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
        actions.extend(help_ui(&ctx, &self.desk, self.theme));
        actions.extend(cite_ui(&ctx, &self.desk, self.theme));
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
        if !self.desk.files.errands().is_empty() {
            ctx.request_repaint_after(errands::MOVES_EVERY);
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
        let errands = self.desk.files.errands().height();
        if errands > 0.0 {
            Panel::bottom("errands")
                .exact_size(errands)
                .resizable(false)
                .frame(panel.inner_margin(Margin::symmetric(16, 0)))
                .show(ui, |ui| actions.extend(errands_ui(ui, &self.desk, self.theme)));
        }
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
        self.desk.view.narrow = left.is_none();
        let folded = self.desk.view.folded;
        let rail = panel.inner_margin(Margin::same(6));
        if let Some(width) = left.filter(|_| !folded.left) {
            Panel::left("parameters").exact_size(width).resizable(false).frame(padded).show(ui, |ui| {
                actions.extend(self.parameters(ui));
            });
        } else {
            Panel::left("rail").exact_size(RAIL).resizable(false).frame(rail).show(ui, |ui| {
                actions.extend(unfold_ui(ui, PanelSide::Left));
            });
        }
        if folded.right {
            Panel::right("right rail").exact_size(RAIL).resizable(false).frame(rail).show(ui, |ui| {
                actions.extend(unfold_ui(ui, PanelSide::Right));
            });
        } else {
            Panel::right("plots").exact_size(right).resizable(false).frame(padded).show(ui, |ui| {
                actions.extend(right_panel_ui(ui, &mut self.desk, self.theme));
            });
        }
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
        let frame = self.frame(rect);
        let model = CanvasModel {
            document: &self.desk.document,
            camera: self.desk.camera,
            frame,
            active: self.desk.view.active,
            spoken: &spoken,
            reduced_motion: self.desk.view.reduced_motion,
            escape: cards::escape(&self.desk),
            covered: self.covered,
        };
        let mut state = std::mem::take(&mut self.desk.view.canvas);
        actions.extend(canvas_ui(ui, rect, &mut state, &model));
        self.desk.view.canvas = state;
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
            if !view.still_beads {
                beads_ui(ui, rect, self.picture.tracks(), self.theme);
            }
            cards::hover_ui(ui, rect, &self.desk, &projection, self.theme);
            actions.extend(cards::cards_ui(ui, rect, &self.desk, &projection, self.theme));
            let clicked = self.desk.view.canvas.clicked;
            let spot = clicked.and_then(|at| Spot::under(&self.desk.study(), &projection, at));
            actions.extend(spot.map(Action::Card));
        }
        if !presenting {
            let seen = Seen { projection: self.projection, threads: self.threads };
            let painter = &mut self.side_painter;
            let rows = &mut self.switch_rows;
            actions.extend(overlays_ui(ui, rect, &mut self.desk, painter, seen, self.theme, rows));
        }
        actions.extend(self.canvas_menu(ui, rect));
        actions
    }

    /// Where the picture stands on the canvas.
    fn frame(&self, rect: Rect) -> Frame {
        let page = Frame::page(rect.width(), rect.height());
        // In a talk there is no ladder and no switch.
        if self.desk.view.present.on {
            return page;
        }
        let frame = Frame { covered: ladder::LEFT + ladder::WIDTH, ..page };
        match picture::chart(&self.desk.document) {
            ChartKind::HalfPlane => frame,
            _ => frame.clear_of(&self.switch_rows),
        }
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
        self.memory.drawn();
    }

    fn clear_color(&self, _visuals: &egui::Visuals) -> [f32; 4] {
        color(self.theme, Role::Canvas).to_normalized_gamma_f32()
    }

    fn on_exit(&mut self, _gl: Option<&eframe::glow::Context>) {
        self.desk.end_keeping();
    }
}
