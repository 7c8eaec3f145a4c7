//! **holoscope**: holography on the desk. It learns the renormalization group of a spin chain as a stack of
//! restricted Boltzmann machines, draws the learned network as a tiling of the hyperbolic plane, and reads
//! the entanglement of a boundary region off the network's minimal cut, the Ryu–Takayanagi curve.
//!
//! # The rooms
//!
//! | room | what lives there |
//! |---|---|
//! | [`numerics`] | stable sums, statistics with errors, line fits, BFGS and L-BFGS, Levenberg–Marquardt, exact local chains, random streams |
//! | [`lattice`] | ring or line of 2ⁿ sites, receptive fields, spin samples as bits |
//! | [`theory`] | the classical and the quantum Ising chain with exact samplers, a Wolff referee; the user's own samples; free fermions as reference |
//! | [`rbm`] | one layer by exact likelihood or contrastive divergence, shared weights, own ones, one to four channels; the greedy stack; flow, free energies, KL; pruning |
//! | [`hyperbolic`] | points, isometries, viewpoints, geodesics, charts, the binary tiling, the pulled string |
//! | [`network`] | the layered graph, regions, capacities; exact cut, its certificate and threads, cones, the spin bound |
//! | [`entanglement`] | scaling fits, inequalities between regions; the network's own state and its exact entropies; exact sums over the network, random tensors, their domain wall, learned geometry |
//! | [`holography`] | joins the sciences: weights → capacities, region → cut → curve, what is laid over it, the same regions as fermions, weights → the network's own state |
//! | [`sim`] | engines (trainer, cut solver, surveyor, fermion solver, state solver, pruner, geometry learner, wall walker) and the thread that each can live in |
//! | [`figure`] | pictures as data: the bulk, the plots; charts, camera and flight, level of detail, what is kept of a picture from frame to frame, overlays, tints, film, picking, palette |
//! | [`session`] | the document: keys, files, undo, bookmarks and notes, the file of the user's samples by name and digest |
//! | [`export`] | figures → SVG, PDF, PNG, with what rides along put in and taken out; films → GIF, APNG; numbers and spins → CSV, TSV, NPY, NPZ, and one by one → JSON, LaTeX, Python |
//! | [`desk`] | what window and command line both do: open, presets, weights from elsewhere, looks and facts, studies, sweeps, films, the papers' figures, results, the verifier; tour, guide and formulas as data; pins, trainings of before, what outlives a window |
//! | [`cli`] | the command line; clap lives only there |
//! | `app` | the window; egui lives only there (feature `gui`) |
//!
//! # Arrows point down
//!
//! ```text
//! {numerics, lattice} ← {theory, rbm, hyperbolic, network, entanglement} ← holography
//!     ← {sim, figure} ← {session, export} ← desk ← {cli, app}
//! ```
//!
//! Lattice may use numerics, session may use sim and figure, entanglement may use network. Rooms in one
//! pair of braces do not otherwise see each other. `tests/layering.rs` reads the `use` lines and fails on
//! an arrow that points up.
//!
//! Only three things travel back up: the `Action` that a view returns, the `wake` closure of a worker, the
//! snapshot in its slot.
//!
//! # Three kinds of state
//!
//! What is saved is a [`session::Document`]; what is computed are immutable snapshots behind `Arc`
//! ([`sim::TrainingSnapshot`], [`sim::CutAnswer`], [`sim::SurveySnapshot`]); what belongs to a window is
//! `app::ViewState`.
//!
//! # Deliberately absent
//!
//! A shared simulation behind a mutex, globals, async, an event bus, traits with one implementor, a second
//! way to draw.

#[cfg(feature = "gui")]
pub mod app;
pub mod cli;
pub mod desk;
pub mod entanglement;
pub mod export;
pub mod figure;
pub mod holography;
pub mod hyperbolic;
pub mod lattice;
pub mod network;
pub mod numerics;
pub mod rbm;
pub mod session;
pub mod sim;
pub mod theory;
