//! Samples of ±1 spins at rest as bits, one bit column per site.

/// `samples × sites` spins; bit 1 is spin up (+1), bit 0 spin down (−1).
///
/// Stored by site: the column of a site is `⌈samples/64⌉` words, bit `s % 64` of word `s / 64` being
/// sample `s`, so block patterns are counted 64 samples at a time. Unused bits of a last word are 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpinSamples {
    sites: usize,
    samples: usize,
    words_per_site: usize,
    words: Vec<u64>,
}

impl SpinSamples {
    /// All spins down.
    #[must_use]
    pub fn all_down(samples: usize, sites: usize) -> Self {
        let words_per_site = samples.div_ceil(64);
        Self { sites, samples, words_per_site, words: vec![0; words_per_site * sites] }
    }

    /// Number of sites N.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Number of samples.
    #[must_use]
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Words in the column of one site.
    #[must_use]
    pub fn words_per_site(&self) -> usize {
        self.words_per_site
    }

    /// The bits of `site` over all samples.
    #[must_use]
    pub fn column(&self, site: usize) -> &[u64] {
        &self.words[site * self.words_per_site..(site + 1) * self.words_per_site]
    }

    /// The bits of `site`, to be written; unused bits of the last word must stay 0 ([`Self::valid_bits`]).
    pub fn column_mut(&mut self, site: usize) -> &mut [u64] {
        &mut self.words[site * self.words_per_site..(site + 1) * self.words_per_site]
    }

    /// All columns one after the other, to be filled in parallel by chunks of [`Self::words_per_site`].
    pub fn columns_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// The bits of word `word` that hold samples.
    #[must_use]
    pub fn valid_bits(&self, word: usize) -> u64 {
        let left = self.samples - word * 64;
        if left >= 64 { !0 } else { (1 << left) - 1 }
    }

    /// Whether the spin is up.
    #[must_use]
    pub fn is_up(&self, sample: usize, site: usize) -> bool {
        self.column(site)[sample / 64] >> (sample % 64) & 1 == 1
    }

    /// The spin as +1 or −1.
    #[must_use]
    pub fn spin(&self, sample: usize, site: usize) -> i8 {
        if self.is_up(sample, site) { 1 } else { -1 }
    }

    /// Sets one spin.
    pub fn set(&mut self, sample: usize, site: usize, up: bool) {
        let word = &mut self.words[site * self.words_per_site + sample / 64];
        let bit = 1 << (sample % 64);
        if up { *word |= bit } else { *word &= !bit }
    }

    /// The samples `range` alone, as a new set.
    #[must_use]
    pub fn subset(&self, range: std::ops::Range<usize>) -> Self {
        let mut subset = Self::all_down(range.len(), self.sites);
        let (first, shift) = (range.start / 64, range.start % 64);
        for site in 0..self.sites {
            for word in 0..subset.words_per_site {
                let column = self.column(site);
                let low = column[first + word] >> shift;
                let high = column
                    .get(first + word + 1)
                    .map_or(0, |w| if shift == 0 { 0 } else { w << (64 - shift) });
                let bits = (low | high) & subset.valid_bits(word);
                subset.column_mut(site)[word] = bits;
            }
        }
        subset
    }

    /// Samples in which the spin of a site is up.
    #[must_use]
    pub fn up_spins(&self, site: usize) -> u64 {
        self.column(site).iter().map(|w| u64::from(w.count_ones())).sum()
    }

    /// Mean spin `⟨v⟩` over all samples and sites.
    #[must_use]
    pub fn magnetisation(&self) -> f64 {
        let up: u64 = self.words.iter().map(|w| u64::from(w.count_ones())).sum();
        2.0 * up as f64 / (self.samples * self.sites) as f64 - 1.0
    }

    /// `Σ v_i` of every sample.
    #[must_use]
    pub fn magnetisations(&self) -> Vec<i64> {
        self.sums(self.sites, |site, word| self.column(site)[word])
    }

    /// `Σ v_i v_{i+distance}` of every sample, over the sites `i` that have such a partner.
    #[must_use]
    pub fn pair_sums(&self, distance: usize, boundary: super::Boundary) -> Vec<i64> {
        let pairs = match boundary {
            super::Boundary::Ring => self.sites,
            super::Boundary::Line => self.sites.saturating_sub(distance),
        };
        self.sums(pairs, |i, word| !(self.column(i)[word] ^ self.column((i + distance) % self.sites)[word]))
    }

    /// Of every sample, `terms` numbers ±1 added up: bit s of `bits(term, word)` set for +1 in sample s.
    ///
    /// Counts 64 samples at a time in bit planes (a carry-save counter): about two word operations a term.
    fn sums(&self, terms: usize, bits: impl Fn(usize, usize) -> u64) -> Vec<i64> {
        let planes = (usize::BITS - terms.leading_zeros()) as usize;
        let mut sums = Vec::with_capacity(self.samples);
        let mut counter = vec![0_u64; planes];
        for word in 0..self.words_per_site {
            counter.fill(0);
            for term in 0..terms {
                let mut carry = bits(term, word);
                for plane in &mut counter {
                    if carry == 0 {
                        break;
                    }
                    (*plane, carry) = (*plane ^ carry, *plane & carry);
                }
            }
            let here = (self.samples - 64 * word).min(64);
            sums.extend((0..here).map(|s| {
                let up: i64 =
                    counter.iter().enumerate().map(|(p, plane)| ((plane >> s & 1) as i64) << p).sum();
                2 * up - terms as i64
            }));
        }
        sums
    }

    /// Mean `⟨v_i v_{i+distance}⟩` over all samples and the sites `i` that have such a partner
    /// (all on a ring, `sites − distance` on a line). 0 where there is none.
    #[must_use]
    pub fn correlation(&self, distance: usize, boundary: super::Boundary) -> f64 {
        let pairs = match boundary {
            super::Boundary::Ring => self.sites,
            super::Boundary::Line => self.sites.saturating_sub(distance),
        };
        if pairs == 0 || self.samples == 0 {
            return 0.0;
        }
        let differing: u64 = (0..pairs)
            .map(|i| {
                let partner = self.column((i + distance) % self.sites);
                self.column(i).iter().zip(partner).map(|(a, b)| u64::from((a ^ b).count_ones())).sum::<u64>()
            })
            .sum();
        1.0 - 2.0 * differing as f64 / (pairs * self.samples) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Boundary;

    #[test]
    fn bits_hold_spins_and_subsets_cut_across_words() {
        let mut s = SpinSamples::all_down(150, 3);
        for i in 0..150 {
            s.set(i, 1, i % 3 == 0);
        }
        assert_eq!(s.spin(3, 1), 1);
        assert_eq!(s.spin(4, 1), -1);
        for start in [0, 5, 64, 70] {
            let part = s.subset(start..start + 75);
            assert_eq!(part.samples(), 75);
            for i in 0..75 {
                assert_eq!(part.is_up(i, 1), s.is_up(start + i, 1));
            }
            assert_eq!(part.column(1)[1] & !part.valid_bits(1), 0);
        }
    }

    #[test]
    fn sums_of_samples_are_those_of_their_spins() {
        // A full counter (all agree), a mixed one, and samples beyond one word.
        let mut s = SpinSamples::all_down(130, 16);
        for sample in 0..130 {
            for site in 0..16 {
                s.set(sample, site, sample == 3 || (sample * 7 + site * site * 5) % 3 == 1);
            }
        }
        let magnetisations = s.magnetisations();
        for boundary in [Boundary::Ring, Boundary::Line] {
            for distance in [0, 1, 5, 16, 17] {
                let sums = s.pair_sums(distance, boundary);
                assert_eq!(sums.len(), 130);
                for sample in 0..130 {
                    let spin = |i: usize| i64::from(s.spin(sample, i));
                    let pairs =
                        if boundary == Boundary::Ring { 16 } else { 16_usize.saturating_sub(distance) };
                    let expected: i64 = (0..pairs).map(|i| spin(i) * spin((i + distance) % 16)).sum();
                    assert_eq!(sums[sample], expected, "sample {sample}, distance {distance}");
                    assert_eq!(magnetisations[sample], (0..16).map(spin).sum::<i64>());
                }
            }
        }
    }

    #[test]
    fn correlation_counts_agreeing_pairs() {
        let mut s = SpinSamples::all_down(1, 4);
        s.set(0, 0, true);
        s.set(0, 1, true);
        assert_eq!(s.correlation(1, Boundary::Ring), 0.0);
        assert!((s.correlation(1, Boundary::Line) - 1.0 / 3.0).abs() < 1e-15);
        assert_eq!(s.correlation(2, Boundary::Ring), -1.0);
        assert_eq!(s.magnetisation(), 0.0);
    }
}
