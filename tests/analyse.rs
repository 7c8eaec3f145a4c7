//! The studies `analyse channels | depth | prune` against direct calculation.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use approx::assert_abs_diff_eq;
use holoscope::desk::results::{CutDetails, cut_report, scaling_report, survey};
use holoscope::desk::studies::{StudyKind, StudyTable, run_study};
use holoscope::desk::study::{bulk_network, task, train};
use holoscope::lattice::SpinSamples;
use holoscope::network::{Positions, interval_statistics};
use holoscope::rbm::{ModelBelow, RbmShape, TrainingOptions, compare_channels};
use holoscope::session::{Document, keys};
use holoscope::sim::{Drawing, LearnedStack, TrainingTask, Wall, stack_options};
use holoscope::theory::QuantumIsingSampler;
use std::sync::Arc;

fn document(settings: &[(&str, &str)]) -> Document {
    let mut document = Document::default();
    let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
    keys::set_all(&mut document, &settings).unwrap();
    document
}

fn study(kind: StudyKind, document: &Document) -> StudyTable {
    run_study(kind, document.clone(), |_| true).unwrap().table()
}

fn numbers(table: &StudyTable, column: &str) -> Vec<f64> {
    let found: Vec<f64> = table.column(column).map(|x| x.unwrap()).collect();
    assert!(!found.is_empty(), "{column}");
    found
}

fn samples(task: &TrainingTask) -> (SpinSamples, SpinSamples, ModelBelow) {
    let mut drawing = Drawing::new(task, None).unwrap();
    while !drawing.advance(task) {}
    drawing.finish(task)
}

#[test]
fn channels_are_compared_as_directly_and_their_distance_is_the_sum_over_all_states() {
    let d = document(&[("learning.sites", "8"), ("learning.samples", "600"), ("theory.mass", "0.7")]);
    let table = study(StudyKind::Channels, &d);
    assert_eq!(numbers(&table, "mass"), [0.0, 0.0, 0.0, 0.0, 0.3, 0.3, 0.3, 0.3]);
    assert_eq!(numbers(&table, "channels"), [1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0]);
    for (part, mass) in [0.0, 0.3].into_iter().enumerate() {
        let mut of_mass = task(&d);
        of_mass.theory.mass = mass;
        let (training, held_out, _) = samples(&of_mass);
        let shape = RbmShape::new(8, of_mass.boundary, of_mass.field).unwrap();
        let options = TrainingOptions { ..stack_options(&of_mass).layer };
        let results = compare_channels(shape, &training, held_out.clone(), options).unwrap();
        let best = results.iter().map(|r| r.nll_held_out).fold(f64::INFINITY, f64::min);
        // All 256 states and their probabilities, from the sampler's own determinants.
        let sampler = QuantumIsingSampler::new(mass, 8);
        let mut all = SpinSamples::all_down(256, 8);
        let states: Vec<Vec<i8>> =
            (0..256).map(|s| (0..8).map(|i| if s >> i & 1 == 1 { 1 } else { -1 }).collect()).collect();
        for (s, v) in states.iter().enumerate() {
            v.iter().enumerate().for_each(|(i, spin)| all.set(s, i, *spin > 0));
        }
        let log_p: Vec<f64> = (0..256).map(|s| sampler.log_probability(&all, s)).collect();
        assert_abs_diff_eq!(log_p.iter().map(|x| x.exp()).sum::<f64>(), 1.0, epsilon = 1e-12);
        for (q, result) in results.iter().enumerate() {
            let row = 4 * part + q;
            let nll: Vec<f64> = (0..held_out.samples())
                .map(|s| {
                    let v: Vec<i8> = (0..8).map(|i| held_out.spin(s, i)).collect();
                    -result.rbm.log_probability(&v) / 8.0
                })
                .collect();
            let mean = nll.iter().sum::<f64>() / nll.len() as f64;
            assert_abs_diff_eq!(numbers(&table, "nll_heldout")[row], mean, epsilon = 1e-12);
            assert_abs_diff_eq!(numbers(&table, "difference")[row], mean - best, epsilon = 1e-12);
            let kl: f64 = log_p
                .iter()
                .zip(&states)
                .map(|(log_p, v)| log_p.exp() * (log_p - result.rbm.log_probability(v)) / 8.0)
                .sum();
            assert_abs_diff_eq!(numbers(&table, "kl")[row], kl, epsilon = 1e-13);
            assert!(kl > 0.0 && numbers(&table, "kl_error")[row] == 0.0);
        }
        // Richer layers fit the training samples no worse.
        let training = &numbers(&table, "nll_training")[4 * part..4 * part + 4];
        assert!(training.windows(2).all(|w| w[1] <= w[0] + 1e-6));
    }
}

#[test]
fn a_star_is_a_triangle_and_four_sites_can_use_a_second_channel() {
    let of_field = |r| {
        let d = document(&[
            ("learning.sites", "64"),
            ("learning.samples", "4000"),
            ("network.receptive_field", r),
        ]);
        study(StudyKind::Channels, &d)
    };
    // No field, three spins a block: three even couplings, as many as one channel has weights.
    let three = numbers(&of_field("3"), "nll_training");
    for q in 1..4 {
        // The optimiser stops at a gradient of 1e-7, so ln p is as flat as that.
        assert_abs_diff_eq!(three[q], three[0], epsilon = 1e-7);
    }
    let table = of_field("4");
    let (difference, error) = (numbers(&table, "difference"), numbers(&table, "difference_error"));
    assert!(difference[0] > 4.0 * error[0], "{} ± {}", difference[0], error[0]);
    assert!(difference[1] <= 2.0 * error[1], "{} ± {}", difference[1], error[1]);
}

#[test]
fn held_out_distance_agrees_with_the_exact_one_of_the_chain() {
    let chain = [("theory.kind", "chain"), ("theory.k2", "0.8"), ("learning.samples", "1000")];
    let d = document(&[&chain[..], &[("learning.sites", "16"), ("network.receptive_field", "2")]].concat());
    let table = study(StudyKind::Channels, &d);
    // Exact for the chain, whose entropy per spin is known: KL = cross entropy − entropy, up to the scatter of
    // the held-out samples in the cross entropy.
    let (_, held_out, below) = samples(&task(&d));
    let ModelBelow::Chain { energy, .. } = below else { panic!("the chain is known") };
    let log_z = energy.log_partition();
    let log_p: f64 = (0..held_out.samples())
        .map(|s| energy.log_weight(&(0..16).map(|i| held_out.spin(s, i)).collect::<Vec<_>>()) - log_z)
        .sum();
    let entropy = -log_p / (16 * held_out.samples()) as f64;
    for row in 0..4 {
        let sampled = numbers(&table, "nll_heldout")[row] - entropy;
        let exact = numbers(&table, "kl")[row];
        let error = numbers(&table, "nll_heldout_error")[row];
        assert!((sampled - exact).abs() < 5.0 * error && exact > 0.0, "{sampled} {exact} {error}");
    }
    assert_eq!(table.rows.len(), 4);
}

#[test]
fn one_layer_saturates_where_the_deep_network_grows() {
    for settings in [[("network.capacity", "unit")], [("learning.channels", "2")]] {
        let small = [("learning.sites", "32"), ("learning.samples", "200"), ("network.sites", "128")];
        let mut d = document(&[&small[..], &settings].concat());
        let table = study(StudyKind::Depth, &d);
        if d.network.capacity == holoscope::sim::CapacityRule::Learned {
            let training = train(&d, |_| true).unwrap();
            d.learned = Some(Arc::new(training.stack()));
        }
        let (depth, size) = (numbers(&table, "depth"), numbers(&table, "size"));
        assert_eq!(depth.iter().fold(0.0_f64, |a, b| a.max(*b)), 7.0);
        for layers in 1..=7_u32 {
            d.network.wall = Wall::Layer(layers);
            let network = bulk_network(&d, None).unwrap();
            let sizes: Vec<u64> = (1..=64).collect();
            let direct = interval_statistics(&network.network, &sizes, Positions::All).unwrap();
            for (row, _) in depth.iter().enumerate().filter(|(_, x)| **x == f64::from(layers)) {
                let expected = &direct[size[row] as usize - 1];
                assert_eq!(expected.size as f64, size[row]);
                assert_eq!(numbers(&table, "mean")[row], expected.summary.mean());
                let column = if layers == 1 { "shallow_mean" } else { "deep_mean" };
                if layers == 1 || layers == 7 {
                    assert_eq!(numbers(&table, column)[row], expected.summary.mean());
                }
            }
        }
        // One layer: from four sites on both ends of an interval are cut for themselves.
        let (deep, shallow) = (numbers(&table, "deep_mean"), numbers(&table, "shallow_mean"));
        for row in 4..64 {
            assert_abs_diff_eq!(shallow[row], shallow[4], epsilon = 1e-9);
            assert!(deep[row] >= shallow[row] - 1e-9);
        }
        assert!(deep[31] > deep[7] + 0.5);
        d.network.wall = Wall::Off;
        let network = Arc::new(bulk_network(&d, None).unwrap());
        let whole = scaling_report(&network, &survey(&d, &network, None, || true).unwrap());
        let (fit, expected) = (table.scaling_fit().unwrap(), whole.fit.unwrap());
        assert_abs_diff_eq!(fit.slope_nats_per_log2, expected.slope_nats_per_log2, epsilon = 1e-12);
    }
}

#[test]
fn rows_of_the_pruning_study_are_what_the_key_gives() {
    for (kind, shared) in [("chain", "true"), ("quantum-ising", "true"), ("chain", "false")] {
        let mut d = document(&[
            ("theory.kind", kind),
            ("theory.k2", "1"),
            ("learning.sites", "32"),
            ("network.sites", "32"),
            ("learning.samples", "400"),
            ("learning.shared_weights", shared),
        ]);
        let training = train(&d, |_| true).unwrap();
        d.learned = Some(Arc::new(LearnedStack { ..training.stack() }));
        let table = study(StudyKind::Prune, &d);
        let kl: f64 = training
            .layers
            .iter()
            .map(|l| l.report.as_ref().unwrap())
            .map(|r| r.kl_per_spin.unwrap() * r.sites as f64 / 32.0)
            .sum();
        assert_abs_diff_eq!(numbers(&table, "kl_per_site")[0], kl, epsilon = 1e-13);
        assert_eq!(numbers(&table, "kl_error")[0] > 0.0, kind == "quantum-ising");
        let links: usize = training.layers.iter().map(|l| l.rbm.stored_links()).sum();
        assert_eq!(numbers(&table, "links")[0], links as f64);
        let criterion = numbers(&table, "criterion");
        for (row, threshold) in numbers(&table, "threshold").into_iter().enumerate() {
            assert_eq!(numbers(&table, "memory")[row], 8.0 * numbers(&table, "links")[row]);
            if criterion[row] == 1.0 {
                continue;
            }
            // Above 1.5 the key does not go, but the network does.
            d.network.prune = threshold;
            let network = Arc::new(bulk_network(&d, None).unwrap());
            let cut = cut_report(&d, &network, CutDetails::default(), |_, _| true).unwrap();
            let entropy = *cut.entropy_nats.get("a").unwrap();
            assert_abs_diff_eq!(numbers(&table, "entropy_a")[row], entropy, epsilon = 1e-12);
            let sizes = table.scaling_fit().map(|fit| (fit.window[0]..=fit.window[1]).collect()).unwrap();
            let scaling = scaling_report(&network, &survey(&d, &network, Some(sizes), || true).unwrap());
            let slope = scaling.fit.unwrap().slope_nats_per_log2;
            assert_abs_diff_eq!(numbers(&table, "slope")[row], slope, epsilon = 1e-12);
        }
        // Fewer links, less memory, no larger cut; and one channel is dropped in the same order by both.
        for row in (1..table.rows.len()).filter(|row| criterion[*row] == criterion[row - 1]) {
            assert!(numbers(&table, "links")[row] <= numbers(&table, "links")[row - 1]);
            assert!(numbers(&table, "entropy_a")[row] <= numbers(&table, "entropy_a")[row - 1] + 1e-9);
        }
        assert!(numbers(&table, "kl_layer_0").iter().all(|kl| kind != "chain" || *kl > -1e-12));
    }
}

#[test]
fn studies_do_not_depend_on_threads() {
    let d = document(&[
        ("learning.sites", "16"),
        ("learning.samples", "200"),
        ("network.sites", "64"),
        ("learning.channels", "2"),
    ]);
    // States are of one spin on a site, and their amplitudes of few sites.
    let small = document(&[("learning.sites", "16"), ("learning.samples", "200"), ("network.sites", "16")]);
    for kind in StudyKind::ALL {
        let d = if kind.is_of_state() { small.clone() } else { d.clone() };
        let run = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| study(kind, &d).csv())
        };
        assert_eq!(run(1), run(2), "{kind:?}");
        let chart = run_study(kind, d.clone(), |_| true).unwrap().chart().unwrap();
        assert!(!chart.series.is_empty() && !chart.notes.is_empty());
    }
    let stopped = run_study(StudyKind::Depth, d, |_| false).map(|_| ());
    assert!(stopped.unwrap_err().to_string().contains("called off"));
}

#[test]
fn the_channel_study_names_all_couplings_of_a_chain_and_gives_it_no_mass() {
    let d = document(&[
        ("theory.kind", "chain"),
        ("theory.k1", "0.4"),
        ("learning.sites", "8"),
        ("learning.samples", "300"),
    ]);
    let done = run_study(StudyKind::Channels, d, |_| true).unwrap();
    assert!(done.table().column("mass").all(|mass| mass.is_none()));
    let notes = done.chart().unwrap().notes;
    assert!(notes[0].contains("60 samples held out; solid K1 = 0.4, K2 = 2"), "{notes:?}");
}
