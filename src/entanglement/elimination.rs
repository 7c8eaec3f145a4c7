//! In which order the spins of a layered network are summed over, so that the frontier stays narrow.

use crate::network::Geometry;
use std::collections::BTreeSet;

/// Widest frontier that is contracted: tables of 2¹⁸ states for eight field configurations at once, 16 MB each.
pub const MOST_WIDTH: usize = 18;
/// Most states of all tables together: a few seconds and 4 GB with what the expectations need.
const MOST_STATES: u64 = 1 << 22;
/// Most nodes for which an order is looked for.
const MOST_NODES: u64 = 1 << 13;
/// States that one entry of the lower index table of a [`Projection`] covers, as a power of two.
const LOW_BITS: usize = 6;

/// Why a network cannot be contracted exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrontierError {
    /// The frontier is too wide.
    #[error(
        "exact sums over the network of {sites} sites and {links} links a node need a frontier of {width} spins, and \
         {MOST_WIDTH} are possible: set network.sites lower{} or network.boundary = line", fewer_links(*links, ", ", ",")
    )]
    TooWide {
        /// Boundary sites.
        sites: u64,
        /// Links r of a hidden node.
        links: usize,
        /// Width of the order that was found, as far as it was followed.
        width: usize,
    },
    /// Too many nodes to look for an order, or too many states in all tables together.
    #[error(
        "exact sums over the network of {sites} sites and {links} links a node take too long: set network.sites \
         lower{}", fewer_links(*links, ", or ", "")
    )]
    TooLarge {
        /// Boundary sites.
        sites: u64,
        /// Links r of a hidden node.
        links: usize,
    },
}

/// The remedy of fewer links a node, between two pieces of a sentence, where there are fewer.
fn fewer_links(links: usize, before: &str, after: &str) -> String {
    let which = match links {
        0..=2 => return String::new(),
        3 => "2",
        _ => "3 or 2",
    };
    format!("{before}network.receptive_field to {which}{after}")
}

/// From a state of one scope to the state of a smaller one: bits picked out, by two small tables.
#[derive(Clone, Debug)]
pub(super) struct Projection {
    low: Vec<u32>,
    high: Vec<u32>,
}

impl Projection {
    /// `to[b]` is where bit b goes; `None` drops it.
    fn new(to: &[Option<usize>]) -> Self {
        let (low, high) = to.split_at(to.len().min(LOW_BITS));
        let table = |bits: &[Option<usize>]| {
            (0..1_usize << bits.len())
                .map(|state| {
                    let picked = |(b, to): (usize, &Option<usize>)| to.map_or(0, |to| (state >> b & 1) << to);
                    bits.iter().enumerate().map(picked).sum::<usize>() as u32
                })
                .collect()
        };
        Self { low: table(low), high: table(high) }
    }

    #[inline(always)]
    pub(super) fn of(&self, state: usize) -> usize {
        (self.high[state >> LOW_BITS] | self.low[state & ((1 << LOW_BITS) - 1)]) as usize
    }
}

/// A table that a step takes in: the result of an earlier one, whose bit 0 is the spin summed over now.
#[derive(Clone, Debug)]
pub(super) struct Child {
    /// The earlier step.
    pub step: usize,
    /// From the scope of this step to the child's state without its bit 0.
    pub rest: Projection,
}

/// One spin summed over, given the states of its scope.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// The spin, by its number in the network.
    pub node: usize,
    /// Number of spins that its sum depends on; they are summed over later.
    pub scope: usize,
    /// Pairs of this spin with one in the scope: number of the pair, bit of the other.
    pub pairs: Vec<(usize, usize)>,
    /// Tables it takes in.
    pub children: Vec<Child>,
}

/// An order of summation for a network, found once: every spin with the frontier that is left behind it.
///
/// Chosen greedily: next is always the spin whose removal joins the fewest pairs of spins that were not linked
/// (minimum fill-in), fewest neighbours first among equals. Widths found on a ring, r = 3: 5, 7, 8 spins for N = 32,
/// 64, 128; r = 4: 8, 11, 15; on a line of 256, r = 3: 6. Cost of finding it: O(N w³).
#[derive(Clone, Debug)]
pub struct Elimination {
    geometry: Geometry,
    /// Pair of nodes by link, in the order of [`Geometry::links`]; parallel links are one pair.
    pair_of_link: Vec<u32>,
    pairs: usize,
    pub(super) steps: Vec<Step>,
    width: usize,
    states: u64,
}

impl Elimination {
    /// The order for a geometry.
    ///
    /// # Errors
    /// A frontier wider than [`MOST_WIDTH`], or a network too large.
    pub fn new(geometry: &Geometry) -> Result<Self, FrontierError> {
        let (sites, links) = (geometry.sites(), geometry.field().links());
        if geometry.node_count() > MOST_NODES {
            return Err(FrontierError::TooLarge { sites, links });
        }
        let nodes = geometry.node_count() as usize;
        let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); nodes];
        // Nodes of a pair in ascending order of its number; a pair is looked for at its lower end.
        let mut known: Vec<Vec<(u32, u32)>> = vec![Vec::new(); nodes];
        let (mut pair_of_link, mut pairs) = (Vec::new(), 0_u32);
        for link in geometry.links() {
            let Some((from, to)) = geometry.ends(link) else { continue };
            let (a, b) = (geometry.node_id(from) as u32, geometry.node_id(to) as u32);
            let found = known[a as usize].iter().find(|(other, _)| *other == b).map(|(_, pair)| *pair);
            let pair = found.unwrap_or_else(|| {
                known[a as usize].push((b, pairs));
                neighbours[a as usize].push(b);
                neighbours[b as usize].push(a);
                pairs += 1;
                pairs - 1
            });
            pair_of_link.push(pair);
        }
        neighbours.iter_mut().for_each(|list| list.sort_unstable());
        let order =
            greedy_order(neighbours).map_err(|width| FrontierError::TooWide { sites, links, width })?;
        let states = order.iter().map(|(_, scope)| 1_u64 << scope.len()).sum();
        if states > MOST_STATES {
            return Err(FrontierError::TooLarge { sites, links });
        }
        let width = order.iter().map(|(_, scope)| scope.len()).max().unwrap_or(0);
        let steps = steps(&order, &known);
        Ok(Self { geometry: *geometry, pair_of_link, pairs: pairs as usize, steps, width, states })
    }

    /// The network's shape.
    #[must_use]
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Most spins that a table depends on.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// States of all tables together: what a contraction costs.
    #[must_use]
    pub fn states(&self) -> u64 {
        self.states
    }

    /// Number of nodes.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.steps.len()
    }

    /// Number of linked pairs of nodes; parallel links count once.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.pairs
    }

    /// The pair of each link, in the order of [`Geometry::links`].
    #[must_use]
    pub fn pair_of_link(&self) -> &[u32] {
        &self.pair_of_link
    }
}

/// Spins in the order of summation, each with the neighbours that it leaves, soonest summed over first. The width at
/// which it became too wide, if it did.
fn greedy_order(mut neighbours: Vec<Vec<u32>>) -> Result<Vec<(u32, Vec<u32>)>, usize> {
    let nodes = neighbours.len();
    let fill = |neighbours: &[Vec<u32>], node: usize| {
        let around = &neighbours[node];
        let missing = |(i, a): (usize, &u32)| {
            around[i + 1..].iter().filter(|b| neighbours[*a as usize].binary_search(b).is_err()).count()
        };
        around.iter().enumerate().map(missing).sum::<usize>()
    };
    let mut keys: Vec<(usize, usize, u32)> =
        (0..nodes).map(|node| (fill(&neighbours, node), neighbours[node].len(), node as u32)).collect();
    let mut queue: BTreeSet<(usize, usize, u32)> = keys.iter().copied().collect();
    let mut order = Vec::with_capacity(nodes);
    let mut place = vec![0_usize; nodes];
    while let Some((_, _, node)) = queue.pop_first() {
        let around = std::mem::take(&mut neighbours[node as usize]);
        if around.len() > MOST_WIDTH {
            return Err(around.len());
        }
        place[node as usize] = order.len();
        let mut touched: BTreeSet<u32> = BTreeSet::new();
        for &a in &around {
            let list = &mut neighbours[a as usize];
            let mut joined: BTreeSet<u32> = list.iter().copied().chain(around.iter().copied()).collect();
            joined.remove(&a);
            joined.remove(&node);
            *list = joined.into_iter().collect();
        }
        for &a in &around {
            touched.insert(a);
            touched.extend(neighbours[a as usize].iter().copied());
        }
        for a in touched {
            queue.remove(&keys[a as usize]);
            let i = a as usize;
            keys[i] = (fill(&neighbours, i), neighbours[i].len(), a);
            queue.insert(keys[i]);
        }
        order.push((node, around));
    }
    for (_, scope) in &mut order {
        scope.sort_unstable_by_key(|node| place[*node as usize]);
    }
    Ok(order)
}

/// The order with what each sum takes in. `known` holds, at the lower end of each pair, the upper end and its number.
fn steps(order: &[(u32, Vec<u32>)], known: &[Vec<(u32, u32)>]) -> Vec<Step> {
    let mut place = vec![0_usize; order.len()];
    for (i, (node, _)) in order.iter().enumerate() {
        place[*node as usize] = i;
    }
    let pair = |a: u32, b: u32| {
        let (low, high) = (a.min(b), a.max(b));
        known[low as usize].iter().find(|(other, _)| *other == high).map(|(_, pair)| *pair as usize)
    };
    let mut steps: Vec<Step> = order
        .iter()
        .map(|(node, scope)| Step {
            node: *node as usize,
            scope: scope.len(),
            pairs: scope
                .iter()
                .enumerate()
                .filter_map(|(bit, other)| pair(*node, *other).map(|p| (p, bit)))
                .collect(),
            children: Vec::new(),
        })
        .collect();
    for (i, (_, scope)) in order.iter().enumerate() {
        let Some((first, rest)) = scope.split_first() else { continue };
        let parent = place[*first as usize];
        // What a spin leaves behind is linked up, so the soonest of them knows all others.
        let to: Vec<Option<usize>> =
            order[parent].1.iter().map(|node| rest.iter().position(|r| r == node)).collect();
        steps[parent].children.push(Child { step: i, rest: Projection::new(&to) });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::{Boundary, ReceptiveField};

    fn width(log2: u32, boundary: Boundary, field: ReceptiveField) -> usize {
        Elimination::new(&Geometry::new(log2, boundary, field, log2).unwrap()).unwrap().width()
    }

    #[test]
    fn trees_are_one_wide_and_rings_of_three_grow_slowly() {
        assert_eq!(width(8, Boundary::Ring, ReceptiveField::Two), 1);
        // A search by another program with the same rule found 5, 7 and 8; 6 was published for N = 32.
        let ring = |log2| width(log2, Boundary::Ring, ReceptiveField::Three);
        assert!(ring(5) <= 6 && ring(6) <= 8 && ring(7) <= 9, "{} {} {}", ring(5), ring(6), ring(7));
        assert!(width(8, Boundary::Line, ReceptiveField::Three) <= 8);
        assert!(width(6, Boundary::Ring, ReceptiveField::Four) <= 12);
    }

    #[test]
    fn every_pair_is_met_once() {
        for field in ReceptiveField::ALL {
            let geometry = Geometry::new(4, Boundary::Ring, field, 4).unwrap();
            let order = Elimination::new(&geometry).unwrap();
            let mut met: Vec<usize> =
                order.steps.iter().flat_map(|s| s.pairs.iter().map(|(pair, _)| *pair)).collect();
            met.sort_unstable();
            assert_eq!(met, (0..order.pairs()).collect::<Vec<_>>());
            assert_eq!(order.pair_of_link().len(), geometry.links().count());
        }
    }

    #[test]
    fn what_is_too_wide_is_a_sentence() {
        let of = |log2, field| Elimination::new(&Geometry::new(log2, Boundary::Ring, field, log2).unwrap());
        let error = of(9, ReceptiveField::Four).unwrap_err().to_string();
        assert!(error.contains("18 are possible") && error.contains("network.sites"), "{error}");
        let error = of(20, ReceptiveField::Three).unwrap_err().to_string();
        assert!(error.contains("1048576 sites"), "{error}");
    }
}
