//! The document: everything that is saved, and nothing that is computed from it.

use super::bookmarks::{Bookmark, Note};
use super::samples_file::SamplesFile;
use crate::figure::Hidden;
use crate::figure::camera::ChartKind;
use crate::figure::link_tones::LinksBy;
use crate::figure::palette::ThemeChoice;
use crate::figure::tints::TileTint;
use crate::holography::{EntropySource, Overlays};
use crate::hyperbolic::RingRadius;
use crate::lattice::{Boundary, ReceptiveField};
use crate::network::{Interval, Region, RegionError};
use crate::rbm::TrainingMethod;
use crate::sim::{
    CapacityRule, LearnedStack, LearningParameters, NetworkParameters, StateParameters, TheoryKind,
    TheoryParameters, Wall,
};
use std::sync::Arc;

/// The three boundary regions of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions {
    /// Region A, the one whose entropy stands in large digits.
    pub a: Region,
    /// Region B.
    pub b: Region,
    /// Region C.
    pub c: Region,
}

/// Name of one of the three regions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RegionName {
    /// Region A.
    A,
    /// Region B.
    B,
    /// Region C.
    C,
}

impl RegionName {
    /// A, B and C in order.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];

    /// The letter that stands for the region on screen.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
        }
    }
}

impl Regions {
    /// Three empty regions.
    #[must_use]
    pub fn empty(sites: u64, boundary: Boundary) -> Self {
        let none = Region::empty(sites, boundary);
        Self { a: none.clone(), b: none.clone(), c: none }
    }

    /// The region of that name.
    #[must_use]
    pub fn get(&self, name: RegionName) -> &Region {
        match name {
            RegionName::A => &self.a,
            RegionName::B => &self.b,
            RegionName::C => &self.c,
        }
    }

    /// The region of that name, to be changed.
    pub fn get_mut(&mut self, name: RegionName) -> &mut Region {
        match name {
            RegionName::A => &mut self.a,
            RegionName::B => &mut self.b,
            RegionName::C => &mut self.c,
        }
    }
}

/// In which unit entropies are shown (files are always in nats).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Units {
    /// Natural units.
    #[default]
    Nats,
    /// Nats divided by ln 2.
    Bits,
    /// Nats divided by the capacity of a fully entangled link of the present network.
    Links,
}

/// How the document is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ViewParameters {
    /// Which chart of the hyperbolic plane is drawn.
    pub chart: ChartKind,
    /// Radius function of the ring chart.
    pub ring_radius: RingRadius,
    /// Colours.
    pub theme: ThemeChoice,
    /// Units of entropies on screen and in figures.
    pub units: Units,
    /// What is laid over the picture of the bulk.
    pub show: Overlays,
    /// What the picture of the bulk leaves out.
    pub hide: Hidden,
    /// What the tiles are coloured by.
    pub tiles: TileTint,
    /// What width and colour of the links show.
    pub links: LinksBy,
}

/// What a session file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// The boundary theory.
    pub theory: TheoryParameters,
    /// The file of the user's own samples, if one was named.
    pub samples_file: Option<SamplesFile>,
    /// The layered network.
    pub network: NetworkParameters,
    /// How the stack is learned.
    pub learning: LearningParameters,
    /// The boundary regions.
    pub regions: Regions,
    /// Which state of the network itself is asked for.
    pub state: StateParameters,
    /// Theory whose entropies the couplings of links are learned from.
    pub geometry_source: EntropySource,
    /// Chart, theme and units.
    pub view: ViewParameters,
    /// Name of the preset that the parameters were taken from, whatever was changed since.
    pub preset: Option<String>,
    /// Places to come back to.
    pub bookmarks: Vec<Bookmark>,
    /// Notes on sites and tiles.
    pub notes: Vec<Note>,
    /// Weights of a stack trained with exactly these parameters, if there is one.
    pub learned: Option<Arc<LearnedStack>>,
}

impl Default for Document {
    fn default() -> Self {
        let network = NetworkParameters {
            sites: 256,
            receptive_field: ReceptiveField::Three,
            boundary: Boundary::Ring,
            wall: Wall::Off,
            capacity: CapacityRule::Learned,
            bond_dimension: 2,
            prune: 0.0,
        };
        Self {
            theory: TheoryParameters { kind: TheoryKind::QuantumIsing, k1: 0.0, k2: 2.0, k3: 0.0, mass: 0.0 },
            samples_file: None,
            network,
            learning: LearningParameters {
                sites: 256,
                samples: 2000,
                seed: 1,
                epochs: 200,
                weight_decay: 1e-6,
                method: TrainingMethod::Exact,
                rate: 0.05,
                gibbs_steps: 1,
                shared_weights: true,
                channels: 1,
            },
            regions: Regions {
                a: default_region(256, Boundary::Ring),
                ..Regions::empty(256, Boundary::Ring)
            },
            state: StateParameters::default(),
            geometry_source: EntropySource::default(),
            view: ViewParameters {
                chart: ChartKind::Ring,
                ring_radius: RingRadius::Balanced,
                theme: ThemeChoice::System,
                units: Units::Nats,
                show: Overlays { ties: true, ..Overlays::NONE },
                hide: Hidden::NONE,
                tiles: TileTint::Plain,
                links: LinksBy::Capacity,
            },
            preset: Some("critical".into()),
            bookmarks: Vec::new(),
            notes: Vec::new(),
            learned: None,
        }
    }
}

/// The region of the first glance on a boundary of `sites`: 40..88 of 256, centred on top of the ring.
#[must_use]
pub fn default_region(sites: u64, boundary: Boundary) -> Region {
    let start = sites * 5 / 32;
    let end = (sites * 11 / 32).max(start + 1);
    Region::from_intervals(sites, boundary, [Interval { start, len: end - start }])
        .expect("5/32 to 11/32 of a boundary of 8 sites or more lie on it")
}

impl Document {
    /// The same document without learned weights: its parameters alone.
    #[must_use]
    pub fn without_weights(&self) -> Self {
        Self { learned: None, ..self.clone() }
    }

    /// Whether another document says the same, whatever weights either has.
    #[must_use]
    pub fn is_but_weights(&self, other: &Self) -> bool {
        // Field by field, so that whoever adds one says whether it counts.
        let Self {
            theory,
            samples_file,
            network,
            learning,
            regions,
            state,
            geometry_source,
            view,
            preset,
            bookmarks,
            notes,
            learned: _,
        } = self;
        (theory, samples_file, network, learning)
            == (&other.theory, &other.samples_file, &other.network, &other.learning)
            && (regions, state, geometry_source, view)
                == (&other.regions, &other.state, &other.geometry_source, &other.view)
            && (preset, bookmarks, notes) == (&other.preset, &other.bookmarks, &other.notes)
    }

    /// Changes the number of boundary sites and carries the regions along in proportion.
    pub fn resize(&mut self, sites: u64) {
        self.network.sites = sites;
        for name in RegionName::ALL {
            let region = self.regions.get_mut(name);
            *region = scaled(region, sites);
        }
        // After rescaling to few sites regions may come to share one.
        self.regions.b = self.regions.b.difference(&self.regions.a);
        self.regions.c = self.regions.c.difference(&self.regions.a.union(&self.regions.b));
    }

    /// Closes or opens the boundary; an interval over the seam of the ring is cut off at the end of the line.
    pub fn rebound(&mut self, boundary: Boundary) {
        self.network.boundary = boundary;
        for name in RegionName::ALL {
            let region = self.regions.get_mut(name);
            *region = rebased(region, region.sites(), boundary).unwrap_or_else(|_| {
                let n = region.sites();
                let within = region
                    .intervals()
                    .iter()
                    .map(|i| Interval { start: i.start, len: i.len.min(n - i.start) });
                Region::from_intervals(n, boundary, within).unwrap_or_else(|_| Region::empty(n, boundary))
            });
        }
    }
}

/// The same sites on another boundary.
///
/// # Errors
/// Sites that are not there.
pub fn rebased(region: &Region, sites: u64, boundary: Boundary) -> Result<Region, RegionError> {
    Region::from_intervals(sites, boundary, region.intervals().iter().copied())
}

pub(super) fn scaled(region: &Region, after: u64) -> Region {
    let before = region.sites();
    let at = |x: u64| (u128::from(x) * u128::from(after) / u128::from(before)) as u64;
    let intervals = region.intervals().iter().map(|i| {
        let start = at(i.start);
        Interval { start, len: at(i.start + i.len).saturating_sub(start).max(1).min(after) }
    });
    Region::from_intervals(after, region.boundary(), intervals)
        .unwrap_or_else(|_| Region::empty(after, region.boundary()))
}
