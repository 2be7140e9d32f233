//! Small types that every room may use: identifiers, exit codes, signals. It uses nothing else of this program.

pub(crate) mod end;
pub(crate) mod exit;
pub(crate) mod gap;
pub(crate) mod ids;
pub(crate) mod io_error;
pub(crate) mod signals;
pub(crate) mod time;
pub(crate) mod verbosity;
