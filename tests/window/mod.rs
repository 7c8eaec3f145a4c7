//! A window without a screen for tests: opened with a document, driven frame by frame, and waited for.
//!
//! Workers answer in their own time, so every wait is for a condition, with a number of frames after which the test
//! gives up.

#![allow(dead_code, reason = "each file of tests takes what it needs")]

use egui::accesskit::Role;
use egui::vec2;
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT, Queryable};
use holoscope::app::action::Action;
use holoscope::app::state::Desk;
use holoscope::app::{Holoscope, Launch};
use holoscope::desk::StateFolder;
use holoscope::figure::palette::Theme;
use holoscope::session::Document;
use holoscope::session::keys::set_all;
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The window and its harness.
pub type Window = Harness<'static, Option<Holoscope>>;

/// Frames that a wait may take. With the pause between them that is more than ten seconds: a loaded machine gets
/// there, an idle one is through after a few frames.
pub const MOST_FRAMES: usize = 2500;
/// Pause between frames of a wait, so that the workers get a core.
pub const PAUSE: Duration = Duration::from_millis(4);

/// The built-in default with some settings.
pub fn set(settings: &[(&str, &str)]) -> Document {
    let mut document = Document::default();
    let all: Vec<(String, String)> =
        settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
    set_all(&mut document, &all).unwrap();
    document
}

/// A document with a small stack to learn: a few hundredths of a second of training.
pub fn quick(settings: &[(&str, &str)]) -> Document {
    let quick = [("theory.kind", "chain"), ("learning.sites", "64"), ("learning.samples", "500")];
    set(&quick.iter().chain(settings).copied().collect::<Vec<_>>())
}

/// How a window is opened.
pub struct Opening {
    /// Its document.
    pub document: Document,
    /// The file of it.
    pub path: Option<PathBuf>,
    /// Size of the window in points.
    pub size: egui::Vec2,
    /// Where it keeps what must outlive it.
    pub folder: Option<PathBuf>,
}

impl Opening {
    /// A window of the usual size, which keeps nothing.
    pub fn of(document: Document) -> Self {
        Self { document, path: None, size: vec2(1440.0, 900.0), folder: None }
    }

    /// The window.
    pub fn open(self) -> Window {
        let Self { document, path, size, folder } = self;
        let made = Rc::new(RefCell::new(None));
        let ready = Rc::clone(&made);
        Harness::builder()
            .with_size(size)
            .with_step_dt(1.0 / 60.0)
            // Fonts must be there before the first frame.
            .with_context_setup(move |ctx| {
                let launch =
                    Launch { document, path, dropped: None, measure_startup: false, started: Instant::now() };
                let mut window = Holoscope::new(ctx, launch).unwrap();
                if let Some(folder) = folder {
                    window.keep_in(ctx, StateFolder::at(folder), "system".into()).unwrap();
                }
                *made.borrow_mut() = Some(window);
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
}

/// A window of the usual size.
pub fn open(document: Document) -> Window {
    Opening::of(document).open()
}

/// The application in it.
pub fn app(window: &Window) -> &Holoscope {
    window.state().as_ref().unwrap()
}

/// What is behind it.
pub fn desk(window: &Window) -> &Desk {
    app(window).desk()
}

/// The same, to be changed.
pub fn desk_mut(window: &mut Window) -> &mut Desk {
    window.state_mut().as_mut().unwrap().desk_mut()
}

/// Does what a person could do, without hands.
pub fn act(window: &mut Window, action: Action) {
    desk_mut(window).apply(action, 0.0, Theme::Dark);
}

/// Makes frames until the condition holds of the window.
pub fn wait_for(window: &mut Window, what: &str, condition: impl Fn(&Window) -> bool) {
    for _ in 0..MOST_FRAMES {
        if condition(window) {
            return;
        }
        window.step();
        std::thread::sleep(PAUSE);
    }
    let phase = desk(window).training.as_ref().map(|t| t.phase.clone());
    panic!("{what}: not within {MOST_FRAMES} frames; training: {phase:?}, errors: {:?}", desk(window).errors);
}

/// Makes frames until the condition holds of the desk, and two more that show it.
pub fn wait(window: &mut Window, what: &str, condition: impl Fn(&Desk) -> bool) {
    wait_for(window, what, |window| condition(desk(window)));
    window.run_steps(2);
}

/// Whether the stack of the present document is learned.
pub fn is_learned(desk: &Desk) -> bool {
    desk.current_training().is_some_and(|t| t.is_complete())
}

/// Whether cut and training are those of the present document.
pub fn is_settled(desk: &Desk) -> bool {
    let r = &desk.document.regions;
    let cut = desk.answer.as_ref().is_some_and(|answer| {
        Arc::ptr_eq(&answer.network, &desk.network)
            && [&r.a, &r.b, &r.c].into_iter().eq(answer.regions.iter().map(|a| &a.region))
    });
    is_learned(desk) && cut
}

/// Waits for cut and training, and shows them.
pub fn settle(window: &mut Window) {
    wait(window, "cut and training of the present document", is_settled);
    assert!(is_settled(desk(window)));
    assert_eq!(desk(window).errors, Vec::<String>::new());
}

/// Name of a node: labels keep it as their value.
pub fn name_of(node: &egui_kittest::Node<'_>) -> String {
    let node = node.accesskit_node();
    if node.role() == Role::Label { node.value() } else { node.label() }.unwrap_or_default()
}

/// Names of all nodes of a role.
pub fn names(window: &Window, role: Role) -> Vec<String> {
    window.query_all_by_role(role).map(|node| name_of(&node)).collect()
}

/// Clicks the button of a name and shows what it did.
pub fn click(window: &mut Window, role: Role, name: &str) {
    window.get_by_role_and_label(role, name).click();
    window.run_steps(2);
}

/// Text that was put on the clipboard in the last frame.
pub fn copied(window: &Window) -> Option<String> {
    window.output().platform_output.commands.iter().rev().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    })
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

/// Lets a file fall on the window.
pub fn drop_file(window: &mut Window, path: &Path) {
    window.input_mut().dropped_files.push(Arc::new(Dropped(path.into())));
    window.step();
}
