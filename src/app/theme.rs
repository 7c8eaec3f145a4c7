//! The palette and the type of the window: egui's style from the same roles that figures use.

use super::painter::{ITALIC, SEMIBOLD, color};
use crate::figure::fonts;
use crate::figure::palette::{Role, Theme};
use egui::{CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, Stroke, TextStyle, Vec2};
use std::sync::Arc;

/// Gives egui our fonts: Plex, and behind it the mathematics that Plex lacks.
pub fn install_fonts(ctx: &egui::Context) {
    let mut definitions = FontDefinitions::empty();
    for (name, bytes) in [
        ("plex", fonts::REGULAR),
        ("plex-italic", fonts::ITALIC),
        ("plex-semibold", fonts::SEMIBOLD),
        ("mathematics", fonts::MATHEMATICS),
    ] {
        definitions.font_data.insert(name.into(), Arc::new(FontData::from_static(bytes)));
    }
    for (family, first) in [
        (FontFamily::Proportional, "plex"),
        (FontFamily::Monospace, "plex"),
        (FontFamily::Name(ITALIC.into()), "plex-italic"),
        (FontFamily::Name(SEMIBOLD.into()), "plex-semibold"),
    ] {
        definitions.families.insert(family, vec![first.into(), "mathematics".into()]);
    }
    ctx.set_fonts(definitions);
}

/// Applies a theme to the whole window.
pub fn apply(ctx: &egui::Context, theme: Theme) {
    let kind = if theme.is_dark() { egui::Theme::Dark } else { egui::Theme::Light };
    ctx.set_theme(if theme.is_dark() { egui::ThemePreference::Dark } else { egui::ThemePreference::Light });
    ctx.style_mut_of(kind, |style| {
        style.text_styles = [
            (TextStyle::Heading, FontId::new(14.0, FontFamily::Name(SEMIBOLD.into()))),
            (TextStyle::Body, FontId::new(13.0, FontFamily::Proportional)),
            (TextStyle::Button, FontId::new(13.0, FontFamily::Proportional)),
            (TextStyle::Small, FontId::new(11.5, FontFamily::Proportional)),
            (TextStyle::Monospace, FontId::new(13.0, FontFamily::Monospace)),
        ]
        .into();
        let s = &mut style.spacing;
        s.item_spacing = Vec2::new(8.0, 4.0);
        s.button_padding = Vec2::new(8.0, 4.0);
        s.interact_size = Vec2::new(32.0, 24.0);
        s.slider_rail_height = 3.0;
        s.menu_margin = Margin::same(6);
        s.window_margin = Margin::same(16);
        let v = &mut style.visuals;
        *v = if theme.is_dark() { egui::Visuals::dark() } else { egui::Visuals::light() };
        let c = |role| color(theme, role);
        v.override_text_color = None;
        v.panel_fill = c(Role::Panel);
        v.window_fill = c(Role::Raised);
        v.extreme_bg_color = c(Role::Canvas);
        v.faint_bg_color = c(Role::Raised);
        v.window_stroke = Stroke::new(1.0, c(Role::Hairline));
        v.window_corner_radius = CornerRadius::same(6);
        v.menu_corner_radius = CornerRadius::same(6);
        v.hyperlink_color = c(Role::Focus);
        v.error_fg_color = c(Role::Error);
        v.weak_text_color = Some(c(Role::Secondary));
        v.selection.bg_fill = c(Role::Focus).gamma_multiply(0.35);
        v.selection.stroke = Stroke::new(1.0, c(Role::Text));
        v.slider_trailing_fill = true;
        v.handle_shape = egui::style::HandleShape::Circle;
        let w = &mut v.widgets;
        w.noninteractive.fg_stroke = Stroke::new(1.0, c(Role::Text));
        w.noninteractive.bg_stroke = Stroke::new(1.0, c(Role::Hairline));
        w.noninteractive.bg_fill = c(Role::Panel);
        for (state, ground, outline, text) in [
            (&mut w.inactive, Role::Raised, Role::Hairline, Role::Text),
            (&mut w.hovered, Role::Raised, Role::Outline, Role::Text),
            (&mut w.active, Role::Raised, Role::Focus, Role::Text),
            (&mut w.open, Role::Raised, Role::Outline, Role::Text),
        ] {
            state.bg_fill = c(ground);
            state.weak_bg_fill = c(ground);
            state.bg_stroke = Stroke::new(1.0, c(outline));
            state.fg_stroke = Stroke::new(1.0, c(text));
            state.corner_radius = CornerRadius::same(6);
            state.expansion = 0.0;
        }
        // Rails and check boxes must be seen on the panel.
        w.inactive.bg_fill = c(Role::Hairline);
        w.hovered.bg_fill = c(Role::Hairline);
    });
}
