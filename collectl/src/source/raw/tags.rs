//! Whose a recorded line is.

use std::sync::LazyLock;

use crate::capture::Capture;
use crate::subsystem::REGISTRY;

type Tag = (&'static [u8], &'static Capture);

/// The tags of all captures by their first byte, the longest first.
static TAGS: LazyLock<Vec<Vec<Tag>>> = LazyLock::new(|| {
    let mut tags = vec![Vec::new(); 256];
    for capture in REGISTRY.iter().flat_map(|entry| entry.captures) {
        for tag in capture.tags {
            tags[usize::from(tag[0])].push((*tag, *capture));
        }
    }
    for tags in &mut tags {
        tags.sort_by_key(|(tag, _)| std::cmp::Reverse(tag.len()));
    }
    tags
});

/// The capture with the longest tag that `line` begins with.
pub(super) fn owner(line: &[u8]) -> Option<&'static Capture> {
    let tags = &TAGS[usize::from(*line.first()?)];
    tags.iter().find(|(tag, _)| line.starts_with(tag)).map(|(_, capture)| *capture)
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
        assert_eq!(path(""), None);
        assert_eq!(path("\u{1b}"), None);
    }
}
