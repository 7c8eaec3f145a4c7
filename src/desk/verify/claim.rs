//! What a certificate claims of one region, checked against the graph.

use super::graph::Graph;
use super::{Checks, VerifyError, spins};
use std::collections::HashSet;

/// A sum with what rounding may have done to it.
///
/// Each of n terms bears a relative error of ε/2 from its own making and the sum of n terms one of at most
/// n ε/2 of Σ|x|; so (n + 1) ε Σ|x| is safe.
#[derive(Clone, Copy, Default)]
struct Sum {
    value: f64,
    magnitude: f64,
    terms: u32,
}

impl Sum {
    fn add(&mut self, x: f64) {
        self.value += x;
        self.magnitude += x.abs();
        self.terms += 1;
    }

    fn tolerance(&self) -> f64 {
        f64::from(self.terms + 1) * f64::EPSILON * self.magnitude
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::default();
        terms.into_iter().for_each(|x| sum.add(x));
        sum
    }
}

/// The largest difference of a cut and its flow over the regions, and how well it is known.
pub(super) struct Rounding {
    pub(super) largest: f64,
    pub(super) tolerance: f64,
}

/// What the file says of one region.
pub(super) struct Claim<'a> {
    pub(super) name: &'a str,
    pub(super) entropy: f64,
    pub(super) links: &'a [u64],
    pub(super) flow: &'a [(u64, f64)],
    pub(super) links_cut: u64,
    pub(super) spins_cut: u64,
    pub(super) bound: f64,
    pub(super) flow_value: f64,
    pub(super) rounding: f64,
}

impl Claim<'_> {
    pub(super) fn check(
        &self,
        graph: &Graph,
        inside: &[bool],
        rounding: &mut Rounding,
        checks: &mut Checks,
    ) -> Result<(), VerifyError> {
        let name = self.name;
        let removed = self.cut_places(graph, checks)?;
        if let Some(site) = graph.escape(inside, &removed) {
            return Err(
                checks.violated(format!("without its cut links, region {name} still reaches site {site}"))
            );
        }
        checks.made += 1;
        let value = self.flow_out(graph, inside, checks)?;
        let cut: Sum =
            self.links.iter().filter_map(|id| graph.link_of_id.get(id)).map(|l| graph.capacity[*l]).collect();
        let tolerance = cut.tolerance() + value.tolerance();
        for (what, found, exact, allowed) in [
            ("entropy and summed cut", self.entropy, cut.value, cut.tolerance()),
            ("flow_nats and flow", self.flow_value, value.value, value.tolerance()),
            ("summed cut and flow", cut.value, value.value, self.rounding.max(0.0) + tolerance),
        ] {
            checks.require(found.is_finite() && (found - exact).abs() <= allowed, || {
                format!("{what} of region {name} are {found} and {exact}")
            })?;
        }
        let difference = cut.value - value.value;
        if difference > rounding.largest {
            rounding.largest = difference;
        }
        rounding.tolerance = rounding.tolerance.max(tolerance);
        self.check_counts(graph, inside, checks)
    }

    fn cut_places(&self, graph: &Graph, checks: &mut Checks) -> Result<HashSet<usize>, VerifyError> {
        let mut removed = HashSet::with_capacity(self.links.len());
        for id in self.links {
            let link = graph.link_of_id.get(id);
            checks.require(link.is_some(), || {
                format!("cut link {id} of region {} is not in the graph", self.name)
            })?;
            let once = link.is_some_and(|l| removed.insert(*l));
            checks.require(once, || format!("cut link {id} of region {} occurs twice", self.name))?;
        }
        Ok(removed)
    }

    /// The flow that leaves the region's sites, after all its checks.
    fn flow_out(&self, graph: &Graph, inside: &[bool], checks: &mut Checks) -> Result<Sum, VerifyError> {
        let name = self.name;
        let mut leaving = vec![Sum::default(); graph.links_at.len()];
        let mut carrying = HashSet::with_capacity(self.flow.len());
        for (id, nats) in self.flow {
            let Some(&link) = graph.link_of_id.get(id) else {
                return Err(
                    checks.violated(format!("link {id} of the flow of region {name} is not in the graph"))
                );
            };
            checks.require(carrying.insert(link), || {
                format!("the flow of region {name} names link {id} twice")
            })?;
            // The capacity in whole units is rounded down; its product with the unit may round up by ε/2.
            let capacity = graph.capacity[link] * (1.0 + f64::EPSILON);
            checks.require(nats.abs() <= capacity, || {
                format!(
                    "the flow of region {name} on link {id} is {nats}, its capacity {}",
                    graph.capacity[link]
                )
            })?;
            let [from, to] = graph.ends[link];
            leaving[from].add(*nats);
            leaving[to].add(-*nats);
        }
        for (node, sum) in leaving.iter().enumerate().filter(|(node, _)| !graph.on_boundary[*node]) {
            checks.require(sum.value.abs() <= sum.tolerance(), || {
                format!(
                    "the flow of region {name} is not conserved at node {node} of the graph: {} is left",
                    sum.value
                )
            })?;
        }
        let mut value = Sum::default();
        for (site, _) in inside.iter().enumerate().filter(|(_, inside)| **inside) {
            let out = leaving[graph.boundary[site]];
            value.value += out.value;
            value.magnitude += out.magnitude;
            value.terms += out.terms + 1;
        }
        Ok(value)
    }

    fn check_counts(&self, graph: &Graph, inside: &[bool], checks: &mut Checks) -> Result<(), VerifyError> {
        let name = self.name;
        checks.require(self.links_cut == self.links.len() as u64, || {
            format!(
                "links_cut of region {name} is {}, and {} links are listed",
                self.links_cut,
                self.links.len()
            )
        })?;
        let fewest = spins::fewest(graph, inside);
        checks.require(self.spins_cut == fewest, || {
            format!("spins_cut of region {name} is {}, and {fewest} separate it", self.spins_cut)
        })?;
        let bound = self.spins_cut as f64 * std::f64::consts::LN_2;
        checks.require((self.bound - bound).abs() <= 2.0 * f64::EPSILON * bound, || {
            format!("bound_nats of region {name} is {}, and spins_cut times ln 2 is {bound}", self.bound)
        })
    }
}
