//! `reproduce` and `cite`: figures of the papers with their numbers, and how the papers are cited.

use super::failure::Failure;
use super::output::{Product, check_folder, check_output};
use super::series_args::{CiteArgs, ReproduceArgs};
use super::terminal::Terminal;
use crate::desk::citation::bibtex;
use crate::desk::reproduce::{RECIPES, Recipe, ReproduceError, names};
use crate::session::file::refused_to_write;

/// Makes one figure, or all, each in a folder of its own.
pub(super) fn reproduce(arguments: &ReproduceArgs, terminal: &Terminal) -> Result<(), Failure> {
    if arguments.all == arguments.name.is_some() {
        return Err(Failure::Usage(format!("reproduce: give the name of a figure ({}), or --all", names())));
    }
    let wanted = |recipe: &&Recipe| arguments.all || arguments.name.as_deref() == Some(recipe.name);
    let chosen: Vec<&Recipe> = RECIPES.iter().filter(wanted).collect();
    let Some(folder) = &arguments.output.file else {
        return Err(Failure::Usage("reproduce: no folder for the figures; give -o FOLDER".into()));
    };
    check_folder(folder)?;
    let progress = terminal.progress("figures", (chosen.len() as u64).max(2));
    for (done, recipe) in chosen.iter().enumerate() {
        if !progress.at(done as u64) {
            return Err(Failure::Interrupted);
        }
        let files = recipe.files(&|| progress.tick()).map_err(|error| match error {
            _ if terminal.is_interrupted() => Failure::Interrupted,
            ReproduceError::Study(error) => error.into(),
            ReproduceError::Export(error) => error.into(),
        })?;
        let inside = folder.join(recipe.name);
        std::fs::create_dir_all(&inside).map_err(|error| refused_to_write(&inside, &error))?;
        for (name, bytes) in files {
            terminal.keep(&inside.join(name), &bytes)?;
        }
        terminal.say_if_interrupted(format!(
            "interrupted with {} of {} figures made; they are in {}",
            done + 1,
            chosen.len(),
            folder.display()
        ));
    }
    drop(progress);
    terminal.report(&arguments.output, &chosen.iter().map(|r| r.name).collect::<Vec<_>>(), || {
        chosen.iter().map(|r| format!("{}: {}\n", folder.join(r.name).display(), r.of)).collect()
    })
}

/// Prints how program and papers are cited.
pub(super) fn cite(arguments: &CiteArgs, terminal: &Terminal) -> Result<(), Failure> {
    match &arguments.file {
        Some(path) => {
            check_output(path, Product::Words)?;
            terminal.write(path, bibtex().as_bytes())
        }
        None => terminal.print(bibtex().as_bytes()),
    }
}
