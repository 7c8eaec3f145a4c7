//! The two sides of a region, built up site by site: what is held is as wide as the separators on the way.
//!
//! Sites join one after the other, `∅ ⊂ R₁ ⊂ R₂ ⊂ … ⊂ all`. The separations of growing regions enclose more and more
//! spins, so one step adds a few spins to the table of the last and sums over a few: of about 4^m numbers and some spins
//! more, however wide the whole side would be if it were summed in an order of its own. Half of a line of 256 sites, r = 4:
//! m = 8, tables of 2¹⁷ at most; an order by minimum degree needs 2²⁶.

use super::elimination::{TooWide, contract};
use super::environments::{bra, doubled, gram, ket, open_names};
use super::separator::{Separation, Separator};
use super::spectrum::{Spectrum, of_gram_pair};
use super::spin_network::SpinNetwork;
use super::table::{Number, Table};
use crate::lattice::Boundary;
use crate::network::{Interval, Region};

/// A table in which a site that joins the traced side stands once.
fn joined<T: Number>(table: &Table<T>, site: u32) -> Table<T> {
    if table.spins.contains(&bra(site)) { table.diagonal(ket(site), bra(site)) } else { table.clone() }
}

/// The table of the inside of a region, over the names of its separators, from that of the region without `site`.
///
/// `separations` are those of the region without the site (absent where nothing is left) and with it; `traced` says
/// whether a spin is one of the region's own sites.
///
/// # Errors
/// A table too large.
pub(super) fn inner_side<T: Number>(
    network: &SpinNetwork,
    last: Option<&Table<T>>,
    separations: [Option<&Separation>; 2],
    site: u32,
    traced: impl Fn(u32) -> bool,
) -> Result<Table<T>, TooWide> {
    let [was, is] = separations.map(|s| move |spin: u32| s.is_some_and(|s| s.within[spin as usize]));
    let mut tables = doubled(
        network,
        (0..network.spins() as u32).filter(|s| is(*s) && !was(*s)),
        (0..network.bonds.len()).filter(|b| {
            let (l, u) = (network.bonds[*b].lower, network.bonds[*b].upper);
            is(l) && is(u) && !(was(l) && was(u))
        }),
        &traced,
    );
    tables.extend(last.map(|t| joined(t, site)));
    let separators = separations[1].map_or(&[][..], |s| &s.separators);
    Ok(contract(&tables, &open_names(separators, traced))?.0)
}

/// The table of the outside of a region, over the names of its separators, from that of the region with `site`.
///
/// `separations` are those of the region and of the region with the site (absent where that is all sites); `traced` says
/// whether a spin is a site that is not the region's. A bond is outside unless both its ends are within.
///
/// # Errors
/// A table too large.
pub(super) fn outer_side<T: Number>(
    network: &SpinNetwork,
    last: Option<&Table<T>>,
    separations: [Option<&Separation>; 2],
    site: u32,
    traced: impl Fn(u32) -> bool,
) -> Result<Table<T>, TooWide> {
    let [is, was] = separations;
    let spin_is = |s: u32| is.is_some_and(|within| !within.within[s as usize]);
    let spin_was = |s: u32| was.is_some_and(|within| !within.within[s as usize]);
    let bond_of = |at: Option<&Separation>, b: usize| {
        let (l, u) = (network.bonds[b].lower as usize, network.bonds[b].upper as usize);
        at.is_some_and(|s| !(s.within[l] && s.within[u]))
    };
    let mut tables = doubled(
        network,
        (0..network.spins() as u32).filter(|s| spin_is(*s) && !spin_was(*s)),
        (0..network.bonds.len()).filter(|b| bond_of(is, *b) && !bond_of(was, *b)),
        &traced,
    );
    tables.extend(last.map(|t| joined(t, site)));
    let separators = is.map_or(&[][..], |s| &s.separators);
    Ok(contract(&tables, &open_names(separators, traced))?.0)
}

/// A region's sites in the order in which they join: interval after interval, those that reach the end of a line from
/// that end on.
fn in_order(region: &Region) -> Vec<u32> {
    let sites = region.sites();
    let of = |interval: Interval| {
        let from_end = region.boundary() == Boundary::Line && interval.start + interval.len == sites;
        (0..interval.len).map(move |k| {
            let k = if from_end { interval.len - 1 - k } else { k };
            ((interval.start + k) % sites) as u32
        })
    };
    region.intervals().iter().copied().flat_map(of).collect()
}

/// Spectrum of a region that is neither empty nor all, both its sides grown site by site; N minimal separations and N sums.
///
/// # Errors
/// A table too large on the way.
pub(super) fn spectrum<T: Number>(
    network: &SpinNetwork,
    separator: &mut Separator,
    region: &Region,
) -> Result<Spectrum, TooWide> {
    let own = in_order(region);
    let rest = in_order(&region.complement());
    // The outside grows from all sites backwards.
    let order: Vec<u32> = own.iter().chain(rest.iter().rev()).copied().collect();
    let mut place = vec![usize::MAX; network.spins()];
    order.iter().enumerate().for_each(|(k, site)| place[*site as usize] = k);
    let separation = |separator: &mut Separator, sites: usize| {
        let single = |s: &u32| Interval { start: u64::from(*s), len: 1 };
        let grown =
            Region::from_intervals(region.sites(), region.boundary(), order[..sites].iter().map(single))
                .expect("sites of the chain");
        separator.of(network, &grown)
    };

    let (mut inner, mut before) = (None, None);
    for sites in 1..=own.len() {
        let now = separation(separator, sites);
        let traced = |s: u32| place[s as usize] < sites;
        let joins = order[sites - 1];
        inner = Some(inner_side(network, inner.as_ref(), [before.as_ref(), Some(&now)], joins, traced)?);
        before = Some(now);
    }
    let (mut outer, mut after) = (None, None);
    for sites in (own.len()..order.len()).rev() {
        let now = separation(separator, sites);
        let traced = |s: u32| (sites..order.len()).contains(&place[s as usize]);
        let joins = order[sites];
        outer = Some(outer_side(network, outer.as_ref(), [Some(&now), after.as_ref()], joins, traced)?);
        after = Some(now);
    }
    let (Some(inner), Some(outer), Some(separation)): (Option<Table<T>>, Option<Table<T>>, _) =
        (inner, outer, before)
    else {
        return Ok(Spectrum::pure());
    };
    let separators = &separation.separators;
    let inner = gram(&inner.values, separators, |s| place[s as usize] < own.len());
    let outer = gram(&outer.values, separators, |s| (own.len()..order.len()).contains(&place[s as usize]));
    Ok(of_gram_pair(&inner, &outer))
}
