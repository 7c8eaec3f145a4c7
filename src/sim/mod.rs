//! Work in the background: engines as plain types, and the thread that each can be put into.

mod cut_solver;
mod fermion_solver;
mod file_rows;
mod geometry_learner;
mod node_layers;
mod observables;
mod parameters;
mod pruner;
mod sampling;
mod state_solver;
mod step_distances;
mod surveyor;
mod trainer;
mod wall_walker;
mod worker;

pub use cut_solver::{CutAnswer, CutEngine, CutQuery, Later, UnionCut};
pub use fermion_solver::{FermionAnswer, FermionEntropies, FermionQuery, FermionSolver};
pub use file_rows::split_rows;
pub use geometry_learner::{
    EntropyData, GeometryCommand, GeometryFailure, GeometryLearner, GeometrySnapshot, GeometryTask,
};
pub use node_layers::{NodeLayer, node_layers};
pub use observables::{Observable, observables};
pub use parameters::{
    CapacityRule, LearnedStack, LearningParameters, NetworkParameters, TheoryKind, TheoryParameters,
    TrainingTask, Wall, WeightsOrigin,
};
pub use pruner::{PruneAnswer, PruneQuery, Pruner, total_per_site};
pub use sampling::{Drawing, SamplingFigures, figures as sampling_figures, training_samples};
pub use state_solver::{StateAnswer, StateCommand, StateParameters, StateQuery, StateSolver};
pub use step_distances::{KnownTheory, StepDistance, StepDistances, TheorySurvey};
pub use surveyor::{SurveyRow, SurveySnapshot, SurveyTask, Surveyor, survey_scan};
pub use trainer::{LearnedLayer, Phase, Trainer, TrainerCommand, TrainingSnapshot, stack_options};
pub use wall_walker::{BURN_IN, WallCommand, WallSnapshot, WallTask, WallWalker};
pub use worker::{Engine, Worker, cause_of};
