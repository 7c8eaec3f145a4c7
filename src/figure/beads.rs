//! Beads on the bit threads: the direction of a flow that nothing else shows.

use super::page::{Figure, Paint, Place};
use super::palette::{Hue, Role};

/// Way of a bit thread on the page, from the region to the rest.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// Its corners.
    pub places: Vec<Place>,
    /// The region's hue.
    pub hue: Hue,
}

/// The ways of all bit threads of a picture. Drawn anew, they lie where those before them lay in memory.
#[derive(Clone, Debug, Default)]
pub struct Tracks {
    tracks: Vec<Track>,
    /// How many of them there are now; the rest is what earlier pictures had.
    len: usize,
}

impl std::ops::Deref for Tracks {
    type Target = [Track];

    fn deref(&self) -> &[Track] {
        &self.tracks[..self.len]
    }
}

impl Tracks {
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// One more, empty.
    pub(super) fn next(&mut self, hue: Hue) -> &mut Track {
        if self.len == self.tracks.len() {
            self.tracks.push(Track { places: Vec::new(), hue });
        }
        self.len += 1;
        let track = &mut self.tracks[self.len - 1];
        track.hue = hue;
        track.places.clear();
        track
    }

    pub(super) fn drop_last(&mut self) {
        self.len = self.len.saturating_sub(1);
    }
}

/// Distance from bead to bead, in points.
pub const SPACING: f32 = 24.0;
/// Radius of a bead.
pub const RADIUS: f32 = 1.25;
/// Points a second that beads move.
pub const SPEED: f64 = 40.0;
/// More are not told apart: of so many threads that they would have more, every second one has beads, or fewer.
const MOST: usize = 1500;

/// Where the beads of some tracks are, after they have moved for a time; those outside `size` are left out.
#[must_use]
pub fn beads(tracks: &[Track], seconds: f64, [width, height]: [f32; 2]) -> Vec<(Place, Hue)> {
    let phase = ((seconds * SPEED).rem_euclid(f64::from(SPACING)) as f32 + 0.5 * SPACING) % SPACING;
    let all: f32 = tracks.iter().map(|t| length(&t.places) / SPACING).sum();
    let every = (all as usize).div_ceil(MOST).max(1);
    let within = |p: &Place| (0.0..=width).contains(&p[0]) && (0.0..=height).contains(&p[1]);
    let mut found = Vec::new();
    for track in tracks.iter().step_by(every) {
        found.extend(along(&track.places, phase).filter(within).map(|place| (place, track.hue)));
    }
    found
}

/// Draws beads of a region that stand still.
pub(super) fn draw_still(page: &mut Figure, tracks: &[Track], hue: Hue, strokes: f32) {
    let mut centres = page.places();
    centres.extend(beads(tracks, 0.0, [page.width, page.height]).into_iter().map(|(place, _)| place));
    page.discs(centres, RADIUS * strokes.max(1.0), Some(Paint::of(Role::Region(hue))), None);
}

fn step([from, to]: [Place; 2]) -> f32 {
    (to[0] - from[0]).hypot(to[1] - from[1])
}

fn length(places: &[Place]) -> f32 {
    places.windows(2).map(|w| step([w[0], w[1]])).sum()
}

/// Places every [`SPACING`] along a polyline, the first after `phase`.
fn along(places: &[Place], phase: f32) -> impl Iterator<Item = Place> + '_ {
    let mut walked = 0.0_f32;
    let mut next = phase;
    places.windows(2).flat_map(move |w| {
        let piece = step([w[0], w[1]]);
        let mut found = Vec::new();
        while piece > 0.0 && next <= walked + piece {
            let t = (next - walked) / piece;
            found.push([0, 1].map(|i| w[0][i] + t * (w[1][i] - w[0][i])));
            next += SPACING;
        }
        walked += piece;
        found
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: [f32; 2] = [1000.0, 1000.0];

    fn line(to: f32) -> Track {
        Track { places: vec![[10.0, 5.0], [30.0, 5.0], [10.0 + to, 5.0]], hue: Hue::A }
    }

    #[test]
    fn beads_stand_every_24_points_and_move_40_a_second_towards_the_end() {
        let x = |seconds| -> Vec<f32> {
            beads(&[line(100.0)], seconds, PAGE).iter().map(|(p, _)| p[0] - 10.0).collect()
        };
        assert_eq!(x(0.0), [12.0, 36.0, 60.0, 84.0]);
        let later = x(0.1);
        assert!(later.iter().zip([16.0, 40.0, 64.0, 88.0]).all(|(a, b)| (a - b).abs() < 1e-4), "{later:?}");
        // After 0.6 s every bead is where the next one was: nothing jumps.
        let round = x(0.6);
        assert!(round.iter().zip(x(0.0)).all(|(a, b)| (a - b).abs() < 1e-3), "{round:?}");
    }

    #[test]
    fn thousands_of_threads_keep_the_beads_few_and_those_off_the_page_are_left_out() {
        let many = vec![line(480.0); 1000];
        let found = beads(&many, 0.0, PAGE).len();
        assert!(found <= MOST && found > MOST / 3, "{found}");
        assert!(beads(&[line(100.0)], 0.0, [5.0, 5.0]).is_empty());
    }
}
