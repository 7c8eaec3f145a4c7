//! What a person does with the window every day: goes back, copies, pins, compares, bookmarks, takes notes, presents.

use crate::window::{
    self, Window, act, app, click, copied, desk, desk_mut, drop_file, is_learned, names, open, quick, settle,
    wait,
};
use egui::accesskit::Role;
use egui::{Key, Modifiers, OutputCommand};
use egui_kittest::kittest::{NodeT, Queryable};
use holoscope::app::action::{Action, Export};
use holoscope::app::enlarged::Enlarged;
use holoscope::app::state::Tab;
use holoscope::desk::{PlotKind, plots, weights};
use holoscope::figure::camera::{Camera, ChartKind};
use holoscope::network::Region;
use holoscope::session::keys::Value;
use holoscope::session::{Note, NotePlace, RegionName, file};
use holoscope::sim::Phase;

fn set(window: &mut Window, path: &'static str, value: Value) {
    act(window, Action::Set { path, value, gesture: None });
}

fn select(window: &mut Window, text: &str) {
    let region = Region::parse(text, 256, desk(window).document.network.boundary).unwrap();
    act(window, Action::SelectRegion { name: RegionName::A, region, gesture: None });
}

#[test]
fn undo_of_a_region_does_not_disturb_the_training() {
    // Long enough that it is surely under way when the hand moves.
    let slow = || quick(&[("theory.k2", "1.1"), ("learning.sites", "256"), ("learning.samples", "2000")]);
    let mut alone = open(slow());
    wait(&mut alone, "learning", is_learned);
    let undisturbed = desk(&alone).training.as_ref().unwrap().stamp;
    let mut window = open(slow());
    wait(&mut window, "the first layer", |d| {
        d.current_training().is_some_and(|t| matches!(t.phase, Phase::Learning(_)) || t.is_complete())
    });
    for step in 1..=12 {
        select(&mut window, &format!("{step}..{}", step + 20));
        window.step();
        act(&mut window, Action::Undo);
        window.step();
    }
    wait(&mut window, "learning", is_learned);
    // Every start and every layer counts one: there was one start.
    assert_eq!(desk(&window).training.as_ref().unwrap().stamp, undisturbed);
    assert_eq!(desk(&window).runs.iter().count(), 1);
}

#[test]
fn undo_brings_parameters_back_with_their_weights_and_reports() {
    let mut window = open(quick(&[]));
    settle(&mut window);
    let before = desk(&window).document.clone();
    let reports = |window: &Window| {
        let training = desk(window).current_training().unwrap();
        training.layers.iter().map(|l| l.report.as_ref().map(|r| r.iterations)).collect::<Vec<_>>()
    };
    let learned = reports(&window);
    assert!(learned.iter().all(Option::is_some));
    set(&mut window, "theory.k2", Value::Real(0.7));
    wait(&mut window, "learning anew", is_learned);
    assert_eq!(desk(&window).history.undo_name(), Some("set K2 = 0.7"));
    let starts = desk(&window).runs.iter().count();
    act(&mut window, Action::Undo);
    assert_eq!(desk(&window).document, before, "the weights are there at once");
    wait(&mut window, "the training of before", is_learned);
    assert_eq!(reports(&window), learned);
    act(&mut window, Action::Redo);
    wait(&mut window, "and forth", is_learned);
    assert_eq!(desk(&window).runs.iter().count(), starts, "nothing was trained anew");
}

#[test]
fn a_training_of_before_comes_back_with_a_click() {
    let mut window = open(quick(&[]));
    settle(&mut window);
    let first = desk(&window).document.clone();
    for k2 in [0.7, 0.9] {
        set(&mut window, "theory.k2", Value::Real(k2));
        wait(&mut window, "learning", is_learned);
    }
    let runs: Vec<String> = desk(&window).runs.iter().map(|r| r.words()).collect();
    assert_eq!(runs.len(), 3);
    assert!(runs[0].starts_with("3: K2 = 0.9000 · 64 sites"), "{runs:?}");
    click(&mut window, Role::Button, "Edit");
    window.get_by_label("Trained before").click();
    window.run_steps(4);
    window.get_by_label(&runs[2]).click();
    wait(&mut window, "the first", |d| d.document.theory.k2 == first.theory.k2 && is_learned(d));
    assert_eq!(desk(&window).document, first);
    assert_eq!(desk(&window).runs.iter().count(), 3);
    assert_eq!(desk(&window).history.undo_name(), Some("back to training 1"));
}

#[test]
fn weights_dropped_on_the_window_are_taken_in_and_count_as_a_change() {
    let here = tempfile::tempdir().unwrap();
    let mut window = open(quick(&[]));
    settle(&mut window);
    let path = here.path().join("w.safetensors");
    let mut stack = (**desk(&window).document.learned.as_ref().unwrap()).clone();
    let holoscope::rbm::LayerRbm::Single(rbm) = &mut stack.layers[0] else { panic!("one channel") };
    rbm.weights[0] = 0.123;
    std::fs::write(&path, weights::to_bytes(&stack)).unwrap();
    drop_file(&mut window, &path);
    let of_file = |d: &holoscope::app::state::Desk| {
        d.document.learned.as_ref().is_some_and(|l| l.layers == stack.layers)
    };
    wait(&mut window, "the weights", of_file);
    settle(&mut window);
    assert!(desk(&window).is_modified());
    // A file of other layers is a sentence and changes nothing.
    std::fs::write(&path, b"not weights").unwrap();
    drop_file(&mut window, &path);
    wait(&mut window, "a sentence", |d| d.errors.iter().any(|e| e.contains("no safetensors file")));
    assert!(of_file(desk(&window)));
}

#[test]
fn numbers_are_copied_at_full_precision_by_a_click() {
    let mut window = open(quick(&[]));
    settle(&mut window);
    desk_mut(&mut window).view.tab = Tab::Regions;
    window.run_steps(3);
    let s = desk(&window).answer.as_ref().unwrap().regions[0].cut.capacity_nats;
    for name in ["Copy S of A", "Copy links of A"] {
        window.get_by_role_and_label(Role::Button, name).click();
        window.step();
        let expected = match name {
            "Copy S of A" => s.to_string(),
            _ => desk(&window).answer.as_ref().unwrap().regions[0].cut.links.len().to_string(),
        };
        assert_eq!(copied(&window), Some(expected), "{name}");
    }
    wait(&mut window, "the fit", |d| d.is_surveyed());
    let slope = desk(&window).survey.as_ref().unwrap().fit.unwrap().slope_nats_per_log2;
    window.get_by_role_and_label(Role::Button, "Copy the slope of the fit").click();
    window.step();
    assert_eq!(copied(&window), Some(slope.to_string()));
    // The readout, in a form of another language.
    let readout = names(&window, Role::Label).into_iter().find(|n| n.starts_with("S_A = ")).unwrap();
    window.get_by_role_and_label(Role::Label, &readout).click_secondary();
    window.run_steps(3);
    window.get_by_label("Copy as Python").click();
    window.step();
    assert_eq!(copied(&window), Some(format!("S_A = {s:?}  # nats, A = 40..88")));
}

#[test]
fn plots_and_the_bulk_go_to_the_clipboard() {
    let mut window = open(quick(&[]));
    settle(&mut window);
    wait(&mut window, "the curve", |d| d.is_surveyed());
    act(&mut window, Action::CopyNumbers(Export::PlotData(PlotKind::Scaling)));
    window.step();
    let text = copied(&window).unwrap();
    let rows = desk(&window).survey.as_ref().unwrap().rows.len();
    assert!(text.starts_with("size [sites]\tlog2_size\tmean [nats]"), "{text}");
    assert_eq!(text.lines().count(), rows + 1);
    for (export, size) in [(Export::Bulk, [1600, 1600]), (Export::Plot(PlotKind::Weights), [1120, 760])] {
        act(&mut window, Action::CopyPicture(export));
        let mut found = None;
        for _ in 0..window::MOST_FRAMES {
            window.step();
            found = window.output().platform_output.commands.iter().find_map(|command| match command {
                OutputCommand::CopyImage(image) => Some(image.clone()),
                _ => None,
            });
            if found.is_some() {
                break;
            }
            std::thread::sleep(window::PAUSE);
        }
        let image = found.expect("a picture on the clipboard");
        assert_eq!(image.size, size, "{export:?}");
        let ground = image.pixels[0];
        assert!(image.pixels.iter().filter(|p| **p != ground).count() > 10_000, "{export:?} is not empty");
    }
    assert_eq!(desk(&window).errors, Vec::<String>::new());
}

#[test]
fn pinned_curves_stay_while_parameters_change_and_a_session_is_compared() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
    settle(&mut window);
    wait(&mut window, "the curve", |d| d.is_surveyed());
    let rows = desk(&window).survey.as_ref().unwrap().rows.clone();
    window.key_press_modifiers(Modifiers::COMMAND, Key::P);
    window.run_steps(2);
    set(&mut window, "network.receptive_field", Value::Integer(2));
    settle(&mut window);
    wait(&mut window, "the other curve", |d| d.is_surveyed() && d.survey.as_ref().unwrap().rows != rows);
    let d = desk(&window);
    let chart = plots::chart(PlotKind::Scaling, &d.document, &d.study(), d.view.plots).unwrap();
    let ghost = chart.series.iter().find(|s| s.end_label == "pin 1").unwrap();
    assert!(ghost.points.iter().zip(&rows).all(|(point, row)| (point[1] - row.mean_nats).abs() < 1e-12));
    act(&mut window, Action::Compare("@tree".into()));
    wait(&mut window, "the preset", |d| d.pins.len() == 2);
    window.run_steps(3);
    let labels = names(&window, Role::Label);
    for word in ["network.receptive_field", "pin 1", "@tree", "now", "links of A"] {
        assert!(labels.iter().any(|l| l == word), "{word} among {labels:?}");
    }
    for _ in 0..4 {
        act(&mut window, Action::Pin);
    }
    assert_eq!(
        desk(&window).pins.iter().map(|p| p.name.as_str()).collect::<Vec<_>>(),
        ["pin 2", "pin 3", "pin 4", "pin 5"]
    );
    window.run_steps(2);
    click(&mut window, Role::Button, "Unpin pin 3");
    assert_eq!(desk(&window).pins.len(), 3);
    act(&mut window, Action::Compare("no/such.holo".into()));
    wait(&mut window, "a sentence", |d| d.errors.iter().any(|e| e.contains("no such file")));
}

#[test]
fn bookmarks_are_made_walked_renamed_and_saved() {
    let here = tempfile::tempdir().unwrap();
    let mut window = open(quick(&[("network.capacity", "unit")]));
    settle(&mut window);
    let tilted = Camera { rotation_rad: 0.7, magnification: 1.5, ..Camera::HOME };
    act(&mut window, Action::Look(tilted));
    window.key_press_modifiers(Modifiers::COMMAND, Key::B);
    window.run_steps(2);
    select(&mut window, "100..130");
    set(&mut window, "view.chart", Value::Text("klein".into()));
    act(&mut window, Action::Look(Camera { dilation: 2.0, ..Camera::HOME }));
    act(&mut window, Action::AddBookmark);
    act(&mut window, Action::ToggleMarks);
    window.run_steps(3);
    click(&mut window, Role::Button, "Go to bookmark 1");
    wait(&mut window, "the first place", move |d| d.camera == tilted);
    let d = desk(&window);
    assert_eq!(
        (d.document.regions.a.to_string().as_str(), d.document.view.chart),
        ("40..88", ChartKind::Ring)
    );
    assert_eq!(d.history.undo_name(), Some("go to bookmark 1: A = 40..88"));
    act(&mut window, Action::RenameBookmark(0, "start".into()));
    act(&mut window, Action::SetNote(Note { text: "a defect".into(), place: NotePlace::Site(7) }));
    act(&mut window, Action::Write(Export::Session, here.path().join("m.holo")));
    wait(&mut window, "saved", |d| !d.is_modified() && d.path.is_some());
    let saved = file::from_bytes(&std::fs::read(here.path().join("m.holo")).unwrap(), "x").unwrap();
    assert_eq!(saved.bookmarks, desk(&window).document.bookmarks);
    assert_eq!(saved.bookmarks[0].name, "start");
    assert_eq!(saved.notes.len(), 1);
    click(&mut window, Role::Button, "Delete bookmark 1");
    assert_eq!(desk(&window).document.bookmarks.len(), 1);
    act(&mut window, Action::Undo);
    assert_eq!(desk(&window).document.bookmarks.len(), 2);
    // Parameters of a preset leave them alone.
    act(&mut window, Action::Preset("tree"));
    assert_eq!((desk(&window).document.bookmarks.len(), desk(&window).document.notes.len()), (2, 1));
}

#[test]
fn a_note_is_written_on_what_is_under_the_pointer_and_drawn_and_exported() {
    let here = tempfile::tempdir().unwrap();
    let mut window = open(quick(&[("network.capacity", "unit")]));
    settle(&mut window);
    act(&mut window, Action::DraftNote(NotePlace::Tile { layer: 3, index: 4 }));
    window.run_steps(3);
    let field = window.get_by_role(Role::TextInput);
    field.focus();
    field.type_text("the neck");
    window.run_steps(3);
    click(&mut window, Role::Button, "Keep");
    assert_eq!(desk(&window).document.notes[0].text, "the neck");
    window.run_steps(2);
    let drawn = |window: &Window| format!("{:?}", app(window).page().marks).contains("the neck");
    assert!(drawn(&window));
    let path = here.path().join("bulk.svg");
    act(&mut window, Action::Write(Export::Bulk, path.clone()));
    let there = path.clone();
    wait(&mut window, "the figure", move |_| there.exists());
    assert!(std::fs::read_to_string(&path).unwrap().contains("the neck"));
    // A network that has no such tile keeps the note and does not draw it.
    set(&mut window, "network.sites", Value::Integer(16));
    settle(&mut window);
    assert!(!drawn(&window) && desk(&window).document.notes.len() == 1);
    act(&mut window, Action::Undo);
    settle(&mut window);
    assert!(drawn(&window));
    act(
        &mut window,
        Action::SetNote(Note { text: String::new(), place: NotePlace::Tile { layer: 3, index: 4 } }),
    );
    assert!(desk(&window).document.notes.is_empty());
}

#[test]
fn a_talk_shows_the_picture_alone_and_walks_the_bookmarks() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
    settle(&mut window);
    for text in ["10..30", "50..90", "120..200"] {
        select(&mut window, text);
        act(&mut window, Action::AddBookmark);
    }
    let region = |window: &Window| desk(window).document.regions.a.to_string();
    window.key_press(Key::F5);
    window.run_steps(3);
    assert!(desk(&window).view.present.on);
    assert!(window.query_by_role_and_label(Role::Button, "File").is_none(), "the panels are gone");
    let rects: Vec<_> = window.query_all_by_role(Role::Canvas).map(|n| n.rect()).collect();
    // All but the margin of 8 that the harness has on every side.
    assert_eq!(rects.iter().map(|r| r.size()).collect::<Vec<_>>(), [egui::vec2(1424.0, 884.0)]);
    for (key, expected) in [
        (Key::ArrowRight, "10..30"),
        (Key::ArrowRight, "50..90"),
        (Key::ArrowLeft, "10..30"),
        (Key::ArrowLeft, "120..200"),
    ] {
        window.key_press(key);
        window.run_steps(2);
        assert_eq!(region(&window), expected);
    }
    window.key_press(Key::B);
    window.run_steps(2);
    assert_eq!(window.query_all_by_role(Role::Canvas).count(), 0, "blank");
    window.key_press(Key::B);
    window.run_steps(2);
    window.key_press(Key::P);
    window.run_steps(2);
    assert!(desk(&window).view.present.plot && !desk(&window).view.present.blank);
    window.key_press(Key::Escape);
    window.run_steps(2);
    assert!(!desk(&window).view.present.on);
    assert_eq!(region(&window), "120..200", "Escape ends the talk and clears no region");
    assert!(window.query_by_role_and_label(Role::Button, "File").is_some());
}

#[test]
fn a_control_that_differs_from_its_preset_says_so() {
    let mut window = open(quick(&[]));
    act(&mut window, Action::Preset("critical"));
    window.run_steps(2);
    let marks = |window: &Window| {
        names(window, Role::Label).into_iter().filter(|n| n.contains(" modified, ")).collect::<Vec<_>>()
    };
    assert_eq!(marks(&window), Vec::<String>::new());
    set(&mut window, "network.sites", Value::Integer(512));
    window.run_steps(2);
    let found = marks(&window);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("modified, critical: 256"), "{found:?}");
    act(&mut window, Action::Undo);
    window.run_steps(2);
    assert_eq!(marks(&window), Vec::<String>::new());
    // Choices and the wall as sliders do; how it is looked at is no part of a preset.
    for (path, value, words) in [
        ("network.receptive_field", Value::Integer(4), "critical: 3"),
        ("network.capacity", Value::Text("unit".into()), "critical: learned"),
        ("network.wall", Value::Text("3".into()), "critical: off"),
    ] {
        set(&mut window, path, value);
        window.run_steps(2);
        let found = marks(&window);
        assert!(found.len() == 1 && found[0].ends_with(words), "{path}: {found:?}");
        act(&mut window, Action::Undo);
        window.run_steps(2);
    }
    set(&mut window, "view.units", Value::Text("bits".into()));
    window.run_steps(2);
    assert_eq!(marks(&window), Vec::<String>::new());
}

#[test]
fn undo_of_going_to_a_bookmark_takes_the_view_back() {
    let mut window = open(quick(&[]));
    let near = Camera { magnification: 3.0, shift: [0.2, -0.1], ..Camera::HOME };
    act(&mut window, Action::Look(near));
    act(&mut window, Action::AddBookmark);
    act(&mut window, Action::Look(Camera::HOME));
    act(&mut window, Action::ReduceMotion(true));
    act(&mut window, Action::GoToBookmark(0));
    window.run_steps(2);
    assert_eq!(desk(&window).camera, near);
    act(&mut window, Action::Undo);
    window.run_steps(2);
    assert_eq!(desk(&window).camera, Camera::HOME);
    act(&mut window, Action::Redo);
    window.run_steps(2);
    assert_eq!(desk(&window).camera, near);
}

#[test]
fn the_menus_take_the_plot_that_covers_the_canvas() {
    let mut window = open(quick(&[]));
    settle(&mut window);
    act(&mut window, Action::Enlarge(Some(Enlarged::Plot(PlotKind::Flow))));
    window.run_steps(2);
    click(&mut window, Role::Button, "File");
    click(&mut window, Role::Button, "Export the plot…");
    window.run_steps(2);
    let path = window.get_by_label("path").accesskit_node().value().unwrap();
    assert!(path.ends_with("flow.svg"), "{path}");
}
