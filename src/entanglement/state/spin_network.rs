//! All spins of a layered network with their weights and biases: what its states are made of.

use super::elimination::{Plan, Workspace};
use super::table::{Number, Table};
use crate::network::{Geometry, LayerCapacities, LinkId, Network, Node};
use crate::numerics::streams::stream;
use faer::c64;
use rand::RngExt;

/// Spins of the largest table of [`SpinNetwork::log_partition`]: a tenth of a second in all.
const MOST_SUMMED: usize = 16;

/// A link with its weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bond {
    /// Number of the lower spin.
    pub lower: u32,
    /// Number of the upper spin.
    pub upper: u32,
    /// w e^{iθ}.
    pub weight: c64,
}

/// Spins ±1 on all nodes of a network, the boundary's first, bound by `exp(Σ w v h + Σ bias · spin)`.
///
/// The weights are real as learned, or turned by a phase each ([`Self::with_phases`]); biases are real. A spin's bias is
/// the hidden bias of the RBM below it plus the visible bias of the RBM above it. Ferromagnetic links have positive weight.
#[derive(Clone, Debug)]
pub struct SpinNetwork {
    geometry: Geometry,
    pub(super) bonds: Vec<Bond>,
    pub(super) visible_bias: Vec<f64>,
    pub(super) hidden_bias: Vec<f64>,
    /// Numbers of the bonds of each spin.
    pub(super) bonds_of: Vec<Vec<u32>>,
}

/// Angles that turn weights into complex ones.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Phases {
    /// The angle θ of every link, in radians.
    pub angle_rad: f64,
    /// Seed of an angle more for each link, its own, even on 0…2π; none for `None`.
    pub random: Option<u64>,
}

impl Phases {
    /// Whether all weights stay real.
    #[must_use]
    pub fn are_real(&self) -> bool {
        self.random.is_none() && self.angle_rad == 0.0
    }
}

impl SpinNetwork {
    /// The network with a weight for every link and two biases for every node; links of weight 0 bind nothing.
    ///
    /// # Panics
    /// If there are more than 2²⁰ nodes, or a number is not finite.
    #[must_use]
    pub fn new(
        geometry: Geometry,
        weight: impl Fn(LinkId) -> f64,
        visible_bias: impl Fn(Node) -> f64,
        hidden_bias: impl Fn(Node) -> f64,
    ) -> Self {
        let count = geometry.node_count();
        assert!(count <= 1 << 20, "{count} nodes are too many for a state");
        let nodes = || (0..count).map(|id| geometry.node_at(id));
        let bonds: Vec<Bond> = geometry
            .links()
            .filter_map(|link| {
                let (lower, upper) = geometry.ends(link)?;
                let [lower, upper] = [lower, upper].map(|node| geometry.node_id(node) as u32);
                let weight = c64::new(weight(link), 0.0);
                assert!(weight.re.is_finite(), "a weight is a finite number");
                (weight.re != 0.0).then_some(Bond { lower, upper, weight })
            })
            .collect();
        let mut bonds_of = vec![Vec::new(); count as usize];
        for (b, bond) in bonds.iter().enumerate() {
            bonds_of[bond.lower as usize].push(b as u32);
            bonds_of[bond.upper as usize].push(b as u32);
        }
        let (visible_bias, hidden_bias) =
            (nodes().map(visible_bias).collect(), nodes().map(hidden_bias).collect());
        Self { geometry, bonds, visible_bias, hidden_bias, bonds_of }
    }

    /// ln Z of the whole network, `Z = Σ exp(Σ w v h + Σ bias · spin)` over all settings of all spins, boundary and
    /// hidden: exact, by summing over one spin after the other. `None` where weights are turned, and where a table of
    /// more than 2^16 numbers would be needed. Relative error about 10⁻¹⁵ per spin.
    #[must_use]
    pub fn log_partition(&self) -> Option<f64> {
        if !self.is_real() {
            return None;
        }
        let bonds = self.bonds.iter().map(|b| bond_table::<f64>([b.lower, b.upper], b.weight));
        let biases = (0..self.spins() as u32).map(|spin| bias_table::<f64>(spin, self.bias(spin)));
        let tables: Vec<Table<f64>> = bonds.chain(biases).collect();
        let plan = Plan::new(tables.iter().map(|t| &t.spins[..]), &[]).ok()?;
        if plan.widest() > MOST_SUMMED {
            return None;
        }
        let inputs: Vec<&[f64]> = tables.iter().map(|t| &t.values[..]).collect();
        let mut work = Workspace::default();
        let (total, log) = plan.run(&inputs, &mut work);
        // What the tables were divided by.
        let scale = self.bonds.iter().map(|b| b.weight.re.abs()).sum::<f64>()
            + (0..self.spins() as u32).map(|spin| self.bias(spin).abs()).sum::<f64>();
        Some(total[0].ln() + log + scale)
    }

    /// The same network with its weights turned: `w e^{i(θ + φ)}`, φ the link's own random angle.
    #[must_use]
    pub fn with_phases(mut self, phases: Phases) -> Self {
        for (number, bond) in self.bonds.iter_mut().enumerate() {
            let own = phases.random.map_or(0.0, |seed| {
                std::f64::consts::TAU * stream(seed, "link phase", number as u64).random::<f64>()
            });
            let angle = phases.angle_rad + own;
            if angle != 0.0 {
                bond.weight *= c64::new(angle.cos(), angle.sin());
            }
        }
        self
    }

    /// Layers and links.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Boundary spins N.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.geometry.sites() as usize
    }

    /// All spins, visible and hidden.
    #[must_use]
    pub fn spins(&self) -> usize {
        self.bonds_of.len()
    }

    /// Whether every weight is real, and so ψ.
    #[must_use]
    pub fn is_real(&self) -> bool {
        self.bonds.iter().all(|bond| bond.weight.im == 0.0)
    }

    /// Sum of both biases of a spin.
    pub(super) fn bias(&self, spin: u32) -> f64 {
        self.visible_bias[spin as usize] + self.hidden_bias[spin as usize]
    }

    /// The network as it is cut, every link that binds with the same capacity: it counts separating spins.
    ///
    /// # Panics
    /// Never: capacities are 0 or 1.
    #[must_use]
    pub fn unit_network(&self) -> Network {
        let g = &self.geometry;
        let mut layers: Vec<Vec<f64>> =
            (0..g.depth()).map(|k| vec![0.0; g.sites_in_layer(k + 1) as usize * g.field().links()]).collect();
        let mut bound: Vec<(u32, u32)> = self.bonds.iter().map(|b| (b.lower, b.upper)).collect();
        bound.sort_unstable();
        for link in g.links() {
            let Some((lower, upper)) = g.ends(link) else { continue };
            let ends = [lower, upper].map(|node| g.node_id(node) as u32);
            if bound.binary_search(&(ends[0], ends[1])).is_ok() {
                layers[link.layer as usize]
                    [link.block as usize * g.field().links() + usize::from(link.slot)] = 1.0;
            }
        }
        let layers = layers.into_iter().map(LayerCapacities::Unshared).collect();
        Network::new(*g, layers).expect("capacities are 0 or 1")
    }
}

/// e^z.
pub(super) fn exp(z: c64) -> c64 {
    let modulus = z.re.exp();
    c64::new(modulus * z.im.cos(), modulus * z.im.sin())
}

/// `exp(w s t)` over two spins, divided by its largest modulus e^{|Re w|}.
pub(super) fn bond_table<T: Number>(spins: [u32; 2], weight: c64) -> Table<T> {
    Table::of_signs(spins, |[s, t]| T::of(exp(weight * (s * t) - weight.re.abs())))
}

/// `exp(b s)` of a spin, divided by e^{|b|}.
pub(super) fn bias_table<T: Number>(spin: u32, bias: f64) -> Table<T> {
    Table::of_signs([spin], |[s]| T::of(c64::new((bias * s - bias.abs()).exp(), 0.0)))
}
