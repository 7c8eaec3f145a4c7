//! The arguments of every command, as clap reads them.

use super::figures::PageSize;
use super::series_args::{CiteArgs, FilmArgs, ReproduceArgs, SweepArgs};
use crate::desk::studies::StudyKind;
use crate::desk::{CameraPlace, PlotKind};
use crate::entanglement::FitOptions;
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
    /// or 3, network.sites may go to 2^40 here.
    Cut(CutArgs),
    /// Check a certificate: that the flow proves the cut minimal
    ///
    /// An independent reader of two files: `holoscope graph --json` and `holoscope cut --certificate --json`
    /// of the same session. Ends with exit code 1 and the first violation, if there is one.
    Verify(VerifyArgs),
    /// Entropy against the size of the region, with the fit of its logarithm
    ///
    /// Means over all positions in nats, the slope in nats per doubling with its error, and c_eff = 3 dS/d ln Ñ; beside
    /// them the exact free Dirac fermion and quantum Ising chain of the same mass.
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

#[derive(Debug, Args)]
pub(super) struct LearnGeometryArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    /// Entropies of fermions (fermion) or of the quantum Ising chain (ising) at theory.mass, or a .csv file of rows
    /// region,entropy (nats)
    #[arg(long, value_name = "fermion|ising|FILE.csv", default_value = "fermion")]
    pub from: String,
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

#[derive(Debug, Args)]
pub(super) struct SampleArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    /// How many samples; left out, learning.samples, or all rows of a file
    #[arg(long, value_name = "NUMBER")]
    pub count: Option<u64>,
}

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
pub(super) struct AnalyseArgs {
    /// Which study
    #[arg(value_name = "WHAT")]
    pub what: What,
    #[command(flatten)]
    pub common: CommonArgs,
}

/// Studies that can be worked through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum What {
    /// Held-out likelihood of one layer with 1 to 4 hidden channels
    Channels,
    /// Entropy against size for every number of layers, deep against shallow
    Depth,
    /// Links, memory, KL, entropy and slope as weak links are pruned
    Prune,
    /// Two equal intervals that part: mutual information against separation and cross-ratio
    Transition,
    /// The measured metric, its curvature, and geodesic length beside entropy
    Geometry,
    /// Boundary correlations against distance in the bulk
    Correlations,
    /// Entropies of the network's own state against size, beside bound, cut and exact chain
    State,
    /// Entanglement spectrum of region A in that state
    Spectrum,
    /// S/(m ln 2) of every interval
    Tightness,
    /// Response of boundary spins to sources on hidden ones, against distance in the bulk
    Sources,
    /// Rényi-2 entropy of random tensors against size, beside the minimal cut
    Tensor,
    /// Link couplings learned from entropies of fermions, beside those of the stack
    LearnedGeometry,
}

impl What {
    /// The study of this name.
    pub(super) const fn kind(self) -> StudyKind {
        match self {
            Self::Channels => StudyKind::Channels,
            Self::Depth => StudyKind::Depth,
            Self::Prune => StudyKind::Prune,
            Self::Transition => StudyKind::Transition,
            Self::Geometry => StudyKind::Geometry,
            Self::Correlations => StudyKind::Correlations,
            Self::State => StudyKind::State,
            Self::Spectrum => StudyKind::Spectrum,
            Self::Tightness => StudyKind::Tightness,
            Self::Sources => StudyKind::Sources,
            Self::Tensor => StudyKind::Tensor,
            Self::LearnedGeometry => StudyKind::LearnedGeometry,
        }
    }
}

/// Plots that can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Plot {
    /// Entropy against the size of the region
    Scaling,
    /// Coupling against layer
    Flow,
    /// Field and neighbour coupling of every layer, in their plane
    FlowPlane,
    /// Weights against layer, with those at criticality beside a mass
    Weights,
    /// KL per spin against layer
    Kl,
    /// Mean and spread of ln Tr_h e^T against layer
    Trace,
    /// Free energies against layer
    FreeEnergy,
    /// Correlation length against layer
    Xi,
    /// Histogram of the Schmidt entropies of links
    LinkEntropy,
    /// Likelihood against iteration, of --layer
    Training,
    /// Held-out likelihood against the number of hidden channels
    Channels,
    /// Entropy against size for every number of layers
    Depth,
    /// Memory, KL, entropy and slope against the pruning threshold
    Prune,
    /// Mutual information of two equal intervals that part
    Transition,
    /// The measured metric, and entropy against geodesic length
    Geometry,
    /// Boundary correlations against distance in the bulk
    Correlations,
    /// Entropies of the network's own state against size
    State,
    /// Entanglement spectrum of region A in that state
    Spectrum,
    /// S/(m ln 2) of every interval, as colours
    Tightness,
    /// Response of boundary spins to sources on hidden ones, against distance in the bulk
    Sources,
    /// Rényi-2 entropy of random tensors against size, beside the minimal cut
    Tensor,
    /// Link couplings learned from entropies of fermions, beside those of the stack
    LearnedGeometry,
}

/// What a plot is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlotSource {
    /// The session's own learning and cuts.
    Session(PlotKind),
    /// A study of its own.
    Study(StudyKind),
}

impl Plot {
    /// What it is made from.
    pub const fn source(self) -> PlotSource {
        PlotSource::Session(match self {
            Self::Scaling => PlotKind::Scaling,
            Self::Flow => PlotKind::Flow,
            Self::FlowPlane => PlotKind::Plane,
            Self::Weights => PlotKind::Weights,
            Self::Kl => PlotKind::Kl,
            Self::Trace => PlotKind::Trace,
            Self::FreeEnergy => PlotKind::FreeEnergy,
            Self::Xi => PlotKind::Correlation,
            Self::LinkEntropy => PlotKind::LinkEntropy,
            Self::Training => PlotKind::Training,
            Self::Channels => return PlotSource::Study(StudyKind::Channels),
            Self::Depth => return PlotSource::Study(StudyKind::Depth),
            Self::Prune => return PlotSource::Study(StudyKind::Prune),
            Self::Transition => return PlotSource::Study(StudyKind::Transition),
            Self::Geometry => return PlotSource::Study(StudyKind::Geometry),
            Self::Correlations => return PlotSource::Study(StudyKind::Correlations),
            Self::State => return PlotSource::Study(StudyKind::State),
            Self::Spectrum => return PlotSource::Study(StudyKind::Spectrum),
            Self::Tightness => return PlotSource::Study(StudyKind::Tightness),
            Self::Sources => return PlotSource::Study(StudyKind::Sources),
            Self::Tensor => return PlotSource::Study(StudyKind::Tensor),
            Self::LearnedGeometry => return PlotSource::Study(StudyKind::LearnedGeometry),
        })
    }
}

/// Colours of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ThemeName {
    /// Light, as no desktop is asked
    System,
    /// Light ground
    Light,
    /// Dark ground
    Dark,
    /// White ground, for paper
    Print,
}

#[derive(Debug, Args)]
pub(super) struct RenderArgs {
    #[command(flatten)]
    pub network: NetworkArgs,
    /// Draw this plot in place of the bulk
    #[arg(long, value_name = "NAME")]
    pub plot: Option<Plot>,
    /// Layer of the training plot, 0 at the boundary
    #[arg(long, value_name = "K")]
    pub layer: Option<usize>,
    /// Size such as 1600x1000 (pixels; points in .svg and .pdf), 86mm or 86x60mm (300 dpi in .png), or the column
    /// width prl, prl-wide, nature or nature-wide
    #[arg(long, allow_hyphen_values = true)]
    pub size: Option<PageSize>,
    /// Print the caption: one paragraph, from the session's parameters; -o may then be left out
    #[arg(long)]
    pub caption: bool,
    /// Paint no ground
    #[arg(long)]
    pub transparent: bool,
    /// Colours; left out, view.theme
    #[arg(long, value_name = "NAME")]
    pub theme: Option<ThemeName>,
    /// `home`, or the point and magnification to look at: x,z,zoom, with x and z in sites
    #[arg(long, value_name = "home|X,Z,ZOOM", default_value = "home", allow_hyphen_values = true)]
    pub camera: CameraPlace,
    /// Show the film of coarse graining at this position, in layers: 2.5 is half way from τ = 2 to 3
    #[arg(long, value_name = "T", conflicts_with = "plot")]
    pub film_at: Option<f64>,
}

#[derive(Debug, Args)]
pub(super) struct DataArgs {
    /// Which plot
    #[arg(value_name = "PLOT")]
    pub plot: Plot,
    /// Layer of the training plot, 0 at the boundary
    #[arg(long, value_name = "K")]
    pub layer: Option<usize>,
    #[command(flatten)]
    pub network: NetworkArgs,
}

#[derive(Debug, Args)]
pub(super) struct TourArgs {
    /// Number of a stop; left out, all are listed
    #[arg(value_name = "STOP")]
    pub stop: Option<usize>,
    #[command(flatten)]
    pub output: OutputArgs,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Which shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
    /// File to write; left out, stdout
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// The page of this command; left out, that of the program
    #[arg(value_name = "COMMAND")]
    pub page: Option<String>,
    /// File to write, or without an ending a folder for the pages of all commands; left out, stdout
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct IconArgs {
    /// File to write: .svg or .png
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: PathBuf,
    /// Width and height of the .png, in pixels
    #[arg(long, default_value_t = 256)]
    pub side: u32,
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
