//! The network's own state and the geometry learned from entanglement in the window.

use crate::window::{self, Window, act, click, desk, desk_mut, names, open, settle, wait};
use holoscope::app::action::Action;
use holoscope::app::action::Export;
use holoscope::app::enlarged::Enlarged;
use holoscope::app::state::Tab;
use holoscope::desk::studies::StudyKind;
use holoscope::session::keys::Value;
use holoscope::sim::EntropyData;

fn set(window: &mut Window, path: &'static str, value: Value) {
    act(window, Action::Set { path, value, gesture: None });
}

/// What the legend says of the links.
fn links(window: &Window) -> Option<String> {
    names(window, egui::accesskit::Role::Label).into_iter().find(|name| name.starts_with("Links: "))
}

#[test]
fn learned_couplings_follow_the_mass_and_go_with_their_links() {
    let mut window =
        open(window::quick(&[("network.sites", "16"), ("network.capacity", "unit"), ("regions.a", "2..5")]));
    settle(&mut window);
    assert!(desk(&window).couplings.is_none() && links(&window).is_none());
    set(&mut window, "view.links", Value::Text("learned".into()));
    wait(&mut window, "couplings", |d| d.couplings.as_ref().is_some_and(|fit| fit.done));
    let first = desk(&window).couplings.clone().unwrap();
    assert!(links(&window).unwrap().contains("J learned from fermions, m = 0,"));
    set(&mut window, "theory.mass", Value::Real(0.3));
    let is_of = |mass: f64| move |data: &EntropyData| matches!(data, EntropyData::Theory { mass: m, .. } if *m == mass);
    wait(&mut window, "couplings of the other mass", |d| {
        d.couplings.as_ref().is_some_and(|fit| fit.done && is_of(0.3)(&fit.task.data))
    });
    let second = desk(&window).couplings.clone().unwrap();
    // One search more: the one that begins with what was there.
    assert!(second.starts[0] > 8, "{:?}", second.starts);
    let side = |fit: &holoscope::sim::GeometrySnapshot| fit.learned.as_ref().unwrap().layers[1].side;
    assert!(side(&second) < side(&first), "links fade with the mass");
    // A network that is not learned says so, and the button below the choice sets one that is.
    set(&mut window, "network.sites", Value::Integer(256));
    window.run_steps(3);
    assert!(desk(&window).couplings.is_none());
    assert!(links(&window).unwrap().contains("set network.sites = 64 or less, not 256"));
    set(&mut window, "network.sites", Value::Integer(16));
    wait(&mut window, "couplings again", |d| d.couplings.as_ref().is_some_and(|fit| fit.learned.is_some()));
    set(&mut window, "view.links", Value::Text("capacity".into()));
    window.run_steps(3);
    assert!(desk(&window).couplings.is_none() && links(&window).is_none());
    assert_eq!(desk(&window).errors, Vec::<String>::new());
}

/// The tab State asks for the state; its plots are enlarged and written like all others.
#[test]
fn plots_of_the_state_are_enlarged_and_exported() {
    let here = tempfile::tempdir().unwrap();
    let settings = [("network.sites", "16"), ("learning.sites", "16"), ("regions.a", "2..6")];
    let mut window = open(window::quick(&settings));
    settle(&mut window);
    act(&mut window, Action::Write(Export::StatePlot, here.path().join("none.svg")));
    wait(&mut window, "a sentence", |d| d.errors.iter().any(|e| e.contains("open the tab State")));
    act(&mut window, Action::Dismiss);
    desk_mut(&mut window).view.tab = Tab::State;
    for kind in [StudyKind::State, StudyKind::Spectrum, StudyKind::Tightness] {
        window.run_steps(2);
        click(&mut window, egui::accesskit::Role::RadioButton, &format!("State plot {}", kind.name()));
        wait(&mut window, "the plot", move |d| {
            d.own_state
                .plot
                .as_ref()
                .is_some_and(|plot| plot.kind == kind && plot.done && plot.chart.is_some())
        });
        for (export, ending) in [(Export::StatePlot, "svg"), (Export::StateData, "csv")] {
            let path = here.path().join(format!("{}.{ending}", kind.name()));
            act(&mut window, Action::Write(export, path.clone()));
            wait(&mut window, "the file", |_| path.exists());
            assert!(std::fs::metadata(&path).unwrap().len() > 100);
        }
    }
    assert_eq!(desk(&window).errors, Vec::<String>::new());
    let said = names(&window, egui::accesskit::Role::Label);
    assert!(
        said.iter().any(|part| part.starts_with("ln Z = ")) && said.iter().any(|part| part == "31 spins"),
        "{said:?}"
    );
    click(&mut window, egui::accesskit::Role::Button, "Enlarge plot state");
    window.run_steps(2);
    assert_eq!(desk(&window).view.enlarged, Some(Enlarged::State));
    window.key_press(egui::Key::Escape);
    window.run_steps(2);
    assert_eq!(desk(&window).view.enlarged, None);
}

/// Behind a closed tab nothing works, under a pause neither, and both go on from where they stood.
#[test]
fn the_state_rests_behind_a_closed_tab_and_goes_on_where_it_stood() {
    let born = [("network.sites", "64"), ("learning.sites", "64"), ("regions.a", "8..24")];
    let sampled = [("state.form", "born"), ("state.pairs", "100000")];
    let mut window = open(window::quick(&[&born[..], &sampled[..]].concat()));
    settle(&mut window);
    desk_mut(&mut window).view.tab = Tab::State;
    // Steps done by the solver and by the plot.
    let done = |d: &holoscope::app::state::Desk| {
        let solver = d.own_state.answer.as_ref().map_or(0, |answer| answer.progress.0);
        [solver, d.own_state.plot.as_ref().map_or(0, |plot| plot.progress.done)]
    };
    let under_way = |d: &holoscope::app::state::Desk| {
        done(d).iter().all(|steps| *steps > 0) && d.own_state.plot.as_ref().is_some_and(|plot| plot.running)
    };
    wait(&mut window, "samples of the state", under_way);
    for closed in [true, false] {
        if closed {
            desk_mut(&mut window).view.tab = Tab::Layers;
        } else {
            click(&mut window, egui::accesskit::Role::Button, "pause");
        }
        wait(&mut window, "rest", |d| d.own_state.plot.as_ref().is_some_and(|plot| !plot.running));
        let stood = std::iter::repeat_with(|| {
            std::thread::sleep(std::time::Duration::from_millis(300));
            window.run_steps(2);
            done(desk(&window))
        });
        let stood: Vec<_> = stood.take(3).collect();
        assert_eq!(stood[1], stood[2], "work goes on, closed: {closed}");
        assert!(!desk(&window).own_state.answer.as_ref().unwrap().done, "too short to be stopped");
        if closed {
            desk_mut(&mut window).view.tab = Tab::State;
        } else {
            click(&mut window, egui::accesskit::Role::Button, "go on");
        }
        window.run_steps(2);
        // Not from the beginning: on the way there is never less than there was.
        wait(&mut window, "more of it", |d| {
            let [solver, plot] = done(d);
            assert!(solver >= stood[2][0] && plot >= stood[2][1], "it began anew");
            solver > stood[2][0] && plot > stood[2][1]
        });
    }
    assert_eq!(desk(&window).errors, Vec::<String>::new());
}
