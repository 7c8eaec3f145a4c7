//! hyperbolic
