//! What every room may use: identifiers, exit codes, signals. It uses nothing of this program.

pub(crate) mod exit;
pub(crate) mod gap;
pub(crate) mod ids;
pub(crate) mod library;
pub(crate) mod signals;
pub(crate) mod time;
pub(crate) mod verbosity;
