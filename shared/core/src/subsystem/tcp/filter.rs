//! `--tcpfilt`: the sections of the TCP/IP stack.

use super::stack::{SECTIONS, Section};
use crate::subsystem::Context;
use crate::usage::UsageError;

/// The switch of the TCP/IP stack.
#[derive(Debug, Clone, Default, clap::Args)]
#[group(skip)]
pub(crate) struct Args {
    /// what to show of the TCP/IP stack: i IP, t TCP, u UDP, c ICMP, I IP extended, T TCP extended [default: ituc]
    #[arg(long, value_name = "LETTERS")]
    tcpfilt: Option<String>,
}

/// The letters of the sections, in the order of [`SECTIONS`].
const LETTERS: [char; 6] = ['i', 't', 'u', 'c', 'I', 'T'];

/// The sections that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TcpFilter {
    shown: [bool; 6],
}

impl Default for TcpFilter {
    /// All except the extended ones.
    fn default() -> Self {
        Self { shown: [true, true, true, true, false, false] }
    }
}

impl TcpFilter {
    /// The filter from the switch; without one, what was recorded. If the stack is not selected, the default.
    ///
    /// # Errors
    /// A [`UsageError`] for unknown letters, and if the stack is not selected.
    pub(super) fn resolve(args: &Args, context: &Context<'_>) -> Result<Self, UsageError> {
        let filter = args.tcpfilt.as_deref().map(Self::parse).transpose().map_err(UsageError)?;
        let selected = context.letters.contains(['t', 'T']);
        if filter.is_some() && !selected {
            return Err(UsageError::new("--tcpfilt only applies to -st or -sT"));
        }
        let of_recording = || Self::parse(context.recorded?.word("TcpFilt")?).ok();
        Ok(filter.or_else(|| of_recording().filter(|_| selected)).unwrap_or_default())
    }

    /// Reads letters: `i` IP, `t` TCP, `u` UDP, `c` ICMP, `I` IP extended, `T` TCP extended.
    ///
    /// # Errors
    /// What is wrong with the letters.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut shown = [false; 6];
        for letter in text.chars() {
            let known = LETTERS.iter().position(|known| *known == letter);
            shown[known.ok_or("only valid --tcpopts values are 'cituIT'")?] = true;
        }
        Ok(Self { shown })
    }

    /// Whether the brief format has no room for these sections.
    pub(super) fn needs_verbose(self) -> bool {
        self.shows(Section::IpExt)
    }

    pub(super) fn shows(self, section: Section) -> bool {
        self.shown[section as usize]
    }

    /// The sections that are shown, in order.
    pub(super) fn sections(self) -> impl Iterator<Item = Section> {
        SECTIONS.into_iter().map(|(section, _)| section).filter(move |section| self.shows(*section))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters() {
        let shown = |text: &str| TcpFilter::parse(text).map(|filter| filter.sections().collect::<Vec<_>>());
        assert_eq!(shown("cti"), Ok(vec![Section::Ip, Section::Tcp, Section::Icmp]));
        assert_eq!(TcpFilter::parse("ituc"), Ok(TcpFilter::default()));
        assert!(shown("x").unwrap_err().starts_with("only valid"));
        assert!(
            TcpFilter::parse("I").unwrap().needs_verbose()
                && !TcpFilter::parse("iT").unwrap().needs_verbose()
        );
    }
}
