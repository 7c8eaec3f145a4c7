//! Figures as SVG, PDF and PNG bytes with what rides along in them, numbers as CSV and NPY.

pub mod attachment;
pub mod format;
pub mod pdf;
pub mod png;
mod png_chunk;
pub mod quantity;
pub mod samples;
mod shapes;
pub mod sheet;
mod structured;
pub mod svg;
pub mod table;

pub use attachment::{AttachmentError, extracted};
pub use format::Format;
pub use pdf::{PdfError, pdf};
pub use png::{PngError, png};
pub use quantity::{NumberForm, Quantity};
pub use sheet::{Sheet, SheetError};
pub use svg::svg;
pub use table::{Cell, Table};
