//! The trained stack read from the top down: its distribution p(v), exactly, and samples of it.

use super::elimination::{Plan, TooWide, Workspace, contract};
use super::spin_network::SpinNetwork;
use super::table::Table;
use crate::numerics::stable::logistic;
use rand::{Rng, RngExt};

/// `p(v) = Σ p(x^d) Π_k p(x^k | x^{k+1})`, the sum over all hidden layers x^1 … x^d, v = x^0.
///
/// Given the layer above, the spins of a layer are independent: `p(x_i | parents) = 1/(1 + e^{−2 x_i (c_i + Σ w h)})`, c the
/// visible bias of the RBM above, at most two parents. The two topmost layers are distributed as in the deepest RBM
/// itself, `p(x^{d−1}, x^d) = e^{Σ b h + Σ v w h + Σ c v}/Z`: so p(x^d) is the marginal of that RBM's hidden spins, a
/// single spin where the stack is as deep as the network and a chain of N/2^d spins where it ends at a wall.
#[derive(Clone, Debug)]
pub struct TopDown {
    sites: usize,
    /// Of every spin below the top: its parents, and the table over them and, as the last bit, the spin.
    conditional: Vec<Table<f64>>,
    /// The topmost RBM: tables and how its spins are drawn.
    top: Vec<Table<f64>>,
    draw_top: Plan,
    drawn_tables: Workspace<f64>,
    /// Spins of the layers between, from below the topmost two down to the boundary.
    below_top: std::ops::Range<usize>,
    spins: usize,
    /// Sum over the hidden spins with the visible ones given.
    sum: Plan,
    log_top: f64,
}

/// Buffers of [`TopDown::log_probability`].
#[derive(Clone, Debug, Default)]
pub struct TopDownWork {
    tables: Workspace<f64>,
}

impl TopDown {
    /// The distribution of a network with real weights; phases are left out of account.
    ///
    /// # Errors
    /// Sums over hidden spins with tables that grow too large.
    pub fn new(network: &SpinNetwork) -> Result<Self, TooWide> {
        let g = network.geometry();
        let below = (g.node_count() - g.sites_in_layer(g.depth())) as usize;
        // Spins of the layer just below the top.
        let joint = below - g.sites_in_layer(g.depth() - 1) as usize;
        let conditional: Vec<Table<f64>> =
            (0..below).map(|spin| conditional(network, spin as u32, spin < joint)).collect();
        let top_bias = (below..network.spins()).map(|spin| {
            let bias = network.hidden_bias[spin];
            Table::of_signs([spin as u32], |[h]| (bias * h - bias.abs()).exp())
        });
        let top: Vec<Table<f64>> = conditional[joint..].iter().cloned().chain(top_bias).collect();
        let draw_top = Plan::new(top.iter().map(|t| &t.spins[..]), &[])?;
        let mut drawn_tables = Workspace::default();
        let inputs: Vec<&[f64]> = top.iter().map(|t| &t.values[..]).collect();
        let (total, log) = draw_top.run(&inputs, &mut drawn_tables);
        let log_top = total[0].ln() + log;
        let sites = network.sites();
        let parents = |t: &Table<f64>| t.spins[..t.spins.len() - 1].to_vec();
        let given: Vec<Vec<u32>> = conditional[..sites].iter().map(parents).collect();
        let summed = conditional[sites..].iter().chain(&top[below - joint..]).map(|t| &t.spins[..]);
        let sum = Plan::new(given.iter().map(|s| &s[..]).chain(summed), &[])?;
        let spins = network.spins();
        Ok(Self { sites, conditional, top, draw_top, drawn_tables, below_top: 0..joint, spins, sum, log_top })
    }

    /// Sites N.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Spins of the largest table that [`Self::log_probability`] needs.
    #[must_use]
    pub fn widest(&self) -> usize {
        self.sum.widest()
    }

    /// The biases of the topmost spins.
    fn top_biases(&self) -> &[Table<f64>] {
        &self.top[self.conditional.len() - self.below_top.end..]
    }

    /// ln p(v) of the boundary spins, true for up; exact but for rounding.
    ///
    /// # Panics
    /// If there are not as many as sites.
    #[must_use]
    pub fn log_probability(&self, up: &[bool], work: &mut TopDownWork) -> f64 {
        assert_eq!(up.len(), self.sites, "one spin on every site");
        let visible = self.conditional[..self.sites].iter().zip(up).map(|(t, up)| {
            let half = t.values.len() / 2;
            if *up { &t.values[half..] } else { &t.values[..half] }
        });
        let hidden = self.conditional[self.sites..].iter().chain(self.top_biases()).map(|t| &t.values[..]);
        let inputs: Vec<&[f64]> = visible.chain(hidden).collect();
        let (value, log) = self.sum.run(&inputs, &mut work.tables);
        value[0].ln() + log - self.log_top
    }

    /// p of all 2^N settings, bit i of the place being site i.
    ///
    /// # Errors
    /// Tables that grow too large: not for N ≤ 16.
    pub fn probabilities(&self) -> Result<Vec<f64>, TooWide> {
        let tables: Vec<Table<f64>> = self.conditional.iter().chain(self.top_biases()).cloned().collect();
        let open: Vec<u32> = (0..self.sites as u32).collect();
        let (mut p, log) = contract(&tables, &open)?;
        let scale = (log - self.log_top).exp();
        p.values.iter_mut().for_each(|x| *x *= scale);
        Ok(p.values)
    }

    /// Draws all spins, the topmost two layers together and every other one given that above it: exact, no burn-in.
    /// Returned are the boundary's.
    #[must_use]
    pub fn sample(&self, rng: &mut impl Rng) -> Vec<bool> {
        let mut up = vec![false; self.spins];
        let inputs: Vec<&[f64]> = self.top.iter().map(|t| &t.values[..]).collect();
        self.draw_top.draw(&inputs, &self.drawn_tables, rng, &mut up);
        for spin in self.below_top.clone().rev() {
            let table = &self.conditional[spin];
            let (own, parents) = table.spins.split_last().expect("the spin itself is in its table");
            debug_assert_eq!(*own as usize, spin, "the last spin of its own table");
            let place: usize =
                parents.iter().enumerate().map(|(k, s)| usize::from(up[*s as usize]) << k).sum();
            up[spin] = rng.random::<f64>() < table.values[place + table.values.len() / 2];
        }
        up.truncate(self.sites);
        up
    }
}

/// p(spin | parents), or in the topmost RBM its Boltzmann factor up to a constant.
fn conditional(network: &SpinNetwork, spin: u32, normalised: bool) -> Table<f64> {
    let mut parents: Vec<(u32, f64)> = Vec::new();
    for bond in network.bonds_of[spin as usize].iter().map(|b| &network.bonds[*b as usize]) {
        if bond.lower != spin {
            continue;
        }
        // Parallel links add.
        match parents.iter_mut().find(|p| p.0 == bond.upper) {
            Some(parent) => parent.1 += bond.weight.re,
            None => parents.push((bond.upper, bond.weight.re)),
        }
    }
    let bias = network.visible_bias[spin as usize];
    let most = bias.abs() + parents.iter().map(|p| p.1.abs()).sum::<f64>();
    let sign = |place: usize, k: usize| if place >> k & 1 == 1 { 1.0 } else { -1.0 };
    let values = (0..2_usize << parents.len())
        .map(|place| {
            let input = bias + parents.iter().enumerate().map(|(k, p)| p.1 * sign(place, k)).sum::<f64>();
            let along = sign(place, parents.len()) * input;
            if normalised { logistic(2.0 * along) } else { (along - most).exp() }
        })
        .collect();
    Table { spins: parents.iter().map(|p| p.0).chain([spin]).collect(), values }
}
