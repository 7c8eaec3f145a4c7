//! The film that is to be exported: what it shows, of what, how large and how fast.

use crate::desk::PlotKind;
use crate::desk::film::{FilmLook, MOST_PICTURES};
use crate::desk::filming::{Order, SIZE, SIZE_WITH_PLOT, Subject, reel};
use crate::desk::sweep::{Axis, SweepError};
use crate::figure::chart::grouped;
use crate::figure::palette::Theme;
use crate::session::keys::{KEYS, Kind};
use egui::{RichText, Ui};
use std::path::Path;

/// Heights that are offered, in pixels.
const HEIGHTS: [u32; 4] = [480, 720, 1080, 2160];

/// What a film can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    CoarseGraining,
    Training,
    Sweep,
}

/// What the dialog holds.
#[derive(Clone, Debug, PartialEq)]
pub struct FilmDraft {
    shown: Shown,
    /// Parameters that a sweep varies, and their values as they are written.
    vary: Vec<(&'static str, String)>,
    plot: Option<PlotKind>,
    height: u32,
    /// Pictures a second; none: the usual number.
    speed: Option<f64>,
    most: usize,
}

impl Default for FilmDraft {
    fn default() -> Self {
        Self {
            shown: Shown::CoarseGraining,
            vary: vec![("theory.mass", "0:0.6:13".into())],
            plot: None,
            height: 720,
            speed: None,
            most: MOST_PICTURES,
        }
    }
}

impl FilmDraft {
    /// The film to be made for a path.
    ///
    /// # Errors
    /// Values that a parameter cannot have, or a name that is none of a film: a sentence.
    pub fn order(&self, path: &Path, theme: Theme) -> Result<Order, String> {
        let subject = match self.shown {
            Shown::CoarseGraining => Subject::CoarseGraining,
            Shown::Training => Subject::Training,
            Shown::Sweep => {
                let axes = self.vary.iter().map(|(key, values)| Axis::new(key, values));
                Subject::Sweep(axes.collect::<Result<_, _>>().map_err(|e| e.to_string())?)
            }
        };
        let usual = if self.plot.is_some() { SIZE_WITH_PLOT } else { SIZE };
        let size = usual.map(|side| (side * self.height as f32 / usual[1]).round());
        Ok(Order {
            per_second: self.speed.unwrap_or_else(|| subject.usual_speed()),
            subject,
            look: FilmLook { size, theme, plot: self.plot },
            most: self.most,
            reel: reel(path).map_err(|e| e.to_string())?,
        })
    }

    /// How many pictures a sweep over these parameters has, and how long it runs; a sentence where that cannot be said.
    fn length_of_sweep(&self, per_second: f64) -> Result<String, String> {
        let counts = self.vary.iter().map(|(key, values)| Axis::count(key, values));
        let counts = counts.collect::<Result<Vec<_>, _>>().map_err(|e| e.to_string())?;
        let points = counts.iter().try_fold(1_usize, |n, count| n.checked_mul(*count));
        let points = points.ok_or_else(|| SweepError::TooMany.to_string())?;
        let pictures = points.min(self.most);
        let chosen =
            if pictures < points { format!(" of {}", grouped(points as u64)) } else { String::new() };
        Ok(format!("{}{chosen} pictures, {:.1} s", grouped(pictures as u64), pictures as f64 / per_second))
    }

    /// The controls.
    pub fn ui(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            for (shown, word, hint) in [
                (
                    Shown::CoarseGraining,
                    "coarse graining",
                    "the spins of one sample, layer by layer from the rim inwards",
                ),
                (Shown::Training, "training", "the network learning, layer by layer"),
                (Shown::Sweep, "sweep", "one picture for each value of a parameter"),
            ] {
                ui.radio_value(&mut self.shown, shown, word).on_hover_text(hint);
            }
        });
        if self.shown == Shown::Sweep {
            self.vary_ui(ui);
        }
        ui.horizontal(|ui| {
            ui.label("beside the bulk");
            let plot = egui::ComboBox::from_id_salt("plot of the film").width(140.0);
            let list = plot.selected_text(self.plot.map_or("nothing", PlotKind::name)).show_ui(ui, |ui| {
                ui.selectable_value(&mut self.plot, None, "nothing");
                for kind in PlotKind::ALL {
                    ui.selectable_value(&mut self.plot, Some(kind), kind.name());
                }
            });
            let named = |name| move || egui::WidgetInfo::labeled(egui::Role::ComboBox, true, name);
            list.response.widget_info(named("plot beside the bulk"));
            ui.label("  height");
            let height = egui::ComboBox::from_id_salt("height of the film").width(90.0);
            let list = height.selected_text(format!("{} px", self.height)).show_ui(ui, |ui| {
                for known in HEIGHTS {
                    ui.selectable_value(&mut self.height, known, format!("{known} px"));
                }
            });
            list.response.widget_info(named("height of the film"));
        });
        ui.horizontal(|ui| {
            let usual = match self.shown {
                Shown::CoarseGraining => Subject::CoarseGraining,
                Shown::Training => Subject::Training,
                Shown::Sweep => Subject::Sweep(Vec::new()),
            }
            .usual_speed();
            let mut speed = self.speed.unwrap_or(usual);
            let field = ui.add(egui::DragValue::new(&mut speed).range(0.02..=50.0).speed(0.1));
            field
                .widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "pictures a second"));
            if speed != self.speed.unwrap_or(usual) {
                self.speed = Some(speed);
            }
            ui.label("pictures a second,  at most");
            let field = ui.add(egui::DragValue::new(&mut self.most).range(2..=10_000));
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, "most pictures"));
            ui.label("pictures");
        });
        if self.shown == Shown::Sweep {
            let per_second = self.speed.unwrap_or(Subject::Sweep(Vec::new()).usual_speed());
            let length = self.length_of_sweep(per_second).unwrap_or_else(|sentence| sentence);
            ui.label(RichText::new(length).small().weak());
        }
    }

    fn vary_ui(&mut self, ui: &mut Ui) {
        let several = self.vary.len() > 1;
        let mut gone = None;
        for (i, (key, values)) in self.vary.iter_mut().enumerate() {
            ui.horizontal(|ui| {
                let list = egui::ComboBox::from_id_salt(("varied", i)).width(190.0).selected_text(*key);
                list.show_ui(ui, |ui| {
                    // A sweep reads one file of samples.
                    for known in KEYS.iter().filter(|key| key.kind != Kind::Path) {
                        ui.selectable_value(key, known.path, known.path).on_hover_text(known.meaning);
                    }
                })
                .response
                .widget_info(|| {
                    egui::WidgetInfo::labeled(egui::Role::ComboBox, true, format!("varied {}", i + 1))
                });
                let field = egui::TextEdit::singleline(values).desired_width(170.0).hint_text("0:0.6:13");
                let field = ui.add(field).on_hover_text("a:b:n, i..j, or a list x,y,z; of regions x;y;z");
                field.widget_info(|| egui::WidgetInfo {
                    label: Some(format!("values {}", i + 1)),
                    ..egui::WidgetInfo::text_edit(true, "", values.as_str(), "0:0.6:13")
                });
                if several && ui.small_button("remove").clicked() {
                    gone = Some(i);
                }
            });
        }
        if let Some(i) = gone {
            self.vary.remove(i);
        }
        ui.horizontal(|ui| {
            if ui.small_button("vary another").clicked() {
                self.vary.push(("theory.k2", "0.5:2:7".into()));
            }
            ui.label(RichText::new("a:b:n, i..j, or x,y,z · the last one changes fastest").small().weak());
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_an_order_or_says_in_a_sentence_why_not() {
        let mut draft = FilmDraft::default();
        let order = draft.order(Path::new("film.gif"), Theme::Dark).unwrap();
        assert_eq!((order.look.size, order.per_second), (SIZE, 10.0));
        assert!(draft.order(Path::new("film.mp4"), Theme::Dark).is_err_and(|e| e.contains(".gif, .png")));
        (draft.shown, draft.plot, draft.height) = (Shown::Sweep, Some(PlotKind::Scaling), 1080);
        let order = draft.order(Path::new("film.png"), Theme::Dark).unwrap();
        assert_eq!((order.look.size, order.per_second), ([1860.0, 1080.0], 4.0));
        assert_eq!(draft.length_of_sweep(4.0).unwrap(), "13 pictures, 3.2 s");
        draft.vary.push(("network.sites", "16..2^9".into()));
        assert_eq!(draft.length_of_sweep(4.0).unwrap(), "78 pictures, 19.5 s");
        draft.vary[0].1 = "0:1:1000".into();
        assert_eq!(draft.length_of_sweep(4.0).unwrap(), "240 of 6000 pictures, 60.0 s");
        draft.vary[1].1 = "16..".into();
        assert!(draft.length_of_sweep(4.0).is_err_and(|e| e.contains("no whole number")));
        draft.vary.truncate(1);
        draft.vary[0].1 = "0:2:3".into();
        assert!(draft.order(Path::new("film.png"), Theme::Dark).is_err_and(|e| e.contains("out of range")));
    }
}
