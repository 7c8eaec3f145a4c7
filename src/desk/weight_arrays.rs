//! The arrays of a file of weights by name, from either format: safetensors, or NumPy's `.npz`.
//!
//! An array is only read once its header has the shape that is expected, and no further: a small file that claims
//! much, or unpacks to much, allocates no more than the session's layers have.

use super::weights::WeightsError;
use crate::session::quoting::{MOST_QUOTED, quoted};
use crate::theory::user_samples::npy;
use safetensors::{Dtype, SafeTensors};
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// Longest header of a file of safetensors that is read: ours has a few thousand bytes, and its reader takes up to
/// forty times as much memory.
const LONGEST_HEADER: u64 = 1 << 20;
/// What every zip archive begins with, and what an empty one does.
const ZIP_TAGS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// The arrays of a file.
pub(super) enum Arrays<'a> {
    Safetensors(SafeTensors<'a>),
    Npz(Box<ZipArchive<Cursor<&'a [u8]>>>),
}

impl<'a> Arrays<'a> {
    /// The arrays in the bytes of a file; `file` is what errors call it.
    pub(super) fn new(bytes: &'a [u8], file: &str) -> Result<Self, WeightsError> {
        if ZIP_TAGS.iter().any(|tag| bytes.starts_with(tag)) {
            return ZipArchive::new(Cursor::new(bytes))
                .map(|archive| Self::Npz(Box::new(archive)))
                .map_err(|e| WeightsError::BrokenArchive { file: file.into(), reason: e.to_string() });
        }
        let broken = |reason: String| WeightsError::Broken { file: file.into(), reason };
        let length = bytes.first_chunk().map(|b| u64::from_le_bytes(*b));
        if let Some(length) = length.filter(|n| *n > LONGEST_HEADER) {
            return Err(broken(format!(
                "its header has {length} bytes and {LONGEST_HEADER} are read at most"
            )));
        }
        SafeTensors::deserialize(bytes)
            .map(Self::Safetensors)
            .map_err(|e| broken(quoted(&e.to_string(), 2 * MOST_QUOTED)))
    }

    /// The names of all arrays, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = match self {
            Self::Safetensors(tensors) => tensors.names().into_iter().map(ToString::to_string).collect(),
            Self::Npz(archive) => {
                // A name that is no text is that of no layer's array either.
                let name = |name: Option<&str>| {
                    name.map_or("an array without a name", |n| n.strip_suffix(".npy").unwrap_or(n)).into()
                };
                archive.file_names().map(|found| name(found.ok().as_deref())).collect()
            }
        };
        names.sort_unstable();
        names
    }

    /// The numbers of an array of the shape that is expected; none if it is not there and not needed.
    pub(super) fn numbers(
        &mut self,
        file: &str,
        array: &str,
        expected: &[usize],
        needed: bool,
    ) -> Result<Vec<f64>, WeightsError> {
        let found = match self {
            Self::Safetensors(tensors) => from_safetensors(tensors, file, array, expected)?,
            Self::Npz(archive) => from_npz(archive, file, array, expected)?,
        };
        let (file, array) = (file.to_string(), array.to_string());
        match found {
            None if needed => Err(WeightsError::Missing { file, array, shape: expected.to_vec() }),
            None => Ok(Vec::new()),
            Some(numbers) if numbers.iter().any(|x| !x.is_finite()) => {
                Err(WeightsError::NotFinite { file, array })
            }
            Some(numbers) => Ok(numbers),
        }
    }
}

fn check_shape(file: &str, array: &str, found: &[usize], expected: &[usize]) -> Result<(), WeightsError> {
    if found == expected {
        return Ok(());
    }
    let (found, expected) = (found.to_vec(), expected.to_vec());
    Err(WeightsError::Shape { file: file.into(), array: array.into(), found, expected })
}

fn from_safetensors(
    tensors: &SafeTensors<'_>,
    file: &str,
    array: &str,
    expected: &[usize],
) -> Result<Option<Vec<f64>>, WeightsError> {
    let Ok(tensor) = tensors.tensor(array) else { return Ok(None) };
    check_shape(file, array, tensor.shape(), expected)?;
    match tensor.dtype() {
        Dtype::F64 => Ok(Some(tensor.data().as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect())),
        Dtype::F32 => {
            Ok(Some(tensor.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b).into()).collect()))
        }
        other => {
            Err(WeightsError::Type { file: file.into(), array: array.into(), found: format!("{other:?}") })
        }
    }
}

fn from_npz(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    file: &str,
    array: &str,
    expected: &[usize],
) -> Result<Option<Vec<f64>>, WeightsError> {
    let broken = |reason: String| WeightsError::BrokenArchive {
        file: file.into(),
        reason: format!("{array}: {reason}"),
    };
    let name = format!("{array}.npy");
    if !archive.file_names().any(|known| known.is_ok_and(|known| known == name.as_str())) {
        return Ok(None);
    }
    let entry = archive.by_name(&name).map_err(|e| broken(e.to_string()))?;
    // Tag, version and length, the longest header, the widest numbers, and one more byte to see that it ends.
    let count: usize = expected.iter().product();
    let most = npy::LONGEST_HEADER + 12 + 8 * count + 1;
    let mut bytes = Vec::new();
    entry.take(most as u64).read_to_end(&mut bytes).map_err(|e| broken(e.to_string()))?;
    let (header, data) = npy::split(&bytes).map_err(|e| broken(e.to_string()))?;
    let sides: Vec<usize> =
        header.shape.iter().map(|side| usize::try_from(*side).unwrap_or(usize::MAX)).collect();
    check_shape(file, array, &sides, expected)?;
    let numbers: Vec<f64> = match header.descr.as_str() {
        "<f8" => data.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect(),
        ">f8" => data.as_chunks().0.iter().map(|b| f64::from_be_bytes(*b)).collect(),
        "<f4" => data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b).into()).collect(),
        ">f4" => data.as_chunks().0.iter().map(|b| f32::from_be_bytes(*b).into()).collect(),
        other => {
            let found = other.to_string();
            return Err(WeightsError::Type { file: file.into(), array: array.into(), found });
        }
    };
    let width = if header.descr.ends_with('8') { 8 } else { 4 };
    if data.len() != count * width {
        return Err(broken("its data are shorter or longer than its shape says".into()));
    }
    Ok(Some(if header.fortran_order { rows_first(&numbers, expected) } else { numbers }))
}

/// The numbers of an array whose first index runs fastest, in the order in which the last one does.
fn rows_first(numbers: &[f64], shape: &[usize]) -> Vec<f64> {
    (0..numbers.len())
        .map(|place| {
            let (mut rest, mut from, mut step) = (place, 0, numbers.len());
            for side in shape.iter().rev() {
                step /= side;
                from += rest % side * step;
                rest /= side;
            }
            numbers[from]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_first_is_turned_into_rows_first() {
        // Entry (i, j, k) of shape (2, 3, 4) is 100 i + 10 j + k.
        let entry = |i: usize, j: usize, k: usize| (100 * i + 10 * j + k) as f64;
        let fortran: Vec<f64> = (0..24).map(|place| entry(place % 2, place / 2 % 3, place / 6)).collect();
        let rows: Vec<f64> = (0..24).map(|place| entry(place / 12, place / 4 % 3, place % 4)).collect();
        assert_eq!(rows_first(&fortran, &[2, 3, 4]), rows);
    }
}
