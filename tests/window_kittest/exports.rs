//! What leaves the window carries the session that it was made of, also when the window shows another one already.

use crate::window::{Window, act, desk, desk_mut, is_settled, open, quick, settle, wait};
use holoscope::app::action::{Action, Export};
use holoscope::app::state::{Clip, Desk, Tab};
use holoscope::desk::studies::StudyKind;
use holoscope::desk::{PlotKind, open as opening, results, study};
use holoscope::network::Region;
use holoscope::session::keys::Value;
use holoscope::session::{Document, RegionName};
use std::path::Path;
use std::sync::Arc;

fn set_k2(window: &mut Window, k2: f64) {
    act(window, Action::Set { path: "theory.k2", value: Value::Real(k2), gesture: None });
}

fn attached(path: &Path) -> Document {
    opening::open(Some(path.as_os_str())).unwrap().document
}

fn write(window: &mut Window, export: Export, path: &Path) {
    act(window, Action::Write(export, path.into()));
    wait(window, "the file", |d| d.files.errands().is_empty());
    assert_eq!(desk(window).errors, Vec::<String>::new());
}

fn caption(window: &mut Window, export: Export) -> String {
    act(window, Action::CopyCaption(export));
    assert_eq!(desk(window).errors, Vec::<String>::new());
    match desk_mut(window).clipboard.take() {
        Some(Clip::Text(text)) => text,
        other => panic!("no caption: {other:?}"),
    }
}

#[test]
fn a_study_of_other_parameters_is_exported_with_those() {
    let here = tempfile::tempdir().unwrap();
    let few = [("network.sites", "64"), ("theory.k2", "0.6"), ("learning.epochs", "5")];
    let mut window = open(quick(&few));
    settle(&mut window);
    let weights = desk(&window).document.learned.clone().unwrap();
    act(&mut window, Action::RunStudy(StudyKind::Prune));
    let done = |d: &Desk| d.analysis.as_ref().is_some_and(|a| a.done && a.chart.is_some());
    wait(&mut window, "the study", done);
    let path = here.path().join("then.csv");
    write(&mut window, Export::StudyData, &path);
    let of_then = std::fs::read(&path).unwrap();
    set_k2(&mut window, 0.9);
    settle(&mut window);
    let sidecar = here.path().join("now.csv.holo");
    write(&mut window, Export::StudyData, &here.path().join("now.csv"));
    assert!(std::fs::read(here.path().join("now.csv")).unwrap() == of_then);
    let document = attached(&sidecar);
    assert_eq!(document.theory.k2, 0.6);
    assert_eq!(document.learned.unwrap().layers, weights.layers);
    let words = caption(&mut window, Export::StudyPlot);
    assert!(words.contains("0.6") && !words.contains("0.9"), "{words}");
    let plot = here.path().join("now.svg");
    write(&mut window, Export::StudyPlot, &plot);
    assert_eq!(attached(&plot).theory.k2, 0.6);
    // Other weights of the same parameters are another network, too.
    set_k2(&mut window, 0.6);
    settle(&mut window);
    assert!(desk(&window).is_of_present(desk(&window).analysis.as_ref().unwrap()));
    act(&mut window, Action::ContinueTraining);
    wait(&mut window, "more", |d| d.document.learned.as_ref().is_some_and(|s| s.origin.continued == 1));
    assert!(!desk(&window).is_of_present(desk(&window).analysis.as_ref().unwrap()));
}

#[test]
fn a_state_of_other_parameters_is_exported_with_those_and_says_so() {
    let here = tempfile::tempdir().unwrap();
    let small = [("network.sites", "16"), ("learning.sites", "16"), ("regions.a", "4..8")];
    let mut window = open(quick(&small));
    settle(&mut window);
    let before = desk(&window).document.theory.k2;
    desk_mut(&mut window).view.tab = Tab::State;
    wait(&mut window, "the plot", |d| d.own_state.plot.as_ref().is_some_and(|p| p.done && p.chart.is_some()));
    assert!(desk(&window).is_own_plot_present());
    desk_mut(&mut window).view.tab = Tab::Layers;
    set_k2(&mut window, 0.9);
    settle(&mut window);
    assert!(!desk(&window).is_own_plot_present());
    let path = here.path().join("state.csv");
    write(&mut window, Export::StateData, &path);
    let attached = attached(&here.path().join("state.csv.holo"));
    assert_eq!((attached.theory.k2, &attached.regions), (before, &desk(&window).document.regions));
}

#[test]
fn a_scaling_curve_is_exported_of_the_present_network_at_once() {
    let here = tempfile::tempdir().unwrap();
    let mut window = open(quick(&[("network.sites", "4096"), ("network.capacity", "unit")]));
    wait(&mut window, "the cut", is_settled);
    wait(&mut window, "the curve", Desk::is_surveyed);
    act(&mut window, Action::Set { path: "network.bond_dimension", value: Value::Integer(7), gesture: None });
    // Nothing of before is pinned or copied.
    for action in [Action::Pin, Action::CopyNumbers(Export::PlotData(PlotKind::Scaling))] {
        act(&mut window, action);
        let sentence = desk_mut(&mut window).errors.pop().unwrap();
        assert!(sentence.contains("not there yet"), "{sentence}");
    }
    assert!(desk(&window).pins.is_empty() && desk(&window).clipboard.is_none());
    // A file waits for what it needs.
    let path = here.path().join("scaling.csv");
    write(&mut window, Export::PlotData(PlotKind::Scaling), &path);
    let document = attached(&here.path().join("scaling.csv.holo"));
    assert_eq!(document.network.bond_dimension, 7);
    let network = Arc::new(study::bulk_network(&document, None).unwrap());
    let expected = results::survey(&document, &network, None, || true).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let means: Vec<f64> =
        text.lines().filter_map(|line| line.split(',').nth(2)?.trim().parse().ok()).collect();
    assert_eq!(means, expected.rows.iter().map(|row| row.mean_nats).collect::<Vec<_>>());
    wait(&mut window, "the curve", Desk::is_surveyed);
    act(&mut window, Action::Pin);
    assert_eq!(desk(&window).pins.len(), 1);
}

#[test]
fn a_caption_never_pairs_a_region_with_the_entropy_of_another() {
    let here = tempfile::tempdir().unwrap();
    let mut window = open(quick(&[("network.sites", "64"), ("regions.a", "4..16")]));
    settle(&mut window);
    let region = Region::parse("20..28", 64, desk(&window).document.network.boundary).unwrap();
    act(&mut window, Action::SelectRegion { name: RegionName::A, region, gesture: None });
    act(&mut window, Action::CopyCaption(Export::Bulk));
    let sentence = desk_mut(&mut window).errors.pop().unwrap();
    assert!(sentence.contains("not there yet"), "{sentence}");
    // The picture is cut before it is drawn.
    let path = here.path().join("bulk.svg");
    write(&mut window, Export::Bulk, &path);
    settle(&mut window);
    let nats = desk(&window).answer.as_ref().unwrap().regions[0].cut.capacity_nats;
    let words = caption(&mut window, Export::Bulk);
    assert!(words.contains("20..28"), "{words}");
    let title = holoscope::desk::files::bulk_title(&desk(&window).document, &desk(&window).study());
    assert!(std::fs::read_to_string(&path).unwrap().contains(&title), "{title}, {nats}");
}
