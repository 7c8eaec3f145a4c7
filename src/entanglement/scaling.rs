//! How entropy grows with the size of a region: the logarithm and its coefficient.

use crate::numerics::least_squares::fit_line;
use crate::numerics::stable::LN_2;

/// A least-squares fit of S_A against log2 Ñ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScalingFit {
    /// Nats per doubling of the region.
    pub slope_nats_per_log2: f64,
    /// Standard error of the slope.
    pub error: f64,
    /// S at log2 Ñ = 0 by the fit, in nats.
    pub intercept_nats: f64,
    /// Smallest and largest size that entered.
    pub window: [u64; 2],
    /// Share of the variance that the line explains.
    pub r_squared: f64,
    /// c_eff = 3 dS/d ln Ñ.
    pub c_eff: f64,
}

/// The default window of the fit: 8 … N/8, where neither the lattice nor the closing of the ring is felt.
/// On fewer than 256 sites, where that holds less than two doublings, 2 … N/4.
#[must_use]
pub const fn default_window(sites: u64) -> [u64; 2] {
    if sites >= 256 { [8, sites / 8] } else { [2, sites / 4] }
}

/// Fits S(Ñ) = s₀ + s₁ log2 Ñ to the mean entropies of all sizes in the window, each with equal weight.
///
/// `None` with fewer than two sizes in the window. Source: Gan and Shu 2017, eq. 15; Howard 2018, eq. 18; c_eff by
/// S = (c/3) ln Ñ (Calabrese and Cardy 2004).
#[must_use]
pub fn fit_scaling(means: &[(u64, f64)], window: [u64; 2]) -> Option<ScalingFit> {
    let points: Vec<(f64, f64)> = means
        .iter()
        .filter(|(size, _)| (window[0]..=window[1]).contains(size))
        .map(|(size, entropy)| ((*size as f64).log2(), *entropy))
        .collect();
    let line = fit_line(&points)?;
    Some(ScalingFit {
        slope_nats_per_log2: line.slope,
        error: line.slope_error,
        intercept_nats: line.intercept,
        window,
        r_squared: line.r_squared,
        c_eff: 3.0 * line.slope / LN_2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_logarithm_gives_back_its_central_charge() {
        let means: Vec<_> = (1..=128_u64).map(|l| (l, 0.3 + 0.5 / 3.0 * (l as f64).ln())).collect();
        let fit = fit_scaling(&means, default_window(256)).unwrap();
        assert!((fit.c_eff - 0.5).abs() < 1e-12 && fit.error < 1e-12 && fit.r_squared > 1.0 - 1e-12);
        assert_eq!(fit.window, [8, 32]);
        assert!(fit_scaling(&means[..4], [8, 32]).is_none());
    }
}
