//! The arguments of commands that make many things at once: sweeps, films, the figures of the papers.

use super::args::{CommonArgs, OutputArgs, key_value};
use super::figures::PageSize;
use super::plot_args::{Plot, ThemeName};
use crate::desk::reproduce::RECIPES;
use crate::desk::sweep::Shard;
use crate::desk::sweep::measures::MEASURES;
use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct SweepArgs {
    #[command(flatten)]
    pub common: CommonArgs,
    /// Vary a parameter: a:b:n (n values from a to b), i..j (whole numbers; of sizes, powers of two), x,y,z (a list;
    /// of regions x;y;z); several are combined, the last one fastest
    #[arg(long, value_name = "KEY=VALUES", value_parser = key_value)]
    pub vary: Vec<(String, String)>,
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_value = "scaling", help = measure_help())]
    #[arg(value_parser = PossibleValuesParser::new(MEASURES.iter().map(|m| m.name)), hide_possible_values = true)]
    pub measure: Vec<String>,
    /// Only part I of N: every N-th point
    #[arg(long, value_name = "I/N")]
    pub shard: Option<ShardText>,
    /// Points at a time; left out, one for each core
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub jobs: Option<u32>,
    /// Join the folders of shards into the table -o
    #[arg(long, value_name = "FOLDER", num_args = 1.., conflicts_with_all = ["vary", "shard", "jobs", "session", "settings"])]
    pub merge: Vec<PathBuf>,
    /// Join what is there although points are missing
    #[arg(long, requires = "merge")]
    pub partial: bool,
}

#[derive(Debug, Args)]
pub(super) struct FilmArgs {
    /// What to show
    #[arg(value_name = "WHAT")]
    pub what: FilmWhat,
    #[command(flatten)]
    pub common: CommonArgs,
    /// Of `film sweep`: vary a parameter, as `holoscope sweep` does
    #[arg(long, value_name = "KEY=VALUES", value_parser = key_value)]
    pub vary: Vec<(String, String)>,
    /// A plot on the right of the bulk
    #[arg(long, value_name = "NAME")]
    pub plot: Option<Plot>,
    /// Size in pixels, such as 720x720
    #[arg(long, allow_hyphen_values = true)]
    pub size: Option<PageSize>,
    /// Colours; left out, view.theme
    #[arg(long, value_name = "NAME")]
    pub theme: Option<ThemeName>,
    /// Pictures a second; left out, 2 of a training, 4 of a sweep, 10 of coarse graining
    #[arg(long, value_name = "NUMBER", value_parser = pictures_a_second)]
    pub fps: Option<f64>,
    /// Most pictures; of more, these many are chosen evenly
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub frames: Option<u32>,
}

/// What a film can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FilmWhat {
    /// The network learning, layer by layer
    Training,
    /// The spins of one sample, layer by layer from the rim inwards
    CoarseGraining,
    /// One picture for each point of --vary
    Sweep,
}

fn pictures_a_second(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|x| (0.02..=50.0).contains(x));
    number.ok_or_else(|| format!("`{text}` is out of range; give 0.02 to 50 pictures a second"))
}

#[derive(Debug, Args)]
pub(super) struct ReproduceArgs {
    #[arg(value_name = "NAME", help = figures_help())]
    #[arg(value_parser = PossibleValuesParser::new(RECIPES.iter().map(|r| r.name)), hide_possible_values = true)]
    pub name: Option<String>,
    /// All of them
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

fn figures_help() -> String {
    let list: Vec<String> = RECIPES.iter().map(|r| format!("{} ({})", r.name, r.of)).collect();
    format!("Which figure: {}", list.join("; "))
}

#[derive(Debug, Args)]
pub(super) struct CiteArgs {
    /// File to write
    #[arg(short = 'o', long = "output", value_name = "FILE")]
    pub file: Option<PathBuf>,
}

/// The part of a sweep as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct ShardText(pub Shard);

impl std::str::FromStr for ShardText {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = || format!("`{text}` is no shard; write I/N with I from 1 to N, such as 1/8");
        let (index, of) = text.split_once('/').ok_or_else(form)?;
        let (index, of) = (index.trim().parse().map_err(|_| form())?, of.trim().parse().map_err(|_| form())?);
        if (1..=of).contains(&index) { Ok(Self(Shard { index, of })) } else { Err(form()) }
    }
}

fn measure_help() -> String {
    let list: Vec<String> = MEASURES.iter().map(|m| format!("{} ({})", m.name, m.meaning)).collect();
    format!("What to measure, separated by commas: {}", list.join("; "))
}
