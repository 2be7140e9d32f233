//! How a run ends, and the exit status that says so.

/// For `--help`.
pub(crate) const HELP: &str = "\
Exit status:
  0  ended as asked; a signal, and the end of whoever reads the output, included
  1  usage or configuration error, or the output could not be written
  2  some hosts never delivered
  3  none did

A host has delivered when at least one line that is no error message came from it.";

/// Usage or configuration error.
pub(crate) const USAGE: u8 = 1;

/// What ended a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// A signal.
    Signal,
    /// Whoever read the output has left.
    ReaderLeft,
    /// The output could not be written.
    OutputFailed,
    /// The time was over, or all intervals had come, or no host was left.
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
