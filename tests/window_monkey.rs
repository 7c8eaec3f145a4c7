//! The window under a monkey's hands, and with engines and disks that fail: it lives on, says what happened, and the
//! same blows of the same monkey end in the same document. The long form is `tests/long/monkey.py`, on the real window.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]
#![expect(clippy::print_stdout, reason = "what the monkey did is for whoever runs this with --nocapture")]

mod window;

use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, MouseWheelUnit, PointerButton, Pos2, TouchPhase, pos2, vec2};
use egui_kittest::kittest::Queryable;
use holoscope::app::action::{Action, Export};
use holoscope::figure::Theme;
use holoscope::numerics::streams::{Stream, stream};
use holoscope::session::keys::Value;
use holoscope::session::{Document, RegionName, file};
use holoscope::sim::Phase;
use rand::Rng;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use window::{Opening, Window, desk, desk_mut, is_settled, wait};

const SIZE: egui::Vec2 = vec2(1280.0, 800.0);
/// How long anything may take that the window waits for, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(60);
/// At rest is what brings nothing new for so long.
const STILL: Duration = Duration::from_millis(60);

/// The folder that this process works in, so that files of a monkey fall there.
fn cage() -> &'static Path {
    static CAGE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let cage = CAGE.get_or_init(|| {
        let cage = tempfile::tempdir().unwrap();
        std::env::set_current_dir(cage.path()).unwrap();
        cage
    });
    cage.path()
}

/// The folder is one for all tests: what one of them writes must not be opened by another.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A document that learns in a moment.
fn tiny() -> Document {
    window::set(&[
        ("theory.kind", "chain"),
        ("learning.sites", "16"),
        ("learning.samples", "200"),
        ("network.sites", "64"),
        ("regions.a", "10..22"),
    ])
}

fn opened(document: Document, path: Option<PathBuf>) -> Window {
    cage();
    Opening { path, size: SIZE, ..Opening::of(document) }.open()
}

/// Takes in what the engines bring, without a frame and so without time, until they bring nothing new.
fn come_to_rest(window: &mut Window) {
    let time = window.ctx.input(|i| i.time);
    let began = Instant::now();
    let mut still = Instant::now();
    let mut seen = None;
    loop {
        let desk = desk_mut(window);
        desk.listen(time, true);
        let learning =
            desk.training.as_ref().is_none_or(|t| matches!(t.phase, Phase::Sampling | Phase::Learning(_)));
        let waits = desk.document.unread_samples().is_some() || !desk.is_playing();
        let own = &desk.own_state;
        let studying = [&desk.analysis, &own.plot].into_iter().flatten().any(|s| s.running)
            || own.answer.as_ref().is_some_and(|a| !a.done && a.limit.is_none())
            || desk.wall.as_ref().is_some_and(|wall| wall.running)
            || desk.couplings.as_ref().is_some_and(|fit| fit.running);
        let address = |p: Option<*const ()>| p.map_or(0, |p| p as usize);
        let now = [
            desk.training.as_ref().map_or(0, |t| t.stamp as usize),
            address(desk.answer.as_ref().map(|a| Arc::as_ptr(a).cast())),
            address(desk.survey.as_ref().map(|a| Arc::as_ptr(a).cast())),
            address(desk.analysis.as_ref().map(|a| Arc::as_ptr(a).cast())),
            address(desk.pruning.as_ref().map(|a| Arc::as_ptr(a).cast())),
            address(desk.fermions.as_ref().map(|a| Arc::as_ptr(a).cast())),
            address(desk.wall.as_ref().map(|a| Arc::as_ptr(a).cast())),
            address(desk.couplings.as_ref().map(|a| Arc::as_ptr(a).cast())),
            address(own.answer.as_ref().map(|a| Arc::as_ptr(a).cast())),
            address(own.plot.as_ref().map(|a| Arc::as_ptr(a).cast())),
            desk.errors.len(),
        ];
        // What lasts has a line of its own in the window, from some moment on.
        let errands = !desk.files.errands().is_empty();
        if seen != Some(now) || (learning && !waits) || studying || errands {
            seen = Some(now);
            still = Instant::now();
        }
        if still.elapsed() > STILL {
            return;
        }
        if began.elapsed() > PATIENCE {
            let phase = desk.training.as_ref().map(|t| t.phase.clone());
            panic!(
                "no rest: {phase:?}, studying {studying}, {}",
                String::from_utf8_lossy(&file::to_bytes(&desk.document))
            );
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// A hand without a plan.
struct Monkey {
    chance: Stream,
    /// What it did, to be read when something broke.
    deeds: Vec<String>,
}

const KEYS: &[Key] = &[
    Key::ArrowLeft,
    Key::ArrowRight,
    Key::ArrowUp,
    Key::ArrowDown,
    Key::Tab,
    Key::Enter,
    Key::Escape,
    Key::Space,
    Key::Home,
    Key::End,
    Key::Delete,
    Key::Backspace,
    Key::PageUp,
    Key::PageDown,
    Key::F1,
    Key::Num1,
    Key::Num2,
    Key::Num3,
    Key::A,
    Key::C,
    Key::D,
    Key::E,
    Key::Q,
    Key::R,
    Key::S,
    Key::W,
    Key::Plus,
    Key::Minus,
];
const WITH_CONTROL: &[Key] =
    &[Key::N, Key::O, Key::S, Key::E, Key::Z, Key::A, Key::C, Key::X, Key::V, Key::Q];

impl Monkey {
    fn new(seed: u64) -> Self {
        Self { chance: stream(seed, "monkey", 0), deeds: Vec::new() }
    }

    fn below(&mut self, n: usize) -> usize {
        (self.chance.next_u64() % n.max(1) as u64) as usize
    }

    fn place(&mut self) -> Pos2 {
        pos2(self.below(SIZE.x as usize) as f32, self.below(SIZE.y as usize) as f32)
    }

    fn modifiers(&mut self) -> Modifiers {
        [Modifiers::NONE, Modifiers::NONE, Modifiers::SHIFT, Modifiers::COMMAND, Modifiers::ALT]
            [self.below(5)]
    }

    /// One deed: a click, a drag, a key, a slider torn to its end, a file.
    fn act(&mut self, window: &mut Window) {
        match self.below(12) {
            0..=2 => {
                let (at, clicks) = (self.place(), 1 + self.below(2));
                self.deeds.push(format!("{clicks} clicks at {at}"));
                window.hover_at(at);
                for _ in 0..clicks {
                    for pressed in [true, false] {
                        let (button, modifiers) = (PointerButton::Primary, Modifiers::NONE);
                        window.event(Event::PointerButton { pos: at, button, pressed, modifiers });
                    }
                }
                window.step();
            }
            3 | 4 => {
                let (from, to, modifiers) = (self.place(), self.place(), self.modifiers());
                self.drag(window, from, to, modifiers);
            }
            5 => {
                let (at, up) = (self.place(), self.below(2) == 0);
                self.deeds.push(format!("wheel at {at}"));
                window.hover_at(at);
                let delta = vec2(0.0, if up { 3.0 } else { -3.0 });
                let (unit, phase) = (MouseWheelUnit::Line, TouchPhase::Move);
                let (modifiers, source) = (Modifiers::NONE, egui::MouseWheelSource::Wheel);
                window.event(Event::MouseWheel { unit, delta, phase, modifiers, source });
                window.step();
            }
            6 => {
                let key = WITH_CONTROL[self.below(WITH_CONTROL.len())];
                self.deeds.push(format!("Ctrl+{key:?}"));
                window.key_press_modifiers(Modifiers::COMMAND, key);
                window.step();
            }
            7 => {
                let text =
                    ["a", "1", "0..9", "-3", "2^5", "é", "\u{202e}", "nan", ".svg", ".npy"][self.below(10)];
                self.deeds.push(format!("text {text:?}"));
                window.event(Event::Text(text.into()));
                window.step();
            }
            8 | 9 => {
                let sliders: Vec<Pos2> =
                    window.query_all_by_role(Role::Slider).map(|node| node.rect().center()).collect();
                if let Some(from) = sliders.get(self.below(sliders.len())).copied() {
                    let far = if self.below(2) == 0 { -3000.0 } else { 3000.0 };
                    self.drag(window, from, from + vec2(far, 0.0), Modifiers::NONE);
                }
            }
            10 => {
                let names = ["session.holo", "bulk.svg", "none.npy", "scaling.csv", "."];
                let path = cage().join(names[self.below(names.len())]);
                self.deeds.push(format!("drop {}", path.display()));
                window.input_mut().dropped_files.push(Arc::new(Dropped(path)));
                window.step();
            }
            _ => {
                let (key, modifiers) = (KEYS[self.below(KEYS.len())], self.modifiers());
                self.deeds.push(format!("{modifiers:?}+{key:?}"));
                window.key_press_modifiers(modifiers, key);
                window.step();
            }
        }
    }

    fn drag(&mut self, window: &mut Window, from: Pos2, to: Pos2, modifiers: Modifiers) {
        self.deeds.push(format!("drag {from} to {to} with {modifiers:?}"));
        window.hover_at(from);
        let button = PointerButton::Primary;
        window.event(Event::PointerButton { pos: from, button, pressed: true, modifiers });
        for i in 1..=4 {
            window.hover_at(from + (to - from) * (i as f32 / 4.0));
        }
        window.event(Event::PointerButton { pos: to, button, pressed: false, modifiers });
        window.step();
    }
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

/// Whether what a document asks for is learned and shown in moments.
fn is_light(document: &Document) -> bool {
    let (l, n) = (&document.learning, &document.network);
    l.sites <= 64 && l.samples <= 1000 && n.sites <= 1 << 12 && l.epochs <= 500
}

/// What must hold whatever was done.
fn check(window: &Window, monkey: &Monkey) {
    let desk = desk(window);
    let last = || monkey.deeds.iter().rev().take(5).collect::<Vec<_>>();
    let again = file::from_bytes(&file::to_bytes(&desk.document), "again");
    let again = again.unwrap_or_else(|e| panic!("{e}, after {:?}", last()));
    assert_eq!(again.without_weights(), desk.document.without_weights(), "after {:?}", last());
    for sentence in &desk.errors {
        assert!(!sentence.contains("a computation failed"), "{sentence}, after {:?}", last());
        assert!(!sentence.contains("work on a file failed"), "{sentence}, after {:?}", last());
    }
}

/// How many deeds; `HOLOSCOPE_MONKEY_DEEDS` says otherwise.
fn deeds(otherwise: usize) -> usize {
    std::env::var("HOLOSCOPE_MONKEY_DEEDS").ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

/// The document in which a monkey's deeds end.
fn end_of(seed: u64, deeds: usize) -> Document {
    // What the last run left must not be there for this one.
    for entry in std::fs::read_dir(cage()).unwrap() {
        let path = entry.unwrap().path();
        let _gone = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    }
    let mut window = opened(tiny(), None);
    desk_mut(&mut window).view.reduced_motion = true;
    window.step();
    let mut monkey = Monkey::new(seed);
    for _ in 0..deeds {
        come_to_rest(&mut window);
        monkey.act(&mut window);
        // What would keep the engines for minutes is taken back, which depends on nothing but the document.
        if !is_light(&desk(&window).document) {
            let time = window.ctx.input(|i| i.time);
            let desk = desk_mut(&mut window);
            desk.apply(Action::New, time, Theme::Dark);
            desk.document = tiny();
            desk.apply(Action::Restart, time, Theme::Dark);
        }
        check(&window, &monkey);
        window.run_steps(2);
    }
    come_to_rest(&mut window);
    println!("seed {seed}: {deeds} deeds, {} errors shown", desk(&window).errors.len());
    desk(&window).document.without_weights()
}

#[test]
fn the_same_deeds_of_a_monkey_end_in_the_same_document() {
    let _alone = alone();
    let deeds = deeds(60);
    for seed in [1, 2] {
        let (one, other) = (end_of(seed, deeds), end_of(seed, deeds));
        assert_eq!(one, other, "seed {seed}");
    }
}

#[test]
fn a_hasty_monkey_breaks_nothing() {
    let _alone = alone();
    // Without waiting for anything, and with sliders at their ends as they are.
    let mut window = opened(tiny(), None);
    let mut monkey = Monkey::new(7);
    for _ in 0..deeds(150) {
        monkey.act(&mut window);
        check(&window, &monkey);
    }
}

#[test]
fn engines_that_panic_say_so_and_work_at_the_next_command() {
    let _alone = alone();
    let mut window = opened(tiny(), None);
    wait(&mut window, "the first cut", is_settled);
    let before = desk(&window).document.clone();
    desk(&window).fail_engines_on_purpose();
    // Every engine has a sentence of its own.
    wait(&mut window, "ten sentences", |desk| desk.errors.len() >= ENGINES);
    for sentence in &desk(&window).errors {
        assert!(sentence.starts_with("a computation failed (on purpose"), "{sentence}");
        assert!(sentence.contains("the window lives on"), "{sentence}");
    }
    assert_eq!(desk(&window).document, before, "nothing that is saved is touched");
    // The next change is learned, cut and surveyed as if nothing had been.
    let time = window.ctx.input(|i| i.time);
    let desk_now = desk_mut(&mut window);
    desk_now.errors.clear();
    let set = |path, value| Action::Set { path, value, gesture: None };
    desk_now.apply(set("theory.k2", Value::Real(1.25)), time, Theme::Dark);
    desk_now.apply(set("network.capacity", Value::Text("unit".into())), time, Theme::Dark);
    let region = holoscope::network::Region::parse("3..9", 64, holoscope::lattice::Boundary::Ring).unwrap();
    desk_now.apply(Action::SelectRegion { name: RegionName::A, region, gesture: None }, time, Theme::Dark);
    wait(&mut window, "the new document", is_settled);
    wait(&mut window, "the new survey", |desk| desk.survey.as_ref().is_some_and(|s| s.done));
    assert_eq!(desk(&window).errors, Vec::<String>::new());
}

/// Engines of a window that are made to panic.
const ENGINES: usize = 10;

#[test]
fn learning_that_panicked_can_be_started_anew() {
    let _alone = alone();
    let mut window = opened(tiny(), None);
    desk(&window).fail_engines_on_purpose();
    wait(&mut window, "sentences", |desk| desk.errors.len() >= ENGINES);
    let time = window.ctx.input(|i| i.time);
    // What stood still before does no harm without a task.
    for action in [Action::Pause, Action::StepLayer, Action::Play] {
        desk_mut(&mut window).apply(action, time, Theme::Dark);
        window.run_steps(3);
    }
    assert_eq!(desk(&window).errors.len(), ENGINES, "{:?}", desk(&window).errors);
    desk_mut(&mut window).apply(Action::Restart, time, Theme::Dark);
    wait(&mut window, "the learning", |desk| desk.current_training().is_some_and(|t| t.is_complete()));
}

#[test]
fn a_save_that_fails_is_told_and_the_document_stays_changed() {
    let _alone = alone();
    let folder = cage().join("vanishing");
    std::fs::create_dir(&folder).unwrap();
    let path = folder.join("mine.holo");
    let mut window = opened(tiny(), Some(path.clone()));
    wait(&mut window, "the first cut", is_settled);
    let time = window.ctx.input(|i| i.time);
    let set = Action::Set { path: "theory.k2", value: Value::Real(1.5), gesture: None };
    desk_mut(&mut window).apply(set, time, Theme::Dark);
    std::fs::remove_dir(&folder).unwrap();
    for (target, why) in [
        (path.clone(), "no such file or folder"),
        (PathBuf::from("/dev/full"), "no space left on the disk"),
        (cage().into(), "folder"),
    ] {
        if !cfg!(target_os = "linux") && target.starts_with("/dev") {
            continue;
        }
        desk_mut(&mut window).apply(Action::Write(Export::Session, target), time, Theme::Dark);
        wait(&mut window, "the sentence", |desk| !desk.errors.is_empty());
        let desk = desk_mut(&mut window);
        let sentence = desk.errors.pop().unwrap();
        assert!(sentence.contains(why), "{sentence}");
        assert!(
            desk.is_modified() && desk.document.theory.k2 == 1.5,
            "the document stays, and stays unsaved"
        );
        assert_eq!(desk.path.as_deref(), Some(path.as_path()));
    }
    // The folder is there again: so is the file.
    std::fs::create_dir(&folder).unwrap();
    desk_mut(&mut window).apply(Action::Save, time, Theme::Dark);
    wait(&mut window, "the save", |desk| !desk.is_modified());
    assert_eq!(file::from_bytes(&std::fs::read(&path).unwrap(), "x").unwrap().theory.k2, 1.5);
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_that_is_opened_is_told_and_hangs_nothing() {
    let _alone = alone();
    let mut window = opened(tiny(), None);
    let pipe = cage().join("pipe.holo");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for (path, why) in [(pipe, "pipe"), ("/dev/zero".into(), "device"), ("/".into(), "folder")] {
        desk_mut(&mut window).apply(Action::Open(path), 0.0, Theme::Dark);
        wait(&mut window, "the sentence", |desk| !desk.errors.is_empty());
        let sentence = desk_mut(&mut window).errors.pop().unwrap();
        assert!(sentence.contains(why), "{sentence}");
    }
}
