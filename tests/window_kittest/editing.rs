//! Editing by hand: handles, arrow keys and number fields change what they name, by what was meant, and nothing else.

use crate::hands::{canvas, drag_along_rim, let_go, outside, region};
use crate::window::{Opening, Window, act, desk, names, open, quick, set, settle};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use holoscope::app::action::Action;
use holoscope::session::RegionName;
use holoscope::session::keys::find;

/// Where handles stand outside the boundary, in points.
const HANDLES: f64 = 7.0;

/// Drags the handle at one place of the boundary through others.
fn drag_handle(window: &mut Window, places: &[f64]) {
    let start = outside(window, places[0], HANDLES);
    window.hover_at(start);
    window.drag_at(start);
    for ends in places.windows(2) {
        for i in 1..=8 {
            let at = ends[0] + (ends[1] - ends[0]) * f64::from(i) / 8.0;
            window.hover_at(outside(window, at, HANDLES));
        }
    }
    window.step();
    let_go(window, places[places.len() - 1]);
    window.step();
}

fn press(window: &mut Window, modifiers: Modifiers, key: Key, times: usize) {
    for _ in 0..times {
        window.key_press_modifiers(modifiers, key);
        window.run_steps(2);
    }
}

/// A hand drags from one place by so much.
fn drag_by(window: &mut Window, from: Pos2, by: egui::Vec2) {
    window.hover_at(from);
    window.drag_at(from);
    for i in 1..=10 {
        window.hover_at(from + by * (i as f32 / 10.0));
    }
    window.step();
    window.drop_at(from + by);
    window.run_steps(2);
}

fn field(window: &mut Window, name: &str) {
    window.get_by_role_and_label(Role::SpinButton, name).click();
    window.run_steps(3);
}

/// Types over a field and leaves it.
fn type_into(window: &mut Window, name: &str, text: &str) {
    field(window, name);
    window.event(Event::Text(text.into()));
    window.step();
    window.key_press(Key::Enter);
    window.run_steps(3);
}

fn value(window: &Window, path: &str) -> String {
    find(path).unwrap().get(&desk(window).document).to_string()
}

/// The newest sentence of what went wrong, as it stands in the error bar.
fn complaint(window: &Window) -> String {
    names(window, Role::Alert).pop().unwrap_or_default()
}

fn two_regions() -> Window {
    let mut window = open(quick(&[
        ("network.sites", "64"),
        ("network.capacity", "unit"),
        ("regions.a", "0..8"),
        ("regions.b", "9..17"),
    ]));
    settle(&mut window);
    window
}

#[test]
fn a_hand_on_another_regions_handle_leaves_the_active_region_as_it_is() {
    for clicked_before in [false, true] {
        let mut window = two_regions();
        if clicked_before {
            act(&mut window, Action::Activate(RegionName::B));
            window.step();
        }
        drag_handle(&mut window, &[9.0, 10.0]);
        assert_eq!([value(&window, "regions.a"), value(&window, "regions.b")], ["0..8", "10..17"]);
        assert_eq!(desk(&window).view.active.name, RegionName::B, "the hand edits it from now on");
        press(&mut window, Modifiers::COMMAND, Key::Z, 1);
        assert_eq!([value(&window, "regions.a"), value(&window, "regions.b")], ["0..8", "9..17"]);
    }
}

#[test]
fn a_drag_over_another_region_and_back_takes_nothing_from_it() {
    let mut window = two_regions();
    drag_handle(&mut window, &[9.0, 4.0, 9.0]);
    assert_eq!([value(&window, "regions.a"), value(&window, "regions.b")], ["0..8", "9..17"]);
    drag_handle(&mut window, &[9.0, 2.0, 6.0]);
    assert_eq!([value(&window, "regions.a"), value(&window, "regions.b")], ["0..6", "6..17"]);
}

#[test]
fn a_click_on_a_handle_gives_its_end_to_the_arrow_keys() {
    let mut window = two_regions();
    for (handle, keys, regions) in [
        (0.0, (Modifiers::NONE, Key::ArrowRight, 3), ["3..8", "9..17"]),
        (8.0, (Modifiers::NONE, Key::ArrowLeft, 2), ["3..6", "9..17"]),
        (17.0, (Modifiers::SHIFT, Key::ArrowRight, 1), ["3..6", "9..33"]),
        (9.0, (Modifiers::NONE, Key::ArrowRight, 1), ["3..6", "10..33"]),
    ] {
        let at = outside(&window, handle, HANDLES);
        window.hover_at(at);
        window.drag_at(at);
        window.drop_at(at);
        window.run_steps(3);
        let (modifiers, key, times) = keys;
        press(&mut window, modifiers, key, times);
        assert_eq!([value(&window, "regions.a"), value(&window, "regions.b")], regions, "handle at {handle}");
    }
}

#[test]
fn the_picture_keeps_the_arrow_keys_after_a_click_on_it() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
    settle(&mut window);
    press(&mut window, Modifiers::NONE, Key::ArrowRight, 3);
    assert_eq!(region(&window), "40..91");
    let (_, rect) = canvas(&window);
    let at = rect.center() + vec2(0.0, 120.0);
    window.hover_at(at);
    window.drag_at(at);
    window.drop_at(at);
    window.run_steps(3);
    press(&mut window, Modifiers::NONE, Key::ArrowRight, 3);
    assert_eq!(region(&window), "40..94");
    press(&mut window, Modifiers::NONE, Key::ArrowDown, 3);
    assert_eq!(region(&window), "40..91");
}

#[test]
fn a_slider_keeps_the_arrow_keys() {
    let mut window = open(quick(&[("theory.k1", "0"), ("theory.k2", "0.5")]));
    window.get_by_role_and_label(Role::Slider, "Field K1").focus();
    window.run_steps(2);
    press(&mut window, Modifiers::NONE, Key::ArrowRight, 3);
    assert_eq!([value(&window, "theory.k1"), value(&window, "theory.k2")], ["0.06", "0.5"]);
    press(&mut window, Modifiers::NONE, Key::ArrowDown, 3);
    assert_eq!([value(&window, "theory.k1"), value(&window, "theory.k2")], ["0", "0.5"]);
}

#[test]
fn arrow_keys_move_the_end_whose_field_has_the_focus() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
    settle(&mut window);
    field(&mut window, "region A to");
    press(&mut window, Modifiers::NONE, Key::ArrowUp, 3);
    assert_eq!(region(&window), "40..91");
    press(&mut window, Modifiers::SHIFT, Key::ArrowUp, 1);
    assert_eq!(region(&window), "40..107");
    press(&mut window, Modifiers::NONE, Key::Enter, 1);
    assert_eq!(region(&window), "40..107");
    field(&mut window, "region A from");
    press(&mut window, Modifiers::NONE, Key::ArrowDown, 2);
    press(&mut window, Modifiers::SHIFT, Key::ArrowDown, 1);
    assert_eq!(region(&window), "22..107");
    press(&mut window, Modifiers::NONE, Key::Escape, 1);
    assert_eq!(region(&window), "22..107");
}

/// A click on the heading of a section.
fn unfold(window: &mut Window, section: &str) {
    window.get_by_role_and_label(Role::DisclosureTriangle, &format!("{section} section")).click();
    window.run_steps(4);
}

#[test]
fn a_large_seed_is_shown_typed_and_left_as_it_is() {
    // Tall enough for the whole of the section.
    let document = quick(&[("learning.seed", "5000000000")]);
    let mut window = Opening { size: vec2(1440.0, 1400.0), ..Opening::of(document) }.open();
    settle(&mut window);
    unfold(&mut window, "Learning");
    assert_eq!(value(&window, "learning.seed"), "5000000000");
    assert!(!desk(&window).is_modified(), "to look is no change");
    for (typed, seed) in [
        // 2^53 + 1, which no 64-bit float can tell from 2^53, and the largest.
        ("9007199254740993", "9007199254740993"),
        ("18446744073709551615", "18446744073709551615"),
        ("5\u{2009}000\u{2009}000\u{2009}001", "5000000001"),
    ] {
        type_into(&mut window, "Seed value", typed);
        assert_eq!(value(&window, "learning.seed"), seed);
        assert_eq!(desk(&window).errors, Vec::<String>::new());
    }
    type_into(&mut window, "Seed value", "18446744073709551616");
    assert_eq!(value(&window, "learning.seed"), "5000000001");
    assert!(complaint(&window).contains("learning.seed = 18446744073709551616: out of range"));
}

#[test]
fn a_value_that_was_only_looked_at_keeps_all_its_digits() {
    let mut window = open(quick(&[("theory.k2", "1.23456789")]));
    settle(&mut window);
    let learned = desk(&window).document.learned.clone().unwrap();
    field(&mut window, "Neighbour coupling value");
    let node = window.get_by_role_and_label(Role::SpinButton, "Neighbour coupling value");
    assert_eq!(node.accesskit_node().value().as_deref(), Some("1.23456789"), "it is edited at all digits");
    // Left by a click elsewhere, by Return, by Tab and by Escape.
    field(&mut window, "Field value");
    for key in [Key::Enter, Key::Tab, Key::Escape] {
        field(&mut window, "Neighbour coupling value");
        press(&mut window, Modifiers::NONE, key, 1);
    }
    assert_eq!(desk(&window).document.theory.k2, 1.23456789);
    assert!(!desk(&window).is_modified());
    assert!(std::sync::Arc::ptr_eq(desk(&window).document.learned.as_ref().unwrap(), &learned));
    // What is typed counts, but for Escape.
    field(&mut window, "Neighbour coupling value");
    window.event(Event::Text("1.5".into()));
    window.step();
    press(&mut window, Modifiers::NONE, Key::Escape, 1);
    assert_eq!(desk(&window).document.theory.k2, 1.23456789);
    field(&mut window, "Neighbour coupling value");
    window.event(Event::Text("−1.5".into()));
    window.step();
    field(&mut window, "Field value");
    assert_eq!(desk(&window).document.theory.k2, -1.5);
}

#[test]
fn what_is_no_value_is_told_in_a_sentence_and_the_old_one_stays() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
    settle(&mut window);
    for (name, typed, path, sentence) in [
        (
            "Boundary sites value",
            "400",
            "network.sites",
            "network.sites = 400: give a power of two in 2^3…2^20",
        ),
        ("Neighbour coupling value", "9", "theory.k2", "theory.k2 = 9: out of range; give a number in -4…4"),
        ("Neighbour coupling value", "two", "theory.k2", "theory.k2 = two: not a number; give one in -4…4"),
        (
            "region A to",
            "900",
            "regions.a",
            "regions.a = 40..900: 40..900 is longer than the boundary of 256 sites: the whole of it is 0..256",
        ),
        (
            "region A from",
            "300",
            "regions.a",
            "regions.a = 300..88: 300..88 ends before it starts: on a ring of 256 write 300..344 to wrap",
        ),
    ] {
        let before = value(&window, path);
        type_into(&mut window, name, typed);
        assert_eq!(complaint(&window), sentence);
        assert_eq!(value(&window, path), before);
        window.get_by_role_and_label(Role::Button, "Dismiss").click();
        window.run_steps(2);
    }
    type_into(&mut window, "Boundary sites value", "2^9");
    assert_eq!(value(&window, "network.sites"), "512");
}

#[test]
fn a_wall_beyond_the_top_layer_stays_as_it_was_written() {
    let mut window = open(set(&[
        ("theory.kind", "chain"),
        ("learning.sites", "64"),
        ("learning.samples", "500"),
        ("network.wall", "12"),
    ]));
    settle(&mut window);
    window.run_steps(4);
    assert_eq!(value(&window, "network.wall"), "12");
    assert!(!desk(&window).is_modified());
    let said =
        |window: &Window| names(window, Role::Label).iter().any(|n| n.contains("beyond the top layer"));
    assert!(said(&window));
    for (sites, beyond) in [("2^20", false), ("256", true), ("2^14", false)] {
        type_into(&mut window, "Boundary sites value", sites);
        window.run_steps(2);
        assert_eq!((value(&window, "network.wall").as_str(), said(&window)), ("12", beyond), "N = {sites}");
    }
    field(&mut window, "wall layer value");
    press(&mut window, Modifiers::NONE, Key::ArrowDown, 2);
    assert_eq!(value(&window, "network.wall"), "10");
    type_into(&mut window, "wall layer value", "0");
    assert_eq!(complaint(&window), "network.wall = 0: give a layer from 1 to 40");
}

#[test]
fn every_drag_of_a_field_and_of_the_wall_is_a_step_of_its_own() {
    let mut window = open(quick(&[("network.capacity", "unit"), ("network.wall", "6")]));
    settle(&mut window);
    let mut regions = vec![region(&window)];
    for end in ["from", "to"] {
        let name = format!("region A {end}");
        let at = window.get_by_role_and_label(Role::SpinButton, &name).rect().center();
        drag_by(&mut window, at, vec2(40.0, 0.0));
        regions.push(region(&window));
    }
    assert!(
        regions[1].ends_with("..88") && regions[1] != "40..88" && regions[2] != regions[1],
        "{regions:?}"
    );
    for before in [&regions[1], &regions[0]] {
        press(&mut window, Modifiers::COMMAND, Key::Z, 1);
        assert_eq!(&region(&window), before);
    }

    let mut walls = vec![value(&window, "network.wall")];
    for _ in 0..2 {
        let wall = window.get_by_role_and_label(Role::Slider, "infrared wall").rect().center();
        drag_by(&mut window, wall, vec2(0.0, 30.0));
        walls.push(value(&window, "network.wall"));
    }
    assert!(walls[0] != walls[1] && walls[1] != walls[2], "{walls:?}");
    for before in [&walls[1], &walls[0]] {
        press(&mut window, Modifiers::COMMAND, Key::Z, 1);
        assert_eq!(&value(&window, "network.wall"), before);
    }
}

#[test]
fn keys_and_fields_edit_the_interval_that_was_taken_hold_of() {
    let mut window = open(quick(&[("network.capacity", "unit"), ("regions.a", "40..88,150..170")]));
    settle(&mut window);
    drag_handle(&mut window, &[170.0, 180.0]);
    assert_eq!(region(&window), "40..88,150..180");
    press(&mut window, Modifiers::NONE, Key::ArrowRight, 3);
    assert_eq!(region(&window), "40..88,150..183");
    type_into(&mut window, "region A from", "140");
    assert_eq!(region(&window), "40..88,140..183");
    window.get_by_role_and_label(Role::Button, "Next interval").click();
    window.run_steps(2);
    type_into(&mut window, "region A to", "90");
    assert_eq!(region(&window), "40..90,140..183");
    // The whole interval under the hand goes on to be the one, also past another.
    drag_handle(&mut window, &[65.0, 225.0]);
    assert_eq!(region(&window), "140..183,200..250");
    press(&mut window, Modifiers::NONE, Key::ArrowLeft, 1);
    assert_eq!(region(&window), "140..183,200..249");
    // A choice along the rim begins anew.
    drag_along_rim(&mut window, 20.25, 29.75);
    let_go(&mut window, 29.75);
    press(&mut window, Modifiers::NONE, Key::ArrowRight, 1);
    assert_eq!(region(&window), "20..31");
}

#[test]
fn a_dragged_slider_leaves_no_rounding_noise_in_the_document() {
    let mut window = open(quick(&[]));
    for (name, path) in [("Fermion mass m", "theory.mass"), ("Neighbour coupling K2", "theory.k2")] {
        let rect = window.get_by_role_and_label(Role::Slider, name).rect();
        window.hover_at(rect.left_center());
        window.drag_at(rect.left_center());
        for i in 0..=100 {
            window.hover_at(rect.left_center() + vec2(rect.width() * i as f32 / 100.0, 0.0));
            window.step();
            let text = value(&window, path);
            let decimals = text.split_once('.').map_or(0, |(_, after)| after.len());
            assert!(decimals <= 2, "{path} = {text}");
        }
        window.drop_at(rect.right_center());
        window.step();
        let step = desk(&window).history.undo_name().unwrap();
        assert!(["set m = 0.95", "set K2 = 4"].contains(&step), "{step}");
    }
}
