//! Coarse graining as a film: a play head that goes through the layers from the boundary inwards.
//!
//! What a frame shows is plain data of its position t, in layers: window and files draw the same.

use super::bulk::{BulkScene, draw_layer, layer_line, nodes_in_sight};
use super::page::{Figure, Mark, Paint, Stroke};
use super::palette::Role;
use super::tints::{Ramp, Tints};

/// A frame of the film.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Film<'a> {
    /// Position t of the play head: at a whole number k, the theory of the spins of layer k.
    pub at: f64,
    /// The spins of every layer in one sample, −1…1.
    pub spins: &'a Tints,
}

/// Share of a step that is made at a share of its time: slow, fast, slow.
fn eased(t: f64) -> f32 {
    let t = t.clamp(0.0, 1.0);
    (t * t * (3.0 - 2.0 * t)) as f32
}

/// What a layer that is traced out keeps of its light.
const TRACED_OUT: f32 = 0.18;

impl Film<'_> {
    /// How much a layer is still lit, 1 to 0: at t = k exactly the layers from k on are; the step from t = k to
    /// k + 1 traces layer k out.
    #[must_use]
    pub fn lit(&self, layer: u32) -> f32 {
        1.0 - eased(self.at - f64::from(layer))
    }

    /// How strongly the spins of a layer show: at t = k those of layer k alone; between two layers those of the one
    /// go as those of the next come, and the two shares add up to 1.
    #[must_use]
    pub fn spins_shown(&self, layer: u32) -> f32 {
        let off = self.at - f64::from(layer);
        if off < 0.0 { eased(1.0 + off) } else { 1.0 - eased(off) }
    }
}

/// Draws the shade over what is traced out, the spins of the layers that the play head is at, and where it is.
pub(super) fn draw_film(page: &mut Figure, scene: &BulkScene<'_>, film: &Film<'_>) {
    for layer in 0..=scene.depth {
        let shade = (1.0 - TRACED_OUT) * (1.0 - film.lit(layer));
        if shade > 0.0 {
            draw_layer(page, scene, layer, Paint::at(Role::Canvas, shade));
        }
    }
    for layer in 0..=scene.depth {
        let shown = film.spins_shown(layer);
        if shown > 0.0 {
            draw_layer_spins(page, scene, film, layer, shown);
        }
    }
    if film.at > 0.0 {
        let stroke = Stroke::solid(Paint::at(Role::Text, 0.75), 1.25 * scene.strokes);
        if let Some(line) = layer_line(scene, film.at.exp2()) {
            page.line(line, stroke);
        }
    }
}

/// Widths of tiles between which their spins come in.
const SPINS: [f64; 2] = [3.0, 6.0];

fn draw_layer_spins(page: &mut Figure, scene: &BulkScene<'_>, film: &Film<'_>, layer: u32, shown: f32) {
    let Some(tint) = film.spins.layers.get(layer as usize) else { return };
    let nodes = (scene.projection.ring.sites >> layer).max(1) as i64;
    let seen = nodes_in_sight(scene, layer);
    let strength = |width: f64| ((width - SPINS[0]) / (SPINS[1] - SPINS[0])).clamp(0.0, 1.0) as f32;
    // Too many to be told apart: the layer has their mean tone.
    let widest = seen.iter().map(|(_, _, width)| *width).fold(0.0, f64::max);
    if let Some(mean) = tint.mean().filter(|_| strength(widest) < 1.0) {
        let tone = layer as f32 / scene.depth.max(1) as f32;
        let paint = Paint::at(Ramp::Spins.role(tone, mean), shown * (1.0 - strength(widest)));
        draw_layer(page, scene, layer, paint);
    }
    // The spins of the boundary have their own place, between it and the first tiles.
    if layer == 0 {
        return;
    }
    for (index, centre, width) in seen {
        let Some(spin) = tint.share(index, nodes) else { continue };
        let opacity = shown * strength(width);
        if opacity == 0.0 {
            continue;
        }
        let radius = (0.26 * width).clamp(1.2, 5.0) as f32;
        // Under the spin the ground, so that links do not run through it.
        page.dot(centre, radius + 1.0, Paint::at(Role::Tile(0.5), opacity));
        let up = Paint::at(Role::SpinUp, opacity * (0.5 + 0.5 * spin));
        let rim = (spin < 1.0).then(|| Stroke::solid(Paint::at(Role::SpinDown, opacity), 1.25));
        let fill = (spin > -1.0).then_some(up);
        page.marks.push(Mark::Disc {
            centre,
            radius: radius - 0.5 * rim.map_or(0.0, |r| r.width),
            fill,
            rim,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::tints;

    fn at(at: f64) -> Film<'static> {
        Film { at, spins: &tints::PLAIN }
    }

    #[test]
    fn at_a_whole_number_exactly_the_layers_from_it_on_are_lit_and_its_spins_alone_show() {
        for t in 0..9_u32 {
            let film = at(f64::from(t));
            for layer in 0..12 {
                assert_eq!(film.lit(layer), if layer >= t { 1.0 } else { 0.0 }, "t = {t}, layer {layer}");
                assert_eq!(film.spins_shown(layer), if layer == t { 1.0 } else { 0.0 });
            }
        }
    }

    #[test]
    fn between_two_layers_the_spins_of_both_add_up_to_one_and_nothing_flickers() {
        let mut before = at(0.0);
        for i in 1..=400 {
            let film = at(f64::from(i) / 50.0);
            let sum: f32 = (0..12).map(|layer| film.spins_shown(layer)).sum();
            assert!((sum - 1.0).abs() < 1e-6, "{sum} at {}", film.at);
            for layer in 0..12 {
                // Going inwards a layer only ever loses light, a few hundredths at a time.
                let lost = before.lit(layer) - film.lit(layer);
                assert!((0.0..0.05).contains(&lost), "layer {layer} at {}: {lost}", film.at);
            }
            before = film;
        }
    }
}
