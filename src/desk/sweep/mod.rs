//! Sweeps: the same measurements at every point of a grid of parameters.
//!
//! Each point's result is a small file of its own, named by a digest of everything that it depends on and written
//! atomically. So a sweep can be stopped at any moment and goes on from there, points that were measured before are
//! not measured again, and shards on several computers are joined by laying their files together.

pub mod axis;
pub mod measures;
pub mod plan;
pub mod records;
mod run;

pub use axis::{Axis, AxisError};
pub use plan::{Manifest, Plan};
pub use records::{Record, joined, missing, table};
pub use run::{Helpers, Outcome, Shard, run};

use super::StudyError;
use super::open::OpenError;
use crate::session::SessionError;
use std::path::PathBuf;

/// Why a sweep cannot be made, worked through or joined.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// No parameter is varied.
    #[error("sweep: nothing is varied; give --vary KEY=VALUES, such as --vary theory.mass=0:0.6:13")]
    NothingVaried,
    /// A parameter is varied twice.
    #[error("{0} is varied twice; give all of its values in one list")]
    Twice(&'static str),
    /// A measure that does not exist.
    #[error("--measure {name}: not in this version (has: {})", measures::names())]
    Measure {
        /// The name.
        name: String,
    },
    /// More points than a sweep has.
    #[error("the sweep has more than {} points; give fewer values", axis::MOST_POINTS)]
    TooMany,
    /// Values that do not go together.
    #[error("the point {settings}: {source}")]
    Point {
        /// Its parameters.
        settings: String,
        /// Why not.
        source: OpenError,
    },
    /// What the points need and is not there.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] SessionError),
    /// A folder that cannot be used.
    #[error("{folder} cannot hold a sweep: {reason}; give a folder that is yours to write")]
    Folder {
        /// Which.
        folder: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// A file that should say what the sweep of its folder is.
    #[error("{path} does not say what sweep its folder holds: {reason}; use another folder")]
    Manifest {
        /// File.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A folder that holds another sweep, whose table would go.
    #[error(
        "{folder} holds another sweep, of {known}; give another folder, or its --vary and --measure to go on with it"
    )]
    Occupied {
        /// Which.
        folder: PathBuf,
        /// What is varied and measured there.
        known: String,
    },
    /// A folder without a sweep.
    #[error("{folder} holds no sweep; give the folders that `holoscope sweep … -o` wrote")]
    NoSweep {
        /// Which.
        folder: PathBuf,
    },
    /// Folders of two sweeps.
    #[error(
        "{one} and {other} hold different sweeps or were made by different versions; join shards of one sweep"
    )]
    Differ {
        /// The one.
        one: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// No folders.
    #[error("sweep --merge: give the folders to join")]
    NothingToJoin,
    /// Threads cannot be had.
    #[error("the system gives no threads: {0}; give --jobs 1")]
    Threads(String),
    /// The caller asked to stop.
    #[error("interrupted with {done} of {of} points done; the same command goes on from there")]
    CalledOff {
        /// Points done.
        done: usize,
        /// Points to do.
        of: usize,
    },
}
