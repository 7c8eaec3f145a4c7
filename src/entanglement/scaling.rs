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
    /// Share of the variance that the line explains; none where there is no variance, see [`Self::saturated`].
    pub r_squared: Option<f64>,
    /// c_eff = 3 dS/d ln Ñ.
    pub c_eff: f64,
}

impl ScalingFit {
    /// Whether the entropies do not depend on the size: a plateau, behind a wall for one.
    #[must_use]
    pub const fn saturated(&self) -> bool {
        self.r_squared.is_none()
    }
}

/// The default window of the fit: 8 … N/8, where neither the lattice nor the closing of the ring is felt.
/// On fewer than 128 sites, where that holds less than one doubling, 2 … N/4.
#[must_use]
pub const fn default_window(sites: u64) -> [u64; 2] {
    if sites >= FEWEST_SITES { [8, sites / 8] } else { [2, sites / 4] }
}

/// Fewest sites on which 8 … N/8 is a doubling.
const FEWEST_SITES: u64 = 128;

/// What must be said of the default window: that it is another one than on larger networks.
#[must_use]
pub const fn window_note(sites: u64) -> Option<&'static str> {
    if sites >= FEWEST_SITES {
        return None;
    }
    Some("fitted from 2 to N/4: under 128 sites 8…N/8 is less than a doubling")
}

/// Means that differ by less than this, relative to the largest of them (or in nats, below one), are equal: sums of
/// some thousand terms are rounded by less.
const PLATEAU: f64 = 1e-12;

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
    let entered =
        || means.iter().map(|(size, _)| *size).filter(|size| (window[0]..=window[1]).contains(size));
    let window = [entered().min()?, entered().max()?];
    let (least, most) = points
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), (_, s)| (least.min(*s), most.max(*s)));
    // What a least-squares line makes of equal numbers is their rounding.
    if most - least <= PLATEAU * most.abs().max(1.0) {
        let error = if points.len() > 2 { 0.0 } else { f64::NAN };
        let intercept_nats = points.iter().map(|p| p.1).sum::<f64>() / points.len() as f64;
        return Some(ScalingFit {
            slope_nats_per_log2: 0.0,
            error,
            intercept_nats,
            window,
            r_squared: None,
            c_eff: 0.0,
        });
    }
    Some(ScalingFit {
        slope_nats_per_log2: line.slope,
        error: line.slope_error,
        intercept_nats: line.intercept,
        window,
        r_squared: Some(line.r_squared),
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
        assert!((fit.c_eff - 0.5).abs() < 1e-12 && fit.error < 1e-12 && fit.r_squared.unwrap() > 1.0 - 1e-12);
        assert_eq!(fit.window, [8, 32]);
        assert!(fit_scaling(&means[..4], [8, 32]).is_none());
    }

    /// A wall once gave a slope of −4e−30 and r² = −2e−14.
    #[test]
    fn a_plateau_has_slope_zero_and_no_share_of_variance() {
        let dust = [0.0, 4e-16, -4e-16, 8e-16];
        let means: Vec<_> = (8..=32_u64).map(|l| (l, 4.158_883_083_359_672 + dust[l as usize % 4])).collect();
        let fit = fit_scaling(&means, default_window(256)).unwrap();
        assert_eq!((fit.slope_nats_per_log2, fit.error, fit.r_squared, fit.c_eff), (0.0, 0.0, None, 0.0));
        assert!(fit.saturated() && (fit.intercept_nats - 4.158_883_083_359_672).abs() < 1e-14);
    }

    #[test]
    fn the_window_is_that_of_the_sizes_that_entered() {
        let means: Vec<_> = [4, 64, 128, 256, 1024].map(|l| (l, (l as f64).ln())).into();
        assert_eq!(fit_scaling(&means, default_window(4096)).unwrap().window, [64, 256]);
    }

    #[test]
    fn small_networks_have_a_smaller_window_and_say_so() {
        assert_eq!([64, 128, 256].map(default_window), [[2, 16], [8, 16], [8, 32]]);
        assert!(window_note(64).is_some() && window_note(128).is_none());
    }
}
