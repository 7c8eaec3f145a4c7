//! The arguments of every command, as clap reads them.

use super::figures::{CameraPlace, PageSize};
use crate::desk::PlotKind;
use crate::desk::studies::StudyKind;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::ffi::OsString;
use std::path::PathBuf;

/// An instrument for holography on the desk: learn the renormalization group of a spin chain, see the network
/// as the hyperbolic plane, read entanglement off its minimal cut.
///
/// Without a command it opens the window.
#[derive(Debug, Parser)]
#[command(name = "holoscope", version, args_conflicts_with_subcommands = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Session file, figure that carries one, or preset (@default) to show in the window
    #[arg(value_name = "SESSION")]
    pub session: Option<OsString>,
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
    /// With -o FILE.graphml as GraphML, with any other file as JSON.
    Graph(NetworkArgs),
    /// Minimal cut and entropy of the regions
    ///
    /// For region A, for B and C where they are given, and for their unions. With network.receptive_field 2
    /// or 3, network.sites may go to 2^40 here.
    Cut(CutArgs),
    /// Check a certificate: that the flow proves the cut minimal
    ///
    /// An independent reader of two files: `holoscope graph --json` and `holoscope cut --certificate --json`
    /// of the same session.
    Verify(VerifyArgs),
    /// Entropy against the size of the region, with the fit of its logarithm
    Scaling(ScalingArgs),
    /// Exact free-fermion and quantum Ising entropies of regions.a
    ///
    /// On a ring of network.sites at theory.mass.
    Fermion(CommonArgs),
    /// Draw spins of the boundary theory into a file
    ///
    /// Exact samples of learning.sites spins, the same that training sees. With --samples, the rows of that
    /// file, in the other format if need be.
    Sample(SampleArgs),
    /// Work a study through and print its table with its fit
    ///
    /// With -o the table is written as .csv or .npy; `render --plot` of the same name draws it. Layers are learned first
    /// where the study needs them and the session has none.
    Analyse(AnalyseArgs),
    /// Draw the bulk, or a plot, into a file: .svg, .pdf or .png
    ///
    /// The figure carries its session: give it to any command in place of one.
    Render(RenderArgs),
    /// The numbers behind a plot, as .csv or .npy
    ///
    /// `data weights -o w.safetensors` writes the weights themselves, array by array; --weights takes them back in,
    /// from wherever they were trained.
    Data(DataArgs),
    /// What a session, or a figure that carries one, contains
    Inspect(CommonArgs),
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
            Self::Sample(a) => a.common.output.quiet,
            Self::Analyse(a) => a.common.output.quiet,
            Self::Render(a) => a.network.common.output.quiet,
            Self::Data(a) => a.network.common.output.quiet,
        }
    }
}

/// Where the answer goes.
#[derive(Debug, Args)]
pub(super) struct OutputArgs {
    /// Answer as one JSON document, entropies in nats
    #[arg(long)]
    pub json: bool,
    /// File to write
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
    /// Take the layers' weights from this .safetensors file in place of learning them
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
    /// Learn from this .npy or .csv file of spins, one sample a row; sets theory.kind, learning.sites and
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
    /// Layer of the training plot
    #[arg(long, value_name = "K")]
    pub layer: Option<usize>,
    /// Size such as 1600x1000 (pixels; points in .svg and .pdf), 86mm or 86x60mm (300 dpi in .png), or the column
    /// width prl, prl-wide, nature or nature-wide
    #[arg(long)]
    pub size: Option<PageSize>,
    /// Paint no ground
    #[arg(long)]
    pub transparent: bool,
    /// Colours; left out, view.theme
    #[arg(long, value_name = "NAME")]
    pub theme: Option<ThemeName>,
    /// `home`, or the point and magnification to look at: x,z,zoom
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
    /// Layer of the training plot
    #[arg(long, value_name = "K")]
    pub layer: Option<usize>,
    #[command(flatten)]
    pub network: NetworkArgs,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("write KEY=VALUE, such as network.sites=64")?;
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
