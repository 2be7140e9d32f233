//! Foreign text made safe for a terminal.

use std::borrow::Cow;

/// Removes what could control a terminal: C0 control characters except TAB, DEL, C1 control characters, and the
/// bidirectional control characters of Unicode. Invalid UTF-8 becomes U+FFFD.
///
/// Printable ASCII, the common case, is returned unchanged.
#[must_use]
pub fn sanitize(bytes: &[u8]) -> Cow<'_, str> {
    // Without an early exit, so that many bytes are checked at once.
    let plain = bytes.iter().fold(true, |plain, &byte| plain & matches!(byte, b' '..=b'~' | b'\t'));
    if let Ok(text) = std::str::from_utf8(bytes)
        && plain
    {
        return Cow::Borrowed(text);
    }
    Cow::Owned(String::from_utf8_lossy(bytes).chars().filter(|&c| is_harmless(c)).collect())
}

/// The same for several lines, whose ends are kept.
#[must_use]
pub fn sanitize_lines(text: &str) -> String {
    text.split_inclusive('\n').flat_map(|line| [sanitize(line.as_bytes()), end_of(line).into()]).collect()
}

/// The same in place, for text that is nearly always harmless.
pub fn sanitize_text(text: &mut Vec<u8>) {
    // In blocks without an early exit, so that many bytes are checked at once.
    let plain = |piece: &[u8]| {
        piece.iter().fold(true, |plain, &byte| plain & matches!(byte, b' '..=b'~' | b'\t' | b'\n'))
    };
    if !text.chunks(1024).all(plain) {
        *text = sanitize_lines(&String::from_utf8_lossy(text)).into_bytes();
    }
}

fn end_of(line: &str) -> &'static str {
    if line.ends_with('\n') { "\n" } else { "" }
}

fn is_harmless(c: char) -> bool {
    c == '\t'
        || !(c.is_control()
            || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

/// A number with its noun: `1 host`, `2 hosts`, `3 aliases`.
#[must_use]
pub fn counted(number: u64, noun: &str) -> String {
    let plural = match (number, noun.ends_with('s')) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{number} {noun}{plural}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(sanitize(b"vm\t 1 2 3~"), Cow::Borrowed("vm\t 1 2 3~")));
    }

    #[test]
    fn control_characters_are_removed() {
        assert_eq!(sanitize(b"a\x1b[31mb\x07\x7f\r"), "a[31mb");
        assert_eq!(sanitize("c1 \u{9b}31m \u{9d}x".as_bytes()), "c1 31m x");
        assert_eq!(sanitize("bidi \u{202e}x\u{2066}\u{200f}\u{61c}".as_bytes()), "bidi x");
        assert_eq!(sanitize("größe ✓".as_bytes()), "größe ✓");
    }

    #[test]
    fn line_ends_are_kept() {
        assert_eq!(sanitize_lines("a\x1b[2J\r\n\nb\u{202e}"), "a[2J\n\nb");
        let mut text = b"a\tb\n\x9bc\x07\n".to_vec();
        sanitize_text(&mut text);
        assert_eq!(text, "a\tb\n\u{fffd}c\n".as_bytes());
    }

    #[test]
    fn raw_c1_bytes_are_not_utf8() {
        assert_eq!(sanitize(b"a\x9b31m"), "a\u{fffd}31m");
    }

    proptest! {
        #[test]
        fn nothing_gets_through(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(sanitize(&bytes).chars().all(is_harmless));
        }
    }
}
