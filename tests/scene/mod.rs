//! A network with three regions and everything laid over them, for tests that draw it.

#![allow(dead_code, reason = "each file of tests takes what it needs")]

use holoscope::figure::{BulkScene, Hue, LayerLook, Looks, Projection, RegionLook};
use holoscope::holography::{BulkNetwork, CapacitySource, Overlays, RegionAnswer};
use holoscope::lattice::{Boundary, ReceptiveField};
use holoscope::network::{CutSolver, Geometry, Interval, MaxFlow, Region, Thread, threads};
use std::sync::Arc;

/// A network of unit capacities, all learned, and the regions that are laid on it.
pub struct Laid {
    field: ReceptiveField,
    boundary: Boundary,
    layers: Vec<LayerLook>,
    overlays: Overlays,
    /// Cut and bit threads of A, B and C.
    pub answers: Vec<(RegionAnswer, Vec<Thread>)>,
}

impl Laid {
    /// A network of 2^`log2` sites without regions.
    pub fn bare(log2: u32, field: ReceptiveField, boundary: Boundary) -> Self {
        let look = LayerLook { slot_tone: vec![0.8; field.links()], link_tone: Vec::new(), learned: true };
        let layers = vec![look; log2 as usize];
        Self { field, boundary, layers, overlays: Overlays::NONE, answers: Vec::new() }
    }

    /// The same with regions A, B and C.
    pub fn full(log2: u32, field: ReceptiveField, boundary: Boundary, overlays: Overlays) -> Self {
        Self::dragged(log2, field, boundary, overlays, [0]).remove(0)
    }

    /// The same in the frames of a drag, in each of which A has grown by so many sites.
    pub fn dragged(
        log2: u32,
        field: ReceptiveField,
        boundary: Boundary,
        overlays: Overlays,
        growths: impl IntoIterator<Item = u64>,
    ) -> Vec<Self> {
        let geometry = Geometry::new(log2, boundary, field, log2).unwrap();
        let network = BulkNetwork::new(geometry, CapacitySource::Unit).unwrap().network;
        let mut solver = CutSolver::new(Arc::clone(&network));
        // Beyond this a flow takes long, and threads get no more but by a few a layer.
        let mut flow = (log2 <= 14).then(|| MaxFlow::new(&network).unwrap());
        let n = 1_u64 << log2;
        let mut answer = |[start, end]: [u64; 2]| {
            let interval = Interval { start, len: end - start };
            let region = Region::from_intervals(n, boundary, [interval]).unwrap();
            let answer = RegionAnswer::with_overlays(&mut solver, &region, overlays);
            let paths = flow.as_mut().map(|flow| threads(&flow.certificate(&answer.cut).unwrap(), &region));
            (answer, paths.unwrap_or_default())
        };
        let mut laid = |growth: u64| {
            let ends = [[n / 8, 3 * n / 8 + growth], [n / 2, 5 * n / 8], [3 * n / 4, 7 * n / 8]];
            let answers = ends.map(&mut answer).into();
            Self { overlays, answers, ..Self::bare(log2, field, boundary) }
        };
        growths.into_iter().map(&mut laid).collect()
    }

    /// Half a chain of one layer whose links hold nothing: the cut nearest the region runs through all of them.
    pub fn of_nothing(log2: u32, boundary: Boundary, overlays: Overlays) -> Self {
        let field = ReceptiveField::Two;
        let geometry = Geometry::new(log2, boundary, field, 1).unwrap();
        let network = BulkNetwork::new(geometry, CapacitySource::Uniform(0.0)).unwrap().network;
        let n = 1_u64 << log2;
        let region = Region::from_intervals(n, boundary, [Interval { start: n / 5, len: n / 2 }]).unwrap();
        let answer = RegionAnswer::with_overlays(&mut CutSolver::new(network), &region, overlays);
        let mut bare = Self::bare(log2, field, boundary);
        bare.layers.truncate(1);
        Self { overlays, answers: vec![(answer, Vec::new())], ..bare }
    }

    /// Hands out the scene that draws it, with a sample of spins.
    pub fn with_scene(&self, projection: Projection, looks: Looks<'_>, draw: impl FnOnce(&BulkScene<'_>)) {
        let looked = self.answers.iter().zip([Hue::A, Hue::B, Hue::C]);
        let regions: Vec<RegionLook<'_>> = looked
            .map(|((answer, threads), hue)| RegionLook {
                hue,
                region: &answer.region,
                answer: Some(answer),
                threads,
                handles: true,
            })
            .collect();
        draw(&BulkScene {
            projection,
            field: self.field,
            boundary: self.boundary,
            depth: self.layers.len() as u32,
            layers: &self.layers,
            regions: &regions,
            overlays: self.overlays,
            spins: &[true, false, true],
            wall: None,
            lit_layer: None,
            looks,
            strokes: 1.0,
            dark: true,
        });
    }
}
