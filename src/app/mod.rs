//! The window: the one room with egui.

pub mod action;
mod beads;
pub mod canvas;
mod companion;
mod controls;
mod files;
pub mod film;
mod flight;
mod ladder;
mod left_panel;
mod legend;
pub mod painter;
mod pins;
mod plots;
mod pruning;
mod regions_tab;
mod right_panel;
mod samples;
mod startup;
pub mod state;
mod status_bar;
mod studies;
mod theme;
mod top_bar;
mod window;

pub use startup::{Launch, run};
pub use window::Holoscope;
