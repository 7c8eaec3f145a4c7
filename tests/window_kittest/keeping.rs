//! What outlives a window: changes that a crash would lose, recent files, the place on the desktop; and the questions
//! before something is lost.

use crate::window::{Opening, Window, act, click, desk, desk_mut, is_learned, names, open, quick, wait};
use egui::Key;
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable;
use holoscope::app::action::{Action, Export};
use holoscope::app::state::TourMove;
use holoscope::desk::StateFolder;
use holoscope::desk::recovery::Lost;
use holoscope::session::file;
use holoscope::session::keys::Value;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A window that keeps in a folder.
fn kept(folder: &Path, path: Option<PathBuf>) -> Window {
    let document = match &path {
        Some(path) => file::from_bytes(&std::fs::read(path).unwrap(), "x").unwrap(),
        None => quick(&[]),
    };
    Opening { path, folder: Some(folder.join("state")), ..Opening::of(document) }.open()
}

fn set_k2(window: &mut Window, k2: f64) {
    act(window, Action::Set { path: "theory.k2", value: Value::Real(k2), gesture: None });
}

/// Documents that windows have in the folder, running or not.
fn sessions(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder.join("state/recovery")) else { return Vec::new() };
    let paths = entries.map(|e| e.unwrap().path());
    paths.filter(|p| p.extension().is_some_and(|e| e == "holo")).collect()
}

fn alerts(window: &Window) -> Vec<String> {
    names(window, Role::Alert)
}

/// A crash is a window that goes without a word: its thread ends, and with it the lock.
fn crash(window: Window) {
    drop(window);
    std::thread::sleep(Duration::from_millis(200));
}

#[test]
fn changes_outlive_a_crash_and_come_back_with_their_weights() {
    let here = tempfile::tempdir().unwrap();
    let session = here.path().join("mine.holo");
    std::fs::write(&session, file::to_bytes(&quick(&[]))).unwrap();
    let mut running = kept(here.path(), None);
    set_k2(&mut running, 0.3);
    wait(&mut running, "the changes of another window", |_| sessions(here.path()).len() == 1);
    let others = sessions(here.path());

    let mut window = kept(here.path(), Some(session.clone()));
    wait(&mut window, "learning", is_learned);
    assert!(alerts(&window).is_empty(), "nothing of the running window is offered");
    set_k2(&mut window, 0.8);
    wait(&mut window, "learning", |d| is_learned(d) && d.document.learned.is_some());
    let folder = here.path().to_path_buf();
    wait(&mut window, "the changes kept", move |_| sessions(&folder).len() == 2);
    // The first change is kept at once, perhaps before the weights were learned.
    desk_mut(&mut window).keep_now();
    let before = desk(&window).document.clone();
    crash(window);

    let mut window = kept(here.path(), None);
    wait(&mut window, "the question", |d| !d.lost().is_empty());
    let question = alerts(&window).remove(0);
    let expected = "holoscope ended with unsaved changes of mine, last on ";
    assert!(question.starts_with(expected) && question.ends_with("Restore them?"), "{question}");
    click(&mut window, Role::Button, "Restore");
    wait(&mut window, "the session of the crash", |d| d.path.as_ref() == Some(&session));
    assert_eq!(desk(&window).document, before);
    assert!(desk(&window).is_modified(), "no file has these changes");
    assert!(alerts(&window).is_empty());
    // Kept by this window, the old copy goes.
    let count = |n: usize| {
        let folder = here.path().to_path_buf();
        move |_: &holoscope::app::state::Desk| sessions(&folder).len() == n
    };
    wait(&mut window, "a copy of this window's own", count(2));
    act(&mut window, Action::Save);
    wait(&mut window, "saved", |d| !d.is_modified());
    wait(&mut window, "nothing to lose", count(1));
    assert_eq!(sessions(here.path()), others);
    assert_eq!(file::from_bytes(&std::fs::read(&session).unwrap(), "x").unwrap().theory.k2, 0.8);
}

#[test]
fn changes_that_are_not_wanted_after_a_crash_are_gone() {
    let here = tempfile::tempdir().unwrap();
    let mut window = kept(here.path(), None);
    set_k2(&mut window, 0.8);
    let folder = here.path().to_path_buf();
    wait(&mut window, "the changes kept", move |_| !sessions(&folder).is_empty());
    crash(window);
    let mut window = kept(here.path(), None);
    wait(&mut window, "the question", |d| !d.lost().is_empty());
    assert!(alerts(&window)[0].contains("changes of untitled"), "{:?}", alerts(&window));
    click(&mut window, Role::Button, "Discard");
    let folder = here.path().to_path_buf();
    wait(&mut window, "the copy deleted", move |_| sessions(&folder).is_empty());
    assert!(alerts(&window).is_empty() && !desk(&window).is_modified());
}

#[test]
fn a_window_that_closes_in_peace_leaves_nothing_to_restore() {
    let here = tempfile::tempdir().unwrap();
    let mut window = kept(here.path(), None);
    set_k2(&mut window, 0.8);
    act(&mut window, Action::Quit);
    window.run_steps(2);
    click(&mut window, Role::Button, "Discard");
    assert!(desk(&window).may_close);
    desk_mut(&mut window).end_keeping();
    drop(window);
    assert!(sessions(here.path()).is_empty());
    assert!(Lost::all(&StateFolder::at(here.path().join("state"))).unwrap().is_empty());
}

#[test]
fn another_session_asks_before_it_takes_the_place_of_changes() {
    let here = tempfile::tempdir().unwrap();
    let other = here.path().join("other.holo");
    std::fs::write(&other, file::to_bytes(&quick(&[("theory.k2", "0.25")]))).unwrap();
    let mut window = open(quick(&[]));
    set_k2(&mut window, 0.8);
    act(&mut window, Action::Open(other.clone()));
    window.run_steps(2);
    click(&mut window, Role::Button, "Cancel");
    assert!(desk(&window).document.theory.k2 == 0.8 && desk(&window).view.pending.is_none());
    // Saved first, then opened.
    act(&mut window, Action::Write(Export::Session, here.path().join("mine.holo")));
    wait(&mut window, "saved", |d| !d.is_modified());
    set_k2(&mut window, 0.9);
    act(&mut window, Action::Open(other.clone()));
    window.run_steps(2);
    click(&mut window, Role::Button, "Save");
    wait(&mut window, "the other", |d| d.path.as_ref() == Some(&other) && d.document.theory.k2 == 0.25);
    let saved = std::fs::read(here.path().join("mine.holo")).unwrap();
    assert_eq!(file::from_bytes(&saved, "x").unwrap().theory.k2, 0.9);
    // Discarded.
    set_k2(&mut window, 0.5);
    act(&mut window, Action::New);
    window.run_steps(2);
    window.key_press(Key::D);
    wait(&mut window, "a new session", |d| d.path.is_none() && !d.is_modified());
    assert_eq!(desk(&window).errors, Vec::<String>::new());
}

#[test]
fn recent_files_stand_in_the_menu_and_missing_ones_say_so() {
    let here = tempfile::tempdir().unwrap();
    let path = |name: &str| here.path().join(name);
    for name in ["a.holo", "b.holo"] {
        std::fs::write(path(name), file::to_bytes(&quick(&[]))).unwrap();
    }
    let mut window = kept(here.path(), Some(path("a.holo")));
    act(&mut window, Action::Open(path("b.holo")));
    wait(&mut window, "b", |d| d.path == Some(here.path().join("b.holo")));
    let recent = |window: &mut Window, expected: usize| {
        wait(window, "the list", move |d| d.keeping.as_ref().is_some_and(|k| k.recent.len() == expected));
    };
    recent(&mut window, 2);
    std::fs::remove_file(path("a.holo")).unwrap();
    desk_mut(&mut window).end_keeping();
    drop(window);

    let mut window = kept(here.path(), None);
    recent(&mut window, 2);
    click(&mut window, Role::Button, "File");
    window.get_by_label("Open recent").click();
    window.run_steps(4);
    let folder = here.path().file_name().unwrap().to_string_lossy().into_owned();
    let missing = format!("a.holo · {folder} (missing)");
    assert!(window.query_by_label(&missing).is_some(), "{:?}", names(&window, Role::Button));
    window.get_by_label(&format!("b.holo · {folder}")).click();
    wait(&mut window, "b from the menu", |d| d.path == Some(here.path().join("b.holo")));
}

#[test]
fn a_folder_that_cannot_be_written_is_a_sentence_and_the_window_works() {
    let here = tempfile::tempdir().unwrap();
    // A file where the folder should be.
    std::fs::write(here.path().join("state"), "").unwrap();
    let mut window = kept(here.path(), None);
    wait(&mut window, "a sentence", |d| !d.errors.is_empty());
    assert!(
        desk(&window).errors[0].contains("nothing is kept against a crash"),
        "{:?}",
        desk(&window).errors
    );
    set_k2(&mut window, 0.8);
    wait(&mut window, "learning", is_learned);
    let began = Instant::now();
    desk_mut(&mut window).end_keeping();
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn changes_are_kept_before_a_tour_begins() {
    let here = tempfile::tempdir().unwrap();
    let mut window = kept(here.path(), None);
    set_k2(&mut window, 0.3);
    let folder = here.path().to_path_buf();
    wait(&mut window, "the first change kept", move |_| !sessions(&folder).is_empty());
    // The next copy would be half a minute away, and nothing is kept in the tour.
    set_k2(&mut window, 0.8);
    act(&mut window, Action::Tour(TourMove::Start));
    let folder = here.path().to_path_buf();
    wait(&mut window, "the changes kept", move |_| {
        let bytes = std::fs::read(&sessions(&folder)[0]).unwrap();
        file::from_bytes(&bytes, "x").is_ok_and(|document| document.theory.k2 == 0.8)
    });
}

#[test]
fn a_sentence_that_is_told_again_is_told_once_and_there_is_an_end_of_them() {
    let mut window = open(quick(&[]));
    let told: Vec<String> = (0..50).map(|i| format!("sentence {}", i % 25)).collect();
    desk_mut(&mut window).errors.extend(told);
    window.run_steps(2);
    let expected: Vec<String> = (5..25).map(|i| format!("sentence {i}")).collect();
    assert_eq!(desk(&window).errors, expected);
    desk_mut(&mut window).errors.push("sentence 7".into());
    window.run_steps(2);
    assert_eq!(desk(&window).errors.len(), 20);
    assert_eq!(desk(&window).errors.last().unwrap(), "sentence 7");
}

/// What was changed while a lost session was read was kept before the session was on the desk, and its copy deleted: then
/// it was neither on the disk nor in the window.
#[test]
fn a_lost_session_that_cannot_be_opened_now_is_offered_again_and_not_gone() {
    let here = tempfile::tempdir().unwrap();
    let mut window = kept(here.path(), None);
    set_k2(&mut window, 0.8);
    wait(&mut window, "kept", |_| !sessions(here.path()).is_empty());
    crash(window);

    let mut window = kept(here.path(), None);
    wait(&mut window, "the question", |d| !d.lost().is_empty());
    act(&mut window, Action::RestoreLost);
    // In the same moment, before what was restored comes to the desk.
    set_k2(&mut window, 0.6);
    desk_mut(&mut window).keep_now();
    std::thread::sleep(Duration::from_millis(300));
    wait(&mut window, "the question again", |d| !d.lost().is_empty());
    assert_eq!(desk(&window).document.theory.k2, 0.6);
    act(&mut window, Action::RestoreLost);
    act(&mut window, Action::DiscardChanges);
    wait(&mut window, "the lost session", |d| d.document.theory.k2 == 0.8);
}
