//! Files of hosts (`^FILE`): each line has a host or a nodeset, and optionally aliases.
//!
//! A `#` begins a comment. Pure.

/// Largest file that is read, in bytes.
pub(crate) const MAX_FILE: u64 = 8 << 20;

/// A line that names hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HostLine<'a> {
    /// Counted from 1.
    pub(crate) number: usize,
    /// A host or a nodeset.
    pub(crate) hosts: &'a str,
    /// As many aliases.
    pub(crate) aliases: Option<&'a str>,
    /// Whether more words follow.
    pub(crate) has_more: bool,
}

/// The lines of a file that name hosts.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = HostLine<'_>> {
    text.lines().zip(1..).filter_map(|(line, number)| {
        let mut words = line.split('#').next().unwrap_or_default().split_ascii_whitespace();
        let hosts = words.next()?;
        Some(HostLine { number, hosts, aliases: words.next(), has_more: words.next().is_some() })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_aliases_and_comments() {
        let text = "# all\n\nn1\n  n[2-3]\tweb[1-2] # two\r\na b c\n";
        let found: Vec<_> = lines(text).collect();
        let line = |number, hosts, aliases, has_more| HostLine { number, hosts, aliases, has_more };
        let expected = [
            line(3, "n1", None, false),
            line(4, "n[2-3]", Some("web[1-2]"), false),
            line(5, "a", Some("b"), true),
        ];
        assert_eq!(found, expected);
    }
}
