//! A figure on its way into a file: what is drawn, in which colours, and what rides along.

use super::attachment::{self, AttachmentError};
use super::format::Format;
use super::pdf::{self, PdfError, pdf};
use super::png::{self, PngError, png};
use super::svg::svg;
use crate::figure::page::Figure;
use crate::figure::palette::Theme;

/// A figure with everything that its file says.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// What is drawn.
    pub figure: &'a Figure,
    /// Its colours.
    pub theme: Theme,
    /// What it shows, in one line.
    pub title: &'a str,
    /// Whether the ground is painted; else it is transparent.
    pub background: bool,
    /// Pixels a point, of images.
    pub scale: f32,
    /// Bytes that ride along in the metadata.
    pub attachment: Option<&'a [u8]>,
}

/// Why no file came of a figure.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The image.
    #[error(transparent)]
    Png(#[from] PngError),
    /// The page.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// What should ride along.
    #[error(transparent)]
    Attachment(#[from] AttachmentError),
}

impl SheetError {
    /// Whether another size would do.
    #[must_use]
    pub const fn is_of_size(&self) -> bool {
        matches!(self, Self::Png(PngError::Size { .. }) | Self::Pdf(PdfError::Size { .. }))
    }
}

/// Refuses, before there is a figure, a size in points that a format cannot have; `scale` is in pixels a point, of
/// images.
///
/// # Errors
/// As [`Sheet::bytes`] of a figure of this size.
pub fn check_size(format: Format, size: [f32; 2], scale: f32) -> Result<(), SheetError> {
    match format {
        Format::Png => Ok(png::check_size(size, scale)?),
        Format::Pdf => Ok(pdf::check_size(size)?),
        Format::Svg => Ok(()),
    }
}

impl Sheet<'_> {
    /// The bytes of the file.
    ///
    /// # Errors
    /// A size that cannot be drawn, or too much to ride along.
    pub fn bytes(&self, format: Format) -> Result<Vec<u8>, SheetError> {
        let Self { figure, theme, title, background, scale, attachment } = *self;
        Ok(match format {
            Format::Svg => {
                let text = svg(figure, theme, title, background);
                match attachment {
                    Some(a) => attachment::in_svg(&text, a)?.into_bytes(),
                    None => text.into_bytes(),
                }
            }
            Format::Pdf => {
                attachment.map_or(Ok(()), attachment::check_size)?;
                pdf(figure, theme, title, background, attachment)?
            }
            Format::Png => {
                let image = png(figure, theme, title, background, scale)?;
                match attachment {
                    Some(a) => attachment::in_png(&image, a)?,
                    None => image,
                }
            }
        })
    }
}
