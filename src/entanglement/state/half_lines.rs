//! Entropies of all half-lines: a sweep along the chain and one back.

use super::MOST_SEPARATING_SPINS;
use super::elimination::{TooWide, Workspace};
use super::environments::gram;
use super::growth::{SideOf, Step};
use super::separator::{Separation, Separator};
use super::spectrum::{Spectrum, of_gram_pair};
use super::spin_network::SpinNetwork;
use super::table::{Number, Table};
use crate::network::{FlowError, Interval, Region};
use faer::c64;
use rayon::prelude::*;

/// Cuts whose spectra are found in one piece of work.
const CUTS_PER_PIECE: usize = 4;

/// Spectra of the regions [0, i), 0 < i < N, of ψ = Σ_h e^{−E}, in pieces of work.
///
/// The Gram matrices of the left sides grow from cut to cut, then those of the right sides. Separators of growing
/// regions enclose more and more spins, so a step adds a few spins to the table of the last one and sums over a few:
/// about 4^m numbers each, and a diagonalisation of 2^m for the spectrum. The tables are an exact matrix-product
/// state's environments; nothing is compressed.
pub struct HalfLines {
    network: SpinNetwork,
    separators: Separator,
    cuts: Vec<Separation>,
    sweep: Sweep,
    found: Vec<Spectrum>,
}

enum Sweep {
    Real(Tables<f64>),
    Complex(Tables<c64>),
}

/// Tables of the left side of every cut, and of the right side of the last one looked at.
struct Tables<T> {
    left: Vec<Table<T>>,
    right: Option<Table<T>>,
}

impl HalfLines {
    /// Stands ready.
    ///
    /// # Errors
    /// More than 2²⁰ spins.
    pub fn new(network: &SpinNetwork) -> Result<Self, FlowError> {
        let sweep = if network.is_real() {
            Sweep::Real(Tables { left: Vec::new(), right: None })
        } else {
            Sweep::Complex(Tables { left: Vec::new(), right: None })
        };
        let separators = Separator::new(network)?;
        Ok(Self { network: network.clone(), separators, cuts: Vec::new(), sweep, found: Vec::new() })
    }

    /// Does a piece of work; `false` when all is done.
    ///
    /// # Errors
    /// A cut with too many separating spins, or too large a table.
    pub fn advance(&mut self) -> Result<bool, TooWide> {
        let cuts = self.network.sites() - 1;
        if self.cuts.len() < cuts {
            let sites = self.network.sites() as u64;
            let interval = Interval { start: 0, len: self.cuts.len() as u64 + 1 };
            let region = Region::from_intervals(sites, self.network.geometry().boundary(), [interval])
                .expect("a part of the chain");
            let separation = self.separators.of(&self.network, &region);
            let spins = separation.separators.len();
            if spins > MOST_SEPARATING_SPINS {
                return Err(TooWide { spins: 2 * spins });
            }
            self.cuts.push(separation);
            match &mut self.sweep {
                Sweep::Real(tables) => tables.grow_left(&self.network, &self.cuts)?,
                Sweep::Complex(tables) => tables.grow_left(&self.network, &self.cuts)?,
            }
            return Ok(true);
        }
        if self.found.len() < cuts {
            let found = match &mut self.sweep {
                Sweep::Real(tables) => tables.grow_right(&self.network, &self.cuts, self.found.len())?,
                Sweep::Complex(tables) => tables.grow_right(&self.network, &self.cuts, self.found.len())?,
            };
            self.found.extend(found);
        }
        Ok(self.found.len() < cuts)
    }

    /// Steps done and all steps.
    #[must_use]
    pub fn progress(&self) -> (u64, u64) {
        ((self.cuts.len() + self.found.len()) as u64, 2 * (self.network.sites() as u64 - 1))
    }

    /// Spectrum and m of [0, 1), [0, 2) …, once all is done.
    #[must_use]
    pub fn spectra(&self) -> Vec<(&Spectrum, u64)> {
        // Found from the right end on.
        let cuts = self.cuts.iter().map(|cut| cut.separators.len() as u64);
        if self.found.len() < self.cuts.len() {
            Vec::new()
        } else {
            self.found.iter().rev().zip(cuts).collect()
        }
    }
}

impl<T: Number> Tables<T> {
    /// The left side of the last of the cuts from that of the one before.
    fn grow_left(&mut self, network: &SpinNetwork, cuts: &[Separation]) -> Result<(), TooWide> {
        let cut = cuts.len() - 1;
        let before = cut.checked_sub(1).map(|k| &cuts[k]);
        let in_left = |s: u32| s as usize <= cut;
        let last = self.left.last();
        let there = last.zip(before).map(|(t, at)| (&t.spins[..], at));
        let step = Step::new(network, SideOf::Inside, there, &cuts[cut], cut as u32, in_left)?;
        self.left.push(step.run(last.cloned(), &mut Workspace::default()));
        Ok(())
    }

    /// The right sides of the next few cuts, from the end of the chain on, and the spectra there.
    fn grow_right(
        &mut self,
        network: &SpinNetwork,
        cuts: &[Separation],
        done: usize,
    ) -> Result<Vec<Spectrum>, TooWide> {
        let mut pairs = Vec::new();
        for cut in (0..cuts.len() - done).rev().take(CUTS_PER_PIECE) {
            let in_left = |s: u32| s as usize <= cut;
            let in_right = |s: u32| s as usize > cut && (s as usize) < network.sites();
            let last = self.right.take();
            let there = last.as_ref().zip(cuts.get(cut + 1)).map(|(t, at)| (&t.spins[..], at));
            let step = Step::new(network, SideOf::Outside, there, &cuts[cut], cut as u32 + 1, in_right)?;
            let right = step.run(last, &mut Workspace::default());
            let left = self.left.pop().unwrap_or_else(|| unreachable!("a left side for every cut"));
            let separators = &cuts[cut].separators;
            pairs.push((gram(&left.values, separators, in_left), gram(&right.values, separators, in_right)));
            self.right = Some(right);
        }
        Ok(pairs.par_iter().with_max_len(1).map(|(inner, outer)| of_gram_pair(inner, outer)).collect())
    }
}
