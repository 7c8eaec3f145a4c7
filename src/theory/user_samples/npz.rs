//! Spins in an archive of `numpy.savez`: the array of that name, or the only one there is.

use super::{SamplesError, npy, quoted};
use crate::lattice::SpinSamples;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// The name of the array.
pub const SPINS: &str = "spins";
/// Most bytes that an array is unpacked to: as many as a `.npy` file may have.
const MOST: u64 = 1 << 30;
/// Deflate makes a byte of at most so many: a match of 258 bytes takes no less than two bits (RFC 1951).
const DEFLATED: u64 = 1032;
/// So many names are listed in a sentence.
const NAMED: usize = 4;

/// The spins of the archive.
pub(super) fn spins(bytes: &[u8]) -> Result<SpinSamples, SamplesError> {
    let not = |reason: String| SamplesError::NotNpz { reason };
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| not(e.to_string()))?;
    let place = place(&archive)?;
    let entry = archive.by_index(place).map_err(|e| not(e.to_string()))?;
    // What an archive says of its sizes need not be so: no file holds more than its bytes can be unpacked to.
    let length = entry.size();
    if length > MOST {
        return Err(not(format!("its array has {length} bytes and {MOST} are read at most")));
    }
    if length > (bytes.len() as u64).saturating_mul(DEFLATED) {
        return Err(not(format!(
            "its array cannot have {length} bytes, packed in a file of {}",
            bytes.len()
        )));
    }
    npy::unpacked_spins(entry, length, |e| not(e.to_string()))
}

/// Which entry of an archive the spins are.
fn place<R: Read + std::io::Seek>(archive: &ZipArchive<R>) -> Result<usize, SamplesError> {
    let named =
        |i: usize, name: &str| archive.name_for_index(i).is_some_and(|known| known.is_ok_and(|k| k == name));
    let spins = format!("{SPINS}.npy");
    let count = archive.len();
    match (0..count).find(|i| named(*i, &spins)) {
        Some(place) => Ok(place),
        // numpy.savez without a name calls it arr_0.
        None if count == 1 => Ok(0),
        None => {
            let names = archive.file_names().filter_map(Result::ok).take(NAMED);
            let names: Vec<String> = names.map(|name| quoted(name.as_bytes())).collect();
            let more = if count > NAMED { " …" } else { "" };
            let found = if names.is_empty() { "no arrays".into() } else { names.join(", ") + more };
            Err(SamplesError::NoSpins { found })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{holds, rows};
    use super::*;
    use crate::theory::{SamplesFormat, UserSamples};
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    /// An archive of these files, deflated.
    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    /// The file of an array of int8, as numpy.save writes it.
    fn npy(rows: &[Vec<i8>]) -> Vec<u8> {
        let header = format!(
            "{{'descr': '|i1', 'fortran_order': False, 'shape': ({}, {}), }}\n",
            rows.len(),
            rows[0].len()
        );
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.bytes());
        bytes.extend(rows.iter().flatten().map(|v| *v as u8));
        bytes
    }

    fn read(bytes: &[u8]) -> Result<UserSamples, SamplesError> {
        UserSamples::from_bytes(bytes, SamplesFormat::Npz)
    }

    #[test]
    fn the_array_of_that_name_is_read_or_the_only_one() {
        let rows = rows(100, 8);
        let spins = npy(&rows);
        for files in [
            &[("spins.npy", &spins[..])][..],
            &[("arr_0.npy", &spins[..])],
            &[("energy.npy", b"no matter"), ("spins.npy", &spins[..])],
        ] {
            assert!(holds(&read(&archive(files)).unwrap().spins, &rows), "{}", files[0].0);
        }
    }

    #[test]
    fn an_archive_without_spins_says_what_it_has() {
        let spins = npy(&rows(100, 8));
        let sentence = |bytes: &[u8]| read(bytes).unwrap_err().to_string();
        let other = archive(&[("a.npy", &spins), ("b.npy", &spins)]);
        assert!(sentence(&other).contains("no array `spins` among a.npy, b.npy"), "{}", sentence(&other));
        assert!(sentence(&archive(&[])).contains("no arrays"));
        assert!(sentence(b"PK nothing").contains("not a .npz archive"));
        assert!(sentence(&archive(&[("spins.npy", b"text")])).contains("not a .npy array"));
        let whole = archive(&[("spins.npy", &spins)]);
        for length in (0..whole.len()).step_by(7) {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
    }
}
