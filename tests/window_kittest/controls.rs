//! The controls of the parameters: each has one, each does what it says, and a screen reader reaches them.

use crate::window::{Opening, Window, desk, name_of, open, quick};
use egui::accesskit::Role;
use egui::{Pos2, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use holoscope::session::Document;
use holoscope::session::keys::{KEYS, Key as Parameter, Kind, set_all};

fn open_sized(document: Document, size: egui::Vec2) -> Window {
    Opening { size, ..Opening::of(document) }.open()
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
    let mut window = open_sized(quick(&[("network.capacity", "bond-dimension")]), tall);
    for section in ["Theory", "Network", "Learning", "Layers shown", "View"] {
        let name = format!("{section} section");
        let node = window.get_by_label(&name);
        let is_open = node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True);
        if !is_open {
            node.click();
        }
        window.step();
    }
    // What is computed meanwhile moves it: a click at a place could miss it.
    window.get_by_role_and_label(Role::Tab, "State tab").click_accesskit();
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
fn a_screen_reader_sets_a_slider_by_value() {
    let mut window = open(quick(&[("theory.kind", "quantum-ising")]));
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
                if ["learning.rate", "learning.gibbs_steps"].contains(&key.path) {
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
