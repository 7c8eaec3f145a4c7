//! Figures in the window: exported with their session, dropped onto it, and the session is back.

use crate::window::{self, act, desk, drop_file, open, wait};
use egui_kittest::kittest::Queryable;
use holoscope::app::action::{Action, Export};
use holoscope::desk::PlotKind;
use holoscope::desk::paper::Extent;
use holoscope::figure::palette::Theme;
use holoscope::session::Document;

/// A document that learns in a moment and is not the built-in default.
fn quick() -> Document {
    window::quick(&[("theory.k2", "0.7"), ("regions.a", "3..77")])
}

#[test]
fn a_figure_dropped_on_the_window_brings_its_session_back() {
    let here = tempfile::tempdir().unwrap();
    let mut window = open(quick());
    wait(&mut window, "learning", |d| d.document.learned.is_some());
    let before = desk(&window).document.clone();
    for (name, export) in
        [("b.svg", Export::Bulk), ("b.png", Export::Bulk), ("w.pdf", Export::Plot(PlotKind::Weights))]
    {
        let path = here.path().join(name);
        act(&mut window, Action::Write(export, path.clone()));
        wait(&mut window, "the figure", |_| path.exists());
        let mut other = open(Document::default());
        drop_file(&mut other, &path);
        let document = before.clone();
        wait(&mut other, "the session of the figure", move |d| d.document == document);
        // To save must not replace the figure.
        assert_eq!(desk(&other).path, None);
        assert!(!desk(&other).is_modified());
    }
    std::fs::write(here.path().join("plain.svg"), "<svg/>").unwrap();
    drop_file(&mut window, &here.path().join("plain.svg"));
    wait(&mut window, "a sentence", |d| d.errors.iter().any(|e| e.contains("carries no session")));
    assert_eq!(desk(&window).document, before);
}

#[test]
fn the_dialog_sets_size_theme_and_ground_of_a_figure() {
    let here = tempfile::tempdir().unwrap();
    let mut window = open(quick());
    wait(&mut window, "learning", |d| d.document.learned.is_some());
    act(&mut window, Action::Ask(Export::Bulk));
    window.run_steps(3);
    window.get_by_label("transparent ground").click();
    window.run_steps(3);
    window.get_by_label("size").click();
    window.run_steps(3);
    window.get_by_label("PRL, one column, 86 mm").click();
    window.run_steps(3);
    window.get_by_label("theme").click();
    window.run_steps(3);
    window.get_by_label("print").click();
    window.run_steps(3);
    let paper = desk(&window).files.paper();
    let Extent::Column(column) = paper.extent else { panic!("{:?}", paper.extent) };
    assert_eq!((paper.transparent, column.name, paper.theme), (true, "prl", Some(Theme::Print)));
    let path = here.path().join("b.svg");
    act(&mut window, Action::Write(Export::Bulk, path.clone()));
    wait(&mut window, "the figure", |_| path.exists());
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("width=\"243.78\""), "{}", &text[..200]);
    assert!(!text[..600].contains("<rect"), "{}", &text[..600]);
}
