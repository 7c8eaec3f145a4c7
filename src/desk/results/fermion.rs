//! What `fermion` answers: exact entropies of region A in the reference theories.

use super::{CRITICAL, ReportError, finite};
use crate::lattice::Boundary;
use crate::network::Region;
use crate::session::Document;
use crate::theory::{HoppingChain, QuantumIsingChain, fermion};
use serde::Serialize;

/// The answer of `fermion`: region A on a ring of `network.sites`, at `theory.mass`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct FermionReport {
    /// Correlation length in sites; null at mass 0, where it is infinite.
    pub xi: Option<f64>,
    /// The layer log2 ξ of the infrared wall; null at mass 0.
    pub z_ir: Option<f64>,
    /// Why these two are null.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Hopping chain of free Dirac fermions, c = 1.
    pub dirac_nats: f64,
    /// Quantum Ising chain, c = ½; only for one interval (or none), as its fermions are not local.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantum_ising_nats: Option<f64>,
}

/// Largest ring, in sites: its momentum sums take a second.
const MOST_SITES: u64 = 1 << 14;
/// Most sites of the region or its complement, whichever is smaller: a singular value decomposition of this
/// size takes some ten seconds.
const MOST_REGION: u64 = 1 << 12;

/// Exact entropies of the document's region A.
///
/// The reference theories live on a ring.
///
/// # Errors
/// An open line; a ring or a region too large for dense matrices.
pub fn fermion_report(document: &Document) -> Result<FermionReport, ReportError> {
    let region = &document.regions.a;
    let sites = document.network.sites;
    if document.network.boundary == Boundary::Line {
        return Err(ReportError::Limit {
            what: "network.boundary = line".into(),
            reason: "exact fermions are computed on a ring, and those of an open chain differ; set \
                     network.boundary=ring"
                .into(),
        });
    }
    if sites > MOST_SITES {
        return Err(ReportError::Limit {
            what: format!("network.sites = {sites}"),
            reason: format!("exact fermions are computed on rings up to {MOST_SITES} sites; set fewer"),
        });
    }
    let smaller = region.len().min(sites - region.len());
    if smaller > MOST_REGION {
        return Err(ReportError::Limit {
            what: format!("regions.a = {region}"),
            reason: format!(
                "it and its complement have more than {MOST_REGION} sites; choose a smaller region"
            ),
        });
    }
    let mass = document.theory.mass;
    let xi = finite(fermion::correlation_length(mass));
    let dirac = HoppingChain::new(mass, sites as usize).region_entropy(&sites_of(region));
    let one_interval = region.intervals().len() <= 1 || region.complement().intervals().len() <= 1;
    let ising = one_interval.then(|| {
        QuantumIsingChain::new(mass, sites as usize).interval_entropy(region.len() as usize).von_neumann_nats
    });
    Ok(FermionReport {
        xi,
        z_ir: xi.map(f64::log2),
        reason: xi.is_none().then_some(CRITICAL),
        dirac_nats: dirac.von_neumann_nats,
        quantum_ising_nats: ising,
    })
}

fn sites_of(region: &Region) -> Vec<usize> {
    let n = region.sites();
    region
        .intervals()
        .iter()
        .flat_map(|i| (i.start..i.start + i.len).map(move |s| (s % n) as usize))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys::set_all;

    fn report(settings: &[(&str, &str)]) -> Result<FermionReport, ReportError> {
        let mut document = Document::default();
        let settings: Vec<_> = settings.iter().map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        set_all(&mut document, &settings).unwrap();
        fermion_report(&document)
    }

    #[test]
    fn published_entropies_come_out() {
        let r = report(&[("network.sites", "64"), ("regions.a", "0..8"), ("theory.mass", "0")]).unwrap();
        assert!((r.dirac_nats - 1.410_452_08).abs() < 0.6e-8 && r.xi.is_none() && r.z_ir.is_none());
        let r = report(&[("network.sites", "64"), ("regions.a", "1..9"), ("theory.mass", "0.1")]).unwrap();
        assert!((r.dirac_nats - 1.457_397_48).abs() < 0.6e-8);
        assert!((r.z_ir.unwrap() - 3.317).abs() < 1e-3 && r.quantum_ising_nats.is_some());
    }

    #[test]
    fn two_intervals_have_no_ising_entropy_but_a_gap_has() {
        let ising = |a| report(&[("network.sites", "64"), ("regions.a", a)]).unwrap().quantum_ising_nats;
        assert!(ising("0..8,20..30").is_none());
        assert_eq!(ising("5..5"), Some(0.0));
        let one_site = ising("8..9").unwrap();
        assert!((ising("9..72").unwrap() - one_site).abs() < 1e-12);
    }

    /// An open line was once given the numbers of the ring, and nothing was said.
    #[test]
    fn an_open_line_is_refused() {
        let line = report(&[("network.sites", "64"), ("network.boundary", "line"), ("regions.a", "0..8")]);
        let error = line.unwrap_err().to_string();
        assert!(error.contains("network.boundary = line") && error.contains("ring"), "{error}");
    }

    #[test]
    fn too_large_is_a_sentence() {
        let error = report(&[("network.sites", "2^16"), ("regions.a", "0..5")]).unwrap_err().to_string();
        assert!(error.contains("network.sites = 65536") && error.contains("16384"), "{error}");
        let error = report(&[("network.sites", "2^14"), ("regions.a", "0..5000")]).unwrap_err().to_string();
        assert!(error.contains("regions.a"), "{error}");
    }
}
