//! Maximum flow near the cut: the rest of the network is never looked at, and a region that moves is followed.
//!
//! The state is a side for every node (A's sites on the one, the other sites on the other), a flow that fills
//! every link between the sides, and at some inner nodes more flow coming in than going out (an excess), or
//! less. If no node of the far side has an excess and none of the near side lacks flow, the links between the
//! sides are a minimum cut: any other set of nodes around A lets through as much, plus the excess it leaves
//! out, plus what the nodes it takes in lack. (The pseudoflow of Hochbaum 2008, with sets for trees.)
//!
//! An excess is sent on, within its side, to a site or lacking node: the search goes breadth first, and from each
//! node tries a straight fall to the boundary, so that it sees little but nodes without one. What cannot be sent on shows a set that
//! lets out nothing more; it changes sides with all it holds. Flow that is lacking is the same seen
//! backwards. So a cut is found from any first guess at the cost of the links where they differ, and a
//! site that changes sides unsettles its own links only.

use super::capacity::{Capacity, Network};
use super::geometry::{Geometry, LinkId, Node};
use super::max_flow::FlowError;
use super::region::Region;
use super::wedge::Wedge;
use crate::lattice::ReceptiveField;

/// On which side of the cut a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// A's.
    Near,
    /// The complement's.
    Far,
}

impl Side {
    /// Sign of the excess that may not stay on this side.
    fn sign(self) -> i64 {
        match self {
            Self::Near => -1,
            Self::Far => 1,
        }
    }
}

/// A link as seen from one of its ends.
#[derive(Clone, Copy)]
struct End {
    link: LinkId,
    place: usize,
    /// The node at the other end.
    other: u32,
    /// 1 if the other end is the upper one, −1 if it is the lower.
    up: i64,
}

/// Arcs of a node: at most four links down and two up.
const MOST_ARCS: u8 = 6;
/// Changed sites up to which a region counts as the one before, moved.
const MOST_CHANGED_SITES: u64 = 64;
/// Links with flow, counted each time they begin to carry some, after which all is begun anew.
const MOST_CARRYING: usize = 1 << 20;

/// A maximum flow with its minimum cut; see the module. O(links) memory, of which only what is near some cut
/// is ever written.
#[derive(Clone, Debug)]
pub(crate) struct LocalFlow {
    network: Network,
    geometry: Geometry,
    region: Region,
    /// Upwards, by link number.
    flow: Vec<i64>,
    /// Numbers of the links that carry flow, and perhaps others.
    carrying: Vec<u32>,
    /// Inflow minus outflow of inner nodes.
    excess: Vec<i64>,
    unsettled: Vec<u32>,
    side: Vec<bool>,
    /// Numbers of the links between the sides, and where each stands in that list, from 1.
    between: Vec<u32>,
    place_between: Vec<u32>,
    /// Search in which a node was last seen.
    seen: Vec<u32>,
    search: u32,
    visited: Vec<u32>,
    /// For each node visited the place of the one before and the arc from there.
    came_by: Vec<(u32, u8)>,
    /// The way found: nodes with the arcs that they are left by, and where it ends.
    path: Vec<(u32, u8)>,
    last: u32,
}

impl LocalFlow {
    /// No region and no flow.
    ///
    /// # Errors
    /// More than 2²² sites.
    pub fn new(network: Network) -> Result<Self, FlowError> {
        let geometry = *network.geometry();
        if geometry.log2_sites() > Geometry::MOST_LOG2_SITES_EXPLICIT {
            return Err(FlowError::TooLarge { log2_sites: geometry.log2_sites() });
        }
        let (nodes, links) = (geometry.node_count() as usize, geometry.link_places() as usize);
        Ok(Self {
            network,
            region: Region::empty(geometry.sites(), geometry.boundary()),
            flow: vec![0; links],
            carrying: Vec::new(),
            excess: vec![0; nodes],
            unsettled: Vec::new(),
            side: vec![false; nodes],
            between: Vec::new(),
            place_between: vec![0; links],
            seen: vec![0; nodes],
            search: 0,
            visited: Vec::new(),
            came_by: Vec::new(),
            path: Vec::new(),
            last: 0,
            geometry,
        })
    }

    /// Its shape.
    pub fn geometry(&self) -> &Geometry {
        &self.geometry
    }

    /// Finds a minimum cut of a region, from the one before if few sites have changed.
    pub fn follow(&mut self, region: &Region) {
        let changed = self.region.symmetric_difference(region);
        let moved = changed.len() <= MOST_CHANGED_SITES && self.carrying.len() < MOST_CARRYING;
        if !moved || self.region.is_empty() || region.is_empty() {
            self.solve(region, None);
            return;
        }
        self.region.clone_from(region);
        for (start, end) in changed.pieces() {
            for site in start..end {
                self.change_site(site as u32);
            }
        }
    }

    /// Finds a minimum cut of a region anew, from a guess of what lies on A's side: the guess is corrected where it
    /// is wrong. Without one, the nodes whose columns stand on A.
    pub fn solve(&mut self, region: &Region, guess: Option<&Wedge>) {
        self.clear();
        self.region.clone_from(region);
        let columns;
        let guess = match guess.filter(|wedge| wedge.layers().first() == Some(region)) {
            Some(wedge) => wedge,
            None => {
                columns = Wedge::columns_over(&self.geometry, region);
                &columns
            }
        };
        for (layer, nodes) in (0..).zip(guess.layers()) {
            let first = self.geometry.node_id(Node { layer, index: 0 }) as usize;
            for (start, end) in nodes.pieces() {
                self.side[first + start as usize..first + end as usize].fill(true);
            }
        }
        let mut lacking = Vec::new();
        for link in guess.boundary_links(&self.geometry) {
            let Some((lower, upper)) = self.geometry.ends(link) else { continue };
            let (lower, upper) = (self.geometry.node_id(lower) as u32, self.geometry.node_id(upper) as u32);
            let place = self.geometry.link_index(link) as usize;
            let end = End { link, place, other: upper, up: 1 };
            self.toggle_between(place);
            let from_near = if self.side_of(lower) == Side::Near { 1 } else { -1 };
            self.fill(lower, end, from_near);
            let ends = if from_near == 1 { (lower, upper) } else { (upper, lower) };
            lacking.push(ends.0);
            self.unsettled.push(ends.1);
        }
        self.settle(Side::Far);
        self.unsettled.append(&mut lacking);
        self.settle(Side::Near);
    }

    /// Takes back all flow and puts all nodes on the far side.
    fn clear(&mut self) {
        let carrying = std::mem::take(&mut self.carrying);
        for &place in &carrying {
            self.flow[place as usize] = 0;
            let link = self.geometry.link_at(u64::from(place));
            if let Some((lower, upper)) = self.geometry.ends(link) {
                self.excess[self.geometry.node_id(lower) as usize] = 0;
                self.excess[self.geometry.node_id(upper) as usize] = 0;
            }
        }
        self.carrying = carrying;
        self.carrying.clear();
        for &place in &self.between {
            self.place_between[place as usize] = 0;
        }
        self.between.clear();
        self.side.fill(false);
    }

    /// A site has joined A or left it.
    fn change_site(&mut self, site: u32) {
        let side = self.side_of(site);
        self.change_side(site);
        for arc in 0..MOST_ARCS {
            let Some(end) = self.end(site, arc) else { continue };
            // Where it now parts the sides, its link must be full.
            if self.side_of(end.other) == side {
                self.fill(site, end, side.sign());
                self.unsettled.push(end.other);
            }
        }
        self.settle(side);
    }

    fn side_of(&self, node: u32) -> Side {
        if self.side[node as usize] { Side::Near } else { Side::Far }
    }

    fn change_side(&mut self, node: u32) {
        self.side[node as usize] ^= true;
        for arc in 0..MOST_ARCS {
            if let Some(end) = self.end(node, arc) {
                self.toggle_between(end.place);
            }
        }
    }

    fn toggle_between(&mut self, place: usize) {
        let at = std::mem::take(&mut self.place_between[place]) as usize;
        if at == 0 {
            self.between.push(place as u32);
            self.place_between[place] = self.between.len() as u32;
        } else {
            self.between.swap_remove(at - 1);
            if let Some(&moved) = self.between.get(at - 1) {
                self.place_between[moved as usize] = at as u32;
            }
        }
    }

    /// Arc number `arc` of a node: down, the middle ones first, then up.
    #[inline]
    fn end(&self, node: u32, arc: u8) -> Option<End> {
        let g = &self.geometry;
        let Node { layer, index } = g.node_at(u64::from(node));
        let slots = g.field().links() as u8;
        if arc < 4 {
            let slot = [1, 2, 0, 3][usize::from(arc)];
            if layer == 0 || slot >= slots {
                return None;
            }
            let link = LinkId { layer: layer - 1, block: index, slot };
            let (lower, _) = g.ends(link)?;
            return Some(End {
                link,
                place: g.link_index(link) as usize,
                other: g.node_id(lower) as u32,
                up: -1,
            });
        }
        if layer == g.depth() {
            return None;
        }
        // Block j sees 2j + first offset + slot: slots of one parity, for one or two blocks.
        let from_first = index as i64 - g.field().first_offset();
        let slot = (from_first & 1) as u8 + 2 * (arc - 4);
        if slot >= slots {
            return None;
        }
        let blocks = g.sites_in_layer(layer + 1) as i64;
        let block = ((from_first - i64::from(slot)) / 2).rem_euclid(blocks) as u64;
        let link = LinkId { layer, block, slot };
        let (_, upper) = g.ends(link).filter(|(lower, _)| lower.index == index)?;
        Some(End { link, place: g.link_index(link) as usize, other: g.node_id(upper) as u32, up: 1 })
    }

    /// What the link can still take away from a node, for `sign` 1, or bring to it, for −1.
    #[inline]
    fn room(&self, end: End, sign: i64) -> i64 {
        self.network.units(end.link) as i64 - sign * end.up * self.flow[end.place]
    }

    /// Sends flow from a node over a link, for `sign` 1, or fetches it, for −1.
    fn send(&mut self, node: u32, end: End, sign: i64, amount: i64) {
        let flow = &mut self.flow[end.place];
        if *flow == 0 {
            self.carrying.push(end.place as u32);
        }
        *flow += sign * end.up * amount;
        self.excess[node as usize] -= sign * amount;
        self.excess[end.other as usize] += sign * amount;
    }

    fn fill(&mut self, node: u32, end: End, sign: i64) {
        let room = self.room(end, sign);
        self.send(node, end, sign, room);
    }

    fn is_site(&self, node: u32) -> bool {
        u64::from(node) < self.geometry.sites()
    }

    /// Rids the unsettled nodes of a side of what may not stay there; moves those to the other that cannot be rid.
    fn settle(&mut self, side: Side) {
        let sign = side.sign();
        while let Some(node) = self.unsettled.pop() {
            if self.is_site(node) {
                continue;
            }
            while self.side_of(node) == side && sign * self.excess[node as usize] > 0 {
                if self.find(node, side, sign, |flow, end| flow.room(end, sign) > 0) {
                    self.send_along_path(sign, |flow, end| flow.room(end, sign));
                } else {
                    for i in 0..self.visited.len() {
                        self.change_side(self.visited[i]);
                    }
                }
            }
        }
    }

    /// Searches on one side from a node, over arcs that are `open`, for a site or, with the sign of what is to be
    /// sent, a node with the opposite excess; leaves the way in `path`, and what was seen in `visited`.
    fn find(&mut self, from: u32, side: Side, sign: i64, open: impl Fn(&Self, End) -> bool) -> bool {
        if self.search == u32::MAX {
            self.seen.fill(0);
            self.search = 0;
        }
        self.search += 1;
        self.visited.clear();
        self.came_by.clear();
        self.visited.push(from);
        self.came_by.push((0, 0));
        self.seen[from as usize] = self.search;
        let mut next = 0;
        while let Some(&node) = self.visited.get(next) {
            if self.fall(node, side, sign, &open) {
                self.lead_to(next);
                return true;
            }
            for arc in 0..MOST_ARCS {
                let Some(end) = self.end(node, arc) else { continue };
                let seen = self.seen[end.other as usize] == self.search;
                if seen || self.side_of(end.other) != side || !open(self, end) {
                    continue;
                }
                self.seen[end.other as usize] = self.search;
                self.visited.push(end.other);
                self.came_by.push((next as u32, arc));
            }
            next += 1;
        }
        false
    }

    /// Goes down by the first open link of each node: whether that ends where the search may. The nodes with the
    /// arcs they are left by are then in `path`, and the last one is `last`.
    #[inline]
    fn fall(&mut self, from: u32, side: Side, sign: i64, open: impl Fn(&Self, End) -> bool) -> bool {
        self.path.clear();
        let mut node = from;
        while !self.is_site(node) && sign * self.excess[node as usize] >= 0 {
            let below = (0..4).find_map(|arc| {
                let end = self.end(node, arc)?;
                (self.side_of(end.other) == side && open(self, end)).then_some((arc, end.other))
            });
            let Some((arc, lower)) = below else { return false };
            self.path.push((node, arc));
            node = lower;
        }
        self.last = node;
        true
    }

    /// Puts the way to the node `visited[place]` before the fall from there.
    fn lead_to(&mut self, mut place: usize) {
        let fall = self.path.len();
        while place != 0 {
            let (before, arc) = self.came_by[place];
            place = before as usize;
            self.path.push((self.visited[place], arc));
        }
        self.path[fall..].reverse();
        self.path.rotate_left(fall);
    }

    /// Sends as much as the way allows, the first node has and, unless it is a site, the last one lacks.
    fn send_along_path(&mut self, sign: i64, room: impl Fn(&Self, End) -> i64) {
        let (first, last) = (self.path[0].0, self.last);
        let mut amount = sign * self.excess[first as usize];
        if !self.is_site(last) {
            amount = amount.min(-sign * self.excess[last as usize]);
        }
        for &(node, arc) in &self.path {
            if let Some(end) = self.end(node, arc) {
                amount = amount.min(room(self, end));
            }
        }
        for i in 0..self.path.len() {
            let (node, arc) = self.path[i];
            if let Some(end) = self.end(node, arc) {
                self.send(node, end, sign, amount);
            }
        }
    }

    /// Makes the cut the one nearest A of all minimum cuts, for `Near`, or nearest the complement: moves to the
    /// other side what no flow more could reach.
    fn press_towards(&mut self, side: Side) {
        let sign = side.sign();
        // An excess that may stay on this side holds nodes there as sites do: `find` stops at it.
        let mut margin: Vec<u32> = self.between.clone();
        while let Some(place) = margin.pop() {
            let link = self.geometry.link_at(u64::from(place));
            let Some((lower, upper)) = self.geometry.ends(link) else { continue };
            for node in [lower, upper].map(|node| self.geometry.node_id(node) as u32) {
                let free =
                    self.side_of(node) == side && !self.is_site(node) && self.excess[node as usize] == 0;
                if !free || self.find(node, side, sign, |flow, end| flow.room(end, sign) > 0) {
                    continue;
                }
                for i in 0..self.visited.len() {
                    let moved = self.visited[i];
                    self.change_side(moved);
                    let ends = (0..MOST_ARCS).filter_map(|arc| self.end(moved, arc));
                    margin.extend(ends.map(|end| end.place as u32));
                }
            }
        }
    }

    /// Value of the minimum cut.
    pub fn value(&self) -> Capacity {
        let units = |&place: &u32| self.network.units(self.geometry.link_at(u64::from(place)));
        Capacity(self.between.iter().map(units).sum())
    }

    /// Adds the links of the minimum cut, in no order.
    pub fn links(&self, links: &mut Vec<LinkId>) {
        links.extend(self.between.iter().map(|&place| self.geometry.link_at(u64::from(place))));
    }

    /// The smallest and the largest A side of all minimum cuts.
    ///
    /// Nodes that only links of capacity 0 hold are on either.
    pub fn wedges(&mut self) -> (Wedge, Wedge) {
        (self.near_wedge(), self.far_wedge())
    }

    /// The smallest A side of all minimum cuts.
    pub fn near_wedge(&mut self) -> Wedge {
        self.press_towards(Side::Near);
        self.wedge()
    }

    /// The largest A side of all minimum cuts.
    pub fn far_wedge(&mut self) -> Wedge {
        self.press_towards(Side::Far);
        self.wedge()
    }

    /// A's side: it changes only beside the links between the sides, since neighbours in a layer share a node
    /// above or below. O(links of the cut), but for r = 2, whose blocks do not overlap.
    fn wedge(&self) -> Wedge {
        let g = &self.geometry;
        if g.field() == ReceptiveField::Two {
            return Wedge::from_members(g, |id| self.side[id as usize]);
        }
        let mut gaps: Vec<Vec<u64>> = vec![Vec::new(); g.depth() as usize + 1];
        let mut look_around = |node: Node| {
            let sites = g.sites_in_layer(node.layer);
            let first = g.node_id(Node { layer: node.layer, index: 0 }) as usize;
            for left in [(node.index + sites - 1) % sites, node.index] {
                if self.side[first + left as usize] != self.side[first + ((left + 1) % sites) as usize] {
                    gaps[node.layer as usize].push(left);
                }
            }
        };
        for &place in &self.between {
            if let Some((lower, upper)) = g.ends(g.link_at(u64::from(place))) {
                look_around(lower);
                look_around(upper);
            }
        }
        let layers = (0..).zip(gaps).map(|(layer, mut gaps)| {
            if layer == 0 {
                return self.region.clone();
            }
            gaps.sort_unstable();
            gaps.dedup();
            let sites = g.sites_in_layer(layer);
            let inside = self.side[g.node_id(Node { layer, index: 0 }) as usize];
            Region::from_gaps(sites, g.boundary(), &gaps, inside)
        });
        Wedge::from_layers(layers.collect())
    }

    /// Sends what is left over back where it came from, so that flow is conserved at every inner node.
    ///
    /// Only after [`Self::solve`]: a site that has changed sides may both give and take.
    pub fn return_excess(&mut self) {
        for i in 0..self.carrying.len() {
            let link = self.geometry.link_at(u64::from(self.carrying[i]));
            let Some((lower, upper)) = self.geometry.ends(link) else { continue };
            for node in [lower, upper].map(|node| self.geometry.node_id(node) as u32) {
                // Excess has stayed on A's side, and came from A; what is lacking went to the other sites.
                let side = self.side_of(node);
                let sign = -side.sign();
                let came_by = move |flow: &Self, end: End| -sign * end.up * flow.flow[end.place];
                while !self.is_site(node) && sign * self.excess[node as usize] > 0 {
                    // Back to a site: an excess elsewhere is no help.
                    if !self.find(node, side, 0, |flow, end| came_by(flow, end) > 0) {
                        break;
                    }
                    self.send_along_path(sign, came_by);
                }
            }
        }
    }

    /// The links that carry flow, by number, each with its flow upwards.
    pub fn units(&self) -> Vec<(u64, i64)> {
        let mut places = self.carrying.clone();
        places.sort_unstable();
        places.dedup();
        let carried = places.into_iter().map(|place| (u64::from(place), self.flow[place as usize]));
        carried.filter(|(_, units)| *units != 0).collect()
    }
}
