//! Pictures as data: the bulk and the plots, in roles and points; camera, picking, palette. No window here.

pub mod bulk;
pub mod camera;
pub mod chart;
pub mod fonts;
mod overlays;
pub mod page;
pub mod palette;
pub mod pick;
pub mod plots;
mod regions;

pub use bulk::{BulkScene, LayerLook, RegionLook, draw_bulk};
pub use camera::{Camera, ChartKind, Frame, Projection};
pub use chart::Chart;
pub use overlays::ThreadCount;
pub use page::Figure;
pub use palette::{Hue, Role, Theme};
