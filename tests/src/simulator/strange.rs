//! Hosts that misbehave.

use std::str::FromStr;

/// What is strange about a host.
#[derive(Debug, Clone, PartialEq)]
pub enum Strange {
    /// It sends its headers and half a line, and then nothing; its connection stays open.
    Stuck,
    /// It sends random bytes.
    Noise,
    /// It sends 10 MB without a line end, and then nothing.
    Endless,
    /// Its clock is ahead by this number of seconds.
    Clock(f64),
    /// It reports this name.
    Named(String),
}

impl Strange {
    /// Bytes of [`Strange::Endless`].
    pub const ENDLESS: usize = 10_000_000;

    /// True if its lines are lines of a collectl.
    #[must_use]
    pub fn speaks(&self) -> bool {
        matches!(self, Self::Clock(_) | Self::Named(_))
    }
}

impl FromStr for Strange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("'{text}' is none of stuck, noise, endless, clock=SECONDS, name=NAME");
        match (text, text.split_once('=')) {
            ("stuck", _) => Ok(Self::Stuck),
            ("noise", _) => Ok(Self::Noise),
            ("endless", _) => Ok(Self::Endless),
            (_, Some(("clock", seconds))) => seconds.parse().map(Self::Clock).map_err(|_| wrong()),
            (_, Some(("name", name))) => Ok(Self::Named(name.to_owned())),
            _ => Err(wrong()),
        }
    }
}
