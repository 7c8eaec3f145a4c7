//! The paper of a figure: its size, by name the column widths of journals, and its ground.

use crate::figure::palette::Theme;
use crate::figure::{Chart, Figure};

/// Points in a millimetre.
pub const POINTS_PER_MM: f32 = 72.0 / 25.4;
/// Pixels a point of an image whose size is given in millimetres: 300 dpi.
pub const PRINT_SCALE: f32 = 300.0 / 72.0;
/// Pixels a point of an image whose size is not given: sharp in print at half size.
pub const SCREEN_SCALE: f32 = 2.0;
/// Size of texts and lines of a plot in print, relative to the screen.
const PRINT_TEXT: f32 = 8.0 / 13.0;
/// Size of the bulk in points, unless asked otherwise.
pub const BULK: [f32; 2] = [800.0, 800.0];
/// Size of a plot in points, unless asked otherwise.
pub const PLOT: [f32; 2] = [560.0, 380.0];

/// A width that a journal prints figures at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Its name in commands.
    pub name: &'static str,
    /// Its name in the window.
    pub label: &'static str,
    /// Width in millimetres.
    pub width_mm: f32,
}

/// The widths that have names: one and two columns, as the journals' instructions for authors give them.
pub const COLUMNS: [Column; 4] = [
    Column { name: "prl", label: "PRL, one column", width_mm: 86.0 },
    Column { name: "prl-wide", label: "PRL, two columns", width_mm: 178.0 },
    Column { name: "nature", label: "Nature, one column", width_mm: 89.0 },
    Column { name: "nature-wide", label: "Nature, two columns", width_mm: 183.0 },
];

/// The width of this name.
#[must_use]
pub fn column(name: &str) -> Option<Column> {
    COLUMNS.into_iter().find(|column| column.name == name)
}

/// Sizes of a side that are drawn, in points.
pub const SIDES: std::ops::RangeInclusive<f32> = 16.0..=20_000.0;
/// Pixels a point of an image that can be asked for.
pub const SCALES: std::ops::RangeInclusive<u8> = 1..=4;

/// How large a figure from the window is.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub enum Extent {
    /// As on the screen.
    #[default]
    Screen,
    /// As wide as a column of a journal.
    Column(Column),
    /// Width and height in points.
    Own([f32; 2]),
}

/// What a figure from the window is drawn on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paper {
    /// Its size.
    pub extent: Extent,
    /// Pixels a point of its images; of a column's width they have 300 dpi whatever this is.
    pub scale: u8,
    /// Its colours; none are those of the window.
    pub theme: Option<Theme>,
    /// Whether its ground is transparent.
    pub transparent: bool,
}

impl Default for Paper {
    fn default() -> Self {
        Self { extent: Extent::Screen, scale: SCREEN_SCALE as u8, theme: None, transparent: false }
    }
}

impl Paper {
    /// Width and height in points of a figure that has the size `usual` on the screen.
    #[must_use]
    pub fn size(self, usual: [f32; 2]) -> [f32; 2] {
        match self.extent {
            Extent::Screen => usual,
            Extent::Column(column) => sized(column.width_mm, None, usual),
            Extent::Own(size) => size,
        }
    }

    /// Whether it is a column of print, with texts of that size.
    #[must_use]
    pub const fn is_print(self) -> bool {
        matches!(self.extent, Extent::Column(_))
    }

    /// Pixels a point of its images.
    #[must_use]
    pub fn scale(self) -> f32 {
        if self.is_print() { PRINT_SCALE } else { f32::from(self.scale) }
    }
}

/// A plot drawn at a size in points: with the texts of the screen, or in `print` with those of a printed column, where
/// 13 points on the screen are 8.
#[must_use]
pub fn plot(chart: &Chart, [width, height]: [f32; 2], print: bool) -> Figure {
    let factor = if print { PRINT_TEXT } else { 1.0 };
    let mut figure = chart.draw(width / factor, height / factor).scaled(factor);
    // Division and multiplication do not cancel to the last bit.
    (figure.width, figure.height) = (width, height);
    figure
}

/// Width and height in points of a size in millimetres; a height that is not given follows `usual`.
#[must_use]
pub fn sized(width_mm: f32, height_mm: Option<f32>, usual: [f32; 2]) -> [f32; 2] {
    let height_mm = height_mm.unwrap_or(width_mm * usual[1] / usual[0]);
    [width_mm * POINTS_PER_MM, height_mm * POINTS_PER_MM]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_keep_the_proportions_of_the_screen() {
        let paper = Paper { extent: Extent::Column(column("prl").unwrap()), ..Paper::default() };
        let [width, height] = paper.size(PLOT);
        assert!((width - 243.78).abs() < 0.01 && (height / width - 380.0 / 560.0).abs() < 1e-6);
        assert_eq!(Paper::default().size(BULK), BULK);
        assert!(paper.scale() > Paper::default().scale() && paper.is_print());
        let own = Paper { extent: Extent::Own([300.0, 200.0]), scale: 3, ..Paper::default() };
        assert_eq!((own.size(BULK), own.scale()), ([300.0, 200.0], 3.0));
        assert_eq!(column("epl"), None);
    }
}
