//! Chunks put into a finished PNG, right behind its header.

use super::format::PNG_SIGNATURE;
use flate2::Crc;

/// Bytes of a PNG up to the end of its header chunk.
pub(super) const HEADER: usize = 8 + 12 + 13;

/// A PNG with another chunk, of at most 2³² − 1 bytes.
///
/// # Panics
/// Bytes that are no PNG, or more than a chunk holds.
pub(super) fn with_chunk(png: &[u8], kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    assert!(png.starts_with(PNG_SIGNATURE) && png.len() > HEADER, "a PNG begins with its header");
    let length = u32::try_from(data.len()).expect("what rides along is far smaller than a chunk may be");
    let mut crc = Crc::new();
    crc.update(kind);
    crc.update(data);
    let (head, rest) = png.split_at(HEADER);
    [head, &length.to_be_bytes(), kind, data, &crc.sum().to_be_bytes(), rest].concat()
}
