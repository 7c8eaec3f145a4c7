//! A state as a list of its 2^N amplitudes.

use super::elimination::{TooWide, contract};
use super::spectrum::{Spectrum, of_amplitudes};
use super::spin_network::{SpinNetwork, bias_table, bond_table};
use super::table::{Number, Table};
use crate::network::Region;
use faer::{Mat, c64};

/// Most sites of a dense state: 2¹⁶ amplitudes.
pub const MOST_DENSE_SITES: usize = 16;

/// The amplitudes, real where all weights are.
#[derive(Clone, Debug, PartialEq)]
enum Amplitudes {
    Real(Vec<f64>),
    Complex(Vec<c64>),
}

/// A normalised state of N ≤ 16 spins ±1: bit i of the place is site i, 1 for up.
#[derive(Clone, Debug, PartialEq)]
pub struct DenseState {
    sites: usize,
    amplitudes: Amplitudes,
    /// ln of the norm that was divided out.
    log_norm: f64,
}

impl DenseState {
    /// `ψ(v) = Σ_h exp(Σ w v h + Σ bias · spin)`, all layers jointly (Howard 2018, eq. 23–25).
    ///
    /// The hidden spins are summed one after the other; 2¹⁸ numbers at most are held for N = 16.
    ///
    /// # Errors
    /// Tables that grow too large: not for N ≤ 16.
    ///
    /// # Panics
    /// For more than [`MOST_DENSE_SITES`] sites.
    pub fn marginal(network: &SpinNetwork) -> Result<Self, TooWide> {
        assert!(network.sites() <= MOST_DENSE_SITES, "{} sites are too many", network.sites());
        Ok(if network.is_real() {
            let (values, log) = sum_over_hidden::<f64>(network)?;
            Self::normalised(network.sites(), Amplitudes::Real(values), log)
        } else {
            let (values, log) = sum_over_hidden::<c64>(network)?;
            Self::normalised(network.sites(), Amplitudes::Complex(values), log)
        })
    }

    /// `ψ(v) = √p(v)`, the Born form of probabilities that need not be normalised.
    ///
    /// # Panics
    /// If there are not 2^N of them, N ≤ [`MOST_DENSE_SITES`].
    #[must_use]
    pub fn born(sites: usize, probabilities: &[f64]) -> Self {
        assert!(sites <= MOST_DENSE_SITES && probabilities.len() == 1 << sites, "2^{sites} probabilities");
        let amplitudes = probabilities.iter().map(|p| p.max(0.0).sqrt()).collect();
        Self::normalised(sites, Amplitudes::Real(amplitudes), 0.0)
    }

    fn normalised(sites: usize, mut amplitudes: Amplitudes, log_scale: f64) -> Self {
        let norm = match &amplitudes {
            Amplitudes::Real(values) => values.iter().map(|x| x * x).sum::<f64>(),
            Amplitudes::Complex(values) => values.iter().map(|z| z.re * z.re + z.im * z.im).sum(),
        }
        .sqrt();
        match &mut amplitudes {
            Amplitudes::Real(values) => values.iter_mut().for_each(|x| *x /= norm),
            Amplitudes::Complex(values) => values.iter_mut().for_each(|z| *z = z.times(1.0 / norm)),
        }
        Self { sites, amplitudes, log_norm: log_scale + norm.ln() }
    }

    /// Sites N.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// ln of the norm √Σ|ψ|² before it was divided out; of a Born form 0 for normalised probabilities.
    #[must_use]
    pub fn log_norm(&self) -> f64 {
        self.log_norm
    }

    /// ψ of the spins that the bits of `place` set, normalised: real and imaginary part.
    #[must_use]
    pub fn amplitude(&self, place: usize) -> [f64; 2] {
        match &self.amplitudes {
            Amplitudes::Real(values) => [values[place], 0.0],
            Amplitudes::Complex(values) => [values[place].re, values[place].im],
        }
    }

    /// Entanglement spectrum of any region, of one interval or many.
    ///
    /// Cost: 4^n 2^{N−2n} multiply-adds and a diagonalisation of 2^n, n the smaller side's sites; N = 16: at most 10 ms.
    ///
    /// # Panics
    /// If the region is of another chain.
    #[must_use]
    pub fn spectrum(&self, region: &Region) -> Spectrum {
        assert_eq!(region.sites(), self.sites as u64, "a region of this chain");
        let inside: Vec<usize> = (0..self.sites).filter(|s| region.contains(*s as u64)).collect();
        let outside: Vec<usize> = (0..self.sites).filter(|s| !region.contains(*s as u64)).collect();
        if inside.is_empty() || outside.is_empty() {
            return Spectrum::pure();
        }
        let (rows, columns) =
            if inside.len() <= outside.len() { (inside, outside) } else { (outside, inside) };
        let [rows, columns] = [rows, columns].map(|sites| {
            let scatter = |i: usize| sites.iter().enumerate().map(|(k, s)| (i >> k & 1) << s).sum();
            (0..1_usize << sites.len()).map(scatter).collect::<Vec<usize>>()
        });
        match &self.amplitudes {
            Amplitudes::Real(values) => spectrum_of(values, &rows, &columns),
            Amplitudes::Complex(values) => spectrum_of(values, &rows, &columns),
        }
    }
}

fn spectrum_of<T: Number>(values: &[T], rows: &[usize], columns: &[usize]) -> Spectrum {
    of_amplitudes(&Mat::from_fn(rows.len(), columns.len(), |i, j| values[rows[i] | columns[j]]))
}

/// ψ over the visible spins and the logarithm of what it was divided by.
fn sum_over_hidden<T: Number>(network: &SpinNetwork) -> Result<(Vec<T>, f64), TooWide> {
    let spins = 0..network.spins() as u32;
    let mut log_scale: f64 = spins.clone().map(|s| network.bias(s).abs()).sum();
    log_scale += network.bonds.iter().map(|b| b.weight.re.abs()).sum::<f64>();
    let biases = spins.map(|s| bias_table(s, network.bias(s)));
    let bonds = network.bonds.iter().map(|b| bond_table([b.lower, b.upper], b.weight));
    let tables: Vec<Table<T>> = biases.chain(bonds).collect();
    let open: Vec<u32> = (0..network.sites() as u32).collect();
    let (psi, log) = contract(&tables, &open)?;
    Ok((psi.values, log_scale + log))
}
