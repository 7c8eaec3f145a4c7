//! The command line: the same engines and the same numbers as the window, without one.
//!
//! Exit code 2 for a wrong command, an unknown key, a value out of range or a broken file; 1 for other failures; in
//! each case one sentence on stderr, and no output file touched.

mod args;
mod cuts;
mod entropies;
mod entropy_args;
#[cfg(test)]
mod examples;
mod failure;
mod figures;
mod films;
mod learning;
mod learning_args;
mod output;
mod packaging;
mod plot_args;
mod preparation;
mod program_args;
mod reproduction;
mod samples;
mod series_args;
mod sessions;
mod state;
mod studies;
mod sweeps;
mod tensors;
mod terminal;
mod text;
mod tour;

use crate::desk::open::{self, Opened};
use crate::desk::samples::is_samples_name;
use crate::desk::weights::is_weights_name;
use args::{Cli, Command, Measure};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Parser};
use failure::Failure;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use terminal::Terminal;

/// What the window is asked for.
#[derive(Clone, Debug)]
pub struct WindowRequest {
    /// The session to show, and its file.
    pub opened: Opened,
    /// A file of samples or weights that was named in place of a session: taken in as if it were dropped there.
    pub dropped: Option<PathBuf>,
    /// Whether to measure the time to the first frame, print it and quit.
    pub measure_startup: bool,
}

/// Runs the program on its arguments, the first being its own name; `window` opens the window and returns when it is
/// closed.
pub fn run<I>(arguments: I, window: impl FnOnce(WindowRequest) -> anyhow::Result<()>) -> ExitCode
where
    I: IntoIterator<Item = OsString>,
{
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let outcome = match Cli::try_parse_from(&arguments) {
        Ok(cli) => obey(cli, window),
        Err(error) => refuse(&error, &arguments),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

fn obey(cli: Cli, window: impl FnOnce(WindowRequest) -> anyhow::Result<()>) -> Result<(), Failure> {
    if cli.cite {
        if let Some(session) = &cli.session {
            let word = session.to_string_lossy();
            return Err(Failure::Usage(format!("--cite takes no session; leave {word} away")));
        }
        if cli.measure.is_some() {
            return Err(Failure::Usage("--cite opens no window to measure; leave --measure away".into()));
        }
        let terminal = Terminal::new(true);
        return reproduction::cite(&series_args::CiteArgs { file: None }, &terminal);
    }
    let Some(command) = cli.command else {
        return open_window(
            cli.session.as_deref(),
            cli.measure.is_some_and(|m| m == Measure::Startup),
            window,
        );
    };
    let terminal = Terminal::new(command.is_quiet());
    let done = match &command {
        Command::New(arguments) => sessions::new(arguments, &terminal),
        Command::Keys(output) => sessions::keys(output, &terminal),
        Command::Inspect(arguments) => sessions::inspect(arguments, &terminal),
        Command::Tour(arguments) => tour::tour(arguments, &terminal),
        Command::Train(arguments) => learning::train(arguments, &terminal),
        Command::Sample(arguments) => learning::sample(arguments, &terminal),
        Command::Graph(arguments) => cuts::graph(arguments, &terminal),
        Command::Cut(arguments) => cuts::cut(arguments, &terminal),
        Command::Verify(arguments) => cuts::verify(arguments, &terminal),
        Command::Scaling(arguments) => entropies::scaling(arguments, &terminal),
        Command::Fermion(arguments) => entropies::fermion(arguments, &terminal),
        Command::State(arguments) => state::state(arguments, &terminal),
        Command::Tensor(arguments) => tensors::tensor(arguments, &terminal),
        Command::LearnGeometry(arguments) => tensors::learn_geometry(arguments, &terminal),
        Command::Data(arguments) => entropies::data(arguments, &terminal),
        Command::Analyse(arguments) => studies::analyse(arguments, &terminal),
        Command::Render(arguments) => figures::render(arguments, &terminal),
        Command::Completions(arguments) => packaging::completions(arguments, &terminal),
        Command::Man(arguments) => packaging::man(arguments, &terminal),
        Command::Icon(arguments) => packaging::icon_file(arguments, &terminal),
        Command::Film(arguments) => films::film(arguments, &terminal),
        Command::Reproduce(arguments) => reproduction::reproduce(arguments, &terminal),
        Command::Cite(arguments) => reproduction::cite(arguments, &terminal),
        Command::Sweep(arguments) => sweeps::sweep(arguments, &terminal),
    };
    done.map_err(|failure| match failure {
        // What was written before is known there.
        Failure::Interrupted => Failure::Other(terminal.farewell()),
        other => other,
    })
}

fn open_window(
    session: Option<&OsStr>,
    measure_startup: bool,
    window: impl FnOnce(WindowRequest) -> anyhow::Result<()>,
) -> Result<(), Failure> {
    if let Some(session) = session.filter(|s| looks_like_a_command(s)) {
        return Err(no_such_command(session));
    }
    let dropped = session.map(Path::new).filter(|path| path.is_file() && is_dropped_name(path));
    let opened = open::open(session.filter(|_| dropped.is_none()))?;
    let dropped = dropped.map(Path::to_path_buf);
    window(WindowRequest { opened, dropped, measure_startup }).map_err(|error| {
        let name = session.map_or_else(|| "@default".into(), OsStr::to_string_lossy);
        Failure::Other(format!(
            "{error:#}; without a window, `holoscope render {name} -o bulk.png` draws the same"
        ))
    })
}

/// Whether a name is that of samples or weights, and so of no session.
fn is_dropped_name(path: &Path) -> bool {
    is_samples_name(path) || is_weights_name(path)
}

/// A bare word that names no file was meant as a command.
fn looks_like_a_command(word: &OsStr) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c == '-';
    word.to_str().is_some_and(|w| !w.is_empty() && !w.starts_with('-') && w.chars().all(plain))
        && !Path::new(word).exists()
}

fn no_such_command(word: &OsStr) -> Failure {
    let command = Cli::command();
    let shown = command.get_subcommands().filter(|command| !command.is_hide_set());
    let names: Vec<&str> = shown.map(clap::Command::get_name).collect();
    Failure::Usage(format!(
        "{}: neither a command of this version (has: {}) nor a session file; `holoscope --help` tells more",
        word.to_string_lossy(),
        names.join(", ")
    ))
}

/// Help and version go to stdout; anything else becomes one sentence.
fn refuse(error: &clap::Error, arguments: &[OsString]) -> Result<(), Failure> {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return error.print().map_err(|e| terminal::stdout_failure(&e));
    }
    let command = Cli::command();
    let first = arguments.get(1).map(OsString::as_os_str);
    let known = first.and_then(OsStr::to_str).and_then(|w| command.find_subcommand(w));
    // The word that was meant as a command: that of `help`, or the first of all, with what follows it.
    let meant = match (error.kind(), error.get(ContextKind::InvalidSubcommand)) {
        (ErrorKind::InvalidSubcommand, Some(ContextValue::String(word))) => Some(OsStr::new(word)),
        (ErrorKind::UnknownArgument | ErrorKind::ArgumentConflict, _) => {
            first.filter(|w| known.is_none() && looks_like_a_command(w))
        }
        _ => None,
    };
    if let Some(word) = meant {
        return Err(no_such_command(word));
    }
    let text = error.render().to_string();
    // The first paragraph says what is wrong; usage and tips follow.
    let first = text.split("\n\n").next().unwrap_or(&text);
    let first = first.strip_prefix("error: ").unwrap_or(first);
    let sentence = first.split_whitespace().collect::<Vec<_>>().join(" ");
    // Of the tips, the one that names what may have been meant.
    let near =
        text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).find(|t| t.contains("similar"));
    let near = near.map_or_else(String::new, |tip| format!(": {tip}"));
    let help =
        known.map_or_else(|| "holoscope --help".into(), |c| format!("holoscope {} --help", c.get_name()));
    Err(Failure::Usage(format!("{sentence}{near}; `{help}` lists what is possible")))
}
