//! Words to the user on standard error, which may have gone: then they are lost, and nothing else is.

use std::fmt::Arguments;
use std::io::Write;

/// Writes one line, with the program's name before it. See [`warn!`](crate::warn).
pub fn line(text: Arguments<'_>) {
    let _ = writeln!(std::io::stderr().lock(), "collectl: {text}");
}

/// Tells the user what went wrong, as `format!` would have it. Unlike `eprintln!` it does not panic where standard
/// error is closed.
#[macro_export]
macro_rules! warn {
    ($($text:tt)*) => { $crate::message::line(format_args!($($text)*)) };
}
