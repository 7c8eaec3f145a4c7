//! Block Gibbs sampling of a layer with shared weights, 64 samples at a time.

use super::hidden::threshold;
use super::layer::{Rbm, RbmShape};
use super::patterns::split_by_pattern;
use rand::Rng;

/// Chances of a spin to be up, by the pattern of the (at most four) spins it is linked to, laid out for
/// drawing 64 spins at once: the thresholds `chance · 2³²` bit plane by bit plane.
#[derive(Clone, Debug)]
struct Chances {
    /// Patterns, as bits, whose threshold has this bit set; most significant bit first.
    planes: [u16; 32],
    /// Patterns whose threshold is 2³²: up for certain.
    certain: u16,
}

impl Chances {
    /// `chance(pattern) = 1/(1 + e^{−2 input(pattern)})`, resolved to 2⁻³².
    fn new(patterns: usize, input: impl Fn(usize) -> f64) -> Self {
        let mut chances = Self { planes: [0; 32], certain: 0 };
        for pattern in 0..patterns {
            let threshold = threshold(input(pattern));
            chances.certain |= u16::from(threshold >> 32 != 0) << pattern;
            for (bit, plane) in chances.planes.iter_mut().enumerate() {
                *plane |= u16::from(threshold >> (31 - bit) & 1 != 0) << pattern;
            }
        }
        chances
    }

    /// One spin for each of 64 samples; `sets[p]` are the samples that see pattern p.
    ///
    /// Compares 64 random numbers with their thresholds bit by bit from the top and ends when all are
    /// decided: about eight random words in place of the 32 that 64 separate draws need.
    fn draw(&self, sets: &[u64; 16], rng: &mut impl Rng) -> u64 {
        let union = |mut patterns: u16| {
            let mut samples = 0;
            while patterns != 0 {
                samples |= sets[patterns.trailing_zeros() as usize];
                patterns &= patterns - 1;
            }
            samples
        };
        let mut up = union(self.certain);
        let mut open = !up;
        for &plane in &self.planes {
            let (threshold, random) = (union(plane), rng.next_u64());
            up |= open & threshold & !random;
            open &= !(threshold ^ random);
            if open == 0 {
                break;
            }
        }
        up
    }
}

/// The spins of 64 samples: one word per visible and per hidden site, and behind each an unused word that
/// stands for an absent spin (down).
#[derive(Clone, Debug)]
pub(super) struct Walkers {
    pub(super) visible: Vec<u64>,
    hidden: Vec<u64>,
}

impl Walkers {
    pub(super) fn new(shape: RbmShape) -> Self {
        Self { visible: vec![0; shape.sites + 1], hidden: vec![0; shape.blocks() + 1] }
    }
}

/// Who is linked to whom, looked up once: neighbours by index, and kinds of spins that share a table.
#[derive(Clone, Debug)]
pub(super) struct Wiring {
    shape: RbmShape,
    /// Slots present in blocks of each kind: one kind on a ring, up to three on a line.
    presents: Vec<usize>,
    /// Kind and sites seen of every block.
    blocks: Vec<(usize, [usize; 4])>,
    /// Parity and slots of the links of visible spins of each kind; `None` for an absent second parent.
    visible_kinds: Vec<(usize, [Option<usize>; 2])>,
    /// Kind and parents of every visible spin.
    sites: Vec<(usize, [usize; 2])>,
}

impl Wiring {
    pub(super) fn new(shape: RbmShape) -> Self {
        let presents: Vec<usize> = shape.kinds().into_iter().map(|b| shape.present_slots(b)).collect();
        let mut parents: Vec<Vec<(usize, usize)>> = vec![Vec::new(); shape.sites];
        let mut blocks = Vec::with_capacity(shape.blocks());
        for block in 0..shape.blocks() {
            let present = shape.present_slots(block);
            let kind = presents.iter().position(|&p| p == present).expect("every block is of a kind");
            let mut seen = [shape.sites; 4];
            for (slot, seen) in seen.iter_mut().enumerate().take(shape.links()) {
                if let Some(site) = shape.block_site(block, slot) {
                    *seen = site;
                    parents[site].push((block, slot));
                }
            }
            blocks.push((kind, seen));
        }
        let mut visible_kinds = Vec::new();
        let sites = parents
            .iter()
            .enumerate()
            .map(|(site, links)| {
                let slots = [0, 1].map(|i: usize| links.get(i).map(|link| link.1));
                let key = (site % 2, slots);
                let kind = visible_kinds.iter().position(|k| *k == key).unwrap_or_else(|| {
                    visible_kinds.push(key);
                    visible_kinds.len() - 1
                });
                (kind, [0, 1].map(|i: usize| links.get(i).map_or(shape.blocks(), |link| link.0)))
            })
            .collect();
        Self { shape, presents, blocks, visible_kinds, sites }
    }

    /// Slots present in blocks of each kind, in the order of [`Tally::counts`].
    pub(super) fn presents(&self) -> &[usize] {
        &self.presents
    }

    /// Adds the patterns of the `valid` samples among 64 to a tally.
    pub(super) fn count(&self, visible: &[u64], valid: u64, tally: &mut Tally) {
        for (kind, seen) in &self.blocks {
            let sets = split_by_pattern(seen.map(|site| visible[site]), self.shape.links(), valid);
            for (count, set) in tally.counts[*kind].iter_mut().zip(sets) {
                *count += u64::from(set.count_ones());
            }
        }
        for (site, word) in visible[..self.shape.sites].iter().enumerate() {
            tally.up_spins[site % 2] += u64::from((word & valid).count_ones());
        }
        tally.samples += u64::from(valid.count_ones());
    }
}

/// How often each block pattern and up spin occurs in some samples, by kind of block.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) counts: [[u64; 16]; 3],
    pub(super) up_spins: [u64; 2],
    pub(super) samples: u64,
}

impl Tally {
    /// Both together. Sums of integers: no order of adding matters.
    pub(super) fn merged(mut self, other: &Self) -> Self {
        for (a, b) in self.counts.as_flattened_mut().iter_mut().zip(other.counts.as_flattened()) {
            *a += b;
        }
        self.up_spins = [self.up_spins[0] + other.up_spins[0], self.up_spins[1] + other.up_spins[1]];
        self.samples += other.samples;
        self
    }
}

/// The conditional chances of one layer's spins.
#[derive(Clone, Debug)]
pub(super) struct Gibbs {
    hidden: Vec<Chances>,
    visible: Vec<Chances>,
}

impl Gibbs {
    pub(super) fn new(wiring: &Wiring, rbm: &Rbm) -> Self {
        let hidden = wiring
            .presents
            .iter()
            .map(|&present| Chances::new(1 << rbm.shape.links(), |p| rbm.block_input(0, present, p)));
        let visible = wiring.visible_kinds.iter().map(|(parity, slots)| {
            Chances::new(4, |pattern| {
                let pulls = slots.iter().enumerate().filter_map(|(i, slot)| {
                    slot.map(|s| if pattern >> i & 1 == 1 { rbm.weights[s] } else { -rbm.weights[s] })
                });
                rbm.visible_bias[*parity] + pulls.sum::<f64>()
            })
        });
        Self { hidden: hidden.collect(), visible: visible.collect() }
    }

    /// One step: all hidden spins given the visible ones, then all visible spins given the hidden ones.
    pub(super) fn step(&self, wiring: &Wiring, walkers: &mut Walkers, rng: &mut impl Rng) {
        let Walkers { visible, hidden } = walkers;
        for ((kind, seen), h) in wiring.blocks.iter().zip(hidden.iter_mut()) {
            let sets = split_by_pattern(seen.map(|site| visible[site]), wiring.shape.links(), !0);
            *h = self.hidden[*kind].draw(&sets, rng);
        }
        for ((kind, parents), v) in wiring.sites.iter().zip(visible.iter_mut()) {
            let [a, b] = parents.map(|block| hidden[block]);
            let sets = split_by_pattern([a, b, 0, 0], 2, !0);
            *v = self.visible[*kind].draw(&sets, rng);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::stable::logistic;
    use crate::numerics::streams::stream;
    use crate::rbm::layer::tests::{configurations, random_rbm, small_shapes};

    #[test]
    fn chances_are_drawn_to_their_last_bit() {
        // Certain, impossible, one half and an odd number, 64 · 40,000 draws each: five standard errors.
        let inputs = [40.0, -40.0, 0.0, -0.9_f64];
        let chances = Chances::new(4, |p| inputs[p]);
        let mut rng = stream(1, "chances", 0);
        for (pattern, input) in inputs.into_iter().enumerate() {
            let mut sets = [0; 16];
            sets[pattern] = !0;
            let up: u64 = (0..40_000).map(|_| u64::from(chances.draw(&sets, &mut rng).count_ones())).sum();
            let (p, n) = (logistic(2.0 * input), 64.0 * 40_000.0);
            assert!((up as f64 / n - p).abs() <= 5.0 * (p * (1.0 - p) / n).sqrt() + 1e-12, "{input}");
        }
    }

    #[test]
    fn gibbs_steps_leave_the_exact_distribution_as_it_is() {
        // Start from the exact distribution and compare the frequencies of all states after two steps:
        // χ² of independent draws, mean = degrees of freedom, deviation √(2 · degrees).
        for shape in small_shapes().into_iter().filter(|s| s.sites <= 4) {
            let mut rbm = random_rbm(shape, 12);
            // Smaller parameters, so that every state is expected often enough for χ².
            rbm.weights.iter_mut().for_each(|w| *w *= 0.4);
            rbm.visible_bias = rbm.visible_bias.map(|c| 0.4 * c);
            let states = configurations(shape.sites);
            let p: Vec<f64> = states.iter().map(|v| rbm.log_probability(v).exp()).collect();
            let wiring = Wiring::new(shape);
            let gibbs = Gibbs::new(&wiring, &rbm);
            let mut rng = stream(3, "Gibbs test", shape.sites as u64);
            let mut frequency = vec![0.0; states.len()];
            let groups = 800;
            for _ in 0..groups {
                let mut walkers = Walkers::new(shape);
                for sample in 0..64 {
                    let mut u = f64::from(rng.next_u32()) / 4_294_967_296.0;
                    let state = p.iter().position(|p| {
                        u -= p;
                        u < 0.0
                    });
                    let state = state.unwrap_or(states.len() - 1);
                    for (site, word) in walkers.visible[..shape.sites].iter_mut().enumerate() {
                        *word |= ((state >> site & 1) as u64) << sample;
                    }
                }
                gibbs.step(&wiring, &mut walkers, &mut rng);
                gibbs.step(&wiring, &mut walkers, &mut rng);
                for sample in 0..64 {
                    let bits = walkers.visible[..shape.sites].iter().enumerate();
                    let state: usize = bits.map(|(site, w)| ((w >> sample & 1) as usize) << site).sum();
                    frequency[state] += 1.0;
                }
            }
            let n = 64.0 * f64::from(groups);
            let chi2: f64 = p.iter().zip(&frequency).map(|(p, f)| (f - n * p).powi(2) / (n * p)).sum();
            let degrees = states.len() as f64 - 1.0;
            assert!(chi2 < degrees + 5.0 * (2.0 * degrees).sqrt(), "{shape:?}: χ² = {chi2} of {degrees}");
        }
    }
}
