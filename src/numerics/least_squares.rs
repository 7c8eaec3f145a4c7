//! Straight lines through points, with the error of the slope.

/// A least-squares line `y = intercept + slope · x`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineFit {
    /// Change of `y` per unit of `x`.
    pub slope: f64,
    /// Value at `x = 0`.
    pub intercept: f64,
    /// Standard error of the slope from the residuals, `√(Σr²/((n−2) Sxx))`; NaN for two points,
    /// which lie on every line through them and tell nothing of how far it is off.
    pub slope_error: f64,
    /// Share of the variance explained, `1 − Σr²/Syy`; 1 for points that lie on a level line.
    pub r_squared: f64,
    /// Number of points.
    pub points: usize,
}

impl LineFit {
    /// The fitted value at `x`.
    #[must_use]
    pub fn at(&self, x: f64) -> f64 {
        self.intercept + self.slope * x
    }
}

/// Fits a line to points `(x, y)` of equal weight.
///
/// `None` for fewer than two different `x`. Sums are taken about the means, so nothing cancels.
#[must_use]
pub fn fit_line(points: &[(f64, f64)]) -> Option<LineFit> {
    let n = points.len() as f64;
    if points.len() < 2 {
        return None;
    }
    let x_mean = points.iter().map(|p| p.0).sum::<f64>() / n;
    let y_mean = points.iter().map(|p| p.1).sum::<f64>() / n;
    let sxx: f64 = points.iter().map(|p| (p.0 - x_mean).powi(2)).sum();
    let sxy: f64 = points.iter().map(|p| (p.0 - x_mean) * (p.1 - y_mean)).sum();
    let syy: f64 = points.iter().map(|p| (p.1 - y_mean).powi(2)).sum();
    if sxx <= 0.0 {
        return None;
    }
    let slope = sxy / sxx;
    let intercept = y_mean - slope * x_mean;
    let residual: f64 = points.iter().map(|p| (p.1 - intercept - slope * p.0).powi(2)).sum();
    let slope_error = if points.len() > 2 { (residual / ((n - 2.0) * sxx)).sqrt() } else { f64::NAN };
    let r_squared = if syy > 0.0 { 1.0 - residual / syy } else { 1.0 };
    Some(LineFit { slope, intercept, slope_error, r_squared, points: points.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn exact_line_is_found_with_no_error() {
        let points: Vec<_> = (0..5).map(|i| (f64::from(i), 2.0 - 0.5 * f64::from(i))).collect();
        let fit = fit_line(&points).unwrap();
        assert_relative_eq!(fit.slope, -0.5, epsilon = 1e-15);
        assert_relative_eq!(fit.at(10.0), -3.0, epsilon = 1e-14);
        assert!(fit.slope_error < 1e-15 && fit.r_squared > 1.0 - 1e-15);
    }

    #[test]
    fn slope_error_is_the_textbook_one() {
        // By hand: x = 0, 1, 2; y = 0, 1, 0. Slope 0, residuals −⅓, ⅔, −⅓, Σr² = ⅔, Sxx = 2.
        let fit = fit_line(&[(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)]).unwrap();
        assert_relative_eq!(fit.slope, 0.0);
        assert_relative_eq!(fit.slope_error, (1.0_f64 / 3.0).sqrt(), epsilon = 1e-15);
        assert_relative_eq!(fit.r_squared, 0.0, epsilon = 1e-15);
    }

    #[test]
    fn a_line_through_two_points_has_no_error_in_place_of_zero() {
        let fit = fit_line(&[(0.0, 1.0), (2.0, 2.0)]).unwrap();
        assert_relative_eq!(fit.slope, 0.5);
        assert!(fit.slope_error.is_nan());
    }

    #[test]
    fn one_abscissa_makes_no_line() {
        assert_eq!(fit_line(&[(1.0, 0.0), (1.0, 2.0)]), None);
        assert_eq!(fit_line(&[]), None);
    }
}
