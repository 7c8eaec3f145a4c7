//! What pruning leaves, in words under its slider.

use super::state::Desk;
use crate::figure::chart::with_error;
use crate::figure::chart::{four_digits, grouped};
use crate::sim::{CapacityRule, PruneAnswer};
use std::sync::Arc;

/// Links, memory, distance and entropy of the pruned network; nothing without a threshold.
#[must_use]
pub fn pruning_words(desk: &Desk) -> Vec<String> {
    let threshold = desk.document.network.prune;
    if threshold <= 0.0 {
        return Vec::new();
    }
    if desk.document.network.capacity != CapacityRule::Learned {
        return vec!["only learned links are pruned".into()];
    }
    let present = |answer: &&Arc<PruneAnswer>| {
        let of_these = |stack| Arc::ptr_eq(stack, &answer.stack);
        answer.threshold == threshold && desk.document.learned.as_ref().is_some_and(of_these)
    };
    let Some(answer) = desk.pruning.as_ref().filter(present) else {
        let learning = desk.document.learned.is_none();
        return vec![if learning { "weighing follows the training…" } else { "weighing…" }.into()];
    };
    let ([links, all], [bytes, of_bytes]) = (answer.links(), answer.bytes());
    let size = |b: usize| grouped(b as u64);
    let mut lines =
        vec![format!("{links} of {all} links kept · {} of {} bytes", size(bytes), size(of_bytes))];
    match (answer.kl_per_site(), &answer.reason) {
        (Some([kl, error]), _) => {
            lines.push(format!("Σ KL = {} nats / site", with_error(kl, error)));
            if let Some(before) = unpruned_kl(desk) {
                lines.push(format!("unpruned {}", four_digits(before)));
            }
        }
        (None, Some(reason)) => lines.push(format!("KL absent: {reason}")),
        (None, None) => lines.push("KL absent".into()),
    }
    if let Some(cut) = &desk.answer {
        lines.push(format!("S_A = {} nats", four_digits(cut.regions[0].cut.capacity_nats)));
    }
    lines
}

/// Σ KL of the layers as they were learned, per boundary site; nothing for weights that came with a session.
fn unpruned_kl(desk: &Desk) -> Option<f64> {
    let training = desk.current_training()?;
    let sites = training.task.learning.sites as f64;
    training
        .layers
        .iter()
        .map(|layer| Some(layer.report.as_ref()?.kl_per_spin? * layer.rbm.spins() as f64 / sites))
        .sum()
}
