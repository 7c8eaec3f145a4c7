//! What rides along in a figure: bytes that `export` neither reads nor changes, put into the metadata of SVG, PDF
//! and PNG and taken out again, the same bit for bit.
//!
//! | format | place |
//! |---|---|
//! | SVG | an element of our own namespace in `<metadata>`: base64 of a zlib stream |
//! | PDF | an attached file, which every reader of PDF shows and saves; told by its media type |
//! | PNG | a compressed `iTXt` chunk before the pixels |
//!
//! What is taken out never has more than [`MOST_BYTES`], whatever the file claims.

use super::format::{Format, PNG_SIGNATURE};
use super::png_chunk::with_chunk;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::{Compression, Crc, read::ZlibDecoder, write::ZlibEncoder};
use std::io::{Read, Write};

/// Most bytes that ride along: ten times the largest session.
pub const MOST_BYTES: usize = 32 << 20;
/// Name of the attached file of a PDF.
pub(super) const FILE_NAME: &str = "session.holo";
/// Media type of the attached file of a PDF.
pub(super) const MIME_TYPE: &str = "application/x-holoscope-session";
/// What readers of PDF show beside its name.
pub(super) const DESCRIPTION: &str = "The holoscope session that this figure was drawn from";
/// Namespace of the element in SVG; version 1 says base64 of zlib.
const NAMESPACE: &str = "urn:holoscope:session:1";
/// Keyword of the chunk in PNG.
const KEYWORD: &[u8] = b"holoscope-session";
/// How far from the media type the rest of its dictionary is looked for in a PDF, in bytes.
const PDF_DICTIONARY: usize = 1024;
/// So many places that look like the beginning of what rides along are looked at: ours has one or two.
const MOST_CANDIDATES: usize = 16;

/// Why nothing could be put in or taken out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// The file is cut off or was changed.
    #[error("the session that the figure carries is damaged ({0}): take an undamaged copy of the file")]
    Damaged(&'static str),
    /// More than any session has.
    #[error(
        "what the figure carries has more than {MOST_BYTES} bytes, which no session has: take another file"
    )]
    TooLarge,
}

/// An SVG document of ours with bytes in its metadata.
///
/// # Errors
/// More than [`MOST_BYTES`].
///
/// # Panics
/// A text that is no SVG.
pub fn in_svg(svg: &str, attachment: &[u8]) -> Result<String, AttachmentError> {
    let text = BASE64.encode(deflated(attachment)?);
    let end = svg.rfind("</svg>").expect("every SVG of ours ends its root");
    Ok(format!(
        "{}<metadata>\n<holoscope:session xmlns:holoscope=\"{NAMESPACE}\">{text}</holoscope:session>\n</metadata>\n{}",
        &svg[..end],
        &svg[end..]
    ))
}

/// A PNG with bytes in a text chunk.
///
/// # Errors
/// More than [`MOST_BYTES`].
///
/// # Panics
/// Bytes that are no PNG.
pub fn in_png(png: &[u8], attachment: &[u8]) -> Result<Vec<u8>, AttachmentError> {
    // Keyword, "compressed", "by zlib", no language, no translated keyword.
    let heading = [KEYWORD, &[0, 1, 0, 0, 0]].concat();
    Ok(with_chunk(png, b"iTXt", &[heading, deflated(attachment)?].concat()))
}

/// Refuses what is too large to ride along, for formats whose writer takes it in itself.
///
/// # Errors
/// More than [`MOST_BYTES`].
pub fn check_size(attachment: &[u8]) -> Result<(), AttachmentError> {
    if attachment.len() > MOST_BYTES { Err(AttachmentError::TooLarge) } else { Ok(()) }
}

/// What rides along in a figure; `None` if nothing does.
///
/// Time in proportion to the file and what comes out; memory at most twice [`MOST_BYTES`] and, for SVG, twice the
/// file.
///
/// # Errors
/// A damaged file, or more than [`MOST_BYTES`].
pub fn extracted(bytes: &[u8], format: Format) -> Result<Option<Vec<u8>>, AttachmentError> {
    match format {
        Format::Svg => from_svg(bytes),
        Format::Pdf => from_pdf(bytes),
        Format::Png => from_png(bytes),
    }
}

/// Finds the element by the declaration of its namespace and reads nothing else of the document, so that neither
/// entities nor the comparison of a million attributes with each other can keep it busy.
fn from_svg(bytes: &[u8]) -> Result<Option<Vec<u8>>, AttachmentError> {
    let mut from = 0;
    for _ in 0..MOST_CANDIDATES {
        let Some(found) = position(&bytes[from..], NAMESPACE.as_bytes()) else { return Ok(None) };
        let at = from + found;
        from = at + NAMESPACE.len();
        let Some(name) = declared_name(&bytes[..at]) else { continue };
        let Some(text) = text_of_element(bytes, &name)? else { continue };
        // Programs that save SVG anew break long lines.
        let packed: Vec<u8> = text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect();
        let packed = BASE64.decode(packed).map_err(|_| AttachmentError::Damaged("it is not base64"))?;
        return inflated(&packed).map(Some);
    }
    Ok(None)
}

/// The name of our element under the declaration `xmlns="` or `xmlns:prefix="` at the end of `before`.
fn declared_name(before: &[u8]) -> Option<Vec<u8>> {
    let before = before.strip_suffix(b"\"").or_else(|| before.strip_suffix(b"'"))?.trim_ascii_end();
    let before = before.strip_suffix(b"=")?.trim_ascii_end();
    let start = before.iter().rposition(u8::is_ascii_whitespace)? + 1;
    match before[start..].strip_prefix(b"xmlns")? {
        b"" => Some(b"session".to_vec()),
        [b':', prefix @ ..] => Some([prefix, b":session"].concat()),
        _ => None,
    }
}

/// The text of the first element of this name; `None` if there is no such element.
fn text_of_element<'a>(bytes: &'a [u8], name: &[u8]) -> Result<Option<&'a [u8]>, AttachmentError> {
    const NOT_WHOLE: AttachmentError = AttachmentError::Damaged("the SVG is not whole");
    let tag = [b"<", name].concat();
    let mut rest = bytes;
    while let Some(at) = position(rest, &tag) {
        rest = &rest[at + tag.len()..];
        if !rest.first().is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')) {
            continue;
        }
        let end = rest.iter().position(|b| *b == b'>').ok_or(NOT_WHOLE)?;
        let (tag, text) = (&rest[..end], &rest[end + 1..]);
        if tag.ends_with(b"/") {
            return Ok(Some(b""));
        }
        let end = text.iter().position(|b| *b == b'<').ok_or(NOT_WHOLE)?;
        return Ok(Some(&text[..end]));
    }
    Ok(None)
}

fn from_png(bytes: &[u8]) -> Result<Option<Vec<u8>>, AttachmentError> {
    const CUT_OFF: AttachmentError = AttachmentError::Damaged("the PNG is cut off");
    let mut rest = bytes.get(PNG_SIGNATURE.len()..).ok_or(CUT_OFF)?;
    loop {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(CUT_OFF)?;
        let length = u32::from_be_bytes(*length) as usize;
        let chunk = after.get(..length.saturating_add(4)).ok_or(CUT_OFF)?;
        let (sum, after) = after[chunk.len()..].split_first_chunk::<4>().ok_or(CUT_OFF)?;
        let (kind, data) = chunk.split_at(4);
        if kind == b"IEND" {
            return Ok(None);
        }
        if let Some(text) = data.strip_prefix(KEYWORD).filter(|_| kind == b"iTXt") {
            let mut crc = Crc::new();
            crc.update(chunk);
            if crc.sum() != u32::from_be_bytes(*sum) {
                return Err(AttachmentError::Damaged("its check sum is wrong"));
            }
            if let Some(text) = text_of_itxt(text) {
                return text.map(Some);
            }
        }
        rest = after;
    }
}

/// The text of an iTXt chunk from the end of its keyword on; `None` if the keyword only begins like ours.
fn text_of_itxt(after_keyword: &[u8]) -> Option<Result<Vec<u8>, AttachmentError>> {
    const FORM: AttachmentError = AttachmentError::Damaged("its text chunk has no end of a heading");
    let after = after_keyword.strip_prefix(b"\0")?;
    let Some(([compressed, method], after)) = after.split_first_chunk::<2>() else { return Some(Err(FORM)) };
    // Language and translated keyword end with a zero each; programs may have filled them in.
    let mut parts = after.splitn(3, |byte| *byte == 0);
    let text = parts.nth(2);
    Some(match (text, compressed, method) {
        (None, ..) => Err(FORM),
        (Some(text), 0, _) => check_size(text).map(|()| text.to_vec()),
        (Some(text), 1, 0) => inflated(text),
        _ => Err(AttachmentError::Damaged("it is compressed in an unknown way")),
    })
}

/// Finds the attached file by its media type, which stands in the dictionary of the very stream; streams are never
/// packed into others, so this needs no table of the file's objects, which programs that save PDF anew rebuild.
fn from_pdf(bytes: &[u8]) -> Result<Option<Vec<u8>>, AttachmentError> {
    let name = &MIME_TYPE.as_bytes()["application/".len()..];
    let mut from = 0;
    for _ in 0..MOST_CANDIDATES {
        let Some(found) = position(&bytes[from..], name) else { break };
        let at = from + found;
        from = at + name.len();
        let before = &bytes[at.saturating_sub(PDF_DICTIONARY)..at];
        let before = &before[before.windows(3).rposition(|w| w == b"obj").map_or(0, |i| i + 3)..];
        let after = &bytes[from..bytes.len().min(from + PDF_DICTIONARY)];
        let Some(start) = position(after, b"stream") else { continue };
        if contains(&after[..start], b"endobj") || !contains(before, b"/Subtype") {
            continue;
        }
        let dictionary = [before, &after[..start]].concat();
        let body = &bytes[from + start + b"stream".len()..];
        let body = body.strip_prefix(b"\r").unwrap_or(body);
        let body = body.strip_prefix(b"\n").unwrap_or(body);
        if contains(&dictionary, b"/FlateDecode") {
            return inflated(body).map(Some);
        }
        if contains(&dictionary, b"/Filter") {
            return Err(AttachmentError::Damaged("it is compressed in an unknown way"));
        }
        let end = position(body, b"endstream").ok_or(AttachmentError::Damaged("the PDF is cut off"))?;
        let body = &body[..end];
        let body = body.strip_suffix(b"\n").unwrap_or(body);
        let body = body.strip_suffix(b"\r").unwrap_or(body);
        check_size(body)?;
        return Ok(Some(body.to_vec()));
    }
    Ok(None)
}

fn position(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|w| w == word)
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    position(text, word).is_some()
}

fn deflated(bytes: &[u8]) -> Result<Vec<u8>, AttachmentError> {
    check_size(bytes)?;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes every byte");
    Ok(encoder.finish().expect("a vector takes every byte"))
}

/// The bytes of a zlib stream; what follows it is left alone.
fn inflated(packed: &[u8]) -> Result<Vec<u8>, AttachmentError> {
    let mut bytes = Vec::new();
    let most = MOST_BYTES as u64 + 1;
    ZlibDecoder::new(packed)
        .take(most)
        .read_to_end(&mut bytes)
        .map_err(|_| AttachmentError::Damaged("its compressed bytes are cut off or changed"))?;
    check_size(&bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::png_chunk::HEADER;
    use crate::export::{pdf, png, svg};
    use crate::figure::page::{Anchor, Figure};
    use crate::figure::palette::{Role, Theme};
    use proptest::prelude::*;

    fn figure() -> Figure {
        let mut f = Figure::new(60.0, 40.0);
        f.text([30.0, 20.0], "S", 13.0, Role::Text, Anchor::Middle);
        f
    }

    fn carrying(format: Format, attachment: &[u8]) -> Vec<u8> {
        let (f, theme) = (figure(), Theme::Print);
        match format {
            Format::Svg => in_svg(&svg(&f, theme, "t", true), attachment).unwrap().into_bytes(),
            Format::Pdf => pdf(&f, theme, "t", true, Some(attachment)).unwrap(),
            Format::Png => in_png(&png(&f, theme, "t", true, 1.0).unwrap(), attachment).unwrap(),
        }
    }

    #[test]
    fn figures_without_a_session_carry_none() {
        let (f, theme) = (figure(), Theme::Print);
        let plain = [
            (Format::Svg, svg(&f, theme, "t", true).into_bytes()),
            (Format::Pdf, pdf(&f, theme, "t", true, None).unwrap()),
            (Format::Png, png(&f, theme, "t", true, 1.0).unwrap()),
        ];
        for (format, bytes) in plain {
            assert_eq!(Format::of_bytes(&bytes), Some(format));
            assert_eq!(extracted(&bytes, format), Ok(None));
        }
    }

    #[test]
    fn other_readers_find_what_rides_along() {
        let text = "{\"k\": \"K′\"}\n";
        // The picture is as it was: the rasteriser's own reader takes file and check sums.
        let image = carrying(Format::Png, text.as_bytes());
        let read = resvg::tiny_skia::Pixmap::decode_png(&image).unwrap();
        assert_eq!((read.width(), read.height()), (60, 40));
        // A reader of PDF that goes by the table of attached files gives the same bytes.
        let page = carrying(Format::Pdf, text.as_bytes());
        let file = lopdf::Document::load_mem(&page).unwrap();
        let streams = file.objects.values().filter_map(|o| o.as_stream().ok());
        let attached: Vec<_> = streams.filter(|s| s.dict.has_type(b"EmbeddedFile")).collect();
        assert_eq!(attached.len(), 1);
        assert_eq!(attached[0].decompressed_content().unwrap(), text.as_bytes());
    }

    #[test]
    fn a_pdf_saved_anew_by_another_program_still_carries_its_session() {
        let text = b"{\"format\": \"holoscope-session\"}\n";
        let mut file = lopdf::Document::load_mem(&carrying(Format::Pdf, text)).unwrap();
        let mut saved = Vec::new();
        file.renumber_objects();
        file.save_to(&mut saved).unwrap();
        assert_eq!(extracted(&saved, Format::Pdf).unwrap().unwrap(), text);
        file.decompress();
        let mut saved = Vec::new();
        file.save_to(&mut saved).unwrap();
        assert_eq!(extracted(&saved, Format::Pdf).unwrap().unwrap(), text);
    }

    #[test]
    fn large_numbers_of_weights_are_packed() {
        let weights: String = (0..40_000).map(|i| format!("      {},\n", f64::from(i).sin())).collect();
        for format in Format::ALL {
            let small = carrying(format, b"");
            let large = carrying(format, weights.as_bytes());
            assert_eq!(extracted(&large, format).unwrap().unwrap(), weights.as_bytes());
            // Seventeen random digits hold 7 bytes, in base64 9.4, of the 26 on a line.
            assert!(large.len() - small.len() < weights.len() / 2, "{format:?}");
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_fills_the_memory() {
        assert_eq!(deflated(&vec![0; MOST_BYTES + 1]), Err(AttachmentError::TooLarge));
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        for _ in 0..=MOST_BYTES >> 20 {
            encoder.write_all(&vec![b' '; 1 << 20]).unwrap();
        }
        let bomb = encoder.finish().unwrap();
        assert!(bomb.len() < 400_000);
        let encoded = BASE64.encode(&bomb);
        let element = format!("<svg xmlns:h=\"{NAMESPACE}\"><h:session>{encoded}</h:session></svg>");
        assert_eq!(extracted(element.as_bytes(), Format::Svg), Err(AttachmentError::TooLarge));
        let stream = [&b"%PDF-1.7\n1 0 obj<</Subtype/application#2fx-holoscope-session/Filter/FlateDecode>>stream\n"[..], &bomb]
            .concat();
        assert_eq!(extracted(&stream, Format::Pdf), Err(AttachmentError::TooLarge));
    }

    #[test]
    fn a_chunk_of_another_length_than_it_says_is_damage() {
        let mut bytes = carrying(Format::Png, b"text");
        bytes[HEADER..HEADER + 4].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(extracted(&bytes, Format::Png), Err(AttachmentError::Damaged("the PNG is cut off")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_put_in_comes_out_bit_for_bit(
            attachment in proptest::collection::vec(any::<u8>(), 0..2000), which in 0..3_usize
        ) {
            let format = Format::ALL[which];
            let bytes = carrying(format, &attachment);
            prop_assert_eq!(extracted(&bytes, format), Ok(Some(attachment)));
        }

        #[test]
        fn damaged_figures_are_refused_or_read_but_never_panic(
            which in 0..3_usize, cut in 0.0..1.0_f64,
            changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..4)
        ) {
            let format = Format::ALL[which];
            let mut bytes = carrying(format, b"{\"format\": \"holoscope-session\"}\n");
            for (at, value) in changes {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            if cut < 0.5 {
                bytes.truncate((2.0 * cut * bytes.len() as f64) as usize);
            }
            for format in Format::ALL {
                let _any = extracted(&bytes, format);
            }
        }

        #[test]
        fn arbitrary_bytes_are_no_reason_to_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            for format in Format::ALL {
                let _any = extracted(&bytes, format);
                let head: &[u8] = match format {
                    Format::Svg => b"<svg xmlns:h='urn:holoscope:session:1'><h:session>",
                    Format::Pdf => b"%PDF-1.7 1 0 obj<</Subtype/application#2Fx-holoscope-session>>stream\n",
                    Format::Png => b"\x89PNG\r\n\x1a\n\0\0\0\x20iTXtholoscope-session\0\x01\0\0\0",
                };
                let _any = extracted(&[head, &bytes].concat(), format);
            }
        }
    }
}
