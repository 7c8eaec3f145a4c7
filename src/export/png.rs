//! A figure as PNG: its SVG, rasterised with our fonts.

use super::png_chunk::with_chunk;
use super::shapes::shapes;
use crate::figure::page::Figure;
use crate::figure::palette::Theme;
use resvg::tiny_skia;

/// Largest number of pixels that is drawn: 16 k × 16 k, a gigabyte.
const MOST_PIXELS: f64 = 268_435_456.0;

/// Points in a metre.
const POINTS_PER_METRE: f64 = 72.0 / 0.0254;

/// Why no image came of a figure.
#[derive(Debug, thiserror::Error)]
pub enum PngError {
    /// Too large or empty.
    #[error(
        "an image of {width} × {height} pixels is not possible: choose a size from 1 to {MOST_PIXELS} pixels in all"
    )]
    Size {
        /// Pixels across.
        width: f64,
        /// Pixels down.
        height: f64,
    },
    /// The rasteriser failed.
    #[error("the picture could not be drawn: {0}")]
    Draw(String),
}

/// The figure as PNG bytes at `scale` pixels a point; the file says so, so that a figure of 86 mm comes out as wide
/// when it is placed on a page.
///
/// # Errors
/// A size that no memory holds.
pub fn png(
    figure: &Figure,
    theme: Theme,
    title: &str,
    background: bool,
    scale: f32,
) -> Result<Vec<u8>, PngError> {
    let pixels = pixels(figure, theme, title, background, scale)?;
    let bytes = pixels.encode_png().map_err(|e| PngError::Draw(e.to_string()))?;
    let density = (f64::from(scale) * POINTS_PER_METRE).round() as u32;
    let [across, down] = [density.to_be_bytes(); 2];
    // 1: the unit is the metre.
    let sized = with_chunk(&bytes, b"pHYs", &[&across[..], &down, &[1]].concat());
    let software = concat!("Software\0", env!("HOLOSCOPE_PROGRAM"));
    Ok(with_chunk(&sized, b"tEXt", software.as_bytes()))
}

/// A figure as RGBA bytes, width and height: window icons, images for the clipboard.
///
/// # Errors
/// As [`png()`].
pub fn rgba(
    figure: &Figure,
    theme: Theme,
    background: bool,
    scale: f32,
) -> Result<(Vec<u8>, u32, u32), PngError> {
    let pixels = pixels(figure, theme, "", background, scale)?;
    let bytes = pixels.pixels().iter().flat_map(|p| {
        let c = p.demultiply();
        [c.red(), c.green(), c.blue(), c.alpha()]
    });
    Ok((bytes.collect(), pixels.width(), pixels.height()))
}

/// Refuses, before there is a figure, a size in points that no image can have at `scale` pixels a point.
///
/// # Errors
/// A size that no memory holds.
pub fn check_size(size: [f32; 2], scale: f32) -> Result<(), PngError> {
    sides(size, scale).map(|_| ())
}

/// Pixels across and down.
fn sides(size: [f32; 2], scale: f32) -> Result<[f64; 2], PngError> {
    let [width, height] = size.map(|side| f64::from(side * scale).round());
    let possible = width >= 1.0 && height >= 1.0 && width * height <= MOST_PIXELS;
    if possible { Ok([width, height]) } else { Err(PngError::Size { width, height }) }
}

fn pixels(
    figure: &Figure,
    theme: Theme,
    title: &str,
    background: bool,
    scale: f32,
) -> Result<tiny_skia::Pixmap, PngError> {
    let [width, height] = sides([figure.width, figure.height], scale)?;
    let size = PngError::Size { width, height };
    let tree = shapes(figure, theme, title, background).map_err(|e| PngError::Draw(e.to_string()))?;
    let mut pixels = tiny_skia::Pixmap::new(width as u32, height as u32).ok_or(size)?;
    resvg::render(&tree, tiny_skia::Transform::from_scale(scale, scale), &mut pixels.as_mut());
    Ok(pixels)
}
