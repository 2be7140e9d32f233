//! The host name before each line: written by the collector, read by the receiver.
//!
//! A collector sends each line as `HOST`, one blank, and the line as shown on a terminal. The Perl collectl 4.3.1 omits
//! `HOST ` in server mode, and before the line `>>><<<` that ends an lexpr record in either mode; both are accepted
//! here and never written.

use bytes::{BufMut, Bytes, BytesMut};

use crate::host::{HostName, is_host_word};

/// Puts `host` and a blank before every line of `text`, including empty ones.
///
/// `text` is whole lines, each ended by LF.
#[must_use]
pub fn prefix_lines(host: &HostName, text: &[u8]) -> Bytes {
    let host = host.as_str().as_bytes();
    let lines = text.iter().filter(|&&byte| byte == b'\n').count();
    let mut out = BytesMut::with_capacity(text.len() + (lines + 1) * (host.len() + 1));
    for line in text.split_inclusive(|&byte| byte == b'\n') {
        out.put_slice(host);
        out.put_u8(b' ');
        out.put_slice(line);
    }
    out.freeze()
}

/// What is known about the prefixes of one connection.
///
/// Whether lines have a prefix is decided per connection, by its first conclusive line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Prefix {
    /// Not known yet.
    #[default]
    Unknown,
    /// Lines start with this host name.
    Host(Box<[u8]>),
    /// Lines have no prefix (a Perl server).
    Bare,
}

impl Prefix {
    /// Splits one line into its host, if it has one, and the text.
    pub fn split<'a>(&mut self, line: &'a [u8]) -> (Option<&str>, &'a [u8]) {
        if *self == Self::Unknown {
            *self = Self::of_first(line);
        }
        match self {
            Self::Host(host) => match line.strip_prefix(&host[..]).and_then(|rest| rest.strip_prefix(b" ")) {
                Some(rest) => (std::str::from_utf8(host).ok(), rest),
                None => (std::str::from_utf8(host).ok(), line),
            },
            Self::Unknown | Self::Bare => (None, line),
        }
    }

    /// Decides for a connection by its first line.
    ///
    /// A line without a prefix starts with a blank or `#` (brief, verbose), is empty (detail), or starts with a date or
    /// a time (`-oT`, `-P`) or the first name of an lexpr record. In all others the first word is the host.
    fn of_first(line: &[u8]) -> Self {
        let Some(blank) = line.iter().position(|&byte| byte == b' ') else {
            return Self::Bare;
        };
        let (word, rest) = (&line[..blank], &line[blank + 1..]);
        if !is_host_word(word)
            || word[0] == b'#'
            || is_stamp(word, rest)
            || word == b"sample.time"
            || word == b">>>"
        {
            Self::Bare
        } else {
            Self::Host(word.into())
        }
    }
}

/// True for a line that starts like the time columns of a stream without prefixes: `HH:MM:SS`, `MM/DD`, a date before a
/// time, or seconds since the epoch before a figure.
fn is_stamp(word: &[u8], rest: &[u8]) -> bool {
    let digits_and = |extra: &[u8]| word.iter().all(|byte| byte.is_ascii_digit() || extra.contains(byte));
    let next_is_number = rest.iter().find(|&&byte| byte != b' ').is_some_and(u8::is_ascii_digit);
    (digits_and(b":.") && word.contains(&b':'))
        || (digits_and(b"/") && word.contains(&b'/'))
        || (digits_and(b",:.") && word.contains(&b','))
        || (digits_and(b"") && matches!(word.len(), 8 | 10) && next_is_number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split<'a>(lines: &[&'a str]) -> Vec<(Option<String>, &'a str)> {
        let mut prefix = Prefix::default();
        lines
            .iter()
            .map(|line| {
                let (host, rest) = prefix.split(line.as_bytes());
                (host.map(str::to_owned), std::str::from_utf8(rest).unwrap())
            })
            .collect()
    }

    #[test]
    fn every_line_starts_with_the_host() {
        let host = HostName::short("vm").unwrap();
        assert_eq!(&prefix_lines(&host, b"\n#cpu\n   1\n")[..], b"vm \nvm #cpu\nvm    1\n");
    }

    #[test]
    fn prefixed_streams() {
        let vm = || Some("vm".to_owned());
        assert_eq!(split(&["vm #<--", "vm    1   0"]), [(vm(), "#<--"), (vm(), "   1   0")]);
        assert_eq!(split(&["vm ", "vm ### RECORD"]), [(vm(), ""), (vm(), "### RECORD")]);
        assert_eq!(split(&["vm Error: invalid subsystem 'QQ'"]), [(vm(), "Error: invalid subsystem 'QQ'")]);
        assert_eq!(split(&["vm sample.time 1.0", ">>><<<"]), [(vm(), "sample.time 1.0"), (vm(), ">>><<<")]);
        assert_eq!(split(&["20261122 #Date Time"]), [(Some("20261122".into()), "#Date Time")]);
    }

    #[test]
    fn streams_of_a_perl_server() {
        for line in [
            "  26  11  1035",
            "#<--------CPU-------->",
            "",
            "09:39:57    1   0",
            "09:39:57.003    1   0",
            "11/22 09:39:57    1",
            "20261122 09:40:05 1 0",
            "20261122,09:40:05,1 0",
            "1795340465 1 0",
            "sample.time 1795340414.002",
            "### RECORD    1 >>> vm <<<",
        ] {
            assert_eq!(split(&[line]), [(None, line)]);
        }
    }

    proptest! {
        #[test]
        fn reads_back_what_is_written(host in "[a-z][a-z0-9-]{0,20}", text in "([ #a-z0-9.]{0,30}\n){1,5}") {
            let wire = prefix_lines(&HostName::short(&host).unwrap(), text.as_bytes());
            let mut prefix = Prefix::default();
            let mut back = Vec::new();
            for line in wire.split_inclusive(|&b| b == b'\n') {
                let (name, rest) = prefix.split(line);
                prop_assert_eq!(name, Some(host.as_str()));
                back.extend_from_slice(rest);
            }
            prop_assert_eq!(back, text.into_bytes());
        }
    }
}
