//! The window driven without a screen: what hands and keys do to the document, and that every place which
//! shows a number shows the same one.
//!
//! Frames are made one by one. Workers answer in their own time, so every wait is for a condition, with a
//! number of frames after which the test gives up.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]
#![expect(clippy::print_stdout, reason = "numbers of shapes are for whoever runs this with --nocapture")]

mod window;

use std::sync::Arc;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Pos2, Rect, Shape, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use holoscope::app::action::Action;
use holoscope::desk::facts::Spot;
use holoscope::desk::results::{CutDetails, cut_report};
use holoscope::desk::{files, picture, study};
use holoscope::export::Cell;
use holoscope::figure::camera::{ChartKind, Frame};
use holoscope::figure::chart::four_digits;
use holoscope::figure::page::Mark;
use holoscope::figure::palette::Theme;
use holoscope::holography::RegionAnswer;
use holoscope::network::{Node, Region};
use holoscope::session::Document;
use holoscope::session::RegionName;
use holoscope::session::keys::{KEYS, Key as Parameter, Kind, Value, find, set_all};
use window::{Opening, PAUSE, Window, app, desk, name_of, names, open, quick, settle, wait_for as wait};

/// Where arcs and handles stand outside the boundary, in points: a hand takes hold of them within a few points.
const ARC_OFFSET: f64 = 7.0;

/// A document with a small stack to learn.
fn document(settings: &[(&str, &str)]) -> Document {
    quick(settings)
}

fn open_sized(document: Document, size: egui::Vec2) -> Window {
    Opening { size, ..Opening::of(document) }.open()
}

fn answer(window: &Window) -> RegionAnswer {
    desk(window).answer.as_ref().unwrap().regions[0].clone()
}

fn canvas(window: &Window) -> (String, Rect) {
    let mut found: Vec<(String, Rect)> = window
        .query_all_by_role(Role::Canvas)
        .map(|node| (name_of(&node), node.rect()))
        .filter(|(name, _)| name.starts_with("Bulk of"))
        .collect();
    assert_eq!(found.len(), 1, "one canvas with the name of the bulk");
    found.remove(0)
}

/// Where the boundary stands on the screen at an abscissa.
fn rim(window: &Window, x: f64) -> Pos2 {
    outside(window, x, 0.0)
}

/// The same, some points outside the boundary.
fn outside(window: &Window, x: f64, distance: f64) -> Pos2 {
    let (_, rect) = canvas(window);
    let desk = desk(window);
    let p = picture::projection(&desk.document, desk.camera, Frame::page(rect.width(), rect.height()));
    let [px, py] = p.outside(x, distance);
    rect.min + vec2(px, py)
}

/// Presses at one place of the rim and moves to another in small steps, without letting go.
fn drag_along_rim(window: &mut Window, from: f64, to: f64) {
    let start = rim(window, from);
    window.hover_at(start);
    window.drag_at(start);
    for i in 1..=8 {
        window.hover_at(rim(window, from + (to - from) * f64::from(i) / 8.0));
    }
    window.step();
}

fn let_go(window: &mut Window, x: f64) {
    window.drop_at(rim(window, x));
    window.step();
}

fn region(window: &Window) -> String {
    desk(window).document.regions.a.to_string()
}

fn readout(window: &Window) -> String {
    let found: Vec<String> =
        names(window, Role::Label).into_iter().filter(|n| n.starts_with("S_A = ")).collect();
    assert_eq!(found.len(), 1, "one readout: {found:?}");
    found[0].clone()
}

/// Everything that is written on the screen.
fn painted_texts(window: &Window) -> Vec<String> {
    fn collect(shape: &Shape, texts: &mut Vec<String>) {
        match shape {
            Shape::Vec(shapes) => shapes.iter().for_each(|s| collect(s, texts)),
            Shape::Text(text) => texts.push(text.galley.text().to_string()),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    window.output().shapes.iter().for_each(|s| collect(&s.shape, &mut texts));
    texts
}

#[test]
fn a_drag_along_the_rim_selects_the_sites_under_it_and_every_readout_shows_one_number() {
    for chart in ["ring", "half-plane", "poincare", "klein"] {
        let mut window = open(document(&[("view.chart", chart)]));
        settle(&mut window);
        // From just inside the first site to just inside the last one.
        drag_along_rim(&mut window, 100.25, 139.75);
        assert_eq!(region(&window), "100..140", "{chart}: before letting go");
        let_go(&mut window, 139.75);
        settle(&mut window);
        assert_eq!(region(&window), "100..140", "{chart}");

        let a = answer(&window);
        let s = a.cut.capacity_nats;
        assert_eq!(a.region.to_string(), "100..140");
        assert!(s > 0.0);
        assert_eq!(readout(&window), format!("S_A = {} nats", four_digits(s)));
        let (spoken, _) = canvas(&window);
        assert_eq!(spoken, format!("Bulk of 256 sites; A = 100..140, S_A = {s} nats"));
        let sites =
            names(&window, Role::Label).into_iter().filter(|n| n.contains("links · 40 sites [100, 140)"));
        assert_eq!(sites.count(), 1, "the line under the readout");

        let d = desk(&window);
        let markers = picture::scaling_plot(&d.document, &d.study(), false).markers;
        assert_eq!(markers.len(), 1);
        assert_eq!(markers[0].at, [40_f64.log2(), s]);
        let report = cut_report(&d.document, &d.network, CutDetails::default(), |_, _| true).unwrap();
        assert_eq!(report.entropy_nats.get("a"), Some(&s));
        assert_eq!(report.links_cut.get("a"), Some(&a.cut.links.len()));
        assert_eq!(report.regions.a, "100..140");
        let title = files::bulk_title(&d.document, &d.study());
        assert!(title.contains(&format!("A = 100..140, S_A = {s:.6} nats")), "{title}");

        // The scaling curve of the same network holds this cut among its positions.
        let network = Arc::clone(&d.network);
        let survey = study::survey(&d.document, &network, None);
        wait(&mut window, "the scaling curve", |w| {
            desk(w).survey.as_ref().is_some_and(|s| s.done && s.rows == survey.rows)
        });
        let table = files::scaling_table(&desk(&window).study());
        let row = table.rows.iter().find(|row| row[0] == Cell::Number(40.0)).unwrap();
        let (Cell::Number(low), Cell::Number(high)) = (&row[4], &row[5]) else { panic!("{row:?}") };
        let (low, high) = (*low, *high);
        assert!(low <= s && s <= high, "{low} … {high} does not hold {s}");
    }
}

/// Steps frames until nothing on the canvas moves by itself.
fn come_to_rest(window: &mut Window) {
    for _ in 0..200 {
        let before = desk(window).camera;
        window.step();
        if desk(window).camera == before && !desk(window).is_moving() {
            return;
        }
    }
    panic!("the view does not come to rest");
}

#[test]
fn the_plane_is_flown_by_drag_keys_and_double_click_and_comes_home() {
    use holoscope::figure::Camera;
    for chart in ["half-plane", "poincare", "klein"] {
        let mut window = open(document(&[("network.capacity", "unit"), ("view.chart", chart)]));
        settle(&mut window);
        let before = desk(&window).document.clone();
        let (_, rect) = canvas(&window);
        let at = |x: f32, y: f32| rect.center() + vec2(x, y);
        let point = |window: &Window, at: Pos2| {
            let desk = desk(window);
            let p =
                picture::projection(&desk.document, desk.camera, Frame::page(rect.width(), rect.height()));
            p.from_page([at.x - rect.left(), at.y - rect.top()])
        };
        // What is taken hold of stays under the hand.
        let held = point(&window, at(10.0, 90.0));
        window.hover_at(at(10.0, 90.0));
        window.drag_at(at(10.0, 90.0));
        for step in 1..=6 {
            window.hover_at(at(10.0 + 9.0 * step as f32, 90.0 - 5.0 * step as f32));
        }
        window.run_steps(12);
        let now = point(&window, at(64.0, 60.0));
        let off = holoscope::hyperbolic::distance(held, now);
        assert!(off < 0.02, "{chart}: the point went {off} curvature radii away");
        window.drop_at(at(64.0, 60.0));
        come_to_rest(&mut window);
        // Keys fly, turn and zoom.
        for key in [Key::A, Key::D, Key::W, Key::S, Key::Q, Key::R, Key::Plus, Key::Minus] {
            let camera = desk(&window).camera;
            window.key_press(key);
            window.step();
            assert_ne!(desk(&window).camera, camera, "{chart}: {key:?}");
        }
        // A double click puts a tile in the middle, upright.
        let aim = at(30.0, -40.0);
        window.hover_at(aim);
        for _ in 0..2 {
            for pressed in [true, false] {
                let (button, modifiers) = (egui::PointerButton::Primary, Modifiers::NONE);
                window.event(Event::PointerButton { pos: aim, button, pressed, modifiers });
            }
        }
        window.step();
        assert!(desk(&window).is_moving(), "{chart}: it glides to the tile");
        come_to_rest(&mut window);
        assert!(desk(&window).camera.turn_rad.abs() < 1e-9);
        // The click has given the keys to the canvas; Home works all the same.
        window.key_press(Key::Home);
        window.step();
        come_to_rest(&mut window);
        assert_eq!(desk(&window).camera, Camera::HOME, "{chart}: Home after a click on the canvas");
        assert_eq!(desk(&window).document.without_weights(), before.without_weights());
    }
}

#[test]
fn charts_change_by_a_smooth_passage_and_at_once_with_reduced_motion() {
    use egui_kittest::kittest::Queryable;
    let mut window = open(document(&[("network.capacity", "unit")]));
    settle(&mut window);
    for (name, chart) in [
        ("Chart half-plane", ChartKind::HalfPlane),
        ("Chart poincare", ChartKind::Poincare),
        ("Chart klein", ChartKind::Klein),
        ("Chart ring", ChartKind::Ring),
    ] {
        window.get_by_role_and_label(Role::RadioButton, name).click();
        window.run_steps(4);
        assert_eq!(desk(&window).document.view.chart, chart);
        assert!(desk(&window).is_moving(), "{name}: it is on its way");
        assert!(app(&window).page().marks.len() > 40, "{name}: and it is drawn");
        come_to_rest(&mut window);
    }
    let desk_mut = window.state_mut().as_mut().unwrap().desk_mut();
    desk_mut.apply(Action::ReduceMotion(true), 0.0, holoscope::figure::Theme::Dark);
    window.get_by_role_and_label(Role::RadioButton, "Chart klein").click();
    window.run_steps(3);
    assert_eq!(desk(&window).document.view.chart, ChartKind::Klein);
    assert!(!desk(&window).is_moving(), "nothing moves by itself");
}

#[test]
fn a_drag_may_go_over_the_seam_and_either_way() {
    let mut window = open(document(&[("network.capacity", "unit")]));
    settle(&mut window);
    drag_along_rim(&mut window, 249.3, 265.7);
    let_go(&mut window, 265.7);
    assert_eq!(region(&window), "249..266");
    drag_along_rim(&mut window, 180.7, 150.3);
    let_go(&mut window, 150.3);
    assert_eq!(region(&window), "150..181");
    settle(&mut window);
    assert_eq!(readout(&window), format!("S_A = {} nats", four_digits(answer(&window).cut.capacity_nats)));
}

#[test]
fn ends_and_arcs_can_be_taken_hold_of() {
    let mut window = open(document(&[("network.capacity", "unit")]));
    settle(&mut window);
    assert_eq!(region(&window), "40..88");
    for (from, to, after) in [
        (88.0, 100.0, "40..100"),
        (40.0, 30.0, "30..100"),
        // The middle of the arc moves all of it.
        (65.0, 75.0, "40..110"),
    ] {
        let start = outside(&window, from, ARC_OFFSET);
        window.hover_at(start);
        window.drag_at(start);
        for i in 1..=8 {
            window.hover_at(outside(&window, from + (to - from) * f64::from(i) / 8.0, ARC_OFFSET));
        }
        window.step();
        let_go(&mut window, to);
        assert_eq!(region(&window), after, "from {from} to {to}");
    }
}

#[test]
fn escape_during_a_drag_restores_and_escape_otherwise_clears() {
    let mut window = open(document(&[("network.capacity", "unit")]));
    settle(&mut window);
    let before = desk(&window).document.clone();
    drag_along_rim(&mut window, 120.25, 170.75);
    assert_eq!(region(&window), "120..171");
    window.key_press(Key::Escape);
    window.step();
    assert_eq!(region(&window), "40..88", "the drag is called off");
    // The hand may still hold the button: what it does then is nothing.
    window.hover_at(rim(&window, 180.0));
    window.step();
    let_go(&mut window, 180.0);
    assert_eq!(desk(&window).document.without_weights(), before.without_weights());
    assert_eq!(desk(&window).history.undo_name(), None, "a drag that was called off is no step");

    window.key_press(Key::Escape);
    window.step();
    assert_eq!(region(&window), "", "no drag: the region is cleared");
    assert!(desk(&window).history.undo_name().is_some());
    window.key_press(Key::Escape);
    window.step();
    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.step();
    assert_eq!(region(&window), "40..88", "clearing an empty region is no step");
}

#[test]
fn escape_while_the_view_is_turned_leaves_the_region() {
    let mut window = open(document(&[("network.capacity", "unit")]));
    settle(&mut window);
    let (_, rect) = canvas(&window);
    let at = |x: f32| rect.center() + vec2(x, 90.0);
    window.hover_at(at(0.0));
    window.drag_at(at(0.0));
    for x in [20.0, 40.0, 60.0] {
        window.hover_at(at(x));
    }
    window.step();
    assert!(desk(&window).camera.rotation_rad != 0.0, "the ring turns with the hand");
    window.key_press(Key::Escape);
    window.step();
    window.drop_at(at(60.0));
    window.step();
    assert_eq!(region(&window), "40..88");
}

#[test]
fn an_empty_region_has_no_entropy_and_says_what_to_do() {
    let mut window = open(document(&[("regions.a", "")]));
    settle(&mut window);
    assert_eq!(readout(&window), "S_A = 0 nats");
    let hint = "drag along the rim to choose a region";
    assert!(names(&window, Role::Label).iter().any(|n| n == hint));
    assert!(painted_texts(&window).iter().any(|t| t == &format!("S = 0 · {hint}")));
    let d = desk(&window);
    assert!(picture::scaling_plot(&d.document, &d.study(), false).markers.is_empty());
    assert_eq!(canvas(&window).0, "Bulk of 256 sites");
    // Arrows have nothing to move.
    window.key_press(Key::ArrowRight);
    window.step();
    assert_eq!(region(&window), "");
}

#[test]
fn arrows_move_the_focused_end_when_no_control_has_the_keys() {
    let mut window = open(document(&[("network.capacity", "unit")]));
    settle(&mut window);
    window.key_press(Key::ArrowRight);
    window.step();
    assert_eq!(region(&window), "40..89");
    window.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    window.step();
    assert_eq!(region(&window), "40..73");

    let k2 = desk(&window).document.theory.k2;
    window.get_by_role_and_label(Role::Slider, "Neighbour coupling K2").focus();
    window.step();
    window.key_press(Key::ArrowRight);
    window.step();
    assert_eq!(region(&window), "40..73", "a slider with the focus has the arrows");
    assert!((desk(&window).document.theory.k2 - k2 - 0.02).abs() < 1e-12);
}

/// Drags a slider's knob to a share of its track.
fn drag_slider(window: &mut Window, name: &str, share: f32) {
    let rect = window.get_by_role_and_label(Role::Slider, name).rect();
    let at = |share: f32| Pos2::new(rect.left() + share * rect.width(), rect.center().y);
    window.hover_at(at(0.5));
    window.drag_at(at(0.5));
    for i in 1..=4 {
        window.hover_at(at(0.5 + (share - 0.5) * i as f32 / 4.0));
    }
    window.drop_at(at(share));
    window.step();
}

#[test]
fn a_slider_retrains_and_one_undo_takes_the_drag_back() {
    let mut window = open(document(&[]));
    settle(&mut window);
    let (start, first_readout) = (desk(&window).document.without_weights(), readout(&window));
    let first_weights = desk(&window).training.as_ref().unwrap().stack();

    drag_slider(&mut window, "Neighbour coupling K2", 0.6);
    let moved = desk(&window).document.theory.k2;
    // A little right of the middle of −4…4.
    assert!((0.4..1.2).contains(&moved), "K2 = {moved}");
    settle(&mut window);
    let training = desk(&window).training.clone().unwrap();
    assert_eq!(training.task.theory.k2, moved);
    assert!(training.is_complete() && training.stack() != first_weights);
    assert_eq!(training.layers.len(), 6);
    // A shorter correlation length: less entanglement through the deeper layers.
    let second_readout = readout(&window);
    assert_ne!(second_readout, first_readout);
    assert_eq!(second_readout, format!("S_A = {} nats", four_digits(answer(&window).cut.capacity_nats)));

    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.step();
    assert_eq!(desk(&window).document.without_weights(), start, "one step back is the whole drag");
    settle(&mut window);
    assert_eq!(readout(&window), first_readout);
    assert_eq!(desk(&window).training.as_ref().unwrap().stack(), first_weights, "same seed, same weights");

    window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    window.step();
    assert_eq!(desk(&window).document.theory.k2, moved);
    settle(&mut window);
    assert_eq!(readout(&window), second_readout);
}

#[test]
fn undo_and_redo_of_a_region_bring_its_number_along() {
    let mut window = open(document(&[("network.capacity", "unit")]));
    settle(&mut window);
    let first = readout(&window);
    drag_along_rim(&mut window, 100.25, 228.75);
    let_go(&mut window, 228.75);
    settle(&mut window);
    let second = readout(&window);
    assert_ne!(first, second);
    for (modifiers, expected, readout_then) in
        [(Modifiers::COMMAND, "40..88", &first), (Modifiers::COMMAND | Modifiers::SHIFT, "100..229", &second)]
    {
        window.key_press_modifiers(modifiers, Key::Z);
        window.step();
        assert_eq!(region(&window), expected);
        settle(&mut window);
        assert_eq!(&readout(&window), readout_then);
    }
}

/// The names that a parameter's control may have, all of which must be there.
fn expected_controls(key: &Parameter) -> Vec<(Role, String)> {
    match key.kind {
        Kind::Real { .. } | Kind::Integer { .. } | Kind::PowerOfTwo { .. } => vec![
            (Role::Slider, format!("{} {}", key.label, key.symbol).trim().to_string()),
            (Role::SpinButton, format!("{} value", key.label)),
        ],
        Kind::Choice(words) => words.iter().map(|word| choice_control(key, word)).collect(),
        Kind::Words(words) => {
            words.iter().map(|word| (Role::CheckBox, format!("{} {word}", key.label))).collect()
        }
        Kind::Wall => ["off", "mass", "layer"]
            .iter()
            .map(|word| (Role::RadioButton, format!("{} {word}", key.label)))
            .collect(),
        Kind::Region => ["from", "to"]
            .iter()
            .map(|end| (Role::SpinButton, format!("region {} {end}", key.symbol)))
            .chain([(Role::RadioButton, format!("Region {}", key.symbol))])
            .collect(),
        Kind::Path => vec![(Role::Button, format!("{} choose", key.label))],
    }
}

fn choice_control(key: &Parameter, word: &str) -> (Role, String) {
    // A screen reader hears what stands there, not the word of the file.
    let word = match (key.path, word) {
        ("learning.shared_weights", "true") => "shared",
        ("learning.shared_weights", "false") => "own",
        _ => word,
    };
    (Role::RadioButton, format!("{} {word}", key.label))
}

/// Parameters without a control: there is a single choice in this version, so there is nothing to choose.
const SINGLE_CHOICE: [&str; 0] = [];

/// A window tall enough for every section, all of them open, on a document that shows every control.
fn open_with_all_sections() -> Window {
    let tall = vec2(1440.0, 2040.0);
    let mut window = open_sized(document(&[("network.capacity", "bond-dimension")]), tall);
    for section in ["Theory", "Network", "Learning", "Layers shown", "View"] {
        let name = format!("{section} section");
        let node = window.get_by_label(&name);
        let is_open = node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True);
        if !is_open {
            node.click();
        }
        window.step();
    }
    window.get_by_role_and_label(Role::Tab, "State tab").click();
    window.run_steps(2);
    window
}

fn has(window: &Window, (role, name): &(Role, String)) -> bool {
    window.query_all_by_role(*role).any(|node| name_of(&node) == *name)
}

#[test]
fn every_parameter_has_a_control() {
    let mut window = open_with_all_sections();
    let mut missing = Vec::new();
    for key in KEYS {
        if SINGLE_CHOICE.contains(&key.path) {
            assert!(
                matches!(key.kind, Kind::Choice(words) if words.len() == 1),
                "{} can be chosen now",
                key.path
            );
            continue;
        }
        // Number fields are those of the region that is edited.
        if let Kind::Region = key.kind {
            window.get_by_role_and_label(Role::RadioButton, &format!("Region {}", key.symbol)).click();
            window.run_steps(2);
        }
        // The file of samples is chosen where the theory is samples.
        let theory = |window: &mut Window, word: &str| {
            window.get_by_role_and_label(Role::RadioButton, &format!("Theory {word}")).click();
            window.run_steps(2);
        };
        if let Kind::Path = key.kind {
            theory(&mut window, "samples");
        }
        for control in expected_controls(key) {
            if !has(&window, &control) {
                missing.push(format!("{}: {control:?}", key.path));
            }
        }
        if let Kind::Path = key.kind {
            theory(&mut window, "chain");
        }
    }
    assert!(missing.is_empty(), "no control for\n{}", missing.join("\n"));
}

#[test]
fn coloured_tiles_bring_their_scale_along() {
    let mut window = open(document(&[("network.sites", "64"), ("view.tiles", "spins")]));
    settle(&mut window);
    let scale = |window: &Window| {
        names(window, Role::Label).into_iter().find(|name| name.starts_with("Tiles: ")).unwrap_or_default()
    };
    assert_eq!(scale(&window), "Tiles: spins of one sample, down to up");
    let desk = window.state_mut().as_mut().unwrap().desk_mut();
    set_all(&mut desk.document, &[("view.tiles".to_string(), "entropy".to_string())]).unwrap();
    window.run_steps(2);
    assert_eq!(
        scale(&window),
        format!("Tiles: mean link entropy (nats), 0 to {}", four_digits(2.0_f64.ln()))
    );
}

#[test]
fn the_film_plays_steps_is_scrubbed_and_goes_with_escape() {
    let mut window = open(document(&[("network.sites", "64")]));
    settle(&mut window);
    let film = |window: &Window| desk(window).view.film.map(|film| (film.at, film.playing));
    assert_eq!(film(&window), None);
    window.key_press(Key::Period);
    window.run_steps(2);
    assert_eq!(film(&window), Some((1.0, false)));
    let before = app(&window).page().clone();
    window.get_by_role_and_label(Role::Button, "Film step").click();
    window.run_steps(2);
    assert_eq!(film(&window), Some((2.0, false)));
    assert_ne!(app(&window).page(), &before);
    window.key_press(Key::Comma);
    window.run_steps(2);
    assert_eq!(film(&window), Some((1.0, false)));
    // 700 ms for a layer, 60 frames a second.
    window.key_press(Key::F);
    window.run_steps(21);
    let (at, playing) = film(&window).unwrap();
    assert!(playing && (1.3..1.7).contains(&at), "{at}");
    window.get_by_role_and_label(Role::Button, "Film play or pause").click();
    window.run_steps(2);
    let (at, playing) = film(&window).unwrap();
    window.run_steps(5);
    assert_eq!((film(&window), playing), (Some((at, false)), false));
    // Escape puts the film away and leaves the region.
    let chosen = region(&window);
    window.key_press(Key::Escape);
    window.run_steps(2);
    assert_eq!((film(&window), region(&window)), (None, chosen));
}

#[test]
fn a_click_pins_what_is_known_of_a_tile_and_another_one_takes_it_off() {
    let mut window = open(document(&[("network.sites", "64")]));
    settle(&mut window);
    let at = |window: &Window, layer: u32, index: u64| {
        let (_, rect) = canvas(window);
        let desk = desk(window);
        let frame = Frame::page(rect.width(), rect.height());
        let p = picture::projection(&desk.document, desk.camera, frame);
        let [x, y] = Spot::Tile(Node { layer, index }).place(desk.network.network.geometry(), &p);
        rect.min + vec2(x, y)
    };
    let click = |window: &mut Window, at: Pos2| {
        window.hover_at(at);
        window.step();
        window.drag_at(at);
        window.step();
        window.drop_at(at);
        window.run_steps(2);
    };
    let pinned = |window: &Window| -> Vec<String> {
        names(window, Role::Button).into_iter().filter(|name| name.starts_with("Pinned: ")).collect()
    };
    let (first, second) = (at(&window, 2, 9), at(&window, 3, 1));
    let chosen = region(&window);
    click(&mut window, first);
    click(&mut window, second);
    let cards = pinned(&window);
    assert_eq!(cards.len(), 2, "{cards:?}");
    assert!(cards[0].starts_with("Pinned: layer τ = 2 · node 9 · z = 4 to 8"), "{cards:?}");
    click(&mut window, first);
    assert_eq!(pinned(&window).len(), 1);
    window.key_press(Key::Escape);
    window.run_steps(2);
    assert!(pinned(&window).is_empty());
    // Neither clicks nor Escape meant the region; a click on the rim pins nothing.
    assert_eq!(region(&window), chosen);
    let on_rim = rim(&window, 40.5);
    click(&mut window, on_rim);
    assert!(pinned(&window).is_empty());
    // A drag is no click.
    window.hover_at(first);
    window.drag_at(first);
    window.step();
    window.hover_at(first + vec2(30.0, 0.0));
    window.step();
    window.drop_at(first + vec2(30.0, 0.0));
    window.run_steps(2);
    assert!(pinned(&window).is_empty());
}

#[test]
fn beads_move_over_a_picture_that_stays_as_it_is() {
    let settings = [("network.sites", "64"), ("view.show", "threads"), ("network.capacity", "unit")];
    let mut window = open(document(&settings));
    settle(&mut window);
    wait(&mut window, "threads", |window| desk(window).answer.as_ref().is_some_and(|a| a.complete));
    window.run_steps(2);
    let discs = |window: &Window| {
        let page = app(window).page();
        let discs = |mark: &Mark| match mark {
            Mark::Disc { .. } => 1,
            Mark::Discs { centres, .. } => centres.len(),
            _ => 0,
        };
        page.marks.iter().map(discs).sum::<usize>()
    };
    let moving = app(&window).page().clone();
    window.run_steps(10);
    assert_eq!(app(&window).page(), &moving);
    // With reduced motion they stand still and are part of it.
    let before = discs(&window);
    window.state_mut().as_mut().unwrap().desk_mut().view.reduced_motion = true;
    window.run_steps(2);
    assert!(discs(&window) > before + 10, "{} {before}", discs(&window));
}

#[test]
fn number_keys_choose_the_region_that_is_edited() {
    let mut window = open(document(&[]));
    for (key, name) in [(Key::Num2, RegionName::B), (Key::Num3, RegionName::C), (Key::Num1, RegionName::A)] {
        window.key_press(key);
        window.run_steps(2);
        assert_eq!(desk(&window).view.active.name, name);
    }
}

#[test]
fn a_screen_reader_sets_a_slider_by_value() {
    let mut window = open(document(&[("theory.kind", "quantum-ising")]));
    let slider = |window: &Window, value: f64| {
        window.get_by_role_and_label(Role::Slider, "Fermion mass m").set_value_accesskit(value);
    };
    slider(&window, 0.25);
    window.run_steps(2);
    assert_eq!(desk(&window).document.theory.mass, 0.25);
    // What is out of range ends at the nearest value in it.
    slider(&window, 7.0);
    window.run_steps(2);
    assert_eq!(desk(&window).document.theory.mass, 0.95);
}

#[test]
fn every_slider_and_every_word_sets_its_parameter() {
    let mut window = open_with_all_sections();
    let start = desk(&window).document.clone();
    let reset = |window: &mut Window| {
        let settings: Vec<(String, String)> = KEYS
            .iter()
            .filter(|k| !k.path.starts_with("regions."))
            .map(|k| (k.path.to_string(), k.get(&start).to_string()))
            .collect();
        let mut back = start.clone();
        set_all(&mut back, &settings).unwrap();
        let desk = window.state_mut().as_mut().unwrap().desk_mut();
        desk.document = back;
        window.run_steps(2);
    };
    for key in KEYS {
        let before = key.get(&desk(&window).document);
        match key.kind {
            Kind::Real { .. } | Kind::Integer { .. } | Kind::PowerOfTwo { .. } => {
                let name = format!("{} {}", key.label, key.symbol);
                if key.path == "learning.rate" {
                    // The exact method takes no steps; its slider is for the contrastive ones.
                    assert!(window.get_by_role_and_label(Role::Slider, &name).accesskit_node().is_disabled());
                    window.get_by_role_and_label(Role::RadioButton, "Method cd").click();
                    window.run_steps(2);
                }
                if key.path == "state.pairs" {
                    // Nothing is sampled in the marginal form.
                    assert!(window.get_by_role_and_label(Role::Slider, &name).accesskit_node().is_disabled());
                    window.get_by_role_and_label(Role::RadioButton, "Form of the state born").click();
                    window.run_steps(2);
                }
                let rect = window.get_by_role_and_label(Role::Slider, name.trim()).rect();
                // A place where no parameter rests by default: a click there must set it.
                let at = Pos2::new(rect.left() + 0.62 * rect.width(), rect.center().y);
                window.hover_at(at);
                window.drag_at(at);
                window.drop_at(at);
                window.step();
                window.step();
                let after = key.get(&desk(&window).document);
                assert_ne!(after, before, "{}: a click on its slider does nothing", key.path);
                assert!(desk(&window).errors.is_empty(), "{:?}", desk(&window).errors);
                reset(&mut window);
            }
            Kind::Choice(words) if !SINGLE_CHOICE.contains(&key.path) => {
                for word in words {
                    let (role, name) = choice_control(key, word);
                    window.get_by_role_and_label(role, &name).click();
                    window.run_steps(2);
                    assert_eq!(key.get(&desk(&window).document).to_string(), *word, "{}", key.path);
                    if key.path != "view.ring_radius" {
                        reset(&mut window);
                    }
                }
                reset(&mut window);
            }
            Kind::Words(words) => {
                for word in words {
                    let name = format!("{} {word}", key.label);
                    let shown = |window: &Window| {
                        key.get(&desk(window).document).to_string().split(',').any(|w| w == *word)
                    };
                    let before = shown(&window);
                    window.get_by_role_and_label(Role::CheckBox, &name).click();
                    window.run_steps(2);
                    assert_ne!(shown(&window), before, "{}", key.path);
                }
                reset(&mut window);
            }
            Kind::Wall => {
                for (word, value) in [("mass", "mass"), ("layer", "8"), ("off", "off")] {
                    window.get_by_role_and_label(Role::RadioButton, &format!("{} {word}", key.label)).click();
                    window.run_steps(2);
                    assert_eq!(key.get(&desk(&window).document).to_string(), value);
                }
            }
            Kind::Choice(_) | Kind::Region | Kind::Path => {}
        }
    }
}

#[test]
fn number_fields_set_the_ends_of_a_region() {
    let mut window = open(document(&[("network.capacity", "unit")]));
    settle(&mut window);
    for (end, typed, after) in [("from", "50", "50..88"), ("to", "99", "50..99")] {
        let name = format!("region A {end}");
        window.get_by_role_and_label(Role::SpinButton, &name).click();
        window.run_steps(2);
        window.key_press_modifiers(Modifiers::COMMAND, Key::A);
        window.step();
        window.event(Event::Text(typed.into()));
        window.step();
        window.key_press(Key::Enter);
        window.run_steps(2);
        assert_eq!(region(&window), after, "{name}");
    }
}

#[test]
fn a_million_sites_open_and_take_few_shapes() {
    for (chart, field) in
        [("ring", "3"), ("half-plane", "3"), ("ring", "2"), ("poincare", "3"), ("klein", "3")]
    {
        let mut window = open(document(&[
            ("network.sites", "2^20"),
            ("network.receptive_field", field),
            ("view.chart", chart),
        ]));
        settle(&mut window);
        assert_eq!(desk(&window).document.network.sites, 1 << 20);
        let a = answer(&window);
        assert!(a.cut.capacity_nats > 0.0 && a.region.len() > 1 << 17);
        let shapes = app(&window).shapes();
        assert!((1..=6000).contains(&shapes), "{chart}: {shapes} shapes");
        // Deep in the picture too: the level of detail follows the page and not N.
        let (_, rect) = canvas(&window);
        let p = picture::projection(
            &desk(&window).document,
            desk(&window).camera,
            Frame::page(rect.width(), rect.height()),
        );
        let rim = p.outside(a.region.intervals()[0].start as f64, 0.0);
        let (mut p, mut most) = (p, 0);
        for _ in 0..30 {
            p.camera = p.zoomed(rim, 1.5);
            let desk = window.state_mut().as_mut().unwrap().desk_mut();
            let theme = holoscope::figure::Theme::Dark;
            desk.apply(Action::Look(p.camera), 0.0, theme);
            window.step();
            let shapes = app(&window).shapes();
            most = most.max(shapes);
        }
        // Magnified a few times, the crowded layers near the rim fill the page with the smallest tiles that are
        // drawn one by one, about twice as many as at home; beyond that the number no longer grows.
        assert!(most <= 6_000, "{chart}, r = {field}: {most} shapes when magnified");
        println!("{chart}, r = {field}: {shapes} shapes at home, at most {most} when magnified");
        if chart == "ring" {
            assert_eq!(p.chart, ChartKind::Ring);
            assert!(p.camera.magnification > 1e5);
        }
    }
}

#[test]
fn pause_stops_the_layers_and_a_step_adds_exactly_one() {
    // Enough samples that training is still at its beginning when the pause arrives.
    let mut window = open(document(&[("learning.sites", "256"), ("learning.samples", "60000")]));
    window.key_press(Key::Space);
    window.step();
    assert!(!desk(&window).is_playing());
    let layers = |window: &Window| desk(window).current_training().map_or(0, |t| t.layers.len());
    let paused = |window: &Window| desk(window).current_training().is_some_and(|t| !t.playing);
    wait(&mut window, "the pause", paused);
    let mut expected = layers(&window);
    assert!(expected < 4, "{expected} layers were learned before the pause arrived: give it more samples");
    let stays = |window: &mut Window, expected: usize| {
        for _ in 0..40 {
            window.step();
            std::thread::sleep(PAUSE);
            assert_eq!(layers(window), expected, "layers grow while training is paused");
        }
    };
    stays(&mut window, expected);
    for _ in 0..2 {
        window.get_by_label("Train one layer, then pause").click();
        window.step();
        expected += 1;
        wait(&mut window, "one more layer", |w| layers(w) >= expected && paused(w));
        stays(&mut window, expected);
        assert!(!desk(&window).is_playing());
    }
    // The network shows what is learned and what is not.
    assert_eq!(desk(&window).network.learned_layers(), (expected, 8));
    let note = format!("{expected} of 8 layers learned");
    assert!(names(&window, Role::Label).contains(&note), "{note}");

    window.get_by_label("Play training (Space)").click();
    window.step();
    wait(&mut window, "the rest of the layers", |w| layers(w) == 8 && window::is_settled(desk(w)));
    window.step();
    assert_eq!(desk(&window).network.learned_layers(), (8, 8));
}

#[test]
fn shift_adds_an_interval_and_control_takes_sites_away() {
    let mut window = open(document(&[("network.capacity", "unit")]));
    settle(&mut window);
    for (modifiers, from, to, after) in [
        (Modifiers::SHIFT, 150.25, 169.75, "40..88,150..170"),
        (Modifiers::COMMAND, 60.25, 69.75, "40..60,70..88,150..170"),
    ] {
        window.event(Event::ModifiersChanged(modifiers));
        // Places along the rim do not depend on modifiers, but the press must bear them.
        let start = rim(&window, from);
        window.hover_at(start);
        for pressed in [true, false] {
            let pos = if pressed { start } else { rim(&window, to) };
            let button = egui::PointerButton::Primary;
            window.event(Event::PointerButton { pos, button, pressed, modifiers });
            if pressed {
                for i in 1..=6 {
                    window.hover_at(rim(&window, from + (to - from) * f64::from(i) / 6.0));
                }
            }
        }
        window.event(Event::ModifiersChanged(Modifiers::NONE));
        window.step();
        assert_eq!(region(&window), after);
    }
    settle(&mut window);
    let a = answer(&window);
    let intervals = Region::parse("40..60,70..88,150..170", 256, a.region.boundary()).unwrap();
    assert_eq!(a.region, intervals);
    assert_eq!(find("regions.a").unwrap().get(&desk(&window).document).to_string(), intervals.to_string());
}

#[test]
fn a_study_runs_beside_the_window_and_shows_its_plot() {
    let mut window = open(document(&[("network.sites", "64")]));
    settle(&mut window);
    window.get_by_role_and_label(Role::Tab, "Studies tab").click();
    window.run_steps(2);
    for (what, rows) in [("depth", 6 * 32), ("prune", 30)] {
        window.get_by_role_and_label(Role::RadioButton, &format!("Study {what}")).click();
        window.run_steps(2);
        window.get_by_role_and_label(Role::Button, "Run").click();
        wait(&mut window, "the study", |w| {
            desk(w).analysis.as_ref().is_some_and(|a| a.done && a.kind.name() == what)
        });
        window.run_steps(2);
        let found = desk(&window).analysis.as_ref().unwrap().table.rows.len();
        assert!(found >= rows, "{what}: {found}");
        window.get_by_role_and_label(Role::Button, "Export CSV…");
    }
    // Called off, it stays as it is.
    window.get_by_role_and_label(Role::RadioButton, "Study channels").click();
    window.run_steps(2);
    window.get_by_role_and_label(Role::Button, "Run").click();
    wait(&mut window, "the study to begin", |w| desk(w).analysis.as_ref().is_some_and(|a| a.running));
    window.run_steps(1);
    if let Some(stop) = window.query_by_role_and_label(Role::Button, "Stop") {
        stop.click();
        wait(&mut window, "the study to stop", |w| desk(w).analysis.as_ref().is_some_and(|a| !a.running));
    }
    assert_eq!(desk(&window).errors, Vec::<String>::new());
}

#[test]
fn pruning_and_one_layer_are_shown_live() {
    let mut window = open(document(&[("network.sites", "64")]));
    settle(&mut window);
    let before = answer(&window).cut.capacity_nats;
    let rect = window.get_by_role_and_label(Role::Slider, "Prune below w_min").rect();
    let at = Pos2::new(rect.left() + 0.95 * rect.width(), rect.center().y);
    window.hover_at(at);
    window.drag_at(at);
    window.drop_at(at);
    window.run_steps(2);
    let threshold = desk(&window).document.network.prune;
    // Of K2 = 2 only the side links of the lowest layer are stronger than that.
    assert!((1.35..=1.5).contains(&threshold), "{threshold}");
    wait(&mut window, "what pruning leaves", |w| {
        desk(w).pruning.as_ref().is_some_and(|p| p.threshold == threshold)
    });
    settle(&mut window);
    let pruning = desk(&window).pruning.clone().unwrap();
    assert!(pruning.links()[0] < pruning.links()[1] && pruning.kl_per_site().is_some());
    assert!(answer(&window).cut.capacity_nats < before);
    assert!(window.query_all_by_role(Role::Label).any(|l| name_of(&l).contains("links kept")));

    window.get_by_role_and_label(Role::CheckBox, "one layer").click();
    wait(&mut window, "the curve of one layer", |w| desk(w).shallow.as_ref().is_some_and(|s| s.done));
    let shallow = desk(&window).shallow.clone().unwrap();
    assert!(shallow.rows.len() == 32 && shallow.reference.is_empty());
    window.get_by_role_and_label(Role::CheckBox, "one layer").click();
    window.run_steps(2);
    assert!(desk(&window).shallow.is_none());
}

#[test]
fn several_channels_turn_contrastive_divergence_off() {
    let mut window = open(document(&[("network.sites", "64"), ("learning.method", "cd")]));
    settle(&mut window);
    let set = |window: &mut Window, path: &'static str, value: Value| {
        let action = Action::Set { path, value, gesture: None };
        let desk = window.state_mut().as_mut().unwrap().desk_mut();
        desk.apply(action, 0.0, Theme::Dark);
        window.run_steps(2);
    };
    set(&mut window, "learning.channels", Value::Integer(2));
    let learning = desk(&window).document.learning;
    assert_eq!((learning.channels, learning.method.name(), learning.shared_weights), (2, "exact", true));
    settle(&mut window);
    let network = desk(&window).network.clone();
    assert_eq!(network.channels, 2);
    set(&mut window, "learning.method", Value::Text("pcd".into()));
    assert_eq!(desk(&window).document.learning.channels, 1);
    set(&mut window, "learning.channels", Value::Integer(3));
    set(&mut window, "learning.shared_weights", Value::Text("false".into()));
    assert_eq!(desk(&window).document.learning.channels, 1);
    assert_eq!(desk(&window).errors, Vec::<String>::new());
}
