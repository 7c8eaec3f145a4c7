//! The arguments of commands on the program itself: its tour, completions, manual and icon.

use super::args::OutputArgs;
use clap::Args;
use std::path::PathBuf;

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
