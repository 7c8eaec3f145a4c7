//! Small files that would become large: each is refused before it fills the memory or the day.

use super::{MEMORY, alone, document};
use holoscope::desk::weights;
use holoscope::export::attachment::MOST_BYTES;
use holoscope::export::{AttachmentError, Format, extracted};
use holoscope::session::{file, keys};
use holoscope::theory::{SamplesFormat, UserSamples};
use std::io::Write;
use std::time::{Duration, Instant};

/// No bomb may keep the reader longer, on a machine that does other things too.
const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a reader and gives what it said; it may take `most` bytes beside the file.
fn defused<T>(most: usize, read: impl FnOnce() -> T) -> T {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let began = Instant::now();
    let answer = read();
    let (took, used) = (began.elapsed(), MEMORY.peak_usage().saturating_sub(before));
    assert!(used <= most, "{used} bytes where {most} were allowed");
    assert!(took < PATIENCE, "{took:?}");
    answer
}

fn refusal(text: &[u8], most: usize) -> String {
    defused(most, || file::from_bytes(text, "bomb").unwrap_err().to_string())
}

#[test]
fn sessions_that_would_fill_the_memory_are_refused() {
    let _alone = alone();
    let start = "{\"format\": \"holoscope-session\", \"version\": 1";
    // Deep nesting would fill the stack, long lists of nothing the memory: three bytes for an empty list of 24.
    let deep = format!("{start}, \"theory\": {}", "[".repeat(1 << 20));
    assert!(refusal(deep.as_bytes(), 8 << 20).contains("not a session"));
    let closed = format!("{deep}{}}}", "]".repeat(1 << 20));
    assert!(refusal(closed.as_bytes(), 8 << 20).contains("not a session"));
    let lists = "[],".repeat(5 << 20);
    for place in ["theory", "network\": {\"wall", "trained", "regions\": {\"a", "nonsense"] {
        let text = format!("{start}, \"{place}\": [{lists}[]]");
        let close = "}".repeat(2);
        let sentence = refusal(format!("{text}{close}").as_bytes(), 1 << 20);
        assert!(sentence.len() < 1000, "{place}: {sentence}");
    }
    let head = format!("{{\"format\": [{lists}[]], \"version\": 1}}");
    assert!(refusal(head.as_bytes(), 1 << 20).contains("format"));
    // Numbers of weights are taken, at eight bytes for two; a vector doubles as it grows.
    let weights = format!("{start}, \"trained\": [{{\"weights\": [{}0]}}]}}", "0,".repeat(10 << 20));
    assert!(refusal(weights.as_bytes(), 300 << 20).contains("visible_bias"));
    let long = vec![b' '; file::LARGEST_SESSION + 1];
    assert!(refusal(&long, 1 << 10).contains("the largest session"));
}

#[test]
fn a_sentence_about_a_megabyte_is_still_a_sentence() {
    let _alone = alone();
    let base = document(&[]);
    let long = "x\u{1b}[2J".repeat(200_000);
    for path in ["regions.a", "theory.kind", "theory.k1", "network.wall", "view.show", long.as_str()] {
        let sentence =
            keys::set_all(&mut base.clone(), &[(path.into(), long.clone())]).unwrap_err().to_string();
        assert!(sentence.chars().count() < 800 && !sentence.contains('\u{1b}'), "{sentence}");
    }
    let text =
        format!("{{\"format\": \"holoscope-session\", \"version\": 1, \"{}\": 1}}", "k".repeat(1 << 20));
    assert!(refusal(text.as_bytes(), 16 << 20).len() < 800);
}

#[test]
fn a_row_of_a_hundred_million_entries_is_counted_and_not_kept() {
    let _alone = alone();
    for separator in [",", "1,", "1 ", ";"] {
        let line = separator.repeat(50_000_000);
        let sentence = defused(4 << 20, || {
            UserSamples::from_bytes(line.as_bytes(), SamplesFormat::Csv).unwrap_err().to_string()
        });
        assert!(sentence.contains("entries") || sentence.contains("rows"), "{sentence}");
    }
}

#[test]
fn an_array_that_promises_more_than_it_holds_takes_no_memory_for_it() {
    let _alone = alone();
    for shape in
        ["(1000000000000, 4096)", "(18446744073709551615, 4096)", "(100, 4096)", "(100, 4096, 99999999)"]
    {
        let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n");
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((header.len() as u16).to_le_bytes());
        bytes.extend(header.as_bytes());
        defused(1 << 16, || UserSamples::from_bytes(&bytes, SamplesFormat::Npy).unwrap_err());
    }
}

/// An archive of one array of spins, all of them down, that says of its size what it likes.
fn archive_of_zeros(rows: usize, says: Option<u32>) -> Vec<u8> {
    let header =
        format!("{{'descr': '|i1', 'fortran_order': False, 'shape': ({rows}, 4096), }}\n").into_bytes();
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file("spins.npy", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(b"\x93NUMPY\x01\x00").unwrap();
    archive.write_all(&(header.len() as u16).to_le_bytes()).unwrap();
    archive.write_all(&header).unwrap();
    let truth = u32::try_from(10 + header.len() + 4096 * rows).unwrap();
    for _ in 0..rows {
        archive.write_all(&[0; 4096]).unwrap();
    }
    let mut bytes = archive.finish().unwrap().into_inner();
    if let Some(says) = says {
        // The size stands in the header of the file and in that of the archive.
        let places: Vec<usize> =
            (0..bytes.len() - 4).filter(|i| bytes[*i..*i + 4] == truth.to_le_bytes()).collect();
        assert_eq!(places.len(), 2);
        for place in places {
            bytes[place..place + 4].copy_from_slice(&says.to_le_bytes());
        }
    }
    bytes
}

#[test]
fn an_archive_of_a_few_bytes_takes_no_memory_for_what_it_unpacks_to() {
    let _alone = alone();
    // 2^27 zeros are an array of spins; as bits they are 16 MiB, which is all that they take.
    let bytes = archive_of_zeros(1 << 15, None);
    assert!(bytes.len() < 200_000, "{}", bytes.len());
    let read = defused(17 << 20, || UserSamples::from_bytes(&bytes, SamplesFormat::Npz).unwrap());
    assert_eq!((read.digest.samples, read.digest.sites), (1 << 15, 4096));
    // Ever fewer bytes that claim to be more: refused before anything is taken for them.
    for (says, expected) in [
        (900_000_000, "cannot have 900000000 bytes"),
        (2_000_000_000, "2000000000 bytes and 1073741824 are read"),
        (1_000_000, "bytes of data, expected 1048576"),
    ] {
        let bytes = archive_of_zeros(1 << 8, Some(says));
        let sentence =
            defused(1 << 18, || UserSamples::from_bytes(&bytes, SamplesFormat::Npz).unwrap_err().to_string());
        assert!(sentence.contains(expected), "{sentence}");
    }
}

#[test]
fn a_header_of_weights_longer_than_any_is_not_read() {
    let _alone = alone();
    let numbers = format!(
        "{{\"a\":{{\"dtype\":\"F64\",\"shape\":[{}0],\"data_offsets\":[0,0]}}}}",
        "0,".repeat(20 << 20)
    );
    let bytes = [&(numbers.len() as u64).to_le_bytes()[..], numbers.as_bytes()].concat();
    let document = document(&[]);
    let sentence = defused(1 << 16, || weights::from_bytes(&bytes, &document, "w").unwrap_err().to_string());
    assert!(sentence.contains("its header has"), "{sentence}");
}

/// A zlib stream of blanks that unpacks to more than may ride along.
fn zeros() -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    for _ in 0..=MOST_BYTES >> 20 {
        encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
    }
    encoder.finish().unwrap()
}

#[test]
fn figures_that_unpack_to_gigabytes_are_refused() {
    let _alone = alone();
    let bomb = zeros();
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    let chunk = [&b"iTXtholoscope-session\0\x01\0\0\0"[..], &bomb].concat();
    let mut crc = flate2::Crc::new();
    crc.update(&chunk);
    png.extend((chunk.len() as u32 - 4).to_be_bytes());
    png.extend(&chunk);
    png.extend(crc.sum().to_be_bytes());
    let pdf = [
        &b"%PDF-1.7\n1 0 obj<</Subtype/application#2fx-holoscope-session/Filter/FlateDecode>>stream\n"[..],
        &bomb,
    ]
    .concat();
    for (bytes, format) in [(png, Format::Png), (pdf, Format::Pdf)] {
        let answer = defused(3 * MOST_BYTES + (1 << 20), || extracted(&bytes, format));
        assert_eq!(answer, Err(AttachmentError::TooLarge), "{format:?}");
    }
    // A chunk of another kind is passed over, packed or not.
    let mut other = b"\x89PNG\r\n\x1a\n".to_vec();
    let chunk = [&b"zTXtholoscope-session\0\0"[..], &bomb].concat();
    other.extend((chunk.len() as u32 - 4).to_be_bytes());
    other.extend(&chunk);
    other.extend(b"sum.\0\0\0\0IENDsum.");
    assert_eq!(defused(1 << 16, || extracted(&other, Format::Png)), Ok(None));
}

#[test]
fn pictures_with_entities_or_a_million_attributes_are_read_at_once() {
    let _alone = alone();
    let ours = "<h:session xmlns:h=\"urn:holoscope:session:1\">";
    // A billion laughs, and a file from elsewhere: no entity is ever looked up.
    let mut laughs =
        String::from("<!DOCTYPE svg [<!ENTITY a0 \"ha\"><!ENTITY x SYSTEM \"file:///etc/passwd\">");
    for i in 1..30 {
        laughs += &format!("<!ENTITY a{i} \"{}\">", format!("&a{};", i - 1).repeat(10));
    }
    for inside in ["&a29;", "&x;"] {
        let svg = format!("{laughs}]><svg>{ours}{inside}</h:session></svg>");
        let answer = defused(1 << 16, || extracted(svg.as_bytes(), Format::Svg));
        assert_eq!(answer, Err(AttachmentError::Damaged("it is not base64")));
    }
    let attributes: String = (0..1_000_000).map(|i| format!(" a{i}=\"\"")).collect();
    let declared = " xmlns:h=\"urn:holoscope:session:1\"".repeat(1000);
    let nested = "<g>".repeat(5_000_000);
    for svg in [format!("<svg{attributes}{declared}>"), format!("<svg{declared}>{nested}")] {
        let answer = defused(1 << 16, || extracted(svg.as_bytes(), Format::Svg));
        assert_eq!(answer, Ok(None));
    }
}
