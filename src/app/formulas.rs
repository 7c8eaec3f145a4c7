//! Formulas on the screen: their outlines in the colour of the text, sharp at every scale.

use crate::desk::formulas::Formula;
use egui::emath::GuiRounding;
use egui::{Color32, ColorImage, Id, Rect, Response, Sense, TextureHandle, TextureOptions, Ui, pos2, vec2};
use resvg::{tiny_skia, usvg};

/// A formula at `em` points an em, in a colour; where it would be wider than there is room, smaller.
pub fn formula_ui(ui: &mut Ui, formula: &Formula, em: f32, ink: Color32) -> Response {
    let em = em.min(ui.available_width() / formula.width);
    let size = vec2(formula.width * em, (formula.ascent + formula.descent) * em);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &formula.tex));
    if ui.is_rect_visible(rect)
        && let Some(texture) = texture(ui.ctx(), formula, em)
    {
        // Pixel on pixel, or thin lines would blur.
        let scale = ui.pixels_per_point();
        let place = Rect::from_min_size(rect.min.round_to_pixels(scale), texture.size_vec2() / scale);
        let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        ui.painter().image(texture.id(), place, whole, ink);
    }
    response
}

/// Lets go of the outlines of formulas that were shown.
pub fn forget_formulas(ctx: &egui::Context) {
    ctx.data_mut(|d| d.remove_by_type::<TextureHandle>());
}

/// Most outlines that are held: whoever drags the window wider asks for every size once.
const MOST_HELD: usize = 256;

/// The outlines in white, rasterised once for every size.
fn texture(ctx: &egui::Context, formula: &Formula, em: f32) -> Option<TextureHandle> {
    // Sizes closer than an eighth of a pixel look the same.
    let eighths = (8.0 * em * ctx.pixels_per_point()).round().max(8.0);
    let id = Id::unique(("formula", &formula.name, eighths as u32));
    if let Some(known) = ctx.data(|d| d.get_temp::<TextureHandle>(id)) {
        return Some(known);
    }
    let image = raster(formula, eighths / 8.0)?;
    let texture = ctx.load_texture(format!("formula {}", formula.name), image, TextureOptions::LINEAR);
    if ctx.data(|d| d.count::<TextureHandle>()) >= MOST_HELD {
        forget_formulas(ctx);
    }
    ctx.data_mut(|d| d.insert_temp(id, texture.clone()));
    Some(texture)
}

/// The outlines at so many pixels an em: white, as opaque as they cover each pixel.
fn raster(formula: &Formula, pixels: f32) -> Option<ColorImage> {
    // The colour of the text is black where nobody says otherwise; only the coverage is kept.
    let tree = usvg::Tree::from_str(formula.svg, &usvg::Options::default()).ok()?;
    let width = (formula.width * pixels).ceil();
    let height = ((formula.ascent + formula.descent) * pixels).ceil();
    let mut page = tiny_skia::Pixmap::new(width as u32, height as u32)?;
    let scale = formula.width * pixels / tree.size().width();
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut page.as_mut());
    let white = page.pixels().iter().map(|p| Color32::from_white_alpha(p.alpha())).collect();
    Some(ColorImage::new([width as usize, height as usize], white))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::formulas::{find, formulas};

    #[test]
    fn every_formula_can_be_drawn_at_every_size() {
        for formula in formulas() {
            for pixels in [8.0, 17.0, 68.0] {
                let image = raster(formula, pixels).unwrap();
                let inked = image.pixels.iter().filter(|p| p.a() > 128).count();
                let share = inked as f32 / image.pixels.len() as f32;
                assert!((0.01..0.5).contains(&share), "{} at {pixels}: {share}", formula.name);
            }
        }
    }

    /// Only the tint gives it a colour: every pixel is white times its coverage.
    #[test]
    fn a_raster_holds_coverage_and_no_colour() {
        let image = raster(find("cut").unwrap(), 20.0).unwrap();
        assert!(image.pixels.iter().all(|p| p.r() == p.a() && p.g() == p.a() && p.b() == p.a()));
    }
}
