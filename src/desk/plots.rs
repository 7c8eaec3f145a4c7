//! The catalogue of plots: what each is called, and the chart of a study. Window, exports and command line
//! all take their plots from here.

use super::study::Study;
use super::{picture, pins};
use crate::export::Table;
use crate::figure::Chart;
use crate::figure::plots;
use crate::session::Document;

/// A plot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum PlotKind {
    /// Entropy against the size of the region.
    #[default]
    Scaling,
    /// Weights of the layers.
    Weights,
    /// KL per spin of the layers.
    Kl,
    /// Trace condition of the layers.
    Trace,
    /// Free energies of the layers.
    FreeEnergy,
    /// Correlation length of the layers.
    Correlation,
    /// Histogram of the Schmidt entropies of links.
    LinkEntropy,
    /// Neighbour coupling against layer.
    Flow,
    /// Field and neighbour coupling of the layers.
    Plane,
    /// Likelihood against iteration.
    Training,
}

/// What of the learning of a stack is shown, from what weights alone tell to what only the training itself does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LearningShown {
    /// The weights.
    Weights,
    /// Couplings of the hidden spins, which weights tell, with their errors, which need the samples.
    Couplings,
    /// Figures that need the samples, or what is known of their distribution: KL, trace, free energies.
    Figures,
    /// The way to the weights.
    Steps,
}

/// What a person has set about plots, besides the document.
#[derive(Clone, Copy, Debug, Default)]
pub struct PlotOptions {
    /// Multiply the reference curves of the scaling plot so that slopes can be compared.
    pub compare: bool,
    /// Layer of the training plot.
    pub layer: Option<usize>,
}

impl PlotKind {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Scaling,
        Self::Weights,
        Self::Kl,
        Self::Trace,
        Self::FreeEnergy,
        Self::Correlation,
        Self::LinkEntropy,
        Self::Flow,
        Self::Plane,
        Self::Training,
    ];
    /// Those that show one figure of every layer.
    pub const OF_LAYERS: [Self; 6] =
        [Self::Weights, Self::Kl, Self::Trace, Self::FreeEnergy, Self::Correlation, Self::LinkEntropy];

    /// Its name in files and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Scaling => "scaling",
            Self::Weights => "weights",
            Self::Kl => "kl",
            Self::Trace => "trace",
            Self::FreeEnergy => "free-energy",
            Self::Correlation => "xi",
            Self::LinkEntropy => "link-entropy",
            Self::Flow => "flow",
            Self::Plane => "flow-plane",
            Self::Training => "training",
        }
    }

    /// A word or symbol for it where there is little room.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Scaling => "S_A",
            Self::Weights => "w",
            Self::Kl => "KL",
            Self::Trace => "Tr exp T",
            Self::FreeEnergy => "F",
            Self::Correlation => "ξ",
            Self::LinkEntropy => "s",
            Self::Flow => "against τ",
            Self::Plane => "in the plane",
            Self::Training => "−ln p",
        }
    }

    /// What it shows, in one line.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Scaling => "entropy against the size of the region",
            Self::Weights => "weights of every layer: nearly equal where the theory is critical",
            Self::Kl => "distance of every layer from the distribution it learned, KL(P‖p) per spin",
            Self::Trace => {
                "trace condition ln Tr_h e^T of every layer: 0 with no spread if the step is exact"
            }
            Self::FreeEnergy => "free energies F^v and F^h of every layer",
            Self::Correlation => "correlation length of every layer beside ξ/2^τ",
            Self::LinkEntropy => "how much the links can carry: histogram of their Schmidt entropies",
            Self::Flow => "neighbour coupling of every layer, over exact decimation",
            Self::Plane => "field and neighbour coupling of every layer in their plane",
            Self::Training => "likelihood of one layer along its training",
        }
    }

    /// Names and units of its numbers: those along x and y, and the half-length of the error bar (of bars, their
    /// height); the unit is empty where they have none.
    #[must_use]
    pub const fn columns(self) -> [(&'static str, &'static str); 3] {
        let layer = ("layer", "");
        match self {
            Self::Scaling => [("log2_size", ""), ("entropy", "nats"), ("std", "nats")],
            Self::Weights => [layer, ("weight", ""), ("spread", "")],
            Self::Kl => [layer, ("kl_per_spin", "nats"), ("standard_error", "nats")],
            Self::Trace => [layer, ("ln_trace", "nats"), ("std", "nats")],
            Self::FreeEnergy => [layer, ("free_energy_per_spin", "nats"), ("spread", "nats")],
            // The logarithm of a number of the layer's own sites.
            Self::Correlation => [layer, ("log2_correlation_length", ""), ("spread", "")],
            Self::LinkEntropy => [("link_entropy", "nats"), ("share_stacked", ""), ("share", "")],
            Self::Flow => [layer, ("k2", ""), ("standard_error", "")],
            Self::Plane => [("k1", ""), ("k2", ""), ("standard_error", "")],
            Self::Training => [("iteration", ""), ("nll_per_spin", "nats"), ("spread", "nats")],
        }
    }

    /// Whether it needs the cuts of regions of every size.
    #[must_use]
    pub const fn needs_survey(self) -> bool {
        matches!(self, Self::Scaling)
    }

    /// What of the learning it shows.
    #[must_use]
    pub const fn learning(self) -> LearningShown {
        match self {
            Self::Scaling | Self::Weights | Self::LinkEntropy => LearningShown::Weights,
            Self::Flow | Self::Plane => LearningShown::Couplings,
            Self::Kl | Self::Trace | Self::FreeEnergy | Self::Correlation => LearningShown::Figures,
            Self::Training => LearningShown::Steps,
        }
    }

    /// Whether it shows the stack learned at criticality beside that of a mass.
    #[must_use]
    pub const fn needs_critical(self) -> bool {
        matches!(self, Self::Weights)
    }
}

/// The chart of a study, with those that are pinned to it; `None` where there is nothing to draw yet.
#[must_use]
pub fn chart(kind: PlotKind, document: &Document, study: &Study, options: PlotOptions) -> Option<Chart> {
    let mut chart = own_chart(kind, document, study, options)?;
    pins::lay(&mut chart, kind, document, &study.pins, options);
    Some(chart)
}

/// The chart of a study alone.
pub(super) fn own_chart(
    kind: PlotKind,
    document: &Document,
    study: &Study,
    options: PlotOptions,
) -> Option<Chart> {
    let layers = |draw: fn(&plots::LayersPlot<'_>) -> Chart| picture::layers_plot(document, study, draw);
    Some(match kind {
        PlotKind::Scaling => picture::scaling_plot(document, study, options.compare),
        PlotKind::Weights => picture::weights_plot(document, study),
        PlotKind::Kl => layers(plots::kl_chart),
        PlotKind::Trace => layers(plots::trace_chart),
        PlotKind::FreeEnergy => layers(plots::free_energy_chart),
        PlotKind::Correlation => layers(plots::correlation_chart),
        PlotKind::LinkEntropy => layers(plots::link_entropy_chart),
        PlotKind::Flow => picture::flow_plot(document, study),
        PlotKind::Plane => picture::plane_plot(document, study),
        PlotKind::Training => return picture::training_plot(study, options.layer),
    })
}

/// The points of a chart as a table: name of the series, and the columns of its plot.
#[must_use]
pub fn table(kind: PlotKind, chart: &Chart) -> Table {
    let [x, y, spread] = kind.columns();
    let mut table = Table::new(&[("series", ""), x, y, spread]);
    for series in &chart.series {
        for (i, [x, y]) in series.points.iter().enumerate() {
            let spread = series.spread.get(i).copied().filter(|spread| spread.is_finite());
            table.rows.push(vec![series.name.as_str().into(), (*x).into(), (*y).into(), spread.into()]);
        }
    }
    table
}
