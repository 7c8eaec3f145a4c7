//! What window and command line both do: open, compute, draw, write.

pub mod camera_place;
pub mod caption;
pub mod citation;
pub mod complete;
pub mod entropies_file;
pub mod files;
pub mod film;
pub mod formulas;
pub mod guide;
pub mod open;
pub mod paper;
pub mod picture;
pub mod pins;
pub mod plots;
pub mod presets;
pub mod recent;
pub mod recovery;
pub mod reproduce;
pub mod results;
pub mod runs;
pub mod samples;
pub mod state;
pub mod state_folder;
pub mod studies;
pub mod study;
pub mod sweep;
pub mod tour;
pub mod verify;
mod weight_arrays;
pub mod weights;

pub use camera_place::CameraPlace;
pub use files::{ExportError, ExportKind, Look, write_export};
pub use paper::Paper;
pub use plots::{PlotKind, PlotOptions};
pub use state_folder::StateFolder;
pub use study::{Study, StudyError};
