//! Figures of the two papers that the program grew from, with its own results: each as figure, numbers, session,
//! caption, and the commands that made them.

use super::StudyError;
use super::caption::{caption, of_bulk};
use super::complete::complete;
use super::files::{
    ExportError, bulk_title, cut_regions, figure_bytes, links_table, plot_table, session_of_figure,
};
use super::open::lay;
use super::paper;
use super::picture::{bulk_figure, unit};
use super::plots::{self, PlotKind, PlotOptions};
use super::presets;
use super::studies::{StudyKind, run_study};
use crate::export::Sheet;
use crate::figure::Figure;
use crate::figure::camera::Camera;
use crate::session::{Document, file};
use std::path::Path;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// The network, with region A and its cut where there is one.
    Bulk,
    /// A plot of the session.
    Plot(PlotKind),
    /// The plot of a study.
    Study(StudyKind),
}

/// One figure.
pub struct Recipe {
    /// Its name in commands and of its folder.
    pub name: &'static str,
    /// What of the papers it is.
    pub of: &'static str,
    /// What it shows, for the caption.
    pub shows: &'static str,
    /// The session that it is of: a preset …
    preset: &'static str,
    /// … and what is set over it.
    settings: &'static [(&'static str, &'static str)],
    /// What is drawn.
    pub drawing: Drawing,
}

/// All figures, in the order of the papers.
pub static RECIPES: &[Recipe] = &[
    Recipe {
        name: "gan-fig1",
        of: "Gan and Shu 2017, Fig. 1",
        shows: "Real-space renormalization of a chain: every two adjacent spins are coarse-grained to one spin of the next layer",
        preset: "tree",
        settings: &[
            ("network.sites", "16"),
            ("network.boundary", "line"),
            ("network.capacity", "unit"),
            ("regions.a", ""),
            ("view.chart", "half-plane"),
            ("view.show", "ruler,depths"),
        ],
        drawing: Drawing::Bulk,
    },
    Recipe {
        name: "gan-fig2",
        of: "Gan and Shu 2017, Fig. 2 and eq. 10–14",
        shows: "The metric that counts nodes: ln f2 falls by 2 ln 2 a layer, f2 = α 4^−τ, which is the hyperbolic plane of curvature −1",
        preset: "tree",
        settings: &[("network.sites", "256"), ("network.capacity", "unit")],
        drawing: Drawing::Study(StudyKind::Geometry),
    },
    Recipe {
        name: "gan-fig3",
        of: "Gan and Shu 2017, Fig. 3",
        shows: "Deep network of overlapping receptive fields and the fewest links whose cutting sets region A apart",
        preset: "critical",
        settings: &[
            ("network.sites", "32"),
            ("network.boundary", "line"),
            ("network.capacity", "unit"),
            ("regions.a", "12..20"),
            ("view.chart", "half-plane"),
            ("view.show", "ruler,depths"),
        ],
        drawing: Drawing::Bulk,
    },
    Recipe {
        name: "gan-eq8",
        of: "Gan and Shu 2017, eq. 8; Howard 2018, eq. 16",
        shows: "The Hamiltonian of the hidden spins is that of the renormalization group: couplings K′2 of the learned layers on the exact decimation tanh K′ = tanh² K",
        preset: "chain",
        settings: &[("learning.samples", "4000")],
        drawing: Drawing::Plot(PlotKind::Flow),
    },
    Recipe {
        name: "gan-eq15",
        of: "Gan and Shu 2017, eq. 15; Howard 2018, eq. 18",
        shows: "Links cut against the size of the region, every link counting ln 2: S_A = c log2 Ñ, c being the slope",
        preset: "critical",
        settings: &[("network.sites", "1024"), ("network.capacity", "unit"), ("regions.a", "160..352")],
        drawing: Drawing::Plot(PlotKind::Scaling),
    },
    Recipe {
        name: "gan-eq15-learned",
        of: "Gan and Shu 2017, eq. 15; Howard 2018, eq. 18",
        shows: "The same law with capacities learned from the critical quantum Ising chain, beside the exact entropies of the free Dirac fermion and the chain itself",
        preset: "critical",
        settings: &[],
        drawing: Drawing::Plot(PlotKind::Scaling),
    },
    Recipe {
        name: "gan-deep",
        of: "Gan and Shu 2017, section IV (i)",
        shows: "Deep against shallow: S_A against size for every number of layers; one layer saturates at once, each further layer carries the logarithm one doubling on",
        preset: "critical",
        settings: &[],
        drawing: Drawing::Study(StudyKind::Depth),
    },
    Recipe {
        name: "howard-eq17",
        of: "Howard 2018, eq. 12 and 17",
        shows: "The trace condition Tr_h e^T = 1 of an exact step: mean and spread of ln Tr_h e^T of every learned layer",
        preset: "chain",
        settings: &[("learning.samples", "4000")],
        drawing: Drawing::Plot(PlotKind::Trace),
    },
    Recipe {
        name: "howard-eq20",
        of: "Howard 2018, eq. 19 and 20",
        shows: "Mutual information of two equal intervals from their minimal cuts, I = S_A + S_B − S_AB, against their separation: it ends where the disconnected surface becomes the smaller one",
        preset: "critical",
        settings: &[],
        drawing: Drawing::Study(StudyKind::Transition),
    },
    Recipe {
        name: "howard-eq21",
        of: "Howard 2018, eq. 21",
        shows: "The infrared wall: with fermion mass m the side weights fade beyond the layer z_IR = log2 ξ, ξ = 1/artanh |m|, while those of the critical theory do not; beyond it the spins are independent, and the middle weight of a hidden spin that copies one of them is undetermined",
        preset: "massive",
        settings: &[],
        drawing: Drawing::Plot(PlotKind::Weights),
    },
    Recipe {
        name: "howard-pruning",
        of: "Howard 2018, section III",
        shows: "Eliminating the less relevant units: memory, KL, S_A and its slope as links of small weight are pruned",
        preset: "critical",
        settings: &[],
        drawing: Drawing::Study(StudyKind::Prune),
    },
];

/// The names of all figures, for sentences.
#[must_use]
pub fn names() -> String {
    RECIPES.iter().map(|recipe| recipe.name).collect::<Vec<_>>().join(", ")
}

/// Why a figure was not made.
#[derive(Debug, thiserror::Error)]
pub enum ReproduceError {
    /// What it shows.
    #[error(transparent)]
    Study(#[from] StudyError),
    /// Its picture.
    #[error(transparent)]
    Export(#[from] ExportError),
}

impl Recipe {
    /// The session, without weights.
    ///
    /// # Panics
    /// Never: a test makes the session of every recipe.
    #[must_use]
    pub fn document(&self) -> Document {
        let preset = presets::find(self.preset).expect("recipes begin with presets that are there");
        let mut document = preset.document();
        let print = [("view.theme", "print")];
        let settings: Vec<_> =
            self.settings.iter().chain(&print).map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        lay(&mut document, &settings).expect("recipes set what their presets allow");
        document
    }

    /// The files of its folder by name; `go_on` is asked between pieces of work. The same figure is drawn again, byte
    /// for byte, by the commands in `commands.sh`.
    ///
    /// # Errors
    /// What learning and drawing say, or called off.
    pub fn files(&self, go_on: &dyn Fn() -> bool) -> Result<Vec<(String, Vec<u8>)>, ReproduceError> {
        let mut document = self.document();
        let (figure, title, table, shown) = match self.drawing {
            Drawing::Bulk => {
                let study = complete(&mut document, None, go_on)?;
                let theme = document.view.theme.resolve(false);
                let figure = bulk_figure(&document, &study, paper::BULK, Camera::HOME, theme);
                let unit = unit(&document, &study).name;
                let shown = Some(of_bulk(&cut_regions(&document, &study), unit));
                (figure, bulk_title(&document, &study), links_table(&study), shown)
            }
            Drawing::Plot(kind) => {
                let study = complete(&mut document, Some(kind), go_on)?;
                let chart = plots::chart(kind, &document, &study, PlotOptions::default())
                    .ok_or(ExportError::Nothing(kind.name()))?;
                let (figure, title) = (plot(&chart), chart.title.clone());
                (figure, title, plot_table(kind, &study, || Ok::<_, ReproduceError>(chart))?, None)
            }
            Drawing::Study(kind) => {
                let stopped = |error| if go_on() { error } else { StudyError::CalledOff };
                let work = run_study(kind, document.clone(), |_| go_on()).map_err(stopped)?;
                let chart = work.chart().ok_or(ExportError::Nothing(kind.name()))?;
                (plot(&chart), chart.title, work.table().plain(), None)
            }
        };
        let session = session_of_figure(&document, None);
        let sheet = Sheet {
            figure: &figure,
            theme: document.view.theme.resolve(false),
            title: &title,
            background: true,
            scale: paper::SCREEN_SCALE,
            attachment: Some(&session),
        };
        let figure = figure_bytes(&sheet, Path::new("figure.svg"))?;
        let lead = match shown.filter(|_| !document.regions.a.is_empty()) {
            Some(shown) => format!("{} ({}). {shown}", self.shows, self.of),
            None => format!("{} ({})", self.shows, self.of),
        };
        Ok(vec![
            ("figure.svg".into(), figure),
            ("data.csv".into(), table.csv()),
            ("session.holo".into(), file::to_bytes(&self.document())),
            ("caption.txt".into(), format!("{}\n", caption(&lead, &document, true)).into_bytes()),
            ("commands.sh".into(), self.commands().into_bytes()),
        ])
    }

    /// What made the folder, and what makes figure and numbers from its session.
    fn commands(&self) -> String {
        let steps = match self.drawing {
            Drawing::Bulk => "holoscope render session.holo -o figure.svg\n\
                              holoscope graph session.holo -o data.csv\n"
                .to_string(),
            Drawing::Plot(kind) => plot_commands(kind.name()),
            Drawing::Study(kind) => plot_commands(kind.name()),
        };
        format!(
            "#!/bin/sh\n# The whole folder:\n#   holoscope reproduce {} -o FOLDER\n# Step by step, from the session in it:\n{steps}",
            self.name
        )
    }
}

fn plot_commands(name: &str) -> String {
    format!(
        "holoscope render session.holo --plot {name} -o figure.svg\nholoscope data {name} session.holo -o data.csv\n"
    )
}

fn plot(chart: &crate::figure::Chart) -> Figure {
    paper::plot(chart, paper::PLOT, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_recipe_has_its_own_name_and_a_session() {
        let names: HashSet<&str> = RECIPES.iter().map(|recipe| recipe.name).collect();
        assert_eq!(names.len(), RECIPES.len());
        for recipe in RECIPES {
            assert!(recipe.document().learned.is_none() && !recipe.of.is_empty());
            assert!(recipe.commands().contains(recipe.name));
        }
    }
}
