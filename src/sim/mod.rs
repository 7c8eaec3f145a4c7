//! Work in the background: engines as plain types, and the thread that each can be put into.

mod cut_solver;
mod fermion_solver;
mod parameters;
mod sampling;
mod surveyor;
mod trainer;
mod worker;

pub use cut_solver::{CutAnswer, CutEngine, CutQuery, Later};
pub use fermion_solver::{FermionAnswer, FermionEntropies, FermionQuery, FermionSolver};
pub use parameters::{
    CapacityRule, LearnedStack, LearningParameters, NetworkParameters, TheoryKind, TheoryParameters,
    TrainingTask, Wall,
};
pub use sampling::{SamplingFigures, figures as sampling_figures, training_samples};
pub use surveyor::{SurveyRow, SurveySnapshot, SurveyTask, Surveyor};
pub use trainer::{LearnedLayer, Phase, Trainer, TrainerCommand, TrainingSnapshot};
pub use worker::{Engine, Worker};
