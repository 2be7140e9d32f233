//! Which groups of the tree have a row, and how they are named.
//!
//! On each path one group has a row: the topmost that is a job of Slurm or a unit of systemd (a service or a scope,
//! which may be a container), that holds processes itself, or that has no groups below it. The kernel's figures of a
//! group include all groups below it, so each process is counted in one row, and rows can be added up. Groups without
//! processes have no row.
//!
//! With `--cgroupfilt` it is the topmost group whose path matches. An excluding pattern removes the matching group and
//! all groups below it.

use std::borrow::Cow;

use crate::filter::NameFilter;

/// The path of the root, where it is a group like any other.
pub(super) const ROOT: &[u8] = b"/";

/// What is to be done with a group of which only the path is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// It has a row; groups below have none.
    Row,
    /// It has no row; groups below may have one.
    Above,
    /// It has a row if it holds processes, or if there are no groups below.
    Open,
    /// Neither it nor any group below has a row.
    Hidden,
}

pub(super) fn level(path: &[u8], filter: &NameFilter) -> Level {
    let name = components(path).next_back().unwrap_or_default();
    if filter.is_set() && !filter.excludes() {
        return if filter.accepts(path) { Level::Row } else { Level::Above };
    }
    if !filter.accepts(path) {
        Level::Hidden
    } else if name.ends_with(b"slurmstepd.scope") {
        Level::Above
    } else if is_job(path) || name.ends_with(b".service") || name.ends_with(b".scope") {
        Level::Row
    } else {
        Level::Open
    }
}

/// The name of a group: `job_123`, its unit, or else the last two names of its path, which distinguish a container from
/// its owner. The 64 digits of a container are shortened to the 12 that its tools show. Blanks are replaced, as they
/// would separate columns.
pub(super) fn name(path: &[u8]) -> Vec<u8> {
    if path == ROOT {
        return ROOT.to_vec();
    }
    const UNITS: [&[u8]; 3] = [b".service", b".scope", b".slice"];
    let mut names = components(path).rev();
    let last = names.next().unwrap_or_default();
    let mut name = match names.next() {
        Some(above) if !is_job(path) && !UNITS.iter().any(|unit| last.ends_with(unit)) => {
            [above, b"/", last].concat()
        }
        _ => last.to_vec(),
    };
    shorten_digits(&mut name);
    name.iter_mut().filter(|byte| byte.is_ascii_whitespace()).for_each(|byte| *byte = b'_');
    name
}

/// `job_NUMBER` below a group of Slurm: in `system.slice/slurmstepd.scope`, `system.slice/NODE_slurmstepd.scope`, or
/// `slurm/uid_NUMBER`.
fn is_job(path: &[u8]) -> bool {
    let mut names = components(path).rev();
    let number = names.next().and_then(|name| name.strip_prefix(b"job_")).and_then(|rest| rest.first());
    number.is_some_and(u8::is_ascii_digit)
        && names.any(|name| name.windows(b"slurm".len()).any(|part| part == b"slurm"))
}

/// Cuts a run of exactly 64 hexadecimal digits to its first 12.
fn shorten_digits(name: &mut Vec<u8>) {
    let mut start = 0;
    while start < name.len() {
        let length = name[start..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if length == 64 {
            name.drain(start + 12..start + 64);
            return;
        }
        start += length + 1;
    }
}

fn components(path: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/').filter(|name| !name.is_empty())
}

/// Appends a path as one word: blanks, control characters and backslashes as `\ooo`, as in `/proc/mounts`.
pub(super) fn escape(path: &[u8], out: &mut Vec<u8>) {
    for &byte in path {
        if byte <= b' ' || byte == b'\\' || byte == 0x7f {
            out.extend_from_slice(&[b'\\', b'0' + (byte >> 6), b'0' + (byte >> 3 & 7), b'0' + (byte & 7)]);
        } else {
            out.push(byte);
        }
    }
}

/// The path that [`escape`] encoded.
pub(super) fn unescape(word: &[u8]) -> Cow<'_, [u8]> {
    if !word.contains(&b'\\') {
        return Cow::Borrowed(word);
    }
    let mut path = Vec::with_capacity(word.len());
    let mut rest = word;
    while let Some((&first, after)) = rest.split_first() {
        match *rest {
            [b'\\', high @ b'0'..=b'3', middle @ b'0'..=b'7', low @ b'0'..=b'7', ..] => {
                path.push((high - b'0') << 6 | (middle - b'0') << 3 | (low - b'0'));
                rest = &rest[4..];
            }
            _ => {
                path.push(first);
                rest = after;
            }
        }
    }
    Cow::Owned(path)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn level_of(path: &str, filter: &str) -> Level {
        level(path.as_bytes(), &NameFilter::parse("cgroupfilt", filter).unwrap())
    }

    fn name_of(path: &str) -> String {
        String::from_utf8(name(path.as_bytes())).unwrap()
    }

    #[test]
    fn rows_are_jobs_and_units() {
        for path in [
            "system.slice/slurmstepd.scope/job_123",
            "system.slice/n1_slurmstepd.scope/job_123",
            "slurm/uid_1000/job_5",
            "system.slice/ssh.service",
            "user.slice/user-1000.slice/session-3.scope",
            "user.slice/user-1000.slice/user@1000.service",
            "init.scope",
        ] {
            assert_eq!(level_of(path, ""), Level::Row, "{path}");
        }
        for path in ["system.slice", "job_1", "batch/job_1", "slurm/job_x", "slurm/uid_1000", "docker/0f", ""]
        {
            assert_eq!(level_of(path, ""), Level::Open, "{path}");
        }
        assert_eq!(level_of("system.slice/slurmstepd.scope", ""), Level::Above);
    }

    #[test]
    fn patterns_choose_the_level() {
        assert_eq!(level_of("system.slice", "^system"), Level::Hidden);
        assert_eq!(level_of("user.slice", "^system"), Level::Open);
        assert_eq!(level_of("user.slice/user-7.slice", "user-"), Level::Row);
        assert_eq!(level_of("system.slice/ssh.service", "user-"), Level::Above);
        assert_eq!(level_of("system.slice/slurmstepd.scope/job_1/step_0", "step_,x"), Level::Row);
    }

    #[test]
    fn names() {
        let id = "0123456789abcdef".repeat(4);
        for (path, expected) in [
            ("system.slice/slurmstepd.scope/job_123", "job_123"),
            ("system.slice/slurmstepd.scope/job_123/step_batch", "job_123/step_batch"),
            ("system.slice/slurmstepd.scope/system", "slurmstepd.scope/system"),
            ("system.slice/ssh.service", "ssh.service"),
            ("user.slice/user-7.slice", "user-7.slice"),
            (&format!("system.slice/docker-{id}.scope"), "docker-0123456789ab.scope"),
            (&format!("docker/{id}"), "docker/0123456789ab"),
            (&format!("a/{id}0"), &format!("a/{id}0")),
            ("lxc.payload.x", "lxc.payload.x"),
            ("my group", "my_group"),
            ("/", "/"),
            ("", ""),
        ] {
            assert_eq!(name_of(path), expected, "{path}");
        }
    }

    #[test]
    fn a_path_is_one_word() {
        let mut word = Vec::new();
        escape(b"a b\n/dev-\\x2d\t\xff", &mut word);
        assert_eq!(word, b"a\\040b\\012/dev-\\134x2d\\011\xff");
        assert_eq!(&*unescape(b"a\\9\\04"), b"a\\9\\04");
    }

    proptest! {
        #[test]
        fn any_path_comes_back(path in prop::collection::vec(any::<u8>(), 0..100)) {
            let mut word = Vec::new();
            escape(&path, &mut word);
            prop_assert!(!word.iter().any(|&byte| byte <= b' '));
            prop_assert_eq!(&*unescape(&word), &path[..]);
            let _ = (name(&path), unescape(&path), level(&path, &NameFilter::default()));
        }
    }
}
