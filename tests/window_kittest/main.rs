//! The window driven without a screen: what hands and keys do to the document, and that every place which
//! shows a number shows the same one.
//!
//! Frames are made one by one. Workers answer in their own time, so every wait is for a condition, with a
//! number of frames after which the test gives up.
//!
//! All of it is one program, since each takes long to link. The monkey has its own (`tests/window_monkey.rs`): it
//! changes the folder that the process works in.

#![cfg(feature = "gui")]
#![expect(clippy::unwrap_used, reason = "a failing test is what an unwrap here means")]
#![expect(clippy::print_stdout, reason = "numbers of shapes are for whoever runs this with --nocapture")]

mod bulk;
mod controls;
mod daily;
mod editing;
mod errands;
mod exports;
mod figures;
mod hands;
mod keeping;
mod late;
mod learning;
mod panels;
mod regions;
mod samples;
mod state;
mod tour;
mod weights;

#[path = "../window/mod.rs"]
mod window;
