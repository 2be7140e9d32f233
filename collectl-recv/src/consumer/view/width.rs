//! How much room text takes on a terminal: wide characters take two places, combining ones none.

use ratatui::text::Span;

/// Places that `text` takes.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { Span::raw(text).width() }
}

/// As much of `text` as finds room in so many places, and how many blanks fill the rest.
pub(crate) fn fit(text: &str, places: usize) -> (&str, usize) {
    if text.is_ascii() {
        let end = text.len().min(places);
        return (&text[..end], places - end);
    }
    let mut used = 0;
    for (at, character) in text.char_indices() {
        let wide = width(character.encode_utf8(&mut [0; 4]));
        if used + wide > places {
            return (&text[..at], places - used);
        }
        used += wide;
    }
    (text, places - used)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_characters_take_two_places() {
        assert_eq!(["n1", "grün", "日本", "e\u{301}", ""].map(width), [2, 4, 4, 1, 0]);
        assert_eq!((fit("日本", 3), fit("日本", 5)), (("日", 1), ("日本", 1)));
        assert_eq!((fit("grün", 3), fit("n1", 1), fit("n1", 4)), (("grü", 0), ("n", 0), ("n1", 2)));
    }
}
