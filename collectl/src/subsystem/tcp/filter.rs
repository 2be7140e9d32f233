//! `--tcpfilt`: which sections of the TCP/IP stack.

use super::stack::{SECTIONS, Section};

/// The letters of the sections, in the order of [`SECTIONS`].
const LETTERS: [char; 6] = ['i', 't', 'u', 'c', 'I', 'T'];

/// The sections that are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TcpFilter {
    shown: [bool; 6],
}

impl Default for TcpFilter {
    /// All but the extended ones.
    fn default() -> Self {
        Self { shown: [true, true, true, true, false, false] }
    }
}

impl TcpFilter {
    /// Reads letters: `i` IP, `t` TCP, `u` UDP, `c` ICMP, `I` IP extended, `T` TCP extended.
    ///
    /// # Errors
    /// What is wrong with the letters.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut shown = [false; 6];
        for letter in text.chars() {
            let known = LETTERS.iter().position(|known| *known == letter);
            shown[known.ok_or("only valid --tcpopts values are 'cituIT'")?] = true;
        }
        Ok(Self { shown })
    }

    /// Whether there is no room for what is shown in the brief format.
    #[must_use]
    pub fn needs_verbose(self) -> bool {
        self.shows(Section::IpExt)
    }

    pub(super) fn shows(self, section: Section) -> bool {
        self.shown[section as usize]
    }

    /// The sections that are shown, in their order.
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
