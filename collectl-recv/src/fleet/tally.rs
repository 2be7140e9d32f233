//! What one host has delivered. Pure.

use crate::launch::outcome::{StartError, complaint};
use crate::stream::classify::LineKind;
use crate::stream::count::{IntervalCounter, Wanted};
use crate::stream::lines::Lines;

/// The account of one host, or of one connection that belongs to none.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    counter: IntervalCounter,
    delivered: bool,
    complaint: Option<StartError>,
}

impl Tally {
    /// Nothing has come yet; `wanted` intervals are enough.
    pub(crate) fn new(wanted: Option<u64>) -> Self {
        Self { counter: IntervalCounter::new(wanted), delivered: false, complaint: None }
    }

    /// Takes lines; tells how many of them are wanted.
    pub(crate) fn take(&mut self, lines: &Lines) -> Wanted {
        let wanted = self.counter.take(lines);
        if !self.delivered {
            for line in lines.iter().take(wanted.lines) {
                match line.kind {
                    LineKind::Blank => {}
                    LineKind::Error if self.complaint.is_none() => self.complaint = complaint(line.text),
                    LineKind::Error => {}
                    _ => self.delivered = true,
                }
            }
        }
        wanted
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

    /// What collectl reported against its switches.
    pub(crate) fn complaint(&self) -> Option<&StartError> {
        self.complaint.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::classify::Classifier;

    fn lines(text: &[u8]) -> Lines {
        Lines::of(text, &mut Classifier::default())
    }

    #[test]
    fn lines_up_to_the_last_interval_are_wanted() {
        let mut tally = Tally::new(Some(2));
        assert_eq!(tally.take(&lines(b"#cpu\n 1\n")), Wanted { lines: 2, enough: false });
        assert!(tally.has_delivered());
        assert_eq!(tally.take(&lines(b" 2\n 3\n")), Wanted { lines: 1, enough: true });
    }

    #[test]
    fn an_error_is_no_delivery() {
        let mut tally = Tally::new(None);
        let text = b"Error: invalid subsystem 'QQ'\ntype 'collectl -h' for help\n";
        assert_eq!(tally.take(&lines(text)), Wanted { lines: 2, enough: false });
        assert!(!tally.has_delivered());
        let reported = StartError::Switches("Error: invalid subsystem 'QQ'".into());
        assert_eq!(tally.complaint(), Some(&reported));
    }
}
