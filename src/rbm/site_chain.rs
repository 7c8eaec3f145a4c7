//! The hidden spins of a layer whose blocks differ, after the visible ones are summed out.

use super::hidden_chain::{SPIN, parents};
use super::layer::Rbm;
use crate::lattice::Boundary;
use crate::numerics::stable::{exp_in_place, log_two_cosh, normalise, rescale};

/// Log weights of M hidden spins: `Σ_j site_j(h_j) + Σ_j bond_j(h_j, h_{j+1})`. Index 0 is spin down, 1 up.
/// M bonds on a ring (the last leads back to spin 0), M − 1 on a line.
#[derive(Clone, Debug)]
pub(super) struct SiteChain {
    is_ring: bool,
    pub(super) site: Vec<[f64; 2]>,
    pub(super) bond: Vec<[[f64; 2]; 2]>,
}

/// Marginals of the hidden spins, all that the gradient of ln Z needs.
#[derive(Clone, Debug)]
pub(super) struct SiteMarginals {
    pub(super) log_partition: f64,
    site: Vec<[f64; 2]>,
    bond: Vec<[[f64; 2]; 2]>,
}

/// Weights of a spin by condition: the first spin on a ring (A = 2), none on a line (A = 1).
type Spins<const A: usize> = [[f64; A]; 2];

/// Visible spins seen by one hidden spin alone: `(block, slot)` of each, site and weights to be looked up.
fn single_parents(rbm: &Rbm) -> impl Iterator<Item = (usize, usize)> {
    let parents = parents(rbm.shape.field);
    let blocks = rbm.shape.blocks();
    let is_line = rbm.shape.boundary == Boundary::Line;
    let everywhere = (0..blocks).flat_map(move |block| parents.one.iter().map(move |p| (block, p.1)));
    let first = parents.first.iter().map(|p| (0, p.1));
    let last = parents.last.iter().map(move |p| (blocks - 1, p.1));
    everywhere.chain(first.chain(last).filter(move |_| is_line))
}

fn site_of(rbm: &Rbm, block: usize, slot: usize) -> usize {
    rbm.shape.block_site(block, slot).expect("a spin with these parents exists in every layer")
}

impl SiteChain {
    /// Sums the visible spins of `rbm` out: each leaves `ln 2cosh(c + w h + w' h')` of its parents.
    pub(super) fn of(rbm: &Rbm) -> Self {
        let blocks = rbm.shape.blocks();
        let is_ring = rbm.shape.boundary == Boundary::Ring;
        let mut site: Vec<[f64; 2]> = (0..blocks).map(|j| SPIN.map(|h| rbm.hidden_bias_of(j) * h)).collect();
        for (block, slot) in single_parents(rbm) {
            let (c, w) = (rbm.visible_bias_at(site_of(rbm, block, slot)), rbm.weight(block, slot));
            for (table, h) in site[block].iter_mut().zip(SPIN) {
                *table += log_two_cosh(c + w * h);
            }
        }
        let bonds = if is_ring { blocks } else { blocks - 1 };
        let two = parents(rbm.shape.field).two;
        let bond = (0..bonds)
            .map(|j| {
                let mut table = [[0.0; 2]; 2];
                for &(_, l, r) in two {
                    let c = rbm.visible_bias_at(site_of(rbm, j, l));
                    let (w, x) = (rbm.weight(j, l), rbm.weight((j + 1) % blocks, r));
                    for (row, h) in table.iter_mut().zip(SPIN) {
                        for (entry, k) in row.iter_mut().zip(SPIN) {
                            *entry += log_two_cosh(c + w * h + x * k);
                        }
                    }
                }
                table
            })
            .collect();
        Self { is_ring, site, bond }
    }

    /// `ln Σ_h exp(…)`, which is ln Z of the layer. O(M).
    pub(super) fn log_partition(&self) -> f64 {
        self.marginals().log_partition
    }

    /// Partition function and marginals by forward–backward recursion; O(M), rescaled at every spin.
    pub(super) fn marginals(&self) -> SiteMarginals {
        if self.is_ring { self.marginals_given::<2>() } else { self.marginals_given::<1>() }
    }

    /// Conditioning on the first spin makes a ring a line that must end where it began.
    fn marginals_given<const A: usize>(&self) -> SiteMarginals {
        let m = self.site.len();
        let mut log_partition = 0.0;
        let (mut site, mut bond) = (self.site.clone(), self.bond.clone());
        site.iter_mut().for_each(|table| log_partition += exp_in_place(table));
        bond.iter_mut().for_each(|table| log_partition += exp_in_place(table.as_flattened_mut()));
        // What closes the chain: the last bond back to the first spin, or nothing.
        let end: Spins<A> = std::array::from_fn(|h| {
            std::array::from_fn(|a| if self.is_ring { bond[m - 1][h][a] } else { 1.0 })
        });

        let mut forward: Vec<Spins<A>> = Vec::with_capacity(m);
        forward.push(std::array::from_fn(|h| {
            std::array::from_fn(|a| if self.is_ring && h != a { 0.0 } else { site[0][h] })
        }));
        for j in 1..m {
            let before = &forward[j - 1];
            let mut next: Spins<A> = std::array::from_fn(|k| {
                std::array::from_fn(|a| {
                    site[j][k] * (before[0][a] * bond[j - 1][0][k] + before[1][a] * bond[j - 1][1][k])
                })
            });
            log_partition += rescale(next.as_flattened_mut()).ln();
            forward.push(next);
        }
        let total: f64 =
            forward[m - 1].as_flattened().iter().zip(end.as_flattened()).map(|(f, e)| f * e).sum();
        log_partition += total.ln();

        let mut marginals =
            SiteMarginals { log_partition, site: vec![[0.0; 2]; m], bond: vec![[[0.0; 2]; 2]; bond.len()] };
        if self.is_ring {
            // A ring of one spin meets itself: only equal neighbours.
            for h in 0..2 {
                for a in 0..A {
                    marginals.bond[m - 1][h][a] = forward[m - 1][h][a] * end[h][a];
                }
            }
            normalise(marginals.bond[m - 1].as_flattened_mut());
        }
        let mut backward = end;
        for j in (0..m).rev() {
            for h in 0..2 {
                marginals.site[j][h] = (0..A).map(|a| forward[j][h][a] * backward[h][a]).sum();
            }
            normalise(&mut marginals.site[j]);
            if j == 0 {
                break;
            }
            let mut before = [[0.0; A]; 2];
            for h in 0..2 {
                for k in 0..2 {
                    let step = bond[j - 1][h][k] * site[j][k];
                    for a in 0..A {
                        before[h][a] += step * backward[k][a];
                        marginals.bond[j - 1][h][k] += forward[j - 1][h][a] * step * backward[k][a];
                    }
                }
            }
            normalise(marginals.bond[j - 1].as_flattened_mut());
            backward = before;
            rescale(backward.as_flattened_mut());
        }
        marginals
    }
}

impl SiteMarginals {
    /// Adds `factor · ∂ ln Z/∂θ` to `gradient`, parameters in the order: weights block by block, visible
    /// biases site by site, hidden biases block by block. O(M).
    pub(super) fn add_gradient(&self, rbm: &Rbm, factor: f64, gradient: &mut [f64]) {
        let (blocks, links) = (rbm.shape.blocks(), rbm.shape.links());
        let (visible, hidden) = (blocks * links, blocks * links + rbm.shape.sites);
        for (block, slot) in single_parents(rbm) {
            let site = site_of(rbm, block, slot);
            let (c, w) = (rbm.visible_bias_at(site), rbm.weight(block, slot));
            for (h, p) in SPIN.into_iter().zip(self.site[block]) {
                let mean = factor * p * (c + w * h).tanh();
                gradient[visible + site] += mean;
                gradient[block * links + slot] += mean * h;
            }
        }
        for (j, p) in self.bond.iter().enumerate() {
            let next = (j + 1) % blocks;
            for &(_, l, r) in parents(rbm.shape.field).two {
                let site = site_of(rbm, j, l);
                let (c, w, x) = (rbm.visible_bias_at(site), rbm.weight(j, l), rbm.weight(next, r));
                for (h, row) in SPIN.into_iter().zip(p) {
                    for (k, p) in SPIN.into_iter().zip(row) {
                        let mean = factor * p * (c + w * h + x * k).tanh();
                        gradient[visible + site] += mean;
                        gradient[j * links + l] += mean * h;
                        gradient[next * links + r] += mean * k;
                    }
                }
            }
        }
        for (j, p) in self.site.iter().enumerate() {
            gradient[hidden + j] += factor * (p[1] - p[0]);
        }
    }
}
