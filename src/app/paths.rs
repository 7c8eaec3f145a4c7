//! Names that dialogs propose, and what typed ones mean.

use super::action::Export;
use super::files::Dialog;
use std::path::{Path, PathBuf};

/// The name that a dialog proposes, after the stem of the session's file if it has one.
pub(super) fn proposed(dialog: Dialog, stem: Option<String>) -> String {
    let (what, ending) = match dialog {
        Dialog::Open | Dialog::Samples | Dialog::Weights | Dialog::Compare => return String::new(),
        Dialog::Write(Export::Session) => {
            return format!("{}.holo", stem.unwrap_or_else(|| "session".into()));
        }
        Dialog::Write(Export::Bulk) => ("bulk", "svg"),
        Dialog::Write(Export::Plot(plot)) => (plot.name(), "svg"),
        Dialog::Write(Export::PlotData(plot)) => (plot.name(), "csv"),
        Dialog::Write(Export::StudyPlot) => ("study", "svg"),
        Dialog::Write(Export::StudyData) => ("study", "csv"),
        Dialog::Write(Export::StatePlot) => ("state", "svg"),
        Dialog::Write(Export::StateData) => ("state", "csv"),
        Dialog::Write(Export::Weights) => ("weights", "safetensors"),
        Dialog::Write(Export::Network) => ("network", "json"),
        Dialog::Film => ("film", "gif"),
    };
    stem.map_or_else(|| format!("{what}.{ending}"), |stem| format!("{stem}-{what}.{ending}"))
}

/// What a typed path means: `~/` is the person's own folder.
pub(super) fn meant(typed: &str) -> PathBuf {
    match (typed.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => typed.into(),
    }
}

/// A preset where the last part of a path names one: the folder that stands in the field at first is no part of it.
pub(super) fn preset_or(path: PathBuf) -> PathBuf {
    let preset = path.file_name().filter(|name| name.to_string_lossy().starts_with('@'));
    preset.map(PathBuf::from).unwrap_or(path)
}

/// Whether a name is that of a preset and not of a file.
pub(super) fn names_preset(path: &Path) -> bool {
    path.to_string_lossy().starts_with('@')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::PlotKind;

    #[test]
    fn dialogs_propose_names_after_the_session() {
        let of = |dialog| proposed(dialog, Some("mine".into()));
        assert_eq!(of(Dialog::Write(Export::Session)), "mine.holo");
        assert_eq!(of(Dialog::Write(Export::PlotData(PlotKind::Flow))), "mine-flow.csv");
        assert_eq!(proposed(Dialog::Write(Export::Bulk), None), "bulk.svg");
        assert_eq!(proposed(Dialog::Write(Export::Session), None), "session.holo");
        assert_eq!(of(Dialog::Open), "");
    }

    #[test]
    fn a_typed_path_may_begin_at_home_or_name_a_preset() {
        let home = std::env::home_dir().unwrap();
        assert_eq!(meant("~/a.svg"), home.join("a.svg"));
        assert_eq!(meant("~a.svg"), PathBuf::from("~a.svg"));
        assert_eq!(preset_or("/some/folder/@massive".into()), PathBuf::from("@massive"));
        assert_eq!(preset_or("/some/folder/a.holo".into()), PathBuf::from("/some/folder/a.holo"));
    }
}
