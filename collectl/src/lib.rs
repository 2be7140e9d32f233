//! collectl measures a Linux machine and shows it, or sends it over a socket.
//!
//! A [`source`] fills a [`frame`] with tagged lines of kernel text; each [`subsystem`] reads its part and turns two
//! samples into rates; [`render`] turns rates into text; a [`sink`] takes the text. [`run`] drives them all, once for
//! each tick of the [`ticker`].

pub mod capture;
pub mod cli;
pub mod clock;
pub mod daemon;
mod filter;
pub mod frame;
pub mod launched;
pub mod machine;
mod manager;
pub mod message;
pub mod number;
pub mod output;
pub mod playback;
pub mod record;
pub mod render;
pub mod report;
pub mod run;
pub mod scan;
pub mod settings;
pub mod signals;
pub mod sink;
pub mod source;
mod start;
pub mod subsystem;
pub mod ticker;
mod watch;

pub use start::main;
