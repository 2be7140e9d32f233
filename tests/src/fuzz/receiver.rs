//! What the receiver reads.

use std::net::{IpAddr, Ipv4Addr};

use collectl_recv::foreign;

use super::{chunked, is_harmless, text};

/// A stream gives the same lines wherever it is split, and only whole lines, each classified once.
pub(super) fn stream(bytes: &[u8]) {
    let (size, bytes) = chunked(bytes);
    for asked in [false, true] {
        let shown = foreign::stream(bytes.chunks(size), asked);
        assert_eq!(shown, foreign::stream([bytes], asked));
        let (text, kinds) = shown;
        assert!(text.is_empty() || text.ends_with(b"\n"));
        assert_eq!(text.split_inclusive(|&byte| byte == b'\n').count(), kinds.len());
    }
}

/// Hosts of nodesets, files and groups: the first line names them, the second names those to leave out; the rest is the
/// text of every file and of the groups.
pub(super) fn hosts(bytes: &[u8]) {
    let text = text(bytes);
    let (words, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let (excluded, rest) = rest.split_once('\n').unwrap_or((rest, ""));
    let split = |line: &str| line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
    let (words, excluded): (Vec<_>, Vec<_>) = (split(words), split(excluded));
    match foreign::hosts(&words, &excluded, rest, rest) {
        Ok(hosts) => assert!(!hosts.is_empty() && hosts.iter().all(|host| is_harmless(host.as_bytes()))),
        Err(error) => assert!(is_harmless(error.as_bytes()) && error.len() < 2000, "{error}"),
    }
}

/// Whatever ssh prints, the reason is one short line that can be shown.
pub(super) fn outcome(bytes: &[u8]) {
    for status in [0, 1, 126, 127, 255] {
        let said = foreign::outcome(status, bytes);
        assert!(!said.contains('\n') && is_harmless(said.as_bytes()) && said.len() < 1000, "{said}");
    }
}

/// A program is valid up to its last program header: one that is cut off before is invalid, and the bytes after it
/// don't matter.
pub(super) fn program(bytes: &[u8]) {
    let Some(needs) = foreign::needs_loader(bytes) else { return };
    assert_eq!(foreign::needs_loader(&[bytes, b"more"].concat()), Some(needs));
    assert_eq!(foreign::needs_loader(&bytes[..57]), None);
}

/// A connection belongs to one of the expected hosts. Two bytes for each host: its name and its address.
pub(super) fn attribute(bytes: &[u8]) {
    let address = |last: u8| IpAddr::V4(Ipv4Addr::new(192, 0, 2, last % 8));
    let name = |byte: u8| format!("n{}", byte % 8);
    let candidates: Vec<_> =
        bytes.chunks_exact(2).map(|pair| (name(pair[0]), vec![address(pair[1])])).collect();
    for byte in bytes.iter().take(8) {
        let index = foreign::attributed(Some(&name(*byte)), address(*byte), &candidates);
        assert_eq!(index.is_some(), !candidates.is_empty());
        assert!(index.is_none_or(|index| index < candidates.len()));
        let named = candidates.iter().position(|(other, _)| *other == name(*byte));
        assert!(named.is_none() || named == index);
    }
}

/// A recorded text is shown in whole lines that it holds, in their order, except repeated headers. Up to the first line
/// `--` the input is the file of times, from which only times are taken.
pub(super) fn times(bytes: &[u8]) {
    let mark = bytes.windows(4).position(|part| part == b"\n--\n").unwrap_or(bytes.len());
    let (times, text) = (&bytes[..(mark + 1).min(bytes.len())], bytes.get(mark + 4..).unwrap_or_default());
    let pieces = foreign::recorded_text(text, times).expect("memory can be read");
    assert!(pieces.iter().all(|(time, _)| time.is_finite() && *time >= 0.0));
    assert!(pieces.iter().all(|(_, piece)| piece.ends_with(b"\n")));
    let shown = pieces.iter().flat_map(|(_, piece)| piece.split_inclusive(|&byte| byte == b'\n'));
    let mut left = text.split_inclusive(|&byte| byte == b'\n');
    for line in shown.filter(|line| !line.starts_with(b"#")) {
        assert!(left.any(|other| other == line), "{}", line.escape_ascii());
    }
}

/// A raw file, whose name may have any time, is played with times that can be shown.
pub(super) fn replay(bytes: &[u8]) {
    let Some((begun, bytes)) = bytes.split_first_chunk() else { return };
    let begun = f64::from(u32::from_le_bytes(*begun));
    for (time, text) in foreign::recorded_raw(bytes.to_vec(), begun, 16).unwrap_or_default() {
        assert!(time.is_finite() && is_harmless(&text), "{time} {}", text.escape_ascii());
    }
}
