//! The commands as clap reads them, and the arguments that many of them share.

use super::entropy_args::{CutArgs, ScalingArgs, StateArgs, TensorArgs, VerifyArgs};
use super::learning_args::{LearnGeometryArgs, SampleArgs, TrainArgs};
use super::plot_args::{AnalyseArgs, DataArgs, RenderArgs};
use super::program_args::{CompletionsArgs, IconArgs, ManArgs, TourArgs};
use super::series_args::{CiteArgs, FilmArgs, ReproduceArgs, SweepArgs};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// What stands at the end of the program's help and manual.
const AFTER: &str = "Entropies are in nats, lengths in sites. The same seed gives the same bytes on any number of threads.\n\
    Exit code 0: done; 1: failed, or verify found a violation; 2: refused in one sentence, with no file touched.\n\
    The user guide stands in the window (F1); `holoscope COMMAND --help` says more of each command.";

/// An instrument for holography on the desk: learn the renormalization group of a spin chain, see the network
/// as the hyperbolic plane, read entanglement off its minimal cut.
///
/// Without a command it opens the window.
#[derive(Debug, Parser)]
#[command(name = "holoscope", version = env!("HOLOSCOPE_VERSION"), args_conflicts_with_subcommands = true)]
#[command(after_long_help = AFTER)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Session file, figure that carries one, or preset (@default) to show in the window
    #[arg(value_name = "SESSION")]
    pub session: Option<OsString>,
    /// Print how the program and the papers behind it are cited, as BibTeX
    #[arg(long)]
    pub cite: bool,
    /// Open the window, print how long its first frame took, and quit
    #[arg(long, value_name = "WHAT")]
    pub measure: Option<Measure>,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Measure {
    /// From the start of the process to the first frame
    Startup,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a session
    ///
    /// The session named, or the built-in default, with the settings laid over it; to stdout without -o.
    New(CommonArgs),
    /// List every parameter: key, range, default, meaning
    Keys(OutputArgs),
    /// Sample the boundary theory and train the stack of RBMs
    ///
    /// With -o the session is written with its weights. In --json, weights stand in rows: with "shared": true one
    /// for each hidden channel (r q' numbers, site by site), with "shared": false one of r numbers for each block.
    Train(TrainArgs),
    /// The layered network with its link capacities
    ///
    /// With -o FILE.graphml as GraphML; with .csv, .npy or .npz the links alone, and which the cut of region A goes
    /// through; with any other file as JSON.
    Graph(NetworkArgs),
    /// Minimal cut and entropy of the regions
    ///
    /// For region A, for B and C where they are given, and for their unions. With network.receptive_field 2
    /// or 3, network.sites may go to 2^40 here; above 2^20 the flow that proves the cut is looked for only with
    /// --certificate or --threads, to 2^22 sites; the graph that
    /// `verify` needs beside it is written to 2^20.
    Cut(CutArgs),
    /// Check a certificate: that the flow proves the cut minimal
    ///
    /// An independent reader of two files: `holoscope graph --json` and `holoscope cut --certificate --json`
    /// of the same session. Ends with exit code 1 and the first violation, if there is one.
    Verify(VerifyArgs),
    /// Entropy against the size of the region, with the fit of its logarithm
    ///
    /// Means over all positions (above 2^12 sites over 1024 of them, spread at random) in nats, the slope in nats per
    /// doubling with its error, and c_eff = 3 dS/d ln Ñ; beside them, on a ring, the exact free Dirac fermion and
    /// quantum Ising chain of the same mass.
    Scaling(ScalingArgs),
    /// Exact free-fermion and quantum Ising entropies of regions.a
    ///
    /// On a ring of network.sites at theory.mass, in nats; with the correlation length in sites and z_IR in layers. The
    /// Ising chain's is known for single intervals only.
    Fermion(CommonArgs),
    /// Exact entropies of the network's own state
    ///
    /// Of the regions that are set, or with --all of every interval: von Neumann and Rényi-2, the entanglement
    /// spectrum, the bound m ln 2 of the separating spins, the cut, and the exact quantum Ising chain.
    State(StateArgs),
    /// Rényi-2 entropy of random tensors at network.bond_dimension
    ///
    /// Exact for the network averaged over its tensors, of regions.a, beside the minimal cut. On networks whose
    /// frontier is narrow: to 1024 sites and more; rings to 256 with network.receptive_field = 4.
    Tensor(TensorArgs),
    /// Learn link couplings from the Rényi-2 entropies of regions
    ///
    /// On a ring of network.sites if that is at most 64, else of 32 sites. Model and data are means over all
    /// positions; a fifth of the regions is held out. A coupling is J = ½ ln D of its bond dimension.
    LearnGeometry(LearnGeometryArgs),
    /// Draw spins of the boundary theory into a file
    ///
    /// Exact samples of learning.sites spins, the same that training sees, as .npy, .npz (the array `spins`) or .csv.
    /// With --samples, the rows of that file, in another format if need be.
    Sample(SampleArgs),
    /// Work a study through and print its table with its fit
    ///
    /// With -o the table is written as .csv, .npy or .npz; `render --plot` of the same name draws it. Layers are learned
    /// first where the study needs them and the session has none.
    Analyse(AnalyseArgs),
    /// Draw the bulk, or a plot, into a file: .svg, .pdf or .png
    ///
    /// The figure carries its session: give it to any command in place of one.
    Render(RenderArgs),
    /// The numbers behind a plot, as .csv, .npy or .npz
    ///
    /// `data weights -o w.npz` (or w.safetensors) writes the weights themselves, array by array; --weights takes them
    /// back in, from wherever they were trained. Beside the numbers, in FILE.holo, lies the session they come from.
    Data(DataArgs),
    /// Measure the same at every point of a grid of parameters, on all cores
    ///
    /// -o names a folder: every point's result is kept there as a file of its own, so that the same command goes on
    /// after an interruption, and table.csv once all are there. --shard takes a part, such as of a Slurm array;
    /// --merge joins the folders of shards into one table.
    Sweep(SweepArgs),
    /// A film as .gif, .png (APNG), or a folder of numbered pictures
    ///
    /// `training` shows the network learn, `coarse-graining` the spins of one sample step by step, `sweep` what
    /// parameters do; --plot puts a plot beside the bulk.
    Film(FilmArgs),
    /// Figures of the two papers: picture, numbers, session, caption and the commands that made them
    ///
    /// -o names the folder that they are put into, each in a folder of its own name.
    Reproduce(ReproduceArgs),
    /// How the program and the papers behind it are cited, as BibTeX
    Cite(CiteArgs),
    /// What a session, or a figure that carries one, contains
    Inspect(CommonArgs),
    /// The guided tour: its stops, what one of them says, and its session
    ///
    /// `tour 6 -o cut.holo` writes the scene of a stop as a session, for the window, `render` or any other command.
    Tour(TourArgs),
    /// Completions of the command line for a shell
    Completions(CompletionsArgs),
    /// The manual page of the program, or of one of its commands
    ///
    /// Read it with `holoscope man | man -l -`.
    Man(ManArgs),
    /// The icon, for packages
    #[command(hide = true)]
    Icon(IconArgs),
}

impl Command {
    /// Whether progress and remarks are unwanted.
    pub(super) const fn is_quiet(&self) -> bool {
        match self {
            Self::New(a) | Self::Fermion(a) | Self::Inspect(a) => a.output.quiet,
            Self::Train(a) => a.common.output.quiet,
            Self::Keys(output) => output.quiet,
            Self::Graph(a) => a.common.output.quiet,
            Self::Cut(a) => a.network.common.output.quiet,
            Self::Verify(a) => a.output.quiet,
            Self::Scaling(a) => a.network.common.output.quiet,
            Self::State(a) => a.common.output.quiet,
            Self::Tensor(a) => a.common.output.quiet,
            Self::LearnGeometry(a) => a.common.output.quiet,
            Self::Sample(a) => a.common.output.quiet,
            Self::Analyse(a) => a.common.output.quiet,
            Self::Render(a) => a.network.common.output.quiet,
            Self::Data(a) => a.network.common.output.quiet,
            Self::Tour(a) => a.output.quiet,
            Self::Completions(_) | Self::Man(_) | Self::Icon(_) => true,
            Self::Sweep(a) => a.common.output.quiet,
            Self::Film(a) => a.common.output.quiet,
            Self::Reproduce(a) => a.output.quiet,
            Self::Cite(_) => true,
        }
    }
}

/// Where the answer goes.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// Answer as one JSON document, entropies in nats
    #[arg(long)]
    pub json: bool,
    /// File to write; `-` is standard output
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// No progress bar and no remarks on stderr
    #[arg(short, long)]
    pub quiet: bool,
}

/// What every command on a session takes.
#[derive(Debug, Args)]
pub(super) struct CommonArgs {
    /// Session file, figure that carries one, or preset (@default); left out, the built-in default
    #[arg(value_name = "SESSION")]
    pub session: Option<OsString>,
    /// Override a field of the session; `holoscope keys` lists them
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_value)]
    pub settings: Vec<(String, String)>,
    /// Take the layers' weights from this .safetensors or .npz file in place of learning them
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    #[command(flatten)]
    pub samples: SamplesArgs,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// Which file of the user's samples may be read.
#[derive(Debug, Args)]
pub(super) struct SamplesArgs {
    /// Learn from this .npy, .npz or .csv file of spins, one sample a row; sets theory.kind, learning.sites and
    /// network.sites unless they are set
    #[arg(long = "samples", id = "samples", value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Read the file of samples that the session names
    #[arg(long)]
    pub allow_paths: bool,
}

/// What every command on the network takes.
#[derive(Debug, Args)]
pub(super) struct NetworkArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    /// Do not train: links without learned weights count ln 2
    #[arg(long)]
    pub no_train: bool,
}

pub(super) fn key_value(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(key, _)| !key.trim().is_empty());
    let (key, value) = pair.ok_or("write KEY=VALUE, such as network.sites=64")?;
    Ok((key.trim().to_string(), value.trim().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn commands_and_arguments_are_well_formed() {
        Cli::command().debug_assert();
    }
}
