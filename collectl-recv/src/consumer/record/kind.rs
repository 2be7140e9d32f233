//! What a stream is made of, and where its intervals begin. Pure.

/// What a stream is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A raw file, by its markers `>>> TIME <<<` cut into samples.
    Raw,
    /// Records that begin with such a line: `### RECORD` (verbose), `sample.time` (lexpr).
    Records(&'static [u8]),
    /// Anything else: each line may begin an interval.
    Lines,
}

/// What records begin with.
const RECORDS: [&[u8]; 2] = [b"### RECORD", b"sample.time "];
/// What a marker begins with.
const MARKER: &[u8] = b">>> ";

impl Kind {
    /// What the first lines of a stream show.
    pub(super) fn of(text: &[u8]) -> Self {
        if is_raw(text) { Self::Raw } else { Self::Lines }
    }

    /// What it is, now that `text` came, too.
    pub(super) fn learn(&mut self, text: &[u8]) {
        if *self == Self::Lines
            && let Some(start) = RECORDS.into_iter().find(|start| find(text, start).is_some())
        {
            *self = Self::Records(start);
        }
    }

    /// Where in `text`, which is whole lines, the first interval begins.
    pub(super) fn boundary(self, text: &[u8]) -> Option<usize> {
        match self {
            Self::Raw => find(text, MARKER),
            Self::Records(start) => find(text, start),
            Self::Lines => Some(0),
        }
    }
}

/// The first line of `text` that begins with `start`.
fn find(text: &[u8], start: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        if line.starts_with(start) {
            return Some(at);
        }
        at += line.len();
    }
    None
}

/// True for the first bytes of a raw file: a line of `#` before the header. A plot file has one, too, but names itself.
fn is_raw(text: &[u8]) -> bool {
    let mut lines = text.split(|&byte| byte == b'\n');
    let rule = lines.next().is_some_and(|line| line.len() >= 40 && line.iter().all(|&byte| byte == b'#'));
    rule && lines.next().is_some_and(|line| line.is_empty() || line.starts_with(b"# Collectl"))
        && !text.windows(5).any(|part| part == b"#Date" || part == b"#UTC ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_begin_where_they_do() {
        let rule = "#".repeat(80);
        let raw = format!("{rule}\n# Collectl:  V5\n{rule}\n>>> 1.0 <<<\nload 1\n");
        let kind = Kind::of(raw.as_bytes());
        assert_eq!((kind, kind.boundary(b"load 1\n>>> 2.0 <<<\nx\n")), (Kind::Raw, Some(7)));
        assert_eq!(kind.boundary(b"load 1\n"), None);
        let mut kind = Kind::of(b"#cpu\n");
        assert_eq!(kind.boundary(b" 1 2\n"), Some(0));
        kind.learn(b"\n### RECORD 1\n");
        assert_eq!(kind.boundary(b" 1 2\n\n### RECORD 2\n"), Some(6));
        assert_eq!(kind.boundary(b" 1 2\n"), None);
    }
}
