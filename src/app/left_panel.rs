//! Theory, network, learning: the sliders, in sections that fold.

use super::action::Action;
use super::controls::{choice, mark_asked, mark_modified, section, ticks, tooltip};
use super::copying::{Part, line_ui, number_ui};
use super::folding::{PanelSide, fold_ui};
use super::number_field::{Entered, NumberField, number_field};
use super::painter::{color, typeset};
use super::samples::samples_ui;
use super::slider::slider;
use crate::desk::presets::{self, PRESETS};
use crate::desk::{learned_links, study};
use crate::export::Quantity;
use crate::figure::chart::{four_digits, grouped, with_error_in_brackets};
use crate::figure::link_tones::LinksBy;
use crate::figure::palette::{Role, Theme};
use crate::figure::tints::TileTint;
use crate::lattice::Boundary;
use crate::rbm::TrainingMethod;
use crate::session::Document;
use crate::session::keys::{self, Value};
use crate::sim::{CapacityRule, Observable, TheoryKind, Wall};
use crate::theory::fermion;
use egui::Ui;

/// What the left panel shows besides the document.
#[derive(Clone, Copy, Debug)]
pub struct Live<'a> {
    /// What the samples do beside what the theory says.
    pub observables: &'a [Observable],
    /// What pruning leaves, in words.
    pub pruning: &'a [String],
    /// Whether a change goes on from the weights that are there.
    pub go_on: bool,
}

/// The parameters of a document, with what is computed from it beside them.
#[must_use]
pub fn parameters_ui(ui: &mut Ui, document: &Document, live: &Live<'_>, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    ui.spacing_mut().item_spacing.y = 2.0;
    ui.horizontal(|ui| {
        actions.extend(presets_ui(ui, document));
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            actions.extend(fold_ui(ui, PanelSide::Left));
        });
    });
    ui.add_space(8.0);
    egui::ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        ui.set_width(ui.available_width() - 4.0);
        let theory = section(ui, "Theory", true, &theory_summary(document), |ui| {
            theory_ui(ui, document, live.observables, theme)
        });
        actions.extend(theory.unwrap_or_default());
        ui.add_space(16.0);
        let network = section(ui, "Network", true, &network_summary(document), |ui| {
            network_ui(ui, document, live.pruning, theme)
        });
        actions.extend(network.unwrap_or_default());
        ui.add_space(16.0);
        let learning = section(ui, "Learning", false, &learning_summary(document), |ui| {
            learning_ui(ui, document, live.go_on, theme)
        });
        actions.extend(learning.unwrap_or_default());
        ui.add_space(16.0);
        let layers = section(ui, "Layers shown", false, &layers_summary(document), |ui| {
            layers_ui(ui, document, theme)
        });
        actions.extend(layers.flatten());
        ui.add_space(16.0);
        let view = section(ui, "View", false, &view_summary(document), |ui| {
            let mut actions = Vec::new();
            actions.extend(choice(
                ui,
                document,
                "view.theme",
                &[("system", "system"), ("light", "light"), ("dark", "dark"), ("print", "print")],
            ));
            actions.extend(choice(
                ui,
                document,
                "view.units",
                &[("nats", "nats"), ("bits", "bits"), ("links", "links")],
            ));
            actions
        });
        actions.extend(view.unwrap_or_default());
    });
    actions
}

/// The preset menu; it says which preset the parameters are, or came from nowhere.
fn presets_ui(ui: &mut Ui, d: &Document) -> Option<Action> {
    let mut action = None;
    let same = presets::with_parameters_of(d);
    let shown = same.map_or("Presets", |p| p.title);
    // A name that is too long for the panel ends before the button beside it.
    let width = ui.available_width() - 32.0;
    let list = ui.scope(|ui| {
        ui.set_max_width(width);
        egui::ComboBox::from_id_salt("presets").selected_text(shown).width(width).truncate().show_ui(
            ui,
            |ui| {
                for preset in PRESETS {
                    let chosen = same.is_some_and(|p| p.name == preset.name);
                    if ui
                        .selectable_label(chosen, preset.title)
                        .on_hover_text(format!("@{} · learned within {} s", preset.name, preset.within_secs))
                        .clicked()
                    {
                        action = Some(Action::Preset(preset.name));
                    }
                }
            },
        )
    });
    list.inner
        .response
        .widget_info(|| egui::WidgetInfo::labeled(egui::Role::ComboBox, true, format!("Preset {shown}")));
    action
}

fn secondary(ui: &mut Ui, theme: Theme, text: &str) -> egui::Response {
    ui.label(typeset(text, &small(), color(theme, Role::Secondary)))
}

fn small() -> egui::FontId {
    super::painter::font(crate::figure::page::Face::Regular, 11.5)
}

fn theory_summary(d: &Document) -> String {
    match d.theory.kind {
        TheoryKind::Chain => format!("classical chain · K2 = {}", four_digits(d.theory.k2)),
        TheoryKind::QuantumIsing => format!("quantum Ising · m = {}", four_digits(d.theory.mass)),
        TheoryKind::Samples => {
            format!("samples · {}", d.samples_file.as_ref().map_or("no file", |file| file.name()))
        }
    }
}

/// Exact means of the boundary spins beside sampled ones; while samples are drawn their places stay, so that
/// nothing below them moves.
fn observables_ui(ui: &mut Ui, d: &Document, observables: &[Observable], theme: Theme) -> Option<Action> {
    let mut action = None;
    egui::Grid::new("observables").num_columns(3).spacing(egui::vec2(14.0, 0.0)).min_row_height(16.0).show(
        ui,
        |ui| {
            for title in ["", "exact", "sampled"] {
                secondary(ui, theme, title);
            }
            ui.end_row();
            // Where the magnetisation vanishes by symmetry it says nothing of interest.
            let magnetised = !d.theory.is_symmetric();
            for distance in Observable::distances(d.learning.sites).filter(|d| *d > 0 || magnetised) {
                let name = match distance {
                    0 => "⟨v⟩".to_owned(),
                    d => format!("⟨v v⟩_{d}"),
                };
                let meaning = "⟨v_i v_j⟩ of two sites so far apart, over all positions of the training samples; \
                               in brackets the standard error of the last digits";
                secondary(ui, theme, &name).on_hover_text(meaning);
                let known = observables.iter().find(|o| o.distance == distance);
                let mut cell = |shown: Option<(String, f64)>, which: &str| match shown {
                    Some((text, value)) => {
                        let quantity = Quantity::new(&name, which, value, "");
                        let text = typeset(&text, &small(), color(theme, Role::Secondary));
                        action = action.take().or(number_ui(ui, text, &quantity));
                    }
                    None => {
                        secondary(ui, theme, "–");
                    }
                };
                cell(known.and_then(|o| Some((four_digits(o.exact?), o.exact?))), "exact");
                let sampled = known.map(|o| (with_error_in_brackets(o.sampled, o.error), o.sampled));
                cell(sampled, "sampled");
                ui.end_row();
            }
        },
    );
    action
}

fn theory_ui(ui: &mut Ui, d: &Document, observables: &[Observable], theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    actions.extend(choice(
        ui,
        d,
        "theory.kind",
        &[("quantum-ising", "quantum"), ("chain", "chain"), ("samples", "file")],
    ));
    match d.theory.kind {
        TheoryKind::Chain => {
            secondary(ui, theme, "P(v) ∝ exp(K1 Σv + K2 Σvv + K3 Σvvv)");
            for path in ["theory.k1", "theory.k2", "theory.k3"] {
                actions.extend(slider(ui, d, path, theme));
            }
            let xi = d.theory.correlation_length();
            let quantity = Quantity::new("ξ", "classical chain", xi, "sites");
            let number = Part::number(format!("ξ = {} sites", four_digits(xi)), quantity);
            actions.extend(line_ui(ui, &[Part::words("correlation length "), number], theme, ""));
        }
        TheoryKind::QuantumIsing => {
            secondary(ui, theme, "P(v) = |ψ0(v)|², fermion of mass m");
        }
        TheoryKind::Samples => {
            secondary(ui, theme, "P(v) known only by samples of your own");
            actions.extend(samples_ui(ui, d, theme));
        }
    }
    if d.theory.kind != TheoryKind::QuantumIsing {
        actions.extend(observables_ui(ui, d, observables, theme));
        ui.add_space(8.0);
        secondary(ui, theme, "reference fermion");
    }
    actions.extend(slider(ui, d, "theory.mass", theme));
    let xi = fermion::correlation_length(d.theory.mass);
    ui.horizontal(|ui| {
        let parts = if xi.is_finite() {
            let of = || format!("fermion of m = {}", d.theory.mass);
            vec![
                Part::number(format!("ξ = {} sites", four_digits(xi)), Quantity::new("ξ", of(), xi, "sites")),
                Part::words(" · "),
                Part::number(
                    format!("z_IR = {}", four_digits(xi.log2())),
                    Quantity::new("z_IR", of(), xi.log2(), "layers"),
                ),
            ]
        } else {
            vec![Part::words("massless, critical: ξ = ∞")]
        };
        actions.extend(line_ui(ui, &parts, theme, ""));
        if d.theory.kind != TheoryKind::Chain {
            return;
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let hint = "set m = tanh(1/ξ), so that the fermion has the chain's correlation length";
            if ui.small_button("match ξ").on_hover_text(hint).clicked() {
                actions.push(Action::MatchMass);
            }
        });
    });
    if d.theory.kind == TheoryKind::QuantumIsing {
        actions.extend(observables_ui(ui, d, observables, theme));
    }
    actions
}

fn network_summary(d: &Document) -> String {
    format!("N = {} · r = {}", grouped(d.network.sites), d.network.receptive_field.links())
}

fn network_ui(ui: &mut Ui, d: &Document, pruning: &[String], theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    actions.extend(slider(ui, d, "network.sites", theme));
    actions.extend(choice(ui, d, "network.receptive_field", &[("2", "2"), ("3", "3"), ("4", "4")]));
    actions.extend(choice(ui, d, "network.boundary", &[("ring", "ring"), ("line", "line")]));
    actions.extend(wall_ui(ui, d));
    if let Wall::Layer(layer) = d.network.wall
        && layer > d.network.log2_sites()
    {
        let top = d.network.log2_sites();
        secondary(ui, theme, &format!("layer {layer} is beyond the top layer, {top}: no wall at this N"));
    }
    actions.extend(choice(
        ui,
        d,
        "network.capacity",
        &[("unit", "ln 2"), ("learned", "learned"), ("bond-dimension", "ln D")],
    ));
    if d.network.capacity == CapacityRule::BondDimension {
        actions.extend(slider(ui, d, "network.bond_dimension", theme));
    }
    actions.extend(slider(ui, d, "network.prune", theme));
    for line in pruning {
        secondary(ui, theme, line);
    }
    actions
}

/// The wall is off, at log2 ξ of the mass, or at a layer of its own.
fn wall_ui(ui: &mut Ui, d: &Document) -> Option<Action> {
    let Ok(key) = keys::find("network.wall") else { return None };
    let mut action = None;
    let set =
        |text: String| Some(Action::Set { path: "network.wall", value: Value::Text(text), gesture: None });
    let row = ui.horizontal(|ui| {
        ui.set_min_height(28.0);
        // With the number of a layer beside its words there is no room for all of the name in a narrow panel.
        let narrow = matches!(d.network.wall, Wall::Layer(_)) && ui.available_width() < 240.0;
        let name = ui.label(if narrow { "IR wall" } else { key.label }).on_hover_text(tooltip(key));
        mark_modified(ui, &name, d, key);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let depth = d.network.depth(d.theory.mass);
            if let Wall::Layer(layer) = d.network.wall {
                // A wall beyond the top layer stays: with more sites it is a layer again.
                let written = layer.to_string();
                let (_, entered) = number_field(
                    ui,
                    &NumberField {
                        name: "wall layer value",
                        shown: &written,
                        exact: &written,
                        hint: &tooltip(key),
                        width: 30.0,
                        large: 1,
                        drag: Some(20.0),
                    },
                );
                match entered {
                    Some(Entered::Text(text)) => action = Some(Action::Type { path: "network.wall", text }),
                    Some(Entered::Steps(steps, gesture)) => {
                        let top = i64::from(d.network.log2_sites());
                        let value = Value::Text((i64::from(layer) + steps).clamp(1, top).to_string());
                        action = Some(Action::Set { path: "network.wall", value, gesture });
                    }
                    None => {}
                }
            }
            let at_layer = matches!(d.network.wall, Wall::Layer(_));
            for (word, text, chosen) in [
                ("layer", depth.to_string(), at_layer),
                ("mass", "mass".into(), d.network.wall == Wall::Mass),
                ("off", "off".into(), d.network.wall == Wall::Off),
            ] {
                let response = ui.selectable_label(chosen, word).on_hover_text(tooltip(key));
                response.widget_info(|| {
                    egui::WidgetInfo::selected(
                        egui::Role::RadioButton,
                        true,
                        chosen,
                        format!("Infrared wall {word}"),
                    )
                });
                if response.clicked() && !chosen {
                    action = set(text);
                }
            }
        });
    });
    mark_asked(ui, "network.wall", row.response.rect);
    action
}

fn learning_summary(d: &Document) -> String {
    let method = d.learning.method.name();
    format!("{method} · {} samples · seed {}", grouped(d.task().samples_used()), d.learning.seed)
}

fn learning_ui(ui: &mut Ui, d: &Document, go_on: bool, theme: Theme) -> Vec<Action> {
    let mut actions = Vec::new();
    actions.extend(choice(ui, d, "learning.method", &[("exact", "exact"), ("cd", "CD-k"), ("pcd", "PCD")]));
    actions.extend(choice(ui, d, "learning.shared_weights", &[("true", "shared"), ("false", "own")]));
    actions.extend(slider(ui, d, "learning.channels", theme));
    let contrastive = d.learning.method != TrainingMethod::Exact;
    ui.add_enabled_ui(contrastive, |ui| {
        actions.extend(slider(ui, d, "learning.rate", theme));
        actions.extend(slider(ui, d, "learning.gibbs_steps", theme));
    });
    // The chain of a file is as long as it is.
    let free = d.task().samples.is_none();
    ui.add_enabled_ui(free, |ui| actions.extend(slider(ui, d, "learning.sites", theme)));
    for path in ["learning.samples", "learning.epochs", "learning.seed", "learning.weight_decay"] {
        actions.extend(slider(ui, d, path, theme));
    }
    actions.extend(go_on_ui(ui, go_on));
    secondary(ui, theme, "sign: p ∝ exp(Σ b h + Σ v w h + Σ c v)");
    actions
}

fn layers_summary(d: &Document) -> String {
    // The short words of the key: four names would not fit into one line.
    let mut shown: Vec<&str> = LAYERS.iter().map(|l| l.0).filter(|word| d.view.show.shows(word)).collect();
    let coloured = [("view.tiles", "tiles by data"), ("view.links", "links by data")];
    let is_default = |path| keys::find(path).is_ok_and(|key| key.get(d) == key.default_value());
    shown.extend(coloured.iter().filter(|(path, _)| !is_default(path)).map(|(_, words)| *words));
    if !is_default("view.hide") {
        shown.push("parts left out");
    }
    if shown.is_empty() { "curve and wedge alone".into() } else { shown.join(" · ") }
}

/// Word of the key, name, and what it is.
const LAYERS: &[(&str, &str, &str)] = &[
    ("ties", "equal cuts", "where several cuts are minimal, the band between the nearest and the farthest"),
    ("cone", "causal cone", "all nodes that the region feeds"),
    ("threads", "bit threads", "the flow that proves the cut, as paths from the region to the rest"),
    (
        "geodesics",
        "ideal geodesics",
        "the half circle over each interval, of length 2 arcosh(Ñ/2) above z = 1",
    ),
    ("ruler", "site numbers", "ticks along the boundary; a region 40..88 lies between those of 40 and 88"),
    ("depths", "layer numbers", "τ of every layer that has room for it; z = 2^τ"),
];

/// The same of the parts that can be left out.
const PARTS: &[(&str, &str, &str)] = &[
    ("links", "links", "the links of the network"),
    ("spins", "boundary spins", "the sample of spins on the boundary"),
    ("wedge", "wedge shading", "the tint of the entanglement wedges"),
    ("cut", "cut", "the Ryu–Takayanagi curves and the links that they cut"),
    ("wall", "wall", "the edge of the infrared wall, its shade and its label"),
    ("arcs", "region arcs", "the arcs of the regions on the boundary, their letters and handles"),
];

fn layers_ui(ui: &mut Ui, d: &Document, theme: Theme) -> Option<Action> {
    let tiles = [
        ("plain", "plain"),
        ("spins", "spins"),
        ("magnetisation", "⟨x⟩"),
        ("kl", "KL"),
        ("entropy", "s"),
        ("domain-wall", "wall"),
    ];
    let tiles = choice(ui, d, "view.tiles", &tiles);
    let by = [("capacity", "capacity"), ("weight", "weight"), ("flow", "flow"), ("learned", "J")];
    let links = choice(ui, d, "view.links", &by);
    let source = choice(ui, d, "geometry.source", &[("fermion", "fermions"), ("ising", "Ising")]);
    let few = (d.view.links == LinksBy::Learned).then(|| few_sites_ui(ui, d, theme)).flatten();
    // The dimension of random tensors, which the links of the network may have besides.
    let walked = d.view.tiles == TileTint::DomainWall && d.network.capacity != CapacityRule::BondDimension;
    let dimension = walked.then(|| slider(ui, d, "network.bond_dimension", theme)).flatten();
    ui.spacing_mut().item_spacing.y = 6.0;
    let shown = ticks(ui, d, "view.show", LAYERS);
    let _title = secondary(ui, theme, "left out of the picture:");
    tiles.or(dimension).or(links).or(source).or(few).or(shown).or(ticks(ui, d, "view.hide", PARTS))
}

/// Where couplings are shown that a network of this size does not learn: the way to one that does.
fn few_sites_ui(ui: &mut Ui, d: &Document, theme: Theme) -> Option<Action> {
    let geometry = study::geometry(d).ok()?;
    let reason = learned_links::refusal(&geometry)?;
    let _reason = secondary(ui, theme, &reason);
    let button = (geometry.boundary() == Boundary::Ring).then(|| ui.small_button("Set N = 32"))?;
    let set = Action::Set { path: "network.sites", value: Value::Integer(32), gesture: None };
    button.on_hover_text("learned in seconds").clicked().then_some(set)
}

/// What a change of parameters does to the weights, and one more training from where they are.
fn go_on_ui(ui: &mut Ui, go_on: bool) -> Option<Action> {
    let mut action = None;
    ui.horizontal(|ui| {
        ui.set_min_height(28.0);
        let hint = "when a parameter changes, layers begin anew (the same numbers as on the command line), or go on \
                    from the weights that are there";
        ui.label("A change").on_hover_text(hint);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 2.0;
            let more = ui.small_button("more").on_hover_text("train on from the weights that are there, once");
            more.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Train on"));
            if more.clicked() {
                action = Some(Action::ContinueTraining);
            }
            for (on, word) in [(true, "goes on"), (false, "anew")] {
                let response = ui.selectable_label(go_on == on, word).on_hover_text(hint);
                response.widget_info(|| {
                    let name = format!("A change {word}");
                    egui::WidgetInfo::selected(egui::Role::RadioButton, true, go_on == on, name)
                });
                if response.clicked() && go_on != on {
                    action = Some(Action::GoOn(on));
                }
            }
        });
    });
    action
}

fn view_summary(d: &Document) -> String {
    let word = |path| keys::find(path).map(|k| k.get(d).to_string()).unwrap_or_default();
    format!("{} · {}", word("view.theme"), word("view.units"))
}

/// Whether the ring chart can be shown.
#[must_use]
pub fn has_ring(d: &Document) -> bool {
    d.network.boundary == Boundary::Ring
}
