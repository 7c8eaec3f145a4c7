//! What window and command line both do: open, compute, draw, write.

pub mod files;
pub mod open;
pub mod picture;
pub mod presets;
pub mod results;
pub mod studies;
pub mod study;
pub mod verify;

pub use files::{ExportError, ExportKind, write_export};
pub use study::{Study, StudyError};
