//! collectl measures a Linux machine and shows it, or sends it over a socket.
//!
//! `collectl_core` turns the text of the kernel into frames, figures and text; a [`sink`] takes the text, and a
//! recorder ([`record`]) the frames. [`run`] drives them, once per tick of the [`ticker`]; [`playback`] does the same
//! for recordings.

pub mod cli;
pub mod daemon;
pub mod launched;
mod manager;
pub mod message;
pub mod output;
pub mod playback;
pub mod record;
pub mod run;
pub mod signals;
pub mod sink;
mod start;
pub mod ticker;
mod watch;

pub use start::main;
