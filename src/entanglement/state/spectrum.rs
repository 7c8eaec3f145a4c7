//! Entanglement spectra: the eigenvalues of a reduced density matrix, and its entropies.

use super::table::Number;
use crate::numerics::stable::entropy_term;
use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd, self_adjoint_evd_scratch};
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par};

/// Eigenvalues below this share of the largest are rounding and count as 0.
pub const ZERO: f64 = 1e-14;

/// Eigenvalues of ρ_A, largest first, those that are 0 left out; they sum to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Spectrum {
    probabilities: Vec<f64>,
}

impl Spectrum {
    /// Of a region that is not entangled with the rest.
    #[must_use]
    pub fn pure() -> Self {
        Self { probabilities: vec![1.0] }
    }

    /// From eigenvalues of any norm.
    ///
    /// # Panics
    /// Where none is positive.
    #[must_use]
    pub fn of(mut eigenvalues: Vec<f64>) -> Self {
        eigenvalues.sort_by(|a, b| b.total_cmp(a));
        let largest = eigenvalues.first().copied().unwrap_or(0.0);
        assert!(largest > 0.0 && largest.is_finite(), "a state has a positive norm, not {largest}");
        eigenvalues.retain(|p| *p >= ZERO * largest);
        let norm: f64 = eigenvalues.iter().sum();
        eigenvalues.iter_mut().for_each(|p| *p /= norm);
        Self { probabilities: eigenvalues }
    }

    /// Eigenvalues p of ρ_A, largest first.
    #[must_use]
    pub fn probabilities(&self) -> &[f64] {
        &self.probabilities
    }

    /// −ln p: the levels of the entanglement Hamiltonian, lowest first.
    #[must_use]
    pub fn levels(&self) -> Vec<f64> {
        self.probabilities.iter().map(|p| -p.ln()).collect()
    }

    /// `S = −Σ p ln p`.
    #[must_use]
    pub fn von_neumann_nats(&self) -> f64 {
        self.probabilities.iter().copied().map(entropy_term).sum::<f64>().max(0.0)
    }

    /// `S2 = −ln Σ p²`.
    #[must_use]
    pub fn renyi2_nats(&self) -> f64 {
        // + 0.0 turns −0 of a pure state into 0.
        -self.probabilities.iter().map(|p| p * p).sum::<f64>().min(1.0).ln() + 0.0
    }
}

/// Eigenvalues of a Hermitian matrix, ascending, and on demand its vectors; by the calling thread alone.
fn eigen<T: Number>(matrix: &Mat<T>, with_vectors: bool) -> (Vec<f64>, Mat<T>) {
    let n = matrix.nrows();
    let compute = if with_vectors { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No };
    let mut values = Diag::<T>::zeros(n);
    let mut vectors = if with_vectors { Mat::<T>::zeros(n, n) } else { Mat::zeros(0, 0) };
    let scratch = self_adjoint_evd_scratch::<T>(n, compute, Par::Seq, Default::default());
    let mut buffer = MemBuffer::new(scratch);
    self_adjoint_evd(
        matrix.as_ref(),
        values.as_mut(),
        with_vectors.then(|| vectors.as_mut()),
        Par::Seq,
        MemStack::new(&mut buffer),
        Default::default(),
    )
    .expect("QR iteration converges on a finite matrix");
    (values.column_vector().iter().map(|x| x.real()).collect(), vectors)
}

fn one<T: Number>() -> T {
    T::of(faer::c64::new(1.0, 0.0))
}

/// Spectrum of `M M†`, M the amplitudes with the region's spins as rows.
///
/// The smaller side's Gram matrix: rows²·columns multiply-adds and one diagonalisation. Absolute error of an eigenvalue
/// about 10⁻¹⁵; the smallest, under [`ZERO`], are lost, which no entropy feels.
pub(super) fn of_amplitudes<T: Number>(amplitudes: &Mat<T>) -> Spectrum {
    let n = amplitudes.nrows();
    let mut gram = Mat::<T>::zeros(n, n);
    matmul(gram.as_mut(), Accum::Replace, amplitudes.as_ref(), amplitudes.adjoint(), one(), Par::Seq);
    Spectrum::of(eigen(&gram, false).0)
}

/// Spectrum of `ψ = Σ_s I(s) O(s)` from the Gram matrices `I I†` and `O O†` of its two sides: the eigenvalues of
/// `(O O†)(I I†)ᵀ`.
///
/// The labels s are first scaled so that both sides weigh them equally; directions of the inner side below [`ZERO`] of
/// the largest are left out.
pub(super) fn of_gram_pair<T: Number>(inner: &Mat<T>, outer: &Mat<T>) -> Spectrum {
    let n = inner.nrows();
    let scale: Vec<f64> = (0..n)
        .map(|k| {
            let ratio = inner[(k, k)].real() / outer[(k, k)].real();
            if ratio.is_finite() && ratio > 0.0 { ratio.sqrt().sqrt() } else { 1.0 }
        })
        .collect();
    // Transposed on the way.
    let inner = Mat::<T>::from_fn(n, n, |i, j| inner[(j, i)].times(1.0 / (scale[i] * scale[j])));
    let outer = Mat::<T>::from_fn(n, n, |i, j| outer[(i, j)].times(scale[i] * scale[j]));
    let (values, vectors) = eigen(&inner, true);
    let largest = values.last().copied().unwrap_or(0.0);
    let first = values.iter().position(|x| *x > ZERO * largest).unwrap_or(0);
    let root =
        Mat::<T>::from_fn(n, n - first, |i, j| vectors[(i, first + j)].times(values[first + j].sqrt()));
    let mut half = Mat::<T>::zeros(n, n - first);
    matmul(half.as_mut(), Accum::Replace, outer.as_ref(), root.as_ref(), one(), Par::Seq);
    let mut product = Mat::<T>::zeros(n - first, n - first);
    matmul(product.as_mut(), Accum::Replace, root.adjoint(), half.as_ref(), one(), Par::Seq);
    Spectrum::of(eigen(&product, false).0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bell_pair_has_one_bit() {
        let s = of_amplitudes(&Mat::from_fn(2, 2, |i, j| if i == j { 1.0 } else { 0.0 }));
        assert!(
            (s.von_neumann_nats() - 2_f64.ln()).abs() < 1e-15 && (s.renyi2_nats() - 2_f64.ln()).abs() < 1e-15
        );
        assert_eq!(s.probabilities().len(), 2);
        let product = of_amplitudes(&Mat::from_fn(2, 8, |i, j| (i + 1) as f64 * (j as f64 + 0.5)));
        assert!(product.von_neumann_nats() < 1e-14 && product.levels().len() == 1);
        assert_eq!(Spectrum::pure().von_neumann_nats(), 0.0);
        assert_eq!(Spectrum::pure().renyi2_nats().to_bits(), 0);
    }
}
