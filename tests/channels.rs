//! Several hidden spins on every site: stacks against brute force, and the network they make.

#![expect(clippy::unwrap_used, reason = "helpers of tests may fail as tests do")]

use approx::assert_abs_diff_eq;
use holoscope::desk::results::{CutDetails, StackRow, cut_report, graph_report, json};
use holoscope::desk::{study, verify};
use holoscope::holography::BulkNetwork;
use holoscope::lattice::{Boundary, ReceptiveField, SpinSamples};
use holoscope::network::{LinkId, Node, Region, SpinBoundSolver};
use holoscope::numerics::local_chain::LocalChain;
use holoscope::numerics::stable::log_sum_exp;
use holoscope::rbm::{
    ChannelRbm, ChannelShape, LayerRbm, LayerReport, ModelBelow, RbmError, RbmShape, StackOptions,
    StackProgress, StackTraining, TrainingMethod, TrainingOptions,
};
use holoscope::session::{Document, keys};
use holoscope::sim::{LearnedStack, Trainer};
use std::f64::consts::LN_2;
use std::sync::Arc;

/// Deterministic spins with some order: enough structure for every layer to have something to learn.
/// A report with its flow, for the verifier.
const PROVED: CutDetails = CutDetails { certificate: true, threads: false };

fn samples(count: usize, sites: usize, seed: u64) -> SpinSamples {
    let mut set = SpinSamples::all_down(count, sites);
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut uniform = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for sample in 0..count {
        let mut up = uniform() < 0.5;
        for site in 0..sites {
            set.set(sample, site, up);
            up ^= uniform() < 0.2;
        }
    }
    set
}

fn chain(sites: usize, boundary: Boundary) -> LocalChain {
    let mut energy = match boundary {
        Boundary::Ring => LocalChain::ring(sites),
        Boundary::Line => LocalChain::line(sites),
    };
    for i in 0..sites {
        energy.add_field(i, 0.05);
        energy.add_bond(i, 0.7);
    }
    energy
}

fn options(boundary: Boundary, field: ReceptiveField, channels: usize, depth: usize) -> StackOptions {
    let layer = TrainingOptions { max_iterations: 60, ..TrainingOptions::default() };
    StackOptions { boundary, field, depth, channels, seed: 3, layer, starts: Vec::new() }
}

fn configurations(spins: usize) -> impl Iterator<Item = Vec<i8>> {
    (0..1_usize << spins).map(move |v| (0..spins).map(|i| if v >> i & 1 == 1 { 1 } else { -1 }).collect())
}

fn channels_of(layer: &LayerRbm) -> &ChannelRbm {
    match layer {
        LayerRbm::Channels(rbm) => rbm,
        LayerRbm::Single(_) => panic!("several channels were asked for"),
    }
}

/// `ln Σ_v e^…` of the hidden spins, from the definition: all states of v one by one.
fn hidden_log_weight(rbm: &ChannelRbm, h: &[i8]) -> f64 {
    let ChannelShape { layer, visible, hidden } = rbm.shape;
    let terms: Vec<f64> = configurations(rbm.shape.spins())
        .map(|v| {
            let mut sum = 0.0;
            for (i, &spin) in v.iter().enumerate() {
                sum += rbm.visible_bias[i / visible % 2 * visible + i % visible] * f64::from(spin);
            }
            for (i, &spin) in h.iter().enumerate() {
                let (block, a) = (i / hidden, i % hidden);
                let mut input = rbm.hidden_bias[a];
                for slot in 0..layer.links() {
                    let Some(site) = layer.block_site(block, slot) else { continue };
                    for c in 0..visible {
                        input += rbm.row(a)[slot * visible + c] * f64::from(v[site * visible + c]);
                    }
                }
                sum += input * f64::from(spin);
            }
            sum
        })
        .collect();
    log_sum_exp(&terms)
}

/// Distance and spread of `ln[p/P]` by the sum over all states.
fn check_distance(report: &LayerReport, rbm: &ChannelRbm, log_p: impl Fn(&[i8]) -> f64) {
    let states: Vec<Vec<i8>> = configurations(rbm.shape.spins()).collect();
    let weights: Vec<f64> = states.iter().map(|v| rbm.log_weight(v)).collect();
    let log_z = log_sum_exp(&weights);
    assert_abs_diff_eq!(-report.free_energy_hidden, log_z, epsilon = 1e-10);
    let logs: Vec<f64> = states.iter().map(|v| log_p(v)).collect();
    let norm = log_sum_exp(&logs);
    let (mut mean, mut square) = (0.0, 0.0);
    for (log, weight) in logs.iter().zip(&weights) {
        let (p, ratio) = ((log - norm).exp(), (weight - log_z) - (log - norm));
        mean += p * ratio;
        square += p * ratio * ratio;
    }
    // Sums of a few thousand terms of order one, and logarithms of some tens that are subtracted.
    assert_abs_diff_eq!(report.trace_mean.unwrap(), mean, epsilon = 1e-10);
    assert_abs_diff_eq!(report.kl_per_spin.unwrap(), -mean / rbm.shape.spins() as f64, epsilon = 1e-10);
    assert_abs_diff_eq!(report.trace_std.unwrap(), (square - mean * mean).sqrt(), epsilon = 1e-6);
    assert!(report.kl_per_spin.unwrap() > -1e-12 && report.kl_error == Some(0.0));
}

#[test]
fn likelihood_and_distance_of_small_stacks_equal_brute_force() {
    for boundary in [Boundary::Ring, Boundary::Line] {
        for field in ReceptiveField::ALL {
            for channels in [2, 3] {
                let (sets, energy) = ([samples(200, 8, 1), samples(60, 8, 2)], chain(8, boundary));
                let below = ModelBelow::Chain { energy: energy.clone(), correlation_length: None };
                let [training, held_out] = sets;
                let options = options(boundary, field, channels, 3);
                let mut stack = StackTraining::new(options, training, held_out, below).unwrap();
                loop {
                    match stack.advance() {
                        StackProgress::Finished => break,
                        StackProgress::LayerFinished { layer } => check_layer(&stack, layer, &energy),
                        StackProgress::Working { .. } => {}
                        StackProgress::Diverged { .. } => panic!("diverged"),
                    }
                }
                assert_eq!(stack.layers().len(), 3);
            }
        }
    }
}

fn check_layer(stack: &StackTraining, layer: usize, energy: &LocalChain) {
    let trained = &stack.layers()[layer];
    let (rbm, report) = (channels_of(&trained.rbm), &trained.report);
    let sites = 8 >> layer;
    assert_eq!((report.sites, report.layer), (sites, layer));
    let q = rbm.shape.hidden;
    assert_eq!(report.channels, [if layer == 0 { 1 } else { q }, q]);
    // The likelihood of both sets, configuration by configuration, with Z from the sum over all of them.
    let weights: Vec<f64> = configurations(rbm.shape.spins()).map(|v| rbm.log_weight(&v)).collect();
    let log_z = log_sum_exp(&weights);
    let (training, held_out) = stack.samples();
    for (set, found) in [(training, report.nll_per_spin), (held_out, report.nll_held_out.unwrap())] {
        let nll: f64 = (0..set.samples())
            .map(|s| log_z - rbm.log_weight(&(0..set.sites()).map(|i| set.spin(s, i)).collect::<Vec<_>>()))
            .sum();
        let per_spin = nll / (set.samples() * set.sites()) as f64;
        assert_abs_diff_eq!(found, per_spin, epsilon = 1e-11);
    }
    assert_abs_diff_eq!(trained.history.last().unwrap().nll_training, report.nll_per_spin, epsilon = 1e-10);
    assert!(report.k_eff.is_none() && report.correlation_length.is_none());
    if layer == 0 {
        check_distance(report, rbm, |v| energy.log_weight(v));
    } else {
        let below = channels_of(&stack.layers()[layer - 1].rbm);
        // 2^{4 q} states of the boundary of layer 2 for each of those above: brute force where that is little.
        if below.shape.spins() + rbm.shape.spins() <= 14 {
            check_distance(report, rbm, |h| hidden_log_weight(below, h));
        }
        let above = report.free_energy_visible.unwrap();
        assert_abs_diff_eq!(above, stack.layers()[layer - 1].report.free_energy_hidden, epsilon = 1e-10);
    }
}

#[test]
fn one_channel_in_either_form_gives_the_same_figures() {
    // The stack of one channel is learned by the code for one channel, bit for bit what it always was. Its
    // layers written as layers of channels must have the same distances, by other transfer matrices: equal
    // but for the rounding of some hundred terms.
    for boundary in [Boundary::Ring, Boundary::Line] {
        let below = ModelBelow::Chain { energy: chain(16, boundary), correlation_length: None };
        let options = options(boundary, ReceptiveField::Three, 1, 3);
        let mut stack =
            StackTraining::new(options, samples(300, 16, 1), samples(60, 16, 2), below.clone()).unwrap();
        while stack.advance() != StackProgress::Finished {}
        let layers: Vec<LayerRbm> = stack
            .layers()
            .iter()
            .map(|l| LayerRbm::Channels(ChannelRbm::from_single(l.rbm.single().unwrap()).unwrap()))
            .collect();
        let mut model = below;
        for (trained, layer) in stack.layers().iter().zip(&layers) {
            let found = holoscope::rbm::Comparison::new(layer, &model, &[]).unwrap();
            assert_abs_diff_eq!(found.trace_mean, trained.report.trace_mean.unwrap(), epsilon = 1e-10);
            assert_abs_diff_eq!(found.trace_std, trained.report.trace_std.unwrap(), epsilon = 1e-8);
            for (a, b) in layer.link_entropies().iter().zip(&trained.report.link_entropies) {
                assert_abs_diff_eq!(*a, *b, epsilon = 1e-12);
            }
            model = ModelBelow::above(layer);
        }
    }
}

#[test]
fn channels_do_not_depend_on_threads_nor_learn_by_sampling() {
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let below = ModelBelow::Chain { energy: chain(32, Boundary::Ring), correlation_length: None };
            let options = options(Boundary::Ring, ReceptiveField::Three, 2, 4);
            let mut stack =
                StackTraining::new(options, samples(300, 32, 1), samples(60, 32, 2), below).unwrap();
            while stack.advance() != StackProgress::Finished {}
            stack.layers().to_vec()
        })
    };
    assert_eq!(run(1), run(2));
    let refused = |change: fn(&mut StackOptions)| {
        let below = ModelBelow::Unknown { reason: "test".into(), correlation_length: None };
        let mut options = options(Boundary::Ring, ReceptiveField::Three, 2, 1);
        change(&mut options);
        StackTraining::new(options, samples(10, 8, 1), samples(10, 8, 2), below).map(|_| ())
    };
    assert_eq!(refused(|_| {}), Ok(()));
    assert!(matches!(
        refused(|o| o.layer.method = TrainingMethod::ContrastiveDivergence),
        Err(RbmError::Setting { .. })
    ));
    assert!(matches!(refused(|o| o.layer.shared_weights = false), Err(RbmError::Setting { .. })));
    assert!(matches!(refused(|o| o.channels = 5), Err(RbmError::Setting { .. })));
    assert!(matches!(refused(|o| o.channels = 0), Err(RbmError::Setting { .. })));
}

/// A small document of two channels, with the weights it learns.
fn trained(settings: &[(&str, &str)]) -> (Document, BulkNetwork) {
    let mut document = Document::default();
    let base = [
        ("network.sites", "16"),
        ("learning.sites", "16"),
        ("learning.samples", "300"),
        ("learning.channels", "2"),
        ("regions.a", "3..8"),
    ];
    let settings: Vec<_> =
        base.iter().chain(settings).map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
    keys::set_all(&mut document, &settings).unwrap();
    let task = study::task(&document);
    let layers = Trainer::run(task, |_| true).unwrap().stack().layers;
    document.learned =
        Some(Arc::new(LearnedStack { task, origin: holoscope::sim::WeightsOrigin::default(), layers }));
    let network = study::bulk_network(&document, None).unwrap();
    (document, network)
}

/// Schmidt entropy of `e^{vᵀWh}` by a singular value decomposition.
fn entropy_of_matrix(weights: &[Vec<f64>]) -> f64 {
    let (hidden, visible) = (weights.len(), weights[0].len());
    let spin = |state: usize, i: usize| if state >> i & 1 == 1 { 1.0 } else { -1.0 };
    let matrix = faer::Mat::<f64>::from_fn(1 << hidden, 1 << visible, |h, v| {
        let mut exponent = 0.0;
        for (a, row) in weights.iter().enumerate() {
            for (c, w) in row.iter().enumerate() {
                exponent += w * spin(h, a) * spin(v, c);
            }
        }
        exponent.exp()
    });
    let values = matrix.singular_values().unwrap();
    let total: f64 = values.iter().map(|s| s * s).sum();
    values.iter().map(|s| s * s / total).map(|p| if p > 0.0 { -p * p.ln() } else { 0.0 }).sum()
}

#[test]
fn capacities_are_the_entropies_of_the_links_and_certificates_hold() {
    for r in ["2", "3", "4"] {
        for boundary in ["ring", "line"] {
            let (document, network) =
                trained(&[("network.receptive_field", r), ("network.boundary", boundary)]);
            let geometry = *network.network.geometry();
            for link in geometry.links() {
                let matrix = network.weight_matrix(link).unwrap();
                let nats = network.network.nats(link);
                // Capacities are whole multiples of the largest over 2⁴⁰.
                assert_abs_diff_eq!(nats, entropy_of_matrix(&matrix), epsilon = 1e-11);
                let most = if link.layer == 0 { 1.0 } else { 2.0 };
                assert!(nats <= most * LN_2 + 1e-12);
                assert_eq!((network.weight(link), matrix.len()), (None, 2));
                assert_eq!(matrix[0].len(), if link.layer == 0 { 1 } else { 2 });
            }
            let graph = graph_report(&network);
            let cut = cut_report(&document, &network, PROVED, |_, _| true).unwrap();
            let a = document.regions.a.clone();
            let bound = SpinBoundSolver::with_channels(&network.network, 2).unwrap().solve(&a);
            assert_eq!(cut.spins_cut.get("a"), Some(&bound.count));
            verify::verify(&json(&graph), &json(&cut), ["graph", "cut"]).unwrap();
            let nodes = geometry.node_count();
            assert_eq!(graph.nodes.iter().map(|n| n.spins as u64).sum::<u64>(), 2 * nodes - 16);
        }
    }
}

#[test]
fn a_unit_link_binds_as_many_bits_as_its_narrower_end() {
    let (document, network) = trained(&[("network.capacity", "unit"), ("learning.channels", "3")]);
    for link in network.network.geometry().links() {
        let expected = if link.layer == 0 { LN_2 } else { 3.0 * LN_2 };
        assert_abs_diff_eq!(network.network.nats(link), expected, epsilon = 1e-11);
    }
    assert_eq!(network.spins(Node { layer: 0, index: 3 }), 1);
    assert_eq!(network.spins(Node { layer: 2, index: 0 }), 3);
    let cut = cut_report(&document, &network, PROVED, |_, _| true).unwrap();
    verify::verify(&json(&graph_report(&network)), &json(&cut), ["graph", "cut"]).unwrap();
    // Nothing is cut above the first layer of links where that costs three times as much.
    let all = cut.cut_links.get("a").unwrap();
    assert_eq!(all.len(), *cut.links_cut.get("a").unwrap());
    let region = Region::parse("3..4", 16, Boundary::Ring).unwrap();
    let one = SpinBoundSolver::with_channels(&network.network, 3).unwrap().solve(&region);
    assert_eq!(one.count, 1);
}

#[test]
fn pruned_links_carry_nothing_and_the_rest_what_it_carried() {
    for channels in ["1", "2"] {
        let (mut document, whole) = trained(&[("learning.channels", channels), ("network.sites", "32")]);
        let sizes: Vec<f64> = whole.slot_weights.iter().flatten().map(|w| w.abs()).collect();
        let mut sorted = sizes.clone();
        sorted.sort_by(f64::total_cmp);
        document.network.prune = 0.5 * (sorted[3] + sorted[4]);
        let pruned = study::bulk_network(&document, None).unwrap();
        for link in whole.network.geometry().links() {
            let size = whole.slot_weights[link.layer as usize][usize::from(link.slot)].abs();
            let (before, after) = (whole.network.nats(link), pruned.network.nats(link));
            if size < document.network.prune {
                assert_eq!(after, 0.0, "{link:?}");
            } else {
                assert_abs_diff_eq!(before, after, epsilon = 1e-11);
            }
        }
        let entropy = |network: &BulkNetwork| {
            let cut = cut_report(&document, network, PROVED, |_, _| true).unwrap();
            verify::verify(&json(&graph_report(network)), &json(&cut), ["graph", "cut"]).unwrap();
            *cut.entropy_nats.get("a").unwrap()
        };
        assert!(entropy(&pruned) <= entropy(&whole) + 1e-11);
        let slot = LinkId { layer: 0, block: 0, slot: 1 };
        assert_eq!(pruned.weight(slot).is_some(), channels == "1");
    }
}

#[test]
fn layers_of_own_weights_are_written_block_by_block() {
    let mut document = Document::default();
    let settings = [
        ("network.sites", "16"),
        ("learning.sites", "16"),
        ("learning.samples", "200"),
        ("learning.shared_weights", "false"),
    ]
    .map(|(k, v)| (k.to_string(), v.to_string()));
    keys::set_all(&mut document, &settings).unwrap();
    let snapshot = Trainer::run(study::task(&document), |_| true).unwrap();
    let report = holoscope::desk::results::train_report(&document, &snapshot);
    let rows = report.layers.iter().filter_map(StackRow::learned);
    for (row, layer) in rows.zip(&snapshot.layers) {
        assert!(!row.shared && row.weights.len() == row.sites / 2, "{row:?}");
        let single = layer.rbm.single().unwrap();
        for (block, weights) in row.weights.iter().enumerate() {
            assert_eq!(weights, single.block_weights(block));
        }
    }
}

#[test]
fn impossible_combinations_of_channels_are_refused_in_one_sentence() {
    for (settings, remedy) in [
        ([("learning.channels", "2"), ("learning.method", "cd")], "learning.method = exact"),
        (
            [("learning.channels", "4"), ("learning.shared_weights", "false")],
            "learning.shared_weights = true",
        ),
    ] {
        let mut document = Document::default();
        let settings = settings.map(|(k, v)| (k.to_string(), v.to_string()));
        let error = keys::set_all(&mut document, &settings).unwrap_err().to_string();
        assert!(error.contains("learning.channels") && error.contains(remedy), "{error}");
        assert_eq!(document, Document::default());
    }
    let key = keys::find("learning.channels").unwrap();
    assert!(key.set_text(&mut Document::default(), "5").is_err());
    let shape = RbmShape::new(8, Boundary::Ring, ReceptiveField::Three).unwrap();
    assert!(ChannelShape::new(shape, 1, 4).is_ok());
}
