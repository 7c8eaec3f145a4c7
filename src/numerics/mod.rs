//! Numerical ground that every science stands on: stable sums, statistics with errors, line fits,
//! an optimiser, exact spin chains with local weights, and named random streams.

pub mod least_squares;
pub mod local_chain;
pub mod optimiser;
pub mod stable;
pub mod statistics;
pub mod streams;
