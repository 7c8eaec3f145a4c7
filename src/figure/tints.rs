//! Tiles coloured by data: the tone of every tile, of every band that stands for tiles, and the scale that says
//! what a tone means.

use super::bundle::Bundle;
use super::page::{Anchor, Figure, Mark, Paint, Place, Stroke};
use super::palette::Role;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What the tiles are coloured by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum TileTint {
    /// Nothing: from rim to centre a little lighter.
    #[default]
    Plain,
    /// The spins of every layer in one sample.
    Spins,
    /// The mean spin of every layer.
    Magnetisation,
    /// KL divergence per spin of the step that makes the layer.
    Kl,
    /// Mean Schmidt entropy of the links that make the layer.
    Entropy,
    /// The Ising spins of random tensors of a finite bond dimension, whose domain wall is the cut as D grows.
    DomainWall,
}

/// What is known of the tiles of one layer, as shares of the scale: 0…1, or −1…1 on a signed one.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerTint {
    /// Nothing: its tiles stay plain.
    Unknown,
    /// One share for all.
    Same(f32),
    /// A share for each; a longer layer repeats them.
    Each {
        /// The shares.
        shares: Arc<[f32]>,
        /// Their mean.
        mean: f32,
    },
}

impl LayerTint {
    /// Of so many shares: none, one for all, or one for each.
    #[must_use]
    pub fn of(shares: &Arc<[f32]>) -> Self {
        match &shares[..] {
            [] => Self::Unknown,
            [share] => Self::Same(*share),
            _ => {
                let mean = shares.iter().sum::<f32>() / shares.len() as f32;
                Self::Each { shares: Arc::clone(shares), mean }
            }
        }
    }

    /// The share of all tiles together.
    #[must_use]
    pub fn mean(&self) -> Option<f32> {
        match self {
            Self::Unknown => None,
            Self::Same(share) => Some(*share),
            Self::Each { mean, .. } => Some(*mean),
        }
    }

    /// The share of the tile of an index, unwrapped, of a layer of `nodes`.
    #[must_use]
    pub fn share(&self, index: i64, nodes: i64) -> Option<f32> {
        match self {
            Self::Each { shares, .. } => Some(shares[index.rem_euclid(nodes.max(1)) as usize % shares.len()]),
            _ => self.mean(),
        }
    }
}

/// How shares become tones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Ramp {
    /// Luminance alone, 0 the plain tile.
    #[default]
    Luminance,
    /// From the hue of B over the plain tile to the hue of A.
    Signed,
    /// Luminance of −1…1: down the plain tile, up the other end.
    Spins,
}

impl Ramp {
    /// The role of a tile that stands so deep (0 at the rim, 1 in the centre) and has that share.
    #[must_use]
    pub fn role(self, ground: f32, share: f32) -> Role {
        match self {
            Self::Luminance => Role::Tint { ground, share: share.clamp(0.0, 1.0) },
            Self::Signed => Role::SignedTint { ground, share: share.clamp(-1.0, 1.0) },
            Self::Spins => Role::Tint { ground, share: (0.5 + 0.5 * share).clamp(0.0, 1.0) },
        }
    }
}

/// The tints of all tiles.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Tints {
    /// From layer 0 on; layers that are not there are plain.
    pub layers: Vec<LayerTint>,
    /// How shares become tones.
    pub ramp: Ramp,
}

/// Steps in which the shares of single tiles differ on the page.
const SHARES: f32 = 128.0;

/// No tints: today's tiles.
pub static PLAIN: Tints = Tints { layers: Vec::new(), ramp: Ramp::Luminance };

impl Tints {
    /// Whether nothing is coloured.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.layers.is_empty()
    }

    /// The ground of a layer as one band; that of its tiles where they all are alike.
    #[must_use]
    pub fn band(&self, layer: u32, ground: f32) -> Paint {
        let share = self.layers.get(layer as usize).and_then(LayerTint::mean);
        Paint::of(share.map_or(Role::Tile(ground), |share| self.ramp.role(ground, share)))
    }

    /// What a single tile has over the band of its layer; nothing where the band says it all.
    #[must_use]
    pub fn tile(&self, layer: u32, [index, nodes]: [i64; 2], ground: f32, strength: f32) -> Option<Paint> {
        match self.layers.get(layer as usize)? {
            tint @ LayerTint::Each { .. } if nodes > 1 && strength > 0.0 => {
                Some(Paint::at(self.ramp.role(ground, tint.share(index, nodes)?), strength))
            }
            _ => None,
        }
    }
}

/// Tiles gathered by their tints, so that those that are alike are one mark.
pub(super) struct StripGroups {
    numbers: FxHashMap<[u32; 4], usize>,
    groups: Vec<(Paint, Bundle)>,
}

impl StripGroups {
    pub(super) fn new() -> Self {
        Self { numbers: FxHashMap::default(), groups: Vec::new() }
    }

    /// Where a tile of a tint is to be added.
    pub(super) fn of(&mut self, page: &mut Figure, paint: Paint) -> &mut Bundle {
        // In steps that no eye sees: else hardly two would be alike.
        let in_steps = |share: f32| (share * SHARES).round() / SHARES;
        let (role, key) = match paint.role {
            Role::Tint { ground, share } => {
                let share = in_steps(share);
                (Role::Tint { ground, share }, [0, ground.to_bits(), share.to_bits()])
            }
            Role::SignedTint { ground, share } => {
                let share = in_steps(share);
                (Role::SignedTint { ground, share }, [1, ground.to_bits(), share.to_bits()])
            }
            // Single tiles have no other colours.
            role => (role, [2, 0, 0]),
        };
        let key = [key[0], key[1], key[2], paint.opacity.to_bits()];
        let group = *self.numbers.entry(key).or_insert_with(|| {
            self.groups.push((Paint { role, ..paint }, page.bundle()));
            self.groups.len() - 1
        });
        &mut self.groups[group].1
    }

    /// Puts all tiles onto the page.
    pub(super) fn draw(self, page: &mut Figure) {
        for (paint, rungs) in self.groups {
            page.strips(rungs, paint);
        }
    }
}

/// What the tones mean: the colour scale of the legend.
#[derive(Clone, Debug, PartialEq)]
pub struct Scale {
    /// Quantity and unit.
    pub title: String,
    /// The values at both ends.
    pub ends: [String; 2],
    /// How shares become tones.
    pub ramp: Ramp,
    /// What a reader must know besides, such as a sample that is repeated; may be empty.
    pub note: String,
}

/// Size of a scale on the page, in points.
pub const SCALE: [f32; 2] = [168.0, 46.0];
/// Steps of its bar.
const STEPS: usize = 24;
const BAR: [f32; 2] = [120.0, 8.0];
const SMALL: f32 = 11.5;

impl Scale {
    /// Draws title, bar and values with the top left corner at a place; [`SCALE`] large, the note below it.
    pub fn draw(&self, page: &mut Figure, [x, y]: Place) {
        page.text([x, y + 7.0], self.title.clone(), SMALL, Role::Secondary, Anchor::Start);
        let (top, bottom) = (y + 18.0, y + 18.0 + BAR[1]);
        if self.ramp == Ramp::Spins {
            // Two tones, not a slope.
            for (i, share) in [-1.0, 1.0].into_iter().enumerate() {
                let left = x + 0.5 * BAR[0] * i as f32;
                page.marks.push(bar(left, 0.5 * BAR[0], top, bottom, Paint::of(self.ramp.role(0.5, share))));
            }
        } else {
            let low = if self.ramp == Ramp::Signed { -1.0 } else { 0.0 };
            for i in 0..STEPS {
                let share = low + (1.0 - low) * (i as f32 + 0.5) / STEPS as f32;
                let width = BAR[0] / STEPS as f32;
                let paint = Paint::of(self.ramp.role(0.5, share));
                page.marks.push(bar(x + width * i as f32, width, top, bottom, paint));
            }
        }
        let corners = [[x, top], [x + BAR[0], top], [x + BAR[0], bottom], [x, bottom]];
        page.outline(corners.to_vec(), Stroke::solid(Paint::of(Role::Outline), 0.75));
        let [low, high] = &self.ends;
        page.text([x, bottom + 10.0], low.clone(), SMALL, Role::Secondary, Anchor::Start);
        page.text([x + BAR[0], bottom + 10.0], high.clone(), SMALL, Role::Secondary, Anchor::End);
        if !self.note.is_empty() {
            page.text([x, bottom + 26.0], self.note.clone(), SMALL, Role::Secondary, Anchor::Start);
        }
    }

    /// Height that it takes, with its note.
    #[must_use]
    pub fn height(&self) -> f32 {
        SCALE[1] + if self.note.is_empty() { 0.0 } else { 16.0 }
    }
}

fn bar(left: f32, width: f32, top: f32, bottom: f32, paint: Paint) -> Mark {
    let side = |y| vec![[left, y], [left + width, y]];
    Mark::Strip { one: side(top), other: side(bottom), paint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::palette::Theme;

    fn each(shares: &[f32]) -> LayerTint {
        LayerTint::of(&shares.into())
    }

    #[test]
    fn a_longer_layer_repeats_its_shares_and_a_band_has_their_mean() {
        let tint = each(&[1.0, -1.0, -1.0, -1.0]);
        assert_eq!(tint.mean(), Some(-0.5));
        let row: Vec<f32> = (-4..8).filter_map(|i| tint.share(i, 8)).collect();
        assert_eq!(row, [1.0, -1.0, -1.0, -1.0].repeat(3));
        // Of a layer shorter than the sample the first ones.
        assert_eq!(tint.share(3, 2), Some(-1.0));
        assert_eq!((each(&[]), each(&[0.25])), (LayerTint::Unknown, LayerTint::Same(0.25)));
    }

    #[test]
    fn tiles_are_drawn_one_by_one_only_where_they_differ() {
        let layers = vec![each(&[1.0, -1.0]), each(&[0.5]), LayerTint::Unknown];
        let tints = Tints { layers, ramp: Ramp::Spins };
        let up = Ramp::Spins.role(0.2, 1.0);
        assert_eq!(tints.tile(0, [0, 2], 0.2, 0.5), Some(Paint::at(up, 0.5)));
        assert_ne!(tints.tile(0, [1, 2], 0.2, 0.5), Some(Paint::at(up, 0.5)));
        for layer in 1..4 {
            assert_eq!(tints.tile(layer, [0, 2], 0.2, 1.0), None);
        }
        assert_eq!(tints.tile(0, [0, 2], 0.2, 0.0), None);
        assert_eq!(tints.band(0, 0.2), Paint::of(Role::Tint { ground: 0.2, share: 0.5 }));
        assert_eq!(tints.band(2, 0.2), Paint::of(Role::Tile(0.2)));
        assert_eq!(tints.band(7, 0.2), PLAIN.band(7, 0.2));
    }

    #[test]
    fn tones_are_ordered_and_a_zero_is_the_plain_tile() {
        for theme in Theme::ALL {
            for ground in [0.0, 0.5, 1.0] {
                let plain = theme.color(Role::Tile(ground));
                assert_eq!(theme.color(Ramp::Luminance.role(ground, 0.0)), plain);
                assert_eq!(theme.color(Ramp::Signed.role(ground, 0.0)), plain);
                assert_eq!(theme.color(Ramp::Spins.role(ground, -1.0)), plain);
                let tones: Vec<f64> = (0..=8)
                    .map(|i| theme.color(Ramp::Luminance.role(ground, i as f32 / 8.0)).luminance())
                    .collect();
                let rising = tones.windows(2).all(|w| w[1] > w[0]);
                let falling = tones.windows(2).all(|w| w[1] < w[0]);
                assert!(if theme.is_dark() { rising } else { falling }, "{theme:?} {tones:?}");
                // What is drawn over any tile is seen on it: the curve.
                for share in [-1.0, 0.0, 1.0] {
                    for ramp in [Ramp::Luminance, Ramp::Signed, Ramp::Spins] {
                        let ground = theme.color(ramp.role(ground, share));
                        let ratio = theme.color(Role::CurveCore).contrast(ground);
                        assert!(ratio >= 3.0, "{theme:?} {ramp:?} {share}: {ratio}");
                    }
                }
            }
        }
    }
}
