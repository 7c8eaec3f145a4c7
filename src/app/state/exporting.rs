//! What leaves the window: figures, numbers, captions and pins, each with the session that it was made of.

use super::{Clip, Desk};
use crate::app::action::Export;
use crate::desk::complete::{Lacks, fill};
use crate::desk::files::{self, ExportError};
use crate::desk::pins::Pin;
use crate::desk::studies::StudyKind;
use crate::desk::{self, Look, Study, domain_wall, learned_links, looks};
use crate::figure::palette::Theme;
use crate::session::{Document, RegionName};
use egui::ColorImage;
use std::path::PathBuf;
use std::sync::Arc;

/// What an export is made from.
struct Source {
    /// The session that is attached.
    document: Document,
    /// What was computed of this very session.
    study: Study,
    /// What of it is not there yet.
    lacks: Lacks,
}

impl Desk {
    /// Draws a picture for the clipboard, off the UI thread.
    pub(super) fn draw_for_clipboard(&mut self, export: Export, theme: Theme) {
        let (Source { document, study, lacks }, look) = (self.source(export), self.look(theme));
        self.files.draw(move |go_on| {
            let study = fill(&document, study, lacks, go_on)?;
            let (rgba, width, height) = files::image(export_kind(export), &document, &study, &look)?;
            Ok(ColorImage::from_rgba_unmultiplied([width as usize, height as usize], &rgba))
        });
    }

    /// How figures are drawn.
    fn look(&self, theme: Theme) -> Look {
        let paper = self.files.paper();
        let theme = paper.theme.unwrap_or(theme);
        Look { camera: self.camera, options: self.view.plots, theme, paper }
    }

    /// Writes an export, off the UI thread. What of it is not there yet is computed first.
    pub(super) fn write(&mut self, export: Export, path: PathBuf, theme: Theme) {
        let look = self.look(theme);
        let kind = export_kind(export);
        if export == Export::Session {
            let (document, study) = (self.document.clone(), self.study());
            self.files.save(path, document, self.session, move |document, path, go_on| {
                desk::write_export(kind, document, &study, &look, path, go_on)
            });
            return;
        }
        let Source { document, study, lacks } = self.source(export);
        self.files.write(export, path, move |path, go_on| {
            let study = fill(&document, study, lacks, go_on)?;
            desk::write_export(kind, &document, &study, &look, path, go_on)
        });
    }

    /// Copies the caption of a picture.
    pub(super) fn copy_caption(&mut self, export: Export, time: f64) {
        let found = self.whole_source(export, false).and_then(|Source { document, study, .. }| {
            files::caption_of(export_kind(export), &document, &study, self.view.plots)
        });
        match found {
            Ok(caption) => {
                self.clipboard = Some(Clip::Text(caption));
                self.notice = Some(("copied the caption".into(), time + 2.0));
            }
            Err(error) => self.errors.push(error.to_string()),
        }
    }

    /// Copies the numbers of a plot.
    pub(super) fn copy_numbers(&mut self, export: Export, time: f64) {
        let found = self.whole_source(export, false).and_then(|Source { document, study, .. }| {
            files::numbers(export_kind(export), &document, &study, self.view.plots)
        });
        match found {
            Ok(table) => {
                self.clipboard = Some(Clip::Text(String::from_utf8_lossy(&table.tsv()).into_owned()));
                self.notice = Some((format!("copied {} rows", table.rows.len()), time + 2.0));
            }
            Err(error) => self.errors.push(error.to_string()),
        }
    }

    /// Pins what is known of the present parameters, once it is known.
    pub(super) fn pin_now(&mut self, time: f64) {
        match self.whole_source(Export::Plot(desk::PlotKind::Scaling), true) {
            Ok(Source { document, study, .. }) => {
                self.view.pins_made += 1;
                let name = format!("pin {}", self.view.pins_made);
                self.pin(Pin::new(name, &document, &study), time);
            }
            Err(error) => self.errors.push(error.to_string()),
        }
    }

    /// As [`Self::source`], where nothing may be missing; a pin does without the curve of the bottom layer.
    fn whole_source(&mut self, export: Export, pins: bool) -> Result<Source, ExportError> {
        let source = self.source(export);
        let lacks = &source.lacks;
        if lacks.survey || lacks.shallow.is_some() && !pins {
            Err(ExportError::NotYet("the scaling curve"))
        } else if lacks.cut && matches!(export, Export::Bulk | Export::Plot(desk::PlotKind::Scaling)) {
            Err(ExportError::NotYet("the cut of the regions"))
        } else {
            Ok(source)
        }
    }

    /// The session that an export shows and what was computed of it, without anything that was computed of another.
    fn source(&mut self, export: Export) -> Source {
        // Something may have been changed in this very frame.
        self.renew_network();
        let study = self.study();
        match export {
            Export::StudyPlot | Export::StudyData => self.source_of_analysis(study),
            Export::StatePlot | Export::StateData => self.source_of_state(study),
            _ => self.present_source(export, study),
        }
    }

    fn present_source(&self, export: Export, mut study: Study) -> Source {
        let document = self.document.clone();
        study.answer = study.answer.filter(|_| self.is_cut());
        let of_scaling = matches!(
            export,
            Export::Plot(desk::PlotKind::Scaling) | Export::PlotData(desk::PlotKind::Scaling)
        );
        study.survey = study.survey.filter(|_| self.is_surveyed());
        let shallow = self.shallow_to_come();
        if shallow.is_some() {
            study.shallow = None;
        }
        let walk = |watched| domain_wall::task(&document, &study.network, watched);
        let walks = [walk(true), walk(false)];
        study.wall = study.wall.take().filter(|wall| walks.iter().flatten().any(|walk| *walk == *wall.task));
        let fit = learned_links::task(&document, &study.network);
        study.couplings = study.couplings.filter(|found| fit.as_ref() == Some(&*found.task));
        let lacks = Lacks {
            cut: study.answer.is_none() && (of_scaling || export == Export::Bulk),
            overlays: export == Export::Bulk,
            survey: of_scaling && study.survey.is_none(),
            shallow: shallow.filter(|_| of_scaling),
        };
        Source { document, study, lacks }
    }

    /// A study of other parameters carries those, and stands as it was drawn of them.
    fn source_of_analysis(&self, mut study: Study) -> Source {
        let Some(snapshot) = &self.analysis else {
            return Source { document: self.document.clone(), study, lacks: Lacks::default() };
        };
        let marked = snapshot.kind == StudyKind::Transition && self.is_cut();
        if self.is_of_present(snapshot) && (marked || snapshot.document.regions == self.document.regions) {
            return Source { document: self.document.clone(), study, lacks: Lacks::default() };
        }
        study.analysis = Some(Arc::clone(snapshot));
        self.source_of_past(&snapshot.document, study)
    }

    fn source_of_state(&self, study: Study) -> Source {
        match &study.own_state {
            Some(plot) if !self.is_own_plot_present() => {
                let mut document = Document::clone(&plot.document);
                if let Some(regions) = &self.own_state.regions {
                    document.regions.clone_from(regions);
                }
                self.source_of_past(&document, study)
            }
            _ => Source { document: self.document.clone(), study, lacks: Lacks::default() },
        }
    }

    /// The weights of the present training are not those of another session.
    fn source_of_past(&self, document: &Document, mut study: Study) -> Source {
        study.training = None;
        Source { document: document.clone(), study, lacks: Lacks::default() }
    }

    /// Whether the newest cut is of the present network and regions, with all that is laid over the picture.
    fn is_cut(&self) -> bool {
        let regions = RegionName::ALL.map(|name| self.document.regions.get(name));
        self.answer.as_ref().is_some_and(|answer| {
            answer.complete
                && answer.overlays == looks::asked_of_cut(&self.document)
                && Arc::ptr_eq(&answer.network, &self.network)
                && regions.into_iter().eq(answer.regions.iter().map(|cut| &cut.region))
        })
    }
}

pub(super) fn export_kind(export: Export) -> desk::ExportKind {
    match export {
        Export::Session => desk::ExportKind::Session,
        Export::Bulk => desk::ExportKind::Bulk,
        Export::Plot(plot) => desk::ExportKind::Plot(plot),
        Export::PlotData(plot) => desk::ExportKind::PlotData(plot),
        Export::StudyPlot => desk::ExportKind::StudyPlot,
        Export::StudyData => desk::ExportKind::StudyData,
        Export::StatePlot => desk::ExportKind::StatePlot,
        Export::StateData => desk::ExportKind::StateData,
        Export::Weights => desk::ExportKind::Weights,
        Export::Network => desk::ExportKind::Network,
    }
}
