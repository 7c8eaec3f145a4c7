//! The window: the one room with egui.

pub mod action;
pub mod canvas;
mod controls;
mod files;
mod ladder;
mod left_panel;
pub mod painter;
mod plots;
mod regions_tab;
mod right_panel;
mod startup;
pub mod state;
mod status_bar;
mod theme;
mod top_bar;
mod window;

pub use startup::{Launch, run};
pub use window::Holoscope;
