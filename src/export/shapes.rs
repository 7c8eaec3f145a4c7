//! The shapes of a figure's SVG with our fonts: what the rasteriser and the writer of PDF read.

use super::svg::svg;
use crate::figure::fonts;
use crate::figure::page::Figure;
use crate::figure::palette::Theme;
use resvg::usvg;
use std::sync::{Arc, OnceLock};

/// The shapes of a figure.
///
/// # Errors
/// What the reader of SVG says; a figure of finite numbers is always read.
pub(super) fn shapes(
    figure: &Figure,
    theme: Theme,
    title: &str,
    background: bool,
) -> Result<usvg::Tree, usvg::Error> {
    let options =
        usvg::Options { fontdb: font_database(), font_family: fonts::FAMILY.into(), ..Default::default() };
    usvg::Tree::from_str(&svg(figure, theme, title, background), &options)
}

fn font_database() -> Arc<usvg::fontdb::Database> {
    static FONTS: OnceLock<Arc<usvg::fontdb::Database>> = OnceLock::new();
    Arc::clone(FONTS.get_or_init(|| {
        let mut database = usvg::fontdb::Database::new();
        for font in [fonts::REGULAR, fonts::ITALIC, fonts::SEMIBOLD, fonts::MATHEMATICS] {
            database.load_font_data(font.to_vec());
        }
        database.set_sans_serif_family(fonts::FAMILY);
        Arc::new(database)
    }))
}
