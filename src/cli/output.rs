//! What a command may write where: the one rule of endings, and of what lies under the name already.

use super::args::OutputArgs;
use super::failure::Failure;
use crate::desk::files::{TABLES, ending, table_bytes};
use crate::export::{Format, Table};
use crate::session::file::{LARGEST_SESSION, beginning, bytes_within, is_session};
use std::path::Path;

/// What a command writes into its output file.
#[derive(Clone, Copy, Debug)]
pub(super) enum Product<'a> {
    /// A session.
    Session,
    /// One JSON document.
    Answer,
    /// The network: as GraphML or as a table by its ending, else as JSON.
    Graph,
    /// Words for people or shells: manual pages, completions, citations.
    Words,
    /// A picture in one of these formats.
    Picture(&'a [&'a str]),
    /// Numbers in one of these formats.
    Numbers(&'a [&'a str]),
}

/// Endings that say what is in a file: under such a name no program would find what it expects.
const TAKEN: [&str; 13] = [
    "npy",
    "npz",
    "csv",
    "tsv",
    "safetensors",
    "svg",
    "pdf",
    "png",
    "apng",
    "gif",
    "graphml",
    SESSION_ENDING,
    "json",
];
/// The ending of sessions.
const SESSION_ENDING: &str = "holo";
/// More than a reader needs to tell a figure.
const HEAD: u64 = 4096;

impl Product<'_> {
    /// Why a file of this ending would not be found for what it is, with the remedy; `None` where it may have it.
    fn objection(&self, ending: &str) -> Option<String> {
        let wanted = |endings: &[&str]| {
            let list = listed(endings);
            (!endings.contains(&ending))
                .then(|| format!("its ending names no format of this version; end it in {list}"))
        };
        let (free, remedy): (&[&str], _) = match self {
            Self::Picture(endings) | Self::Numbers(endings) => return wanted(endings),
            // A session is JSON, and may be called so.
            Self::Session => (&[SESSION_ENDING, "json"], "end it in .holo"),
            Self::Answer => (&["json"], "end it in .json, a session in .holo"),
            Self::Graph => (&["json", "graphml", "csv", "npy", "npz"], "end it in .json, .graphml or .csv"),
            Self::Words => (&[], "end it in another way, a session in .holo"),
        };
        (TAKEN.contains(&ending) && !free.contains(&ending))
            .then(|| format!("what is written here is no .{ending} file; {remedy}"))
    }

    /// What must not be lost under the name of something else.
    fn would_destroy(&self, path: &Path) -> Option<&'static str> {
        // A device or a pipe is written to as it is.
        let is_figure = Format::of_bytes(&beginning(path, HEAD)?).is_some();
        if is_figure {
            return (!matches!(self, Self::Picture(_))).then_some("a figure");
        }
        if matches!(self, Self::Session) {
            return None;
        }
        // What is larger is none.
        let bytes = bytes_within(path, LARGEST_SESSION as u64).ok()?;
        is_session(&bytes).then_some("a session")
    }
}

/// `.svg, .pdf or .png`.
fn listed(endings: &[&str]) -> String {
    let mut list: Vec<String> = endings.iter().map(|e| format!(".{e}")).collect();
    let last = list.pop().unwrap_or_default();
    if list.is_empty() { last } else { format!("{} or {last}", list.join(", ")) }
}

/// Whether standard output is meant, by the name that stands for it everywhere.
pub(super) fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Refuses, before long work is done for it, a path that cannot be written, whose ending names something else, or
/// under which a session or a figure would be lost.
pub(super) fn check_output(path: &Path, product: Product<'_>) -> Result<(), Failure> {
    if is_stdout(path) {
        return match product {
            Product::Picture(_) => Err(Failure::Usage(
                "-: no picture goes to standard output; give -o the name of a file".into(),
            )),
            _ => Ok(()),
        };
    }
    if let Some(objection) = product.objection(&ending(path)) {
        return Err(Failure::Usage(format!("{}: {objection}", path.display())));
    }
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    if path.is_dir() {
        return Err(Failure::Other(format!(
            "{} cannot be written: it is a folder; give the name of a file in it",
            path.display()
        )));
    }
    if !folder.is_dir() {
        return Err(Failure::Other(format!(
            "{} cannot be written: no such file or folder as {}; give the name of a file in a folder that exists",
            path.display(),
            folder.display()
        )));
    }
    match product.would_destroy(path) {
        None => Ok(()),
        Some(what) => Err(Failure::Usage(format!(
            "{} is {what}, which would be lost; give another name, or delete it first",
            path.display()
        ))),
    }
}

/// Refuses, as [`check_output`], the file that an answer is to go to.
pub(super) fn check_answer(output: &OutputArgs) -> Result<(), Failure> {
    output.file.as_deref().map_or(Ok(()), |path| check_output(path, Product::Answer))
}

/// Refuses a path for a table of numbers.
pub(super) fn check_table(path: &Path) -> Result<(), Failure> {
    check_output(path, Product::Numbers(&TABLES))
}

/// Refuses a path under which no folder can be made.
pub(super) fn check_folder(path: &Path) -> Result<(), Failure> {
    if is_stdout(path) {
        return Err(Failure::Usage("-: what is written is a folder; give -o its name".into()));
    }
    if path.exists() && !path.is_dir() {
        return Err(Failure::Usage(format!("{} is a file; give -o the name of a folder", path.display())));
    }
    Ok(())
}

/// The bytes of a table as the path's ending asks for them; on standard output CSV.
pub(super) fn table_for(table: &Table, path: &Path) -> Result<Vec<u8>, Failure> {
    if is_stdout(path) { Ok(table.csv()) } else { Ok(table_bytes(table, path)?) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Document;
    use crate::session::file::to_bytes;

    fn refusal(path: &Path, product: Product<'_>) -> String {
        match check_output(path, product) {
            Err(Failure::Usage(sentence)) => sentence,
            other => panic!("{}: {other:?}", path.display()),
        }
    }

    #[test]
    fn nothing_but_a_session_takes_the_place_of_a_session_and_nothing_but_a_figure_that_of_a_figure() {
        let here = tempfile::tempdir().unwrap();
        // Under names that say nothing, so that only what lies there speaks.
        let (session, figure, other) =
            (here.path().join("session"), here.path().join("figure"), here.path().join("other"));
        std::fs::write(&session, to_bytes(&Document::default())).unwrap();
        std::fs::write(&figure, "<?xml version=\"1.0\"?>\n<svg></svg>").unwrap();
        std::fs::write(&other, "{\"rows\": [\"holoscope-session\"]}").unwrap();
        let any: &[&str] = &[""];
        let all = [
            Product::Session,
            Product::Answer,
            Product::Graph,
            Product::Words,
            Product::Picture(any),
            Product::Numbers(any),
        ];
        for product in all {
            assert!(check_output(&other, product).is_ok(), "{product:?}");
            assert!(check_output(&here.path().join("new"), product).is_ok(), "{product:?}");
            if !matches!(product, Product::Session) {
                assert!(refusal(&session, product).contains("is a session, which would be lost"));
            }
            if !matches!(product, Product::Picture(_)) {
                assert!(refusal(&figure, product).contains("is a figure, which would be lost"));
            }
        }
        assert!(check_output(&session, Product::Session).is_ok());
        assert!(check_output(&figure, Product::Picture(any)).is_ok());
    }

    #[test]
    fn endings_say_what_is_in_a_file() {
        let refused = |name: &str, product| check_output(Path::new(name), product).is_err();
        for ending in ["npy", "csv", "svg", "PDF", "png", "gif", "safetensors"] {
            let name = format!("x.{ending}");
            for product in [Product::Session, Product::Answer, Product::Words] {
                assert!(refused(&name, product), "{name} {product:?}");
            }
        }
        assert!(refused("x.holo", Product::Answer) && refused("x.holo", Product::Graph));
        assert!(refused("x.holo", Product::Words) && refused("x.json", Product::Words));
        assert!(refused("x.graphml", Product::Answer) && !refused("x.graphml", Product::Graph));
        for (name, product) in [
            ("x.holo", Product::Session),
            ("x.json", Product::Session),
            ("x", Product::Session),
            ("x.json", Product::Answer),
            ("x.1", Product::Words),
            ("_holoscope", Product::Words),
            ("x.csv", Product::Graph),
        ] {
            assert!(!refused(name, product), "{name} {product:?}");
        }
    }
}
