//! Mean spins of one layer under its own distribution.

use super::flow::{hidden_model, visible_model};
use super::layer_rbm::LayerRbm;

/// `⟨v_i⟩` of every visible and `⟨h_j⟩` of every hidden spin under `p_λ(v, h)`, exact, −1…1.
///
/// Both marginals are chains of windows of four spins at most, so transfer matrices give them in O(N). Of a
/// theory without a field they vanish exactly. `None` for several channels, whose marginals are no such chains.
#[must_use]
pub fn mean_spins(rbm: &LayerRbm) -> Option<[Vec<f64>; 2]> {
    let rbm = rbm.single()?;
    Some([visible_model(rbm), hidden_model(rbm)].map(|chain| chain.mean_spins()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rbm::layer::tests::{
        configurations, joint_log_weight, random_rbm, random_unshared, small_shapes,
    };
    use approx::assert_abs_diff_eq;

    #[test]
    fn mean_spins_equal_brute_force() {
        for shape in small_shapes() {
            for rbm in [random_rbm(shape, 5), random_unshared(shape, 6)] {
                let (mut z, mut v_sum, mut h_sum) = (0.0, vec![0.0; shape.sites], vec![0.0; shape.blocks()]);
                for v in configurations(shape.sites) {
                    for h in configurations(shape.blocks()) {
                        let weight = joint_log_weight(&rbm, &v, &h).exp();
                        z += weight;
                        v_sum.iter_mut().zip(&v).for_each(|(sum, v)| *sum += weight * f64::from(*v));
                        h_sum.iter_mut().zip(&h).for_each(|(sum, h)| *sum += weight * f64::from(*h));
                    }
                }
                let [visible, hidden] = mean_spins(&rbm.into()).unwrap();
                for (found, sum) in visible.iter().zip(&v_sum).chain(hidden.iter().zip(&h_sum)) {
                    assert_abs_diff_eq!(*found, sum / z, epsilon = 1e-12);
                }
                assert_eq!((visible.len(), hidden.len()), (shape.sites, shape.blocks()));
            }
        }
    }
}
