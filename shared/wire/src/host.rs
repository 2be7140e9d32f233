//! The short host name before each line on the socket.

use std::fmt;

use thiserror::Error;

/// Longest host name that is accepted, in bytes (the limit of `gethostname(2)` on Linux is 64, of DNS 255).
pub const MAX_HOST_NAME: usize = 255;

/// A short host name: the text before the first dot, one printable word.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct HostName(String);

/// A text that can't be a host name.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{}' is not a host name: one word of printable characters is needed", .0.escape_debug())]
pub struct HostNameError(String);

impl HostName {
    /// Takes `name` up to its first dot, as `hostname -s` does.
    ///
    /// # Errors
    /// [`HostNameError`] if nothing is left, or it is too long or contains a blank or a control character.
    pub fn short(name: &str) -> Result<Self, HostNameError> {
        let short = name.split('.').next().unwrap_or_default();
        if is_host_word(short.as_bytes()) {
            Ok(Self(short.to_owned()))
        } else {
            Err(HostNameError(name.to_owned()))
        }
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// True for a valid host name in a line prefix: printable ASCII without blanks, of limited length.
#[must_use]
pub fn is_host_word(word: &[u8]) -> bool {
    !word.is_empty() && word.len() <= MAX_HOST_NAME && word.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_the_first_dot() {
        assert_eq!(HostName::short("node7.cluster.example.com").unwrap().as_str(), "node7");
        assert_eq!(HostName::short("vm").unwrap().as_str(), "vm");
    }

    #[test]
    fn rejects_what_would_break_a_line() {
        for name in ["", ".example.com", "a b", "a\nb", "a\u{1b}[31m", "é", &"x".repeat(256)] {
            assert!(HostName::short(name).is_err(), "{name:?}");
        }
    }
}
