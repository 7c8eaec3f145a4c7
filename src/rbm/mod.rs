//! rbm
