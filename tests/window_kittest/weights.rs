//! Weights that the parameters alone do not give, in the window: taken from a file, trained on, left behind, brought
//! back by undo, and asked about before they are lost.

use crate::window::{Window, act, desk, desk_mut, drop_file, is_learned, open, quick, settle, wait};
use egui_kittest::kittest::Queryable;
use holoscope::app::action::{Action, Export};
use holoscope::app::state::Desk;
use holoscope::desk::weights;
use holoscope::rbm::LayerRbm;
use holoscope::session::file;
use holoscope::sim::LearnedStack;
use std::path::Path;
use std::sync::Arc;

/// Learned weights, and a file of others.
fn with_file(folder: &Path, window: &mut Window) -> (Arc<LearnedStack>, Vec<LayerRbm>) {
    settle(window);
    let learned = Arc::clone(desk(window).document.learned.as_ref().unwrap());
    let mut of_file = (*learned).clone();
    let LayerRbm::Single(rbm) = &mut of_file.layers[0] else { panic!("one channel") };
    rbm.weights[0] = 0.123;
    let path = folder.join("w2.safetensors");
    std::fs::write(&path, weights::to_bytes(&of_file)).unwrap();
    drop_file(window, &path);
    has(window, &of_file.layers);
    (learned, of_file.layers)
}

/// Waits until the weights are in the document and shown.
fn has(window: &mut Window, layers: &[LayerRbm]) {
    let shown = |d: &Desk| d.current_training().is_some_and(|t| t.stack().layers == layers);
    wait(window, "the weights", |d| d.document.learned.as_ref().is_some_and(|l| l.layers == layers));
    wait(window, "the weights on screen", |d| is_learned(d) && shown(d));
}

#[test]
fn undo_of_weights_from_a_file_brings_those_of_before_back_and_redo_the_file_s() {
    let here = tempfile::tempdir().unwrap();
    let mut window = open(quick(&[]));
    let (learned, of_file) = with_file(here.path(), &mut window);
    assert_eq!(desk(&window).history.undo_name(), Some("weights of w2.safetensors"));
    act(&mut window, Action::Undo);
    has(&mut window, &learned.layers);
    assert!(!desk(&window).is_modified(), "everything is as it was opened");
    // What is saved is what is shown.
    let path = here.path().join("mine.holo");
    act(&mut window, Action::Write(Export::Session, path.clone()));
    wait(&mut window, "saved", |d| d.path.is_some());
    let saved = file::from_bytes(&std::fs::read(&path).unwrap(), "x").unwrap();
    assert_eq!(saved.learned.unwrap().layers, learned.layers);
    act(&mut window, Action::Redo);
    has(&mut window, &of_file);
    assert!(desk(&window).is_modified());
}

#[test]
fn undo_of_a_training_anew_brings_the_weights_of_a_file_back() {
    let here = tempfile::tempdir().unwrap();
    let mut window = open(quick(&[]));
    let (learned, of_file) = with_file(here.path(), &mut window);
    act(&mut window, Action::Restart);
    assert_eq!(desk(&window).history.undo_name(), Some("training anew"));
    has(&mut window, &learned.layers);
    act(&mut window, Action::Undo);
    has(&mut window, &of_file);
    // A step that is not about weights leaves the present ones alone on the way.
    act(&mut window, Action::Undo);
    has(&mut window, &learned.layers);
}

#[test]
fn undo_of_back_to_training_with_the_same_parameters_brings_the_weights_of_before_back() {
    let mut window = open(quick(&[("learning.method", "cd"), ("learning.epochs", "3")]));
    settle(&mut window);
    let first = desk(&window).document.learned.clone().unwrap();
    act(&mut window, Action::ContinueTraining);
    wait(&mut window, "more", |d| is_learned(d) && d.document.learned.is_some());
    let more = desk(&window).document.learned.clone().unwrap();
    assert_eq!((first.origin.continued, more.origin.continued), (0, 1));
    assert_ne!(first.layers, more.layers);
    act(&mut window, Action::BackToRun(1));
    has(&mut window, &first.layers);
    act(&mut window, Action::Undo);
    has(&mut window, &more.layers);
    assert_eq!(desk(&window).history.undo_name(), Some("training on"));
    act(&mut window, Action::Undo);
    has(&mut window, &first.layers);
}

#[test]
fn weights_that_were_trained_on_are_a_change_that_is_asked_about() {
    let mut window = open(quick(&[("learning.method", "cd"), ("learning.epochs", "3")]));
    settle(&mut window);
    assert!(!desk(&window).is_modified(), "one training gives these weights again");
    act(&mut window, Action::ContinueTraining);
    wait(&mut window, "more", |d| is_learned(d) && d.document.learned.is_some());
    assert!(desk(&window).is_modified());
    act(&mut window, Action::Quit);
    window.run_steps(2);
    assert!(!desk(&window).may_close);
    window.get_by_label("Save the changes?");
    act(&mut window, Action::KeepChanges);
    let here = tempfile::tempdir().unwrap();
    act(&mut window, Action::Write(Export::Session, here.path().join("mine.holo")));
    wait(&mut window, "saved", |d| !d.is_modified());
    // The file has them; to train anew would leave it behind.
    act(&mut window, Action::Restart);
    assert!(desk(&window).is_modified());
    act(&mut window, Action::Undo);
    assert!(!desk(&window).is_modified());
    assert_eq!(desk_mut(&mut window).errors, Vec::<String>::new());
}
