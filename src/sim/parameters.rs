//! What the engines are told: theory, network and learning, as plain values.

use crate::lattice::{Boundary, ReceptiveField};
use crate::rbm::{LayerRbm, TrainingMethod};
use crate::theory::fermion::{correlation_length, wall_layer};
use crate::theory::{ClassicalChain, SamplesDigest};

/// Which boundary theory is learned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TheoryKind {
    /// The classical chain of couplings K1, K2, K3.
    Chain,
    /// The ground state of the quantum Ising chain of a fermion mass, in the σᶻ basis.
    #[default]
    QuantumIsing,
    /// Samples of the user's own, of which nothing else is known.
    Samples,
}

/// The boundary theory and the mass of the fermion: the theory's own, or the reference's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TheoryParameters {
    /// Which theory.
    pub kind: TheoryKind,
    /// Field K1.
    pub k1: f64,
    /// Neighbour coupling K2.
    pub k2: f64,
    /// Three-spin coupling K3.
    pub k3: f64,
    /// Mass of the fermion, −0.95…0.95: that of the quantum Ising chain, or of the reference beside another
    /// theory.
    pub mass: f64,
}

impl TheoryParameters {
    /// The classical chain with these couplings.
    #[must_use]
    pub fn chain(&self) -> ClassicalChain {
        ClassicalChain { k1: self.k1, k2: self.k2, k3: self.k3 }
    }

    /// Whether P(v) = P(−v) is known: no field and no three-spin coupling. Of the user's samples it is not.
    #[must_use]
    pub fn is_symmetric(&self) -> bool {
        match self.kind {
            TheoryKind::Chain => self.k1 == 0.0 && self.k3 == 0.0,
            TheoryKind::QuantumIsing => true,
            TheoryKind::Samples => false,
        }
    }

    /// Correlation length of the boundary spins in sites; `+∞` at criticality, NaN where the theory is only
    /// known by samples.
    #[must_use]
    pub fn correlation_length(&self) -> f64 {
        match self.kind {
            TheoryKind::Chain => self.chain().correlation_length(),
            TheoryKind::QuantumIsing => correlation_length(self.mass),
            TheoryKind::Samples => f64::NAN,
        }
    }

    /// The parameters that the samples depend on, the others at zero: two theories with the same are the same.
    #[must_use]
    pub fn essential(&self) -> Self {
        match self.kind {
            TheoryKind::Chain => Self { mass: 0.0, ..*self },
            TheoryKind::QuantumIsing => Self { k1: 0.0, k2: 0.0, k3: 0.0, ..*self },
            TheoryKind::Samples => Self { k1: 0.0, k2: 0.0, k3: 0.0, mass: 0.0, ..*self },
        }
    }
}

/// Where the network ends in the infrared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Wall {
    /// At full depth.
    #[default]
    Off,
    /// At node layer ⌊log2 ξ⌋ of the fermion mass.
    Mass,
    /// At this node layer.
    Layer(u32),
}

/// Which capacity a link has for the cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CapacityRule {
    /// ln 2 for every link.
    Unit,
    /// Schmidt entropy of the learned link.
    #[default]
    Learned,
    /// ln D for every link.
    BondDimension,
}

/// The layered network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NetworkParameters {
    /// Boundary sites N, a power of two.
    pub sites: u64,
    /// Receptive field of a hidden spin.
    pub receptive_field: ReceptiveField,
    /// Ring or open line.
    pub boundary: Boundary,
    /// Where it ends.
    pub wall: Wall,
    /// Link capacities.
    pub capacity: CapacityRule,
    /// D of [`CapacityRule::BondDimension`].
    pub bond_dimension: u32,
    /// Learned links of |w| below this are pruned: they carry nothing. 0 keeps all.
    pub prune: f64,
}

impl NetworkParameters {
    /// log2 of the number of sites, the full depth n.
    #[must_use]
    pub fn log2_sites(&self) -> u32 {
        self.sites.trailing_zeros()
    }

    /// The deepest node layer d: n, or where the wall stands for this mass.
    #[must_use]
    pub fn depth(&self, mass: f64) -> u32 {
        let n = self.log2_sites();
        match self.wall {
            Wall::Off => n,
            Wall::Mass => wall_layer(mass, n),
            Wall::Layer(d) => d.clamp(1, n),
        }
    }
}

/// How the stack is learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LearningParameters {
    /// Sites of the sampled chain.
    pub sites: u64,
    /// Number of training samples, with a fifth as many more held out; of the user's samples, the most rows
    /// that are used, a fifth of which is held out.
    pub samples: u64,
    /// Seed of all random streams.
    pub seed: u64,
    /// Most iterations of the optimiser in one layer.
    pub epochs: u32,
    /// Weight decay λ: −⟨ln p⟩ + λ/2 Σw² of a sample is minimised.
    pub weight_decay: f64,
    /// How the gradient of the likelihood is found.
    pub method: TrainingMethod,
    /// Step size of the contrastive methods.
    pub rate: f64,
    /// Gibbs steps k between data and fantasy of the contrastive methods.
    pub gibbs_steps: u32,
    /// One set of weights for all blocks of a layer.
    pub shared_weights: bool,
    /// Hidden spins q on every site.
    pub channels: u32,
}

/// Everything that determines a trained stack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainingTask {
    /// The theory whose samples are learned.
    pub theory: TheoryParameters,
    /// How.
    pub learning: LearningParameters,
    /// Receptive field of every layer.
    pub field: ReceptiveField,
    /// Ring or line.
    pub boundary: Boundary,
    /// How many RBMs are trained, bottom up.
    pub layers: u32,
    /// What names the user's samples, where the theory is theirs and they are known. The spins themselves go
    /// beside the task.
    pub samples: Option<SamplesDigest>,
}

impl TrainingTask {
    /// The task that a document's parameters name: full depth of the learning lattice, no samples.
    #[must_use]
    pub fn new(theory: TheoryParameters, network: &NetworkParameters, learning: LearningParameters) -> Self {
        Self {
            theory,
            learning,
            field: network.receptive_field,
            boundary: network.boundary,
            layers: learning.sites.trailing_zeros(),
            samples: None,
        }
    }

    /// Whether both ask for the same stack: parameters that the theory does not have do not count.
    #[must_use]
    pub fn same_stack(&self, other: &Self) -> bool {
        self.essential() == other.essential()
    }

    /// How many samples are asked for: `learning.samples`, or as many rows as a file has.
    #[must_use]
    pub fn samples_used(&self) -> u64 {
        let of_file = self.samples.filter(|_| self.theory.kind == TheoryKind::Samples);
        of_file.map_or(self.learning.samples, |s| self.learning.samples.min(s.samples))
    }

    /// The task without what does not change the stack.
    fn essential(&self) -> Self {
        let samples = self.samples.filter(|_| self.theory.kind == TheoryKind::Samples);
        let learning = LearningParameters { samples: self.samples_used(), ..self.learning };
        Self { theory: self.theory.essential(), learning, samples, ..*self }
    }
}

/// Where weights come from; by default from one training with the parameters of their task.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeightsOrigin {
    /// The file that they were given from, and that file's SHA-256 in hexadecimal digits.
    pub file: Option<(String, String)>,
    /// How many trainings went on from weights that were there.
    pub continued: u32,
}

impl WeightsOrigin {
    /// Whether one training with the parameters of the task gives these weights again.
    #[must_use]
    pub fn is_training(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a training came to these weights, be it from those of a file, and not a file alone.
    #[must_use]
    pub fn is_learned(&self) -> bool {
        self.file.is_none() || self.continued > 0
    }

    /// Of weights that a training came to which went on from those of this origin.
    #[must_use]
    pub fn gone_on(&self) -> Self {
        Self { file: self.file.clone(), continued: self.continued.saturating_add(1) }
    }
}

/// Weights of a trained stack, layer by layer, and the task they answer.
#[derive(Clone, Debug, PartialEq)]
pub struct LearnedStack {
    /// What was asked.
    pub task: TrainingTask,
    /// Where they come from.
    pub origin: WeightsOrigin,
    /// RBM k stands between layer k and k + 1.
    pub layers: Vec<LayerRbm>,
}

#[cfg(test)]
impl TrainingTask {
    /// A task of moderate size at K2 = 0.7 or m = 0.1, for tests.
    pub(crate) fn example(kind: TheoryKind, boundary: Boundary) -> Self {
        Self {
            theory: TheoryParameters { kind, k1: 0.0, k2: 0.7, k3: 0.0, mass: 0.1 },
            learning: LearningParameters {
                sites: 64,
                samples: 1200,
                seed: 3,
                epochs: 100,
                weight_decay: 1e-6,
                method: TrainingMethod::Exact,
                rate: 0.05,
                gibbs_steps: 1,
                shared_weights: true,
                channels: 1,
            },
            field: ReceptiveField::Three,
            boundary,
            layers: 6,
            samples: None,
        }
    }
}
