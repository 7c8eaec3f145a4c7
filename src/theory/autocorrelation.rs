//! How long a Markov chain remembers: the integrated autocorrelation time of what it measures.

/// Integrated autocorrelation time with its statistical error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Autocorrelation {
    /// `τ = ½ + Σ_{t=1…W} ρ(t)`, in steps of the series; the mean of n numbers has the error of n/2τ
    /// independent ones. ½ for independent numbers (and for a constant, which has nothing to correlate).
    pub time: f64,
    /// Standard error of τ, `τ √(2(2W+1)/n)` (Madras and Sokal 1988).
    pub error: f64,
    /// The window W: the least with `W ≥ 6 τ(W)` (Sokal 1997), where truncation and noise balance.
    pub window: usize,
}

/// Window in units of τ. Sokal recommends 4 to 10: at 6, e^{−6} of an exponential decay is cut off.
const WINDOW_TIMES: f64 = 6.0;

/// Autocorrelation time of several series of the same quantity from independent chains, about their
/// common mean. Cost O(n W).
///
/// A series shorter than about 50 τ gives a τ too small; then the window ends at half the shortest series.
/// Source: Sokal 1997, section 3.
#[must_use]
pub fn integrated_time(series: &[&[f64]]) -> Autocorrelation {
    let count: usize = series.iter().map(|s| s.len()).sum();
    let mean = series.iter().copied().flatten().sum::<f64>() / count.max(1) as f64;
    let covariance = |lag: usize| -> f64 {
        let (mut sum, mut pairs) = (0.0, 0);
        for s in series {
            sum += s.iter().zip(s.iter().skip(lag)).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>();
            pairs += s.len().saturating_sub(lag);
        }
        sum / pairs.max(1) as f64
    };
    let variance = covariance(0);
    let mut found = Autocorrelation { time: 0.5, error: 0.0, window: 0 };
    // Rounding leaves a constant a variance of ε² of itself.
    if variance <= (mean * f64::EPSILON).powi(2) {
        return found;
    }
    let longest = series.iter().map(|s| s.len() / 2).min().unwrap_or(0);
    while found.window < longest && (found.window as f64) < WINDOW_TIMES * found.time {
        found.window += 1;
        // Anticorrelated noise must not make the mean look better than independent numbers by more than a factor 5.
        found.time = (found.time + covariance(found.window) / variance).max(0.1);
    }
    found.error = found.time * (2.0 * (2 * found.window + 1) as f64 / count as f64).sqrt();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::streams::stream;
    use rand::Rng;

    #[test]
    fn time_of_an_autoregressive_series_is_the_exact_one() {
        // x ← a x + noise has ρ(t) = aᵗ: τ = ½ (1 + a)/(1 − a).
        for a in [0.0, 0.5, 0.9_f64] {
            let series: Vec<Vec<f64>> = (0..4)
                .map(|chain| {
                    let mut random = stream(2, "series", chain);
                    let mut x = 0.0;
                    (0..20_000)
                        .map(|_| {
                            x = a * x + f64::from(random.next_u32()) / f64::from(u32::MAX) - 0.5;
                            x
                        })
                        .skip(1000)
                        .collect()
                })
                .collect();
            let found = integrated_time(&series.iter().map(Vec::as_slice).collect::<Vec<_>>());
            let exact = 0.5 * (1.0 + a) / (1.0 - a);
            // Truncation at 6 τ leaves e^{−6} of τ.
            let bound = 5.0 * found.error + 0.003 * exact;
            assert!((found.time - exact).abs() < bound, "{found:?} of {exact}");
        }
        assert_eq!(integrated_time(&[&[3.0; 50]]).time, 0.5);
        assert_eq!(integrated_time(&[]).time, 0.5);
    }
}
