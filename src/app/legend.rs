//! What the marks and colours on the canvas mean, bottom left; folds to one word, but for a colour scale.

use super::painter::{FigurePainter, Still, color};
use super::state::Desk;
use crate::desk::looks::{BulkLooks, WidestLink};
use crate::figure::Figure;
use crate::figure::chart::four_digits;
use crate::figure::link_tones::LinkTones;
use crate::figure::page::{Mark, Paint, Stroke};
use crate::figure::palette::{Hue, Role, Theme};
use crate::figure::tints::SCALE;
use crate::network::LinkId;
use egui::{Rect, RichText, Ui, pos2, vec2};

/// Height of a row.
const ROW: f32 = 20.0;

/// The legend in the lower left corner of the canvas; whether it was asked to fold or unfold.
#[must_use]
pub fn legend_ui(ui: &mut Ui, canvas: Rect, painter: &mut FigurePainter, desk: &Desk, theme: Theme) -> bool {
    let open = desk.view.legend;
    let data = BulkLooks::of(&desk.document, &desk.study(), None);
    let rows = if open { legend_rows(desk, &data) } else { Vec::new() };
    // Colours without their scale say nothing: it stays when the legend is folded.
    let scale = data.scale.as_ref().map_or(0.0, |scale| scale.height() + 8.0);
    let links = data.link_scale.as_ref().map_or(0.0, |scale| scale.height() + 8.0);
    let height = ROW * rows.len() as f32 + scale + links + if open { 28.0 } else { 24.0 };
    let place = Rect::from_min_max(
        pos2(canvas.left() + 16.0, canvas.bottom() - 12.0 - height),
        pos2(canvas.left() + 220.0, canvas.bottom() - 12.0),
    );
    let mut folds = false;
    ui.scope_builder(egui::UiBuilder::new().max_rect(place), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        if let Some(scale) = &data.link_scale {
            let mut page = Figure::new(SCALE[0], scale.height());
            scale.draw(&mut page, [0.0, 0.0]);
            let (place, response) =
                ui.allocate_exact_size(vec2(SCALE[0], scale.height() + 4.0), egui::Sense::hover());
            painter.paint(ui.painter(), place.min, &page, Still::default(), theme);
            let words = format!("Links: {}", scale.words());
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, words.as_str()));
        }
        if let Some(scale) = &data.scale {
            let mut page = Figure::new(SCALE[0], scale.height());
            scale.draw(&mut page, [0.0, 0.0]);
            let (place, response) =
                ui.allocate_exact_size(vec2(SCALE[0], scale.height() + 4.0), egui::Sense::hover());
            painter.paint(ui.painter(), place.min, &page, Still::default(), theme);
            let [low, high] = &scale.ends;
            let words = format!("Tiles: {}, {low} to {high} {}", scale.title, scale.note);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, words.trim_end()));
        }
        let mut page = Figure::new(28.0, ROW);
        for (marks, text) in rows {
            ui.horizontal(|ui| {
                ui.set_height(18.0);
                let (sample, _) = ui.allocate_exact_size(vec2(28.0, 18.0), egui::Sense::hover());
                page.marks = marks;
                painter.paint(ui.painter(), sample.min, &page, Still::default(), theme);
                ui.label(RichText::new(text).small().color(color(theme, Role::Secondary)));
            });
        }
        let word = if open { "legend ▾" } else { "legend ▸" };
        let text = RichText::new(word).small().color(color(theme, Role::Faint));
        let button = ui.add(egui::Button::new(text).frame(false));
        folds = button.on_hover_text("what the marks and colours mean; scales of colours stay").clicked();
    });
    folds
}

/// A sample of each kind of mark that is on the canvas, 28 × 18 points, with its meaning.
fn legend_rows(desk: &Desk, data: &BulkLooks) -> Vec<(Vec<Mark>, String)> {
    let line = |stroke| vec![Mark::Line { points: vec![[0.0, 9.0], [24.0, 9.0]], stroke, closed: false }];
    let mut rows =
        vec![(line(Stroke::solid(Paint::of(Role::CurveCore), 2.5)), "Ryu–Takayanagi curve".to_string())];
    rows.extend(link_rows(data).into_iter().map(|(stroke, text)| (line(stroke), text)));
    if data.link_scale.is_none() && desk.network.learned_layers().0 < desk.network.learned_layers().1 {
        let dashed = Stroke::dashed(Paint::of(Role::Link(1.0)), 1.6, 2.5, 2.5);
        rows.push((line(dashed), "not learned yet, counts ln 2".into()));
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
        "cut link".into(),
    ));
    let hue = Role::Region(Hue::A);
    let show = desk.document.view.show;
    let band = Mark::Strip {
        one: vec![[0.0, 4.0], [24.0, 4.0]],
        other: vec![[0.0, 14.0], [24.0, 14.0]],
        paint: Paint::at(hue, 0.25),
    };
    rows.extend(show.ties.then(|| (vec![band], "between equal cuts".into())));
    let cone = Stroke::dashed(Paint::at(hue, 0.9), 1.2, 1.2, 3.2);
    rows.extend(show.cone.then(|| (line(cone), "causal cone".into())));
    let thread = Stroke::solid(Paint::at(hue, 0.55), 1.0);
    rows.extend(show.threads.then(|| (line(thread), "bit thread".into())));
    let geodesic = Stroke::dashed(Paint::at(hue, 0.8), 1.0, 5.0, 4.0);
    rows.extend(show.geodesics.then(|| (line(geodesic), "ideal geodesic".into())));
    let rim = Some(Stroke::solid(Paint::of(Role::SpinDown), 1.0));
    rows.push((
        vec![
            Mark::Disc { centre: [6.0, 9.0], radius: 3.0, fill: Some(Paint::of(Role::SpinUp)), rim: None },
            Mark::Disc { centre: [18.0, 9.0], radius: 2.5, fill: None, rim },
        ],
        "one sample of spins".into(),
    ));
    rows
}

/// What width and colour of the links say: a sample link of either end, and its value.
fn link_rows(data: &BulkLooks) -> Vec<(Stroke, String)> {
    let stroke = |role, width| Stroke::solid(Paint::of(role), width);
    // One link of each kind through the very function that draws them.
    let at = LinkId { layer: 0, block: 0, slot: 0 };
    match data.widest_link {
        // They have a scale of their own.
        None if data.link_scale.is_some() => Vec::new(),
        None => vec![
            (stroke(Role::Link(1.0), 2.2), "link of capacity ln 2".into()),
            (stroke(Role::Link(0.15), 0.9), "weak link".into()),
        ],
        Some(WidestLink::Weight(w)) => [(1.0, w), (-1.0, -w)]
            .map(|(share, w)| {
                let (role, width) = LinkTones::Weight(vec![vec![share]]).ink(at, 1, 0.0);
                (stroke(role, width), format!("link of weight {}", four_digits(w)))
            })
            .into(),
        Some(WidestLink::Flow(flow, unit)) => {
            let (role, width) = LinkTones::Flow([(at, 1.0)].into_iter().collect()).ink(at, 1, 0.0);
            let (none, thin) = LinkTones::Flow(Default::default()).ink(at, 1, 0.0);
            vec![
                (stroke(role, width), format!("link that carries {} {unit}", four_digits(flow))),
                (stroke(none, thin), "link without flow".into()),
            ]
        }
    }
}
