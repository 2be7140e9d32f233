//! What both ends of the socket must agree on.
//!
//! [`endpoint`], [`allow`], [`hello`], [`host`], [`mod@line`], [`prefix`], [`display`], [`queue`], [`secret`], [`span`]
//! and [`throttle`] are pure: bytes and numbers in, values out. [`listen`], [`liveness`], [`stdout`], [`stderr`],
//! [`backlog`], [`async_fd`], [`regular_file`] and [`limits`] do the small I/O that both programs need: listening, the
//! options of a connection, standard output and error that never block, a queue before a thread, files in folders that
//! others may write to, and limits of the system.

pub mod allow;
pub mod async_fd;
pub mod backlog;
pub mod display;
pub mod endpoint;
mod handover;
pub mod hello;
pub mod host;
pub mod limits;
pub mod line;
pub mod listen;
pub mod liveness;
pub mod prefix;
pub mod queue;
pub mod regular_file;
pub mod secret;
pub mod span;
pub mod stderr;
pub mod stdout;
pub mod throttle;
mod write;

/// TCP port that collectl listens on or connects to by default.
pub const DEFAULT_PORT: u16 = 2655;
