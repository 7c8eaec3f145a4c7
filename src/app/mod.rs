//! The window: the one room with egui.

pub mod action;
mod bookmarks;
pub mod canvas;
mod companion;
mod controls;
mod copying;
mod files;
mod flight;
mod formulas;
mod guide;
mod hints;
mod keeping;
mod ladder;
mod left_panel;
pub mod painter;
mod pins;
mod place;
mod plots;
mod present;
mod pruning;
mod recent;
mod regions_tab;
mod right_panel;
mod samples;
mod startup;
pub mod state;
mod state_tab;
mod status_bar;
mod studies;
mod theme;
mod top_bar;
mod tour;
mod unsaved;
mod window;

pub use startup::{Launch, run};
pub use window::Holoscope;
