//! Several NumPy arrays in one file, as `numpy.load` reads them: a zip archive with a `.npy` file for each.

use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The archive of arrays by name; each is the file of its array.
///
/// It bears the program's name as its comment and no date: the same arrays give the same bytes.
#[must_use]
pub fn npz(arrays: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    archive.set_comment(env!("HOLOSCOPE_PROGRAM")).expect("a line is no longer than a comment may be");
    for (name, bytes) in arrays {
        let options = options.large_file(bytes.len() as u64 >= u64::from(u32::MAX));
        archive.start_file(format!("{name}.npy"), options).expect("names of arrays differ");
        archive.write_all(bytes).expect("a vector takes every byte");
    }
    archive.finish().expect("a vector takes every byte").into_inner()
}
