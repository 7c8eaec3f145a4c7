//! The table itself: every parameter in the order of the session file.

use super::{Key, Kind, Redo, Value, parse_region};
use crate::figure::Hidden;
use crate::figure::camera::ChartKind;
use crate::figure::link_tones::LinksBy;
use crate::figure::palette::ThemeChoice;
use crate::figure::tints::TileTint;
use crate::holography::{EntropySource, Overlays, StateForm};
use crate::hyperbolic::RingRadius;
use crate::lattice::{Boundary, ReceptiveField};
use crate::rbm::TrainingMethod;
use crate::session::document::{Document, Units};
use crate::session::samples_file::SamplesFile;
use crate::sim::{CapacityRule, TheoryKind, Wall};

fn as_real(value: &Value) -> f64 {
    match value {
        Value::Real(x) => *x,
        Value::Integer(i) => *i as f64,
        Value::Text(_) => f64::NAN,
    }
}

fn as_whole(value: &Value) -> u64 {
    match value {
        Value::Integer(i) => *i,
        Value::Real(x) => *x as u64,
        Value::Text(_) => 0,
    }
}

/// Two-way table between the words of a choice and the values they stand for.
macro_rules! words {
    ($name:ident, $type:ty, $($word:literal => $value:path),+ $(,)?) => {
        mod $name {
            use super::*;
            pub const WORDS: &[&str] = &[$($word),+];
            pub fn word(value: $type) -> &'static str { match value { $($value => $word),+ } }
            pub fn value(word: &str) -> Option<$type> { match word { $($word => Some($value),)+ _ => None } }
        }
    };
}

words!(theory, TheoryKind, "chain" => TheoryKind::Chain, "quantum-ising" => TheoryKind::QuantumIsing,
    "samples" => TheoryKind::Samples);
words!(boundary, Boundary, "ring" => Boundary::Ring, "line" => Boundary::Line);
words!(capacity, CapacityRule, "unit" => CapacityRule::Unit, "learned" => CapacityRule::Learned,
    "bond-dimension" => CapacityRule::BondDimension);
words!(chart, ChartKind, "ring" => ChartKind::Ring, "half-plane" => ChartKind::HalfPlane,
    "poincare" => ChartKind::Poincare, "klein" => ChartKind::Klein);
words!(radius, RingRadius, "balanced" => RingRadius::Balanced, "conformal" => RingRadius::Conformal,
    "even" => RingRadius::Even);
words!(theme, ThemeChoice, "system" => ThemeChoice::System, "light" => ThemeChoice::Light,
    "dark" => ThemeChoice::Dark, "print" => ThemeChoice::Print);
words!(form, StateForm, "marginal" => StateForm::Marginal, "born" => StateForm::Born);
words!(source, EntropySource, "fermion" => EntropySource::Fermion, "ising" => EntropySource::QuantumIsing);
words!(tiles, TileTint, "plain" => TileTint::Plain, "spins" => TileTint::Spins,
    "magnetisation" => TileTint::Magnetisation, "kl" => TileTint::Kl, "entropy" => TileTint::Entropy,
     "domain-wall" => TileTint::DomainWall);
words!(links, LinksBy, "capacity" => LinksBy::Capacity, "weight" => LinksBy::Weight, "flow" => LinksBy::Flow,
    "learned" => LinksBy::Learned);
words!(units, Units, "nats" => Units::Nats, "bits" => Units::Bits, "links" => Units::Links);

fn choose<T>(slot: &mut T, value: &Value, of: fn(&str) -> Option<T>) -> Result<(), String> {
    *slot = of(&value.to_string()).ok_or("no such choice")?;
    Ok(())
}

/// Every parameter, in the order of the session file.
pub static KEYS: &[Key] = &[
    Key {
        path: "theory.kind",
        symbol: "P(v)",
        label: "Theory",
        kind: Kind::Choice(theory::WORDS),
        unit: "",
        meaning: "The boundary theory whose spins are learned.",
        equation: "P(v) ∝ exp(K1 Σ v_i + K2 Σ v_i v_i+1 + K3 Σ v_i v_i+1 v_i+2)",
        redo: Redo::Training,
        get: |d| Value::Text(theory::word(d.theory.kind).into()),
        set: |d, v| choose(&mut d.theory.kind, v, theory::value),
    },
    Key {
        path: "theory.k1",
        symbol: "K1",
        label: "Field",
        kind: Kind::Real { min: -2.0, max: 2.0 },
        unit: "",
        meaning: "Field on every spin of the classical chain.",
        equation: "K1 Σ v_i",
        redo: Redo::Training,
        get: |d| Value::Real(d.theory.k1),
        set: |d, v| {
            d.theory.k1 = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "theory.k2",
        symbol: "K2",
        label: "Neighbour coupling",
        kind: Kind::Real { min: -4.0, max: 4.0 },
        unit: "",
        meaning: "Coupling of neighbouring spins; without field the correlation length is −1/ln tanh |K2|.",
        equation: "K2 Σ v_i v_i+1",
        redo: Redo::Training,
        get: |d| Value::Real(d.theory.k2),
        set: |d, v| {
            d.theory.k2 = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "theory.k3",
        symbol: "K3",
        label: "Three-spin coupling",
        kind: Kind::Real { min: -2.0, max: 2.0 },
        unit: "",
        meaning: "Coupling of three neighbouring spins; exact decimation does not close once it is there.",
        equation: "K3 Σ v_i v_i+1 v_i+2",
        redo: Redo::Training,
        get: |d| Value::Real(d.theory.k3),
        set: |d, v| {
            d.theory.k3 = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "theory.mass",
        symbol: "m",
        label: "Fermion mass",
        kind: Kind::Real { min: -0.95, max: 0.95 },
        unit: "",
        meaning: "Mass of the fermion, the quantum Ising chain's own or the reference's: ξ = 1/artanh |m|, z_IR = log2 ξ.",
        equation: "1/ξ = ½ ln((1+|m|)/(1−|m|))",
        redo: Redo::Training,
        get: |d| Value::Real(d.theory.mass),
        set: |d, v| {
            d.theory.mass = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "theory.samples_file",
        symbol: "",
        label: "Samples of your own",
        kind: Kind::Path,
        unit: "",
        meaning: "File of spins ±1 or 0/1, one sample a row, that are learned with theory.kind = samples.",
        equation: "shape (samples, N)",
        redo: Redo::Training,
        get: |d| Value::Text(d.samples_file.as_ref().map_or_else(String::new, |file| file.path.clone())),
        set: |d, v| {
            let path = v.to_string();
            if path.is_empty() {
                d.samples_file = None;
            } else if d.samples_file.as_ref().is_none_or(|file| file.path != path) {
                // Another name: what it holds is not known.
                d.samples_file = Some(SamplesFile::named(path));
            }
            Ok(())
        },
    },
    Key {
        path: "network.sites",
        symbol: "N",
        label: "Boundary sites",
        kind: Kind::PowerOfTwo { min_log2: 3, max_log2: 20 },
        unit: "sites",
        meaning: "Number of boundary spins of the network that is drawn and cut.",
        equation: "N = 2^n",
        redo: Redo::Network,
        get: |d| Value::Integer(d.network.sites),
        set: |d, v| {
            d.resize(as_whole(v));
            Ok(())
        },
    },
    Key {
        path: "network.receptive_field",
        symbol: "r",
        label: "Receptive field",
        kind: Kind::Choice(&["2", "3", "4"]),
        unit: "spins",
        meaning: "How many spins one hidden spin sees: 2 is a tree, 3 is planar, 4 is MERA-like.",
        equation: "r = 3: {2j, 2j+1, 2j+2}",
        redo: Redo::Training,
        get: |d| Value::Integer(d.network.receptive_field.links() as u64),
        set: |d, v| {
            let r = v.to_string().parse().unwrap_or(0);
            d.network.receptive_field = ReceptiveField::from_links(r).ok_or("give 2, 3 or 4")?;
            Ok(())
        },
    },
    Key {
        path: "network.boundary",
        symbol: "",
        label: "Boundary",
        kind: Kind::Choice(boundary::WORDS),
        unit: "",
        meaning: "Whether the chain closes to a ring or has two open ends.",
        equation: "v_N = v_0 on a ring",
        redo: Redo::Training,
        get: |d| Value::Text(boundary::word(d.network.boundary).into()),
        set: |d, v| {
            let mut boundary = d.network.boundary;
            choose(&mut boundary, v, boundary::value)?;
            d.rebound(boundary);
            Ok(())
        },
    },
    Key {
        path: "network.wall",
        symbol: "z_IR",
        label: "Infrared wall",
        kind: Kind::Wall,
        unit: "layer",
        meaning: "Where the network ends: at full depth, above layer ⌊log2 ξ⌋ of the mass (at least 1), or above a given layer.",
        equation: "d = ⌊log2 ξ⌋",
        redo: Redo::Network,
        get: |d| {
            Value::Text(match d.network.wall {
                Wall::Off => "off".into(),
                Wall::Mass => "mass".into(),
                Wall::Layer(layer) => layer.to_string(),
            })
        },
        set: |d, v| {
            d.network.wall = match v.to_string().as_str() {
                "off" => Wall::Off,
                "mass" => Wall::Mass,
                number => {
                    let layer =
                        number.parse().map_err(|_| "give off, mass or the number of a layer".to_string())?;
                    if !(1..=40).contains(&layer) {
                        return Err("give a layer from 1 to 40".into());
                    }
                    Wall::Layer(layer)
                }
            };
            Ok(())
        },
    },
    Key {
        path: "network.capacity",
        symbol: "c(ℓ)",
        label: "Capacity",
        kind: Kind::Choice(capacity::WORDS),
        unit: "",
        meaning: "What one cut link costs: ln 2, the Schmidt entropy of the learned link, or ln D.",
        equation: "s(w) = −p ln p − (1−p) ln(1−p), p = cosh² w / cosh 2w",
        redo: Redo::Network,
        get: |d| Value::Text(capacity::word(d.network.capacity).into()),
        set: |d, v| choose(&mut d.network.capacity, v, capacity::value),
    },
    Key {
        path: "network.bond_dimension",
        symbol: "D",
        label: "Bond dimension",
        kind: Kind::Integer { min: 2, max: 1024 },
        unit: "",
        meaning: "Bond dimension D: of every link when its capacity is ln D, and of random tensors, whose domain wall walks over the tiles.",
        equation: "ln D per link",
        redo: Redo::Network,
        get: |d| Value::Integer(u64::from(d.network.bond_dimension)),
        set: |d, v| {
            d.network.bond_dimension = as_whole(v) as u32;
            Ok(())
        },
    },
    Key {
        path: "network.prune",
        symbol: "w_min",
        label: "Prune below",
        kind: Kind::Real { min: 0.0, max: 1.5 },
        unit: "",
        meaning: "Learned links of |w| below this are pruned: they carry nothing (with channels the norm √Σw² of the link's matrix).",
        equation: "c(ℓ) = 0 where |w| < w_min",
        redo: Redo::Network,
        get: |d| Value::Real(d.network.prune),
        set: |d, v| {
            d.network.prune = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "learning.sites",
        symbol: "N_train",
        label: "Training sites",
        kind: Kind::PowerOfTwo { min_log2: 3, max_log2: 12 },
        unit: "sites",
        meaning: "Length of the chain that is sampled and learned; deeper layers of a larger network reuse the deepest weights.",
        equation: "log2 N_train layers",
        redo: Redo::Training,
        get: |d| Value::Integer(d.learning.sites),
        set: |d, v| {
            d.learning.sites = as_whole(v);
            Ok(())
        },
    },
    Key {
        path: "learning.samples",
        symbol: "samples",
        label: "Samples",
        kind: Kind::Integer { min: 100, max: 1_000_000 },
        unit: "",
        meaning: "Independent samples of the boundary theory, and a fifth as many more held out; of a file the first rows, a fifth of them held out.",
        equation: "−ln p = −⟨ln p(v)⟩ over samples",
        redo: Redo::Training,
        get: |d| Value::Integer(d.learning.samples),
        set: |d, v| {
            d.learning.samples = as_whole(v);
            Ok(())
        },
    },
    Key {
        path: "learning.seed",
        symbol: "seed",
        label: "Seed",
        kind: Kind::Integer { min: 0, max: u64::MAX },
        unit: "",
        meaning: "Seed of all random streams: the same seed gives the same numbers on every machine.",
        equation: "",
        redo: Redo::Training,
        get: |d| Value::Integer(d.learning.seed),
        set: |d, v| {
            d.learning.seed = as_whole(v);
            Ok(())
        },
    },
    Key {
        path: "learning.method",
        symbol: "",
        label: "Method",
        kind: Kind::Choice(&["exact", "cd", "pcd"]),
        unit: "",
        meaning: "How the likelihood's gradient is found: exactly from block patterns, or by (persistent) contrastive divergence.",
        equation: "∂ ln p/∂w = ⟨v h⟩ data − ⟨v h⟩ model",
        redo: Redo::Training,
        get: |d| Value::Text(d.learning.method.name().into()),
        set: |d, v| choose(&mut d.learning.method, v, TrainingMethod::from_name),
    },
    Key {
        path: "learning.rate",
        symbol: "η",
        label: "Step size",
        kind: Kind::Real { min: 0.001, max: 1.0 },
        unit: "",
        meaning: "Step size of contrastive divergence; the exact method finds its own steps and does not use it.",
        equation: "Δθ = η (⟨∂ ln p*⟩ data − ⟨∂ ln p*⟩ Gibbs)",
        redo: Redo::Training,
        get: |d| Value::Real(d.learning.rate),
        set: |d, v| {
            d.learning.rate = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "learning.gibbs_steps",
        symbol: "k",
        label: "Gibbs steps",
        kind: Kind::Integer { min: 1, max: 100 },
        unit: "",
        meaning: "Gibbs steps of the chains in contrastive divergence (CD-k); the exact method takes none.",
        equation: "v → h → v, k times",
        redo: Redo::Training,
        get: |d| Value::Integer(u64::from(d.learning.gibbs_steps)),
        set: |d, v| {
            d.learning.gibbs_steps = as_whole(v) as u32;
            Ok(())
        },
    },
    Key {
        path: "learning.shared_weights",
        symbol: "",
        label: "Weights",
        kind: Kind::Choice(&["true", "false"]),
        unit: "",
        meaning: "Whether all blocks of a layer share their weights; if not, learning.sites must be network.sites.",
        equation: "w_ij = w_i−2j",
        redo: Redo::Training,
        get: |d| Value::Text(d.learning.shared_weights.to_string()),
        set: |d, v| {
            d.learning.shared_weights = v.to_string() == "true";
            Ok(())
        },
    },
    Key {
        path: "learning.channels",
        symbol: "q",
        label: "Channels",
        kind: Kind::Integer { min: 1, max: 4 },
        unit: "",
        meaning: "Hidden spins on every site above the boundary; each sees all spins of its receptive field.",
        equation: "one link is the matrix e^(vᵀWh), at most min(q_k, q_k+1) ln 2",
        redo: Redo::Training,
        get: |d| Value::Integer(u64::from(d.learning.channels)),
        set: |d, v| {
            d.learning.channels = as_whole(v) as u32;
            Ok(())
        },
    },
    Key {
        path: "learning.epochs",
        symbol: "epochs",
        label: "Iterations",
        kind: Kind::Integer { min: 1, max: 10_000 },
        unit: "",
        meaning: "Most iterations of the second-order optimiser in one layer, which stops by itself at a gradient of 1e-7; of cd and pcd, most passes over the samples.",
        equation: "max |∂L| < 1e-7",
        redo: Redo::Training,
        get: |d| Value::Integer(u64::from(d.learning.epochs)),
        set: |d, v| {
            d.learning.epochs = as_whole(v) as u32;
            Ok(())
        },
    },
    Key {
        path: "learning.weight_decay",
        symbol: "λ",
        label: "Weight decay",
        kind: Kind::Real { min: 0.0, max: 1.0 },
        unit: "",
        meaning: "Keeps weights finite where the optimum is flat; with biases (a field, samples of one's own) at least 1/samples.",
        equation: "+ λ/2 Σ w²",
        redo: Redo::Training,
        get: |d| Value::Real(d.learning.weight_decay),
        set: |d, v| {
            d.learning.weight_decay = as_real(v);
            Ok(())
        },
    },
    region_key(
        "regions.a",
        "A",
        "Region A",
        |d| Value::Text(d.regions.a.to_string()),
        |d, v| {
            d.regions.a = parse_region(d, &v.to_string())?;
            Ok(())
        },
    ),
    region_key(
        "regions.b",
        "B",
        "Region B",
        |d| Value::Text(d.regions.b.to_string()),
        |d, v| {
            d.regions.b = parse_region(d, &v.to_string())?;
            Ok(())
        },
    ),
    region_key(
        "regions.c",
        "C",
        "Region C",
        |d| Value::Text(d.regions.c.to_string()),
        |d, v| {
            d.regions.c = parse_region(d, &v.to_string())?;
            Ok(())
        },
    ),
    Key {
        path: "state.form",
        symbol: "ψ",
        label: "Form of the state",
        kind: Kind::Choice(form::WORDS),
        unit: "",
        meaning: "Which state is read off the network: all hidden spins summed jointly, or the root of the stack's distribution read top down.",
        equation: "marginal ψ = Σ_h e^(−E) · born ψ = √p(v)",
        redo: Redo::Picture,
        get: |d| Value::Text(form::word(d.state.form).into()),
        set: |d, v| choose(&mut d.state.form, v, form::value),
    },
    Key {
        path: "state.phase",
        symbol: "θ",
        label: "Phase of the weights",
        kind: Kind::Real { min: 0.0, max: std::f64::consts::PI },
        unit: "rad",
        meaning: "Angle by which every weight of the marginal state is turned into the complex plane; 0 keeps them real.",
        equation: "w → w e^(iθ)",
        redo: Redo::Picture,
        get: |d| Value::Real(d.state.phase),
        set: |d, v| {
            d.state.phase = as_real(v);
            Ok(())
        },
    },
    Key {
        path: "state.random_phases",
        symbol: "φ seed",
        label: "Random phases",
        kind: Kind::Integer { min: 0, max: 1_000_000 },
        unit: "",
        meaning: "Seed of an angle of its own for every link of the marginal state, even on 0…2π; 0 for none. Real weights leave S at one bit or so; these raise it, for most regions to between a quarter and nine tenths of its bound.",
        equation: "w → w e^(i(θ + φ))",
        redo: Redo::Picture,
        get: |d| Value::Integer(d.state.random_phases),
        set: |d, v| {
            d.state.random_phases = as_whole(v);
            Ok(())
        },
    },
    Key {
        path: "state.pairs",
        symbol: "pairs",
        label: "Pairs of samples",
        kind: Kind::Integer { min: 100, max: 100_000 },
        unit: "",
        meaning: "Pairs of samples behind a Rényi-2 entropy of the Born form beyond 16 sites.",
        equation: "Tr ρ² = ⟨√(p(a'b) p(ab') / (p(ab) p(a'b')))⟩",
        redo: Redo::Picture,
        get: |d| Value::Integer(d.state.pairs),
        set: |d, v| {
            d.state.pairs = as_whole(v);
            Ok(())
        },
    },
    Key {
        path: "geometry.source",
        symbol: "S2",
        label: "J learned from",
        kind: Kind::Choice(source::WORDS),
        unit: "",
        meaning: "Theory of theory.mass whose entropies the couplings J of links are learned from: free Dirac fermions, or the quantum Ising chain (intervals only, from 32 sites).",
        equation: "S2(A) = F[A] − F[∅]",
        redo: Redo::Picture,
        get: |d| Value::Text(source::word(d.geometry_source).into()),
        set: |d, v| choose(&mut d.geometry_source, v, source::value),
    },
    Key {
        path: "view.chart",
        symbol: "",
        label: "Chart",
        kind: Kind::Choice(chart::WORDS),
        unit: "",
        meaning: "Which chart of the hyperbolic plane is drawn.",
        equation: "ds² = (dz² + dx²)/z²",
        redo: Redo::Picture,
        get: |d| Value::Text(chart::word(d.view.chart).into()),
        set: |d, v| choose(&mut d.view.chart, v, chart::value),
    },
    Key {
        path: "view.ring_radius",
        symbol: "ρ(z)",
        label: "Ring radius",
        kind: Kind::Choice(radius::WORDS),
        unit: "",
        meaning: "How depth becomes radius in the ring chart.",
        equation: "balanced 1/(1+2πz/N) · conformal e^(−2πz/N) · even 1 − log2 z/(n+1)",
        redo: Redo::Picture,
        get: |d| Value::Text(radius::word(d.view.ring_radius).into()),
        set: |d, v| choose(&mut d.view.ring_radius, v, radius::value),
    },
    Key {
        path: "view.theme",
        symbol: "",
        label: "Theme",
        kind: Kind::Choice(theme::WORDS),
        unit: "",
        meaning: "Colours of window and figures.",
        equation: "",
        redo: Redo::Picture,
        get: |d| Value::Text(theme::word(d.view.theme).into()),
        set: |d, v| choose(&mut d.view.theme, v, theme::value),
    },
    Key {
        path: "view.units",
        symbol: "",
        label: "Units",
        kind: Kind::Choice(units::WORDS),
        unit: "",
        meaning: "Units of entropies in window and figures; files are always in nats.",
        equation: "1 bit = ln 2 nats",
        redo: Redo::Picture,
        get: |d| Value::Text(units::word(d.view.units).into()),
        set: |d, v| choose(&mut d.view.units, v, units::value),
    },
    Key {
        path: "view.show",
        symbol: "",
        label: "Layers shown",
        kind: Kind::Words(Overlays::WORDS),
        unit: "",
        meaning: "What is laid over the bulk: the band of equal cuts, the causal cone, the flow as bit threads, the ideal geodesics, the numbers of sites and layers.",
        equation: "flow = cut, length = 2 arcosh(Ñ/2)",
        redo: Redo::Cut,
        get: |d| Value::Text(d.view.show.to_string()),
        set: |d, v| {
            d.view.show = Overlays::parse(&v.to_string()).ok_or("no such layer")?;
            Ok(())
        },
    },
    Key {
        path: "view.hide",
        symbol: "",
        label: "Parts hidden",
        kind: Kind::Words(Hidden::WORDS),
        unit: "",
        meaning: "What the picture of the bulk leaves out: the links, the spins on the boundary, the tint of the wedges, the curves with their cut links, the infrared wall, the arcs of the regions.",
        equation: "",
        redo: Redo::Picture,
        get: |d| Value::Text(d.view.hide.to_string()),
        set: |d, v| {
            d.view.hide = Hidden::parse(&v.to_string()).ok_or("no such part")?;
            Ok(())
        },
    },
    Key {
        path: "view.tiles",
        symbol: "",
        label: "Tiles",
        kind: Kind::Choice(tiles::WORDS),
        unit: "",
        meaning: "What the tiles are coloured by: nothing, the spins of one sample, the mean spin of each layer, the KL per spin or the mean link entropy of the step that makes it, or the Ising spins of random tensors of network.bond_dimension, down on region A, as a Monte Carlo walk draws them.",
        equation: "x_k+1 ~ p(h|x_k); ⟨x⟩; KL(P‖p_λ)/N; s(w)",
        redo: Redo::Picture,
        get: |d| Value::Text(tiles::word(d.view.tiles).into()),
        set: |d, v| choose(&mut d.view.tiles, v, tiles::value),
    },
    Key {
        path: "view.links",
        symbol: "",
        label: "Links",
        kind: Kind::Choice(links::WORDS),
        unit: "",
        meaning: "What width and colour of the links show: what cutting them costs, their signed weight, the flow that proves the cuts, or the coupling J that is learned from the entropies of geometry.source on a ring of 8 to 64 sites.",
        equation: "s(w), w, |flow| ≤ s(w), S2(A) = F[A] − F[∅]",
        redo: Redo::Cut,
        get: |d| Value::Text(links::word(d.view.links).into()),
        set: |d, v| choose(&mut d.view.links, v, links::value),
    },
];

const fn region_key(
    path: &'static str,
    symbol: &'static str,
    label: &'static str,
    get: fn(&Document) -> Value,
    set: fn(&mut Document, &Value) -> Result<(), String>,
) -> Key {
    Key {
        path,
        symbol,
        label,
        kind: Kind::Region,
        unit: "sites",
        meaning: "A union of half-open boundary intervals whose entanglement entropy is asked for.",
        equation: "S_A = min cut",
        redo: Redo::Cut,
        get,
        set,
    }
}
