//! Opening a session with what lies outside of it: samples by `--samples` and `--allow-paths`, weights by `--weights`.

use super::args::CommonArgs;
use super::failure::Failure;
use super::output::is_stdout;
use super::terminal::note;
use crate::desk::open::{self, OpenError, Opened};
use crate::desk::{samples, weights};
use crate::session::{Document, SamplesFile};
use crate::theory::UserSamples;
use std::sync::{Arc, Once};

/// The session that a command names with its settings, laid over it by `lay`, and with the samples and weights that
/// it was given or allowed to read. Names of files are then as the output file would see them.
pub(super) fn opened(
    arguments: &CommonArgs,
    lay: impl Fn(&mut Document, &[(String, String)]) -> Result<(), OpenError>,
) -> Result<Opened, Failure> {
    let named = open::open(arguments.session.as_deref())?;
    let had_weights = named.document.learned.is_some();
    let mut opened = with_samples(named, arguments, lay)?;
    if had_weights && opened.document.learned.is_none() && arguments.weights.is_none() {
        // A command may open its session more than once.
        static SAID: Once = Once::new();
        SAID.call_once(|| {
            note(
                arguments.output.quiet,
                "the weights of the session belong to other parameters than those set now and are not used for them",
            );
        });
    }
    if let Some(path) = &arguments.weights {
        // Last of all: their shapes are held to what the settings ask for.
        opened.document.learned = Some(Arc::new(weights::read(path, &opened.document)?));
    }
    Ok(opened)
}

fn with_samples(
    mut opened: Opened,
    arguments: &CommonArgs,
    lay: impl Fn(&mut Document, &[(String, String)]) -> Result<(), OpenError>,
) -> Result<Opened, Failure> {
    let output = arguments.output.file.as_deref().filter(|path| !is_stdout(path));
    match &arguments.samples.file {
        Some(file) => {
            let read = samples::read(file)?;
            let known = opened.document.samples_file.as_ref().and_then(|file| file.digest);
            if let Some(known) = known.filter(|known| known.sha256 != read.digest.sha256) {
                note(
                    arguments.output.quiet,
                    &format!(
                        "{} is not the file of the session: its SHA-256 is {}… and the session has {}…",
                        file.display(),
                        read.digest.short_hex(),
                        known.short_hex()
                    ),
                );
            }
            let path = samples::seen_from(output.or(opened.path.as_deref()), file);
            take_in(&mut opened.document, path, read, arguments, lay)?;
        }
        None => {
            let mut laid = opened.document.clone();
            lay(&mut laid, &arguments.settings)?;
            let session = opened.path.as_deref();
            if output.is_some() {
                samples::reseat(&mut laid, session, output);
            }
            if let Some(file) = laid.unread_samples().filter(|_| arguments.samples.allow_paths) {
                let (path, known) = (file.path.clone(), file.digest);
                let read = samples::read_known(&samples::resolved(&path, output.or(session)), known)?;
                if known.is_some() {
                    laid.samples_file = Some(SamplesFile::taken_in(path, read));
                } else {
                    // What it holds was not known: the session follows it as if it were given.
                    take_in(&mut opened.document, path, read, arguments, lay)?;
                    return Ok(opened);
                }
            }
            opened.document = laid;
        }
    }
    Ok(opened)
}

/// Takes a file in: what has to follow it does, unless it is set otherwise.
fn take_in(
    document: &mut Document,
    path: String,
    read: Arc<UserSamples>,
    arguments: &CommonArgs,
    lay: impl Fn(&mut Document, &[(String, String)]) -> Result<(), OpenError>,
) -> Result<(), Failure> {
    let given =
        |path: &str, value: &str| arguments.settings.iter().rev().find(|(p, v)| p == path && v != value);
    if let (Some(_), Some((_, kind))) = (&arguments.samples.file, given("theory.kind", "samples")) {
        return Err(Failure::Usage(format!(
            "theory.kind = {kind}: --samples is for samples; leave one of them away"
        )));
    }
    let mut settings = samples::settings(document, &read.digest);
    settings.retain(|(path, _)| !arguments.settings.iter().any(|(given, _)| given == path));
    // The file is the one that is given, whatever name the settings have for it.
    settings.extend(arguments.settings.iter().filter(|(path, _)| path != "theory.samples_file").cloned());
    document.samples_file = Some(SamplesFile::taken_in(path, read));
    lay(document, &settings)?;
    Ok(())
}
