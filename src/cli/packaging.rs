//! What a package of the program brings along besides it: completions for shells, manual pages, the icon. All of it is
//! made from what the program itself knows.

use super::args::Cli;
use super::failure::Failure;
use super::output::{Product, check_output, is_stdout};
use super::program_args::{CompletionsArgs, IconArgs, ManArgs};
use super::terminal::Terminal;
use crate::desk::files::ending;
use crate::export::{png, svg};
use crate::figure::{Theme, icon};
use crate::session::file::refused_to_write;
use crate::session::keys::KEYS;
use clap::CommandFactory;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, italic, roman};
use std::path::Path;

/// Smallest and largest side of an icon, in pixels.
const ICON_SIDES: std::ops::RangeInclusive<u32> = 16..=1024;

/// Writes the completions for a shell.
pub(super) fn completions(arguments: &CompletionsArgs, terminal: &Terminal) -> Result<(), Failure> {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut shown(), "holoscope", &mut text);
    match &arguments.file {
        Some(path) => {
            check_output(path, Product::Words)?;
            terminal.write(path, &text)
        }
        None => terminal.print(&text),
    }
}

/// The command line without what is hidden, which completions would offer.
fn shown() -> clap::Command {
    let all = Cli::command();
    let commands = all.get_subcommands().filter(|command| !command.is_hide_set()).cloned();
    let program = clap::Command::new("holoscope").version(env!("HOLOSCOPE_VERSION"));
    program.args(all.get_arguments().cloned()).subcommands(commands)
}

/// Writes a manual page, or all of them into a folder, which is made where a name without ending names none.
pub(super) fn man(arguments: &ManArgs, terminal: &Terminal) -> Result<(), Failure> {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let commands = || program.get_subcommands().filter(|command| !command.is_hide_set());
    let whole = arguments.file.as_deref().filter(|path| arguments.page.is_none() && is_for_a_folder(path));
    if let Some(folder) = whole {
        if folder.exists() && !folder.is_dir() {
            return Err(Failure::Usage(format!(
                "{} is a file; give the name of a folder, or for one page of a file that ends in .1",
                folder.display()
            )));
        }
        std::fs::create_dir_all(folder).map_err(|error| refused_to_write(folder, &error))?;
        for command in commands() {
            write_page(command, &folder.join(format!("holoscope-{}.1", command.get_name())), terminal)?;
        }
        return write_page(&program, &folder.join("holoscope.1"), terminal);
    }
    let command = match &arguments.page {
        None => &program,
        Some(name) => commands().find(|command| command.get_name() == name).ok_or_else(|| {
            let names: Vec<&str> = commands().map(clap::Command::get_name).collect();
            Failure::Usage(format!("{name} is no command of this version (has: {})", names.join(", ")))
        })?,
    };
    match &arguments.file {
        Some(path) => {
            check_output(path, Product::Words)?;
            write_page(command, path, terminal)
        }
        None => terminal.print(&page(command)?),
    }
}

/// A folder that is there, or a name without ending.
fn is_for_a_folder(path: &Path) -> bool {
    path.is_dir() || (path.extension().is_none() && !is_stdout(path))
}

fn write_page(command: &clap::Command, path: &Path, terminal: &Terminal) -> Result<(), Failure> {
    terminal.write(path, &page(command)?)
}

/// The day of the newest release, as the page for software centres has it.
fn release_date() -> &'static str {
    let about = include_str!("../../assets/packaging/org.holoscope.holoscope.metainfo.xml");
    let date = about.split("<release ").nth(1).and_then(|rest| rest.split("date=\"").nth(1));
    date.and_then(|rest| rest.split('"').next()).expect("every release has its date, and a test looks at it")
}

/// The page of the program, with its parameters, or of one of its commands.
fn page(command: &clap::Command) -> Result<Vec<u8>, Failure> {
    let mut text = Vec::new();
    let of_program = command.get_name() == "holoscope";
    Man::new(command.clone())
        .date(release_date())
        .source(concat!("holoscope ", env!("CARGO_PKG_VERSION")))
        .manual("Holography on the desk")
        .render(&mut text)
        .and_then(|()| if of_program { parameters().to_writer(&mut text) } else { Ok(()) })
        .map_err(|e| Failure::Other(format!("the manual page cannot be made: {e}; report this")))?;
    Ok(text)
}

/// The table of keys as a section.
fn parameters() -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["PARAMETERS"]);
    section.text([roman("Every field of a session, as "), bold("--set KEY=VALUE"), roman(" takes it.")]);
    for key in KEYS {
        section.control("TP", []);
        let default = key.default_value().to_string();
        let default = if default.is_empty() { "nothing".into() } else { default };
        section.text([bold(key.path), roman(" = "), italic(key.range())]);
        section.text([roman(format!("{}; left out, {default}", key.meaning.trim_end_matches('.')))]);
    }
    section
}

/// Writes the icon, as the window shows it.
pub(super) fn icon_file(arguments: &IconArgs, terminal: &Terminal) -> Result<(), Failure> {
    let path = &arguments.file;
    check_output(path, Product::Picture(&["svg", "png"]))?;
    let side = arguments.side;
    if !ICON_SIDES.contains(&side) {
        let (least, most) = (ICON_SIDES.start(), ICON_SIDES.end());
        return Err(Failure::Usage(format!("--side {side}: give a number in {least}…{most}")));
    }
    let (page, title) = (icon::icon(), "holoscope");
    if ending(path) == "svg" {
        return terminal.write(path, svg(&page, Theme::Dark, title, false).as_bytes());
    }
    let drawn = png(&page, Theme::Dark, title, false, side as f32 / icon::SIDE);
    terminal.write(path, &drawn.map_err(|e| Failure::Other(e.to_string()))?)
}
