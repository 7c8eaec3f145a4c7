//! The arguments of commands that draw pictures and plots, or write the numbers behind them.

use super::args::{CommonArgs, NetworkArgs};
use super::figures::PageSize;
use crate::desk::studies::StudyKind;
use crate::desk::{CameraPlace, PlotKind};
use clap::{Args, ValueEnum};

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
