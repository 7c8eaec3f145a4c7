//! Work that lasts, in the window: films, exports and comparisons with their progress, and called off.

use crate::window::{self, Window, act, click, desk, is_learned, names, open, quick, wait, wait_for};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use holoscope::app::action::{Action, Export};
use holoscope::app::state::Clip;
use std::path::{Path, PathBuf};

fn small() -> Window {
    let mut window = open(quick(&[("network.sites", "64"), ("regions.a", "4..16")]));
    wait(&mut window, "learning", is_learned);
    window
}

/// Opens the dialog from its menu.
fn film_dialog(window: &mut Window) {
    click(window, Role::Button, "File");
    click(window, Role::Button, "Export a film…");
    window.run_steps(2);
}

/// Types another path in the dialog.
fn type_path(window: &mut Window, path: &Path) {
    window.get_by_label("path").focus();
    window.run_steps(2);
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.get_by_label("path").type_text(&path.display().to_string());
    window.run_steps(2);
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn nothing_under_way(window: &Window) -> bool {
    desk(window).files.errands().is_empty()
}

#[test]
fn a_film_is_made_from_the_menu_and_is_the_one_of_the_command_line() {
    let here = tempfile::tempdir().unwrap();
    let mut window = small();
    let document = desk(&window).document.clone();
    film_dialog(&mut window);
    let path = here.path().join("film.png");
    type_path(&mut window, &path);
    window.get_by_label("training").click();
    window.run_steps(2);
    click(&mut window, Role::Button, "Make");
    wait(&mut window, "the film", |d| d.files.errands().is_empty() && !d.files.is_open());
    wait(&mut window, "word of it", |d| d.notice.as_ref().is_some_and(|n| n.0.starts_with("wrote ")));
    // The same order through the plain call.
    let order = desk(&window).files.film().order(&path, holoscope::figure::palette::Theme::Dark).unwrap();
    let other = here.path().join("other.png");
    let made = holoscope::desk::filming::make_file(&order, document, &other, &|_| true, &|| true);
    made.unwrap();
    assert!(std::fs::read(&path).unwrap() == std::fs::read(&other).unwrap());
    assert!(desk(&window).errors.is_empty());
}

#[test]
fn a_film_that_is_called_off_leaves_no_file_and_says_so() {
    let here = tempfile::tempdir().unwrap();
    let mut window = small();
    for name in ["film.gif", "film.png", "pictures"] {
        act(&mut window, Action::MakeFilm(here.path().join(name)));
        let cancel = format!("Cancel {name}");
        wait_for(&mut window, "a line that tells how far it is", |w| {
            w.query_by_role_and_label(Role::Button, &cancel).is_some()
        });
        let told = names(&window, Role::Status);
        assert!(told.iter().any(|line| line.starts_with(name) && line.contains(" · ")), "{told:?}");
        click(&mut window, Role::Button, &cancel);
        wait_for(&mut window, "its end", nothing_under_way);
        wait(&mut window, "word of it", |d| {
            d.notice.as_ref().is_some_and(|n| n.0 == format!("{name}: called off"))
        });
        assert_eq!(names_in(here.path()), Vec::<String>::new());
        assert!(desk(&window).errors.is_empty());
    }
}

#[test]
fn a_window_that_closes_asks_while_a_film_is_being_made() {
    let here = tempfile::tempdir().unwrap();
    let mut window = small();
    let path = here.path().join("film.gif");
    act(&mut window, Action::MakeFilm(path));
    assert!(!desk(&window).is_modified() && desk(&window).would_lose());
    act(&mut window, Action::Quit);
    assert!(!desk(&window).may_close, "the film would be lost");
    window.run_steps(2);
    assert!(names(&window, Role::Label).iter().any(|l| l.starts_with("film.gif is being made")));
    act(&mut window, Action::KeepChanges);
    act(&mut window, Action::Quit);
    // What it waits for is made, and then it closes by itself.
    wait(&mut window, "the end", |d| d.may_close);
    assert_eq!(names_in(here.path()), ["film.gif", "film.gif.holo"]);
}

#[test]
fn the_film_dialog_says_what_cannot_be_and_stays() {
    let here = tempfile::tempdir().unwrap();
    let mut window = small();
    // A folder that is not there is known only when the film is written: one sentence.
    act(&mut window, Action::MakeFilm(here.path().join("none/film.gif")));
    wait(&mut window, "a sentence", |d| !d.errors.is_empty());
    assert!(desk(&window).errors[0].contains("no such file or folder"), "{:?}", desk(&window).errors);
    act(&mut window, Action::Dismiss);
    film_dialog(&mut window);
    type_path(&mut window, &here.path().join("film.mp4"));
    click(&mut window, Role::Button, "Make");
    window.run_steps(2);
    let alerts = names(&window, Role::Alert);
    assert!(alerts.iter().any(|a| a.contains(".gif, .png or .apng")), "{alerts:?}");
    window.get_by_label("sweep").click();
    window.run_steps(2);
    type_path(&mut window, &here.path().join("film.gif"));
    window.get_by_label("values 1").focus();
    window.run_steps(2);
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.get_by_label("values 1").type_text("0:2:3");
    window.run_steps(2);
    click(&mut window, Role::Button, "Make");
    window.run_steps(2);
    let alerts = names(&window, Role::Alert);
    assert!(alerts.iter().any(|a| a.contains("theory.mass = 1: out of range")), "{alerts:?}");
    assert!(desk(&window).files.is_open() && nothing_under_way(&window));
    assert_eq!(names_in(here.path()), Vec::<String>::new());
}

#[test]
fn a_comparison_can_be_called_off_and_leaves_no_pin() {
    let mut window = small();
    act(&mut window, Action::Compare(PathBuf::from("@critical")));
    assert!(!nothing_under_way(&window));
    act(&mut window, Action::CallOffErrand(1));
    wait_for(&mut window, "its end", nothing_under_way);
    wait(&mut window, "word of it", |d| d.notice.as_ref().is_some_and(|n| n.0.ends_with("called off")));
    assert!(desk(&window).pins.is_empty() && desk(&window).errors.is_empty());
}

#[test]
fn an_export_that_is_called_off_at_once_writes_nothing() {
    let here = tempfile::tempdir().unwrap();
    let mut window = small();
    for (number, name) in [(1, "bulk.png"), (2, "bulk.pdf")] {
        act(&mut window, Action::Write(Export::Bulk, here.path().join(name)));
        act(&mut window, Action::CallOffErrand(number));
        wait_for(&mut window, "its end", nothing_under_way);
        window.run_steps(2);
        // Too late is possible on a fast machine; half of a file is not.
        let told = desk(&window).notice.as_ref().unwrap().0.clone();
        let there = here.path().join(name).exists();
        assert!(if there { told.starts_with("wrote") } else { told.ends_with("called off") }, "{told}");
    }
    assert!(names_in(here.path()).iter().all(|name| !name.starts_with('.')));
}

#[test]
fn how_to_cite_is_in_the_help_menu() {
    let mut window = open(quick(&[]));
    window.run_steps(3);
    click(&mut window, Role::Button, "Help");
    let told = names(&window, Role::Label);
    assert!(told.iter().any(|l| l.starts_with("holoscope ") && l.contains("commit ")), "{told:?}");
    click(&mut window, Role::Button, "Cite…");
    // The dialog finds its size, and with it its place, in its first frames.
    window.run_steps(8);
    window.get_by_label("Copy BibTeX").click();
    window.step();
    let copied = window::copied(&window).unwrap();
    assert_eq!(copied, holoscope::desk::citation::bibtex());
    window.run_steps(2);
    assert!(window.query_by_label("Copy BibTeX").is_none());
}

#[test]
fn weights_network_and_caption_leave_the_window_as_they_leave_the_command_line() {
    let here = tempfile::tempdir().unwrap();
    let mut window = small();
    let stack = desk(&window).document.learned.clone().unwrap();
    for name in ["w.safetensors", "w.npz"] {
        act(&mut window, Action::Write(Export::Weights, here.path().join(name)));
    }
    for name in ["g.json", "g.graphml"] {
        act(&mut window, Action::Write(Export::Network, here.path().join(name)));
    }
    wait(&mut window, "the files", |d| d.files.errands().is_empty());
    let expected = ["g.graphml", "g.json", "w.npz", "w.npz.holo", "w.safetensors", "w.safetensors.holo"];
    assert_eq!(names_in(here.path()), expected);
    let document = desk(&window).document.clone();
    for name in ["w.safetensors", "w.npz"] {
        let read = holoscope::desk::weights::read(&here.path().join(name), &document).unwrap();
        assert_eq!(read.layers, stack.layers);
    }
    let graph: serde_json::Value =
        serde_json::from_slice(&std::fs::read(here.path().join("g.json")).unwrap()).unwrap();
    assert_eq!(graph["made_by"]["parameters"]["network.sites"], 64);
    // An ending that is none of theirs is a sentence.
    act(&mut window, Action::Write(Export::Weights, here.path().join("w.csv")));
    wait(&mut window, "a sentence", |d| d.errors.iter().any(|e| e.contains(".safetensors or .npz")));
    act(&mut window, Action::CopyCaption(Export::Bulk));
    let Some(Clip::Text(caption)) = desk(&window).clipboard.clone() else { panic!("no caption") };
    assert!(caption.starts_with("The network as a tiling") && caption.contains("seed 1"), "{caption}");
}

#[test]
fn dialogs_begin_beside_the_session_and_a_preset_opens_by_its_name() {
    let here = tempfile::tempdir().unwrap();
    let mut window = small();
    act(&mut window, Action::Write(Export::Session, here.path().join("mine.holo")));
    wait(&mut window, "saved", |d| d.path.is_some());
    for (export, name) in [(Export::Session, "mine.holo"), (Export::Bulk, "mine-bulk.svg")] {
        act(&mut window, Action::Ask(export));
        window.run_steps(2);
        let path = window.get_by_label("path").accesskit_node().value().unwrap();
        assert_eq!(Path::new(&path), here.path().join(name));
        click(&mut window, Role::Button, "Cancel");
    }
    act(&mut window, Action::AskOpen);
    window.run_steps(2);
    type_path(&mut window, &here.path().join("@chain"));
    click(&mut window, Role::Button, "Open");
    wait(&mut window, "the preset", |d| d.document.preset.as_deref() == Some("chain"));
    assert!(desk(&window).path.is_none() && desk(&window).errors.is_empty());
}
