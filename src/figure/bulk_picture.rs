//! The bulk drawn many times a second: what regions do not change is drawn once and kept.

use super::beads::{Track, Tracks};
use super::bulk::{BulkScene, LayerLook, draw_ground, draw_over};
use super::camera::Projection;
use super::film::Film;
use super::link_tones::LinkTones;
use super::links::{DrawnLink, hide_cut_links};
use super::looks::Looks;
use super::overlays::ThreadCount;
use super::page::Figure;
use super::passage::Passage;
use super::tints::Tints;
use crate::lattice::{Boundary, ReceptiveField};

/// A picture of the bulk that is drawn again and again on one page.
///
/// Its lowest marks, tiles, links, nodes and spins, are drawn anew only if they change. What lies over them may
/// move at the cost of itself: a region under the hand, whatever runs along its threads.
#[derive(Clone, Debug, Default)]
pub struct BulkPicture {
    page: Figure,
    ground: Option<Ground>,
    stamp: u64,
    tracks: Tracks,
}

/// The ground as it lies on the page.
#[derive(Clone, Debug)]
struct Ground {
    look: GroundLook,
    marks: usize,
    links: Vec<DrawnLink>,
}

impl BulkPicture {
    /// The picture as it was drawn last.
    #[must_use]
    pub fn figure(&self) -> &Figure {
        &self.page
    }

    /// The page, for more that lies over the picture until it is drawn again. Its ground, in which there is no text,
    /// must stay as it is.
    pub fn over(&mut self) -> &mut Figure {
        &mut self.page
    }

    /// How many of the lowest marks are those of earlier pictures with the same stamp: only what their bundles
    /// hide may differ. And that stamp.
    #[must_use]
    pub fn still(&self) -> (usize, u64) {
        (self.ground.as_ref().map_or(0, |ground| ground.marks), self.stamp)
    }

    /// Where the bit threads run in it, along which beads may move: none unless they are shown, nor while one chart
    /// becomes another.
    #[must_use]
    pub fn tracks(&self) -> &[Track] {
        &self.tracks
    }

    /// Draws a scene on a page of the size of its frame, or a passage on its way to it; tells how many of the bit
    /// threads can be seen.
    pub fn draw(&mut self, scene: &BulkScene<'_>, passage: Option<Passage>) -> ThreadCount {
        let frame = scene.projection.frame;
        (self.page.width, self.page.height) = (frame.left + frame.width, frame.top + frame.height);
        if let Some(passage) = passage {
            self.ground = None;
            self.page.truncate(0);
            self.tracks.clear();
            return passage.draw(&mut self.page, scene);
        }
        match self.ground.take() {
            Some(ground) if ground.look.is_of(scene) => {
                self.page.truncate(ground.marks);
                self.ground = Some(ground);
            }
            before => {
                self.page.truncate(0);
                self.stamp += 1;
                let (before, links) = before.map(|ground| (ground.look, ground.links)).unzip();
                let mut links = links.unwrap_or_default();
                draw_ground(&mut self.page, scene, &mut links);
                let look = GroundLook::of(scene, before);
                self.ground = Some(Ground { look, marks: self.page.marks.len(), links });
            }
        }
        if let Some(Ground { marks, links, .. }) = &self.ground {
            hide_cut_links(&mut self.page.marks[..*marks], 0, scene, links);
        }
        draw_over(&mut self.page, scene, &mut self.tracks)
    }
}

/// All of a scene on which its ground depends.
#[derive(Clone, Debug)]
struct GroundLook {
    projection: Projection,
    field: ReceptiveField,
    boundary: Boundary,
    depth: u32,
    layers: Vec<LayerLook>,
    spins: Vec<bool>,
    lit_layer: Option<u32>,
    tints: Tints,
    links: LinkTones,
    /// Position of the film and the spins that it shows.
    film: Option<(f64, Tints)>,
    /// Whether links and spins are left out.
    hidden: [bool; 2],
    strokes: f32,
}

impl GroundLook {
    /// That of a scene; lists that are those of the look before are not copied again.
    fn of(scene: &BulkScene<'_>, before: Option<Self>) -> Self {
        let (layers, spins) = before.map(|look| (look.layers, look.spins)).unwrap_or_default();
        let Looks { tints, links, film, hidden, still_beads: _ } = scene.looks;
        Self {
            projection: scene.projection,
            field: scene.field,
            boundary: scene.boundary,
            depth: scene.depth,
            layers: if layers == scene.layers { layers } else { scene.layers.to_vec() },
            spins: if spins == scene.spins { spins } else { scene.spins.to_vec() },
            lit_layer: scene.lit_layer,
            tints: tints.clone(),
            links: links.clone(),
            film: film.map(|film| (film.at, film.spins.clone())),
            hidden: [hidden.links(), hidden.spins()],
            strokes: scene.strokes,
        }
    }

    /// Whether the ground of the scene looks like this.
    fn is_of(&self, scene: &BulkScene<'_>) -> bool {
        // Field by field, so that whoever adds one says whether the ground depends on it.
        let BulkScene {
            projection,
            field,
            boundary,
            depth,
            layers,
            spins,
            lit_layer,
            looks: Looks { tints, links, film, hidden, still_beads: _ },
            strokes,
            regions: _,
            wall: _,
            overlays: _,
            dark: _,
        } = *scene;
        projection == self.projection
            && (field, boundary, depth) == (self.field, self.boundary, self.depth)
            && (lit_layer, strokes) == (self.lit_layer, self.strokes)
            && [hidden.links(), hidden.spins()] == self.hidden
            && layers == self.layers
            && spins == self.spins
            && (tints, links) == (&self.tints, &self.links)
            && film == self.film.as_ref().map(|(at, spins)| Film { at: *at, spins })
    }
}

#[cfg(test)]
mod tests {
    use super::super::bulk::{RegionLook, draw_bulk};
    use super::super::camera::{Camera, ChartKind, Frame};
    use super::super::page::{Mark, Paint};
    use super::super::palette::{Hue, Role};
    use super::super::tints::{LayerTint, Ramp};
    use super::*;
    use crate::holography::{BulkNetwork, CapacitySource, Overlays, RegionAnswer};
    use crate::hyperbolic::RingRadius;
    use crate::network::{CutSolver, Geometry, Region};
    use std::sync::Arc;

    #[test]
    fn a_picture_drawn_again_is_the_one_drawn_at_once() {
        let (field, boundary) = (ReceptiveField::Three, Boundary::Ring);
        let geometry = Geometry::new(6, boundary, field, 6).unwrap();
        let mut solver = CutSolver::new(BulkNetwork::new(geometry, CapacitySource::Unit).unwrap().network);
        let look = LayerLook { slot_tone: vec![0.8; 3], link_tone: Vec::new(), learned: true };
        let layers = vec![look; 6];
        let mut picture = BulkPicture::default();
        let mut stamps = Vec::new();
        let shares: Arc<[f32]> = [1.0, -1.0, 0.25, -1.0].into();
        let tints = Tints { layers: vec![LayerTint::of(&shares); 7], ramp: Ramp::Spins };
        let weights = LinkTones::Weight(vec![vec![0.5, -1.0, 0.0]; 6]);
        let film = |at| Some(Film { at, spins: &tints });
        let looks = [
            Looks::PLAIN,
            Looks { still_beads: false, ..Looks::PLAIN },
            Looks { tints: &tints, ..Looks::PLAIN },
            Looks { tints: &tints, links: &weights, ..Looks::PLAIN },
            Looks { film: film(1.5), ..Looks::PLAIN },
            Looks { film: film(1.6), ..Looks::PLAIN },
        ];
        for chart in ChartKind::ALL {
            // A region that grows, another sample of spins, then another camera, then other looks.
            for (end, spins, turn, looks) in [
                (20, [true, false], 0.0, looks[0]),
                (30, [true, false], 0.0, looks[1]),
                (30, [true, true], 0.0, looks[1]),
                (30, [true, true], 0.3, looks[1]),
                (30, [true, true], 0.3, looks[2]),
                (30, [true, true], 0.3, looks[3]),
                (40, [true, true], 0.3, looks[3]),
                (40, [true, true], 0.3, looks[4]),
                (50, [true, true], 0.3, looks[4]),
                (50, [true, true], 0.3, looks[5]),
            ] {
                let region = Region::parse(&format!("5..{end}"), 64, boundary).unwrap();
                let answer = RegionAnswer::new(&mut solver, &region);
                let camera = Camera { rotation_rad: turn, translation: turn, ..Camera::HOME };
                let frame = Frame::page(784.0, 828.0);
                let regions = [RegionLook {
                    hue: Hue::A,
                    region: &region,
                    answer: Some(&answer),
                    threads: &[],
                    handles: true,
                }];
                let scene = BulkScene {
                    projection: Projection::new(chart, RingRadius::Balanced, 64, camera, frame),
                    field,
                    boundary,
                    depth: 6,
                    layers: &layers,
                    regions: &regions,
                    spins: &spins,
                    wall: None,
                    lit_layer: None,
                    overlays: Overlays::NONE,
                    looks,
                    strokes: 1.0,
                    dark: true,
                };
                let mut page = Figure::new(784.0, 828.0);
                assert_eq!(draw_bulk(&mut page, &scene), picture.draw(&scene, None));
                assert_eq!(&page, picture.figure(), "{chart:?} {end} {spins:?} {turn} {looks:?}");
                let kept = picture.still().0;
                assert!(page.marks[..kept].iter().all(|mark| !matches!(mark, Mark::Text { .. })));
                // What others lay over it is gone when it is drawn again.
                picture.over().dot([9.0, 9.0], 3.0, Paint::of(Role::Text));
                stamps.push(picture.still().1);
            }
        }
        // Only the growing region left the ground as it was.
        let stayed: Vec<bool> = stamps.windows(2).map(|pair| pair[0] == pair[1]).collect();
        let grows = |i: usize| matches!(i % 10, 0 | 5 | 7);
        assert!(stayed.iter().enumerate().all(|(i, same)| *same == grows(i)), "{stamps:?}");
    }
}
