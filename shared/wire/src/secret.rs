//! The one-shot secret with which a launched collectl proves that it is the one that was launched.
//!
//! The initiator draws it, hands it over on the standard input of the session that starts collectl, and takes it
//! once: it stands in no command line, no environment and no message.

use std::fmt;

/// Length of a secret as text: hexadecimal digits.
pub const DIGITS: usize = 32;

/// 128 random bits. Its `Debug` form hides them; [`Secret::reveal`] is what goes over the wire.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Secret(u128);

impl Secret {
    /// The secret made of these bits, which are to be random.
    #[must_use]
    pub fn new(bits: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bits))
    }

    /// Reads the [`DIGITS`] of one; none for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let valid = text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        u128::from_str_radix(text, 16).ok().filter(|_| valid).map(Self)
    }

    /// Its digits.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("{:032x}", self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_revealed_is_read_again_and_nothing_else_is() {
        let secret = Secret::new([7; 16]);
        assert_eq!(Secret::parse(&secret.reveal()), Some(secret));
        for text in ["", "07", &"g".repeat(DIGITS), &"+".repeat(DIGITS), &"0".repeat(DIGITS + 1)] {
            assert_eq!(Secret::parse(text), None, "{text}");
        }
    }

    #[test]
    fn it_does_not_show_in_messages() {
        let secret = Secret::new([7; 16]);
        assert!(!format!("{secret:?}").contains(&secret.reveal()));
    }
}
