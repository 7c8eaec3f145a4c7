//! Text that came from a file as a sentence shows it: on one line, not long, and without control characters, which a
//! terminal would obey.

/// At most so many characters of a file are quoted in a sentence.
pub const MOST_QUOTED: usize = 120;

/// The text with its control characters written out; where that takes more than `most` characters it is cut and ends
/// in `…`.
#[must_use]
pub fn quoted(text: &str, most: usize) -> String {
    let (mut shown, mut left) = (String::new(), most);
    for c in text.chars() {
        let written = if is_hidden(c) { c.escape_unicode().to_string() } else { c.to_string() };
        let Some(rest) = left.checked_sub(written.chars().count()) else {
            shown.push('…');
            break;
        };
        left = rest;
        shown += &written;
    }
    shown
}

/// Control characters, and those that turn the direction of what follows.
fn is_hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(quoted("θ → 2", MOST_QUOTED), "θ → 2");
        assert_eq!(quoted("a\u{1b}[2Jb\n\u{202e}", 50), "a\\u{1b}[2Jb\\u{a}\\u{202e}");
        assert_eq!(quoted("12345", 4), "1234…");
        assert_eq!(quoted("1234", 4), "1234");
        assert_eq!(quoted("1\n\n", 7), "1\\u{a}…");
    }
}
