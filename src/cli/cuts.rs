//! Commands on the network and its cuts: `graph`, `cut`, `verify`.

use super::args::NetworkArgs;
use super::entropy_args::{CutArgs, VerifyArgs};
use super::failure::Failure;
use super::output::{Product, check_answer, check_output};
use super::preparation::{prepare, prepare_opened};
use super::samples::opened;
use super::terminal::Terminal;
use super::text::{Columns, decimals, or_dash, unit_of};
use crate::desk::files::{TABLES, ending, links_table, table_bytes};
use crate::desk::open::lay_implicit;
use crate::desk::results::{
    CutDetails, CutReport, GraphReport, InequalityRow, Signed, cut_report, graph_report, graphml, made_by,
};
use crate::desk::verify::{self, VerifyError};
use crate::desk::{Study, study};
use crate::figure::chart::{four_digits, grouped};
use crate::figure::plots::EntropyUnit;
use crate::holography::BulkNetwork;
use crate::lattice::Boundary;
use crate::network::Geometry;
use crate::session::Document;
use crate::session::file::bytes_within;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;

/// The network, node by node and link by link.
pub(super) fn graph(arguments: &NetworkArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.common.output;
    if let Some(path) = &output.file {
        check_output(path, Product::Graph)?;
    }
    let prepared = prepare(arguments, terminal)?;
    let report = graph_report(&prepared.network);
    if let Some(path) = output.file.as_ref().filter(|path| has_form_of_its_own(path)) {
        if ending(path) == "graphml" {
            terminal.write(path, &graphml(&report, &made_by(&prepared.document)))?;
        } else {
            let answer = Some(Arc::new(study::cut(&prepared.document, &prepared.network)));
            let links = links_table(&Study { answer, ..Study::of(Arc::clone(&prepared.network)) });
            let bytes = table_bytes(&links, path)?;
            terminal.write_numbers(path, &bytes, &prepared.document, prepared.training.as_ref())?;
        }
        let made_by = &made_by(&prepared.document);
        let signed = Signed { answer: &report, made_by };
        return if output.json { terminal.report(output, &signed, String::new) } else { Ok(()) };
    }
    let text = || graph_text(&prepared.document, &prepared.network, &report);
    terminal.answer_of(&prepared.document, output, &report, text)
}

/// Whether the ending asks for another form of the network than JSON.
fn has_form_of_its_own(path: &Path) -> bool {
    let ending = ending(path);
    ending == "graphml" || TABLES.contains(&ending.as_str())
}

fn graph_text(document: &Document, network: &BulkNetwork, report: &GraphReport) -> String {
    let geometry = network.network.geometry();
    let mut table = Columns::new(0, &["layer", "nodes", "links", "weights", "capacities (nats)"]);
    let list = |numbers: &[f64]| numbers.iter().map(|x| four_digits(*x)).collect::<Vec<_>>().join(" ");
    for layer in 0..=geometry.depth() {
        let k = layer as usize;
        let nodes = geometry.sites_in_layer(layer).to_string();
        let mut row = vec![layer.to_string(), nodes];
        if let (Some(nats), Some(weights)) = (network.slot_nats.get(k), network.slot_weights.get(k)) {
            row.push(geometry.layer_links(layer).count().to_string());
            row.push(if weights.is_empty() { "–".into() } else { list(weights) });
            row.push(list(nats));
        }
        table.row(row);
    }
    format!(
        "{}\n{} nodes, {} links\n{}",
        heading(document),
        report.nodes.len(),
        report.links.len(),
        table.text()
    )
}

/// Number of sites, receptive field and boundary in one line.
fn heading(document: &Document) -> String {
    let n = &document.network;
    let boundary = match n.boundary {
        Boundary::Ring => "ring",
        Boundary::Line => "line",
    };
    format!("N = {}, r = {}, {boundary}", grouped(n.sites), n.receptive_field.links())
}

/// Minimal cuts of the regions.
pub(super) fn cut(arguments: &CutArgs, terminal: &Terminal) -> Result<(), Failure> {
    let common = &arguments.network.common;
    check_answer(&common.output)?;
    let session = opened(common, lay_implicit)?;
    let unseen = !common.output.json && common.output.file.is_none();
    let more = [(arguments.certificate, "--certificate"), (arguments.threads, "--threads")];
    // A network beyond all proof is refused for that.
    let proved = session.document.network.sites <= 1 << Geometry::MOST_LOG2_SITES_EXPLICIT;
    if let Some((_, name)) = more.iter().find(|(given, _)| *given && unseen && proved) {
        return Err(Failure::Usage(format!(
            "{name} adds to the JSON answer; give --json too, or -o FILE.json"
        )));
    }
    let prepared = prepare_opened(&arguments.network, session, terminal)?;
    let report = {
        let progress = terminal.progress("cuts", 7);
        let go_on = |done: usize, _| progress.at(done as u64);
        let details = CutDetails { certificate: arguments.certificate, threads: arguments.threads };
        cut_report(&prepared.document, &prepared.network, details, go_on)?
    };
    let unit = unit_of(&prepared.document, &prepared.network);
    let text = || cut_text(&prepared.document, &report, &unit);
    terminal.answer_of(&prepared.document, &common.output, &report, text)
}

fn cut_text(document: &Document, report: &CutReport, unit: &EntropyUnit) -> String {
    let shown = |nats: f64| decimals(nats / unit.nats);
    let [s, flow, fermions] = ["S", "flow", "fermions"].map(|name| format!("{name} ({})", unit.name));
    let mut table =
        Columns::new(2, &["region", "sites", &s, "links", "spins", "spins · ln 2", &flow, &fermions]);
    for (name, entropy) in &report.entropy_nats.0 {
        let text = match *name {
            "a" => report.regions.a.clone(),
            "b" => report.regions.b.clone(),
            "c" => report.regions.c.clone(),
            _ => String::new(),
        };
        let fermion = report.fermion.as_ref().and_then(|f| f.entropy_nats.get(name));
        table.row(vec![
            name.to_uppercase(),
            text,
            shown(*entropy),
            or_dash(report.links_cut.get(name), ToString::to_string),
            or_dash(report.spins_cut.get(name), ToString::to_string),
            or_dash(report.bound_nats.get(name), |x| shown(*x)),
            or_dash(report.flow_nats.as_ref().and_then(|s| s.get(name)), |x| shown(*x)),
            or_dash(fermion, |x| shown(*x)),
        ]);
    }
    let mut text = format!("{}\n{}", heading(document), table.text());
    let tied: Vec<String> = report.ties.0.iter().map(|(name, _)| name.to_uppercase()).collect();
    if !tied.is_empty() {
        text += &format!("another cut is as small: {}\n", tied.join(", "));
    }
    if !report.above_volume.is_empty() {
        text += &format!("bound above |A| ln 2: {}\n", report.above_volume.join(", ").to_uppercase());
    }
    text += &informations_text(report, unit);
    if report.inequalities.is_empty() {
        return text;
    }
    let mut slacks = Columns::new(1, &["inequality", "slack of cuts", "", "of fermions", ""]);
    let cells = |row: Option<&InequalityRow>| {
        let mark = if row.is_none_or(|row| row.holds) { "" } else { "VIOLATED" };
        [or_dash(row, |row| shown(row.slack_nats)), mark.to_string()]
    };
    for (i, row) in report.inequalities.iter().enumerate() {
        let fermion = report.fermion.as_ref().and_then(|f| f.inequalities.get(i));
        let mut line = vec![row.name.to_string()];
        line.extend(cells(Some(row)));
        line.extend(cells(fermion));
        slacks.row(line);
    }
    text + &slacks.text()
}

/// Mutual, conditional and tripartite information of cuts, and beside them of fermions.
fn informations_text(report: &CutReport, unit: &EntropyUnit) -> String {
    let Some([first, second]) = report.mutual_information_of else { return String::new() };
    let fermion = report.fermion.as_ref();
    let shown = |nats: f64| format!("{} {}", decimals(nats / unit.nats), unit.name);
    let line = |name: &str, cuts: Option<f64>, fermions: Option<f64>| {
        let beside = fermions.map_or_else(String::new, |nats| format!(", of fermions {}", shown(nats)));
        cuts.map_or_else(String::new, |nats| format!("{name} = {}{beside}\n", shown(nats)))
    };
    let pair = format!("I({},{})", first.to_uppercase(), second.to_uppercase());
    [
        line(&pair, report.mutual_information_nats, fermion.and_then(|f| f.mutual_information_nats)),
        line(
            "I(A:C|B)",
            report.conditional_mutual_information_nats,
            fermion.and_then(|f| f.conditional_mutual_information_nats),
        ),
        line("I3", report.tripartite_nats, fermion.and_then(|f| f.tripartite_nats)),
    ]
    .concat()
}

/// The answer of `verify`.
#[derive(Serialize)]
struct VerifyReport {
    /// Whether all checks hold.
    ok: bool,
    /// Checks made.
    checks: u64,
    /// Numbers of the file that nothing in it proves, and why; left out if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_proved: Vec<&'static str>,
    /// The first that does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    violation: Option<String>,
}

/// The largest file that `verify` reads: the graph of 2^20 sites has a few hundred million bytes.
const LARGEST_CERTIFICATE: u64 = 2 << 30;

/// Checks a certificate.
pub(super) fn verify(arguments: &VerifyArgs, terminal: &Terminal) -> Result<(), Failure> {
    check_answer(&arguments.output)?;
    let read = |path: &Path| bytes_within(path, LARGEST_CERTIFICATE);
    let (graph, cut) = (read(&arguments.graph)?, read(&arguments.cut)?);
    let names = [&arguments.graph, &arguments.cut].map(|p| p.display().to_string());
    let found = verify::verify(&graph, &cut, [&names[0], &names[1]]);
    let report = match &found {
        Err(VerifyError::Broken { .. }) => return found.map(|_| ()).map_err(Failure::from),
        Ok(verdict) => VerifyReport {
            ok: true,
            checks: verdict.checks,
            not_proved: verdict.not_proved.clone(),
            violation: None,
        },
        Err(VerifyError::Violation { reason, checks }) => VerifyReport {
            ok: false,
            checks: *checks,
            not_proved: Vec::new(),
            violation: Some(reason.clone()),
        },
    };
    let text = || {
        if !report.ok {
            return String::new();
        }
        let not: String = report.not_proved.iter().map(|what| format!("not proved: {what}\n")).collect();
        format!("the certificate holds: {} checks\n{not}", report.checks)
    };
    terminal.answer(&arguments.output, &report, text)?;
    found.map(|_| ()).map_err(Failure::from)
}
