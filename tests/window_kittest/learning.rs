//! Training, pruning and studies beside the window: begun by a slider, paused, stepped, shown as they go.

use crate::hands::{answer, readout};
use crate::window::{self, PAUSE, Window, desk, name_of, names, open, quick, settle, wait_for as wait};
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2};
use egui_kittest::kittest::Queryable;
use holoscope::app::action::Action;
use holoscope::figure::chart::four_digits;
use holoscope::figure::palette::Theme;
use holoscope::session::keys::Value;

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
    let mut window = open(quick(&[]));
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
fn pause_stops_the_layers_and_a_step_adds_exactly_one() {
    // Enough samples that training is still at its beginning when the pause arrives.
    let mut window = open(quick(&[("learning.sites", "256"), ("learning.samples", "60000")]));
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
fn a_session_that_is_opened_while_training_is_paused_is_learned() {
    let mut window = open(quick(&[]));
    settle(&mut window);
    window.key_press(Key::Space);
    window.step();
    assert!(!desk(&window).is_playing());
    let (path, value) = ("learning.seed", Value::Integer(2));
    window::act(&mut window, Action::Set { path, value, gesture: None });
    window.run_steps(2);
    wait(&mut window, "word of the pause", |w| {
        names(w, Role::Status).iter().any(|name| name.contains("paused before layer 1 of 6"))
    });

    window.key_press_modifiers(Modifiers::COMMAND, Key::N);
    window.run_steps(2);
    window.key_press(Key::D);
    window.run_steps(2);
    assert!(desk(&window).is_playing() && desk(&window).document == holoscope::session::Document::default());
    wait(&mut window, "all that is learned", |w| window::is_learned(desk(w)));
}

#[test]
fn a_study_runs_beside_the_window_and_shows_its_plot() {
    let mut window = open(quick(&[("network.sites", "64")]));
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
    let mut window = open(quick(&[("network.sites", "64")]));
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
    let mut window = open(quick(&[("network.sites", "64"), ("learning.method", "cd")]));
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
