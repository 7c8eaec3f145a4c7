//! The file formats of figures, by the ending of a name and by the first bytes of a file.

/// What a figure can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Document Format.
    Pdf,
    /// Portable Network Graphics.
    Png,
}

/// The first eight bytes of every PNG.
pub(super) const PNG_SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// So many bytes at the start of a file tell its format: readers of PDF look as far for its tag.
const HEAD: usize = 1024;

impl Format {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Svg, Self::Pdf, Self::Png];

    /// Its ending, without the dot.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Png => "png",
        }
    }

    /// The format that an ending in small letters names.
    #[must_use]
    pub fn of_ending(ending: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.ending() == ending)
    }

    /// The format of a file's bytes; `None` for what is no figure.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(PNG_SIGNATURE) {
            return Some(Self::Png);
        }
        let head = &bytes[..bytes.len().min(HEAD)];
        if contains(head, b"%PDF-") {
            return Some(Self::Pdf);
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        (text.starts_with(b"<svg") || (text.starts_with(b"<") && contains(head, b"<svg")))
            .then_some(Self::Svg)
    }
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|w| w == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_from_sessions_by_their_first_bytes() {
        assert_eq!(Format::of_bytes(b"\x89PNG\r\n\x1a\n..."), Some(Format::Png));
        assert_eq!(Format::of_bytes(b"%PDF-1.7\n"), Some(Format::Pdf));
        assert_eq!(Format::of_bytes(b"<svg xmlns=\"x\">"), Some(Format::Svg));
        assert_eq!(Format::of_bytes(b"\xef\xbb\xbf<?xml version=\"1.0\"?>\n<svg>"), Some(Format::Svg));
        for other in [&b"{\"format\": \"<svg\"}"[..], b"", b"<html>", b"\x89PNG"] {
            assert_eq!(Format::of_bytes(other), None);
        }
        assert_eq!(Format::of_ending("pdf"), Some(Format::Pdf));
        assert_eq!(Format::of_ending("jpg"), None);
    }
}
