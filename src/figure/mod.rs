//! Pictures as data: the bulk and the plots, in roles and points; camera, picking, palette. No window here.

pub mod bulk;
mod bulk_picture;
pub mod bundle;
pub mod camera;
pub mod chart;
mod cover;
mod flight;
pub mod fonts;
pub mod lens;
mod links;
mod overlays;
pub mod page;
pub mod palette;
pub mod passage;
pub mod pick;
mod plane_bulk;
pub mod plots;
mod polyline;
mod regions;
mod seen_tiles;
pub mod sheet;

pub use bulk::{BulkScene, LayerLook, RegionLook, draw_bulk};
pub use bulk_picture::BulkPicture;
pub use camera::{Camera, ChartKind, Frame, Projection};
pub use chart::Chart;
pub use overlays::ThreadCount;
pub use page::Figure;
pub use palette::{Hue, Role, Theme};
pub use passage::Passage;
