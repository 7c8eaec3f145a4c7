//! Figures as SVG and PNG bytes, numbers as CSV and NPY.

pub mod png;
pub mod samples;
pub mod svg;
pub mod table;

pub use png::{PngError, png};
pub use svg::svg;
pub use table::{Cell, Table};
