//! The document: what is saved, the table of its keys, its files, its edits and their undoing.

pub mod bookmarks;
mod disk;
pub mod document;
pub mod file;
pub mod history;
pub mod keys;
mod leftovers;
pub mod quoting;
pub mod samples_file;
pub mod v1;

pub use bookmarks::{Bookmark, Note, NotePlace};
pub use document::{Document, RegionName, Regions, Units, ViewParameters};
pub use file::SessionError;
pub use history::{Besides, History, Past};
pub use samples_file::SamplesFile;
