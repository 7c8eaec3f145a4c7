//! The exact energy of the square-lattice Ising model on a finite torus: the referee of the cluster algorithm.

/// Energy per site, `−⟨Σ s s'⟩/(rows · columns)` over the bonds, of the plain square lattice on a torus at coupling K.
///
/// `Z = ½ (2 sinh 2K)^{LM/2} Σ_i Z_i`, `Z_{1,2} = Π 2{cosh, sinh}(M γ_{2r+1}/2)`, `Z_{3,4} = Π 2{cosh, sinh}(M γ_{2r}/2)`,
/// r = 0 … L − 1, `cosh γ_l = cosh 2K coth 2K − cos(πl/L)`, `γ_0 = 2K + ln tanh K` with its sign; the energy is
/// `−∂ ln Z/∂K` per site (Kaufman 1949; in this form Ferdinand and Fisher 1969). Small tori: Z is not kept in the log.
pub(super) fn torus_energy(coupling: f64, rows: usize, columns: usize) -> f64 {
    let (l, m) = (columns as f64, rows as f64);
    let (sinh, cosh) = ((2.0 * coupling).sinh(), (2.0 * coupling).cosh());
    // γ and its derivative by K.
    let gamma = |index: usize| -> (f64, f64) {
        if index == 0 {
            return (2.0 * coupling + coupling.tanh().ln(), 2.0 + 2.0 / sinh);
        }
        let cosh_gamma = cosh * cosh / sinh - (std::f64::consts::PI * index as f64 / l).cos();
        let gamma = cosh_gamma.acosh();
        (gamma, 2.0 * cosh * (1.0 - 1.0 / (sinh * sinh)) / gamma.sinh())
    };
    // A product and its derivative, factor by factor: a factor may vanish (γ_0 at the critical point).
    let product = |odd: usize, hyperbolic: fn(f64) -> f64, derivative: fn(f64) -> f64| -> (f64, f64) {
        (0..columns).fold((1.0, 0.0), |(value, slope), r| {
            let (gamma, gamma_slope) = gamma(2 * r + odd);
            let factor = 2.0 * hyperbolic(0.5 * m * gamma);
            let factor_slope = m * gamma_slope * derivative(0.5 * m * gamma);
            (value * factor, slope * factor + value * factor_slope)
        })
    };
    let parts = [
        product(1, f64::cosh, f64::sinh),
        product(1, f64::sinh, f64::cosh),
        product(0, f64::cosh, f64::sinh),
        product(0, f64::sinh, f64::cosh),
    ];
    let (z, slope) = parts.iter().fold((0.0, 0.0), |(z, slope), part| (z + part.0, slope + part.1));
    -(cosh / sinh + slope / (z * l * m))
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_abs_diff_eq;

    #[test]
    fn energy_is_that_of_the_sum_over_all_states() {
        for (rows, columns) in [(4, 3), (3, 4), (4, 4)] {
            for coupling in [0.2, 0.5 * 1.0_f64.asinh(), 0.7] {
                let up = |state: u32, r: usize, c: usize| state >> (r % rows * columns + c % columns) & 1;
                let (mut z, mut sum) = (0.0, 0.0);
                for state in 0..1_u32 << (rows * columns) {
                    let mut bonds = 0.0;
                    for (r, c) in (0..rows).flat_map(|r| (0..columns).map(move |c| (r, c))) {
                        for other in [up(state, r + 1, c), up(state, r, c + 1)] {
                            bonds += if other == up(state, r, c) { 1.0 } else { -1.0 };
                        }
                    }
                    let weight = (coupling * bonds).exp();
                    z += weight;
                    sum -= weight * bonds;
                }
                let exact = sum / (z * (rows * columns) as f64);
                // The rounding of a plain sum of 2¹⁶ terms.
                assert_abs_diff_eq!(torus_energy(coupling, rows, columns), exact, epsilon = 2e-11);
            }
        }
    }
}
