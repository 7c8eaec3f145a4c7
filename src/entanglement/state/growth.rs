//! The two sides of a region, built up site by site: what is held is as wide as the separators on the way.
//!
//! Sites join one after the other, `∅ ⊂ R₁ ⊂ R₂ ⊂ … ⊂ all`. The separations of growing regions enclose more and more
//! spins, so one step adds a few spins to the table of the last and sums over a few: of about 4^m numbers and some spins
//! more, however wide the whole side would be if it were summed in an order of its own. Half of a line of 256 sites, r = 4:
//! m = 8, tables of 2¹⁷ at most; an order by minimum degree needs 2²⁶.

use super::elimination::{Plan, TooWide, Workspace};
use super::environments::{bra, doubled, gram, ket, open_names};
use super::separator::{Separation, Separator};
use super::spectrum::{Spectrum, of_gram_pair};
use super::spin_network::SpinNetwork;
use super::table::{Number, Table};
use crate::lattice::Boundary;
use crate::network::{Interval, Region};

/// One site more on a side: what is new there, and how it is summed into what was there.
pub(super) struct Step<T> {
    tables: Vec<Table<T>>,
    site: u32,
    open: Vec<u32>,
    plan: Plan,
}

/// What lies within the separators of a region, or what lies beyond them.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum SideOf {
    Inside,
    Outside,
}

impl<T: Number> Step<T> {
    /// A side of a region over the names of its separators, from that side without `site`.
    ///
    /// `last` are the spins of the table that is there and the separation that it belongs to (absent where nothing is
    /// there yet), `now` is the separation with the site, and `traced` says whether a spin is one of the side's own sites.
    /// A bond is inside where both its ends are within, and outside everywhere else.
    ///
    /// # Errors
    /// A table too large.
    pub fn new(
        network: &SpinNetwork,
        side: SideOf,
        last: Option<(&[u32], &Separation)>,
        now: &Separation,
        site: u32,
        traced: impl Fn(u32) -> bool,
    ) -> Result<Self, TooWide> {
        let inside = side == SideOf::Inside;
        let has_spin = |at: &Separation, s: u32| at.within[s as usize] == inside;
        let has_bond = |at: &Separation, b: usize| {
            let (l, u) = (network.bonds[b].lower as usize, network.bonds[b].upper as usize);
            (at.within[l] && at.within[u]) == inside
        };
        let was = last.map(|(_, separation)| separation);
        let tables = doubled(
            network,
            (0..network.spins() as u32)
                .filter(|s| has_spin(now, *s) && !was.is_some_and(|at| has_spin(at, *s))),
            (0..network.bonds.len()).filter(|b| has_bond(now, *b) && !was.is_some_and(|at| has_bond(at, *b))),
            &traced,
        );
        // A site that joins the traced side stands once from now on.
        let last: Option<Vec<u32>> =
            last.map(|(spins, _)| spins.iter().copied().filter(|s| *s != bra(site)).collect());
        let open = open_names(&now.separators, traced);
        let plan = Plan::new(tables.iter().map(|t| &t.spins[..]).chain(last.as_deref()), &open)?;
        Ok(Self { tables, site, open, plan })
    }

    /// The table with the step taken; up to a factor, as all is normalised in the end.
    pub fn run(&self, last: Option<Table<T>>, work: &mut Workspace<T>) -> Table<T> {
        let last = last.map(|table| {
            let twice = table.spins.contains(&bra(self.site));
            if twice { table.diagonal(ket(self.site), bra(self.site)) } else { table }
        });
        let inputs: Vec<&[T]> = self.tables.iter().chain(&last).map(|t| &t.values[..]).collect();
        self.plan.run(&inputs, work);
        let values = work.take_last();
        if let Some(last) = last {
            work.give_back(last.values);
        }
        Table { spins: self.open.clone(), values }
    }
}

/// The steps of a side, planned before any is taken: most of the work would be lost where the last is too wide.
struct Side<T> {
    steps: Vec<Step<T>>,
    widest: usize,
}

impl<T: Number> Side<T> {
    fn of(steps: impl Iterator<Item = Result<Step<T>, TooWide>>) -> Result<Self, TooWide> {
        let steps: Vec<Step<T>> = steps.collect::<Result<_, _>>()?;
        let widest = steps.iter().map(|step| step.plan.widest()).max().unwrap_or(0);
        Ok(Self { steps, widest })
    }

    fn run(&self) -> Table<T> {
        let (mut table, mut work) = (None, Workspace::default());
        for step in &self.steps {
            table = Some(step.run(table, &mut work));
        }
        // A side has a site at least.
        table.unwrap_or_else(|| Table { spins: Vec::new(), values: Vec::new() })
    }
}

/// Orders in which the sites of a region, or of what it leaves out, may join: one way along, the other, and from both ends.
/// On a line the end of the chain comes first.
fn orders(region: &Region) -> [Vec<u32>; 3] {
    let sites = region.sites();
    let of = |interval: Interval| (0..interval.len).map(move |k| ((interval.start + k) % sites) as u32);
    let at_end = |i: &Interval| region.boundary() == Boundary::Line && i.start + i.len == sites;
    let (last, first): (Vec<Interval>, Vec<Interval>) = region.intervals().iter().copied().partition(at_end);
    let mut one: Vec<u32> = first.into_iter().flat_map(of).collect();
    one.extend(last.into_iter().flat_map(of).collect::<Vec<_>>().into_iter().rev());
    let other = one.iter().rev().copied().collect();
    let half = one.len().div_ceil(2);
    let ends = (0..half).flat_map(|k| [one[k], one[one.len() - 1 - k]]).take(one.len()).collect();
    [one, other, ends]
}

/// Spins of a table beyond 2m with which an order of growth is good enough to look no further.
const GOOD: usize = 3;

/// The narrowest side of those that grow in some orders, the first that is good enough.
fn narrowest<T: Number>(
    orders: &[Vec<u32>; 3],
    separators: usize,
    mut of: impl FnMut(&[u32]) -> Result<Side<T>, TooWide>,
) -> Result<Side<T>, TooWide> {
    let mut best: Result<Side<T>, TooWide> = Err(TooWide { spins: usize::MAX });
    for order in orders {
        let side = of(order);
        let width = |side: &Result<Side<T>, TooWide>| {
            side.as_ref().map_or_else(|w| (true, w.spins), |s| (false, s.widest))
        };
        if width(&side) < width(&best) {
            best = side;
        }
        if width(&best) <= (false, 2 * separators + GOOD) {
            break;
        }
    }
    best
}

/// Spectrum of a region that is neither empty nor all, both its sides grown site by site; some N minimal separations and N
/// sums.
///
/// # Errors
/// A table too large on the way, in all of a few orders of growing.
pub(super) fn spectrum<T: Number>(
    network: &SpinNetwork,
    separator: &mut Separator,
    region: &Region,
) -> Result<Spectrum, TooWide> {
    let rest = region.complement();
    let whole = separator.of(network, region);
    let mut grow = |sites: &Region, side: SideOf| {
        narrowest(&orders(sites), whole.separators.len(), |order| {
            let mut joined = vec![false; network.spins()];
            let mut last: Option<(Vec<u32>, Separation)> = None;
            Side::<T>::of((1..=order.len()).map(|count| {
                let grown = of_sites(sites, &order[..count]);
                let now = separator.of(
                    network,
                    &match side {
                        SideOf::Inside => grown,
                        SideOf::Outside => grown.complement(),
                    },
                );
                let site = order[count - 1];
                joined[site as usize] = true;
                let before = last.as_ref().map(|(spins, separation)| (&spins[..], separation));
                let step = Step::new(network, side, before, &now, site, |s| joined[s as usize])?;
                last = Some((step.open.clone(), now));
                Ok(step)
            }))
        })
    };
    let (inner, outer) = (grow(region, SideOf::Inside)?, grow(&rest, SideOf::Outside)?);
    let is_in = |region: &Region, s: u32| (s as usize) < network.sites() && region.contains(u64::from(s));
    let inner = gram(&inner.run().values, &whole.separators, |s| is_in(region, s));
    let outer = gram(&outer.run().values, &whole.separators, |s| is_in(&rest, s));
    Ok(of_gram_pair(&inner, &outer))
}

/// Some sites of a region's chain.
fn of_sites(region: &Region, sites: &[u32]) -> Region {
    let single = |s: &u32| Interval { start: u64::from(*s), len: 1 };
    Region::from_intervals(region.sites(), region.boundary(), sites.iter().map(single))
        .expect("sites of the chain")
}
