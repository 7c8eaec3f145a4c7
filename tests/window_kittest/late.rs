//! What comes late: files that are read and saved, and trainings that end, while something else is done already.

use crate::window::{Opening, Window, act, click, desk, is_learned, open, quick, settle, wait};
use egui::accesskit::Role;
use holoscope::app::action::{Action, Export};
use holoscope::app::state::{Desk, TourMove};
use holoscope::desk::tour::stops;
use holoscope::network::Region;
use holoscope::session::keys::Value;
use holoscope::session::{Document, RegionName, SamplesFile, file};
use holoscope::sim::TheoryKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn set_k2(window: &mut Window, k2: f64) {
    act(window, Action::Set { path: "theory.k2", value: Value::Real(k2), gesture: None });
}

fn k2(window: &Window) -> f64 {
    desk(window).document.theory.k2
}

/// A file of a session.
fn written(folder: &Path, name: &str, k2: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, file::to_bytes(&quick(&[("theory.k2", k2)]))).unwrap();
    path
}

fn of_file(path: &Path) -> Window {
    let document = file::from_bytes(&std::fs::read(path).unwrap(), "x").unwrap();
    Opening { path: Some(path.into()), ..Opening::of(document) }.open()
}

/// Waits until no file is read or written, and takes in what came of it.
fn nothing_under_way(window: &mut Window) {
    wait(window, "files", |d| d.files.errands().is_empty());
    window.run_steps(3);
}

/// A file of 200 rows of 16 spins.
fn write_spins(path: &Path) {
    let row =
        |s: usize| (0..16).map(|i| if (i + s) % 7 < 4 { "1" } else { "-1" }).collect::<Vec<_>>().join(",");
    std::fs::write(path, (0..200).map(|s| row(s) + "\n").collect::<String>()).unwrap();
}

#[test]
fn a_new_session_during_the_tour_asks_about_the_changes_that_wait() {
    let mut window = open(quick(&[]));
    set_k2(&mut window, 0.8);
    act(&mut window, Action::Tour(TourMove::Start));
    window.run_steps(2);
    act(&mut window, Action::New);
    window.run_steps(2);
    assert!(desk(&window).touring().is_none());
    click(&mut window, Role::Button, "Cancel");
    assert!(k2(&window) == 0.8 && desk(&window).is_modified());
    assert_eq!(desk(&window).history.undo_name(), Some("set K2 = 0.8"));
    // What was made at a stop is asked about first, and then the changes.
    act(&mut window, Action::Tour(TourMove::Start));
    window.run_steps(2);
    let network = desk(&window).document.network;
    let region = Region::parse("1..9", network.sites, network.boundary).unwrap();
    act(&mut window, Action::SelectRegion { name: RegionName::A, region, gesture: None });
    act(&mut window, Action::New);
    assert!(desk(&window).touring().unwrap().leaving);
    window.run_steps(2);
    click(&mut window, Role::Button, "Give my session back");
    wait(&mut window, "the question", |d| d.view.pending.is_some());
    assert_eq!(k2(&window), 0.8);
    click(&mut window, Role::Button, "Discard");
    assert_eq!(desk(&window).document.without_weights(), Document::default());
}

#[test]
fn a_session_that_was_read_asks_before_it_replaces_edits_made_meanwhile() {
    let here = tempfile::tempdir().unwrap();
    let other = written(here.path(), "other.holo", "0.25");
    let mut window = open(quick(&[]));
    act(&mut window, Action::Open(other.clone()));
    set_k2(&mut window, 0.8);
    wait(&mut window, "the question", |d| d.view.pending.is_some());
    click(&mut window, Role::Button, "Cancel");
    assert!(k2(&window) == 0.8 && desk(&window).path.is_none());
    // Changes that were given up are not asked about once more; later ones are.
    for edits in [false, true] {
        set_k2(&mut window, 0.9);
        act(&mut window, Action::Open(other.clone()));
        act(&mut window, Action::DiscardChanges);
        if edits {
            set_k2(&mut window, 0.7);
            wait(&mut window, "the question", |d| d.view.pending.is_some());
            assert_eq!(k2(&window), 0.7);
            click(&mut window, Role::Button, "Discard");
        }
        wait(&mut window, "the other", |d| d.path.as_ref() == Some(&other) && d.document.theory.k2 == 0.25);
    }
    assert!(!desk(&window).is_modified() && desk(&window).errors.is_empty());
}

#[test]
fn of_two_sessions_that_are_opened_the_later_one_stays() {
    let here = tempfile::tempdir().unwrap();
    let (first, second) = (written(here.path(), "a.holo", "0.25"), written(here.path(), "b.holo", "0.5"));
    let mut window = open(quick(&[]));
    for _ in 0..5 {
        act(&mut window, Action::Open(first.clone()));
        act(&mut window, Action::Open(second.clone()));
        nothing_under_way(&mut window);
        assert_eq!((desk(&window).path.as_ref(), k2(&window)), (Some(&second), 0.5));
        act(&mut window, Action::Open(first.clone()));
        act(&mut window, Action::New);
        nothing_under_way(&mut window);
        assert!(desk(&window).path.is_none() && k2(&window) == 2.0);
    }
}

#[test]
fn a_save_that_lands_late_closes_no_window_over_newer_edits() {
    let here = tempfile::tempdir().unwrap();
    let mut window = of_file(&written(here.path(), "a.holo", "0.25"));
    set_k2(&mut window, 0.8);
    act(&mut window, Action::Quit);
    act(&mut window, Action::Save);
    set_k2(&mut window, 0.9);
    nothing_under_way(&mut window);
    assert!(desk(&window).is_modified() && !desk(&window).may_close);
    act(&mut window, Action::Save);
    wait(&mut window, "the end", |d| d.may_close);
    assert!(!desk(&window).is_modified());
}

#[test]
fn a_save_that_lands_late_gives_its_path_to_no_other_session() {
    let here = tempfile::tempdir().unwrap();
    let path = written(here.path(), "a.holo", "0.25");
    let mut window = of_file(&path);
    set_k2(&mut window, 0.8);
    act(&mut window, Action::Save);
    act(&mut window, Action::New);
    act(&mut window, Action::DiscardChanges);
    nothing_under_way(&mut window);
    assert!(desk(&window).path.is_none() && !desk(&window).is_modified());
    // The session that waits for the end of the tour is the one that was saved.
    let mut window = of_file(&path);
    set_k2(&mut window, 0.7);
    act(&mut window, Action::Save);
    act(&mut window, Action::Tour(TourMove::Start));
    nothing_under_way(&mut window);
    assert!(desk(&window).path.is_none());
    act(&mut window, Action::Tour(TourMove::Leave));
    assert!(desk(&window).path.as_ref() == Some(&path) && !desk(&window).is_modified());
}

#[test]
fn of_two_quick_saves_the_later_one_stays() {
    let here = tempfile::tempdir().unwrap();
    let path = written(here.path(), "a.holo", "0.25");
    let mut window = of_file(&path);
    for i in 1..=8 {
        for k2 in [0.1, 0.11].map(|k2| k2 * f64::from(i)) {
            set_k2(&mut window, k2);
            act(&mut window, Action::Write(Export::Session, path.clone()));
        }
        nothing_under_way(&mut window);
        let saved = file::from_bytes(&std::fs::read(&path).unwrap(), "x").unwrap();
        assert_eq!(saved.theory.k2, k2(&window));
        assert!(!desk(&window).is_modified());
    }
}

#[test]
fn samples_that_one_session_asked_for_are_not_learned_by_another() {
    let here = tempfile::tempdir().unwrap();
    let spins = here.path().join("spins.csv");
    write_spins(&spins);
    let mut document = quick(&[]);
    document.theory.kind = TheoryKind::Samples;
    document.samples_file = Some(SamplesFile::named(spins.display().to_string()));
    let mut window = open(document);
    act(&mut window, Action::ReadSamples);
    act(&mut window, Action::New);
    nothing_under_way(&mut window);
    let d = desk(&window);
    assert!(d.document.samples_file.is_none() && d.history.undo_name().is_none() && !d.is_modified());
}

fn same_weights(d: &Desk) -> bool {
    let shown = d.current_training().map(|t| t.stack().layers);
    shown.is_some() && shown == d.document.learned.as_ref().map(|stack| stack.layers.clone())
}

#[test]
fn after_the_tour_the_figures_are_those_of_the_sessions_weights() {
    let mut window = open(quick(&[("learning.epochs", "5")]));
    settle(&mut window);
    act(&mut window, Action::ContinueTraining);
    wait(&mut window, "more", |d| {
        is_learned(d) && d.document.learned.as_ref().is_some_and(|stack| stack.origin.continued == 1)
    });
    let weights = desk(&window).document.learned.clone().unwrap();
    act(&mut window, Action::Tour(TourMove::Start));
    let depth = stops().iter().position(|stop| stop.name == "depth").unwrap();
    act(&mut window, Action::Tour(TourMove::To(depth)));
    window.run_steps(3);
    act(&mut window, Action::Tour(TourMove::Leave));
    assert!(desk(&window).touring().is_none());
    for _ in 0..50 {
        window.step();
        std::thread::sleep(std::time::Duration::from_millis(10));
        assert!(same_weights(desk(&window)));
    }
    assert!(Arc::ptr_eq(&weights, desk(&window).document.learned.as_ref().unwrap()));
}

#[test]
fn weights_that_were_trained_on_are_stored_however_fast_the_click_came() {
    let mut window = open(quick(&[("learning.epochs", "5")]));
    settle(&mut window);
    for times in 1..=4 {
        // An end of the former training may lie ready at this moment.
        act(&mut window, Action::Pause);
        act(&mut window, Action::ContinueTraining);
        act(&mut window, Action::Play);
        wait(&mut window, "more", |d| is_learned(d) && d.document.learned.is_some());
        let d = desk(&window);
        assert_eq!(d.document.learned.as_ref().unwrap().origin.continued, times);
        assert!(same_weights(d));
    }
}

#[test]
fn play_and_pause_say_what_the_engine_does() {
    let mut window = open(quick(&[("learning.epochs", "5")]));
    settle(&mut window);
    act(&mut window, Action::Tour(TourMove::Start));
    window.run_steps(2);
    act(&mut window, Action::Pause);
    act(&mut window, Action::Tour(TourMove::Leave));
    assert!(desk(&window).is_playing());
    act(&mut window, Action::ContinueTraining);
    wait(&mut window, "more", |d| is_learned(d) && d.document.learned.is_some());
    // A step after the end lets the next training wait, and nothing else is said of it.
    act(&mut window, Action::StepLayer);
    act(&mut window, Action::ContinueTraining);
    for _ in 0..30 {
        window.step();
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(!desk(&window).is_playing() && !is_learned(desk(&window)));
    let said = crate::window::names(&window, Role::Status);
    assert!(said.iter().any(|words| words.starts_with("work: paused before layer 1")), "{said:?}");
    act(&mut window, Action::Play);
    wait(&mut window, "its end", is_learned);
}

#[test]
fn what_pruning_left_of_other_weights_is_not_told_of_the_present_ones() {
    let mut window = open(quick(&[("learning.epochs", "5"), ("network.prune", "0.3")]));
    wait(&mut window, "weighing", |d| d.pruning.is_some());
    let told = |window: &Window| {
        crate::window::names(window, Role::Label).iter().any(|words| words.contains("links kept"))
    };
    let present = |window: &Window| {
        let weighed = desk(window).pruning.as_ref().map(|answer| &answer.stack);
        weighed.zip(desk(window).document.learned.as_ref()).is_some_and(|(a, b)| Arc::ptr_eq(a, b))
    };
    assert!(told(&window) && present(&window));
    act(&mut window, Action::ContinueTraining);
    wait(&mut window, "weighing", |d| {
        d.pruning.as_ref().is_some_and(|answer| answer.stack.origin.continued == 1)
    });
    assert!(told(&window) && present(&window));
    act(&mut window, Action::ContinueTraining);
    for _ in 0..crate::window::MOST_FRAMES {
        window.step();
        // A frame is made of what was there when it began.
        let was = present(&window);
        assert!(was || !told(&window), "numbers of other weights");
        if was {
            break;
        }
        std::thread::sleep(crate::window::PAUSE);
    }
    assert!(present(&window));
}

#[test]
fn a_survey_that_failed_is_asked_for_once_more() {
    let mut window = open(quick(&[("network.sites", "4096"), ("network.capacity", "unit")]));
    wait(&mut window, "the curve", Desk::is_surveyed);
    let value = Value::Integer(7);
    act(&mut window, Action::Set { path: "network.bond_dimension", value, gesture: None });
    // Sent, and hardly begun.
    window.step();
    desk(&window).fail_engines_on_purpose();
    wait(&mut window, "the failure", |d| d.errors.iter().any(|e| e.contains("on purpose; survey: ")));
    wait(&mut window, "the curve", Desk::is_surveyed);
}

/// Spins that were read during the tour were of no session there, and gone.
#[test]
fn samples_that_were_asked_for_before_the_tour_are_there_after_it() {
    let here = tempfile::tempdir().unwrap();
    let spins = here.path().join("spins.csv");
    let mut document = quick(&[]);
    document.theory.kind = TheoryKind::Samples;
    write_spins(&spins);
    let read = holoscope::desk::samples::read(&spins).unwrap();
    document.take_in_samples(spins.display().to_string(), read);
    document.resize(16);
    document.samples_file.iter_mut().for_each(|file| file.read = None);
    let mut window = open(document);
    act(&mut window, Action::ReadSamples);
    act(&mut window, Action::Tour(TourMove::Start));
    nothing_under_way(&mut window);
    assert!(desk(&window).touring().is_some());
    act(&mut window, Action::Tour(TourMove::GiveBack));
    window.run_steps(2);
    assert!(desk(&window).document.user_samples().is_some());
    wait(&mut window, "learning", is_learned);
}
