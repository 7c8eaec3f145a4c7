//! What belongs to this window: nothing of it is saved.

use crate::app::action::{Action, RegionEnd};
use crate::app::bookmarks::MarksState;
use crate::app::canvas::CanvasState;
use crate::app::enlarged::Enlarged;
use crate::app::film::FilmState;
use crate::app::folding::Folded;
use crate::app::present::PresentState;
use crate::app::studies::StudiesState;
use crate::desk::facts::Spot;
use crate::desk::{PlotKind, PlotOptions};
use crate::network::Region;
use crate::session::RegionName;

/// What belongs to this window: nothing of it is saved.
#[derive(Debug, Default)]
pub struct ViewState {
    /// Pointer and drag on the canvas.
    pub canvas: CanvasState,
    /// Region that drags and keys edit.
    pub active: ActiveRegion,
    /// Whether the keyboard help is open.
    pub help: bool,
    /// Whether it is shown how the program is cited.
    pub cite: bool,
    /// Page of the guide that is open.
    pub guide: Option<usize>,
    /// The chart that covers the canvas, if one does.
    pub enlarged: Option<Enlarged>,
    /// Whether the window is too narrow for the left panel.
    pub narrow: bool,
    /// Whether the left panel is open over the canvas on narrow windows.
    pub rail_open: bool,
    /// Side panels that are folded away; remembered with the place of the window.
    pub folded: Folded,
    /// Bookmarks and notes under a person's hands.
    pub marks: MarksState,
    /// A talk.
    pub present: PresentState,
    /// Whether the table of pins is open.
    pub pins_table: bool,
    /// How many pins there were.
    pub pins_made: usize,
    /// Whether the legend is unfolded.
    pub legend: bool,
    /// Which tab of the right panel is shown.
    pub tab: Tab,
    /// Which figure of the layers their tab shows.
    pub of_layers: OfLayers,
    /// Whether the flow is shown in the plane of couplings.
    pub flow_in_plane: bool,
    /// What is set about plots.
    pub plots: PlotOptions,
    /// Whether the curve of one layer alone is drawn beside.
    pub show_shallow: bool,
    /// The studies tab.
    pub studies: StudiesState,
    /// Layer under the pointer on the depth ladder.
    pub lit_layer: Option<u32>,
    /// The film of coarse graining, while it is shown.
    pub film: Option<FilmState>,
    /// Places whose facts stay on the canvas.
    pub cards: Vec<Spot>,
    /// Whether learning goes on from the weights that are there when parameters change.
    pub go_on: bool,
    /// Whether what moves by itself is instant instead.
    pub reduced_motion: bool,
    /// Whether the first hint was used up.
    pub hint_seen: bool,
    /// Whether the question about unsaved changes is open.
    pub closing: bool,
    /// What waits for the answer to that question: another session in the place of this one.
    pub pending: Option<Action>,
    /// Whether the question about the session's file of samples is open.
    pub samples_question: bool,
}

impl ViewState {
    /// Whether a plot is on screen that shows the stack of the critical point.
    pub(super) fn shows_critical(&self) -> bool {
        let in_tab = self.tab == Tab::Layers && self.of_layers.0.needs_critical();
        in_tab || matches!(self.enlarged, Some(Enlarged::Plot(plot)) if plot.needs_critical())
    }
}

/// The region that is edited, and its focused end.
#[derive(Clone, Copy, Debug)]
pub struct ActiveRegion {
    /// Its name.
    pub name: RegionName,
    /// The interval of it that arrow keys and number fields edit, as it was chosen: there may be fewer by now.
    pub interval: usize,
    /// The end that arrow keys move.
    pub end: RegionEnd,
}

impl ActiveRegion {
    /// Number of the interval that is edited, among those that the region has now.
    #[must_use]
    pub fn interval_of(self, region: &Region) -> usize {
        self.interval.min(region.intervals().len().saturating_sub(1))
    }
}

impl Default for ActiveRegion {
    fn default() -> Self {
        Self { name: RegionName::A, interval: 0, end: RegionEnd::End }
    }
}

/// Tabs of the right panel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tab {
    /// One figure of every layer.
    #[default]
    Layers,
    /// Flow of the couplings.
    Flow,
    /// Likelihood of the layer in training, and the report.
    Training,
    /// Entropies of several regions.
    Regions,
    /// Channels, depth, pruning.
    Studies,
    /// The network's own state.
    State,
}

/// The figure of the layers that their tab shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfLayers(pub PlotKind);

impl Default for OfLayers {
    fn default() -> Self {
        Self(PlotKind::Weights)
    }
}
