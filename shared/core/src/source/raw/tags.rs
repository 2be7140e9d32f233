//! The capture that a recorded line belongs to.

use std::sync::LazyLock;

use crate::capture::Capture;
use crate::registry::REGISTRY;

/// A tag and its capture.
#[derive(Debug, Clone)]
struct Tag {
    bytes: &'static [u8],
    /// Its first eight bytes, and the mask of those it has.
    head: u64,
    mask: u64,
    capture: &'static Capture,
}

impl Tag {
    fn new(bytes: &'static [u8], capture: &'static Capture) -> Self {
        let mask = head(&vec![0xff; bytes.len()]);
        Self { bytes, head: head(bytes), mask, capture }
    }

    /// Whether `line`, whose first bytes are `head`, starts with it. Comparing the heads decides most cases at once.
    fn begins(&self, line: &[u8], head: u64) -> bool {
        head & self.mask == self.head && (self.bytes.len() <= 8 || line.starts_with(self.bytes))
    }
}

/// The first eight bytes, filled with zeros, which no tag contains.
fn head(bytes: &[u8]) -> u64 {
    match bytes.first_chunk() {
        Some(head) => u64::from_le_bytes(*head),
        None => bytes.iter().rev().fold(0, |head, byte| head << 8 | u64::from(*byte)),
    }
}

/// The tags of all captures by first byte, the longest first.
static TAGS: LazyLock<Vec<Vec<Tag>>> = LazyLock::new(|| {
    let mut tags = vec![Vec::new(); 256];
    for capture in REGISTRY.iter().flat_map(|entry| entry.descriptor.captures) {
        for tag in capture.tags {
            tags[usize::from(tag[0])].push(Tag::new(tag, capture));
        }
    }
    for tags in &mut tags {
        tags.sort_by_key(|tag| std::cmp::Reverse(tag.bytes.len()));
    }
    tags
});

/// The capture with the longest tag that `line` starts with.
pub(super) fn owner(line: &[u8]) -> Option<&'static Capture> {
    let tags = &TAGS[usize::from(*line.first()?)];
    let head = head(line);
    tags.iter().find(|tag| tag.begins(line, head)).map(|tag| tag.capture)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_tag_wins() {
        let path = |line: &str| owner(line.as_bytes()).map(|capture| capture.path);
        assert_eq!(path("cpu0 1 2"), Some("stat"));
        assert_eq!(path("compact_stall 1"), Some("vmstat"));
        assert_eq!(path("NFS_Unstable: 0 kB"), Some("meminfo"));
        assert_eq!(path("Net   lo: 1"), Some("net/dev"));
        assert_eq!(path("procs_running 1"), Some("stat"));
        assert_eq!(path("pgpgin 1"), Some("vmstat"));
        assert_eq!(path("psi-io some avg10=0.00"), Some("pressure/io"));
        assert_eq!(path("cgroup a.service"), Some("fs/cgroup"));
        assert_eq!(path("ctxt 1"), Some("stat"));
        assert_eq!(path("ctxt"), Some("vmstat"));
        assert_eq!(path(""), None);
        assert_eq!(path("\u{1b}"), None);
    }
}
