//! What window and command line both do: open, compute, draw, write.

pub mod facts;
pub mod files;
pub mod looks;
pub mod open;
pub mod paper;
pub mod picture;
pub mod plots;
pub mod presets;
pub mod results;
pub mod samples;
pub mod studies;
pub mod study;
pub mod verify;
pub mod weights;

pub use files::{ExportError, ExportKind, Look, write_export};
pub use paper::Paper;
pub use plots::{PlotKind, PlotOptions};
pub use study::{Study, StudyError};
