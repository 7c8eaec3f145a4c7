//! The layered network and its minimal cuts: regions, links, capacities, entropies with their proof.
//!
//! Layer 0 is the boundary, a ring or line of N = 2ⁿ sites; layer k has N/2ᵏ nodes, each linked to the
//! receptive field below it. S_A is the minimum, over sets of links that separate the region A from the rest
//! of the boundary, of the summed link capacity (Ryu–Takayanagi as a minimum cut). It is exact: capacities are whole
//! numbers of one unit, and a flow of the same value proves every cut.
//!
//! [`CutSolver`] answers queries, by shortest paths on the planar dual or by maximum flow.

mod capacity;
mod cut;
mod dual_faces;
mod geometry;
mod max_flow;
mod planar_dual;
mod region;
mod wedge;

pub use capacity::{Capacity, LayerCapacities, Network, NetworkError};
pub use cut::{Cut, CutSolver};
pub use geometry::{Geometry, GeometryError, LinkId, Node};
pub use max_flow::{Flow, FlowError, MaxFlow};
pub use region::{Interval, Region, RegionError};
pub use wedge::Wedge;
