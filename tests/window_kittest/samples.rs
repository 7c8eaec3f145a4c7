//! Samples of one's own in the window: dropped onto it, taken back, asked for by a session.

use crate::window::{self, Opening, Window, desk, drop_file, is_learned, wait};
use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::{NodeT, Queryable};
use holoscope::app::action::{Action, Export};
use holoscope::app::state::Desk;
use holoscope::desk::{open, samples};
use holoscope::session::{Document, keys};
use holoscope::sim::{Phase, TheoryKind};
use std::path::PathBuf;
use std::sync::Arc;

/// A document that learns in a moment.
fn quick() -> Document {
    window::quick(&[])
}

fn opened(document: Document, path: Option<PathBuf>) -> Window {
    Opening { path, ..Opening::of(document) }.open()
}

fn refusal(desk: &Desk) -> Option<String> {
    match &desk.current_training()?.phase {
        Phase::Refused(reason) => Some(reason.clone()),
        _ => None,
    }
}

fn labels(window: &Window) -> Vec<String> {
    let named =
        |role| window.query_all_by_role(role).filter_map(|n| n.accesskit_node().value()).collect::<Vec<_>>();
    named(Role::Label)
}

/// 200 rows of 16 sites, domains of both signs.
fn spins() -> String {
    let row =
        |s: usize| (0..16).map(|i| if (i + s) % 16 < s % 11 + 2 { "1" } else { "-1" }).collect::<Vec<_>>();
    (0..200).map(|s| row(s).join(",") + "\n").collect()
}

#[test]
fn a_dropped_file_is_learned_and_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("spins.csv");
    std::fs::write(&file, spins()).unwrap();
    let mut window = opened(quick(), None);
    wait(&mut window, "the chain", is_learned);

    window
        .input_mut()
        .hovered_files
        .push(egui::HoveredFile { path: Some(file.clone()), ..Default::default() });
    window.run_steps(2);
    assert!(labels(&window).contains(&"Drop to learn from the samples in spins.csv".to_string()));
    window.input_mut().hovered_files.clear();
    drop_file(&mut window, &file);
    let of_file = |d: &Desk| d.document.theory.kind == TheoryKind::Samples && is_learned(d);
    wait(&mut window, "the samples of the file", of_file);
    assert!(!labels(&window).iter().any(|l| l.starts_with("Drop to")));
    let d = desk(&window);
    assert_eq!((d.document.network.sites, d.document.learning.sites), (16, 16));
    assert_eq!(d.history.undo_name(), Some("learn from spins.csv"));
    assert_eq!((d.network.learned_layers(), d.errors.len()), ((4, 4), 0));
    assert_eq!(d.training.as_ref().unwrap().layers.len(), 4);
    let weights = d.training.as_ref().unwrap().stack();
    assert!(labels(&window).iter().any(|l| l == "200 rows × 16 sites"), "{:?}", labels(&window));

    // One step back and forth; the spins are still at hand.
    std::fs::remove_file(&file).unwrap();
    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.step();
    assert_eq!(desk(&window).document.theory.kind, TheoryKind::Chain);
    assert_eq!(desk(&window).document.network.sites, 256);
    wait(&mut window, "the chain again", is_learned);
    window.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    window.step();
    wait(&mut window, "the samples again", of_file);
    assert_eq!(desk(&window).training.as_ref().unwrap().stack(), weights);
    // The chain of the file is as long as it is.
    let path = "learning.sites";
    let value = keys::Value::Integer(64);
    let theme = window.state().as_ref().unwrap().theme();
    let desk_mut = window.state_mut().as_mut().unwrap().desk_mut();
    desk_mut.apply(Action::Set { path, value, gesture: None }, 0.0, theme);
    assert_eq!(desk(&window).document.learning.sites, 16);
}

#[test]
fn a_dropped_file_without_samples_is_a_sentence_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("spins.csv");
    std::fs::write(&file, spins().replacen("-1,", "7,", 1)).unwrap();
    let mut window = opened(quick(), None);
    wait(&mut window, "the chain", is_learned);
    let before = desk(&window).document.clone();
    drop_file(&mut window, &file);
    wait(&mut window, "a sentence", |d| !d.errors.is_empty());
    let sentence = &desk(&window).errors[0];
    assert!(sentence.contains("spins.csv: row 1, column 3: found 7"), "{sentence}");
    assert_eq!(desk(&window).document, before);
    assert!(is_learned(desk(&window)));
    // The bar shows it.
    assert!(window.query_all_by_role(Role::Alert).count() == 1);
}

#[test]
fn samples_without_a_file_leave_the_window_alive() {
    let mut window = opened(quick(), None);
    wait(&mut window, "the chain", is_learned);
    window.get_by_role_and_label(Role::RadioButton, "Theory samples").click();
    window.step();
    wait(&mut window, "a refusal", |d| refusal(d).is_some());
    assert!(refusal(desk(&window)).unwrap().contains("no spins were read"));
    // Every link counts ln 2 and the cut goes on.
    assert_eq!(desk(&window).network.learned_layers().0, 0);
    wait(&mut window, "a cut", |d| d.answer.as_ref().is_some_and(|a| Arc::ptr_eq(&a.network, &d.network)));
    assert!(desk(&window).errors.is_empty());
    window.get_by_role_and_label(Role::RadioButton, "Theory chain").click();
    window.step();
    wait(&mut window, "the chain again", |d| d.document.theory.kind == TheoryKind::Chain && is_learned(d));
}

#[test]
fn a_session_s_file_is_read_when_the_person_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let (file, session) = (folder.path().join("spins.csv"), folder.path().join("mine.holo"));
    std::fs::write(&file, spins()).unwrap();
    let read = samples::read(&file).unwrap();

    // Saved beside it: the session names it by its place there.
    let mut window = opened(quick(), None);
    wait(&mut window, "the chain", is_learned);
    drop_file(&mut window, &file);
    wait(&mut window, "the file", |d| d.document.theory.kind == TheoryKind::Samples && is_learned(d));
    let theme = window.state().as_ref().unwrap().theme();
    let desk_mut = window.state_mut().as_mut().unwrap().desk_mut();
    desk_mut.document.learned = None;
    desk_mut.apply(Action::Write(Export::Session, session.clone()), 0.0, theme);
    wait(&mut window, "the session on the disk", |d| d.path.is_some());
    assert!(!desk(&window).is_modified());
    let saved = open::open(Some(session.as_os_str())).unwrap().document;
    let kept = saved.samples_file.clone().unwrap();
    assert_eq!((kept.path.as_str(), kept.digest), ("spins.csv", Some(read.digest)));

    let reopened = || opened(saved.clone(), Some(session.clone()));
    let mut window = reopened();
    window.run_steps(2);
    let question = "This session uses spins.csv beside it: read it?".to_string();
    assert!(labels(&window).contains(&question), "{:?}", labels(&window));
    window.get_by_role_and_label(Role::Button, "Not now").click();
    window.run_steps(2);
    assert!(!labels(&window).contains(&question));
    wait(&mut window, "a refusal", |d| refusal(d).is_some());
    window.get_by_role_and_label(Role::Button, "Samples of your own read").click();
    window.step();
    wait(&mut window, "the samples", is_learned);
    assert!(!desk(&window).is_modified() && desk(&window).history.undo_name().is_none());

    // Changed since, then missing: a sentence, and nothing is taken in.
    std::fs::write(&file, spins() + "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1\n").unwrap();
    for word in ["has changed", "no such file"] {
        let mut window = reopened();
        window.run_steps(2);
        window.get_by_role_and_label(Role::Button, "Read").click();
        window.step();
        wait(&mut window, word, |d| !d.errors.is_empty());
        assert!(desk(&window).errors[0].contains(word), "{:?}", desk(&window).errors);
        assert!(desk(&window).document.user_samples().is_none());
        let _gone = std::fs::remove_file(&file);
    }
}

#[test]
fn a_dropped_session_of_fewer_sites_meets_no_answer_of_the_larger_network() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.holo");
    let mut other = quick();
    other.theory.k2 = 0.5;
    other.resize(16);
    std::fs::write(&path, holoscope::session::file::to_bytes(&other)).unwrap();
    let mut window = opened(quick(), None);
    wait(&mut window, "a cut of 256 sites", |d| d.answer.is_some());
    drop_file(&mut window, &path);
    wait(&mut window, "the session", |d| d.path.as_ref() == Some(&path));
    assert_eq!(desk(&window).document.theory.k2, 0.5);
    let small = |d: &Desk| d.answer.as_ref().is_some_and(|a| a.network.network.geometry().sites() == 16);
    wait(&mut window, "a cut of 16 sites", small);
}
