//! Figures in the window: exported with their session, dropped onto it, and the session is back.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]

use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use holoscope::app::action::{Action, Export};
use holoscope::app::state::Desk;
use holoscope::app::{Holoscope, Launch};
use holoscope::desk::PlotKind;
use holoscope::figure::palette::Theme;
use holoscope::session::{Document, keys};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

type Window = Harness<'static, Option<Holoscope>>;

/// Frames that a wait may take; with the pause between them more than ten seconds.
const MOST_FRAMES: usize = 2500;
const PAUSE: Duration = Duration::from_millis(4);

fn opened(document: Document) -> Window {
    let made = Rc::new(RefCell::new(None));
    let ready = Rc::clone(&made);
    Harness::builder()
        .with_size(vec2(1440.0, 900.0))
        .with_step_dt(1.0 / 60.0)
        .with_context_setup(move |ctx| {
            let launch = Launch { document, path: None, measure_startup: false, started: Instant::now() };
            *made.borrow_mut() = Some(Holoscope::new(ctx, launch).unwrap());
        })
        .build_ui_state(
            move |ui, window: &mut Option<Holoscope>| {
                let window = window.get_or_insert_with(|| ready.borrow_mut().take().unwrap());
                let ctx = ui.ctx().clone();
                window.listen(&ctx);
                window.show(ui);
            },
            None,
        )
}

fn desk(window: &Window) -> &Desk {
    window.state().as_ref().unwrap().desk()
}

fn act(window: &mut Window, action: Action) {
    window.state_mut().as_mut().unwrap().desk_mut().apply(action, 0.0, Theme::Print);
}

fn wait(window: &mut Window, what: &str, condition: impl Fn(&Desk) -> bool) {
    for _ in 0..MOST_FRAMES {
        if condition(desk(window)) {
            window.run_steps(2);
            return;
        }
        window.step();
        std::thread::sleep(PAUSE);
    }
    panic!("{what}: not within {MOST_FRAMES} frames; errors: {:?}", desk(window).errors);
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|e| e.to_string())
    }
}

fn drop_file(window: &mut Window, path: &Path) {
    window.input_mut().dropped_files.push(Arc::new(Dropped(path.into())));
    window.step();
}

/// A document that learns in a moment and is not the built-in default.
fn quick() -> Document {
    let mut document = Document::default();
    let settings = [
        ("theory.kind", "chain"),
        ("theory.k2", "0.7"),
        ("learning.sites", "64"),
        ("learning.samples", "500"),
        ("regions.a", "3..77"),
    ];
    let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
    keys::set_all(&mut document, &settings).unwrap();
    document
}

#[test]
fn a_figure_dropped_on_the_window_brings_its_session_back() {
    let here = tempfile::tempdir().unwrap();
    let mut window = opened(quick());
    wait(&mut window, "learning", |d| d.document.learned.is_some());
    let before = desk(&window).document.clone();
    for (name, export) in
        [("b.svg", Export::Bulk), ("b.png", Export::Bulk), ("w.pdf", Export::Plot(PlotKind::Weights))]
    {
        let path = here.path().join(name);
        act(&mut window, Action::Write(export, path.clone()));
        wait(&mut window, "the figure", |_| path.exists());
        let mut other = opened(Document::default());
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
fn the_dialog_sets_width_and_ground_of_a_figure() {
    let here = tempfile::tempdir().unwrap();
    let mut window = opened(quick());
    wait(&mut window, "learning", |d| d.document.learned.is_some());
    act(&mut window, Action::Ask(Export::Bulk));
    window.run_steps(3);
    window.get_by_label("transparent ground").click();
    window.run_steps(3);
    window.get_by_label("width").click();
    window.run_steps(3);
    window.get_by_label("PRL, one column, 86 mm").click();
    window.run_steps(3);
    let paper = desk(&window).files.paper();
    assert_eq!((paper.transparent, paper.column.map(|c| c.name)), (true, Some("prl")));
    let path = here.path().join("b.svg");
    act(&mut window, Action::Write(Export::Bulk, path.clone()));
    wait(&mut window, "the figure", |_| path.exists());
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("width=\"243.78\""), "{}", &text[..200]);
    assert!(!text[..600].contains("<rect"), "{}", &text[..600]);
}
