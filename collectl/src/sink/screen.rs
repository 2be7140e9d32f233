//! Intervals shown in one place: each starts at the top of the screen (`--home`, `--top`).

const TO_TOP: &[u8] = b"\x1b[H";
const CLEAR_LINE: &[u8] = b"\x1b[K";
const CLEAR_REST: &[u8] = b"\x1b[J";

/// The text of an interval written over the one before; `first` tells that there is none. Clearing the screen would
/// flicker: each line clears the rest of its row, and the last one all rows below.
#[must_use]
pub fn in_place(text: &[u8], first: bool) -> Vec<u8> {
    let mut out = TO_TOP.to_vec();
    if first {
        out.extend_from_slice(CLEAR_REST);
    }
    for line in text.strip_prefix(b"\n").unwrap_or(text).split_inclusive(|&byte| byte == b'\n') {
        out.extend_from_slice(line.strip_suffix(b"\n").unwrap_or(line));
        out.extend_from_slice(CLEAR_LINE);
        out.push(b'\n');
    }
    out.extend_from_slice(CLEAR_REST);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_replaces_the_one_before() {
        assert_eq!(in_place(b"\n# A\n1\n", true), b"\x1b[H\x1b[J# A\x1b[K\n1\x1b[K\n\x1b[J");
        assert_eq!(in_place(b"2\n", false), b"\x1b[H2\x1b[K\n\x1b[J");
    }
}
