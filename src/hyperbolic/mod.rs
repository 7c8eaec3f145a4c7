//! The hyperbolic plane that the layers of the network span (physics §4): points and their models,
//! isometries, geodesics, the charts of a figure, the binary tiling; and the boundary curves of
//! wedges, as staircases of tile edges and as strings pulled taut.
//!
//! Everything is computed in the upper half-plane `(x, z)`, `ds² = (dx² + dz²)/z²`, because sites and
//! layers are simple there (`x` = site, `z = 2^τ`); the other models are views of it. Lengths are in
//! curvature radii. A ring of N sites lives on its universal cover: x is *unwrapped*, x ~ x + N.

mod chart;
mod corner;
mod curve;
#[cfg(test)]
mod example_wedges;
mod gate;
mod geodesic;
mod isometry;
mod point;
mod relaxation;
mod staircase;
mod string;
mod tiling;
mod viewpoint;
mod wedge;

pub use chart::{Ring, RingRadius};
pub use curve::{Bounds, Curve};
pub use gate::{Gate, gates_from_tiles};
pub use geodesic::{IdealGeodesic, point_between, regularised_length, segment_points};
pub use isometry::Isometry;
pub use point::{Disk, HalfPlane, Klein, distance, ring_distance};
pub use staircase::{Course, Staircase, StaircaseEnd, staircases};
pub use string::{StringStyle, pulled_loop, pulled_staircase, pulled_string};
pub use tiling::{SharedEdge, Tile, TileSides, nodes_in_layer, tile_at};
pub use viewpoint::{Viewpoint, short_angle};
pub use wedge::Wedge;
