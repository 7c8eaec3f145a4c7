//! Numerical ground that every science stands on: stable sums, statistics with errors, line fits,
//! an optimiser and named random streams.

pub mod least_squares;
pub mod stable;
pub mod statistics;
pub mod streams;
