//! Pinned curves: the plots and numbers of another moment, or of another session, beside the present ones.

use super::plots::{PlotKind, PlotOptions};
use super::results;
use super::studies::StudyProgress;
use super::study::{self, Study, StudyError};
use super::{open, picture, plots};
use crate::figure::Chart;
use crate::figure::chart::{Axis, Series, Style, four_digits, with_error};
use crate::figure::palette::Role;
use crate::holography::RegionAnswer;
use crate::numerics::stable::LN_2;
use crate::session::keys::{KEYS, Value};
use crate::session::{Document, RegionName};
use crate::sim::Phase;
use std::cell::Cell;
use std::ffi::OsStr;
use std::path::Path;
use std::sync::Arc;

/// So many are kept at most; the oldest goes.
pub const MOST: usize = 4;
/// Width of a pinned curve.
const WIDTH: f32 = 1.25;

/// A document with everything that was computed of it.
#[derive(Clone)]
pub struct Pin {
    /// What stands at its curves.
    pub name: String,
    /// The parameters.
    pub document: Document,
    /// What was computed of them.
    pub study: Study,
}

impl Pin {
    /// Pins a study; it takes no pins along.
    #[must_use]
    pub fn new(name: impl Into<String>, document: &Document, study: &Study) -> Self {
        let study = Study { pins: Vec::new(), ..study.clone() };
        Self { name: name.into(), document: document.clone(), study }
    }

    /// The pin of a session, preset or figure that is named: with its own weights, or learned now. `at` is told how far
    /// that has come and may call it off.
    ///
    /// Cost: that of learning its stack, if it has no weights, and of cutting regions of every size.
    ///
    /// # Errors
    /// What cannot be opened, or not be learned; or called off.
    pub fn of_session(named: &OsStr, at: &dyn Fn(StudyProgress) -> bool) -> Result<Self, StudyError> {
        let opened = open::open(Some(named)).map_err(|e| StudyError::Setting(e.to_string()))?;
        let mut document = opened.document;
        super::samples::anchor(&mut document, opened.path.as_deref());
        let layers = u64::from(document.task().layers);
        // Training says in words of its own that it was stopped.
        let called_off = Cell::new(false);
        let at = |progress| {
            called_off.set(called_off.get() || !at(progress));
            !called_off.get()
        };
        let trained = study::train_if_needed(&mut document, |phase| {
            let done = if let Phase::Learning(layer) = phase { *layer as u64 } else { 0 };
            at(StudyProgress { doing: "learning", done, total: layers })
        });
        let cutting = StudyProgress { doing: "cutting intervals of every size", done: 0, total: 1 };
        if !at(cutting) {
            return Err(StudyError::CalledOff);
        }
        let training = trained?.map(Arc::new);
        let network = Arc::new(study::bulk_network(&document, training.as_deref())?);
        let answer = Some(Arc::new(study::cut(&document, &network)));
        let survey = results::survey(&document, &network, None, || at(cutting))?;
        let survey = Some(Arc::new(survey));
        let name = Path::new(named).file_stem().unwrap_or(named).to_string_lossy().into_owned();
        let study = Study { answer, survey, training, ..Study::of(network) };
        Ok(Self { name, document, study })
    }
}

/// Lays the curves of all pins under a chart.
pub(super) fn lay(
    chart: &mut Chart,
    kind: PlotKind,
    document: &Document,
    pins: &[Arc<Pin>],
    options: PlotOptions,
) {
    let mut ghosts = Vec::new();
    for pin in pins {
        // In the unit of the present plot, and without the factors that compare slopes.
        let mut then = pin.document.clone();
        then.view.units = document.view.units;
        let options = PlotOptions { compare: false, ..options };
        if let Some(past) = plots::own_chart(kind, &then, &pin.study, options) {
            ghosts.extend(of_chart(&past, &pin.name));
        }
    }
    if kind == PlotKind::Scaling {
        let points = ghosts.iter().flat_map(|ghost| &ghost.points);
        let top = points.filter(|p| p[0] <= chart.x.range[1]).map(|p| p[1]).fold(0.0, f64::max);
        if top > chart.y.range[1] {
            chart.y = Axis::round(chart.y.label.clone(), [0.0, 1.05 * top], 5);
        }
    }
    let within = |p: &[f64; 2]| {
        (chart.x.range[0]..=chart.x.range[1]).contains(&p[0])
            && (chart.y.range[0]..=chart.y.range[1]).contains(&p[1])
    };
    for ghost in &mut ghosts {
        ghost.points.retain(within);
        // Other plots are low and have labels of their own at the ends of their lines; the name stands in the tooltip.
        if kind != PlotKind::Scaling {
            ghost.end_label.clear();
        }
    }
    ghosts.retain(|ghost| !ghost.points.is_empty());
    chart.series.splice(0..0, ghosts);
}

/// What is drawn of a chart that is pinned: what it measured, not its references.
fn of_chart(past: &Chart, name: &str) -> Vec<Series> {
    let measured = |s: &&Series| !matches!(s.role, Role::Secondary | Role::Faint | Role::Hairline);
    let dots = |s: &&Series| matches!(s.style, Style::Dots(_));
    let has_dots = past.series.iter().filter(measured).any(|s| dots(&s));
    let shown = past.series.iter().filter(measured).filter(|s| !has_dots || dots(s));
    let line = Style::Line { width: WIDTH, dash: None };
    let mut ghosts: Vec<Series> = shown
        .map(|s| Series {
            name: format!("{name}: {}", s.name),
            role: Role::Faint,
            style: line,
            points: s.points.clone(),
            spread: Vec::new(),
            end_label: String::new(),
        })
        .collect();
    if let Some(first) = ghosts.first_mut() {
        first.end_label = name.into();
    }
    ghosts.extend((!past.markers.is_empty()).then(|| Series {
        name: format!("{name}: regions"),
        role: Role::Faint,
        style: Style::Dots(4.0),
        points: past.markers.iter().map(|m| m.at).collect(),
        spread: Vec::new(),
        end_label: String::new(),
    }));
    ghosts
}

/// A line of the table that sets pins beside the present.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What it is.
    pub name: String,
    /// Now.
    pub now: Entry,
    /// Of each pin.
    pub pinned: Vec<Entry>,
}

/// What stands in that table.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// How it is written.
    pub text: String,
    /// The number, with all its digits, where it is one.
    pub value: Option<f64>,
}

impl Entry {
    fn of(value: &Value) -> Self {
        let number = match value {
            Value::Real(x) => Some(*x),
            // A larger one would lose digits.
            Value::Integer(i) => (*i <= 1 << f64::MANTISSA_DIGITS).then_some(*i as f64),
            Value::Text(_) => None,
        };
        Self { text: value.to_string(), value: number }
    }

    fn none() -> Self {
        Self { text: "–".into(), value: None }
    }
}

/// The parameters in which any pin differs from the present, and the numbers of all of them.
#[must_use]
pub fn differences(document: &Document, study: &Study) -> Vec<Difference> {
    let pins = &study.pins;
    let mut lines = Vec::new();
    for key in KEYS.iter().filter(|key| !key.path.starts_with("view.")) {
        let now = Entry::of(&key.get(document));
        let pinned: Vec<Entry> = pins.iter().map(|pin| Entry::of(&key.get(&pin.document))).collect();
        if pinned.iter().any(|then| *then != now) {
            lines.push(Difference { name: key.path.into(), now, pinned });
        }
    }
    let unit = picture::unit(document, study);
    let mut number = |name: String, of: &dyn Fn(&Study) -> Option<(String, f64)>| {
        let entry =
            |s: &Study| of(s).map_or_else(Entry::none, |(text, value)| Entry { text, value: Some(value) });
        let now = entry(study);
        let pinned: Vec<Entry> = pins.iter().map(|pin| entry(&pin.study)).collect();
        if [&now].into_iter().chain(&pinned).any(|entry| entry.value.is_some()) {
            lines.push(Difference { name, now, pinned });
        }
    };
    for name in RegionName::ALL {
        let letter = name.letter();
        number(format!("S_{letter} ({})", unit.name), &|s| {
            let entropy = cut_of(s, name)?.cut.capacity_nats / unit.nats;
            Some((four_digits(entropy), entropy))
        });
        number(format!("links of {letter}"), &|s| {
            let links = cut_of(s, name)?.cut.links.len();
            Some((links.to_string(), links as f64))
        });
    }
    let fit = |s: &Study| s.survey.as_ref()?.fit;
    number(format!("{} per doubling", unit.name), &|s| {
        let fit = fit(s)?;
        let slope = fit.slope_nats_per_log2 / unit.nats;
        Some((with_error(slope, fit.error / unit.nats), slope))
    });
    number("c_eff".into(), &|s| {
        let fit = fit(s)?;
        Some((with_error(fit.c_eff, fit.error * 3.0 / LN_2), fit.c_eff))
    });
    for layer in 0..study.training.as_ref().map_or(0, |t| t.layers.len()).min(4) {
        number(format!("KL of layer {layer}"), &|s| {
            let kl = s.training.as_ref()?.layers.get(layer)?.report.as_ref()?.kl_per_spin?;
            Some((four_digits(kl), kl))
        });
    }
    lines
}

/// The cut of a region that is not empty.
fn cut_of(study: &Study, name: RegionName) -> Option<&RegionAnswer> {
    let answer = &study.answer.as_ref()?.regions[name as usize];
    (!answer.region.is_empty()).then_some(answer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::keys::set_all;

    fn study_of(settings: &[(&str, &str)]) -> (Document, Study) {
        let mut document = Document::default();
        let all = [("network.capacity", "unit"), ("network.sites", "64")];
        let all: Vec<_> =
            all.iter().chain(settings).map(|(k, v)| ((*k).to_string(), (*v).to_string())).collect();
        set_all(&mut document, &all).unwrap();
        let network = Arc::new(study::bulk_network(&document, None).unwrap());
        let answer = Some(Arc::new(study::cut(&document, &network)));
        let survey = Some(Arc::new(study::survey(&document, &network, None)));
        (document, Study { answer, survey, ..Study::of(network) })
    }

    #[test]
    fn a_pinned_curve_is_the_curve_that_was_in_the_unit_of_now() {
        let (before, past) = study_of(&[("network.receptive_field", "3")]);
        let (mut now, mut study) = study_of(&[("network.receptive_field", "2"), ("regions.a", "1..9")]);
        study.pins.push(Arc::new(Pin::new("r = 3", &before, &past)));
        now.view.units = crate::session::Units::Bits;
        let chart = plots::chart(PlotKind::Scaling, &now, &study, PlotOptions::default()).unwrap();
        let ghost = chart.series.iter().find(|s| s.end_label == "r = 3").unwrap();
        assert_eq!((ghost.role, ghost.style), (Role::Faint, Style::Line { width: WIDTH, dash: None }));
        let rows = &past.survey.as_ref().unwrap().rows;
        let sizes = rows.iter().filter(|r| 2 * r.size <= 64);
        for (row, point) in sizes.zip(&ghost.points) {
            assert!((point[0] - (row.size as f64).log2()).abs() < 1e-12);
            assert!((point[1] - row.mean_nats / LN_2).abs() < 1e-12);
        }
        // Everything of it is in sight.
        assert!(chart.y.range[1] >= ghost.points.iter().map(|p| p[1]).fold(0.0, f64::max));
        let alone = Study { pins: Vec::new(), ..study.clone() };
        let alone = plots::chart(PlotKind::Scaling, &now, &alone, PlotOptions::default()).unwrap();
        assert_eq!(chart.series.len(), alone.series.len() + 2, "the curve and the regions");
    }

    #[test]
    fn the_table_has_what_differs_and_the_numbers() {
        let (before, past) = study_of(&[]);
        let (now, mut study) = study_of(&[("regions.a", "1..9"), ("theory.k2", "0.5")]);
        study.pins.push(Arc::new(Pin::new("before", &before, &past)));
        let lines = differences(&now, &study);
        let names: Vec<&str> = lines.iter().map(|l| l.name.as_str()).collect();
        assert_eq!(names[..3], ["theory.k2", "regions.a", "S_A (nats)"]);
        assert_eq!((lines[0].now.text.as_str(), lines[0].pinned[0].text.as_str()), ("0.5", "2"));
        let s = |study: &Study| {
            let nats = study.answer.as_ref().unwrap().regions[0].cut.capacity_nats;
            Entry { text: four_digits(nats), value: Some(nats) }
        };
        assert_eq!((lines[2].now.clone(), lines[2].pinned[0].clone()), (s(&study), s(&past)));
    }

    #[test]
    fn a_preset_can_be_compared_with() {
        let pin = Pin::of_session(OsStr::new("@chain"), &|_| true).unwrap();
        assert_eq!(pin.name, "@chain");
        assert!(pin.document.learned.is_some() && pin.study.survey.unwrap().done);
        assert!(Pin::of_session(OsStr::new("no/such.holo"), &|_| true).is_err());
    }

    #[test]
    fn a_comparison_can_be_called_off_while_it_learns_and_while_it_cuts() {
        for stop in ["learning", "cutting intervals of every size"] {
            let seen = Cell::new(false);
            let go_on = |progress: StudyProgress| {
                seen.set(seen.get() || progress.doing == stop);
                progress.doing != stop
            };
            let pin = Pin::of_session(OsStr::new("@chain"), &go_on);
            assert!(seen.get() && matches!(pin, Err(StudyError::CalledOff)), "{stop}");
        }
    }
}
