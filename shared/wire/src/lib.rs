//! What both ends of the socket must agree on.
//!
//! [`endpoint`], [`allow`], [`hello`], [`host`], [`line`], [`prefix`], [`display`], [`queue`], [`secret`] and
//! [`sparing`] are pure:
//! bytes and numbers in, values out.
//! [`liveness`], [`stdout`], [`stderr`], [`backlog`], [`polled`], [`regular`] and [`file_size`] are the small edges that
//! both programs would otherwise write twice: the options of a connection, standard output and error that never make
//! their writer wait, files among those of others, and limits of the system.

pub mod allow;
pub mod backlog;
pub mod display;
pub mod endpoint;
pub mod file_size;
mod handover;
pub mod hello;
pub mod host;
pub mod line;
pub mod liveness;
pub mod polled;
pub mod prefix;
pub mod queue;
pub mod regular;
pub mod secret;
pub mod sparing;
pub mod stderr;
pub mod stdout;

/// TCP port that collectl listens on, and connects to, unless told otherwise.
pub const DEFAULT_PORT: u16 = 2655;
