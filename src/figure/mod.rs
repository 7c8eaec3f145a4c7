//! Pictures as data: the bulk and the plots, in roles and points; camera, picking, palette. No window here.

pub mod beads;
pub mod bulk;
pub mod camera;
pub mod chart;
mod cover;
pub mod film;
mod flight;
pub mod fonts;
pub mod icon;
mod keyhole;
pub mod lens;
pub mod link_tones;
pub mod looks;
pub mod notes;
mod overlays;
pub mod page;
pub mod palette;
pub mod passage;
pub mod pick;
mod plane_bulk;
pub mod plots;
mod polyline;
mod regions;
mod ruler;
mod seen_tiles;
pub mod sheet;
pub mod tints;

pub use bulk::{BulkScene, LayerLook, RegionLook, draw_bulk};
pub use camera::{Camera, ChartKind, Frame, Projection};
pub use chart::Chart;
pub use looks::Looks;
pub use overlays::{ThreadCount, tracks};
pub use page::Figure;
pub use palette::{Hue, Role, Theme};
pub use passage::Passage;
