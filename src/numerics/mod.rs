//! Numerical ground that every science stands on: stable sums, statistics with errors, line fits,
//! optimisers, exact spin chains with local weights, and named random streams.

pub mod bfgs;
pub mod binning;
pub mod lbfgs;
pub mod least_squares;
pub mod levenberg_marquardt;
mod line_search;
pub mod local_chain;
pub mod optimiser;
pub mod stable;
pub mod statistics;
pub mod streams;
