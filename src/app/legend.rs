//! What the marks and colours on the canvas mean, bottom left; folds to one word, but for a colour scale.

use super::ground::on_ground;
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

/// Room below the words at the foot of the canvas.
pub const FOOT: f32 = 12.0;

/// The legend in the lower left corner of the canvas; whether it was asked to fold or unfold.
#[must_use]
pub fn legend_ui(ui: &mut Ui, canvas: Rect, painter: &mut FigurePainter, desk: &Desk, theme: Theme) -> bool {
    let open = desk.view.legend;
    let data = BulkLooks::of(&desk.document, &desk.study(), None);
    let rows = if open { legend_rows(desk, &data) } else { Vec::new() };
    let place = Rect::from_min_max(
        pos2(canvas.left() + 16.0, canvas.top()),
        pos2(canvas.left() + 236.0, canvas.bottom() - FOOT),
    );
    // From the word at the foot upwards: no height needs to be known beforehand, and the word stays where it is.
    let upwards = egui::Layout::bottom_up(egui::Align::Min);
    let mut folds = false;
    ui.scope_builder(egui::UiBuilder::new().max_rect(place).layout(upwards), |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        on_ground(ui, theme, |ui| {
            let word = if open { "legend ▾" } else { "legend ▸" };
            let text = RichText::new(word).small().color(color(theme, Role::Faint));
            let button = ui.add(egui::Button::new(text).frame(false));
            folds = button.on_hover_text("what the marks and colours mean; scales of colours stay").clicked();
            let mut page = Figure::new(28.0, 18.0);
            for (marks, text) in rows.into_iter().rev() {
                ui.horizontal(|ui| {
                    ui.set_height(18.0);
                    let (sample, _) = ui.allocate_exact_size(vec2(28.0, 18.0), egui::Sense::hover());
                    page.marks = marks;
                    painter.paint(ui.painter(), sample.min, &page, Still::default(), theme);
                    ui.label(RichText::new(text).small().color(color(theme, Role::Secondary)));
                });
            }
            // Colours without their scale say nothing: it stays when the legend is folded.
            if let Some(scale) = &data.scale {
                let [low, high] = &scale.ends;
                let words = format!("Tiles: {}, {low} to {high} {}", scale.title, scale.note);
                scale_ui(ui, painter, scale.height(), words.trim_end(), theme, |page| {
                    scale.draw(page, [0.0; 2]);
                });
            }
            if let Some(scale) = &data.link_scale {
                let words = format!("Links: {}", scale.words());
                scale_ui(ui, painter, scale.height(), &words, theme, |page| scale.draw(page, [0.0; 2]));
            }
        });
    });
    folds
}

/// A scale of colours, with its words for people who do not see it.
fn scale_ui(
    ui: &mut Ui,
    painter: &mut FigurePainter,
    height: f32,
    words: &str,
    theme: Theme,
    draw: impl FnOnce(&mut Figure),
) {
    let mut page = Figure::new(SCALE[0], height);
    draw(&mut page);
    let (place, response) = ui.allocate_exact_size(vec2(SCALE[0], height + 4.0), egui::Sense::hover());
    painter.paint(ui.painter(), place.min, &page, Still::default(), theme);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Label, true, words));
}

/// A sample of each kind of mark that is on the canvas, 28 × 18 points, with its meaning.
fn legend_rows(desk: &Desk, data: &BulkLooks) -> Vec<(Vec<Mark>, String)> {
    let line = |stroke| vec![Mark::Line { points: vec![[0.0, 9.0], [24.0, 9.0]], stroke, closed: false }];
    let hide = desk.document.view.hide;
    let mut rows = Vec::new();
    if !hide.cut() {
        let curve = line(Stroke::solid(Paint::of(Role::CurveCore), 2.5));
        rows.push((curve, "Ryu–Takayanagi curve".to_string()));
    }
    if !hide.links() {
        rows.extend(link_rows(data).into_iter().map(|(stroke, text)| (line(stroke), text)));
    }
    if !hide.links()
        && data.link_scale.is_none()
        && desk.network.learned_layers().0 < desk.network.learned_layers().1
    {
        let dashed = Stroke::dashed(Paint::of(Role::Link(1.0)), 1.6, 2.5, 2.5);
        rows.push((line(dashed), "not learned yet, counts ln 2".into()));
    }
    let tick = Stroke::solid(Paint::of(Role::Region(Hue::A)), 3.0);
    let cut_link = (
        vec![
            Mark::Line {
                points: vec![[0.0, 9.0], [24.0, 9.0]],
                stroke: Stroke::solid(Paint::of(Role::CurveCore), 1.5),
                closed: false,
            },
            Mark::Line { points: vec![[8.5, 9.0], [15.5, 9.0]], stroke: tick, closed: false },
        ],
        "cut link".into(),
    );
    rows.extend((!hide.cut()).then_some(cut_link));
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
    let spins = (
        vec![
            Mark::Disc { centre: [6.0, 9.0], radius: 3.0, fill: Some(Paint::of(Role::SpinUp)), rim: None },
            Mark::Disc { centre: [18.0, 9.0], radius: 2.5, fill: None, rim },
        ],
        "one sample of spins".into(),
    );
    rows.extend((!hide.spins()).then_some(spins));
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
