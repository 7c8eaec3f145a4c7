//! The arguments of commands that learn, and of the one that draws the spins to learn from.

use super::args::CommonArgs;
use crate::entanglement::FitOptions;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct TrainArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    /// Go on from the weights that the session holds, in place of a start anew: more passes of a contrastive
    /// method, or other parameters
    #[arg(long = "continue")]
    pub go_on: bool,
}

#[derive(Debug, Args)]
pub(super) struct SampleArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    /// How many samples; left out, learning.samples, or all rows of a file
    #[arg(long, value_name = "NUMBER")]
    pub count: Option<u64>,
}

#[derive(Debug, Args)]
pub(super) struct LearnGeometryArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    /// Entropies of fermions (fermion) or of the quantum Ising chain (ising) at theory.mass, or a .csv file of rows
    /// region,entropy (nats); left out, geometry.source
    #[arg(long, value_name = "fermion|ising|FILE.csv")]
    pub from: Option<String>,
    /// How many regions: intervals of every size, then random pairs of intervals; of ising intervals only
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u32).range(8..=2000))]
    pub regions: u32,
    /// Strength ρ of the ridge: mean squared misfit + ρ Σ J² (with the field's square) is minimised (nats²)
    #[arg(long, value_name = "RHO", allow_negative_numbers = true, default_value_t = FitOptions::default().ridge)]
    pub ridge: f64,
    /// Let couplings be negative, although no bond dimension has such a one
    #[arg(long)]
    pub free: bool,
}
