//! The panels beside the picture: they fold away, every number in them copies, and every control says what it does.

use crate::hands::{answer, canvas, painted, painted_texts};
use crate::window::{
    Opening, Window, act, click, copied, desk, is_settled, name_of, names, open, quick, settle, wait,
};
use egui::accesskit::Role;
use egui::{Key, Rect, vec2};
use egui_kittest::kittest::Queryable;
use holoscope::app::action::Action;
use holoscope::app::state::TourMove;
use holoscope::numerics::stable::LN_2;

/// Where a label stands whose text begins so.
fn label(window: &Window, begins: &str) -> (String, Rect) {
    let found = window.query_all_by_role(Role::Label).map(|node| (name_of(&node), node.rect()));
    let mut found: Vec<_> = found.filter(|(name, _)| name.starts_with(begins)).collect();
    assert!(!found.is_empty(), "no label begins with {begins}: {:?}", names(window, Role::Label));
    found.remove(0)
}

/// Clicks what stands at a place, and gives what that put on the clipboard.
fn copied_at(window: &mut Window, place: Rect) -> Option<String> {
    let node = window.query_all_by_role(Role::Label).find(|node| node.rect() == place);
    node.unwrap().click();
    // No frame more: what is copied is the output of this one.
    window.step();
    copied(window)
}

/// The same of the first label that begins so.
fn copied_from(window: &mut Window, begins: &str) -> String {
    let place = label(window, begins).1;
    copied_at(window, place).unwrap_or_else(|| panic!("nothing was copied from {begins}"))
}

#[test]
fn every_number_of_readout_state_theory_and_pins_copies_with_a_click() {
    let settings = [("network.sites", "16"), ("learning.sites", "16"), ("regions.a", "2..7")];
    let mut window = open(quick(&settings));
    settle(&mut window);
    wait(&mut window, "the spin bound", |d| d.answer.as_ref().is_some_and(|a| a.later[0].spins.is_some()));
    let cut = answer(&window).cut;
    let spins = desk(&window).answer.as_ref().unwrap().later[0].spins.unwrap();
    assert_eq!(copied_from(&mut window, &format!("{} link", cut.links.len())), cut.links.len().to_string());
    assert_eq!(copied_from(&mut window, "5 sites"), "5");
    assert_eq!(copied_from(&mut window, "≤ "), spins.to_string());
    assert_eq!(copied_from(&mut window, "bound "), (spins as f64 * LN_2).to_string());

    let theory = desk(&window).document.theory;
    assert_eq!(copied_from(&mut window, "ξ = "), theory.correlation_length().to_string());
    let nearest = desk(&window).observables().iter().find(|o| o.distance == 1).copied().unwrap();
    let (_, row) = label(&window, "⟨v v⟩1");
    let cells: Vec<(String, Rect)> = window
        .query_all_by_role(Role::Label)
        .map(|node| (name_of(&node), node.rect()))
        .filter(|(_, r)| {
            r.left() > row.right() && (r.center().y - row.center().y).abs() < 4.0 && r.right() < 272.0
        })
        .collect();
    let [exact, sampled] = cells.as_slice() else { panic!("{cells:?}") };
    for ((text, _), value) in [(exact, nearest.exact.unwrap()), (sampled, nearest.sampled)] {
        let text = text.clone();
        assert_eq!(copied_from(&mut window, &text), value.to_string());
    }

    click(&mut window, Role::Tab, "State tab");
    wait(&mut window, "the state", |d| d.own_state.is_current() && is_settled(d));
    wait(&mut window, "its entropies", |d| d.own_state.answer.as_ref().is_some_and(|a| a.done));
    let state = desk(&window).own_state.answer.clone().unwrap();
    let row = &state.rows[0];
    assert_eq!(copied_from(&mut window, "S = "), row.von_neumann_nats.unwrap().to_string());
    assert_eq!(copied_from(&mut window, "ln Z = "), state.log_partition.unwrap().to_string());
    assert_eq!(copied_from(&mut window, "cut "), row.cut_nats.to_string());

    act(&mut window, Action::Pin);
    act(&mut window, Action::TogglePins);
    window.run_steps(3);
    let entropy = cut.capacity_nats;
    // The letter is a subscript; the axis of a plot, too, is called so, with nothing right of it.
    let labels: Vec<(String, Rect)> =
        window.query_all_by_role(Role::Label).map(|node| (name_of(&node), node.rect())).collect();
    let headings = labels.iter().filter(|(name, _)| name.starts_with("SA (nats)"));
    let beside = |heading: &Rect| {
        let in_line =
            |r: &Rect| r.left() > heading.right() && (r.center().y - heading.center().y).abs() < 4.0;
        let entries = labels.iter().map(|(_, r)| *r).filter(in_line);
        entries.min_by(|a, b| a.left().total_cmp(&b.left()))
    };
    let entry = headings.filter_map(|(_, heading)| beside(heading)).next_back().unwrap();
    assert_eq!(copied_at(&mut window, entry), Some(entropy.to_string()));
}

#[test]
fn every_control_says_what_it_does() {
    let mut window = open(quick(&[]));
    settle(&mut window);
    for (role, name, says) in [
        (Role::SpinButton, "region A from", "regions.a"),
        (Role::SpinButton, "region A to", "with Shift by 16"),
        (Role::SpinButton, "Neighbour coupling value", "theory.k2"),
        (Role::Tab, "Layers tab", "against τ"),
        (Role::Tab, "Flow tab", "decimation"),
        (Role::Tab, "Training tab", "likelihood"),
        (Role::Tab, "Regions tab", "inequalities"),
        (Role::Tab, "Studies tab", "pruning"),
        (Role::Tab, "State tab", "spectra"),
        (Role::Button, "legend ▸", "what the marks and colours mean"),
        (Role::Button, "Menu of plot scaling", "export or copy"),
        (Role::Button, "Fold Parameters", "F2"),
        (Role::Button, "Fold Plots", "F3"),
    ] {
        window.get_by_role_and_label(role, name).hover();
        // Longer than a tooltip waits.
        window.run_steps(60);
        let said = painted_texts(&window).iter().any(|text| text.contains(says));
        assert!(said, "{name} does not say “{says}”");
        window.hover_at(canvas(&window).1.center());
        window.run_steps(60);
    }
}

#[test]
fn panels_fold_away_and_come_back() {
    let mut window = open(quick(&[]));
    let width = |window: &Window| canvas(window).1.width();
    let both = width(&window);
    let folded = |window: &Window| (desk(window).view.folded.left, desk(window).view.folded.right);
    for (key, fold, bring_back, gain, state) in [
        (Key::F2, "Fold Parameters", "Parameters", 272.0 - 44.0, (true, false)),
        (Key::F3, "Fold Plots", "Plots", 384.0 - 44.0, (false, true)),
    ] {
        window.key_press(key);
        window.run_steps(2);
        assert_eq!((folded(&window), width(&window) - both), (state, gain));
        click(&mut window, Role::Button, bring_back);
        assert_eq!((folded(&window), width(&window)), ((false, false), both));
        click(&mut window, Role::Button, fold);
        assert_eq!(folded(&window), state);
        window.key_press(key);
        window.run_steps(2);
        assert_eq!(folded(&window), (false, false));
    }
    // The tour points into both panels, and gives them back as they were.
    act(&mut window, Action::Fold(holoscope::app::folding::PanelSide::Left));
    act(&mut window, Action::Tour(TourMove::Start));
    window.run_steps(2);
    assert_eq!((folded(&window), desk(&window).folded().left), ((false, false), true));
    act(&mut window, Action::Tour(TourMove::GiveBack));
    window.run_steps(2);
    assert_eq!(folded(&window), (true, false));
    // In a narrow window they open over the picture.
    let document = quick(&[]);
    let mut window = Opening { size: vec2(1000.0, 700.0), ..Opening::of(document) }.open();
    click(&mut window, Role::Button, "Parameters");
    assert!(desk(&window).view.rail_open && !desk(&window).view.folded.left);
    window.key_press(Key::F2);
    window.run_steps(2);
    assert!(!desk(&window).view.rail_open);
}

#[test]
fn the_line_of_a_folded_section_ends_within_the_panel() {
    let all = "ties,cone,threads,geodesics,ruler,depths";
    let mut window = open(quick(&[("view.show", all), ("view.tiles", "spins"), ("view.links", "weight")]));
    window.run_steps(2);
    let found: Vec<_> =
        painted(&window).into_iter().filter(|(text, _)| text.starts_with("ties · cone")).collect();
    let [(text, place)] = found.as_slice() else { panic!("{found:?}") };
    assert!(text.ends_with('…') && place.right() < 272.0 - 8.0, "{text}: {place:?}");
}

#[test]
fn sites_of_a_large_boundary_have_thin_spaces_wherever_they_stand() {
    let settings = [("network.sites", "2^20"), ("regions.a", "163840..360448"), ("network.capacity", "unit")];
    let mut window = open(quick(&settings));
    settle(&mut window);
    for part in ["196\u{2009}608 sites", " [163\u{2009}840, 360\u{2009}448)"] {
        assert!(names(&window, Role::Label).iter().any(|name| name == part), "{part}");
    }
}

/// At 1024×700 the word State once stood in a row of its own.
#[test]
fn the_six_tabs_stand_in_one_row_of_the_narrowest_panel() {
    let mut window = Opening { size: vec2(1000.0, 700.0), ..Opening::of(quick(&[])) }.open();
    window.run_steps(3);
    let tabs: Vec<Rect> = window.get_all_by_role(Role::Tab).map(|tab| tab.rect()).collect();
    assert_eq!(tabs.len(), 6);
    assert!(
        tabs.windows(2)
            .all(|pair| pair[0].top() == pair[1].top() && pair[0].right() <= pair[1].left() + 0.01)
    );
    assert!(tabs[5].right() <= 1000.0 - 12.0, "{tabs:?}");
}

/// At 1280×800 the name of the preset once ran under the button beside it.
#[test]
fn the_name_of_a_preset_leaves_room_for_the_button_beside_it() {
    let mut window = Opening { size: vec2(1280.0, 800.0), ..Opening::of(Default::default()) }.open();
    window.run_steps(3);
    let list = window.get_by_role_and_label(Role::ComboBox, "Preset Critical quantum Ising chain").rect();
    let fold = window.get_by_role_and_label(Role::Button, "Fold Parameters").rect();
    assert!(list.right() <= fold.left() && fold.right() < 248.0, "{list:?} {fold:?}");
}
