//! Width and colour of the links: by capacity, by signed weight, by the flow that proves the cut, or by the coupling
//! learned from entanglement.

use super::palette::Role;
use crate::network::LinkId;
use rustc_hash::FxHashMap;

/// What the links are drawn by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum LinksBy {
    /// What cutting them costs.
    #[default]
    Capacity,
    /// Their signed weight.
    Weight,
    /// How much of the shown cuts' flow they carry.
    Flow,
    /// The coupling that is learned from entanglement.
    Learned,
}

/// What every link is drawn by, as shares of the largest.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum LinkTones {
    /// By the capacities of the layers.
    #[default]
    Capacity,
    /// By weight, −1…1: slot by slot for every layer, or link by link, block after block, where blocks differ.
    /// Layers without weights are empty.
    Weight(Vec<Vec<f32>>),
    /// By flow, 0…1; links that are not there carry nothing.
    Flow(FxHashMap<LinkId, f32>),
    /// By coupling, 0…1, slot by slot for every layer; layers that are not there have none.
    Coupling(Vec<Vec<f32>>),
}

/// Capacity alone.
pub static CAPACITY: LinkTones = LinkTones::Capacity;

/// Width of a link that has nothing of what links are drawn by.
const THINNEST: f32 = 0.6;

impl LinkTones {
    /// Colour and width, in points, of a link among `slots` of its block, whose capacity is a share of ln 2.
    #[must_use]
    pub fn ink(&self, link: LinkId, slots: usize, capacity: f32) -> (Role, f32) {
        match self {
            Self::Capacity => (Role::Link(capacity), THINNEST + 1.6 * capacity),
            Self::Weight(layers) => {
                let shares = layers.get(link.layer as usize).map_or(&[][..], Vec::as_slice);
                let own = link.block as usize * slots + usize::from(link.slot);
                let share =
                    if shares.len() > slots { shares.get(own) } else { shares.get(link.slot as usize) };
                let share = share.copied().unwrap_or(0.0).clamp(-1.0, 1.0);
                (Role::Signed(share), THINNEST + 1.8 * share.abs())
            }
            Self::Flow(flows) => match flows.get(&link) {
                Some(share) => (Role::Link(0.35 + 0.65 * share), THINNEST + 0.4 + 2.2 * share),
                None => (Role::Link(0.0), THINNEST),
            },
            Self::Coupling(layers) => {
                let share =
                    layers.get(link.layer as usize).and_then(|slots| slots.get(usize::from(link.slot)));
                let share = share.copied().unwrap_or(0.0).clamp(0.0, 1.0);
                (Role::Link(share), THINNEST + 2.6 * share)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn link(layer: u32, block: u64, slot: u8) -> LinkId {
        LinkId { layer, block, slot }
    }

    #[test]
    fn weights_are_found_by_slot_or_by_block() {
        let tones = LinkTones::Weight(vec![vec![0.5, -1.0], vec![0.1, 0.2, 0.3, -0.4], Vec::new()]);
        let share = |l| match tones.ink(l, 2, 1.0) {
            (Role::Signed(share), width) => (share, width),
            other => panic!("{other:?}"),
        };
        assert_eq!(share(link(0, 7, 1)), (-1.0, THINNEST + 1.8));
        assert_eq!(share(link(1, 1, 1)).0, -0.4);
        assert_eq!(share(link(1, 0, 1)).0, 0.2);
        // Without a weight a link is as thin and neutral as one of weight zero.
        assert_eq!(share(link(2, 0, 0)), (0.0, THINNEST));
        assert_eq!(share(link(9, 0, 0)), (0.0, THINNEST));
    }

    #[test]
    fn a_stronger_coupling_is_wider_and_a_layer_without_one_is_thin() {
        let tones = LinkTones::Coupling(vec![vec![0.25, 1.0, 0.25], vec![7.0]]);
        assert_eq!(tones.ink(link(0, 3, 0), 3, 1.0), (Role::Link(0.25), THINNEST + 0.65));
        assert!(tones.ink(link(0, 3, 1), 3, 1.0).1 > tones.ink(link(0, 3, 2), 3, 1.0).1);
        assert_eq!(tones.ink(link(1, 0, 0), 3, 1.0).0, Role::Link(1.0));
        assert_eq!(tones.ink(link(2, 0, 0), 3, 1.0), (Role::Link(0.0), THINNEST));
    }

    #[test]
    fn a_link_that_carries_more_is_wider() {
        let flows = [(link(0, 0, 0), 0.25), (link(0, 0, 1), 1.0)].into_iter().collect();
        let tones = LinkTones::Flow(flows);
        let width = |slot| tones.ink(link(0, 0, slot), 3, 0.0).1;
        assert!(width(1) > width(0) && width(0) > width(2));
        assert_eq!(CAPACITY.ink(link(0, 0, 0), 3, 1.0), (Role::Link(1.0), 2.2));
    }
}
