//! What the boundary spins are measured to do, beside what their theory says exactly.

use super::parameters::{TheoryKind, TrainingTask};
use crate::lattice::{Boundary, SpinSamples};
use crate::numerics::statistics::Summary;
use crate::theory::QuantumIsingSampler;

/// One mean over the boundary spins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Observable {
    /// Of ⟨v_i v_{i+distance}⟩; 0 for the magnetisation ⟨v_i⟩.
    pub distance: usize,
    /// The exact mean of the theory, where it is known.
    pub exact: Option<f64>,
    /// The mean over the training samples.
    pub sampled: f64,
    /// Its standard error, from the scatter between samples and their autocorrelation time.
    pub error: f64,
}

impl Observable {
    /// The distances that are measured on a chain of so many sites, the magnetisation's 0 first.
    pub fn distances(sites: u64) -> impl Iterator<Item = usize> {
        [0].into_iter().chain(DISTANCES.into_iter().filter(move |d| 2 * *d as u64 <= sites))
    }
}

/// Distances of the correlations: within a block, within a few layers, and farther.
const DISTANCES: [usize; 3] = [1, 4, 16];

/// The magnetisation and correlations at a few distances of the samples of a task, averaged over positions.
///
/// Exact means: the classical chain's by its transfer matrix, on its own boundary; the quantum Ising chain's
/// by Toeplitz determinants, on the ring whose rows are learned on a line too. Samples of a file have none. Errors are
/// those of n/τ independent samples, τ = 1 + 2 Σρ the samples' integrated autocorrelation time (at least 1).
#[must_use]
pub fn observables(task: &TrainingTask, samples: &SpinSamples, autocorrelation_time: f64) -> Vec<Observable> {
    let sites = samples.sites();
    let boundary = task.boundary;
    let exact: Box<dyn Fn(usize) -> Option<f64>> = match task.theory.kind {
        TheoryKind::Chain => {
            let chain = task.theory.chain();
            Box::new(move |distance| {
                Some(match distance {
                    0 => chain.magnetisation(sites, boundary),
                    _ => chain.correlation(distance, sites, boundary),
                })
            })
        }
        TheoryKind::QuantumIsing => {
            let sampler = QuantumIsingSampler::new(task.theory.mass, sites);
            Box::new(move |distance| Some(if distance == 0 { 0.0 } else { sampler.correlation(distance) }))
        }
        TheoryKind::Samples => Box::new(|_| None),
    };
    let measured = |distance: usize| -> Summary {
        let (sums, terms) = match (distance, boundary) {
            (0, _) => (samples.magnetisations(), sites),
            (_, Boundary::Ring) => (samples.pair_sums(distance, boundary), sites),
            (_, Boundary::Line) => (samples.pair_sums(distance, boundary), sites - distance),
        };
        sums.into_iter().map(|sum| sum as f64 / terms as f64).collect()
    };
    Observable::distances(sites as u64)
        .map(|distance| {
            let summary = measured(distance);
            Observable {
                distance,
                exact: exact(distance),
                sampled: summary.mean(),
                error: summary.std_error() * autocorrelation_time.max(1.0).sqrt(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::training_samples;

    #[test]
    fn samples_agree_with_their_theory() {
        for (kind, boundary, k1) in [
            (TheoryKind::Chain, Boundary::Ring, 0.2),
            (TheoryKind::Chain, Boundary::Line, -0.1),
            (TheoryKind::QuantumIsing, Boundary::Ring, 0.0),
        ] {
            let mut task = TrainingTask::example(kind, boundary);
            task.theory.k1 = k1;
            let samples = training_samples(&task, 3000).unwrap();
            let all = observables(&task, &samples, 1.0);
            assert_eq!(all.iter().map(|o| o.distance).collect::<Vec<_>>(), [0, 1, 4, 16]);
            for o in all {
                let exact = o.exact.unwrap();
                assert!(o.error > 0.0 && (o.sampled - exact).abs() < 5.0 * o.error, "{kind:?} {o:?}");
            }
        }
    }
}
