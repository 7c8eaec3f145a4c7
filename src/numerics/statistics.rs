//! Means with their spread and error.

/// Mean, spread and range of a set of numbers, gathered in one pass (Welford 1962).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Summary {
    count: u64,
    mean: f64,
    squares: f64,
    smallest: f64,
    largest: f64,
}

impl Default for Summary {
    fn default() -> Self {
        Self { count: 0, mean: 0.0, squares: 0.0, smallest: f64::INFINITY, largest: f64::NEG_INFINITY }
    }
}

impl Summary {
    /// Takes one more number into account.
    pub fn push(&mut self, x: f64) {
        self.push_weighted(x, 1);
    }

    /// Takes `times` equal numbers into account; nothing for `times = 0`.
    pub fn push_weighted(&mut self, x: f64, times: u64) {
        if times == 0 {
            return;
        }
        let before = self.count as f64;
        self.count += times;
        let step = x - self.mean;
        self.mean += step * times as f64 / self.count as f64;
        self.squares += step * step * before * times as f64 / self.count as f64;
        self.smallest = self.smallest.min(x);
        self.largest = self.largest.max(x);
    }

    /// How many numbers were taken in.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Arithmetic mean; 0 for no numbers.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation of the population seen, `√(Σ(x−x̄)²/n)`; 0 for no numbers.
    #[must_use]
    pub fn std(&self) -> f64 {
        if self.count == 0 { 0.0 } else { (self.squares / self.count as f64).max(0.0).sqrt() }
    }

    /// Standard error of the mean of independent numbers, `√(Σ(x−x̄)²/(n(n−1)))`; 0 below two numbers.
    #[must_use]
    pub fn std_error(&self) -> f64 {
        if self.count < 2 {
            return 0.0;
        }
        let n = self.count as f64;
        (self.squares / (n * (n - 1.0))).max(0.0).sqrt()
    }

    /// Smallest number seen; `+∞` for none.
    #[must_use]
    pub fn smallest(&self) -> f64 {
        self.smallest
    }

    /// Largest number seen; `−∞` for none.
    #[must_use]
    pub fn largest(&self) -> f64 {
        self.largest
    }

    /// The summary of both sets together (Chan, Golub and LeVeque 1979).
    #[must_use]
    pub fn merged(self, other: Self) -> Self {
        if self.count == 0 {
            return other;
        }
        if other.count == 0 {
            return self;
        }
        let (n, m) = (self.count as f64, other.count as f64);
        let step = other.mean - self.mean;
        Self {
            count: self.count + other.count,
            mean: self.mean + step * m / (n + m),
            squares: self.squares + other.squares + step * step * n * m / (n + m),
            smallest: self.smallest.min(other.smallest),
            largest: self.largest.max(other.largest),
        }
    }
}

impl FromIterator<f64> for Summary {
    fn from_iter<I: IntoIterator<Item = f64>>(numbers: I) -> Self {
        let mut summary = Self::default();
        for x in numbers {
            summary.push(x);
        }
        summary
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn summary_equals_the_textbook_sums() {
        let s: Summary = [1.0, 2.0, 4.0].into_iter().collect();
        assert_relative_eq!(s.mean(), 7.0 / 3.0, epsilon = 1e-15);
        assert_relative_eq!(s.std(), (14.0_f64 / 9.0).sqrt(), epsilon = 1e-15);
        assert_relative_eq!(s.std_error(), (14.0_f64 / 18.0).sqrt(), epsilon = 1e-15);
        assert_eq!((s.smallest(), s.largest(), s.count()), (1.0, 4.0, 3));
    }

    #[test]
    fn weights_and_merging_are_the_same_as_repeating() {
        let mut weighted = Summary::default();
        weighted.push_weighted(2.0, 3);
        weighted.push_weighted(5.0, 2);
        let plain: Summary = [2.0, 2.0, 2.0, 5.0, 5.0].into_iter().collect();
        let merged =
            [2.0, 2.0].into_iter().collect::<Summary>().merged([2.0, 5.0, 5.0].into_iter().collect());
        for other in [weighted, merged] {
            assert_relative_eq!(other.mean(), plain.mean(), epsilon = 1e-15);
            assert_relative_eq!(other.std(), plain.std(), epsilon = 1e-15);
        }
        assert_eq!(Summary::default().merged(plain), plain);
    }
}
