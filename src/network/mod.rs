//! The layered network and its minimal cuts: regions, links, capacities, entropies with their proof.
//!
//! Layer 0 is the boundary, a ring or line of N = 2ⁿ sites; layer k has N/2ᵏ nodes, each linked to the
//! receptive field below it. S_A is the minimum, over sets of links that separate the region A from the
//! rest of the boundary, of the summed link capacity (Ryu–Takayanagi as a minimum cut). It is exact:
//! capacities are whole numbers of one unit, and a flow of the same value proves every cut.
//!
//! [`CutSolver`] answers queries, by distances in the planar dual or by a flow that is kept near the cut;
//! [`certificate`] proves an answer and [`threads`] shows it as paths, [`spin_bound`] and [`fewest_spins`] count
//! spins instead of links, [`causal_cone`] is what a region feeds, [`IntervalScan`] gives S_A against size.

mod blocking_flow;
mod capacity;
mod causal_cone;
mod certificate;
mod cut;
mod distance_field;
mod dual_faces;
mod dual_tree;
mod fewest_spins;
mod geometry;
mod interval_sweep;
mod local_flow;
mod max_flow;
mod min_plus;
mod planar_dual;
mod region;
mod scaling;
mod seam;
mod seam_tables;
mod spin_bound;
mod threads;
mod wedge;

pub use capacity::{Capacity, LayerCapacities, Network, NetworkError};
pub use causal_cone::{CausalCone, causal_cone};
pub use certificate::certificate;
pub use cut::{Cut, CutSolver};
pub use fewest_spins::fewest_spins;
pub use geometry::{Geometry, GeometryError, LinkId, Node};
pub use interval_sweep::IntervalSweep;
pub use max_flow::{Flow, FlowError, MaxFlow};
pub use region::{Interval, Region, RegionError};
pub use scaling::{IntervalScan, Positions, ScanError, SizeStatistics, default_sizes, interval_statistics};
pub use spin_bound::{SpinBound, SpinBoundSolver, spin_bound};
pub use threads::{Thread, threads};
pub use wedge::Wedge;
