//! The picture of the bulk: flown, turned from chart to chart, filmed, and asked about by a click.

use crate::hands::{answer, canvas, region, rim};
use crate::window::{Window, app, desk, names, open, quick, settle, wait_for as wait};
use egui::accesskit::Role;
use egui::{Event, Key, Modifiers, Pos2, vec2};
use egui_kittest::kittest::Queryable;
use holoscope::app::action::Action;
use holoscope::desk::facts::Spot;
use holoscope::desk::picture;
use holoscope::figure::camera::{ChartKind, Frame};
use holoscope::figure::chart::four_digits;
use holoscope::figure::page::Mark;
use holoscope::network::Node;
use holoscope::session::keys::set_all;

/// Steps frames until nothing on the canvas moves by itself.
fn come_to_rest(window: &mut Window) {
    for _ in 0..200 {
        let before = desk(window).camera;
        window.step();
        if desk(window).camera == before && !desk(window).is_moving() {
            return;
        }
    }
    panic!("the view does not come to rest");
}

#[test]
fn the_plane_is_flown_by_drag_keys_and_double_click_and_comes_home() {
    use holoscope::figure::Camera;
    for chart in ["half-plane", "poincare", "klein"] {
        let mut window = open(quick(&[("network.capacity", "unit"), ("view.chart", chart)]));
        settle(&mut window);
        let before = desk(&window).document.clone();
        let (_, rect) = canvas(&window);
        let at = |x: f32, y: f32| rect.center() + vec2(x, y);
        let point = |window: &Window, at: Pos2| {
            let desk = desk(window);
            let p =
                picture::projection(&desk.document, desk.camera, Frame::page(rect.width(), rect.height()));
            p.from_page([at.x - rect.left(), at.y - rect.top()])
        };
        // What is taken hold of stays under the hand.
        let held = point(&window, at(10.0, 90.0));
        window.hover_at(at(10.0, 90.0));
        window.drag_at(at(10.0, 90.0));
        for step in 1..=6 {
            window.hover_at(at(10.0 + 9.0 * step as f32, 90.0 - 5.0 * step as f32));
        }
        window.run_steps(12);
        let now = point(&window, at(64.0, 60.0));
        let off = holoscope::hyperbolic::distance(held, now);
        assert!(off < 0.02, "{chart}: the point went {off} curvature radii away");
        window.drop_at(at(64.0, 60.0));
        come_to_rest(&mut window);
        // Keys fly, turn and zoom.
        for key in [Key::A, Key::D, Key::W, Key::S, Key::Q, Key::R, Key::Plus, Key::Minus] {
            let camera = desk(&window).camera;
            window.key_press(key);
            window.step();
            assert_ne!(desk(&window).camera, camera, "{chart}: {key:?}");
        }
        // A double click puts a tile in the middle, upright.
        let aim = at(30.0, -40.0);
        window.hover_at(aim);
        for _ in 0..2 {
            for pressed in [true, false] {
                let (button, modifiers) = (egui::PointerButton::Primary, Modifiers::NONE);
                window.event(Event::PointerButton { pos: aim, button, pressed, modifiers });
            }
        }
        window.step();
        assert!(desk(&window).is_moving(), "{chart}: it glides to the tile");
        come_to_rest(&mut window);
        assert!(desk(&window).camera.turn_rad.abs() < 1e-9);
        // The click has given the keys to the canvas; Home works all the same.
        window.key_press(Key::Home);
        window.step();
        come_to_rest(&mut window);
        assert_eq!(desk(&window).camera, Camera::HOME, "{chart}: Home after a click on the canvas");
        assert_eq!(desk(&window).document.without_weights(), before.without_weights());
    }
}

#[test]
fn a_plus_whose_shift_comes_up_first_does_not_zoom_for_ever() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
    settle(&mut window);
    let event = |key: Key, pressed: bool, modifiers: Modifiers| Event::Key {
        key,
        physical_key: Some(Key::Equals),
        pressed,
        repeat: false,
        modifiers,
    };
    // The same key of the keyboard: + as it goes down, = as it comes up.
    window.event(event(Key::Plus, true, Modifiers::SHIFT));
    window.run_steps(3);
    let held = desk(&window).camera;
    window.step();
    assert!(desk(&window).camera.magnification > held.magnification, "held, it goes on");
    window.event(event(Key::Equals, false, Modifiers::NONE));
    window.step();
    let before = desk(&window).camera;
    window.run_steps(5);
    assert_eq!(desk(&window).camera, before);
}

#[test]
fn charts_change_by_a_smooth_passage_and_at_once_with_reduced_motion() {
    let mut window = open(quick(&[("network.capacity", "unit")]));
    settle(&mut window);
    for (name, chart) in [
        ("Chart half-plane", ChartKind::HalfPlane),
        ("Chart poincare", ChartKind::Poincare),
        ("Chart klein", ChartKind::Klein),
        ("Chart ring", ChartKind::Ring),
    ] {
        window.get_by_role_and_label(Role::RadioButton, name).click();
        window.run_steps(4);
        assert_eq!(desk(&window).document.view.chart, chart);
        assert!(desk(&window).is_moving(), "{name}: it is on its way");
        assert!(app(&window).page().marks.len() > 40, "{name}: and it is drawn");
        come_to_rest(&mut window);
    }
    let desk_mut = window.state_mut().as_mut().unwrap().desk_mut();
    desk_mut.apply(Action::ReduceMotion(true), 0.0, holoscope::figure::Theme::Dark);
    window.get_by_role_and_label(Role::RadioButton, "Chart klein").click();
    window.run_steps(3);
    assert_eq!(desk(&window).document.view.chart, ChartKind::Klein);
    assert!(!desk(&window).is_moving(), "nothing moves by itself");
}

#[test]
fn coloured_tiles_bring_their_scale_along() {
    let mut window = open(quick(&[("network.sites", "64"), ("view.tiles", "spins")]));
    settle(&mut window);
    let scale = |window: &Window| {
        names(window, Role::Label).into_iter().find(|name| name.starts_with("Tiles: ")).unwrap_or_default()
    };
    assert_eq!(scale(&window), "Tiles: spins of one sample, down to up");
    let desk = window.state_mut().as_mut().unwrap().desk_mut();
    set_all(&mut desk.document, &[("view.tiles".to_string(), "entropy".to_string())]).unwrap();
    window.run_steps(2);
    assert_eq!(
        scale(&window),
        format!("Tiles: mean link entropy (nats), 0 to {}", four_digits(2.0_f64.ln()))
    );
}

#[test]
fn the_film_plays_steps_is_scrubbed_and_goes_with_escape() {
    let mut window = open(quick(&[("network.sites", "64")]));
    settle(&mut window);
    let film = |window: &Window| desk(window).view.film.map(|film| (film.at, film.playing));
    assert_eq!(film(&window), None);
    window.key_press(Key::Period);
    window.run_steps(2);
    assert_eq!(film(&window), Some((1.0, false)));
    let before = app(&window).page().clone();
    window.get_by_role_and_label(Role::Button, "Film step").click();
    window.run_steps(2);
    assert_eq!(film(&window), Some((2.0, false)));
    assert_ne!(app(&window).page(), &before);
    window.key_press(Key::Comma);
    window.run_steps(2);
    assert_eq!(film(&window), Some((1.0, false)));
    // 700 ms for a layer, 60 frames a second.
    window.key_press(Key::F);
    window.run_steps(21);
    let (at, playing) = film(&window).unwrap();
    assert!(playing && (1.3..1.7).contains(&at), "{at}");
    window.get_by_role_and_label(Role::Button, "Film play or pause").click();
    window.run_steps(2);
    let (at, playing) = film(&window).unwrap();
    window.run_steps(5);
    assert_eq!((film(&window), playing), (Some((at, false)), false));
    // Escape puts the film away and leaves the region.
    let chosen = region(&window);
    window.key_press(Key::Escape);
    window.run_steps(2);
    assert_eq!((film(&window), region(&window)), (None, chosen));
}

#[test]
fn a_click_pins_what_is_known_of_a_tile_and_another_one_takes_it_off() {
    let mut window = open(quick(&[("network.sites", "64")]));
    settle(&mut window);
    let at = |window: &Window, layer: u32, index: u64| {
        let (_, rect) = canvas(window);
        let desk = desk(window);
        let frame = Frame::page(rect.width(), rect.height());
        let p = picture::projection(&desk.document, desk.camera, frame);
        let [x, y] = Spot::Tile(Node { layer, index }).place(desk.network.network.geometry(), &p);
        rect.min + vec2(x, y)
    };
    let click = |window: &mut Window, at: Pos2| {
        window.hover_at(at);
        window.step();
        window.drag_at(at);
        window.step();
        window.drop_at(at);
        window.run_steps(2);
    };
    let pinned = |window: &Window| -> Vec<String> {
        names(window, Role::Button).into_iter().filter(|name| name.starts_with("Pinned: ")).collect()
    };
    let (first, second) = (at(&window, 2, 9), at(&window, 3, 1));
    let chosen = region(&window);
    click(&mut window, first);
    click(&mut window, second);
    let cards = pinned(&window);
    assert_eq!(cards.len(), 2, "{cards:?}");
    assert!(cards[0].starts_with("Pinned: layer τ = 2 · node 9 · z = 4 to 8"), "{cards:?}");
    click(&mut window, first);
    assert_eq!(pinned(&window).len(), 1);
    window.key_press(Key::Escape);
    window.run_steps(2);
    assert!(pinned(&window).is_empty());
    // Neither clicks nor Escape meant the region; nor does a click on the rim, which pins its site.
    assert_eq!(region(&window), chosen);
    let on_rim = rim(&window, 40.5);
    click(&mut window, on_rim);
    let cards = pinned(&window);
    assert!(cards.len() == 1 && cards[0].starts_with("Pinned: site 40 · in no region"), "{cards:?}");
    click(&mut window, on_rim);
    assert!(pinned(&window).is_empty());
    assert_eq!(region(&window), chosen);
    // A drag is no click.
    window.hover_at(first);
    window.drag_at(first);
    window.step();
    window.hover_at(first + vec2(30.0, 0.0));
    window.step();
    window.drop_at(first + vec2(30.0, 0.0));
    window.run_steps(2);
    assert!(pinned(&window).is_empty());
}

#[test]
fn a_double_click_on_the_ring_brings_its_tile_into_the_middle_and_one_beyond_it_goes_home() {
    let mut window = open(quick(&[("network.sites", "64"), ("network.capacity", "unit")]));
    settle(&mut window);
    let (_, rect) = canvas(&window);
    let place = |window: &Window| {
        let desk = desk(window);
        let p = picture::projection(&desk.document, desk.camera, Frame::page(rect.width(), rect.height()));
        let [x, y] = Spot::Tile(Node { layer: 2, index: 9 }).place(desk.network.network.geometry(), &p);
        rect.min + vec2(x, y)
    };
    let double_click = |window: &mut Window, aim: Pos2| {
        window.hover_at(aim);
        for _ in 0..2 {
            for pressed in [true, false] {
                let (button, modifiers) = (egui::PointerButton::Primary, Modifiers::NONE);
                window.event(Event::PointerButton { pos: aim, button, pressed, modifiers });
            }
        }
        window.step();
        come_to_rest(window);
    };
    let aim = place(&window);
    assert!(aim.distance(rect.center()) > 100.0);
    double_click(&mut window, aim);
    let off = place(&window).distance(rect.center());
    assert!(off < 0.1, "the tile is {off} points off the middle");
    // The tile was at the lower left: the ring has moved to the upper right.
    double_click(&mut window, rect.left_center() + vec2(80.0, 60.0));
    assert_eq!(desk(&window).camera, holoscope::figure::Camera::HOME);
}

#[test]
fn the_word_of_the_legend_stays_where_it_is_and_its_rows_stand_clear_of_the_film() {
    let mut window = open(quick(&[]));
    settle(&mut window);
    let word = |window: &Window, word: &str| window.get_by_role_and_label(Role::Button, word).rect();
    let folded = word(&window, "legend ▸");
    window.get_by_role_and_label(Role::Button, "legend ▸").click();
    window.run_steps(2);
    let unfolded = word(&window, "legend ▾");
    assert!(unfolded.min.distance(folded.min) < 1.0, "{folded:?} {unfolded:?}");
    let last = window.get_by_label("one sample of spins").rect();
    let film = word(&window, "film ▸");
    assert!(last.max.y <= film.min.y && last.max.y <= unfolded.min.y, "{last:?} {film:?} {unfolded:?}");
}

#[test]
fn beads_move_over_a_picture_that_stays_as_it_is() {
    let settings = [("network.sites", "64"), ("view.show", "threads"), ("network.capacity", "unit")];
    let mut window = open(quick(&settings));
    settle(&mut window);
    wait(&mut window, "threads", |window| desk(window).answer.as_ref().is_some_and(|a| a.complete));
    window.run_steps(2);
    let discs = |window: &Window| {
        let page = app(window).page();
        let discs = |mark: &Mark| match mark {
            Mark::Disc { .. } => 1,
            Mark::Discs { centres, .. } => centres.len(),
            _ => 0,
        };
        page.marks.iter().map(discs).sum::<usize>()
    };
    let moving = app(&window).page().clone();
    window.run_steps(10);
    assert_eq!(app(&window).page(), &moving);
    // With reduced motion they stand still and are part of it.
    let before = discs(&window);
    window.state_mut().as_mut().unwrap().desk_mut().view.reduced_motion = true;
    window.run_steps(2);
    assert!(discs(&window) > before + 10, "{} {before}", discs(&window));
}

#[test]
fn a_million_sites_open_and_take_few_shapes() {
    for (chart, field) in
        [("ring", "3"), ("half-plane", "3"), ("ring", "2"), ("poincare", "3"), ("klein", "3")]
    {
        let mut window = open(quick(&[
            ("network.sites", "2^20"),
            ("network.receptive_field", field),
            ("view.chart", chart),
        ]));
        settle(&mut window);
        assert_eq!(desk(&window).document.network.sites, 1 << 20);
        let a = answer(&window);
        assert!(a.cut.capacity_nats > 0.0 && a.region.len() > 1 << 17);
        let shapes = app(&window).shapes();
        assert!((1..=6000).contains(&shapes), "{chart}: {shapes} shapes");
        // Deep in the picture too: the level of detail follows the page and not N.
        let (_, rect) = canvas(&window);
        let p = picture::projection(
            &desk(&window).document,
            desk(&window).camera,
            Frame::page(rect.width(), rect.height()),
        );
        let rim = p.outside(a.region.intervals()[0].start as f64, 0.0);
        let (mut p, mut most) = (p, 0);
        for _ in 0..30 {
            p.camera = p.zoomed(rim, 1.5);
            let desk = window.state_mut().as_mut().unwrap().desk_mut();
            let theme = holoscope::figure::Theme::Dark;
            desk.apply(Action::Look(p.camera), 0.0, theme);
            window.step();
            let shapes = app(&window).shapes();
            most = most.max(shapes);
        }
        // Magnified a few times, the crowded layers near the rim fill the page with the smallest tiles that are
        // drawn one by one, about twice as many as at home; beyond that the number no longer grows.
        assert!(most <= 6_000, "{chart}, r = {field}: {most} shapes when magnified");
        println!("{chart}, r = {field}: {shapes} shapes at home, at most {most} when magnified");
        if chart == "ring" {
            assert_eq!(p.chart, ChartKind::Ring);
            assert!(p.camera.magnification > 1e5);
        }
    }
}
