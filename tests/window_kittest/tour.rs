//! The guided tour and the guide in the window: the card covers nothing, a person's session comes back as it was,
//! and every page can be read.

use crate::window::{self, Opening, Window, desk, wait};
use egui::accesskit::Role;
use egui::{Key, Rect, vec2};
use egui_kittest::kittest::{NodeT, Queryable};
use holoscope::app::action::Action;
use holoscope::app::state::{Tab, TourMove};
use holoscope::desk::guide::{PAGES, Page};
use holoscope::desk::tour::{Shows, stops};
use holoscope::network::Region;
use holoscope::session::keys::{KEYS, Kind};
use holoscope::session::{Document, RegionName};

/// A document of a person that learns in a moment.
fn quick() -> Document {
    window::quick(&[("theory.k2", "0.7")])
}

fn opened(size: egui::Vec2) -> Window {
    Opening { size, ..Opening::of(quick()) }.open()
}

fn act(window: &mut Window, action: Action) {
    window::act(window, action);
    window.run_steps(2);
}

fn click(window: &mut Window, role: Role, name: &str) {
    window::click(window, role, name);
    window.step();
}

fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    window.run_steps(3);
}

fn select(window: &mut Window, text: &str) {
    let boundary = desk(window).document.network.boundary;
    let region = Region::parse(text, desk(window).document.network.sites, boundary).unwrap();
    act(window, Action::SelectRegion { name: RegionName::A, region, gesture: None });
}

/// Everything that a tour must give back.
fn session(window: &Window) -> (Document, Option<String>, bool, Tab, String) {
    let desk = desk(window);
    let undo = desk.history.undo_name().map(String::from);
    (desk.document.clone(), undo, desk.is_modified(), desk.view.tab, desk.session_name())
}

#[test]
fn the_tour_gives_the_session_back_as_it_was() {
    let mut window = opened(vec2(1440.0, 900.0));
    select(&mut window, "3..50");
    window.state_mut().as_mut().unwrap().desk_mut().view.tab = Tab::Flow;
    wait(&mut window, "training", |d| d.current_training().is_some_and(|t| t.is_complete()));
    let before = session(&window);
    let reports = desk(&window).training.as_ref().unwrap().layers.len();
    press(&mut window, Key::T);
    assert_eq!(desk(&window).touring().unwrap().at, 0);
    assert_eq!(desk(&window).session_name(), "guided tour");
    assert!(!desk(&window).is_modified() && desk(&window).history.undo_name().is_none());
    for stop in stops().iter().skip(1) {
        press(&mut window, Key::PageDown);
        assert_eq!(desk(&window).touring().unwrap().stop().name, stop.name);
        let theme = desk(&window).document.view.theme;
        let mut scene = stop.document().unwrap();
        scene.view.theme = theme;
        assert_eq!(desk(&window).document.without_weights(), scene, "{}", stop.name);
        match stop.shows {
            Shows::Regions => assert_eq!(desk(&window).view.tab, Tab::Regions),
            Shows::Study(kind) if kind.is_of_state() => {
                assert_eq!((desk(&window).view.tab, desk(&window).own_state.shown), (Tab::State, kind));
            }
            Shows::Study(_) => assert_eq!(desk(&window).view.tab, Tab::Studies),
            Shows::Plot(_) => {}
        }
    }
    press(&mut window, Key::PageUp);
    assert_eq!(desk(&window).touring().unwrap().at, stops().len() - 2);
    // Nothing was made, so nothing is asked.
    press(&mut window, Key::Escape);
    assert!(desk(&window).touring().is_none());
    assert_eq!(session(&window), before);
    assert_eq!(desk(&window).training.as_ref().unwrap().layers.len(), reports);
    assert_eq!(desk(&window).errors, Vec::<String>::new());
}

#[test]
fn what_was_made_at_a_stop_is_kept_only_by_answer_and_undo_takes_it_back() {
    let mut window = opened(vec2(1440.0, 900.0));
    select(&mut window, "3..50");
    wait(&mut window, "training", |d| d.current_training().is_some_and(|t| t.is_complete()));
    let before = session(&window);
    for keep in [false, true] {
        press(&mut window, Key::T);
        select(&mut window, "1..9");
        assert_eq!(desk(&window).history.undo_name(), Some("select A 1..9"));
        click(&mut window, Role::Button, "Leave");
        assert!(desk(&window).touring().unwrap().leaving);
        click(&mut window, Role::Button, "Stay in the tour");
        assert!(!desk(&window).touring().unwrap().leaving);
        click(&mut window, Role::Button, "Leave");
        click(&mut window, Role::Button, if keep { "Keep it in my session" } else { "Give my session back" });
        assert!(desk(&window).touring().is_none());
        if !keep {
            assert_eq!(session(&window), before);
        }
    }
    let kept = &desk(&window).document;
    assert_eq!((kept.network.sites, kept.regions.a.to_string()), (64, "1..9".into()));
    act(&mut window, Action::Undo);
    assert_eq!(desk(&window).document.without_weights(), before.0.without_weights());
}

/// A session that is opened during the tour ends it, and no edit is asked about.
#[test]
fn a_new_session_ends_the_tour() {
    let mut window = opened(vec2(1440.0, 900.0));
    press(&mut window, Key::T);
    act(&mut window, Action::New);
    assert!(desk(&window).touring().is_none());
    assert_eq!(desk(&window).document.without_weights(), Document::default());
}

fn rect_of(window: &Window, role: Role, part: &str) -> Option<Rect> {
    let mut all = window.query_all_by_role(role).map(|node| {
        let inner = node.accesskit_node();
        let text = if inner.role() == Role::Label { inner.value() } else { inner.label() };
        (text.unwrap_or_default(), node.rect())
    });
    all.find(|(text, _)| text.contains(part)).map(|(_, rect)| rect)
}

/// The card takes room of its own: the canvas with its curve ends above it, and all its words are on screen.
#[test]
fn the_card_covers_nothing_and_shows_all_its_words() {
    for size in [vec2(1280.0, 720.0), vec2(1600.0, 1000.0), vec2(1000.0, 700.0)] {
        let mut window = opened(size);
        act(&mut window, Action::Tour(TourMove::Start));
        let mut canvases = Vec::new();
        for (i, stop) in stops().iter().enumerate() {
            act(&mut window, Action::Tour(TourMove::To(i)));
            window.run_steps(2);
            let canvas = rect_of(&window, Role::Canvas, "Bulk of").unwrap();
            let next =
                rect_of(&window, Role::Button, if i + 1 == stops().len() { "Done" } else { "Next" }).unwrap();
            let text = rect_of(&window, Role::Label, &stop.text[..20]).unwrap();
            let attempt = rect_of(&window, Role::Label, &stop.attempt.text[..20]).unwrap();
            assert!(next.top() >= canvas.bottom() && text.top() >= canvas.bottom(), "{size:?} {}", stop.name);
            // Above the status bar.
            assert!(attempt.bottom() <= size.y - 28.0, "{size:?} {}: {attempt:?}", stop.name);
            assert!(
                text.right() <= canvas.right() && attempt.right() <= canvas.right(),
                "{size:?} {}",
                stop.name
            );
            assert!(canvas.height() >= 0.5 * (size.y - 72.0), "{size:?}: {canvas:?}");
            canvases.push(canvas);
        }
        assert!(canvases.windows(2).all(|pair| pair[0] == pair[1]), "the picture changes its size");
    }
}

/// What a stop asks a person to take hold of is there.
#[test]
fn every_stops_control_is_on_screen() {
    let mut window = opened(vec2(1440.0, 900.0));
    act(&mut window, Action::Tour(TourMove::Start));
    for (i, stop) in stops().iter().enumerate() {
        act(&mut window, Action::Tour(TourMove::To(i)));
        let control = stop.attempt.control.as_str();
        let found = match KEYS.iter().find(|k| k.path == control) {
            Some(key)
                if matches!(key.kind, Kind::Real { .. } | Kind::Integer { .. } | Kind::PowerOfTwo { .. }) =>
            {
                rect_of(&window, Role::Slider, &format!("{} {}", key.label, key.symbol)).is_some()
            }
            Some(key) => [Role::RadioButton, Role::ComboBox, Role::SpinButton, Role::Slider, Role::Button]
                .into_iter()
                .any(|role| rect_of(&window, role, key.label).is_some()),
            None if control == "depth ladder" => true,
            None => !desk(&window).document.regions.get(RegionName::A).is_empty(),
        };
        assert!(found, "{}: no {control}", stop.name);
    }
}

/// Commands of a page begin where its text does, and not beside it, page by page farther to the right.
/// How many blocks of them are in sight.
fn commands_stand_under_the_text(window: &Window, page: &Page) -> usize {
    let left_of = |begin: &str| {
        let labels = window.get_all_by_role(Role::Label);
        let shown = labels.filter(|label| label.value().is_some_and(|text| text.starts_with(begin)));
        shown.map(|label| label.rect().left()).next_back()
    };
    let title = left_of(page.title).unwrap_or_else(|| panic!("{}: no title", page.file));
    // A block that is out of sight has no label.
    let lines = page.text.split("```sh\n").skip(1).filter_map(|block| block.lines().next());
    let seen: Vec<(&str, f32)> = lines.filter_map(|line| Some((line, left_of(line)?))).collect();
    for (line, left) in &seen {
        assert!((0.0..20.0).contains(&(left - title)), "{}: {line} at {left}, text at {title}", page.file);
    }
    seen.len()
}

#[test]
fn the_guide_opens_beside_the_keys_and_every_page_can_be_read() {
    let mut window = opened(vec2(1280.0, 720.0));
    press(&mut window, Key::F1);
    assert!(desk(&window).view.help);
    // It stands still once it knows its size.
    window.run_steps(10);
    click(&mut window, Role::Tab, "Guide of help");
    assert_eq!((desk(&window).view.guide, desk(&window).view.help), (Some(0), false));
    window.run_steps(10);
    let mut blocks = 0;
    for (i, page) in PAGES.iter().enumerate() {
        window.run_steps(10);
        window.get_by_role_and_label(Role::RadioButton, &format!("Page {}", page.title)).click_accesskit();
        window.run_steps(4);
        assert_eq!(desk(&window).view.guide, Some(i), "{}", page.file);
        blocks += commands_stand_under_the_text(&window, page);
    }
    assert!(blocks >= 3, "{blocks} blocks of commands were in sight");
    click(&mut window, Role::Tab, "Keys of help");
    assert_eq!((desk(&window).view.guide, desk(&window).view.help), (None, true));
    press(&mut window, Key::F1);
    assert!(!desk(&window).view.help && desk(&window).view.guide.is_none());
}
