//! Walks the guided tour: every scene opens, every word of it that can be checked is, and every number that it
//! quotes is computed again.

#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]

use std::sync::Arc;

use holoscope::desk::picture::projection;
use holoscope::desk::results::{CutDetails, cut_report};
use holoscope::desk::studies::{StudyFit, StudyKind, StudyTable, run_study};
use holoscope::desk::tour::{Claim, HANDLES, SOURCE, Shows, Stop, parse, stops};
use holoscope::desk::{self, formulas, learned_links, study};
use holoscope::entanglement::LearnedGeometry;
use holoscope::figure::camera::Frame;
use holoscope::figure::pick::handles;
use holoscope::holography::BulkNetwork;
use holoscope::hyperbolic::Tile;
use holoscope::session::keys::{self, KEYS};
use holoscope::session::{Document, RegionName};
use holoscope::sim::{GeometryLearner, LearnedStack, StateSolver, SurveySnapshot, TrainingSnapshot};
use holoscope::theory::fermion;

/// Words of text and look together: enough to say something, few enough to be read standing.
const WORDS: std::ops::RangeInclusive<usize> = 60..=110;
/// Most words of an attempt.
const ATTEMPT: usize = 30;
/// Stops from the Hamiltonian to the wall.
const STOPS: usize = 10;
/// Those after them: the state of the network, the same at 64 sites, the geometry learned from entropies.
const AFTER: [&str; 3] = ["state", "long-state", "learned"];

fn words_of(stop: &Stop) -> String {
    format!("{} {} {}", stop.text, stop.look, stop.attempt.text)
}

#[test]
fn the_tour_has_ten_stops_and_three_beyond_the_cut() {
    let all = parse(SOURCE).unwrap();
    assert_eq!(all.iter().skip(STOPS).map(|s| s.name.as_str()).collect::<Vec<_>>(), AFTER);
    assert_eq!(stops().len(), all.len(), "a preset that is not there");
    let mut names: Vec<&str> = all.iter().map(|s| s.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len(), "two stops of one name");
}

#[test]
fn every_stop_says_enough_and_not_too_much() {
    for stop in parse(SOURCE).unwrap() {
        let said = format!("{} {}", stop.text, stop.look).split_whitespace().count();
        assert!(WORDS.contains(&said), "{}: {said} words", stop.name);
        let tried = stop.attempt.text.split_whitespace().count();
        assert!((5..=ATTEMPT).contains(&tried), "{}: {tried} words to try", stop.name);
        assert!(!stop.formulas.is_empty() && stop.formulas.len() <= 3, "{}", stop.name);
    }
}

#[test]
fn formulas_equations_and_controls_are_there() {
    for stop in parse(SOURCE).unwrap() {
        let name = &stop.name;
        for formula in &stop.formulas {
            let formula = formulas::find(formula).unwrap_or_else(|| panic!("{name}: no formula {formula}"));
            for equation in &formula.equations {
                assert!(stop.equations.contains(equation), "{name}: {} is {equation}", formula.name);
            }
        }
        assert!(!stop.equations.is_empty(), "{name}");
        for equation in &stop.equations {
            assert!(formulas::is_equation(equation), "{name}: no paper has {equation}");
        }
        let control = stop.attempt.control.as_str();
        assert!(KEYS.iter().any(|k| k.path == control) || HANDLES.contains(&control), "{name}: {control}");
    }
}

#[test]
fn every_scene_opens() {
    for stop in stops() {
        let document = stop.document().unwrap();
        study::bulk_network(&document, None).unwrap();
        assert!(!document.regions.get(RegionName::A).is_empty(), "{}: nothing to look at", stop.name);
        // Wherever the camera stands, the ends of every region are on the page.
        let size = [700.0, 500.0];
        let camera = stop.camera(&document, size);
        let projection = projection(&document, camera, Frame::page(size[0], size[1]));
        for name in RegionName::ALL {
            for (grip, [x, y]) in handles(&projection, document.regions.get(name)) {
                assert!(
                    (0.0..size[0]).contains(&x) && (0.0..size[1]).contains(&y),
                    "{}: {grip:?}",
                    stop.name
                );
            }
        }
        keys::check_learning(&document).unwrap();
        for claim in &stop.claims {
            stop.document_with(&claim.set).unwrap();
        }
        if stop.shows == Shows::Regions {
            assert!(RegionName::ALL.iter().all(|n| !document.regions.get(*n).is_empty()), "{}", stop.name);
        }
    }
}

/// The last number in words such as "about −1.3 × 10⁻⁶ nats", and half a unit of its last place.
fn number_in(words: &str) -> (f64, f64) {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let (body, power) = match words.split_once(" × 10") {
        Some((body, rest)) => {
            let digits = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
            let sign = if rest.starts_with('⁻') { -1 } else { 1 };
            let value = rest.chars().filter_map(|c| digits.iter().position(|d| *d == c));
            (body, sign * value.fold(0, |n, d| 10 * n + d as i32))
        }
        None => (words, 0),
    };
    let end = body.rfind(|c: char| c.is_ascii_digit()).expect("a claim holds a number") + 1;
    let start =
        body[..end].rfind(|c| !is_part(c)).map_or(0, |i| i + body[i..].chars().next().unwrap().len_utf8());
    let digits = &body[start..end];
    let sign = if body[..start].ends_with(['−', '-']) { -1.0 } else { 1.0 };
    let places = digits.split_once('.').map_or(0, |(_, after)| after.len() as i32);
    let unit = 10_f64.powi(power);
    (sign * digits.parse::<f64>().unwrap() * unit, 0.5 * 10_f64.powi(-places) * unit)
}

#[test]
fn numbers_are_read_with_their_last_place() {
    let near = |(x, half): (f64, f64), y: f64, unit: f64| {
        assert!((x - y).abs() < 1e-12 * y.abs() && (half - 0.5 * unit).abs() < 1e-12 * unit, "{x} {half}");
    };
    near(number_in("tanh K2 = 0.7616"), 0.7616, 1e-4);
    near(number_in("is −1.386 nats"), -1.386, 1e-3);
    near(number_in("1.3 × 10⁻⁶ nats a spin"), 1.3e-6, 1e-7);
    near(number_in("from 256"), 256.0, 1.0);
    near(number_in("0.86:"), 0.86, 1e-2);
}

/// What is computed of a scene, each thing once.
struct Scene {
    document: Document,
    training: Option<Arc<TrainingSnapshot>>,
    network: Arc<BulkNetwork>,
    survey: Option<SurveySnapshot>,
    shallow: Option<SurveySnapshot>,
    couplings: Option<LearnedGeometry>,
    charges: Option<StudyTable>,
}

/// Stacks learned so far: most stops share theirs.
#[derive(Default)]
struct Learned(Vec<Arc<TrainingSnapshot>>);

impl Learned {
    fn of(&mut self, document: &Document) -> Arc<TrainingSnapshot> {
        let task = document.task();
        if let Some(known) = self.0.iter().find(|t| t.task.same_stack(&task)) {
            return Arc::clone(known);
        }
        self.0.push(Arc::new(study::train(document, |_| true).unwrap()));
        Arc::clone(self.0.last().unwrap())
    }
}

impl Scene {
    fn new(document: Document, learned: &mut Learned, of: &str) -> Self {
        let about_layers = ["kl", "coupling", "side", "state"].contains(&of.split(' ').next().unwrap());
        let about_cuts =
            ["slope", "c_eff", "mean", "shallow", "nats"].contains(&of.split(' ').next().unwrap());
        let wants =
            about_layers || about_cuts && document.network.capacity == holoscope::sim::CapacityRule::Learned;
        let training = wants.then(|| learned.of(&document));
        let network = Arc::new(study::bulk_network(&document, training.as_deref()).unwrap());
        Self { document, training, network, survey: None, shallow: None, couplings: None, charges: None }
    }

    fn survey(&mut self) -> &SurveySnapshot {
        let (document, network) = (&self.document, &self.network);
        self.survey.get_or_insert_with(|| study::survey(document, network, None))
    }

    fn shallow(&mut self) -> &SurveySnapshot {
        let (document, training) = (&self.document, self.training.as_deref());
        self.shallow.get_or_insert_with(|| {
            let network = Arc::new(study::shallow_network(document, training).unwrap());
            study::survey(document, &network, None)
        })
    }

    /// The number of this name: what the window shows under it.
    fn number(&mut self, of: &str) -> f64 {
        let parts: Vec<&str> = of.split(' ').collect();
        let at = |i: usize| parts[i].parse::<usize>().unwrap();
        let theory = self.document.theory;
        let geometry = self.network.network.geometry();
        let layer = |k: usize| &self.training.as_ref().unwrap().layers[k];
        let mean = |survey: &SurveySnapshot, size: usize| {
            survey.rows.iter().find(|r| r.size == size as u64).unwrap().mean_nats
        };
        match parts[0] {
            "sites" => geometry.sites_in_layer(at(1) as u32) as f64,
            "layers" => f64::from(geometry.depth()),
            "links" if of == "links a spin" => geometry.field().links() as f64,
            "chain" => theory.chain().correlation_length(),
            "neighbours" => {
                let (n, boundary) = (self.document.learning.sites, self.document.network.boundary);
                theory.chain().correlation(1, n as usize, boundary)
            }
            "kl" => layer(at(1)).report.as_ref().unwrap().kl_per_spin.unwrap(),
            // Of the chain above so many layers.
            "coupling" => layer(at(1) - 1).report.as_ref().unwrap().k_eff.unwrap().k2.unwrap(),
            "exact" => (0..at(2)).fold(theory.chain(), |chain, _| chain.decimated().unwrap()).k2,
            "side" => layer(at(1)).rbm.slot_weights()[0],
            "tile" => Tile { layer: 3, index: 2 }.sides(geometry.field()).area(),
            "slope" => self.survey().fit.as_ref().unwrap().slope_nats_per_log2,
            "c_eff" => self.survey().fit.as_ref().unwrap().c_eff,
            "mean" => mean(self.survey(), at(2)),
            "shallow" => mean(self.shallow(), at(2)),
            "mass" => theory.mass,
            "length" => fermion::correlation_length(theory.mass),
            "z_ir" => fermion::correlation_length(theory.mass).log2(),
            "state" => self.state_number(&parts[1..].join(" ")),
            "learned" => self.learned_number(&parts[1..]),
            _ => self.cut_number(of),
        }
    }

    /// What the study of learned geometry finds for the scene's own network.
    fn learned_number(&mut self, of: &[&str]) -> f64 {
        let (document, geometry) = (&self.document, *self.network.network.geometry());
        let learned = self.couplings.get_or_insert_with(|| {
            let task = learned_links::fit_of(document, geometry);
            GeometryLearner::run(task, |_| true).unwrap().0.learned.unwrap()
        });
        let layer = |k: &str| &learned.layers[k.parse::<usize>().unwrap()];
        match of {
            ["side", k] => layer(k).side,
            ["share", k] => {
                100.0 * layer(k).side_held.map_or(layer(k).side_data_share, |zero| zero.data_share)
            }
            ["rms"] => learned.rms_nats,
            ["held", "out"] => learned.held_out_rms_nats.unwrap(),
            other => panic!("nothing learned is called {other:?}"),
        }
    }

    /// What the tab of the network's own state shows of region A, or of its plot.
    fn state_number(&mut self, of: &str) -> f64 {
        let mut document = self.document.clone();
        let (task, layers) = (document.task(), self.training.as_ref().unwrap().stack().layers);
        document.learned =
            Some(Arc::new(LearnedStack { task, origin: holoscope::sim::WeightsOrigin::default(), layers }));
        if let Some(which) = of.strip_prefix('c') {
            let of_study = || run_study(StudyKind::State, document, |_| true).unwrap().table();
            let table = self.charges.get_or_insert_with(of_study);
            let Some(StudyFit::Numbers(fitted)) = &table.fit else { panic!("nothing was fitted") };
            let (name, error) = match which {
                "" => ("c of S", false),
                " exact" => ("c of S, exact chain", false),
                "2" => ("c of S_2", false),
                "2 error" => ("c of S_2", true),
                "2 exact" => ("c of S_2, exact chain", false),
                other => panic!("nothing fitted is called c{other}"),
            };
            let found = fitted.iter().find(|number| number.name == name).unwrap();
            return if error { found.error.unwrap() } else { found.value };
        }
        let network = Arc::new(desk::state::weighted_network(&document, None).unwrap());
        let regions = vec![document.regions.a.clone()];
        let query = desk::state::query(&document, &network, regions, Vec::new());
        let row = StateSolver::run(query, |_, _| true).unwrap().rows[0].clone();
        match of {
            "entropy" => row.von_neumann_nats.unwrap(),
            "exact" => row.exact_nats.unwrap()[0],
            "bound" => row.bound_nats,
            "spins" => row.bound_nats / std::f64::consts::LN_2,
            other => panic!("nothing of the state is called {other}"),
        }
    }

    fn cut_number(&self, of: &str) -> f64 {
        let details = CutDetails { certificate: false, threads: true };
        let report = cut_report(&self.document, &self.network, details, |_, _| true).unwrap();
        let report = serde_json::to_value(&report).unwrap();
        let number = |field: &str| report[field]["a"].as_f64().unwrap();
        match of {
            "size a" => self.document.regions.a.len() as f64,
            "links a" => number("links_cut"),
            "links a beyond 6" => number("links_cut") - 6.0,
            "nats a" => number("entropy_nats"),
            "spins a" => number("spins_cut"),
            "threads a" => report["threads"]["a"].as_array().unwrap().len() as f64,
            "geodesic a" => report["geodesic_length"]["a"][0].as_f64().unwrap(),
            "tripartite" => report["tripartite_nats"].as_f64().unwrap(),
            "fermion tripartite" => report["fermion"]["tripartite_nats"].as_f64().unwrap(),
            other => panic!("nothing is called {other}"),
        }
    }
}

#[test]
fn every_number_of_the_tour_is_what_the_program_finds() {
    let mut learned = Learned::default();
    for stop in stops() {
        let mut scene: Option<(Vec<String>, Scene)> = None;
        for Claim { says, of, set } in &stop.claims {
            assert!(words_of(stop).contains(says.as_str()), "{}: nowhere is said “{says}”", stop.name);
            let (told, half) = number_in(says);
            let document = stop.document_with(set).unwrap();
            let needs_training = Scene::new(document, &mut learned, of);
            let kept = scene.take().filter(|(of_set, s)| {
                of_set == set && s.training.is_some() == needs_training.training.is_some()
            });
            let (_, here) = scene.insert(kept.unwrap_or((set.clone(), needs_training)));
            let found = here.number(of);
            // Half a unit of the last place, and what a sum of nats is off by.
            assert!((found - told).abs() <= half + 1e-9, "{}: “{says}”, but {of} is {found}", stop.name);
        }
    }
}

/// `tour N -o FILE` is the scene of the stop, which every other command takes.
#[test]
fn the_command_line_lists_the_stops_and_writes_their_sessions() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_holoscope"));
        command.current_dir(folder.path()).args(arguments).output().unwrap()
    };
    let listed: serde_json::Value = serde_json::from_slice(&run(&["tour", "--json"]).stdout).unwrap();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), stops().len());
    for (row, (stop, number)) in listed.iter().zip(stops().iter().zip(1..)) {
        assert_eq!((row["stop"].as_u64(), row["name"].as_str()), (Some(number), Some(stop.name.as_str())));
    }
    assert!(run(&["tour", "6", "-o", "cut.holo", "--quiet"]).status.success());
    let bytes = std::fs::read(folder.path().join("cut.holo")).unwrap();
    let scene = holoscope::session::file::from_bytes(&bytes, "cut.holo").unwrap();
    assert_eq!(scene, stops()[5].document().unwrap());
    let told = String::from_utf8(run(&["tour", "6"]).stdout).unwrap();
    assert!(told.contains(&stops()[5].text) && told.contains(&stops()[5].attempt.text));
    let refused = run(&["tour", "99"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("the tour has no stop 99"));
}

/// S ≤ 2 d ln 2 for every interval of a planar network of d layers: one link a layer at each end.
#[test]
fn a_cut_of_d_layers_never_exceeds_two_links_a_layer() {
    let stop = stops().iter().find(|s| s.name == "shallow").unwrap();
    for depth in 1..=5_u32 {
        let set =
            ["network.sites=64", "network.capacity=unit", "regions.a=", &format!("network.wall={depth}")];
        let document = stop.document_with(&set.map(String::from)).unwrap();
        let network = Arc::new(study::bulk_network(&document, None).unwrap());
        let most =
            study::survey(&document, &network, None).rows.iter().map(|r| r.max_nats).fold(0.0, f64::max);
        let bound = f64::from(2 * depth) * std::f64::consts::LN_2;
        assert!((most - bound).abs() < 1e-9, "{depth} layers: {most}, bound {bound}");
    }
}

/// Every number with a decimal point in the text is among the claims: none is quoted that nothing checks.
#[test]
fn no_decimal_goes_unchecked() {
    for stop in stops() {
        let words = words_of(stop);
        for word in words.split_whitespace().filter(|w| w.contains('.') && !w.ends_with("..")) {
            let inner = word.trim_matches(|c: char| !c.is_ascii_digit());
            if !inner.contains('.') || inner.contains("..") {
                continue;
            }
            let claimed = stop.claims.iter().any(|c| c.says.contains(inner));
            // What a person is asked to set is no claim.
            let asked = stop.attempt.text.contains(inner);
            assert!(claimed || asked, "{}: {inner} is claimed by nobody", stop.name);
        }
    }
}
