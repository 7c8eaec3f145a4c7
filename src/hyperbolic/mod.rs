//! The hyperbolic plane that the layers of the network span (physics §4): points and their models,
//! isometries, geodesics, the charts of a figure and the binary tiling.
//!
//! Everything is computed in the upper half-plane `(x, z)`, `ds² = (dx² + dz²)/z²`, because sites and
//! layers are simple there (`x` = site, `z = 2^τ`); the other models are views of it. Lengths are in
//! curvature radii. A ring of N sites lives on its universal cover: x is *unwrapped*, x ~ x + N.

mod chart;
mod isometry;
mod point;
mod tiling;

pub use chart::{Chart, Plane, PlaneModel, Ring, RingRadius};
pub use isometry::Isometry;
pub use point::{Disk, HalfPlane, Klein, distance, ring_distance};
pub use tiling::{SharedEdge, Tile, TileSides, nodes_in_layer, tile_at};
