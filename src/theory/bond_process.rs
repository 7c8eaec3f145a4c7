//! The bonds of the quantum Ising chain as a determinantal process, drawn one after the other.

use super::exponential_sum::{ExponentialSum, Term};
use super::fermion::{QuantumIsingChain, correlation_length};

/// `P(s) = det[(1 + D_s A)/2]` over the bonds `s_j = ±1`, j = 0 … N − 2, `A_jk = −G_{j−k−1}`.
///
/// Conditioning on the bonds before k leaves the process of `B = A₂₂ − A₂₁ (D_s + A₁₁)⁻¹ A₁₂`, so
/// `P(s_k | before) = (1 + s_k B_kk)/2`, and one bond more is one step of Gaussian elimination,
/// `B ← B − B_{·k} B_{k·}/(s_k + B_kk)`. Two ways to hold B give the same numbers up to rounding:
///
/// - dense: the trailing block itself, N³/3 multiply-adds for all bonds;
/// - modes: A is Toeplitz and `G_r` a sum of M ≈ 40…80 exponentials, so both triangles of A have
///   rank M with factors known in closed form, `A₂₁ = O C`, `A₁₂ = F H`, and `B = A₂₂ − O X H` with an M×M
///   matrix X. A step turns X into `R X S + u vᵀ/(s_k + B_kk)`, R and S diagonal: N M² for all bonds.
#[derive(Clone, Debug)]
pub(super) struct BondProcess {
    bonds: usize,
    /// `A_kk = −G_{−1}`.
    diagonal: f64,
    kernel: Kernel,
}

#[derive(Clone, Debug)]
enum Kernel {
    /// A by rows.
    Dense(Vec<f64>),
    Modes(Modes),
}

/// Exponentials are used when they reproduce `G` to this. Usual: 10⁻¹⁴ √N or less (see the test below).
const FIT_TOLERANCE: f64 = 1e-12;
/// Time of one entry of X per step, in units of one entry of the dense block: about 0.43 against 0.21 ns.
const MODE_COST: f64 = 2.0;
/// Rows of X that go through the processor together.
const LANES: usize = 4;
type Lanes = [f64; LANES];

/// Memory of one draw, to be used again for the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Workspace {
    matrix: Vec<f64>,
    x: Vec<Lanes>,
    /// `X h` and `u`, by rows of X.
    x_h: Vec<Lanes>,
    u: Vec<Lanes>,
    o: Vec<Lanes>,
    /// `o X`, split by lanes, `v` and `h`, by columns of X.
    o_x: Vec<Lanes>,
    v: Vec<f64>,
    h: Vec<f64>,
}

impl BondProcess {
    /// The process of the chain's bonds, held in the faster way.
    pub(super) fn new(mass: f64, chain: &QuantumIsingChain) -> Self {
        let bonds = chain.sites() - 1;
        let dense_cost = (bonds * bonds) as f64 / 3.0;
        // No sum of exponentials that short is worth its fitting.
        if dense_cost < MODE_COST * 24.0 * 24.0 {
            return Self::dense(chain);
        }
        let values: Vec<f64> = (0..bonds).map(|r| chain.majorana_correlation(r as i64)).collect();
        let sum = ExponentialSum::fit(&values, 1.0 / correlation_length(mass));
        if sum.residual > FIT_TOLERANCE || dense_cost < MODE_COST * (sum.terms() * sum.terms()) as f64 {
            return Self::dense(chain);
        }
        Self {
            bonds,
            diagonal: -chain.majorana_correlation(-1),
            kernel: Kernel::Modes(Modes::new(&sum, chain.sites())),
        }
    }

    /// The process with its matrix written out.
    pub(super) fn dense(chain: &QuantumIsingChain) -> Self {
        let bonds = chain.sites() - 1;
        let entry = |i: usize| -chain.majorana_correlation((i / bonds) as i64 - (i % bonds) as i64 - 1);
        Self { bonds, diagonal: entry(0), kernel: Kernel::Dense((0..bonds * bonds).map(entry).collect()) }
    }

    /// Modes in use: M, or `None` for the dense way.
    pub(super) fn modes(&self) -> Option<usize> {
        match &self.kernel {
            Kernel::Dense(_) => None,
            Kernel::Modes(modes) => Some(modes.terms),
        }
    }

    /// Goes along the bonds: `decide(k, B_kk)` gives `s_k = ±1`, and the rest is conditioned on it.
    ///
    /// `|s_k + B_kk| = 1 + s_k B_kk` is held above `smallest`, see [`super::QuantumIsingSampler`].
    pub(super) fn walk(
        &self,
        workspace: &mut Workspace,
        smallest: f64,
        mut decide: impl FnMut(usize, f64) -> f64,
    ) {
        let pivot = |s: f64, b: f64| s * (1.0 + s * b).max(smallest);
        match &self.kernel {
            Kernel::Dense(matrix) => {
                let n = self.bonds;
                workspace.matrix.clear();
                workspace.matrix.extend_from_slice(matrix);
                for k in 0..n {
                    let (above, below) = workspace.matrix.split_at_mut((k + 1) * n);
                    let row = &above[k * n + k..];
                    let p = pivot(decide(k, row[0]), row[0]);
                    for lower in below.chunks_exact_mut(n) {
                        let factor = lower[k] / p;
                        for (entry, above) in lower[k + 1..].iter_mut().zip(&row[1..]) {
                            *entry -= factor * above;
                        }
                    }
                }
            }
            Kernel::Modes(modes) => {
                modes.start(workspace);
                for k in 0..self.bonds {
                    let b = self.diagonal - dot(workspace.o.as_flattened(), workspace.x_h.as_flattened());
                    let p = pivot(decide(k, b), b);
                    if k + 1 < self.bonds {
                        modes.step(workspace, k, p);
                    }
                }
            }
        }
    }
}

/// Closed forms of the factors of A for an exponential sum.
///
/// With `G_r = Σ a e^{−λ r} + Σ b e^{−μ (N−2−r)}` and `G_{r−N} = −G_r`, N sites,
/// `A_jk = −Σ a e^{−λ(j−k−1)} − Σ b e^{−μ(N−1−j)} e^{−μk}` below the diagonal and
/// `A_jk = Σ b e^{−μ(k−j−1)} + Σ a e^{−λ(N−1−k)} e^{−λj}` above it. Rows of X are the modes below, columns those
/// above: first the near ones, whose factors move along with k and so decay in X at each step, then the far
/// ones, which reach round the ring. `√|a|` goes to either factor, so that X stays of order 1.
#[derive(Clone, Debug)]
struct Modes {
    sites: usize,
    terms: usize,
    /// Padded numbers of terms a and b.
    falling: usize,
    rising: usize,
    /// `e^{−λ}`, then `e^{−μ}`; 0 in the padding.
    decay: Vec<f64>,
    /// Signs of a, then of b.
    sign: Vec<f64>,
    /// Row k: `√|a| e^{−λk}`, then `√|b| e^{−μk}`.
    far: Vec<f64>,
}

/// Smaller factors count as 0: they change nothing, and their products would be slow subnormal numbers.
const NEGLIGIBLE: f64 = 1e-60;

impl Modes {
    fn new(sum: &ExponentialSum, sites: usize) -> Self {
        let padded = |terms: &[Term]| {
            let mut terms: Vec<Option<Term>> = terms.iter().copied().map(Some).collect();
            terms.resize(terms.len().next_multiple_of(LANES), None);
            terms
        };
        let (falling, rising) = (padded(&sum.falling), padded(&sum.rising));
        let all: Vec<Option<Term>> = falling.iter().chain(&rising).copied().collect();
        let of =
            |f: &dyn Fn(Term) -> f64| -> Vec<f64> { all.iter().map(|term| term.map_or(0.0, f)).collect() };
        let mut far = Vec::with_capacity(sites * all.len());
        for k in 0..sites {
            far.extend(of(&|term| {
                let value = term.weight.abs().sqrt() * (-term.rate * k as f64).exp();
                if value < NEGLIGIBLE { 0.0 } else { value }
            }));
        }
        Self {
            sites,
            terms: sum.terms(),
            falling: falling.len(),
            rising: rising.len(),
            decay: of(&|term| (-term.rate).exp()),
            sign: of(&|term| term.weight.signum()),
            far,
        }
    }

    /// Row k of [`Self::far`] as its parts a and b.
    fn far(&self, k: usize) -> (&[f64], &[f64]) {
        let width = self.falling + self.rising;
        self.far[k * width..(k + 1) * width].split_at(self.falling)
    }

    /// X = 0: nothing is drawn yet.
    fn start(&self, w: &mut Workspace) {
        let width = self.falling + self.rising;
        let blocks = width / LANES;
        for (lanes, length) in [
            (&mut w.x, blocks * width),
            (&mut w.x_h, blocks),
            (&mut w.u, blocks),
            (&mut w.o, blocks),
            (&mut w.o_x, width),
        ] {
            lanes.clear();
            lanes.resize(length, [0.0; LANES]);
        }
        w.v.resize(width, 0.0);
        w.h.resize(width, 0.0);
        self.rows_at(0, &mut w.o, &mut w.h);
    }

    /// `o`, the first row of O, and `h`, the first column of H, when bond k is next.
    fn rows_at(&self, k: usize, o: &mut [Lanes], h: &mut [f64]) {
        let (a_near, b_near) = self.far(0);
        let (a_far, b_far) = self.far(self.sites - 1 - k);
        let (near, far) = o.as_flattened_mut().split_at_mut(self.falling);
        near.copy_from_slice(a_near);
        far.copy_from_slice(b_far);
        let (near, far) = h.split_at_mut(self.rising);
        near.copy_from_slice(b_near);
        far.copy_from_slice(a_far);
    }

    /// Conditions on bond k, `p = s_k + B_kk`, and prepares `o`, `h`, `X h`, `o X` of the next.
    fn step(&self, w: &mut Workspace, k: usize, p: f64) {
        let (a_near, b_near) = self.far(0);
        let (a_far, b_far) = self.far(k);
        let (a_decay, b_decay) = self.decay.split_at(self.falling);
        let (a_sign, b_sign) = self.sign.split_at(self.falling);
        let (u_near, u_far) = w.u.as_flattened_mut().split_at_mut(self.falling);
        let (g_near, g_far) = w.x_h.as_flattened().split_at(self.falling);
        for ((((u, g), near), sign), decay) in
            u_near.iter_mut().zip(g_near).zip(a_near).zip(a_sign).zip(a_decay)
        {
            *u = -sign * near - decay * g;
        }
        for (((u, g), far), sign) in u_far.iter_mut().zip(g_far).zip(b_far).zip(b_sign) {
            *u = -sign * far - g;
        }
        let (v_near, v_far) = w.v.split_at_mut(self.rising);
        let (w_near, w_far) = w.o_x.split_at(self.rising);
        for ((((v, o_x), near), sign), decay) in
            v_near.iter_mut().zip(w_near).zip(b_near).zip(b_sign).zip(b_decay)
        {
            *v = (sign * near - decay * total(o_x)) / p;
        }
        for (((v, o_x), far), sign) in v_far.iter_mut().zip(w_far).zip(a_far).zip(a_sign) {
            *v = (sign * far - total(o_x)) / p;
        }
        self.rows_at(k + 1, &mut w.o, &mut w.h);

        // One pass over X: the new entries, and what they add to X h and o X of the next bond.
        w.o_x.fill([0.0; LANES]);
        let width = self.falling + self.rising;
        let (v_near, v_far) = w.v.split_at(self.rising);
        let (h_near, h_far) = w.h.split_at(self.rising);
        let (w_near, w_far) = w.o_x.split_at_mut(self.rising);
        let rows = w.x.chunks_exact_mut(width).zip(&mut w.x_h).zip(&w.u).zip(&w.o).enumerate();
        for (block, (((x, x_h), u), o)) in rows {
            let (x_near, x_far) = x.split_at_mut(self.rising);
            *x_h = [0.0; LANES];
            if let Some(decay) = a_decay.as_chunks().0.get(block) {
                let row = Rows { decay, u, o };
                row.pass::<true, true>(x_near, b_decay, v_near, h_near, w_near, x_h);
                row.pass::<true, false>(x_far, a_decay, v_far, h_far, w_far, x_h);
            } else {
                let row = Rows { decay: &[1.0; LANES], u, o };
                row.pass::<false, true>(x_near, b_decay, v_near, h_near, w_near, x_h);
                row.pass::<false, false>(x_far, a_decay, v_far, h_far, w_far, x_h);
            }
        }
    }
}

/// What a block of rows of X is updated with.
struct Rows<'a> {
    decay: &'a Lanes,
    u: &'a Lanes,
    o: &'a Lanes,
}

impl Rows<'_> {
    /// `x ← r x s + u v`, `x_h += x h`, `o_x += o x` over some columns; factors r, s only where they are not 1.
    ///
    /// Lanes are rows, so that no sum runs across lanes and every operation is one of whole registers. Not
    /// inlined: as arguments the slices are known to be apart, without which it takes two and a half times as long.
    #[inline(never)]
    fn pass<const ROWS_DECAY: bool, const COLUMNS_DECAY: bool>(
        &self,
        x: &mut [Lanes],
        s: &[f64],
        v: &[f64],
        h: &[f64],
        o_x: &mut [Lanes],
        x_h: &mut Lanes,
    ) {
        // Copies, so that the compiler sees that no store changes what is read, and keeps registers whole.
        let (decay, u, o, mut sum) = (*self.decay, *self.u, *self.o, *x_h);
        for ((((x, &s), &v), &h), o_x) in x.iter_mut().zip(s).zip(v).zip(h).zip(o_x) {
            let (mut entry, mut column) = (*x, *o_x);
            for lane in 0..LANES {
                if COLUMNS_DECAY {
                    entry[lane] *= s;
                }
                if ROWS_DECAY {
                    entry[lane] *= decay[lane];
                }
                entry[lane] += u[lane] * v;
                sum[lane] += entry[lane] * h;
                column[lane] += o[lane] * entry[lane];
            }
            (*x, *o_x) = (entry, column);
        }
        *x_h = sum;
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    // Four sums, so that the additions need not wait for each other.
    let mut sums = [0.0; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    total(&sums)
}

fn total(lanes: &Lanes) -> f64 {
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_exponentials_give_the_correlations_of_every_mass() {
        for mass in [0.0, 1e-5, 0.003, -0.003, 0.1, 0.3, -0.3, 0.9, -0.99] {
            for sites in [64, 256, 1024] {
                let chain = QuantumIsingChain::new(mass, sites);
                let values: Vec<f64> = (0..sites - 1).map(|r| chain.majorana_correlation(r as i64)).collect();
                let sum = ExponentialSum::fit(&values, 1.0 / correlation_length(mass));
                let (m, residual) = (sum.terms(), sum.residual);
                assert!(residual < 1e-14 * (sites as f64).sqrt(), "{mass} {sites}: {m} terms, {residual}");
                // ln(1/ε)/π² · 2 per factor e of N is 9 per doubling twice.
                assert!(m <= 44 + 9 * (sites / 64).ilog2() as usize, "{mass} {sites}: {m} terms");
            }
        }
    }

    #[test]
    fn modes_condition_like_the_matrix_itself() {
        // The same conditional expectations along the same bonds, typical ones: each decided by a fixed
        // irregular number against its probability.
        for (mass, sites) in [
            (0.0, 256),
            (0.1, 256),
            (0.3, 200),
            (-0.3, 128),
            (-0.02, 256),
            (1e-4, 512),
            (0.9, 256),
            (-0.95, 256),
        ] {
            let chain = QuantumIsingChain::new(mass, sites);
            let modes = BondProcess::new(mass, &chain);
            assert!(modes.modes().is_some(), "{mass} {sites}");
            let along = |process: &BondProcess| {
                let mut seen = Vec::new();
                process.walk(&mut Workspace::default(), 1e-15, |k, b| {
                    seen.push(b);
                    let u = (k as f64 * 0.618_033_988_749_894_9 + 0.31).fract();
                    if u < 0.5 * (1.0 + b) { 1.0 } else { -1.0 }
                });
                seen
            };
            let (fast, referee) = (along(&modes), along(&BondProcess::dense(&chain)));
            let worst = fast.iter().zip(&referee).fold(0.0_f64, |worst, (a, b)| worst.max((a - b).abs()));
            // 1e-13 of the fit in each entry, magnified by (D_s + A₁₁)⁻¹, whose norm is tens.
            assert!(worst < 1e-11, "mass {mass}, {sites} sites: {worst}");
        }
    }
}
