//! Sums over hidden spins, one after the other: an order that keeps the tables small, and its execution.

use super::table::{Gather, Number, Table, multiply};
use rand::{Rng, RngExt};
use std::collections::{BTreeSet, BinaryHeap};

/// Spins of the largest table, 2²³ numbers: 64 MB of real and 128 MB of complex ones.
pub const MOST_SPINS: usize = 23;
/// The room of tables of more numbers than this is used again as soon as they are.
const KEPT: usize = 1 << 14;
/// So many of them.
const SPARE: usize = 3;

/// The tables would grow too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a table of 2^{spins} numbers")]
pub struct TooWide {
    /// Spins of the largest table.
    pub spins: usize,
}

/// One product of two tables, with or without a sum over one of their spins.
#[derive(Clone, Debug)]
struct Step {
    factors: [usize; 2],
    gathers: [Gather; 2],
    summed: Option<u32>,
    spins: Vec<u32>,
}

/// In which order spins are summed over, planned once for tables of the same spins.
///
/// The spin with the fewest neighbours is summed first (minimum degree; Markowitz 1957), the lower name among equals.
#[derive(Clone, Debug)]
pub struct Plan {
    inputs: usize,
    steps: Vec<Step>,
    widest: usize,
}

/// Tables under way, kept from run to run.
#[derive(Clone, Debug)]
pub struct Workspace<T> {
    tables: Vec<Vec<T>>,
    /// Room of large tables that are not needed any more.
    spare: Vec<Vec<T>>,
}

impl<T> Workspace<T> {
    /// The table that the last plan made; the room of the others stays.
    pub fn take_last(&mut self) -> Vec<T> {
        self.tables.pop().unwrap_or_default()
    }

    /// Takes a table back whose room can be used again.
    pub fn give_back(&mut self, table: Vec<T>) {
        if table.len() > KEPT && self.spare.len() < SPARE {
            self.spare.push(table);
        }
    }
}

impl<T> Default for Workspace<T> {
    fn default() -> Self {
        Self { tables: Vec::new(), spare: Vec::new() }
    }
}

impl Plan {
    /// Sums over all spins of the tables but `open`; what is left is one table over `open`, in that order.
    ///
    /// # Errors
    /// A table of more than 2^[`MOST_SPINS`] numbers would be needed.
    pub fn new<'a>(tables: impl Iterator<Item = &'a [u32]>, open: &[u32]) -> Result<Self, TooWide> {
        let mut live: Vec<Vec<u32>> = tables.map(<[u32]>::to_vec).collect();
        let inputs = live.len();
        let mut plan = Self { inputs, steps: Vec::new(), widest: open.len() };
        let names = live.iter().flatten().chain(open).max().map_or(0, |most| *most as usize + 1);
        let mut is_open = vec![false; names];
        open.iter().for_each(|s| is_open[*s as usize] = true);
        let mut neighbours: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); names];
        let mut of_spin: Vec<Vec<usize>> = vec![Vec::new(); names];
        for (t, spins) in live.iter().enumerate() {
            for s in spins {
                of_spin[*s as usize].push(t);
                neighbours[*s as usize].extend(spins.iter().filter(|o| *o != s));
            }
        }
        let mut used = vec![false; inputs];
        let mut queue: BinaryHeap<std::cmp::Reverse<(usize, u32)>> = (0..names as u32)
            .filter(|s| !is_open[*s as usize] && !of_spin[*s as usize].is_empty())
            .map(|s| std::cmp::Reverse((neighbours[s as usize].len(), s)))
            .collect();
        let mut gone = vec![false; names];
        while let Some(std::cmp::Reverse((degree, spin))) = queue.pop() {
            let x = spin as usize;
            if gone[x] || neighbours[x].len() != degree {
                continue;
            }
            gone[x] = true;
            let around = std::mem::take(&mut neighbours[x]);
            for s in &around {
                let others = &mut neighbours[*s as usize];
                others.extend(around.iter().filter(|o| *o != s));
                others.remove(&spin);
                if !is_open[*s as usize] {
                    queue.push(std::cmp::Reverse((others.len(), *s)));
                }
            }
            let mut factors: Vec<usize> = of_spin[x].iter().copied().filter(|t| !used[*t]).collect();
            factors.iter().for_each(|t| used[*t] = true);
            // Small ones first, so that the largest is gone through once.
            factors.sort_by_key(|t| (live[*t].len(), *t));
            let made = plan.product(&mut live, &factors, Some(spin), None)?;
            used.resize(live.len(), true);
            used[made] = false;
            live[made].iter().for_each(|s| of_spin[*s as usize].push(made));
        }
        let mut rest: Vec<usize> = (0..live.len()).filter(|t| !used[*t]).collect();
        rest.sort_by_key(|t| (live[*t].len(), *t));
        plan.product(&mut live, &rest, None, Some(open))?;
        Ok(plan)
    }

    /// Steps that multiply tables, the last one with the sum; the number of the table that they make.
    fn product(
        &mut self,
        live: &mut Vec<Vec<u32>>,
        factors: &[usize],
        summed: Option<u32>,
        order: Option<&[u32]>,
    ) -> Result<usize, TooWide> {
        // Beyond the inputs, table 0 of the workspace is the number 1.
        let one = usize::MAX;
        let mut left = factors.first().copied().unwrap_or(one);
        let mut rest = factors.get(1..).unwrap_or(&[]);
        loop {
            let right = rest.first().copied().unwrap_or(one);
            rest = rest.get(1..).unwrap_or(&[]);
            let last = rest.is_empty();
            let of = |t: usize| if t == one { &[][..] } else { &live[t][..] };
            let (a, b) = (of(left), of(right));
            let mut spins: Vec<u32> = match order.filter(|_| last) {
                Some(order) => order.to_vec(),
                // The larger table's order is kept: it is read in line.
                None => b.iter().chain(a.iter().filter(|s| !b.contains(s))).copied().collect(),
            };
            let summed = summed.filter(|_| last);
            spins.retain(|s| Some(*s) != summed);
            self.widest = self.widest.max(spins.len());
            if self.widest > MOST_SPINS {
                return Err(TooWide { spins: self.widest });
            }
            let gathers = [Gather::new(a, &spins, summed), Gather::new(b, &spins, summed)];
            self.steps.push(Step { factors: [left, right], gathers, summed, spins: spins.clone() });
            live.push(spins);
            left = live.len() - 1;
            if last {
                return Ok(left);
            }
        }
    }

    /// Spins of the largest table.
    pub fn widest(&self) -> usize {
        self.widest
    }

    /// Works the plan through: the table of the open spins, divided by e to the second number.
    ///
    /// `inputs` hold tables over the spins that the plan was made for. Tables are divided by powers of two, which
    /// loses nothing, where they leave the range of numbers.
    pub fn run<'w, T: Number>(&self, inputs: &[&[T]], work: &'w mut Workspace<T>) -> (&'w [T], f64) {
        let one = [T::of(faer::c64::new(1.0, 0.0))];
        assert_eq!(inputs.len(), self.inputs, "as many tables as were planned for");
        work.tables.resize_with(self.steps.len(), Vec::new);
        let mut log_scale = 0.0;
        for (n, step) in self.steps.iter().enumerate() {
            let (before, after) = work.tables.split_at_mut(n);
            let of = |t: usize| match t {
                usize::MAX => &one[..],
                t if t < self.inputs => inputs[t],
                t => &before[t - self.inputs][..],
            };
            let [a, b] = step.factors;
            let [by_a, by_b] = &step.gathers;
            let out = &mut after[0];
            if out.capacity() < 1 << step.spins.len()
                && let Some(room) =
                    work.spare.iter().position(|room| room.capacity() >= 1 << step.spins.len())
            {
                *out = work.spare.swap_remove(room);
            }
            multiply((of(a), by_a), (of(b), by_b), step.summed.is_some(), out, step.spins.len());
            let largest = out.iter().map(|x| x.size()).fold(0.0, f64::max);
            if largest > 0.0 && !(1e-30..1e30).contains(&largest) {
                let power = largest.log2().round();
                out.iter_mut().for_each(|x| *x = x.times((-power).exp2()));
                log_scale += power * crate::numerics::stable::LN_2;
            }
            for t in step.factors {
                if let Some(k) = t.checked_sub(self.inputs).filter(|k| *k < n)
                    && before[k].len() > KEPT
                {
                    let room = std::mem::take(&mut before[k]);
                    if work.spare.len() < SPARE {
                        work.spare.push(room);
                    }
                }
            }
        }
        (work.tables.last().map_or(&[], |t| &t[..]), log_scale)
    }

    /// Draws the spins that were summed from the weights that they were summed with: `up[spin]` is filled.
    ///
    /// To be called after [`Self::run`] on the same tables, with no open spins; each spin is drawn given those that
    /// outlived it, from the last sum back to the first.
    pub fn draw(&self, inputs: &[&[f64]], work: &Workspace<f64>, rng: &mut impl Rng, up: &mut [bool]) {
        let table = |t: usize| match t {
            usize::MAX => &[1.0][..],
            t if t < self.inputs => inputs[t],
            t => &work.tables[t - self.inputs][..],
        };
        for step in self.steps.iter().rev() {
            let Some(spin) = step.summed else { continue };
            let place =
                step.spins.iter().enumerate().map(|(k, s)| usize::from(up[*s as usize]) << k).sum::<usize>();
            let weight = |up: usize| -> f64 {
                let of = |k: usize| {
                    let gather = &step.gathers[k];
                    table(step.factors[k])[gather.at(place) + up * gather.step]
                };
                of(0) * of(1)
            };
            let (down, risen) = (weight(0), weight(1));
            up[spin as usize] = rng.random::<f64>() * (down + risen) < risen;
        }
    }
}

/// Sums over all spins of the tables but `open`; the logarithm of what the result was divided by.
///
/// # Errors
/// As [`Plan::new`].
pub fn contract<T: Number>(tables: &[Table<T>], open: &[u32]) -> Result<(Table<T>, f64), TooWide> {
    let plan = Plan::new(tables.iter().map(|t| &t.spins[..]), open)?;
    let inputs: Vec<&[T]> = tables.iter().map(|t| &t.values[..]).collect();
    let mut work = Workspace::default();
    let log_scale = plan.run(&inputs, &mut work).1;
    Ok((Table { spins: open.to_vec(), values: work.take_last() }, log_scale))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numerics::streams::stream;

    #[test]
    fn sums_in_any_order_are_the_sum_over_all_settings() {
        // A ring of six spins with a chord and random bonds.
        let mut rng = stream(5, "elimination", 0);
        let bonds = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5), (5, 0), (1, 4)];
        let tables: Vec<Table<f64>> = bonds
            .iter()
            .map(|&(a, b)| Table { spins: vec![a, b], values: (0..4).map(|_| rng.random()).collect() })
            .collect();
        let weight = |all: usize| -> f64 {
            let of = |t: &Table<f64>| t.values[(all >> t.spins[0] & 1) | (all >> t.spins[1] & 1) << 1];
            tables.iter().map(of).product()
        };
        let (found, log_scale) = contract(&tables, &[4, 2]).unwrap();
        for place in 0..4 {
            let fits = |all: &usize| all >> 4 & 1 == place & 1 && all >> 2 & 1 == place >> 1;
            let expected: f64 = (0..64).filter(fits).map(weight).sum();
            assert!((found.values[place] * log_scale.exp() - expected).abs() < 1e-13 * expected);
        }
        // Drawn as often as they weigh: 20,000 draws, five standard errors of a share.
        let plan = Plan::new(tables.iter().map(|t| &t.spins[..]), &[]).unwrap();
        let inputs: Vec<&[f64]> = tables.iter().map(|t| &t.values[..]).collect();
        let mut work = Workspace::default();
        let total = plan.run(&inputs, &mut work).0[0];
        let (mut seen, mut up) = ([0.0; 64], [false; 6]);
        for _ in 0..20_000 {
            plan.draw(&inputs, &work, &mut rng, &mut up);
            seen[up.iter().enumerate().map(|(k, u)| usize::from(*u) << k).sum::<usize>()] += 1.0;
        }
        for (all, seen) in seen.iter().enumerate() {
            let p = weight(all) / total;
            assert!((seen / 20_000.0 - p).abs() <= 5.0 * (p / 20_000.0).sqrt() + 1e-9, "{all}: {seen}, {p}");
        }
    }

    #[test]
    fn a_complete_graph_of_too_many_spins_is_refused() {
        let pairs: Vec<[u32; 2]> = (0..26_u32).flat_map(|a| (0..a).map(move |b| [a, b])).collect();
        let error = Plan::new(pairs.iter().map(|p| &p[..]), &[]).unwrap_err();
        assert!(error.spins > MOST_SPINS);
    }
}
