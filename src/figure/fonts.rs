//! The fonts of window and files: the same bytes everywhere.

/// IBM Plex Sans, regular: text and figures.
pub const REGULAR: &[u8] = include_bytes!("../../assets/fonts/IBMPlexSans-Regular.ttf");
/// IBM Plex Sans, italic: symbols of quantities.
pub const ITALIC: &[u8] = include_bytes!("../../assets/fonts/IBMPlexSans-Italic.ttf");
/// IBM Plex Sans, semibold: headings and readouts.
pub const SEMIBOLD: &[u8] = include_bytes!("../../assets/fonts/IBMPlexSans-SemiBold.ttf");
/// DejaVu Sans: the mathematics that Plex lacks (∪ ∩ ∈ ⟨⟩ ∅ ⌊⌋).
pub const MATHEMATICS: &[u8] = include_bytes!("../../assets/fonts/DejaVuSans.ttf");

/// Family name of the text font.
pub const FAMILY: &str = "IBM Plex Sans";
/// Family name of the mathematics font.
pub const MATHEMATICS_FAMILY: &str = "DejaVu Sans";
