//! A figure as PDF: one page of its size in points, vector marks, text as text in subsets of our fonts.

use super::attachment::{DESCRIPTION, FILE_NAME, MIME_TYPE};
use super::shapes::shapes;
use crate::figure::page::Figure;
use crate::figure::palette::Theme;
use krilla::Document;
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::geom::Size;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla_svg::{SurfaceExt, SvgSettings};

/// Longest side of a page in points (200 inches): what readers of PDF hold to.
const LONGEST_SIDE: f32 = 14_400.0;

/// Why no PDF came of a figure.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// Too large or empty.
    #[error(
        "a page of {width} × {height} points is not possible in PDF: choose sides of at most {LONGEST_SIDE} points, or write .svg"
    )]
    Size {
        /// Points across.
        width: f32,
        /// Points down.
        height: f32,
    },
    /// The writer failed.
    #[error("the page could not be written: {0}")]
    Write(String),
}

/// The figure as PDF bytes, one unit a point; `attachment` rides along as an attached file.
///
/// The bytes hold no date and no random name: the same figure gives the same file.
///
/// # Errors
/// A size that pages of PDF do not have.
pub fn pdf(
    figure: &Figure,
    theme: Theme,
    title: &str,
    background: bool,
    attachment: Option<&[u8]>,
) -> Result<Vec<u8>, PdfError> {
    let (width, height) = (figure.width, figure.height);
    check_size([width, height])?;
    let refused = || PdfError::Size { width, height };
    let size = Size::from_wh(width, height).ok_or_else(refused)?;
    let settings = PageSettings::from_wh(width, height).ok_or_else(refused)?;
    let tree = shapes(figure, theme, title, background).map_err(|e| PdfError::Write(e.to_string()))?;
    let mut document = Document::new();
    let program = env!("HOLOSCOPE_PROGRAM");
    document.set_metadata(Metadata::new().title(title.into()).creator(program.into()).language("en".into()));
    if let Some(attachment) = attachment {
        let first = document.embed_file(EmbeddedFile {
            path: FILE_NAME.into(),
            mime_type: MimeType::new(MIME_TYPE),
            description: Some(DESCRIPTION.into()),
            association_kind: AssociationKind::Source,
            data: attachment.to_vec().into(),
            modification_date: None,
            compress: Some(true),
            location: None,
        });
        assert!(first.is_some(), "a document takes its first attached file");
    }
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    surface
        .draw_svg(&tree, size, SvgSettings::default())
        .ok_or_else(|| PdfError::Write("its shapes cannot be drawn".into()))?;
    surface.finish();
    page.finish();
    document.finish().map_err(|e| PdfError::Write(format!("{e:?}")))
}

/// Refuses, before there is a figure, a size in points that no page can have.
///
/// # Errors
/// Sides beyond what PDF allows.
pub fn check_size([width, height]: [f32; 2]) -> Result<(), PdfError> {
    let in_range = |side: f32| side > 0.0 && side <= LONGEST_SIDE;
    if in_range(width) && in_range(height) { Ok(()) } else { Err(PdfError::Size { width, height }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::page::{Anchor, Face, Mark, Paint, Stroke};
    use crate::figure::palette::Role;

    fn figure() -> Figure {
        let mut f = Figure::new(243.75, 120.0);
        f.line(vec![[0.0, 0.0], [100.0, 60.0]], Stroke::solid(Paint::of(Role::Text), 1.5));
        f.dot([50.0, 50.0], 4.0, Paint::at(Role::CurveCore, 0.5));
        f.text([120.0, 20.0], "entropy S_A of A∪B", 13.0, Role::Text, Anchor::Middle);
        f.text([200.0, 100.0], "nats", 13.0, Role::Text, Anchor::Middle);
        f.marks.push(Mark::Text {
            at: [20.0, 60.0],
            text: "size".into(),
            size: 11.0,
            face: Face::Italic,
            paint: Paint::of(Role::Secondary),
            anchor: Anchor::Middle,
            angle: std::f32::consts::FRAC_PI_2,
        });
        f
    }

    /// The words on the first page, without the spaces between.
    fn words(file: &lopdf::Document) -> String {
        file.extract_text(&[1]).unwrap().split_whitespace().collect()
    }

    #[test]
    fn a_page_has_its_size_in_points_its_title_and_its_words() {
        let bytes = pdf(&figure(), Theme::Print, "N = 64, ring", true, None).unwrap();
        let file = lopdf::Document::load_mem(&bytes).unwrap();
        let pages = file.get_pages();
        assert_eq!(pages.len(), 1);
        let page = file.get_dictionary(pages[&1]).unwrap();
        let sides: Vec<f32> = page
            .get(b"MediaBox")
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .map(|x| x.as_float().unwrap())
            .collect();
        assert_eq!(sides, [0.0, 0.0, 243.75, 120.0]);
        let text = words(&file);
        for word in ["entropy", "ofA∪B", "nats", "size"] {
            assert!(text.contains(word), "{word} in {text}");
        }
        let info = file.trailer.get(b"Info").unwrap().as_reference().unwrap();
        let title = file.get_dictionary(info).unwrap().get(b"Title").unwrap();
        assert_eq!(lopdf::decode_text_string(title).unwrap(), "N = 64, ring");
    }

    #[test]
    fn fonts_are_embedded_as_subsets() {
        let bytes = pdf(&figure(), Theme::Print, "", false, None).unwrap();
        let file = lopdf::Document::load_mem(&bytes).unwrap();
        let descriptors: Vec<_> = file
            .objects
            .values()
            .filter_map(|o| o.as_dict().ok())
            .filter(|d| d.get(b"FontName").is_ok())
            .collect();
        let names: Vec<_> = descriptors
            .iter()
            .map(|d| String::from_utf8_lossy(d.get(b"FontName").unwrap().as_name().unwrap()))
            .collect();
        // Regular, italic and mathematics are on the page, semibold is not.
        assert_eq!(descriptors.len(), 3, "{names:?}");
        for font in descriptors {
            let name = font.get(b"FontName").unwrap().as_name().unwrap();
            assert_eq!(name.get(6), Some(&b'+'), "{} is no subset", String::from_utf8_lossy(name));
            assert!(font.get(b"FontFile2").is_ok() || font.get(b"FontFile3").is_ok());
        }
        // The four font files have more than a megabyte; the glyphs of five words a few kilobytes.
        assert!(bytes.len() < 40_000, "{} bytes", bytes.len());
    }

    #[test]
    fn the_same_figure_gives_the_same_file() {
        let once = pdf(&figure(), Theme::Dark, "t", true, Some(b"attached")).unwrap();
        assert_eq!(pdf(&figure(), Theme::Dark, "t", true, Some(b"attached")).unwrap(), once);
        for side in [0.0, f32::NAN, 20_000.0] {
            let error = pdf(&Figure::new(side, 100.0), Theme::Dark, "", true, None).unwrap_err().to_string();
            assert!(error.contains("14400 points"), "{error}");
        }
    }
}
