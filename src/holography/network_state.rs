//! Learned weights become the network's own state; its entropies beside their bound, the cut and the exact chain.

use super::BulkNetwork;
use crate::entanglement::state::{
    DenseState, HalfLines, MOST_DENSE_SITES, MarginalState, Phases, Spectrum, SpinNetwork, TooWide, TopDown,
};
use crate::network::{CutSolver, FlowError, Region, SpinBoundSolver};
use crate::numerics::stable::LN_2;
use crate::theory::QuantumIsingChain;
use rayon::prelude::*;
use std::sync::Arc;

/// Most sites of a network whose state is computed.
pub const MOST_STATE_SITES: u64 = 256;

/// Which state is read off the weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum StateForm {
    /// `ψ(v) = Σ_h e^{−E}`, all layers jointly.
    #[default]
    Marginal,
    /// `ψ(v) = √p(v)` of the stack read from the top down.
    Born,
}

impl StateForm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Marginal, Self::Born];

    /// As commands and files write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Marginal => "marginal",
            Self::Born => "born",
        }
    }

    /// As a formula.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Marginal => "ψ = Σ_h exp(−E)",
            Self::Born => "ψ = √p(v)",
        }
    }
}

/// Why a network's state, or an entropy of it, is not computed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateLimit {
    /// A long chain.
    #[error(
        "network.sites = {sites}: the network's own state is computed up to {MOST_STATE_SITES} sites; set fewer, such as 16"
    )]
    Sites {
        /// Its sites.
        sites: u64,
    },
    /// Several hidden spins on a site.
    #[error(
        "learning.channels = {channels}: the network's own state is computed for one spin on a site; set 1"
    )]
    Channels {
        /// Spins on a site.
        channels: usize,
    },
    /// No weights.
    #[error("layer {layer} has no learned weights, of which the state is made; train first")]
    Untrained {
        /// The lowest such layer.
        layer: usize,
    },
    /// Large tables.
    #[error(
        "the state of this network needs a table of 2^{spins} numbers, and 2^{most} can be held; set fewer \
         network.sites, a network.wall, or a smaller network.receptive_field",
        most = crate::entanglement::state::MOST_SPINS.min(2 * crate::entanglement::state::MOST_SEPARATING_SPINS)
    )]
    Wide {
        /// Spins of the table.
        spins: usize,
    },
    /// A Born form with phases.
    #[error(
        "the Born form √p(v) has no phases; set state.phase = 0 and state.random_phases = 0, or state.form = marginal"
    )]
    BornPhases,
    /// The graph is too large to count spins in.
    #[error(transparent)]
    Flow(#[from] FlowError),
}

impl From<TooWide> for StateLimit {
    fn from(wide: TooWide) -> Self {
        Self::Wide { spins: wide.spins }
    }
}

/// The spins of a network with learned weights: its links as they are learned, extrapolated or pruned.
///
/// # Errors
/// More than [`MOST_STATE_SITES`] sites, several channels, or a layer without weights.
pub fn spin_network(bulk: &BulkNetwork) -> Result<SpinNetwork, StateLimit> {
    let geometry = *bulk.network.geometry();
    if geometry.sites() > MOST_STATE_SITES {
        return Err(StateLimit::Sites { sites: geometry.sites() });
    }
    if bulk.channels > 1 {
        return Err(StateLimit::Channels { channels: bulk.channels });
    }
    if let Some(layer) = bulk.slot_weights.iter().position(Vec::is_empty) {
        return Err(StateLimit::Untrained { layer });
    }
    Ok(SpinNetwork::new(
        geometry,
        |link| bulk.weight(link).unwrap_or(0.0),
        |node| bulk.visible_bias(node).unwrap_or(0.0),
        |node| bulk.hidden_bias(node).unwrap_or(0.0),
    ))
}

/// The state in the form that can be asked for entropies.
enum Form {
    Marginal(Box<MarginalState>),
    Born { top_down: Arc<TopDown>, dense: Option<DenseState> },
}

/// Entropies of one region of a network's state, in nats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StateEntropy {
    /// Von Neumann entropy; absent where it is not computed (the Born form beyond 16 sites).
    pub von_neumann_nats: Option<f64>,
    /// Rényi-2 entropy; absent until enough samples are there.
    pub renyi2_nats: Option<f64>,
    /// Standard error of the Rényi-2 entropy where it is sampled.
    pub standard_error: Option<f64>,
    /// Eigenvalues of ρ_A, largest first; empty where they are not computed.
    pub probabilities: Vec<f64>,
    /// m ln 2, m the fewest separating spins.
    pub bound_nats: f64,
    /// The minimal cut with learned capacities, the Schmidt entropies of the links.
    pub cut_nats: f64,
    /// ln 2 for each of the fewest links that separate.
    pub links_nats: f64,
    /// The exact quantum Ising chain at the same mass: von Neumann and Rényi-2. Only for one interval, on a ring.
    pub exact_nats: Option<[f64; 2]>,
    /// Why the entropy of this region is not computed while those of others are.
    pub limit: Option<StateLimit>,
}

/// A network's state with everything that its entropies are put beside.
pub struct NetworkState {
    form: Form,
    spins: SpinNetwork,
    separators: SpinBoundSolver,
    /// With learned capacities, and with 1 for every link that binds.
    cuts: [CutSolver; 2],
    chain: Option<QuantumIsingChain>,
    log_partition: Option<f64>,
}

impl NetworkState {
    /// The state of a network with learned weights; `mass` is that of the exact chain, where there is one to compare
    /// with.
    ///
    /// # Errors
    /// What [`spin_network`] refuses; or hidden sums that grow too large.
    pub fn new(
        bulk: &BulkNetwork,
        form: StateForm,
        phases: Phases,
        mass: Option<f64>,
    ) -> Result<Self, StateLimit> {
        let spins = spin_network(bulk)?;
        let sites = spins.sites();
        let log_partition = if phases.are_real() { spins.log_partition() } else { None };
        let unit = Arc::new(spins.unit_network());
        let separators = SpinBoundSolver::new(&unit)?;
        let cuts = [&bulk.network, &unit].map(|network| CutSolver::new(Arc::clone(network)));
        let (form, spins) = match form {
            StateForm::Marginal => {
                let turned = spins.with_phases(phases);
                (Form::Marginal(Box::new(MarginalState::new(turned.clone())?)), turned)
            }
            StateForm::Born if !phases.are_real() => return Err(StateLimit::BornPhases),
            StateForm::Born => {
                let top_down = Arc::new(TopDown::new(&spins)?);
                let dense = if sites <= MOST_DENSE_SITES {
                    Some(DenseState::born(sites, &top_down.probabilities()?))
                } else {
                    None
                };
                (Form::Born { top_down, dense }, spins)
            }
        };
        let on_ring = bulk.network.geometry().boundary() == crate::lattice::Boundary::Ring;
        let chain = mass.filter(|_| on_ring).map(|mass| QuantumIsingChain::new(mass, sites));
        Ok(Self { form, spins, separators, cuts, chain, log_partition })
    }

    /// ln Z of the network, `Z = Σ e^{−E}` over all of its spins, boundary and hidden, whichever form the state has;
    /// `None` where weights have phases or the network is too wide for it.
    #[must_use]
    pub fn log_partition(&self) -> Option<f64> {
        self.log_partition
    }

    /// Boundary sites N.
    #[must_use]
    pub fn sites(&self) -> usize {
        self.spins.sites()
    }

    /// The distribution whose pairs of samples give Rényi-2 entropies, where these are not computed exactly.
    #[must_use]
    pub fn sampled(&self) -> Option<&Arc<TopDown>> {
        match &self.form {
            Form::Born { top_down, dense: None } => Some(top_down),
            _ => None,
        }
    }

    /// Whether S ≤ m ln 2 is a theorem for this state.
    #[must_use]
    pub fn is_bounded(&self) -> bool {
        matches!(self.form, Form::Marginal(_))
    }

    /// The sweep over all half-lines; only of the marginal form.
    ///
    /// # Errors
    /// More spins than are laid out.
    pub fn half_lines(&self) -> Result<Option<HalfLines>, FlowError> {
        match self.form {
            Form::Marginal(_) => HalfLines::new(&self.spins).map(Some),
            Form::Born { .. } => Ok(None),
        }
    }

    /// What a region's entropy is put beside: bound, cut and exact chain. Quick.
    pub fn beside(&mut self, region: &Region) -> StateEntropy {
        let one_interval = region.intervals().len() <= 1 || region.complement().intervals().len() <= 1;
        let exact = self.chain.as_ref().filter(|_| one_interval).map(|chain| {
            let exact = chain.interval_entropy(region.len() as usize);
            [exact.von_neumann_nats, exact.renyi2_nats]
        });
        let [cut, links] = self.cuts.each_mut().map(|solver| solver.solve(region));
        StateEntropy {
            bound_nats: self.separators.solve(region).count as f64 * LN_2,
            cut_nats: cut.capacity_nats,
            links_nats: links.links.len() as f64 * LN_2,
            exact_nats: exact,
            ..StateEntropy::default()
        }
    }

    /// All that is known of some regions, their entropies too where they are not sampled; a region whose tables would grow
    /// too large has its limit in their place.
    ///
    /// Several regions are shared out among threads, each by one; the numbers do not depend on how many there are.
    pub fn entropies(&mut self, regions: &[Region]) -> Vec<StateEntropy> {
        let from_amplitudes = |state: &DenseState| -> Vec<Result<Option<Spectrum>, TooWide>> {
            regions.par_iter().with_max_len(1).map(|region| Ok(Some(state.spectrum(region)))).collect()
        };
        let spectra = match &mut self.form {
            Form::Born { dense, .. } => {
                dense.as_ref().map_or_else(|| vec![Ok(None); regions.len()], from_amplitudes)
            }
            Form::Marginal(state) => match state.dense() {
                Some(dense) => from_amplitudes(dense),
                // One of each thread's own: what separates a region is looked for in place.
                None if regions.len() > 1 => {
                    let of = |state: &mut MarginalState, region: &Region| state.spectrum(region).map(Some);
                    regions.par_iter().with_max_len(1).map_init(|| MarginalState::clone(state), of).collect()
                }
                None => regions.iter().map(|region| state.spectrum(region).map(Some)).collect(),
            },
        };
        let of = |(region, spectrum): (&Region, Result<Option<Spectrum>, TooWide>)| match spectrum {
            Ok(None) => self.beside(region),
            Ok(Some(spectrum)) => self.with_spectrum(region, &spectrum),
            Err(wide) => StateEntropy { limit: Some(wide.into()), ..self.beside(region) },
        };
        regions.iter().zip(spectra).map(of).collect()
    }

    /// What a region's spectrum says, and what it is put beside.
    pub fn with_spectrum(&mut self, region: &Region, spectrum: &Spectrum) -> StateEntropy {
        StateEntropy {
            von_neumann_nats: Some(spectrum.von_neumann_nats()),
            renyi2_nats: Some(spectrum.renyi2_nats()),
            probabilities: spectrum.probabilities().to_vec(),
            ..self.beside(region)
        }
    }

    /// Whether the amplitudes are held.
    #[must_use]
    pub fn is_dense(&self) -> bool {
        match &self.form {
            Form::Marginal(state) => state.dense().is_some(),
            Form::Born { dense, .. } => dense.is_some(),
        }
    }
}
