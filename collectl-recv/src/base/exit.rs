//! How a run ends, and the exit status that says so.

/// The part of `--help` about the exit status.
pub(crate) const HELP: &str = "\
Exit status:
  0  ended as asked, by a signal, or because the reader of the output left
  1  usage or configuration error, or the output could not be written
  2  some hosts never delivered
  3  no host delivered
  4  recordings that were replayed are damaged or could not be read; the rest of them was shown

A host has delivered when it sent at least one line that is not an error message.";

/// Usage or configuration error.
pub(crate) const USAGE: u8 = 1;

/// Recordings are damaged.
pub(crate) const DAMAGED: u8 = 4;

/// What ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// A signal.
    Signal,
    /// The reader of the output left.
    ReaderLeft,
    /// The output could not be written.
    OutputFailed,
    /// The time was over, all intervals were received, or no host was left.
    Done,
}

/// The exit status of a run in which `delivered` of `expected` hosts delivered.
pub(crate) fn status(ended: Ended, delivered: usize, expected: usize) -> u8 {
    match ended {
        Ended::Signal | Ended::ReaderLeft => 0,
        Ended::OutputFailed => USAGE,
        Ended::Done if delivered == 0 => 3,
        Ended::Done if delivered < expected => 2,
        Ended::Done => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_hosts_only_where_the_run_was_not_cut_short() {
        assert_eq!(status(Ended::Done, 3, 3), 0);
        assert_eq!(status(Ended::Done, 2, 3), 2);
        assert_eq!(status(Ended::Done, 0, 3), 3);
        assert_eq!(status(Ended::Done, 0, 0), 3);
        assert_eq!(status(Ended::Signal, 0, 3), 0);
        assert_eq!(status(Ended::ReaderLeft, 0, 3), 0);
        assert_eq!(status(Ended::OutputFailed, 3, 3), 1);
    }
}
