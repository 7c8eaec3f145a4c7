//! What a figure is drawn on, as the dialog of exports sets it.

use crate::desk::paper::{BULK, COLUMNS, Extent, Paper, SCALES, SIDES};
use crate::figure::palette::Theme;

/// Size, colours and ground of a figure.
pub(super) fn paper_ui(ui: &mut egui::Ui, paper: &mut Paper) {
    const SCREEN: &str = "as on screen";
    const OWN: &str = "width × height";
    ui.horizontal(|ui| {
        let chosen = match paper.extent {
            Extent::Screen => SCREEN,
            Extent::Column(column) => column.label,
            Extent::Own(_) => OWN,
        };
        let size = egui::ComboBox::from_label("size").width(200.0).selected_text(chosen);
        size.show_ui(ui, |ui| {
            ui.selectable_value(&mut paper.extent, Extent::Screen, SCREEN);
            for column in COLUMNS {
                let text = format!("{}, {} mm", column.label, column.width_mm);
                ui.selectable_value(&mut paper.extent, Extent::Column(column), text);
            }
            let own = matches!(paper.extent, Extent::Own(_));
            if ui.selectable_label(own, OWN).clicked() && !own {
                paper.extent = Extent::Own(BULK);
            }
        });
        if let Extent::Own(sides) = &mut paper.extent {
            for (side, name) in sides.iter_mut().zip(["width", "height"]) {
                let field = egui::DragValue::new(side).range(SIDES).fixed_decimals(0);
                let response = ui.add(field).on_hover_text(format!("{name} in points"));
                response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::SpinButton, true, name));
            }
        }
    });
    ui.horizontal(|ui| {
        let names = [(None, "as the window"), (Some(Theme::Light), "light"), (Some(Theme::Dark), "dark")];
        let names = names.into_iter().chain([(Some(Theme::Print), "print")]);
        let chosen = names.clone().find(|(theme, _)| *theme == paper.theme).map_or("", |(_, name)| name);
        let theme = egui::ComboBox::from_label("theme").width(120.0).selected_text(chosen);
        theme.show_ui(ui, |ui| {
            for (theme, name) in names {
                ui.selectable_value(&mut paper.theme, theme, name);
            }
        });
        ui.checkbox(&mut paper.transparent, "transparent ground");
    });
    ui.horizontal(|ui| {
        ui.label("pixels a point in .png");
        ui.add_enabled_ui(!paper.is_print(), |ui| {
            for scale in SCALES {
                ui.radio_value(&mut paper.scale, scale, scale.to_string());
            }
        });
        if paper.is_print() {
            ui.label("300 dpi");
        }
    });
}
