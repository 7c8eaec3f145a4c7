//! The guide in a window of its own, beside the list of keys.

use super::action::Action;
use super::formulas::{forget_formulas, formula_ui};
use super::painter::{SEMIBOLD, color};
use super::state::Desk;
use crate::desk::formulas;
use crate::desk::guide::{PAGES, PICTURES};
use crate::figure::palette::{Role, Theme};
use egui::load::{ImageLoadResult, ImageLoader, ImagePoll, LoadError, SizeHint};
use egui::{Color32, ColorImage, FontFamily, FontId, Id, RichText, TextStyle, Ui, vec2};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};
use resvg::tiny_skia::{FilterQuality, Pixmap, PixmapPaint, Transform};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// What the guide's pictures are called among egui's images.
const SCHEME: &str = "guide://";
/// Points of an em of formulas that stand alone, and in a line.
const DISPLAY_EM: f32 = 17.0;
const INLINE_EM: f32 = 14.0;
/// Width of the page and of the list of pages.
const PAGE: f32 = 620.0;
const LIST: f32 = 150.0;
/// How far text around strong words goes towards its ground.
const STEP_BACK: f32 = 0.25;
/// Most points across of a picture.
const PICTURE: usize = 500;

/// The guide's window: what it keeps from frame to frame.
#[derive(Default)]
pub struct GuideWindow {
    cache: Option<CommonMarkCache>,
    /// Whether it was open in the last frame.
    was_open: bool,
}

/// The two tabs of help; the present one is the guide's page, or the keys.
#[must_use]
pub fn tabs_ui(ui: &mut Ui, page: Option<usize>) -> Option<Action> {
    let mut action = None;
    ui.horizontal(|ui| {
        for (word, chosen, to) in [
            ("Keys", page.is_none(), Action::ToggleHelp),
            ("Guide", page.is_some(), Action::Guide(Some(page.unwrap_or(0)))),
        ] {
            let text = RichText::new(word).heading();
            let response = ui.selectable_label(chosen, text);
            response.widget_info(|| {
                egui::WidgetInfo::selected(egui::Role::Tab, true, chosen, format!("{word} of help"))
            });
            if response.clicked() && !chosen {
                action = Some(to);
            }
        }
    });
    ui.add_space(8.0);
    action
}

impl GuideWindow {
    /// The window, if a page is open.
    #[must_use]
    pub fn ui(&mut self, ctx: &egui::Context, desk: &Desk, theme: Theme) -> Vec<Action> {
        let mut actions = Vec::new();
        let Some(open) = desk.view.guide.filter(|page| *page < PAGES.len()) else {
            if std::mem::take(&mut self.was_open) {
                // Who has read the guide does not carry its pictures for the rest of the day.
                ctx.forget_all_images();
                forget_formulas(ctx);
            }
            return actions;
        };
        self.was_open = true;
        let cache = self.cache.get_or_insert_with(|| {
            ctx.add_image_loader(Arc::new(Pictures::default()));
            let mut cache = CommonMarkCache::default();
            PAGES.iter().for_each(|page| cache.add_link_hook(page.file));
            cache
        });
        let room = ctx.content_rect();
        let modal = egui::Modal::new(Id::unique("guide")).show(ctx, |ui| {
            let width = (PAGE + LIST + 24.0).min(room.width() - 96.0);
            ui.set_width(width);
            let height = room.height() - 150.0;
            let keys = tabs_ui(ui, Some(open));
            // From the guide the keys are reached by opening them, not by closing help.
            actions.extend(keys.into_iter().flat_map(|_| [Action::Guide(None), Action::ToggleHelp]));
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                ui.allocate_ui_with_layout(
                    vec2(LIST, height),
                    egui::Layout::top_down(egui::Align::LEFT),
                    |ui| {
                        ui.set_width(LIST);
                        for (i, page) in PAGES.iter().enumerate() {
                            let response = ui.selectable_label(i == open, page.title);
                            response.widget_info(|| {
                                let name = format!("Page {}", page.title);
                                egui::WidgetInfo::selected(egui::Role::RadioButton, true, i == open, name)
                            });
                            if response.clicked() {
                                actions.push(Action::Guide(Some(i)));
                            }
                        }
                    },
                );
                // What is wider than the page scrolls: the window keeps its size, and its list stays under the hand.
                egui::ScrollArea::both()
                    .id_salt(("guide", open))
                    .max_width(ui.available_width())
                    .min_scrolled_height(height)
                    .max_height(height)
                    .auto_shrink(false)
                    // Around it things stand side by side; on a page, one under the other.
                    .show(ui, |ui| ui.vertical(|ui| page_ui(ui, cache, open, theme)));
            });
            ui.add_space(8.0);
            if ui.button("Close").clicked() {
                actions.push(Action::Guide(None));
            }
        });
        let followed = PAGES.iter().position(|page| cache.get_link_hook(page.file) == Some(true));
        actions.extend(followed.map(|page| Action::Guide(Some(page))));
        if modal.should_close() && actions.is_empty() {
            actions.push(Action::Guide(None));
        }
        actions
    }
}

fn page_ui(ui: &mut Ui, cache: &mut CommonMarkCache, page: usize, theme: Theme) {
    ui.set_max_width(ui.available_width().min(PAGE) - 12.0);
    // Headings of a page go down from this size; the window's own are too near to its text.
    let heading = FontId::new(20.0, FontFamily::Name(SEMIBOLD.into()));
    ui.style_mut().text_styles.insert(TextStyle::Heading, heading);
    ui.spacing_mut().item_spacing.y = 6.0;
    let ink = color(theme, Role::Text);
    // Strong words of a page differ by their tone alone: it is what goes around them that steps back.
    let around = ink.lerp_to_gamma(color(theme, Role::Panel), STEP_BACK);
    ui.visuals_mut().widgets.noninteractive.fg_stroke.color = around;
    let math = move |ui: &mut Ui, tex: &str, inline: bool| match formulas::find_tex(tex) {
        Some(formula) => {
            formula_ui(ui, formula, if inline { INLINE_EM } else { DISPLAY_EM }, ink);
        }
        None => {
            ui.label(tex);
        }
    };
    // Commands stand between fences. The viewer's own blocks of code have a button whose sign no font of ours has.
    for (number, piece) in PAGES[page].text.split("```").enumerate() {
        if number % 2 == 1 {
            let code = piece.split_once('\n').map_or(piece, |(_language, code)| code);
            code_ui(ui, code.trim_end(), theme);
        } else {
            ui.push_id(number, |ui| {
                CommonMarkViewer::new()
                    .default_implicit_uri_scheme(SCHEME)
                    .max_image_width(Some(PICTURE))
                    .render_math_fn(Some(&math))
                    .show(ui, cache, piece);
            });
        }
    }
}

/// Lines to be typed, which can be selected and copied.
fn code_ui(ui: &mut Ui, code: &str, theme: Theme) {
    let frame = egui::Frame::new().fill(color(theme, Role::Raised)).corner_radius(6.0).inner_margin(10.0);
    frame.show(ui, |ui| {
        let lines = egui::RichText::new(code).monospace().color(color(theme, Role::Text));
        ui.add(egui::Label::new(lines).selectable(true).wrap());
    });
}

/// Reads the guide's pictures, which are part of the program, no larger than they are shown.
#[derive(Default)]
struct Pictures {
    read: Mutex<HashMap<&'static str, Arc<ColorImage>>>,
}

impl Pictures {
    /// The picture at less than twice `most` pixels across: halved as often as it takes, which averages its pixels, so
    /// that the screen has no more than a factor of two to make up for.
    fn picture(png: &[u8], most: u32) -> Option<ColorImage> {
        let mut pixels = Pixmap::decode_png(png).ok()?;
        while pixels.width() >= 2 * most {
            let mut half = Pixmap::new(pixels.width() / 2, pixels.height() / 2)?;
            let paint = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
            half.draw_pixmap(0, 0, pixels.as_ref(), &paint, Transform::from_scale(0.5, 0.5), None);
            pixels = half;
        }
        let size = [pixels.width() as usize, pixels.height() as usize];
        let colours = pixels
            .pixels()
            .iter()
            .map(|p| Color32::from_rgba_premultiplied(p.red(), p.green(), p.blue(), p.alpha()));
        Some(ColorImage::new(size, colours.collect()))
    }
}

impl ImageLoader for Pictures {
    fn id(&self) -> &'static str {
        concat!(module_path!(), "::Pictures")
    }

    fn load(&self, ctx: &egui::Context, uri: &str, _hint: SizeHint) -> ImageLoadResult {
        let known = PICTURES.iter().find(|(path, _)| uri.strip_prefix(SCHEME) == Some(path));
        let Some((path, png)) = known else { return Err(LoadError::NotSupported) };
        let broken = || LoadError::Loading(format!("{path} cannot be read"));
        let mut read = self.read.lock().map_err(|_| broken())?;
        if let Some(image) = read.get(path) {
            return Ok(ImagePoll::Ready { image: Arc::clone(image) });
        }
        let most = (PICTURE as f32 * ctx.pixels_per_point()).ceil() as u32;
        let image = Arc::new(Self::picture(png, most).ok_or_else(broken)?);
        read.insert(path, Arc::clone(&image));
        Ok(ImagePoll::Ready { image })
    }

    fn forget(&self, uri: &str) {
        if let Ok(mut read) = self.read.lock() {
            read.retain(|path, _| uri.strip_prefix(SCHEME) != Some(path));
        }
    }

    fn forget_all(&self) {
        if let Ok(mut read) = self.read.lock() {
            read.clear();
        }
    }

    fn byte_size(&self) -> usize {
        self.read.lock().map_or(0, |read| read.values().map(|image| 4 * image.pixels.len()).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_of_the_guide_can_be_read() {
        let (pictures, ctx) = (Pictures::default(), egui::Context::default());
        for (path, _) in PICTURES {
            let found = pictures.load(&ctx, &format!("{SCHEME}{path}"), SizeHint::default());
            let Ok(ImagePoll::Ready { image }) = found else { panic!("{path}") };
            assert!(
                (PICTURE..2 * PICTURE).contains(&image.width()),
                "{path}: {} pixels across",
                image.width()
            );
        }
        assert!(pictures.byte_size() > 0);
        pictures.forget_all();
        assert_eq!(pictures.byte_size(), 0);
        assert!(matches!(
            pictures.load(&ctx, "guide://none", SizeHint::default()),
            Err(LoadError::NotSupported)
        ));
    }

    /// Ten pictures at the size of print were held for ever, and once more by the screen: 170 MB.
    #[test]
    fn pictures_are_let_go_when_the_guide_closes() {
        let ctx = egui::Context::default();
        super::super::theme::install_fonts(&ctx);
        let mut guide = GuideWindow::default();
        let mut desk = Desk::new(crate::session::Document::default(), None, || {}).unwrap();
        let mut held = |page: Option<usize>| {
            desk.view.guide = page;
            for _ in 0..4 {
                let input = egui::RawInput {
                    screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, vec2(1440.0, 900.0))),
                    ..Default::default()
                };
                let output = ctx.run_ui(input, |ui| {
                    let _ = guide.ui(ui.ctx(), &desk, Theme::Dark);
                });
                output.drop_without_applying_deltas();
            }
            let loaders = ctx.loaders();
            let images: usize = loaders.image.lock().iter().map(|loader| loader.byte_size()).sum();
            let textures: usize = loaders.texture.lock().iter().map(|loader| loader.byte_size()).sum();
            [images, textures]
        };
        let open = held(Some(1));
        assert!(open.iter().all(|bytes| *bytes > 100_000), "{open:?}");
        assert_eq!(held(None), [0, 0]);
        assert!(held(Some(1))[0] > 100_000, "and they come back");
    }
}
