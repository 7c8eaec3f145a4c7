//! The central charge from entropies of the intervals of a finite chain.

use crate::numerics::least_squares::fit_line;

/// Which entropy grows with the logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntropyKind {
    /// S: c/6 an end.
    VonNeumann,
    /// S2: c/8 an end.
    Renyi2,
}

/// A fitted central charge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CentralCharge {
    /// c.
    pub c: f64,
    /// Standard error from the residuals.
    pub error: f64,
    /// Smallest and largest size that entered.
    pub window: [u64; 2],
}

/// Smallest interval that enters a fit: one site only feels the lattice.
const SMALLEST: u64 = 2;

/// Fits `S = s₀ + (ends) (c/12)(1 + 1/n) ln d` to entropies by size, n = 1 (von Neumann) or 2 (Rényi), each with equal weight.
///
/// d is the chord `(N/π) sin(πℓ/N)`, which knows that the chain is finite; `ends` is 2 for an interval of a ring and 1
/// for half of a line: slopes c/3 and c/4, or c/6 and c/8. `None` with fewer than two sizes from 2 to N/2.
/// Source: Calabrese and Cardy 2004.
#[must_use]
pub fn fit_central_charge(
    entropies: &[(u64, f64)],
    sites: u64,
    ends: u32,
    kind: EntropyKind,
) -> Option<CentralCharge> {
    let within = || entropies.iter().filter(|(size, _)| (SMALLEST..=sites / 2).contains(size));
    let n = sites as f64 / std::f64::consts::PI;
    let points: Vec<(f64, f64)> =
        within().map(|(size, entropy)| ((n * (*size as f64 / n).sin()).ln(), *entropy)).collect();
    let line = fit_line(&points)?;
    let per_slope = match kind {
        EntropyKind::VonNeumann => 6.0,
        EntropyKind::Renyi2 => 8.0,
    } / f64::from(ends);
    let sizes = || within().map(|p| p.0);
    let window = [sizes().min()?, sizes().max()?];
    Some(CentralCharge { c: per_slope * line.slope, error: per_slope * line.slope_error, window })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithm_of_the_chord_gives_back_its_central_charge() {
        let chord =
            |l: u64| (256.0 / std::f64::consts::PI * (std::f64::consts::PI * l as f64 / 256.0).sin()).ln();
        let with = |slope: f64| (1..=128).map(|l| (l, 0.3 + slope * chord(l))).collect::<Vec<(u64, f64)>>();
        for (ends, kind, slope) in [
            (2, EntropyKind::VonNeumann, 0.5 / 3.0),
            (1, EntropyKind::VonNeumann, 0.5 / 6.0),
            (2, EntropyKind::Renyi2, 0.5 / 4.0),
            (1, EntropyKind::Renyi2, 0.5 / 8.0),
        ] {
            let fit = fit_central_charge(&with(slope), 256, ends, kind).unwrap();
            assert!((fit.c - 0.5).abs() < 1e-12 && fit.error < 1e-12 && fit.window == [2, 128], "{fit:?}");
        }
        assert!(fit_central_charge(&with(0.1)[..2], 256, 2, EntropyKind::Renyi2).is_none());
    }
}
