//! A NumPy array as a file: header and data (NumPy Enhancement Proposal 1).

/// Bytes before the header text of version 1 and of version 3: tag, version, length of the text.
const PREFIX: [usize; 2] = [10, 12];
/// The data begin at a multiple of so many bytes, as NumPy's own files do.
const ALIGNMENT: usize = 64;

/// The file of an array in C order. `dtype` is what stands after `'descr': `, a literal of Python; `data` are the
/// entries in it.
#[must_use]
pub fn npy(dtype: &str, shape: &[usize], data: &[u8]) -> Vec<u8> {
    let sides: Vec<String> = shape.iter().map(ToString::to_string).collect();
    let sides = sides.join(", ") + if shape.len() == 1 { "," } else { "" };
    let mut header = format!("{{'descr': {dtype}, 'fortran_order': False, 'shape': ({sides}), }}");
    // Version 1 is ASCII with a length of two bytes, version 3 UTF-8 with one of four.
    let version_one = header.is_ascii() && header.len() + ALIGNMENT + PREFIX[0] <= usize::from(u16::MAX);
    let prefix = if version_one { PREFIX[0] } else { PREFIX[1] };
    let padded = (prefix + header.len() + 1).next_multiple_of(ALIGNMENT);
    header.extend(std::iter::repeat_n(' ', padded - prefix - header.len() - 1));
    header.push('\n');
    let mut bytes = b"\x93NUMPY".to_vec();
    if version_one {
        bytes.extend([1, 0]);
        bytes.extend((header.len() as u16).to_le_bytes());
    } else {
        bytes.extend([3, 0]);
        bytes.extend((header.len() as u32).to_le_bytes());
    }
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}
