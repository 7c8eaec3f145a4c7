//! The arguments of commands that cut the network, or compute entropies of it.

use super::args::{CommonArgs, NetworkArgs, OutputArgs};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct CutArgs {
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Add the flow on every link, the proof that the cut is minimal
    #[arg(long)]
    pub certificate: bool,
    /// Add the same flow as paths from the region to the rest: bit threads
    #[arg(long)]
    pub threads: bool,
}

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// File of `holoscope graph --json`
    #[arg(value_name = "GRAPH")]
    pub graph: PathBuf,
    /// File of `holoscope cut --certificate --json`
    #[arg(value_name = "CUT")]
    pub cut: PathBuf,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct ScalingArgs {
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Sizes of intervals; left out, all to 2^12 and powers of two above
    #[arg(long, value_name = "1,2,4…", value_delimiter = ',')]
    pub sizes: Option<Vec<u64>>,
    /// Sizes that may enter the fit, both ends included; left out, 8 to N/8 (2 to N/4 under 128 sites)
    #[arg(long, value_name = "LOW..HIGH", value_parser = window)]
    pub window: Option<[u64; 2]>,
}

/// A window of sizes as it is written.
fn window(text: &str) -> Result<[u64; 2], String> {
    let ends = text.split_once("..").and_then(|(low, high)| Some([low.parse().ok()?, high.parse().ok()?]));
    let ends: Option<[u64; 2]> = ends.filter(|[low, high]| low < high);
    ends.ok_or_else(|| "no window; give two sizes, the smaller one first, as 8..512".into())
}

#[derive(Debug, Args)]
pub(super) struct StateArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    /// Every interval, in place of the regions that are set
    #[arg(long)]
    pub all: bool,
    /// Which state: all hidden spins summed jointly, or the root of the stack's distribution read top down; left out,
    /// state.form
    #[arg(long, value_name = "marginal|born")]
    pub form: Option<FormName>,
}

/// Forms of the network's own state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FormName {
    /// ψ = Σ_h exp(−E)
    Marginal,
    /// ψ = √p(v)
    Born,
}

#[derive(Debug, Args)]
pub(super) struct TensorArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    /// Add intervals of every size, means over positions
    #[arg(long)]
    pub all: bool,
    /// Dimension of the boundary legs; left out, boundary spins are pinned, as if it were infinite
    #[arg(long, value_name = "D", value_parser = clap::value_parser!(u32).range(1..))]
    pub leg_dimension: Option<u32>,
}
