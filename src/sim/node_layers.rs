//! What the nodes of a learned stack show, layer by layer: their spins in one sample, and their mean spins.

use super::parameters::TrainingTask;
use crate::lattice::SpinSamples;
use crate::rbm::{LayerRbm, draw_above, mean_spins};
use std::sync::Arc;

/// The nodes of one layer. Layer 0 is the boundary.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeLayer {
    /// Spin of every node in one sample, −1 or 1; with several channels the mean of the node's spins.
    pub spins: Arc<[f32]>,
    /// Mean spin ⟨x⟩ of every node where weights are each block's own, else one number, the layer's mean;
    /// empty where it is not known.
    pub magnetisation: Arc<[f32]>,
}

/// The nodes of all layers, from one sample of the boundary spins up.
///
/// Layer k + 1 is one draw of the hidden spins of RBM k given layer k, from the stream that learning draws from:
/// of the first training sample these are the very spins that the layers above were learned on. Mean spins are
/// exact under each layer's own distribution, [`mean_spins`]: of the boundary under the visible spins of RBM 0,
/// of layer k + 1 under the hidden ones of RBM k. O(N) for each layer. Nothing for an empty sample.
#[must_use]
pub fn node_layers<'a>(
    task: &TrainingTask,
    sample: &[bool],
    layers: impl Iterator<Item = &'a LayerRbm>,
) -> Vec<NodeLayer> {
    if sample.is_empty() {
        return Vec::new();
    }
    let mut spins = SpinSamples::all_down(1, sample.len());
    sample.iter().enumerate().for_each(|(site, up)| spins.set(0, site, *up));
    let mut nodes = vec![NodeLayer { spins: mean_of_channels(&spins, 1), magnetisation: Arc::default() }];
    for (k, rbm) in layers.enumerate() {
        if rbm.spins() != spins.sites() {
            break;
        }
        let means = mean_spins(rbm).map(|sets| sets.map(|means| shown(&means, rbm.is_shared())));
        let [visible, hidden] = means.unwrap_or_default();
        if k == 0 {
            nodes[0].magnetisation = visible;
        }
        spins = draw_above(rbm, k, &spins, task.learning.seed);
        nodes.push(NodeLayer { spins: mean_of_channels(&spins, rbm.channels()[1]), magnetisation: hidden });
    }
    nodes
}

/// Every mean where blocks differ, else the one of the layer.
fn shown(means: &[f64], is_shared: bool) -> Arc<[f32]> {
    if is_shared {
        let mean = means.iter().sum::<f64>() / means.len().max(1) as f64;
        return Arc::new([mean as f32]);
    }
    means.iter().map(|mean| *mean as f32).collect()
}

/// Columns stand site by site, the channels of each together.
fn mean_of_channels(spins: &SpinSamples, channels: usize) -> Arc<[f32]> {
    let mean = |site: usize| {
        let sum: i32 = (0..channels).map(|c| i32::from(spins.spin(0, site * channels + c))).sum();
        sum as f32 / channels as f32
    };
    (0..spins.sites() / channels).map(mean).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;
    use crate::rbm::{StackProgress, StackTraining};
    use crate::sim::sampling::Drawing;
    use crate::sim::{TheoryKind, Trainer};

    #[test]
    fn the_spins_of_every_layer_are_the_first_row_that_learning_saw() {
        let task = TrainingTask::example(TheoryKind::Chain, Boundary::Ring);
        let mut drawing = Drawing::new(&task, None).unwrap();
        while !drawing.advance(&task) {}
        let (training, held_out, below) = drawing.finish(&task);
        let first: Vec<bool> = (0..training.sites()).map(|site| training.is_up(0, site)).collect();
        let options = crate::sim::trainer::stack_options(&task);
        let mut stack = StackTraining::new(options, training, held_out, below).unwrap();
        let mut rows = Vec::new();
        loop {
            match stack.advance() {
                StackProgress::LayerFinished { .. } => {
                    let row = stack.samples().0;
                    rows.push((0..row.sites()).map(|i| f32::from(row.spin(0, i))).collect::<Vec<_>>());
                }
                StackProgress::Finished => break,
                _ => {}
            }
        }
        let rbms: Vec<LayerRbm> = stack.layers().iter().map(|l| l.rbm.clone()).collect();
        let nodes = node_layers(&task, &first, rbms.iter());
        assert_eq!((nodes.len(), rows.len()), (7, 6));
        for (k, row) in rows.iter().enumerate() {
            assert_eq!(&nodes[k].spins[..], &row[..], "layer {k}");
        }
        assert_eq!(nodes[6].spins.len(), 1);
        // No field: the mean spin is zero by symmetry, up to the rounding of 64 sites.
        assert!(nodes.iter().all(|n| n.magnetisation.len() == 1 && n.magnetisation[0].abs() < 1e-6));
    }

    #[test]
    fn a_field_magnetises_every_layer_and_own_weights_every_node() {
        let mut task = TrainingTask::example(TheoryKind::Chain, Boundary::Ring);
        task.theory.k1 = 0.3;
        let trained = Trainer::run(task, |_| true).unwrap();
        // Of the chain itself: ⟨v⟩ = sinh K1 / √(sinh² K1 + e^(−4 K2)) far from any end. The learned visible
        // marginal agrees with the samples it was learned on, 5 standard errors of 1200 samples of 64 sites with
        // 2 ξ_int correlated ones: under 0.02.
        let exact = 0.3_f64.sinh() / (0.3_f64.sinh().powi(2) + (-4.0 * 0.7_f64).exp()).sqrt();
        assert!((f64::from(trained.nodes[0].magnetisation[0]) - exact).abs() < 0.02);
        // What a layer's hidden spins are on average, the visible spins of the layer above have learned: a mean over
        // 1200 independent samples, at worst of spins that all point one way at once.
        for (k, layer) in trained.layers.iter().enumerate().skip(1) {
            let [visible, _] = mean_spins(&layer.rbm).unwrap();
            let learned = visible.iter().sum::<f64>() / visible.len() as f64;
            let drawn = f64::from(trained.nodes[k].magnetisation[0]);
            assert!((learned - drawn).abs() < 5.0 / 1200.0_f64.sqrt(), "layer {k}: {learned} {drawn}");
        }
        task.learning.shared_weights = false;
        let own = Trainer::run(task, |_| true).unwrap();
        let counts: Vec<usize> = own.nodes.iter().map(|n| n.magnetisation.len()).collect();
        assert_eq!(counts, [64, 32, 16, 8, 4, 2, 1]);
        assert!(own.nodes.iter().all(|n| n.spins.iter().all(|s| s.abs() == 1.0)));
    }

    #[test]
    fn several_channels_show_the_mean_of_their_spins_and_no_magnetisation() {
        let mut task = TrainingTask::example(TheoryKind::Chain, Boundary::Ring);
        (task.learning.channels, task.layers) = (2, 2);
        let trained = Trainer::run(task, |_| true).unwrap();
        assert_eq!(trained.nodes.iter().map(|n| n.spins.len()).collect::<Vec<_>>(), [64, 32, 16]);
        assert!(trained.nodes[1].spins.iter().all(|s| [-1.0, 0.0, 1.0].contains(s)));
        assert!(trained.nodes[1].magnetisation.is_empty());
    }
}
