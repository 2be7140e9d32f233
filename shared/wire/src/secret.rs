//! The one-time secret that authenticates a launched collectl.
//!
//! The initiator creates it, passes it on the standard input of the session that starts collectl, and accepts it once:
//! it appears in no command line, no environment and no message.

use std::fmt;

/// Length of a secret as text: hexadecimal digits.
pub const DIGITS: usize = 32;

/// 128 random bits. Its `Debug` form hides them; [`Secret::reveal`] is what is sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Secret(u128);

impl Secret {
    /// A secret made of these bits, which must be random.
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
    fn only_a_revealed_secret_can_be_read_back() {
        let secret = Secret::new([7; 16]);
        assert_eq!(Secret::parse(&secret.reveal()), Some(secret));
        for text in ["", "07", &"g".repeat(DIGITS), &"+".repeat(DIGITS), &"0".repeat(DIGITS + 1)] {
            assert_eq!(Secret::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_secret_does_not_show_in_messages() {
        let secret = Secret::new([7; 16]);
        assert!(!format!("{secret:?}").contains(&secret.reveal()));
    }
}
