//! Regions under the hand: chosen along the rim, moved, cleared and typed, and one number of them in every place.

use crate::hands::{answer, canvas, drag_along_rim, let_go, outside, painted_texts, readout, region, rim};
use crate::window::{Window, click, desk, desk_mut, names, open, quick, settle, wait_for as wait};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable;
use holoscope::app::state::Tab;
use holoscope::desk::results::{CutDetails, cut_report};
use holoscope::desk::{files, picture, study};
use holoscope::export::Cell;
use holoscope::figure::chart::four_digits;
use holoscope::network::Region;
use holoscope::session::RegionName;
use holoscope::session::keys::find;
use std::sync::Arc;

/// Where arcs and handles stand outside the boundary, in points: a hand takes hold of them within a few points.
const ARC_OFFSET: f64 = 7.0;

#[test]
fn a_drag_along_the_rim_selects_the_sites_under_it_and_every_readout_shows_one_number() {
    for chart in ["ring", "half-plane", "poincare", "klein"] {
        let mut window = open(quick(&[("view.chart", chart)]));
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
        for part in ["40 sites", " [100, 140)"] {
            let parts = names(&window, Role::Label).into_iter().filter(|n| n == part);
            assert_eq!(parts.count(), 1, "the line under the readout");
        }

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

#[test]
fn a_drag_may_go_over_the_seam_and_either_way() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
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
    let mut window = open(quick(&[("network.capacity", "unit")]));
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
    let mut window = open(quick(&[("network.capacity", "unit")]));
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
    let mut window = open(quick(&[("network.capacity", "unit")]));
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
    let mut window = open(quick(&[("regions.a", "")]));
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
    let mut window = open(quick(&[("network.capacity", "unit")]));
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

#[test]
fn undo_and_redo_of_a_region_bring_its_number_along() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
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

#[test]
fn number_keys_choose_the_region_that_is_edited() {
    let mut window = open(quick(&[]));
    for (key, name) in [(Key::Num2, RegionName::B), (Key::Num3, RegionName::C), (Key::Num1, RegionName::A)] {
        window.key_press(key);
        window.run_steps(2);
        assert_eq!(desk(&window).view.active.name, name);
    }
}

#[test]
fn number_fields_set_the_ends_of_a_region() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
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
fn shift_adds_an_interval_and_control_takes_sites_away() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
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
fn keys_meant_for_a_dialog_or_a_menu_leave_region_and_view_behind_it_as_they_are() {
    let mut window = open(quick(&[("view.chart", "half-plane")]));
    settle(&mut window);
    let before = (region(&window), desk(&window).camera);
    let press = |window: &mut Window, key: Key| {
        window.key_press(key);
        window.run_steps(4);
    };
    press(&mut window, Key::F1);
    assert!(desk(&window).view.help);
    for key in [Key::W, Key::ArrowRight, Key::Escape] {
        press(&mut window, key);
        assert_eq!((region(&window), desk(&window).camera), before, "{key:?} behind the help");
    }
    assert!(!desk(&window).view.help, "Escape closes it");
    click(&mut window, Role::Button, "File");
    window.run_steps(4);
    assert!(egui::Popup::is_any_open(&window.ctx));
    press(&mut window, Key::Escape);
    assert!(!egui::Popup::is_any_open(&window.ctx), "Escape closes the menu");
    assert_eq!((region(&window), desk(&window).camera), before);
    // Nothing lies over the window now.
    press(&mut window, Key::Escape);
    assert_eq!(region(&window), "");
}

/// The tab once had lines for A, B and C alone, and said I(A,B) = 0 where A and C were given.
#[test]
fn unions_and_the_information_of_the_two_given_regions_stand_in_the_tab() {
    let set = [
        ("network.sites", "64"),
        ("network.capacity", "unit"),
        ("regions.a", "0..8"),
        ("regions.b", ""),
        ("regions.c", "9..20"),
    ];
    let mut window = open(quick(&set));
    settle(&mut window);
    desk_mut(&mut window).view.tab = Tab::Regions;
    window.run_steps(3);
    wait(&mut window, "the union", |w| !desk(w).answer.as_ref().unwrap().unions.is_empty());
    window.run_steps(2);
    let labels = names(&window, Role::Label);
    let links = |n: f64| four_digits(n * std::f64::consts::LN_2);
    assert!(labels.iter().any(|n| n.starts_with(&format!("AC 19, 11, –, {}", links(11.0)))), "{labels:?}");
    let information = format!("I(A,C) = S_A + S_C − S_AC: cuts {}", links(3.0));
    assert!(labels.iter().any(|n| n.starts_with(&information)), "{labels:?}");
    assert!(!labels.iter().any(|n| n.starts_with("I(A,B)")));
}
