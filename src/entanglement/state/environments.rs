//! ψ = Σ_h e^{−E} of long chains, without its amplitudes: Gram matrices of the two sides of a region.
//!
//! The m spins that separate a region from the rest are all that its side of the state knows of the other:
//! `ψ(v_A, v_B) = Σ_s I(s, v_A) O(s, v_B)`, s their 2^m settings. For the regions [0, i) of a line these are the bonds of
//! an exact matrix-product state of bond dimension 2^m. Nothing is compressed; the Gram matrices `I I†` and `O O†` are
//! sums over spins like a norm, every hidden spin twice (once for ψ, once for ψ*), and ρ_A has the eigenvalues of their
//! product. A table of 4^m numbers and a few spins more is the largest thing held.

use super::elimination::{Plan, TooWide, Workspace};
use super::growth;
use super::separator::{Separation, Separator};
use super::spectrum::{Spectrum, of_gram_pair};
use super::spin_network::{SpinNetwork, bias_table, bond_table};
use super::table::{Number, Table};
use crate::network::Region;
use faer::{Mat, c64};

/// Most separating spins: 2^m × 2^m matrices are diagonalised, 1024 × 1024 in a second or two.
pub const MOST_SEPARATING_SPINS: usize = 10;

/// The two names of a spin: in ψ and in ψ*. Visible spins that are traced have only the first.
pub(super) const fn ket(spin: u32) -> u32 {
    2 * spin
}

pub(super) const fn bra(spin: u32) -> u32 {
    2 * spin + 1
}

/// Factors of ψ ψ* that one side is made of, in which the spins with `single` stand once.
pub(super) fn doubled<T: Number>(
    network: &SpinNetwork,
    biased: impl Iterator<Item = u32>,
    bonds: impl Iterator<Item = usize>,
    single: impl Fn(u32) -> bool,
) -> Vec<Table<T>> {
    let mut tables = Vec::new();
    for spin in biased {
        let bias = network.bias(spin);
        if single(spin) {
            tables.push(bias_table(ket(spin), 2.0 * bias));
        } else {
            tables.extend([ket(spin), bra(spin)].map(|name| bias_table(name, bias)));
        }
    }
    for bond in bonds {
        let bond = &network.bonds[bond];
        let name = |spin: u32| if single(spin) { ket(spin) } else { bra(spin) };
        tables.push(bond_table([ket(bond.lower), ket(bond.upper)], bond.weight));
        tables.push(bond_table(
            [name(bond.lower), name(bond.upper)],
            c64::new(bond.weight.re, -bond.weight.im),
        ));
    }
    tables
}

/// Names of the separating spins on one side: all in ψ, then in ψ* those that do not stand once.
pub(super) fn open_names(separators: &[u32], single: impl Fn(u32) -> bool) -> Vec<u32> {
    let kets = separators.iter().map(|s| ket(*s));
    kets.chain(separators.iter().filter(|s| !single(**s)).map(|s| bra(*s))).collect()
}

/// The Gram matrix of a side from its table over [`open_names`].
pub(super) fn gram<T: Number>(table: &[T], separators: &[u32], single: impl Fn(u32) -> bool) -> Mat<T> {
    let m = separators.len();
    let singles: usize = separators.iter().enumerate().map(|(k, s)| usize::from(single(*s)) << k).sum();
    // Bits of the bra's place that have a name of their own, packed behind the ket's.
    let packed: Vec<usize> = (0..1_usize << m)
        .map(|place| {
            let own = (0..m).filter(|k| singles >> k & 1 == 0);
            own.enumerate().map(|(to, k)| (place >> k & 1) << (m + to)).sum()
        })
        .collect();
    Mat::from_fn(1 << m, 1 << m, |k, b| {
        // A spin that is traced on this side is the same in both.
        if (k ^ b) & singles == 0 { table[k | packed[b]] } else { T::ZERO }
    })
}

fn is_in(network: &SpinNetwork, region: &Region, spin: u32) -> bool {
    (spin as usize) < network.sites() && region.contains(u64::from(spin))
}

/// The two sums of a region, planned.
struct Sides {
    separation: Separation,
    inner: Plan,
    outer: Plan,
}

/// Spectrum of any region of ψ = Σ_h e^{−E}.
///
/// # Errors
/// More separating spins, or larger tables, than can be held.
pub(super) fn spectrum(
    network: &SpinNetwork,
    separator: &mut Separator,
    region: &Region,
) -> Result<Spectrum, TooWide> {
    if region.is_empty() || region.is_full() {
        return Ok(Spectrum::pure());
    }
    let separation = separator.of(network, region);
    if separation.separators.is_empty() {
        return Ok(Spectrum::pure());
    }
    if separation.separators.len() > MOST_SEPARATING_SPINS {
        return Err(TooWide { spins: 2 * separation.separators.len() });
    }
    if network.is_real() {
        of_either::<f64>(network, separator, region, separation)
    } else {
        of_either::<c64>(network, separator, region, separation)
    }
}

/// In the order that is found for each side as a whole; where that is too wide, site by site.
fn of_either<T: Number>(
    network: &SpinNetwork,
    separator: &mut Separator,
    region: &Region,
    separation: Separation,
) -> Result<Spectrum, TooWide> {
    of_sides::<T>(network, region, separation).or_else(|whole| {
        growth::spectrum::<T>(network, separator, region)
            .map_err(|grown| TooWide { spins: grown.spins.min(whole.spins) })
    })
}

fn of_sides<T: Number>(
    network: &SpinNetwork,
    region: &Region,
    separation: Separation,
) -> Result<Spectrum, TooWide> {
    let within = &separation.within;
    let inside_bond = |b: &usize| {
        let bond = &network.bonds[*b];
        within[bond.lower as usize] && within[bond.upper as usize]
    };
    let spins = 0..network.spins() as u32;
    let bonds = 0..network.bonds.len();
    let in_a = |s: u32| is_in(network, region, s);
    let in_b = |s: u32| (s as usize) < network.sites() && !in_a(s);
    let inner = doubled::<T>(
        network,
        spins.clone().filter(|s| within[*s as usize]),
        bonds.clone().filter(inside_bond),
        in_a,
    );
    let outer = doubled::<T>(
        network,
        spins.filter(|s| !within[*s as usize]),
        bonds.filter(|b| !inside_bond(b)),
        in_b,
    );
    let plan = |tables: &[Table<T>], open: &[u32]| Plan::new(tables.iter().map(|t| &t.spins[..]), open);
    let open = [open_names(&separation.separators, in_a), open_names(&separation.separators, in_b)];
    let sides = Sides { inner: plan(&inner, &open[0])?, outer: plan(&outer, &open[1])?, separation };
    let run = |plan: &Plan, tables: &[Table<T>], single: &dyn Fn(u32) -> bool| {
        let inputs: Vec<&[T]> = tables.iter().map(|t| &t.values[..]).collect();
        let mut work = Workspace::default();
        gram(plan.run(&inputs, &mut work).0, &sides.separation.separators, single)
    };
    Ok(of_gram_pair(&run(&sides.inner, &inner, &in_a), &run(&sides.outer, &outer, &in_b)))
}
