//! `state`: entropies of the network's own state.

use super::entropy_args::{FormName, StateArgs};
use super::failure::Failure;
use super::output::check_answer;
use super::preparation::{open, train};
use super::terminal::Terminal;
use super::text::{Columns, decimals, or_dash, with_error};
use crate::desk::results::{StateReport, StateRow, regions_set, state_report};
use crate::desk::{state as desk_state, study};
use crate::holography::{LayerStatus, MOST_STATE_SITES, StateForm, StateLimit};
use crate::session::Document;
use crate::sim::{LearnedStack, StateSolver};
use std::sync::Arc;

/// Most sites of `--all`: 64² intervals.
const MOST_ALL_SITES: u64 = 64;

/// Exact entropies of regions, or of every interval, of the network's own state; layers are learned first where the
/// session has none.
pub(super) fn state(arguments: &StateArgs, terminal: &Terminal) -> Result<(), Failure> {
    let output = &arguments.common.output;
    check_answer(output)?;
    let mut document = open(&arguments.common)?;
    if let Some(form) = arguments.form {
        document.state.form = match form {
            FormName::Marginal => StateForm::Marginal,
            FormName::Born => StateForm::Born,
        };
    }
    refuse_what_is_too_large(&document, arguments.all)?;
    let task = study::task(&document);
    if document.learned.as_ref().is_none_or(|stack| !stack.task.same_stack(&task)) {
        let stack = train(&document, terminal)?.stack();
        document.learned = Some(Arc::new(LearnedStack { task, ..stack }));
    }
    let network = Arc::new(desk_state::weighted_network(&document, None)?);
    let extrapolated = network.status.iter().filter(|s| **s == LayerStatus::Extrapolated).count();
    if extrapolated > 0 {
        terminal.note(&study::reuse_of_weights(extrapolated));
    }
    let regions = if arguments.all { desk_state::all_intervals(&document) } else { regions_set(&document) };
    let query = desk_state::query(&document, &network, regions, Vec::new());
    let answer = {
        let mut bar = None;
        StateSolver::run(query, |done, total| {
            bar.get_or_insert_with(|| terminal.progress("entropies of the network's own state", total))
                .at(done)
        })
        .ok_or(Failure::Interrupted)?
    };
    // A region that is too wide takes nothing from the others.
    let none_left = answer.rows.iter().all(|row| row.limit.is_some());
    let of_region = answer.rows.iter().find_map(|row| row.limit.as_ref()).filter(|_| none_left);
    if let Some(limit) = answer.limit.as_ref().or(of_region) {
        return Err(Failure::Usage(limit.to_string()));
    }
    let report = state_report(&answer);
    terminal.answer_of(&document, output, &report, || state_text(&document, &report))
}

/// Before layers are learned for nothing.
fn refuse_what_is_too_large(document: &Document, all: bool) -> Result<(), Failure> {
    let sites = document.network.sites;
    let refuse = |limit: StateLimit| Err(Failure::Usage(limit.to_string()));
    if sites > MOST_STATE_SITES {
        return refuse(StateLimit::Sites { sites });
    }
    if document.learning.channels > 1 {
        return refuse(StateLimit::Channels { channels: document.learning.channels as usize });
    }
    if document.state.form == StateForm::Born && !document.state.phases().are_real() {
        return refuse(StateLimit::BornPhases);
    }
    if all && sites > MOST_ALL_SITES {
        return Err(Failure::Usage(format!(
            "--all: every interval of {sites} sites; it is made for {MOST_ALL_SITES} sites or fewer, set network.sites"
        )));
    }
    Ok(())
}

/// Regions whose entropies are not there, counted by the reason; nothing where there are none.
fn limits_text(report: &StateReport) -> String {
    let mut reasons: Vec<(&str, usize)> = Vec::new();
    for reason in report.entropies.iter().filter_map(|row| row.limit.as_deref()) {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, count)) => *count += 1,
            None => reasons.push((reason, 1)),
        }
    }
    let all = report.entropies.len();
    reasons
        .into_iter()
        .map(|(reason, count)| format!("{count} of {all} regions without S: {reason}\n"))
        .collect()
}

fn state_text(document: &Document, report: &StateReport) -> String {
    let has = |of: fn(&StateRow) -> bool| report.entropies.iter().any(of);
    let (exact, error) = (has(|r| r.quantum_ising_nats.is_some()), has(|r| r.standard_error.is_some()));
    let bound = if report.bounded { "m ln 2" } else { "(m ln 2)" };
    let mut heading =
        vec!["region", "S (nats)", "S2 (nats)", bound, "S/(m ln 2)", "learned cut", "links ln 2"];
    if exact {
        heading.extend(["S, exact chain", "S2, exact chain"]);
    }
    let mut table = Columns::new(1, &heading);
    for row in &report.entropies {
        let renyi = match (row.renyi2_nats, row.standard_error) {
            (Some(s), Some(error)) => with_error(s, error),
            (s, _) => or_dash(s, decimals),
        };
        let mut cells = vec![
            row.region.clone(),
            or_dash(row.von_neumann_nats, decimals),
            renyi,
            decimals(row.bound_nats),
            or_dash(row.tightness, decimals),
            decimals(row.cut_nats),
            decimals(row.links_nats),
        ];
        if exact {
            cells.extend(
                [row.quantum_ising_nats, row.quantum_ising_renyi2_nats].map(|x| or_dash(x, decimals)),
            );
        }
        table.row(cells);
    }
    let mut text = format!(
        "{} form, {}, of {} sites, r = {}\n",
        report.form,
        document.state.form.formula(),
        report.sites,
        document.network.receptive_field.links()
    );
    if !document.state.phases().are_real() {
        let random = if report.random_phases > 0 { ", and a random angle on every link" } else { "" };
        text += &format!("weights turned by θ = {:.4} rad{random}\n", report.phase);
    }
    text += &table.text();
    if let Some(log_z) = report.log_partition {
        text += &format!("ln Z = {} over all spins, boundary and hidden\n", decimals(log_z));
    }
    text += &limits_text(report);
    if !report.bounded {
        text += "the Born form is under no theorem: m ln 2 is shown beside it, not as its bound\n";
    }
    if let (true, Some(pairs)) = (error, report.pairs) {
        text += &format!("S2 by swapping the region in {pairs} pairs of samples, with its standard error\n");
    }
    text
}
