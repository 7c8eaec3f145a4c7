//! The arguments of commands that draw pictures and plots, or write the numbers behind them.

use super::args::{CommonArgs, NetworkArgs};
use super::figures::PageSize;
use crate::desk::studies::StudyKind;
use crate::desk::{CameraPlace, PlotKind};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(super) struct AnalyseArgs {
    /// Which study
    #[arg(value_name = "WHAT")]
    pub what: StudyKind,
    #[command(flatten)]
    pub common: CommonArgs,
}

impl ValueEnum for StudyKind {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(named(self.name(), self.question()))
    }
}

/// Plots that can be drawn, by what they are made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plot {
    /// The session's own learning and cuts.
    Session(PlotKind),
    /// A study of its own.
    Study(StudyKind),
}

impl Plot {
    const ALL: [Self; PlotKind::ALL.len() + StudyKind::ALL.len()] = {
        let mut all = [Self::Session(PlotKind::Scaling); PlotKind::ALL.len() + StudyKind::ALL.len()];
        let mut i = 0;
        while i < all.len() {
            all[i] = match i.checked_sub(PlotKind::ALL.len()) {
                None => Self::Session(PlotKind::ALL[i]),
                Some(study) => Self::Study(StudyKind::ALL[study]),
            };
            i += 1;
        }
        all
    };
}

impl ValueEnum for Plot {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Session(plot) => named(plot.name(), plot.meaning()),
            Self::Study(study) => named(study.name(), study.question()),
        })
    }
}

/// A value with what it means, which begins with a capital as all help does.
fn named(name: &'static str, meaning: &str) -> PossibleValue {
    let mut letters = meaning.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    PossibleValue::new(name).help(first.chain(letters).collect::<String>())
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
    /// Pixels a point in .png, 1 to 4; left out, 2 without --size, 1 of a size in pixels, 300 dpi of one in mm
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=4))]
    pub scale: Option<u8>,
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
