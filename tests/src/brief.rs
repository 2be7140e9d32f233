//! The shape of the brief format, recognised from its header alone.

/// What a line of the brief format is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The subsystems' names.
    Titles,
    /// The columns' names.
    Headings,
    /// Figures.
    Data,
    /// Anything else.
    Word,
}

/// What `line` is, with or without a time stamp.
#[must_use]
pub fn kind(line: &str) -> Kind {
    if line.starts_with('#') {
        return if line.contains("<-") { Kind::Titles } else { Kind::Headings };
    }
    let figures = line.starts_with(|c: char| c == ' ' || c.is_ascii_digit())
        && line.chars().all(|c| c.is_ascii_digit() || " :/.-KMGTP".contains(c));
    if figures && !line.is_empty() { Kind::Data } else { Kind::Word }
}

/// Width of the stamp before the columns, from the line of titles.
#[must_use]
pub fn stamp_width(titles: &str) -> usize {
    titles.find('<').map_or(0, |start| start.saturating_sub(1))
}

/// The figures of a data line, one per column: a column ends where its heading ends.
///
/// # Errors
/// What is wrong, if the line doesn't fit under its headings.
pub fn cells<'a>(line: &'a str, titles: &str, headings: &str) -> Result<Vec<&'a str>, String> {
    let wrong = |why: &str| Err(format!("{why}: '{line}' under '{headings}'"));
    let stamp = stamp_width(titles);
    if line.len() != headings.len() {
        return wrong("another length");
    }
    let ends = headings
        .char_indices()
        .filter(|&(place, c)| place > stamp && c == ' ' && !headings[..place].ends_with([' ', '#']))
        .map(|(place, _)| place);
    let mut start = stamp;
    let mut cells = Vec::new();
    for end in ends {
        let cell = line[start..end].trim_start();
        let digits = cell.trim_end_matches(['K', 'M', 'G', 'T', 'P']);
        if digits.is_empty() || cell.len() > digits.len() + 1 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return wrong(&format!("'{cell}' is no figure"));
        }
        cells.push(cell);
        start = end;
    }
    if line[start..].trim().is_empty() { Ok(cells) } else { wrong("more figures than headings") }
}

/// A stamp with a 9 instead of every digit.
#[must_use]
pub fn masked(stamp: &str) -> String {
    stamp.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect()
}

/// Seconds since midnight of a line that begins with `HH:MM:SS` and any fraction, or with a date before that.
#[must_use]
pub fn seconds(line: &str) -> Option<f64> {
    let stamp = line.split(' ').take(2).find(|word| word.contains(':'))?;
    let mut parts = stamp.splitn(3, ':').map(str::parse::<f64>);
    let mut next = || parts.next()?.ok();
    Some(3600.0 * next()? + 60.0 * next()? + next()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TITLES: &str = "#             <--------CPU--------><----";
    const HEADINGS: &str = "#Time         cpu sys inter  ctxsw Free ";

    #[test]
    fn a_line_is_recognised_by_its_headings() {
        let line = "11:20:40.800    2   2   115    140  22G ";
        assert_eq!(cells(line, TITLES, HEADINGS), Ok(vec!["2", "2", "115", "140", "22G"]));
        assert_eq!(seconds(line), Some(40_840.8));
        assert_eq!(seconds("20261122 00:01:02    1"), Some(62.0));
        for wrong in [
            "11:20:40.800    2   2   115    140  22G",
            "11:20:40.800    2   2   115   140   22G ",
            "11:20:40.800    2   2         140  22G ",
            "11:20:40.800    2   2   115    140  2KG ",
            "11:20:40.800    2   2   115    140  22G1",
        ] {
            assert!(cells(wrong, TITLES, HEADINGS).is_err(), "{wrong}");
        }
    }

    #[test]
    fn kinds() {
        assert_eq!(kind(TITLES), Kind::Titles);
        assert_eq!(kind(HEADINGS), Kind::Headings);
        assert_eq!(kind("   1   0"), Kind::Data);
        assert_eq!(kind("11/22 11:20:40    2"), Kind::Data);
        assert_eq!(kind("waiting for 1 second sample..."), Kind::Word);
        assert_eq!(kind(""), Kind::Word);
    }
}
