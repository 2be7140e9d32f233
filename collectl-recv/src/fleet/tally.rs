//! What one host has brought. Pure.

use crate::launch::outcome::{StartError, complaint};
use crate::link::interval::{Counted, IntervalCounter, is_error};

/// The account of one host, or of one connection that belongs to none.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    counter: IntervalCounter,
    delivered: bool,
    complaint: Option<StartError>,
}

/// What is to be done with a batch of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    /// How many of its bytes, always whole lines, are to be shown.
    pub(crate) shown: usize,
    /// All that was wanted has come.
    pub(crate) enough: bool,
}

impl Tally {
    /// Nothing has come yet; `wanted` intervals are enough.
    pub(crate) fn new(wanted: Option<u64>) -> Self {
        Self { counter: IntervalCounter::new(wanted), delivered: false, complaint: None }
    }

    /// Takes lines, each ended by LF.
    pub(crate) fn take(&mut self, text: &[u8]) -> Taken {
        let mut shown = 0;
        for line in text.split_inclusive(|&byte| byte == b'\n') {
            let bare = line.strip_suffix(b"\n").unwrap_or(line);
            let counted = self.counter.line(bare);
            if counted == Counted::Stop {
                return Taken { shown, enough: true };
            }
            shown += line.len();
            self.hear(bare);
            if counted == Counted::ShowAndStop {
                return Taken { shown, enough: true };
            }
        }
        Taken { shown, enough: false }
    }

    /// A connection ended; returns whether all that was wanted has come.
    pub(crate) fn connection_ended(&mut self) -> bool {
        self.counter.connection_ended();
        self.counter.is_done()
    }

    /// True when all that was wanted has come.
    pub(crate) fn is_done(&self) -> bool {
        self.counter.is_done()
    }

    /// True once a line came that is no error message.
    pub(crate) fn has_delivered(&self) -> bool {
        self.delivered
    }

    /// What collectl said against its switches.
    pub(crate) fn complaint(&self) -> Option<&StartError> {
        self.complaint.as_ref()
    }

    fn hear(&mut self, line: &[u8]) {
        if self.delivered {
            return;
        }
        if self.complaint.is_none() && is_error(line) {
            self.complaint = complaint(line);
        }
        self.delivered = !line.trim_ascii().is_empty() && !is_error(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_up_to_the_last_interval() {
        let mut tally = Tally::new(Some(2));
        assert_eq!(tally.take(b"#cpu\n 1\n"), Taken { shown: 8, enough: false });
        assert!(tally.has_delivered());
        assert_eq!(tally.take(b" 2\n 3\n"), Taken { shown: 3, enough: true });
    }

    #[test]
    fn an_error_is_no_delivery() {
        let mut tally = Tally::new(None);
        let text = b"Error: invalid subsystem 'QQ'\ntype 'collectl -h' for help\n";
        assert_eq!(tally.take(text), Taken { shown: text.len(), enough: false });
        assert!(!tally.has_delivered());
        let said = StartError::Switches("Error: invalid subsystem 'QQ'".into());
        assert_eq!(tally.complaint(), Some(&said));
    }
}
