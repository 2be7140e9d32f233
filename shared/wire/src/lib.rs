//! What both ends of the socket must agree on.
//!
//! [`endpoint`], [`allow`], [`hello`], [`host`], [`line`], [`prefix`], [`display`], [`queue`], [`secret`] and
//! [`sparing`] are pure:
//! bytes and numbers in, values out.
//! [`liveness`], [`stdout`], [`polled`] and [`regular`] are the small edges that both programs would otherwise write
//! twice: the options of a connection, a standard output that never makes its writer wait, and files among those of others.

pub mod allow;
pub mod display;
pub mod endpoint;
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
pub mod stdout;

/// TCP port that collectl listens on, and connects to, unless told otherwise.
pub const DEFAULT_PORT: u16 = 2655;
