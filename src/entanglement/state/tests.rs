//! States against brute force, against each other, and against the bound.

use super::*;
use crate::entanglement::{Elimination, LayeredIsing};
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::{Geometry, Interval, LinkId};
use crate::numerics::stable::{LN_2, log_two_cosh};
use crate::numerics::streams::{Stream, stream};
use faer::{Mat, c64};
use rand::RngExt;
use std::sync::Arc;

/// A network with random weights and biases, about as large as learned ones.
fn random(log2: u32, boundary: Boundary, field: ReceptiveField, depth: u32, rng: &mut Stream) -> SpinNetwork {
    let geometry = Geometry::new(log2, boundary, field, depth).unwrap();
    let mut draw = |n: u64, scale: f64| -> Vec<f64> {
        (0..n).map(|_| scale * (2.0 * rng.random::<f64>() - 1.0)).collect()
    };
    let weights = draw(geometry.link_places(), 1.5);
    let (visible, hidden) = (draw(geometry.node_count(), 0.4), draw(geometry.node_count(), 0.4));
    SpinNetwork::new(
        geometry,
        |link: LinkId| weights[geometry.link_index(link) as usize],
        |node| visible[geometry.node_id(node) as usize],
        |node| hidden[geometry.node_id(node) as usize],
    )
}

fn kinds() -> impl Iterator<Item = (Boundary, ReceptiveField)> {
    [Boundary::Ring, Boundary::Line]
        .into_iter()
        .flat_map(|boundary| ReceptiveField::ALL.into_iter().map(move |field| (boundary, field)))
}

fn sign(all: usize, spin: u32) -> f64 {
    if all >> spin & 1 == 1 { 1.0 } else { -1.0 }
}

/// exp(Σ w s t + Σ bias s) of all spins.
fn weight(network: &SpinNetwork, all: usize) -> c64 {
    let bonds = network.bonds.iter().map(|b| b.weight * (sign(all, b.lower) * sign(all, b.upper)));
    let biases = (0..network.spins() as u32).map(|s| network.bias(s) * sign(all, s)).sum::<f64>();
    spin_network::exp(bonds.fold(c64::new(biases, 0.0), |sum, term| sum + term))
}

/// ψ by the sum over all hidden spins, not normalised.
fn brute_force(network: &SpinNetwork) -> Vec<c64> {
    let sites = network.sites();
    let hidden = network.spins() - sites;
    let sum = |v: usize| (0..1_usize << hidden).map(move |h| weight(network, v | h << sites));
    (0..1 << sites).map(|v| sum(v).fold(c64::new(0.0, 0.0), |s, w| s + w)).collect()
}

/// ln Z three ways: the sum over all 2¹⁵ settings of eight sites, this room's tables, and the frontier of the Ising
/// model, each with an order of its own.
#[test]
fn ln_z_is_the_sum_over_all_spins() {
    let mut rng = stream(8, "ln z", 0);
    for (boundary, field) in kinds() {
        for depth in 1..=3 {
            let network = random(3, boundary, field, depth, &mut rng);
            let all: f64 = (0..1_usize << network.spins()).map(|state| weight(&network, state).re).sum();
            let found = network.log_partition().unwrap();
            // 2¹⁵ positive terms of relative error 30 ε each.
            assert!((found - all.ln()).abs() < 1e-12, "{boundary:?} {field:?} {depth}: {found} {}", all.ln());
            let geometry = *network.geometry();
            let order = Arc::new(Elimination::new(&geometry).unwrap());
            let coupling = |link: LinkId| {
                let (lower, upper) = geometry.ends(link)?;
                let [lower, upper] = [lower, upper].map(|node| geometry.node_id(node) as u32);
                let of_pair = network.bonds.iter().filter(|b| (b.lower, b.upper) == (lower, upper));
                // Parallel links: the whole coupling is given to the first of them.
                let first = geometry.links().find(|other| geometry.ends(*other) == geometry.ends(link));
                Some(if first == Some(link) { of_pair.map(|b| b.weight.re).sum() } else { 0.0 })
            };
            let couplings: Vec<f64> = geometry.links().map(|link| coupling(link).unwrap()).collect();
            let model = LayeredIsing::new(order, &couplings);
            let frontier = model.log_partitions(1, |_, node| network.bias(node as u32))[0];
            assert!((frontier - found).abs() < 1e-12 * found.abs().max(10.0), "{frontier} {found}");
        }
    }
    let turned = random(3, Boundary::Ring, ReceptiveField::Three, 3, &mut rng);
    let phases = Phases { angle_rad: 0.3, random: None };
    assert!(turned.with_phases(phases).log_partition().is_none());
}

/// Eigenvalues of ρ_A of given amplitudes, by singular values.
fn by_singular_values(psi: &[c64], sites: usize, region: &Region) -> Vec<f64> {
    let part = |within: bool| -> Vec<usize> {
        let chosen: Vec<usize> = (0..sites).filter(|s| region.contains(*s as u64) == within).collect();
        let scatter = |i: usize| chosen.iter().enumerate().map(|(k, s)| (i >> k & 1) << s).sum();
        (0..1_usize << chosen.len()).map(scatter).collect()
    };
    let (rows, columns) = (part(true), part(false));
    let matrix = Mat::from_fn(rows.len(), columns.len(), |i, j| psi[rows[i] | columns[j]]);
    let values = matrix.singular_values().unwrap();
    let norm: f64 = values.iter().map(|s| s * s).sum();
    values.iter().map(|s| s * s / norm).collect()
}

/// Any set of sites.
fn any_region(sites: u64, boundary: Boundary, rng: &mut Stream) -> Region {
    let chosen = (0..sites).filter(|_| rng.random::<bool>());
    let list: Vec<Interval> = chosen.map(|start| Interval { start, len: 1 }).collect();
    Region::from_intervals(sites, boundary, list).unwrap()
}

fn interval(sites: u64, boundary: Boundary, start: u64, len: u64) -> Region {
    Region::from_intervals(sites, boundary, [Interval { start, len }]).unwrap()
}

#[test]
fn amplitudes_and_spectra_are_those_of_the_sum_over_all_fifteen_spins() {
    let mut rng = stream(1, "brute force", 0);
    for (boundary, field) in kinds() {
        for (depth, phases) in [
            (3, Phases::default()),
            (2, Phases { angle_rad: 0.7, random: None }),
            (3, Phases { angle_rad: 0.0, random: Some(4) }),
        ] {
            let network = random(3, boundary, field, depth, &mut rng).with_phases(phases);
            let expected = brute_force(&network);
            let state = DenseState::marginal(&network).unwrap();
            let scale = state.log_norm().exp();
            let largest = expected.iter().map(|z| z.re.hypot(z.im)).fold(0.0, f64::max);
            for (v, z) in expected.iter().enumerate() {
                let [re, im] = state.amplitude(v).map(|x| x * scale);
                assert!((re - z.re).hypot(im - z.im) < 1e-12 * largest, "{boundary:?} {field:?} {v}");
            }
            // log Z of the whole network is the sum of its amplitudes.
            let z = expected.iter().fold(c64::new(0.0, 0.0), |s, z| s + *z);
            let sum: f64 = (0..1 << 8).map(|v| state.amplitude(v)[0]).sum();
            assert!((sum * scale - z.re).abs() < 1e-12 * largest * 256.0);
            let mut marginal = MarginalState::new(network).unwrap();
            for _ in 0..6 {
                let region = any_region(8, boundary, &mut rng);
                let values = by_singular_values(&expected, 8, &region);
                for found in [state.spectrum(&region), marginal.spectrum_by_environments(&region).unwrap()] {
                    for (k, p) in values.iter().enumerate() {
                        let found = found.probabilities().get(k).copied().unwrap_or(0.0);
                        assert!((found - p).abs() < 1e-11, "{boundary:?} {field:?} {region}: {found} {p}");
                    }
                }
            }
        }
    }
}

#[test]
fn gram_matrices_and_half_lines_agree_with_amplitudes_at_sixteen_sites() {
    let mut rng = stream(2, "environments", 0);
    let mut grown_too = 0;
    for (boundary, field) in kinds() {
        for phases in [Phases::default(), Phases { angle_rad: 0.3, random: Some(9) }] {
            for depth in [1, 4] {
                let network = random(4, boundary, field, depth, &mut rng).with_phases(phases);
                let mut state = MarginalState::new(network.clone()).unwrap();
                for _ in 0..4 {
                    let region = any_region(16, boundary, &mut rng);
                    let dense = state.spectrum(&region).unwrap();
                    // Regions in many pieces have more separating spins than are worked with.
                    if state.separating_spins(&region) > 6 {
                        continue;
                    }
                    let other = state.spectrum_by_environments(&region).unwrap();
                    assert!((dense.von_neumann_nats() - other.von_neumann_nats()).abs() < 1e-10);
                    if region.is_empty() || region.is_full() {
                        continue;
                    }
                    let mut separator = separator::Separator::new(&network).unwrap();
                    let grown = if network.is_real() {
                        growth::spectrum::<f64>(&network, &mut separator, &region)
                    } else {
                        growth::spectrum::<c64>(&network, &mut separator, &region)
                    };
                    // Sites that join one by one may have more separating spins on the way.
                    let Ok(grown) = grown else { continue };
                    grown_too += 1;
                    assert!((dense.von_neumann_nats() - grown.von_neumann_nats()).abs() < 1e-10, "{region}");
                }
                let mut sweep = HalfLines::new(&network).unwrap();
                while sweep.advance().unwrap() {}
                let spectra = sweep.spectra();
                assert_eq!(spectra.len(), 15);
                for (i, (spectrum, m)) in spectra.into_iter().enumerate() {
                    let region = interval(16, boundary, 0, i as u64 + 1);
                    let dense = state.spectrum(&region).unwrap();
                    assert_eq!(m, state.separating_spins(&region));
                    assert!(
                        (dense.von_neumann_nats() - spectrum.von_neumann_nats()).abs() < 1e-10,
                        "{boundary:?} {field:?} {region}"
                    );
                    assert!((dense.renyi2_nats() - spectrum.renyi2_nats()).abs() < 1e-10);
                }
            }
        }
    }
    assert!(grown_too >= 60, "{grown_too} regions were grown site by site");
}

/// The sum over either half in an order of its own would need a table of 2²⁶ numbers; m is 8 (bond dimension 2⁸).
#[test]
fn half_a_line_of_256_sites_with_four_links_has_an_entropy() {
    let mut rng = stream(4, "half a line", 0);
    let network = random(8, Boundary::Line, ReceptiveField::Four, 8, &mut rng);
    let half = interval(256, Boundary::Line, 0, 128);
    let mut state = MarginalState::new(network.clone()).unwrap();
    assert_eq!(state.separating_spins(&half), 8);
    let left = state.spectrum(&half).unwrap();
    let right = state.spectrum(&half.complement()).unwrap();
    let s = left.von_neumann_nats();
    assert!(s > 0.01 && s < 8.0 * LN_2, "{s}");
    // A Gram matrix keeps half of the digits of what it is made of.
    let tolerance = f64::EPSILON.sqrt();
    let other = right.von_neumann_nats();
    assert!((s - other).abs() < tolerance, "S(A) = S(Aᶜ): {s}, {other}");
    // The same from tables that grow along the whole chain in one direction each.
    let mut sweep = HalfLines::new(&network).unwrap();
    while sweep.advance().unwrap() {}
    let spectra = sweep.spectra();
    let (swept, m) = spectra[127];
    assert_eq!(m, 8);
    assert!((s - swept.von_neumann_nats()).abs() < tolerance, "{s}, {}", swept.von_neumann_nats());
}

#[test]
fn entropies_stay_under_separating_spins_and_those_under_links() {
    let mut rng = stream(3, "bound", 0);
    let mut checked = 0;
    for round in 0..30 {
        for (boundary, field) in kinds() {
            let random_phases = (round % 2 == 1).then_some(round);
            let phases = Phases { angle_rad: 0.1 * (round % 3) as f64, random: random_phases };
            let depth = 1 + (round % 3) as u32;
            let network = random(3, boundary, field, depth, &mut rng).with_phases(phases);
            let unit = std::sync::Arc::new(network.unit_network());
            let mut cuts = crate::network::CutSolver::new(unit);
            let mut state = MarginalState::new(network).unwrap();
            for _ in 0..6 {
                let region = any_region(8, boundary, &mut rng);
                let entropy = state.spectrum(&region).unwrap().von_neumann_nats();
                let m = state.separating_spins(&region) as f64;
                let links = cuts.solve(&region).links.len() as f64;
                assert!(entropy <= m * LN_2 + 1e-12 && m <= links, "{region}: {entropy}, {m}, {links}");
                let rest = state.spectrum(&region.complement()).unwrap().von_neumann_nats();
                assert!((entropy - rest).abs() < 1e-11, "S(A) = S(Aᶜ): {entropy}, {rest}");
                checked += 1;
            }
        }
    }
    assert!(checked >= 1000);
}

/// Weights of layers, the deepest repeated, no biases; r = 3.
fn symmetric(log2: u32, layers: &[[f64; 3]]) -> SpinNetwork {
    let geometry = Geometry::new(log2, Boundary::Ring, ReceptiveField::Three, log2).unwrap();
    let of = |link: LinkId| layers[(link.layer as usize).min(layers.len() - 1)][usize::from(link.slot)];
    SpinNetwork::new(geometry, of, |_| 0.0, |_| 0.0)
}

fn mean_over_even_starts(state: &DenseState, size: u64) -> f64 {
    let of = |start| state.spectrum(&interval(16, Boundary::Ring, start, size)).von_neumann_nats();
    (0..8).map(|k| of(2 * k)).sum::<f64>() / 8.0
}

#[test]
fn the_born_form_has_its_published_entropies() {
    // Computed outside this program, twice, to the digits shown.
    let known = [[1.029, 1.563, 1.028], [0.97, 1.538, 0.97], [0.925, 1.43, 0.925], [0.90, 1.35, 0.90]];
    let top_down = TopDown::new(&symmetric(4, &known)).unwrap();
    let state = DenseState::born(16, &top_down.probabilities().unwrap());
    for (size, expected) in [(1, 0.6176), (2, 0.7133), (4, 0.8227), (8, 0.8854)] {
        let found = mean_over_even_starts(&state, size);
        assert!((found - expected).abs() < 0.6e-4, "{size}: {found}");
    }
    // Learned from the critical chain; the weights are told to two digits, half a digit of which each may be off.
    let learned = [[0.94, 1.32, 0.94], [0.925, 1.44, 0.925], [0.90, 1.38, 0.90], [0.87, 1.33, 0.87]];
    let entropies = |weights: &[[f64; 3]]| {
        let top_down = TopDown::new(&symmetric(4, weights)).unwrap();
        let state = DenseState::born(16, &top_down.probabilities().unwrap());
        [1, 2, 4, 8].map(|size| mean_over_even_starts(&state, size))
    };
    let found = entropies(&learned);
    let mut rounding = [0.0; 4];
    for layer in 0..4 {
        for slots in [&[0, 2][..], &[1]] {
            let mut off = learned;
            slots.iter().for_each(|s| off[layer][*s] += 0.005);
            rounding
                .iter_mut()
                .zip(entropies(&off).iter().zip(found))
                .for_each(|(r, (a, b))| *r += (a - b).abs());
        }
    }
    for (k, expected) in [0.588, 0.677, 0.789, 0.852].into_iter().enumerate() {
        let tolerance = 0.5e-3 + rounding[k];
        assert!((found[k] - expected).abs() < tolerance && tolerance < 0.01, "{k}: {found:?}, {rounding:?}");
    }
}

/// p(v) of the stack read top down, by the sum over all hidden spins.
fn born_by_brute_force(network: &SpinNetwork) -> Vec<f64> {
    let g = *network.geometry();
    let (sites, spins) = (network.sites(), network.spins());
    let first = |layer: u32| g.node_id(crate::network::Node { layer, index: 0 }) as usize;
    let input = |all: usize, spin: usize| -> f64 {
        let parents = network.bonds.iter().filter(|b| b.lower as usize == spin);
        network.visible_bias[spin] + parents.map(|b| b.weight.re * sign(all, b.upper)).sum::<f64>()
    };
    let top = first(g.depth());
    let joint = first(g.depth() - 1);
    // ln of the two topmost layers' Boltzmann factor.
    let top_factor = |all: usize| -> f64 {
        let below: f64 = (joint..top).map(|s| sign(all, s as u32) * input(all, s)).sum();
        below + (top..spins).map(|s| sign(all, s as u32) * network.hidden_bias[s]).sum::<f64>()
    };
    let z: f64 = (0..1_usize << (spins - joint)).map(|t| top_factor(t << joint).exp()).sum();
    (0..1 << sites)
        .map(|v: usize| {
            let of = |h: usize| {
                let all = v | h << sites;
                let given: f64 = (0..joint)
                    .map(|s| {
                        let field = input(all, s);
                        sign(all, s as u32) * field - log_two_cosh(field)
                    })
                    .sum();
                (given + top_factor(all)).exp() / z
            };
            (0..1_usize << (spins - sites)).map(of).sum()
        })
        .collect()
}

#[test]
fn the_stack_read_top_down_is_the_product_of_its_conditionals() {
    let mut rng = stream(6, "top down", 0);
    for (boundary, field) in kinds() {
        for depth in [1, 2, 3] {
            let network = random(3, boundary, field, depth, &mut rng);
            let expected = born_by_brute_force(&network);
            assert!((expected.iter().sum::<f64>() - 1.0).abs() < 1e-12);
            let top_down = TopDown::new(&network).unwrap();
            let found = top_down.probabilities().unwrap();
            let mut work = TopDownWork::default();
            for (v, p) in expected.iter().enumerate() {
                let up: Vec<bool> = (0..8).map(|s| v >> s & 1 == 1).collect();
                let one = top_down.log_probability(&up, &mut work);
                assert!(
                    (found[v] - p).abs() < 1e-13 && (one - p.ln()).abs() < 1e-10,
                    "{field:?} {depth} {v}"
                );
            }
            // Sites drawn as often as they are up: 4,000 samples, five standard errors.
            let mut ups = [0.0; 8];
            for _ in 0..4000 {
                let sample = top_down.sample(&mut rng);
                ups.iter_mut().zip(sample).for_each(|(n, up)| *n += if up { 1.0 } else { 0.0 });
            }
            for (site, n) in ups.iter().enumerate() {
                let p: f64 = (0..256).filter(|v| v >> site & 1 == 1).map(|v| expected[v]).sum();
                let error = (p * (1.0 - p) / 4000.0).sqrt();
                assert!((n / 4000.0 - p).abs() < 5.0 * error, "{boundary:?} {field:?} {depth} site {site}");
            }
        }
    }
}

#[test]
fn swapped_samples_give_the_exact_renyi_entropy_within_their_error() {
    let learned = [[0.94, 1.32, 0.94], [0.925, 1.44, 0.925], [0.90, 1.38, 0.90], [0.87, 1.33, 0.87]];
    let top_down = TopDown::new(&symmetric(4, &learned)).unwrap();
    let state = DenseState::born(16, &top_down.probabilities().unwrap());
    let regions: Vec<Region> = [(0, 1), (2, 2), (4, 4), (6, 8), (3, 5)]
        .map(|(start, len)| interval(16, Boundary::Ring, start, len))
        .to_vec();
    let flags = regions.iter().map(|r| (0..16).map(|s| r.contains(s)).collect()).collect();
    let mut estimate = SwapEstimate::new(flags, 4000, 11);
    while estimate.advance(&top_down) {}
    let exact: Vec<f64> = regions.iter().map(|r| state.spectrum(r).renyi2_nats()).collect();
    for (k, exact) in exact.iter().enumerate() {
        let found = estimate.mean(&[k]).unwrap();
        assert!(found.standard_error > 0.0 && found.standard_error < 0.03, "{found:?}");
        assert!((found.renyi2_nats - exact).abs() < 4.0 * found.standard_error, "{k}: {found:?}, {exact}");
    }
    let mean = estimate.mean(&[0, 1, 2, 3, 4]).unwrap();
    assert!((mean.renyi2_nats - exact.iter().sum::<f64>() / 5.0).abs() < 4.0 * mean.standard_error);
    // The same seed, the same numbers.
    let mut again = SwapEstimate::new(vec![vec![true; 16]], 50, 11);
    while again.advance(&top_down) {}
    assert!(again.mean(&[0]).unwrap().renyi2_nats.abs() < 1e-15, "nothing is swapped with all of it");
}

#[test]
fn phases_come_nearer_the_bound_and_real_weights_stay_at_one_bit() {
    for (start, len, imaginary_bits) in [(5, 2, 2.0), (4, 4, 3.0), (3, 8, 4.0)] {
        let region = interval(16, Boundary::Ring, start, len);
        let bits = |weight: f64, phases: Phases| {
            let network = symmetric(4, &[[weight; 3]]).with_phases(phases);
            let mut state = MarginalState::new(network).unwrap();
            let bound = state.separating_spins(&region) as f64;
            let bits = state.spectrum(&region).unwrap().von_neumann_nats() / LN_2;
            assert!(bits <= bound + 1e-9, "{bits} {bound}");
            bits
        };
        // Real positive weights: both orders of a ferromagnet, and what is left of fluctuations.
        for weight in [0.8, 1.0, 1.5, 2.0] {
            let real = bits(weight, Phases::default());
            assert!((real - 1.0).abs() < 0.02, "w = {weight}: {real} bits");
        }
        // Imaginary ones of π/4 make a stabilizer state, whose entropies are whole bits; the bound is 2, 3 and 5.
        let quarter = std::f64::consts::FRAC_PI_4;
        let turned = bits(quarter, Phases { angle_rad: std::f64::consts::FRAC_PI_2, random: None });
        assert!((turned - imaginary_bits).abs() < 1e-9, "{turned} bits");
        // Every link at an angle of its own: between the two.
        let of = |seed| bits(quarter, Phases { angle_rad: 0.0, random: Some(seed) });
        let mean = (1..=12).map(of).sum::<f64>() / 12.0;
        assert!(mean > 1.2 && mean < imaginary_bits, "{mean} bits");
    }
}
